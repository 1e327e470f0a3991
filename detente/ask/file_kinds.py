"""What a file is by its content, whatever it was handed to, and the command that reads it.

Asked only once a question has refused a file: the message then names the file for what it is.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from detente.errors import DetenteError, NotConverged, QuestionError, RecordError
from detente.safe_io import read_file, read_json

LOOKED_AT = 20_000_000  # bytes of a file; a larger one keeps its first error
HEAD = 10_000  # bytes that hold the first line of a table
FEWEST_WORDS = 40  # of a document
ZIP = b"PK\x03\x04"
PROSE = ("brief", "record propose", "record text", "record review", "record update")
OF_WORLDS = ("world import", "world check", "world describe")
UNEXPECTED = (
    DetenteError, OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, EOFError,
    NotImplementedError, zipfile.BadZipFile,
)  # fmt: skip
SCENARIO, GRID = (re.compile(rf"^{key}:", re.MULTILINE) for key in ("measures", "scenarios"))


class FileKind(NamedTuple):
    """A kind of file: what it is, the command that reads it, and the questions and options that take it."""

    title: str
    command: str
    questions: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def redirected(question: str, values: Mapping[str, Any], error: DetenteError) -> DetenteError | None:
    """The error that names a file for what it is, in place of one that does not; None where no file is misplaced.

    question: that refused. values: by name of option.
    """
    if isinstance(error, NotConverged):
        return None
    for option, path in _paths(values):
        kind = kind_of(path)
        if kind is not None and question not in kind.questions and option not in kind.options:
            return type(error)(f"{path}: {kind.title}; {kind.command.format(file=path)} reads it")
    return None


def check_document(question: str, values: Mapping[str, Any]) -> None:
    """Refuse a table of our own where sentences are asked for: a short one would be read as such.

    Raises RecordError.
    """
    path = values.get("document")
    if question not in PROSE or not isinstance(path, str | Path) or not Path(path).is_file():
        return
    kind = None
    with suppress(OSError), open(path, "rb") as file:
        kind = _quietly(_table, str(path), file.read(HEAD))
    if kind is not None:
        raise RecordError(f"{path}: {kind.title}, not a document; {kind.command.format(file=path)} reads it")


def _paths(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(option, path) of every value that names a file or a folder."""
    for option, value in values.items():
        for text in [value] if isinstance(value, str | Path) else value if isinstance(value, list | tuple) else []:
            if isinstance(text, str | Path) and _exists(str(text)):
                yield option, str(text)


def _exists(path: str) -> bool:
    try:
        return Path(path).is_file() or Path(path).is_dir()
    except (OSError, ValueError):
        return False


def kind_of(path: str) -> FileKind | None:
    """The kind of a file or folder, None where it has none that is known. Nothing is raised for a broken file."""
    data = b""
    if Path(path).is_file():
        try:
            data = read_file(path, size=LOOKED_AT)
        except DetenteError:
            return None
    return next((kind for test in TESTS if (kind := _quietly(test, path, data)) is not None), None)


def _quietly(test: Callable[[str, bytes], FileKind | None], path: str, data: bytes) -> FileKind | None:
    """The result of a test; a file that breaks it is none of its kind."""
    try:
        return test(path, data)
    except UNEXPECTED:
        return None


def _binary(path: str, data: bytes) -> FileKind | None:
    """Documents and archives, by their first bytes."""
    if data.startswith(b"%PDF-"):
        return FileKind("a PDF document", "detente brief {file}", PROSE)
    if not data.startswith(ZIP):
        return None
    with zipfile.ZipFile(path) as archive:
        members = archive.namelist()[:10_000]
    if "word/document.xml" in members:
        return FileKind("a document of Word", "detente brief {file}", PROSE)
    if members and all(name.endswith(".npy") for name in members):
        return FileKind("a world (.npz)", "detente price NAME --world {file}", OF_WORLDS, ("world",))
    if "xl/workbook.xml" in members:
        command = "detente world import {file} --out MINE.npz, where it is a table of the World Input-Output Database,"
        return FileKind("a spreadsheet", command, OF_WORLDS, ("world",))
    return None


def _game(path: str, data: bytes) -> FileKind | None:
    from detente.ask.games.opening import game_file, recognise

    form = recognise(game_file(path)) if data else None
    return None if form is None else FileKind(form.title, "detente game {file}", ("game",))


def _json(path: str, data: bytes) -> FileKind | None:
    """A stored answer, or statements for the record."""
    if data.lstrip()[:1] not in (b"{", b"["):
        return None
    value = _first_json(data)
    if isinstance(value.get("meta"), dict) and "question" in value["meta"]:
        title = f"a stored answer of detente {value['meta']['question']}"
        return FileKind(title, "detente rerun {file}", ("rerun",))
    if {"kind", "value", "source"} <= value.keys():
        return FileKind("statements for the record", "detente record add {file}", ("record add",), ("decisions",))
    return None


def _first_json(data: bytes) -> dict[str, Any]:
    """The object of a document of JSON, the first of a list, or that of the first line."""
    try:
        value = read_json(data)
    except QuestionError:
        value = read_json(data.lstrip().split(b"\n", 1)[0])
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, dict) else {}


def _feed(path: str, data: bytes) -> FileKind | None:
    from detente.record.feeds import recognition

    feed = recognition.recognise(path, data) if data else None
    if feed is None or feed.prose or feed.name in ("server_error", "empty"):
        return None
    return FileKind(feed.title, "detente record update {file}", ("record update", "record review"), ("crowd",))


TABLES: tuple[tuple[tuple[str, ...], FileKind], ...] = (
    (
        ("name", "position", "salience", "capability"),
        FileKind("a table of positions", "detente positions {file}", ("positions",)),
    ),
    (
        ("id", "by", "against", "rate", "from", "known", "source"),
        FileKind("acts of duty", "detente duties --add {file}", ("add-duties",), ("add",)),
    ),
    (
        ("id", "negotiation", "parties", "date_known", "set_by", "deadline"),
        FileKind("decision points", "detente forecast --points {file}", (), ("points",)),
    ),
    (
        ("point", "day", "event", "probability", "source"),
        FileKind("values of crowds and markets", "detente forecast --score --crowd {file}", (), ("crowd",)),
    ),
)


def _table(path: str, data: bytes) -> FileKind | None:
    """A table of one of our own layouts, by its columns."""
    header = data.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    columns = {cell.strip().strip('"').lower() for cell in re.split("[,;\t]", header)}
    return next((kind for needed, kind in TABLES if columns.issuperset(needed)), None)


def _settings(path: str, data: bytes) -> FileKind | None:
    """A scenario or a grid of scenarios, in YAML."""
    text = data.decode("utf-8")
    if SCENARIO.search(text):
        return FileKind("a scenario", "detente price {file}", ("price", "card", "capital", "path", "compare"))
    if GRID.search(text):
        return FileKind("a grid of scenarios", "detente sweep {file} --out FOLDER", ("sweep",))
    return None


def _world(path: str, data: bytes) -> FileKind | None:
    from detente.economy import importers

    layout = importers.layout_of(Path(path))
    if layout is None:
        return None
    command = "detente world import {file} --out MINE.npz"
    return FileKind(layout.words, command, OF_WORLDS, ("world", "tariff_file", "groups"))


def _document(path: str, data: bytes) -> FileKind | None:
    """Sentences, in a text of some length."""
    from detente.record.feeds import recognition

    text = data.decode("utf-8")
    is_prose = len(text.split()) >= FEWEST_WORDS and ". " in text and recognition.not_prose(path, data) is None
    return FileKind("a document", "detente brief {file}", PROSE) if is_prose else None


TESTS: Sequence[Callable[[str, bytes], FileKind | None]] = (
    _binary,
    _game,
    _json,
    _table,
    _feed,
    _settings,
    _world,
    _document,
)
