"""Planned meetings: what was said of each, the days given for it, and the day it was held."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from detente.record.fact import Statement, days
from detente.record.state.claims import (
    PRESS,
    STEP_DAYS,
    SetAside,
    asserted_on,
    days_apart,
    is_asserted_by,
    names_in,
    normalized,
    parties_of,
    people_of,
    source_weight,
)
from detente.record.state.rows import Round

MOVED_DAYS = 7  # days within which two days given for a meeting of the same people are one, whatever its name
WAIT_DAYS = 200  # how long after it was spoken of a meeting planned without a day may be held
LONGEST_DAYS = 800  # a date that spans more is looked up by its first days only

Response = tuple[str, str, Statement]  # side, status and the statement that gives it


@dataclass(frozen=True)
class Event:
    """A planned meeting.

    dates: the days given for it, each with its statement. held_on: the day it was held. proposed: the ids of all
    statements that nobody has reviewed.
    """

    name: str | None
    people: tuple[str, ...] = ()
    dates: tuple[tuple[str, Statement], ...] = ()
    statements: tuple[Statement, ...] = ()
    held_on: str | None = None
    proposed: Collection[str] = ()

    @property
    def day(self) -> str | None:
        """The day it was held, else the one that the weightiest and latest voice gives."""
        reviewed = [d for d in self.standing_dates if d[1].id not in self.proposed] or self.standing_dates
        best = max(reviewed, key=lambda d: (source_weight(d[1]), asserted_on(d[1])), default=None)
        return self.held_on or (best[0] if best else None)

    @cached_property
    def standing_dates(self) -> tuple[tuple[str, Statement], ...]:
        """The days given, without those called off since; all of them where every day was called off."""
        called_off = {day: asserted_on(s) for day, s in self.dates if s.value["status"] == "cancelled"}
        standing = tuple(d for d in self.dates if asserted_on(d[1]) > called_off.get(d[0], ""))
        return standing or self.dates

    @property
    def is_called_off(self) -> bool:
        """Whether the last word on it calls it off."""
        words = [s for s in self.statements if s.kind == "planned_meeting"]
        return bool(words) and max(words, key=asserted_on).value["status"] == "cancelled"

    @cached_property
    def responses(self) -> tuple[Response, ...]:
        """What each side has said of it, in the order it was said."""
        return tuple(r for s in sorted(self.statements, key=asserted_on) for r in _responses(s))

    def extended(self, s: Statement) -> Event:
        """The event with one more statement about it."""
        day = meeting_date(s)
        return Event(
            name=self.name or _name_of(s),
            people=self.people or tuple(people_of(s)),
            dates=(*self.dates, (day, s)) if day else self.dates,
            statements=(*self.statements, s),
            proposed=self.proposed,
        )


def _responses(s: Statement) -> Iterator[Response]:
    status = s.value["status"]
    if s.kind == "confirmation":
        yield s.value["by_side"], status, s
    elif source_weight(s) == PRESS:
        return
    elif status in ("announced_one_side", "confirmed_both"):
        for side in parties_of(s) if s.by.side == "joint" else [s.by.side or "press"]:
            yield side, "confirmed", s
    elif status == "cancelled":
        yield s.by.side or "press", "denied", s


def derive_events(
    statements: Iterable[Statement], rounds: Iterable[Round], as_of: str, proposed: Collection[str] = ()
) -> tuple[list[Event], list[SetAside]]:
    """The planned meetings with what was said of each, and the proposals that name no meeting."""
    asserted = [s for s in statements if is_asserted_by(s, as_of)]
    events = _Events(proposed)
    set_aside: list[SetAside] = []
    for s in sorted(asserted, key=lambda s: (s.id in proposed, _precision(s))):
        number = events.find(s)
        if number is None and s.id in proposed and not _names_meeting(s):
            set_aside.append(SetAside(s, "it does not say of which meeting it speaks"))
        else:
            events.add(s, number)
    rounds = list(rounds)
    return [replace(event, held_on=_day_held(event, rounds)) for event in events.all], set_aside


def _precision(s: Statement) -> tuple[bool, bool, str]:
    """Plans before answers to them, those with a day before those without, in the order they were asserted."""
    return (s.kind == "confirmation", not meeting_date(s), asserted_on(s))


def _names_meeting(s: Statement) -> bool:
    return bool(_name_of(s) or people_of(s))


def _day_held(event: Event, rounds: Iterable[Round]) -> str | None:
    return next((r.start for r in rounds if _is_held_as(event, r)), None)


class _Events:
    """Events in their order, with what finds the one that a statement concerns quickly."""

    def __init__(self, proposed: Collection[str]) -> None:
        self.all: list[Event] = []
        self._proposed = proposed
        self._by_details: dict[tuple[Any, ...], int] = {}
        self._by_step: dict[int, set[int]] = {}
        self._undated: set[int] = set()

    def find(self, s: Statement) -> int | None:
        """The number of the event that a statement concerns; None where it concerns none."""
        number = self._by_details.get(_details(s) or ())
        if number is not None:
            return number
        return next((n for n in self._candidates(s) if concerns(s, self.all[n])), None)

    def add(self, s: Statement, number: int | None) -> None:
        """Add a statement to the event with that number, or open an event with it."""
        if number is None:
            number = len(self.all)
            self.all.append(Event(_name_of(s), proposed=self._proposed))
        self.all[number] = self.all[number].extended(s)
        details = _details(s)
        if details is None or details not in self._by_details:
            self._note_day(s, number)
        if details is not None:
            self._by_details[details] = number

    def _note_day(self, s: Statement, number: int) -> None:
        day = meeting_date(s) or asserted_on(s)
        if not day:
            self._undated.add(number)
        for step in _steps(day) if day else ():
            self._by_step.setdefault(step, set()).add(number)

    def _candidates(self, s: Statement) -> Iterable[int]:
        """The events near the day of a statement, in their order; all of them where it names no day."""
        day = meeting_date(s) or asserted_on(s)
        if not day:
            return range(len(self.all))
        close_by = {n for step in _steps(day, margin=1) for n in self._by_step.get(step, ())}
        return sorted(close_by | self._undated)


def _steps(day: str, margin: int = 0) -> range:
    """The spans of STEP_DAYS that a date touches, by number."""
    first, last = (d.toordinal() for d in days(day))
    return range(first // STEP_DAYS - margin, min(last, first + LONGEST_DAYS) // STEP_DAYS + margin + 1)


def _details(s: Statement) -> tuple[Any, ...] | None:
    """What says which meeting it is: two statements with the same details concern the same one."""
    name, day = _name_of(s), meeting_date(s)
    return (name, day, *people_of(s)) if name and day else None


def _is_held_as(event: Event, meeting: Round) -> bool:
    """Whether a round of the same people is the meeting that was planned."""
    people = names_in(event.people)
    if not people or not meeting.start or not people <= names_in(meeting.heads):
        return False
    if event.dates:
        return min(days_apart(day, meeting.start) for day, _ in event.dates) <= STEP_DAYS
    first = days(meeting.start)[0]
    mentions = [days(asserted_on(s))[1] for s in event.statements if asserted_on(s)]
    return any(0 <= (first - mention).days <= WAIT_DAYS for mention in mentions)


def _name_of(s: Statement) -> str | None:
    return s.value.get("event") or s.value.get("of")


def meeting_date(s: Statement) -> str | None:
    """The day that the statement gives for the meeting."""
    return s.value.get("date") or (s.date.iso if s.kind == "planned_meeting" else None)


def concerns(s: Statement, event: Event) -> bool:
    """Whether the statement is about this meeting: the days are near, and the people or the name are the same."""
    days_given = _days_given(event)
    if _is_beyond_step(meeting_date(s) or asserted_on(s), days_given):
        return False
    people, known = names_in(people_of(s)), names_in(event.people)
    if people and known:
        return people == known and not _is_another_occasion(s, event)
    return (s.id in event.proposed and meeting_date(s) in days_given) or _name_fits(s, event)


def _is_beyond_step(day: str, others: Collection[str]) -> bool:
    return bool(day and others) and min(days_apart(day, other) for other in others) > STEP_DAYS


def _is_another_occasion(s: Statement, event: Event) -> bool:
    """Whether it speaks of another meeting of the same people: in another city, or on a far day by another name."""
    cities = {normalized(t.value["city"]) for t in event.statements if t.value.get("city")}
    city = s.value.get("city")
    if city and cities and normalized(city) not in cities:
        return True
    is_named_alike = not _name_of(s) or not event.name or _shares_name(s, event)
    return not is_named_alike and _is_on_far_day(s, event)


def _is_on_far_day(s: Statement, event: Event) -> bool:
    day = meeting_date(s)
    apart = [days_apart(day, other) for other, _ in event.dates] if day else []
    return bool(apart) and min(apart) > MOVED_DAYS


def _shares_name(s: Statement, event: Event) -> bool:
    words, others = set(normalized(_name_of(s)).split()), set(normalized(event.name).split())
    return len(words & others) >= 0.5 * len(words | others)


def _days_given(event: Event) -> set[str]:
    """The days given for the meeting, or else the days on which it was spoken of."""
    return {day for day, _ in event.dates} or set(filter(None, map(asserted_on, event.statements)))


def _name_fits(s: Statement, event: Event) -> bool:
    """Whether the name of the meeting, or for want of one the source, is the same."""
    words = set(normalized(_name_of(s)).split())
    people = [normalized(p).split() for p in event.people]
    if words and people and all(p[-1] in words or p[0] in words for p in people):
        return True
    if words and event.name:
        return _shares_name(s, event)
    return any(t.source == s.source for t in event.statements)
