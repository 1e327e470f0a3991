"""A row for each name: a mark or a bar at its value, over its range; the value in words at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detente.faces.picture.axes import Axis, axis_of
from detente.faces.picture.chart import TEXT, Key
from detente.faces.picture.elements import COLOURS, DOT, line_at, mark, rect, text_at, with_tip
from detente.faces.picture.text_width import shortened, text_width

PITCH, LABEL_LINE = 19.0, 15.0  # px: a row, and its label where that stands above it
LABELS = 0.36  # of the width, at most, for the names at the left
PHONE = 480.0  # px: charts that are narrower have long names above their bars
BAR = 11.0  # px
TICK = 80.0  # px between two ticks at least
EDGE = 6.0  # px left of the axis where names stand above the bars
FOOT = 24.0  # px under the rows, for the ticks


class Row(NamedTuple):
    """A row: its name, its value with the ends of its range, its colour and mark, the value and the tooltip in words.

    hollow: whether the range holds zero.
    """

    label: str
    value: float
    text: str
    low: float | None = None
    high: float | None = None
    tone: str = COLOURS["soft"]
    shape: int = DOT
    tip: str = ""

    @property
    def hollow(self) -> bool:
        return self.low is not None and self.high is not None and self.low < 0 < self.high


@dataclass(frozen=True)
class Rows:
    """Rows from top to bottom. bars: from zero instead of marks; axis: (low, high, step) unless taken from the values;
    signs: whether numbers of the axis have one.
    """

    rows: Sequence[Row]
    keys: Sequence[Key] = ()
    bars: bool = False
    axis: tuple[float, float, float] | None = None
    signs: bool = True

    @property
    def words(self) -> str:
        """What is shown in a sentence."""
        rows = [f"{row.label} {row.text}" for row in self.rows]
        return f"{len(rows)} rows, from {rows[0]} to {rows[-1]}." if len(rows) > 1 else f"{rows[0]}."

    def legend(self, width: float) -> Sequence[Key]:
        """The keys, at any width."""
        return self.keys

    def parts(self, width: float) -> tuple[float, list[str]]:
        """The height, and the elements."""
        labels = max(text_width(row.label, TEXT) for row in self.rows) + 12
        above = labels > LABELS * width and width < PHONE
        left = EDGE if above else min(labels, LABELS * width)
        right = width - max(text_width(row.text, TEXT) for row in self.rows) - 10
        pitch, most = PITCH + LABEL_LINE * above, max(3, int((right - left) / TICK))
        axis = self._axis(left, right, most)
        bottom = pitch * len(self.rows) + 4
        parts = axis.columns(0, bottom, signs=self.signs)
        for number, row in enumerate(self.rows):
            y = pitch * number + LABEL_LINE * above + PITCH / 2 + 2
            label = (0.0, y - 12, "start") if above else (left - 8, y + 4, "end")
            parts.append(self._row(row, axis, y, label, width, left))
        return bottom + FOOT, parts

    def _axis(self, left: float, right: float, most: int) -> Axis:
        if self.axis:
            return Axis(*self.axis, left + 10, right - 10)
        numbers = [n for row in self.rows for n in (row.value, row.low, row.high) if n is not None]
        return axis_of([0.0, *numbers], left, right, most=most)

    def _row(self, row: Row, axis: Axis, y: float, label: tuple[float, float, str], width: float, left: float) -> str:
        """A row with its tooltip, which is there along its whole width."""
        x, down, anchor = label
        name = row.label if anchor == "start" else shortened(row.label, TEXT, left - 10)
        parts = [
            rect(0, y - PITCH / 2, width, PITCH, "none", ' pointer-events="all"'),
            text_at(x, down, name, TEXT, COLOURS["ink"], anchor=anchor, halo=anchor == "start"),
            text_at(width, y + 4, row.text, TEXT, COLOURS["ink"], anchor="end"),
            *(_bar(row, axis, y) if self.bars else _dot(row, axis, y)),
        ]
        return with_tip(row.tip or f"{row.label}: {row.text}", *parts)


def _range(row: Row, axis: Axis, y: float, tone: str, more: str) -> list[str]:
    if row.low is None or row.high is None:
        return []
    return [line_at(axis.place(row.low), y, axis.place(row.high), y, tone, more)]


def _dot(row: Row, axis: Axis, y: float) -> list[str]:
    line = _range(row, axis, y, row.tone, ' stroke-width="2.5" opacity="0.45"')
    return [*line, mark(axis.place(row.value), y, row.shape, row.tone, hollow=row.hollow)]


def _bar(row: Row, axis: Axis, y: float) -> list[str]:
    zero, end = axis.place(0.0), axis.place(row.value)
    tone = COLOURS["hair"] if row.hollow else row.tone
    bar = rect(min(zero, end), y - BAR / 2, max(abs(end - zero), 1.0), BAR, tone)
    return [bar, *_range(row, axis, y, COLOURS["ink"], ' stroke-width="1.5"')]
