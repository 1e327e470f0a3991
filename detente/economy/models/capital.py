"""Many sectors with capital: today's stock, the steady state, or a given stock.

Axes: s or k sector, n economy, i exporter; [...] scenarios. A hat is counterfactual over baseline. Goods markets,
duties and deficits are those of multi_sector, and so are the unknowns: the ln hats of cost, expenditure and wage.
Capital and labour move between sectors, not between economies; without capital it is multi_sector.

    cost_sn            = (wage_n^(1-a_sn) rent_n^a_sn)^B_sn prod_k price_kn^(inputs of k)
    PI_n               = prod_s price_sn^basket_sn                      the price of investment
    capital income_n   = sum_s a_sn B_sn output_sn                      stock_n = capital income_n / rent_n
    wages_n            = sum_s (1-a_sn) B_sn output_sn
    expenditure_kn     = sum_s inputs_nks output_sn + basket_kn investment_n + consumption_kn spending on consumption_n

    now         stock = 1; real investment as at the baseline
    long run    rent_n = PI_n: the steady state's return; investment_n = its baseline share of capital income
    given       stock as given, in a year of a path; investment as in the long run

Rents, stocks and investment are read off prices and sales. Capital that earns what it costs is the steady state of
saving by an infinitely patient owner: rent / PI = 1/beta - 1 + delta does not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente.economy.access import BatchedSparseAccess, PanelAccess, SparseAccess
from detente.economy.arrays import namespace
from detente.economy.final_uses import share_of_final_demand
from detente.economy.models import backward, first_order, multi_sector
from detente.economy.models.first_order import apply_blocks
from detente.economy.models.multi_sector import Unknowns
from detente.economy.models.new_baseline import new_baseline, single
from detente.economy.policy import Policy
from detente.economy.world import World, with_structure
from detente.errors import QuestionError

SHARE = 1 / 3  # of value added; no series by economy ships, so 0.25 and 0.40 are shown beside it
RANGE = (0.25, 0.40)
STOCKS = ("now", "long run", "given")


class Structure(NamedTuple):
    """The parameters of multi_sector, then those of capital.

    capital [s,n]: its part of value added. basket, consumption [s,n]: shares of investment and of consumption by
    sector. investment [n]: over capital income, at the baseline. stock [n]: ln of capital over the baseline's, read
    where it is given. investment_from: source, in words.
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
    investment_from: str = ""


class Prepared(NamedTuple):
    """What stays fixed while a policy is solved."""

    access: PanelAccess | BatchedSparseAccess | SparseAccess
    theta: np.ndarray  # [s,1]
    empty: np.ndarray  # [s,n] 1 where nothing is spent at the baseline, else 0
    labour_share: np.ndarray  # [s,n] of output
    capital_share: np.ndarray  # [s,n] of output
    wages: np.ndarray  # [n] at the baseline
    capital_income: np.ndarray  # [n] at the baseline
    none: np.ndarray  # [n] 1 where no capital earns anything, else 0
    exports: multi_sector.ExportTaxes | None = None


class Markets(NamedTuple):
    """One evaluation of the equations; [...,s,n] as multi_sector.GoodsMarkets, then [...,n] unless noted."""

    supply: Any
    log_price: Any
    demand: Any
    expenditure: Any
    net_expenditure: Any
    output: Any
    wages: Any
    capital_income: Any
    rent: Any  # ln hat
    investment_price: Any  # ln hat
    investment: Any
    consumption: Any
    income: Any
    growth: Any  # [...,1] world value added over its baseline


def with_capital(
    world: World, share: float | np.ndarray = SHARE, *, investment: np.ndarray | None = None, source: str = ""
) -> World:
    """The same baseline with capital as a second factor.

    share: capital's part of value added, a fraction or [s,n]. investment: its share of final demand [s,n]; the shipped
    world's if not given. source: of `investment`, in words. Raises QuestionError for a share below 0 or not below 1,
    DataError where a world has no shares of investment.
    """
    if not world.sectors:
        raise QuestionError(f"{world.name} has one sector; capital needs a world with sectors, such as icio-2022")
    if not ((np.asarray(share) >= 0) & (np.asarray(share) < 1)).all():
        raise QuestionError(f"a share of capital of {np.max(share):g} in value added; it lies from 0 to below 1")
    if investment is None:
        investment, source = share_of_final_demand(world, "investment")
    s, base = world.structure, multi_sector.baseline_totals(world)
    capital = np.broadcast_to(np.asarray(share, float), world.spending.shape)
    earned = (capital * s.value_added * base.output).sum(0)
    investment = investment * (earned > 0)  # without capital there is nothing to invest in
    invested = investment * s.final * base.income
    consumed = (1 - investment) * s.final * base.income
    structure = Structure(
        s.elasticity,
        s.value_added,
        s.inputs,
        s.final,
        s.goods,
        s.elasticity_from,
        capital,
        basket=invested / np.where(invested.sum(0) > 0, invested.sum(0), 1),
        consumption=consumed / consumed.sum(0),
        investment=np.divide(invested.sum(0), earned, out=np.zeros_like(earned), where=earned > 0),
        stock=np.zeros(len(world.economies)),
        investment_from=source,
    )
    return with_structure(world, structure)


@dataclass(frozen=True)
class Model:
    """The model at one of STOCKS; NOW, LONG_RUN and GIVEN are its instances.

    The contract is that of detente.economy.model.
    """

    stock: str

    def __post_init__(self) -> None:
        if self.stock not in STOCKS:
            raise QuestionError(f"a stock of capital {self.stock!r}; it is one of {', '.join(STOCKS)}")

    @property
    def CLOSURE(self) -> str:
        """What is held fixed, in words."""
        fixed = {
            "now": "capital and real investment stay as they are",
            "long run": "capital adjusts until it earns what it costs",
            "given": "capital is what earlier years left",
        }
        return f"{multi_sector.CLOSURE}; {fixed[self.stock]}"

    def start(self, world: World) -> Unknowns:
        """The baseline, where every hat is one."""
        return multi_sector.start(world)

    def prepare(self, world: World, policy: Policy) -> Prepared | None:
        """The policy in the form that the equations use; None where its scenarios cannot be solved side by side."""
        known = multi_sector.prepare(world, policy)
        return None if known is None else factors(world, known)

    def markets(self, world: World, prepared: Prepared, unknowns: Unknowns) -> Markets:
        """Goods and factor markets at given costs, expenditure and wages."""
        s, xp = world.structure, namespace(unknowns.wage)
        goods = multi_sector.goods_markets(world, prepared, unknowns)
        wages = prepared.wages * xp.exp(unknowns.wage)
        earned = (prepared.capital_share * goods.output).sum(-2)
        growth = (wages + earned).sum(-1, keepdims=True) / world.income.sum()
        price = (s.basket * goods.log_price).sum(-2)
        if self.stock == "long run":
            rent = price
        else:
            rent = unknowns.wage + self._relative_rent(world, prepared, goods.output, earned)
        if self.stock == "now":
            investment = s.investment * prepared.capital_income * xp.exp(price)
        else:
            investment = s.investment * earned
        income = wages + earned + multi_sector.collected(prepared, goods) + world.transfer * growth
        return Markets(*goods, wages, earned, rent, price, investment, income - investment, income, growth)

    def _relative_rent(self, world: World, prepared: Prepared, output: Any, earned: Any) -> Any:
        """ln of the rent over the wage, from what output pays to each: exact at the solution, where wages are paid."""
        xp = namespace(earned)
        paid = (prepared.labour_share * output).sum(-2) / prepared.wages
        rent = xp.log((earned + prepared.none) / (prepared.capital_income + prepared.none)) - xp.log(paid)
        return rent - (world.structure.stock if self.stock == "given" else 0)

    def step(self, world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> Unknowns:
        """The next unknowns: cost of the bundle, expenditure due, and wages by wages paid over wages due."""
        s, v, xp = world.structure, self.markets(world, prepared, unknowns), namespace(unknowns.wage)
        cost = prepared.labour_share * unknowns.wage[..., None, :] + prepared.capital_share * v.rent[..., None, :]
        cost = cost + apply_blocks(s.inputs.transpose(0, 2, 1), v.log_price)
        demand = apply_blocks(s.inputs, v.output) + s.basket * v.investment[..., None, :]
        demand = demand + s.consumption * v.consumption[..., None, :]
        expenditure = xp.log((demand + prepared.empty) / (world.spending + prepared.empty))
        paid = xp.log((prepared.labour_share * v.output).sum(-2) / prepared.wages)
        level = xp.log(v.wages.sum(-1, keepdims=True) / prepared.wages.sum())  # any nominal quantity would do
        flat = unknowns.cost.shape
        return Unknowns(cost.reshape(flat) - level, expenditure.reshape(flat) - level, paid - level)

    def preconditioner(self, world: World) -> Any:
        """The solver's preconditioner, from the Jacobian at the baseline."""
        return first_order.preconditioner(world, self.links(world))

    def links(self, world: World) -> first_order.Links:
        """What ties costs, expenditure and wages to each other at the baseline, to first order."""
        s = world.structure
        labour, capital = (1 - s.capital) * s.value_added, s.capital * s.value_added
        by_price = s.inputs.transpose(0, 2, 1)
        wages = (labour * multi_sector.baseline_totals(world).output).sum(0)
        if self.stock == "now":
            return first_order.Links(s.value_added, labour, by_price, s.inputs, s.consumption, world.income, wages)
        by_wage = s.value_added
        if self.stock == "long run":
            by_wage, by_price = labour, by_price + capital.T[:, :, None] * s.basket.T[:, None, :]
        spent = s.investment * s.basket + (1 - s.investment) * s.consumption
        by_output = s.inputs + spent.T[:, :, None] * capital.T[:, None, :]
        return first_order.Links(by_wage, labour, by_price, by_output, s.consumption, wages, wages)

    def payoff(self, world: World, prepared: Prepared, unknowns: Unknowns) -> Any:
        """ln of real consumption [...,n], up to the baseline's constant."""
        v = self.markets(world, prepared, unknowns)
        return namespace(v.income).log(v.consumption) - (world.structure.consumption * v.log_price).sum(-2)

    def vjp(
        self, world: World, prepared: Prepared, unknowns: Unknowns, next_cotangent: Unknowns, payoff_cotangent: Any
    ) -> tuple[Unknowns, backward.Cotangents]:
        """Vector-Jacobian product of `step` and `payoff` at one scenario: cotangents of the unknowns and the markets.

        next_cotangent: of the step's result, [...] several at once. payoff_cotangent [...,n]: of the payoffs.
        """
        s, v = world.structure, self.markets(world, prepared, unknowns)
        shape = (*next_cotangent.wage.shape[:-1], *world.spending.shape)
        cost, expenditure = next_cotangent.cost.reshape(shape), next_cotangent.expenditure.reshape(shape)
        due = apply_blocks(s.inputs, v.output) + s.basket * v.investment + s.consumption * v.consumption
        demand = expenditure / (due + prepared.empty)
        income = (s.consumption * demand).sum(-2) + payoff_cotangent / v.consumption
        investment = (s.basket * demand).sum(-2) - income
        rent = (prepared.capital_share * cost).sum(-2)
        paid_at = (prepared.labour_share * v.output).sum(-2)
        growth = (income * world.transfer).sum(-1)[..., None] / world.income.sum()
        earned, paid = income + growth, next_cotangent.wage / paid_at
        wage, price = (prepared.labour_share * cost).sum(-2), np.zeros_like(rent)
        if self.stock == "long run":
            price = price + rent
        else:
            earned, paid, wage = earned + rent / (v.capital_income + prepared.none), paid - rent / paid_at, wage + rent
        if self.stock == "now":
            price = price + v.investment * investment
        else:
            earned = earned + s.investment * investment
        log_price = apply_blocks(s.inputs, cost) + s.basket * price[..., None, :]
        log_price = log_price - s.consumption * payoff_cotangent[..., None, :]
        output = apply_blocks(s.inputs.transpose(0, 2, 1), demand) + prepared.labour_share * paid[..., None, :]
        output = output + prepared.capital_share * earned[..., None, :]
        gross = np.broadcast_to(income[..., None, :], shape)
        cotangents = backward.markets(
            v,
            prepared,
            log_price=log_price,
            output=output,
            net=-gross,
            gross=gross,
            income=income,
            taxes=prepared.exports,
        )
        level = -(cost.sum((-1, -2)) + expenditure.sum((-1, -2)) + next_cotangent.wage.sum(-1)) / v.wages.sum()
        wage = wage + (income + growth + level[..., None]) * v.wages
        flat = next_cotangent.cost.shape
        return Unknowns(cotangents.cost.reshape(flat), cotangents.expenditure.reshape(flat), wage), cotangents

    def rebase(self, world: World, policy: Policy, unknowns: Unknowns, name: str) -> World:
        """The world whose baseline is this equilibrium of one scenario, its stock of capital the new measure.

        Raises QuestionError for many scenarios, and for taxes on exports.
        """
        prepared = single(self.prepare(world, policy))
        s, v = world.structure, self.markets(world, prepared, unknowns)
        final = s.basket * v.investment + s.consumption * v.consumption
        rate = v.investment / (v.capital_income + prepared.none)
        structure = s._replace(final=final / final.sum(0), investment=rate, stock=np.zeros_like(rate))
        earned = v.wages + v.capital_income
        return new_baseline(world, policy, prepared, v, name, income=earned, level=v.growth, structure=structure)

    def report(self, world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> dict[str, np.ndarray]:
        """Results by name: percent changes [...,n] unless noted; sector_output and sector_price are [...,s,n]."""
        v, xp = self.markets(world, prepared, unknowns), namespace(unknowns.wage)
        domestic = prepared.access.domestic() * v.supply * v.demand
        cost = xp.exp(unknowns.cost.reshape(v.output.shape))
        purchases = prepared.access.purchases(v.supply / cost)[1] * v.demand
        return report(world, prepared, v, unknowns, domestic=domestic, purchases=purchases)


NOW, LONG_RUN, GIVEN = (Model(stock) for stock in STOCKS)


def factors(world: World, known: multi_sector.Prepared) -> Prepared:
    """What multi_sector prepares, with the shares of both factors and what they earn at the baseline."""
    s, output = world.structure, multi_sector.baseline_totals(world).output
    labour, capital = (1 - s.capital) * s.value_added, s.capital * s.value_added
    earned = (capital * output).sum(0)
    return Prepared(
        known.access,
        known.theta,
        known.empty,
        labour,
        capital,
        (labour * output).sum(0),
        earned,
        (earned == 0).astype(float),
        known.exports,
    )


def report(
    world: World, prepared: Any, v: Any, unknowns: Any, *, domestic: Any, purchases: Any
) -> dict[str, np.ndarray]:
    """Results by name: percent changes [...,n] unless noted; sector_output and sector_price are [...,s,n].

    domestic [...,s,n]: sales at home. purchases [...,s,n]: everything bought, at the baseline's prices before duty.
    consumption: real, welfare at a point in time and not along a path. real_income: absorption over the prices of final
    demand, as in multi_sector. real_gdp: consumption and investment at their price indices, exports and imports at the
    baseline's prices before duty. investment_price: over the wage. wage, price, exports, imports: nominal, in units of
    the numeraire, world value added. duty: in the world's unit.
    """
    s, xp = world.structure, namespace(unknowns.wage)
    base, level = multi_sector.baseline_totals(world), xp.log(v.growth)
    consumer_price, final_price = (s.consumption * v.log_price).sum(-2), (s.final * v.log_price).sum(-2)
    invested = s.investment * prepared.capital_income
    consumption = v.consumption * xp.exp(-consumer_price)
    investment = v.investment * xp.exp(-v.investment_price)
    cost = xp.exp(unknowns.cost.reshape(v.output.shape))
    imported, exported = purchases - domestic / cost, (v.output - domestic) / cost  # volumes
    exports0, imports0 = (base.output - base.domestic).sum(0), (base.net_expenditure - base.domestic).sum(0)
    gdp = consumption + investment + (exported - imported).sum(-2)
    received, paid = multi_sector.export_revenue(prepared.exports, v)
    stock = (v.capital_income + prepared.none) / (prepared.capital_income + prepared.none) * xp.exp(-v.rent)
    return {
        "real_income": 100 * (v.income / base.income * xp.exp(-final_price) - 1),
        "consumption": 100 * (consumption / (base.income - invested) - 1),
        "investment": 100 * ((investment + prepared.none) / (invested + prepared.none) - 1),
        "capital": 100 * (stock * (1 - prepared.none) + prepared.none - 1),
        "real_gdp": 100 * (gdp / (base.income + exports0 - imports0) - 1),
        "real_wage": 100 * xp.expm1(unknowns.wage - consumer_price),
        "investment_price": 100 * xp.expm1(v.investment_price - unknowns.wage),
        "wage": 100 * xp.expm1(unknowns.wage - level),
        "price": 100 * xp.expm1(consumer_price - level),
        "duty": multi_sector.collected(prepared, v) / v.growth,
        "exports": _change(((v.output - domestic).sum(-2) + received) / v.growth, exports0),
        "imports": _change(((v.net_expenditure - domestic).sum(-2) + paid) / v.growth, imports0),
        "sector_output": _change(v.output / cost, base.output),
        "sector_price": 100 * xp.expm1(v.log_price - level[..., None]),
    }


def _change(new: Any, old: Any) -> Any:
    """The percent change, zero where nothing was before."""
    xp = namespace(new)
    return 100 * (xp.where(old > 0, new / xp.where(old > 0, old, 1), 1) - 1)
