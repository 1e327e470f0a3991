"""The controls on record, priced for the brief and for leverage: which each day has, and that all can be priced."""

import csv
from importlib import resources

import numpy as np
import pytest

from detente.ask.cases import case_of
from detente.ask.pricing import duties, recorded_controls
from detente.ask.pricing.context import pricing_context
from detente.ask.pricing.critical_input_priors import drawn_values
from detente.ask.pricing.export_controls import control_base, split_and_limit
from detente.economy.products import solve_draws
from detente.record.store import Record

CASE = case_of("us-china")
CONTROLS = {control.name: control for control in CASE.controls}


def rows(day, world="icio-2022", **more):
    context = pricing_context(world)
    state = Record.load("us-china", None).as_of(day, day)
    levels = context.levels(duties.in_force(state, context.world.economies, CASE))
    return recorded_controls.controls_section(CASE, state, levels, world, **more)


def names(day, **more):
    return [row["name"] for row in rows(day, **more)]


def test_before_april_2025_no_control_on_rare_earths_is_on_record():
    assert names("2025-03-01") == []


def test_the_licences_can_be_priced_under_the_duties_of_april_2025():
    april, ban, chips = rows("2025-04-20")
    assert [row["name"] for row in (april, ban, chips)] == [
        "rare-earths-april-2025",
        "rare-earths-near-ban",
        "chips-assumed",
    ]
    assert ban["real_income"]["USA"] < april["real_income"]["USA"] < 0


@pytest.mark.parametrize("day", ["2025-10-26", "2026-03-01"])
def test_the_october_controls_are_a_threat_while_announced_or_suspended(day):
    assert names(day, assumed=False) == ["rare-earths-april-2025", "rare-earths-october-2025"]


def test_every_control_has_its_statement_as_evidence_or_says_that_it_is_not_on_record():
    for row in rows("2025-10-26"):
        assert row["evidence"] or "not on record" in row["title"] or "assumption" in row["title"]
        assert row["solver"]["converged"]
        for side in ("USA", "CHN"):
            assert row["low"][side] < row["real_income"][side] < row["high"][side]


def test_the_sender_gains_if_it_keeps_the_rent_and_loses_if_the_buyers_do():
    for row in rows("2025-10-26", assumed=False):
        assert row["rent_to_importers"]["CHN"] < 0 < row["rent_to_exporters"]["CHN"]


def test_a_one_sector_world_prices_no_controls():
    assert rows("2025-10-26", world="world-2023") == []


def band_file():
    """(control, end): the row of bands.csv."""
    text = (resources.files("detente") / "dossiers" / "critical-inputs" / "bands.csv").read_text("utf-8")
    return {(r["control"], r["end"]): r for r in csv.DictReader(text.splitlines())}


def test_the_ends_of_a_band_are_those_of_the_draws_on_file_and_lie_near_the_percentiles():
    for row in rows("2025-10-26"):
        worst, best = (band_file()[row["name"], f"{end} for USA"] for end in ("worst", "best"))
        assert row["low"]["USA"] == pytest.approx(float(worst["USA of this draw"]), rel=1e-3)
        assert row["high"]["USA"] == pytest.approx(float(best["USA of this draw"]), rel=1e-3)
        ends = {float(r["CHN of this draw"]) for r in (worst, best)}
        assert (row["low"]["CHN"], row["high"]["CHN"]) == pytest.approx((min(ends), max(ends)), rel=1e-3)
        for draw in (worst, best):
            for side in ("USA", "CHN"):
                assert float(draw[f"{side} of this draw"]) == pytest.approx(
                    float(draw[f"{side} percentile of 5000"]), rel=0.12
                )


@pytest.mark.slow
def test_under_the_duties_of_another_day_about_as_many_draws_fall_outside_the_band():
    """By construction 5 % at each end; of 300 draws with another seed, 2 to 9 %."""
    day = "2026-09-30"
    context = pricing_context("icio-2022", horizon="short")
    state = Record.load("us-china", None).as_of(day, day)
    levels = context.levels(duties.in_force(state, context.world.economies, CASE))
    base = control_base("icio-2022", "short", tuple(levels.items()))
    world = base.world
    for row in recorded_controls.controls_section(CASE, state, levels, "icio-2022", assumed=False):
        limits = recorded_controls.control_limits(CONTROLS[row["name"]], world.economies, day)
        results = solve_draws(
            lambda k, limits=limits: split_and_limit(world, limits, drawn_values(k, 7), {}),
            300,
            lambda equilibrium: recorded_controls.side_income(base, equilibrium, CASE.parties),
        )
        for side in ("USA", "CHN"):
            income = np.array([x[side] for x in results if x is not None])
            assert 0.02 <= (income < row["low"][side]).mean() <= 0.09
            assert 0.02 <= (income > row["high"][side]).mean() <= 0.09
