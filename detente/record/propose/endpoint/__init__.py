"""Proposals from a chat endpoint that speaks the OpenAI protocol; never used unless asked for.

The answer is untrusted: a fact whose quote does not stand in the text byte for byte, whose numbers or dates the text does
not bear, or whose kind, keys or closed lists do not check, is dropped and counted. Two passes: the model lists the facts,
then it is shown those that passed and checks each for what happened, who acts on whom, and when. Sent are the document's
text and the names in it that détente knows.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from detente.errors import RecordError
from detente.record.document import Document
from detente.record.fact import Statement
from detente.record.propose.endpoint import messages
from detente.record.propose.endpoint.answer import listed
from detente.record.propose.endpoint.check import TWICE, Checker
from detente.record.propose.endpoint.evidence import Text
from detente.record.propose.endpoint.transport import Bounds, Channel, address

WINDOW = 12_000  # characters a request
REQUESTS = 50  # parts of a document
FACTS = 400  # a request
ANSWER = 4_000_000  # bytes of an answer
SECONDS, LONGEST = 600.0, 86_400.0  # of the whole exchange: as set, and at most
BEYOND, REFUSED_LATER, MENDED = "beyond the bound", "dropped by the second pass", "mended beyond the text"
RIGHT, DROP, MEND = "right", "drop", "mend"


@dataclass(frozen=True)
class Answered:
    """The facts that passed the checks, what was dropped and which keys were left out, and how the second pass went.

    dropped, removed: reason or key → how often. requests: how many were made. notes: what the reader should know.
    """

    statements: tuple[Statement, ...]
    dropped: Mapping[str, int]
    requests: int
    removed: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def kept(self) -> int:
        """How many facts passed the checks."""
        return len(self.statements)


def ask(
    document: Document, *, base_url: str | None = None, model: str | None = None, key: str | None = None,
    timeout: float = SECONDS, limit: int = ANSWER, passes: int = 2,
) -> Answered:  # fmt: skip
    """The facts an endpoint finds in a document, checked one by one.

    base_url, model and key default to DETENTE_ENDPOINT_URL, DETENTE_ENDPOINT_MODEL and DETENTE_ENDPOINT_KEY.
    timeout is in seconds, of the whole exchange with all its requests; limit in bytes of an answer. passes: 1 lists the
    facts, 2 lets the model check them once more; an unusable second answer leaves the list as it was, with a note.
    Raises RecordError where the endpoint cannot be asked or does not answer in the protocol.
    """
    channel = _channel(base_url, model, key, timeout, limit)
    windows = _windows(document)
    if len(windows) > REQUESTS:
        raise RecordError(
            f"{document.id}: {len(document.body)} characters take {len(windows)} requests, at most {REQUESTS} are made;"
            " split the document"
        )
    reader = _Reader(channel, document)
    statements: list[Statement] = []
    for start, end in windows:
        fresh = reader.first(start, end)
        statements += reader.second(fresh, start, end) if passes > 1 and fresh else fresh
    statements.sort(key=lambda s: (s.start or 0, s.end or 0, s.kind))
    dropped, removed = _counts(reader.checker.dropped), _counts(reader.checker.removed)
    return Answered(tuple(statements), dropped, channel.requests, removed, tuple(reader.notes))


def _channel(base_url: str | None, model: str | None, key: str | None, timeout: float, limit: int) -> Channel:
    """The endpoint as named, or as the environment names it. Raises RecordError."""
    environment = os.environ
    url = address(base_url or environment.get("DETENTE_ENDPOINT_URL", ""))
    name = model or environment.get("DETENTE_ENDPOINT_MODEL", "")
    if not name:
        raise RecordError("endpoint: no model named; give model, or set DETENTE_ENDPOINT_MODEL")
    if not 0 < timeout <= LONGEST:
        raise RecordError(f"endpoint: timeout is {timeout:g} s; give more than 0 and at most {LONGEST:g}")
    secret = key if key is not None else environment.get("DETENTE_ENDPOINT_KEY", "")
    return Channel(url, name, secret, Bounds.of(timeout, limit))


def _counts(counter: Counter[str]) -> dict[str, int]:
    return {k: n for k, n in sorted(counter.items()) if n}


def _windows(document: Document) -> list[tuple[int, int]]:
    """Stretches of the document proper, cut at line ends where there are some."""
    windows, begin, end = [], document.body_start, len(document.text)
    while begin < end:
        stop = min(begin + WINDOW, end)
        if stop < end:
            line = document.text.rfind("\n", begin + WINDOW // 2, stop)
            stop = line + 1 if line > 0 else stop
        windows.append((begin, stop))
        begin = stop
    return windows


class _Reader:
    """One document read by one model."""

    def __init__(self, channel: Channel, document: Document):
        self.channel, self.document = channel, document
        self.checker = Checker(Text(document), messages.parties(document), f"endpoint:{channel.model}")
        self.notes: list[str] = []

    def first(self, start: int, end: int) -> list[Statement]:
        """The facts that the model lists for a part of the document, as far as they pass the check."""
        answer = self.channel.ask(messages.listing(self.document, start, end), messages.list_schema())
        facts = listed(answer, "facts", self.channel.url)
        self.checker.dropped[BEYOND] += max(0, len(facts) - FACTS)
        statements: list[Statement] = []
        for raw in facts[:FACTS]:
            self.channel.check_time()
            for statement in self.checker.statements(raw, start, end):
                if any(_same(statement, other) for other in statements):
                    self.checker.dropped[TWICE] += 1
                else:
                    statements.append(statement)
        return statements

    def second(self, statements: list[Statement], start: int, end: int) -> list[Statement]:
        """What is left of facts once the model has checked them; all of them where its answer cannot be used."""
        try:
            answer = self.channel.ask(messages.review(self.document, start, end, statements), messages.review_schema())
            verdicts = _verdicts(listed(answer, "checks", self.channel.url), len(statements))
        except RecordError as error:
            self.notes.append(f"the second pass was of no use, the first list stands: {error}")
            return statements
        return [kept for n, s in enumerate(statements, start=1) for kept in self._after(s, verdicts.get(n, {}))]

    def _after(self, statement: Statement, verdict: Mapping[str, Any]) -> Iterator[Statement]:
        if verdict.get("verdict") == DROP:
            self.checker.dropped[REFUSED_LATER] += 1
        elif verdict.get("verdict") == MEND:
            yield from self._mended(statement, verdict)
        else:
            yield statement

    def _mended(self, statement: Statement, verdict: Mapping[str, Any]) -> list[Statement]:
        """The fact as mended, if it passes the check as any other."""
        fields = statement.as_dict()
        changed = {key: verdict[key] for key in ("kind", "value", "by", "date") if key in verdict}
        start, end = statement.start or 0, statement.end or 0
        before = self.checker.dropped.copy()
        mended = self.checker.statements({**fields, **changed, "occurrence": 1}, start, end)
        if not mended:
            self.checker.dropped.clear()
            self.checker.dropped.update(before + Counter({MENDED: 1}))
        return mended


def _verdicts(checks: list[Any], count: int) -> dict[int, dict[str, Any]]:
    """The verdicts by the number of the fact. Raises RecordError where none can be used."""
    verdicts = {
        c["fact"]: c
        for c in checks
        if isinstance(c, dict) and type(c.get("fact")) is int and 0 < c["fact"] <= count
        if c.get("verdict") in (RIGHT, DROP, MEND)
    }
    if checks and not verdicts:
        raise RecordError(f"{len(checks)} checks without a fact and a verdict")
    return verdicts


def _same(a: Statement, b: Statement) -> bool:
    return (a.kind, a.start, a.end, a.value) == (b.kind, b.start, b.end, b.value)
