"""JAX beside our numpy engine in the same run: compiling, one scenario, batches, draws, derivatives.

    OPENBLAS_NUM_THREADS=1 python benchmarks/bench_jax.py [--draws 10000] [--rows 100000] [--card-bandwidth GB/s]

Without a GPU the sizes are small and the last column stays empty; with one they are 10,000 draws of four outcomes and
100,000 one-sector scenarios. Bytes a sweep are the compiler's count for one step of the solver, of all scenarios that
are solved side by side; bytes a second are set beside the card's bandwidth. Times are the best of several runs, after
compiling unless said.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from detente.economy import elasticities, engine, uncertainty
from detente.economy import world as worlds
from detente.economy.calibrate import shipped
from detente.economy.engine_jax import gradient, solve_draws, solver
from detente.economy.engine_jax.frame import problem, take_apart
from detente.economy.engine_jax.library import jax
from detente.economy.models import multi_sector, one_sector
from detente.economy.payoff_solver import PayoffSolver
from detente.economy.policy import Policy, stack, tariffs
from detente.economy.solve import solve

BANDWIDTH = {  # GB/s of memory, from NVIDIA's data sheets; the first name found in the device's
    "H200": 4800,
    "H100 NVL": 3900,
    "H100 PCIe": 2000,
    "H100": 3350,
    "A100-SXM4-80GB": 2039,
    "A100": 1555,
    "L40S": 864,
    "V100": 900,
}


def best(run: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Least seconds of several runs, and the last result."""
    least = np.inf
    for _ in range(times):
        before = time.perf_counter()
        result = run()
        least = min(least, time.perf_counter() - before)
    return least, result


def card(given: float | None) -> float | None:
    """The card's bandwidth in GB/s: given, or known by its name."""
    kind = jax.devices()[0].device_kind
    known = (speed for name, speed in BANDWIDTH.items() if name in kind)
    return given or (next(known, None) if jax.default_backend() == "gpu" else None)


def sweep(model: Any, world: Any, policy: Policy, rows: int) -> float:
    """Bytes that one step of the solver moves for `rows` scenarios side by side, as the compiler counts them."""
    frame, numbers, cells = take_apart(model, world, policy)
    steer = solver.for_one_row(solver.portable(model, engine.preconditioner(model, world)))
    zero = engine.to_row(model.start(world))

    def once(rate: Any) -> Any:
        cost = None if cells.cost is None else cells.cost[0]
        p = problem(frame, numbers, cells._replace(rate=rate, cost=cost))
        return solver.chord(p.residual, zero, steer, 0.0, 0)

    rates = np.resize(policy.rate, (rows, policy.rate.shape[-1]))
    whole = jax.jit(lambda rates: solver.map_rows(once, rates, rows)).lower(rates).compile()
    return float(whole.cost_analysis()["bytes accessed"])


def moved(bytes_: float, rows: int, steps: np.ndarray, seconds: float, speed: float | None) -> str:
    """Bytes a sweep and a second in words; a chunk sweeps until its last scenario has arrived."""
    chunks = [steps.ravel()[at : at + rows] for at in range(0, steps.size, rows)]
    rate = sum(bytes_ * len(chunk) / rows * (chunk.max() + 1) for chunk in chunks) / seconds / 1e9
    of = f", {rate / speed:.0%} of {speed:.0f} GB/s" if speed else ""
    return f"{bytes_ / 1e6:.0f} MB a sweep of {rows}, {rate:.1f} GB/s{of}"


def named(name: str) -> tuple[Any, Any]:
    """A shipped world and its model."""
    if name == "world-2023":
        return one_sector.calibrate(worlds.table(name)), one_sector
    return shipped(name), multi_sector


def scenario(world: Any) -> Policy:
    """One scenario between the USA and China."""
    return tariffs(world, {("USA", "CHN"): 0.6, ("CHN", "USA"): 0.3})


def first(name: str) -> None:
    """Prints the seconds of a process's first solution."""
    world, model = named(name)
    print(best(lambda: solve(world, scenario(world), model, engine="jax"), 1)[0])


def compiling(name: str) -> tuple[float, float]:
    """Seconds of the first solution of a new process with an empty cache, and with the cache that it left on disk."""
    with tempfile.TemporaryDirectory() as folder:
        around = os.environ | {"JAX_COMPILATION_CACHE_DIR": folder, "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.5"}
        command = [sys.executable, __file__, "--first", name]
        runs = [subprocess.run(command, env=around, capture_output=True, text=True, check=True) for _ in range(2)]
    return float(runs[0].stdout), float(runs[1].stdout)


def line(what: str, theirs: float | None, ours: float | None, note: str = "") -> None:
    """A row of the table, in milliseconds."""
    cells = ["-" if s is None else f"{1e3 * s:.1f}" for s in (theirs, ours)]
    print(f"{what:<46}{cells[0]:>12}{cells[1]:>12}  {note}", flush=True)


def outcomes(world: Any) -> Policy:
    """Four outcomes between the USA and China."""
    pairs = [(0.1, 0.1), (0.3, 0.2), (0.5, 0.4), (0.0, 0.0)]
    return stack(world, [tariffs(world, {("USA", "CHN"): a, ("CHN", "USA"): b}) for a, b in pairs])


def grid(world: Any, size: int) -> Policy:
    """Scenarios between the USA and China."""
    side = np.linspace(0, 1, round(size**0.5))
    return stack(world, [tariffs(world, {("USA", "CHN"): a, ("CHN", "USA"): b}) for a in side for b in side])


def many(world: Any, size: int) -> Policy:
    """Duties of the USA on everybody and of everybody on the USA, at random."""
    n, home = len(world.economies), world.index("USA")
    away = np.array([k for k in range(n) if k != home])
    rate = np.random.default_rng(1).uniform(0, 0.5, (size, 2 * n - 2))
    return Policy(np.r_[np.full(n - 1, home), away], np.r_[away, np.full(n - 1, home)], rate)


def main() -> None:
    """All figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    gpu = jax.default_backend() == "gpu"
    parser.add_argument("--draws", type=int, default=10_000 if gpu else 64)
    parser.add_argument("--rows", type=int, default=100_000 if gpu else 4096)
    parser.add_argument("--peer-draws", type=int, default=32, help="draws and rows of numpy are timed on fewer, scaled")
    parser.add_argument("--card-bandwidth", type=float, help="GB/s of the card's memory, if its name is not known")
    parser.add_argument("--first", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.first:
        return first(chosen.first)
    speed = card(chosen.card_bandwidth)
    print(f"device: {jax.devices()[0].device_kind}, JAX {jax.__version__}")
    if not gpu:
        print("no GPU at hand: sizes are small, bytes a second stand beside no card's bandwidth")
    print(f"{'':<46}{'numpy ms':>12}{'JAX ms':>12}")

    (single, _), (sectors, _) = named("world-2023"), named("icio-2022")
    for name, world, model in (("world-2023", single, one_sector), ("icio-2022", sectors, multi_sector)):
        policy = scenario(world)
        fresh, again = compiling(name)
        line(f"{name}: first of a process, compiled", None, fresh)
        line(f"{name}: first of a process, from the cache", None, again)
        numpy, a = best(lambda: solve(world, policy, model), 9)  # noqa: B023
        ours, b = best(lambda: solve(world, policy, model, engine="jax"), 9)  # noqa: B023
        off = np.abs(a.report["real_income"] - b.report["real_income"]).max()
        line(f"{name}: one scenario", numpy, ours, f"real income differs by {off:.0e} %")
        batch = grid(world, 256)
        solve(world, batch, model, engine="jax")
        numpy, a = best(lambda: solve(world, batch, model))  # noqa: B023
        ours, b = best(lambda: solve(world, batch, model, engine="jax"))  # noqa: B023
        side = solver.chunk(engine.to_row(model.start(world)).size, 256)
        line(f"{name}: 256", numpy, ours, moved(sweep(model, world, batch, side), side, b.iterations, ours, speed))

    chosen_set = elasticities.named("caliendo-parro-2015", sectors.sectors)
    thetas = uncertainty.draws(chosen_set, sectors.sectors, chosen.draws)
    four = outcomes(sectors)
    fewer = min(chosen.draws, chosen.peer_draws)
    task = uncertainty.DrawTask(
        sectors, four, "real_income", None, "long", uncertainty.DRAW_OPTIONS, uncertainty.theta_of(chosen_set, sectors)
    )
    near = task.steering()
    numpy, a = best(lambda: np.stack([task.priced(theta, near)[0] for theta in thetas[:fewer]]), 1)
    run = lambda: solve_draws(near[1], four, {"elasticity": thetas}, "real_income", multi_sector)  # noqa: E731
    run()
    ours, b = best(run, 2)
    side = solver.chunk(engine.to_row(multi_sector.start(sectors)).size, 4 * chosen.draws)
    note = moved(sweep(multi_sector, sectors, four, side), side, b.iterations, ours, speed)
    off, lost = np.nanmax(np.abs(a - b.values[:fewer])), int(np.isnan(b.values).any((1, 2)).sum())
    line(f"icio-2022: {chosen.draws} draws x 4 outcomes", numpy / fewer * chosen.draws, ours, note)
    print(f"    real income differs by {off:.0e} %; {lost} draws without an equilibrium; numpy from {fewer} draws")

    rows = many(single, chosen.rows)
    still = {"elasticity": np.array([single.structure.elasticity])}
    run = lambda: solve_draws(single, rows, still, "real_income", one_sector, tolerance=1e-11)  # noqa: E731
    run()
    ours, b = best(run, 2)
    fewer = min(chosen.rows, 64 * chosen.peer_draws)
    numpy, a = best(lambda: solve(single, rows[:fewer], one_sector), 1)
    side = solver.chunk(2 * len(single.economies), chosen.rows)
    note = moved(sweep(one_sector, single, rows, side), side, b.iterations, ours, speed)
    off = np.abs(a.report["real_income"] - b.values[0, :fewer]).max()
    line(f"world-2023: {chosen.rows} scenarios", numpy / fewer * chosen.rows, ours, note)
    print(f"    real income differs by {off:.0e} %; {int(np.isnan(b.values).any((0, 2)).sum())} without an equilibrium")

    home = sectors.index("USA")
    at = np.argwhere(sectors.structure.goods[:, None] & (np.arange(len(sectors.economies)) != home))
    free = Policy(np.full(len(at), home), at[:, 1], sectors.tariff[at[:, 0], home, at[:, 1]] + 0.05, sector=at[:, 0])
    target = ("real_income", "USA")
    run = lambda: gradient(target, sectors, free, multi_sector, of=["rate"])  # noqa: E731
    run()
    ours, b = best(run, 5)
    weight = np.eye(len(sectors.economies))[home]
    payoffs, tariff = PayoffSolver(sectors, multi_sector), free.tariff(sectors)

    def by_hand() -> Any:
        payoffs.reset()
        return payoffs.solve(tariff).gradient(weight)[0]

    numpy, a = best(by_hand, 5)
    theirs = 100 * np.exp(payoffs.solve(tariff).payoff[home]) * a[at[:, 0], home, at[:, 1]]
    off = np.abs(theirs - b.of["rate"]).max() / np.abs(theirs).max()
    line(f"icio-2022: solution and {len(at)} derivatives", numpy, ours, f"differ by {off:.0e} of the largest")


if __name__ == "__main__":
    main()
