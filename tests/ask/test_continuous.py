"""Packages without steps: any part of the added duties, and a payment."""

import math

import pytest

from detente.ask.pricing import continuous_packages
from detente.ask.questions import deal


@pytest.fixture(scope="module")
def scene():
    return deal.scene(as_of="2025-10-26")


@pytest.fixture(scope="module")
def found(scene):
    return continuous_packages.section(scene, {"truce": scene.truce, "war": scene.war})["deals"]


def test_all_of_todays_duties_is_today_and_none_is_the_base_year(scene):
    base = scene.levels[scene.truce]
    assert continuous_packages.scaled(scene, (1.0, 1.0)) == pytest.approx(base, abs=1e-12)
    cell = next(c for c in base if c[-2:] == ("USA", "CHN"))
    assert continuous_packages.scaled(scene, (0.0, 1.0))[cell] == pytest.approx(scene.at.base_tariff(cell), abs=1e-12)


def test_a_deal_found_on_the_spline_pays_the_same_when_priced_exactly(found):
    assert all(row["off"] < 2e-3 for row in found if row["gain"])  # points of a percent; the grid has 49 exact nodes


def free(found, row):
    """The deal without a payment for the same payoff and fallback."""
    key = (row["payoff"], row["disagreement"])
    (one,) = [r for r in found if not r["payment_allowed"] and (r["payoff"], r["disagreement"]) == key]
    return one


def test_without_steps_the_product_of_gains_is_at_least_that_of_the_list(scene, found):
    for row in deal.section(scene, bands=False)["deals"]:
        if row["solution"] == "nash" and row["outcome"] and row["payoff"] == "real_income":
            assert math.prod(free(found, row)["gain"].values()) >= math.prod(row["gain"].values())


def test_being_allowed_a_payment_never_lowers_the_product_of_gains(found):
    for row in found:
        if row["payment_allowed"] and row["gain"] and free(found, row)["gain"]:
            least = math.prod(free(found, row)["gain"].values()) * (1 - 1e-3)  # the search, not the prices
            assert math.prod(row["gain"].values()) >= least


def test_a_day_on_which_one_side_added_no_duty_has_no_such_package():
    early = deal.scene(as_of="2024-01-01")
    assert continuous_packages.section(early, {"truce": early.truce}) is None
