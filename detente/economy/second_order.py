"""Losses from a missing input: the exact CES loss, its second-order approximation, and where the approximation fails.

Bachmann, Baqaee, Bayer, Kuhn, Löschel, Moll, Peichl, Pittel and Schularick (2024, Economica 91), appendix, after Baqaee
and Farhi (2019, Econometrica 87). Quantities are over baseline; losses are negative fractions of output.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.economy.models.nests import COBB_DOUGLAS, build_tree
from detente.economy.policy import Policy
from detente.economy.solve import Options, solve
from detente.economy.world import World
from detente.errors import QuestionError

STEP = 0.004  # of the differences, in ln volume: small against any cliff, large against the solver's tolerance
TIGHT = Options(tolerance=1e-13)


def ces_loss(share: Any, quantity: Any, sigma: float) -> Any:
    """Exact change of output when an input's quantity changes and all else is fixed.

    share: the input's baseline cost share. quantity: over baseline. sigma: elasticity of substitution between the input
    and all else, above 0 (else QuestionError).

    >>> float(ces_loss(0.04, 0.9, 0.04).round(4))
    -0.0157
    """
    _check_sigma(sigma)
    power = 1 - 1 / sigma
    if abs(power) < COBB_DOUGLAS:
        return np.expm1(share * np.log(quantity))
    return np.expm1(np.log1p(share * np.expm1(power * np.log(quantity))) / power)


def second_order(share: Any, quantity: Any, sigma: float) -> Any:
    """The change of `ces_loss` to second order in ln quantity: far too small once quantity is near the cliff."""
    _check_sigma(sigma)
    log_quantity = np.log(quantity)
    return share * log_quantity + 0.5 * share * (1 - share) * (1 - 1 / sigma) * log_quantity**2


def sufficient_statistic(share: Any, share_after: Any, log_quantity: Any) -> Any:
    """The change to second order from expenditure shares before and after, and the input's ln quantity (negative)."""
    return share * log_quantity + 0.5 * (share_after - share) * log_quantity


def cliff(share: Any, sigma: float) -> Any:
    """The quantity below which output falls one for one with the input: share^(sigma / (1 - sigma)).

    share: the input's baseline cost share. Raises QuestionError unless 0 < sigma < 1.
    """
    _check_sigma(sigma)
    if sigma >= 1:
        raise QuestionError(f"with an elasticity of substitution of {sigma} there is no cliff; it must be below 1")
    return np.asarray(share) ** (sigma / (1 - sigma))


def cliffs(world: World, name: str) -> np.ndarray:
    """The quantity [s,n] of a critical product, over baseline, below which its users' output falls one for one with it.

    From each user's cost share and the product's substitution: a sector alone, with all else fixed. Not a number for
    sectors that do not use the product. Raises QuestionError for a sector that is not a critical product, and for one
    whose elasticity of substitution is 1 or more.
    """
    s, sector = world.structure, world.sector(name)
    if sector not in getattr(s, "critical", ()):
        raise QuestionError(f"{name} is not a critical product of {world.name}; split it off first (products.split)")
    k = s.critical.index(sector)
    output = (world.duty_free * world.spending[..., None]).sum(1)
    users = build_tree(world, output).users[k]
    quantity = np.full(world.spending.shape, np.nan)
    used = (users.product_share > 0) & (output[users.sectors] > 0)
    share = np.where(used, users.product_share, 1.0)
    quantity[users.sectors] = np.where(used, cliff(share, s.sigma[k]), np.nan)
    return quantity


class Expansion(NamedTuple):
    """A policy's effect [n] in percent of real income: the first-order term, and first and second order together."""

    first: np.ndarray
    second: np.ndarray


def expansion(world: World, policy: Policy, quantity: str = "real_income") -> Expansion:
    """What the model's own first and second derivatives at the baseline say a policy does, to set beside `solve`.

    The path runs in logs from no limit, duty or cost to the policy's; derivatives are one-sided, from three solutions
    near the baseline, since limits bind only on one side. Raises NotConverged.
    """
    h = STEP / _length(world, policy)
    solutions = (solve(world, policy.scaled(world, k * h), options=TIGHT) for k in (1, 2, 3))
    first, second, third = (np.log1p(solution.report[quantity] / 100) for solution in solutions)
    slope = (18 * first - 9 * second + 2 * third) / (6 * h)
    curvature = (-5 * first + 4 * second - third) / h**2
    return Expansion(100 * slope, 100 * (slope + curvature / 2))


def _length(world: World, policy: Policy) -> float:
    """The longest way in logs that any part of a policy goes, at least STEP."""
    parts = [np.log1p(policy.rate) - np.log1p(world.tariff[policy.cells])]
    if policy.cost is not None:
        parts.append(np.log(policy.cost))
    if policy.limits is not None:
        parts.append(np.log(policy.limits.fraction))
    return max(STEP, *(float(np.abs(part).max(initial=0)) for part in parts))


def _check_sigma(sigma: float) -> None:
    if not sigma > 0:
        raise QuestionError(f"the elasticity of substitution must be above 0, not {sigma}; 0.05 is next to none")
