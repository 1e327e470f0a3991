"""Packages and deals, on priced outcomes."""

import pytest

from detente.ask.questions import deal as question
from detente.errors import QuestionError

BUSAN = "US fentanyl duty cut to 10; Chinese farm duties lifted"


@pytest.fixture(scope="module")
def scene():
    return question.scene(as_of="2025-10-26")


@pytest.fixture(scope="module")
def told(scene):
    return question.section(scene, bands=False)


def found(told, payoff, fallback, solution="nash"):
    return next(
        d for d in told["deals"] if (d["payoff"], d["disagreement"], d["solution"]) == (payoff, fallback, solution)
    )


def test_by_real_income_talks_land_on_the_duties_of_busan_from_either_fallback(told):
    for fallback in ("truce", "war"):
        deal = found(told, "real_income", fallback)
        assert deal["outcome"] == BUSAN
        assert min(deal["gain"].values()) > 0


def test_the_package_of_busan_is_worth_what_the_outcome_of_that_name_is(scene):
    for side in ("USA", "CHN"):
        package, outcome = (scene.worth("real_income", side, n) for n in (f"package {BUSAN}", "busan-deal"))
        # fentanyl and farm duties are all that the deal changes in October 2025: one scenario built two ways
        assert package == pytest.approx(outcome, abs=1e-7)


def test_today_is_a_package_that_changes_nothing(told):
    today = told["packages"][0]
    assert today["name"] == "as today"
    assert today["payoff"]["real_income"]["USA"] == pytest.approx(0, abs=1e-8)


def test_no_deal_leaves_a_side_below_its_fallback(told):
    for deal in told["deals"]:
        if deal["outcome"] is None:
            assert deal["why"]
            assert deal["gain"] is None
        else:
            assert min(deal["gain"].values()) > 0


def test_the_answer_says_where_it_turns(told):
    assert found(told, "government", "truce")["outcome"] is None
    assert found(told, "government", "war")["outcome"]
    assert any("payoff" in line for line in told["flips"])
    assert any("fallback" in line for line in told["flips"])


def test_strengths_that_lead_to_a_deal_lie_between_none_and_all(told):
    assert all(0 <= row["weight_low"] < row["weight_high"] <= 1 for row in told["beliefs"])


def test_ratification_is_margins_and_names_who_loses(told):
    usa = told["ratification"]["USA"]
    assert 0 <= usa["support"] <= 1
    assert usa["most_against"][0]["name"] == "textiles, clothing, leather and footwear"
    assert all(row["passes"] == (row["margin"] >= 0) for row in usa["rules"])


def test_a_fallback_that_is_none_or_not_known_is_refused():
    with pytest.raises(QuestionError, match="truce or war"):
        question.deal(as_of="2025-10-26", disagreement="peace")
    with pytest.raises(QuestionError, match="war would be is not known"):
        question.deal(as_of="2025-05-01", disagreement="war")


def test_a_day_without_instruments_says_so():
    told = question.section(question.scene(as_of="2024-01-01"), bands=False)
    assert told["deals"] == []
    assert "No instrument" in told["words"]
