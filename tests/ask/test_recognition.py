"""A file that is handed to the wrong command is named for what it is, with the command that reads it."""

import json

import pytest
import table_files as files

from detente.ask.recognition import kind_of
from detente.faces.terminal import cli

SCENARIO = "measures:\n  - {by: USA, against: CHN, products: all, rate: 10 pp}\n"
GAME = 'NFG 1 R "Prisoners" { "A" "B" } { 2 2 }\n1 1 3 0 0 3 2 2\n'
POSITIONS = "Name,Position,Salience,Capability\nA,1,50,10\n"


def made(folder, kind):
    """A file or folder of each kind."""
    table = files.Table(("A01", "C26", "D35"))
    texts = {"scenario.yaml": SCENARIO, "game.nfg": GAME, "positions.csv": POSITIONS}
    stored = {"meta": {"question": "price", "command": ["detente", "price", "uniform-10"]}}
    if kind in texts:
        (folder / kind).write_text(texts[kind], "utf-8")
    elif kind == "stored.json":
        (folder / kind).write_text(json.dumps(stored), "utf-8")
    elif kind == "table.csv":
        files.oecd(folder / kind, table)
    elif kind == "base.har":
        files.har(folder / kind, table)
    else:
        files.pymrio(folder / kind, table)
    return folder / kind


READERS = {
    "table.csv": "world import", "base.har": "world import", "mrio": "world import", "scenario.yaml": "price",
    "game.nfg": "game", "positions.csv": "positions", "stored.json": "rerun",
}  # fmt: skip


READABLE = [("positions.csv", "game"), ("scenario.yaml", "record propose")]  # as offers, and as a text without facts


@pytest.mark.parametrize("kind", READERS)
def test_each_kind_of_file_is_known_by_its_content(tmp_path, kind):
    path = made(tmp_path, kind)
    assert kind_of(str(path)).commands[0] == READERS[kind]
    if path.is_file():
        other = path.rename(tmp_path / "file.dat")
        assert kind_of(str(other)).commands[0] == READERS[kind]


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("command", ["price", "positions", "game", "record propose", "rerun", "world describe"])
def test_a_file_for_another_command_is_refused_with_the_name_of_that_command(tmp_path, capsys, kind, command):
    usual = READERS[kind]
    if usual == command or (usual.startswith("world") and command.startswith("world")) or (kind, command) in READABLE:
        return
    with pytest.raises(SystemExit) as done:
        cli.main([*command.split(), str(made(tmp_path, kind))])
    assert done.value.code in (2, 4, 5)
    message = capsys.readouterr().err
    assert f"`detente {usual}` reads it, not `detente {command}`" in message
    assert message.count("\n") == 1


def test_a_scenario_given_as_a_world_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        cli.main(["price", "uniform-10", "--world", str(made(tmp_path, "scenario.yaml"))])
    assert "this is a scenario; `detente price` reads it, not --world" in capsys.readouterr().err


def test_prose_and_a_broken_file_are_of_no_kind(tmp_path):
    (tmp_path / "a.txt").write_text("The two sides met in Geneva and agreed to extend the truce.", "utf-8")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00")
    assert kind_of(str(tmp_path / "a.txt")) is None
    assert kind_of(str(tmp_path / "b.csv")) is None
    assert kind_of(str(tmp_path / "none")) is None


@pytest.mark.parametrize(
    "content", ["[{}]", '[{"a": {}}]', '{"meta": 1}', "[]", '{"meta": {"question": "x"}}', "1", '"', "a: [", "\0"]
)
def test_whatever_stands_in_a_file_its_kind_can_be_asked(tmp_path, content):
    (tmp_path / "a.json").write_text(content, "utf-8")
    assert kind_of(str(tmp_path / "a.json")) is None
