"""The multi-sector economy: laws that no equation imposes, and the same thing two ways."""

from dataclasses import replace

import numpy as np
import pytest
from random_worlds import random_table

from detente.economy import engine
from detente.economy.calibrate import aggregate, as_table, calibrate, shipped, with_tariffs
from detente.economy.horizons import relative_to
from detente.economy.models import multi_sector
from detente.economy.policy import nothing, stack, tariffs
from detente.economy.solve import Options, rebased, solve
from detente.errors import QuestionError

TIGHT = Options(tolerance=1e-12)
NEAR = 1e-9  # percent: a hundred times the solver's tolerance


@pytest.fixture(scope="module")
def small():
    """Five economies, four sectors (the last a service), random but with deficits, tariffs and sparse trade."""
    return calibrate(random_table(), np.array([2.0, 5.0, 9.0, 4.0]))


@pytest.fixture(scope="module")
def icio():
    return shipped("icio-2022")


def shock(world):
    return tariffs(world, {("A", "B"): 0.6, ("cars", "B", "A"): 0.4, ("C", "A"): 0.0}, costs={("rest", "D", "E"): 1.2})


def solved(world, policy):
    return solve(world, policy, multi_sector, options=TIGHT)


def test_no_shock_changes_nothing(small, icio):
    for world in (small, icio, shipped("wiod-2011"), shipped("oecd-2019")):
        assert engine.baseline_residual(multi_sector, world) < 1e-10
        equilibrium = solve(world, nothing(world), multi_sector)
        assert (
            max(np.abs(equilibrium.report[name]).max() for name in ("real_income", "wage", "price", "exports")) < 1e-8
        )


def test_a_tariff_that_is_already_in_force_changes_nothing(small):
    equilibrium = solved(small, tariffs(small, small.tariff))
    assert np.abs(equilibrium.report["real_income"]).max() < NEAR


def test_trade_balances_up_to_deficits_though_no_equation_imposes_it(small):
    equilibrium = solved(small, shock(small))
    flows = multi_sector.trade(small, equilibrium.policy, equilibrium.state)
    balance = flows.sum((0, 2)) - flows.sum((0, 1))  # imports less exports
    assert np.allclose(balance, small.transfer, atol=1e-9 * small.income.sum())
    assert np.allclose(equilibrium.report["trade_balance"], -small.transfer, atol=1e-9 * small.income.sum())


def test_by_walras_law_labour_income_equals_the_wage_bill_if_spending_equals_income(small):
    """At any costs and wages, the labour market clears in the aggregate once expenditure is what is due."""
    prepared = multi_sector.prepare(small, shock(small))
    rng = np.random.default_rng(0)
    shape, n = small.spending.shape, len(small.economies)
    cost, wage = rng.normal(0, 0.1, shape).ravel(), rng.normal(0, 0.1, n)
    unknowns = multi_sector.Unknowns(cost, np.zeros(cost.size), wage)
    for _ in range(600):  # expenditure alone, to its own fixed point
        following = multi_sector.step(small, nothing(small), prepared, unknowns)
        level = multi_sector.markets(small, prepared, unknowns).level
        unknowns = unknowns._replace(expenditure=following.expenditure + level)
    v = multi_sector.markets(small, prepared, unknowns)
    labour_income = (small.structure.value_added * v.output).sum()
    assert labour_income == pytest.approx(v.wages.sum(), rel=1e-12)


def test_the_unit_of_the_table_does_not_matter(small):
    raw = random_table()
    big = calibrate(replace(raw, flows=1e3 * raw.flows, uses=1e3 * raw.uses), small.structure.elasticity)
    original, rescaled = solved(small, shock(small)).report, solved(big, shock(big)).report
    assert np.allclose(original["real_income"], rescaled["real_income"], atol=NEAR)
    assert np.allclose(1e3 * original["duty"], rescaled["duty"], rtol=1e-9)


def test_permuting_economies_and_sectors_permutes_results(small):
    raw, theta = random_table(), small.structure.elasticity
    e, s = [3, 0, 4, 1, 2], [2, 0, 3, 1]
    turned = replace(
        raw,
        economies=tuple(raw.economies[k] for k in e),
        sectors=tuple(raw.sectors[k] for k in s),
        flows=raw.flows[np.ix_(s, e, e)],
        tariff=raw.tariff[np.ix_(s, e, e)],
        uses=raw.uses[np.ix_(e, s, s)],
    )
    world = calibrate(turned, theta[s])
    original, permuted = solved(small, shock(small)).report, solved(world, shock(world)).report
    for name in ("real_income", "terms_of_trade", "volume_of_trade", "revenue"):
        assert np.allclose(original[name][e], permuted[name], atol=NEAR), name
    for name in ("sector_output", "sector_exports", "sector_employment", "sector_price"):
        assert np.allclose(original[name][np.ix_(s, e)], permuted[name], atol=1e-8), name


def test_exports_of_a_sector_are_its_sales_abroad_over_the_cost_of_its_inputs(small):
    policy = shock(small)
    equilibrium = solved(small, policy)
    flows = multi_sector.trade(small, policy, equilibrium.state)  # [s,n,i] before duty
    base = small.duty_free * small.spending[:, :, None]
    abroad, base_abroad = (x.sum(1) - np.diagonal(x, axis1=1, axis2=2) for x in (flows, base))
    sold, base_sold = flows.sum(1), base.sum(1)
    cost = sold / base_sold / (1 + equilibrium.report["sector_output"] / 100)
    assert np.allclose(abroad / cost / base_abroad - 1, equilibrium.report["sector_exports"] / 100, atol=1e-8)


def test_splitting_an_economy_into_identical_halves_changes_nobody_else(small):
    raw, theta = random_table(), small.structure.elasticity
    members = [0, 1, 2, 3, 4, 4]
    half = np.where(np.arange(6) >= 4, 0.5, 1.0)
    split = replace(
        raw,
        economies=("A", "B", "C", "D", "E", "F"),
        flows=raw.flows[np.ix_(range(4), members, members)] * half[:, None] * half,
        tariff=raw.tariff[np.ix_(range(4), members, members)],
        uses=raw.uses[members] * half[:, None, None],
    )
    world = calibrate(split, theta)
    single = tariffs(small, {("A", "E"): 0.5, ("E", "A"): 0.3, ("B", "C"): 0.2})
    split_policy = tariffs(world, {("A", "E"): 0.5, ("A", "F"): 0.5, ("E", "A"): 0.3, ("F", "A"): 0.3, ("B", "C"): 0.2})
    original, halved = solved(small, single).report, solved(world, split_policy).report
    assert np.allclose(original["real_income"], halved["real_income"][:5], atol=NEAR)
    assert halved["real_income"][4] == pytest.approx(halved["real_income"][5], abs=NEAR)


def test_an_aggregate_of_identical_sectors_equals_the_sum():
    raw = random_table()
    pick = [0, 0, 1, 2, 3]
    half = np.array([0.5, 0.5, 1, 1, 1])
    twin = replace(
        raw,
        sectors=("food1", "food2", "wood", "cars", "rest"),
        flows=raw.flows[pick] * half[:, None, None],
        tariff=raw.tariff[pick],
        uses=raw.uses[:, pick][:, :, pick] * half[:, None] * half,
    )
    groups = {"food": ["food1", "food2"], "wood": ["wood"], "cars": ["cars"], "rest": ["rest"]}
    theta = np.array([2.0, 5.0, 9.0, 4.0])
    single, split_policy = calibrate(aggregate(twin, groups), theta), calibrate(twin, theta[pick])
    rates = {("A", "B"): 0.5, ("C", "D"): 0.2}
    aggregated, separate = (
        solved(single, tariffs(single, rates)).report,
        solved(split_policy, tariffs(split_policy, rates)).report,
    )
    assert np.allclose(aggregated["real_income"], separate["real_income"], atol=NEAR)
    assert np.allclose(aggregated["duty"], separate["duty"], rtol=1e-9)


def test_solving_in_two_steps_gives_the_ratio_of_the_direct_solutions(small, icio):
    for world, truce, lapse in (
        (small, {("A", "B"): 0.3}, {("A", "B"): 0.8, ("C", "D"): 0.5}),
        (icio, {("USA", "CHN"): 0.2, ("CHN", "USA"): 0.1}, {("USA", "CHN"): 0.4, ("VNM", "USA"): 0.3}),
    ):
        first, direct = tariffs(world, truce, added=True), tariffs(world, lapse, added=True)
        middle = rebased(solved(world, first))
        assert engine.baseline_residual(multi_sector, middle) < 1e-10
        second = solved(middle, relative_to(world, middle, direct))
        ratio = (1 + solved(world, direct).report["real_income"] / 100) / (
            1 + solved(world, first).report["real_income"] / 100
        )
        assert np.allclose(second.report["real_income"] / 100 + 1, ratio, rtol=0, atol=1e-9)


def test_adding_measures_to_the_baseline_changes_tariffs_and_no_flow(small):
    extra = tariffs(small, {("A", "B"): 0.25, ("wood", "C", "D"): 0.1}, added=True)
    world = with_tariffs(small, extra)
    before, after = as_table(small), as_table(world)
    assert np.allclose(before.flows, after.flows, rtol=1e-13)
    assert np.allclose(before.uses, after.uses, rtol=1e-12)
    assert world.tariff[1, 2, 3] == small.tariff[1, 2, 3] + 0.1
    assert engine.baseline_residual(multi_sector, world) < 1e-12


def test_a_worlds_table_calibrates_to_the_same_world(small):
    again = calibrate(as_table(small), small.structure.elasticity)
    assert np.allclose(again.share, small.share, atol=1e-14)
    assert np.allclose(again.structure.inputs, small.structure.inputs, atol=1e-14)


def test_a_batch_equals_its_scenarios_one_by_one(small, icio):
    singles = [tariffs(small, {("A", "B"): r, ("B", "A"): r / 2}) for r in (0.0, 0.3, 0.9)] + [shock(small)]
    batch = solved(small, stack(small, singles))
    for k, policy in enumerate(singles):
        alone = solved(small, policy)
        for name, values in alone.report.items():
            assert np.allclose(batch.report[name][k], values, atol=1e-8), name
    rates = [{("USA", "CHN"): r, ("CHN", "USA"): r} for r in (0.1, 0.5)]
    pair = [tariffs(icio, r, added=True) for r in rates]
    both = solved(icio, stack(icio, pair)).report["real_income"]
    assert np.allclose(both, [solved(icio, p).report["real_income"] for p in pair], atol=1e-9)


def test_scenarios_that_differ_in_every_cell_are_solved_one_at_a_time(small):
    dense = small.tariff * np.linspace(0.5, 1.5, 3)[:, None, None, None]
    equilibrium = solved(small, tariffs(small, dense))
    assert np.allclose(equilibrium.report["real_income"][1], 0, atol=NEAR)


def test_a_duty_and_an_iceberg_cost_of_the_same_size_have_the_same_effect_on_shares(small):
    """At given costs both change shares alike; only the duty yields revenue."""
    free = replace(small, tariff=np.zeros_like(small.tariff))
    duty = multi_sector.prepare(free, tariffs(free, {("wood", "A", "B"): 0.2}))
    cost = multi_sector.prepare(free, tariffs(free, {}, costs={("wood", "A", "B"): 1.2}))
    n = len(free.economies)
    assert np.allclose(duty.access.stacked[:, :n], cost.access.stacked[:, :n])
    assert not np.allclose(duty.access.stacked[:, n:], cost.access.stacked[:, n:])


def test_a_small_first_tariff_costs_the_world_nothing_to_first_order(small):
    raw = replace(random_table(), tariff=np.zeros_like(random_table().tariff))
    world = calibrate(raw, small.structure.elasticity)
    equilibrium = solved(world, tariffs(world, {("A", "B"): 1e-5}))
    gain = equilibrium.report["gain"]
    assert np.abs(gain).max() > 1e-7  # it redistributes income between economies
    assert abs(gain.sum()) < 1e-3 * np.abs(gain).max()


def test_the_preconditioner_does_not_change_the_solution(small):
    policy = shock(small)
    alone = solved(small, policy).report["real_income"]
    twin = replace(small)
    engine.inherit_preconditioner(twin, calibrate(random_table(), np.array([3.0, 3.0, 3.0, 3.0])), multi_sector)
    assert np.allclose(solved(twin, policy).report["real_income"], alone, atol=NEAR)


def test_a_prohibitive_tariff_has_an_equilibrium_with_almost_no_trade(icio):
    ban = tariffs(icio, {("USA", "CHN"): 50.0, ("CHN", "USA"): 50.0})
    equilibrium = solve(icio, ban, multi_sector)
    assert equilibrium.converged
    assert equilibrium.of("real_income", "USA") < 0
    flows = multi_sector.trade(icio, equilibrium.policy, equilibrium.state)[icio.structure.goods]
    assert flows[:, icio.index("USA"), icio.index("CHN")].sum() < 200  # million USD, of some half a trillion


def test_newton_reaches_the_solution_where_the_chord_stops_early(icio, monkeypatch):
    policy = tariffs(icio, {("USA", "CHN"): 0.5}, added=True)
    chord = solve(icio, policy, multi_sector, options=Options(1e-10)).report["real_income"]
    monkeypatch.setattr(engine, "CHORD", 1)
    newton = solve(icio, policy, multi_sector, options=Options(1e-10))
    assert newton.converged
    assert np.allclose(newton.report["real_income"], chord, atol=1e-7)


def test_results_carry_their_labels(small):
    pytest.importorskip("xarray")
    equilibrium = solved(small, stack(small, [shock(small), nothing(small)]))
    data = equilibrium.to_xarray()
    assert float(data["real_income"].sel(economy="A")[1]) == pytest.approx(0, abs=NEAR)
    assert data["sector_output"].dims == ("scenario", "sector", "economy")
    frame = equilibrium.to_pandas("real_income")
    assert frame.loc[0, "B"] == pytest.approx(float(equilibrium.of("real_income", "B")[0]))


def test_policies_that_a_world_cannot_have_are_refused(small):
    with pytest.raises(QuestionError, match="services bear no duty"):
        tariffs(small, {("rest", "A", "B"): 0.1})
    with pytest.raises(QuestionError, match="not a sector"):
        tariffs(small, {("toys", "A", "B"): 0.1})
    with pytest.raises(QuestionError, match="own goods"):
        tariffs(small, {("A", "A"): 0.1})
    with pytest.raises(QuestionError, match="income_tax_relief"):
        solve(small, tariffs(small, {("A", "B"): 0.1}, revenue="income_tax_relief"), multi_sector)
    many = solved(small, stack(small, [shock(small), nothing(small)]))
    with pytest.raises(QuestionError, match="one scenario"):
        rebased(many)
