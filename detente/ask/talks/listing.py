"""The negotiations on file: their parties, their levers, and the days that their records span."""

from __future__ import annotations

from typing import Any

from detente.ask.answer import Answer
from detente.ask.cases import case_of
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks.find_case import case_row
from detente.errors import QuestionError
from detente.record.store import Record, shipped_dossiers


def cases() -> Answer:
    """Every shipped negotiation, the one of a question that names none marked as the default."""
    return Answer("cases", {"cases": [_row(name) for name in shipped_dossiers()]})


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


def check_shipped(name: str) -> str:
    """The name of a shipped negotiation. Raises QuestionError for any other text, such as a path."""
    if name not in shipped_dossiers():
        raise QuestionError(f"no case is named {name[:40]!r}; there is {', '.join(shipped_dossiers())}")
    return name
