"""What every strategic result carries: tariffs, payoffs, the model's report, and its proof."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.economy import engine
from detente.economy.payoff_solver import PayoffSolver, Point
from detente.economy.policy import tariffs
from detente.economy.strategic.instruments import Instrument, tariff_cells
from detente.economy.strategic.search import payoff_at, random_restarts
from detente.economy.world import World

SAMPLES = 24  # deviations sampled around each result
NOISE = (1e-2, 0.1, 0.5)  # standard deviations, in logs, of deviations of all of a player's tariffs
REPORTED = ("real_income", "government", "wage", "profit", "price", "exports", "imports", "revenue", "real_wage")


@dataclass(frozen=True)
class Proof:
    """What a result rests on.

    first_order: the largest derivative of ln payoff with respect to a scaled tariff away from its bounds. deviation:
    the most that any sampled deviation gains, percent of the payoff (no gain: at most 0 up to rounding). samples: how
    many deviations, whole sectors at other rates among them. adjoint: the relative error of the adjoint's equations.
    residual: of the equilibrium. starts: searches compared.
    """

    first_order: float
    deviation: float
    samples: int
    adjoint: float
    residual: float
    starts: int = 1


@dataclass(frozen=True, eq=False)
class StrategicTariffs:
    """tariff [s,n,i] as fractions; payoff [n], percent over the base; report: name -> [n]; proof: by player.

    question: optimal, nash, cooperative or bilateral. kind: of instrument. method: the conditions or search by which
    the result was reached, if the question has several.
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
        return float(np.median(self.tariff[tariff_cells(self.world, self.world.index(economy))]))

    def mean(self, economy: str) -> float:
        """The trade-weighted mean tariff of one economy, by baseline imports before duty."""
        cells = tariff_cells(self.world, self.world.index(economy))
        weight = (self.world.duty_free * self.world.spending[..., None])[cells]
        return float(self.tariff[cells] @ weight / weight.sum())


def verify(solver: PayoffSolver, own: Instrument, tariff: np.ndarray, *, starts: int = 1, seed: int = 0) -> Proof:
    """First-order conditions of one player at these tariffs [s,n,i], and the most that sampled deviations gain."""
    n, rng = own.economy, np.random.default_rng(seed)
    point = solver.solve(tariff)
    derivatives, error = point.gradient(np.eye(len(solver.world.economies))[n])
    z = own.from_tariff(tariff)
    samples = [0 * z, own.from_tariff(solver.world.tariff), 1.1 * z, 0.9 * z, *random_restarts(solver, own, z, seed)]
    samples += [z * np.exp(size * rng.standard_normal(z.size)) for size in NOISE for _ in range(SAMPLES // 4)]
    samples += [np.where(rng.random(z.size) < 0.1, rng.uniform(0, 1, z.size) * own.scale, z) for _ in range(2)]
    payoffs = (payoff_at(solver, own, tariff, np.clip(sample, *own.bounds)) for sample in samples)
    gain = max(payoffs) - point.payoff[n]
    solver.solve(tariff)  # the next solve starts from here
    first_order = own.first_order(z, own.gradient(derivatives))
    return Proof(first_order, 100 * float(np.expm1(gain)), len(samples), error, point.residual, starts)


def summarise(
    solver: PayoffSolver,
    question: str,
    kind: str,
    players: tuple[str, ...],
    tariff: np.ndarray,
    proof: dict[str, Proof],
    *,
    rounds: int = 0,
    base: Point | None = None,
    method: str = "",
) -> StrategicTariffs:
    """What tariffs [s,n,i] do to every economy, relative to the baseline, or to `base`."""
    point = solver.solve(tariff)
    payoff = 100 * np.expm1(point.payoff - (0 if base is None else base.payoff))
    report = report_at(solver, point)
    if base is not None:
        before = report_at(solver, base)
        report = {
            name: 100 * ((1 + values / 100) / (1 + before[name] / 100) - 1)
            if name != "revenue"
            else values - before[name]
            for name, values in report.items()
        }
    return StrategicTariffs(solver.world, question, kind, players, tariff, payoff, report, proof, rounds, method)


def report_at(solver: PayoffSolver, point: Point) -> dict[str, np.ndarray]:
    """The model's report of a point: its percent changes by economy, and revenue."""
    unknowns = engine.to_state(solver.model, solver.world, point.x)
    report = solver.model.report(solver.world, tariffs(solver.world, {}), point.prepared, unknowns)
    return {name: values for name, values in report.items() if name in REPORTED}
