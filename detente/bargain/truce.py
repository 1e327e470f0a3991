"""Whether a truce is self-enforcing: the payoffs of keeping it, of breaking it alone, and of the war that follows.

It is a repeated prisoner's dilemma. With payoffs a round of C for cooperation, D for the temptation to deviate and N
for the punishment, a side keeps the truce if its discount factor a round is at least (D - C) / (D - N), the critical
discount factor. A truce that expires (its deadline passes without an agreement) ends without a breach; expiry enters
as the probability of a lapse a round.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from detente.errors import QuestionError

NO_TEMPTATION = "no temptation"
NEVER_HOLDS = "the truce never holds by this payoff"
HOLDS = "holds if patient enough"
TOO_LATE = "no discount factor is high enough at this lapse, lag and punishment"


@dataclass(frozen=True)
class IncentiveConstraint:
    """What it takes that a side does not deviate.

    verdict: one of the four constants above. deviation_gain: D - C. punishment_loss: C - N. critical_discount_factor: a
    round, None unless the verdict is HOLDS. grim_trigger: the critical discount factor under the harshest terms, which
    are no lapse, an answer after one round and punishment for ever; None where the verdict does not depend on it.
    """

    verdict: str
    deviation_gain: float
    punishment_loss: float
    critical_discount_factor: float | None = None
    grim_trigger: float | None = None

    def holds(self, discount: float) -> bool:
        """Whether a side with this discount factor a round keeps the truce."""
        if not 0 <= discount <= 1:
            raise QuestionError(f"the discount factor is {discount}; it must lie from 0 to 1")
        if self.verdict == NO_TEMPTATION:
            return True
        return self.critical_discount_factor is not None and discount >= self.critical_discount_factor


def incentive_constraint(
    cooperation: float,
    temptation: float,
    punishment: float,
    *,
    lapse: float = 0.0,
    lag: int = 1,
    punishment_rounds: int | None = None,
) -> IncentiveConstraint:
    """The condition under which one side keeps the truce, from its payoffs a round.

    cooperation, temptation, punishment: C, D and N. lapse: the probability a round that the truce ends whatever both
    do. lag: rounds for which a breach stays unanswered. punishment_rounds: of war before the truce returns, for ever by
    default. Raises QuestionError for payoffs that are not finite, a lapse outside 0 to 1, or less than one round.
    Friedman (1971).

    >>> incentive_constraint(3, 5, 1).critical_discount_factor
    0.5
    """
    if not all(map(math.isfinite, (cooperation, temptation, punishment))):
        raise QuestionError(f"C, D and N are {cooperation}, {temptation} and {punishment}; they must be finite numbers")
    _check_terms(lapse, lag, punishment_rounds)
    gain, loss = temptation - cooperation, cooperation - punishment
    if gain <= 0:
        return IncentiveConstraint(NO_TEMPTATION, gain, loss)
    if loss <= 0:
        return IncentiveConstraint(NEVER_HOLDS, gain, loss)
    grim_trigger = gain / (gain + loss)
    without_lapse = _critical(gain, loss, lag, punishment_rounds)
    critical = None if without_lapse is None else without_lapse / (1 - lapse)
    if critical is None or critical > 1:
        return IncentiveConstraint(TOO_LATE, gain, loss, None, grim_trigger)
    return IncentiveConstraint(HOLDS, gain, loss, critical, grim_trigger)


def _check_terms(lapse: float, lag: int, punishment_rounds: int | None) -> None:
    if not 0 <= lapse < 1:
        raise QuestionError(f"the probability of a lapse a round is {lapse}; it must lie from 0 to below 1")
    if lag < 1 or (punishment_rounds is not None and punishment_rounds < 1):
        raise QuestionError(f"the lag {lag} and the punishment {punishment_rounds} must be whole rounds, at least 1")


def _critical(gain: float, loss: float, lag: int, punishment_rounds: int | None) -> float | None:
    """The x with gain (1 + ... + x^(lag-1)) = loss (x^lag + ... over the punishment); None where it exceeds 1."""
    if punishment_rounds is None:
        return float((gain / (gain + loss)) ** (1 / lag))
    from scipy.optimize import brentq

    def residual(x: float) -> float:
        return gain * sum(x**k for k in range(lag)) - loss * sum(x ** (lag + k) for k in range(punishment_rounds))

    return None if residual(1.0) > 0 else float(brentq(residual, 0.0, 1.0, xtol=1e-15))


def longest_lag(constraint: IncentiveConstraint, discount: float, *, lapse: float = 0.0) -> float | None:
    """Rounds for which a breach may stay unanswered before a side with this discount factor breaks the truce.

    L with (discount (1 - lapse))^L equal to the grim-trigger threshold. None where no lag matters, or none is short
    enough.

    >>> round(longest_lag(incentive_constraint(3, 5, 1), 0.9), 2)
    6.58
    """
    x = discount * (1 - lapse)
    if constraint.grim_trigger is None or not 0 < x < 1:
        return None
    return math.log(constraint.grim_trigger) / math.log(x)


def linked_issues(issues: Sequence[tuple[float, float, float]]) -> IncentiveConstraint:
    """One truce over several issues, each with its C, D and N: a breach of any is answered on all.

    Constraints are pooled, so issues with slack can support others that a side would not keep by themselves. Raises
    QuestionError. Maggi (1999).

    >>> round(linked_issues([(1.0, 2.0, 0.9), (1.0, 1.1, 0.0)]).critical_discount_factor, 2)
    0.5
    """
    if not issues:
        raise QuestionError("there is no issue to link")
    c, d, n = (sum(issue[k] for issue in issues) for k in range(3))
    return incentive_constraint(c, d, n)
