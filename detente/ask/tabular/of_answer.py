"""The tables of an answer: those of its question, or every list of objects in its data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from detente.ask.registry import QUESTIONS
from detente.ask.tabular.data_table import DataTable
from detente.ask.tabular.rows import build

Data = Mapping[str, Any]
Builder = Callable[[Data], Iterator[DataTable]]
SKIPPED = ("notes", "meta", "evidence")  # of an answer that is no table of its own


def tables(question: str, data: Data) -> dict[str, DataTable]:
    """{name: table} of an answer's data, the main one first; tables without rows are left out."""
    built = builder_of(question)(data)
    return {table.name: table for table in built if table.rows}


def builder_of(question: str) -> Builder:
    """What makes the tables of a question by its name."""
    named = next((each.tables for each in QUESTIONS if each.name == question and each.tables), "")
    if not named:
        return of_lists
    module, function = named.split(":")
    builder: Builder = getattr(import_module(f"detente.ask.tabular.{module}"), function)
    return builder


def of_lists(data: Data) -> Iterator[DataTable]:
    """A table for each list of objects in the data, `rows` first; lists of numbers or of text give no table."""
    names = [key for key in data if key not in SKIPPED]
    for name in sorted(names, key=lambda key: key != "rows"):
        value = data[name]
        if isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
            yield build(name, name.replace("_", " "), value, nested=False)
