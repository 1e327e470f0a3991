"""The household card: what a policy does to duties, prices and the public purse, each line by its own concept.

Axes: s sector, n importer, i exporter. Prices rise in three ways, which are never one "price effect":

    before substitution   dP = direct + own (G dP), direct_sn = sum_i share_sni (wedge' - duty) / (1 + duty): fixed
                          quantities, foreign prices and wages of the day, full pass-through along domestic chains
    after substitution    ln P at the wages of the day everywhere, with shares that respond
    in equilibrium        ln P of the model over the economy's own wage

weighted by what households buy. The wedge is the duty on top of the exporter's tax, which is part of the value that the
duty is levied on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detente.economy.equilibrium import Equilibrium, Options
from detente.economy.models import multi_sector
from detente.economy.models.first_order import apply_blocks
from detente.economy.policy import Policy
from detente.economy.solve import solve
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

OPTIONS = Options(tolerance=1e-9)
ROUNDS = 60  # of prices at given wages
SETTLED = 1e-10


class Card(NamedTuple):
    """Results of one policy [n], in percent unless noted; sector_* [s,n].

    rate_base, rate_before, rate_after: average duty on goods at the baseline, at its imports, at those of the
    equilibrium. price_direct: the wedges themselves, without chains. price_before, price_after, price_equilibrium: see
    above. duty_base, duty_before, duty: in the world's unit. consumption: of households at the baseline, in the world's
    unit; bought [s,n]: the same by sector. income: real income's base, in the world's unit. imports, levied, taxed
    [3,n,i]: of goods, with the exporter's tax, the duty on them, and that tax, in the world's unit: at the baseline,
    under the policy at its imports, at those of the equilibrium.
    """

    rate_base: np.ndarray
    rate_before: np.ndarray
    rate_after: np.ndarray
    price_direct: np.ndarray
    price_before: np.ndarray
    price_after: np.ndarray
    price_equilibrium: np.ndarray
    duty_base: np.ndarray
    duty_before: np.ndarray
    duty: np.ndarray
    consumption: np.ndarray
    income: np.ndarray
    bought: np.ndarray
    sector_price_before: np.ndarray
    sector_price_after: np.ndarray
    sector_price_equilibrium: np.ndarray
    imports: np.ndarray
    levied: np.ndarray
    taxed: np.ndarray
    equilibrium: Equilibrium

    def rates_of(self, members: Sequence[int]) -> np.ndarray:
        """The average duty [3] in percent of economies together on all others: base, before and after substitution."""
        inside = np.isin(np.arange(len(self.duty)), members)
        levied, imports = (x[:, inside][..., ~inside].sum((1, 2)) for x in (self.levied, self.imports))
        return np.asarray(100 * levied / imports)


def card(world: World, policy: Policy, households: np.ndarray) -> Card:
    """The card of one policy. households [s,n]: the share of final demand that is theirs.

    Raises QuestionError for several scenarios at once, NotConverged.
    """
    if policy.shape:
        raise QuestionError("a card is of one policy; pick one scenario, as in policy[0]")
    s, base = world.structure, multi_sector.baseline_totals(world)
    bought = households * s.final * base.income
    basket = bought / bought.sum(0)
    equilibrium = solve(world, policy, multi_sector, options=OPTIONS)
    after = multi_sector.trade(world, policy, equilibrium.state)
    levels, tax, goods = policy.tariff(world), policy.export_taxes(world), s.goods
    direct = (world.share * (policy.wedges(world) - world.tariff) / (1 + world.tariff)).sum(2)
    own = np.diagonal(world.share, axis1=1, axis2=2)
    chains = s.inputs.transpose(0, 2, 1)  # [n,s,k] of the cost of s
    loops = np.linalg.inv(np.eye(len(own)) - own.T[:, :, None] * chains)
    before = apply_blocks(loops, direct)
    given_wages = _prices_at_given_wages(world, policy, loops)
    wage = np.log1p(equilibrium.report["wage"] / 100)
    real = np.log1p(equilibrium.report["sector_price"] / 100) - wage
    flows = ((base.flows, world.tariff, 0 * tax), (base.flows, levels, tax), (after, levels, tax))
    levied = np.stack([(trade * (1 + taxes) * rates)[goods].sum(0) for trade, rates, taxes in flows])  # [3,n,i]
    taxed = np.stack([(trade * taxes)[goods].sum(0) for trade, _, taxes in flows])
    abroad = ~np.eye(len(basket.T), dtype=bool)
    imports = np.stack([trade[goods].sum(0) for trade, _, _ in flows]) * abroad + taxed
    duties = levied.sum(2)
    rates = 100 * duties / imports.sum(2)
    lines = [100 * (basket * prices).sum(0) for prices in (direct, before, given_wages, real)]
    return Card(
        rate_base=rates[0],
        rate_before=rates[1],
        rate_after=rates[2],
        price_direct=lines[0],
        price_before=lines[1],
        price_after=lines[2],
        price_equilibrium=lines[3],
        duty_base=duties[0],
        duty_before=duties[1],
        duty=duties[2],
        consumption=bought.sum(0),
        income=base.income,
        bought=bought,
        sector_price_before=100 * before,
        sector_price_after=100 * given_wages,
        sector_price_equilibrium=100 * real,
        imports=imports,
        levied=levied,
        taxed=taxed,
        equilibrium=equilibrium,
    )


def _prices_at_given_wages(world: World, policy: Policy, loops: np.ndarray) -> np.ndarray:
    """ln price [s,n] when wages everywhere stay; loops [n,s,k]: domestic chains. Raises NotConverged."""
    prepared, chains = multi_sector.prepare(world, policy), world.structure.inputs.transpose(0, 2, 1)
    price = np.zeros_like(world.spending)
    for _ in range(ROUNDS):
        supply = np.exp(-world.structure.elasticity[:, None] * apply_blocks(chains, price))
        moved = -np.log(prepared.access.purchases(supply)[0]) / world.structure.elasticity[:, None]  # type: ignore[union-attr]
        change: np.ndarray = apply_blocks(loops, moved - price)
        price = price + change
        if np.abs(change).max() < SETTLED:
            return np.asarray(price)
    raise NotConverged(f"{world.name}: prices at the wages of the day do not settle; try smaller rates")
