"""A chart as SVG at any width: its title, unit and legend, what is plotted, and its source and licence, all inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple, Protocol

from detente.faces.picture.elements import COLOURS, FONTS, fixed, line_at, mark, rect, text_at
from detente.faces.picture.text_width import text_width, wrapped

WIDE, SLIM = 760.0, 358.0  # px: of a screen or a sheet of paper, and of a phone
TITLE, TEXT = 15.0, 12.0  # px
MARGIN = 16.0  # px around a chart that is a file
LINE = 16.0  # px from one line of small text to the next
SWATCH = 20.0  # px of a sign of the legend with the gap after it
LINE_SIGN, BAR_SIGN = -1, -2  # signs of the legend beside the marks: a piece of a line, a filled square


class Key(NamedTuple):
    """A line of the legend: what it says, its colour, and its sign, which is a mark, LINE_SIGN or BAR_SIGN."""

    label: str
    tone: str
    sign: int
    hollow: bool = False
    dash: str = ""


class Caption(NamedTuple):
    """What stands in a chart beside its marks: title; lines below it (unit, horizon, days); source and licence."""

    title: str
    lines: tuple[str, ...] = ()
    source: str = ""


class Plot(Protocol):
    """What is plotted: what it shows in a sentence, its legend at a width, and its parts at a width."""

    @property
    def words(self) -> str: ...

    def legend(self, width: float) -> Sequence[Key]: ...

    def parts(self, width: float) -> tuple[float, list[str]]:
        """(height in px, elements) drawn from 0, 0."""


@dataclass(frozen=True)
class Chart:
    """A plot with its caption."""

    caption: Caption
    plot: Plot

    @property
    def name(self) -> str:
        """The name that is read out."""
        return ". ".join((self.caption.title, *self.caption.lines))

    def svg(self, width: float = WIDE, margin: float = 0.0) -> str:
        """The chart in the colours of the page that it stands in; margin: px of paper around it.

        >>> Chart(Caption("Duties"), plot).svg(358.0)[:4]
        '<svg'
        """
        head, top = _head(self.caption, self.plot.legend(width), width)
        height, body = self.plot.parts(width)
        foot, end = _foot(self.caption, top + height, width)
        across, down = width + 2 * margin, end + 2 * margin
        paper = rect(-margin, -margin, across, down, COLOURS["paper"])
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-margin:g} {-margin:g} {across:g} {down:g}"'
            f' width="{across:g}" height="{down:g}" role="img" aria-label="{escape(self.name)}" font-family="{FONTS}"'
            f' font-size="{TEXT:g}"><desc>{escape(self.plot.words)}</desc>{paper}{"".join(head)}'
            f'<g transform="translate(0 {top:g})">{"".join(body)}</g>{"".join(foot)}</svg>'
        )

    def file(self, width: float = WIDE) -> str:
        """The chart as a document that stands alone."""
        title = f"<title>{escape(self.caption.title)}</title><desc>"
        return fixed(self.svg(width, MARGIN)).replace("<desc>", title, 1)


def _head(caption: Caption, legend: Sequence[Key], width: float) -> tuple[list[str], float]:
    """The title, the lines below it and the legend, with their height."""
    parts, y = [], 0.0
    for line in wrapped(caption.title, TITLE, width, bold=True):
        y += 19
        parts.append(text_at(0, y - 4, line, TITLE, COLOURS["ink"], weight=700))
    for each in caption.lines:
        for line in wrapped(each, TEXT, width):
            y += LINE
            parts.append(text_at(0, y - 3, line, TEXT, COLOURS["soft"]))
    if legend:
        keys, y = _legend(legend, y + 8, width)
        parts += keys
    return parts, y + 10


def _legend(legend: Sequence[Key], top: float, width: float) -> tuple[list[str], float]:
    """The keys in as many lines as they need, with where they end."""
    parts, x, y = [], 0.0, top + LINE
    for key in legend:
        wide = SWATCH + text_width(key.label, TEXT)
        if x and x + wide > width:
            x, y = 0.0, y + LINE + 2
        parts += [_sign(key, x, y - 8), text_at(x + SWATCH, y - 4, key.label, TEXT, COLOURS["ink"])]
        x += wide + 16
    return parts, y


def _sign(key: Key, x: float, y: float) -> str:
    if key.sign == BAR_SIGN:
        return rect(x + 1, y - 5, 12, 10, key.tone)
    if key.sign == LINE_SIGN:
        dash = f' stroke-dasharray="{key.dash}"' if key.dash else ""
        return line_at(x, y, x + 15, y, key.tone, f' stroke-width="2.25"{dash}')
    return mark(x + 7, y, key.sign, key.tone, hollow=key.hollow)


def _foot(caption: Caption, top: float, width: float) -> tuple[list[str], float]:
    parts, y = [], top + 4
    for line in wrapped(caption.source, TEXT, width) if caption.source else ():
        y += LINE
        parts.append(text_at(0, y - 2, line, TEXT, COLOURS["soft"]))
    return parts, y + 4
