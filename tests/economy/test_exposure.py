"""Exposure and attribution: finite differences, laws of homogeneity, and an independent solver's numbers."""

from dataclasses import replace

import numpy as np
import pytest
from random_worlds import random_table

from detente.economy import exposure
from detente.economy.calibrate import as_table, calibrate, shipped
from detente.economy.models import multi_sector
from detente.economy.payoff_solver import PayoffSolver
from detente.economy.policy import of_levels, stack, tariffs
from detente.economy.solve import Options, solve
from detente.errors import QuestionError

TIGHT = Options(tolerance=1e-12)


@pytest.fixture(scope="module")
def small():
    return calibrate(random_table(), np.array([2.0, 5.0, 9.0, 4.0]))


@pytest.fixture(scope="module")
def icio():
    return shipped("icio-2022")


@pytest.fixture(scope="module")
def fixed(icio):
    return exposure.exposure(icio)


def with_productivity(world, i, growth):
    """Real income [n] when value added in one economy makes so much more, by iceberg costs on all its sales."""

    class Shifted:
        def __getattr__(self, name):
            return getattr(multi_sector, name)

        def step(self, world, policy, prepared, state):
            moved = multi_sector.step(world, policy, prepared, state)
            shift = np.zeros_like(world.spending)
            shift[:, i] = world.structure.value_added[:, i] * np.log(growth)
            return moved._replace(cost=moved.cost - shift.reshape(moved.cost.shape[-1:]))

    return solve(world, tariffs(world, {}), Shifted(), options=TIGHT).report["real_income"]


def test_if_everybody_grows_by_a_percent_everybody_is_a_percent_richer(small, fixed):
    assert np.abs(exposure.exposure(small).productivity.sum(1) - 1).max() < 1e-9
    assert np.abs(fixed.productivity.sum(1) - 1).max() < 1e-8


def test_exposure_to_productivity_is_that_of_finite_differences(small):
    matrix, width = exposure.exposure(small).productivity, 1e-5
    for i in range(len(small.economies)):
        up, down = (with_productivity(small, i, np.exp(sign * width)) for sign in (1, -1))
        assert np.allclose(matrix[:, i], (up - down) / 100 / (2 * width), atol=1e-6)


def test_exposure_to_duties_is_that_of_finite_differences(small):
    cube, width = exposure.exposure(small).duty, 1e-5
    goods = [code for code, good in zip(small.sectors, small.structure.goods, strict=True) if good]
    for importer, exporter in (("A", "B"), ("C", "A"), ("E", "D")):
        up, down = (
            solve(small, tariffs(small, {(g, importer, exporter): sign * width for g in goods}, added=True),
                  options=TIGHT).report["real_income"]
            for sign in (1, -1)
        )  # fmt: skip
        cell = cube[:, small.index(importer), small.index(exporter)]
        assert np.allclose(cell, (up - down) / (200 * width), atol=1e-6)


def test_an_economy_that_hardly_trades_is_hardly_exposed_to_others(small):
    table = as_table(small)
    flows, uses = table.flows.copy(), table.uses.copy()
    moved = 0.999 * flows[:, 0, 1:].sum(1)  # bought at home instead
    flows[:, 0, 1:] *= 0.001
    flows[:, 0, 0] += moved
    flows[:, 1:, 0] *= 0.001
    uses[0] *= 0.3  # so that the home economy's inputs stay below its output
    alone = calibrate(replace(table, flows=flows, uses=uses), small.structure.elasticity)
    exposed = [
        np.abs(exposure.exposure(world).productivity[0, 1:]).max() for world in (small, exposure.balanced(alone))
    ]
    assert exposed[1] < 0.01 * exposed[0]


def test_the_reference_of_the_large_world_is_met(icio, fixed):
    place = icio.index
    china = {code: fixed.productivity[place(code), place("CHN")] for code in ("IRL", "LUX", "USA", "KHM", "COD", "CHN")}
    expected = {"IRL": -0.108, "LUX": -0.084, "USA": 0.009, "KHM": 0.072, "COD": 0.038, "CHN": 1.008}
    assert china == pytest.approx(expected, abs=6e-4)
    duty = fixed.duty[:, place("USA"), place("CHN")]
    expected = {"USA": -0.0055, "CHN": -0.0141, "MEX": 0.0110, "VNM": 0.0227, "CAN": 0.0036, "DEU": 0.0015}
    assert {code: duty[place(code)] for code in expected} == pytest.approx(expected, abs=6e-5)


def test_without_deficits_nobody_loses_from_the_growth_of_another(icio):
    balanced = exposure.balanced(icio)
    assert np.abs(balanced.transfer).max() < 1e-6 * icio.income.sum()
    effect = exposure.exposure(balanced).productivity[:, icio.index("CHN")]
    assert effect.min() > -5e-4
    expected = {"COD": 0.036, "KHM": 0.033, "USA": 0.002}
    assert {code: effect[icio.index(code)] for code in expected} == pytest.approx(expected, abs=6e-4)


@pytest.fixture(scope="module")
def change(small):
    after = small.tariff.copy()
    after[:3, 0, 1] += 0.5
    after[:3, 1, 0] += 0.3
    after[:3, 2, 3] += 0.2
    return exposure.levels(small.tariff), exposure.levels(after)


@pytest.fixture(scope="module")
def with_export_taxes(small, change):
    """The same duties with taxes on exports: one in force before, and two that are new."""
    before, after = change[0].copy(), change[1].copy()
    before[1][0, 3, 4] = after[1][0, 3, 4] = 0.15
    after[1][:3, 1, 0] = 0.4
    after[1][1, 2, 3] = 0.25
    return before, after


def test_attributed_parts_add_up_to_the_whole(small, change):
    result = exposure.attribution(small, *change, ("A", "B", "E"))
    assert np.abs(result.value.sum(1) - result.whole).max() < 1e-6
    solved = solve(small, tariffs(small, change[1][0]), options=TIGHT).report["real_income"][[0, 1, 4]]
    assert np.allclose(result.whole, 100 * np.log1p(solved / 100), atol=1e-8)


def test_parts_with_taxes_on_exports_add_up_to_the_whole(small, with_export_taxes):
    before, after = with_export_taxes
    result = exposure.attribution(small, before, after, ("A", "B", "C", "D"))
    assert np.abs(result.value.sum(1) - result.whole).max() < 1e-5
    real = solve(small, stack(small, [of_levels(small, *x) for x in (before, after)]), options=TIGHT).report[
        "real_income"
    ]
    assert np.allclose(result.whole, 100 * np.log((1 + real[1] / 100) / (1 + real[0] / 100))[:4], atol=1e-8)


def test_the_derivative_to_each_duty_and_tax_is_the_central_difference(small, with_export_taxes):
    solver, width = PayoffSolver(small, multi_sector), 1e-5
    at = with_export_taxes[1]
    cells = tuple(np.array(x) for x in zip((0, 1, 0, 1), (1, 1, 1, 0), (1, 0, 3, 4), (1, 2, 3, 0), strict=True))
    derivatives, error = exposure._derivatives(solver.solve(*at), np.eye(5), cells)
    for c, cell in enumerate(zip(*cells, strict=True)):
        moved = np.zeros_like(at)
        moved[cell] = width
        difference = (solver.solve(*(at + moved)).payoff - solver.solve(*(at - moved)).payoff) / (2 * width)
        assert np.allclose(derivatives[:, c], difference, atol=1e-7)
    assert error < 1e-8


def test_shapley_values_of_measures_with_taxes_on_exports_add_up(small, with_export_taxes):
    before, after = with_export_taxes
    parts = [np.zeros_like(before), np.zeros_like(before)]
    parts[0][0], parts[1][1] = after - before
    value, _, _ = exposure.shapley(small, before, parts, ("A", "B"))
    assert np.allclose(value.sum(0), exposure.attribution(small, before, after, ("A", "B")).whole, atol=1e-6)


def test_attribution_in_the_large_world_gives_the_sum_of_the_reference_at_eight_points(icio):
    after = icio.tariff.copy()
    usa, goods = icio.index("USA"), icio.structure.goods
    after[goods, usa] += 0.10
    after[:, usa, usa] = icio.tariff[:, usa, usa]
    result = exposure.attribution(icio, exposure.levels(icio.tariff), exposure.levels(after), ("USA", "MEX"))
    assert np.abs(result.value.sum(1) - result.whole).max() < 1e-6


def test_shapley_values_add_up_and_a_part_alone_is_its_own_solution(small, change):
    before, after = change
    parts = []
    for n, i in ((0, 1), (1, 0), (2, 3)):
        part = np.zeros_like(before)
        part[0, :, n, i] = (after - before)[0, :, n, i]
        parts.append(part)
    value, alone, last = exposure.shapley(small, before, parts, ("A", "B"))
    whole = exposure.attribution(small, before, after, ("A", "B")).whole
    assert np.allclose(value.sum(0), whole, atol=1e-6)
    first = solve(small, tariffs(small, (before + parts[0])[0]), options=TIGHT).report["real_income"][:2]
    assert np.allclose(alone[0], 100 * np.log1p(first / 100), atol=1e-6)
    rest = solve(small, tariffs(small, (before + parts[1] + parts[2])[0]), options=TIGHT).report["real_income"][:2]
    assert np.allclose(last[0], whole - 100 * np.log1p(rest / 100), atol=1e-6)
    pair, alone, last = exposure.shapley(small, before, parts[:2], ("A", "B"))
    assert np.allclose(pair, (alone + last) / 2, atol=1e-9)


def test_shapley_values_of_a_known_game(small):
    members = (np.arange(8)[:, None] >> np.arange(3)) & 1
    worth = np.array([0, 0, 0, 90, 0, 90, 0, 120.0])[:, None]  # the first with either other 90, all three 120
    assert exposure._shapley_values(worth, members)[:, 0] == pytest.approx([70, 25, 25])


def test_more_than_ten_parts_are_refused(small):
    with pytest.raises(QuestionError, match="11 parts"):
        exposure.shapley(small, exposure.levels(small.tariff), [exposure.levels(small.tariff)] * 11, ("A",))
