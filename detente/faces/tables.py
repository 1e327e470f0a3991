"""Tables as data: columns defined once, laid out by the terminal and by the templates.

A column says what it is called, what kind of value it holds and which cell a row has in it. A cell holds text that is
already formatted but not yet escaped: whoever lays it out escapes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from detente.faces.words import UNKNOWN, signed

Row = TypeVar("Row")
# A name heads its row; so does a code, which is shown as it stands; numbers are right-aligned; a day never wraps.
Kind = Literal["text", "name", "code", "number", "day"]
Tone = Literal["", "soft", "unsure", "warn", "good", "bad", "strong"]


@dataclass(frozen=True)
class Sign:
    """A symbol that repeats for the eye what the text says; name is its style."""

    symbol: str
    name: str


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table.

    band: low and high of the value; quote: words of a source, verbatim; detail: secondary text, for layouts with room;
    url: where the detail can be read; more: further lines.
    """

    text: str = ""
    band: tuple[str, str] | None = None
    quote: str = ""
    detail: str = ""
    url: str = ""
    sign: Sign | None = None
    tone: Tone = ""
    more: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Column(Generic[Row]):
    """heading: what readers see; cell: a row's content; wide: takes a whole line where a table becomes cards."""

    heading: str
    cell: Callable[[Row], Cell | str]
    kind: Kind = "text"
    key: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """Cells by row and column; tones: the style of each whole row."""

    columns: tuple[Column[Any], ...]
    rows: tuple[tuple[Cell, ...], ...]
    tones: tuple[Tone, ...]


def build(rows: Iterable[Row], columns: Sequence[Column[Row]], tone: Callable[[Row], Tone] | None = None) -> Table:
    """The table of some rows."""
    listed = list(rows)
    cells = tuple(tuple(_cell(column.cell(row)) for column in columns) for row in listed)
    return Table(tuple(columns), cells, tuple(tone(row) if tone else "" for row in listed))


def pick(columns: Sequence[Column[Row]], *keys: str) -> tuple[Column[Row], ...]:
    """The columns with these keys, in this order."""
    by_key = {column.key: column for column in columns}
    return tuple(by_key[key] for key in keys)


def numbers(
    heading: str,
    value: Callable[[Row], float | None],
    digits: int = 3,
    *,
    key: str = "",
    unit: str = "",
    missing: str = UNKNOWN,
) -> Column[Row]:
    """A column of signed numbers to so many digits, with their unit; missing: what stands where nothing is known."""

    def text(row: Row) -> str:
        number = value(row)
        return missing if number is None else signed(number, digits) + unit

    return Column(heading, text, "number", key)


def _cell(content: Cell | str) -> Cell:
    return content if isinstance(content, Cell) else Cell(content)
