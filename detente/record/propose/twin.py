"""A second process that reads a document together with this one: a fork of it, which does the same steps.

From the fork on both have the same analysis. Of the work that is spread each does every other piece and sends its results
to the other, so that both go on with all of them. Where the fork ends early, what it would have done is done here.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Twin:
    """The other process, or none: then every piece of work is done here."""

    def __init__(self, link: Connection[Any, Any] | None = None, *, is_fork: bool = False) -> None:
        self._link, self._is_fork = link, is_fork

    def spread(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """What the work makes of each item, in their order."""
        if self._link is None:
            return [work(item) for item in items]
        own, other = (1, 0) if self._is_fork else (0, 1)
        results: dict[int, list[Result]] = {own: [work(item) for item in items[own::2]]}
        results[other] = self._exchanged(self._link, results[own]) or [work(item) for item in items[other::2]]
        return [results[k % 2][k // 2] for k in range(len(items))]

    def _exchanged(self, link: Connection[Any, Any], results: list[Result]) -> list[Result] | None:
        """The results of the other process for those of this one; None from a fork that ended."""
        theirs: list[Result]
        if self._is_fork:
            link.send(results)
            theirs = link.recv()
            return theirs
        with suppress(EOFError, OSError):
            theirs = link.recv()
            link.send(results)
            return theirs
        self._link = None
        return None


NO_TWIN = Twin()


@contextmanager
def twin(wanted: bool = True) -> Iterator[Twin]:
    """A twin of this process, which ends with the block; one that is not wanted, or cannot be forked, is none.

    Only for a process with one thread.
    """
    if not wanted:
        yield NO_TWIN
        return
    here, there = Pipe()
    try:
        process = os.fork()
    except OSError:
        yield NO_TWIN
        return
    if process == 0:
        here.close()
        with suppress(BaseException):
            yield Twin(there, is_fork=True)
        os._exit(0)
    there.close()
    try:
        yield Twin(here)
    finally:
        here.close()
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
