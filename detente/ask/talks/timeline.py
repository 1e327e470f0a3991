"""Everything that the record says happened, from its first day on: each dated statement with its words and its source.

The state of the talks keeps what counts on a day; the timeline keeps what led there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from detente.ask.answer import Answer
from detente.ask.cases import case_of
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks.dossier import open_dossier, resolve_days
from detente.ask.talks.find_case import case_row
from detente.record.checks import findings
from detente.record.fact import Source, Statement, days, has_started
from detente.record.kinds import kinds
from detente.record.state.claims import asserted_on, is_asserted_by
from detente.record.state.derive import published_by
from detente.record.store import Record

KINDS = ("measure", "threat", "truce", "extension", "agreement_stage", "meeting", "planned_meeting", "confirmation",
         "statement", "agenda_item")  # fmt: skip
STATUS_KEYS = ("status", "stage")
SOURCE_KEYS = ("id", "title", "publisher", "published", "url")

JsonRow = dict[str, Any]


def timeline(
    *, dossier: str = DEFAULT_DOSSIER, as_of: str | None = None, known: str | None = None, home: str | None = None
) -> Answer:
    """What happened up to a day, as known on a day, the latest day first; as_of defaults to today, known to as_of.

    Each event is one statement: day, kind, value, who says so, quote, source. checks: what a person should look at
    again in the statements known by then. Raises QuestionError and RecordError.

    >>> timeline(as_of="2025-10-26").data["events"][0]["day"]
    """
    as_of, known = resolve_days(as_of, known)
    record = open_dossier(dossier, home)
    known_by_then = record.statements(known)
    statements = [s for s in known_by_then if s.kind in KINDS and _has_happened(s, as_of)]
    events = [_event(s) for s in statements]
    events.sort(key=lambda event: (-first_day(event["day"]).toordinal(), KINDS.index(event["kind"])))
    data = {
        "as_of": as_of,
        "known": known,
        "case": case_row(case_of(dossier, home, record)),
        "events": events,
        "sources": _sources(record, statements, known),
        "checks": _checks(record, known, {s.id for s in known_by_then}),
    }
    return Answer("record timeline", data, options={"dossier": dossier, "as_of": as_of, "known": known})


def _sources(record: Record, statements: Iterable[Statement], known: str) -> list[JsonRow]:
    """The sources of some statements, each once, as far as they were published by a day."""
    published = published_by(record.sources, known)
    named = dict.fromkeys(s.source for s in statements)
    return [_source(published[name]) for name in named if name in published]


def _checks(record: Record, known: str, identities: Collection[str]) -> list[JsonRow]:
    """What a person should look at again in the statements known by a day, whose ids are given."""
    return [vars(x) for x in findings(record, known=known) if x.statement is None or x.statement in identities]


def statuses() -> tuple[str, ...]:
    """Every status that a statement of the timeline can give, in the order of the kinds."""
    forms = (kinds()[name].fields.get(key) for name in KINDS for key in STATUS_KEYS)
    return tuple(dict.fromkeys(status for form in forms if isinstance(form, list) for status in form))


def first_day(text: str) -> date:
    """The first day that a date can mean; the earliest of all where none is known."""
    return days(text)[0] if text else date.min


def _day(s: Statement) -> str:
    """When it happened: the first day of a meeting, else the day on which it was said."""
    return str((s.value.get("start") or s.date.iso if s.kind == "meeting" else None) or asserted_on(s))


def _has_happened(s: Statement, as_of: str) -> bool:
    day = _day(s)
    return is_asserted_by(s, as_of) and (not day or has_started(day, as_of, s.by.side))


def _event(s: Statement) -> JsonRow:
    value = s.as_dict()["value"]
    return {
        "day": _day(s),
        "kind": s.kind,
        "status": next((value[key] for key in STATUS_KEYS if value.get(key)), None),
        "value": value,
        "modality": s.modality,
        "polarity": s.polarity,
        "by_side": s.by.side,
        "by": s.by.name,
        "asserted": s.asserted,
        "known": s.known,
        "quote": s.quote,
        "note": s.note,
        "source": s.source,
        "verification": s.verification,
        "statement": s.id,
    }


def _source(source: Source) -> JsonRow:
    return {key: getattr(source, key) for key in SOURCE_KEYS}
