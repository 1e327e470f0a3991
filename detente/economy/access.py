"""Access: how a policy weighs the baseline shares, in the sums that a trade model needs.

Axes: s sector, n importer, i exporter; k scenario, m changed cell. With

    gross (s)[n,i] = share * ((1+t) / (1+t0))^-response * cost^-elasticity        net = gross / (1+t)

every class below offers the same four methods, each with the scenario axes of its argument:

    purchases(supply)      sum over i of gross * supply, and of net * supply       [...,(s),n]
    sales(demand)          sum over n of net * demand                              [...,(s),i]
    domestic()             the diagonal of net: the weight of domestic sales       [...,(s),n]
    duties(supply, t)      sum over i of t * net * supply, where cells keep t      [...,s,n]   (worlds with sectors)

One sector: `DenseAccess` holds both matrices of one scenario. `SharedAccess` serves several scenarios side by side: one
matrix product with the baseline for all of them, and a correction on the few importers (rows) and exporters (columns)
whose cells differ. With sectors: `PanelAccess` holds one scenario; `BatchedSparseAccess` has one matrix product per
sector for all scenarios, and corrects cell by cell. `SparseAccess` is one scenario of either kind as JAX maps it: what
it adds to a baseline that all scenarios share.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.economy.arrays import namespace, with_values
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import QuestionError

MOST_LINES = 24  # with more rows and columns than this, one dense matrix per scenario is faster
MOST_CELLS = 0.1  # share of all cells above which one scenario at a time is faster than a batch of sparse ones
MOST_ADDED = 0.02  # share of all cells above which JAX is faster with a whole array than with cells added one by one


class DenseAccess(NamedTuple):
    """gross, net [n,i] of one scenario."""

    gross: np.ndarray
    net: np.ndarray

    def purchases(self, supply: Any) -> tuple[Any, Any]:
        """Gross and net purchases [...,n] per unit of demand."""
        return supply @ self.gross.T, supply @ self.net.T

    def sales(self, demand: Any) -> Any:
        """Sales [...,i] per unit of supply."""
        return demand @ self.net

    def domestic(self) -> Any:
        """The weight [n] of domestic sales."""
        return namespace(self.net).diagonal(self.net)


class SparseAccess(NamedTuple):
    """One scenario on JAX: the baseline's gross and net (s)[n,i], and what single cells [m] add to each."""

    gross: Any
    net: Any
    buyer: tuple[Any, ...]  # places of the cells in (s)[n]
    seller: tuple[Any, ...]  # places of the cells in (s)[i]
    added_gross: Any
    added_net: Any
    baseline_tariff: Any  # [m]

    def purchases(self, supply: Any) -> tuple[Any, Any]:
        """Gross and net purchases (s)[n] per unit of demand."""
        cells = supply[self.seller]
        gross, net = ((matrix @ supply[..., None])[..., 0] for matrix in (self.gross, self.net))
        return gross.at[self.buyer].add(self.added_gross * cells), net.at[self.buyer].add(self.added_net * cells)

    def sales(self, demand: Any) -> Any:
        """Sales (s)[i] per unit of supply."""
        sales = (demand[..., None, :] @ self.net)[..., 0, :]
        return sales.at[self.seller].add(self.added_net * demand[self.buyer])

    def domestic(self) -> Any:
        """The weight (s)[n] of domestic sales."""
        home = self.buyer[-1] == self.seller[-1]
        own = namespace(self.net).diagonal(self.net, axis1=-2, axis2=-1)
        return own.at[self.buyer].add(home * self.added_net)

    def duties(self, supply: Any, tariff: Any) -> Any:
        """Sum over i of tariff * net * supply [s,n], at tariffs that the policy leaves alone."""
        paid = ((tariff * self.net) @ supply[..., None])[..., 0]
        return paid.at[self.buyer].add(self.baseline_tariff * self.added_net * supply[self.seller])


class Line(NamedTuple):
    """What one importer's row or one exporter's column adds to the baseline: its place, gross and net [k,n]."""

    place: int
    is_row: bool
    gross: np.ndarray
    net: np.ndarray


class SharedAccess(NamedTuple):
    """The baseline's gross and net [n,i] and the lines that differ in some scenario."""

    gross: np.ndarray
    net: np.ndarray
    lines: tuple[Line, ...]

    def purchases(self, supply: Any) -> tuple[Any, Any]:
        """Gross and net purchases [k,n] per unit of demand."""
        gross = supply @ self.gross.T
        net = supply @ self.net.T if self.net is not self.gross else gross.copy()
        for line in self.lines:
            if line.is_row:
                gross[:, line.place] += np.einsum("ki,ki->k", line.gross, supply)
                net[:, line.place] += np.einsum("ki,ki->k", line.net, supply)
            else:
                exporter = supply[:, line.place, None]
                gross += line.gross * exporter
                net += line.net * exporter
        return gross, net

    def sales(self, demand: Any) -> Any:
        """Sales [k,i] per unit of supply."""
        sales = demand @ self.net
        for line in self.lines:
            if line.is_row:
                sales += line.net * demand[:, line.place, None]
            else:
                sales[:, line.place] += np.einsum("kn,kn->k", line.net, demand)
        return sales

    def domestic(self) -> Any:
        """The weight [n] of domestic sales, which no policy changes."""
        return np.diagonal(self.net)


class CellLine(NamedTuple):
    """A row (importer) or column (exporter), its place, and which of the changed cells lie on it."""

    is_row: bool
    place: int
    cells: np.ndarray


def covering_lines(importer: np.ndarray, exporter: np.ndarray, size: int) -> list[CellLine]:
    """Rows and columns that hold every changed cell, the fullest line first (greedy); stops above MOST_LINES."""
    remaining = np.arange(importer.size)
    lines: list[CellLine] = []
    while remaining.size and len(lines) <= MOST_LINES:
        rows, columns = (
            np.bincount(importer[remaining], minlength=size),
            np.bincount(exporter[remaining], minlength=size),
        )
        is_row = bool(rows.max() >= columns.max())
        place = int((rows if is_row else columns).argmax())
        on_line = (importer if is_row else exporter)[remaining] == place
        lines.append(CellLine(is_row, place, remaining[on_line]))
        remaining = remaining[~on_line]
    return lines


def one_sector_access(
    world: World, policy: Policy, response: np.ndarray
) -> DenseAccess | SharedAccess | SparseAccess | None:
    """The access under a policy in a world with one sector; None where its scenarios differ in too many places.

    response [n]: elasticity of n's import shares to its duty, positive. Raises QuestionError for sectors or iceberg
    costs.
    """
    if policy.sector is not None or policy.cost is not None:
        raise QuestionError(f"{world.name} has one sector and no iceberg costs; take a world with sectors for those")
    importer, exporter, xp = policy.importer, policy.exporter, namespace(policy.rate)
    before = world.tariff[importer, exporter]
    duty = xp.log1p(policy.rate)
    share = world.share[importer, exporter]
    gross = share * xp.exp(-response[importer] * (duty - xp.log1p(before)))
    net = gross * xp.exp(-duty)
    if not policy.shape and xp is not np and policy.rate.size <= MOST_ADDED * world.share.size:
        added_gross, added_net = gross - share, net - share / (1 + before)
        return SparseAccess(world.share, world.duty_free, (importer,), (exporter,), added_gross, added_net, before)
    if not policy.shape:
        pairs = importer, exporter
        return DenseAccess(with_values(world.share, (pairs, gross)), with_values(world.duty_free, (pairs, net)))
    groups = covering_lines(importer, exporter, len(world.economies))
    if len(groups) > MOST_LINES:
        return None
    gross, net = gross - share, net - share / (1 + before)
    lines = []
    for is_row, place, cells in groups:
        added = np.zeros((2, len(policy.rate), len(world.economies)))
        added[..., (exporter if is_row else importer)[cells]] = gross[:, cells], net[:, cells]
        lines.append(Line(place, is_row, added[0], added[1]))
    return SharedAccess(world.share, world.duty_free, tuple(lines))


class PanelAccess(NamedTuple):
    """One scenario with sectors: `stacked` [s,2n,i], gross above net."""

    stacked: np.ndarray

    def purchases(self, supply: Any) -> tuple[Any, Any]:
        """Gross and net purchases [...,s,n] per unit of demand."""
        purchases = (self.stacked @ supply[..., None])[..., 0]
        half = self.stacked.shape[2]
        return purchases[..., :half], purchases[..., half:]

    def sales(self, demand: Any) -> Any:
        """Sales [...,s,i] per unit of supply."""
        return (demand[..., None, :] @ self.net)[..., 0, :]

    def domestic(self) -> Any:
        """The weight [s,n] of domestic sales."""
        return namespace(self.net).diagonal(self.net, axis1=1, axis2=2)

    def duties(self, supply: Any, tariff: Any) -> Any:
        """Sum over i of tariff * net * supply [s,n], at tariffs that the policy leaves alone."""
        return namespace(self.net).einsum("sni,sni,si->sn", self.net, tariff, supply)

    @property
    def gross(self) -> Any:
        """[s,n,i]."""
        return self.stacked[:, : self.stacked.shape[2]]

    @property
    def net(self) -> Any:
        """[s,n,i]."""
        return self.stacked[:, self.stacked.shape[2] :]


class CellGroups(NamedTuple):
    """Cells [m] sorted by the place they add to: the sort, where each group begins, and the place of each group."""

    order: np.ndarray
    starts: np.ndarray
    places: np.ndarray

    def add(self, total: np.ndarray, values: np.ndarray) -> None:
        """Add values [k,m] to total [k,s*n] at their places, in total itself."""
        if self.order.size:
            total[:, self.places] += np.add.reduceat(values[:, self.order], self.starts, axis=1)


def group_cells(place: np.ndarray) -> CellGroups:
    """Cells grouped by the place [m] they add to."""
    order = np.argsort(place, kind="stable")
    sorted_place = place[order]
    starts = np.flatnonzero(np.diff(sorted_place, prepend=-1))
    return CellGroups(order, starts, sorted_place[starts])


class BatchedSparseAccess(NamedTuple):
    """Scenarios with sectors side by side: the baseline's `stacked` [s,2n,i], and what cells add to gross and net."""

    stacked: np.ndarray
    buyer: np.ndarray  # [m] places in (s,n)
    seller: np.ndarray  # [m] places in (s,i)
    by_buyer: CellGroups
    by_seller: CellGroups
    gross: np.ndarray  # [k,m]
    net: np.ndarray  # [k,m]
    baseline_tariff: np.ndarray  # [m]

    def purchases(self, supply: Any) -> tuple[Any, Any]:
        """Gross and net purchases [k,s,n] per unit of demand."""
        s, _, n = self.stacked.shape
        purchases = (supply.transpose(1, 0, 2) @ self.stacked.transpose(0, 2, 1)).transpose(1, 0, 2)
        gross, net = (
            np.ascontiguousarray(part).reshape(-1, s * n) for part in (purchases[..., :n], purchases[..., n:])
        )
        cells = supply.reshape(-1, s * n)[:, self.seller]
        self.by_buyer.add(gross, self.gross * cells)
        self.by_buyer.add(net, self.net * cells)
        return gross.reshape(-1, s, n), net.reshape(-1, s, n)

    def sales(self, demand: Any) -> Any:
        """Sales [k,s,i] per unit of supply."""
        s, _, n = self.stacked.shape
        sales = demand.transpose(1, 0, 2) @ self.stacked[:, n:]
        sales = np.ascontiguousarray(sales.transpose(1, 0, 2)).reshape(-1, s * n)
        self.by_seller.add(sales, self.net * demand.reshape(-1, s * n)[:, self.buyer])
        return sales.reshape(-1, s, n)

    def domestic(self) -> Any:
        """The weight [k,s,n] of domestic sales."""
        s, _, n = self.stacked.shape
        own = np.tile(np.diagonal(self.stacked[:, n:], axis1=1, axis2=2).reshape(-1), (len(self.net), 1))
        home = np.flatnonzero(self.buyer == self.seller)
        own[:, self.buyer[home]] += self.net[:, home]
        return own.reshape(-1, s, n)

    def duties(self, supply: Any, tariff: Any) -> Any:
        """Sum over i of tariff * net * supply [k,s,n], at tariffs that the policy leaves alone."""
        s, _, n = self.stacked.shape
        paid = supply.transpose(1, 0, 2) @ (tariff * self.stacked[:, n:]).transpose(0, 2, 1)
        paid = np.ascontiguousarray(paid.transpose(1, 0, 2)).reshape(-1, s * n)
        self.by_buyer.add(paid, self.baseline_tariff * self.net * supply.reshape(-1, s * n)[:, self.seller])
        return paid.reshape(-1, s, n)


def sectoral_access(world: World, policy: Policy, elasticity: np.ndarray) -> Any:
    """The access under a policy in a world with sectors; None where its scenarios differ in too many cells.

    elasticity [s]: of trade, to duty and iceberg cost alike. Raises QuestionError for a policy without sectors.
    """
    if policy.sector is None:
        raise QuestionError(f"{world.name} has sectors; make its policies with policy.tariffs")
    n, xp = len(world.economies), namespace(policy.rate)
    sector, importer, exporter = policy.cells
    before, duty, theta = world.tariff[policy.cells], xp.log1p(policy.rate), elasticity[sector]
    share = world.share[policy.cells]
    log_cost = duty - xp.log1p(before) + (0 if policy.cost is None else xp.log(policy.cost))
    gross = share * xp.exp(-theta * log_cost)
    net = gross * xp.exp(-duty)
    if not policy.shape and xp is not np and policy.rate.size <= MOST_ADDED * world.share.size:
        added_gross, added_net = gross - share, net - share / (1 + before)
        places = (sector, importer), (sector, exporter)
        return SparseAccess(world.share, world.duty_free, *places, added_gross, added_net, before)
    stacked = world.panels
    if not policy.shape:
        rows = ((sector, importer, exporter), gross), ((sector, n + importer, exporter), net)
        return PanelAccess(with_values(stacked, *rows))
    if policy.rate.shape[-1] > MOST_CELLS * world.share.size:
        return None
    buyer, seller = sector * n + importer, sector * n + exporter
    added = gross - share, net - share / (1 + before)
    return BatchedSparseAccess(stacked, buyer, seller, group_cells(buyer), group_cells(seller), *added, before)
