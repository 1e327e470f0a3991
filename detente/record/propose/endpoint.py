"""Proposals from a chat endpoint that speaks the OpenAI protocol; never used unless asked for.

The answer is untrusted: a fact whose quote does not stand in the text byte for byte, or whose kind, keys or closed
lists do not check, is dropped and counted. Nothing but the document's text is sent.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from detente.errors import QuestionError, RecordError
from detente.record.document import Document
from detente.record.fact import By, FactDate, Statement
from detente.record.kinds import check, check_quote, kinds
from detente.safe_io import read_json

WINDOW = 20_000  # characters a request
REQUESTS = 50  # a document
FACTS = 400  # a request
ANSWER = 4_000_000  # bytes of an answer
SECONDS = 120.0
ASKED = """You read a document on trade negotiations and list the facts it states. Answer with one JSON object:
{"facts": [{"kind": ..., "quote": ..., "occurrence": 1, "by": {"name": ..., "side": ..., "mode": ...}, "value": {...},
"date": {"iso": ..., "expr": ...}}]}
quote is copied from the document byte for byte, as short as still carries the fact. occurrence: which repetition.
by is who asserts it: side is ISO 3166 alpha-3, or EU, WTO, press, joint, null; mode is direct, reported, document or
narrator. Dates are ISO. Leave out what the document does not say. Kinds, with their keys and closed lists:
"""


@dataclass(frozen=True)
class Answered:
    """The facts that passed the checks, and how many were dropped, by reason."""

    statements: tuple[Statement, ...]
    dropped: Mapping[str, int]
    requests: int

    @property
    def kept(self) -> int:
        """How many facts passed the checks."""
        return len(self.statements)


def ask(
    document: Document, *, base_url: str | None = None, model: str | None = None, key: str | None = None,
    timeout: float = SECONDS, limit: int = ANSWER,
) -> Answered:  # fmt: skip
    """The facts an endpoint finds in a document, checked one by one.

    base_url, model and key default to DETENTE_ENDPOINT_URL, DETENTE_ENDPOINT_MODEL and DETENTE_ENDPOINT_KEY.
    timeout is in seconds, of each request as a whole; limit in bytes of its answer.
    Raises RecordError where the endpoint cannot be asked or does not answer in the protocol.
    """
    base = base_url or os.environ.get("DETENTE_ENDPOINT_URL", "")
    name = model or os.environ.get("DETENTE_ENDPOINT_MODEL", "")
    secret = key if key is not None else os.environ.get("DETENTE_ENDPOINT_KEY", "")
    url = _address(base)
    if not name:
        raise RecordError("endpoint: no model named; give model, or set DETENTE_ENDPOINT_MODEL")
    windows = _windows(document)
    if len(windows) > REQUESTS:
        raise RecordError(
            f"{document.id}: {len(document.body)} characters take {len(windows)} requests, at most {REQUESTS} are made;"
            " split the document"
        )
    statements: list[Statement] = []
    dropped: Counter[str] = Counter()
    for start, end in windows:
        answer = _post(url, name, secret, _messages(document, start, end), timeout, limit)
        raw_facts = _facts(answer, url)
        dropped["beyond the bound"] += max(0, len(raw_facts) - FACTS)
        for raw in raw_facts[:FACTS]:
            statement, why = _checked(raw, document, start, end, name)
            if statement is None:
                dropped[why] += 1
            elif any(_same(statement, s) for s in statements):
                dropped["told twice"] += 1
            else:
                statements.append(statement)
    statements.sort(key=lambda s: (s.start or 0, s.end or 0, s.kind))
    return Answered(tuple(statements), {k: n for k, n in sorted(dropped.items()) if n}, len(windows))


def _address(base: str) -> str:
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RecordError(
            f"endpoint: {base[:60]!r} is not an http address; give base_url, or set DETENTE_ENDPOINT_URL, such as"
            " http://127.0.0.1:8080/v1"
        )
    return base.rstrip("/") + "/chat/completions"


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


def _messages(document: Document, start: int, end: int) -> list[dict[str, str]]:
    meanings = [f"- {k.name}: {k.meaning} {json.dumps(dict(k.keys), ensure_ascii=False)}" for k in _kinds().values()]
    head = f"Published: {document.published or 'unknown'}. Language: {document.language}.\n\n"
    text = document.text[start:end].encode("utf-8", "replace").decode("utf-8")
    return [
        {"role": "system", "content": ASKED + "\n".join(meanings)},
        {"role": "user", "content": head + text},
    ]


def _kinds() -> dict[str, Any]:
    return {name: k for name, k in sorted(kinds().items()) if k.about == "talks"}


class _Stay(urllib.request.HTTPRedirectHandler):
    """No redirects: the key and the text go where they were sent, nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(url: str, model: str, key: str, messages: list[dict[str, str]], timeout: float, limit: int) -> bytes:
    body = {"model": model, "messages": messages, "temperature": 0, "response_format": {"type": "json_object"}}
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    handlers: list[Any] = [_Stay]
    if urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1"):
        handlers.append(urllib.request.ProxyHandler({}))
    until = time.monotonic() + timeout
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=timeout) as answer:
            parts, size = [], 0
            while part := answer.read1(65536):
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise RecordError(f"{url}: an answer over {limit} bytes; ask another model")
                if time.monotonic() > until:
                    raise TimeoutError
            return b"".join(parts)
    except urllib.error.HTTPError as error:
        with error:
            raise RecordError(f"{url}: HTTP {error.code}; check the address, the model and the key") from None
    except TimeoutError:
        raise RecordError(f"{url}: no whole answer within {timeout:g} s; raise timeout or ask another model") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise RecordError(f"{url}: no answer within {timeout:g} s; raise timeout") from None
        raise RecordError(f"{url}: cannot be asked ({str(reason)[:80]}); check the address") from None
    except http.client.HTTPException as error:
        raise RecordError(f"{url}: no HTTP answer ({type(error).__name__}); check the address") from None


def _facts(answer: bytes, url: str) -> list[Any]:
    """The list of facts in an answer; RecordError where there is none."""
    try:
        message = read_json(answer)["choices"][0]["message"]["content"]
        content = re.sub(r"^\s*```(?:json)?\s*|\s*```\s*$", "", message)
        facts = read_json(content)["facts"]
    except (QuestionError, LookupError, TypeError, AttributeError) as error:
        raise RecordError(
            f"{url}: the answer is not JSON with facts ({type(error).__name__}, {len(answer)} bytes); ask another model"
        ) from None
    if not isinstance(facts, list):
        raise RecordError(f"{url}: facts is a {type(facts).__name__}, not a list; ask another model")
    return facts


def _checked(raw: Any, document: Document, start: int, end: int, model: str) -> tuple[Statement | None, str]:
    """The statement, or None and why it was dropped."""
    if not isinstance(raw, dict) or not isinstance(raw.get("quote"), str) or not isinstance(raw.get("value"), dict):
        return None, "no fact"
    if not isinstance(raw.get("kind"), str) or raw["kind"] not in _kinds():
        return None, "kind"
    quote, nth = raw["quote"], raw.get("occurrence")
    place = _place(document.text, quote, nth if isinstance(nth, int) and 0 < nth < 1000 else 1, start, end)
    if place is None or not quote.strip():
        return None, "quote not in the text"
    value, kind = raw["value"], _kinds()[raw["kind"]]
    if set(value) - set(kind.fields):
        return None, "value"
    if not _borne(value, document.text[start:end]):
        return None, "a number the text does not bear"
    by, day = _mapping(raw.get("by")), _mapping(raw.get("date"))
    try:
        statement = Statement(
            kind=raw["kind"],
            value=value,
            by=By(
                _text(by.get("name")), _text(by.get("side")), _text(by.get("mode")) or "narrator", document.publisher
            ),
            source=document.id,
            quote=quote,
            start=place,
            end=place + len(quote),
            date=FactDate(_text(day.get("iso")), _text(day.get("expr")), document.published),
            asserted=document.published,
            known=document.published,
            confidence=0.5,
            coder=f"endpoint {model}",
        )
        return check_quote(check(statement), document.text), ""
    except (RecordError, TypeError, ValueError, RecursionError):
        return None, "value"


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _same(a: Statement, b: Statement) -> bool:
    return (a.kind, a.start, a.end, a.value) == (b.kind, b.start, b.end, b.value)


def _place(text: str, quote: str, nth: int, start: int, end: int) -> int | None:
    place = start - 1
    for _ in range(nth):
        place = text.find(quote, place + 1, end)
        if place < 0:
            return None
    return place


def _borne(value: Mapping[str, Any], text: str) -> bool:
    """A rate must stand in the text in figures."""
    for key in ("rate_pct", "rate_pp"):
        rate = value.get(key)
        if (
            isinstance(rate, int | float)
            and rate is not True
            and rate is not False
            and not re.search(rf"(?<![\d.]){re.escape(f'{rate:g}')}(?![\d]|\.\d)", text)
        ):
            return False
    return True


def _text(value: Any) -> str | None:
    return value[:200] if isinstance(value, str) and value else None
