"""Two ways to a player's best tariffs that share only the gradient: rounds of first-order conditions, and ascent.

While markets and the adjoint's bars stand, the first-order condition of every cell has one solution in closed form
(backward.lines). Putting it in, solving the markets again and repeating is a fixed point, which Anderson acceleration
reaches in about a dozen solutions. It knows no objective, so what it finds is compared and tested by its payoff.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize

from detente.economy.engine import LARGE
from detente.economy.payoff_solver import PayoffSolver
from detente.economy.strategic.levers import Lever

MIXED = 10  # past rounds that Anderson acceleration mixes
STALE = 20  # rounds without a new least change, after which plain rounds
PLAIN = 12  # of those follow
SETTLED = 1e-9  # change of ln(1+t) at which first-order conditions have settled
ROUNDS = 60  # of first-order conditions before ascent takes over
STARTS = 3  # searches compared where governments weigh sectors: several optima are known then
LEAPS = (0.0, 0.2, 1.0, 10.0)  # tariffs that a whole sector is tried at
MANY = 40  # leaps tried in a large world, drawn at random
AGAIN = 8  # searches from leaps that gain
GAIN = 1e-10  # ln points that a leap must gain to be followed


def settle(
    condition: Callable[[np.ndarray], np.ndarray], y: np.ndarray, *, rounds: int = ROUNDS, tolerance: float = SETTLED
) -> tuple[np.ndarray, float, int]:
    """y = condition(y) by Anderson acceleration: y, max |condition(y) - y|, rounds.

    Where it strays it begins anew, and where it stands still in front of a near-solution plain rounds lead on.
    """
    best, least = y, np.inf
    near, local, since, plain = y, np.inf, 0, 0
    ys: list[np.ndarray] = []
    misses: list[np.ndarray] = []
    for turn in range(rounds + 1):
        miss = condition(y) - y
        gap = float(np.abs(miss).max()) if np.isfinite(miss).all() else np.inf
        if gap < least:
            best, least = y, gap
        if least <= tolerance or turn == rounds:
            break
        if gap < local:
            near, local, since = y, gap, turn
        if plain:
            plain -= 1
            y, ys, misses = y + miss if np.isfinite(gap) else near, [], []
            near, local, since = y, np.inf, turn
            continue
        if turn - since >= STALE:
            y, plain = near, PLAIN
            continue
        if gap > 100 * local:
            y = near
            miss, ys, misses = 0.5 * (condition(y) - y), [], []
        ys, misses = [*ys[-MIXED:], y], [*misses[-MIXED:], miss]
        y = y + miss
        if len(ys) > 1:
            moves, drops = np.diff(ys, axis=0), np.diff(misses, axis=0)
            size = np.maximum(np.linalg.norm(drops, axis=1), 1e-300)
            weight = np.linalg.lstsq((drops / size[:, None]).T, miss, rcond=1e-9)[0] / size
            y = y - weight @ (moves + drops)
    return best, least, turn


def stationary(
    ground: PayoffSolver, lever: Lever, tariff: np.ndarray, z: np.ndarray, *, rounds: int = ROUNDS
) -> tuple[np.ndarray, float, int]:
    """The player's z by rounds of its first-order conditions, other tariffs held: z, the last change, rounds."""
    mine = np.eye(len(ground.world.economies))[lever.economy]

    def condition(y: np.ndarray) -> np.ndarray:
        at = ratio(lever, y)
        point = ground.at(lever.put(tariff, at), check=False)
        if not np.isfinite(point.payoff).all():
            return np.full_like(y, np.nan)
        v, bars, _ = point.adjoint(mine)
        return np.log1p(lever.still(at, v, point.reach, bars) / lever.scale)

    y, gap, turn = settle(condition, np.log1p(z / lever.scale), rounds=rounds)
    return ratio(lever, y), gap, turn


def ratio(lever: Lever, y: np.ndarray) -> np.ndarray:
    """z from ln(1+t), within the bounds."""
    return np.expm1(np.clip(y, np.log1p(lever.low), np.log1p(lever.high))) * lever.scale


def ascent(
    ground: PayoffSolver, lever: Lever, tariff: np.ndarray, z: np.ndarray, *, tolerance: float = 1e-9
) -> tuple[np.ndarray, float]:
    """The player's z that maximises its payoff, other tariffs held, uphill from one start; and the ln payoff there."""
    mine = np.eye(len(ground.world.economies))[lever.economy]

    def loss(z: np.ndarray) -> tuple[float, np.ndarray]:
        point = ground.at(lever.put(tariff, z), check=False)
        if not np.isfinite(point.payoff).all():
            return 1e3, np.zeros_like(z)
        slope, _ = point.gradient(mine)
        return -float(point.payoff[lever.economy]), -lever.back(slope)

    box = list(zip(lever.low * lever.scale, lever.high * lever.scale, strict=True))
    found = minimize(
        loss, z, jac=True, method="L-BFGS-B", bounds=box,
        options={"maxiter": 2000, "maxfun": 4000, "gtol": tolerance, "ftol": 1e-16, "maxcor": 30},
    )  # fmt: skip
    return found.x, -float(found.fun)


def best_response(
    ground: PayoffSolver, lever: Lever, tariff: np.ndarray, z: np.ndarray, *, tolerance: float = 1e-9
) -> tuple[np.ndarray, float]:
    """The player's z that maximises its payoff, other tariffs held, from one start; and the ln payoff there.

    By first-order conditions; uphill where those do not settle, or settle lower than the start.
    """
    found, gap, _ = stationary(ground, lever, tariff, z)
    worth, before = (value(ground, lever, tariff, at) for at in (found, z))
    if gap <= SETTLED and worth >= before:
        return found, worth
    return ascent(ground, lever, tariff, found if worth > before else z, tolerance=tolerance)


def response(
    ground: PayoffSolver, lever: Lever, tariff: np.ndarray, starts: Sequence[np.ndarray], *, seed: int = 0
) -> np.ndarray:
    """The player's best z over searches from several starts, and from any sampled deviation that gains on it."""
    z, worth = max((best_response(ground, lever, tariff, start) for start in starts), key=lambda each: each[1])
    for _ in range(AGAIN if len(starts) > 1 else 0):
        gain, trial = max(
            ((value(ground, lever, tariff, trial) - worth, trial) for trial in random_restarts(ground, lever, z, seed)),
            key=lambda each: each[0],
        )
        if gain < GAIN:
            break
        found, better = best_response(ground, lever, tariff, trial)
        if better <= worth:
            break
        z, worth = found, better
    return z


def random_restarts(ground: PayoffSolver, lever: Lever, z: np.ndarray, seed: int) -> list[np.ndarray]:
    """z with all tariffs of a sector, or of those that one entry covers, at other levels; some of them if large."""
    sector = np.zeros(lever.scale.size, int)
    sector[lever.group] = lever.cells[0]
    levels = [level for level in LEAPS if lever.low <= level <= lever.high]
    found = [(s, level) for s in np.unique(sector) for level in levels]
    if ground.zero.size > LARGE and len(found) > MANY:
        found = [found[k] for k in np.random.default_rng(seed).choice(len(found), MANY, replace=False)]
    return [np.where(sector == s, level * lever.scale, z) for s, level in found]


def value(ground: PayoffSolver, lever: Lever, tariff: np.ndarray, z: np.ndarray) -> float:
    """The player's ln payoff at z; minus infinity where there is no equilibrium."""
    return float(ground.at(lever.put(tariff, z), check=False).payoff[lever.economy])


def initial_points(
    ground: PayoffSolver, lever: Lever, tariff: np.ndarray, count: int | None = None, seed: int = 0
) -> list[np.ndarray]:
    """Where searches start: the tariffs as they are, one over the elasticity, weighted sectors up, then random.

    count: one, or STARTS where governments weigh sectors, if not given.
    """
    weighs = getattr(ground.world.structure, "weight", np.ones(1))
    count = (STARTS if (weighs != 1).any() else 1) if count is None else count
    world, rng = ground.world, np.random.default_rng(seed)
    theta = world.structure.elasticity[lever.cells[0]]
    weight = getattr(world.structure, "weight", np.ones_like(world.spending))[lever.cells[0], lever.economy]
    favoured = np.clip((1 / theta) * np.exp(4 * (weight - 1)), lever.low, lever.high)
    found = [lever.take(tariff)]
    for rates in (1 / theta, favoured, *(favoured * rng.lognormal(0, 1, theta.size) for _ in range(max(count - 3, 0)))):
        full = tariff.copy()
        full[lever.cells] = rates
        found.append(lever.take(full))
    return found[:count]
