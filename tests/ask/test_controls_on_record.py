"""The controls of the record, priced for the brief and for leverage: which rows a day has, and that no day breaks."""

import pytest

from detente.ask import controls_on_record, policy
from detente.ask.economy import setting
from detente.record.store import Record


def rows(day, world="icio-2022", **more):
    at = setting(world)
    state = Record.load("us-china", None).as_of(day, day)
    return controls_on_record.section(
        state, at.levels(policy.in_force(state, at.world.economies)), world, draws=2, **more
    )


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
        assert row["low"]["USA"] <= row["high"]["USA"]


def test_who_keeps_the_rent_decides_whether_the_sender_gains():
    for row in rows("2025-10-26"):
        assert row["rent_to_importers"]["CHN"] < 0 < row["rent_to_exporters"]["CHN"]


def test_a_world_of_one_sector_has_no_rows():
    assert rows("2025-10-26", world="world-2023") == []
