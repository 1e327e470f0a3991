"""Nash's nine goods, 512 packages: the Nash deal and the Pareto line, beside NegMAS on the same table in the same run.

    python benchmarks/bench_bargain.py [--without-peer]

NegMAS is AGPL and never a dependency: it lives in an environment of its own, .benchmark-venv-negmas. Both find the same
package. A deadline game of eleven offers is timed too; NegMAS has no backward induction to set beside it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import numpy as np

from detente.bargain import offers, solutions
from detente.bargain.outcomes import Package, pareto, table

ROOT = Path(__file__).resolve().parents[1]
PEER = "negmas==0.16.0"
BILL = np.array([-2, -2, -2, -2, -4, 10, 4, 6, 2.0])  # what a good that changes hands is worth: Nash (1950)
JACK = np.array([4, 2, 1, 2, 1, -1, -1, -2, -2.0])
SCRIPT = r"""
import json, sys, time, warnings
warnings.filterwarnings("ignore")
from negmas.outcomes import make_issue, make_os
from negmas.preferences import MappingUtilityFunction
from negmas.preferences.ops import nash_points, pareto_frontier
with open(sys.argv[1]) as file:
    gains = json.load(file)
space = make_os([make_issue(len(gains), name="package")])
sides = [MappingUtilityFunction({(k,): g[p] for k, g in enumerate(gains)}, reserved_value=0.0, outcome_space=space)
         for p in (0, 1)]
every = [(k,) for k in range(len(gains))]
line, best = [], []
for _ in range(20):
    start = time.perf_counter()
    points, where = pareto_frontier(sides, outcomes=every)
    line.append(time.perf_counter() - start)
    start = time.perf_counter()
    (found,) = nash_points(sides, points, outcome_space=space)
    best.append(time.perf_counter() - start)
print(json.dumps({"line": min(line), "nash": min(best), "gain": list(points[found[1]]), "corners": len(points)}))
"""


def timed(action, rounds: int = 200) -> float:
    """Least seconds of repeated calls."""
    best = np.inf
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def peer(gains: np.ndarray) -> dict:
    """NegMAS on the same gains."""
    home = ROOT / ".benchmark-venv-negmas"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "--disable-pip-version-check", "-q", "install", PEER], check=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gains.json"
        path.write_text(json.dumps(gains.tolist()), "utf-8")
        done = subprocess.run([str(python), "-c", SCRIPT, str(path)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """Print milliseconds and ratios."""
    moved = (np.arange(512)[:, None] >> np.arange(9)) & 1
    gains = np.stack([moved @ BILL, moved @ JACK], -1)
    given = table(
        [Package(str(k), {"bill": b, "jack": j}) for k, (b, j) in enumerate(gains)], {"own": {"bill": 0, "jack": 0}}
    )
    found = solutions.solve(given, "own")
    nash = timed(lambda: solutions.solve(given, "own"))
    line = timed(lambda: pareto(given.payoff))
    game = timed(lambda: offers.deadline((0.9, 0.95), 11))
    print(f"Nash deal of 512 packages {1e3 * nash:8.3f} ms   gains {found.gain}")
    print(f"Pareto line               {1e3 * line:8.3f} ms   {int(pareto(given.payoff).sum())} packages")
    print(f"eleven offers             {1e3 * game:8.3f} ms")
    if "--without-peer" in sys.argv:
        return
    other = peer(gains)
    assert np.allclose(other["gain"], found.gain), (other, found.gain)
    print(f"NegMAS: line {1e3 * other['line']:.3f} ms on {other['corners']} points, deal {1e3 * other['nash']:.3f} ms")
    print(f"NegMAS takes {(other['line'] + other['nash']) / (line + nash):.1f} times as long for both")


if __name__ == "__main__":
    main()
