"""The one-sector model's closed forms at baseline shares: one tariff per economy (Ignatenko et al. 2025).

Axes: n importer, i exporter.
"""

from __future__ import annotations

import numpy as np

from detente.economy.world import World
from detente.errors import QuestionError

TARIFF_BASES = ("spending", "income")


def optimal_tariff(world: World, economy: str, *, base: str = "spending") -> float:
    """The uniform tariff, a fraction, that makes `economy` best off if nobody responds, at baseline shares.

    base: foreign value over `spending`, or over `income` as in the paper's case of optimal tariffs on both sides.
    Raises QuestionError for an unknown base or economy.
    """
    if base not in TARIFF_BASES:
        raise QuestionError(f"base is {base!r}; it is {' or '.join(TARIFF_BASES)}")
    s, n = world.structure, world.index(economy)
    others = np.arange(len(world.economies)) != n
    share = world.share[others, n]  # of each partner's spending that goes to `economy`
    exports = (share * world.spending[others] * (1 - s.local[others]) * (1 - share)).sum()
    domestic = world.share[n, n] * world.spending[n]
    imports = (1 - s.local[n]) * (getattr(world, base)[n] - domestic)
    return float(1 / ((1 + exports / imports * s.elasticity) * s.response[n] - 1))


def retaliation(world: World, against: str) -> np.ndarray:
    """The tariff [n] that each partner levies on `against` if all partners act as one region; zero for itself."""
    s, n = world.structure, world.index(against)
    rest = np.arange(len(world.economies)) != n
    sales = world.share * world.spending[:, None]  # [n,i]
    to_target = sales[n, rest].sum()
    within = sales[np.ix_(rest, rest)].sum()
    share = to_target / world.spending[n]
    exports = to_target * (1 - s.local[n]) * (1 - share)
    imports = (1 - s.local[rest][0]) * (world.income[rest].sum() - within)
    rate = 1 / ((1 + exports / imports * s.elasticity) * s.response - 1)
    return np.where(rest, rate, 0.0)
