"""Nash tariffs in one step: the closed form, and the averages of Lashkaripour (2021)."""

from pathlib import Path

import numpy as np
import pytest

from detente.economy import calibrate, elasticities, one_step, strategic
from detente.economy.models import fixed_firms
from detente.economy.payoffs import Ground
from detente.economy.world import Origin
from detente.errors import QuestionError
from detente.replications import rows
from detente.replications.lashkaripour_2021 import cases

DATA = Path(__file__).parents[3] / "shared" / "data" / "worlds" / "lashkaripour"
beside = pytest.mark.skipif(not DATA.exists(), reason="uses the shared folder of trade cubes, which is absent")


def economy(n, s, labour=1.0):
    rng = np.random.default_rng(1)
    flows = rng.uniform(0.5, 2, (s, n, n)) + 4 * np.eye(n)
    theta = np.linspace(2.5, 5, s)
    origin = Origin("made up", 2020, "USD", ("tests",), "none")
    world = fixed_firms.calibrate(
        tuple("ABCDEFG"[:n]), tuple("xyzuvw"[:s]), flows, 0 * flows, theta, origin, labour=labour * np.ones(s)
    )
    return fixed_firms.balanced(world)


def test_the_joint_solution_is_an_equilibrium_of_the_model():
    world = economy(4, 3)
    found = one_step.nash(world)
    point = Ground(world, fixed_firms).at(found.tariff())
    assert 100 * np.expm1(point.payoff) == pytest.approx(found.real_income, abs=1e-8)
    assert found.gap < 1e-11


def test_with_two_economies_and_one_sector_it_is_the_nash_tariff_of_searched_best_responses():
    world = economy(2, 1)
    searched = strategic.nash(world, fixed_firms)
    rates = searched.tariff[0][[0, 1], [1, 0]]
    assert one_step.nash(world).rate == pytest.approx(rates, abs=1e-6)  # the optimum is flat


def test_with_more_economies_it_is_close_to_searched_uniform_tariffs():
    """The closed form takes third economies' answers to i's wage as small: it approximates where i is large."""
    world = economy(4, 3)
    searched = strategic.nash(world, fixed_firms, kind="uniform")
    rates = np.array([searched.mean(code) for code in world.economies])
    assert one_step.nash(world).rate == pytest.approx(rates, rel=0.1)


def test_profits_are_refused():
    with pytest.raises(QuestionError, match="labour alone"):
        one_step.nash(economy(2, 1, labour=0.7))


@pytest.mark.parametrize("name", elasticities.names(calibrate.shipped("icio-2022").sectors))
def test_every_set_of_elasticities_has_nash_tariffs_on_the_shipped_world(name):
    found = one_step.nash(one_step.without_inputs(calibrate.shipped("icio-2022", name)))
    assert found.gap < 1e-10
    assert 0.1 < found.rate.mean() < 0.5
    assert -3 < found.real_income.mean() < -0.5


@beside
def test_the_average_loss_of_2014_is_the_published_one():
    found = {(r.economy, r.quantity): r for r in rows("lashkaripour", DATA) if r.table == "Table1"}
    assert found["mean", "baseline_gdp"].matches
    assert all(r.matches or r.missed for r in found.values())


@beside
@pytest.mark.parametrize("name", ["wiod2014", "icio2022"])
@pytest.mark.parametrize("feedback", [True, False])
def test_both_cubes_reach_the_root(name, feedback):
    found = one_step.nash(cases.cube(DATA, name), feedback=feedback)
    assert found.gap < 1e-8


def test_without_the_cubes_published_cells_are_missed_with_the_reason():
    found = [r for r in rows("lashkaripour") if r.published is not None]
    assert len(found) == 86
    assert all("--data" in r.missed for r in found)
