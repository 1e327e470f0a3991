"""One-sector structural gravity as its users know it: resistances, factory-gate prices, the closed Armington economy.

Axes: i exporter, j importer; [...] draws or scenarios. Access [i,j] is the cost term t^(1-sigma) that a gravity
equation estimates: the larger, the easier to trade. Two models, under their users' names:

    conditional   Herman's gegravity: resistances respond to new access at baseline shares, prices to resistances, once.
    closed        Baier, Yotov and Zylkin's ge_gravity: goods markets clear; deficits additive or multiplicative.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from detente.errors import DataError, NotConverged, QuestionError

DEFICITS = ("additive", "multiplicative")
MAX_STEPS = 100  # Newton steps of `closed`


class Resistance(NamedTuple):
    """outward [...,i] and inward [...,j] multilateral resistance; the reference economy's inward one is 1."""

    outward: np.ndarray
    inward: np.ndarray


class Gravity(NamedTuple):
    """A gravity economy.

    access [...,i,j]. output [i], expenditure [j]: in one unit. sigma: elasticity of substitution. reference: the
    economy whose inward resistance is 1.
    """

    economies: tuple[str, ...]
    access: np.ndarray
    output: np.ndarray
    expenditure: np.ndarray
    sigma: float
    reference: str

    def validated(self) -> Gravity:
        """This economy. Raises DataError for a wrong shape or value, QuestionError for an unknown reference."""
        n = len(self.economies)
        for field, shape in (("access", (n, n)), ("output", (n,)), ("expenditure", (n,))):
            array = getattr(self, field)
            if array.shape[-len(shape) :] != shape or not (np.isfinite(array) & (array > 0)).all():
                raise DataError(f"gravity: {field} must be positive numbers of shape {shape}, is {array.shape}")
        if self.sigma <= 1:
            raise DataError(f"gravity: sigma is {self.sigma}; an elasticity of substitution above 1 is needed")
        if self.reference not in self.economies:
            raise QuestionError(f"{self.reference!r} is not among the {n} economies; try {self.economies[0]}")
        return self


def access(covariates: Mapping[str, np.ndarray], coefficients: Mapping[str, np.ndarray | float]) -> Any:
    """exp of the gravity equation's cost part, [...,i,j]: covariates [i,j], coefficients [...].

    Raises DataError for a coefficient without a covariate.
    """
    missing = sorted(set(coefficients) - set(covariates) - {"constant"})
    if missing:
        raise DataError(f"gravity: no covariate named {missing[0]!r}; there is {', '.join(sorted(covariates))}")
    shape = next(iter(covariates.values())).shape
    terms = (np.asarray(b)[..., None, None] * covariates.get(k, np.ones(shape)) for k, b in coefficients.items())
    return np.exp(sum(terms))


def resistances(world: Gravity, *, tolerance: float = 1e-13, max_iterations: int = 60) -> Resistance:
    """Outward and inward multilateral resistance, by Newton on the outward ones. Anderson and van Wincoop (2003).

    Raises NotConverged.
    """
    output, expenditure = world.output / world.output.sum(), world.expenditure / world.expenditure.sum()
    power, n = world.sigma - 1, len(world.economies)
    scale = world.access.max((-2, -1), keepdims=True)
    scaled = world.access / scale
    level = np.ones((n, n)) / n  # resistances are determined up to one common scale
    log_outward = np.zeros(scaled.shape[:-1])
    for _ in range(max_iterations):
        supply = scaled * (output * np.exp(log_outward))[..., None]  # [i,j]
        inward = supply.sum(-2)
        share = scaled * (expenditure / inward)[..., None, :]
        outward = share.sum(-1)
        residual = log_outward + np.log(outward)
        if np.abs(residual).max() < tolerance:
            break
        slope = np.eye(n) - (share / outward[..., None]) @ np.swapaxes(supply / inward[..., None, :], -1, -2)
        log_outward = log_outward - np.linalg.solve(slope + level, residual[..., None])[..., 0]
    else:
        worst = np.abs(residual).max()
        raise NotConverged(f"gravity: resistances are off by {worst:.1e} (ln) after {max_iterations} iterations")
    log_inward = -np.log((scaled * (output * np.exp(log_outward))[..., None]).sum(-2))
    reference = log_inward[..., world.economies.index(world.reference), None]
    log_outward, log_inward = log_outward + reference - np.log(scale[..., 0]), log_inward - reference
    return Resistance(np.exp(log_outward / power), np.exp(log_inward / power))


def trade(world: Gravity, resistance: Resistance, output: np.ndarray, expenditure: np.ndarray) -> Any:
    """Trade [...,i,j] as the gravity equation gives it, at some output [...,i] and expenditure [...,j]."""
    power = world.sigma - 1
    supply = resistance.outward**power * (output / output.sum(-1, keepdims=True))
    return world.access * supply[..., None] * (resistance.inward**power * expenditure)[..., None, :]


def conditional(world: Gravity, new_access: np.ndarray) -> dict[str, np.ndarray]:
    """What new access [...,i,j] does: resistances at baseline shares, then prices and trade once. gegravity 0.3.

    Results by name, percent changes [...,n] unless noted: price, output, expenditure, outward, inward, gdp,
    terms_of_trade, exports, imports, domestic, shipments; welfare is a ratio (below 1 is a gain); resistances and
    bilateral trade before and after are levels. Raises DataError or QuestionError for an invalid economy, NotConverged.
    """
    world.validated()
    before = resistances(world)
    new = world._replace(access=new_access)
    after = resistances(new.validated())
    price = before.outward / after.outward
    inward = after.inward / before.inward
    trade0 = trade(world, before, world.output, world.expenditure)
    trade1 = trade(new, after, world.output * price, world.expenditure * price)
    domestic0, domestic1 = (np.diagonal(flows, axis1=-2, axis2=-1) for flows in (trade0, trade1))

    def change(ratio: Any) -> Any:
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
        "shipments": change(trade1.sum(-1) / trade0.sum(-1)),
        "consumption": change(trade1.sum(-2) / trade0.sum(-2)),
        "exports": change((trade1.sum(-1) - domestic1) / (trade0.sum(-1) - domestic0)),
        "imports": change((trade1.sum(-2) - domestic1) / (trade0.sum(-2) - domestic0)),
        "domestic": change(domestic1 / domestic0),
        "outward_before": before.outward,
        "outward_after": after.outward,
        "inward_before": before.inward,
        "inward_after": after.inward,
        "trade_before": trade0,
        "trade_after": trade1,
    }


def closed(
    flows: np.ndarray, effect: np.ndarray, theta: float, *, deficits: str = "additive", tolerance: float = 1e-12
) -> dict[str, np.ndarray]:
    """The Armington economy's response to partial effects on trade [i,j]: exp(effect) multiplies access. ge_gravity.

    flows [i,j]: with domestic sales. deficits: `additive`, fixed in world output, or `multiplicative`, where
    expenditure keeps its ratio to output, so that the world may spend a little more or less than it earns: sales are
    then in proportion to output, as in the original. Results by name, as ratios [n]: wage, price, welfare (expenditure
    over prices), output, exports, imports; and trade [i,j]. Raises QuestionError, DataError, NotConverged.

    >>> flows, effect = np.array([[8.0, 2.0], [2.0, 8.0]]), np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> closed(flows, effect, 5.0)["welfare"].round(3)
    array([1.025, 1.025])
    """
    if deficits not in DEFICITS:
        raise QuestionError(f"deficits is {deficits!r}; it is one of {', '.join(DEFICITS)}")
    if flows.ndim != 2 or flows.shape != effect.shape or not (flows >= 0).all() or theta <= 0:
        raise DataError("gravity: flows and effect must be alike and square, flows not negative and theta positive")
    output0, expenditure0 = flows.sum(1), flows.sum(0)
    share = flows / expenditure0 * np.exp(effect)
    wage, size = np.zeros(len(flows)), len(flows)
    for _ in range(MAX_STEPS):
        supply = share * np.exp(-theta * wage)[:, None]
        market_access = supply.sum(0)
        new_share = supply / market_access  # [i,j]
        output = output0 * np.exp(wage)
        expenditure = _expenditure(output, output0, expenditure0, deficits)
        sales = new_share @ expenditure * (output.sum() / expenditure.sum())
        excess = np.log(sales / output)
        if np.abs(excess).max() < tolerance:
            break
        destination = new_share * expenditure / (new_share @ expenditure)[:, None]  # [i,j] of i's sales
        slope = -theta * (np.diag(destination.sum(1)) - destination @ new_share.T) - np.eye(size)
        slope += (new_share / sales[:, None]) @ np.diag(output)
        wage = wage - np.linalg.solve(slope - np.ones((size, size)) / size, excess)
        wage = wage - np.log((output0 * np.exp(wage)).sum() / output0.sum())  # numeraire: world output
    else:
        raise NotConverged(f"gravity: excess demand of {np.abs(excess).max():.1e} (ln) is left; try smaller effects")
    trade1 = new_share * expenditure
    price = market_access ** (-1 / theta)
    own = np.eye(size, dtype=bool)
    return {
        "wage": np.exp(wage),
        "price": price,
        "welfare": expenditure / expenditure0 / price,
        "output": output / output0,
        "exports": np.where(own, 0, trade1).sum(1) / np.where(own, 0, flows).sum(1),
        "imports": np.where(own, 0, trade1).sum(0) / np.where(own, 0, flows).sum(0),
        "trade": trade1,
    }


def _expenditure(output: np.ndarray, output0: np.ndarray, expenditure0: np.ndarray, deficits: str) -> Any:
    """Expenditure [j] at some output: with deficits fixed in world output, or in a fixed ratio to output."""
    if deficits == "additive":
        return output + (expenditure0 - output0) * (output.sum() / output0.sum())
    return output * (expenditure0 / output0)


def coefficient_draws(estimates: np.ndarray, covariance: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Coefficients [draws,k] from their joint normal distribution, in the random stream of gegravity's seeds."""
    return np.random.RandomState(seed).multivariate_normal(estimates, covariance, draws)
