"""Whether the truce is self-enforcing, on priced outcomes."""

import pytest

from detente.ask.pricing.priced_day import price_day
from detente.ask.questions import truce as question
from detente.bargain import truce as game
from detente.errors import QuestionError


@pytest.fixture(scope="module")
def day():
    return price_day(as_of="2025-10-26")


@pytest.fixture(scope="module")
def answer(day):
    return question.truce_section(day, bands=False)


def by_side(answer, payoff):
    return {r["side"]: r for r in answer["sides"] if r["payoff"] == payoff}


def test_by_real_income_no_side_is_tempted_to_break_the_truce(answer):
    for row in by_side(answer, "real_income").values():
        assert row["D"] < 0
        assert row["N"] < row["D"]
        assert (row["verdict"], row["patience"]) == (game.NO_TEMPTATION, None)


def test_by_real_income_the_best_change_of_the_us_duty_is_a_cut(answer):
    assert by_side(answer, "real_income")["USA"]["best_change_points"] < 0


def test_a_critical_discount_factor_is_shown_only_where_patience_decides(answer):
    assert {r["payoff"] for r in answer["sides"]} == set(answer["payoffs"])
    assert all(r["patience"] is None for r in answer["sides"] if r["verdict"] != game.HOLDS)


def test_the_incentives_of_a_side_without_suspended_duties_are_unknown_not_zero():
    answer = question.truce_section(price_day(as_of="2026-09-30"), bands=False)
    row = by_side(answer, "real_income")["USA"]
    assert (row["verdict"], row["D"], row["N"]) == ("unknown", None, None)


def test_a_day_before_any_talks_is_refused():
    with pytest.raises(QuestionError, match="nothing to bargain about"):
        question.truce(as_of="2018-01-01")


def test_a_discount_factor_is_on_the_clock_of_the_breach_and_not_on_that_of_the_deadline():
    early, late = (  # the same duties, three weeks and two before the end of the truce
        question.truce_section(price_day(as_of=day, known="2025-10-20"), {}, bands=False)
        for day in ("2025-10-20", "2025-10-28")
    )
    assert early["truce"] == late["truce"]
    for before, after in zip(early["sides"], late["sides"], strict=True):
        assert (before["D"], before["N"]) == pytest.approx((after["D"], after["N"]))
        assert before["patience"] == after["patience"]
    by_lag = game.incentive_constraint(0.0, 0.5, -0.5, lag=4).critical_discount_factor
    assert by_lag**4 == pytest.approx(game.incentive_constraint(0.0, 0.5, -0.5).critical_discount_factor)


def test_without_a_count_over_settings_nothing_is_claimed(answer):
    assert answer["grid"] is None
    assert "earns no verdict" in answer["words"]
