"""What strategic tariffs cost: US optimum with inputs, uniform Nash, and Ossa's cases where his base year is at hand.

    OPENBLAS_NUM_THREADS=1 python benchmarks/bench_strategic.py [BASE_YEAR]

BASE_YEAR: folder with ossa2014.npz, which does not ship. Seconds of wall clock, one run each after the world is loaded;
proofs (first-order conditions, sampled deviations) are part of each time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from detente.economy import calibrate, nash_closed_form, strategic
from detente.economy.models import fixed_firms, multi_sector
from detente.economy.payoff_solver import PayoffSolver
from detente.replications.ossa_2014 import cases


def timed(words: str, run: Callable[[], Any]) -> Any:
    """A result, its time printed."""
    before = time.perf_counter()
    found = run()
    print(f"{words:60} {time.perf_counter() - before:8.3f} s")
    return found


def main() -> None:
    """Print every timing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base_year", nargs="?")
    given = parser.parse_args().base_year
    world = calibrate.shipped("icio-2022")
    solver = timed("icio-2022: payoff solver", lambda: PayoffSolver(world, multi_sector))
    point = timed("  payoffs at the baseline", lambda: solver.solve(world.tariff))
    usa = np.eye(len(world.economies))[world.index("USA")]
    timed("  one gradient of US real income, 183,708 cells", lambda: point.gradient(usa))
    for kind in strategic.KINDS:
        timed(f"  US optimum, {kind}", lambda kind=kind: strategic.optimal(world, multi_sector, "USA", kind=kind))
    three = ("USA", "CHN", "DEU")
    timed("  Nash of USA, CHN, DEU with inputs", lambda: strategic.nash(world, multi_sector, three))
    plain = timed("  labour only, balanced", lambda: nash_closed_form.without_inputs(world))
    timed("  uniform Nash of 81 economies, one step", lambda: nash_closed_form.nash(plain))
    if given is None:
        return
    ossa = cases.world(given)
    timed("Ossa: US optimum, 198 tariffs", lambda: strategic.optimal(ossa, fixed_firms, "US"))
    timed("  Nash, 1,386 tariffs, cold", lambda: strategic.nash(ossa, fixed_firms))
    timed("  Nash, by best responses (ascent)", lambda: strategic.nash(ossa, fixed_firms, method="best responses"))
    timed("  talks from factual tariffs", lambda: strategic.cooperative(ossa, fixed_firms))


if __name__ == "__main__":
    main()
