"""Structural gravity: gegravity's numbers, and ge_gravity's equations by laws and by another model of ours."""

import numpy as np
import pytest

from detente.economy.calibrate import calibrate
from detente.economy.models import gravity, multi_sector
from detente.economy.policy import tariffs
from detente.economy.solve import Options, solve
from detente.economy.world import InputOutput, Origin
from detente.errors import DataError, NotConverged, QuestionError
from detente.replications import rows
from detente.replications.gegravity.cases import coefficients, sample

FLOWS = np.random.default_rng(2).lognormal(0, 1, (6, 6)) + 12 * np.eye(6)
THETA = 5.0


def effect(size: float = 0.5) -> np.ndarray:
    change = np.zeros((6, 6))
    change[0, 1] = change[1, 0] = size
    return change


def test_gegravitys_example_and_monte_carlo_are_reproduced():
    cells = list(rows("gegravity"))
    assert len(cells) == 3690
    assert all(cell.matches for cell in cells)


def test_resistances_solve_their_equations_and_the_reference_has_inward_resistance_one():
    codes, covariates, output, expenditure = sample()
    names, estimates, _ = coefficients()
    access = gravity.access(covariates, dict(zip(names, estimates, strict=True)))
    world = gravity.Gravity(codes, access, output, expenditure, 5, "DEU")
    resistance = gravity.resistances(world)
    flows = gravity.trade(world, resistance, output, expenditure)
    assert resistance.inward[codes.index("DEU")] == 1
    assert np.allclose(flows.sum(0), expenditure, rtol=1e-12)
    assert np.allclose(flows.sum(1), output * expenditure.sum() / output.sum(), rtol=1e-12)


@pytest.mark.parametrize("deficits", gravity.DEFICITS)
def test_no_effect_changes_nothing_and_markets_clear(deficits):
    unchanged = gravity.closed(FLOWS, np.zeros((6, 6)), THETA, deficits=deficits)
    assert np.allclose(unchanged["welfare"], 1, atol=1e-12)
    result = gravity.closed(FLOWS, effect(), THETA, deficits=deficits)
    sales_per_output = result["trade"].sum(1) / (FLOWS.sum(1) * result["output"])
    assert np.ptp(sales_per_output) < 1e-11
    if deficits == "additive":
        assert sales_per_output == pytest.approx(1, abs=1e-11)
    scaled = gravity.closed(1e6 * FLOWS, effect(), THETA, deficits=deficits)
    assert np.allclose(scaled["welfare"], result["welfare"], rtol=1e-11)
    assert result["welfare"][0] > 1


def test_with_additive_deficits_it_is_the_multi_sector_model_with_one_sector_and_labour_alone():
    origin = Origin("gravity", 2020, "million USD", ("made up",), "none")
    raw = InputOutput(tuple("ABCDEF"), ("all",), FLOWS.T[None], np.zeros((6, 1, 1)), np.zeros((1, 6, 6)), origin)
    world = calibrate(raw, np.array([THETA]))
    cost = float(np.exp(-0.5 / THETA))
    policy = tariffs(world, {}, costs={("all", "A", "B"): cost, ("all", "B", "A"): cost})
    sectors_model = solve(world, policy, multi_sector, options=Options(1e-12))
    closed = gravity.closed(FLOWS, effect(), THETA)
    assert np.allclose(sectors_model.report["real_income"], 100 * (closed["welfare"] - 1), atol=1e-9)
    assert np.allclose(multi_sector.trade(world, policy, sectors_model.state)[0].T, closed["trade"], rtol=1e-9)


def test_welfare_depends_on_how_deficits_are_closed():
    additive, scaled = (gravity.closed(FLOWS, effect(2.0), THETA, deficits=d)["welfare"] for d in gravity.DEFICITS)
    assert np.abs(additive - scaled).max() > 1e-4


def ge_gravity(flows, effect, theta):
    """wage, price, welfare and trade by the iteration of the Stata command, its option `multiplicative`."""
    output, spent = flows.sum(1), flows.sum(0)
    share = flows / spent * np.exp(effect)
    expenditure, access = spent, np.ones(len(flows))
    for _ in range(2000):
        wage = (share @ (expenditure / access) / output) ** (1 / (1 + theta))
        wage = wage * output.sum() / (output * wage).sum()
        access = share.T @ wage**-theta
        expenditure = spent * wage
    price = access ** (-1 / theta)
    return wage, price, wage / price, share * wage[:, None] ** -theta / access * expenditure


@pytest.mark.parametrize("size", [0.5, -2.5])
def test_with_multiplicative_deficits_wages_welfare_and_trade_are_those_of_statas_iteration(size):
    result = gravity.closed(FLOWS, effect(size), THETA, deficits="multiplicative")
    for name, theirs in zip(("wage", "price", "welfare", "trade"), ge_gravity(FLOWS, effect(size), THETA), strict=True):
        assert np.allclose(result[name], theirs, rtol=1e-10)
    assert abs(result["trade"].sum() / FLOWS.sum() - 1) > 1e-5  # the world's sales are not scaled to its output


def test_draws_solved_side_by_side_equal_those_solved_one_by_one():
    codes, covariates, output, expenditure = sample()
    names, estimates, covariance = coefficients()
    draws = gravity.coefficient_draws(estimates, covariance, 4, 7)
    many = gravity.access(covariates, dict(zip(names, draws.T, strict=True)))
    together = gravity.resistances(gravity.Gravity(codes, many, output, expenditure, 7, "DEU"))
    alone = gravity.resistances(gravity.Gravity(codes, many[2], output, expenditure, 7, "DEU"))
    assert np.allclose(together.outward[2], alone.outward, rtol=1e-12)


def test_invalid_gravity_economies_and_options_are_refused():
    world = gravity.Gravity(tuple("ABCDEF"), FLOWS, FLOWS.sum(1), FLOWS.sum(0), 5, "A")
    with pytest.raises(DataError, match="access must be positive"):
        world._replace(access=FLOWS * 0).validated()
    with pytest.raises(DataError, match="above 1"):
        world._replace(sigma=1).validated()
    with pytest.raises(QuestionError, match="not among"):
        world._replace(reference="Z").validated()
    with pytest.raises(QuestionError, match="additive, multiplicative"):
        gravity.closed(FLOWS, effect(), THETA, deficits="none")
    with pytest.raises(DataError, match="no covariate"):
        gravity.access({"a": np.ones((2, 2))}, {"b": 1.0})
    with pytest.raises(NotConverged):
        gravity.resistances(world, max_iterations=1)
