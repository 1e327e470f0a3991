"""Review of one file of an official feed: its acts one by one, into the record and into the user's own duties."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from detente.ask.answer import Answer
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks import changes, curation, official
from detente.ask.talks.dossier import today
from detente.ask.talks.updating import ENDINGS
from detente.errors import QuestionError, RecordError
from detente.record import feeds, own_duties, review
from detente.record.feeds.model import Update
from detente.record.feeds.untrusted import LIMIT
from detente.record.store import Record
from detente.safe_io import read_file

JsonRow = dict[str, Any]

ACCEPT_OR_REFUSE = "an act of a feed is accepted as it is, or refused; state other terms with `record add`"


def is_feed(path: str | Path) -> bool:
    """Whether a file is one of a feed that gives acts rather than sentences alone. Raises RecordError.

    A file that looks like a feed and is broken is refused here.
    """
    data = read_file(path, size=LIMIT, error=RecordError)
    try:
        feed = feeds.recognise(str(path), data)
    except feeds.Refused:
        if Path(path).suffix.lower() in ENDINGS:
            return False  # the reader of documents says what is wrong with it
        raise
    return feed is not None and (not feed.prose or bool(feeds.from_bytes([(str(path), data)]).acts))


def pending(path: str | Path, *, dossier: str = DEFAULT_DOSSIER, home: str | None = None) -> Answer:
    """The acts of a file that wait for a decision. Raises RecordError, QuestionError."""
    record = curation.open_for_writing(dossier, home)
    update = _update(path, record)
    reading = _reading(update, record, home)
    rows = [row for row in official.act_rows(reading, record) if row["pending"]]
    by_key = {p.key: p for p in reading.proposed}
    data = {
        "document": _document(path, update),
        "pending": [_pending_row(row, by_key[row["proposal"]]) for row in rows],
        "decided": [],
        "proposed": len(reading.proposed),
        "remarks": [*update.warnings, *update.changes],
    }
    return curation.written("record review", record, data, {"dossier": dossier, "published": None})


def decide(
    path: str | Path,
    decisions: Sequence[Mapping[str, Any]],
    *,
    by: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
) -> Answer:
    """Accept or refuse acts of a file, each with who and why. Raises RecordError, QuestionError."""
    record = curation.open_for_writing(dossier, home)
    update = _update(path, record)
    reading = _reading(update, record, home)
    by_key = {p.key: p for p in reading.proposed}
    wanted = curation.wanted(decisions, official.left(reading, record), by)
    kept = {_key(decision, by_key): decision for decision in wanted}
    before = changes.snapshot(record, official.day_of_effect([by_key[key] for key in kept], reading.known))
    written = _write(reading, kept, record, home)
    data = {
        "document": _document(path, update),
        **_decided(by_key, kept),
        "added": [s.id for s in written.statements],
        "acts": list(written.acts),
        "pending": len(official.left(_reading(update, record, home), record)),
        "changed": changes.since(before, record, written.statements, written.duties),
    }
    return curation.written("record review", record, data, {"dossier": dossier, "published": None})


def _decided(by_key: Mapping[str, official.Proposed], kept: Mapping[str, review.Decision]) -> JsonRow:
    """The decisions in the keys of an answer; an act of a feed is not edited."""
    rows: JsonRow = {"accepted": [], "edited": [], "refused": []}
    for key, decision in kept.items():
        rows["accepted" if decision.decision == "accept" else "refused"].append(_decision_row(by_key[key], decision))
    return rows


def _update(path: str | Path, record: Record) -> Update:
    data = read_file(path, size=LIMIT, error=RecordError)
    return feeds.from_bytes([(str(path), data)], record).refuse_if_empty()


def _reading(update: Update, record: Record, home: str | None, keys: Sequence[str] | None = None) -> official.Reading:
    """The acts beside the record and the ledger; with `keys`, as if the ledger took those acts one after the other."""
    takes = None if keys is None else lambda beside: official.key_of(beside.act) in keys
    return official.read(update, changes.case_of_record(record), own_duties.ledger(home), today(), takes)


def _key(decision: review.Decision, by_key: Mapping[str, official.Proposed]) -> str:
    """The key that a decision names by its start. Raises RecordError, QuestionError."""
    if decision.decision not in ("accept", "refuse"):
        raise QuestionError(ACCEPT_OR_REFUSE)
    if not decision.who.strip():
        raise RecordError("a decision needs who took it; give a name")
    if decision.decision == "refuse" and not decision.why.strip():
        raise RecordError(f"to refuse {decision.proposal} needs a reason; say why")
    keys = [key for key in by_key if decision.proposal and key.startswith(decision.proposal)]
    if len(keys) != 1:
        raise RecordError(
            f"{len(keys)} acts of this file have ids that start with {decision.proposal!r}; list them with --list"
        )
    return keys[0]


def _write(
    reading: official.Reading,
    kept: Mapping[str, review.Decision],
    record: Record,
    home: str | None,
) -> official.Accepted:
    accepted = [key for key, decision in kept.items() if decision.decision == "accept"]
    reading = _reading(reading.update, record, home, accepted)
    chosen = [p for p in reading.proposed if p.key in accepted]
    refused = [p for p in reading.proposed if p.key in kept and p.key not in accepted]
    decision_of = {s.id: kept[p.key] for p in (*chosen, *refused) for s in (*p.statements, *p.others)}

    def decision(proposal: str) -> review.Decision:
        own = decision_of[proposal]
        return review.Decision(proposal, own.decision, own.who, own.why)

    official.refuse(reading, refused, record, decision)
    return official.accept(reading, chosen, record, home, decision)


def _document(path: str | Path, update: Update) -> JsonRow:
    """What identifies the file, with the keys of a document."""
    data = read_file(path, size=LIMIT, error=RecordError)
    sha256 = hashlib.sha256(data).hexdigest()
    first = next(iter(update.sources), None)
    feed = next(iter(update.feeds.values()), None)
    return {
        "id": first.id if first and len(update.sources) == 1 else Path(path).name,
        "title": first.title if first and len(update.sources) == 1 else feed.title if feed else None,
        "publisher": first.publisher if first else None, "published": first.published if first else None,
        "language": first.language if first else "en", "sha256": sha256, "text_sha256": sha256,
    }  # fmt: skip


def _pending_row(row: JsonRow, proposed: official.Proposed) -> JsonRow:
    """An act in the keys of a proposal, with how it stands to the ledger and its statements for the record."""
    act, first = proposed.act, next(iter(row["statements"]), None)
    ledger = row["ledger"]
    terms = {name: row[name] for name in official.SAID if row[name] not in (None, [], "") and name != "quote"}
    beside_ledger = {name: ledger[name] for name in ("relation", "of", "keys", "why")}
    return {
        "proposal": proposed.key, "kind": "act", "quote": act.quote or "", "start": None, "end": None,
        "by": {"name": None, "side": act.imposer, "mode": "document", "via": None},
        "value": {"act": act.id, **terms}, "date": {"iso": act.legal_from, "expr": None, "anchor": None},
        "flags": first["flags"] if first else [], "confidence": act.confidence,
        "match": first["match"] if first else {**beside_ledger, "joins": {}},
        "ledger": ledger, "statements": row["statements"],
    }  # fmt: skip


def _decision_row(proposed: official.Proposed, decision: review.Decision) -> JsonRow:
    return {
        "proposal": proposed.key, "decision": decision.decision, "kind": "act",
        "statement": next((s.id for s in proposed.statements), None), "by": decision.who,
        "why": decision.why or "the document says so", "known": today(), "recorded_at": None,
        "quote": proposed.act.quote or "", "line": None, "acts": [row.id for row in proposed.beside.rows.acts],
    }  # fmt: skip
