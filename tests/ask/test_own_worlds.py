"""Worlds of one's own: imported, checked, described, priced; ten broken files a layout are refused, nothing written."""

import json
import shutil
import struct
import zipfile
from importlib import resources
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import table_files as files

import detente
from detente.ask.questions import own_worlds
from detente.ask.questions.price import price
from detente.errors import DataError, DetenteError, QuestionError
from detente.faces.terminal import cli

ISIC = ("A01", "C10T12", "D35")
SCENARIO = "name: ten points\nmeasures:\n  - {by: AUS, against: BRA, products: all, rate: 10 pp}\n"


def run(capsys, *words):
    """The exit code of a command, and what it printed."""
    with pytest.raises(SystemExit) as done:
        cli.main(list(map(str, words)))
    return done.value.code or 0, capsys.readouterr()


def valid(answer, name):
    schema = json.loads((resources.files("detente.ask") / "schemas" / f"{name}.json").read_text("utf-8"))
    jsonschema.validate(answer, schema)
    return answer


@pytest.fixture
def table():
    return files.Table(ISIC)


def written(folder, layout, table):
    """The path of a table in each layout."""
    return {
        "oecd": lambda: files.oecd(folder / "ICIO_2015.csv", table),
        "pymrio": lambda: files.pymrio(folder / "mrio", table),
        "wiod": lambda: files.xlsx(folder / "wiot.xlsx", files.wiod_grid(table, 2016)),
        "har": lambda: files.har(folder / "base.har", table),
        "gravity": lambda: files.write_rows(folder / "gravity.csv", files.gravity_rows()),
    }[layout]()


@pytest.mark.parametrize("layout", ["oecd", "pymrio", "wiod", "har", "gravity"])
def test_each_layout_is_imported_checked_described_and_priced_from_the_command_line(tmp_path, capsys, table, layout):
    path, out = written(tmp_path, layout, table), tmp_path / "w.npz"
    code, output = run(capsys, "world", "import", path, "--out", out, "--json")
    assert code == 0, output.err
    imported = valid(json.loads(output.out), "world_import")
    assert imported["economies"] == list(files.ECONOMIES)
    assert imported["residual"] < 1e-12
    for name in (out, path):  # the file as published works as a world too
        code, output = run(capsys, "world", "check", name, "--json")
        assert (code, valid(json.loads(output.out), "world_check")["is_economy"]) == (0, True)
    code, output = run(capsys, "world", "describe", out, "--json")
    rows = valid(json.loads(output.out), "world_describe")["economy_rows"]
    assert sum(row["exports"] for row in rows) == pytest.approx(sum(row["imports"] for row in rows))
    (tmp_path / "s.yaml").write_text(SCENARIO, "utf-8")
    answers = [price(str(tmp_path / "s.yaml"), world=str(name), baseline="none").data for name in (out, path)]
    incomes = [answer["scenarios"][0]["economies"]["BRA"]["real_income"] for answer in answers]
    assert incomes[0] < 0
    assert incomes[0] == incomes[1]


def test_the_terminal_shows_what_is_odd_and_what_was_mended(tmp_path, capsys, table):
    rows = files.oecd_rows(table)
    rows[1][5] = ""
    path = files.write_rows(tmp_path / "t.csv", rows)
    code, output = run(capsys, "world", "check", path)
    assert code == 1
    assert "not an economy as it stands" in output.out
    assert "* empty cells: 1, first AUS A01 to BRA C10T12" in output.out
    code, output = run(capsys, "world", "import", path, "--out", tmp_path / "w.npz", "--mend")
    assert code == 0
    assert "CHANGED" in output.out
    assert "1 empty cells taken as 0" in output.out
    code, output = run(capsys, "world", "describe", tmp_path / "w.npz")
    assert "1 empty cells taken as 0" in output.out  # the world keeps what was changed


def test_the_template_that_is_printed_can_be_imported(tmp_path, capsys):
    code, output = run(capsys, "world", "template")
    (tmp_path / "mine.csv").write_text(output.out, "utf-8")
    code, output = run(capsys, "world", "import", tmp_path / "mine.csv", "--out", tmp_path / "w.npz")
    assert code == 0


def test_shipped_worlds_are_listed_checked_and_described():
    listed = valid(own_worlds.listing().to_json(), "world_list")
    assert [row["name"] for row in listed["worlds"]] == ["icio-2022", "oecd-2019", "wiod-2011", "world-2023"]
    for name in ("oecd-2019", "world-2023"):
        assert valid(own_worlds.check(name).to_json(), "world_check")["is_economy"]
    assert valid(own_worlds.describe("world-2023").to_json(), "world_describe")["sectors"] == []


def test_an_unknown_world_and_a_file_that_is_not_there_are_refused():
    with pytest.raises(QuestionError, match=r"no world is named 'wiod-2012'.*try wiod-2011"):
        own_worlds.describe("wiod-2012")
    with pytest.raises(DataError, match=r"none\.csv: no such file"):
        own_worlds.describe("none.csv")


@pytest.mark.parametrize(
    ("options", "why"),
    [({"out": "w.csv"}, "a world is an .npz file"), ({"out": "w.npz", "layout": "gtap"}, "one of auto, oecd")],
)
def test_an_option_that_cannot_be_is_refused(tmp_path, options, why):
    with pytest.raises(QuestionError, match=why):
        own_worlds.import_table([str(tmp_path)], **options)


# What other commands make of a table of one's own


@pytest.fixture
def small(tmp_path):
    """A table with both parties of the default negotiation, whose sectors no published set of elasticities has."""
    return str(files.oecd(tmp_path / "t.csv", files.Table(("A01", "C26", "D35"), ("USA", "CHN", "DEU"))))


@pytest.mark.parametrize("command", ["brief", "truce", "deal", "leverage"])
def test_the_talks_are_priced_on_a_table_of_ones_own(capsys, small, command):
    code, output = run(capsys, command, "--world", small, "--as-of", "2025-10-26", "--json")
    assert code == 0, output.err
    assert json.loads(output.out)["meta"]["options"]["world"] == small


def test_a_brief_on_a_world_without_the_parties_shows_no_effect_on_them(tmp_path, capsys, table):
    path = files.oecd(tmp_path / "t.csv", table)
    code, output = run(capsys, "brief", "--as-of", "2025-10-26", "--world", path)
    assert code == 0, output.err


LEVY = {"by": "USA", "against": "CHN", "products": "all", "rate": "10 pp"}


def test_economies_of_a_list_that_a_world_does_not_have_are_left_out_and_named(small):
    listed = LEVY | {"against": ["CHN", "HKG", "MAC"]}
    answers = [
        detente.price({"measures": [m]}, world=small, baseline="none").data["scenarios"][0] for m in (listed, LEVY)
    ]
    assert answers[0]["economies"] == answers[1]["economies"]
    assert any("t.csv does not have HKG, MAC" in note for note in answers[0]["notes"])


def test_measures_on_economies_that_a_world_does_not_have_are_left_out_unless_all_are(small):
    outside = LEVY | {"against": "FRA"}
    answer = detente.price({"measures": [LEVY, outside]}, world=small, baseline="none").data["scenarios"][0]
    assert any("1 of 2 measures left out: t.csv does not have their economies" in note for note in answer["notes"])
    with pytest.raises(QuestionError, match="no economy of its own for FRA"):
        detente.price({"measures": [outside]}, world=small, baseline="none")


# Ten broken files a layout


def lines(path, change):
    """A text with its lines changed."""
    rows = path.read_text("utf-8").split("\n")
    path.write_text("\n".join(change(rows)), "utf-8")
    return path


def replaced(old, new, count=1):
    return lambda rows: "\n".join(rows).replace(old, new, count).split("\n")


def raw(data):
    def change(path):
        path.write_bytes(data)
        return path

    return change


def cell(row, column, value):
    """A grid with one cell changed."""

    def change(rows):
        rows[row][column] = value
        return rows

    return change


def without(*places):
    return lambda rows: [row for k, row in enumerate(rows) if k not in [p % len(rows) for p in places]]


GRIDS = {
    "oecd": [
        (cell(1, 3, "abc"), "line 2, column 4: 'abc' is no number"),
        (cell(1, 3, "1,5"), "write a decimal point"),
        (cell(1, 3, "inf"), "cells are numbers below"),
        (cell(1, 3, "1e300"), "cells are numbers below"),
        (cell(0, 2, "AUS_A01"), "the column 'AUS_A01' stands twice"),
        (cell(2, 0, "AUS_A01"), "the row 'AUS_A01' stands twice"),
        (without(3), "a column and no row, first AUS D35"),
        (cell(-2, 0, "EXTRA"), "the row 'EXTRA' has no column"),
        (lambda rows: [*rows[:4], rows[4][:6]], "6 cells where the header has"),
        (lambda rows: [[row[0], *row[4:]] for row in rows], "the row 'AUS_A01' has no column"),
        (lambda rows: rows[:1], "no label is that of a row and of a column"),
        (lambda rows: [row[:4] for row in rows[:4]], "1 economies and 3 sectors"),
    ],
    "wiod": [
        (cell(6, 6, "abc"), "row|line 7, column 7: 'abc' is no number"),
        (cell(7, 5, 1e300), "cells are numbers below"),
        (without(6), "a column and no row, first AUS A01"),
        (without(0, 3, 4), "no rows below a header"),
        (lambda rows: rows[:6], "no rows below a header"),
        (lambda rows: [["x"]] * 20, "has a number such as c1"),
        (lambda rows: [[*row[:3], "", *row[4:]] for row in rows], "has a number such as c1"),
        (lambda rows: [row[:9] for row in rows], "the row .* has no column of its own"),
        (lambda rows: [row[:7] for row in rows[:9]], "1 economies"),
        (cell(6, 6, ""), "empty cells: 1, first AUS A01 to AUS D35"),
    ],
    "gravity": [
        (cell(0, 0, "from"), "no column exporter"),
        (cell(1, 3, "many"), "line 2: 'many' is no number"),
        (cell(1, 3, "inf"), "cells are numbers below"),
        (cell(2, 0, ""), "a flow without exporter"),
        (lambda rows: [*rows, rows[2]], "stands twice"),
        (cell(2, 4, "25"), "call a column in percent tariff_pct"),
        (cell(2, 2, "2020"), "choose a year"),
        (without(1), "no sales of AUS at home"),
        (lambda rows: rows[:2], "1 economies"),
        (lambda rows: rows[:1], "0 economies"),
        (lambda rows: [*rows, ["AUS", "BRA"]], "2 cells where the header has 5"),
        (cell(1, 3, ""), "empty cells: 1"),
        (cell(1, 2, "two"), "choose a year|no whole number"),
    ],
}


@pytest.mark.parametrize(("change", "why"), GRIDS["oecd"], ids=lambda v: v if isinstance(v, str) else "")
def test_a_broken_table_of_the_oecd_is_refused_in_one_line(tmp_path, table, change, why):
    refused(tmp_path, files.write_rows(tmp_path / "t.csv", change(files.oecd_rows(table))), why, "oecd")


@pytest.mark.parametrize(("change", "why"), GRIDS["wiod"], ids=lambda v: v if isinstance(v, str) else "")
def test_a_broken_sheet_of_wiod_is_refused_in_one_line(tmp_path, table, change, why):
    refused(tmp_path, files.xlsx(tmp_path / "t.xlsx", change(files.wiod_grid(table, 2016))), why, "wiod")


@pytest.mark.parametrize(("change", "why"), GRIDS["gravity"], ids=lambda v: v if isinstance(v, str) else "")
def test_broken_gravity_data_are_refused_in_one_line(tmp_path, change, why):
    refused(tmp_path, files.write_rows(tmp_path / "t.csv", change(files.gravity_rows())), why, "gravity")


@pytest.mark.parametrize(
    ("file", "change", "why"),
    [
        ("Z.txt", replaced("AUS\tA01\t", "AUS\tA02\t"), "is not in Y"),
        ("Y.txt", replaced("AUS\tA01\t", "AUS\tA02\t"), "is not in Y"),
        ("Z.txt", replaced("BRA\tA01\t", "AUS\tA01\t"), "stands twice, or is not in Y"),
        ("Y.txt", replaced("BRA\tA01\t", "AUS\tA01\t"), "the row AUS A01 stands twice"),
        ("Z.txt", lambda rows: [*rows[:5], rows[5][:40], *rows[6:]], "cells where the header has"),
        ("Z.txt", lambda rows: rows[:6], "a column and no row|that Z has not"),
        ("Z.txt", lambda rows: rows[:3], "none of the first lines ends"),
        ("Z.txt", lambda rows: [""], "is empty"),
        ("Z.txt", lambda rows: ["word"] * 12, "ends in a number"),
        ("Z.txt", lambda rows: [rows[0], *(row.replace(".", ",") for row in rows[1:])], "ends in a number|no number"),
        ("unit.txt", replaced("Mill USD", "kg"), "rows are in 2 units"),
        ("file_parameters.json", replaced("{", "[["), "file_parameters.json, line 1"),
        ("Y.txt", None, "no file of final demand"),
    ],
)
def test_a_broken_folder_of_pymrio_is_refused_in_one_line(tmp_path, table, file, change, why):
    folder = files.pymrio(tmp_path / "mrio", table)
    if change is None:
        (folder / file).unlink()
    else:
        lines(folder / file, change)
    refused(tmp_path, folder, why, "pymrio")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (replaced("seller,", "vendor,"), "no column seller"),
        (replaced(",20,", ",twenty,"), "line 8: 'twenty' is no number"),
        (replaced(",20,", ",inf,"), "cells are numbers below"),
        (replaced(",20,", ",,"), "empty cells: 1"),
        (replaced("final,3,0.05", "final,3,0.07"), "the tariff of CHN on USA goods is 0.07, and 0.05"),
        (replaced("year: 2022", "year: last"), "no whole number"),
        (replaced("services: services", "services: haircuts"), "'haircuts' is no sector"),
        (lambda rows: [*rows, rows[7]], "stands twice"),
        (lambda rows: [*rows[:7], "USA,goods,USA"], "3 cells where the header has 6"),
        (lambda rows: rows[:7], "a header and no rows"),
        (replaced("USA,goods,USA,goods,20,", ",goods,USA,goods,20,"), "seller is empty"),
        (replaced("CHN", "USA", 99), "stands twice"),
    ],
)
def test_a_broken_table_in_the_plain_layout_is_refused_in_one_line(tmp_path, change, why):
    (tmp_path / "t.csv").write_text(own_worlds.template().data["text"], "utf-8")
    refused(tmp_path, lines(tmp_path / "t.csv", change), why, "plain")


def changed_array(name, change):
    def make(table):
        arrays = files.har_arrays(table)
        arrays[name] = change(arrays[name])
        return arrays

    return make


@pytest.mark.parametrize(
    ("arrays", "why"),
    [
        (lambda t: {k: v for k, v in files.har_arrays(t).items() if k != "VMSB"}, "no header VMSB"),
        (lambda t: {k: v for k, v in files.har_arrays(t).items() if k != "VDFB"}, "no header VDFB"),
        (lambda t: {"VDPB": files.har_arrays(t)["VDPB"]}, "no header VXSB or VXMD"),
        (changed_array("VMSB", lambda cells: cells[:, :2]), "VMSB cannot be read"),
        (changed_array("VMPB", lambda cells: cells[:, :2]), "VMPB cannot be read"),
        (changed_array("VXSB", lambda cells: cells[:, :2]), "for sets of 3, 3, 3 elements"),
        (changed_array("VXSB", lambda cells: cells * np.nan), "not a finite number|negative|without output|empty"),
    ],
)
def test_a_header_array_file_with_other_arrays_is_refused_in_one_line(tmp_path, table, arrays, why):
    refused(tmp_path, files.har(tmp_path / "t.har", table, arrays(table)), why, "har")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data[: len(data) // 2], "the file is cut"),
        (lambda data: data[:-2], "cut"),
        (lambda data: data[:12] + struct.pack("<i", 1 << 30) + data[16:], "does not end there"),
        (lambda data: data[:12] + struct.pack("<i", -5) + data[16:], "does not end there"),
        (lambda data: data.replace(b"REFULL", b"XXFULL", 1), "of type 'XX'"),
        (lambda data: data.replace(struct.pack("<2i", 7, 3), struct.pack("<2i", 7, 1 << 30), 1), "claims the shape"),
        (lambda data: data + data, "stands twice"),
        (lambda data: b"no header array file at all", "not a header array file"),
        (lambda data: b"", "not a header array file|is empty"),
    ],
)
def test_a_damaged_header_array_file_is_refused_in_one_line(tmp_path, table, change, why):
    path = files.har(tmp_path / "t.har", table)
    path.write_bytes(change(path.read_bytes()))
    refused(tmp_path, path, why, "har")


def bomb(path):
    """A sheet that unpacks to a thousand times its size."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet>" + " " * 50_000_000)
    return path


def entities(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>")
    return path


@pytest.mark.parametrize(
    ("name", "make", "why"),
    [
        ("t.xlsx", raw(b"no zip"), "not a readable .xlsx"),
        ("t.xlsx", raw(b""), "not a readable .xlsx"),
        ("t.xlsx", bomb, "unpacks to"),
        ("t.xlsx", entities, "declares entities"),
        ("t.csv", raw(b"\xff\xfe\x00A"), "not UTF-8|in none of the layouts"),
        ("t.csv", raw(b""), "in none of the layouts|is empty"),
        ("t.csv", raw(b"hello\nworld\n"), "in none of the layouts known"),
        ("t.csv", raw(b"AUS_A,BRA_B\n" + b'"' + b"x" * 200_000), "in none|not a row|no label"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path, name, make, why):
    refused(tmp_path, make(tmp_path / name), why, "auto")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["axis", "code"], ["economy", "AUS"]], "no column group"),
        ([["axis", "code", "group"], ["economy", "XXX", "G"]], "'XXX' is no economy of the table"),
        ([["axis", "code", "group"], ["country", "AUS", "G"]], "economy or sector"),
        ([["axis", "code", "group"], ["economy", "AUS", "G"], ["economy", "AUS", "H"]], "is in G and in H"),
        (
            [["axis", "code", "group"], *(["economy", code, "G"] for code in files.ECONOMIES)],
            "all economies become one",
        ),
        ([["axis", "code", "group", "service"], ["sector", "A01", "G", "maybe"]], "write yes or no"),
        ([["axis", "code", "group"], ["economy", "AUS", ""]], "has no group"),
        ([["axis", "code", "group"], ["sector", "Z99", "G"]], "'Z99' is no sector of the table"),
        ([["axis", "code", "group"], ["economy", "", "G"]], "is no economy of the table"),
        ([["axis", "code", "group"], ["", "AUS", "G"]], "economy or sector"),
    ],
)
def test_a_broken_mapping_is_refused_in_one_line(tmp_path, table, rows, why):
    path = files.oecd(tmp_path / "t.csv", table)
    refused(tmp_path, path, why, "auto", groups=str(files.write_rows(tmp_path / "map.csv", rows)))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["importer", "duty"], ["AUS", "5"]], "importer and rate"),
        ([["importer", "rate"], ["AUS", "25"]], "in percent in a column rate_pct"),
        ([["importer", "rate"], ["AUS", ""]], "a rate of ''"),
        ([["importer", "rate"], ["", "0.1"]], "no importer"),
        ([["importer", "rate"], ["JPN", "0.1"]], "no row names an importer"),
        ([["importer", "rate"], ["AUS", "0.1"], ["AUS", "0.2"]], "has two rates"),
        ([["importer", "rate"], ["AUS", "nan"]], "nan"),
        ([["importer", "rate"], ["AUS", "1e999"]], "1e999"),
        ([["importer", "rate"], ["AUS", "-1"]], "rates are fractions above -1"),
        ([["importer", "rate"], ["AUS", "ten"]], "ten"),
    ],
)
def test_broken_tariffs_are_refused_in_one_line(tmp_path, table, rows, why):
    path = files.oecd(tmp_path / "t.csv", table)
    refused(tmp_path, path, why, "auto", tariff_file=str(files.write_rows(tmp_path / "tariffs.csv", rows)))


def test_a_folder_a_device_and_files_of_two_folders_are_refused(tmp_path, table):
    refused(tmp_path, tmp_path, "in none of the layouts", "auto")
    refused(tmp_path, Path("/dev/zero"), "not a file", "auto")
    refused(tmp_path, tmp_path, "a folder, and the layout oecd is one file", "oecd")
    path = files.oecd(tmp_path / "t.csv", table)
    (tmp_path / "b").mkdir()
    shutil.copy(path, tmp_path / "b" / "t.csv")
    with pytest.raises(DataError, match="2 files in 2 folders"):
        own_worlds.import_table([str(path), str(tmp_path / "b" / "t.csv")], out=str(tmp_path / "w.npz"))


def refused(folder, path, why, layout, **options):
    """The import of a file is refused in one line that says why, and nothing is written."""
    out = folder / "out.npz"
    with pytest.raises(DetenteError, match=why) as caught:
        own_worlds.import_table([str(path)], out=str(out), layout=layout, **options)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1200
    assert not out.exists()
