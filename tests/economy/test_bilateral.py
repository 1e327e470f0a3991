"""Bilateral talks: each pair's agreement is best for its two given all others; with and without MFN."""

import numpy as np
import pytest

from detente.economy import calibrate, strategic
from detente.economy.models import fixed_firms, multi_sector
from detente.economy.payoff_solver import PayoffSolver
from detente.economy.world import Origin
from detente.errors import QuestionError

ORIGIN = Origin("made up", 2020, "USD", ("tests",), "none")


def economy(n, s=2, seed=0, alike=False):
    """A balanced economy of fixed firms; alike: every economy the same."""
    rng = np.random.default_rng(seed)
    flows = rng.uniform(0.5, 2, (s, n, n)) + 4 * np.eye(n)
    tariff = 0.1 * rng.random((s, n, n)) * (1 - np.eye(n))
    if alike:
        flows = np.ones((s, n, n)) + 4 * np.eye(n)
        tariff = 0.2 * np.ones((s, n, n)) * (1 - np.eye(n))
    world = fixed_firms.calibrate(
        tuple("ABCDEFG"[:n]), tuple("xyz"[:s]), flows, tariff, np.linspace(2.5, 5, s), ORIGIN, labour=np.ones(s)
    )
    return fixed_firms.balanced(world)


def test_with_one_pair_it_is_the_nash_product_of_talks():
    world = economy(2, alike=True)
    two = strategic.bilateral(world, fixed_firms, world.economies)
    talks = strategic.cooperative(world, fixed_firms, world.economies, rule="nash product")
    assert np.log(two.payoff).sum() >= np.log(talks.payoff).sum() - 1e-5


def test_no_other_two_rates_of_a_pair_have_a_larger_product_of_gains():
    world = economy(2, 1)
    found = strategic.bilateral(world, fixed_firms, world.economies)
    ground = PayoffSolver(world, fixed_firms)
    before = ground.at(world.tariff).payoff
    best = float(np.prod(np.expm1(ground.at(found.tariff).payoff - before)))
    for a in np.linspace(0, 0.3, 13):
        for b in np.linspace(0, 0.3, 13):
            levels = world.tariff.copy()
            levels[0, 0, 1], levels[0, 1, 0] = a, b
            gain = np.expm1(ground.at(levels).payoff - before)
            assert np.prod(np.maximum(gain, 0)) <= best + 1e-12


@pytest.mark.parametrize("mfn", [False, True])
def test_economies_that_are_alike_agree_alike_and_nobody_loses(mfn):
    world = economy(3, alike=True)
    found = strategic.bilateral(world, fixed_firms, world.economies, mfn=mfn)
    if not mfn:  # under MFN the first of equal suppliers is the principal one, so the three are not alike
        assert np.ptp(found.payoff) < 1e-4
    assert found.payoff.min() > -1e-6


def test_no_sampled_deviation_of_a_pair_raises_its_product_and_rounds_settle():
    world = economy(3)
    found = strategic.bilateral(world, fixed_firms, world.economies)
    assert set(found.proof) == {"A-B", "A-C", "B-C"}
    for proof in found.proof.values():
        assert proof.deviation < 1e-4  # percent of the product; agreements stand to 1e-5 of a tariff
        assert proof.first_order < 1e-2  # of the log of a product of small gains
    again = strategic.bilateral(world, fixed_firms, world.economies, rounds=80)
    assert np.abs(again.tariff - found.tariff).max() < 1e-4


def test_under_mfn_a_good_has_one_tariff_for_all_partners():
    found = strategic.bilateral(economy(3), fixed_firms, ("A", "B", "C"), mfn=True)
    for s in range(2):
        for n in range(3):
            assert np.ptp(np.delete(found.tariff[s, n], n)) < 1e-12


def test_an_agreement_of_two_turns_against_the_third():
    world = economy(3, alike=True)
    two = strategic.bilateral(world, fixed_firms, ("A", "B"))
    assert two.payoff[:2].min() > 0
    assert two.payoff[2] < 0


def test_concessions_alone_never_raise_a_tariff_and_under_mfn_the_third_then_gains():
    world = economy(3, alike=True)
    for mfn in (False, True):
        found = strategic.bilateral(world, fixed_firms, ("A", "B"), mfn=mfn, cuts=True)
        assert (found.tariff <= world.tariff + 1e-9).all()
    assert found.payoff[2] >= -1e-9  # what two concede under MFN is open to the third


def test_more_power_gains_more():
    world = economy(2)
    weak, strong = (strategic.bilateral(world, fixed_firms, ("A", "B"), power=p).payoff[0] for p in (0.3, 0.7))
    assert strong > weak


def test_with_input_links_the_two_largest_agree_to_lower_tariffs_and_both_gain():
    world = calibrate.shipped("icio-2022")
    found = strategic.bilateral(world, multi_sector, ("USA", "CHN"))
    at = [world.index(c) for c in ("USA", "CHN")]
    assert found.payoff[at].min() > 0
    flows = world.duty_free * world.spending[..., None]
    for n, i in (at, at[::-1]):  # what trade pays, after and before
        after, before = (float((t * flows)[:, n, i].sum()) for t in (found.tariff, world.tariff))
        assert after < before


def test_talks_of_one_or_without_power_are_refused():
    with pytest.raises(QuestionError, match="two economies"):
        strategic.bilateral(economy(2), fixed_firms, ("A",))
    with pytest.raises(QuestionError, match="power"):
        strategic.bilateral(economy(2), fixed_firms, ("A", "B"), power=1.0)
