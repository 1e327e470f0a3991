"""Cells of a grid that are solved side by side: the same numbers as one by one."""

import numpy as np
import pytest

from detente.economy import cells
from detente.economy.calibrate import shipped
from detente.economy.horizons import at_horizon
from detente.economy.models import held_wages, multi_sector, valuation
from detente.economy.policy import stack, tariffs
from detente.economy.solve import Options, solve

OPTIONS = Options(tolerance=1e-11)


@pytest.fixture(scope="module")
def world():
    return shipped("icio-2022")


@pytest.fixture(scope="module")
def batch(world):
    return stack(world, [tariffs(world, {("C26", "USA", "CHN"): rate}) for rate in (0.1, 0.4)])


@pytest.fixture(scope="module")
def with_export_tax(world):
    taxed = tariffs(world, {("C26", "USA", "CHN"): 0.1}, exports={("USA", "CHN"): 0.2})
    return stack(world, [tariffs(world, {("C26", "USA", "CHN"): 0.4}), taxed])


@pytest.mark.parametrize("scenarios", ["batch", "with_export_tax"])
def test_horizons_and_closures_side_by_side_are_what_each_is_alone(world, scenarios, monkeypatch, request):
    batch = request.getfixturevalue(scenarios)
    monkeypatch.setattr(cells, "ROWS", 8)  # four cells of two scenarios
    asked = [
        cells.Cell(model, at_horizon(world, horizon))
        for horizon in ("long", "near")
        for model in (multi_sector, held_wages, valuation)
    ]
    results = cells.real_income(asked, batch, OPTIONS)
    for cell, result in zip(asked, results, strict=True):
        alone = solve(cell.world, batch, cell.model, options=OPTIONS)
        assert result.residual <= OPTIONS.tolerance
        assert np.abs(result.values - alone.report["real_income"]).max() < 1e-8


def test_a_cell_that_chord_steps_do_not_solve_is_solved_alone(world, batch, monkeypatch):
    monkeypatch.setattr(cells.engine, "CHORD", 1)
    cell = cells.Cell(multi_sector, world)
    (result,) = cells.real_income([cell], batch, Options(tolerance=1e-9))
    assert result.residual <= 1e-9
    monkeypatch.undo()
    assert result.values == pytest.approx(solve(world, batch, multi_sector).report["real_income"], abs=1e-6)


def test_a_scenario_without_an_equilibrium_has_no_numbers_and_leaves_the_others_alone(world):
    rates = [{("C26", "USA", "CHN"): 0.1}, {("C26", "USA", "CHN"): -0.99}]
    batch = stack(world, [tariffs(world, levels) for levels in rates])
    asked = [cells.Cell(multi_sector, world), cells.Cell(multi_sector, at_horizon(world, "short"))]
    long, short = cells.real_income(asked, batch, Options(tolerance=1e-9, max_iterations=60))
    assert np.isnan(long.values[1]).all()
    assert long.residual > 1e-9
    assert long.values[0] == pytest.approx(solve(world, batch[0], multi_sector).report["real_income"], abs=1e-6)
    assert np.isfinite(short.values).all()
    assert short.residual <= 1e-9
