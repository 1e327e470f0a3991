"""Bilateral bargains: each pair's agreement is best for its two given all others; with and without MFN."""

import numpy as np
import pytest

from detente.economy import calibrate, strategic
from detente.economy.models import fixed_firms, multi_sector
from detente.economy.payoff_solver import PayoffSolver
from detente.economy.strategic.bilateral import PairBargain
from detente.economy.world import Origin
from detente.errors import NotConverged, QuestionError

ORIGIN = Origin("made up", 2020, "USD", ("tests",), "none")


def economy(n, s=2, seed=0, identical=False):
    """A balanced economy of fixed firms; identical: whether all economies are the same."""
    rng = np.random.default_rng(seed)
    flows = rng.uniform(0.5, 2, (s, n, n)) + 4 * np.eye(n)
    tariff = 0.1 * rng.random((s, n, n)) * (1 - np.eye(n))
    if identical:
        flows = np.ones((s, n, n)) + 4 * np.eye(n)
        tariff = 0.2 * np.ones((s, n, n)) * (1 - np.eye(n))
    world = fixed_firms.calibrate(
        tuple("ABCDEFG"[:n]), tuple("xyz"[:s]), flows, tariff, np.linspace(2.5, 5, s), ORIGIN, labour=np.ones(s)
    )
    return fixed_firms.balanced(world)


def test_with_one_pair_the_agreement_has_the_largest_nash_product():
    world = economy(2, identical=True)
    pair = strategic.bilateral(world, fixed_firms, world.economies)
    talks = strategic.cooperative(world, fixed_firms, world.economies, rule="nash product")
    assert np.log(pair.payoff).sum() >= np.log(talks.payoff).sum() - 1e-5


def test_no_other_pair_of_rates_has_a_larger_product_of_gains():
    world = economy(2, 1)
    result = strategic.bilateral(world, fixed_firms, world.economies)
    solver = PayoffSolver(world, fixed_firms)
    before = solver.solve(world.tariff).payoff
    best = float(np.prod(np.expm1(solver.solve(result.tariff).payoff - before)))
    for a in np.linspace(0, 0.3, 13):
        for b in np.linspace(0, 0.3, 13):
            levels = world.tariff.copy()
            levels[0, 0, 1], levels[0, 1, 0] = a, b
            gain = np.expm1(solver.solve(levels).payoff - before)
            assert np.prod(np.maximum(gain, 0)) <= best + 1e-12


@pytest.mark.parametrize("mfn", [False, True])
def test_identical_economies_gain_equally_and_none_loses(mfn):
    world = economy(3, identical=True)
    result = strategic.bilateral(world, fixed_firms, world.economies, mfn=mfn)
    if not mfn:  # under MFN the first of equal suppliers is the principal one, so the three do not gain equally
        assert np.ptp(result.payoff) < 1e-4
    assert result.payoff.min() > -1e-6


def test_no_sampled_deviation_raises_a_pairs_product_and_more_rounds_change_nothing():
    world = economy(3)
    result = strategic.bilateral(world, fixed_firms, world.economies)
    assert set(result.proof) == {"A-B", "A-C", "B-C"}
    for proof in result.proof.values():
        assert proof.deviation < 1e-4  # percent of the product; agreements settle to 1e-5 of a tariff
        assert proof.first_order < 1e-2  # of the log of a product of small gains
    again = strategic.bilateral(world, fixed_firms, world.economies, rounds=80)
    assert np.abs(again.tariff - result.tariff).max() < 1e-4


def test_under_mfn_a_good_has_one_tariff_for_all_partners():
    result = strategic.bilateral(economy(3), fixed_firms, ("A", "B", "C"), mfn=True)
    for s in range(2):
        for n in range(3):
            assert np.ptp(np.delete(result.tariff[s, n], n)) < 1e-12


def test_an_agreement_of_two_economies_harms_the_third():
    world = economy(3, identical=True)
    pair = strategic.bilateral(world, fixed_firms, ("A", "B"))
    assert pair.payoff[:2].min() > 0
    assert pair.payoff[2] < 0


def test_rounds_of_concessions_raise_no_tariff_and_under_mfn_the_third_economy_does_not_lose():
    world = economy(3, identical=True)
    for mfn in (False, True):
        result = strategic.bilateral(world, fixed_firms, ("A", "B"), mfn=mfn, cuts=True)
        assert (result.tariff <= world.tariff + 1e-9).all()
    assert result.payoff[2] >= -1e-9  # concessions of two under MFN extend to the third


def test_more_bargaining_power_means_a_larger_gain():
    world = economy(2)
    weak, strong = (strategic.bilateral(world, fixed_firms, ("A", "B"), power=p).payoff[0] for p in (0.3, 0.7))
    assert strong > weak


def test_with_input_output_links_the_usa_and_china_agree_on_lower_tariffs_and_both_gain():
    world = calibrate.shipped("icio-2022")
    result = strategic.bilateral(world, multi_sector, ("USA", "CHN"))
    places = [world.index(c) for c in ("USA", "CHN")]
    assert result.payoff[places].min() > 0
    flows = world.duty_free * world.spending[..., None]
    for n, i in (places, places[::-1]):  # duty on baseline trade, after and before
        after, before = (float((t * flows)[:, n, i].sum()) for t in (result.tariff, world.tariff))
        assert after < before


def test_agreements_that_are_not_numbers_never_count_as_settled(monkeypatch):
    monkeypatch.setattr(PairBargain, "agreement", lambda self, z: float("nan") * z)
    with pytest.raises(NotConverged, match="after 2 rounds"):
        strategic.bilateral(economy(2), fixed_firms, ("A", "B"), rounds=2)


def test_one_economy_alone_and_a_bargaining_power_of_one_are_refused():
    with pytest.raises(QuestionError, match="two economies"):
        strategic.bilateral(economy(2), fixed_firms, ("A",))
    with pytest.raises(QuestionError, match="power"):
        strategic.bilateral(economy(2), fixed_firms, ("A", "B"), power=1.0)
