"""Capital: its limits, laws that no equation imposes, and a solution in levels that is written apart."""

import numpy as np
import pytest
from random_worlds import random_table

from detente.economy import engine
from detente.economy.calibrate import calibrate, shipped
from detente.economy.exposure import balanced
from detente.economy.horizons import relative_to
from detente.economy.models import capital, multi_sector
from detente.economy.policy import nothing, stack, tariffs
from detente.economy.solve import Options, rebased, solve
from detente.economy.transition import equivalent, transition
from detente.errors import DataError, QuestionError
from detente.replications.baqaee_malmberg_2025.cases import policy as april_policy

TIGHT = Options(tolerance=1e-13)
STOCKS = (capital.NOW, capital.LONG_RUN, capital.GIVEN)


@pytest.fixture(scope="module")
def icio():
    return shipped("icio-2022")


@pytest.fixture(scope="module")
def world(icio):
    return capital.with_capital(icio)


@pytest.fixture(scope="module")
def policies(icio):
    others = [code for code in icio.economies if code != "USA"]
    on_all = tariffs(icio, {("USA", code): 0.10 for code in others}, added=True)
    return {
        "10 on all": on_all,
        "24 both ways": tariffs(icio, {("USA", "CHN"): 0.24, ("CHN", "USA"): 0.24}, added=True),
    }


@pytest.fixture(scope="module")
def plain():
    """Five economies, four sectors (the last a service), random but with deficits, tariffs and sparse trade."""
    return calibrate(random_table(), np.array([2.0, 5.0, 9.0, 4.0]))


@pytest.fixture(scope="module")
def small(plain):
    """The same with capital: every sector its own shares of capital and of investment."""
    rng = np.random.default_rng(1)
    shape = plain.spending.shape
    return capital.with_capital(plain, rng.uniform(0.2, 0.5, shape), investment=rng.uniform(0.1, 0.5, shape))


def shock(world):
    return tariffs(world, {("A", "B"): 0.6, ("cars", "B", "A"): 0.4, ("C", "A"): 0.0}, costs={("rest", "D", "E"): 1.2})


@pytest.mark.parametrize("model", STOCKS, ids=lambda model: model.stock)
def test_without_capital_it_is_the_model_of_many_sectors(icio, policies, model):
    without = capital.with_capital(icio, 0.0)
    for policy in policies.values():
        ours = solve(without, policy, model, options=TIGHT).report
        theirs = solve(icio, policy, multi_sector, options=TIGHT).report
        for name in ("real_income", "wage", "exports", "imports", "sector_output", "sector_price"):
            assert np.abs(ours[name] - theirs[name]).max() < 3e-13 * max(1, np.abs(theirs[name]).max())


def test_one_basket_and_one_share_with_todays_capital_is_the_model_of_many_sectors(icio, policies):
    alike = capital.with_capital(icio, 0.3, investment=np.full(icio.spending.shape, 0.25))
    for policy in policies.values():
        ours, theirs = solve(alike, policy, capital.NOW), solve(icio, policy, multi_sector)
        assert np.abs(ours.report["real_income"] - theirs.report["real_income"]).max() < 1e-9


@pytest.mark.parametrize("model", STOCKS, ids=lambda model: model.stock)
def test_no_shock_changes_nothing(small, world, model):
    for each in (small, world):
        assert engine.baseline_residual(model, each) < 1e-12
        report = solve(each, nothing(each), model).report
        assert max(np.abs(report[name]).max() for name in ("consumption", "capital", "real_gdp", "real_wage")) < 1e-10


def levels(world, policy, stock):
    """The equilibrium in levels by small steps from the baseline, written out cell by cell.

    (real investment over its baseline [n], real consumption in money of the baseline [n], capital over its baseline).
    """
    s, n = world.structure, len(world.economies)
    tariff = policy.tariff(world)
    iceberg = np.ones_like(tariff)
    if policy.cost is not None:
        iceberg[policy.cells] = policy.cost
    theta = s.elasticity[:, None, None]
    flows = world.duty_free * world.spending[..., None]
    output = flows.sum(1)
    income = world.income + world.spending.sum(0) - flows.sum((0, 2)) + world.transfer
    labour, machines = (((1 - s.capital) * s.value_added * output).sum(0), (s.capital * s.value_added * output).sum(0))
    wage, rent, kept = np.ones(n), np.ones(n), np.ones(n)
    invested, consumed, cost = s.investment * machines, income - s.investment * machines, np.ones_like(output)
    first = invested.copy()
    for _ in range(6000):
        landed = (1 + tariff) / (1 + world.tariff) * iceberg * cost[:, None, :]
        weight = world.share * landed**-theta
        price = weight.sum(2) ** (-1 / s.elasticity[:, None])
        spent = np.einsum("nks,sn->kn", s.inputs, output) + s.basket * invested + s.consumption * consumed
        flows = weight / weight.sum(2, keepdims=True) * spent[..., None] / (1 + tariff)
        goods_price = np.prod(price**s.basket, 0)
        made = flows.sum(1)
        earned, paid = (s.capital * s.value_added * made).sum(0), ((1 - s.capital) * s.value_added * made).sum(0)
        duty = spent.sum(0) - flows.sum((0, 2))
        growth = (earned + paid).sum() / world.income.sum()
        income = earned + paid + duty + world.transfer * growth
        wage = wage * (paid / (wage * labour)) ** 0.3
        if stock == "long run":
            rent, kept = goods_price, earned / goods_price / machines
        else:
            rent = rent * (earned / (rent * machines * kept)) ** 0.3
        invested = first * goods_price if stock == "now" else s.investment * earned
        consumed = income - invested
        factor = wage ** (1 - s.capital) * rent**s.capital
        cost = factor**s.value_added * np.exp(np.einsum("nks,kn->sn", s.inputs, np.log(price)))
        output = made
        scale = (wage * labour).sum() / labour.sum()
        wage, rent, cost, output = wage / scale, rent / scale, cost / scale, output / scale
        invested, consumed = invested / scale, consumed / scale
    return invested / goods_price / first, consumed / np.prod(price**s.consumption, 0), kept


@pytest.mark.parametrize("model", STOCKS, ids=lambda model: model.stock)
def test_a_solution_in_levels_that_is_written_apart_gives_the_same(small, model):
    policy = shock(small)
    report = solve(small, policy, model, options=Options(1e-12)).report
    base = multi_sector.baseline_totals(small)
    machines = (small.structure.capital * small.structure.value_added * base.output).sum(0)
    invested, consumed, kept = levels(small, policy, model.stock)
    before = base.income - small.structure.investment * machines
    assert np.abs(100 * (consumed / before - 1) - report["consumption"]).max() < 1e-7
    assert np.abs(100 * (kept - 1) - report["capital"]).max() < 1e-7
    assert np.abs(100 * (invested - 1) - report["investment"]).max() < 1e-7


@pytest.mark.parametrize("model", STOCKS, ids=lambda model: model.stock)
def test_trade_balances_up_to_deficits_and_every_factor_is_paid_what_output_leaves(small, model):
    equilibrium = solve(small, shock(small), model, options=TIGHT)
    prepared = model.prepare(small, equilibrium.policy)
    v = model.markets(small, prepared, equilibrium.state)
    flows = prepared.access.net * v.supply[:, None, :] * v.demand[:, :, None]
    scale = small.income.sum()
    balance = flows.sum((0, 2)) - flows.sum((0, 1))  # imports less exports
    assert np.allclose(balance, small.transfer * v.growth, atol=1e-11 * scale)
    value_added = (small.structure.value_added * flows.sum(1)).sum(0)
    assert np.allclose(value_added, v.wages + v.capital_income, atol=1e-11 * scale)
    used = np.einsum("nks,sn->kn", small.structure.inputs, flows.sum(1))
    final = small.structure.basket * v.investment + small.structure.consumption * v.consumption
    assert np.allclose(used + final, v.expenditure, atol=1e-11 * scale)


def test_in_the_long_run_capital_earns_what_it_costs_and_investment_keeps_it(small):
    report = solve(small, shock(small), capital.LONG_RUN, options=TIGHT).report
    assert np.allclose(report["capital"], report["investment"], atol=1e-10)


@pytest.mark.parametrize("model", STOCKS, ids=lambda model: model.stock)
def test_scenarios_side_by_side_are_those_alone(small, model):
    one, other = shock(small), tariffs(small, {("B", "A"): 0.3})
    batch = solve(small, stack(small, [one, other]), model)
    for k, policy in enumerate((one, other)):
        alone = solve(small, policy, model)
        for name, values in alone.report.items():
            assert np.allclose(batch.report[name][k], values, atol=1e-7), name


REFERENCE = {  # consumption now; in the long run consumption, real income, capital, real wage, price of investment
    "10 on all": {
        "USA": (0.08, -0.08, -0.36, -1.32, -0.79, 1.34),
        "CHN": (-0.19, -0.17, -0.13, -0.09, -0.08, 0.09),
        "CAN": (-0.53, -0.62, -0.63, -0.65, -0.62, 0.65),
        "MEX": (-0.79, -0.91, -0.94, -1.05, -0.95, 1.07),
    },
    "24 both ways": {
        "USA": (-0.28, -0.36, -0.42, -0.63, -0.36, 0.64),
        "CHN": (-0.52, -0.46, -0.40, -0.31, -0.29, 0.31),
        "CAN": (0.05, 0.05, 0.05, 0.04, 0.04, -0.04),
        "MEX": (0.19, 0.20, 0.21, 0.25, 0.19, -0.25),
    },
}  # fmt: skip


@pytest.mark.parametrize("case", REFERENCE)
def test_the_reference_solver_is_met_at_its_printed_precision(world, policies, case):
    now, long_run = (solve(world, policies[case], model) for model in (capital.NOW, capital.LONG_RUN))
    for economy, (first, *rest) in REFERENCE[case].items():
        ours = [now.of("consumption", economy)]
        names = ("consumption", "real_income", "capital", "real_wage", "investment_price")
        ours += [long_run.of(name, economy) for name in names]
        assert np.allclose(ours, [first, *rest], atol=0.011), economy


def test_without_deficits_the_reference_is_met_too(icio, policies):
    world = balanced(capital.with_capital(icio), capital.LONG_RUN)
    expected = {  # consumption, real income, capital, real wage in the long run
        "10 on all": {"USA": (-0.05, -0.35, -1.30, -0.78), "CHN": (-0.13, -0.11, -0.09, -0.08)},
        "24 both ways": {"USA": (-0.33, -0.39, -0.59, -0.34), "CHN": (-0.41, -0.37, -0.30, -0.29)},
    }
    for case, rows in expected.items():
        later = solve(world, policies[case], capital.LONG_RUN, options=Options(1e-9))
        for economy, numbers in rows.items():
            ours = [later.of(name, economy) for name in ("consumption", "real_income", "capital", "real_wage")]
            assert np.allclose(ours, numbers, atol=0.011), (case, economy)


def test_a_new_baseline_stands_still_and_two_steps_are_the_ratio_of_two_solutions(small):
    first, second = tariffs(small, {("A", "B"): 0.6}), tariffs(small, {("A", "B"): 0.2, ("C", "A"): 0.3})
    one, other = (solve(small, policy, capital.LONG_RUN, options=TIGHT) for policy in (first, second))
    base = rebased(one)
    assert engine.baseline_residual(capital.LONG_RUN, base) < 1e-11
    step = solve(base, relative_to(small, base, second), capital.LONG_RUN, options=TIGHT).report
    for name in ("consumption", "capital", "real_wage"):
        direct = 100 * ((1 + other.report[name] / 100) / (1 + one.report[name] / 100) - 1)
        assert np.abs(step[name] - direct).max() < 1e-9, name


def test_the_split_of_final_demand_of_the_small_table_gives_the_reference_too():
    world = calibrate_oecd()
    on_all = tariffs(world, {("USA", code): 0.15 for code in world.economies if code != "USA"}, added=True)
    long_run, now = solve(world, on_all, capital.LONG_RUN), solve(world, on_all, capital.NOW)
    assert long_run.of("consumption", "USA") == pytest.approx(0.166, abs=5e-4)
    assert long_run.of("capital", "USA") == pytest.approx(-1.419, abs=5e-4)
    assert now.of("consumption", "USA") == pytest.approx(0.343, abs=5e-4)
    assert world.structure.investment[world.index("USA")] == pytest.approx(0.71, abs=5e-3)


def calibrate_oecd():
    from detente.economy.world import table

    raw = table("oecd-2019")
    return capital.with_capital(calibrate(raw, np.full(len(raw.sectors), 4.0)))


def test_investment_over_capital_income_is_that_of_the_reference(world):
    expected = {"USA": 0.72, "CHN": 1.29, "DEU": 0.73, "MEX": 0.76, "IRL": 0.24, "VNM": 0.74}
    for economy, ratio in expected.items():
        assert world.structure.investment[world.index(economy)] == pytest.approx(ratio, abs=0.005)
    assert "WIOD" in world.structure.investment_from or "World Input-Output" in world.structure.investment_from


def test_a_larger_share_of_capital_makes_the_steady_state_fall_more(icio, policies):
    falls = [
        solve(capital.with_capital(icio, share), policies["10 on all"], capital.LONG_RUN).of("consumption", "USA")
        for share in (0.25, 1 / 3, 0.40)
    ]
    assert np.allclose(falls, [0.06, -0.08, -0.22], atol=0.005)


def test_the_way_ends_in_the_steady_state(small):
    policy = shock(small)
    way = transition(small, policy, years=400, depreciation=0.2)
    steady = solve(small, policy, capital.LONG_RUN).report
    for name, values in (("consumption", way.consumption), ("capital", way.capital), ("real_gdp", way.real_gdp)):
        assert np.abs(values[-1] - steady[name]).max() < 1e-5
    assert np.abs(way.capital[0]).max() < 1e-6


def test_a_way_without_a_shock_stands_still(small):
    way = transition(small, nothing(small), years=20)
    assert max(np.abs(values).max() for values in (way.consumption, way.capital, way.equivalent)) < 1e-9


def test_the_equivalent_of_a_constant_change_is_that_change():
    assert np.allclose(equivalent(np.full((30, 2), -0.7), 0.03), -0.7)
    early, late = np.zeros((40, 1)), np.zeros((40, 1))
    early[0], late[20] = 1, 1
    assert equivalent(early, 0.03) > equivalent(late, 0.03) > 0


def test_the_years_of_the_way_are_worth_what_the_sum_says(small):
    way = transition(small, shock(small), years=60, discount=0.05)
    logs = np.log1p(way.consumption / 100)
    discount = 1.05 ** -np.arange(5000.0)
    padded = np.concatenate([logs, np.repeat(logs[-1:], 4940, 0)])
    assert np.allclose(way.equivalent, 100 * np.expm1(discount @ padded / discount.sum()), atol=1e-9)


def test_what_cannot_be_is_refused_in_one_line(icio, small):
    with pytest.raises(QuestionError, match="share of capital of 1 "):
        capital.with_capital(icio, 1.0)
    with pytest.raises(DataError, match="no shares of investment"):
        capital.with_capital(shipped("wiod-2011"))
    with pytest.raises(QuestionError, match="one of now, long run, given"):
        capital.Model("later")
    with pytest.raises(QuestionError, match="at least 1 year"):
        transition(small, nothing(small), years=0)


@pytest.mark.parametrize("model", STOCKS, ids=lambda model: model.stock)
def test_the_adjoint_is_the_derivative_of_the_step_and_of_the_payoff(small, model):
    rng = np.random.default_rng(4)
    policy = shock(small)
    prepared = model.prepare(small, policy)
    size = small.spending.size

    def state(row):
        return multi_sector.Unknowns(row[:size], row[size : 2 * size], row[2 * size :])

    x, direction = (scale * rng.normal(size=2 * size + 5) for scale in (0.1, 1.0))
    cotangent, payoff = rng.normal(size=x.size), rng.normal(size=5)

    def value(row):
        moved = np.concatenate(model.step(small, policy, prepared, state(row)))
        return cotangent @ moved + payoff @ model.payoff(small, prepared, state(row))

    pulled, _ = model.vjp(small, prepared, state(x), state(cotangent), payoff)
    slope = (value(x + 1e-6 * direction) - value(x - 1e-6 * direction)) / 2e-6
    assert np.concatenate(pulled) @ direction == pytest.approx(slope, rel=1e-7)


def test_jax_and_numpy_agree(small):
    pytest.importorskip("jax")
    policy = stack(small, [shock(small), tariffs(small, {("B", "A"): 0.3})])
    for model in STOCKS:
        ours, theirs = solve(small, policy, model), solve(small, policy, model, engine="jax")
        for name in ("consumption", "capital", "real_gdp"):
            assert np.abs(ours.report[name] - theirs.report[name]).max() < 1e-7


def test_the_schedule_of_april_without_exemptions_gives_the_reference():
    world = shipped("icio-2022")
    expected = {1 / 3: (-0.84, -1.21, -3.02), 0.40: (-0.84, -1.53, -3.34), 0.45: (-0.84, -1.82, -3.63)}
    for share, numbers in expected.items():
        with_share = capital.with_capital(world, share)
        now, later = (
            solve(with_share, april_policy(world), m, options=Options(1e-9)) for m in (capital.NOW, capital.LONG_RUN)
        )
        ours = now.of("consumption", "USA"), later.of("consumption", "USA"), later.of("capital", "USA")
        assert np.allclose(ours, numbers, atol=0.011)
