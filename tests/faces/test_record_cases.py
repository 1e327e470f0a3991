"""Negotiations of one's own on the command line: started, fed and followed, and safe from bad names and broken runs."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from detente.ask.talks import changes
from detente.faces.terminal import cli
from detente.record import review as reviewing
from detente.record.store import Record

FIRST = """---
title: Talks open
publisher: Government of Japan
published: 2027-02-01
---
TOKYO, 1 February 2027. Korea and Japan agreed on a truce on tariffs that expires on June 30, 2027.
Japan imposed an additional tariff of 25 percent on steel of Korea on January 20, 2027.
"""
SECOND = """---
title: Truce prolonged
publisher: Government of Japan
published: 2027-06-20
---
TOKYO, 20 June 2027. Japan and Korea agreed to extend the truce on tariffs until September 30, 2027.
Japan raised its tariff on steel of Korea to 40 percent from June 15, 2027.
"""


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "b-first.txt").write_text(FIRST, "utf-8")
    (folder / "a-second.txt").write_text(SECOND, "utf-8")
    return folder


def lines(home, name):
    return [json.loads(line) for line in (home / name / "statements.jsonl").read_text("utf-8").splitlines()]


def files_below(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_negotiation_starts_with_its_parties_and_two_empty_files(run_record):
    code, answer, _ = run_record("new", "kor-jpn", "--parties", "kor,JPN", "--title", "Steel talks", "--json")
    assert code == 0
    assert [party["capital"] for party in answer["parties"]] == ["Seoul", "Tokyo"]
    assert (answer["title"], answer["files"]) == ("Steel talks", ["case.yaml", "sources.jsonl", "statements.jsonl"])
    assert files_below(run_record.home) == [f"kor-jpn/{name}" for name in answer["files"]]
    assert run_record("show", "--case", "kor-jpn", "--as-of", "2027-01-01", "--json")[0] == 0


def test_a_negotiation_may_have_three_parties_and_a_bloc(run_record):
    code, answer, _ = run_record("new", "three", "--parties", "EU,BRA,ZAF", "--json")
    assert code == 0
    assert [party["code"] for party in answer["parties"]] == ["EU", "BRA", "ZAF"]


@pytest.mark.parametrize(
    "name", ["..", ".", "../out", "a/b", "/tmp/out", "", "none", ".hidden", "a\0b", "x" * 300, "a b"]
)
def test_a_name_that_cannot_be_that_of_a_folder_is_refused_in_one_line(run_record, name):
    code, _, err = run_record("new", name, "--parties", "KOR,JPN")
    assert code in (2, 5)
    assert len(err.splitlines()) == 1
    assert files_below(run_record.home.parent) == []


@pytest.mark.parametrize(
    ("parties", "says"),
    [
        ("KOR,XYZ", "'XYZ'"),
        ("KOR", "at least two"),
        ("KOR,KOR", "at least two"),
        ("Korea,JPN", "'KOREA'"),
        ("", "none"),
    ],
)
def test_parties_that_are_no_economies_are_refused_in_one_line(run_record, parties, says):
    code, _, err = run_record("new", "talks", "--parties", parties)
    assert (code, len(err.splitlines())) == (5, 1)
    assert says in err
    assert files_below(run_record.home.parent) == []


@pytest.mark.parametrize("name", ["talks", "TALKS", "us-china", "US-China"])
def test_a_name_that_is_taken_is_refused_and_nothing_changes(run_record, name):
    run_record("new", "talks", "--parties", "KOR,JPN")
    before = (run_record.home / "talks" / "case.yaml").read_text("utf-8")
    code, _, err = run_record("new", name, "--parties", "IND,BRA")
    assert (code, len(err.splitlines())) == (5, 1)
    assert "exists already" in err
    assert (run_record.home / "talks" / "case.yaml").read_text("utf-8") == before
    assert [path.name for path in run_record.home.iterdir()] == ["talks"]


@pytest.mark.parametrize("name", ["..", "../home", "nowhere", "", "x" * 300, "a\0b"])
def test_a_review_into_a_negotiation_that_is_not_there_writes_nothing(run_record, documents, name):
    run_record.home.mkdir()
    code, _, err = run_record("review", documents / "b-first.txt", "--case", name, "--accept", "all", "--by", "A")
    assert (code, len(err.splitlines())) == (2, 1)
    assert files_below(run_record.home) == []
    assert not (run_record.home.parent / "statements.jsonl").exists()


def test_a_review_starts_a_negotiation_once_and_can_be_repeated(run_record, documents):
    first = ("review", documents / "b-first.txt", "--case", "kor-jpn", "--new", "--parties", "KOR,JPN")
    assert run_record(*first, "--list")[0] == 0
    code, answer, _ = run_record(*first, "--accept", "all", "--by", "A", "--json")
    assert (code, answer["pending"], answer["dossier"]) == (0, 0, "kor-jpn")
    code, _, err = run_record(*first[:-1], "KOR,BRA", "--list")
    assert code == 5
    assert "KOR, JPN" in err


@pytest.mark.parametrize("flags", [("--new",), ("--parties", "KOR,JPN")])
def test_new_and_parties_go_together(run_record, documents, flags):
    assert run_record("review", documents / "b-first.txt", "--case", "talks", *flags)[0] == 2
    assert not run_record.home.exists()


def test_a_document_that_cannot_be_read_starts_no_negotiation(run_record, tmp_path):
    assert run_record("review", tmp_path / "no.txt", "--case", "talks", "--new", "--parties", "KOR,JPN")[0] == 5
    assert not run_record.home.exists()


def test_a_later_document_moves_the_end_and_the_rate_of_what_is_on_record(run_record, documents):
    run_record("new", "kor-jpn", "--parties", "KOR,JPN")
    accept = ("--case", "kor-jpn", "--accept", "all", "--by", "A", "--json")
    assert run_record("review", documents / "b-first.txt", *accept)[0] == 0
    _, waiting, _ = run_record("review", documents / "a-second.txt", "--case", "kor-jpn", "--list", "--json")
    relations = {row["kind"]: row["match"] for row in waiting["pending"]}
    assert relations["extension"]["relation"] == "moves the end of"
    assert relations["measure"]["relation"] == "changes the rate of"
    assert relations["measure"]["keys"]["rate_pct"] == [25, 40]
    _, answer, _ = run_record("review", documents / "a-second.txt", *accept)
    changed = answer["changed"]
    assert changed["clock"]["before"]["expiry"] == "2027-06-30"
    assert changed["clock"]["after"]["expiry"] == "2027-09-30"
    (duty,) = [row for row in changed["rows"] if row["table"] == "measures"]
    assert (duty["change"], duty["keys"]["rate_pct"]) == ("changed", [25, 40])
    assert {(row["by"], row["against"]) for row in changed["duties"]} == {("KOR", "JPN"), ("JPN", "KOR")}
    _, state, _ = run_record("show", "--case", "kor-jpn", "--as-of", "2027-06-20", "--json")
    assert [(row["imposer"], row["target"], row["rate_pct"]) for row in state["measures"]] == [("JPN", "KOR", 40)]


def test_a_ministry_that_prolongs_a_suspension_moves_the_end_of_that_row(run_record, tmp_path):
    notice = tmp_path / "notice.txt"
    header = "---\ntitle: Notice\npublisher: Ministry of Commerce of China\npublished: 2026-10-20\n---\n"
    words = "the suspension of Announcement No. 61 of 2025 on export controls is extended until January 10, 2027"
    notice.write_text(f"{header}The Ministry of Commerce announces that {words}.\n", "utf-8")
    _, answer, _ = run_record("review", notice, "--case", "us-china", "--accept", "all", "--by", "A", "--json")
    (row,) = [row for row in answer["changed"]["rows"] if row["table"] == "measures"]
    assert row["keys"]["suspended_until"] == ["2026-11-10", "2027-01-10"]
    _, state, _ = run_record("show", "--case", "us-china", "--as-of", "2026-12-01", "--json")
    status = {m["measure"]: (m["status"], m["suspended_until"]) for m in state["measures"]}
    assert status[row["row"]["measure"]] == ("suspended", "2027-01-10")


def test_a_reviewed_duty_shows_in_the_measures_of_the_state(run_record, tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("The United States imposed an additional tariff of 40 percent on goods of China.", "utf-8")
    flags = ("--published", "2026-10-01", "--case", "us-china", "--accept", "all", "--by", "A", "--json")
    _, answer, _ = run_record("review", report, *flags)
    (row,) = [row for row in answer["changed"]["rows"] if row["table"] == "measures"]
    assert (row["change"], row["keys"]["rate_pct"]) == ("new", [None, 40])
    before, after = next((r["before_pp"], r["after_pp"]) for r in answer["changed"]["duties"] if r["by"] == "USA")
    assert after == pytest.approx(before + 40)
    assert "all goods" in answer["changed"]["assumed"][0]["why"]


def test_a_report_against_the_words_of_the_side_that_levies_is_kept_and_the_answer_says_why(run_record, documents):
    run_record("new", "kor-jpn", "--parties", "KOR,JPN")
    accept = ("--case", "kor-jpn", "--accept", "all", "--by", "A", "--json")
    run_record("review", documents / "b-first.txt", *accept)
    report = documents / "paper.txt"
    report.write_text(
        SECOND.replace("Government of Japan", "A paper").replace("TOKYO, 20 June 2027. Japan", "TOKYO. Japan"), "utf-8"
    )
    _, answer, _ = run_record("review", report, *accept)
    (kept,) = answer["changed"]["without_effect"]
    assert "the side that levies it" in kept["why"]
    assert not [row for row in answer["changed"]["rows"] if row["table"] == "measures"]


# A folder of documents.


def test_an_update_lists_and_writes_nothing(run_record, documents):
    run_record("new", "kor-jpn", "--parties", "KOR,JPN")
    (documents / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (documents / "notes.csv").write_text("no document", "utf-8")
    code, answer, _ = run_record("update", documents, "--case", "kor-jpn", "--json")
    assert (code, answer["added"]) == (0, 0)
    assert [row["document"]["id"] for row in answer["documents"]] == ["b-first", "a-second"], "by day of publication"
    assert [row["file"] for row in answer["unread"]] == ["broken.pdf", "notes.csv"]
    assert answer["pending"] == sum(row["proposed"] for row in answer["documents"]) > 0
    assert lines(run_record.home, "kor-jpn") == []


def test_an_update_accepts_official_documents_once(run_record, documents):
    run_record("new", "kor-jpn", "--parties", "KOR,JPN")
    (documents / "c-paper.txt").write_text(
        SECOND.replace("Government of Japan", "A paper").replace("40", "45"), "utf-8"
    )
    flags = ("--case", "kor-jpn", "--accept-official", "--by", "A", "--json")
    code, answer, _ = run_record("update", documents, *flags)
    assert (code, answer["added"] > 2) == (0, True)
    assert {row["document"]["id"]: bool(row["added"]) for row in answer["documents"]}["c-paper"] is False
    before = lines(run_record.home, "kor-jpn")
    assert run_record("update", documents, *flags)[1]["added"] == 0
    assert lines(run_record.home, "kor-jpn") == before


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_an_update_of_no_documents_says_so_in_one_line(run_record, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    code, _, err = run_record("update", tmp_path / folder)
    assert (code, len(err.splitlines())) == (2, 1)


def test_an_update_without_who_decides_is_refused(run_record, documents):
    assert run_record("update", documents, "--accept-official")[0] == 2


def test_an_update_that_was_stopped_goes_on_where_it_stood(run_record, documents, monkeypatch):
    run_record("new", "kor-jpn", "--parties", "KOR,JPN")
    flags = ("update", documents, "--case", "kor-jpn", "--accept-official", "--by", "A", "--json")
    whole, calls = reviewing.apply, []

    def stopped(*arguments, **named):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*arguments, **named)

    monkeypatch.setattr(reviewing, "apply", stopped)
    with pytest.raises((KeyboardInterrupt, SystemExit)):
        cli.main(["record", *map(str, flags), "--home", str(run_record.home)])
    monkeypatch.undo()
    with (run_record.home / "kor-jpn" / "statements.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"kind": "measure", "val')  # a write that a killed process did not end
    assert run_record(*flags)[0] == 0
    ids = [line["id"] for line in lines(run_record.home, "kor-jpn")]
    assert len(ids) == len(set(ids)) > 4
    assert run_record("check", "--case", "kor-jpn", "--json")[0] == 0


# Two processes, and one that was killed.


def start(home, *words):
    return subprocess.Popen(
        [sys.executable, "-m", "detente", "record", *map(str, words), "--home", str(home)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(process):
    process.communicate()
    return process.returncode


def test_of_two_processes_that_start_one_negotiation_one_is_told_that_it_exists(run_record):
    both = [start(run_record.home, "new", "talks", "--parties", parties) for parties in ("KOR,JPN", "IND,BRA")]
    assert sorted(map(ended, both)) == [0, 5]
    assert [path.name for path in run_record.home.iterdir()] == ["talks"]


def test_two_processes_that_accept_the_same_write_each_line_once(run_record, documents):
    run_record("new", "kor-jpn", "--parties", "KOR,JPN")
    flags = ("--case", "kor-jpn", "--accept", "all", "--by", "A")
    both = [start(run_record.home, "review", documents / "b-first.txt", *flags) for _ in range(2)]
    assert 0 in list(map(ended, both))
    ids = [line["id"] for line in lines(run_record.home, "kor-jpn")]
    assert len(ids) == len(set(ids)) > 0


def test_an_update_that_was_killed_goes_on_and_writes_nothing_twice(run_record, documents):
    run_record("new", "kor-jpn", "--parties", "KOR,JPN")
    for k in range(40):
        (documents / f"copy-{k}.txt").write_text(
            FIRST.replace("25 percent on steel", f"{k + 1} percent on ships"), "utf-8"
        )
    flags = ("update", documents, "--case", "kor-jpn", "--accept-official", "--by", "A")
    process, written = start(run_record.home, *flags), run_record.home / "kor-jpn" / "statements.jsonl"
    deadline = time.monotonic() + 60
    while not written.stat().st_size and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    process.kill()
    ended(process)
    assert run_record(*flags)[0] == 0
    ids = [line["id"] for line in lines(run_record.home, "kor-jpn")]
    assert len(ids) == len(set(ids)) > 40
    assert run_record("check", "--case", "kor-jpn", "--json")[0] == 0


def test_a_review_that_was_killed_goes_on_and_writes_nothing_twice(run_record, documents):
    run_record("new", "kor-jpn", "--parties", "KOR,JPN")
    sentence = next(line for line in FIRST.splitlines() if "25 percent on steel" in line)
    more = "\n\n".join(sentence.replace("25 percent on steel", f"{k + 1} percent on ships") for k in range(30))
    long = documents / "long.txt"
    long.write_text(f"{FIRST}\n\n{more}", "utf-8")
    flags = ("review", long, "--case", "kor-jpn", "--accept", "all", "--by", "A")
    process, written = start(run_record.home, *flags), run_record.home / "kor-jpn" / "statements.jsonl"
    deadline = time.monotonic() + 60
    while not written.stat().st_size and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    process.kill()
    ended(process)
    run_record(*flags)  # 0, or refused where the first had accepted all
    ids = [line["id"] for line in lines(run_record.home, "kor-jpn")]
    assert len(ids) == len(set(ids)) > 0
    assert run_record("review", long, "--case", "kor-jpn", "--list", "--json")[0] == 0
    assert run_record("check", "--case", "kor-jpn", "--json")[0] == 0


def test_what_a_killed_start_left_behind_is_no_negotiation_and_stops_no_other(run_record):
    draft = run_record.home / ".talks.1"
    draft.mkdir(parents=True)
    (draft / "case.yaml").write_text("title: half", "utf-8")
    _, _, err = run_record("show", "--case", "talks")
    assert ".talks" not in err
    _, _, err = run_record("check", "--case", "elsewhere")
    assert ".talks" not in err
    assert run_record("new", "talks", "--parties", "KOR,JPN")[0] == 0


def test_a_home_where_nothing_can_be_written_ends_in_one_line(run_record, tmp_path):
    (tmp_path / "home").write_text("a file", "utf-8")
    code, _, err = run_record("new", "talks", "--parties", "KOR,JPN")
    assert (code, len(err.splitlines())) == (2, 1)
    assert Path(run_record.home).read_text("utf-8") == "a file"


def test_a_review_of_a_record_without_a_readable_case_or_parties_says_what_changed(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "case.yaml").write_text("parties: [\n", "utf-8")
    record = Record.load("mine", tmp_path)
    side = changes.snapshot(record, "2027-02-01")
    assert side.case.parties == ()
    assert changes.between(side, side)["duties"] == []
