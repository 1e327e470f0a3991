"""A path year by year: one equilibrium of models.path a year, each from what the years before left.

Axes: t year, n importer, i exporter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.equilibrium import Options
from detente.economy.models import path
from detente.economy.policy import Policy
from detente.economy.solve import solve
from detente.economy.transition import DEPRECIATION
from detente.economy.world import World
from detente.errors import QuestionError

MOBILITY = 0.5  # of workers between sectors, to what a worker of a sector earns, a year
RIGID = 0.984  # of last year's wage: the floor of Rodriguez-Clare, Ulate and Vasquez (2025)
OPTIONS = Options(tolerance=1e-8)


class Years(NamedTuple):
    """report: name -> [t,n] or [t,s,n], as models.path reports it. trade [t,n,i]: purchases of goods before duty, in
    the world's unit at constant world value added. residual, iterations [t]: the proof of each year."""

    report: dict[str, np.ndarray]
    trade: np.ndarray
    residual: np.ndarray
    iterations: np.ndarray


def years(
    world: World,
    policies: Sequence[Policy],
    *,
    stay: float = 0.0,
    floor: float | None = None,
    mobile: bool = False,
    mobility: float = MOBILITY,
    depreciation: float = DEPRECIATION,
    options: Options = OPTIONS,
) -> Years:
    """The years of a path, one policy each, in a world with capital (capital.with_capital) at long-run elasticities.

    stay: the part of buyers that keeps its sources from one year to the next. floor: the lowest wage as a part of last
    year's; None lets wages fall freely. mobile: whether workers move within a year. mobility, depreciation: see
    models.path. Raises QuestionError for numbers that cannot be, NotConverged.
    """
    _check(policies, stay, floor, mobility, depreciation)
    model, year = path.Model(mobile), path.begin(world, stay=stay, floor=floor)
    first, equilibrium, solved, trade = year, None, [], []
    for policy in policies:
        engine.inherit_preconditioner(year, first, model)
        equilibrium = solve(year, policy, model, options=options, start=equilibrium)
        solved.append(equilibrium)
        trade.append(path.trade(year, policy, equilibrium.state))
        year = path.next_year(
            year, policy, equilibrium.state, mobility=mobility, depreciation=depreciation, floor=floor
        )
    report = {name: np.stack([e.report[name] for e in solved]) for name in solved[0].report}
    proof = (np.array([getattr(e, name) for e in solved]) for name in ("residual", "iterations"))
    return Years(report, np.stack(trade), *proof)


def _check(policies: Sequence[Policy], stay: float, floor: float | None, mobility: float, depreciation: float) -> None:
    if not policies:
        raise QuestionError("a path needs at least one year")
    for name, value, low, high in (
        ("the part of buyers that stay", stay, 0, 0.99),
        ("the floor under wages", 1 if floor is None else floor, 0.5, 1),
        ("the mobility of workers", mobility, 0, 10),
        ("depreciation", depreciation, 0, 1),
    ):
        if not low <= value <= high:
            raise QuestionError(f"{name} is {value:g}; it lies from {low:g} to {high:g}")
