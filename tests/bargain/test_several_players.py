"""Mixed equilibria of three and more players: published games, every support tried, and what a degenerate game has."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from detente.bargain import multilinear, several_players
from detente.bargain.several_players import TooLarge, mixed_equilibria
from detente.bargain.strategic_form import all_equilibria, pure_equilibria, strategic_game
from detente.errors import QuestionError

F = Fraction


def game_of(table):
    """A game from payoffs [p, s...]."""
    table = np.array(table, dtype=object)
    names = [[f"s{k}" for k in range(size)] for size in table.shape[1:]]
    return strategic_game(
        "", [f"P{p}" for p in range(len(table))], names, lambda k: [F(own[tuple(k)]) for own in table]
    )


def random_game(shape, seed, largest=1000):
    rng = np.random.default_rng(seed)
    return game_of(rng.integers(-largest, largest + 1, (len(shape), *shape)).tolist())


def largest_gain(game, mixtures):
    """The most that a player gains by another strategy, by adding up over every profile."""
    gain = F(0)
    for p in range(len(game.players)):
        values = [F(0)] * game.shape[p]
        for k in product(*map(range, game.shape)):
            weight = np.prod([F(mixtures[q][s]) for q, s in enumerate(k) if q != p])
            values[k[p]] += weight * game.payoff(k)[p]
        gain = max(gain, max(values) - sum(v * F(q) for v, q in zip(values, mixtures[p], strict=True)))
    return gain


# McKelvey and McLennan (1997): the most totally mixed equilibria that two strategies a player allow
NINE = {
    (0, 0, 0): (9, 8, 12), (0, 0, 1): (0, 0, 0), (0, 1, 0): (0, 0, 0), (0, 1, 1): (3, 4, 6),
    (1, 0, 0): (0, 0, 0), (1, 0, 1): (3, 4, 6), (1, 1, 0): (9, 8, 2), (1, 1, 1): (0, 0, 0),
}  # fmt: skip


def test_the_game_of_mckelvey_and_mclennan_has_its_nine_equilibria_two_of_them_totally_mixed():
    game = strategic_game("", "ABC", (("u", "d"),) * 3, lambda k: [F(x) for x in NINE[k]])
    result = mixed_equilibria(game)
    assert (len(result.equilibria), result.is_complete) == (9, True)
    mixed = {tuple(q[0] for q in e.exact) for e in result.equilibria if all(0 < q[0] < 1 for q in e.exact)}
    assert mixed == {(F(2, 5), F(1, 2), F(1, 3)), (F(1, 2), F(2, 5), F(1, 4))}


def test_probabilities_that_are_no_small_fractions_come_without_one_and_with_their_regret():
    game = random_game((2, 2, 2), 11, largest=9)
    others = [e for e in mixed_equilibria(game).equilibria if e.exact is None]
    assert others
    assert all(0 < e.regret < 1e-12 for e in others)


@pytest.mark.parametrize(("shape", "seed"), [((2, 2, 2), 2), ((2, 3, 2), 1), ((3, 3, 3), 0), ((2, 2, 2, 2), 2)])
def test_without_ties_all_supports_give_an_odd_number_of_equilibria_from_which_nobody_gains(shape, seed):
    game = random_game(shape, seed)
    result = mixed_equilibria(game)
    assert result.is_complete
    assert len(result.equilibria) % 2 == 1
    assert all(e.dimension == 0 and e.regret < 1e-9 for e in result.equilibria)
    for e in result.equilibria:
        assert float(largest_gain(game, e.exact or e.probabilities)) < 1e-6
        assert all(abs(sum(own) - 1) < 1e-12 for own in e.probabilities)


@pytest.mark.parametrize("seed", range(4))
def test_the_equilibria_in_pure_strategies_are_those_worked_out_exactly(seed):
    game = random_game((2, 2, 3), seed, largest=2)
    pure = {tuple(own.index(1.0) for own in e.probabilities) for e in mixed_equilibria(game).equilibria
            if all(1.0 in own for own in e.probabilities)}  # fmt: skip
    assert pure == set(pure_equilibria(game))


@pytest.mark.parametrize("seed", range(4))
def test_with_a_third_player_who_has_no_choice_the_equilibria_are_those_of_two_players_exactly(seed):
    three = random_game((3, 3, 1), seed, largest=20)
    two = strategic_game("", ("A", "B"), three.strategies[:2], lambda k: three.payoff((*k, 0))[:2])
    exact = {corner.strategies for component in all_equilibria(two) for corner in component.corners}
    assert {e.exact[:2] for e in mixed_equilibria(three).equilibria} == exact


def test_payoffs_in_other_units_and_renamed_players_change_no_equilibrium():
    game = random_game((2, 2, 2), 6)
    table = np.stack([units.astype(object) for units in game.units])
    turned = game_of([(1000 * table[p] + 7).transpose(2, 0, 1).tolist() for p in (2, 0, 1)])
    first = sorted(tuple(np.round(e.probabilities, 9).ravel()) for e in mixed_equilibria(game).equilibria)
    second = sorted(
        tuple(np.round([e.probabilities[p] for p in (1, 2, 0)], 9).ravel()) for e in mixed_equilibria(turned).equilibria
    )
    assert len(first) > 1
    assert first == second


def test_a_player_without_influence_and_interest_leaves_continua_that_are_called_so():
    chicken = {(0, 0): (0, 0), (0, 1): (6, 1), (1, 0): (1, 6), (1, 1): (4, 4)}
    game = strategic_game("", "ABC", (("h", "y"),) * 3, lambda k: [F(x) for x in (*chicken[k[:2]], 1)])
    result = mixed_equilibria(game)
    assert not result.is_complete
    assert {e.dimension for e in result.equilibria} == {1}
    assert {e.exact[:2] for e in result.equilibria} == {
        ((1, 0), (0, 1)), ((0, 1), (1, 0)), ((F(2, 3), F(1, 3)),) * 2,
    }  # fmt: skip


def test_a_game_in_which_nothing_matters_is_a_continuum_of_all_dimensions():
    result = mixed_equilibria(strategic_game("", "ABC", (("l", "r"),) * 3, lambda _: [F(1)] * 3))
    assert max(e.dimension for e in result.equilibria) == 3
    assert result.degenerate > 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", range(2))
def test_a_game_of_many_ties_is_solved_without_a_warning_and_nobody_gains(seed):
    game = game_of(np.random.default_rng(seed).integers(0, 2, (3, 3, 3, 3)).tolist())
    result = mixed_equilibria(game)
    assert result.equilibria
    assert all(float(largest_gain(game, e.exact or e.probabilities)) < 1e-6 for e in result.equilibria)


def test_a_tie_that_only_exact_payoffs_tell_apart_is_none():
    large = 10**30
    payoff = {True: F(large), False: F(large - 1)}
    game = strategic_game("", "ABC", (("l", "r"),) * 3, lambda k: [payoff[k[p] == 0] for p in range(3)])
    assert [e.exact for e in mixed_equilibria(game).equilibria] == [((1, 0),) * 3]


@pytest.mark.parametrize(("shape", "why"), [((20, 2, 2), "combinations of supports"), ((2,) * 7, "paths")])
def test_a_game_that_is_too_large_says_how_large(shape, why, monkeypatch):
    monkeypatch.setattr(several_players, "MOST_PATHS", 20)
    result = mixed_equilibria(random_game(shape, 0))
    assert isinstance(result, TooLarge)
    assert why in result.why


def test_two_players_are_left_to_the_exact_method():
    with pytest.raises(QuestionError, match="three players or more; there are 2"):
        mixed_equilibria(random_game((2, 2), 0))


@pytest.mark.parametrize("sizes", [(2, 2), (3, 3), (2, 2, 2), (3, 2, 2), (3, 3, 3), (2, 2, 2, 2), (4, 2, 2), (3, 2)])
def test_there_are_as_many_paths_as_ways_to_share_out_the_equations(sizes):
    assert multilinear.path_count(sizes) == len(list(multilinear.starts(sizes)))
