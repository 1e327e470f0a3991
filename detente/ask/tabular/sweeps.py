"""The table of a sweep: a row a scenario, with a column for the real income of each economy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente import labels
from detente.ask.tabular.data_table import DataTable, Field
from detente.ask.tabular.units import PERCENT, PLAIN

FIELDS = (
    Field("key", description="hash of everything that the row depends on"),
    PLAIN["scenario"],
    Field("world", description="world by name or file"),
    Field("elasticity", description="set of elasticities by name; the world's own if empty"),
    Field("scale", "number", description="factor on what the scenario changes"),
    Field("converged", "boolean", description="whether the solution is an equilibrium"),
    Field("gap", "number", "fraction", "largest relative excess demand at the solution"),
    Field("steps", "integer", description="steps of the solver"),
)


def sweep_table(rows: Sequence[Mapping[str, Any]]) -> DataTable:
    """The rows of a sweep, which may be a million, a column for each economy."""
    economies = sorted({code for row in rows for code in row["real_income"]})
    cells = tuple(
        (*(row[field.name] for field in FIELDS), *(row["real_income"].get(code) for code in economies)) for row in rows
    )
    fields = (*FIELDS, *map(_income, economies))
    return DataTable("rows", "Real income against the base year", fields, cells, ("key",))


def _income(code: str) -> Field:
    return Field(f"real_income_{code}_pct", "number", PERCENT, f"percent change: real income, {labels.name(code)}")
