"""Ossa (2014): optimal, Nash and cooperative tariffs of his base year, which does not ship."""

from pathlib import Path

import numpy as np
import pytest

from detente.economy import strategic
from detente.economy.models import fixed_firms
from detente.economy.payoff_solver import PayoffSolver
from detente.replications import read, rows
from detente.replications.ossa_2014 import cases

DATA = Path(__file__).parents[3] / "shared" / "data" / "worlds" / "ossa2014"
beside = pytest.mark.skipif(not DATA.exists(), reason="uses the shared folder of the base year, which is absent")


@pytest.fixture(scope="module")
def published():
    """His own optimal and Nash tariffs [s,n,i]."""
    with np.load(DATA / "ossa2014.npz") as raw:
        return {key: raw[f"expected_{key}_bas"].transpose(2, 1, 0) for key in ("optimal", "nash")}


@beside
def test_our_optimal_tariffs_have_the_payoffs_of_his(published):
    world = cases.world(DATA)
    solver = PayoffSolver(world, fixed_firms)
    for n, region in enumerate(world.economies):
        his = world.tariff.copy()
        his[:, n] = published["optimal"][:, n]
        ours = strategic.optimal(world, fixed_firms, region)
        assert ours.payoff[n] == pytest.approx(100 * np.expm1(solver.solve(his).payoff[n]), abs=1e-3)
        assert ours.proof[region].first_order < 1e-6
        assert ours.proof[region].deviation < 1e-9


@beside
def test_with_political_weights_several_starts_reach_the_better_optimum_of_japan():
    world = cases.world(DATA, lobbying=True)
    result = strategic.optimal(world, fixed_firms, "Japan")
    assert round(result.payoff[world.index("Japan")], 3) == 2.622  # one start stops at 2.475


@beside
def test_nash_payoffs_are_his_and_our_first_order_conditions_are_tighter(published):
    world = cases.world(DATA)
    solver = PayoffSolver(world, fixed_firms)
    his = solver.solve(published["nash"])
    ours = strategic.nash(world, fixed_firms)
    assert ours.payoff == pytest.approx(100 * np.expm1(his.payoff), abs=0.02)
    for n, region in enumerate(world.economies):
        instrument = strategic.instrument(world, n, "vector")
        slope, _ = his.gradient(np.eye(len(world.economies))[n])
        theirs = instrument.first_order(instrument.from_tariff(his.tariff), instrument.gradient(slope))
        assert ours.proof[region].first_order < theirs / 10


@beside
@pytest.mark.parametrize("base", ["factual", "free"])
def test_cooperative_tariffs_have_the_published_gain(base):
    world = cases.world(DATA)
    levels = world.tariff if base == "factual" else np.zeros_like(world.tariff)
    result = strategic.cooperative(world, fixed_firms, base=levels)
    printed = next(
        r for r in read("ossa", "published.csv")
        if (r["table"], r["region"], r["quantity_pct"]) == ("TABLE5a", "Mean", f"dgov_from_{base}")
    )  # fmt: skip
    assert round(result.payoff.mean(), cases.digits(printed["value"])) == float(printed["value"])
    assert np.ptp(result.payoff) < 1e-4


@pytest.mark.slow
@beside
@pytest.mark.parametrize("mfn", [False, True])
@pytest.mark.parametrize("variant", [v for v in cases.VARIANTS if v])
def test_cells_with_other_elasticities_match_or_have_a_reason(variant, mfn):
    version = cases.Version(lobbying=False, mfn=mfn, part="c", variant=variant)
    cells = list(cases.version_rows(DATA, cases.printed_cells(), version))
    assert [r for r in cells if r.matches is False and not r.missed] == []
    assert all(r.matches for r in cells if r.table[-2] in "38" and r.quantity.startswith(("dgov", "dwelf")))


@pytest.mark.slow
@beside
@pytest.mark.parametrize("base", ["factual", "free"])
def test_cooperative_tariffs_with_political_weights_give_equal_gains(base):
    world = cases.world(DATA, lobbying=True)
    result = strategic.cooperative(
        world, fixed_firms, base=world.tariff if base == "factual" else np.zeros_like(world.tariff)
    )
    assert np.ptp(result.payoff) < 1e-4
    assert result.payoff.min() > 0
    assert result.proof["US"].first_order < 1e-6


def test_without_the_base_year_every_cell_is_listed_as_missed_with_a_reason():
    cells = list(rows("ossa"))
    assert len(cells) == len(read("ossa", "published.csv"))
    assert all("--data" in r.missed and np.isnan(r.ours) for r in cells)
