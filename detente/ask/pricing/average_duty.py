"""The average duty of one economy on another's goods: one number for one policy, whichever question shows it.

It is the ledger's, weighted by imports as published tables weight them, with what the record adds to it; a policy moves
it by points. Only where the ledger has no such average (a bloc of the rest of the world, a world with one sector) is it
the mean over the world's own goods, by trade of its base year. Averages before and after substitution are means over
the world's goods too, by trade of the base year and by the model's: each says so where it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from detente.ask.ledger import pairs
from detente.ask.ledger.pairs import Days
from detente.ask.pricing import duty_layers, party_duties
from detente.ask.pricing.context import PricingContext
from detente.ask.pricing.duty_layers import DutyLayer
from detente.record.case import Case
from detente.record.own_duties import economies
from detente.record.state import State

Cell = tuple[str, ...]  # (importer, exporter) or (sector, importer, exporter)
MOST_PAIRS = 12  # of which the ledger is asked for one mean
Level = Callable[[Cell], float]  # the duty on a cell as a fraction


class AverageDuty(NamedTuple):
    """An average in percent, None where it is not known, and what it is weighted by, in words."""

    percent: float | None
    weights: str

    def plus(self, points: float) -> AverageDuty:
        """The average when points are added to it."""
        return self if self.percent is None else self._replace(percent=self.percent + points)


@dataclass(frozen=True, eq=False)
class DutiesInForce:
    """The duties in force on a day by layer, from which averages of pairs are taken.

    case: whose ledger it is. state: of the record on the day.
    """

    case: Case
    state: State
    context: PricingContext
    layers: Sequence[DutyLayer]

    def average(self, by: str, on: str) -> AverageDuty | None:
        """The average duty of one economy or union on another; None where the ledger has none for the pair."""
        if not {*map(_single, (by, on))} <= economies():
            return None
        pair = pairs.pair(self.case.ledger, by, on, self._days, self._status)
        row = party_duties.with_ordinary(pair.to_json(self._days.known), self.context)
        if row["additional_pp"] is None:
            return AverageDuty(None, row["reasons"]["additional_pp"])
        if row["average_pct"] is None:
            return None
        return AverageDuty(row["average_pct"] + self._besides(by, on), row["weights"])

    def of_cells(self, cells: Iterable[Cell]) -> AverageDuty | None:
        """The average duty of the pairs whose cells these are, several pairs by trade of the base year.

        None where they are not all the cells of their pairs, where the pairs are many, or where one is not known.
        """
        own = set(cells)
        importers, exporters = (_sides({cell[place] for cell in own}, self.context) for place in (-2, -1))
        named = [(by, on) for by in importers for on in exporters if by != on]
        if len(named) > MOST_PAIRS:
            return None
        of_pair = {pair: self.context.cells(*map(self._members, pair)) for pair in named}
        return self._of_pairs(of_pair) if own == set(chain(*of_pair.values())) else None

    def _of_pairs(self, of_pair: Mapping[tuple[str, str], Sequence[Cell]]) -> AverageDuty | None:
        """The mean over pairs with their cells; None where one is not known."""
        averages = [average for pair in of_pair if (average := self.average(*pair))]
        values = [average.percent for average in averages if average.percent is not None]
        trade = [sum(map(self.context.base_trade, cells)) for cells in of_pair.values()]
        if len(values) < len(of_pair) or not sum(trade):
            return None
        weights = dict.fromkeys(average.weights for average in averages)
        among = [f"pairs by {by_base_year(self.context)}"] if len(values) > 1 else []
        return AverageDuty(float(np.average(values, weights=trade)), "; ".join([*weights, *among]))

    def _members(self, code: str) -> list[str]:
        return [self.context.world.economies[n] for n in self.context.economies_of(code)]

    @cached_property
    def _days(self) -> Days:
        return party_duties.days_of(self.state)

    @cached_property
    def _status(self) -> pairs.Status:
        return pairs.Status.of(self.case.ledger, self._days)

    def _besides(self, by: str, on: str) -> float:
        """The points that the record adds to the ledger."""
        beside = duty_layers.added_by_pair(layer for layer in self.layers if layer.act is None)
        return 100 * party_duties.mean(beside, self.context, by, on)

    def points_to(self, layers: Sequence[DutyLayer], by: str, on: str) -> float:
        """How many points the average of a pair is higher under other layers."""
        then, now = (party_duties.added_points(each, self.context, by, on) for each in (layers, self.layers))
        return then - now


def _sides(codes: set[str], context: PricingContext) -> list[str]:
    """Economies by code, the members of the union as one where all of them are there."""
    members = {context.world.economies[n] for n in context.economies_of(pairs.UNION)}
    union = [pairs.UNION] if len(members) > 1 and members <= codes else []
    return [*union, *sorted(codes - members if union else codes)]


def _single(code: str) -> str:
    """The code by which the ledger knows an economy or a union."""
    return pairs.UNION_IN_LEDGER if code == pairs.UNION else code


def by_base_year(context: PricingContext) -> str:
    """What means over the world's goods are weighted by, in words."""
    return f"trade of {context.world.origin.year}"


def weighted(context: PricingContext, level: Level, cells: Sequence[Cell], flows: Any) -> float | None:
    """The mean duty over cells in percent, weighted by flows [s,n,i] or [n,i]; None without any."""
    weights = np.array([float(flows[_place(context, cell)]) for cell in cells])
    if not weights.sum():
        return None
    return 100 * float(np.array([level(cell) for cell in cells]) @ weights / weights.sum())


def _place(context: PricingContext, cell: Cell) -> tuple[int, ...]:
    *sector, importer, exporter = cell
    world = context.world
    return (*(world.sector(s) for s in sector), world.index(importer), world.index(exporter))
