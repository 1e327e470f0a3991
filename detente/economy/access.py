"""Access: how a policy weighs the baseline shares, in the sums a trade model needs.

With gross (s)[n,i] = share * ((1+t)/(1+t0))^-response * cost^-elasticity and net = gross / (1+t):
    buy(supply)  -> sum over i of gross * supply, and of net * supply     [...,(s),n]
    sell(demand) -> sum over n of net * demand                            [...,(s),i]
One sector: `Dense` holds both matrices of one scenario. `Shared` serves scenarios side by side: one matrix product with
the baseline for all of them, and a correction on the few importers (rows) and exporters (columns) whose cells differ.
With sectors: `Panels` holds one scenario; `Overlay` has one matrix product a sector for all scenarios, and a correction
cell by cell. `Patched` is one scenario of either kind as JAX maps it: what it adds to a baseline that all share.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.economy.arrays import namespace, put
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import QuestionError

LINES = 24  # more rows and columns than this and one dense matrix a scenario is faster
CELLS = 0.1  # the part of all cells beyond which panels of one scenario at a time are faster than an overlay
PATCH = 0.02  # and beyond which a whole array a scenario is faster on JAX than cells added one by one


class DenseAccess(NamedTuple):
    """gross, net [n,i] of one scenario."""

    gross: np.ndarray
    net: np.ndarray

    def buy(self, supply):
        return supply @ self.gross.T, supply @ self.net.T

    def sell(self, demand):
        return demand @ self.net

    def own(self):
        """The diagonal of net: what domestic sales weigh."""
        return namespace(self.net).diagonal(self.net)


class SparseAccess(NamedTuple):
    """One scenario on JAX: the baseline's gross and net (s)[n,i], and what single cells [m] add to each."""

    gross: Any
    net: Any
    buyer: tuple[Any, ...]  # places in (s)[n]
    seller: tuple[Any, ...]  # places in (s)[i]
    more_gross: Any
    more_net: Any
    before: Any  # [m] the baseline's tariff

    def buy(self, supply):
        cells = supply[self.seller]
        gross, net = ((matrix @ supply[..., None])[..., 0] for matrix in (self.gross, self.net))
        return gross.at[self.buyer].add(self.more_gross * cells), net.at[self.buyer].add(self.more_net * cells)

    def sell(self, demand):
        sold = (demand[..., None, :] @ self.net)[..., 0, :]
        return sold.at[self.seller].add(self.more_net * demand[self.buyer])

    def own(self):
        """What domestic sales weigh in net (s)[n]."""
        home = self.buyer[-1] == self.seller[-1]
        own = namespace(self.net).diagonal(self.net, axis1=-2, axis2=-1)
        return own.at[self.buyer].add(home * self.more_net)

    def duty(self, supply, tariff):
        """Sum over i of tariff * net * supply [s,n], at tariffs that the policy does not move."""
        paid = ((tariff * self.net) @ supply[..., None])[..., 0]
        return paid.at[self.buyer].add(self.before * self.more_net * supply[self.seller])


class Line(NamedTuple):
    """What a row (importer) or a column (exporter) adds to the baseline: its place, gross and net [k,n]."""

    place: int
    row: bool
    gross: np.ndarray
    net: np.ndarray


class SharedAccess(NamedTuple):
    """The baseline's gross and net [n,i] and the lines that differ in some scenario."""

    gross: np.ndarray
    net: np.ndarray
    lines: tuple[Line, ...]

    def buy(self, supply):
        gross = supply @ self.gross.T
        net = supply @ self.net.T if self.net is not self.gross else gross.copy()
        for line in self.lines:
            if line.row:
                gross[:, line.place] += np.einsum("ki,ki->k", line.gross, supply)
                net[:, line.place] += np.einsum("ki,ki->k", line.net, supply)
            else:
                one = supply[:, line.place, None]
                gross += line.gross * one
                net += line.net * one
        return gross, net

    def sell(self, demand):
        sold = demand @ self.net
        for line in self.lines:
            if line.row:
                sold += line.net * demand[:, line.place, None]
            else:
                sold[:, line.place] += np.einsum("kn,kn->k", line.net, demand)
        return sold

    def own(self):
        """The diagonal of net: what domestic sales weigh."""
        return np.diagonal(self.net)


def cover(importer: np.ndarray, exporter: np.ndarray, size: int) -> list[tuple[bool, int, np.ndarray]]:
    """Rows and columns that hold every changed cell, fewest first found greedily: (is a row, its place, its cells)."""
    left = np.arange(importer.size)
    lines: list[tuple[bool, int, np.ndarray]] = []
    while left.size and len(lines) <= LINES:
        rows, columns = np.bincount(importer[left], minlength=size), np.bincount(exporter[left], minlength=size)
        row = bool(rows.max() >= columns.max())
        place = int((rows if row else columns).argmax())
        on = (importer if row else exporter)[left] == place
        lines.append((row, place, left[on]))
        left = left[~on]
    return lines


def access(world: World, policy: Policy, response: np.ndarray) -> DenseAccess | SharedAccess | SparseAccess | None:
    """The access that a policy leaves; None where its scenarios differ in too many places to be solved side by side.

    response [n]: elasticity of n's import shares to its duty, positive.
    """
    if policy.sector is not None or policy.cost is not None:
        raise QuestionError(f"{world.name} has one sector and no iceberg costs; take a world with sectors for those")
    importer, exporter, xp = policy.importer, policy.exporter, namespace(policy.rate)
    before = world.tariff[importer, exporter]
    duty = xp.log1p(policy.rate)
    share = world.share[importer, exporter]
    gross = share * xp.exp(-response[importer] * (duty - xp.log1p(before)))
    net = gross * xp.exp(-duty)
    if not policy.shape and xp is not np and policy.rate.size <= PATCH * world.share.size:
        add_gross, add_net = gross - share, net - share / (1 + before)
        return SparseAccess(world.share, world.duty_free, (importer,), (exporter,), add_gross, add_net, before)
    if not policy.shape:
        pairs = importer, exporter
        return DenseAccess(put(world.share, (pairs, gross)), put(world.duty_free, (pairs, net)))
    found = cover(importer, exporter, len(world.economies))
    if len(found) > LINES:
        return None
    gross, net = gross - share, net - share / (1 + before)
    lines = []
    for row, place, cells in found:
        more = np.zeros((2, len(policy.rate), len(world.economies)))
        more[..., (exporter if row else importer)[cells]] = gross[:, cells], net[:, cells]
        lines.append(Line(place, row, more[0], more[1]))
    return SharedAccess(world.share, world.duty_free, tuple(lines))


class PanelAccess(NamedTuple):
    """One scenario with sectors: `both` [s,2n,i], gross above net."""

    both: np.ndarray

    def buy(self, supply):
        bought = (self.both @ supply[..., None])[..., 0]
        half = self.both.shape[2]
        return bought[..., :half], bought[..., half:]

    def sell(self, demand):
        return (demand[..., None, :] @ self.net)[..., 0, :]

    def own(self):
        """What domestic sales weigh in net [s,n]."""
        return namespace(self.net).diagonal(self.net, axis1=1, axis2=2)

    def duty(self, supply, tariff):
        """Sum over i of tariff * net * supply [s,n], at tariffs that the policy does not move."""
        return namespace(self.net).einsum("sni,sni,si->sn", self.net, tariff, supply)

    @property
    def net(self):
        return self.both[:, self.both.shape[2] :]


class Order(NamedTuple):
    """Cells sorted by the place (s,n) or (s,i) they add to: the sort, where each place begins, and the places."""

    by: np.ndarray
    begin: np.ndarray
    to: np.ndarray

    def add(self, total, values):
        """total [k,s*n] with values [k,m] added at their places."""
        if self.by.size:
            total[:, self.to] += np.add.reduceat(values[:, self.by], self.begin, axis=1)


def order(key: np.ndarray) -> Order:
    """Cells grouped by the place they add to."""
    by = np.argsort(key, kind="stable")
    sorted_key = key[by]
    begin = np.flatnonzero(np.diff(sorted_key, prepend=-1))
    return Order(by, begin, sorted_key[begin])


class BatchedSparseAccess(NamedTuple):
    """Scenarios with sectors side by side: the baseline's `both` [s,2n,i], and what cells add, gross and net [k,m]."""

    both: np.ndarray
    buyer: np.ndarray  # [m] places in (s,n)
    seller: np.ndarray  # [m] places in (s,i)
    rows: Order
    columns: Order
    gross: np.ndarray
    net: np.ndarray
    before: np.ndarray  # [m] the baseline's tariff

    def buy(self, supply):
        s, _, n = self.both.shape
        bought = (supply.transpose(1, 0, 2) @ self.both.transpose(0, 2, 1)).transpose(1, 0, 2)
        gross, net = (np.ascontiguousarray(part).reshape(-1, s * n) for part in (bought[..., :n], bought[..., n:]))
        cells = supply.reshape(-1, s * n)[:, self.seller]
        self.rows.add(gross, self.gross * cells)
        self.rows.add(net, self.net * cells)
        return gross.reshape(-1, s, n), net.reshape(-1, s, n)

    def sell(self, demand):
        s, _, n = self.both.shape
        sold = demand.transpose(1, 0, 2) @ self.both[:, n:]
        sold = np.ascontiguousarray(sold.transpose(1, 0, 2)).reshape(-1, s * n)
        self.columns.add(sold, self.net * demand.reshape(-1, s * n)[:, self.buyer])
        return sold.reshape(-1, s, n)

    def own(self):
        """What domestic sales weigh in net [k,s,n]."""
        s, _, n = self.both.shape
        own = np.tile(np.diagonal(self.both[:, n:], axis1=1, axis2=2).reshape(-1), (len(self.net), 1))
        at = np.flatnonzero(self.buyer == self.seller)
        own[:, self.buyer[at]] += self.net[:, at]
        return own.reshape(-1, s, n)

    def duty(self, supply, tariff):
        """Sum over i of tariff * net * supply [k,s,n], at tariffs that the policy does not move."""
        s, _, n = self.both.shape
        paid = supply.transpose(1, 0, 2) @ (tariff * self.both[:, n:]).transpose(0, 2, 1)
        paid = np.ascontiguousarray(paid.transpose(1, 0, 2)).reshape(-1, s * n)
        self.rows.add(paid, self.before * self.net * supply.reshape(-1, s * n)[:, self.seller])
        return paid.reshape(-1, s, n)


def sectoral(world: World, policy: Policy, elasticity: np.ndarray) -> Any:
    """The access that a policy leaves in a world with sectors; None where its scenarios differ in too many cells.

    elasticity [s]: of trade, to duty and iceberg cost alike.
    """
    if policy.sector is None:
        raise QuestionError(f"{world.name} has sectors; make its policies with policy.tariffs")
    n, xp = len(world.economies), namespace(policy.rate)
    before, duty, theta = world.tariff[policy.cells], xp.log1p(policy.rate), elasticity[policy.cells[0]]
    share = world.share[policy.cells]
    pull = duty - xp.log1p(before) + (0 if policy.cost is None else xp.log(policy.cost))
    gross = share * xp.exp(-theta * pull)
    net = gross * xp.exp(-duty)
    if not policy.shape and xp is not np and policy.rate.size <= PATCH * world.share.size:
        at, importer, exporter = policy.cells
        add_gross, add_net = gross - share, net - share / (1 + before)
        return SparseAccess(world.share, world.duty_free, (at, importer), (at, exporter), add_gross, add_net, before)
    both = world.panels
    if not policy.shape:
        at, importer, exporter = policy.cells
        return PanelAccess(put(both, ((at, importer, exporter), gross), ((at, n + importer, exporter), net)))
    if policy.rate.shape[-1] > CELLS * world.share.size:
        return None
    buyer, seller = policy.cells[0] * n + policy.importer, policy.cells[0] * n + policy.exporter
    more = gross - share, net - share / (1 + before)
    return BatchedSparseAccess(both, buyer, seller, order(buyer), order(seller), *more, before)
