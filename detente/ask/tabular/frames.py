"""Tables as pandas frames and xarray datasets, with units, sources and how they were made in their attributes."""

from __future__ import annotations

from typing import Any

from detente.ask.tabular.data_table import DataTable
from detente.ask.tabular.provenance import Provenance
from detente.errors import QuestionError

NAMES = {"economy": "economy_name", "sector": "sector_name"}  # what is a name of which key


def attributes(table: DataTable, about: Provenance) -> dict[str, Any]:
    """title, units and meanings by column, sources, licences, notes, question, version and options."""
    return {
        "title": table.title,
        "units": {field.name: field.unit for field in table.fields if field.unit},
        "meanings": {field.name: field.description for field in table.fields if field.description},
        "question": about.question,
        "options": {key: value for key, value in about.options.items() if value is not None},
        "version": about.version,
        "sources": list(about.sources),
        "licences": list(about.licences),
        "notes": list(about.notes),
    }


def to_pandas(table: DataTable, about: Provenance) -> Any:
    """A table as a pandas frame, a column for each field; days are dates. Raises QuestionError without pandas."""
    pandas = _library("pandas")
    frame = pandas.DataFrame(list(table.rows), columns=list(table.names))
    for field in table.fields:
        if field.type == "date":
            frame[field.name] = pandas.to_datetime(frame[field.name])
        elif field.type == "number":
            frame[field.name] = frame[field.name].astype(float)
    frame.attrs |= attributes(table, about)
    return frame


def to_xarray(table: DataTable, about: Provenance) -> Any:
    """A table as an xarray Dataset, a dimension for each key; units stand in the attributes of its variables.

    A table whose keys do not tell its rows apart, or without keys, has the dimension `row`. Raises QuestionError
    without xarray.
    """
    _library("xarray")
    frame, keys = to_pandas(table, about), list(table.keys)
    if not keys or frame.duplicated(keys).any():
        data = frame.rename_axis("row").to_xarray()
    else:
        names = [NAMES[key] for key in keys if NAMES.get(key) in table.names]
        data = _with_names(frame.drop(columns=names).set_index(keys).to_xarray(), frame)
    _describe(data, table, attributes(table, about))
    return data


def _describe(data: Any, table: DataTable, attrs: dict[str, Any]) -> None:
    """Units and meanings at the variables of a Dataset; where it comes from at the whole."""
    for field in table.fields:
        if field.name in data.variables:
            text = {"units": field.unit, "long_name": field.description}
            data[field.name].attrs |= {key: value for key, value in text.items() if value}
    plain = {key: attrs[key] for key in ("title", "question", "version", "sources", "licences", "notes")}
    data.attrs |= plain | {key: str(value) for key, value in attrs["options"].items()}


def _with_names(data: Any, frame: Any) -> Any:
    """A Dataset with the names of economies and sectors as coordinates beside their codes."""
    for key, name in NAMES.items():
        if key in data.coords and name in frame.columns:
            known = dict(zip(frame[key], frame[name], strict=True))
            data = data.assign_coords({name: (key, [known[code] for code in data[key].values])})
    return data


def _library(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise QuestionError(f"this needs {name}: pip install 'detente[table]'; or take .table(), or a CSV") from None
