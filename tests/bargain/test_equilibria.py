"""Equilibria of small games: pure ones of any game, all of two players, exactly, and what a degenerate game has."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.bargain import strategic_form
from detente.bargain.strategic_form import strategic_game, whole_numbers
from detente.errors import QuestionError

F = Fraction


def bimatrix(first, second):
    """A game of two players from its two tables of payoffs."""
    names = ([f"r{i}" for i in range(len(first))], [f"c{j}" for j in range(len(first[0]))])
    return strategic_game("", ("A", "B"), names, lambda k: (F(first[k[0]][k[1]]), F(second[k[0]][k[1]])))


def corners(game):
    return [corner for component in strategic_form.all_equilibria(game) for corner in component.corners]


def gains(game, strategies):
    """What each player could gain at most by another strategy."""
    x, y = strategies
    own = [[game.payoff((i, j)) for j in range(len(y))] for i in range(len(x))]
    rows = [sum(q * own[i][j][0] for j, q in enumerate(y)) for i in range(len(x))]
    columns = [sum(p * own[i][j][1] for i, p in enumerate(x)) for j in range(len(y))]
    have = sum(p * rows[i] for i, p in enumerate(x)), sum(q * columns[j] for j, q in enumerate(y))
    return max(rows) - have[0], max(columns) - have[1]


def by_supports(game):
    """The equilibria of a game without ties, by solving for every pair of supports of one size."""
    (m, n), equilibria = game.shape, []
    for size in range(1, min(m, n) + 1):
        for rows, columns in product(combinations(range(m), size), combinations(range(n), size)):
            y = indifferent([[game.payoff((i, j))[0] for j in columns] for i in rows], columns, n)
            x = indifferent([[game.payoff((i, j))[1] for i in rows] for j in columns], rows, m)
            if x and y and not any(gains(game, (x, y))):
                equilibria.append((x, y))
    return equilibria


def indifferent(table, support, count):
    """The weights of columns at which all rows of a table have one value, spread over all strategies; else None."""
    size = len(table)
    rows = [[*row, F(-1), F(0)] for row in table] + [[F(1)] * size + [F(0), F(1)]]
    for k in range(size + 1):
        pivot = next((r for r in range(k, size + 1) if rows[r][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], [v / rows[pivot][k] for v in rows[k]] if pivot != k else rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        rows = [r if j == k else [a - r[k] * b for a, b in zip(r, rows[k], strict=True)] for j, r in enumerate(rows)]
    weights = [row[-1] for row in rows[:size]]
    if any(w <= 0 for w in weights):
        return None
    spread = dict(zip(support, weights, strict=True))
    return tuple(spread.get(k, F(0)) for k in range(count))


TABLE = st.lists(st.lists(st.integers(-5, 5), min_size=3, max_size=3), min_size=3, max_size=3)


@given(TABLE, TABLE)
def test_no_player_gains_anything_at_a_corner_not_even_a_rounding_error(first, second):
    game = bimatrix(first, second)
    assert corners(game)
    for corner in corners(game):
        assert gains(game, corner.strategies) == (0, 0)
        assert all(sum(mixture) == 1 for mixture in corner.strategies)


@given(TABLE, TABLE)
def test_the_pure_equilibria_are_among_the_corners(first, second):
    game = bimatrix(first, second)
    pure = {(x.index(1), y.index(1)) for x, y in (c.strategies for c in corners(game)) if 1 in x and 1 in y}
    assert pure == set(strategic_form.pure_equilibria(game))


@given(st.permutations(range(9)), st.permutations(range(9)))
def test_without_ties_the_equilibria_are_those_of_all_pairs_of_supports(first, second):
    tables = [[[2**k for k in order[3 * i : 3 * i + 3]] for i in range(3)] for order in (first, second)]
    game = bimatrix(*tables)
    assert sorted(c.strategies for c in corners(game)) == sorted(by_supports(game))


@given(TABLE, TABLE, st.integers(0, 10**6))
def test_every_mixture_inside_a_part_of_a_continuum_is_an_equilibrium(first, second, seed):
    for component in strategic_form.all_equilibria(bimatrix(first, second)):
        for part in component.parts:
            x, y = (weighted(own, seed) for own in part)
            assert gains(bimatrix(first, second), (x, y)) == (0, 0)


def weighted(mixtures, seed):
    """A mixture of mixtures, with weights that depend on a number."""
    weights = [F(1 + (seed >> (3 * k)) % 7) for k in range(len(mixtures))]
    total = sum(weights)
    return tuple(sum(w * m[k] for w, m in zip(weights, mixtures, strict=True)) / total for k in range(len(mixtures[0])))


def test_a_game_in_which_nothing_matters_is_one_continuum():
    (component,) = strategic_form.all_equilibria(bimatrix([[1, 1], [1, 1]], [[1, 1], [1, 1]]))
    assert component.is_continuum
    assert len(component.corners) == 4
    assert [(len(part.first), len(part.second)) for part in component.parts] == [(2, 2)]


def test_an_isolated_equilibrium_stands_beside_a_continuum():
    first, second = [[1, 0, 0], [0, 2, 2]], [[1, 0, 0], [0, 3, 3]]
    components = strategic_form.all_equilibria(bimatrix(first, second))
    assert [(c.is_continuum, len(c.corners)) for c in components] == [(False, 1), (True, 2), (True, 2)]


def test_matching_pennies_is_worth_nothing_to_both():
    game = bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert strategic_form.is_constant_sum(game)
    assert corners(game)[0].payoff == (0, 0)
    assert not strategic_form.is_constant_sum(bimatrix([[1, 0], [0, 1]], [[1, 0], [0, 1]]))


def test_payoffs_too_long_for_64_bits_stay_exact():
    large = 10**30
    game = bimatrix([[large, 0], [large - 1, 0]], [[0, 0], [0, 0]])
    assert strategic_form.pure_equilibria(game) == [(0, 0), (0, 1), (1, 1)]


def test_three_players_have_pure_equilibria_only():
    game = strategic_game("", "ABC", (("0", "1"),) * 3, lambda k: [F(k[0] == k[1] == k[2])] * 3)
    assert set(strategic_form.pure_equilibria(game)) == {(0, 0, 0), (1, 1, 1)}
    with pytest.raises(QuestionError, match="two players; there are 3"):
        strategic_form.all_equilibria(game)


def test_a_game_with_too_many_vertices_is_left_to_its_pure_equilibria():
    table = [[(7 * i + 3 * j * j) % 101 for j in range(40)] for i in range(40)]
    assert strategic_form.all_equilibria(bimatrix(table, table)) is None


def test_denominators_without_end_are_refused():
    with pytest.raises(QuestionError, match="share no denominator"):
        whole_numbers([F(1, 2**k + 1) for k in range(1, 400)])


def test_payoffs_with_many_denominators_are_solved_as_fast_as_whole_ones():
    table = [[F(7 * i + 3 * j + 1, 101 + 13 * i * j + i) for j in range(6)] for i in range(6)]
    other = [[F(5 * j - 2 * i, 97 + 11 * i + 7 * j) for j in range(6)] for i in range(6)]
    game = bimatrix(table, other)
    for corner in corners(game):
        assert gains(game, corner.strategies) == (0, 0)


def test_columns_on_scales_far_apart_give_the_same_equilibria():
    first, second = [[2 * 10**12, 0, 3], [0, 5 * 10**9, 1], [10**12, 10**9, 2]], [[1, 0, 2], [0, 1, 3], [4, 2, 1]]
    game = bimatrix(first, second)
    for corner in corners(game):
        assert gains(game, corner.strategies) == (0, 0)
    pure = {(x.index(1), y.index(1)) for x, y in (c.strategies for c in corners(game)) if 1 in x and 1 in y}
    assert pure == set(strategic_form.pure_equilibria(game))


@given(TABLE, TABLE)
def test_the_path_of_lemke_and_howson_ends_in_an_equilibrium_that_is_among_all(first, second):
    game = bimatrix(first, second)
    strategies = strategic_form.one_equilibrium(game).strategies
    assert gains(game, strategies) == (0, 0)
    assert strategies in [corner.strategies for corner in corners(game)]


def test_a_game_too_large_for_all_equilibria_still_has_one():
    table = [[(7 * i + 3 * j * j) % 101 for j in range(25)] for i in range(25)]
    other = [[(5 * i * i + 11 * j) % 97 for j in range(25)] for i in range(25)]
    game = bimatrix(table, other)
    assert gains(game, strategic_form.one_equilibrium(game).strategies) == (0, 0)
