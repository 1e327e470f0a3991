"""Invalid tables are refused, and the message says what, where, how far off and what to try."""

from dataclasses import replace

import numpy as np
import pytest

from detente.economy import engine
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
    balanced = InputOutput(
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
    return replace(balanced, **changes)


def assert_refused(changed: InputOutput, *words: str, theta=THETA) -> None:
    """Calibration raises DataError, with these words in its message."""
    with pytest.raises(DataError) as caught:
        calibrate(changed, theta)
    for word in words:
        assert word in str(caught.value), (word, str(caught.value))


def test_a_balanced_table_becomes_a_world_in_equilibrium():
    world = calibrate(table(), THETA)
    assert engine.baseline_residual(multi_sector, world) < 1e-14
    assert world.structure.goods.tolist() == [True, True, False]


def test_duties_on_inputs_reduce_value_added_and_not_final_demand():
    raw = table()
    taxed, free = calibrate(raw, THETA), calibrate(replace(raw, tariff=0 * raw.tariff), THETA)
    assert (taxed.income < free.income).all()
    duty = (taxed.spending * (1 - taxed.duty_free.sum(2))).sum(0)
    assert np.allclose(taxed.income + duty + taxed.transfer, (taxed.structure.final * 1).sum(0) * _absorbed(taxed))
    assert np.allclose(taxed.transfer, free.transfer)


def _absorbed(world):
    output = (world.duty_free * world.spending[..., None]).sum(1)
    return (world.spending - multi_sector.apply_blocks(world.structure.inputs, output)).sum(0)


def test_an_unbalanced_table_is_refused():
    raw = table()
    unbalanced = raw.value_added.copy()
    unbalanced[1, 2] += 0.5
    assert_refused(replace(raw, value_added=unbalanced), "mill, CCC", "does not balance", "-0.5", "rebalance")
    unbalanced = raw.final.copy()
    unbalanced[0, 3] *= 1.2
    assert_refused(replace(raw, final=unbalanced), "farm, DDD", "does not balance", "%")


def test_negative_final_demand_is_refused():
    raw = table()
    final = raw.final.copy()
    final[2, 1] = -3.0
    assert_refused(replace(raw, final=final), "final demand of shop, BBB", "negative", "-3", "rebalance")
    more = raw.uses.copy()
    more[1, 0, :] = 0.45 * raw.flows[:, :, 1].sum(1)
    assert_refused(
        replace(raw, uses=more, value_added=None, final=None), "BBB", "final demand is negative", "rebalance"
    )


def test_negative_value_added_is_refused():
    raw = table()
    more = raw.uses.copy()
    more[2, :, 1] *= 4
    assert_refused(replace(raw, uses=more, value_added=None, final=None), "mill, CCC", "value added is negative")


def test_zero_output_is_refused():
    raw = table()
    flows = raw.flows.copy()
    flows[1, :, 2] = 0
    assert_refused(
        replace(raw, flows=flows, value_added=None, final=None), "mill, CCC", "zero output", "drop its inputs"
    )
    flows = raw.flows.copy()
    flows[:, :, 3] = 0
    assert_refused(replace(raw, flows=flows, value_added=None, final=None), "DDD has zero output", "drop it")
    flows = raw.flows.copy()
    flows[0] = 0
    assert_refused(replace(raw, flows=flows, value_added=None, final=None), "farm has zero output everywhere")


def test_a_missing_or_impossible_elasticity_is_refused():
    assert_refused(table(), "no elasticity for 1 of 3 sectors", "shop", theta={"farm": 4.0, "mill": 6.0})
    assert_refused(table(), "mill", "-0.24", "subtract one", theta=THETA | {"mill": -0.24})
    assert_refused(table(), "nan", theta=THETA | {"mill": float("nan")})
    assert_refused(table(), "2 elasticities for 3 sectors", theta=np.array([4.0, 5.0]))
    with pytest.raises(QuestionError, match="there is"):
        calibrate(table(), "made-up-2030")
    with pytest.raises(DataError, match="3 of 3 sectors"):
        calibrate(table(), "fontagne-2022")


def test_a_wrong_order_of_axes_is_refused_with_the_right_one():
    raw = table()
    assert_refused(replace(raw, flows=raw.flows.transpose(1, 2, 0)), "[s,n,i]", "try .transpose(2, 0, 1)")
    assert_refused(replace(raw, uses=raw.uses[:, :2]), "uses has shape", "4 economies and 3 sectors")
    transposed = replace(raw, flows=raw.flows.transpose(0, 2, 1))
    assert_refused(transposed, "buyer before seller")


def test_tariffs_on_domestic_sales_and_on_services_are_refused():
    raw = table()
    tariff = raw.tariff.copy()
    tariff[0, 1, 1] = 0.2
    assert_refused(replace(raw, tariff=tariff), "farm, BBB", "domestic sales")
    tariff = raw.tariff.copy()
    tariff[2, 1, 0] = 0.2
    assert_refused(replace(raw, tariff=tariff), "services bear duties", "shop")
    assert_refused(replace(raw, tariff=raw.tariff - 2), "-200%", "fractions")


def test_flows_that_are_not_finite_or_negative_are_refused():
    raw = table()
    flows = raw.flows.copy()
    flows[0, 1, 2] = np.nan
    assert_refused(replace(raw, flows=flows), "flows", "not a finite number")
    flows[0, 1, 2] = -1.0
    assert_refused(replace(raw, flows=flows), "flows of farm, BBB, CCC", "negative", "-1")


def test_the_variants_of_materials_drop_links_or_all_inputs():
    own, none = (calibrate(table(), THETA, materials=kind) for kind in ("own sector", "none"))
    unbalanced = own.structure.inputs * (1 - np.eye(3))
    assert not unbalanced.any()
    assert own.structure.inputs.any()
    assert not none.structure.inputs.any()
    assert np.allclose(none.structure.value_added, 1)
    for world in (own, none):
        assert engine.baseline_residual(multi_sector, world) < 1e-14
    with pytest.raises(QuestionError, match="links"):
        calibrate(table(), THETA, materials="some")


def test_a_world_with_inconsistent_arrays_is_refused():
    world = calibrate(table(), THETA)
    with pytest.raises(DataError, match="share has shape"):
        check(replace(world, share=world.share[0]))
    share = world.share.copy()
    share[1, 2] *= 1.1
    with pytest.raises(DataError, match="mill, CCC is off by"):
        check(replace(world, share=share))
    with pytest.raises(DataError, match="transfers should sum to 0"):
        check(replace(world, transfer=world.transfer + 1))


def test_a_table_without_sectors_is_refused():
    with pytest.raises(QuestionError, match="one_sector"):
        shipped("world-2023")


def test_a_users_own_file_becomes_a_world_if_it_holds_every_array(tmp_path):
    raw, path = table(), tmp_path / "mine.npz"
    arrays = {"economies": raw.economies, "sectors": raw.sectors, "flows": raw.flows, "uses": raw.uses}
    np.savez(path, **arrays, services=["shop"])
    world = shipped(str(path), "uniform-4")
    assert world.name == "mine"
    assert engine.baseline_residual(multi_sector, world) < 1e-14
    np.savez(path, economies=raw.economies, sectors=raw.sectors, flows=raw.flows)
    with pytest.raises(DataError, match="no array named 'uses'; it holds economies, flows, sectors"):
        read(path)
    (tmp_path / "text.npz").write_text("a,b")
    with pytest.raises(DataError, match=r"not an \.npz file"):
        read(tmp_path / "text.npz")
    with pytest.raises(DataError, match="no such file"):
        read(tmp_path / "absent.npz")
