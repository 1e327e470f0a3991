"""What a deal holds beside its duties, item by item: each priced by the model that can, or not priced and why.

A duty is priced as the package that moves it alone, an export control by the model of critical inputs, an exclusion
with a list of goods as the added duties off these goods, and a promise to buy as a quantity beside the trade of the
base year. Where no deal is on the table, the items are the promises and controls on record that stand on the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from detente import labels
from detente.ask.pricing import duties, duty_goods
from detente.ask.pricing.context import TariffLevels
from detente.ask.pricing.possible_outcomes import DealItem, Outcome
from detente.ask.pricing.priced_day import PricedDay, cells_between
from detente.ask.pricing.recorded_controls import controls_on_record, controls_section
from detente.ask.pricing.scenario_keys import OutcomeKey, PackageKey
from detente.record import goods
from detente.record.state.claims import days_apart

ON_RECORD = "Promises and controls on record"
DAYS_A_YEAR = 365.25
LIFTED = ("suspended", "ended")
NO_CODES = "not priced: the record names no HS code and no sector for {goods}"
NO_GOODS = "not priced: the record does not name the goods"
NO_LIST = "not priced: the list of goods is not on record"
NO_DOLLARS = "not priced: the record gives no amount in USD, and no price of a unit"
NO_SELLER = "not priced: the record does not say from whom"
NO_SCENARIO = "not priced: the case names no scenario of critical inputs for it"
NO_PRODUCTS = "not priced: this world has no sectors to split critical inputs from"
NO_EQUILIBRIUM = "not priced: the model of critical inputs has no equilibrium under it"

SideIncome = dict[str, float | None]


class Quantity(NamedTuple):
    """A promise to buy goods, in bn USD: a year, or in all where no term is on record (years None).

    flow: what the buyer bought of the goods from the seller in the base year; times: the promise over it, in years of
    that flow where no term is on record. sectors: {sector: the part of its trade that the goods are}. at_least: whether
    the goods may be fewer than these parts, so that the promise is more times the trade in them.
    """

    usd_bn: float
    years: float | None
    sectors: Mapping[str, float]
    flow: float
    times: float
    year: int
    at_least: bool

    def to_json(self) -> dict[str, Any]:
        """The fields as they are."""
        return {**self._asdict(), "sectors": dict(self.sectors)}

    def words(self) -> str:
        """The promise beside the trade of the base year."""
        names = labels.joined([labels.sector(sector) for sector in self.sectors])
        flow = f"the {self.flow:.3g} bn USD of {'all ' if self.at_least else ''}{names} bought in {self.year}"
        least = "at least " if self.at_least else ""
        if self.years is None:
            return f"a quantity: {self.usd_bn:.3g} bn USD in all, {least}{self.times:.1f} years of {flow}"
        return f"a quantity: {self.usd_bn:.3g} bn USD a year, {least}{self.times:.1f} times {flow}"


class _Goods(NamedTuple):
    """Goods that the record names, as {sector: the part of its trade that they are}.

    at_most: whether they may be fewer than that.
    """

    sectors: Mapping[str, float]
    at_most: bool


@dataclass(frozen=True)
class PricedItem:
    """An item with its status, and its price: real income by party in percent, a quantity, or neither and why not."""

    item: DealItem
    status: str
    real_income: SideIncome | None = None
    quantity: Quantity | None = None

    def to_json(self) -> dict[str, Any]:
        """The item in the keys of `detente deal`."""
        quantity = None if self.quantity is None else self.quantity.to_json()
        return {**self.item.to_json(), "status": self.status, "real_income": self.real_income, "quantity": quantity}


@dataclass(frozen=True)
class ItemGroup:
    """The items of a deal, or those on record; deal: its name, None for those on record.

    real_income: of the duties of the deal together, by party in percent; None for items on record.
    """

    deal: str | None
    title: str
    real_income: SideIncome | None
    items: tuple[PricedItem, ...]

    def to_json(self) -> dict[str, Any]:
        """The group in the keys of `detente deal`."""
        return {
            "deal": self.deal, "title": self.title, "real_income": self.real_income,
            "priced": sum(x.item.priced for x in self.items), "of": len(self.items),
            "rows": [x.to_json() for x in self.items],
        }  # fmt: skip


class _Terms(NamedTuple):
    """What the record says of an item."""

    statement: str
    quote: str
    value: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The measure, or its type where it has no name."""
        return str(self.value.get("measure") or self.value["type"])

    @property
    def goods(self) -> str:
        """The words that name its goods."""
        return " ".join(filter(None, (self.value.get("product"), self.value.get("scope"))))

    def item(self, instrument: str, *, priced: bool) -> DealItem:
        """The item with what represents it."""
        value = self.value
        return DealItem(
            self.name, value["imposer"], value["type"], priced, instrument, self.quote, self.statement
        )  # fmt: skip


def item_groups(day: PricedDay, controls: Sequence[Mapping[str, Any]] | None = None) -> list[ItemGroup]:
    """The items of each deal on the table, or for want of one those on record, each priced or with the reason.

    controls: the rows of `controls_section` where they are priced already; otherwise they are priced if an item needs
    them. Raises NotConverged.
    """
    deals = [outcome for outcome in day.outcomes if outcome.items]
    terms = [[_terms_of(day, item) for item in deal.items] for deal in deals] or [_on_record(day)]
    pricing = _Pricing(day, _controls(day, list(chain(*terms)), controls))
    if deals:
        return [_group_of_deal(pricing, deal, of_deal) for deal, of_deal in zip(deals, terms, strict=True)]
    on_record = tuple(map(pricing.price, terms[0]))
    return [ItemGroup(None, ON_RECORD, None, on_record)] if on_record else []


def _terms_of(day: PricedDay, item: DealItem) -> _Terms:
    statement = day.state.statements.get(item.statement)
    value = (
        statement.value if statement else {"measure": item.item, "imposer": item.by, "type": item.type, "status": ""}
    )
    return _Terms(item.statement, item.quote, value)


def _on_record(day: PricedDay) -> list[_Terms]:
    """The measures that stand on the day and are no duties."""
    rows = [row for row in day.state.measures if row.type != "tariff" and not row.is_past]
    return [_Terms(row.statement, row.quote, {**row.to_json(), "status": row.status_last_known}) for row in rows]


def _group_of_deal(pricing: _Pricing, deal: Outcome, terms: Sequence[_Terms]) -> ItemGroup:
    key = OutcomeKey(deal.name)
    income: SideIncome = {side: pricing.day.payoff("real_income", side, key) for side in pricing.day.sides}
    pairs = zip(deal.items, terms, strict=True)
    items = (pricing.price_duty(item, x) if item.type == "tariff" else pricing.price(x) for item, x in pairs)
    return ItemGroup(deal.name, deal.title, income, tuple(items))


def _controls(
    day: PricedDay, terms: Iterable[_Terms], known: Sequence[Mapping[str, Any]] | None
) -> dict[str, Mapping[str, Any]]:
    """{measure: the row of its priced control}, of the controls among the items."""
    controls = {x.scenario.measure: x for x in controls_on_record(day.case, day.state)}
    needed = {x.name for x in terms if x.value["type"] == "export_control"} & set(controls)
    if not needed:
        return {}
    if known is None:
        known = controls_section(day.case, day.state, day.base_levels, day.context.name, assumed=False)
    by_name = {row["name"]: row for row in known}
    scenarios = {name: controls[name].scenario.name for name in needed}
    return {name: by_name[scenario] for name, scenario in scenarios.items() if scenario in by_name}


@dataclass(frozen=True)
class _Pricing:
    """The pricing of items on a day; controls: {measure: the row of its priced control}."""

    day: PricedDay
    controls: Mapping[str, Mapping[str, Any]]

    def price(self, terms: _Terms) -> PricedItem:
        """An item that is no duty, by the model for its type; else why it has no price."""
        kind = terms.value["type"]
        by_kind = {"export_control": self.control, "purchase_commitment": self.purchase, "exemption": self.exclusion}
        if kind in by_kind:
            return by_kind[kind](terms)
        return self.unpriced(terms, f"not priced: {duties.WHY_NOT.get(kind, duties.WHY_NOT['other'])}")

    def unpriced(self, terms: _Terms, why: str) -> PricedItem:
        """An item without a price."""
        return PricedItem(terms.item(why, priced=False), terms.value["status"])

    def price_duty(self, item: DealItem, terms: _Terms) -> PricedItem:
        """A duty of a deal, as the package that moves it alone where there is one."""
        return PricedItem(item, terms.value["status"], self._alone(item) if item.priced else None)

    def _alone(self, item: DealItem) -> SideIncome | None:
        movable = self.day.packages.instruments if self.day.packages else ()
        settings = tuple(int((x.name, x.by) == (item.item, item.by) and bool(x.drop)) for x in movable)
        if sum(settings) != 1:
            return None
        return {side: self.day.payoff("real_income", side, PackageKey(settings)) for side in self.day.sides}

    def control(self, terms: _Terms) -> PricedItem:
        """An export control, by the model of critical inputs: what it costs, or what its end is worth."""
        row = self.controls.get(terms.name)
        if row is None:
            return self.unpriced(terms, NO_PRODUCTS if self._has_scenario(terms) else NO_SCENARIO)
        income = {side: row["real_income"].get(side) for side in self.day.sides}
        if None in income.values():
            return self.unpriced(terms, NO_EQUILIBRIUM)
        is_lifted = terms.value["status"] in LIFTED
        words = (
            f"{'away' if is_lifted else 'in effect'}, by the model of critical inputs, over {row['months']:.0f} months"
        )
        item = terms.item(f"{words}: {row['title']}", priced=True)
        signed: SideIncome = {side: -x if is_lifted else x for side, x in income.items()}
        return PricedItem(item, terms.value["status"], signed)

    def _has_scenario(self, terms: _Terms) -> bool:
        """Whether the case names a scenario for a control, as known on the day."""
        return terms.name in {x.measure for x in self.day.case.controls if x.known <= self.day.known[:10]}

    def purchase(self, terms: _Terms) -> PricedItem:
        """A promise to buy, as a quantity beside the trade of the base year."""
        seller = self._target(terms)
        if seller is None:
            return self.unpriced(terms, NO_SELLER)
        named = self._goods(terms, (terms.value["imposer"], seller))
        if not named.sectors:
            return self.unpriced(terms, NO_CODES.format(goods=f"{terms.goods!r}") if terms.goods else NO_GOODS)
        quantity = self._quantity(terms, seller, named)
        if quantity is None:
            return self.unpriced(terms, NO_DOLLARS)
        return PricedItem(terms.item(quantity.words(), priced=True), terms.value["status"], None, quantity)

    def _quantity(self, terms: _Terms, seller: str, named: _Goods) -> Quantity | None:
        amount, years = _amount(terms.value)
        flow = self._flow(terms.value["imposer"], seller, named.sectors)
        if amount is None or flow is None:
            return None
        year = self.day.context.world.origin.year
        return Quantity(amount, years, named.sectors, flow, amount / flow, year, named.at_most)

    def _flow(self, buyer: str, seller: str, sectors: Mapping[str, float]) -> float | None:
        """What a buyer bought of goods from a seller in the base year, bn USD; None in a world in another unit."""
        context = self.day.context
        world, million = context.world, context.world.origin.million_usd
        if million is None or not world.sectors:
            return None
        rows, columns = context.economies_of(buyer), context.economies_of(seller)
        trade = world.duty_free * world.spending[:, :, None]
        parts = (part * float(trade[world.sector(s)][rows][:, columns].sum()) for s, part in sectors.items())
        return million / 1e3 * sum(parts) or None

    def exclusion(self, terms: _Terms) -> PricedItem:
        """An exclusion with a list of goods: the added duties off these goods, priced in one more equilibrium."""
        target = self._target(terms)
        named = self._goods(terms, (terms.value["imposer"], target)) if target else None
        if named is None or target is None or not named.sectors:
            return self.unpriced(terms, NO_LIST)
        levels = self._without_duties(terms.value["imposer"], target, named.sectors)
        _, (priced,) = self.day.context.price(self.day.base_levels, [levels])
        income: SideIncome = {s: self.day.context.of_party(priced.change["real_income"], s) for s in self.day.sides}
        parts = labels.joined([f"{100 * part:.0f} % of {labels.sector(s)}" for s, part in named.sectors.items()])
        words = f"the added duties on {labels.name(target)} off {parts}{', an upper bound' if named.at_most else ''}"
        item = terms.item(words, priced=True)
        return PricedItem(item, terms.value["status"], income)

    def _without_duties(self, by: str, target: str, sectors: Mapping[str, float]) -> TariffLevels:
        context, levels = self.day.context, dict(self.day.base_levels)
        for cell in cells_between(context, by, [target]):
            added = levels.get(cell, context.base_tariff(cell)) - context.base_tariff(cell)
            if added and cell[0] in sectors:
                levels[cell] -= sectors[cell[0]] * added
        return levels

    def _target(self, terms: _Terms) -> str | None:
        """The other side of an item: the one that the record names, or the only other party."""
        others = self.day.case.others(terms.value["imposer"])
        named = terms.value.get("target")
        return str(named) if named else others[0] if len(others) == 1 else None

    def _goods(self, terms: _Terms, pair: tuple[str, str]) -> _Goods:
        """The goods of an item, by the HS codes or sectors that the record names."""
        traded = self.day.context.goods
        codes = goods.codes_in(terms.goods)
        if codes:
            coverage = goods.coverage(codes, *pair)
            sectors = {sector: part for sector, part in coverage.sectors.items() if sector in traded}
            return _Goods(sectors, coverage.is_upper_bound)
        named = dict.fromkeys(duty_goods.SECTOR.findall(terms.goods))
        return _Goods({sector: 1.0 for sector in named if sector in traded}, at_most=False)


def _amount(value: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """(bn USD a year, years), or (bn USD in all, None) where no term is on record; no amount where it is not in USD."""
    total, yearly, years = value.get("usd_bn"), value.get("usd_bn_per_year"), _years(value)
    if yearly is not None:
        return float(yearly), years or 1.0
    if total is not None and years:
        return float(total) / years, years
    return (None if total is None else float(total)), None


def _years(value: Mapping[str, Any]) -> float | None:
    """The term of a promise in years, from its first day to the day it falls due; None where one is not on record."""
    start = next(filter(None, (value.get(key) for key in ("legal_from", "signed", "announced"))), None)
    end = value.get("due") or value.get("until")
    return days_apart(str(start)[:10], str(end)[:10]) / DAYS_A_YEAR if start and end else None
