"""`detente game` as scripts rely on it: the answer by kind, and one line for what is no game."""

import json

import jsonschema
import pytest

PENNIES = 'NFG 1 R "pennies" { "A" "B" } { 2 2 } 1 0 0 1 0 1 1 0'
TIED = 'NFG 1 R "tied" { "A" "B" } { 2 2 } 1 1 1 0 0 0 0 1'
THREE = 'NFG 1 R "three" { "A" "B" "C" } { 2 1 1 } 1 1 1 0 0 0'
ENTRY = """EFG 2 R "entry" { "Entrant" "Owner" }
p "" 1 1 "enter?" { "in" "out" } 0
p "" 2 1 "fight?" { "fight" "share" } 0
t "" 1 "" { -1, 0 }
t "" 2 "" { 1 1 }
t "" 3 "" { 0, 2 }
"""


@pytest.fixture
def game(run, schema, tmp_path):
    """The JSON answer about a text, checked against its schema."""

    def answer(text, name="game"):
        (tmp_path / name).write_text(text, "utf-8")
        code, out, err = run("game", tmp_path / name, "--json")
        assert code == 0, err
        document = json.loads(out)
        jsonschema.validate(document, schema("game"))
        return document

    return answer


def test_the_format_is_known_by_the_content_not_by_the_name(game):
    assert game(PENNIES, "x.csv")["format"] == "gambit-nfg"
    assert game(ENTRY, "x.json")["format"] == "gambit-efg"


def test_a_mixed_equilibrium_is_given_exactly(game):
    document = game(PENNIES)
    (component,) = document["components"]
    assert component["corners"][0]["strategies"]["A"]["probabilities"]["1"] == {"value": 0.5, "exact": "1/2"}
    assert document["value"]["B"]["exact"] == "1/2"


def test_a_continuum_is_described_and_not_called_no_equilibrium(run, tmp_path):
    (tmp_path / "tied.nfg").write_text(TIED, "utf-8")
    _, out, _ = run("game", tmp_path / "tied.nfg")
    text = " ".join(out.split())
    assert "A continuum of equilibria, spanned by 4 corners, 2 of them pure" in text
    assert "any mixture of" in text


def test_more_than_two_players_are_said_to_have_pure_equilibria_only(game):
    document = game(THREE)
    assert (document["components"], document["is_complete"], document["pure_count"]) == (None, False, 1)
    assert any("only pure equilibria are worked out" in note for note in document["notes"])


def test_a_tree_has_its_subgame_perfect_play_beside_the_equilibria_of_its_strategic_form(game):
    document = game(ENTRY)
    assert document["subgame_perfect"]["path"] == ["in", "share"]
    assert document["strategic_form"]["pure_count"] == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "an empty file"),
        (b"once upon a time", "no game that is known"),
        (b"NFG 1 R", "the title in quotes is due"),
        (b"\x00\x01\x02", "a binary file"),
    ],
)
def test_what_is_no_game_is_refused_in_one_line(run, tmp_path, content, why):
    (tmp_path / "x.nfg").write_bytes(content)
    code, out, err = run("game", tmp_path / "x.nfg")
    assert (code, out) == (2, "")
    assert why in err
    assert len(err.strip().splitlines()) == 1


def test_no_file_and_a_missing_file_are_refused(run, tmp_path):
    assert run("game")[0] == 2
    assert "no such file" in run("game", tmp_path / "absent.nfg")[2]
