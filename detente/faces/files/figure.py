"""Figures as SVG, drawn without a browser: for the README, the HTML brief, the PDF, and a page before its scripts run.

Colours stand in the file; classes let a page put its own in their place. No number is made here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from detente.faces.outcome_view import ChartRow, Estimate, Mark, OutcomeRow, chart_rows, tone_place
from detente.faces.words import signed, visible

COLOURS = {"first": "#1f4e8c", "second": "#b3341f", "third": "#8a5a00", "world": "#3d6b4f"}  # of the parties in turn
PARTY_KINDS = ("first", "second", "third")
INK, SOFT, RULE, PAPER, UNSURE = "#16191d", "#565d66", "#d9d5cc", "#ffffff", "#8c8f94"
WIDTH, NARROW = 760, 500  # pixels across, and where labels take less of them
RIGHT_MARGIN, LINE_HEIGHT, LETTER_WIDTH = 24, 15, 6.6  # pixels
TITLE_HEIGHT, AXIS_HEIGHT, KEY_STEP = 62, 42, 74  # pixels
SUBTITLE_WIDTH, SUBTITLE_LINES = 118, 2  # characters of a line below the title, and how many lines
AXIS_TITLE = "percent of real income"


@dataclass(frozen=True)
class Frame:
    """Where things stand, in pixels from the left and the top; the axis runs from low to high in steps."""

    width: int
    left: int
    low: float
    high: float
    step: float
    top: float
    heights: tuple[int, ...]

    def x(self, value: float) -> float:
        """The place of a value on the axis."""
        return round(
            self.left + (self.width - self.left - RIGHT_MARGIN) * (value - self.low) / (self.high - self.low), 1
        )

    @property
    def bottom(self) -> float:
        """Where the axis is."""
        return self.top + sum(self.heights)

    @property
    def lane(self) -> int:
        """The height of one mark."""
        return 12 if self.width < NARROW else 15


def outcomes(rows: Sequence[OutcomeRow], *, width: int = WIDTH, title: str = "", subtitle: str = "") -> str:
    """Real income of the parties and the world under each outcome, with low and high where they are known.

    Hollow and grey where a band crosses zero. width: pixels across; a narrower figure has larger letters. title,
    subtitle: set above the figure where it stands alone. Empty where there is no outcome beside the baseline.
    """
    charted = chart_rows(rows)
    if not charted:
        return ""
    head = TITLE_HEIGHT if title else 0
    labels = [textwrap.wrap(visible(row.title), int((_left(width) - 14) / LETTER_WIDTH)) for row in charted]
    frame = _frame(charted, labels, width, top=head + 34)
    height = frame.bottom + AXIS_HEIGHT
    unsure = any(mark.estimate.sign_unknown for row in charted for mark in row.marks)
    parts = [
        f'<svg class="figure" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="Real income under each outcome, percent" font-family="system-ui, Arial, sans-serif">',
        *(_heading(frame, title, subtitle) if title else []),
        *_key(charted[0].marks, 0 if width < NARROW else frame.left, head + 16, unsure),
        *_axis(frame),
    ]
    top = frame.top
    for row, lines, row_height in zip(charted, labels, frame.heights, strict=True):
        parts += _row(frame, row, lines, top + row_height / 2)
        top += row_height
    return "\n".join([*parts, "</svg>"])


def _left(width: int) -> int:
    """Where the axis starts."""
    return round(0.38 * width) if width < NARROW else 250


def _frame(rows: Sequence[ChartRow], labels: Sequence[list[str]], width: int, top: float) -> Frame:
    """A frame around every value and band, with a row as high as its label or its marks."""
    narrow = width < NARROW
    low, high, step = _scale(_values(rows), most=6 if narrow else 8)
    lane, rest = (12, 5) if narrow else (15, 10)
    heights = tuple(max(lane * len(rows[0].marks), LINE_HEIGHT * len(lines)) + rest for lines in labels)
    return Frame(width, _left(width), low, high, step, top, heights)


def _values(rows: Sequence[ChartRow]) -> list[float]:
    """Every value and end of a band, and zero."""
    estimates = [mark.estimate for row in rows for mark in row.marks]
    ends = (x for e in estimates for x in (e.value, e.low, e.high) if x is not None)
    return [0.0, *ends]


def _scale(values: Sequence[float], *, most: int) -> tuple[float, float, float]:
    """A round first tick, last tick and step around values: steps of 1, 2 or 5 times a power of ten, at most `most`."""
    low, high = min(values), max(values)
    span = max(high - low, 1e-6)
    power = 10.0 ** floor(log10(span / most))
    step = next(power * by for by in (1, 2, 5, 10) if span / (power * by) <= most)
    first = floor(low / step)
    return first * step, max(ceil(high / step), first + 1) * step, step


def _heading(frame: Frame, title: str, subtitle: str) -> list[str]:
    """A ground of paper, the title, and the lines below it."""
    lines = textwrap.wrap(subtitle, SUBTITLE_WIDTH)[:SUBTITLE_LINES]
    return [
        f'<rect width="{frame.width}" height="{frame.bottom + AXIS_HEIGHT}" fill="{PAPER}"/>',
        _text(0, 20, title, 17, INK, weight=600),
        *(_text(0, 40 + 16 * number, line, 12, SOFT) for number, line in enumerate(lines)),
    ]


def _kinds(marks: Sequence[Mark]) -> list[str]:
    """Which colour each mark has: the parties theirs in turn, the world its own."""
    codes = [mark.code for mark in marks]
    places = [tone_place(code, codes) for code in codes]
    return ["world" if place is None else PARTY_KINDS[place % len(PARTY_KINDS)] for place in places]


def _key(marks: Sequence[Mark], left: float, y: float, unsure: bool) -> list[str]:
    """What the colours mean."""
    kinds = zip(marks, _kinds(marks), strict=True)
    entries = [(kind, mark.name, COLOURS[kind], False) for mark, kind in kinds]
    entries += [("unsure", "band crosses zero", UNSURE, True)] if unsure else []
    parts = []
    for place, (kind, name, colour, hollow) in enumerate(entries):
        x = left + KEY_STEP * place
        parts += [_dot(x + 6, y - 4, kind, colour, hollow=hollow), _text(x + 16, y, name, 12.5, INK)]
    return parts


def _axis(frame: Frame) -> list[str]:
    """A line and a number at every tick, and what the axis measures."""
    parts = []
    for number in range(round((frame.high - frame.low) / frame.step) + 1):
        tick = frame.low + number * frame.step
        zero = abs(tick) < frame.step / 2
        stroke = f'stroke="{INK}" stroke-dasharray="2 3"' if zero else f'stroke="{RULE}"'
        x = frame.x(tick)
        parts.append(
            f'<path class="{"zero" if zero else "grid"}" d="M{x} {frame.top - 4}V{frame.bottom}" fill="none" {stroke}/>'
        )
        label = "0" if zero else signed(tick, max(0, -floor(log10(frame.step))))
        parts.append(_text(x, frame.bottom + 16, label, 12, SOFT, anchor="middle"))
    middle = (frame.left + frame.width - RIGHT_MARGIN) / 2
    return [*parts, _text(middle, frame.bottom + 35, AXIS_TITLE, 12, SOFT, anchor="middle")]


def _row(frame: Frame, row: ChartRow, lines: Sequence[str], middle: float) -> list[str]:
    """The label of one outcome and its marks, one below the other."""
    first = middle - LINE_HEIGHT * (len(lines) - 1) / 2 + 4
    parts = [
        _text(frame.left - 14, first + LINE_HEIGHT * number, line, 12.5, INK, anchor="end")
        for number, line in enumerate(lines)
    ]
    centre = (len(row.marks) - 1) / 2
    for place, (mark, kind) in enumerate(zip(row.marks, _kinds(row.marks), strict=True)):
        parts += _mark(mark, kind, middle + frame.lane * (place - centre), frame.x)
    return parts


def _mark(mark: Mark, of: str, y: float, x: Callable[[float], float]) -> list[str]:
    """A value over its band, in the colour `of` its economy; hollow and grey where its sign is not known."""
    estimate: Estimate = mark.estimate
    unsure = estimate.sign_unknown
    kind, colour = ("unsure", UNSURE) if unsure else (of, COLOURS[of])
    dot = _dot(x(estimate.value), y, kind, colour, hollow=unsure)
    if estimate.low is None or estimate.high is None:
        return [dot]
    band = (
        f'<path class="{kind} band" d="M{x(estimate.low)} {y}H{x(estimate.high)}" stroke="{colour}" stroke-width="3"'
        ' stroke-opacity="0.4" fill="none"/>'
    )
    return [band, dot]


def _dot(x: float, y: float, kind: str, colour: str, *, hollow: bool = False) -> str:
    inside = PAPER if hollow else colour
    name = f"{kind} {'hollow' if hollow else 'dot'}"
    return f'<circle class="{name}" cx="{x}" cy="{y}" r="4.5" fill="{inside}" stroke="{colour}" stroke-width="1.8"/>'


def _text(x: float, y: float, text: str, size: float, colour: str, *, anchor: str = "start", weight: int = 400) -> str:
    kind = "ink" if colour == INK else "soft"
    return (
        f'<text class="{kind}" x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
        f' font-weight="{weight}">{escape(text)}</text>'
    )
