"""Whether a text bears a date: days, months and years it names, weekdays, days counted from a day it names.

Dates come from an answer and are only judged here: the question is what in the text speaks for one date, not what an
expression means.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, NamedTuple

import yaml

from detente.errors import RecordError
from detente.record.fact import days
from detente.record.propose.endpoint.numerals import numbers

NEAR_YEAR = 200  # days: a day named without its year lies within half a year of the day the text is read on, or little more
OTHER_YEAR = 300  # days: up to that far where the fact itself looks back
REACH = {"since": (-366, 16), "last": (-366, 0), "next": (0, 366), "until": (-60, 300)}  # days, by the word before
NEAR_DAY = 25  # days: a day named without its month ("the 25th") lies that near
BESIDE = 4  # characters between a weekday and the date that it belongs to
LONGEST = 2000  # steps counted at most
HEADING = 40  # characters of a line in which the day stands that heads it
LEAD = 24  # characters before a day in which `from` or `since` stands
BEGIN, END = "begin", "end"
LAST_WEEK, NEXT_WEEK, EITHER_WEEK = (-6, 0), (-1, 6), (-6, 6)  # days from the one a text is read on to a weekday
Step = tuple[int, str]  # ninety days are (90, "day"), yesterday is (-1, "day")


class Named(NamedTuple):
    """A day, month or year that a text names; a part that it leaves out is None.

    role: begin for the first day of several and a day after `from`, end for the last of several. lead: the word before it
    that says where its year lies.
    """

    year: int | None
    month: int | None
    day: int | None
    role: str = ""
    lead: str = ""


@dataclass(frozen=True)
class Times:
    """What a text says about time. offsets count from the day it is read on, steps from any day."""

    named: frozenset[Named]
    weekdays: frozenset[int]
    offsets: frozenset[Step]
    steps: frozenset[Step]


    @property
    def names_a_day(self) -> bool:
        """Whether the text names a month, with its day or without."""
        return any(n.month is not None for n in self.named)

    @property
    def tells_a_day(self) -> bool:
        """Whether the text names a day or month, a weekday, or a day by the one it is read on."""
        return any(n.month or n.day for n in self.named) or bool(self.weekdays or self.offsets)


@dataclass(frozen=True)
class Words:
    """The patterns of a language."""

    dates: tuple[re.Pattern[str], ...]
    months: dict[str, int]
    weekdays: tuple[re.Pattern[str], ...]
    offsets: tuple[tuple[re.Pattern[str], Step], ...]
    steps: tuple[tuple[re.Pattern[str], Step], ...]
    units: tuple[tuple[re.Pattern[str], str], ...]
    day: re.Pattern[str]
    begins: re.Pattern[str]
    year_end: re.Pattern[str]
    leads: tuple[tuple[re.Pattern[str], str], ...]


@cache
def vocabulary(language: str) -> Words:
    """The words of time of en, vi or zh; another language is read as English."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (files("detente.record.propose.endpoint") / "time_words.yaml").read_text("utf-8")
    tables: dict[str, dict[str, Any]] = yaml.load(text, loader)  # safe loaders only
    table = tables.get(language, tables["en"])
    months = {form: int(n) for word, n in table["months"].items() for form in (word, word.upper(), word.capitalize())}
    name = "|".join(sorted(map(re.escape, months), key=len, reverse=True)) or "(?!)"
    parts = {
        "DAYS": f"{table['day']}(?:{table['join']}{table['day']}){{0,3}}",
        "DAY": table["day"],
        "JOIN": table["join"],
        "MONTH": f"(?:{name})",
    }

    def pattern(text: str) -> re.Pattern[str]:
        return re.compile(re.sub("DAYS|DAY|JOIN|MONTH", lambda m: parts[m[0]], text))

    return Words(
        tuple(map(pattern, table["dates"])),
        months,
        tuple(map(pattern, table["weekdays"])),
        tuple((pattern(p), (n, unit)) for p, n, unit in table["offsets"]),
        tuple((pattern(p), (n, unit)) for p, n, unit in table["steps"]),
        tuple((pattern(p), unit) for unit, p in table["units"].items()),
        pattern("DAY"),
        re.compile(f"(?:{table['begins']})$"),
        re.compile(table["year_end"]),
        tuple((re.compile(f"(?:{p})$"), name) for name, p in table["leads"].items()),
    )


def read(text: str, language: str) -> Times:
    """What a text says about time. A weekday beside a date ("Tuesday, 29 July") belongs to it and says no more."""
    words = vocabulary(language)
    dates = _stretches(text, words)
    spans = [m.span() for m in dates]
    return Times(
        frozenset(part for m in dates for part in _parts(m, words, language)) | _year_ends(text, words),
        frozenset(n for n, pattern in enumerate(words.weekdays) if _stands_alone(pattern, text, spans)),
        frozenset(step for pattern, step in words.offsets if pattern.search(text)),
        frozenset(step for pattern, step in words.steps if pattern.search(text)) | _lengths(text, spans, language),
    )


def _year_ends(text: str, words: Words) -> frozenset[Named]:
    return frozenset([Named(None, 12, 31, END)] if words.year_end.search(text) else [])


def heading(line: str, language: str) -> date | None:
    """The day or month, with its year, that a line begins with."""
    words = vocabulary(language)
    first = next((m for m in _stretches(line[:HEADING], words) if m.start() <= 1), None)
    named = next((n for n in _parts(first, words, language) if n.year and n.month), None) if first else None
    return _day(named.year or 0, named.month or 0, named.day or 15) if named else None


def stretches(text: str, language: str) -> list[tuple[int, int]]:
    """Where a text names days, months and years."""
    return [m.span() for m in _stretches(text, vocabulary(language))]


def _stretches(text: str, words: Words) -> list[re.Match[str]]:
    """The first pattern that takes a stretch of text counts; both readings of 9/12 do."""
    taken: list[re.Match[str]] = []
    for pattern in words.dates:
        for m in pattern.finditer(text):
            if not any(t.start() < m.end() and m.start() < t.end() and t.span() != m.span() for t in taken):
                taken.append(m)
    return taken


def _stands_alone(pattern: re.Pattern[str], text: str, dates: list[tuple[int, int]]) -> bool:
    """Whether a weekday stands somewhere without a date beside it."""
    return any(
        not any(0 <= start - m.end() <= BESIDE or 0 <= m.start() - end <= BESIDE for start, end in dates)
        for m in pattern.finditer(text)
    )


def _parts(m: re.Match[str], words: Words, language: str) -> Iterator[Named]:
    groups = m.groupdict()
    year, month = _whole(groups.get("year"), language), _whole(groups.get("num"), language)
    if groups.get("month"):
        month = words.months[groups["month"]]
    if month is not None and not 1 <= month <= 12:
        return
    listed = [_whole(d[0], language) for d in words.day.finditer(groups.get("days") or "")]
    before = m.string[max(0, m.start() - LEAD) : m.start()]
    begins = words.begins.search(before) is not None
    lead = next((name for pattern, name in words.leads if pattern.search(before)), "")
    for index, day in enumerate(listed or [None]):
        role = BEGIN if begins else ""
        if len(listed) > 1:
            role = BEGIN if index == 0 else END if index == len(listed) - 1 else ""
        if day is None or 1 <= day <= 31:
            yield Named(year, month, day, role, lead)


def _whole(text: str | None, language: str) -> int | None:
    value = next((n.value for n in numbers(re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", text), language)), None) if text else None
    return None if value is None else int(value)


def _lengths(text: str, dates: list[tuple[int, int]], language: str) -> frozenset[Step]:
    """Lengths of time: ninety days, thirteen months, 三个月; the 1日 of 8月1日 is none."""
    return frozenset(
        (int(n.value), unit)
        for n in numbers(text, language)
        for pattern, unit in vocabulary(language).units
        if n.value == int(n.value) and 0 < n.value <= LONGEST and pattern.match(text, n.end)
        if not any(a <= n.start < b for a, b in dates)
    )


def shifted(day: date, step: Step) -> date | None:
    """The day so many days, weeks, months or years on; a month's last day where the month is shorter."""
    n, unit = step
    try:
        if unit in ("day", "week"):
            return day + timedelta(days=n * (7 if unit == "week" else 1))
        year, month = divmod(day.year * 12 + day.month - 1 + n * (12 if unit == "year" else 1), 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        return None


def whole_days(times: Times, near: date) -> frozenset[date]:
    """The days that a text names; of one without a year or month, that nearest to a day."""
    years, months = (near.year - 1, near.year, near.year + 1), range(1, 13)
    found = set()
    for n in times.named:
        if n.day is not None and (n.month is not None or n.year is None):
            possible = product((n.year,) if n.year else years, (n.month,) if n.month else months)
            listed = [d for year, month in possible if (d := _day(year, month, n.day))]
            found |= set(sorted(listed, key=lambda d: abs((d - near).days))[:1])
    return frozenset(found)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


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


class Asked(NamedTuple):
    """What is known of a date that is judged.

    reach         the distances in days, from the day a text is read on, of a day named without its year
    week          the distances that a weekday can stand for
    looks_ahead   it lies ahead by its nature, as the end of a truce does
    has_happened  it cannot lie after the day that the text is read on, as a meeting that was held
    begins        it is the first of several days: two days that end on the 29th began on the 28th
    not_role      begin for the end of something, end for its start
    wide          the text is what stands around the quote
    """

    reach: tuple[int, int] = (-NEAR_YEAR, NEAR_YEAR)
    week: tuple[int, int] = LAST_WEEK
    looks_ahead: bool = False
    has_happened: bool = False
    begins: bool = False
    not_role: str = ""
    wide: bool = False


def bears(iso: str, times: Times, clock: Clock, asked: Asked = Asked()) -> bool:
    """Whether a text bears a date: 2025-08-12, 2025-08 or 2025; of an interval a/b both ends.

    iso    the date
    times  what the text says about time
    clock  the days that it counts from
    asked  what is known of the date
    """
    first, slash, last = iso.partition("/")
    if not slash:
        return _bears(first[:10], times, clock, asked)
    return _bears(first[:10], times, clock, asked._replace(not_role=END, begins=True)) and _bears(
        last[:10], times, clock, asked._replace(not_role=BEGIN)
    )


def _bears(iso: str, times: Times, clock: Clock, asked: Asked) -> bool:
    try:
        first, _ = days(iso)
    except RecordError:
        return False
    if asked.has_happened and clock.read_on and min(clock.distances(first)) > 0:
        return False
    if len(iso) == 4:
        return _year_is_borne(first.year, times, clock)
    if len(iso) == 7:
        return _month_is_borne(first, times, clock, asked)
    return (
        any(_is_named(first, n, times, clock, asked) for n in times.named)
        or (first.weekday() in times.weekdays and any(_within(d, asked.week) for d in clock.distances(first)))
        or any(shifted(day, step) == first for step in times.offsets for day in clock.read_on)
        or any(_is_counted(first, step, times, clock, asked) for step in times.steps)
    )


def _within(distance: int, reach: tuple[int, int]) -> bool:
    return reach[0] <= distance <= reach[1]


def _year_is_borne(year: int, times: Times, clock: Clock) -> bool:
    named = any(n.year == year for n in times.named)
    return named or any(unit == "year" and day.year + n == year for n, unit in times.offsets for day in clock.read_on)


def _month_is_borne(first: date, times: Times, clock: Clock, asked: Asked) -> bool:
    named = (n for n in times.named if n.month == first.month and n.year in (None, first.year))
    if any(n.year or _year_fits(first.replace(day=15), n, times, clock, asked) for n in named):
        return True
    months = {day.replace(day=1) for day in clock.read_on}
    steps = (s for s in times.offsets | times.steps if s[1] in ("month", "year"))
    return any(shifted(day, (sign * n, unit)) == first for n, unit in steps for day in months for sign in (1, -1))


def _is_named(day: date, n: Named, times: Times, clock: Clock, asked: Asked) -> bool:
    if n.day != day.day or n.month not in (None, day.month) or n.year not in (None, day.year):
        return False
    if n.role and n.role == asked.not_role:
        return False
    if n.month is None:
        return n.year is None and any(abs(d) <= NEAR_DAY for d in clock.distances(day))
    return n.year is not None or _year_fits(day, n, times, clock, asked)


def _year_fits(day: date, n: Named, times: Times, clock: Clock, asked: Asked) -> bool:
    """Whether a day that a text names without a year can be of the year of `day`."""
    if n.lead.lstrip("-").isdigit():
        return any(other.year + int(n.lead) == day.year for other in clock.read_on)
    if clock.stands_on is not None:
        return abs((day - clock.stands_on).days) <= NEAR_YEAR
    if n.lead in REACH:
        return any(_within(d, REACH[n.lead]) for d in clock.distances(day))
    if any(unit == "year" and other.year + k == day.year for k, unit in times.offsets for other in clock.read_on):
        return True
    return day.year in clock.years or any(_within(d, asked.reach) for d in clock.distances(day))


def _is_counted(day: date, step: Step, times: Times, clock: Clock, asked: Asked) -> bool:
    """Whether a day lies so far from one that the text is read on, that it names, or whose weekday it names."""
    n, unit = step
    back = shifted(day, (-n, unit))
    if back and n <= 1 and back.weekday() in times.weekdays and any(_within(d, LAST_WEEK) for d in clock.distances(back)):
        return True
    named = {d for other in clock.read_on for d in whole_days(times, other)}
    if asked.looks_ahead:
        is_given = not asked.wide and _gives_an_end(times, clock)
        return not is_given and any(shifted(base, step) == day for base in {*named, *clock.read_on})
    if asked.begins and unit == "day" and n > 1:
        ends = named | {d for other in clock.read_on for d in _last_weekdays(times, other)}
        return any(shifted(base, (1 - n, unit)) == day for base in ends)
    return any(shifted(base, (sign * n, unit)) == day for base in {*named, *clock.read_on} for sign in (1, -1))


def _gives_an_end(times: Times, clock: Clock) -> bool:
    """Whether the text names a day ahead that is not the first of a time: it counts, and not a length beside it."""
    ends = times.named - {n for n in times.named if n.role == BEGIN}
    days_ahead = (d for other in clock.read_on for d in whole_days(replace(times, named=ends), other) if d > other)
    return next(days_ahead, None) is not None


def _last_weekdays(times: Times, day: date) -> Iterator[date]:
    return (day - timedelta(days=(day.weekday() - index) % 7) for index in times.weekdays)
