"""A table of stakeholders: the published European example, and invalid tables."""

import json
from importlib import resources

import jsonschema
import pytest

from detente.ask.questions.positions import positions
from detente.errors import QuestionError
from detente.faces.terminal import cli

# car emissions, 1989: years of delay; European Community, as in Bueno de Mesquita's example
EUROPE = """name,position,salience,capability
Netherlands,4,80,0.08
Belgium,7,40,0.08
Luxembourg,4,20,0.03
Germany,4,80,0.16
France,10,60,0.16
Italy,10,60,0.16
UK,10,90,0.16
Ireland,7,10,0.05
Denmark,4,100,0.05
Greece,7,70,0.08
"""


def table(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    return path


def test_the_published_mean_median_and_first_compromise_are_reproduced(tmp_path):
    data = positions(table(tmp_path, EUROPE)).data
    assert round(data["mean"], 5) == 7.38996
    assert data["median"] == 7
    (belgium,) = [m for m in data["rounds"][0]["moves"] if m["actor"] == "Belgium"]
    assert (belgium["to"], round(belgium["position"], 6)) == ("France", 8.415932)


def test_the_probabilities_of_positions_sum_to_one(tmp_path):
    data = positions(table(tmp_path, EUROPE), law="quartic").data
    assert sum(row["chance"] for row in data["options"]) == pytest.approx(1)


def test_a_position_that_all_hold_is_certain(tmp_path):
    same = "name,position,salience,capability\na,3,1,1\nb,3,1,2\n"
    data = positions(table(tmp_path, same)).data
    assert (data["expected"], data["options"][0]["chance"], data["rounds"]) == (3, 1, [])


def test_json_meets_its_schema(capsys, tmp_path):
    with pytest.raises(SystemExit) as exit_:
        cli.main(["positions", str(table(tmp_path, EUROPE)), "--json"])
    assert exit_.value.code == 0
    schema = json.loads((resources.files("detente.ask") / "schemas" / "positions.json").read_text("utf-8"))
    jsonschema.validate(json.loads(capsys.readouterr().out), schema)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "its first line names the columns"),
        ("name,position\na,1\n", "the column 'salience' is missing"),
        (EUROPE.replace("France,10", "France,ten"), "position of France is 'ten'"),
        (EUROPE.replace("France,10", "France,nan"), "a finite number is needed"),
        (EUROPE.replace("France,10,60", "France,10,-60"), "salience"),
        (EUROPE + "France,1,1,1\n", "appears twice"),
        ("name,position,salience,capability\na,1,0,1\n", "no actor has both"),
    ],
)
def test_an_invalid_table_is_refused_with_what_is_wrong(tmp_path, text, message):
    with pytest.raises(QuestionError, match=message):
        positions(table(tmp_path, text))


def test_a_missing_file_gives_one_line_and_exit_code_2(capsys, tmp_path):
    with pytest.raises(SystemExit) as exit_:
        cli.main(["positions", str(tmp_path / "none.csv")])
    assert exit_.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_headings_may_differ_by_capitals_and_blanks(tmp_path):
    (tmp_path / "x.csv").write_text("Name, Position, Salience, Capability\nA,0,50,1\nB,100,50,3\n", "utf-8")
    assert positions(tmp_path / "x.csv").data["mean"] == 75
