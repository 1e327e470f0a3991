"""The plain layout: a row a sale, with seller, its sector, buyer, the buyer's sector or final use, value, tariff.

Lines that begin with # state the unit, the year and the services, as in `# unit: million USD`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path

import numpy as np

from detente.economy.importers import text
from detente.economy.importers.classification import economy_code
from detente.economy.importers.draft import Draft, Label, Source, check_size, collect
from detente.errors import DataError

COLUMNS = ("seller", "seller_sector", "buyer", "buyer_sector", "value")
FINAL = ("final", "households", "government", "investment")  # what a buyer's sector may be beside a sector
Cell = tuple[str, str, str]  # sector, buyer, seller


def template() -> str:
    """A small table in the plain layout, to be filled with one's own numbers."""
    return (resources.files("detente.economy.importers") / "template.csv").read_text("utf-8")


def recognises(head: str) -> bool:
    """Whether the first line that is no comment has the columns of the plain layout."""
    return set(COLUMNS) <= {cell.strip('" \n').lower() for cell in re.split(r"[,;\t|]", head)}


def read(path: Path) -> Draft:
    """The draft of a table in the plain layout. Raises DataError."""
    sales: dict[tuple[Label, Label], float] = {}
    tariffs: dict[Cell, float] = {}
    for where, written in text.records(path, COLUMNS, "`detente world template` prints them all"):
        _add(sales, tariffs, written, where)
    if not sales:
        raise DataError(f"{path}: a header and no rows; add a row for each sale")
    return _draft(sales, tariffs, path)


def _add(
    sales: dict[tuple[Label, Label], float], tariffs: dict[Cell, float], written: dict[str, str], where: str
) -> None:
    blank = next((name for name in COLUMNS[:4] if not written[name]), None)
    if blank:
        raise DataError(f"{where}: {blank} is empty; name who sells what to whom")
    seller, buyer = (economy_code(written[side]) for side in ("seller", "buyer"))
    use = written["buyer_sector"]
    source = Label("sector", seller, written["seller_sector"])
    target = Label("final", buyer, use.lower()) if use.lower() in FINAL else Label("sector", buyer, use)
    if (source, target) in sales:
        raise DataError(f"{where}: the sale of {source} to {target} stands twice; keep one")
    sales[source, target] = text.number(written["value"], where)
    rate = text.number(written.get("tariff", ""), where)
    cell = (source.code, buyer, seller)
    if rate == rate and tariffs.setdefault(cell, rate) != rate:
        raise DataError(
            f"{where}: the tariff of {buyer} on {source} is {rate:g}, and {tariffs[cell]:g} in an earlier line; a pair"
            " has one"
        )


def _draft(sales: dict[tuple[Label, Label], float], tariffs: dict[Cell, float], path: Path) -> Draft:
    about = _about(path)
    sectors, buyers = _labels(dict.fromkeys(label for pair in sales for label in pair), path)
    columns = [*sectors, *buyers]
    source = Source(path.name, "plain layout", int(about["year"]), about["unit"])
    draft = collect(columns, _rows(sectors, columns, sales), source)
    draft.services = _services(about["services"], draft.sectors, path)
    draft.tariff = np.zeros_like(draft.final)
    sector, economy = ({name: k for k, name in enumerate(names)} for names in (draft.sectors, draft.economies))
    for (code, buyer, seller), rate in tariffs.items():
        draft.tariff[sector[code], economy[buyer], economy[seller]] = rate
    return draft


def _labels(labels: Iterable[Label], path: Path) -> tuple[list[Label], list[Label]]:
    """Every sector of every economy, and the final demand of each."""
    economies = list(dict.fromkeys(label.economy for label in labels))
    codes = list(dict.fromkeys(label.code for label in labels if label.kind == "sector"))
    check_size(str(path), len(economies), len(codes))
    sectors = [Label("sector", economy, code) for economy in economies for code in codes]
    uses = list(dict.fromkeys(label.code for label in labels if label.kind == "final"))
    return sectors, [Label("final", economy, use) for economy in economies for use in uses]


def _rows(
    sectors: Sequence[Label], columns: Sequence[Label], sales: dict[tuple[Label, Label], float]
) -> Iterator[tuple[Label, np.ndarray]]:
    """What each seller sells, over all columns; 0 where the file has no row."""
    place = {label: k for k, label in enumerate(columns)}
    by_seller: dict[Label, list[tuple[int, float]]] = {}
    for (seller, buyer), value in sales.items():
        by_seller.setdefault(seller, []).append((place[buyer], value))
    for seller in sectors:
        values = np.zeros(len(columns))
        for k, value in by_seller.get(seller, ()):
            values[k] = value
        yield seller, values


def _services(written: str, sectors: tuple[str, ...], path: Path) -> tuple[str, ...]:
    services = tuple(code.strip() for code in written.split(",") if code.strip())
    odd = next((code for code in services if code not in sectors), None)
    if odd is not None:
        raise DataError(f"{path}: the service {odd!r} is no sector; there is {', '.join(sectors[:5])}")
    return services


def _about(path: Path) -> dict[str, str]:
    """What the lines with # state. Raises DataError for a year that is not a number."""
    about = {"unit": "not stated", "year": "0", "services": ""}
    for line in text.lines(path):
        match = re.fullmatch(r"#\s*(unit|year|services)\s*:\s*(.*?)\s*", line.strip(), re.IGNORECASE)
        if match:
            about[match[1].lower()] = match[2]
        elif not line.startswith("#") and line.strip():
            break
    if not re.fullmatch(r"\d{1,4}", about["year"]):
        raise DataError(f"{path}: the year {about['year'][:20]!r} is no whole number; write # year: 2022")
    return about
