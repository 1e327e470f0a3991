"""People and sources as entities of FollowTheMoney, decisions on names as judgements of nomenklatura, and back."""

import json

import pytest

from detente.errors import RecordError
from detente.record import entities
from detente.record.fact import By, Source, Statement
from detente.record.feeds.followthemoney import SCHEMATA
from detente.record.state.rows import Office, PersonRow

OFFICE = Office("Vice-Premier", "2023-03", None)
PERSON = PersonRow("He Lifeng", "CHN", (OFFICE,), ("何立峰", "He Lifeng"), (), ())
SOURCE = Source(
    "s1", "A notice", "A ministry", "2025-11-10~", "official", side="GBR", url="https://example.org", language="zh"
)


def decision(surface, person, decided):
    value = {"surface": surface, "person": person, "decision": decided}
    return Statement(kind="identity", value=value, by=By("Anna"), source="reviewers", known="2025-11-01")


def made(*decisions):
    return list(entities.entities("talks", [PERSON], decisions, [SOURCE]))


def test_every_entity_has_a_schema_and_lists_of_texts():
    for entity in made(decision("Ha Lap Phong", "He Lifeng", "same")):
        assert entity["schema"] in SCHEMATA
        assert entity["id"].startswith("talks-")
        assert all(
            isinstance(v, list) and v and all(isinstance(x, str) for x in v) for v in entity["properties"].values()
        )


def test_a_person_holds_a_post_and_a_source_says_who_published_it_when():
    person, post, occupancy, document = made()
    assert person["properties"] == {"name": ["He Lifeng"], "alias": ["何立峰"], "country": ["cn"]}
    assert occupancy["properties"] == {"holder": [person["id"]], "post": [post["id"]], "startDate": ["2023-03"]}
    assert document["properties"]["publishedAt"] == ["2025-11-10"]
    assert document["properties"]["country"] == ["gb"]


@pytest.mark.parametrize("value", ["same", "not_same", "unsure"])
def test_a_decision_comes_back_as_it_went_out(value):
    taken = decision("Ha Lap Phong", "He Lifeng", value)
    written = "\n".join(json.dumps(entity) for entity in made(taken))
    names = entities.names_of(written, "e.json")
    line = entities.judgement_line("talks", taken)
    (judgement,), left_out = entities.read_judgements(line, "j.ijson", names, ["He Lifeng"])
    assert judgement[:5] == ("Ha Lap Phong", "He Lifeng", value, "Anna", "2025-11-01")
    assert left_out == []


def read(*rows, names=None, persons=("He Lifeng",)):
    return entities.read_judgements("\n".join(map(json.dumps, rows)), "j.ijson", names or {}, persons)


def test_the_one_that_the_record_has_as_a_person_is_the_person():
    row = ["Ho Lifeng", "He Lifeng", "positive", 0.9, "Anna", "2025-11-01T10:00:00"]
    (judgement,), _ = read(row)
    assert (judgement.surface, judgement.person, judgement.day) == ("Ho Lifeng", "He Lifeng", "2025-11-01")
    (other,), _ = read(["Ho Lifeng", "Hu Lifeng", "positive", None, None, None])
    assert (other.surface, other.person, other.who) == ("Hu Lifeng", "Ho Lifeng", None)


def test_what_does_not_count_is_left_out_with_its_reason():
    _, left_out = read(
        ["NK-1", "He Lifeng", "positive", None, "A", "2025"],
        ["Ho Lifeng", "He Lifeng", "no_judgement", None, "A", "2025"],
        ["Ho Lifeng", "He Lifeng", "positive", None, "A", "2025", "2025-12-01"],
    )
    assert left_out == ["line 1: no entity has the id 'NK-1'", "line 2: not judged", "line 3: withdrawn"]


@pytest.mark.parametrize(
    "line",
    [
        "{}", "[]", "7", '["a", "b"]', '["a", "b", "maybe"]', '["a", 1, "positive"]', '["", "b", "positive"]',
        '["a", "b", null]',
        '["a", "b", "positive", 1, 2, 3, 4, 5]', "not json", '["a", "b", "positive", NaN]',
    ],
)  # fmt: skip
def test_a_line_that_is_no_judgement_is_refused_with_its_number(line):
    with pytest.raises(RecordError, match="line 1") as error:
        entities.read_judgements(line, "j.ijson", {}, [])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["[1]", '{"id": "a"}', '{"id": "a", "schema": "Tariff", "properties": {}}', '"a"', "{"]
)
def test_a_file_that_holds_no_entities_is_refused(text):
    with pytest.raises(RecordError, match=r"e\.json"):
        entities.names_of(text, "e.json")


def test_former_ids_have_the_name_too_and_entities_without_a_name_none():
    rows = [
        {"id": "a", "schema": "Person", "properties": {"name": ["He Lifeng"]}, "referents": ["b"]},
        {"id": "c", "schema": "Occupancy", "properties": {}},
    ]
    assert entities.names_of(json.dumps(rows), "e.json") == {"a": "He Lifeng", "b": "He Lifeng"}
