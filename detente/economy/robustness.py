"""The same outcomes in every setting: sets of elasticities by horizon by closure. A verdict is a count over them.

Every setting has its own baseline: the duties in force, brought there with long-run elasticities; outcomes are then
solved from it at the setting's horizon. Closures:

    fixed        deficits fixed in world value added
    balanced     no deficits, before as after: the base year is solved again without them
    held wages   relative wages held, deficits give way, and what is borrowed is no income: full pass-through
    valuation    deficits fixed but for what a rise of wages adds to payments on liabilities in own currency
    capital      deficits fixed, the stock of capital adjusted; the long run alone, in real consumption
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente.economy import cells, elasticities, engine
from detente.economy.calibrate import with_elasticity
from detente.economy.exposure import balanced
from detente.economy.horizons import at_horizon, relative_to
from detente.economy.models import capital, held_wages, multi_sector, valuation
from detente.economy.parallel import parallel_map
from detente.economy.policy import Policy, stack
from detente.economy.solve import Options, rebased, solve
from detente.economy.uncertainty import theta_of
from detente.economy.world import World
from detente.errors import DataError, NotConverged

CLOSURES = {
    "fixed": "deficits fixed in world value added",
    "balanced": "balanced trade, before as after",
    "held wages": "relative wages held, deficits give way; what is borrowed is no income",
    "valuation": valuation.CLOSURE,
    "capital": "deficits fixed, the stock of capital adjusted; real consumption",
}
HORIZONS = ("long", "near", "medium", "short")
OPTIONS = Options(tolerance=1e-8)  # a verdict counts signs of what is above 0.0005 percent


class Variant(NamedTuple):
    """An elasticity set, a horizon and a closure, each by name."""

    elasticity: str
    horizon: str
    closure: str


@dataclass(frozen=True, eq=False)
class RobustnessGrid:
    """values [c,o,n]: percent change of real income in setting c of outcome o for economy n, not a number where there
    is no equilibrium; residual [c]: the largest of a setting's equilibria."""

    settings: tuple[Variant, ...]
    outcomes: tuple[str, ...]
    economies: tuple[str, ...]
    values: np.ndarray
    residual: np.ndarray

    @property
    def lost(self) -> tuple[Variant, ...]:
        """The settings in which an outcome has no equilibrium."""
        return tuple(s for s, row in zip(self.settings, self.values, strict=True) if not np.isfinite(row).all())


class _Cell(NamedTuple):
    variant: Variant
    values: np.ndarray  # [o,n]
    residual: float


def real_income_by_variant(
    world: World,
    baseline: Policy,
    outcomes: Mapping[str, Policy],
    *,
    sets: Sequence[str] | None = None,
    horizons: Sequence[str] = HORIZONS,
) -> RobustnessGrid:
    """Real income of every outcome against a baseline in every setting.

    baseline, outcomes: policies of `world`. sets: of elasticities, all that cover the world if not given. A setting
    without an equilibrium is kept and named, never dropped. Raises QuestionError.
    """
    names = tuple(sets or elasticities.names(world.sectors))
    work = _Work(world, baseline, stack(world, outcomes.values()), _Similar(world, horizons), tuple(horizons))
    makers = [work.fixed, work.without_deficits, *([work.with_capital] if "long" in horizons else [])]
    pieces = [(make, name) for make in makers for name in names]
    rows = [c for of_piece in parallel_map(lambda k: pieces[k][0](pieces[k][1]), len(pieces)) for c in of_piece]
    return RobustnessGrid(
        tuple(c.variant for c in rows),
        tuple(outcomes),
        world.economies,
        np.stack([c.values for c in rows]),
        np.array([c.residual for c in rows]),
    )


class _Similar:
    """Worlds whose preconditioners serve all sets: results do not depend on them."""

    def __init__(self, world: World, names: Sequence[str]) -> None:
        self.worlds = {name: at_horizon(world, name) for name in dict.fromkeys(("long", *names))}
        self.names = tuple(names)
        for name, each in self.worlds.items():
            engine.preconditioner(multi_sector, each)
            if name in names:  # in the long run outcomes are solved only where it is asked for, baselines always
                engine.preconditioner(held_wages, each)
                engine.inherit_preconditioner(each, each, valuation, like=multi_sector)

    def lend(self, world: World, horizon: str) -> World:
        """The world itself, with the preconditioners of the one like it."""
        for model in (multi_sector, *([held_wages, valuation] if horizon in self.names else [])):
            engine.inherit_preconditioner(world, self.worlds[horizon], model)
        return world


@dataclass(frozen=True, eq=False)
class _Work:
    """What is solved again in every setting."""

    world: World
    baseline: Policy
    batch: Policy
    similar: _Similar
    horizons: tuple[str, ...]

    def fixed(self, name: str) -> list[_Cell]:
        """Deficits fixed, revalued, and relative wages held, at every horizon."""
        models = {"fixed": multi_sector, "held wages": held_wages, "valuation": valuation}
        return self._at_horizons(name, models, self._own)

    def without_deficits(self, name: str) -> list[_Cell]:
        """Balanced trade at every horizon."""
        return self._at_horizons(
            name, {"balanced": multi_sector}, lambda n: self.similar.lend(balanced(self._own(n)), "long")
        )

    def with_capital(self, name: str) -> list[_Cell]:
        """The long run with capital, both from the base year, as a ratio; none where a world has no investment."""
        try:
            world = capital.with_capital(self._own(name))
        except DataError:
            return []
        both = stack(world, [self.baseline, *(self.batch[k] for k in range(self.batch.shape[0]))])
        solved = solve(world, both, capital.LONG_RUN, options=OPTIONS, check=False)
        after = 1 + np.where(solved.converged[:, None], solved.report["consumption"], np.nan) / 100
        values, residual = 100 * (after[1:] / after[0] - 1), float(solved.residual.max())
        return [_Cell(Variant(name, "long", "capital"), values, residual)]

    def _own(self, name: str) -> World:
        """The base year with a set of elasticities."""
        theta = theta_of(elasticities.named(name, self.world.sectors), self.world)
        return self.similar.lend(with_elasticity(self.world, theta), "long")

    def _at_horizons(self, name: str, models: Mapping[str, Any], start: Callable[[str], World]) -> list[_Cell]:
        """Models from one baseline at every horizon; no numbers where that baseline has no equilibrium."""
        try:
            based = rebased(solve(start(name), self.baseline, multi_sector, options=OPTIONS))
        except NotConverged:
            empty = np.full((*self.batch.shape, len(self.world.economies)), np.nan)
            return [
                _Cell(Variant(name, horizon, named), empty, np.inf) for horizon in self.horizons for named in models
            ]
        _ = based.panels  # worked out once, it serves every horizon
        worlds = {horizon: self.similar.lend(at_horizon(based, horizon), horizon) for horizon in self.horizons}
        asked = [(horizon, named) for horizon in self.horizons for named in models]
        results = cells.real_income(
            [cells.Cell(models[named], worlds[horizon]) for horizon, named in asked],
            relative_to(self.world, based, self.batch),
            OPTIONS,
        )
        return [_Cell(Variant(name, *place), *result) for place, result in zip(asked, results, strict=True)]
