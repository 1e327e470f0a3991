"""One sector, many economies, labour supply, scale and entry: Ignatenko, Lashkaripour, Macedoni, Simonovska (2025).

Axes: n importer, i exporter; [...] scenarios. A hat is counterfactual over baseline. With labour share b < 1 the same
equations are the paper's roundabout version. State: ln of each economy's delivered cost (hat) and of its spending
(hat).
    supply_i  = cost_i^-eps                            cost = w^b P^(1-b) / ( (w/P)^(1-b) L )^psi
    ease_n    = sum_i share_ni (1+t_ni)^(-eps phi_n) supply_i
    price_n   = (spending_n / w_n)^(1-phi_n) ease_n^(-1/eps)          labour_n = ( relief_n w_n / price_n )^kappa
    income    = b (sales, each net of the buyer's local share nu) + nu (own purchases)
    spending  = labour income + duty + (1-b) sales + transfer * growth of world income
Given cost, spending and ease, the three middle lines are linear in ln w, ln P, ln L: no inner loop.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.economy.access import DenseAccess, SharedAccess, SparseAccess, access
from detente.economy.arrays import namespace
from detente.economy.policy import Policy
from detente.economy.world import TradeTable, World, check
from detente.errors import DataError

ELASTICITY = 4.0  # trade elasticity eps, the paper's baseline
LABOUR_SUPPLY = 0.5  # kappa, Frisch-type elasticity of hours
SCALE = 0.67  # psi * eps
LOCAL_SHARE = {"rest": 0.12, "USA": 0.26}  # what nu must imply for the rest of the world and for the USA
ROUNDABOUT = 0.49  # labour share b of the input-output version
BRANCHES = ("labour_share",)  # of the structure: the equations take another form, so JAX compiles anew


class Structure(NamedTuple):
    """elasticity eps; labour_supply kappa; scale psi; local [n] nu, the share of sales paid to the buyer's labour;
    response [n] phi, duty to cost exponent of the entry margin; labour_share b."""

    elasticity: float
    labour_supply: float
    scale: float
    local: np.ndarray
    response: np.ndarray
    labour_share: float


class Unknowns(NamedTuple):
    """cost, spending [...,n]: ln of counterfactual over baseline."""

    cost: Any
    spending: Any


def local_shares(table: TradeTable, home: str = "USA") -> np.ndarray:
    """nu [n]: two values, `home` and all others, such that the two-region aggregate pays the sourced local shares."""
    n = table.economies.index(home)
    away = np.arange(len(table.economies)) != n
    x = np.array(  # [exporter,importer]: rest, home; the rest trades with itself
        [[table.flows[np.ix_(away, away)].sum(), table.flows[n, away].sum()], [table.flows[away, n].sum(), 0]]
    )
    y = np.array([table.gdp[away].sum(), table.gdp[n]])
    nu = np.array([0.1, 0.24])
    for _ in range(100):
        spend = y + (1 - nu) * (x.sum(0) - x @ (1 - nu))
        kept = spend - [x[1, 0], x[0, 1]]  # sales at home: spending less imports of rest, of home
        own = kept / (kept + np.array([x[0, 1], x[1, 0]]))
        system = np.array([[own[0], 1 - own[0]], [1 - own[1], own[1]]])
        new = np.linalg.solve(system, [LOCAL_SHARE["rest"], LOCAL_SHARE["USA"]])
        if np.abs(new - nu).max() < 1e-15:
            break
        nu = np.maximum(new, 0)
    out = np.full(len(table.economies), nu[0])
    out[n] = nu[1]
    return out


def calibrate(
    table: TradeTable,
    *,
    elasticity: float = ELASTICITY,
    pass_through: float = 1.0,
    eaton_kortum: bool = False,
    labour_share: float = 1.0,
    name: str | None = None,
) -> World:
    """The world in which a table's flows are the equilibrium without tariffs. Section 1 and appendix of the paper.

    pass_through: share of a duty's fall on entry, 1 or the alternative 0.25. eaton_kortum: no local share, no entry
    margin. labour_share below 1: the roundabout version. Raises DataError where the table is not an economy.
    """
    flows, gdp = table.flows, table.gdp
    if not (np.isfinite(flows).all() and np.isfinite(gdp).all() and (flows >= 0).all() and (gdp > 0).all()):
        raise DataError(f"{table.origin.name}: flows must be finite and not negative, and every GDP positive")
    nu = local_shares(table)
    imports = flows.sum(1)
    transfer = (1 - nu) * (imports - flows.T @ (1 - nu))
    sales = flows + np.diag(np.maximum(gdp + transfer - imports, 0))  # [n,i] with domestic sales
    if eaton_kortum:
        nu = np.zeros_like(nu)
    if labour_share < 1:
        sales = sales + np.diag(np.diagonal(sales) * (1 / labour_share - 1))
    spending = sales.sum(1)
    made = sales.T @ (1 - nu)
    income = labour_share * made + nu * spending
    transfer = spending - income - (1 - labour_share) * made
    theta = ELASTICITY / SCALE  # stays at the baseline's value when the elasticity is varied
    entry = pass_through + (1 + theta) / ((1 - nu) * theta) - 1 / theta - 1
    structure = Structure(
        elasticity=elasticity,
        labour_supply=LABOUR_SUPPLY,
        scale=1 / theta,
        local=nu,
        response=np.ones_like(nu) if eaton_kortum else entry,
        labour_share=labour_share,
    )
    return check(
        World(
            name=name or table.origin.name,
            economies=table.economies,
            share=sales / spending[:, None],
            spending=spending,
            income=income,
            transfer=transfer,
            tariff=np.zeros_like(sales),
            structure=structure,
            origin=table.origin,
        )
    )


class Prepared(NamedTuple):
    """What stays fixed while a policy is solved: its access and the log-linear block, all [n].

    ln(wage * labour) = by_cost * cost + by_shift * shift + by_relief * ln relief, with shift = entry * spending - ln
    ease / eps.
    """

    access: DenseAccess | SharedAccess | SparseAccess
    entry: np.ndarray
    by_cost: np.ndarray
    by_shift: np.ndarray
    by_relief: np.ndarray
    slope: np.ndarray
    shift_in_cost: float
    relief_in_cost: float
    sold_on: np.ndarray  # 1 - nu
    spending: float  # world totals
    income: float


class Markets(NamedTuple):
    """One evaluation of the equations [...,n]: before the two gaps are taken."""

    supply: Any
    demand: Any  # gross spending over ease
    spend: Any  # gross spending E'
    net: Any  # purchases net of duty
    made: Any  # sales net of the buyers' local share
    growth: Any  # [...,1] of world labour income
    log_relief: Any
    shift: Any


def prepare(world: World, policy: Policy) -> Prepared | None:
    """The policy as the equations use it; None where its scenarios cannot be solved side by side."""
    s = world.structure
    reach = access(world, policy, s.elasticity * s.response)
    if reach is None:
        return None
    b, psi, kappa = s.labour_share, s.scale, s.labour_supply
    entry = 1 - s.response
    shift_in_cost = (1 - b) * (1 + psi) + psi * kappa
    slope = b - psi * (1 - b) - (1 - b) * (1 + psi) * entry - psi * kappa * (1 + entry)
    work = 1 + kappa * (1 + entry)
    return Prepared(
        reach,
        entry,
        by_cost=work / slope,
        by_shift=-work * shift_in_cost / slope - kappa,
        by_relief=work * psi * kappa / slope + kappa,
        slope=slope,
        shift_in_cost=shift_in_cost,
        relief_in_cost=psi * kappa,
        sold_on=1 - s.local,
        spending=world.spending.sum(),
        income=world.income.sum(),
    )


def markets(world: World, policy: Policy, reach: Prepared, state: Unknowns) -> Markets:
    """Goods markets at given costs and spending."""
    s, xp = world.structure, namespace(state.cost)
    supply = xp.exp(-s.elasticity * state.cost)
    spend = world.spending * xp.exp(state.spending)
    ease, net = reach.access.buy(supply)
    demand = spend / ease
    net = net * demand
    made = supply * reach.access.sell(reach.sold_on * demand)
    kept = net if s.labour_share == 1 else net - (1 - s.labour_share) * made  # labour income and transfers
    growth = kept.sum(-1, keepdims=True) / reach.income
    log_relief: Any = 0.0
    if policy.revenue == "income_tax_relief":
        paid = kept - world.transfer * growth
        log_relief = -xp.log1p((net - spend) / paid)
    shift = reach.entry * state.spending - xp.log(ease) / s.elasticity
    return Markets(supply, demand, spend, net, made, growth, log_relief, shift)


def start(world: World) -> Unknowns:
    """The baseline: every hat is one."""
    return Unknowns(np.zeros(len(world.economies)), np.zeros(len(world.economies)))


def step(world: World, policy: Policy, reach: Prepared, state: Unknowns) -> Unknowns:
    """State moved by the two gaps: labour income paid over labour income due, and the budget's spending."""
    s, v, xp = world.structure, markets(world, policy, reach, state), namespace(state.cost)
    log_wages = reach.by_cost * state.cost + reach.by_shift * v.shift
    if policy.revenue == "income_tax_relief":
        log_wages = log_wages + reach.by_relief * v.log_relief
    wages = world.income * xp.exp(log_wages)
    earned = s.labour_share * v.made + s.local * v.net
    budget = wages + v.spend - v.net + world.transfer * v.growth
    if s.labour_share < 1:
        budget = budget + (1 - s.labour_share) * v.made
    level = xp.log(v.spend.sum(-1, keepdims=True) / reach.spending)  # numeraire while solving: world spending
    return Unknowns(state.cost + xp.log(earned / wages) - level, xp.log(budget / world.spending) - level)


def report(world: World, policy: Policy, reach: Prepared, state: Unknowns) -> dict[str, np.ndarray]:
    """Percent changes [...,n] unless said otherwise; the paper's statistics under its section 5 definitions.

    real_income absorption over consumer prices; welfare with the disutility of work; deficit of trade in absolute
    value; exports_gdp, imports_gdp relative to labour income; exports, imports nominal; revenue duty over baseline
    spending (a fraction). Numeraire: the spending-weighted mean of consumer prices (roundabout: of wages) is 1.
    """
    s, xp = world.structure, namespace(state.cost)
    v = markets(world, policy, reach, state)
    log_wage = (state.cost - reach.shift_in_cost * v.shift + reach.relief_in_cost * v.log_relief) / reach.slope
    log_price = v.shift - reach.entry * log_wage
    wage, price = xp.exp(log_wage), xp.exp(log_price)
    if s.labour_share == 1:
        level = (world.spending * price).sum(-1, keepdims=True) / world.spending.sum()
    else:
        level = (world.income * wage).sum(-1, keepdims=True) / world.income.sum()
    relief = xp.exp(v.log_relief)
    work = xp.exp(s.labour_supply * (v.log_relief + log_wage - log_price))
    wages = world.income * wage * work
    duty = v.spend - v.net
    final = world.income + world.transfer
    absorbed = (wages + duty + world.transfer * v.growth) / final
    kappa = s.labour_supply
    weight = final / (final - kappa / (1 + kappa) / relief * world.income)
    own = reach.access.own() * v.supply * v.demand
    exports, imports = v.supply * reach.access.sell(v.demand) - own, v.net - own
    own0 = xp.diagonal(world.share) * world.spending
    exports0 = world.spending @ world.share - own0
    imports0 = world.spending - own0

    def change(new, old):
        return 100 * (new / old - 1)

    traded = (v.spend - own).sum(-1, keepdims=True) / exports0.sum() / v.growth  # at the prices buyers pay
    return {
        "real_income": 100 * (absorbed / price - 1),
        "welfare": 100 * (weight * absorbed / price + (1 - weight) * wage * work / price - 1),
        "deficit": 100 * ((imports - exports) / level - (imports0 - exports0)) / xp.abs(imports0 - exports0),
        "exports_gdp": change(exports / wages, exports0 / world.income),
        "imports_gdp": change(imports / wages, imports0 / world.income),
        "exports_nominal": change(exports / level, exports0),
        "imports_nominal": change(imports / level, imports0),
        "employment": 100 * (work - 1),
        "price": change(price / level, 1),
        "wage": change(wage / level, 1),
        "real_wage": change(wage / price, 1),
        "revenue": duty / level / world.spending,
        "spending": change(v.spend / level, world.spending),
        "income_tax_relief": 100 * (1 - 1 / relief) * xp.ones_like(price),
        "world_trade_gdp": 100 * (traded - 1) * xp.ones_like(price),
    }


def trade(world: World, policy: Policy, state: Unknowns) -> np.ndarray:
    """Purchases [n,i] of one scenario net of duty, in the world's unit at the solver's numeraire."""
    reach = prepare(world, policy)
    if reach is None or not isinstance(reach.access, DenseAccess):
        raise DataError("trade is asked of one scenario at a time")
    v = markets(world, policy, reach, state)
    return reach.access.net * v.supply * v.demand[:, None]
