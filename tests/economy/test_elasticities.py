"""Sets of elasticities are named, sourced and positive."""

import numpy as np
import pytest

from detente.economy import elasticities
from detente.economy.calibrate import shipped
from detente.economy.elasticities import from_tariff_exclusive, named
from detente.economy.horizons import HORIZONS, at_horizon, horizon
from detente.economy.world import table
from detente.errors import DataError, QuestionError

SECTORS = table("icio-2022").sectors


def test_eight_sets_cover_the_default_world_and_every_set_has_a_source():
    assert len(elasticities.names(SECTORS)) == 8
    for each in elasticities.sets().values():
        assert each.paper
        assert each.table
        assert each.classification
        assert min(each.values.values()) > 0


def test_a_sector_with_several_estimates_has_their_mean():
    chosen = named("caliendo-parro-2015", SECTORS)
    assert chosen.values["C26"] == pytest.approx((12.95 + 3.95 + 8.71) / 3)
    assert chosen.values["C19"] == 64.85
    assert chosen.errors["Petroleum"] == 15.61


def test_a_set_without_a_sector_is_refused_and_complete_sets_are_named():
    with pytest.raises(DataError, match=r"no elasticity for 4 of 28 sectors, first A02; take one of bagwell-2021"):
        named("fontagne-icio", SECTORS)
    with pytest.raises(QuestionError, match="there is bagwell-2021"):
        named("armington", SECTORS)


def test_the_uniform_set_covers_any_sectors_and_is_the_last_default():
    assert set(named("uniform-4", ("a", "b")).values.values()) == {4}
    assert named(None, ("a", "b")).name == "uniform-4"
    assert named(None, SECTORS).name == "fontagne-2022"
    assert named(None, table("wiod-2011").sectors).name == "caliendo-parro-2015"


def test_theta_is_an_estimate_of_tariff_exclusive_flows_less_one():
    assert from_tariff_exclusive(-2.0) == 1.0
    with pytest.raises(DataError, match=r"theta = -0\.24"):
        from_tariff_exclusive(-0.76)


def test_every_horizon_has_a_source_and_a_positive_theta():
    world = shipped("icio-2022")
    for name, each in HORIZONS.items():
        assert each.source
        nearer = at_horizon(world, name)
        assert (nearer.structure.elasticity > 0).all()
        assert np.array_equal(nearer.share, world.share)
    assert at_horizon(world, "medium").structure.elasticity == pytest.approx(np.ones(28))
    assert "Boehm" in at_horizon(world, "medium").structure.elasticity_from
    with pytest.raises(QuestionError, match="short, near, medium, long"):
        horizon("tomorrow")


def test_a_set_can_be_named_by_its_short_name():
    assert named("CP", SECTORS).name == "caliendo-parro-2015"
    assert named("u4", SECTORS).name == "uniform-4"
    assert named("IS", SECTORS).name == "in-sample"
