"""What the text around a quote bears: the numbers and dates that a fact with that quote may state."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from detente.record.document import Document
from detente.record.propose.annotate.places import LANGUAGES
from detente.record.propose.annotate.text import lines, masked, sentences, unwrapped
from detente.record.propose.endpoint import judge, times
from detente.record.propose.endpoint.numerals import ORDINAL, OTHER, PERCENT, POINTS, Number, numbers, says_free

BEFORE, AFTER = 400, 300  # characters around a quote that still speak of the same matter
MILLION, SMALL = 1e6, 1e-3
DATELINE = 120  # characters at the start in which a dateline stands
WEEKS = {"day": 1, "week": 7}
LINE = 1000  # characters of a line in which a year still holds for what follows
YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]\d)")
FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


class Text:
    """A document as its facts are checked: masked, unwrapped, cut into sentences, with the days that it names."""

    def __init__(self, document: Document):
        self.document = document
        self.language = document.language if document.language in LANGUAGES else "en"
        self.read = unwrapped(masked(document.text), document.body_start)
        pieces = [s for line in lines(self.read, document.body_start) for s in sentences(line)]
        self._starts, self._ends = [p.start for p in pieces], [p.end for p in pieces]

    def stretch(self, start: int, end: int) -> str:
        """The text from start to end, white space plain."""
        return re.sub(r"\s+", " ", self.read[max(start, self.document.body_start) : end])

    def sentences(self, start: int, end: int) -> tuple[int, int]:
        """Where the sentences that a stretch lies in begin and end."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = min(bisect_left(self._ends, end), len(self._ends) - 1)
        return (min(self._starts[first], start), max(self._ends[last], end)) if self._starts else (start, end)

    @cached_property
    def figures(self) -> frozenset[str]:
        """Every figure of the document proper."""
        return frozenset(FIGURE.findall(self.document.text, self.document.body_start))

    @cached_property
    def read_on(self) -> tuple[date, ...]:
        """The days that the text may be read on: publication, and a dateline near it."""
        published = _day(self.document.published)
        if published is None:
            return ()
        head = times.read(self.stretch(0, self.document.body_start + DATELINE), self.language)
        days = {d for d in times.whole_days(head, published) if abs((d - published).days) <= times.BESIDE}
        return tuple(sorted({*days, published}))

    def clock(self, position: int) -> judge.Clock:
        """The days that words of time at a place count from: its line may name a year before it, or begin with a day."""
        begin = max(self.read.rfind("\n", 0, position) + 1, self.document.body_start, position - LINE)
        years = frozenset([int(m[0]) for m in YEAR.finditer(self.read, begin, position)][-1:])
        head = times.heading(self.read[begin : begin + LINE], self.language)
        return judge.Clock(self.read_on, years, head)


def _day(iso: str | None) -> date | None:
    try:
        return date.fromisoformat(iso or "")
    except ValueError:
        return None


@dataclass(frozen=True)
class Passage:
    """A quote and what stands around it."""

    text: Text
    start: int
    end: int

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The quote, its sentences, and what stands near."""
        first, last = self.text.sentences(self.start, self.end)
        spans = (self.start, self.end), (first, last), (first - BEFORE, last + AFTER)
        return tuple(self.text.stretch(*span) for span in spans)

    @cached_property
    def _numbers(self) -> tuple[list[Number], ...]:
        """The numbers of each level that are no part of a date."""
        return tuple(_dateless(level, self.text.language) for level in self.levels)

    @cached_property
    def _times(self) -> tuple[times.Times, ...]:
        return tuple(times.read(level, self.text.language) for level in self.levels)

    def bears_rate(self, rate: float) -> bool:
        """Whether a rate stands in the quote; where the quote has no rate, in its sentence, and then near it.

        A table or a talk gives rates without a sign: bare numbers of the quote count where it has no others.
        """
        if rate == 0 and says_free(self.levels[1], self.text.language):
            return True
        rates = [[n.value for n in level if n.unit in (PERCENT, POINTS)] for level in self._numbers]
        return _first_decides(rate, rates if rates[0] else [self._bare, *rates[1:]])

    @cached_property
    def _bare(self) -> list[float]:
        return [n.value for n in self._numbers[0] if n.unit == OTHER and n.value < MILLION]

    def bears_ordinal(self, value: float) -> bool:
        """Whether the quote, its sentence or what stands near it counts something as the so-many-th."""
        ordinals = [[n.value for n in level if n.unit == ORDINAL] for level in self._numbers]
        return _first_decides(value, ordinals if any(ordinals) else [self._bare])

    def bears_amount(self, value: float, scale: float) -> bool:
        """Whether an amount stands in the quote, its sentence or near it; scale is that of the unit of its key."""
        amounts = [[n.value / scale for n in level if n.unit == OTHER] for level in self._numbers]
        return _first_decides(value, [[a for a in level if scale == 1 or a > SMALL] for level in amounts])

    def bears_days(self, count: float) -> bool:
        """Whether the quote, its sentence or what stands near it counts so many days."""
        lengths = [[float(n) * WEEKS[unit] for n, unit in t.lengths if unit in WEEKS] for t in self._times]
        return _first_decides(count, lengths)

    def bears_date(self, iso: str, expected: judge.Expected, words: str | None = None) -> bool:
        """Whether a date follows from the words that give it, the quote, its sentence or what stands near it.

        The first of them that names a day decides; the words for an interval may give one end of it only.
        """
        clock = self.text.clock(self.start)
        is_given = words and words in self.levels[-1] and "/" not in iso
        given = [times.read(words, self.text.language)] if words and is_given else []
        for level in (*given, self._times[0]):
            if judge.bears(iso, level, clock, expected):
                return True
            if level.tells_a_day:
                return False
        is_length = expected.not_role == times.BEGIN and bool(self._times[0].lengths)
        around = expected._replace(wide=True, counted=is_length)
        return any(judge.bears(iso, level, clock, around) for level in self._times[1:])

    def bears_figures(self, words: str) -> bool:
        """Whether every number of some words stands in the document, or is part of a date that the passage bears."""
        for day in re.findall(r"\d{4}-\d\d(?:-\d\d)?", words):
            words = words.replace(day, "") if self.bears_date(day, judge.Expected()) else words
        near = {n.value for level in self._numbers for n in level}
        return all(words[n.start : n.end] in self.text.figures or n.value in near for n in _figures(words))

    def speaks_against(self, words: str | None) -> bool:
        """Whether the words that give a date, or the quote where the text has no such words, name a day."""
        if words and words in self.levels[-1]:
            given = times.read(words, self.text.language)
            return given.names_a_day or bool(given.weekdays or given.offsets)
        return self.names_dates()

    def names_amounts(self, is_ordinal: bool = False) -> bool:
        """Whether the quote holds a number that is neither a rate nor part of a date; or an ordinal."""
        return any(n.unit == (ORDINAL if is_ordinal else OTHER) for n in self._numbers[0])

    def names_dates(self) -> bool:
        """Whether the quote itself names a day or month."""
        return self._times[0].names_a_day


def _dateless(text: str, language: str) -> list[Number]:
    dates = times.stretches(text, language)
    return [n for n in numbers(text, language) if not any(a < n.end and n.start < b for a, b in dates)]


def _figures(words: str) -> Iterator[Number]:
    """The numbers of some words of an answer that are written in digits."""
    return (n for n in numbers(words, "en") if words[n.start].isdecimal())


def _first_decides(value: float, levels: list[list[float]]) -> bool:
    """Whether a value is among those of the first level that has any."""
    first = next((level for level in levels if level), [])
    return any(math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9) for other in first)
