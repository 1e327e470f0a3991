"""Tariffs of one's own for a table: a CSV with importer and rate, and perhaps exporter and sector; blank means all.

`rate` is a fraction, `rate_pct` percent. The row that says most holds: sector and exporter, exporter, sector, importer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from detente.economy.importers import text
from detente.economy.importers.classification import economy_code, economy_in
from detente.economy.importers.draft import Draft, services_of
from detente.economy.sectors import parts
from detente.errors import DataError

HIGHEST = 10.0  # a rate as a fraction; above it the column is in percent
ALL = frozenset({"", "all", "wld", "world"})
HINT = "tariffs have the columns importer and rate (a fraction) or rate_pct, and perhaps exporter and sector"
Cell = tuple[str, str, str]  # sector, importer, exporter; "" for all


class Tariffs(NamedTuple):
    """The tariffs of a file: what it is called, and {(sector, importer, exporter): rate as a fraction}; "" for all."""

    name: str
    rates: Mapping[Cell, float]


def add(draft: Draft, tariffs: Tariffs) -> Draft:
    """The draft with tariffs in place of those that it has on the same trade. Raises DataError where none is on it."""
    known = draft.economies
    rates = {(s, economy_in(n, known), economy_in(i, known)): rate for (s, n, i), rate in tariffs.rates.items()}
    rates |= _over_parts(rates, draft)
    unknown = _unknown(rates, draft)
    used = sorted((cell for cell in rates if not unknown & set(cell)), key=lambda cell: (cell[2] != "", cell[0] != ""))
    if not used:
        raise DataError(
            f"{tariffs.name}: no row names an importer, exporter and sector of the table; it has"
            f" {', '.join(draft.economies[:5])} and {', '.join(draft.sectors[:5])}"
        )
    tariff = np.zeros_like(draft.final) if draft.tariff is None else draft.tariff.copy()
    for cell in used:
        tariff[_place(cell, draft)] = rates[cell]
    n = np.arange(len(draft.economies))
    tariff[:, n, n] = 0
    unknown -= {part for code in draft.sectors for part in parts(code)}
    left = (f"{len(unknown)} economies or sectors of {tariffs.name} are not in the table",) if unknown else ()
    mends = (*draft.mends, f"tariffs from {tariffs.name}")
    return replace(draft, tariff=tariff, left_out=(*draft.left_out, *left), mends=mends)


def _over_parts(rates: Mapping[Cell, float], draft: Draft) -> dict[Cell, float]:
    """The rates of the table's own sectors, where the file has those that they consist of: their simple mean.

    A part that the file does not name bears none.
    """
    wider: dict[Cell, float] = {}
    pairs = {(importer, exporter) for code, importer, exporter in rates if code}
    for code in draft.sectors:
        of = parts(code)
        for importer, exporter in pairs if of else ():
            stated = [rates[cell] for part in of if (cell := (part, importer, exporter)) in rates]
            if stated and (code, importer, exporter) not in rates:
                wider[code, importer, exporter] = sum(stated) / len(of)
    return wider


def _unknown(rates: dict[Cell, float], draft: Draft) -> set[str]:
    """Economies and sectors of the file that the table does not have."""
    codes = {code for code, _, _ in rates}
    sides = {side for _, *pair in rates for side in pair}
    return (codes - set(draft.sectors) | sides - set(draft.economies)) - {""}


def _place(cell: Cell, draft: Draft) -> tuple[Any, ...]:
    """The index of a cell's tariffs: all goods where it names no sector, all partners where it names no exporter."""
    code, importer, exporter = cell
    goods: Any = np.isin(draft.sectors, services_of(draft), invert=True)
    own = draft.sectors.index(code) if code else goods
    partner: Any = draft.economies.index(exporter) if exporter else slice(None)
    return own, draft.economies.index(importer), partner


def read(path: Path) -> Tariffs:
    """The tariffs of a file by economy and sector. Raises DataError with the line."""
    rates: dict[Cell, float] = {}
    for where, written in text.records(path, ("importer",), HINT):
        if not {"rate", "rate_pct"} & written.keys():
            raise DataError(f"{path}: no column rate or rate_pct; {HINT}")
        importer, exporter, sector = (_named(written.get(name, "")) for name in ("importer", "exporter", "sector"))
        if not importer:
            raise DataError(f"{where}: no importer; a tariff is one economy's")
        cell = (sector, economy_code(importer), economy_code(exporter))
        column, scale = ("rate", 1) if "rate" in written else ("rate_pct", 100)
        rate = rate_of(written[column], scale, where)
        if rates.setdefault(cell, rate) != rate:
            raise DataError(f"{where}: {' '.join(filter(None, cell))} has two rates; keep one")
    return Tariffs(path.name, rates)


def _named(cell: str) -> str:
    return "" if cell.lower() in ALL else cell


def rate_of(written: str, scale: int, where: str) -> float:
    """A rate as a fraction; scale: 1, or 100 where it is written in percent. Raises DataError where it is none."""
    rate = text.number(written, where) / scale
    if not -1 < rate <= HIGHEST:
        raise DataError(
            f"{where}: a rate of {written!r}; rates are fractions above -1 and up to {HIGHEST:g}, or in percent in a"
            " column rate_pct"
        )
    return rate
