"""Cells of a grid on one baseline, solved side by side: horizons, and closures that add a flow between economies.

Elasticities and such flows enter only what a model prepares for a policy, so that the scenarios of several cells are
rows of one batch: the baseline's arrays are read once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.access import BatchedSparseAccess
from detente.economy.policy import Policy
from detente.economy.solve import Options, solve
from detente.economy.world import World

ROWS = 12  # scenarios side by side, unless one cell has more: they all wait for the slowest


class Cell(NamedTuple):
    """A model on a world: the baseline at some horizon."""

    model: Any
    world: World


class CellResult(NamedTuple):
    """values [k,n]: percent change of real income, not a number where there is no equilibrium; the largest residual."""

    values: np.ndarray
    residual: float


def real_income(cells: Sequence[Cell], policy: Policy, options: Options) -> list[CellResult]:
    """Every scenario of a batch in every cell; the worlds of the cells differ in their elasticities alone."""
    results: dict[int, CellResult] = {}
    for places in _groups(cells, len(policy.rate)):
        results |= zip(places, _side_by_side([cells[k] for k in places], policy, options), strict=True)
    return [results[k] for k in range(len(cells))]


def _groups(cells: Sequence[Cell], scenarios: int) -> Iterator[list[int]]:
    """The places of cells whose models share their equations, as many at a time as rows allow."""
    families: dict[Callable[..., Any], list[int]] = {}
    for k, cell in enumerate(cells):
        families.setdefault(cell.model.step, []).append(k)
    most = max(1, ROWS // scenarios)
    for family in families.values():
        yield from (family[begin : begin + most] for begin in range(0, len(family), most))


def _side_by_side(cells: Sequence[Cell], policy: Policy, options: Options) -> list[CellResult]:
    """The cells as rows of one batch; one with a scenario that chord steps do not solve is solved again alone."""
    prepared = [cell.model.prepare(cell.world, policy) for cell in cells]
    if not all(p is not None and isinstance(p.access, BatchedSparseAccess) for p in prepared):
        return [_alone(cell, policy, options) for cell in cells]
    (model, world), count = cells[0], len(policy.rate)
    joined = _joined(prepared, count)
    precondition = _each([engine.preconditioner(*cell) for cell in cells], count)
    with np.errstate(all="ignore"):  # what is not finite is caught by its residual
        start = np.tile(engine.to_row(model.start(world)), (len(cells) * count, 1))
        residual = engine.residual_function(model, world, policy, joined)
        solution = engine.chord(residual, start, precondition, options.tolerance, engine.CHORD)
        values = model.report(world, policy, joined, engine.to_state(model, world, solution.x))["real_income"]
    solved = (solution.residual <= options.tolerance) & np.isfinite(values).all(-1) & (values > -100).all(-1)
    return [
        CellResult(values[rows], float(solution.residual[rows].max()))
        if solved[rows].all()
        else _alone(cell, policy, options)
        for cell, rows in zip(cells, _parts(len(cells), count), strict=True)
    ]


def _parts(cells: int, count: int) -> list[slice]:
    """The rows of each cell."""
    return [slice(begin, begin + count) for begin in range(0, cells * count, count)]


def _each(preconditioners: Sequence[engine.Preconditioner], count: int) -> engine.Preconditioner:
    """One preconditioner that applies to each cell's rows its own; neighbours that share one are taken together."""
    runs = [list(run) for _, run in groupby(preconditioners, key=id)]
    ends = np.cumsum([count * len(run) for run in runs])[:-1]
    return lambda residuals: np.concatenate(
        [run[0](rows) for run, rows in zip(runs, np.split(residuals, ends), strict=True)]
    )


def _joined(prepared: Sequence[Any], count: int) -> Any:
    """What models prepared for the same `count` scenarios each, one after the other."""
    first = prepared[0]
    gross, net = (np.concatenate([getattr(p.access, name) for p in prepared]) for name in ("gross", "net"))
    theta = np.concatenate([np.broadcast_to(p.theta, (count, *p.theta.shape)) for p in prepared])
    owed = [np.zeros(first.empty.shape[-1]) if p.owed is None else p.owed for p in prepared]
    exports = first.exports and first.exports._replace(flow=np.concatenate([p.exports.flow for p in prepared]))
    return first._replace(
        access=first.access._replace(gross=gross, net=net), theta=theta, owed=np.repeat(owed, count, axis=0),
        exports=exports,
    )  # fmt: skip


def _alone(cell: Cell, policy: Policy, options: Options) -> CellResult:
    """One cell, with the continuation for what chord steps do not solve."""
    solved = solve(cell.world, policy, cell.model, options=options, check=False)
    values = np.where(solved.converged[:, None], solved.report["real_income"], np.nan)
    return CellResult(values, float(solved.residual.max()))
