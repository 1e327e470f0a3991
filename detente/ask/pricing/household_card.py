"""The lines of a household card in JSON types: those of one policy for every economy, or for the parties of a brief."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from detente import labels
from detente.ask.ledger import published
from detente.ask.pricing.context import PricingContext, TariffLevels, equilibrium_proof, horizon_words
from detente.economy.card import Card
from detente.economy.card import card as priced_card
from detente.economy.final_uses import share_of_final_demand
from detente.economy.income_groups import prices_by_group, spending
from detente.economy.models import capital, multi_sector
from detente.economy.policy import Policy, tariffs
from detente.economy.solve import solve
from detente.economy.world import World
from detente.errors import DataError
from detente.record.case import Case

COLLECTED = "collected"  # the published series of duty collected over customs value
YEARS = 10
JsonRow = dict[str, Any]
RATES = ("rate_base", "rate_before", "rate_after")
PRICES = ("price_direct", "price_before", "price_after", "price_equilibrium")


class CardDay(NamedTuple):
    """The negotiation whose ledger says what was collected, the day of the duties, and what was known when."""

    case: Case
    as_of: str
    known: str


class PricedCard(NamedTuple):
    """A card as it is priced: the context, the lines, further changes [n] by name, and where households come from."""

    context: PricingContext
    result: Card
    changes: dict[str, np.ndarray]
    households_from: str

    @property
    def real_income(self) -> np.ndarray:
        """The percent change of real income [n]."""
        return self.changes["real_income"]

    def rows(self, day: CardDay, codes: Sequence[str]) -> list[JsonRow]:
        """A row for each economy of the world, or bloc with members in it."""
        return [_row(self, self.context.economies_of(code), code, day) for code in codes]

    def closure(self) -> JsonRow:
        """What the card holds fixed."""
        return {"name": "fixed", "meaning": multi_sector.CLOSURE}

    def proof(self) -> JsonRow:
        """The proof of its equilibrium."""
        return equilibrium_proof(self.result.equilibrium)

    def sectors(self) -> dict[str, dict[str, dict[str, float]]]:
        """{economy: {sector: prices and output, percent}} for all economies."""
        return _sectors(self.context.world.economies, self.context.world.sectors, self.result)


def price_card(context: PricingContext, base: World, policy: Policy) -> PricedCard:
    """The card of a policy on a baseline world.

    Raises DataError for a world without shares of households, NotConverged.
    """
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
    return PricedCard(context, result, changes, source)


def section(context: PricingContext, levels: TariffLevels, day: CardDay) -> JsonRow | None:
    """The card of a brief: duties by level in force on a day against the base year, a row for each party.

    In the long run, whatever the context's horizon. None for a world with one sector, or without shares of households.
    """
    try:
        card = price_card(context, context.world, tariffs(context.world, dict(levels))) if context.goods else None
    except DataError:
        return None
    if card is None:
        return None
    baseline = str(context.world.origin.year)
    rows = card.rows(day, context.parties(day.case.parties))
    return {
        "name": f"the duties in force on {day.as_of}",
        "baseline": baseline,
        "year": context.world.origin.year,
        **{key: value for key, value in context.metadata().items() if key in ("world", "elasticity", "tolerance")},
        "horizon": horizon_words("long"),
        "closure": card.closure(),
        "households_from": card.households_from,
        "rows": rows,
        "notes": list(notes(card, baseline, rows)),
        "solver": card.proof(),
    }


def notes(card: PricedCard, baseline: str, rows: Sequence[JsonRow]) -> tuple[str, ...]:
    """What a reader must know before citing a line."""
    year = card.context.world.origin.year
    return (
        f"changes against {baseline}; USD are those of {year} at the size of that year's economy, not today's",
        f"average duties: of an economy on all its imports of goods, by trade of {year} before substitution and"
        " as simulated after it; averages of one pair elsewhere are by imports as the ledger of duties weights them",
        "prices before substitution: quantities, foreign prices and wages of the day; after: shares respond, wages"
        " stay; in equilibrium: over the economy's own wage. Published figures are of the first two concepts",
        "before refund: households pay the prices; after refund: the whole duty goes back to households, and wages and"
        " terms of trade have moved (real income); what is kept of it depends on capital: `detente capital`",
        f"ten years: {YEARS} times a year's new duty at the base year's size; no growth, no offset by lower income"
        f" taxes; {_about_collection(rows)}",
        _about_groups(rows),
        f"households: {card.households_from}",
        *(EXPORT_TAX_NOTES if card.result.taxed.any() else ()),
    )


EXPORT_TAX_NOTES = (
    "taxes on exports: collected by the economy that levies them, paid at the border by who buys, and part of the value"
    " on which the buyer's own duty is levied; average duties and new duty are of duties alone, prices and real income"
    " are of both",
)


def _row(card: PricedCard, places: Sequence[int], code: str, day: CardDay) -> JsonRow:
    """The lines of an economy, or of the members of a bloc together; places: of them in the world, at least one."""
    context, result = card.context, card.result
    usd, billion = _money(context, code)
    duties = {name: float(getattr(result, name)[places].sum()) for name in ("duty_base", "duty_before", "duty")}
    new_duty = duties["duty"] - duties["duty_base"]
    consumption = float(result.consumption[places].sum())
    prices = {key: _mean(getattr(result, key), result.consumption, places) for key in PRICES}
    changes = {key: context.of_party(values, code) for key, values in card.changes.items()}
    gained = float((card.real_income[places] / 100 * result.income[places]).sum())
    collected, ten_years = _collected(code, day), billion(YEARS * new_duty)
    return {
        "economy": code,
        **dict(zip(RATES, map(float, result.rates_of(places)), strict=True)),
        **prices,
        **changes,
        **{f"{name}_bn_usd": billion(duty) for name, duty in duties.items()},
        "new_duty_bn_usd": billion(new_duty),
        "before_refund_usd_a_household": usd(prices["price_before"] / 100 * consumption),
        "after_substitution_usd_a_household": usd(prices["price_after"] / 100 * consumption),
        "new_duty_usd_a_household": usd(new_duty),
        "after_refund_usd_a_household": usd(gained),
        "households_million": labels.households().get(code, (None, None))[0],
        "households_source": labels.households().get(code, (None, None))[1],
        "export_taxes": _export_taxes(result, places, usd, billion),
        "collected": collected,
        "by_income": _by_income(context, result, places[0], code, day, usd) if len(places) == 1 else None,
        "ten_years_bn_usd": ten_years,
        "ten_years_collected_bn_usd": (
            None if collected is None or ten_years is None else ten_years * collected["of_written"]
        ),
    }


Money = Callable[[float], float | None]


def _export_taxes(result: Card, places: Sequence[int], usd: Money, billion: Money) -> JsonRow | None:
    """What an economy collects in taxes on its exports, and what it pays in those of others; None where nobody levies
    any."""
    if not result.taxed.any():
        return None
    inside = np.isin(np.arange(result.taxed.shape[1]), places)
    before, after = (float(taxed[:, inside].sum()) for taxed in result.taxed[1:])
    return {
        "export_tax_before_bn_usd": billion(before),
        "export_tax_bn_usd": billion(after),
        "export_tax_usd_a_household": usd(after),
        "export_tax_paid_bn_usd": billion(float(result.taxed[2][inside].sum())),
    }


def _money(context: PricingContext, code: str) -> tuple[Money, Money]:
    """(USD a household, bn USD) of an amount in the world's unit; None where the unit or the households are unknown."""
    million = context.world.origin.million_usd
    households = labels.households().get(code)

    def usd_a_household(money: float) -> float | None:
        return None if households is None or million is None else money * million / households[0]

    def billion(money: float) -> float | None:
        return None if million is None else money * million / 1e3

    return usd_a_household, billion


def _mean(values: np.ndarray, weight: np.ndarray, places: Sequence[int]) -> float:
    """The mean of values [n] over some places, weighted."""
    if len(places) == 1:
        return float(values[places[0]])
    return float(values[places] @ weight[places] / weight[places].sum())


def _by_income(
    context: PricingContext, result: Card, n: int, code: str, day: CardDay, usd: Money
) -> list[JsonRow] | None:
    """Prices and USD before refund of each income group, the lowest first; None where no table was known by the day."""
    table = spending(code)
    if table is None or table.known > day.known[:10]:
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


def _collected(code: str, day: CardDay) -> JsonRow | None:
    """What was last published as collected over customs value by then, beside the written average; None if nothing."""
    known = day.known[:10]
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
