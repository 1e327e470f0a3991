"""One player's optimal tariffs, and all players' Nash tariffs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from detente.economy.payoff_solver import PayoffSolver
from detente.economy.strategic.instruments import BOUNDS, Instruments, instrument
from detente.economy.strategic.results import StrategicTariffs, summarise, verify
from detente.economy.strategic.search import (
    SETTLED,
    FixedPoint,
    ascent,
    best_of_starts,
    best_response,
    first_order_condition,
    initial_points,
    solve_fixed_point,
)
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

METHODS = ("first order", "best responses")
STEADY = 1e-6  # scaled tariff change between rounds of best responses below which Nash tariffs have settled
JOINT_ROUNDS = 80  # of all players' first-order conditions together
TURNS = 3  # rounds of best responses between two attempts at those


def optimal(
    world: World,
    model: Any,
    economy: str,
    *,
    kind: str = "vector",
    bounds: tuple[float, float] = BOUNDS,
    partners: Sequence[str] | None = None,
    tariff: np.ndarray | None = None,
    starts: int | None = None,
    seed: int = 0,
) -> StrategicTariffs:
    """The tariffs that make one economy best off if nobody responds.

    kind: a rate for each cell (vector), for each sector (mfn), or one (uniform). bounds: of a tariff, as fractions.
    partners: whose goods bear the tariffs searched, all if not given; the others' tariffs stay. tariff [s,n,i]:
    everyone's, the baseline's if not given. starts: searches compared, of which the best counts; if not given, one, or
    a few where governments weigh sectors. Raises QuestionError for an economy the world does not have, NotConverged.

    >>> from detente.economy.calibrate import shipped
    >>> from detente.economy.models import multi_sector
    >>> round(optimal(shipped("icio-2022"), multi_sector, "USA", kind="uniform").median("USA"), 3)
    0.102
    """
    solver = PayoffSolver(world, model)
    own = instrument(world, world.index(economy), kind, bounds, partners)
    tariff = world.tariff if tariff is None else tariff
    first = initial_points(solver, own, tariff, starts, seed)
    best = own.to_tariff(tariff, best_of_starts(solver, own, tariff, first, seed=seed))
    proof = verify(solver, own, best, starts=len(first), seed=seed)
    return summarise(solver, "optimal", kind, (economy,), best, {economy: proof})


def nash(
    world: World,
    model: Any,
    economies: Sequence[str] | None = None,
    *,
    kind: str = "vector",
    bounds: tuple[float, float] = BOUNDS,
    partners: Sequence[str] | None = None,
    start: np.ndarray | None = None,
    method: str = "first order",
    rounds: int = 60,
    starts: int | None = None,
    seed: int = 0,
) -> StrategicTariffs:
    """Tariffs that are every player's best response to the others'.

    economies: the players, all if not given; the others keep the baseline's tariffs. kind, bounds, partners: as for
    `optimal`. start [s,n,i]: tariffs to begin from, everyone's unilateral optimum if not given. starts: searches
    compared for each of those. method: `first order` solves the first-order conditions of all players together, by best
    responses in turn where they do not settle; `best responses` climbs each payoff in turn, from nothing but its
    gradient, until scaled tariffs move by less than STEADY in a round. The two share no search, so that one confirms
    the other. Raises QuestionError for an unknown method, kind or economy, NotConverged.
    """
    if method not in METHODS:
        raise QuestionError(f"method is {method!r}; it is {' or '.join(METHODS)}")
    players = tuple(economies or world.economies)
    solver = PayoffSolver(world, model)
    joint = Instruments([instrument(world, world.index(economy), kind, bounds, partners) for economy in players])
    tariff = _unilateral_optima(solver, joint, method, starts, seed) if start is None else start
    tariff, taken = _mutual_best_responses(solver, joint, tariff, method, rounds)
    count = len(initial_points(solver, joint.parts[0], tariff, starts, seed))
    proof = {
        player: verify(solver, own, tariff, starts=count, seed=seed)
        for player, own in zip(players, joint.parts, strict=True)
    }
    return summarise(solver, "nash", kind, players, tariff, proof, rounds=taken, method=method)


def _unilateral_optima(
    solver: PayoffSolver, joint: Instruments, method: str, starts: int | None, seed: int
) -> np.ndarray:
    """Tariffs [s,n,i] at which each player's own are best for it while the others' are the baseline's."""
    baseline = tariff = solver.world.tariff
    for own in joint.parts:
        first = initial_points(solver, own, baseline, starts, seed)
        if method == METHODS[0]:
            z = best_of_starts(solver, own, baseline, first, seed=seed)
        else:
            climbs = [ascent(solver, own, baseline, each, tolerance=1e-5) for each in first]
            z = max(climbs, key=lambda each: each[1])[0]
        tariff = own.to_tariff(tariff, z)
    return tariff


def _mutual_best_responses(
    solver: PayoffSolver, joint: Instruments, tariff: np.ndarray, method: str, rounds: int
) -> tuple[np.ndarray, int]:
    """Tariffs [s,n,i] that are mutual best responses, and the rounds taken. Raises NotConverged."""
    by_conditions = method == METHODS[0]
    respond = best_response if by_conditions else ascent
    change, taken = np.inf, 0
    while not change < STEADY:
        if by_conditions and taken % TURNS == 0:
            solution = joint_first_order(solver, joint, tariff)
            if solution.residual <= SETTLED:
                return joint.to_tariff_from_log(tariff, solution.y), taken + solution.rounds
        if taken >= rounds:
            raise NotConverged(
                f"{solver.world.name}: Nash tariffs still change by {change:.1e} (scaled) after {taken} rounds;"
                " try kind='uniform'"
            )
        before, taken = joint.from_tariff(tariff), taken + 1
        for own in joint.parts:
            z, _ = respond(solver, own, tariff, own.from_tariff(tariff))
            tariff = own.to_tariff(tariff, z)
        change = float(np.abs(joint.from_tariff(tariff) - before).max())
    return tariff, taken


def joint_first_order(solver: PayoffSolver, joint: Instruments, tariff: np.ndarray) -> FixedPoint:
    """y = ln(1+t) at which the first-order conditions of all players hold, starting from these tariffs [s,n,i]."""
    own_payoffs = np.eye(len(solver.world.economies))[joint.economies]
    condition = first_order_condition(solver, joint, tariff, own_payoffs)
    return solve_fixed_point(condition, joint.to_log(tariff), rounds=JOINT_ROUNDS)
