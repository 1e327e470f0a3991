"""Continuous packages: any part of the added duties, and a payment."""

import math
from itertools import pairwise, product

import numpy as np
import pytest

from detente.ask.pricing import continuous_packages, duty_grid, exchange
from detente.ask.pricing.duty_grid import grid_parts
from detente.ask.pricing.packages import package_set
from detente.ask.pricing.priced_day import price_day
from detente.ask.questions import deal
from detente.record.case import bare
from detente.record.fact import By, Source, Statement
from detente.record.store import Record


@pytest.fixture(scope="module")
def day():
    return price_day(as_of="2025-10-26", extra=package_set)


def section(day):
    """The continuous packages of a day, over the truce and the war."""
    return continuous_packages.continuous_section(day, duty_grid.duty_grid(day), exchange.disagreement_payoffs(day, {}))


@pytest.fixture(scope="module")
def deals(day):
    return section(day)["deals"]


def test_keeping_all_added_duties_is_today_and_keeping_none_is_the_base_year(day):
    base = day.base_levels
    assert duty_grid.scaled_levels(day, (1.0, 1.0)) == pytest.approx(base, abs=1e-12)
    cell = next(c for c in base if c[-2:] == ("USA", "CHN"))
    none_kept = duty_grid.scaled_levels(day, (0.0, 1.0))
    assert none_kept[cell] == pytest.approx(day.context.base_tariff(cell), abs=1e-12)


def test_a_deal_found_between_the_nodes_pays_nearly_the_same_when_priced_exactly(deals):
    assert all(row["off"] < 2e-3 for row in deals if row["gain"])  # points of a percent; the grid has 36 exact nodes


def without_payment(deals, row):
    """The deal without a payment for the same payoff and disagreement point."""
    key = (row["payoff"], row["disagreement"])
    (same,) = [r for r in deals if not r["payment_allowed"] and (r["payoff"], r["disagreement"]) == key]
    return same


def test_the_product_of_gains_over_continuous_packages_is_at_least_that_over_the_list(day, deals):
    for row in deal.deal_section(day, bands=False)["deals"]:
        if (row["solution"], row["disagreement"]) in {("nash", "truce"), ("nash", "war")} and row["outcome"]:
            assert math.prod(without_payment(deals, row)["gain"].values()) >= math.prod(row["gain"].values())


def test_allowing_a_payment_never_lowers_the_product_of_gains(deals):
    for row in deals:
        if row["payment_allowed"] and row["gain"] and without_payment(deals, row)["gain"]:
            least = math.prod(without_payment(deals, row)["gain"].values()) * (1 - 1e-3)  # error of the search
            assert math.prod(row["gain"].values()) >= least


def test_a_day_on_which_one_side_has_added_no_duty_has_no_continuous_packages_and_says_why():
    early = section(price_day(as_of="2024-01-01"))
    assert early["deals"] == []
    assert "added no duty on the others since the base year" in early["why"]


def test_between_the_nodes_of_the_grid_payoffs_are_those_of_the_model(day):
    grid = duty_grid.duty_grid(day)
    between = grid.interpolant("real_income")
    for parts in ([0.1, 1.3], [0.77, 0.0], [1.5, 0.4], [1.0, 1.0]):
        assert between(np.array(parts)) == pytest.approx(grid.payoffs("real_income", [parts])[0], abs=5e-4)


def test_a_grid_for_more_sides_has_as_few_scenarios():
    assert all(len(grid_parts(sides)) ** sides <= duty_grid.GRID for sides in range(2, 9))


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Invented talks of three: each levies a duty on the next one."""
    parties = ("BRA", "KOR", "ZAF")
    record = Record.start(tmp_path_factory.mktemp("home") / "three")
    duty = {"type": "tariff", "rate_pct": 40, "status": "in_force"}
    levies = [{**duty, "imposer": a, "target": b, "measure": a.lower()} for a, b in pairwise((*parties, parties[0]))]
    record.add_all(
        [
            Statement("measure", levy, By(None, levy["imposer"]), "gazette", asserted="2026-03-01", known="2026-03-01")
            for levy in levies
        ],
        sources=[Source("gazette", "Gazette", "Gazette", "2026-02-01", "official")],
    )
    state = record.as_of("2026-03-10", "2026-03-10")
    case = bare("three", parties)
    return price_day(as_of="2026-03-10", world="world-2023", opened=(record, state), case=case, extra=package_set)


@pytest.fixture(scope="module")
def deals_of_three(three):
    return section(three)["deals"]


def test_three_parties_have_a_nash_deal_from_which_all_gain_priced_exactly(three, deals_of_three):
    by_income = [row for row in deals_of_three if row["payoff"] == "real_income"]
    assert len(by_income) == 2 * len(three.disagreement_points)
    for row in by_income:
        assert set(row["gain"]) == set(row["part"]) == set(row["points"]) == {"BRA", "KOR", "ZAF"}
        assert min(row["gain"].values()) > 0
        assert row["off"] < 2e-3
        assert row["payer"] is None  # of two sides only


def test_payments_among_three_sum_to_nothing(deals_of_three):
    for row in deals_of_three:
        if row["gain"]:
            received = row["received_bn_usd"]
            assert sum(received.values()) == pytest.approx(0, abs=1e-9)
            assert row["payment_allowed"] or not any(received.values())


def test_no_package_of_the_grid_is_better_for_all_three_than_their_deal(three, deals_of_three):
    row = next(r for r in deals_of_three if r["payoff"] == "real_income" and not r["payment_allowed"])
    settings = list(product((0.0, 0.75, 1.5), repeat=3))
    gain = np.array(list(row["gain"].values()))
    for other in duty_grid.duty_grid(three).payoffs("real_income", settings):
        assert not ((other >= gain + 1e-6).all())


def test_of_three_parties_each_has_a_range_of_weights_for_each_deal(three):
    ranges = deal.weight_ranges(deal.bargain_of(three), "truce")
    assert {row.side for row in ranges} == {"BRA", "KOR", "ZAF"}
    assert all(0 <= row.weight_low <= row.weight_high <= 1 for row in ranges)
