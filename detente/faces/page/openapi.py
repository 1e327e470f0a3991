"""The description of the page's API in OpenAPI 3.1; the schemas of its answers are those of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import permutations
from typing import Any

from detente.ask import registry
from detente.ask.answer import package_version
from detente.faces import answers
from detente.faces.page.downloads import FILES, PICTURES
from detente.faces.page.jobs import DRAWS
from detente.faces.page.pictures import CHARTS
from detente.faces.page.view_query import PATHS, VIEWS
from detente.faces.page.views import DISAGREEMENTS, PAYOFFS
from detente.faces.timeline_view import GROUPS, ORDERS
from detente.safe_io import read_json

JsonRow = dict[str, Any]
QUESTIONS = {  # the question behind each answer of the API and of a download
    "brief": "brief", "state": "record show", "forecast": "forecast", "deal": "deal", "what-if": "what-if",
    "replicate": "replicate", "country": "country",
}  # fmt: skip
SUMMARIES = {
    "brief": "The brief of a day", "state": "The state of the talks", "forecast": "Probabilities of what comes next",
    "deal": "Deals of a day", "what-if": "Duties moved by points, priced",
}  # fmt: skip
DAY = {"type": "string", "format": "date"}
SWITCH = {"enum": ["0", "1"]}
TEXT = {"type": "string", "maxLength": 100}
OF_VIEWS: Mapping[str, Mapping[str, tuple[str, JsonRow]]] = {  # parameters of views: what they are, and their schema
    "record": {
        "kind": ("events of one kind", {"enum": [*GROUPS]}),
        "side": ("of one side: an economy's code, joint or press", TEXT), "status": ("of one status", TEXT),
        "q": ("words that are searched for", TEXT), "order": ("their order", {"enum": [*ORDERS]}),
        "page": ("of the list, from 1", {"type": "integer", "minimum": 1}), "fact": ("one statement by its id", TEXT),
    },
    "country": {
        "economy": ("by ISO3 code or name", TEXT), "outcome": ("whose sectors are shown, by name", TEXT),
        "sort": ("a column by name", TEXT),
    },
    "table": {
        "fallback": ("what the parties have without a deal", {"enum": [*DISAGREEMENTS]}),
        "payoff": ("what the parties count", {"enum": [*PAYOFFS]}),
    },
    "methods": {"paper": ("the paper whose table is shown", TEXT)},
}  # fmt: skip
COMMON_ERRORS = ("413", "414", "429", "431")  # that every request may meet
QUERY_ERRORS = ("422", "503")  # of a question that is worked out
BYTES: JsonRow = {}  # OpenAPI 3.1: content that is no JSON needs no schema


def document() -> JsonRow:
    """The description of every address of the page."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "détente", "version": package_version(), "license": {"name": "MIT"},
            "description": "Answers are what the command line prints with --json. Only /accept writes, and only where"
            " the server was started for it. The levers of a what-if are those of the negotiation shown; ask for this"
            " description with case= for those of another.",
        },
        "paths": {**_answers(), **_jobs(), **_files(), **_pages()},
        "components": {"schemas": {**_answer_schemas(), **OWN_SCHEMAS}},
    }  # fmt: skip


@cache
def _answer_schemas() -> JsonRow:
    """{name: JSON Schema} of the answers, from the files that the command line's output meets too."""
    folder = resources.files("detente.ask") / "schemas"
    names = sorted({registry.find(question).schema for question in QUESTIONS.values()})
    return {name: read_json(folder.joinpath(f"{name}.json").read_text("utf-8"), name) for name in names}


def schema_of(answer: str) -> JsonRow:
    """A reference to the schema of an answer of the API."""
    return _ref(registry.find(QUESTIONS[answer]).schema)


def _ref(name: str) -> JsonRow:
    return {"$ref": f"#/components/schemas/{name}"}


OWN_SCHEMAS: JsonRow = {
    "error": {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string", "description": "one line: what, where, how far off, what to try"}},
    },
    "job_started": {"type": "object", "required": ["job"], "properties": {"job": {"type": "string"}}},
    "job": {
        "type": "object",
        "required": ["done", "count", "cancelled", "error", "finished", "answer"],
        "properties": {
            "done": {"type": "integer", "minimum": 0}, "count": {"type": "integer", "minimum": 1, "maximum": DRAWS},
            "cancelled": {"type": "boolean"}, "error": {"type": ["string", "null"]},
            "finished": {"type": "boolean"},
            "answer": {
                "anyOf": [
                    {"type": "null"},
                    {
                        "type": "object",
                        "required": ["economies", "bands", "moves"],
                        "properties": {
                            name: _ref(f"what_if/properties/{name}") for name in ("economies", "bands", "moves")
                        },
                    },
                ]
            },
        },
    },
    "description": {"type": "object", "required": ["openapi", "info", "paths"]},
}  # fmt: skip


def _answers() -> JsonRow:
    """The answers as JSON, and this description."""
    rows = {
        f"/api/{name}": _get(
            summary, [*_days(), *(_lever_parameters() if name == "what-if" else ())], _json(schema_of(name)),
            *QUERY_ERRORS,
        )
        for name, summary in SUMMARIES.items()
    }  # fmt: skip
    return rows | {"/api/openapi.json": _get("This description", [], _json(_ref("description")))}


def _jobs() -> JsonRow:
    """Draws of elasticities, which take longer than a request."""
    draws = {"type": "integer", "minimum": 1, "maximum": DRAWS, "default": 500}
    parameters = [_parameter("draws", "how many", draws), *_days(), *_lever_parameters()]
    name = {"name": "job", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
    status = _responses(_json(_ref("job")), "404")
    return {
        "/jobs": {
            "post": {
                "summary": "Start draws of elasticities for a what-if",
                "parameters": parameters,
                "responses": {
                    "202": {"description": "started", "content": _json(_ref("job_started"))},
                    **_errors("400", "403", *COMMON_ERRORS, *QUERY_ERRORS),
                },
            }
        },
        "/jobs/{job}": {
            "parameters": [name],
            "get": {"summary": "How far a job is, and its answer", "responses": status},
            "delete": {"summary": "End a job", "responses": {**status, **_errors("403")}},
        },
    }


def _charts(parameters: list[JsonRow]) -> JsonRow:
    """The charts of views."""
    names = [f"{name}.{kind}" for charts in CHARTS.values() for name in charts for kind in PICTURES]
    view = {"name": "view", "in": "path", "required": True, "schema": {"enum": [*CHARTS]}}
    file = {"name": "file", "in": "path", "required": True, "schema": {"enum": names}}
    content = {media: BYTES for media, _ in PICTURES.values()}
    return _get("A chart of a view as a file", [view, file, *parameters], content, "404", *QUERY_ERRORS, page=True)


def _files() -> JsonRow:
    """Downloads, the calendar entry and the feed."""
    names = [f"{view}.{kind}" for view in VIEWS for kind in FILES]
    parameters = {row["name"]: row for view in VIEWS for row in _view_parameters(view)}
    file = {"name": "file", "in": "path", "required": True, "schema": {"enum": names}}
    keys = {"type": "object", "properties": {name: schema_of(name) for name in QUESTIONS}}
    content = {media.split(";")[0]: BYTES for media, _ in FILES.values()} | _json(keys)
    return {
        "/download/{file}": _get(
            "A view's table, or its answers, as a file", [file, *_days(), *parameters.values()],
            content, "404", *QUERY_ERRORS, page=True,
        ),
        "/download/{view}/{file}": _charts([*_days(), *parameters.values()]),
        "/truce.ics": _get(
            "The end of the truce as a calendar entry", _days(), {"text/calendar": BYTES}, "404", *QUERY_ERRORS,
            page=True,
        ),
        **{
            f"/changes.{kind}": _get(
                f"What the record learned last, as {name}",
                [_case(), _parameter("since", "only what became known on this day or later", DAY)],
                {f"application/{kind}+xml": BYTES}, *QUERY_ERRORS, page=True,
            )
            for kind, name in {"rss": "RSS", "atom": "Atom"}.items()
        },
    }  # fmt: skip


def _pages() -> JsonRow:
    """The views, and a document read beside the record; an error is one line on a page."""
    page = {"text/html": BYTES}
    views = {
        PATHS[name]: _get(f"The view {title}", [*_days(), *_view_parameters(name)], page, *QUERY_ERRORS, page=True)
        for name, title in VIEWS.items()
    }
    form = {
        "type": "object",
        "properties": {
            "document": {"type": "string", "format": "binary"},
            "text": {"type": "string"},
            "published": DAY,
        },
    }
    choice = {
        "type": "object",
        "required": ["report", "claim", "by"],
        "properties": {
            "report": {"type": "string", "description": "the token of a report that was read"},
            "claim": {"type": "array", "items": {"type": "string"}, "description": "ids of its claims"},
            "by": TEXT, "why": TEXT,
        },
    }  # fmt: skip
    accept = {
        "summary": "Accept claims of a report that was read; only where the server was started with --accept",
        "parameters": [_case()],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": choice}}},
        "responses": _responses(page, "403", "410", *QUERY_ERRORS, page=True),
    }
    read = {
        "summary": "A report of your own, read beside the record",
        "parameters": [_case()],
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
        "responses": _responses(page, "403", *QUERY_ERRORS, page=True),
    }
    return views | {"/read": {"post": read}, "/accept": {"post": accept}}


def _get(summary: str, parameters: list[JsonRow], content: JsonRow, *refusals: str, page: bool = False) -> JsonRow:
    responses = _responses(content, *refusals, page=page)
    return {"get": {"summary": summary, "parameters": parameters, "responses": responses}}


def _responses(content: JsonRow, *refusals: str, page: bool = False) -> JsonRow:
    """An answer, and what is refused; page: whether some refusals are a page, for a person who follows a link."""
    answer = {"200": {"description": "the answer", "content": content}}
    return {**answer, **_errors("400", *COMMON_ERRORS, *refusals, page=page)}


def _errors(*statuses: str, page: bool = False) -> JsonRow:
    content = _json(_ref("error")) | ({"text/html": BYTES} if page else {})
    return {status: {"description": "one clear line", "content": content} for status in statuses}


def _json(schema: JsonRow) -> JsonRow:
    return {"application/json": {"schema": schema}}


def _case() -> JsonRow:
    names = [*answers.negotiations()]
    return _parameter("case", "the negotiation; by default the one that the server was started with", {"enum": names})


def _days() -> list[JsonRow]:
    first_and_last = f"from {answers.FIRST} to {answers.LAST}"
    return [
        _case(),
        _parameter("asof", f"the day, {first_and_last}; today by default", DAY),
        _parameter("known", f"as known on, {first_and_last}; by default the same day", DAY),
    ]


def _view_parameters(view: str) -> list[JsonRow]:
    """The parameters of a view beside the days."""
    if view == "what-if":
        return [*_lever_parameters(), _parameter("part", "1: only what levers change", SWITCH)]
    return [_parameter(name, what, schema) for name, (what, schema) in OF_VIEWS.get(view, {}).items()]


def _lever_parameters() -> list[JsonRow]:
    from detente.ask.questions.what_if import LIMIT, TO

    board = answers.board()
    points = {"type": "number", "minimum": -LIMIT, "maximum": LIMIT}
    return [
        *(_parameter(name, f"points added to {title}", points) for name, title in board.levers.items()),
        *(
            _parameter(f"{by}-{on}", f"points added to duties of {by} on {on}", points)
            for by, on in permutations(board.blocs, 2)
        ),
        *(
            _parameter(f"{by}{TO}{on}", f"points of a tax of {by} on its exports to {on}", {**points, "minimum": 0})
            for by, on in permutations(board.blocs, 2)
        ),
        _parameter("preset", "a named setting of the levers, which replaces them", {"enum": list(board.presets)}),
        _parameter("horizon", "how far trade has adjusted", {"enum": ["short", "near", "medium", "long"]}),
        _parameter("outcome", "the outcome of the brief whose duties the points are added to", {"type": "string"}),
        _parameter("bands", "1: low and high over all sets of elasticities, slower", SWITCH),
        _parameter("sectors", "the economy whose sectors the page shows", {"type": "string"}),
        _parameter("map", "1: a map on the page", SWITCH),
    ]


def _parameter(name: str, description: str, schema: Mapping[str, Any]) -> JsonRow:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
