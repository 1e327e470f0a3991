"""Payoffs of governments, inferred from the duties they keep rather than observed.

A government payoff adds to real income a weight on duty revenue and on the income earned in each goods sector. The
weights are the smallest non-negative ones at which no small change of a side's duty on the other pays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from detente import labels
from detente.ask.pricing.context import PricedOutcome, PricingContext

SLOPE_STEP = 0.01  # one point, up and down, for the slope of a payoff along a duty
DUTY_CHANGES = (-0.24, -0.10, -0.05, 0.05, 0.10, 0.24)  # changes of a side's whole duty, tried against keeping it
NEGLIGIBLE = 5e-4  # percent: smaller differences are treated as zero


class IncomeComponents(NamedTuple):
    """Changes in points of an economy's income: duty revenue, and the earnings of each goods sector {code: points}."""

    revenue: float
    sectors: dict[str, float]


@dataclass(frozen=True)
class Weights:
    """What a point of revenue, or of income in a sector {code: weight}, counts beyond its place in real income.

    slope: percent of real income that one more point of duty brings the side. best_response: whether no tried change
    of its duty pays; else better_change is the one that pays most, in points.
    """

    revenue: float
    sectors: Mapping[str, float]
    slope: float
    best_response: bool
    better_change: float | None

    def to_json(self) -> dict[str, Any]:
        """The weights, sectors by name with the largest weight first."""
        order = sorted(self.sectors, key=lambda s: -self.sectors[s])
        rows = [{"sector": s, "name": labels.sector(s), "weight": self.sectors[s]} for s in order if self.sectors[s]]
        return {
            "revenue": self.revenue,
            "sectors": rows,
            "slope": self.slope,
            "best_response": self.best_response,
            "better_change_points": self.better_change,
            "inferred": "from behaviour, not observed",
        }


def infer_weights(
    context: PricingContext, side: str, up: PricedOutcome, down: PricedOutcome, changes: Mapping[float, PricedOutcome]
) -> Weights:
    """The smallest non-negative weights at which the payoff is flat along a side's own duty.

    up, down: the reference duties with the side's own duty SLOPE_STEP higher and lower. changes: {change of the duty
    as a fraction: result}, the changes tried against keeping the duties in force.
    """
    slope = (context.of_party(up.change["real_income"], side) - context.of_party(down.change["real_income"], side)) / 2
    higher, lower = income_components(context, up, side), income_components(context, down, side)
    revenue_slope = max((higher.revenue - lower.revenue) / 2, 0.0)
    sector_slopes = {s: max((x - lower.sectors[s]) / 2, 0.0) for s, x in higher.sectors.items()}
    size = sum(x * x for x in (revenue_slope, *sector_slopes.values()))
    scale = max(-slope, 0.0) / size if size else 0.0
    revenue, sectors = scale * revenue_slope, {s: scale * x for s, x in sector_slopes.items()}
    payoffs = {x: government_payoff(context, result, side, revenue, sectors) for x, result in changes.items()}
    best = max(payoffs, key=lambda x: payoffs[x])
    pays = payoffs[best] > NEGLIGIBLE
    return Weights(revenue, sectors, slope, not pays, 100 * best if pays else None)


def government_payoff(
    context: PricingContext, result: PricedOutcome, side: str, revenue: float, sectors: Mapping[str, float]
) -> float:
    """An outcome's payoff to a government with these weights, in percent of real income."""
    income = context.of_party(result.change["real_income"], side)
    components = income_components(context, result, side)
    return income + revenue * components.revenue + sum(w * components.sectors[s] for s, w in sectors.items())


def income_components(context: PricingContext, result: PricedOutcome, side: str) -> IncomeComponents:
    """How duty revenue and the earnings of each goods sector change, in points of the side's income."""
    sectors = {}
    if context.world.sectors:
        share, employment = value_added_shares(context), result.sectors["sector_employment"]
        for k, sector in enumerate(context.world.sectors):
            if sector in context.goods:
                sectors[sector] = context.of_party(share[k] * employment[k], side)
    return IncomeComponents(context.of_party(result.change["revenue"], side), sectors)


@lru_cache(maxsize=8)
def value_added_shares(context: PricingContext) -> np.ndarray:
    """Each sector's share of an economy's value added [s,n] in the base year."""
    output = (context.world.duty_free * context.world.spending[:, :, None]).sum(1)
    value_added = context.world.structure.value_added * output
    return np.asarray(value_added / value_added.sum(0))
