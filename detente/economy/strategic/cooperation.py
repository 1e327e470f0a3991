"""Cooperative tariffs: equal percentage gains for all players, or the largest product of their gains.

First-order conditions are those of a weighted sum of ln payoffs. With weights beside the tariffs as unknowns, they and
the rule are one fixed point: weights move against gains above the mean (equal gains), or until weight times gain is
the same for all (product). A weight of equal gains can be negative: a player must then be kept from gaining more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from detente.economy.payoff_solver import PayoffSolver, Point
from detente.economy.strategic.instruments import BOUNDS, Instruments, instrument
from detente.economy.strategic.results import SAMPLES, Proof, StrategicTariffs, summarise
from detente.economy.strategic.search import solve_fixed_point, weighs_sectors
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

EQUAL_GAINS = "equal gains"
RULES = (EQUAL_GAINS, "nash product")
BASES = ("factual", "nash", "free")
EQUAL = 1e-7  # ln points by which equal gains may differ
AGREED = 1e-8  # change of ln(1+t) and of ln weights below which an agreement has settled
ROUNDS = 200  # of first-order conditions
STEP_SIZES = (10.0, 30.0, 100.0)  # how far a gain above the mean moves a weight, relative; one after another
NOISE = (0.01, 0.1, 0.3)  # standard deviations, in logs, of sampled deviations


class Agreement(NamedTuple):
    """y = ln(1+t) of all players, their weights and ln gains; the last change, and rounds."""

    y: np.ndarray
    share: np.ndarray
    gain: np.ndarray
    residual: float
    rounds: int

    def value(self, rule: str) -> float:
        """What the rule maximises; minus infinity where the agreement did not settle or not all players gain."""
        if not self.residual <= AGREED:
            return -np.inf
        if rule == EQUAL_GAINS:
            return float(self.gain.mean()) if np.ptp(self.gain) < EQUAL and self.gain.min() > -EQUAL else -np.inf
        return float(np.log(self.gain).sum()) if (self.gain > 0).all() else -np.inf


class Negotiation:
    """Who negotiates, over which tariffs, from which base [s,n,i]."""

    def __init__(self, solver: PayoffSolver, joint: Instruments, base: np.ndarray):
        self.solver, self.joint, self.base = solver, joint, base
        self.players = np.array(joint.economies)
        self.disagreement = solver.solve(base)
        size = solver.world.spending.sum(0)[self.players]
        self.income_share = size / size.sum()  # the initial weights

    def to_tariff(self, y: np.ndarray) -> np.ndarray:
        """Tariffs [s,n,i] of y = ln(1+t)."""
        return self.joint.to_tariff_from_log(self.base, y)

    def gains(self, point: Point) -> np.ndarray:
        """The players' ln gains over the base."""
        gains: np.ndarray = (point.payoff - self.disagreement.payoff)[self.players]
        return gains

    def weight(self, share: np.ndarray) -> np.ndarray:
        """Weights [n] of all economies from the players'."""
        weight = np.zeros(len(self.solver.world.economies))
        weight[self.players] = share
        return weight

    def agree(self, tariff: np.ndarray, rule: str, step_size: float) -> Agreement:
        """Where first-order conditions and the rule hold together, from these tariffs and weights by income."""
        size = self.joint.size

        def condition(unknowns: np.ndarray) -> np.ndarray:
            y, weights = unknowns[:size], unknowns[size:]
            point = self.solver.solve(self.to_tariff(y), check=False)
            gain = self.gains(point)
            if not np.isfinite(gain).all():
                return np.full_like(unknowns, np.nan)
            share = self.shares(weights, rule)
            imbalance = gain if rule == EQUAL_GAINS else gain * share * share.size
            v, cotangents, _ = point.adjoint(self.weight(share))
            rates = self.joint.stationary_log(y, v, point.prepared, cotangents)
            now = share / self.income_share if rule == EQUAL_GAINS else weights
            return np.concatenate([rates, now - step_size * (imbalance - self.income_share @ imbalance)])

        weights = np.full(self.players.size, 1.0 if rule == EQUAL_GAINS else 0.0)
        first = np.concatenate([self.joint.to_log(tariff), weights])
        solution = solve_fixed_point(condition, first, rounds=ROUNDS, tolerance=AGREED)
        y, weights = solution.y[:size], solution.y[size:]
        gain = self.gains(self.solver.solve(self.to_tariff(y)))
        return Agreement(y, self.shares(weights, rule), gain, solution.residual, solution.rounds)

    def shares(self, weights: np.ndarray, rule: str) -> np.ndarray:
        """Weights that sum to one: from weights over income shares, or from the ln of those, which stay positive."""
        share = self.income_share * (weights if rule == EQUAL_GAINS else np.exp(weights - weights.max()))
        return np.asarray(share / share.sum())


def cooperative(
    world: World,
    model: Any,
    economies: Sequence[str] | None = None,
    *,
    rule: str = EQUAL_GAINS,
    base: np.ndarray | None = None,
    kind: str = "vector",
    bounds: tuple[float, float] = BOUNDS,
    partners: Sequence[str] | None = None,
    starts: Sequence[np.ndarray] = (),
) -> StrategicTariffs:
    """Tariffs that make the players best off together: equal percentage gains for all, or the product of gains.

    rule: `equal gains` (Ossa's talks) or `nash product`. base [s,n,i]: the tariffs that gains are measured from, the
    baseline's if not given; pass Nash or free-trade tariffs for the other two. kind, bounds, partners: as for
    `optimal`. Searches start at the base, at `starts` and at free trade; the first that settles counts, or the best
    where governments weigh sectors, since several optima are possible then. Raises QuestionError for an unknown rule,
    NotConverged where no search settles or no common gain is found.
    """
    if rule not in RULES:
        raise QuestionError(f"rule is {rule!r}; it is {' or '.join(RULES)}")
    players = tuple(economies or world.economies)
    solver = PayoffSolver(world, model)
    joint = Instruments([instrument(world, world.index(economy), kind, bounds, partners) for economy in players])
    negotiation = Negotiation(solver, joint, world.tariff if base is None else base)
    agreements = _agreements(negotiation, rule, starts)
    best = max(agreements, key=lambda each: (each.value(rule), -each.residual))
    if not np.isfinite(best.value(rule)):
        raise NotConverged(
            f"{world.name}: talks of {', '.join(players)} by {rule} did not settle: gains run from"
            f" {100 * best.gain.min():.1e} to {100 * best.gain.max():.1e} percent and tariffs still change by"
            f" {best.residual:.1e}; try another base, or kind='uniform'"
        )
    proof = dict.fromkeys(players, verify_agreement(negotiation, best, len(agreements)))
    return summarise(
        solver,
        "cooperative",
        kind,
        players,
        negotiation.to_tariff(best.y),
        proof,
        rounds=best.rounds,
        base=negotiation.disagreement,
        method="first order",
    )


def _agreements(negotiation: Negotiation, rule: str, starts: Sequence[np.ndarray]) -> list[Agreement]:
    """Agreements from several starts and step sizes: until one settles, or all where governments weigh sectors."""
    search_all = weighs_sectors(negotiation.solver.world)
    agreements: list[Agreement] = []
    for step_size in STEP_SIZES:
        for tariff in (negotiation.base, *starts, 0 * negotiation.base):
            if search_all or not any(np.isfinite(each.value(rule)) for each in agreements):
                agreements.append(negotiation.agree(tariff, rule, step_size))
    return agreements


def verify_agreement(negotiation: Negotiation, agreement: Agreement, starts: int) -> Proof:
    """First-order conditions of the weighted sum of ln payoffs, and the most that a sampled deviation gives to all."""
    y, tariff = agreement.y, negotiation.to_tariff(agreement.y)
    point = negotiation.solver.solve(tariff)
    weight = negotiation.weight(agreement.share / np.abs(agreement.share).sum())
    derivatives, error = point.gradient(weight)
    worst = max(
        part.first_order(part.from_tariff(tariff), part.gradient(derivatives)) for part in negotiation.joint.parts
    )
    rng, most = np.random.default_rng(0), -np.inf
    for k in range(SAMPLES):
        sample = np.log1p(np.expm1(y) * np.exp(NOISE[k % len(NOISE)] * rng.standard_normal(y.size)))
        change = negotiation.solver.solve(negotiation.to_tariff(sample), check=False).payoff - point.payoff
        most = max(most, float(100 * np.expm1(change[negotiation.players].min())))
    return Proof(worst, most, SAMPLES, error, point.residual, starts)
