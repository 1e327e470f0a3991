"""`detente forecast` as scripts rely on it."""

import csv
import json
from importlib import resources

import jsonschema
import pytest

HISTORY = resources.files("detente") / "dossiers" / "history" / "deadlines.csv"


@pytest.mark.parametrize("day", ["2018-06-20", "2019-12-10", "2026-10-01", "2017-01-01"])
def test_json_output_is_one_document_that_meets_its_schema(run, schema, day):
    code, out, _ = run("forecast", "--as-of", day, "--json")
    assert code == 0
    document = json.loads(out)
    jsonschema.validate(document, schema("forecast"))
    for point in document["points"]:
        assert sum(point["chance"].values()) == pytest.approx(1)
        assert point["n"] >= 0


def test_text_gives_n_intervals_and_the_track_record(run):
    code, out, _ = run("forecast", "--as-of", "2025-10-26")
    assert code == 0
    text = " ".join(out.split())
    for part in ("n = 123", "90 % range", "TRACK RECORD", "base rate", "24pp suspended each side"):
        assert part in text


def test_a_later_day_of_knowledge_adds_the_outcome_and_changes_no_probability(run):
    early, late = (
        json.loads(run("forecast", "--as-of", "2025-10-26", "--known", day, "--json")[1])
        for day in ("2025-10-26", "2026-01-31")
    )
    assert [p["chance"] for p in early["points"]] == [p["chance"] for p in late["points"]]
    assert all(p["came"] is None for p in early["points"])
    assert {p["came"]["class"] for p in late["points"] if p["deadline"] == "2025-11-10"} == {"extension"}


def test_the_order_of_decision_points_in_a_file_does_not_change_their_scores(run, tmp_path):
    with HISTORY.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["deadline"] > "2026"]
    tracks = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        code, out, _ = run("forecast", "--points", str(path), "--json")
        assert code == 0
        tracks.append(json.loads(out)["track"])
        rows = rows[::-1]
    assert [(r["model"], r["n"]) for r in tracks[0]] == [(r["model"], r["n"]) for r in tracks[1]]
    assert [r["brier"] for r in tracks[0]] == pytest.approx([r["brier"] for r in tracks[1]])


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["forecast", "--as-of", "soon"], 2),
        (["forecast", "--dossier", "none"], 2),
        (["forecast", "--points", "no-such-file.csv"], 5),
    ],
)
def test_bad_input_is_one_clear_line_and_the_documented_code(run, argv, code):
    exit_code, out, err = run(*argv)
    assert (exit_code, out) == (code, "")
    assert len(err.strip().splitlines()) == 1
