"""Outcomes in every setting, and the model with relative wages held."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from detente.economy import horizons, robustness
from detente.economy.calibrate import shipped
from detente.economy.models import held_wages, multi_sector, valuation
from detente.economy.policy import nothing, tariffs
from detente.economy.solve import Options, solve

ROOT = Path(__file__).resolve().parents[2]
TIGHT = Options(tolerance=1e-11)


@pytest.fixture(scope="module")
def world():
    return shipped("icio-2022")


@pytest.fixture(scope="module")
def duty(world):
    return tariffs(world, {("C26", "USA", "CHN"): 0.3, ("C29", "CHN", "USA"): 0.4})


@pytest.fixture(scope="module")
def held(world, duty):
    return solve(world, duty, held_wages, options=TIGHT)


def test_with_wages_held_nothing_changes_without_a_change_of_duties(world):
    same = solve(world, nothing(world), held_wages, options=TIGHT)
    assert np.abs(same.report["real_income"]).max() < 1e-9
    assert np.abs(same.report["borrowed"]).max() < 1e-6 * world.income.sum()


def test_with_wages_held_what_is_borrowed_sums_to_nothing(world, held):
    assert abs(held.report["borrowed"].sum()) < 1e-8 * world.income.sum()


def test_with_wages_held_output_pays_the_wages_of_the_baseline_by_sums_of_flows(world, duty, held):
    """Accounts that the solver does not use: wages paid from bilateral flows, prices by hand."""
    prepared = multi_sector.prepare(world, duty)
    v = multi_sector.goods_markets(world, prepared, held.state)
    flows = prepared.access.net * v.supply[:, None, :] * v.demand[:, :, None]  # [s,n,i] before duty
    paid = (world.structure.value_added * flows.sum(1)).sum(0)
    assert paid == pytest.approx(world.income, rel=1e-9)
    rates = duty.tariff(world)
    assert (flows * rates).sum((0, 2)) == pytest.approx(held.report["duty"], rel=1e-9, abs=1e-9)


def test_with_wages_held_a_duty_passes_through_and_the_one_it_falls_on_loses_next_to_nothing(world, held):
    income = held.report["real_income"]
    usa, chn = (income[world.index(code)] for code in ("USA", "CHN"))
    only_own = tariffs(world, {("C26", "USA", "CHN"): 0.3})
    alone = solve(world, only_own, held_wages, options=TIGHT).report["real_income"]
    assert alone[world.index("USA")] < -0.01
    assert abs(alone[world.index("CHN")]) < 0.2 * -alone[world.index("USA")]
    assert usa < 0
    assert chn < 0


@pytest.fixture(scope="module")
def revalued(world, duty):
    return solve(world, duty, valuation, options=TIGHT)


def test_with_valuation_nothing_changes_without_a_change_of_duties(world):
    same = solve(world, nothing(world), valuation, options=TIGHT)
    assert np.abs(same.report["real_income"]).max() < 1e-9


def test_what_a_rise_of_wages_adds_to_payments_abroad_is_received_by_the_lenders(world, duty, revalued):
    """By sums of flows: the balance of trade of each economy is its deficit and what it pays on liabilities, and the
    world's is nothing."""
    flows = multi_sector.trade(world, duty, revalued.state)
    wage = np.log1p(revalued.report["wage"] / 100)
    assert wage[world.index("USA")] > 1e-4
    paid = valuation.owed(world) * wage
    received = paid.sum() * world.income / world.income.sum()
    deficit = flows.sum((0, 2)) - flows.sum((0, 1))
    tolerance = 1e-8 * world.income.sum()
    assert deficit == pytest.approx(world.transfer + received - paid, abs=tolerance)
    assert abs((received - paid).sum()) < tolerance


def test_without_liabilities_in_own_currency_valuation_is_the_model_of_fixed_deficits(world, duty, monkeypatch):
    monkeypatch.setattr(valuation, "owed", lambda world: np.zeros(len(world.economies)))
    without = solve(world, duty, valuation, options=TIGHT).report["real_income"]
    fixed = solve(world, duty, multi_sector, options=TIGHT).report["real_income"]
    assert without == pytest.approx(fixed, abs=1e-9)


def test_an_economy_that_owes_in_its_own_currency_gains_less_from_dearer_wages(world, duty, revalued):
    fixed = solve(world, duty, multi_sector, options=TIGHT)
    place = world.index("USA")
    assert revalued.report["real_income"][place] < fixed.report["real_income"][place]


@pytest.fixture(scope="module")
def grid(world, duty):
    answer = tariffs(world, {("C26", "USA", "CHN"): 0.5, ("C29", "CHN", "USA"): 0.4})
    return robustness.real_income_by_variant(world, duty, {"same": duty, "more": answer}, sets=["fontagne-2022"])


def test_a_set_has_four_horizons_of_four_closures_and_capital_in_the_long_run(grid):
    assert len(grid.settings) == 17
    assert [s for s in grid.settings if s.closure == "capital"] == [("fontagne-2022", "long", "capital")]
    assert grid.lost == ()
    assert grid.residual.max() <= robustness.OPTIONS.tolerance


def test_the_duties_in_force_change_nothing_in_any_setting(grid):
    assert np.abs(grid.values[:, 0]).max() < 1e-5


def test_the_setting_of_long_fixed_is_what_one_solution_from_the_baseline_gives(world, duty, grid):
    based = robustness.rebased(solve(world, duty, multi_sector, options=TIGHT))
    policy = horizons.relative_to(
        world, based, tariffs(world, {("C26", "USA", "CHN"): 0.5, ("C29", "CHN", "USA"): 0.4})
    )
    alone = solve(based, policy, multi_sector, options=TIGHT).report["real_income"]
    place = grid.settings.index(("fontagne-2022", "long", "fixed"))
    assert grid.values[place, 1] == pytest.approx(alone, abs=1e-6)


def test_the_horizon_of_one_to_two_years_has_a_mean_elasticity_of_one_and_a_half(world):
    near = horizons.at_horizon(world, "near")
    theta = np.asarray(near.structure.elasticity)
    assert horizons.mean_elasticity(near, theta) == pytest.approx(1.5)
    assert theta / theta[0] == pytest.approx(world.structure.elasticity / world.structure.elasticity[0])


@pytest.mark.slow
def test_the_page_of_the_test_of_2025_shows_what_the_code_gives():
    run = subprocess.run(
        [sys.executable, "docs/elasticity_test.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
