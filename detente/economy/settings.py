"""The same outcomes in every setting: sets of elasticities by horizon by closure. A verdict is a count over them.

Every setting has its own baseline: the duties in force, brought there with long-run elasticities; outcomes are then
solved from it at the setting's horizon. Closures:

    fixed        deficits fixed in world value added
    balanced     no deficits, before as after: the base year is solved again without them
    held wages   relative wages held, deficits give way, and what is borrowed is no income: full pass-through
    capital      deficits fixed, the stock of capital adjusted; the long run alone, in real consumption
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente.economy import elasticities, engine, horizons
from detente.economy.calibrate import with_elasticity
from detente.economy.exposure import balanced
from detente.economy.models import capital, held_wages, multi_sector
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
    "capital": "deficits fixed, the stock of capital adjusted; real consumption",
}
HORIZONS = ("long", "near", "medium", "short")
OPTIONS = Options(tolerance=1e-8)  # a verdict counts signs of what is above 0.0005 percent


class Setting(NamedTuple):
    """An elasticity set, a horizon and a closure, each by name."""

    elasticity: str
    horizon: str
    closure: str


@dataclass(frozen=True, eq=False)
class SettingsGrid:
    """values [c,o,n]: percent change of real income in setting c of outcome o for economy n, not a number where there
    is no equilibrium; residual [c]: the largest of a setting's equilibria."""

    settings: tuple[Setting, ...]
    outcomes: tuple[str, ...]
    economies: tuple[str, ...]
    values: np.ndarray
    residual: np.ndarray

    @property
    def lost(self) -> tuple[Setting, ...]:
        """The settings in which an outcome has no equilibrium."""
        return tuple(s for s, row in zip(self.settings, self.values, strict=True) if not np.isfinite(row).all())


class _Cell(NamedTuple):
    setting: Setting
    values: np.ndarray  # [o,n]
    residual: float


def real_income_by_setting(
    world: World, baseline: Policy, outcomes: Mapping[str, Policy], *, sets: Sequence[str] | None = None
) -> SettingsGrid:
    """Real income of every outcome against a baseline in every setting.

    baseline, outcomes: policies of `world`. sets: of elasticities, all that cover the world if not given. A setting
    without an equilibrium is kept and named, never dropped. Raises QuestionError.
    """
    names = tuple(sets or elasticities.names(world.sectors))
    batch = stack(world, outcomes.values())
    similar = _Similar(world)
    cells = [c for of_set in parallel_map(lambda k: _of_set(world, names[k], baseline, batch, similar), len(names))
             for c in of_set]  # fmt: skip
    return SettingsGrid(
        tuple(c.setting for c in cells),
        tuple(outcomes),
        world.economies,
        np.stack([c.values for c in cells]),
        np.array([c.residual for c in cells]),
    )


class _Similar:
    """Worlds whose preconditioners serve all sets: results do not depend on them."""

    def __init__(self, world: World) -> None:
        self.at = {name: horizons.at_horizon(world, name) for name in HORIZONS}
        for each in self.at.values():
            engine.preconditioner(multi_sector, each)
            engine.preconditioner(held_wages, each)

    def lend(self, world: World, horizon: str) -> World:
        """The world itself, with the preconditioners of the one like it."""
        for model in (multi_sector, held_wages):
            engine.inherit_preconditioner(world, self.at[horizon], model)
        return world


def _of_set(world: World, name: str, baseline: Policy, batch: Policy, similar: _Similar) -> list[_Cell]:
    """The settings of one set of elasticities."""
    own = similar.lend(with_elasticity(world, theta_of(elasticities.named(name, world.sectors), world)), "long")
    return [
        *_of_closure(own, world, name, "fixed", baseline, batch, similar),
        *_of_closure(own, world, name, "balanced", baseline, batch, similar),
        *_with_capital(own, name, baseline, batch),
    ]


def _of_closure(
    own: World, world: World, name: str, closure: str, baseline: Policy, batch: Policy, similar: _Similar
) -> Iterator[_Cell]:
    """A closure at every horizon; beside fixed deficits also held wages, from the same baseline."""
    models: dict[str, Any] = {closure: multi_sector} | ({"held wages": held_wages} if closure == "fixed" else {})
    try:
        start = similar.lend(balanced(own), "long") if closure == "balanced" else own
        based = rebased(solve(start, baseline, multi_sector, options=OPTIONS))
    except NotConverged:
        empty = np.full((*batch.shape, len(world.economies)), np.nan)
        yield from (_Cell(Setting(name, h, c), empty, np.inf) for h in HORIZONS for c in models)
        return
    policy = horizons.relative_to(world, based, batch)
    for horizon in HORIZONS:
        at = similar.lend(horizons.at_horizon(based, horizon), horizon)
        for named, model in models.items():
            yield _cell(Setting(name, horizon, named), solve(at, policy, model, options=OPTIONS, check=False))


def _with_capital(own: World, name: str, baseline: Policy, batch: Policy) -> Iterator[_Cell]:
    """The long run with capital, both from the base year, as a ratio; nothing where a world has no investment."""
    try:
        world = capital.with_capital(own)
    except DataError:
        return
    both = stack(world, [baseline, *(batch[k] for k in range(batch.shape[0]))])
    solved = solve(world, both, capital.LONG_RUN, options=OPTIONS, check=False)
    after = 1 + np.where(solved.converged[:, None], solved.report["consumption"], np.nan) / 100
    yield _Cell(Setting(name, "long", "capital"), 100 * (after[1:] / after[0] - 1), float(solved.residual.max()))


def _cell(setting: Setting, solved: Any) -> _Cell:
    values = np.where(solved.converged[:, None], solved.report["real_income"], np.nan)
    return _Cell(setting, values, float(solved.residual.max()))
