"""Continuous packages: each side keeps any part of its added duties on the others, and sides may pay each other.

Axes: the part of its added duties that each side keeps, p side. A grid of parts is priced exactly and joined by a
spline, on which the deal is searched; the package found is then priced exactly, and the answer shows how far the two
are apart. With more sides the grid has fewer parts a side, so that it is priced in the same time.
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

LARGEST_PART = 1.5  # of the duties added since the base year: half as much again
MOST_PARTS = 7  # of a side on the grid
GRID = 400  # scenarios of a grid at most
PAYMENT = 0.25  # percent of the smallest side's income: the most that a side can pay
BILLION = {"million USD": 1e-3, "thousand USD": 1e-6}
NOTE = (
    "continuous packages scale every duty that a side added on the others since the base year, from none to 1.5"
    " times today's; a payment counts at face value in real income, and its effect on prices is left out"
)


def grid_parts(sides: int) -> tuple[float, ...]:
    """The parts of its added duties that each of some sides can keep on the grid.

    >>> [len(grid_parts(sides)) for sides in (2, 3, 4)]
    [7, 7, 4]
    """
    count = max(n for n in range(2, MOST_PARTS + 1) if n == 2 or n**sides <= GRID)
    return tuple(np.linspace(0, LARGEST_PART, count).tolist())


@dataclass(frozen=True)
class ContinuousPackage:
    """The package of a deal: parts of its duties that each side keeps, and how many points they change on average.

    received: by each side from the others, negative where it pays, in the world's unit; they sum to 0. gain: of each
    side over the disagreement point, priced exactly, in percent of real income; error: the largest distance of the
    spline's gain from it.
    """

    parts: tuple[float, ...]
    points: tuple[float, ...]
    received: tuple[float, ...]
    gain: tuple[float, ...]
    error: float

    def to_json(self, unit: str, sides: Sequence[str]) -> dict[str, Any]:
        """The package in JSON types; payer and payment_bn_usd: of two sides."""
        billion = BILLION.get(unit)
        payer = min(range(len(sides)), key=lambda p: self.received[p])
        paid = -self.received[payer]
        bilateral = len(sides) == BILATERAL
        return {
            "part": dict(zip(sides, self.parts, strict=True)),
            "points": dict(zip(sides, self.points, strict=True)),
            "payer": sides[payer] if paid and bilateral else None,
            "payment_bn_usd": paid * billion if billion and bilateral else None,
            "received_bn_usd": {s: x * billion for s, x in zip(sides, self.received, strict=True)} if billion else None,
            "gain": dict(zip(sides, self.gain, strict=True)),
            "off": self.error,
            "why": None,
        }


@dataclass(frozen=True)
class ContinuousDeal:
    """The Nash deal over continuous packages under a payoff and a disagreement point; without a package, why not."""

    payoff: str
    disagreement: str
    payment_allowed: bool
    package: ContinuousPackage | None
    why: str | None

    def to_json(self, unit: str, sides: Sequence[str]) -> dict[str, Any]:
        """The deal in JSON types; unit: of the world, in which a payment is converted to bn USD."""
        start = {
            "payoff": self.payoff, "disagreement": self.disagreement, "payment_allowed": self.payment_allowed,
        }  # fmt: skip
        if self.package is not None:
            return {**start, **self.package.to_json(unit, sides)}
        keys = ("part", "points", "payer", "payment_bn_usd", "received_bn_usd", "gain", "off")
        return {**start, **dict.fromkeys(keys), "why": self.why}


def continuous_section(day: PricedDay) -> dict[str, Any]:
    """The Nash deals over continuous packages as JSON; without deals, and why, where a side has added no duty on the
    others."""
    unit, parts = day.context.world.origin.unit, grid_parts(len(day.sides))
    without = [side for side in day.sides if not added_cells(day, side)]
    deals = [] if without else [deal.to_json(unit, day.sides) for deal in continuous_deals(day)]
    why = f"{' and '.join(without)} added no duty on the others since the base year" if without else None
    return {"parts": list(parts), "payment_limit_percent": PAYMENT, "deals": deals, "note": NOTE, "why": why}


def continuous_deals(day: PricedDay) -> list[ContinuousDeal]:
    """The Nash deal by payoff and disagreement point, without and with a payment."""
    parts = grid_parts(len(day.sides))
    axes = (parts,) * len(day.sides)
    keys = [ScaledDutiesKey(kept) for kept in product(*axes)]
    day = with_scaled_duties(day, keys)
    income = np.array([day.context.weight[day.context.economies_of(s)].sum() for s in day.sides])
    deals = []
    for payoff in day.payoffs:
        payoffs = np.array([[day.payoff(payoff, s, key) for s in day.sides] for key in keys])
        spline = solutions.payoff_interpolant(axes, payoffs.reshape(*map(len, axes), len(day.sides)))
        for name, outcome in day.disagreement_points.items():
            point = [day.outcome_payoff(payoff, s, outcome) for s in day.sides]
            search = _Search(day, payoff, spline, point, income)
            deals += [search.deal(name, payment_allowed) for payment_allowed in (False, True)]
    return deals


@dataclass(frozen=True, eq=False)
class _Search:
    """The search for one deal.

    spline(parts [p]): the payoffs of all sides. point: what they have without a deal. income: of all sides, in the
    world's unit.
    """

    day: PricedDay
    payoff: str
    spline: Callable[[np.ndarray], np.ndarray]
    point: list[float]
    income: np.ndarray

    @cached_property
    def per_unit(self) -> np.ndarray:
        """Percent of each side's income that a unit which it receives is worth."""
        return np.asarray(100 / self.income)

    def received(self, x: np.ndarray) -> np.ndarray:
        """What each side receives [p] in a package: all but the last pay x[p], and the last receives the sum."""
        paid = x[len(self.income) :]
        return np.append(-paid, paid.sum()) if len(paid) else np.zeros(len(self.income))

    def value(self, x: np.ndarray) -> np.ndarray:
        """Payoffs [p] of a package: its parts and, where they are allowed, its payments."""
        return np.asarray(self.spline(x[: len(self.income)]) + self.received(x) * self.per_unit)

    def deal(self, disagreement: str, payment_allowed: bool) -> ContinuousDeal:
        """The Nash deal on the spline, its package priced exactly."""
        payers = (len(self.income) - 1) * payment_allowed
        limit = PAYMENT / 100 * float(self.income.min()) / max(payers, 1)
        bounds = [(0.0, LARGEST_PART)] * len(self.income) + [(-limit, limit)] * payers
        deal = solutions.solve_continuous(self.value, bounds, self.point)
        if deal.settings is None or deal.gain is None:
            return ContinuousDeal(self.payoff, disagreement, payment_allowed, None, deal.why or "no package")
        package = self.priced_exactly(deal.settings, deal.gain)
        return ContinuousDeal(self.payoff, disagreement, payment_allowed, package, None)

    def priced_exactly(self, settings: np.ndarray, gain: np.ndarray) -> ContinuousPackage:
        """A package priced by the model; gain: what the spline says all sides gain."""
        parts, received = tuple(map(float, settings[: len(self.income)])), self.received(settings)
        key = ScaledDutiesKey(parts)
        day = with_scaled_duties(self.day, [key])
        payoffs = np.array([day.payoff(self.payoff, s, key) for s in day.sides])
        exact = payoffs + received * self.per_unit - self.point
        error = float(np.abs(exact - gain).max())
        return ContinuousPackage(
            parts, points_changed(day, parts), tuple(map(float, received)), tuple(map(float, exact)), error
        )


def with_scaled_duties(day: PricedDay, keys: Iterable[ScaledDutiesKey]) -> PricedDay:
    """The day with more continuous packages priced against its baseline."""
    levels = {key: scaled_levels(day, key.parts) for key in keys}
    _, priced = day.context.price(day.base_levels, list(levels.values()))
    return replace(day, results={**day.results, **dict(zip(levels, priced, strict=True))})


def scaled_levels(day: PricedDay, parts: Sequence[float]) -> dict[tuple[str, ...], float]:
    """Tariff levels when each side keeps a part of the duties it added on the others since the base year."""
    base_tariff, levels = day.context.base_tariff, dict(day.base_levels)
    for side, part in zip(day.sides, parts, strict=True):
        for cell in added_cells(day, side):
            levels[cell] = base_tariff(cell) + part * (day.base_levels[cell] - base_tariff(cell))
    return levels


def added_cells(day: PricedDay, side: str) -> list[tuple[str, ...]]:
    """The tariff cells of a side on the others on which it has added duties since the base year."""
    cells = set(cells_between(day.context, side, day.case.others(side)))
    return [cell for cell in day.base_levels if cell in cells]


def points_changed(day: PricedDay, parts: Sequence[float]) -> tuple[float, ...]:
    """Points by which each side's duties on the others change: the mean over cells, weighted by base-year trade."""
    world, base, levels = day.context.world, day.base_levels, scaled_levels(day, parts)
    trade = world.share * world.spending[..., None]

    def mean_change(side: str) -> float:
        cells = added_cells(day, side)
        index = [(*(world.sector(s) for s in c[:-2]), world.index(c[-2]), world.index(c[-1])) for c in cells]
        weight = np.array([float(trade[i]) for i in index])
        change = np.array([levels[c] - base[c] for c in cells])
        return 100 * float(change @ weight / weight.sum()) if weight.sum() else 0.0

    return tuple(map(mean_change, day.sides))
