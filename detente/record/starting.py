"""Starts a negotiation of one's own: a folder with its case and two empty files, there as a whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from detente.errors import RecordError
from detente.record import case as cases
from detente.record.case import Case
from detente.record.store import SOURCES, STATEMENTS, shipped_dossiers
from detente.safe_io import reason, write_file

NAME = re.compile(r"\w[\w.-]{0,63}")
DUTIES = "duties"  # the folder of a user's own acts, beside those of negotiations
RESERVED = ("none", DUTIES)  # names that mean no negotiation


def check_name(name: str) -> str:
    """The name of a negotiation, if it can be that of a folder. Raises RecordError."""
    if not NAME.fullmatch(name) or name.lower() in RESERVED or name.endswith("."):
        raise RecordError(
            f"{name[:80]!r} cannot name a negotiation; take letters, digits, hyphens and dots, 64 at most, such as"
            " india-usa"
        )
    return name


def own_names(home: str | Path | None) -> list[str]:
    """The names of the negotiations in a home folder; hidden folders and that of the user's acts are left out."""
    if not home or not Path(home).is_dir():
        return []
    folders = (path.name for path in Path(home).iterdir() if path.is_dir() and path.name != DUTIES)
    return sorted(name for name in folders if not name.startswith("."))


def start(name: str, parties: Sequence[str], home: str | Path, *, title: str = "") -> Case:
    """Write the folder of a new negotiation and give its case.

    parties: ISO 3166 codes or EU, two or more. Raises RecordError for a name that is taken or cannot be one, for a code
    that is no economy, and where nothing can be written.
    """
    check_name(name)
    case = cases.bare(name, [code.strip().upper() for code in parties], " ".join(title.split()))
    existing = {n.casefold(): n for n in (*shipped_dossiers(), *own_names(home))}
    if name.casefold() in existing:
        raise _taken(existing[name.casefold()])
    _write(case, Path(home))
    return case


def _taken(name: str) -> RecordError:
    return RecordError(f"{name} exists already; review documents into it with --case {name}, or choose another name")


def _write(case: Case, home: Path) -> None:
    """Write all files beside their place, then move the folder there in one step."""
    draft = home / f".{case.name}.{os.getpid()}"
    try:
        shutil.rmtree(draft, ignore_errors=True)  # left by a process that was killed
        draft.mkdir(parents=True)
        write_file(draft / cases.FILE, cases.write(case), error=RecordError)
        for file in (SOURCES, STATEMENTS):
            (draft / file).touch()
        draft.rename(home / case.name)
    except RecordError:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if (home / case.name).exists():  # another process was faster
            raise _taken(case.name) from None
        raise RecordError(
            f"{home}: no negotiation can be started here ({reason(error)}); name another folder with --home"
        ) from None
