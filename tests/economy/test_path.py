"""A path year by year: its limits, what buyers, workers and wages remember, and an independent solver's numbers."""

import numpy as np
import pytest
from random_worlds import random_table

from detente.economy import engine
from detente.economy.calibrate import calibrate, shipped, with_elasticity
from detente.economy.models import capital, path
from detente.economy.policy import nothing, tariffs
from detente.economy.solve import Options, solve
from detente.economy.yearly import years
from detente.errors import QuestionError
from detente.replications.rodriguez_clare_2025.cases import policy as april

TIGHT = Options(tolerance=1e-12)


@pytest.fixture(scope="module")
def small():
    """Five economies, four sectors (the last a service), with capital; random, with deficits, tariffs, sparse trade."""
    plain = calibrate(random_table(), np.array([2.0, 5.0, 9.0, 4.0]))
    rng = np.random.default_rng(1)
    shape = plain.spending.shape
    return capital.with_capital(plain, rng.uniform(0.2, 0.5, shape), investment=rng.uniform(0.1, 0.5, shape))


@pytest.fixture(scope="module")
def icio():
    return capital.with_capital(shipped("icio-2022"))


def shock(world):
    return tariffs(world, {("A", "B"): 0.6, ("cars", "B", "A"): 0.4, ("C", "A"): 0.0}, costs={("rest", "D", "E"): 1.2})


@pytest.mark.parametrize("stay", [0.0, 0.6])
@pytest.mark.parametrize("floor", [None, 0.984, 1.0])
def test_no_shock_changes_nothing_in_any_year(small, stay, floor):
    assert engine.baseline_residual(path.Model(), path.begin(small, stay=stay, floor=floor)) < 1e-13
    result = years(small, [nothing(small)] * 4, stay=stay, floor=floor, options=TIGHT)
    for name in ("consumption", "real_gdp", "capital", "unemployment", "sector_employment", "sector_price"):
        assert np.abs(result.report[name]).max() < 1e-9, name


def test_without_a_past_a_year_is_the_model_of_capital_given(small, icio):
    for world, policy in ((small, shock(small)), (icio, april(icio))):
        ours = solve(path.begin(world), policy, path.Model(mobile=True), options=TIGHT).report
        theirs = solve(world, policy, capital.GIVEN, options=TIGHT).report
        for name in ("consumption", "real_income", "real_gdp", "real_wage", "exports", "imports", "sector_output"):
            assert np.abs(ours[name] - theirs[name]).max() < 1e-9, name


def test_the_path_ends_in_the_steady_state_whatever_was_sluggish(small):
    policy = shock(small)
    steady = solve(small, policy, capital.LONG_RUN).report
    result = years(small, [policy] * 250, stay=0.5, depreciation=0.3)
    for name in ("consumption", "capital", "real_wage", "sector_output"):
        assert np.abs(result.report[name][-1] - steady[name]).max() < 1e-4, name
    assert np.abs(result.report["consumption"][0] - steady["consumption"]).max() > 0.1


def test_what_is_lifted_is_forgotten_in_the_end(small):
    result = years(small, [shock(small)] * 5 + [nothing(small)] * 200, stay=0.5, depreciation=0.3)
    assert np.abs(result.report["consumption"][4]).max() > 0.1
    assert np.abs(result.report["consumption"][-1]).max() < 1e-4
    assert np.abs(result.report["capital"][-1]).max() < 1e-4


def test_a_duty_of_some_age_acts_with_the_elasticity_that_its_age_says(small):
    theta, stay, duty = small.structure.elasticity[:3], 0.7, 1e-4
    policy = tariffs(small, {(code, "D", "E"): duty for code in small.sectors[:3]}, added=True)
    cell = (slice(3), small.index("D"), small.index("E"))
    world, model = path.begin(small, stay=stay), path.Model()
    change, share = np.log1p(policy.tariff(small)[cell]) - np.log1p(small.tariff[cell]), small.share[cell]
    state = model.start(world)  # at the costs of the baseline, so that nothing but the duty moves shares
    for age in range(1, 7):
        prepared = model.prepare(world, policy)
        plan = path._plan(world, prepared, model.markets(world, prepared, state))[cell]
        exclusive = np.log(plan / share) - change
        expected = -(1 + theta * (1 - stay**age) * (1 - share)) * change
        assert np.allclose(exclusive, expected, rtol=2e-3), age
        world = path.next_year(world, policy, state, mobility=0.5, depreciation=0.06, floor=None)


@pytest.mark.parametrize("stay", [0.0, 0.6])
def test_each_year_clears_markets_that_are_added_up_cell_by_cell(small, stay):
    policy, model, world = shock(small), path.Model(), path.begin(small, stay=stay, floor=0.99)
    plan, gap = small.share.copy(), np.zeros_like(small.spending)
    s, tariff = small.structure, policy.tariff(small)
    iceberg = np.ones_like(tariff)
    iceberg[policy.cells] = policy.cost
    for _ in range(4):
        equilibrium = solve(world, policy, model, options=TIGHT)
        v = model.markets(world, model.prepare(world, policy), equilibrium.state)
        cost = np.exp(equilibrium.state.cost.reshape(v.output.shape))
        landed = (1 + tariff) / (1 + small.tariff) * iceberg * cost[:, None, :]
        weight = small.share * landed ** -s.elasticity[:, None, None]
        best = weight / weight.sum(2, keepdims=True)
        plan = stay * plan + (1 - stay) * best
        index = np.log(weight.sum(2)) / -s.elasticity[:, None]
        gap = stay * gap + (1 - stay) * (index - (best * np.log(landed)).sum(2))
        price = gap + (plan * np.log(landed)).sum(2)
        flows = plan * v.expenditure[..., None] / (1 + tariff)
        assert np.allclose(price, v.log_price, atol=1e-12)
        assert np.allclose(flows.sum(1), v.output, rtol=1e-11)
        balance = flows.sum((0, 2)) - flows.sum((0, 1))
        assert np.allclose(balance, small.transfer * v.growth, atol=1e-10 * small.income.sum())
        used = np.einsum("nks,sn->kn", s.inputs, flows.sum(1))
        assert np.allclose(used + s.basket * v.investment + s.consumption * v.consumption, v.expenditure, rtol=1e-10)
        world = path.next_year(world, policy, equilibrium.state, mobility=0.5, depreciation=0.06, floor=0.99)


def test_wages_do_not_fall_below_their_floor_and_only_there_is_anybody_unemployed(small):
    floor, policy = 0.995, shock(small)
    model, world = path.Model(), path.begin(small, floor=floor)
    last = np.zeros_like(small.spending)
    bound = False
    for _ in range(6):
        equilibrium = solve(world, policy, model, options=TIGHT)
        v = model.markets(world, model.prepare(world, policy), equilibrium.state)
        wage = v.sector_wage - np.log(v.growth)
        assert (wage >= last + np.log(floor) - 1e-10).all()
        idle = v.employment < 1 - 1e-9
        assert np.allclose(wage[idle], (last + np.log(floor))[idle], atol=1e-10)
        bound = bound or bool(idle.any())
        last = wage
        world = path.next_year(world, policy, equilibrium.state, mobility=0.5, depreciation=0.06, floor=floor)
        base = (
            (1 - small.structure.capital)
            * small.structure.value_added
            * (small.duty_free * small.spending[..., None]).sum(1)
        )
        assert np.allclose((base * np.exp(world.structure.workers)).sum(0), base.sum(0), rtol=1e-12)
    assert bound


def test_a_lower_floor_never_costs_more_jobs(small):
    idle = [years(small, [shock(small)] * 3, floor=floor).report["unemployment"] for floor in (1.0, 0.99, 0.97)]
    assert idle[0].max() >= idle[1].max() >= idle[2].max()
    assert np.abs(years(small, [shock(small)] * 3).report["unemployment"]).max() < 1e-9


REFERENCE = {  # of the USA in years 1 to 4: consumption, real GDP, unemployed
    None: ((0.05, -0.05, -0.15, -0.22), (-0.73, -0.79, -0.86, -0.91), (0, 0, 0, 0)),
    0.984: ((-0.06, -0.18, -0.28, -0.34), (-0.83, -0.95, -1.03, -1.07), (0.12, 0.22, 0.27, 0.24)),
    1.0: ((-0.12, -0.36, -0.53, -0.64), (-0.88, -1.13, -1.30, -1.42), (0.18, 0.47, 0.64, 0.74)),
}


@pytest.mark.parametrize("floor", REFERENCE)
def test_the_schedule_of_april_answered_in_kind_gives_the_reference(icio, floor):
    result = years(icio, [april(icio)] * 4, floor=floor)
    usa = icio.index("USA")
    for name, expected in zip(("consumption", "real_gdp", "unemployment"), REFERENCE[floor], strict=True):
        assert np.allclose(result.report[name][:, usa], expected, atol=0.011), name


def test_less_elastic_trade_gives_the_reference_too(icio):
    goods, usa = icio.structure.goods, icio.index("USA")
    bought = (icio.duty_free * icio.spending[..., None])[goods, usa]
    imports = bought.sum(1) - bought[:, usa]
    mean = (imports * icio.structure.elasticity[goods]).sum() / imports.sum()
    assert mean == pytest.approx(6.05, abs=0.005)
    world = with_elasticity(icio, icio.structure.elasticity * 1.5 / mean)
    result = years(world, [april(world)] * 4, floor=0.984)
    expected = {
        "consumption": (0.54, 0.56, 0.52, 0.47),
        "real_gdp": (-0.52, -0.52, -0.57, -0.62),
        "unemployment": (0.08, 0, 0, 0),
    }
    for name, values in expected.items():
        assert np.allclose(result.report[name][:, usa], values, atol=0.011), name


def test_what_cannot_be_is_refused_in_one_line(small):
    with pytest.raises(QuestionError, match="at least one year"):
        years(small, [])
    for options in ({"stay": 1.0}, {"floor": 1.2}, {"mobility": -1}, {"depreciation": 2}):
        with pytest.raises(QuestionError, match="it lies from"):
            years(small, [nothing(small)], **options)
