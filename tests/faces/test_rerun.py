"""A stored output is repeated: the same numbers, or where they differ; nothing that writes is ever run."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.ask.questions.rerun import command, differences

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


@pytest.mark.parametrize("argv", STORED, ids=lambda a: " ".join(a[:3]))
def test_a_stored_output_is_repeated_to_twelve_digits(run, schema, tmp_path, argv):
    code, out, _ = run(*argv, "--json")
    assert code == 0
    stored = tmp_path / "stored.json"
    stored.write_text(out, "utf-8")
    code, out, _ = run("rerun", stored, "--json")
    comparison = json.loads(out)
    jsonschema.validate(comparison, schema("rerun"))
    assert (code, comparison["same"], comparison["differences"]) == (0, True, [])


def test_a_changed_number_is_named_by_its_place(run, tmp_path):
    _, out, _ = run("price", "uniform-10", "--world", "world-2023", "--json")
    document = json.loads(out)
    document["scenarios"][0]["economies"]["USA"]["real_income"] += 1e-9
    stored = tmp_path / "stored.json"
    stored.write_text(json.dumps(document), "utf-8")
    code, out, _ = run("rerun", stored)
    assert code == 1
    assert "1 place differs" in out
    assert "scenarios[0].economies.USA.real_income" in out
    code, _, _ = run("rerun", stored, "--tolerance", "1e-6")
    assert code == 0


@pytest.mark.parametrize(
    ("stored_command", "words"),
    [
        (["detente", "brief", "--html", "page.html"], "--html"),
        (["detente", "brief", "--pdf=page.pdf"], "--pdf=page.pdf"),
        (["detente", "sweep", "grid.yaml", "--out", "rows"], "sweep"),
        (["detente", "record", "add", "facts.jsonl"], "record add"),
        (["detente", "record", "propose", "a.txt", "--endpoint", "x"], "--endpoint"),
        (["detente", "record", "text", "/etc/hostname"], "/etc/hostname"),
        (["detente", "brief", "stored.json"], "stored.json"),
        (["detente", "price", "uniform-10", "--world=../w.npz"], "--world=../w.npz"),
        (["detente", "record", "conflicts", "--prefer", "abc", "--why", "x", "--by", "A"], "--prefer"),
        (["detente", "record", "people", "--surface=He", "--person", "He Lifeng"], "--surface=He"),
        (["detente", "serve"], "serve"),
        (["detente", "rerun", "stored.json"], "rerun"),
        (["rm", "-r", "x"], "meta.command"),
        ("detente brief", "meta.command"),
        (None, "meta.command"),
    ],
)
def test_a_command_that_writes_or_asks_elsewhere_is_not_repeated(run, tmp_path, monkeypatch, stored_command, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stored.json").write_text(json.dumps({"meta": {"command": stored_command}}), "utf-8")
    code, out, err = run("rerun", "stored.json")
    assert (code, out) == (2, "")
    assert words in err
    assert [p.name for p in tmp_path.iterdir()] == ["stored.json"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"meta": 3}', "[" * 100_000])
def test_a_file_that_is_not_a_stored_output_gives_one_line_and_exit_2(run, tmp_path, text):
    (tmp_path / "stored.json").write_text(text, "utf-8")
    code, out, err = run("rerun", tmp_path / "stored.json")
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
)


@given(JSON, JSON)
def test_an_output_equals_itself_and_differences_are_mutual(this, other):
    assert not list(differences(this, this, 0))
    assert bool(list(differences(this, other, 1e-12))) == bool(list(differences(other, this, 1e-12)))


def test_a_price_without_a_day_is_repeated_for_the_day_it_was_asked(run, tmp_path):
    document = json.loads(run("price", "uniform-10", "--world", "world-2023", "--json")[1])
    document["meta"]["options"]["as_of"] = "2025-10-26"
    assert command(document, "stored.json")[-3:] == ["--as-of", "2025-10-26", "--json"]
