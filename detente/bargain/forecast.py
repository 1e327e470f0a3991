"""How a decision with a deadline ends: spells, base rates, reference classes, and scores of forecasts.

Axes: c class of outcome, k forecast. A spell runs from the day a deadline is known until the decision ends; a forecast
made on a day may use only spells that had ended by that day. Expiry and breach are separate classes: a deadline that
passes is not a broken promise. A richer model is used only where it scores better out of sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from detente.bargain import beta
from detente.errors import QuestionError

PRIOR_CASES = 3.0  # cases that a wider reference class counts for when a narrower one is pooled with it
LEVEL = 0.9  # of every interval
LEAD_TIMES = (1, 7, 14, 30)  # days before its deadline at which a spell is forecast and learned from
LEAST_PROBABILITY = 1e-6  # a lower one counts as this in the log score
RESAMPLES = 2000  # bootstrap draws of clusters behind the interval of a paired difference
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # of the bins of a calibration table


class Spell(NamedTuple):
    """A decision with a deadline, open from the day it is known until it ends. Days are ordinal numbers.

    ended, outcome: the day and the class of the outcome, both None while it is open. reference_classes: from the widest
    to the narrowest; the first is its kind. cluster: spells that are resampled together, such as those of one
    negotiation. features: numbers that were known when the spell began, the same ones for every spell.
    """

    known: int
    deadline: int
    ended: int | None
    outcome: str | None
    reference_classes: tuple[str, ...] = ()
    cluster: str = ""
    features: tuple[float, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of the deadline, "" where it has none."""
        return self.reference_classes[0] if self.reference_classes else ""


class BaseRate(NamedTuple):
    """The mean of a probability with its interval, and the n cases behind it, of which `hits` were such."""

    mean: float
    low: float
    high: float
    hits: int
    n: int


def open_on(spell: Spell, day: int) -> bool:
    """Whether a spell was known and had not ended by the end of a day."""
    return spell.known <= day and (spell.ended is None or spell.ended > day)


def resolved_by(spells: Sequence[Spell], day: int) -> list[Spell]:
    """The spells that had ended by the end of a day, and so could be learned from."""
    return [s for s in spells if s.known <= day and s.outcome is not None and s.ended is not None and s.ended <= day]


def base_rate(hits: int, n: int, *, prior: tuple[float, float] = (1.0, 1.0), level: float = LEVEL) -> BaseRate:
    """The posterior probability after `hits` in `n` cases with a Beta prior, and its equal-tailed interval.

    With the flat prior the mean is Laplace's (hits + 1) / (n + 2). Raises QuestionError for more hits than cases, a
    prior that is not positive, or a level outside 0 to 1.

    >>> round(base_rate(3, 3).mean, 3)
    0.8
    """
    if not 0 <= hits <= n or min(prior) <= 0 or not 0 < level < 1:
        raise QuestionError(
            f"{hits} hits in {n} cases with prior {prior} at level {level}: hits lie from 0 to the number of cases,"
            " priors are positive and the level lies between 0 and 1"
        )
    a, b = prior[0] + hits, prior[1] + n - hits
    low, high = (beta.quantile(a, b, q) for q in ((1 - level) / 2, (1 + level) / 2))
    return BaseRate(a / (a + b), low, high, hits, n)


def class_counts(spells: Sequence[Spell], classes: Sequence[str]) -> np.ndarray:
    """The number of spells [c] that ended in each class."""
    return np.array([sum(s.outcome == c for s in spells) for c in classes], dtype=float)


def base_rates(spells: Sequence[Spell], classes: Sequence[str]) -> dict[str, BaseRate]:
    """The base rate of each class with its interval: one prior case is shared by all classes."""
    share = 1 / len(classes)
    counts = class_counts(spells, classes)
    n = int(counts.sum())
    prior = (share, 1 - share) if share < 1 else (1.0, 1.0)
    return {c: base_rate(int(k), n, prior=prior) for c, k in zip(classes, counts, strict=True)}


def base_rate_forecast(spells: Sequence[Spell], spell: Spell, day: int, classes: Sequence[str]) -> np.ndarray:
    """Probabilities [c] from all spells that had ended by the day, treated alike."""
    counts: np.ndarray = class_counts(resolved_by(spells, day), classes) + 1 / len(classes)
    probability: np.ndarray = counts / counts.sum()
    return probability


def reference_class_forecast(spells: Sequence[Spell], spell: Spell, day: int, classes: Sequence[str]) -> np.ndarray:
    """Probabilities [c] pooled from the base rate down the spell's reference classes, each weighted by its size."""
    resolved = resolved_by(spells, day)
    probability = base_rate_forecast(spells, spell, day, classes)
    for depth in range(len(spell.reference_classes)):
        counts = class_counts(_in_same_class(resolved, spell, depth), classes)
        probability = (counts + PRIOR_CASES * probability) / (counts.sum() + PRIOR_CASES)
    return probability


def _in_same_class(spells: Sequence[Spell], spell: Spell, depth: int) -> list[Spell]:
    """The spells that share a spell's reference classes down to a depth."""
    return [s for s in spells if s.reference_classes[: depth + 1] == spell.reference_classes[: depth + 1]]


def brier(probability: np.ndarray, occurred: np.ndarray) -> float:
    """The mean squared error of probabilities [k] of one event, or [k,c] summed over classes; occurred is 0 or 1.

    Raises QuestionError where the shapes differ. Brier (1950).

    >>> round(brier(np.array([0.665]), np.array([0.0])), 6)
    0.442225
    """
    probability, occurred = np.asarray(probability, dtype=float), np.asarray(occurred, dtype=float)
    if probability.shape != occurred.shape or not probability.size:
        raise QuestionError(
            f"{probability.shape} probabilities and {occurred.shape} outcomes; each forecast needs an outcome"
        )
    square = (probability - occurred) ** 2
    return float(square.mean() if square.ndim == 1 else square.sum(-1).mean())


class BrierDecomposition(NamedTuple):
    """brier = reliability - resolution + uncertainty. Murphy (1973)."""

    brier: float
    reliability: float
    resolution: float
    uncertainty: float


def murphy_decomposition(probability: Sequence[float], occurred: Sequence[float]) -> BrierDecomposition:
    """The parts of the Brier score of one event, with forecasts [k] grouped by their value. Murphy (1973).

    >>> [round(x, 4) for x in murphy_decomposition([0.2, 0.2, 0.8, 0.8], [0, 0, 1, 0])]
    [0.19, 0.065, 0.0625, 0.1875]
    """
    p, o = np.asarray(probability, dtype=float), np.asarray(occurred, dtype=float)
    score, mean = brier(p, o), o.mean()
    reliability = resolution = 0.0
    for value in np.unique(p):
        group = o[p == value]
        reliability += len(group) * (value - group.mean()) ** 2 / len(p)
        resolution += len(group) * (group.mean() - mean) ** 2 / len(p)
    return BrierDecomposition(score, float(reliability), float(resolution), float(mean * (1 - mean)))


def log_score(probability: Sequence[float] | float) -> float:
    """The mean of -ln of the probability that was given to what occurred; below 1e-6 it counts as that.

    >>> round(log_score(0.335), 4)
    1.0936
    """
    p = np.atleast_1d(np.asarray(probability, dtype=float))
    return float(-np.log(np.maximum(p, LEAST_PROBABILITY)).mean())


class CalibrationBin(NamedTuple):
    """Forecasts between two probabilities: their mean, and how often the event occurred, with its interval and n."""

    low: float
    high: float
    forecast: float
    observed: BaseRate


def calibration(probability: Sequence[float], occurred: Sequence[float]) -> list[CalibrationBin]:
    """How often events occurred that were given a probability [k], by fifths of it; empty bins are left out."""
    p, o = np.asarray(probability, dtype=float), np.asarray(occurred, dtype=float)
    bins = []
    for low, high in pairwise(EDGES):
        inside = (p >= low) & ((p < high) | (high == 1))
        if inside.any():
            observed = base_rate(int(o[inside].sum()), int(inside.sum()))
            bins.append(CalibrationBin(low, high, float(p[inside].mean()), observed))
    return bins


@lru_cache(maxsize=8)
def _resampled(clusters: int, seed: int) -> np.ndarray:
    """How often each cluster is drawn [resample, cluster] when as many are drawn as there are."""
    drawn = np.random.default_rng(seed).integers(0, clusters, (RESAMPLES, clusters))
    offset = drawn + clusters * np.arange(RESAMPLES)[:, None]
    counts: np.ndarray = np.bincount(offset.ravel(), minlength=RESAMPLES * clusters).reshape(RESAMPLES, clusters)
    return counts.astype(float)


class PairedDifference(NamedTuple):
    """The mean of a paired difference, its interval, the n pairs and the number of clusters they come from."""

    mean: float
    low: float
    high: float
    n: int
    clusters: int


def paired_difference(
    first: Sequence[float], second: Sequence[float], clusters: Sequence[str], *, seed: int = 0
) -> PairedDifference:
    """The mean of first less second [k], with an interval from a bootstrap that resamples whole clusters [k].

    Raises QuestionError for no pairs, or another number of clusters than of pairs.
    """
    difference = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    names = sorted(set(clusters))
    if not len(difference) or len(difference) != len(clusters):
        raise QuestionError("a paired difference needs at least one pair of scores, and a cluster for each pair")
    member = np.array([names.index(c) for c in clusters])
    total = np.bincount(member, difference, len(names))
    size = np.bincount(member, minlength=len(names))
    draws = _resampled(len(names), seed)
    means = draws @ total / (draws @ size)
    low, high = np.quantile(means, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return PairedDifference(float(difference.mean()), float(low), float(high), len(difference), len(names))


def extremize(probability: float, power: float) -> float:
    """p^a / (p^a + (1 - p)^a): undoes the caution that a mean of several forecasts adds. Baron et al. (2014).

    >>> round(extremize(0.7, 2), 4)
    0.8448
    """
    if not 0 <= probability <= 1 or power <= 0:
        raise QuestionError(f"the probability {probability} lies from 0 to 1, and the power {power} is positive")
    return float(probability**power / (probability**power + (1 - probability) ** power))


def logarithmic_pool(probabilities: Sequence[float], weights: Sequence[float] | None = None) -> float:
    """The probability at the weighted geometric mean of the odds, equal weights by default. Satopää et al. (2014).

    >>> round(logarithmic_pool([0.6, 0.9]), 4)
    0.7861
    """
    p = np.asarray(probabilities, dtype=float)
    if not p.size or not ((p > 0) & (p < 1)).all():
        raise QuestionError("a logarithmic pool needs probabilities strictly between 0 and 1")
    w = np.full(p.size, 1 / p.size) if weights is None else np.asarray(weights, dtype=float) / np.sum(weights)
    return float(1 / (1 + np.exp(-(w @ np.log(p / (1 - p))))))
