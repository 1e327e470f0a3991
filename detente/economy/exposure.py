"""Who is exposed to whom, and what each part of a change of duties does: derivatives by one adjoint.

Axes: m economy that gains or loses, k duty or tax on exports, s sector, n importer, i exporter. Exposure is that of
Kleinman, Liu and Redding (2020, NBER Working Paper 27587); attribution is the value of Aumann and Shapley (1974): the
derivative along the straight way from the levels before to those after, integrated by Gauss and Legendre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.models import multi_sector
from detente.economy.payoff_solver import PayoffSolver, Point
from detente.economy.policy import Policy, nothing
from detente.economy.solve import Options, rebased, solve
from detente.economy.world import World
from detente.errors import QuestionError

POINTS = 8  # of the quadrature: the sum is then that of the whole to 1e-6 of it
MOST_PARTS = 10  # whose Shapley values are computed: two to this power equilibria
OPTIONS = Options(tolerance=1e-9)


class Exposure(NamedTuple):
    """productivity [m,i]: percent of m's real income for one percent more productivity of i's value added. duty
    [m,n,i]: percent of m's real income for one point more of n's duty on all goods of i; export_tax [m,n,i]: of i's
    tax on what it sells to n. error: of the adjoint."""

    productivity: np.ndarray
    duty: np.ndarray
    export_tax: np.ndarray
    error: float


class Attribution(NamedTuple):
    """cells: of changed levels, an index into [k,s,n,i]. value [m,c]: percent, in logarithms, of each economy asked
    about. whole [m]: the change of ln real income, in percent. error: of the adjoint; residual: of the solver."""

    cells: tuple[np.ndarray, ...]
    value: np.ndarray
    whole: np.ndarray
    error: float
    residual: float


def balanced(world: World, model: Any = multi_sector) -> World:
    """The world without deficits: the equilibrium in which every economy spends what it earns, as a new baseline.

    model: one with `rebase`. Raises NotConverged.
    """
    without = replace(world, transfer=np.zeros_like(world.transfer))
    engine.inherit_preconditioner(without, world, model)
    equilibrium = solve(without, nothing(without), model, options=OPTIONS)
    return rebased(equilibrium, f"{world.name}, balanced")


def exposure(world: World) -> Exposure:
    """Every economy's exposure to every other's productivity and to every pair's duties, at the baseline.

    With deficits fixed in world value added, growth anywhere also revalues deficits everywhere: take `balanced` first,
    unless that is wanted. Raises NotConverged.
    """
    point = PayoffSolver(world, multi_sector).solve(world.tariff)
    weight = np.eye(len(world.economies))
    multipliers, v, cotangents, error = point.multipliers(weight)
    size = world.spending.size
    by_cost = multipliers[:, :size].reshape(-1, *world.spending.shape)
    productivity = -(world.structure.value_added * by_cost).sum(1)
    theta = world.structure.elasticity[:, None, None]
    access, goods = point.prepared.access, world.structure.goods[:, None, None]

    def by_wedge(size: Any) -> np.ndarray:
        """Derivatives [m,n,i] to levels on which ln of the wedge depends with a slope of size [s,n,i]."""
        gross = theta * access.gross * v.supply[:, None, :] * size
        net = (theta + 1) * access.net * size
        # sums over s as products of matrices [m,s] by [s,i] for each n, and [m,s] by [s,n] for each i
        wedge = _sum(cotangents.market_access, gross) + _sum(cotangents.purchases, net * v.supply[:, None, :])
        by_seller = _sum(cotangents.sales, (net * v.demand[:, :, None]).transpose(0, 2, 1)).transpose(0, 2, 1)
        return np.asarray(-(wedge + by_seller))

    sold = (goods * access.net * v.supply[:, None, :] * v.demand[:, :, None]).sum(0)
    moved = (cotangents.income[:, None, :] - cotangents.income[:, :, None]) * sold
    return Exposure(productivity, by_wedge(goods / (1 + world.tariff)), by_wedge(1.0 * goods) + moved, error)


def _sum(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Sum over s of left [m,s,a] times right [s,a,b]: [m,a,b]."""
    product: np.ndarray = left.transpose(2, 0, 1) @ right.transpose(1, 0, 2)
    return product.transpose(1, 0, 2)


def levels(duty: np.ndarray, export_tax: np.ndarray | None = None) -> np.ndarray:
    """Duties and taxes on exports [s,n,i], none by default, as one array [k,s,n,i]."""
    return np.stack([duty, np.zeros_like(duty) if export_tax is None else export_tax])


def attribution(
    world: World, before: np.ndarray, after: np.ndarray, economies: Sequence[str], *, points: int = POINTS
) -> Attribution:
    """What each changed duty or tax on exports contributes to the change of real income of some economies.

    before, after [k,s,n,i]: see `levels`. Raises NotConverged.
    """
    solver, cells = PayoffSolver(world, multi_sector), np.nonzero(before != after)
    difference = (after - before)[cells]
    weight = np.eye(len(world.economies))[[world.index(code) for code in economies]]
    nodes, shares = np.polynomial.legendre.leggauss(points)
    value, error, residual = np.zeros((len(weight), difference.size)), 0.0, 0.0
    for node, share in zip((nodes + 1) / 2, shares / 2, strict=True):
        point = _point(solver, before + node * (after - before))
        derivatives, wrong = _derivatives(point, weight, cells)
        value += 100 * share * derivatives * difference
        error, residual = max(error, wrong), max(residual, point.residual)
    first, last = _point(solver, before), _point(solver, after)
    whole = 100 * weight @ (last.payoff - first.payoff)
    return Attribution(cells, value, whole, error, max(residual, first.residual, last.residual))


def _point(solver: PayoffSolver, rates: np.ndarray) -> Point:
    """The equilibrium at duties and taxes on exports [k,s,n,i]."""
    duty, export_tax = rates
    return solver.solve(duty, export_tax if export_tax.any() else None)


def _derivatives(point: Point, weight: np.ndarray, cells: tuple[np.ndarray, ...]) -> tuple[np.ndarray, float]:
    """Derivatives [m,c] of weighted sums of ln payoffs with respect to the levels of cells, and the adjoint's error.

    Both kinds make the same wedge; a tax on exports t also moves t of what sellers get to the exporter's economy.
    """
    _, v, cotangents, error = point.multipliers(weight)
    k, *sni = cells
    s, n, i = sni
    access, theta = point.prepared.access, point.prepared.theta[s, 0]
    rates = levels(point.tariff, point.export_tax)
    by_gross = cotangents.market_access[:, s, n] * v.supply[s, i]
    by_net = v.demand[s, n] * cotangents.sales[:, s, i] + cotangents.purchases[:, s, n] * v.supply[s, i]
    moved = (cotangents.income[:, i] - cotangents.income[:, n]) * v.supply[s, i] * v.demand[s, n]
    by_net = by_net + rates[1][s, n, i] * moved
    weighted = theta * access.gross[s, n, i] * by_gross + (theta + 1) * access.net[s, n, i] * by_net
    return k * access.net[s, n, i] * moved - weighted / (1 + rates[cells]), error


def shapley(
    world: World, before: np.ndarray, parts: Sequence[np.ndarray], economies: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shapley values [part,m] of changes of duties, and what each part does alone and taken out last.

    In percent, in logarithms of real income. before [k,s,n,i]: see `levels`; parts: what each adds to them. Raises
    QuestionError for more than MOST_PARTS parts, NotConverged.
    """
    if not 0 < len(parts) <= MOST_PARTS:
        raise QuestionError(f"Shapley values of {len(parts)} parts; from 1 to {MOST_PARTS} can be computed")
    cells = np.nonzero(np.any([part != 0 for part in parts], axis=(0, 1)) | (before[1] != 0))
    members = (np.arange(2 ** len(parts))[:, None] >> np.arange(len(parts))) & 1  # [subset,part]
    duty, taxes = (before[k][cells] + members @ np.array([part[k][cells] for part in parts]) for k in range(2))
    policy = Policy(cells[1], cells[2], duty, sector=cells[0], export_tax=taxes if taxes.any() else None)
    places = [world.index(code) for code in economies]
    real = solve(world, policy, multi_sector, options=OPTIONS).report["real_income"][:, places]
    value = 100 * np.log1p(real / 100)
    return _shapley_values(value, members), value[2 ** np.arange(len(parts))] - value[0], _last(value, len(parts))


def _shapley_values(value: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Shapley values [part,m] of a game with values [subset,m]."""
    from math import factorial

    count = members.shape[1]
    size = members.sum(1)
    weight = np.array([factorial(k) * factorial(count - k - 1) / factorial(count) for k in range(count)])
    rows = []
    for part in range(count):
        without = np.flatnonzero(members[:, part] == 0)
        rows.append((weight[size[without]][:, None] * (value[without + 2**part] - value[without])).sum(0))
    return np.array(rows)


def _last(value: np.ndarray, count: int) -> np.ndarray:
    """What each part adds to all the others [part,m]."""
    every = 2**count - 1
    return np.asarray(value[every] - value[every - 2 ** np.arange(count)])
