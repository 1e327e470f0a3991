"""Many sectors with input-output links, deficits and tariff revenue: Caliendo and Parro (2015) in exact hats.

Axes: s or k sector, n importer, i exporter; [...] scenarios. A hat is counterfactual over baseline. State: ln of each
hat of the input bundle's cost, of spending and of the wage.
    supply_si = cost_si^-theta        ease_sn = sum_i share_sni (duty_sni iceberg_sni)^-theta supply_si
    price_sn  = ease_sn^(-1/theta)    cost_sn = wage_n^B_sn prod_k price_kn^(inputs of k)
    made_si   = sum_n purchases net of duty               spending_kn = sum_s inputs_nks made_sn + final_kn income_n
    income    = wages + duty + deficit                    wages = sum_s B_sn made_sn
Numeraire: world value added. Deficits are fixed in it. Theta and duties enter only through the access, once a policy.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from detente.economy.access import BatchedSparseAccess, PanelAccess, SparseAccess, sectoral
from detente.economy.arrays import namespace
from detente.economy.models import backward
from detente.economy.models.first_order import mix, preconditioner
from detente.economy.policy import Policy, nothing
from detente.economy.world import World, check
from detente.errors import QuestionError

__all__ = [
    "baseline",
    "mix",
    "payoff",
    "preconditioner",
    "prepare",
    "rebase",
    "report",
    "start",
    "step",
    "trade",
    "vjp",
]
CLOSURE = "deficits fixed in world value added; duties paid to households; labour moves between sectors, not economies"


class Structure(NamedTuple):
    """elasticity [s] theta; value_added [s,n] B; inputs [n,k,s], of k in each unit of n's output of s; final [s,n]
    shares of income; goods [s], whether a sector bears duties; elasticity_from: paper and table, in words."""

    elasticity: np.ndarray
    value_added: np.ndarray
    inputs: np.ndarray
    final: np.ndarray
    goods: np.ndarray
    elasticity_from: str = ""


class Unknowns(NamedTuple):
    """cost, spending [...,s*n], wage [...,n]: ln of counterfactual over baseline."""

    cost: Any
    spending: Any
    wage: Any


class Reach(NamedTuple):
    """What stays fixed while a policy is solved."""

    access: PanelAccess | BatchedSparseAccess | SparseAccess
    theta: np.ndarray  # [s,1]
    empty: np.ndarray  # [s,n] 1 where nothing is spent at the baseline, else 0


class Markets(NamedTuple):
    """One evaluation of the equations [...,s,n], before the three gaps are taken."""

    supply: Any
    log_price: Any
    demand: Any  # gross spending over ease
    spend: Any
    net: Any  # purchases net of duty
    made: Any
    wages: Any  # [...,n]
    level: Any  # [...,1] world value added, ln of counterfactual over baseline
    income: Any  # [...,n]


def prepare(world: World, policy: Policy) -> Reach | None:
    """The policy as the equations use it; None where its scenarios cannot be solved side by side."""
    if policy.revenue != "lump_sum":
        raise QuestionError("multi_sector returns duties to households; income_tax_relief is the one-sector model's")
    access = sectoral(world, policy, world.structure.elasticity)
    if access is None:
        return None
    return Reach(access, world.structure.elasticity[:, None], (world.spending == 0).astype(float))


def start(world: World) -> Unknowns:
    """The baseline: every hat is one."""
    return Unknowns(np.zeros(world.spending.size), np.zeros(world.spending.size), np.zeros(len(world.economies)))


def markets(world: World, reach: Reach, state: Unknowns) -> Markets:
    """Goods markets at given costs, spending and wages."""
    shape, xp = (*state.wage.shape[:-1], *world.spending.shape), namespace(state.wage)
    supply = xp.exp(-reach.theta * state.cost.reshape(shape))
    ease, net = reach.access.buy(supply)
    spend = world.spending * xp.exp(state.spending.reshape(shape))
    demand = spend / ease
    net = net * demand
    wages = world.income * xp.exp(state.wage)
    growth = wages.sum(-1, keepdims=True) / world.income.sum()
    income = wages + (spend - net).sum(-2) + world.transfer * growth
    made = supply * reach.access.sell(demand)
    return Markets(supply, -xp.log(ease) / reach.theta, demand, spend, net, made, wages, xp.log(growth), income)


def step(world: World, policy: Policy, reach: Reach, state: Unknowns) -> Unknowns:
    """State moved by its gaps: cost of the bundle, spending due over spending, value added paid over wages due."""
    s, v, xp = world.structure, markets(world, reach, state), namespace(state.wage)
    cost = s.value_added * state.wage[..., None, :] + mix(s.inputs.transpose(0, 2, 1), v.log_price)
    due = mix(s.inputs, v.made) + s.final * v.income[..., None, :]
    spending = xp.log((due + reach.empty) / (world.spending + reach.empty))
    paid = xp.log((s.value_added * v.made).sum(-2) / world.income)
    flat = state.cost.shape
    return Unknowns(cost.reshape(flat) - v.level, spending.reshape(flat) - v.level, paid - v.level)


def payoff(world: World, reach: Reach, state: Unknowns) -> Any:
    """ln of real income [...,n], up to the baseline's constant."""
    v = markets(world, reach, state)
    return namespace(v.income).log(v.income) - (world.structure.final * v.log_price).sum(-2)


def vjp(
    world: World, reach: Reach, state: Unknowns, moved: Unknowns, payoffs: Any
) -> tuple[Unknowns, backward.Cotangents]:
    """Bars of the state, and of the markets, from bars on the moved state and on the payoffs; one scenario."""
    s, v = world.structure, markets(world, reach, state)
    shape = (*moved.wage.shape[:-1], *world.spending.shape)
    cost, spending = moved.cost.reshape(shape), moved.spending.reshape(shape)
    due = spending / (mix(s.inputs, v.made) + s.final * v.income + reach.empty)
    paid = moved.wage / (s.value_added * v.made).sum(-2)
    income = (s.final * due).sum(-2) + payoffs / v.income
    made = mix(s.inputs.transpose(0, 2, 1), due) + s.value_added * paid[..., None, :]
    price = mix(s.inputs, cost) - s.final * payoffs[..., None, :]
    spend = np.broadcast_to(income[..., None, :], shape)
    bars = backward.markets(v, reach, price, made, -spend, spend)
    level = -(cost.sum((-1, -2)) + spending.sum((-1, -2)) + moved.wage.sum(-1))
    growth = (income * world.transfer).sum(-1) + level / np.exp(v.level[..., 0])
    wage = (s.value_added * cost).sum(-2) + (income + growth[..., None] / world.income.sum()) * v.wages
    return Unknowns(bars.cost.reshape(moved.cost.shape), bars.spending.reshape(moved.cost.shape), wage), bars


def report(world: World, policy: Policy, reach: Reach, state: Unknowns) -> dict[str, np.ndarray]:
    """Percent changes [...,n], and [...,s,n] for sector_output, sector_employment and sector_price, unless said.

    real_income: absorption over consumer prices, exact. linear_welfare = terms_of_trade + volume_of_trade: Caliendo and
    Parro's decomposition at base weights, a linear approximation. real_wage; gdp: value added and duty, nominal; price,
    wage, exports, imports: nominal, numeraire world value added. revenue: duty over baseline income (a fraction).
    duty, gain, trade_balance: in the world's unit, gain being real_income times baseline income.
    """
    s, v, xp = world.structure, markets(world, reach, state), namespace(state.wage)
    shape = v.spend.shape
    level = xp.exp(v.level)
    cost = xp.exp(state.cost.reshape(shape) - v.level[..., None])
    wage = xp.exp(state.wage - v.level)
    price = xp.exp((s.final * (v.log_price - v.level[..., None])).sum(-2))
    flows = world.duty_free * world.spending[:, :, None]
    made0, net0 = flows.sum(1), flows.sum(2)
    duty0 = (world.spending - net0).sum(0)
    income0 = world.income + duty0 + world.transfer
    own0 = xp.diagonal(flows, axis1=1, axis2=2)
    income, duty = v.income / level, (v.spend - v.net).sum(-2) / level
    own = reach.access.own() * v.supply * v.demand
    exports, imports = ((x - own).sum(-2) / level for x in (v.made, v.net))
    bought = (flows @ cost[..., None])[..., 0]  # base imports at new costs
    terms = (made0 * (cost - 1) - bought + net0).sum(-2) / income0
    before = world.tariff
    volume = v.demand * reach.access.duty(v.supply, before) / level[..., None]
    volume = (volume - ((flows * before) @ cost[..., None])[..., 0]).sum(-2) / income0

    def change(new, old):
        return 100 * (xp.where(old > 0, new / xp.where(old > 0, old, 1), 1) - 1)

    real = income / income0 / price - 1
    output = v.made / level[..., None]
    return {
        "real_income": 100 * real,
        "linear_welfare": 100 * (terms + volume),
        "terms_of_trade": 100 * terms,
        "volume_of_trade": 100 * volume,
        "real_wage": 100 * (wage / price - 1),
        "wage": 100 * (wage - 1),
        "price": 100 * (price - 1),
        "gdp": change(world.income * wage + duty, world.income + duty0),
        "revenue": duty / income0,
        "duty": duty,
        "gain": real * income0,
        "exports": change(exports, (made0 - own0).sum(0)),
        "imports": change(imports, (net0 - own0).sum(0)),
        "trade_balance": exports - imports,
        "sector_output": change(output / cost, made0),
        "sector_employment": change(output / wage[..., None, :], made0),
        "sector_price": 100 * (xp.exp(v.log_price - v.level[..., None]) - 1),
    }


def trade(world: World, policy: Policy, state: Unknowns) -> np.ndarray:
    """Purchases [s,n,i] of one scenario before duty, in the world's unit. Raises QuestionError for many scenarios."""
    reach = prepare(world, policy)
    if reach is None or not isinstance(reach.access, PanelAccess):
        raise QuestionError("bilateral trade is asked of one scenario at a time")
    v = markets(world, reach, state)
    return reach.access.net * v.supply[:, None, :] * (v.demand / np.exp(v.level))[:, :, None]


def rebase(world: World, policy: Policy, state: Unknowns, name: str) -> World:
    """The world whose baseline is this equilibrium of one scenario; nominal deficits and the numeraire stay."""
    reach = prepare(world, policy)
    if reach is None or not isinstance(reach.access, PanelAccess):
        raise QuestionError("a new baseline is made of one scenario at a time")
    v = markets(world, reach, state)
    gross = reach.access.both[:, : len(world.economies)] * v.supply[:, None, :]
    level = np.exp(v.level)
    return check(
        replace(
            world,
            name=name,
            share=gross / gross.sum(2, keepdims=True),
            spending=v.spend / level,
            income=v.wages / level,
            tariff=policy.tariff(world),
        )
    )


def baseline(world: World) -> float:
    """How far the world is from an equilibrium of its own: the largest relative miss of any market."""
    none = nothing(world)
    reach = prepare(world, none)
    moved = step(world, none, reach, start(world))  # type: ignore[arg-type]
    return float(max(np.abs(part).max() for part in moved))
