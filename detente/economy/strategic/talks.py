"""Cooperative tariffs: equal percentage gains for all players, or the largest product of their gains.

First-order conditions are those of a weighted sum of ln payoffs. With weights beside the tariffs as unknowns they and
the rule are one fixed point: weights move against gains above the mean (equal gains), or until weight times gain is
the same for all (product). A weight of equal gains can be negative: a player must then be kept from gaining more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from detente.economy.payoff_solver import PayoffSolver, Point
from detente.economy.strategic.answers import SAMPLES, Proof, Strategic, answer
from detente.economy.strategic.levers import BOUNDS, Lever
from detente.economy.strategic.search import ratio, settle
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

RULES = ("equal gains", "nash product")
BASES = ("factual", "nash", "free")
EQUAL = 1e-7  # ln points by which equal gains may differ
AGREED = 1e-8  # change of ln(1+t) and of ln weights at which talks have settled
ROUNDS = 200  # of first-order conditions
PULLS = (10.0, 30.0, 100.0)  # how far a gain above the mean moves a weight, relative; one after another


class Agreed(NamedTuple):
    """ln(1+t), players' weights and ln gains; the last change and rounds."""

    y: np.ndarray
    share: np.ndarray
    gain: np.ndarray
    residual: float
    rounds: int

    def worth(self, rule: str) -> float:
        """What the rule makes as large as it can; minus infinity where talks did not settle or not all gain."""
        if self.residual > AGREED:
            return -np.inf
        if rule == RULES[0]:
            return float(self.gain.mean()) if np.ptp(self.gain) < EQUAL and self.gain.min() > -EQUAL else -np.inf
        return float(np.log(self.gain).sum()) if (self.gain > 0).all() else -np.inf


class NegotiationTable:
    """Who talks, over which tariffs, from which base."""

    def __init__(self, ground: PayoffSolver, levers: list[Lever], base: np.ndarray):
        self.ground, self.levers, self.base = ground, levers, base
        ends = np.cumsum([0, *(lever.scale.size for lever in levers)])
        self.slots = [(lever, slice(a, b)) for lever, a, b in zip(levers, ends[:-1], ends[1:], strict=True)]
        self.place = np.array([lever.economy for lever in levers])
        self.size = int(ends[-1])
        self.before = ground.at(base)
        size = ground.world.spending.sum(0)[self.place]
        self.income = size / size.sum()  # where weights start

    def put(self, y: np.ndarray) -> np.ndarray:
        """Tariffs from ln(1+t)."""
        levels = self.base.copy()
        for lever, at in self.slots:
            levels[lever.cells] = (ratio(lever, y[at]) / lever.scale)[lever.group]
        return levels

    def take(self, tariff: np.ndarray) -> np.ndarray:
        """ln(1+t) from tariffs."""
        return np.log1p(np.concatenate([lever.take(tariff) / lever.scale for lever in self.levers]))

    def gains(self, point: Point) -> np.ndarray:
        """The players' ln gains over the base."""
        return (point.payoff - self.before.payoff)[self.place]

    def weight(self, share: np.ndarray) -> np.ndarray:
        """Weights [n] of all economies from the players'."""
        weight = np.zeros(len(self.ground.world.economies))
        weight[self.place] = share
        return weight

    def still(self, y: np.ndarray, point: Point, share: np.ndarray) -> np.ndarray:
        """ln(1+t) at which first-order conditions hold while markets and their bars do."""
        v, bars, _ = point.adjoint(self.weight(share))
        parts = [lever.still(ratio(lever, y[at]), v, point.reach, bars) / lever.scale for lever, at in self.slots]
        return np.log1p(np.concatenate(parts))

    def agree(self, tariff: np.ndarray, rule: str, pull: float) -> Agreed:
        """Where first-order conditions and the rule hold together, from these tariffs and weights by size."""

        def condition(y: np.ndarray) -> np.ndarray:
            point = self.ground.at(self.put(y[: self.size]), check=False)
            gain = self.gains(point)
            if not np.isfinite(gain).all():
                return np.full_like(y, np.nan)
            share = self.shares(y[self.size :], rule)
            off = gain if rule == RULES[0] else gain * share * share.size
            levels = self.still(y[: self.size], point, share)
            at = share / self.income if rule == RULES[0] else y[self.size :]
            return np.concatenate([levels, at - pull * (off - self.income @ off)])

        weight = np.full(self.place.size, 1.0 if rule == RULES[0] else 0.0)
        y, gap, turn = settle(condition, np.concatenate([self.take(tariff), weight]), rounds=ROUNDS, tolerance=AGREED)
        gain = self.gains(self.ground.at(self.put(y[: self.size])))
        return Agreed(y[: self.size], self.shares(y[self.size :], rule), gain, gap, turn)

    def shares(self, at: np.ndarray, rule: str) -> np.ndarray:
        """Weights that sum to one, from weights over their size, or from the ln of those, which stay positive."""
        weight = self.income * (at if rule == RULES[0] else np.exp(at - at.max()))
        return weight / weight.sum()


def cooperative(
    world: World,
    model: Any,
    economies: Sequence[str] | None = None,
    *,
    rule: str = "equal gains",
    base: np.ndarray | None = None,
    kind: str = "vector",
    bounds: tuple[float, float] = BOUNDS,
    partners: Sequence[str] | None = None,
    starts: Sequence[np.ndarray] = (),
) -> Strategic:
    """Tariffs that make the players best off together: equal percentage gains for all, or the product of gains.

    rule: `equal gains` (Ossa's talks) or `nash product`. base [s,n,i]: the tariffs that gains are measured from, the
    baseline's if not given; pass Nash or free-trade tariffs for the other two. partners: as for `optimal`. Talks start
    at the base, at `starts` and at free trade: the first that settles, or where governments weigh sectors (several
    optima are known then) the best. Raises NotConverged where none does or no common gain is found.
    """
    if rule not in RULES:
        raise QuestionError(f"rule is {rule!r}; it is {' or '.join(RULES)}")
    players = tuple(economies or world.economies)
    ground = PayoffSolver(world, model)
    levers = [Lever(world, world.index(economy), kind, bounds, partners) for economy in players]
    table = NegotiationTable(ground, levers, world.tariff if base is None else base)
    weighs = bool((getattr(world.structure, "weight", np.ones(1)) != 1).any())
    found: list[Agreed] = []
    for pull in PULLS:
        for levels in (table.base, *starts, 0 * table.base):
            if weighs or not any(np.isfinite(each.worth(rule)) for each in found):
                found.append(table.agree(levels, rule, pull))
    best = max(found, key=lambda each: (each.worth(rule), -each.residual))
    if not np.isfinite(best.worth(rule)):
        raise NotConverged(
            f"{world.name}: talks of {', '.join(players)} by {rule} did not settle: gains run from"
            f" {100 * best.gain.min():.1e} to {100 * best.gain.max():.1e} percent and tariffs still move by"
            f" {best.residual:.1e}; try another base, or kind='uniform'"
        )
    tariff = table.put(best.y)
    proof = dict.fromkeys(players, verify(table, best, len(found)))
    return answer(
        ground, "cooperative", kind, players, tariff, proof, rounds=best.rounds, base=table.before, method="first order"
    )


def verify(table: NegotiationTable, found: Agreed, starts: int) -> Proof:
    """First-order conditions of the weighted sum of ln payoffs, and the most that a sampled deviation gives to all."""
    y, tariff = found.y, table.put(found.y)
    point = table.ground.at(tariff)
    slope, off = point.gradient(table.weight(found.share / np.abs(found.share).sum()))
    worst = max(lever.inside(lever.take(tariff), lever.back(slope)) for lever in table.levers)
    rng, most = np.random.default_rng(0), -np.inf
    for k in range(SAMPLES):
        trial = np.log1p(np.expm1(y) * np.exp((0.01, 0.1, 0.3)[k % 3] * rng.standard_normal(y.size)))
        other = table.ground.at(table.put(trial), check=False).payoff - point.payoff
        most = max(most, float(100 * np.expm1(other[table.place].min())))
    return Proof(worst, most, SAMPLES, off, point.residual, starts)
