"""The cases of Ossa (2014): optimal, Nash and cooperative tariffs, by sector and partner or most-favoured-nation.

Axes: s sector, n importer, i exporter. His trade and tariffs go back to a licensed database and may not be shipped;
`data` is a folder that holds ossa2014.npz, made from his replication package. Without it no published cell has a value
of ours. Variants with larger or smaller elasticities scale all of them to another mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.economy.models import fixed_firms
from detente.economy.strategic import StrategicTariffs, cooperative, nash, optimal
from detente.economy.world import Origin, World
from detente.errors import NotConverged
from detente.replications import Row, data_folder, optional_float, read

PAPER = "ossa"
NEEDS = "needs --data: trade and tariffs go back to a licensed database, so they do not ship"
DIGITS = 1  # most cells print one decimal
VARIANTS = {"": 0, "meansigma3.5": 1, "meansigma5.0": 2, "meansigma6.5": 3}  # column of sigma_alt
COLUMNS = {"gov": "government", "welf": "real_income", "wage": "wage", "profit": "profit"}
LOOSE = (
    "his rounds stop when tariffs move by less than 0.01 on average; ours meet the first-order conditions to 1e-6,"
    " and cells near a rounding edge, medians above all, differ"
)
FLAT = (
    "equal gains of his talks leave wages and profits loose along flat directions of common tariffs; gains agree, and"
    " ours meet the first-order conditions to 1e-6"
)
UNSETTLED = (
    "our search for these talks settled from none of its starts: no stationary point was found, so nothing is shown"
)
LOCAL = "payoffs agree as printed, tariffs do not: his search stops earlier; our first-order conditions hold to 1e-6"
WHY = {"optimal": LOCAL, "nash": LOOSE, "talks": FLAT}
TABLES = {"vector": {"optimal": 3, "nash": 4, "talks": 5}, "mfn": {"optimal": 8, "nash": 9, "talks": 10}}
Columns = dict[str, np.ndarray]  # quantity -> [n]
PrintedCells = dict[tuple[str, ...], str]  # (table, scenario, region, quantity) -> as printed


class Version(NamedTuple):
    """One version of his tables: with political weights or not, MFN or not, part (a or c) and elasticities."""

    lobbying: bool
    mfn: bool
    part: str = "a"
    variant: str = ""

    @property
    def kind(self) -> str:
        """The kind of instrument."""
        return "mfn" if self.mfn else "vector"

    @property
    def scenario(self) -> str:
        """The scenario without its variant, as the published file names it."""
        return ("lobbying_on" if self.lobbying else "lobbying_off") + ("_mfn" if self.mfn else "")

    def is_published_as(self, label: str) -> bool:
        """Whether a published label is this version; its mean elasticity is printed with rounding noise."""
        if not self.variant:
            return label == self.scenario
        head, _, mean = label.partition("_meansigma")
        variant_mean = float(self.variant.removeprefix("meansigma"))
        return bool(mean) and head == self.scenario and abs(float(mean) - variant_mean) < 1e-3

    def label(self, table: str, printed: PrintedCells) -> str:
        """The scenario's label in a published table, or one made in the same way."""
        labels = (key[1] for key in printed if key[0] == table and self.is_published_as(key[1]))
        return next(labels, f"{self.scenario}_{self.variant}" if self.variant else self.scenario)


def world(data: Path | str, *, lobbying: bool = False, variant: int = 0) -> World:
    """His base year: trade balanced, 7 regions by 33 sectors. Raises DataError where the folder does not hold it."""
    folder = data_folder(data, "ossa2014", "ossa2014.npz")
    with np.load(folder / "ossa2014.npz", allow_pickle=False) as raw:
        flows, duty = (raw[key].astype(float).transpose(2, 1, 0) for key in ("trade", "tariff"))
        sigma = raw["sigma"].astype(float) if not variant else raw["sigma_alt"][:, variant].astype(float)
        weight = raw["lambda_pol"].astype(float).T if lobbying else None
        regions, sectors = (tuple(str(code) for code in raw[key].tolist()) for key in ("regions", "sectors"))
    origin = Origin("ossa-2014", 2007, "million USD", ("Ossa (2014), replication package",), "not redistributable")
    with_deficits = fixed_firms.calibrate(
        regions,
        sectors,
        flows,
        duty,
        sigma - 1,
        origin,
        labour=(sigma - 1) / sigma,
        weight=weight,
        elasticity_from="Ossa (2014), sigma - 1",
    )
    return fixed_firms.balanced(with_deficits)


def printed_cells() -> PrintedCells:
    """The published cells."""
    rows = read(PAPER, "published.csv")
    return {(r["table"], r["scenario"], r["region"], r["quantity_pct"]): r["value"] for r in rows}


def versions() -> Iterator[Version]:
    """All versions: part a with his elasticities, part c with the variants."""
    for lobbying, mfn in product((False, True), repeat=2):
        yield Version(lobbying, mfn)
        yield from (Version(lobbying, mfn, "c", variant) for variant in VARIANTS if variant)


def rows(data: Path | str | None = None) -> Iterator[Row]:
    """Every cell of the tables on optimal (3, 8), Nash (4, 9) and cooperative tariffs (5, 10), parts a and c."""
    printed = printed_cells()
    if data is None:
        for (table, case, region, quantity), value in printed.items():
            yield Row(table, case, region, quantity, float("nan"), float(value), digits(value), missed=NEEDS)
        return
    for version in versions():
        yield from version_rows(data, printed, version)


def digits(value: str) -> int:
    """Decimals printed."""
    return len(value.split(".")[1]) if "." in value else 0


def version_rows(data: Path | str, printed: PrintedCells, version: Version) -> Iterator[Row]:
    """One version: its optimal, Nash and cooperative tables; region by region in part a, means alone in part c."""
    base = world(data, lobbying=version.lobbying, variant=VARIANTS[version.variant])
    regions = [*base.economies, "Mean"] if version.part == "a" else ["Mean"]
    for what, columns in results(base, version.kind).items():
        table = f"TABLE{TABLES[version.kind][what]}{version.part}"
        label = version.label(table, printed)
        for region in regions:
            for quantity, values in columns.items():
                ours = float(values.mean() if region == "Mean" else values[base.index(region)])
                value = printed.get((table, label, region, quantity))
                decimals = DIGITS if value is None else digits(value)
                row = Row(table, label, region, quantity, ours, optional_float(value), decimals)
                yield row if row.matches is not False else replace(row, missed=reason(what, row))


def results(base: World, kind: str) -> dict[str, Columns]:
    """Our columns of the three tables: optimal, nash and talks."""
    unilateral = [optimal(base, fixed_firms, region, kind=kind) for region in base.economies]
    start = base.tariff.copy()
    for n, result in enumerate(unilateral):
        start[:, n] = result.tariff[:, n]
    war = nash(base, fixed_firms, kind=kind, start=start)
    nash_columns = {f"d{short}": column(war, name) for short, name in COLUMNS.items()}
    nash_columns["median_nash_tariff"] = medians(war)
    return {"optimal": unilateral_columns(unilateral), "nash": nash_columns, "talks": talks_columns(base, war, kind)}


def talks_columns(base: World, war: StrategicTariffs, kind: str) -> Columns:
    """The columns of talks from Nash, factual and free-trade tariffs; not a number where no search settles."""
    tariffs = {"nash": war.tariff, "factual": base.tariff, "free": np.zeros_like(base.tariff)}
    columns: Columns = {}
    for name, tariff in tariffs.items():
        agreement = talks(base, kind, tariff, tuple(tariffs.values()))
        for short, quantity in COLUMNS.items():
            none = np.full(len(base.economies), np.nan)
            columns[f"d{short}_from_{name}"] = none if agreement is None else column(agreement, quantity)
    return columns


def talks(world: World, kind: str, base: np.ndarray, starts: tuple[np.ndarray, ...]) -> StrategicTariffs | None:
    """Equal gains from a base [s,n,i]; None where our first-order conditions do not settle."""
    try:
        return cooperative(world, fixed_firms, kind=kind, base=base, starts=starts)
    except NotConverged:
        return None


def reason(what: str, row: Row) -> str:
    """Why a cell that should match may not."""
    if np.isnan(row.ours):
        return UNSETTLED
    if what == "talks" and row.quantity.startswith(("dgov", "dwelf")):
        if row.quantity.endswith("nash"):
            return LOOSE
        return LOCAL if row.published is not None and row.ours > row.published else ""
    return WHY[what]


def unilateral_columns(unilateral: list[StrategicTariffs]) -> Columns:
    """What each region's own optimum does to it, and to the mean of the others."""
    columns: Columns = {}
    for short, name in COLUMNS.items():
        values = np.array([column(result, name) for result in unilateral])  # [whose optimum, region]
        columns[f"d{short}_own"] = np.diagonal(values).copy()
        columns[f"d{short}_other"] = (values.sum(1) - np.diagonal(values)) / (len(unilateral) - 1)
    columns["median_optimal_tariff"] = np.array([medians(result)[n] for n, result in enumerate(unilateral)])
    return columns


def column(result: StrategicTariffs, name: str) -> np.ndarray:
    """A column of his tables [n]: wages are less their mean over regions, which is how his means come to zero."""
    values = result.report[name]
    return values - values.mean() if name == "wage" else values


def medians(result: StrategicTariffs) -> np.ndarray:
    """The median tariff [n] of each region, percent: over sectors and partners, or under MFN over sectors."""
    regions = range(len(result.world.economies))
    rates = [result.tariff[:, n][:, [i for i in regions if i != n]] for n in regions]
    return 100 * np.array([np.median(rate[:, 0] if result.kind == "mfn" else rate) for rate in rates])
