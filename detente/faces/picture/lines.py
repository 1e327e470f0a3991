"""Lines over years or days, each named at its end, on a phone in the legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from detente.faces.picture.axes import Axis, axis_of
from detente.faces.picture.chart import LINE_SIGN, TEXT, Key
from detente.faces.picture.elements import COLOURS, rect, text_at, with_tip
from detente.faces.picture.text_width import shortened, text_width
from detente.faces.words import day, decimal, signed

HEIGHT = 250.0  # px of the plot
TICKS = 6  # at most, upwards
GAP = 12.0  # px between two labels of the axis across
NAMES = 180.0  # px for the names at the right, at most
APART = 14.0  # px between two names
PHONE = 480.0  # px: narrower charts have the names in the legend
MONTHS_UP_TO, DAYS = 2, 365.25  # years that are named by their months; days of a year
YEAR = 46.0  # px that the name of a year needs
HIT = 7.0  # px around a point in which its tooltip is there
Moment = str | int  # an ISO day, or a year


class Line(NamedTuple):
    """A line: its name, its values by year or day, its colour, and the dashes that tell it from others."""

    name: str
    points: Sequence[tuple[Moment, float]]
    tone: str
    dash: str = ""


@dataclass(frozen=True)
class Lines:
    """Lines from their first moment to their last. steps: whether a value holds until the next; unit: of the values;
    digits: of a value in a tooltip; signs: whether numbers have one.
    """

    lines: Sequence[Line]
    unit: str = ""
    steps: bool = False
    digits: int = 2
    signs: bool = True

    @property
    def words(self) -> str:
        """What is shown in a sentence."""
        return " ".join(f"{self._tip(line, *line.points[-1])}." for line in self.lines)

    def legend(self, width: float) -> Sequence[Key]:
        """The names of the lines, on a phone."""
        return [Key(line.name, line.tone, LINE_SIGN, dash=line.dash) for line in self.lines] if width < PHONE else ()

    def parts(self, width: float) -> tuple[float, list[str]]:
        """The height, and the elements."""
        named = width >= PHONE
        names = min(NAMES, max(text_width(line.name, TEXT, bold=True) for line in self.lines) + 10) if named else 0.0
        y = axis_of([0.0, *(v for line in self.lines for _, v in line.points)], HEIGHT, 4.0, most=TICKS)
        left = max(text_width(label, TEXT) for _, label in y.ticks(signs=self.signs)) + 10
        x = _Moments([moment for line in self.lines for moment, _ in line.points], left + 10, width - names - 14)
        parts = [*y.rows(left, width - names, signs=self.signs), *x.labels(HEIGHT + 16)]
        taken: list[float] = []
        for line in self.lines:
            parts += self._line(line, x, y)
            if named:
                down = _free(y.place(line.points[-1][1]) + 4, taken)
                name = shortened(line.name, TEXT, names - 6, bold=True)
                parts.append(text_at(width - names + 6, down, name, TEXT, line.tone, weight=700))
        return HEIGHT + 22, parts

    def _line(self, line: Line, x: _Moments, y: Axis) -> Iterator[str]:
        """The line, and at each point a field that says its value."""
        places = [(x.place(moment), y.place(value)) for moment, value in line.points]
        path = list(_in_steps(places)) if self.steps else places
        points = " ".join(f"{across:.1f},{down:.1f}" for across, down in path)
        dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
        drawn = f'<polyline points="{points}" fill="none" stroke="{line.tone}" stroke-width="2.25"{dash}/>'
        yield with_tip(line.name, drawn)
        for (across, down), (moment, value) in zip(places, line.points, strict=True):
            field = rect(across - HIT, down - HIT, 2 * HIT, 2 * HIT, "none", ' pointer-events="all"')
            yield with_tip(self._tip(line, moment, value), field)

    def _tip(self, line: Line, moment: Moment, value: float) -> str:
        unit = f" {self.unit}" if self.unit else ""
        text = (signed if self.signs else decimal)(value, self.digits)
        return f"{line.name}: {text}{unit}, {_named(moment)}"


def _in_steps(places: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The corners of a line whose value holds until the next."""
    yield places[0]
    for earlier, later in pairwise(places):
        yield later[0], earlier[1]
        yield later


def _free(y: float, taken: list[float]) -> float:
    """A height for a name near y at which no other stands."""
    while any(abs(y - other) < APART for other in taken):
        y += APART
    taken.append(y)
    return y


class _Moments:
    """Years, or days at their distance in time, on pixels."""

    def __init__(self, moments: Sequence[Moment], start: float, end: float):
        self.moments = sorted(set(moments))
        self.start, self.end = start, end
        self.first = _number(self.moments[0])
        self.span = max(_number(self.moments[-1]) - self.first, 1)

    def place(self, moment: Moment) -> float:
        """The pixel of a moment."""
        return round(self.start + (self.end - self.start) * (_number(moment) - self.first) / self.span, 1)

    def labels(self, y: float) -> Iterator[str]:
        """The moments that have room for their names, the first and the last among them; of days, round ones."""
        for x, text in self._spaced():
            yield text_at(x, y, text, TEXT, COLOURS["soft"], anchor="middle")

    def _spaced(self) -> list[tuple[float, str]]:
        """Labels that keep their distance: the last and the first moment, then years, or months, or what is there."""
        named = {moment: _named(moment) for moment in (self.moments[-1], self.moments[0])}
        chosen: list[tuple[float, str]] = []
        for moment, text in (named | {each: text for each, text in self._between() if each not in named}).items():
            wide = text_width(text, TEXT)
            x = min(max(self.place(moment), wide / 2), self.end + 14 - wide / 2)
            if all(abs(x - other) >= (wide + text_width(name, TEXT)) / 2 + GAP for other, name in chosen):
                chosen.append((x, text))
        return chosen

    def _between(self) -> list[tuple[Moment, str]]:
        """Years as they are; of days, the first of years, or of months where they lie within two years."""
        if not isinstance(self.moments[0], str):
            return [(year, str(year)) for year in self.moments]
        first, last = (date.fromisoformat(str(moment)) for moment in (self.moments[0], self.moments[-1]))
        if last.year - first.year <= MONTHS_UP_TO:
            return [(each.isoformat(), f"{each:%b %Y}") for each in _months(first, last)]
        room = (self.end - self.start) * DAYS / self.span
        step = next((step for step in (1, 2, 5, 10, 20) if step * room > YEAR), 50)
        years = range(first.year + 1, last.year + 1)
        return [(date(year, 1, 1).isoformat(), str(year)) for year in years if year % step == 0]


def _months(first: date, last: date) -> Iterator[date]:
    """The first days of months between two days."""
    for month in range(12 * first.year + first.month, 12 * last.year + last.month):
        yield date(month // 12, month % 12 + 1, 1)


def _named(moment: Moment) -> str:
    return day(moment) if isinstance(moment, str) else str(moment)


def _number(moment: Moment) -> int:
    return date.fromisoformat(moment).toordinal() if isinstance(moment, str) else moment
