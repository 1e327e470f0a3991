"""The page's server for a benchmark: started on a free port, stopped at the end."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

TRIES, PAUSE = 200, 0.1  # until it answers; seconds between two tries


@contextmanager
def served(*options: str, quiet: bool = False) -> Iterator[tuple[str, int]]:
    """The address of a server that answers, and its process id.

    options: of `detente serve`. quiet: leave out what it prints.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "detente", "serve", "--port", str(port), *options]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL if quiet else None)
    root = f"http://127.0.0.1:{port}"
    try:
        for _ in range(TRIES):
            try:
                httpx.get(root + "/api/openapi.json")
                break
            except httpx.ConnectError:
                time.sleep(PAUSE)
        yield root, server.pid
    finally:
        server.terminate()
