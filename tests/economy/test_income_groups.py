"""Prices by income group: the mean is the card's line, and the profile is that of an independent calculation."""

import numpy as np
import pytest

from detente.ask.questions import card
from detente.economy.income_groups import Spending, prices_by_group, spending

# an independent solver's prices (percent) and USD of the ten groups, duties of 15 November 2025 as first recorded
PRICES = [1.13, 1.12, 1.12, 1.18, 1.20, 1.21, 1.22, 1.29, 1.36, 1.33]
DOLLARS = [687, 944, 1088, 1298, 1493, 1690, 1914, 2362, 2949, 5424]


@pytest.fixture(scope="module")
def row():
    answer = card.card(as_of="2026-01-15")
    return next(row for row in answer.data["rows"] if row["economy"] == "USA")


def test_the_groups_weighted_by_spending_give_the_price_line_of_all(row):
    groups = row["by_income"]
    assert sum(g["of_spending"] for g in groups) == pytest.approx(1)
    assert sum(g["of_spending"] * g["price"] for g in groups) == pytest.approx(row["price_before"])
    assert np.mean([g["usd_a_household"] for g in groups]) == pytest.approx(row["before_refund_usd_a_household"])


def test_the_profile_over_groups_is_that_of_an_independent_calculation(row):
    prices, dollars = (np.array([g[key] for g in row["by_income"]]) for key in ("price", "usd_a_household"))
    assert prices / prices.mean() == pytest.approx(np.array(PRICES) / np.mean(PRICES), abs=0.04)
    assert dollars / dollars.mean() == pytest.approx(np.array(DOLLARS) / np.mean(DOLLARS), rel=0.05)


def test_a_day_before_the_table_was_known_has_no_groups():
    rows = card.card(as_of="2025-11-15").data["rows"]
    assert all(row["by_income"] is None for row in rows)


def test_an_economy_without_a_table_has_none():
    assert spending("CHN") is None
    assert spending("../USA") is None


def test_goods_carry_a_margin_at_the_price_of_services():
    table = Spending(("goods", "services"), (("A",), ("B",)), np.array([[1.0, 0.0], [0.0, 1.0]]), "", "2026-01-01")
    args = (("A", "B"), np.array([True, False]), np.array([1.0, 1.0]), np.array([10.0, 2.0]))
    first, second = prices_by_group(table, *args, mean=(0.6 * 10 + 0.4 * 2 + 2) / 2)
    assert (first, second) == pytest.approx((0.6 * 10 + 0.4 * 2, 2.0))
