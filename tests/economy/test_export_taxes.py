"""Taxes on exports: Lerner's symmetry, the import duty with its revenue moved, and the books of the world."""

from dataclasses import replace

import numpy as np
import pytest
from random_worlds import random_table

from detente.economy.calibrate import calibrate
from detente.economy.equilibrium import Options
from detente.economy.exposure import balanced
from detente.economy.models import capital, fixed_firms, held_wages, lent_duty, multi_sector, valuation
from detente.economy.policy import stack, tariffs
from detente.economy.solve import rebased, solve
from detente.economy.transition import transition
from detente.economy.yearly import years
from detente.errors import QuestionError

TIGHT = Options(tolerance=1e-12)
THETA = np.array([2.0, 5.0, 9.0, 4.0])


@pytest.fixture(scope="module")
def world():
    return calibrate(random_table(), THETA)


@pytest.fixture(scope="module")
def all_goods():
    """No duties, no deficits, no services: where a duty on all imports and a tax on all exports are one."""
    table = random_table()
    return balanced(calibrate(replace(table, tariff=0 * table.tariff, services=()), THETA))


def test_a_tax_on_all_exports_is_a_duty_on_all_imports(all_goods):
    others = [code for code in all_goods.economies if code != "A"]
    duty = solve(all_goods, tariffs(all_goods, {("A", code): 0.3 for code in others}), multi_sector, options=TIGHT)
    tax = tariffs(all_goods, {}, exports={(code, "A"): 0.3 for code in others})
    taxed = solve(all_goods, tax, multi_sector, options=TIGHT)
    assert np.abs(duty.report["real_income"]).max() > 0.1
    assert taxed.report["real_income"] == pytest.approx(duty.report["real_income"], abs=1e-8)
    assert taxed.report["sector_output"] == pytest.approx(duty.report["sector_output"], abs=1e-7)


def test_a_tax_on_exports_is_the_import_duty_with_its_revenue_moved(world):
    taxed = solve(world, tariffs(world, {}, exports={("B", "A"): 0.4}), multi_sector, options=TIGHT)
    a, b, goods = world.index("A"), world.index("B"), np.flatnonzero(world.structure.goods)
    levels = {(world.sectors[s], "B", "A"): (1 + world.tariff[s, b, a]) * 1.4 - 1 for s in goods}
    policy = tariffs(world, levels)
    flows = multi_sector.trade(world, policy, taxed.state)
    moved = 0.4 * flows[goods, b, a].sum()
    given = world.transfer.copy()
    given[[a, b]] += moved, -moved
    as_duty = solve(replace(world, transfer=given), policy, multi_sector, options=TIGHT)
    base = multi_sector.baseline_totals(world).income  # of the world without what is moved
    spent = (1 + as_duty.report["real_income"] / 100) * multi_sector.baseline_totals(as_duty.world).income
    assert moved > 0
    assert taxed.report["real_income"] == pytest.approx(100 * (spent / base - 1), abs=1e-8)
    assert taxed.report["duty"][a] == pytest.approx(as_duty.report["duty"][a] + moved, abs=1e-8)


def test_trade_balances_stay_the_deficits_that_are_fixed(world):
    policy = tariffs(world, {("C", "A"): 0.2}, exports={("B", "A"): 0.4, ("cars", "D", "E"): 0.3})
    report = solve(world, policy, multi_sector, options=TIGHT).report
    assert report["trade_balance"] == pytest.approx(-world.transfer, abs=1e-8)


def test_a_tax_of_nothing_changes_nothing(world):
    policy = tariffs(world, {("C", "A"): 0.2})
    without = solve(world, policy, multi_sector, options=TIGHT)
    none = solve(world, tariffs(world, {("C", "A"): 0.2}, exports={("B", "A"): 0.0}), multi_sector, options=TIGHT)
    assert none.report["real_income"] == pytest.approx(without.report["real_income"], abs=1e-9)


INVESTED = np.full((4, 5), 0.25)


def both_ways(world):
    """A duty of A on all imports, and the tax of A on all its exports."""
    others = [code for code in world.economies if code != "A"]
    duty = tariffs(world, {("A", code): 0.3 for code in others})
    return duty, tariffs(world, {}, exports={(code, "A"): 0.3 for code in others})


@pytest.mark.parametrize("model", [capital.NOW, capital.LONG_RUN])
@pytest.mark.parametrize("quantity", ["consumption", "real_gdp"])
def test_with_capital_too_a_tax_on_all_exports_is_a_duty_on_all_imports(all_goods, model, quantity):
    world = capital.with_capital(all_goods, investment=INVESTED)
    duty, tax = (solve(world, policy, model, options=TIGHT).report[quantity] for policy in both_ways(world))
    assert np.abs(duty).max() > 0.1
    assert tax == pytest.approx(duty, abs=1e-8)


def test_over_the_whole_path_a_tax_on_all_exports_is_a_duty_on_all_imports(all_goods):
    world = capital.with_capital(all_goods, investment=INVESTED)
    duty, tax = (transition(world, policy, years=5, options=TIGHT).equivalent for policy in both_ways(world))
    assert tax == pytest.approx(duty, abs=1e-8)


@pytest.mark.parametrize("stay", [0.0, 0.6])
def test_year_by_year_a_tax_on_all_exports_is_a_duty_on_all_imports(all_goods, stay):
    world = capital.with_capital(all_goods, investment=INVESTED)
    paths = [years(world, [policy] * 3, stay=stay, options=TIGHT) for policy in both_ways(world)]
    duty, tax = (path.report["real_gdp"] for path in paths)
    assert np.abs(duty).max() > 0.1
    assert tax == pytest.approx(duty, abs=1e-7)


def test_with_wages_held_a_tax_on_exports_is_the_import_duty_with_its_revenue_moved(world):
    taxed = solve(world, tariffs(world, {}, exports={("B", "A"): 0.4}), held_wages, options=TIGHT)
    levels = {
        (world.sectors[s], "B", "A"): (1 + world.tariff[s, 1, 0]) * 1.4 - 1
        for s in np.flatnonzero(world.structure.goods)
    }
    as_duty = solve(world, tariffs(world, levels), held_wages, options=TIGHT)
    moved = taxed.report["duty"] - as_duty.report["duty"]
    assert moved[0] == pytest.approx(-moved[1])
    assert moved[0] > 0
    assert taxed.report["price"] == pytest.approx(as_duty.report["price"], abs=1e-9)


@pytest.mark.parametrize("model", [multi_sector, valuation, lent_duty, held_wages])
def test_scenarios_side_by_side_are_those_alone(world, model):
    policies = [tariffs(world, {}, exports={("B", "A"): 0.4}), tariffs(world, {("A", "B"): 0.3})]
    both = solve(world, stack(world, policies), model, options=TIGHT)
    for k, policy in enumerate(policies):
        alone = solve(world, policy, model, options=TIGHT)
        assert both.report["real_income"][k] == pytest.approx(alone.report["real_income"], abs=1e-8)


def test_what_knows_no_tax_on_exports_refuses_it(world):
    policy = tariffs(world, {}, exports={("B", "A"): 0.4})
    with pytest.raises(QuestionError, match="taxes on exports"):
        solve(world, policy, fixed_firms)
    with pytest.raises(QuestionError, match="a baseline has no taxes on exports"):
        rebased(solve(world, policy, multi_sector))
    with pytest.raises(QuestionError, match="above -1"):
        tariffs(world, {}, exports={("B", "A"): -1.0})
