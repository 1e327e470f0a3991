"""The cases of Caliendo and Parro (2015): a base year, tariffs of 2005 on some pairs, and the columns of each table.

Axes: s sector, n importer, i exporter. The authors' base year may not be shipped; `data` is a folder that holds
base1993_*.npz and raw_inputs.npz made from their replication package. Without it no published cell has a value of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.economy.models import multi_sector
from detente.economy.models.multi_sector import Structure, apply_blocks
from detente.economy.policy import tariffs
from detente.economy.solve import Equilibrium, Options, solve
from detente.economy.welfare import decomposition as linear_decomposition
from detente.economy.world import Origin, World, check
from detente.replications import Row, data_folder, optional_float, read

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
PUBLISHED_NAMES = {
    "Machinery n.e.c": "Machinery",
    "Basic metals": "Basic_metals",
    "Metal products": "Metal_products",
    "Other Transport": "Other_Transport",
}
NEEDS = "needs --data: the licence of the authors' base year is not stated, so it does not ship"
DIGITS = 2  # every table prints two decimals
EXACT = 1e-6  # percent: what is left of two solvers' tolerances and of the base year's rounding
WELFARE = ("welfare_total", "terms_of_trade", "volume_of_trade", "real_wage")
NAFTA = "NAFTA only"
WORLD = "world tariffs 1993->2005"
Columns = dict[str, np.ndarray]  # quantity -> [n]


def base_world(folder: Path, name: str) -> World:
    """One of the authors' base years as a World; final demand is what remains of spending, so it is an equilibrium."""
    with np.load(folder / f"{name}.npz", allow_pickle=False) as raw:
        share, duty, theta = raw["pi_jni"].astype(float), raw["tau_jni"].astype(float), raw["theta_j"].astype(float)
        value_added, spending = raw["va_share_nj"].T.astype(float), raw["X0_nj"].T.astype(float)
        materials, economies = raw["G_nkj"].astype(float), raw["countries"].astype(str).tolist()
        sectors = raw["sectors"].astype(str).tolist()[: len(theta)]
    economies = ["ROW" if code == "Row" else code for code in economies]
    sectors = sectors if len(theta) > 2 else ["Tradable", "Non-tradable"]
    total = materials.sum(1, keepdims=True)  # printed to seven digits, or empty where there are no materials
    inputs = materials / np.where(total > 0.5, total, 1) * (1 - value_added).T[:, None, :]
    net = share / duty
    output = (net * spending[..., None]).sum(1)
    final = spending - apply_blocks(inputs, output)
    income, wages = final.sum(0), (value_added * output).sum(0)
    goods = np.arange(len(theta)) < min(TRADABLE, len(theta) - 1)
    return check(
        World(
            name=name,
            economies=tuple(economies),
            share=share,
            spending=spending,
            income=wages,
            transfer=income - wages - (spending * (1 - net.sum(2))).sum(0),
            tariff=duty - 1,
            structure=Structure(theta, value_added, inputs, final / income, goods),
            origin=Origin(name, 1993, "100,000 USD", ("Caliendo and Parro (2015), replication package",), "not stated"),
            sectors=tuple(sectors),
        )
    )


def case_tariffs(world: World, tariff_2005: np.ndarray, members: bool, rest: bool) -> np.ndarray:
    """Tariffs [s,n,i]: those of 2005 among the members, or among the rest, or both; one sector takes the median."""
    full = world.tariff.copy()
    new = tariff_2005 if len(world.sectors) > 2 else np.median(tariff_2005, axis=0, keepdims=True)
    member = np.isin(world.economies, MEMBERS)
    foreign = ~np.eye(len(member), dtype=bool)
    among_members = member[:, None] & member & foreign
    apply = (among_members & members) | (~among_members & rest)
    full[: len(new)] = np.where(apply & foreign, new, full[: len(new)])
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


def equilibria(folder: Path) -> dict[str, Equilibrium]:
    """Every case's equilibrium."""
    bases = {name: base_world(folder, file) for name, file in BASES.items()}
    with np.load(folder / "raw_inputs.npz", allow_pickle=False) as raw:
        tariff_2005 = raw["tariff2005_jni"]
    result = {}
    for name, case in CASES.items():
        world = bases[case.base]
        policy = tariffs(world, case_tariffs(world, tariff_2005, case.members, case.rest))
        result[name] = solve(world, policy, multi_sector, options=Options(1e-10))
    return result


def decomposition(equilibrium: Equilibrium) -> tuple[np.ndarray, np.ndarray]:
    """Terms and volume of trade [s,n,i]; with deficits the printed table A4 fits no other base than this one."""
    return linear_decomposition(equilibrium, before_deficit=True)


def welfare(equilibrium: Equilibrium) -> Columns:
    """The four columns of the paper's welfare tables, and exact real income beside them."""
    terms, volume = (part.sum((0, 2)) for part in decomposition(equilibrium))
    columns = dict(zip(WELFARE, (terms + volume, terms, volume, equilibrium.report["real_wage"]), strict=True))
    return columns | {"real_income": equilibrium.report["real_income"]}


def by_partner(equilibrium: Equilibrium) -> Columns:
    """Terms and volume of trade with the members and with the rest."""
    member = np.isin(equilibrium.world.economies, MEMBERS)
    return {
        f"{what}_{where}": part[:, :, partners].sum((0, 2))
        for what, part in zip(("tot", "vot"), decomposition(equilibrium), strict=True)
        for where, partners in (("nafta", member), ("row", ~member))
    }


def by_sector(equilibrium: Equilibrium) -> Columns:
    """What each tradable sector adds to terms and volume of trade, percent of their total."""
    return {
        f"{what}_share[{published_name(sector)}]": 100 * part[s].sum(1) / part.sum((0, 2))
        for what, part in zip(("tot", "vot"), decomposition(equilibrium), strict=True)
        for s, sector in enumerate(equilibrium.world.sectors[:TRADABLE])
    }


def published_name(sector: str) -> str:
    """A sector as the published file spells it."""
    return PUBLISHED_NAMES.get(sector, sector)


def import_growth(equilibrium: Equilibrium) -> Columns:
    """Growth of imports from each member, before duty, percent; tradable sectors."""
    world = equilibrium.world
    flows = (world.duty_free * world.spending[..., None])[:TRADABLE].sum(0)
    after = multi_sector.trade(world, equilibrium.policy, equilibrium.state)[:TRADABLE].sum(0)
    ratio = np.divide(after, flows, out=np.ones_like(flows), where=flows > 0)
    return {f"import_growth_from_{member}": 100 * (ratio[:, world.index(member)] - 1) for member in MEMBERS}


def export_shares(equilibrium: Equilibrium) -> Columns:
    """Each tradable sector's share in exports, percent, before and after."""
    world = equilibrium.world
    before = world.duty_free * world.spending[..., None]
    after = multi_sector.trade(world, equilibrium.policy, equilibrium.state)
    foreign = ~np.eye(len(world.economies), dtype=bool)
    columns: Columns = {}
    for when, flows in (("before", before), ("after", after)):
        exports = (flows * foreign)[:TRADABLE].sum(1)  # [s,i]
        columns |= {
            f"export_share_{when}[{published_name(world.sectors[s])}]": 100 * exports[s] / exports.sum(0)
            for s in range(TRADABLE)
        }
    return columns


class Table(NamedTuple):
    """One printed table: its name, the scenario as the published file has it, our columns, the economies listed."""

    name: str
    scenario: str
    columns: Columns
    economies: tuple[str, ...]


def tables(solved: dict[str, Equilibrium]) -> Iterator[Table]:
    """The paper's tables 2 to 11, A3 and A4."""
    nafta, world = solved["nafta"], solved["world"]
    everyone = nafta.world.economies
    yield Table("Table2", "NAFTA tariffs 1993->2005 only, others at 1993", welfare(nafta), MEMBERS)
    yield Table("Table3", NAFTA, by_partner(nafta), MEMBERS)
    yield Table("Table4", NAFTA, by_sector(nafta), MEMBERS)
    yield Table("Table5", NAFTA, import_growth(nafta), MEMBERS)
    yield Table("Table6", NAFTA, export_shares(nafta), MEMBERS)
    yield Table("Table7", WORLD, welfare(world), everyone)
    yield Table("Table8", WORLD, by_partner(world), MEMBERS)
    both, without = welfare(world), welfare(solved["world without nafta"])
    difference = {quantity: both[quantity] - without[quantity] for quantity in both}
    yield Table("Table9", f"{WORLD}, with minus without NAFTA", difference, MEMBERS)
    yield Table("Table10", WORLD, import_growth(world), MEMBERS)
    for case in ("nafta", "nafta, no materials", "nafta, no links", "nafta, one sector"):
        yield Table("Table11", case.replace("nafta", NAFTA), welfare(solved[case]), MEMBERS)
    yield Table("TableA3", NAFTA, welfare(nafta), everyone)
    yield Table("TableA3", WORLD, welfare(solved["world, deficits"]), everyone)
    yield Table("TableA4", "NAFTA tariffs only", welfare(solved["nafta, deficits"]), MEMBERS)


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
    solved = equilibria(data_folder(data, "cp2015_nafta", "raw_inputs.npz"))
    index = solved["nafta"].world.index
    for name, scenario, columns, economies in tables(solved):
        for economy in economies:
            for quantity, values in columns.items():
                if quantity != f"import_growth_from_{economy}":
                    ours = float(values[index(economy)])
                    published = optional_float(printed.get((name, scenario, economy, quantity)))
                    yield Row(name, scenario, economy, quantity, ours, published, DIGITS)
    yield from exact_beside_linear(solved["nafta"], solved["world"])


def exact_beside_linear(nafta: Equilibrium, world: Equilibrium) -> Iterator[Row]:
    """Exact real income, linear welfare and real wages, beside an independent solution of the same model."""
    quantities = {"exact_real_income": "real_income", "cp_linear_welfare": "welfare_total", "real_wage": "real_wage"}
    published = {r["country"]: r for r in read(PAPER, "exact_vs_linear.csv")}
    for case, columns in {"nafta_only": welfare(nafta), "world": welfare(world)}.items():
        for k, economy in enumerate(nafta.world.economies):
            for their_name, our_name in quantities.items():
                column = f"{their_name}_{case}"
                value = optional_float(published.get(economy, {}).get(column))
                ours = float(columns[our_name][k])
                yield Row("exact versus linear", case, economy, column, ours, value, tolerance=EXACT)
