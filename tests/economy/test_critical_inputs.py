"""Critical inputs: published closed forms, complementarity, laws no equation imposes, and the same thing two ways."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.economy import engine, second_order
from detente.economy.calibrate import calibrate, shipped
from detente.economy.models import critical_inputs, multi_sector, nests
from detente.economy.policy import limited, nothing, stack, tariffs
from detente.economy.products import Node, split
from detente.economy.solve import Options, solve
from detente.economy.world import InputOutput, Origin
from detente.errors import NotConverged, QuestionError

TIGHT = Options(tolerance=1e-12)
NEAR = 1e-9  # percent: a hundred times the solver's tolerance
SIGMA = 0.1


def table(seed: int = 1) -> InputOutput:
    """Five economies, four sectors (the last a service), random but with deficits, tariffs and sparse trade."""
    rng = np.random.default_rng(seed)
    n, s = 5, 4
    flows = rng.lognormal(0, 1, (s, n, n)) * (rng.random((s, n, n)) > 0.2) + 6 * np.eye(n)
    uses = rng.uniform(0.05, 0.14, (n, s, s)) * np.minimum(flows.sum(2).T[:, :, None], flows.sum(1).T[:, None, :])
    tariff = rng.uniform(0, 0.3, (s, n, n)) * (1 - np.eye(n))
    tariff[-1] = 0
    origin = Origin("test", 2020, "million USD", ("made up",), "none")
    return InputOutput(tuple("ABCDE"), ("food", "wood", "cars", "rest"), flows, uses, tariff, origin, ("rest",))


def node(name="magnet", host="wood", **changes) -> Node:
    """A magnet: made of wood mostly by B, used by cars and a little by the rest."""
    plain = {"supply": {"B": 0.6, "C": 0.2}, "cost": {"cars": 0.004, "rest": 0.0005}, "sigma": SIGMA}
    return Node(name, host, **(plain | {"elasticity": 1.5, "fixed": 0.1} | changes))


@pytest.fixture(scope="module")
def plain():
    return calibrate(table(), np.array([2.0, 5.0, 9.0, 4.0]))


@pytest.fixture(scope="module")
def small(plain):
    return split(plain, node(), outer=0.5, materials=0.3)


def solved(world, policy):
    return solve(world, policy, options=TIGHT)


def alone(share: float, sigma: float, fixed: float):
    """One economy in which Y is made of E, with that cost share, and of labour; E is labour or a fixed mineral."""
    origin = Origin("alone", 2020, "unit", ("made up",), "none")
    uses = np.array([[[0, share], [0, 0.0]]])
    raw = InputOutput(("A",), ("E", "Y"), np.array([[[share]], [[1.0]]]), uses, np.zeros((2, 1, 1)), origin)
    return critical_inputs.nested(
        calibrate(raw, np.array([2.0, 2.0])),
        critical=(0,),
        sigma=(sigma,),
        across=(1.0,),
        exposed=np.ones((1, 2, 1)),
        fixed=np.array([[fixed], [0.0]]),
    )


def test_the_published_losses_of_what_if_come_out():
    """Bachmann et al. (2024): energy, gas, and the sufficient statistic of their appendix."""
    assert round(100 * second_order.ces_loss(0.04, 0.9, 0.04), 2) == -1.57
    assert round(100 * second_order.ces_loss(0.01, 0.7, 0.1), 2) == -2.34
    assert second_order.sufficient(0.012, 3 * 0.012, -0.30) == pytest.approx(-0.0072, abs=1e-15)
    assert round(100 * second_order.second_order(0.04, 0.9, 0.04), 2) == -0.93


def test_the_cliff_is_where_output_begins_to_fall_one_for_one():
    for sigma, at in ((0.05, 0.62), (0.1, 0.36), (0.2, 0.10)):
        assert round(float(second_order.cliff(1e-4, sigma)), 2) == at
        edge = second_order.cliff(1e-4, sigma)

        def slope(quantity, sigma=sigma):
            near, far = (np.log1p(second_order.ces_loss(1e-4, quantity * f, sigma)) for f in (0.999, 1.001))
            return (far - near) / np.log(1.001 / 0.999)

        assert slope(edge) == pytest.approx(0.5, abs=0.01)  # the value share of the input is one half there
        assert slope(edge / 3) > 0.95
        assert slope(min(1.0, 3 * edge)) < 0.1


def test_each_user_has_its_cliff_where_its_share_puts_it(plain):
    world = split(plain, node(exposed=0.5, fixed=0.0))
    found = second_order.cliffs(world, "magnet")
    assert np.isnan(found[world.sector("food")]).all()
    share = 0.004 / (0.004 + 0.5 * 0.996)
    assert found[world.sector("cars"), 0] == pytest.approx(float(second_order.cliff(share, SIGMA)))
    with pytest.raises(QuestionError, match="split it off"):
        second_order.cliffs(world, "cars")


def test_losses_past_the_cliff_are_those_of_the_specification():
    found = [100 * second_order.ces_loss(5e-4, q, s) for s in (0.05, 0.1, 0.2) for q in (0.7, 0.5)]
    assert [round(x, 2) for x in found] == [-1.89, -25.42, -0.13, -2.50, -0.04, -0.19]


@pytest.mark.parametrize(("share", "left", "sigma"), [(0.04, 0.9, 0.04), (0.01, 0.7, 0.1), (5e-4, 0.5, 0.05)])
def test_one_economy_that_loses_a_mineral_loses_what_ces_says(share, left, sigma):
    world = alone(share, sigma, fixed=1.0)
    found = solved(world, tariffs(world, {}, costs={("E", "A", "A"): 1 / left}))
    exact = second_order.ces_loss(share, left, sigma)
    assert found.of("real_income", "A") / 100 == pytest.approx(exact, abs=1e-11)


@pytest.mark.parametrize(("share", "left", "sigma"), [(0.04, 0.9, 0.04), (0.01, 0.7, 0.1), (5e-4, 0.5, 0.05)])
def test_one_economy_with_a_cap_on_an_input_loses_what_ces_says_of_labour_moved(share, left, sigma):
    world = alone(share, sigma, fixed=0.0)
    found = solve(world, limited(world, {("E", "A", "A"): left}))
    power = 1 - 1 / sigma
    rest = (1 - share * left) / (1 - share)  # labour set free works elsewhere
    exact = ((1 - share) * rest**power + share * left**power) ** (1 / power) - 1
    assert found.of("real_income", "A") / 100 == pytest.approx(exact, abs=1e-10)


def test_the_second_order_expansion_holds_near_the_baseline_and_fails_at_the_cliff():
    world = alone(5e-4, 0.05, fixed=1.0)
    for left, near in ((0.98, True), (0.5, False)):
        policy = tariffs(world, {}, costs={("E", "A", "A"): 1 / left})
        exact = float(solve(world, policy).of("real_income", "A"))
        told = second_order.expansion(world, policy)
        theirs = 100 * second_order.second_order(5e-4, left, 0.05)
        assert np.expm1(told.second[0] / 100) == pytest.approx(theirs / 100, rel=0.02)
        assert (abs(told.second[0] / exact - 1) < 0.1) == near


def test_with_every_elasticity_one_and_no_limit_it_is_the_multi_sector_model(plain):
    policy = tariffs(plain, {("A", "B"): 0.6, ("cars", "B", "A"): 0.4}, costs={("rest", "D", "E"): 1.2})
    theirs = solve(plain, policy, multi_sector, options=TIGHT).report
    for outer in (1.0, 1 - 1e-11):
        world = split(plain, node(sigma=outer, fixed=0.0), outer=outer, materials=outer)
        pair = tariffs(plain, {("A", "B"): 0.6, ("cars", "B", "A"): 0.4}, costs={("rest", "D", "E"): 1.2})
        nested = critical_inputs.nested(plain, outer=outer, materials=outer)
        ours = solve(nested, pair, options=TIGHT).report
        for name in ("real_income", "real_wage", "wage", "price", "revenue", "exports", "imports", "sector_output"):
            assert np.allclose(ours[name], theirs[name], rtol=0, atol=NEAR), name
        again = tariffs(world, {("A", "B"): 0.6, ("cars", "B", "A"): 0.4})
        same = (solve(world, again, model, options=TIGHT).report["real_income"] for model in (None, multi_sector))
        assert np.allclose(*same, rtol=0, atol=NEAR)


def test_no_shock_moves_nothing_and_a_limit_at_baseline_volume_neither(small):
    for policy in (nothing(small), limited(small, {("magnet", "*", "B"): 1.0, ("cars", "A", "C"): 1.0})):
        found = solved(small, policy)
        assert max(np.abs(found.report[name]).max() for name in ("real_income", "wage", "sector_output")) < NEAR


def test_a_limit_that_is_wide_does_nothing_to_a_tariff(small):
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
def test_wedge_and_slack_are_complementary_and_all_that_is_paid_is_received(fraction, other, sigma, rent, exposed):
    world = split(WORLD, node(sigma=sigma, exposed=exposed), outer=0.5, materials=0.3)
    keys = {("magnet", "*", "B"): fraction, ("magnet", "all", "C"): other, ("cars", "A", "C"): 0.8}
    found = solved(world, limited(world, keys, rent=rent, policy=tariffs(world, {("A", "B"): 0.2})))
    scarce = critical_inputs.scarcities(world, found.policy, found.state)
    for s in scarce:
        assert s.wedge >= 0
        assert s.volume <= s.limit * (1 + 1e-8)
        assert s.wedge * (s.limit - s.volume) <= 1e-8 * (1 + s.wedge)
    _books_close(world, found, scarce)


WORLD = calibrate(table(), np.array([2.0, 5.0, 9.0, 4.0]))


def _books_close(world, found, scarce):
    """Identities that no equation of the solver states, from the report and from trade rebuilt cell by cell."""
    reach = critical_inputs.prepare(world, found.policy)
    v, q = critical_inputs.markets(world, reach, found.state), reach.cells
    size, tol = len(world.economies), 1e-8 * world.income.sum()
    level = np.exp(v.level)
    assert found.report["rent"].sum() == pytest.approx(sum(s.rent for s in scarce), rel=1e-9, abs=tol)
    value = reach.access.net * (np.exp(-reach.theta * found.state.cost.reshape(v.made.shape)))[:, None, :]
    value = value * v.demand[:, :, None]  # purchases net of duty, without the limited cells
    s = q.buyer // size
    np.add.at(value, (s, q.importer, q.exporter), v.paid)
    received = value.copy()
    np.add.at(received, (s, q.importer, q.exporter), -v.rent)
    assert np.allclose(received.sum(1), v.made, atol=tol)  # sellers receive what they make
    assert np.allclose(value.sum(2), v.net, atol=tol)
    cost = np.exp(found.state.cost.reshape(v.made.shape))
    volume = received[s, q.importer, q.exporter] / cost[s, q.exporter]
    before = (world.duty_free * world.spending[..., None])[s, q.importer, q.exporter]
    for k, one in enumerate(scarce):  # a limit is on what is shipped, not on what is paid for it
        assert volume[q.of == k].sum() / before[q.of == k].sum() == pytest.approx(one.volume, rel=1e-9)
    duty = (value * found.policy.tariff(world)).sum((0, 2))
    assert np.allclose(duty, found.report["duty"] * level, atol=tol)  # revenue cell by cell
    due = (v.costs.labour * v.made).sum(-2)
    assert np.allclose(due, v.wages, atol=tol)  # labour earns what it is paid
    across = value.copy()  # what crosses a border is paid to who sells, and the rent to who keeps it
    np.add.at(across, (s, q.importer, q.exporter), -(1 - q.keep) * v.rent)
    across = (across * (1 - np.eye(size))).sum(0) / level
    before = (world.duty_free * world.spending[..., None] * (1 - np.eye(size))).sum(0)
    for name, axis in (("exports", 0), ("imports", 1)):
        grown = 100 * (across.sum(axis) / before.sum(axis) - 1)
        assert np.allclose(grown, found.report[name], atol=1e-6), name
    balance = found.report["trade_balance"]
    assert np.allclose(balance, -world.transfer, atol=tol)  # trade balances up to deficits, though nothing asks
    absorbed = (world.structure.final * v.income).sum(0)
    assert np.allclose(absorbed, v.income, atol=tol)
    used = v.spend.sum(0) - v.income
    paid = v.made.sum(0) - v.wages - (world.structure.fixed * v.made).sum(0)
    assert np.allclose(used, paid, atol=tol)  # materials bought are materials paid for


def test_who_keeps_the_rent_gains_it(small):
    quota = {("magnet", "A", "B"): 0.5}
    buyers, sellers = (solved(small, limited(small, quota, rent=rent)) for rent in (0.0, 1.0))
    assert sellers.of("real_income", "B") > buyers.of("real_income", "B")
    assert sellers.of("real_income", "A") < buyers.of("real_income", "A")


def test_without_duties_an_auctioned_quota_is_a_tariff():
    raw = replace(table(), tariff=np.zeros_like(table().tariff))
    world = split(calibrate(raw, np.array([2.0, 5.0, 9.0, 4.0])), node(), outer=0.5, materials=0.3)
    quota = solved(world, limited(world, {("magnet", "A", "B"): 0.5}, rent=0.0))
    wedge = critical_inputs.scarcities(world, quota.policy, quota.state)[0].wedge
    duty = solved(world, tariffs(world, {("magnet", "A", "B"): wedge}))
    for name in ("real_income", "sector_price", "sector_output", "trade_balance"):
        assert np.allclose(quota.report[name], duty.report[name], atol=1e-8), name
    assert quota.of("rent", "A") == pytest.approx(float(duty.of("duty", "A")), rel=1e-9)


def test_tighter_limits_raise_the_price_and_the_users_loss(small):
    losses, wedges = [], []
    for fraction in (0.9, 0.6, 0.3, 0.1):
        found = solved(small, limited(small, {("magnet", "*", "B"): fraction}))
        losses.append(float(found.of("real_income", "A")))
        wedges.append(critical_inputs.scarcities(small, found.policy, found.state)[0].wedge)
    assert losses == sorted(losses, reverse=True)
    assert wedges == sorted(wedges)


def test_the_harder_to_substitute_the_larger_the_loss_and_exposure_bounds_it(plain):
    def loss(**changes):
        world = split(plain, node(elasticity=0.3, **changes), outer=0.5, materials=0.3)
        return float(solved(world, limited(world, {("magnet", "*", "B"): 0.1})).of("real_income", "A"))

    assert loss(sigma=0.05) < loss(sigma=0.2) < loss(sigma=0.8)
    assert loss(sigma=0.05) < loss(sigma=0.05, exposed={"cars": 0.3, "rest": 0.1})


def test_third_suppliers_take_the_edge_off_unless_they_cannot_grow(small):
    ban = {("magnet", "*", "B"): 0.2}
    free = solved(small, limited(small, ban))
    capped = solved(small, limited(small, ban | {("magnet", "all", who): 1.1 for who in "ACDE"}))
    assert capped.of("real_income", "A") < free.of("real_income", "A")


def test_parts_of_cost_are_what_prices_do_to_it(plain):
    """Shephard's lemma, against finite differences: a lemma no equation of the model uses."""
    world = split(
        plain, node(exposed=0.4, across=2.5), node(name="oxide", host="food", sigma=0.4), outer=0.5, materials=0.3
    )
    reach = critical_inputs.prepare(world, nothing(world))
    rng = np.random.default_rng(3)
    price, wage = rng.normal(0, 0.5, world.spending.shape), rng.normal(0, 0.3, len(world.economies))
    s, h = world.structure, 1e-6
    at = nests.nests(world, reach.tree, price, wage)

    def slope(by_price, by_wage):
        far, near = (nests.nests(world, reach.tree, price + k * by_price, wage + k * by_wage).cost for k in (h, -h))
        return (far - near) / (2 * h) * (1 - s.fixed)

    nothing_moves = np.zeros_like(price)
    assert np.allclose(slope(nothing_moves, 1.0), at.labour, atol=1e-8)
    for c, users, need in zip(s.critical, reach.tree.users, at.need, strict=True):
        one = nothing_moves.copy()
        one[c] = 1
        assert np.allclose(slope(one, 0.0)[users.rows], need.part, atol=1e-8)
        assert need.part.max() > 0.001
    total = slope(nothing_moves + 1, 1.0)
    assert np.allclose(total, 1 - s.fixed, atol=1e-8)


def test_a_star_leaves_the_economy_itself_out_and_all_does_not(small):
    own = small.index("B")
    for side, within in (("*", False), ("all", True)):
        limits = limited(small, {("magnet", side, "B"): 0.5}).limits
        assert (own in limits.importer) == within


def test_a_mineral_in_fixed_supply_keeps_its_quantity(plain):
    """With all of cost in the mineral, output of the good cannot move, whatever is done to demand."""
    world = alone(0.04, 0.3, fixed=1.0)
    found = solved(world, tariffs(world, {}, costs={("Y", "A", "A"): 1.3}))
    assert found.report["sector_output"][0, 0] == pytest.approx(0, abs=NEAR)


@pytest.mark.parametrize("fraction", [1e-2, 1e-4, 1e-8])
def test_a_near_total_ban_is_reached(small, fraction):
    policy = limited(small, {("magnet", "*", "B"): fraction})
    found = solve(small, policy)
    assert critical_inputs.scarcities(small, policy, found.state)[0].volume == pytest.approx(fraction, rel=1e-8)


def test_what_is_not_reached_is_said_with_where_it_stood(small):
    policy = limited(small, {("magnet", "*", "B"): 0.1})
    with pytest.raises(NotConverged, match="did not reach") as problem:
        solve(small, policy, options=Options(tolerance=0.0, max_iterations=3))
    assert not problem.value.equilibrium.converged


def test_newton_walks_to_what_the_chord_does_not_reach(small, monkeypatch):
    policy = limited(small, {("magnet", "*", "B"): 0.3})
    chord = solved(small, policy).report["real_income"]
    monkeypatch.setattr(engine, "CHORD", 1)
    newton = solve(small, policy)
    assert newton.converged
    assert np.allclose(newton.report["real_income"], chord, atol=1e-7)


def test_limits_on_the_shipped_world_are_solved_at_low_substitution():
    world = shipped("icio-2022")
    magnet = Node("magnet", "C27", {"CHN": 0.85, "JPN": 0.08}, {"C26": 5e-4, "C29": 5e-4}, sigma=0.05, elasticity=0.3)
    world = split(world, magnet, outer=0.5, materials=0.1)
    for fraction in (0.5, 0.05):
        found = solve(world, limited(world, {("magnet", "*", "CHN"): fraction}))
        assert found.of("real_income", "USA") < 0 < found.of("real_income", "CHN")
        assert critical_inputs.node_price(found, "magnet")[world.index("USA")] > 100
        assert found.iterations <= engine.CHORD


def test_questions_limits_cannot_carry_are_refused(plain, small):
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


def test_many_scenarios_without_limits_are_the_single_ones(small):
    singles = [tariffs(small, {("A", "B"): rate}) for rate in (0.1, 0.5)]
    batch = solved(small, stack(small, singles)).report["real_income"]
    assert np.allclose(batch, [solved(small, p).report["real_income"] for p in singles], atol=NEAR)
