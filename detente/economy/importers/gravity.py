"""Gravity data, a row a pair: exporter, importer, flow, perhaps tariff, year, output; a world of one sector.

With a column of industries, a world of as many sectors. No inputs: labour alone produces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path

import numpy as np

from detente.economy.importers import text
from detente.economy.importers.classification import economy_code
from detente.economy.importers.draft import LARGEST, Draft, Source, check_size
from detente.errors import DataError

NAMES = {  # of columns, in small letters
    "exporter": ("exporter", "exporter_iso3", "iso_o", "iso3_o", "origin", "orig"),
    "importer": ("importer", "importer_iso3", "iso_d", "iso3_d", "destination", "dest"),
    "flow": ("flow", "trade", "tradeflow", "trade_flow", "value", "imports", "exports"),
    "tariff": ("tariff",),
    "tariff_pct": ("tariff_pct", "tariff_percent", "tariff_pp"),
    "year": ("year",),
    "output": ("output", "y", "production", "gdp_o", "gdp"),
    "expenditure": ("expenditure", "e"),
    "sector": ("sector", "industry", "industry_id", "industry_descr"),
}
NEEDED = ("exporter", "importer", "flow")
HIGHEST = 10.0  # a tariff as a fraction; above it the column is in percent
Cell = tuple[str, str, str]  # sector, importer, exporter
Size = tuple[str, str, str]  # output or expenditure, sector, economy
ONE = "goods"  # the sector of data without one


def _known(head: Iterable[str]) -> dict[str, str]:
    """{what a column holds: its name}, of the columns that are known."""
    names = {name for cell in head if (name := cell.strip().lower())}
    return {what: next(name for name in known if name in names) for what, known in NAMES.items() if names & {*known}}


def recognises(head: str) -> bool:
    """Whether the first line of a text has exporter, importer and flow."""
    delimiter = max(text.DELIMITERS, key=head.count)
    return set(NEEDED) <= _known(cell.strip('" \n') for cell in head.split(delimiter)).keys()


class _Data:
    """The rows of one year: flow and tariff by cell, and output and expenditure by sector and economy."""

    def __init__(self) -> None:
        self.cells: dict[Cell, tuple[float, float]] = {}
        self.size: dict[Size, float] = {}
        self.abroad: dict[Size, float] = {}

    def add(self, written: Mapping[str, str], where: str) -> None:
        """One row. Raises DataError."""
        exporter, importer = (economy_code(written[side]) for side in ("exporter", "importer"))
        if not exporter or not importer:
            raise DataError(f"{where}: a flow without exporter or importer; name both")
        cell = (written.get("sector") or ONE, importer, exporter)
        if cell in self.cells:
            raise DataError(f"{where}: the flow from {exporter} to {importer} stands twice; keep one")
        flow = _flow(written, where)
        self.cells[cell] = (flow, _tariff(written, where))
        abroad = 0.0 if exporter == importer else float(np.nan_to_num(flow))
        for what, economy in (("output", exporter), ("expenditure", importer)):
            key = (what, cell[0], economy)
            self.abroad[key] = self.abroad.get(key, 0.0) + abroad
            if written.get(what):
                self.size.setdefault(key, text.number(written[what], where))

    def at_home(self, sector: str, economy: str, path: Path) -> float:
        """Sales at home where no row has them: output less exports, or expenditure less imports. Raises DataError."""
        for what in ("output", "expenditure"):
            key = (what, sector, economy)
            if key in self.size:
                return self.size[key] - self.abroad.get(key, 0.0)
        raise DataError(
            f"{path}: no sales of {economy} at home; give rows with exporter = importer, or a column of output (called"
            " output, Y, gdp) or of expenditure"
        )


def read(path: Path, year: int | None = None) -> Draft:
    """The draft of the data of one year. Raises DataError."""
    names = _known(next(text.rows(path, comments=True)).cells)
    missing = next((what for what in NEEDED if what not in names), None)
    if missing:
        raise DataError(f"{path}: no column {missing}; it may be called {', '.join(NAMES[missing])}")
    data, years = _Data(), set()
    for where, row in text.records(path, (), ""):
        written = {what: row[name] for what, name in names.items()}
        years.add(written.get("year", "0"))
        if year is None and len(years) > 1:
            raise DataError(f"{path}: rows of {' and '.join(sorted(years))}, at least; choose a year with --year")
        if year is None or written.get("year", str(year)) == str(year):
            data.add(written, where)
    return _draft(data, Source(path.name, "gravity data", _year(years, year, path)), path)


def _flow(written: Mapping[str, str], where: str) -> float:
    flow = text.number(written["flow"], where)
    if abs(flow) > LARGEST:
        raise DataError(f"{where}: a flow of {flow:g}; cells are numbers below {LARGEST:g} in size")
    return flow


def _tariff(written: Mapping[str, str], where: str) -> float:
    """A tariff as a fraction; 0 where none is given. Raises DataError for a fraction that looks like a percentage."""
    if written.get("tariff_pct"):
        return text.number(written["tariff_pct"], where) / 100
    tariff = text.number(written.get("tariff", "") or "0", where)
    if abs(tariff) > HIGHEST:
        raise DataError(f"{where}: a tariff of {tariff:g} as a fraction; call a column in percent tariff_pct")
    return tariff if tariff == tariff else 0.0


def _year(years: set[str], asked: int | None, path: Path) -> int:
    if asked is not None and str(asked) not in years | {"0"}:
        raise DataError(f"{path}: no rows of {asked}; it has {', '.join(sorted(years)[:5])}")
    chosen = str(asked) if asked is not None else next(iter(years), "0")
    try:
        return int(chosen)
    except ValueError:
        raise DataError(f"{path}: the year {chosen[:20]!r} is no whole number; write 2019") from None


def _count(draft: Draft, flow: float, where: str) -> None:
    """Count a flow that is empty or negative."""
    tally, size = (draft.negative, -flow) if flow < 0 else (draft.empty, 0.0)
    tally.add(1, size, size, where)


def _draft(data: _Data, source: Source, path: Path) -> Draft:
    economies = tuple(dict.fromkeys(code for _, n, i in data.cells for code in (i, n)))
    sectors = tuple(dict.fromkeys(sector for sector, _, _ in data.cells))
    n, s = len(economies), len(sectors)
    check_size(str(path), n, s)
    flows, tariff, uses = np.zeros((s, n, n)), np.zeros((s, n, n)), np.zeros((n, s, s))
    draft = Draft(economies, sectors, np.zeros((s, n, n)), flows, uses, source, tariff=tariff, services=())
    place, sector_place = ({code: k for k, code in enumerate(names)} for names in (economies, sectors))
    for (sector, importer, exporter), (flow, rate) in data.cells.items():
        cell = (sector_place[sector], place[importer], place[exporter])
        flows[cell], tariff[cell] = np.nan_to_num(flow), rate
        if not flow >= 0:
            _count(draft, flow, f"{exporter} to {importer}")
    missing = {(sector, code, code) for sector, code in product(sectors, economies)} - data.cells.keys()
    for sector, code, _ in sorted(missing):
        flows[sector_place[sector], place[code], place[code]] = data.at_home(sector, code, path)
    return draft
