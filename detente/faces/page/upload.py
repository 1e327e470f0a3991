"""A visitor's document, read and priced beside the record in a process of its own: bounded, niced, killed when late.

Run as a module, it reads the request and the document on standard input and prints the brief as one line of JSON, or
one line that says what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from detente.ask.answer import Answer
from detente.ask.talks import child_process, reading_process
from detente.safe_io import read_json

SECONDS = 120.0  # for one document: 1 MB of prose takes a tenth to a third of that on one core
MEMORY = 3 * 1024**3  # bytes of address space: what reading takes, and the arrays of a brief
NICE = 10  # documents give way to visitors who only look


JsonRow = dict[str, Any]


def brief(
    name: str,
    body: bytes,
    published: str | None,
    *,
    stop: Callable[[], bool],
    beside: Mapping[str, str | None] | None = None,
) -> tuple[Answer, list[JsonRow]]:
    """The brief of a document's bytes, and its claims as they stand to the dossier that they may be accepted into.

    name: its ending says what the bytes are. stop: asked again and again; once it is true the process is killed.
    beside: that dossier and its home; without one the brief is beside the negotiation that the document is about, and
    there are no claims. Raises RecordError, QuestionError, DataError, NotConverged, and child_process.Stopped.
    """
    reading = {"path": name, "published": published, "with_mentions": True}
    request = json.dumps({"reading": reading, "beside": dict(beside) if beside else None})
    try:
        printed, status = child_process.run(
            __name__, request.encode() + b"\n" + body, seconds=SECONDS, nice=NICE, stop=stop
        )
    except TimeoutError:
        raise reading_process.too_slow(name, SECONDS, len(body)) from None
    row = reading_process.first_row(printed, status, name, SECONDS, len(body))
    return Answer("brief", row["data"], tuple(row["notes"]), row["options"]), row["claims"]


def main() -> None:
    """Answer the request on standard input."""
    request, _, data = child_process.request_within(MEMORY).partition(b"\n")
    print(reading_process.in_words(lambda: _brief(request, data)))


def _brief(request: bytes, data: bytes) -> str:
    from detente.ask.questions import brief as question
    from detente.ask.talks import curation

    asked = read_json(request)
    beside = asked["beside"] or {}
    reading = reading_process.read_here(data, **asked["reading"])
    answer = question.brief(reading, screen_only=True, **beside)
    claims = curation.claims(reading, **beside) if beside else []
    return json.dumps({"data": answer.data, "notes": answer.notes, "options": answer.options, "claims": claims})


if __name__ == "__main__":
    main()
