"""Bands: the same draws of elasticities for every outcome, differences draw by draw, 5th and 95th percentiles.

Axes: d draw, o outcome, n economy. Sets without standard errors cannot be drawn from: their spread across sets is
shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.economy import elasticities, engine, horizons
from detente.economy.calibrate import with_elasticity
from detente.economy.elasticities import Set
from detente.economy.models import multi_sector
from detente.economy.parallel import parallel_map
from detente.economy.policy import Policy, stack
from detente.economy.solve import Options, rebased, solve
from detente.economy.world import World
from detente.errors import QuestionError

LOW, HIGH = 5, 95  # percentiles of a band
DRAWN = Options(tolerance=1e-8)  # a band is read to two digits


@dataclass(frozen=True, eq=False)
class Band:
    """values [d,o,n] of one quantity; drawn from standard errors, or one set a row, each named in `by`.

    lost: draws for which an outcome had no equilibrium; their rows are not numbers and are left out of percentiles.
    """

    quantity: str
    outcomes: tuple[str, ...]
    economies: tuple[str, ...]
    values: np.ndarray
    by: tuple[str, ...]
    drawn: bool
    source: str
    lost: int = 0

    def range(self, outcome: str, *, less: str | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Low and high [n] of an outcome, or of its difference from another taken draw by draw.

        5th and 95th percentiles of draws; smallest and largest of sets.
        """
        values = self.values[:, self.outcomes.index(outcome)]
        if less is not None:
            values = values - self.values[:, self.outcomes.index(less)]
        return self.ends(values)

    def ends(self, values: np.ndarray) -> tuple[Any, Any]:
        """Low and high over the first axis, of values by draw or by set."""
        if self.drawn:
            return np.nanpercentile(values, LOW, axis=0), np.nanpercentile(values, HIGH, axis=0)
        return np.nanmin(values, axis=0), np.nanmax(values, axis=0)

    def of(self, outcome: str, economy: str, *, less: str | None = None) -> tuple[float, float]:
        """Low and high for one economy."""
        low, high = self.range(outcome, less=less)
        n = self.economies.index(economy)
        return float(low[n]), float(high[n])


def draws(chosen: Set, sectors: Sequence[str], count: int, seed: int = 0) -> np.ndarray:
    """theta [d,s]: lognormal with each estimate's value as mean and its standard error as standard deviation.

    Sectors that share an estimate share its draw; an estimate without an error stays. Raises QuestionError without
    errors.
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
    drawn = mean * np.exp(spread * normal - spread**2 / 2)
    at = {name: k for k, name in enumerate(names)}
    columns = [
        drawn[:, [at[name] for name in chosen.of[sector]]].mean(1)
        if sector in chosen.of
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
    options: Options = DRAWN,
    progress: Callable[[int, int], None] | None = None,
) -> Band:
    """A quantity of every outcome under the same draws of theta, from `baseline` where one is given.

    baseline: the policy that holds, solved with long-run draws first and made the new baseline; outcomes are then
    solved from it at the horizon's elasticities. progress(done, count) is called as draws are done.
    """
    chosen = elasticities.named(elasticity, world.sectors)
    thetas = draws(chosen, world.sectors, count, seed)
    task = Task(world, stack(world, outcomes.values()), quantity, baseline, horizon, options, _theta(chosen, world))
    near = task.steering()
    for each in near:
        engine.preconditioner(multi_sector, each)  # once for all, before the cores part
    rows = parallel_map(lambda d: task.priced(thetas[d], near), count, progress)
    found = np.array([values for values, _ in rows]).reshape(count, len(outcomes), len(world.economies))
    lost = sum(not whole for _, whole in rows)
    by = tuple(str(d) for d in range(count))
    return Band(quantity, tuple(outcomes), world.economies, found, by, True, chosen.words, lost)


def spread(
    world: World,
    outcomes: Mapping[str, Policy],
    *,
    sets: Sequence[str] | None = None,
    quantity: str = "real_income",
    baseline: Policy | None = None,
    horizon: str = "long",
    options: Options = DRAWN,
    known: Mapping[str, np.ndarray] | None = None,
) -> Band:
    """A quantity of every outcome under each named set of elasticities (all that cover the world if none are named).

    known: {set: values [o,n]} that are at hand and not worked out again.
    """
    names = tuple(sets or elasticities.names(world.sectors))
    batch, rows = stack(world, outcomes.values()), {name: (values, True) for name, values in (known or {}).items()}
    left = [name for name in names if name not in rows]

    def one(k: int) -> tuple[np.ndarray, bool]:
        theta = _theta(elasticities.named(left[k], world.sectors), world)
        task = Task(world, batch, quantity, baseline, horizon, options, theta)
        return task.priced(theta, task.steering())

    rows |= dict(zip(left, parallel_map(one, len(left)), strict=True))
    found = np.stack([rows[name][0] for name in names])
    lost = sum(not rows[name][1] for name in names)
    return Band(quantity, tuple(outcomes), world.economies, found, names, False, f"{len(names)} sets", lost)


def _theta(chosen: Set, world: World) -> np.ndarray:
    return np.array([chosen.values[sector] for sector in world.sectors])


@dataclass(frozen=True, eq=False)
class Task:
    """What is solved again for every theta; value [s]: the set's long-run theta, from which a horizon starts."""

    world: World
    outcomes: Policy
    quantity: str
    baseline: Policy | None
    horizon: str
    options: Options
    value: np.ndarray

    def steering(self) -> tuple[World, World]:
        """The worlds whose corrections steer the draws: at the set's own theta, and at the horizon's."""
        far = with_elasticity(self.world, self.value)
        near = horizons.horizon(self.horizon).theta(self.value, self.value)
        return far, far if self.horizon == "long" else with_elasticity(self.world, near)

    def priced(self, theta: np.ndarray, near: tuple[World, World]) -> tuple[np.ndarray, bool]:
        """The quantity [o,n] of every outcome at one theta, and whether all were equilibria."""
        at = with_elasticity(self.world, theta)
        batch = self.outcomes
        if self.baseline is not None:
            engine.inherit_preconditioner(at, near[0], multi_sector)
            at = rebased(solve(at, self.baseline, multi_sector, options=self.options))
            batch = horizons.relative_to(self.world, at, batch)
        if self.horizon != "long":
            at = with_elasticity(at, horizons.horizon(self.horizon).theta(theta, self.value))
        engine.inherit_preconditioner(at, near[1], multi_sector)
        found = solve(at, batch, multi_sector, options=self.options, check=False)
        values = np.where(found.converged[:, None], found.report[self.quantity], np.nan)
        return values, bool(found.converged.all())
