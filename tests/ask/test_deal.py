"""Packages and deals, on priced outcomes."""

import pytest

from detente.ask.cases import case_of
from detente.ask.pricing.duty_history import latest_rise, suspension_term
from detente.ask.pricing.packages import MOST_PACKAGES, package_set, packages
from detente.ask.pricing.priced_day import price_day
from detente.ask.pricing.scenario_keys import OutcomeKey
from detente.ask.questions import deal as question
from detente.ask.talks.dossier import open_dossier
from detente.errors import QuestionError
from detente.faces.deal_view import disagreement_name, predicted_deals
from detente.record.fact import By, Source, Statement
from detente.record.store import Record

BUSAN = "US fentanyl duty cut to 10; Chinese farm duties lifted"


@pytest.fixture(scope="module")
def day():
    return price_day(as_of="2025-11-06", extra=package_set)


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
    assert [p.settings for p in packages([])] == [()]


@pytest.fixture(scope="module")
def before_terms():
    return price_day(as_of="2025-10-26", extra=package_set)


def test_before_the_terms_of_a_deal_are_known_each_side_can_cut_or_suspend_its_duties_in_force(before_terms):
    bargain = question.bargain_of(before_terms)
    moves = {(x.by, x.moved.split()[0]) for x in bargain.instruments if x.drop}
    assert moves == {
        ("USA", "back"), ("USA", "lifted"), ("USA", "suspended"), ("CHN", "halved"), ("CHN", "lifted"),
        ("CHN", "suspended"),
    }  # fmt: skip
    assert all("cut to" not in x.moved for x in bargain.instruments)
    assert len({p.title for p in bargain.packages}) == len(bargain.packages) <= MOST_PACKAGES


def test_a_duty_goes_back_to_the_level_before_its_latest_rise_on_record(before_terms):
    (back,) = (x for x in before_terms.packages.instruments if x.moved.startswith("back"))
    assert back.moved == "back to 10, as before 2025-03-04"  # the fentanyl duty rose from 10 to 20 that day
    assert {layer.points for layer in back.add} == {10.0}


def test_a_rise_that_is_not_yet_known_offers_no_earlier_level():
    record = open_dossier("us-china", None)
    case = case_of("us-china", None, record)
    day_before, day = record.as_of("2025-03-02", "2025-03-02"), record.as_of("2025-03-05", "2025-03-05")
    assert latest_rise(record, day_before, case, "usa-ieepa-fentanyl") is None
    assert latest_rise(record, day, case, "usa-ieepa-fentanyl") == ("2025-03-04", 10.0, 0.5)


def test_measures_that_one_scheduled_duty_prices_must_have_risen_alike_to_go_back():
    record = open_dossier("us-china", None)
    case = case_of("us-china", None, record)
    march, june = record.as_of("2025-04-01", "2025-04-01"), record.as_of("2025-07-01", "2025-07-01")
    assert latest_rise(record, march, case, "usa-s232-metals") is None  # aluminium rose from 10, steel stayed at 25
    assert latest_rise(record, june, case, "usa-s232-metals").before == 25


def test_a_suspension_lasts_as_long_as_the_latest_one_of_the_negotiation_and_is_worth_a_mean_over_time(before_terms):
    chosen = before_terms.packages
    term = next(x.term for x in chosen.instruments if x.term)
    assert (term.start, term.end, term.until) == ("2025-08-12", "2025-11-10", "2026-01-24")
    assert (term.prolonged, term.ends) == (2, 2)  # Buenos Aires without a term, and Geneva in August 2025
    assert term.share == pytest.approx((1 + 3 / 4) / 2)
    titles = {p.title: p.key for p in chosen.packages}
    payoff = {
        title: before_terms.payoff("real_income", "CHN", titles[title])
        for title in ("US fentanyl duty lifted", f"US fentanyl duty suspended until {term.until}")
    }
    lifted, suspended = payoff.values()
    assert suspended == pytest.approx(term.share * lifted, abs=1e-9)  # the duties in force are worth nothing
    assert suspended < lifted


def test_a_suspension_is_never_counted_as_a_lift_without_saying_so(before_terms):
    data = question.deal_section(before_terms, bands=False)
    settings = [x["setting"] for x in data["instruments"] if x["moved"].startswith("suspended")]
    assert settings
    assert all("returns with a chance of 25 %" in setting for setting in settings)
    assert all(x["setting"] is None for x in data["instruments"] if not x["moved"].startswith("suspended"))
    assert any("a suspension is not a lift" in note for note in question.notes(question.disagreement_of(before_terms)))


def test_no_package_raises_one_duty_and_suspends_another(before_terms):
    chosen = before_terms.packages
    for package in chosen.packages:
        moved = [x for x, is_moved in zip(chosen.instruments, package.settings, strict=True) if is_moved]
        assert all(x.drop for x in moved) or not any(x.term for x in moved)


def test_what_is_left_out_to_keep_packages_few_is_named(before_terms):
    data = question.deal_section(before_terms, bands=False)
    assert data["left_out"]
    offered, left_out = ({(x["title"], x["moved"]) for x in data[key]} for key in ("instruments", "left_out"))
    assert not offered & left_out
    (note,) = (note for note in question.notes(question.disagreement_of(before_terms)) if note.startswith("left out"))
    assert all(title in note for title, _ in left_out)


def test_a_negotiation_without_a_past_suspension_offers_none(tmp_path):
    record = Record.start(tmp_path / "talks")
    value = {"type": "tariff", "imposer": "KOR", "target": "PER", "rate_pct": 40, "status": "in_force", "measure": "a"}
    statement = Statement("measure", value, By(None, "KOR"), "gazette", asserted="2026-03-01", known="2026-03-01")
    record.add_all([statement], sources=[Source("gazette", "Gazette", "Gazette", "2026-02-01", "official")])
    assert suspension_term(record, record.as_of("2026-03-10", "2026-03-10")) is None


def test_no_deal_leaves_a_side_below_the_disagreement_point(answer):
    for deal in answer["deals"]:
        if deal["outcome"] is None:
            assert deal["why"]
            assert deal["gain"] is None
        else:
            assert min(deal["gain"].values()) > 0


def test_bargaining_weights_that_lead_to_a_deal_lie_between_zero_and_one(answer):
    assert all(0 <= row["weight_low"] < row["weight_high"] <= 1 for row in answer["beliefs"])


def test_an_unknown_disagreement_point_is_refused():
    with pytest.raises(QuestionError, match="best-responses or lottery or truce or war"):
        question.deal(as_of="2025-10-26", disagreement="peace")


def test_the_war_is_refused_as_disagreement_point_where_the_record_does_not_tell_what_it_would_be():
    with pytest.raises(QuestionError, match="does not tell what the war would be"):
        question.deal(as_of="2025-05-01", disagreement="war")


def test_a_day_without_instruments_has_no_deal_and_says_so():
    early = question.deal_section(price_day(as_of="2024-01-01", extra=package_set), bands=False)
    assert early["deals"] == []
    assert "No instrument" in early["words"]


def test_solver_objects_carry_residual_and_iterations_beside_their_former_names(answer):
    for solver in (answer["proof"]["solver"], answer["packages"][0]["solver"]):
        assert (solver["residual"], solver["iterations"]) == (solver["gap"], solver["steps"])


def test_on_a_day_without_a_truce_the_disagreement_point_is_called_the_duties_in_force():
    answer = question.deal(
        as_of="2025-03-06", dossier="us-canada", world="world-2023", disagreement="truce", bands=False
    )
    said = [answer.data["words"], *answer.data["flips"], *(d["why"] or "" for d in answer.data["deals"])]
    assert not any("the truce" in text for text in said)
    assert answer.notes[0].startswith("gains are measured from the duties in force")
    assert answer.data["disagreement"] == "truce"  # the key stays
    assert disagreement_name("truce", answer.data["disagreements"]) == "duties in force"
    rows = predicted_deals(answer.data["deals"], "truce", answer.data["disagreements"])
    assert {row.disagreement for row in rows} <= {"best-responses", "duties in force", "war"}


def test_on_a_day_with_a_truce_the_disagreement_point_is_the_truce(answer):
    assert disagreement_name("truce", answer["disagreements"]) == "truce"
