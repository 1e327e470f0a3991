"""Policy: what differs from the baseline, as a short list of cells; nothing else is stored.

Axes: s sector, n importer, i exporter, m changed cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from detente.economy.world import World, place
from detente.errors import QuestionError

REVENUE = ("lump_sum", "income_tax_relief")


@dataclass(frozen=True, eq=False)
class Policy:
    """Tariff levels and iceberg costs on some cells; every other cell keeps the baseline's.

    importer, exporter [m], and sector [m] in a world with sectors: places on the world's axes. rate [...,m]: the new
    ad valorem level as a fraction (0.25 is 25 %); leading axes are scenarios. cost [...,m]: iceberg cost over baseline
    (1.1 is a tenth more). revenue: what the duty does, `lump_sum` (a transfer to households) or `income_tax_relief`
    (it lowers the tax on labour).
    """

    importer: np.ndarray
    exporter: np.ndarray
    rate: np.ndarray
    revenue: str = "lump_sum"
    sector: np.ndarray | None = None
    cost: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.revenue not in REVENUE:
            raise QuestionError(f"revenue is {self.revenue!r}; it is one of {', '.join(REVENUE)}")
        if not np.isfinite(self.rate).all():
            raise QuestionError("a tariff rate is not a finite number; give every rate as a fraction such as 0.25")
        if (np.asarray(self.rate) <= -1).any():
            low = np.min(self.rate)
            raise QuestionError(f"a tariff of {low:.0%} pays more than the good costs; rates start above -100 %")
        if self.cost is not None and not (np.isfinite(self.cost) & (np.asarray(self.cost) > 0)).all():
            raise QuestionError("an iceberg cost must be a positive number; 1 leaves it, 1.1 raises it by a tenth")

    @property
    def cells(self) -> tuple[np.ndarray, ...]:
        """The changed cells as an index into a world's tariffs."""
        pair = (self.importer, self.exporter)
        return pair if self.sector is None else (self.sector, *pair)

    @property
    def shape(self) -> tuple[int, ...]:
        """The scenario axes: () for one scenario, (K,) for K of them."""
        return self.rate.shape[:-1]

    def __getitem__(self, scenario: int | slice) -> Policy:
        cost = None if self.cost is None else np.broadcast_to(self.cost, self.rate.shape)[scenario]
        return replace(self, rate=self.rate[scenario], cost=cost)

    def eased(self, world: World, fraction: float) -> Policy:
        """The same cells at a fraction of the way from the baseline to the policy, in logs."""
        before = np.log1p(world.tariff[self.cells])
        cost = None if self.cost is None else self.cost**fraction
        return replace(self, rate=np.expm1(before + fraction * (np.log1p(self.rate) - before)), cost=cost)

    def tariff(self, world: World) -> np.ndarray:
        """Dense tariff levels [...,(s),n,i]."""
        full = np.broadcast_to(world.tariff, (*self.shape, *world.tariff.shape)).copy()
        cells: Any = (..., *self.cells)
        full[cells] = self.rate
        return full


def nothing(world: World) -> Policy:
    """The policy that changes nothing."""
    none = np.zeros(0, int)
    return Policy(none, none, np.zeros(0), sector=none if world.sectors else None)


def tariffs(
    world: World,
    rates: Mapping[tuple[str, ...], float] | np.ndarray,
    *,
    costs: Mapping[tuple[str, ...], float] | None = None,
    added: bool = False,
    revenue: str = "lump_sum",
) -> Policy:
    """A policy from levels: {(importer, exporter) or (sector, importer, exporter): fraction}, or dense [...,(s),n,i].

    A pair without a sector means every sector that bears duties. added: fractions are added to what is in force.
    costs: iceberg costs over baseline, keyed alike. A later key wins over an earlier one on the same cell. Raises
    QuestionError for an unknown economy or sector, a duty on an economy's own goods or on services, or a rate that is
    not a number.
    """
    if not isinstance(rates, Mapping):
        return _dense(world, np.asarray(rates, dtype=float), added, revenue)
    duty = {cell: rate for key, rate in rates.items() for cell in _cells(world, key, duty=True)}
    iceberg = {cell: cost for key, cost in (costs or {}).items() for cell in _cells(world, key, duty=False)}
    where = np.array([*duty, *(cell for cell in iceberg if cell not in duty)], dtype=int).reshape(-1, world.tariff.ndim)
    before = world.tariff[tuple(where.T)]
    rate = before.copy()
    rate[: len(duty)] = np.array(list(duty.values()), dtype=float) + (before[: len(duty)] if added else 0)
    cost = np.array([iceberg.get(tuple(cell), 1.0) for cell in where.tolist()]) if iceberg else None
    return _policy(tuple(where.T), rate, revenue, cost)


def _policy(cells: tuple[np.ndarray, ...], rate: np.ndarray, revenue: str, cost: np.ndarray | None = None) -> Policy:
    return Policy(cells[-2], cells[-1], rate, revenue, cells[0] if len(cells) == 3 else None, cost)


def _cells(world: World, key: tuple[str, ...], *, duty: bool) -> list[tuple[int, ...]]:
    """The cells a key means; with duty, never an economy's own goods and never a service."""
    *sectors, importer, exporter = key
    n, i = world.index(importer), world.index(exporter)
    if duty and n == i:
        raise QuestionError(f"{importer} cannot levy a tariff on its own goods")
    if not world.sectors and not sectors:
        return [(n, i)]
    goods = world.structure.goods
    if not sectors:
        return [(int(s), n, i) for s in np.flatnonzero(goods)]
    s = world.sector(sectors[0])
    if duty and not goods[s]:
        raise QuestionError(f"{sectors[0]} is a service of {world.name}; services bear no duty")
    return [(s, n, i)]


def _dense(world: World, dense: np.ndarray, added: bool, revenue: str) -> Policy:
    rank = world.tariff.ndim
    if dense.shape[-rank:] != world.tariff.shape:
        raise QuestionError(f"tariffs have shape {dense.shape}, but {world.name} needs [..., {world.tariff.shape}]")
    if np.isnan(dense).any():
        raise QuestionError("a tariff rate is not a finite number; give every rate as a fraction such as 0.25")
    dense = dense + world.tariff if added else dense
    cells = np.nonzero((dense != world.tariff).reshape(-1, *world.tariff.shape).any(0))
    own = cells[-2] == cells[-1]
    if own.any():
        raise QuestionError(f"{world.economies[cells[-1][own][0]]} cannot levy a tariff on its own goods")
    if world.sectors and not world.structure.goods[cells[0]].all():
        where = [axis[~world.structure.goods[cells[0]]][0] for axis in cells]
        raise QuestionError(f"{place(world, where)}: a service bears no duty; leave its tariff at the baseline's")
    every: Any = (..., *cells)
    return _policy(cells, dense[every], revenue)


def stack(world: World, policies: Sequence[Policy] | Iterable[Policy]) -> Policy:
    """Several single policies as one batch, on the union of their cells. They must use their revenue alike."""
    policies = list(policies)
    if len({p.revenue for p in policies}) > 1:
        raise QuestionError("policies of one batch must use their revenue alike; solve the two groups apart")
    flat = [np.ravel_multi_index(p.cells, world.tariff.shape) for p in policies]
    union = np.unique(np.concatenate(flat))
    cells = np.unravel_index(union, world.tariff.shape)
    rate = np.tile(world.tariff[cells], (len(policies), 1))
    cost = np.ones_like(rate) if any(p.cost is not None for p in policies) else None
    for k, p in enumerate(policies):
        at = np.searchsorted(union, flat[k])
        rate[k, at] = p.rate
        if cost is not None and p.cost is not None:
            cost[k, at] = p.cost
    return _policy(cells, rate, policies[0].revenue, cost)
