"""A folder of downloaded files beside a negotiation: what documents and feeds say that it does not hold yet."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from detente.ask.answer import Answer
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks import changes, curation, official, reading_process
from detente.ask.talks.dossier import document_metadata as metadata_of
from detente.ask.talks.dossier import source_of, today
from detente.ask.talks.proposal_rows import proposal_row
from detente.ask.talks.reading_process import DocumentReading
from detente.errors import QuestionError, RecordError
from detente.record import feeds, own_duties, review
from detente.record.document import Document
from detente.record.fact import Source, Statement
from detente.record.feeds.fetch import fetch as fetch_files
from detente.record.feeds.untrusted import LIMIT
from detente.record.joining import Joined
from detente.record.store import Record

ENDINGS = (".txt", ".md", ".html", ".htm", ".xhtml", ".pdf", ".docx")  # of documents with sentences
DEPTH = 6  # levels of folders below the one that is named
MOST = 10_000  # files of one update
TOTAL = 500_000_000  # bytes of all files together
SAFE = ("new", "same", "moves the end of", "changes the rate of")  # relations that --accept-official accepts
OFFICIAL = ("official", "joint", "court")
ACCEPTED_BECAUSE = "an official document, and the record does not contradict it"

JsonRow = dict[str, Any]


def update(
    path: str,
    *,
    dossier: str = DEFAULT_DOSSIER,
    accept_official: bool = False,
    by: str | None = None,
    fetch: bool = False,
    home: str | None = None,
) -> Answer:
    """What each file of a folder proposes and nobody has decided, with how it stands to the record and the ledger.

    accept_official: accept what official documents and feeds say and nothing contradicts; `by` says who takes that
    decision. fetch: first save the official files that have a fixed address into the folder. A file that cannot be read
    is listed with the reason and stops nothing. Raises RecordError where one file is named and cannot be read,
    QuestionError.
    """
    if accept_official and not (by or "").strip():
        raise QuestionError("--accept-official needs --by; every decision says who took it")
    fetched = _fetched(path) if fetch else []
    files = files_of(path, home)
    record = curation.open_for_writing(dossier, home)
    return _updated(files, record, fetched, by if accept_official else None, home)


def _fetched(path: str) -> list[JsonRow]:
    """What was saved from the official addresses, and what was not, with the reason. Raises QuestionError."""
    if Path(path).is_file():
        raise QuestionError(f"{path}: a file; --fetch needs a folder to save files in")
    rows = fetch_files(path)
    return [
        {"feed": r.feed, "address": r.address, "file": r.path.name if r.path else None, "why": r.reason} for r in rows
    ]


# Which files


class Files(NamedTuple):
    """Files by the name under which they are listed, and those that are not read, with the reason."""

    paths: dict[str, Path]
    unread: list[JsonRow]
    is_single: bool = False


def files_of(path: str, home: str | None = None) -> Files:
    """The files below a folder, less the home folder, or the one file. Raises QuestionError where there is none."""
    place = Path(path)
    if place.is_file():
        return Files({str(place): place}, [], True)
    if not place.is_dir():
        raise QuestionError(f"{path}: no such folder; name a folder of files, or one file")
    files = Files({}, [])
    left = TOTAL
    for entry in _below(place, DEPTH, Path(home).resolve() if home else None):
        name = str(Path(entry.path).relative_to(place))
        why = _why_not(entry) or _why_too_many(len(files.paths), left)
        if why:
            files.unread.append({"file": name, "why": why})
        else:
            files.paths[name] = Path(entry.path)
            left -= min(entry.stat().st_size, LIMIT)
    if not files.paths and not files.unread:
        raise QuestionError(f"{path}: no file in it; documents ({', '.join(ENDINGS)}) and files of feeds are read")
    return files


def _why_too_many(count: int, left: int) -> str:
    """Why one more file is not read: their number, or the bytes of all of them."""
    if count >= MOST:
        return f"more than {MOST:,} files; name a smaller folder"
    return f"the files have more than {TOTAL:,} bytes; name fewer" if left <= 0 else ""


def _below(folder: Path, depth: int, own: Path | None) -> Iterator[os.DirEntry[str]]:
    """What lies below a folder, in the order of the names, less what is hidden and the folder `own`."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or (entry.is_dir() and Path(entry.path).resolve() == own):
            continue
        if entry.is_dir(follow_symlinks=False) and depth:
            yield from _below(Path(entry.path), depth - 1, own)
        else:
            yield entry


def _why_not(entry: os.DirEntry[str]) -> str:
    """Why an entry of a folder is not read; empty for a file."""
    if entry.is_symlink():
        return "a link, which may lead out of the folder; name the file itself"
    if entry.is_dir():
        return f"a folder more than {DEPTH} levels down; name it itself"
    return "" if entry.is_file() else "no plain file"


def read_feeds(files: Files, record: Record) -> tuple[feeds.Update, list[JsonRow]]:
    """What the files of feeds give together, and the files that cannot be opened, with the reason."""
    unread: list[JsonRow] = []

    def opened_files() -> Iterator[tuple[str, bytes]]:
        for name, path in files.paths.items():
            try:
                with path.open("rb") as stream:
                    yield name, stream.read(LIMIT + 1)
            except OSError as error:
                unread.append({"file": name, "why": f"{name}: cannot be read ({error.strerror or error}); check it"})

    update = feeds.from_bytes(opened_files(), record)
    return update, unread


# What is in them, and what is accepted


@dataclass(frozen=True)
class _Text:
    """A document, the source under which it is kept, and what it proposes."""

    document: Document
    source: Source
    proposals: list[Statement]


def _updated(files: Files, record: Record, fetched: list[JsonRow], by: str | None, home: str | None) -> Answer:
    case = changes.case_of_record(record)
    update, unread = read_feeds(files, record)
    unread = [*files.unread, *unread, *({"file": r.path, "why": r.reason} for r in update.refused)]
    reading = official.read(update, case, own_duties.ledger(home), today())
    texts = _texts(files, reading, record, unread)
    if files.is_single and unread:
        raise RecordError(unread[0]["why"])
    acts, accepted, changed = official.act_rows(reading, record), official.Accepted(), None
    if by:
        accepted, changed = _accept_official(reading, record, home, by)
        reading = official.read(update, case, own_duties.ledger(home), today())
    rows = [row for text in texts if (row := _text_row(text, record, by, unread)) is not None]
    data = {
        **_answered(rows, _marked(acts, accepted, official.left(reading, record)), accepted),
        "files": official.file_rows(reading),
        "sources": [official.source_row(source, record) for source in update.sources],
        **official.remarks(update),
        "changed": changed,
        "unread": sorted(unread, key=lambda row: str(row["file"])),
        "fetched": fetched,
    }
    return curation.written("record update", record, data, {"dossier": record.name, "accept_official": bool(by)})


def _marked(acts: Iterable[JsonRow], accepted: official.Accepted, left: Container[str]) -> list[JsonRow]:
    """The acts, each with whether it was accepted or waits now."""
    return [{**row, "pending": row["proposal"] in left, "accepted": row["proposal"] in accepted.keys} for row in acts]


def _answered(texts: list[JsonRow], acts: list[JsonRow], accepted: official.Accepted) -> JsonRow:
    """Documents and acts, and how many statements were added and how many proposals wait."""
    return {
        "documents": texts,
        "acts": acts,
        "accepted": {"statements": [s.id for s in accepted.statements], "acts": list(accepted.acts)},
        "pending": sum(len(row["pending"]) for row in texts) + sum(row["pending"] for row in acts),
        "added": sum(len(row["added"]) for row in texts) + len(accepted.statements),
    }


def _accept_official(
    reading: official.Reading, record: Record, home: str | None, by: str
) -> tuple[official.Accepted, JsonRow | None]:
    """Accept the acts that are safe, and say what that changed."""
    safe = [p for p in reading.proposed if p.beside.is_official]
    before = changes.snapshot(record, official.day_of_effect(safe, reading.known))

    def decide(proposal: str) -> review.Decision:
        return review.Decision(proposal, "accept", by, ACCEPTED_BECAUSE)

    accepted = official.accept_safe(reading, record, home, decide)
    has_changed = accepted.statements or accepted.acts
    return accepted, changes.since(before, record, accepted.statements, accepted.duties) if has_changed else None


def _texts(files: Files, reading: official.Reading, record: Record, unread: list[JsonRow]) -> list[_Text]:
    """The documents of the folder and the texts that feeds carry, an act before what moves it."""
    texts = [*_documents(files, reading, unread), *_texts_of_feeds(reading, record)]
    return sorted(texts, key=lambda text: (text.document.published or "9999", text.document.id))


def _documents(files: Files, reading: official.Reading, unread: list[JsonRow]) -> Iterator[_Text]:
    """The documents among the files; also those of a usual ending that no feed could read, such as another encoding."""
    refused = {r.path for r in reading.update.refused if Path(r.path).suffix.lower() in ENDINGS}
    for name in (*reading.update.unread, *sorted(refused - reading.update.feeds.keys())):
        if name not in files.paths:
            continue
        try:
            reading_of_text = _document(name, files)
        except RecordError as error:
            if name not in refused:
                unread.append({"file": name, "why": str(error)})
            continue
        unread[:] = [row for row in unread if row["file"] != name]
        document = reading_of_text.document
        yield _Text(document, source_of(document), list(reading_of_text.proposed))


def _document(name: str, files: Files) -> DocumentReading:
    if Path(name).suffix.lower() not in ENDINGS and not files.is_single:
        raise RecordError(f"{name}: no feed that is known and no document ({', '.join(ENDINGS)})")
    return reading_process.read(files.paths[name])


def _texts_of_feeds(reading: official.Reading, record: Record) -> Iterator[_Text]:
    for document in official.documents(reading):
        try:
            proposals = official.without_formulas(reading_process.propose(document), reading, document.id)
        except RecordError:  # a language that the reader does not read; the source stands in the answer
            continue
        if proposals:
            yield _Text(document, official.record_source(reading, record, document.id), proposals)


def _text_row(text: _Text, record: Record, by: str | None, unread: list[JsonRow]) -> JsonRow | None:
    """One document: what was accepted and what that changed, and what waits; None where it cannot be kept."""
    day, added, changed = changes.day_of(text.document), list[Statement](), None
    try:
        if by and text.source.kind in OFFICIAL:
            before = changes.snapshot(record, day)
            added = _accept(record, text, by)
            changed = changes.since(before, record, added) if added else None
    except RecordError as error:
        unread.append({"file": text.document.id, "why": str(error)})
        return None
    comparisons = review.compared(record, text.proposals)
    pending = review.undecided(record, text.proposals)
    return {
        "document": metadata_of(text.document),
        "proposed": len(text.proposals),
        "pending": [proposal_row(s, comparisons[s.id]) for s in pending],
        "added": [s.id for s in added],
        "changed": changed,
    }


def _accept(record: Record, text: _Text, by: str) -> list[Statement]:
    """Accept what is safe to accept; the decisions on one document are written in one piece."""
    comparisons = review.compared(record, text.proposals)
    decisions = [
        review.Decision(s.id, "accept", by, ACCEPTED_BECAUSE)
        for s in review.undecided(record, text.proposals)
        if _is_safe(comparisons[s.id])
    ]
    if not decisions:
        return []
    return review.apply(record, text.proposals, decisions, source=text.source, text=text.document.text)


def _is_safe(comparison: Joined) -> bool:
    return comparison.match.relation in SAFE and comparison.proposal.known is not None and not comparison.proposal.flags
