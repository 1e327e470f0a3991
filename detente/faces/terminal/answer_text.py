"""The view of any answer on a terminal, for questions without one of their own: its keys and values, then its notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.ask.answer import Answer
from detente.faces.words import visible


def answer(answer: Answer) -> None:
    """Print every key with its value, a level of nesting indented by two blanks."""
    for line in (*_lines(answer.data, 0), *(f"· {note}" for note in answer.notes)):
        print(visible(line))


def _lines(value: Any, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                yield f"{indent}{key}:"
                yield from _lines(inner, depth + 1)
            else:
                yield f"{indent}{key}: {_text(inner)}"
    elif isinstance(value, list):
        for inner in value:
            yield from _lines(inner, depth)
    else:
        yield f"{indent}{_text(value)}"


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "—" if value is None or value in ({}, []) else str(value)
