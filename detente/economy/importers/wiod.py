"""Tables of the World Input-Output Database: .xlsx of the releases of 2013 and 2016, and CSV with a column for RNr.

In the .xlsx, four columns of labels (code, name, economy, c-number) stand before each row, and the same above each
column. In the CSV a column is called by its economy and number (AUS1), a row by Country and RNr.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.economy.importers import text, xlsx
from detente.economy.importers.classification import economy_code
from detente.economy.importers.draft import Draft, Label, Source, collect
from detente.errors import DataError

UNIT = "million USD"
MOST_HEADERS = 12  # rows above the table
OUTPUT = re.compile(r"GO\b|output", re.IGNORECASE)
SUBTOTAL = re.compile(r"II_fob\b|total intermediate", re.IGNORECASE)  # what the rows above add up to
TOTAL = "TOT"
NUMBER = re.compile(r"c\d+")
LABELS = 4  # columns before the numbers of a sheet
FINAL_USES = {  # of the releases of 2013 and of 2016, by number
    "c37": "HFCE", "c38": "NPISH", "c39": "GGFC", "c41": "GFCF", "c42": "INVNT",
    "c57": "HFCE", "c58": "NPISH", "c59": "GGFC", "c60": "GFCF", "c61": "INVNT",
}  # fmt: skip
CSV_COLUMNS = ("industrycode", "country", "rnr")
Pair = tuple[str, str]  # an economy and a number such as c1


def recognises(path: Path, head: str) -> bool:
    """Whether a file is such a table: an .xlsx, or a CSV whose first line has Country and RNr."""
    return path.suffix.lower() == ".xlsx" or set(CSV_COLUMNS) <= {
        c.strip('" \n').lower() for c in re.split("[,;\t]", head)
    }


def read(path: Path) -> Draft:
    """The draft of a table. Raises DataError."""
    if path.suffix.lower() == ".xlsx":
        return _from_sheet(path)
    return _from_csv(path)


class _Body(NamedTuple):
    """A table's rows: for each its economy, number, code or name, and its cells."""

    rows: list[tuple[str, str, str]]
    cells: list[np.ndarray]

    @property
    def sectors(self) -> set[Pair]:
        """Economy and number of the rows of sectors."""
        return {
            (economy, place)
            for economy, place, _ in self.rows
            if economy not in ("", TOTAL) and NUMBER.fullmatch(place)
        }


def _from_sheet(path: Path) -> Draft:
    text.check_file(path)
    head, body = _sheet(path)
    if len(head) < 4 or not body.rows:
        raise DataError(f"{path}: no rows below a header of economies and numbers such as c1; the file is cut")
    width = LABELS + max(map(len, body.cells))
    codes, economies, places = (_padded(head[k], width) for k in (-4, -2, -1))
    names = dict(zip(places, codes, strict=True)) if re.match(r"[A-Z]\d\d", codes[0]) else {}
    written = " ".join([path.stem, *(cell for cells in head for cell in cells[:5])])
    return _draft(list(zip(economies, places, strict=True)), body, names, path, _year(written))


def _sheet(path: Path) -> tuple[list[list[str]], _Body]:
    """The rows above the first that has a number such as c1 in its fourth column, and the rows from there on."""
    head: list[list[str]] = []
    body, width = _Body([], []), 0
    for number, cells in xlsx.rows(path):
        if not body.rows and not (len(cells) > LABELS and NUMBER.fullmatch(cells[3])):
            head.append(cells)
            if len(head) > MOST_HEADERS:
                raise DataError(
                    f"{path}: no row of the first {MOST_HEADERS} has a number such as c1 in column D; no table of"
                    " the World Input-Output Database"
                )
            continue
        width = width or max(map(len, head[-4:] or [cells]))
        body.rows.append((cells[2].strip(), cells[3].strip(), cells[1].strip()))
        body.cells.append(text.numbers(_padded(cells, width), path, number, LABELS))
    return head, body


def _padded(cells: list[str], width: int) -> list[str]:
    """The cells after the labels, with empty ones up to a width."""
    return [cell.strip() for cell in cells[LABELS:width]] + [""] * (width - max(len(cells), LABELS))


def _from_csv(path: Path) -> Draft:
    rows = text.rows(path)
    head = list(map(str.strip, next(rows).cells))
    lower = list(map(str.lower, head))
    missing = sorted({*CSV_COLUMNS} - {*lower})
    if missing:
        raise DataError(
            f"{path}: no column {missing[0]}; the header is IndustryCode, Country, RNr, then AUS1 and so on"
        )
    first = next((k for k, name in enumerate(head) if re.fullmatch(r"[A-Za-z]{3}\d+", name)), len(head))
    text.once(head[first:], path, "column")
    body, years = _csv_body(rows, lower, first, path)
    if len(years) > 1:
        raise DataError(f"{path}: rows of {len(years)} years, {', '.join(sorted(years)[:3])}...; keep the rows of one")
    names = {place: name for economy, place, name in body.rows if (economy, place) in body.sectors}
    return _draft([(name[:3], f"c{name[3:]}") for name in head[first:]], body, names, path, _year(*years))


def _csv_body(rows: Iterable[text.Row], head: list[str], first: int, path: Path) -> tuple[_Body, set[str]]:
    """The rows of a CSV, numbers from a column on, and the years that it names; of its file, where it names none."""
    code, country, place = (head.index(name) for name in CSV_COLUMNS)
    body, years = _Body([], []), set()
    for row in rows:
        text.same_length(row, len(head), path)
        cells = list(map(str.strip, row.cells))
        body.rows.append((cells[country], f"c{cells[place]}", cells[code]))
        body.cells.append(text.numbers(cells[first:], path, row.number, first))
        years.add(cells[head.index("year")] if "year" in head else path.stem)
    return body, years


def _draft(pairs: Sequence[Pair], body: _Body, names: dict[str, str], path: Path, year: int) -> Draft:
    """The draft of columns by economy and number, and rows; names: the codes of sectors by number, if any."""
    sectors = body.sectors
    places = {place for _, place in sectors}

    def column(economy: str, place: str) -> Label:
        """A number that no row has is final demand."""
        if place in places:
            return Label("sector", economy_code(economy), names.get(place, place))
        if NUMBER.fullmatch(place) and economy not in ("", TOTAL):
            return Label("final", economy_code(economy), FINAL_USES.get(place, place))
        return Label("output")

    def row(economy: str, place: str, name: str) -> Label:
        if (economy, place) in sectors:
            return Label("sector", economy_code(economy), names.get(place, place))
        if OUTPUT.match(name):
            return Label("output")
        return Label("none" if SUBTOTAL.match(name) else "value_added")

    labelled = ((row(*about), cells) for about, cells in zip(body.rows, body.cells, strict=True))
    source = Source(path.name, "table of the World Input-Output Database", year, UNIT, "CC BY 4.0")
    return collect([column(*pair) for pair in pairs], labelled, source)


def _year(written: str) -> int:
    """The first year that is written, four digits first, then as in wiot09."""
    whole, short = re.search(r"(?:19|20)\d\d", written), re.search(r"(?<=wiot)\d\d", written, re.IGNORECASE)
    if whole:
        return int(whole[0])
    return (1900 if int(short[0]) > 90 else 2000) + int(short[0]) if short else 0
