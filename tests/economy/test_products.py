"""Critical products: what a split leaves unchanged, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_worlds import random_table

from detente.economy import engine, horizons
from detente.economy.calibrate import as_table, calibrate, shipped
from detente.economy.models import critical_inputs, multi_sector
from detente.economy.policy import limited, nothing, tariffs
from detente.economy.products import Product, effective, profile, solve_draws, split
from detente.economy.solve import Options, solve
from detente.economy.world import check
from detente.errors import DataError, QuestionError

TIGHT = Options(tolerance=1e-12)
NEAR = 1e-9  # percent


WORLD = calibrate(random_table(), np.array([2.0, 5.0, 9.0, 4.0]))
PLAIN = Product("magnet", "wood", {"B": 0.6, "C": 0.2}, {"cars": 0.004, ("A", "rest"): 0.002}, sigma=0.1)


def part_of_host(part: float) -> Product:
    """A product that is the same part of its host everywhere: of every flow, every use and all final demand."""
    s, host = WORLD.structure, WORLD.sector("wood")
    pairs = [(n, i) for n in range(5) for i in range(5)]
    name = WORLD.economies
    return Product(
        "half",
        "wood",
        {},
        {(name[n], code): part * s.inputs[n, host, k] for n in range(5) for k, code in enumerate(WORLD.sectors)},
        origins={(name[n], name[i]): WORLD.share[host, n, i] for n, i in pairs},
        final={"*": part},
        sigma=1.0,
    )


@pytest.mark.parametrize("part", [0.01, 0.4])
def test_a_product_that_resembles_its_host_changes_no_result(part):
    world = split(WORLD, part_of_host(part))
    rates = {("A", "B"): 0.6, ("C", "D"): 0.2}
    unsplit = solve(WORLD, tariffs(WORLD, rates), options=TIGHT).report
    for model in (None, multi_sector):
        parts = solve(world, tariffs(world, rates), model, options=TIGHT).report
        for name in ("real_income", "real_wage", "wage", "price", "revenue", "trade_balance"):
            assert np.allclose(parts[name], unsplit[name], rtol=0, atol=NEAR), name
        for name in ("sector_output", "sector_price"):
            assert np.allclose(parts[name][:4], unsplit[name], atol=NEAR), name
            assert np.allclose(parts[name][4], unsplit[name][1], atol=NEAR), name


def test_a_split_world_balances_and_keeps_every_total():
    world = split(WORLD, PLAIN, outer=0.5, materials=0.2)
    check(world, tolerance=1e-12)
    assert engine.baseline_residual(multi_sector, world) < 1e-12
    equilibrium = solve(world, nothing(world), options=TIGHT)
    assert equilibrium.residual < 1e-12
    assert np.abs(equilibrium.report["real_income"]).max() < NEAR
    old, new = (w.duty_free * w.spending[..., None] for w in (WORLD, world))
    assert np.allclose(new[1] + new[4], old[1], rtol=1e-12)
    assert np.allclose(new[[0, 2, 3]], old[[0, 2, 3]], rtol=1e-13)
    assert np.array_equal(world.income, WORLD.income)
    assert np.array_equal(world.transfer, WORLD.transfer)
    raw, before = as_table(world), as_table(WORLD)
    assert np.allclose(raw.flows.sum((0, 2)), before.flows.sum((0, 2)))


def test_a_product_has_the_stated_producers_and_users():
    world = split(WORLD, PLAIN)
    purchases = world.share[4] * world.spending[4, :, None]
    supply = purchases.sum(0) / purchases.sum()
    assert supply[1] == pytest.approx(0.6, abs=0.02)
    assert supply[2] == pytest.approx(0.2, abs=0.02)
    inputs = world.structure.inputs
    assert np.allclose(inputs[:, 4, 2], 0.004)
    assert inputs[0, 4, 3] == 0.002
    assert not inputs[1:, 4, 3].any()
    assert world.structure.final[4].sum() == 0
    pinned = split(WORLD, Product("magnet", "wood", {"B": 0.6}, {"cars": 0.004}, origins={("A", "B"): 0.9}))
    assert pinned.share[4, 0, 1] == pytest.approx(0.9, abs=1e-9)


def test_a_limit_raises_the_price_of_the_products_users_and_hardly_that_of_its_host():
    """The price of what needs the magnet rises with it; the prices of the host's other goods hardly change."""
    world = split(WORLD, PLAIN, outer=0.5, materials=0.2)
    equilibrium = solve(world, limited(world, {("magnet", "*", "B"): 0.1}))
    price = equilibrium.report["sector_price"][:, 0]
    assert price[4] > 20 * price[2] > 0
    assert price[2] > 5 * abs(price[1])


def test_a_product_can_be_an_input_of_another_product():
    oxide = Product("oxide", "food", {"B": 0.9}, {"magnet": 0.05}, sigma=0.1, fixed=0.05)
    world = split(WORLD, PLAIN, oxide, outer=0.5, materials=0.2)
    assert world.sectors[-2:] == ("magnet", "oxide")
    assert engine.baseline_residual(multi_sector, world) < 1e-12
    equilibrium = solve(world, limited(world, {("oxide", "*", "B"): 0.3}), options=TIGHT)
    price = equilibrium.report["sector_price"][:, 0]
    assert price[5] > price[4] > price[2] > 0


def test_a_user_that_buys_too_little_of_the_host_gives_up_other_materials_and_nothing_else_changes():
    host, needs = WORLD.sector("wood"), 0.15
    assert (WORLD.structure.inputs[:, host, 2] < needs).any()
    world = split(WORLD, PLAIN, Product("steel", "wood", {"B": 0.4}, {"magnet": needs}))
    assert np.allclose(world.structure.inputs[:, 5, 4], needs)
    assert engine.baseline_residual(multi_sector, world) < 1e-12
    columns = world.structure.inputs.sum(1).T + world.structure.value_added
    assert np.allclose(columns, 1)
    purchases, before = world.spending, WORLD.spending
    assert np.allclose(purchases[1] + purchases[4] + purchases[5], before[1])
    assert np.allclose(purchases[[0, 2, 3]], before[[0, 2, 3]])


def test_a_split_world_keeps_its_products_at_another_horizon():
    world = horizons.at_horizon(split(WORLD, PLAIN), "short")
    assert world.structure.critical == (4,)
    assert solve(world, limited(world, {("magnet", "A", "B"): 0.5})).of("real_income", "A") < 0


def test_a_product_with_one_dominant_producer_fits_the_shipped_world():
    magnet = Product("magnet", "C27", {"CHN": 0.9}, {"C26": 2e-4, "C27": 5e-4, "C29": 2e-4}, sigma=0.1)
    world = split(shipped("icio-2022"), magnet)
    purchases = (world.share[-1] * world.spending[-1, :, None]).sum(0)
    assert purchases[world.index("CHN")] / purchases.sum() == pytest.approx(0.9, abs=0.02)
    assert engine.baseline_residual(multi_sector, world) < 1e-10


@settings(max_examples=20, deadline=None)
@given(supply=st.floats(0, 0.9), cost=st.floats(1e-5, 5e-3), fixed=st.floats(0, 0.1), other=st.floats(0, 0.1))
def test_any_thin_product_leaves_a_balanced_world(supply, cost, fixed, other):
    world = split(
        WORLD, Product("thin", "wood", {"B": supply, "D": other}, {"cars": cost, "rest": cost / 3}, fixed=fixed)
    )
    assert engine.baseline_residual(multi_sector, world) < 1e-11
    assert np.abs(solve(world, nothing(world)).report["real_income"]).max() < NEAR
    assert (world.share >= 0).all()
    assert (world.structure.inputs >= 0).all()


def test_stocks_delay_a_limit_until_they_are_used_up():
    assert effective(0.5, months=18, stocks=0) == 0.5
    assert effective(0.5, months=6, stocks=3) == 1.0
    assert effective(0.4, months=10, stocks=2, share=0.5) == pytest.approx(0.8)
    assert profile(0.5, months=18, stocks=3) == [(0.0, 6.0, 1.0), (6.0, 18, 0.5)]
    assert profile(0.5, months=3, stocks=3) == [(0.0, 3, 1.0)]
    steps = profile(0.4, months=10, stocks=2, share=0.5)
    used = sum((to - start) * volume for start, to, volume in steps) / 10
    assert used == pytest.approx(effective(0.4, months=10, stocks=2, share=0.5))  # two ways to use the same stock


def test_draws_come_back_in_order_and_are_none_without_an_equilibrium():
    def build(draw):
        world = split(WORLD, Product("magnet", "wood", {"B": 0.6}, {"cars": 0.002}, sigma=0.05 * (draw + 1)))
        return world, limited(world, {("magnet", "*", "B"): 0.3})

    progress_calls = []
    results = solve_draws(
        build, 6, lambda f: float(f.of("real_income", "A")), progress=lambda done, total: progress_calls.append(done)
    )
    assert progress_calls == [1, 2, 3, 4, 5, 6]
    alone = [float(solve(*build(draw), options=TIGHT).of("real_income", "A")) for draw in range(6)]
    assert np.allclose(results, alone, atol=1e-6)
    lost = solve_draws(build, 2, lambda f: 1.0, options=Options(tolerance=0.0, max_iterations=3))
    assert lost == [None, None]


def test_products_that_do_not_fit_or_have_invalid_parameters_are_refused():
    with pytest.raises(DataError, match="does not fit its host"):
        split(WORLD, Product("magnet", "wood", {"B": 0.6}, {"cars": 0.9}))
    with pytest.raises(DataError, match="made elsewhere"):
        split(WORLD, Product("magnet", "wood", {"B": 1.0}, {"cars": 0.03, "food": 0.03, "wood": 0.015}))
    none = [(n, i) for n in range(5) for i in range(5) if WORLD.share[1, n, i] == 0]
    pair = "ABCDE"[none[0][0]], "ABCDE"[none[0][1]]
    with pytest.raises(DataError, match="more than of all"):
        split(WORLD, Product("magnet", "wood", {"B": 0.6}, {"cars": 0.004}, origins={pair: 0.5}))
    with pytest.raises(DataError, match="value added"):
        split(WORLD, Product("magnet", "wood", {"B": 0.6}, {"cars": 0.004}, fixed=0.9))
    with pytest.raises(QuestionError, match="between 0 and 1"):
        split(WORLD, Product("magnet", "wood", {"B": 0.6, "C": 0.6}, {"cars": 0.004}))
    with pytest.raises(QuestionError, match="positive"):
        split(WORLD, Product("magnet", "wood", {"B": 0.6}, {"cars": 0.004}, sigma=0))
    with pytest.raises(QuestionError, match="not a sector"):
        split(WORLD, Product("magnet", "toys", {"B": 0.6}, {"cars": 0.004}))
    with pytest.raises(QuestionError, match="already"):
        split(split(WORLD, PLAIN), PLAIN)
    with pytest.raises(QuestionError, match="lasts more"):
        effective(0.5, months=0, stocks=1)
    assert critical_inputs.with_nests(WORLD).structure.critical == ()
