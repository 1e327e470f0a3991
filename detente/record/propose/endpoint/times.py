"""What a text says about time: days, months and years that it names, weekdays, steps and lengths.

Nothing is resolved here: `judge` asks whether this bears one date.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from detente.record.propose.endpoint.numerals import numbers
from detente.record.shipped import reader_file, yaml_of

BESIDE = 4  # characters between a weekday and the date that it belongs to
LONGEST = 2000  # steps counted at most
HEADING = 40  # characters of a line in which the day stands that heads it
LEAD = 24  # characters before a day in which `from` or `since` stands
BEGIN, END = "begin", "end"
MIDDLE = 15  # the day that stands for a month
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
    """What a text says about time. offsets count from the day it is read on, steps and lengths from any day."""

    named: frozenset[Named]
    weekdays: frozenset[int]
    offsets: frozenset[Step]
    steps: frozenset[Step]
    lengths: frozenset[Step] = frozenset()

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
    lengths: tuple[tuple[re.Pattern[str], Step], ...]
    later: re.Pattern[str]
    earlier: re.Pattern[str]
    units: tuple[tuple[re.Pattern[str], str], ...]
    day: re.Pattern[str]
    begins: re.Pattern[str]
    year_end: re.Pattern[str]
    leads: tuple[tuple[re.Pattern[str], str], ...]


@cache
def vocabulary(language: str) -> Words:
    """The words of time of en, vi or zh; another language is read as English."""
    tables: dict[str, dict[str, Any]] = yaml_of(reader_file("endpoint", "time_words.yaml"))
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
        tuple((pattern(p), (n, unit)) for p, n, unit in table["lengths"]),
        re.compile(table["later"]),
        re.compile(table["earlier"]),
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
        frozenset(step for pattern, step in words.steps if pattern.search(text)),
        frozenset(_lengths(text, spans, language)),
    )


def _year_ends(text: str, words: Words) -> frozenset[Named]:
    return frozenset([Named(None, 12, 31, END, "0")] if words.year_end.search(text) else [])


def heading(line: str, language: str) -> date | None:
    """The day or month, with its year, that a line begins with."""
    words = vocabulary(language)
    for m in _stretches(line[:HEADING], words):
        named = next(_parts(m, words, language), None) if m.start() <= 1 else None
        if named is not None and named.year and named.month:
            return _day(named.year, named.month, named.day or MIDDLE)
    return None


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
    """The days, or the month or year, that a stretch names."""
    groups = m.groupdict()
    month = words.months[groups["month"]] if groups.get("month") else _whole(groups.get("num"), language)
    before = m.string[max(0, m.start() - LEAD) : m.start()]
    lead = next((name for pattern, name in words.leads if pattern.search(before)), "")
    listed = [_whole(d[0], language) for d in words.day.finditer(groups.get("days") or "")] or [None]
    roles = _roles(len(listed), words.begins.search(before) is not None)
    for day, role in zip(listed, roles, strict=True):
        named = Named(_whole(groups.get("year"), language), month, day, role, lead)
        if _is_possible(named):
            yield named


def _is_possible(named: Named) -> bool:
    return (named.month is None or 1 <= named.month <= 12) and (named.day is None or 1 <= named.day <= 31)


def _roles(count: int, begins: bool) -> list[str]:
    if count == 1:
        return [BEGIN if begins else ""]
    return [BEGIN, *[""] * (count - 2), END]


def _whole(text: str | None, language: str) -> int | None:
    value = (
        next((n.value for n in numbers(re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", text), language)), None) if text else None
    )
    return None if value is None else int(value)


def _lengths(text: str, dates: list[tuple[int, int]], language: str) -> Iterator[Step]:
    """Lengths of time: ninety days, thirteen months, 三个月, both ways unless `later` or `ago` says which."""
    words = vocabulary(language)
    for end, (n, unit) in (*_counts(text, dates, language), *_uncounted(text, words)):
        if not words.earlier.match(text, end):
            yield n, unit
        if not words.later.match(text, end):
            yield -n, unit


def _counts(text: str, dates: list[tuple[int, int]], language: str) -> Iterator[tuple[int, Step]]:
    """Where each length that is counted ends, and the length; the 1日 of 8月1日 is none."""
    for n in numbers(text, language):
        if n.value != int(n.value) or not 0 < n.value <= LONGEST or any(a <= n.start < b for a, b in dates):
            continue
        for pattern, unit in vocabulary(language).units:
            if m := pattern.match(text, n.end):
                yield m.end(), (int(n.value), unit)


def _uncounted(text: str, words: Words) -> Iterator[tuple[int, Step]]:
    return ((m.end(), step) for pattern, step in words.lengths for m in pattern.finditer(text))


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
    named_days = set()
    for n in times.named:
        if n.day is not None and (n.month is not None or n.year is None):
            possible = product((n.year,) if n.year else years, (n.month,) if n.month else months)
            listed = [d for year, month in possible if (d := _day(year, month, n.day))]
            named_days |= set(sorted(listed, key=lambda d: abs((d - near).days))[:1])
    return frozenset(named_days)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
