"""A folder of downloaded documents beside a negotiation: what they say that it does not hold yet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from detente.ask.answer import Answer
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks import changes, curation
from detente.ask.talks.dossier import document_metadata, read_document, source_of
from detente.errors import QuestionError, RecordError
from detente.record import propose, review
from detente.record.case import Case
from detente.record.document import Document
from detente.record.fact import Statement
from detente.record.joining import Joined
from detente.record.store import Record

ENDINGS = (".txt", ".md", ".html", ".htm", ".pdf")
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
    home: str | None = None,
) -> Answer:
    """What each document of a folder proposes and nobody has decided, with how it stands to the record.

    accept_official: accept what official documents say and the record does not contradict, one document at a time; `by`
    says who takes that decision. A document that cannot be read is listed with the reason and stops nothing. Raises
    RecordError, QuestionError.
    """
    if accept_official and not (by or "").strip():
        raise QuestionError("--accept-official needs --by; every decision says who took it")
    files = _files(path)
    record = curation.open_for_writing(dossier, home)
    documents, unread = _documents(files)
    case = changes.case_of_record(record)
    rows = [_row(record, document, by if accept_official else None, case) for document in documents]
    data = {
        "documents": rows,
        "unread": unread,
        "pending": sum(len(row["pending"]) for row in rows),
        "added": sum(len(row["added"]) for row in rows),
    }
    return curation.written("record update", record, data, {"dossier": dossier, "accept_official": accept_official})


def _documents(files: Iterable[Path]) -> tuple[list[Document], list[JsonRow]]:
    """The documents by day of publication, an act before what moves it; and the files not read, with the reason."""
    documents, unread = [], []
    for file in files:
        try:
            documents.append(read_document(file))
        except RecordError as error:
            unread.append({"file": file.name, "why": str(error)})
    return sorted(documents, key=lambda d: (d.published or "9999", d.id)), unread


def _files(path: str) -> list[Path]:
    """The documents of a folder, or the one document. Raises QuestionError."""
    place = Path(path)
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise QuestionError(
            f"{path}: no such folder; name a folder of documents ({', '.join(ENDINGS)}), or one document"
        )
    files = sorted(p for p in place.iterdir() if p.suffix.lower() in ENDINGS and p.is_file() and p.name[0] != ".")
    if not files:
        raise QuestionError(f"{path}: no document in it; {', '.join(ENDINGS)} are read")
    return files


def _row(record: Record, document: Document, by: str | None, case: Case) -> JsonRow:
    """One document: what was accepted and what that changed, and what waits."""
    proposals = propose.propose(document)
    day, added, changed = changes.day_of(document), [], None
    if by and source_of(document).kind in OFFICIAL:
        before = record.as_of(day)
        added = _accept(record, document, proposals, by)
        changed = changes.between(before, record.as_of(day), case, added) if added else None
    comparisons = review.compared(record, proposals)
    waiting = review.undecided(record, proposals)
    return {
        "document": document_metadata(document),
        "proposed": len(proposals),
        "pending": [curation.proposal_row(s, comparisons[s.id]) for s in waiting],
        "added": [s.id for s in added],
        "changed": changed,
    }


def _accept(record: Record, document: Document, proposals: list[Statement], by: str) -> list[Statement]:
    """Accept what is safe to accept; the decisions on one document are written in one piece."""
    comparisons = review.compared(record, proposals)
    decisions = [
        review.Decision(s.id, "accept", by, ACCEPTED_BECAUSE)
        for s in review.undecided(record, proposals)
        if _is_safe(comparisons[s.id])
    ]
    return (
        review.apply(record, proposals, decisions, source=source_of(document), text=document.text) if decisions else []
    )


def _is_safe(comparison: Joined) -> bool:
    return comparison.match.relation in SAFE and comparison.proposal.known is not None and not comparison.proposal.flags
