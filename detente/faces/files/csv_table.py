"""Tables as CSV that a spreadsheet opens safely."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from detente.faces.words import visible

FORMULA = ("=", "+", "-", "@")  # how a cell starts that a spreadsheet would run


def cell(value: Any) -> str:
    """A cell of a CSV; text that a spreadsheet would run starts with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return repr(value) if isinstance(value, float) else str(value)
    text = visible(str(value))
    return "'" + text if text.lstrip().startswith(FORMULA) else text


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV, with the columns of the first."""
    out = io.StringIO()
    if rows:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([cell(row.get(key)) for key in rows[0]] for row in rows)
    return out.getvalue()
