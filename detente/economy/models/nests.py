"""Nested production with critical products: parameters, the cost of every bundle, and cost shares, in exact hats.

Axes: s or k sector, n importer or user, c critical product, u using sector; [...] scenarios. Prices and costs are ln
of counterfactual over baseline. From the inside out:

    materials M = CES(p_k)           rest R = CES(w, M)           elasticities `materials`, `outer`
    for each critical product c:  bundle = CES_sigma(p_c, exposed part of R);  R' = CES_across(bundle, the rest of R)
    cost = r^fixed R'^(1-fixed)      r: return of the producers' mineral
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from detente.economy.models.first_order import apply_blocks
from detente.economy.world import World
from detente.errors import QuestionError

COBB_DOUGLAS = 1e-12  # distance of an elasticity from 1 below which shares are constant


class Structure(NamedTuple):
    """The model's parameters: multi_sector's fields first.

    outer, materials: elasticities of substitution of the two inner nests. critical: places of critical products on the
    sector axis. sigma, across: elasticities by critical product. exposed [c,s,n]: part of a sector that needs the
    product. fixed [s,n]: part of cost that pays a mineral in fixed supply, within value_added.
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


def with_nests(world: World, **changes: Any) -> World:
    """The world with this model's structure, where `changes` sets fields of Structure; Cobb-Douglas by default.

    Raises QuestionError for a world without sectors and for an elasticity that is not positive.
    """
    if not world.sectors:
        raise QuestionError(f"{world.name} has one sector; critical inputs need a world with sectors")
    s = world.structure
    if not isinstance(s, Structure):
        none = np.zeros((0, *s.value_added.shape))
        shared = {name: getattr(s, name) for name in Structure._fields[:6]}
        s = Structure(**shared, exposed=none, fixed=np.zeros_like(s.value_added))
    for name in ("outer", "materials"):
        if name in changes and not changes[name] > 0:
            raise QuestionError(f"{name} is an elasticity of substitution and must be above 0, not {changes[name]}")
    return replace(world, structure=s._replace(**changes))


class Users(NamedTuple):
    """Who uses a critical product at the baseline.

    sectors [u]: their places. product_share [u,n]: of the product in their bundle. bundle_share [u,n]: of the bundle in
    the cost of the bundle and all else.
    """

    sectors: np.ndarray
    product_share: np.ndarray
    bundle_share: np.ndarray


class Tree(NamedTuple):
    """The nests' constants.

    labour [s,n]: labour's share in the cost of labour and other materials. material_shares [n,k,s]: of other materials.
    users: by critical product. output [s,n], wage_bill [n]: at the baseline.
    """

    labour: np.ndarray
    material_shares: np.ndarray
    users: tuple[Users, ...]
    output: np.ndarray
    wage_bill: np.ndarray


class ProductUse(NamedTuple):
    """Use of a critical product [...,u,n] at some prices.

    cost_share: of the product in the user's whole cost. bundle_share: of the product in its bundle. rest: ln cost of
    all else. weight: share in the whole cost of the product and all else together.
    """

    cost_share: Any
    bundle_share: Any
    rest: Any
    weight: Any


class Costs(NamedTuple):
    """The nests at some prices: ln cost of each sector's bundle without the mineral [...,s,n], and its parts."""

    cost: Any
    labour_share: Any  # of cost [...,s,n]
    materials_share: Any  # of other materials in cost [...,s,n]
    uses: tuple[ProductUse, ...]  # by critical product
    material_price: Any  # ln price of other materials


def build_tree(world: World, output: np.ndarray) -> Tree:
    """The nests' constants of a world with baseline output [s,n]."""
    s = world.structure
    ordinary = np.ones(len(world.sectors))
    ordinary[list(s.critical)] = 0
    materials = s.inputs * ordinary[:, None]
    total = materials.sum(1).T  # [s,n]
    labour = s.value_added - s.fixed
    weight, users = labour + total, []
    for k, c in enumerate(s.critical):
        rows = np.flatnonzero((s.inputs[:, c] > 0).any(0))
        product, below = s.inputs[:, c, rows].T, weight[rows]
        bundle = product + s.exposed[k][rows] * below
        total_share = product + below
        product_share = product / np.where(bundle > 0, bundle, 1)
        users.append(Users(rows, product_share, bundle / np.where(total_share > 0, total_share, 1)))
        weight = weight + s.inputs[:, c].T
    return Tree(
        labour / np.where(labour + total > 0, labour + total, 1),
        materials / np.where(total > 0, total, 1).T[:, None, :],
        tuple(users),
        output,
        world.income - (s.fixed * output).sum(0),
    )


def ces_price(sigma: float, *parts: tuple[Any, Any]) -> Any:
    """ln of the CES price index of (share, ln price) parts whose shares sum to one; exact at and near sigma = 1."""
    power = 1 - sigma
    if abs(power) < COBB_DOUGLAS:
        return sum(share * price for share, price in parts)
    return np.log1p(sum(share * np.expm1(power * price) for share, price in parts)) / power


def product_nest(sigma: float, across: float, users: Users, price: Any, rest: Any) -> tuple[Any, Any, Any]:
    """The nest of one critical product at its ln price [...,n] and the ln cost of all else [...,u,n].

    Returns three arrays [...,u,n]: ln cost of the product and all else, the product's share of it, and the product's
    share of its bundle.
    """
    price = price[..., None, :]
    bundle = ces_price(sigma, (users.product_share, price), (1 - users.product_share, rest))
    cost = ces_price(across, (users.bundle_share, bundle), (1 - users.bundle_share, rest))
    in_bundle = users.product_share * np.exp((1 - sigma) * (price - bundle))
    return cost, users.bundle_share * np.exp((1 - across) * (bundle - cost)) * in_bundle, in_bundle


def production_costs(world: World, tree: Tree, price: Any, wage: Any) -> Costs:
    """Cost of all but the mineral, from ln prices [...,k,n] and ln wages [...,n], and shares of the whole cost."""
    s = world.structure
    power = 1 - s.materials
    by_user = tree.material_shares.transpose(0, 2, 1)
    if abs(power) < COBB_DOUGLAS:
        materials = apply_blocks(by_user, price)
    else:
        materials = np.log1p(apply_blocks(by_user, np.expm1(power * price))) / power
    wage = wage[..., None, :]
    innermost = ces_price(s.outer, (tree.labour, wage), (1 - tree.labour, materials))
    cost, uses = innermost.copy(), []
    for sigma, across, users, c in zip(s.sigma, s.across, tree.users, s.critical, strict=True):
        rest = cost[..., users.sectors, :]
        outer_cost, share, in_bundle = product_nest(sigma, across, users, price[..., c, :], rest)
        cost[..., users.sectors, :] = outer_cost
        uses.append(ProductUse(share, in_bundle, rest, None))
    weight = np.broadcast_to(1 - s.fixed, cost.shape).copy()
    for k in reversed(range(len(uses))):
        rows, share = tree.users[k].sectors, uses[k].cost_share
        above = weight[..., rows, :]
        uses[k] = uses[k]._replace(cost_share=above * share, weight=above)
        weight[..., rows, :] = above * (1 - share)
    labour = weight * tree.labour * np.exp((1 - s.outer) * (wage - innermost))
    return Costs(cost, labour, weight - labour, tuple(uses), materials)
