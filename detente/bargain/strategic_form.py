"""Games in strategic form with exact payoffs: pure equilibria of any number of players, all equilibria of two.

Mixed equilibria of three and more players are in `several_players`.

Axes: p player, s strategy of a player; a game of n players has payoffs [p, s of player 1, ..., s of player n]. Payoffs
are whole numbers over one denominator a player, so that a tie is a tie and not rounding.

All equilibria of two players come from the vertices of the best-response polytopes: a pair of vertices whose labels
cover every strategy is an extreme equilibrium, and the equilibria are the products of faces that such pairs span
(Avis, Rosenberg, Savani and von Stengel 2010). Degenerate games have continua, which are described by their corners.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from detente.bargain.best_response_polytope import LABELS, Vertex, lemke_howson, vertices
from detente.errors import QuestionError

MOST_PROFILES = 250_000  # profiles of pure strategies in one game
MOST_PAYOFFS = 1_000_000  # of all players in one game
MOST_STRATEGIES = 100_000  # of one player
MOST_DIGITS = 2_000  # digits of the denominator that payoffs share
MOST_PARTS = 2_000  # convex parts of the set of equilibria that are listed
LONGEST = 15  # characters of a probability that is written as a fraction in words
INT64 = 2**62

Mixture = tuple[Fraction, ...]  # a probability for each strategy of a player


@dataclass(frozen=True, eq=False)
class StrategicGame:
    """Players, the names of their strategies, and payoffs as whole numbers over a denominator.

    title: as the file has it. players [p]. strategies [p][s]. units [p, s...]: payoffs times the denominator [p].
    """

    title: str
    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    units: np.ndarray
    denominator: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of strategies of each player."""
        return tuple(map(len, self.strategies))

    def payoff(self, profile: Sequence[int]) -> tuple[Fraction, ...]:
        """The payoffs [p] of a profile of pure strategies."""
        place = tuple(profile)
        return tuple(Fraction(int(self.units[(p, *place)]), d) for p, d in enumerate(self.denominator))


def check_shape(shape: Sequence[int]) -> None:
    """Refuse a game without strategies or with more than are solved. Raises QuestionError."""
    if not shape or min(shape) < 1:
        raise QuestionError("every player needs at least one strategy")
    profiles = math.prod(shape)
    if profiles > MOST_PROFILES or profiles * len(shape) > MOST_PAYOFFS or max(shape) > MOST_STRATEGIES:
        raise QuestionError(
            f"{' x '.join(map(str, shape))} strategies make {profiles:,} profiles; at most {MOST_PROFILES:,} with"
            f" {MOST_PAYOFFS:,} payoffs are read; leave out strategies that nobody would use"
        )


def strategic_game(
    title: str,
    players: Sequence[str],
    strategies: Sequence[Sequence[str]],
    payoff: Callable[[tuple[int, ...]], Sequence[Fraction]],
) -> StrategicGame:
    """A game from a function that gives the payoffs [p] of a profile of strategies. Raises QuestionError.

    >>> rows = {(0, 0): (3, 3), (0, 1): (0, 5), (1, 0): (5, 0), (1, 1): (1, 1)}
    >>> dilemma = strategic_game("", ("A", "B"), (("c", "d"), ("c", "d")), lambda k: [Fraction(x) for x in rows[k]])
    >>> pure_equilibria(dilemma)
    [(1, 1)]
    """
    shape = tuple(map(len, strategies))
    check_shape(shape)
    rows = [tuple(payoff(profile)) for profile in np.ndindex(*shape)]
    columns = [whole_numbers([row[p] for row in rows]) for p in range(len(players))]
    units = np.stack([np.array(numbers).reshape(shape) for numbers, _ in columns])
    names = tuple(tuple(s) for s in strategies)
    return StrategicGame(title, tuple(players), names, units, tuple(d for _, d in columns))


def whole_numbers(values: Sequence[Fraction]) -> tuple[np.ndarray, int]:
    """Whole numbers in proportion to fractions, and their common denominator; exact also where 64 bits are too few.

    Raises QuestionError where the denominator has more than 2,000 digits.

    >>> numbers, denominator = whole_numbers([Fraction(1, 2), Fraction(1, 3)])
    >>> numbers.tolist(), denominator
    ([3, 2], 6)
    """
    denominator = 1
    for value in set(values):
        denominator = math.lcm(denominator, value.denominator)
        if denominator.bit_length() > MOST_DIGITS * 4:
            raise QuestionError(
                f"the payoffs share no denominator of fewer than {MOST_DIGITS} digits; round them to fewer digits"
            )
    numbers = [value.numerator * (denominator // value.denominator) for value in values]
    small = max(map(abs, numbers)) < INT64
    return np.array(numbers, dtype=np.int64 if small else object), denominator


def pure_equilibria(game: StrategicGame) -> list[tuple[int, ...]]:
    """The profiles from which no player gains by changing its own strategy alone, each as the places of strategies."""
    stable = np.ones(game.shape, dtype=bool)
    for p, units in enumerate(game.units):
        stable &= units == units.max(axis=p, keepdims=True)
    return [tuple(int(k) for k in profile) for profile in np.argwhere(stable)]


class Equilibrium(NamedTuple):
    """A pair of mixed strategies, each a best response to the other, with the payoffs [p]."""

    strategies: tuple[Mixture, Mixture]
    payoff: tuple[Fraction, Fraction]


class Part(NamedTuple):
    """A convex set of equilibria: every mixture of strategies of the one with every mixture of some of the other."""

    first: tuple[Mixture, ...]
    second: tuple[Mixture, ...]


@dataclass(frozen=True)
class Component:
    """A connected set of equilibria: its corners, and the convex parts that make it up, None if too many.

    A component with one corner is an isolated equilibrium, any other one a continuum.
    """

    corners: tuple[Equilibrium, ...]
    parts: tuple[Part, ...] | None

    @property
    def is_continuum(self) -> bool:
        """Whether it holds infinitely many equilibria."""
        return len(self.corners) > 1


def all_equilibria(game: StrategicGame) -> list[Component] | None:
    """Every equilibrium of a game of two players, as connected components; None where there are too many vertices.

    Raises QuestionError for another number of players.

    >>> rows = {(0, 0): (2, 0), (0, 1): (0, 1), (1, 0): (0, 1), (1, 1): (1, 0)}
    >>> game = strategic_game("", ("A", "B"), (("u", "d"), ("l", "r")), lambda k: [Fraction(x) for x in rows[k]])
    >>> [str(x) for x in all_equilibria(game)[0].corners[0].strategies[1]]
    ['1/3', '2/3']
    """
    if len(game.players) != 2:
        raise QuestionError(f"mixed equilibria are worked out for two players; there are {len(game.players)}")
    rows, columns = game.shape
    if rows + columns > LABELS:
        return None
    own, other = _best_responses(game.units[1].T), _best_responses(game.units[0])
    first = vertices(own.matrix, tuple(range(rows)), tuple(range(rows, rows + columns)))
    second = None if first is None else vertices(other.matrix, tuple(range(rows, rows + columns)), tuple(range(rows)))
    if first is None or second is None:
        return None
    x = [_mixture(vertex.point, own.scale) for vertex in first]
    y = [_mixture(vertex.point, other.scale) for vertex in second]
    pairs = _completely_labelled(first, second, rows + columns)
    groups = [_component(game, group, x, y) for group in _connected(pairs)]
    return sorted(groups, key=lambda c: (c.is_continuum, [-p for p in c.corners[0].strategies[0]]))


def one_equilibrium(game: StrategicGame) -> Equilibrium | None:
    """One equilibrium of a game of two players, for games too large to list all; None where even that takes too long.

    Raises QuestionError for another number of players.

    >>> rows = {(0, 0): (2, 0), (0, 1): (0, 1), (1, 0): (0, 1), (1, 1): (1, 0)}
    >>> game = strategic_game("", ("A", "B"), (("u", "d"), ("l", "r")), lambda k: [Fraction(x) for x in rows[k]])
    >>> [str(x) for x in one_equilibrium(game).strategies[1]]
    ['1/3', '2/3']
    """
    if len(game.players) != 2:
        raise QuestionError(f"mixed equilibria are worked out for two players; there are {len(game.players)}")
    own, other = _best_responses(game.units[1].T), _best_responses(game.units[0])
    pair = lemke_howson(own.matrix, other.matrix)
    if pair is None:
        return None
    x, y = _mixture(pair[0], own.scale), _mixture(pair[1], other.scale)
    return Equilibrium((x, y), _expected(game, x, y))


class _BestResponses(NamedTuple):
    """A player's payoffs [s, strategy of the other] in short whole numbers, each column with a scale of its own."""

    matrix: np.ndarray
    scale: tuple[int, ...]


def _best_responses(units: np.ndarray) -> _BestResponses:
    """Payoffs moved above zero and divided by what they share, column by column: that changes no best response.

    A column times a factor is a strategy of the other player over that factor.
    """
    columns, scale = [], []
    for column in units.astype(object).T:
        moved = (column - column.min()).tolist()
        shared = math.gcd(*moved) or 1
        columns.append([x // shared + 1 for x in moved])
        scale.append(shared)
    return _BestResponses(np.array(columns, dtype=object).T, tuple(scale))


def _completely_labelled(first: Sequence[Vertex], second: Sequence[Vertex], count: int) -> list[tuple[int, int]]:
    """The pairs of vertices whose labels cover every strategy, without the pair of zeros."""
    every = np.int64((1 << count) - 1)
    others = np.array([v.labels for v in second], dtype=np.int64)
    origin = (next(k for k, v in enumerate(first) if not any(v.point)), next(
        k for k, v in enumerate(second) if not any(v.point)
    ))  # fmt: skip
    pairs = [(i, int(j)) for i, v in enumerate(first) for j in np.flatnonzero((others | np.int64(v.labels)) == every)]
    return [pair for pair in pairs if pair != origin]


def _connected(pairs: Iterable[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Pairs in groups: two pairs that share a vertex are in one group."""
    groups: list[tuple[set[int], set[int], list[tuple[int, int]]]] = []
    for i, j in pairs:
        touching = [g for g in groups if i in g[0] or j in g[1]]
        merged = ({i}, {j}, [(i, j)])
        for group in touching:
            groups.remove(group)
            merged = (merged[0] | group[0], merged[1] | group[1], group[2] + merged[2])
        groups.append(merged)
    return [sorted(group[2]) for group in groups]


def _component(
    game: StrategicGame, pairs: Sequence[tuple[int, int]], x: Sequence[Mixture], y: Sequence[Mixture]
) -> Component:
    corners = sorted(
        (Equilibrium((x[i], y[j]), _expected(game, x[i], y[j])) for i, j in pairs),
        key=lambda e: tuple(-p for mixture in e.strategies for p in mixture),
    )
    cliques = _maximal_cliques(pairs)
    parts = None if cliques is None else tuple(
        Part(tuple(x[i] for i in sorted(a)), tuple(y[j] for j in sorted(b))) for a, b in cliques
    )  # fmt: skip
    return Component(tuple(corners), parts)


def _mixture(point: Sequence[int], scale: Sequence[int]) -> Mixture:
    """The mixed strategy of a point of a polytope; all zeros at the origin."""
    weights = [Fraction(x, factor) for x, factor in zip(point, scale, strict=True)]
    total = sum(weights)
    return tuple(weight / total if total else weight for weight in weights)


def _expected(game: StrategicGame, x: Mixture, y: Mixture) -> tuple[Fraction, Fraction]:
    """The payoffs of two mixed strategies."""
    played = [(i, j, p * q) for i, p in enumerate(x) if p for j, q in enumerate(y) if q]
    first, second = (
        sum((weight * int(units[i, j]) for i, j, weight in played), Fraction(0)) / denominator
        for units, denominator in zip(game.units, game.denominator, strict=True)
    )
    return first, second


def _maximal_cliques(pairs: Sequence[tuple[int, int]]) -> list[tuple[frozenset[int], frozenset[int]]] | None:
    """The maximal sets (A, B) with every pair of A and B among the pairs; None where there are too many."""
    partners: dict[int, set[int]] = {}
    for i, j in pairs:
        partners.setdefault(i, set()).add(j)
    closed: set[frozenset[int]] = set()
    for partner in partners.values():
        meets = {frozenset(partner)} | {frozenset(partner & other) for other in closed}
        closed |= {meet for meet in meets if meet}
        if len(closed) > MOST_PARTS:
            return None
    cliques = [(frozenset(i for i, own in partners.items() if b <= own), b) for b in closed]
    return sorted(cliques, key=lambda c: (sorted(c[0]), sorted(c[1])))


def mixed_in_words(mixture: Sequence[Fraction | float], names: Sequence[str]) -> str:
    """A mixed strategy in words: a name, or the probabilities of several.

    >>> mixed_in_words((Fraction(1, 3), Fraction(0), Fraction(2, 3)), ("left", "middle", "right"))
    'left (1/3), right (2/3)'
    """
    return ", ".join(_shares(mixture, names))


def _shares(mixture: Sequence[Fraction | float], names: Sequence[str]) -> Iterator[str]:
    for probability, name in zip(mixture, names, strict=True):
        if probability:
            exact = str(probability)
            share = exact if len(exact) <= LONGEST else f"about {float(probability):.4g}"
            yield name if probability == 1 else f"{name} ({share})"


def is_constant_sum(game: StrategicGame) -> bool:
    """Whether what one player gains the other loses: the payoffs of every profile have the same sum."""
    if len(game.players) != 2:
        return False
    a, b = (units.astype(object) for units in game.units)
    total: Any = a * game.denominator[1] + b * game.denominator[0]
    return bool((total == total.flat[0]).all())
