"""Continuous packages: each side keeps any part of its added duties on the other, and one may pay the other.

Axes: the parts of the duties of the first and of the second side that are kept, p side. Talks of two sides only. A
grid of parts is priced exactly and joined by a spline, on which the deal is searched; the package found is then priced
exactly, and the answer shows how far the two are apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from detente.ask.pricing.possible_outcomes import BILATERAL
from detente.ask.pricing.priced_day import PricedDay, cells_between
from detente.ask.pricing.scenario_keys import ScaledDutiesKey
from detente.bargain import solutions

PARTS = tuple(np.linspace(0, 1.5, 7).tolist())  # of the duties added since the base year: none to half as much again
PAYMENT = 0.25  # percent of the smaller side's income: the largest payment either way
BILLION = {"million USD": 1e-3, "thousand USD": 1e-6}
NOTE = (
    "continuous packages scale every duty that either side added on the other since the base year, from none to 1.5"
    " times today's; a payment counts at face value in real income, and its effect on prices is left out"
)


@dataclass(frozen=True)
class ContinuousPackage:
    """The package of a deal: parts of its duties that each side keeps, and how many points they change on average.

    payment: from the first side to the second, in the world's unit. gain: of each side over the disagreement point,
    priced exactly, in percent of real income; error: the largest distance of the spline's gain from it.
    """

    parts: tuple[float, float]
    points: tuple[float, float]
    payment: float
    gain: tuple[float, float]
    error: float


@dataclass(frozen=True)
class ContinuousDeal:
    """The Nash deal over continuous packages under a payoff and a disagreement point; without a package, why not."""

    payoff: str
    disagreement: str
    payment_allowed: bool
    package: ContinuousPackage | None
    why: str | None

    def to_json(self, unit: str, sides: Sequence[str]) -> dict[str, Any]:
        """The deal in JSON types; unit: of the world, in which a payment is converted to bn USD. sides: both."""
        start = {
            "payoff": self.payoff, "disagreement": self.disagreement, "payment_allowed": self.payment_allowed,
        }  # fmt: skip
        package = self.package
        if package is None:
            empty = dict.fromkeys(("part", "points", "payer", "payment_bn_usd", "gain", "off"))
            return {**start, **empty, "why": self.why}
        payer = sides[0] if package.payment > 0 else sides[1]
        billion = BILLION.get(unit)
        return {
            **start,
            "part": dict(zip(sides, package.parts, strict=True)),
            "points": dict(zip(sides, package.points, strict=True)),
            "payer": payer if package.payment else None,
            "payment_bn_usd": abs(package.payment) * billion if billion else None,
            "gain": dict(zip(sides, package.gain, strict=True)),
            "off": package.error,
            "why": None,
        }


def continuous_section(day: PricedDay) -> dict[str, Any] | None:
    """The Nash deals over continuous packages as JSON; None where a side has added no duty on the other, or where
    there are more than two."""
    if len(day.sides) > BILATERAL or not all(added_cells(day, side) for side in day.sides):
        return None
    unit = day.context.world.origin.unit
    deals = [deal.to_json(unit, day.sides) for deal in continuous_deals(day)]
    return {"parts": list(PARTS), "payment_limit_percent": PAYMENT, "deals": deals, "note": NOTE}


def continuous_deals(day: PricedDay) -> list[ContinuousDeal]:
    """The Nash deal by payoff and disagreement point, without and with a payment."""
    keys = [ScaledDutiesKey(parts) for parts in product(PARTS, PARTS)]
    day = with_scaled_duties(day, keys)
    income = np.array([day.context.weight[day.context.economies_of(s)].sum() for s in day.sides])
    deals = []
    for payoff in day.payoffs:
        payoffs = np.array([[day.payoff(payoff, s, key) for s in day.sides] for key in keys])
        spline = solutions.payoff_interpolant((PARTS, PARTS), payoffs.reshape(len(PARTS), len(PARTS), len(day.sides)))
        for name, outcome in day.disagreement_points.items():
            point = [day.outcome_payoff(payoff, s, outcome) for s in day.sides]
            search = _Search(day, payoff, spline, point, income)
            deals += [search.deal(name, payment_allowed) for payment_allowed in (False, True)]
    return deals


@dataclass(frozen=True, eq=False)
class _Search:
    """The search for one deal.

    spline(parts [2]): the payoffs of both sides. point: what they have without a deal. income: of both sides, in the
    world's unit.
    """

    day: PricedDay
    payoff: str
    spline: Callable[[np.ndarray], np.ndarray]
    point: list[float]
    income: np.ndarray

    @cached_property
    def per_unit_paid(self) -> np.ndarray:
        """Percent of each side's income that a unit paid by the first side to the second is worth."""
        return np.asarray(100 * np.array([-1.0, 1.0]) / self.income)

    def value(self, x: np.ndarray) -> np.ndarray:
        """Payoffs [p] of a package: its parts and, where one is allowed, its payment."""
        return np.asarray(self.spline(x) + (x[2] * self.per_unit_paid if len(x) > 2 else 0.0))

    def deal(self, disagreement: str, payment_allowed: bool) -> ContinuousDeal:
        """The Nash deal on the spline, its package priced exactly."""
        limit = PAYMENT / 100 * float(self.income.min())
        bounds = [(PARTS[0], PARTS[-1])] * 2 + [(-limit, limit)] * payment_allowed
        deal = solutions.solve_continuous(self.value, bounds, self.point)
        if deal.settings is None or deal.gain is None:
            return ContinuousDeal(self.payoff, disagreement, payment_allowed, None, deal.why or "no package")
        payment = float(deal.settings[2]) if payment_allowed else 0.0
        package = self.priced_exactly((float(deal.settings[0]), float(deal.settings[1])), payment, deal.gain)
        return ContinuousDeal(self.payoff, disagreement, payment_allowed, package, None)

    def priced_exactly(self, parts: tuple[float, float], payment: float, gain: np.ndarray) -> ContinuousPackage:
        """A package priced by the model; gain: what the spline says both sides gain."""
        key = ScaledDutiesKey(parts)
        day = with_scaled_duties(self.day, [key])
        payoffs = np.array([day.payoff(self.payoff, s, key) for s in day.sides])
        exact = payoffs + payment * self.per_unit_paid - self.point
        first, second = map(float, exact)
        error = float(np.abs(exact - gain).max())
        return ContinuousPackage(parts, points_changed(day, parts), payment, (first, second), error)


def with_scaled_duties(day: PricedDay, keys: Iterable[ScaledDutiesKey]) -> PricedDay:
    """The day with more continuous packages priced against its baseline."""
    levels = {key: scaled_levels(day, key.parts) for key in keys}
    _, priced = day.context.price(day.base_levels, list(levels.values()))
    return replace(day, results={**day.results, **dict(zip(levels, priced, strict=True))})


def scaled_levels(day: PricedDay, parts: tuple[float, float]) -> dict[tuple[str, ...], float]:
    """Tariff levels when each side keeps a part of the duties it added on the other since the base year."""
    base_tariff, levels = day.context.base_tariff, dict(day.base_levels)
    for side, part in zip(day.sides, parts, strict=True):
        for cell in added_cells(day, side):
            levels[cell] = base_tariff(cell) + part * (day.base_levels[cell] - base_tariff(cell))
    return levels


def added_cells(day: PricedDay, side: str) -> list[tuple[str, ...]]:
    """The tariff cells of a side on the others on which it has added duties since the base year."""
    cells = set(cells_between(day.context, side, day.case.others(side)))
    return [cell for cell in day.base_levels if cell in cells]


def points_changed(day: PricedDay, parts: tuple[float, float]) -> tuple[float, float]:
    """Points by which each side's duties on the other change: the mean over cells, weighted by base-year trade."""
    world, base, levels = day.context.world, day.base_levels, scaled_levels(day, parts)
    trade = world.share * world.spending[..., None]

    def mean_change(side: str) -> float:
        cells = added_cells(day, side)
        index = [(*(world.sector(s) for s in c[:-2]), world.index(c[-2]), world.index(c[-1])) for c in cells]
        weight = np.array([float(trade[i]) for i in index])
        change = np.array([levels[c] - base[c] for c in cells])
        return 100 * float(change @ weight / weight.sum()) if weight.sum() else 0.0

    return mean_change(day.sides[0]), mean_change(day.sides[1])
