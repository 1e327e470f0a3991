"""A table as a chart in SVG: bars of values, or lines over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from detente import labels
from detente.ask.tabular.data_table import DataTable, Field
from detente.errors import QuestionError
from detente.faces import words
from detente.faces.picture import chart as drawing
from detente.faces.picture.chart import Caption
from detente.faces.picture.elements import COLOURS
from detente.faces.picture.lines import Line, Lines
from detente.faces.picture.rows import Row, Rows
from detente.faces.python.readable import (
    CODES,
    band_of,
    cut,
    digits_for,
    has_sign,
    heading,
    is_end_of_band,
    most_telling,
)
from detente.faces.words import lower_first, visible
from detente.safe_io import write_file

BARS, LINES = 15, 6  # rows and lines at most
TITLE = 160  # characters
TIMES = ("year", "day")  # fields that make a chart one over time
LINE_TONES = ("party0", "party1", "party2", "ink", "soft", "hair")


@dataclass(frozen=True)
class Chart:
    """A chart: what a notebook shows; `svg` is its text."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> str:
        """Write the chart to an .svg file and return its path. Raises QuestionError for another ending."""
        if not str(path).lower().endswith(".svg"):
            raise QuestionError(f"{path}: a chart is written as SVG; name a file that ends in .svg")
        write_file(path, self.svg + "\n")
        return str(path)


def chart(table: DataTable, column: str | None, parties: Sequence[str], made: str) -> Chart:
    """The chart of a column, by default the first number; made: how the numbers came about, shown below.

    Raises QuestionError for a table without rows or without numbers.
    """
    field = _field(table, column)
    known = replace(table, rows=tuple(row for row in table.rows if row[table.place(field.name)] is not None))
    if not known.rows:
        raise QuestionError(f"the table {table.name} has no row with a value of {field.name} to draw")
    time = next((name for name in TIMES if name in table.keys), None)
    over_time = time is not None and len(set(known.column(time))) > 1
    plot = _lines(known, field, parties, str(time)) if over_time else _bars(known, field, parties)
    title, below = _titles(known, field)
    return Chart(drawing.Chart(Caption(title, (below,), visible(made)), plot).file())


def _field(table: DataTable, column: str | None) -> Field:
    if column is not None:
        field = table.field(column)
        if field.type not in ("number", "integer"):
            raise QuestionError(f"the column {column} of {table.name} holds no numbers")
        return field
    numbers = [f for f in table.fields if f.type == "number" and not is_end_of_band(table, f.name)]
    varied = (f for f in numbers if len(set(table.column(f.name))) > 1)
    first = next(varied, numbers[0] if numbers else None)
    if first is None:
        raise QuestionError(f"the table {table.name} has no numbers to draw")
    return first


def _bars(table: DataTable, field: Field, parties: Sequence[str]) -> Rows:
    """The parties and the largest values, from high to low, each over its band where there is one."""
    shown = most_telling(_only(table, field), parties, BARS)
    place = shown.place(field.name)
    rows = sorted(shown.rows, key=lambda row: -row[place])
    band = band_of(shown, field.name)
    digits = digits_for(row[place] for row in rows)
    write = words.signed if has_sign(field) else words.decimal
    drawn = []
    for row in rows:
        value, label = float(row[place]), visible(_label(shown, row))
        low, high = (row[shown.place(band[0])], row[shown.place(band[1])]) if band else (None, None)
        tone = COLOURS["party0" if value >= 0 else "party1"]
        drawn.append(Row(label, value, write(value, digits), low, high, tone))
    return Rows(drawn, bars=True, signs=has_sign(field))


def _only(table: DataTable, field: Field) -> DataTable:
    """The table with the drawn column before other numbers, by which rows are chosen."""
    order = sorted(range(len(table.fields)), key=lambda k: table.fields[k].name != field.name)
    return replace(
        table,
        fields=tuple(table.fields[k] for k in order),
        rows=tuple(tuple(row[k] for k in order) for row in table.rows),
    )


def _label(table: DataTable, row: Sequence[Any]) -> str:
    """What a row is called: the values of its keys that differ between rows, names before codes."""
    keys = [CODES.get(key, key) if CODES.get(key) in table.names else key for key in table.keys or table.names[1:2]]
    keys = sorted(keys, key=lambda key: key not in CODES.values())
    differ = [key for key in keys if len(set(table.column(key))) > 1] or keys[-1:]
    return ", ".join(_named(row[table.place(key)]) for key in differ)


def _named(value: Any) -> str:
    """A value as a chart shows it: an economy by its short name."""
    return labels.short(value) if value in labels.codes() or value in labels.BLOCS else str(value)


def _lines(table: DataTable, field: Field, parties: Sequence[str], time: str) -> Lines:
    """A line for each of the parties, then for those with the largest values; a value holds until the next day."""
    named = list(_by_name(table, field, parties, time))[:LINES]
    drawn = [
        Line(visible(name), points, COLOURS[tone]) for (name, points), tone in zip(named, LINE_TONES, strict=False)
    ]
    digits = digits_for(value for _, points in named for _, value in points)
    return Lines(drawn, heading(field).rpartition(", ")[2], steps=time == "day", digits=digits, signs=has_sign(field))


def _by_name(
    table: DataTable, field: Field, parties: Sequence[str], time: str
) -> Iterator[tuple[str, list[tuple[Any, float]]]]:
    """(name, [(time, value)]) of the parties, then of the others with the largest values."""
    rest = replace(table, keys=tuple(key for key in table.keys if key != time))
    moment, value = table.place(time), table.place(field.name)
    by_name: dict[str, list[tuple[Any, float]]] = {}
    codes: dict[str, Any] = {}
    for row in table.rows:
        name = _label(rest, row) if rest.keys else field.name
        by_name.setdefault(name, []).append((row[moment], float(row[value])))
        codes[name] = row[table.place("economy")] if "economy" in table.names else None

    def order(name: str) -> tuple[bool, float]:
        return codes[name] not in parties, -max(abs(value) for _, value in by_name[name])

    return ((name, sorted(by_name[name])) for name in sorted(by_name, key=order))


def _titles(table: DataTable, field: Field) -> tuple[str, str]:
    """The title of a chart and the line below it: what all rows share, what the axis measures, what the table holds."""
    keys = [CODES.get(key, key) if CODES.get(key) in table.names else key for key in table.keys]
    first = [table.column(key)[0] for key in keys if len(set(table.column(key))) == 1]
    shared = [_named(value) for value in first if isinstance(value, str)]
    if not shared:
        return cut(table.title, TITLE), heading(field)
    between = " on " if table.keys[:2] == ("by", "against") else ", "
    return cut(between.join(shared), TITLE), f"{heading(field)}; {lower_first(table.title)}"
