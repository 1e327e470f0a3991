"""Games of two players with a few moves each: mixed equilibria, and the equilibrium payoffs of the repeated game.

Axes: a, b moves of the first and the second player, p player, v corner of a convex set. `truce` has the closed form for
keeping or breaking one truce; here any moves and any punishments are allowed, which checks it. Abreu, Pearce and
Stacchetti (1990), with a public correlating device; Abreu and Sannikov (2014) for the games that both solve.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.errors import NotConverged, QuestionError

StageGame = Sequence[Sequence[Sequence[float]]] | np.ndarray
MAX_ITERATIONS = 20_000  # of the set operator, whose error shrinks by the discount factor in each
TOLERANCE, DIGITS = 1e-12, 13  # payoffs that differ by rounding only are equal
STALLED, NOISE = 1_000, 1e-10  # iterations without progress, and of the spread of payoffs: what is left is rounding
FLAT = 1e-9  # of the spread of payoffs: a corner that stands out from a straight side by less is dropped


def stage_game(payoff: StageGame) -> np.ndarray:
    """The payoffs [a,b,p] of a game, checked. Raises QuestionError unless they are a full table of finite pairs."""
    try:
        table = np.asarray(payoff, dtype=float)
    except ValueError:
        raise QuestionError("a game is a table of pairs in which every row of moves is as long as the first") from None
    if table.ndim != 3 or table.shape[2] != 2 or not table.size or not np.isfinite(table).all():
        raise QuestionError(f"a game is a table [moves, moves, 2] of finite payoffs; this one has shape {table.shape}")
    return table


def mixed_equilibrium(payoff: StageGame) -> tuple[float, float]:
    """The probability of each player's first move in the mixed equilibrium of a game with two moves each.

    payoff: [a,b,p]. Each player makes the other indifferent. Raises QuestionError for other numbers of moves, and where
    the game has no equilibrium in which both mix.

    >>> [round(x, 4) for x in mixed_equilibrium([[(3, 3), (2, 4)], [(4, 2), (0, 0)]])]
    [0.6667, 0.6667]
    """
    g = stage_game(payoff)
    if g.shape[:2] != (2, 2):
        raise QuestionError(
            f"the mixed equilibrium needs two moves of each player; there are {g.shape[0]} and {g.shape[1]}"
        )
    probabilities = []
    for player in (0, 1):
        other = g[:, :, 1] if player == 0 else g[:, :, 0].T  # the other's payoffs [own move, other's move]
        second, first = other[1, 1] - other[1, 0], other[0, 0] - other[0, 1]
        probability = second / (second + first) if second + first else np.nan
        if not 0 < probability < 1:
            raise QuestionError("there is no equilibrium in mixed moves: some move is never worse for one player")
        probabilities.append(float(probability))
    return probabilities[0], probabilities[1]


def equilibrium_payoff_set(payoff: StageGame, discount: float) -> np.ndarray:
    """The corners [v,p] of all average payoffs of subgame-perfect equilibria; no row where there is no equilibrium.

    payoff: [a,b,p] of the stage game. discount: the factor of both players. Moves are pure and observed, and a public
    correlating device makes the set convex. Raises QuestionError for a discount factor outside 0 to 1, NotConverged
    where the set still moves after 20,000 iterations. Abreu, Pearce and Stacchetti (1990).

    >>> dilemma = [[(9, 9), (1, 10)], [(10, 1), (3, 3)]]
    >>> equilibrium_payoff_set(dilemma, 0.75).round(6).tolist()
    [[3.0, 3.0], [9.75, 3.0], [9.0, 9.0], [3.0, 9.75]]
    """
    g = stage_game(payoff)
    if not 0 < discount < 1:
        raise QuestionError(f"the discount factor is {discount}; it must lie between 0 and 1")
    gain, spread = deviation_gain(g), float(np.ptp(g))
    corners = convex_hull(g.reshape(-1, 2))
    least, stalled = np.inf, 0
    for _ in range(MAX_ITERATIONS):
        new = _enforceable(g, gain, discount, corners)
        if not len(new):
            return new
        distance = support_distance(new, corners)
        least, stalled = (distance, 0) if distance < least else (least, stalled + 1)
        if distance <= TOLERANCE or (stalled >= STALLED and least <= NOISE * spread):
            return drop_flat_corners(new, FLAT * spread)
        corners = new
    # near a threshold the set can shrink by a factor just below 1 an iteration, whatever the discount factor
    raise NotConverged(
        f"the set of equilibrium payoffs still moves by {distance:.1e} after {MAX_ITERATIONS} iterations; the game is"
        f" close to one with another set: try a discount factor that differs from {discount}"
    )


def deviation_gain(g: np.ndarray) -> np.ndarray:
    """What each player gains in the stage game by its best deviation from each pair of moves [a,b,p]."""
    first = g[..., 0].max(0)[None] - g[..., 0]
    second = g[..., 1].max(1)[:, None] - g[..., 1]
    return np.stack([first, second], -1)


def _enforceable(g: np.ndarray, gain: np.ndarray, discount: float, corners: np.ndarray) -> np.ndarray:
    """The set operator: payoffs of moves that continuation payoffs in a set enforce, its worst one as punishment."""
    worst = corners.min(0)
    points = []
    for a, b in np.ndindex(*g.shape[:2]):
        least = worst + (1 - discount) / discount * gain[a, b]
        continuation = clip_below(clip_below(corners, 0, least[0]), 1, least[1])
        points.append((1 - discount) * g[a, b] + discount * continuation)
    return convex_hull(np.concatenate(points))


def convex_hull(points: np.ndarray) -> np.ndarray:
    """The corners [v,2] of the convex hull of points [k,2], counter-clockwise from the leftmost."""
    points = np.round(points, DIGITS)
    points = points[np.lexsort(points.T[::-1])]
    if len(points) < 2 or np.ptp(points, axis=0).max() <= TOLERANCE:
        return points[:1]
    lower, upper = _half_hull(points), _half_hull(points[::-1])
    return np.array(lower[:-1] + upper[:-1] or points[:1])  # a set hardly wider than rounding is a point


def _half_hull(points: np.ndarray) -> list[np.ndarray]:
    """One side of the hull of sorted points (Andrew's monotone chain)."""
    side: list[np.ndarray] = []
    for point in points:
        while len(side) > 1 and _is_redundant(side[-2], side[-1], point):
            side.pop()
        if not side or np.abs(side[-1] - point).max() > TOLERANCE:
            side.append(point)
    return side


def support_distance(first: np.ndarray, second: np.ndarray) -> float:
    """The largest difference of the support functions of two convex sets [v,2].

    Directions are the sides of both sets and the axes, each with its normals.
    """
    sides = np.concatenate([np.roll(x, -1, axis=0) - x for x in (first, second)] + [np.eye(2)])
    sides = sides[(sides != 0).any(1)]
    sides /= np.linalg.norm(sides, axis=1, keepdims=True)
    directions = np.concatenate([sides, -sides, sides[:, ::-1] * (1, -1), sides[:, ::-1] * (-1, 1)])
    return float(np.abs((first @ directions.T).max(0) - (second @ directions.T).max(0)).max())


def drop_flat_corners(corners: np.ndarray, tolerance: float) -> np.ndarray:
    """The corners [v,2] that stand out by more than the tolerance, the flattest dropped first."""
    if np.ptp(corners, axis=0).max() <= tolerance:
        return corners[:1]
    sharp = corners
    while len(sharp) > 2:
        height = _distance_to_segment(sharp, np.roll(sharp, 1, axis=0), np.roll(sharp, -1, axis=0))
        if height.min() > tolerance:
            break
        sharp = np.delete(sharp, height.argmin(), axis=0)
    return sharp


def _distance_to_segment(points: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """How far each point [v,2] is from the segment between a start and an end."""
    along = ends - starts
    length = np.maximum((along**2).sum(1), TOLERANCE**2)
    share = np.clip(((points - starts) * along).sum(1) / length, 0, 1)
    off: np.ndarray = points - starts - share[:, None] * along
    distance: np.ndarray = np.hypot(off[:, 0], off[:, 1])
    return distance


def _turn(o: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """Twice the signed area of a triangle: positive where it turns left."""
    return float((a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]))


def _is_redundant(o: np.ndarray, a: np.ndarray, b: np.ndarray) -> bool:
    """Whether a turns right between o and b, or lies on their line and between them."""
    turn, chord = _turn(o, a, b), b - o
    return turn <= 0 or (turn <= TOLERANCE * float(np.hypot(*chord)) and float((a - o) @ (b - a)) >= 0)


def clip_below(corners: np.ndarray, player: int, least: float) -> np.ndarray:
    """The part of a convex set [v,2] in which a player gets at least `least`; corners keep their order."""
    clipped = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if start[player] >= least - TOLERANCE:
            clipped.append(start)
        low, high = sorted((start[player], end[player]))
        if low < least < high:
            t = (least - start[player]) / (end[player] - start[player])
            clipped.append(start + t * (end - start))
    return np.array(clipped).reshape(-1, 2)
