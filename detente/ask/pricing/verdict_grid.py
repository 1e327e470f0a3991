"""The outcomes of a day in every setting, by party: what verdicts are counted over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.ask.pricing.context import MULTI_SECTOR
from detente.ask.pricing.priced_day import PricedDay
from detente.ask.pricing.scenario_keys import ScenarioKey
from detente.economy import robustness
from detente.economy.policy import tariffs
from detente.economy.robustness import Variant


@dataclass(frozen=True, eq=False)
class PartyGrid:
    """values [c,o,p]: percent change of real income in setting c of outcome o for party p, against the duties in force.

    residual: the largest of all equilibria. Settings without an equilibrium hold what is not a number.
    """

    settings: tuple[Variant, ...]
    keys: tuple[ScenarioKey, ...]
    parties: tuple[str, ...]
    values: np.ndarray
    residual: float

    def of(self, key: ScenarioKey, party: str) -> np.ndarray:
        """Values [c] of one outcome and one party."""
        return np.asarray(self.values[:, self.keys.index(key), self.parties.index(party)])

    def to_json(self) -> dict[str, Any]:
        """The settings and what they mean."""
        return {
            "settings": [list(s) for s in self.settings],
            "closures": {name: robustness.CLOSURES[name] for name in dict.fromkeys(s.closure for s in self.settings)},
            "residual": self.residual,
            "tolerance": robustness.OPTIONS.tolerance,
        }


def party_grid(day: PricedDay, keys: Sequence[ScenarioKey]) -> PartyGrid | None:
    """Real income of the parties by setting for some outcomes; None for a one-sector world, or without outcomes."""
    if day.context.model != MULTI_SECTOR or not keys:
        return None
    context = day.context.with_fixed_deficits
    world = context.world
    grid = robustness.real_income_by_variant(
        world,
        tariffs(world, dict(day.base_levels)),
        {str(k): tariffs(world, dict(day.levels[key])) for k, key in enumerate(keys)},
    )
    values = [[[context.of_party(row, side) for side in day.sides] for row in cell] for cell in grid.values]
    finite = grid.residual[np.isfinite(grid.residual)]
    return PartyGrid(grid.settings, tuple(keys), day.sides, np.array(values), float(finite.max(initial=0.0)))


def numbers(values: np.ndarray) -> list[float | None]:
    """Values [c] in JSON types: None where there is no equilibrium."""
    return [float(x) if np.isfinite(x) else None for x in values]
