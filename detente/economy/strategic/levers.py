"""What a player can set: its tariffs as a short vector, cell by cell, a sector (mfn) or one for all (uniform)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from detente.economy.models import backward
from detente.economy.world import World
from detente.errors import QuestionError

KINDS = ("vector", "mfn", "uniform")
BOUNDS = (0.0, 10.0)  # of a tariff searched, as fractions: Ossa's


def free(world: World, n: int, partners: Sequence[str] | None = None) -> tuple[np.ndarray, ...]:
    """The cells that economy n can set: goods it buys from others, or from some partners only."""
    mask = np.zeros(world.tariff.shape, bool)
    mask[world.structure.goods, n] = world.share[world.structure.goods, n] > 0
    mask[:, n, n] = False
    if partners is not None:
        kept = np.isin(np.arange(len(world.economies)), [world.index(partner) for partner in partners])
        mask[:, :, ~kept] = False
    return np.nonzero(mask)


class Lever:
    """A player's tariffs as a short vector z: one entry a cell, a sector, or one for all.

    Scaled so that a point of any matters alike: z = t * sqrt(imports * sigma / income).
    """

    def __init__(
        self, world: World, n: int, kind: str, bounds: tuple[float, float], partners: Sequence[str] | None = None
    ):
        if kind not in KINDS:
            raise QuestionError(f"kind is {kind!r}; it is one of {', '.join(KINDS)}")
        self.cells = free(world, n, partners)
        if not self.cells[0].size:
            raise QuestionError(f"{world.economies[n]} buys no goods from others in {world.name}; it sets no tariff")
        group = {"vector": np.arange(self.cells[0].size), "mfn": self.cells[0], "uniform": 0 * self.cells[0]}[kind]
        self.group = np.unique(group, return_inverse=True)[1]
        flows = (world.duty_free * world.spending[..., None])[self.cells]
        matter = flows * (world.structure.elasticity[self.cells[0]] + 1) / world.spending[:, n].sum()
        self.scale = np.sqrt(np.bincount(self.group, matter))
        self.weight = flows / np.bincount(self.group, flows)[self.group]
        self.low, self.high = bounds
        self.economy = n

    def put(self, tariff: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Tariffs with the player's own replaced."""
        changed = tariff.copy()
        changed[self.cells] = (z / self.scale)[self.group]
        return changed

    def take(self, tariff: np.ndarray) -> np.ndarray:
        """z of tariffs: their trade-weighted means where one entry stands for many."""
        mean = np.bincount(self.group, tariff[self.cells] * self.weight)
        return np.clip(mean, self.low, self.high) * self.scale

    def back(self, slope: np.ndarray) -> np.ndarray:
        """Derivatives to z, from derivatives [s,n,i]."""
        return np.bincount(self.group, slope[self.cells]) / self.scale

    def inside(self, z: np.ndarray, slope: np.ndarray) -> float:
        """The largest slope that a bound does not hold back."""
        t, near = z / self.scale, 1e-9 * (self.high - self.low)
        held = ((t <= self.low + near) & (slope < 0)) | ((t >= self.high - near) & (slope > 0))
        return float(np.abs(slope[~held]).max(initial=0))

    def still(self, z: np.ndarray, v: Any, reach: Any, bars: backward.Cotangents) -> np.ndarray:
        """The z at which first-order conditions hold while markets v and their bars do; a bound where none does."""
        a, b = (np.bincount(self.group, line) for line in backward.lines(v, reach, bars, self.cells))
        down = (a >= 0) & (b >= 0)  # the payoff falls in the tariff everywhere; else it rises, or has a lone minimum
        rate = np.divide(-b, a, out=np.full_like(a, 1 + self.high), where=(a > 0) & (b < 0)) - 1
        falls = down | ((a < 0) & (b > 0) & (a + b / (1 + z / self.scale) > 0))
        return np.clip(np.where(falls, self.low, rate), self.low, self.high) * self.scale
