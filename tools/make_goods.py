"""Make detente/duties/goods.csv.gz: 2024 imports by tariff line and partner, and the sector of each line.

    python tools/make_goods.py TRADE CROSSWALK [OUT]

TRADE is the folder `data` of github.com/tradewartracker/trade-war-redux-2025 (726c595, MIT): imports for consumption of
the US Census Bureau, one file a partner. CROSSWALK is `resources/hs10_gtap_crosswalk.csv` of
github.com/Budget-Lab-Yale/tariff-rate-tracker (8315fff, MIT). Needs pyarrow, which the package does not.

A sector is that of GTAP, both being built on ISIC Rev. 4, except where SECTOR_OF_PREFIX has another: transport
equipment and ores, which GTAP has not apart, and goods whose GTAP sector is not that of ISIC. Values are customs values
in thousands of USD, rounded to four digits; lines without imports are kept, so that they are known.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

from detente import labels
from detente.safe_io import write_file

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "detente" / "duties" / "goods.csv.gz"
CELLS = ROOT / "detente" / "duties" / "cells.csv"  # partners that it has not apart are part of its REST here
LINE = 8  # digits of a tariff line
DIGITS = 4  # that a value keeps
IMPORTER = "USA"
BLOCS = {"0003": "EU27"}  # by the codes of the Census Bureau; members that have a file of their own are in it already

SECTOR_OF_GTAP = {
    "pdr": "A01", "wht": "A01", "gro": "A01", "v_f": "A01", "osd": "A01", "c_b": "A01", "pfb": "A01", "ocr": "A01",
    "ctl": "A01", "oap": "A01", "rmk": "A01", "wol": "A01", "frs": "A02", "fsh": "A03", "coa": "B05", "oil": "B06",
    "gas": "B06", "oxt": "B08", "cmt": "C10T12", "omt": "C10T12", "vol": "C10T12", "mil": "C10T12", "pcr": "C10T12",
    "sgr": "C10T12", "ofd": "C10T12", "b_t": "C10T12", "tex": "C13T15", "wap": "C13T15", "lea": "C13T15", "lum": "C16",
    "ppp": "C17_18", "p_c": "C19", "chm": "C20", "bph": "C21", "rpp": "C22", "nmm": "C23", "i_s": "C24A",
    "nfm": "C24B", "fmp": "C25", "ele": "C26", "eeq": "C27", "ome": "C28", "mvh": "C29", "otn": "C302T309",
    "omf": "C31T33", "ely": "Services (aggregate)",
}  # fmt: skip
SECTOR_OF_PREFIX = {  # the longest that fits goes before the sector of GTAP
    "382600": "C20",  # biodiesel: ISIC 2011, 2029
    "392620": "C22",  # plastic apparel: ISIC 2220
    "4001": "A01",  # natural rubber: ISIC 0129
    "49": "Services (aggregate)",  # books, newspapers and other published matter: ISIC 58
    "4907": "C17_18", "4908": "C17_18",  # stamps, banknotes, transfers: printing
    "5401": "C20", "5402": "C20", "5403": "C20", "5404": "C20", "5405": "C20",  # man-made fibres: ISIC 2030
    "5501": "C20", "5502": "C20", "5503": "C20", "5504": "C20",
    "71049110": "C31T33", "71049150": "C31T33",  # synthetic diamonds, worked: ISIC 3211
    "841920": "C31T33",  # sterilisers: ISIC 3250
    "842132": "C29",  # catalytic converters: ISIC 2930
    "8523": "C26",  # recording media: ISIC 2680, 2620
    "8524": "C26",  # flat panel modules: ISIC 2610
    "854430": "C29",  # wiring sets of vehicles: ISIC 2930
    "87012": "C29",  # road tractors: ISIC 2910
    "89": "C301",  # ships and boats: ISIC 301, which GTAP has with other transport equipment
    "940110": "C302T309",  # seats of aircraft: ISIC 3030
    "940120": "C29", "94019910": "C29",  # seats of vehicles and their parts: ISIC 2930
    "97": "Services (aggregate)",  # works of art, antiques: ISIC 90, 91
    "98": "Unallocated", "99": "Unallocated",  # special provisions and low-value shipments
}  # fmt: skip


def sector_of(code: str, gtap: str) -> str:
    """The sector of a tariff code, from that of GTAP (`gtap`, "" where it has none) and what is corrected in it."""
    prefix = next((code[:n] for n in range(LINE, 1, -1) if code[:n] in SECTOR_OF_PREFIX), "")
    if prefix:
        return SECTOR_OF_PREFIX[prefix]
    if gtap.lower() == "oxt" and code.startswith("26"):  # ores: ISIC 07; other mining: ISIC 08
        return "B07"
    return SECTOR_OF_GTAP[gtap.lower()]


def imports(folder: Path) -> Iterator[tuple[str, str, float]]:
    """(partner, code, USD) of every row of trade in a folder."""
    from pyarrow import parquet

    names = {r["CTY_CODE"]: r["ISO3"] for r in _rows(folder / "CensusCountryMapping_FRBAtl_short.csv")} | BLOCS
    for path in sorted(folder.glob("2024-hs10-imports*.parquet")):
        for row in parquet.read_table(path, columns=["CTY_CODE", "HS10", "imports"]).to_pylist():
            yield names[row["CTY_CODE"]], row["HS10"], row["imports"]


class Trade:
    """Imports by partner and tariff line in USD, and the sector of each line."""

    def __init__(self, gtap: dict[str, str]):
        self.gtap = gtap
        self.value: dict[str, dict[str, float]] = {}
        self.sector = {code[:LINE]: sector_of(code, name) for code, name in gtap.items()}

    def add(self, partner: str, code: str, dollars: float) -> None:
        """Add imports of a code of 10 digits; stop if goods of its line belong to another sector."""
        line, sector = code[:LINE], sector_of(code, self.gtap.get(code, ""))
        if self.sector.setdefault(line, sector) != sector:
            raise SystemExit(f"{code}: sector {sector}, but {self.sector[line]} for other goods of line {line}")
        row = self.value.setdefault(partner, {})
        row[line] = row.get(line, 0.0) + dollars


def table(folder: Path, crosswalk: Path) -> str:
    """The text of goods.csv: the codes of the lines, their sectors, and a row of values for each partner."""
    trade = Trade({row["hs10"]: row["gtap_code"] for row in _rows(crosswalk)})
    for partner, code, dollars in imports(folder):
        if partner not in labels.members("EU"):
            trade.add(partner, code, dollars)
    lines = sorted(trade.sector)
    apart = _partners_of_cells()
    rows = [["by", "against", "part_of", *lines], ["", "", "sector", *(trade.sector[line] for line in lines)]]
    for name, value in sorted(trade.value.items(), key=lambda item: -sum(item[1].values())):
        values = (_thousands(value.get(line, 0.0)) for line in lines)
        rows.append([IMPORTER, name, "" if name in apart else "REST", *values])
    return "".join(f"{','.join(row)}\n" for row in rows)


def _partners_of_cells() -> set[str]:
    return {row["partner"] for row in _rows(CELLS) if row["importer"] == IMPORTER}


def _thousands(dollars: float) -> str:
    """Thousands of USD, rounded to four digits; "" for less than half of one."""
    thousands = round(dollars / 1000)
    return f"{float(f'{thousands:.{DIGITS}g}'):.0f}" if thousands else ""


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def main(trade: str, crosswalk: str, out: str = str(OUT)) -> None:
    """Write the table, compressed; the same inputs give the same bytes."""
    write_file(out, gzip.compress(table(Path(trade), Path(crosswalk)).encode(), 9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
