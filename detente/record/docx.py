"""The text of a Word file: paragraphs, tables a row a line, notes at the end; nothing that was deleted or is hidden.

Read with the standard library within bounds on size, and without document types: nothing is expanded or fetched.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import ParseError, XMLParser

from detente.errors import RecordError

PART = 64 * 1024 * 1024  # bytes of one part when unpacked
CHARACTERS = 5_000_000  # of text, as of a pdf
RATIO = 300  # bytes that one byte of an archive may unpack to; a part this small may be anything
SMALL = 1024 * 1024  # bytes
TEXTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
CORE = "docProps/core.xml"
BROKEN = "the Word file is broken ({detail}); save it again, or save its text as .txt"
LONG = "the Word file is too long to read ({detail}); split it"
LEFT_OUT = frozenset({"del", "moveFrom", "instrText", "delText", "Fallback", "rubyPr", "rt"})
MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")  # kinds of notes without words of their own


Target = TypeVar("Target", "_Text", "_Properties")


class Word(NamedTuple):
    """The text of a Word file, and what its properties say: title, and the day on which it was last saved."""

    text: str
    header: dict[str, str]


def docx_text(data: bytes, place: str) -> Word:
    """The text of a Word file, a line a paragraph or a row of a table, and its title and date.

    place: what a message begins with. Raises RecordError for a file that is broken, too long or without text.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            texts = [_read(archive, name, _Text()) for name in TEXTS if name in names]
            header = _header(_read(archive, CORE, _Properties()).values) if CORE in names else {}
    except (zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise RecordError(f"{place}: {BROKEN.format(detail=str(error)[:80] or type(error).__name__)}") from None
    except (_Refused, ValueError, KeyError) as error:
        raise RecordError(f"{place}: {error}") from None
    text = "\n".join(filter(None, (part.text() for part in texts)))
    if not text.strip():
        raise RecordError(f"{place}: the Word file has no text, images perhaps; give a document with text")
    return Word(text + "\n", header)


class _Refused(Exception):
    """A part that is not read: what is wrong with it."""


class _Text:
    """Takes the events of a part of a Word file and keeps its text, line by line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._pieces: list[str] = []
        self._cells: list[list[str]] = []  # for each table row that is open, the texts of its cells so far
        self._stack: list[str] = []
        self._outside = 0  # elements that are open inside one that is left out
        self._hidden = False
        self._size = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = _local(tag)
        self._stack.append(name)
        if self._outside or name in LEFT_OUT or _kind(attributes) in SEPARATORS:
            self._outside += 1
        elif name == "r":
            self._hidden = False
        elif name == "vanish":
            self._hidden = _value(attributes) not in ("0", "false", "off")
        elif name in MARKS and self._parent() == "r":
            self._take(MARKS[name])
        elif name == "tr":
            self._cells.append([])

    def data(self, data: str) -> None:
        """Text inside the element that is open."""
        if not self._outside and self._stack and self._stack[-1] == "t" and not self._hidden:
            self._take(data)

    def end(self, tag: str) -> None:
        """An element ends."""
        name = self._stack.pop()
        if self._outside:
            self._outside -= 1
        elif name == "p":
            self._end_line()
        elif name == "tr":
            row = self._cells.pop()
            self._put("\t".join(row))

    def close(self) -> _Text:
        """The end of the part."""
        self._end_line()
        return self

    def text(self) -> str:
        """The lines that have text."""
        return "\n".join(line for line in (line.strip(" \t") for line in self._lines) if line)

    def _parent(self) -> str:
        return self._stack[-2] if len(self._stack) > 1 else ""

    def _take(self, piece: str) -> None:
        self._size += len(piece)
        if self._size > CHARACTERS:
            raise _Refused(LONG.format(detail=f"over {CHARACTERS} characters"))
        self._pieces.append(piece)

    def _end_line(self) -> None:
        line = re.sub(r"[ \u00a0]+", " ", "".join(self._pieces).replace("\0", ""))
        self._pieces.clear()
        self._put(line)

    def _put(self, line: str) -> None:
        """Keep a line: as a cell where a row of a table is open, else as a line of its own."""
        if self._cells:
            if line.strip():
                self._cells[-1].append(" ".join(line.split()))
        else:
            self._lines += line.split("\n")


class _Properties:
    """Takes the events of the properties of a file and keeps the text of each element."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._name = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._name = _local(tag)

    def data(self, data: str) -> None:
        """Text inside the element that is open."""
        self.values[self._name] = (self.values.get(self._name, "") + data)[:1000]

    def end(self, tag: str) -> None:
        """An element ends."""
        self._name = ""

    def close(self) -> _Properties:
        """The end of the part."""
        return self


def _read(archive: zipfile.ZipFile, name: str, target: Target) -> Target:
    """A part given to a target piece by piece, so that no tree of it is built."""
    info = archive.getinfo(name)
    if info.file_size > PART or info.file_size > max(SMALL, RATIO * info.compress_size):
        raise _Refused(LONG.format(detail=f"{name} unpacks to {info.file_size} bytes"))
    parser = XMLParser(target=target)
    size, head = 0, b""
    with archive.open(info) as stream:
        while piece := stream.read(65536):
            size += len(piece)
            head = (head + piece)[-66000:]
            if size > PART:
                raise _Refused(LONG.format(detail=f"{name} unpacks to over {PART} bytes"))
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or piece.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise _Refused(BROKEN.format(detail=f"{name} declares a document type"))
            parser.feed(piece)
    parser.close()
    return target


def _header(values: dict[str, str]) -> dict[str, str]:
    """The title of a file, and the day on which it was last saved."""
    title = " ".join(values.get("title", "").split())
    saved = re.match(r"\d{4}-\d\d-\d\d", (values.get("modified") or values.get("created") or "").strip())
    return {**({"title": title} if title else {}), **({"published": saved[0]} if saved else {})}


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _kind(attributes: dict[str, str]) -> str:
    return next((value for key, value in attributes.items() if _local(key) == "type"), "")


def _value(attributes: dict[str, str]) -> str:
    return next((value for key, value in attributes.items() if _local(key) == "val"), "")
