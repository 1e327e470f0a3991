"""The expected value of a truce that may lapse: regimes that change with the forecast's probabilities.

Regimes: truce, war, deal, each priced by the economy. One round is the length of the truce now running. In a round the
truce goes on, or ends in a deal or in war with the probabilities of its next deadline; a deal lasts. How long a war
would last is not known from these talks, so two extremes are shown: one round and then a truce again, and for ever.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.ask.forecasting.points import PointForecast, duty_points_by
from detente.ask.pricing import duties, duty_layers
from detente.ask.pricing.priced_day import PricedDay
from detente.bargain.regimes import expected_discounted_value, expected_hitting_time
from detente.record.state.rows import Truce

DISCOUNT = 0.95  # a year; an assumption, named beside every number
REGIMES = ("truce", "war", "deal")
TRUCE, WAR, DEAL = range(3)
BACK_TO_TRUCE = {"war for one round": 1.0, "war for ever": 0.0}  # probability a round of returning from war


@dataclass(frozen=True)
class PathValue:
    """The value of the path from a truce under one assumption about the length of war.

    real_income, duty: expected discounted change by side, percent and percentage points. to_deal, to_war: expected
    rounds, None where the regime may never be reached.
    """

    war: str
    transitions: list[list[float]]
    real_income: Mapping[str, float]
    duty: Mapping[str, float]
    to_deal: float | None
    to_war: float | None

    def to_json(self) -> dict[str, Any]:
        """The value in the keys of an answer."""
        return {
            "war": self.war,
            "steps": self.transitions,
            "real_income": dict(self.real_income),
            "duty_points": dict(self.duty),
            "rounds_to_deal": self.to_deal,
            "rounds_to_war": self.to_war,
        }


def path(forecast: PointForecast, priced: PricedDay) -> dict[str, Any] | None:
    """Expected real income and duties of each side from today's truce, percent, by the length of war, as JSON.

    forecast: of the point at which the truce ends. None where the record does not say what war would be.
    """
    if priced.lapse.war is None:
        return None
    outcomes = {"truce": priced.truce, "war": priced.lapse.war, "deal": _deal_outcome(priced)}
    days = (forecast.point.deadline - forecast.point.known).days
    discount = DISCOUNT ** (days / 365.25)
    income = {
        side: [0.0 if name is None else priced.outcome_payoff("real_income", side, name) for name in outcomes.values()]
        for side in priced.sides
    }
    duty = {
        side: [0.0, *(_duty_change(priced, side, outcomes[regime]) for regime in ("war", "deal"))]
        for side in priced.sides
    }
    ends = [_path_value(war, forecast, income, duty, discount) for war in BACK_TO_TRUCE]
    return {
        "deadline": forecast.point.deadline.isoformat(),
        "round_days": days,
        "discount_a_year": DISCOUNT,
        "regimes": list(REGIMES),
        "outcomes": outcomes,
        "each": income,
        "ends": [end.to_json() for end in ends],
        "chances": {"model": forecast.model, "n": forecast.n},
        "proof": priced.proof(),
    }


def _path_value(
    war: str,
    forecast: PointForecast,
    income: Mapping[str, Sequence[float]],
    duty: Mapping[str, Sequence[float]],
    discount: float,
) -> PathValue:
    """Values from today's truce; income and duty by side are lists over the regimes."""
    probability = forecast.probability
    to_deal, to_war = probability["deal"], probability["lapse"] + probability["breach"]
    returning = BACK_TO_TRUCE[war]
    transitions = [[1 - to_deal - to_war, to_war, to_deal], [returning, 1 - returning, 0.0], [0.0, 0.0, 1.0]]

    def value(payoff: Sequence[float]) -> float:
        return float(expected_discounted_value(transitions, payoff, discount)[TRUCE])

    def rounds_to(regime: int) -> float | None:
        rounds = float(expected_hitting_time(transitions, regime)[TRUCE])
        return rounds if math.isfinite(rounds) else None

    return PathValue(
        war=war,
        transitions=transitions,
        real_income={side: value(x) for side, x in income.items()},
        duty={side: value(x) for side, x in duty.items()},
        to_deal=rounds_to(DEAL),
        to_war=rounds_to(WAR),
    )


def _duty_change(priced: PricedDay, side: str, name: str | None) -> float:
    """Percentage points by which a side's average duty on the other differs from today's."""
    if name is None:
        return 0.0
    after, before = (_mean_duty(priced, side, n) for n in (name, priced.truce))
    return 100 * (after - before)


def _mean_duty(priced: PricedDay, side: str, name: str) -> float:
    """The added duty of a side on the others as a fraction, the mean over pairs of economies."""
    added = duty_layers.added_by_pair(duty_layers.additions(priced.outcome(name).layers))
    others = [i for other in priced.case.others(side) for i in duties.economies_of(other)]
    levied = [added.get((n, i), 0.0) for n in duties.economies_of(side) for i in others]
    return sum(levied) / len(levied)


def _deal_outcome(priced: PricedDay) -> str | None:
    """The outcome in which a deal whose terms are known is in force; None before they are."""
    deals = {deal.name for deal in priced.case.deals}
    return next((outcome.name for outcome in priced.outcomes if outcome.name in deals), None)


def truce_expiry(forecasts: Sequence[PointForecast], truces: Sequence[Truce]) -> PointForecast | None:
    """The forecast of the point at which the truce of the day ends, if the history has it."""
    days = [str(truce.expiry)[:10] for truce in truces if truce.expiry]
    return next((point for day in reversed(days) for point in duty_points_by(forecasts, day)), None)
