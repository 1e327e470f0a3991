"""Continuous packages: any part of the added duties, and a payment."""

import math

import pytest

from detente.ask.pricing import continuous_packages
from detente.ask.pricing.packages import package_set
from detente.ask.pricing.priced_day import price_day
from detente.ask.questions import deal


@pytest.fixture(scope="module")
def day():
    return price_day(as_of="2025-10-26", extra=package_set)


@pytest.fixture(scope="module")
def deals(day):
    return continuous_packages.continuous_section(day)["deals"]


def test_keeping_all_added_duties_is_today_and_keeping_none_is_the_base_year(day):
    base = day.base_levels
    assert continuous_packages.scaled_levels(day, (1.0, 1.0)) == pytest.approx(base, abs=1e-12)
    cell = next(c for c in base if c[-2:] == ("USA", "CHN"))
    none_kept = continuous_packages.scaled_levels(day, (0.0, 1.0))
    assert none_kept[cell] == pytest.approx(day.context.base_tariff(cell), abs=1e-12)


def test_a_deal_found_on_the_spline_pays_nearly_the_same_when_priced_exactly(deals):
    assert all(row["off"] < 2e-3 for row in deals if row["gain"])  # points of a percent; the grid has 49 exact nodes


def without_payment(deals, row):
    """The deal without a payment for the same payoff and disagreement point."""
    key = (row["payoff"], row["disagreement"])
    (same,) = [r for r in deals if not r["payment_allowed"] and (r["payoff"], r["disagreement"]) == key]
    return same


def test_the_product_of_gains_over_continuous_packages_is_at_least_that_over_the_list(day, deals):
    for row in deal.deal_section(day, bands=False)["deals"]:
        if row["solution"] == "nash" and row["outcome"] and row["payoff"] == "real_income":
            assert math.prod(without_payment(deals, row)["gain"].values()) >= math.prod(row["gain"].values())


def test_allowing_a_payment_never_lowers_the_product_of_gains(deals):
    for row in deals:
        if row["payment_allowed"] and row["gain"] and without_payment(deals, row)["gain"]:
            least = math.prod(without_payment(deals, row)["gain"].values()) * (1 - 1e-3)  # error of the search
            assert math.prod(row["gain"].values()) >= least


def test_a_day_on_which_one_side_has_added_no_duty_has_no_continuous_packages():
    early = price_day(as_of="2024-01-01", extra=package_set)
    assert continuous_packages.continuous_section(early) is None
