"""Critical nodes: a thin product (magnets, gallium, lithography) carved out of its host sector, with sourced shares.

Axes: s or k sector, n importer or user, i exporter. What uses the product is hit, and nothing else of the host is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from detente.economy import engine
from detente.economy.models import critical_inputs
from detente.economy.parallel import parallel_map
from detente.economy.policy import Policy
from detente.economy.solve import Equilibrium, Options, solve
from detente.economy.splitting import Node, split_sector
from detente.economy.world import World, check
from detente.errors import NotConverged, QuestionError

__all__ = ["DRAWN", "Node", "effective", "profile", "split", "spread"]
DRAWN = Options(tolerance=1e-8)  # a band is read to two digits
Found = TypeVar("Found")


def split(world: World, *nodes: Node, outer: float | None = None, materials: float | None = None) -> World:
    """The world with each node a sector of its own, last on the sector axis, in the order given; it still balances.

    outer: substitution between value added and materials; materials: among materials; 1 where never said. Production,
    value added, final demand, deficits and duties of every economy stay; a node bears its host's duties. The result is
    solved by critical_inputs (and by multi_sector, which reads every nest as Cobb-Douglas). Set other things of the
    world first: tariffs in force, horizon. Raises QuestionError for unknown names, DataError where a node does not fit.
    """
    said = {name: value for name, value in (("outer", outer), ("materials", materials)) if value is not None}
    found = critical_inputs.nested(world, **said)
    for node in nodes:
        found = split_sector(found, node)
    return check(found)


def effective(fraction: float, months: float, stocks: float, share: float = 1.0) -> float:
    """The average volume over a limit's life as a fraction of baseline volume, when users draw stocks down evenly.

    fraction: what the limit lets through; months: how long it lasts; stocks: months of total use held; share: the
    limited origin's part of that use. A limit shorter than stocks / ((1 - fraction) share) months does not bite.
    """
    if months <= 0 or share <= 0:
        raise QuestionError("a limit lasts more than 0 months and covers more than nothing")
    return min(1.0, fraction + stocks / (share * months))


def profile(fraction: float, months: float, stocks: float, share: float = 1.0) -> list[tuple[float, float, float]]:
    """(from month, to month, volume over baseline) when users use stocks first, then feel the whole limit."""
    short = (1 - fraction) * share
    free = months if short <= 0 else min(months, stocks / short)
    return [step for step in ((0.0, free, 1.0), (free, months, fraction)) if step[1] > step[0]]


def spread(
    build: Callable[[int], tuple[World, Policy]],
    count: int,
    read: Callable[[Equilibrium], Found],
    *,
    near: World | None = None,
    options: Options = DRAWN,
    progress: Callable[[int, int], None] | None = None,
) -> list[Found | None]:
    """read(equilibrium) of draws 0 to count - 1 of build(draw), on every core; None where there was no equilibrium.

    near: a world of the same sectors, whose correction steers the draws; the first draw's if not given.
    progress(done, count) is called as draws are done. What build raises is raised.
    """
    first = build(0)
    near, model = near or first[0], critical_inputs.bound(first[1])
    if isinstance(near.structure, critical_inputs.Structure):
        engine.preconditioner(model, near)  # once for all, before the cores part

    def one(draw: int) -> Found | None:
        world, policy = build(draw) if draw else first
        if world.sectors == near.sectors and critical_inputs.bound(policy) == model:
            engine.inherit_preconditioner(world, near, model)
        try:
            return read(solve(world, policy, options=options))
        except NotConverged:
            return None

    return parallel_map(one, count, progress)
