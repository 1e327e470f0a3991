"""A dossier of 100,000 statements: how long loading, indexing and State(D, K) take.

Run: python benchmarks/bench_record.py [N]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from record_dossier import sources, statements

from detente.record import lines
from detente.record.index import NAME
from detente.record.store import SOURCES, STATEMENTS, Record

DAYS = [f"{year}-{month:02}-15" for year in range(2019, 2027) for month in (2, 6)]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds and result."""
    start = time.perf_counter()
    found = work()
    return 1000 * (time.perf_counter() - start), found


def main(count: int) -> None:
    """Print one line a step."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "long"
        folder.mkdir()
        (folder / SOURCES).write_text(lines.write_all(sources()), encoding="utf-8")
        (folder / STATEMENTS).write_text(lines.write_all(statements(count)), encoding="utf-8")
        size = (folder / STATEMENTS).stat().st_size
        print(f"{count} statements, {size / 1e6:.0f} MB of lines")
        took, record = timed(lambda: Record.load(folder))
        print(f"read, verify and index, first time  {took:9.0f} ms")
        asked = [(f"{day}", f"{day}") for day in DAYS] + [(day, "2026-06-30") for day in DAYS]
        record.as_of("2018-02-01")
        warm = [timed(lambda d=d, k=k: record.as_of(d, k))[0] for d, k in asked]
        many = f"of {len(asked)} questions"
        print(f"State(D, K), lines in memory        {median(warm):9.0f} ms median, {max(warm):.0f} ms most, {many}")
        took, record = timed(lambda: Record.load(folder))
        print(f"load, index fresh                   {took:9.0f} ms")
        cold = [timed(lambda d=d, k=k: record.as_of(d, k))[0] for d, k in asked]
        print(f"State(D, K), from the index         {median(cold):9.0f} ms median, {max(cold):.0f} ms most")
        index_size = (folder / NAME).stat().st_size
        print(f"index file                          {index_size / 1e6:9.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
