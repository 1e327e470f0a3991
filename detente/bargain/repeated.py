"""Games of two sides with a few moves each: played once, in chances; played for ever, all that can be held up.

Axes: a, b moves of the first and the second side, p side. `truce` has the closed form for keeping or breaking one
truce; here any moves and any punishment are allowed, which checks it. Abreu, Pearce and Stacchetti (1990), with a
public draw; Abreu and Sannikov (2014) for the games both solve.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.errors import NotConverged, QuestionError

ROUNDS = 20_000  # of the set operator: its error shrinks by the discount factor a round
SAME, DIGITS = 1e-12, 13  # payoffs closer than rounding are one
FLAT = 1e-9  # of the spread of payoffs: a corner this near to a straight side is none


def game(payoff: Sequence[Sequence[Sequence[float]]]) -> np.ndarray:
    """Payoffs [a,b,p] checked: a rectangle of finite pairs. Raises QuestionError."""
    try:
        found = np.asarray(payoff, dtype=float)
    except ValueError:
        raise QuestionError("a game is a table of pairs: every row of moves is as long as the first") from None
    if found.ndim != 3 or found.shape[2] != 2 or not found.size or not np.isfinite(found).all():
        raise QuestionError(f"a game is a table [moves, moves, 2] of finite payoffs; this one is {found.shape}")
    return found


def mixed(payoff: Sequence[Sequence[Sequence[float]]]) -> tuple[float, float]:
    """The chance of each side's first of two moves in the mixed equilibrium: each makes the other indifferent.

    Raises QuestionError for other numbers of moves, and where only moves without chance are an equilibrium.
    """
    g = game(payoff)
    if g.shape[:2] != (2, 2):
        raise QuestionError(f"the mixed equilibrium is for two moves a side; there are {g.shape[0]} and {g.shape[1]}")
    found = []
    for side in (0, 1):
        own = g[:, :, 1] if side == 0 else g[:, :, 0].T  # the other's payoffs [own move, other's move]
        more, less = own[1, 1] - own[1, 0], own[0, 0] - own[0, 1]
        chance = more / (more + less) if more + less else np.nan
        if not 0 < chance < 1:
            raise QuestionError("one move is never worse for some side: no equilibrium in chances")
        found.append(float(chance))
    return found[0], found[1]


def equilibrium_payoff_set(payoff: Sequence[Sequence[Sequence[float]]], discount: float) -> np.ndarray:
    """Corners [v,p] of all average payoffs that subgame-perfect play can hold up for ever; no row where there is none.

    Moves are pure and seen, the discount factor is the same for both, and a public draw is allowed. Raises
    QuestionError for a discount factor outside 0 to 1, NotConverged where the set still moves after 20,000 rounds.
    """
    g = game(payoff)
    if not 0 < discount < 1:
        raise QuestionError(f"a discount factor lies between 0 and 1; {discount} does not")
    lure = np.stack([g[..., 0].max(0)[None] - g[..., 0], g[..., 1].max(1)[:, None] - g[..., 1]], -1)
    within = hull(g.reshape(-1, 2))
    worst = within.min(0)
    for _ in range(ROUNDS):
        points = []
        for a, b in np.ndindex(*g.shape[:2]):
            least = worst + (1 - discount) / discount * lure[a, b]
            ahead = above(above(within, 0, least[0]), 1, least[1])
            points.append((1 - discount) * g[a, b] + discount * ahead)
        found = hull(np.concatenate(points))
        if not len(found):
            return found
        if apart(found, within) <= SAME:
            return sharp(found, FLAT * float(np.ptp(g)))
        within, worst = found, found.min(0)
    raise NotConverged(f"the payoffs that can be held up still move after {ROUNDS} rounds; lower {discount}")


def hull(points: np.ndarray) -> np.ndarray:
    """Corners of the convex hull of points [k,2], counter-clockwise from the leftmost."""
    points = np.round(points, DIGITS)
    points = points[np.lexsort(points.T[::-1])]
    if len(points) < 2 or np.ptp(points, axis=0).max() <= SAME:
        return points[:1]

    def chain(order: np.ndarray) -> list[np.ndarray]:
        kept: list[np.ndarray] = []
        for point in order:
            while len(kept) > 1 and _spare(kept[-2], kept[-1], point):
                kept.pop()
            if not kept or np.abs(kept[-1] - point).max() > SAME:
                kept.append(point)
        return kept

    lower, upper = chain(points), chain(points[::-1])
    return np.array(lower[:-1] + upper[:-1] or points[:1])  # what is hardly wider than rounding is a point


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """How far two convex sets [k,2] reach differently, along and across every side of either and along both axes."""
    sides = np.concatenate([np.roll(x, -1, axis=0) - x for x in (one, other)] + [np.eye(2)])
    sides = sides[(sides != 0).any(1)]
    sides /= np.linalg.norm(sides, axis=1, keepdims=True)
    ways = np.concatenate([sides, -sides, sides[:, ::-1] * (1, -1), sides[:, ::-1] * (-1, 1)])
    return float(np.abs((one @ ways.T).max(0) - (other @ ways.T).max(0)).max())


def sharp(corners: np.ndarray, near: float) -> np.ndarray:
    """The corners [v,2] that stand out from the line between their neighbours by more than `near`."""
    if np.ptp(corners, axis=0).max() <= near:
        return corners[:1]
    kept, k = list(corners), 0
    while len(kept) > 2 and k < len(kept):
        before, here, after = kept[k - 1], kept[k], kept[(k + 1) % len(kept)]
        span = max(float(np.linalg.norm(after - before)), SAME)
        if abs(_turn(before, here, after)) / span <= near or np.abs(here - before).max() <= near:
            kept.pop(k)
            k = max(k - 1, 0)
        else:
            k += 1
    return np.array(kept).reshape(-1, 2)


def _turn(o: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    return float((a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]))


def _spare(o: np.ndarray, a: np.ndarray, b: np.ndarray) -> bool:
    """Whether a turns the wrong way between o and b, or lies on their line and between them."""
    turn, far = _turn(o, a, b), b - o
    return turn <= 0 or (turn <= SAME * float(np.hypot(*far)) and float((a - o) @ (b - a)) >= 0)


def above(corners: np.ndarray, side: int, least: float) -> np.ndarray:
    """What is left of a convex set [k,2] where one side gets `least` or more; corners stay in their order."""
    kept = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if start[side] >= least - SAME:
            kept.append(start)
        low, high = sorted((start[side], end[side]))
        if low < least < high:
            t = (least - start[side]) / (end[side] - start[side])
            kept.append(start + t * (end - start))
    return np.array(kept).reshape(-1, 2)
