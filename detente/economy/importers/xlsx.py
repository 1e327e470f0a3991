"""The cells of a sheet in an .xlsx, read as a stream with the standard library, within bounds and without entities."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, iterparse

from detente.errors import DataError

MOST_BYTES = 2e9  # of a sheet when unpacked
MOST_STRINGS = 200_000_000  # bytes of the shared strings
MOST_COLUMNS = 16_384  # of a sheet
LARGEST_RATIO = 300  # bytes that one byte of a part may unpack to
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BROKEN = (zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, NotImplementedError, RuntimeError, KeyError)


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of the rows of the largest sheet that hold anything; a cell is text, "" where it is empty.

    Raises DataError for what is no .xlsx, too large, or declares entities.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = [member for member in archive.infolist() if SHEET.fullmatch(member.filename)]
            if not sheets:
                raise DataError(f"{path}: no sheet in it; save the table as .xlsx or CSV")
            sheet = max(sheets, key=lambda member: member.file_size)
            strings = _strings(archive, path)
            yield from _cells(archive, sheet, strings, path)
    except BROKEN as problem:
        raise DataError(f"{path}: not a readable .xlsx ({str(problem)[:80]}); save it again, or as CSV") from None


def _elements(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, most: float, path: Path) -> Iterator[Any]:
    """The elements of a name in a part, each forgotten after use."""
    if member.file_size > most or member.file_size > max(LARGEST_RATIO * member.compress_size, 1_000_000):
        raise DataError(f"{path}: {member.filename} unpacks to {member.file_size} bytes, more than is read")
    with archive.open(member) as stream:
        if b"<!DOCTYPE" in stream.read(4096):
            raise DataError(f"{path}: {member.filename} declares entities; save the file again")
    with archive.open(member) as stream:
        parents: list[Any] = []
        for event, element in iterparse(stream, events=("start", "end")):
            if event == "start":
                parents.append(element)
                continue
            parents.pop()
            if element.tag == NAMESPACE + name:
                yield element
                element.clear()
                if parents:
                    parents[-1].remove(element)


def _strings(archive: zipfile.ZipFile, path: Path) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    member = archive.getinfo("xl/sharedStrings.xml")
    items = _elements(archive, member, "si", MOST_STRINGS, path)
    return ["".join(part.text or "" for part in item.iter(NAMESPACE + "t")) for item in items]


def _cells(
    archive: zipfile.ZipFile, sheet: zipfile.ZipInfo, strings: list[str], path: Path
) -> Iterator[tuple[int, list[str]]]:
    number = 0
    for row in _elements(archive, sheet, "row", MOST_BYTES, path):
        written = row.get("r")
        number = int(written) if written and written.isdigit() else number + 1
        cells: list[str] = []
        for cell in row:
            column = _column(cell.get("r"), len(cells), path)
            if column < len(cells):
                raise DataError(f"{path}, row {number}: cells out of order; save the file again")
            cells += [""] * (column - len(cells))
            cells.append(_value(cell, strings, path, number))
        if any(cells):
            yield number, cells


def _column(reference: str | None, default: int, path: Path) -> int:
    """The place of a cell in its row, from 0, by its reference such as AB12."""
    letters = re.match(r"[A-Z]{1,3}", reference or "")
    if letters is None:
        return default
    place = 0
    for letter in letters[0]:
        place = 26 * place + ord(letter) - 64
    if place > MOST_COLUMNS:
        raise DataError(f"{path}: a cell in column {letters[0]}, beyond the {MOST_COLUMNS} of a sheet")
    return place - 1


def _value(cell: Any, strings: list[str], path: Path, row: int) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(NAMESPACE + "t"))
    value = cell.find(NAMESPACE + "v")
    content = (value.text or "") if value is not None else ""
    if kind == "s" and content:
        place = int(content) if content.isdigit() else len(strings)
        if place >= len(strings):
            raise DataError(f"{path}, row {row}: a text that the file does not hold; save it again")
        return strings[place]
    return content
