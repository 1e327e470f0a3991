"""Games of a few moves, once and repeated: published examples, and the closed form of the truce in another way."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from detente.bargain.repeated import convex_hull, equilibrium_payoff_set, mixed_equilibrium, support_distance
from detente.bargain.truce import incentive_constraint
from detente.errors import QuestionError

DILEMMA = [[(9, 9), (1, 10)], [(10, 1), (3, 3)]]
C, D, N, S = 1.0, 7 / 6, 8 / 9, 13 / 18  # the linear tariff war: cooperate, deviate, war, and be deviated against
TARIFFS = [[(C, C), (S, D)], [(D, S), (N, N)]]
AMOUNT = st.floats(0.01, 10)


def test_the_prisoners_dilemma_has_the_four_corners_of_abreu_and_sannikov():  # k01
    expected = np.array([(3, 3), (9.75, 3), (9, 9), (3, 9.75)])
    assert np.abs(equilibrium_payoff_set(DILEMMA, 0.75) - expected).max() < 1e-6


def test_free_trade_is_sustained_just_above_the_critical_discount_factor():  # k03
    assert equilibrium_payoff_set(TARIFFS, 0.601).sum(1).max() == pytest.approx(2, abs=1e-9)


def test_only_the_trade_war_is_sustained_just_below_the_critical_discount_factor():  # k04
    corners = equilibrium_payoff_set(TARIFFS, 0.599)
    assert corners.shape == (1, 2)
    assert corners.sum() == pytest.approx(16 / 9, abs=1e-9)


def test_each_side_backs_down_in_chicken_with_probability_two_thirds():  # k05
    assert mixed_equilibrium([[(3, 3), (2, 4)], [(4, 2), (0, 0)]]) == pytest.approx((2 / 3, 2 / 3), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(AMOUNT, AMOUNT, AMOUNT, st.floats(0.05, 0.95))
@example(6.0, 2.75, 8.0, 0.71875)  # the corner of the truce used to give way to one 1e-9 beside it
def test_the_truce_is_sustained_where_its_closed_form_says_so(temptation, loss, hurt, discount):
    keep, war = 0.0, -loss
    betrayed = war - hurt  # worse than war, or war would not be an equilibrium of the game played once
    assume(2 * keep >= temptation + betrayed)
    constraint = incentive_constraint(keep, temptation, war)
    assume(abs(discount - constraint.critical_discount_factor) >= 1e-3)
    corners = equilibrium_payoff_set(
        [[(keep, keep), (betrayed, temptation)], [(temptation, betrayed), (war, war)]], discount
    )
    sustained = np.abs(corners).sum(1).min() < 1e-9
    assert sustained == constraint.holds(discount)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=4, max_size=4), st.floats(0.1, 0.9))
def test_equilibrium_payoffs_are_feasible_and_at_least_the_minmax_payoffs(points, discount):
    g = np.array(points).reshape(2, 2, 2)
    corners = equilibrium_payoff_set(g.tolist(), discount)
    minmax = np.array([g[..., 0].max(0).min(), g[..., 1].max(1).min()])
    assert (corners >= minmax - 1e-9).all()
    together = convex_hull(np.concatenate([g.reshape(-1, 2), corners]))
    assert np.abs(together - convex_hull(g.reshape(-1, 2))).max() < 1e-9


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=4, max_size=4),
    st.floats(0.2, 0.8),
    st.floats(0.01, 0.15),
)
def test_a_higher_discount_factor_sustains_all_that_a_lower_one_does(points, discount, more):
    g = np.array(points, float).reshape(2, 2, 2)
    smaller, larger = (equilibrium_payoff_set(g.tolist(), d) for d in (discount, discount + more))
    if len(smaller):
        assert support_distance(convex_hull(np.concatenate([smaller, larger])), larger) < 1e-6


def test_an_equilibrium_of_the_game_played_once_is_sustained_at_every_discount_factor():
    """A counterexample of the property above: a set hardly wider than rounding used to be lost entirely."""
    for discount in (0.1, 0.2, 0.325, 0.5, 0.9):
        corners = equilibrium_payoff_set([[(-4, -3), (-2, 2)], [(2, 2), (-4, 4)]], discount)
        assert np.abs(corners - (-2, 2)).max(1).min() < 1e-9


def test_two_corners_on_one_vertical_line_up_to_rounding_are_both_corners():
    """A counterexample of the property above: rounding of a corner used to remove another, and the set kept moving."""
    corners = equilibrium_payoff_set([[(0, 0), (0, 2)], [(1, 0), (-0.25, 0)]], 0.75)
    assert corners == pytest.approx(np.array([(0, 0), (1, 0), (0, 2)]), abs=1e-9)


def test_a_set_that_moves_by_rounding_only_has_converged():
    """A random game in which rounding moves a corner by a little more than the tolerance for ever."""
    payoff = [
        [(-3.3468707837164402, 3.525443677790463), (2.7943167882040143, 1.454934892244637)],
        [(4.8068678192794323, 3.6708446778357029), (-4.8158519994467497, 1.4523707050830126)],
    ]
    corners = equilibrium_payoff_set(payoff, 0.93850068734027436)
    assert corners[2] == pytest.approx(payoff[1][0], abs=1e-9)
    assert len(corners) == 4


@pytest.mark.parametrize("discount", [0, 1, -0.5, float("nan")])
def test_a_discount_factor_outside_0_to_1_is_refused(discount):
    with pytest.raises(QuestionError, match="discount factor"):
        equilibrium_payoff_set(DILEMMA, discount)


@pytest.mark.parametrize("payoff", [[[(1, 2)], [(1, 2), (3, 4)]], [[(float("nan"), 1)]], [], [[(1, 2, 3)]]])
def test_a_game_that_is_not_a_full_table_of_finite_pairs_is_refused(payoff):
    with pytest.raises(QuestionError, match="a game is a table"):
        equilibrium_payoff_set(payoff, 0.5)


def test_a_dilemma_has_no_mixed_equilibrium():
    with pytest.raises(QuestionError, match="no equilibrium in mixed moves"):
        mixed_equilibrium(DILEMMA)
