"""`detente tariffs` as scripts rely on it."""

import json

import jsonschema
import pytest


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
def test_json_is_one_document_that_meets_its_schema(run, schema, argv):
    code, out, _ = run("tariffs", *argv, "--json")
    assert code == 0
    document = json.loads(out)
    jsonschema.validate(document, schema("tariffs"))
    for result in document["results"]:
        for player, proof in result["proof"].items():
            assert proof.get("first_order", 0) < 1e-5, player
            assert proof.get("deviation", 0) < 1e-6, player
    payoff = {code: row["payoff"] for code, row in document["results"][0]["economies"].items()}
    if argv[0] == "optimal":
        assert payoff["USA"] > 0 > payoff["MEX"]
    if argv[0] == "cooperative":
        assert payoff["USA"] == pytest.approx(payoff["CHN"], abs=1e-4)


def test_text_for_people_names_tariffs_and_proof(run):
    code, out, _ = run("tariffs", "optimal", "--for", "USA", "--kind", "uniform")
    assert code == 0
    assert "first-order conditions" in out
    assert "US " in out


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
def test_a_question_that_cannot_be_asked_gives_one_line_and_exit_2(run, argv, words):
    code, out, err = run("tariffs", *argv)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert words in err
