"""What every strategic answer carries: tariffs, payoffs, the model's report, and its proof."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.economy.payoff_solver import PayoffSolver, Point
from detente.economy.strategic.levers import Lever, free
from detente.economy.strategic.search import random_restarts, value
from detente.economy.world import World

SAMPLES = 24  # deviations tried of each answer


@dataclass(frozen=True, eq=False)
class Proof:
    """What an answer rests on.

    first_order: largest derivative of ln payoff to a scaled tariff away from its bounds. deviation: the most that any
    sampled deviation gains, percent of the payoff (no gain: at most 0 up to rounding), whole sectors at other levels
    among them; samples: how many were tried.
    adjoint: how far off the adjoint's own equations are; residual: of the equilibrium; starts: searches compared.
    """

    first_order: float
    deviation: float
    samples: int
    adjoint: float
    residual: float
    starts: int = 1


@dataclass(frozen=True, eq=False)
class Strategic:
    """tariff [s,n,i] as fractions; payoff [n] percent over the base; report: name -> [n]; proof: by player.

    method: which conditions or search the answer was reached by.
    """

    world: World
    question: str
    kind: str
    players: tuple[str, ...]
    tariff: np.ndarray
    payoff: np.ndarray
    report: dict[str, np.ndarray]
    proof: dict[str, Proof]
    rounds: int = 0
    method: str = ""

    def rates(self, economy: str) -> np.ndarray:
        """Tariffs [s,i] of one economy."""
        return self.tariff[:, self.world.index(economy)]

    def median(self, economy: str) -> float:
        """The median tariff of one economy over goods and partners that it buys from."""
        return float(np.median(self.tariff[free(self.world, self.world.index(economy))]))

    def mean(self, economy: str) -> float:
        """The trade-weighted mean tariff of one economy, baseline imports before duty."""
        n = self.world.index(economy)
        cells = free(self.world, n)
        weight = (self.world.duty_free * self.world.spending[..., None])[cells]
        return float(self.tariff[cells] @ weight / weight.sum())


def verify(ground: PayoffSolver, lever: Lever, tariff: np.ndarray, *, starts: int = 1, seed: int = 0) -> Proof:
    """First-order conditions of one player at these tariffs, and what sampled deviations gain."""
    n, rng = lever.economy, np.random.default_rng(seed)
    point = ground.at(tariff)
    slope, off = point.gradient(np.eye(len(ground.world.economies))[n])
    z = lever.take(tariff)
    trials = [0 * z, lever.take(ground.world.tariff), 1.1 * z, 0.9 * z, *random_restarts(ground, lever, z, seed)]
    trials += [z * np.exp(size * rng.standard_normal(z.size)) for size in (1e-2, 0.1, 0.5) for _ in range(SAMPLES // 4)]
    trials += [np.where(rng.random(z.size) < 0.1, rng.uniform(0, 1, z.size) * lever.scale, z) for _ in range(2)]
    low, high = lever.low * lever.scale, lever.high * lever.scale
    most = max(value(ground, lever, tariff, np.clip(trial, low, high)) for trial in trials) - point.payoff[n]
    ground.at(tariff)
    first_order = lever.inside(z, lever.back(slope))
    return Proof(first_order, 100 * float(np.expm1(most)), len(trials), off, point.residual, starts)


def answer(
    ground: PayoffSolver,
    question: str,
    kind: str,
    players: tuple[str, ...],
    tariff: np.ndarray,
    proof: dict[str, Proof],
    *,
    rounds: int = 0,
    base: Point | None = None,
    method: str = "",
) -> Strategic:
    """What the tariffs do to every economy, against the baseline, or against `base`."""
    point = ground.at(tariff)
    payoff = 100 * np.expm1(point.payoff - (0 if base is None else base.payoff))
    report = reported(ground, point)
    if base is not None:
        before = reported(ground, base)
        report = {
            name: 100 * ((1 + values / 100) / (1 + before[name] / 100) - 1)
            if name != "revenue"
            else values - before[name]
            for name, values in report.items()
        }
    return Strategic(ground.world, question, kind, players, tariff, payoff, report, proof, rounds, method)


def reported(ground: PayoffSolver, point: Point) -> dict[str, np.ndarray]:
    """The model's report of a point, without quantities that are not one number an economy nor a percent change."""
    from detente.economy import engine
    from detente.economy.policy import tariffs

    state = engine.to_state(ground.model, ground.world, point.x)
    report = ground.model.report(ground.world, tariffs(ground.world, {}), point.reach, state)
    kept = ("real_income", "government", "wage", "profit", "price", "exports", "imports", "revenue", "real_wage")
    return {name: values for name, values in report.items() if name in kept}
