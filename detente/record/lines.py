"""Statements and sources to and from JSON lines: the diffable truth. One a line, schema version on each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from typing import Any

from detente.errors import RecordError
from detente.record.fact import SCHEMA, By, FactDate, Source, Statement
from detente.safe_io import read_json


def _usual(kind: type[Statement] | type[Source]) -> dict[str, Any]:
    """The values that are left out of a line; a language is always written."""
    told = {f.name: f.default for f in fields(kind) if f.default is not MISSING and f.name != "language"}
    return {**{name: [] if value == () else value for name, value in told.items()}, "date": {}}


_USUAL = {kind: _usual(kind) for kind in (Statement, Source)}


def write(item: Statement | Source) -> str:
    """One line, without the newline: fields in their order, empty and usual ones left out."""
    if isinstance(item, Source):
        told: dict[str, Any] = {"schema": SCHEMA, **vars(item), "carries": list(item.carries)}
    else:
        told = {"schema": SCHEMA, "id": item.id, **item.as_dict()}
        for name in ("by", "date"):
            told[name] = {k: v for k, v in told[name].items() if v is not None}
    usual = _USUAL[type(item)]
    kept = {k: v for k, v in told.items() if k not in usual or usual[k] != v}
    return json.dumps(kept, ensure_ascii=False)


def read_statement(line: str) -> Statement:
    """The statement of a line; raises RecordError if it is broken, of another schema, or its id does not verify."""
    told = _read(line, Statement)
    named = told.pop("id", None)
    try:
        told["by"] = By(**told.get("by", {}))
        told["date"] = FactDate(**told.get("date", {}))
        told["flags"] = tuple(told.get("flags", ()))
        found = Statement(**told)
    except TypeError as refused:
        raise RecordError(
            f"a statement lacks a field or has an odd one: {refused}; line starts {line[:60]!r}"
        ) from None
    if named != found.id:
        raise RecordError(f"statement {named} hashes to {found.id}: the line was changed after it was written; "
                          "retract it and add the corrected one")  # fmt: skip
    return found


def read_source(line: str) -> Source:
    """The source of a line; raises RecordError."""
    try:
        told = _read(line, Source)
        return Source(**{**told, "carries": tuple(told.get("carries", ()))})
    except TypeError as refused:
        raise RecordError(f"a source lacks a field or has an odd one: {refused}; line starts {line[:60]!r}") from None


def read_all(text: str, name: str, kind: type[Statement] | type[Source]) -> Iterator[Statement | Source]:
    """Every line of a text; raises RecordError with the file's name and the line number."""
    reader = read_statement if kind is Statement else read_source
    # split on \n only: a quote may hold other line separators
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield reader(line)
            except RecordError as refused:
                raise RecordError(f"{name}, line {number}: {refused}") from None


def write_all(items: Iterable[Statement | Source]) -> str:
    """All items, one a line."""
    return "".join(write(item) + "\n" for item in items)


def _read(line: str, kind: type[Statement] | type[Source]) -> dict[str, Any]:
    told = read_json(line, error=RecordError)
    if not isinstance(told, dict):
        raise RecordError(f"a line holds one JSON object, this one {type(told).__name__}")
    schema = told.pop("schema", None)
    if schema != SCHEMA:
        raise RecordError(f"schema {schema}, this version reads {SCHEMA}; update the package or convert the line")
    odd = told.keys() - {f.name for f in fields(kind)} - {"id"}
    if odd:
        raise RecordError(f"unknown fields {', '.join(sorted(odd))}")
    return told
