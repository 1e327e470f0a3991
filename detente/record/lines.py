"""Statements and sources as JSON lines, which a person can read and compare. One a line, with the schema version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from typing import Any

from detente.errors import RecordError
from detente.record.fact import SCHEMA, By, FactDate, Source, Statement
from detente.record.field_types import check_types
from detente.safe_io import read_json

SHOWN = 60  # characters of a broken line that a message repeats


def _defaults(kind: type[Statement] | type[Source]) -> dict[str, Any]:
    """The values that are left out of a line; a language is always written."""
    defaults = {f.name: f.default for f in fields(kind) if f.default is not MISSING and f.name != "language"}
    return {**{name: [] if value == () else value for name, value in defaults.items()}, "date": {}}


_DEFAULTS = {kind: _defaults(kind) for kind in (Statement, Source)}


def write(item: Statement | Source) -> str:
    """One line, without the newline: the fields in their order, those with their default value left out."""
    if isinstance(item, Source):
        values: dict[str, Any] = {"schema": SCHEMA, **vars(item), "carries": list(item.carries)}
    else:
        values = {"schema": SCHEMA, "id": item.id, **item.as_dict()}
        for name in ("by", "date"):
            values[name] = {k: v for k, v in values[name].items() if v is not None}
    defaults = _DEFAULTS[type(item)]
    written = {k: v for k, v in values.items() if k not in defaults or defaults[k] != v}
    return json.dumps(written, ensure_ascii=False, allow_nan=False)


def read_statement(line: str) -> Statement:
    """The statement of a line. Raises RecordError if the line is broken, of another schema, or not what its id says."""
    values = _read(line, Statement)
    identity = values.pop("id", None)
    try:
        values["by"] = By(**values.get("by", {}))
        values["date"] = FactDate(**values.get("date", {}))
        values["flags"] = tuple(values.get("flags", ()))
        statement = Statement(**values)
    except TypeError as error:
        raise _misfit("statement", error, line) from None
    if identity != statement.id:
        raise RecordError(
            f"statement {identity} hashes to {statement.id}: the line was changed after it was written; restore it,"
            " retract the statement and add the corrected one"
        )
    check_types(statement)
    return statement


def read_source(line: str) -> Source:
    """The source of a line. Raises RecordError if the line is broken or of another schema."""
    try:
        values = _read(line, Source)
        source = Source(**{**values, "carries": tuple(values.get("carries", ()))})
    except TypeError as error:
        raise _misfit("source", error, line) from None
    check_types(source)
    return source


def _misfit(what: str, error: TypeError, line: str) -> RecordError:
    return RecordError(f"a {what} lacks a field or has a wrong one: {error}; the line starts {line[:SHOWN]!r}")


def read_all(
    text: str, name: str, kind: type[Statement] | type[Source], broken: list[str] | None = None
) -> Iterator[Statement | Source]:
    """Every item of a text. Raises RecordError, with the name of the file and the number of the line.

    broken: takes what is wrong with a line instead, which is then left out.
    """
    reader = read_statement if kind is Statement else read_source
    # split on \n only: a quote may hold other line separators
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield reader(line)
            except RecordError as error:
                if broken is None:
                    raise RecordError(f"{name}, line {number}: {error}") from None
                broken.append(f"{name}, line {number}: {error}")


def write_all(items: Iterable[Statement | Source]) -> str:
    """All items, one a line."""
    return "".join(write(item) + "\n" for item in items)


def _read(line: str, kind: type[Statement] | type[Source]) -> dict[str, Any]:
    values = read_json(line, error=RecordError)
    if not isinstance(values, dict):
        raise RecordError(f"a line holds one JSON object, this one holds a {type(values).__name__}")
    schema = values.pop("schema", None)
    if schema != SCHEMA:
        raise RecordError(f"schema {schema}, this version reads {SCHEMA}; update the package or convert the line")
    names = {f.name for f in fields(kind)} | {"id"}
    unknown = sorted(values.keys() - names)
    if unknown:
        raise RecordError(f"unknown fields {', '.join(unknown)}; the fields are {', '.join(sorted(names))}")
    return values
