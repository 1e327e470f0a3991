"""A stored output is asked again: the same numbers, or where they differ; nothing that writes is ever run."""

import json
from importlib import resources

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.ask.questions.rerun import differences
from detente.faces.terminal import cli

STORED = [
    ["price", "liberation-day", "--world", "world-2023"],
    ["price", "uniform-10", "--world", "world-2023", "--model", "roundabout"],
    ["price", "truce-lapses"],
    ["deal", "--as-of", "2025-10-26"],
    ["truce", "--as-of", "2025-10-26", "--world", "world-2023"],
    ["leverage", "--as-of", "2025-10-26", "--world", "world-2023"],
    ["brief", "--world", "world-2023"],
    ["record", "show", "--as-of", "2025-10-26"],
    ["tariffs", "nash", "--for", "all", "--model", "one-step"],
    ["side-deals", "--with", "EU,JPN", "--as-of", "2026-10-01"],
]


def run(capsys, *argv):
    code = 0
    try:
        cli.main(list(map(str, argv)))
    except SystemExit as done:
        code = int(done.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("argv", STORED, ids=lambda a: " ".join(a[:3]))
def test_ten_stored_outputs_come_again_to_twelve_digits(capsys, tmp_path, argv):
    code, out, _ = run(capsys, *argv, "--json")
    assert code == 0
    stored = tmp_path / "stored.json"
    stored.write_text(out, "utf-8")
    code, out, _ = run(capsys, "rerun", stored, "--json")
    told = json.loads(out)
    schema = json.loads((resources.files("detente.ask") / "schemas" / "rerun.json").read_text("utf-8"))
    jsonschema.validate(told, schema)
    assert (code, told["same"], told["differences"]) == (0, True, [])


def test_a_number_that_was_changed_is_found_by_its_place(capsys, tmp_path):
    _, out, _ = run(capsys, "price", "uniform-10", "--world", "world-2023", "--json")
    told = json.loads(out)
    told["scenarios"][0]["economies"]["USA"]["real_income"] += 1e-9
    stored = tmp_path / "stored.json"
    stored.write_text(json.dumps(told), "utf-8")
    code, out, _ = run(capsys, "rerun", stored)
    assert code == 1
    assert "1 places differ" in out
    assert "scenarios[0].economies.USA.real_income" in out
    code, _, _ = run(capsys, "rerun", stored, "--tolerance", "1e-6")
    assert code == 0


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["detente", "brief", "--html", "page.html"], "--html"),
        (["detente", "brief", "--pdf=page.pdf"], "--pdf=page.pdf"),
        (["detente", "sweep", "grid.yaml", "--out", "rows"], "sweep"),
        (["detente", "record", "add", "facts.jsonl"], "record add"),
        (["detente", "record", "propose", "a.txt", "--endpoint", "x"], "--endpoint"),
        (["detente", "serve"], "serve"),
        (["detente", "rerun", "stored.json"], "rerun"),
        (["rm", "-r", "x"], "meta.command"),
        ("detente brief", "meta.command"),
        (None, "meta.command"),
    ],
)
def test_what_writes_or_goes_out_is_not_run_again(capsys, tmp_path, monkeypatch, command, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stored.json").write_text(json.dumps({"meta": {"command": command}}), "utf-8")
    code, out, err = run(capsys, "rerun", "stored.json")
    assert (code, out) == (2, "")
    assert words in err
    assert [p.name for p in tmp_path.iterdir()] == ["stored.json"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"meta": 3}', "[" * 100_000])
def test_a_file_that_is_no_output_gives_one_line_and_exit_2(capsys, tmp_path, text):
    (tmp_path / "stored.json").write_text(text, "utf-8")
    code, out, err = run(capsys, "rerun", tmp_path / "stored.json")
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
)


@given(JSON, JSON)
def test_an_output_is_the_same_as_itself_and_differing_is_mutual(one, other):
    assert not list(differences(one, one, 0))
    assert bool(list(differences(one, other, 1e-12))) == bool(list(differences(other, one, 1e-12)))
