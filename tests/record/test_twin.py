"""Two processes read a document together with the same result as one, whatever happens to the second.

Each test runs in a process of its own, as the reader does: a fork needs one without other threads.
"""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")
DOCUMENTS = Path(__file__).parent / "documents"


def holds(code):
    """Run code with assertions in a new process; what it prints on an error is that of the test."""
    command = [sys.executable, "-W", "error", "-c", dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr


def test_work_that_is_spread_is_done_by_two_processes_and_comes_back_in_order():
    holds("""
        import os
        from detente.record.propose.twin import twin

        with twin() as pair:
            results = [pair.spread(lambda k: (k, os.getpid()), range(count)) for count in (7, 2, 1, 0)]
        assert [[k for k, _ in part] for part in results] == [list(range(count)) for count in (7, 2, 1, 0)]
        assert len({process for part in results for _, process in part}) == 2
    """)


def test_what_a_fork_that_ends_would_have_done_is_done_here():
    holds("""
        import os
        from detente.record.propose.twin import twin

        home = os.getpid()

        def work(k):
            if os.getpid() != home:
                os._exit(1)
            return k

        with twin() as pair:
            assert pair.spread(work, range(5)) == list(range(5))
            assert pair.spread(lambda k: os.getpid(), range(4)) == [home] * 4
    """)


def test_no_fork_outlives_its_block_and_an_error_there_is_raised_once():
    holds("""
        import os
        from detente.record.propose.twin import twin

        processes, errors = set(), 0
        try:
            with twin() as pair:
                processes.update(pair.spread(lambda k: os.getpid(), range(2)))
                pair.spread(lambda k: 1 // k, range(4))
        except ZeroDivisionError:
            errors += 1
        for process in processes - {os.getpid()}:
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                errors += 1
        assert (len(processes), errors) == (2, 2)
    """)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_document_proposes_in_two_processes_what_it_does_in_one(language):
    holds(f"""
        from pathlib import Path
        from detente.record.document import Document, read
        from detente.record.propose import run

        paths = sorted(Path({str(DOCUMENTS)!r}).glob("*.txt"))[::8]
        text = "\\n\\n".join(d.body for d in map(read, paths) if d.language == {language!r})
        document = Document("x", text, "", published="2025-11-01", language={language!r})
        alone = run.read(document)
        assert len(alone.facts) > 10
        assert run.read(document, with_twin=True) == alone
    """)
