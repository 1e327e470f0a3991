"""What every command shares: common options, days checked, answers printed, files written whole."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

from cyclopts import Parameter

from detente.errors import QuestionError

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON document instead of text.")]
Day = Annotated[str | None, Parameter(help="A day, YYYY-MM-DD; it means the end of that day, UTC.")]
Home = Annotated[str | None, Parameter(help="Folder with your own dossiers (default: the user data folder).")]
World = Annotated[
    str, Parameter(help="icio-2022 (81 by 28), wiod-2011, world-2023 (194 by 1), or your own table as .npz.")
]
Horizon = Annotated[str, Parameter(help="How far trade has answered: short, medium or long.")]
Draws = Annotated[int, Parameter(help="Draws of elasticities behind low and high; 0 shows the spread of all sets.")]
Dossier = Annotated[str, Parameter(help="A shipped dossier, or none.")]


_asked: list[str] = []


def asked(argv: list[str] | None = None) -> list[str]:
    """The words of the command line that runs, kept for `meta`; given some, those from now on."""
    if argv is not None:
        _asked[:] = argv
    return list(_asked)


def days(**given: str | None) -> None:
    """Refuse a day that is none. Raises QuestionError."""
    from datetime import date, datetime

    for name, value in given.items():
        if value is None:
            continue
        try:
            date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
            if len(value) < 10 or not "1900" <= value[:4] <= "2200":
                raise ValueError
        except ValueError:
            flag = "--" + name.replace("_", "-")
            raise QuestionError(f"{flag} {value!r} is not a day; write it as 2025-10-27") from None


def home_folder(given: str | None) -> str | None:
    """The folder of the user's own dossiers: the one given, or the usual one if it exists. Raises QuestionError."""
    usual = given or usual_home()
    if os.path.exists(usual) and not os.path.isdir(usual):
        raise QuestionError(f"--home {usual}: a file, not a folder; name the folder of your own dossiers")
    return usual if given is not None or os.path.isdir(usual) else None


def usual_home() -> str:
    """The folder of the user's own dossiers where the command line does not name one."""
    from platformdirs import user_data_dir

    return user_data_dir("detente", appauthor=False)


def progress(done: int, count: int) -> None:
    """How far a long run is, on stderr: a line that moves on a terminal, every tenth otherwise."""
    live = sys.stderr.isatty()
    if not live and done % max(count // 10, 1):
        return
    print(f"draw {done} of {count}", end="\r" if live and done < count else "\n", file=sys.stderr, flush=True)


def print_json(document: Any) -> None:
    """Print one JSON document; characters that the stream cannot carry are written as \\u escapes."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(document, allow_nan=False)
    print(text)


def show(answer: Any, as_json: bool, view: str, views: str = "text") -> None:
    """Print one answer: JSON, or the view of it for a terminal, from faces.text or the module of faces named."""
    if as_json:
        told = answer.to_json()
        told["meta"]["command"] = ["detente", *asked()]
        print_json(told)
        return
    printer: Callable[[Any], None] = getattr(import_module(f"detente.faces.terminal.{views}"), view)
    printer(answer)
