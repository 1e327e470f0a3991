"""Pieces of work on every core: the same results as one after the other, whatever happens to the other processes.

Nothing here waits without a limit: what should end is given LIMIT seconds, after which the test fails. A process with
JAX in it must not fork: where other tests have imported it, the tests of this file run in a process of their own.
"""

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from detente.economy import parallel

HOME = os.getpid()
LIMIT = 20  # seconds

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")


@pytest.fixture(autouse=True)
def _limited():
    """Fail a test that hangs, whatever it waits for."""

    def fail(number, frame):
        raise TimeoutError(f"the test took more than {LIMIT} s")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(LIMIT)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def four_cores(monkeypatch):
    if "jax" in sys.modules:
        pytest.skip("JAX is loaded: see test_this_file_passes_in_a_process_without_jax")
    monkeypatch.setattr(os, "sched_getaffinity", lambda who: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(parallel, "may_fork", lambda: True)


def square(k):
    time.sleep(0.01)
    return k * k, os.getpid()


def python(code, **options):
    """The output of a program of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=LIMIT, **options
    )
    return done.stdout.splitlines()


def test_this_file_passes_in_a_process_without_jax():
    if "jax" not in sys.modules:
        pytest.skip("JAX is not loaded: the other tests fork in this process")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT)
    assert done.returncode == 0, done.stdout


def test_results_come_back_in_order_from_several_processes(four_cores):
    heard = []
    results = parallel.parallel_map(square, 40, lambda done, count: heard.append((done, count)))
    assert [x for x, _ in results] == [k * k for k in range(40)]
    processes = {process for _, process in results}
    assert HOME in processes
    assert 2 <= len(processes) <= 4
    assert heard == [(k, 40) for k in range(1, 41)]


def test_many_small_pieces_come_back_in_order(four_cores):
    assert parallel.parallel_map(lambda k: -k, 5000) == [-k for k in range(5000)]


def test_nothing_and_a_single_piece_need_no_other_process(four_cores):
    assert parallel.parallel_map(square, 0) == []
    assert parallel.parallel_map(square, 1) == [(0, HOME)]


@pytest.mark.parametrize("failing", [0, 5, 7])
def test_an_exception_in_a_piece_is_raised_here(four_cores, failing):
    def work(k):
        if k == failing:
            raise KeyError("this one")
        return k

    with pytest.raises(KeyError, match="this one"):
        parallel.parallel_map(work, 8)


def test_a_result_that_cannot_be_sent_is_computed_here(four_cores):
    results = parallel.parallel_map(lambda k: lambda: k, 5)
    assert [result() for result in results] == list(range(5))


def test_a_killed_process_loses_nothing(four_cores):
    def work(k):
        if os.getpid() != HOME:
            os.kill(os.getpid(), signal.SIGKILL)
        return k

    assert parallel.parallel_map(work, 12) == list(range(12))


def test_a_process_that_is_killed_late_breaks_no_thread(four_cores, monkeypatch):
    def work(k):
        time.sleep(0.01)
        if os.getpid() != HOME:
            time.sleep(0.1)
            os.kill(os.getpid(), signal.SIGKILL)
        return k

    failures = []
    monkeypatch.setattr(threading, "excepthook", failures.append)
    assert parallel.parallel_map(work, 12) == list(range(12))
    assert failures == []


def test_each_number_is_taken_once_and_those_without_room_are_left():
    with parallel._numbers(5) as take:
        assert [take() for _ in range(7)] == [0, 1, 2, 3, 4, None, None]
    with parallel._numbers(1_000_000) as take:
        numbers = list(iter(take, None))
    assert numbers == list(range(len(numbers)))
    assert len(numbers) >= 1000


def test_a_piece_does_its_own_pieces_in_order_and_in_its_own_process(four_cores):
    results = parallel.parallel_map(lambda k: (os.getpid(), parallel.parallel_map(square, 3)), 6)
    for process, inner in results:
        assert inner == [(k * k, process) for k in range(3)]


def test_large_results_do_not_block_each_other(four_cores):
    results = parallel.parallel_map(lambda k: bytes([k]) * 1_000_000, 12)
    assert [result[0] for result in results] == list(range(12))


def test_large_arrays_that_the_work_uses_are_not_sent(four_cores):
    class Unsendable:
        value = 7

        def __reduce__(self):
            raise AssertionError("the work was pickled")

    factor = Unsendable()
    assert parallel.parallel_map(lambda k: factor.value * k, 8) == [7 * k for k in range(8)]


def test_with_a_second_thread_nothing_is_forked():
    stop = threading.Event()
    other = threading.Thread(target=stop.wait, args=(LIMIT,))
    other.start()
    try:
        assert not parallel.may_fork()
        assert {process for _, process in parallel.parallel_map(square, 6)} == {HOME}
    finally:
        stop.set()
        other.join(LIMIT)


@pytest.mark.parametrize("problem", [NotImplementedError(), OSError(errno.EFBIG, "no file may be written")])
def test_without_semaphores_the_work_is_done_here(four_cores, monkeypatch, problem):
    import concurrent.futures.process as module

    def refuse(*arguments):
        raise problem

    monkeypatch.setattr(module, "ProcessPoolExecutor", refuse)
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", refuse)
    assert {process for _, process in parallel.parallel_map(square, 4)} == {HOME}


def test_a_failure_here_ends_the_other_processes_at_once(four_cores):
    def work(k):
        if k == 0:
            raise ValueError("at once")
        time.sleep(2 * LIMIT)

    with pytest.raises(ValueError, match="at once"):
        parallel.parallel_map(work, 4)
    assert multiprocessing.active_children() == []


def test_no_process_and_no_thread_is_left_at_the_end(four_cores):
    threads = threading.active_count()
    parallel.parallel_map(square, 8)
    assert multiprocessing.active_children() == []
    assert threading.active_count() == threads


def test_a_failing_progress_callback_ends_the_other_processes(four_cores):
    def fail(done, count):
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        parallel.parallel_map(square, 8, fail)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_written_before_is_not_written_twice(unbuffered):
    code = """
import os, sys
from detente.economy import parallel
os.sched_getaffinity = lambda who: {0, 1, 2}
sys.stdout.write("first\\n")
print(parallel.parallel_map(lambda k: k, 6))
"""
    assert python(code, env={**os.environ, "PYTHONUNBUFFERED": unbuffered}) == ["first", "[0, 1, 2, 3, 4, 5]"]


def test_when_the_first_process_is_killed_the_others_end_by_themselves(tmp_path):
    code = f"""
import os, time
from detente.economy import parallel
os.sched_getaffinity = lambda who: {{0, 1, 2}}
def work(k):
    open(f"{tmp_path}/{{os.getpid()}}", "w").close()
    time.sleep(0.05)
    return bytes(100_000)
parallel.parallel_map(work, 100_000)
"""
    with subprocess.Popen([sys.executable, "-c", code]) as first:
        try:
            wait_until(lambda: len(list(tmp_path.iterdir())) == 3)
        finally:
            first.kill()
    others = {int(file.name) for file in tmp_path.iterdir()} - {first.pid}
    assert len(others) == 2
    wait_until(lambda: not any(map(runs, others)))


def wait_until(condition):
    """Wait until a condition holds, for at most half of LIMIT."""
    end = time.monotonic() + LIMIT / 2
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)


def runs(process):
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"  # a zombie waits for a parent that is gone
    except OSError:
        return False
