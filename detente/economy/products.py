"""Critical products: a thin product (magnets, gallium, lithography) split from its host sector, with sourced shares.

What uses the product is hit by a limit on it, and the rest of the host sector is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from detente.economy import engine
from detente.economy.models import critical_inputs
from detente.economy.parallel import parallel_map
from detente.economy.policy import Policy
from detente.economy.solve import Equilibrium, Options, solve
from detente.economy.splitting import Product, split_sector
from detente.economy.world import World, check
from detente.errors import NotConverged, QuestionError

__all__ = ["DRAW_OPTIONS", "Product", "effective", "profile", "solve_draws", "split"]
DRAW_OPTIONS = Options(tolerance=1e-8)  # a band is read to two digits
Result = TypeVar("Result")


def split(world: World, *products: Product, outer: float | None = None, materials: float | None = None) -> World:
    """The world with each product a sector of its own, last on the sector axis, in the order given; it still balances.

    outer: substitution between value added and materials. materials: among materials. Both are 1 unless set. Output,
    value added, final demand, deficits and duties of every economy stay; a product bears its host's duties. The result
    is solved by critical_inputs (and by multi_sector, which reads every nest as Cobb-Douglas). Set the world's tariffs
    in force and its horizon before the split. Raises QuestionError for unknown names, DataError where a product does
    not fit.

    >>> from detente.economy.calibrate import shipped
    >>> magnets = Product("magnet", "C27", {"CHN": 0.9}, {"C26": 2e-4, "C27": 5e-4, "C29": 2e-4})
    >>> split(shipped("icio-2022"), magnets).sectors[-1]
    'magnet'
    """
    elasticities = {"outer": outer, "materials": materials}
    nested = critical_inputs.with_nests(world, **{k: value for k, value in elasticities.items() if value is not None})
    for product in products:
        nested = split_sector(nested, product)
    return check(nested)


def effective(fraction: float, months: float, stocks: float, share: float = 1.0) -> float:
    """The average volume over a limit's life, as a fraction of baseline volume, when users draw stocks down evenly.

    fraction: of baseline volume that the limit allows. months: how long it lasts. stocks: months of total use held.
    share: of that use which the limited origin supplies. A limit that lasts less than stocks / ((1 - fraction) share)
    months does not bind. Raises QuestionError for months or a share that are not positive.

    >>> effective(0.4, months=10, stocks=2, share=0.5)
    0.8
    """
    if months <= 0 or share <= 0:
        raise QuestionError("a limit lasts more than 0 months and covers a share above 0")
    return min(1.0, fraction + stocks / (share * months))


def profile(fraction: float, months: float, stocks: float, share: float = 1.0) -> list[tuple[float, float, float]]:
    """(from month, to month, volume over baseline) when users run down stocks first, then feel the whole limit.

    Arguments as for `effective`.
    """
    short = (1 - fraction) * share
    free = months if short <= 0 else min(months, stocks / short)
    return [span for span in ((0.0, free, 1.0), (free, months, fraction)) if span[1] > span[0]]


def solve_draws(
    build: Callable[[int], tuple[World, Policy]],
    count: int,
    read: Callable[[Equilibrium], Result],
    *,
    similar: World | None = None,
    options: Options = DRAW_OPTIONS,
    progress: Callable[[int, int], None] | None = None,
) -> list[Result | None]:
    """read(equilibrium) of build(0) to build(count - 1), on every core; None where there was no equilibrium.

    similar: a world of the same sectors whose preconditioner serves all draws; the first draw's if not given.
    progress(done, count) is called as draws are done. Whatever build raises is raised.
    """
    first = build(0)
    similar, model = similar or first[0], critical_inputs.model_for(first[1])
    if isinstance(similar.structure, critical_inputs.Structure):
        engine.preconditioner(model, similar)  # computed once, before the work is spread over the cores

    def solve_draw(draw: int) -> Result | None:
        world, policy = build(draw) if draw else first
        if world.sectors == similar.sectors and critical_inputs.model_for(policy) == model:
            engine.inherit_preconditioner(world, similar, model)
        try:
            return read(solve(world, policy, options=options))
        except NotConverged:
            return None

    return parallel_map(solve_draw, count, progress)
