"""Leverage of threatened duties, on priced outcomes."""

import pytest

from detente.ask.pricing import priced_day
from detente.ask.questions import leverage as question


@pytest.fixture(scope="module")
def told():
    return question.section(priced_day.price_day(as_of="2025-10-26"), bands=False)


def test_every_threat_of_duties_costs_its_sender_by_real_income(told):
    here = [r for r in told["threats"] if r["payoff"] == "real_income"]
    assert {r["threat"] for r in here} >= {"truce-lapses-usa-alone", "truce-lapses-chn-alone", "usa-100-percent"}
    for row in here:
        assert row["cost"] > 0
        assert row["net"] == pytest.approx(row["loss"] - row["cost"])
        assert not row["credible"]
        assert row["demand"] is None


def test_the_100_points_hurt_the_sender_more_than_the_target(told):
    row = next(r for r in told["threats"] if (r["threat"], r["payoff"]) == ("usa-100-percent", "real_income"))
    assert row["cost"] > row["loss"] > 0
    assert row["cost_if_answered"] > row["cost"]


def test_controls_without_a_cost_share_are_named_and_not_priced(told):
    names = {row["measure"] for row in told["not_priced"]}
    assert "chn-ban-gallium-germanium-antimony" in names
    assert "chn-controls-october-2025" not in names  # that one is priced, by quantity limits
    assert all(row["why"] == question.MISSING for row in told["not_priced"])


def test_dependence_is_a_share_and_a_cut_off_costs_more_the_larger_it_is(told):
    for rows in told["exposure"].values():
        assert all(0 < r["share"] < 1 and r["cut_off"] > 0 for r in rows)
    assert told["exposure"]["USA"][0]["share"] > told["exposure"]["CHN"][0]["share"]
    assert 0 < told["concentration"]["USA"]["imports_index"] < 100
