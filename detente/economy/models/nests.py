"""Nested production with critical inputs: parameters, cost of every bundle, and its parts, in exact hats.

Axes: s or k sector, n importer or user, c critical good. Prices are ln of counterfactual over baseline:
    materials M = CES(p_k)           rest R = CES(w, M)           elasticities `materials`, `outer`
    for each critical good c:  bundle = CES_sigma(p_c, exposed part of R);  R' = CES_across(bundle, the rest of R)
    cost = r^fixed R'^(1-fixed)      r: return of the producers' mineral
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from detente.economy.models.first_order import mix
from detente.economy.world import World
from detente.errors import QuestionError


class Structure(NamedTuple):
    """multi_sector's fields first. outer, materials: elasticities of substitution of the two inner nests.

    critical: places of critical sectors; sigma, across: by critical good; exposed [c,s,n]: part of a sector that needs
    the good; fixed [s,n]: part of cost that pays a mineral in fixed supply, within value_added.
    """

    elasticity: np.ndarray
    value_added: np.ndarray
    inputs: np.ndarray
    final: np.ndarray
    goods: np.ndarray
    elasticity_from: str
    outer: float
    materials: float
    critical: tuple[int, ...]
    sigma: tuple[float, ...]
    across: tuple[float, ...]
    exposed: np.ndarray
    fixed: np.ndarray


def nested(world: World, **changes: Any) -> World:
    """The world with this model's structure, fields of Structure changed; Cobb-Douglas where nothing is said."""
    if not world.sectors:
        raise QuestionError(f"{world.name} has one sector; critical inputs need sectors")
    s = world.structure
    if not isinstance(s, Structure):
        none = np.zeros((0, *s.value_added.shape))
        plain = {name: getattr(s, name) for name in Structure._fields[:6]}
        nests = {"outer": 1.0, "materials": 1.0, "critical": (), "sigma": (), "across": ()}
        s = Structure(**plain, **nests, exposed=none, fixed=np.zeros_like(s.value_added))
    for name in ("outer", "materials"):
        if name in changes and not changes[name] > 0:
            raise QuestionError(f"{name} is an elasticity of substitution above 0, not {changes[name]}")
    return replace(world, structure=s._replace(**changes))


class Tree(NamedTuple):
    """The nests' constants. rest [s,n]: labour and other materials in cost; labour [s,n] within rest; mix [n,k,s] of
    other materials; node [c,s,n] critical goods in cost; made, paid: baseline output [s,n] and wage bill [n]."""

    rest: np.ndarray
    labour: np.ndarray
    mix: np.ndarray
    node: np.ndarray
    made: np.ndarray
    paid: np.ndarray


class Costs(NamedTuple):
    """The nests at some prices: ln cost of each bundle [...,s,n], its parts, and what demand needs."""

    cost: Any
    labour: Any  # parts of cost [...,s,n]
    other: Any  # of other materials
    node: Any  # [c] of [...,s,n]
    materials: Any  # ln price of other materials


def planted(world: World, made: np.ndarray) -> Tree:
    """The nests' constants of a world with baseline output made [s,n]."""
    s = world.structure
    kept = np.ones(len(world.sectors))
    kept[list(s.critical)] = 0
    other = s.inputs * kept[:, None]
    total = other.sum(1).T  # [s,n]
    rest = s.value_added - s.fixed + total
    return Tree(
        rest,
        (s.value_added - s.fixed) / np.where(rest > 0, rest, 1),
        other / np.where(total > 0, total, 1).T[:, None, :],
        np.stack([s.inputs[:, c].T for c in s.critical]) if s.critical else np.zeros((0, *made.shape)),
        made,
        world.income - (s.fixed * made).sum(0),
    )


def ces(sigma: float, *parts: tuple[Any, Any]) -> Any:
    """ln of the CES price index of (share, ln price) parts, shares summing to one; exact at and near sigma = 1."""
    power = 1 - sigma
    if abs(power) < 1e-12:
        return sum(share * price for share, price in parts)
    return np.log1p(sum(share * np.expm1(power * price) for share, price in parts)) / power


def nests(world: World, tree: Tree, price: Any, wage: Any, mineral: Any) -> Costs:
    """Cost of every bundle from ln prices [...,k,n], wages [...,n] and mineral returns [...,s,n], and its parts."""
    s = world.structure
    power = 1 - s.materials
    down = tree.mix.transpose(0, 2, 1)
    flat = abs(power) < 1e-12
    materials = mix(down, price) if flat else np.log1p(mix(down, np.expm1(power * price))) / power
    wage = wage[..., None, :]
    first = rest = ces(s.outer, (tree.labour, wage), (1 - tree.labour, materials))
    weight, parts = tree.rest, []
    for k, c in enumerate(s.critical):
        own, exposed = tree.node[k], s.exposed[k] * weight
        inner, outer = own / (own + exposed + (own == 0)), (own + exposed) / (own + weight + (own + weight == 0))
        bundle = ces(s.sigma[k], (inner, price[..., c, None, :]), (1 - inner, rest))
        whole = ces(s.across[k], (outer, bundle), (1 - outer, rest))
        of_bundle = outer * np.exp((1 - s.across[k]) * (bundle - whole))
        node = of_bundle * inner * np.exp((1 - s.sigma[k]) * (price[..., c, None, :] - bundle))
        parts.append((node, 1 - node))
        weight, rest = weight + own, whole
    top, shares = 1 - s.fixed, []
    for node, left in reversed(parts):
        shares.append(top * node)
        top = top * left
    labour = top * tree.labour * np.exp((1 - s.outer) * (wage - first))
    return Costs(s.fixed * mineral + (1 - s.fixed) * rest, labour, top - labour, tuple(reversed(shares)), materials)
