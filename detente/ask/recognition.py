"""What a file is, and which command reads it: for a file that was handed to another one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from detente.errors import DetenteError, RecordError
from detente.safe_io import read_file, read_json, read_text
from detente.safe_yaml import read_yaml

WRITTEN = ("out", "html", "pdf", "csv", "home", "entities", "judgements")  # options whose files are no question's own
WORLDS = ("world import", "world describe")  # what reads a file that --world takes
NO_FEED = ("empty", "server_error")  # what a failed download leaves
DOCUMENTS = ("brief", "record propose", "record text", "record review", "record update")  # what reads sentences
FEWEST_WORDS = 40  # of a text that is taken for a document
HEAD = 10_000  # bytes that hold the first line of a table
SMALL = 2_000_000  # bytes of what is read whole to recognise it


class Known(NamedTuple):
    """A kind of file: what it is in words, and the commands that read it, the usual one first."""

    words: str
    commands: tuple[str, ...]


def kind_of(path: str) -> Known | None:
    """What a file or folder is, by its content, or None. Raises nothing: what cannot be read is of no kind."""
    for test in TESTS:
        try:
            known = test(path)
        except Exception:  # a test of one format may stumble over the content of any other
            continue
        if known is not None:
            return known
    return None


def renamed(error: DetenteError, question: str, values: Mapping[str, Any]) -> DetenteError:
    """The error of a command; where one of its files is for another, an error that says so instead.

    question: the words of the command. values: what it was given, by option; what it writes is left out.
    """
    paths = [(name, path) for name, value in values.items() if name not in WRITTEN for path in _paths(value)]
    for option, path in paths:
        known = kind_of(path)
        takers = WORLDS if option == "world" else (question,)
        if known is not None and not set(takers) & set(known.commands):
            other = "--world" if option == "world" else f"`detente {question}`"
            return type(error)(f"{path}: this is {known.words}; `detente {known.commands[0]}` reads it, not {other}")
    return error


def _paths(value: Any) -> Iterable[str]:
    """The files and folders among the values of an option; no pipes and devices, which would be waited for."""
    listed = value if isinstance(value, list | tuple) else [value]
    texts = (str(item) for item in listed if isinstance(item, str | Path))
    return (text for text in texts if os.path.isfile(text) or os.path.isdir(text))


def _table(path: str) -> Known | None:
    from detente.economy import importers

    layout = importers.layout_of(Path(path))
    return Known(layout.words, (*WORLDS, "world check")) if layout else None


def _game(path: str) -> Known | None:
    from detente.ask.games import opening

    form = opening.recognise(opening.game_file(path))
    return Known(form.title, ("game",)) if form else None


def _scenario(path: str) -> Known | None:
    written = read_yaml(read_text(path, size=SMALL), path)
    measures = written.get("measures") if isinstance(written, dict) else written
    is_scenario = isinstance(measures, list) and measures and all(_is_measure(measure) for measure in measures)
    return Known("a scenario", ("price", "compare", "sweep", "capital", "card", "path")) if is_scenario else None


def _is_measure(written: Any) -> bool:
    return isinstance(written, dict) and {"by", "against", "rate"} <= written.keys()


def _stored(path: str) -> Known | None:
    written = read_json(read_file(path, size=SMALL), path)
    meta = written.get("meta") if isinstance(written, dict) else None
    is_stored = isinstance(meta, dict) and "question" in meta and "command" in meta
    return Known("a stored output", ("rerun",)) if is_stored else None


def _world(path: str) -> Known | None:
    if not path.endswith(".npz"):
        return None
    from detente.economy import world

    world.read(path)
    return Known("a world of your own, which --world takes", ("world describe", "world check"))


def _columns(path: str) -> Known | None:
    """A table of one of our own layouts, by the names of its columns."""
    with open(path, "rb") as file:
        header = file.read(HEAD).removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    names = {cell.strip().strip('"').lower() for cell in re.split("[,;\t]", header)}
    return next((known for needed, known in TABLES if names.issuperset(needed)), None)


TABLES: tuple[tuple[tuple[str, ...], Known], ...] = (
    (("name", "position", "salience", "capability"), Known("a table of positions", ("positions",))),
    (("id", "by", "against", "rate", "from", "known", "source"), Known("acts of duty", ("duties --add", "duties"))),
    (
        ("id", "negotiation", "parties", "date_known", "set_by", "deadline"),
        Known("a table of decision points", ("forecast --points", "forecast")),
    ),
    (
        ("point", "day", "event", "probability", "source"),
        Known("values of crowds and markets", ("forecast --score --crowd", "forecast")),
    ),
)


def _grid(path: str) -> Known | None:
    written = read_yaml(read_text(path, size=SMALL), path)
    is_grid = isinstance(written, dict) and isinstance(written.get("scenarios"), list)
    return Known("a grid of scenarios", ("sweep",)) if is_grid else None


def _statements(path: str) -> Known | None:
    """Statements for the record: an object, a list of them, or one a line."""
    data = read_file(path, size=SMALL).lstrip()
    if data[:1] not in (b"{", b"["):
        return None
    try:
        written = read_json(data)
    except DetenteError:
        written = read_json(data.split(b"\n", 1)[0])
    first = written[0] if isinstance(written, list) and written else written
    are_statements = isinstance(first, dict) and {"kind", "value", "source"} <= first.keys()
    return Known("statements for the record", ("record add", "record review")) if are_statements else None


def _judgements(path: str) -> Known | None:
    """Judgements of nomenklatura: a list a line, two ids and a judgement."""
    from detente.record.entities import DECISIONS

    row = read_json(read_file(path, size=SMALL).lstrip().split(b"\n", 1)[0])
    are_judgements = isinstance(row, list) and len(row) > 2 and row[2] in DECISIONS
    return Known("judgements of nomenklatura", ("record judgements",)) if are_judgements else None


def _document(path: str) -> Known | None:
    """A document by its format, or a text of some length in sentences."""
    from detente.record import formats
    from detente.record.feeds.recognition import not_prose

    data = read_file(path, size=SMALL)
    if formats.format_of(data, path) is not None:
        return Known("a document", DOCUMENTS)
    text = data.decode("utf-8")
    is_prose = len(text.split()) >= FEWEST_WORDS and ". " in text and not_prose(path, data) is None
    return Known("a document", DOCUMENTS) if is_prose else None


def check_document(question: str, values: Mapping[str, Any]) -> None:
    """Refuse a table of our own where sentences are asked for: a short one would be read as such.

    Raises RecordError.
    """
    path = values.get("document")
    if question not in DOCUMENTS or not isinstance(path, str | Path) or not Path(path).is_file():
        return
    with suppress(OSError):
        known = _columns(str(path))
        if known is not None:
            raise RecordError(
                f"{path}: this is {known.words}; `detente {known.commands[0]}` reads it, not `detente {question}`"
            )


def _feed(path: str) -> Known | None:
    from detente.record import feeds

    feed = feeds.recognise(path, read_file(path))
    words = ("record update", "record review", "record propose", "brief", "forecast")
    return Known(f"a file of {feed.title}", words) if feed and not feed.prose and feed.name not in NO_FEED else None


TESTS: tuple[Callable[[str], Known | None], ...] = (
    _world, _stored, _columns, _game, _scenario, _grid, _statements, _judgements, _table, _feed, _document,
)  # fmt: skip
