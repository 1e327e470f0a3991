"""A report beside the record: each of its claims with a verdict, and what the record says of the same act."""

from __future__ import annotations

from collections import Counter
from typing import Any

from detente.ask.first_screen.references import reference
from detente.ask.talks.talks_on_day import Talks
from detente.record.fact import Statement
from detente.record.joining import Joined, join

JsonRow = dict[str, Any]

AGREES, DIFFERS, NEW, MISTRANSLATED = "agrees", "differs", "new", "mistranslated"
VERDICTS = (MISTRANSLATED, DIFFERS, NEW, AGREES)  # in the order in which they are shown
VERDICT_OF = {
    "same": AGREES, "contradicts": DIFFERS, "corrects": DIFFERS, "new": NEW, "moves the end of": NEW,
    "changes the rate of": NEW,
}  # fmt: skip
NOT_CLAIMS = ("participant",)  # kinds that say no more than who was there


def report(talks: Talks) -> JsonRow | None:
    """The document of a brief with its claims, the doubtful ones first; None without one.

    A name that is not printed the usual way counts as mistranslated. Claims that say the same stand once.
    """
    document = talks.document
    if document is None:
        return None
    claims = _claims(talks, document.id)
    counts = Counter(row["verdict"] for row in claims)
    return {
        "title": document.title or document.id,
        "publisher": document.publisher,
        "published": document.published,
        "counts": {verdict: counts[verdict] for verdict in VERDICTS},
        "claims": claims,
    }


def _claims(talks: Talks, document: str) -> list[JsonRow]:
    """Every claim of the document once, in the order of the verdicts."""
    record = [s for s in talks.record.statements(talks.state.known) if s.source != document]
    proposed = [s for s in talks.proposed if s.kind not in NOT_CLAIMS]
    rows = [
        _name(s) if s.kind == "name_variant" else _claim(s, join(s, talks.proposed, record), talks) for s in proposed
    ]
    once = {(row["verdict"], row["kind"], row["quote"]): row for row in rows if row is not None}
    return sorted(once.values(), key=lambda row: VERDICTS.index(row["verdict"]))


def _claim(s: Statement, comparison: Joined, talks: Talks) -> JsonRow:
    match = comparison.match
    return {
        "verdict": VERDICT_OF[match.relation], "kind": s.kind, "quote": s.quote, "doubtful": [], "why": match.why,
        **_in_record(match.of, talks), "flags": list(s.flags),
    }  # fmt: skip


def _in_record(of: Statement | None, talks: Talks) -> JsonRow:
    """What the record says of the same act: its words, their day, and where they can be read."""
    if of is None:
        return dict.fromkeys(("record", "day", "title", "url", "statement"))
    day = (of.asserted or of.known or "")[:10] or None
    return {"record": of.quote, "day": day, **reference(of.source, talks.state.sources), "statement": of.id}


def _name(s: Statement) -> JsonRow | None:
    """A name that the document does not print the usual way, with who is meant; None where nobody on record is."""
    if not s.value.get("person"):
        return None
    surface = s.value["surface"]
    return {
        "verdict": MISTRANSLATED, "kind": s.kind, "quote": s.quote, "doubtful": [surface],
        "why": f"means {s.value['person']}", **dict.fromkeys(("record", "day", "title", "url", "statement")),
        "flags": list(s.flags),
    }  # fmt: skip
