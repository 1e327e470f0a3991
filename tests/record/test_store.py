"""The record: append-only, locked, on disk before it says so."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from detente.errors import RecordError
from detente.record.fact import By, Source, Statement
from detente.record.store import Record, shipped_dossiers

SOURCE = Source("doc", "A title", "The White House", "2025-05-12", "official", "USA")
PAUSE = Statement(
    "truce",
    {"truce": "geneva", "parties": ["CHN", "USA"], "start": "2025-05-14", "expiry": "2025-08-12"},
    By(side="joint"),
    "doc",
    asserted="2025-05-12",
    known="2025-05-12",
)
WRITER = """
import sys
from detente.record.fact import By, Statement
from detente.record.store import Record
record = Record.load(sys.argv[1])
for n in range(int(sys.argv[3])):
    value = {"speaker": sys.argv[2], "side": "USA"}
    statement = Statement("statement", value, By(side="USA"), "doc", known="2025-05-12", note=str(n))
    print(record.add(statement).id, flush=True)
"""


@pytest.fixture
def record(tmp_path):
    record = Record.start(tmp_path / "talks")
    record.add_source(SOURCE)
    return record


def lines_of(record):
    return (record.folder / "statements.jsonl").read_bytes()


def test_what_was_added_is_there_after_loading_again(record):
    added = record.add(PAUSE)
    assert Record.load(record.folder).statements() == (added,)
    assert added.recorded_at


def test_the_same_statement_twice_is_written_once(record):
    assert record.add(PAUSE).id == record.add(PAUSE).id
    assert lines_of(record).count(b"\n") == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"source": "elsewhere"}, "add the source first"),
        ({"known": None}, "known is missing"),
        ({"known": "2025-05-11"}, "asserted"),
        ({"value": {"parties": "USA"}}, "list of sides"),
        ({"retracts": "0" * 16}, "not in the record"),
    ],
)
def test_a_bad_statement_is_refused_and_nothing_is_written(record, change, says):
    record.add(PAUSE)
    before = lines_of(record)
    with pytest.raises(RecordError, match=says):
        record.add(replace(PAUSE, note="other", **change))
    assert lines_of(record) == before
    assert len(record.statements()) == 1


def test_a_quote_must_be_at_its_offsets_in_the_given_text(record):
    quoted = replace(PAUSE, quote="90 days", start=4, end=11)
    with pytest.raises(RecordError, match="it stands at 5"):
        record.add(quoted, text="for  90 days")
    record.add(quoted, text="for 90 days")


def test_a_retraction_does_not_change_what_was_known_before(record):
    added = record.add(PAUSE)
    record.retract(added.id, known="2025-06-01", why="misread")
    assert [t.truce for t in record.as_of("2025-06-10", known="2025-05-20").truces] == ["geneva"]
    assert record.as_of("2025-06-10", known="2025-06-02").truces == ()
    assert len(record.statements()) == 2
    assert record.statements(known="2025-06-02") == ()


def test_a_retraction_can_itself_be_retracted(record):
    added = record.add(PAUSE)
    undone = record.retract(added.id, known="2025-06-01", why="misread")
    record.retract(undone.id, known="2025-06-05", why="it was right")
    assert record.statements(known="2025-06-06") == (added,)


def test_a_retraction_needs_a_reason_and_a_statement(record):
    added = record.add(PAUSE)
    with pytest.raises(RecordError, match="needs a reason"):
        record.retract(added.id, known="2025-06-01", why=" ")
    with pytest.raises(RecordError, match="0 statements have ids"):
        record.retract("ffffffff", known="2025-06-01", why="misread")


def test_a_superseding_statement_takes_over_when_it_is_known(record):
    added = record.add(PAUSE)
    record.add(replace(PAUSE, value={**PAUSE.value, "expiry": "2025-08-13"}, known="2025-06-01", supersedes=added.id))
    assert record.as_of("2025-06-10", known="2025-05-20").truces[0].expiry == "2025-08-12"
    assert record.as_of("2025-06-10", known="2025-06-01").truces[0].expiry == "2025-08-13"


def test_a_torn_last_line_is_set_aside_and_reported(record):
    added = record.add(PAUSE)
    path = record.folder / "statements.jsonl"
    with path.open("ab") as file:
        file.write(b'{"schema": 1, "id": "12')
    again = Record.load(record.folder)
    assert again.statements() == (added,)
    assert "cut off after 23 bytes" in again.notices[0]
    assert (record.folder / "statements.jsonl.torn").read_bytes() == b'{"schema": 1, "id": "12\n'
    again.add(replace(PAUSE, note="next"))
    assert len(Record.load(record.folder).statements()) == 2
    assert Record.load(record.folder).notices == []


def test_a_last_line_that_lacks_only_its_newline_still_counts(record):
    record.add(PAUSE)
    path = record.folder / "statements.jsonl"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    again = Record.load(record.folder)
    again.add(replace(PAUSE, note="next"))
    assert len(Record.load(record.folder).statements()) == 2


def test_a_line_changed_by_hand_is_refused_with_its_place(record):
    record.add(PAUSE)
    path = record.folder / "statements.jsonl"
    path.write_bytes(path.read_bytes().replace(b"2025-08-12", b"2025-08-13"))
    with pytest.raises(RecordError, match=r"statements.jsonl, line 1: .*was changed"):
        Record.load(record.folder)


def test_acknowledged_lines_survive_a_kill_during_a_write(record):
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(record.folder), "killed", "100000"], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline().strip() for _ in range(20)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
    assert set(acknowledged) <= {s.id for s in Record.load(record.folder).statements()}


def test_two_processes_that_write_at_once_lose_nothing(record):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(record.folder), name, "30"], stdout=subprocess.DEVNULL)
        for name in ("one", "two")
    ]
    assert [w.wait(60) for w in writers] == [0, 0]
    assert len(Record.load(record.folder).statements()) == 60


def test_a_record_reads_what_others_wrote_before_it_writes(record):
    other = Record.load(record.folder)
    added = other.add(PAUSE)
    assert record.add(PAUSE).recorded_at == added.recorded_at
    assert lines_of(record).count(b"\n") == 1


def test_nothing_is_written_when_the_disk_is_full(record, monkeypatch):
    record.add(PAUSE)
    before = lines_of(record)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RecordError, match="nothing was"):
        record.add(replace(PAUSE, note="next"))
    assert lines_of(record) == before


def test_a_shipped_dossier_is_read_only_and_lines_in_home_are_added_to_it(tmp_path):
    with pytest.raises(RecordError, match="read-only"):
        Record.load("us-china").add_source(SOURCE)
    own = Record.load("us-china", home=tmp_path)
    shipped = len(own.statements())
    own.add_source(SOURCE)
    own.add(replace(PAUSE, note="mine"))
    assert len(Record.load("us-china", home=tmp_path).statements()) == shipped + 1
    assert len(Record.load("us-china").statements()) == shipped


def test_a_different_source_under_the_same_id_is_refused(record):
    with pytest.raises(RecordError, match="choose another id"):
        record.add_source(replace(SOURCE, title="Another"))


def test_the_message_on_an_unknown_dossier_names_the_shipped_ones():
    assert "us-china" in shipped_dossiers()
    with pytest.raises(RecordError, match="us-china"):
        Record.load("us-mars")


def test_loading_a_dossier_is_quick():
    def once():
        start = time.perf_counter()
        Record.load("us-china").as_of("2026-01-01")
        return time.perf_counter() - start

    # the whole command line has 1.5 s, of which the record may take a fifteenth; usually about 0.02 s
    assert min(once() for _ in range(5)) < 0.1


def test_a_day_may_be_a_date_or_a_time_with_its_zone(record):
    record.add(replace(PAUSE, known=None, asserted=None), known=date(2025, 5, 12))
    assert record.as_of(date(2025, 8, 11)).truces[0].status == "in_force"
    assert record.as_of(datetime(2025, 8, 12, 4, 1, tzinfo=UTC)).truces[0].status == "lapsed"
