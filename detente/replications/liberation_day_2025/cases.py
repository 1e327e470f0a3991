"""The cases of Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), each a world, tariffs and a use of revenue.

Axes: n importer, i exporter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from detente.economy.models import one_sector
from detente.economy.policy import tariffs
from detente.economy.solve import Equilibrium, solve
from detente.economy.strategic import optimal_tariff, retaliation
from detente.economy.world import TradeTable, World, table
from detente.replications import Row, read

PAPER = "liberation-day"
BUDGET = 0.23  # federal budget over GDP, the paper's divisor of table 3
TEN_PERCENT = 0.10
CHINA_WAR = 1.08  # table 8, third case
RELIEF, LUMP_SUM = "income_tax_relief", "lump_sum"

FULL = ("welfare", "deficit", "exports_gdp", "imports_gdp", "employment", "prices")
SHORT = ("welfare", "deficit", "employment", "prices")
NOMINAL = ("welfare", "deficit", "exports_nominal", "imports_nominal", "employment", "prices")
TWO = ("USA", "nonUS_avg")
WITH_PARTNERS = ("USA", "CHN", "EU", "nonUS_avg")
WITH_REST = ("USA", "CHN", "EU", "RoW")
OUR_NAMES = {"prices": "price", "revenue_over_expenditure": "revenue"}
TOLERANCE = 1e-6  # of the full-precision values, percent or fraction
DEFICIT_TOLERANCE = 1e-5  # the deficit divides by balances near zero
TABLE_3 = {  # cases of tables 1 and 2 whose revenue table 3 prints: their name there
    "ustr_incometaxrelief_noretal": "ustr",
    "usoptimal_incometaxrelief_noretal": "usoptimal",
    "ustr_optimalretal": "ustr_optimalretal",
    "ustr_reciprocal": "ustr_reciprocal",
}
TABLE_11 = ("ustr_incometaxrelief_noretal", "ustr_reciprocal", "io_ustr_noretal", "io_ustr_reciprocal")


class Case(NamedTuple):
    """One case of the paper.

    imports [i]: US tariffs. response [n]: tariffs on US goods. revenue: its use. groups, statistics: what is printed.
    """

    table: str
    name: str
    world: World
    imports: np.ndarray
    response: np.ndarray
    revenue: str
    groups: tuple[str, ...]
    statistics: tuple[str, ...]


def worlds(raw: TradeTable) -> dict[str, World]:
    """The baseline and the paper's alternatives."""
    return {
        "baseline": one_sector.calibrate(raw),
        "pass-through": one_sector.calibrate(raw, pass_through=0.25),
        "elasticity": one_sector.calibrate(raw, elasticity=8.0),
        "eaton-kortum": one_sector.calibrate(raw, eaton_kortum=True),
        "roundabout": one_sector.calibrate(raw, labour_share=one_sector.ROUNDABOUT),
    }


class Schedule(NamedTuple):
    """Tariffs of 2 April 2025 with their floor of 10 % [i], and who is in the authors' list of the EU [i]."""

    economies: tuple[str, ...]
    tariff: np.ndarray
    in_eu: np.ndarray


def april_schedule() -> Schedule:
    """The schedule as the authors' code has it."""
    rows = read(PAPER, "tariffs.csv")
    rates = np.array([float(r["applied"]) for r in rows])
    return Schedule(tuple(r["iso3"] for r in rows), rates, np.array([r["eu_in_code"] == "1" for r in rows]))


def cases(world: dict[str, World]) -> Iterator[Case]:
    """Tables 1, 2, 4, 8, 9, 10 and 11 as far as the one-sector equations carry them."""
    schedule = april_schedule()
    april = schedule.tariff
    foreign = np.array([code != "USA" for code in schedule.economies])
    china = np.array([code == "CHN" for code in schedule.economies])
    none = np.zeros(len(foreign))
    base, eaton_kortum, roundabout = world["baseline"], world["eaton-kortum"], world["roundabout"]
    best = foreign * optimal_tariff(base, "USA")
    best_income = foreign * optimal_tariff(base, "USA", base="income")
    optimal_response = retaliation(base, "USA")
    ten = foreign * TEN_PERCENT
    on_china = np.where(china, april, ten)
    on_both = np.where(schedule.in_eu, april, on_china)
    china_war = np.where(china, CHINA_WAR, ten)
    gravity_response = foreign * (1 / ((1 + one_sector.ELASTICITY) - 1))
    yield Case("1", "ustr_incometaxrelief_noretal", base, april, none, RELIEF, TWO, FULL)
    yield Case("1", "ustr_lumpsum_noretal", base, april, none, LUMP_SUM, TWO, FULL)
    yield Case("1", "usoptimal_incometaxrelief_noretal", base, best, none, RELIEF, TWO, FULL)
    yield Case("2", "ustr_reciprocal", base, april, april, RELIEF, WITH_PARTNERS, SHORT)
    yield Case("2", "ustr_optimalretal", base, april, optimal_response, RELIEF, WITH_PARTNERS, SHORT)
    yield Case("2", "usoptimal_optimalretal", base, best_income, optimal_response, RELIEF, WITH_PARTNERS, SHORT)
    yield Case("8", "war_eu_china", base, on_both, on_both, RELIEF, WITH_REST, SHORT)
    yield Case("8", "war_china", base, on_china, on_china, RELIEF, WITH_REST, SHORT)
    yield Case("8", "war_china_108", base, china_war, china_war, RELIEF, WITH_REST, SHORT)
    yield Case("9", "baseline", base, april, none, RELIEF, TWO, FULL)
    yield Case("9", "alt2_passthrough025", world["pass-through"], april, none, RELIEF, TWO, FULL)
    yield Case("9", "alt3_elasticity8", world["elasticity"], april, none, RELIEF, TWO, FULL)
    yield Case("9", "alt4_eatonkortum", eaton_kortum, april, none, RELIEF, TWO, FULL)
    yield Case("10", "ek_noretal", eaton_kortum, april, none, RELIEF, TWO, FULL)
    yield Case("10", "ek_retal", eaton_kortum, april, gravity_response, RELIEF, TWO, FULL)
    yield Case("4", "io_ustr_noretal", roundabout, april, none, RELIEF, TWO, FULL)
    yield Case("4", "io_ustr_reciprocal", roundabout, april, april, RELIEF, TWO, FULL)


def equilibrium_of(case: Case) -> Equilibrium:
    """The case's equilibrium."""
    world = case.world
    dense = world.tariff.copy()
    home = world.index("USA")
    dense[home] = case.imports
    dense[:, home] = np.where(np.arange(len(dense)) == home, 0, case.response)
    return solve(world, tariffs(world, dense, revenue=case.revenue))


def group_weights(world: World, raw: TradeTable, in_eu: np.ndarray, *, simple: bool) -> dict[str, np.ndarray]:
    """Weights [n] of each group: spending (in the roundabout version GDP), or a simple mean."""
    place = np.arange(len(world.economies))
    foreign = place != world.index("USA")
    weight = raw.gdp if world.structure.labour_share < 1 else world.spending
    weight = np.ones_like(weight) if simple else weight
    groups = {"nonUS_avg": foreign, "EU": in_eu, "RoW": foreign & ~in_eu & (place != world.index("CHN"))}
    return {name: weight * member / (weight * member).sum() for name, member in groups.items()}


Solved = list[tuple[Case, Equilibrium]]


class Printed:
    """The paper's printed cells by table, case, economy and statistic."""

    def __init__(self) -> None:
        rows = read(PAPER, "published.csv")
        self.cells = {(r["table"], r["case"], r["country"], r["statistic"]): r for r in rows}

    def row(self, table: str, case: str, economy: str, quantity: str, ours: float) -> Row:
        """Our value of a cell beside the printed one, if there is one."""
        cell = self.cells.get((table, case, economy, quantity))
        value, digits = (float(cell["value"]), int(cell["decimals"])) if cell else (None, None)
        return Row(table, case, economy, quantity, ours, value, digits)


def rows(data: object = None) -> Iterator[Row]:
    """Printed tables first, then every economy of every case beside the full-precision values where there are any."""
    raw = table("world-2023")
    solved = [(case, equilibrium_of(case)) for case in cases(worlds(raw))]
    printed = Printed()
    yield from statistics_rows(printed, raw, solved)
    yield from revenue_rows(printed, solved)
    yield from world_rows(printed, solved)
    yield from by_country_rows(solved)


def statistics_rows(printed: Printed, raw: TradeTable, solved: Solved) -> Iterator[Row]:
    """The statistics of each case's table, by group; welfare of table 10 is a simple mean."""
    in_eu = april_schedule().in_eu
    for case, equilibrium in solved:
        for quantity in case.statistics:
            values = equilibrium.report[OUR_NAMES.get(quantity, quantity)]
            simple = case.table == "10" and quantity == "welfare"
            weights = group_weights(case.world, raw, in_eu, simple=simple)
            for group in case.groups:
                ours = values @ weights[group] if group in weights else values[case.world.index(group)]
                yield printed.row(case.table, case.name, group, quantity, float(ours))


def revenue_rows(printed: Printed, solved: Solved) -> Iterator[Row]:
    """Table 3: tariff revenue over GDP and over the federal budget."""
    for case, equilibrium in solved:
        if case.table in ("1", "2") and case.name in TABLE_3:
            name, duty = TABLE_3[case.name], 100 * float(equilibrium.of("revenue", "USA"))
            yield printed.row("3", name, "USA", "tariff_revenue_pct_gdp", duty)
            yield printed.row("3", name, "USA", "tariff_revenue_pct_federal_budget", duty / BUDGET)


def world_rows(printed: Printed, solved: Solved) -> Iterator[Row]:
    """Table 11: world trade over GDP, and world employment."""
    for case, equilibrium in solved:
        if case.name in TABLE_11:
            world = case.world
            trade, employment = equilibrium.report["world_trade_gdp"][0], equilibrium.report["employment"]
            yield printed.row("11", case.name, "World", "trade_gdp", float(trade))
            mean = float(employment @ world.income / world.income.sum())
            yield printed.row("11", case.name, "World", "employment", mean)


def by_country_rows(solved: Solved) -> Iterator[Row]:
    """Every economy of every case, beside the values at full precision where there are any."""
    exact = {(r["case"], r["country"], r["statistic"]): float(r["value"]) for r in read(PAPER, "by_country.csv")}
    for case, equilibrium in solved:
        for quantity in (*(NOMINAL if case.table == "8" else FULL), "revenue_over_expenditure"):
            values = equilibrium.report[OUR_NAMES.get(quantity, quantity)]
            unit = "fraction" if quantity == "revenue_over_expenditure" else "percent"
            tolerance = DEFICIT_TOLERANCE if quantity == "deficit" else TOLERANCE
            for k, economy in enumerate(case.world.economies):
                value = exact.get((case.name, economy, quantity))
                yield Row("by country", case.name, economy, quantity, float(values[k]), value, tolerance=tolerance,
                          unit=unit)  # fmt: skip
