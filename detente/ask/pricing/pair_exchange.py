"""Exchanges of duties by several pairs at the same time: each pair's agreement holds while all others stand.

Axes: k pair, 2 its sides, the hub first. A setting is the part of its added duties on the other that a side keeps. In
its turn a pair's settings are priced on a grid with those of all other pairs as they are; its disagreement point is the
equilibrium of its own one-sided best responses, and it agrees where both gain over that. Turns go on until no duty
moves by a thousandth of a point, in two orders from the duties in force, which must end at the same place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from detente.ask.pricing.context import PricedOutcome, PricingContext, TariffLevels
from detente.ask.pricing.government_weights import NEGLIGIBLE
from detente.bargain import coalitions, exchange, solutions
from detente.bargain.coalitions import PairAgreements, PairSolution
from detente.errors import NotConverged

LARGEST_PART, NODES = 1.5, 5
TOLERANCE = 1e-3  # points of duty


@dataclass(frozen=True, eq=False)
class PairExchange:
    """The pairs of a hub with its partners on a day.

    members: {party: its economies}. base: the tariff levels of the duties in force. cells[k][p]: those on which side p
    of pair k has added duties on the other.
    """

    context: PricingContext
    base: TariffLevels
    members: Mapping[str, Sequence[str]]
    pairs: tuple[tuple[str, str], ...]
    cells: tuple[tuple[tuple[tuple[str, ...], ...], ...], ...]

    def levels(self, settings: np.ndarray) -> TariffLevels:
        """The tariff levels under settings [k,2]."""
        levels, base_tariff = dict(self.base), self.context.base_tariff
        for pair, parts in zip(self.cells, settings, strict=True):
            for cells, part in zip(pair, parts, strict=True):
                for cell in cells:
                    levels[cell] = base_tariff(cell) + float(part) * (self.base[cell] - base_tariff(cell))
        return levels

    def price(self, settings: Sequence[np.ndarray]) -> list[PricedOutcome]:
        """The results under settings [k,2], each."""
        return self.context.price(self.base, [self.levels(x) for x in settings])[1]

    def income(self, result: PricedOutcome, parties: Sequence[str]) -> list[float]:
        """Real income of parties in percent against the duties in force."""
        return [self.context.of_party(result.change["real_income"], party) for party in parties]

    def solve_pair(self, k: int, settings: np.ndarray) -> PairSolution:
        """What pair k settles on while the settings [k,2] of all others stand. Raises NotConverged."""
        axes = [np.linspace(0, LARGEST_PART, NODES).tolist() if cells else [1.0] for cells in self.cells[k]]
        nodes = [_replaced(settings, k, node) for node in product(*axes)]
        values = np.array([self.income(x, self.pairs[k]) for x in self.price(nodes)])
        between = solutions.payoff_interpolant(axes, values.reshape(len(axes[0]), len(axes[1]), 2))
        bounds = [(axis[0], axis[-1]) for axis in axes]
        alone = exchange.nash_equilibrium(between, bounds, (1.0, 1.0))
        agreed = exchange.agreement(between, bounds, alone.payoff.tolist(), negligible=NEGLIGIBLE)
        if agreed.settings is None or agreed.gain is None:
            return PairSolution(alone.settings, alone.settings, np.zeros(2), False)
        return PairSolution(alone.settings, agreed.settings, agreed.gain, True)

    def points(self) -> np.ndarray:
        """Percentage points of mean duty that a part of 1 stands for [k,2], weighted by trade of the base year."""
        return np.array([[self._added(cells) for cells in pair] for pair in self.cells])

    def _added(self, cells: Sequence[tuple[str, ...]]) -> float:
        world = self.context.world
        trade, base_tariff = world.share * world.spending[..., None], self.context.base_tariff
        index = [(*(world.sector(s) for s in c[:-2]), world.index(c[-2]), world.index(c[-1])) for c in cells]
        weight = np.array([float(trade[i]) for i in index])
        added = np.array([self.base[c] - base_tariff(c) for c in cells])
        return 100 * float(added @ weight / weight.sum()) if len(cells) and weight.sum() else 0.0


def _replaced(settings: np.ndarray, k: int, parts: Sequence[float]) -> np.ndarray:
    changed = settings.copy()
    changed[k] = parts
    return changed


def pair_exchange(
    context: PricingContext, base: TariffLevels, members: Mapping[str, Sequence[str]], hub: str, partners: Sequence[str]
) -> PairExchange:
    """The exchange of a hub with partners from the duties in force."""
    pairs = tuple((hub, partner) for partner in partners)
    added = {cell for cell, rate in base.items() if rate != context.base_tariff(cell)}
    cells = tuple(
        tuple(
            tuple(c for c in context.cells(members[by], members[on]) if c in added) for by, on in ((a, b), (b, a))
        )
        for a, b in pairs
    )  # fmt: skip
    return PairExchange(context, base, members, pairs, cells)


def pair_exchange_json(market: PairExchange) -> dict[str, Any]:
    """The agreements of all pairs, whether each would rather walk away, and how far two orders are apart, as JSON."""
    start, scale = np.ones((len(market.pairs), 2)), market.points()
    order = list(range(len(market.pairs)))
    try:
        forward, backward = (
            coalitions.pair_agreements(market.solve_pair, start, scale, order=turns, tolerance=TOLERANCE)
            for turns in (order, order[::-1])
        )
    except NotConverged as error:
        return {"pairs": [], "parties": {}, "orders_apart_points": None, "rounds": None, "why": str(error)}
    apart = float((np.abs(forward.settings - backward.settings) * scale).max())
    (outcome,) = market.price([forward.settings])
    parties = list(market.members)
    return {
        "pairs": _pair_rows(market, forward, scale, outcome),
        "parties": dict(zip(parties, market.income(outcome, parties), strict=True)),
        "orders_apart_points": apart,
        "rounds": [forward.rounds, backward.rounds],
        "why": None,
    }


def _pair_rows(
    market: PairExchange, agreed: PairAgreements, scale: np.ndarray, outcome: PricedOutcome
) -> list[dict[str, Any]]:
    """A row a pair; the gain over walking away is priced exactly, with all other agreements as they stand."""
    alone = [_replaced(agreed.settings, k, x.alone.tolist()) for k, x in enumerate(agreed.solutions)]
    rows = []
    for k, (pair, without) in enumerate(zip(market.pairs, market.price(alone), strict=True)):
        gain = np.subtract(market.income(outcome, pair), market.income(without, pair))
        is_agreed = agreed.solutions[k].agreed
        points = {
            name: dict(zip(pair, ((np.asarray(x) - 1) * scale[k]).tolist(), strict=True))
            for name, x in (("points", agreed.settings[k]), ("alone_points", agreed.solutions[k].alone))
        }
        rows.append(
            {
                "pair": list(pair), "agreed": is_agreed, **points,
                "deal": dict(zip(pair, gain.tolist(), strict=True)),
                "walks_away": is_agreed and bool((gain <= 0).any()),
            }
        )  # fmt: skip
    return rows
