"""Views of a record that was written to since: the former one goes out at once, marked, and is renewed behind it.

A former view is one of the same negotiation, day and query. Whoever wrote to the record from the page waits for the
view that has it: a cookie holds the moment of the write.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Hashable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from detente.faces.page.work import Kept, Piece, Slots
from detente.faces.words import with_count

WROTE = "detente-wrote"  # the cookie with the moment at which its owner wrote to the record
SECONDS = 3600  # for which the cookie is kept, as long as a report is
PLACE = "<!-- age -->"  # of the mark in a page
MARK = (
    '<p class="warn age" role="status">This view was worked out {age} ago, before the last change of the record, and is'
    ' being renewed. <a href="">Look again</a></p>'
)


class Made(NamedTuple):
    """A response as it was made: its bytes compressed, the version of the record, and when that was looked at."""

    body: bytes
    version: Hashable
    moment: float


class Renewals:
    """Views that are worked out again behind their former ones, each once at a time."""

    def __init__(self, kept: Kept[Made]):
        self.kept = kept
        self._under_way: set[Hashable] = set()
        self._lock = threading.Lock()

    def start(self, slots: Slots, key: Hashable, work: Callable[[Piece], bytes]) -> None:
        """Begin to renew what is kept under a key, unless that is under way; where it fails, the former view goes."""
        with self._lock:
            if key in self._under_way:
                return
            self._under_way.add(key)

        def renew(piece: Piece) -> None:
            try:
                work(piece)
            except BaseException:
                self.kept.drop(key)  # the next visitor asks anew, and sees why
                raise
            finally:
                self._end(key)

        if not slots.behind(renew):
            self._end(key)

    def _end(self, key: Hashable) -> None:
        with self._lock:
            self._under_way.discard(key)


def may_see(request: Request, made: Made) -> bool:
    """Whether a visitor may see a former view: not one who wrote to the record after it was looked at."""
    try:
        wrote = float(request.cookies.get(WROTE, "0"))
    except ValueError:
        return True
    return not made.moment < wrote <= time.time()


def note_write(response: Response) -> Response:
    """A response that tells the browser of its reader when the reader wrote to the record."""
    response.set_cookie(WROTE, repr(time.time()), max_age=SECONDS, httponly=True, samesite="strict")
    return response


def marked(made: Made) -> bytes:
    """A former view with its age in words."""
    page = gzip.decompress(made.body).decode()
    age = MARK.format(age=_age(time.time() - made.moment))
    return gzip.compress(page.replace(PLACE, age, 1).encode(), compresslevel=1, mtime=0)


def _age(seconds: float) -> str:
    """A time in words, in its largest unit: "40 seconds", "3 minutes"."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return with_count(int(seconds // size), unit)
    return with_count(max(int(seconds), 1), "second")
