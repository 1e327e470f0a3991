"""What once ended in a crash ends in an answer or in a refusal of one line; `make fuzz` looks for more."""

import random

import fuzz
import pytest

from detente.errors import QuestionError

EXTRAS = {"mcp": "mcp.server.mcpserver", "api": "starlette"}
STORED = [(target, name, data) for target in fuzz.TARGETS for name, data in fuzz.stored(target)]


@pytest.mark.parametrize(("target", "name", "data"), STORED, ids=[f"{t}-{n}" for t, n, _ in STORED])
def test_a_stored_input_ends_well(target, name, data):
    if target in EXTRAS:
        pytest.importorskip(EXTRAS[target])
    assert fuzz.run(target, data, name) is None


@pytest.mark.parametrize("target", ["scenarios", "records", "worlds"])
def test_a_few_damaged_inputs_end_well(target, tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz, "KEPT", tmp_path)
    monkeypatch.setattr(fuzz, "ROOT", tmp_path)
    assert fuzz.fuzz(target, 5, 25, seed=7) == 0


def test_a_fault_is_kept_and_named(tmp_path, monkeypatch, capsys):
    def fail(data, name):
        raise ZeroDivisionError("at nothing")

    monkeypatch.setattr(fuzz, "KEPT", tmp_path / "build")
    monkeypatch.setattr(fuzz, "ROOT", tmp_path)
    monkeypatch.setitem(fuzz.TARGETS, "scenarios", (fail, list, fuzz.damaged))
    assert fuzz.fuzz("scenarios", 5, 3, seed=1) == 1
    assert "ZeroDivisionError: at nothing" in capsys.readouterr().out
    assert len(list((tmp_path / "build").iterdir())) == 1


def test_damage_is_the_same_for_the_same_seed():
    made = [fuzz.damaged(b"abc" * 50, random.Random(5), [b"other"]) for _ in range(2)]
    assert made[0] == made[1] != b"abc" * 50


def test_a_message_that_repeats_a_long_input_is_cut_in_the_middle():
    message = str(QuestionError("a" * 5000 + " ends here"))
    assert len(message) < 1500
    assert message.endswith("ends here")
