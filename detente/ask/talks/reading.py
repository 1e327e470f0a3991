"""A document of sentences from a file; data such as JSON or a table is refused for what it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from detente.record import document as documents
from detente.record.document import Document

ENDINGS = ("", ".txt", ".md", ".html", ".htm", ".xhtml", ".pdf", ".docx")  # of documents
HEAD = 4096  # bytes of a file that are looked at
LINES = 3  # lines of them
BINARY = (b"%PDF-", b"PK\x03\x04", b"{\\rtf")  # how documents begin that are no text


def read_document(path: str | Path, *, published: str | None = None, url: str | None = None) -> Document:
    """A document from a file. Raises RecordError, also for data such as JSON or a table: they are no sentences."""
    return from_bytes(documents.read_bytes(path), path, published=published, url=url)


def from_bytes(data: bytes, path: str | Path, *, published: str | None = None, url: str | None = None) -> Document:
    """As `read_document`, from the bytes of a file; its path gives the id and the ending, and stands in messages."""
    if _may_be_data(data, Path(path).suffix.lower()):
        from detente.record import feeds  # every reader of data; a document of sentences needs none

        feeds.refuse_data(path, data)
    document = documents.from_bytes(data, path, published=published, url=url)
    return document if document.published else _with_stated_day(document)


def _with_stated_day(document: Document) -> Document:
    """The document with the day of publication that its first lines state, if they state one."""
    from detente.record.propose.annotate.published import day_of  # as slow to import as the reader

    day = day_of(document.body, document.language)
    return replace(document, published=day, dated_by_text=day is not None)


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are text in UTF-8, as every feed is; the reader of documents knows other encodings."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _may_be_data(data: bytes, ending: str) -> bool:
    """Whether the ending of a file or its first lines suggest data rather than sentences."""
    if data.startswith(BINARY) or (ending in ENDINGS and not _is_utf8(data)):
        return False
    head = data[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    cells = {tuple(map(line.count, (b",", b"\t", b";"))) for line in head.splitlines()[:LINES]}
    is_table = len(cells) == 1 and max(cells.pop()) > 1
    is_list = sum(line[:4].isdigit() for line in head.splitlines()[:LINES]) == LINES
    return ending not in ENDINGS or head[:1] in (b"[", b"{") or is_table or is_list
