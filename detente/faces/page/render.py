"""Views to HTML: every value is escaped by the template, control and bidi characters are made visible."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from detente import labels
from detente.ask.answer import Answer
from detente.faces import words
from detente.faces.files import figure
from detente.faces.page import assets, views
from detente.faces.page.views import ViewModel, ViewQuery


@cache
def environment() -> Any:
    """The templates with the words every face uses."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("detente.faces.page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    env.filters.update(
        day=words.day,
        number=words.number,
        standing=words.standing,
        side=words.stage,
        visible=words.visible,
        dated=words.dated,
        spec=spec,
        spoken=labels.spoken,
        figure=figured,
    )
    env.globals.update(span=words.plain, VIEWS=views.VIEWS, PATHS=views.PATHS)
    return env


def spec(chart: dict[str, Any]) -> str:
    """A chart as JSON that cannot end the script it stands in."""
    from markupsafe import Markup

    text = json.dumps(chart, ensure_ascii=True, allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def figured(rows: list[dict[str, Any]], wide: int = figure.WIDE) -> str:
    """The outcomes of a brief as a figure that needs no script."""
    from markupsafe import Markup

    return Markup(figure.outcomes(rows, wide=wide))


def context(asked: ViewQuery, shown: ViewModel) -> dict[str, Any]:
    """What every view's template is given."""
    kinds = {kind: _download(asked, kind) for kind in ("csv", "parquet", "json", "zip")}
    return {
        "asked": asked, "shown": shown, "view": asked.view, "data": {k: a.data for k, a in shown.answers.items()},
        "notes": {k: a.notes for k, a in shown.answers.items()}, "downloads": kinds, "static": "/static/",
        "cite": assets.citation(shown.title, asked.as_of, asked.known), "alone": False,
    }  # fmt: skip


def _download(asked: ViewQuery, kind: str) -> str:
    return f"/download/{asked.view}.{kind}?{asked.url().split('?', 1)[1]}"


def page(asked: ViewQuery, shown: ViewModel, *, part: bool = False) -> str:
    """A view as a page, or only its part that levers change."""
    name = f"page/{asked.view.replace('-', '_')}{'_part' if part and asked.view == 'what-if' else ''}.html"
    return environment().get_template(name).render(context(asked, shown) | extra(asked))


def extra(asked: ViewQuery) -> dict[str, Any]:
    """Names that a view's form needs."""
    if asked.view != "what-if":
        return {}
    from detente.ask.questions.what_if import BLOCS, LEVERS, LIMIT, PRESETS

    return {"LEVERS": LEVERS, "PRESETS": PRESETS, "BLOCS": BLOCS, "LIMIT": LIMIT}


def error(view: str, why: str) -> str:
    """One clear line on a page."""
    return environment().get_template("page/error.html").render(view=view, why=why, static="/static/", alone=False)


def document(answer: Answer) -> str:
    """What a visitor's document says, beside the record."""
    return environment().get_template("page/document.html").render(
        view="now", data=answer.data, static="/static/", alone=False
    )  # fmt: skip
