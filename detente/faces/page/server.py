"""The page: five views, their parts, downloads and a small JSON API, on one process without any outside request.

What comes in is bounded (length, rate, one document of 2 MB) and answered in a few threads; what goes out carries a
strict content security policy. A wrong query is one clear line and a 4xx, never a trace.
"""

from __future__ import annotations

import io
import json
import logging
import socket
import tempfile
import threading
import time
import uuid
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import date
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from detente.ask.answer import Answer
from detente.errors import DataError, DetenteError, NotConverged, QuestionError, RecordError
from detente.faces.page import assets, render, views
from detente.faces.page.views import BUILDERS, ViewModel, ViewQuery

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self';"
    " font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}  # fmt: skip
LONGEST = 4_000  # characters of a query
DOCUMENT = 2_000_000  # bytes of a document
KINDS = (".txt", ".md", ".html", ".pdf")
RATE, BURST = 40.0, 300.0  # requests a second and at once, of one visitor
VISITORS = 10_000
JOBS, DRAWS = 4, 2000  # draws that run at once, and of one job at most
STATUS = {QuestionError: 400, RecordError: 422, DataError: 422, NotConverged: 422}
solving = threading.BoundedSemaphore(2)


class Limits:
    """Pure ASGI: headers on every answer, bounds on what comes in, a budget of requests for each visitor."""

    def __init__(self, app: Any, hosts: Iterable[str] = ()):
        self.app, self.hosts = app, frozenset(hosts)
        self.left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, visitor: str) -> bool:
        """Whether a visitor may ask once more."""
        now = time.monotonic()
        budget, last = self.left.pop(visitor, (BURST, now))
        budget = min(BURST, budget + (now - last) * RATE)
        self.left[visitor] = (max(budget - 1, 0.0), now)
        if len(self.left) > VISITORS:
            self.left.popitem(last=False)
        return budget >= 1

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items())]
            await send(message)

        came = 0

        async def bounded() -> Any:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > DOCUMENT + 10_000:  # a body may come in pieces and not say how long it is
                raise HTTPException(413, f"at most {DOCUMENT} bytes are read")
            return message

        headers = dict(scope["headers"])
        length, host = headers.get(b"content-length", b"0"), headers.get(b"host", b"").decode("latin-1")
        if not ours(host, self.hosts):
            why = f"host {host[:60]!r} is not served here; ask by address, or serve with --host and that name"
            await failed(why, 400)(scope, receive, guarded)
        elif len(scope.get("query_string", b"")) > LONGEST:
            await failed("the query is too long", 414)(scope, receive, guarded)
        elif not length.isdigit() or int(length) > DOCUMENT + 10_000:
            await failed(f"at most {DOCUMENT} bytes are read", 413)(scope, receive, guarded)
        elif not self.spend((scope.get("client") or ("local",))[0]):
            await failed("too many requests; wait a second", 429)(scope, receive, guarded)
        else:
            await self.app(scope, bounded, guarded)


def ours(written: str, hosts: frozenset[str]) -> bool:
    """Whether a Host header names one of these hosts; "*" stands for any address in digits, which no other name's owner
    can point at this machine."""
    name = written.rsplit("]", 1)[0].lstrip("[") if written.startswith("[") else written.split(":", 1)[0]
    name = name.lower()
    if "*" in hosts:
        try:
            ip_address(name)
            return True
        except ValueError:
            pass
    return name in hosts


def failed(why: str, status: int) -> Response:
    """One line, as JSON."""
    return JSONResponse({"error": why}, status_code=status)


def code(error: Exception) -> int:
    """The status of an error of ours."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)


def asked(request: Request, view: str) -> ViewQuery:
    """What a request asks of a view. Raises QuestionError."""
    query = {k: v for k, v in request.query_params.items() if k not in ("asof", "known", "part")}
    as_of, known = views.days(request.query_params)
    return ViewQuery(view, as_of, known, query)


def made(wanted: ViewQuery) -> ViewModel:
    """A view's content, two at a time."""
    with solving:
        return BUILDERS[wanted.view](wanted)


def view(name: str) -> Callable[[Request], Any]:
    """The page of a view, or with ?part=1 only what changes."""

    async def shown(request: Request) -> Response:
        try:
            wanted = asked(request, name)
            found = await run_in_threadpool(made, wanted)
            part = request.query_params.get("part") == "1"
            return HTMLResponse(await run_in_threadpool(render.page, wanted, found, part=part))
        except DetenteError as error:
            return HTMLResponse(render.error(name, str(error)), status_code=code(error))

    return shown


def question(name: str) -> Callable[[Request], Any]:
    """An answer as JSON: what the command line prints with --json."""

    async def answered(request: Request) -> Response:
        try:
            wanted = asked(request, "what-if" if name == "what-if" else "now")
            answer = await run_in_threadpool(ANSWERS[name], wanted)
            return JSONResponse(answer.to_json())
        except DetenteError as error:
            return failed(str(error), code(error))

    return answered


def state(wanted: ViewQuery) -> Answer:
    """The state of the talks."""
    from detente.ask.talks import dossier

    return dossier.show(dossier=views.DOSSIER, as_of=wanted.as_of, known=wanted.known)


def answer_from_view(name: str, key: str) -> Callable[[ViewQuery], Answer]:
    """An answer that a view shows."""
    return lambda wanted: made(
        ViewQuery(name, wanted.as_of, wanted.known, wanted.query if name == "what-if" else {})
    ).answers[key]


ANSWERS: dict[str, Callable[[ViewQuery], Answer]] = {
    "brief": answer_from_view("now", "brief"),
    "forecast": answer_from_view("now", "forecast"),
    "state": state,
    "deal": answer_from_view("table", "deal"),
    "what-if": answer_from_view("what-if", "what-if"),
}


async def download(request: Request) -> Response:
    """A view's table as CSV, Parquet or JSON, or all of it with metadata and licence in a zip."""
    name, _, kind = request.path_params["file"].partition(".")
    if name not in BUILDERS or kind not in ("csv", "parquet", "json", "zip"):
        raise HTTPException(404)
    try:
        wanted = asked(request, name)
        found = await run_in_threadpool(made, wanted)
        body, media = await run_in_threadpool(packed, wanted, found, kind)
    except DetenteError as error:
        return failed(str(error), code(error))
    file = f"detente-{name}-{wanted.as_of}.{kind}"
    return Response(body, media_type=media, headers={"content-disposition": f'attachment; filename="{file}"'})


def packed(wanted: ViewQuery, found: ViewModel, kind: str) -> tuple[bytes, str]:
    """The bytes of a download and their type. Raises QuestionError where Parquet cannot be written."""
    if kind == "csv":
        return assets.table(found.rows).encode(), "text/csv; charset=utf-8"
    if kind == "json":
        return json.dumps(
            {k: a.to_json() for k, a in found.answers.items()}, ensure_ascii=False
        ).encode(), "application/json"
    if kind == "parquet":
        try:
            pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
        except ImportError:
            raise QuestionError("Parquet needs pyarrow: pip install 'detente[table]', or take CSV") from None
        out = io.BytesIO()
        parquet.write_table(pyarrow.Table.from_pylist(found.rows or [{"empty": None}]), out)
        return out.getvalue(), "application/vnd.apache.parquet"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(f"{wanted.view}.csv", assets.table(found.rows))
        for key, answer in found.answers.items():
            folder.writestr(f"{key}.json", json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
        folder.writestr("README.txt", assets.about(wanted, found))
    return out.getvalue(), "application/zip"


async def clock(request: Request) -> Response:
    """The end of the truce as a calendar entry."""
    try:
        wanted = asked(request, "now")
        found = await run_in_threadpool(views.briefed, wanted.as_of, wanted.known)
    except DetenteError as error:
        return failed(str(error), code(error))
    text = assets.calendar(found.data["state"]["truces"], wanted)
    if text is None:
        return failed("no truce is known on this day", 404)
    return Response(
        text, media_type="text/calendar", headers={"content-disposition": 'attachment; filename="truce.ics"'}
    )


async def changes(request: Request) -> Response:
    """What the record learned last, as RSS."""
    root = str(request.base_url).rstrip("/")
    return Response(await run_in_threadpool(assets.feed, root, views.DOSSIER), media_type="application/rss+xml")


async def read(request: Request) -> Response:
    """A visitor's own document read beside the record; nothing of it is kept and nothing it names is fetched."""
    try:
        async with request.form(max_files=1, max_fields=4, max_part_size=DOCUMENT) as form:
            file = form.get("document")
            name = getattr(file, "filename", None) or ""
            ending = Path(name).suffix.lower()
            if file is None or isinstance(file, str) or ending not in KINDS:
                raise QuestionError(f"a document is a file that ends in {', '.join(KINDS)}")
            body = await file.read(DOCUMENT + 1)
            published = str(form.get("published") or "").strip() or None
        if len(body) > DOCUMENT:
            return HTMLResponse(render.error("now", f"a document of at most {DOCUMENT} bytes is read"), status_code=413)
        if published:
            views.days({"asof": published})
        answer = await run_in_threadpool(reading, body, ending, published)
        return HTMLResponse(await run_in_threadpool(render.document, answer))
    except DetenteError as error:
        return HTMLResponse(render.error("now", str(error)), status_code=code(error))
    except HTTPException as error:
        return HTMLResponse(render.error("now", str(error.detail)), status_code=error.status_code)


def reading(body: bytes, ending: str, published: str | None) -> Answer:
    """The brief of a document that lies in a folder of its own only while it is read."""
    from detente.ask.questions import brief

    with solving, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"document{ending}"
        path.write_bytes(body)
        return brief.brief(str(path), published=published, dossier=views.DOSSIER)


class Cancelled(Exception):
    """A job whose visitor no longer waits."""


class Job:
    """Draws of elasticities in a thread: done of count, the answer or why there is none."""

    def __init__(self, draws: int, wanted: ViewQuery):
        self.count, self.done, self.stop = draws, 0, False
        self.answer: dict[str, Any] | None = None
        self.why: str | None = None
        threading.Thread(target=self.run, args=(wanted,), daemon=True).start()

    def progress(self, done: int, count: int) -> None:
        """Told after each draw; the place where a cancelled job ends."""
        self.done = done
        if self.stop:
            raise Cancelled

    def run(self, wanted: ViewQuery) -> None:
        """Price what the levers say with drawn elasticities."""
        from detente.ask.questions import what_if

        try:
            levers, cells, horizon = views.read_levers(wanted.query)
            found = what_if.whatif(
                levers, cells, as_of=wanted.as_of, known=wanted.known, dossier=views.DOSSIER, horizon=horizon,
                draws=self.count, progress=self.progress,
            ).data  # fmt: skip
            rows = [r for code in found["shown"] for r in found["economies"] if r["economy"] == code]
            self.answer = {"economies": rows, "bands": found["bands"], "moves": found["moves"]}
        except Cancelled:
            self.why = "cancelled"
        except DetenteError as error:
            self.why = str(error)
        except Exception:
            logging.getLogger(__name__).exception("a job of draws ended")
            self.why = "something went wrong; it is in the server's log"

    def to_json(self) -> dict[str, Any]:
        """How far it is."""
        return {"done": self.done, "count": self.count, "cancelled": self.why == "cancelled", "error": self.why,
                "finished": self.answer is not None, "answer": self.answer}  # fmt: skip


jobs: OrderedDict[str, Job] = OrderedDict()


async def begin(request: Request) -> Response:
    """Start draws: ?draws=500 and the query of a what-if."""
    try:
        written = request.query_params.get("draws", "500")
        if not written.isascii() or not written.isdigit() or not 1 <= int(written[:9]) <= DRAWS:
            raise QuestionError(f"draws {written[:20]!r}: from 1 to {DRAWS}")
        wanted = asked(request, "what-if")
        views.read_levers(wanted.query)
    except DetenteError as error:
        return failed(str(error), code(error))
    if sum(j.answer is None and j.why is None for j in jobs.values()) >= JOBS:
        return failed(f"{JOBS} jobs are running; try again in a minute", 429)
    name = uuid.uuid4().hex
    jobs[name] = Job(int(written), wanted)
    while len(jobs) > 100:
        jobs.popitem(last=False)[1].stop = True
    return JSONResponse({"job": name}, status_code=202)


async def job(request: Request) -> Response:
    """How far a job is; DELETE ends it."""
    found = jobs.get(request.path_params["job"])
    if found is None:
        return failed("no such job", 404)
    if request.method == "DELETE":
        found.stop = True
    return JSONResponse(found.to_json())


async def openapi(request: Request) -> Response:
    """The description of the API."""
    return JSONResponse(assets.openapi())


async def interpreter(request: Request) -> Response:
    """The vendored module as a classic script."""
    return Response(assets.interpreter(), media_type="text/javascript", headers={"cache-control": "max-age=86400"})


async def missing(request: Request, error: Exception) -> Response:
    """404 and 405 in the page's own words."""
    status = getattr(error, "status_code", 404)
    if request.url.path.startswith(("/api", "/jobs")):
        return failed(str(getattr(error, "detail", error)), status)
    return HTMLResponse(
        render.error("now", "there is no such page" if status == 404 else "not that way"), status_code=status
    )


async def broken(request: Request, error: Exception) -> Response:
    """What should not happen: no trace goes out."""
    return PlainTextResponse("détente: something went wrong; it is in the server's log", 500, HEADERS)


def app(hosts: Iterable[str] = ("127.0.0.1", "localhost", "testserver"), *, warm: bool = True) -> Starlette:
    """The application for requests to these hosts; warm: the first answers are worked out while it starts."""
    routes = [
        *(Route(path, view(name)) for name, path in views.PATHS.items()),
        *(Route(f"/api/{name}", question(name)) for name in ANSWERS),
        Route("/api/openapi.json", openapi),
        Route("/download/{file}", download),
        Route("/truce.ics", clock),
        Route("/changes.rss", changes),
        Route("/read", read, methods=["POST"]),
        Route("/jobs", begin, methods=["POST"]),
        Route("/jobs/{job}", job, methods=["GET", "DELETE"]),
        Route("/static/interpreter.js", interpreter),
        Route("/favicon.ico", lambda request: RedirectResponse("/static/mark.svg")),
        Mount("/static", StaticFiles(packages=[("detente.faces.page", "static")])),
    ]
    middleware = [
        Middleware(Limits, hosts=[h.lower() for h in hosts]),
        Middleware(GZipMiddleware, minimum_size=500, compresslevel=6),
    ]
    made_app = Starlette(
        routes=routes, middleware=middleware, exception_handlers={HTTPException: missing, Exception: broken}
    )
    if warm:
        threading.Thread(target=ready, daemon=True).start()
    return made_app


def ready() -> None:
    """Work out the first answers of today, so that no visitor waits for them."""
    today = date.today().isoformat()
    for name in ("now", "what-if", "table"):
        made(ViewQuery(name, today, today))


def run(host: str, port: int) -> None:
    """Serve until stopped."""
    import uvicorn

    names = {"127.0.0.1", "localhost", host}
    if host in ("0.0.0.0", "::"):
        names |= {"*", socket.gethostname(), socket.getfqdn()}
    uvicorn.run(app(names), host=host, port=port, log_level="warning",
                access_log=False, server_header=False)  # fmt: skip
