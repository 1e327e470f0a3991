"""Where talks land over the settings of the model: the exchange by real income under every elasticity set and horizon.

One setting is one opinion; what is said of where talks land is the median and the range over all of them. A coarser
grid than that of the answer itself is enough here: its error is below 0.003 percent of real income.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from detente.ask.pricing import exchange
from detente.ask.pricing.context import pricing_context
from detente.ask.pricing.duty_grid import duty_grid
from detente.ask.pricing.priced_day import REAL_INCOME, PricedDay
from detente.ask.pricing.scenario_keys import BEST_RESPONSES
from detente.bargain.verdicts import Verdict
from detente.economy import elasticities, horizons
from detente.economy.parallel import parallel_map
from detente.errors import NotConverged

NODES = 5  # of a side on the grid
WITHOUT = ("short",)  # horizons at which losses are understated, by the model's own limits
CLAIM = "an agreement adds to what each side does by itself"
CLOSURE = "fixed"


@dataclass(frozen=True)
class Landing:
    """Where talks land in one setting: the change of each side's duties in points, by an agreement or by itself.

    deal: the gain over one-sided best responses, None where an agreement adds nothing. why: for a setting without an
    answer.
    """

    elasticity: str
    horizon: str
    points: tuple[float, ...] | None
    deal: tuple[float, ...] | None
    why: str = ""

    def to_json(self, sides: Sequence[str]) -> dict[str, Any]:
        """The setting in the keys of an answer."""
        points, deal = (None if x is None else dict(zip(sides, x, strict=True)) for x in (self.points, self.deal))
        return {
            "set": self.elasticity, "horizon": self.horizon, "points": points, "agreed": self.deal is not None,
            "deal": deal, "why": self.why or None,
        }  # fmt: skip


def landings(day: PricedDay) -> list[Landing]:
    """Where talks land by real income over one-sided best responses in every setting; none in a one-sector world."""
    sets = elasticities.names(day.context.world.sectors) if day.context.world.sectors else ()
    every = parallel_map(lambda k: _of_set(day, sets[k]), len(sets))
    return [landing for of_set in every for landing in of_set]


def _of_set(day: PricedDay, name: str) -> list[Landing]:
    return [_landing(day, name, horizon) for horizon in horizons.HORIZONS if horizon not in WITHOUT]


def _landing(day: PricedDay, name: str, horizon: str) -> Landing:
    context = pricing_context(day.context.name, elasticity=name, horizon=horizon)
    try:
        grid = duty_grid(replace(day, context=context, weights={}), most=NODES)
        if grid is None:
            return Landing(name, horizon, None, None, "no duties to exchange")
        alone = exchange.best_responses(grid, REAL_INCOME)
        without = dict(zip(day.sides, alone.exact.tolist(), strict=True))
        row = exchange.duty_exchange(grid, REAL_INCOME, alone, BEST_RESPONSES, without, split=False)
    except NotConverged as error:
        return Landing(name, horizon, None, None, str(error))
    where = row.agreed or row.best_responses
    return Landing(name, horizon, where.points, row.deal.total if row.deal else None)


def landings_json(rows: Sequence[Landing], sides: Sequence[str]) -> dict[str, Any] | None:
    """The median and the range of each side's move over the settings that answer; None where none does."""
    answered = [row for row in rows if row.points is not None]
    if not answered:
        return None
    moves = {side: [row.points[k] for row in answered if row.points] for k, side in enumerate(sides)}
    agreed = agreement_verdict(rows)
    return {
        "cells": len(rows),
        "answered": len(answered),
        "points": {side: {"median": median(x), "low": min(x), "high": max(x)} for side, x in moves.items()},
        "agreed": agreed.to_json(),
        "words": _words(moves, agreed),
    }


def agreement_verdict(rows: Sequence[Landing]) -> Verdict:
    """Whether an agreement adds to what each side does by itself, counted over settings."""
    return Verdict(
        CLAIM,
        tuple((row.elasticity, row.horizon, CLOSURE) for row in rows),
        tuple(None if row.points is None else row.deal is not None for row in rows),
        (True,) * len(rows),
    )


def _words(moves: dict[str, list[float]], agreed: Verdict) -> str:
    """Where talks land, and whether an agreement adds anything as far as the count bears it, in two sentences."""
    where = ", ".join(
        f"{side} {exchange.signed(median(x), 1)} ({exchange.signed(min(x), 1)} to {exchange.signed(max(x), 1)})"
        for side, x in moves.items()
    )
    return (
        f"Talks land on a change of duties in points of {where}: the median and the range over {len(agreed.settings)}"
        f" settings. That {CLAIM} {_counted(agreed)}."
    )


def _counted(agreed: Verdict) -> str:
    return agreed.words() if agreed.word == "split" else f"holds {agreed.words()}"
