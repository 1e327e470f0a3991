"""Two processes read a document together with the same result as one, whatever happens to the second."""

import os
import sys
from pathlib import Path

import pytest

from detente.record.document import Document, read
from detente.record.propose import run
from detente.record.propose.twin import twin

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")
DOCUMENTS = Path(__file__).parent / "documents"


def test_work_that_is_spread_is_done_by_two_processes_and_comes_back_in_order():
    with twin() as pair:
        results = [pair.spread(lambda k: (k, os.getpid()), range(count)) for count in (7, 2, 1, 0)]
    assert [[k for k, _ in part] for part in results] == [list(range(count)) for count in (7, 2, 1, 0)]
    assert len({process for part in results for _, process in part}) == 2


def test_what_a_fork_that_ends_would_have_done_is_done_here():
    home = os.getpid()

    def work(k):
        if os.getpid() != home:
            os._exit(1)
        return k

    with twin() as pair:
        assert pair.spread(work, range(5)) == list(range(5))
        assert pair.spread(lambda k: os.getpid(), range(4)) == [home] * 4


def test_no_fork_outlives_its_block_and_an_error_there_is_raised_once():
    processes = set()

    def work():
        with twin() as pair:
            processes.update(pair.spread(lambda k: os.getpid(), range(2)))
            pair.spread(lambda k: 1 // k, range(4))

    with pytest.raises(ZeroDivisionError):
        work()
    for process in processes - {os.getpid()}:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    assert len(processes) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_document_proposes_in_two_processes_what_it_does_in_one(language):
    documents = [d for d in map(read, sorted(DOCUMENTS.glob("*.txt"))[::8]) if d.language == language]
    text = "\n\n".join(d.body for d in documents)
    document = Document("x", text, "", published="2025-11-01", language=language)
    alone = run.read(document)
    assert len(alone.facts) > 10
    assert run.read(document, with_twin=True) == alone
