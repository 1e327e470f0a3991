"""A table as people read it: which rows and columns, headings in words, numbers with as many digits as they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from detente.ask.answer import Answer
from detente.ask.tabular.data_table import DataTable, Field
from detente.faces.words import (
    UNKNOWN,
    day,
    decimal,
    economy,
    interval,
    percent,
    percent_interval,
    signed,
    visible,
)

ENDINGS = {  # how a name ends that says its unit, and how a heading says it
    "_pct_of_income": "% of income", "_pct": "%", "_pp": "points", "_bn_usd": "bn USD",
    "_usd_a_household": "USD a household", "_million_usd": "million USD",
}  # fmt: skip
CODES = {
    "economy": "economy_name",
    "sector": "sector_name",
    "by": "by_name",
    "against": "against_name",
    "outcome": "title",
}
BAND = ("_low", "_high")  # ends of a band, before the unit
WORLD = "WLD"
NUMERIC = ("number", "integer")
ROWS, NUMBERS, TEXTS, ACROSS = 12, 4, 3, 4  # shown at most: rows, columns of numbers, of text, economies across
LONGEST = 44  # characters of a cell
LEFT_OUT = (
    "url",
    "quote",
    "statement",
    "statements",
    "evidence",
    "why",
    "note",
    "id",
    "weights",
    "ordinary_from",
)  # columns that need more room
CASES = {"scenario": "scenario", "outcome": "title"}  # keys down the side of a crossed table, and their names
PROBABILITY = Field("probability", "number", "fraction")
Row = Mapping[str, Any]
CHANGED = ("percent change", "change", "added", "loss", "cost")  # how the meaning of a number with a sign starts


@dataclass(frozen=True)
class ReadableTable:
    """headings and rows as text; numeric: which columns hold numbers; left_out: how many rows there are besides."""

    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int


def heading(field: Field) -> str:
    """What a column is called for readers: real_income_pct is "real income, %"."""
    for ending, unit in ENDINGS.items():
        if field.name.endswith(ending):
            name = field.name.removesuffix(ending).replace("_", " ")
            return name if name.endswith(unit) else f"{name}, {unit}"
    name = field.name.removesuffix("_name").replace("_", " ")
    return f"{name}, {field.unit}" if field.unit not in ("", "fraction", "days") else name


def stem(name: str) -> str:
    """The name of a column without its unit."""
    return next((name.removesuffix(end) for end in ENDINGS if name.endswith(end)), name)


def band_of(table: DataTable, name: str) -> tuple[str, str] | None:
    """The columns that hold low and high of a column; None where it has none."""
    unit = name.removeprefix(stem(name))
    low, high = (f"{stem(name)}{end}{unit}" for end in BAND)
    return (low, high) if low in table.names and high in table.names else None


def is_end_of_band(table: DataTable, name: str) -> bool:
    """Whether a column is the low or the high end of another one's band."""
    return any(name in (band_of(table, other) or ()) for other in table.names if other != name)


def has_sign(field: Field) -> bool:
    """Whether the numbers of a column are changes, which have a sign, and not levels."""
    return field.description.startswith(CHANGED)


def digits_for(values: Iterable[float | None]) -> int:
    """Decimal places that show the largest of some values to about three digits."""
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    return next((places for limit, places in ((100, 0), (10, 1), (1, 2), (0.1, 3)) if largest >= limit), 4)


def parties_of(answer: Answer) -> list[str]:
    """The codes of the parties that an answer names."""
    named = answer.data.get("parties") or []
    return [str(party.get("code", "")) if isinstance(party, Mapping) else str(party) for party in named]


def most_telling(table: DataTable, parties: Sequence[str], count: int = ROWS) -> DataTable:
    """The parties and the world first, then the rows whose first number is largest; all in turn without economies."""
    number = next((field.name for field in table.fields if field.type == "number"), None)
    if number is None or "economy" not in table.names:
        return replace(table, rows=table.rows[:count])
    value, code = table.place(number), table.place("economy")
    first = {name: place for place, name in enumerate((*parties, WORLD))}

    def order(row: tuple[Any, ...]) -> tuple[int, float]:
        return first.get(row[code], len(first)), 0.0 if row[code] in first else -abs(row[value] or 0.0)

    return replace(table, rows=tuple(sorted(table.rows, key=order)[:count]))


def readable(table: DataTable, total: int | None = None) -> ReadableTable:
    """The columns that fit, as text; a band stands in the cell of its number. total: rows that there are in all."""
    cells = {field: _cells(table, field) for field in _columns(table)}
    fields = [field for field, texts in cells.items() if len(texts) < 2 or len(set(texts)) > 1]
    columns = [cells[field] for field in fields]
    rows = tuple(zip(*columns, strict=True)) if columns else ()
    numeric = tuple(field.type in NUMERIC for field in fields)
    return ReadableTable(tuple(map(heading, fields)), numeric, rows, (total or len(table)) - len(table))


def crossed(table: DataTable, parties: Sequence[str]) -> ReadableTable | None:
    """Scenarios or outcomes down and economies across, the first number in each cell; None for one scenario alone."""
    case = _case_of(table)
    if case is None:
        return None
    field = next(field for field in table.fields if field.type == "number")
    across = list(dict.fromkeys(most_telling(table, parties, len(table)).column("economy")))[:ACROSS]
    by_case = _by_case(table, case)
    places = digits_for(own[code][field.name] for own in by_case.values() for code in across if code in own)
    rows = [
        (cut(_first(own).get(CASES[case], name)), *_chance(table, own), *_values(table, field, own, across, places))
        for name, own in list(by_case.items())[:ROWS]
    ]
    return ReadableTable(*_heads(table, case, across), rows=tuple(rows), left_out=0)


def _case_of(table: DataTable) -> str | None:
    """The key that stands down the side: scenario or outcome, where there are several for economies."""
    keys = (key for key in table.keys if key in CASES and len(set(table.column(key))) > 1)
    return next(keys, None) if "economy" in table.names else None


def _heads(table: DataTable, case: str, across: Sequence[str]) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """The headings of a crossed table, and which of its columns hold numbers."""
    chance = [name for name in table.names if name == PROBABILITY.name]
    return (case, *chance, *map(economy, across)), (False, *[True] * (len(chance) + len(across)))


def _by_case(table: DataTable, case: str) -> dict[str, dict[str, Row]]:
    """{scenario or outcome: {economy: row}}."""
    grouped: dict[str, dict[str, Row]] = {}
    for row in table.records():
        grouped.setdefault(row[case], {})[row["economy"]] = row
    return grouped


def _first(own: Mapping[str, Row]) -> Row:
    return next(iter(own.values()), {})


def _chance(table: DataTable, own: Mapping[str, Row]) -> list[str]:
    """The probability of an outcome, in a table that has one."""
    if PROBABILITY.name not in table.names:
        return []
    return [number(PROBABILITY, _first(own).get(PROBABILITY.name), (None, None), 0)]


def _values(
    table: DataTable, field: Field, own: Mapping[str, Row], across: Sequence[str], places: int
) -> Iterator[str]:
    """The cells of a row: a number with its band for each economy."""
    low, high = band_of(table, field.name) or ("", "")
    for code in across:
        row = own.get(code, {})
        yield number(field, row.get(field.name), (row.get(low), row.get(high)), places)


def _columns(table: DataTable) -> list[Field]:
    """The columns that fit: names instead of codes, none that is alike in all rows of several, no ends of bands."""
    fields = [field for field in table.fields if _tells(table, field.name)]
    numbers = [field for field in fields if field.type in NUMERIC][:NUMBERS]
    texts = sorted((field for field in fields if field.type not in NUMERIC), key=lambda f: not _is_key(table, f.name))
    return [field for field in fields if field in numbers or field in texts[:TEXTS]]


def _is_key(table: DataTable, name: str) -> bool:
    """Whether a column, or the code that it is the name of, tells rows apart."""
    return name in table.keys or any(CODES.get(key) == name for key in table.keys)


def _tells(table: DataTable, name: str) -> bool:
    """Whether a column tells readers something: not what its name says, what a band holds, or what all rows share."""
    if name in LEFT_OUT or CODES.get(name) in table.names or is_end_of_band(table, name):
        return False
    return len(table) < 2 or len(set(table.column(name))) > 1


def _cells(table: DataTable, field: Field) -> list[str]:
    """The cells of a column as text."""
    values = table.column(field.name)
    if field.type == "number":
        return _numbers(table, field, values)
    write = day if field.type == "date" else cut
    return [UNKNOWN if value is None else write(value) for value in values]


def cut(value: Any, width: int = LONGEST) -> str:
    """A text, the start of a long one."""
    shown = visible(str(value))
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def _numbers(table: DataTable, field: Field, values: Sequence[float | None]) -> list[str]:
    """Numbers as text, each with its band where there is one."""
    band = band_of(table, field.name)
    ends = zip(*map(table.column, band), strict=True) if band else [(None, None)] * len(values)
    places = digits_for(values)
    return [number(field, value, pair, places) for value, pair in zip(values, ends, strict=True)]


def number(field: Field, value: float | None, band: tuple[float | None, float | None], places: int) -> str:
    """A number as text: a change with its sign, a probability in percent, with its band where there is one."""
    low, high = band
    if field.name.startswith("probability"):
        text = UNKNOWN if value is None else percent(value)
        return text if low is None or high is None else f"{text} ({percent_interval(low, high)})"
    write = signed if has_sign(field) else decimal
    return write(value, places) + _band(low, high, places)


def _band(low: float | None, high: float | None, places: int) -> str:
    if low is None or high is None or decimal(low, places) == decimal(high, places):
        return ""
    return f" ({interval(low, high, places)})"
