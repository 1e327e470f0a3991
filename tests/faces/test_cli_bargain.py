"""The bargaining commands as scripts rely on them."""

import json

import jsonschema
import pytest


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("deal", ["--as-of", "2025-10-26", "--disagreement", "war"]),
        ("deal", ["--as-of", "2024-01-01"]),
        ("truce", ["--as-of", "2025-10-26"]),
        ("truce", ["--as-of", "2026-09-30", "--horizon", "medium"]),
        ("leverage", ["--as-of", "2025-11-12", "--known", "2025-10-26"]),
        ("leverage", ["--as-of", "2025-10-26", "--world", "world-2023"]),
    ],
)
def test_json_output_is_one_document_that_meets_its_schema(run, schema, name, more):
    code, out, _ = run(name, *more, "--json")
    assert code == 0
    jsonschema.validate(json.loads(out), schema(name))


@pytest.mark.parametrize("name", ["deal", "truce", "leverage"])
def test_text_starts_with_the_answer_in_words_and_ends_with_what_it_rests_on(run, name):
    code, out, _ = run(name, "--as-of", "2025-10-26", "--world", "world-2023")
    assert code == 0
    assert out.startswith("détente")
    for part in ("largest residual", "Elasticities:", "horizon long", "Closure:", "government payoff"):
        assert part in " ".join(out.split())


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["deal", "--as-of", "2025-10-26", "--disagreement", "peace"], 2),
        (["deal", "--as-of", "2025-05-01", "--disagreement", "war"], 2),
        (["truce", "--as-of", "soon"], 2),
        (["truce", "--as-of", "2018-01-01"], 2),
        (["leverage", "--as-of", "2025-10-26", "--world", "mars"], 2),
        (["truce", "--as-of", "2025-10-26", "--horizon", "never"], 2),
    ],
)
def test_bad_input_is_one_clear_line_and_the_documented_code(run, argv, code):
    exit_code, out, err = run(*argv)
    assert (exit_code, out) == (code, "")
    assert len(err.strip().splitlines()) == 1
