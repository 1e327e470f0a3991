"""Many sectors, labour and profits of a fixed number of firms: Ossa (2014, American Economic Review 104(12)).

Axes: s sector, n importer, i exporter; [...] scenarios. A hat is counterfactual over baseline. Labour moves between
sectors, costs are wages, and a part of each sector's sales is profit. With no profits it is the Armington or Ricardian
economy without inputs that Lashkaripour (2021) starts from. The unknowns are the ln hats of wage and expenditure.

    supply_si        = wage_i^-theta_s
    market_access_sn = sum_i share_sni duty_sni^-theta_s supply_si
    wages_n          = sum_s labour_s output_sn
    income_n         = sum_s output_sn + duty + deficit

Numeraire: world wages. theta is the elasticity of expenditure on varieties to their price, sigma - 1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from detente.economy.access import BatchedSparseAccess, PanelAccess, SparseAccess, sectoral_access
from detente.economy.arrays import namespace
from detente.economy.models import backward
from detente.economy.models.new_baseline import new_baseline, single
from detente.economy.policy import Policy, nothing
from detente.economy.world import Origin, World, check, purchase_shares
from detente.errors import DataError, QuestionError


class Structure(NamedTuple):
    """The model's parameters.

    elasticity [s]: theta. labour [s]: share of sales paid to labour, the rest being profit. weight [s,n]: of each
    sector's income in what its government maximises (ones: real income). goods [s]: whether a sector bears duties.
    elasticity_from: source, in words.
    """

    elasticity: np.ndarray
    labour: np.ndarray
    weight: np.ndarray
    goods: np.ndarray
    elasticity_from: str = ""


class Unknowns(NamedTuple):
    """wage, expenditure [...,n]: ln of counterfactual over baseline."""

    wage: Any
    expenditure: Any


class Prepared(NamedTuple):
    """What stays fixed while a policy is solved."""

    access: PanelAccess | BatchedSparseAccess | SparseAccess
    theta: np.ndarray  # [s,1]


class Markets(NamedTuple):
    """Goods markets at some unknowns, one evaluation of the equations; [...,s,n] unless noted."""

    supply: Any
    log_price: Any
    demand: Any  # gross expenditure over market access
    expenditure: Any  # gross of duty
    net_expenditure: Any  # net of duty
    output: Any
    duty: Any  # [...,n]
    growth: Any  # [...,1] world wages over their baseline


def calibrate(
    economies: tuple[str, ...],
    sectors: tuple[str, ...],
    flows: np.ndarray,
    tariff: np.ndarray,
    elasticity: np.ndarray,
    origin: Origin,
    *,
    labour: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    goods: np.ndarray | None = None,
    elasticity_from: str = "given by the caller",
    name: str | None = None,
) -> World:
    """The world whose equilibrium is these flows [s,n,i], before duty, at these tariffs [s,n,i].

    elasticity [s]: theta. labour, weight, goods, elasticity_from: see Structure; by default labour alone, real income,
    all goods. Raises DataError for flows that are negative or not finite and elasticities that are not positive.
    """
    if not (np.isfinite(flows).all() and (flows >= 0).all() and (elasticity > 0).all()):
        raise DataError(f"{origin.name}: flows must be finite and not negative, and every elasticity positive")
    labour = np.ones(len(sectors)) if labour is None else labour
    paid, output = flows * (1 + tariff), flows.sum(1)
    spending = paid.sum(2)
    share = purchase_shares(paid, spending)
    income = (labour[:, None] * output).sum(0)
    duty = (paid - flows).sum((0, 2))
    structure = Structure(
        elasticity,
        labour,
        np.ones_like(output) if weight is None else weight,
        np.ones(len(sectors), bool) if goods is None else goods,
        elasticity_from,
    )
    transfer = spending.sum(0) - output.sum(0) - duty
    transfer = transfer - transfer.sum() / len(transfer)
    return check(
        World(name or origin.name, economies, share, spending, income, transfer, tariff, structure, origin, sectors)
    )


def balanced(world: World, *, name: str | None = None) -> World:
    """The world without deficits: the equilibrium in which every economy spends what it earns, as a new baseline.

    Raises NotConverged.
    """
    from detente.economy.models import fixed_firms
    from detente.economy.solve import Options, solve

    without = replace(world, transfer=np.zeros_like(world.transfer), name=name or f"{world.name}, balanced")
    equilibrium = solve(without, nothing(without), fixed_firms, options=Options(1e-12))
    return rebase(without, equilibrium.policy, equilibrium.state, without.name)


def prepare(world: World, policy: Policy) -> Prepared | None:
    """The policy in the form that the equations use; None where its scenarios cannot be solved side by side.

    Raises QuestionError for a use of revenue other than lump_sum.
    """
    if policy.revenue != "lump_sum":
        raise QuestionError("fixed_firms returns duties to households; income_tax_relief is the one-sector model's")
    access = sectoral_access(world, policy, world.structure.elasticity)
    return None if access is None else Prepared(access, world.structure.elasticity[:, None])


def start(world: World) -> Unknowns:
    """The baseline, where every hat is one."""
    return Unknowns(np.zeros(len(world.economies)), np.zeros(len(world.economies)))


def markets(world: World, prepared: Prepared, unknowns: Unknowns) -> Markets:
    """Goods markets at given wages and expenditure."""
    xp = namespace(unknowns.wage)
    supply = xp.exp(-prepared.theta * unknowns.wage[..., None, :])
    market_access, net_per_demand = prepared.access.purchases(supply)
    expenditure = world.spending * xp.exp(unknowns.expenditure[..., None, :])
    demand = expenditure / market_access
    net = net_per_demand * demand
    growth = (world.income * xp.exp(unknowns.wage)).sum(-1, keepdims=True) / world.income.sum()
    output = supply * prepared.access.sales(demand)
    log_price, duty = -xp.log(market_access) / prepared.theta, (expenditure - net).sum(-2)
    return Markets(supply, log_price, demand, expenditure, net, output, duty, growth)


def step(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> Unknowns:
    """The next unknowns: wages that output pays, and expenditure equal to income."""
    v, xp = markets(world, prepared, unknowns), namespace(unknowns.wage)
    level = xp.log(v.growth)
    labour_income = (world.structure.labour[:, None] * v.output).sum(-2)
    income = v.output.sum(-2) + v.duty + world.transfer * v.growth
    return Unknowns(xp.log(labour_income / world.income) - level, xp.log(income / world.spending.sum(0)) - level)


def payoff(world: World, prepared: Prepared, unknowns: Unknowns) -> Any:
    """ln of what each government maximises [...,n]: weighted sector income over consumer prices; zero at the baseline.

    A sector's income is its sales and its labour's share of duty and deficit. With weights of one it is real income.
    """
    v = markets(world, prepared, unknowns)
    weighted, _, _ = weighted_income(world, v)
    before, _, _ = weighted_income(world, baseline(world))
    return namespace(weighted).log(weighted / before) - (final_shares(world) * v.log_price).sum(-2)


def final_shares(world: World) -> Any:
    """Sectors' shares of spending [s,n]."""
    return world.spending / world.spending.sum(0)


def baseline(world: World) -> Markets:
    """The baseline's markets."""
    net = world.duty_free * world.spending[..., None]
    xp = namespace(net)
    ones = xp.ones_like(world.spending)
    output, net_expenditure = net.sum(1), net.sum(2)
    duty = (world.spending - net_expenditure).sum(0)
    return Markets(ones, 0 * ones, world.spending, world.spending, net_expenditure, output, duty, xp.ones(1))


def weighted_income(world: World, v: Markets) -> tuple[Any, Any, Any]:
    """Weighted income [...,n], wages by sector [...,s,n], and the mean weight of labour [...,n]."""
    s = world.structure
    wages = s.labour[:, None] * v.output
    mean = (s.weight * wages).sum(-2) / wages.sum(-2)
    return (s.weight * v.output).sum(-2) + mean * (v.duty + world.transfer * v.growth), wages, mean


def vjp(
    world: World, prepared: Prepared, unknowns: Unknowns, next_cotangent: Unknowns, payoff_cotangent: Any
) -> tuple[Unknowns, backward.Cotangents]:
    """Vector-Jacobian product of `step` and `payoff` at one scenario: cotangents of the unknowns and of the markets.

    next_cotangent: of the step's result, [...] several at once. payoff_cotangent [...,n]: of the payoffs.
    """
    s, v = world.structure, markets(world, prepared, unknowns)
    labour = s.labour[:, None]
    other_income = v.duty + world.transfer * v.growth
    weighted, wages, mean = weighted_income(world, v)
    by_income = next_cotangent.expenditure / (v.output.sum(-2) + other_income)  # [...,n]
    by_earned = next_cotangent.wage / wages.sum(-2)
    by_weighted = payoff_cotangent / weighted
    by_other = by_income + mean * by_weighted
    slope = labour * (s.weight - mean) / wages.sum(-2)  # of the mean weight in output
    output = by_income[..., None, :] + labour * by_earned[..., None, :]
    output = output + (s.weight + slope * other_income) * by_weighted[..., None, :]
    gross = np.broadcast_to(by_other[..., None, :], output.shape)
    price = -final_shares(world) * payoff_cotangent[..., None, :]
    cotangents = backward.markets(v, prepared, log_price=price, output=output, net=-gross, gross=gross, income=by_other)
    total = (next_cotangent.wage + next_cotangent.expenditure).sum(-1)
    growth = (by_other * world.transfer).sum(-1) - total / v.growth[..., 0]
    wage = cotangents.cost.sum(-2) + growth[..., None] * world.income * np.exp(unknowns.wage) / world.income.sum()
    return Unknowns(wage, cotangents.expenditure.sum(-2)), cotangents


def report(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> dict[str, np.ndarray]:
    """Results by name: percent changes [...,n] unless noted; sector_output is [...,s,n].

    government: what the government maximises. profit: relative to the economy's wage. wage, price: nominal, in units of
    the numeraire. revenue: duty over baseline income (a fraction).
    """
    s, v, xp = world.structure, markets(world, prepared, unknowns), namespace(unknowns.wage)
    level, output0 = v.growth, baseline(world).output
    price = xp.exp((final_shares(world) * v.log_price).sum(-2))
    total = world.spending.sum(0)
    income = v.output.sum(-2) + v.duty + world.transfer * v.growth
    profit_share = (1 - s.labour)[:, None]
    profit0 = (profit_share * output0).sum(0)
    profit = xp.where(profit0 > 0, (profit_share * v.output).sum(-2) / xp.where(profit0 > 0, profit0, 1), 1)
    return {
        "real_income": 100 * (income / total / price - 1),
        "government": 100 * xp.expm1(payoff(world, prepared, unknowns)),
        "wage": 100 * (xp.exp(unknowns.wage) / level - 1),
        "profit": 100 * (profit / xp.exp(unknowns.wage) - 1),
        "price": 100 * (price / level - 1),
        "revenue": v.duty / level / total,
        "sector_output": 100 * (v.output / xp.where(output0 > 0, output0, 1) - 1),
    }


def rebase(world: World, policy: Policy, unknowns: Unknowns, name: str) -> World:
    """The world whose baseline is this equilibrium of one scenario. Raises QuestionError for many scenarios."""
    prepared = single(prepare(world, policy))
    v = markets(world, prepared, unknowns)
    earned = world.income * np.exp(unknowns.wage)
    return new_baseline(world, policy, prepared, v, name, income=earned, level=v.growth)
