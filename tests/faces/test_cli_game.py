"""`detente game` as scripts rely on it: the answer by kind, and one line for what is no game."""

import doctest
import json

import jsonschema
import pytest

from detente.ask.games import opening

PENNIES = 'NFG 1 R "pennies" { "A" "B" } { 2 2 } 1 0 0 1 0 1 1 0'
TIED = 'NFG 1 R "tied" { "A" "B" } { 2 2 } 1 1 1 0 0 0 0 1'
MATCH = 'NFG 1 R "match" { "A" "B" "C" } { 2 2 2 } 1 1 1' + " 0 0 0" * 6 + " 1 1 1"
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


def test_three_players_have_their_mixed_equilibria_with_the_regret_and_what_was_tried(game, run, tmp_path):
    document = game(MATCH)
    assert (document["components"], document["is_complete"], document["pure_count"]) == (None, True, 2)
    assert document["mixed"]["count"] == 3
    mixed = document["mixed"]["equilibria"][-1]
    assert mixed["strategies"]["A"]["probabilities"]["1"] == {"value": 0.5, "exact": "1/2"}
    assert (mixed["regret"], mixed["dimension"]) == (0, 0)
    text = " ".join(run("game", tmp_path / "game")[1].split())
    assert "3 isolated equilibria, 1 of them in mixed strategies. There are no others." in text
    assert "27 combinations of supports were tried" in text


def test_a_continuum_of_three_players_is_named_so(run, tmp_path):
    (tmp_path / "free.nfg").write_text('NFG 1 R "free" { "A" "B" "C" } { 2 1 1 } 1 1 1 1 1 1', "utf-8")
    text = " ".join(run("game", tmp_path / "free.nfg")[1].split())
    assert "No isolated equilibrium; 3 equilibria that are parts of continua. There can be others." in text


def test_a_game_of_three_that_is_too_large_keeps_its_pure_equilibria_and_says_why(game):
    rows = " ".join(str(k * k % 101) for k in range(3 * 8**3))
    document = game(f'NFG 1 R "large" {{ "A" "B" "C" }} {{ 8 8 8 }} {rows}')
    assert (document["mixed"], document["is_complete"]) == (None, False)
    assert any("only pure equilibria are worked out: 16,581,375 combinations" in note for note in document["notes"])


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


ISSUE = '<issue index="1" name="Price"><item value="low" evaluation="{}"/><item value="high" evaluation="{}"/></issue>'
SPACE = "<utility_space><objective>{}<weight index='1' value='1'/></objective></utility_space>"
DOMAIN = {"issues": [{"name": "price", "values": ["low", "high", "mid"]}]}
BUYER, SELLER = (
    {"name": name, "weights": [1], "values": [{"type": "TableFun", "mapping": mapping}], "reserved_value": reserved}
    for name, mapping, reserved in (
        ("buyer", {"low": 4, "high": 1, "mid": 3}, float("-inf")), ("seller", {"low": 1, "high": 4, "mid": 3}, None),
    )
)  # fmt: skip
NEGMAS = {"domain": DOMAIN, "buyer": BUYER, "seller": SELLER}


def test_the_files_of_two_parties_make_one_negotiation(run, schema, tmp_path):
    for party, row in (("buyer", (4, 1)), ("seller", (1, 2))):
        (tmp_path / f"trade_{party}.xml").write_text(SPACE.format(ISSUE.format(*row)), "utf-8")
    code, out, err = run("game", tmp_path / "trade_buyer.xml", tmp_path / "trade_seller.xml", "--json")
    assert code == 0, err
    document = json.loads(out)
    jsonschema.validate(document, schema("game"))
    assert (document["parties"], document["pareto_count"]) == (["buyer", "seller"], 2)
    assert {row["values"]["Price"] for row in document["solutions"]} == {"low"}


def test_a_scenario_of_negmas_is_read_with_the_infinity_that_it_writes(run, schema, tmp_path):
    for name, value in NEGMAS.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value), "utf-8")
    files = [tmp_path / f"{name}.json" for name in NEGMAS]
    document = json.loads(run("game", *files, "--json")[1])
    jsonschema.validate(document, schema("game"))
    assert {row["outcome"] for row in document["solutions"]} == {"mid"}
    assert "name the domain of the scenario" in run("game", *files[1:])[2]


def test_one_party_s_preferences_are_described_and_the_rest_is_asked_for(game):
    document = game(SPACE.format(ISSUE.format(4, 1)))
    assert (document["outcomes"], document["solutions"]) == (2, [])
    assert "name the files of the parties too" in document["words"]


def test_a_table_of_offers_has_solutions_where_a_row_says_what_there_is_without_a_deal(game):
    table = "offer,A,B\nsplit,5,5\nmine,10,1\n"
    assert game(table)["solutions"] == []
    document = game(table + "disagreement,2,0\n")
    assert [row["outcome"] for row in document["solutions"]] == ["split", "split", "split"]
    assert document["solutions"][0]["value"] == pytest.approx(15)


def test_files_that_do_not_belong_together_are_refused(run, tmp_path):
    (tmp_path / "a.nfg").write_text(PENNIES, "utf-8")
    (tmp_path / "b.xml").write_text(SPACE.format(ISSUE.format(4, 1)), "utf-8")
    (tmp_path / "c.json").write_text(json.dumps(NEGMAS["domain"]), "utf-8")
    assert "name it alone" in run("game", tmp_path / "b.xml", tmp_path / "a.nfg")[2]
    assert "name files of one" in run("game", tmp_path / "b.xml", tmp_path / "c.json")[2]


KTAB = "Quota,about steel,3,2\nA,,60,10,60,20,30\nB,,50,90,50,80,40\nC,,20,80,40,50,20\n"


def test_a_group_on_two_dimensions_is_bargained_turn_by_turn(game, run, tmp_path):
    document = game(KTAB)
    assert document["format"] == "ktab-csv"
    assert document["turns"][0]["positions"]["A"] == {"dimension 1": 10, "dimension 2": 20}
    assert document["came_to_rest"] == (len(document["turns"]) < 101)
    _, out, _ = run("game", tmp_path / "game")
    assert "TURNS OF BARGAINING" in out


def test_the_examples_of_the_module_that_opens_games_run():
    assert doctest.testmod(opening).failed == 0
