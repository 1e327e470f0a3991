"""How a node is carved out of its host: who makes it, who uses it, what room the host's flows leave, and the balance.

Axes: s or k sector, n importer or user, i exporter. Values are at purchasers' prices unless net of duty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from detente.economy.world import World
from detente.errors import DataError, QuestionError

ANY = "*"
ROOM = 0.95  # of a host's flow that a node may take: the host must stay a sector everywhere it was one
SLACK = 0.02  # of the node's world value that may be made elsewhere than stated, where the host's flows leave no room
ROUNDS = 500


@dataclass(frozen=True)
class Node:
    """A thin product to carve out of `host` as a sector of its own called `name`.

    supply: {economy: share of world production}; "*" or what is missing goes to the others as they make the host.
    cost: {sector or (economy, sector): the product's part of that sector's gross output, at purchasers' prices};
    a pair goes before a sector; "*" as economy is every economy. Sectors may be nodes split off before. Where a user
    buys less of the host than that, it replaces its other materials (households take those); what still does not fit
    is left out, if it is less than 2 % of all use.
    origins: {(importer, exporter): share of the importer's purchases}; the rest follows supply.
    final: {economy or "*": part of the host's final demand there that is this product}.
    sigma: substitution in the user's critical bundle, of the product for all else. exposed: the part of a using
    sector that needs it, one number or by key as in cost; across: substitution between that part and the rest.
    elasticity: theta between origins (the host's if None). fixed: part of the producers' cost that pays a mineral
    in fixed supply, at most the host's value added (smaller producers' are cut to it); the supply elasticity is
    (1 - fixed) / fixed. stocks: months of use that users hold (see `effective`). source: where the numbers are from.
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


def split_sector(world: World, node: Node) -> World:
    """A nested world with one node more, last on the sector axis. Raises DataError where it does not fit."""
    host, s = world.sector(node.host), world.structure
    if node.name in world.sectors:
        raise QuestionError(f"{node.name} is a sector of {world.name} already; give the node another name")
    _sound(node)
    size = len(world.economies)
    made = (world.duty_free * world.spending[..., None]).sum(1)  # [s,i]
    cost = np.nan_to_num(_by_user(world, node.cost))  # [s,n]
    part = _by_economy(world, node.final)
    s, cost = _room(world, node, cost, made, part)
    final = part * s.final[host]
    absorbed = world.spending[host] - (s.inputs[:, host].T * made).sum(0)  # final demand of the host
    whole = s.final[host]
    spending = (cost * made).sum(0) + absorbed * np.divide(final, whole, out=np.zeros(size), where=whole > 0)
    gross = world.share[host] * world.spending[host, :, None]
    bought = _flows(world, node, spending, gross, made[host])  # [n,i] with duty
    left = gross - bought
    rest = left.sum(1)
    mineral = _mineral(node, world, bought.sum(0), s.value_added[host])
    inputs = np.concatenate([s.inputs, cost.T[:, None, :]], axis=1)
    inputs[:, host] -= cost.T
    inputs = np.concatenate([inputs, inputs[:, :, host, None]], axis=2)
    own = np.eye(size)

    def more(array: np.ndarray, row: Any) -> np.ndarray:
        return np.concatenate([array, np.broadcast_to(row, array.shape[1:])[None]])

    def shares(flows: np.ndarray, total: np.ndarray) -> np.ndarray:
        return np.where(total[:, None] > 0, flows / np.where(total > 0, total, 1)[:, None], own)

    share = more(world.share, shares(bought, spending))
    share[host] = shares(left, rest)
    spent = more(world.spending, spending)
    spent[host] = rest
    finals = more(s.final, final)
    finals[host] -= final
    exposed = node.exposed if isinstance(node.exposed, Mapping) else {}
    part = _by_user(world, exposed)
    part = np.where(np.isnan(part), 1.0 if exposed else float(node.exposed), part)  # type: ignore[arg-type]
    part = more(part, part[host])
    before = np.concatenate([s.exposed, s.exposed[:, host, None]], axis=1)
    structure = s._replace(
        elasticity=np.append(s.elasticity, s.elasticity[host] if node.elasticity is None else node.elasticity),
        value_added=more(s.value_added, s.value_added[host]),
        inputs=inputs,
        final=finals,
        goods=np.append(s.goods, True),
        critical=(*s.critical, len(world.sectors)),
        sigma=(*s.sigma, node.sigma),
        across=(*s.across, node.across),
        exposed=np.concatenate([before, part[None]]),
        fixed=more(s.fixed, mineral),
    )
    return replace(
        world,
        name=world.name,
        share=share,
        spending=spent,
        tariff=more(world.tariff, world.tariff[host]),
        structure=structure,
        sectors=(*world.sectors, node.name),
    )


def _sound(node: Node) -> None:
    """Raises QuestionError for a parameter that is none."""
    shares = [*node.supply.values(), *node.cost.values(), *node.origins.values(), *node.final.values(), node.fixed]
    bad = [value for value in shares if not 0 <= value <= 1]
    if bad or sum(node.supply.values()) > 1 + 1e-9:
        raise QuestionError(f"{node.name}: shares lie between 0 and 1, supply sums to at most 1; got {bad or 'more'}")
    if not (node.sigma > 0 and node.across > 0 and (node.elasticity is None or node.elasticity > 0)):
        raise QuestionError(f"{node.name}: sigma, across and elasticity are positive; 0.05 is nearly none")


def _by_economy(world: World, given: Mapping[str, float]) -> np.ndarray:
    found = np.full(len(world.economies), float(given.get(ANY, 0.0)))
    for economy, value in given.items():
        if economy != ANY:
            found[world.index(economy)] = value
    return found


def _by_user(world: World, given: Mapping[Any, float]) -> np.ndarray:
    """[s,n] of {sector or (economy, sector): value}, not a number where nothing is said."""
    found = np.full((len(world.sectors), len(world.economies)), np.nan)
    for key in sorted(given, key=lambda key: not isinstance(key, str) and key[0] != ANY):
        economy, code = (ANY, key) if isinstance(key, str) else key
        found[world.sector(code), slice(None) if economy == ANY else world.index(economy)] = given[key]
    return found


def _room(world: World, node: Node, cost: np.ndarray, made: np.ndarray, part: np.ndarray) -> tuple[Any, np.ndarray]:
    """The structure with room in the host's use for the node, and its cost shares [s,n] that fit.

    A user that buys too little of the host gets more of it for less of its other materials, and households the
    reverse: no purchase of the economy changes. Raises DataError where a large user still has no room.
    """
    host, s = world.sector(node.host), world.structure
    use = s.inputs[:, host].T
    fits = np.minimum(cost, ROOM * use)
    others = s.inputs.copy()
    others[:, [host, *s.critical]] = 0
    most = others.sum(1).T
    more = np.minimum(cost - fits, ROOM * most)
    absorbed = world.spending - (s.inputs.transpose(1, 2, 0) * made).sum(1)  # [s,n] final demand
    wanted = (more * made).sum(0)
    more = more * np.minimum(1, ROOM * (1 - part) * absorbed[host] / np.where(wanted > 0, wanted, 1)).clip(0)
    fits = fits + more
    lost = ((cost - fits) * made) / max((cost * made).sum(), 1e-300)
    if lost.sum() > SLACK:
        k, n = np.unravel_index(int(lost.argmax()), lost.shape)
        raise DataError(
            f"{node.name}: {lost.sum():.1%} of its use does not fit its host; first {cost[k, n]:.3g} of"
            f" {world.sectors[k]}'s output in {world.economies[n]}, which uses {use[k, n]:.3g} of {node.host}; lower"
            " the share or take another host"
        )
    if not more.any():
        return s, fits
    given = others * (more / np.where(most > 0, most, 1)).T[:, None, :]  # [n,k,s]
    inputs = s.inputs - given
    inputs[:, host] += more.T
    final = absorbed + (given.transpose(1, 2, 0) * made).sum(1)
    final[host] -= (more * made).sum(0)
    return s._replace(inputs=inputs, final=final / final.sum(0)), fits


def _mineral(node: Node, world: World, made: np.ndarray, earned: np.ndarray) -> np.ndarray:
    """The mineral's part of cost [n], within value added. Raises DataError where a large producer has no room."""
    fits = np.minimum(node.fixed, earned)
    lost = (node.fixed - fits > 0) * made / made.sum()
    if lost.sum() > SLACK:
        n = int(lost.argmax())
        raise DataError(
            f"{node.name}: {node.fixed:.3g} of cost for the mineral, but {node.host} of {world.economies[n]} has value"
            f" added of {earned[n]:.3g}; lower `fixed` or take the mining sector as host"
        )
    return fits


def _flows(world: World, node: Node, spending: np.ndarray, gross: np.ndarray, made: np.ndarray) -> np.ndarray:
    """Purchases [n,i] that fit what users spend, the stated origins, world supply, and the room in the host's flows.

    Proportional fitting from supply; with room everywhere it is supply itself. Raises DataError where it cannot fit.
    """
    supply = _by_economy(world, {key: value for key, value in node.supply.items() if key != ANY})
    others = np.where([code in node.supply for code in world.economies], 0.0, made)
    if others.sum() > 0:
        supply = supply + others * (1 - supply.sum()) / others.sum()
    supply = supply / supply.sum()
    pinned = np.zeros(gross.shape, bool)
    target = np.zeros(gross.shape)
    for (importer, exporter), value in node.origins.items():
        at = world.index(importer), world.index(exporter)
        pinned[at], target[at] = True, value * spending[at[0]]
    top = ROOM * gross
    if (target > gross).any():
        n, i = np.argwhere(target > gross)[0]
        raise DataError(
            f"{node.name}: {world.economies[n]} would buy {target[n, i]:.4g} of it from {world.economies[i]}, more than"
            f" of all of {node.host} ({gross[n, i]:.4g}); lower that origin's share or the cost shares"
        )
    flows = np.where(pinned, target, np.minimum(spending[:, None] * supply, top))
    columns = supply * spending.sum()
    for _ in range(ROUNDS):
        before = flows
        for axis, total in ((0, columns), (1, spending)):
            held = np.where(pinned, flows, 0).sum(axis)
            free = np.where(pinned, 0, flows).sum(axis)
            scale = np.divide(np.maximum(total - held, 0), free, out=np.zeros_like(free), where=free > 0)
            flows = np.where(pinned, flows, np.minimum(flows * (scale if axis == 0 else scale[:, None]), top))
        if np.abs(flows - before).max() < 1e-13 * spending.sum():
            break
    short = spending - flows.sum(1)
    room = np.where(pinned, 0, top - flows)
    flows = flows + room * np.divide(short, room.sum(1), out=np.zeros_like(short), where=room.sum(1) > 0)[:, None]
    missed = np.abs(flows.sum(1) - spending).max()
    moved = np.abs(flows.sum(0) - columns).sum() / 2 / spending.sum()
    if missed > 1e-9 * spending.sum() or moved > SLACK:
        raise DataError(
            f"{node.name}: {moved:.1%} of it would have to be made elsewhere than stated for the flows of"
            f" {node.host} to hold it; lower its cost shares, restate its supply or origins, or take a larger host"
        )
    return np.maximum(flows, 0)
