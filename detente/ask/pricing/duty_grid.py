"""Duties that each side sets as it likes: a grid of settings priced exactly and joined by a polynomial.

Axes: p side. A setting is the part of its added duties on the others that a side keeps: 0 lifts all of them, 1 leaves
them as they are. With more sides the grid has fewer settings a side, so that it is priced in the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np

from detente.ask.pricing.context import PricedOutcome, TariffLevels
from detente.ask.pricing.priced_day import PricedDay, cells_between
from detente.bargain import solutions

LARGEST_PART = 1.5  # of the duties added since the base year: half as much again
MOST_PARTS = 6  # of a side on the grid
GRID = 400  # scenarios of a grid at most
Settings = tuple[float, ...]


def grid_parts(sides: int, most: int = MOST_PARTS) -> Settings:
    """The parts of its added duties that each of some sides can keep on the grid, at most so many a side.

    >>> [len(grid_parts(sides)) for sides in (2, 3, 4)]
    [6, 6, 4]
    """
    count = max(n for n in range(2, most + 1) if n == 2 or n**sides <= GRID)
    return tuple(np.linspace(0, LARGEST_PART, count).tolist())


@dataclass(frozen=True, eq=False)
class DutyGrid:
    """Payoffs of any settings of the sides' duties on a day.

    axes: the settings of each side on the grid. start: those in force. levels(settings): the tariff levels under them.
    """

    day: PricedDay
    axes: tuple[Settings, ...]
    start: Settings
    levels: Callable[[Sequence[float]], TariffLevels]
    _exact: dict[Settings, PricedOutcome] = field(default_factory=dict, repr=False)

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """The lowest and the highest setting of each side."""
        return [(axis[0], axis[-1]) for axis in self.axes]

    @cached_property
    def nodes(self) -> list[PricedOutcome]:
        """The results of all settings on the grid, in order, priced in one batch."""
        return self.price(list(product(*self.axes)))

    def price(self, settings: Sequence[Settings]) -> list[PricedOutcome]:
        """The results of settings, priced exactly and once each. Raises NotConverged."""
        new = [x for x in dict.fromkeys(settings) if x not in self._exact]
        _, priced = self.day.context.price(self.day.base_levels, [self.levels(x) for x in new])
        self._exact.update(zip(new, priced, strict=True))
        return [self._exact[x] for x in settings]

    def payoffs(self, payoff: str, settings: Sequence[Sequence[float]]) -> np.ndarray:
        """Exact payoffs [k,p] of settings [k,p]."""
        results = self.price([tuple(map(float, x)) for x in settings])
        return np.array([[self.day.worth(payoff, side, result) for side in self.day.sides] for result in results])

    def interpolant(self, payoff: str) -> Callable[[np.ndarray], np.ndarray]:
        """A function of settings [..., p] that gives payoffs [..., p]."""
        values = np.array([[self.day.worth(payoff, side, x) for side in self.day.sides] for x in self.nodes])
        return solutions.payoff_interpolant(self.axes, values.reshape(*map(len, self.axes), len(self.day.sides)))

    def points(self, settings: Sequence[float]) -> Settings:
        """Percentage points by which each side's duties on the others change under settings: the mean over cells,
        weighted by trade of the base year."""
        levels = self.levels(settings)
        return tuple(mean_change(self.day, side, levels) for side in self.day.sides)


def duty_grid(day: PricedDay, most: int = MOST_PARTS) -> DutyGrid | None:
    """The grid of parts of their added duties that the sides of a day keep; None where no side has added any.

    A side that has added none has one setting. most: parts of a side on the grid.
    """
    idle = sides_without_duties(day)
    if len(idle) == len(day.sides):
        return None
    parts = grid_parts(len(day.sides) - len(idle), most)
    axes = tuple((1.0,) if side in idle else parts for side in day.sides)
    return DutyGrid(day, axes, (1.0,) * len(day.sides), lambda settings: scaled_levels(day, settings))


def sides_without_duties(day: PricedDay) -> list[str]:
    """The sides that have added no duty on the others since the base year, and so have none to exchange."""
    return [side for side in day.sides if not added_cells(day, side)]


def without_duties_words(day: PricedDay) -> str:
    """Which sides have no duty to exchange, in words; empty where all have."""
    without = sides_without_duties(day)
    return f"{' and '.join(without)} added no duty on the others since the base year" if without else ""


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


def mean_change(day: PricedDay, side: str, levels: TariffLevels) -> float:
    """Percentage points by which a side's duties on the others differ from those in force: the mean over the cells on
    which it has added duties, weighted by trade of the base year."""
    world, base = day.context.world, day.base_levels
    trade = world.share * world.spending[..., None]
    cells = added_cells(day, side)
    index = [(*(world.sector(s) for s in c[:-2]), world.index(c[-2]), world.index(c[-1])) for c in cells]
    weight = np.array([float(trade[i]) for i in index])
    change = np.array([levels[c] - base[c] for c in cells])
    return 100 * float(change @ weight / weight.sum()) if weight.sum() else 0.0
