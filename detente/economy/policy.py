"""Policy: what differs from the baseline, as a short list of cells.

Axes: s sector, n importer, i exporter, m changed cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from detente.economy.world import World, place
from detente.errors import QuestionError

REVENUE = ("lump_sum", "income_tax_relief")


class Limits(NamedTuple):
    """Quantity limits l on cells q. sector, importer, exporter [q]: indices; of [q]: the limit a cell counts under.

    fraction [l]: of the limit's baseline volume, above 0; rent [l]: the part of the scarcity rent that exporters keep.
    """

    sector: np.ndarray
    importer: np.ndarray
    exporter: np.ndarray
    of: np.ndarray
    fraction: np.ndarray
    rent: np.ndarray


@dataclass(frozen=True, eq=False)
class Policy:
    """Tariff levels and iceberg costs on some cells; every other cell keeps the baseline's.

    importer, exporter [m], and sector [m] in a world with sectors: indices on the world's axes. rate [...,m]: the new
    ad valorem level as a fraction (0.25 is 25 %); leading axes are scenarios. cost [...,m]: iceberg cost over baseline
    (1.1 is a tenth more). revenue: what the duty does, `lump_sum` (a transfer to households) or `income_tax_relief`
    (it lowers the tax on labour). limits: quantity limits (see `limited`), which the model critical_inputs solves.
    export_tax [...,m]: what the exporter's government levies before the duty, a fraction of the seller's price.
    """

    importer: np.ndarray
    exporter: np.ndarray
    rate: np.ndarray
    revenue: str = "lump_sum"
    sector: np.ndarray | None = None
    cost: np.ndarray | None = None
    limits: Limits | None = None
    export_tax: np.ndarray | None = None

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
        if (
            self.export_tax is not None
            and not (np.isfinite(self.export_tax) & (np.asarray(self.export_tax) > -1)).all()
        ):
            raise QuestionError("a tax on exports must be a fraction above -1, such as 0.25")

    @property
    def cells(self) -> tuple[np.ndarray, ...]:
        """The changed cells as an index into a world's tariffs."""
        pair = (self.importer, self.exporter)
        return pair if self.sector is None else (self.sector, *pair)

    @property
    def shape(self) -> tuple[int, ...]:
        """The scenario axes: () for one scenario, (K,) for K of them."""
        return self.rate.shape[:-1]

    @property
    def wedge(self) -> np.ndarray:
        """What buyers pay over what sellers get [...,m], as a fraction: the duty on top of the tax on the export."""
        return self.rate if self.export_tax is None else (1 + self.rate) * (1 + self.export_tax) - 1

    def __getitem__(self, scenario: int | slice) -> Policy:
        cost, tax = (
            None if x is None else np.broadcast_to(x, self.rate.shape)[scenario] for x in (self.cost, self.export_tax)
        )
        return replace(self, rate=self.rate[scenario], cost=cost, export_tax=tax)

    def scaled(self, world: World, fraction: float) -> Policy:
        """The same cells at a fraction of the way from the baseline to the policy, in logarithms."""
        baseline = np.log1p(world.tariff[self.cells])
        cost = None if self.cost is None else self.cost**fraction
        limits = self.limits and self.limits._replace(fraction=self.limits.fraction**fraction)
        rate = np.expm1(baseline + fraction * (np.log1p(self.rate) - baseline))
        tax = None if self.export_tax is None else np.expm1(fraction * np.log1p(self.export_tax))
        return replace(self, rate=rate, cost=cost, limits=limits, export_tax=tax)

    def tariff(self, world: World) -> np.ndarray:
        """Dense tariff levels [...,(s),n,i]."""
        return self._on(world.tariff, self.rate)

    def wedges(self, world: World) -> np.ndarray:
        """Dense wedges [...,(s),n,i] between what buyers pay and what sellers get: duties, and taxes on exports."""
        return self._on(world.tariff, self.wedge)

    def export_taxes(self, world: World) -> np.ndarray:
        """Dense taxes on exports [...,(s),n,i], as fractions of the seller's price."""
        return self._on(np.zeros_like(world.tariff), 0.0 if self.export_tax is None else self.export_tax)

    def _on(self, start: np.ndarray, values: Any) -> np.ndarray:
        """Values at the policy's cells, and `start` elsewhere [...,(s),n,i]."""
        dense = np.broadcast_to(start, (*self.shape, *start.shape)).copy()
        cells: Any = (..., *self.cells)
        dense[cells] = values
        return dense


def nothing(world: World) -> Policy:
    """The policy that changes nothing."""
    empty = np.zeros(0, int)
    return Policy(empty, empty, np.zeros(0), sector=empty if world.sectors else None)


LimitKey = tuple[Any, Any, Any]  # (sector, importers, exporters)


def limited(
    world: World,
    limits: Mapping[LimitKey, float],
    *,
    rent: float | Mapping[LimitKey, float] = 1.0,
    policy: Policy | None = None,
) -> Policy:
    """A policy with quantity limits {(sector, importers, exporters): fraction of baseline volume}, on top of another.

    Importers and exporters are a code, several, "*" for all others, or "all" with the economy itself; one key is one
    limit on the sum of its cells. So ("MAG", "*", "CHN") is a global export quota, one key for each importer is a quota
    for each, and ("MAG", "all", "JPN") at 1.2 is the capacity of a maker that can grow by a fifth. rent: the part of
    the scarcity rent that exporters keep (1: export licences; 0: importers auction the right to buy), for all or by
    key. A fraction of 1 or more binds only if volumes would grow. Raises QuestionError for a name that the world does
    not have, a cell under two limits, a fraction that is not above 0.
    """
    cells: dict[tuple[int, ...], int] = {}
    for number, key in enumerate(limits):
        own = _limited_cells(world, key)
        if twice := [cell for cell in own if cell in cells]:
            raise QuestionError(f"{place(world, twice[0])} is under two limits; leave it out of one of them")
        cells |= dict.fromkeys(own, number)
    rents = [float(rent[key] if isinstance(rent, Mapping) else rent) for key in limits]
    for key, fraction, part in zip(limits, limits.values(), rents, strict=True):
        _check_limit(key, fraction, part)
    where = np.array(list(cells), dtype=int).reshape(-1, 3).T
    of = np.array(list(cells.values()), dtype=int)
    fractions = np.array([float(fraction) for fraction in limits.values()])
    return replace(
        policy or nothing(world), limits=Limits(where[0], where[1], where[2], of, fractions, np.array(rents))
    )


def _check_limit(key: LimitKey, fraction: float, rent: float) -> None:
    if not (fraction > 0):
        raise QuestionError(
            f"a limit of {fraction} on {key}: what is not sold at all has no price; take a small one, as 0.01"
        )
    if not 0 <= rent <= 1:
        raise QuestionError(f"{rent} of the rent of {key} to exporters; it lies between 0 and 1")


def _limited_cells(world: World, key: LimitKey) -> list[tuple[int, ...]]:
    """The cells [s,n,i] with trade that count under a limit."""
    code, *sides = key
    s = world.sector(code)
    importers, exporters = (_indices(world, side) for side in sides)
    pairs = [(n, i) for n in importers for i in exporters if n != i or "*" not in sides]
    cells: list[tuple[int, ...]] = [(s, n, i) for n, i in pairs if world.share[s, n, i] * world.spending[s, n]]
    if not cells:
        raise QuestionError(f"nothing is traded under {key} in {world.name}, so there is nothing to limit")
    return cells


def _indices(world: World, side: str | Iterable[str]) -> list[int]:
    if side in ("*", "all"):
        return list(range(len(world.economies)))
    return [world.index(code) for code in ([side] if isinstance(side, str) else side)]


def tariffs(
    world: World,
    rates: Mapping[tuple[str, ...], float] | np.ndarray,
    *,
    costs: Mapping[tuple[str, ...], float] | None = None,
    added: bool = False,
    revenue: str = "lump_sum",
    exports: Mapping[tuple[str, ...], float] | None = None,
) -> Policy:
    """A policy from levels: {(importer, exporter) or (sector, importer, exporter): fraction}, or dense [...,(s),n,i].

    A pair without a sector means every sector that bears duties. added: fractions are added to what is in force.
    costs: iceberg costs over baseline, keyed alike. exports: taxes that the exporter levies, keyed alike (importer,
    then exporter), as fractions of the seller's price. A later key wins over an earlier one on the same cell. Raises
    QuestionError for an unknown economy or sector, a duty on an economy's own goods or on services, or a rate that is
    not a number.
    """
    if not isinstance(rates, Mapping):
        return _dense(world, np.asarray(rates, dtype=float), added, revenue)
    where, keys = _cells_of_keys(world, tuple(rates))
    levels = np.array(list(rates.values()), dtype=float)[keys]
    cost = None
    if costs:
        where, cost = _with_costs(world, where, costs)
    baseline = world.tariff[where]
    rate = baseline.copy()
    rate[: len(levels)] = levels + (baseline[: len(levels)] if added else 0)
    policy = _policy(where, rate, revenue, cost)
    return _with_export_taxes(world, policy, exports) if exports else policy


def of_levels(world: World, duty: np.ndarray, export_tax: np.ndarray) -> Policy:
    """A policy from dense duties and taxes on exports [s,n,i]: the cells where either differs from the baseline."""
    cells = np.nonzero((duty != world.tariff) | (export_tax != 0))
    taxes = export_tax[cells] if export_tax.any() else None
    return replace(_policy(cells, duty[cells], REVENUE[0]), export_tax=taxes)


def _with_export_taxes(world: World, policy: Policy, exports: Mapping[tuple[str, ...], float]) -> Policy:
    """A policy without taxes on exports with some."""
    taxed = {cell: rate for key, rate in exports.items() for cell in _cells(world, key, duty=True)}
    own = [tuple(map(int, cell)) for cell in zip(*policy.cells, strict=True)]
    cells = list(dict.fromkeys([*own, *taxed]))
    axes = tuple(np.array(cells, dtype=int).reshape(-1, world.tariff.ndim).T)
    rate = world.tariff[axes].copy()
    rate[: len(own)] = policy.rate
    cost = None if policy.cost is None else np.concatenate([policy.cost, np.ones(len(cells) - len(own))])
    tax = np.array([taxed.get(cell, 0.0) for cell in cells])
    return replace(_policy(axes, rate, policy.revenue, cost), export_tax=tax)


def _with_costs(
    world: World, where: tuple[np.ndarray, ...], costs: Mapping[tuple[str, ...], float]
) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """(cells with tariffs, then those with iceberg costs only; the cost on each)."""
    iceberg = {cell: cost for key, cost in costs.items() for cell in _cells(world, key, duty=False)}
    duties = dict.fromkeys(tuple(map(int, cell)) for cell in zip(*where, strict=True))
    cells = list(dict.fromkeys([*duties, *iceberg]))
    axes = tuple(np.array(cells, dtype=int).reshape(-1, world.tariff.ndim).T)
    return axes, np.array([iceberg.get(cell, 1.0) for cell in cells])


@lru_cache(maxsize=8)
def _cells_of_keys(world: World, keys: tuple[tuple[str, ...], ...]) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """(axes of every cell that keys mean, the place of the key whose rate counts there): a later key wins.

    Cached, because the scenarios of a batch have nearly all keys in common.
    """
    known = world._cell_cache
    place_of = {
        cell: k
        for k, key in enumerate(keys)
        for cell in (known.get(key) or known.setdefault(key, _cells(world, key, duty=True)))
    }
    cells = tuple(np.array(list(place_of), dtype=int).reshape(-1, world.tariff.ndim).T)
    return cells, np.array(list(place_of.values()), dtype=int)


def _policy(cells: tuple[np.ndarray, ...], rate: np.ndarray, revenue: str, cost: np.ndarray | None = None) -> Policy:
    return Policy(cells[-2], cells[-1], rate, revenue, cells[0] if len(cells) == 3 else None, cost)


def _cells(world: World, key: tuple[str, ...], *, duty: bool) -> list[tuple[int, ...]]:
    """The cells that a key means; with duty, never an economy's own goods and never a service."""
    *sectors, importer, exporter = key
    n, i = world.index(importer), world.index(exporter)
    if duty and n == i:
        raise QuestionError(f"{importer} cannot levy a tariff on its own goods")
    if not world.sectors and not sectors:
        return [(n, i)]
    goods = world.structure.goods
    if not sectors:
        return [(int(s), n, i) for s in np.flatnonzero(goods)]
    own = world.sectors_of(sectors[0])
    if duty and not goods[own[0]]:
        raise QuestionError(f"{sectors[0]} is a service of {world.name}; services bear no duty")
    return [(s, n, i) for s in own]


def _dense(world: World, dense: np.ndarray, added: bool, revenue: str) -> Policy:
    """A policy from dense levels [...,(s),n,i]: the cells that differ from the baseline in some scenario."""
    rank = world.tariff.ndim
    if dense.shape[-rank:] != world.tariff.shape:
        raise QuestionError(f"tariffs have shape {dense.shape}, but {world.name} needs [..., {world.tariff.shape}]")
    if np.isnan(dense).any():
        raise QuestionError("a tariff rate is not a finite number; give every rate as a fraction such as 0.25")
    dense = dense + world.tariff if added else dense
    cells = np.nonzero((dense != world.tariff).reshape(-1, *world.tariff.shape).any(0))
    domestic = cells[-2] == cells[-1]
    if domestic.any():
        raise QuestionError(f"{world.economies[cells[-1][domestic][0]]} cannot levy a tariff on its own goods")
    if world.sectors and not world.structure.goods[cells[0]].all():
        cell = [axis[~world.structure.goods[cells[0]]][0] for axis in cells]
        raise QuestionError(f"{place(world, cell)}: a service bears no duty; leave its tariff at the baseline's")
    every: Any = (..., *cells)
    return _policy(cells, dense[every], revenue)


def stack(world: World, policies: Sequence[Policy] | Iterable[Policy]) -> Policy:
    """Several single policies as one batch, on the union of their cells.

    Raises QuestionError for policies that use their revenue in different ways, and for quantity limits.
    """
    policies = list(policies)
    _check_stackable(policies)
    flat = [np.ravel_multi_index(policy.cells, world.tariff.shape) for policy in policies]
    changed = np.zeros(world.tariff.size, bool)
    changed[np.concatenate(flat)] = True
    union = np.flatnonzero(changed)
    cells = np.unravel_index(union, world.tariff.shape)
    columns = [np.searchsorted(union, cell) for cell in flat]
    rate = np.tile(world.tariff[cells], (len(policies), 1))
    for k, policy in enumerate(policies):
        rate[k, columns[k]] = policy.rate
    cost, tax = (_stacked([getattr(x, name) for x in policies], columns, rate, start) for name, start in PARTS)
    return replace(_policy(cells, rate, policies[0].revenue, cost), export_tax=tax)


PARTS = (("cost", 1.0), ("export_tax", 0.0))  # what a policy may have beside its rates, and its value where it has none


def _stacked(
    parts: Sequence[np.ndarray | None], columns: Sequence[np.ndarray], rate: np.ndarray, start: float
) -> np.ndarray | None:
    """A part of several policies on the union of their cells [k,m]; None where no policy has it."""
    if all(part is None for part in parts):
        return None
    stacked = np.full_like(rate, start)
    for k, part in enumerate(parts):
        if part is not None:
            stacked[k, columns[k]] = part
    return stacked


def _check_stackable(policies: Sequence[Policy]) -> None:
    if not policies:
        raise QuestionError("a batch needs at least one policy")
    if any(policy.limits is not None for policy in policies):
        raise QuestionError("policies with quantity limits are solved one at a time, not as a batch")
    if len({policy.revenue for policy in policies}) > 1:
        raise QuestionError("policies of one batch must use their revenue alike; solve the two groups apart")
