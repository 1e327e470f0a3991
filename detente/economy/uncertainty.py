"""Bands: the same draws of elasticities for every outcome, differences draw by draw, 5th and 95th percentiles.

Axes: d draw, o outcome, n economy. Sets without standard errors cannot be drawn from: their spread across sets is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.economy import elasticities, engine
from detente.economy.calibrate import with_elasticity
from detente.economy.elasticities import Set
from detente.economy.models import multi_sector
from detente.economy.policy import Policy, stack, tariffs
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
        low, high = (LOW, HIGH) if self.drawn else (0, 100)
        return np.nanpercentile(values, low, axis=0), np.nanpercentile(values, high, axis=0)

    def of(self, outcome: str, economy: str, *, less: str | None = None) -> tuple[float, float]:
        """Low and high for one economy."""
        low, high = self.range(outcome, less=less)
        n = self.economies.index(economy)
        return float(low[n]), float(high[n])


def draws(chosen: Set, sectors: Sequence[str], count: int, seed: int = 0) -> np.ndarray:
    """theta [d,s]: lognormal with each estimate's value as mean and its standard error as standard deviation.

    Sectors that share an estimate share its draw; an estimate without an error stays. Raises QuestionError without errors.
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
    factor: float = 1.0,
    options: Options = DRAWN,
    progress: Callable[[int, int], None] | None = None,
) -> Band:
    """A quantity of every outcome under the same draws of theta, from `baseline` where one is given.

    baseline: the policy that holds, solved with long-run draws first and made the new baseline; outcomes are then solved
    from it with factor * theta, as for a nearer horizon. progress(done, count) is called as draws are done.
    """
    chosen = elasticities.named(elasticity, world.sectors)
    thetas = draws(chosen, world.sectors, count, seed)
    found = np.empty((count, len(outcomes), len(world.economies)))
    lost = 0
    for d, theta in enumerate(thetas):
        rows, whole = priced(world, outcomes, theta, quantity, baseline, factor, options)
        found[d], lost = rows, lost + (not whole)
        if progress is not None:
            progress(d + 1, count)
    by = tuple(str(d) for d in range(count))
    return Band(quantity, tuple(outcomes), world.economies, found, by, True, chosen.words, lost)


def spread(
    world: World,
    outcomes: Mapping[str, Policy],
    *,
    sets: Sequence[str] | None = None,
    quantity: str = "real_income",
    baseline: Policy | None = None,
    factor: float = 1.0,
    options: Options = DRAWN,
) -> Band:
    """A quantity of every outcome under each named set of elasticities (all that cover the world if none are named)."""
    names = tuple(sets or elasticities.names(world.sectors))
    found = np.empty((len(names), len(outcomes), len(world.economies)))
    lost = 0
    for d, name in enumerate(names):
        chosen = elasticities.named(name, world.sectors)
        theta = np.array([chosen.values[sector] for sector in world.sectors])
        found[d], whole = priced(world, outcomes, theta, quantity, baseline, factor, options)
        lost += not whole
    return Band(quantity, tuple(outcomes), world.economies, found, names, False, f"{len(names)} sets", lost)


def priced(
    world: World,
    outcomes: Mapping[str, Policy],
    theta: np.ndarray,
    quantity: str,
    baseline: Policy | None,
    factor: float,
    options: Options,
) -> tuple[np.ndarray, bool]:
    """The quantity [o,n] of every outcome at one theta, and whether all were equilibria."""
    at = with_elasticity(world, theta)
    engine.inherit(at, world, multi_sector)
    batch = stack(world, outcomes.values())
    if baseline is not None:
        at = rebased(solve(at, baseline, multi_sector, options=options))
        batch = tariffs(at, batch.tariff(world))
    if factor != 1:
        at = with_elasticity(at, factor * theta)
    engine.inherit(at, world, multi_sector)
    found = solve(at, batch, multi_sector, options=options, check=False)
    values = np.where(found.converged[:, None], found.report[quantity], np.nan)
    return values, bool(found.converged.all())
