"""Scales and ticks of a chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from detente.faces.picture.elements import COLOURS, line_at, text_at
from detente.faces.words import signed

SMALLEST = 1e-3  # span of a scale: labels have at most four digits after the point
ROUNDING = 1e-6  # of a step
MARGIN = 10.0  # px between the ends of an axis and the first and last tick, so that no mark lies on the frame
TICK_TEXT = 12.0  # px


@dataclass(frozen=True)
class Axis:
    """A scale of values on pixels: from low to high in steps, drawn from start to end."""

    low: float
    high: float
    step: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """The pixel of a value."""
        return round(self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low), 1)

    def ticks(self, *, signs: bool = True) -> list[tuple[float, str]]:
        """Places with their labels; zero has no sign, and no number has one unless `signs`."""
        places = max(0, -floor(log10(self.step) + ROUNDING))
        count = round((self.high - self.low) / self.step)
        values = [self.low + k * self.step for k in range(count + 1)]
        return [(self.place(value), self._label(value, places, signs)) for value in values]

    def _label(self, value: float, places: int, signs: bool) -> str:
        if abs(value) < self.step / 2:
            return "0"
        text = signed(value, places)
        return text if signs else text.removeprefix("+")

    def columns(self, top: float, bottom: float, *, signs: bool = True) -> list[str]:
        """The ticks of an axis across: lines from top to bottom, labels below."""
        parts = []
        for x, label in self.ticks(signs=signs):
            parts.append(line_at(x, top, x, bottom, COLOURS["hair" if label == "0" else "line"]))
            parts.append(text_at(x, bottom + 16, label, TICK_TEXT, COLOURS["soft"], anchor="middle"))
        return parts

    def rows(self, left: float, right: float, *, signs: bool = True) -> list[str]:
        """The ticks of an axis upwards: lines from left to right, labels at the left."""
        parts = []
        for y, label in self.ticks(signs=signs):
            parts.append(line_at(left, y, right, y, COLOURS["hair" if label == "0" else "line"]))
            parts.append(text_at(left - 6, y + 4, label, TICK_TEXT, COLOURS["soft"], anchor="end"))
        return parts


def axis_of(values: Iterable[float], start: float, end: float, *, most: int) -> Axis:
    """The axis for some values from start to end in px, with `most` ticks at most, and room beyond the last ones."""
    margin = MARGIN if end > start else -MARGIN
    return Axis(*scale(list(values), most=most), start + margin, end - margin)


def scale(values: Sequence[float], *, most: int) -> tuple[float, float, float]:
    """A round first tick, last tick and step around values: steps of 1, 2 or 5 times a power of ten, at most `most`."""
    low, high = min(values), max(values)
    span = max(high - low, SMALLEST)
    power = 10.0 ** floor(log10(span / most))
    step = next(power * by for by in (1, 2, 5, 10) if span / (power * by) <= most)
    first = floor(low / step + ROUNDING)
    return first * step, max(ceil(high / step - ROUNDING), first + 1) * step, step
