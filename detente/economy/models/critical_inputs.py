"""Critical inputs: nested CES production, quantity limits with scarcity rents, minerals in fixed supply; exact hats.

Axes: s or k sector, n importer or user, i exporter, l limit. State: that of multi_sector and the ln of each limit's
wedge z_l >= 0. Production is that of nests; goods markets are those of multi_sector, but that
    a limited flow pays cost e^z; volume <= limit and z >= 0, one of them with equality
    a mineral in fixed supply returns r = value of its sector's output
    income = wages + mineral + duty + rents + deficit
With every elasticity 1, no limit and nothing fixed it is multi_sector. Numeraire: world wages; deficits fixed in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.access import PanelAccess, sectoral
from detente.economy.models import first_order, multi_sector
from detente.economy.models.first_order import mix
from detente.economy.models.limits import Cells, added, cleared, crowding, limited_cells
from detente.economy.models.nests import Costs, Structure, Tree, nested, nests, planted
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import QuestionError

__all__ = ["Model", "Scarcity", "Structure", "Unknowns", "bound", "nested", "node_price", "scarcities"]
CLOSURE = multi_sector.CLOSURE + "; scarcity rents go to exporters or importers; minerals belong to their economy"


class Unknowns(NamedTuple):
    """cost, spending [...,s*n], wage [...,n], wedge [...,l]: ln of counterfactual over baseline."""

    cost: Any
    spending: Any
    wage: Any
    wedge: Any


class Reach(NamedTuple):
    """What stays fixed while a policy is solved; access is without the limited cells."""

    access: Any
    theta: np.ndarray  # [s,1]
    empty: np.ndarray
    tree: Tree
    cells: Cells
    of_good: tuple[np.ndarray, ...]  # the limited cells of each critical good


class Markets(NamedTuple):
    """One evaluation of the equations, before the gaps are taken."""

    log_price: Any
    spend: Any
    net: Any
    made: Any
    demand: Any
    wages: Any
    level: Any
    income: Any
    costs: Costs
    paid: Any  # for limited flows [...,q], net of duty, with the rent
    rent: Any  # [...,q]
    free: Any  # ease [...,s,n] of the cells without limit


def prepare(world: World, policy: Policy) -> Reach | None:
    """The policy as the equations use it; None for many scenarios: each is solved by itself."""
    if policy.revenue != "lump_sum":
        raise QuestionError("critical_inputs returns duties to households; income_tax_relief is one_sector's")
    if policy.shape:
        return None
    s = world.structure
    access = sectoral(world, policy, s.elasticity)
    flows = world.duty_free * world.spending[..., None]
    made = flows.sum(1)
    tree = planted(world, made)
    cells = limited_cells(world, policy, access, flows)
    goods = tuple(np.flatnonzero(cells.critical == k) for k in range(len(s.critical)))
    if cells.of.size:  # limited cells apart: with a large wedge nothing of them would be left to subtract from
        both, (at, n, i) = access.both.copy(), (*np.unravel_index(cells.buyer, made.shape), cells.exporter)
        both[at, n, i] = both[at, n + made.shape[1], i] = 0
        access = PanelAccess(both)
    return Reach(access, s.elasticity[:, None], (world.spending == 0).astype(float), tree, cells, goods)


def markets(world: World, reach: Reach, state: Unknowns) -> Markets:
    """Goods markets and nests at given costs, spending, wages and wedges."""
    s, q, t = world.structure, reach.cells, reach.tree
    shape = (*state.wage.shape[:-1], *world.spending.shape)
    flat = state.cost.shape
    supply = np.exp(-reach.theta * state.cost.reshape(shape))
    free, net = reach.access.buy(supply)
    wedge = state.wedge[..., q.of]
    less = np.exp(-q.theta * wedge)
    sold = supply.reshape(flat)[..., q.seller]
    ease, net = (added(part, q.buyer, weight * sold * less) for part, weight in ((free, q.gross), (net, q.net)))
    log_price = -np.log(ease) / reach.theta
    costs = nests(world, t, log_price, state.wage)
    spend = world.spending * np.exp(state.spending.reshape(shape))
    demand = spend / ease
    made = supply * reach.access.sell(demand)
    through = q.net * sold * less  # of a limited cell's demand, at the user's price
    made = added(made, q.seller, through * np.exp(-wedge) * demand.reshape(flat)[..., q.buyer])
    wages = t.paid * np.exp(state.wage)
    growth = wages.sum(-1, keepdims=True) / t.paid.sum()

    def earned() -> tuple[Any, Any]:
        rent = through * -np.expm1(-wedge) * demand.reshape(flat)[..., q.buyer]
        income = wages + (s.fixed * made).sum(-2) + (spend - net * demand).sum(-2) + world.transfer * growth
        return added(added(income, q.exporter, q.keep * rent, 1), q.importer, (1 - q.keep) * rent, 1), rent

    consumed = earned()[0] if s.final[list(s.critical)].any() else 0.0
    for c, users, need, cells in reversed(list(zip(s.critical, t.users, costs.need, reach.of_good, strict=True))):
        used = (need.part * made[..., users.rows, :]).sum(-2)
        spend[..., c, :] = used + s.final[c] * consumed  # demand at once, not a step behind its price
        demand[..., c, :] = spend[..., c, :] / ease[..., c, :]
        made[..., c, :] = added(
            supply[..., c, :] * (demand[..., c, :] @ reach.access.net[c]),
            q.exporter[cells],
            (through * np.exp(-wedge))[..., cells] * demand[..., c, q.importer[cells]],
            1,
        )
    income, rent = earned()
    net = net * demand
    mineral = np.log((made + (t.made == 0)) / (t.made + (t.made == 0)))
    costs = costs._replace(cost=s.fixed * mineral + (1 - s.fixed) * costs.cost)
    paid = through * demand.reshape(flat)[..., q.buyer]
    return Markets(log_price, spend, net, made, demand, wages, np.log(growth), income, costs, paid, rent, free)


def step(world: World, policy: Policy, reach: Reach, state: Unknowns) -> Unknowns:
    """State moved by its gaps; a wedge's gap is complementary: how far it is from clearing its limit, or from zero."""
    s, v = world.structure, markets(world, reach, state)
    flat, power = state.cost.shape, 1 - s.materials
    other = mix(reach.tree.mix, v.costs.other * v.made * np.exp(-power * v.costs.materials))
    due = np.exp(power * v.log_price) * other + s.final * v.income[..., None, :]
    for c, users, need in zip(s.critical, reach.tree.users, v.costs.need, strict=True):
        due[..., c, :] += (need.part * v.made[..., users.rows, :]).sum(-2)
    spending = np.log((due + reach.empty) / (world.spending + reach.empty))
    paid = np.log((v.costs.labour * v.made).sum(-2) / reach.tree.paid)
    now = state.cost.reshape(v.spend.shape)
    cost = now + (v.costs.cost - v.level[..., None] - now) / (1 + s.fixed * reach.theta)
    return Unknowns(
        cost.reshape(flat), spending.reshape(flat) - v.level, paid - v.level, cleared(world, reach, state, v)
    )


def report(world: World, policy: Policy, reach: Reach, state: Unknowns) -> dict[str, np.ndarray]:
    """Percent changes [...,n], and [...,s,n] for sector_output, sector_employment and sector_price, unless said.

    real_income: absorption over consumer prices, exact; real_wage; gdp: value added, duty and rents received, nominal;
    price, wage, exports, imports: nominal, numeraire world wages; a rent is paid for imports to exporters who keep it.
    revenue: duty over baseline income (a fraction). duty, rent (received), gain, trade_balance: in the world's unit;
    gain is real_income times baseline income. The price of a critical good is its row of sector_price.
    """
    s, v, q = world.structure, markets(world, reach, state), reach.cells
    level = np.exp(v.level)
    cost = np.exp(state.cost.reshape(v.spend.shape) - v.level[..., None])
    wage = np.exp(state.wage - v.level)
    price = np.exp((s.final * (v.log_price - v.level[..., None])).sum(-2))
    flows = world.duty_free * world.spending[..., None]
    net0, own0 = flows.sum(2), np.diagonal(flows, axis1=1, axis2=2)
    duty0 = (world.spending - net0).sum(0)
    income0 = world.income + duty0 + world.transfer
    none = np.zeros(state.wage.shape)
    rent = added(added(none, q.exporter, q.keep * v.rent, 1), q.importer, (1 - q.keep) * v.rent, 1) / level
    duty = (v.spend - v.net).sum(-2) / level
    mineral = (s.fixed * v.made).sum(-2) / level
    made, made0 = v.made / level[..., None], reach.tree.made
    home = q.importer == q.exporter
    supply = np.exp(-reach.theta * state.cost.reshape(v.spend.shape))
    own = (reach.access.own() * supply * v.demand).sum(-2)
    own = added(own, q.importer, home * v.paid, 1) / level  # domestic sales, with the rent on them
    at_home = added(none, q.importer, home * v.rent, 1) / level
    bought = added(none, q.importer, (1 - home) * (1 - q.keep) * v.rent, 1) / level  # what importers do not pay away
    imports = v.net.sum(-2) / level - own - bought
    exports = made.sum(-2) + rent - at_home - bought - (own - at_home)
    real = v.income / level / income0 / price - 1

    def change(new: Any, old: Any) -> Any:
        return 100 * (np.divide(new, old, out=np.ones_like(new), where=old > 0) - 1)

    return {
        "real_income": 100 * real,
        "real_wage": 100 * (wage / price - 1),
        "wage": 100 * (wage - 1),
        "price": 100 * (price - 1),
        "gdp": change(reach.tree.paid * wage + mineral + duty + rent, world.income + duty0),
        "revenue": duty / income0,
        "duty": duty,
        "rent": rent,
        "gain": real * income0,
        "exports": change(exports, (made0 - own0).sum(0)),
        "imports": change(imports, (net0 - own0).sum(0)),
        "trade_balance": exports - imports,
        "sector_output": change(made / cost, made0),
        "sector_employment": change(v.costs.labour * made / wage[..., None, :], made0 * (s.value_added - s.fixed)),
        "sector_price": 100 * (np.exp(v.log_price - v.level[..., None]) - 1),
    }


@dataclass(frozen=True)
class Model:
    """This model for a policy with so many limits: the state holds one wedge each."""

    limits: int = 0

    def start(self, world: World) -> Unknowns:
        """The baseline: every hat is one, no limit binds."""
        size = world.spending.size
        return Unknowns(np.zeros(size), np.zeros(size), np.zeros(len(world.economies)), np.zeros(self.limits))

    prepare = staticmethod(prepare)
    step = staticmethod(step)
    report = staticmethod(report)

    def preconditioner(self, world: World) -> Any:
        """The Cobb-Douglas economy's correction; a wedge's gap is its own."""
        if not self.limits:
            return first_order.preconditioner(world)
        inner, many = engine.preconditioner(Model(), world), self.limits

        def push(miss: np.ndarray) -> np.ndarray:
            return np.concatenate([inner(miss[:, :-many]), miss[:, -many:].astype(np.float32)], axis=1)

        return push


def bound(policy: Policy) -> Model:
    """The model for a policy."""
    return Model(0 if policy.limits is None else len(policy.limits.fraction))


class Scarcity(NamedTuple):
    """What a limit does: wedge (price over the seller's cost, minus 1), volume over baseline, limit as a fraction of
    baseline, rent in the world's unit; it binds where wedge > 0."""

    wedge: float
    volume: float
    limit: float
    rent: float


def scarcities(world: World, policy: Policy, state: Unknowns) -> list[Scarcity]:
    """What each limit of one scenario does, in the policy's order."""
    reach = prepare(world, policy)
    if reach is None:
        raise QuestionError("scarcities are asked of one scenario at a time")
    v, q = markets(world, reach, state), reach.cells
    rent = np.bincount(q.of, v.rent, len(q.fraction)) / np.exp(v.level)
    volume = q.fraction * np.exp(crowding(world, reach, state, v, state.wedge)[0])
    rows = zip(np.expm1(np.maximum(state.wedge, 0)), volume, q.fraction, rent, strict=True)
    return [Scarcity(*(float(value) for value in row)) for row in rows]


def node_price(found: Any, name: str) -> np.ndarray:
    """Percent change [n] of what users in each economy pay for a sector's goods, from an Equilibrium."""
    return np.asarray(found.report["sector_price"][..., found.world.sector(name), :])
