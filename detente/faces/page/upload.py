"""A visitor's document, read and priced beside the record in a process of its own: bounded, niced, killed when late.

Run as a module, it reads the request and the document on standard input and prints the brief as one line of JSON, or
one line that says what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from detente.ask.answer import Answer
from detente.ask.talks import child_process, reading_process
from detente.safe_io import read_json

SECONDS = 120.0  # for one document: 1 MB of prose takes a tenth to a third of that on one core
MEMORY = 3 * 1024**3  # bytes of address space: what reading takes, and the arrays of a brief
NICE = 10  # documents give way to visitors who only look


def brief(name: str, body: bytes, published: str | None, *, stop: Callable[[], bool]) -> Answer:
    """The brief of a document's bytes; the name's ending says what they are.

    stop: asked again and again; once it is true the process is killed. Raises RecordError, QuestionError, DataError,
    NotConverged, and child_process.Stopped.
    """
    request = json.dumps({"path": name, "published": published, "with_mentions": True})
    try:
        printed, status = child_process.run(
            __name__, request.encode() + b"\n" + body, seconds=SECONDS, nice=NICE, stop=stop
        )
    except TimeoutError:
        raise reading_process.too_slow(name, SECONDS, len(body)) from None
    row = reading_process.first_row(printed, status, name, SECONDS, len(body))
    return Answer("brief", row["data"], tuple(row["notes"]), row["options"])


def main() -> None:
    """Answer the request on standard input."""
    request, _, data = child_process.request_within(MEMORY).partition(b"\n")
    print(reading_process.in_words(lambda: _brief(request, data)))


def _brief(request: bytes, data: bytes) -> str:
    from detente.ask.questions import brief as question

    answer = question.brief(reading_process.read_here(data, **read_json(request)), screen_only=True)
    return json.dumps({"data": answer.data, "notes": answer.notes, "options": answer.options})


if __name__ == "__main__":
    main()
