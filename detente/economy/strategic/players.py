"""One player's optimal tariffs, and all players' Nash tariffs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from detente.economy.payoff_solver import PayoffSolver
from detente.economy.strategic.answers import Strategic, answer, verify
from detente.economy.strategic.levers import BOUNDS, Lever
from detente.economy.strategic.search import SETTLED, ascent, best_response, initial_points, ratio, response, settle
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

METHODS = ("first order", "best responses")
STEADY = 1e-6  # scaled tariff change between rounds of best responses at which Nash tariffs stand
JOINT = 80  # rounds of all players' first-order conditions together
TURNS = 3  # rounds of best responses between two tries of those


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
) -> Strategic:
    """The tariffs that make one economy best off if nobody answers: a rate a cell, a sector (mfn), or one (uniform).

    tariff [s,n,i]: everyone's, the baseline's if not given. partners: whose goods bear the tariffs searched, all if not
    given; the others' stay. starts: searches compared, the best is kept; one, or a few where governments weigh sectors,
    if not given. Raises QuestionError for an economy the world does not have, NotConverged.
    """
    ground = PayoffSolver(world, model)
    lever = Lever(world, world.index(economy), kind, bounds, partners)
    tariff = world.tariff if tariff is None else tariff
    begun = initial_points(ground, lever, tariff, starts, seed)
    best = lever.put(tariff, response(ground, lever, tariff, begun, seed=seed))
    proof = verify(ground, lever, best, starts=len(begun), seed=seed)
    return answer(ground, "optimal", kind, (economy,), best, {economy: proof})


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
) -> Strategic:
    """Tariffs that are everyone's best response to the others'.

    economies: the players, all if not given; the others keep the baseline's. partners: as for `optimal`. start [s,n,i]:
    tariffs to begin from, everyone's unilateral optimum if not given. starts: searches compared for each of those.
    method: `first order` solves the first-order conditions of all players together, by best responses in turn where
    they do not settle; `best responses` climbs each payoff in turn, from nothing but its gradient, until scaled tariffs
    move by less than STEADY in a round. They share no search, so one confirms the other. Raises NotConverged.
    """
    if method not in METHODS:
        raise QuestionError(f"method is {method!r}; it is {' or '.join(METHODS)}")
    players = tuple(economies or world.economies)
    ground = PayoffSolver(world, model)
    levers = [Lever(world, world.index(economy), kind, bounds, partners) for economy in players]
    tariff, joint = world.tariff if start is None else start, method == "first order"
    for lever in levers if start is None else ():
        begun = initial_points(ground, lever, world.tariff, starts, seed)
        if joint:
            z = response(ground, lever, world.tariff, begun, seed=seed)
        else:
            searched = [ascent(ground, lever, world.tariff, z, tolerance=1e-5) for z in begun]
            z = max(searched, key=lambda each: each[1])[0]
        tariff = lever.put(tariff, z)
    moved, turn, climb = np.inf, 0, best_response if joint else ascent
    while moved >= STEADY:
        if joint and turn % TURNS == 0:
            found, gap, more = together(ground, levers, tariff)
            if gap <= SETTLED:
                tariff, turn = found, turn + more
                break
        if turn >= rounds:
            raise NotConverged(
                f"{world.name}: Nash tariffs still move by {moved:.1e} (scaled) after {turn} rounds; try kind='uniform'"
            )
        before, turn = tariff, turn + 1
        for lever in levers:
            z, _ = climb(ground, lever, tariff, lever.take(tariff))
            tariff = lever.put(tariff, z)
        moved = max(float(np.abs(lever.take(tariff) - lever.take(before)).max()) for lever in levers)
    count = len(initial_points(ground, levers[0], tariff, starts, seed))
    proof = {
        p: verify(ground, lever, tariff, starts=count, seed=seed) for p, lever in zip(players, levers, strict=True)
    }
    return answer(ground, "nash", kind, players, tariff, proof, rounds=turn, method=method)


def together(ground: PayoffSolver, levers: list[Lever], tariff: np.ndarray) -> tuple[np.ndarray, float, int]:
    """Tariffs at which the first-order conditions of all players hold, from these; the last change, rounds."""
    ends = np.cumsum([0, *(lever.scale.size for lever in levers)])
    each = np.eye(len(ground.world.economies))[[lever.economy for lever in levers]]
    slots = [(lever, slice(a, b)) for lever, a, b in zip(levers, ends[:-1], ends[1:], strict=True)]

    def put(y: np.ndarray) -> np.ndarray:
        levels = tariff.copy()
        for lever, at in slots:
            levels[lever.cells] = (ratio(lever, y[at]) / lever.scale)[lever.group]
        return levels

    def condition(y: np.ndarray) -> np.ndarray:
        point = ground.at(put(y), check=False)
        if not np.isfinite(point.payoff).all():
            return np.full_like(y, np.nan)
        v, bars, _ = point.adjoint(each)
        parts = [
            lever.still(ratio(lever, y[at]), v, point.reach, type(bars)(*(bar[k] for bar in bars))) / lever.scale
            for k, (lever, at) in enumerate(slots)
        ]
        return np.log1p(np.concatenate(parts))

    y = np.log1p(np.concatenate([lever.take(tariff) / lever.scale for lever in levers]))
    y, gap, turn = settle(condition, y, rounds=JOINT)
    return put(y), gap, turn
