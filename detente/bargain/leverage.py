"""Who loses more, and which threat is worth believing: loss to target and sender, choke points, concentration.

Shares and losses are fractions. Losses from a cut-off follow from the share w that the sender controls and the
elasticity s with which the rest replaces it: ln of the price index rises by -ln(1 - w) / (s - 1), convex in w, which is
the published claim of Clayton, Maggiori and Schreger on power near full control.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from detente.errors import QuestionError


def _share(name: str, value: float, *, full: bool = True) -> float:
    if not (math.isfinite(value) and 0 <= value <= 1 and (full or value < 1)):
        raise QuestionError(f"{name} is {value}; it is a fraction from 0 to {'1' if full else 'below 1'}")
    return float(value)


def cut_off(controlled: float, elasticity: float, *, cost_share: float = 1.0) -> float:
    """Rise in ln cost from losing the controlled share of spending; cost_share: of the nest in a Cobb-Douglas whole."""
    _share("the controlled share", controlled)
    _share("the cost share", cost_share)
    if not elasticity > 1:
        raise QuestionError(f"with an elasticity of {elasticity} a cut-off has no finite cost: it must be above 1")
    return math.inf if controlled == 1 else -math.log(1 - controlled) / (elasticity - 1) * cost_share


def largest_demand(controlled: float, elasticity: float) -> float:
    """The largest part of its spending that a target pays rather than be cut off: 1 - (1 - w)^(1 / (s - 1))."""
    return 1 - math.exp(-cut_off(controlled, elasticity))


def decoupling(domestic: float, elasticity: float) -> float:
    """The cost of trading with nobody, a fraction of real income: 1 - (home share)^(1 / (s - 1))."""
    return largest_demand(1 - _share("the home share", domestic), elasticity)


def choke_point(cost_share: float, cut: float, elasticity: float) -> float:
    """Output lost when a fraction of an essential input is cut, the rest replacing it with this elasticity (CES).

    Elasticity 1 is Cobb-Douglas, 0 Leontief: output falls as much as the input. As in Bachmann et al. (2022).
    """
    _share("the cost share", cost_share)
    left = 1 - _share("the cut", cut)
    if not elasticity >= 0:
        raise QuestionError(f"an elasticity of substitution is at least 0, not {elasticity}")
    if cost_share == 0 or cut == 0:
        return 0.0
    if elasticity == 0:
        return float(cut)
    if left == 0:
        return 1.0 if elasticity <= 1 else 1 - (1 - cost_share) ** (elasticity / (elasticity - 1))
    power = (elasticity - 1) / elasticity
    if abs(power) < 1e-9:
        return 1 - left**cost_share
    grown = power * math.log(left)
    if grown > 700:
        return 1 - math.exp((math.log(cost_share) + grown) / power)
    return 1 - math.exp(math.log1p(cost_share * math.expm1(grown)) / power)


def first_order(weight: float, price: float) -> float:
    """Output effect of a price rise, to first order: minus the Domar weight times it. Hulten (1978)."""
    return -weight * price


def concentration(shares: Sequence[float]) -> float:
    """100 sqrt(sum of squared shares); 100 is one partner alone. Hirschman (1945), chapter 6."""
    if not shares or any(not (math.isfinite(s) and s >= 0) for s in shares) or abs(sum(shares) - 1) > 1e-6:
        raise QuestionError(f"shares of all partners sum to 1 and are not negative; these sum to {sum(shares):g}")
    return 100 * math.sqrt(sum(s * s for s in shares))


@dataclass(frozen=True)
class Weighed:
    """What a threat does: loss to the target, own cost of carrying it out, and the difference, in the payoff's unit.

    credible: carrying it out beats what the sender has now, or the price put on its word covers the cost. needed: the
    price on its word that would make it so, 0 where none is needed. demand: the most the target would give to avoid it,
    None where the threat is not credible.
    """

    loss: float
    cost: float
    net: float
    credible: bool
    needed: float
    demand: float | None
    why: str


def weigh(sender: tuple[float, float], target: tuple[float, float], *, reputation: float = 0.0) -> Weighed:
    """A threat from the payoffs (now, after it is carried out) of both; reputation: what breaking one's word costs.

    Raises QuestionError for payoffs that are no finite numbers.
    """
    if not all(map(math.isfinite, (*sender, *target, reputation))):
        raise QuestionError(f"payoffs {sender}, {target} and reputation {reputation} must be finite numbers")
    loss, cost = target[0] - target[1], sender[0] - sender[1]
    credible = cost <= reputation if reputation else cost < 0
    needed = max(cost, 0.0)
    if loss <= 0:
        why = "the target does not lose by it"
    elif cost < 0:
        why = "the sender gains by carrying it out: it needs no reason to"
    elif credible:
        why = "carrying it out costs the sender less than breaking its word"
    else:
        why = "carrying it out costs the sender; believed only if its word is worth more than the cost"
    return Weighed(loss, cost, loss - cost, credible, needed, max(loss, 0.0) if credible else None, why)
