"""A document is read within a deadline and a bound on memory, in the main thread and in a server's."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from detente.ask.talks import dossier, reading_process
from detente.errors import RecordError
from detente.record import propose
from detente.record.document import Document
from detente.record.document import read as read_document

posix = pytest.mark.skipif(os.name != "posix", reason="needs processes that can be killed")


def in_thread(work):
    """What work gives or raises in another thread, where it runs as in a server."""
    done = []

    def run():
        try:
            done.append(work())
        except Exception as error:
            done.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(done[0], Exception):
        raise done[0]
    return done[0]


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(dossier.example().read_text("utf-8"), "utf-8")
    return path


@posix
def test_a_process_of_its_own_reads_what_this_process_reads(report):
    here = reading_process.read(report, published="2025-10-27", with_mentions=True)
    there = in_thread(lambda: reading_process.read(report, published="2025-10-27", with_mentions=True))
    assert there == here
    assert list(there.mentions) == list(here.mentions)
    assert [s.id for s in there.proposed] == [
        s.id for s in propose.propose(read_document(report, published="2025-10-27"))
    ]


@posix
def test_a_document_at_hand_proposes_the_same_in_a_process_of_its_own(report):
    document = read_document(report)
    assert in_thread(lambda: reading_process.propose(document)) == reading_process.propose(document)


@posix
def test_what_is_wrong_with_a_document_is_said_in_the_same_words(tmp_path):
    path = tmp_path / "nota.txt"
    path.write_text("El ministro dijo que los aranceles del 24 % se suspenden hasta el 10 de noviembre.", "utf-8")
    for work in (lambda: reading_process.read(path), lambda: in_thread(lambda: reading_process.read(path))):
        with pytest.raises(RecordError, match=r"nota.txt: this text seems to be Spanish"):
            work()


def test_a_document_at_hand_in_another_language_is_refused():
    text = "Le ministre a dit que les droits de douane sont suspendus et que la pause est prolongée jusqu'en novembre."
    with pytest.raises(RecordError, match="French"):
        reading_process.propose(Document("d", text, ""))


ENDLESS = "import re; re.match('(a+)+$', 'a' * 60 + 'b')"


def test_a_pattern_that_does_not_end_is_stopped_at_the_deadline_in_the_main_thread(report, monkeypatch):
    monkeypatch.setattr(propose, "read", lambda document, **options: exec(ENDLESS))
    start = time.monotonic()
    with pytest.raises(RecordError, match=r"not read within 0.3 s, \d+ bytes; split it"):
        reading_process.read(report, seconds=0.3)
    assert time.monotonic() - start < 5
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_an_alarm_that_is_caught_on_its_way_rings_again(report, monkeypatch):
    def deaf(document, **options):
        with contextlib.suppress(BaseException):
            exec(ENDLESS)
        exec(ENDLESS)

    monkeypatch.setattr(propose, "read", deaf)
    with pytest.raises(RecordError, match="not read within"):
        reading_process.read(report, seconds=0.2)


def hostile(tmp_path, monkeypatch, code):
    """Let the processes that read start with code of ours."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import detente.record.propose as p\ndef read(document, **options):\n    {code}\np.read = read\n", "utf-8"
    )
    inherited = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tmp_path), inherited))))


@posix
def test_a_process_that_does_not_end_is_killed_with_what_it_started(report, tmp_path, monkeypatch):
    code = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(77.{os.getpid()})'])"
    )
    hostile(tmp_path, monkeypatch, code)
    start = time.monotonic()
    with pytest.raises(RecordError, match=r"not read within 1.5 s"):
        in_thread(lambda: reading_process.read(report, seconds=1.5))
    assert time.monotonic() - start < 15
    time.sleep(0.2)
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=False).stdout
    assert f"time.sleep(77.{os.getpid()})" not in listed


@posix
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not bound the address space")
def test_a_process_that_takes_too_much_memory_is_refused_in_one_line(report, tmp_path, monkeypatch):
    hostile(tmp_path, monkeypatch, "return [bytearray(10**9) for _ in range(9)]")
    with pytest.raises(RecordError, match=r"reading takes more than 2048 MiB of memory, \d+ bytes; split it"):
        in_thread(lambda: reading_process.read(report))


@posix
@pytest.mark.parametrize("code", ["import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "import os; os._exit(0)"])
def test_a_process_that_is_gone_is_an_error_and_no_answer(report, tmp_path, monkeypatch, code):
    hostile(tmp_path, monkeypatch, code)
    with pytest.raises(RecordError, match=r"report.txt: "):
        in_thread(lambda: reading_process.read(report))


@posix
def test_an_error_that_nobody_foresaw_names_its_place(report, tmp_path, monkeypatch):
    hostile(tmp_path, monkeypatch, "return 1 / 0")
    with pytest.raises(RuntimeError, match=r"ZeroDivisionError: division by zero \(sitecustomize.py, line 3\)"):
        in_thread(lambda: reading_process.read(report))


@posix
def test_a_long_document_is_read_in_a_process_of_its_own(report, monkeypatch):
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **more: started.append(words) or popen(*words, **more))
    reading_process.read(report)
    assert not started
    report.write_text(report.read_text("utf-8") + "\nThey met in the morning and in the evening." * 1500, "utf-8")
    done = reading_process.read(report)
    assert len(started) == 1
    assert re.search(r"[0-9a-f]{64}", done.document.sha256)


@posix
def test_a_document_read_beside_other_work_is_what_is_read_alone_and_the_work_is_done_here(report):
    done = []
    beside = reading_process.read_beside(lambda: done.append(os.getpid()), report, published="2025-10-27", dossier=None)
    assert beside == reading_process.read(report, published="2025-10-27", with_mentions=True)
    assert done == [os.getpid()]


@posix
def test_mentions_are_not_counted_beside_other_work_where_the_negotiation_is_named(report):
    assert reading_process.read_beside(lambda: None, report, published=None, dossier="us-china").mentions is None


@posix
def test_a_document_that_cannot_be_read_beside_other_work_says_why(tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text(" ")
    with pytest.raises(RecordError, match="empty"):
        reading_process.read_beside(lambda: None, empty, published=None, dossier=None)
    with pytest.raises(RecordError, match="no such file"):
        reading_process.read_beside(lambda: None, tmp_path / "none.txt", published=None, dossier=None)
