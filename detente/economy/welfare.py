"""Welfare: what is exact, what is linear, and what sectors and partners add to the linear part.

Axes: s sector, n importer, i exporter. Exact real income is in every model's report. The linear measure of Caliendo and
Parro (2015, section 4.2) is not real income: NAFTA's +1.31 % for Mexico is +0.007 % in real income.
"""

from __future__ import annotations

import numpy as np

from detente.economy.models import multi_sector
from detente.economy.solve import Equilibrium
from detente.economy.world import World


def income(world: World) -> np.ndarray:
    """Baseline income [n] in the world's unit: value added, duty and deficit; what households absorb."""
    return np.asarray(multi_sector.baseline_totals(world).income)


def decomposition(equilibrium: Equilibrium, *, before_deficit: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Terms of trade and volume of trade [s,n,i] of one scenario, percent of n's income: what sectors and partners add.

    The sum over s and i is the report's terms_of_trade and volume_of_trade. before_deficit: terms of trade over income
    before the deficit, as in the paper's table A4. Raises QuestionError for many scenarios.
    """
    world, unknowns = equilibrium.world, equilibrium.state
    base = multi_sector.baseline_totals(world)
    flows, base_income = base.flows, base.income
    level = (world.income * np.exp(unknowns.wage)).sum() / world.income.sum()
    cost = np.exp(unknowns.cost.reshape(world.spending.shape)) / level
    sales = flows.transpose(0, 2, 1) * (cost - 1)[:, :, None]  # [s,n,i] n's sales to i
    divisor = (base_income - before_deficit * world.transfer)[:, None]
    terms = (sales - flows * (cost - 1)[:, None, :]) / divisor
    after = multi_sector.trade(world, equilibrium.policy, unknowns)
    volume = world.tariff * (after - flows * cost[:, None, :]) / base_income[:, None]
    return 100 * terms, 100 * volume
