"""Base rates, hazards, scores, spells and regimes: laws that no line of code imposes, and the same thing in two ways.

Published values are in cases.csv.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.bargain import endings, forecast, regimes, spells
from detente.bargain.endings import MODELS
from detente.bargain.forecast import Spell
from detente.errors import QuestionError

QUICK = settings(max_examples=50, deadline=None)
CLASSES = ("deal", "extension", "lapse")


@QUICK
@given(st.floats(0.001, 0.2), st.floats(0.001, 0.9), st.integers(1, 200))
def test_the_share_of_the_last_day_is_the_sum_over_days(daily, last, days):
    by_day = [daily * (1 - daily) ** k for k in range(days - 1)] + [last * (1 - daily) ** (days - 1)]
    assert spells.last_day_share(daily, last, days) == pytest.approx(by_day[-1] / sum(by_day), rel=1e-9)


def test_a_base_rate_without_cases_is_as_wide_as_its_prior():
    rate = forecast.base_rate(0, 0)
    assert (rate.low, rate.high) == pytest.approx((0.05, 0.95))


def test_more_hits_than_cases_are_refused():
    with pytest.raises(QuestionError, match="hits lie from 0"):
        forecast.base_rate(4, 3)


def test_the_parts_of_a_brier_score_are_murphy_s():
    parts = forecast.murphy_decomposition([0.1] * 2 + [0.4] * 3 + [0.8] * 5, [0, 0, 0, 1, 0, 1, 1, 0, 1, 1])
    assert (parts.reliability, parts.resolution, parts.uncertainty) == pytest.approx((0.01 / 3, 0.31 / 3, 0.25))


@QUICK
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=30))
def test_the_parts_of_a_brier_score_add_up_to_it(pairs):
    parts = forecast.murphy_decomposition([p for p, _ in pairs], [float(o) for _, o in pairs])
    assert parts.reliability - parts.resolution + parts.uncertainty == pytest.approx(parts.brier, abs=1e-12)


def test_the_entry_cutoff_is_where_a_firm_is_indifferent_between_entering_and_waiting():
    discount, change, worse, elasticity, now, then, mild = 0.9, 0.3, 0.5, 4.0, 1.03, 1.35, 0.2
    transitions = np.array([[1 - change * (mild + worse), change * mild, change * worse], [0, 1, 0], [0, 0, 1]])
    profit = np.array([now, 1.0, then]) ** -elasticity
    entered = np.linalg.solve(np.eye(3) - discount * transitions, profit)

    def value_of_waiting(cost):
        value = np.zeros(3)
        for _ in range(2000):
            value = np.maximum(entered - cost, discount * transitions @ value)
        return discount * (transitions @ value)[0] - (entered[0] - cost)

    low, high = 0.0, float(profit[0] / (1 - discount))
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if value_of_waiting(middle) < 0 else (low, middle)
    under_certainty = profit[0] / (1 - discount)
    cutoff = regimes.entry_cutoff(
        discount=discount, change=change, worse=worse, elasticity=elasticity, now=now, then=then
    )
    assert (low / under_certainty) ** (1 / (elasticity - 1)) == pytest.approx(cutoff, abs=1e-8)


@QUICK
@given(st.floats(0.1, 0.95), st.floats(0.01, 0.9), st.floats(0.01, 1), st.floats(1.5, 8), st.floats(1.05, 2))
def test_more_uncertainty_never_increases_entry(discount, change, worse, elasticity, then):
    terms = {"discount": discount, "elasticity": elasticity, "now": 1.0, "then": then}
    less = regimes.entry_cutoff(change=change / 2, worse=worse, **terms)
    more = regimes.entry_cutoff(change=change, worse=worse, **terms)
    assert 0 < more <= less <= 1


def test_a_regime_that_may_never_be_reached_takes_for_ever():
    times = regimes.expected_hitting_time([[0.5, 0.5, 0], [0, 1, 0], [0, 0, 1]], 2)
    assert times.tolist() == [np.inf, np.inf, 0]


@QUICK
@given(st.floats(0, 0.95), st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(-5, 5), st.floats(-5, 5))
def test_the_value_of_a_path_is_its_discounted_sum(discount, leave, returning, here, there):
    transitions = np.array([[1 - leave, leave], [returning, 1 - returning]])
    value = regimes.expected_discounted_value(transitions, [here, there], discount)
    x, total, weight, now = np.array([here, there]), np.zeros(2), 1 - discount, np.eye(2)
    for _ in range(1500):
        total, weight, now = total + weight * now @ x, weight * discount, now @ transitions
    assert value == pytest.approx(total, abs=1e-6)
    assert min(here, there) - 1e-9 <= value.min() <= value.max() <= max(here, there) + 1e-9


SPELL = st.builds(
    lambda known, notice, length, outcome, reference_class, cluster: Spell(
        known, known + notice, known + length, outcome, (reference_class,), cluster, (float(notice),)
    ),
    st.integers(0, 300), st.integers(1, 120), st.integers(0, 140), st.sampled_from(CLASSES), st.sampled_from("ab"),
    st.sampled_from("xyz"),
)  # fmt: skip


@QUICK
@given(st.lists(SPELL, max_size=25), SPELL, st.integers(0, 119), st.sampled_from(sorted(MODELS)))
def test_forecasts_are_probabilities_and_learn_nothing_from_what_ends_later(spells_seen, spell, before, name):
    model, day = MODELS[name], max(spell.known, spell.deadline - before)
    still_open = spell._replace(ended=None, outcome=None)
    probability = model(spells_seen, still_open, day, CLASSES)
    assert probability.sum() == pytest.approx(1)
    assert (probability >= 0).all()
    earlier = [s for s in spells_seen if s.ended <= day]
    changed = [s if s.ended <= day else s._replace(outcome="lapse", ended=s.ended + 7) for s in spells_seen]
    assert model(changed, still_open, day, CLASSES) == pytest.approx(probability)
    assert model(earlier, still_open, day, CLASSES) == pytest.approx(probability)


def test_a_score_does_not_differ_from_itself():
    difference = forecast.paired_difference([0.2, 0.4, 0.6], [0.2, 0.4, 0.6], ["a", "a", "b"])
    assert difference == (0.0, 0.0, 0.0, 3, 2)


def test_whole_clusters_are_resampled():
    difference = forecast.paired_difference([1, 1, 1, 1, 0, 0], [0] * 6, ["a"] * 4 + ["b"] * 2)
    assert (difference.low, difference.high) == (0.0, 1.0)


def test_calibration_bins_carry_their_number_of_cases():
    bins = forecast.calibration([0.1, 0.15, 0.9, 1.0], [0, 1, 1, 1])
    assert [(b.observed.hits, b.observed.n) for b in bins] == [(1, 2), (2, 2)]


def spell_of(kind, ended, outcome, cluster, features=(0.0,)):
    return Spell(0, 40, ended, outcome, (kind,), cluster, features)


def test_the_hazards_of_a_day_add_up_to_the_daily_product():
    hazards = endings.Hazards(np.array([[0.01, 0.02, 0.0], [0.05, 0.01, 0.01]]), np.array([0.2, 0.5, 0.3]))
    probability, survival = np.zeros(3), 1.0
    for days_left in range(29, 0, -1):
        daily = hazards.daily[0 if days_left >= 8 else 1]
        ends = 1 - np.exp(-daily.sum())
        probability += survival * ends * daily / daily.sum()
        survival *= 1 - ends
    assert endings._probabilities(hazards, np.array([30]))[0] == pytest.approx(probability + survival * hazards.final)


def test_a_kind_with_endings_of_its_own_is_forecast_towards_them_and_shrunk_towards_all():
    seen = [spell_of("a", 40, "lapse", f"a{k}") for k in range(20)]
    seen += [spell_of("b", 40, "deal", f"b{k}") for k in range(20)]
    ahead = spell_of("a", None, None, "c")._replace(known=41, deadline=60)
    probability = endings.hazard_forecast(seen, ahead, 50, CLASSES)
    assert 0.5 < probability[CLASSES.index("lapse")] < 0.95


def test_the_strength_of_pooling_is_one_of_those_offered_and_falls_where_kinds_differ_much():
    unlike = tuple(spell_of(kind, 40, outcome, f"{kind}{k}") for k in range(20)
                   for kind, outcome in (("a", "lapse"), ("b", "deal")))  # fmt: skip
    assert endings.pooling_strength(unlike, CLASSES) == min(endings.STRENGTHS)


def test_the_ridge_regression_solves_its_own_first_order_conditions():
    rng = np.random.default_rng(0)
    features, weight = rng.normal(size=(60, 3)), np.full(60, 0.5)
    occurred = np.eye(3)[rng.integers(0, 3, 60)]
    fitted = endings.fit(features, occurred, weight)
    design = np.hstack([np.ones((60, 1)), (features - fitted.mean) / fitted.scale])
    penalty = np.array([[endings.RIDGE_OF_INTERCEPT], *([endings.RIDGE] for _ in range(3))])
    error = (fitted.probabilities(features) - occurred) * weight[:, None]
    assert np.abs(design.T @ error + penalty * fitted.coefficients).max() < 1e-4


def test_the_shown_model_is_the_mean_of_hazards_and_ridge():
    seen = [spell_of("ab"[k % 2], 40, CLASSES[k % 3], f"n{k}", (float(k),)) for k in range(12)]
    ahead = spell_of("a", None, None, "c", (3.0,))._replace(known=41, deadline=60)
    both = [MODELS[name](seen, ahead, 50, CLASSES) for name in ("hazard", "ridge")]
    assert MODELS["hazard and ridge"](seen, ahead, 50, CLASSES) == pytest.approx(sum(both) / 2)
