"""What a file is by its content, whatever its name: formats that are no text are refused with what to do instead."""

from __future__ import annotations

import csv
import io
import zipfile
from functools import cache
from importlib import resources
from typing import NamedTuple

from detente.errors import RecordError

PDF, DOCX = "pdf", "docx"
ZIP = bytes.fromhex("504b0304")
MEMBERS = {  # a file in a zip archive, and what it makes of it: name, what to do
    "xl/workbook.xml": ("a spreadsheet (.xlsx)", "give a document with sentences"),
    "ppt/presentation.xml": ("a presentation (.pptx)", "save it as .pdf or plain text"),
    "META-INF/container.xml": ("a book (.epub)", "save it as plain text"),
    "content.xml": ("an OpenDocument file (.odt)", "save it as .docx, .pdf or plain text"),
}
ENTRIES = 10_000  # files of an archive that are looked through


class Format(NamedTuple):
    """A format: its bytes and their place, whether they are also text, its name, and what to do."""

    place: int
    bytes: bytes
    is_text: bool
    name: str
    remedy: str


def format_of(data: bytes, place: str) -> str | None:
    """pdf or docx; None for what may be text. Raises RecordError for every other format, with what to do.

    place: what a message begins with.

    >>> format_of(b"%PDF-1.7", "a"), format_of(b"The truce ends.", "a")
    ('pdf', None)
    """
    if data.startswith(b"%PDF-"):
        return PDF
    known = next((f for f in _formats() if _is(f, data)), None)
    if known is None:
        return None
    name, remedy = known.name, known.remedy
    if known.bytes == ZIP:
        members = _members(data)
        if "word/document.xml" in members:
            return DOCX
        name, remedy = next((words for member, words in MEMBERS.items() if member in members), (name, remedy))
    raise RecordError(f"{place}: {name}, not text; {remedy}")


def _is(known: Format, data: bytes) -> bool:
    fits = data[known.place : known.place + len(known.bytes)] == known.bytes
    return fits and (not known.is_text or b"\0" in data[:4096])


def _members(data: bytes) -> set[str]:
    """The names in an archive; none where it is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return set(archive.namelist()[:ENTRIES])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return set()


@cache
def _formats() -> tuple[Format, ...]:
    text = (resources.files("detente.record") / "formats.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Format(int(row["place"]), bytes.fromhex(row["bytes"]), row["is_text"] == "yes", row["name"], row["remedy"])
        for row in rows
    )
