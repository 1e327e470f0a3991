"""Pieces of work on every core: the same answers as one after the other, whatever happens to the other processes."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from detente.economy import parallel

HOME = os.getpid()


@pytest.fixture
def four_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda who: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(parallel, "alone", lambda: True)


def square(k):
    return k * k, os.getpid()


def test_pieces_come_back_in_order_and_from_several_processes(four_cores):
    heard = []
    found = parallel.parallel_map(square, 10, lambda done, count: heard.append((done, count)))
    assert [x for x, _ in found] == [k * k for k in range(10)]
    assert len({process for _, process in found}) == 4
    assert heard == [(k, 10) for k in range(1, 11)]


def test_nothing_and_one_piece_stay_here(four_cores):
    assert parallel.parallel_map(square, 0) == []
    assert parallel.parallel_map(square, 1) == [(0, HOME)]


def test_what_a_piece_raises_is_raised_here(four_cores):
    def do(k):
        if k == 5:
            raise KeyError("the fifth")
        return k

    with pytest.raises(KeyError, match="the fifth"):
        parallel.parallel_map(do, 8)


def test_a_piece_that_cannot_travel_is_done_here(four_cores):
    found = parallel.parallel_map(lambda k: lambda: k, 5)
    assert [each() for each in found] == list(range(5))


def test_a_killed_process_loses_nothing(four_cores):
    def do(k):
        if os.getpid() != HOME and k == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return k

    assert parallel.parallel_map(do, 12) == list(range(12))


def test_a_piece_does_its_own_pieces_in_order(four_cores):
    found = parallel.parallel_map(lambda k: [p for _, p in parallel.parallel_map(square, 3)], 4)
    assert all(len(set(inner)) == 1 for inner in found)


def test_large_answers_do_not_stand_in_each_others_way(four_cores):
    found = parallel.parallel_map(lambda k: bytes([k]) * 1_000_000, 12)
    assert [x[0] for x in found] == list(range(12))


def test_with_a_second_thread_nothing_is_forked():
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        assert not parallel.alone()
        assert {process for _, process in parallel.parallel_map(square, 6)} == {HOME}
    finally:
        stop.set()
        other.join()


def test_no_process_stays_behind_when_the_first_piece_fails(four_cores):
    def do(k):
        if k == 0:
            raise ValueError("at once")
        time.sleep(60)

    with pytest.raises(ValueError, match="at once"):
        parallel.parallel_map(do, 4)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_output_already_written_is_not_written_twice():
    code = """
import sys
from detente.economy import cores
sys.stdout.write("once\\n")
print(cores.mapped(lambda k: k, 6))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["once", "[0, 1, 2, 3, 4, 5]"]


def test_when_the_first_process_is_killed_the_others_end_by_themselves():
    code = """
import os, time
from detente.economy import cores
os.sched_getaffinity = lambda who: {0, 1, 2}
def do(k):
    if k < 3:
        print(os.getpid(), flush=True)
    time.sleep(0.05)
    return bytes(100_000)
cores.mapped(do, 10_000)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as first:
        others = {int(first.stdout.readline()) for _ in range(3)} - {first.pid}
        first.kill()
    assert len(others) == 2
    for _ in range(100):
        others = {process for process in others if _runs(process)}
        if not others:
            return
        time.sleep(0.1)
    pytest.fail(f"{others} still run")


def _runs(process):
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as told:
            return told.read().rsplit(")", 1)[1].split()[0] != "Z"  # a zombie waits for a parent that is gone
    except OSError:
        return False
