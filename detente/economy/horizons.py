"""Horizons: how far trade has adjusted by when, each with its source and the model it needs; and truces as baselines.

Estimates from tariff-exclusive flows are theta + 1. Boehm, Levchenko and Pandalai-Nayar (2023, American Economic Review
113(4)) find about -0.76 after a year and -2 after ten: theta is then negative after a year, and 1 after ten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.economy.calibrate import with_elasticity
from detente.economy.elasticities import from_tariff_exclusive
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import QuestionError

NEAR = 1.5  # mean elasticity after one to two years
NEAR_RANGE = (1.0, 2.0)
SHORT = 0.1  # of the long-run elasticity within months, as in the energy-embargo literature
TEN_YEARS = -2.0  # estimate after ten years, from tariff-exclusive flows


@dataclass(frozen=True)
class Horizon:
    """A time allowed for adjustment, and the elasticity that goes with it.

    theta(long-run draw, long-run value, mean of the latter) [s]: the elasticity at this horizon; the mean is weighted
    by trade in goods. limits: what the model leaves out then.
    """

    name: str
    span: str
    theta: Callable[[Any, Any, Any], Any]
    source: str
    limits: str = ""


HORIZONS = {
    "short": Horizon(
        "short",
        "weeks to months",
        lambda draw, value, mean: SHORT * draw,
        "a tenth of the long-run elasticity: Bachmann et al. (2024), Economica 91, and the rare-earths studies after",
        "after a year the published elasticity of tariff-exclusive flows, 0.76, leaves no positive theta: so soon goods"
        " are complements, inputs cannot be swapped and losses are understated; critical_inputs is the model meant",
    ),
    "near": Horizon(
        "near",
        "one to two years",
        lambda draw, value, mean: NEAR * draw / mean,
        "mean elasticity 1.5 by trade in goods, range 1 to 2, sectors in the proportions of the long run: from flows of"
        " 2018 to 2022 under the duties of those years (docs/models/test-of-2025.md), beside Boehm, Levchenko and"
        " Pandalai-Nayar (2023), whose estimates of tariff-exclusive flows are 0.76 after a year and 2 after ten",
        "the evidence allows 1 to 2; what an economy imports in all is not explained at any elasticity",
    ),
    "medium": Horizon(
        "medium",
        "one to four years",
        lambda draw, value, mean: from_tariff_exclusive(TEN_YEARS) * draw / value,
        "Boehm, Levchenko and Pandalai-Nayar (2023), ten-year estimate 2 of tariff-exclusive flows, so theta = 1",
        "the estimate is for ten years; after one year trade answers less, so `short` is the other bound",
    ),
    "long": Horizon(
        "long", "ten years and more", lambda draw, value, mean: draw, "the world's own set of elasticities"
    ),
}


def horizon(name: str) -> Horizon:
    """A horizon by name. Raises QuestionError for an unknown one."""
    if name not in HORIZONS:
        raise QuestionError(f"no horizon is named {name!r}; there is {', '.join(HORIZONS)}")
    return HORIZONS[name]


def at_horizon(world: World, name: str) -> World:
    """The same baseline with a horizon's elasticities. Raises QuestionError for an unknown horizon."""
    chosen = horizon(name)
    if name == "long":
        return world
    theta = world.structure.elasticity
    mean = mean_elasticity(world, theta)
    source = f"{world.structure.elasticity_from}; {chosen.span}: {chosen.source}"
    return with_elasticity(world, chosen.theta(theta, theta, mean), source=source)


def mean_elasticity(world: World, theta: np.ndarray) -> float:
    """The mean of elasticities [s] over goods, weighted by trade between economies before duty."""
    flows = world.duty_free * world.spending[:, :, None]
    traded = flows.sum((1, 2)) - np.trace(flows, axis1=1, axis2=2)
    return float(np.average(theta, weights=traded * np.asarray(world.structure.goods)))


def relative_to(world: World, rebased: World, policy: Policy) -> Policy:
    """A policy of `world` as what it changes in `rebased`, the same world with other baseline tariffs.

    Raises QuestionError for a policy with iceberg costs.
    """
    if policy.cost is not None:
        raise QuestionError("iceberg costs are relative to a baseline; state them for the world they are solved in")
    changed = (rebased.tariff != world.tariff).ravel()
    own = np.ravel_multi_index(policy.cells, world.tariff.shape)
    changed[own] = True
    union = np.flatnonzero(changed)
    rate = np.broadcast_to(world.tariff.ravel()[union], (*policy.shape, union.size)).copy()
    rate[..., np.searchsorted(union, own)] = policy.rate
    sector, importer, exporter = np.unravel_index(union, world.tariff.shape)
    tax = None
    if policy.export_tax is not None:
        tax = np.zeros_like(rate)
        tax[..., np.searchsorted(union, own)] = policy.export_tax
    return Policy(importer, exporter, rate, policy.revenue, sector, export_tax=tax)
