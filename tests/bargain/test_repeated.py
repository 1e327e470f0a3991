"""Games of a few moves, once and for ever: worked examples of the literature, and the truce's closed form again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.bargain.repeated import apart, equilibrium_payoff_set, hull, mixed
from detente.bargain.truce import hold
from detente.errors import QuestionError

DILEMMA = [[(9, 9), (1, 10)], [(10, 1), (3, 3)]]
C, D, N, S = 1.0, 7 / 6, 8 / 9, 13 / 18  # keep, break alone, war, be broken: the linear tariff war
TARIFFS = [[(C, C), (S, D)], [(D, S), (N, N)]]
amount = st.floats(0.01, 10)


def test_the_prisoners_dilemma_holds_up_the_four_corners_of_abreu_and_sannikov():  # k01
    expected = np.array([(3, 3), (9.75, 3), (9, 9), (3, 9.75)])
    assert np.abs(equilibrium_payoff_set(DILEMMA, 0.75) - expected).max() < 1e-6


def test_free_trade_is_held_up_just_above_the_critical_patience():  # k03
    assert equilibrium_payoff_set(TARIFFS, 0.601).sum(1).max() == pytest.approx(2, abs=1e-9)


def test_just_below_it_only_the_trade_war_is():  # k04
    found = equilibrium_payoff_set(TARIFFS, 0.599)
    assert found.shape == (1, 2)
    assert found.sum() == pytest.approx(16 / 9, abs=1e-9)


def test_who_backs_down_in_chicken():  # k05
    assert mixed([[(3, 3), (2, 4)], [(4, 2), (0, 0)]]) == pytest.approx((2 / 3, 2 / 3), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(amount, amount, amount, st.floats(0.05, 0.95))
def test_the_truce_is_held_up_where_its_closed_form_says_so(temptation, loss, hurt, discount):
    keep, war = 0.0, -loss
    told = hold(keep, temptation, war)
    if abs(discount - (told.patience or 0)) < 1e-3:
        return
    broken = war - hurt  # worse than war, or war would not be what both go back to
    found = equilibrium_payoff_set([[(keep, keep), (broken, temptation)], [(temptation, broken), (war, war)]], discount)
    kept = np.abs(found).sum(1).min() < 1e-9 if 2 * keep >= temptation + broken else None
    if kept is not None:
        assert kept == told.holds(discount)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=4, max_size=4), st.floats(0.1, 0.9))
def test_nobody_is_held_below_what_they_can_secure_and_nothing_is_outside_the_game(points, discount):
    g = np.array(points).reshape(2, 2, 2)
    found = equilibrium_payoff_set(g.tolist(), discount)
    secure = np.array([g[..., 0].max(0).min(), g[..., 1].max(1).min()])
    assert (found >= secure - 1e-9).all()
    everything = hull(np.concatenate([g.reshape(-1, 2), found]))
    assert np.abs(everything - hull(g.reshape(-1, 2))).max() < 1e-9


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=4, max_size=4),
    st.floats(0.2, 0.8),
    st.floats(0.01, 0.15),
)
def test_with_more_patience_nothing_that_was_held_up_is_lost(points, discount, more):
    g = np.array(points, float).reshape(2, 2, 2)
    less, great = (equilibrium_payoff_set(g.tolist(), d) for d in (discount, discount + more))
    if len(less):
        assert apart(hull(np.concatenate([less, great])), great) < 1e-6


def test_an_equilibrium_of_the_game_played_once_is_held_up_at_every_patience():
    """Found by the property above: a set hardly wider than rounding was lost whole."""
    for discount in (0.1, 0.2, 0.325, 0.5, 0.9):
        found = equilibrium_payoff_set([[(-4, -3), (-2, 2)], [(2, 2), (-4, 4)]], discount)
        assert np.abs(found - (-2, 2)).max(1).min() < 1e-9


def test_corners_above_one_another_but_for_rounding_are_both_kept():
    """Found by the property above: the set never came to rest, since a corner went with the rounding of another."""
    found = equilibrium_payoff_set([[(0, 0), (0, 2)], [(1, 0), (-0.25, 0)]], 0.75)
    assert found == pytest.approx(np.array([(0, 0), (1, 0), (0, 2)]), abs=1e-9)


@pytest.mark.parametrize("discount", [0, 1, -0.5, float("nan")])
def test_a_discount_factor_that_is_none_is_refused(discount):
    with pytest.raises(QuestionError, match="discount factor"):
        equilibrium_payoff_set(DILEMMA, discount)


@pytest.mark.parametrize("payoff", [[[(1, 2)], [(1, 2), (3, 4)]], [[(float("nan"), 1)]], [], [[(1, 2, 3)]]])
def test_a_game_that_is_none_is_refused(payoff):
    with pytest.raises(QuestionError, match="a game is a table"):
        equilibrium_payoff_set(payoff, 0.5)


def test_a_dilemma_has_no_equilibrium_in_chances():
    with pytest.raises(QuestionError, match="no equilibrium in chances"):
        mixed(DILEMMA)
