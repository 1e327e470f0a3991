"""Welfare under its right names: what is exact, what is linear, and what sectors and partners add to the linear part.

Axes: s sector, n importer, i exporter. Exact real income is in every model's report; the linear measure of Caliendo and
Parro (2015, section 4.2) is not real income: NAFTA's +1.31 % for Mexico is +0.007 % in real income.
"""

from __future__ import annotations

import numpy as np

from detente.economy.models import multi_sector
from detente.economy.solve import Equilibrium
from detente.economy.world import World


def income(world: World) -> np.ndarray:
    """Baseline income [n] in the world's unit: value added, duty and deficit; what households absorb."""
    net = (world.duty_free * world.spending[..., None]).sum(2)
    return world.income + (world.spending - net).sum(0) + world.transfer


def decomposition(found: Equilibrium, *, before_deficit: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Terms of trade and volume of trade [s,n,i] of one scenario, percent of n's income: what sectors and partners add.

    The sum over s and i is the report's terms_of_trade and volume_of_trade. before_deficit: terms of trade over income
    before the deficit, as the paper's table A4 has it.
    """
    world = found.world
    flows = world.duty_free * world.spending[..., None]
    level = (world.income * np.exp(found.state.wage)).sum() / world.income.sum()
    cost = np.exp(found.state.cost.reshape(world.spending.shape)) / level
    whole = income(world)
    sold = flows.transpose(0, 2, 1) * (cost - 1)[:, :, None]  # [s,n,i] n's sales to i
    terms = (sold - flows * (cost - 1)[:, None, :]) / (whole - before_deficit * world.transfer)[:, None]
    after = multi_sector.trade(world, found.policy, found.state)
    volume = world.tariff * (after - flows * cost[:, None, :]) / whole[:, None]
    return 100 * terms, 100 * volume
