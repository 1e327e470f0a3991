"""The page on adding a question is true: its file and its entry, put into a copy of the package, make a question."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

import detente

PAGE = Path(__file__).parents[1] / "docs" / "development" / "add-a-question.md"
BLOCK = re.compile(r'^```\w+ title="([\w.]+)"\n(.*?)^```$', re.M | re.S)
TOOLS = """
import anyio, json
from mcp.client.client import Client
from detente.faces.assistants import server

async def ask():
    async with Client(server.server()) as client:
        tools = (await client.list_tools()).tools
        return tools, await client.call_tool("exposure-share", {"partner": "CHN", "importer": "MEX"})

tools, result = anyio.run(ask)
print(json.dumps([{tool.name: sorted(tool.input_schema["properties"]) for tool in tools}, result.structured_content]))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Runs Python with a copy of the package in which the question of the page is registered; returns its output."""
    root = tmp_path_factory.mktemp("copy")
    package = root / "detente"
    shutil.copytree(Path(detente.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    blocks = dict(BLOCK.findall(PAGE.read_text("utf-8")))
    (package / "ask" / "questions" / "exposure_share.py").write_text(blocks["exposure_share.py"], "utf-8")
    topic = package / "ask" / "registry" / "policies.py"
    entries, end = topic.read_text("utf-8").rstrip("\n").removesuffix("\n)"), "\n)\n"
    entries = entries.replace("\nQUESTIONS", "\n" + blocks["imports"] + "QUESTIONS")
    topic.write_text(entries + "\n" + blocks["registration"].rstrip("\n") + end, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "100"}

    def run(*words):
        done = subprocess.run(
            [sys.executable, *words], capture_output=True, text=True, check=False, env=environment, cwd=root
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_question_of_the_page_is_answered_in_json_and_in_text(python):
    document = json.loads(python("-m", "detente", "exposure-share", "--partner", "CHN", "--json"))
    schema = json.loads((resources.files("detente.ask") / "schemas" / "answer.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    assert document["meta"]["question"] == "exposure-share"
    assert 0.05 < document["share"] < 0.3
    assert "partner: CHN" in python("-m", "detente", "exposure-share", "--partner", "CHN", "--world", "world-2023")


def test_the_question_of_the_page_has_its_command_and_its_help(python):
    assert "exposure-share" in python("-m", "detente", "--help")
    text = python("-m", "detente", "exposure-share", "--help")
    for words in ("--partner", "--importer", "--world", "--json", "The exporting economy, an ISO3 code."):
        assert words in text


def test_the_question_of_the_page_is_a_tool_for_assistants(python):
    pytest.importorskip("mcp")
    tools, answer = json.loads(python("-c", TOOLS))
    assert tools["exposure-share"] == ["importer", "partner"]
    assert (answer["importer"], answer["partner"]) == ("MEX", "CHN")
    assert answer["meta"]["tool"]["name"] == "exposure-share"
