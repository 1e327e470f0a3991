"""One-sector structural gravity as its users know it: resistances, factory-gate prices, the closed Armington economy.

Axes: i exporter, j importer; [...] draws or scenarios. `access` [i,j] is the cost term t^(1-sigma) that a gravity
equation estimates: larger is easier. Two economies, each under its name:
    conditional   Herman's gegravity: resistances answer to new access at baseline shares, prices to resistances, once.
    closed        Baier, Yotov and Zylkin's ge_gravity: goods markets clear; deficits additive or multiplicative.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from detente.errors import DataError, NotConverged, QuestionError

DEFICITS = ("additive", "multiplicative")


class Resistance(NamedTuple):
    """outward [...,i] and inward [...,j] multilateral resistance; the reference's inward one is 1."""

    outward: np.ndarray
    inward: np.ndarray


class Gravity(NamedTuple):
    """A gravity economy: access [...,i,j], output [i] and expenditure [j] in one unit, sigma, and the reference."""

    economies: tuple[str, ...]
    access: np.ndarray
    output: np.ndarray
    expenditure: np.ndarray
    sigma: float
    reference: str

    def checked(self) -> Gravity:
        """Itself, if it is one. Raises DataError, or QuestionError for an unknown reference."""
        n = len(self.economies)
        for what, array, shape in (
            ("access", self.access, (n, n)),
            ("output", self.output, (n,)),
            ("expenditure", self.expenditure, (n,)),
        ):
            if array.shape[-len(shape) :] != shape or not (np.isfinite(array) & (array > 0)).all():
                raise DataError(f"gravity: {what} must be positive numbers of shape {shape}, is {array.shape}")
        if self.sigma <= 1:
            raise DataError(f"gravity: sigma is {self.sigma}; an elasticity of substitution above 1 is needed")
        if self.reference not in self.economies:
            raise QuestionError(f"{self.reference!r} is not among the {n} economies; try {self.economies[0]}")
        return self


def access(covariates: Mapping[str, np.ndarray], coefficients: Mapping[str, np.ndarray | float]) -> np.ndarray:
    """exp of the gravity equation's cost part: covariates [i,j], coefficients [...]: [...,i,j].

    Raises DataError where a coefficient has no covariate.
    """
    missing = sorted(set(coefficients) - set(covariates) - {"constant"})
    if missing:
        raise DataError(f"gravity: no covariate named {missing[0]!r}; there is {', '.join(sorted(covariates))}")
    shape = next(iter(covariates.values())).shape
    terms = (np.asarray(b)[..., None, None] * covariates.get(k, np.ones(shape)) for k, b in coefficients.items())
    return np.exp(sum(terms))


def resistances(world: Gravity, *, tolerance: float = 1e-13, steps: int = 60) -> Resistance:
    """Outward and inward multilateral resistance, by Newton on the outward ones. Anderson and van Wincoop (2003).

    Raises NotConverged.
    """
    sold, bought = world.output / world.output.sum(), world.expenditure / world.expenditure.sum()
    power, n = world.sigma - 1, len(world.economies)
    scale = world.access.max((-2, -1), keepdims=True)
    ease = world.access / scale
    level = np.ones((n, n)) / n  # resistances are known up to one common scale
    a = np.zeros(ease.shape[:-1])
    for _ in range(steps):
        reached = ease * (sold * np.exp(a))[..., None]  # [i,j]
        inward = reached.sum(-2)
        share = ease * (bought / inward)[..., None, :]
        outward = share.sum(-1)
        miss = a + np.log(outward)
        if np.abs(miss).max() < tolerance:
            break
        slope = np.eye(n) - (share / outward[..., None]) @ np.swapaxes(reached / inward[..., None, :], -1, -2)
        a = a - np.linalg.solve(slope + level, miss[..., None])[..., 0]
    else:
        raise NotConverged(f"gravity: resistances miss by {np.abs(miss).max():.1e} after {steps} steps")
    b = -np.log((ease * (sold * np.exp(a))[..., None]).sum(-2))
    at = b[..., world.economies.index(world.reference), None]
    a, b = a + at - np.log(scale[..., 0]), b - at
    return Resistance(np.exp(a / power), np.exp(b / power))


def trade(world: Gravity, seen: Resistance, output: np.ndarray, expenditure: np.ndarray) -> np.ndarray:
    """Modelled trade [...,i,j] at given output and expenditure."""
    power = world.sigma - 1
    sold = output / output.sum(-1, keepdims=True)
    return world.access * (seen.outward**power * sold)[..., None] * (seen.inward**power * expenditure)[..., None, :]


def conditional(world: Gravity, after: np.ndarray) -> dict[str, np.ndarray]:
    """What new access [...,i,j] does: resistances at baseline shares, then prices and trade once. gegravity 0.3.

    [...,n]: price, output, expenditure, outward, inward, gdp, terms_of_trade, exports, imports, domestic, shipments,
    all percent changes; welfare a ratio (below 1 is a gain); resistances and bilateral trade before and after in
    levels.
    """
    world.checked()
    before = resistances(world)
    new = world._replace(access=after)
    now = resistances(new.checked())
    price = before.outward / now.outward
    inward = now.inward / before.inward
    start = trade(world, before, world.output, world.expenditure)
    end = trade(new, now, world.output * price, world.expenditure * price)
    own0, own1 = (np.diagonal(flows, axis1=-2, axis2=-1) for flows in (start, end))

    def change(ratio):
        return 100 * (ratio - 1)

    return {
        "price": change(price),
        "output": change(price),
        "expenditure": change(price),
        "outward": change(1 / price),
        "inward": change(inward),
        "gdp": change(price / inward),
        "terms_of_trade": change(price / inward),
        "welfare": inward / price,
        "shipments": change(end.sum(-1) / start.sum(-1)),
        "consumption": change(end.sum(-2) / start.sum(-2)),
        "exports": change((end.sum(-1) - own1) / (start.sum(-1) - own0)),
        "imports": change((end.sum(-2) - own1) / (start.sum(-2) - own0)),
        "domestic": change(own1 / own0),
        "outward_before": before.outward,
        "outward_after": now.outward,
        "inward_before": before.inward,
        "inward_after": now.inward,
        "trade_before": start,
        "trade_after": end,
    }


def closed(
    flows: np.ndarray, effect: np.ndarray, theta: float, *, deficits: str = "additive", tolerance: float = 1e-12
) -> dict[str, np.ndarray]:
    """The Armington economy's answer to partial effects on trade [i,j]: exp(effect) multiplies access. ge_gravity.

    flows [i,j] with domestic sales. deficits: `additive`, fixed in world output, or `multiplicative`, spending keeps
    its ratio to output. [n]: wage, price, welfare (spending over prices), output, exports, imports as ratios; trade
    [i,j]. Raises QuestionError, DataError, NotConverged.
    """
    if deficits not in DEFICITS:
        raise QuestionError(f"deficits is {deficits!r}; it is one of {', '.join(DEFICITS)}")
    if flows.ndim != 2 or flows.shape != effect.shape or not (flows >= 0).all() or theta <= 0:
        raise DataError("gravity: flows and effect must be alike and square, flows not negative and theta positive")
    made, spent = flows.sum(1), flows.sum(0)
    share = flows / spent * np.exp(effect)
    wage, size = np.zeros(len(flows)), len(flows)
    for _ in range(100):
        weight = share * np.exp(-theta * wage)[:, None]
        ease = weight.sum(0)
        split = weight / ease  # [i,j]
        income = made * np.exp(wage)
        ratio = income.sum() / made.sum()
        spend = income + (spent - made) * ratio if deficits == "additive" else _scaled(income, spent / made)
        sold = split @ spend
        miss = np.log(sold / income)
        if np.abs(miss).max() < tolerance:
            break
        flow = split * spend / sold[:, None]  # [i,j] of i's sales
        slope = -theta * (np.diag(flow.sum(1)) - flow @ split.T) - np.eye(size)
        slope += (split / sold[:, None]) @ np.diag(income)
        wage = wage - np.linalg.solve(slope - np.ones((size, size)) / size, miss)
        wage = wage - np.log((made * np.exp(wage)).sum() / made.sum())  # numeraire: world output
    else:
        raise NotConverged(f"gravity: markets miss by {np.abs(miss).max():.1e}; try smaller effects")
    after = split * spend
    price = ease ** (-1 / theta)
    own = np.eye(size, dtype=bool)
    return {
        "wage": np.exp(wage),
        "price": price,
        "welfare": spend / spent / price,
        "output": income / made,
        "exports": np.where(own, 0, after).sum(1) / np.where(own, 0, flows).sum(1),
        "imports": np.where(own, 0, after).sum(0) / np.where(own, 0, flows).sum(0),
        "trade": after,
    }


def _scaled(income: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """Spending at a fixed ratio to income, scaled so that the world spends what it earns."""
    spend = income * ratio
    return spend * income.sum() / spend.sum()


def drawn(estimates: np.ndarray, covariance: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Coefficients [draws,k] from their joint normal distribution, in the stream that gegravity's seeds name."""
    return np.random.RandomState(seed).multivariate_normal(estimates, covariance, draws)
