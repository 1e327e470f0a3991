"""The page under load on this machine: what-ifs one after another and fifty at once, presets, the weight of each view.

Run: python benchmarks/bench_page.py. The server is a process of its own on a free port of the loopback address.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import time

import httpx
import numpy as np
from serving import served

DAY = "asof=2025-10-26"
VIEWS = (
    f"/?{DAY}", f"/record?{DAY}", f"/what-if?{DAY}", f"/what-if?{DAY}&map=1", f"/country?{DAY}&economy=DEU",
    f"/table?{DAY}", f"/methods?{DAY}&paper=liberation-day",
)  # fmt: skip


def said(name: str, seconds: list[float], codes: set[int]) -> None:
    """One line of a table, in milliseconds."""
    ms = 1e3 * np.array(seconds)
    p = np.percentile(ms, (50, 90, 99))
    print(f"{name:34} n {len(ms):4d}  median {p[0]:6.1f}  p90 {p[1]:6.1f}  p99 {p[2]:6.1f} ms  answers {sorted(codes)}")


async def asked(client: httpx.AsyncClient, path: str) -> tuple[float, int]:
    """(seconds, status) of one request."""
    start = time.perf_counter()
    found = await client.get(path)
    return time.perf_counter() - start, found.status_code


async def measure(root: str) -> None:
    """Print the table."""
    random.seed(1)
    async with httpx.AsyncClient(base_url=root, timeout=60) as client:
        presets = ("truce-lapses", "plus-100", "plus-100-answered", "minus-10", "against-all")
        for name in presets:
            await asked(client, f"/what-if?{DAY}&preset={name}&part=1")
        found = [await asked(client, f"/what-if?{DAY}&preset={random.choice(presets)}&part=1") for _ in range(60)]
        said("presets", [s for s, _ in found], {c for _, c in found})

        def live() -> str:
            a, b = random.uniform(-30, 150), random.uniform(-10, 150)
            return f"/what-if?{DAY}&us_on_china={a:.2f}&china_on_us={b:.2f}&part=1"

        found = [await asked(client, live()) for _ in range(60)]
        said("live solves, one after another", [s for s, _ in found], {c for _, c in found})
        found = list(await asyncio.gather(*(asked(client, live()) for _ in range(50))))
        said("fifty live solves at once", [s for s, _ in found], {c for _, c in found})
        files = [await client.get(f"/static/{name}") for name in ("detente.css", "detente.js", "mark.svg")]
        shared = sum(len(gzip.compress(file.content)) for file in files)
        for view in VIEWS:
            weight = len(gzip.compress((await client.get(view)).content)) + shared
            print(f"{view:50} with style and script {weight / 1e3:6.1f} kB compressed")


def main() -> None:
    """Start a server, measure, stop it."""
    with served(quiet=True) as (root, _):
        time.sleep(4)
        asyncio.run(measure(root))


if __name__ == "__main__":
    main()
