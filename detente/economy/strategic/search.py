"""Two ways to a player's best tariffs that share only the gradient: rounds of first-order conditions, and ascent.

For fixed markets and cotangents, the first-order condition of every cell has one solution in closed form
(backward.first_order_terms). Putting it in, solving the markets again and repeating is a fixed point, which Anderson
acceleration reaches in about a dozen solutions. Those rounds do not see the objective, so what they reach is compared
and tested by its payoff.

Throughout, z is a player's vector of scaled tariffs (see `instruments`) and y = ln(1+t).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from detente.economy.engine import LARGE
from detente.economy.payoff_solver import PayoffSolver
from detente.economy.strategic.instruments import Instrument, Instruments
from detente.economy.world import World

HISTORY = 10  # past rounds that Anderson acceleration mixes
STALLED = 20  # rounds without a new smallest residual, after which plain rounds follow
PLAIN = 12  # of them
DIVERGING = 100  # times the smallest residual since the last restart, above which the iteration starts anew there
DAMPING = 0.5  # of the first step after such a restart
SETTLED = 1e-9  # change of ln(1+t) at which first-order conditions have settled
ROUNDS = 60  # of first-order conditions before ascent takes over
STARTS = 3  # searches compared where governments weigh sectors: several optima are known then
RESTART_RATES = (0.0, 0.2, 1.0, 10.0)  # tariffs at which a whole sector is tried
MOST_RESTARTS = 40  # tried in a large world, drawn at random
MOST_FOLLOWED = 8  # searches from restarts that gain
GAIN = 1e-10  # ln points that a restart must gain to be followed


class FixedPoint(NamedTuple):
    """The best y, max |condition(y) - y| there (infinite, never not-a-number), and the rounds taken."""

    y: np.ndarray
    residual: float
    rounds: int


class _AndersonMixing:
    """The last points and residuals of an iteration, and the next point that least squares finds in them."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.points: list[np.ndarray] = []
        self.residuals: list[np.ndarray] = []

    def next_point(self, y: np.ndarray, residual: np.ndarray) -> np.ndarray:
        self.points = [*self.points[-HISTORY:], y]
        self.residuals = [*self.residuals[-HISTORY:], residual]
        plain: np.ndarray = y + residual
        if len(self.points) < 2:
            return plain
        steps, changes = np.diff(self.points, axis=0), np.diff(self.residuals, axis=0)
        size = np.maximum(np.linalg.norm(changes, axis=1), 1e-300)
        weight = np.linalg.lstsq((changes / size[:, None]).T, residual, rcond=1e-9)[0] / size
        return np.asarray(plain - weight @ (steps + changes))


@dataclass
class _Best:
    """The point with the smallest residual so far, and the round in which it was reached."""

    y: np.ndarray
    residual: float = np.inf
    turn: int = 0

    def update(self, y: np.ndarray, residual: float, turn: int) -> None:
        if residual < self.residual:
            self.y, self.residual, self.turn = y, residual, turn


def _largest(residual: np.ndarray) -> float:
    """max |residual|; infinite where a component is not finite."""
    return float(np.abs(residual).max()) if np.isfinite(residual).all() else np.inf


def solve_fixed_point(
    condition: Callable[[np.ndarray], np.ndarray], y: np.ndarray, *, rounds: int = ROUNDS, tolerance: float = SETTLED
) -> FixedPoint:
    """y = condition(y) by Anderson acceleration, from y; the best point reached, converged or not.

    Where the iteration diverges it restarts from its best recent point, and where it stalls plain rounds lead on.
    """
    best, recent, plain = _Best(y), _Best(y), 0
    mixing = _AndersonMixing()
    for turn in range(rounds + 1):
        residual = condition(y) - y
        worst = _largest(residual)
        best.update(y, worst, turn)
        nowhere_to_go = np.isinf(min(worst, recent.residual))  # no equilibrium here, nor at a point to return to
        if best.residual <= tolerance or turn == rounds or nowhere_to_go:
            break
        recent.update(y, worst, turn)
        if plain:
            plain -= 1
            y = y + residual if np.isfinite(worst) else recent.y
            recent = _Best(y, turn=turn)
            mixing.clear()
        elif turn - recent.turn >= STALLED:
            y, plain = recent.y, PLAIN
        else:
            if worst > DIVERGING * recent.residual:
                y = recent.y
                residual = DAMPING * (condition(y) - y)
                mixing.clear()
            y = mixing.next_point(y, residual)
    return FixedPoint(best.y, best.residual, turn)


def first_order_condition(
    solver: PayoffSolver, instruments: Instruments, tariff: np.ndarray, own: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    """y = ln(1+t) ↦ y at which the players' first-order conditions hold given these welfare weights; NaN where the
    equations have no solution.

    tariff [s,n,i]: of all others. own: the weights of economies in the payoff, a row a player where there are several.
    """

    def condition(y: np.ndarray) -> np.ndarray:
        point = solver.solve(instruments.to_tariff_from_log(tariff, y), check=False)
        if not np.isfinite(point.payoff).all():
            return np.full_like(y, np.nan)
        v, cotangents, _ = point.adjoint(own)
        return instruments.stationary_log(y, v, point.prepared, cotangents)

    return condition


def stationary(
    solver: PayoffSolver, instrument: Instrument, tariff: np.ndarray, z: np.ndarray, *, rounds: int = ROUNDS
) -> tuple[np.ndarray, float, int]:
    """The player's z by rounds of its first-order conditions, other tariffs fixed: z, the last change, rounds."""
    own = np.eye(len(solver.world.economies))[instrument.economy]
    condition = first_order_condition(solver, Instruments([instrument]), tariff, own)
    solution = solve_fixed_point(condition, np.log1p(z / instrument.scale), rounds=rounds)
    return instrument.from_log(solution.y), solution.residual, solution.rounds


def ascent(
    solver: PayoffSolver, instrument: Instrument, tariff: np.ndarray, z: np.ndarray, *, tolerance: float = 1e-9
) -> tuple[np.ndarray, float]:
    """The player's z that maximises its payoff, other tariffs fixed, by ascent from one start; and the ln payoff."""
    own = np.eye(len(solver.world.economies))[instrument.economy]

    def loss(z: np.ndarray) -> tuple[float, np.ndarray]:
        point = solver.solve(instrument.to_tariff(tariff, z), check=False)
        if not np.isfinite(point.payoff).all():
            return 1e3, np.zeros_like(z)
        derivatives, _ = point.gradient(own)
        return -float(point.payoff[instrument.economy]), -instrument.gradient(derivatives)

    best = minimize(
        loss, z, jac=True, method="L-BFGS-B", bounds=list(zip(*instrument.bounds, strict=True)),
        options={"maxiter": 2000, "maxfun": 4000, "gtol": tolerance, "ftol": 1e-16, "maxcor": 30},
    )  # fmt: skip
    return best.x, -float(best.fun)


def best_response(
    solver: PayoffSolver, instrument: Instrument, tariff: np.ndarray, z: np.ndarray, *, tolerance: float = 1e-9
) -> tuple[np.ndarray, float]:
    """The player's z that maximises its payoff, other tariffs fixed, from one start; and the ln payoff there.

    By first-order conditions; by ascent where those do not settle, or settle at a lower payoff than the start's.
    """
    settled, residual, _ = stationary(solver, instrument, tariff, z)
    payoff, before = (payoff_at(solver, instrument, tariff, each) for each in (settled, z))
    if residual <= SETTLED and payoff >= before:
        return settled, payoff
    return ascent(solver, instrument, tariff, settled if payoff > before else z, tolerance=tolerance)


def best_of_starts(
    solver: PayoffSolver, instrument: Instrument, tariff: np.ndarray, starts: Sequence[np.ndarray], *, seed: int = 0
) -> np.ndarray:
    """The player's best z over searches from several starts; with several, also from any random restart that gains."""
    responses = (best_response(solver, instrument, tariff, start) for start in starts)
    z, payoff = max(responses, key=lambda each: each[1])
    for _ in range(MOST_FOLLOWED if len(starts) > 1 else 0):
        restarts = random_restarts(solver, instrument, z, seed)
        gains = ((payoff_at(solver, instrument, tariff, restart) - payoff, restart) for restart in restarts)
        gain, restart = max(gains, key=lambda each: each[0])
        if gain < GAIN:
            break
        better_z, better = best_response(solver, instrument, tariff, restart)
        if better <= payoff:
            break
        z, payoff = better_z, better
    return z


def random_restarts(solver: PayoffSolver, instrument: Instrument, z: np.ndarray, seed: int) -> list[np.ndarray]:
    """z with all tariffs of a sector, or of the sectors that one entry covers, at other rates; a sample where many."""
    sector = np.zeros(instrument.scale.size, int)
    sector[instrument.group] = instrument.cells[0]
    rates = [rate for rate in RESTART_RATES if instrument.low <= rate <= instrument.high]
    restarts = [(s, rate) for s in np.unique(sector) for rate in rates]
    if solver.zero.size > LARGE and len(restarts) > MOST_RESTARTS:
        sample = np.random.default_rng(seed).choice(len(restarts), MOST_RESTARTS, replace=False)
        restarts = [restarts[k] for k in sample]
    return [np.where(sector == s, rate * instrument.scale, z) for s, rate in restarts]


def payoff_at(solver: PayoffSolver, instrument: Instrument, tariff: np.ndarray, z: np.ndarray) -> float:
    """The player's ln payoff at z; minus infinity where there is no equilibrium."""
    return float(solver.solve(instrument.to_tariff(tariff, z), check=False).payoff[instrument.economy])


def initial_points(
    solver: PayoffSolver, instrument: Instrument, tariff: np.ndarray, count: int | None = None, seed: int = 0
) -> list[np.ndarray]:
    """Where searches start: the tariffs as they are, one over the elasticity, favoured sectors up, then random.

    count: how many; if not given, one, or STARTS where governments weigh sectors.
    """
    world, rng = solver.world, np.random.default_rng(seed)
    count = (STARTS if weighs_sectors(world) else 1) if count is None else count
    theta = world.structure.elasticity[instrument.cells[0]]
    weights = getattr(world.structure, "weight", np.ones_like(world.spending))
    weight = weights[instrument.cells[0], instrument.economy]
    favoured = np.clip((1 / theta) * np.exp(4 * (weight - 1)), instrument.low, instrument.high)
    points = [instrument.from_tariff(tariff)]
    for rates in (1 / theta, favoured, *(favoured * rng.lognormal(0, 1, theta.size) for _ in range(max(count - 3, 0)))):
        full = tariff.copy()
        full[instrument.cells] = rates
        points.append(instrument.from_tariff(full))
    return points[:count]


def weighs_sectors(world: World) -> bool:
    """Whether governments weigh sectors, so that several optima are possible."""
    return bool((getattr(world.structure, "weight", np.ones(1)) != 1).any())
