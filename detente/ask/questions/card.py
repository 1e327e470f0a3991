"""The household card: duties, prices, dollars a household and revenue of a policy, each line by its concept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.ledger import published
from detente.ask.pricing.context import DEFAULT_WORLD, PricingContext, equilibrium_proof, pricing_context
from detente.ask.pricing.named_policies import Day, against_baseline, day_asked
from detente.ask.pricing.own_elasticities import Elasticity
from detente.ask.pricing.scenario import Written, as_option
from detente.ask.questions.capital import shown
from detente.ask.registry import DEFAULT_DOSSIER
from detente.economy.card import Card
from detente.economy.card import card as priced_card
from detente.economy.final_uses import share_of_final_demand
from detente.economy.income_groups import prices_by_group, spending
from detente.economy.models import capital, multi_sector
from detente.economy.solve import solve
from detente.economy.world import World

COLLECTED = "collected"  # the published series of duty collected over customs value
YEARS = 10
JsonRow = dict[str, Any]
RATES = ("rate_base", "rate_before", "rate_after")
PRICES = ("price_direct", "price_before", "price_after", "price_equilibrium")


def card(
    name: Written | None = None,
    *,
    economies: Sequence[str] | None = None,
    world: str | World = DEFAULT_WORLD,
    elasticity: Elasticity | None = None,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
) -> Answer:
    """A card for every economy, with the lines that its data carry; `shown` lists those to show first.

    name: a scenario, set against the duties in force on the day; without one, the duties in force against the base
    year. Raises QuestionError, DataError for a world without shares of households, NotConverged.
    """
    context, day = pricing_context(world, None, elasticity), day_asked(as_of, known, dossier, home)
    base, policy, written, baseline = against_baseline(name, context, day)
    households, source = share_of_final_demand(base, "households")
    result = priced_card(base, policy, households)
    with_capital = capital.with_capital(base)
    now, later = (solve(with_capital, policy, m, options=context.options) for m in (capital.NOW, capital.LONG_RUN))
    changes = {
        "real_income": result.equilibrium.report["real_income"],
        "real_gdp_now": now.report["real_gdp"],
        "real_gdp_long_run": later.report["real_gdp"],
        "consumption_long_run": later.report["consumption"],
    }
    rows = [_row(context, result, changes, n, code, day) for n, code in enumerate(base.economies)]
    data = {
        **context.metadata(),
        "model": "card",
        "name": written.name,
        "baseline": baseline,
        "parties": list(day.case.parties),
        "as_of": day.as_of,
        "known": day.known or day.as_of,
        "households_from": source,
        "closure": {"name": "fixed", "meaning": multi_sector.CLOSURE},
        "shown": shown(context, day.case.parties, economies, changes["real_income"]),
        "rows": rows,
        "sectors": _sectors(base.economies, base.sectors, result),
        "solver": equilibrium_proof(result.equilibrium),
    }
    year = context.world.origin.year
    notes = (
        f"changes against {baseline}; USD are those of {year} at the size of that year's economy, not today's",
        "prices before substitution: quantities, foreign prices and wages of the day; after: shares respond, wages"
        " stay; in equilibrium: over the economy's own wage. Published figures are of the first two concepts",
        "before refund: households pay the prices; after refund: the whole duty goes back to households, and wages and"
        " terms of trade have moved (real income); what is kept of it depends on capital: `detente capital`",
        f"ten years: {YEARS} times a year's new duty at the base year's size; no growth, no offset by lower income"
        f" taxes; {_about_collection(rows)}",
        _about_groups(rows),
        f"households: {source}",
        *written.assumptions,
    )
    options = {
        "name": as_option(name), "economies": list(economies or ()), "world": context.name,
        "elasticity": context.elasticity,
        "as_of": day.as_of, "known": day.known,
    }  # fmt: skip
    return Answer("card", data, notes, options)


def _row(context: PricingContext, result: Card, changes: dict[str, Any], n: int, code: str, day: Day) -> JsonRow:
    million = {"thousand USD": 1e-3, "million USD": 1.0}.get(context.world.origin.unit)
    own = labels.households().get(code)
    new_duty = float(result.duty[n] - result.duty_base[n])
    income, consumption = float(result.income[n]), float(result.consumption[n])

    def usd_a_household(money: float) -> float | None:
        return None if own is None or million is None else money * million / own[0]

    def billion(money: float) -> float | None:
        return None if million is None else money * million / 1e3

    collected = _collected(code, day)
    ten_years = billion(YEARS * new_duty)
    return {
        "economy": code,
        **{key: float(getattr(result, key)[n]) for key in (*RATES, *PRICES)},
        **{key: float(values[n]) for key, values in changes.items()},
        "duty_base_bn_usd": billion(float(result.duty_base[n])),
        "duty_before_bn_usd": billion(float(result.duty_before[n])),
        "duty_bn_usd": billion(float(result.duty[n])),
        "new_duty_bn_usd": billion(new_duty),
        "before_refund_usd_a_household": usd_a_household(result.price_before[n] / 100 * consumption),
        "after_substitution_usd_a_household": usd_a_household(result.price_after[n] / 100 * consumption),
        "new_duty_usd_a_household": usd_a_household(new_duty),
        "after_refund_usd_a_household": usd_a_household(float(changes["real_income"][n]) / 100 * income),
        "households_million": None if own is None else own[0],
        "households_source": None if own is None else own[1],
        "collected": collected,
        "by_income": _by_income(context, result, n, code, day, usd_a_household),
        "ten_years_bn_usd": ten_years,
        "ten_years_collected_bn_usd": (
            None if collected is None or ten_years is None else ten_years * collected["of_written"]
        ),
    }


def _by_income(
    context: PricingContext, result: Card, n: int, code: str, day: Day, usd: Callable[[float], float | None]
) -> list[JsonRow] | None:
    """Prices and USD before refund of each income group, the lowest first; None where no table was known by the day."""
    table = spending(code)
    if table is None or table.known > (day.known or day.as_of)[:10]:
        return None
    mean, goods = float(result.price_before[n]), np.asarray(context.world.structure.goods)
    bought, price = result.bought[:, n], result.sector_price_before[:, n]
    prices = prices_by_group(table, context.world.sectors, goods, bought, price, mean)
    per_group = table.share * len(prices) * float(result.consumption[n])  # of as many households as there are
    return [
        {"group": k + 1, "of": len(prices), "price": float(p), "usd_a_household": usd(float(p) / 100 * float(spent)),
         "of_spending": float(share)}
        for k, (p, spent, share) in enumerate(zip(prices, per_group, table.share, strict=True))
    ]  # fmt: skip


def _about_collection(rows: Sequence[JsonRow]) -> str:
    """For whom the collected part of the written duty is known and applied."""
    known = [row["economy"] for row in rows if row["collected"]]
    if not known:
        return "what was collected of the written rate is not known on this day, and nothing is taken off for it"
    return f"beside it times what was last collected of the written rate: {', '.join(known)}"


def _about_groups(rows: Sequence[JsonRow]) -> str:
    """Where the groups come from; where there are no groups, that too is said."""
    known = [row["economy"] for row in rows if row["by_income"]]
    if not known:
        return "by income group: not known, for no table of spending by income was published by then, or none ships"
    sources = "; ".join(f"{code}: {table.source}" for code in known if (table := spending(code)))
    return (
        "by income group: prices before substitution, scaled to the mean; 40 % of a good's price is margin at the"
        f" price of services, and sectors are set beside categories by hand, both assumptions; {sources}"
    )


def _collected(code: str, day: Day) -> JsonRow | None:
    """What was last published as collected over customs value by then, beside the written average; None if nothing."""
    known = (day.known or day.as_of)[:10]
    rows = published.compared(day.case.ledger, code, "WLD", day.as_of[:10], known)
    last = next((row for row in rows if row["series"] == COLLECTED and row["ours"] > 0), None)
    if last is None:
        return None
    return {
        "period": last["day"],
        "rate": last["published"],
        "written": last["ours"],
        "of_written": last["published"] / last["ours"],
        "source": last["source"],
    }


def _sectors(economies: Sequence[str], sectors: Sequence[str], result: Card) -> dict[str, dict[str, dict[str, float]]]:
    """{economy: {sector: prices and output, percent}} for all economies."""
    tables = {
        "price_before": result.sector_price_before,
        "price_after": result.sector_price_after,
        "price_equilibrium": result.sector_price_equilibrium,
        "output": result.equilibrium.report["sector_output"],
    }
    return {
        code: {sector: {name: float(table[s, n]) for name, table in tables.items()} for s, sector in enumerate(sectors)}
        for n, code in enumerate(economies)
    }
