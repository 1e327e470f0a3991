"""What a government wants beside real income: one weight on duty revenue, from many of its decisions.

The weight is fitted to all months in which a government raised, cut or left its duties on those it talks with
(`docs/governments.py` makes the file), and every month is also predicted from the months before it. A payoff with the
weight is used only where the weight is identified, is not negative, and predicts better than the base rate; otherwise
the answer says which of these fails.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from detente import labels
from detente.ask.pricing.context import PricedOutcome, PricingContext

SLOPE_STEP = 0.01  # one point, up and down, for the slope of a payoff along a duty
NEGLIGIBLE = 5e-4  # percent: smaller differences are treated as zero
SHIPPED = "government_weights.csv"
NOT_ESTIMATED = "no decisions of this government are on file at this horizon as known then"


@dataclass(frozen=True)
class RevenueWeight:
    """What a point of duty revenue counts beside a point of real income, and how far its decisions bear it out.

    weight: None where it is not identified or negative. decisions: months it rests on. brier, base_rate: the mean Brier
    scores of predicting each month from those before it; low, high: the 90 % interval of their difference. why: the
    reason why the weight makes no payoff, empty where it does.
    """

    government: str
    horizon: str
    known: str
    decisions: int
    weight: float | None
    brier: float | None
    base_rate: float | None
    low: float | None
    high: float | None
    why: str

    @property
    def used(self) -> bool:
        """Whether a payoff is formed with the weight."""
        return not self.reason

    @property
    def reason(self) -> str:
        """Why no payoff is formed with the weight; empty where one is."""
        if self.why or self.weight is None:
            return self.why or NOT_ESTIMATED
        if self.high is None or self.high >= 0:
            return "it predicts the government's decisions no better than the base rate"
        return ""

    def words(self) -> str:
        """The estimate and what follows from it, in a line."""
        name = labels.name(self.government)
        if not self.decisions:
            return f"{name}: {self.reason}"
        weight = "no weight" if self.weight is None else f"a weight of {self.weight:.2f}"
        scores = f", Brier score {self.brier:.3f} against {self.base_rate:.3f}" if self.brier is not None else ""
        end = f": not used, because {self.reason}" if self.reason else ": used"
        return f"{name}: {weight} on revenue from {self.decisions} months of decisions{scores}{end}"

    def to_json(self) -> dict[str, Any]:
        """The estimate in JSON types."""
        return {**vars(self), "why": self.reason or None, "used": self.used, "inferred": "from decisions, not observed"}


class BestResponseWeight(NamedTuple):
    """The weight on revenue at which the duties in force are a side's best response; None, and why, where none is."""

    weight: float | None
    why: str


def best_response_weight(
    context: PricingContext, side: str, up: PricedOutcome, down: PricedOutcome
) -> BestResponseWeight:
    """The weight on revenue that one equation gives: the slope of the payoff along the side's own duty is zero.

    up, down: the duties in force with the side's own duty SLOPE_STEP higher and lower. It is refused where a duty
    brings less revenue the higher it is and costs real income too: no weight on revenue explains such a duty.
    """
    income, revenue = (
        (context.of_party(up.change[name], side) - context.of_party(down.change[name], side)) / 2
        for name in ("real_income", "revenue")
    )
    if abs(revenue) < NEGLIGIBLE:
        return BestResponseWeight(None, "not identified: revenue does not change with the duty")
    weight = -income / revenue
    if weight < 0:
        where = "beyond its revenue peak" if revenue < 0 else "below what real income alone asks for"
        return BestResponseWeight(None, f"negative ({weight:.1f}): the duty is {where}")
    return BestResponseWeight(weight, "")


def government_payoff(context: PricingContext, result: PricedOutcome, side: str, weight: float) -> float:
    """An outcome's payoff to a government with a weight on duty revenue, in percent of real income."""
    income, revenue = (context.of_party(result.change[name], side) for name in ("real_income", "revenue"))
    return income + weight * revenue


def revenue_weights(sides: Sequence[str], horizon: str, known: str) -> dict[str, RevenueWeight]:
    """{side: its weight as known on a day}, the latest estimate by then."""
    weights = {}
    for side in sides:
        by_then = [row for row in shipped() if (row.government, row.horizon) == (side, horizon) and row.known <= known]
        nothing = RevenueWeight(side, horizon, known[:10], 0, None, None, None, None, None, NOT_ESTIMATED)
        weights[side] = max(by_then, key=lambda row: row.known, default=nothing)
    return weights


@cache
def shipped() -> tuple[RevenueWeight, ...]:
    """The estimates that ship, one a government, horizon and day of knowledge."""
    text = (resources.files("detente") / "dossiers" / "history" / SHIPPED).read_text("utf-8")
    return tuple(map(_estimate, csv.DictReader(text.splitlines())))


def _estimate(row: dict[str, str]) -> RevenueWeight:
    weight, brier, base_rate, low, high = (
        float(row[name]) if row[name] else None for name in ("weight", "brier", "base_rate", "low", "high")
    )
    return RevenueWeight(
        row["government"], row["horizon"], row["known"], int(row["decisions"]), weight, brier, base_rate, low, high,
        row["why"],
    )  # fmt: skip
