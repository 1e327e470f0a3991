"""The cases of Caliendo and Parro (2015): a base year, tariffs of 2005 on some pairs, and what each table reads off.

Axes: s sector, n importer, i exporter. The authors' base year may not be shipped; `data` is a folder that holds
base1993_*.npz and raw_inputs.npz made from their replication package. Without it the published cells are all missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.economy.models import multi_sector
from detente.economy.models.multi_sector import Structure, mix
from detente.economy.policy import tariffs
from detente.economy.solve import Equilibrium, Options, solve
from detente.economy.welfare import decomposition as linear
from detente.economy.world import Origin, World, check
from detente.errors import DataError
from detente.replications import Row, read

PAPER = "caliendo-parro"
MEMBERS = ("Mexico", "Canada", "USA")
TRADABLE = 20
BASES = {
    "no deficit": "base1993_no_deficit",
    "deficit": "base1993_with_deficit",
    "no links": "base1993_noIO",
    "no materials": "base1993_no_materials",
    "one sector": "base1993_one_sector",
}
NAMED = {"Machinery n.e.c": "Machinery", "Basic metals": "Basic_metals", "Metal products": "Metal_products"}
NAMED |= {"Other Transport": "Other_Transport"}
NEEDS = "needs --data: the licence of the authors' base year is not stated, so it does not ship"
DIGITS = 2  # every table prints two decimals
WELFARE = ("welfare_total", "terms_of_trade", "volume_of_trade", "real_wage")


def folder(data: Path | str) -> Path:
    """Where the base years lie: the folder given or one below it. Raises DataError."""
    for at in (Path(data), Path(data) / "cp2015_nafta", Path(data) / "worlds" / "cp2015_nafta"):
        if (at / "raw_inputs.npz").exists():
            return at
    raise DataError(f"{data}: no raw_inputs.npz there or in cp2015_nafta below it; give the folder of the base years")


def base(at: Path, name: str) -> World:
    """One of the authors' base years as a World; final demand is what remains of spending, so no shock moves it."""
    with np.load(at / f"{name}.npz", allow_pickle=False) as raw:
        share, duty, theta = raw["pi_jni"].astype(float), raw["tau_jni"].astype(float), raw["theta_j"].astype(float)
        value_added, spending = raw["va_share_nj"].T.astype(float), raw["X0_nj"].T.astype(float)
        materials, economies = raw["G_nkj"].astype(float), raw["countries"].astype(str).tolist()
        sectors = raw["sectors"].astype(str).tolist()[: len(theta)]
    economies = ["ROW" if code == "Row" else code for code in economies]
    sectors = sectors if len(theta) > 2 else ["Tradable", "Non-tradable"]
    whole = materials.sum(1, keepdims=True)  # printed to seven digits, or empty where there are no materials
    inputs = materials / np.where(whole > 0.5, whole, 1) * (1 - value_added).T[:, None, :]
    net = share / duty
    made = (net * spending[..., None]).sum(1)
    final = spending - mix(inputs, made)
    income, wages = final.sum(0), (value_added * made).sum(0)
    return check(
        World(
            name=name,
            economies=tuple(economies),
            share=share,
            spending=spending,
            income=wages,
            transfer=income - wages - (spending * (1 - net.sum(2))).sum(0),
            tariff=duty - 1,
            structure=Structure(
                theta, value_added, inputs, final / income, np.arange(len(theta)) < min(TRADABLE, len(theta) - 1)
            ),
            origin=Origin(name, 1993, "100,000 USD", ("Caliendo and Parro (2015), replication package",), "not stated"),
            sectors=tuple(sectors),
        )
    )


def duties(world: World, later: np.ndarray, members: bool, rest: bool) -> np.ndarray:
    """Tariffs [s,n,i]: those of 2005 among the members, or among the rest, or both; one sector takes the median."""
    full = world.tariff.copy()
    new = later if len(world.sectors) > 2 else np.median(later, axis=0, keepdims=True)
    inside = np.isin(world.economies, MEMBERS)
    pair = inside[:, None] & inside & ~np.eye(len(inside), dtype=bool)
    apply = (pair & members) | (~pair & rest)
    full[: len(new)] = np.where(apply & ~np.eye(len(inside), dtype=bool), new, full[: len(new)])
    return full


class Case(NamedTuple):
    """The base year, and whether tariffs among the members and among the rest change."""

    base: str
    members: bool
    rest: bool


CASES = {
    "nafta": Case("no deficit", True, False),
    "nafta, deficits": Case("deficit", True, False),
    "world": Case("no deficit", True, True),
    "world, deficits": Case("deficit", True, True),
    "world without nafta": Case("no deficit", False, True),
    "nafta, no links": Case("no links", True, False),
    "nafta, no materials": Case("no materials", True, False),
    "nafta, one sector": Case("one sector", True, False),
}


def solved(at: Path) -> dict[str, Equilibrium]:
    """Every case's equilibrium."""
    bases = {name: base(at, file) for name, file in BASES.items()}
    with np.load(at / "raw_inputs.npz", allow_pickle=False) as raw:
        later = raw["tariff2005_jni"]
    found = {}
    for name, case in CASES.items():
        world = bases[case.base]
        policy = tariffs(world, duties(world, later, case.members, case.rest))
        found[name] = solve(world, policy, multi_sector, options=Options(1e-10))
    return found


def decomposition(found: Equilibrium) -> tuple[np.ndarray, np.ndarray]:
    """Terms and volume of trade [s,n,i]; with deficits the printed table A4 fits no other base than this one."""
    return linear(found, before_deficit=True)


def welfare(found: Equilibrium) -> dict[str, np.ndarray]:
    """The four columns of the paper's welfare tables [n], and exact real income beside them."""
    terms, volume = (part.sum((0, 2)) for part in decomposition(found))
    columns = dict(zip(WELFARE, (terms + volume, terms, volume, found.report["real_wage"]), strict=True))
    return columns | {"real_income": found.report["real_income"]}


def by_partner(found: Equilibrium) -> dict[str, np.ndarray]:
    """Terms and volume of trade [n] with the members and with the rest."""
    inside = np.isin(found.world.economies, MEMBERS)
    return {
        f"{what}_{where}": part[:, :, with_].sum((0, 2))
        for what, part in zip(("tot", "vot"), decomposition(found), strict=True)
        for where, with_ in (("nafta", inside), ("row", ~inside))
    }


def by_sector(found: Equilibrium) -> dict[str, np.ndarray]:
    """What each tradable sector adds to terms and volume of trade [n], percent of their total."""
    return {
        f"{what}_share[{name(sector)}]": 100 * part[s].sum(1) / part.sum((0, 2))
        for what, part in zip(("tot", "vot"), decomposition(found), strict=True)
        for s, sector in enumerate(found.world.sectors[:TRADABLE])
    }


def name(sector: str) -> str:
    """A sector as the published file spells it."""
    return NAMED.get(sector, sector)


def growth(found: Equilibrium) -> dict[str, np.ndarray]:
    """Growth of imports [n] from each member, before duty, percent; tradable sectors."""
    world = found.world
    flows = (world.duty_free * world.spending[..., None])[:TRADABLE].sum(0)
    after = multi_sector.trade(world, found.policy, found.state)[:TRADABLE].sum(0)
    change = np.divide(after, flows, out=np.ones_like(flows), where=flows > 0)
    return {f"import_growth_from_{m}": 100 * (change[:, world.index(m)] - 1) for m in MEMBERS}


def export_shares(found: Equilibrium) -> dict[str, np.ndarray]:
    """Each tradable sector in exports [n], percent, before and after."""
    world = found.world
    before = world.duty_free * world.spending[..., None]
    after = multi_sector.trade(world, found.policy, found.state)
    abroad = ~np.eye(len(world.economies), dtype=bool)
    shares: dict[str, np.ndarray] = {}
    for when, flows in (("before", before), ("after", after)):
        exports = (flows * abroad)[:TRADABLE].sum(1)  # [s,i]
        shares |= {
            f"export_share_{when}[{name(world.sectors[s])}]": 100 * exports[s] / exports.sum(0) for s in range(TRADABLE)
        }
    return shares


def rows(data: Path | str | None = None) -> Iterator[Row]:
    """Every cell of the paper's tables 2 to 11, A3 and A4, then exact real income beside the linear measure."""
    printed = {
        (r["table"], r["scenario"], r["country"], r["quantity_percent"]): r["published"]
        for r in read(PAPER, "published.csv")
    }
    if data is None:
        for (table, case, economy, quantity), value in printed.items():
            yield Row(table, case, economy, quantity, float("nan"), float(value), DIGITS, missed=NEEDS)
        return
    found = solved(folder(data))

    def cells(table: str, case: str, columns: dict[str, np.ndarray], economies: tuple[str, ...]) -> Iterator[Row]:
        world = found["nafta"].world
        for economy in economies:
            for quantity, values in columns.items():
                ours, value = float(values[world.index(economy)]), printed.get((table, case, economy, quantity))
                if quantity != f"import_growth_from_{economy}":
                    yield Row(table, case, economy, quantity, ours, None if value is None else float(value), DIGITS)

    everyone = found["nafta"].world.economies
    nafta, world = found["nafta"], found["world"]
    only = "NAFTA only"
    all_tariffs = "world tariffs 1993->2005"
    yield from cells("Table2", "NAFTA tariffs 1993->2005 only, others at 1993", welfare(nafta), MEMBERS)
    yield from cells("Table3", only, by_partner(nafta), MEMBERS)
    yield from cells("Table4", only, by_sector(nafta), MEMBERS)
    yield from cells("Table5", only, growth(nafta), MEMBERS)
    yield from cells("Table6", only, export_shares(nafta), MEMBERS)
    yield from cells("Table7", all_tariffs, welfare(world), everyone)
    yield from cells("Table8", all_tariffs, by_partner(world), MEMBERS)
    both, without = welfare(world), welfare(found["world without nafta"])
    gained = {quantity: both[quantity] - without[quantity] for quantity in both}
    yield from cells("Table9", "world tariffs 1993->2005, with minus without NAFTA", gained, MEMBERS)
    yield from cells("Table10", all_tariffs, growth(world), MEMBERS)
    for case in ("nafta", "nafta, no materials", "nafta, no links", "nafta, one sector"):
        yield from cells("Table11", case.replace("nafta", only), welfare(found[case]), MEMBERS)
    yield from cells("TableA3", only, welfare(nafta), everyone)
    yield from cells("TableA3", all_tariffs, welfare(found["world, deficits"]), everyone)
    yield from cells("TableA4", "NAFTA tariffs only", welfare(found["nafta, deficits"]), MEMBERS)
    yield from exact_beside_linear(nafta, world)


def exact_beside_linear(nafta: Equilibrium, world: Equilibrium) -> Iterator[Row]:
    """Exact real income, linear welfare and real wages, beside an independent solution of the same model."""
    near = 1e-6  # percent: what is left of the two solvers' tolerances and of the base year's rounding
    columns = {"exact_real_income": "real_income", "cp_linear_welfare": "welfare_total", "real_wage": "real_wage"}
    known = {"nafta_only": welfare(nafta), "world": welfare(world)}
    value = partial(_value, {r["country"]: r for r in read(PAPER, "exact_vs_linear.csv")})
    for case, columns_of in known.items():
        for k, economy in enumerate(nafta.world.economies):
            for theirs, ours in columns.items():
                yield Row(
                    "exact versus linear",
                    case,
                    economy,
                    f"{theirs}_{case}",
                    float(columns_of[ours][k]),
                    value(economy, f"{theirs}_{case}"),
                    tolerance=near,
                )


def _value(table: dict[str, dict[str, str]], economy: str, column: str) -> float | None:
    return float(table[economy][column]) if economy in table else None
