"""The cases of Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), each a world, tariffs and a use of revenue."""

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
CHINA_WAR = 1.08  # table 8, third case

FULL = ("welfare", "deficit", "exports_gdp", "imports_gdp", "employment", "prices")
SHORT = ("welfare", "deficit", "employment", "prices")
NOMINAL = ("welfare", "deficit", "exports_nominal", "imports_nominal", "employment", "prices")
OURS = {"prices": "price", "revenue_over_expenditure": "revenue"}
BY_COUNTRY = 1e-6  # agreement asked with the full-precision values, percent or fraction
DEFICIT = 1e-5  # the deficit divides by balances near zero


class Case(NamedTuple):
    """table, name, world, US tariffs [i] on imports, tariffs [n] on US goods, use of revenue, groups, statistics."""

    table: str
    name: str
    world: World
    imports: np.ndarray
    answer: np.ndarray
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


def schedule() -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Economies, tariffs of 2 April 2025 floored at 10 % [i], and who is in the authors' list of the EU."""
    given = read(PAPER, "tariffs.csv")
    rates = np.array([float(r["applied"]) for r in given])
    return tuple(r["iso3"] for r in given), rates, np.array([r["eu_in_code"] == "1" for r in given])


def cases(world: dict[str, World]) -> Iterator[Case]:
    """Tables 1, 2, 4, 8, 9, 10 and 11 as far as the one-sector equations carry them."""
    economies, liberation, europe = schedule()
    home, china = economies.index("USA"), economies.index("CHN")
    away = np.arange(len(economies)) != home
    none, relief, lump = np.zeros(len(economies)), "income_tax_relief", "lump_sum"
    base = world["baseline"]
    best = away * optimal_tariff(base, "USA")
    best_income = away * optimal_tariff(base, "USA", base="income")
    back = retaliation(base, "USA")
    ten = away * 0.10
    with_china = np.where(np.arange(len(economies)) == china, liberation, ten)
    with_both = np.where(europe, liberation, with_china)
    at_108 = np.where(np.arange(len(economies)) == china, CHINA_WAR, ten)
    two, four, eight = ("USA", "nonUS_avg"), ("USA", "CHN", "EU", "nonUS_avg"), ("USA", "CHN", "EU", "RoW")
    yield Case("1", "ustr_incometaxrelief_noretal", base, liberation, none, relief, two, FULL)
    yield Case("1", "ustr_lumpsum_noretal", base, liberation, none, lump, two, FULL)
    yield Case("1", "usoptimal_incometaxrelief_noretal", base, best, none, relief, two, FULL)
    yield Case("2", "ustr_reciprocal", base, liberation, liberation, relief, four, SHORT)
    yield Case("2", "ustr_optimalretal", base, liberation, back, relief, four, SHORT)
    yield Case("2", "usoptimal_optimalretal", base, best_income, back, relief, four, SHORT)
    yield Case("8", "war_eu_china", base, with_both, with_both, relief, eight, SHORT)
    yield Case("8", "war_china", base, with_china, with_china, relief, eight, SHORT)
    yield Case("8", "war_china_108", base, at_108, at_108, relief, eight, SHORT)
    yield Case("9", "baseline", base, liberation, none, relief, two, FULL)
    yield Case("9", "alt2_passthrough025", world["pass-through"], liberation, none, relief, two, FULL)
    yield Case("9", "alt3_elasticity8", world["elasticity"], liberation, none, relief, two, FULL)
    yield Case("9", "alt4_eatonkortum", world["eaton-kortum"], liberation, none, relief, two, FULL)
    gravity = 1 / ((1 + one_sector.ELASTICITY) - 1)
    yield Case("10", "ek_noretal", world["eaton-kortum"], liberation, none, relief, two, FULL)
    yield Case("10", "ek_retal", world["eaton-kortum"], liberation, away * gravity, relief, two, FULL)
    yield Case("4", "io_ustr_noretal", world["roundabout"], liberation, none, relief, two, FULL)
    yield Case("4", "io_ustr_reciprocal", world["roundabout"], liberation, liberation, relief, two, FULL)


def solved(case: Case) -> Equilibrium:
    """The case's equilibrium."""
    world = case.world
    dense = world.tariff.copy()
    home = world.index("USA")
    dense[home] = case.imports
    dense[:, home] = np.where(np.arange(len(dense)) == home, 0, case.answer)
    return solve(world, tariffs(world, dense, revenue=case.revenue))


def averages(world: World, raw: TradeTable, europe: np.ndarray, *, simple: bool) -> dict[str, np.ndarray]:
    """Weights [n] of each group: spending (roundabout: raw GDP); welfare of table 10 is a simple mean."""
    size = np.arange(len(world.economies))
    away = size != world.index("USA")
    weight = raw.gdp if world.structure.labour_share < 1 else world.spending
    weight = np.ones_like(weight) if simple else weight
    groups = {"nonUS_avg": away, "EU": europe, "RoW": away & ~europe & (size != world.index("CHN"))}
    return {name: weight * member / (weight * member).sum() for name, member in groups.items()}


def rows(data: object = None) -> Iterator[Row]:
    """Printed tables first, then every economy of every case beside the full-precision values where there are any."""
    raw = table("world-2023")
    known = worlds(raw)
    _, _, europe = schedule()
    printed = {(r["table"], r["case"], r["country"], r["statistic"]): r for r in read(PAPER, "published.csv")}
    exact = {(r["case"], r["country"], r["statistic"]): r for r in read(PAPER, "by_country.csv")}
    found = [(case, solved(case)) for case in cases(known)]

    def cell(at: str, case: str, economy: str, quantity: str, ours: float) -> Row:
        theirs = printed.get((at, case, economy, quantity))
        value, digits = (float(theirs["value"]), int(theirs["decimals"])) if theirs else (None, None)
        return Row(at, case, economy, quantity, ours, value, digits)

    for case, equilibrium in found:
        for quantity in case.statistics:
            values = equilibrium.report[OURS.get(quantity, quantity)]
            simple = case.table == "10" and quantity == "welfare"
            weights = averages(case.world, raw, europe, simple=simple)
            for group in case.groups:
                ours = values @ weights[group] if group in weights else values[case.world.index(group)]
                yield cell(case.table, case.name, group, quantity, float(ours))
    for case, equilibrium in found:
        for name in ("ustr", "usoptimal") if case.table == "1" else ("ustr_optimalretal", "ustr_reciprocal"):
            if case.table in "12" and case.name in (name, f"{name}_incometaxrelief_noretal"):
                duty = 100 * float(equilibrium.of("revenue", "USA"))
                yield cell("3", name, "USA", "tariff_revenue_pct_gdp", duty)
                yield cell("3", name, "USA", "tariff_revenue_pct_federal_budget", duty / BUDGET)
    for case, equilibrium in found:
        if case.name in ("ustr_incometaxrelief_noretal", "ustr_reciprocal", "io_ustr_noretal", "io_ustr_reciprocal"):
            world = case.world
            trade, work = equilibrium.report["world_trade_gdp"][0], equilibrium.report["employment"]
            yield cell("11", case.name, "World", "trade_gdp", float(trade))
            yield cell("11", case.name, "World", "employment", float(work @ world.income / world.income.sum()))
    for case, equilibrium in found:
        statistics = (*(NOMINAL if case.table == "8" else FULL), "revenue_over_expenditure")
        for quantity in statistics:
            values = equilibrium.report[OURS.get(quantity, quantity)]
            unit = "fraction" if quantity == "revenue_over_expenditure" else "percent"
            near = DEFICIT if quantity == "deficit" else BY_COUNTRY
            for k, economy in enumerate(case.world.economies):
                theirs = exact.get((case.name, economy, quantity))
                value = float(theirs["value"]) if theirs else None
                yield Row(
                    "by country", case.name, economy, quantity, float(values[k]), value, tolerance=near, unit=unit
                )
