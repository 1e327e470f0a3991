"""The one-sector model: laws that no equation imposes, the same thing two ways, worlds that are refused."""

from dataclasses import replace

import numpy as np
import pytest

from detente.economy import engine
from detente.economy import world as worlds
from detente.economy.models import one_sector
from detente.economy.policy import Policy, stack, tariffs
from detente.economy.solve import Options, solve
from detente.economy.strategic import optimal_tariff, retaliation
from detente.errors import DataError, NotConverged, QuestionError

SOLVED = 1e-9  # the tolerance the project promises for arbitrary policies


@pytest.fixture(scope="module")
def table():
    return worlds.table("world-2023")


@pytest.fixture(scope="module")
def world(table):
    return one_sector.calibrate(table)


@pytest.fixture(scope="module")
def roundabout(table):
    return one_sector.calibrate(table, labour_share=one_sector.ROUNDABOUT)


def some_policy(world, seed, *, importers=20, share=1.0, revenue="lump_sum"):
    """Random importers levy random duties, -50 % to 1000 %, on a random share of their partners."""
    rng = np.random.default_rng(seed)
    size = len(world.economies)
    dense = np.zeros((size, size))
    for n in rng.choice(size, size=rng.integers(1, importers + 1), replace=False):
        hit = rng.random(size) < rng.uniform(0, share)
        dense[n, hit] = rng.uniform(-0.5, 10, hit.sum())
    np.fill_diagonal(dense, 0)
    return tariffs(world, dense, revenue=revenue)


def markets_clear(world, equilibrium):
    """The paper's equations in its own notation, from the printed statistics alone: the largest relative error.

    Spec notation: X_ji exporter j, importer i. The solver works with ln cost and ln spending and never forms these.
    """
    s, r = world.structure, equilibrium.report
    tariff = equilibrium.policy.tariff(world)  # [n,i]
    wage, work, price = 1 + r["wage"] / 100, 1 + r["employment"] / 100, 1 + r["price"] / 100
    spend = world.spending * (1 + r["spending"] / 100)
    b = s.labour_share
    unit_cost = wage**b * price ** (1 - b) / (((wage / price) ** (1 - b)) * work) ** s.scale
    weight = world.share * (1 + tariff) ** (-s.elasticity * s.response[:, None]) * unit_cost[None, :] ** -s.elasticity
    total = weight.sum(1)
    net = weight / total[:, None] * spend[:, None] / (1 + tariff)  # purchases at border prices
    duty = spend - net.sum(1)
    sales = ((1 - s.local)[:, None] * net).sum(0)
    wages = wage * work * world.income
    growth = wages.sum() / world.income.sum()
    labour = (b * sales + s.local * net.sum(1)) / wages - 1
    budget = (wages + duty + (1 - b) * sales + world.transfer * growth) / spend - 1
    index = (spend / world.spending / wage) ** (1 - s.response) * total ** (-1 / s.elasticity) / price - 1
    relief = 1 / (1 - duty / wages) if equilibrium.policy.revenue == "income_tax_relief" else 1
    supply = (relief * wage / price) ** s.labour_supply / work - 1
    return max(np.abs(x).max() for x in (labour, budget, index, supply))


def test_no_shock_changes_nothing(world):
    equilibrium = solve(world, tariffs(world, {}))
    assert equilibrium.iterations == 0
    for name, values in equilibrium.report.items():
        expected = values if name == "revenue" else 0
        assert np.abs(values - expected).max() < 1e-9, name
    assert np.abs(equilibrium.report["revenue"]).max() < 1e-12


@pytest.mark.parametrize("revenue", ["lump_sum", "income_tax_relief"])
@pytest.mark.parametrize("kind", ["world", "roundabout"])
def test_markets_clear_by_equations_that_the_solver_does_not_use(kind, revenue, request):
    tested = request.getfixturevalue(kind)
    policy = tariffs(tested, {("USA", "CHN"): 1.45, ("CHN", "USA"): 1.25, ("USA", "MEX"): -0.2}, revenue=revenue)
    assert markets_clear(tested, solve(tested, policy)) < 1e-9


def test_trade_balances_up_to_transfers_though_no_equation_imposes_it(world):
    policy = tariffs(world, {("USA", "CHN"): 0.5, ("CHN", "USA"): 0.3})
    equilibrium = solve(world, policy)
    net = one_sector.trade(world, policy, equilibrium.state)
    s = world.structure
    paid = net.sum(1) - (s.local * net.sum(1) + ((1 - s.local)[:, None] * net).sum(0))
    growth = paid / np.where(world.transfer == 0, 1, world.transfer)
    assert np.ptp(growth) < 1e-6 * abs(growth.mean())  # every transfer grew by the same factor
    assert abs(paid.sum()) < 1e-9 * world.spending.sum()


def test_prices_do_not_depend_on_the_unit_of_money(world):
    bigger = replace(
        world,
        spending=world.spending * 7,
        income=world.income * 7,
        transfer=world.transfer * 7,
        name="in another currency",
    )
    rates = {("USA", "CHN"): 0.6}
    a, b = solve(world, tariffs(world, rates)), solve(bigger, tariffs(bigger, rates))
    for name in a.report:
        assert np.allclose(a.report[name], b.report[name], rtol=1e-8, atol=1e-8), name


def test_permuting_economies_permutes_results(table):
    order = np.random.default_rng(3).permutation(len(table.economies))
    mixed = replace(
        table,
        economies=tuple(table.economies[k] for k in order),
        flows=table.flows[np.ix_(order, order)],
        gdp=table.gdp[order],
    )
    rates = {("USA", "CHN"): 0.6, ("DEU", "USA"): 0.1}
    a, b = one_sector.calibrate(table), one_sector.calibrate(mixed)
    first, second = solve(a, tariffs(a, rates)), solve(b, tariffs(b, rates))
    assert np.abs(first.report["real_income"][order] - second.report["real_income"]).max() < 1e-8


def test_a_batch_gives_the_same_as_each_scenario_alone(world):
    rng = np.random.default_rng(0)
    singles = [
        tariffs(world, {("USA", "CHN"): x, ("CHN", "USA"): y, ("USA", "DEU"): z}, revenue="income_tax_relief")
        for x, y, z in rng.uniform(-0.2, 1.5, (70, 3))
    ]
    together = solve(world, stack(world, singles))
    assert together.converged.all()
    for k in (0, 33, 69):
        alone = solve(world, singles[k])
        for name in alone.report:
            tolerance = 1e-5 if name == "deficit" else 1e-7  # the deficit divides by balances near zero
            assert np.abs(together.report[name][k] - alone.report[name]).max() < tolerance, name


def test_a_batch_without_common_cells_gives_the_same_as_each_scenario_alone(world):
    policies = [some_policy(world, seed, importers=30, share=0.3) for seed in (11, 12, 13)]
    together = solve(world, stack(world, policies), options=Options(tolerance=1e-10))
    for k, policy in enumerate(policies):
        alone = solve(world, policy, options=Options(tolerance=1e-10))
        assert np.abs(together.report["real_income"][k] - alone.report["real_income"]).max() < 1e-6


def test_newton_and_the_chord_reach_the_same_equilibrium(world):
    policy = tariffs(world, {("USA", "CHN"): 1.0, ("CHN", "USA"): 1.0})
    with np.errstate(all="ignore"):
        slow = engine.continuation(one_sector, world, policy, 1e-11, 50)
    fast = solve(world, policy)
    assert np.abs(slow.x - engine.to_row(fast.state)).max() < 1e-9


def test_the_roundabout_with_all_labour_is_the_plain_model(table, world):
    same = one_sector.calibrate(table, labour_share=1.0)
    rates = {("USA", "CHN"): 0.4}
    a, b = solve(world, tariffs(world, rates)), solve(same, tariffs(same, rates))
    assert np.abs(a.report["welfare"] - b.report["welfare"]).max() < 1e-10


def test_the_calibrated_local_shares_are_the_published_ones(table, world):
    # sourced digits: nu of the rest of the world and of the USA in the replication package
    nu = world.structure.local
    assert round(float(nu[0]), 8) == 0.11433521
    assert round(float(nu[table.economies.index("USA")]), 8) == 0.27047098


def test_closed_form_tariffs_are_the_published_ones(world):
    assert round(optimal_tariff(world, "USA"), 7) == 0.2179882
    assert round(optimal_tariff(world, "USA", base="income"), 7) == 0.1854321
    back = retaliation(world, "USA")
    assert back[world.index("USA")] == 0
    assert round(float(back[0]), 6) == 0.227422


def test_a_small_economy_cannot_gain_from_a_subsidy_to_its_imports(world):
    equilibrium = solve(world, tariffs(world, {("ISL", p): -0.3 for p in ("DEU", "USA", "NOR", "NLD")}))
    assert equilibrium.of("welfare", "ISL") < 0


def test_of_a_thousand_random_policies_at_least_990_converge_and_clear(world):
    unsolved = 0
    rng = np.random.default_rng(5)
    for seed in range(1000):
        tried = world
        if seed % 5 == 0:  # some flows are zero
            keep = rng.random(world.share.shape) > 0.05
            np.fill_diagonal(keep, True)
            share = np.where(keep, world.share, 0)
            share = share / share.sum(1, keepdims=True)
            sales = share.T @ ((1 - world.structure.local) * world.spending)
            income = sales + world.structure.local * world.spending
            tried = replace(world, name="thinned", share=share, income=income, transfer=world.spending - income)
        policy = some_policy(tried, 1000 + seed, revenue=("lump_sum", "income_tax_relief")[seed % 2])
        equilibrium = solve(tried, policy, options=Options(tolerance=SOLVED), check=False)
        if equilibrium.converged:
            assert markets_clear(tried, equilibrium) < 10 * SOLVED
            continue
        unsolved += 1
        with pytest.raises(NotConverged):
            solve(tried, policy, options=Options(tolerance=SOLVED))
    assert unsolved <= 10


def test_a_policy_without_equilibrium_raises_and_carries_the_best_point_reached(world):
    # Guinea's surplus is fixed relative to world income; at these duties it cannot earn it any more
    prohibitive = tariffs(world, {("USA", code): 9.0 for code in world.economies if code != "USA"})
    with pytest.raises(NotConverged) as error:
        solve(world, prohibitive)
    reached = error.value.equilibrium
    assert not reached.converged
    assert reached.residual > 1e-11
    assert "largest relative excess demand" in str(error.value)


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        ({("USA", "XXX"): 0.1}, "XXX"),
        ({("USA", "USA"): 0.1}, "own goods"),
        ({("USA", "CHN"): float("nan")}, "not a finite number"),
        ({("USA", "CHN"): -1.0}, "start above -100"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(world, rates, words):
    with pytest.raises(QuestionError, match=words):
        tariffs(world, rates)


def test_numbers_that_are_not_an_economy_are_refused(world, table):
    shares = world.share.copy()
    shares[3] *= 1.01
    with pytest.raises(DataError, match="shares should sum to 1"):
        worlds.check(replace(world, share=shares))
    spending = world.spending.copy()
    spending[5] = np.nan
    with pytest.raises(DataError, match="not a finite number"):
        worlds.check(replace(world, spending=spending))
    with pytest.raises(DataError):
        one_sector.calibrate(replace(table, gdp=table.gdp * 0))
    with pytest.raises(QuestionError, match="no world is named"):
        worlds.table("atlantis")


def test_solving_does_not_change_the_policy(world):
    policy = tariffs(world, {("USA", "CHN"): 0.5})
    before = policy.rate.copy()
    solve(world, policy)
    assert isinstance(policy, Policy)
    assert (policy.rate == before).all()
