"""What passes at home: win-sets, the two-level deal, a ratifier nobody can be sure of, margins instead of guesses.

Putnam (1988). Axes: k outcome, j domestic player. A player accepts what leaves it no worse off than the reversion.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detente.bargain import solutions
from detente.bargain.outcomes import PayoffTable
from detente.bargain.solutions import Deal
from detente.errors import QuestionError

RULES = {"any": 0.0, "majority": 0.5, "three-fifths": 0.6, "two-thirds": 2 / 3, "all": 1.0}


def win_set(ideal: float, reversion: float) -> tuple[float, float]:
    """What a player with this ideal point accepts on a line: as near to it as the reversion, or nearer."""
    ends = (reversion, 2 * ideal - reversion)
    if not all(map(math.isfinite, ends)):
        raise QuestionError(f"the ideal point {ideal} and the reversion {reversion} are not both finite")
    return min(ends), max(ends)


def common(sets: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """What every set holds; None where they have nothing in common."""
    if not sets:
        raise QuestionError("no win-set is given")
    low, high = max(s[0] for s in sets), min(s[1] for s in sets)
    return (low, high) if low <= high else None


@dataclass(frozen=True)
class LineDeal:
    """deal: where two executives land on a line; free: where they would without ratifiers; binds: whether one bites."""

    deal: float
    free: float
    binds: bool


def spatial_win_set(
    home: float, foreign: float, reversion: float = 0.0, ratifiers: Sequence[float] = ()
) -> LineDeal | None:
    """The Nash deal of two executives with quadratic losses, within what every ratifier (ideal points) accepts.

    With the reversion at 0 it is the smaller root of 4 q^2 - 6 (h + f) q + 8 h f, cut at the nearest end of the common
    win-set. None where the executives want opposite changes, or the ratifiers no change.
    """
    h, f = home - reversion, foreign - reversion
    if not (math.isfinite(h) and math.isfinite(f)):
        raise QuestionError(f"ideal points {home}, {foreign} and reversion {reversion} must be finite numbers")
    if h * f <= 0:
        return None
    side = math.copysign(1.0, h)
    h, f = abs(h), abs(f)
    free = (6 * (h + f) - math.sqrt(36 * (h + f) ** 2 - 128 * h * f)) / 8
    limit = min((2 * side * (c - reversion) for c in ratifiers), default=math.inf)
    if limit <= 0:
        return None
    deal = min(free, limit)
    return LineDeal(reversion + side * deal, reversion + side * free, limit < free)


@dataclass(frozen=True)
class Unsure:
    """offer: what a proposer unsure of the ratifier offers; refused: the chance that it is not ratified."""

    offer: float
    refused: float


def unsure(proposer: float, low: float, high: float, reversion: float = 0.0) -> Unsure:
    """The best offer to a ratifier whose ideal point is uniform from low to high, all on one side of the reversion.

    The smaller root of 1.5 q^2 - (2 f + 2 c) q + 2 f c, with c the highest ideal; never below what the lowest accepts.
    The mechanism of Iida (1993); the closed form is this package's.
    """
    f, a, b = proposer - reversion, low - reversion, high - reversion
    if not (a < b and a >= 0 and f > 0 and math.isfinite(b) and math.isfinite(f)):
        raise QuestionError(
            f"ideal points from {low} to {high} and {proposer} must lie above the reversion {reversion}"
        )
    total = 2 * f + 2 * b
    best = (total - math.sqrt(total**2 - 12 * f * b)) / 3
    offer = min(max(best, 2 * a), f) if 2 * a < f else f
    accepted = min(1.0, (b - offer / 2) / (b - a))
    return Unsure(reversion + offer, 1 - accepted)


@dataclass(frozen=True)
class House:
    """Players with a vote at home. gain [k,j]: of each outcome over the reversion; weight [j]; quota: share needed.

    A quota of 0.5 means more than half; of 1, everybody; others are reached when equalled.
    """

    players: tuple[str, ...]
    gain: np.ndarray
    weight: np.ndarray
    quota: float

    def __post_init__(self) -> None:
        shape = (len(self.players),)
        if not self.players or self.gain.ndim != 2 or self.gain.shape[1:] != shape or self.weight.shape != shape:
            raise QuestionError("a house needs players, a gain an outcome and player, and a weight a player")
        if not np.isfinite(self.gain).all() or not (self.weight >= 0).all() or not self.weight.sum() > 0:
            raise QuestionError("gains must be finite and weights not negative, with one that is positive")
        if not 0 <= self.quota <= 1:
            raise QuestionError(f"the quota is a share from 0 to 1, not {self.quota}")

    def passes(self, threshold: float = 0.0) -> np.ndarray:
        """Which outcomes [k] pass when each player needs a gain of at least `threshold`."""
        return self._enough((self.gain >= threshold) @ self.weight / self.weight.sum())

    def _enough(self, share: np.ndarray) -> np.ndarray:
        return share > 0.5 if self.quota == 0.5 else share >= max(self.quota, 1e-12) - 1e-12

    @property
    def support(self) -> np.ndarray:
        """Share of the weight [k] that does not lose."""
        return (self.gain >= 0) @ self.weight / self.weight.sum()

    @property
    def margin(self) -> np.ndarray:
        """The highest gain [k] every player could insist on with the outcome still passing; below 0 it fails today."""
        order = np.argsort(-self.gain, 1, kind="stable")
        held = np.cumsum(self.weight[order], 1) / self.weight.sum()
        rows = np.arange(len(self.gain))
        first = np.argmax(self._enough(held), 1)
        return self.gain[rows, order[rows, first]]

    def pivot(self, outcome: int) -> str:
        """The player whose gain is the margin."""
        return self.players[int(np.argmin(np.abs(self.gain[outcome] - self.margin[outcome])))]


def two_level(
    given: PayoffTable,
    disagreement: str,
    houses: Mapping[str, House],
    solution: str = "nash",
    *,
    thresholds: Mapping[str, float] | None = None,
) -> tuple[Deal, Deal, np.ndarray]:
    """(deal within every win-set, deal without ratifiers, which outcomes [k] pass everywhere)."""
    keep = np.ones(len(given.names), dtype=bool)
    for party, house in houses.items():
        if party not in given.parties or len(house.gain) != len(given.names):
            raise QuestionError(f"the house of {party!r} does not fit: {len(given.names)} outcomes of {given.parties}")
        keep &= house.passes((thresholds or {}).get(party, 0.0))
    free = solutions.solve(given, disagreement, solution)
    if not keep.any():
        return Deal(solution, None, why="no outcome passes in every capital"), free, keep
    return solutions.solve(given.only(keep), disagreement, solution), free, keep
