"""Tariffs by HS code, as other tools export them, become rates of sectors; what cannot be read is refused."""

import pytest
import table_files as files

from detente.ask import schedules
from detente.ask.questions import own_worlds
from detente.economy import tables
from detente.errors import DataError
from detente.record import goods


def read(folder, rows):
    return schedules.read(str(files.write_rows(folder / "tariffs.csv", rows))).rates


def test_a_sector_bears_the_mean_over_its_trade_where_trade_by_code_is_at_hand(tmp_path):
    rows = [["importer", "exporter", "hs", "rate_pct"], ["USA", "JPN", "870323", "10"], ["USA", "JPN", "870840", "20"]]
    part = [goods.coverage([code], "USA", "JPN").sectors["C29"] for code in ("870323", "870840")]
    assert read(tmp_path, rows)["C29", "USA", "JPN"] == pytest.approx(0.1 * part[0] + 0.2 * part[1])


def test_a_rate_on_every_heading_of_a_sector_is_the_rate_of_the_sector(tmp_path):
    chapters = [["USA", "", f"{chapter:02d}", "0.07"] for chapter in range(1, 98) if chapter != 77]
    rates = read(tmp_path, [["importer", "exporter", "hs", "rate"], *chapters])
    assert list(rates.values()) == pytest.approx([0.07] * len(rates))
    assert len(rates) > 20


def test_without_trade_by_code_it_is_the_simple_mean_over_the_codes(tmp_path):
    rows = [["importer", "hs", "rate_pct"], ["DEU", "870323", "10"], ["DEU", "870840", "4"]]
    assert read(tmp_path, rows) == {("C29", "DEU", ""): pytest.approx(0.07)}


def test_a_table_of_wits_is_read_by_its_own_columns_and_applied_rates_come_first(tmp_path):
    rows = [
        ["Reporter Name", "Product", "Partner Name", "Tariff Year", "DutyType", "Simple Average"],
        ["Germany", "010121", "World", "2021", "MFN", "8"],
        ["Germany", "010121", "World", "2021", "BND", "90"],
        ["Germany", "010121", "Japan", "2021", "MFN", "8"],
        ["Germany", "010121", "Japan", "2021", "AHS", "2"],
    ]
    assert read(tmp_path, rows) == {("A01", "DEU", ""): 0.08, ("A01", "DEU", "JPN"): 0.02}


def test_codes_that_lost_their_leading_nought_are_whole_again(tmp_path):
    assert set(read(tmp_path, [["importer", "hs", "rate"], ["DEU", "10121", "0.1"]])) == {("A01", "DEU", "")}


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["importer", "hs", "duty"], ["USA", "8703", "5"]], "no column rate_pct"),
        ([["hs", "rate"], ["8703", "5"]], "no column importer"),
        ([["importer", "hs", "rate"], ["USA", "8703", "25"]], "in percent in a column rate_pct"),
        ([["importer", "hs", "rate"], ["Atlantis", "8703", "0.1"]], "'Atlantis' is no economy known here"),
        ([["importer", "hs", "rate"], ["USA", "cars", "0.1"]], "'cars' is no HS code"),
        ([["importer", "hs", "rate"], ["USA", "8703", "0.1"], ["USA", "8703", "0.2"]], "has two rates"),
        ([["importer", "hs", "rate"], ["USA", "8703", "0.1"], ["USA", "870323", "0.2"]], "is part of 8703"),
        ([["importer", "hs", "rate"], ["USA", "8703", "nan"]], "nan"),
        ([["importer", "hs", "rate"], ["USA", "8703", "free"]], "free"),
        ([["importer", "hs", "rate", "year"], ["USA", "87", "0", "2020"], ["USA", "88", "0", "2021"]], "2020 and 2021"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path, rows, why):
    with pytest.raises(DataError, match=why) as caught:
        read(tmp_path, rows)
    assert "\n" not in str(caught.value)


def test_an_import_takes_tariffs_by_hs_code(tmp_path):
    table = files.Table(("A01", "C29", "D35"), ("USA", "JPN", "DEU"))
    path = files.oecd(tmp_path / "t.csv", table)
    rows = [["importer", "exporter", "hs", "rate_pct"], ["DEU", "JPN", "870323", "10"], ["DEU", "", "870323", "6"]]
    tariffs = str(files.write_rows(tmp_path / "tariffs.csv", rows))
    own_worlds.import_table(str(path), out=str(tmp_path / "w.npz"), tariff_file=tariffs)
    tariff = tables.load(str(tmp_path / "w.npz")).tariff
    assert tariff[1, 2].tolist() == [0.06, 0.1, 0]
    assert not tariff[[0, 2]].any()
