"""Duties moved by points from those in force, or from those of an outcome, and the average duties that this makes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente.ask.pricing import duties
from detente.ask.pricing.average_duty import AverageDuty, Cell, DutiesInForce, by_base_year, weighted
from detente.ask.pricing.context import PricingContext, TariffLevels
from detente.ask.pricing.possible_outcomes import Outcome
from detente.errors import QuestionError

OTHERS = "others"  # all economies that the case does not name
ROUNDING = 1e-9  # a duty of 24 % less 24 points is zero, not below it

Pair = tuple[str, str]  # (importer, exporter), blocs or economies
JsonRow = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """Points added to the duties of a pair of blocs, with the average duty before and after.

    cells: of goods that bear the duty; at_zero: those of them that have fewer points than are taken off and end at
    zero; share_at_zero: of the trade of the base year, as is the part of the points that those goods lack.
    """

    by: str
    on: str
    points: float
    before: AverageDuty
    after: AverageDuty
    cells: int
    at_zero: int
    share_at_zero: float | None

    def to_json(self) -> JsonRow:
        """The row of `moves`, averages and the share in percent."""
        return {
            "by": self.by, "on": self.on, "points": self.points, "average_before_pct": self.before.percent,
            "average_after_pct": self.after.percent, "weights": self.before.weights, "cells": self.cells,
            "cells_at_zero": self.at_zero, "trade_at_zero_pct": self.share_at_zero,
        }  # fmt: skip


def members(bloc: str, economies: tuple[str, ...], blocs: tuple[str, ...]) -> list[str]:
    """The economies of a bloc that a world has; `others` are those in no other bloc."""
    if bloc == OTHERS:
        named = {code for name in blocs if name != OTHERS for code in duties.economies_of(name)}
        return [c for c in economies if c not in named]
    return [c for c in duties.economies_of(bloc) if c in economies]


class StartingDuties(NamedTuple):
    """What points are added to.

    in_force: the duties in force, and their levels. levels: those to start from. outcome: whose levels they are, None
    for those in force. blocs: of the matrix.
    """

    in_force: DutiesInForce
    levels_in_force: TariffLevels
    levels: TariffLevels
    outcome: Outcome | None
    blocs: tuple[str, ...]

    def today(self, by: str, on: str) -> AverageDuty:
        """The average duty in force of a pair."""
        return self._replace(levels=self.levels_in_force, outcome=None).average(by, on)

    @property
    def context(self) -> PricingContext:
        """The economy in which it is priced."""
        return self.in_force.context

    def level(self, cell: Cell) -> float:
        """The duty on a cell, as a fraction."""
        return self.levels.get(cell, self.context.base_tariff(cell))

    def cells(self, by: str, on: str) -> list[Cell]:
        """The cells of a pair of blocs."""
        return self.context.cells(*(members(bloc, self.context.world.economies, self.blocs) for bloc in (by, on)))

    def average(self, by: str, on: str) -> AverageDuty:
        """The average duty of a pair: the ledger's where it has one, else by trade of the base year."""
        average = self.in_force.average(by, on)
        if average is None:
            cells = self.cells(by, on)
            return AverageDuty(
                weighted(self.context, self.level, cells, self.context.flows), by_base_year(self.context)
            )
        return average.plus(self.in_force.points_to(self.outcome.layers, by, on)) if self.outcome else average


def with_points(start: StartingDuties, points: Mapping[Pair, float]) -> tuple[dict[Cell, float], list[Move]]:
    """The tariff levels with points added to every duty of a pair of blocs, and what that does to each pair.

    Raises QuestionError where more points are taken off than the average duty of the pair.
    """
    levels, moves = dict(start.levels), []
    for pair, value in points.items():
        before = {cell: start.level(cell) for cell in start.cells(*pair)}
        after = {cell: max(level + value / 100, min(level, 0.0)) for cell, level in before.items()}
        moves.append(_move_pair(start, pair, value, before, after))
        levels |= after
    return levels, moves


def _move_pair(
    start: StartingDuties, pair: Pair, points: float, before: Mapping[Cell, float], after: Mapping[Cell, float]
) -> Move:
    """What points do to a pair. Raises QuestionError as `with_points`."""
    average = start.average(*pair)
    _check_average(pair, points, average)
    low = {cell for cell, level in before.items() if level + points / 100 < min(level, 0.0) - ROUNDING}
    added = _mean_over(start, before, lambda cell: after[cell] - before[cell])
    share = _mean_over(start, before, lambda cell: float(cell in low))
    return Move(*pair, points, average, average.plus(added or 0.0), len(before), len(low), share)


def _mean_over(start: StartingDuties, cells: Iterable[Cell], value: Callable[[Cell], float]) -> float | None:
    """The mean of a value over cells by trade of the base year, times 100."""
    return weighted(start.context, value, [*cells], start.context.flows)


def _check_average(pair: Pair, points: float, average: AverageDuty) -> None:
    """Raises QuestionError where more points are taken off than the average duty of a pair."""
    if average.percent is None or -points <= average.percent + 100 * ROUNDING:
        return
    most = max(math.floor(10 * average.percent) / 10, 0.0)
    raise QuestionError(
        f"{pair[0]} on {pair[1]}: {points:g} points take off {-points - average.percent:.1f} more than the average duty"
        f" of {average.percent:.1f} %, and no duty is below zero; take off at most {most:g} points"
    )


def duty_rows(
    start: StartingDuties, levels: Mapping[Cell, float], moves: Sequence[Move], flows: np.ndarray | None
) -> list[JsonRow]:
    """The average duties of the parties on each other, and of the other pairs that are moved, under the policy.

    flows [s,n,i]: purchases under it, None in a world with one sector.
    """
    moved_to = {(move.by, move.on): move.after for move in moves}
    return [
        _duty_row(start, levels, pair, moved_to.get(pair), flows)
        for pair in dict.fromkeys((*start.in_force.case.pairs, *moved_to))
        if start.cells(*pair)
    ]


def _duty_row(
    start: StartingDuties, levels: Mapping[Cell, float], pair: Pair, after: AverageDuty | None, flows: np.ndarray | None
) -> JsonRow:
    """The average of a pair in force and under the policy, and its means before and after substitution."""
    context, cells = start.context, start.cells(*pair)
    today = start.today(*pair)

    def level(cell: Cell) -> float:
        return levels.get(cell, context.base_tariff(cell))

    return {
        "by": pair[0], "on": pair[1], "in_force_pct": today.percent,
        "average_pct": (after or start.average(*pair)).percent, "weights": today.weights,
        "before_substitution_pct": weighted(context, level, cells, context.flows),
        "after_substitution_pct": None if flows is None else weighted(context, level, cells, flows),
    }  # fmt: skip
