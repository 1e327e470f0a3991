"""The ledger of duties: averages beside published ones, two clocks, and what an act displaces."""

import csv
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from detente.record import duties

LADDER = list(csv.DictReader((Path(__file__).parent / "duties_ladder.csv").read_text("utf-8").splitlines()))
BOOK = duties.shipped()


def added(by, on, day, known, base="2024-12-31"):
    on = {"WORLD": "WLD"}.get(on, on)
    return BOOK.levied(by, on, day, known).total - BOOK.levied(by, on, base, base).total


@pytest.mark.parametrize("row", LADDER, ids=lambda r: f"{r['date']}-{r['known']}-{r['by']}-{r['on']}")
def test_added_duties_lie_within_the_bounds_that_published_trackers_give(row):
    ours = added(row["by"], row["on"], row["date"], row["known"], row["base_day"])
    assert float(row["low"]) <= ours <= float(row["high"]), f"{ours:.2f}, central {row['central']}: {row['why']}"


def test_every_rate_belongs_to_an_act_and_every_act_has_a_source_or_says_that_it_is_general_knowledge():
    assert {rate.act for rate in BOOK.rates} <= BOOK.acts.keys()
    assert all(act.source or act.confidence in ("general knowledge", "tracker") for act in BOOK.acts.values())


def test_no_rate_is_known_before_its_act_and_none_is_asserted_after_the_ledger_ends():
    assert all(rate.known >= "2018-01-01" for rate in BOOK.rates)
    assert max(rate.known for rate in BOOK.rates) <= "2026-10-08"


def test_what_became_known_later_changes_no_earlier_answer():
    late = replace(BOOK, rates=tuple(r for r in BOOK.rates if r.known <= "2025-05-11"))
    for partner in ("CHN", "EU", "CAN", "VNM"):
        assert late.levied("USA", partner, "2025-09-01", "2025-05-11") == BOOK.levied(
            "USA", partner, "2025-09-01", "2025-05-11"
        )


def test_an_act_that_is_taken_away_brings_back_what_it_displaced():
    day = "2025-11-20"
    families = {"vehicles"}
    without = replace(BOOK, rates=tuple(r for r in BOOK.rates if r.family not in families))
    full, less = BOOK.levied("USA", "JPN", day).points, without.levied("USA", "JPN", day).points
    assert less["us-ieepa-recip-JPN"] > full["us-ieepa-recip-JPN"] + 1
    assert "us-s232-autos-jpn" not in less


def test_members_of_a_union_pay_by_their_own_mix_of_goods():
    points = {m: BOOK.levied("USA", m, "2025-11-20", "2026-10-08").total for m in ("IRL", "DEU", "ITA")}
    assert points["IRL"] == pytest.approx(3.0, abs=0.3)
    assert points["DEU"] == pytest.approx(11.1, abs=0.3)
    assert points["ITA"] == pytest.approx(9.9, abs=0.3)


def test_sectors_add_up_to_the_average():
    by_sector = BOOK.by_sector("USA", "CHN", "2025-11-20")
    value = {}
    for cell in BOOK.cells["USA", "CHN"]:
        value[cell.sector] = value.get(cell.sector, 0) + cell.value
    mean = sum(by_sector[s] * x for s, x in value.items()) / sum(value.values())
    assert mean == pytest.approx(BOOK.levied("USA", "CHN", "2025-11-20").total)


def test_a_partner_nobody_levies_on_owes_nothing_more():
    assert BOOK.levied("NZL", "FJI", "2025-11-20").total == 0


def test_no_source_of_an_act_is_of_a_later_month_than_the_act_was_known():
    for act in BOOK.acts.values():
        months = re.findall(r"\b(20\d\d[-/](?:0[1-9]|1[0-2]))(?=\b|/)", f"{act.source} {act.url}")
        assert all(month.replace("/", "-") <= act.known[:7] for month in months), act.id


@pytest.mark.parametrize(
    "name", sorted(p.name for p in (files("detente") / "duties").iterdir() if p.name[-4:] == ".csv")
)
def test_every_row_of_a_shipped_table_has_the_columns_of_its_head(name):
    rows = list(csv.reader((files("detente") / "duties" / name).read_text("utf-8").splitlines()))
    assert {len(row) for row in rows} == {len(rows[0])}


def test_no_source_is_named_by_a_number_that_a_reader_cannot_look_up():
    for act in BOOK.acts.values():
        assert act.source
        assert not re.search(r"\bid \d{6,}", f"{act.source} {act.note}"), act.id
