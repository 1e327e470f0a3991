"""The forecast of an open decision point: probabilities by model, reference classes, and what time would change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from detente.ask.forecasting.track_record import of_trade, spells_of, to_spell, without_outcome
from detente.bargain import beta
from detente.bargain.endings import BASE_RATE, HAZARD_AND_RIDGE, MODELS
from detente.bargain.forecast import LEAD_TIMES, LEVEL, BaseRate, Spell, base_rates, resolved_by
from detente.record import history
from detente.record.case import Case
from detente.record.history import BITES, CLASSES, OTHERWISE, DecisionPoint

Probabilities = Mapping[str, float]  # by class of outcome
NOT_CHECKED = "general knowledge"  # of a point whose own source was not out, or is not on file
DATE = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)")  # in the name of a source


@dataclass(frozen=True)
class ReferenceClass:
    """The n points that share a point's reference classes to some depth, and the base rate of each outcome class."""

    name: str
    n: int
    rates: Mapping[str, BaseRate]

    def to_json(self) -> dict[str, Any]:
        """The class in the keys of an answer."""
        rates = {c: {"mean": r.mean, "low": r.low, "high": r.high, "hits": r.hits} for c, r in self.rates.items()}
        return {"name": self.name, "n": self.n, "rates": rates}


@dataclass(frozen=True)
class PointForecast:
    """The forecast of a decision point on a day, from the n points that had ended by then.

    by_model: probabilities of every model; model: the one that is shown. kind: of the deadline, in words. moved: how
    often the day had been moved. reference_classes: from all points to those most alike. if_still_open: by the mean of
    hazards and ridge regression, {days left: probabilities} at later lead times.
    """

    point: DecisionPoint
    day: date
    model: str
    n: int
    kind: str
    moved: int
    by_model: Mapping[str, Probabilities]
    reference_classes: tuple[ReferenceClass, ...]
    if_still_open: Mapping[int, Probabilities]

    @property
    def probability(self) -> Probabilities:
        """The probabilities of the model that is shown."""
        return self.by_model[self.model]

    @property
    def bite(self) -> float:
        """The probability that what was announced for the day, or worse, comes by it."""
        return sum(self.probability[c] for c in BITES)

    @property
    def days_left(self) -> int:
        """Days to the deadline."""
        return (self.point.deadline - self.day).days

    def interval(self) -> tuple[dict[str, list[float]], int]:
        """({class: the 90 % range of its rate}, the number of points behind it).

        Of the base rate, the range of the rate among all points; of a richer model, the range that as many points as
        share the kind would leave around its probability.
        """
        if self.model == BASE_RATE:
            every = self.reference_classes[0]
            return {c: [every.rates[c].low, every.rates[c].high] for c in CLASSES}, every.n
        alike = self.reference_classes[1]
        return {c: _range_around(self.probability[c], alike.n) for c in CLASSES}, alike.n

    def to_json(self) -> dict[str, Any]:
        """The forecast in the keys of an answer."""
        point = self.point
        interval, interval_n = self.interval()
        return {
            "id": point.id,
            "negotiation": point.negotiation,
            "at_stake": point.at_stake,
            "deadline": point.deadline.isoformat(),
            "days_left": self.days_left,
            "known": point.known.isoformat(),
            "set_by": point.set_by,
            "stake": point.stake,
            "points_if_nothing": point.rate_change_pp,
            "model": self.model,
            "n": self.n,
            "chance": dict(self.probability),
            "interval": interval,
            "interval_n": interval_n,
            "bite": self.bite,
            "otherwise": {word: self.probability[c] for c, word in OTHERWISE.items()},
            "kind": self.kind,
            "moved": self.moved,
            "reference_classes": [c.to_json() for c in self.reference_classes],
            "others": {name: dict(p) for name, p in self.by_model.items() if name != self.model},
            "if_still_open": [{"days_left": k, **p} for k, p in self.if_still_open.items()],
            "sources": _sources_by(point, self.day),
            "certainty": point.known_verification if _is_out(point, self.day) else NOT_CHECKED,
            "statements": list(point.statements),
        }


def _sources_by(point: DecisionPoint, day: date) -> str:
    """The sources of a point that were out on a day, by the date in their names; the others tell how it ended."""
    parts = [part.strip() for part in point.sources.split(";")]
    dated = [(part, DATE.search(part)) for part in parts]
    out = [part for part, match in dated if match and "-".join(match.groups()) <= day.isoformat()]
    return "; ".join([*([point.known_source] if _is_out(point, day) else []), *out])


def _is_out(point: DecisionPoint, day: date) -> bool:
    """Whether the source of a point itself was published by a day."""
    return point.known_source_date is not None and point.known_source_date <= day


def _range_around(probability: float, n: int) -> list[float]:
    """The 90 % range of a rate with this mean that rests on n points and one prior case."""
    weight, p = n + 1, min(max(probability, 1e-4), 1 - 1e-4)
    quantiles = [beta.quantile(p * weight, (1 - p) * weight, q) for q in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)]
    return [min(quantiles[0], probability), max(quantiles[1], probability)]


def forecast_point(points: Sequence[DecisionPoint], point: DecisionPoint, day: date, model: str) -> PointForecast:
    """The forecast of an open point on a day, from the other points of trade that had ended by then."""
    others = [p for p in points if p.id != point.id]
    moves = history.moves([*others, point])
    spells = [to_spell(p, moves[p.id]) for p in of_trade(others)]
    own = without_outcome(to_spell(point, moves[point.id]))

    def probabilities(name: str, ordinal: int) -> Probabilities:
        return dict(zip(CLASSES, map(float, MODELS[name](spells, own, ordinal, CLASSES)), strict=True))

    resolved = resolved_by(spells, day.toordinal())
    return PointForecast(
        point=point,
        day=day,
        model=model,
        n=len(resolved),
        kind=own.kind,
        moved=moves[point.id].times,
        by_model={name: probabilities(name, day.toordinal()) for name in MODELS},
        reference_classes=_reference_classes(resolved, own),
        if_still_open={
            k: probabilities(HAZARD_AND_RIDGE, own.deadline - k)
            for k in LEAD_TIMES
            if own.deadline - k > day.toordinal()
        },
    )


def base_rate(points: Sequence[DecisionPoint], day: date) -> ReferenceClass:
    """How often each ending came, over every decision point of trade that had ended by a day."""
    resolved = resolved_by(list(spells_of(of_trade(points)).values()), day.toordinal())
    return ReferenceClass("all decision points", len(resolved), base_rates(resolved, CLASSES))


def _reference_classes(resolved: Sequence[Spell], spell: Spell) -> tuple[ReferenceClass, ...]:
    """From all points to those that share every reference class of a spell."""
    classes = []
    for depth in range(len(spell.reference_classes) + 1):
        shared = spell.reference_classes[:depth]
        alike = [s for s in resolved if s.reference_classes[:depth] == shared]
        classes.append(
            ReferenceClass(", ".join(shared) or "all decision points", len(alike), base_rates(alike, CLASSES))
        )
    return tuple(classes)


class OpenPoints(NamedTuple):
    """Points of a negotiation without an ending on file: those whose day is still to come, and those whose day passed.

    What became of the second is not on file: nothing is forecast about a day that has passed.
    """

    ahead: list[DecisionPoint]
    passed: list[DecisionPoint]


def open_points(points: Sequence[DecisionPoint], day: date, case: Case) -> OpenPoints:
    """Points of a negotiation that were known and had no ending on file on a day, by deadline.

    The case names them by how the names of their negotiations start; without names it has none.
    """
    if not case.history:
        return OpenPoints([], [])
    related = [p for p in points if p.negotiation.startswith(case.history) and _is_open(p, day)]
    ordered = sorted(related, key=lambda p: (p.deadline, p.id))
    return OpenPoints([p for p in ordered if p.deadline >= day], [p for p in ordered if p.deadline < day])


def _is_open(point: DecisionPoint, day: date) -> bool:
    return point.known <= day and (point.ended is None or point.ended > day)


def duty_points_by(forecasts: Sequence[PointForecast], day: str) -> list[PointForecast]:
    """The forecasts of points with a deadline on a day, at which a duty would change if nothing is agreed."""
    return [f for f in forecasts if f.point.deadline.isoformat() == day and f.point.rate_change_pp]
