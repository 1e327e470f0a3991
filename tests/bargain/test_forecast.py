"""Base rates, hazards, scores, spells and regimes: closed forms, and laws no line of code imposes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.bargain import forecast, regimes, spells
from detente.bargain.forecast import MODELS, Point
from detente.errors import QuestionError

QUICK = settings(max_examples=50, deadline=None)
CLASSES = ("deal", "extension", "lapse")
# Freireich et al. (1963): weeks in remission, 6-MP and placebo
SIX = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


@pytest.mark.parametrize(("at", "share", "digits"), [(6, 0.857, 3), (7, 0.807, 3), (13, 0.69, 2), (16, 0.627, 3)])
def test_the_product_limit_estimate_is_the_textbook_one(at, share, digits):  # g01
    assert round(spells.survival(SIX, ENDED, at), digits) == share


def test_constant_hazard_and_log_rank_are_the_textbook_ones():  # g02, g03
    assert spells.hazard(SIX, ENDED) == pytest.approx(9 / 359, rel=1e-12)
    chi, chance = spells.log_rank((SIX, ENDED), (PLACEBO, [1] * 21))
    assert round(chi, 2) == 16.79
    assert chance < 1e-4


@QUICK
@given(st.floats(0.001, 0.2), st.floats(0.001, 0.9), st.integers(1, 200))
def test_the_last_days_share_is_what_adding_up_the_days_gives(daily, last, days):  # g04
    by_day = [daily * (1 - daily) ** k for k in range(days - 1)] + [last * (1 - daily) ** (days - 1)]
    assert spells.last_day_share(daily, last, days) == pytest.approx(by_day[-1] / sum(by_day), rel=1e-9)


def test_the_last_days_share_of_a_ninety_day_truce():
    assert spells.last_day_share(0.01, 0.45, 90) == pytest.approx(0.23733385614656552, abs=1e-12)


def test_base_rates_follow_laplace_and_hold_their_mean():  # g05, g13
    assert forecast.base_rate(4, 5).mean == pytest.approx(5 / 7)
    assert forecast.base_rate(3, 3).mean == pytest.approx(0.8)
    told = forecast.base_rate(0, 0)
    assert (told.low, told.high) == pytest.approx((0.05, 0.95))
    with pytest.raises(QuestionError):
        forecast.base_rate(4, 3)


def test_the_brier_score_and_its_parts():  # g06, g07
    chance = [0.1] * 2 + [0.4] * 3 + [0.8] * 5
    told = forecast.murphy(chance, [0, 0, 0, 1, 0, 1, 1, 0, 1, 1])
    assert told.brier == pytest.approx(0.15)
    assert (told.reliability, told.resolution, told.uncertainty) == pytest.approx((0.01 / 3, 0.31 / 3, 0.25))


@QUICK
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=30))
def test_the_parts_of_a_brier_score_add_up_to_it(pairs):
    told = forecast.murphy([p for p, _ in pairs], [float(o) for _, o in pairs])
    assert told.reliability - told.resolution + told.uncertainty == pytest.approx(told.brier, abs=1e-12)


def test_pools_extremes_and_logs_of_forecasts():  # g09, g10, g11, g12
    assert forecast.extremised(0.7, 2) == pytest.approx(0.49 / 0.58)
    assert forecast.pooled_odds([0.6, 0.9]) == pytest.approx(0.7860612308660186)
    assert forecast.brier(np.array([0.665]), np.array([0.0])) == pytest.approx(0.442225)
    assert forecast.log_score(1 - 0.665) == pytest.approx(-math.log(0.335))


@pytest.mark.parametrize(
    ("terms", "cutoff", "shape", "mass"),
    [
        ((0.9, 0.3, 0.5, 4.0, 1.03, 1.35), 0.8527904898715276, 4.0, 0.5288949182331062),
        ((0.85, 0.13, 1.0, 3.0, 1.0, 1.31), 0.8743581458153759, 3.0, 0.6684486973443474),
    ],
)
def test_entry_under_uncertainty_is_the_published_formula(terms, cutoff, shape, mass):  # f01, f02
    names = ("discount", "change", "worse", "elasticity", "now", "then")
    found = regimes.entry_cutoff(**dict(zip(names, terms, strict=True)))
    assert found == pytest.approx(cutoff, abs=1e-8)
    assert regimes.entrants(found, shape) == pytest.approx(mass, abs=1e-8)


def test_the_formula_is_where_a_firm_is_indifferent_between_entering_now_and_waiting():  # f01, by optimal stopping
    discount, change, worse, elasticity, now, then, mild = 0.9, 0.3, 0.5, 4.0, 1.03, 1.35, 0.2
    steps = np.array([[1 - change * (mild + worse), change * mild, change * worse], [0, 1, 0], [0, 0, 1]])
    profit = np.array([now, 1.0, then]) ** -elasticity
    entered = np.linalg.solve(np.eye(3) - discount * steps, profit)

    def waits(cost):
        value = np.zeros(3)
        for _ in range(2000):
            value = np.maximum(entered - cost, discount * steps @ value)
        return discount * (steps @ value)[0] - (entered[0] - cost)

    low, high = 0.0, float(profit[0] / (1 - discount))
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if waits(middle) < 0 else (low, middle)
    sure = profit[0] / (1 - discount)
    told = regimes.entry_cutoff(
        discount=discount, change=change, worse=worse, elasticity=elasticity, now=now, then=then
    )
    assert (low / sure) ** (1 / (elasticity - 1)) == pytest.approx(told, abs=1e-8)


@QUICK
@given(st.floats(0.1, 0.95), st.floats(0.01, 0.9), st.floats(0.01, 1), st.floats(1.5, 8), st.floats(1.05, 2))
def test_more_uncertainty_never_brings_more_entry(discount, change, worse, elasticity, then):
    terms = {"discount": discount, "elasticity": elasticity, "now": 1.0, "then": then}
    less = regimes.entry_cutoff(change=change / 2, worse=worse, **terms)
    more = regimes.entry_cutoff(change=change, worse=worse, **terms)
    assert 0 < more <= less <= 1


def test_time_to_a_deal_from_truce_and_from_war():  # f20, f21
    steps = [[0.80, 0.12, 0.08], [0.10, 0.88, 0.02], [0, 0, 1]]
    assert regimes.time_to(steps, 2) == pytest.approx([20, 25, 0])


def test_a_regime_that_may_never_come_takes_for_ever():
    assert np.isinf(regimes.time_to([[0.5, 0.5, 0], [0, 1, 0], [0, 0, 1]], 2)[:2]).all()


@QUICK
@given(st.floats(0, 0.95), st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(-5, 5), st.floats(-5, 5))
def test_what_a_path_is_worth_is_its_discounted_sum(discount, leave, back, here, there):  # f22
    steps = np.array([[1 - leave, leave], [back, 1 - back]])
    found = regimes.worth(steps, [here, there], discount)
    x, total, weight, now = np.array([here, there]), np.zeros(2), 1 - discount, np.eye(2)
    for _ in range(1500):
        total, weight, now = total + weight * now @ x, weight * discount, now @ steps
    assert found == pytest.approx(total, abs=1e-6)
    assert min(here, there) - 1e-9 <= found.min() <= found.max() <= max(here, there) + 1e-9


POINT = st.builds(
    lambda known, notice, end, outcome, group, family: Point(
        known, known + notice, known + end, outcome, (group,), family
    ),
    st.integers(0, 300), st.integers(1, 120), st.integers(0, 140), st.sampled_from(CLASSES), st.sampled_from("ab"),
    st.sampled_from("xyz"),
)  # fmt: skip


@QUICK
@given(st.lists(POINT, max_size=25), POINT, st.integers(0, 119), st.sampled_from(sorted(MODELS)))
def test_chances_are_chances_and_learn_nothing_from_what_ends_later(points, point, before, model):
    day = max(point.known, point.deadline - before)
    own = point._replace(ended=None, outcome=None)
    found = MODELS[model](points, own, day, CLASSES)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    later = [p for p in points if p.ended > day]
    moved = [p if p.ended <= day else p._replace(outcome="lapse", ended=p.ended + 7) for p in points]
    assert MODELS[model](moved, own, day, CLASSES) == pytest.approx(found)
    assert MODELS[model]([p for p in points if p not in later], own, day, CLASSES) == pytest.approx(found)


def test_a_paired_difference_of_a_score_with_itself_is_nothing_and_families_are_resampled_whole():
    told = forecast.paired([0.2, 0.4, 0.6], [0.2, 0.4, 0.6], ["a", "a", "b"])
    assert told == (0.0, 0.0, 0.0, 3, 2)
    spread = forecast.paired([1, 1, 1, 1, 0, 0], [0] * 6, ["a"] * 4 + ["b"] * 2)
    assert (spread.low, spread.high) == (0.0, 1.0)


def test_calibration_bins_hold_their_n():
    told = forecast.calibration([0.1, 0.15, 0.9, 1.0], [0, 1, 1, 1])
    assert [(b.came.hits, b.came.n) for b in told] == [(1, 2), (2, 2)]
