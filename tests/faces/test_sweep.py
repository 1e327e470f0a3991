"""`detente sweep`: rows are never lost, doubled or overwritten, and a killed sweep continues."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from types import SimpleNamespace

import jsonschema
import pytest

from detente.ask.questions import sweep
from detente.errors import QuestionError

RANGE = "scenarios: [uniform-10, liberation-day]\nworlds: [world-2023]\nscale: {from: 0, to: 1, count: %d}\n"


def grid(tmp_path, count):
    path = tmp_path / "grid.yaml"
    path.write_text(RANGE % count, "utf-8")
    return path


def kill_after(parts, path, out):
    """Start a sweep as a process of its own and kill it once some parts are on disk."""
    command = [sys.executable, "-m", "detente", "sweep", str(path), "--out", str(out)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    journal = out / "parts.jsonl"
    while process.poll() is None and not (journal.exists() and journal.read_bytes().count(b"\n") >= parts):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


def check_killed_and_resumed(run, tmp_path, count, parts):
    path, whole, cut = grid(tmp_path, count), tmp_path / "whole", tmp_path / "cut"
    code, out, _ = run("sweep", path, "--out", whole, "--json")
    answer = json.loads(out)
    assert (code, answer["rows"], answer["solved"]) == (0, 2 * count, 2 * count)
    kill_after(parts, path, cut)
    before = sum(map(len, map(json.loads, (cut / "parts.jsonl").read_bytes().rpartition(b"\n")[0].splitlines())))
    assert 0 < before < 2 * count
    assert not (cut / answer["file"]).exists()
    code, out, _ = run("sweep", path, "--out", cut, "--resume", "--json")
    assert (code, json.loads(out)["solved"]) == (0, 2 * count - before)
    assert (cut / answer["file"]).read_bytes() == (whole / answer["file"]).read_bytes()


def test_a_killed_sweep_continues_and_gives_the_same_file(run, tmp_path):
    check_killed_and_resumed(run, tmp_path, 320, parts=2)


@pytest.mark.slow
def test_a_killed_sweep_of_ten_thousand_scenarios_continues_and_gives_the_same_file(run, tmp_path):
    check_killed_and_resumed(run, tmp_path, 5000, parts=40)


def test_only_a_line_cut_short_is_solved_again(run, tmp_path):
    path, whole, cut = grid(tmp_path, 70), tmp_path / "whole", tmp_path / "cut"
    run("sweep", path, "--out", whole)
    lines = (whole / "parts.jsonl").read_bytes().splitlines(keepends=True)
    cut.mkdir()
    (cut / "parts.jsonl").write_bytes(lines[0] + lines[1][:500])
    code, out, _ = run("sweep", path, "--out", cut, "--resume", "--json")
    assert (code, json.loads(out)["solved"]) == (0, 140 - 64)
    assert (cut / "parts.jsonl").read_bytes() == (whole / "parts.jsonl").read_bytes()


def test_a_grid_that_grew_keeps_the_rows_already_solved(run, schema, tmp_path):
    path, out = grid(tmp_path, 3), tmp_path / "rows"
    run("sweep", path, "--out", out)
    path.write_text(path.read_text("utf-8").replace("count: 3", "count: 5"), "utf-8")
    code, printed, _ = run("sweep", path, "--out", out, "--resume", "--json")
    answer = json.loads(printed)
    jsonschema.validate(answer, schema("sweep"))
    assert (code, answer["rows"], answer["solved"]) == (0, 10, 4)


@pytest.fixture
def workers():
    """A scheduler and two workers, processes of their own; what is yielded is the cluster."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster


@pytest.mark.slow
def test_on_a_cluster_that_loses_a_worker_no_row_is_lost_or_doubled(run, tmp_path, workers):
    path, here, there = grid(tmp_path, 5000), tmp_path / "here", tmp_path / "there"
    run("sweep", path, "--out", here)
    command = [sys.executable, "-m", "detente", "sweep", str(path), "--out", str(there)]
    process = subprocess.Popen([*command, "--dask", workers.scheduler_address], stdout=subprocess.DEVNULL)
    journal = there / "parts.jsonl"
    while not (journal.exists() and journal.read_bytes().count(b"\n") >= 20):
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(next(iter(workers.workers.values())).pid, signal.SIGKILL)
    assert process.wait() == 0
    keys = [row["key"] for line in journal.read_bytes().splitlines() for row in json.loads(line)]
    assert len(keys) == len(set(keys)) == 10_000
    assert (there / "sweep.parquet").read_bytes() == (here / "sweep.parquet").read_bytes()


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "nonsense", "tcp://", "tls://127.0.0.1:8786", "tcp://[::1", "127.0.0.1:99999"]
)
def test_an_address_where_no_cluster_answers_gives_one_line_and_writes_no_row(run, tmp_path, address, monkeypatch):
    monkeypatch.setattr("detente.ask.questions.sweep.PATIENCE", 1.0)
    code, out, err = run("sweep", grid(tmp_path, 3), "--out", tmp_path / "rows", "--dask", address)
    assert (code, out) == (2, "")
    assert "no Dask scheduler answers" in err
    assert not (tmp_path / "rows" / "sweep.parquet").exists()


def test_a_folder_with_rows_is_not_overwritten(run, tmp_path):
    path = grid(tmp_path, 3)
    run("sweep", path, "--out", tmp_path / "rows")
    code, _, err = run("sweep", path, "--out", tmp_path / "rows")
    assert code == 2
    assert "--resume" in err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("3", "a grid is a mapping"),
        ("scenarios: []", "a list of names"),
        ("scenarios: [uniform-10]\nscales: [1]", "unknown key 'scales'"),
        ("scenarios: [uniform-10]\nscale: [many]", "not a number"),
        ("scenarios: [uniform-10]\nscale: {from: 0, to: 1}", "a range of scales is"),
        ("scenarios: [uniform-10]\nscale: {from: 0, to: 1, count: 1.5}", "a range of scales is"),
        ("scenarios: [uniform-10]\nscale: {from: 0, to: 1000, count: 3}", "from 0 to 100"),
        ("scenarios: [uniform-10]\nscale: {from: 0, to: .nan, count: 3}", "not a finite number"),
        ("scenarios: [uniform-10]\nworlds: icio-2022", "worlds is a list"),
        ("scenarios: [atlantis]", "no scenario"),
        ("[", "not YAML"),
    ],
)
def test_a_grid_that_cannot_be_read_gives_one_line_and_exit_2(run, tmp_path, content, words):
    path = tmp_path / "grid.yaml"
    path.write_text(content, "utf-8")
    code, out, err = run("sweep", path, "--out", tmp_path / "rows")
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert words in err
    assert not (tmp_path / "rows").exists()


def test_a_future_without_an_error_says_that_the_scheduler_is_gone():
    future = SimpleNamespace(status="cancelled", exception=lambda: None)
    with pytest.raises(QuestionError, match=r"\(the scheduler is gone\); rows so far are kept: add --resume"):
        sweep._rows_of(future, None)


def test_what_a_package_logs_while_it_is_kept_quiet_does_not_reach_the_terminal(caplog):
    log = logging.getLogger("a_package.client")
    with sweep._quiet("a_package"):
        log.error("a trace of many lines")
    log.error("afterwards")
    assert [record.message for record in caplog.records] == ["afterwards"]


def test_a_server_that_is_no_dask_scheduler_is_not_waited_for_without_end(run, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(sweep, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        code, _, err = run("sweep", grid(tmp_path, 3), "--out", tmp_path / "rows", "--dask", address)
    assert code == 2
    assert "no Dask scheduler answers" in err
