"""One year of a path: many sectors with capital, where buyers, labour, capital and wages have a past.

Axes: s or k sector, n importer, i exporter. Hats are over the baseline, from which a path starts; what a year inherits
is in the world's Structure. Today's duties and costs give Eaton and Kortum's best shares and index, at the long-run
elasticity; a part 1 - stay of the buyers chooses anew each year, the others keep their plan (Arkolakis, Eaton and
Kortum, 2012, staggered sourcing), so that a duty of age h years acts with the tariff-exclusive elasticity
1 + theta (1 - stay^h).

    plan_sni     = stay plan_sni of last year + (1 - stay) best_sni
    gap_sn       = stay gap_sn of last year + (1 - stay) (ln best price_sn - sum_i best_sni ln(duty_sni cost_si))
    ln price_sn  = gap_sn + sum_i plan_sni ln(duty_sni cost_si)             purchases_sni = plan_sni expenditure_sn
    wage_sn      = labour's part of output over workers, at least the floor; employment_sn = labour's part / wage_sn

Workers stay in their sector within a year and move with `mobility` between years. Capital is the given stock, and a
constant share of its income is invested (capital.GIVEN).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente.economy.arrays import namespace
from detente.economy.calibrate import with_elasticity
from detente.economy.models import capital, first_order, multi_sector
from detente.economy.models.first_order import apply_blocks
from detente.economy.models.multi_sector import Unknowns
from detente.economy.policy import Policy
from detente.economy.world import World, with_structure
from detente.errors import QuestionError

NO_FLOOR = -1e9  # ln of a wage that no wage reaches


class Structure(NamedTuple):
    """The parameters of capital.Structure, then what a year inherits.

    plan [s,n,i]: last year's shares of purchases, gross of duty; None stands for the baseline's. gap [s,n]: last
    year's. workers [s,n]: ln over the baseline. floor [s,n]: ln of the lowest wage in units of world value added. stay:
    the part of buyers that keeps its plan, a fraction.
    """

    elasticity: np.ndarray
    value_added: np.ndarray
    inputs: np.ndarray
    final: np.ndarray
    goods: np.ndarray
    elasticity_from: str
    capital: np.ndarray
    basket: np.ndarray
    consumption: np.ndarray
    investment: np.ndarray
    stock: np.ndarray
    investment_from: str
    plan: np.ndarray | None
    gap: np.ndarray
    workers: np.ndarray
    floor: np.ndarray
    stay: float


class Prepared(NamedTuple):
    """What stays fixed while a year is solved; [s,n,i] unless noted. Fields from theta on are capital.Prepared's."""

    stacked: np.ndarray  # [s,3n,i] best weights gross and net of duty, and gross times ln duty
    gross: np.ndarray
    net: np.ndarray
    kept: np.ndarray | None  # the part of purchases that keeps last year's plan, gross of duty
    kept_net: np.ndarray | None
    kept_duty: Any  # [s,n] ln of duty in what is kept
    theta: np.ndarray  # [s,1]
    empty: np.ndarray
    labour_share: np.ndarray
    capital_share: np.ndarray
    wages: np.ndarray
    capital_income: np.ndarray
    none: np.ndarray
    exports: multi_sector.ExportTaxes | None
    payroll: np.ndarray  # [s,n] at the baseline
    idle: np.ndarray  # [s,n] 1 where there is none, else 0


class Markets(NamedTuple):
    """One evaluation of the equations; [...,s,n] unless noted. The first fields are those of capital.Markets."""

    supply: Any
    log_price: Any
    demand: Any
    expenditure: Any
    net_expenditure: Any
    output: Any
    wages: Any  # [...,n]
    capital_income: Any  # [...,n]
    rent: Any  # [...,n]
    investment_price: Any  # [...,n]
    investment: Any  # [...,n]
    consumption: Any  # [...,n]
    income: Any  # [...,n]
    growth: Any  # [...,1]
    sector_wage: Any  # ln hat
    employment: Any  # of workers, a fraction
    gap: Any


def begin(world: World, *, stay: float = 0.0, floor: float | None = None) -> World:
    """A world with capital as the first year of a path finds it: plans, workers and wages are the baseline's.

    floor: the lowest wage as a part of last year's, in units of world value added; None lets wages fall freely.
    """
    zero = np.zeros_like(world.spending)
    lowest = zero + (NO_FLOOR if floor is None else np.log(floor))
    inherited: dict[str, Any] = {"plan": None, "gap": zero, "workers": zero, "floor": lowest, "stay": stay}
    return with_structure(world, Structure(**world.structure._asdict(), **inherited))


@dataclass(frozen=True)
class Model:
    """One year; mobile: whether workers move between sectors within it. The contract is detente.economy.model's."""

    mobile: bool = False

    CLOSURE = capital.GIVEN.CLOSURE + "; workers stay in their sector within a year"

    def start(self, world: World) -> Unknowns:
        """The baseline, where every hat is one."""
        return multi_sector.start(world)

    def prepare(self, world: World, policy: Policy) -> Prepared | None:
        """The policy in the form that the equations use; None for several scenarios, which are solved one by one."""
        known = None if policy.shape else multi_sector.prepare(world, policy)
        if known is None:
            return None
        s = world.structure
        wedge = policy.wedges(world)
        duty = np.log1p(wedge) - np.log1p(world.tariff)
        if policy.cost is not None:
            duty[policy.cells] += np.log(policy.cost)
        gross, net = known.access.gross, known.access.net
        stacked = np.concatenate([gross, net, gross * duty], axis=1)
        kept = kept_net = None
        kept_duty: Any = 0.0
        if s.stay:
            kept = s.stay * (world.share if s.plan is None else s.plan)
            kept_net, kept_duty = kept / (1 + wedge), (kept * duty).sum(2)
        factors = capital.factors(world, known)
        exports = _with_kept(factors.exports, policy, kept_net)
        payroll = factors.labour_share * multi_sector.baseline_totals(world).output
        return Prepared(
            stacked,
            gross,
            net,
            kept,
            kept_net,
            kept_duty,
            *factors[1:-1],
            exports,
            payroll,
            (payroll == 0).astype(float),
        )

    def markets(self, world: World, prepared: Prepared, unknowns: Unknowns) -> Markets:
        """Goods and factor markets at given costs, expenditure and wages."""
        s, p, xp = world.structure, prepared, namespace(unknowns.wage)
        goods, gap = _goods(world, p, unknowns)
        payroll = p.labour_share * goods.output
        wages, paid = p.wages * xp.exp(unknowns.wage), payroll.sum(-2)
        earned = (p.capital_share * goods.output).sum(-2)
        growth = (wages + earned).sum(-1, keepdims=True) / world.income.sum()
        level = unknowns.wage - xp.log(paid / p.wages)  # zero at the solution
        price = (s.basket * goods.log_price).sum(-2)
        rent = level + xp.log((earned + p.none) / (p.capital_income + p.none)) - s.stock
        per_worker = xp.log((payroll + p.idle) / (p.payroll + p.idle)) - s.workers
        if self.mobile:
            per_worker = 0 * per_worker + xp.log(paid / p.wages)[..., None, :]
        per_worker = per_worker + level[..., None, :]
        wage = xp.maximum(per_worker, s.floor + xp.log(growth)[..., None])
        investment = s.investment * earned
        income = wages + earned + multi_sector.collected(p, goods) + world.transfer * growth
        return Markets(
            *goods, wages, earned, rent, price, investment, income - investment, income, growth, wage,
            xp.exp(per_worker - wage), gap,
        )  # fmt: skip

    def step(self, world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> Unknowns:
        """The next unknowns: cost of the bundle, expenditure due, and wages by wages paid over wages due."""
        s, v, xp = world.structure, self.markets(world, prepared, unknowns), namespace(unknowns.wage)
        cost = prepared.labour_share * v.sector_wage + prepared.capital_share * v.rent[..., None, :]
        cost = cost + apply_blocks(s.inputs.transpose(0, 2, 1), v.log_price)
        demand = apply_blocks(s.inputs, v.output) + s.basket * v.investment[..., None, :]
        demand = demand + s.consumption * v.consumption[..., None, :]
        expenditure = xp.log((demand + prepared.empty) / (world.spending + prepared.empty))
        paid = xp.log((prepared.labour_share * v.output).sum(-2) / prepared.wages)
        level = xp.log(v.wages.sum(-1, keepdims=True) / prepared.wages.sum())
        flat = unknowns.cost.shape
        return Unknowns(cost.reshape(flat) - level, expenditure.reshape(flat) - level, paid - level)

    def preconditioner(self, world: World) -> Any:
        """The solver's preconditioner: capital.GIVEN's to first order, with wages that differ between sectors."""
        s = world.structure
        links = capital.GIVEN.links(world)
        if not self.mobile:
            labour = (1 - s.capital) * s.value_added
            payroll = labour * multi_sector.baseline_totals(world).output
            relative = np.eye(len(labour)) - (payroll / payroll.sum(0)).T[:, None, :]
            links = links._replace(cost_by_output=labour.T[:, :, None] * relative)
        near = with_elasticity(world, s.elasticity * (1 - s.stay))
        return first_order.preconditioner(near, links)

    def report(self, world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> dict[str, np.ndarray]:
        """Results by name, as capital.report, with unemployment in percent of workers; real_wage: of the employed."""
        v, xp = self.markets(world, prepared, unknowns), namespace(unknowns.wage)
        plan = _plan(world, prepared, v)
        net = plan / (1 + policy.wedges(world)) * v.expenditure[..., None]
        cost = np.exp(unknowns.cost.reshape(v.output.shape))
        domestic = np.diagonal(net, axis1=-2, axis2=-1)
        purchases = (net / cost[..., None, :]).sum(-1)
        results = capital.report(world, prepared, v, unknowns, domestic=domestic, purchases=purchases)
        workers = prepared.payroll * np.exp(world.structure.workers)
        employed = (workers * v.employment).sum(-2) / prepared.wages
        results["real_wage"] = 100 * ((1 + results["real_wage"] / 100) / employed - 1)
        results["unemployment"] = 100 * (1 - employed * prepared.wages / workers.sum(-2))
        results["sector_employment"] = 100 * (np.exp(world.structure.workers) * v.employment - 1)
        results["sector_wage"] = 100 * xp.expm1(v.sector_wage - xp.log(v.growth)[..., None])
        return results


def _with_kept(
    taxes: multi_sector.ExportTaxes | None, policy: Policy, kept_net: np.ndarray | None
) -> multi_sector.ExportTaxes | None:
    """Taxes on exports that fall also on the purchases [s,n,i] of buyers who keep their sources."""
    if taxes is None or kept_net is None or policy.export_tax is None:
        return taxes
    return taxes._replace(kept=policy.export_tax * kept_net[policy.cells])


def _goods(world: World, p: Prepared, unknowns: Unknowns) -> tuple[multi_sector.GoodsMarkets, Any]:
    """Purchases and sales at given costs and expenditure, and the gap of the price index."""
    s, xp = world.structure, namespace(unknowns.wage)
    shape, n = (*unknowns.wage.shape[:-1], *world.spending.shape), len(world.economies)
    cost = unknowns.cost.reshape(shape)
    expenditure = world.spending * xp.exp(unknowns.expenditure.reshape(shape))
    supply = xp.exp(-p.theta * cost)
    sums = (p.stacked @ supply[..., None])[..., 0]
    access, net_access, duty = sums[..., :n], sums[..., n : 2 * n], sums[..., 2 * n :]
    mean = (duty + (p.gross @ (supply * cost)[..., None])[..., 0]) / access  # of ln duty and cost, at best shares
    gap = (1 - s.stay) * (-xp.log(access) / p.theta - mean)
    log_price = gap + (1 - s.stay) * mean
    net = (1 - s.stay) * expenditure * net_access / access
    demand = (1 - s.stay) * expenditure / access
    output = supply * (demand[..., None, :] @ p.net)[..., 0, :]
    if p.kept is not None:
        gap, log_price = gap + s.stay * s.gap, log_price + s.stay * s.gap + p.kept_duty
        log_price = log_price + (p.kept @ cost[..., None])[..., 0]
        net = net + expenditure * p.kept_net.sum(-1)  # type: ignore[union-attr]
        output = output + (expenditure[..., None, :] @ p.kept_net)[..., 0, :]
    return multi_sector.GoodsMarkets(supply, log_price, demand, expenditure, net, output), gap


def _plan(world: World, p: Prepared, v: Markets) -> Any:
    """This year's shares of purchases [s,n,i], gross of duty."""
    best = p.gross * v.supply[..., None, :] * (v.demand / v.expenditure)[..., None]
    return best if p.kept is None else best + p.kept


def trade(world: World, policy: Policy, state: Unknowns) -> np.ndarray:
    """Purchases of goods [n,i] of one year before duty, in the world's unit at constant world value added."""
    prepared, v = _year(world, policy, state)
    spent = _plan(world, prepared, v) / (1 + policy.wedges(world)) * (v.expenditure / v.growth)[..., None]
    return np.asarray(spent[world.structure.goods].sum(0))


def _year(world: World, policy: Policy, state: Unknowns) -> tuple[Prepared, Markets]:
    """What a year's equations make of a state. Raises QuestionError for several scenarios at once."""
    prepared = Model().prepare(world, policy)
    if prepared is None:
        raise QuestionError("a path is solved one year after the other; give one scenario for each year")
    return prepared, Model().markets(world, prepared, state)


def next_year(
    world: World, policy: Policy, state: Unknowns, *, mobility: float, depreciation: float, floor: float | None
) -> World:
    """The world as the next year finds it, after the equilibrium of one year.

    mobility: elasticity of workers to what a worker of a sector earns. depreciation: of capital, a fraction. floor: as
    for `begin`.
    """
    s = world.structure
    prepared, v = _year(world, policy, state)
    workers = s.workers + mobility * (np.log(v.employment) + v.sector_wage)
    workers = workers - np.log((prepared.payroll * np.exp(workers)).sum(0) / prepared.wages)  # their number stays
    invested = (
        np.exp(-v.investment_price) * (v.capital_income + prepared.none) / (prepared.capital_income + prepared.none)
    )
    stock = np.log((1 - depreciation) * np.exp(s.stock) + depreciation * invested)
    lowest = s.floor if floor is None else np.log(floor) + v.sector_wage - np.log(v.growth)
    structure = s._replace(plan=_plan(world, prepared, v), gap=v.gap, workers=workers, stock=stock, floor=lowest)
    return with_structure(world, structure)
