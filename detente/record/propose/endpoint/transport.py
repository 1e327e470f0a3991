"""Questions to an endpoint that speaks the OpenAI protocol: one deadline for all of them, answers bounded in size.

The key and the text go to the address named and nowhere else: redirects are refused. Everything that is read from the
socket, status lines and headers included, counts against the deadline and the bound.
"""

from __future__ import annotations

import http.client
import io
import json
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from detente.errors import RecordError

LOCAL = ("127.0.0.1", "localhost", "::1")
PART = 65536  # bytes read at a time
UNKNOWN_FORMAT = (400, 415, 422, 500, 501)  # answers of a server that does not know a form of answer
SCHEMA, OBJECT, FREE = "json_schema", "json_object", ""
FORMATS = (SCHEMA, OBJECT, FREE)  # how the form of the answer is asked for, the strictest first


@dataclass(frozen=True)
class Bounds:
    """Until when everything must be answered, on the monotonic clock, and how many bytes an answer may have."""

    seconds: float
    size: int
    until: float

    @classmethod
    def of(cls, seconds: float, size: int) -> Bounds:
        """Bounds that start now."""
        return cls(seconds, size, time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds left. Raises TimeoutError once the time is over."""
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class _TooLong(Exception):
    """An answer beyond the bound."""


class _Bounded(io.RawIOBase):
    """What comes from a socket, read within the bounds."""

    def __init__(self, sock: socket.socket, bounds: Bounds):
        super().__init__()
        self._socket, self._bounds, self._size = sock, bounds, 0
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(self._bounds.left())
        count = self._file.readinto(buffer)
        self._size += count or 0
        if self._size > self._bounds.size:
            raise _TooLong
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class _Source:
    """A socket as a response opens it."""

    def __init__(self, sock: socket.socket, bounds: Bounds):
        self._socket, self._bounds = sock, bounds

    def makefile(self, *_: Any) -> io.BufferedReader:
        return io.BufferedReader(_Bounded(self._socket, self._bounds), PART)


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *arguments: Any, bounds: Bounds, **options: Any):
        super().__init__(_Source(sock, bounds), *arguments, **options)  # type: ignore[arg-type]


def _connection(kind: type[http.client.HTTPConnection], bounds: Bounds, host: str, **options: Any) -> Any:
    connection: Any = kind(host, **options)
    connection.response_class = partial(_Response, bounds=bounds)
    return connection


class _Http(urllib.request.HTTPHandler):
    def __init__(self, bounds: Bounds):
        super().__init__()
        self._bounds = bounds

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_connection, http.client.HTTPConnection, self._bounds), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, bounds: Bounds):
        super().__init__()
        self._bounds = bounds

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        factory = partial(_connection, http.client.HTTPSConnection, self._bounds)
        return self.do_open(factory, req, context=ssl.create_default_context())


class _Stay(urllib.request.HTTPRedirectHandler):
    """No redirects."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass
class Channel:
    """An endpoint, the model asked there, the key, the bounds of the whole exchange, and the form of answer it takes."""

    url: str
    model: str
    key: str
    bounds: Bounds
    formats: list[str] = field(default_factory=lambda: list(FORMATS))
    requests: int = 0

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> bytes:
        """The body of the answer. A form of answer that the server refuses is not asked for again. Raises RecordError."""
        while True:
            try:
                return self._post({"messages": list(messages), **_format(self.formats[0], schema)})
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in UNKNOWN_FORMAT or len(self.formats) == 1:
                        raise RecordError(
                            f"{self.url}: HTTP {error.code}; check the address, the model and the key"
                        ) from None
                self.formats.pop(0)

    def check_time(self) -> None:
        """Raises RecordError once the time for the whole exchange is up."""
        try:
            self.bounds.left()
        except TimeoutError:
            raise self._late() from None

    def _late(self) -> RecordError:
        return RecordError(
            f"{self.url}: no whole answer within {self.bounds.seconds:g} s; raise timeout or ask another model"
        )

    def _post(self, question: Mapping[str, Any]) -> bytes:
        """The body of an answer. Raises RecordError, and HTTPError for a status that is no success."""
        self.requests += 1
        try:
            return self._sent(json.dumps({"model": self.model, "temperature": 0, **question}).encode())
        except urllib.error.HTTPError:
            raise
        except TimeoutError:
            raise self._late() from None
        except _TooLong:
            raise RecordError(f"{self.url}: an answer over {self.bounds.size} bytes; ask another model") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise self._late() from None
            raise RecordError(f"{self.url}: cannot be asked ({str(reason)[:80]}); check the address") from None
        except http.client.HTTPException as error:
            raise RecordError(f"{self.url}: no HTTP answer ({type(error).__name__}); check the address") from None

    def _sent(self, data: bytes) -> bytes:
        request = urllib.request.Request(self.url, data, {"Content-Type": "application/json"})
        if self.key:
            request.add_unredirected_header("Authorization", f"Bearer {self.key}")
        handlers: list[Any] = [_Stay(), _Http(self.bounds), _Https(self.bounds)]
        if urlsplit(self.url).hostname in LOCAL:
            handlers.append(urllib.request.ProxyHandler({}))
        with urllib.request.build_opener(*handlers).open(request, timeout=self.bounds.left()) as answer:
            coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
            if coding not in ("", "identity"):
                raise RecordError(
                    f"{self.url}: an answer in {coding[:20]!r}, which was not asked for; ask another server"
                )
            parts = []
            while part := answer.read1(PART):
                parts.append(part)
            return b"".join(parts)


def address(base: str) -> str:
    """The address of chat completions below a base address. Raises RecordError."""
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RecordError(
            f"endpoint: {base[:60]!r} is not an http address; give base_url, or set DETENTE_ENDPOINT_URL, such as"
            " http://127.0.0.1:8080/v1"
        )
    return base.rstrip("/") + "/chat/completions"


def _format(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    if name == SCHEMA:
        return {"response_format": {"type": SCHEMA, SCHEMA: {"name": "answer", "schema": schema, "strict": False}}}
    return {"response_format": {"type": name}} if name else {}
