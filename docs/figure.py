"""Draw docs/outcomes.svg from `detente brief --json`: real income of each outcome for the USA, China and the world.

detente brief --json | python docs/figure.py > docs/outcomes.svg
"""

from __future__ import annotations

import json
import sys
from html import escape

WIDE, LEFT, ROW, TOP = 900, 380, 34, 74
MARKS = (("USA", "#1f5fa8", "circle"), ("CHN", "#c0392b", "square"), ("WLD", "#57606a", "diamond"))


def mark(kind: str, x: float, y: float, colour: str) -> str:
    """One symbol: colour and shape both tell whose value it is."""
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y}" r="6" fill="{colour}"/>'
    if kind == "square":
        return f'<rect x="{x - 5.5:.1f}" y="{y - 5.5}" width="11" height="11" fill="{colour}"/>'
    return f'<path d="M{x:.1f} {y - 7}l7 7l-7 7l-7-7z" fill="{colour}"/>'


def draw(data: dict) -> str:
    """The figure as SVG."""
    rows = data["outcomes"]
    values = [row["real_income"][code] for row in rows for code, *_ in MARKS]
    low, high = min(min(values), -0.1) * 1.08, max(max(values), 0.1) * 1.15

    def at(value: float) -> float:
        return LEFT + (WIDE - LEFT - 30) * (value - low) / (high - low)

    tall = TOP + ROW * len(rows) + 60
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {tall}" font-family="system-ui, sans-serif">',
        f'<rect width="{WIDE}" height="{tall}" fill="#fff"/>',
        f'<text x="16" y="28" font-size="17" font-weight="600">What each outcome is worth,'
        f" {escape(data['as_of'])}</text>",
        f'<text x="16" y="50" font-size="13" fill="#57606a">real income, percent, against the duties in force that day;'
        f" {data['economy']['economies']} economies, one sector, long run, duty rebated</text>",
    ]
    ticks = [t / 10 for t in range(int(low * 10) - 1, int(high * 10) + 2) if low <= t / 10 <= high]
    bottom = TOP + ROW * len(rows)
    for tick in ticks:
        heavy = "#1b1f24" if tick == 0 else "#d8dee4"
        out.append(f'<line x1="{at(tick):.1f}" x2="{at(tick):.1f}" y1="{TOP - 8}" y2="{bottom}" stroke="{heavy}"/>')
        label = f"{tick:+.1f}".replace("-", "−") if tick else "0"
        out.append(f'<text x="{at(tick):.1f}" y="{bottom + 18}" font-size="12" text-anchor="middle">{label}</text>')
    for n, row in enumerate(rows):
        y = TOP + ROW * n + 12
        out.append(f'<text x="16" y="{y + 4}" font-size="13">{escape(row["title"])}</text>')
        out += [mark(kind, at(row["real_income"][code]), y, colour) for code, colour, kind in MARKS[::-1]]
    x = LEFT
    for code, colour, kind in MARKS:
        out.append(mark(kind, x, bottom + 40, colour))
        out.append(f'<text x="{x + 14}" y="{bottom + 45}" font-size="13">{"World" if code == "WLD" else code}</text>')
        x += 90
    return "\n".join([*out, "</svg>"]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(draw(json.load(sys.stdin)))
