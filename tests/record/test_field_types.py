"""What the fields of statements and sources may hold, and what becomes of lines that older versions let in."""

import json
import math
from dataclasses import replace

import pytest

from detente.ask.talks import curation
from detente.errors import RecordError
from detente.record.fact import By
from detente.record.kinds import check
from detente.record.store import Record
from tests.record.test_store import PAUSE, SOURCE

ODD = [True, 5, 1.5, [], {}, "\ud800", "x" * 200_000]
TEXTS = [
    "kind",
    "source",
    "quote",
    "note",
    "known",
    "asserted",
    "modality",
    "flags",
    "start",
    "confidence",
    "supersedes",
]


@pytest.fixture
def record(tmp_path):
    record = Record.start(tmp_path / "talks")
    record.add_source(SOURCE)
    return record


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:8])
def test_a_field_of_another_type_is_refused_in_a_short_line(record, name, odd):
    if (name, odd) in (("start", 5), ("confidence", 5), ("confidence", 1.5)):
        pytest.skip("a number is right there")
    with pytest.raises(RecordError) as refused:
        record.add(replace(PAUSE, **{name: odd}))
    assert len(str(refused.value)) < 400
    assert record.statements() == ()


@pytest.mark.parametrize("odd", [math.nan, math.inf, 10**400, "\ud800", b"x", {1: 2}, object(), [[["deep"]] * 3]])
def test_a_value_holds_plain_json_and_finite_numbers(odd):
    deep = odd
    for _ in range(20):
        deep = [deep]
    for value in (odd, deep) if not isinstance(odd, list) else (deep,):
        with pytest.raises(RecordError):
            check(replace(PAUSE, value={**PAUSE.value, "more": value}))
    assert check(replace(PAUSE, value={**PAUSE.value, "more": [[{"a": 1.5, "b": None}]]}))


@pytest.mark.parametrize("side", [True, 5, [], {}])
def test_a_claimant_is_made_of_texts(side):
    with pytest.raises(RecordError, match=r"by.side is .*, not a text"):
        check(replace(PAUSE, by=By(side=side)))


def test_every_line_that_cannot_be_read_is_listed_by_the_check(record):
    good = record.add(PAUSE)
    path = record.folder / "statements.jsonl"
    line = json.loads(path.read_text("utf-8"))
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**line, "confidence": math.nan}) + "\n")
        file.write(json.dumps({**line, "quote": 5}) + "\n")
        file.write("{\n")
    with pytest.raises(RecordError, match=r"line 2: .*NaN is not a finite number"):
        Record.load(record.folder)
    with path.open("ab") as file:
        file.write(b'{"note": "\xff"}\n')
    data = curation.check(dossier=str(record.folder)).data
    said = [row["says"] for row in data["wrong"] if row["rule"] == "line"]
    assert data["statements"] == 1
    assert good.id in {s.id for s in Record.load(record.folder, broken=[]).statements()}
    for words, number in zip(("NaN", "line was changed", "not JSON", "not UTF-8"), range(2, 6), strict=True):
        assert any(words in text and f"line {number}" in text for text in said), (words, said)
    assert all(text.endswith("; correct or remove that line") for text in said)
