"""Confirmations: for each planned event, what each side has said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.record.fact import Statement, days
from detente.record.state.claims import (
    PRESS,
    STEP,
    Row,
    cite,
    days_apart,
    folded,
    in_side_order,
    parties_of,
    people_of,
    rank_of,
    was_said,
    when_said,
)

SEEN = 90  # days an event's confirmations stay in view after it


@dataclass
class Event:
    name: str | None
    people: list[str]
    dates: list[tuple[str, Statement]]
    told: list[Statement]
    held: str | None = None

    @property
    def day(self) -> str | None:
        """The day it was held, else the one that the best and latest voice gives."""
        best = max(self.dates, key=lambda d: (rank_of(d[1]), when_said(d[1])), default=None)
        return self.held or (best[0] if best else None)


def events_told(told: list[Statement], rounds: list[Row], at: str) -> list[Event]:
    events: list[Event] = []
    told = [s for s in told if was_said(s, at)]
    for s in sorted(told, key=lambda s: (s.kind == "confirmation", not _date_of(s), when_said(s))):
        event = next((e for e in events if _speaks_of(s, e)), None)
        if event is None:
            event = Event(_name_of(s), [], [], [])
            events.append(event)
        event.people = event.people or people_of(s)
        event.name = event.name or _name_of(s)
        event.told.append(s)
        when = _date_of(s)
        if when:
            event.dates.append((when, s))
    for event in events:
        event.held = next((row["start"] for row in rounds if _was_held(event, row)), None)
    return events


def _was_held(event: Event, row: Row) -> bool:
    """A round of the same people near the day planned; for a plan without a day, in the half year after it was told."""
    people = {folded(p) for p in event.people}
    if not people or not row["start"] or not people <= {folded(p) for p in row["heads"]}:
        return False
    if event.dates:
        return min(days_apart(d, row["start"]) for d, _ in event.dates) <= STEP
    gaps = [(days(row["start"])[0] - days(when_said(s))[1]).days for s in event.told if when_said(s)]
    return any(0 <= gap <= 200 for gap in gaps)


def _name_of(s: Statement) -> str | None:
    return s.value.get("event") or s.value.get("of")


def _date_of(s: Statement) -> str | None:
    return s.value.get("date") or (s.date.iso if s.kind == "planned_meeting" else None)


def _speaks_of(s: Statement, event: Event) -> bool:
    people = {folded(p) for p in people_of(s)}
    known = {folded(p) for p in event.people}
    when = _date_of(s) or when_said(s)
    dates = [d for d, _ in event.dates] or [when_said(t) for t in event.told if when_said(t)]
    if when and dates and min(days_apart(when, d) for d in dates) > STEP:
        return False
    name, its = folded(_name_of(s)), folded(event.name)
    if people and known:
        return people == known
    if name and known and all(p.split()[-1] in name.split() or p.split()[0] in name.split() for p in known):
        return True
    if name and its:
        words, others = set(name.split()), set(its.split())
        return len(words & others) >= 0.5 * len(words | others)
    return any(t.source == s.source for t in event.told)


def answers(event: Event) -> Iterator[tuple[str, str, Statement]]:
    """Side, status and statement, in the order they were said."""
    for s in sorted(event.told, key=when_said):
        if s.kind == "confirmation":
            yield s.value["by_side"], s.value["status"], s
        elif s.value["status"] in ("announced_one_side", "confirmed_both") and rank_of(s) > PRESS:
            for side in parties_of(s) if s.by.side == "joint" else [s.by.side or "press"]:
                yield side, "confirmed", s
        elif s.value["status"] == "cancelled" and rank_of(s) > PRESS:
            yield s.by.side or "press", "denied", s


def confirmations_told(events: list[Event], at: str) -> tuple[list[Row], list[Row]]:
    fresh: list[Row] = []
    past: list[Row] = []
    for event in events:
        latest: dict[str, tuple[str, Statement]] = {}
        for side, status, s in answers(event):
            # silence cannot undo an answer
            if side not in latest or status != "not_commented" or latest[side][0] == "not_commented":
                latest[side] = (status, s)
        rows: list[Row] = []
        for side, (status, s) in latest.items():
            alike = [t.id for who, what, t in answers(event) if (who, what) == (side, status)]
            rows.append(
                {
                    "event": event.name, "date": event.day, "participants": event.people, **cite(s), "by_side": side,
                    "claimed_by": s.by.side, "status": status, "note": s.note, "statements": alike,
                }
            )  # fmt: skip
        last = event.day or max(map(when_said, event.told))
        old = last and (days(at[:10])[0] - days(last)[1]).days > SEEN
        (past if old else fresh).extend(in_side_order(rows))

    def when(row: Row) -> str:
        return row["date"] or "9999"

    return in_side_order(fresh, when, lambda r: r["event"] or ""), in_side_order(past, when)
