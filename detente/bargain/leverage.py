"""Who loses more and which threats are credible: losses from a cut-off, choke points, concentration of trade.

Shares and losses are fractions. When a supplier that accounts for a share w of spending is cut off, and the rest
replaces it with elasticity of substitution s, ln of the price index rises by -ln(1 - w) / (s - 1). This is convex in w:
power grows fastest near full control, as Clayton, Maggiori and Schreger argue.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from detente.errors import QuestionError


def _check_share(name: str, value: float) -> float:
    if not (math.isfinite(value) and 0 <= value <= 1):
        raise QuestionError(f"{name} is {value}; it must be a fraction from 0 to 1")
    return float(value)


def cut_off(controlled: float, elasticity: float, *, cost_share: float = 1.0) -> float:
    """The rise in ln cost from losing the controlled share of spending; infinite where all of it is controlled.

    elasticity: of substitution, above 1. cost_share: of these goods in a Cobb-Douglas whole. Raises QuestionError.

    >>> round(cut_off(0.7, 4), 4)
    0.4013
    """
    _check_share("the controlled share", controlled)
    _check_share("the cost share", cost_share)
    if not elasticity > 1:
        raise QuestionError(f"the elasticity is {elasticity}; a cut-off has a finite cost only where it is above 1")
    return math.inf if controlled == 1 else -math.log(1 - controlled) / (elasticity - 1) * cost_share


def largest_demand(controlled: float, elasticity: float) -> float:
    """The largest fraction of its spending a target would pay to avoid a cut-off: 1 - (1 - w)^(1 / (s - 1)).

    >>> round(largest_demand(0.2, 4), 4)
    0.0717
    """
    return 1 - math.exp(-cut_off(controlled, elasticity))


def decoupling(domestic: float, elasticity: float) -> float:
    """The real income lost by trading with nobody, a fraction: 1 - (domestic share)^(1 / (s - 1)).

    The welfare formula of Arkolakis, Costinot and Rodríguez-Clare (2012) at autarky.

    >>> round(decoupling(0.8, 4), 4)
    0.0717
    """
    return largest_demand(1 - _check_share("the domestic share", domestic), elasticity)


def choke_point(cost_share: float, cut: float, elasticity: float) -> float:
    """The fraction of output lost when a fraction of an essential input is cut, with CES substitution for the rest.

    cost_share: of the input. elasticity: of substitution; 1 is Cobb-Douglas, 0 Leontief, where output falls by as much
    as the input. Raises QuestionError. Bachmann et al. (2022).

    >>> round(choke_point(0.04, 0.1, 0.04), 4)
    0.0157
    """
    _check_share("the cost share", cost_share)
    remaining = 1 - _check_share("the cut", cut)
    if not elasticity >= 0:
        raise QuestionError(f"the elasticity of substitution is {elasticity}; it must be at least 0")
    if cost_share == 0 or cut == 0:
        return 0.0
    if elasticity == 0:
        return float(cut)
    if remaining == 0:
        return _loss_without_input(cost_share, elasticity)
    power = (elasticity - 1) / elasticity
    if abs(power) < 1e-9:
        return 1 - float(remaining**cost_share)
    exponent = power * math.log(remaining)
    if exponent > 700:  # exp would overflow
        return 1 - math.exp((math.log(cost_share) + exponent) / power)
    return 1 - math.exp(math.log1p(cost_share * math.expm1(exponent)) / power)


def _loss_without_input(cost_share: float, elasticity: float) -> float:
    """Output lost when all of the input is cut: everything unless it can be replaced."""
    return 1.0 if elasticity <= 1 else 1 - float((1 - cost_share) ** (elasticity / (elasticity - 1)))


def first_order(weight: float, price: float) -> float:
    """The relative change of output from a relative rise of one price, to first order: minus Domar weight times rise.

    Hulten (1978).

    >>> first_order(0.04, 0.25)
    -0.01
    """
    return -weight * price


def concentration(shares: Sequence[float]) -> float:
    """Hirschman's index of trade shares: 100 sqrt(sum of squares), which is 100 with a single partner.

    Raises QuestionError unless the shares are not negative and sum to 1. Hirschman (1945), chapter 6.

    >>> round(concentration([0.5, 0.3, 0.2]), 2)
    61.64
    """
    if not shares or any(not (math.isfinite(s) and s >= 0) for s in shares) or abs(sum(shares) - 1) > 1e-6:
        raise QuestionError(f"the shares of all partners must be at least 0 and sum to 1; these sum to {sum(shares):g}")
    return 100 * math.sqrt(sum(s * s for s in shares))


@dataclass(frozen=True)
class ThreatAssessment:
    """What a threat would do: loss to the target, cost to the sender and the difference, in the payoff's unit.

    credible: carrying it out is better for the sender than the present, or costs it no more than breaking its word.
    needed: the cost of breaking its word at which the threat becomes credible, 0 where none is needed. demand: the most
    the target would give to avoid it, None where the threat is not credible.
    """

    loss: float
    cost: float
    net: float
    credible: bool
    needed: float
    demand: float | None
    why: str


def assess_threat(
    sender: tuple[float, float], target: tuple[float, float], *, reputation: float = 0.0
) -> ThreatAssessment:
    """A threat judged by the payoffs (now, after it is carried out) of both sides.

    reputation: what breaking its word costs the sender. Raises QuestionError for payoffs that are not finite.

    >>> assess_threat((0, 0.1), (0, -0.2)).demand
    0.2
    """
    if not all(map(math.isfinite, (*sender, *target, reputation))):
        raise QuestionError(f"payoffs {sender}, {target} and reputation {reputation} must be finite numbers")
    loss, cost = target[0] - target[1], sender[0] - sender[1]
    credible = cost <= reputation if reputation else cost < 0
    demand = max(loss, 0.0) if credible else None
    return ThreatAssessment(loss, cost, loss - cost, credible, max(cost, 0.0), demand, _why(loss, cost, credible))


def _why(loss: float, cost: float, credible: bool) -> str:
    if loss <= 0:
        return "the target would lose nothing"
    if cost < 0:
        return "carrying it out benefits the sender"
    if credible:
        return "carrying it out costs the sender less than breaking its word"
    return "carrying it out costs the sender, so it is credible only if breaking its word would cost more"
