"""Goods markets run backwards: what weights on prices, sales and purchases put on supply, demand and tariffs.

Axes: s sector, n importer, i exporter; [...] several weights at once. `bar` of a quantity is the derivative of some
weighted sum of results to it. The forward equations are those of multi_sector.markets.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Cotangents(NamedTuple):
    """Derivatives to ln supply cost [...,s,i] and ln spending [...,s,n], and the parts of those to tariffs."""

    cost: Any
    spending: Any
    ease: Any  # [...,s,n]
    bought: Any  # [...,s,n] on the sum over i of net * supply
    sold: Any  # [...,s,i] on the sum over n of net * demand


def markets(v: Any, reach: Any, price: Any, made: Any, net: Any, spend: Any) -> Cotangents:
    """Bars of one evaluation v, from bars on ln price, sales, purchases net of duty and gross spending."""
    ease = v.spend / v.demand
    n = v.supply.shape[-1]
    gross_of, net_of = reach.access.both[:, :n], reach.access.both[:, n:]
    theta = reach.theta
    sold = made * v.supply
    bought = net * v.demand
    demand = up(net_of, sold) + net * (v.net / v.demand)
    eased = -demand * v.demand / ease - price / (theta * ease)
    supply = made * (v.made / v.supply) + down(net_of, bought) + down(gross_of, eased)
    return Cotangents(-theta * v.supply * supply, v.spend * (spend + demand / ease), eased, bought, sold)


def up(matrix: np.ndarray, x: Any) -> Any:
    """Sum over i of matrix [s,n,i] times x [...,s,i]."""
    if x.ndim == 2:
        return (matrix @ x[..., None])[..., 0]
    return (matrix @ x.transpose(1, 2, 0)).transpose(2, 0, 1)


def down(matrix: np.ndarray, x: Any) -> Any:
    """Sum over n of matrix [s,n,i] times x [...,s,n]."""
    return up(matrix.transpose(0, 2, 1), x)


def terms(v: Any, bars: Cotangents) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives [s,n,i] to gross and to net access, states held."""
    by_gross = bars.ease[..., None] * v.supply[:, None, :]
    return by_gross, v.demand[..., None] * bars.sold[:, None, :] + bars.bought[..., None] * v.supply[:, None, :]


def tariffs(v: Any, reach: Any, bars: Cotangents, tariff: np.ndarray) -> np.ndarray:
    """Derivatives [s,n,i] to every tariff, states held."""
    n = v.supply.shape[-1]
    gross_of, net_of = reach.access.both[:, :n], reach.access.both[:, n:]
    theta = reach.theta[..., None]
    by_gross, by_net = terms(v, bars)
    return -(theta * gross_of * by_gross + (theta + 1) * net_of * by_net) / (1 + tariff)


def lines(v: Any, reach: Any, bars: Cotangents, cells: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
    """a and b of cells (s,n,i) where the derivative to ln(1+t) is -(a + b / (1+t)) times a positive power of 1+t.

    With a > 0 > b, states held, the best 1+t is -b / a.
    """
    s, n, i = cells
    gross, theta = reach.access.both[cells], reach.theta[s, 0]
    supply = v.supply[s, i]
    a = theta * gross * bars.ease[s, n] * supply
    return a, (theta + 1) * gross * (v.demand[s, n] * bars.sold[s, i] + bars.bought[s, n] * supply)
