"""The one-sector model's closed forms at baseline shares: one tariff an economy (Ignatenko et al. 2025).

Axes: n importer, i exporter.
"""

from __future__ import annotations

import numpy as np

from detente.economy.world import World
from detente.errors import QuestionError


def optimal_tariff(world: World, economy: str, *, base: str = "spending") -> float:
    """The uniform tariff, a fraction, that makes `economy` best off if nobody answers, at baseline shares.

    base: foreign value over `spending`, or over `income` as the paper's optimal/optimal case has it.
    """
    if base not in ("spending", "income"):
        raise QuestionError(f"base is {base!r}; it is spending or income")
    s, n = world.structure, world.index(economy)
    others = np.arange(len(world.economies)) != n
    share = world.share[others, n]  # of each partner's spending that goes to `economy`
    sold = (share * world.spending[others] * (1 - s.local[others]) * (1 - share)).sum()
    own = world.share[n, n] * world.spending[n]
    bought = (1 - s.local[n]) * (getattr(world, base)[n] - own)
    return float(1 / ((1 + sold / bought * s.elasticity) * s.response[n] - 1))


def retaliation(world: World, against: str) -> np.ndarray:
    """The tariff [n] that each partner levies on `against` if all partners act as one region; zero for itself."""
    s, u = world.structure, world.index(against)
    rest = np.arange(len(world.economies)) != u
    sales = world.share * world.spending[:, None]  # [n,i]
    exports = sales[u, rest].sum()  # of the rest to `against`
    own = sales[np.ix_(rest, rest)].sum()
    share = exports / world.spending[u]
    sold = exports * (1 - s.local[u]) * (1 - share)
    bought = (1 - s.local[rest][0]) * (world.income[rest].sum() - own)
    rate = 1 / ((1 + sold / bought * s.elasticity) * s.response - 1)
    return np.where(rest, rate, 0.0)
