"""Access: how a policy weighs the baseline shares, in the sums a trade model needs.

With gross [n,i] = share * ((1+t)/(1+t0))^-response and net = gross / (1+t):
    buy(supply)  -> sum over i of gross * supply, and of net * supply     [...,n]
    sell(demand) -> sum over n of net * demand                            [...,i]
`Dense` holds both matrices of one scenario. `Shared` serves scenarios side by side: one matrix product with the
baseline for all of them, and a correction on the few importers (rows) and exporters (columns) whose cells differ.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.economy.policy import Policy
from detente.economy.world import World

LINES = 24  # more rows and columns than this and one dense matrix a scenario is faster


class Dense(NamedTuple):
    """gross, net [n,i] of one scenario."""

    gross: np.ndarray
    net: np.ndarray

    def buy(self, supply):
        return supply @ self.gross.T, supply @ self.net.T

    def sell(self, demand):
        return demand @ self.net

    def own(self):
        """The diagonal of net: what domestic sales weigh."""
        return np.diagonal(self.net)


class Line(NamedTuple):
    """What a row (importer) or a column (exporter) adds to the baseline: its place, gross and net [k,n]."""

    place: int
    row: bool
    gross: np.ndarray
    net: np.ndarray


class Shared(NamedTuple):
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
    lines = []
    while left.size and len(lines) <= LINES:
        rows, columns = np.bincount(importer[left], minlength=size), np.bincount(exporter[left], minlength=size)
        row = bool(rows.max() >= columns.max())
        place = int((rows if row else columns).argmax())
        on = (importer if row else exporter)[left] == place
        lines.append((row, place, left[on]))
        left = left[~on]
    return lines


def access(world: World, policy: Policy, response: np.ndarray) -> Dense | Shared | None:
    """The access that a policy leaves; None where its scenarios differ in too many places to be solved side by side.

    response [n]: elasticity of n's import shares to its duty, positive.
    """
    importer, exporter = policy.importer, policy.exporter
    before = world.tariff[importer, exporter]
    duty = np.log1p(policy.rate)
    share = world.share[importer, exporter]
    gross = share * np.exp(-response[importer] * (duty - np.log1p(before)))
    net = gross * np.exp(-duty)
    if not policy.shape:
        wide, thin = world.share.copy(), world.duty_free.copy()
        wide[importer, exporter], thin[importer, exporter] = gross, net
        return Dense(wide, thin)
    found = cover(importer, exporter, len(world.economies))
    if len(found) > LINES:
        return None
    gross, net = gross - share, net - share / (1 + before)
    lines = []
    for row, place, cells in found:
        more = np.zeros((2, len(policy.rate), len(world.economies)))
        more[..., (exporter if row else importer)[cells]] = gross[:, cells], net[:, cells]
        lines.append(Line(place, row, more[0], more[1]))
    return Shared(world.share, world.duty_free, tuple(lines))
