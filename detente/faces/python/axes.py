"""Scales and ticks of a chart in SVG, in the fixed colours of pictures that stand alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from detente.faces.picture.svg import FIXED
from detente.faces.words import signed

INK, SOFT, RULE, PAPER, UNSURE = (FIXED[name] for name in ("ink", "soft", "line", "paper", "hair"))
COLOURS = tuple(FIXED[f"party{k}"] for k in range(3))  # of the parties in turn
SMALLEST = 1e-6  # span of a scale


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

    def ticks(self) -> list[tuple[float, str]]:
        """Values with their labels; zero has no sign."""
        places = max(0, -floor(log10(self.step)))
        count = round((self.high - self.low) / self.step)
        values = [self.low + k * self.step for k in range(count + 1)]
        return [(value, "0" if abs(value) < self.step / 2 else signed(value, places)) for value in values]


def scale(values: Sequence[float], *, most: int) -> tuple[float, float, float]:
    """A round first tick, last tick and step around values: steps of 1, 2 or 5 times a power of ten, at most `most`."""
    low, high = min(values), max(values)
    span = max(high - low, SMALLEST)
    power = 10.0 ** floor(log10(span / most))
    step = next(power * by for by in (1, 2, 5, 10) if span / (power * by) <= most)
    first = floor(low / step)
    return first * step, max(ceil(high / step), first + 1) * step, step
