"""Which game a file is, by its content, and its reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from detente.bargain.extensive_form import ExtensiveGame
from detente.bargain.files import gambit
from detente.bargain.strategic_form import StrategicGame
from detente.errors import QuestionError
from detente.safe_io import read_file

SIZE = 20_000_000  # bytes of one file
Game = StrategicGame | ExtensiveGame


@dataclass(frozen=True)
class GameFile:
    """A file as read: its path, its name without folders, and its text."""

    path: str
    name: str
    text: str


@dataclass(frozen=True)
class Format:
    """A format of games: its name in answers, what it is called, how a text of it is recognised and read."""

    name: str
    title: str
    recognise: Callable[[str], bool]
    read: Callable[[GameFile], Game]


def _begins(pattern: str) -> Callable[[str], bool]:
    """Whether a text begins so, blanks aside."""
    start = re.compile(r"\ufeff?\s*" + pattern)
    return lambda text: start.match(text) is not None


FORMATS = (
    Format("gambit-nfg", "a game of Gambit in strategic form (.nfg)", _begins(r"NFG\b"),
           lambda file: gambit.read_nfg(file.text, file.name)),
    Format("gambit-efg", "a game of Gambit in extensive form (.efg)", _begins(r"EFG\b"),
           lambda file: gambit.read_efg(file.text, file.name)),
)  # fmt: skip


def recognise(text: str) -> Format | None:
    """The format of a game that a text has, or None."""
    return next((form for form in FORMATS if form.recognise(text)), None)


def game_file(path: str) -> GameFile:
    """A file with its text: UTF-8, else UTF-16 by its first bytes, else Windows-1252. Raises QuestionError."""
    data = read_file(path, size=SIZE)
    if not data.strip():
        raise QuestionError(f"{path}: an empty file; name a file that holds a game")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise QuestionError(f"{path}: a binary file, not a game; detente game reads text")
    return GameFile(path, Path(path).name, text.replace("\r\n", "\n").replace("\r", "\n"))
