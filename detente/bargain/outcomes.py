"""Outcomes with a payoff for every party, and the disagreement points: what the parties have without a deal.

Axes: k outcome, p party. The inside option is what each party has while talks last (the truce as it stands); the
outside option is what it gets by walking away (the war). Both are named, and every question says which one it uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detente.errors import QuestionError

BLOCK = 512  # outcomes that are compared with each other at a time


@dataclass(frozen=True)
class Package:
    """An outcome that can be agreed on: its name, and its payoff to each party in that party's unit."""

    name: str
    payoff: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class PayoffTable:
    """Packages side by side: parties [p], names [k], payoff [k,p], and disagreement points by name, each [p]."""

    parties: tuple[str, ...]
    names: tuple[str, ...]
    payoff: np.ndarray
    disagreement_points: Mapping[str, np.ndarray]

    def disagreement_point(self, name: str) -> np.ndarray:
        """The payoffs [p] of a disagreement point. Raises QuestionError for an unknown name."""
        if name not in self.disagreement_points:
            known = ", ".join(self.disagreement_points) or "none"
            raise QuestionError(f"there is no disagreement point {name!r}; known: {known}")
        return self.disagreement_points[name]

    def gains(self, disagreement_point: str) -> np.ndarray:
        """Payoffs [k,p] less those of a disagreement point."""
        gain: np.ndarray = self.payoff - self.disagreement_point(disagreement_point)
        return gain

    def subset(self, keep: Sequence[bool] | np.ndarray) -> PayoffTable:
        """The table of the outcomes marked in keep [k], with the same disagreement points."""
        chosen = np.flatnonzero(np.asarray(keep, dtype=bool))
        names = tuple(self.names[k] for k in chosen)
        return PayoffTable(self.parties, names, self.payoff[chosen], self.disagreement_points)


def payoff_table(packages: Sequence[Package], disagreement_points: Mapping[str, Mapping[str, float]]) -> PayoffTable:
    """Packages and disagreement points {name: {party: payoff}} as one table, checked.

    Raises QuestionError without a package, with fewer than two parties, for a repeated name, for payoffs of other
    parties than the first package's, and for numbers that are not finite.

    >>> packages = [Package("cut both duties", {"USA": 0.3, "CHN": 0.2}), Package("cut one", {"USA": -0.1, "CHN": 0.4})]
    >>> payoff_table(packages, {"truce": {"USA": 0.0, "CHN": 0.1}}).gains("truce").round(1).tolist()
    [[0.3, 0.1], [-0.1, 0.3]]
    """
    if not packages:
        raise QuestionError("there is no outcome to bargain about: the feasible set is empty")
    parties = tuple(packages[0].payoff)
    if len(parties) < 2:
        raise QuestionError(f"bargaining needs at least two parties; {packages[0].name!r} has {len(parties)}")
    for name, payoff in [*((p.name, p.payoff) for p in packages), *disagreement_points.items()]:
        _check_payoff(name, payoff, parties)
    rows = np.array([[p.payoff[party] for party in parties] for p in packages], dtype=float)
    points = {n: np.array([v[party] for party in parties], dtype=float) for n, v in disagreement_points.items()}
    return PayoffTable(parties, _distinct_names(packages), rows, points)


def _distinct_names(packages: Sequence[Package]) -> tuple[str, ...]:
    names = tuple(p.name for p in packages)
    repeated = [n for n in names if names.count(n) > 1] if len(set(names)) < len(names) else []
    if repeated:
        raise QuestionError(f"two outcomes are named {repeated[0]!r}; names must differ")
    return names


def _check_payoff(name: str, payoff: Mapping[str, float], parties: Sequence[str]) -> None:
    if set(payoff) != set(parties):
        raise QuestionError(
            f"{name!r} has payoffs of {', '.join(payoff)}; every outcome and disagreement point needs those of"
            f" {', '.join(parties)}"
        )
    for party, value in payoff.items():
        if not np.isfinite(value):
            raise QuestionError(f"{name!r} has the payoff {value} for {party}; it must be a finite number")


def pareto_efficient(payoff: np.ndarray) -> np.ndarray:
    """Which outcomes [k] of payoffs [k,p] are Pareto-efficient: no other makes one party better off and none worse off.

    >>> pareto_efficient(np.array([[2.0, 1.0], [1.0, 2.0], [1.0, 1.0]])).tolist()
    [True, True, False]
    """
    if payoff.shape[1] == 2:  # down the first party's payoff, the second's must rise
        return _efficient_for_two(payoff)
    return _efficient_by_sieve(payoff)


def _efficient_by_sieve(payoff: np.ndarray) -> np.ndarray:
    """The same for any number of parties: an outcome is beaten only by one that comes before it in this order."""
    efficient = np.zeros(len(payoff), dtype=bool)
    order = np.lexsort(-payoff.T[::-1])
    frontier = np.empty((0, payoff.shape[1]))
    for start in range(0, len(order), BLOCK):
        block = order[start : start + BLOCK]
        left = block[~_beaten(payoff[block], frontier)]
        kept = left[~_beaten(payoff[left], payoff[left])]
        efficient[kept] = True
        frontier = np.concatenate([frontier, payoff[kept]])
    return efficient


def _beaten(payoff: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Which rows of payoffs [k,p] some row of others [m,p] beats: nobody worse off, somebody better off."""
    beaten = np.zeros(len(payoff), dtype=bool)
    for start in range(0, len(by), BLOCK):
        other = by[None, start : start + BLOCK]
        no_worse = np.all(other >= payoff[:, None], axis=-1)
        beaten |= np.any(no_worse & np.any(other > payoff[:, None], axis=-1), axis=1)
    return beaten


def _efficient_for_two(payoff: np.ndarray) -> np.ndarray:
    """The same for two parties in n log n: no outcome with a higher first payoff has as high a second one."""
    _, level = np.unique(-payoff[:, 0], return_inverse=True)
    best = np.full(level.max() + 1, -np.inf)
    np.maximum.at(best, level, payoff[:, 1])
    before = np.append(-np.inf, np.maximum.accumulate(best)[:-1])
    efficient: np.ndarray = (payoff[:, 1] == best[level]) & (payoff[:, 1] > before[level])
    return efficient
