"""The negotiations on file: their parties, their levers, and the days that their records span."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from detente.ask.answer import Answer
from detente.ask.cases import case_of
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks.find_case import candidates, case_row
from detente.errors import QuestionError
from detente.record.starting import own_names
from detente.record.store import Record, shipped_dossiers


def cases() -> Answer:
    """Every shipped negotiation, the one of a question that names none marked as the default."""
    return Answer("cases", {"cases": [_row(name) for name in shipped_dossiers()]})


def titles(first: str, home: str | None = None) -> Mapping[str, str]:
    """The negotiations at hand, {name: title}: `first`, the user's own below `home`, and the shipped ones."""
    return _titles(first, home, tuple(own_names(home)))


@lru_cache(maxsize=4)
def _titles(first: str, home: str | None, _own: tuple[str, ...]) -> Mapping[str, str]:
    return {first: case_of(first, home).title} | {
        case.name: case.title for case in candidates(home) if len(case.parties) > 1
    }


def _row(name: str) -> dict[str, Any]:
    case, record = case_of(name), Record.load(name)
    known = sorted((s.known or "")[:10] for s in record.statements())
    return {
        **case_row(case),
        "default": name == DEFAULT_DOSSIER,
        "levers": [{"name": lever.name, "title": lever.title} for lever in case.levers],
        "first_known": known[0] if known else None,
        "last_known": known[-1] if known else None,
        "statements": len(known),
    }


def check_shipped(name: str) -> None:
    """Raises QuestionError for a name that no shipped negotiation has."""
    check_name(name, shipped_dossiers())


def check_name(name: str, names: Collection[str]) -> None:
    """Raises QuestionError for a name that is not among those of negotiations, such as a path."""
    if name not in names:
        raise QuestionError(f"no case is named {name[:40]!r}; there is {', '.join(names)}")
