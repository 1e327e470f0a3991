"""Tables that pymrio saved, EXIOBASE 3 among them: a folder with Z or A, Y and perhaps x, as txt, tsv, csv or parquet.

Rows and columns have two levels of labels, the economy and the sector (in Y the kind of final demand).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from detente.economy.importers import text
from detente.economy.importers.classification import economy_code
from detente.economy.importers.draft import Draft, Label, Source, collect
from detente.errors import DataError
from detente.safe_io import read_json, read_text

PARAMETERS = ("file_parameters.json", "metadata.json")
ENDINGS = (".txt", ".tsv", ".csv", ".parquet")
MONEY = {"m": "million", "mill": "million", "mio": "million", "k": "thousand", "bn": "billion"}
MOST_HEADERS = 6  # lines above the numbers
MOST_SOLVED = 12_000  # rows of a coefficient matrix that is solved where output is not in the folder
Pair = tuple[str, str]


class Grid(NamedTuple):
    """A file's columns, and its rows as they are read."""

    columns: list[Pair]
    rows: Iterator[tuple[Pair, np.ndarray]]


def recognises(path: Path) -> bool:
    """Whether a path is such a folder, or a file in one."""
    folder = path if path.is_dir() else path.parent
    named = path.is_dir() or path.name in PARAMETERS or re.search(r"(?:^|_)[ZAYx]$", path.stem) is not None
    return named and bool(_file(folder, "Y")) and bool(_file(folder, "Z") or _file(folder, "A"))


def read(path: Path) -> Draft:
    """The draft of a folder, or of the folder that a file lies in. Raises DataError."""
    folder = path if path.is_dir() else path.parent
    flows, coefficients, final = (_file(folder, name) for name in "ZAY")
    matrix = flows or coefficients
    if final is None or matrix is None:
        raise DataError(f"{folder}: no file of {'flows (Z or A)' if final else 'final demand (Y)'}; pymrio saves both")
    demand, grid = _grid(final), _grid(matrix)
    final_rows = _unique(demand, final)
    if flows is None:
        grid = _times_output(grid, matrix, final_rows, folder)
    columns = [*_labels("sector", grid.columns), *_labels("final", demand.columns)]
    draft = collect(columns, _joined(grid, final_rows, folder), _source(folder))
    if final_rows:
        raise DataError(f"{folder}: Y has a row {' '.join(next(iter(final_rows)))} that Z has not; save both again")
    return draft


def _labels(kind: str, columns: Iterable[Pair]) -> list[Label]:
    return [Label(kind, economy_code(economy), code) for economy, code in columns]


def _unique(grid: Grid, path: Path) -> dict[Pair, np.ndarray]:
    rows: dict[Pair, np.ndarray] = {}
    for label, values in grid.rows:
        if label in rows:
            raise DataError(f"{path}: the row {' '.join(label)} stands twice; keep one")
        rows[label] = values
    return rows


def _joined(grid: Grid, final: dict[Pair, np.ndarray], folder: Path) -> Iterator[tuple[Label, np.ndarray]]:
    for label, values in grid.rows:
        if label not in final:
            raise DataError(f"{folder}: the row {' '.join(label)} of Z stands twice, or is not in Y; save both again")
        yield Label("sector", economy_code(label[0]), label[1]), np.concatenate([values, final.pop(label)])


def _times_output(grid: Grid, path: Path, final: dict[Pair, np.ndarray], folder: Path) -> Grid:
    """Flows from coefficients: times output as the folder has it, else as final demand implies it."""
    output = _stated_output(grid, folder)
    times = _solved_output(path, final, folder) if output is None else output
    return Grid(grid.columns, ((label, values * times) for label, values in grid.rows))


def _stated_output(grid: Grid, folder: Path) -> np.ndarray | None:
    """The output of each column as the folder has it, if it does."""
    path = _file(folder, "x")
    if path is None:
        return None
    stated = _unique(_grid(path), path)
    missing = [label for label in grid.columns if label not in stated]
    if missing:
        raise DataError(f"{path}: no output of {' '.join(missing[0])}; save A and x again")
    return np.array([stated[label][-1] for label in grid.columns])


def _solved_output(path: Path, final: dict[Pair, np.ndarray], folder: Path) -> np.ndarray:
    """The output that final demand and the coefficients of a file imply."""
    grid = _grid(path)
    if len(grid.columns) > MOST_SOLVED:
        raise DataError(f"{folder}: A without Z or x, and too large to solve; save x beside it (pymrio's calc_all)")
    rows = dict(grid.rows)
    if list(rows) != grid.columns or rows.keys() != final.keys():
        raise DataError(f"{folder}: rows and columns of A, and rows of Y, are not the same sectors; save them again")
    coefficients = np.nan_to_num(np.array(list(rows.values())))
    demand = np.array([np.nansum(final[label]) for label in rows])
    try:
        return np.asarray(np.linalg.solve(np.eye(len(rows)) - coefficients, demand))
    except np.linalg.LinAlgError:
        raise DataError(f"{folder}: no output meets final demand with these coefficients; save x beside A") from None


def _file(folder: Path, name: str) -> Path | None:
    """The file of a matrix: as file_parameters.json names it, else by the end of its name."""
    named = _parameter(folder, name)
    if named:
        path = folder / Path(named).name  # a name in this folder, wherever it points
        return path if path.is_file() else None
    pattern = re.compile(rf"(?:^|_){name}$")
    matches = sorted(p for p in folder.iterdir() if p.suffix.lower() in ENDINGS and pattern.search(p.stem))
    return matches[0] if matches else None


def _parameter(folder: Path, name: str) -> str | None:
    """The name of a matrix's file in file_parameters.json."""
    entry: Any = _json(folder / PARAMETERS[0]).get("files")
    for key in (name, "name"):
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry if isinstance(entry, str) else None


def _json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty where there is no file, or no object in it."""
    if not path.is_file():
        return {}
    written = read_json(read_text(path, error=DataError), str(path), error=DataError)
    return written if isinstance(written, dict) else {}


def _grid(path: Path) -> Grid:
    """The columns of a file and its rows; header rows and index columns are counted from how the file is laid out."""
    if path.suffix == ".parquet":
        return _parquet(path)
    rows = text.rows(path)
    top = list(islice(rows, MOST_HEADERS + 1))
    count = next((k for k, row in enumerate(top) if k and _is_number(row.cells[-1])), None)
    if count is None:
        raise DataError(f"{path}: none of the first lines ends in a number; the file is cut, or no matrix")
    head = [list(map(str.strip, row.cells)) for row in top[:count]]
    index = _index_columns(head)
    if index < 2:
        raise DataError(f"{path}: rows have {index} label; economy and sector are needed, so this is no table of many")
    columns = _column_pairs([cells[index:] for cells in head])
    if not columns:
        raise DataError(f"{path}: no labels above the numbers; save the table again")
    text.once(list(map(" ".join, columns)), path, "column")
    return Grid(columns, _numbers(chain(top[count:], rows), index, index + len(columns), path))


def _column_pairs(levels: list[list[str]]) -> list[Pair]:
    """Economy and sector of each column, from the first two rows of a header; output has one."""
    economies, *others = [cells for cells in levels if any(cells)] or [[]]
    return list(zip(economies, others[0] if others else [""] * len(economies), strict=False))


def _numbers(rows: Iterable[text.Row], index: int, width: int, path: Path) -> Iterator[tuple[Pair, np.ndarray]]:
    for row in rows:
        text.same_length(row, width, path)
        label = (row.cells[0].strip(), row.cells[1].strip())
        yield label, text.numbers(row.cells[index:], path, row.number, index)


def _index_columns(head: list[list[str]]) -> int:
    """How many columns of labels stand before the numbers: all but the last of output, else as the header has."""
    if len(head) == 1:
        return len(head[0]) - 1
    names = head[-1]  # of the index, where pandas writes them in a row of their own
    count = len(list(takewhile(bool, names)))
    if count and not any(names[count:]):
        return count
    return 1 + len(list(takewhile(lambda cell: not cell, head[0][1:])))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _parquet(path: Path) -> Grid:
    import pandas as pd

    text.check_file(path)
    try:
        frame = pd.read_parquet(path)
        columns = [(str(label[0]), str(label[1])) for label in frame.columns] if frame.columns.nlevels > 1 else []
        values = frame.to_numpy(float)
        labels = [(str(label[0]), str(label[1])) for label in frame.index]
    except (ValueError, OSError, IndexError, TypeError) as problem:
        raise DataError(f"{path}: not a matrix of pymrio's in parquet ({str(problem)[:80]}); save it as txt") from None
    columns = columns or [(str(label), "") for label in frame.columns]
    return Grid(columns, zip(labels, values, strict=True))


def _source(folder: Path) -> Source:
    """The name, year and unit that the folder states."""
    about = _json(folder / PARAMETERS[1])
    name = folder.resolve().name
    described = " ".join([name, *(str(about.get(key, "")) for key in ("description", "name"))])
    year = re.search(r"(?:19[5-9]|20[0-6])\d", described)
    return Source(name, "table saved by pymrio", int(year[0]) if year else 0, _unit(folder))


def _unit(folder: Path) -> str:
    """The one unit of unit.txt, in words. Raises DataError for a table in several units."""
    path = folder / "unit.txt"
    if not path.is_file():
        return "not stated"
    units = {row.cells[-1].strip() for row in text.rows(path)} - {"unit"}
    if len(units) > 1:
        raise DataError(f"{path}: rows are in {len(units)} units, such as {', '.join(sorted(units)[:3])}; a world needs"
                        " one, of money")  # fmt: skip
    unit = next(iter(units), "not stated")
    scale, _, currency = unit.replace(".", " ").strip().partition(" ")
    return f"{MONEY[scale.lower()]} {currency.strip()}" if scale.lower() in MONEY and currency.strip() else unit
