"""Packages without steps: each side's added duties on the other at any part of today's, and a payment between them.

Axes: u, c part of the US and of the Chinese duties kept, p side. A grid of parts is priced exactly and joined by a
spline, on which the deal is searched; the package found is then priced exactly, and both numbers are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from detente.ask.pricing.context import TariffLevels
from detente.ask.pricing.priced_day import OTHER, SIDES, PricedDay
from detente.bargain import solutions

PARTS = tuple(np.linspace(0, 1.5, 7).tolist())  # of the duties added since the base year: none to half as much again
PAYMENT = 0.25  # percent of the smaller side's income: the most that is paid either way
BILLION = {"million USD": 1e-3, "thousand USD": 1e-6}
NOTE = (
    "continuous packages scale every duty that either side added on the other since the base year, from none to 1.5"
    " times today's; a payment counts at face value in real income, and what it does to prices is left out"
)


def scaled(told: PricedDay, parts: tuple[float, float]) -> dict[tuple[str, ...], float]:
    """Levels with the duties that each side added on the other since the base year at a part of today's."""
    base = told.levels[told.truce]
    found = dict(base)
    for side, part in zip(SIDES, parts, strict=True):
        for cell, level in base.items():
            if cell[-2:] == (side, OTHER[side]):
                found[cell] = told.at.base_tariff(cell) + part * (level - told.at.base_tariff(cell))
    return found


def points(told: PricedDay, parts: tuple[float, float]) -> dict[str, float]:
    """Points by which each side's duties on the other change, mean over cells weighted with the base year's trade."""
    base, at = told.levels[told.truce], told.at
    after = scaled(told, parts)
    found = {}
    for side in SIDES:
        cells = [cell for cell in base if cell[-2:] == (side, OTHER[side])]
        where = [(*(at.world.sector(s) for s in c[:-2]), at.world.index(c[-2]), at.world.index(c[-1])) for c in cells]
        trade = at.world.share * at.world.spending[..., None]
        weight = np.array([float(trade[w]) for w in where])
        moved = np.array([after[c] - base[c] for c in cells])
        found[side] = 100 * float(moved @ weight / weight.sum()) if weight.sum() else 0.0
    return found


def section(told: PricedDay, fallbacks: dict[str, str]) -> dict[str, Any] | None:
    """Nash deals over continuous packages by payoff and fallback, without and with a payment; None without duties."""
    base = told.levels[told.truce]
    if not all(any(cell[-2:] == (side, OTHER[side]) for cell in base) for side in SIDES):
        return None
    grid = {f"parts {u} {c}": scaled(told, (u, c)) for u, c in product(PARTS, PARTS)}
    told = priced(told, grid)
    income = np.array([told.at.weight[told.at.world.index(s)] for s in SIDES])
    each = 100 * np.array([-1.0, 1.0]) / income  # percent of each side's income that a payment by the first is worth
    limit = PAYMENT / 100 * float(income.min())
    rows = []
    for payoff in told.payoffs:
        table = np.array([[told.worth(payoff, s, name) for s in SIDES] for name in grid]).reshape(*[len(PARTS)] * 2, 2)
        smooth = solutions.between((PARTS, PARTS), table)

        def gain(x: np.ndarray, smooth: Callable[[np.ndarray], np.ndarray] = smooth) -> np.ndarray:
            return smooth(x) + (x[2] * each if len(x) > 2 else 0.0)

        for fallback, name in fallbacks.items():
            point = [told.worth(payoff, s, name) for s in SIDES]
            for payment in (False, True):
                box = [(PARTS[0], PARTS[-1])] * 2 + [(-limit, limit)] * payment
                found = solutions.on_packages(gain, box, point)
                rows.append(row(told, payoff, fallback, payment, found, point, each))
    return {"parts": list(PARTS), "payment_limit_percent": PAYMENT, "deals": rows, "note": NOTE}


def priced(told: PricedDay, levels: Mapping[str, TariffLevels]) -> PricedDay:
    """The scene with more scenarios priced against its baseline."""
    _, rows = told.at.price(told.levels[told.truce], list(levels.values()))
    return replace(told, found={**told.found, **dict(zip(levels, rows, strict=True))})


def row(
    told: PricedDay,
    payoff: str,
    fallback: str,
    payment: bool,
    found: solutions.Deal,
    point: list[float],
    each: np.ndarray,
) -> dict[str, Any]:
    """One deal: parts, points, payment, the gain of the spline and the gain priced exactly."""
    start: dict[str, Any] = {"payoff": payoff, "disagreement": fallback, "payment_allowed": payment}
    if found.package is None or found.gain is None:
        nothing = dict.fromkeys(("part", "points", "payer", "payment_bn_usd", "gain", "off"))
        return {**start, **nothing, "why": found.why or "no package"}
    parts = (float(found.package[0]), float(found.package[1]))
    paid = float(found.package[2]) if payment else 0.0
    name = f"parts {parts[0]} {parts[1]}"
    told = priced(told, {name: scaled(told, parts)})
    exact = np.array([told.worth(payoff, s, name) for s in SIDES]) + paid * each - point
    return {
        **start,
        "part": dict(zip(SIDES, parts, strict=True)),
        "points": points(told, parts),
        "payer": (SIDES[0] if paid > 0 else SIDES[1]) if paid else None,
        "payment_bn_usd": abs(paid) * dollars if (dollars := BILLION.get(told.at.world.origin.unit)) else None,
        "gain": dict(zip(SIDES, map(float, exact), strict=True)),
        "off": float(np.abs(exact - found.gain).max()),
        "why": None,
    }
