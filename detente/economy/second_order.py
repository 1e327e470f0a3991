"""Losses from a missing input: the exact CES loss, its second-order approximation, and where the approximation fails.

Bachmann, Baqaee, Bayer, Kuhn, Löschel, Moll, Peichl, Pittel and Schularick (2024, Economica 91), appendix, after Baqaee
and Farhi (2019, Econometrica 87). Quantities are over baseline; losses are negative fractions of output.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.economy.models.nests import planted
from detente.economy.policy import Policy
from detente.economy.solve import Options, solve
from detente.economy.world import World
from detente.errors import QuestionError

STRIDE = 0.004  # in ln volume: small against any cliff, large against the solver's tolerance
TIGHT = Options(tolerance=1e-13)


def ces_loss(share: Any, quantity: Any, sigma: float) -> Any:
    """Exact change of output made of an input with cost share `share` and of all else, held fixed, at `quantity`.

    sigma: elasticity of substitution between the two, above 0. ces_loss(0.04, 0.9, 0.04) is -1.57 %.
    """
    _asked(sigma)
    power = 1 - 1 / sigma
    if abs(power) < 1e-12:
        return np.expm1(share * np.log(quantity))
    return np.expm1(np.log1p(share * np.expm1(power * np.log(quantity))) / power)


def second_order(share: Any, quantity: Any, sigma: float) -> Any:
    """The same change to second order in ln quantity: far too small once quantity is near the cliff."""
    _asked(sigma)
    fall = np.log(quantity)
    return share * fall + 0.5 * share * (1 - share) * (1 - 1 / sigma) * fall**2


def sufficient(share: Any, after: Any, fall: Any) -> Any:
    """The change from shares alone: spending share before and after, and fall of the input's ln quantity (negative)."""
    return share * fall + 0.5 * (after - share) * fall


def cliff(share: Any, sigma: float) -> Any:
    """The quantity below which output falls one for one with the input: share^(sigma / (1 - sigma)), for sigma < 1."""
    _asked(sigma)
    if sigma >= 1:
        raise QuestionError(f"with a substitution of {sigma} there is no cliff; it must be below 1")
    return np.asarray(share) ** (sigma / (1 - sigma))


def cliffs(world: World, name: str) -> np.ndarray:
    """The quantity [s,n] of a critical good over baseline below which what needs it falls one for one; nan for others.

    From each user's cost share and the good's substitution: a sector alone, with all else held. Raises QuestionError
    for a sector that is not critical, or one that all else replaces well enough.
    """
    s, at = world.structure, world.sector(name)
    if at not in getattr(s, "critical", ()):
        raise QuestionError(f"{name} is not a critical good of {world.name}; split it off first (nodes.split)")
    k = s.critical.index(at)
    made = (world.duty_free * world.spending[..., None]).sum(1)
    users = planted(world, made).users[k]
    found = np.full(world.spending.shape, np.nan)
    used = (users.inner > 0) & (made[users.rows] > 0)
    found[users.rows] = np.where(used, cliff(np.where(used, users.inner, 1.0), s.sigma[k]), np.nan)
    return found


class Expansion(NamedTuple):
    """first, second [n]: percent of real income, the terms of first and of first and second order together."""

    first: np.ndarray
    second: np.ndarray


def expansion(world: World, policy: Policy, quantity: str = "real_income") -> Expansion:
    """What the model's own first and second derivatives at the baseline say a policy does, to set beside `solve`.

    The path runs in logs from no limit, duty or cost to the policy's; derivatives are one-sided, from three solutions
    near the baseline, since limits bind only on one side. Raises NotConverged.
    """
    far = _length(world, policy)
    h = STRIDE / far
    one, two, three = (
        solve(world, policy.scaled(world, k * h), options=TIGHT).report[quantity] / 100 for k in (1, 2, 3)
    )
    one, two, three = (np.log1p(x) for x in (one, two, three))
    slope = (18 * one - 9 * two + 2 * three) / (6 * h)
    bend = (-5 * one + 4 * two - three) / h**2
    return Expansion(100 * slope, 100 * (slope + bend / 2))


def _length(world: World, policy: Policy) -> float:
    """The longest way a policy goes in logs, at least STRIDE."""
    parts = [np.log1p(policy.rate) - np.log1p(world.tariff[policy.cells])]
    if policy.cost is not None:
        parts.append(np.log(policy.cost))
    if policy.limits is not None:
        parts.append(np.log(policy.limits.fraction))
    return max(STRIDE, *(float(np.abs(part).max(initial=0)) for part in parts))


def _asked(sigma: float) -> None:
    if not sigma > 0:
        raise QuestionError(f"substitution is {sigma}; it must be above 0 (0.05 is nearly none)")
