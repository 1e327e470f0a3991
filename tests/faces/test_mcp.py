"""The MCP server through a client in the same process: read-only tools, bounded, with the answers of `ask`."""

import json
import subprocess
import sys

import anyio
import pytest

pytest.importorskip("mcp.server.mcpserver")
from mcp.client.client import Client

from detente.ask import registry
from detente.ask.questions.what_if import whatif
from detente.faces.assistants import server
from detente.record.store import shipped_dossiers

DAY = "2025-10-26"


def call(name, **words):
    """(failed, answer or words) of one call."""

    async def asked():
        async with Client(server.server()) as client:
            return await client.call_tool(name, words)

    found = anyio.run(asked)
    return found.is_error, found.content[0].text if found.is_error else found.structured_content


def listed():
    async def asked():
        async with Client(server.server()) as client:
            return (await client.list_tools()).tools

    return anyio.run(asked)


def test_every_tool_is_read_only_described_and_takes_no_path():
    tools = listed()
    assert {t.name for t in tools} == {
        "cases", "state", "brief", "price", "what-if", "country", "deal", "truce", "leverage", "forecast", "duties",
    }  # fmt: skip
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        assert tool.description
        for name, told in tool.input_schema["properties"].items():
            assert name not in ("path", "file", "document", "home", "out", "world")
            assert told["description"]


def test_the_state_is_that_of_the_day_as_known_that_day():
    failed, answer = call("state", as_of=DAY)
    assert not failed
    assert answer["truces"][0]["expiry"] == "2025-11-10"
    assert answer["meta"]["tool"] == {"name": "state", "arguments": {"as_of": DAY, "known": "", "case": "us-china"}}


def test_what_if_gives_the_numbers_of_the_python_question():
    failed, answer = call("what-if", moves=["us_on_china=24", "china_on_us=24"], as_of=DAY)
    assert not failed
    here = whatif({"us_on_china": 24, "china_on_us": 24}, as_of=DAY).data
    assert answer["economies"] == json.loads(json.dumps(here["economies"]))


def test_what_if_taxes_exports():
    failed, answer = call("what-if", moves=["CHN-to-USA=24"], as_of=DAY)
    assert not failed
    assert answer["export_taxes"] == [{"by": "CHN", "to": "USA", "points": 24.0}]


def test_every_tool_about_a_negotiation_takes_a_case_by_name():
    for tool in listed():
        assert ("case" in tool.input_schema["properties"]) == (tool.name not in ("cases", "duties"))


def test_duties_of_everybody_on_everybody_are_too_long_for_an_assistant():
    failed, message = call("duties", as_of=DAY)
    assert failed
    assert "name an imposer" in str(message)
    failed, answer = call("duties", as_of=DAY, by="USA", against="CHN")
    assert not failed
    assert answer["pairs"][0]["acts"]


def test_the_cases_are_listed_with_what_a_question_needs():
    failed, answer = call("cases")
    assert not failed
    assert {row["name"] for row in answer["cases"]} == set(shipped_dossiers())
    assert [row["name"] for row in answer["cases"] if row["default"]] == [registry.DEFAULT_DOSSIER]
    assert all(row["levers"] and row["parties"] and row["first_known"] < row["last_known"] for row in answer["cases"])


@pytest.mark.parametrize("case", shipped_dossiers())
def test_the_state_is_that_of_the_case_named(case):
    failed, answer = call("state", as_of="2026-09-01", case=case)
    assert not failed
    assert answer["case"]["name"] == case


def test_a_what_if_moves_the_levers_of_its_case():
    failed, answer = call("what-if", case="us-canada", moves=["usa_on_can=10"], as_of=DAY)
    assert not failed
    here = whatif({"usa_on_can": 10}, as_of=DAY, dossier="us-canada").data
    assert answer["economies"] == json.loads(json.dumps(here["economies"]))


def test_price_keeps_only_the_economies_named():
    failed, answer = call("price", names=["uniform-10"], as_of=DAY, economies=["VNM"])
    assert not failed
    assert set(answer["scenarios"][0]["economies"]) == {"VNM", "WLD"}
    assert answer["scenarios"][0]["solver"]["converged"]


@pytest.mark.parametrize(
    ("tool", "words", "said"),
    [
        ("state", {"as_of": "tomorrow"}, "not a day"),
        ("state", {"as_of": "1999-01-01"}, "from 2018"),
        ("what-if", {"moves": ["us_on_china=1e9"]}, "200"),
        ("what-if", {"moves": ["us_on_china=nan"]}, ""),
        ("what-if", {"moves": ["us_on_china=1"], "horizon": "never"}, "horizon"),
        ("price", {"names": ["/etc/passwd"]}, "no scenario is named"),
        ("price", {"names": ["uniform-10"], "economies": ["XXX"], "as_of": DAY}, "not an economy"),
        ("price", {"names": []}, ""),
        ("state", {"case": "/etc"}, "no case is named"),
        ("what-if", {"case": "us-canada", "moves": ["us_on_china=10"], "as_of": DAY}, "no lever is named"),
        ("what-if", {"moves": ["us_on_china"], "as_of": DAY}, ""),
        ("what-if", {"moves": ["us_on_china=-60"], "as_of": DAY}, "take off at most"),
        ("what-if", {"moves": ["us_on_china=5", "us_on_china=6"], "as_of": DAY}, "given twice"),
        ("what-if", {"moves": ["us_on_china=ten"], "as_of": DAY}, "write it as"),
        ("what-if", {"moves": ["us_on_china=1", "us_on_china=2"], "as_of": DAY}, "given twice"),
        ("cases", {"x": 1}, "no argument is named 'x'; this tool takes none"),
        ("state", {"as_off": DAY}, "no argument is named 'as_off'; there is as_of, known, case"),
    ],
)
def test_an_argument_out_of_bounds_is_refused_in_one_line(tool, words, said):
    failed, told = call(tool, **words)
    assert failed
    assert said in told
    assert "Traceback" not in told
    assert "\n" not in told


def test_no_tool_takes_an_argument_that_its_schema_does_not_name():
    for tool in listed():
        assert tool.input_schema["additionalProperties"] is False
        failed, told = call(tool.name, **{"no such argument": 1})
        assert failed
        assert "no argument is named 'no such argument'" in told


def test_without_its_extra_the_command_says_what_to_install():
    code = "import sys; sys.modules['mcp'] = None; from detente.faces.terminal.cli import main; main(['mcp'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "detente[mcp]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["brief", "deal", "truce", "leverage", "forecast"])
def test_every_question_answers_as_of_a_day(name):
    failed, answer = call(name, as_of=DAY)
    assert not failed
    assert answer["meta"]["question"] == name


def test_the_command_speaks_over_standard_input_and_output():
    from mcp.client.stdio import StdioServerParameters

    async def asked():
        async with Client(StdioServerParameters(command=sys.executable, args=["-m", "detente", "mcp"])) as client:
            return await client.call_tool("state", {"as_of": DAY})

    assert anyio.run(asked).structured_content["truces"]
