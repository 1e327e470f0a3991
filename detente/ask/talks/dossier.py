"""Documents and dossiers: what a document proposes, and the state of the talks with or without it."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from detente.ask.answer import Answer
from detente.ask.cases import case_of
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks import reading_process
from detente.ask.talks.find_case import ALONE, case_of_document, case_row
from detente.ask.talks.reading import read_document
from detente.ask.talks.reading_process import DocumentReading
from detente.ask.talks.summary import reading as reading_of
from detente.ask.talks.talks_on_day import Talks
from detente.errors import QuestionError
from detente.record import review
from detente.record.document import Document
from detente.record.fact import Source
from detente.record.joining import with_goods
from detente.record.publishers import government
from detente.record.store import Record, shipped_dossiers

EXAMPLE = "kuala-lumpur.txt"


def example() -> Path:
    """The report that ships with the package."""
    return Path(str(resources.files("detente") / "examples" / EXAMPLE))


def today() -> str:
    """Today, as YYYY-MM-DD."""
    return date.today().isoformat()


def resolve_days(as_of: str | None, known: str | None) -> tuple[str, str]:
    """The day asked about, today by default, and the day of knowledge, by default the same."""
    as_of = as_of or today()
    return as_of, known or as_of


def proposals(
    path: str | Path,
    *,
    published: str | None = None,
    url: str | None = None,
    endpoint: str | None = None,
    model: str | None = None,
    passes: int = 2,
    timeout: float = 600.0,
) -> Answer:
    """The facts that a document asserts, each with quote and place: by rules, or by a chat endpoint if one is named.

    Each fact from an endpoint is checked against the text; `dropped` counts those that failed, `left_out` the keys that
    the text does not bear. passes: 2 lets the model check its own list. timeout: seconds for the whole exchange.
    Raises RecordError.
    """
    if endpoint is None:
        reading = reading_process.read(path, published=published, url=url)
        document = reading.document
        options: dict[str, Any] = {"published": document.published, "endpoint": endpoint, "model": model}
        parts = {"facts": reading.proposed, "possible": reading.possible}
        rows = {name: [s.as_proposal() for s in part] for name, part in parts.items()}
        data = _document_data(document) | rows
        return Answer("record propose", data, options=options)
    from detente.record.propose.endpoint import ask

    document = read_document(path, published=published, url=url)
    data = _document_data(document)
    options = {"published": document.published, "endpoint": endpoint, "model": model}
    reply = ask(document, base_url=endpoint, model=model, passes=passes, timeout=timeout)
    data["facts"] = [s.as_proposal() for s in reply.statements]
    data |= {"dropped": dict(reply.dropped), "left_out": dict(reply.removed)}
    return Answer("record propose", data, reply.notes, options | {"passes": passes, "timeout": timeout})


def text(path: str | Path) -> Answer:
    """The text of a document as read: what the offsets index."""
    document = read_document(path)
    return Answer("record text", {**_document_data(document), "text": document.text})


def _document_data(document: Document) -> dict[str, Any]:
    return {"text_sha256": document.text_sha256, "document": document_metadata(document)}


def show(
    *, dossier: str = DEFAULT_DOSSIER, as_of: str | None = None, known: str | None = None, home: str | None = None
) -> Answer:
    """The state of the talks on a day as known on a day; as_of defaults to today, known to as_of."""
    as_of, known = resolve_days(as_of, known)
    record = open_dossier(dossier, home)
    case, state = case_of(dossier, home, record), record.as_of(as_of, known).to_json()
    data = {**state, "case": case_row(case), "reading": reading_of(state, case)}
    return Answer("record show", data, options={"dossier": dossier, "as_of": as_of, "known": known})


def open_dossier(dossier: str, home: str | None = None) -> Record:
    """A dossier by name, or an empty one for `none`. Raises QuestionError for an unknown name."""
    if dossier == "none":
        return Record("none")
    if dossier not in shipped_dossiers() and not (home and (Path(home) / dossier).is_dir()):
        raise QuestionError(f"no dossier {dossier!r}; there is {', '.join(shipped_dossiers())}, or none")
    return Record.load(dossier, home)


def with_document(
    reading: DocumentReading | None, *, dossier: str, as_of: str, known: str, home: str | None = None
) -> Talks:
    """The talks on a day, with the facts of a document set beside the reviewed record."""
    record = open_dossier(dossier, home)
    document, proposed = (reading.document, reading.proposed) if reading else (None, ())
    if document is not None:
        record.sources.setdefault(document.id, source_of(document))
    state = record.as_of(as_of, known, also=map(with_goods, review.undecided(record, proposed)))
    case = case_of(dossier, home, record)
    if reading is not None and dossier == ALONE:
        case = case_of_document(reading.document, reading.mentions)
    return Talks(document, proposed, record, state, case)


@cache
def _official_words() -> dict[str, list[str]]:
    """{side: words of a publisher's name that make it an authority of that side}."""
    text = (resources.files("detente.ask.talks") / "official_publishers.csv").read_text("utf-8")
    words: dict[str, list[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        words.setdefault(row["side"], []).append(row["words"])
    return words


def source_of(document: Document) -> Source:
    """The document as a source: official where its publisher is a government, press otherwise."""
    publisher = (document.publisher or "").lower()
    bodies = (side for side, words in _official_words().items() if any(word in publisher for word in words))
    side = government(publisher) or next(bodies, None)
    return Source(
        id=document.id,
        title=document.title or document.id,
        publisher=document.publisher or "not named",
        published=document.published or "",
        kind="official" if side else "press",
        side=side,
        url=document.url,
        language=document.language,
        sha256=document.sha256,
    )


def document_metadata(document: Document) -> dict[str, Any]:
    """What identifies a document."""
    return {
        "id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published,
        "language": document.language,
        "sha256": document.sha256,
        "text_sha256": document.text_sha256,
    }
