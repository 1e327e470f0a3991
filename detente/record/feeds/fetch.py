"""Files of the feeds from their official addresses, saved into a folder. Never called unless somebody asks for it.

Every request is bounded: http(s) only, the same host after a redirect, a timeout, a size, and one deadline for all of
them together. A host's robots.txt is asked first and obeyed.
"""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from detente.errors import RecordError
from detente.record.feeds import catalogue
from detente.record.feeds.untrusted import LIMIT
from detente.safe_io import write_file

AGENT = "detente/0.2 (+https://pypi.org/project/detente)"
TIMEOUT = 20.0  # seconds of one request
DEADLINE = 120.0  # seconds of all requests together
CHUNK = 65536
FORBIDDEN = "User-agent: *\nDisallow: /"  # what a robots.txt that is refused is taken to say
SUFFIXES = (("json", ".json"), ("xml", ".xml"), ("rss", ".xml"), ("html", ".html"))


@dataclass(frozen=True)
class Fetched:
    """One address: where its file lies, or why there is none."""

    feed: str
    address: str
    path: Path | None
    reason: str = ""


class _Failed(Exception):
    """Why a request gave no file; code is what the server answered, 0 where it did not."""

    def __init__(self, reason: str, code: int = 0):
        super().__init__(reason)
        self.code = code


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to the same host, over http(s)."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if new.scheme not in ("http", "https") or new.netloc != old.netloc:
            raise _Failed(f"it leads to another host, {new.netloc or newurl[:60]}; fetch that by hand")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """An opener for http and https alone: no files, no ftp."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SameHost(),
    ):
        opener.add_handler(handler)
    return opener


def fetch(
    folder: str | Path,
    addresses: Mapping[str, Sequence[str]] | None = None,
    *,
    deadline: float = DEADLINE,
    timeout: float = TIMEOUT,
    limit: int = LIMIT,
) -> list[Fetched]:
    """Save the file of every address into the folder; a file that is there is not written over.

    addresses: by feed; the official ones of feeds.yaml by default. deadline, timeout: seconds. limit: bytes of a file.
    What fails says why and stops nothing else. Raises RecordError where the folder cannot be made.
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordError(f"{target}: no folder can be made here ({error.strerror or error}); name another") from None
    session = _Session(time.monotonic() + deadline, timeout, limit)
    rows = [(f, a) for f, group in (addresses or catalogue.addresses()).items() for a in group]
    return list(_fetched(session, target, rows))


def _fetched(session: _Session, folder: Path, rows: Sequence[tuple[str, str]]) -> Iterator[Fetched]:
    for feed, address in rows:
        path = folder / _file_name(feed, address)
        try:
            if path.exists():
                raise _Failed(f"{path.name} is there already; move it away to fetch it anew")
            data = session.get(address)
            write_file(path, data, error=RecordError)
            yield Fetched(feed, address, path)
        except (_Failed, RecordError) as failed:
            yield Fetched(feed, address, None, f"{address}: {failed}")


def _file_name(feed: str, address: str) -> str:
    """A name from the feed and the address, with a suffix that says what it is."""
    parts = urlsplit(address)
    stem = re.sub(r"[^\w]+", "-", parts.path.rsplit(".", 1)[0] if "." in parts.path[-6:] else parts.path).strip("-")
    suffix = next((s for word, s in SUFFIXES if word in address.lower()), ".html")
    return f"{feed}-{stem[-60:] or 'index'}{suffix}"


class _Session:
    """Requests that share one deadline, and the robots.txt of each host."""

    def __init__(self, deadline: float, timeout: float, limit: int):
        self._deadline = deadline
        self._timeout = timeout
        self._limit = limit
        self._robots: dict[str, RobotFileParser] = {}

    def get(self, address: str) -> bytes:
        """The bytes at an address. Raises _Failed."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https"):
            raise _Failed("not an address of the web; only http and https are fetched")
        if not self._allowed(parts.scheme, parts.netloc, address):
            raise _Failed("its robots.txt forbids it; save the file by hand")
        return self._read(address)

    def _allowed(self, scheme: str, host: str, address: str) -> bool:
        if host not in self._robots:
            robots = RobotFileParser()
            try:
                text = self._read(f"{scheme}://{host}/robots.txt").decode("utf-8", "replace")
            except _Failed as failed:
                text = FORBIDDEN if failed.code in (401, 403) or failed.code >= 500 else ""
            robots.parse(text.splitlines())
            self._robots[host] = robots
        return self._robots[host].can_fetch(AGENT, address)

    def _read(self, address: str) -> bytes:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise _Failed("the deadline for all requests has passed; ask for fewer")
        request = urllib.request.Request(address, headers={"User-Agent": AGENT})
        try:
            with _opener().open(request, timeout=min(self._timeout, left)) as answer:
                return self._body(answer)
        except urllib.error.HTTPError as error:
            error.close()
            raise _Failed(f"the server answers {error.code}; try again later, or save it by hand", error.code) from None
        except (OSError, ValueError, HTTPException) as error:
            raise _Failed(f"no answer ({getattr(error, 'reason', error)}); try again later") from None

    def _body(self, answer: HTTPResponse) -> bytes:
        data = bytearray()
        while chunk := answer.read1(CHUNK):
            data += chunk
            if len(data) > self._limit:
                raise _Failed(f"more than {self._limit:,} bytes; ask for less")
            if time.monotonic() > self._deadline:
                raise _Failed("the deadline for all requests has passed; ask for fewer")
        return bytes(data)
