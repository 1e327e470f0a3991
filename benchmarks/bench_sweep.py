"""A sweep on a Dask cluster of one and of two workers, beside the sweep in process, on the same grid in the same run.

Run: python benchmarks/bench_sweep.py [ROWS]. Workers have one thread; each count is taken twice, and the best is shown.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from detente.ask.questions.sweep import sweep

GRID = "scenarios: [uniform-10, plus-100]\nscale: {{from: 0, to: 2, count: {count}}}\n"


def timed(grid: Path, dask: str | None) -> float:
    """Seconds of one sweep into an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        sweep(grid, Path(folder) / "rows", dask=dask)
        return time.perf_counter() - started


def main(rows: int) -> None:
    from distributed import LocalCluster

    with tempfile.TemporaryDirectory() as folder:
        grid = Path(folder) / "grid.yaml"
        grid.write_text(GRID.format(count=rows // 2), "utf-8")
        took: dict[str, float] = {}
        for _ in range(2):
            for workers in (0, 1, 2):
                name = f"{workers} workers" if workers else "in process"
                if not workers:
                    seconds = timed(grid, None)
                else:
                    with LocalCluster(
                        n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
                    ) as cluster:
                        seconds = timed(grid, cluster.scheduler_address)
                took[name] = min(seconds, took.get(name, seconds))
    for name, seconds in took.items():
        print(f"{name:12} {seconds:7.1f} s  {1e3 * seconds / rows:6.2f} ms a row")
    print(f"two workers against one: {took['1 workers'] / took['2 workers']:.2f} times as fast")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
