"""Pictures of a view as files, drawn by the server: each chart, and of Now its first screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.errors import QuestionError
from detente.faces.files import png as png_file
from detente.faces.files.screen_picture import screen_svg

if TYPE_CHECKING:
    from detente.faces.page.view_query import ViewQuery
    from detente.faces.page.views import ViewModel

CHARTS = {  # of each view; one is left out where there is nothing to draw
    "now": ("probabilities", "duties"), "what-if": ("economies", "sectors", "map"), "country": ("output",),
    "table": ("plane",), "methods": ("differences",),
}  # fmt: skip
SCREEN = "now"  # the view whose main picture is its first screen


def kinds() -> tuple[str, ...]:
    """The kinds of files that pictures can be taken away as."""
    return ("svg", "png") if png_file.available() else ("svg",)


def has_picture(query: ViewQuery, model: ViewModel) -> bool:
    """Whether a view has anything drawn in it to take away."""
    return query.view == SCREEN or bool(model.charts)


def addresses(query: ViewQuery, model: ViewModel) -> dict[str, dict[str, str]]:
    """{chart: {kind of file: its address}} of the charts of a view."""
    return {
        name: {kind: f"/download/{query.view}/{name}.{kind}?{query.encoded}" for kind in kinds()}
        for name in model.charts
    }


def svg(query: ViewQuery, model: ViewModel, chart: str = "") -> bytes:
    """A chart of a view, or its main picture: the first screen, or the first chart. Raises QuestionError for none."""
    if not chart and query.view == SCREEN:
        return screen_svg(model.content.screen).encode()  # type: ignore[union-attr]  # of this view
    name = chart or next(iter(model.charts), "")
    if name not in model.charts:
        there = f"it has {', '.join(model.charts)}" if model.charts else "it has none with this query"
        raise QuestionError(f"the view {query.view} has no picture{f' {name[:40]!r}' if name else ''}; {there}")
    return model.charts[name].file().encode()


def png(query: ViewQuery, model: ViewModel, chart: str = "") -> bytes:
    """The same as PNG, at twice the size. Raises QuestionError."""
    return png_file.png(svg(query, model, chart).decode())
