"""A published table beside ours, for the page: every cell with its unit, economies in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from detente import labels
from detente.faces import words
from detente.faces.tables import Cell, Column

JsonRow = Mapping[str, Any]
PRECISE = 4  # decimals of a value that is known to more digits than are printed
MORE = 2  # decimals shown beyond those that are printed


def title(paper: str) -> str:
    """What a paper is called: "liberation-day" is "Liberation Day"."""
    return labels.topic(paper)


def _economy(row: JsonRow) -> str:
    code = str(row["economy"])
    return labels.name(code) if code in labels.codes() or code in labels.BLOCS else words.readable(code)


def _number(key: str, write: Callable[[float, int], str], more: int = MORE) -> Callable[[JsonRow], str]:
    """A value with its unit, to some decimals more than are printed; a dash where there is none."""

    def text(row: JsonRow) -> str:
        if row[key] is None:
            return words.UNKNOWN
        digits = PRECISE if row["digits"] is None else row["digits"] + more
        return f"{write(row[key], digits)} {'%' if row['unit'] == 'percent' else row['unit']}"

    return text


def _verdict(row: JsonRow) -> Cell:
    if row["matches"]:
        return Cell("yes")
    return Cell(f"no: {row['missed']}" if row["missed"] else "no", tone="warn")


CELL_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("table", lambda row: words.readable(str(row["table"]))),
    Column("case", lambda row: words.readable(str(row["case"]))),
    Column("economy", _economy, "name"),
    Column("quantity", lambda row: words.readable(str(row["quantity"]))),
    Column("published", _number("published", words.decimal, 0), "number"),
    Column("ours", _number("ours", words.decimal), "number"),
    Column("difference", _number("gap", words.signed), "number"),
    Column("matches", _verdict, wide=True),
)
