"""The script that makes the table of goods gives each line the sector that the shipped table has."""

import sys
from pathlib import Path

import pytest

from detente import labels
from detente.record import goods

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import make_goods

LINES = goods._lines()


def test_lines_whose_sector_the_script_corrects_have_it_in_the_table():
    corrected = [
        (code, sector)
        for code, sector in zip(LINES.codes, LINES.sectors, strict=True)
        if code.startswith(tuple(make_goods.SECTOR_OF_PREFIX))
    ]
    assert len(corrected) > 200
    assert all(make_goods.sector_of(code, "") == sector for code, sector in corrected)


@pytest.mark.parametrize(
    ("code", "gtap", "sector"),
    [
        ("2601110000", "oxt", "B07"), ("2501000000", "oxt", "B08"), ("2601200000", "CHM", "C20"),
        ("8703230190", "MVH", "C29"), ("8701210015", "OME", "C29"), ("9401991010", "OMF", "C29"),
        ("9401999000", "OMF", "C31T33"), ("4907000000", "PPP", "C17_18"), ("4901990010", "PPP", "Services (aggregate)"),
    ],
)  # fmt: skip
def test_the_longest_prefix_that_is_corrected_goes_before_the_sector_of_gtap(code, gtap, sector):
    assert make_goods.sector_of(code, gtap) == sector


def test_goods_of_a_line_that_belong_to_two_sectors_stop_the_script():
    trade = make_goods.Trade({"8703230190": "MVH"})
    trade.gtap["8703230110"] = "OME"
    with pytest.raises(SystemExit, match="8703230110: sector C28, but C29 for other goods of line 87032301"):
        trade.add("JPN", "8703230110", 5.0)


def test_values_keep_four_digits_of_thousands():
    assert [make_goods._thousands(x) for x in (0.0, 499.0, 1500.0, 1_234_567_890.0)] == ["", "", "2", "1235000"]


def test_each_sector_of_the_table_is_one_of_the_world():
    names = {*make_goods.SECTOR_OF_GTAP.values(), *make_goods.SECTOR_OF_PREFIX.values(), "B07"}
    assert set(LINES.sectors) <= names
    assert all(labels.sector(name) != name for name in names - {"Unallocated", "Services (aggregate)"})
