"""Bands: the same draws of elasticities for every outcome, differences draw by draw, 5th and 95th percentiles.

Axes: d draw or set, o outcome, n economy, s sector. Sets without standard errors cannot be drawn from; for them the
spread across sets is the band.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente.economy import elasticities, engine, horizons
from detente.economy.calibrate import with_elasticity
from detente.economy.elasticities import ElasticitySet
from detente.economy.models import multi_sector
from detente.economy.parallel import parallel_map
from detente.economy.policy import Policy, stack
from detente.economy.solve import Options, rebased, solve
from detente.economy.world import World
from detente.errors import QuestionError

LOW, HIGH = 5, 95  # percentiles of a band
DRAW_OPTIONS = Options(tolerance=1e-8)  # a band is read to two digits


@dataclass(frozen=True, eq=False)
class Band:
    """values [d,o,n] of one quantity: a row for each draw, or for each set of elasticities, which `by` names.

    from_draws: whether rows are draws. source: of the elasticities, in words. lost: rows in which an outcome had no
    equilibrium; they are not numbers, and percentiles leave them out.
    """

    quantity: str
    outcomes: tuple[str, ...]
    economies: tuple[str, ...]
    values: np.ndarray
    by: tuple[str, ...]
    from_draws: bool
    source: str
    lost: int = 0

    def range(self, outcome: str, *, less: str | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Low and high [n] of an outcome, or of its difference from the outcome `less`, taken row by row.

        5th and 95th percentiles of draws; smallest and largest of sets.
        """
        values = self.values[:, self.outcomes.index(outcome)]
        if less is not None:
            values = values - self.values[:, self.outcomes.index(less)]
        return self.ends(values)

    def ends(self, values: np.ndarray) -> tuple[Any, Any]:
        """Low and high over the first axis of values [d,...]."""
        if self.from_draws:
            return np.nanpercentile(values, LOW, axis=0), np.nanpercentile(values, HIGH, axis=0)
        return np.nanmin(values, axis=0), np.nanmax(values, axis=0)

    def of(self, outcome: str, economy: str, *, less: str | None = None) -> tuple[float, float]:
        """Low and high for one economy."""
        low, high = self.range(outcome, less=less)
        n = self.economies.index(economy)
        return float(low[n]), float(high[n])


def draws(chosen: ElasticitySet, sectors: Sequence[str], count: int, seed: int = 0) -> np.ndarray:
    """theta [d,s]: lognormal with each estimate's value as mean and its standard error as standard deviation.

    Sectors that share an estimate share its draw; an estimate without an error stays. Raises QuestionError for a set
    without standard errors.
    """
    if not chosen.has_errors:
        raise QuestionError(
            f"{chosen.name} has no standard errors to draw from; show the spread of the sets instead,"
            " or take caliendo-parro-2015"
        )
    names = list(chosen.estimates)
    mean = np.array([chosen.estimates[name] for name in names])
    error = np.array([chosen.errors.get(name, 0.0) for name in names])
    spread = np.sqrt(np.log1p((error / mean) ** 2))
    normal = np.random.default_rng(seed).standard_normal((count, len(names)))
    estimates = mean * np.exp(spread * normal - spread**2 / 2)
    place = {name: k for k, name in enumerate(names)}
    columns = [
        estimates[:, [place[name] for name in chosen.estimates_of[sector]]].mean(1)
        if sector in chosen.estimates_of
        else np.full(count, chosen.values[sector])
        for sector in sectors
    ]
    return np.stack(columns, axis=1)


def band(
    world: World,
    outcomes: Mapping[str, Policy],
    *,
    elasticity: str = "caliendo-parro-2015",
    count: int = 1000,
    seed: int = 0,
    quantity: str = "real_income",
    baseline: Policy | None = None,
    horizon: str = "long",
    options: Options = DRAW_OPTIONS,
    progress: Callable[[int, int], None] | None = None,
) -> Band:
    """A quantity of every outcome under the same draws of theta.

    elasticity: a named set with standard errors. count: of draws. baseline: the policy in force, solved first with
    long-run draws and made the new baseline; outcomes are then solved from it at the horizon's elasticities.
    progress(done, count) is called as draws are done. Raises QuestionError for a set without standard errors.
    """
    chosen = elasticities.named(elasticity, world.sectors)
    thetas = draws(chosen, world.sectors, count, seed)
    task = DrawTask(
        world, stack(world, outcomes.values()), quantity, baseline, horizon, options, theta_of(chosen, world)
    )
    similar = task.similar_worlds()
    for each in similar:
        engine.preconditioner(multi_sector, each)  # computed once, before the work is spread over the cores
    rows = parallel_map(lambda d: task.solve(thetas[d], similar), count, progress)
    values = np.array([row.values for row in rows]).reshape(count, len(outcomes), len(world.economies))
    lost = sum(not row.converged for row in rows)
    by = tuple(str(d) for d in range(count))
    return Band(quantity, tuple(outcomes), world.economies, values, by, True, chosen.citation, lost)


def spread(
    world: World,
    outcomes: Mapping[str, Policy],
    *,
    sets: Sequence[str] | None = None,
    quantity: str = "real_income",
    baseline: Policy | None = None,
    horizon: str = "long",
    options: Options = DRAW_OPTIONS,
    known: Mapping[str, np.ndarray] | None = None,
) -> Band:
    """A quantity of every outcome under each named set of elasticities.

    sets: all that cover the world, if not given. baseline, horizon: as for `band`. known: {set: values [o,n]} that
    need not be solved again.
    """
    names = tuple(sets or elasticities.names(world.sectors))
    batch = stack(world, outcomes.values())
    rows = {name: DrawResult(values, True) for name, values in (known or {}).items()}
    unknown = [name for name in names if name not in rows]
    thetas = [theta_of(elasticities.named(name, world.sectors), world) for name in unknown]
    tasks = [DrawTask(world, batch, quantity, baseline, horizon, options, theta) for theta in thetas]
    rows |= dict(zip(unknown, _solved(tasks), strict=True))
    values = np.stack([rows[name].values for name in names])
    lost = sum(not rows[name].converged for name in names)
    return Band(quantity, tuple(outcomes), world.economies, values, names, False, f"{len(names)} sets", lost)


def _solved(tasks: Sequence[DrawTask]) -> list[DrawResult]:
    """Every task at its own long-run theta; the preconditioners of the first serve all."""
    if not tasks:
        return []
    similar = tasks[0].similar_worlds()
    for each in dict.fromkeys(similar):
        engine.preconditioner(multi_sector, each)
    return parallel_map(lambda k: tasks[k].solve(tasks[k].value, similar), len(tasks))


def theta_of(chosen: ElasticitySet, world: World) -> np.ndarray:
    """theta [s] of a set for a world's sectors."""
    return np.array([chosen.values[sector] for sector in world.sectors])


class DrawResult(NamedTuple):
    """The quantity [o,n] of every outcome at one theta, and whether all were equilibria."""

    values: np.ndarray
    converged: bool


class SimilarWorlds(NamedTuple):
    """The worlds whose preconditioners serve all draws: at the set's long-run theta, and at the horizon's."""

    long_run: World
    at_horizon: World


@dataclass(frozen=True, eq=False)
class DrawTask:
    """What is solved again for every theta; value [s]: the set's long-run theta, which horizons scale."""

    world: World
    outcomes: Policy
    quantity: str
    baseline: Policy | None
    horizon: str
    options: Options
    value: np.ndarray

    def similar_worlds(self) -> SimilarWorlds:
        """The worlds whose preconditioners serve the draws."""
        long_run = with_elasticity(self.world, self.value)
        theta = self._at_horizon(self.value, self.world)
        return SimilarWorlds(long_run, long_run if self.horizon == "long" else with_elasticity(self.world, theta))

    def _at_horizon(self, theta: np.ndarray, world: World) -> np.ndarray:
        """The elasticity [s] at the horizon where the long-run one is theta [s]; world: whose trade weighs the mean."""
        mean = horizons.mean_elasticity(world, self.value)
        return np.asarray(horizons.horizon(self.horizon).theta(theta, self.value, mean))

    def solve(self, theta: np.ndarray, similar: SimilarWorlds) -> DrawResult:
        """Every outcome at one theta [s]."""
        world = with_elasticity(self.world, theta)
        batch = self.outcomes
        if self.baseline is not None:
            engine.inherit_preconditioner(world, similar.long_run, multi_sector)
            world = rebased(solve(world, self.baseline, multi_sector, options=self.options))
            batch = horizons.relative_to(self.world, world, batch)
        if self.horizon != "long":
            world = with_elasticity(world, self._at_horizon(theta, world))
        engine.inherit_preconditioner(world, similar.at_horizon, multi_sector)
        equilibrium = solve(world, batch, multi_sector, options=self.options, check=False)
        values = np.where(equilibrium.converged[:, None], equilibrium.report[self.quantity], np.nan)
        return DrawResult(values, bool(equilibrium.converged.all()))
