"""Export controls priced: quantity limits on thin products, with bands, rents, a profile over time, and cliffs.

The world is first brought to the duties in force; then the products are split from their host sectors at the central
values of the priors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from detente import labels
from detente.ask.pricing.context import (
    BaselineLevels,
    PricingContext,
    TariffLevels,
    baseline_equilibrium,
    equilibrium_proof,
    pricing_context,
)
from detente.ask.pricing.critical_input_priors import (
    HOSTS,
    UNUSED,
    PriorValues,
    central_values,
    drawn_values,
    in_role,
    prior_name,
    priors,
    split_world,
)
from detente.ask.pricing.quantity_limits import Limit, limit_policy
from detente.economy import second_order
from detente.economy.models import critical_inputs
from detente.economy.policy import Policy
from detente.economy.products import solve_draws
from detente.economy.solve import Equilibrium, Options, solve
from detente.economy.world import World
from detente.errors import DataError, NotConverged, QuestionError

HOST_SECTORS = frozenset((*HOSTS.values(), "C26"))  # a world needs them to price limits on these products
BASE_YEAR = "duties of the base year"
DRAWS = 60  # behind the band unless more are asked for
DRIVERS = 8  # priors listed by how much they move the first party's real income
SOLVED = Options(tolerance=1e-8)
COARSE = Options(tolerance=1e-6)  # for numbers read to three digits: draws, and alternative assumptions
RENT_KEPT = ("magnet", "rent", "")  # prior of the part of the scarcity rent that exporters keep


@dataclass(frozen=True, eq=False)
class ControlBase:
    """The world in which limits are priced, under the duties in force; split: with its products split off."""

    context: PricingContext
    world: World

    @cached_property
    def split(self) -> World:
        """The world split at the central values of the priors."""
        return split_world(self.world, central_values())


class CappedRivals(NamedTuple):
    """Real income of the parties if other makers of magnets can produce at most at_most times their baseline."""

    at_most: float
    real_income: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """at_most and one key for each side."""
        return {"at_most": self.at_most, **self.real_income}


class LongRun(NamedTuple):
    """Real income of the parties when other suppliers answer with theta, the long-run elasticity of their host."""

    theta: float
    real_income: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """The horizon, theta and one key for each side."""
        return {"horizon": "long", "theta": self.theta, **self.real_income}


class Driver(NamedTuple):
    """Rank correlation of the first party's real income with a prior over draws."""

    prior: str
    rank_correlation: float
    verification: str


@dataclass(frozen=True, eq=False)
class LimitBand:
    """5th and 95th percentile [n] of real income over draws of the priors; lost: draws without an equilibrium."""

    low: np.ndarray
    high: np.ndarray
    drivers: tuple[Driver, ...]
    count: int
    lost: int
    seed: int


@dataclass(frozen=True, eq=False)
class PricedLimits:
    """A scenario's limits priced; real income [n] in percent against the duties in force and no limit.

    rent_to_importers, rent_to_exporters: real income if they keep all of the scarcity rent. second_order: the
    approximation, None where it does not exist.
    """

    limits: tuple[Limit, ...]
    context: PricingContext
    equilibrium: Equilibrium
    band: LimitBand
    rent_to_importers: np.ndarray
    rent_to_exporters: np.ndarray
    second_order: np.ndarray | None
    others_capped: CappedRivals | None
    long_run: LongRun

    @property
    def real_income(self) -> np.ndarray:
        """Percent changes [n]."""
        return self.equilibrium.report["real_income"]

    def to_json(self) -> dict[str, Any]:
        """The row of a scenario in the keys of `detente price`."""
        large = [code for code in in_role("listed") if code in self.equilibrium.world.economies]
        return {
            "economies": _economies_json(self),
            "sectors": _sectors_json(self.equilibrium, large),
            "limits": _limits_json(self),
            "node_price": _product_prices_json(self.equilibrium, large),
            "cliffs": cliffs(self.equilibrium.world, large),
            "others_capped": self.others_capped and self.others_capped.to_json(),
            "with_time": self.long_run.to_json(),
            "draws": {
                "count": self.band.count, "lost": self.band.lost, "seed": self.band.seed,
                "drivers": [driver._asdict() for driver in self.band.drivers],
            },
            "solver": equilibrium_proof(self.equilibrium),
        }  # fmt: skip


@lru_cache(maxsize=8)
def control_base(world_name: str, horizon: str, levels: BaselineLevels) -> ControlBase:
    """The world under the duties in force, with the elasticities of a horizon.

    Under the base year's duties where those in force leave less trade than the products' own imports of 2024, as the
    145 % of April 2025 did.
    """
    context = pricing_context(world_name, horizon=horizon)
    world = baseline_equilibrium(context, levels)[1]
    if set(HOSTS.values()) <= set(world.sectors):
        largest = {key: p.high if key[1] in ("cost", "imports") else p.mid for key, p in priors().items()}
        try:
            split_world(world, largest)
        except DataError:
            world = replace(baseline_equilibrium(context, ())[1], name=f"{context.name}, {BASE_YEAR}")
    return ControlBase(context, world)


def split_and_limit(
    world: World, limits: Sequence[Limit], values: PriorValues, duties: TariffLevels
) -> tuple[World, Policy]:
    """The split world and the limits on it, at values of the priors."""
    split = split_world(world, values)
    return split, limit_policy(split, limits, values, values[RENT_KEPT], duties)


def price_limits(
    limits: Sequence[Limit],
    base: ControlBase,
    duties: TariffLevels,
    parties: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> PricedLimits:
    """One scenario's limits priced; parties: whose income is shown beside.

    progress(done, draws) is called as draws are done. Raises NotConverged, QuestionError for fewer than two draws.
    """
    values, split = central_values(), base.split

    def equilibrium(rent: float) -> Equilibrium:
        return solve(split, limit_policy(split, limits, values, rent, duties), options=SOLVED)

    central = equilibrium(values[RENT_KEPT])
    band = limit_band(limits, base, duties, parties, draws=draws, seed=seed, progress=progress)
    return PricedLimits(
        tuple(limits),
        base.context,
        central,
        band,
        equilibrium(0.0).report["real_income"],
        equilibrium(1.0).report["real_income"],
        _second_order(split, central.policy),
        with_capped_rivals(base, limits, values, duties, parties),
        long_run(limits, base, duties, parties),
    )


def _second_order(world: World, policy: Policy) -> np.ndarray | None:
    """The second-order approximation [n]; None where the path from no limit is too steep for it."""
    try:
        return second_order.expansion(world, policy).second
    except NotConverged:
        return None


def with_capped_rivals(
    base: ControlBase, limits: Sequence[Limit], values: PriorValues, duties: TariffLevels, parties: Sequence[str]
) -> CappedRivals | None:
    """The parties' real income if other makers of magnets cannot add more than a prior says; None without magnets."""
    if not any(limit.product == "magnet" for limit in limits):
        return None
    policy = limit_policy(base.split, limits, values, values[RENT_KEPT], duties, capped=True)
    try:
        equilibrium = solve(base.split, policy, options=COARSE)
    except NotConverged:
        return None
    return CappedRivals(values["magnet", "outside", ""], party_income(base.context, equilibrium, parties))


def party_income(context: PricingContext, equilibrium: Equilibrium, parties: Sequence[str]) -> dict[str, float]:
    """{party: percent of real income} in an equilibrium; parties that the world lacks are left out."""
    income = np.asarray(equilibrium.report["real_income"])
    return {side: context.of_party(income, side) for side in context.parties(parties)}


def long_run(limits: Sequence[Limit], base: ControlBase, duties: TariffLevels, parties: Sequence[str]) -> LongRun:
    """The same limits without an end, when other suppliers answer with their host's long-run elasticity."""
    long = pricing_context(base.context.name).world
    theta = float(long.structure.elasticity[long.sector(HOSTS["magnet"])])
    values = {key: x for key, x in central_values().items() if key[1] != "stocks"}
    values |= {(product, "theta", ""): theta for product in HOSTS}
    split, policy = split_and_limit(base.world, limits, values, duties)
    return LongRun(theta, party_income(base.context, solve(split, policy, options=SOLVED), parties))


def limit_band(
    limits: Sequence[Limit],
    base: ControlBase,
    duties: TariffLevels,
    parties: Sequence[str],
    *,
    draws: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> LimitBand:
    """The band of real income over draws of the priors, and the priors that move the first party's real income most."""
    if draws < 2:
        raise QuestionError(f"--draws {draws}: the band of a limit needs at least two draws")
    values = [drawn_values(k, seed) for k in range(draws)]
    results = solve_draws(
        lambda k: split_and_limit(base.world, limits, values[k], duties),
        draws,
        lambda equilibrium: np.asarray(equilibrium.report["real_income"]),
        progress=progress,
    )
    solved = [k for k, x in enumerate(results) if x is not None]
    if len(solved) < 2:
        raise QuestionError("no draw of the priors has an equilibrium under these limits; choose looser ones")
    real = np.array([results[k] for k in solved])
    drivers = _drivers_of_first_party([values[k] for k in solved], real, base.context, parties)
    low, high = np.percentile(real, 5, axis=0), np.percentile(real, 95, axis=0)
    return LimitBand(low, high, drivers, draws, draws - len(solved), seed)


def _drivers_of_first_party(
    values: Sequence[PriorValues], real_income: np.ndarray, context: PricingContext, parties: Sequence[str]
) -> tuple[Driver, ...]:
    """The drivers of the first party's real income; real_income [draw, economy]. None where the world has no party."""
    in_world = context.parties(parties)
    if not in_world:
        return ()
    return _drivers(values, np.array([context.of_party(row, in_world[0]) for row in real_income]))


def _drivers(values: Sequence[PriorValues], outcome: np.ndarray) -> tuple[Driver, ...]:
    """The priors with the largest rank correlation with an outcome [draw], in absolute value."""
    drivers = []
    for key, prior in priors().items():
        x = np.array([v[key] for v in values])
        if key[1] not in UNUSED and np.ptp(x) > 0:
            correlation = float(np.corrcoef(x.argsort().argsort(), outcome.argsort().argsort())[0, 1])
            drivers.append(Driver(prior_name(key), correlation, prior.verification))
    return tuple(sorted(drivers, key=lambda driver: -abs(driver.rank_correlation))[:DRIVERS])


def cliffs(world: World, codes: Sequence[str]) -> list[dict[str, Any]]:
    """For each product and economy, the user with the highest cliff: the part of the product's volume below which the
    user's output falls one for one with it."""
    rows = []
    for product in HOSTS:
        table = second_order.cliffs(world, product)
        for code in codes:
            final_users = table[: len(world.sectors) - len(HOSTS), world.index(code)]
            known = np.flatnonzero(np.isfinite(final_users))
            if known.size:
                k = int(known[np.argmax(final_users[known])])
                sector = world.sectors[k]
                rows.append({"product": product, "economy": code, "economy_name": labels.name(code), "sector": sector,
                             "sector_name": labels.sector(sector), "volume": float(final_users[k])})  # fmt: skip
    return rows


def _economies_json(priced: PricedLimits) -> dict[str, Any]:
    report, band = priced.equilibrium.report, priced.band
    columns = {
        "real_income": priced.real_income, "real_income_low": band.low, "real_income_high": band.high,
        "second_order": priced.second_order, "rent_to_importers": priced.rent_to_importers,
        "rent_to_exporters": priced.rent_to_exporters, "price": report["price"], "wage": report["wage"],
    }  # fmt: skip
    rows = {
        code: {name: None if values is None else float(values[n]) for name, values in columns.items()}
        for n, code in enumerate(priced.equilibrium.world.economies)
    }
    return {**rows, "WLD": {"real_income": priced.context.mean(priced.real_income)}}


def _sectors_json(equilibrium: Equilibrium, codes: Sequence[str]) -> dict[str, Any]:
    """Output by sector where it changes."""
    world, output = equilibrium.world, equilibrium.report["sector_output"]
    rows = {}
    for code in codes:
        column = output[:, world.index(code)]
        rows[code] = {s: {"output": float(x)} for s, x in zip(world.sectors, column, strict=True) if abs(x) > 1e-4}
    return rows


def _limits_json(priced: PricedLimits) -> list[dict[str, Any]]:
    equilibrium, values = priced.equilibrium, central_values()
    scarcities = critical_inputs.scarcities(equilibrium.world, equilibrium.policy, equilibrium.state)
    return [
        {
            "product": limit.product, "on": list(limit.importers), "by": limit.exporter, "left": scarcity.limit,
            "volume": scarcity.volume, "wedge_percent": 100 * scarcity.wedge, "rent_bn_usd": scarcity.rent / 1e3,
            "binds": scarcity.wedge > 1e-9, "months": limit.months, "profile": limit.profile(values),
        }
        for limit, scarcity in zip(priced.limits, scarcities, strict=True)
    ]  # fmt: skip


def _product_prices_json(equilibrium: Equilibrium, codes: Sequence[str]) -> dict[str, Any]:
    prices = {product: critical_inputs.product_price(equilibrium, product) for product in HOSTS}
    index = equilibrium.world.index
    return {product: {code: float(price[index(code)]) for code in codes} for product, price in prices.items()}
