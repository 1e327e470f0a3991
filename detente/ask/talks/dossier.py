"""Documents and the record: what a document proposes, and the state of the talks with or without it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from detente.ask.answer import Answer
from detente.errors import QuestionError
from detente.record import document, propose, review
from detente.record.document import Document
from detente.record.fact import Source, Statement
from detente.record.state import State
from detente.record.store import Record, shipped_dossiers

EXAMPLE = "kuala-lumpur.txt"
OFFICIAL = {
    "USA": ("white house", "ustr", "trade representative", "department of the treasury", "federal register"),
    "CHN": ("ministry of commerce", "mofcom", "state council", "ministry of foreign affairs of the people"),
    "EU": ("european commission", "european council"),
}


@dataclass(frozen=True)
class Read:
    """A document, what it proposes, and the state of the talks with its facts beside the reviewed ones."""

    document: Document | None
    proposed: tuple[Statement, ...]
    record: Record
    state: State


def example() -> Path:
    """The report that ships with the package."""
    return Path(str(resources.files("detente") / "examples" / EXAMPLE))


def read_document(path: str | Path, *, published: str | None = None, url: str | None = None) -> Document:
    """A document from a file. Raises RecordError."""
    return document.read(path, published=published, url=url)


def proposals(
    path: str | Path,
    *,
    published: str | None = None,
    url: str | None = None,
    endpoint: str | None = None,
    model: str | None = None,
) -> Answer:
    """The facts that a document asserts, each with quote and place: by rules, or by a chat endpoint if one is named.

    What an endpoint says is checked fact by fact; `dropped` counts what did not stand. Raises RecordError.
    """
    found = read_document(path, published=published, url=url)
    data: dict[str, Any] = {"text_sha256": found.text_sha256, "document": described(found)}
    if endpoint is None:
        data["facts"] = propose.facts(found)
    else:
        from detente.record.propose.endpoint import ask

        answered = ask(found, base_url=endpoint, model=model)
        data |= {"facts": [as_fact(s) for s in answered.statements], "dropped": dict(answered.dropped)}
    return Answer("record propose", data, options={"published": found.published, "endpoint": endpoint, "model": model})


def text(path: str | Path) -> Answer:
    """The text of a document as read: what the offsets index."""
    found = read_document(path)
    return Answer("record text", {"text_sha256": found.text_sha256, "document": described(found), "text": found.text})


def show(*, dossier: str, as_of: str, known: str, home: str | None = None) -> Answer:
    """The state of the talks on a day as known on a day."""
    state = open_dossier(dossier, home).as_of(as_of, known)
    return Answer("record show", state.to_json(), options={"dossier": dossier, "as_of": as_of, "known": known})


def latest(dossier: str, count: int, home: str | None = None) -> list[dict[str, Any]]:
    """The statements known last, the newest first: id, known, a title and the words of each."""
    found = sorted(open_dossier(dossier, home).statements(), key=lambda s: (s.known or "", s.id), reverse=True)[:count]
    rows = []
    for s in found:
        value = s.value
        what = (
            value.get("measure") or value.get("truce") or value.get("event") or value.get("topic") or value.get("city")
        )
        title = f"{s.kind.replace('_', ' ')}: {what}" if what else s.kind.replace("_", " ")
        who = s.by.name or s.by.side or "not said"
        words = f"{who}, in {s.source}: “{s.quote}”" if s.quote else f"{who}, in {s.source}"
        rows.append({"id": s.id, "known": str(s.known), "title": title, "words": words})
    return rows


def open_dossier(dossier: str, home: str | None = None) -> Record:
    """A dossier by name, or an empty one for `none`. Raises QuestionError for a name that is none."""
    if dossier == "none":
        return Record("none")
    if dossier not in shipped_dossiers() and not (home and (Path(home) / dossier).is_dir()):
        raise QuestionError(f"no dossier {dossier!r}; there is {', '.join(shipped_dossiers())}, or none")
    return Record.load(dossier, home)


def with_document(found: Document | None, *, dossier: str, as_of: str, known: str, home: str | None = None) -> Read:
    """A document's facts set beside the reviewed record."""
    record = open_dossier(dossier, home)
    told: tuple[Statement, ...] = ()
    if found is not None:
        told = tuple(propose.propose(found))
        record.sources.setdefault(found.id, source(found))
    return Read(found, told, record, record.as_of(as_of, known, also=review.undecided(record, told)))


def source(found: Document) -> Source:
    """The document as a source; official where its publisher is a government, press otherwise."""
    publisher = (found.publisher or "").lower()
    side = next((side for side, words in OFFICIAL.items() if any(word in publisher for word in words)), None)
    return Source(
        id=found.id,
        title=found.title or found.id,
        publisher=found.publisher or "not named",
        published=found.published or "",
        kind="official" if side else "press",
        side=side,
        url=found.url,
        language=found.language,
        sha256=found.sha256,
    )


def described(found: Document) -> dict[str, Any]:
    """What identifies a document."""
    return {
        "id": found.id,
        "title": found.title,
        "publisher": found.publisher,
        "published": found.published,
        "language": found.language,
        "sha256": found.sha256,
        "text_sha256": found.text_sha256,
    }


def as_fact(statement: Statement) -> dict[str, Any]:
    """A proposed statement in the keys of `record propose --json`."""
    told = statement.as_dict()
    keys = ("kind", "quote", "start", "end", "by", "value", "date", "flags", "confidence")
    return {key: told[key] for key in keys}
