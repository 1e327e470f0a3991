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
Done = tuple[int, "list[Any] | None"]  # a share's number and its results, None where one of them failed
SHARES = 32  # parts of each core's work that are handed out at a time: few enough to cost little, and to end together
WIDTH = 4  # bytes of the number of a share
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_work: Callable[[], Done | None] | None = None  # what forked processes do: they have it, and its arrays, from here
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
            _in_processes(work, count, workers, keep, lambda: len(results) == count)
        for k in range(count):
            if k not in results:
                keep(k, work(k))
    finally:
        _busy = outer
    return [results[k] for k in range(count)]


def _in_processes(
    work: Callable[[int], Any], count: int, workers: int, keep: Keep, is_done: Callable[[], bool]
) -> None:
    """Do the pieces here and in other processes; some are left undone where a process is killed or none can start.

    Every process takes the next share that none has taken, until there are no more.
    """
    from concurrent.futures import FIRST_COMPLETED, wait
    from concurrent.futures.process import BrokenProcessPool

    size = -(-count // (workers * SHARES))
    shares = [range(begin, min(begin + size, count)) for begin in range(0, count, size)]

    def do_here(number: int) -> None:
        for k in shares[number]:
            keep(k, work(k))

    with suppress(BrokenProcessPool, ImportError, NotImplementedError, OSError), _numbers(len(shares)) as take:

        def do_there() -> Done | None:
            number = take()
            return None if number is None else (number, _results(work, shares[number]))

        with _pool(do_there, workers - 1) as pool:
            waiting = {pool.submit(_do) for _ in shares[1:]}  # this process takes at least one
            while (number := take()) is not None:
                do_here(number)
                waiting = _collect(waiting, shares, do_here, keep)
            while waiting and not is_done():
                wait(waiting, return_when=FIRST_COMPLETED)
                waiting = _collect(waiting, shares, do_here, keep)


def _results(work: Callable[[int], Any], share: range) -> list[Any] | None:
    """The results of pieces; None where one fails: done again in the first process, it keeps its traceback."""
    try:
        return [work(k) for k in share]
    except Exception:
        return None


def _collect(
    waiting: set[Future[Done | None]], shares: list[range], do_here: Callable[[int], None], keep: Keep
) -> set[Future[Done | None]]:
    """Keep the results of the shares that are done; what is still waited for. Raises BrokenProcessPool."""
    from concurrent.futures.process import BrokenProcessPool

    done = {future for future in waiting if future.done()}
    for future in done:
        error = future.exception()
        if isinstance(error, BrokenProcessPool):
            raise error
        if error is not None or (answer := future.result()) is None:  # not to be sent back, or no share was left
            continue
        number, results = answer
        if results is None:
            do_here(number)
            continue
        for k, result in zip(shares[number], results, strict=True):
            keep(k, result)
    return waiting - done


@contextmanager
def _numbers(count: int) -> Iterator[Callable[[], int | None]]:
    """What takes the next of the numbers below `count`, each once among this process and those forked from it.

    The numbers lie in a pipe: a process that is killed takes no more than its own with it. Those that a pipe has no
    room for are not given. A future that is cancelled would do as well, but where a process is killed in that moment,
    the thread of Python 3.11's pool fails on it.
    """
    reader, writer = os.pipe()
    try:
        try:
            os.set_blocking(writer, False)
            os.write(writer, b"".join(number.to_bytes(WIDTH, "big") for number in range(count)))
        finally:
            os.close(writer)
        yield lambda: int.from_bytes(taken, "big") if (taken := os.read(reader, WIDTH)) else None
    finally:
        os.close(reader)


@contextmanager
def _pool(do: Callable[[], Done | None], workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes in which _do() calls `do`, and which end with the block: at once where it ends by an exception.

    Raises ImportError or NotImplementedError where the system has no semaphores.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    global _work
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), _start, (os.getpid(),))
    _work = do
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


def _do() -> Done | None:
    """In a forked process: do the next share."""
    assert _work is not None
    return _work()
