"""`detente duties` on the command line: the ladder of averages, tables, own acts, one line where it refuses."""

import csv
import json
from pathlib import Path

import jsonschema
import pytest

LADDER = list(
    csv.DictReader((Path(__file__).parents[1] / "record" / "duties_ladder.csv").read_text("utf-8").splitlines())
)
LINES = """id,by,against,rate,from,known,source,confidence,note
own-furniture,NOR,CHN,25,2026-05-01,2026-04-20,a test,press,first
own-furniture,NOR,VNM,10,2026-05-01,2026-04-20,a test,press,
own-ban,NOR,USA,,2026-06-01,2026-05-20,a test,press,
"""


def answer(run, *words):
    code, out, err = run("duties", *words, "--json")
    assert code == 0, err
    return json.loads(out)


@pytest.mark.parametrize("row", LADDER, ids=lambda r: f"{r['date']}-{r['known']}-{r['by']}-{r['on']}")
def test_added_duties_lie_within_the_bounds_of_published_trackers(row, run):
    against = "WLD" if row["on"] == "WORLD" else row["on"]
    words = ("--as-of", row["date"], "--known", row["known"], "--since", row["base_day"])
    (pair,) = answer(run, *words, "--by", row["by"], "--against", against)["pairs"]
    assert float(row["low"]) <= pair["additional_pp"] <= float(row["high"])


def test_series_and_comparison_meet_the_schema(run, schema):
    words = ("--as-of", "2026-10-08", "--by", "USA", "--against", "EU", "--series", "--compare")
    document = answer(run, *words)
    jsonschema.validate(document, schema("duties"))
    assert document["series"][-1]["additional_pp"] == document["pairs"][0]["additional_pp"]
    assert document["compare"]


@pytest.mark.parametrize("words", [(), ("--by", "USA", "--against", "CHN"), ("--by", "SGP"), ("--compare",)])
def test_the_text_is_short_and_names_the_first_day_and_the_weights(run, words):
    code, out, _ = run("duties", "--as-of", "2026-10-08", *words)
    assert code == 0
    assert "31 Dec 2024" in out
    assert "imports of 2024" in out
    assert len(out.splitlines()) <= (45 if not words else 90)


@pytest.mark.parametrize(
    ("words", "columns"),
    [
        ((), {"by", "against", "act", "points_pp", "not_priced", "average_pct", "source"}),
        (("--series",), {"day", "additional_pp", "changed"}),
        (("--compare",), {"day", "ours_pct", "published_pct", "explanation"}),
    ],
)
def test_the_table_is_written_as_csv(run, tmp_path, words, columns):
    file = tmp_path / "duties.csv"
    code, _, _ = run("duties", "--as-of", "2026-08-25", "--by", "USA", "--against", "CHN", *words, "--csv", file)
    assert code == 0
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert rows
    assert columns <= rows[0].keys()


def test_acts_of_ones_own_are_added_once_and_levied(run, tmp_path, schema):
    file, home = tmp_path / "acts.csv", tmp_path / "home"
    file.write_text(LINES, "utf-8")
    code, out, err = run("duties", "--add", file, "--home", home, "--json")
    assert code == 0, err
    jsonschema.validate(json.loads(out), schema("duties_added"))
    assert json.loads(out)["new_rows"] == 4
    assert json.loads(run("duties", "--add", file, "--home", home, "--json")[1])["new_rows"] == 0
    rows = answer(run, "--as-of", "2026-07-01", "--by", "NOR", "--home", home)["pairs"]
    points = {row["against"]: row["additional_pp"] for row in rows}
    assert points == {"CHN": 25, "VNM": 10, "USA": None}
    assert rows[0]["acts"][0]["confidence"] == "press"
    assert not answer(run, "--as-of", "2026-07-01", "--known", "2026-04-19", "--by", "NOR", "--home", home)["pairs"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("own,NOR,CHN,NaN,2026-05-01,2026-04-20,a test", "acts.csv, line 2, column rate: 'NaN' is not a finite number"),
        ("own,NOR,CHN,1e6,2026-05-01,2026-04-20,a test", "column rate: 1e6 is not from -100 to 1000"),
        ("own,NOR,XXX,10,2026-05-01,2026-04-20,a test", "column against: 'XXX' names no economy"),
        ("own,NOR,CHN,10,2026-05-32,2026-04-20,a test", "column from: '2026-05-32' is not a day"),
        ("own,NOR,CHN,10,2026-05-01,2026-04-20,", "column source: '' is empty"),
        ("own,NOR,CHN,10,2026-05-01,2026-04-20", "the line has not the 7 values of its head"),
        (
            "own,NOR,CHN,10,2026-05-01,2026-04-20,a\nown,SWE,CHN,10,2026-05-01,2026-04-20,b",
            "line 3, column by: SWE, and NOR",
        ),
        ("", "no act; write one a line"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place_and_nothing_is_written(run, tmp_path, line, message):
    file, home = tmp_path / "acts.csv", tmp_path / "home"
    file.write_text(f"id,by,against,rate,from,known,source\n{line}\n", "utf-8")
    code, out, err = run("duties", "--add", file, "--home", home)
    assert (code, out) == (5, "")
    assert message in err
    assert err.count("\n") == 1
    assert not home.exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--by", "XXX"), 2), (("--as-of", "2017-01-01"), 2), (("--as-of", "2026-13-01"), 2), (("--series",), 2),
        (("--by", "EU", "--against", "EU27"), 2), (("--add", "nowhere.csv"), 5),
        (("--by", "SGP", "--csv", "empty.csv"), 2),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_the_exit_code_of_its_kind(run, tmp_path, words, code):
    done, out, err = run("duties", *words, "--home", tmp_path)
    assert (done, out) == (code, "")
    assert err.count("\n") == 1


def test_a_stored_answer_is_repeated_but_adding_acts_is_not(run, tmp_path):
    stored = tmp_path / "stored.json"
    stored.write_text(run("duties", "--as-of", "2026-08-25", "--by", "CHN", "--json")[1], "utf-8")
    assert run("rerun", stored)[0] == 0
    (tmp_path / "acts.csv").write_text(LINES, "utf-8")
    stored.write_text(run("duties", "--add", tmp_path / "acts.csv", "--home", tmp_path, "--json")[1], "utf-8")
    assert run("rerun", stored)[0] == 2
