"""Tables of what is priced: scenarios, outcomes, comparisons, cards, years: a row an economy, a sector or a measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from detente import labels
from detente.ask.tabular.data_table import DataTable, Field
from detente.ask.tabular.of_answer import of_lists
from detente.ask.tabular.rows import build
from detente.ask.tabular.units import PERCENT, POINTS, REVENUE

Data = Mapping[str, Any]
Row = dict[str, Any]
LOW = Field("real_income_low_pct", unit=PERCENT, description="percent change: real income, low end of the band")
HIGH = Field("real_income_high_pct", unit=PERCENT, description="percent change: real income, high end of the band")
FIRST = (  # columns of a scenario before all others
    "real_income", "real_income_low", "real_income_high", "real_wage", "price", "exports", "imports",
)  # fmt: skip
changes = partial(build, changes=True)


def economy(code: str) -> Row:
    """An economy by code and name."""
    return {"economy": code, "economy_name": labels.name(code)}


def sector(code: str) -> Row:
    """A sector by code and name."""
    return {"sector": code, "sector_name": labels.sector(code)}


def named(rows: Iterable[Data]) -> Iterator[Row]:
    """Rows with the name of their economy and of their sector beside the code."""
    for row in rows:
        own = {key: value for key, value in row.items() if key != "name" or "economy" not in row}
        before: Row = {key: own.pop(key) for key in ("year",) if key in own}
        before |= economy(own.pop("economy")) if "economy" in own else {}
        before |= sector(own.pop("sector")) if "sector" in own else {}
        yield before | own


def price(data: Data) -> Iterator[DataTable]:
    """Of `price`: economies, sectors, duties before and after, closures."""
    scenarios = list(_told_apart(data["scenarios"]))
    money = {"revenue": REVENUE, **gain_in(data)}
    keys = ("scenario", "economy")
    yield changes("economies", "Each scenario for each economy", _economies(scenarios), keys, money)
    yield changes("sectors", "Each scenario by sector", _sectors(scenarios), ("scenario", "economy", "sector"))
    duties = [row for scenario in scenarios for row in _duties(scenario)]
    yield build("duties", "Mean duty before and after each measure", duties, ("scenario", "number"), DUTY)
    yield changes("closures", "Real income by closure", _closures(scenarios), ("scenario", "closure", "economy"))
    yield changes("uses", "By use of revenue", _uses(scenarios), ("scenario", "use", "economy"))


def _told_apart(scenarios: Iterable[Data]) -> Iterator[Row]:
    """Scenarios of which no two have the same name: the second of a name ends in (2)."""
    seen: dict[str, int] = {}
    for scenario in scenarios:
        name = str(scenario["name"])
        seen[name] = seen.get(name, 0) + 1
        yield {**scenario, "name": name if seen[name] == 1 else f"{name} ({seen[name]})"}


DUTY = {
    "number": Field("number", description="number of the measure in its scenario"),
    "before": Field("duty_before_pct", unit=PERCENT, description="mean duty before, weighted as weights says"),
    "after": Field("duty_after_pct", unit=PERCENT, description="mean duty after, of the whole scenario"),
    "change": Field("duty_change_pp", unit=POINTS, description="after less before"),
    "cells": Field("cells", description="cells of sector, importer and exporter that the measure falls on"),
    "cut": Field("cells_cut", description="cells in which its level is below the duty in force"),
    "rate": Field("rate", description="as written, with its unit"),
}


def gain_in(data: Data) -> dict[str, Field]:
    """The field of gains in money: in the unit of the world, where that is known."""
    from detente.economy import world as worlds

    name = str(data.get("world", ""))
    unit = worlds.about(name)["unit"] if name in worlds.worlds() else ""
    ending = f"_{unit.replace(' ', '_').lower()}" if unit else ""
    return {"gain": Field(f"gain{ending}", unit=unit, description="real income times the income of the baseline")}


def _economies(scenarios: Iterable[Data]) -> Iterator[Row]:
    for scenario in scenarios:
        for code, row in scenario["economies"].items():
            first = {key: row.get(key) for key in FIRST}
            yield {"scenario": scenario["name"], **economy(code), **first, **row}


def _sectors(scenarios: Iterable[Data]) -> Iterator[Row]:
    for scenario in scenarios:
        for code, of_sectors in (scenario.get("sectors") or {}).items():
            for name, row in of_sectors.items():
                yield {"scenario": scenario["name"], **economy(code), **sector(name), **row}


def _duties(scenario: Data) -> Iterator[Row]:
    """A row for each measure that holds: what it says, and the mean duty before and after."""
    for row in scenario.get("duties") or []:
        written = scenario["measures"][row["measure"] - 1]
        before, after = row["before"], row["after"]
        change = None if before is None or after is None else after - before
        yield {
            "scenario": scenario["name"], "number": row["measure"],
            **{key: written.get(key) for key in ("by", "against", "products", "rate")}, "before": before,
            "after": after, "change": change, "weights": row["weights"], "cells": row["cells"], "cut": row["cut"],
        }  # fmt: skip


def _closures(scenarios: Iterable[Data]) -> Iterator[Row]:
    for scenario in scenarios:
        for closure, values in ((scenario.get("closures") or {}).get("real_income") or {}).items():
            for code, value in values.items():
                yield {"scenario": scenario["name"], "closure": closure, **economy(code), "real_income": value}


def _uses(scenarios: Iterable[Data]) -> Iterator[Row]:
    for scenario in scenarios:
        for use, values in (scenario.get("uses_of_revenue") or {}).items():
            for code, row in values.items():
                yield {"scenario": scenario["name"], "use": use, **economy(code), **row}


AVERAGES = {
    "in_force_pct": Field("in_force_pct", unit=PERCENT, description="average duty in force, weighted as weights says"),
    "average_pct": Field("average_pct", unit=PERCENT, description="the same under the policy"),
    "before_substitution_pct": Field(
        "before_substitution_pct", unit=PERCENT, description="under the policy, by trade of the base year"
    ),
    "after_substitution_pct": Field(
        "after_substitution_pct", unit=PERCENT, description="under the policy, by trade as simulated"
    ),
}


def what_if(data: Data) -> Iterator[DataTable]:
    """Of `what-if`: economies, sectors, and the moves that are priced."""
    own = {"revenue": REVENUE, "low": LOW, "high": HIGH}
    yield changes("economies", "Each economy", named(data["economies"]), ("economy",), own)
    yield changes("sectors", "By sector", named(data["sectors"]), ("economy", "sector"))
    points = {"points": Field("points_pp", unit=POINTS, description="added to the duties in force")}
    yield build("moves", "What was moved", data["moves"], ("by", "on"), points)
    taxes = {"points": Field("points_pp", unit=POINTS, description="of the seller's price")}
    yield build("export_taxes", "Taxes on exports", data["export_taxes"], ("by", "to"), taxes)
    yield build("duties", "Average duties", data["duties"], ("by", "on"), AVERAGES)


def brief(data: Data) -> Iterator[DataTable]:
    """Of `brief`: outcomes, duties of the parties, and the lists of the state."""
    title = "Real income under each outcome, against the duties in force"
    yield changes("outcomes", title, outcomes(data["outcomes"]), ("outcome", "economy"))
    pairs = (data.get("economy") or {}).get("duties") or []
    rows = map(with_sides, without_lists(pairs))
    yield build("duties", "Duties of the parties on each other", rows, ("by", "against"))
    if data.get("card"):
        yield from _cards(data["card"]["rows"], ("card", "The household card of each party"))
    yield from of_lists(data.get("state") or {})


def outcomes(rows: Iterable[Data]) -> Iterator[Row]:
    """A row for each economy under each outcome."""
    for outcome in rows:
        low, high = outcome["low"] or {}, outcome["high"] or {}
        for code, value in outcome["real_income"].items():
            yield {
                "outcome": outcome["name"], "title": outcome["title"], **economy(code), "real_income": value,
                "real_income_low": low.get(code), "real_income_high": high.get(code),
                "probability": outcome["probability"],
            }  # fmt: skip


def without_lists(rows: Iterable[Data]) -> Iterator[Row]:
    """Rows without the lists and objects in them."""
    for row in rows:
        yield {key: value for key, value in row.items() if not isinstance(value, list | dict)}


def with_sides(row: Data) -> Row:
    """A duty of one economy on another with the names of both."""
    sides = ((side, row[side]) for side in ("by", "against"))
    named = {key: value for side, code in sides for key, value in ((side, code), (f"{side}_name", labels.name(code)))}
    return named | {key: value for key, value in row.items() if key not in named}


def compare(data: Data) -> Iterator[DataTable]:
    """Of `compare`: economies, and what each part contributes."""
    yield changes("economies", f"{data['a']} against {data['b']}", named(data["rows"]), ("economy",))
    kinds = ("real_income", "shapley", "alone", "last")
    parts = [
        {"part": part["name"], **economy(code), **{kind: (part.get(kind) or {}).get(code) for kind in kinds}}
        for part in data["parts"]
        for code in part["real_income"]
    ]
    yield changes("parts", "What each part contributes to real income", parts, ("part", "economy"))


def card(data: Data) -> Iterator[DataTable]:
    """Of `card`: economies, tenths of households, sectors."""
    yield from _cards(data["rows"], ("economies", "The card of each economy"))
    of_sectors = data["sectors"] if isinstance(data["sectors"], Mapping) else {}
    cells = [
        {**economy(code), **sector(name), **row} for code, table in of_sectors.items() for name, row in table.items()
    ]
    yield changes("sectors", "By sector", cells, ("economy", "sector"))


def _cards(cards: Sequence[Data], names: tuple[str, str]) -> Iterator[DataTable]:
    """The lines of cards under a name and a title, and their tenths of households where there are any."""
    rows = [{key: value for key, value in row.items() if key != "by_income"} for row in cards]
    yield changes(*names, named(rows), ("economy",))
    tenths = [{**economy(row["economy"]), **group} for row in cards for group in row["by_income"] or ()]
    if tenths:
        yield changes("by_income", "The card by tenth of households", tenths, ("economy", "group"))


def capital(data: Data) -> Iterator[DataTable]:
    """Of `capital`: a row an economy."""
    title = "Each economy now, in the long run, over the whole way"
    yield changes("economies", title, named(data["rows"]), ("economy",))


def path(data: Data) -> Iterator[DataTable]:
    """Of `path`: a row a year and economy, and trade by year and pair."""
    yield changes("economies", "Each year for each economy", named(data["rows"]), ("year", "economy"))
    yield changes("trade", "Trade by year and pair", data["trade"], ("year", "importer", "exporter"))


def exposure(data: Data) -> Iterator[DataTable]:
    """Of `exposure`: a row for who is exposed and to whom."""
    yield changes("economies", "Who is exposed to whom", named(data["rows"]), ("economy", "source"))


CHANCE = Field("chance", unit="fraction", description="forecast probability of the deadline's decision point")
SHARE = Field("share_of_output_pct", unit=PERCENT, description="of the economy's output in the base year")
EXPORTED = Field("exported_pct", unit=PERCENT, description="part of the sector's output that is exported, base year")


def country(data: Data) -> Iterator[DataTable]:
    """Of `country`: outcomes, sectors, and every number in a row of its own with unit, residual and setting."""
    own = {"low": LOW, "high": HIGH, "chance": CHANCE, "share_of_output": SHARE, "exported": EXPORTED}
    of_country = economy(data["country"]["code"])
    outcomes = [{"outcome": row["name"], **of_country, **_without(row, "name", "solver")} for row in data["outcomes"]]
    title = f"Each outcome for {data['country']['name']}, against the duties in force"
    yield changes("outcomes", title, outcomes, ("outcome", "economy"), own)
    sectors = [
        {"outcome": row["outcome"], **of_country, **sector(row["sector"]), **_without(row, "outcome", "sector", "name")}
        for row in data["sectors"]
    ]
    yield changes("sectors", "By sector", sectors, ("outcome", "economy", "sector"), own)
    yield build("numbers", "A row a number", country_numbers(data), ("outcome", "economy", "sector", "quantity"))


def _without(row: Data, *keys: str) -> Row:
    return {key: value for key, value in row.items() if key not in keys}


OF_COUNTRY = {  # quantity of an outcome: its unit
    "real_income": PERCENT, "low": PERCENT, "high": PERCENT, "bn_usd": "billion USD a year",
    "usd_a_household": "USD a household and year", "usd_low": "USD a household and year",
    "usd_high": "USD a household and year", "exports": PERCENT, "imports": PERCENT, "price": PERCENT,
}  # fmt: skip
OF_SECTOR = {
    "output": PERCENT,
    "exports": PERCENT,
    "employment": PERCENT,
    "share_of_output": PERCENT,
    "exported": PERCENT,
}


def country_numbers(data: Data) -> list[Row]:
    """Every number of `country` in a row of its own, with its unit, the proof and the setting that it rests on."""
    about, closed = data["economy"], data["economy"]["closure"]
    proof = {row["name"]: (row["solver"] or {}).get("residual") for row in data["outcomes"]}
    setting = {
        "tolerance": about["tolerance"], "horizon": about["horizon"]["name"], "span": about["horizon"]["span"],
        "closure": closed["name"], "elasticities": about["elasticity"]["name"], "world": about["world"],
        "base_year": about["year"], "as_of": data["as_of"], "known": data["known"], "case": data["case"]["name"],
    }  # fmt: skip
    titles = {row["name"]: row["title"] for row in data["outcomes"]}
    whole = [(row["name"], None, row, OF_COUNTRY) for row in data["outcomes"]]
    parts = [(row["outcome"], row["sector"], row, OF_SECTOR) for row in data["sectors"]]
    return [
        {
            "outcome": outcome, "title": titles[outcome], **economy(data["country"]["code"]), "sector": code,
            "sector_name": labels.sector(code) if code else "whole economy", "quantity": quantity, "unit": unit,
            "value": row[quantity], "residual": proof[outcome], **setting,
        }
        for outcome, code, row, units in (*whole, *parts)
        for quantity, unit in units.items()
        if row[quantity] is not None
    ]  # fmt: skip
