"""The door of the page: which hosts are served, how much may come in, and the headers of everything that goes out."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}  # fmt: skip
ENCODED_HEADERS = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
QUERY_LENGTH = 4_000  # characters of a query
HEAD_LENGTH = 16_384  # bytes of the names and values of a request's headers
DOCUMENT = 2_000_000  # bytes of a document
BODY = DOCUMENT + 10_000  # bytes of a form with a document
RATE, BURST = 40.0, 300.0  # requests a second and at once, of one visitor
VISITORS = 10_000  # whose budgets are remembered


class Limits:
    """Pure ASGI: headers on every answer, bounds on what comes in, a budget of requests for each visitor."""

    def __init__(self, app: Any, hosts: Iterable[str] = ()):
        self.app, self.hosts = app, frozenset(hosts)
        self.budgets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, visitor: str) -> bool:
        """Whether a visitor may ask once more."""
        now = time.monotonic()
        budget, last = self.budgets.pop(visitor, (BURST, now))
        budget = min(BURST, budget + (now - last) * RATE)
        self.budgets[visitor] = (max(budget - 1, 0.0), now)
        if len(self.budgets) > VISITORS:
            self.budgets.popitem(last=False)
        return budget >= 1

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = _with_headers(send)
        refusal = self.refuse(scope)
        if refusal:
            await refusal(scope, receive, send)
        else:
            await self.app(scope, _bounded(receive), send)

    def refuse(self, scope: Any) -> Response | None:
        """The answer to a request that is not served; None for one that is."""
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if not is_served(host, self.hosts):
            return failure(
                f"host {host[:60]!r} is not served here; ask by address, or serve with --host and that name", 400
            )
        too_large = _too_large(scope, headers)
        if too_large:
            return failure(*too_large)
        if scope.get("method") not in ("GET", "HEAD") and not is_own(headers, host):
            return failure("another site's page cannot ask this; open the page itself", 403)
        if not self.spend((scope.get("client") or ("local",))[0]):
            return failure("too many requests; wait a second", 429)
        return None


def _too_large(scope: Any, headers: Mapping[bytes, bytes]) -> tuple[str, int] | None:
    """What of a request is too large, and the status that says so."""
    length = headers.get(b"content-length", b"0")
    if max(len(scope.get("query_string") or b""), len(scope.get("raw_path") or b"")) > QUERY_LENGTH:
        return "the query is too long", 414
    if sum(len(name) + len(value) for name, value in scope["headers"]) > HEAD_LENGTH:
        return f"headers of at most {HEAD_LENGTH} bytes are read", 431
    if not length.isdigit() or int(length[:20]) > BODY:
        return f"at most {DOCUMENT} bytes are read", 413
    return None


def is_own(headers: Mapping[bytes, bytes], host: str) -> bool:
    """Whether a request comes from a page of this host, or from no page: a browser names the page's site.

    Where it does, that decides: without a referrer the page's own forms come with the origin "null".
    """
    site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    if site is not None:
        return site in (b"same-origin", b"none")
    return origin is None or origin.decode("latin-1").partition("://")[2] == host


def _with_headers(send: Any) -> Any:
    """A sender that adds HEADERS to every answer."""

    async def sender(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *ENCODED_HEADERS]
        await send(message)

    return sender


def _bounded(receive: Any) -> Any:
    """A receiver that stops a body which comes in pieces and does not say how long it is."""
    received = 0

    async def receiver() -> Any:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > BODY:
            raise HTTPException(413, f"at most {DOCUMENT} bytes are read")
        return message

    return receiver


def is_served(host: str, hosts: frozenset[str]) -> bool:
    """Whether a Host header names one of these hosts.

    "*" stands for any address in digits, which no other name's owner can point at this machine.
    """
    name = host.rsplit("]", 1)[0].lstrip("[") if host.startswith("[") else host.split(":", 1)[0]
    name = name.lower()
    if "*" in hosts:
        try:
            ip_address(name)
            return True
        except ValueError:
            pass
    return name in hosts


def failure(message: str, status: int) -> Response:
    """One line, as JSON."""
    return JSONResponse({"error": message}, status_code=status)
