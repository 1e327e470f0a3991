"""Official files on the command line: recognised, set beside record and ledger, accepted with one key."""

import json
import os
import subprocess
import sys
import time

import feed_files as files
import pytest
from jsonschema import validate

from detente.ask.talks import updating
from detente.record import duties, own_duties
from detente.record.feeds import catalogue
from detente.record.feeds.ledger_match import end_of
from detente.record.store import Record

BY = ("--accept-official", "--by", "A", "--json")


@pytest.fixture
def update(run_record, schema):
    """The answer of `record update` on a folder of files, checked against its schema."""

    def command(folder, *flags, case="us-china"):
        code, answer, err = run_record(
            "update", folder, "--case", case, *flags, *(() if "--json" in flags else ["--json"])
        )
        assert code == 0, err
        validate(answer, schema("updated"))
        return answer

    return command


def act(answer, name):
    (row,) = [row for row in answer["acts"] if row["act"] == name]
    return row


# What an answer says of a folder


def test_a_folder_of_official_files_is_recognised_by_content_whatever_its_names(update, tmp_path):
    folder = files.write(tmp_path / "in", {f"x{k}.dat": text for k, text in enumerate(files.five_feeds().values())})
    answer = update(folder)
    assert {row["feed"] for row in answer["files"]} == {"rss", "csms", "federal_register", "hts"}
    assert (answer["unread"], answer["documents"], answer["added"]) == ([], [], 0)


def test_an_act_is_shown_with_its_days_its_sources_and_how_it_stands_to_ledger_and_record(update, tmp_path):
    row = act(update(files.write(tmp_path / "in", {"doc.json": files.exclusions()})), "usa-s301-exclusions-178")
    assert (row["imposer"], row["targets"], row["rate_kind"]) == ("USA", ["CHN"], "exempt")
    assert (row["known"], row["until"], row["legal_from"]) == ("2026-10-20", "2027-11-10", None)
    assert (row["sources"], row["files"], row["pending"]) == (["fr-2026-24001"], ["doc.json"], True)
    assert row["ledger"]["relation"] == row["statements"][0]["match"]["relation"] == "moves the end of"
    assert row["ledger"]["of"] == "us-s301-exclusions"
    assert row["ledger"]["keys"] == {"legal_until": ["2026-11-09", "2027-11-10"]}


def test_subfolders_are_read_and_what_is_no_feed_and_no_document_is_listed_with_the_reason(update, tmp_path):
    folder = files.write(
        tmp_path / "in",
        {
            "a/b/doc.json": files.exclusions(), "notes.json": '{"a": 1}',
            "annex.txt": "8703.23.01\n8703.24.01\n8703.31.00\n", "nul.txt": b"a\0b",
            "photo.jpg": b"\xff\xd8\xff",
            "table.csv": "day,event,rate\n2026-01-01,x,1\n2026-01-02,y,2\n", "letter.docx": "PK",
            ".hidden.json": files.notice(),
        },
    )  # fmt: skip
    (folder / "link.json").symlink_to(tmp_path / "elsewhere.json")
    (tmp_path / "elsewhere.json").write_text(files.notice(), "utf-8")
    (folder / "outside").symlink_to(tmp_path)
    answer = update(folder)
    assert [row["file"] for row in answer["files"]] == ["a/b/doc.json"]
    why = {row["file"]: row["why"] for row in answer["unread"]}
    names = {"notes.json", "annex.txt", "table.csv", "nul.txt", "photo.jpg", "letter.docx", "link.json", "outside"}
    assert set(why) == names
    assert "JSON of no feed" in why["notes.json"]
    assert "tariff lines" in why["annex.txt"]
    assert "a table" in why["table.csv"]
    assert "link" in why["link.json"]


def test_documents_of_sentences_are_read_as_before_beside_feeds(update, tmp_path):
    report = "---\ntitle: R\npublisher: A paper\npublished: 2026-10-01\n---\n" \
             "The United States imposed an additional tariff of 40 percent on goods of China.\n"  # fmt: skip
    answer = update(files.write(tmp_path / "in", {"report.txt": report, "doc.json": files.exclusions()}))
    assert [row["document"]["id"] for row in answer["documents"]] == ["report"]
    assert len(answer["files"]) == 1


def test_json_is_never_read_as_sentences(run_record, tmp_path):
    path = tmp_path / "rates.json"
    path.write_text(
        json.dumps({"text": "The United States imposed a tariff of 40 percent on goods of China."}), "utf-8"
    )
    code, _, err = run_record("update", path)
    assert (code, len(err.splitlines())) == (5, 1)


@pytest.mark.parametrize("command", ["propose", "text", "review"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '{"text": "The United States imposed a tariff of 40 percent on goods of China."}'),
        ("a.txt", "day,act,rate\n2026-01-01,The United States imposed a tariff,40\n2026-01-02,the same,41\n"),
        ("a.csv", "day,act,rate\n2026-01-01,The United States imposed a tariff,40\n2026-01-02,the same,41\n"),
        ("a.txt", "8703.23.01\n8703.24.01\n8703.31.00\n8703.32.00\n"),
    ],
)
def test_data_is_no_document_for_any_command(run, tmp_path, command, name, content):
    path = files.write(tmp_path, {name: content}) / name
    home = ("--home", tmp_path / "home") if command == "review" else ()
    code, _, err = run("record", command, path, *home)
    assert (code, len(err.splitlines())) == (5, 1)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{" * 200_000, "levels"),
        (b'{"document_number": "2026-1"', "not JSON"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><rss>&b;</rss>", "entity"),
        (b"<?xml version='1.0'?>" + b"<a>" * 5000 + b"</a>" * 5000, "levels"),
        (b"\0" * 100, "NUL"),
        (b'{"results": [' + b'{"a": 1},' * 3_000_000 + b"{}]}", "bytes"),
        (b'{"error": "limit", "status": 429}', "429"),
    ],
)
def test_one_file_that_cannot_be_read_ends_in_one_line_and_writes_nothing(run_record, tmp_path, content, says):
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    code, _, err = run_record("update", path, *BY)
    assert (code, len(err.splitlines())) == (5, 1)
    assert says in err
    assert not run_record.home.exists()


def test_a_broken_file_among_good_ones_is_listed_and_stops_nothing(update, tmp_path):
    folder = files.write(tmp_path / "in", {"doc.json": files.exclusions(), "deep.json": b"[" * 100_000})
    answer = update(folder, *BY)
    assert [row["file"] for row in answer["unread"]] == ["deep.json"]
    assert answer["accepted"]["acts"] == ["us-s301-exclusions.until-2027-11-10"]


# What is accepted


def test_an_extension_in_the_register_moves_the_end_of_the_right_act_with_one_key(run_record, tmp_path, monkeypatch):
    path = files.write(tmp_path, {"doc.json": files.exclusions()}) / "doc.json"
    keys = iter(["a"])
    monkeypatch.setattr("builtins.input", lambda _: next(keys))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    from detente.faces.terminal import record_commands

    class Terminal:
        isatty = staticmethod(lambda: True)

    monkeypatch.setattr(record_commands.sys, "stdin", Terminal())
    monkeypatch.setattr(record_commands.sys.stdout, "isatty", lambda: True, raising=False)
    values = {
        "document": str(path), "published": None, "url": None, "dossier": "us-china", "home": str(run_record.home),
        "accept": None, "refuse": None, "edit": None, "set": None, "decisions": None, "list": False, "by": "A",
        "why": None, "new": False, "parties": None, "json": False, "csv": None,
    }  # fmt: skip
    from detente.ask.registry import QUESTIONS

    question = next(q for q in QUESTIONS if q.name == "record review")
    record_commands.review(question, values)
    ledger = own_duties.ledger(run_record.home)
    assert end_of(ledger, "us-s301-exclusions", "2026-10-19") == "2026-11-09"
    assert end_of(ledger, "us-s301-exclusions", "2026-10-20") == "2027-11-10"
    record = Record.load("us-china", run_record.home)

    def end(known):
        return next(m.until for m in record.as_of("2026-11-01", known).measures if m.measure == "usa-s301-exclusions")

    assert (end("2026-10-19"), end("2026-10-20")) == ("2026-11-09", "2027-11-10")


def test_a_review_of_an_official_file_lists_accepts_and_remembers(run_record, schema, tmp_path):
    path = files.write(tmp_path, {"doc.json": files.exclusions()}) / "doc.json"
    _, listed, _ = run_record("review", path, "--list", "--json")
    validate(listed, schema("reviewed"))
    (row,) = listed["pending"]
    assert (row["kind"], row["ledger"]["of"]) == ("act", "us-s301-exclusions")
    code, answer, _ = run_record("review", path, "--accept", row["proposal"][:6], "--by", "A", "--json")
    validate(answer, schema("reviewed"))
    assert (code, answer["acts"], answer["pending"]) == (0, ["us-s301-exclusions.until-2027-11-10"], 0)
    assert "moves" not in run_record("review", path, "--list")[1]


def test_an_official_file_starts_a_negotiation(run_record, tmp_path):
    path = files.write(tmp_path, {"notice.json": files.notice()}) / "notice.json"
    start_with = ("review", path, "--case", "widgets", "--new", "--parties", "USA,NOR")
    code, answer, _ = run_record(*start_with, "--accept", "all", "--by", "A", "--json")
    assert (code, len(answer["added"]), answer["dossier"]) == (0, 1, "widgets")


def test_a_title_of_any_length_and_signs_leaves_the_own_duties_readable(update, run_record, tmp_path):
    title = "\x1b[31m" + "x\0" * 100_000
    update(files.write(tmp_path / "in", {"doc.json": files.exclusions(title=title)}), *BY)
    ledger = own_duties.ledger(run_record.home)
    assert len(ledger.acts["us-s301-exclusions.until-2027-11-10"].source) < 500


def test_an_act_that_was_refused_is_not_offered_again(run_record, tmp_path):
    path = files.write(tmp_path, {"doc.json": files.exclusions()}) / "doc.json"
    assert run_record("review", path, "--refuse", "all", "--by", "A", "--why", "a draft")[0] == 0
    assert run_record("review", path, "--list", "--json")[1]["pending"] == []
    assert not (run_record.home / "duties").exists()


@pytest.mark.parametrize(
    "flags",
    [
        ("--edit", "x", "--set", "until=2030-01-01", "--why", "w", "--by", "A"),
        ("--accept", "zzz", "--by", "A"),
        ("--accept", "all"),
    ],
)
def test_decisions_that_cannot_be_taken_write_nothing(run_record, tmp_path, flags):
    path = files.write(tmp_path, {"doc.json": files.exclusions()}) / "doc.json"
    code, _, err = run_record("review", path, *flags)
    assert code in (2, 5)
    assert len(err.splitlines()) == 1
    assert not run_record.home.exists()


def test_accepted_duties_move_prices_and_the_answer_says_how(update, tmp_path):
    answer = update(files.write(tmp_path / "in", {"doc.json": files.surcharge()}), *BY)
    assert answer["accepted"]["acts"] == ["us-s122-10.until-2026-12-31"]
    moved = {row["against"]: row for row in answer["changed"]["ledger"]}
    assert moved["CHN"]["after_pp"] > moved["CHN"]["before_pp"]
    assert (moved["CHN"]["as_of"], moved["CHN"]["known"]) == ("2026-07-24", "2026-07-15")
    changed = answer["changed"]
    assert changed["as_of"] == changed["known"] == "2026-07-24", "the day of effect"
    assert all(row["after_pct"] < row["before_pct"] for row in changed["real_income"]["parties"])


def test_a_reviewed_duty_prints_real_income_before_and_after_with_setting_and_proof(run_record, tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("The United States imposed an additional tariff of 40 percent on goods of China.", "utf-8")
    flags = ("--published", "2026-10-01", "--case", "us-china", "--accept", "all", "--by", "A")
    _, answer, _ = run_record("review", report, *flags, "--json")
    income = answer["changed"]["real_income"]
    assert {row["party"] for row in income["parties"]} == {"USA", "CHN"}
    assert all(row["after_pct"] < row["before_pct"] for row in income["parties"])
    assert income["solver"]["converged"]
    assert income["economy"]["world"] == "icio-2022"


def test_a_review_that_moves_no_duty_prices_nothing(update, tmp_path):
    answer = update(files.write(tmp_path / "in", {"doc.json": files.exclusions()}), *BY)
    assert answer["changed"]["real_income"] is None


def test_one_case_told_by_five_feeds_is_one_act_whose_rate_depends_on_what_was_known(run_record, update, tmp_path):
    run_record("new", "widgets", "--parties", "USA,NOR")
    answer = update(files.write(tmp_path / "in", files.five_feeds()), *BY, case="widgets")
    last = max((row for row in answer["acts"]), key=lambda row: row["known"])
    assert last["sources"] == ["csms-70000001", "fr-2041-00123", "usitc-2041HTSRev3"]

    def measures(known):
        _, state, _ = run_record("show", "--case", "widgets", "--as-of", "2041-05-01", "--known", known, "--json")
        return [(row["measure"], row["rate_pp"]) for row in state["measures"]]

    assert measures("2041-03-05") == [("9903.99.21", 10)] or measures("2041-03-06") == [("9903.99.21", 10)]
    assert measures("2041-05-01") == [("9903.99.21", 10)]
    assert measures("2041-05-02") == [("9903.99.21", 0)]


def test_a_pair_of_releases_gives_exactly_the_steps_that_differ(update, tmp_path):
    old = files.schedule(h21=f"{files.SAME} + 10%", h22=f"{files.SAME} + 25%", h23="No change")
    new = files.schedule(h21=f"{files.SAME} +0%", h22=f"{files.SAME} + 25%", h23="No change", h24=f"{files.SAME} + 5%")
    folder = files.write(
        tmp_path / "in",
        {
            "2041HTSRev2.json": old,
            "2041HTSRev3.json": new,
            "changes.txt": files.CHANGE_RECORD,
            "r.json": files.RELEASES,
        },
    )
    rows = {row["act"]: (row["rate"], row["legal_from"], row["known"]) for row in update(folder)["acts"]}
    assert rows == {"9903.99.21": (0, "2041-05-01", "2041-06-02"), "9903.99.24": (5, "2041-06-15", "2041-06-02")}


# From the network, and only when asked


class Recorded(files.Served):
    """Serves one recorded document."""

    def do_GET(self):
        self.answer(200, files.exclusions().encode() if self.path.endswith(".json") else b"User-agent: *\nAllow: /\n")


@pytest.fixture
def address():
    with files.serving(Recorded) as server:
        yield f"{server}/document.json"


def test_fetch_saves_the_official_files_into_the_folder_and_reads_them(update, tmp_path, monkeypatch, address):
    monkeypatch.setattr(catalogue, "addresses", lambda: {"federal_register": (address,), "hts": ("ftp://x/y",)})
    answer = update(tmp_path / "new", "--fetch")
    assert [row["act"] for row in answer["acts"]] == ["usa-s301-exclusions-178"]
    saved, failed = answer["fetched"]
    assert (tmp_path / "new" / saved["file"]).read_text("utf-8") == files.exclusions()
    assert failed["file"] is None
    assert "http" in failed["why"]


def test_nothing_is_fetched_unless_asked(update, tmp_path, monkeypatch):
    monkeypatch.setattr(updating, "fetch_files", lambda _: pytest.fail("the network was asked"))
    assert update(files.write(tmp_path / "in", {"doc.json": files.exclusions()}))["fetched"] == []


def test_fetch_into_a_file_is_refused(run_record, tmp_path):
    path = files.write(tmp_path, {"doc.json": files.exclusions()}) / "doc.json"
    code, _, err = run_record("update", path, "--fetch")
    assert (code, len(err.splitlines())) == (2, 1)


# Twice, at once, and killed


def test_an_update_twice_over_writes_nothing_new(update, run_record, tmp_path):
    folder = files.write(tmp_path / "in", {"doc.json": files.exclusions(), "s.json": files.surcharge()})
    update(folder, *BY)
    before = written_lines(run_record.home)
    again = update(folder, *BY)
    assert (again["added"], again["accepted"]["acts"], again["pending"]) == (0, [], 0)
    assert written_lines(run_record.home) == before


def written_lines(home):
    return {str(path): path.read_text("utf-8") for path in home.rglob("*") if path.suffix in (".csv", ".jsonl")}


def start(home, *words):
    return subprocess.Popen(
        [sys.executable, "-m", "detente", "record", *map(str, words), "--home", str(home)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def many(folder, count=30):
    ends = [f"{month} {day}, 2027" for month in ("May", "July", "August") for day in range(1, 29)][:count]
    starts = ["November 9, 2026", *ends]
    documents = {
        f"doc-{k}.json": files.exclusions(starts[k], end, number=f"2026-24{k:03}", published=f"2026-10-{k % 28 + 1:02}")
        for k, end in enumerate(ends)
    }
    return files.write(folder, documents)


def test_two_updates_at_once_write_each_line_once(run_record, tmp_path):
    folder = files.write(tmp_path / "in", {"doc.json": files.exclusions(), "s.json": files.surcharge()})
    both = [start(run_record.home, "update", folder, "--case", "us-china", *BY[:-1]) for _ in range(2)]
    for process in both:
        process.communicate()
    assert 0 in [process.returncode for process in both]
    ledger = own_duties.ledger(run_record.home)
    assert set(ledger.acts) - set(duties.shipped().acts) == {
        "us-s301-exclusions.until-2027-11-10", "us-s122-10.until-2026-12-31",
    }  # fmt: skip
    lines = (run_record.home / "us-china" / "statements.jsonl").read_text("utf-8").splitlines()
    ids = [json.loads(line)["id"] for line in lines]
    assert len(ids) == len(set(ids)) > 1


def test_an_update_that_was_killed_goes_on_where_it_stood(run_record, update, tmp_path):
    folder = many(tmp_path / "in")
    process = start(run_record.home, "update", folder, "--case", "us-china", *BY[:-1])
    lines = run_record.home / "us-china" / "statements.jsonl"
    deadline = time.monotonic() + 60
    while not (lines.exists() and lines.stat().st_size) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    process.kill()
    process.communicate()
    update(folder, *BY)
    assert update(folder, *BY)["added"] == 0
    assert run_record("check", "--case", "us-china", "--json")[0] == 0
    ids = [json.loads(line)["id"] for line in lines.read_text("utf-8").splitlines()]
    assert len(ids) == len(set(ids))


def test_a_folder_of_thousands_of_files_is_read(update, tmp_path):
    folder = files.write(tmp_path / "in", {f"{k // 100}/n{k}.json": '{"a": 1}' for k in range(1500)})
    assert len(update(folder)["unread"]) == 1500


@pytest.mark.skipif(os.name == "nt", reason="no FIFO")
def test_a_pipe_in_a_folder_is_listed_and_not_waited_for(update, tmp_path):
    folder = files.write(tmp_path / "in", {"doc.json": files.exclusions()})
    os.mkfifo(folder / "pipe.json")
    assert [row["file"] for row in update(folder)["unread"]] == ["pipe.json"]
