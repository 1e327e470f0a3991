"""Leverage of threatened duties, on priced outcomes."""

import pytest

from detente.ask.pricing.priced_day import price_day
from detente.ask.questions import leverage as question


@pytest.fixture(scope="module")
def answer():
    return question.leverage_section(price_day(as_of="2025-10-26"), bands=False)


def test_by_real_income_every_threat_of_duties_costs_its_sender(answer):
    rows = [r for r in answer["threats"] if r["payoff"] == "real_income"]
    assert {r["threat"] for r in rows} >= {"truce-lapses-usa-alone", "truce-lapses-chn-alone", "usa-100-percent"}
    for row in rows:
        assert row["cost"] > 0
        assert row["net"] == pytest.approx(row["loss"] - row["cost"])
        assert not row["credible"]
        assert row["demand"] is None


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
