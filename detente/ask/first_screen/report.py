"""A report beside the record: each of its claims with a verdict, and what the record says of the same act."""

from __future__ import annotations

from collections import Counter
from typing import Any

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
    record = [s for s in talks.record.statements(talks.state.known) if s.source != document.id]
    claims = [_claim(s, join(s, talks.proposed, record), talks) for s in talks.proposed if s.kind not in NOT_CLAIMS]
    once = list({(row["verdict"], row["kind"], row["quote"]): row for row in claims if row is not None}.values())
    once.sort(key=lambda row: VERDICTS.index(row["verdict"]))
    counts = Counter(row["verdict"] for row in once)
    return {
        "title": document.title or document.id,
        "publisher": document.publisher,
        "published": document.published,
        "counts": {verdict: counts[verdict] for verdict in VERDICTS},
        "claims": once,
    }


def _claim(s: Statement, comparison: Joined, talks: Talks) -> JsonRow | None:
    if s.kind == "name_variant":
        return _name(s)
    match = comparison.match
    of = match.of
    source = talks.state.sources.get(of.source) if of else None
    return {
        "verdict": VERDICT_OF[match.relation], "kind": s.kind, "quote": s.quote, "doubtful": [], "why": match.why,
        "record": of.quote if of else None, "day": (of.asserted or of.known or "")[:10] or None if of else None,
        "title": source.title if source else None, "url": source.url if source else None,
        "statement": of.id if of else None, "flags": list(s.flags),
    }  # fmt: skip


def _name(s: Statement) -> JsonRow | None:
    """A name that the document does not print the usual way, with who is meant; None where nobody on record is."""
    if not s.value.get("person"):
        return None
    return {
        "verdict": MISTRANSLATED, "kind": s.kind, "quote": s.quote, "doubtful": [s.value["surface"]],
        "why": f"{s.value['surface']} is {s.value['person']}", "record": None, "day": None, "title": None, "url": None,
        "statement": None, "flags": list(s.flags),
    }  # fmt: skip
