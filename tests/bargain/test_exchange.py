"""Exchange: one-sided best responses, what an agreement adds, and weights revealed by many decisions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.bargain import exchange, revealed_weights
from detente.bargain.revealed_weights import DOWN, NONE, UP
from detente.errors import NotConverged, QuestionError

UNIT = [(0.0, 1.0), (0.0, 1.0)]


def duties(own, others):
    """A payoff with an optimal duty of its own, own / 2, that the others' duties lower by a slope."""

    def payoff(x):
        return np.stack([own[p] * x[..., p] - x[..., p] ** 2 - others[p] * x[..., 1 - p] for p in (0, 1)], -1)

    return payoff


@given(st.tuples(st.floats(0, 2), st.floats(0, 2)), st.tuples(st.floats(0, 2), st.floats(0, 2)))
def test_the_equilibrium_is_each_sides_own_best_and_nobody_gains_by_leaving_it(own, others):
    point = exchange.nash_equilibrium(duties(own, others), UNIT, (1.0, 1.0))
    assert point.settings == pytest.approx([x / 2 for x in own], abs=1e-6)
    assert point.deviation < 1e-9


@given(st.tuples(st.floats(0.2, 1.5), st.floats(0.2, 1.5)), st.tuples(st.floats(0.1, 1), st.floats(0.1, 1)))
def test_no_setting_of_a_fine_grid_has_a_larger_product_of_gains_than_the_agreement(own, others):
    payoff = duties(own, others)
    point = exchange.nash_equilibrium(payoff, UNIT, (1.0, 1.0)).payoff
    agreed = exchange.agreement(payoff, UNIT, point)
    axis = np.linspace(0, 1, 201)
    gain = payoff(np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)) - point
    best = np.where((gain > 0).all(1), gain.prod(1), 0.0).max()
    assert agreed.gain is not None
    assert np.prod(agreed.gain) >= best * (1 - 1e-6)


def test_where_a_side_only_has_moves_that_pay_by_themselves_nothing_is_exchanged():
    payoff = duties((0.0, 0.0), (0.5, 0.5))  # the best duty is none, and both set it without an agreement
    point = exchange.nash_equilibrium(payoff, UNIT, (1.0, 1.0))
    assert point.settings == pytest.approx([0, 0], abs=1e-9)
    agreed = exchange.agreement(payoff, UNIT, point.payoff)
    assert (agreed.settings, agreed.gain) == (None, None)
    assert agreed.why


def test_own_moves_and_those_of_the_others_add_up_to_the_gain():
    payoff = duties((0.5, 0.7), (0.8, 0.3))
    start, end = np.array([0.25, 0.35]), np.array([0.1, 0.0])
    before, after = payoff(start), payoff(end)
    parts = exchange.decompose(before, after, payoff(np.array(exchange.corners(start, end))))
    assert parts.own + parts.others == pytest.approx(after - before)
    assert (parts.own < 0).all()  # each gives up its own best duty
    assert (parts.others > 0).all()  # for the other's cut


def test_best_responses_that_never_settle_are_not_called_an_equilibrium():
    def pursuit(x):  # the first side wants to be where the second is, the second where the first is not
        same = (x[..., 0] > 0.5) == (x[..., 1] > 0.5)
        return np.stack([same * 1.0, ~same * 1.0], -1)

    with pytest.raises(NotConverged, match="still move"):
        exchange.nash_equilibrium(pursuit, UNIT, (0.0, 0.0))


def test_invalid_bounds_are_refused():
    with pytest.raises(QuestionError, match="bounds must be"):
        exchange.nash_equilibrium(duties((1, 1), (1, 1)), [(1.0, 0.0), (0.0, 1.0)], (0, 0))


def test_three_sides_exchange_too():
    def payoff(x):
        return x.sum(-1, keepdims=True) * 0.5 - x**2 - 0.4 * x

    bounds = [(0.0, 1.0)] * 3
    point = exchange.nash_equilibrium(payoff, bounds, (0.0, 0.0, 0.0))
    agreed = exchange.agreement(payoff, bounds, point.payoff)
    assert point.settings == pytest.approx([0.05] * 3, abs=1e-6)
    assert agreed.settings == pytest.approx([0.55] * 3, abs=1e-3)  # the derivative 1.5 - 0.4 - 2 x is zero there


def test_one_weight_for_all_decisions_is_that_by_which_they_were_made():
    rng = np.random.default_rng(1)
    brings = rng.normal(size=(2000, 2))
    utility = brings @ (3.0, 1.5)
    noise = rng.gumbel(size=(2000, 3))
    steps = np.array([UP, NONE, DOWN])[np.argmax(np.stack([utility, 0 * utility, -utility], 1) + noise, 1)]
    fitted = revealed_weights.fit(brings, steps.tolist())
    assert fitted.weights == pytest.approx([0.5], abs=0.1)
    assert fitted.probabilities(np.array([2.0, 1.0]))[0] > 0.95


def test_a_weight_is_refused_where_it_is_negative_or_the_payoff_does_not_count():
    rng = np.random.default_rng(2)
    brings = rng.normal(size=(500, 2))
    by_sign = {sign: [UP if x > 0 else DOWN for x in sign * brings[:, 0]] for sign in (1, -1)}
    against = revealed_weights.fit(brings, by_sign[-1])
    assert against.weights is None
    assert "not identified" in against.why
    negative = revealed_weights.fit(brings, [UP if x > 0 else DOWN for x in brings @ (1.0, -1.0)])
    assert negative.weights is None
    assert "negative" in negative.why


def test_without_features_the_prediction_is_the_base_rate():
    steps = [UP, NONE, NONE, DOWN] * 6
    scored = revealed_weights.scores(np.zeros((24, 1)), steps, [f"{k:02d}" for k in range(24)])
    assert len(scored) == 12
    assert [row.brier for row in scored] == pytest.approx([row.base_rate for row in scored], abs=1e-9)


def test_a_decision_is_predicted_from_earlier_ones_alone():
    rng = np.random.default_rng(3)
    brings, groups = rng.normal(size=(30, 2)), [f"{k:02d}" for k in range(30)]
    steps = [UP if x > 0 else NONE for x in brings[:, 0]]
    changed = [*steps[:20], *(DOWN for _ in steps[20:])]
    before, after = (
        [row.brier for row in revealed_weights.scores(brings, s, groups) if row.index < 20] for s in (steps, changed)
    )
    assert before == after
