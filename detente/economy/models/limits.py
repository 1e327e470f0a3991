"""Quantity limits in a model's goods markets: the limited cells, and the wedges that clear them.

Axes: s sector, n importer, i exporter, q limited cell, l limit; [...] scenarios. A wedge z is the ln of the factor by
which a limit raises the price of the flows under it. Either the volume is at the limit and z >= 0, or the volume is
below it and z = 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.economy.models.nests import product_nest
from detente.economy.policy import Policy
from detente.economy.world import World

MAX_STEP = 5.0  # largest change of a wedge in one Newton step
ROUNDS, SETTLED = 12, 0.01  # Newton steps of a wedge in a step of the model: one where it is nearly right


class LimitedCells(NamedTuple):
    """The cells under a limit [q], and the limits [l]."""

    buyer: np.ndarray  # place in (s,n)
    seller: np.ndarray  # place in (s,i)
    importer: np.ndarray
    exporter: np.ndarray
    limit: np.ndarray  # which limit the cell is under
    gross: np.ndarray  # access
    net: np.ndarray
    theta: np.ndarray
    exporter_share: np.ndarray  # of the rent
    volume: np.ndarray  # [l] at the baseline
    fraction: np.ndarray  # [l] of it that the limit allows
    product: np.ndarray  # which critical product the cell trades, or -1


def limited_cells(world: World, policy: Policy, access: Any, flows: np.ndarray) -> LimitedCells:
    """The cells of a policy's limits; flows [s,n,i]: baseline purchases net of duty."""
    none = np.zeros(0, int)
    s, n, i, limit, fraction, rent = policy.limits or (none, none, none, none, np.zeros(0), np.zeros(0))
    size = len(world.economies)
    product = np.full(len(world.sectors), -1)
    product[list(world.structure.critical)] = range(len(world.structure.critical))
    return LimitedCells(
        s * size + n,
        s * size + i,
        n,
        i,
        limit,
        access.gross[s, n, i],
        access.net[s, n, i],
        world.structure.elasticity[s],
        rent[limit],
        np.bincount(limit, flows[s, n, i], len(fraction)),
        fraction,
        product[s],
    )


def log_excess(world: World, prepared: Any, unknowns: Any, v: Any, wedge: Any) -> tuple[Any, Any]:
    """ln of volume over each limit [...,l], and how much of it a unit of wedge removes.

    Only the limited goods' own markets respond; everything else stays as in the markets v.
    """
    cells, flat = prepared.cells, unknowns.cost.shape
    z = wedge[..., cells.limit]
    scarcity = np.exp(-cells.theta * z)
    supply = np.exp(-cells.theta * unknowns.cost[..., cells.seller])
    market_access = add_at(v.free_access, cells.buyer, cells.gross * supply * scarcity)
    expenditure, stiffness = _response(world, prepared, v, -np.log(market_access) / prepared.theta, z)
    demand = (expenditure / market_access).reshape(flat)[..., cells.buyer]
    volume = cells.net * supply * scarcity * np.exp(-z - unknowns.cost[..., cells.seller]) * demand
    cell_share = cells.gross * supply * scarcity / market_access.reshape(flat)[..., cells.buyer]  # of its importer's
    zeros = np.zeros(wedge.shape)
    total = add_at(zeros, cells.limit, volume, 1)
    by_cell = volume * ((1 - cell_share) * (1 + cells.theta) + cell_share * stiffness)
    slope = add_at(zeros, cells.limit, by_cell, 1) / total
    return np.log(total / (cells.volume * cells.fraction)), slope


def _response(world: World, prepared: Any, v: Any, price: Any, z: Any) -> tuple[Any, Any]:
    """Expenditure [...,s,n] at new ln prices, and the elasticity [...,q] of demand for each limited cell's good."""
    s, cells = world.structure, prepared.cells
    expenditure = v.expenditure * np.exp((1 - s.materials) * (price - v.log_price))
    stiffness = np.full(z.shape, s.materials)
    for k, (c, users, use) in enumerate(zip(s.critical, prepared.tree.users, v.costs.uses, strict=True)):
        places, output = prepared.cells_of_product[k], v.output[..., users.sectors, :]
        if not places.size:
            continue
        _, share, in_bundle = product_nest(s.sigma[k], s.across[k], users, price[..., c, :], use.rest)
        used = use.weight * share * output
        purchases = used.sum(-2)
        expenditure[..., c, :] = v.expenditure[..., c, :] - (use.cost_share * output).sum(-2) + purchases
        firm = (used * (in_bundle + s.sigma[k] * (1 - in_bundle))).sum(-2) / np.where(purchases > 0, purchases, 1)
        stiffness[..., places] = firm[..., cells.importer[places]]
    return expenditure, stiffness


def clearing_wedges(world: World, prepared: Any, unknowns: Any, v: Any) -> Any:
    """Wedges [...,l] that would clear the limits, zero where they do not bind, by Newton in the goods' own markets."""
    wedge = unknowns.wedge
    for _ in range(ROUNDS if wedge.size else 0):
        excess, slope = log_excess(world, prepared, unknowns, v, wedge)
        new = np.maximum(wedge + np.clip(excess / slope, -MAX_STEP, MAX_STEP), 0)
        change, wedge = np.abs(new - wedge).max(), new
        if not change > SETTLED:  # also where the change is not a number: the engine's own residual shows it
            break
    return wedge


def add_at(total: Any, places: np.ndarray, values: Any, axes: int = 2) -> Any:
    """total with values [...,q] added at places of its last `axes` axes, flattened; places may repeat."""
    if not places.size:
        return total
    result = total.reshape(*total.shape[: total.ndim - axes], -1).copy()
    where: Any = (..., places)
    np.add.at(result, where, values)
    return result.reshape(total.shape)
