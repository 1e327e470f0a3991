"""Counts as columns side by side: how often a difference is how large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detente.faces.picture.axes import Axis, axis_of
from detente.faces.picture.chart import TEXT, Key
from detente.faces.picture.elements import COLOURS, rect, text_at, with_tip
from detente.faces.picture.text_width import text_width

HEIGHT = 180.0  # px
ROOM = 0.06  # of the width, beyond the first and the last tick


class Column(NamedTuple):
    """A column from one value to another; its height, its colour and its tooltip."""

    start: float
    end: float
    height: int
    tone: str
    tip: str


@dataclass(frozen=True)
class Columns:
    """Columns on an axis (low, high, step), with its name."""

    columns: Sequence[Column]
    axis: tuple[float, float, float]
    name: str
    keys: Sequence[Key] = ()

    @property
    def words(self) -> str:
        """What is shown in a sentence."""
        return "; ".join(column.tip for column in self.columns)

    def legend(self, width: float) -> Sequence[Key]:
        """The keys, at any width."""
        return self.keys

    def parts(self, width: float) -> tuple[float, list[str]]:
        """The height, and the elements."""
        y = axis_of([0, *(column.height for column in self.columns)], HEIGHT + 10, 0, most=5)
        left = max(text_width(label, TEXT) for _, label in y.ticks(signs=False)) + 10
        wide = width - 8 - left
        x = Axis(*self.axis, left + ROOM * wide, left + (1 - ROOM) * wide)
        parts = [*y.rows(left, width - 8, signs=False)]
        for column in self.columns:
            start, end, top = x.place(column.start), x.place(column.end), y.place(column.height)
            bar = rect(start + 0.5, top, end - start - 1, y.place(0) - top, column.tone)
            parts.append(with_tip(column.tip, bar))
        parts += [
            text_at(place, HEIGHT + 18, label, TEXT, COLOURS["soft"], anchor="middle") for place, label in x.ticks()
        ]
        parts.append(text_at(left, HEIGHT + 38, self.name, TEXT, COLOURS["soft"]))
        return HEIGHT + 42, parts
