"""Tables in text: rows of cells with their line numbers, numbers, and one line of error for each mistake."""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.errors import DataError

MOST_BYTES = 6e9  # of a text; the largest tables in use take 2e9
LONGEST = 20_000_000  # characters of a line
EMPTY = frozenset({"", "na", "n/a", "nan", "..", "-", "null"})  # cells without a number
DELIMITERS = "\t;,|"


class Row(NamedTuple):
    """A line's cells and its number."""

    number: int
    cells: list[str]


def check_file(path: Path) -> None:
    """Raises DataError for what is no file, and for one that is too large to be read."""
    try:
        status = os.stat(path)
    except OSError as problem:
        raise DataError(f"{path}: {problem.strerror or problem}; check the path") from None
    if not stat.S_ISREG(status.st_mode):
        raise DataError(f"{path}: not a file; name a file that holds the table")
    if status.st_size > MOST_BYTES:
        raise DataError(f"{path}: {status.st_size} bytes, at most {MOST_BYTES:.2g} are read; aggregate it first")


def lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 text, each within bounds. Raises DataError."""
    check_file(path)
    try:
        with path.open(encoding="utf-8-sig") as file:
            while line := file.readline(LONGEST):
                if len(line) == LONGEST:
                    raise DataError(f"{path}: a line of more than {LONGEST} characters; this is no table in text")
                yield line
    except UnicodeDecodeError:
        raise DataError(f"{path}: not UTF-8 text; save it as CSV in UTF-8") from None
    except OSError as problem:
        raise DataError(f"{path}: {problem.strerror or problem}; check the file") from None


def rows(path: Path, *, comments: bool = False) -> Iterator[Row]:
    """The rows that are not blank, split at the delimiter of which the first has most; comments: skip lines with #."""
    texts = ("\n" if comments and line.startswith("#") else line for line in lines(path))  # lines keep their numbers
    above = []
    for line in texts:
        above.append(line)
        if line.strip():
            break
    else:
        raise DataError(f"{path}: the file is empty")
    reader = csv.reader(chain(above, texts), delimiter=max(DELIMITERS, key=above[-1].count), strict=True)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield Row(reader.line_num, cells)
    except csv.Error as problem:
        raise DataError(f"{path}, line {reader.line_num}: not a row of a table ({problem}); check its quotes") from None


def numbers(cells: Sequence[str], path: Path, line: int, first: int = 0) -> np.ndarray:
    """The numbers of some cells, nan for an empty one; first: the place of the first cell in its line, from 0.

    Raises DataError for a cell that holds something else.
    """
    try:
        return np.array(list(map(float, cells)))
    except ValueError:
        where = f"{path}, line {line}, column"
        return np.array([number(cell, f"{where} {first + k + 1}") for k, cell in enumerate(cells)])


def number(cell: str, where: str) -> float:
    """The number of a cell, nan for an empty one. Raises DataError for a cell that holds something else."""
    if cell.strip().lower() in EMPTY:
        return float("nan")
    try:
        return float(cell)
    except ValueError:
        hint = "; write a decimal point and no separators of thousands" if "," in cell or " " in cell else ""
        raise DataError(f"{where}: {cell[:40]!r} is no number{hint}") from None


def records(path: Path, needed: Sequence[str], hint: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(place, {column in small letters: cell}) of the rows below a header; lines with # are left out.

    needed: columns without which the file is refused, with the hint. Raises DataError.
    """
    below = rows(path, comments=True)
    head = next(below)
    names = [cell.strip().lower() for cell in head.cells]
    once(names, path, "column")
    missing = [name for name in needed if name not in names]
    if missing:
        raise DataError(f"{path}, line {head.number}: no column {missing[0]}; {hint}")
    for row in below:
        same_length(row, len(names), path)
        yield f"{path}, line {row.number}", dict(zip(names, map(str.strip, row.cells), strict=True))


def same_length(row: Row, length: int, path: Path) -> None:
    """Raises DataError for a row with more or fewer cells than the header."""
    if len(row.cells) != length:
        raise DataError(
            f"{path}, line {row.number}: {len(row.cells)} cells where the header has {length}; the file is cut or has"
            " unquoted delimiters"
        )


def once(labels: Sequence[str], path: Path, what: str) -> None:
    """Raises DataError where a label of rows or columns stands twice."""
    if len(set(labels)) < len(labels):
        seen: set[str] = set()
        twice = next(label for label in labels if label in seen or seen.add(label))  # type: ignore[func-returns-value]
        raise DataError(f"{path}: the {what} {twice!r} stands twice; keep one")
