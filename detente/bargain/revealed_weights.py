"""What a government wants, inferred from many decisions rather than one, and whether that predicts its next ones.

Axes: k decision in time order, f what a step up brings (its first column is the payoff itself, the others what may
count beside it). A step is up, none or down. The utility of a step up is s = b @ brings, of a step down -s, each with a
constant of its own: a multinomial logit with a ridge penalty (McFadden 1974). The weight of a feature is its
coefficient over that of the payoff; it is identified only where the payoff itself counts positively.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.errors import QuestionError

UP, NONE, DOWN = 1, 0, -1
STEPS = (UP, NONE, DOWN)
PENALTY = 1.0  # on coefficients of features in units of their root mean square
FEWEST = 12  # earlier decisions before one is predicted
ITERATIONS = 100
CONSTANTS = 2  # of steps up and down


@dataclass(frozen=True, eq=False)
class RevealedWeights:
    """weights [f-1]: of the features beside the payoff, None where they are not identified; why then says so."""

    weights: np.ndarray | None
    why: str
    coefficients: np.ndarray
    constants: np.ndarray
    scale: np.ndarray

    def probabilities(self, brings: np.ndarray) -> np.ndarray:
        """The probabilities [3] of a step up, none and down where a step up brings so much [f]."""
        beta = np.concatenate([self.constants, self.coefficients])
        return np.asarray(_probabilities(beta, (brings / self.scale)[None])[0])


def fit(brings: np.ndarray, steps: Sequence[int]) -> RevealedWeights:
    """One vector of weights for all decisions of a government.

    brings [k,f]: what a step up would have brought at each decision. steps [k]: UP, NONE or DOWN. Raises QuestionError
    unless there is a step for each row.

    >>> rng = np.random.default_rng(0)
    >>> brings = rng.normal(size=(400, 2))
    >>> steps = [UP if x + 2 * y > 0 else DOWN for x, y in brings]
    >>> fit(brings, steps).weights.round(1).tolist()
    [2.0]
    """
    x, taken = np.asarray(brings, dtype=float), np.asarray(steps)
    if x.ndim != 2 or len(x) != len(taken) or not len(x) or not np.isin(taken, STEPS).all():
        raise QuestionError(f"{len(taken)} steps (1, 0 or -1) and what they bring {x.shape} do not belong together")
    scale = np.sqrt((x**2).mean(0))
    scale[scale == 0] = 1.0
    came = np.stack([taken == step for step in STEPS], 1).astype(float)
    beta = _maximise(x / scale, came)
    coefficients, raw = beta[CONSTANTS:], beta[CONSTANTS:] / scale
    if raw[0] <= 0:
        why = "by its decisions the payoff itself does not count positively: weights beside it are not identified"
        return RevealedWeights(None, why, coefficients, beta[:CONSTANTS], scale)
    weights = raw[1:] / raw[0]
    why = "a weight is negative" if (weights < 0).any() else ""
    return RevealedWeights(None if why else weights, why, coefficients, beta[:CONSTANTS], scale)


def _design(x: np.ndarray) -> np.ndarray:
    """How utilities of the three steps depend on the parameters: [k,step,2+f]."""
    design = np.zeros((len(x), len(STEPS), CONSTANTS + x.shape[1]))
    design[:, 0, 0] = design[:, 2, 1] = 1.0
    design[:, 0, CONSTANTS:], design[:, 2, CONSTANTS:] = x, -x
    return design


def _probabilities(beta: np.ndarray, x: np.ndarray) -> np.ndarray:
    utility = _design(x) @ beta
    odds = np.exp(utility - utility.max(1, keepdims=True))
    return np.asarray(odds / odds.sum(1, keepdims=True))


def _maximise(x: np.ndarray, came: np.ndarray) -> np.ndarray:
    """The parameters that maximise the penalised likelihood, by Newton's method; it is concave.

    One decision of each kind that brings nothing is added, so that without features the probabilities are those of the
    rule of succession, with which they are compared.
    """
    x, came = np.concatenate([np.zeros((len(STEPS), x.shape[1])), x]), np.concatenate([np.eye(len(STEPS)), came])
    design = _design(x)
    beta = np.zeros(design.shape[-1])
    penalty = PENALTY * (np.arange(len(beta)) >= CONSTANTS)
    for _ in range(ITERATIONS):
        p = _probabilities(beta, x)
        mean = np.einsum("ks,ksf->kf", p, design)
        slope = np.einsum("ks,ksf->f", came, design) - mean.sum(0) - penalty * beta
        second = np.einsum("ks,ksf,ksg->fg", p, design, design) - mean.T @ mean + np.diag(penalty)
        step = np.linalg.solve(second, slope)
        beta = beta + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-10:
            break
    return beta


@dataclass(frozen=True)
class ScoredStep:
    """The Brier scores of a prediction of one decision from those before it, by the weights and by the base rate."""

    index: int
    brier: float
    base_rate: float


def scores(brings: np.ndarray, steps: Sequence[int], groups: Sequence[str]) -> list[ScoredStep]:
    """Every decision predicted from those of earlier groups alone, once there are enough of them.

    groups [k]: of decisions taken at the same time, in time order, such as months.

    >>> scores(np.zeros((13, 1)), [0] * 13, [str(k) for k in range(10, 23)])[0].base_rate.__round__(3)
    0.027
    """
    x, taken, order = np.asarray(brings, dtype=float), np.asarray(steps), np.asarray(groups)
    rows = []
    for group in dict.fromkeys(groups):
        earlier = order < group
        if earlier.sum() < FEWEST:
            continue
        fitted = fit(x[earlier], taken[earlier].tolist())
        base = np.array([1.0 + (taken[earlier] == step).sum() for step in STEPS])
        base /= base.sum()
        for k in np.flatnonzero(order == group):
            came = np.array([float(taken[k] == step) for step in STEPS])
            brier = float(((fitted.probabilities(x[k]) - came) ** 2).sum())
            rows.append(ScoredStep(int(k), brier, float(((base - came) ** 2).sum())))
    return rows
