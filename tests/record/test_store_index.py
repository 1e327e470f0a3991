"""Long records: the index file is a cache, rebuilt when missing or stale, and never needed."""

import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from detente.record import lines, store
from detente.record.fact import By, Source, Statement
from detente.record.index import NAME, SEAL
from detente.record.state import derive
from detente.record.store import SOURCES, STATEMENTS, Record

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
DOC = Source("doc", "t", "p", "2025-05-12", "press")


def benchmark(name):
    spec = spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(n):
    return Statement("agenda_item", {"topic": "tariffs"}, By(side="USA"), "doc", known="2025-05-12", note=str(n))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "LARGE", 1)
    record = Record.start(tmp_path / "talks")
    record.add_source(DOC)
    record.add_all([words(n) for n in range(5)])
    Record.load(record.folder)
    assert (record.folder / NAME).is_file()
    return record.folder


def waits(record):
    return record._file_index is not None


def test_with_a_fresh_index_lines_are_read_only_when_needed(folder):
    record = Record.load(folder)
    assert waits(record)
    assert record.as_of("2025-05-12").agenda[0].topic == "tariffs"
    assert waits(record)
    assert len(record.statements()) == 5
    assert not waits(record)


def test_a_repeated_statement_with_a_valid_time_counts_once_from_the_index_too(folder):
    value = {"measure": "m", "type": "tariff", "imposer": "CHN", "rate_pct": 25, "status": "in_force"}
    said_first = Statement("measure", value, By(side="CHN"), "doc", asserted="2025-05-12", known="2025-05-12",
                           valid_from="2025-05-12")  # fmt: skip
    repeated = [said_first, replace(said_first, known="2025-05-20")]
    Record.load(folder).add_all(repeated)
    Record.load(folder)
    indexed = Record.load(folder)
    assert waits(indexed)
    (row,) = indexed.as_of("2025-05-20", "2025-05-20").measures
    assert len(row.statements) == 1
    assert row.statements == derive(repeated, as_of="2025-05-20", known="2025-05-20").measures[0].statements


def test_lines_written_after_the_index_are_included(folder):
    Record.load(folder).add(words(5))
    record = Record.load(folder)
    assert waits(record)
    assert len(record.statements()) == 6
    assert record.as_of("2025-05-12").agenda[0].statements


def test_changed_lines_are_read_again(folder):
    path = folder / STATEMENTS
    path.write_text(lines.write_all([words(n) for n in range(7, 12)]), encoding="utf-8")
    assert {s.note for s in Record.load(folder).statements()} == {"7", "8", "9", "10", "11"}
    state = Record.load(folder).as_of("2025-05-12")
    assert {state.statements[i].note for i in state.agenda[0].statements} <= {"7", "8", "9", "10", "11"}


@pytest.mark.parametrize("damage", ["delete", "noise", "empty", "another layout"])
def test_a_missing_or_broken_index_changes_no_answer(folder, damage):
    expected = Record.load(folder).as_of("2025-05-12").to_json()
    file = folder / NAME
    if damage == "delete":
        file.unlink()
    elif damage == "another layout":
        with sqlite3.connect(file) as base:
            base.execute("update meta set layout = 0")
        base.close()
    else:
        file.write_bytes(b"noise" * 1000 if damage == "noise" else b"")
    assert Record.load(folder).as_of("2025-05-12").to_json() == expected
    assert waits(Record.load(folder))


def put_in(folder, *sql):
    """Change the index as another program would, which leaves its stamp of the lines as it was."""
    with sqlite3.connect(folder / NAME) as base:
        for command in sql:
            base.execute(command)
    base.close()


@pytest.mark.parametrize(
    "sql",
    [
        "insert into statement select 'a' || substr(id, 2), sort_key || 'x', known, asserted_day, asserted_clock, kind,"
        " repetition || 'x', retracts, replace(packed, 'tariffs', 'chips') from statement limit 1",
        "update statement set packed = replace(packed, 'tariffs', 'chips')",
        "update statement set known = 1e12",
        "delete from statement",
    ],
    ids=["a foreign row", "a changed row", "a moved day", "no rows"],
)
@pytest.mark.parametrize("is_extended", [False, True])
def test_rows_that_others_put_into_an_index_with_a_fresh_stamp_are_not_believed(folder, sql, is_extended):
    expected = Record.load(folder).as_of("2025-05-12").to_json()
    put_in(folder, sql)
    if is_extended:
        with (folder / STATEMENTS).open("a", encoding="utf-8") as file:
            file.write(lines.write_all([replace(words(9), kind="agenda_item", known="2026-01-01")]))
    assert Record.load(folder).as_of("2025-05-12").to_json() == expected
    again = Record.load(folder)
    assert waits(again)
    assert again.as_of("2025-05-12").to_json() == expected


@pytest.mark.parametrize("seal", [None, b"", b"\xff", b"0" * 64])
def test_an_index_without_its_seal_is_built_again(folder, seal):
    expected = Record.load(folder).as_of("2025-05-12").to_json()
    (folder / SEAL).unlink()
    if seal is not None:
        (folder / SEAL).write_bytes(seal)
    assert Record.load(folder).as_of("2025-05-12").to_json() == expected
    assert len((folder / SEAL).read_text("ascii")) == 64


def test_if_the_index_breaks_after_loading_the_lines_are_used(folder):
    record = Record.load(folder)
    (folder / NAME).write_bytes(b"noise" * 1000)
    assert len(record.as_of("2025-05-12").agenda) == 1


def test_a_torn_last_line_is_set_aside_even_with_an_index(folder):
    with (folder / STATEMENTS).open("ab") as file:
        file.write(b'{"schema": 1, "id": "12')
    record = Record.load(folder)
    assert "cut off" in record.notices[0]
    assert (folder / (STATEMENTS + ".torn")).read_bytes() == b'{"schema": 1, "id": "12\n'
    assert len(record.statements()) == 5


def test_a_line_in_home_retracts_a_shipped_one_through_the_index(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "LARGE", 1)
    own = Record.load("us-china", home=tmp_path)
    threat = next(s for s in own.statements() if s.kind == "threat")
    own.retract(threat.id, known="2025-10-20", why="misread", by=By(name="A"))
    Record.load("us-china", home=tmp_path)
    again = Record.load("us-china", home=tmp_path)
    assert waits(again)
    day = "2025-10-21"
    expected = derive(own.statements(), as_of=day, known=day, sources=own.sources).to_json()
    assert again.as_of(day).to_json() == expected
    assert not again.as_of("2025-10-22", "2025-10-22").threats or threat.id not in again.as_of(day).statements


def test_concurrent_readers_and_writers_lose_nothing(folder):
    program = (
        "import sys\nfrom detente.record import store\nfrom detente.record.fact import By, Statement\nstore.LARGE = 1\n"
        "for n in range(15):\n"
        "    new = Statement('agenda_item', {'topic': 'chips'}, By(side='CHN'), 'doc', known='2025-05-12',"
        " note=sys.argv[2] + str(n))\n"
        "    record = store.Record.load(sys.argv[1])\n    record.as_of('2025-05-12')\n    record.add(new)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(folder), name]) for name in "ab"]
    while any(w.poll() is None for w in writers):
        assert Record.load(folder).as_of("2025-05-12").agenda
    assert [w.wait() for w in writers] == [0, 0]
    assert len(Record.load(folder).statements()) == 35


def test_a_repeated_question_is_answered_from_memory_until_lines_are_added(folder):
    record = Record.load(folder)
    first = record.as_of("2025-05-12")
    assert record.as_of("2025-05-12") is first
    record.add(replace(words(9), value={"topic": "chips"}))
    assert {r.topic for r in record.as_of("2025-05-12").agenda} == {"tariffs", "chips"}


def test_kills_during_writes_lose_no_acknowledged_line():
    report = benchmark("kill_writes").run(kills=12, seconds=20)
    assert report.kills >= 5
    assert (report.lost, report.broken) == (0, 0)


@pytest.mark.slow
def test_a_thousand_kills_during_writes_lose_no_acknowledged_line():
    report = benchmark("kill_writes").run(kills=1000, seconds=1500)
    assert (report.kills, report.lost, report.broken) == (1000, 0, 0)


@pytest.mark.slow
def test_a_record_of_a_hundred_thousand_statements_answers_in_a_tenth_of_a_second(tmp_path):
    made = benchmark("record_dossier")
    folder = tmp_path / "long"
    folder.mkdir()
    (folder / SOURCES).write_text(lines.write_all(made.sources()), encoding="utf-8")
    (folder / STATEMENTS).write_text(lines.write_all(made.statements(100_000)), encoding="utf-8")
    record = Record.load(folder)
    record.as_of("2018-02-01")
    took = []
    for year in range(2019, 2027):
        start = time.perf_counter()
        record.as_of(f"{year}-02-15")
        took.append(time.perf_counter() - start)
    assert sorted(took)[len(took) // 2] < 0.1


def test_parts_that_a_killed_process_left_go_when_the_index_is_built(folder):
    left = folder / f"{NAME}.12345.part"
    left.write_bytes(b"half an index")
    (folder / NAME).unlink()
    Record.load(folder)
    assert (folder / NAME).is_file()
    assert not left.exists()
