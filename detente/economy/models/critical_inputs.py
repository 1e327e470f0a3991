"""Critical inputs: nested CES production, quantity limits with scarcity rents, minerals in fixed supply; exact hats.

Axes: s or k sector, n importer or user, i exporter, l limit, q limited cell; [...] scenarios. The unknowns are those of
multi_sector and the ln wedge z_l >= 0 of each limit. Production is that of nests; goods markets are those of
multi_sector, except that

    a limited flow pays cost e^z, where volume <= limit and z >= 0, one of them with equality
    a mineral in fixed supply returns r = value of its sector's output
    income = wages + mineral + duty + rents + deficit

With every elasticity 1, no limit and nothing fixed it is multi_sector. Numeraire: world wages, in which deficits are
fixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.access import PanelAccess, sectoral_access
from detente.economy.models import first_order, multi_sector
from detente.economy.models.first_order import apply_blocks
from detente.economy.models.limits import LimitedCells, add_at, clearing_wedges, limited_cells, log_excess
from detente.economy.models.nests import Costs, Structure, Tree, build_tree, production_costs, with_nests
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import QuestionError

__all__ = ["Model", "Scarcity", "Structure", "Unknowns", "model_for", "product_price", "scarcities", "with_nests"]
CLOSURE = multi_sector.CLOSURE + "; scarcity rents go to exporters or importers; minerals belong to their economy"


class Unknowns(NamedTuple):
    """cost, expenditure [...,s*n], wage [...,n], wedge [...,l]: ln of counterfactual over baseline."""

    cost: Any
    expenditure: Any
    wage: Any
    wedge: Any


class Prepared(NamedTuple):
    """What stays fixed while a policy is solved; the access leaves out the limited cells."""

    access: PanelAccess
    theta: np.ndarray  # [s,1]
    empty: np.ndarray  # [s,n] 1 where nothing is spent at the baseline, else 0
    tree: Tree
    cells: LimitedCells
    cells_of_product: tuple[np.ndarray, ...]  # places in q of each critical product's limited cells


class Markets(NamedTuple):
    """Goods markets at some unknowns, one evaluation of the equations; [...,s,n] unless noted."""

    log_price: Any
    expenditure: Any  # gross of duty
    net_expenditure: Any  # net of duty
    output: Any
    demand: Any  # gross expenditure over market access
    wages: Any  # [...,n]
    level: Any  # [...,1] ln of world wages over their baseline
    income: Any  # [...,n]
    costs: Costs
    paid: Any  # [...,q] for limited flows, net of duty, with the rent
    rent: Any  # [...,q]
    free_access: Any  # market access through the cells without a limit


class _Goods(NamedTuple):
    """Goods markets while they are being worked out; `_meet_critical_demand` changes three of them."""

    supply: Any
    market_access: Any
    net_per_demand: Any
    expenditure: Any
    demand: Any
    output: Any
    passed: Any  # [...,q] of a limited cell's demand, what passes at the user's price
    wedge: Any  # [...,q]


def prepare(world: World, policy: Policy) -> Prepared | None:
    """The policy in the form that the equations use; None for several scenarios, which are solved one by one.

    Raises QuestionError for a use of revenue other than lump_sum.
    """
    if policy.revenue != "lump_sum":
        raise QuestionError("critical_inputs returns duties to households; income_tax_relief is one_sector's")
    if policy.shape:
        return None
    s = world.structure
    access = sectoral_access(world, policy, s.elasticity)
    flows = world.duty_free * world.spending[..., None]
    output = flows.sum(1)
    tree = build_tree(world, output)
    cells = limited_cells(world, policy, access, flows)
    of_product = tuple(np.flatnonzero(cells.product == k) for k in range(len(s.critical)))
    if cells.limit.size:  # apart from the others: with a large wedge, subtracting them would leave only rounding
        stacked = access.stacked.copy()
        sector, n = np.unravel_index(cells.buyer, output.shape)
        stacked[sector, n, cells.exporter] = stacked[sector, n + output.shape[1], cells.exporter] = 0
        access = PanelAccess(stacked)
    return Prepared(access, s.elasticity[:, None], (world.spending == 0).astype(float), tree, cells, of_product)


def markets(world: World, prepared: Prepared, unknowns: Unknowns) -> Markets:
    """Goods markets and nests at given costs, expenditure, wages and wedges."""
    s, cells, tree = world.structure, prepared.cells, prepared.tree
    shape = (*unknowns.wage.shape[:-1], *world.spending.shape)
    flat = unknowns.cost.shape
    supply = np.exp(-prepared.theta * unknowns.cost.reshape(shape))
    free_access, net_per_demand = prepared.access.purchases(supply)
    wedge = unknowns.wedge[..., cells.limit]
    scarcity = np.exp(-cells.theta * wedge)
    seller_supply = supply.reshape(flat)[..., cells.seller]
    market_access, net_per_demand = (
        add_at(total, cells.buyer, weight * seller_supply * scarcity)
        for total, weight in ((free_access, cells.gross), (net_per_demand, cells.net))
    )
    log_price = -np.log(market_access) / prepared.theta
    costs = production_costs(world, tree, log_price, unknowns.wage)
    expenditure = world.spending * np.exp(unknowns.expenditure.reshape(shape))
    demand = expenditure / market_access
    output = supply * prepared.access.sales(demand)
    passed = cells.net * seller_supply * scarcity
    output = add_at(output, cells.seller, passed * np.exp(-wedge) * demand.reshape(flat)[..., cells.buyer])
    wages = tree.wage_bill * np.exp(unknowns.wage)
    growth = wages.sum(-1, keepdims=True) / tree.wage_bill.sum()
    goods = _Goods(supply, market_access, net_per_demand, expenditure, demand, output, passed, wedge)
    consumed = _income(world, prepared, goods, wages, growth)[0] if s.final[list(s.critical)].any() else 0.0
    _meet_critical_demand(world, prepared, goods, costs, consumed)
    income, rent = _income(world, prepared, goods, wages, growth)
    net = net_per_demand * demand
    mineral = np.log((output + (tree.output == 0)) / (tree.output + (tree.output == 0)))
    costs = costs._replace(cost=s.fixed * mineral + (1 - s.fixed) * costs.cost)
    paid = passed * demand.reshape(flat)[..., cells.buyer]
    level = np.log(growth)
    return Markets(log_price, expenditure, net, output, demand, wages, level, income, costs, paid, rent, free_access)


def _income(world: World, prepared: Prepared, goods: _Goods, wages: Any, growth: Any) -> tuple[Any, Any]:
    """Income [...,n] and the rent of each limited cell [...,q]."""
    cells = prepared.cells
    flat = (*goods.demand.shape[:-2], -1)
    rent = goods.passed * -np.expm1(-goods.wedge) * goods.demand.reshape(flat)[..., cells.buyer]
    duty = (goods.expenditure - goods.net_per_demand * goods.demand).sum(-2)
    income = wages + (world.structure.fixed * goods.output).sum(-2) + duty + world.transfer * growth
    return _with_rent(income, cells, rent), rent


def _with_rent(income: Any, cells: LimitedCells, rent: Any) -> Any:
    """Income [...,n] with each cell's rent [...,q] added where exporters and importers receive it."""
    income = add_at(income, cells.exporter, cells.exporter_share * rent, 1)
    return add_at(income, cells.importer, (1 - cells.exporter_share) * rent, 1)


def _meet_critical_demand(world: World, prepared: Prepared, goods: _Goods, costs: Costs, consumed: Any) -> None:
    """Set expenditure, demand and output of each critical product in `goods` to what its users need at this price.

    Demand is then at once that of the price, not one step behind it. The last product comes first, since a product may
    use those before it.
    """
    s, cells = world.structure, prepared.cells
    products = list(zip(s.critical, prepared.tree.users, costs.uses, prepared.cells_of_product, strict=True))
    for c, users, use, places in reversed(products):
        used = (use.cost_share * goods.output[..., users.sectors, :]).sum(-2)
        goods.expenditure[..., c, :] = used + s.final[c] * consumed
        goods.demand[..., c, :] = goods.expenditure[..., c, :] / goods.market_access[..., c, :]
        goods.output[..., c, :] = add_at(
            goods.supply[..., c, :] * (goods.demand[..., c, :] @ prepared.access.net[c]),
            cells.exporter[places],
            (goods.passed * np.exp(-goods.wedge))[..., places] * goods.demand[..., c, cells.importer[places]],
            1,
        )


def step(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> Unknowns:
    """The next unknowns; a wedge moves to where it would clear its limit, or to zero where the limit does not bind."""
    s, v = world.structure, markets(world, prepared, unknowns)
    flat, power = unknowns.cost.shape, 1 - s.materials
    materials = apply_blocks(
        prepared.tree.material_shares,
        v.costs.materials_share * v.output * np.exp(-power * v.costs.material_price),
    )
    demand = np.exp(power * v.log_price) * materials + s.final * v.income[..., None, :]
    for c, users, use in zip(s.critical, prepared.tree.users, v.costs.uses, strict=True):
        demand[..., c, :] += (use.cost_share * v.output[..., users.sectors, :]).sum(-2)
    expenditure = np.log((demand + prepared.empty) / (world.spending + prepared.empty))
    paid = np.log((v.costs.labour_share * v.output).sum(-2) / prepared.tree.wage_bill)
    now = unknowns.cost.reshape(v.expenditure.shape)
    cost = now + (v.costs.cost - v.level[..., None] - now) / (1 + s.fixed * prepared.theta)
    wedge = clearing_wedges(world, prepared, unknowns, v)
    return Unknowns(cost.reshape(flat), expenditure.reshape(flat) - v.level, paid - v.level, wedge)


def report(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> dict[str, np.ndarray]:
    """Results by name: percent changes [...,n] unless noted; sector_output, _employment and _price are [...,s,n].

    real_income: absorption over consumer prices, exact. gdp: value added, duty and rents received, nominal. price,
    wage, exports, imports: nominal, in units of the numeraire; a rent is paid for imports to the exporters who keep it.
    revenue: duty over baseline income (a fraction). duty, rent (received), gain and trade_balance: in the world's unit,
    where gain is real_income times baseline income. The price of a critical product is its row of sector_price.
    """
    s, v, cells = world.structure, markets(world, prepared, unknowns), prepared.cells
    base = multi_sector.baseline_totals(world)
    level = np.exp(v.level)
    cost = np.exp(unknowns.cost.reshape(v.expenditure.shape) - v.level[..., None])
    wage = np.exp(unknowns.wage - v.level)
    price = np.exp((s.final * (v.log_price - v.level[..., None])).sum(-2))
    rent = _with_rent(np.zeros(unknowns.wage.shape), cells, v.rent) / level
    duty = (v.expenditure - v.net_expenditure).sum(-2) / level
    mineral = (s.fixed * v.output).sum(-2) / level
    output, output0 = v.output / level[..., None], prepared.tree.output
    exports, imports = _trade_totals(world, prepared, unknowns, v, rent)
    real = v.income / level / base.income / price - 1

    def change(new: Any, old: Any) -> Any:
        return 100 * (np.divide(new, old, out=np.ones_like(new), where=old > 0) - 1)

    employment = v.costs.labour_share * output / wage[..., None, :]
    return {
        "real_income": 100 * real,
        "real_wage": 100 * (wage / price - 1),
        "wage": 100 * (wage - 1),
        "price": 100 * (price - 1),
        "gdp": change(prepared.tree.wage_bill * wage + mineral + duty + rent, world.income + base.duty),
        "revenue": duty / base.income,
        "duty": duty,
        "rent": rent,
        "gain": real * base.income,
        "exports": change(exports, (output0 - base.domestic).sum(0)),
        "imports": change(imports, (base.net_expenditure - base.domestic).sum(0)),
        "trade_balance": exports - imports,
        "sector_output": change(output / cost, output0),
        "sector_employment": change(employment, output0 * (s.value_added - s.fixed)),
        "sector_price": 100 * (np.exp(v.log_price - v.level[..., None]) - 1),
    }


def _trade_totals(world: World, prepared: Prepared, unknowns: Unknowns, v: Markets, rent: Any) -> tuple[Any, Any]:
    """Exports and imports [...,n] in units of the numeraire; rent [...,n]: received, in the same units."""
    cells, level = prepared.cells, np.exp(v.level)
    none = np.zeros(unknowns.wage.shape)
    home = cells.importer == cells.exporter
    supply = np.exp(-prepared.theta * unknowns.cost.reshape(v.expenditure.shape))
    domestic = (prepared.access.domestic() * supply * v.demand).sum(-2)
    domestic = add_at(domestic, cells.importer, home * v.paid, 1) / level  # with the rent on domestic sales
    home_rent = add_at(none, cells.importer, home * v.rent, 1) / level
    retained = (1 - home) * (1 - cells.exporter_share) * v.rent  # importers' share of the rent does not leave them
    retained = add_at(none, cells.importer, retained, 1) / level
    imports = v.net_expenditure.sum(-2) / level - domestic - retained
    exports = (v.output / level[..., None]).sum(-2) + rent - home_rent - retained - (domestic - home_rent)
    return exports, imports


@dataclass(frozen=True)
class Model:
    """This model for a policy with so many limits, each with a wedge among the unknowns."""

    limits: int = 0

    def start(self, world: World) -> Unknowns:
        """The baseline, where every hat is one and no limit binds."""
        size = world.spending.size
        return Unknowns(np.zeros(size), np.zeros(size), np.zeros(len(world.economies)), np.zeros(self.limits))

    prepare = staticmethod(prepare)
    step = staticmethod(step)
    report = staticmethod(report)

    def preconditioner(self, world: World) -> Any:
        """The Cobb-Douglas economy's preconditioner; the residual of a wedge is its own correction."""
        if not self.limits:
            return first_order.preconditioner(world)
        without_limits, many = engine.preconditioner(Model(), world), self.limits

        def correction(residual: np.ndarray) -> np.ndarray:
            return np.concatenate([without_limits(residual[:, :-many]), residual[:, -many:].astype(np.float32)], axis=1)

        return correction


def model_for(policy: Policy) -> Model:
    """The model for a policy's limits."""
    return Model(0 if policy.limits is None else len(policy.limits.fraction))


class Scarcity(NamedTuple):
    """What a limit does; it binds where wedge > 0.

    wedge: the price over the seller's cost, minus 1. volume, limit: as fractions of the baseline's volume. rent: in the
    world's unit.
    """

    wedge: float
    volume: float
    limit: float
    rent: float


def scarcities(world: World, policy: Policy, unknowns: Unknowns) -> list[Scarcity]:
    """What each limit of one scenario does, in the policy's order. Raises QuestionError for many scenarios."""
    prepared = prepare(world, policy)
    if prepared is None:
        raise QuestionError("scarcities are computed for one scenario at a time; pick one, as in policy[0]")
    v, cells = markets(world, prepared, unknowns), prepared.cells
    rent = np.bincount(cells.limit, v.rent, len(cells.fraction)) / np.exp(v.level)
    volume = cells.fraction * np.exp(log_excess(world, prepared, unknowns, v, unknowns.wedge)[0])
    rows = zip(np.expm1(np.maximum(unknowns.wedge, 0)), volume, cells.fraction, rent, strict=True)
    return [Scarcity(*(float(value) for value in row)) for row in rows]


def product_price(equilibrium: Any, name: str) -> np.ndarray:
    """Percent change [n] of what users in each economy pay for a sector's goods, from an Equilibrium."""
    return np.asarray(equilibrium.report["sector_price"][..., equilibrium.world.sector(name), :])
