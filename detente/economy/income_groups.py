"""Prices by income group: what each tenth of households buys, where a statistical office has published it.

A category's price is that of the sectors that make it, weighted by what households buy of them, and a trade margin at
the price of services:

    price_c = (1 - MARGIN) sum_s weight_cs price_s + MARGIN price of services          goods; services have no margin
    price_g = sum_c price_c spending_cg / sum_c spending_cg

The groups' prices are scaled so that their mean, weighted by spending, is the price line of the card.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from detente.errors import DataError

MARGIN = 0.4  # of what a good costs its buyer, for trade and transport: an assumption until a table of margins is there
FOLDER = "spending"


@dataclass(frozen=True, eq=False)
class Spending:
    """Spending [c,g] by category and group, in any unit; sectors of each category; source and the day it was known."""

    categories: tuple[str, ...]
    sectors: tuple[tuple[str, ...], ...]
    amounts: np.ndarray
    source: str
    known: str

    @property
    def share(self) -> np.ndarray:
        """Each group's part of all spending [g]."""
        return np.asarray(self.amounts.sum(0) / self.amounts.sum())


@cache
def spending(economy: str) -> Spending | None:
    """The table of an economy; None where none ships. Raises DataError for a file that names no day."""
    file = resources.files("detente.economy") / FOLDER / f"{economy}.csv"
    if not re.fullmatch(r"[A-Z]{3}", economy) or not file.is_file():
        return None
    return _parsed(economy, file.read_text("utf-8").splitlines())


def _parsed(economy: str, lines: list[str]) -> Spending:
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    source, known = _source_and_day(economy, [line.lstrip("# ") for line in lines if line.startswith("#")])
    groups = [key for key in rows[0] if key.isdigit()]
    amounts = np.array([[float(row["total"]) * float(row[g]) / 100 for g in groups] for row in rows])
    categories, sectors = zip(*((row["category"], tuple(row["sectors"].split())) for row in rows), strict=True)
    return Spending(categories, sectors, amounts, source, known)


def _source_and_day(economy: str, remarks: list[str]) -> tuple[str, str]:
    """The source of a table and the day since when it is known. Raises DataError where no remark says the day."""
    known = next((m[1] for line in remarks if (m := re.match(r"known: (\d{4}-\d\d-\d\d)", line))), None)
    if known is None:
        raise DataError(f"{economy}.csv: no line says since when the table is known")
    return "; ".join(line for line in remarks if not line.startswith("known:")), known


def prices_by_group(
    table: Spending, sectors: tuple[str, ...], goods: np.ndarray, bought: np.ndarray, price: np.ndarray, mean: float
) -> np.ndarray:
    """The price change of each group [g] in percent.

    sectors: of the world; goods [s]: whether a sector is one of goods. bought [s]: what households buy. price [s]: the
    change by sector in percent. mean: that of all households, which the groups' are scaled to.

    >>> table = Spending(("all",), (("A",),), np.array([[1.0, 3.0]]), "", "2026-01-01")
    >>> prices_by_group(table, ("A",), np.array([False]), np.array([1.0]), np.array([2.0]), 2.0)
    array([2., 2.])
    """
    services = np.where(goods, 0.0, bought)
    margin = float(services @ price / services.sum()) if services.sum() > 0 else 0.0
    by_category = []
    for names in table.sectors:
        places = [sectors.index(name) for name in names if name in sectors]
        weight = bought[places]
        made = float(weight @ price[places] / weight.sum()) if weight.sum() > 0 else 0.0
        by_category.append((1 - MARGIN) * made + MARGIN * margin if goods[places].all() else made)
    groups = np.array(by_category) @ table.amounts / table.amounts.sum(0)
    implied = float(groups @ table.share)
    return np.asarray(groups * mean / implied if implied else groups)
