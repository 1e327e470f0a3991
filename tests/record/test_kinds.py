"""Kinds: what can be said, and what is refused at the door."""

from contextlib import nullcontext
from dataclasses import replace

import pytest

from detente.errors import RecordError
from detente.record.fact import By, Source, Statement
from detente.record.kinds import check, check_quote, check_source, kinds

DUTY = Statement(
    "measure",
    {"type": "tariff", "imposer": "USA", "target": "CHN", "rate_pct": 20, "status": "in_force"},
    By(side="USA"),
    "eo",
    asserted="2025-03-03",
    known="2025-03-03",
)


def test_the_twelve_kinds_of_the_guide_exist_and_each_has_a_meaning():
    assert sorted(k for k in kinds() if kinds()[k].about == "talks") == [
        "agenda_item", "agreement_stage", "confirmation", "extension", "measure", "meeting", "name_variant",
        "participant", "planned_meeting", "statement", "threat", "truce",
    ]  # fmt: skip
    assert all(kind.meaning.endswith(".") for kind in kinds().values())


def test_a_measure_keeps_five_dates_apart():
    assert {"announced", "signed", "legal_from", "suspended_until", "published"} <= kinds()["measure"].fields.keys()


def test_a_valid_statement_is_returned_unchanged():
    assert check(DUTY) is DUTY


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "tweet"}, "no such kind"),
        ({"value": {**DUTY.value, "status": "in force"}}, "did you mean in_force"),
        ({"value": {**DUTY.value, "rate_pct": "20"}}, "not a number"),
        ({"value": {**DUTY.value, "rate_pct": True}}, "not a number"),
        ({"value": {**DUTY.value, "target": "China"}}, "not a side"),
        ({"value": {**DUTY.value, "legal_from": "March"}}, "write an ISO date"),
        ({"value": {**DUTY.value, "legel_from": "2025-03-04"}}, "did you mean legal_from"),
        ({"value": {k: v for k, v in DUTY.value.items() if k != "imposer"}}, "imposer is missing"),
        ({"known": "2025-03-01"}, "lies 2 days after known"),
        ({"valid_from": "2025-03-04", "valid_to": "2025-03-01"}, "lies 3 days after valid_to"),
        ({"quote": "abc", "start": 0, "end": 5}, r"\+2 characters off"),
        ({"quote": "abc", "start": 0}, "start without end"),
        ({"by": By(side="USA", mode="whispered")}, "by.mode"),
        ({"by": By(side="Washington")}, "is not a side"),
        ({"verification": "sure"}, "verification"),
        ({"modality": "hope"}, "modality"),
    ],
)
def test_an_invalid_statement_is_refused_with_a_hint(change, says):
    with pytest.raises(RecordError, match=says):
        check(replace(DUTY, **change))


def test_an_extra_key_is_accepted():
    check(replace(DUTY, value={**DUTY.value, "headline": "20 % on everything"}))


def test_a_quote_that_is_not_verbatim_at_its_offsets_is_refused():
    text = "duties of 20 percent, from March 4"
    quoted = replace(DUTY, quote="20 percent", start=10, end=20)
    assert check_quote(quoted, text) is quoted
    with pytest.raises(RecordError, match="it stands at 10"):
        check_quote(replace(quoted, start=11, end=21), text)
    with pytest.raises(RecordError, match="it stands nowhere"):
        check_quote(replace(quoted, quote="25 percent"), text)
    with pytest.raises(RecordError, match="has no place"):
        check_quote(replace(quoted, start=None, end=None), text)


def test_a_source_says_who_published_what_and_when():
    source = Source("a", "t", "p", "2025-03-03", "official", "USA")
    assert check_source(source) is source
    for change, says in (({"publisher": ""}, "is empty"), ({"published": "x"}, "ISO date"), ({"kind": "blog"}, "kind")):
        with pytest.raises(RecordError, match=says):
            check_source(replace(source, **change))


@pytest.mark.parametrize(("side", "allowed"), [("IND", True), ("KOR", True), ("USA", False), ("PER", False)])
def test_a_statement_may_bear_the_next_day_where_the_clock_of_its_side_is_ahead(side, allowed):
    value = {"topic": "tariffs"}
    statement = Statement("agenda_item", value, By(None, side), "s", asserted="2026-03-12", known="2026-03-11")
    with nullcontext() if allowed else pytest.raises(RecordError, match="lies 1 days after known"):
        check(statement)
