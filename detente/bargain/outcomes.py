"""Outcomes with a payoff for every party, and the points the parties fall back to without a deal.

Axes: k outcome, p party. The inside option is what each side has while they talk (the truce as it stands); the outside
option is what it gets by walking away (the war). Both are named, and every question says which one it uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detente.errors import QuestionError


@dataclass(frozen=True)
class Package:
    """A name and a payoff for each party, in one unit per party."""

    name: str
    payoff: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class PayoffTable:
    """parties; names [k]; payoff [k,p]; points: what each party has without a deal, by name of the point [p]."""

    parties: tuple[str, ...]
    names: tuple[str, ...]
    payoff: np.ndarray
    points: Mapping[str, np.ndarray]

    def point(self, name: str) -> np.ndarray:
        """A disagreement point by name. Raises QuestionError."""
        if name not in self.points:
            raise QuestionError(f"no disagreement point is named {name!r}; there is {', '.join(self.points) or 'none'}")
        return self.points[name]

    def gains(self, disagreement: str) -> np.ndarray:
        """Payoffs [k,p] over a disagreement point."""
        return self.payoff - self.point(disagreement)

    def only(self, keep: Sequence[bool] | np.ndarray) -> PayoffTable:
        """The outcomes that are kept, with the same points."""
        chosen = np.flatnonzero(np.asarray(keep, dtype=bool))
        return PayoffTable(self.parties, tuple(self.names[k] for k in chosen), self.payoff[chosen], self.points)


def table(outcomes: Sequence[Package], points: Mapping[str, Mapping[str, float]]) -> PayoffTable:
    """Outcomes side by side, checked: somebody to bargain, something to bargain about, finite numbers.

    Raises QuestionError.
    """
    if not outcomes:
        raise QuestionError("no outcome to bargain about: the feasible set is empty")
    parties = tuple(outcomes[0].payoff)
    if len(parties) < 2:
        raise QuestionError(f"a bargain needs two parties at least; {outcomes[0].name!r} has {len(parties)}")
    names = tuple(o.name for o in outcomes)
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise QuestionError(f"two outcomes are named {twice!r}; names must differ")
    for where, payoff in [(o.name, o.payoff) for o in outcomes] + list(points.items()):
        if set(payoff) != set(parties):
            raise QuestionError(
                f"{where!r} pays {', '.join(payoff)}; every outcome and point pays {', '.join(parties)}"
            )
        for party, value in payoff.items():
            if not np.isfinite(value):
                raise QuestionError(f"{where!r} pays {party} {value}, which is no finite number")
    rows = np.array([[o.payoff[p] for p in parties] for o in outcomes], dtype=float)
    return PayoffTable(
        parties, names, rows, {n: np.array([v[p] for p in parties], dtype=float) for n, v in points.items()}
    )


def pareto(payoff: np.ndarray) -> np.ndarray:
    """Which outcomes [k] of payoffs [k,p] no other outcome beats: nobody worse off and somebody better off."""
    if payoff.shape[1] == 2:  # down the first party's payoff, the second's must rise
        _, level = np.unique(-payoff[:, 0], return_inverse=True)
        best = np.full(level.max() + 1, -np.inf)
        np.maximum.at(best, level, payoff[:, 1])
        above = np.append(-np.inf, np.maximum.accumulate(best)[:-1])
        return (payoff[:, 1] == best[level]) & (payoff[:, 1] > above[level])
    least = np.all(payoff[None] >= payoff[:, None], axis=-1)
    more = np.any(payoff[None] > payoff[:, None], axis=-1)
    return ~np.any(least & more, axis=1)
