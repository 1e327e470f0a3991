"""The way to the steady state: capital grows by what is invested each year, and what the whole way is worth.

Axes: t year, n economy. With hats over the baseline, in which investment keeps the stock as it is,

    stock_t+1 = (1 - depreciation) stock_t + depreciation * real investment_t

A constant share of capital income is invested; owners do not look ahead. The years are equilibria of capital.GIVEN.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.equilibrium import Options
from detente.economy.models import capital
from detente.economy.policy import Policy
from detente.economy.solve import solve
from detente.economy.world import World, with_structure
from detente.errors import QuestionError

DEPRECIATION = 0.06  # a year, of capital
DISCOUNT = 0.03  # a year, of utility
YEARS = 150
OPTIONS = Options(tolerance=1e-9)


class Transition(NamedTuple):
    """consumption, capital, real_gdp [t,n]: percent against the baseline, from the year in which duties change.

    equivalent [n]: the constant percent change of consumption that is worth as much as the whole way, in logarithms of
    consumption discounted at `discount` a year; beyond the last year its consumption stays. residual: the largest.
    """

    consumption: np.ndarray
    capital: np.ndarray
    real_gdp: np.ndarray
    equivalent: np.ndarray
    discount: float
    residual: float


def transition(
    world: World,
    policy: Policy,
    *,
    years: int = YEARS,
    discount: float = DISCOUNT,
    depreciation: float = DEPRECIATION,
    options: Options = OPTIONS,
) -> Transition:
    """The years after a policy that stays, in a world with capital (capital.with_capital).

    discount, depreciation: fractions a year. Raises QuestionError for numbers that cannot be, NotConverged.
    """
    if years < 1 or not 0 < discount < 1 or not 0 < depreciation <= 1:
        raise QuestionError(
            f"{years} years, a discount of {discount:g} and a depreciation of {depreciation:g}: at least 1 year, a"
            " discount between 0 and 1, and a depreciation above 0 and at most 1 are needed"
        )
    stock, equilibrium = np.zeros(len(world.economies)), None
    rows: dict[str, list[np.ndarray]] = {"consumption": [], "capital": [], "real_gdp": []}
    residual = 0.0
    for _ in range(years):
        year = with_structure(world, world.structure._replace(stock=stock))
        engine.inherit_preconditioner(year, world, capital.GIVEN)
        equilibrium = solve(year, policy, capital.GIVEN, options=options, start=equilibrium)
        for name, values in rows.items():
            values.append(equilibrium.report[name])
        residual = max(residual, float(equilibrium.residual))
        stock = next_stock(stock, equilibrium.report["investment"], depreciation)
    consumption, stocks, gdp = (np.array(values) for values in rows.values())
    return Transition(consumption, stocks, gdp, equivalent(consumption, discount), discount, residual)


def next_stock(stock: np.ndarray, investment: np.ndarray, depreciation: float) -> np.ndarray:
    """ln of next year's capital over the baseline's, from this year's and the percent change of real investment."""
    return np.asarray(np.log((1 - depreciation) * np.exp(stock) + depreciation * (1 + investment / 100)))


def equivalent(consumption: np.ndarray, discount: float) -> np.ndarray:
    """The constant percent change [n] that is worth as much as percent changes [t,n], the last of which stays."""
    weight = (1 + discount) ** -np.arange(len(consumption), dtype=float)
    weight[:-1] *= discount / (1 + discount)
    return np.asarray(100 * np.expm1(weight @ np.log1p(consumption / 100)))
