"""How a critical product is split from its host sector: who makes it, who uses it, and a balance that fits its host.

Axes: s or k sector, n importer or user, i exporter. Values are at purchasers' prices unless net of duty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from detente.economy.models.nests import Structure
from detente.economy.world import World, purchase_shares
from detente.errors import DataError, QuestionError

ANY = "*"
ROOM = 0.95  # of a host's flow that a product may take: the host must stay a sector everywhere it was one
SLACK = 0.02  # of a product's world use that may be left out, or made elsewhere than stated, where its host has no room
FITTING_ROUNDS, FITTED = 500, 1e-13  # of proportional fitting; change, relative to all use, below which it has settled
UNMET = 1e-9  # of all use that may be left unmet after fitting


@dataclass(frozen=True)
class Product:
    """A thin product to split from `host` as a sector of its own called `name`.

    supply: {economy: share of world production}; "*", or what is left over, goes to the others as they make the host.
    cost: {sector or (economy, sector): the product's part of that sector's gross output, at purchasers' prices}; a pair
    takes precedence over a sector; "*" as economy is every economy. Sectors may be products split off before. Where a
    user buys less of the host than that, the product replaces the user's other materials (which households take); what
    still does not fit is left out, if it is less than 2 % of all use.
    origins: {(importer, exporter): share of the importer's purchases}; the rest follows supply.
    final: {economy or "*": part of the host's final demand there that is this product}.
    sigma: elasticity of substitution of the product for all else in the user's bundle. exposed: the part of a using
    sector that needs the product, one number or by key as in cost. across: substitution between that part and the rest.
    elasticity: theta between origins (the host's if None). fixed: part of the producers' cost that pays a mineral in
    fixed supply, at most the host's value added (smaller producers' are cut to it); the supply elasticity is then
    (1 - fixed) / fixed. stocks: months of use that users hold (see products.effective). source: where the numbers are
    from.
    """

    name: str
    host: str
    supply: Mapping[str, float]
    cost: Mapping[Any, float]
    label: str = ""
    origins: Mapping[tuple[str, str], float] = field(default_factory=dict)
    final: Mapping[str, float] = field(default_factory=dict)
    sigma: float = 0.1
    exposed: float | Mapping[Any, float] = 1.0
    across: float = 1.0
    elasticity: float | None = None
    fixed: float = 0.0
    stocks: float = 0.0
    source: str = ""


def split_sector(world: World, product: Product) -> World:
    """A nested world with one more product, last on the sector axis.

    Raises QuestionError for invalid parameters and a name that is taken, DataError where the product does not fit.
    """
    host, s = world.sector(product.host), world.structure
    if product.name in world.sectors:
        raise QuestionError(f"{product.name} is a sector of {world.name} already; give the product another name")
    _check_parameters(product)
    output = (world.duty_free * world.spending[..., None]).sum(1)  # [s,i]
    cost = np.nan_to_num(_by_user(world, product.cost))  # [s,n]
    consumed = _by_economy(world, product.final)
    s, cost = _make_room(world, product, cost, output, consumed)
    final = consumed * s.final[host]
    absorbed = world.spending[host] - (s.inputs[:, host].T * output).sum(0)  # final demand for the host
    host_final = s.final[host]
    part = np.divide(final, host_final, out=np.zeros(len(world.economies)), where=host_final > 0)
    spending = (cost * output).sum(0) + absorbed * part
    gross = world.share[host] * world.spending[host, :, None]
    purchases = _purchases(world, product, spending, gross, output[host])  # [n,i] with duty
    host_purchases = gross - purchases
    mineral = _mineral(product, world, purchases.sum(0), s.value_added[host])
    share = _appended(world.share, purchase_shares(purchases, spending))
    share[host] = purchase_shares(host_purchases, host_purchases.sum(1))
    all_spending = _appended(world.spending, spending)
    all_spending[host] = host_purchases.sum(1)
    return replace(
        world,
        name=world.name,
        share=share,
        spending=all_spending,
        tariff=_appended(world.tariff, world.tariff[host]),
        structure=_split_structure(world, product, s, host, cost=cost, final=final, mineral=mineral),
        sectors=(*world.sectors, product.name),
    )


def _appended(array: np.ndarray, row: Any) -> np.ndarray:
    """The array with one more row on its first axis."""
    return np.concatenate([array, np.broadcast_to(row, array.shape[1:])[None]])


def _split_structure(
    world: World, product: Product, s: Structure, host: int, *, cost: np.ndarray, final: np.ndarray, mineral: np.ndarray
) -> Structure:
    """The structure with the product last: cost [s,n] by user, final [n], mineral [n]."""
    inputs = np.concatenate([s.inputs, cost.T[:, None, :]], axis=1)
    inputs[:, host] -= cost.T
    inputs = np.concatenate([inputs, inputs[:, :, host, None]], axis=2)
    finals = _appended(s.final, final)
    finals[host] -= final
    by_key = product.exposed if isinstance(product.exposed, Mapping) else {}
    everywhere = 1.0 if isinstance(product.exposed, Mapping) else float(product.exposed)
    exposed = _by_user(world, by_key)
    exposed = np.where(np.isnan(exposed), everywhere, exposed)
    exposed = _appended(exposed, exposed[host])
    exposed_before = np.concatenate([s.exposed, s.exposed[:, host, None]], axis=1)
    return s._replace(
        elasticity=np.append(s.elasticity, s.elasticity[host] if product.elasticity is None else product.elasticity),
        value_added=_appended(s.value_added, s.value_added[host]),
        inputs=inputs,
        final=finals,
        goods=np.append(s.goods, True),
        critical=(*s.critical, len(world.sectors)),
        sigma=(*s.sigma, product.sigma),
        across=(*s.across, product.across),
        exposed=np.concatenate([exposed_before, exposed[None]]),
        fixed=_appended(s.fixed, mineral),
    )


def _check_parameters(product: Product) -> None:
    """Raises QuestionError for a parameter that is out of range."""
    groups = (product.supply, product.cost, product.origins, product.final)
    shares = [*(value for group in groups for value in group.values()), product.fixed]
    bad = [value for value in shares if not 0 <= value <= 1]
    total = sum(product.supply.values())
    if bad:
        raise QuestionError(f"{product.name}: shares must be between 0 and 1, not {bad[0]}")
    if total > 1 + 1e-9:
        raise QuestionError(
            f"{product.name}: shares of supply must sum to at most 1, between 0 and 1 each, not {total}"
        )
    elasticities = (product.sigma, product.across, *([] if product.elasticity is None else [product.elasticity]))
    if not all(value > 0 for value in elasticities):
        raise QuestionError(
            f"{product.name}: sigma, across and elasticity must be positive; 0.05 is next to no substitution"
        )


def _by_economy(world: World, values: Mapping[str, float]) -> np.ndarray:
    """[n] of {economy or "*": value}, zero where nothing is stated."""
    array = np.full(len(world.economies), float(values.get(ANY, 0.0)))
    for economy, value in values.items():
        if economy != ANY:
            array[world.index(economy)] = value
    return array


def _by_user(world: World, values: Mapping[Any, float]) -> np.ndarray:
    """[s,n] of {sector or (economy, sector): value}, not a number where nothing is stated."""
    array = np.full((len(world.sectors), len(world.economies)), np.nan)
    for key in sorted(values, key=lambda key: not isinstance(key, str) and key[0] != ANY):
        economy, code = (ANY, key) if isinstance(key, str) else key
        array[world.sector(code), slice(None) if economy == ANY else world.index(economy)] = values[key]
    return array


def _make_room(
    world: World, product: Product, cost: np.ndarray, output: np.ndarray, consumed: np.ndarray
) -> tuple[Structure, np.ndarray]:
    """The structure with room for the product in the use of its host, and its cost shares [s,n] that fit.

    A user that buys too little of the host gets more of it for less of its other materials, and households the reverse:
    no purchase of an economy changes. Raises DataError where a large user still has no room.
    """
    host, s = world.sector(product.host), world.structure
    use = s.inputs[:, host].T
    fitting = np.minimum(cost, ROOM * use)
    others = s.inputs.copy()
    others[:, [host, *s.critical]] = 0
    most = others.sum(1).T
    more = np.minimum(cost - fitting, ROOM * most)
    absorbed = world.spending - (s.inputs.transpose(1, 2, 0) * output).sum(1)  # [s,n] final demand
    requested = (more * output).sum(0)
    available = ROOM * (1 - consumed) * absorbed[host]
    more = more * np.minimum(1, available / np.where(requested > 0, requested, 1)).clip(0)
    fitting = fitting + more
    lost = ((cost - fitting) * output) / max((cost * output).sum(), 1e-300)
    if lost.sum() > SLACK:
        k, n = np.unravel_index(int(lost.argmax()), lost.shape)
        raise DataError(
            f"{product.name}: {lost.sum():.1%} of its use does not fit its host; first {cost[k, n]:.3g} of"
            f" {world.sectors[k]}'s output in {world.economies[n]}, which uses {use[k, n]:.3g} of {product.host}; lower"
            " the share or take another host"
        )
    if not more.any():
        return s, fitting
    replaced = others * (more / np.where(most > 0, most, 1)).T[:, None, :]  # [n,k,s]
    inputs = s.inputs - replaced
    inputs[:, host] += more.T
    final = absorbed + (replaced.transpose(1, 2, 0) * output).sum(1)
    final[host] -= (more * output).sum(0)
    return s._replace(inputs=inputs, final=final / final.sum(0)), fitting


def _mineral(product: Product, world: World, output: np.ndarray, value_added: np.ndarray) -> np.ndarray:
    """The mineral's part of cost [n], within value added. Raises DataError where a large producer has no room."""
    fitting: np.ndarray = np.minimum(product.fixed, value_added)
    lost = (product.fixed - fitting > 0) * output / output.sum()
    if lost.sum() > SLACK:
        n = int(lost.argmax())
        raise DataError(
            f"{product.name}: {product.fixed:.3g} of cost for the mineral, but {product.host} of {world.economies[n]}"
            f" has value added of {value_added[n]:.3g}; lower `fixed` or take the mining sector as host"
        )
    return fitting


def _purchases(
    world: World, product: Product, spending: np.ndarray, gross: np.ndarray, output: np.ndarray
) -> np.ndarray:
    """Purchases [n,i] that fit what users spend, the stated origins, world supply, and the room in the host's flows.

    spending [n], gross [n,i]: of the host, with duty. output [i]: of the host. Raises DataError where they cannot fit.
    """
    supply = _supply(world, product, output)
    stated, target = _stated_origins(world, product, spending, gross)
    top = ROOM * gross
    flows = np.where(stated, target, np.minimum(spending[:, None] * supply, top))
    sales = supply * spending.sum()
    flows = _fit(flows, stated, top, sales, spending)
    short = spending - flows.sum(1)
    slack = np.where(stated, 0, top - flows)
    flows = flows + slack * np.divide(short, slack.sum(1), out=np.zeros_like(short), where=slack.sum(1) > 0)[:, None]
    unmet = np.abs(flows.sum(1) - spending).max() / spending.sum()
    relocated = np.abs(flows.sum(0) - sales).sum() / 2 / spending.sum()
    if not (unmet <= UNMET and relocated <= SLACK):
        raise DataError(
            f"{product.name}: {relocated:.1%} of it would have to be made elsewhere than stated for the flows of"
            f" {product.host} to hold it; lower its cost shares, restate its supply or origins, or take a larger host"
        )
    return np.asarray(np.maximum(flows, 0))


def _supply(world: World, product: Product, output: np.ndarray) -> np.ndarray:
    """Shares [i] of world production: as stated, the rest as the others make the host."""
    supply = _by_economy(world, {key: value for key, value in product.supply.items() if key != ANY})
    others = np.where([code in product.supply for code in world.economies], 0.0, output)
    if others.sum() > 0:
        supply = supply + others * (1 - supply.sum()) / others.sum()
    return np.asarray(supply / supply.sum())


def _stated_origins(
    world: World, product: Product, spending: np.ndarray, gross: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which flows [n,i] have a stated share, and their values. Raises DataError where the host's flow is smaller."""
    stated, target = np.zeros(gross.shape, bool), np.zeros(gross.shape)
    for (importer, exporter), value in product.origins.items():
        cell = world.index(importer), world.index(exporter)
        stated[cell], target[cell] = True, value * spending[cell[0]]
    if (target > gross).any():
        n, i = np.argwhere(target > gross)[0]
        raise DataError(
            f"{product.name}: {world.economies[n]} would buy {target[n, i]:.4g} of it from {world.economies[i]}, more"
            f" than of all of {product.host} ({gross[n, i]:.4g}); lower that origin's share or the cost shares"
        )
    return stated, target


def _fit(flows: np.ndarray, stated: np.ndarray, top: np.ndarray, sales: np.ndarray, spending: np.ndarray) -> np.ndarray:
    """Flows [n,i] by proportional fitting to sales [i] and spending [n], below top [n,i]; stated flows stay."""
    for _ in range(FITTING_ROUNDS):
        before = flows
        for axis, total in ((0, sales), (1, spending)):
            fixed = np.where(stated, flows, 0).sum(axis)
            free = np.where(stated, 0, flows).sum(axis)
            scale = np.divide(np.maximum(total - fixed, 0), free, out=np.zeros_like(free), where=free > 0)
            flows = np.where(stated, flows, np.minimum(flows * (scale if axis == 0 else scale[:, None]), top))
        if np.abs(flows - before).max() < FITTED * spending.sum():
            break
    return flows
