"""How a decision point with a deadline ends: base rates by class, competing hazards to the deadline, scores.

Axes: c class of outcome, k forecast. A point is open from the day it is known until it ends; a forecast on a day may
use only what had ended by that day. Expiry and breach are classes of their own: a deadline that passes is told from a
promise that is broken. Simple first: a richer model is used only where it scores better out of sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from detente.bargain import beta
from detente.errors import QuestionError

STRENGTH = 3.0  # cases that a wider class counts for when a narrower one is pooled with it
LEVEL = 0.9  # of every interval
BINS = ((8, 10**6), (1, 7))  # days left over which a hazard is constant; the last day and later are one step
FLOOR = 1e-6  # a chance below it counts as this in the log score
RESAMPLED = 2000  # draws of negotiations behind a paired interval


class Point(NamedTuple):
    """known, deadline, ended: days as numbers, ended None while open; outcome: its class, None while open.

    groups: reference classes from the widest to the narrowest; family: the negotiation, kept together in resampling.
    """

    known: int
    deadline: int
    ended: int | None
    outcome: str | None
    groups: tuple[str, ...] = ()
    family: str = ""


class Rate(NamedTuple):
    """mean, low, high of a chance, and the n cases behind it, of which `hits` were such."""

    mean: float
    low: float
    high: float
    hits: int
    n: int


def open_on(point: Point, day: int) -> bool:
    """Whether a point was known and had not ended by the end of a day."""
    return point.known <= day and (point.ended is None or point.ended > day)


def known_on(points: Sequence[Point], day: int) -> list[Point]:
    """The points that had ended by the end of a day, and so could be learned from."""
    return [p for p in points if p.known <= day and p.outcome is not None and p.ended is not None and p.ended <= day]


def base_rate(hits: int, n: int, *, prior: tuple[float, float] = (1.0, 1.0), level: float = LEVEL) -> Rate:
    """The chance after `hits` of `n` cases with a Beta prior; (k + 1) / (n + 2) with the flat one.

    Raises QuestionError where hits are more than cases or a prior is not positive.
    """
    if not 0 <= hits <= n or min(prior) <= 0 or not 0 < level < 1:
        raise QuestionError(f"{hits} of {n} cases with prior {prior} at level {level} is no base rate")
    a, b = prior[0] + hits, prior[1] + n - hits
    low, high = (beta.quantile(a, b, q) for q in ((1 - level) / 2, (1 + level) / 2))
    return Rate(a / (a + b), low, high, hits, n)


def counts(points: Sequence[Point], classes: Sequence[str]) -> np.ndarray:
    """How often each class came [c]."""
    return np.array([sum(p.outcome == c for p in points) for c in classes], dtype=float)


def rates(points: Sequence[Point], classes: Sequence[str]) -> dict[str, Rate]:
    """The base rate of each class with its interval: one prior case shared by all classes."""
    share = 1 / len(classes)
    found = counts(points, classes)
    n = int(found.sum())
    return {
        c: base_rate(int(k), n, prior=(share, 1 - share) if share < 1 else (1.0, 1.0))
        for c, k in zip(classes, found, strict=True)
    }


def by_base_rate(points: Sequence[Point], point: Point, day: int, classes: Sequence[str]) -> np.ndarray:
    """Chances [c] by what had ended by the day, all alike."""
    found = counts(known_on(points, day), classes) + 1 / len(classes)
    return found / found.sum()


def by_class(points: Sequence[Point], point: Point, day: int, classes: Sequence[str]) -> np.ndarray:
    """Chances [c] pooled from the base rate down the point's reference classes: a class of its own counts by its n."""
    learned = known_on(points, day)
    chance = by_base_rate(points, point, day, classes)
    for depth in range(len(point.groups)):
        alike = [p for p in learned if p.groups[: depth + 1] == point.groups[: depth + 1]]
        found = counts(alike, classes)
        chance = (found + STRENGTH * chance) / (found.sum() + STRENGTH)
    return chance


def by_hazard(points: Sequence[Point], point: Point, day: int, classes: Sequence[str]) -> np.ndarray:
    """Chances [c] by discrete-time competing hazards: constant a day within BINS, one step at the deadline.

    Hazards are events over days at risk, pooled from all points down the reference classes of the point.
    """
    learned = known_on(points, day)
    spread = 1 / len(classes)
    daily = [(f + 0.1 * spread) / (t + 1) for f, t in (exposed(learned, a, b, classes) for a, b in BINS)]
    last = counts([p for p in learned if _left(p) <= 0], classes) + spread
    last /= last.sum()
    for depth in range(len(point.groups)):
        alike = [p for p in learned if p.groups[: depth + 1] == point.groups[: depth + 1]]
        for k, (a, b) in enumerate(BINS):
            events, days = exposed(alike, a, b, classes)
            whole = daily[k].sum()
            daily[k] = (events + STRENGTH * daily[k] / whole) / (days + STRENGTH / whole)
        found = counts([p for p in alike if _left(p) <= 0], classes)
        last = (found + STRENGTH * last) / (found.sum() + STRENGTH)
    chance, alive = np.zeros(len(classes)), 1.0
    for left in range(point.deadline - day - 1, 0, -1):
        hazard = daily[next(k for k, (a, b) in enumerate(BINS) if a <= left <= b)]
        ends = 1 - math.exp(-hazard.sum())
        chance += alive * ends * hazard / hazard.sum()
        alive *= 1 - ends
    return chance + alive * last


def _left(point: Point) -> int:
    """Days left when a point ended."""
    return point.deadline - (point.ended if point.ended is not None else point.deadline)


def exposed(points: Sequence[Point], low: int, high: int, classes: Sequence[str]) -> tuple[np.ndarray, float]:
    """(events [c], days at risk) with `low` to `high` days left."""
    days = 0.0
    for p in points:
        days += max(0, min(high, p.deadline - p.known) - max(low, _left(p)) + 1)
    return counts([p for p in points if low <= _left(p) <= high], classes), days


MODELS = {"base rate": by_base_rate, "reference class": by_class, "hazard": by_hazard}


def brier(chance: np.ndarray, came: np.ndarray) -> float:
    """Mean squared error of chances [k] of one event, or [k,c] summed over classes. Brier (1950)."""
    chance, came = np.asarray(chance, dtype=float), np.asarray(came, dtype=float)
    if chance.shape != came.shape or not chance.size:
        raise QuestionError(f"{chance.shape} chances and {came.shape} outcomes: one outcome a forecast is needed")
    square = (chance - came) ** 2
    return float(square.mean() if square.ndim == 1 else square.sum(-1).mean())


class Murphy(NamedTuple):
    """brier = reliability - resolution + uncertainty. Murphy (1973)."""

    brier: float
    reliability: float
    resolution: float
    uncertainty: float


def murphy(chance: Sequence[float], came: Sequence[float]) -> Murphy:
    """The Brier score of one event taken apart, forecasts grouped by their value."""
    p, o = np.asarray(chance, dtype=float), np.asarray(came, dtype=float)
    score, mean = brier(p, o), o.mean()
    reliability = resolution = 0.0
    for value in np.unique(p):
        here = o[p == value]
        reliability += len(here) * (value - here.mean()) ** 2 / len(p)
        resolution += len(here) * (here.mean() - mean) ** 2 / len(p)
    return Murphy(score, float(reliability), float(resolution), float(mean * (1 - mean)))


def log_score(chance: Sequence[float] | float) -> float:
    """Mean of -ln of the chance given to what came; chances below 1e-6 count as that."""
    return float(-np.log(np.maximum(np.atleast_1d(np.asarray(chance, dtype=float)), FLOOR)).mean())


class Bin(NamedTuple):
    """Forecasts between two chances: their mean, and how often it came, with its interval and n."""

    low: float
    high: float
    forecast: float
    came: Rate


EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def calibration(chance: Sequence[float], came: Sequence[float]) -> list[Bin]:
    """How often what was given a chance came, by fifths of the chance; empty bins are left out."""
    p, o = np.asarray(chance, dtype=float), np.asarray(came, dtype=float)
    found = []
    for low, high in pairwise(EDGES):
        here = (p >= low) & ((p < high) | (high == 1))
        if here.any():
            found.append(Bin(low, high, float(p[here].mean()), base_rate(int(o[here].sum()), int(here.sum()))))
    return found


class Difference(NamedTuple):
    """Mean of a paired difference, its interval, the n pairs and the families they come from."""

    mean: float
    low: float
    high: float
    n: int
    families: int


def paired(one: Sequence[float], other: Sequence[float], families: Sequence[str], *, seed: int = 0) -> Difference:
    """The mean of one score less another, with an interval by resampling whole families of forecasts."""
    gap = np.asarray(one, dtype=float) - np.asarray(other, dtype=float)
    names = sorted(set(families))
    if not len(gap) or len(gap) != len(families):
        raise QuestionError("a paired difference needs a pair of scores and a family for each")
    who = np.array([names.index(f) for f in families])
    total = np.bincount(who, gap, len(names))
    size = np.bincount(who, minlength=len(names))
    drawn = np.random.default_rng(seed).integers(0, len(names), (RESAMPLED, len(names)))
    means = total[drawn].sum(1) / size[drawn].sum(1)
    low, high = np.quantile(means, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Difference(float(gap.mean()), float(low), float(high), len(gap), len(names))


def extremised(chance: float, power: float) -> float:
    """p^a / (p^a + (1 - p)^a): a mean of forecasts made as sure as its makers together are. Baron et al. (2014)."""
    if not 0 <= chance <= 1 or power <= 0:
        raise QuestionError(f"a chance from 0 to 1 and a positive power; {chance} and {power} are not")
    return chance**power / (chance**power + (1 - chance) ** power)


def pooled_odds(chances: Sequence[float], weights: Sequence[float] | None = None) -> float:
    """The chance at the weighted geometric mean of the odds. Satopää et al. (2014)."""
    p = np.asarray(chances, dtype=float)
    if not p.size or not ((p > 0) & (p < 1)).all():
        raise QuestionError("a log pool needs chances strictly between 0 and 1")
    w = np.full(p.size, 1 / p.size) if weights is None else np.asarray(weights, dtype=float) / np.sum(weights)
    return float(1 / (1 + np.exp(-(w @ np.log(p / (1 - p))))))
