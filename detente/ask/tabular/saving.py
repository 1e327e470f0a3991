"""Tables as files: CSV, Parquet and Excel, each with a description beside it that software and people can read."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from detente.ask.tabular import workbook
from detente.ask.tabular.data_table import DataTable
from detente.ask.tabular.provenance import Provenance
from detente.errors import QuestionError
from detente.safe_io import visible, write_file

FORMULA = ("=", "+", "-", "@")  # how a cell starts that a spreadsheet would run
DESCRIPTION = ".schema.json"  # what is added to the name of a file for its description
MEDIA = {
    "csv": "text/csv", "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def cell(value: Any) -> str:
    """A cell of a CSV; text that a spreadsheet would run starts with an apostrophe. Numbers have every digit."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return repr(value) if isinstance(value, float) else str(value)
    text = visible(str(value))
    return "'" + text if text.lstrip().startswith(FORMULA) else text


def _csv(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(cell, names))
    writer.writerows(map(cell, row) for row in rows)
    return out.getvalue()


def as_csv(table: DataTable) -> bytes:
    """A table as CSV in UTF-8; its header holds the names of the fields, which end in their units."""
    return _csv(table.names, table.rows).encode()


def as_parquet(table: DataTable, about: Provenance | None = None) -> bytes:
    """A table as Parquet; units and meanings stand in the metadata of its columns, sources in that of the file.

    Raises QuestionError where pyarrow is not installed.
    """
    try:
        pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise QuestionError("Parquet needs pyarrow: pip install 'detente[table]', or take CSV") from None
    types = {
        "number": pyarrow.float64(), "integer": pyarrow.int64(), "boolean": pyarrow.bool_(), "date": pyarrow.date32(),
    }  # fmt: skip
    fields = [
        pyarrow.field(f.name, types.get(f.type, pyarrow.string()), metadata=_texts(f.to_json())) for f in table.fields
    ]
    metadata = {"title": table.title} | ({} if about is None else {"detente": json.dumps(package(about, []))})
    schema = pyarrow.schema(fields, metadata=metadata)
    arrays = [pyarrow.array(_typed(table, k), field.type) for k, field in enumerate(schema)]
    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), out)
    return out.getvalue()


def _texts(written: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in written.items() if key != "name"}


def _typed(table: DataTable, place: int) -> list[Any]:
    """The values of a field in the type that Parquet stores."""
    from datetime import date

    readers: dict[str, Callable[[Any], Any]] = {"date": date.fromisoformat, "string": str, "number": float}
    read = readers.get(table.fields[place].type)
    values = [row[place] for row in table.rows]
    return values if read is None else [None if value is None else read(value) for value in values]


def as_xlsx(tables: Sequence[DataTable], about: Provenance | None = None) -> bytes:
    """Tables as an Excel workbook: a sheet each, one on columns and units, one on sources. Raises QuestionError."""
    return workbook.written(tables, [] if about is None else about_rows(about))


def about_rows(about: Provenance) -> list[tuple[str, str]]:
    """What a reader of a workbook needs: question, options, notes, sources, licences."""
    rows = [("question", about.question), ("détente", about.version)]
    rows += [(key, str(value)) for key, value in about.options.items() if value not in (None, (), [], "")]
    rows += [("note", note) for note in about.notes]
    rows += [("source", source) for source in about.sources]
    return [*rows, *(("licence", licence) for licence in about.licences)]


def package(about: Provenance, resources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A Data Package (Frictionless, version 1) of some resources; `options` and `notes` are additions of ours."""
    return {
        "profile": "tabular-data-package",
        "name": f"detente-{re.sub('[^a-z0-9]+', '-', about.question)}",
        "title": f"détente: {about.question}",
        "version": about.version,
        "sources": [{"title": source} for source in about.sources],
        "licenses": [{"name": "notspecified" if k else "MIT", "title": text} for k, text in enumerate(about.licences)],
        "notes": list(about.notes),
        "options": dict(about.options),
        "resources": list(resources),
    }


def resource(table: DataTable, file: str, kind: str, content: bytes) -> dict[str, Any]:
    """The description of a table in a file."""
    schema: dict[str, Any] = {"fields": [field.to_json() for field in table.fields], "missingValues": [""]}
    if table.keys:
        schema["primaryKey"] = list(table.keys)
    return {
        "name": table.name, "title": table.title, "path": file, "profile": "tabular-data-resource", "format": kind,
        "mediatype": MEDIA[kind], "encoding": "utf-8", "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "rows": len(table), "schema": schema,
    }  # fmt: skip


def save(path: str | Path, tables: Sequence[DataTable], about: Provenance, kind: str | None = None) -> list[str]:
    """Write tables to a file of a kind, by default the ending of its name, and its description beside it.

    Returns the paths written.

    .csv and .parquet hold the first table, .xlsx all of them. Raises QuestionError for another ending, and where a file
    cannot be written.
    """
    file = str(path)
    kind = kind or file.rpartition(".")[2].lower()
    if kind not in MEDIA:
        raise QuestionError(f"{file}: the ending says the format; it is one of {', '.join('.' + k for k in MEDIA)}")
    kept = tables if kind == "xlsx" else tables[:1]
    writers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: as_csv(tables[0]),
        "parquet": lambda: as_parquet(tables[0], about),
        "xlsx": lambda: as_xlsx(tables, about),
    }
    content = writers[kind]()
    described = package(about, [resource(table, Path(file).name, kind, content) for table in kept])
    write_file(file, content)
    if not os.path.isfile(file):  # a pipe or a device, beside which nothing lies
        return [file]
    write_file(file + DESCRIPTION, json.dumps(described, ensure_ascii=False, indent=1) + "\n")
    return [file, file + DESCRIPTION]
