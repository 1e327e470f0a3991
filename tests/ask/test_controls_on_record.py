"""The controls of the record, priced for the brief and for leverage: which rows a day has, and that no day breaks."""

import csv
from importlib import resources

import numpy as np
import pytest

from detente.ask.pricing import duties, export_controls, recorded_controls
from detente.ask.pricing.context import pricing_context
from detente.economy.products import spread
from detente.record.store import Record


def rows(day, world="icio-2022", **more):
    at = pricing_context(world)
    state = Record.load("us-china", None).as_of(day, day)
    return recorded_controls.section(state, at.levels(duties.in_force(state, at.world.economies)), world, **more)


def names(day, **more):
    return [row["name"] for row in rows(day, **more)]


def test_before_april_2025_no_control_on_rare_earths_is_on_record():
    assert names("2025-03-01") == []


def test_under_the_duties_of_april_2025_the_licences_still_have_a_price():
    april, ban = rows("2025-04-20")
    assert (april["name"], ban["name"]) == ("rare-earths-april-2025", "rare-earths-near-ban")
    assert ban["real_income"]["USA"] < april["real_income"]["USA"] < 0


@pytest.mark.parametrize("day", ["2025-10-26", "2026-03-01"])
def test_announced_or_suspended_the_controls_of_october_are_a_threat(day):
    assert names(day) == ["rare-earths-april-2025", "rare-earths-october-2025", "rare-earths-near-ban"]


def test_every_row_on_record_points_to_its_statement_and_the_others_say_they_are_not():
    for row in rows("2025-10-26", chips=True):
        assert row["evidence"] or "not on record" in row["title"] or "assumption" in row["title"]
        assert row["solver"]["converged"]
        for side in ("USA", "CHN"):
            assert row["low"][side] < row["real_income"][side] < row["high"][side]


def test_who_keeps_the_rent_decides_whether_the_sender_gains():
    for row in rows("2025-10-26"):
        assert row["rent_to_importers"]["CHN"] < 0 < row["rent_to_exporters"]["CHN"]


def test_a_world_of_one_sector_has_no_rows():
    assert rows("2025-10-26", world="world-2023") == []


def named():
    """(control, end): the row of bands.csv."""
    text = (resources.files("detente") / "dossiers" / "critical-inputs" / "bands.csv").read_text("utf-8")
    return {(r["control"], r["end"]): r for r in csv.DictReader(text.splitlines())}


def test_the_ends_of_a_band_are_what_the_named_draws_gave_and_lie_near_the_percentiles():
    for row in rows("2025-10-26", chips=True):
        worst, best = (named()[row["name"], f"{end} for USA"] for end in ("worst", "best"))
        assert row["low"]["USA"] == pytest.approx(float(worst["USA of this draw"]), rel=1e-3)
        assert row["high"]["USA"] == pytest.approx(float(best["USA of this draw"]), rel=1e-3)
        ends = {float(r["CHN of this draw"]) for r in (worst, best)}
        assert (row["low"]["CHN"], row["high"]["CHN"]) == pytest.approx((min(ends), max(ends)), rel=1e-3)
        for told in (worst, best):
            for side in ("USA", "CHN"):
                assert float(told[f"{side} of this draw"]) == pytest.approx(
                    float(told[f"{side} percentile of 5000"]), rel=0.12
                )


@pytest.mark.slow
def test_under_the_duties_of_another_day_other_draws_fall_outside_the_band_as_seldom():
    """5 % at each end; of 300 draws of another seed 2 to 9 %."""
    day = "2026-09-30"
    at = pricing_context("icio-2022", horizon="short")
    state = Record.load("us-china", None).as_of(day, day)
    levels = at.levels(duties.in_force(state, at.world.economies))
    at, ground = export_controls.base("icio-2022", "short", tuple(levels.items()))
    for row in recorded_controls.section(state, levels, "icio-2022", ban=False):
        limits = recorded_controls.limits(row["name"], ground.economies, day)
        found = spread(
            lambda k, asked=limits: export_controls.split_and_limit(ground, asked, export_controls.draw(k, 7), {}),
            300,
            lambda e: {c: float(e.of("real_income", c)) for c in ("USA", "CHN")},
        )
        for side in ("USA", "CHN"):
            here = np.array([x[side] for x in found if x is not None])
            assert 0.02 <= (here < row["low"][side]).mean() <= 0.09
            assert 0.02 <= (here > row["high"][side]).mean() <= 0.09
