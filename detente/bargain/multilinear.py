"""Systems of multilinear equations, each player's indifference between its strategies: every isolated solution.

Player i of m mixes over k_i strategies and gives k_i - 1 equations, each linear in the mixture of every other player.
The number of isolated complex solutions is at most the number of ways to give each player j k_j - 1 equations of others
(the multihomogeneous Bezout number). From a system of products of linear forms with exactly these solutions, paths lead
to all isolated solutions of the system asked for (Morgan and Sommese 1987; for games McKelvey and McLennan 1997).
Solutions at infinity are ordinary points here: each mixture is a point of a projective space, in a random chart.

Axes: b system, p path, r equation; mixtures are kept side by side in one axis x of length k_1 + ... + k_m.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

SEED = 20_100_203  # of the random start system and charts: the same paths for everybody
FIRST_STEP, SHORTEST_STEP = 0.05, 1e-9
NEAR_END = 1e-4  # a path that stops within it of its end has a singular end
MOST_STEPS = 2_000
CLOSE = 1e-6  # Newton steps below it keep to the path
SHARP = 1e-11  # the last Newton step at a regular end
SINGULAR = 1e-9  # smallest singular value of a Jacobian with rows of norm one, at a regular end
LOST, SINGULAR_END, REGULAR = 0, 1, 2


class Rows(NamedTuple):
    """Equations that are linear in the mixture of every player named.

    tensor [b, r, k of each player named]. players: places of those players, rising.
    """

    tensor: np.ndarray
    players: tuple[int, ...]


class Ends(NamedTuple):
    """Where the paths of systems end: points [b, p, x], each mixture of unit length, and status [b, p]."""

    points: np.ndarray
    status: np.ndarray


def starts(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """For each path, which player's mixture every equation is given to; sizes: strategies of each player.

    >>> list(starts((2, 2, 2)))
    [(1, 2, 0), (2, 0, 1)]
    """
    owners = [i for i, size in enumerate(sizes) for _ in range(size - 1)]
    yield from _assign(owners, [size - 1 for size in sizes])


def _assign(owners: Sequence[int], room: list[int]) -> Iterator[tuple[int, ...]]:
    if not owners:
        yield ()
        return
    for j in range(len(room)):
        if j != owners[0] and room[j]:
            room[j] -= 1
            for rest in _assign(owners[1:], room):
                yield (j, *rest)
            room[j] += 1


@lru_cache(maxsize=4096)
def path_count(sizes: tuple[int, ...]) -> int:
    """The number of paths of a system: the coefficient that counts its generic complex solutions.

    >>> path_count((2, 2, 2)), path_count((3, 3, 3)), path_count((4, 2, 2))
    (2, 10, 0)
    """
    ways = {tuple(size - 1 for size in sizes): 1}
    for i, size in enumerate(sizes):
        for _ in range(size - 1):
            ways = _after_one_more(ways, i)
    return ways.get((0,) * len(sizes), 0)


def _after_one_more(ways: dict[tuple[int, ...], int], owner: int) -> dict[tuple[int, ...], int]:
    after: dict[tuple[int, ...], int] = {}
    for room, count in ways.items():
        for j, left in enumerate(room):
            if j != owner and left:
                key = (*room[:j], left - 1, *room[j + 1 :])
                after[key] = after.get(key, 0) + count
    return after


def evaluate(rows: Sequence[Rows], x: np.ndarray, sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The values [b, r] of equations at mixtures [b, x], and their derivatives [b, r, x]."""
    places = np.cumsum([0, *sizes])
    mixtures = [x[:, a:b] for a, b in pairwise(places)]
    values, slopes = [], []
    for tensor, players in rows:
        slope = np.zeros((*tensor.shape[:2], x.shape[1]), dtype=np.result_type(tensor, x))
        for j in players:
            slope[:, :, places[j] : places[j + 1]] = _contract(tensor, players, mixtures, j)
        last = players[-1] if players else None
        whole = tensor if last is None else np.einsum("brk,bk->br", slope[:, :, places[last] : places[last + 1]],
                                                      mixtures[last])  # fmt: skip
        values.append(whole)
        slopes.append(slope)
    return np.concatenate(values, axis=1), np.concatenate(slopes, axis=1)


def _contract(tensor: np.ndarray, players: Sequence[int], mixtures: Sequence[np.ndarray], kept: int) -> np.ndarray:
    """The tensor summed over the mixtures of all players but one: [b, r, k of that player]."""
    left = np.moveaxis(tensor, 2 + players.index(kept), 2)
    for j in reversed([j for j in players if j != kept]):
        left = np.einsum("b...k,bk->b...", left, mixtures[j])
    return left


class _Homotopy(NamedTuple):
    """Equations asked for, and the products of linear forms from which the paths start; rows as in `starts`."""

    sizes: tuple[int, ...]
    rows: list[Rows]
    owners: np.ndarray  # [r] the player whose indifference an equation is
    forms: np.ndarray  # [r, x] the linear form of an equation in the mixture of each player
    chart: np.ndarray  # [x]
    turn: complex

    def value(self, x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Values [b, r], derivatives [b, r, x] and derivatives with respect to t [b, r], with the charts' equations."""
        goal, goal_slope = evaluate(self.rows, x, self.sizes)
        start, start_slope = self._products(x)
        weight = t[:, None]
        value = weight * goal + (1 - weight) * self.turn * start
        slope = weight[:, :, None] * goal_slope + (1 - weight)[:, :, None] * self.turn * start_slope
        chart, chart_slope = self._charts(x)
        return (
            np.concatenate([value, chart], axis=1),
            np.concatenate([slope, chart_slope], axis=1),
            np.concatenate([goal - self.turn * start, np.zeros_like(chart)], axis=1),
        )

    def _products(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        places = np.cumsum([0, *self.sizes])
        terms = self.forms[None] * x[:, None, :]
        factors = np.add.reduceat(terms, places[:-1], axis=2)  # [b, r, player]
        factors[:, np.arange(len(self.owners)), self.owners] = 1
        slope = np.empty_like(terms)
        for j in range(len(self.sizes)):
            others = np.delete(factors, j, axis=2).prod(axis=2) * (self.owners != j)
            slope[:, :, places[j] : places[j + 1]] = others[:, :, None] * self.forms[None, :, places[j] : places[j + 1]]
        return factors.prod(axis=2), slope

    def _charts(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        places = np.cumsum([0, *self.sizes])
        slope = np.zeros((len(self.sizes), len(self.chart)), dtype=complex)
        for j, (a, b) in enumerate(pairwise(places)):
            slope[j, a:b] = self.chart[a:b]
        return x @ slope.T - 1, np.broadcast_to(slope, (len(x), *slope.shape))


def solve(rows: Sequence[Rows], sizes: Sequence[int], careful: bool = False) -> Ends:
    """The ends of all paths of systems of one shape; careful: with short steps from the start.

    rows: one of each player, without itself among its players; tensor [b, k_i - 1, k of each other player].
    """
    rng = np.random.default_rng(SEED + careful)
    count, length = len(rows[0].tensor), sum(sizes)
    owners = np.array([i for i, size in enumerate(sizes) for _ in range(size - 1)])
    homotopy = _Homotopy(
        tuple(sizes), [], owners, _random(rng, (len(owners), length)), _random(rng, (length,)),
        complex(np.exp(2j * np.pi * rng.random())),
    )  # fmt: skip
    first = np.array([_start(homotopy, given) for given in starts(sizes)], dtype=complex)
    paths = len(first)
    tensors = [Rows(np.repeat(_scaled(r.tensor), paths, axis=0).astype(complex), r.players) for r in rows]
    points, status = _track(homotopy._replace(rows=tensors), np.tile(first, (count, 1)), careful)
    return Ends(points.reshape(count, paths, length), status.reshape(count, paths))


def _scaled(tensor: np.ndarray) -> np.ndarray:
    """Equations with a largest coefficient of one."""
    largest = np.abs(tensor).reshape(*tensor.shape[:2], -1).max(axis=2)
    return tensor / np.where(largest > 0, largest, 1).reshape(*largest.shape, *[1] * (tensor.ndim - 2))


def _random(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    number: np.ndarray = np.exp(2j * np.pi * rng.random(shape)) * rng.uniform(0.5, 1, shape)
    return number


def _start(homotopy: _Homotopy, given: Sequence[int]) -> np.ndarray:
    """The solution of the start system in which every equation is met by the mixture it is given to."""
    places = np.cumsum([0, *homotopy.sizes])
    parts = []
    for j, (a, b) in enumerate(pairwise(places)):
        own = homotopy.forms[[r for r, player in enumerate(given) if player == j], a:b]
        system = np.vstack([own, homotopy.chart[None, a:b]])
        parts.append(np.linalg.solve(system, np.array([0] * (b - a - 1) + [1], dtype=complex)))
    return np.concatenate(parts)


def _track(homotopy: _Homotopy, x: np.ndarray, careful: bool) -> tuple[np.ndarray, np.ndarray]:
    """Follow paths from t = 0 to 1, each with a step of its own."""
    count, length = x.shape
    t, step = np.zeros(count), np.full(count, FIRST_STEP / (10 if careful else 1))
    longest, good = (0.01 if careful else 0.2), np.zeros(count, dtype=int)
    last = _Last(np.full(count, -1.0), x.copy(), np.zeros((count, length), dtype=complex))
    for _ in range(MOST_STEPS * (4 if careful else 1)):
        live = np.flatnonzero((t < 1) & (step > SHORTEST_STEP))
        if not len(live):
            break
        some = _some(homotopy, live)
        ahead, slope = np.minimum(t[live] + step[live], 1), _tangent(some, x[live], t[live])
        guess, close = _correct(some, last.extrapolated(live, x[live], slope, t[live], ahead), ahead)
        kept, lost = live[close], live[~close]
        last.t[kept], last.x[kept], last.slope[kept] = t[kept], x[kept], slope[close]
        x[kept], t[kept] = guess[close], ahead[close]
        good[kept] += 1
        good[lost], step[lost] = 0, step[lost] / 3
        longer = kept[good[kept] >= 2]
        step[longer], good[longer] = np.minimum(step[longer] * 2, longest), 0
    return _finish(homotopy, x, t)


class _Last(NamedTuple):
    """The points before the present ones, and the slopes there; t below 0 where there is none."""

    t: np.ndarray
    x: np.ndarray
    slope: np.ndarray

    def extrapolated(
        self, which: np.ndarray, x: np.ndarray, slope: np.ndarray, t: np.ndarray, ahead: np.ndarray
    ) -> np.ndarray:
        """The cubic through two points with their slopes, further on; from a first point the tangent."""
        has_last = self.t[which] >= 0
        h = np.where(has_last, t - self.t[which], 1)[:, None]
        s = (ahead - self.t[which])[:, None] / h
        cubic = (
            (2 * s**3 - 3 * s**2 + 1) * self.x[which] + (s**3 - 2 * s**2 + s) * h * self.slope[which]
            + (3 * s**2 - 2 * s**3) * x + (s**3 - s**2) * h * slope
        )  # fmt: skip
        tangent: np.ndarray = x + slope * (ahead - t)[:, None]
        return np.where(has_last[:, None], cubic, tangent)


def _some(homotopy: _Homotopy, which: np.ndarray) -> _Homotopy:
    return homotopy._replace(rows=[Rows(r.tensor[which], r.players) for r in homotopy.rows])


def _tangent(homotopy: _Homotopy, x: np.ndarray, t: np.ndarray) -> np.ndarray:
    _, slope, along = homotopy.value(x, t)
    return _solved(slope, -along)


def _solved(slope: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solutions of linear systems; a singular one has none, and is not a number."""
    try:
        return np.linalg.solve(slope, right[..., None])[..., 0]
    except np.linalg.LinAlgError:
        with np.errstate(all="ignore"):
            bad = ~np.isfinite(np.linalg.slogdet(slope)[1])
        eye = np.eye(slope.shape[-1])
        solution = np.linalg.solve(np.where(bad[:, None, None], eye, slope), right[..., None])[..., 0]
        solution[bad] = np.nan
        return solution


def _correct(homotopy: _Homotopy, x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Newton steps at fixed t, and whether they have become short."""
    size = np.full(len(x), np.inf)
    with np.errstate(all="ignore"):
        for _ in range(3):
            value, slope, _along = homotopy.value(x, t)
            move = _solved(slope, -value)
            x, size = x + move, np.linalg.norm(move, axis=1)
        close = size < CLOSE * np.maximum(1, np.linalg.norm(x, axis=1))
    return x, close


def _finish(homotopy: _Homotopy, x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends, sharpened where they are regular, in unit length."""
    status = np.where(t >= 1 - NEAR_END, SINGULAR_END, LOST)
    reached = np.flatnonzero(t >= 1)
    if len(reached):
        some, sharp = _some(homotopy, reached), x[reached]
        for _ in range(2):
            sharp, _close = _correct(some, sharp, np.ones(len(reached)))
        is_regular = _is_regular(some, sharp)
        x[reached[is_regular]] = sharp[is_regular]
        status[reached[is_regular]] = REGULAR
    places = np.cumsum([0, *homotopy.sizes])
    with np.errstate(all="ignore"):  # a path that is lost can end anywhere
        lengths = [np.linalg.norm(x[:, a:b], axis=1) for a, b in pairwise(places)]
        return x / np.repeat(np.stack(lengths, axis=1), homotopy.sizes, axis=1), status


def _is_regular(homotopy: _Homotopy, x: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        value, slope, _ = homotopy.value(x, np.ones(len(x)))
        move = _solved(slope, -value)
        short = np.linalg.norm(move, axis=1) < SHARP * np.maximum(1, np.linalg.norm(x, axis=1))
        rows = np.linalg.norm(slope, axis=2, keepdims=True)
    finite = np.isfinite(x).all(axis=1) & np.isfinite(rows).all(axis=(1, 2))
    slope, rows = (np.where(finite[:, None, None], part, 0) for part in (slope, rows))
    smallest = np.linalg.svd(slope / np.where(rows > 0, rows, 1), compute_uv=False)[:, -1]
    return np.asarray(short & finite & (smallest > SINGULAR))
