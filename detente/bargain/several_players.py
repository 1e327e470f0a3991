"""Mixed equilibria of games of three and more players: every support tried, each equilibrium with its largest regret.

A support says which strategies each player uses. It is passed over where a strategy in it is strictly dominated given
the others (Porter, Nudelman and Shoham 2008). For the rest, the players' indifference is a system of multilinear
equations, whose isolated solutions are all reached by paths (`multilinear`); those that are probabilities, and from
which no player gains, are the equilibria. Supports whose equations have more than isolated solutions are searched from
several points, and what is reached is called part of a continuum where steps from it lead to other equilibria.

Probabilities are floating-point numbers; small fractions near them are given where they are an equilibrium exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, combinations, compress, product
from typing import Any, NamedTuple, TypeVar

import numpy as np

from detente.bargain import multilinear
from detente.bargain.multilinear import LOST, REGULAR, Rows
from detente.bargain.strategic_form import Mixture, StrategicGame
from detente.errors import QuestionError

MOST_SUPPORTS = 20_000  # combinations of supports in one game
MOST_PATHS = 5_000  # followed in one game
MOST_SEARCHED = 2_000  # supports of one size in a degenerate game that are searched
SEARCHES = 8  # points from which each of them is searched
CHUNK = 2_000  # paths, or searches, side by side
REGRET = 1e-9  # of an equilibrium, as a share of the range of a player's payoffs
SMALLEST = 1e-9  # probability of a strategy that is used
REAL = 1e-8  # imaginary part of a number that is real
BILLION = 10**9
INFINITE = 1e5  # a mixture beyond it lies at infinity
NEAR = 0.05  # how far a singular end may lie from probabilities that are then looked for
INSIDE = 1e-4  # smallest probability that the search in a degenerate support keeps
LARGEST_DENOMINATOR = 10_000
APART = 1e-3  # a step along a continuum
MOST_TIES = 4  # unused best replies of an equilibrium whose combinations are tried
MOST_DIMENSIONS = 100  # degenerate equilibria of one game around which others are looked for
DESCENT = 80  # steps of a search

Support = tuple[tuple[int, ...], ...]
T = TypeVar("T")
Sizes = tuple[int, ...]


class MixedEquilibrium(NamedTuple):
    """An equilibrium: probabilities [p][s], payoffs [p], and the most that a player gains by another strategy.

    regret: largest over players, in the payoffs' own unit. exact: the same in fractions, None where they are not known.
    dimension: 0 for an isolated equilibrium, that of the continuum that it is a part of, None if it is not known.
    """

    probabilities: tuple[tuple[float, ...], ...]
    payoff: tuple[Fraction, ...]
    regret: float
    exact: tuple[Mixture, ...] | None
    dimension: int | None


class MixedEquilibria(NamedTuple):
    """The equilibria by their supports, and what was done to reach them.

    supports: of the game. solved: those not dominated. degenerate: those whose equations have multiple solutions or a
    continuum of them. lost: with a path that could not be followed, or not searched. tied: isolated equilibria with an
    unused best reply.
    """

    equilibria: tuple[MixedEquilibrium, ...]
    supports: int
    solved: int
    paths: int
    degenerate: int
    lost: int
    tied: int

    @property
    def is_complete(self) -> bool:
        """Whether there are no others: every support solved, and without ties an odd number (Wilson 1971)."""
        is_odd = len(self.equilibria) % 2 == 1
        return not self.degenerate and not self.lost and (is_odd or self.tied > 0)


class TooLarge(NamedTuple):
    """Why the mixed equilibria of a game were not looked for."""

    why: str


def mixed_equilibria(game: StrategicGame) -> MixedEquilibria | TooLarge:
    """The equilibria of a game of three or more players, pure ones among them, by enumeration of supports.

    Raises QuestionError for fewer than three players.

    >>> from detente.bargain.strategic_form import strategic_game
    >>> game = strategic_game("", "ABC", (("l", "r"),) * 3, lambda k: [Fraction(k[0] == k[1] == k[2])] * 3)
    >>> [e.exact[0][0] for e in mixed_equilibria(game).equilibria]
    [Fraction(1, 1), Fraction(0, 1), Fraction(1, 2)]
    """
    if len(game.players) < 3:
        raise QuestionError(f"equilibria by supports are for three players or more; there are {len(game.players)}")
    number = math.prod(2**size - 1 for size in game.shape)
    if number > MOST_SUPPORTS:
        many = f"{number:,}" if number < BILLION else "more than a billion"
        return TooLarge(f"{many} combinations of supports are more than the {MOST_SUPPORTS:,} that are tried")
    payoffs = _unit_range(game)
    by_size = _undominated(game)
    paths = sum(multilinear.path_count(_mixing(sizes)) * len(supports) for sizes, supports in by_size.items())
    if paths > MOST_PATHS:
        return TooLarge(f"{paths:,} paths to solutions are more than the {MOST_PATHS:,} that are followed")
    return _enumerated(game, payoffs, by_size, number, paths)


def _enumerated(
    game: StrategicGame, payoffs: np.ndarray, by_size: Mapping[Sizes, Sequence[Support]], number: int, paths: int
) -> MixedEquilibria:
    """The equilibria of all supports, with what was done."""
    parts = [_solve(payoffs, game.shape, sizes, supports) for sizes, supports in by_size.items()]
    rows = _with_dimensions(payoffs, game.shape, [row for part in parts for row in part.rows])
    equilibria = [_equilibrium(game, row) for row in rows]
    kept = map(_is_exact_if_pure, equilibria, rows)
    return MixedEquilibria(
        tuple(compress(equilibria, kept)),
        supports=number,
        solved=sum(map(len, by_size.values())),
        paths=paths,
        degenerate=sum(part.degenerate for part in parts),
        lost=sum(part.lost for part in parts),
        tied=[row.has_tie and row.dimension == 0 for row in rows].count(True),
    )


def _is_exact_if_pure(equilibrium: MixedEquilibrium, row: _Row) -> bool:
    """Whether nobody gains anything, where nobody mixes: payoffs in floating point can hide a small difference."""
    return bool(len(row.x)) or not equilibrium.regret


def _unit_range(game: StrategicGame) -> np.ndarray:
    """Payoffs [p, s...] between 0 and 1 for each player; exact zeros stay ties."""
    return np.stack([_unit(units) for units in game.units])


def _unit(units: np.ndarray) -> np.ndarray:
    low, high = int(units.min()), int(units.max())
    scaled = [(int(x) - low) / ((high - low) or 1) for x in units.ravel()]
    return np.array(scaled).reshape(units.shape)


# Supports


def _undominated(game: StrategicGame) -> dict[Sizes, list[Support]]:
    """The supports without a strategy that is strictly dominated given the others' supports, by their sizes."""
    subsets = [[s for size in range(1, count + 1) for s in combinations(range(count), size)] for count in game.shape]
    allowed = [_allowed(game.units[p], p, subsets) for p in range(len(game.players))]
    by_size: dict[Sizes, list[Support]] = {}
    for support in product(*subsets):
        if all(allowed[p][support[:p] + support[p + 1 :]].issuperset(own) for p, own in enumerate(support)):
            by_size.setdefault(tuple(map(len, support)), []).append(support)
    return {sizes: by_size[sizes] for sizes in sorted(by_size, key=lambda s: (sum(s), s))}


def _allowed(
    units: np.ndarray, player: int, subsets: Sequence[Sequence[tuple[int, ...]]]
) -> Mapping[Support, frozenset[int]]:
    """For each support of the others, the strategies of a player that no other one of its own beats everywhere."""
    own = np.moveaxis(units, player, 0)
    allowed = {}
    for others in product(*(s for p, s in enumerate(subsets) if p != player)):
        rows = own[np.ix_(range(len(own)), *others)].reshape(len(own), -1)
        beaten: np.ndarray = np.all(rows[None] > rows[:, None], axis=2).any(axis=1)
        allowed[others] = frozenset(np.flatnonzero(~beaten).tolist())
    return allowed


def _mixing(sizes: Sequence[int]) -> Sizes:
    return tuple(size for size in sizes if size > 1)


# Equations of supports of the same sizes


class _Equations(NamedTuple):
    """The equations of several supports of one shape, in the mixtures of those who mix.

    indifference, others: differences of payoffs to the first strategy of the support: of those in it, and outside it.
    """

    sizes: Sizes
    indifference: list[Rows]
    others: list[Rows]

    def some(self, which: Sequence[int] | np.ndarray) -> _Equations:
        """Those of some of the supports."""
        parts = ([Rows(r.tensor[which], r.players) for r in rows] for rows in (self.indifference, self.others))
        return _Equations(self.sizes, *parts)


def _equations(payoffs: np.ndarray, shape: Sequence[int], supports: Sequence[Support]) -> _Equations:
    sizes = tuple(map(len, supports[0]))
    mixing = [p for p, size in enumerate(sizes) if size > 1]
    inside, outside = [], []
    for p, size in enumerate(sizes):
        players = tuple(k for k, q in enumerate(mixing) if q != p)
        outside.append(
            Rows(_stacked(payoffs[p], p, supports, [(s[p][0], *_unused(s[p], shape[p])) for s in supports]), players)
        )
        if size > 1:
            inside.append(Rows(_stacked(payoffs[p], p, supports, [s[p] for s in supports]), players))
    return _Equations(_mixing(sizes), inside, outside)


def _unused(own: tuple[int, ...], count: int) -> Iterator[int]:
    return (s for s in range(count) if s not in own)


def _stacked(
    payoff: np.ndarray, player: int, supports: Sequence[Support], own: Sequence[tuple[int, ...]]
) -> np.ndarray:
    return np.stack([_differences(payoff, player, *pair) for pair in zip(supports, own, strict=True)])


def _differences(payoff: np.ndarray, player: int, support: Support, own: tuple[int, ...]) -> np.ndarray:
    """A player's payoffs from strategies over those from the first of them [r, k of each other who mixes]."""
    columns = [own if p == player else s for p, s in enumerate(support)]
    table = np.moveaxis(payoff[np.ix_(*columns)], player, 0)
    used = [len(own)] + [len(s) for p, s in enumerate(support) if p != player and len(s) > 1]
    table = table.reshape(used)
    return np.asarray(table[1:] - table[:1])


# Solutions


class _Row(NamedTuple):
    """An equilibrium of a support: mixtures of those who mix, side by side, its dimension, an unused best reply."""

    support: Support
    x: np.ndarray
    dimension: int | None
    has_tie: bool


class _Solved(NamedTuple):
    rows: list[_Row]
    degenerate: int
    lost: int


def _solve(payoffs: np.ndarray, shape: Sequence[int], sizes: Sizes, supports: Sequence[Support]) -> _Solved:
    """The equilibria of all supports of one shape."""
    mixing, paths = _mixing(sizes), multilinear.path_count(_mixing(sizes))
    parts = []
    for part in _chunks(supports, max(1, CHUNK // max(paths, SEARCHES))):
        equations = _equations(payoffs, shape, part)
        if not mixing:
            parts.append(_pure(equations, part))
        elif paths:
            parts.append(_by_paths(equations, part))
        else:
            parts.append(_searched(equations, part, np.flatnonzero(_may_be_met(equations)), {}))
    return _Solved([row for p in parts for row in p.rows], sum(p.degenerate for p in parts), sum(p.lost for p in parts))


def _chunks(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (rows[k : k + size] for k in range(0, len(rows), size))


def _pure(equations: _Equations, supports: Sequence[Support]) -> _Solved:
    """Equilibria in pure strategies."""
    gains = np.concatenate([rows.tensor for rows in equations.others], axis=1)
    largest = gains.max(axis=1, initial=-1)
    rows = [_Row(s, np.empty(0), 0, gain == 0) for s, gain in zip(supports, largest, strict=True) if gain <= 0]
    return _Solved(rows, 0, 0)


def _by_paths(equations: _Equations, supports: Sequence[Support]) -> _Solved:
    """The equilibria at the ends of all paths; what is not regular is searched from where the paths end."""
    ends = multilinear.solve(equations.indifference, equations.sizes)
    again = np.flatnonzero(_suspect(ends))
    if len(again):
        careful = multilinear.solve(equations.some(again).indifference, equations.sizes, careful=True)
        ends.points[again], ends.status[again] = careful
    x, off = _as_probabilities(ends.points, equations.sizes)
    inside = (ends.status == REGULAR) & (off < REAL) & (x > SMALLEST).all(axis=2)
    stable = [_stable(equations, supports, int(k), x[k, path]) for k, path in np.argwhere(inside)]
    near: dict[int, list[np.ndarray]] = {}
    for k, path in np.argwhere((ends.status != REGULAR) & (off < NEAR) & (x > -NEAR).all(axis=2)):
        near.setdefault(int(k), []).append(x[k, path])
    is_finite = np.abs(x).max(axis=2) < INFINITE
    searched = _searched(equations, supports, np.flatnonzero((ends.status != REGULAR).any(axis=1)), near)
    degenerate = {int(k) for k in np.flatnonzero(((ends.status != REGULAR) & is_finite).any(axis=1))}
    rows = [row for row in stable if row] + searched.rows
    lost = int((ends.status == LOST).any(axis=1).sum())
    return _Solved(rows, max(len(degenerate), searched.degenerate), searched.lost + lost)


def _suspect(ends: multilinear.Ends) -> np.ndarray:
    """Systems with a path that was lost, or with two paths that end in one regular point."""
    lost = (ends.status == LOST).any(axis=1)
    for k, (points, status) in enumerate(zip(ends.points, ends.status, strict=True)):
        regular = points[status == REGULAR]
        same = np.abs(np.abs(regular @ regular.conj().T) - _players_of(regular)) < 1e-9
        lost[k] |= bool(np.triu(same, 1).any())
    return np.asarray(lost)


def _players_of(points: np.ndarray) -> float:
    """The squared length of a point: one for each player, whose mixtures have unit length."""
    return float(np.round(np.linalg.norm(points[0]) ** 2)) if len(points) else 0.0


def _as_probabilities(points: np.ndarray, sizes: Sizes) -> tuple[np.ndarray, np.ndarray]:
    """Points as mixtures that add up to one [b, p, x], and how far they are from real numbers [b, p]."""
    places = np.cumsum([0, *sizes])
    with np.errstate(all="ignore"):
        sums = np.repeat(np.add.reduceat(points, places[:-1], axis=2), sizes, axis=2)
        scaled = points / np.where(np.abs(sums) > 1e-12, sums, np.nan)
    scaled = np.nan_to_num(scaled, nan=1e9, posinf=1e9, neginf=-1e9)
    return np.real(scaled), np.abs(np.imag(scaled)).max(axis=2)


def _stable(equations: _Equations, supports: Sequence[Support], which: int, x: np.ndarray) -> _Row | None:
    """An isolated solution of a support as an equilibrium, None where a player gains by another strategy."""
    gains, _ = multilinear.evaluate(equations.some([which]).others, x[None], equations.sizes)
    largest = gains.max(initial=-1)
    return None if largest > REGRET else _Row(supports[which], x, 0, bool(largest > -REGRET))


# Degenerate supports


def _may_be_met(equations: _Equations) -> np.ndarray:
    """Whether equations with no isolated solutions may be met at all; exactly for one or two players who mix."""
    met = np.ones(len(equations.indifference[0].tensor), dtype=bool)
    if len(equations.sizes) > 2:
        return met
    for rows in equations.indifference:
        if not rows.players:
            met &= (rows.tensor == 0).all(axis=1)
        elif rows.tensor.shape[1] >= rows.tensor.shape[2]:
            met &= np.linalg.svd(rows.tensor, compute_uv=False)[:, -1] < 1e-9
    return met


def _searched(
    equations: _Equations, supports: Sequence[Support], which: np.ndarray, near: Mapping[int, Sequence[np.ndarray]]
) -> _Solved:
    """An equilibrium of each of some supports, if a search from several points meets one; near: further points."""
    rows, chosen = [], which[:MOST_SEARCHED].tolist()
    rng = np.random.default_rng(multilinear.SEED)
    begin = np.concatenate([
        np.vstack([np.full(size, 1 / size), rng.dirichlet(np.ones(size), SEARCHES - 1)]) for size in equations.sizes
    ], axis=1)  # fmt: skip
    for part in _chunks(chosen, CHUNK // SEARCHES):
        points = [[*begin, *(np.maximum(x, INSIDE) for x in near.get(k, ())[:SEARCHES])] for k in part]
        owner = np.repeat(part, [len(own) for own in points])
        ends, met = _descend(equations.some(owner), np.array([x for own in points for x in own]))
        for k in part:
            own = np.flatnonzero(met & (owner == k))
            if len(own):
                rows.append(_Row(supports[k], ends[own[0]], None, False))
    return _Solved(rows, len(rows), len(which) - len(chosen))


def _descend(equations: _Equations, x: np.ndarray, inside: float = INSIDE) -> tuple[np.ndarray, np.ndarray]:
    """Levenberg-Marquardt steps towards equilibria of supports, a point of each, and which came to one."""
    damping, eye = np.full(len(x), 1e-2), np.eye(x.shape[1])
    value, slope = _violations(equations, x, inside)
    for _ in range(DESCENT):
        normal = np.einsum("brx,bry->bxy", slope, slope) + damping[:, None, None] * eye
        step = np.linalg.solve(normal, -np.einsum("brx,br->bx", slope, value)[..., None])[..., 0]
        ahead, ahead_slope = _violations(equations, x + step, inside)
        better = (ahead**2).sum(axis=1) < (value**2).sum(axis=1)
        x = np.where(better[:, None], x + step, x)
        value = np.where(better[:, None], ahead, value)
        slope = np.where(better[:, None, None], ahead_slope, slope)
        damping = np.clip(np.where(better, damping / 5, damping * 4), 1e-12, 1e6)
        if np.abs(value).max() < REGRET / 100:
            break
    return x, np.abs(value).max(axis=1) < REGRET


def _violations(equations: _Equations, x: np.ndarray, inside: float) -> tuple[np.ndarray, np.ndarray]:
    """By how much points miss an equilibrium of a support [b, r], with derivatives; zero where nothing is missed."""
    value, slope = multilinear.evaluate(equations.indifference, x, equations.sizes)
    gains, gains_slope = multilinear.evaluate(equations.others, x, equations.sizes)
    places = np.cumsum([0, *equations.sizes])
    sums = np.add.reduceat(x, places[:-1], axis=1) - 1
    ones = np.repeat(np.eye(len(equations.sizes)), equations.sizes, axis=1)
    lack = inside - x
    eye = np.broadcast_to(np.eye(x.shape[1]), (len(x), x.shape[1], x.shape[1]))
    return (
        np.concatenate([value, sums, np.maximum(gains, 0), np.maximum(lack, 0)], axis=1),
        np.concatenate([
            slope, np.broadcast_to(ones, (len(x), *ones.shape)), gains_slope * (gains > 0)[:, :, None],
            -eye * (lack > 0)[:, :, None],
        ], axis=1),
    )  # fmt: skip


def _with_dimensions(payoffs: np.ndarray, shape: Sequence[int], rows: Sequence[_Row]) -> list[_Row]:
    """Equilibria with the dimension of the equilibria around them, None where it was not worked out."""
    degenerate = [k for k, row in enumerate(rows) if row.has_tie or row.dimension is None]
    few = set(degenerate[:MOST_DIMENSIONS])
    known = {k: _around(payoffs, shape, rows[k]) if k in few else None for k in degenerate}
    return [row._replace(dimension=known.get(k, row.dimension)) for k, row in enumerate(rows)]


def _around(payoffs: np.ndarray, shape: Sequence[int], row: _Row) -> int | None:
    """The dimension of the equilibria around one, on the widest support on which there are others; 0 for none."""
    mixtures, dimension = _mixtures(row, shape), None
    for support in _wider(payoffs, row.support, mixtures):
        dimension = _dimension(payoffs, shape, support, mixtures)
        if dimension:
            break
    return dimension


def _mixtures(row: _Row, shape: Sequence[int]) -> list[list[float]]:
    """The probability of every strategy of every player."""
    shares, mixtures = iter(row.x.tolist()), []
    for own, count in zip(row.support, shape, strict=True):
        used = dict(zip(own, [next(shares) for _ in own] if len(own) > 1 else [1.0], strict=True))
        mixtures.append([used.get(s, 0.0) for s in range(count)])
    return mixtures


def _wider(payoffs: np.ndarray, support: Support, mixtures: Sequence[Sequence[float]]) -> Iterator[Support]:
    """The support with the unused best replies, from all of them to none."""
    replies = []
    for p, own in enumerate(support):
        values = _values(payoffs[p], p, mixtures)
        best = np.flatnonzero(values > values[list(own)].max() - REGRET)
        replies += [(p, int(s)) for s in best if s not in own]
    few = range(min(len(replies), MOST_TIES), -1, -1)
    for chosen in dict.fromkeys(
        (tuple(replies), *(c for size in few for c in combinations(replies[:MOST_TIES], size)))
    ):
        yield tuple(tuple(sorted((*own, *(s for q, s in chosen if q == p)))) for p, own in enumerate(support))


def _values(payoff: np.ndarray, player: int, mixtures: Sequence[Sequence[Any]]) -> np.ndarray:
    """What each strategy of a player gives against the mixtures of the others."""
    left = np.moveaxis(payoff, player, 0)
    for mixture in chain(mixtures[:player], mixtures[player + 1 :]):
        left = np.sum([left[:, s] * mixture[s] for s in range(len(mixture)) if mixture[s]], axis=0)
    return np.asarray(left)


def _dimension(
    payoffs: np.ndarray, shape: Sequence[int], support: Support, mixtures: Sequence[Sequence[float]]
) -> int | None:
    """In how many directions steps from an equilibrium lead to others of a support.

    None where the equations leave directions and no step leads to one.
    """
    if all(len(own) == 1 for own in support):
        return 0
    equations = _equations(payoffs, shape, [support])
    x = np.array([mixtures[p][s] for p, own in enumerate(support) if len(own) > 1 for s in own])
    _, slope = multilinear.evaluate(equations.indifference, x[None], equations.sizes)
    ones = np.repeat(np.eye(len(equations.sizes)), equations.sizes, axis=1)
    _, size, right = np.linalg.svd(np.concatenate([slope[0], ones]), full_matrices=True)
    free = right[int((size > 1e-6).sum()) :]
    if not len(free):
        return 0
    steps = np.concatenate([x + APART * free, x - APART * free])
    ends, met = _descend(equations.some([0] * len(steps)), steps, 0.0)
    moved = met & (np.linalg.norm(ends - x, axis=1) > APART / 2)
    return int(np.linalg.matrix_rank(ends[moved] - x, tol=APART / 100)) if moved.any() else None


# Equilibria


def _equilibrium(game: StrategicGame, row: _Row) -> MixedEquilibrium:
    """Probabilities of all strategies, with payoffs and regret worked out in fractions."""
    mixtures = _mixtures(row, game.shape)
    simple = tuple(_simple(mixture) for mixture in mixtures)
    exact_payoff, exact_regret = _payoff_and_regret(game, simple)
    if exact_regret == 0:
        floats = tuple(tuple(map(float, mixture)) for mixture in simple)
        return MixedEquilibrium(floats, tuple(exact_payoff), 0.0, simple, row.dimension)
    sums = [sum(map(Fraction, mixture)) for mixture in mixtures]
    whole = tuple(tuple(Fraction(q) / s for q in mixture) for mixture, s in zip(mixtures, sums, strict=True))
    payoff, regret = _payoff_and_regret(game, whole)
    return MixedEquilibrium(tuple(map(tuple, mixtures)), tuple(payoff), float(regret), None, row.dimension)


def _simple(mixture: Sequence[float]) -> Mixture:
    """Small fractions near probabilities, with their sum made one."""
    near = [Fraction(q).limit_denominator(LARGEST_DENOMINATOR) for q in mixture]
    total = sum(near)
    return tuple(q / total for q in near)


def _payoff_and_regret(game: StrategicGame, mixtures: Sequence[Mixture]) -> tuple[list[Fraction], Fraction]:
    """What each player has, and the most that one gains by another strategy, without rounding."""
    payoff, regret = [], Fraction(0)
    for p, denominator in enumerate(game.denominator):
        left = _values(game.units[p].astype(object), p, mixtures)
        values = [Fraction(v) / denominator for v in left]
        own = sum((v * q for v, q in zip(values, mixtures[p], strict=True)), Fraction(0))
        payoff.append(own)
        regret = max(regret, max(values) - own)
    return payoff, regret
