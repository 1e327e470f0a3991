"""Many sectors, labour and profits of a fixed number of firms: Ossa (2014, American Economic Review 104(12)).

Axes: s sector, n importer, i exporter; [...] scenarios. Labour moves between sectors, costs are wages, and a part of
each sector's sales is profit. With no profits it is the Armington or Ricardian economy without inputs that Lashkaripour
(2021) starts from. State: ln of each hat of the wage and of spending.
    supply_si = wage_i^-theta         ease_sn = sum_i share_sni (duty_sni)^-theta supply_si
    wages_n   = sum_s labour_s made_sn            income_n = sum_s made_sn + duty + deficit
Numeraire: world wages. theta is the elasticity of spending on varieties to their price, sigma - 1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from detente.economy.access import BatchedSparseAccess, PanelAccess, SparseAccess, sectoral
from detente.economy.arrays import namespace
from detente.economy.models import backward
from detente.economy.policy import Policy, nothing
from detente.economy.world import World, check
from detente.errors import DataError, QuestionError


class Structure(NamedTuple):
    """elasticity [s] theta; labour [s], share of sales paid to labour, the rest being profit; weight [s,n] of each
    sector's income in what its government maximises (ones: real income); goods [s], whether a sector bears duties;
    elasticity_from: source, in words."""

    elasticity: np.ndarray
    labour: np.ndarray
    weight: np.ndarray
    goods: np.ndarray
    elasticity_from: str = ""


class Unknowns(NamedTuple):
    """wage, spending [...,n]: ln of counterfactual over baseline."""

    wage: Any
    spending: Any


class Reach(NamedTuple):
    """What stays fixed while a policy is solved."""

    access: PanelAccess | BatchedSparseAccess | SparseAccess
    theta: np.ndarray  # [s,1]


class Markets(NamedTuple):
    """One evaluation of the equations [...,s,n], before the two gaps are taken."""

    supply: Any
    log_price: Any
    demand: Any
    spend: Any
    net: Any
    made: Any
    duty: Any  # [...,n]
    growth: Any  # [...,1] world wages, counterfactual over baseline


def calibrate(
    economies: tuple[str, ...],
    sectors: tuple[str, ...],
    flows: np.ndarray,
    tariff: np.ndarray,
    elasticity: np.ndarray,
    origin: Any,
    *,
    labour: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    goods: np.ndarray | None = None,
    words: str = "given by the caller",
    name: str | None = None,
) -> World:
    """The world whose equilibrium is these flows [s,n,i], before duty, at these tariffs.

    Raises DataError where they are not an economy.
    """
    if not (np.isfinite(flows).all() and (flows >= 0).all() and (elasticity > 0).all()):
        raise DataError(f"{origin.name}: flows must be finite and not negative, and every elasticity positive")
    labour = np.ones(len(sectors)) if labour is None else labour
    paid, made = flows * (1 + tariff), flows.sum(1)
    spending = paid.sum(2)
    share = np.where(
        spending[..., None] > 0, paid / np.where(spending > 0, spending, 1)[..., None], np.eye(len(flows[0]))
    )
    income = (labour[:, None] * made).sum(0)
    duty = (paid - flows).sum((0, 2))
    structure = Structure(
        elasticity,
        labour,
        np.ones_like(made) if weight is None else weight,
        np.ones(len(sectors), bool) if goods is None else goods,
        words,
    )
    transfer = spending.sum(0) - made.sum(0) - duty
    transfer = transfer - transfer.sum() / len(transfer)
    return check(
        World(name or origin.name, economies, share, spending, income, transfer, tariff, structure, origin, sectors)
    )


def balanced(world: World, *, name: str | None = None) -> World:
    """The world without deficits: the equilibrium in which every economy spends what it earns, as a new baseline."""
    from detente.economy.models import fixed_firms
    from detente.economy.solve import Options, solve

    without = replace(world, transfer=np.zeros_like(world.transfer), name=name or f"{world.name}, balanced")
    found = solve(without, nothing(without), fixed_firms, options=Options(1e-12))
    return rebase(without, found.policy, found.state, without.name)


def prepare(world: World, policy: Policy) -> Reach | None:
    """The policy as the equations use it; None where its scenarios cannot be solved side by side."""
    if policy.revenue != "lump_sum":
        raise QuestionError("fixed_firms returns duties to households; income_tax_relief is the one-sector model's")
    access = sectoral(world, policy, world.structure.elasticity)
    return None if access is None else Reach(access, world.structure.elasticity[:, None])


def start(world: World) -> Unknowns:
    """The baseline: every hat is one."""
    return Unknowns(np.zeros(len(world.economies)), np.zeros(len(world.economies)))


def markets(world: World, reach: Reach, state: Unknowns) -> Markets:
    """Goods markets at given wages and spending."""
    xp = namespace(state.wage)
    supply = xp.exp(-reach.theta * state.wage[..., None, :])
    ease, net = reach.access.buy(supply)
    spend = world.spending * xp.exp(state.spending[..., None, :])
    demand = spend / ease
    net = net * demand
    growth = (world.income * xp.exp(state.wage)).sum(-1, keepdims=True) / world.income.sum()
    made = supply * reach.access.sell(demand)
    return Markets(supply, -xp.log(ease) / reach.theta, demand, spend, net, made, (spend - net).sum(-2), growth)


def step(world: World, policy: Policy, reach: Reach, state: Unknowns) -> Unknowns:
    """State moved by its gaps: wages earned over wages due, and income over spending."""
    v, xp = markets(world, reach, state), namespace(state.wage)
    level = xp.log(v.growth)
    earned = (world.structure.labour[:, None] * v.made).sum(-2)
    income = v.made.sum(-2) + v.duty + world.transfer * v.growth
    return Unknowns(xp.log(earned / world.income) - level, xp.log(income / world.spending.sum(0)) - level)


def payoff(world: World, reach: Reach, state: Unknowns) -> Any:
    """ln of what each government maximises [...,n]: weighted sector income over consumer prices, baseline zero.

    A sector's income is its sales and its labour's share of duty and deficit. With weights of one it is real income.
    """
    v = markets(world, reach, state)
    weighted, _, _ = income_weighted(world, v)
    before, _, _ = income_weighted(world, baseline(world))
    return namespace(weighted).log(weighted / before) - (final(world) * v.log_price).sum(-2)


def final(world: World) -> np.ndarray:
    """Sectors' shares of spending [s,n]."""
    return world.spending / world.spending.sum(0)


def baseline(world: World) -> Markets:
    """The baseline's markets."""
    net = world.duty_free * world.spending[..., None]
    xp = namespace(net)
    one = xp.ones_like(world.spending)
    made, bought = net.sum(1), net.sum(2)
    duty = (world.spending - bought).sum(0)
    return Markets(one, 0 * one, world.spending, world.spending, bought, made, duty, xp.ones(1))


def income_weighted(world: World, v: Markets) -> tuple[Any, Any, Any]:
    """Weighted income [...,n], labour's sales [...,s,n], and the mean weight of labour [...,n]."""
    s = world.structure
    wages = s.labour[:, None] * v.made
    mean = (s.weight * wages).sum(-2) / wages.sum(-2)
    return (s.weight * v.made).sum(-2) + mean * (v.duty + world.transfer * v.growth), wages, mean


def vjp(
    world: World, reach: Reach, state: Unknowns, moved: Unknowns, payoffs: Any
) -> tuple[Unknowns, backward.Cotangents]:
    """Bars of the state, and of the markets, from bars on the moved state and on the payoffs; one scenario."""
    s, v = world.structure, markets(world, reach, state)
    labour = s.labour[:, None]
    other = v.duty + world.transfer * v.growth
    weighted, wages, mean = income_weighted(world, v)
    by_income = moved.spending / (v.made.sum(-2) + other)  # [...,n]
    by_earned = moved.wage / wages.sum(-2)
    by_weighted = payoffs / weighted
    by_other = by_income + mean * by_weighted
    slope = labour * (s.weight - mean) / wages.sum(-2)  # of the mean weight to sales
    made = by_income[..., None, :] + labour * by_earned[..., None, :]
    made = made + (s.weight + slope * other) * by_weighted[..., None, :]
    spend = np.broadcast_to(by_other[..., None, :], made.shape)
    price = -final(world) * payoffs[..., None, :]
    bars = backward.markets(v, reach, price, made, -spend, spend)
    growth = (by_other * world.transfer).sum(-1) - (moved.wage + moved.spending).sum(-1) / v.growth[..., 0]
    wage = bars.cost.sum(-2) + growth[..., None] * world.income * np.exp(state.wage) / world.income.sum()
    return Unknowns(wage, bars.spending.sum(-2)), bars


def report(world: World, policy: Policy, reach: Reach, state: Unknowns) -> dict[str, np.ndarray]:
    """Percent changes [...,n], and [...,s,n] for sector_output; revenue: duty over baseline income (a fraction).

    real_income; government: what the government maximises; profit: over the
    economy's wage; wage, price: nominal, numeraire world wages.
    """
    s, v, xp = world.structure, markets(world, reach, state), namespace(state.wage)
    level, made0 = v.growth, baseline(world).made
    price = xp.exp((final(world) * v.log_price).sum(-2))
    total = world.spending.sum(0)
    income = v.made.sum(-2) + v.duty + world.transfer * v.growth
    gain = (1 - s.labour)[:, None]
    before = (gain * made0).sum(0)
    profit = xp.where(before > 0, (gain * v.made).sum(-2) / xp.where(before > 0, before, 1), 1)
    return {
        "real_income": 100 * (income / total / price - 1),
        "government": 100 * xp.expm1(payoff(world, reach, state)),
        "wage": 100 * (xp.exp(state.wage) / level - 1),
        "profit": 100 * (profit / xp.exp(state.wage) - 1),
        "price": 100 * (price / level - 1),
        "revenue": v.duty / level / total,
        "sector_output": 100 * (v.made / xp.where(made0 > 0, made0, 1) - 1),
    }


def rebase(world: World, policy: Policy, state: Unknowns, name: str) -> World:
    """The world whose baseline is this equilibrium of one scenario."""
    reach = prepare(world, policy)
    if reach is None or not isinstance(reach.access, PanelAccess):
        raise QuestionError("a new baseline is made of one scenario at a time")
    v = markets(world, reach, state)
    gross = reach.access.both[:, : len(world.economies)] * v.supply[:, None, :]
    return check(
        replace(
            world,
            name=name,
            share=gross / gross.sum(2, keepdims=True),
            spending=v.spend / v.growth,
            income=world.income * np.exp(state.wage) / v.growth,
            tariff=policy.tariff(world),
        )
    )
