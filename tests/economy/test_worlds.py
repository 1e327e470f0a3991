"""The shipped worlds: small, with their sources, corrected as their provenance says, and equilibria as they are."""

from importlib import resources

import numpy as np
import pytest

from detente.economy import elasticities, engine
from detente.economy.calibrate import measures_in_force, shipped
from detente.economy.models import multi_sector
from detente.economy.world import InputOutput, sector_names, table, worlds

WITH_SECTORS = ("icio-2022", "oecd-2019", "wiod-2011")


def test_every_world_has_a_source_a_licence_and_fits_the_package():
    assert set(WITH_SECTORS) < set(worlds())
    folder = resources.files("detente.economy") / "worlds"
    assert sum(len((folder / f"{name}.npz").read_bytes()) for name in WITH_SECTORS) < 3_000_000
    for name in worlds():
        origin = table(name).origin
        assert origin.licence
        assert origin.sources
        assert origin.made_by
        assert len(origin.sha256) == 64


@pytest.mark.parametrize("name", WITH_SECTORS)
def test_no_shock_moves_nothing(name):
    assert engine.baseline_residual(multi_sector, shipped(name)) < 1e-10


def test_no_shock_moves_nothing_under_any_elasticity_set_or_without_the_measures_of_2022():
    for name in elasticities.names(table("icio-2022").sectors):
        assert engine.baseline_residual(multi_sector, shipped("icio-2022", name)) < 1e-10
    assert engine.baseline_residual(multi_sector, shipped("icio-2022", measures=False)) < 1e-10


def test_services_bear_no_duty_and_us_duty_is_what_it_was_before_the_trade_war():
    raw = table("icio-2022")
    assert isinstance(raw, InputOutput)
    usa, goods = raw.economies.index("USA"), raw.sectors.index("SERV")
    assert not raw.tariff[goods].any()
    imports = raw.flows[:goods, usa].copy()
    imports[:, usa] = 0
    duty = (imports * raw.tariff[:goods, usa]).sum() / imports.sum()
    assert duty == pytest.approx(0.0162, abs=1e-4)  # BEA, 2017
    assert raw.tariff[raw.sectors.index("C10T12"), usa].max() < 0.02


def test_measures_of_2022_raise_tariffs_and_leave_flows_unchanged():
    with_, without = shipped("icio-2022"), shipped("icio-2022", measures=False)
    usa, china = with_.index("USA"), with_.index("CHN")
    more = with_.tariff - without.tariff
    flows = (without.duty_free * without.spending[..., None])[:, usa, china]
    goods = without.structure.goods
    assert (more[:, usa, china] * flows)[goods].sum() / flows[goods].sum() == pytest.approx(0.10, abs=0.01)
    flows_with = (with_.duty_free * with_.spending[..., None])[:, usa, china]
    assert np.allclose(flows_with, flows, rtol=1e-12)
    assert {row["measure"] for row in measures_in_force("icio-2022")} == {"Section 301", "Section 232", "retaliation"}
    assert all(row["source"] for row in measures_in_force("icio-2022"))
    assert not measures_in_force("wiod-2011")


def test_totals_are_those_of_the_published_tables():
    icio, wiod = table("icio-2022"), table("wiod-2011")
    usa, china, goods = icio.economies.index("USA"), icio.economies.index("CHN"), icio.sectors != ("SERV",)
    assert goods
    assert icio.flows.sum() / 1e6 == pytest.approx(199.7, abs=0.1)  # trillion USD of output
    assert icio.flows[:-1, usa, china].sum() / 1e3 == pytest.approx(453, abs=1)
    assert icio.flows[:-1, china, usa].sum() / 1e3 == pytest.approx(128, abs=1)
    usa, china = wiod.economies.index("USA"), wiod.economies.index("CHN")
    assert wiod.flows[:16, usa, china].sum() / 1e3 == pytest.approx(361, abs=2)


def test_a_world_knows_bilateral_imports_and_the_names_of_its_sectors():
    assert shipped("icio-2022").imports("USA", "CHN") / 1e3 == pytest.approx(453, abs=1)
    assert tuple(sector_names("icio-2022")) == table("icio-2022").sectors
    assert sector_names("icio-2022")["C29"] == "Motor vehicles"
    assert sector_names("oecd-2019")["A"] == "A"
