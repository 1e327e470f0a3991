"""Leverage of threatened duties, on priced outcomes."""

import numpy as np
import pytest

from detente.ask.pricing.priced_day import price_day
from detente.ask.pricing.scenario_keys import OutcomeKey
from detente.ask.pricing.verdict_grid import PartyGrid
from detente.ask.questions import leverage as question
from detente.economy.robustness import Variant


@pytest.fixture(scope="module")
def answer():
    return question.leverage_section(price_day(as_of="2025-10-26"), bands=False)


def test_by_real_income_every_threat_of_duties_costs_its_sender(answer):
    rows = [r for r in answer["threats"] if r["payoff"] == "real_income"]
    assert {r["threat"] for r in rows} >= {"truce-lapses-usa-alone", "truce-lapses-chn-alone", "usa-100-percent"}
    for row in rows:
        assert row["cost"] > 0
        assert row["net"] == pytest.approx(row["loss"] - row["cost"])


@pytest.fixture(scope="module")
def counted():
    return question.leverage_section(price_day(as_of="2025-10-26"))


def test_the_words_are_those_that_the_settings_of_the_answer_earn(counted):
    grid = counted["grid"]
    for threat in grid["threats"]:
        sender, target = (np.array(threat[f"{side}_change"]) for side in ("sender", "target"))
        by_claim = {v["claim"]: v for v in threat["verdicts"]}
        assert by_claim["costs its sender"]["holds"] == (sender < -5e-4).sum()
        asked = np.array([closure != "held wages" for _, _, closure in grid["settings"]])
        assert by_claim["costs its sender more than its target"]["holds"] == ((target - sender) > 5e-4)[asked].sum()
        assert by_claim["costs its sender"]["of"] == len(grid["settings"]) == 136
    assert counted["words"] == question.summary(question.threats(price_day(as_of="2025-10-26")), recount(grid))


def recount(grid):
    """The verdicts made again from the numbers of the answer."""
    day = price_day(as_of="2025-10-26")
    settings = [Variant(*row) for row in grid["settings"]]
    out = []
    for row, threat in zip(grid["threats"], question.threats(day), strict=True):
        values = np.zeros((len(settings), 1, len(day.sides)))
        for side in ("sender", "target"):
            values[:, 0, day.sides.index(row[side])] = row[f"{side}_change"]
        made = PartyGrid(tuple(settings), (OutcomeKey(threat.name),), day.sides, values, 0.0)
        out.append(question.count_threat(made, threat))
    return out


def test_who_loses_more_turns_with_the_horizon_and_the_headline_gives_no_direction_without_it(counted):
    assert "the target in the first four years, the sender in the long run" in counted["words"]
    assert "none is credible" not in counted["words"]


def test_the_hundred_points_cost_their_sender_in_all_settings(counted):
    hundred = next(t for t in counted["grid"]["threats"] if t["threat"] == "usa-100-percent")
    assert hundred["verdicts"][0]["word"] == "all"


def test_a_threat_that_costs_its_sender_is_not_called_empty(counted):
    assert {row["credible"] for row in counted["threats"]} == {None}


def test_without_a_count_over_settings_nothing_is_claimed(answer):
    assert answer["grid"] is None
    assert "earns no verdict" in answer["words"]


def test_the_100_points_hurt_the_sender_more_than_the_target_and_more_still_if_answered(answer):
    row = next(r for r in answer["threats"] if (r["threat"], r["payoff"]) == ("usa-100-percent", "real_income"))
    assert row["cost"] > row["loss"] > 0
    assert row["cost_if_answered"] > row["cost"]


def test_controls_without_a_cost_share_are_named_and_not_priced(answer):
    names = {row["measure"] for row in answer["not_priced"]}
    assert "chn-ban-gallium-germanium-antimony" in names
    assert "chn-controls-october-2025" not in names  # that one is priced, by quantity limits
    assert all(row["why"] == question.MISSING for row in answer["not_priced"])


def test_exposure_is_a_share_of_spending_with_a_positive_cost_of_losing_the_supplier(answer):
    for rows in answer["exposure"].values():
        assert all(0 < r["share"] < 1 and r["cut_off"] > 0 for r in rows)
    assert answer["exposure"]["USA"][0]["share"] > answer["exposure"]["CHN"][0]["share"]
    assert 0 < answer["concentration"]["USA"]["imports_index"] < 100
