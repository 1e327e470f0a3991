"""Horizons: how far trade has answered by when, each with its source and the model it needs; and truces as baselines.

Estimates of tariff-exclusive flows are theta + 1. Boehm, Levchenko and Pandalai-Nayar (2023, American Economic Review
113(4)) find about -0.76 after a year and -2 after ten: theta is then below nothing after a year, and 1 after ten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.economy.calibrate import with_elasticity
from detente.economy.elasticities import exclusive
from detente.economy.models import multi_sector
from detente.economy.policy import Policy
from detente.economy.solve import DEFAULT, Options, rebased, solve
from detente.economy.world import World
from detente.errors import QuestionError

SHORT = 0.1  # of the long-run elasticity within months, as in the energy-embargo literature
TEN_YEARS = -2.0  # estimate after ten years, of tariff-exclusive flows


@dataclass(frozen=True)
class Horizon:
    """theta(long-run draw, long-run value) [s]: the elasticity at this horizon; limits: what the model leaves out."""

    name: str
    span: str
    theta: Callable[[Any, Any], Any]
    source: str
    limits: str = ""


HORIZONS = {
    "short": Horizon(
        "short",
        "weeks to months",
        lambda drawn, value: SHORT * drawn,
        "a tenth of the long-run elasticity: Bachmann et al. (2024), Economica 91, and the rare-earths studies after",
        "after a year the published elasticity of tariff-exclusive flows, 0.76, leaves no positive theta: so soon goods"
        " are complements, inputs cannot be swapped and losses are understated; critical_inputs is the model meant",
    ),
    "medium": Horizon(
        "medium",
        "one year to ten",
        lambda drawn, value: exclusive(TEN_YEARS) * drawn / value,
        "Boehm, Levchenko and Pandalai-Nayar (2023), ten-year estimate 2 of tariff-exclusive flows, so theta = 1",
        "the estimate is for ten years; after one year trade answers less, so `short` is the other bound",
    ),
    "long": Horizon("long", "ten years and more", lambda drawn, value: drawn, "the world's own set of elasticities"),
}


def horizon(name: str) -> Horizon:
    """A horizon by name. Raises QuestionError."""
    if name not in HORIZONS:
        raise QuestionError(f"no horizon is named {name!r}; there is {', '.join(HORIZONS)}")
    return HORIZONS[name]


def at_horizon(world: World, name: str) -> World:
    """The same baseline at a horizon's elasticities."""
    chosen = horizon(name)
    if name == "long":
        return world
    theta = world.structure.elasticity
    return with_elasticity(
        world, chosen.theta(theta, theta), words=f"{world.structure.elasticity_from}; {chosen.span}: {chosen.source}"
    )


def rebase_to_policy(world: World, policy: Policy, name: str = "long", *, options: Options = DEFAULT) -> World:
    """The world in which a policy holds, as the baseline outcomes are priced from at a horizon.

    Long-run elasticities bring the world to the policy; the horizon's carry outcomes on from there. Raises
    NotConverged.
    """
    found = solve(world, policy, multi_sector, options=options)
    return at_horizon(rebased(found, f"{world.name}, policy in force"), name)


def relative_to(world: World, at: World, policy: Policy) -> Policy:
    """A policy of `world` as what it changes in `at`, whose baseline tariffs differ. Refuses iceberg costs."""
    if policy.cost is not None:
        raise QuestionError("iceberg costs are relative to a baseline; state them for the world they are solved in")
    some = (at.tariff != world.tariff).ravel()
    ours = np.ravel_multi_index(policy.cells, world.tariff.shape)
    some[ours] = True
    union = np.flatnonzero(some)
    rate = np.broadcast_to(world.tariff.ravel()[union], (*policy.shape, union.size)).copy()
    rate[..., np.searchsorted(union, ours)] = policy.rate
    sector, importer, exporter = np.unravel_index(union, world.tariff.shape)
    return Policy(importer, exporter, rate, policy.revenue, sector)
