"""Figures as SVG, drawn without a browser: for the README, the HTML brief, the PDF, and a page before its scripts run.

Colours stand in the file; classes let a page put its own in their place. No number is made here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any

from detente.faces.words import number, visible

WHO = (("USA", "USA", "#1f4e8c"), ("CHN", "China", "#b3341f"), ("WLD", "World", "#3d6b4f"))
INK, SOFT, RULE, PAPER, UNSURE = "#16191d", "#565d66", "#d9d5cc", "#ffffff", "#8c8f94"
WIDE, RIGHT, LINE = 760, 24, 15  # pixels; a line of a label
LETTER = 6.6  # pixels of a letter of a label
Ends = tuple[float, float | None, float | None]  # value, low and high


def outcomes(rows: Sequence[dict[str, Any]], *, wide: int = WIDE, title: str = "", words: str = "") -> str:
    """Real income of the USA, China and the world under each outcome, with low and high where they are known.

    rows: the outcomes of a brief, the first being no change. Hollow and grey where a band crosses zero. wide: pixels
    across; less of them makes larger letters. title, words: set above the figure where it stands alone. Empty where
    there is no outcome beside the first.
    """
    shown = rows[1:]
    if not shown:
        return ""
    marks = [[_ends(row, code) for code, *_ in WHO] for row in shown]
    every = [0.0, *(x for row in marks for ends in row for x in ends if x is not None)]
    narrow = wide < 500
    left, lane, rest = (round(0.38 * wide), 12, 5) if narrow else (250, 15, 10)  # a lane for each of WHO
    low, high, step = _scale(min(every), max(every), most=6 if narrow else 8)

    def at(value: float) -> float:
        return round(left + (wide - left - RIGHT) * (value - low) / (high - low), 1)

    head = 62 if title else 0
    key, top = head + 16, head + 34
    labels = [textwrap.wrap(visible(row["title"]), int((left - 14) / LETTER)) for row in shown]
    tall = [max(lane * len(WHO), LINE * len(lines)) + rest for lines in labels]
    bottom = top + sum(tall)
    out = [
        f'<svg class="figure" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {bottom + 42}" role="img"'
        f' aria-label="Real income under each outcome, percent" font-family="system-ui, Arial, sans-serif">'
    ]
    if title:
        out.append(f'<rect width="{wide}" height="{bottom + 42}" fill="{PAPER}"/>')
        out.append(_text(0, 20, title, 17, INK, weight=600))
        out += [_text(0, 40 + 16 * k, line, 12, SOFT) for k, line in enumerate(textwrap.wrap(words, 118)[:2])]
    place = 0 if narrow else left
    for code, name, colour in WHO:
        out += [_dot(place + 6, key - 4, code, colour), _text(place + 16, key, name, 12.5, INK)]
        place += 74
    if any(_unsure(ends) for row in marks for ends in row):
        out.append(_dot(place + 6, key - 4, "unsure", UNSURE, hollow=True))
        out.append(_text(place + 16, key, "band crosses zero", 12.5, INK))
    for k in range(round((high - low) / step) + 1):
        tick = low + k * step
        zero, dash = abs(tick) < step / 2, ' stroke-dasharray="2 3"'
        out.append(
            f'<path class="{"zero" if zero else "grid"}" d="M{at(tick)} {top - 4}V{bottom}" fill="none"'
            f' stroke="{INK if zero else RULE}"{dash if zero else ""}/>'
        )
        said = "0" if zero else number(tick, max(0, -floor(log10(step))))
        out.append(_text(at(tick), bottom + 16, said, 12, SOFT, anchor="middle"))
    out.append(_text((left + wide - RIGHT) / 2, bottom + 35, "percent of real income", 12, SOFT, anchor="middle"))
    for lines, height, row in zip(labels, tall, marks, strict=True):
        first = top + height / 2 - LINE * (len(lines) - 1) / 2 + 4
        out += [_text(left - 14, first + LINE * k, line, 12.5, INK, anchor="end") for k, line in enumerate(lines)]
        for k, ((code, _, colour), ends) in enumerate(zip(WHO, row, strict=True)):
            y, unsure, (value, least, most) = top + height / 2 + lane * (k - 1), _unsure(ends), ends
            kind, tone = ("unsure", UNSURE) if unsure else (code, colour)
            if least is not None and most is not None:
                out.append(
                    f'<path class="{kind} band" d="M{at(least)} {y}H{at(most)}" stroke="{tone}" stroke-width="3"'
                    ' stroke-opacity="0.4" fill="none"/>'
                )
            out.append(_dot(at(value), y, kind, tone, hollow=unsure))
        top += height
    return "\n".join([*out, "</svg>"])


def _unsure(ends: Ends) -> bool:
    """Whether a band crosses zero."""
    _, low, high = ends
    return low is not None and high is not None and low < 0 < high


def _ends(row: dict[str, Any], code: str) -> Ends:
    """Value, low and high of one economy."""
    low, high = (row[end][code] if row.get(end) else None for end in ("low", "high"))
    return row["real_income"][code], low, high


def _scale(low: float, high: float, *, most: int) -> tuple[float, float, float]:
    """A round first tick, last tick and step around a range: steps of 1, 2 or 5, about `most` of them at most."""
    span = max(high - low, 1e-6)
    step = 10.0 ** floor(log10(span / most))
    step = next(step * by for by in (1, 2, 5, 10) if span / (step * by) <= most)
    first = floor(low / step)
    return first * step, max(ceil(high / step), first + 1) * step, step


def _dot(x: float, y: float, kind: str, colour: str, *, hollow: bool = False) -> str:
    """A value's mark; hollow where its sign is not known."""
    inside = PAPER if hollow else colour
    name = f"{kind} {'hollow' if hollow else 'dot'}"
    return f'<circle class="{name}" cx="{x}" cy="{y}" r="4.5" fill="{inside}" stroke="{colour}" stroke-width="1.8"/>'


def _text(x: float, y: float, words: str, size: float, colour: str, *, anchor: str = "start", weight: int = 400) -> str:
    kind = "ink" if colour == INK else "soft"
    return (
        f'<text class="{kind}" x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
        f' font-weight="{weight}">{escape(words)}</text>'
    )
