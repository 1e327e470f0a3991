"""Answers as tables: tidy rows with units, every digit, safe cells; files with a description beside them."""

import csv
import io
import json
import math
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest

import detente
from detente.ask.registry import QUESTIONS
from detente.ask.tabular import saving, workbook
from detente.ask.tabular.data_table import DataTable, Field
from detente.ask.tabular.provenance import Provenance
from detente.ask.tabular.rows import build

DAY = "2025-10-26"
CARS = {"by": "USA", "against": "EU", "products": "C29", "rate": "10 pp"}
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ABOUT = Provenance("test", "1", {"as_of": DAY}, ("a source",), ("a licence",), ("a note",))
ODD = (
    {"name": "=1+1", "x": 0.1 + 0.2, "n": 3, "yes": True, "day": "2025-10-26"},
    {"name": "@cmd\t|", "x": -1e-300, "n": None, "yes": False, "day": None},
    {"name": 'a "b", <c> & \u202e\x00', "x": 12345678.123456789, "n": -4, "yes": None, "day": "1899-01-01"},
)


@pytest.fixture(scope="module")
def cars():
    return detente.price(CARS, as_of=DAY, economies="DEU", closures=True)


def sheets(content):
    """{name: rows of texts, numbers and truth values} of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        for name in folder.namelist():
            ElementTree.fromstring(folder.read(name))
        book = ElementTree.fromstring(folder.read("xl/workbook.xml"))
        names = [sheet.get("name") for sheet in book.iter(f"{NAMESPACE}sheet")]
        trees = [ElementTree.fromstring(folder.read(f"xl/worksheets/sheet{k}.xml")) for k in range(1, len(names) + 1)]
    return {
        name: [[cell_value(cell) for cell in row] for row in tree.iter(f"{NAMESPACE}row")]
        for name, tree in zip(names, trees, strict=True)
    }


def cell_value(cell):
    value = cell.find(f"{NAMESPACE}v")
    if value is not None:
        return float(value.text)
    text = cell.find(f"{NAMESPACE}is/{NAMESPACE}t")
    return None if text is None else text.text


def test_the_main_table_of_a_price_has_a_row_an_economy_with_names_and_units(cars):
    table = cars.table()
    row = cars.data["scenarios"][0]["economies"]["DEU"]
    assert (table.name, table.keys) == ("economies", ("scenario", "economy"))
    assert table.value("real_income_pct", economy="DEU") == row["real_income"]
    assert table.value("economy_name", economy="DEU") == "Germany"
    assert table.field("real_income_pct").unit == "percent"
    assert table.field("gain_million_usd").unit == "million USD"


def test_germany_by_sector_is_a_frame_with_units_in_its_attributes(cars):
    frame = cars.to_pandas("sectors").query("economy == 'DEU'")
    assert len(frame) == 28
    assert frame.attrs["units"]["output_pct"] == "percent"
    assert frame.set_index("sector").loc["C29", "sector_name"] == "motor vehicles"
    assert frame.attrs["sources"]
    assert "OECD" in " ".join(frame.attrs["licences"])


def test_the_duty_table_says_what_a_measure_levies_before_and_after(cars):
    row = cars.table("duties").records()[0]
    assert row["duty_after_pct"] - row["duty_before_pct"] == pytest.approx(row["duty_change_pp"])
    assert row["duty_change_pp"] == pytest.approx(10)
    assert (row["by"], row["against"], row["rate"]) == ("USA", "EU", "10 pp")


def test_a_dataset_has_a_dimension_for_each_key_and_units_at_its_variables(cars):
    data = cars.to_xarray("sectors")
    assert set(data.dims) == {"scenario", "economy", "sector"}
    assert data.output_pct.attrs["units"] == "percent"
    chosen = data.sel(economy="DEU", sector="C29", scenario="10 pp by USA on EU, C29")
    assert float(chosen.output_pct) == cars.value("output_pct", table="sectors", economy="DEU", sector="C29")
    assert str(chosen.economy_name.values) == "Germany"


def test_a_column_without_a_row_or_with_several_is_refused_with_what_to_name(cars):
    with pytest.raises(detente.QuestionError, match="economy is one of AGO"):
        cars.value("real_income_pct", economy="XXX")
    with pytest.raises(detente.QuestionError, match="name scenario, economy too"):
        cars.value("real_income_pct")
    with pytest.raises(detente.QuestionError, match="has no column 'income'"):
        cars.value("income", economy="DEU")
    with pytest.raises(detente.QuestionError, match="it has economies, sectors, duties, closures"):
        cars.table("prices")


def test_a_table_read_back_from_csv_and_parquet_has_every_digit(cars, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    for kind in ("csv", "parquet"):
        cars.save(tmp_path / f"cars.{kind}", "sectors")
    table = cars.table("sectors")
    with (tmp_path / "cars.csv").open(encoding="utf-8", newline="") as file:
        by_csv = [float(row["output_pct"]) for row in csv.DictReader(file)]
    by_parquet = parquet.read_table(tmp_path / "cars.parquet")
    assert by_csv == table.column("output_pct") == by_parquet.column("output_pct").to_pylist()
    assert by_parquet.schema.field("output_pct").metadata[b"unit"] == b"percent"
    assert b"OECD" in by_parquet.schema.metadata[b"detente"]


def test_the_description_beside_a_file_names_fields_keys_sources_licences_and_the_hash(cars, tmp_path):
    import hashlib

    written = cars.save(tmp_path / "cars.csv")
    described = json.loads((tmp_path / "cars.csv.schema.json").read_text("utf-8"))
    (resource,) = described["resources"]
    content = (tmp_path / "cars.csv").read_bytes()
    assert written == [str(tmp_path / "cars.csv"), str(tmp_path / "cars.csv.schema.json")]
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert [field["name"] for field in resource["schema"]["fields"]] == content.decode().splitlines()[0].split(",")
    assert resource["schema"]["primaryKey"] == ["scenario", "economy"]
    assert {"title": cars.data["sources"][0]} in described["sources"]
    assert any("OECD" in licence["title"] for licence in described["licenses"])
    assert described["options"]["names"] == [CARS]


def test_text_that_a_spreadsheet_would_run_and_odd_characters_are_safe():
    table = build("odd", "Odd", ODD)
    lines = list(csv.reader(io.StringIO(saving.as_csv(table).decode())))
    assert [field.type for field in table.fields] == ["string", "number", "integer", "boolean", "date"]
    assert [line[0] for line in lines[1:3]] == ["'=1+1", "'@cmd |"]
    assert lines[3][0] == 'a "b", <c> & \\u202e\\u0000'
    assert [float(line[1]) for line in lines[1:]] == [row["x"] for row in ODD]
    sheet = sheets(saving.as_xlsx([table], ABOUT))["odd"]
    assert [row[0] for row in sheet[1:3]] == ["=1+1", "@cmd |"]
    assert [row[1] for row in sheet[1:]] == [row["x"] for row in ODD]
    assert b"<f>" not in saving.as_xlsx([table], ABOUT)


def test_a_workbook_has_a_sheet_for_each_table_their_columns_and_what_they_are(cars):
    book = sheets(saving.as_xlsx(list(cars.tables.values()), ABOUT))
    assert list(book) == ["economies", "sectors", "duties", "closures", "uses", "columns", "about"]
    assert ["economies", "real_income_pct", "percent", "number"] in [row[:4] for row in book["columns"]]
    assert ["source", "a source"] in book["about"]
    assert ["licence", "a licence"] in book["about"]
    assert len(book["economies"]) == 1 + len(cars.table())


def test_days_are_days_in_a_workbook_and_equal_tables_make_equal_files():
    table = build("odd", "Odd", ODD)
    sheet = sheets(saving.as_xlsx([table]))["odd"]
    assert sheet[1][4] == (date(2025, 10, 26) - date(1899, 12, 30)).days
    assert sheet[3][4] == "1899-01-01"
    assert saving.as_xlsx([table]) == saving.as_xlsx([table])


def test_a_table_that_no_sheet_can_hold_is_refused(monkeypatch):
    monkeypatch.setattr(workbook, "ROWS", 3)
    with pytest.raises(detente.QuestionError, match="take CSV or Parquet"):
        saving.as_xlsx([build("odd", "Odd", ODD)])


def test_what_is_not_finite_is_an_empty_cell():
    table = build("x", "X", [{"x": math.nan}, {"x": 1.0}, {"x": math.inf}])
    assert table.column("x") == [None, 1.0, None]
    assert [row["x"] for row in csv.DictReader(saving.as_csv(table).decode().splitlines())] == ["", "1.0", ""]


def test_only_keys_that_say_their_unit_have_one_unless_a_table_says_so():
    plain = build("x", "X", [{"low": 0.1, "exports": 2.0, "rate_pct": 3.0, "duty_bn_usd": 4.0}])
    assert [field.unit for field in plain.fields] == ["", "", "percent", "billion USD"]
    changes = build("x", "X", [{"exports": 2.0, "now_real_gdp": 1.0}], changes=True)
    assert [field.name for field in changes.fields] == ["exports_pct", "now_real_gdp_pct"]


@pytest.mark.parametrize(
    "words",
    [
        ("price", "uniform-10", "--as-of", DAY), ("compare", "uniform-10", "in-force", "--as-of", DAY),
        ("duties", "--as-of", DAY, "--by", "USA", "--against", "CHN"), ("forecast", "--as-of", DAY),
        ("record", "show", "--as-of", DAY), ("price", "rare-earths-partial-3-months", "--as-of", DAY),
        ("price", "uniform-10", "--world", "world-2023", "--as-of", DAY), ("truce", "--as-of", DAY),
        ("tariffs", "optimal", "--for", "USA", "--kind", "uniform"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_command_writes_its_tables_in_every_format(run, tmp_path, words):
    files = {kind: str(tmp_path / f"out.{kind}") for kind in ("csv", "parquet", "xlsx")}
    code, _, err = run(*words, *(word for kind, file in files.items() for word in (f"--{kind}", file)))
    assert code == 0, err
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines()))
    described = json.loads((tmp_path / "out.csv.schema.json").read_text("utf-8"))["resources"][0]
    assert len(rows) == described["rows"] > 0
    assert list(rows[0]) == [field["name"] for field in described["schema"]["fields"]]
    keys = described["schema"].get("primaryKey", [])
    assert not keys or len({tuple(row[key] for key in keys) for row in rows}) == len(rows)
    assert (tmp_path / "out.parquet").read_bytes()[:4] == b"PAR1"
    assert described["name"] in sheets((tmp_path / "out.xlsx").read_bytes())


def test_another_table_is_chosen_by_name_and_a_wrong_name_lists_them(run, tmp_path):
    file = tmp_path / "sectors.csv"
    code, _, _ = run("price", "uniform-10", "--for", "DEU", "--as-of", DAY, "--csv", file, "--table", "sectors")
    assert code == 0
    assert "DEU,Germany,C29,motor vehicles" in file.read_text("utf-8")
    code, _, err = run("price", "uniform-10", "--as-of", DAY, "--csv", tmp_path / "x.csv", "--table", "jobs")
    assert code == 2
    assert "it has economies, sectors, duties" in err
    assert not (tmp_path / "x.csv").exists()
    code, _, err = run("price", "uniform-10", "--as-of", DAY, "--table", "sectors")
    assert code == 2
    assert "give --csv, --parquet or --xlsx too" in err


def test_two_scenarios_of_one_name_are_told_apart():
    answer = detente.price(["uniform-10", "uniform-10"], as_of=DAY)
    assert dict.fromkeys(answer.table().column("scenario")) == {
        "Ten points on all imports": None, "Ten points on all imports (2)": None,
    }  # fmt: skip
    assert set(answer.to_xarray().dims) == {"scenario", "economy"}


def test_an_answer_has_the_keys_of_its_data(cars):
    assert list(cars) == list(cars.data)
    assert "scenarios" in cars
    assert cars["scenarios"] is cars.data["scenarios"]


def test_one_file_for_two_formats_is_refused(run, tmp_path):
    file = tmp_path / "x.csv"
    code, _, err = run("duties", "--as-of", DAY, "--by", "USA", "--against", "CHN", "--csv", file, "--xlsx", file)
    assert code == 2
    assert "name a file for each" in err
    assert not file.exists()


@pytest.mark.parametrize("day", ["2018-09-24", "2020-02-14", "2025-04-10", "2026-11-20"])
def test_the_keys_of_duties_tell_every_row_apart(day):
    for table in detente.duties(as_of=day).tables.values():
        keys = list(zip(*(table.column(key) for key in table.keys), strict=True))
        assert len(set(keys)) == len(keys), table.name


def test_sectors_of_all_economies_are_there_when_asked_for():
    answer = detente.price("uniform-10", as_of=DAY, economies="all")
    assert len(answer.table("sectors")) == 81 * 28
    with pytest.raises(detente.QuestionError, match="'GER' is no economy"):
        detente.price("uniform-10", as_of=DAY, economies="GER")


def test_a_table_goes_to_a_pipe_without_a_description(cars, tmp_path):
    import os
    import threading

    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    assert cars.save(pipe, kind="csv") == [str(pipe)]
    reader.join(timeout=10)
    assert read[0].startswith(b"scenario,economy")


@pytest.mark.parametrize(
    ("path", "words"), [("x.txt", "it is one of .csv, .parquet, .xlsx"), ("no/x.csv", "its folder does not exist")]
)
def test_a_file_that_cannot_be_written_is_refused_in_one_line(cars, tmp_path, path, words):
    with pytest.raises(detente.QuestionError, match=words):
        cars.save(tmp_path / path)
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_parquet_is_refused_and_csv_is_written(cars, tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(detente.QuestionError, match=r"pip install 'detente\[table\]', or take CSV"):
        cars.save(tmp_path / "cars.parquet")
    assert cars.save(tmp_path / "cars.csv")


def test_tables_of_every_question_are_made_by_a_function_that_is_there():
    from detente.ask.tabular.of_answer import builder_of

    assert all(callable(builder_of(question.name)) for question in QUESTIONS)
    tables = list(builder_of("no question")({"rows": [{"a": 1}], "more": [1, 2], "notes": [{"b": 1}]}))
    assert [table.names for table in tables] == [("a",)]


def test_a_table_shows_its_size_and_columns():
    table = DataTable("x", "X", (Field("a"), Field("b")), ((1, 2),))
    assert repr(table) == "DataTable('x': 1 rows; a, b)"
    assert repr(detente.duties(as_of=DAY, by="USA", against="CHN")).startswith("Answer('duties': acts ")
