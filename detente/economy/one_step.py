"""Nash tariffs of every economy at once from observed shares: Lashkaripour (2021), one rate an economy, no profits.

Axes: s sector, n importer, i exporter; [...] several states at once. With chi the shares of n and s in i's exports net
of duty, and lambda shares of n's spending on s:
    1 / t_i = sum_ns chi_sni theta_s (1 - (1 - delta_sn) lambda_sni)
    delta_sn = t_n lambda_snn e_sn / (1 + t_n sum_s lambda_snn e_sn)
The rate is best against goods and partners alike, so no search is needed: wages, spending and rates solve together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from detente.economy import engine
from detente.economy.models import fixed_firms
from detente.economy.models.backward import down, up
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

TOLERANCE = 1e-11
NEWTON = (4, 25, 30, 40, 60, 60)  # chord steps after each Jacobian


@dataclass(frozen=True, eq=False)
class Nash:
    """rate [n], a fraction; real_income, wage [n] percent over the baseline; dollars [n] in the world's unit; gap and
    steps of the joint solution; state: ln wage, ln spending and ln rate [3n]."""

    world: World
    rate: np.ndarray
    real_income: np.ndarray
    wage: np.ndarray
    dollars: np.ndarray
    gap: float
    steps: int
    state: np.ndarray

    def tariff(self) -> np.ndarray:
        """Dense levels [s,n,i]."""
        own = np.eye(len(self.rate), dtype=bool)
        return np.where(own, 0, np.broadcast_to(self.rate[:, None], self.world.tariff.shape))


def without_inputs(world: World) -> World:
    """A world with sectors as labour alone makes it, trade balanced: flows, duties and elasticities stay."""
    flows = world.duty_free * world.spending[..., None]
    s = world.structure
    found = fixed_firms.calibrate(
        world.economies, world.sectors, flows, world.tariff, s.elasticity, world.origin, words=s.elasticity_from
    )
    return fixed_firms.balanced(found, name=f"{world.name}, labour only, balanced")


def nash(world: World, *, feedback: bool = True) -> Nash:
    """Nash tariffs of all economies, on every good and service, in one system of three equations an economy.

    feedback: the delta of the paper's equation 14, what i's partners' duties give back; the author's public code
    leaves it out. Raises QuestionError for a world with profits, NotConverged.
    """
    if not hasattr(world.structure, "labour") or (world.structure.labour != 1).any():
        raise QuestionError(f"{world.name}: the closed form is for labour alone; take one_step.without_inputs(world)")
    move = mover(world, feedback)
    start = np.concatenate([np.zeros(2 * len(world.economies)), np.log(np.full(len(world.economies), 0.3))])
    with np.errstate(all="ignore"):
        x, gap, steps = start, np.inf, 0
        for near in NEWTON:  # a Jacobian costs as much as a hundred steps, so two or three must do
            steer = engine.correction(move, x)
            push = steer @ move(x)
            x = x + push * min(1.0, 1.0 / max(np.abs(push).max(), 1e-300))
            found = engine.chord(move, x[None], partial(turned, steer.T), TOLERANCE, near)
            steps += int(found.steps[0]) + 1
            x, gap = found.x[0], float(found.gap[0])
            if gap <= TOLERANCE:
                break
    if not gap <= TOLERANCE:
        raise NotConverged(f"{world.name}: Nash tariffs miss their equations by {gap:.1e} after {steps} steps")
    wage, spending, rate = np.split(x, 3)
    price = -np.log(markets(world, wage, spending, np.exp(rate))["ease"]) / world.structure.elasticity[:, None]
    real = spending - (fixed_firms.final(world) * price).sum(0)
    income = world.spending.sum(0)
    return Nash(
        world,
        np.exp(rate),
        100 * np.expm1(real),
        100 * np.expm1(wage),
        income * np.expm1(real),
        float(gap),
        steps,
        x,
    )


def markets(world: World, wage: Any, spending: Any, rate: Any) -> dict[str, Any]:
    """Goods markets [...,s,n] where every economy levies one rate [...,n] on all it imports."""
    theta = world.structure.elasticity[:, None]
    across = ~np.eye(len(world.economies), dtype=bool)
    foreign = world.share * (1 + world.tariff) ** theta[..., None] * across
    own = np.diagonal(world.share, axis1=1, axis2=2)
    supply = np.exp(-theta * wage[..., None, :])
    duty = 1 + rate[..., None, :]
    wide = duty**-theta
    bought = up(foreign, supply)
    ease = wide * bought + own * supply
    demand = world.spending * np.exp(spending[..., None, :]) / ease
    thin = wide / duty * demand
    home = own * supply * demand
    sent = supply * down(foreign, thin)
    return {
        "ease": ease,
        "demand": demand,
        "made": home + sent,
        "sent": sent,
        "duty": (rate[..., None, :] * thin * bought).sum(-2),
        "own": own * supply / ease,
        "steep": (foreign, supply, thin * wide / ease),
    }


def turned(steer: np.ndarray, miss: np.ndarray) -> np.ndarray:
    """A correction [u,u] acting on rows from the right, in full precision."""
    return miss @ steer


def mover(world: World, feedback: bool) -> Any:
    """x [...,3n] -> the gaps of wages, spending and rates."""
    theta = world.structure.elasticity[:, None]
    part = fixed_firms.final(world)
    income = world.spending.sum(0)

    def move(x: np.ndarray) -> np.ndarray:
        wage, spending, log_rate = np.split(x, 3, axis=-1)
        rate = np.exp(log_rate)
        v = markets(world, wage, spending, rate)
        level = np.log((world.income * np.exp(wage)).sum(-1, keepdims=True) / world.income.sum())
        earned = np.log(v["made"].sum(-2) / world.income) - level
        due = np.log((v["made"].sum(-2) + v["duty"]) / income) - level
        foreign, supply, weight = v["steep"]
        if feedback:
            back = rate[..., None, :] * v["own"] * part
            weight = weight * (1 - back / (1 + back.sum(-2, keepdims=True)))
        crowd = supply**2 * down(foreign**2, weight)
        best = np.log(v["sent"].sum(-2) / (theta * (v["sent"] - crowd)).sum(-2))
        return np.concatenate([earned - wage, due - spending, best - log_rate], axis=-1)

    return move
