"""Nash tariffs of every economy at once from observed shares: the closed forms of Lashkaripour (2021).

Axes: s sector, n importer, i exporter, l economy of the labour, x unknown; [...] several points at once. With chi the
shares of n and s in i's exports net of duty, e shares of n's spending on s, and lambda shares of i in it, the rate of i
that is best against goods and partners is

    1 / t_i = sum_ns chi_sni theta_s (1 - (1 - delta_sn) lambda_sni)                                      (equation 14)
    delta_sn = t_sn lambda_snn e_sn / (1 + sum_s t_sn lambda_snn e_sn)

Where sectors earn profits (a price is mu_s times its wages, the mean of i's sales is mu_i) duties are higher on sectors
of above-average markup:

    1 + t_si = (1 + t_i) (1 + theta_s lambda_sii) / (1 + mu_i / mu_s theta_s lambda_sii)                  (equation 16)

With inputs, and duties drawn back on what is exported again, final goods alone bear them and are made by labour of
several economies: content_sil is l's share in i's good of s. Then chi weighs i's goods by their own labour, and
lambda_sni is sum_j content_sji lambda_snj / content_sii                                                  (equation 23).

No search is needed: wages, expenditure and rates are solved together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.models import fixed_firms
from detente.economy.models.backward import sum_over_exporters, sum_over_importers
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

TOLERANCE = 1e-11
CHORD_STEPS = (4, 25, 30, 40, 60, 60)  # after each Jacobian, of which two or three must do
MARKUP_STEPS = 30  # most Newton steps for a sector's duty, of which a handful are taken
ROUNDS = 200  # of cooperative duties
SETTLED = 1e-10  # change of duties between rounds below which they have settled
INITIAL_RATE = 0.3


@dataclass(frozen=True, eq=False)
class NashTariffs:
    """Tariffs and what they do.

    rate [n]: the uniform part, a fraction; not a number where rates were not solved for. duty [s,n]. real_income, wage
    [n]: percent over the baseline. residual, iterations: of the joint solution. unknowns: ln wage, ln expenditure, ln
    rate (and ln markup), each [n].
    """

    world: World
    rate: np.ndarray
    duty: np.ndarray
    real_income: np.ndarray
    wage: np.ndarray
    residual: float
    iterations: int
    unknowns: np.ndarray

    def tariff(self) -> np.ndarray:
        """Tariffs [s,n,i]."""
        own = np.eye(len(self.rate), dtype=bool)
        return np.where(own, 0, np.broadcast_to(self.duty[..., None], self.world.tariff.shape))


def without_inputs(world: World) -> World:
    """A world with sectors as labour alone makes it, trade balanced: flows, duties and elasticities stay.

    Raises NotConverged.
    """
    flows = world.duty_free * world.spending[..., None]
    s = world.structure
    labour_only = fixed_firms.calibrate(
        world.economies,
        world.sectors,
        flows,
        world.tariff,
        s.elasticity,
        world.origin,
        elasticity_from=s.elasticity_from,
    )
    return fixed_firms.balanced(labour_only, name=f"{world.name}, labour only, balanced")


def final_goods(world: World) -> tuple[World, np.ndarray]:
    """A world with inputs as final goods that labour of many economies makes, trade balanced; and content [s,i,l].

    Shares of partners are the same in every use. Duties stay on final goods and are taken off inputs, as drawbacks do.
    Raises NotConverged.
    """
    s, (k, n) = world.structure, world.spending.shape
    inputs = np.einsum("kni,nks->snki", world.share, s.inputs).reshape(k * n, k * n)  # [s of n, k of i]
    labour = (s.value_added[..., None] * np.eye(n)).reshape(k * n, n)
    content = np.linalg.solve(np.eye(k * n) - inputs, labour).reshape(k, n, n)
    content /= content.sum(2, keepdims=True)
    net = (world.duty_free * world.spending[..., None]).sum(2)
    spending = s.final * (world.income + (world.spending - net).sum(0) + world.transfer)
    structure = fixed_firms.Structure(s.elasticity, np.ones(k), np.ones((k, n)), s.goods, s.elasticity_from)
    labour_income = np.einsum("sni,sil->l", world.duty_free * spending[..., None], content)
    name = f"{world.name}, final goods, balanced"
    unbalanced = replace(
        world, name=name, spending=spending, income=labour_income, transfer=np.zeros(n), structure=structure
    )
    solution = System(unbalanced, content=content, fixed=world.tariff).solve(np.zeros(2 * n))
    wage, expenditure = np.split(solution.x, 2)
    level = (labour_income * np.exp(wage)).sum() / labour_income.sum()
    supply = np.exp(-s.elasticity[:, None] * (content @ wage))
    share = world.share * supply[:, None]
    share /= share.sum(2, keepdims=True)
    balanced = replace(
        unbalanced,
        share=share,
        spending=spending * np.exp(expenditure) / level,
        income=labour_income * np.exp(wage) / level,
    )
    return balanced, content


def nash(
    world: World, *, feedback: bool = True, content: np.ndarray | None = None, exporters: bool = False
) -> NashTariffs:
    """Nash tariffs of all economies, on every good and service, in one system with a few equations per economy.

    feedback: include the delta of the paper's equations, what i's partners' duties give back; the author's public code
    leaves it out. content: of `final_goods`, with its world. exporters: count the markup of what is exported in the
    uniform part, which the paper's leaves out: 1 + t_i = sum chi mu_i / mu_s (1 + E) / sum chi E, with
    E = theta (1 - (1 - delta) lambda). Raises QuestionError for a world with inputs, or with content and profits that
    differ between sectors; NotConverged.
    """
    s, n = world.structure, len(world.economies)
    if not hasattr(s, "labour") or (content is not None and np.ptp(s.labour) > 0):
        raise QuestionError(
            f"{world.name}: the closed forms are for labour alone, with profits or with final goods of many economies'"
            " labour; take nash_closed_form.without_inputs(world) or nash_closed_form.final_goods(world)"
        )
    system = System(world, content=content, feedback=feedback, exporters=exporters)
    markups = np.zeros(n if system.uneven_markups else 0)
    return _result(system, system.solve(np.concatenate([np.zeros(2 * n), np.full(n, np.log(INITIAL_RATE)), markups])))


def cooperative(world: World) -> NashTariffs:
    """The duties, mostly subsidies, that make world income largest where sectors earn profits (the paper's section 3).

        1 + t_sn = (1 + theta_s lambda_snn) / (mu_s / mu + theta_s lambda_snn)

    with mu the world's mean markup: zero where all markups are equal. Raises NotConverged.
    """
    s, n = world.structure, len(world.economies)
    labour, theta = s.labour[:, None], s.elasticity[:, None]
    duty, x = np.zeros_like(world.spending), np.zeros(2 * n)
    for taken in range(1, ROUNDS + 1):  # home shares and the mean change little, so duties settle
        system = System(world, fixed=dense_tariff(duty))
        solution = system.solve(x)
        x, v = solution.x, system.markets(solution.x)
        home, mean = theta * v.home_share, v.output.sum() / (labour * v.output).sum()
        before, duty = duty, (1 + home) / (1 / (labour * mean) + home) - 1
        change = float(np.abs(duty - before).max())
        if change < SETTLED:
            result = _result(system, solution)
            return replace(result, duty=before, iterations=taken)
    raise NotConverged(f"{world.name}: cooperative duties still change by {change:.1e} after {ROUNDS} rounds")


def real_income(world: World, duty: np.ndarray, content: np.ndarray | None = None) -> np.ndarray:
    """Percent changes of real income [n] at given duties [s,n], by the same equations. Raises NotConverged."""
    system = System(world, content=content, fixed=dense_tariff(duty))
    return _result(system, system.solve(np.zeros(2 * len(world.economies)))).real_income


def dense_tariff(duty: np.ndarray) -> np.ndarray:
    """Tariffs [s,n,i] of duties [s,n] on all partners."""
    return np.where(np.eye(duty.shape[1], dtype=bool), 0, duty[..., None])


class Solution(NamedTuple):
    """x [x], the largest residual there, and steps."""

    x: np.ndarray
    residual: float
    iterations: int


class Access(NamedTuple):
    """Access of foreign goods [s,n,i] gross and net of duty, at no duty or at fixed tariffs; of own goods [s,n]."""

    gross: np.ndarray
    net: np.ndarray
    own: np.ndarray


class Markets(NamedTuple):
    """Goods markets [...,s,n] at some unknowns."""

    supply: Any
    market_access: Any
    output: Any
    exports: Any
    rate: Any
    duty: Any  # [...,n]
    home_share: Any
    import_demand: Any  # net of duty, over foreign supply
    import_weight: Any  # of foreign supply in expenditure shares


@dataclass(frozen=True, eq=False)
class System:
    """The equations of wages and expenditure, of rates unless tariffs are fixed, and of mean markups where they differ.

    content [s,i,l], feedback, exporters: as for `nash`. fixed [s,n,i]: given tariffs.
    """

    world: World
    content: np.ndarray | None = None
    fixed: np.ndarray | None = None
    feedback: bool = True
    exporters: bool = False

    @cached_property
    def uneven_markups(self) -> bool:
        """Whether rates are solved for and differ between sectors by their markup."""
        return self.fixed is None and bool(np.ptp(self.world.structure.labour) > 0)

    @cached_property
    def access(self) -> Access:
        """The access of foreign and of own goods."""
        world = self.world
        theta = world.structure.elasticity[:, None, None]
        factor = 1 if self.fixed is None else 1 + self.fixed
        foreign = ~np.eye(len(world.economies), dtype=bool)
        gross = world.share * ((1 + world.tariff) / factor) ** theta * foreign
        net = gross if self.fixed is None else gross / factor
        return Access(gross, net, np.diagonal(world.share, axis1=1, axis2=2))

    @cached_property
    def _squared_access(self) -> np.ndarray:
        return self.access.gross**2

    @cached_property
    def _own_content(self) -> Any:
        return 1.0 if self.content is None else np.diagonal(self.content, axis1=1, axis2=2)

    def markets(self, x: Any) -> Markets:
        """Goods markets [...,s,n] at x [...,2n, 3n with rates, or 4n with mean markups]."""
        world, (gross, net, own) = self.world, self.access
        theta = world.structure.elasticity[:, None]
        wage, expenditure, *more = np.split(x, x.shape[-1] // len(world.economies), axis=-1)
        cost = wage[..., None, :] if self.content is None else (self.content @ wage[..., None, :, None])[..., 0]
        supply = np.exp(-theta * cost)
        foreign, home = sum_over_exporters(gross, supply), own * supply
        rate: Any = 0.0
        if more:
            rate = np.exp(more[0])[..., None, :]
            if self.uneven_markups:
                rate = duties_with_markups(world, rate, np.exp(more[1])[..., None, :], foreign, home)
        by_duty = (1 + rate) ** -theta
        market_access = by_duty * foreign + home
        demand = world.spending * np.exp(expenditure[..., None, :]) / market_access
        import_demand = by_duty / (1 + rate) * demand
        exports = supply * sum_over_importers(net, import_demand)
        paid = import_demand * foreign if net is gross else import_demand * sum_over_exporters(net, supply)
        return Markets(
            supply=supply,
            market_access=market_access,
            output=home * demand + exports,
            exports=exports,
            rate=rate,
            duty=(by_duty * foreign * demand - paid).sum(-2),
            home_share=home / market_access,
            import_demand=import_demand,
            import_weight=by_duty / market_access,
        )

    def residual(self, x: np.ndarray) -> np.ndarray:
        """The residual of every equation, in logs, at rows x."""
        if self.content is not None and x.ndim > 1:  # shares of all partners at once are large: a row at a time
            return np.stack([self.residual(row) for row in x])
        world, n, v = self.world, len(self.world.economies), self.markets(x)
        labour = world.structure.labour[:, None]
        if self.content is None:
            sales = v.output.sum(-2)
            wages = (labour * v.output).sum(-2)
        else:
            wages = sales = np.einsum("si,sil->l", v.output, self.content)
        level = np.log((world.income * np.exp(x[..., :n])).sum(-1, keepdims=True) / world.income.sum())
        income = world.spending.sum(0)
        parts = [np.log(wages / world.income), np.log((sales + v.duty) / income)]
        parts = [part - level - x[..., k * n : (k + 1) * n] for k, part in enumerate(parts)]
        if self.fixed is None:
            parts.append(self._log_best_rate(v, sales, wages) - x[..., 2 * n : 3 * n])
        if self.uneven_markups:
            parts.append(np.log(sales / wages) - x[..., 3 * n :])
        return np.concatenate(parts, axis=-1)

    def _log_best_rate(self, v: Markets, sales: Any, wages: Any) -> Any:
        """ln of the uniform rate [...,n] that is best for each economy against these markets: equations 14 and 23."""
        world = self.world
        theta, labour = world.structure.elasticity[:, None], world.structure.labour[:, None]
        weight = v.import_demand
        if self.feedback:
            returned = v.rate * v.home_share * fixed_firms.final_shares(world)
            weight = weight * (1 - returned / (1 + returned.sum(-2, keepdims=True)))
        if self.content is None:
            crowded = v.supply**2 * sum_over_importers(self._squared_access, weight * v.import_weight)
        else:
            foreign_share = self.access.gross * v.supply[:, None] * v.import_weight[..., None]
            share = foreign_share + v.home_share[..., None] * np.eye(len(world.economies))
            crowded = v.supply * ((self.access.gross * weight[..., None]) * (share @ self.content)).sum(1)
        exports = self._own_content * v.exports
        lost = (theta * (exports - crowded)).sum(-2)
        if self.uneven_markups and self.exporters:
            value = (sales / wages)[..., None, :] * labour
            return np.log((value * (exports + theta * (exports - crowded))).sum(-2) / lost - 1)
        return np.log(exports.sum(-2) / lost)

    def solve(self, x: np.ndarray) -> Solution:
        """Where all residuals are zero, by Newton and chord steps from x. Raises NotConverged."""
        residual, iterations = np.inf, 0
        with np.errstate(all="ignore"):
            for limit in CHORD_STEPS:  # a Jacobian costs as much as a hundred steps
                inverse = engine.inverse_jacobian(self.residual, x)
                newton = inverse @ self.residual(x)
                x = x + newton * min(1.0, 1.0 / max(np.abs(newton).max(), 1e-300))
                chord = engine.chord(self.residual, x[None], partial(_apply, inverse.T), TOLERANCE, limit)
                iterations += int(chord.iterations[0]) + 1
                x, residual = chord.x[0], float(chord.residual[0])
                if residual <= TOLERANCE:
                    break
        if not residual <= TOLERANCE:
            raise NotConverged(
                f"{self.world.name}: the equations of tariffs and markets are off by {residual:.1e} (relative) after"
                f" {iterations} iterations; try other elasticities"
            )
        return Solution(x, residual, iterations)


def _apply(matrix: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """A correction [x,x] applied to rows from the right, in full precision."""
    return np.asarray(rows @ matrix)


def duties_with_markups(world: World, rate: Any, mean_markup: Any, foreign: Any, home: Any) -> Any:
    """Duties [...,s,n] of equation 16: home shares depend on them, so each is the root of one equation, by Newton.

    rate, mean_markup [...,1,n]; foreign, home [...,s,n]: supply weighted by access. Not a number where Newton fails.
    """
    theta, ratio = world.structure.elasticity[:, None], mean_markup * world.structure.labour[:, None]
    level = y = np.log1p(rate) + 0 * foreign
    for _ in range(MARKUP_STEPS):
        share = home / (np.exp(-theta * y) * foreign + home)
        upper, lower = 1 + theta * share, 1 + ratio * theta * share
        residual = level + np.log(upper / lower) - y
        if np.abs(residual).max() < TOLERANCE / 100:
            break
        y = y + residual / (1 - theta**2 * share * (1 - share) * (1 - ratio) / (upper * lower))
    return np.where(np.abs(residual) <= TOLERANCE, np.expm1(y), np.nan)


def _result(system: System, solution: Solution) -> NashTariffs:
    """What a solution of the system does to every economy."""
    world, v = system.world, system.markets(solution.x)
    wage, expenditure, *more = np.split(solution.x, solution.x.size // len(world.economies))
    price = -np.log(v.market_access) / world.structure.elasticity[:, None]
    gain = np.expm1(expenditure - (fixed_firms.final_shares(world) * price).sum(0))
    rate = np.exp(more[0]) if more else np.full_like(wage, np.nan)
    return NashTariffs(
        world,
        rate,
        np.broadcast_to(v.rate, world.spending.shape),
        100 * gain,
        100 * np.expm1(wage),
        solution.residual,
        solution.iterations,
        solution.x,
    )
