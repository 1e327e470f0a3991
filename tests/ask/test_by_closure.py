"""Scenarios with every closure side by side, and for whom the sign turns."""

import json

import numpy as np
import pytest

from detente.ask.first_screen.outcomes import closure_turns
from detente.ask.pricing.by_closure import by_closure, closures_row, turning
from detente.ask.pricing.priced_day import price_day
from detente.ask.pricing.scenario_keys import OutcomeKey
from detente.ask.pricing.verdict_grid import party_grid
from detente.ask.questions.brief import brief
from detente.ask.questions.deal import deal
from detente.ask.questions.leverage import leverage
from detente.ask.questions.price import price
from detente.ask.questions.truce import truce
from detente.errors import QuestionError
from detente.faces.first_screen.outcomes import closure_note
from detente.faces.first_screen.view import Party

REFERENCE = {  # percent of real income of USA and CHN against the base year, by a solver written apart from this code
    "medium": {"fixed": (0.029, -0.320), "held wages": (-0.106, -0.005), "valuation": (-0.005, -0.306)},
    "long": {
        "fixed": (-0.190, -0.194),
        "balanced": (-0.161, -0.147),
        "held wages": (-0.239, -0.007),
        "valuation": (-0.201, -0.190),
    },
}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "more.yaml"
    path.write_text(json.dumps({"measures": [{"by": "USA", "against": "CHN", "rate": "24 pp"}]}), "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def row(scenario):
    return priced(scenario, "medium")


def priced(scenario, horizon):
    return price(scenario, baseline="none", horizon=horizon, closures=True).data["scenarios"][0]


@pytest.mark.parametrize("horizon", REFERENCE)
def test_each_closure_gives_what_a_solver_written_apart_gives(scenario, horizon):
    table = priced(scenario, horizon)["closures"]["real_income"]
    assert {"fixed", "balanced", "held wages", "valuation"} <= set(table)
    for closure, (usa, chn) in REFERENCE[horizon].items():
        assert table[closure]["USA"] == pytest.approx(usa, abs=0.002), closure
        assert table[closure]["CHN"] == pytest.approx(chn, abs=0.002), closure


def test_fixed_deficits_give_the_number_of_the_answer_itself(row):
    for code in ("USA", "CHN"):
        alone = row["economies"][code]["real_income"]
        assert row["closures"]["real_income"]["fixed"][code] == pytest.approx(alone, abs=1e-5)


def test_who_gains_with_one_closure_and_loses_with_another_is_named(row):
    assert row["closures"]["turns_for"] == ["USA"]


def test_without_an_answer_in_a_closure_no_sign_is_read_from_it():
    assert turning({"fixed": {"USA": 0.2}, "balanced": {"USA": None}}) == []
    assert turning({"fixed": {"USA": 0.2}, "balanced": {"USA": -4e-4}}) == []


def test_closures_of_a_world_without_sectors_are_refused(scenario):
    with pytest.raises(QuestionError, match="model of many sectors"):
        price(scenario, world="world-2023", closures=True)


DAY = "2025-10-26"


@pytest.fixture(scope="module", params=["balanced", "valuation"])
def day(request):
    return price_day(as_of=DAY, closure=request.param)


def test_a_day_under_a_closure_has_the_numbers_that_stand_side_by_side_for_it(day):
    levels = {name: level for name, (level, _) in day.by_outcome().items()}
    table = by_closure(day.context, day.base_levels, levels, day.sides)
    for name in levels:
        for side in day.sides:
            alone = day.outcome_payoff("real_income", side, name)
            assert table[name][day.context.closed_by][side] == pytest.approx(alone, abs=1e-5)


def test_what_is_counted_over_every_closure_does_not_turn_with_the_one_asked_for(day):
    fixed = party_grid(price_day(as_of=DAY), [OutcomeKey("truce-lapses")])
    grid = party_grid(day, [OutcomeKey("truce-lapses")])
    assert grid.settings == fixed.settings
    assert np.nanmax(np.abs(grid.values - fixed.values)) < 1e-6


def test_an_answer_names_the_closure_it_was_asked_for(day):
    closure = day.context.closed_by
    answer = truce(as_of=DAY, closure=closure, bands=False)
    assert answer.data["proof"]["closure"]["name"] == answer.options["closure"] == closure
    assert (
        answer.data["proof"]["closure"]["meaning"] != truce(as_of=DAY, bands=False).data["proof"]["closure"]["meaning"]
    )


def test_without_fixed_deficits_no_government_payoff_is_shown(day):
    assert list(day.payoffs) == ["real_income"]
    assert "fixed deficits" in day.government_note()


def test_a_brief_says_under_which_closure_it_is_priced_and_keeps_its_card():
    fixed, balanced = (brief(as_of=DAY, closure=closure).data for closure in ("fixed", "balanced"))
    assert balanced["economy"]["closure"]["name"] == balanced["first_screen"]["units"]["closure"] == "balanced"
    assert balanced["card"]["rows"] == fixed["card"]["rows"]
    for before, after in zip(fixed["outcomes"][1:], balanced["outcomes"][1:], strict=True):
        table = after["closures"]["real_income"]
        assert table == before["closures"]["real_income"]
        for side in ("USA", "CHN"):
            assert table["balanced"][side] == pytest.approx(after["real_income"][side], abs=1e-5)
            assert table["fixed"][side] == pytest.approx(before["real_income"][side], abs=1e-5)


def outcome(title, **by_closure):
    table = {closure: {"USA": value} for closure, value in by_closure.items()}
    return {"title": title, "closures": closures_row(table)}


def test_the_first_screen_names_a_sign_that_turns_with_the_closure():
    turns = closure_turns([outcome("as now", fixed=0.0), outcome("US +10", fixed=-0.1, balanced=0.1)])
    party = Party("USA", "United States", "US", "Washington", 0)
    assert "US gains by “US +10” only with balanced trade" in closure_note(turns, [party])


def test_the_first_screen_is_silent_where_no_sign_turns():
    turns = closure_turns([outcome("as now", fixed=0.0), outcome("US +10", fixed=-0.1, balanced=-0.2)])
    assert closure_note(turns, []) == ""


@pytest.mark.parametrize("question", [brief, deal, truce, leverage])
def test_an_unknown_closure_is_refused_by_name(question):
    with pytest.raises(QuestionError, match="--closure 'half'"):
        question(as_of=DAY, closure="half")
