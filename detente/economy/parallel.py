"""Independent pieces of work on every core: in forked processes, since small arrays hold the interpreter for threads.

Forking is safe only where a process has one thread. Elsewhere (a server, a notebook, JAX, another system than Linux)
the pieces are done one after the other, with the same results. Threads of OpenBLAS do not count: it ends them itself
before a fork.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection, Pipe, wait
from typing import TypeVar

Found = TypeVar("Found")
_shared = False  # whether the cores are at work on pieces already: a piece does its own pieces in order


def alone() -> bool:
    """Whether this process may be forked: no other thread of Python's, and no JAX, whose threads it does not show."""
    return sys.platform == "linux" and threading.active_count() == 1 and "jax" not in sys.modules


def parallel_map(do: Callable[[int], Found], count: int, told: Callable[[int, int], None] | None = None) -> list[Found]:
    """[do(0), ..., do(count - 1)] on every core this process may use; told(done, count) after each piece.

    What a piece raises is raised here: one that fails in another process, or is lost with it, is done again here.
    """
    global _shared
    workers = 1 if _shared or not count or not alone() else min(count, len(os.sched_getaffinity(0)))
    found: dict[int, Found] = {}

    def keep(place: int, value: Found) -> None:
        found[place] = value
        if told is not None:
            told(len(found), count)

    outer, _shared = _shared, True
    others: dict[Connection, int] = {}
    try:
        for k in range(1, workers):
            line, process = _forked(do, range(k, count, workers), list(others))
            others[line] = process
        for k in range(0, count, workers):
            keep(k, do(k))
            _heard(others, keep, 0)
        while others:
            _heard(others, keep, None)
        for k in set(range(count)) - set(found):
            keep(k, do(k))
    finally:
        _shared = outer
        for line in list(others):
            _ended(others, line)
    return [found[k] for k in range(count)]


def _forked(do: Callable[[int], Found], places: Iterable[int], heard: list[Connection]) -> tuple[Connection, int]:
    """A process that does some pieces and sends each home; it ends at the first that fails, or where nobody hears.

    heard: the lines of the processes before it, whose ends it must not keep open.
    """
    line, home = Pipe(duplex=False)
    process = os.fork()
    if process:
        home.close()
        return line, process
    try:
        with contextlib.suppress(BaseException):  # the parent does it again, and raises what it raises
            for other in (line, *heard):
                other.close()
            for k in places:
                home.send_bytes(pickle.dumps((k, do(k))))
    finally:
        os._exit(0)


def _heard(others: dict[Connection, int], keep: Callable[[int, Found], None], seconds: float | None) -> None:
    """Take what has arrived, waiting as long as said for the first; let go of a process that is done."""
    for line in wait(list(others), seconds):
        assert isinstance(line, Connection)
        try:
            keep(*pickle.loads(line.recv_bytes()))  # from our own fork
        except EOFError:
            _ended(others, line)


def _ended(others: dict[Connection, int], line: Connection) -> None:
    """Close a line and take leave of its process."""
    line.close()
    process = others.pop(line)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process, 0)
