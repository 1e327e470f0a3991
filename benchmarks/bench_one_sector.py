"""One scenario and a batch of 256 on the 194 economies of 2023, beside gegravity 0.3 on the same matrix, in one run.

    python benchmarks/bench_one_sector.py [--without-peer] [--sizes 30,60,120]

The peer lives in an environment of its own, .benchmark-venv, made on the first run from benchmarks/peers.txt. It is
fed our flows and GDP, with its gravity costs flat, and one scenario is a duty of 25 % of the USA on China. Peer and
package solve different models of the same size (Armington with fixed output there, labour supply, scale and entry
here): the ratio is time a scenario, the unit in which a user waits.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import numpy as np

from detente.economy import world as worlds
from detente.economy.models import one_sector
from detente.economy.policy import Policy, tariffs
from detente.economy.solve import solve
from detente.replications import read

ROOT = Path(__file__).resolve().parents[1]
TOLERANCE = 1e-11


def timed(action, *, least: float = 1.0, most: int = 400) -> tuple[float, float]:
    """(best, median) seconds of repeated calls over at least a second."""
    spent, times = 0.0, []
    while (spent < least and len(times) < most) or len(times) < 3:
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
        spent += times[-1]
    return min(times), float(np.median(times))


def ours() -> dict[str, float]:
    """Milliseconds a scenario: the first (with the factored baseline), one alone, one in a batch of 256."""
    table = worlds.table("world-2023")
    world = one_sector.calibrate(table)
    size, home = len(world.economies), world.index("USA")
    away = np.array([k for k in range(size) if k != home])
    announced = {row["iso3"]: float(row["applied"]) for row in read("liberation-day", "tariffs.csv")}
    one = tariffs(world, {("USA", code): rate for code, rate in announced.items() if code != "USA"})
    start = time.perf_counter()
    solve(world, one)
    first = time.perf_counter() - start
    best, median = timed(lambda: solve(world, one))
    rng = np.random.default_rng(1)
    both = Policy(
        importer=np.r_[np.full(size - 1, home), away],
        exporter=np.r_[away, np.full(size - 1, home)],
        rate=rng.uniform(0, 0.6, (256, 2 * (size - 1))),
    )
    batch_best, batch_median = timed(lambda: solve(world, both), least=3.0)
    found = solve(world, both)
    assert found.converged.all()
    return {
        "first_ms": 1e3 * first,
        "single_ms": 1e3 * best,
        "single_median_ms": 1e3 * median,
        "single_steps": int(solve(world, one).iterations),
        "batch_ms": 1e3 * batch_best / 256,
        "batch_median_ms": 1e3 * batch_median / 256,
        "batch_steps": float(found.iterations.mean()),
        "largest_gap": float(found.residual.max()),
    }


PEER = r"""
import contextlib, io, json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
from gegravity import BaselineData, CostCoeffs, OneSectorGE
path, size = sys.argv[1], int(sys.argv[2])
with np.load(path) as given:
    names = [str(x) for x in given["economies"]][:size]
    flows, spend, made = given["flows"], given["spend"], given["made"]
rows = [
    {"exporter": e, "importer": n, "year": "2023", "trade": max(flows[j, i], 1e-9),
     "expend": spend[j], "output": made[i], "abroad": float(e != n), "tariff": 0.0}
    for i, e in enumerate(names) for j, n in enumerate(names)
]
data = pd.DataFrame(rows)
costs = CostCoeffs(pd.DataFrame({"var": ["abroad", "tariff"], "coeff": [-3.0, -4.0]}), "var", "coeff")
with contextlib.redirect_stdout(io.StringIO()):
    start = time.perf_counter()
    base = BaselineData(data, trade_var_name="trade", expend_var_name="expend", output_var_name="output")
    model = OneSectorGE(base, year="2023", reference_importer=names[0], sigma=5, quiet=True,
                        cost_variables=["abroad", "tariff"], cost_coeff_values=costs)
    model.build_baseline(omr_rescale=float(sys.argv[3]))
    built = time.perf_counter() - start
    changed = model.baseline_data.copy()
    changed.loc[(changed["importer"] == names[0]) & (changed["exporter"] == names[1]), "tariff"] = 0.223
    start = time.perf_counter()
    model.define_experiment(changed)
    model.simulate()
    solved = time.perf_counter() - start
print(json.dumps({"size": size, "build_s": built, "scenario_s": solved}))
"""


def peer(size: int) -> dict[str, float] | None:
    """Seconds of gegravity's baseline and one scenario at a size, in its own environment; None if it did not solve."""
    home = ROOT / ".benchmark-venv"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "-q", "install"]
        subprocess.run([*pip, "-r", str(ROOT / "benchmarks" / "peers.txt")], check=True)
    table = worlds.table("world-2023")
    world = one_sector.calibrate(table)
    order = np.argsort(-world.spending)
    flows = (world.share * world.spending[:, None])[np.ix_(order, order)][:size, :size]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.npz"
        names = np.array(world.economies)[order]
        np.savez(path, economies=names, flows=flows, spend=flows.sum(1), made=flows.sum(0))
        done = subprocess.run([str(python), "-c", PEER, str(path), str(size), "1"], capture_output=True, text=True)
    if done.returncode:
        print(f"gegravity at {size} economies did not solve: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """Print one table; with --json one document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--sizes", default="30,60,120")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = {"cores": os.cpu_count(), "tolerance": TOLERANCE, "detente": ours(), "gegravity": []}
    if not given.without_peer:
        found["gegravity"] = [row for size in given.sizes.split(",") if (row := peer(int(size)))]
    if given.json:
        print(json.dumps(found))
        return
    mine = found["detente"]
    print(f"194 economies, residual <= {TOLERANCE:g}, {found['cores']} cores")
    print(f"  first scenario of a world       {mine['first_ms']:8.2f} ms")
    print(f"  one scenario                    {mine['single_ms']:8.2f} ms  (median {mine['single_median_ms']:.2f},"
          f" {mine['single_steps']} iterations)")  # fmt: skip
    print(f"  one of a batch of 256           {mine['batch_ms']:8.3f} ms  (median {mine['batch_median_ms']:.3f},"
          f" {mine['batch_steps']:.1f} iterations, largest residual {mine['largest_gap']:.0e})")  # fmt: skip
    for row in found["gegravity"]:
        ratio = 1e3 * row["scenario_s"] / mine["single_ms"]
        batch = 1e3 * row["scenario_s"] / mine["batch_ms"]
        print(f"gegravity 0.3 at {row['size']} economies: baseline {row['build_s']:.2f} s, one scenario"
              f" {row['scenario_s']:.2f} s = {ratio:,.0f} of ours at 194 ({batch:,.0f} in a batch)")  # fmt: skip


if __name__ == "__main__":
    main()
