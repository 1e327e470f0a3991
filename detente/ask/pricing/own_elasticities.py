"""Elasticities that a caller gives instead of a published set: one number for all sectors, or a number by sector."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from detente import labels
from detente.economy.calibrate import with_elasticity
from detente.economy.world import World
from detente.errors import QuestionError

OWN = "your own"  # the name of the set in answers
MOST = 1000.0  # theta at most; beyond it goods of all origins are the same good
SHOWN = 6  # elasticities listed in the source of an answer

Elasticity = str | float | Mapping[str, float]  # a published set by name, theta of all sectors, or {sector: theta}


class OwnElasticities(NamedTuple):
    """theta of all sectors alike, or of some by sector; the rest keep those of the set that the world comes with."""

    everywhere: float | None
    by_sector: tuple[tuple[str, float], ...]

    def given_to(self, world: World) -> World:
        """The same baseline with these elasticities. Raises QuestionError for a sector that the world does not have."""
        if not world.sectors:
            raise QuestionError(f"{world.name} has one sector and one elasticity; take icio-2022 for your own")
        if self.everywhere is not None:
            theta = np.full(len(world.sectors), self.everywhere)
            return with_elasticity(world, theta, source=f"{OWN}: {self.everywhere:g} in every sector")
        theta = np.array(world.structure.elasticity, float)
        for sector, value in self.by_sector:
            theta[_indices(world, sector)] = value
        return with_elasticity(world, theta, source=self._citation(world))

    def _citation(self, world: World) -> str:
        shown = ", ".join(f"{sector} {value:g}" for sector, value in self.by_sector[:SHOWN])
        more = f" and {len(self.by_sector) - SHOWN} more" if len(self.by_sector) > SHOWN else ""
        if len(self.by_sector) == len(world.sectors):
            return f"{OWN}: {shown}{more}"
        return f"{OWN}: {shown}{more}; all other sectors {world.structure.elasticity_from}"


def own(elasticity: float | Mapping[str, float]) -> OwnElasticities:
    """What a caller gave, checked. Raises QuestionError for what is not a positive number, or names no sector."""
    if not isinstance(elasticity, Mapping):
        return OwnElasticities(_theta(elasticity, "elasticity"), ())
    if not elasticity:
        raise QuestionError("elasticity {} names no sector; give {'C29': 6.0}, a number for all, or a set by name")
    pairs = {str(sector): _theta(value, f"elasticity of {sector}") for sector, value in elasticity.items()}
    return OwnElasticities(None, tuple(sorted(pairs.items())))


def _theta(value: Any, what: str) -> float:
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    if not 0 < number <= MOST:
        raise QuestionError(
            f"{what} is {str(value)[:40]}; give a number above 0 and at most {MOST:g} (an estimate of tariff-exclusive"
            " flows is theta + 1: subtract one)"
        )
    return number


def _indices(world: World, sector: str) -> list[int]:
    if sector in map(labels.base_sector, world.sectors) or sector in world.sectors:
        return world.sectors_of(sector)
    close = get_close_matches(sector.upper(), world.sectors, n=3, cutoff=0.5) or _list(world.sectors)
    raise QuestionError(f"elasticity: {sector[:40]!r} is not a sector of {world.name}; try {' or '.join(close)}")


def _list(sectors: Sequence[str]) -> list[str]:
    return [", ".join(sectors[:SHOWN])]
