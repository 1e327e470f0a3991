"""The page: five views, their parts, downloads and a small JSON API, without any outside request.

What comes in is bounded (`limits`, `connections`). Static files and answers that were given before go out at once; new
ones wait for a slot of their kind (`work`), documents for a process of their own (`upload`). What goes out carries a
strict content security policy. A wrong query is one clear line and a 4xx, never a trace.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from detente.ask.answer import Answer
from detente.errors import DataError, DetenteError, NotConverged, QuestionError, RecordError
from detente.faces import answers
from detente.faces.page import accepting, former, render, subscriptions, upload, views
from detente.faces.page import openapi as description
from detente.faces.page.accepting import Report, Reports
from detente.faces.page.downloads import FILES, PICTURES
from detente.faces.page.former import Made, Renewals
from detente.faces.page.jobs import DRAWS, RUNNING, Jobs
from detente.faces.page.limits import DOCUMENT, HEAD_LENGTH, HEADERS, Limits, failure
from detente.faces.page.static_files import compressed, static_file
from detente.faces.page.view_query import PATHS, ViewQuery
from detente.faces.page.views import BUILDERS, ViewModel
from detente.faces.page.work import Kept, Piece, Slots

KINDS = (".txt", ".md", ".html", ".htm", ".pdf", ".docx")
QUICK = ("what-if", "methods")  # views whose new answers take a tenth of a second; the others take seconds
STATUS = {QuestionError: 400, RecordError: 422, DataError: 422, NotConverged: 422}
HTML = "text/html; charset=utf-8"
VIEW_WORDS = ("case", "asof", "known", "part")  # of a query that are not a view's own
Handler = Callable[[Request], Awaitable[Response]]
quick, slow = Slots("quick", 2), Slots("slow", 2)
documents = Slots("document", 2, queue=4, of_one_visitor=2)
writing = Slots("writing", 1, queue=10, of_one_visitor=4)
kept: Kept[Made] = Kept(64_000_000)
renewals = Renewals(kept)
jobs = Jobs()


def status_of(error: Exception) -> int:
    """The status of an error of ours."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)


def read_query(request: Request, view: str) -> ViewQuery:
    """What a request asks of a view. Raises QuestionError, also for a parameter that is given twice."""
    names = [name for name, _ in request.query_params.multi_items()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise QuestionError(f"{twice[:40]!r} is given more than once; give it once")
    parameters = {key: value for key, value in request.query_params.items() if key not in VIEW_WORDS}
    return ViewQuery(view, *answers.parse_days(request.query_params), parameters, read_case(request))


def read_case(request: Request) -> str:
    """The negotiation that a request chooses; empty where it is the one shown anyway. Raises QuestionError."""
    with answers.showing(request.query_params.get("case", "").strip()):
        return answers.chosen()


def build_view(query: ViewQuery) -> ViewModel:
    """A view's content."""
    return BUILDERS[query.view](query)


async def respond(
    request: Request, kind: str, query: ViewQuery, make: Callable[[], str | bytes], media: str, **headers: str
) -> Response:
    """What `make` gives for a query, from a slot of its view, or as it was given before.

    A page that was given before the record was last written to goes out too, marked, and is renewed behind it.
    kind: what of the view is asked for. headers: of the response, with hyphens as underlines.
    """
    parameters = sorted(query.parameters.items())
    with answers.showing(query.case):
        version = answers.version()
    key = (version[:2], date.today(), kind, query.view, query.as_of, query.known, *parameters)

    def work(_: Piece) -> bytes:
        with answers.showing(query.case):
            moment, looked_at = time.time(), answers.version()
            made = make()
        body = gzip.compress(made.encode() if isinstance(made, str) else made, compresslevel=6, mtime=0)
        kept.put(key, Made(body, looked_at, moment))
        return body

    slots = quick if query.view in QUICK and query.parameters.get("bands") != "1" else slow
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    before = kept.get(key)
    if before is not None and before.version == version:
        return compressed(request, before.body, media, sent)
    if before is not None and media == HTML and former.may_see(request, before):
        renewals.start(slots, key, work)
        return compressed(request, former.marked(before), media, {**sent, "cache-control": "no-store"})
    return compressed(request, await slots.run(request, (version, key), work), media, sent)


def errors_as_json(handler: Handler) -> Handler:
    """A handler whose errors are one line of JSON."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except DetenteError as error:
            return failure(str(error), status_of(error))

    return guarded


def errors_as_page(view: str) -> Callable[[Handler], Handler]:
    """Handlers whose errors are one line on a page of this view."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request) -> Response:
            try:
                return await handler(request)
            except DetenteError as error:
                return HTMLResponse(render.error(view, str(error)), status_code=status_of(error))
            except HTTPException as error:
                return HTMLResponse(render.error(view, str(error.detail)), status_code=error.status_code)

        return guarded

    return decorate


def view_page(view: str) -> Handler:
    """The page of a view, or with ?part=1 only what changes."""

    @errors_as_page(view)
    async def handler(request: Request) -> Response:
        query = read_query(request, view)
        part = request.query_params.get("part") == "1"
        return await respond(
            request, f"page {part}", query, lambda: render.page(query, build_view(query), part=part), HTML
        )

    return handler


def api(name: str) -> Handler:
    """An answer as JSON: what the command line prints with --json."""

    @errors_as_json
    async def handler(request: Request) -> Response:
        query = read_query(request, VIEW_OF.get(name, "now"))
        return await respond(
            request, f"api {name}", query, lambda: as_json(ANSWERS[name](query).to_json()), "application/json"
        )

    return handler


def state(query: ViewQuery) -> Answer:
    """The state of the talks."""
    from detente.ask.talks import dossier

    return dossier.show(**answers.shown()._asdict(), as_of=query.as_of, known=query.known)


def answer_of_view(view: str, key: str) -> Callable[[ViewQuery], Answer]:
    """An answer that a view shows."""

    def answer(query: ViewQuery) -> Answer:
        parameters = query.parameters if view == "what-if" else {}
        return build_view(replace(query, view=view, parameters=parameters)).answers[key]

    return answer


ANSWERS: dict[str, Callable[[ViewQuery], Answer]] = {
    "brief": answer_of_view("now", "brief"),
    "forecast": answer_of_view("now", "forecast"),
    "state": state,
    "deal": answer_of_view("table", "deal"),
    "what-if": answer_of_view("what-if", "what-if"),
}


VIEW_OF = {"what-if": "what-if", "deal": "table"}  # the view of an answer, Now for the others


def as_json(value: Any) -> bytes:
    """JSON as short as it gets."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


@errors_as_json
async def download(request: Request) -> Response:
    """A view's table as CSV, Parquet or JSON, or all of it with metadata and licence in a zip."""
    name, _, kind = request.path_params["file"].partition(".")
    if name not in BUILDERS or kind not in FILES:
        raise HTTPException(404)
    query = read_query(request, name)
    media, write = FILES[kind]
    file = f"detente-{name}-{query.as_of}.{kind}"
    return await respond(
        request, f"download {kind}", query, lambda: write(query, build_view(query)), media,
        content_disposition=f'attachment; filename="{file}"',
    )  # fmt: skip


@errors_as_json
async def download_chart(request: Request) -> Response:
    """A chart of a view as SVG or PNG."""
    view, (name, _, kind) = request.path_params["view"], request.path_params["file"].partition(".")
    if view not in BUILDERS or kind not in PICTURES:
        raise HTTPException(404)
    query = read_query(request, view)
    media, draw = PICTURES[kind]
    return await respond(
        request, f"chart {name[:40]}.{kind}", query, lambda: draw(query, build_view(query), name), media,
        content_disposition=f'attachment; filename="detente-{view}-{name}-{query.as_of}.{kind}"',
    )  # fmt: skip


@errors_as_json
async def truce_calendar(request: Request) -> Response:
    """The end of the truce as a calendar entry."""
    query = read_query(request, "now")

    def entry() -> bytes:
        brief = answers.brief(query.as_of, query.known)
        made = subscriptions.calendar(brief.data["state"], brief.data["case"])
        if made is None:
            raise HTTPException(404, "no truce is known on this day")
        return made

    return await respond(
        request, "calendar", query, entry, "text/calendar; charset=utf-8",
        content_disposition='attachment; filename="truce.ics"',
    )  # fmt: skip


def changes(kind: str) -> Handler:
    """What the record learned last, or since a day, as RSS or Atom; 304 where the reader has it."""

    @errors_as_json
    async def handler(request: Request) -> Response:
        root, today = str(request.base_url).rstrip("/"), date.today().isoformat()
        since = answers.parse_day(request.query_params, "since")
        case = read_case(request)
        query = ViewQuery("record", today, today, {"root": root, "since": since}, case)

        def feed() -> str:
            return subscriptions.feed(root, answers.timeline(today, today), kind=kind, since=since, case=case)

        response = await respond(request, kind, query, feed, f"application/{kind}+xml; charset=utf-8")
        return not_modified(request, response)

    return handler


def not_modified(request: Request, response: Response) -> Response:
    """A response with a tag of its content, or 304 where the reader has that already."""
    tag = f'W/"{hashlib.sha256(response.body).hexdigest()[:16]}"'
    if tag in request.headers.get("if-none-match", "").split(", "):
        return Response(status_code=304, headers={"etag": tag})
    response.headers["etag"] = tag
    return response


@errors_as_page("now")
async def read_document(request: Request) -> Response:
    """A visitor's own document read beside the record; nothing that it names is fetched.

    It is kept only where the server was started to accept claims, for as long as `accepting` says.
    """
    report = await read_form(request)
    if len(report.body) > DOCUMENT:
        raise HTTPException(413, f"a document of at most {DOCUMENT} bytes is read")
    if report.published:
        answers.parse_days({"asof": report.published})
    reports, case = accepting.reports_of(request), read_case(request)

    def work(piece: Piece) -> str:
        with answers.showing(case):
            beside = None if reports is None else answers.shown()._asdict()
            answer, claims = upload.brief(
                report.name, report.body, report.published, stop=lambda: piece.abandoned, beside=beside
            )
            token = reports.keep(report) if reports is not None else ""
            return render.document(answer, claims, token)

    return HTMLResponse(await documents.run(request, object(), work))


async def read_form(request: Request) -> Report:
    """A form's document, a file or a text that was pasted. Raises QuestionError for another kind of file."""
    async with request.form(max_files=1, max_fields=4, max_part_size=DOCUMENT) as form:
        file, text = form.get("document"), str(form.get("text") or "")
        name = getattr(file, "filename", None) or ""
        day = str(form.get("published") or "").strip() or None
        if text.strip() and not name:
            return Report(text.encode(), ".txt", day)
        ending = Path(name).suffix.lower()
        if file is None or isinstance(file, str) or ending not in KINDS:
            raise QuestionError(f"a document is a file that ends in {', '.join(KINDS)}, or a text that is pasted")
        return Report(await file.read(DOCUMENT + 1), ending, day)


@errors_as_page("now")
async def accept_claims(request: Request) -> Response:
    """Accept claims of a report that was read here into the dossier that is shown, and show what that changed."""
    reports = accepting.reports_of(request)
    if reports is None:
        raise HTTPException(403, accepting.NOT_STARTED)
    choice, case = await accepting.read_choice(request), read_case(request)
    report = reports.find(choice.token)

    def work(_: Piece) -> str:
        with answers.showing(case):
            return render.accepted(accepting.accept(report, choice), choice.by)

    return former.note_write(HTMLResponse(await writing.run(request, object(), work)))


@errors_as_json
async def start_job(request: Request) -> Response:
    """Start draws: ?draws=500 and the query of a what-if."""
    written = request.query_params.get("draws", "500")
    if not written.isascii() or not written.isdigit() or not 1 <= int(written[:9]) <= DRAWS:
        raise QuestionError(f"draws {written[:20]!r}: from 1 to {DRAWS}")
    asked = read_query(request, "what-if")
    query = replace(asked, parameters={name: value for name, value in asked.parameters.items() if name != "draws"})
    with answers.showing(query.case):
        views.read_levers(query.parameters)
    if jobs.full:
        return failure(f"{RUNNING} jobs are running; try again in a minute", 429)
    return JSONResponse({"job": jobs.start(int(written), query)}, status_code=202)


async def job_status(request: Request) -> Response:
    """How far a job is; DELETE ends it."""
    job = jobs.by_name.get(request.path_params["job"])
    if job is None:
        return failure("no such job", 404)
    if request.method == "DELETE":
        job.stop = True
    return JSONResponse(job.to_json())


@errors_as_json
async def openapi(request: Request) -> Response:
    """The description of the API."""
    with answers.showing(read_case(request)):
        return JSONResponse(description.document())


async def missing(request: Request, error: Exception) -> Response:
    """404 and 405 in the page's own words."""
    status = getattr(error, "status_code", 404)
    if request.url.path.startswith(("/api", "/jobs")):
        return failure(str(getattr(error, "detail", error)), status)
    message = "there is no such page" if status == 404 else "this page does not take that kind of request"
    return HTMLResponse(render.error("now", message), status_code=status)


async def broken(request: Request, error: Exception) -> Response:
    """What should not happen: no trace goes out."""
    return PlainTextResponse("détente: something went wrong; it is in the server's log", 500, HEADERS)


def app(
    hosts: Iterable[str] = ("127.0.0.1", "localhost", "testserver"), *, warm: bool = True, accept: bool = False
) -> Starlette:
    """The application for requests to these hosts.

    warm: the first answers are worked out while it starts. accept: claims of a report can be accepted into the dossier.
    """
    routes = [
        *(Route(path, view_page(name)) for name, path in PATHS.items()),
        *(Route(f"/api/{name}", api(name)) for name in ANSWERS),
        Route("/api/openapi.json", openapi),
        Route("/download/{file}", download),
        Route("/download/{view}/{file}", download_chart),
        Route("/truce.ics", truce_calendar),
        *(Route(f"/changes.{kind}", changes(kind)) for kind in subscriptions.KINDS),
        Route("/read", read_document, methods=["POST"]),
        Route("/accept", accept_claims, methods=["POST"]),
        Route("/jobs", start_job, methods=["POST"]),
        Route("/jobs/{job}", job_status, methods=["GET", "DELETE"]),
        Route("/favicon.ico", lambda request: RedirectResponse("/static/mark.svg")),
        Route("/static/{file:path}", static_file),
    ]
    middleware = [
        Middleware(Limits, hosts=[host.lower() for host in hosts]),
        Middleware(GZipMiddleware, minimum_size=500, compresslevel=6),
    ]
    application = Starlette(
        routes=routes, middleware=middleware, exception_handlers={HTTPException: missing, Exception: broken}
    )
    application.state.reports = Reports() if accept else None
    if warm:
        threading.Thread(target=warm_up, daemon=True).start()
    return application


def warm_up() -> None:
    """Work out the first answers of today, so that no visitor waits for them."""
    today = date.today().isoformat()
    for name in ("what-if", "now", "table"):
        build_view(ViewQuery(name, today, today))


def run(host: str, port: int, *, accept: bool = False) -> None:
    """Serve until stopped; accept: claims of a report can be accepted into the dossier."""
    import uvicorn

    from detente.faces.page.connections import BoundedConnection, allow_connections

    names = {"127.0.0.1", "localhost", host}
    if host in ("0.0.0.0", "::"):
        names |= {"*", socket.gethostname(), socket.getfqdn()}
    allow_connections()
    uvicorn.run(
        app(names, accept=accept), host=host, port=port, http=BoundedConnection, ws="none", log_level="warning",
        access_log=False, server_header=False, proxy_headers=False, timeout_keep_alive=5,
        h11_max_incomplete_event_size=HEAD_LENGTH, timeout_graceful_shutdown=5, backlog=256,
    )  # fmt: skip
