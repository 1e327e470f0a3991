"""Views to HTML: every value is escaped by the template, control and bidi characters are made visible."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from detente import labels
from detente.ask.answer import Answer
from detente.ask.talks import timeline
from detente.faces import answers, proof, replication_view, tables, timeline_view, words
from detente.faces.brief_view import brief_view
from detente.faces.deal_view import exchange_rows, item_name, item_price, items_views
from detente.faces.duties_view import AVERAGE_COLUMNS, pair_name, step_columns
from detente.faces.first_screen.build import screen_view
from detente.faces.forecast_view import CALIBRATION_COLUMNS, ENDING_COLUMNS
from detente.faces.measures_view import SPREAD_COLUMNS
from detente.faces.page import assets, pictures, screen_values, view_query, views
from detente.faces.page.view_query import ViewQuery
from detente.faces.page.views import NowContent, RecordContent, ViewModel
from detente.faces.picture.chart import SLIM, WIDE
from detente.faces.talks_view import conflict_rows

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from detente.faces.picture.chart import Chart

PARTS = ("record", "what-if")  # views with a part that a form changes
DECIDED = {"accept": "accepted", "edit": "accepted with changes", "refuse": "refused"}
DOWNLOADS = ("csv", "parquet", "json", "zip")


@cache
def environment() -> Environment:
    """The templates, with the formatters that every face uses."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("detente.faces.page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    env.filters.update(
        day=words.day,
        signed=words.signed,
        decimal=words.decimal,
        percent=words.percent,
        readable=words.readable,
        side_name=words.side_name,
        visible=words.visible,
        spell_dates=words.spell_dates,
        in_words=in_words,
        economy=words.economy,
        topic=replication_view.title,
        with_dollar=words.with_dollar,
        spoken=labels.spoken,
        drawing=drawing,
        json=inline_json,
        exchange_rows=exchange_rows,
        items_views=items_views,
        item_name=item_name,
        item_price=item_price,
        address=view_query.encode,
        economy_name=labels.name,
    )
    env.globals.update(
        counted=words.with_count, interval=words.interval, proof_summary=proof.summary, build=tables.build,
        CALIBRATION_COLUMNS=CALIBRATION_COLUMNS, ENDING_COLUMNS=ENDING_COLUMNS, STEP_COLUMNS=step_columns(),
        SPREAD_COLUMNS=SPREAD_COLUMNS, CELL_COLUMNS=replication_view.CELL_COLUMNS, AVERAGE_COLUMNS=AVERAGE_COLUMNS,
        pair_name=pair_name,
        WIDE=WIDE, SLIM=SLIM,
        acting_name=timeline_view.side_name, GROUPS=timeline_view.GROUPS, ORDERS=timeline_view.ORDERS,
        DECIDED=DECIDED, VIEWS=view_query.VIEWS, PATHS=view_query.PATHS,
        chosen=answers.chosen, of_case=view_query.of_case,
    )  # fmt: skip
    return env


def in_words(text: str) -> str:
    """Text that is nobody's quotation, as a reader of a view sees it: days and economies in words."""
    return words.spell_dates(words.visible(text))


def render(template: str, values: Mapping[str, Any]) -> str:
    """A template with its values."""
    return environment().get_template(template).render(values)


def drawing(chart: Chart, width: float) -> Markup:
    """A chart as the page shows it: every text in it is escaped."""
    from markupsafe import Markup

    return Markup(chart.svg(width))


def inline_json(value: Mapping[str, Any]) -> Markup:
    """JSON that cannot end the script it stands in."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def context(query: ViewQuery, model: ViewModel) -> dict[str, Any]:
    """The values of every view's template."""
    cited = assets.citation(model.title, query.as_of, query.known)
    return {
        "query": query, "model": model, "content": model.content, "view": query.view, "static": "/static/",
        "data": {key: answer.data for key, answer in model.answers.items()},
        "notes": {key: answer.notes for key, answer in model.answers.items()},
        "downloads": {kind: f"/download/{query.view}.{kind}?{query.encoded}" for kind in _kinds(query, model)},
        "negotiations": answers.negotiations(), "negotiation": answers.shown().dossier,
        "saved": pictures.addresses(query, model),
        "citation": cited, "embedded": assets.embedded(query, model, cited), "standalone": False, "days": query.days,
        "kept": query.days | query.foreign,
    }  # fmt: skip


def _kinds(query: ViewQuery, model: ViewModel) -> tuple[str, ...]:
    """The kinds of file that a view can be taken away as."""
    return (*DOWNLOADS, *(pictures.kinds() if pictures.has_picture(query, model) else ()))


def page(query: ViewQuery, model: ViewModel, *, part: bool = False) -> str:
    """A view as a page, or only the part of it that its form changes."""
    suffix = "_part" if part and query.view in PARTS else ""
    template = f"page/{query.view.replace('-', '_')}{suffix}.html"
    return render(template, context(query, model) | _form(query) | _screen(query, model) | _strip(query, model))


def _screen(query: ViewQuery, model: ViewModel) -> dict[str, Any]:
    """The first screen of a view that has one."""
    if not isinstance(model.content, NowContent):
        return {}
    shown, other = model.content.duty, next(way for way in views.DUTIES if way != model.content.duty)
    switch = {"shown": shown, "other": other, "address": query.with_parameter("duty", other)}
    return {**screen_values.values(model.content.screen, moves=shown == "changes"), "switch": switch}


def _strip(query: ViewQuery, model: ViewModel) -> dict[str, Any]:
    """The drawing of the timeline, in both widths, of the record's view."""
    from datetime import date

    from markupsafe import Markup

    from detente.faces.picture import strip

    if not isinstance(model.content, RecordContent):
        return {}
    shown, parties = model.content.timeline, model.content.parties
    last = date.fromisoformat(query.as_of)
    drawings = [strip.strip(shown.strokes, shown.sides, parties, last, width) for width in (strip.WIDE, strip.SLIM)]
    return {"strip": [Markup(drawing) for drawing in drawings]}


def _form(query: ViewQuery) -> dict[str, Any]:
    """What the form of levers offers."""
    if query.view != "what-if":
        return {}
    return {"board": answers.board()}


def error(view: str, message: str) -> str:
    """One clear line on a page."""
    return render("page/error.html", {"view": view, "message": message, "static": "/static/", "standalone": False})


def document(answer: Answer, claims: list[dict[str, Any]], token: str = "") -> str:
    """What a visitor's document says, beside the record.

    claims: as they stand to the dossier into which they may be accepted. token: of the report; "" where nothing may be.
    """
    values: dict[str, Any] = {
        "view": "now", "brief": brief_view(answer), "facts": answer.data["document"]["proposed"],
        "claims": claims, "token": token, "dossier": answers.shown().dossier,
        **screen_values.values(screen_view(answer.data["first_screen"]), links=False),
    }  # fmt: skip
    return render("page/document.html", values | {"static": "/static/", "standalone": False})


def accepted(answer: Answer, by: str) -> str:
    """What was accepted, what was settled already, and where the record now holds claims that differ."""
    conflicts = conflict_rows({"conflicts": [{**row, "open": True} for row in answer.data["conflicts"]]})
    values = {"view": "record", "data": answer.data, "conflicts": conflicts, "by": by, "on_timeline": timeline.KINDS}
    return render("page/accepted.html", values | {"static": "/static/", "standalone": False})
