"""Strategic tariffs: closed forms, first-order conditions, deviations, gradients against finite differences."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.economy import calibrate, strategic
from detente.economy.models import fixed_firms, multi_sector
from detente.economy.payoff_solver import PayoffSolver
from detente.economy.strategic import cooperation, players, search
from detente.economy.world import Origin
from detente.errors import NotConverged, QuestionError

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


def test_nash_tariffs_of_two_economies_with_one_sector_have_the_closed_form():
    """t = 1 / (theta * the partner's home share at border prices): Gros (1987), Felbermayr, Jung and Larch (2013)."""
    world = economy(2, 1)
    result = strategic.nash(world, fixed_firms)
    solver = PayoffSolver(world, fixed_firms)
    point = solver.solve(result.tariff)
    v = fixed_firms.markets(world, point.prepared, fixed_firms.Unknowns(*np.split(point.x, 2)))
    net = point.prepared.access.net[0] * v.supply[0] * v.demand[0][:, None]  # [n,i] at border prices
    home = np.diag(net) / net.sum(1)
    rates = result.tariff[0][[0, 1], [1, 0]]
    theta = world.structure.elasticity[0]
    assert rates == pytest.approx(1 / (theta * home[::-1]), abs=1e-6)  # flat optimum: 1e-12 of payoff is 1e-6 of rate


def test_the_optimal_tariff_of_a_small_economy_is_one_over_the_elasticity():
    flows = np.ones((1, 2, 2)) * np.array([[[1e-5, 1e-5], [1e-5, 1.0]]])
    world = fixed_firms.calibrate(("S", "L"), ("x",), flows, 0 * flows, np.array([4.0]), ORIGIN)
    result = strategic.optimal(world, fixed_firms, "S")
    assert result.mean("S") == pytest.approx(0.25, abs=1e-4)  # up to the economy's size


@pytest.mark.parametrize("kind", strategic.KINDS)
@pytest.mark.parametrize("labour", [1.0, 0.7])
def test_no_sampled_deviation_gains_and_first_order_conditions_hold(kind, labour):
    result = strategic.nash(economy(labour=labour), fixed_firms, kind=kind)
    for proof in result.proof.values():
        assert proof.first_order < 1e-6
        assert proof.deviation < 1e-9
        assert proof.adjoint < 1e-12


def test_nash_tariffs_by_first_order_conditions_equal_those_by_best_responses():
    world = economy(labour=0.7)
    by_conditions, by_ascent = (strategic.nash(world, fixed_firms, method=method) for method in strategic.METHODS)
    assert by_conditions.tariff == pytest.approx(by_ascent.tariff, abs=1e-5)  # ascent ends at scaled changes of 1e-6


def test_an_optimum_by_first_order_conditions_equals_that_by_ascent():
    world = economy(4, 3, labour=0.7)
    solver, instrument = PayoffSolver(world, fixed_firms), strategic.instrument(world, 0, "vector")
    z, residual, _ = strategic.stationary(solver, instrument, world.tariff, instrument.from_tariff(world.tariff))
    _, payoff = strategic.ascent(solver, instrument, world.tariff, instrument.from_tariff(world.tariff))
    assert residual < 1e-8
    assert solver.solve(instrument.to_tariff(world.tariff, z)).payoff[0] == pytest.approx(payoff, abs=1e-12)


def test_a_uniform_optimum_is_no_better_than_mfn_and_mfn_no_better_than_the_full_vector():
    world = economy(4, 3, labour=0.7)
    payoffs = [strategic.optimal(world, fixed_firms, "A", kind=kind).payoff[0] for kind in ("uniform", "mfn", "vector")]
    assert payoffs[0] <= payoffs[1] + 1e-9 <= payoffs[2] + 2e-9


def test_political_weights_raise_the_tariffs_of_favoured_sectors():
    even = economy(3, 2, labour=0.7)
    weight = np.ones((2, 3))
    weight[:, 0] = 1.3, 0.7
    favoured = replace(even, structure=even.structure._replace(weight=weight))
    before, after = (strategic.optimal(w, fixed_firms, "A").rates("A")[:, 1:].mean(1) for w in (even, favoured))
    assert after[0] > before[0]
    assert after[1] < before[1]


def test_cooperative_tariffs_give_equal_gains_from_every_base():
    world = economy(3, 2, labour=0.7)
    war = strategic.nash(world, fixed_firms)
    for base in (world.tariff, war.tariff, 0 * world.tariff):
        peace = strategic.cooperative(world, fixed_firms, base=base)
        assert np.ptp(peace.payoff) < 1e-4  # percent: EQUAL in ln points
        assert (peace.payoff > -1e-5).all()
        assert peace.proof["A"].first_order < 1e-5
        assert peace.proof["A"].deviation < 1e-4
    assert (war.payoff < 0).any()


def test_the_largest_product_of_gains_is_no_smaller_than_that_at_equal_gains():
    world = economy(3, 2)
    equal, product = (strategic.cooperative(world, fixed_firms, rule=rule) for rule in ("equal gains", "nash product"))
    assert np.log(product.payoff).sum() >= np.log(equal.payoff).sum() - 1e-6


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), labour=st.sampled_from([1.0, 0.6]), weighted=st.booleans())
def test_the_adjoint_agrees_with_finite_differences(seed, labour, weighted):
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.5, 1.5, (2, 3)) if weighted else None
    world = economy(3, 2, seed=seed, labour=labour, weight=weight)
    solver = PayoffSolver(world, fixed_firms)
    tariff = world.tariff + rng.uniform(0, 0.5, world.tariff.shape) * (1 - np.eye(3))
    weights = rng.standard_normal(3)
    slope, error = solver.solve(tariff).gradient(weights)
    assert error < 1e-12
    direction = rng.standard_normal(tariff.shape) * (1 - np.eye(3))
    width = 1e-4  # solved to 1e-11, so differences are accurate to 1e-7
    payoffs = [solver.solve(tariff + sign * width * direction).payoff @ weights for sign in (1, -1)]
    assert (slope * direction).sum() == pytest.approx((payoffs[0] - payoffs[1]) / (2 * width), rel=1e-6, abs=1e-6)


def test_the_adjoint_of_the_world_with_inputs_agrees_with_finite_differences():
    world = calibrate.shipped("icio-2022")
    solver = PayoffSolver(world, multi_sector)
    n, c = world.index("USA"), world.index("CHN")
    tariff = world.tariff.copy()
    tariff[world.structure.goods, n, c] += 0.2
    usa_payoff = np.eye(len(world.economies))[n]
    slope, error = solver.solve(tariff).gradient(usa_payoff)
    assert error < 1e-9
    direction = np.zeros_like(tariff)
    direction[world.structure.goods, n, c] = 1
    direction[world.structure.goods, c, n] = -1
    width = 1e-3
    payoffs = [solver.solve(tariff + sign * width * direction).payoff[n] for sign in (1, -1)]
    assert (slope * direction).sum() == pytest.approx(
        (payoffs[0] - payoffs[1]) / (2 * width), rel=1e-4
    )  # solved to 1e-9


NOT_A_NUMBER = float("nan")


def test_nash_tariffs_that_are_not_numbers_never_count_as_settled(monkeypatch):
    monkeypatch.setattr(players, "ascent", lambda solver, own, tariff, z, **_: (NOT_A_NUMBER * z, NOT_A_NUMBER))
    world = economy(2, 1)
    with pytest.raises(NotConverged, match="still change by nan"):
        strategic.nash(world, fixed_firms, method="best responses", start=world.tariff, rounds=3)


def test_an_agreement_whose_residual_is_not_a_number_has_no_value():
    gains = np.full(2, 0.01)
    agreement = cooperation.Agreement(gains, gains, gains, NOT_A_NUMBER, 1)
    assert all(agreement.value(rule) == -np.inf for rule in strategic.RULES)


def test_a_fixed_point_that_meets_no_number_is_not_solved():
    solution = search.solve_fixed_point(lambda y: NOT_A_NUMBER * y, np.ones(2), rounds=3)
    assert solution.residual == np.inf


def test_unknown_kinds_economies_and_rules_are_refused():
    world = economy()
    with pytest.raises(QuestionError, match="one of vector"):
        strategic.optimal(world, fixed_firms, "A", kind="best")
    with pytest.raises(QuestionError, match="not an economy"):
        strategic.nash(world, fixed_firms, ["Z"])
    with pytest.raises(QuestionError, match="equal gains or nash product"):
        strategic.cooperative(world, fixed_firms, rule="fair")
