"""Quantity limits: as a scenario's measures state them, and as a policy on the world with its products split off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from detente.ask.pricing.context import TariffLevels
from detente.ask.pricing.critical_input_priors import HOSTS, PriorValues, in_role
from detente.ask.pricing.duties import economies_of
from detente.ask.pricing.scenario import Measure, parse_day, parse_rate, parse_share
from detente.economy.policy import Policy, limited, tariffs
from detente.economy.products import effective, profile
from detente.economy.world import World
from detente.errors import QuestionError

PRODUCTS = {"rare-earth-magnets": "magnet", "rare-earth-compounds": "compound", "electronics": "C26"}
EVERY_IMPORTER = ("*",)
MONTHS = 18.0  # how long a limit without an end is taken to last
DAYS_A_MONTH = 30.4
LEAST = 0.01  # fraction of volume below which no limit goes
LimitKey = tuple[Any, Any, Any]  # product, importers, exporter: as `economy.policy.limited` reads them


@dataclass(frozen=True)
class Limit:
    """One limit on an exporter's sales of a product to importers, or to EVERY_IMPORTER.

    fraction: of volume that is left; months: how long it lasts; rent: the part of the scarcity rent that the exporter
    keeps, None for the prior's.
    """

    product: str
    importers: tuple[str, ...]
    exporter: str
    fraction: float
    months: float
    rent: float | None

    def effective_fraction(self, values: PriorValues) -> float:
        """The fraction of volume left on average over the limit's months, stocks drawn down."""
        return effective(self.fraction, self.months, *self._stocks_and_share(values))

    def profile(self, values: PriorValues) -> list[tuple[float, float, float]]:
        """(from month, to month, fraction of volume) when users draw stocks down first."""
        return profile(self.fraction, self.months, *self._stocks_and_share(values))

    def _stocks_and_share(self, values: PriorValues) -> tuple[float, float]:
        """Months of use held in stock, and the exporter's share of that use."""
        stocks = values.get((self.product, "stocks", ""), 0.0)
        share = values.get((self.product, "imports", self.exporter), 1.0)
        return stocks, share


def limit_policy(
    world: World,
    limits: Sequence[Limit],
    values: PriorValues,
    rent: float,
    duties: TariffLevels,
    *,
    capped: bool = False,
) -> Policy:
    """Limits on a split world, at their average over their months, on top of duties.

    rent: the part of the scarcity rent that exporters keep where a limit does not say. capped: other makers of magnets
    can add no more than the prior of plants outside China says.
    """
    on_products: dict[tuple[str, ...], float] = {
        (product, *pair): level
        for (sector, *pair), level in duties.items()
        for product, host in HOSTS.items()
        if host == sector
    }
    base = tariffs(world, {**duties, **on_products}) if duties else None
    fractions: dict[LimitKey, float] = {}
    rents: dict[LimitKey, float] = {}
    for limit in limits:
        key = (limit.product, "*" if limit.importers == EVERY_IMPORTER else limit.importers, limit.exporter)
        fractions[key] = max(limit.effective_fraction(values), LEAST)
        rents[key] = rent if limit.rent is None else limit.rent
    if capped:
        caps = _capacity_caps({limit.exporter for limit in limits}, values)
        fractions |= caps
        rents |= dict.fromkeys(caps, rent)
    return limited(world, fractions, rent=rents, policy=base)


def _capacity_caps(limited_exporters: set[str], values: PriorValues) -> dict[LimitKey, float]:
    """Limits on what makers of magnets that are not limited themselves can add."""
    return {
        ("magnet", "all", maker): values["magnet", "outside", ""]
        for maker in (*in_role("union_maker"), *in_role("maker"))
        if maker not in limited_exporters
    }


def limits_of(measures: Sequence[Measure], name: str, economies: Sequence[str], day: str) -> list[Limit]:
    """The quantity limits among a scenario's measures; day: from which a limit without a start runs.

    Raises QuestionError saying which measure is wrong and why.
    """
    limits = []
    for number, measure in enumerate(measures, start=1):
        where = f"{name}, measure {number}"
        change, unit = parse_rate(measure.get("rate"), where)
        if unit == "volume":
            products = measure.get("products", "all")
            for product in products if isinstance(products, list) else [products]:
                limits.append(_limit(measure, _product(product, where), change, economies, day, where))
    return limits


def _limit(measure: Measure, product: str, change: float, economies: Sequence[str], day: str, where: str) -> Limit:
    exporter = measure.get("by")
    if exporter not in economies:
        raise QuestionError(f"{where}: by is {exporter!r}; a limit on quantities has one exporter, as ISO3 code")
    importers = _importers(measure.get("against"), str(exporter), economies, where)
    if 1 + change <= 0:
        raise QuestionError(f"{where}: {measure['rate']!r} leaves nothing, and that has no price; write -99 %")
    rent = None if measure.get("rent") is None else parse_share(measure["rent"], where, "rent")
    return Limit(product, importers, str(exporter), 1 + change, _months(measure, day, where), rent)


def _product(written: Any, where: str) -> str:
    if written not in PRODUCTS:
        raise QuestionError(
            f"{where}: {written!r} has no limit on quantities; the products with one are {', '.join(PRODUCTS)}"
        )
    return PRODUCTS[written]


def _importers(written: Any, exporter: str, economies: Sequence[str], where: str) -> tuple[str, ...]:
    if written == "all":
        return EVERY_IMPORTER
    names = written if isinstance(written, list) else [written]
    codes = [code for name in names for code in economies_of(str(name))]
    importers = tuple(code for code in codes if code in economies and code != exporter)
    if not importers:
        raise QuestionError(f"{where}: against is {written!r}; no economy of the world is named")
    return importers


def _months(measure: Measure, day: str, where: str) -> float:
    """How long a limit lasts, at least a month; MONTHS if no end is written."""
    start, end = (parse_day(measure.get(key), where, key) for key in ("from", "until"))
    if end is None:
        return MONTHS
    days = (date.fromisoformat(end) - date.fromisoformat((start or day)[:10])).days
    return max(1.0, days / DAYS_A_MONTH)
