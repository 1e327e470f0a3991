"""Whether the truce holds, on priced outcomes."""

import pytest

from detente.ask.pricing import priced_day
from detente.ask.questions import truce as question
from detente.bargain import truce as game
from detente.errors import QuestionError


@pytest.fixture(scope="module")
def scene():
    return priced_day.price_day(as_of="2025-10-26")


@pytest.fixture(scope="module")
def told(scene):
    return question.section(scene, bands=False)


def rows(told, payoff):
    return {r["side"]: r for r in told["sides"] if r["payoff"] == payoff}


def test_real_income_alone_tempts_no_side_to_break_the_truce(told):
    for row in rows(told, "real_income").values():
        assert row["D"] < 0
        assert row["N"] < row["D"]
        assert (row["verdict"], row["patience"]) == (game.NO_TEMPTATION, None)


def test_the_best_move_of_the_usa_by_real_income_is_to_cut_its_duty(told):
    assert rows(told, "real_income")["USA"]["best_change_points"] < 0


def test_fitted_weights_make_the_duties_in_force_a_best_response(scene):
    for side, weights in scene.weights["government"].items():
        assert weights.best
        assert min(weights.sectors.values()) >= 0
        up, down = (scene.worth("government", side, f"government {side} {x:+g}") for x in (0.01, -0.01))
        # the slope is zero but for the solver's tolerance over a change of two points
        assert up - down == pytest.approx(0, abs=1e-6)


def test_both_payoffs_stand_side_by_side_and_say_where_they_differ(told):
    assert {r["payoff"] for r in told["sides"]} == set(priced_day.PAYOFFS)
    assert any(line.startswith("CHN: the answer turns") for line in told["flips"])
    assert all(r["patience"] is None for r in told["sides"] if r["verdict"] != game.HOLDS)


def test_a_side_without_suspended_duties_is_unknown_not_zero():
    told = question.section(priced_day.price_day(as_of="2026-09-30"), bands=False)
    row = rows(told, "real_income")["USA"]
    assert (row["verdict"], row["D"], row["N"]) == ("unknown", None, None)


def test_a_day_before_any_talks_is_refused():
    with pytest.raises(QuestionError, match="nothing to bargain about"):
        question.truce(as_of="2018-01-01")
