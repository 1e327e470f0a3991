"""Official and public feeds: recognised by content, read within bounds, joined into sources, acts and questions.

`update(paths)` reads files that somebody has saved; nothing here asks the network (`fetch` does, and only if called).

>>> from detente.record import feeds
>>> feeds.recognise("x", b'{"name": "2026HTSRev15", "title": "Revision 15 (2026)"}').title
'USITC Harmonized Tariff Schedule'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from detente.errors import RecordError
from detente.record.feeds.conversion import entailed_by, proposals, proposals_of, record_source, sources
from detente.record.feeds.joining import joined
from detente.record.feeds.model import (
    Conflict,
    Feed,
    FeedAct,
    FeedPerson,
    FeedQuestion,
    FeedSource,
    FeedTable,
    KnownMeasure,
    Link,
    Refusal,
    Refused,
    Update,
    WhatIf,
)
from detente.record.feeds.recognition import not_prose, read_all, recognise
from detente.record.feeds.untrusted import LIMIT
from detente.record.store import Record

__all__ = [
    "Conflict", "Feed", "FeedAct", "FeedPerson", "FeedQuestion", "FeedSource", "FeedTable", "KnownMeasure", "Link",
    "Refusal", "Refused", "Update", "WhatIf", "entailed_by", "from_bytes", "not_prose", "proposals", "proposals_of",
    "read", "recognise", "record_source", "refuse_data", "sources", "update",
]  # fmt: skip

FILES = 10_000  # files of one import


def read(paths: Iterable[str | Path]) -> Update:
    """What files and folders give together, joined. The order of files does not matter.

    Raises RecordError for a path that is not there or cannot be read; what is wrong inside a file stands in `refused`.
    """
    return update(paths)


def update(paths: Iterable[str | Path], record: Record | None = None) -> Update:
    """What files and folders give, beside a record: conflicts with its measures, and which of them an act ends.

    Nothing is written. Raises RecordError as `read`.
    """
    return from_bytes(_bytes(_files(paths)), record)


def from_bytes(files: Iterable[tuple[str, bytes]], record: Record | None = None) -> Update:
    """As `update`, from the names and bytes of files that the caller has read; a file too long may be cut at LIMIT + 1.

    >>> from_bytes([("x", b"")]).tables[0].title
    'no trade reported'
    """
    return joined(replace(read_all(files), existing=tuple(_measures(record)) if record else ()))


def refuse_data(path: str | Path, data: bytes) -> None:
    """Raise RecordError for a file that must not be read as sentences, with the name of what it is."""
    name = not_prose(str(path), data)
    if name:
        raise RecordError(f"{path}: {name}, not prose; give it to `record update`, or a document with sentences")


def _files(paths: Iterable[str | Path]) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            files += sorted(_inside(path))
        elif path.is_file():
            files.append(path)
        else:
            raise RecordError(f"{path}: no such file or folder; check the path")
    if len(files) > FILES:
        raise RecordError(f"{len(files):,} files, at most {FILES:,} are read; name fewer, or a smaller folder")
    return list(dict.fromkeys(files))


def _inside(folder: Path) -> Iterator[Path]:
    """The files below a folder: no links, and nothing whose name begins with a dot."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def _bytes(files: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for path in files:
        try:
            with path.open("rb") as stream:
                yield str(path), stream.read(LIMIT + 1)
        except OSError as error:
            raise RecordError(f"{path}: cannot be read ({error.strerror or error}); check it") from None


def _measures(record: Record) -> Iterator[KnownMeasure]:
    """The stages of the record's measures."""
    for statement in record.statements():
        value = statement.value
        if statement.kind == "measure" and value.get("measure"):
            rate = value["rate_pct"] if value.get("rate_pct") is not None else value.get("rate_pp")
            yield KnownMeasure(
                id=value["measure"],
                imposer=value["imposer"],
                target=value.get("target"),
                authority=value.get("authority"),
                rate=None if rate is None else float(rate),
                legal_from=(value.get("legal_from") or "")[:10] or None,
                source=statement.source,
                instrument=value.get("instrument"),
            )
