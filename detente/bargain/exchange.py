"""Bargaining that is an exchange: what two or more sides gain by agreeing, over what each would do by itself.

Axes: p side; every side has one setting, a duty for instance. The disagreement point is the Nash equilibrium of
one-sided best responses: nobody needs an agreement to make a move that pays by itself. The agreement maximises the
product of gains over it. Measured from the status quo instead, an agreement books as a joint gain what each side could
have had alone. Nash (1950, 1951).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from detente.errors import NotConverged, QuestionError

POINTS = 1600  # of a grid on which a highest value is looked for, before finer ones around it
PRECISION = 1e-9  # of a side's range: the cell of the finest grid
TINY, LOSS = 1e-300, 1e3
DEVIATIONS = 241  # settings of each side that are tried against the equilibrium
ROUNDS = 200  # of best responses in turn
SETTLED = 1e-7  # of a side's range: a round that moves nobody further has found the equilibrium
NO_GAIN = "no agreement leaves every side better off"
Payoff = Callable[[np.ndarray], np.ndarray]  # of settings [..., p], for every side [..., p]
Bounds = Sequence[tuple[float, float]]


class NashEquilibrium(NamedTuple):
    """What sides do without an agreement.

    alone [p]: each side's best response to the settings at the start. settings [p]: the equilibrium. payoff [p]: there.
    deviation: the most that any side would gain by another setting of its own, which proves the equilibrium. rounds:
    of best responses in turn.
    """

    alone: np.ndarray
    settings: np.ndarray
    payoff: np.ndarray
    deviation: float
    rounds: int


class Decomposition(NamedTuple):
    """A change of payoffs [p] split into what a side's own move brings it and what the moves of the others do.

    Each part is the mean over the two orders in which the moves can be made; the two add up to the change.
    """

    own: np.ndarray
    others: np.ndarray


@dataclass(frozen=True, eq=False)
class Agreement:
    """What sides agree on: settings, payoff and gain over the disagreement point [p]; None without agreement.

    why: the reason why nothing is agreed, empty where there is an agreement.
    """

    settings: np.ndarray | None
    payoff: np.ndarray | None
    gain: np.ndarray | None
    why: str


def best_response(payoff: Payoff, bounds: Bounds, settings: np.ndarray, side: int) -> float:
    """The setting of a side that pays it most while the others keep theirs.

    payoff: of settings [..., p]. bounds: (low, high) of each side.

    >>> def own(x):
    ...     return np.stack([x[..., 0] - x[..., 0] ** 2, x[..., 1]], -1)
    >>> round(best_response(own, [(0, 1), (0, 1)], np.zeros(2), 0), 6)
    0.5
    """

    def own_payoff(values: np.ndarray) -> np.ndarray:
        return payoff(_moved(settings, side, values[:, 0]))[:, side]

    return float(_highest(own_payoff, [bounds[side]])[0])


def _highest(value: Callable[[np.ndarray], np.ndarray], bounds: Bounds) -> np.ndarray:
    """The point [m] of a box at which a value is highest: the best of a grid, then of finer ones around it.

    value: of points [k,m], for each [k].
    """
    box = np.asarray(bounds, dtype=float)
    low, high = box[:, 0], box[:, 1]
    count = max(5, int(POINTS ** (1 / len(box))))
    best, highest = low, -np.inf
    while True:
        axes = [np.linspace(a, b, count) if b > a else np.array([a]) for a, b in zip(low, high, strict=True)]
        points = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(box))
        values = value(points)
        k = int(np.argmax(values))
        if values[k] > highest:
            best, highest = points[k], values[k]
        cell = (high - low) / (count - 1)
        if (cell <= PRECISION * (box[:, 1] - box[:, 0])).all():
            return np.asarray(best)
        low, high = np.maximum(best - 1.5 * cell, box[:, 0]), np.minimum(best + 1.5 * cell, box[:, 1])


def _moved(settings: np.ndarray, side: int, values: np.ndarray) -> np.ndarray:
    """Settings [k,p] in which a side takes each of some values and the others keep theirs."""
    rows = np.repeat(np.asarray(settings, dtype=float)[None], len(values), axis=0)
    rows[:, side] = values
    return rows


def nash_equilibrium(payoff: Payoff, bounds: Bounds, start: Sequence[float]) -> NashEquilibrium:
    """The Nash equilibrium of one-sided best responses, from the settings in force.

    Best responses are taken in turn until no side moves, with half steps where they cycle. Raises NotConverged where
    they do not settle, QuestionError for invalid bounds.

    >>> def rivals(x):  # two sellers who choose quantities
    ...     price = 1 - x.sum(-1, keepdims=True)
    ...     return x * price
    >>> nash_equilibrium(rivals, [(0, 1), (0, 1)], (0, 0)).settings.round(4).tolist()
    [0.3333, 0.3333]
    """
    box = np.asarray(bounds, dtype=float)
    x = np.asarray(start, dtype=float)
    if box.shape != (len(x), 2) or not np.isfinite(box).all() or (box[:, 0] > box[:, 1]).any():
        raise QuestionError(f"bounds must be a finite (low, high) for each of {len(x)} sides, not {bounds}")
    sides = range(len(x))
    alone = np.array([best_response(payoff, bounds, x, side) for side in sides])
    width = np.maximum(box[:, 1] - box[:, 0], 1e-300)
    for rounds in range(1, ROUNDS + 1):
        before, step = x.copy(), 1.0 if rounds <= ROUNDS // 4 else 0.5
        for side in sides:
            x = _moved(x, side, np.array([x[side] + step * (best_response(payoff, bounds, x, side) - x[side])]))[0]
        if (np.abs(x - before) <= SETTLED * width).all():
            return NashEquilibrium(alone, x, payoff(x[None])[0], _deviation(payoff, bounds, x), rounds)
    moved = float((np.abs(x - before) / width).max())
    raise NotConverged(f"one-sided best responses still move by {moved:.1e} of the range after {ROUNDS} rounds")


def _deviation(payoff: Payoff, bounds: Bounds, settings: np.ndarray) -> float:
    """The most that any side gains by another setting of its own, on a finer grid than the search used."""
    now = payoff(settings[None])[0]
    gains = [
        float((payoff(_moved(settings, side, np.linspace(*bounds[side], DEVIATIONS)))[:, side] - now[side]).max())
        for side in range(len(settings))
    ]
    return max(0.0, *gains)


def agreement(payoff: Payoff, bounds: Bounds, point: Sequence[float], *, negligible: float = 0.0) -> Agreement:
    """The settings that maximise the product of gains over a disagreement point.

    point [p]: payoffs without an agreement. negligible: a side that gains this much or less does not agree.

    >>> def cut(x):  # each side loses by its own cut and gains by the other's
    ...     return np.stack([x[..., 1] - x[..., 0] ** 2, x[..., 0] - x[..., 1] ** 2], -1)
    >>> agreement(cut, [(0, 1), (0, 1)], (0, 0)).settings.round(3).tolist()
    [0.5, 0.5]
    """
    without = np.asarray(point, dtype=float)
    scale = _scale(payoff, bounds, without)

    def product(settings: np.ndarray) -> np.ndarray:
        """The logarithm of the product of gains; where somebody loses, less the more it loses."""
        gain = (payoff(settings) - without) / scale
        least = gain.min(-1)
        return np.asarray(np.where(least > 0, np.log(np.maximum(gain, TINY)).sum(-1), LOSS * (least - 1)))

    settings = _highest(product, bounds)
    reached = np.asarray(payoff(settings[None])[0])
    gain = reached - without
    if (gain <= negligible).any():
        return Agreement(None, None, None, NO_GAIN)
    return Agreement(settings, reached, gain, "")


def _scale(payoff: Payoff, bounds: Bounds, point: np.ndarray) -> np.ndarray:
    """The largest change of each side's payoff [p] at the corners and the middle of the box, to compare losses."""
    axes = [np.array([low, (low + high) / 2, high]) for low, high in bounds]
    settings = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(axes))
    return np.asarray(np.maximum(np.abs(payoff(settings) - point).max(0), TINY))


def corners(start: np.ndarray, end: np.ndarray) -> list[np.ndarray]:
    """The settings that `decompose` needs: for each side its move alone, and the moves of all others without its."""
    sides = range(len(start))
    return [
        *(_moved(start, side, end[side : side + 1])[0] for side in sides),
        *(_moved(end, side, start[side : side + 1])[0] for side in sides),
    ]


def decompose(before: np.ndarray, after: np.ndarray, at_corners: np.ndarray) -> Decomposition:
    """What own moves and those of the others bring, from payoffs [p] before and after, and at the `corners` [2p,p].

    >>> decompose(np.zeros(2), np.array([3.0, 3.0]), np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 1.0], [1.0, 2.0]])).own
    array([1., 1.])
    """
    count = len(before)
    alone = np.array([at_corners[side, side] for side in range(count)])
    without = np.array([at_corners[count + side, side] for side in range(count)])
    own = ((alone - before) + (after - without)) / 2
    return Decomposition(own, after - before - own)
