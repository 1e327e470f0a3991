"""Statistics: WITS/TRAINS, BACI, Comtrade, US Census and WTO series, recognised and described, not turned into acts.

Product and country codes stay text. Groups and totals are told from single countries and products, so that nothing is
counted twice. A WTO notification is a source: known since its circulation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from detente.record.feeds import catalogue, dates
from detente.record.feeds.model import FeedFile, FeedTable, Update, together
from detente.record.feeds.untrusted import Page, columns, flat, mappings, number, refuse, table

OPEN_CAP = 500  # rows that the open endpoint of Comtrade sends at most
HEADERS: tuple[tuple[str, set[str]], ...] = (
    ("trains", {"NomenCode", "Reporter_ISO_N", "ProductCode", "EstCode"}),
    ("baci", {"t", "i", "j", "k", "v", "q"}),
    ("baci_codes", {"country_code", "country_iso3"}),
)
CENSUS = {"I_COMMODITY", "E_COMMODITY", "CTY_CODE", "COMM_LVL", "GEN_VAL_MO", "CON_VAL_MO"}
INVALID_KEY = re.compile(r"valid key must be included", re.I)
GROUP = re.compile(r"-|00\d\d|\dX{3}|\d\dX{2}")


def recognise(file: FeedFile) -> str:
    """Which statistics they are; empty for anything else."""
    if file.form == "json":
        return _recognise_json(file.value)
    if file.form == "html":
        return "census_key" if INVALID_KEY.search(flat(Page(file.text[:20000]).text)) else ""
    if file.form != "text":
        return ""
    header = columns(file)
    return next((name for name, needed in HEADERS if needed <= header), "")


def _recognise_json(value: Any) -> str:
    if isinstance(value, list):
        return "census" if _is_census(value) else ""
    if not isinstance(value, Mapping):
        return ""
    if isinstance(value.get("Dataset"), list):
        return "wto"
    if {"symbol", "circulationDate"} <= value.keys():
        return "notification"
    return "comtrade" if {"elapsedTime", "count", "data"} <= value.keys() else ""


def _is_census(value: Sequence[Any]) -> bool:
    header = value[0] if value and isinstance(value[0], list) else []
    return bool(header) and all(isinstance(cell, str) for cell in header) and len(CENSUS & set(header)) >= 2


def read(files: Sequence[FeedFile]) -> Update:
    """Descriptions of all files, and the sources of notifications."""
    return together(READERS[recognise(file)](file) for file in files)


def _trains(file: FeedFile) -> Update:
    rows = table(file)
    facts = {
        f"{row['Reporter_ISO_N']}/{row['Partner'] + '/' if 'Partner' in row else ''}{row['ProductCode']}": {
            "average": number(row["SimpleAverage"]),
            "lines": number(row["TotalNoOfLines"]),
            "valid_lines": number(row["TotalNoOfValidLines"]),
            "without_number": number(row["Nbr_NA_Lines"]),
            "estimated": row["EstCode"] == "E",
        }
        for row in rows
    }
    kind = "preferential tariffs by partner" if rows and "Partner" in rows[0] else "MFN tariffs"
    note = "averages over valid lines; lines without a number are specific duties; E: estimated equivalents inside"
    return Update(tables=(FeedTable(file.path, f"TRAINS, {kind}", len(rows), facts, note),))


def _baci(file: FeedFile) -> Update:
    rows = table(file)
    facts = {
        f"{row['t']}/{row['i'].strip()}/{row['j'].strip()}/{row['k'].strip()}": (number(row["v"]), number(row["q"]))
        for row in rows
    }
    note = "thousand USD and tonnes; i exports to j; 842 USA, 699 India, 490 Other Asia; cite Gaulier and Zignago"
    return Update(tables=(FeedTable(file.path, "BACI flows", len(rows), facts, note),))


def _baci_codes(file: FeedFile) -> Update:
    rows = table(file)
    facts = {row["country_code"]: row["country_iso3"] for row in rows}
    note = "numbers of BACI, not of the Census; S19 is no ISO3 code"
    return Update(tables=(FeedTable(file.path, "BACI country codes", len(rows), facts, note),))


def _comtrade(file: FeedFile) -> Update:
    """Flows: imports cif, exports fob; totals over products or partners are named, not added up."""
    value = file.value
    rows = list(mappings(file.path, value["data"], "data"))
    if isinstance(value["count"], int) and value["count"] != len(rows):
        refuse(
            file.path,
            f"says count {value['count']} and carries {len(rows)} rows ({OPEN_CAP} is the cap of the open endpoint)",
            "ask for fewer products or years, or with a key",
        )
    single = [row for row in rows if not row.get("isAggregate") and row.get("partnerCode") != 0]
    facts = {
        "single": {_flow(row): _flow_value(row) for row in single},
        "totals": {_flow(row): _flow_value(row) for row in rows if row not in single},
    }
    note = "imports cif, exports fob; partner 0 is the World; redistribution is restricted"
    return Update(tables=(FeedTable(file.path, "Comtrade flows", len(rows), facts, note),))


def _flow(row: Mapping[str, Any]) -> str:
    return "/".join(str(row.get(key)) for key in ("period", "reporterISO", "flowCode", "partnerISO", "cmdCode"))


def _flow_value(row: Mapping[str, Any]) -> float | None:
    return number(row.get("cifvalue" if row.get("flowCode") == "M" else "fobvalue"))


def _census(file: FeedFile) -> Update:
    """Rows by country and product; groups of countries are kept apart."""
    header, *cells = file.value
    rows = [_census_row(file.path, place, header, row) for place, row in enumerate(cells, 2)]
    countries = [row for row in rows if not GROUP.fullmatch(str(row.get("CTY_CODE", "")))]
    general = [number(row.get("GEN_VAL_MO")) for row in countries]
    facts = {
        "countries": {_census_key(row): _census_values(row) for row in countries},
        "groups": {_census_key(row): _census_values(row) for row in rows if row not in countries},
        "sum_of_countries": sum(value for value in general if value is not None),
    }
    note = "general imports and imports for consumption differ; Census country codes are not ISO"
    return Update(tables=(FeedTable(file.path, "Census imports", len(rows), facts, note),))


def _census_row(path: str, place: int, header: Sequence[str], row: Any) -> dict[str, Any]:
    """The cells of a row by their columns; a column that stands twice must agree with itself."""
    if not isinstance(row, list) or len(row) != len(header):
        refuse(path, f"row {place} does not have the {len(header)} cells of the header", "download it again")
    values: dict[str, Any] = {}
    for name, cell in zip(header, row, strict=True):
        if values.setdefault(name, cell) != cell:
            refuse(path, f"row {place} gives {name} as {values[name]!r} and as {cell!r}", "ask for it once")
    return values


def _census_key(row: Mapping[str, Any]) -> str:
    return f"{row.get('time')}/{row.get('CTY_CODE')}/{row.get('I_COMMODITY') or row.get('E_COMMODITY')}"


def _census_values(row: Mapping[str, Any]) -> dict[str, float | None]:
    names = {"general": "GEN_VAL_MO", "consumption": "CON_VAL_MO", "duty": "CAL_DUT_MO", "dutiable": "DUT_VAL_MO"}
    values = {name: number(row.get(column)) for name, column in names.items() if column in row}
    duty, dutiable = values.get("duty"), values.get("dutiable")
    return {**values, "percent": round(duty / dutiable * 100, 1)} if duty is not None and dutiable else values


def _census_key_page(file: FeedFile) -> Update:
    refuse(file.path, "the Census answers: A valid key must be included with each data API request", "ask with a key")


def _wto(file: FeedFile) -> Update:
    rows = list(mappings(file.path, file.value["Dataset"], "Dataset"))
    facts = {
        f"{row.get('IndicatorCode')}/{row.get('ReportingEconomyCode')}/{row.get('Year')}": number(row.get("Value"))
        for row in rows
    }
    return Update(tables=(FeedTable(file.path, "WTO series", len(rows), facts, "economies by M49 code; cite the WTO"),))


def _notification(file: FeedFile) -> Update:
    value = file.value
    circulated = dates.iso_day(value.get("circulationDate"))
    if circulated is None or not value.get("title"):
        refuse(file.path, f"notification {value.get('symbol')} has no title or no circulationDate", "add it")
    notified = dates.iso_day(value.get("notificationDate"))
    source = catalogue.source(
        "wto",
        f"wto-{value['symbol']}",
        str(value["title"]),
        published=circulated,
        known=circulated,
        note=f"notified on {notified} by {value.get('member')}" if notified else "",
    )
    return Update(sources=(source,))


READERS: dict[str, Callable[[FeedFile], Update]] = {
    "trains": _trains, "baci": _baci, "baci_codes": _baci_codes, "comtrade": _comtrade, "census": _census,
    "census_key": _census_key_page, "wto": _wto, "notification": _notification,
}  # fmt: skip
