"""Continuous packages: each side keeps any part of its added duties on the others, and sides may pay each other.

Axes: the part of its added duties that each side keeps, p side. The deal is searched between the nodes of a grid; the
package found is then priced exactly, and the answer shows how far the two are apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from detente.ask.pricing.duty_grid import DutyGrid, grid_parts, without_duties_words
from detente.ask.pricing.government_weights import NEGLIGIBLE
from detente.ask.pricing.possible_outcomes import BILATERAL
from detente.ask.pricing.priced_day import PricedDay
from detente.bargain import exchange

PAYMENT = 0.25  # percent of the smallest side's income: the most that a side can pay
DisagreementPayoffs = Mapping[str, Mapping[str, Mapping[str, float]]]  # {point: {payoff: {side: percent}}}
NOTE = (
    "continuous packages scale every duty that a side added on the others since the base year, from none to 1.5"
    " times today's; a payment counts at face value in real income, and its effect on prices is left out"
)


@dataclass(frozen=True)
class ContinuousPackage:
    """The package of a deal: parts of its duties that each side keeps, and how many points they change on average.

    received: by each side from the others, negative where it pays, in the world's unit; they sum to 0. gain: of each
    side over the disagreement point, priced exactly, in percent of real income; error: the largest distance of the
    interpolant's gain from it.
    """

    parts: tuple[float, ...]
    points: tuple[float, ...]
    received: tuple[float, ...]
    gain: tuple[float, ...]
    error: float

    def to_json(self, million: float | None, sides: Sequence[str]) -> dict[str, Any]:
        """The package in JSON types; payer and payment_bn_usd: of two sides. million: of USD in a unit of the world."""
        billion = million and million / 1e3
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

    def to_json(self, million: float | None, sides: Sequence[str]) -> dict[str, Any]:
        """The deal in JSON types; million: of USD in a unit of the world, None where it is not of dollars."""
        start = {
            "payoff": self.payoff, "disagreement": self.disagreement, "payment_allowed": self.payment_allowed,
        }  # fmt: skip
        if self.package is not None:
            return {**start, **self.package.to_json(million, sides)}
        keys = ("part", "points", "payer", "payment_bn_usd", "received_bn_usd", "gain", "off")
        return {**start, **dict.fromkeys(keys), "why": self.why}


def continuous_section(day: PricedDay, grid: DutyGrid | None, points: DisagreementPayoffs) -> dict[str, Any]:
    """The Nash deals over continuous packages as JSON; without deals, and why, where no side has added a duty on the
    others.

    grid: that of the day, None where there is none. points: what sides have without a deal.
    """
    million, parts = day.context.world.origin.million_usd, grid_parts(len(day.sides))
    deals = [] if grid is None else [deal.to_json(million, day.sides) for deal in continuous_deals(grid, points)]
    why = without_duties_words(day) if grid is None else None
    return {"parts": list(parts), "payment_limit_percent": PAYMENT, "deals": deals, "note": NOTE, "why": why}


def continuous_deals(grid: DutyGrid, points: DisagreementPayoffs) -> list[ContinuousDeal]:
    """The Nash deal by payoff and disagreement point, without and with a payment."""
    day = grid.day
    income = np.array([day.context.weight[day.context.economies_of(s)].sum() for s in day.sides])
    deals = []
    for payoff in day.payoffs:
        interpolant = grid.interpolant(payoff)
        for name, by_payoff in points.items():
            search = _Search(grid, payoff, interpolant, [by_payoff[payoff][side] for side in day.sides], income)
            deals += [search.deal(name, payment_allowed) for payment_allowed in (False, True)]
    return deals


@dataclass(frozen=True, eq=False)
class _Search:
    """The search for one deal.

    interpolant(parts [p]): the payoffs of all sides. point: what they have without a deal. income: of all sides, in the
    world's unit.
    """

    grid: DutyGrid
    payoff: str
    interpolant: Callable[[np.ndarray], np.ndarray]
    point: list[float]
    income: np.ndarray

    @cached_property
    def per_unit(self) -> np.ndarray:
        """Percent of each side's income that a unit which it receives is worth."""
        return np.asarray(100 / self.income)

    def received(self, x: np.ndarray) -> np.ndarray:
        """What each side receives [..., p] in packages: all but the last pay x[..., p], and the last has the sum."""
        paid = x[..., len(self.income) :]
        if not paid.shape[-1]:
            return np.zeros((*x.shape[:-1], len(self.income)))
        return np.concatenate([-paid, paid.sum(-1, keepdims=True)], -1)

    def value(self, x: np.ndarray) -> np.ndarray:
        """Payoffs [..., p] of packages: their parts and, where they are allowed, their payments."""
        return np.asarray(self.interpolant(x[..., : len(self.income)]) + self.received(x) * self.per_unit)

    def deal(self, disagreement: str, payment_allowed: bool) -> ContinuousDeal:
        """The Nash deal on the interpolant, its package priced exactly."""
        payers = (len(self.income) - 1) * payment_allowed
        limit = PAYMENT / 100 * float(self.income.min()) / max(payers, 1)
        bounds = self.grid.bounds + [(-limit, limit)] * payers
        deal = exchange.agreement(self.value, bounds, self.point, negligible=NEGLIGIBLE)
        if deal.settings is None or deal.gain is None:
            return ContinuousDeal(self.payoff, disagreement, payment_allowed, None, deal.why)
        package = self.priced_exactly(deal.settings, deal.gain)
        return ContinuousDeal(self.payoff, disagreement, payment_allowed, package, None)

    def priced_exactly(self, settings: np.ndarray, gain: np.ndarray) -> ContinuousPackage:
        """A package priced by the model; gain: what the interpolant says all sides gain."""
        parts, received = tuple(map(float, settings[: len(self.income)])), self.received(settings)
        exact = self.grid.payoffs(self.payoff, [parts])[0] + received * self.per_unit - self.point
        error = float(np.abs(exact - gain).max())
        return ContinuousPackage(
            parts, self.grid.points(parts), tuple(map(float, received)), tuple(map(float, exact)), error
        )
