"""The command line as scripts rely on it: one JSON document, documented exit codes, one clear line for bad input."""

import json
import subprocess
import sys
from importlib import resources

import jsonschema
import pytest

REPORT = str(resources.files("detente") / "examples" / "kuala-lumpur.txt")


@pytest.mark.parametrize(
    ("name", "argv"),
    [
        ("brief", ["brief", "--json"]),
        ("brief", ["brief", REPORT, "--dossier", "none", "--json"]),
        ("brief", ["brief", "--as-of", "2026-09-30", "--json"]),
        ("brief", ["brief", "--as-of", "2025-11-05", "--known", "2025-10-26", "--json"]),
        ("price", ["price", "truce-lapses", "plus-100", "--as-of", "2025-10-26", "--json"]),
        ("price", ["price", "liberation-day", "--model", "roundabout", "--json"]),
        ("price", ["price", "uniform-10", "--horizon", "medium", "--draws", "5", "--json"]),
        ("brief", ["brief", "--world", "world-2023", "--json"]),
        ("replicate", ["replicate", "liberation-day", "--json"]),
        ("proposals", ["record", "propose", REPORT, "--json"]),
        ("state", ["record", "show", "--as-of", "2025-10-26", "--json"]),
    ],
)
def test_json_output_is_one_document_that_meets_its_schema(run, schema, name, argv):
    code, out, _ = run(*argv)
    assert code == 0
    jsonschema.validate(json.loads(out), schema(name))


@pytest.mark.parametrize("argv", [["brief"], ["price", "uniform-10"], ["record", "show", "--as-of", "2025-10-26"]])
def test_a_command_prints_text_for_people(run, argv):
    code, out, _ = run(*argv)
    assert code == 0
    assert len(out.splitlines()) > 10


def test_every_quote_stands_at_its_place_in_the_text_as_read(run):
    _, out, _ = run("record", "propose", REPORT, "--json")
    _, text, _ = run("record", "text", REPORT)
    facts = json.loads(out)["facts"]
    assert len(facts) > 15
    assert all(text[f["start"] : f["end"]] == f["quote"] for f in facts)


def written(tmp_path, name, content):
    """The path of a file with this content."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


MEASURE = "- by: {by}\n  against: CHN\n  rate: {rate}\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (MEASURE.format(by="XYZ", rate="24 pp"), "'XYZ' is no economy known here"),
        (MEASURE.format(by="USA", rate="24"), "has no unit"),
        (MEASURE.format(by="USA", rate=".nan"), "is not a finite number"),
        (MEASURE.format(by="USA", rate="nan pp"), "cannot be read"),
        (MEASURE.format(by="USA", rate="24 percent"), "cannot be read"),
        (MEASURE.format(by="USA", rate="-80 % volume"), "limit on quantities"),
        (MEASURE.format(by="USA", rate="-250 %"), "duties must be above -100"),
        (MEASURE.format(by="NO", rate="5 pp"), "ISO3 codes"),
        ("- by: USA\n  against: CHN\n", "'rate' is missing"),
        ("- by: USA\n  agianst: CHN\n  rate: 5 pp\n", "unknown key 'agianst'"),
        ("- by: USA\n  against: CHN\n  rate: 5 pp\n  products: 'chips'\n", "not a goods sector"),
        ("world: world-2023\nmeasures: [{by: USA, against: CHN, rate: 5 pp, products: C26}]", "has one sector"),
        ("world: world-2023\nmeasures: [{by: USA, against: TWN, rate: 5 pp}]", "no economy of its own for TWN"),
        ("- by: USA\n  against: CHN\n  rate: 5 pp\n  from: someday\n", "a date is written"),
        ("- by: USA\n  against: CHN\n  rate: 5 pp\n  coverage: 140 %\n", "is not a share"),
        ("measures: 3\n", "a list of measures"),
        ("- [", "line 2: not YAML"),
        ("&a [*a]", "anchors and aliases are not read"),
        ("", "a list of measures"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_a_scenario_that_cannot_be_read_gives_one_line_and_exit_2(run, tmp_path, content, words):
    code, out, err = run("price", written(tmp_path, "s.yaml", content), "--as-of", "2025-10-26")
    assert code == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert words in err


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["price", "no-such-scenario"], 2),
        (["price"], 2),
        (["price", "uniform-10", "--world", "atlantis"], 2),
        (["price", "uniform-10", "--model", "atlantis"], 2),
        (["price", "uniform-10", "--elasticity", "atlantis"], 2),
        (["price", "uniform-10", "--horizon", "someday"], 2),
        (["price", "uniform-10", "--draws", "-1"], 2),
        (["brief", "--horizon", "medium", "--world", "world-2023"], 2),
        (["brief", "--as-of", "yesterday"], 2),
        (["brief", "--as-of", "2025-02-30"], 2),
        (["brief", "--known", "20251026"], 2),
        (["brief", "--dossier", "atlantis"], 2),
        (["brief", "--nonsense"], 2),
        (["nonsense"], 2),
        (["replicate", "no-such-paper"], 2),
        (["brief", "no-such-file.txt"], 5),
        (["record", "propose", "no-such-file.txt"], 5),
    ],
)
def test_wrong_usage_gives_one_line_and_the_documented_exit_code(run, argv, code):
    exit_code, out, err = run(*argv)
    assert exit_code == code
    assert out == ""
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"\x00\x01\x02binary", b"%PDF-1.7 whatever", b"---\ntitle: x\n---\n"]
)
def test_a_document_that_cannot_be_read_gives_one_line_and_exit_5(run, tmp_path, content):
    code, out, err = run("brief", written(tmp_path, "d.txt", content))
    assert code == 5
    assert out == ""
    assert len(err.strip().splitlines()) == 1


def test_a_policy_without_equilibrium_exits_with_3(run, tmp_path):
    path = written(tmp_path, "wall.yaml", "- {by: USA, against: all, rate: 900 %}\n")
    code, out, err = run("price", path, "--baseline", "none", "--world", "world-2023")
    assert (code, out) == (3, "")
    assert "did not reach an equilibrium" in err


def test_hostile_text_is_shown_as_plain_text_in_terminal_and_page(run, tmp_path):
    text = (
        "---\ntitle: '[bold red]x[/] <script>alert(1)</script>'\npublished: 2025-10-26\n---\n"
        "Treasury Secretary Scott Bessent said the talks were "
        '"[/b] <img src=x onerror=alert(1)> \u202e\x1b[31m very good".\n'
        "The truce between the United States and China expires on November 10.\n"
    )
    page = tmp_path / "b.html"
    code, out, _ = run("brief", written(tmp_path, "d.txt", text), "--html", str(page))
    assert code == 0
    assert "\x1b[31m" not in out
    assert "\u202e" not in out
    html = page.read_text("utf-8")
    assert "<script" not in html
    assert "<img" not in html
    assert "\u202e" not in html


def test_a_page_that_cannot_be_written_leaves_nothing_behind(run, tmp_path):
    code, out, err = run("brief", "--html", str(tmp_path / "no" / "b.html"))
    assert code == 2
    assert out == ""
    assert "cannot be written" in err
    assert list(tmp_path.iterdir()) == []


def test_help_names_every_command():
    done = subprocess.run([sys.executable, "-m", "detente", "--help"], capture_output=True, text=True, check=True)
    for word in ("brief", "price", "record", "replicate"):
        assert word in done.stdout
