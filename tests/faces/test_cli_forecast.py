"""`detente forecast` as scripts rely on it."""

import csv
import json
from importlib import resources

import jsonschema
import pytest

from detente.faces.terminal import cli

HISTORY = resources.files("detente") / "dossiers" / "history" / "deadlines.csv"


def run(capsys, *argv):
    """(exit code, stdout, stderr) of one command in this process."""
    code = 0
    try:
        cli.main(list(argv))
    except SystemExit as done:
        code = done.code or 0
    out, err = capsys.readouterr()
    return code, out, err


def schema(name):
    return json.loads((resources.files("detente") / "ask" / "schemas" / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("day", ["2018-06-20", "2019-12-10", "2026-10-01", "2017-01-01"])
def test_json_output_is_one_document_that_meets_its_schema(capsys, day):
    code, out, _ = run(capsys, "forecast", "--as-of", day, "--json")
    assert code == 0
    told = json.loads(out)
    jsonschema.validate(told, schema("forecast"))
    for point in told["points"]:
        assert sum(point["chance"].values()) == pytest.approx(1)
        assert point["n"] >= 0


def test_text_gives_n_intervals_and_the_track_record(capsys):
    code, out, _ = run(capsys, "forecast", "--as-of", "2025-10-26")
    assert code == 0
    text = " ".join(out.split())
    for part in ("n = 49", "90 % range", "TRACK RECORD", "base rate", "24pp suspended each side"):
        assert part in text


def test_a_later_known_tells_what_came_and_changes_no_chance(capsys):
    one, other = (
        json.loads(run(capsys, "forecast", "--as-of", "2025-10-26", "--known", day, "--json")[1])
        for day in ("2025-10-26", "2026-01-31")
    )
    assert [p["chance"] for p in one["points"]] == [p["chance"] for p in other["points"]]
    assert all(p["came"] is None for p in one["points"])
    assert {p["came"]["class"] for p in other["points"] if p["deadline"] == "2025-11-10"} == {"extension"}


def test_a_renamed_file_of_unseen_points_scores_alike_whatever_its_ids(capsys, tmp_path):
    with HISTORY.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["deadline"] > "2026"]
    found = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        code, out, _ = run(capsys, "forecast", "--points", str(path), "--json")
        assert code == 0
        found.append(json.loads(out)["track"])
        rows = rows[::-1]
    assert [(r["model"], r["n"]) for r in found[0]] == [(r["model"], r["n"]) for r in found[1]]
    assert [r["brier"] for r in found[0]] == pytest.approx([r["brier"] for r in found[1]])


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["forecast", "--as-of", "soon"], 2),
        (["forecast", "--dossier", "none"], 2),
        (["forecast", "--points", "no-such-file.csv"], 5),
    ],
)
def test_bad_input_is_one_clear_line_and_the_documented_code(capsys, argv, code):
    found, out, err = run(capsys, *argv)
    assert (found, out) == (code, "")
    assert len(err.strip().splitlines()) == 1
