"""The registry of questions agrees with the functions it names, with its schemas, and with what they accept."""

import inspect
import json
import subprocess
import sys
from importlib import import_module, resources

import pytest

from detente.ask import registry
from detente.ask.pricing.context import DEFAULT_WORLD, MOST_DRAWS
from detente.ask.questions import tariffs
from detente.ask.registry import QUESTIONS, ValueType, options
from detente.economy import strategic
from detente.economy.horizons import HORIZONS

SCHEMAS = resources.files("detente.ask") / "schemas"


def parameters(question):
    return inspect.signature(question.load()).parameters


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_every_option_is_an_argument_of_the_function_with_the_same_default(question):
    arguments = parameters(question)
    open_ended = any(p.kind is p.VAR_KEYWORD for p in arguments.values())
    for option in question.options:
        name = option.argument or option.name
        assert name in arguments or open_ended, f"{question.name} has no argument {name}"
        if name in arguments and arguments[name].default is not inspect.Parameter.empty:
            assert arguments[name].default == option.default, f"{question.name}: {name}"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_every_question_has_help_a_schema_and_a_view(question):
    assert question.summary.endswith(".")
    assert all(option.help.endswith(".") or option.help.endswith(")") for option in question.options), question.name
    assert json.loads((SCHEMAS / f"{question.schema}.json").read_text("utf-8"))["title"]
    module, function = question.view.split(":")
    assert callable(getattr(import_module(f"detente.faces.terminal.{module}"), function))


def test_names_and_tools_are_unique_and_groups_have_a_help_text():
    names = [question.name for question in QUESTIONS]
    tools = [question.tool.name for question in QUESTIONS if question.tool]
    assert len(set(names)) == len(names)
    assert len(set(tools)) == len(tools)
    assert {question.words[0] for question in QUESTIONS if len(question.words) > 1} == set(registry.GROUPS)


def test_every_schema_is_that_of_a_question_or_of_any_answer():
    files = {file.name.removesuffix(".json") for file in SCHEMAS.iterdir() if file.name.endswith(".json")}
    assert files == {question.schema for question in QUESTIONS} | {"answer"}


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.tool], ids=lambda q: q.name)
def test_a_tool_shows_no_option_that_is_a_path_or_asks_another_machine(question):
    assert not question.writes
    for name in question.tool.options:
        option = question.option(name)
        assert option.type not in (ValueType.FILE, ValueType.FOLDER)
        assert not option.remote


def test_the_choices_of_shared_options_are_those_that_the_questions_accept():
    assert options.HORIZON.choices == tuple(HORIZONS)
    assert options.WORLD.default == DEFAULT_WORLD
    assert options.DRAWS.maximum == MOST_DRAWS
    assert options.TARIFF_KIND.choices == tuple(strategic.KINDS)
    assert options.TARIFF_MODEL.choices == tuple(tariffs.MODELS)
    cooperative = registry.find("tariffs cooperative")
    assert cooperative.option("base").choices == tuple(strategic.BASES)
    assert cooperative.option("rule").choices == tuple(strategic.RULES)


def test_reading_the_registry_imports_no_question():
    heavy = ("numpy", "scipy", "yaml", "cyclopts", "pydantic")
    code = f"import detente.ask.registry, sys; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
