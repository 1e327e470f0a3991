"""The page under a mixed load: sixty visitors who ask for static files, views seen before and new what-ifs, and two who
send documents of 1 MB one after another; how long each waits, and how much memory the server takes.

Run: python benchmarks/bench_load.py [SECONDS] [VISITORS]. The server is a process of its own on a free port of the
loopback address; every visitor comes from an address of its own, since budgets are counted by address.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import defaultdict
from importlib import resources
from pathlib import Path

import httpx
import numpy as np
from serving import served

DAY = "asof=2025-10-26"
VIEWS = [f"{path}?{DAY}" for path in ("/", "/record", "/what-if", "/table", "/methods")]
FILES = ["/static/detente.css", "/static/detente.js", "/static/mark.svg"]
THINK = 1.0  # seconds between an answer and the next request, on average
SIZE = 1_000_000  # bytes of an uploaded document
Times = dict[tuple[str, int], list[float]]  # seconds by kind of request and status


def kind_and_path() -> tuple[str, str]:
    """A request of a visitor, at random."""
    draw = random.random()
    if draw < 0.4:
        return "static files", random.choice(FILES)
    if draw < 0.8:
        return "views seen before", random.choice(VIEWS)
    levers = f"us_on_china={random.uniform(-30, 150):.2f}&china_on_us={random.uniform(-10, 150):.2f}"
    return "new what-ifs", f"/what-if?{DAY}&{levers}&part=1"


async def visit(root: str, number: int, until: float, times: Times) -> None:
    """One visitor, until the end."""
    transport = httpx.AsyncHTTPTransport(local_address=f"127.0.1.{number % 250 + 1}")
    async with httpx.AsyncClient(base_url=root, timeout=120, transport=transport) as client:
        await asyncio.sleep(random.random())
        while time.monotonic() < until:
            kind, path = kind_and_path()
            start = time.perf_counter()
            answer = await client.get(path)
            times[kind, answer.status_code].append(time.perf_counter() - start)
            await asyncio.sleep(random.expovariate(1 / THINK))


async def upload(root: str, text: bytes, until: float, times: Times) -> None:
    """One visitor who sends a document again and again, until the end."""
    async with httpx.AsyncClient(base_url=root, timeout=180) as client:
        while time.monotonic() < until:
            start = time.perf_counter()
            answer = await client.post("/read", files={"document": ("report.txt", text, "text/plain")})
            times["documents of 1 MB", answer.status_code].append(time.perf_counter() - start)


def resident(pid: int) -> float:
    """The memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6


async def watch(pid: int, until: float) -> list[float]:
    """The memory of the server, once a second."""
    seen = []
    while time.monotonic() < until:
        seen.append(resident(pid))
        await asyncio.sleep(1)
    return seen


async def measure(root: str, pid: int, seconds: float, visitors: int) -> None:
    """Print a line for each kind of request, and the memory."""
    pages = sorted((Path(__file__).parents[1] / "docs").rglob("*.md"))
    prose = resources.files("detente").joinpath("examples", "kuala-lumpur.txt").read_bytes()
    prose += b"\n\n".join(page.read_bytes() for page in pages)
    text = (prose * (SIZE // len(prose) + 1))[:SIZE]
    times: Times = defaultdict(list)
    async with httpx.AsyncClient(base_url=root, timeout=120) as client:
        for path in VIEWS:
            await client.get(path)
    until = time.monotonic() + seconds
    memory, *_ = await asyncio.gather(
        watch(pid, until),
        *(visit(root, number, until, times) for number in range(visitors)),
        *(upload(root, text, until, times) for _ in range(2)),
    )
    for (kind, status), waits in sorted(times.items()):
        p50, p99, worst = 1e3 * np.percentile(waits, (50, 99, 100))
        print(f"{kind:20} {status}  n {len(waits):5d}  median {p50:7.1f}  p99 {p99:7.1f}  longest {worst:7.1f} ms")
    tenth = max(len(memory) // 10, 1)
    print(
        f"memory of the server: {memory[0]:.0f} MB at the start, {max(memory[:tenth]):.0f} in the first tenth,"
        f" {max(memory[-tenth:]):.0f} in the last, {max(memory):.0f} at most"
    )


def main() -> None:
    """Start a server, measure, stop it."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    visitors = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    with served() as (root, pid):
        asyncio.run(measure(root, pid, seconds, visitors))


if __name__ == "__main__":
    main()
