"""The table of a sweep: a row a scenario, with a column for the real income of each economy."""

from __future__ import annotations

from typing import Any

from detente import labels
from detente.ask.tabular.data_table import DataTable, Field
from detente.ask.tabular.rows import build
from detente.ask.tabular.units import PERCENT


def sweep_table(rows: list[Any]) -> DataTable:
    """The rows of a sweep, a column for each economy."""
    economies = sorted({code for row in rows for code in row["real_income"]})
    income = {f"real_income_{code}": _income(code) for code in economies}
    wide = [
        {key: value for key, value in row.items() if key != "real_income"}
        | {f"real_income_{code}": row["real_income"].get(code) for code in economies}
        for row in rows
    ]
    return build("rows", "Real income against the base year", wide, ("key",), income)


def _income(code: str) -> Field:
    return Field(
        f"real_income_{code}_pct", unit=PERCENT, description=f"percent change: real income, {labels.name(code)}"
    )
