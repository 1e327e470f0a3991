"""Quantity limits in a model's goods markets: the limited cells, and the wedges that clear them.

Axes: s sector, n importer, i exporter, q limited cell, l limit. A wedge z is the ln of what a limit makes of the price
of the flows under it; volume <= limit and z >= 0, one of them with equality.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.economy.models.nests import needed
from detente.economy.policy import Policy
from detente.economy.world import World

STRIDE = 5.0  # the most a wedge's ln moves in one Newton step
ROUNDS, SETTLED = 12, 0.01  # Newton steps of a wedge in a step of the state: one where it is nearly right


class Cells(NamedTuple):
    """The limited cells: places in (s,n) and (s,i), importer, exporter, limit; gross and net access; base volumes."""

    buyer: np.ndarray
    seller: np.ndarray
    importer: np.ndarray
    exporter: np.ndarray
    of: np.ndarray
    gross: np.ndarray
    net: np.ndarray
    theta: np.ndarray
    keep: np.ndarray  # of the rent, by exporters
    volume: np.ndarray  # [l] at the baseline
    fraction: np.ndarray  # [l]
    critical: np.ndarray  # [q] the cell's critical good, or -1


def limited_cells(world: World, policy: Policy, access: Any, flows: np.ndarray) -> Cells:
    """The cells of a policy's limits; flows [s,n,i]: baseline purchases net of duty."""
    none = np.zeros(0, int)
    s, n, i, of, fraction, rent = policy.limits or (none, none, none, none, np.zeros(0), np.zeros(0))
    size = len(world.economies)
    gross = access.both[:, :size]
    critical = np.full(len(world.sectors), -1)
    critical[list(world.structure.critical)] = range(len(world.structure.critical))
    return Cells(
        s * size + n,
        s * size + i,
        n,
        i,
        of,
        gross[s, n, i],
        access.net[s, n, i],
        world.structure.elasticity[s],
        rent[of],
        np.bincount(of, flows[s, n, i], len(fraction)),
        fraction,
        critical[s],
    )


def crowding(world: World, reach: Any, state: Any, v: Any, wedge: Any) -> tuple[Any, Any]:
    """ln of volume over each limit [...,l], and what a wedge takes off it, if only those goods' own markets answer."""
    s, q, flat = world.structure, reach.cells, state.cost.shape
    z = wedge[..., q.of]
    less = np.exp(-q.theta * z)
    supply = np.exp(-q.theta * state.cost[..., q.seller])
    ease = added(v.free, q.buyer, q.gross * supply * less)
    price = -np.log(ease) / reach.theta
    spend = v.spend * np.exp((1 - s.materials) * (price - v.log_price))
    stiff = np.full(z.shape, s.materials)
    for k, (c, users, need) in enumerate(zip(s.critical, reach.tree.users, v.costs.need, strict=True)):
        cells, made = reach.of_good[k], v.made[..., users.rows, :]
        if not cells.size:
            continue
        _, part, inside = needed(s.sigma[k], s.across[k], users, price[..., c, :], need.rest)
        used = need.top * part * made
        bought = used.sum(-2)
        spend[..., c, :] = v.spend[..., c, :] - (need.part * made).sum(-2) + bought
        firm = (used * (inside + s.sigma[k] * (1 - inside))).sum(-2) / np.where(bought > 0, bought, 1)
        stiff[..., cells] = firm[..., q.importer[cells]]
    demand = (spend / ease).reshape(flat)[..., q.buyer]
    volume = q.net * supply * less * np.exp(-z - state.cost[..., q.seller]) * demand
    within = q.gross * supply * less / ease.reshape(flat)[..., q.buyer]  # the cell's part of what its importer buys
    none = np.zeros(wedge.shape)
    whole = added(none, q.of, volume, 1)
    slope = added(none, q.of, volume * ((1 - within) * (1 + q.theta) + within * stiff), 1) / whole
    return np.log(whole / (q.volume * q.fraction)), slope


def cleared(world: World, reach: Any, state: Any, v: Any) -> Any:
    """Wedges [...,l] that would clear the limits, zero where they do not bind, by Newton in the goods' own markets."""
    wedge = state.wedge
    for _ in range(ROUNDS if wedge.size else 0):
        excess, slope = crowding(world, reach, state, v, wedge)
        new = np.maximum(wedge + np.clip(excess / slope, -STRIDE, STRIDE), 0)
        moved, wedge = np.abs(new - wedge).max(), new
        if not moved > SETTLED:
            break
    return wedge


def added(total: Any, at: np.ndarray, values: Any, axes: int = 2) -> Any:
    """total with values [...,q] added at places of its last axes."""
    if not at.size:
        return total
    found = total.reshape(*total.shape[: total.ndim - axes], -1).copy()
    where: Any = (..., at)
    np.add.at(found, where, values)
    return found.reshape(total.shape)
