"""Rows of an answer as a DataTable: nested objects become columns, each with its unit and type."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from detente.ask.tabular.data_table import DataTable, Field
from detente.ask.tabular.units import field_of

DAY = re.compile(r"\d{4}-\d\d-\d\d")
Row = Mapping[str, Any]


def build(
    name: str,
    title: str,
    rows: Iterable[Row],
    keys: Sequence[str] = (),
    own: Mapping[str, Field] | None = None,
    *,
    changes: bool = False,
    nested: bool = True,
) -> DataTable:
    """The table of some rows; columns come in the order of their keys, and one without any value is left out.

    keys: of the columns that tell rows apart. own: {key: field}, where it is not the one that answers share. changes:
    whether keys such as real_income and price are percent changes. nested: whether objects become columns, not text.
    """
    columns = _columns([flat(row) if nested else _texts(row) for row in rows], keys)
    fields = {
        key: replace(field_of(key, own or {}, changes=changes), type=_type(values)) for key, values in columns.items()
    }
    named = tuple(fields[key].name for key in keys if key in fields)
    return DataTable(name, title, tuple(fields.values()), tuple(zip(*columns.values(), strict=True)), named)


def _columns(rows: Sequence[Row], keys: Sequence[str]) -> dict[str, list[Any]]:
    """{key: values}; of keys without any value only those that tell rows apart."""
    every = dict.fromkeys(key for row in rows for key in row)
    columns = {key: [row.get(key) for row in rows] for key in every}
    return {k: v for k, v in columns.items() if k in keys or any(value is not None for value in v)}


def flat(row: Row, before: str = "") -> dict[str, Any]:
    """A row of plain values: keys of an object in it follow its own, joined by an underscore; lists become text."""
    plain: dict[str, Any] = {}
    for key, value in row.items():
        name = f"{before}{key}"
        if isinstance(value, Mapping) and value:
            plain |= flat(value, f"{name}_")
        else:
            plain[name] = _plain(value)
    return plain


def _texts(row: Row) -> dict[str, Any]:
    """A row of plain values, what is an object or a list as text."""
    return {key: _plain(value) for key, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if not isinstance(value, list | tuple | Mapping):
        return str(value)
    if not value:
        return None
    if isinstance(value, list | tuple) and all(isinstance(each, str | int | float) for each in value):
        return "; ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False, default=str)


def _type(values: Iterable[Any]) -> str:
    """The type that all values of a column share; string where their types differ."""
    known = [value for value in values if value is not None]
    kinds = frozenset(map(type, known))
    shared = TYPES.get(kinds, "string")
    return "date" if shared == "string" and kinds == {str} and all(map(_is_day, known)) else shared


TYPES = {
    frozenset({bool}): "boolean", frozenset({int}): "integer", frozenset({float}): "number",
    frozenset({int, float}): "number",
}  # fmt: skip


def _is_day(text: str) -> bool:
    if not DAY.fullmatch(text):
        return False
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
