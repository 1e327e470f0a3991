"""Where talks land over the settings of the model: the exchange by real income in each of them.

A setting is an elasticity set, a horizon and a closure. One setting is one opinion; what is said of where talks land is
the median and the range over all of them, and whether an agreement adds anything is a verdict counted over them. The
grid is coarser than that of the answer itself, and points between its nodes are not priced again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import Any

import numpy as np

from detente.ask.pricing import exchange
from detente.ask.pricing.context import MULTI_SECTOR
from detente.ask.pricing.duty_grid import DutyGrid, duty_grid
from detente.ask.pricing.government_weights import NEGLIGIBLE
from detente.ask.pricing.possible_outcomes import BILATERAL
from detente.ask.pricing.priced_day import PricedDay
from detente.bargain import exchange as bargaining
from detente.bargain import solutions
from detente.bargain.verdicts import Verdict
from detente.economy import robustness
from detente.economy.policy import tariffs
from detente.economy.robustness import Variant
from detente.errors import NotConverged

NODES, FEW_NODES = 5, 3  # of a side on the grid, of two sides and of more
CLAIM = "an agreement adds to what each side does by itself"
NOT_FROM = ("held wages",)  # closures in which a duty changes nothing abroad, so that there is nothing to exchange


@dataclass(frozen=True)
class Landing:
    """Where talks land in one setting: the change of each side's duties in points, by an agreement or by itself.

    deal: the gain over one-sided best responses, None where an agreement adds nothing. why: for a setting without an
    answer.
    """

    setting: Variant
    points: tuple[float, ...] | None
    deal: tuple[float, ...] | None
    why: str = ""

    def to_json(self, sides: Sequence[str]) -> dict[str, Any]:
        """The setting in the keys of an answer."""
        points, deal = (None if x is None else dict(zip(sides, x, strict=True)) for x in (self.points, self.deal))
        elasticity, horizon, closure = self.setting
        return {
            "set": elasticity, "horizon": horizon, "closure": closure, "points": points,
            "agreed": self.deal is not None, "deal": deal, "why": self.why or None,
        }  # fmt: skip


def landings(day: PricedDay, *, all_sets: bool = False) -> list[Landing]:
    """Where talks land by real income over one-sided best responses, by horizon and closure.

    all_sets: with every elasticity set, not only that of the day's context. None in a one-sector world, or where a side
    has added no duty.
    """
    nodes_a_side = NODES if len(day.sides) == BILATERAL else FEW_NODES
    grid = duty_grid(day, most=nodes_a_side) if day.context.model == MULTI_SECTOR else None
    if grid is None:
        return []
    world, nodes = day.context.with_fixed_deficits.world, list(product(*grid.axes))
    values = robustness.real_income_by_variant(
        world,
        tariffs(world, dict(day.base_levels)),
        {str(k): tariffs(world, dict(grid.levels(node))) for k, node in enumerate(nodes)},
        sets=None if all_sets else [day.context.elasticity],
    )
    pairs = zip(values.settings, values.values, strict=True)
    return [_landing(grid, setting, cell) for setting, cell in pairs if setting.closure not in NOT_FROM]


def _landing(grid: DutyGrid, setting: Variant, cell: np.ndarray) -> Landing:
    """The exchange in one setting; cell [node,n]: real income of economies."""
    sides = grid.day.sides
    payoff = np.array([[grid.day.context.with_fixed_deficits.of_party(row, side) for side in sides] for row in cell])
    if not np.isfinite(payoff).all():
        return Landing(setting, None, None, "no equilibrium under some duties")
    between = solutions.payoff_interpolant(grid.axes, payoff.reshape(*map(len, grid.axes), len(sides)))
    try:
        alone = bargaining.nash_equilibrium(between, grid.bounds, grid.start)
    except NotConverged as error:
        return Landing(setting, None, None, str(error))
    agreed = bargaining.agreement(between, grid.bounds, alone.payoff.tolist(), negligible=NEGLIGIBLE)
    where = alone.settings if agreed.settings is None else agreed.settings
    gain = None if agreed.gain is None else tuple(map(float, agreed.gain))
    return Landing(setting, grid.points(where.tolist()), gain)


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
        tuple(row.setting for row in rows),
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
