"""Checks: what breaks a rule is wrong, what may be right is for a person to look at."""

import json

from detente.record.checks import findings, quotes_checked
from detente.record.fact import By, Source, Statement
from detente.record.store import Record

DOC = Source("doc", "t", "p", "2025-05-12", "official", "USA")


def record_of(tmp_path, *statements):
    record = Record.start(tmp_path / "talks")
    record.add_source(DOC)
    record.add_all(statements)
    return record


def say(kind, known="2025-05-12", side="USA", **value):
    return Statement(kind, value, By(side=side), "doc", asserted=known, known=known)


def rules(record, texts=None):
    return [(f.level, f.rule) for f in findings(record, texts)]


def test_a_quote_is_compared_with_its_text(tmp_path):
    quoted = Statement("statement", {"speaker": None}, By(), "doc", quote="words", start=2, end=7, known="2025-05-12")
    record = record_of(tmp_path, quoted)
    assert rules(record) == []
    assert rules(record, {"doc": "a words"}.get) == []
    assert rules(record, {"doc": "two words"}.get) == [("wrong", "quote verbatim")]
    assert quotes_checked(record, {"doc": "a words"}.get) == (1, 1)
    assert quotes_checked(record, {}.get) == (1, 0)


def test_a_skipped_stage_is_flagged_and_kept(tmp_path):
    first = say("agreement_stage", deal="d", parties=["CHN", "USA"], stage="proposed")
    last = say("agreement_stage", "2025-06-12", deal="d", parties=["CHN", "USA"], stage="in_force")
    record = record_of(tmp_path, first, last)
    assert rules(record) == [("look", "ladder")]
    record.add(say("agreement_stage", "2025-06-01", deal="d", parties=["CHN", "USA"], stage="signed"))
    assert rules(record) == []


def test_a_truce_has_one_open_deadline_per_party(tmp_path):
    ends = [say("extension", truce="t", parties=["CHN", "USA"], new_expiry=e) for e in ("2025-08-12", "2025-11-10")]
    assert rules(record_of(tmp_path, *ends)) == [("look", "one open deadline")]


def test_an_act_has_a_legal_basis(tmp_path):
    duty = {"measure": "m", "type": "tariff", "imposer": "USA", "target": "CHN", "status": "in_force", "rate_pct": 10}
    record = record_of(tmp_path, say("measure", **duty))
    assert rules(record) == [("look", "legal basis")]
    record.add(say("measure", "2025-05-13", **{**duty, "authority": "IEEPA"}))
    assert rules(record) == []


def test_a_line_that_does_not_meet_its_kind_is_reported(tmp_path):
    record = record_of(tmp_path)
    bad = say("agenda_item", topic="weather")
    line = {"schema": 1, "id": bad.id, **bad.as_dict()}
    (record.folder / "statements.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert rules(Record.load(record.folder)) == [("wrong", "valid")]


def test_the_shipped_dossier_breaks_no_rule():
    assert not [f for f in findings(Record.load("us-china")) if f.level == "wrong"]
