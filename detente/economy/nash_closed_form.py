"""Nash tariffs of every economy at once from observed shares: the closed forms of Lashkaripour (2021).

Axes: s sector, n importer, i exporter, l whose labour; [...] several states at once. With chi the shares of n and s in
i's exports net of duty, and lambda shares of n's spending on s, the rate of i that is best against goods and partners:
    1 / t_i = sum_ns chi_sni theta_s (1 - (1 - delta_sn) lambda_sni)                                      (equation 14)
    delta_sn = t_sn lambda_snn e_sn / (1 + sum_s t_sn lambda_snn e_sn)
Where sectors earn profits (a price is mu_s times its wages, the mean of i's sales is mu_i) duties lean to those of
above-average markup:
    1 + t_si = (1 + t_i) (1 + theta_s lambda_sii) / (1 + mu_i / mu_s theta_s lambda_sii)                  (equation 16)
With inputs, duties being drawn back on what is exported again, final goods alone bear them and are made of labour of
several economies: content_sil is l's share in i's good of s. Then chi weighs i's goods by their own labour, and
lambda_sni is sum_j content_sji lambda_snj / content_sii                                                  (equation 23).
No search is needed: wages, spending and rates solve together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
INNER = 30  # Newton steps for a sector's duty, of which a handful are taken
ROUNDS = 200  # of cooperative duties
SETTLED = 1e-10  # change of duties between those at which they stand


@dataclass(frozen=True, eq=False)
class Nash:
    """rate [n], the uniform part, a fraction; duty [s,n]; real_income, wage [n] percent over the baseline; dollars [n]
    in the world's unit; gap and steps of the joint solution; state: ln wage, ln spending, ln rate (and ln markup) each
    [n]."""

    world: World
    rate: np.ndarray
    duty: np.ndarray
    real_income: np.ndarray
    wage: np.ndarray
    dollars: np.ndarray
    residual: float
    iterations: int
    state: np.ndarray

    def tariff(self) -> np.ndarray:
        """Dense levels [s,n,i]."""
        own = np.eye(len(self.rate), dtype=bool)
        return np.where(own, 0, np.broadcast_to(self.duty[..., None], self.world.tariff.shape))


def without_inputs(world: World) -> World:
    """A world with sectors as labour alone makes it, trade balanced: flows, duties and elasticities stay."""
    flows = world.duty_free * world.spending[..., None]
    s = world.structure
    found = fixed_firms.calibrate(
        world.economies, world.sectors, flows, world.tariff, s.elasticity, world.origin, words=s.elasticity_from
    )
    return fixed_firms.balanced(found, name=f"{world.name}, labour only, balanced")


def final_goods(world: World) -> tuple[World, np.ndarray]:
    """A world with inputs as final goods that labour of many economies makes, trade balanced; and content [s,i,l].

    Shares of partners are the same in every use. Duties stay on final goods and are taken off inputs, as drawbacks do.
    """
    s, (k, n) = world.structure, world.spending.shape
    inputs = np.einsum("kni,nks->snki", world.share, s.inputs).reshape(k * n, k * n)  # [s of n, k of i]
    labour = (s.value_added[..., None] * np.eye(n)).reshape(k * n, n)
    content = np.linalg.solve(np.eye(k * n) - inputs, labour).reshape(k, n, n)
    content /= content.sum(2, keepdims=True)
    net = (world.duty_free * world.spending[..., None]).sum(2)
    spending = s.final * (world.income + (world.spending - net).sum(0) + world.transfer)
    structure = fixed_firms.Structure(s.elasticity, np.ones(k), np.ones((k, n)), s.goods, s.elasticity_from)
    sold = np.einsum("sni,sil->l", world.duty_free * spending[..., None], content)
    name = f"{world.name}, final goods, balanced"
    bare = replace(world, name=name, spending=spending, income=sold, transfer=np.zeros(n), structure=structure)
    move = mover(bare, content=content, fixed=world.tariff)
    x, _, _ = joint(move, np.zeros(2 * n), name)
    wage, spent = np.split(x, 2)
    level = (sold * np.exp(wage)).sum() / sold.sum()
    supply = np.exp(-s.elasticity[:, None] * (content @ wage))
    share = world.share * supply[:, None]
    share /= share.sum(2, keepdims=True)
    balanced = replace(bare, share=share, spending=spending * np.exp(spent) / level, income=sold * np.exp(wage) / level)
    return balanced, content


def nash(world: World, *, feedback: bool = True, content: np.ndarray | None = None, exporters: bool = False) -> Nash:
    """Nash tariffs of all economies, on every good and service, in one system of a few equations an economy.

    feedback: the delta of the paper's equations, what i's partners' duties give back; the author's public code leaves
    it out. content: beside its world, of `final_goods`. exporters: count the markup of what is exported in the uniform
    part, which the paper's leaves out: 1 + t_i = sum chi mu_i / mu_s (1 + E) / sum chi E, with
    E = theta (1 - (1 - delta) lambda). Raises QuestionError for a world with inputs, or with content and profits that
    differ between sectors; NotConverged.
    """
    s, n = world.structure, len(world.economies)
    if not hasattr(s, "labour") or (content is not None and np.ptp(s.labour) > 0):
        raise QuestionError(
            f"{world.name}: the closed forms are for labour alone, with profits or with final goods of many economies'"
            " labour; take one_step.without_inputs(world) or one_step.final_goods(world)"
        )
    leans = np.ptp(s.labour) > 0
    start = np.concatenate([np.zeros(2 * n), np.full(n, np.log(0.3)), np.zeros(n if leans else 0)])
    x, gap, steps = joint(mover(world, feedback, content, exporters=exporters), start, world.name)
    v = markets(world, x, reach(world), content, leans)
    return settled(world, x, v, gap, steps)


def cooperative(world: World) -> Nash:
    """The duties, mostly subsidies, that make world income largest where sectors earn profits (the paper's section 3).

        1 + t_sn = (1 + theta_s lambda_snn) / (mu_s / mu + theta_s lambda_snn)

    with mu the world's mean markup: zero where all markups are equal. Raises NotConverged.
    """
    s, n = world.structure, len(world.economies)
    labour, theta = s.labour[:, None], s.elasticity[:, None]
    duty, x = np.zeros_like(world.spending), np.zeros(2 * n)
    for steps in range(ROUNDS):  # home shares and the mean move little, so duties settle
        x, gap, _ = joint(mover(world, fixed=levels(duty)), x, world.name)
        v = markets(world, x, reach(world, levels(duty)))
        near, mean = theta * v["own"], v["made"].sum() / (labour * v["made"]).sum()
        before, duty = duty, (1 + near) / (1 / (labour * mean) + near) - 1
        moved = float(np.abs(duty - before).max())
        if moved < SETTLED:
            return settled(world, x, v | {"rate": before}, gap, steps + 1)
    raise NotConverged(f"{world.name}: cooperative duties still move by {moved:.1e} after {ROUNDS} rounds")


def real_income(world: World, duty: np.ndarray, content: np.ndarray | None = None) -> np.ndarray:
    """Percent changes of real income [n] at duties [s,n] by the same equations, rates given. Raises NotConverged."""
    fixed = levels(duty)
    x, gap, steps = joint(mover(world, content=content, fixed=fixed), np.zeros(2 * len(world.economies)), world.name)
    v = markets(world, x, reach(world, fixed), content)
    return settled(world, x, v, gap, steps).real_income


def levels(duty: np.ndarray) -> np.ndarray:
    """Dense tariffs [s,n,i] of duties [s,n] on all partners."""
    return np.where(np.eye(duty.shape[1], dtype=bool), 0, duty[..., None])


def settled(world: World, x: np.ndarray, v: dict[str, Any], gap: float, steps: int) -> Nash:
    """What a solution is worth."""
    wage, spending, *more = np.split(x, x.size // len(world.economies))
    price = -np.log(v["ease"]) / world.structure.elasticity[:, None]
    gain = np.expm1(spending - (fixed_firms.final(world) * price).sum(0))
    rate = np.exp(more[0]) if more else np.full_like(wage, np.nan)
    duty = np.broadcast_to(v["rate"], world.spending.shape)
    return Nash(world, rate, duty, 100 * gain, 100 * np.expm1(wage), world.spending.sum(0) * gain, float(gap), steps, x)


def joint(move: Any, x: np.ndarray, name: str) -> tuple[np.ndarray, float, int]:
    """Where move(x) = 0, by Newton and chord steps; the gap, and steps. Raises NotConverged."""
    gap, steps = np.inf, 0
    with np.errstate(all="ignore"):
        for near in NEWTON:  # a Jacobian costs as much as a hundred steps, so two or three must do
            steer = engine.inverse_jacobian(move, x)
            push = steer @ move(x)
            x = x + push * min(1.0, 1.0 / max(np.abs(push).max(), 1e-300))
            found = engine.chord(move, x[None], partial(turned, steer.T), TOLERANCE, near)
            steps += int(found.iterations[0]) + 1
            x, gap = found.x[0], float(found.residual[0])
            if gap <= TOLERANCE:
                break
    if not gap <= TOLERANCE:
        raise NotConverged(f"{name}: tariffs and markets miss their equations by {gap:.1e} after {steps} steps")
    return x, gap, steps


def turned(steer: np.ndarray, miss: np.ndarray) -> np.ndarray:
    """A correction [u,u] acting on rows from the right, in full precision."""
    return miss @ steer


def reach(world: World, fixed: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Access of foreign goods [s,n,i] before and net of duty, at no duty or at fixed tariffs; of own goods [s,n]."""
    theta = world.structure.elasticity[:, None, None]
    duty = 1 if fixed is None else 1 + fixed
    gross = world.share * ((1 + world.tariff) / duty) ** theta * ~np.eye(len(world.economies), dtype=bool)
    return gross, gross if fixed is None else gross / duty, np.diagonal(world.share, axis1=1, axis2=2)


def markets(world: World, x: Any, access: Any, content: Any = None, leans: bool = False) -> dict[str, Any]:
    """Goods markets [...,s,n] at x [...,2n, 3n with rates, or 4n with mean markups]."""
    theta, (gross, net, own) = world.structure.elasticity[:, None], access
    wage, spending, *more = np.split(x, x.shape[-1] // len(world.economies), axis=-1)
    cost = wage[..., None, :] if content is None else (content @ wage[..., None, :, None])[..., 0]
    supply = np.exp(-theta * cost)
    bought, home = up(gross, supply), own * supply
    rate: Any = 0.0
    if more:
        rate = np.exp(more[0])[..., None, :]
        if leans:
            rate = leaning(world, rate, np.exp(more[1])[..., None, :], bought, home)
    wide = (1 + rate) ** -theta
    ease = wide * bought + home
    demand = world.spending * np.exp(spending[..., None, :]) / ease
    thin = wide / (1 + rate) * demand
    sent = supply * down(net, thin)
    paid = thin * bought if net is gross else thin * up(net, supply)
    return {
        "supply": supply,
        "ease": ease,
        "made": home * demand + sent,
        "sent": sent,
        "rate": rate,
        "duty": (wide * bought * demand - paid).sum(-2),
        "own": home / ease,
        "thin": thin,
        "lent": wide / ease,
    }


def leaning(world: World, rate: Any, mean: Any, bought: Any, home: Any) -> Any:
    """Duties [...,s,n] of equation 16: home shares move with them, so each is the root of one equation, by Newton."""
    theta, ratio = world.structure.elasticity[:, None], mean * world.structure.labour[:, None]
    level = y = np.log1p(rate) + 0 * bought
    for _ in range(INNER):
        share = home / (np.exp(-theta * y) * bought + home)
        tall, low = 1 + theta * share, 1 + ratio * theta * share
        miss = level + np.log(tall / low) - y
        if np.abs(miss).max() < TOLERANCE / 100:
            break
        y = y + miss / (1 - theta**2 * share * (1 - share) * (1 - ratio) / (tall * low))
    return np.expm1(y)


def mover(world: World, feedback: bool = True, content: Any = None, fixed: Any = None, exporters: bool = False) -> Any:
    """x -> the gaps of wages and spending, of rates unless tariffs are fixed, and of mean markups where they differ."""
    s, n = world.structure, len(world.economies)
    theta, labour, part = s.elasticity[:, None], s.labour[:, None], fixed_firms.final(world)
    access, income = reach(world, fixed), world.spending.sum(0)
    gross, leans = access[0], fixed is None and np.ptp(s.labour) > 0
    squared = gross**2
    mine = 1.0 if content is None else np.diagonal(content, axis1=1, axis2=2)

    def move(x: np.ndarray) -> np.ndarray:
        if content is not None and x.ndim > 1:  # shares of all partners at once are large: a row at a time
            return np.stack([move(row) for row in x])
        v = markets(world, x, access, content, leans)
        made = v["made"]
        sold = made.sum(-2) if content is None else np.einsum("si,sil->l", made, content)
        paid = (labour * made).sum(-2) if content is None else sold
        level = np.log((world.income * np.exp(x[..., :n])).sum(-1, keepdims=True) / world.income.sum())
        gaps = [np.log(paid / world.income), np.log((sold + v["duty"]) / income)]
        gaps = [gap - level - x[..., k * n : (k + 1) * n] for k, gap in enumerate(gaps)]
        if fixed is not None:
            return np.concatenate(gaps, axis=-1)
        weight = v["thin"]
        if feedback:
            back = v["rate"] * v["own"] * part
            weight = weight * (1 - back / (1 + back.sum(-2, keepdims=True)))
        supply, lent = v["supply"], v["lent"]
        if content is None:
            crowd = supply**2 * down(squared, weight * lent)
        else:
            share = gross * supply[:, None] * lent[..., None] + v["own"][..., None] * np.eye(n)
            crowd = supply * ((gross * weight[..., None]) * (share @ content)).sum(1)
        sent = mine * v["sent"]
        lost = (theta * (sent - crowd)).sum(-2)
        best = np.log(sent.sum(-2) / lost)
        if leans and exporters:
            worth = (sold / paid)[..., None, :] * labour
            best = np.log((worth * (sent + theta * (sent - crowd))).sum(-2) / lost - 1)
        gaps.append(best - x[..., 2 * n : 3 * n])
        if leans:
            gaps.append(np.log(sold / paid) - x[..., 3 * n :])
        return np.concatenate(gaps, axis=-1)

    return move
