"""Nash tariffs by closed forms, and the averages of Lashkaripour (2021)."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from detente.economy import calibrate, elasticities, nash_closed_form, strategic
from detente.economy.models import fixed_firms, multi_sector
from detente.economy.payoff_solver import PayoffSolver
from detente.economy.world import InputOutput, Origin
from detente.errors import NotConverged, QuestionError
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
    result = nash_closed_form.nash(world)
    point = PayoffSolver(world, fixed_firms).solve(result.tariff())
    assert 100 * np.expm1(point.payoff) == pytest.approx(result.real_income, abs=1e-8)
    assert result.residual < 1e-11


def test_with_two_economies_and_one_sector_the_closed_form_is_the_nash_tariff_of_best_responses():
    world = economy(2, 1)
    searched = strategic.nash(world, fixed_firms)
    rates = searched.tariff[0][[0, 1], [1, 0]]
    assert nash_closed_form.nash(world).rate == pytest.approx(rates, abs=1e-6)  # the optimum is flat


def test_with_more_economies_the_closed_form_is_close_to_uniform_tariffs_by_search():
    """The closed form takes third economies' responses to i's wage as small: an approximation where i is large."""
    world = economy(4, 3)
    searched = strategic.nash(world, fixed_firms, kind="uniform")
    rates = np.array([searched.mean(code) for code in world.economies])
    assert nash_closed_form.nash(world).rate == pytest.approx(rates, rel=0.1)


def uneven(n, s, markups=(1.6, 1.3, 1.1), seed=1):
    """A balanced economy whose sectors differ in markup."""
    rng = np.random.default_rng(seed)
    flows = rng.uniform(0.5, 2, (s, n, n)) + 4 * np.eye(n)
    origin = Origin("made up", 2020, "USD", ("tests",), "none")
    names, sectors = tuple("ABCDEFG"[:n]), tuple("xyzuvw"[:s])
    theta, labour = np.linspace(2.5, 5, s), 1 / np.array(markups[:s])
    return fixed_firms.balanced(fixed_firms.calibrate(names, sectors, flows, 0 * flows, theta, origin, labour=labour))


def with_inputs(n=3, s=2, labour=0.6):
    """A world with inputs; labour: its share of sales, the rest being bought in equal parts from every sector."""
    rng = np.random.default_rng(2)
    flows = rng.uniform(0.5, 2, (s, n, n)) + 4 * np.eye(n)
    uses = np.tile(((1 - labour) * flows.sum(1) / s).T[:, None, :], (1, s, 1))
    origin = Origin("made up", 2020, "USD", ("tests",), "none")
    table = InputOutput(tuple("ABCDEFG"[:n]), tuple("xyzuvw"[:s]), flows, uses, 0 * flows, origin)
    return calibrate.calibrate(table, np.linspace(2.5, 5, s))


def test_with_equal_markups_tariffs_and_gains_are_those_without_profits():
    plain, even = nash_closed_form.nash(economy(4, 3)), nash_closed_form.nash(economy(4, 3, labour=0.7))
    nearly = nash_closed_form.nash(
        uneven(4, 3, (1 / 0.7, 1 / 0.7 + 1e-9, 1 / 0.7))
    )  # by the equations of uneven markups
    for other in (even, nearly):
        assert other.rate == pytest.approx(plain.rate, abs=1e-8)
        assert other.duty == pytest.approx(np.tile(plain.rate, (3, 1)), abs=1e-8)
        assert other.real_income == pytest.approx(plain.real_income, abs=1e-6)


def test_duties_with_markups_solve_the_printed_equation_and_are_an_equilibrium():
    world = uneven(4, 3)
    result = nash_closed_form.nash(world)
    point = PayoffSolver(world, fixed_firms).solve(result.tariff())
    assert 100 * np.expm1(point.payoff) == pytest.approx(result.real_income, abs=1e-8)
    v = fixed_firms.markets(world, point.prepared, fixed_firms.Unknowns(*np.split(point.x, 2)))
    own = point.prepared.access.domestic() * v.supply * v.demand / v.expenditure
    theta, labour = world.structure.elasticity[:, None], world.structure.labour[:, None]
    mean = v.output.sum(0) / (labour * v.output).sum(0)
    ratio = (1 + theta * own) / (1 + mean * labour * theta * own)
    assert 1 + result.duty == pytest.approx((1 + result.rate) * ratio, abs=1e-8)
    assert (result.duty[0] > result.duty[2]).all()  # the sector with the highest markup has the highest duty


def test_duties_with_markups_differ_between_sectors_as_by_search_but_their_uniform_part_is_too_low():
    """Equation 16 values exports at their labour; counting their markup brings the closed form close to the search."""
    world = uneven(4, 3)
    searched = strategic.nash(world, fixed_firms, kind="mfn", bounds=(-0.5, 10))
    rates = np.array([[np.delete(searched.tariff[s, n], n).mean() for n in range(4)] for s in range(3)])
    printed, with_markup = nash_closed_form.nash(world), nash_closed_form.nash(world, exporters=True)
    assert (1 + printed.duty[0]) / (1 + printed.duty[2]) == pytest.approx((1 + rates[0]) / (1 + rates[2]), rel=0.01)
    assert (printed.duty < rates - 0.03).all()
    assert with_markup.duty == pytest.approx(rates, abs=0.02)


def test_cooperative_duties_are_zero_without_distortion_and_otherwise_raise_world_income():
    assert nash_closed_form.cooperative(economy(4, 3, labour=0.7)).duty == pytest.approx(0, abs=1e-12)
    result = nash_closed_form.cooperative(uneven(4, 3))
    income = result.world.spending.sum(0)
    assert result.real_income @ income > 0
    assert (result.duty[0] < 0).all()  # imports with the highest markup are subsidised
    nudged = nash_closed_form.real_income(result.world, result.duty * 1.5) @ income
    assert nudged < result.real_income @ income


def test_gains_are_in_percent_alone_since_a_world_without_inputs_counts_sales_of_inputs_as_income():
    world = with_inputs(labour=0.5)
    labour_only = nash_closed_form.without_inputs(world)
    assert labour_only.spending.sum() > 1.5 * multi_sector.baseline_totals(world).income.sum()
    fields = {f.name for f in dataclasses.fields(nash_closed_form.NashTariffs)}
    assert fields == {"world", "rate", "duty", "real_income", "wage", "residual", "iterations", "unknowns"}


def test_without_inputs_the_version_with_drawback_has_the_uniform_tariffs():
    world = with_inputs(labour=1.0)
    final_goods, content = nash_closed_form.final_goods(world)
    assert content == pytest.approx(np.tile(np.eye(3), (2, 1, 1)), abs=1e-12)
    drawback, plain = (
        nash_closed_form.nash(final_goods, content=content),
        nash_closed_form.nash(nash_closed_form.without_inputs(world)),
    )
    assert drawback.rate == pytest.approx(plain.rate, abs=1e-9)
    assert drawback.real_income == pytest.approx(plain.real_income, abs=1e-7)


def test_all_sales_of_final_goods_are_labour_income_and_trade_is_balanced():
    final_goods, content = nash_closed_form.final_goods(with_inputs())
    net = final_goods.duty_free * final_goods.spending[..., None]
    assert content.sum(2) == pytest.approx(1, abs=1e-12)
    assert np.einsum("sni,sil->l", net, content) == pytest.approx(final_goods.income, rel=1e-9)
    assert final_goods.spending.sum(0) == pytest.approx(final_goods.income, rel=1e-9)  # no duties here
    assert nash_closed_form.nash(final_goods, content=content).residual < 1e-11


@pytest.mark.parametrize("family", ["plain", "markups", "inputs"])
def test_deviations_from_the_closed_forms_gain_little_without_markups_and_inputs_and_more_with_them(family):
    """Sampled deviations in each family's own equations: equation 14 is nearly a best response, 16 and 23 are not."""
    content = None
    world = economy(4, 3) if family == "plain" else uneven(4, 3)
    if family == "inputs":
        world, content = nash_closed_form.final_goods(with_inputs(4, 3))
    result = nash_closed_form.nash(world, content=content)
    gain = 0.0
    for n in range(4):
        for scale in (0.8, 0.9, 1.1, 1.25, 1.5):
            duty = result.duty.copy()
            duty[:, n] *= scale
            gain = max(gain, float((nash_closed_form.real_income(world, duty, content) - result.real_income)[n]))
    low, high = {"plain": (0.0, 0.02), "markups": (0.02, 0.2), "inputs": (0.02, 0.5)}[family]
    assert low <= gain < high


def test_duties_whose_own_equation_is_not_solved_do_not_pass_as_a_solution(monkeypatch):
    monkeypatch.setattr(nash_closed_form, "MARKUP_STEPS", 1)
    with pytest.raises(NotConverged, match="off by"):
        nash_closed_form.nash(uneven(3, 2))


def test_worlds_that_the_closed_forms_do_not_cover_are_refused():
    with pytest.raises(QuestionError, match="final_goods"):
        nash_closed_form.nash(with_inputs())
    with pytest.raises(QuestionError, match="final goods"):
        nash_closed_form.nash(uneven(2, 2), content=np.zeros((2, 2, 2)))


@pytest.mark.parametrize("name", elasticities.names(calibrate.shipped("icio-2022").sectors))
def test_every_set_of_elasticities_has_nash_tariffs_on_the_shipped_world(name):
    result = nash_closed_form.nash(nash_closed_form.without_inputs(calibrate.shipped("icio-2022", name)))
    assert result.residual < 1e-10
    assert 0.1 < result.rate.mean() < 0.5
    assert -3 < result.real_income.mean() < -0.5


@beside
def test_the_average_loss_of_2014_and_the_gain_from_cooperation_are_the_published_ones():
    cells = {(r.economy, r.quantity): r for r in rows("lashkaripour", DATA) if r.table == "Table1"}
    assert cells["mean", "baseline_gdp"].matches
    assert cells["mean", "cooperative_gdp"].matches
    assert cells["mean", "distorted_tariff"].ours == pytest.approx(37.4, abs=0.05)  # 37.5 printed
    assert all(r.matches or r.missed for r in cells.values())


@beside
@pytest.mark.parametrize("name", ["wiod2014", "icio2022"])
@pytest.mark.parametrize("feedback", [True, False])
def test_the_solution_on_both_cubes_satisfies_the_papers_equations_in_levels(name, feedback):
    """The system is written again from the paper; without feedback it is that of the author's public code."""
    result = nash_closed_form.nash(cases.cube(DATA, name), feedback=feedback)
    world, theta = result.world, result.world.structure.elasticity
    wage, income, rate = np.exp(np.split(result.unknowns, 3))
    duty = np.where(np.eye(rate.size, dtype=bool), 1, 1 + rate[:, None])
    supply = world.share * (duty / (1 + world.tariff) * wage) ** -theta[:, None, None]
    share = supply / supply.sum(2, keepdims=True)
    expenditure = world.spending * income
    net = share * expenditure[..., None] / duty
    wage_residual = net.sum((0, 1)) / (world.income * wage) - 1
    income_residual = (
        world.income * wage + (share * expenditure[..., None]).sum((0, 2)) - net.sum((0, 2))
    ) / expenditure.sum(0) - 1
    exports = net * ~np.eye(rate.size, dtype=bool)
    home = np.diagonal(share, axis1=1, axis2=2) * world.spending / world.spending.sum(0)
    returned = feedback * rate * home / (1 + rate * home.sum(0))
    lost = exports * theta[:, None, None] * (1 - (1 - returned[..., None]) * share)
    rate_residual = rate * lost.sum((0, 1)) / exports.sum((0, 1)) - 1
    assert max(np.abs(residual).max() for residual in (wage_residual, income_residual, rate_residual)) < 1e-8


def test_without_the_cubes_every_published_cell_is_listed_as_missed_with_a_reason():
    cells = [r for r in rows("lashkaripour") if r.published is not None]
    assert len(cells) == 6 * 43 + 7
    assert all("--data" in r.missed or "not built" in r.missed for r in cells)
