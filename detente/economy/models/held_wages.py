"""Many sectors with relative wages held: multi_sector in which deficits give way instead of wages.

Axes as in multi_sector. Wages stay as they are at the baseline, so duties pass through to prices whole and terms of
trade do not move; what an economy spends moves until its output pays the wages of its labour force. The difference
between what it spends and what it earns, with the baseline's deficit, is borrowed, and what is borrowed is not income:

    final spending_n   such that   sum_s B_sn output_sn = wages_n
    income_n         = wages_n + duty_n + deficit_n          borrowed_n = final spending_n - income_n

It is the closure of full pass-through, a bound beside the fixed deficits of multi_sector, not a forecast: the sums
borrowed are large.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.economy.arrays import namespace
from detente.economy.models import first_order, multi_sector
from detente.economy.models.first_order import apply_blocks
from detente.economy.models.multi_sector import Prepared
from detente.economy.policy import Policy
from detente.economy.world import World

__all__ = ["preconditioner", "prepare", "report", "start", "step"]
CLOSURE = "relative wages held; deficits move until output pays them, and what is borrowed is not income"
prepare = multi_sector.prepare


class Unknowns(NamedTuple):
    """cost, expenditure [...,s*n], wage [...,n]: ln of counterfactual over baseline; `wage` is that of final spending.

    The name of the third is that which goods markets and the preconditioner read the shapes from.
    """

    cost: Any
    expenditure: Any
    wage: Any


def start(world: World) -> Unknowns:
    """The baseline, where every hat is one."""
    return Unknowns(*multi_sector.start(world))


def preconditioner(world: World) -> Any:
    """The solver's preconditioner, from the Jacobian at the baseline."""
    return first_order.held_wages_preconditioner(world)


def step(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> Unknowns:
    """The next unknowns: cost of the bundle, expenditure due, and final spending by wages due over wages paid."""
    s, xp = world.structure, namespace(unknowns.wage)
    v = multi_sector.goods_markets(world, prepared, unknowns)
    spent = first_order.final_spending(world) * xp.exp(unknowns.wage)
    cost = apply_blocks(s.inputs.transpose(0, 2, 1), v.log_price)
    demand = apply_blocks(s.inputs, v.output) + s.final * spent[..., None, :]
    expenditure = xp.log((demand + prepared.empty) / (world.spending + prepared.empty))
    due = xp.log(world.income / (s.value_added * v.output).sum(-2))
    flat = unknowns.cost.shape
    return Unknowns(cost.reshape(flat), expenditure.reshape(flat), unknowns.wage + due)


def report(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> dict[str, np.ndarray]:
    """Results by name: percent changes [...,n] unless noted; sector_price is [...,s,n].

    real_income: wages, duty and the baseline's deficit over the prices of final demand, without what is borrowed.
    borrowed and duty: in the world's unit.
    """
    s, xp = world.structure, namespace(unknowns.wage)
    v, base = multi_sector.goods_markets(world, prepared, unknowns), first_order.final_spending(world)
    duty = multi_sector.collected(prepared, v)
    income, price = world.income + duty + world.transfer, (s.final * v.log_price).sum(-2)
    return {
        "real_income": 100 * (income / base * xp.exp(-price) - 1),
        "price": 100 * xp.expm1(price),
        "duty": duty,
        "borrowed": base * xp.exp(unknowns.wage) - income,
        "sector_price": 100 * xp.expm1(v.log_price),
    }
