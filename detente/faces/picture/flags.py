"""Where the texts of events stand above the plot, so that no text meets another text, a hairline or the edges.

Lanes lie one below the other; a hairline runs from a text down to its step. Events are placed from left to right; where
one finds no place the smallest event near it goes, and all are placed again. The result does not depend on chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from detente.faces.picture.text_width import text_width

SIZE = 12.0  # px of the text
LANE = 18.0  # px from lane to lane
GAP, CLEAR = 8.0, 3.0  # px between texts of one lane, and between a hairline and a text
MOST = 7


class Step(NamedTuple):
    """An event to place: where its step lies in px, its day and texts, its size, its place among the events."""

    x: float
    day: str
    long: str
    short: str
    size: float
    event: int


@dataclass(frozen=True)
class Flag:
    """A placed event: the hairline's x, the text's left edge and width, the lane from the top, the text."""

    step: Step
    left: float
    width: float
    lane: int
    text: str

    @property
    def right(self) -> float:
        """The text's right edge."""
        return self.left + self.width


def place(steps: Sequence[Step], left: float, right: float, lanes: int) -> list[Flag]:
    """The flags of the events that find room between two edges, px; at most seven, in at most so many lanes."""
    rest = sorted(steps)
    while len(rest) > MOST:
        rest.remove(min(rest, key=lambda step: step.size))
    while True:
        flags, stuck = _attempt(rest, left, right, lanes)
        if stuck is None:
            return _lifted(flags)
        near = [step for step in rest if abs(step.x - stuck.x) <= _width(stuck, stuck.long)]
        rest.remove(min(near, key=lambda step: step.size))


def _width(step: Step, text: str) -> float:
    return text_width(f"{step.day} ", SIZE, bold=True) + text_width(text, SIZE)


def _attempt(steps: Sequence[Step], left: float, right: float, lanes: int) -> tuple[list[Flag], Step | None]:
    """The flags, and the first event that finds no place."""
    flags: list[Flag] = []
    for step in steps:
        flag = next((flag for flag in _candidates(step, lanes) if _fits(flag, flags, left, right)), None)
        if flag is None:
            return flags, step
        flags.append(flag)
    return flags, None


def _candidates(step: Step, lanes: int) -> list[Flag]:
    """The places to try: long text right of its hairline, long left, then the short one; the highest lane first."""
    places = []
    for text in (step.long, step.short):
        width = _width(step, text)
        for start in (step.x + CLEAR, step.x - CLEAR - width):
            places += [Flag(step, start, width, lane, text) for lane in range(lanes)]
    return places


def _fits(flag: Flag, others: Sequence[Flag], left: float, right: float) -> bool:
    if flag.left < left or flag.right > right:
        return False
    for other in others:
        if other.lane == flag.lane and flag.left < other.right + GAP and other.left < flag.right + GAP:
            return False
        if _crosses(flag, other) or _crosses(other, flag):
            return False
    return True


def _crosses(flag: Flag, other: Flag) -> bool:
    """Whether the hairline of a flag runs through the text of another in a lower lane, or beside it in its own."""
    below = other.lane >= flag.lane
    return below and other.left - CLEAR < flag.step.x < other.right + CLEAR


def _lifted(flags: Sequence[Flag]) -> list[Flag]:
    """The flags without the empty lanes above them."""
    first = min((flag.lane for flag in flags), default=0)
    return [replace(flag, lane=flag.lane - first) for flag in flags]
