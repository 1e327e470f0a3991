"""The bargaining commands as scripts rely on them."""

import json
from importlib import resources

import jsonschema
import pytest

from detente.faces.terminal import cli


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
def test_json_output_is_one_document_that_meets_its_schema(capsys, name, more):
    code, out, _ = run(capsys, name, *more, "--json")
    assert code == 0
    jsonschema.validate(json.loads(out), schema(name))


@pytest.mark.parametrize("name", ["deal", "truce", "leverage"])
def test_text_starts_with_the_answer_in_words_and_ends_with_what_it_rests_on(capsys, name):
    code, out, _ = run(capsys, name, "--as-of", "2025-10-26", "--world", "world-2023")
    assert code == 0
    assert out.startswith("détente")
    for part in ("largest residual", "Elasticities:", "horizon long", "Closure:", "INFERRED FROM BEHAVIOUR"):
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
def test_bad_input_is_one_clear_line_and_the_documented_code(capsys, argv, code):
    found, out, err = run(capsys, *argv)
    assert (found, out) == (code, "")
    assert len(err.strip().splitlines()) == 1
