"""What every drawing is made of: colours, texts, lines, marks, tooltips.

A colour is a variable of the page's style sheet, so that a drawing follows the theme, with a value of its own for where
there is no style sheet; `fixed` leaves only the values, for files and print.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

LIGHT: Mapping[str, str] = {
    "ink": "#16191d", "soft": "#565d66", "line": "#d9d5cc", "hair": "#8c8f94", "wash": "#f2f0ea", "paper": "#ffffff",
    "party0": "#1f5fa8", "party1": "#9a5600", "party2": "#00736a", "party3": "#16191d",
    "down4": "#6b3a00", "down3": "#9a5600", "down2": "#cf9550", "down1": "#edd7b8", "still": "#d5d2c9",
    "up1": "#c8dbe9", "up2": "#86aed0", "up3": "#3f76ad", "up4": "#1b4577", "none": "#efede6",
}  # fmt: skip
COLOURS: Mapping[str, str] = {name: f"var(--{name}, {value})" for name, value in LIGHT.items()}
FONTS = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
PARTIES = 4  # with a colour and a mark of their own
DOT, CROSS = 4, 5  # marks after those of the parties: a small circle, and a cross
_SHAPES = {
    1: ((-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)), 2: ((0, -5), (5, 0), (0, 5), (-5, 0)),
    3: ((0, -5), (4.5, 3.5), (-4.5, 3.5)),
}  # fmt: skip
_RADIUS = {0: 4.0, DOT: 3.0}
_VARIABLE = re.compile(r"var\(--\w+, (#\w+)\)")


def fixed(drawing: str) -> str:
    """A drawing in colours of its own, dark on light, as programs without style sheets read it.

    >>> fixed('<path stroke="var(--ink, #16191d)"/>')
    '<path stroke="#16191d"/>'
    """
    return _VARIABLE.sub(r"\1", drawing)


def text_at(
    x: float, y: float, text: str, size: float, colour: str, *, anchor: str = "start", weight: int = 400,
    family: str = "", halo: bool = False,
) -> str:  # fmt: skip
    """A text at a place, escaped; in the family of the drawing unless another is given. halo: lines stop around it."""
    more = f' text-anchor="{anchor}"' if anchor != "start" else ""
    more += f' font-weight="{weight}"' if weight != 400 else ""
    more += f' font-family="{family}"' if family else ""
    more += f' stroke="{COLOURS["paper"]}" stroke-width="4" paint-order="stroke"' if halo else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}"{more}>{escape(text)}</text>'


def line_at(x1: float, y1: float, x2: float, y2: float, stroke: str, more: str = "") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}"{more}/>'


def rect(x: float, y: float, width: float, height: float, fill: str, more: str = "") -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{more}/>'


def mark(x: float, y: float, shape: int, tone: str, *, hollow: bool = False) -> str:
    """A mark: of a party, from 0 on, a circle, a square, a diamond or a triangle; DOT or CROSS."""
    look = f'fill="{COLOURS["paper"] if hollow else tone}" stroke="{tone}" stroke-width="1.5"'
    if shape in _RADIUS:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS[shape]:g}" {look}/>'
    if shape == CROSS:
        return f'<path d="M{x - 4.5:.1f} {y - 4.5:.1f}l9 9m0-9l-9 9" fill="none" stroke="{tone}" stroke-width="2.5"/>'
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in _SHAPES[shape])
    return f'<polygon points="{points}" {look}/>'


def with_tip(tip: str, *parts: str) -> str:
    """Parts that say something when pointed at."""
    return f"<g><title>{escape(tip)}</title>{''.join(parts)}</g>"
