"""Many sectors with input-output links, deficits and tariff revenue: Caliendo and Parro (2015) in exact hat algebra.

Axes: s or k sector, n importer, i exporter; [...] scenarios. A hat is counterfactual over baseline. The unknowns are
the ln hats of the input bundle's cost, of expenditure and of the wage.

    supply_si        = cost_si^-theta_s
    market_access_sn = sum_i share_sni (duty_sni iceberg_sni)^-theta_s supply_si
    price_sn         = market_access_sn^(-1/theta_s)
    cost_sn          = wage_n^B_sn prod_k price_kn^(inputs of k)
    output_si        = sum_n purchases net of duty
    expenditure_kn   = sum_s inputs_nks output_sn + final_kn income_n
    income_n         = wages + duty + deficit                  wages_n = sum_s B_sn output_sn

Numeraire: world value added, in which deficits are fixed. Elasticities and duties enter only through the access, which
is computed once per policy.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from detente.economy.access import BatchedSparseAccess, PanelAccess, SparseAccess, sectoral_access
from detente.economy.arrays import namespace
from detente.economy.models import backward
from detente.economy.models.first_order import apply_blocks, preconditioner
from detente.economy.models.new_baseline import new_baseline, single
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import QuestionError

__all__ = [
    "apply_blocks",
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
ROUNDING = 1e-9  # of output: smaller sales abroad are the rounding of a difference
CLOSURE = "deficits fixed in world value added; duties paid to households; labour moves between sectors, not economies"


class Structure(NamedTuple):
    """The model's parameters.

    elasticity [s]: theta. value_added [s,n]: B, its share of output. inputs [n,k,s]: purchases of k in each unit of n's
    output of s. final [s,n]: shares of final demand. goods [s]: whether a sector bears duties. elasticity_from: paper
    and table, in words.
    """

    elasticity: np.ndarray
    value_added: np.ndarray
    inputs: np.ndarray
    final: np.ndarray
    goods: np.ndarray
    elasticity_from: str = ""


class Unknowns(NamedTuple):
    """cost, expenditure [...,s*n], wage [...,n]: ln of counterfactual over baseline."""

    cost: Any
    expenditure: Any
    wage: Any


class ExportTaxes(NamedTuple):
    """Cells [m] with a tax on exports. flow [...,m]: its revenue per supply and demand; exporter, importer [m,n]: 1 at
    the economy of each cell, else 0. kept [m]: its revenue per expenditure of buyers who keep their sources; `path` has
    it."""

    sector: np.ndarray
    buyer: np.ndarray
    seller: np.ndarray
    flow: np.ndarray
    exporter: np.ndarray
    importer: np.ndarray
    kept: np.ndarray | None = None


class Prepared(NamedTuple):
    """What stays fixed while a policy is solved."""

    access: PanelAccess | BatchedSparseAccess | SparseAccess
    theta: np.ndarray  # [s,1]
    empty: np.ndarray  # [s,n] 1 where nothing is spent at the baseline, else 0
    owed: np.ndarray | None = None  # [n] yearly payments abroad that grow with an economy's wage; `valuation` has them
    spent_duty: np.ndarray | None = None  # [n] duty that is spent, what is beyond it is lent; `lent_duty` has it
    exports: ExportTaxes | None = None


class GoodsMarkets(NamedTuple):
    """Purchases and sales at given costs and expenditure; [...,s,n]."""

    supply: Any
    log_price: Any
    demand: Any  # gross expenditure over market access
    expenditure: Any  # gross of duty
    net_expenditure: Any  # net of duty
    output: Any


class Markets(NamedTuple):
    """Goods markets at some unknowns, one evaluation of the equations; as GoodsMarkets, then incomes."""

    supply: Any
    log_price: Any
    demand: Any
    expenditure: Any
    net_expenditure: Any
    output: Any
    wages: Any  # [...,n]
    level: Any  # [...,1] ln of world value added over its baseline
    income: Any  # [...,n]


def prepare(world: World, policy: Policy) -> Prepared | None:
    """The policy in the form that the equations use; None where its scenarios cannot be solved side by side.

    Raises QuestionError for a use of revenue other than lump_sum.
    """
    if policy.revenue != "lump_sum":
        raise QuestionError("multi_sector returns duties to households; income_tax_relief is the one-sector model's")
    whole = policy if policy.export_tax is None else replace(policy, rate=policy.wedge, export_tax=None)
    access = sectoral_access(world, whole, world.structure.elasticity)
    if access is None:
        return None
    empty = (world.spending == 0).astype(float)
    return Prepared(access, world.structure.elasticity[:, None], empty, exports=export_taxes(world, policy))


def export_taxes(world: World, policy: Policy) -> ExportTaxes | None:
    """The taxes on exports of a policy: what each cell pays per unit of supply and of demand. None without any."""
    if policy.export_tax is None or policy.sector is None:
        return None
    s, n, i = policy.sector, policy.importer, policy.exporter
    theta, share = world.structure.elasticity[s], world.share[s, n, i]
    ratio = (1 + policy.wedge) / (1 + world.tariff[s, n, i]) * (1 if policy.cost is None else policy.cost)
    flow = policy.export_tax * share * ratio**-theta / (1 + policy.wedge)
    economies = np.arange(len(world.economies))
    return ExportTaxes(s, n, i, flow, 1.0 * (i[:, None] == economies), 1.0 * (n[:, None] == economies))


def start(world: World) -> Unknowns:
    """The baseline, where every hat is one."""
    return Unknowns(np.zeros(world.spending.size), np.zeros(world.spending.size), np.zeros(len(world.economies)))


def goods_markets(world: World, prepared: Any, unknowns: Any) -> GoodsMarkets:
    """Purchases and sales at the costs and expenditure of some unknowns, from the access and theta of `prepared`."""
    shape, xp = (*unknowns.wage.shape[:-1], *world.spending.shape), namespace(unknowns.wage)
    supply = xp.exp(-prepared.theta * unknowns.cost.reshape(shape))
    market_access, net_per_demand = prepared.access.purchases(supply)
    expenditure = world.spending * xp.exp(unknowns.expenditure.reshape(shape))
    demand = expenditure / market_access
    output = supply * prepared.access.sales(demand)
    log_price = -xp.log(market_access) / prepared.theta
    return GoodsMarkets(supply, log_price, demand, expenditure, net_per_demand * demand, output)


def markets(world: World, prepared: Prepared, unknowns: Unknowns) -> Markets:
    """Goods markets at given costs, expenditure and wages."""
    goods, xp = goods_markets(world, prepared, unknowns), namespace(unknowns.wage)
    wages = world.income * xp.exp(unknowns.wage)
    growth = wages.sum(-1, keepdims=True) / world.income.sum()
    level = xp.log(growth)
    transfer = world.transfer + _revaluation(world, prepared.owed, unknowns.wage - level)
    duty = collected(prepared, goods)
    income = wages + duty + transfer * growth + _lending(world, prepared.spent_duty, duty, growth)
    return Markets(*goods, wages, level, income)


def _revaluation(world: World, owed: np.ndarray | None, wage: Any) -> Any:
    """What economies receive [...,n] as wages relative to the world's, ln [...,n], move what is owed in own currency.

    What one pays more is received by all in proportion to value added.
    """
    if owed is None:
        return 0.0
    paid = owed * wage
    return paid.sum(-1, keepdims=True) * world.income / world.income.sum() - paid


def collected(prepared: Any, goods: Any) -> Any:
    """The duty and the taxes on exports that governments collect [...,n]."""
    wedges = (goods.expenditure - goods.net_expenditure).sum(-2)
    received, paid = export_revenue(prepared.exports, goods)
    return wedges + received - paid


def export_revenue(taxes: ExportTaxes | None, goods: Any) -> tuple[Any, Any]:
    """What economies receive in taxes on their exports, and what they pay in those of others [...,n]."""
    if taxes is None:
        return 0.0, 0.0
    bill = taxes.flow * goods.supply[..., taxes.sector, taxes.seller] * goods.demand[..., taxes.sector, taxes.buyer]
    if taxes.kept is not None:
        bill = bill + taxes.kept * goods.expenditure[..., taxes.sector, taxes.buyer]
    return bill @ taxes.exporter, bill @ taxes.importer


def _lending(world: World, spent: np.ndarray | None, duty: Any, growth: Any) -> Any:
    """What economies borrow less what they lend [...,n]: duty [...,n] beyond what is spent, which grows with the world.

    What is lent is borrowed by all in proportion to value added.
    """
    if spent is None:
        return 0.0
    lent = duty - spent * growth
    return lent.sum(-1, keepdims=True) * world.income / world.income.sum() - lent


def step(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> Unknowns:
    """The next unknowns: cost of the bundle, expenditure due, and wages by value added paid over wages due."""
    s, v, xp = world.structure, markets(world, prepared, unknowns), namespace(unknowns.wage)
    cost = s.value_added * unknowns.wage[..., None, :] + apply_blocks(s.inputs.transpose(0, 2, 1), v.log_price)
    demand = apply_blocks(s.inputs, v.output) + s.final * v.income[..., None, :]
    expenditure = xp.log((demand + prepared.empty) / (world.spending + prepared.empty))
    paid = xp.log((s.value_added * v.output).sum(-2) / world.income)
    flat = unknowns.cost.shape
    return Unknowns(cost.reshape(flat) - v.level, expenditure.reshape(flat) - v.level, paid - v.level)


def payoff(world: World, prepared: Prepared, unknowns: Unknowns) -> Any:
    """ln of real income [...,n], up to the baseline's constant."""
    v = markets(world, prepared, unknowns)
    return namespace(v.income).log(v.income) - (world.structure.final * v.log_price).sum(-2)


def vjp(
    world: World, prepared: Prepared, unknowns: Unknowns, next_cotangent: Unknowns, payoff_cotangent: Any
) -> tuple[Unknowns, backward.Cotangents]:
    """Vector-Jacobian product of `step` and `payoff` at one scenario: cotangents of the unknowns and of the markets.

    next_cotangent: of the step's result, [...] several at once. payoff_cotangent [...,n]: of the payoffs.
    """
    s, v = world.structure, markets(world, prepared, unknowns)
    shape = (*next_cotangent.wage.shape[:-1], *world.spending.shape)
    cost, expenditure = next_cotangent.cost.reshape(shape), next_cotangent.expenditure.reshape(shape)
    demand = expenditure / (apply_blocks(s.inputs, v.output) + s.final * v.income + prepared.empty)
    paid = next_cotangent.wage / (s.value_added * v.output).sum(-2)
    income = (s.final * demand).sum(-2) + payoff_cotangent / v.income
    output = apply_blocks(s.inputs.transpose(0, 2, 1), demand) + s.value_added * paid[..., None, :]
    price = apply_blocks(s.inputs, cost) - s.final * payoff_cotangent[..., None, :]
    gross = np.broadcast_to(income[..., None, :], shape)
    cotangents = backward.markets(
        v, prepared, log_price=price, output=output, net=-gross, gross=gross, income=income, taxes=prepared.exports
    )
    level = -(cost.sum((-1, -2)) + expenditure.sum((-1, -2)) + next_cotangent.wage.sum(-1))
    growth = (income * world.transfer).sum(-1) + level / np.exp(v.level[..., 0])
    wage = (s.value_added * cost).sum(-2) + (income + growth[..., None] / world.income.sum()) * v.wages
    flat = next_cotangent.cost.shape
    return Unknowns(cotangents.cost.reshape(flat), cotangents.expenditure.reshape(flat), wage), cotangents


class Baseline(NamedTuple):
    """What a world's flows add up to before any policy: output, net_expenditure, domestic, abroad [s,n]; duty, income.

    abroad: sales to other economies; none where they are a rounding error of output.
    """

    flows: Any  # [s,n,i] net of duty
    output: Any
    net_expenditure: Any
    domestic: Any
    abroad: Any
    duty: Any
    income: Any


def baseline_totals(world: World) -> Baseline:
    """The baseline's output, expenditure, domestic sales, duty and income, in the world's unit."""
    flows, xp = world.duty_free * world.spending[:, :, None], namespace(world.spending)
    output, net = flows.sum(1), flows.sum(2)
    duty = (world.spending - net).sum(0)
    domestic = xp.diagonal(flows, axis1=1, axis2=2)
    abroad = xp.where(output - domestic > ROUNDING * output, output - domestic, 0)
    return Baseline(flows, output, net, domestic, abroad, duty, world.income + duty + world.transfer)


def report(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> dict[str, np.ndarray]:
    """Results by name: percent changes [...,n] unless noted; sector_output, _exports, _employment, _price [...,s,n].

    real_income: absorption over consumer prices, exact. linear_welfare: Caliendo and Parro's decomposition at base
    weights, terms_of_trade + volume_of_trade, a linear approximation. gdp: value added and duty, nominal. price, wage,
    exports, imports: nominal, in units of the numeraire, with taxes on exports. revenue: duty over baseline income (a
    fraction). duty, gain and trade_balance: in the world's unit, where gain is real_income times baseline income.
    """
    s, v, xp = world.structure, markets(world, prepared, unknowns), namespace(unknowns.wage)
    base = baseline_totals(world)
    shape = v.expenditure.shape
    level = xp.exp(v.level)
    cost = xp.exp(unknowns.cost.reshape(shape) - v.level[..., None])
    wage = xp.exp(unknowns.wage - v.level)
    price = xp.exp((s.final * (v.log_price - v.level[..., None])).sum(-2))
    received, paid = export_revenue(prepared.exports, v)
    income, duty = v.income / level, collected(prepared, v) / level
    domestic = prepared.access.domestic() * v.supply * v.demand
    abroad = v.output - domestic
    exports, imports = (abroad.sum(-2) + received) / level, ((v.net_expenditure - domestic).sum(-2) + paid) / level
    purchases = (base.flows @ cost[..., None])[..., 0]  # base purchases at new costs
    terms = ((base.output * (cost - 1) - purchases + base.net_expenditure).sum(-2) + received - paid) / base.income
    volume = v.demand * prepared.access.duties(v.supply, world.tariff) / level[..., None]
    volume = (volume - ((base.flows * world.tariff) @ cost[..., None])[..., 0]).sum(-2) / base.income

    def change(new: Any, old: Any) -> Any:
        return 100 * (xp.where(old > 0, new / xp.where(old > 0, old, 1), 1) - 1)

    real = income / base.income / price - 1
    output = v.output / level[..., None]
    return {
        "real_income": 100 * real,
        "linear_welfare": 100 * (terms + volume),
        "terms_of_trade": 100 * terms,
        "volume_of_trade": 100 * volume,
        "real_wage": 100 * (wage / price - 1),
        "wage": 100 * (wage - 1),
        "price": 100 * (price - 1),
        "gdp": change(world.income * wage + duty, world.income + base.duty),
        "revenue": duty / base.income,
        "duty": duty,
        "gain": real * base.income,
        "exports": change(exports, (base.output - base.domestic).sum(0)),
        "imports": change(imports, (base.net_expenditure - base.domestic).sum(0)),
        "trade_balance": exports - imports,
        "sector_output": change(output / cost, base.output),
        "sector_exports": change(abroad / level[..., None] / cost, base.abroad),
        "sector_employment": change(output / wage[..., None, :], base.output),
        "sector_price": 100 * (xp.exp(v.log_price - v.level[..., None]) - 1),
    }


def trade(world: World, policy: Policy, unknowns: Unknowns) -> Any:
    """Purchases [s,n,i] of one scenario before duty, in the world's unit. Raises QuestionError for many scenarios."""
    prepared = prepare(world, policy)
    if prepared is None or not isinstance(prepared.access, PanelAccess):
        raise QuestionError("bilateral trade is computed for one scenario at a time; pick one, as in policy[0]")
    v = markets(world, prepared, unknowns)
    return prepared.access.net * v.supply[:, None, :] * (v.demand / np.exp(v.level))[:, :, None]


def rebase(world: World, policy: Policy, unknowns: Unknowns, name: str) -> World:
    """The world whose baseline is this equilibrium of one scenario; nominal deficits and the numeraire stay.

    Raises QuestionError for many scenarios, and for taxes on exports.
    """
    prepared = single(prepare(world, policy))
    v = markets(world, prepared, unknowns)
    return new_baseline(world, policy, prepared, v, name, income=v.wages, level=np.exp(v.level))
