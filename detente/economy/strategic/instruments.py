"""What an economy can set: its tariffs as a short vector, cell by cell, by sector (mfn) or one for all (uniform).

Axes: s sector, n importer, i exporter; m tariff cell, z entry of the vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from detente.economy.models import backward
from detente.economy.world import World
from detente.errors import QuestionError

KINDS = ("vector", "mfn", "uniform")
BOUNDS = (0.0, 10.0)  # of a tariff searched, as fractions: Ossa's
ON_BOUND = 1e-9  # distance from a bound, relative to the range, below which a tariff is at it


def tariff_cells(world: World, n: int, partners: Sequence[str] | None = None) -> tuple[np.ndarray, ...]:
    """The cells (s,n,i) whose tariffs economy n can set: goods it buys from others, or from some partners only."""
    mask = np.zeros(world.tariff.shape, bool)
    mask[world.structure.goods, n] = world.share[world.structure.goods, n] > 0
    mask[:, n, n] = False
    if partners is not None:
        chosen = np.isin(np.arange(len(world.economies)), [world.index(partner) for partner in partners])
        mask[:, :, ~chosen] = False
    return np.nonzero(mask)


@dataclass(frozen=True, eq=False)
class Instrument:
    """One economy's tariffs as a short vector z: an entry for each cell, for each sector, or one for all.

    z is scaled so that a point of any entry matters alike: z = t * sqrt(imports * sigma / income). cells: (s,n,i) of
    the tariffs. group [m]: the entry that each cell follows. weight [m]: of a cell in its entry, by imports. low, high:
    bounds of a tariff, as fractions.
    """

    economy: int
    cells: tuple[np.ndarray, ...]
    group: np.ndarray
    scale: np.ndarray
    weight: np.ndarray
    low: float
    high: float

    def to_tariff(self, tariff: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Everyone's tariffs [s,n,i], with this economy's own set by z."""
        changed = tariff.copy()
        changed[self.cells] = (z / self.scale)[self.group]
        return changed

    def from_tariff(self, tariff: np.ndarray) -> np.ndarray:
        """z of tariffs: their trade-weighted means where one entry stands for many cells."""
        mean = np.bincount(self.group, tariff[self.cells] * self.weight)
        z: np.ndarray = np.clip(mean, self.low, self.high) * self.scale
        return z

    def from_log(self, y: np.ndarray) -> np.ndarray:
        """z of y = ln(1+t), within the bounds."""
        return np.asarray(np.expm1(np.clip(y, np.log1p(self.low), np.log1p(self.high))) * self.scale)

    def gradient(self, derivatives: np.ndarray) -> np.ndarray:
        """Derivatives with respect to z, from derivatives [s,n,i] with respect to tariffs."""
        return np.asarray(np.bincount(self.group, derivatives[self.cells]) / self.scale)

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The lowest and the highest z."""
        return self.low * self.scale, self.high * self.scale

    def first_order(self, z: np.ndarray, gradient: np.ndarray) -> float:
        """The largest derivative in absolute value, apart from those that push against a bound."""
        t, margin = z / self.scale, ON_BOUND * (self.high - self.low)
        bound = ((t <= self.low + margin) & (gradient < 0)) | ((t >= self.high - margin) & (gradient > 0))
        return float(np.abs(gradient[~bound]).max(initial=0))

    def stationary(self, z: np.ndarray, v: Any, prepared: Any, cotangents: backward.Cotangents) -> np.ndarray:
        """The z at which first-order conditions hold for fixed markets v and cotangents; a bound where none does."""
        terms = backward.first_order_terms(v, prepared, cotangents, self.cells)
        a, b = (np.bincount(self.group, term) for term in terms)
        falls = (a >= 0) & (b >= 0)  # the payoff falls in the tariff everywhere; else it rises, or has a lone minimum
        rate = np.divide(-b, a, out=np.full_like(a, 1 + self.high), where=(a > 0) & (b < 0)) - 1
        to_low = falls | ((a < 0) & (b > 0) & (a + b / (1 + z / self.scale) > 0))
        return np.asarray(np.clip(np.where(to_low, self.low, rate), self.low, self.high) * self.scale)


def instrument(
    world: World, n: int, kind: str, bounds: tuple[float, float] = BOUNDS, partners: Sequence[str] | None = None
) -> Instrument:
    """The instrument of economy n: a rate for each cell (vector), for each sector (mfn), or one (uniform).

    bounds: of a tariff, as fractions. partners: whose goods bear the tariffs, all if not given. Raises QuestionError
    for an unknown kind and for an economy that buys no goods.
    """
    if kind not in KINDS:
        raise QuestionError(f"kind is {kind!r}; it is one of {', '.join(KINDS)}")
    cells = tariff_cells(world, n, partners)
    if not cells[0].size:
        raise QuestionError(f"{world.economies[n]} buys no goods from others in {world.name}; it sets no tariff")
    entry = {"vector": np.arange(cells[0].size), "mfn": cells[0], "uniform": 0 * cells[0]}[kind]
    return _scaled(world, n, cells, entry, bounds)


def restricted(full: Instrument, mask: np.ndarray, world: World) -> Instrument | None:
    """The instrument with some of its cells only (mask [m]); None for an empty mask."""
    if not mask.any():
        return None
    cells = tuple(axis[mask] for axis in full.cells)
    return _scaled(world, full.economy, cells, full.group[mask], (full.low, full.high))


def _scaled(
    world: World, n: int, cells: tuple[np.ndarray, ...], entry: np.ndarray, bounds: tuple[float, float]
) -> Instrument:
    """An instrument whose cells [m] follow entries [m]."""
    group = np.unique(entry, return_inverse=True)[1]
    flows = (world.duty_free * world.spending[..., None])[cells]
    importance = flows * (world.structure.elasticity[cells[0]] + 1) / world.spending[:, n].sum()
    scale = np.sqrt(np.bincount(group, importance))
    weight = flows / np.bincount(group, flows)[group]
    return Instrument(n, cells, group, scale, weight, *bounds)


class Instruments:
    """Several instruments whose vectors lie one after another in a joint vector [z]."""

    def __init__(self, parts: Sequence[Instrument]):
        self.parts = tuple(parts)
        ends = np.cumsum([0, *(part.scale.size for part in self.parts)]).tolist()
        self.slots = [slice(a, b) for a, b in pairwise(ends)]
        self.size = int(ends[-1])
        self.economies = [part.economy for part in self.parts]

    def split(self, vector: np.ndarray) -> Iterator[tuple[Instrument, np.ndarray]]:
        """Each instrument with its part of a joint vector."""
        return ((part, vector[slot]) for part, slot in zip(self.parts, self.slots, strict=True))

    def to_tariff(self, tariff: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Everyone's tariffs [s,n,i], with those of the instruments set by z."""
        for part, own in self.split(z):
            tariff = part.to_tariff(tariff, own)
        return tariff

    def from_tariff(self, tariff: np.ndarray) -> np.ndarray:
        """z of tariffs."""
        return np.concatenate([part.from_tariff(tariff) for part in self.parts])

    def to_tariff_from_log(self, tariff: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Everyone's tariffs, with those of the instruments set by y = ln(1+t)."""
        for part, own in self.split(y):
            tariff = part.to_tariff(tariff, part.from_log(own))
        return tariff

    def to_log(self, tariff: np.ndarray) -> np.ndarray:
        """y = ln(1+t) of tariffs."""
        return np.asarray(np.log1p(np.concatenate([part.from_tariff(tariff) / part.scale for part in self.parts])))

    def gradient(self, derivatives: np.ndarray) -> np.ndarray:
        """Derivatives with respect to z, from derivatives [s,n,i] with respect to tariffs."""
        return np.concatenate([part.gradient(derivatives) for part in self.parts])

    def stationary_log(self, y: np.ndarray, v: Any, prepared: Any, cotangents: backward.Cotangents) -> np.ndarray:
        """y = ln(1+t) at which first-order conditions hold for fixed markets v and cotangents.

        The cotangents are those of one objective, or of one for each instrument along a leading axis.
        """
        several = cotangents.cost.ndim > v.supply.ndim
        parts = []
        for k, (part, own) in enumerate(self.split(y)):
            own_cotangents = backward.Cotangents(*(field[k] for field in cotangents)) if several else cotangents
            parts.append(part.stationary(part.from_log(own), v, prepared, own_cotangents) / part.scale)
        return np.asarray(np.log1p(np.concatenate(parts)))
