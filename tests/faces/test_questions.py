"""Every question of the registry on the command line: one JSON document that meets its schema, and text for people."""

import json
from importlib import resources

import jsonschema
import pytest

from detente.ask import registry
from detente.faces.terminal import cli

REPORT = str(resources.files("detente") / "examples" / "kuala-lumpur.txt")
SMALL = ("--world", "world-2023")
DAY = ("--as-of", "2025-10-26")
REVIEW = ("--published", "2025-10-27")
STATEMENT = {
    "kind": "agenda_item", "value": {"topic": "chips"}, "by": {"side": "CHN"}, "known": "2025-11-01",
    "source": {"id": "note", "title": "A note", "publisher": "A ministry", "published": "2025-11-01",
               "kind": "official"},
}  # fmt: skip

# What each question is asked here, cheap to answer; {folder} stands for the folder with the files that `folder` writes.
ARGUMENTS = {
    "brief": (REPORT, *SMALL),
    "price": ("uniform-10", *SMALL, *DAY),
    "deal": (*SMALL, *DAY),
    "truce": (*SMALL, *DAY),
    "leverage": (*SMALL, *DAY),
    "side-deals": ("--with", "EU,JPN", *SMALL, *DAY),
    "positions": ("{folder}/positions.csv",),
    "game": ("{folder}/game.nfg",),
    "forecast": DAY,
    "tariffs optimal": ("--for", "USA", "--kind", "uniform", "--model", "labour-only"),
    "tariffs nash": ("--for", "all", "--model", "one-step"),
    "tariffs cooperative": ("--for", "USA,CHN", "--kind", "uniform", "--model", "labour-only"),
    "tariffs bilateral": ("--for", "USA,CHN", "--model", "labour-only"),
    "sweep": ("{folder}/grid.yaml", "--out", "{folder}/rows", "--resume"),
    "replicate": ("liberation-day",),
    "rerun": ("{folder}/stored.json",),
    "duties": (*DAY, "--by", "CHN"),
    "capital": ("uniform-10", *DAY),
    "card": ("uniform-10", *DAY),
    "country": ("Fiji", *SMALL, *DAY),
    "path": ("uniform-10", "--until", "2026", *DAY),
    "compare": ("uniform-10", "none", "--by", "partner", *DAY),
    "exposure": ("--of", "USA"),
    "world import": ("{folder}/table.csv", "--out", "{folder}/imported.npz"),
    "world check": ("{folder}/table.csv",),
    "world describe": ("icio-2022",),
    "world list": (),
    "world template": (),
    "record show": DAY,
    "record propose": (REPORT,),
    "record text": (REPORT,),
    "record new": ("india-japan", "--parties", "IND,JPN", "--home", "{folder}/home"),
    "record update": (REPORT, "--home", "{folder}/home"),
    "record add": ("{folder}/statement.json", "--home", "{folder}/home"),
    "record review": (REPORT, *REVIEW),
    "record retract": ("{statement}", "--why", "misread", "--by", "A", "--home", "{folder}/home"),
    "record conflicts": DAY,
    "record people": DAY,
    "record check": (),
    "record export": ("--entities", "{folder}/entities.ftm.json", "--judgements", "{folder}/judgements.ijson", *DAY),
    "record judgements": ("{folder}/resolver.ijson", "--home", "{folder}/home"),
}
COMMANDS = [question for question in registry.QUESTIONS if question.command]


@pytest.fixture
def folder(tmp_path, run):
    """A folder with what the commands read: a table, a grid, a statement, a stored output."""
    (tmp_path / "positions.csv").write_text("name,position,salience,capability\nA,0,1,1\nB,1,0.5,2\n", "utf-8")
    (tmp_path / "game.nfg").write_text('NFG 1 R "pennies" { "A" "B" } { 2 2 } 1 0 0 1 0 1 1 0', "utf-8")
    (tmp_path / "table.csv").write_text(run("world", "template")[1], "utf-8")
    (tmp_path / "resolver.ijson").write_text('["He Lifeng", "Ho Lifeng", "positive", null, "A", "2025-11-01"]', "utf-8")
    (tmp_path / "grid.yaml").write_text("scenarios: [uniform-10]\nworlds: [world-2023]\n", "utf-8")
    (tmp_path / "statement.json").write_text(json.dumps(STATEMENT), "utf-8")
    (tmp_path / "stored.json").write_text(run("record", "text", REPORT, "--json")[1], "utf-8")
    return tmp_path


@pytest.fixture
def arguments(folder, run):
    """The words of a question's command, after its name."""

    def words(name):
        statement = ""
        if name == "record retract":
            added = run("record", "add", folder / "statement.json", "--home", folder / "home", "--json")[1]
            statement = json.loads(added)["added"][0]["statement"]
        return [word.format(folder=folder, statement=statement) for word in ARGUMENTS[name]]

    return words


def test_every_question_with_a_command_is_asked_here():
    assert set(ARGUMENTS) == {question.name for question in COMMANDS}


@pytest.mark.parametrize("question", COMMANDS, ids=lambda q: q.name)
def test_json_is_one_document_that_meets_the_schema_of_its_question(question, run, schema, arguments):
    code, out, err = run(*question.words, *arguments(question.name), "--json")
    assert code == 0, err
    document = json.loads(out)
    jsonschema.validate(document, schema(question.schema))
    jsonschema.validate(document, schema("answer"))
    assert document["meta"]["question"] == question.name


@pytest.mark.parametrize("question", COMMANDS, ids=lambda q: q.name)
def test_without_json_a_question_is_answered_in_text(question, run, arguments):
    code, out, err = run(*question.words, *arguments(question.name))
    assert code == 0, err
    assert out.strip()
    assert not out.startswith("{")


@pytest.mark.parametrize("question", COMMANDS, ids=lambda q: q.name)
def test_help_names_every_option_of_a_question(question, run):
    code, out, _ = run(*question.words, "--help")
    assert code == 0
    for option in question.options:
        assert (option.name.upper() if option.positional else option.flag) in out


def test_a_what_if_meets_its_schema(schema):
    answer = registry.find("what-if").ask({"moves": ["us_on_china=24"], "as_of": "2025-10-26", "horizon": "long"})
    document = json.loads(json.dumps(answer.to_json()))
    jsonschema.validate(document, schema("what_if"))
    assert document["levers"] == {"us_on_china": 24.0}


def test_every_solver_object_carries_the_residual_beside_its_former_name(run):
    document = json.loads(run("brief", REPORT, *SMALL, "--json")[1])
    solvers = [row["solver"] for row in document["outcomes"]] + [document["economy"]["baseline"]["solver"]]
    for solver in solvers:
        assert (solver["residual"], solver["iterations"]) == (solver["gap"], solver["steps"])
    assert document["economy"]["residual"] == document["economy"]["gap"]


def test_a_command_that_is_not_a_question_is_not_made_from_the_registry():
    assert {name for name in cli.app if not name.startswith("-")} - {q.words[0] for q in COMMANDS} == {
        "export", "mcp", "serve",
    }  # fmt: skip


def test_the_page_s_api_names_its_answers_as_the_tools_do():
    pytest.importorskip("starlette")
    from detente.faces.page.server import ANSWERS

    assert set(ANSWERS) <= {question.tool.name for question in registry.QUESTIONS if question.tool}
