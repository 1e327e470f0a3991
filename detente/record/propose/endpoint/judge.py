"""Whether what a text says about time bears one date.

Dates come from an answer and are only judged here: the question is what in the text speaks for one date, not what an
expression means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from detente.errors import RecordError
from detente.record.fact import days
from detente.record.propose.endpoint.times import BEGIN, END, MIDDLE, Named, Step, Times, shifted, whole_days

NEAR_YEAR = (
    200  # days: a day named without its year lies within half a year of the one a text is read on, or little more
)
OTHER_YEAR = 300  # days: up to that far where the fact itself looks back
SOON = 120  # days: an end that was replaced lies no further ahead
LONG, UNTIL = ("month", "year"), "until"
REACH = {"since": (-366, 16), "last": (-366, 0), "next": (0, 366), UNTIL: (-60, 300)}  # days, by the word before
NEAR_DAY = 25  # days: a day named without its month ("the 25th") lies that near
LAST_WEEK, NEXT_WEEK, EITHER_WEEK = (-6, 0), (-1, 6), (-6, 6)  # days from the one a text is read on to a weekday


@dataclass(frozen=True)
class Clock:
    """The days that words of time count from.

    read_on   the days that the text may be read on: publication, dateline
    years     the years that the narrative stands in
    stands_on the day that heads the line, as in a chronology
    """

    read_on: tuple[date, ...] = ()
    years: frozenset[int] = frozenset()
    stands_on: date | None = None

    def distances(self, day: date) -> list[int]:
        """Days from those that the text is read on to another."""
        return [(day - other).days for other in self.read_on]


class Expected(NamedTuple):
    """What is known of a date that is judged.

    reach         the distances in days, from the day a text is read on, of a day named without its year
    week          the distances that a weekday can stand for
    looks_ahead   it lies ahead by its nature, as the end of a truce does
    has_happened  it cannot lie after the day that the text is read on, as a meeting that was held
    begins        it is the first of several days: two days that end on the 29th began on the 28th
    not_role      begin for the end of something, end for its start
    wide          the text is what stands around the quote
    counted       the quote gives a length: a day named elsewhere is where it starts, unless `until` stands before it
    """

    reach: tuple[int, int] = (-NEAR_YEAR, NEAR_YEAR)
    week: tuple[int, int] = LAST_WEEK
    looks_ahead: bool = False
    has_happened: bool = False
    begins: bool = False
    not_role: str = ""
    wide: bool = False
    counted: bool = False


def bears(iso: str, times: Times, clock: Clock, expected: Expected) -> bool:
    """Whether a text bears a date: 2025-08-12, 2025-08 or 2025; of an interval a/b both ends.

    iso    the date
    times  what the text says about time
    clock  the days that it counts from
    expected  what is known of the date
    """
    first, slash, last = iso.partition("/")
    if not slash:
        return _bears(first[:10], times, clock, expected)
    ends = expected._replace(not_role=END, begins=True), expected._replace(not_role=BEGIN)
    return _bears(first[:10], times, clock, ends[0]) and _bears(last[:10], times, clock, ends[1])


def _bears(iso: str, times: Times, clock: Clock, expected: Expected) -> bool:
    try:
        first, _ = days(iso)
    except RecordError:
        return False
    if expected.has_happened and min(clock.distances(first), default=0) > 0:
        return False
    judge = {4: _year_is_borne, 7: _month_is_borne}.get(len(iso), _day_is_borne)
    return judge(first, times, clock, expected)


def _year_is_borne(first: date, times: Times, clock: Clock, expected: Expected) -> bool:
    return any(n.year == first.year for n in times.named) or _is_offset_year(first.year, times, clock)


def _is_offset_year(year: int, times: Times, clock: Clock) -> bool:
    """Whether a text speaks of last year, this year or next year, and it is that one."""
    return any(unit == "year" and day.year + n == year for n, unit in times.offsets for day in clock.read_on)


def _month_is_borne(first: date, times: Times, clock: Clock, expected: Expected) -> bool:
    if any(_names_month(n, first, times, clock, expected) for n in times.named):
        return True
    steps = times.offsets | times.lengths
    months = {shifted(day.replace(day=1), step) for step in steps if step[1] in LONG for day in clock.read_on}
    return first in months


def _names_month(n: Named, first: date, times: Times, clock: Clock, expected: Expected) -> bool:
    if n.month != first.month or n.year not in (None, first.year):
        return False
    return n.year is not None or _year_fits(first.replace(day=MIDDLE), n, times, clock, expected)


def _day_is_borne(day: date, times: Times, clock: Clock, expected: Expected) -> bool:
    if any(_names_day(n, day, times, clock, expected) for n in times.named):
        return True
    if any(_is_counted(day, step, clock, times, expected) for step in times.lengths):
        return True
    return not expected.counted and _is_told(day, times, clock, expected)


def _names_day(n: Named, day: date, times: Times, clock: Clock, expected: Expected) -> bool:
    if not _may_be(n, day) or not _may_be_expected(n, expected):
        return False
    if n.month is None:
        return n.year is None and any(abs(d) <= NEAR_DAY for d in clock.distances(day))
    return n.year is not None or _year_fits(day, n, times, clock, expected)


def _may_be(n: Named, day: date) -> bool:
    return n.day == day.day and n.month in (None, day.month) and n.year in (None, day.year)


def _may_be_expected(n: Named, expected: Expected) -> bool:
    """Whether a day can be what is expected: a day after `from` is no end."""
    if expected.counted and n.lead != UNTIL:
        return False
    return not n.role or n.role != expected.not_role


def _year_fits(day: date, n: Named, times: Times, clock: Clock, expected: Expected) -> bool:
    """Whether a day that a text names without a year can be of the year of `day`."""
    if n.lead.lstrip("-").isdigit():
        return any(other.year + int(n.lead) == day.year for other in clock.read_on)
    if clock.stands_on is not None:
        return abs((day - clock.stands_on).days) <= NEAR_YEAR
    if n.lead not in REACH and (day.year in clock.years or _is_offset_year(day.year, times, clock)):
        return True
    return _lies_within(day, REACH.get(n.lead, expected.reach), clock)


def _lies_within(day: date, reach: tuple[int, int], clock: Clock) -> bool:
    """Whether a day lies so far from one that the text is read on."""
    return any(reach[0] <= d <= reach[1] for d in clock.distances(day))


def _is_told(day: date, times: Times, clock: Clock, expected: Expected) -> bool:
    """Whether a text gives a day by its weekday, or by so many days from another: yesterday, the next day."""
    if day.weekday() in times.weekdays and _lies_within(day, expected.week, clock):
        return True
    if any(shifted(other, step) == day for step in times.offsets for other in clock.read_on):
        return True
    return any(_is_counted(day, step, clock, times, expected) for step in times.steps)


def _is_counted(day: date, step: Step, clock: Clock, times: Times, expected: Expected) -> bool:
    """Whether a day lies so far from one that the text is read on, that it names, or whose weekday it names."""
    n, unit = step
    if expected.looks_ahead and (n < 0 or _gives_an_end(times, clock, expected)):
        return False
    if expected.begins and unit == "day" and n > 1:
        return shifted(day, (n - 1, unit)) in _ends(times, clock)
    base = shifted(day, (-n, unit))
    return base is not None and _is_base(base, step, clock, times, expected)


def _is_base(base: date, step: Step, clock: Clock, times: Times, expected: Expected) -> bool:
    """Whether a step may count from a day."""
    if base in clock.read_on:
        return True
    if abs(step[0]) <= 1 and base.weekday() in times.weekdays and _lies_within(base, LAST_WEEK, clock):
        return True
    return base in _named_days(times, clock) and not (expected.wide and step[1] in LONG)


def _named_days(times: Times, clock: Clock) -> set[date]:
    return {d for other in clock.read_on for d in whole_days(times, other)}


def _ends(times: Times, clock: Clock) -> set[date]:
    """The days on which something that lasted so many days may have ended."""
    return _named_days(times, clock) | {d for other in clock.read_on for d in _last_weekdays(times, other)}


def _gives_an_end(times: Times, clock: Clock, expected: Expected) -> bool:
    """Whether the quote names a day ahead that is not the first of a time: it counts, and not a length beside it."""
    if expected.wide:
        return False
    ends = replace(times, named=frozenset(n for n in times.named if n.role != BEGIN))
    return any(d > other for other in clock.read_on for d in whole_days(ends, other))


def _last_weekdays(times: Times, day: date) -> Iterator[date]:
    return (day - timedelta(days=(day.weekday() - index) % 7) for index in times.weekdays)
