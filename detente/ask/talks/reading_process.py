"""Reading a document within a deadline and a bound on memory, whatever it holds.

A long document, a pdf or a Word file is read in a process of its own, which bounds itself and is killed at the
deadline; so is any document that a server reads, whose threads cannot be stopped. A short text in the main thread is
read there under an alarm, which also ends a pattern that does not: it saves the start of a process, and its memory is
bounded by its length. Where a system has neither (Windows), documents are read without a deadline.

Run as a module, it reads one request on standard input and prints lines of JSON: what was read, then the proposals; or
one line with what is wrong.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from detente.ask.talks import child_process
from detente.ask.talks.find_case import ALONE, mentions
from detente.ask.talks.reading import BINARY, from_bytes
from detente.economy.parallel import may_fork, parallel_map
from detente.errors import DataError, DetenteError, NotConverged, QuestionError, RecordError
from detente.record import document as documents
from detente.record import lines
from detente.record import propose as reader
from detente.record.document import Document
from detente.record.fact import Statement
from detente.record.language import check_language, profile_of
from detente.safe_io import read_json

SECONDS = 60.0  # a text of 1 MB takes less than half of that on one core (benchmarks/bench_reader.py)
MEMORY = 2 * 1024**3  # bytes of address space of the process
SHORT = 50_000  # bytes of a text that is read in this process
AGAIN = 0.2  # seconds after which an alarm that was caught on its way rings again
KINDS: dict[str, type[DetenteError]] = {
    kind.__name__: kind for kind in (RecordError, QuestionError, DataError, NotConverged)
}

JsonRow = dict[str, Any]


@dataclass(frozen=True)
class DocumentReading:
    """A document with what it proposes, and what it possibly says.

    mentions: how often it names each economy, None where that was not asked.
    """

    document: Document
    proposed: tuple[Statement, ...]
    possible: tuple[Statement, ...] = ()
    mentions: Mapping[str, int] | None = None


class _TimeIsUp(BaseException):
    """The alarm; no error, so that nothing on its way takes it for one."""


def read(
    path: str | Path,
    *,
    published: str | None = None,
    url: str | None = None,
    with_mentions: bool = False,
    seconds: float = SECONDS,
) -> DocumentReading:
    """A document from a file and what it proposes, within `seconds` of wall clock and processor time.

    Raises RecordError, also for one that takes too long or too much memory.
    """
    data = documents.read_bytes(path)
    request: JsonRow = {"path": str(path), "published": published, "url": url, "with_mentions": with_mentions}
    is_short = len(data) <= SHORT and not data.startswith(BINARY)
    return _bounded(
        lambda: read_here(data, **request), request, data, is_short=is_short, name=str(path), seconds=seconds
    )


def read_beside(
    work: Callable[[], object], path: str | Path, *, published: str | None, dossier: str | None
) -> DocumentReading:
    """A document from a file and what it proposes, read in another process while this one does some work.

    dossier: the negotiation, where it is named; else mentions are counted, by which it is found. Raises RecordError.
    """
    mentioned = dossier in (None, ALONE)
    tasks: tuple[Callable[[], Any], ...] = (
        work,
        lambda: read(path, published=published, with_mentions=mentioned),
    )
    if not Path(path).is_file():  # a pipe can be read once, and what is not there is said at once
        reading: DocumentReading = tasks[1]()
        work()
        return reading
    reading = parallel_map(lambda k: tasks[k](), len(tasks))[1]
    return reading


def propose(document: Document, *, seconds: float = SECONDS) -> list[Statement]:
    """What a document that is at hand proposes, within `seconds`.

    Raises RecordError, also for one in a language that is not read.
    """
    check_language(profile_of(document.body), document.language, document.id)
    text = json.dumps(asdict(document)).encode()
    is_short = len(text) <= SHORT
    done = _bounded(lambda: _propose(document), {}, text, is_short=is_short, name=document.id, seconds=seconds)
    return list(done.proposed)


def read_here(
    data: bytes,
    path: str,
    *,
    published: str | None = None,
    url: str | None = None,
    with_mentions: bool = False,
    with_twin: bool = False,
) -> DocumentReading:
    """As `read`, for bytes from a file of that name, in this process and without a bound on time or memory.

    with_twin: whether a fork of this process, which must have one thread, shares the work.
    """
    document = from_bytes(data, path, published=published, url=url)
    named = mentions(document) if with_mentions else None
    return DocumentReading(document, *reader.read(document, with_twin=with_twin), named)


def _propose(document: Document, *, with_twin: bool = False) -> DocumentReading:
    return DocumentReading(document, *reader.read(document, with_twin=with_twin))


def _bounded(
    here: Callable[[], DocumentReading], request: JsonRow, data: bytes, *, is_short: bool, name: str, seconds: float
) -> DocumentReading:
    """What `here` gives: in this process under an alarm for what is short, else what a process makes of the request."""
    if is_short and _may_alarm():
        with _deadline(name, seconds, len(data)):
            return here()
    if os.name != "posix" or not sys.executable:
        return here()
    return _in_process(request, data, name, seconds)


# In this process


def _may_alarm() -> bool:
    """Whether this thread can be interrupted, and no alarm of somebody else is set."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return False
    return signal.getsignal(signal.SIGALRM) in (signal.SIG_DFL, None) and signal.getitimer(signal.ITIMER_REAL)[0] == 0


@contextmanager
def _deadline(name: str, seconds: float, size: int) -> Iterator[None]:
    """Raise RecordError in this thread after so many seconds."""

    def ring(*_: object) -> NoReturn:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        yield
    except _TimeIsUp:
        raise too_slow(name, seconds, size) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def too_slow(name: str, seconds: float, size: int) -> RecordError:
    """The error of a document that took too long."""
    return RecordError(f"{name}: not read within {seconds:g} s, {size} bytes; split it, or give the part that matters")


# In a process of its own


def _in_process(request: JsonRow, data: bytes, name: str, seconds: float) -> DocumentReading:
    """What a process makes of a request; it and what it started are killed at the deadline."""
    try:
        printed, status = child_process.run(__name__, json.dumps(request).encode() + b"\n" + data, seconds=seconds)
    except TimeoutError:
        raise too_slow(name, seconds, len(data)) from None
    return _result(printed, status, name, seconds, len(data))


def _result(printed: bytes, status: int, name: str, seconds: float, size: int) -> DocumentReading:
    """The reading that a process printed. Raises RecordError for what it says is wrong, or where it was stopped."""
    first, *rest = printed.split(b"\n")
    row = first_row(first, status, name, seconds, size)
    statements = tuple(lines.read_statement(line.decode("utf-8", "surrogatepass")) for line in rest if line)
    facts, possible = statements[: row["facts"]], statements[row["facts"] :]
    return DocumentReading(Document(**row["document"]), facts, possible, row["mentions"])


def first_row(printed: bytes, status: int, name: str, seconds: float, size: int) -> JsonRow:
    """The JSON that a process printed about a document. Raises the error that `in_words` put there, or one of its end.

    status: with which it ended. seconds: it had. size: bytes of the document.
    """
    if status == -signal.SIGXCPU:
        raise too_slow(name, seconds, size)
    try:
        row: JsonRow = read_json(printed, name)
    except QuestionError:
        row = {"error": "memory" if status else "RecordError", "message": f"{name}: its reader gave no answer"}
    if row.get("error") == "memory":
        raise RecordError(f"{name}: reading takes more than {MEMORY // 1024**2} MiB of memory, {size} bytes; split it")
    if "error" in row:
        raise KINDS.get(row["error"], RuntimeError)(row["message"])
    return row


def main() -> None:
    """Answer the request on standard input."""
    request, _, data = child_process.request_within(MEMORY).partition(b"\n")
    printed = in_words(lambda: "\n".join(_answer(read_json(request), data)))
    sys.stdout.buffer.write(printed.encode("utf-8", "surrogatepass"))


def in_words(work: Callable[[], str]) -> str:
    """What work gives, or one line of JSON that says why it gives nothing, as `first_row` reads it."""
    try:
        return work()
    except MemoryError:
        return json.dumps({"error": "memory"})
    except DetenteError as error:
        return json.dumps({"error": type(error).__name__, "message": str(error)})
    except Exception as error:
        if os.environ.get("DETENTE_DEBUG"):
            traceback.print_exc()
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        return json.dumps({"error": "unexpected", "message": f"{type(error).__name__}: {error} ({where})"})


def _answer(request: JsonRow, data: bytes) -> Iterator[str]:
    """The lines that answer a request: a file to be read, or a document of which only proposals are asked for."""
    two = len(data) > SHORT and may_fork() and len(os.sched_getaffinity(0)) > 1
    reading = (
        read_here(data, **request, with_twin=two) if request else _propose(Document(**read_json(data)), with_twin=two)
    )
    named = None if reading.mentions is None else dict(reading.mentions)
    count = len(reading.proposed)
    yield json.dumps({"document": asdict(reading.document), "mentions": named, "facts": count})
    yield from map(lines.write, (*reading.proposed, *reading.possible))


if __name__ == "__main__":
    main()
