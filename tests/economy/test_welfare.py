"""Exact real income and the linear measure, each under its name."""

import numpy as np
import pytest

from detente.economy.calibrate import shipped
from detente.economy.models import multi_sector
from detente.economy.policy import tariffs
from detente.economy.solve import solve
from detente.economy.welfare import decomposition, income


@pytest.fixture(scope="module")
def lapse():
    world = shipped("icio-2022")
    return solve(world, tariffs(world, {("USA", "CHN"): 0.34, ("CHN", "USA"): 0.34}, added=True))


def test_a_world_with_sectors_is_solved_by_the_multi_sector_model(lapse):
    assert lapse.model is multi_sector
    assert "deficits" in multi_sector.CLOSURE


def test_real_income_is_absorption_over_consumer_prices(lapse):
    world = lapse.world
    flows = multi_sector.trade(world, lapse.policy, lapse.state)
    duty = (flows * lapse.policy.tariff(world)).sum((0, 2))
    wages = world.income * (1 + lapse.report["wage"] / 100)
    absorbed = (wages + duty + world.transfer) / income(world)
    real = 100 * (absorbed / (1 + lapse.report["price"] / 100) - 1)
    assert np.allclose(real, lapse.report["real_income"], atol=1e-8)
    assert np.allclose(duty, lapse.report["duty"], rtol=1e-8)


def test_contributions_of_sectors_and_partners_add_up_to_the_linear_measure(lapse):
    terms, volume = decomposition(lapse)
    assert np.allclose(terms.sum((0, 2)), lapse.report["terms_of_trade"], atol=1e-9)
    assert np.allclose(volume.sum((0, 2)), lapse.report["volume_of_trade"], atol=1e-9)
    china = lapse.world.index("CHN")
    usa = lapse.world.index("USA")
    assert volume[:, usa, china].sum() < 0  # duty is lost on imports that are no longer made


def test_the_linear_measure_is_not_real_income(lapse):
    usa = lapse.world.index("USA")
    exact, linear = lapse.report["real_income"][usa], lapse.report["linear_welfare"][usa]
    assert exact < linear - 0.1  # percent: the lost revenue that base weights do not see


def test_gains_in_the_worlds_unit_are_real_income_times_baseline_income(lapse):
    assert np.allclose(lapse.report["gain"], lapse.report["real_income"] / 100 * income(lapse.world))


def test_a_sector_that_loses_market_access_abroad_employs_fewer(lapse):
    world = lapse.world
    electronics = world.sectors.index("C26")
    assert lapse.report["sector_employment"][electronics, world.index("CHN")] < 0
    wages = world.structure.value_added * (world.duty_free * world.spending[..., None]).sum(1)
    change = (wages * lapse.report["sector_employment"]).sum(0) / wages.sum(0)
    assert np.allclose(change, 0, atol=1e-7)  # labour is fixed: jobs move between sectors
