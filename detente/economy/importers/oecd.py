"""Inter-country tables of the OECD (ICIO), releases of 2016 to 2025, and Eurostat's FIGARO: one CSV a year.

Labels are such as AUS_C10T12, in FIGARO AT_C10T12.

A label that stands over a column and before a row is a sector of an economy; other columns with an economy in their
label are final demand (HFCE_AUS in 2016, AUS_HFCE since). Economies that a release splits by kind of firm are one here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from detente.economy.importers import text
from detente.economy.importers.classification import economy_code
from detente.economy.importers.draft import Draft, Label, Source, collect
from detente.errors import DataError

SPLIT = re.compile(r"(?P<start>CN|MX)\d")  # the releases' own codes for parts of an economy, by kind of exporting firm
WHOLE = {"CN": "CHN", "MX": "MEX"}
OUTPUT = frozenset({"OUT", "OUTPUT", "TOTAL"})
COSTS = re.compile(r"VA(?:LU)?(?:\+TAXSUB)?|TLS|(?:\w+_)?TAXSUB|(?:\w+_)?TLS|W2_\w+")
OECD, FIGARO = ("OECD inter-country table", "million USD"), ("FIGARO inter-country table", "million EUR")
FIGARO_ROW = "W2_"  # what its rows of costs begin with


def recognises(head: str) -> bool:
    """Whether the first line of a text is the header of such a table."""
    labels = [label.strip('" \n') for label in re.split(r"[,;\t]", head)[1:]]
    pairs = [label for label in labels if re.fullmatch(r"[A-Z][A-Z0-9]{1,4}_\w+|\w+_[A-Z]{3}", label)]
    return len(labels) > 3 and len(pairs) > 0.8 * len(labels)


def read(path: Path) -> Draft:
    """The draft of a table. Raises DataError with what, where and what to try."""
    rows = text.rows(path)
    columns = [cell.strip() for cell in next(rows).cells[1:]]
    firsts = _first_cells(path)
    text.once(columns, path, "column")
    text.once(firsts, path, "row")
    sectors = {label for label in set(columns) & set(firsts) if "_" in label}
    if not sectors:
        raise DataError(f"{path}: no label is that of a row and of a column; an OECD table has AUS_C10T12 as both")
    economies, codes = (set(part) for part in zip(*(label.split("_", 1) for label in sectors), strict=True))
    labels = [_column(label, economies, codes) for label in columns]
    draft = collect(labels, _rows(path, rows, sectors, len(columns)), _source(path, firsts))
    draft.left_out = tuple(f"a column without an economy: {label.code}" for label in labels if label.kind == "none")
    return draft


def _source(path: Path, firsts: Sequence[str]) -> Source:
    """Whose table it is, by its rows, and the year in the file's name."""
    years = re.findall(r"(?:19|20)\d\d", path.stem)  # of the release, then of the table
    layout, unit = FIGARO if firsts[-1].startswith(FIGARO_ROW) else OECD
    return Source(path.name, layout, int([0, *years][-1]), unit)


def _first_cells(path: Path) -> list[str]:
    """The labels of the rows below the header."""
    lines = (line for line in text.lines(path) if line.strip())
    return [line.split(_delimiter(line), 1)[0].strip('" \n') for line in lines][1:]


def _delimiter(line: str) -> str:
    return max(text.DELIMITERS, key=line.count)


def _sector(label: str) -> Label:
    economy, _, code = label.partition("_")
    split = SPLIT.fullmatch(economy)
    return Label("sector", WHOLE[split["start"]] if split else economy_code(economy), code)


def _column(label: str, economies: set[str], codes: set[str]) -> Label:
    start, _, end = label.partition("_")
    if end in codes:
        return _sector(label)
    if label.upper() in OUTPUT:
        return Label("output")
    for economy, use in ((start, end), (end, start)):
        if economy in economies and use:
            return _sector(f"{economy}_{use}")._replace(kind="final")
    return Label("none", "", label)


def _rows(path: Path, rows: Iterator[text.Row], sectors: set[str], width: int) -> Iterator[tuple[Label, np.ndarray]]:
    for row in rows:
        text.same_length(row, width + 1, path)
        name = row.cells[0].strip()
        if name in sectors:
            label = _sector(name)
        elif name.upper() in OUTPUT:
            label = Label("output")
        elif COSTS.fullmatch(name.upper()):
            label = Label("value_added")
        else:
            raise DataError(
                f"{path}, line {row.number}: the row {name[:40]!r} has no column, and is neither output (OUT), value"
                " added (VA) nor taxes (TLS)"
            )
        yield label, text.numbers(row.cells[1:], path, row.number, 1)
