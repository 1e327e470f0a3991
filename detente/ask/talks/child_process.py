"""A module of ours run in a process of its own, which is killed with what it started at a deadline or when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from detente.record.process_limits import limit_process

LOOK = 0.1  # seconds between one question whether to stop and the next


class Stopped(Exception):
    """A process that was killed because its answer is no longer waited for."""


def run(
    module: str,
    request: bytes,
    *,
    seconds: float,
    nice: int = 0,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[bytes, int]:
    """(what it printed, its status) of a module that reads a request on standard input.

    seconds: of wall clock; the module gets one more as its argument, to bound its processor time by. nice: by how much
    it gives way to other processes. stop: asked again and again, and the process is killed once it is true. Raises
    TimeoutError, Stopped.
    """
    package = str(Path(__file__).resolve().parents[3])
    paths = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
    with tempfile.TemporaryFile() as file:  # a file has no other end that waits, as a pipe has
        file.write(request)
        file.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-P", "-B", "-m", module, str(int(seconds) + 1), str(nice)],
            stdin=file,
            stdout=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": paths},
        )
    try:
        return _printed(process, time.monotonic() + seconds, stop), process.returncode
    finally:
        _kill(process)


def request_within(memory: int) -> bytes:
    """In the process: its request, once it has bounded itself by what `run` named and by so many bytes of memory."""
    seconds, nice = map(int, sys.argv[1:3])
    request = sys.stdin.buffer.read()
    limit_process(seconds, memory)
    with suppress(AttributeError, OSError):
        os.nice(nice)
    return request


def _printed(process: subprocess.Popen[bytes], end: float, stop: Callable[[], bool]) -> bytes:
    """What the process printed until its end."""
    while True:
        left = end - time.monotonic()
        try:
            return process.communicate(timeout=max(0.0, min(LOOK, left)))[0]
        except subprocess.TimeoutExpired:
            if left <= 0:
                raise TimeoutError from None
            if stop():
                raise Stopped from None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started, and wait for it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
