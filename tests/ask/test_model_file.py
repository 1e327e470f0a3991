"""A model in a file of the user's own: priced with its proof from the command line, and run from nowhere else."""

import json
import re
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from detente.ask.questions import rerun
from detente.ask.questions.price import price
from detente.errors import QuestionError
from detente.faces.terminal import cli

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "detente" / "ask" / "schemas" / "price.json").read_text("utf-8"))
MULTI_SECTOR = "from detente.economy.models.multi_sector import CLOSURE, preconditioner, prepare, report, start, step\n"
ONE_SECTOR = "from detente.economy.models.one_sector import prepare, report, start, step\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the documentation's example, which is the working folder."""
    page = (ROOT / "docs" / "development" / "write-a-model.md").read_text("utf-8")
    example = re.search(r'^```python title="armington.py"\n(.*?)^```$', page, re.M | re.S)
    (tmp_path / "armington.py").write_text(example[1], "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def priced(model, **options):
    return price("truce-lapses", model=model, as_of="2025-11-15", **options).data


def test_the_command_prices_a_model_file_with_its_proof(folder, capsys):
    command = "price truce-lapses --world world-2023 --model armington.py --as-of 2025-11-15 --json"
    with pytest.raises(SystemExit) as done:
        cli.main(command.split())
    assert not done.value.code
    answer = json.loads(capsys.readouterr().out)
    jsonschema.validate(answer, SCHEMA)
    assert answer["model"] == "armington.py"
    assert len(answer["model_sha256"]) == 64
    assert answer["closure"]["meaning"].startswith("duties go to households; labour is fixed")
    (scenario,) = answer["scenarios"]
    assert scenario["solver"]["converged"]
    assert scenario["solver"]["gap"] <= answer["tolerance"]
    assert scenario["economies"]["CHN"].keys() == {"real_income", "real_wage", "price", "revenue"}
    assert -0.3 < scenario["economies"]["CHN"]["real_income"] < 0


def test_a_shipped_model_in_a_file_gives_its_own_numbers(folder):
    Path("mine.py").write_text(ONE_SECTOR)
    ours, theirs = priced("mine.py", world="world-2023"), priced("one-sector", world="world-2023")
    for code, values in theirs["scenarios"][0]["economies"].items():
        for name in values.keys() & ours["scenarios"][0]["economies"][code].keys() - {"exports", "imports"}:
            assert ours["scenarios"][0]["economies"][code][name] == pytest.approx(values[name], abs=1e-9)


def test_a_model_with_sectors_is_priced_on_the_world_with_sectors(folder):
    Path("mine.py").write_text(MULTI_SECTOR)
    ours, theirs = priced("mine.py", elasticity="uniform-4"), priced(None, elasticity="uniform-4")
    assert ours["elasticity"] == theirs["elasticity"]
    assert ours["bands"] is None
    for code in ("USA", "CHN", "VNM"):
        mine, shipped = (answer["scenarios"][0]["economies"][code] for answer in (ours, theirs))
        assert mine["real_income"] == pytest.approx(shipped["real_income"], abs=1e-6)
    assert ours["scenarios"][0]["sectors"].keys() == theirs["scenarios"][0]["sectors"].keys()


def test_a_model_file_runs_on_a_table_of_the_users_own(folder):
    flows = np.array([[[50.0, 8.0, 4.0], [3.0, 60.0, 3.0], [3.0, 4.0, 30.0]]])
    uses = 0.3 * flows.sum(1).T[:, None, :]
    np.savez("mine.npz", economies=["USA", "CHN", "DEU"], sectors=["goods"], flows=flows, uses=uses)
    Path("mine.py").write_text(MULTI_SECTOR)
    Path("ten.yaml").write_text("measures: [{by: USA, against: CHN, products: all, rate: 10 pp}]")
    answer = price("ten.yaml", model="mine.py", world="mine.npz", elasticity="uniform-4", baseline="none").data
    assert answer["scenarios"][0]["economies"]["CHN"]["real_income"] < 0


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (MULTI_SECTOR, {"horizon": "short"}, "priced in the long run"),
        (MULTI_SECTOR, {"draws": 10}, "leave --draws out"),
        (MULTI_SECTOR + "def report(*arguments): return {}\n", {}, "its report has no 'real_income'"),
        (MULTI_SECTOR + "calibrate = len\n", {"elasticity": "uniform-4"}, "leave --elasticity out"),
        (MULTI_SECTOR + "def calibrate(table):\n    return 1\n", {}, "returned int, not a detente.World"),
        (MULTI_SECTOR + "def calibrate(table):\n    return table.gdp\n", {}, r"mine.py, line 3: AttributeError: "),
        (MULTI_SECTOR + "def step(*arguments):\n    raise ValueError(1)\n", {}, r"mine.py, line 3: ValueError: 1"),
        (ONE_SECTOR, {"world": "world-2023", "elasticity": "uniform-4"}, "has one elasticity"),
        (
            "from detente.economy.models.one_sector import *\n"
            "def step(world, policy, prepared, state):\n    return state._replace(cost=state.cost + 0.5)\n",
            {"world": "world-2023"},
            "is not an equilibrium of this model: the residual at start",
        ),
    ],
)
def test_what_a_model_file_cannot_answer_is_said_in_one_line(folder, text, options, words):
    Path("mine.py").write_text(text)
    with pytest.raises(QuestionError, match=words):
        priced("mine.py", **options)


def test_limits_on_quantities_and_uses_of_revenue_are_refused(folder):
    with pytest.raises(QuestionError, match="leave --model out"):
        price("rare-earths-october-2025", model="armington.py")
    Path("relief.yaml").write_text(
        "revenue: income_tax_relief\nmeasures: [{by: USA, against: CHN, products: all, rate: 10 pp}]"
    )
    with pytest.raises(QuestionError, match="leave revenue out"):
        price("relief.yaml", model="armington.py", world="world-2023")


def test_a_stored_command_with_a_model_file_is_not_run_again(folder):
    Path("armington.py").write_text("raise AssertionError('this file was run')")
    for words in (["--model", "armington.py"], ["--model=armington.py"]):
        stored = {"meta": {"command": ["detente", "price", "truce-lapses", *words], "options": {}}}
        with pytest.raises(QuestionError):
            rerun.command(stored, "stored.json")


def test_the_tools_for_assistants_take_no_model():
    pytest.importorskip("mcp", reason="uses the mcp extra")
    import asyncio

    from detente.faces.assistants.server import server

    tools = asyncio.run(server().list_tools())
    assert tools
    assert not any("model" in tool.input_schema.get("properties", {}) for tool in tools)
