"""Nash's nine goods, 512 packages: the Nash deal and the Pareto frontier, beside NegMAS on the same table and machine.

    python benchmarks/bench_bargain.py [--without-peer]

NegMAS is licensed under the AGPL and is not a dependency: it has its own environment, .benchmark-venv-negmas. Both find
the same package. A game of eleven offers before a deadline is timed too; NegMAS has no backward induction to compare.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.bargain import offers, solutions
from detente.bargain.outcomes import Package, pareto_efficient, payoff_table

ROOT = Path(__file__).resolve().parents[1]
PEER = "negmas==0.16.0"
BILL = np.array([-2, -2, -2, -2, -4, 10, 4, 6, 2.0])  # the value of each good that changes hands; Nash (1950)
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
frontier, nash = [], []
for _ in range(20):
    start = time.perf_counter()
    points, where = pareto_frontier(sides, outcomes=every)
    frontier.append(time.perf_counter() - start)
    start = time.perf_counter()
    (best,) = nash_points(sides, points, outcome_space=space)
    nash.append(time.perf_counter() - start)
print(json.dumps({"frontier": min(frontier), "nash": min(nash), "gain": list(points[best[1]]), "n": len(points)}))
"""


class PeerResult(NamedTuple):
    """Seconds of NegMAS for the Pareto frontier and the Nash deal, the deal's gains, and the frontier's points."""

    frontier: float
    nash: float
    gain: list[float]
    n: int


def least_seconds(action: Callable[[], object], rounds: int = 200) -> float:
    """The shortest of repeated calls."""
    best = math.inf
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def run_peer(gains: np.ndarray) -> PeerResult:
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
    return PeerResult(**json.loads(done.stdout.strip().splitlines()[-1]))


def main() -> None:
    """Print milliseconds and ratios."""
    moved = (np.arange(512)[:, None] >> np.arange(9)) & 1
    gains = np.stack([moved @ BILL, moved @ JACK], -1)
    packages = [Package(str(k), {"bill": b, "jack": j}) for k, (b, j) in enumerate(gains)]
    table = payoff_table(packages, {"own": {"bill": 0, "jack": 0}})
    deal = solutions.solve(table, "own")
    nash = least_seconds(lambda: solutions.solve(table, "own"))
    frontier = least_seconds(lambda: pareto_efficient(table.payoff))
    game = least_seconds(lambda: offers.finite_alternating_offers((0.9, 0.95), 11))
    print(f"Nash deal of 512 packages {1e3 * nash:8.3f} ms   gains {deal.gain}")
    print(f"Pareto frontier           {1e3 * frontier:8.3f} ms   {int(pareto_efficient(table.payoff).sum())} packages")
    print(f"eleven offers             {1e3 * game:8.3f} ms")
    if "--without-peer" in sys.argv:
        return
    peer = run_peer(gains)
    assert deal.gain is not None
    assert np.allclose(peer.gain, deal.gain), (peer, deal.gain)
    print(f"NegMAS: frontier {1e3 * peer.frontier:.3f} ms on {peer.n} points, deal {1e3 * peer.nash:.3f} ms")
    print(f"NegMAS takes {(peer.frontier + peer.nash) / (frontier + nash):.1f} times as long for both")


if __name__ == "__main__":
    main()
