"""What export controls cost: a split, a solve with one to three products, a near-total ban, a limit an importer, draws.

    OPENBLAS_NUM_THREADS=1 python benchmarks/bench_critical.py [--draws 1000]

Seconds of wall clock on icio-2022 (81 economies, 28 sectors and the products). A first solve includes the correction
that steers it (once a world); a solve is the median of ten. The products' numbers are made up: they are for timing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from detente.economy import calibrate, horizons, second_order
from detente.economy.policy import Policy, limited
from detente.economy.products import Product, solve_draws, split
from detente.economy.solve import solve
from detente.economy.world import World

USERS = ("C26", "C27", "C28", "C29", "C301", "C302T309")
PRODUCTS = (
    Product("magnet", "C27", {"CHN": 0.85, "JPN": 0.08}, dict.fromkeys(USERS, 5e-4), sigma=0.1, elasticity=0.5),
    Product("oxide", "C20", {"CHN": 0.9, "AUS": 0.05}, {"magnet": 0.1}, sigma=0.05, elasticity=1.0),
    Product("gallium", "C24B", {"CHN": 0.95}, {"C26": 1e-5}, sigma=0.05, elasticity=0.5),
)


def timed(words: str, run: Callable[[], Any], times: int = 1) -> Any:
    """A result, the median of its times printed."""
    spent = []
    for _ in range(times):
        before = time.perf_counter()
        found = run()
        spent.append(time.perf_counter() - before)
    print(f"{words:66} {np.median(spent):8.4f} s")
    return found


def scenarios(world: World) -> dict[str, Policy]:
    """Limits from mild to near total, on everybody at once and on each importer."""
    everyone = [code for code in world.economies if code != "CHN"]
    return {
        "no limit": limited(world, {("magnet", "*", "CHN"): 10.0}),
        "half": limited(world, {("magnet", "*", "CHN"): 0.5}),
        "1 % left": limited(world, {("magnet", "*", "CHN"): 0.01}),
        "half to each of 80 importers": limited(world, {("magnet", code, "CHN"): 0.5 for code in everyone}),
    }


def main() -> None:
    """Print every timing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    count = parser.parse_args().draws
    base = horizons.at_horizon(calibrate.shipped("icio-2022"), "short")
    for products in (PRODUCTS[:1], PRODUCTS[:2], PRODUCTS):
        world = timed(
            f"{len(products)} products: split", lambda p=products: split(base, *p, outer=0.5, materials=0.1), 10
        )
        for at, (name, policy) in enumerate(scenarios(world).items()):
            if at in (0, 3):
                timed(f"  first solve, {len(policy.limits.fraction)} limits", partial(solve, world, policy))
            found = timed(f"  solve, {name}", partial(solve, world, policy), 10)
            print(
                f"    {int(found.iterations)} iterations, residual {float(found.residual):.0e},"
                f" USA {found.of('real_income', 'USA'):.4f} %"
            )
    timed("  second-order expansion", lambda: second_order.expansion(world, scenarios(world)["half"]))

    def build(draw: int) -> tuple[World, Policy]:
        rng = np.random.default_rng(draw)
        magnet = Product(
            "magnet",
            "C27",
            {"CHN": rng.uniform(0.7, 0.9), "JPN": 0.08},
            dict.fromkeys(USERS, 10 ** rng.uniform(-4.3, -3)),
            sigma=10 ** rng.uniform(-1.3, -0.5),
            elasticity=rng.uniform(0.2, 2),
            fixed=rng.uniform(0, 0.1),
        )
        world = split(base, magnet, outer=0.5, materials=0.1)
        return world, limited(world, {("magnet", "*", "CHN"): rng.uniform(0.05, 0.95)})

    def told(done: int, of: int) -> None:
        if done % 100 == 0:
            print(f"\r    {done} of {of}", end="", file=sys.stderr, flush=True)

    found = timed(
        f"{count} draws of the product",
        lambda: solve_draws(build, count, lambda f: float(f.of("real_income", "USA")), progress=told),
    )
    kept = [value for value in found if value is not None]
    low, middle, high = np.percentile(kept, (5, 50, 95))
    print(f"    {count - len(kept)} without equilibrium; USA {middle:.3f} % ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
