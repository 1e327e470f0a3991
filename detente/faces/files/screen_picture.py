"""The first screen as one SVG file: headline, picture, table, what the numbers are, and where they come from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape

from detente.faces import words
from detente.faces.first_screen.view import Change, Row, ScreenView
from detente.faces.picture import layout, svg
from detente.faces.picture.elements import COLOURS, FONTS, fixed, text_at
from detente.faces.picture.layout import TEXT

WIDTH, MARGIN = 700.0, 20.0
LINE, ROW = 18.0, 22.0
COLUMNS = {"duty": 280.0, "chance": 350.0}  # right edges in px
FIRST_PARTY = 364.0
HEADLINE, DECK, NOTE = 56, 92, 112  # characters of a line at its size
INK, BOLD = COLOURS["ink"], 700
LICENCE = "CC BY 4.0"


def screen_svg(view: ScreenView, address: str = "") -> str:
    """The first screen as an SVG document that stands alone. address: where the page is, printed at the end.

    >>> screen_svg(screen_view(detente.brief(as_of="2025-10-26").data["first_screen"]))[:4]
    '<svg'
    """
    parts: list[str] = []
    y = 34.0
    for line in _lines(view.headline, HEADLINE):
        parts.append(text_at(MARGIN, y, line, 22, INK, weight=BOLD, family="Georgia, serif"))
        y += 28
    for line in _lines(view.deck, DECK):
        parts.append(text_at(MARGIN, y, line, 14, INK))
        y += 20
    parts.append(_keys(view, y + 8))
    drawing = svg.picture(view, layout.PRINT, links=False)
    parts.append(f'<g transform="translate({MARGIN:g} {y + 22:g})">{drawing}</g>')
    y += (layout.PRINT.height if drawing else 0) + 60
    for line in _table(view):
        parts.append(f'<g transform="translate({MARGIN:g} {y:g})">{line}</g>')
        y += ROW
    for note in _notes(view, address):
        for line in _lines(note, NOTE):
            parts.append(text_at(MARGIN, y + 4, line, TEXT, COLOURS["soft"]))
            y += LINE
    return fixed(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {y + 12:g}" width="{WIDTH:g}"'
        f' height="{y + 12:g}" role="img" font-family="{FONTS}" font-size="12"><title>{escape(view.alt)}</title>'
        f'<rect width="100%" height="100%" fill="{COLOURS["paper"]}"/>{"".join(parts)}</svg>'
    )


def _lines(text: str, width: int) -> list[str]:
    """Lines of at most so many characters; what no-break spaces join stays on one."""
    return [line.replace("\u00a0", " ") for line in textwrap.wrap(text, width)]


def _keys(view: ScreenView, y: float) -> str:
    """The duties of today, with their marks, and the deadline, in one line."""
    parts, x = [], MARGIN
    for level in [level for level in view.levels if level.value is not None][:4]:
        parts.append(f'<g transform="translate({x:g} {y - 11:g})">{svg.party_mark(level.party.place)}</g>')
        label = f"{level.text}  {level.short}"
        parts.append(text_at(x + 27, y, label, 13, COLOURS[f"party{level.party.place}"], weight=BOLD))
        x += 175
    if view.deadline:
        end = f"{view.deadline.count}, {view.deadline.moment}"
        parts.append(text_at(WIDTH - MARGIN, y, end, 13, INK, weight=BOLD, anchor="end"))
    return "".join(parts)


def _table(view: ScreenView) -> Iterator[str]:
    """The header and a row for each outcome, each drawn from 0, 0."""
    each = (WIDTH - 2 * MARGIN - FIRST_PARTY) / max(1, len(view.parties))
    head = [_heading(0, "If …"), _heading(COLUMNS["duty"], "duty, %", anchor="end")]
    head += [_heading(COLUMNS["chance"], "chance", anchor="end")] if view.shown_chances else []
    head += [_heading(FIRST_PARTY + each * k, party.name) for k, party in enumerate(view.parties)]
    yield "".join(head)
    for row in view.by_chance:
        rule = f'<line x1="0" y1="-16" x2="{WIDTH - 2 * MARGIN:g}" y2="-16" stroke="{COLOURS["line"]}"/>'
        weight = BOLD if row.chance else 400
        cells = [text_at(0, 0, row.title, 13, INK, weight=weight)]
        cells.append(text_at(COLUMNS["duty"], 0, " / ".join(row.duties), TEXT, INK, anchor="end"))
        if view.shown_chances:
            cells.append(
                text_at(COLUMNS["chance"], 0, row.chance or "no forecast", TEXT, INK, weight=weight, anchor="end")
            )
        yield rule + "".join(cells) + "".join(_changes(row, each))


def _heading(x: float, text: str, *, anchor: str = "start") -> str:
    return text_at(x, 0, text, TEXT, INK, weight=BOLD, anchor=anchor)


def _changes(row: Row, each: float) -> Iterator[str]:
    if row.baseline or row.why:
        yield text_at(FIRST_PARTY, 0, "no change" if row.baseline else f"not priced: {row.why}", TEXT, INK)
        return
    for k, change in enumerate(row.changes):
        yield text_at(FIRST_PARTY + each * k, 0, _change(change), TEXT, INK)


def _change(change: Change) -> str:
    if change.kind == "unknown":
        return "not priced"
    dollars = "either way" if change.kind == "either" else words.with_dollar(change.dollars)
    return f"{dollars}  {change.range or change.percent + ' %'}"


def _notes(view: ScreenView, address: str) -> list[str]:
    notes = [f"{view.chance_note} {view.unit_note}", view.split, *view.cautions]
    return [*filter(None, notes), " · ".join(filter(None, (f"détente, {view.heading}", LICENCE, address)))]
