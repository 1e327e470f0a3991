import json

import pytest
import reader_report
import reader_score

from detente.record.document import Document


def fact(kind, start, end, **value):
    return {"kind": kind, "start": start, "end": end, "value": value}


def judged(gold, proposals, exhaustive=True):
    return reader_report.judge([reader_score.Example(Document("d", "x" * 100, ""), exhaustive, gold, proposals)])


def test_a_proposal_matches_a_record_of_its_kind_whose_keys_agree():
    gold = [fact("truce", 0, 20, parties=["USA", "CHN"], expiry="2025-11-10")]
    assert reader_score.match(gold, [fact("truce", 5, 25, parties=["CHN", "USA"], expiry="2025-11-10")]) == {0: 0}
    assert reader_score.match(gold, [fact("truce", 5, 25, parties=["CHN", "USA"], expiry="2025-11-11")]) == {}
    assert reader_score.match(gold, [fact("truce", 19, 60, parties=["CHN", "USA"], expiry="2025-11-10")]) == {}


def test_a_record_is_matched_once_by_the_best_overlap():
    gold = [fact("meeting", 0, 20, city="Madrid")]
    proposals = [fact("meeting", 0, 12, city="Madrid"), fact("meeting", 0, 20, city="Madrid")]
    assert reader_score.match(gold, proposals) == {0: 1}


def test_wrong_proposals_are_told_from_those_that_differ_in_their_quote_alone():
    gold = [fact("meeting", 0, 20, city="Madrid"), fact("threat", 50, 60, by_side="USA")]
    proposals = [
        fact("meeting", 0, 20, city="Madrid"),
        fact("meeting", 0, 15, city="Madrid"),
        fact("meeting", 0, 20, city="Geneva"),
        fact("measure", 50, 60, type="tariff"),
        fact("measure", 80, 90, type="tariff"),
    ]
    outcomes = [v.outcome for v in judged(gold, proposals)[0].verdicts]
    assert outcomes == ["right", "span", "key", "kind", "none"]
    row = reader_report.row(judged(gold, proposals), reader_score.KEYS)
    assert (row.wanted, row.hits, row.given, row.right, row.wrong) == (2, 1, 5, 1, 3)


def test_precision_is_over_exhaustive_documents_alone():
    row = reader_report.row(judged([], [fact("truce", 0, 9)], exhaustive=False), reader_score.KEYS)
    assert row.given == 0


def test_the_report_names_rules_that_fire_in_one_document_and_folds_part_the_documents(capsys):
    assert reader_report.main(["--only", "syn_20250512_geneva_agency", "--misses"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("1 documents")
    assert "fire in fewer than 2 documents" in text
    gold = reader_report.KNOWN / "gold"
    parts = [set(reader_score.names(gold, None, (k, 3))) for k in (1, 2, 3)]
    assert sum(len(p) for p in parts) == len(set.union(*parts)) == len(set(reader_score.names(gold)))


def test_a_report_on_no_document_says_so(capsys):
    assert reader_report.main(["--only", "no_such_document"]) == 2
    assert "no document" in capsys.readouterr().err


def test_passages_of_a_file_are_judged_as_documents(tmp_path, capsys):
    passage = {
        "language": "en", "published": "2027-03-10", "publisher": "synthetic",
        "text": "Norway and Chile met in Oslo on Monday.",
        "records": [
            {"kind": "meeting", "quote": "met in Oslo on Monday", "value": {"city": "Oslo", "start": "2027-03-08"}}
        ],
    }  # fmt: skip
    path = tmp_path / "passages.jsonl"
    path.write_text(json.dumps(passage) + "\n", "utf-8")
    assert reader_report.main(["--passages", str(path), "--judged", "--aggregate-only"]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("without names"))
    assert row.split()[2:4] == ["1", "1"]


def test_a_file_of_passages_that_is_not_there_is_named_in_one_line(capsys):
    with pytest.raises(SystemExit, match="2"):
        reader_report.main(["--passages", "no/such/file.jsonl"])
    assert "--passages no/such/file.jsonl: no such file" in capsys.readouterr().err.splitlines()[-1]
