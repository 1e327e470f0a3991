"""Bargaining turn by turn on several dimensions: KTAB's printed run, laws of the model, and its files."""

from pathlib import Path

import numpy as np
import pytest

from detente.ask.games.opening import rows_of
from detente.bargain.files.ktab import is_ktab, read_ktab_csv, read_ktab_xml
from detente.bargain.spatial import conditional_condorcet
from detente.bargain.spatial_bargaining import SpatialActors, SpatialTerms, spatial_bargaining
from detente.errors import QuestionError
from detente.safe_io import read_xml

PRINTED = [
    line.split(",")
    for line in (Path(__file__).parent / "ktab_turns.csv").read_text("utf-8").splitlines()
    if not line.startswith(("#", "row"))
]


def printed(kind):
    """The numbers of the rows of a kind, a row an actor."""
    return np.array([[float(x) for x in row[2:]] for row in PRINTED if row[0] == kind])


@pytest.fixture(scope="module")
def actors():
    numbers = printed("actor")
    names = tuple(row[1] for row in PRINTED if row[0] == "actor")
    return SpatialActors(names, ("1", "2", "3"), numbers[:, 0], numbers[:, 1::2] / 100, numbers[:, 2::2] / 100)


def test_every_printed_position_of_ktab_s_run_is_reproduced_at_its_printed_digit(actors):
    turns = spatial_bargaining(actors)
    assert len(turns) == 11
    for d in range(3):
        ours = np.array([100 * turn.position[:, d] for turn in turns]).T
        assert np.abs(ours - printed(f"position{d + 1}")).max() < 0.0501  # printed to one digit


def test_every_printed_probability_of_ktab_s_run_is_reproduced_at_its_printed_digits(actors):
    ours = np.array([turn.probability for turn in spatial_bargaining(actors)]).T
    assert np.abs(ours - printed("probability")).max() < 0.0000501  # printed to four digits


def test_the_printed_risk_attitudes_are_reproduced(actors):
    assert np.abs(spatial_bargaining(actors, turns=1)[0].risk - printed("risk")[:, 0]).max() < 0.000501


def test_an_actor_moves_only_by_a_bargain_in_which_it_takes_part(actors):
    for turn, after in zip(*(spatial_bargaining(actors)[k:] for k in (0, 1)), strict=False):
        for k, bargain in enumerate(turn.chosen):
            moved = not np.array_equal(after.position[k], turn.position[k])
            assert moved <= (bargain is not None)
            assert bargain is None or k in (bargain.initiator, bargain.receiver)


def test_positions_stay_within_the_range_of_those_at_the_start(actors):
    for turn in spatial_bargaining(actors):
        assert (turn.position >= actors.position.min(0) - 1e-4).all()
        assert (turn.position <= actors.position.max(0) + 1e-4).all()


def test_the_scale_of_power_changes_nothing(actors):
    larger = SpatialActors(actors.names, actors.dimensions, 8 * actors.capability, actors.position, actors.salience)
    assert np.allclose(spatial_bargaining(larger)[-1].position, spatial_bargaining(actors)[-1].position, atol=2e-4)


def test_actors_who_agree_have_nothing_to_bargain_about():
    same = SpatialActors(("a", "b"), ("x",), np.ones(2), np.full((2, 1), 0.4), np.full((2, 1), 0.5))
    turns = spatial_bargaining(same)
    assert not any(turn.bargains for turn in turns)
    assert turns[-1].probability.tolist() == [1, 1]


def test_ideals_that_do_not_follow_positions_are_kept():
    start, attention = np.array([[0], [0.5], [1.0]]), np.full((3, 1), 0.5)
    worth = []
    for adjustment in (None, np.zeros((3, 3))):
        group = SpatialActors(("a", "b", "c"), ("x",), np.array([1, 1, 3.0]), start, attention, adjustment)
        worth.append(spatial_bargaining(group)[-1].value[0, 0])
    assert worth[0] == 1
    assert worth[1] < 1


def test_the_conditional_election_multiplies_the_chances_in_pairs():
    probability = conditional_condorcet(np.array([2.0, 1, 1]), np.array([[1.0, 0.5, 0], [0, 0.5, 1], [0.2, 1, 0.1]]))
    assert probability.sum() == pytest.approx(1)
    assert int(probability.argmax()) == 1


@pytest.mark.parametrize("setting", [{"law": "cubic"}, {"adjust": "twice"}, {"spread": "wide"}])
def test_unknown_settings_are_refused(actors, setting):
    with pytest.raises(QuestionError, match="there is no"):
        spatial_bargaining(actors, SpatialTerms(**setting))


# Files

CSV = """Trade,"Tariffs, and quotas",3,2,
Actor,Description,Power,Tariff Position,Tariff Salience,Quota Position,Quota Salience,
A,the first,10,0,50,100,20,
B,second, with a comma,5,50,25,50,25
C,,2.5,100,80,0,5,,
"""
XML = """<?xml version="1.0"?><Scenario><name>Trade</name><desc>about</desc>
<ModelParameters>{settings}</ModelParameters>
<Dimensions><dName>Tariff</dName><dName>Quota</dName></Dimensions><Actors>{actors}</Actors>{more}</Scenario>"""
ACTOR = """<Actor><name>{0}</name><description>d</description><capability>{1}</capability>
<Position><dCoord>{2}</dCoord><dCoord>{4}</dCoord></Position>
<Salience><dSal>{3}</dSal><dSal>{5}</dSal></Salience></Actor>"""
ROWS = (("A", 10, 0, 50, 100, 20), ("B", 5, 50, 25, 50, 25), ("C", 2.5, 100, 80, 0, 5))


def from_csv(text):
    return read_ktab_csv(rows_of(text, "x.csv"), "x.csv")


def from_xml(actors=None, settings="", more=""):
    rows = "".join(ACTOR.format(*row) for row in ROWS) if actors is None else actors
    return read_ktab_xml(read_xml(XML.format(actors=rows, settings=settings, more=more), "x.xml"), "x.xml")


def test_csv_and_xml_of_the_same_actors_are_the_same_game():
    table, document = from_csv(CSV), from_xml()
    assert table.actors.names == document.actors.names
    assert table.actors.dimensions == document.actors.dimensions == ("Tariff", "Quota")
    for what in ("capability", "position", "salience"):
        assert np.array_equal(getattr(table.actors, what), getattr(document.actors, what))
    assert table.descriptions == ("the first", "second, with a comma", "")


def test_headings_and_commas_at_the_end_are_optional():
    lines = CSV.splitlines()
    text = "\n".join(line.rstrip(",") for line in [lines[0], *lines[2:]])
    assert is_ktab(rows_of(text, "x.csv"))
    assert np.array_equal(from_csv(text).actors.position, from_csv(CSV).actors.position)
    assert from_csv(text).actors.dimensions == ("dimension 1", "dimension 2")


def test_other_tables_are_not_taken_for_ktab_s():
    assert not is_ktab(rows_of("offer,A,B\nx,1,2", "x.csv"))
    assert not is_ktab(rows_of("name,position,salience,capability\nA,1,2,3", "x.csv"))


def test_settings_of_a_document_are_read_and_those_that_are_not_solved_are_named():
    settings = (
        "<VictoryProbModel>Square</VictoryProbModel><BigRAdjust>None</BigRAdjust><VotingRule>Prop</VotingRule>"
        "<StateTransitions>Stochastic</StateTransitions>"
    )
    scenario = from_xml(settings=settings)
    assert (scenario.terms.law, scenario.terms.adjust) == ("square", "none")
    assert scenario.not_read == ("StateTransitions Stochastic",)


def test_ideals_may_follow_the_positions_of_others():
    pair = "<iaPair><adjustingIdeal>A</adjustingIdeal><referencePos>{}</referencePos><adjust>{}</adjust></iaPair>"
    adjusted = from_xml(more=f"<IdealAdjustment>{pair.format('A', 0.75)}{pair.format('B', 0.25)}</IdealAdjustment>")
    assert adjusted.actors.adjustment[0].tolist() == [0.75, 0.25, 0]
    with pytest.raises(QuestionError, match="names 'Z', who is no actor"):
        from_xml(more=f"<IdealAdjustment>{pair.format('Z', 1)}</IdealAdjustment>")


FIRST = "Trade,about,2,1\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Trade,about\nA,,1,2,3", "row 1: name, description"),
        ("Trade,about,0,1\n", "row 1"),
        (FIRST + "A,,10,0,50\n", "2 actors in row 1, and 1 rows"),
        (FIRST + "A,,10,0,50\nA,,5,1,50\n", "two actors are named 'A'"),
        (FIRST + "A,,10,0,50\nB,,5,101,50\n", "the position of 'B' must be from 0 to 100"),
        (FIRST + "A,,10,0,50\nB,,5,1,150\n", "the salience of 'B' must be from 0 to 100"),
        (FIRST + "A,,10,0,50\nB,,5,1,0\n", "the salience of 'B' must be above 0"),
        (FIRST + "A,,10,0,50\nB,,-5,1,50\n", "the capability of 'B' must be above 0"),
        (FIRST + "A,,10,0,50\nB,,5,1\n", "row 3: name, description, power"),
        (FIRST + "A,,10,0,50\nB,,5,x,50\n", "row 3: 'x' where a finite number"),
        (FIRST + "A,,10,0,50\nB,,5,nan,50\n", "row 3: 'nan'"),
        (
            "Trade,about,2,2\nA,,1,0,60,0,60\nB,,1,1,2,3,4\n",
            "above 0 and at most 100 in all",
        ),
    ],
)
def test_a_broken_table_is_refused_in_one_line(text, why):
    with pytest.raises(QuestionError, match=why) as error:
        from_csv(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("actors", "why"),
    [
        ("", "a <Scenario> with <Dimensions> and <Actors> is due"),
        ("<Actor></Actor>", "<Actor> without <name>"),
        ("<Actor><name> </name></Actor>", "<name> is empty"),
        (ACTOR.format("A", "", 0, 1, 0, 1), "<capability> is empty"),
        (ACTOR.format("A", "ten", 0, 1, 0, 1), "'ten' where a finite number"),
        (ACTOR.format("A", 1, "", 1, 0, 1), "<dCoord> is empty"),
        (ACTOR.format("A", 1, 0, 1, 0, 1).replace("<dSal>1</dSal>", "", 1), "1 numbers in Salience for 2"),
        (ACTOR.format("A", 1, 0, 1, 0, 1) * 2, "two actors are named 'A'"),
        (ACTOR.format("A", 1, 0, 1, 0, 1), "1 actors and 2 dimensions"),
        (ACTOR.format("A", 1, 0, 1, 0, 1) + ACTOR.format("B", 1, 200, 1, 0, 1), "the position of 'B'"),
        (ACTOR.format("A", 1, 0, 1, 0, "inf") + ACTOR.format("B", 1, 0, 1, 0, 1), "'inf' where a finite number"),
    ],
)
def test_a_broken_document_is_refused_in_one_line(actors, why):
    with pytest.raises(QuestionError, match=why) as error:
        from_xml(actors)
    assert "\n" not in str(error.value)
