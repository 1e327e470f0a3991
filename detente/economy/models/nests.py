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
    exposed: np.ndarray
    fixed: np.ndarray
    outer: float = 1.0
    materials: float = 1.0
    critical: tuple[int, ...] = ()
    sigma: tuple[float, ...] = ()
    across: tuple[float, ...] = ()


def nested(world: World, **changes: Any) -> World:
    """The world with this model's structure, fields of Structure changed; Cobb-Douglas where nothing is said."""
    if not world.sectors:
        raise QuestionError(f"{world.name} has one sector; critical inputs need sectors")
    s = world.structure
    if not isinstance(s, Structure):
        none = np.zeros((0, *s.value_added.shape))
        plain = {name: getattr(s, name) for name in Structure._fields[:6]}
        s = Structure(**plain, exposed=none, fixed=np.zeros_like(s.value_added))
    for name in ("outer", "materials"):
        if name in changes and not changes[name] > 0:
            raise QuestionError(f"{name} is an elasticity of substitution above 0, not {changes[name]}")
    return replace(world, structure=s._replace(**changes))


class Users(NamedTuple):
    """Who uses a critical good. rows [u]: sectors; inner [u,n]: its part of their bundle; outer [u,n]: the bundle's."""

    rows: np.ndarray
    inner: np.ndarray
    outer: np.ndarray


class Tree(NamedTuple):
    """The nests' constants. labour [s,n]: part of labour in labour and other materials; mix [n,k,s] of other
    materials; users by critical good; made, paid: baseline output [s,n] and wage bill [n]."""

    labour: np.ndarray
    mix: np.ndarray
    users: tuple[Users, ...]
    made: np.ndarray
    paid: np.ndarray


class Need(NamedTuple):
    """Use of a critical good [...,u,n]: its part of cost, its part of the bundle, ln cost of all else, and what part
    of the whole cost the good and all else are."""

    part: Any
    inside: Any
    rest: Any
    top: Any


class Costs(NamedTuple):
    """The nests at some prices: ln cost of each bundle [...,s,n], its parts, and what demand needs."""

    cost: Any
    labour: Any  # parts of cost [...,s,n]
    other: Any  # of other materials
    need: tuple[Need, ...]  # by critical good
    materials: Any  # ln price of other materials


def planted(world: World, made: np.ndarray) -> Tree:
    """The nests' constants of a world with baseline output made [s,n]."""
    s = world.structure
    kept = np.ones(len(world.sectors))
    kept[list(s.critical)] = 0
    other = s.inputs * kept[:, None]
    total = other.sum(1).T  # [s,n]
    labour = s.value_added - s.fixed
    weight, users = labour + total, []
    for k, c in enumerate(s.critical):
        rows = np.flatnonzero((s.inputs[:, c] > 0).any(0))
        own, below = s.inputs[:, c, rows].T, weight[rows]
        bundle = own + s.exposed[k][rows] * below
        whole = own + below
        users.append(Users(rows, own / np.where(bundle > 0, bundle, 1), bundle / np.where(whole > 0, whole, 1)))
        weight = weight + s.inputs[:, c].T
    return Tree(
        labour / np.where(labour + total > 0, labour + total, 1),
        other / np.where(total > 0, total, 1).T[:, None, :],
        tuple(users),
        made,
        world.income - (s.fixed * made).sum(0),
    )


def ces(sigma: float, *parts: tuple[Any, Any]) -> Any:
    """ln of the CES price index of (share, ln price) parts, shares summing to one; exact at and near sigma = 1."""
    power = 1 - sigma
    if abs(power) < 1e-12:
        return sum(share * price for share, price in parts)
    return np.log1p(sum(share * np.expm1(power * price) for share, price in parts)) / power


def needed(sigma: float, across: float, users: Users, price: Any, rest: Any) -> tuple[Any, Any, Any]:
    """ln cost of a critical good and all else [...,u,n], the good's part of it, and of its bundle; price [...,n]."""
    price = price[..., None, :]
    bundle = ces(sigma, (users.inner, price), (1 - users.inner, rest))
    whole = ces(across, (users.outer, bundle), (1 - users.outer, rest))
    inside = users.inner * np.exp((1 - sigma) * (price - bundle))
    return whole, users.outer * np.exp((1 - across) * (bundle - whole)) * inside, inside


def nests(world: World, tree: Tree, price: Any, wage: Any) -> Costs:
    """Cost of all but the mineral, from ln prices [...,k,n] and wages [...,n], and the parts of the whole cost."""
    s = world.structure
    power = 1 - s.materials
    down = tree.mix.transpose(0, 2, 1)
    flat = abs(power) < 1e-12
    materials = mix(down, price) if flat else np.log1p(mix(down, np.expm1(power * price))) / power
    wage = wage[..., None, :]
    first = ces(s.outer, (tree.labour, wage), (1 - tree.labour, materials))
    cost, found = first.copy(), []
    for sigma, across, users, c in zip(s.sigma, s.across, tree.users, s.critical, strict=True):
        rest = cost[..., users.rows, :]
        whole, part, inside = needed(sigma, across, users, price[..., c, :], rest)
        cost[..., users.rows, :] = whole
        found.append(Need(part, inside, rest, None))
    top = np.broadcast_to(1 - s.fixed, cost.shape).copy()
    for k in reversed(range(len(found))):
        rows, part = tree.users[k].rows, found[k].part
        above = top[..., rows, :]
        found[k] = found[k]._replace(part=above * part, top=above)
        top[..., rows, :] = above * (1 - part)
    labour = top * tree.labour * np.exp((1 - s.outer) * (wage - first))
    return Costs(cost, labour, top - labour, tuple(found), materials)
