"""Lines: what is written reads back as itself, and a changed line is found."""

import json

import pytest

from detente.errors import RecordError
from detente.record.fact import SCHEMA, By, FactDate, Source, Statement
from detente.record.lines import read_all, read_source, read_statement, write, write_all

SAID = Statement(
    "statement",
    {"speaker": "Li Chenggang", "side": "CHN", "tone": "neutral"},
    By("Li Chenggang", "CHN", "direct", "an agency"),
    "src",
    quote="“a stable relationship”\u2028何立峰",
    start=3,
    end=30,
    date=FactDate("2025-10-26", "Sunday", "2025-10-27"),
    known="2025-10-27",
    flags=("back_translated_quote",),
)
SOURCE = Source("src", "A title", "An agency", "2025-10-27", "press")


def test_a_statement_and_a_source_survive_being_written_and_read():
    assert read_statement(write(SAID)) == SAID
    assert read_source(write(SOURCE)) == SOURCE


def test_writing_is_canonical_and_one_line_holds_one_statement():
    line = write(SAID)
    assert write(read_statement(line)) == line
    assert "\n" not in line
    assert list(read_all(write_all([SAID, SAID]), "f", Statement)) == [SAID, SAID]


def test_every_line_carries_the_schema_version_and_native_script_is_legible():
    assert json.loads(write(SAID))["schema"] == json.loads(write(SOURCE))["schema"] == SCHEMA
    assert "何立峰" in write(SAID)


def test_a_line_changed_by_hand_does_not_verify():
    with pytest.raises(RecordError, match="was changed after it was written"):
        read_statement(write(SAID).replace("neutral", "positive"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "column 2: not JSON"),
        ("[]", "one JSON object"),
        ('{"schema": 99}', "schema 99"),
        ('{"schema": 1, "kind": "truce"}', "lacks a field"),
        ('{"schema": 1, "kinds": "truce"}', "unknown fields kinds"),
    ],
)
def test_a_broken_line_says_what_is_wrong_with_it(line, says):
    with pytest.raises(RecordError, match=says):
        read_statement(line)


def test_the_message_on_a_broken_line_gives_its_number():
    with pytest.raises(RecordError, match=r"f\.jsonl, line 2"):
        list(read_all(write(SAID) + "\n{\n", "f.jsonl", Statement))
