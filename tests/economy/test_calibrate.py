"""Tables that are no economy are refused with what, where, how far off and what to try."""

from dataclasses import replace

import numpy as np
import pytest

from detente.economy.calibrate import calibrate, shipped
from detente.economy.models import multi_sector
from detente.economy.world import InputOutput, Origin, check, read
from detente.errors import DataError, QuestionError

THETA = {"farm": 4.0, "mill": 6.0, "shop": 5.0}


def table(**changes) -> InputOutput:
    """Four economies, three sectors, balanced."""
    rng = np.random.default_rng(0)
    flows = rng.lognormal(0, 0.5, (3, 4, 4)) + 8 * np.eye(4)
    uses = 0.12 * np.minimum(flows.sum(2).T[:, :, None], flows.sum(1).T[:, None, :])
    tariff = np.full((3, 4, 4), 0.1) * (1 - np.eye(4))
    tariff[2] = 0
    origin = Origin("made-up", 2020, "million USD", ("none",), "none")
    whole = InputOutput(
        ("AAA", "BBB", "CCC", "DDD"),
        ("farm", "mill", "shop"),
        flows,
        uses,
        tariff,
        origin,
        ("shop",),
        value_added=flows.sum(1) - uses.sum(1).T,
        final=flows.sum(2) - uses.sum(2).T,
    )
    return replace(whole, **changes)


def refused(changed: InputOutput, *words: str, theta=THETA) -> None:
    with pytest.raises(DataError) as caught:
        calibrate(changed, theta)
    for word in words:
        assert word in str(caught.value), (word, str(caught.value))


def test_a_balanced_table_becomes_a_world_in_which_no_shock_moves_nothing():
    world = calibrate(table(), THETA)
    assert multi_sector.baseline(world) < 1e-14
    assert world.structure.goods.tolist() == [True, True, False]


def test_duties_on_inputs_come_out_of_value_added_and_not_of_final_demand():
    raw = table()
    taxed, free = calibrate(raw, THETA), calibrate(replace(raw, tariff=0 * raw.tariff), THETA)
    assert (taxed.income < free.income).all()
    duty = (taxed.spending * (1 - taxed.duty_free.sum(2))).sum(0)
    assert np.allclose(taxed.income + duty + taxed.transfer, (taxed.structure.final * 1).sum(0) * _absorbed(taxed))
    assert np.allclose(taxed.transfer, free.transfer)


def _absorbed(world):
    made = (world.duty_free * world.spending[..., None]).sum(1)
    return (world.spending - multi_sector.mix(world.structure.inputs, made)).sum(0)


def test_an_unbalanced_table_is_refused():
    raw = table()
    off = raw.value_added.copy()
    off[1, 2] += 0.5
    refused(replace(raw, value_added=off), "mill, CCC", "does not balance", "-0.5", "rebalance")
    off = raw.final.copy()
    off[0, 3] *= 1.2
    refused(replace(raw, final=off), "farm, DDD", "does not balance", "%")


def test_negative_final_demand_is_refused():
    raw = table()
    low = raw.final.copy()
    low[2, 1] = -3.0
    refused(replace(raw, final=low), "final demand of shop, BBB", "negative", "-3", "rebalance")
    more = raw.uses.copy()
    more[1, 0, :] = 0.45 * raw.flows[:, :, 1].sum(1)
    refused(replace(raw, uses=more, value_added=None, final=None), "BBB", "final demand is negative", "rebalance")


def test_negative_value_added_is_refused():
    raw = table()
    more = raw.uses.copy()
    more[2, :, 1] *= 4
    refused(replace(raw, uses=more, value_added=None, final=None), "mill, CCC", "value added is negative")


def test_zero_output_is_refused():
    raw = table()
    flows = raw.flows.copy()
    flows[1, :, 2] = 0
    refused(replace(raw, flows=flows, value_added=None, final=None), "mill, CCC", "zero output", "drop its inputs")
    flows = raw.flows.copy()
    flows[:, :, 3] = 0
    refused(replace(raw, flows=flows, value_added=None, final=None), "DDD has zero output", "drop it")
    flows = raw.flows.copy()
    flows[0] = 0
    refused(replace(raw, flows=flows, value_added=None, final=None), "farm has zero output everywhere")


def test_a_missing_or_impossible_elasticity_is_refused():
    refused(table(), "no elasticity for 1 of 3 sectors", "shop", theta={"farm": 4.0, "mill": 6.0})
    refused(table(), "mill", "-0.24", "subtract one", theta=THETA | {"mill": -0.24})
    refused(table(), "nan", theta=THETA | {"mill": float("nan")})
    refused(table(), "2 elasticities for 3 sectors", theta=np.array([4.0, 5.0]))
    with pytest.raises(QuestionError, match="there is"):
        calibrate(table(), "made-up-2030")
    with pytest.raises(DataError, match="3 of 3 sectors"):
        calibrate(table(), "fontagne-2022")


def test_a_wrong_axis_order_is_refused():
    raw = table()
    refused(replace(raw, flows=raw.flows.transpose(1, 2, 0)), "[s,n,i]", "try .transpose(2, 0, 1)")
    refused(replace(raw, uses=raw.uses[:, :2]), "uses has shape", "4 economies and 3 sectors")
    turned = replace(raw, flows=raw.flows.transpose(0, 2, 1))
    refused(turned, "buyer before seller")


def test_a_tariff_where_none_can_be_is_refused():
    raw = table()
    tariff = raw.tariff.copy()
    tariff[0, 1, 1] = 0.2
    refused(replace(raw, tariff=tariff), "farm, BBB", "domestic sales")
    tariff = raw.tariff.copy()
    tariff[2, 1, 0] = 0.2
    refused(replace(raw, tariff=tariff), "services bear duties", "shop")
    refused(replace(raw, tariff=raw.tariff - 2), "-200%", "fractions")


def test_a_number_that_is_none_is_refused():
    raw = table()
    flows = raw.flows.copy()
    flows[0, 1, 2] = np.nan
    refused(replace(raw, flows=flows), "flows", "not a finite number")
    flows[0, 1, 2] = -1.0
    refused(replace(raw, flows=flows), "flows of farm, BBB, CCC", "negative", "-1")


def test_variants_drop_links_and_materials():
    own, none = (calibrate(table(), THETA, materials=kind) for kind in ("own sector", "none"))
    off = own.structure.inputs * (1 - np.eye(3))
    assert not off.any()
    assert own.structure.inputs.any()
    assert not none.structure.inputs.any()
    assert np.allclose(none.structure.value_added, 1)
    for world in (own, none):
        assert multi_sector.baseline(world) < 1e-14
    with pytest.raises(QuestionError, match="links"):
        calibrate(table(), THETA, materials="some")


def test_a_world_that_was_tampered_with_is_refused():
    world = calibrate(table(), THETA)
    with pytest.raises(DataError, match="share has shape"):
        check(replace(world, share=world.share[0]))
    share = world.share.copy()
    share[1, 2] *= 1.1
    with pytest.raises(DataError, match="mill, CCC is off by"):
        check(replace(world, share=share))
    with pytest.raises(DataError, match="transfers should sum to 0"):
        check(replace(world, transfer=world.transfer + 1))


def test_a_world_without_sectors_is_not_calibrated_here():
    with pytest.raises(QuestionError, match="one_sector"):
        shipped("world-2023")


def test_a_users_own_file_is_a_world_once_it_is_whole(tmp_path):
    raw, path = table(), tmp_path / "mine.npz"
    arrays = {"economies": raw.economies, "sectors": raw.sectors, "flows": raw.flows, "uses": raw.uses}
    np.savez(path, **arrays, services=["shop"])
    world = shipped(str(path), "uniform-4")
    assert world.name == "mine"
    assert multi_sector.baseline(world) < 1e-14
    np.savez(path, economies=raw.economies, sectors=raw.sectors, flows=raw.flows)
    with pytest.raises(DataError, match="no array named 'uses'; it holds economies, flows, sectors"):
        read(path)
    (tmp_path / "text.npz").write_text("a,b")
    with pytest.raises(DataError, match=r"not an \.npz file"):
        read(tmp_path / "text.npz")
    with pytest.raises(DataError, match=r"not an \.npz file"):
        read(tmp_path / "absent.npz")
