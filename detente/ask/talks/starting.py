"""Starting a negotiation of one's own: the question behind `record new`, and behind `record review --new`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from detente import labels
from detente.ask.answer import Answer
from detente.errors import QuestionError, RecordError
from detente.record import case as cases
from detente.record import starting
from detente.record.case import Case


def new(name: str, *, parties: Sequence[str], title: str | None = None, home: str | None = None) -> Answer:
    """Start a negotiation in the home folder. Raises RecordError, QuestionError."""
    if not home:
        raise QuestionError("a negotiation of your own needs a folder; name it with --home")
    case = starting.start(name, parties, home, title=title or "")
    return Answer("record new", _started(case, Path(home) / name), options={"parties": list(parties), "title": title})


def start_once(name: str, parties: Sequence[str], home: str) -> None:
    """Start a negotiation unless it is there with the same parties, so that a command can be repeated.

    Raises RecordError, also where the parties of the one that is there are others.
    """
    starting.check_name(name)
    case = cases.load(Path(home) / name, name)
    if case is None:
        starting.start(name, parties, home)
    elif set(case.parties) != {code.upper() for code in parties}:
        raise RecordError(
            f"{name} exists already, with the parties {', '.join(case.parties)}; leave out --new or take another name"
        )


def _started(case: Case, folder: Path) -> dict[str, Any]:
    return {
        "dossier": case.name,
        "folder": str(folder),
        "title": case.title,
        "parties": [
            {"code": code, "name": labels.name(code), "capital": case.capital(code), "zone": case.places[code].zone}
            for code in case.parties
        ],
        "files": sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")),
    }
