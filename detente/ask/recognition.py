"""What a file is, and which command reads it: for a file that was handed to another one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from detente.errors import DetenteError
from detente.safe_io import csv_lines, read_file, read_json, read_text
from detente.safe_yaml import read_yaml

WRITTEN = ("out", "html", "pdf", "csv", "home")  # options whose files are written
WORLDS = ("world import", "world describe")  # what reads a file that --world takes
NO_FEED = ("empty", "server_error")  # what a failed download leaves
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
        except (DetenteError, ValueError, RecursionError, OSError):
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
    """The paths among the values of an option."""
    listed = value if isinstance(value, list | tuple) else [value]
    return (item for item in listed if isinstance(item, str) and len(item) < 1000 and os.path.exists(item))


def _table(path: str) -> Known | None:
    from detente.economy import importers

    layout = importers.layout_of(Path(path))
    return Known(layout.words, (*WORLDS, "world check")) if layout else None


def _game(path: str) -> Known | None:
    from detente.ask.games import opening

    form = opening.recognise(opening.game_file(path))
    return Known(form.title, ("game",)) if form else None


def _positions(path: str) -> Known | None:
    from detente.ask.questions.positions import COLUMNS

    first = csv_lines(read_text(path, size=SMALL).split("\n", 1)[0], path)
    is_positions = first and set(COLUMNS) <= {cell.strip().lower() for cell in first[0][1]}
    return Known("a table of positions", ("positions",)) if is_positions else None


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


def _feed(path: str) -> Known | None:
    from detente.record import feeds

    feed = feeds.recognise(path, read_file(path))
    words = ("record update", "record review", "record propose", "brief", "forecast")
    return Known(f"a file of {feed.title}", words) if feed and not feed.prose and feed.name not in NO_FEED else None


TESTS: tuple[Callable[[str], Known | None], ...] = (_world, _stored, _positions, _game, _scenario, _table, _feed)
