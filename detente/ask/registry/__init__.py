"""Every question once: its function, its options, its JSON Schema and its view in the terminal.

The command line, the tools for assistants, the page of commands and the tests read this list, so a new question is one
file in `ask/questions` and one entry in QUESTIONS of its topic's file here. A function is named as text,
`module:function` below `detente.ask`, and imported when the question is asked: reading the registry imports nothing.
"""

from __future__ import annotations

from detente.ask.registry import (
    bargaining,
    duties,
    forecasts,
    overview,
    policies,
    record_keeping,
    repetition,
    tariffs,
    worlds,
)
from detente.ask.registry.options import DEFAULT_DOSSIER
from detente.ask.registry.question import Option, Question, Tool, ValueType

__all__ = ["DEFAULT_DOSSIER", "GROUPS", "QUESTIONS", "Option", "Question", "Tool", "ValueType", "find"]

GROUPS = {
    "record": "The record: documents, statements, the state of the talks.",
    "tariffs": "Tariffs that are optimal for one economy, hold in a trade war, or would be agreed in talks.",
    "world": "Worlds: tables of your own imported, checked and described, and those that ship.",
}

QUESTIONS: tuple[Question, ...] = (  # in the order of the page of commands
    *overview.QUESTIONS,
    *bargaining.QUESTIONS,
    *forecasts.QUESTIONS,
    *tariffs.QUESTIONS,
    *repetition.QUESTIONS,
    *duties.QUESTIONS,
    *policies.QUESTIONS,
    *record_keeping.QUESTIONS,
    *worlds.QUESTIONS,
)


def find(name: str) -> Question:
    """A question by name, such as `tariffs nash`. Raises KeyError."""
    return {question.name: question for question in QUESTIONS}[name]
