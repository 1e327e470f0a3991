"""What a game that the user brings as a file comes to: equilibria, or the bargains of a negotiation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from detente.ask.answer import Answer
from detente.ask.games import equilibria, opening
from detente.bargain.extensive_form import ExtensiveGame
from detente.errors import QuestionError


def game(files: str | Path | Sequence[str | Path]) -> Answer:
    """The answer about the game in a file, by its format.

    files: a path, or several; a negotiation may take several, any other game one. Raises QuestionError with one line
    for a file that is no game, or a broken one.
    """
    paths = [str(files)] if isinstance(files, str | Path) else [str(path) for path in files]
    if not paths:
        raise QuestionError("no file; name a game: detente game FILE")
    if len(paths) > 1:
        raise QuestionError(f"{len(paths)} files; a game is one file")
    file = opening.game_file(paths[0])
    form = opening.recognise(file.text)
    if form is None:
        titles = ", ".join(form.title for form in opening.FORMATS)
        raise QuestionError(f"{paths[0]}: no game that is known; detente game reads {titles}")
    read = form.read(file)
    if isinstance(read, ExtensiveGame):
        data, notes = equilibria.of_extensive_form(read)
    else:
        data, notes = equilibria.of_strategic_form(read)
    head: dict[str, Any] = {"format": form.name, "files": [file.name]}
    return Answer("game", {**head, **data}, notes, {"files": [file.name]})
