"""Laws the solutions obey though no line of code imposes them, and inputs that have no answer."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from detente.bargain import leverage, offers, ratify, solutions, spatial, truce
from detente.bargain.outcomes import Package, PayoffTable, pareto, table
from detente.errors import QuestionError

POINT = st.tuples(st.floats(-5, 10), st.floats(-5, 10))
SETS = st.lists(POINT, min_size=2, max_size=8, unique=True)
QUICK = settings(max_examples=60, deadline=None, derandomize=True)


def of(points, d=(0.0, 0.0)):
    points = [tuple(round(float(x), 6) for x in p) for p in points]
    outcomes = [Package(str(k), {"a": p[0], "b": p[1]}) for k, p in enumerate(points)]
    return table(outcomes, {"d": {"a": d[0], "b": d[1]}})


@QUICK
@given(SETS, st.floats(0.1, 10), st.floats(-3, 3))
def test_nash_does_not_mind_how_utility_is_measured(points, scale, shift):
    base = of(points)
    deal = solutions.solve(base, "d")
    assume(deal.outcome is not None and not deal.ties)
    ranked = np.sort(np.prod(np.maximum(base.payoff, 0), 1))
    assume(ranked[-1] > 1e-9 and ranked[-2] < ranked[-1] * (1 - 1e-9))
    moved = PayoffTable(base.parties, base.names, base.payoff * [scale, 1] + [shift, 0], {"d": np.array([shift, 0.0])})
    assert solutions.solve(moved, "d").outcome == deal.outcome


@QUICK
@given(SETS)
def test_nash_ignores_outcomes_it_did_not_choose(points):
    base = of(points)
    deal = solutions.solve(base, "d")
    assume(deal.outcome is not None and not deal.ties)
    for k, name in enumerate(base.names):
        if name != deal.outcome:
            assert solutions.solve(base.only(np.arange(len(points)) != k), "d").outcome == deal.outcome


@QUICK
@given(SETS, st.sampled_from(solutions.SOLUTIONS))
def test_nobody_is_worse_off_and_a_symmetric_game_has_a_symmetric_deal(points, solution):
    base = of(points + [(b, a) for a, b in points])
    deal = solutions.on_lotteries(base, "d", solution)
    if deal.outcome is not None:
        assert (deal.gain >= 0).all()
        assert deal.payoff[0] == pytest.approx(deal.payoff[1], abs=1e-6)


@QUICK
@given(SETS, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_kalai_smorodinsky_hurts_nobody_when_the_set_grows_within_the_same_best(points, x, y):
    corners = [(1.0, 0.0), (0.0, 1.0)]
    small = [(abs(a) / 10, abs(b) / 10) for a, b in points]
    first = solutions.on_lotteries(of(small + corners), "d", "kalai-smorodinsky")
    grown = solutions.on_lotteries(of([*small, *corners, (x, y)]), "d", "kalai-smorodinsky")
    assert (grown.gain >= first.gain - 1e-9).all()


@QUICK
@given(SETS)
def test_a_deal_on_a_list_is_on_the_pareto_line(points):
    base = of(points)
    for solution in solutions.SOLUTIONS:
        deal = solutions.solve(base, "d", solution)
        if deal.outcome is not None and not deal.ties:
            beaten = (base.payoff > deal.payoff).all(1)
            assert not beaten.any()
    nash = solutions.solve(base, "d")
    if nash.outcome is not None and not nash.ties:
        assert pareto(base.payoff)[base.names.index(nash.outcome)]


@QUICK
@given(SETS)
def test_the_range_of_weights_names_the_weights_at_which_a_deal_is_struck(points):
    base = of(points)
    deal = solutions.solve(base, "d", weight=(0.3, 0.7))
    assume(deal.outcome is not None)
    low, high = solutions.weight_range(base, "d", deal.outcome)
    assert low - 1e-9 <= 0.3 <= high + 1e-9


@QUICK
@given(st.floats(0.01, 5), st.floats(0.01, 5), st.floats(0.01, 5))
def test_patience_needed_falls_as_the_war_gets_worse(temptation, loss, worse):
    mild = truce.hold(0, temptation, -loss).patience
    bad = truce.hold(0, temptation, -loss - worse).patience
    assert bad < mild


@QUICK
@given(st.floats(0.05, 0.99), st.floats(0.05, 0.99))
def test_a_far_deadline_gives_what_no_deadline_gives(first, second):
    # the last offer weighs (d1 d2)^300, below 1e-9 up to 0.965 each
    assume(first * second < 0.93)
    assert offers.deadline((first, second), 600).share == pytest.approx(offers.rubinstein(first, second), abs=1e-8)


def test_small_breakdown_risk_gives_the_nash_deal_with_breakdown_as_disagreement():
    share = offers.breakdown(1e-6, (0.2, 0.1))
    assert share == pytest.approx(0.55, abs=1e-5)
    curved = offers.breakdown(1e-6, (0.0, 0.0), (lambda x: x**0.5, lambda x: x))
    assert curved == pytest.approx(1 / 3, abs=1e-5)


def test_flows_during_talks_are_the_disagreement_point():
    assert offers.inside_option((0.01, 0.0), (0.05, 0.05)) == pytest.approx((0.6, 0.4))
    assert sum(offers.inside_option((0.01, 0.02), (0.05, 0.1))) == pytest.approx(1)


def test_linked_issues_hold_where_one_alone_does_not():
    alone = truce.hold(1.0, 2.0, 0.9)
    pooled = truce.linked([(1.0, 2.0, 0.9), (1.0, 1.1, 0.0)])
    assert truce.hold(1.0, 1.1, 0.0).patience < pooled.patience < alone.patience


def test_words_instead_of_a_patience_that_means_nothing():
    assert truce.hold(1, 0.9, 0.5).verdict == truce.NO_TEMPTATION
    assert truce.hold(1, 1.2, 1.1).verdict == truce.NEVER_HOLDS
    assert truce.hold(1, 2, 0.5, punishment=1).verdict == truce.TOO_LATE
    for case in (truce.hold(1, 0.9, 0.5), truce.hold(1, 1.2, 1.1), truce.hold(1, 2, 0.5, punishment=1)):
        assert case.patience is None


def test_detection_lag_is_borne_up_to_where_delta_to_its_power_is_the_patience():
    one = truce.hold(1, 7 / 6, 8 / 9)
    lag = truce.longest_lag(one, 0.9)
    assert 0.9**lag == pytest.approx(0.6)
    assert truce.hold(1, 7 / 6, 8 / 9, lag=3).patience == pytest.approx(0.6 ** (1 / 3))


def test_a_hawkish_ratifier_helps_its_executive_and_a_too_hawkish_one_does_not():
    free, tied, stuck = (ratify.spatial_win_set(0.6, 1, 0, r).deal for r in ([], [0.3], [0.1]))
    loss = [abs(q - 0.6) for q in (free, tied, stuck)]
    assert loss[1] < loss[0] < loss[2]
    assert ratify.spatial_win_set(-0.6, -1, 0, [-0.3]).deal == -0.6
    assert ratify.spatial_win_set(0.6, -1) is None


def test_the_margin_is_where_ratification_turns():
    gain = np.array([[1.0, -2.0, 0.5], [0.2, 0.1, -1.0]])
    house = ratify.House(("x", "y", "z"), gain, np.array([1.0, 1.0, 1.0]), 0.5)
    for k, margin in enumerate(house.margin):
        assert house.passes(margin)[k]
        assert not house.passes(margin + 1e-9)[k]
    assert house.pivot(0) == "z"


def test_two_level_deals_stay_within_the_win_sets():
    base = of([(5, 5), (4, 3), (2, 7)])
    house = ratify.House(("x",), np.array([[-1.0], [1.0], [1.0]]), np.array([1.0]), 1.0)
    deal, free, passes = ratify.two_level(base, "d", {"a": house})
    assert (free.outcome, deal.outcome, list(passes)) == ("0", "2", [False, True, True])


def test_an_option_everybody_prefers_wins_for_sure():
    found = spatial.condorcet(np.ones(3), np.array([[1.0, 0.5, 0.0]] * 3))
    assert found.chance[0] == pytest.approx(1, abs=1e-6)


def test_the_last_to_propose_gains_when_outcomes_cannot_be_split():
    base = of([(3, 1), (2, 2), (1, 3)])
    patient = {"a": 1.0, "b": 1.0}
    assert offers.alternating_offers_discrete(base, "d", ["a"], patient).outcome == "0"
    assert offers.alternating_offers_discrete(base, "d", ["a", "b"], patient).outcome == "2"
    hurried = {"a": 0.9, "b": 0.5}
    assert offers.alternating_offers_discrete(base, "d", ["a", "b"], hurried).outcome == "1"
    assert offers.alternating_offers_discrete(of([(-1, 5)]), "d", ["a", "b"], patient).outcome is None


def test_the_safest_position_dares_most():
    chance = np.array([0.1, 0.2, 0.7])
    assert spatial.risk_from(chance) == pytest.approx([-1, -2 / 3, 1])
    assert spatial.risk_from(chance, "mid") == pytest.approx([-0.5, -0.25, 1])
    far = np.array([[0.25, 0.5]] * 3)
    assert spatial.with_risk(1 - far, np.zeros(3)) == pytest.approx(1 - far)


def test_choke_points_tend_to_their_limits():
    assert leverage.choke_point(0.04, 0.1, 1 + 1e-7) == pytest.approx(1 - 0.9**0.04, abs=1e-6)
    assert leverage.choke_point(0.04, 0.1, 0) == 0.1
    assert leverage.choke_point(0.04, 0.1, 1e-4) == pytest.approx(0.1, abs=1e-3)


def test_a_threat_that_hurts_its_sender_is_believed_only_at_a_price():
    told = leverage.weigh((0, -0.3), (0, -0.2))
    assert not told.credible
    assert told.demand is None
    assert leverage.weigh((0, -0.3), (0, -0.2), reputation=0.31).credible
    assert leverage.weigh((0, 0.1), (0, -0.2)).demand == pytest.approx(0.2)


def test_no_deal_is_an_answer_not_a_number():
    nothing = solutions.solve(of([(1, -1), (-1, 1)]), "d")
    assert nothing.outcome is None
    assert "worse off" in nothing.why
    assert solutions.on_lotteries(of([(-1, -1), (-2, 1)]), "d").outcome is None
    assert solutions.on_packages(lambda x: (x[0] - 2, -x[0]), [(0, 1)], (0, 0)).outcome is None


@pytest.mark.parametrize(
    "absurd",
    [
        lambda: table([], {}),
        lambda: of([(float("nan"), 1)]),
        lambda: of([(1, 1)]).gains("peace"),
        lambda: solutions.solve(of([(1, 1)]), "d", weight=(0, 1)),
        lambda: solutions.solve(of([(1, 1)]), "d", "median"),
        lambda: offers.rubinstein(1, 1),
        lambda: offers.rubinstein(1.2, 0.5),
        lambda: offers.deadline(0.9, 0),
        lambda: offers.outside_option(0.9, 1.2),
        lambda: offers.inside_option((1, 1), (0.1, 0.1)),
        lambda: offers.reputational_war_of_attrition((0.4, 0.5), (0.1, 0.1), (0.1, 0.1)),
        lambda: truce.hold(1, float("nan"), 0),
        lambda: truce.hold(1, 2, 0, lapse=1),
        lambda: leverage.cut_off(0.5, 1),
        lambda: leverage.concentration([0.5, 0.6]),
        lambda: ratify.unsure(1, 0.5, 0.1),
        lambda: spatial.condorcet(np.zeros(2), np.ones((2, 2))),
    ],
)
def test_absurd_input_is_refused(absurd):
    with pytest.raises(QuestionError):
        absurd()


@QUICK
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=12))
def test_the_pareto_line_is_what_no_other_outcome_beats(points):
    payoff = np.array(points, dtype=float)
    beaten = [any((q >= p).all() and (q > p).any() for q in payoff) for p in payoff]
    assert (pareto(payoff) == ~np.array(beaten)).all()
    three = np.column_stack([payoff, np.zeros(len(payoff))])  # a third party that does not care
    assert (pareto(three) == pareto(payoff)).all()
