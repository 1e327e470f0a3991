"""A file that is handed to the wrong command is named for what it is, with the command that reads it."""

import json

import pytest

from detente.ask.recognition import kind_of

SENTENCES = " ".join(["The two sides met in the capital on Monday and agreed to extend the truce by ninety days."] * 5)
CONTENTS = {
    "game.nfg": 'NFG 1 R "pennies" { "A" "B" } { 2 2 } 1 0 0 1 0 1 1 0',
    "tree.efg": 'EFG 2 R "x" { "A" } t "" 1 "" { 1 }',
    "space.xml": "<utility_space><objective><issue name='P'><item value='a'/></issue></objective></utility_space>",
    "group.csv": "Quota,about,2,1\nA,,60,10,60\nB,,50,90,50\n",
    "offers.csv": "offer,A,B\nsplit,5,5\n",
    "scenario.yaml": "name: x\nmeasures:\n  - {by: USA, against: CHN, rate: 10 pp}\n",
    "grid.yaml": "scenarios: [uniform-10]\nworlds: [world-2023]\n",
    "positions.csv": "name,position,salience,capability\nA,0,1,1\nB,1,1,1\n",
    "acts.csv": "id,by,against,rate,from,known,source\nx,USA,CHN,10,2026-01-01,2026-01-01,s\n",
    "points.csv": "id,negotiation,parties,date_known,set_by,deadline\nx,y,z,2026-01-01,a,2026-02-01\n",
    "statement.json": json.dumps({"kind": "agenda_item", "value": {}, "source": "s", "known": "2026-01-01"}),
    "stored.json": json.dumps({"meta": {"question": "brief", "command": ["detente", "brief"]}}),
    "table.csv": "exporter,importer,year,trade\nUSA,CHN,2019,5\nCHN,USA,2019,4\n",
    "entities.json": json.dumps([{"id": "a", "schema": "Person", "properties": {"name": ["A"]}}]),
    "resolver.ijson": '["He Lifeng", "Ho Lifeng", "positive", null, "A", "2025-11-01"]\n',
    "talks.txt": SENTENCES,
}  # fmt: skip
READERS = {
    "game.nfg": "game", "tree.efg": "game", "space.xml": "game", "group.csv": "game",
    "offers.csv": "game", "scenario.yaml": "price", "grid.yaml": "sweep",
    "positions.csv": "positions", "acts.csv": "duties --add", "points.csv": "forecast --points",
    "statement.json": "record add", "stored.json": "rerun", "table.csv": "world import",
    "entities.json": "record update", "resolver.ijson": "record judgements", "talks.txt": "brief",
}  # fmt: skip


@pytest.fixture
def files(tmp_path):
    """A folder with a small file of each kind."""
    for name, content in CONTENTS.items():
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(("command", "own"), [
    (("price", "{file}"), ("scenario.yaml",)),
    (("brief", "{file}"), ("talks.txt",)),
    (("game", "{file}"), ("game.nfg", "tree.efg", "space.xml", "group.csv", "offers.csv")),
    (("record", "add", "{file}", "--home", "{home}"), ("statement.json",)),
    (("rerun", "{file}"), ("stored.json",)),
    (("positions", "{file}"), ("positions.csv",)),
])  # fmt: skip
def test_the_message_names_the_command_that_reads_the_file(run, files, name, command, own):
    if name in own:
        pytest.skip("the right command")
    code, out, err = run(*(word.format(file=files / name, home=files / "home") for word in command))
    assert code in (2, 4, 5)
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert READERS[name] in err
    assert not (files / "home").exists()


def test_a_table_of_trade_is_named_where_a_world_is_asked_for(run, files):
    err = run("price", "uniform-10", "--world", files / "game.nfg")[2]
    assert "`detente game` reads it, not --world" in err


def test_a_file_of_the_right_kind_keeps_its_own_error(run, tmp_path):
    (tmp_path / "broken.nfg").write_text('NFG 1 R "x" { "A" } { 2 } 1', "utf-8")
    assert "1 payoffs where 2 strategies" in run("game", tmp_path / "broken.nfg")[2]
    (tmp_path / "broken.yaml").write_text("measures:\n  - {by: USA}\n", "utf-8")
    assert "reads it" not in run("price", tmp_path / "broken.yaml")[2]


def test_a_caller_in_python_is_told_too(files):
    import detente

    with pytest.raises(detente.QuestionError, match="`detente game` reads it"):
        detente.positions(str(files / "tree.efg"))


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"\xff\xfe\x00", b"{", b"<a", b"a,b", b"%", b"PK\x03\x04broken"])
def test_nothing_is_made_of_what_has_no_kind(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    assert kind_of(str(tmp_path / "x")) is None
