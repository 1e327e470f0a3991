"""What every command shares: days checked, folders found, progress and JSON printed."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from detente.errors import QuestionError

_asked: list[str] = []


def asked(argv: list[str] | None = None) -> list[str]:
    """The words of the command line that runs, kept for `meta`; given some, those from now on."""
    if argv is not None:
        _asked[:] = argv
    return list(_asked)


def days(**values: str | None) -> None:
    """Refuse an invalid day; values by name of option. Raises QuestionError."""
    for name, value in values.items():
        if value is not None and not _is_day(value):
            flag = "--" + name.replace("_", "-")
            raise QuestionError(f"{flag} {value!r} is not a day; write it as 2025-10-27")


def _is_day(text: str) -> bool:
    """Whether a text is a day, or a moment, from 1900 to 2200."""
    from datetime import date, datetime

    try:
        date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return False
    return len(text) >= 10 and "1900" <= text[:4] <= "2200"


def home_folder(path: str | None) -> str | None:
    """The folder to read the user's own dossiers from: the one given, or the usual one if it exists.

    Raises QuestionError for a file.
    """
    folder = writing_folder(path)
    return folder if path is not None or os.path.isdir(folder) else None


def writing_folder(path: str | None) -> str:
    """The folder to write the user's own dossiers to: the one given, or the usual one, made on the first write.

    Raises QuestionError for a file.
    """
    folder = path or _usual_home()
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise QuestionError(f"--home {folder}: a file, not a folder; name the folder of your own dossiers")
    return folder


def _usual_home() -> str:
    from platformdirs import user_data_dir

    return user_data_dir("detente", appauthor=False)


def progress(done: int, count: int, line: str) -> None:
    """A line on how far a long run is, on stderr: one that moves on a terminal, every tenth otherwise."""
    live = sys.stderr.isatty()
    if live or not done % max(count // 10, 1):
        print(line, end="\r" if live and done < count else "\n", file=sys.stderr, flush=True)


def print_json(document: Any) -> None:
    """Print one JSON document; characters that the stream cannot carry are written as \\u escapes."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(document, allow_nan=False)
    print(text)
