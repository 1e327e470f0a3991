"""What a day means for one economy: the prices of the brief, sectors that add up, and one clear line otherwise."""

import numpy as np
import pytest

from detente.ask.questions.brief import brief
from detente.ask.questions.country import country
from detente.errors import QuestionError

DAY = "2025-10-26"


@pytest.fixture(scope="module")
def germany():
    return country("Germany", as_of=DAY)


def test_a_country_s_outcomes_chances_and_numbers_are_those_of_the_brief(germany):
    data = brief(as_of=DAY, screen_only=True).data
    shown = {row["name"]: row for row in data["first_screen"]["outcomes"]}
    assert [row["name"] for row in germany["outcomes"]] == list(shown)
    assert [row["chance"] for row in germany["outcomes"]] == [row["chance"] for row in shown.values()]
    assert germany["economy"]["horizon"] == data["economy"]["horizon"]
    for row, priced in zip(germany["outcomes"][1:], data["outcomes"][1:], strict=False):
        assert row["real_income"] == pytest.approx(priced["real_income"]["DEU"], abs=1e-9)
        assert row["low"] == pytest.approx(priced["low"]["DEU"], abs=1e-9)


def test_the_dollars_of_a_party_are_those_of_the_first_screen():
    screen = brief(as_of=DAY, screen_only=True).data["first_screen"]
    for row, shown in zip(country("USA", as_of=DAY)["outcomes"][1:-1], screen["outcomes"][1:-1], strict=True):
        assert row["usd_a_household"] == pytest.approx(shown["change"]["USA"]["usd_a_household"], abs=1e-6)


def test_an_economy_without_counted_households_has_no_dollars_but_billions(germany):
    unchanged, *others = germany["outcomes"]
    assert unchanged["baseline"]
    assert all(row["usd_a_household"] is None for row in others)
    assert all(row["bn_usd"] is not None for row in others if not row["why"])


def test_shares_of_output_add_up_and_every_number_is_finite(germany):
    rows = [row for row in germany["sectors"] if row["outcome"] == "truce-lapses"]
    assert sum(row["share_of_output"] for row in rows) == pytest.approx(100)
    assert all(np.isfinite([row["output"], row["exports"], row["exported"]]).all() for row in rows)


def test_employment_is_shown_only_where_labour_has_had_time_to_move(germany):
    assert germany["economy"]["horizon"]["name"] == "near"
    assert "labour" in germany["employment"]
    assert all(row["employment"] is None for row in germany["sectors"])
    later = country("DEU", as_of=DAY, horizon="long")
    assert later["employment"] is None
    assert all(row["employment"] is not None for row in later["sectors"])


def test_a_sector_of_a_bloc_is_its_members_weighted_by_what_they_sell():
    from detente import labels

    union = country("EU", as_of=DAY)["sectors"][0]
    members = [country(code, as_of=DAY)["sectors"] for code in labels.members("EU")]
    rows = [row for each in members for row in each if (row["outcome"], row["sector"]) == _place(union)]
    assert min(row["output"] for row in rows) <= union["output"] <= max(row["output"] for row in rows)


def _place(row):
    return row["outcome"], row["sector"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Fiji", "icio-2022 has no economy of its own for Fiji; it is within rest of the world; world-2023 has most"),
        ("Atlantis", "'Atlantis' names no economy"),
        ("", "names no economy"),
    ],
)
def test_an_economy_that_the_world_lacks_is_one_clear_line(written, words):
    with pytest.raises(QuestionError, match=words):
        country(written, as_of=DAY)


def test_a_world_of_one_sector_has_outcomes_and_no_sectors():
    fiji = country("fiji", as_of=DAY, world="world-2023")
    assert fiji["sectors"] == []
    assert fiji["outcomes"][1]["real_income"] is not None


def test_every_number_has_a_unit_a_residual_and_its_setting(germany):
    table = germany.table("numbers")
    assert set(table.column("unit")) == {"percent", "billion USD a year"}
    assert max(table.column("residual")) <= germany["economy"]["tolerance"]
    assert set(table.column("horizon")) == {"near"}
    assert set(table.column("closure")) == {"lump_sum"}
