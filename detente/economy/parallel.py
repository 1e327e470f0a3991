"""Independent pieces of work on every core, in forked processes: for small arrays, threads would wait for each other.

Forking is safe only where a process has one thread. Elsewhere (a server, a notebook, JAX, another system than Linux)
the pieces are done one after the other, with the same results. Threads of OpenBLAS do not count: it ends them itself
before a fork.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Result = TypeVar("Result")
Keep = Callable[[int, Any], None]  # takes the result of a piece
SHARES = 32  # parts of each core's work that are handed out at a time: few enough to cost little, and to end together
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_work: Callable[[int], Any] | None = None  # what forked processes do: they have it, and its arrays, from their parent
_busy = False  # whether this process works on pieces already: a piece does its own pieces in order


def may_fork() -> bool:
    """Whether this process may be forked: Linux, one thread of Python's, and no JAX, whose threads do not show."""
    return sys.platform == "linux" and threading.active_count() == 1 and "jax" not in sys.modules


def parallel_map(
    work: Callable[[int], Result], count: int, progress: Callable[[int, int], None] | None = None
) -> list[Result]:
    """[work(0), ..., work(count - 1)] on every core that this process may use; progress(done, count) after each piece.

    An exception in a piece is raised here. A piece whose process fails or is killed, or whose result cannot be sent
    back, is done again here. No other process outlives the call, nor this process.
    """
    global _busy
    results: dict[int, Result] = {}

    def keep(k: int, result: Result) -> None:
        results[k] = result
        if progress is not None:
            progress(len(results), count)

    workers = 1 if _busy or count < 2 or not may_fork() else min(count, len(os.sched_getaffinity(0)))
    outer, _busy = _busy, True
    try:
        if workers > 1:
            _in_processes(work, count, workers, keep)
        for k in range(count):
            if k not in results:
                keep(k, work(k))
    finally:
        _busy = outer
    return [results[k] for k in range(count)]


def _in_processes(work: Callable[[int], Any], count: int, workers: int, keep: Keep) -> None:
    """Do the pieces here and in other processes; some are left undone where a process is killed or none can start.

    This process begins with the first share and goes on with the last ones that no other process has taken.
    """
    from concurrent.futures.process import BrokenProcessPool

    size = -(-count // (workers * SHARES))
    first, *others = (range(begin, min(begin + size, count)) for begin in range(0, count, size))

    def do_here(share: range) -> None:
        for k in share:
            keep(k, work(k))

    with suppress(BrokenProcessPool, ImportError, NotImplementedError, OSError), _pool(work, workers - 1) as pool:
        shares = {pool.submit(_do, share): share for share in others}
        do_here(first)
        _finish(shares, do_here, keep)


def _finish(shares: dict[Future[list[Any]], range], do_here: Callable[[range], None], keep: Keep) -> None:
    """Do the shares here, from the last one on, that no other process has begun; then collect what the others did."""
    from concurrent.futures import FIRST_COMPLETED, wait

    waiting = set(shares)
    for future, share in reversed(shares.items()):
        waiting = _collect(waiting, shares, do_here, keep)
        if future in waiting and future.cancel():
            waiting.remove(future)
            do_here(share)
    while waiting:
        wait(waiting, return_when=FIRST_COMPLETED)
        waiting = _collect(waiting, shares, do_here, keep)


def _collect(
    waiting: set[Future[list[Any]]],
    shares: dict[Future[list[Any]], range],
    do_here: Callable[[range], None],
    keep: Keep,
) -> set[Future[list[Any]]]:
    """Keep the results of the shares that are done; those still waiting. Raises BrokenProcessPool."""
    from concurrent.futures.process import BrokenProcessPool

    done = {future for future in waiting if future.done()}
    for future in done:
        error = future.exception()
        if isinstance(error, BrokenProcessPool):
            raise error
        if error is not None:  # done here, what a piece raises keeps its traceback, and its result need not travel
            do_here(shares[future])
            continue
        for k, result in zip(shares[future], future.result(), strict=True):
            keep(k, result)
    return waiting - done


@contextmanager
def _pool(work: Callable[[int], Any], workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that do `work`, which end with the block: at once where it ends by an exception.

    Raises ImportError or NotImplementedError where the system has no semaphores.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    global _work
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), _start, (os.getpid(),))
    _work = work
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    finally:
        _work = None
        pool.shutdown(cancel_futures=True)


def _start(parent: int) -> None:
    """In a forked process: end with the parent, and leave the keyboard's interrupt to it."""
    import ctypes

    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before this process could ask to end with it
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _do(share: range) -> list[Any]:
    """In a forked process: the results of some pieces."""
    assert _work is not None
    return [_work(k) for k in share]
