"""Tariffs of one's own by HS code, as WITS, TRAINS and MAcMap have them, added up to sectors.

A sector's rate is the mean over its trade, where imports by code are at hand (`record.goods`): codes that the file does
not name bear none. Elsewhere it is the simple mean over the codes named. Files without codes are read by sector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from detente import labels
from detente.economy.importers import tariff_file, text
from detente.economy.importers.classification import economy_code
from detente.economy.importers.tariff_file import Cell, Tariffs, rate_of
from detente.errors import DataError, QuestionError
from detente.record import goods
from detente.record.hs.codes import parse

NAMES = {  # of columns, in small letters; the first that a file has counts
    "importer": ("importer", "reportername", "reporter name", "reporter_iso3", "reporter", "reportingcountry"),
    "exporter": ("exporter", "partnername", "partner name", "partner_iso3", "partner", "partnercountry"),
    "hs": ("hs", "hs6", "hscode", "hs code", "productcode", "product code", "product"),
    "rate": ("rate",),
    "rate_pct": ("rate_pct", "simple average", "simpleaverage", "avduty", "adval", "ad valorem"),
    "year": ("tariff year", "tariffyear", "year"),
    "kind": ("dutytype", "duty type"),
}
BOUND = frozenset({"bnd", "bound"})  # what is bound in the WTO is not what is levied
PREFERRED = ("ahs", "prf")  # kinds of duty that take the place of another on the same trade
ALL = frozenset({"", "all", "world", "wld", "000", "0"})
MOST_LINES = 2_000_000
Line = tuple[str, str, str]  # importer, exporter ("" for all), code


class Rate(NamedTuple):
    """A rate as a fraction, and whether it is one that takes the place of others."""

    value: float
    preferred: bool


def read(path: str | None) -> Tariffs | None:
    """The tariffs of a file by sector; None without a file. Raises DataError with the line."""
    if path is None:
        return None
    known = _columns(next(text.rows(Path(path), comments=True)).cells)
    if "hs" not in known:
        return tariff_file.read(Path(path))
    needed = ("importer",) if "rate" in known else ("importer", "rate_pct")
    for what in needed:
        if what not in known:
            raise DataError(f"{path}: no column {what}; it may be called {', '.join(NAMES[what])}")
    return Tariffs(Path(path).name, dict(_by_sector(_lines(Path(path), known))))


def _columns(head: Iterable[str]) -> dict[str, str]:
    """{what a column holds: its name in small letters}, of those that are known."""
    names = {cell.strip().lower() for cell in head}
    return {what: next(name for name in known if name in names) for what, known in NAMES.items() if names & {*known}}


def _lines(path: Path, known: Mapping[str, str]) -> dict[Line, float]:
    """{(importer, exporter, code): rate} of a file of one year."""
    rates: dict[Line, Rate] = {}
    years = set()
    for where, row in text.records(path, (), ""):
        written = {what: row[name] for what, name in known.items()}
        years.add(written.get("year", ""))
        if len(years) > 1:
            raise DataError(f"{where}: rows of {' and '.join(sorted(years))}; keep the rows of one year")
        if written.get("kind", "").lower() not in BOUND:
            _add(rates, written, where)
        if len(rates) > MOST_LINES:
            raise DataError(f"{path}: more than {MOST_LINES} rates; split the file")
    return {line: rate.value for line, rate in rates.items()}


def _add(rates: dict[Line, Rate], written: Mapping[str, str], where: str) -> None:
    code = written["hs"].zfill(2 * ((len(written["hs"]) + 1) // 2)) if written["hs"].isdigit() else written["hs"]
    if parse(code) is None:
        raise DataError(
            f"{where}: {written['hs'][:20]!r} is no HS code; write a chapter, heading or line, such as 870323"
        )
    exporter = written.get("exporter", "")
    line = (_economy(written["importer"], where), "" if exporter.lower() in ALL else _economy(exporter, where), code)
    column, scale = ("rate", 1) if "rate" in written else ("rate_pct", 100)
    rate = Rate(rate_of(written[column], scale, where), written.get("kind", "").lower() in PREFERRED)
    other = rates.setdefault(line, rate)
    if other.preferred == rate.preferred and other.value != rate.value:
        raise DataError(f"{where}: {' '.join(filter(None, line))} has two rates; keep one")
    rates[line] = rate if rate.preferred else other


def _economy(name: str, where: str) -> str:
    """The code of an economy by its code of two or three letters or its plain name. Raises DataError."""
    code = economy_code(name)
    code = labels.iso3(code) or code
    named = {labels.name(known).casefold(): known for known in labels.codes()} if code not in labels.codes() else {}
    result = named.get(name.casefold(), code)
    if result not in labels.codes():
        raise DataError(f"{where}: {name[:40]!r} is no economy known here; write its ISO3 code")
    return result


def _by_sector(lines: Mapping[Line, float]) -> Iterator[tuple[Cell, float]]:
    """The rate of each sector, by importer and exporter."""
    pairs: dict[tuple[str, str], dict[str, float]] = {}
    for (importer, exporter, code), rate in lines.items():
        pairs.setdefault((importer, exporter), {})[code] = rate
    for (importer, exporter), rates in pairs.items():
        _check_apart(rates)
        for sector, rate in _sector_rates(importer, exporter or goods.WORLD, rates).items():
            yield (sector, importer, exporter), rate


def _check_apart(codes: Iterable[str]) -> None:
    """Raises DataError where one code is part of another."""
    ordered = sorted(codes)
    for code, later in pairwise(ordered):
        if later.startswith(code):
            raise DataError(f"HS {later} is part of {code}, and both have a rate; keep one level of the classification")


def _sector_rates(importer: str, exporter: str, rates: Mapping[str, float]) -> dict[str, float]:
    """{sector: mean rate} of a pair: weighted by trade where that is at hand, else over the codes named."""
    weighed: dict[str, float] = {}
    counts: dict[str, int] = {}
    for code, rate in rates.items():
        try:
            covered = goods.coverage([code], importer, exporter)
        except QuestionError as problem:
            raise DataError(str(problem)) from None
        for sector, part in covered.sectors.items():
            weighed[sector] = weighed.get(sector, 0.0) + part * rate
            counts[sector] = counts.get(sector, 0) + (covered.mix is None)
    return {sector: value / max(counts[sector], 1) for sector, value in weighed.items()}
