"""What followed a truce that ended without an extension: duties of its parties on each other, or their agreement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from detente import labels
from detente.record.fact import days
from detente.record.state.claims import sorted_sides, unique
from detente.record.state.rows import AfterTruce, Measure, Stage, Truce

FOLLOWS_DAYS = 90  # days after the end of a truce within which an act is taken to follow it


def with_what_followed(truces: Iterable[Truce], measures: Sequence[Measure], stages: Sequence[Stage]) -> list[Truce]:
    """The truces, of which those that lapsed say what the record has after them."""
    return [_with_what_followed(row, measures, stages) for row in truces]


def _with_what_followed(row: Truce, measures: Sequence[Measure], stages: Sequence[Stage]) -> Truce:
    if row.status != "lapsed" or not row.expiry or row.not_known_since:
        return row
    end = days(row.expiry)[0]
    after = (
        _first(_in_force(row, measures), end)
        or _first(_agreements(row, stages), end)
        or _first(_to_come(row, measures, end), end)
    )
    return row if after is None else replace(row, after=after, note=_note(row.expiry, after))


def _own(row: Truce, measures: Sequence[Measure], status: str) -> Iterator[Measure]:
    """The duties of the parties of a truce on each other that have a status by an act, not by the calendar alone."""
    sides = {*row.parties}
    return (
        m
        for m in measures
        if m.type == "tariff" and {m.imposer, m.target} <= sides and m.status == status and m.derived is None
    )


def _in_force(row: Truce, measures: Sequence[Measure]) -> Iterator[AfterTruce]:
    return (_of_measure("in_force", m.legal_from, m) for m in _own(row, measures, "in_force"))


def _to_come(row: Truce, measures: Sequence[Measure], end: date) -> Iterator[AfterTruce]:
    """Duties that are announced, and those that stay suspended beyond the end of the truce."""
    yield from (_of_measure("announced", m.legal_from, m) for m in _own(row, measures, "announced"))
    later = (m for m in _own(row, measures, "suspended") if (m.suspended_until or "") > end.isoformat())
    yield from (_of_measure("suspended", m.suspended_until, m) for m in later)


def _of_measure(kind: str, day: str | None, m: Measure) -> AfterTruce:
    return AfterTruce(kind, day or "", (m.imposer,), (m.measure,) if m.measure else (), (m.statement,))


def _agreements(row: Truce, stages: Sequence[Stage]) -> Iterator[AfterTruce]:
    """Agreements of the same parties that are said to be in force."""
    for stage in stages:
        if stage.stage == "in_force" and {*stage.parties} == {*row.parties}:
            yield AfterTruce("agreement", (stage.asserted or "")[:10], row.parties, (), (stage.statement,))


def _first(events: Iterable[AfterTruce], end: date) -> AfterTruce | None:
    """The first of the events from the end of a truce on, those of one kind and day together; None if none is near."""
    first, last = end.isoformat(), (end + timedelta(days=FOLLOWS_DAYS)).isoformat()
    near = sorted((e for e in events if first <= e.day <= last), key=lambda e: e.day)
    return _together([e for e in near if (e.kind, e.day) == (near[0].kind, near[0].day)]) if near else None


def _together(events: Sequence[AfterTruce]) -> AfterTruce:
    """Events of one kind and day as one."""
    sides = sorted_sides(side for e in events for side in e.sides)
    names, statements = (unique(x for e in events for x in getattr(e, key)) for key in ("measures", "statements"))
    return AfterTruce(events[0].kind, events[0].day, tuple(sides), tuple(names), tuple(statements))


WORDS = {
    "in_force": "duties took effect on {day} ({sides})",
    "announced": "duties are announced from {day} ({sides})",
    "suspended": "duties stay suspended until {day} ({sides})",
    "agreement": "an agreement of the same parties was on record as in force on {day}",
}


def _note(expiry: str, after: AfterTruce) -> str:
    sides = labels.joined([labels.short(side) for side in after.sides])
    return f"The truce ended on {expiry}; {WORDS[after.kind].format(sides=sides, day=after.day)}."
