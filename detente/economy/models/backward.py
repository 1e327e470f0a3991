"""Reverse-mode derivatives of goods markets: cotangents of prices, output and expenditure to those of the unknowns.

Axes: s sector, n importer, i exporter; [...] several cotangents at once. The cotangent of a quantity is the derivative
of some weighted sum of results with respect to it. The forward equations are those of multi_sector.markets.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Cotangents(NamedTuple):
    """Cotangents of one evaluation of the markets.

    cost [...,s,i], expenditure [...,s,n]: of ln supply cost and of ln expenditure. market_access [...,s,n]. purchases
    [...,s,n]: of the sum over i of net * supply. sales [...,s,i]: of the sum over n of net * demand. income [...,n].
    """

    cost: Any
    expenditure: Any
    market_access: Any
    purchases: Any
    sales: Any
    income: Any


def markets(
    v: Any, prepared: Any, *, log_price: Any, output: Any, net: Any, gross: Any, income: Any, taxes: Any = None
) -> Cotangents:
    """Cotangents of the markets v, from those of their results.

    log_price, net, gross [...,s,n]: of ln price, of expenditure net and gross of duty. output [...,s,i]. income
    [...,n]: what taxes on exports move between economies. taxes: multi_sector.ExportTaxes.
    """
    market_access = v.expenditure / v.demand
    gross_access, net_access = prepared.access.gross, prepared.access.net
    theta = prepared.theta
    sales = output * v.supply
    purchases = net * v.demand
    by_taxes = _of_export_taxes(v, taxes, income)
    demand = sum_over_exporters(net_access, sales) + net * (v.net_expenditure / v.demand) + by_taxes[1]
    access = -demand * v.demand / market_access - log_price / (theta * market_access)
    supply = (
        output * (v.output / v.supply)
        + sum_over_importers(net_access, purchases)
        + sum_over_importers(gross_access, access)
        + by_taxes[0]
    )
    cost, expenditure = -theta * v.supply * supply, v.expenditure * (gross + demand / market_access)
    return Cotangents(cost, expenditure, access, purchases, sales, income)


def _of_export_taxes(v: Any, taxes: Any, income: Any) -> tuple[Any, Any]:
    """What taxes on exports add to the cotangents of supply [...,s,i] and of demand [...,s,n]."""
    if taxes is None:
        return 0.0, 0.0
    moved = (income @ taxes.exporter.T - income @ taxes.importer.T) * taxes.flow  # [...,m]
    supply = np.zeros((*income.shape[:-1], *v.supply.shape))
    demand = np.zeros_like(supply)
    sellers: Any = (..., taxes.sector, taxes.seller)
    buyers: Any = (..., taxes.sector, taxes.buyer)
    np.add.at(supply, sellers, moved * v.demand[buyers])
    np.add.at(demand, buyers, moved * v.supply[sellers])
    return supply, demand


def sum_over_exporters(matrix: np.ndarray, x: Any) -> Any:
    """Sum over i of matrix [s,n,i] times x [...,s,i]: [...,s,n]."""
    if x.ndim == 2:
        return (matrix @ x[..., None])[..., 0]
    return (matrix @ x.transpose(1, 2, 0)).transpose(2, 0, 1)


def sum_over_importers(matrix: np.ndarray, x: Any) -> Any:
    """Sum over n of matrix [s,n,i] times x [...,s,n]: [...,s,i]."""
    return sum_over_exporters(matrix.transpose(0, 2, 1), x)


def access_derivatives(v: Any, cotangents: Cotangents) -> tuple[Any, Any]:
    """Derivatives [s,n,i] with respect to gross and to net access, at fixed unknowns."""
    by_gross = cotangents.market_access[..., None] * v.supply[:, None, :]
    by_net = v.demand[..., None] * cotangents.sales[:, None, :] + cotangents.purchases[..., None] * v.supply[:, None, :]
    return by_gross, by_net


def tariff_derivatives(v: Any, prepared: Any, cotangents: Cotangents, tariff: np.ndarray) -> Any:
    """Derivatives [s,n,i] with respect to every tariff, at fixed unknowns."""
    theta = prepared.theta[..., None]
    by_gross, by_net = access_derivatives(v, cotangents)
    gross, net = prepared.access.gross, prepared.access.net
    return -(theta * gross * by_gross + (theta + 1) * net * by_net) / (1 + tariff)


def first_order_terms(
    v: Any, prepared: Any, cotangents: Cotangents, cells: tuple[np.ndarray, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """a and b of cells (s,n,i): the derivative to ln(1+t) is -(a + b / (1+t)) times a positive power of 1+t.

    Where a > 0 > b the best 1+t, at fixed unknowns, is -b / a.
    """
    s, n, i = cells
    gross, theta = prepared.access.stacked[cells], prepared.theta[s, 0]
    supply = v.supply[s, i]
    a = theta * gross * cotangents.market_access[s, n] * supply
    b = (theta + 1) * gross * (v.demand[s, n] * cotangents.sales[s, i] + cotangents.purchases[s, n] * supply)
    return a, b
