"""Policy: what differs from the baseline, as a short list of cells; nothing else is stored.

Axes: n importer, i exporter, m changed cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.economy.world import World
from detente.errors import QuestionError

REVENUE = ("lump_sum", "income_tax_relief")


@dataclass(frozen=True, eq=False)
class Policy:
    """Tariff levels on some cells; every other cell keeps the baseline's tariff.

    importer, exporter [m]: places on the world's axes. rate [...,m]: the new ad valorem level as a fraction (0.25 is
    25 %); leading axes are scenarios. revenue: what the duty does, `lump_sum` (a transfer to households) or
    `income_tax_relief` (it lowers the tax on labour).
    """

    importer: np.ndarray
    exporter: np.ndarray
    rate: np.ndarray
    revenue: str = "lump_sum"

    def __post_init__(self) -> None:
        if self.revenue not in REVENUE:
            raise QuestionError(f"revenue is {self.revenue!r}; it is one of {', '.join(REVENUE)}")
        if not np.isfinite(self.rate).all():
            raise QuestionError("a tariff rate is not a finite number; give every rate as a fraction such as 0.25")
        if (np.asarray(self.rate) <= -1).any():
            raise QuestionError(f"a tariff of {np.min(self.rate):.0%} pays more than the good costs; rates start above -100 %")

    @property
    def shape(self) -> tuple[int, ...]:
        """The scenario axes: () for one scenario, (K,) for K of them."""
        return self.rate.shape[:-1]

    def __getitem__(self, scenario: int | slice) -> Policy:
        return replace(self, rate=self.rate[scenario])

    def eased(self, world: World, fraction: float) -> Policy:
        """The same cells at a fraction of the way from the baseline to the policy, in logs of 1 + rate."""
        before = np.log1p(world.tariff[self.importer, self.exporter])
        return replace(self, rate=np.expm1(before + fraction * (np.log1p(self.rate) - before)))

    def tariff(self, world: World) -> np.ndarray:
        """Dense tariff levels [...,n,i]."""
        full = np.broadcast_to(world.tariff, (*self.shape, *world.tariff.shape)).copy()
        full[..., self.importer, self.exporter] = self.rate
        return full


def tariffs(world: World, rates: Mapping[tuple[str, str], float] | np.ndarray, *, revenue: str = "lump_sum") -> Policy:
    """A policy from levels: {(importer, exporter): fraction}, or a dense array [...,n,i].

    Raises QuestionError for an unknown economy, a duty on an economy's own goods, or a rate that is not a number.
    """
    if isinstance(rates, Mapping):
        cells = [(world.index(n), world.index(i)) for n, i in rates]
        for n, i in cells:
            if n == i:
                raise QuestionError(f"{world.economies[n]} cannot levy a tariff on its own goods")
        where = np.array(cells, dtype=int).reshape(-1, 2)
        rate = np.array(list(rates.values()), dtype=float)
        return Policy(where[:, 0], where[:, 1], rate, revenue)
    dense = np.asarray(rates, dtype=float)
    if dense.shape[-2:] != world.tariff.shape:
        raise QuestionError(f"tariffs have shape {dense.shape}, but {world.name} needs [...,{len(world.economies)},{len(world.economies)}]")
    if np.isnan(dense).any():
        raise QuestionError("a tariff rate is not a finite number; give every rate as a fraction such as 0.25")
    changed = (dense != world.tariff).reshape(-1, *world.tariff.shape).any(0)
    importer, exporter = np.nonzero(changed)
    if (importer == exporter).any():
        own = world.economies[importer[importer == exporter][0]]
        raise QuestionError(f"{own} cannot levy a tariff on its own goods")
    return Policy(importer, exporter, dense[..., importer, exporter], revenue)


def stack(world: World, policies: Sequence[Policy] | Iterable[Policy]) -> Policy:
    """Several single policies as one batch, on the union of their cells. They must use their revenue alike."""
    policies = list(policies)
    if len({p.revenue for p in policies}) > 1:
        raise QuestionError("policies of one batch must use their revenue alike; solve the two groups apart")
    size = len(world.economies)
    cells = np.unique(np.concatenate([p.importer * size + p.exporter for p in policies]))
    importer, exporter = np.divmod(cells, size)
    rate = np.tile(world.tariff[importer, exporter], (len(policies), 1))
    for k, p in enumerate(policies):
        rate[k, np.searchsorted(cells, p.importer * size + p.exporter)] = p.rate
    return Policy(importer, exporter, rate, policies[0].revenue)
