"""The track record: every decision point as it would have been forecast before its deadline, and the scores.

Nothing depends on which row of the history a point is: a point is its dates, its stake and its length of notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np

from detente.bargain.forecast import (
    MODELS,
    PairedDifference,
    Spell,
    brier,
    log_score,
    open_on,
    paired_difference,
    resolved_by,
)
from detente.record import history
from detente.record.history import CLASSES, DecisionPoint

LEAD_TIMES = (1, 7, 14, 30)  # days before its deadline at which a point is forecast
MIN_RESOLVED = 5  # points that had ended by the day: with fewer, no forecast is scored
REQUIRED_IMPROVEMENT = 0.15  # of a model's Brier score over the base rate's for the model to be shown instead
MIN_NEGOTIATIONS = 10  # that a track record must span before a richer model can be shown
BASE_RATE = "base rate"
ALWAYS_EXTENSION = "always extension"
SCORED = (*MODELS, ALWAYS_EXTENSION)
NOTICE = ((10, "at most 10 days' notice"), (45, "at most 45 days' notice"), (10**6, "longer notice"))
STAKES = {"harm": "a duty that would rise", "relief": "a duty that would fall", "promise": "a promise or a waiver"}


def to_spell(point: DecisionPoint) -> Spell:
    """A decision point as a spell, with its stake and then its length of notice as reference classes."""
    days = (point.deadline - point.known).days
    notice = next(name for limit, name in NOTICE if days <= limit)
    ended = None if point.ended is None else point.ended.toordinal()
    return Spell(
        known=point.known.toordinal(),
        deadline=point.deadline.toordinal(),
        ended=ended,
        outcome=point.outcome_class,
        reference_classes=(STAKES[point.stake], notice),
        cluster=point.negotiation,
    )


def without_outcome(spell: Spell) -> Spell:
    """A spell as it looks while it is open."""
    return spell._replace(ended=None, outcome=None)


@dataclass(frozen=True)
class ScoredForecast:
    """One forecast of the track record and what happened.

    lead_time: days before the deadline. n: points that had ended by the day. outcome_class, ended: what happened, when.
    probability [c]: by class of outcome.
    """

    id: str
    lead_time: int
    day: date
    model: str
    n: int
    outcome_class: str
    ended: date
    negotiation: str
    probability: tuple[float, ...]

    @property
    def brier(self) -> float:
        """The squared error, summed over the classes."""
        return brier(np.array([self.probability]), _occurred(self.outcome_class))

    @property
    def probability_of_outcome(self) -> float:
        """The probability that the forecast gave to what happened."""
        return self.probability[CLASSES.index(self.outcome_class)]

    def to_row(self) -> dict[str, str]:
        """The forecast in the columns of the track record's file."""
        return {
            "id": self.id, "ahead": str(self.lead_time), "day": self.day.isoformat(), "model": self.model,
            "n": str(self.n), "came": self.outcome_class, "ended": self.ended.isoformat(),
            "negotiation": self.negotiation,
            **{c: f"{p:.6f}" for c, p in zip(CLASSES, self.probability, strict=True)}, "brier": f"{self.brier:.6f}",
        }  # fmt: skip


def _occurred(outcome_class: str) -> np.ndarray:
    return np.array([[c == outcome_class for c in CLASSES]], dtype=float)


def backtest(
    points: Sequence[DecisionPoint],
    *,
    score: Sequence[DecisionPoint] | None = None,
    exclude_same_negotiation: bool = False,
) -> list[ScoredForecast]:
    """Every point forecast by every model at each lead time at which it was open, from what had ended by then.

    score: the points to forecast, all by default. exclude_same_negotiation: do not learn from points of the same
    negotiation.
    """
    spells = {p.id: to_spell(p) for p in points}
    forecasts: list[ScoredForecast] = []
    for point in points if score is None else score:
        negotiation = spells[point.id].cluster
        others = [
            s
            for i, s in spells.items()
            if i != point.id and not (exclude_same_negotiation and s.cluster == negotiation)
        ]
        forecasts.extend(_forecasts_of(point, spells[point.id], others))
    return forecasts


def _forecasts_of(point: DecisionPoint, spell: Spell, others: Sequence[Spell]) -> Iterator[ScoredForecast]:
    """The forecasts of one point that has ended, by lead time and model."""
    if point.outcome_class is None or point.ended is None:
        return
    for lead_time in LEAD_TIMES:
        day = point.deadline - timedelta(days=lead_time)
        n = len(resolved_by(others, day.toordinal()))
        if not open_on(spell, day.toordinal()) or n < MIN_RESOLVED:
            continue
        for name, model in MODELS.items():
            probability = tuple(map(float, model(others, without_outcome(spell), day.toordinal(), CLASSES)))
            yield ScoredForecast(
                point.id, lead_time, day, name, n, point.outcome_class, point.ended, point.negotiation, probability
            )


@cache
def shipped(exclude_same_negotiation: bool = False) -> tuple[ScoredForecast, ...]:
    """The track record of the shipped history."""
    return tuple(backtest(history.load(), exclude_same_negotiation=exclude_same_negotiation))


@dataclass(frozen=True)
class ModelScore:
    """A model's scores over n forecasts of a number of points.

    brier, log: means. difference: of its Brier scores to the base rate's, paired. relative_difference: as a fraction of
    the base rate's score.
    """

    model: str
    n: int
    points: int
    brier: float
    log: float
    difference: PairedDifference
    relative_difference: float

    @property
    def negotiations(self) -> int:
        """The number of negotiations that the forecasts come from."""
        return self.difference.clusters

    def to_json(self) -> dict[str, Any]:
        """The score in the keys of an answer."""
        return {
            "model": self.model, "n": self.n, "points": self.points, "negotiations": self.negotiations,
            "brier": self.brier, "log": self.log, "less_base_rate": self.difference.mean, "low": self.difference.low,
            "high": self.difference.high, "share": self.relative_difference,
        }  # fmt: skip


def model_scores(forecasts: Sequence[ScoredForecast]) -> list[ModelScore]:
    """The scores of each model, and of always forecasting an extension; empty without forecasts."""
    base = [f for f in forecasts if f.model == BASE_RATE]
    if not base:
        return []
    extension = tuple(float(c == "extension") for c in CLASSES)
    always = [replace(f, model=ALWAYS_EXTENSION, probability=extension) for f in base]
    return [_score(name, [f for f in (*forecasts, *always) if f.model == name], base) for name in SCORED]


def _score(model: str, forecasts: Sequence[ScoredForecast], base: Sequence[ScoredForecast]) -> ModelScore:
    briers, of_base = [f.brier for f in forecasts], [f.brier for f in base]
    difference = paired_difference(briers, of_base, [f.negotiation for f in base])
    return ModelScore(
        model=model,
        n=len(forecasts),
        points=len({f.id for f in base}),
        brier=float(np.mean(briers)),
        log=log_score([f.probability_of_outcome for f in forecasts]),
        difference=difference,
        relative_difference=difference.mean / float(np.mean(of_base)),
    )


def select_model(scores: Sequence[ModelScore]) -> str:
    """The model to show: the best of those that clearly beat the base rate, else the base rate.

    A model beats it by REQUIRED_IMPROVEMENT, with an interval of the difference below zero. With fewer than
    MIN_NEGOTIATIONS negotiations no model is chosen: so few clusters make the interval too narrow to trust.
    """
    better = [
        s
        for s in scores
        if s.model in MODELS
        and s.relative_difference <= -REQUIRED_IMPROVEMENT
        and s.difference.high < 0
        and s.negotiations >= MIN_NEGOTIATIONS
    ]
    return min(better, key=lambda s: s.brier).model if better else BASE_RATE
