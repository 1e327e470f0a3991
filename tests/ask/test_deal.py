"""Packages and deals, on priced outcomes."""

import pytest

from detente.ask.pricing.packages import MOST_PACKAGES, package_levels, packages
from detente.ask.pricing.priced_day import price_day
from detente.ask.pricing.scenario_keys import OutcomeKey
from detente.ask.questions import deal as question
from detente.errors import QuestionError
from detente.faces.deal_view import disagreement_name, predicted_deals

BUSAN = "US fentanyl duty cut to 10; Chinese farm duties lifted"


@pytest.fixture(scope="module")
def day():
    return price_day(as_of="2025-11-06", extra=package_levels)


@pytest.fixture(scope="module")
def answer(day):
    return question.deal_section(day, bands=False)


def nash(answer, payoff, disagreement):
    wanted = (payoff, disagreement, "nash")
    return next(d for d in answer["deals"] if (d["payoff"], d["disagreement"], d["solution"]) == wanted)


def test_by_real_income_talks_settle_on_the_busan_duties_from_either_disagreement_point(answer):
    for disagreement in ("truce", "war"):
        deal = nash(answer, "real_income", disagreement)
        assert deal["outcome"] == BUSAN
        assert min(deal["gain"].values()) > 0


def test_the_busan_package_has_the_payoffs_of_the_busan_outcome(day):
    package, outcome = question.bargain_of(day).package(BUSAN).key, OutcomeKey("busan-deal")
    for side in ("USA", "CHN"):
        # fentanyl and farm duties are all that the deal changes in November 2025: one scenario built in two ways
        as_outcome = day.payoff("real_income", side, outcome)
        assert day.payoff("real_income", side, package) == pytest.approx(as_outcome, abs=1e-7)


def test_the_first_package_changes_nothing(answer):
    today = answer["packages"][0]
    assert today["name"] == "as today"
    assert today["payoff"]["real_income"]["USA"] == pytest.approx(0, abs=1e-8)


def test_every_combination_of_instruments_is_a_package_with_a_title_of_its_own(day):
    bargain = question.bargain_of(day)
    assert len({p.title for p in bargain.packages}) == len(bargain.packages) == 2 ** len(bargain.instruments)
    assert [p.settings for p in packages([], day.outcomes[0].layers)] == [()]


def test_before_the_terms_of_a_deal_are_known_duties_in_force_can_be_halved_or_lifted_on_both_sides():
    day = price_day(as_of="2025-10-26", extra=package_levels)
    bargain = question.bargain_of(day)
    moves = {(x.by, x.moved.split()[0]) for x in bargain.instruments if x.drop}
    assert moves == {(side, word) for side in ("USA", "CHN") for word in ("halved", "lifted")}
    assert all("cut to" not in x.moved for x in bargain.instruments)
    assert len({p.title for p in bargain.packages}) == len(bargain.packages) <= MOST_PACKAGES


def test_no_deal_leaves_a_side_below_the_disagreement_point(answer):
    for deal in answer["deals"]:
        if deal["outcome"] is None:
            assert deal["why"]
            assert deal["gain"] is None
        else:
            assert min(deal["gain"].values()) > 0


def test_the_answer_says_that_the_deal_depends_on_payoff_and_disagreement_point(answer):
    assert nash(answer, "government", "truce")["outcome"] is None
    assert nash(answer, "government", "war")["outcome"]
    assert any("depends on the payoff" in line for line in answer["flips"])
    assert any("depends on the disagreement point" in line for line in answer["flips"])


def test_bargaining_weights_that_lead_to_a_deal_lie_between_zero_and_one(answer):
    assert all(0 <= row["weight_low"] < row["weight_high"] <= 1 for row in answer["beliefs"])


def test_ratification_gives_margins_and_names_the_sectors_that_lose_most(answer):
    usa = answer["ratification"]["USA"]
    assert 0 <= usa["support"] <= 1
    assert usa["most_against"][0]["name"] == "textiles, clothing, leather and footwear"
    assert all(row["passes"] == (row["margin"] >= 0) for row in usa["rules"])


def test_an_unknown_disagreement_point_is_refused():
    with pytest.raises(QuestionError, match="truce or war"):
        question.deal(as_of="2025-10-26", disagreement="peace")


def test_the_war_is_refused_as_disagreement_point_where_the_record_does_not_tell_what_it_would_be():
    with pytest.raises(QuestionError, match="does not tell what the war would be"):
        question.deal(as_of="2025-05-01", disagreement="war")


def test_a_day_without_instruments_has_no_deal_and_says_so():
    early = question.deal_section(price_day(as_of="2024-01-01", extra=package_levels), bands=False)
    assert early["deals"] == []
    assert "No instrument" in early["words"]


def test_solver_objects_carry_residual_and_iterations_beside_their_former_names(answer):
    for solver in (answer["proof"]["solver"], answer["packages"][0]["solver"]):
        assert (solver["residual"], solver["iterations"]) == (solver["gap"], solver["steps"])


def test_on_a_day_without_a_truce_the_disagreement_point_is_called_the_duties_in_force():
    answer = question.deal(as_of="2025-03-06", dossier="us-canada", world="world-2023", bands=False)
    assert "better off than the duties in force" in answer.data["words"]
    said = [answer.data["words"], *answer.data["flips"], *(d["why"] or "" for d in answer.data["deals"])]
    assert not any("truce" in text for text in said)
    assert answer.notes[0].startswith("gains are measured from the duties in force")
    assert answer.data["disagreement"] == "truce"  # the key stays
    assert disagreement_name("truce", answer.data["disagreements"]) == "duties in force"
    rows = predicted_deals(answer.data["deals"], "truce", answer.data["disagreements"])
    assert {row.disagreement for row in rows} <= {"duties in force", "war"}


def test_on_a_day_with_a_truce_the_disagreement_point_is_the_truce(answer):
    assert disagreement_name("truce", answer["disagreements"]) == "truce"
