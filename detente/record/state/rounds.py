"""Rounds of talks: a meeting named by city and month in one source and by its days in another is one round."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from detente.record.fact import Statement, days, has_started
from detente.record.state.claims import (
    STEP_DAYS,
    SetAside,
    all_parties,
    asserted_on,
    days_apart,
    days_since,
    first_value,
    ids,
    is_asserted_by,
    names_in,
    normalized,
    parties_of,
    people_of,
    reviewed,
    unique,
)
from detente.record.state.rows import Round

APART_DAYS = 3  # a proposed meeting this close to a round of the record is that round, with other details
MEMORY_DAYS = 370  # a city named without a day means the round there within the year before
DAY, MONTH = len("2025-10-27"), len("2025-10")


def derive_rounds(
    statements: Iterable[Statement], as_of: str, proposed: Collection[str] = ()
) -> tuple[list[Round], list[SetAside]]:
    """One row a round held by the day, and the proposals that fit no round and open none."""
    statements = list(statements)
    reviewed_starts = list(filter(None, map(_start, reviewed(statements, proposed))))
    rounds = _Rounds()
    set_aside: list[SetAside] = []
    # precise statements of the record come first: vaguer ones and proposals then join what is there
    begun = [s for s in statements if _has_begun_by(s, as_of)]
    for s in sorted(begun, key=lambda s: (s.id in proposed, _vagueness(s))):
        if rounds.joins(s):
            continue
        reason = _reason_against_new_round(s, reviewed_starts) if s.id in proposed else ""
        if reason:
            set_aside.append(SetAside(s, reason))
        else:
            rounds.open(s)
    rows = [_round(group, proposed) for group in rounds.groups]
    return sorted(rows, key=lambda r: (r.start or "9999", r.city or "")), set_aside


class _Rounds:
    """Statements grouped by round, with what finds the round a statement belongs to quickly."""

    def __init__(self) -> None:
        self.groups: list[list[Statement]] = []
        self._by_month: dict[str, list[int]] = {}
        self._by_details: dict[tuple[Any, ...], int] = {}

    def joins(self, s: Statement) -> bool:
        """Add the statement to the round it belongs to; False where it belongs to none."""
        number = self._by_details.get(_details(s))
        if number is None:
            fitting = [n for n in self._candidates(s) if _belongs_to(s, self.groups[n])]
            number = min(fitting, key=lambda n: _days_from_start(self.groups[n], s), default=None)
        if number is None:
            return False
        self._by_details[_details(s)] = number
        self.groups[number].append(s)
        return True

    def open(self, s: Statement) -> None:
        """Start a round with the statement."""
        for month in _months(s):
            self._by_month.setdefault(month, []).append(len(self.groups))
        self._by_details[_details(s)] = len(self.groups)
        self.groups.append([s])

    def _candidates(self, s: Statement) -> Iterable[int]:
        """The rounds of its months and those without a day; all rounds where it names no day."""
        if not _start(s):
            return range(len(self.groups))
        return sorted({n for month in ("", *_months(s)) for n in self._by_month.get(month, ())})


def _has_begun_by(s: Statement, as_of: str) -> bool:
    """Whether the meeting had begun by the day; where no start is given, whether it had been spoken of."""
    start = _start(s)
    return has_started(start, as_of, s.by.side) if start else is_asserted_by(s, as_of)


def _months(s: Statement) -> list[str]:
    """The months that its days touch, with a day to spare on both sides; a blank where it names no day."""
    start = _start(s)
    if not start:
        return [""]
    first, last = days(start)[0], days(_end(s) or start)[1]
    if (last - first).days > 62:
        last = first
    day = timedelta(days=1)
    first, last = max(first, date.min + day), min(last, date.max - 31 * day)  # an interval may have no first day
    touched = [first - day, first, first + 31 * day, last, last + day]
    return sorted({f"{d:%Y-%m}" for d in touched if d <= last + day})


def _details(s: Statement) -> tuple[Any, ...]:
    """What says which round it is: two statements with the same details concern the same one."""
    value = s.value
    if not _start(s):
        return (s.id,)
    return (_start(s), _end(s), value.get("city"), value.get("country"), value.get("mode_of_contact"), *people_of(s))


def _belongs_to(s: Statement, group: list[Statement]) -> bool:
    return all(_may_be_same(s, other) for other in group) and any(_is_same(s, other) for other in group)


def _reason_against_new_round(s: Statement, reviewed_starts: list[str]) -> str:
    """Why a proposal opens no round: it needs a day, a place and people, and to come after the rounds on record."""
    start = _start(s) or ""
    if len(start) < (DAY if reviewed_starts else MONTH) or not _names_place(s):
        return "it fits no round of the record, and gives no day and place for a new one"
    if not _names_participants(s):
        return "it does not say who met"
    same_days = next((day for day in reviewed_starts if days_apart(day, start) <= APART_DAYS), None)
    if same_days:
        return f"it gives another place or other people for the round of {same_days}"
    if start < max(reviewed_starts, default=""):
        return f"no round of the record was held near {start}"
    return ""


def _names_place(s: Statement) -> bool:
    return bool(s.value.get("city") or s.value.get("mode_of_contact"))


def _names_participants(s: Statement) -> bool:
    return bool(people_of(s) or len(parties_of(s)) > 1 or s.value.get("ordinal") or s.value.get("event"))


def _start(s: Statement) -> str | None:
    iso = s.value.get("start") or s.date.iso
    return iso.partition("/")[0] if iso else None


def _end(s: Statement) -> str | None:
    iso = s.value.get("end") or s.date.iso
    return iso.rpartition("/")[2] if iso else None


def _vagueness(s: Statement) -> tuple[int, bool, int]:
    return (-len(_start(s) or ""), s.value.get("city") is None, -len(people_of(s)))


def _may_be_same(a: Statement, b: Statement) -> bool:
    """Whether nothing in the two says that they concern different meetings."""
    if _is_elsewhere(a, b):
        return False
    people, others = names_in(people_of(a)), names_in(people_of(b))
    return (not people or not others or bool(people & others)) and _days_fit(a, b) is not False


def _is_elsewhere(a: Statement, b: Statement) -> bool:
    """Whether one names another place or way of meeting than the other."""
    for key in ("city", "country", "mode_of_contact"):
        first, second = a.value.get(key), b.value.get(key)
        if first and second and normalized(first) != normalized(second):
            return True
    return any(_is_remote(call) and bool(meeting.value.get("city")) for call, meeting in ((a, b), (b, a)))


def _is_remote(s: Statement) -> bool:
    """Whether they did not meet in one place: a call, a video conference, letters."""
    return bool(s.value.get("mode_of_contact")) and not s.value.get("city")


def _is_same(a: Statement, b: Statement) -> bool:
    """Whether something in the two says that they concern one meeting: days, city, or people who met of late."""
    if _start(a) and _start(b):
        return _days_fit(a, b) is True
    people = names_in(people_of(a)) & names_in(people_of(b))
    return _days_fit(a, b) is not False and (_is_same_city(a, b) or bool(people))


def _is_same_city(a: Statement, b: Statement) -> bool:
    return bool(a.value.get("city") and normalized(a.value["city"]) == normalized(b.value.get("city")))


def _days_fit(a: Statement, b: Statement) -> bool | None:
    """Whether the days fit; None where neither names a day. A city without a day is the round of the year before."""
    if _start(a) and _start(b):
        return days_apart(_span(a), _span(b)) <= (1 if _is_same_city(a, b) else 0)
    start, vague = (_start(a), b) if _start(a) else (_start(b), a)
    if start is None or not asserted_on(vague):
        return None
    return 0 <= days_since(start, asserted_on(vague)) <= (MEMORY_DAYS if _is_same_city(a, b) else STEP_DAYS)


def _span(s: Statement) -> str:
    return f"{_start(s)}/{_end(s) or _start(s)}"


def _first_start(group: Iterable[Statement]) -> str | None:
    return next(filter(None, map(_start, group)), None)


def _days_from_start(group: list[Statement], s: Statement) -> int:
    """Days between the start of a round and the day that a statement names; very many where either is unknown."""
    start = _first_start(group)
    reference = _start(s) or s.date.anchor or asserted_on(s)
    return abs(days_since(start, reference)) if start and reference else 10**6


def _people_in(group: Iterable[Statement]) -> list[str]:
    return unique(person for s in group for person in people_of(s))


def _round(group: list[Statement], proposed: Collection[str]) -> Round:
    start = _first_start(group)
    exact = next((s for s in group if _start(s) == start), group[0])
    return Round(
        city=first_value(group, "city"),
        country=first_value(group, "country"),
        start=start,
        end=_end(exact) or start,
        parties=tuple(all_parties(group)),
        heads=tuple(_people_in(reviewed(group, proposed)) or _people_in(group)),
        ordinal=first_value(group, "ordinal"),
        mode_of_contact=first_value(group, "mode_of_contact"),
        level=first_value(group, "level"),
        event=first_value(group, "event"),
        statements=ids(group),
    )
