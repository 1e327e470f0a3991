"""Bands come from draws that all outcomes share."""

import numpy as np
import pytest

from detente.economy import elasticities
from detente.economy.calibrate import shipped, with_elasticity
from detente.economy.models import multi_sector
from detente.economy.policy import tariffs
from detente.economy.solve import solve
from detente.economy.uncertainty import band, draws, spread
from detente.errors import QuestionError

SET = "caliendo-parro-2015"


@pytest.fixture(scope="module")
def world():
    return shipped("icio-2022", SET)


@pytest.fixture(scope="module")
def outcomes(world):
    rates = {"lapse": 0.34, "deal": 0.1}
    return {k: tariffs(world, {("USA", "CHN"): r, ("CHN", "USA"): r}, added=True) for k, r in rates.items()}


def test_draws_are_positive_and_have_each_estimates_mean_and_error(world):
    chosen = elasticities.named(SET, world.sectors)
    theta = draws(chosen, world.sectors, 40_000, seed=1)
    assert (theta > 0).all()
    steel, food = world.sectors.index("C24A"), world.sectors.index("C10T12")
    assert theta[:, steel].mean() == pytest.approx(3.28, rel=0.02)
    assert theta[:, steel].std() == pytest.approx(2.51, rel=0.06)
    assert theta[:, food].std() == pytest.approx(0.61, rel=0.03)
    assert (theta[:, world.sectors.index("SERV")] == 4).all()


def test_sectors_that_share_an_estimate_share_its_draw(world):
    theta = draws(elasticities.named(SET, world.sectors), world.sectors, 50)
    places = [world.sectors.index(code) for code in ("B05", "B06", "B09")]
    assert (theta[:, places] == theta[:, places[:1]]).all()


def test_a_set_without_standard_errors_is_refused_and_the_spread_of_sets_needs_none(world, outcomes):
    with pytest.raises(QuestionError, match="no standard errors"):
        band(world, outcomes, elasticity="giri-2021", count=2)
    result = spread(world, outcomes)
    assert not result.from_draws
    assert len(result.by) == 8
    low, high = result.of("lapse", "USA")
    usa_income = result.values[result.by.index(SET), 0, world.index("USA")]
    assert low <= usa_income <= high
    exact = solve(world, outcomes["lapse"], multi_sector).of("real_income", "USA")
    assert usa_income == pytest.approx(float(exact), abs=1e-5)


def test_differences_are_taken_draw_by_draw_since_outcomes_share_draws(world, outcomes):
    progress_calls = []
    result = band(world, outcomes, count=12, seed=3, progress=lambda done, of: progress_calls.append((done, of)))
    assert progress_calls == [(k, 12) for k in range(1, 13)]
    assert result.lost == 0
    separate = result.range("lapse")[1] - result.range("lapse")[0] + result.range("deal")[1] - result.range("deal")[0]
    low, high = result.range("lapse", less="deal")
    usa = world.index("USA")
    assert high[usa] - low[usa] < separate[usa]
    again = band(world, {"lapse": outcomes["lapse"]}, count=12, seed=3)
    assert np.allclose(again.values[:, 0], result.values[:, 0], atol=1e-6)


def test_a_draw_equals_the_model_solved_at_its_theta(world, outcomes):
    result = band(world, outcomes, count=3, seed=5)
    theta = draws(elasticities.named(SET, world.sectors), world.sectors, 3, seed=5)[2]
    alone = solve(with_elasticity(world, theta), outcomes["deal"], multi_sector)
    assert np.allclose(result.values[2, 1], alone.report["real_income"], atol=1e-5)


def test_relative_to_the_policy_in_force_the_policy_itself_has_no_effect(world, outcomes):
    for horizon in ("long", "short", "medium"):
        result = band(world, outcomes, count=2, baseline=outcomes["deal"], horizon=horizon)
        assert np.abs(result.values[:, 1]).max() < 1e-5
        assert result.values[0, 0, world.index("USA")] < 0
