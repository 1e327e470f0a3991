"""Regimes of a relation that change by chance: time to one, what the path to come is worth, entry under uncertainty.

Axes: r regime. Rows of a transition matrix sum to one: from r, to r.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.errors import QuestionError


def chain(steps: Sequence[Sequence[float]]) -> np.ndarray:
    """A transition matrix [r,r], checked. Raises QuestionError."""
    found = np.asarray(steps, dtype=float)
    square = found.ndim == 2 and found.shape[0] == found.shape[1] and found.size
    if not square or not np.isfinite(found).all() or (found < 0).any() or np.abs(found.sum(1) - 1).max() > 1e-9:
        raise QuestionError("a transition matrix is square, not negative, and every row sums to 1")
    return found


def time_to(steps: Sequence[Sequence[float]], goal: int) -> np.ndarray:
    """Expected periods [r] until a regime is first reached: (I - Q)^-1 1; infinite where it may never be."""
    p = chain(steps)
    if not 0 <= goal < len(p):
        raise QuestionError(f"regime {goal} is none of {len(p)}")
    rest = [r for r in range(len(p)) if r != goal]
    reach = np.linalg.matrix_power(p + np.eye(len(p)), len(p))  # what can be reached at all
    found = np.zeros(len(p))
    sure = [r for r in rest if all(reach[s, goal] > 0 for s in range(len(p)) if reach[r, s] > 0 and s != goal)]
    found[[r for r in rest if r not in sure]] = np.inf
    if sure:
        q = p[np.ix_(sure, sure)]
        found[sure] = np.linalg.solve(np.eye(len(sure)) - q, np.ones(len(sure)))
    return found


def worth(steps: Sequence[Sequence[float]], each: Sequence[float], discount: float) -> np.ndarray:
    """The discounted mean [r] of what each regime pays, on the path to come: (1 - b) (I - b P)^-1 x."""
    p = chain(steps)
    x = np.asarray(each, dtype=float)
    if x.shape != (len(p),) or not 0 <= discount < 1:
        raise QuestionError(
            f"a number a regime and a discount factor from 0 to below 1; {x.shape} and {discount} are not"
        )
    return (1 - discount) * np.linalg.solve(np.eye(len(p)) - discount * p, x)


def entry_cutoff(*, discount: float, change: float, worse: float, elasticity: float, now: float, then: float) -> float:
    """How far uncertainty lowers the entry cost that pays, as a ratio to certainty. Handley and Limão (2017).

    change: chance a period that policy changes; worse: chance that it then is the bad one; elasticity of substitution;
    now, then: one plus the tariff today and in the bad state. U = [(1 + u w) / (1 + u)]^(1 / (s - 1)) with
    u = change x worse x b / (1 - b) and w = (then / now)^-s: better states do not matter, waiting keeps them.
    """
    if not (0 <= discount < 1 and 0 <= change <= 1 and 0 <= worse <= 1 and elasticity > 1 and min(now, then) > 0):
        raise QuestionError("chances and discount from 0 to 1, elasticity above 1, tariffs as one plus the rate")
    u = change * worse * discount / (1 - discount)
    w = min((then / now) ** -elasticity, 1.0)
    return ((1 + u * w) / (1 + u)) ** (1 / (elasticity - 1))


def entrants(cutoff: float, shape: float) -> float:
    """The mass of exporters relative to certainty where productivity is Pareto with this shape: cutoff^shape."""
    if not (0 < cutoff <= 1 and shape > 0):
        raise QuestionError(f"a cutoff ratio above 0 to 1 and a positive shape; {cutoff} and {shape} are not")
    return cutoff**shape
