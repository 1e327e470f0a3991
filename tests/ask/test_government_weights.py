"""The government payoff: one weight from many decisions, and when it is not used."""

from dataclasses import replace

import pytest

from detente.ask.pricing import government_weights
from detente.ask.pricing.government_weights import RevenueWeight, best_response_weight, revenue_weights
from detente.ask.pricing.priced_day import SLOPE_STEP, price_day
from detente.ask.pricing.scenario_keys import DutyChangeKey

GOOD = RevenueWeight("USA", "medium", "2025-01-01", 400, 0.5, 0.10, 0.12, -0.03, -0.01, "")


def test_a_weight_is_used_only_where_it_is_identified_and_clearly_beats_the_base_rate():
    assert GOOD.used
    for change in ({"high": 0.001}, {"high": None}, {"weight": None}, {"why": "a weight is negative"}):
        refused = replace(GOOD, **change)
        assert not refused.used
        assert refused.reason
        assert "not used, because" in refused.words()


def test_a_weight_known_later_does_not_enter_an_earlier_day():
    for day in ("2019-06-01", "2025-05-10", "2026-03-01"):
        for weight in revenue_weights(("USA", "CHN"), "medium", day).values():
            assert weight.known <= day
    assert revenue_weights(("USA",), "medium", "2018-05-01")["USA"].decisions == 0


def test_there_is_no_government_payoff_unless_the_weights_of_all_sides_are_used():
    day = price_day(as_of="2025-10-26", horizon="medium")
    assert not all(weight.used for weight in day.weights.values())
    assert list(day.payoffs) == ["real_income"]
    assert "no government payoff is shown" in day.government_note()
    both = replace(day, weights=dict.fromkeys(day.sides, GOOD))
    assert list(both.payoffs) == ["real_income", "government"]


def test_a_government_payoff_is_real_income_and_the_weighted_change_of_revenue():
    day = price_day(as_of="2025-10-26", horizon="medium")
    used = replace(day, weights=dict.fromkeys(day.sides, GOOD))
    result = day.results[DutyChangeKey(day.truce, "USA", SLOPE_STEP)]
    income, revenue = (day.context.of_party(result.change[name], "USA") for name in ("real_income", "revenue"))
    assert used.worth("government", "USA", result) == pytest.approx(income + 0.5 * revenue)


@pytest.mark.parametrize(
    ("horizon", "usa", "chn"),
    [("near", 0.53, 0.08), ("medium", 0.21, "below what real income"), ("long", "revenue peak", "revenue peak")],
)
def test_the_weight_that_one_equation_gives_is_refused_where_it_is_negative(horizon, usa, chn):
    # the reference numbers were made with the duties of an earlier ledger, up to three points lower
    day = price_day(as_of="2025-10-26", horizon=horizon)
    for side, expected in {"USA": usa, "CHN": chn}.items():
        up, down = (day.results[DutyChangeKey(day.truce, side, x)] for x in (SLOPE_STEP, -SLOPE_STEP))
        weight = best_response_weight(day.context, side, up, down)
        if isinstance(expected, str):
            assert weight.weight is None
            assert expected in weight.why
        else:
            assert weight.weight == pytest.approx(expected, abs=0.16)


def test_every_shipped_estimate_rests_on_decisions_and_gives_its_scores():
    rows = government_weights.shipped()
    assert len({(row.government, row.horizon, row.known) for row in rows}) == len(rows)
    assert all(row.decisions > 0 and (row.weight is None) == bool(row.why) for row in rows)
    assert all(row.weight is None or row.weight >= 0 for row in rows)
