"""What the template of the first screen needs beside the view: the pictures, the order of the rows, their addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from detente.faces import answers, words
from detente.faces.first_screen.view import Row, ScreenView
from detente.faces.page.view_query import ViewQuery
from detente.faces.picture import layout, svg
from detente.faces.picture.elements import fixed
from detente.faces.picture.text_width import text_width
from detente.faces.talks_view import SYMBOLS

if TYPE_CHECKING:
    from markupsafe import Markup

STYLES = {"says so": "yes", "in other words": "other", "silent": "silent", "none found": "none", "denies": "no"}
MARKS = {mark: SYMBOLS[style] for mark, style in STYLES.items()}
MOST_KEYS, KEY_GAP, KEYS_WIDTH = 4, 24.0, 424.0  # px between the key numbers, and from the edge to the deadline


def printed(view: ScreenView) -> dict[str, Any]:
    """The names that the printed page uses: the picture without leaders and links, in colours of its own."""
    from markupsafe import Markup

    drawing = fixed(svg.picture(view, layout.PRINT, links=False))
    marks = [Markup(fixed(svg.party_mark(party.place))) for party in view.parties[:MOST_KEYS]]
    return {"screen": view, "picture": {"print": Markup(drawing)}, "marks": marks, **_keys(view)}


def values(view: ScreenView, *, links: bool = True, moves: bool = False) -> dict[str, Any]:
    """The names that the template uses.

    links: whether outcomes lead to What if, which a file does not have. moves: whether duties are shown as changes.
    """
    from markupsafe import Markup

    wide = layout.WIDE if view.deadline else layout.WIDE._replace(height=360.0, leaders=False)
    return {
        "screen": view,
        "rows": layout.by_height(view),
        "duties": {row.name: row.moves if moves else row.duties for row in view.rows},
        "duty_heading": "Duty, points" if moves else "Duty, %",
        "switch": None,
        "picture": {"wide": Markup(svg.picture(view, wide)), "slim": Markup(svg.picture(view, layout.SLIM))},
        **_keys(view),
        "marks": [Markup(svg.party_mark(party.place)) for party in view.parties[:MOST_KEYS]],
        "ranges": _ranges(view),
        "scale": _ends_in_words(_scale(view.rows)),
        "MARKS": MARKS,
        "what_if": _what_if(view) if links else None,
    }


def _keys(view: ScreenView) -> dict[str, Any]:
    """The duties of today over the picture, and whether their names must be short to stand beside the deadline."""
    known = [level for level in view.levels if level.value is not None][:MOST_KEYS]
    ended = f", {view.record_end}" if view.record_end else ""
    end = [view.deadline.moment] if view.deadline else []
    texts = [*(level.words + ended for level in known), *end]
    return {"keys": known, "keys_short": sum(text_width(text, 12) + KEY_GAP for text in texts) > KEYS_WIDTH}


def _what_if(view: ScreenView) -> Callable[[Row], str]:
    """The address that opens an outcome in What if."""

    def address(row: Row) -> str:
        outcome = "" if row.baseline or row.why else row.name
        return ViewQuery("what-if", view.as_of, view.known, {"outcome": outcome}, answers.chosen()).url()

    return address


def _ranges(view: ScreenView) -> dict[str, Markup]:
    """The range marks of each outcome, on one scale for all."""
    from markupsafe import Markup

    ends = _scale(view.rows)
    ranges = {}
    for row in view.rows:
        changes = [(place, *cell.numbers) for place, cell in enumerate(row.changes) if cell.numbers]
        ranges[row.name] = Markup(svg.range_mark(tuple(changes), ends))
    return ranges


def _ends_in_words(ends: tuple[float, float]) -> str:
    """The ends of the scale of ranges, percent."""
    digits = 1 if max(map(abs, ends)) >= 0.1 else 2
    low, high = (words.signed(end, digits) if round(end, digits) else "0" for end in ends)
    return "" if ends == (0.0, 0.0) else f"{low} to {high} %"


def _scale(rows: Sequence[Row]) -> tuple[float, float]:
    numbers = [number for row in rows for cell in row.changes if cell.numbers for number in cell.numbers]
    return min([0.0, *numbers]), max([0.0, *numbers])
