"""Two servers on one home folder while a command writes to it: how long answers take, and how much memory each takes.

Run: python benchmarks/bench_home.py [SECONDS] [PAUSE]. Every PAUSE seconds a process of `detente record add` writes a
statement, after which both servers answer from the new record; six visitors of each server ask for views and what-ifs.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import httpx
import numpy as np
from bench_load import Times, resident
from serving import served

DAY = "asof=2025-10-26&known=2026-11-20"
VIEWS = [f"{path}?{DAY}" for path in ("/", "/record", "/what-if", "/changes.rss", "/api/state")]
SOURCE = {"id": "bench", "title": "A benchmark", "publisher": "nobody", "published": "2026-01-01", "kind": "press"}
EVERY = 30.0  # seconds between two lines on the memory


def statement(number: int) -> str:
    """A source and a statement that is not there yet, as `record add` reads them."""
    quote = f"the {number}th word of a benchmark"
    fact = {
        "kind": "statement", "value": {"speaker": "Nobody", "side": "USA"}, "by": {"side": "USA", "mode": "direct"},
        "source": "bench", "asserted": "2026-01-01", "known": "2026-01-01", "quote": quote, "start": 0,
        "end": len(quote), "date": {"iso": "2026-01-01"}, "modality": "fact", "polarity": "affirms",
    }  # fmt: skip
    return f"{json.dumps(SOURCE)}\n{json.dumps(fact)}\n"


async def write(home: str, pause: float, until: float) -> int:
    """Statements written, one a pause."""
    count = 0
    while time.monotonic() < until:
        command = [sys.executable, "-m", "detente", "record", "add", "-", "--home", home, "--by", "bench"]
        process = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        _, errors = await process.communicate(statement(count).encode())
        if process.returncode:
            raise SystemExit(f"record add ended with {process.returncode}: {errors.decode()}")
        count += 1
        await asyncio.sleep(pause)
    return count


async def visit(root: str, until: float, times: Times) -> None:
    """One visitor, until the end."""
    async with httpx.AsyncClient(base_url=root, timeout=120) as client:
        while time.monotonic() < until:
            kind, path = "views", random.choice(VIEWS)
            if random.random() < 0.5:
                kind, path = "what-ifs", f"/what-if?{DAY}&us_on_china={random.uniform(0, 100):.2f}&part=1"
            start = time.perf_counter()
            try:
                status = (await client.get(path)).status_code
            except httpx.TransportError:  # a connection that the server closed as it was idle
                status = 0
            times[kind, status].append(time.perf_counter() - start)
            await asyncio.sleep(random.expovariate(0.5))


def memory(pids: tuple[int, int]) -> str:
    """The memory of both servers in words."""
    return f"RSS {' and '.join(f'{resident(pid):.0f}' for pid in pids)} MB"


async def watch(pids: tuple[int, int], until: float) -> None:
    """A line on the memory of both servers now and then."""
    start = time.monotonic()
    while time.monotonic() < until:
        print(f"{time.monotonic() - start:5.0f} s  {memory(pids)}", flush=True)
        await asyncio.sleep(min(EVERY, max(until - time.monotonic(), 0.1)))


async def measure(roots: tuple[str, str], pids: tuple[int, int], home: str, seconds: float, pause: float) -> None:
    """Print memory over time, and how long answers took."""
    times: Times = defaultdict(list)
    until = time.monotonic() + seconds
    visitors = (visit(root, until, times) for root in roots for _ in range(6))
    count, *_ = await asyncio.gather(write(home, pause, until), watch(pids, until), *visitors)
    for (kind, status), waits in sorted(times.items()):
        p50, p99 = 1e3 * np.percentile(waits, (50, 99))
        print(f"{kind:10} {status}  n {len(waits):5d}  median {p50:7.1f}  p99 {p99:7.1f} ms")
    print(f"{count} statements written; {memory(pids)} at the end")


def main() -> None:
    """Start two servers, measure, stop them."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
    pause = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    with tempfile.TemporaryDirectory() as home:
        Path(home, "us-china").mkdir()
        with served("--home", home) as (first, pid), served("--home", home) as (second, other_pid):
            asyncio.run(measure((first, second), (pid, other_pid), home, seconds, pause))


if __name__ == "__main__":
    main()
