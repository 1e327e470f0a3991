"""DataTable: rows under fields that have a name, a type, a unit and a meaning, as a Table Schema has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from detente.errors import QuestionError


@dataclass(frozen=True)
class Field:
    """A column: its name, which ends in its unit; type: string, number, integer, boolean or date."""

    name: str
    type: str = "string"
    unit: str = ""
    description: str = ""

    def to_json(self) -> dict[str, Any]:
        """The field in the keys of a Table Schema; `unit` is an addition of ours."""
        written = {"name": self.name, "type": self.type, "unit": self.unit, "description": self.description}
        return {key: value for key, value in written.items() if value}


@dataclass(frozen=True)
class DataTable:
    """name: within its answer. keys: the fields that tell its rows apart. rows: a value for each field, None if none.

    >>> table.column("real_income_pct")[:2], table.where(economy="DEU").records()[0]["economy_name"]
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Any, ...], ...]
    keys: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"DataTable({self.name!r}: {len(self.rows)} rows; {', '.join(field.name for field in self.fields)})"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(field.name for field in self.fields)

    def place(self, name: str) -> int:
        """Where a field stands. Raises QuestionError for one that there is not."""
        if name not in self.names:
            from difflib import get_close_matches

            close = get_close_matches(name, self.names, n=1) or [", ".join(self.names)]
            raise QuestionError(f"the table {self.name} has no column {name!r}; try {close[0]}")
        return self.names.index(name)

    def field(self, name: str) -> Field:
        """A field by name. Raises QuestionError."""
        return self.fields[self.place(name)]

    def column(self, name: str) -> list[Any]:
        """The values of a field. Raises QuestionError."""
        place = self.place(name)
        return [row[place] for row in self.rows]

    def records(self) -> list[dict[str, Any]]:
        """The rows, {field: value}."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]

    def where(self, **values: Any) -> DataTable:
        """The rows that have these values. Raises QuestionError for an unknown field."""
        places = {self.place(name): value for name, value in values.items()}
        return replace(self, rows=tuple(r for r in self.rows if all(r[k] == value for k, value in places.items())))

    def value(self, name: str, **values: Any) -> Any:
        """The one value of a field where others have these values. Raises QuestionError unless there is one row."""
        chosen = self.where(**values)
        if len(chosen.rows) != 1:
            left = [key for key in self.keys if key not in values]
            told_apart = f"; name {', '.join(left)} too" if chosen.rows and left else ""
            known = "" if chosen.rows else self._known(values)
            raise QuestionError(f"{len(chosen.rows)} rows of {self.name} have {values}{known}{told_apart}")
        return chosen.rows[0][self.place(name)]

    def _known(self, values: Mapping[str, Any]) -> str:
        """The values that a field has instead, the first few."""
        for name, value in values.items():
            column = dict.fromkeys(self.column(name))
            if value not in column:
                return f"; {name} is one of {', '.join(map(str, list(column)[:6]))}{', ...' if len(column) > 6 else ''}"
        return "; no row has all of them"
