"""Ratification at home: win-sets, two-level games, and how far from failing a deal is.

Putnam (1988). Axes: k outcome, j domestic player. A player accepts an outcome that leaves it no worse off than the
disagreement point, which in the spatial models is the status quo on a line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from detente.bargain import solutions
from detente.bargain.outcomes import PayoffTable
from detente.bargain.solutions import Deal
from detente.errors import QuestionError

RULES = {"any": 0.0, "majority": 0.5, "three-fifths": 0.6, "two-thirds": 2 / 3, "all": 1.0}
TOLERANCE = 1e-12  # of a share of votes


def win_set(ideal: float, disagreement_point: float) -> tuple[float, float]:
    """The interval on a line that a player accepts: as close to its ideal point as the disagreement point, or closer.

    >>> win_set(0.3, 0.0)
    (0.0, 0.6)
    """
    ends = (disagreement_point, 2 * ideal - disagreement_point)
    if not all(map(math.isfinite, ends)):
        raise QuestionError(f"the ideal point {ideal} and the disagreement point {disagreement_point} must be finite")
    return min(ends), max(ends)


@dataclass(frozen=True)
class SpatialDeal:
    """deal: of two executives on a line. unconstrained: their deal without ratifiers. binding: whether one binds."""

    deal: float
    unconstrained: float
    binding: bool


def spatial_win_set(
    home: float, foreign: float, disagreement_point: float = 0.0, ratifiers: Sequence[float] = ()
) -> SpatialDeal | None:
    """The Nash deal of two executives with quadratic losses, within the win-set common to all ratifiers.

    home, foreign, ratifiers: ideal points on a line. With the disagreement point at 0 the unconstrained deal is the
    smaller root of 4 q^2 - 6 (h + f) q + 8 h f; it is cut at the nearest end of the common win-set. Returns None where
    the executives want opposite changes, or a ratifier wants none. Raises QuestionError. The closed form, in the spirit
    of Milner and Rosendorff (1997), is derived for this package.

    >>> deal = spatial_win_set(0.6, 1.0, 0.0, [0.3])
    >>> deal.deal, round(deal.unconstrained, 4), deal.binding
    (0.6, 0.7101, True)
    """
    h, f = home - disagreement_point, foreign - disagreement_point
    if not (math.isfinite(h) and math.isfinite(f)):
        raise QuestionError(
            f"ideal points {home}, {foreign} and disagreement point {disagreement_point} must be finite numbers"
        )
    if h * f <= 0:
        return None
    side = math.copysign(1.0, h)
    h, f = abs(h), abs(f)
    unconstrained = (6 * (h + f) - math.sqrt(36 * (h + f) ** 2 - 128 * h * f)) / 8
    limit = min((2 * side * (c - disagreement_point) for c in ratifiers), default=math.inf)
    if limit <= 0:
        return None
    deal = min(unconstrained, limit)
    return SpatialDeal(
        disagreement_point + side * deal, disagreement_point + side * unconstrained, limit < unconstrained
    )


@dataclass(frozen=True)
class UncertainRatification:
    """offer: on a line. rejected: the probability that it is not ratified."""

    offer: float
    rejected: float


def offer_under_uncertain_ratification(
    proposer: float, low: float, high: float, disagreement_point: float = 0.0
) -> UncertainRatification:
    """The best offer of a proposer to a ratifier whose ideal point is uniform on [low, high].

    All ideal points lie above the disagreement point. The offer is the smaller root of 1.5 q^2 - (2 f + 2 c) q + 2 f c,
    with f the proposer's ideal point and c the highest of the ratifier, and at least what the lowest accepts. Raises
    QuestionError. The mechanism is Iida's (1993); the closed form is derived for this package.

    >>> round(offer_under_uncertain_ratification(1.0, 0.1, 0.5).offer, 4)
    0.4226
    """
    f, a, b = proposer - disagreement_point, low - disagreement_point, high - disagreement_point
    if not (a < b and a >= 0 and f > 0 and math.isfinite(b) and math.isfinite(f)):
        raise QuestionError(
            f"the ratifier's ideal points from {low} to {high} and the proposer's, {proposer}, must lie above the"
            f" disagreement point {disagreement_point}"
        )
    total = 2 * f + 2 * b
    best = (total - math.sqrt(total**2 - 12 * f * b)) / 3
    offer = min(max(best, 2 * a), f) if 2 * a < f else f
    accepted = min(1.0, (b - offer / 2) / (b - a))
    return UncertainRatification(disagreement_point + offer, 1 - accepted)


@dataclass(frozen=True)
class VotingBody:
    """A weighted voting game at home over outcomes.

    players: names [j]. gain [k,j]: of each outcome over the disagreement point. weight [j]: votes. quota: the share of
    votes needed; 0.5 means more than half, any other quota passes when it is equalled. Raises QuestionError.
    """

    players: tuple[str, ...]
    gain: np.ndarray
    weight: np.ndarray
    quota: float

    def __post_init__(self) -> None:
        shape = (len(self.players),)
        if not self.players or self.gain.ndim != 2 or self.gain.shape[1:] != shape or self.weight.shape != shape:
            raise QuestionError(
                "a voting body needs players, a gain for each outcome and player, and a weight for each"
            )
        if not np.isfinite(self.gain).all() or not (self.weight >= 0).all() or not self.weight.sum() > 0:
            raise QuestionError("gains must be finite, and weights not negative with at least one positive")
        if not 0 <= self.quota <= 1:
            raise QuestionError(f"the quota is {self.quota}; it must be a share from 0 to 1")

    def passes(self, threshold: float = 0.0) -> np.ndarray:
        """Which outcomes [k] pass when a player votes for what gains it at least `threshold`."""
        return self._enough((self.gain >= threshold) @ self.weight / self.weight.sum())

    def _enough(self, share: np.ndarray) -> np.ndarray:
        enough: np.ndarray = share > 0.5 if self.quota == 0.5 else share >= max(self.quota, TOLERANCE) - TOLERANCE
        return enough

    @property
    def support(self) -> np.ndarray:
        """The share of votes [k] of players that do not lose."""
        share: np.ndarray = (self.gain >= 0) @ self.weight / self.weight.sum()
        return share

    @property
    def margin(self) -> np.ndarray:
        """The highest threshold [k] at which each outcome still passes; an outcome with a negative margin fails now."""
        order = np.argsort(-self.gain, 1, kind="stable")
        share = np.cumsum(self.weight[order], 1) / self.weight.sum()
        rows = np.arange(len(self.gain))
        first = np.argmax(self._enough(share), 1)
        margin: np.ndarray = self.gain[rows, order[rows, first]]
        return margin

    def pivot(self, outcome: int) -> str:
        """The pivotal player: the one whose gain is the margin of an outcome."""
        return self.players[int(np.argmin(np.abs(self.gain[outcome] - self.margin[outcome])))]


class TwoLevelDeal(NamedTuple):
    """deal: within every win-set. unconstrained: without ratification. passes [k]: outcomes that pass everywhere."""

    deal: Deal
    unconstrained: Deal
    passes: np.ndarray


def two_level_game(
    table: PayoffTable,
    disagreement_point: str,
    bodies: Mapping[str, VotingBody],
    solution: str = "nash",
    *,
    thresholds: Mapping[str, float] | None = None,
) -> TwoLevelDeal:
    """The deal on a table of outcomes of which only those can be agreed on that every party's voting body passes.

    bodies: by party. thresholds: the gain each player of a party needs, 0 by default. Raises QuestionError.
    Putnam (1988).

    >>> from detente.bargain.outcomes import Package, payoff_table
    >>> packages = [Package("x", {"a": 5, "b": 5}), Package("y", {"a": 2, "b": 7})]
    >>> table = payoff_table(packages, {"status quo": {"a": 0, "b": 0}})
    >>> parliament = VotingBody(("farmers",), np.array([[-1.0], [1.0]]), np.array([1.0]), quota=1.0)
    >>> two_level_game(table, "status quo", {"a": parliament}).deal.outcome
    'y'
    """
    passes = np.ones(len(table.names), dtype=bool)
    for party, body in bodies.items():
        if party not in table.parties or len(body.gain) != len(table.names):
            raise QuestionError(
                f"the voting body of {party!r} does not fit the {len(table.names)} outcomes of {table.parties}"
            )
        passes &= body.passes((thresholds or {}).get(party, 0.0))
    unconstrained = solutions.solve(table, disagreement_point, solution)
    if not passes.any():
        return TwoLevelDeal(Deal(solution, None, why="no outcome passes in every capital"), unconstrained, passes)
    return TwoLevelDeal(solutions.solve(table.subset(passes), disagreement_point, solution), unconstrained, passes)
