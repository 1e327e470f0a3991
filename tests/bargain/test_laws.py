"""Laws that the solutions obey though no line of code imposes them, and inputs that have no answer."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from detente.bargain import leverage, offers, ratify, solutions, spatial, truce
from detente.bargain.outcomes import Package, PayoffTable, pareto_efficient, payoff_table
from detente.errors import QuestionError

POINT = st.tuples(st.floats(-5, 10), st.floats(-5, 10))
SETS = st.lists(POINT, min_size=2, max_size=8, unique=True)
QUICK = settings(max_examples=60, deadline=None, derandomize=True)


def payoffs_of(points, d=(0.0, 0.0)):
    points = [tuple(round(float(x), 6) for x in p) for p in points]
    packages = [Package(str(k), {"a": p[0], "b": p[1]}) for k, p in enumerate(points)]
    return payoff_table(packages, {"d": {"a": d[0], "b": d[1]}})


def critical(*payoffs, **terms):
    return truce.incentive_constraint(*payoffs, **terms).critical_discount_factor


@QUICK
@given(SETS, st.floats(0.1, 10), st.floats(-3, 3))
def test_nash_does_not_depend_on_the_scale_of_utilities(points, scale, shift):
    base = payoffs_of(points)
    deal = solutions.solve(base, "d")
    assume(deal.outcome is not None and not deal.ties)
    ranked = np.sort(np.prod(np.maximum(base.payoff, 0), 1))
    assume(ranked[-1] > 1e-9 and ranked[-2] < ranked[-1] * (1 - 1e-9))
    moved = PayoffTable(base.parties, base.names, base.payoff * [scale, 1] + [shift, 0], {"d": np.array([shift, 0.0])})
    assert solutions.solve(moved, "d").outcome == deal.outcome


@QUICK
@given(SETS)
def test_nash_ignores_outcomes_it_does_not_choose(points):
    base = payoffs_of(points)
    deal = solutions.solve(base, "d")
    assume(deal.outcome is not None and not deal.ties)
    for k, name in enumerate(base.names):
        if name != deal.outcome:
            assert solutions.solve(base.subset(np.arange(len(points)) != k), "d").outcome == deal.outcome


@QUICK
@given(SETS, st.sampled_from(solutions.SOLUTIONS))
def test_nobody_is_worse_off_and_a_symmetric_game_has_a_symmetric_deal(points, solution):
    base = payoffs_of(points + [(b, a) for a, b in points])
    deal = solutions.solve_lotteries(base, "d", solution)
    if deal.outcome is not None:
        assert (deal.gain >= 0).all()
        assert deal.payoff[0] == pytest.approx(deal.payoff[1], abs=1e-6)


@QUICK
@given(SETS, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_kalai_smorodinsky_hurts_nobody_when_the_set_grows_with_the_same_ideal_point(points, x, y):
    corners = [(1.0, 0.0), (0.0, 1.0)]
    small = [(abs(a) / 10, abs(b) / 10) for a, b in points]
    first = solutions.solve_lotteries(payoffs_of(small + corners), "d", "kalai-smorodinsky")
    grown = solutions.solve_lotteries(payoffs_of([*small, *corners, (x, y)]), "d", "kalai-smorodinsky")
    assert (grown.gain >= first.gain - 1e-9).all()


@QUICK
@given(SETS)
def test_a_deal_on_a_list_is_pareto_efficient(points):
    base = payoffs_of(points)
    for solution in solutions.SOLUTIONS:
        deal = solutions.solve(base, "d", solution)
        if deal.outcome is not None and not deal.ties:
            assert not (base.payoff > deal.payoff).all(1).any()
    nash = solutions.solve(base, "d")
    if nash.outcome is not None and not nash.ties:
        assert pareto_efficient(base.payoff)[base.names.index(nash.outcome)]


@QUICK
@given(SETS)
def test_the_range_of_weights_contains_the_weight_at_which_a_deal_is_made(points):
    base = payoffs_of(points)
    deal = solutions.solve(base, "d", weight=(0.3, 0.7))
    assume(deal.outcome is not None)
    low, high = solutions.weight_range(base, "d", deal.outcome)
    assert low - 1e-9 <= 0.3 <= high + 1e-9


@QUICK
@given(SETS)
def test_of_two_parties_both_have_the_range_of_weights_that_the_first_one_gives(points):
    base = payoffs_of(points)
    for name in base.names:
        span, both = solutions.weight_range(base, "d", name), solutions.weight_ranges(base, "d", name)
        assert both == (span and [span, (1 - span[1], 1 - span[0])])


def three_parties(rng):
    packages = [Package(str(k), dict(zip("abc", map(float, row), strict=True))) for k, row in enumerate(rng)]
    return payoff_table(packages, {"d": dict.fromkeys("abc", 0.0)})


def test_the_ranges_of_three_parties_are_what_a_search_over_weights_finds():
    rng = np.random.default_rng(3)
    table = three_parties(rng.random((6, 3)) + 0.05)
    weights = rng.dirichlet((1, 1, 1), 3000)
    chosen = [solutions.solve(table, "d", weight=w).outcome for w in weights]
    for name in set(chosen):
        ranges = solutions.weight_ranges(table, "d", name)
        seen = weights[[outcome == name for outcome in chosen]]
        for p, (low, high) in enumerate(ranges):
            assert low - 1e-9 <= seen[:, p].min()
            assert seen[:, p].max() <= high + 1e-9
            assert high - low <= np.ptp(seen[:, p]) + 0.15  # the corners of a polytope are rarely drawn


def test_a_package_that_another_beats_for_all_three_has_no_weights():
    table = three_parties([(2, 2, 2), (1, 1, 1)])
    assert solutions.weight_ranges(table, "d", "1") is None
    assert np.array(solutions.weight_ranges(table, "d", "0")) == pytest.approx(np.array([(0, 1)] * 3))


def test_a_spline_of_payoffs_is_exact_for_cubics_of_three_settings_that_differ():
    axes = [np.linspace(0, 1, 4), np.linspace(0, 2, 5), np.linspace(-1, 1, 6)]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    spline = solutions.payoff_interpolant(axes, np.stack([x**3 - y * z, y**2 + z], -1))
    assert spline(np.array([0.3, 1.7, -0.4])) == pytest.approx([0.027 + 0.68, 2.89 - 0.4], abs=1e-12)


@QUICK
@given(st.floats(0.01, 5), st.floats(0.01, 5), st.floats(0.01, 5))
def test_the_critical_discount_factor_falls_as_the_war_gets_worse(gain, loss, worse):
    assert critical(0, gain, -loss - worse) < critical(0, gain, -loss)


@QUICK
@given(st.floats(0.05, 0.99), st.floats(0.05, 0.99))
def test_a_distant_deadline_gives_the_same_as_none(first, second):
    # the last offer weighs (d1 d2)^300, below 1e-9 up to 0.965 each
    assume(first * second < 0.93)
    assert offers.finite_alternating_offers((first, second), 600).share == pytest.approx(
        offers.rubinstein(first, second), abs=1e-8
    )


def test_a_small_risk_of_breakdown_gives_the_nash_deal_over_the_payoffs_after_a_breakdown():
    share = offers.breakdown_risk(1e-6, (0.2, 0.1))
    assert share == pytest.approx(0.55, abs=1e-5)
    curved = offers.breakdown_risk(1e-6, (0.0, 0.0), (lambda x: x**0.5, lambda x: x))
    assert curved == pytest.approx(1 / 3, abs=1e-5)


def test_flows_during_talks_are_the_disagreement_point():
    assert offers.inside_option((0.01, 0.0), (0.05, 0.05)) == pytest.approx((0.6, 0.4))
    assert sum(offers.inside_option((0.01, 0.02), (0.05, 0.1))) == pytest.approx(1)


def test_linking_issues_sustains_what_an_issue_alone_does_not():
    pooled = truce.linked_issues([(1.0, 2.0, 0.9), (1.0, 1.1, 0.0)]).critical_discount_factor
    assert critical(1.0, 1.1, 0.0) < pooled < critical(1.0, 2.0, 0.9)


@pytest.mark.parametrize(
    ("payoffs", "terms", "verdict"),
    [
        ((1, 0.9, 0.5), {}, truce.NO_TEMPTATION),
        ((1, 1.2, 1.1), {}, truce.NEVER_HOLDS),
        ((1, 2, 0.5), {"punishment_rounds": 1}, truce.TOO_LATE),
    ],
)
def test_a_verdict_in_words_replaces_a_discount_factor_that_would_mean_nothing(payoffs, terms, verdict):
    constraint = truce.incentive_constraint(*payoffs, **terms)
    assert (constraint.verdict, constraint.critical_discount_factor) == (verdict, None)


def test_a_lag_is_tolerated_up_to_where_the_discounted_answer_just_deters():
    lag = truce.longest_lag(truce.incentive_constraint(1, 7 / 6, 8 / 9), 0.9)
    assert 0.9**lag == pytest.approx(0.6)
    assert critical(1, 7 / 6, 8 / 9, lag=3) == pytest.approx(0.6 ** (1 / 3))


def test_a_hawkish_ratifier_helps_its_executive_and_a_too_hawkish_one_does_not():
    free, tied, stuck = (ratify.spatial_win_set(0.6, 1, 0, r).deal for r in ([], [0.3], [0.1]))
    loss = [abs(q - 0.6) for q in (free, tied, stuck)]
    assert loss[1] < loss[0] < loss[2]
    assert ratify.spatial_win_set(-0.6, -1, 0, [-0.3]).deal == -0.6
    assert ratify.spatial_win_set(0.6, -1) is None


def test_the_margin_is_where_ratification_turns():
    gain = np.array([[1.0, -2.0, 0.5], [0.2, 0.1, -1.0]])
    body = ratify.VotingBody(("x", "y", "z"), gain, np.array([1.0, 1.0, 1.0]), 0.5)
    for k, margin in enumerate(body.margin):
        assert body.passes(margin)[k]
        assert not body.passes(margin + 1e-9)[k]
    assert body.pivot(0) == "z"


def test_two_level_deals_stay_within_the_win_sets():
    base = payoffs_of([(5, 5), (4, 3), (2, 7)])
    body = ratify.VotingBody(("x",), np.array([[-1.0], [1.0], [1.0]]), np.array([1.0]), 1.0)
    deal, unconstrained, passes = ratify.two_level_game(base, "d", {"a": body})
    assert (unconstrained.outcome, deal.outcome, list(passes)) == ("0", "2", [False, True, True])


def test_an_option_that_everybody_prefers_wins_with_certainty():
    election = spatial.probabilistic_condorcet(np.ones(3), np.array([[1.0, 0.5, 0.0]] * 3))
    assert election.probability[0] == pytest.approx(1, abs=1e-6)


def test_the_last_proposer_has_the_advantage_when_outcomes_cannot_be_divided():
    base = payoffs_of([(3, 1), (2, 2), (1, 3)])
    patient = {"a": 1.0, "b": 1.0}
    assert offers.alternating_offers_discrete(base, "d", ["a"], patient).outcome == "0"
    assert offers.alternating_offers_discrete(base, "d", ["a", "b"], patient).outcome == "2"
    impatient = {"a": 0.9, "b": 0.5}
    assert offers.alternating_offers_discrete(base, "d", ["a", "b"], impatient).outcome == "1"
    assert offers.alternating_offers_discrete(payoffs_of([(-1, 5)]), "d", ["a", "b"], patient).outcome is None


def test_the_actor_with_the_safest_position_takes_the_most_risk():
    probability = np.array([0.1, 0.2, 0.7])
    assert spatial.risk_attitudes(probability) == pytest.approx([-1, -2 / 3, 1])
    assert spatial.risk_attitudes(probability, "mid") == pytest.approx([-0.5, -0.25, 1])


def test_a_neutral_attitude_to_risk_leaves_utilities_unchanged():
    utility = 1 - np.array([[0.25, 0.5]] * 3)
    assert spatial.risk_adjusted(utility, np.zeros(3)) == pytest.approx(utility)


def test_choke_points_tend_to_cobb_douglas_and_leontief():
    assert leverage.choke_point(0.04, 0.1, 1 + 1e-7) == pytest.approx(1 - 0.9**0.04, abs=1e-6)
    assert leverage.choke_point(0.04, 0.1, 0) == 0.1
    assert leverage.choke_point(0.04, 0.1, 1e-4) == pytest.approx(0.1, abs=1e-3)


def test_a_threat_that_hurts_its_sender_is_credible_only_if_its_word_is_worth_more():
    threat = leverage.assess_threat((0, -0.3), (0, -0.2))
    assert not threat.credible
    assert threat.demand is None
    assert leverage.assess_threat((0, -0.3), (0, -0.2), reputation=0.31).credible
    assert leverage.assess_threat((0, 0.1), (0, -0.2)).demand == pytest.approx(0.2)


def test_no_deal_is_an_answer_with_a_reason():
    no_deal = solutions.solve(payoffs_of([(1, -1), (-1, 1)]), "d")
    assert no_deal.outcome is None
    assert "worse off" in no_deal.why
    assert solutions.solve_lotteries(payoffs_of([(-1, -1), (-2, 1)]), "d").outcome is None
    assert solutions.solve_continuous(lambda x: (x[0] - 2, -x[0]), [(0, 1)], (0, 0)).outcome is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda: payoff_table([], {}),
        lambda: payoffs_of([(float("nan"), 1)]),
        lambda: payoffs_of([(1, 1)]).gains("peace"),
        lambda: solutions.solve(payoffs_of([(1, 1)]), "d", weight=(0, 1)),
        lambda: solutions.solve(payoffs_of([(1, 1)]), "d", "median"),
        lambda: offers.rubinstein(1, 1),
        lambda: offers.rubinstein(1.2, 0.5),
        lambda: offers.finite_alternating_offers(0.9, 0),
        lambda: offers.outside_option(0.9, 1.2),
        lambda: offers.inside_option((1, 1), (0.1, 0.1)),
        lambda: offers.reputational_war_of_attrition((0.4, 0.5), (0.1, 0.1), (0.1, 0.1)),
        lambda: critical(1, float("nan"), 0),
        lambda: critical(1, 2, 0, lapse=1),
        lambda: leverage.cut_off(0.5, 1),
        lambda: leverage.concentration([0.5, 0.6]),
        lambda: ratify.offer_under_uncertain_ratification(1, 0.5, 0.1),
        lambda: spatial.probabilistic_condorcet(np.zeros(2), np.ones((2, 2))),
    ],
)
def test_invalid_input_is_refused(ask):
    with pytest.raises(QuestionError):
        ask()


@QUICK
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=12))
def test_pareto_efficient_outcomes_are_those_no_other_dominates(points):
    payoff = np.array(points, dtype=float)
    dominated = [any((q >= p).all() and (q > p).any() for q in payoff) for p in payoff]
    assert (pareto_efficient(payoff) == ~np.array(dominated)).all()
    three = np.column_stack([payoff, np.zeros(len(payoff))])  # a third party that is indifferent
    assert (pareto_efficient(three) == pareto_efficient(payoff)).all()
