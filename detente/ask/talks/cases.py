"""The case of a dossier, as answers and faces need it: who the parties are and how they are spoken of."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

from detente import labels
from detente.record import case as cases
from detente.record.case import Case
from detente.record.fact import Statement
from detente.record.store import Record

JsonRow = dict[str, Any]


def open_case(dossier: str, home: str | None, record: Record) -> Case:
    """The case of a dossier: its own `case.yaml`, else the shipped one, else the parties that its statements name.

    A record that names no two parties, such as the empty one, has a case without parties. Raises RecordError.
    """
    shipped = resources.files("detente") / "dossiers" / dossier
    folders = [folder for folder in (record.folder, Path(home) / dossier if home else None) if folder is not None]
    for folder in (*folders, shipped):
        found = cases.load(folder, dossier) if dossier != "none" else None
        if found is not None:
            return found
    return of_statements(dossier, record.statements())


def of_statements(name: str, statements: tuple[Statement, ...]) -> Case:
    """The case that statements describe: the parties that most of them name together."""
    named = Counter(codes for s in statements if len(codes := _codes(s)) > 1)
    parties = max(named, key=lambda codes: (named[codes], len(codes)), default=())
    if not parties:
        return Case(name, "Talks", (), {})
    return cases.bare(name, parties)


def _codes(statement: Statement) -> tuple[str, ...]:
    """The economies and blocs that a statement names as its parties, or as who imposes a measure on whom."""
    value = statement.value
    named = value.get("parties") or [value.get("imposer"), value.get("target")]
    return tuple(sorted({code for code in named if isinstance(code, str) and is_party(code)}))


def is_party(code: str) -> bool:
    """Whether a code is an economy or a bloc that can negotiate."""
    return bool(cases.PARTY.fullmatch(code)) and labels.name(code) != code


def case_row(case: Case) -> JsonRow:
    """The case as answers show it: its name and title, and each party with its code, name and capital."""
    return {
        "name": case.name,
        "title": case.title,
        "parties": [{"code": code, "name": labels.name(code), "capital": case.capital(code)} for code in case.parties],
    }
