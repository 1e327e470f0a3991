"""The track record: every decision point as it would have been forecast before its deadline, and the scores.

Nothing depends on which row of the history a point is: a point is its dates, its stake, its kind and its moves.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from detente.bargain.endings import BASE_RATE, HAZARD_AND_RIDGE, MODELS
from detente.bargain.forecast import (
    LEAD_TIMES,
    CalibrationBin,
    PairedDifference,
    Spell,
    calibration,
    log_score,
    open_on,
    paired_difference,
    resolved_by,
)
from detente.record import history
from detente.record.history import BITES, CLASSES, KINDS, TRADE, DecisionPoint, Moves

MIN_RESOLVED = 5  # points that had ended by the day: with fewer, no forecast is scored
MIN_NEGOTIATIONS = 10  # that a track record must span before a richer model can be shown
ALWAYS_EXTENSION = "always extension"
NOTICE = ((10, "at most 10 days' notice"), (45, "at most 45 days' notice"), (10**6, "longer notice"))
KIND_WORDS = {
    "threat": "a harm announced by one side",
    "expiry": "a pause or a measure that ends",
    "target": "a target of the talks",
    "ratification": "a signing or an entry into force",
}
DIGITS = 5  # of a probability in the shipped track record
SHIPPED = "track_record.csv"


def spells_of(points: Sequence[DecisionPoint]) -> dict[str, Spell]:
    """{id: spell} of decision points, each with its kind and then its length of notice as reference classes.

    points: all that are known, since the moves of a point's day are counted from the others.
    """
    moves = history.moves(points)
    return {point.id: to_spell(point, moves[point.id]) for point in points}


def to_spell(point: DecisionPoint, moves: Moves) -> Spell:
    """A decision point as a spell. moves: how often its day had been moved when it became known."""
    days = (point.deadline - point.known).days
    notice = next(name for limit, name in NOTICE if days <= limit)
    kind = point.kind or history.kind_rule(point, moves.times > 0)["kind"]
    ended = None if point.ended is None else point.ended.toordinal()
    return Spell(
        known=point.known.toordinal(),
        deadline=point.deadline.toordinal(),
        ended=ended,
        outcome=point.outcome_class,
        reference_classes=(KIND_WORDS[kind], notice),
        cluster=moves.negotiation,
        features=_features(point, kind, moves, days),
    )


def _features(point: DecisionPoint, kind: str, moves: Moves, days: int) -> tuple[float, ...]:
    """What the ridge regression knows of a point beside the days left, all known on the day the point became known."""
    return (
        *(float(kind == k) for k in KINDS[:1] + KINDS[2:]),
        float(point.stake == "promise"),
        float(point.stake == "relief"),
        math.log1p(days),
        float(moves.times > 0),
        math.log1p(moves.times),
        float(not point.unilateral),
    )


def of_trade(points: Sequence[DecisionPoint]) -> list[DecisionPoint]:
    """The points that forecasts of trade learn from."""
    return [p for p in points if p.domain == TRADE]


def without_outcome(spell: Spell) -> Spell:
    """A spell as it looks while it is open."""
    return spell._replace(ended=None, outcome=None)


@dataclass(frozen=True)
class ScoredForecast:
    """One forecast of the track record and what happened.

    lead_time: days before the deadline. n: points that had ended by the day. outcome_class, ended: what happened, when.
    cluster: the negotiation in which the chain of the point began. probability [c]: by class of outcome.
    """

    id: str
    lead_time: int
    day: date
    model: str
    n: int
    outcome_class: str
    ended: date
    cluster: str
    probability: tuple[float, ...]

    @property
    def brier(self) -> float:
        """The squared error, summed over the classes."""
        return sum((p - (c == self.outcome_class)) ** 2 for c, p in zip(CLASSES, self.probability, strict=True))

    @property
    def bite(self) -> float:
        """The probability that what was announced for the day, or worse, came by it."""
        return sum(p for c, p in zip(CLASSES, self.probability, strict=True) if c in BITES)

    @property
    def bite_brier(self) -> float:
        """The squared error of that probability, summed over its two classes."""
        return 2 * (self.bite - (self.outcome_class in BITES)) ** 2

    @property
    def probability_of_outcome(self) -> float:
        """The probability that the forecast gave to what happened."""
        return self.probability[CLASSES.index(self.outcome_class)]

    def to_row(self) -> dict[str, str]:
        """The forecast in the columns of the track record's file."""
        return {
            "id": self.id, "ahead": str(self.lead_time), "day": self.day.isoformat(), "model": self.model,
            "n": str(self.n), "came": self.outcome_class, "ended": self.ended.isoformat(),
            "negotiation": self.cluster,
            **{c: f"{p:.6f}" for c, p in zip(CLASSES, self.probability, strict=True)}, "brier": f"{self.brier:.6f}",
            "bite": f"{self.bite:.6f}",
        }  # fmt: skip


def backtest(
    points: Sequence[DecisionPoint],
    *,
    score: Sequence[DecisionPoint] | None = None,
    exclude_same_negotiation: bool = False,
    learn_from_all: bool = False,
) -> list[ScoredForecast]:
    """Every point of trade forecast by every model at each lead time at which it was open, from what had ended by then.

    score: the points to forecast, those of trade by default. exclude_same_negotiation: do not learn from points of the
    same negotiation. learn_from_all: learn from points of other domains too.
    """
    spells = spells_of(points)
    pool = points if learn_from_all else of_trade(points)
    forecasts: list[ScoredForecast] = []
    for point in of_trade(points) if score is None else score:
        cluster = spells[point.id].cluster
        others = [
            spells[p.id]
            for p in pool
            if p.id != point.id and not (exclude_same_negotiation and spells[p.id].cluster == cluster)
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
                point.id, lead_time, day, name, n, point.outcome_class, point.ended, spell.cluster, probability
            )


@cache
def shipped() -> tuple[ScoredForecast, ...]:
    """The track record of the shipped history, as its file holds it: working it out takes longer than a brief."""
    text = (resources.files("detente") / "dossiers" / "history" / SHIPPED).read_text("utf-8")
    points = history.load()
    by_id = {p.id: p for p in points}
    moves = history.moves(points)
    rows = (row for row in csv.DictReader(text.splitlines()) if row["id"] in by_id)
    return tuple(f for row in rows for f in _read_row(row, by_id[row["id"]], moves))


def _read_row(row: Mapping[str, str], point: DecisionPoint, moves: Mapping[str, Moves]) -> Iterator[ScoredForecast]:
    """The forecasts of a point at one lead time, by model."""
    if point.outcome_class is None or point.ended is None:
        return
    lead_time = int(row["ahead"])
    day = point.deadline - timedelta(days=lead_time)
    for model in MODELS:
        probability = tuple(map(float, row[model].split()))
        yield ScoredForecast(
            point.id, lead_time, day, model, int(row["n"]), point.outcome_class, point.ended,
            moves[point.id].negotiation, probability,
        )  # fmt: skip


def written(forecasts: Sequence[ScoredForecast]) -> str:
    """The file of the track record: a row for each point and lead time, with each model's probabilities."""
    rows: dict[tuple[str, int], dict[str, str]] = {}
    for f in forecasts:
        row = rows.setdefault((f.id, f.lead_time), {"id": f.id, "ahead": str(f.lead_time), "n": str(f.n)})
        row[f.model] = " ".join(f"{p:.{DIGITS}f}".removeprefix("0") for p in f.probability)
    out = io.StringIO()
    writer = csv.DictWriter(out, ["id", "ahead", "n", *MODELS], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows.values())
    return out.getvalue()


@dataclass(frozen=True)
class ModelScore:
    """A model's scores over n forecasts of a number of points.

    brier, log: means. difference: of its Brier scores to the base rate's, paired. relative_difference: as a fraction of
    the base rate's score. bite_brier, bite_difference, bite_relative_difference: the same of the question whether what
    was announced came by the day.
    """

    model: str
    n: int
    points: int
    brier: float
    log: float
    difference: PairedDifference
    relative_difference: float
    bite_brier: float
    bite_difference: PairedDifference
    bite_relative_difference: float

    @property
    def negotiations(self) -> int:
        """The number of negotiations that the forecasts come from."""
        return self.difference.clusters

    def to_json(self) -> dict[str, Any]:
        """The score in the keys of an answer."""
        bite = self.bite_difference
        return {
            "model": self.model, "n": self.n, "points": self.points, "negotiations": self.negotiations,
            "brier": self.brier, "log": self.log, "less_base_rate": self.difference.mean, "low": self.difference.low,
            "high": self.difference.high, "share": self.relative_difference,
            "bite": {
                "brier": self.bite_brier, "less_base_rate": bite.mean, "low": bite.low, "high": bite.high,
                "share": self.bite_relative_difference,
            },
        }  # fmt: skip


def model_scores(forecasts: Sequence[ScoredForecast]) -> list[ModelScore]:
    """The scores of each model, and of always forecasting an extension; empty without forecasts.

    A model that forecast some of the points alone is compared with the base rate over these.
    """
    base = {(f.id, f.lead_time): f for f in forecasts if f.model == BASE_RATE}
    by_model: dict[str, list[ScoredForecast]] = {name: [] for name in (*MODELS, ALWAYS_EXTENSION)}
    for f in (*forecasts, *map(_as_extension, base.values())):
        by_model.setdefault(f.model, []).append(f)
    scored = {name: of_model for name, of_model in by_model.items() if of_model and base}
    return [_score(name, of_model, [base[f.id, f.lead_time] for f in of_model]) for name, of_model in scored.items()]


def _as_extension(forecast: ScoredForecast) -> ScoredForecast:
    """What always forecasting an extension would have given."""
    certain = tuple(float(c == "extension") for c in CLASSES)
    return replace(forecast, model=ALWAYS_EXTENSION, probability=certain)


def _score(model: str, forecasts: Sequence[ScoredForecast], base: Sequence[ScoredForecast]) -> ModelScore:
    briers, of_base = [f.brier for f in forecasts], [f.brier for f in base]
    bites, bites_of_base = [f.bite_brier for f in forecasts], [f.bite_brier for f in base]
    clusters = [f.cluster for f in base]
    difference = paired_difference(briers, of_base, clusters)
    bite = paired_difference(bites, bites_of_base, clusters)
    return ModelScore(
        model=model,
        n=len(forecasts),
        points=len({f.id for f in base}),
        brier=float(np.mean(briers)),
        log=log_score([f.probability_of_outcome for f in forecasts]),
        difference=difference,
        relative_difference=difference.mean / float(np.mean(of_base)),
        bite_brier=float(np.mean(bites)),
        bite_difference=bite,
        bite_relative_difference=bite.mean / max(float(np.mean(bites_of_base)), 1e-12),
    )


def select_model(scores: Sequence[ModelScore]) -> str:
    """The model to show: the mean of hazards and ridge regression where it clearly beats the base rate, else that.

    It beats it where the interval of the difference of their Brier scores lies below zero. With fewer than
    MIN_NEGOTIATIONS negotiations it is not shown: so few clusters make the interval too narrow to trust. No other model
    is a candidate, so that none is picked for its luck.
    """
    richer = [s for s in scores if s.model == HAZARD_AND_RIDGE]
    better = any(s.difference.high < 0 and s.negotiations >= MIN_NEGOTIATIONS for s in richer)
    return HAZARD_AND_RIDGE if better else BASE_RATE


def calibration_of(forecasts: Sequence[ScoredForecast], model: str) -> list[CalibrationBin]:
    """How often endings came, by the probability that a model gave them, over all classes; empty without forecasts."""
    of_model = [f for f in forecasts if f.model == model]
    probabilities = [p for f in of_model for p in f.probability]
    return calibration(probabilities, [float(c == f.outcome_class) for f in of_model for c in CLASSES])
