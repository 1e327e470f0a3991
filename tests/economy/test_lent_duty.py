"""New duty that is lent abroad: its limits, and what the books of the world must say."""

from dataclasses import replace

import numpy as np
import pytest
from random_worlds import random_table

from detente.economy.calibrate import calibrate
from detente.economy.equilibrium import Options
from detente.economy.models import lent_duty, multi_sector
from detente.economy.policy import nothing, stack, tariffs
from detente.economy.solve import solve

TIGHT = Options(tolerance=1e-12)


@pytest.fixture(scope="module")
def world():
    return calibrate(random_table(), np.array([2.0, 5.0, 9.0, 4.0]))


@pytest.fixture(scope="module")
def policy(world):
    return tariffs(world, {("A", "B"): 0.5, ("C", "A"): 0.4, ("cars", "D", "E"): 0.6})


def test_without_a_duty_that_changes_nothing_is_lent(world):
    result = solve(world, nothing(world), lent_duty, options=TIGHT)
    assert np.abs(result.report["lent"]).max() < 1e-9
    assert np.abs(result.report["real_income"]).max() < 1e-9


def test_where_no_duty_is_levied_the_use_of_revenue_does_not_matter(world):
    free = calibrate(replace(random_table(), tariff=np.zeros_like(world.tariff)), np.array([2.0, 5.0, 9.0, 4.0]))
    costs = tariffs(free, {}, costs={("A", "B"): 1.3, ("D", "C"): 0.8})
    lent, spent = (solve(free, costs, model, options=TIGHT) for model in (lent_duty, multi_sector))
    assert np.abs(lent.report["real_income"] - spent.report["real_income"]).max() < 1e-9
    assert np.abs(spent.report["real_income"]).max() > 0.1


def test_what_is_lent_and_borrowed_is_the_change_of_trade_balances(world, policy):
    report = solve(world, policy, lent_duty, options=TIGHT).report
    lent, share = report["lent"], world.income / world.income.sum()
    assert np.abs(lent).max() > 1e-3
    assert report["trade_balance"] == pytest.approx(-world.transfer + lent - share * lent.sum(), abs=1e-8)


def test_what_is_spent_is_wages_the_baseline_s_duty_and_what_is_borrowed(world, policy):
    report, base = solve(world, policy, lent_duty, options=TIGHT).report, multi_sector.baseline_totals(world)
    share = world.income / world.income.sum()
    spent = base.income * (1 + report["real_income"] / 100) * (1 + report["price"] / 100)
    wages = world.income * (1 + report["wage"] / 100)
    assert spent == pytest.approx(wages + base.duty + world.transfer + share * report["lent"].sum(), rel=1e-9)


def test_an_economy_that_lends_its_new_duty_spends_less_than_with_a_transfer(world):
    alone = tariffs(world, {("A", "B"): 0.5})
    lent, spent = (solve(world, alone, model, options=TIGHT) for model in (lent_duty, multi_sector))
    assert lent.of("lent", "A") > 0
    assert lent.of("real_income", "A") < spent.of("real_income", "A")


def test_scenarios_side_by_side_are_those_alone(world, policy):
    other = tariffs(world, {("B", "A"): 0.3})
    both = solve(world, stack(world, [policy, other]), lent_duty, options=TIGHT)
    for k, each in enumerate((policy, other)):
        alone = solve(world, each, lent_duty, options=TIGHT)
        assert both.report["real_income"][k] == pytest.approx(alone.report["real_income"], abs=1e-8)
