"""A view's main picture as one SVG file, drawn by the server: for readers without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from detente.errors import QuestionError
from detente.faces import words
from detente.faces.files.screen_picture import screen_svg
from detente.faces.python import notebook

if TYPE_CHECKING:
    from detente.faces.page.views import ViewModel, ViewQuery

DRAWN = ("now", "what-if", "country")  # views with a picture that needs no browser


def svg(query: ViewQuery, model: ViewModel) -> bytes:
    """The first screen, real income by economy, or output by sector. Raises QuestionError for a view without one."""
    if query.view == "now":
        text = screen_svg(model.content.screen)  # type: ignore[union-attr]  # of this view
    elif query.view == "what-if":
        title = f"Real income against the duties in force: {_moves(model.answers['what-if'].data)}"
        text = notebook.plot(model.answers["what-if"], "economies", "real_income_pct", {}, title).svg
    elif query.view == "country" and model.charts:
        where = {"outcome": model.content.country.chosen}  # type: ignore[union-attr]
        title = str(model.charts["output"]["title"]["text"])
        text = notebook.plot(model.answers["country"], "sectors", "output_pct", where, title).svg
    else:
        raise QuestionError(f"the view {query.view} has no picture of its own here; its charts are saved from the page")
    return text.encode()


def _moves(data: Mapping[str, Any]) -> str:
    """What was moved, in words."""
    moves = [
        f"{words.economy(move['by'])} on {words.economy(move['on'])} {words.signed(move['points'], 0)} points"
        for move in data["moves"]
    ]
    start = [data["outcome"]["title"]] if data["outcome"] else []
    return ", ".join([*start, *moves]) or "nothing is moved"
