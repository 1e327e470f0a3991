"""The rows of a priced scenario as answers show them: real income, band, sectors, money and the solver's proof.

`price`, `brief`, `what-if` and the export controls all take their rows from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from detente.ask.pricing.context import PricedOutcome, PricingContext
from detente.ask.pricing.scenario_cells import named
from detente.economy.uncertainty import Band

SECTOR_QUANTITIES = ("output", "employment", "price")  # percent changes, by sector

JsonRow = dict[str, Any]


@dataclass(frozen=True)
class ScenarioRows:
    """One scenario priced in a context; band: of a batch that holds it under `name`, where there is one.

    parties: of the negotiation, ISO3 codes or EU; a bloc has the mean of its members.
    """

    context: PricingContext
    priced: PricedOutcome
    parties: Sequence[str] = ()
    band: Band | None = None
    name: str = ""

    def value(self, quantity: str, code: str) -> float:
        """The percent change of a quantity in an economy."""
        return self.context.of_party(self.priced.change[quantity], code)

    def quantities(self, code: str) -> dict[str, float]:
        """{quantity: percent change} of an economy."""
        return {name: self.context.of_party(values, code) for name, values in self.priced.change.items()}

    def world_mean(self) -> float:
        """The mean percent change of real income over all economies."""
        return self.context.mean(self.priced.change["real_income"])

    def real_income(self, codes: Iterable[str]) -> dict[str, float]:
        """{economy: percent change of real income}, and the world's mean under WLD."""
        return {**{code: self.value("real_income", code) for code in codes}, "WLD": self.world_mean()}

    @cached_property
    def _range(self) -> tuple[np.ndarray, np.ndarray] | None:
        return None if self.band is None else self.band.range(self.name)

    def bounds(self, code: str) -> tuple[float, float] | None:
        """Low and high of real income in an economy, percent; None where there is no band."""
        if self._range is None:
            return None
        low, high = (self.context.of_party(end, code) for end in self._range)
        return low, high

    def low_and_high(self) -> tuple[dict[str, float] | None, dict[str, float] | None]:
        """{economy or party: percent} at the low and at the high end of the band, the world's mean under WLD."""
        if self.band is None or self._range is None:
            return None, None
        codes = self.context.world.economies
        low, high = (dict(zip(codes, map(float, end), strict=True)) for end in self._range)
        for code in self.parties:
            low[code], high[code] = (self.context.of_party(end, code) for end in self._range)
        low["WLD"], high["WLD"] = self._world_bounds(self.band)
        return low, high

    def _world_bounds(self, band: Band) -> tuple[float, float]:
        """Low and high of the world's mean, which is taken draw by draw (or set by set)."""
        weight = self.context.weight
        means = band.values[:, band.outcomes.index(self.name)] @ weight / weight.sum()
        low, high = band.ends(means)
        return float(low), float(high)

    def third(self, count: int = 5) -> list[str]:
        """The large third economies that gain or lose most real income."""
        return self.context.most_affected(self.priced.change["real_income"], self.parties, count=count)

    def money(self, code: str) -> JsonRow:
        """The change of real income in bn USD, and in USD a household where households are known."""
        return self.context.money(self.priced.change["real_income"], code)

    def sectors(self, code: str) -> dict[str, dict[str, float]]:
        """{sector: {output, employment, price}} of an economy, percent; empty in a world of one sector."""
        if not self.priced.sectors:
            return {}
        values = {name: self.priced.sectors[f"sector_{name}"] for name in SECTOR_QUANTITIES}
        return {
            sector: {name: self.context.of_party(table[k], code) for name, table in values.items()}
            for k, sector in enumerate(self.context.world.sectors)
        }

    def solver(self) -> JsonRow:
        """The proof of the solution."""
        return self.priced.proof()


def shown_first(measures: Sequence[Mapping[str, Any]], parties: Sequence[str]) -> list[str]:
    """The economies that a scenario is about: those that it names, and the parties of the talks.

    Parties of which it names none are left out, unless it names nobody.
    """
    names = named(measures)
    if names and not set(names) & set(parties):
        return [*names]
    return [*dict.fromkeys((*parties, *names))]


def written_scenario(name: str, note: str, measures: Sequence[Mapping[str, Any]]) -> JsonRow:
    """What a written scenario says: its name, its note and its measures with days as text."""
    return {
        "name": name,
        "note": note,
        "measures": [{k: str(v) if isinstance(v, date) else v for k, v in measure.items()} for measure in measures],
    }


def band_metadata(band: Band | None) -> JsonRow | None:
    """What low and high are: draws or sets, how many, from where; None where there is no band."""
    if band is None:
        return None
    percentiles = f"5th and 95th percentile of {len(band.by)} lognormal draws"
    return {
        "meaning": percentiles if band.from_draws else "lowest and highest of the sets",
        "by": None if band.from_draws else list(band.by),
        "source": band.source,
        "lost": band.lost,
    }
