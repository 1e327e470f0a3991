"""Confirmations: for each planned event, what each side has said of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from detente.record.fact import Statement, days
from detente.record.state.claims import (
    PRESS,
    STEP_DAYS,
    Row,
    SetAside,
    asserted_on,
    cite,
    days_apart,
    is_asserted_by,
    normalized,
    parties_of,
    people_of,
    sort_by_side,
    source_weight,
)

SEEN = 90  # days an event's confirmations stay in view after it


@dataclass
class Event:
    """A planned meeting: its names, the days given for it, all that was told of it, the day it was held."""

    name: str | None
    people: list[str]
    dates: list[tuple[str, Statement]]
    told: list[Statement]
    held: str | None = None
    proposed: Collection[str] = ()
    answered: tuple[int, list[tuple[str, str, Statement]]] | None = None

    @property
    def day(self) -> str | None:
        """The day it was held, else the one that the best and latest voice gives."""
        ours = [d for d in self.dates if d[1].id not in self.proposed] or self.dates
        best = max(ours, key=lambda d: (source_weight(d[1]), asserted_on(d[1])), default=None)
        return self.held or (best[0] if best else None)


def derive_events(
    told: list[Statement], rounds: list[Row], at: str, proposed: Collection[str] = ()
) -> tuple[list[Event], list[SetAside]]:
    """The meetings planned, with what each side said of them, and the proposals that name no event."""
    events: list[Event] = []
    left: list[SetAside] = []
    near, numbers, told_before = _Calendar(), dict[int, int](), dict[Any, Event]()
    told = [s for s in told if is_asserted_by(s, at)]
    for s in sorted(
        told, key=lambda s: (s.id in proposed, s.kind == "confirmation", not meeting_date(s), asserted_on(s))
    ):
        same = _same_words(s)
        event = told_before.get(same) or next((events[n] for n in near.find(s) if concerns(s, events[n])), None)
        if event is None:
            if s.id in proposed and not (_name_of(s) or people_of(s)):
                left.append((s, "it does not say of which meeting it speaks"))
                continue
            event = Event(_name_of(s), [], [], [], proposed=proposed)
            events.append(event)
            numbers[id(event)] = len(events) - 1
        event.people = event.people or people_of(s)
        event.name = event.name or _name_of(s)
        event.told.append(s)
        when = meeting_date(s)
        if when:
            event.dates.append((when, s))
        if same is None or same not in told_before:
            near.put(s, numbers[id(event)])
        if same:
            told_before[same] = event
    for event in events:
        event.held = next((row["start"] for row in rounds if _was_held(event, row)), None)
    return events, left


def _same_words(s: Statement) -> tuple[Any, ...] | None:
    """The words that say which meeting it is; two statements with the same ones speak of the same."""
    name, day = _name_of(s), meeting_date(s)
    return (name, day, *people_of(s)) if name and day else None


class _Calendar:
    """Meetings by the days their statements name, so that a statement is held against those near it only."""

    def __init__(self) -> None:
        self.by_step: dict[int, set[int]] = {}
        self.all: set[int] = set()
        self.undated: set[int] = set()

    def put(self, s: Statement, number: int) -> None:
        """Note that a statement speaks of a meeting."""
        self.all.add(number)
        day = meeting_date(s) or asserted_on(s)
        if not day:
            self.undated.add(number)
            return
        for step in _steps(day):
            self.by_step.setdefault(step, set()).add(number)

    def find(self, s: Statement) -> list[int]:
        """The meetings near its day, in their order; all of them where it names no day."""
        day = meeting_date(s) or asserted_on(s)
        if not day:
            return sorted(self.all)
        near = {n for step in _steps(day, spare=1) for n in self.by_step.get(step, ())}
        return sorted(near | self.undated)


def _steps(day: str, spare: int = 0) -> range:
    first, last = days(day)
    return range(
        first.toordinal() // STEP_DAYS - spare, min(last.toordinal(), first.toordinal() + 800) // STEP_DAYS + spare + 1
    )


def _was_held(event: Event, row: Row) -> bool:
    """A round of the same people near the day planned; for a plan without a day, in the half year after it was told."""
    people = {normalized(p) for p in event.people}
    if not people or not row["start"] or not people <= {normalized(p) for p in row["heads"]}:
        return False
    if event.dates:
        return min(days_apart(d, row["start"]) for d, _ in event.dates) <= STEP_DAYS
    gaps = [(days(row["start"])[0] - days(asserted_on(s))[1]).days for s in event.told if asserted_on(s)]
    return any(0 <= gap <= 200 for gap in gaps)


def _name_of(s: Statement) -> str | None:
    return s.value.get("event") or s.value.get("of")


def meeting_date(s: Statement) -> str | None:
    """The day it gives for the meeting."""
    return s.value.get("date") or (s.date.iso if s.kind == "planned_meeting" else None)


def concerns(s: Statement, event: Event) -> bool:
    """Whether it is about this meeting: the days are near, and the people or the name are the same."""
    people = {normalized(p) for p in people_of(s)}
    known = {normalized(p) for p in event.people}
    when = meeting_date(s) or asserted_on(s)
    dates = {d for d, _ in event.dates} or {asserted_on(t) for t in event.told if asserted_on(t)}
    if when and dates and min(days_apart(when, d) for d in dates) > STEP_DAYS:
        return False
    name, its = normalized(_name_of(s)), normalized(event.name)
    if s.id in event.proposed and meeting_date(s) in dates and not (people and known):
        return True
    if people and known:
        return people == known
    if name and known and all(p.split()[-1] in name.split() or p.split()[0] in name.split() for p in known):
        return True
    if name and its:
        words, others = set(name.split()), set(its.split())
        return len(words & others) >= 0.5 * len(words | others)
    return any(t.source == s.source for t in event.told)


def responses(event: Event) -> list[tuple[str, str, Statement]]:
    """Side, status and statement, in the order they were said."""
    if event.answered is None or event.answered[0] != len(event.told):
        event.answered = len(event.told), list(_answers(event))
    return event.answered[1]


def _answers(event: Event) -> Iterator[tuple[str, str, Statement]]:
    for s in sorted(event.told, key=asserted_on):
        if s.kind == "confirmation":
            yield s.value["by_side"], s.value["status"], s
        elif s.value["status"] in ("announced_one_side", "confirmed_both") and source_weight(s) > PRESS:
            for side in parties_of(s) if s.by.side == "joint" else [s.by.side or "press"]:
                yield side, "confirmed", s
        elif s.value["status"] == "cancelled" and source_weight(s) > PRESS:
            yield s.by.side or "press", "denied", s


def _replaces(new: tuple[str, Statement], old: tuple[str, Statement], proposed: Collection[str]) -> bool:
    """A later answer stands; silence cannot undo an answer, and a proposal not what was reviewed that day."""
    if "preferred" in (new[1].rank, old[1].rank):
        return new[1].rank == "preferred"
    if new[0] == "not_commented" and old[0] != "not_commented":
        return False
    return new[1].id not in proposed or old[1].id in proposed or asserted_on(new[1]) > asserted_on(old[1])


def derive_confirmations(
    events: list[Event], at: str, voices: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[list[Row], list[Row]]:
    """A row a side for the events in view, and for those past; a silence says where a word was looked for.

    voices: of each party, the sources that carry its words, with the day each was published.
    """
    fresh: list[Row] = []
    past: list[Row] = []
    for event in events:
        latest: dict[str, tuple[str, Statement]] = {}
        for side, status, s in responses(event):
            if side not in latest or _replaces((status, s), latest[side], event.proposed):
                latest[side] = (status, s)
        rows: list[Row] = []
        for side, (status, s) in latest.items():
            alike = [t.id for who, what, t in responses(event) if (who, what) == (side, status)]
            rows.append(
                {
                    "event": event.name, "date": event.day, "participants": event.people, **cite(s), "by_side": side,
                    "claimed_by": s.by.side, "status": status, "note": s.note, "statements": alike, "searched": None,
                }
            )  # fmt: skip
        rows += _silences(event, rows, voices or {}, at)
        last = event.day or max(map(asserted_on, event.told))
        old = last and (days(at[:10])[0] - days(last)[1]).days > SEEN
        (past if old else fresh).extend(sort_by_side(rows))

    def when(row: Row) -> str:
        return row["date"] or "9999"

    return sort_by_side(fresh, when, lambda r: r["event"] or ""), sort_by_side(past, when)


def _silences(event: Event, rows: list[Row], voices: Mapping[str, Mapping[str, str]], at: str) -> list[Row]:
    """Where a side is silent: how many sources that carry its words were looked at, and a row where none was told."""
    since = min((asserted_on(s)[:10] for s in event.told if asserted_on(s)), default=None)
    told = {row["by_side"] for row in rows}
    for row in rows:
        if row["status"] == "not_commented":
            row["searched"] = _searched(row["by_side"], event, voices, since, at)
    if not any(row["status"] != "not_commented" and row["by_side"] in voices for row in rows):
        return []
    empty = dict.fromkeys(("by", "known", "source", "verification", "statement", "claimed_by"))
    return [
        {
            "event": event.name, "date": event.day, "participants": event.people, **empty, "quote": "",
            "asserted": at[:10], "by_side": side, "status": "not_commented", "statements": [],
            "note": "derived: no statement of this side is in the record",
            "searched": _searched(side, event, voices, since, at),
        }
        for side in voices if side not in told
    ]  # fmt: skip


def _searched(side: str, event: Event, voices: Mapping[str, Mapping[str, str]], since: str | None, at: str) -> Row:
    """The sources that carry the side's words, from the first mention of the event on: how many speak of it."""
    carried = voices.get(side, {})
    speak = {s.source for who, status, s in responses(event) if who == side and status != "not_commented"}
    looked = sorted(n for n, day in carried.items() if day[:10] <= at[:10] and (not since or day[:10] >= since))
    before = sum(day[:10] <= at[:10] for day in carried.values())
    hits = sum(name in speak for name in looked)
    return {
        "side": side, "since": since, "to": at[:10], "looked_at": len(looked), "speak_of_it": hits,
        "in_record": before, "sources": looked,
        "words": f"{hits} of {len(looked)} sources that carry {side}'s words, {since} to {at[:10]}"
        f" ({before} in the record by then)",
    }  # fmt: skip
