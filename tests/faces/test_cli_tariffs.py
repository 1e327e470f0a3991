"""`detente tariffs` as scripts rely on it."""

import json
from importlib import resources

import jsonschema
import pytest

from detente.faces.terminal import cli

SCHEMA = json.loads((resources.files("detente.ask") / "schemas" / "tariffs.json").read_text("utf-8"))


def run(capsys, *argv):
    code = 0
    try:
        cli.main(["tariffs", *argv])
    except SystemExit as done:
        code = int(done.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    "argv",
    [
        ["optimal", "--for", "USA", "--kind", "uniform"],
        ["optimal", "--for", "USA,CHN", "--kind", "uniform", "--model", "labour-only"],
        ["nash", "--for", "USA,CHN", "--kind", "uniform", "--against", "USA,CHN"],
        ["nash", "--for", "all", "--model", "one-step"],
        ["cooperative", "--for", "USA,CHN", "--kind", "uniform"],
    ],
)
def test_json_is_one_document_that_meets_its_schema(capsys, argv):
    code, out, _ = run(capsys, *argv, "--json")
    assert code == 0
    found = json.loads(out)
    jsonschema.validate(found, SCHEMA)
    for result in found["results"]:
        for player, proof in result["proof"].items():
            assert proof.get("first_order", 0) < 1e-5, player
            assert proof.get("deviation", 0) < 1e-6, player
    worth = {code: row["payoff"] for code, row in found["results"][0]["economies"].items()}
    if argv[0] == "optimal":
        assert worth["USA"] > 0 > worth["MEX"]
    if argv[0] == "cooperative":
        assert worth["USA"] == pytest.approx(worth["CHN"], abs=1e-4)


def test_text_for_people_names_tariffs_and_proof(capsys):
    code, out, _ = run(capsys, "optimal", "--for", "USA", "--kind", "uniform")
    assert code == 0
    assert "first-order conditions" in out
    assert "USA" in out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["optimal", "--for", "XYZ"], "'XYZ' is not an economy"),
        (["optimal", "--for", ""], "--for USA,CHN"),
        (["optimal", "--for", "USA", "--world", "world-2023"], "one sector"),
        (["optimal", "--for", "USA", "--model", "one-step"], "runs multi-sector"),
        (["optimal", "--for", "USA", "--kind", "best"], "it is one of vector"),
        (["optimal", "--for", "USA", "--elasticity", "atlantis"], "no elasticity set"),
        (["cooperative", "--for", "USA"], "two economies or more"),
        (["cooperative", "--for", "USA,CHN", "--base", "peace"], "factual, nash, free"),
        (["cooperative", "--for", "USA,CHN", "--rule", "fair", "--kind", "uniform"], "equal gains or nash product"),
        (["nash", "--for", "all"], "one-step"),
        (["nash"], "--for"),
    ],
)
def test_a_question_that_cannot_be_asked_gives_one_line_and_exit_2(capsys, argv, words):
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert words in err
