"""Models of how a decision with a deadline ends: competing hazards by kind of deadline, a ridge regression, their mean.

Axes: s spell, e example (a spell at a lead time), f feature, c class of outcome, b bin of days left. A model learns
from spells that had ended by the day of the forecast, and from nothing else. Numbers that steer it are chosen within
these spells.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from detente.bargain.forecast import (
    LEAD_TIMES,
    Spell,
    base_rate_forecast,
    class_counts,
    open_on,
    reference_class_forecast,
    resolved_by,
)

HAZARD_BINS = ((8, 10**6), (1, 7))  # days left over which a hazard is constant; the last day and later are one step
PRIOR_EVENTS = 0.1  # events in one day at risk, shared by all classes, that a hazard starts from
STRENGTHS = (10.0, 15.0, 20.0, 25.0)  # events of all kinds that count for a kind's own hazard
FOLDS = 5  # parts of the spells in which a strength is chosen, whole clusters each
RIDGE = 5.0  # penalty on squared standardised coefficients, in units of spells
RIDGE_OF_INTERCEPT = 0.2
STEPS, STEP_TOLERANCE = 400, 1e-7  # of the fit
MODELS_KEPT = 8  # fits that are kept: one day's forecasts share one

Model = Callable[[Sequence[Spell], Spell, int, Sequence[str]], np.ndarray]


class Hazards(NamedTuple):
    """Daily hazards [b, c] within the bins, and probabilities [c] of the step at the deadline."""

    daily: np.ndarray
    final: np.ndarray


class _Counts(NamedTuple):
    """What spells contribute to hazards: events [s, b, c], days at risk [s, b], endings at the deadline [s, c]."""

    events: np.ndarray
    days: np.ndarray
    final: np.ndarray


def hazard_forecast(spells: Sequence[Spell], spell: Spell, day: int, classes: Sequence[str]) -> np.ndarray:
    """Probabilities [c] from competing hazards of the spell's kind, pooled with those of all kinds.

    A hazard is constant within HAZARD_BINS, with one step at the deadline: events over days at risk. The strength of
    the pooling is the one of STRENGTHS that forecasts best within the spells that had ended by the day.
    """
    resolved = tuple(resolved_by(spells, day))
    strength = pooling_strength(resolved, tuple(classes))
    counts = _counts(resolved, classes)
    hazards = _pooled(counts, np.array([s.kind == spell.kind for s in resolved], dtype=bool), strength)
    probability: np.ndarray = _probabilities(hazards, np.array([spell.deadline - day]))[0]
    return probability


@lru_cache(maxsize=MODELS_KEPT)
def pooling_strength(resolved: tuple[Spell, ...], classes: tuple[str, ...]) -> float:
    """The strength of STRENGTHS with the lowest Brier score when each fold of clusters is forecast from the others."""
    counts = _counts(resolved, classes)
    clusters = sorted({s.cluster for s in resolved})
    fold = np.array([clusters.index(s.cluster) % FOLDS for s in resolved], dtype=int)
    kinds = np.array([s.kind for s in resolved])
    scores = [sum(_fold_score(resolved, counts, fold, kinds, f, k, classes) for f in range(FOLDS)) for k in STRENGTHS]
    return STRENGTHS[int(np.argmin(np.round(scores, 9)))]


def _fold_score(
    resolved: Sequence[Spell],
    counts: _Counts,
    fold: np.ndarray,
    kinds: np.ndarray,
    left_out: int,
    strength: float,
    classes: Sequence[str],
) -> float:
    """The sum of Brier scores over the spells of a fold at their lead times, each spell counting once."""
    score = 0.0
    training = _Counts(*(part[fold != left_out] for part in counts))
    for kind in sorted(set(kinds[fold == left_out])):
        hazards = _pooled(training, kinds[fold != left_out] == kind, strength)
        for s in map(int, np.flatnonzero((fold == left_out) & (kinds == kind))):
            days_left = _lead_times(resolved[s])
            if days_left:
                occurred = class_counts([resolved[s]], classes)
                error = _probabilities(hazards, np.array(days_left)) - occurred
                score += float((error**2).sum(-1).mean())
    return score


def _lead_times(spell: Spell) -> list[int]:
    """The lead times at which a spell was open."""
    return [days for days in LEAD_TIMES if open_on(spell, spell.deadline - days)]


def _counts(spells: Sequence[Spell], classes: Sequence[str]) -> _Counts:
    outcome = np.array([[s.outcome == c for c in classes] for s in spells], dtype=float).reshape(-1, len(classes))
    left = np.array([s.deadline - (s.deadline if s.ended is None else s.ended) for s in spells], dtype=float)
    notice = np.array([s.deadline - s.known for s in spells], dtype=float)
    inside = np.array([(left >= low) & (left <= high) for low, high in HAZARD_BINS], dtype=float)
    days = [np.maximum(0, np.minimum(high, notice) - np.maximum(low, left) + 1) for low, high in HAZARD_BINS]
    return _Counts(inside.T[:, :, None] * outcome[:, None, :], np.array(days).T, outcome * (left <= 0)[:, None])


def _pooled(counts: _Counts, alike: np.ndarray, strength: float) -> Hazards:
    """The hazards of the spells that are alike, shrunk towards those of all by `strength` events."""
    share = 1 / counts.final.shape[1]
    daily = (counts.events.sum(0) + PRIOR_EVENTS * share) / (counts.days.sum(0) + 1)[:, None]
    final = counts.final.sum(0) + share
    final = final / final.sum()
    total = daily.sum(1, keepdims=True)
    own_days = counts.days[alike].sum(0)[:, None]
    daily = (counts.events[alike].sum(0) + strength * daily / total) / (own_days + strength / total)
    own = counts.final[alike].sum(0)
    return Hazards(daily, (own + strength * final) / (own.sum() + strength))


def _probabilities(hazards: Hazards, days_left: np.ndarray) -> np.ndarray:
    """Probabilities [e, c] of the endings with so many days left [e]."""
    between = np.maximum(days_left - 1, 0)  # days before the deadline's own
    near = HAZARD_BINS[1][1]
    spans = (np.maximum(between - near, 0), np.minimum(between, near))
    probability: np.ndarray = np.zeros((len(days_left), len(hazards.final)))
    survival = np.ones(len(days_left))
    for daily, span in zip(hazards.daily, spans, strict=True):
        total = daily.sum()
        stays = np.exp(-total * span)
        probability = probability + (survival * (1 - stays))[:, None] * daily / total
        survival = survival * stays
    probability = probability + survival[:, None] * hazards.final
    return probability


class Regression(NamedTuple):
    """A multinomial regression: means and scales of the features [f], coefficients [1 + f, c]."""

    mean: np.ndarray
    scale: np.ndarray
    coefficients: np.ndarray

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Probabilities [e, c] at features [e, f]."""
        return _softmax(_with_intercept((features - self.mean) / self.scale) @ self.coefficients)


def ridge_forecast(spells: Sequence[Spell], spell: Spell, day: int, classes: Sequence[str]) -> np.ndarray:
    """Probabilities [c] by a multinomial regression with a ridge penalty on a spell's features and its days left.

    It learns from every spell that had ended, at each lead time at which that was open; each spell counts once.
    Without such spells the base rate is given.
    """
    resolved = tuple(resolved_by(spells, day))
    if not any(map(_lead_times, resolved)):
        return base_rate_forecast(spells, spell, day, classes)
    features = np.array([_features(spell, spell.deadline - day)])
    probability: np.ndarray = _regression(resolved, tuple(classes)).probabilities(features)[0]
    return probability


@lru_cache(maxsize=MODELS_KEPT)
def _regression(resolved: tuple[Spell, ...], classes: tuple[str, ...]) -> Regression:
    """The regression fitted to spells at their lead times."""
    examples = [(s, days, len(_lead_times(s))) for s in resolved for days in _lead_times(s)]
    features = np.array([_features(s, days) for s, days, _ in examples])
    occurred = np.array([[s.outcome == c for c in classes] for s, _, _ in examples], dtype=float)
    return fit(features, occurred, np.array([1 / n for _, _, n in examples]))


def _features(spell: Spell, days_left: int) -> list[float]:
    return [*spell.features, math.log1p(max(days_left, 0)), float(days_left <= 1)]


def fit(features: np.ndarray, occurred: np.ndarray, weight: np.ndarray) -> Regression:
    """The multinomial regression of outcomes [e, c] on features [e, f] with weights [e] and the penalty RIDGE.

    Accelerated steps of the quadratic bound of Böhning (1992), which never overshoots; features are standardised.
    """
    mean, scale = features.mean(0), features.std(0) + 1e-6
    design = _with_intercept((features - mean) / scale)
    penalty = np.full((design.shape[1], 1), RIDGE)
    penalty[0] = RIDGE_OF_INTERCEPT
    bound = 0.5 * (design * weight[:, None]).T @ design + np.diag(penalty[:, 0])
    inverse = np.linalg.inv(bound)
    now = before = np.zeros((design.shape[1], occurred.shape[1]))
    for step in range(STEPS):
        ahead = now + step / (step + 3) * (now - before)
        error = (_softmax(design @ ahead) - occurred) * weight[:, None]
        before, now = now, ahead - inverse @ (design.T @ error + penalty * ahead)
        if np.abs(now - before).max() < STEP_TOLERANCE:
            break
    return Regression(mean, scale, now)


def _with_intercept(features: np.ndarray) -> np.ndarray:
    design: np.ndarray = np.hstack([np.ones((len(features), 1)), features])
    return design


def _softmax(scores: np.ndarray) -> np.ndarray:
    exponential = np.exp(scores - scores.max(-1, keepdims=True))
    probability: np.ndarray = exponential / exponential.sum(-1, keepdims=True)
    return probability


def mean_forecast(spells: Sequence[Spell], spell: Spell, day: int, classes: Sequence[str]) -> np.ndarray:
    """Probabilities [c]: the mean of the hazard model's and the ridge regression's."""
    both = (model(spells, spell, day, classes) for model in (hazard_forecast, ridge_forecast))
    probability: np.ndarray = sum(both, np.zeros(len(classes))) / 2
    return probability


BASE_RATE = "base rate"
HAZARD_AND_RIDGE = "hazard and ridge"
MODELS: dict[str, Model] = {
    BASE_RATE: base_rate_forecast,
    "reference class": reference_class_forecast,
    "hazard": hazard_forecast,
    "ridge": ridge_forecast,
    HAZARD_AND_RIDGE: mean_forecast,
}
