"""Strategic tariffs: closed forms, first-order conditions, deviations, gradients against finite differences."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.economy import calibrate, strategic
from detente.economy.models import fixed_firms, multi_sector
from detente.economy.payoff_solver import PayoffSolver
from detente.economy.world import Origin
from detente.errors import QuestionError

ORIGIN = Origin("made up", 2020, "USD", ("tests",), "none")


def economy(n=3, s=2, seed=0, labour=1.0, weight=None, theta=None):
    """A balanced economy of fixed firms."""
    rng = np.random.default_rng(seed)
    flows = rng.uniform(0.5, 2, (s, n, n)) + 4 * np.eye(n)
    tariff = 0.1 * rng.random((s, n, n)) * (1 - np.eye(n))
    names, sectors = tuple("ABCDEFG"[:n]), tuple("xyzuvw"[:s])
    theta = np.linspace(2.5, 5, s) if theta is None else theta
    world = fixed_firms.calibrate(
        names, sectors, flows, tariff, theta, ORIGIN, labour=labour * np.ones(s), weight=weight
    )
    return fixed_firms.balanced(world)


def test_two_economies_of_one_sector_meet_the_closed_form():
    """t = 1 / (theta * the partner's home share at border prices): Gros (1987), Felbermayr, Jung and Larch (2013)."""
    world = economy(2, 1)
    found = strategic.nash(world, fixed_firms)
    ground = PayoffSolver(world, fixed_firms)
    point = ground.at(found.tariff)
    v = fixed_firms.markets(world, point.reach, fixed_firms.Unknowns(*np.split(point.x, 2)))
    net = point.reach.access.net[0] * v.supply[0] * v.demand[0][:, None]  # [n,i] at border prices
    home = np.diag(net) / net.sum(1)
    rates = found.tariff[0][[0, 1], [1, 0]]
    theta = world.structure.elasticity[0]
    assert rates == pytest.approx(1 / (theta * home[::-1]), abs=1e-6)  # flat optimum: 1e-12 of payoff is 1e-6 of rate


def test_a_small_economy_levies_one_over_the_elasticity():
    flows = np.ones((1, 2, 2)) * np.array([[[1e-5, 1e-5], [1e-5, 1.0]]])
    world = fixed_firms.calibrate(("S", "L"), ("x",), flows, 0 * flows, np.array([4.0]), ORIGIN)
    found = strategic.optimal(world, fixed_firms, "S")
    assert found.mean("S") == pytest.approx(0.25, abs=1e-4)  # the size of the small economy


@pytest.mark.parametrize("kind", strategic.KINDS)
@pytest.mark.parametrize("labour", [1.0, 0.7])
def test_no_sampled_deviation_gains_and_first_order_conditions_hold(kind, labour):
    found = strategic.nash(economy(labour=labour), fixed_firms, kind=kind)
    for proof in found.proof.values():
        assert proof.first_order < 1e-6
        assert proof.deviation < 1e-9
        assert proof.adjoint < 1e-12


def test_nash_tariffs_by_first_order_conditions_are_those_of_best_responses():
    world = economy(labour=0.7)
    ours, climbed = (strategic.nash(world, fixed_firms, method=method) for method in strategic.METHODS)
    assert ours.tariff == pytest.approx(climbed.tariff, abs=1e-5)  # ascent ends at scaled moves of 1e-6


def test_an_optimum_by_first_order_conditions_is_that_of_ascent():
    world = economy(4, 3, labour=0.7)
    ground, lever = PayoffSolver(world, fixed_firms), strategic.Lever(world, 0, "vector", strategic.BOUNDS)
    z, gap, _ = strategic.stationary(ground, lever, world.tariff, lever.take(world.tariff))
    _, worth = strategic.ascent(ground, lever, world.tariff, lever.take(world.tariff))
    assert gap < 1e-8
    assert ground.at(lever.put(world.tariff, z)).payoff[0] == pytest.approx(worth, abs=1e-12)


def test_a_uniform_optimum_is_no_better_than_mfn_and_mfn_no_better_than_the_full_vector():
    world = economy(4, 3, labour=0.7)
    worth = [strategic.optimal(world, fixed_firms, "A", kind=kind).payoff[0] for kind in ("uniform", "mfn", "vector")]
    assert worth[0] <= worth[1] + 1e-9 <= worth[2] + 2e-9


def test_political_weights_raise_the_tariffs_of_favoured_sectors():
    even = economy(3, 2, labour=0.7)
    weight = np.ones((2, 3))
    weight[:, 0] = 1.3, 0.7
    favoured = replace(even, structure=even.structure._replace(weight=weight))
    before, after = (strategic.optimal(w, fixed_firms, "A").rates("A")[:, 1:].mean(1) for w in (even, favoured))
    assert after[0] > before[0]
    assert after[1] < before[1]


def test_talks_give_equal_gains_and_more_than_war():
    world = economy(3, 2, labour=0.7)
    war = strategic.nash(world, fixed_firms)
    for base in (world.tariff, war.tariff, 0 * world.tariff):
        peace = strategic.cooperative(world, fixed_firms, base=base)
        assert np.ptp(peace.payoff) < 1e-4  # percent: EQUAL in ln points
        assert (peace.payoff > -1e-5).all()
        assert peace.proof["A"].first_order < 1e-5
        assert peace.proof["A"].deviation < 1e-4
    assert (war.payoff < 0).any()


def test_the_product_of_gains_is_no_smaller_than_at_equal_gains():
    world = economy(3, 2)
    equal, product = (strategic.cooperative(world, fixed_firms, rule=rule) for rule in ("equal gains", "nash product"))
    assert np.log(product.payoff).sum() >= np.log(equal.payoff).sum() - 1e-6


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), labour=st.sampled_from([1.0, 0.6]), weighted=st.booleans())
def test_the_adjoint_agrees_with_finite_differences(seed, labour, weighted):
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.5, 1.5, (2, 3)) if weighted else None
    world = economy(3, 2, seed=seed, labour=labour, weight=weight)
    ground = PayoffSolver(world, fixed_firms)
    tariff = world.tariff + rng.uniform(0, 0.5, world.tariff.shape) * (1 - np.eye(3))
    of = rng.standard_normal(3)
    slope, off = ground.at(tariff).gradient(of)
    assert off < 1e-12
    along = rng.standard_normal(tariff.shape) * (1 - np.eye(3))
    width = 1e-4  # solved to 1e-11, so differences are good to 1e-7
    two = [ground.at(tariff + sign * width * along).payoff @ of for sign in (1, -1)]
    assert (slope * along).sum() == pytest.approx((two[0] - two[1]) / (2 * width), rel=1e-6, abs=1e-6)


def test_the_adjoint_of_the_world_with_inputs_agrees_with_finite_differences():
    world = calibrate.shipped("icio-2022")
    ground = PayoffSolver(world, multi_sector)
    n, c = world.index("USA"), world.index("CHN")
    tariff = world.tariff.copy()
    tariff[world.structure.goods, n, c] += 0.2
    mine = np.eye(len(world.economies))[n]
    slope, off = ground.at(tariff).gradient(mine)
    assert off < 1e-9
    along = np.zeros_like(tariff)
    along[world.structure.goods, n, c] = 1
    along[world.structure.goods, c, n] = -1
    width = 1e-3
    two = [ground.at(tariff + sign * width * along).payoff[n] for sign in (1, -1)]
    assert (slope * along).sum() == pytest.approx((two[0] - two[1]) / (2 * width), rel=1e-4)  # solved to 1e-9


def test_who_buys_nothing_or_asks_for_an_unknown_kind_is_told():
    world = economy()
    with pytest.raises(QuestionError, match="one of vector"):
        strategic.optimal(world, fixed_firms, "A", kind="best")
    with pytest.raises(QuestionError, match="not an economy"):
        strategic.nash(world, fixed_firms, ["Z"])
    with pytest.raises(QuestionError, match="equal gains or nash product"):
        strategic.cooperative(world, fixed_firms, rule="fair")
