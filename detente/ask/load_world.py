"""A world by name, ready to look at, to solve on, and to price with."""

from __future__ import annotations

from pathlib import Path

from detente.ask.pricing.context import DEFAULT_WORLD, pricing_context
from detente.ask.pricing.own_elasticities import Elasticity
from detente.economy.world import World


def world(name: str | Path = DEFAULT_WORLD, *, model: str | None = None, elasticity: Elasticity | None = None) -> World:
    """A calibrated world: shipped by name, or your own table as a file.

    name: icio-2022 (81 economies by 28 sectors), wiod-2011, world-2023 (194 by 1), or a file. model: of a world with
    one sector. elasticity: a published set by name, one number for all sectors, or {sector: theta}. Raises
    QuestionError for an unknown name, DataError for a table that describes no economy.

    >>> icio = world("icio-2022")
    >>> len(icio.economies), icio.sectors[:3]
    (81, ('A01', 'A02', 'A03'))
    """
    return pricing_context(str(name), model, elasticity).world
