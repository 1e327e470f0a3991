"""Relations that change between regimes at random: time until one, value of the path to come, entry under uncertainty.

Axes: r regime. Row r of a transition matrix holds the probabilities of moving from r, and sums to one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.errors import QuestionError

Transitions = Sequence[Sequence[float]] | np.ndarray
TOLERANCE = 1e-9  # of the sum of a row


def transition_matrix(transitions: Transitions) -> np.ndarray:
    """A transition matrix [r,r], checked. Raises QuestionError."""
    matrix = np.asarray(transitions, dtype=float)
    square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] and matrix.size
    if not square or not _are_distributions(matrix):
        raise QuestionError("a transition matrix must be square and not negative, and each row must sum to 1")
    return matrix


def _are_distributions(rows: np.ndarray) -> bool:
    return bool(np.isfinite(rows).all() and (rows >= 0).all() and np.abs(rows.sum(1) - 1).max() <= TOLERANCE)


def expected_hitting_time(transitions: Transitions, goal: int) -> np.ndarray:
    """The expected number of periods [r] until a regime is first reached, infinite where it may never be.

    With Q the transitions among the other regimes it is (I - Q)^-1 1. Raises QuestionError.

    >>> expected_hitting_time([[0.8, 0.12, 0.08], [0.1, 0.88, 0.02], [0, 0, 1]], 2).round(6).tolist()
    [20.0, 25.0, 0.0]
    """
    p = transition_matrix(transitions)
    if not 0 <= goal < len(p):
        raise QuestionError(f"there is no regime {goal}; regimes are numbered from 0 to {len(p) - 1}")
    certain = _surely_reaching(p, goal)
    time = np.full(len(p), np.inf)
    time[goal] = 0
    if certain:
        q = p[np.ix_(certain, certain)]
        time[certain] = np.linalg.solve(np.eye(len(certain)) - q, np.ones(len(certain)))
    return time


def _surely_reaching(p: np.ndarray, goal: int) -> list[int]:
    """The other regimes from which the goal is reached for sure: it stays within reach whatever comes before it."""
    reachable = np.linalg.matrix_power(p + np.eye(len(p)), len(p)) > 0  # [from, to]
    others = [r for r in range(len(p)) if r != goal]
    return [r for r in others if all(reachable[s, goal] for s in others if reachable[r, s])]


def expected_discounted_value(transitions: Transitions, payoff: Sequence[float], discount: float) -> np.ndarray:
    """The discounted average payoff [r] from now on, by today's regime: (1 - b) (I - b P)^-1 x.

    payoff [r]: a period, in each regime. discount: the factor b a period. Raises QuestionError.

    >>> expected_discounted_value([[0.5, 0.5], [0.0, 1.0]], [1.0, 0.0], 0.9).round(4).tolist()
    [0.1818, 0.0]
    """
    p = transition_matrix(transitions)
    x = np.asarray(payoff, dtype=float)
    if x.shape != (len(p),) or not 0 <= discount < 1:
        raise QuestionError(
            f"payoffs have shape {x.shape} and the discount factor is {discount}; give one payoff for each of"
            f" {len(p)} regimes and a factor from 0 to below 1"
        )
    value: np.ndarray = (1 - discount) * np.linalg.solve(np.eye(len(p)) - discount * p, x)
    return value


def entry_cutoff(*, discount: float, change: float, worse: float, elasticity: float, now: float, then: float) -> float:
    """The entry cost at which exporting pays under uncertainty, as a ratio to that under certainty.

    discount: factor a period. change: the probability a period that policy changes. worse: the probability that the new
    policy is the bad one. elasticity: of substitution. now, then: one plus the tariff today and in the bad state. With
    u = change x worse x b / (1 - b) and w = (then / now)^-s it is [(1 + u w) / (1 + u)]^(1 / (s - 1)); better states do
    not matter, since waiting does not forgo them. Raises QuestionError. Handley and Limão (2017).

    >>> round(entry_cutoff(discount=0.9, change=0.3, worse=0.5, elasticity=4.0, now=1.03, then=1.35), 4)
    0.8528
    """
    fractions = 0 <= discount < 1 and 0 <= change <= 1 and 0 <= worse <= 1
    if not (fractions and elasticity > 1 and min(now, then) > 0):
        raise QuestionError(
            "probabilities lie from 0 to 1, the discount factor from 0 to below 1, the elasticity is above 1, and"
            " tariffs are given as one plus the rate"
        )
    u = change * worse * discount / (1 - discount)
    w = min((then / now) ** -elasticity, 1.0)
    return float(((1 + u * w) / (1 + u)) ** (1 / (elasticity - 1)))


def exporter_mass(cutoff: float, shape: float) -> float:
    """The mass of exporters relative to certainty where productivity is Pareto: cutoff^shape. Handley and Limão (2017).

    >>> round(exporter_mass(0.8528, 4.0), 4)
    0.5289
    """
    if not (0 < cutoff <= 1 and shape > 0):
        raise QuestionError(f"the cutoff ratio {cutoff} must be above 0 and at most 1, and the shape {shape} positive")
    return float(cutoff**shape)
