"""One sector, many economies, labour supply, scale and entry: Ignatenko, Lashkaripour, Macedoni, Simonovska (2025).

Axes: n importer, i exporter; [...] scenarios. A hat is counterfactual over baseline. With labour share b < 1 the same
equations are the paper's roundabout version. The unknowns are the ln hats of each economy's delivered cost and of its
expenditure.

    supply_i         = cost_i^-eps                     cost = w^b P^(1-b) / ( (w/P)^(1-b) L )^psi
    market_access_n  = sum_i share_ni (1+t_ni)^(-eps phi_n) supply_i
    price_n          = (expenditure_n / w_n)^(1-phi_n) market_access_n^(-1/eps)
    labour_n         = ( relief_n w_n / price_n )^kappa
    income           = b (sales, each net of the buyer's local share nu) + nu (own purchases)
    expenditure      = labour income + duty + (1-b) sales + transfer * growth of world income

Market access is the importer's (consumer market access in Donaldson and Hornbeck, 2016). Given cost, expenditure and
market access, the equations for cost, price and labour are linear in ln w, ln P and ln L, so no inner loop is needed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.economy.access import DenseAccess, SharedAccess, SparseAccess, one_sector_access
from detente.economy.arrays import namespace
from detente.economy.policy import Policy
from detente.economy.world import TradeTable, World, check
from detente.errors import DataError, NotConverged

ELASTICITY = 4.0  # trade elasticity eps, the paper's baseline
LABOUR_SUPPLY = 0.5  # kappa, the Frisch elasticity of hours
SCALE = 0.67  # psi * eps
LOCAL_SHARE = {"rest": 0.12, "USA": 0.26}  # what nu must imply for the rest of the world and for the USA
SETTLED = 1e-9  # change of local shares below which they have settled
ROUNDABOUT = 0.49  # labour share b of the version with inputs
BRANCHES = ("labour_share",)  # fields of the structure on which the equations branch, so that JAX compiles anew


class Structure(NamedTuple):
    """The model's parameters.

    elasticity: eps. labour_supply: kappa. scale: psi. local [n]: nu, the share of a sale paid to the buyer's labour.
    response [n]: phi, the exponent of the duty in cost, which entry raises above 1. labour_share: b.
    """

    elasticity: float
    labour_supply: float
    scale: float
    local: np.ndarray
    response: np.ndarray
    labour_share: float


class Unknowns(NamedTuple):
    """cost, expenditure [...,n]: ln of counterfactual over baseline."""

    cost: Any
    expenditure: Any


def local_shares(table: TradeTable, home: str = "USA") -> np.ndarray:
    """nu [n]: one value for `home` and one for all others, such that the two-region aggregate pays LOCAL_SHARE.

    Raises NotConverged.
    """
    n = table.economies.index(home)
    away = np.arange(len(table.economies)) != n
    trade = np.array(  # [exporter,importer]: rest, home; the rest trades with itself
        [[table.flows[np.ix_(away, away)].sum(), table.flows[n, away].sum()], [table.flows[away, n].sum(), 0]]
    )
    gdp = np.array([table.gdp[away].sum(), table.gdp[n]])
    nu = np.array([0.1, 0.24])
    for _ in range(100):
        expenditure = gdp + (1 - nu) * (trade.sum(0) - trade @ (1 - nu))
        domestic = expenditure - [trade[1, 0], trade[0, 1]]  # expenditure less imports of the rest, of home
        own_share = domestic / (domestic + np.array([trade[0, 1], trade[1, 0]]))
        system = np.array([[own_share[0], 1 - own_share[0]], [1 - own_share[1], own_share[1]]])
        new = np.linalg.solve(system, [LOCAL_SHARE["rest"], LOCAL_SHARE["USA"]])
        change = np.abs(new - nu).max()
        if change < 1e-15:
            break
        nu = np.maximum(new, 0)
    if not change <= SETTLED:
        raise NotConverged(f"{table.origin.name}: local shares still change by {change:.1e}; check its flows and GDP")
    shares = np.full(len(table.economies), nu[0])
    shares[n] = nu[1]
    return shares


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

    pass_through: the share of a duty that falls on entry, 1 or the paper's alternative 0.25. eaton_kortum: no local
    share and no entry margin. labour_share: below 1, the roundabout version. Raises DataError for flows that are
    negative or not finite, and for a GDP that is not positive; NotConverged.
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
    output = sales.T @ (1 - nu)
    income = labour_share * output + nu * spending
    transfer = spending - income - (1 - labour_share) * output
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

    ln(wage * labour) = by_cost * cost + by_shift * shift + by_relief * ln relief, where
    shift = entry * expenditure - ln market_access / eps.
    """

    access: DenseAccess | SharedAccess | SparseAccess
    entry: np.ndarray  # 1 - phi
    by_cost: np.ndarray
    by_shift: np.ndarray
    by_relief: np.ndarray
    slope: np.ndarray  # of ln cost in ln wage
    shift_in_cost: float
    relief_in_cost: float
    seller_share: np.ndarray  # 1 - nu
    world_spending: float
    world_income: float


class Markets(NamedTuple):
    """Goods markets at some unknowns, one evaluation of the equations; [...,n] unless noted."""

    supply: Any
    demand: Any  # gross expenditure over market access
    expenditure: Any  # gross of duty
    net_expenditure: Any  # net of duty
    output: Any  # sales net of the buyers' local share
    growth: Any  # [...,1] of world labour income
    log_relief: Any
    shift: Any


def prepare(world: World, policy: Policy) -> Prepared | None:
    """The policy in the form that the equations use; None where its scenarios cannot be solved side by side."""
    s = world.structure
    access = one_sector_access(world, policy, s.elasticity * s.response)
    if access is None:
        return None
    b, psi, kappa = s.labour_share, s.scale, s.labour_supply
    entry = 1 - s.response
    shift_in_cost = (1 - b) * (1 + psi) + psi * kappa
    slope = b - psi * (1 - b) - (1 - b) * (1 + psi) * entry - psi * kappa * (1 + entry)
    labour_slope = 1 + kappa * (1 + entry)
    return Prepared(
        access,
        entry,
        by_cost=labour_slope / slope,
        by_shift=-labour_slope * shift_in_cost / slope - kappa,
        by_relief=labour_slope * psi * kappa / slope + kappa,
        slope=slope,
        shift_in_cost=shift_in_cost,
        relief_in_cost=psi * kappa,
        seller_share=1 - s.local,
        world_spending=world.spending.sum(),
        world_income=world.income.sum(),
    )


def markets(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> Markets:
    """Goods markets at given costs and expenditure."""
    s, xp = world.structure, namespace(unknowns.cost)
    supply = xp.exp(-s.elasticity * unknowns.cost)
    expenditure = world.spending * xp.exp(unknowns.expenditure)
    market_access, net_per_demand = prepared.access.purchases(supply)
    demand = expenditure / market_access
    net = net_per_demand * demand
    output = supply * prepared.access.sales(prepared.seller_share * demand)
    labour_and_transfer = net if s.labour_share == 1 else net - (1 - s.labour_share) * output
    growth = labour_and_transfer.sum(-1, keepdims=True) / prepared.world_income
    log_relief: Any = 0.0
    if policy.revenue == "income_tax_relief":
        labour_income = labour_and_transfer - world.transfer * growth
        log_relief = -xp.log1p((net - expenditure) / labour_income)
    shift = prepared.entry * unknowns.expenditure - xp.log(market_access) / s.elasticity
    return Markets(supply, demand, expenditure, net, output, growth, log_relief, shift)


def start(world: World) -> Unknowns:
    """The baseline, where every hat is one."""
    return Unknowns(np.zeros(len(world.economies)), np.zeros(len(world.economies)))


def step(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> Unknowns:
    """The next unknowns: cost moves by labour income earned over labour income due, expenditure to the budget.

    The numeraire while solving is world expenditure.
    """
    s, v, xp = world.structure, markets(world, policy, prepared, unknowns), namespace(unknowns.cost)
    log_wage_bill = prepared.by_cost * unknowns.cost + prepared.by_shift * v.shift
    if policy.revenue == "income_tax_relief":
        log_wage_bill = log_wage_bill + prepared.by_relief * v.log_relief
    wage_bill = world.income * xp.exp(log_wage_bill)
    labour_income = s.labour_share * v.output + s.local * v.net_expenditure
    budget = wage_bill + v.expenditure - v.net_expenditure + world.transfer * v.growth
    if s.labour_share < 1:
        budget = budget + (1 - s.labour_share) * v.output
    level = xp.log(v.expenditure.sum(-1, keepdims=True) / prepared.world_spending)
    return Unknowns(unknowns.cost + xp.log(labour_income / wage_bill) - level, xp.log(budget / world.spending) - level)


def report(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> dict[str, np.ndarray]:
    """Results by name: percent changes [...,n] unless noted; the paper's statistics as its section 5 defines them.

    real_income: absorption over consumer prices. welfare: with the disutility of work. deficit: of trade, in absolute
    value. exports_gdp, imports_gdp: relative to labour income. exports_nominal, imports_nominal, price, wage, spending:
    nominal. revenue: duty over baseline expenditure (a fraction). Numeraire: the spending-weighted mean of consumer
    prices is 1 (of wages in the roundabout version).
    """
    s, xp = world.structure, namespace(unknowns.cost)
    v = markets(world, policy, prepared, unknowns)
    cost_of_labour = unknowns.cost - prepared.shift_in_cost * v.shift + prepared.relief_in_cost * v.log_relief
    log_wage = cost_of_labour / prepared.slope
    log_price = v.shift - prepared.entry * log_wage
    wage, price = xp.exp(log_wage), xp.exp(log_price)
    if s.labour_share == 1:
        level = (world.spending * price).sum(-1, keepdims=True) / world.spending.sum()
    else:
        level = (world.income * wage).sum(-1, keepdims=True) / world.income.sum()
    relief = xp.exp(v.log_relief)
    hours = xp.exp(s.labour_supply * (v.log_relief + log_wage - log_price))
    wage_bill = world.income * wage * hours
    duty = v.expenditure - v.net_expenditure
    final = world.income + world.transfer
    absorption = (wage_bill + duty + world.transfer * v.growth) / final
    kappa = s.labour_supply
    weight = final / (final - kappa / (1 + kappa) / relief * world.income)
    domestic = prepared.access.domestic() * v.supply * v.demand
    exports, imports = v.supply * prepared.access.sales(v.demand) - domestic, v.net_expenditure - domestic
    domestic0 = xp.diagonal(world.share) * world.spending
    exports0 = world.spending @ world.share - domestic0
    imports0 = world.spending - domestic0

    def change(new: Any, old: Any) -> Any:
        return 100 * (new / old - 1)

    traded = (v.expenditure - domestic).sum(-1, keepdims=True) / exports0.sum() / v.growth  # at purchasers' prices
    return {
        "real_income": 100 * (absorption / price - 1),
        "welfare": 100 * (weight * absorption / price + (1 - weight) * wage * hours / price - 1),
        "deficit": 100 * ((imports - exports) / level - (imports0 - exports0)) / xp.abs(imports0 - exports0),
        "exports_gdp": change(exports / wage_bill, exports0 / world.income),
        "imports_gdp": change(imports / wage_bill, imports0 / world.income),
        "exports_nominal": change(exports / level, exports0),
        "imports_nominal": change(imports / level, imports0),
        "employment": 100 * (hours - 1),
        "price": change(price / level, 1),
        "wage": change(wage / level, 1),
        "real_wage": change(wage / price, 1),
        "revenue": duty / level / world.spending,
        "spending": change(v.expenditure / level, world.spending),
        "income_tax_relief": 100 * (1 - 1 / relief) * xp.ones_like(price),
        "world_trade_gdp": 100 * (traded - 1) * xp.ones_like(price),
    }


def trade(world: World, policy: Policy, unknowns: Unknowns) -> Any:
    """Purchases [n,i] of one scenario net of duty, in the world's unit at the solver's numeraire.

    Raises DataError for a policy of several scenarios.
    """
    prepared = prepare(world, policy)
    if prepared is None or not isinstance(prepared.access, DenseAccess):
        raise DataError("trade is computed for one scenario at a time; pick one, as in policy[0]")
    v = markets(world, policy, prepared, unknowns)
    return prepared.access.net * v.supply * v.demand[:, None]
