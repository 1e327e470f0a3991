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
def saved():
    """His own optimal and Nash tariffs [s,n,i]."""
    with np.load(DATA / "ossa2014.npz") as raw:
        return {key: raw[f"expected_{key}_bas"].transpose(2, 1, 0) for key in ("optimal", "nash")}


@beside
def test_optimal_tariffs_are_worth_what_his_are(saved):
    world = cases.world(DATA)
    ground = PayoffSolver(world, fixed_firms)
    for n, region in enumerate(world.economies):
        his = world.tariff.copy()
        his[:, n] = saved["optimal"][:, n]
        ours = strategic.optimal(world, fixed_firms, region)
        assert ours.payoff[n] == pytest.approx(100 * np.expm1(ground.at(his).payoff[n]), abs=1e-3)
        assert ours.proof[region].first_order < 1e-6
        assert ours.proof[region].deviation < 1e-9


@beside
def test_political_weights_need_several_starts_in_japan():
    world = cases.world(DATA, lobbying=True)
    found = strategic.optimal(world, fixed_firms, "Japan")
    assert round(found.payoff[world.index("Japan")], 3) == 2.622  # one start stops at 2.475


@beside
def test_nash_welfare_is_his_and_our_first_order_conditions_are_tighter(saved):
    world = cases.world(DATA)
    ground = PayoffSolver(world, fixed_firms)
    his = ground.at(saved["nash"])
    ours = strategic.nash(world, fixed_firms)
    assert ours.payoff == pytest.approx(100 * np.expm1(his.payoff), abs=0.02)
    for n, region in enumerate(world.economies):
        lever = strategic.Lever(world, n, "vector", strategic.BOUNDS)
        slope, _ = his.gradient(np.eye(len(world.economies))[n])
        theirs = lever.inside(lever.take(his.tariff), lever.back(slope))
        assert ours.proof[region].first_order < theirs / 10


@beside
@pytest.mark.parametrize("base", ["factual", "free"])
def test_talks_give_the_published_gain(base):
    world = cases.world(DATA)
    levels = world.tariff if base == "factual" else np.zeros_like(world.tariff)
    found = strategic.cooperative(world, fixed_firms, base=levels)
    told = next(
        r for r in read("ossa", "published.csv")
        if (r["table"], r["region"], r["quantity_pct"]) == ("TABLE5a", "Mean", f"dgov_from_{base}")
    )  # fmt: skip
    assert round(found.payoff.mean(), cases.digits(told["value"])) == float(told["value"])
    assert np.ptp(found.payoff) < 1e-4


@pytest.mark.slow
@beside
@pytest.mark.parametrize("mfn", [False, True])
@pytest.mark.parametrize("variant", [v for v in cases.VARIANTS if v])
def test_cells_of_other_elasticities_match_or_say_why(variant, mfn):
    printed = {
        (r["table"], r["scenario"], r["region"], r["quantity_pct"]): r["value"] for r in read("ossa", "published.csv")
    }
    found = list(cases.version(DATA, printed, lobbying=False, mfn=mfn, part="c", variant=variant))
    assert [r for r in found if r.matches is False and not r.missed] == []
    assert all(r.matches for r in found if r.table[-2] in "38" and r.quantity.startswith(("dgov", "dwelf")))


@pytest.mark.slow
@beside
@pytest.mark.parametrize("base", ["factual", "free"])
def test_talks_with_political_weights_give_equal_gains(base):
    world = cases.world(DATA, lobbying=True)
    found = strategic.cooperative(
        world, fixed_firms, base=world.tariff if base == "factual" else np.zeros_like(world.tariff)
    )
    assert np.ptp(found.payoff) < 1e-4
    assert found.payoff.min() > 0
    assert found.proof["US"].first_order < 1e-6


def test_without_the_base_year_every_cell_is_listed_as_missed_with_the_reason():
    found = list(rows("ossa"))
    assert len(found) == len(read("ossa", "published.csv"))
    assert all("--data" in r.missed and np.isnan(r.ours) for r in found)
