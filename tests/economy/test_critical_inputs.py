"""Critical inputs: published closed forms, complementarity, laws that no equation imposes, the same thing two ways."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_worlds import random_table

from detente.economy import engine, second_order
from detente.economy.calibrate import calibrate, shipped
from detente.economy.models import critical_inputs, multi_sector, nests
from detente.economy.policy import limited, nothing, stack, tariffs
from detente.economy.products import Product, split
from detente.economy.solve import Options, solve
from detente.economy.world import InputOutput, Origin
from detente.errors import NotConverged, QuestionError

TIGHT = Options(tolerance=1e-12)
NEAR = 1e-9  # percent: a hundred times the solver's tolerance
SIGMA = 0.1


def magnet(name="magnet", host="wood", **changes) -> Product:
    """A magnet: made of wood mostly by B, used by cars and a little by the rest."""
    plain = {"supply": {"B": 0.6, "C": 0.2}, "cost": {"cars": 0.004, "rest": 0.0005}, "sigma": SIGMA}
    return Product(name, host, **(plain | {"elasticity": 1.5, "fixed": 0.1} | changes))


@pytest.fixture(scope="module")
def plain():
    return calibrate(random_table(), np.array([2.0, 5.0, 9.0, 4.0]))


@pytest.fixture(scope="module")
def small(plain):
    return split(plain, magnet(), outer=0.5, materials=0.3)


def solved(world, policy):
    return solve(world, policy, options=TIGHT)


def alone(share: float, sigma: float, fixed: float):
    """One economy in which Y is made of labour and E, with that cost share; E is made of labour or a fixed mineral."""
    origin = Origin("alone", 2020, "unit", ("made up",), "none")
    uses = np.array([[[0, share], [0, 0.0]]])
    raw = InputOutput(("A",), ("E", "Y"), np.array([[[share]], [[1.0]]]), uses, np.zeros((2, 1, 1)), origin)
    return critical_inputs.with_nests(
        calibrate(raw, np.array([2.0, 2.0])),
        critical=(0,),
        sigma=(sigma,),
        across=(1.0,),
        exposed=np.ones((1, 2, 1)),
        fixed=np.array([[fixed], [0.0]]),
    )


def test_the_losses_published_in_what_if_are_reproduced():
    """Bachmann et al. (2024): energy, gas, and the sufficient statistic of their appendix."""
    assert round(100 * second_order.ces_loss(0.04, 0.9, 0.04), 2) == -1.57
    assert round(100 * second_order.ces_loss(0.01, 0.7, 0.1), 2) == -2.34
    assert second_order.sufficient_statistic(0.012, 3 * 0.012, -0.30) == pytest.approx(-0.0072, abs=1e-15)
    assert round(100 * second_order.second_order(0.04, 0.9, 0.04), 2) == -0.93


def test_below_the_cliff_output_falls_one_for_one_with_the_input():
    for sigma, quantity in ((0.05, 0.62), (0.1, 0.36), (0.2, 0.10)):
        assert round(float(second_order.cliff(1e-4, sigma)), 2) == quantity
        edge = second_order.cliff(1e-4, sigma)

        def slope(quantity, sigma=sigma):
            below, above = (np.log1p(second_order.ces_loss(1e-4, quantity * f, sigma)) for f in (0.999, 1.001))
            return (above - below) / np.log(1.001 / 0.999)

        assert slope(edge) == pytest.approx(0.5, abs=0.01)  # the value share of the input is one half there
        assert slope(edge / 3) > 0.95
        assert slope(min(1.0, 3 * edge)) < 0.1


def test_each_users_cliff_follows_from_its_cost_share(plain):
    world = split(plain, magnet(exposed=0.5, fixed=0.0))
    cliffs = second_order.cliffs(world, "magnet")
    assert np.isnan(cliffs[world.sector("food")]).all()
    share = 0.004 / (0.004 + 0.5 * 0.996)
    assert cliffs[world.sector("cars"), 0] == pytest.approx(float(second_order.cliff(share, SIGMA)))
    with pytest.raises(QuestionError, match="split it off"):
        second_order.cliffs(world, "cars")


def test_losses_past_the_cliff_are_those_of_the_ces_formula():
    losses = [100 * second_order.ces_loss(5e-4, q, s) for s in (0.05, 0.1, 0.2) for q in (0.7, 0.5)]
    assert [round(x, 2) for x in losses] == [-1.89, -25.42, -0.13, -2.50, -0.04, -0.19]


@pytest.mark.parametrize(("share", "remaining", "sigma"), [(0.04, 0.9, 0.04), (0.01, 0.7, 0.1), (5e-4, 0.5, 0.05)])
def test_one_economy_that_loses_a_mineral_has_the_ces_loss(share, remaining, sigma):
    world = alone(share, sigma, fixed=1.0)
    equilibrium = solved(world, tariffs(world, {}, costs={("E", "A", "A"): 1 / remaining}))
    exact = second_order.ces_loss(share, remaining, sigma)
    assert equilibrium.of("real_income", "A") / 100 == pytest.approx(exact, abs=1e-11)


@pytest.mark.parametrize(("share", "remaining", "sigma"), [(0.04, 0.9, 0.04), (0.01, 0.7, 0.1), (5e-4, 0.5, 0.05)])
def test_one_economy_with_a_cap_on_an_input_has_the_ces_loss_with_labour_reallocated(share, remaining, sigma):
    world = alone(share, sigma, fixed=0.0)
    equilibrium = solve(world, limited(world, {("E", "A", "A"): remaining}))
    power = 1 - 1 / sigma
    rest = (1 - share * remaining) / (1 - share)  # released labour works elsewhere
    exact = ((1 - share) * rest**power + share * remaining**power) ** (1 / power) - 1
    assert equilibrium.of("real_income", "A") / 100 == pytest.approx(exact, abs=1e-10)


def test_the_second_order_expansion_holds_near_the_baseline_and_fails_at_the_cliff():
    world = alone(5e-4, 0.05, fixed=1.0)
    for remaining, accurate in ((0.98, True), (0.5, False)):
        policy = tariffs(world, {}, costs={("E", "A", "A"): 1 / remaining})
        exact = float(solve(world, policy).of("real_income", "A"))
        expansion = second_order.expansion(world, policy)
        closed_form = 100 * second_order.second_order(5e-4, remaining, 0.05)
        assert np.expm1(expansion.second[0] / 100) == pytest.approx(closed_form / 100, rel=0.02)
        assert (abs(expansion.second[0] / exact - 1) < 0.1) == accurate


def test_with_unit_elasticities_and_no_limit_it_is_the_multi_sector_model(plain):
    policy = tariffs(plain, {("A", "B"): 0.6, ("cars", "B", "A"): 0.4}, costs={("rest", "D", "E"): 1.2})
    expected = solve(plain, policy, multi_sector, options=TIGHT).report
    for outer in (1.0, 1 - 1e-11):
        world = split(plain, magnet(sigma=outer, fixed=0.0), outer=outer, materials=outer)
        pair = tariffs(plain, {("A", "B"): 0.6, ("cars", "B", "A"): 0.4}, costs={("rest", "D", "E"): 1.2})
        nested = critical_inputs.with_nests(plain, outer=outer, materials=outer)
        nested_report = solve(nested, pair, options=TIGHT).report
        for name in ("real_income", "real_wage", "wage", "price", "revenue", "exports", "imports", "sector_output"):
            assert np.allclose(nested_report[name], expected[name], rtol=0, atol=NEAR), name
        again = tariffs(world, {("A", "B"): 0.6, ("cars", "B", "A"): 0.4})
        same = (solve(world, again, model, options=TIGHT).report["real_income"] for model in (None, multi_sector))
        assert np.allclose(*same, rtol=0, atol=NEAR)


def test_neither_no_shock_nor_a_limit_at_baseline_volume_changes_anything(small):
    for policy in (nothing(small), limited(small, {("magnet", "*", "B"): 1.0, ("cars", "A", "C"): 1.0})):
        equilibrium = solved(small, policy)
        assert max(np.abs(equilibrium.report[name]).max() for name in ("real_income", "wage", "sector_output")) < NEAR


def test_a_limit_that_does_not_bind_leaves_the_effect_of_a_tariff_unchanged(small):
    duty = tariffs(small, {("A", "B"): 0.5})
    wide = solved(small, limited(small, {("magnet", "A", "B"): 3.0}, policy=duty))
    assert np.allclose(wide.report["real_income"], solved(small, duty).report["real_income"], atol=NEAR)
    assert critical_inputs.scarcities(small, wide.policy, wide.state)[0].wedge == 0


@settings(max_examples=40, deadline=None)
@given(
    fraction=st.floats(0.02, 1.5),
    other=st.floats(0.3, 1.3),
    sigma=st.floats(0.03, 0.8),
    rent=st.floats(0, 1),
    exposed=st.floats(0.2, 1),
)
def test_wedge_and_slack_are_complementary_and_all_payments_are_received(fraction, other, sigma, rent, exposed):
    world = split(WORLD, magnet(sigma=sigma, exposed=exposed), outer=0.5, materials=0.3)
    keys = {("magnet", "*", "B"): fraction, ("magnet", "all", "C"): other, ("cars", "A", "C"): 0.8}
    equilibrium = solved(world, limited(world, keys, rent=rent, policy=tariffs(world, {("A", "B"): 0.2})))
    scarce = critical_inputs.scarcities(world, equilibrium.policy, equilibrium.state)
    for s in scarce:
        assert s.wedge >= 0
        assert s.volume <= s.limit * (1 + 1e-8)
        assert s.wedge * (s.limit - s.volume) <= 1e-8 * (1 + s.wedge)
    _assert_accounts_close(world, equilibrium, scarce)


WORLD = calibrate(random_table(), np.array([2.0, 5.0, 9.0, 4.0]))


def _assert_accounts_close(world, equilibrium, scarce):
    """Identities that no equation of the solver states, from the report and from trade rebuilt cell by cell."""
    prepared = critical_inputs.prepare(world, equilibrium.policy)
    v, cells = critical_inputs.markets(world, prepared, equilibrium.state), prepared.cells
    tolerance = 1e-8 * world.income.sum()
    rents = sum(scarcity.rent for scarcity in scarce)
    assert equilibrium.report["rent"].sum() == pytest.approx(rents, rel=1e-9, abs=tolerance)
    cost = np.exp(equilibrium.state.cost.reshape(v.output.shape))
    value = prepared.access.net * (cost**-prepared.theta)[:, None, :]
    value = value * v.demand[:, :, None]  # purchases net of duty, without the limited cells
    where = (cells.buyer // len(world.economies), cells.importer, cells.exporter)
    np.add.at(value, where, v.paid)
    _assert_sellers_are_paid(world, v, cells, where, value, scarce, cost)
    _assert_income_is_spent(world, v, tolerance)
    duty = (value * equilibrium.policy.tariff(world)).sum((0, 2))
    assert np.allclose(duty, equilibrium.report["duty"] * np.exp(v.level), atol=tolerance)  # revenue cell by cell
    _assert_trade_balances(world, equilibrium, v, cells, where, value)


def _assert_sellers_are_paid(world, v, cells, where, value, scarce, cost):
    """Sellers receive the value of their output, buyers pay it, and limits are on the volume shipped, not its value."""
    received = value.copy()
    np.add.at(received, where, -v.rent)
    tolerance = 1e-8 * world.income.sum()
    assert np.allclose(received.sum(1), v.output, atol=tolerance)
    assert np.allclose(value.sum(2), v.net_expenditure, atol=tolerance)
    volume = received[where] / cost[where[0], cells.exporter]
    before = (world.duty_free * world.spending[..., None])[where]
    for k, scarcity in enumerate(scarce):
        limited_cells = cells.limit == k
        fraction = volume[limited_cells].sum() / before[limited_cells].sum()
        assert fraction == pytest.approx(scarcity.volume, rel=1e-9)


def _assert_income_is_spent(world, v, tolerance):
    """Labour income is the wage bill, final demand exhausts income, and purchases of materials equal their cost."""
    assert np.allclose((v.costs.labour_share * v.output).sum(-2), v.wages, atol=tolerance)
    assert np.allclose((world.structure.final * v.income).sum(0), v.income, atol=tolerance)
    used = v.expenditure.sum(0) - v.income
    paid = v.output.sum(0) - v.wages - (world.structure.fixed * v.output).sum(0)
    assert np.allclose(used, paid, atol=tolerance)


def _assert_trade_balances(world, equilibrium, v, cells, where, value):
    """Payments across borders, with rents to those who keep them, are the reported trade and balance up to deficits."""
    foreign = 1 - np.eye(len(world.economies))
    across = value.copy()
    np.add.at(across, where, -(1 - cells.exporter_share) * v.rent)
    across = (across * foreign).sum(0) / np.exp(v.level)
    before = (world.duty_free * world.spending[..., None] * foreign).sum(0)
    for name, axis in (("exports", 0), ("imports", 1)):
        growth = 100 * (across.sum(axis) / before.sum(axis) - 1)
        assert np.allclose(growth, equilibrium.report[name], atol=1e-6), name
    assert np.allclose(equilibrium.report["trade_balance"], -world.transfer, atol=1e-8 * world.income.sum())


def test_whoever_keeps_the_rent_gains(small):
    quota = {("magnet", "A", "B"): 0.5}
    buyers, sellers = (solved(small, limited(small, quota, rent=rent)) for rent in (0.0, 1.0))
    assert sellers.of("real_income", "B") > buyers.of("real_income", "B")
    assert sellers.of("real_income", "A") < buyers.of("real_income", "A")


def test_without_duties_an_auctioned_quota_is_a_tariff():
    raw = replace(random_table(), tariff=np.zeros_like(random_table().tariff))
    world = split(calibrate(raw, np.array([2.0, 5.0, 9.0, 4.0])), magnet(), outer=0.5, materials=0.3)
    quota = solved(world, limited(world, {("magnet", "A", "B"): 0.5}, rent=0.0))
    wedge = critical_inputs.scarcities(world, quota.policy, quota.state)[0].wedge
    duty = solved(world, tariffs(world, {("magnet", "A", "B"): wedge}))
    for name in ("real_income", "sector_price", "sector_output", "trade_balance"):
        assert np.allclose(quota.report[name], duty.report[name], atol=1e-8), name
    assert quota.of("rent", "A") == pytest.approx(float(duty.of("duty", "A")), rel=1e-9)


def test_tighter_limits_raise_the_price_and_the_users_loss(small):
    losses, wedges = [], []
    for fraction in (0.9, 0.6, 0.3, 0.1):
        equilibrium = solved(small, limited(small, {("magnet", "*", "B"): fraction}))
        losses.append(float(equilibrium.of("real_income", "A")))
        wedges.append(critical_inputs.scarcities(small, equilibrium.policy, equilibrium.state)[0].wedge)
    assert losses == sorted(losses, reverse=True)
    assert wedges == sorted(wedges)


def test_losses_rise_as_substitution_falls_and_are_smaller_where_exposure_is(plain):
    def loss(**changes):
        world = split(plain, magnet(elasticity=0.3, **changes), outer=0.5, materials=0.3)
        return float(solved(world, limited(world, {("magnet", "*", "B"): 0.1})).of("real_income", "A"))

    assert loss(sigma=0.05) < loss(sigma=0.2) < loss(sigma=0.8)
    assert loss(sigma=0.05) < loss(sigma=0.05, exposed={"cars": 0.3, "rest": 0.1})


def test_losses_are_smaller_where_third_suppliers_can_expand(small):
    ban = {("magnet", "*", "B"): 0.2}
    free = solved(small, limited(small, ban))
    capped = solved(small, limited(small, ban | {("magnet", "all", who): 1.1 for who in "ACDE"}))
    assert capped.of("real_income", "A") < free.of("real_income", "A")


def test_cost_shares_are_the_derivatives_of_cost_with_respect_to_prices(plain):
    """Shephard's lemma, against finite differences; no equation of the model uses it."""
    world = split(
        plain, magnet(exposed=0.4, across=2.5), magnet(name="oxide", host="food", sigma=0.4), outer=0.5, materials=0.3
    )
    prepared = critical_inputs.prepare(world, nothing(world))
    rng = np.random.default_rng(3)
    price, wage = rng.normal(0, 0.5, world.spending.shape), rng.normal(0, 0.3, len(world.economies))
    s, h = world.structure, 1e-6
    costs = nests.production_costs(world, prepared.tree, price, wage)

    def slope(by_price, by_wage):
        above, below = (
            nests.production_costs(world, prepared.tree, price + k * by_price, wage + k * by_wage).cost for k in (h, -h)
        )
        return (above - below) / (2 * h) * (1 - s.fixed)

    no_change = np.zeros_like(price)
    assert np.allclose(slope(no_change, 1.0), costs.labour_share, atol=1e-8)
    for c, users, use in zip(s.critical, prepared.tree.users, costs.uses, strict=True):
        unit = no_change.copy()
        unit[c] = 1
        assert np.allclose(slope(unit, 0.0)[users.sectors], use.cost_share, atol=1e-8)
        assert use.cost_share.max() > 0.001
    total = slope(no_change + 1, 1.0)
    assert np.allclose(total, 1 - s.fixed, atol=1e-8)


def test_a_star_excludes_the_economy_itself_and_all_includes_it(small):
    own = small.index("B")
    for side, within in (("*", False), ("all", True)):
        limits = limited(small, {("magnet", side, "B"): 0.5}).limits
        assert (own in limits.importer) == within


def test_a_mineral_in_fixed_supply_keeps_its_quantity(plain):
    """With all of cost in the mineral, output of the good cannot change, whatever happens to demand."""
    world = alone(0.04, 0.3, fixed=1.0)
    equilibrium = solved(world, tariffs(world, {}, costs={("Y", "A", "A"): 1.3}))
    assert equilibrium.report["sector_output"][0, 0] == pytest.approx(0, abs=NEAR)


@pytest.mark.parametrize("fraction", [1e-2, 1e-4, 1e-8])
def test_a_near_total_ban_has_an_equilibrium(small, fraction):
    policy = limited(small, {("magnet", "*", "B"): fraction})
    equilibrium = solve(small, policy)
    assert critical_inputs.scarcities(small, policy, equilibrium.state)[0].volume == pytest.approx(fraction, rel=1e-8)


def test_an_equilibrium_that_was_not_reached_is_raised_with_the_last_point(small):
    policy = limited(small, {("magnet", "*", "B"): 0.1})
    with pytest.raises(NotConverged, match="did not reach") as problem:
        solve(small, policy, options=Options(tolerance=0.0, max_iterations=3))
    assert not problem.value.equilibrium.converged


def test_newton_reaches_the_solution_where_the_chord_stops_early(small, monkeypatch):
    policy = limited(small, {("magnet", "*", "B"): 0.3})
    chord = solved(small, policy).report["real_income"]
    monkeypatch.setattr(engine, "CHORD", 1)
    newton = solve(small, policy)
    assert newton.converged
    assert np.allclose(newton.report["real_income"], chord, atol=1e-7)


def test_limits_on_the_shipped_world_are_solved_at_low_substitution():
    world = shipped("icio-2022")
    magnet = Product(
        "magnet", "C27", {"CHN": 0.85, "JPN": 0.08}, {"C26": 5e-4, "C29": 5e-4}, sigma=0.05, elasticity=0.3
    )
    world = split(world, magnet, outer=0.5, materials=0.1)
    for fraction in (0.5, 0.05):
        equilibrium = solve(world, limited(world, {("magnet", "*", "CHN"): fraction}))
        assert equilibrium.of("real_income", "USA") < 0 < equilibrium.of("real_income", "CHN")
        assert critical_inputs.product_price(equilibrium, "magnet")[world.index("USA")] > 100
        assert equilibrium.iterations <= engine.CHORD


def test_invalid_limits_and_elasticities_are_refused(plain, small):
    with pytest.raises(QuestionError, match="no price"):
        limited(small, {("magnet", "A", "B"): 0.0})
    with pytest.raises(QuestionError, match="two limits"):
        limited(small, {("magnet", "*", "B"): 0.5, ("magnet", "A", "B"): 0.5})
    with pytest.raises(QuestionError, match="not a sector"):
        limited(small, {("toys", "A", "B"): 0.5})
    with pytest.raises(QuestionError, match="between 0 and 1"):
        limited(small, {("magnet", "A", "B"): 0.5}, rent=2.0)
    policy = limited(plain, {("wood", "A", "B"): 0.5})
    with pytest.raises(QuestionError, match="only the model critical_inputs"):
        solve(plain, policy)
    with pytest.raises(QuestionError, match="one at a time"):
        stack(small, [policy, nothing(small)])
    with pytest.raises(QuestionError, match="above 0"):
        second_order.ces_loss(0.1, 0.9, 0.0)
    with pytest.raises(QuestionError, match="no cliff"):
        second_order.cliff(0.1, 1.0)


def test_a_batch_without_limits_equals_its_scenarios_one_by_one(small):
    singles = [tariffs(small, {("A", "B"): rate}) for rate in (0.1, 0.5)]
    batch = solved(small, stack(small, singles)).report["real_income"]
    assert np.allclose(batch, [solved(small, p).report["real_income"] for p in singles], atol=NEAR)
