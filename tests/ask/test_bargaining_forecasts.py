"""Bargaining answers as forecasts: a stated rule, expected duties, and their place in the track record."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.ask.cases import case_of
from detente.ask.forecasting import calls
from detente.ask.forecasting.bargaining_answers import bargaining_forecasts, duty_change
from detente.ask.forecasting.points import forecast_point
from detente.ask.forecasting.track_record import shipped
from detente.ask.pricing.packages import package_set
from detente.ask.pricing.priced_day import price_day
from detente.ask.pricing.scenario_keys import OutcomeKey
from detente.ask.questions import forecast as question
from detente.bargain.endings import BASE_RATE
from detente.record import history
from detente.record.history import BITES, CLASSES
from detente.record.store import Record

DAY = date(2025, 10, 27)  # 14 days before the end of the truce


@pytest.fixture(scope="module")
def priced():
    return price_day(as_of=DAY.isoformat(), extra=package_set)


@pytest.fixture(scope="module")
def point():
    known = history.known_on(history.load(), DAY)
    return forecast_point(known, next(p for p in known if p.id == "CN25-05"), DAY, BASE_RATE)


@pytest.fixture(scope="module")
def answers(priced, point):
    return {a.call.name: a for a in bargaining_forecasts(priced, [point])["CN25-05"]}


def test_every_answer_is_a_probability_vector_and_an_expected_change_of_each_duty(answers, priced):
    assert {"truce by real income", "leverage by real income", "deal by real income"} <= set(answers)
    for answer in answers.values():
        assert sum(answer.probability.values()) == pytest.approx(1)
        assert set(answer.duty_points) == set(priced.sides)


def test_a_truce_that_no_side_would_break_makes_its_lapse_half_as_likely_as_the_base_rate(answers, point):
    base, kept = point.by_model[BASE_RATE], answers["truce by real income"]
    assert kept.call.bites == 0
    assert kept.probability["lapse"] == pytest.approx(base["lapse"] / 2)


def test_the_expected_change_of_a_duty_is_that_of_the_lapse_by_its_probability(answers, priced):
    kept = answers["truce by real income"]
    comes = sum(kept.probability[c] for c in BITES)
    war = priced.levels[OutcomeKey(priced.lapse.war)]
    for side in priced.sides:
        assert kept.duty_points[side] == pytest.approx(comes * duty_change(priced, side, war))
        assert duty_change(priced, side, war) > 10
        assert duty_change(priced, side, priced.base_levels) == 0


def test_a_point_that_no_outcome_of_the_day_is_about_has_no_bargaining_answer(priced, point):
    other = replace(point, point=replace(point.point, deadline=date(2025, 12, 24)))
    assert bargaining_forecasts(priced, [other]) == {}


RATES = st.lists(st.floats(0.01, 1), min_size=len(CLASSES), max_size=len(CLASSES)).map(
    lambda xs: {c: x / sum(xs) for c, x in zip(CLASSES, xs, strict=True)}
)


@given(RATES, st.floats(0, 1), st.booleans())
def test_a_call_is_a_probability_vector_halfway_to_the_base_rate(base, bites, is_deal):
    probability = calls.probability(bites, is_deal, base)
    assert sum(probability.values()) == pytest.approx(1)
    assert all(p >= base[c] / 2 - 1e-12 for c, p in probability.items())


@given(RATES)
def test_a_call_as_likely_as_the_base_rate_changes_nothing(base):
    assert calls.probability(sum(base[c] for c in BITES), False, base) == pytest.approx(base)


def test_the_shipped_calls_are_those_of_their_day(answers):
    own = {c.name: c for c in calls.past_calls() if (c.id, c.lead_time, c.dossier) == ("CN25-05", 14, "us-china")}
    assert {name: (c.bites, c.is_deal) for name, c in own.items()} == {
        name: (pytest.approx(a.call.bites, abs=1e-4), a.call.package is not None) for name, a in answers.items()
    }


def test_every_shipped_call_is_about_a_point_of_its_case_that_the_track_record_scores():
    scored = {(f.id, f.lead_time) for f in shipped()}
    by_id = {p.id: p for p in history.load()}
    for call in calls.past_calls():
        assert (call.id, call.lead_time) in scored
        assert by_id[call.id].negotiation.startswith(case_of(call.dossier).history)
        assert Record.load(call.dossier).name == call.dossier


def test_bargaining_stands_in_the_track_record_beside_the_base_rate_over_the_same_points():
    track = {row["model"]: row for row in question.forecast(as_of="2026-10-01").data["track"]}
    row = track["deal by real income"]
    assert row["n"] < track[BASE_RATE]["n"]
    own = [f for f in calls.scored_calls() if f.model == "deal by real income"]
    base = {(f.id, f.lead_time): f.brier for f in shipped() if f.model == BASE_RATE}
    difference = sum(f.brier - base[f.id, f.lead_time] for f in own) / len(own)
    assert row["less_base_rate"] == pytest.approx(difference)


def test_a_track_record_holds_only_calls_whose_points_had_ended():
    track = {row["model"]: row["n"] for row in question.forecast(as_of="2025-08-05").data["track"]}
    for name in {f.model for f in calls.scored_calls()}:
        ended = [f for f in calls.scored_calls() if f.model == name and f.ended <= date(2025, 8, 5)]
        assert 0 < len(ended) == track[name]
