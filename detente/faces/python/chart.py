"""A table as a chart in SVG, drawn without a browser or a plotting library: bars of values, or lines over time."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from detente import labels
from detente.ask.tabular.data_table import DataTable, Field
from detente.errors import QuestionError
from detente.faces.picture.svg import text_at
from detente.faces.python.axes import COLOURS, INK, PAPER, RULE, SOFT, UNSURE, Axis, scale
from detente.faces.python.readable import CODES, band_of, cut, heading, is_end_of_band, most_telling
from detente.faces.words import day, lower_first, signed, visible
from detente.safe_io import write_file

WIDTH, LEFT, RIGHT, HEAD, FOOT, ROW = 760, 260, 24, 56, 66, 24  # pixels
PLOT_HEIGHT, GUTTER, LABEL_WIDTH = 300, 80, 130  # pixels: of a chart over time, left of it, and for names right of it
TICK = 84  # pixels that the name of a day takes
BARS, LINES = 15, 6  # rows and lines at most
LABEL, NAME, TITLE, SOURCE = 34, 18, 90, 120  # characters of a line
TIMES = ("year", "day")  # fields that make a chart one over time


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
    draw = _over_time if time is not None and len(set(known.column(time))) > 1 else _bars
    return Chart(draw(known, field, parties, made))


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


def _bars(table: DataTable, field: Field, parties: Sequence[str], made: str) -> str:
    """The parties and the largest values, from high to low, each over its band where there is one."""
    shown = most_telling(_only(table, field), parties, BARS)
    place = shown.place(field.name)
    rows = sorted(shown.rows, key=lambda row: -row[place])
    band = band_of(shown, field.name)
    ends = [(row[shown.place(band[0])], row[shown.place(band[1])]) if band else (None, None) for row in rows]
    values = [float(row[place]) for row in rows]
    low, high, step = scale([0.0, *values, *(x for pair in ends for x in pair if x is not None)], most=8)
    axis = Axis(low, high, step, LEFT, WIDTH - RIGHT)
    height = HEAD + ROW * len(rows) + FOOT
    parts = [*_frame(table, field, height, made), *_columns_of_ticks(axis, HEAD, height - FOOT)]
    for k, (row, value, pair) in enumerate(zip(rows, values, ends, strict=True)):
        parts += _bar(_label(shown, row), value, pair, HEAD + ROW * k + ROW / 2, axis)
    return "\n".join([*parts, "</svg>"])


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


def _bar(label: str, value: float, band: tuple[Any, Any], y: float, axis: Axis) -> list[str]:
    """A label, a bar from zero, and a line from low to high; grey where the band crosses zero."""
    low, high = band
    unsure = low is not None and high is not None and low < 0 < high
    colour = UNSURE if unsure else COLOURS[0 if value >= 0 else 1]
    zero, end = axis.place(0.0), axis.place(value)
    parts = [
        text_at(LEFT - 12, y + 4, cut(label, LABEL), 12.5, INK, anchor="end"),
        f'<rect x="{min(zero, end)}" y="{y - 7}" width="{max(abs(end - zero), 1)}" height="14" fill="{colour}"'
        f' fill-opacity="0.85"><title>{escape(visible(label))}: {signed(value, 4)}</title></rect>',
    ]
    if low is not None and high is not None:
        parts.append(
            f'<path d="M{axis.place(low)} {y}H{axis.place(high)}" stroke="{INK}" stroke-width="1.5" fill="none"/>'
        )
    return parts


def _over_time(table: DataTable, field: Field, parties: Sequence[str], made: str) -> str:
    """A line for each of the parties, then for those with the largest values, named at its end."""
    time = next(name for name in TIMES if name in table.keys)
    lines = _lines(table, field, time, parties)
    low, high, step = scale([0.0, *(value for _, points in lines for _, value in points)], most=6)
    axis = Axis(low, high, step, HEAD + PLOT_HEIGHT, HEAD + 10)
    x = _moments(sorted({moment for _, points in lines for moment, _ in points}))
    parts = [*_frame(table, field, HEAD + PLOT_HEIGHT + FOOT, made), *_rows_of_ticks(axis)]
    for moment in _spaced(x):
        parts.append(text_at(x[moment], axis.start + 18, day(str(moment)), 12, SOFT, anchor="middle"))
    return "\n".join([*parts, *_named_lines(lines, x, axis, in_steps=time == "day"), "</svg>"])


def _spaced(x: Mapping[Any, float]) -> list[Any]:
    """The years or days that have room for their names, the first and the last of all among them."""
    chosen: list[Any] = []
    last = list(x)[-1]
    for moment in x:
        if not chosen or x[moment] - x[chosen[-1]] >= TICK:
            chosen.append(moment)
    while len(chosen) > 1 and chosen[-1] != last and x[last] - x[chosen[-1]] < TICK:
        chosen.pop()
    return chosen if chosen[-1] == last else [*chosen, last]


def _named_lines(
    lines: Sequence[tuple[str, list[tuple[Any, float]]]], x: dict[Any, float], axis: Axis, *, in_steps: bool
) -> list[str]:
    """The lines with their names, those of the parties in their colours; in_steps: a value holds until the next."""
    parts: list[str] = []
    taken: list[float] = []
    for k, (name, points) in enumerate(lines):
        colour = COLOURS[k] if k < len(COLOURS) else UNSURE
        places = [(x[moment], axis.place(value)) for moment, value in points]
        if in_steps:
            places = [places[0], *(p for a, b in pairwise(places) for p in ((b[0], a[1]), b))]
        parts += _line(name, places, colour, _free(places[-1][1] + 4, taken))
    return parts


def _moments(times: Sequence[Any]) -> dict[Any, float]:
    """{year or day: its pixel}; days at their distance in time."""
    ordinals = [date.fromisoformat(t).toordinal() if isinstance(t, str) else t for t in times]
    first, span = ordinals[0], max(ordinals[-1] - ordinals[0], 1)
    wide = WIDTH - GUTTER - LABEL_WIDTH
    return {t: round(GUTTER + wide * (k - first) / span, 1) for t, k in zip(times, ordinals, strict=True)}


def _line(name: str, places: Sequence[tuple[float, float]], colour: str, y: float) -> list[str]:
    """A line through some places, with its name at the end."""
    path = " ".join(f"{across},{down}" for across, down in places)
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"><title>{escape(visible(name))}'
        "</title></polyline>",
        text_at(places[-1][0] + 8, y, cut(name, NAME), 12, colour),
    ]


def _lines(
    table: DataTable, field: Field, time: str, parties: Sequence[str]
) -> list[tuple[str, list[tuple[Any, float]]]]:
    """[(name, [(time, value)])] of the parties, then of the others with the largest values."""
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

    return [(name, sorted(by_name[name])) for name in sorted(by_name, key=order)[:LINES]]


def _free(y: float, taken: list[float]) -> float:
    """A height for a name near y at which no other stands."""
    while any(abs(y - other) < 14 for other in taken):
        y += 14
    taken.append(y)
    return y


def _frame(table: DataTable, field: Field, height: float, made: str) -> list[str]:
    """The ground, the title, what the axis measures, and how the numbers were made."""
    title, below = _titles(table, field)
    sources = textwrap.wrap(visible(made), SOURCE)[:2]
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" role="img"'
        f' aria-label="{escape(title)}; {escape(below)}" font-family="system-ui, Arial, sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height:g}" fill="{PAPER}"/>',
        text_at(0, 18, title, 16, INK, weight=600),
        text_at(0, 38, below, 12.5, SOFT),
        *(text_at(0, height - 24 + 15 * k, line, 11, SOFT) for k, line in enumerate(sources)),
    ]


def _titles(table: DataTable, field: Field) -> tuple[str, str]:
    """The title of a chart and the line below it: what all rows share, what the axis measures, what the table holds."""
    keys = [CODES.get(key, key) if CODES.get(key) in table.names else key for key in table.keys]
    first = [table.column(key)[0] for key in keys if len(set(table.column(key))) == 1]
    shared = [_named(value) for value in first if isinstance(value, str)]
    if not shared:
        return cut(table.title, TITLE), heading(field)
    between = " on " if table.keys[:2] == ("by", "against") else ", "
    return cut(between.join(shared), TITLE), f"{heading(field)}; {lower_first(table.title)}"


def _columns_of_ticks(axis: Axis, top: float, bottom: float) -> list[str]:
    parts = []
    for value, label in axis.ticks():
        x = axis.place(value)
        parts.append(f'<path d="M{x} {top}V{bottom}" stroke="{INK if label == "0" else RULE}" fill="none"/>')
        parts.append(text_at(x, bottom + 16, label, 12, SOFT, anchor="middle"))
    return parts


def _rows_of_ticks(axis: Axis) -> list[str]:
    parts = []
    for value, label in axis.ticks():
        y = axis.place(value)
        stroke = INK if label == "0" else RULE
        parts.append(f'<path d="M76 {y}H{WIDTH - LABEL_WIDTH}" stroke="{stroke}" fill="none"/>')
        parts.append(text_at(70, y + 4, label, 12, SOFT, anchor="end"))
    return parts
