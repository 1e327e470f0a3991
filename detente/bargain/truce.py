"""Does a truce hold itself: what a side has under it (C), by breaking it alone (D), and in the war after (N).

A side keeps it if delta >= (D - C) / (D - N) with delta its discount factor a round: the critical patience. Expiry (a
deadline passes with nothing agreed) ends a truce without a breach; it enters as the chance of a lapse a round.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from detente.errors import QuestionError

NO_TEMPTATION = "no temptation"
NEVER_HOLDS = "the truce never holds by this payoff"
HOLDS = "holds if patient enough"
TOO_LATE = "no patience is enough at this lapse, lag and punishment"


@dataclass(frozen=True)
class Hold:
    """verdict: one of the words above; patience: critical discount factor a round, None where none is to be printed.

    temptation D - C and loss C - N; raw: the patience before lapse, lag and length of punishment.
    """

    verdict: str
    temptation: float
    loss: float
    patience: float | None = None
    raw: float | None = None

    def holds(self, discount: float) -> bool:
        """Whether a side with this discount factor a round keeps the truce."""
        if not 0 <= discount <= 1:
            raise QuestionError(f"a discount factor lies from 0 to 1; {discount} does not")
        if self.verdict == NO_TEMPTATION:
            return True
        return self.patience is not None and discount >= self.patience


def hold(
    cooperate: float, deviate: float, war: float, *, lapse: float = 0.0, lag: int = 1, punishment: int | None = None
) -> Hold:
    """What it takes that one side keeps the truce.

    lapse: chance a round that the truce ends whatever both do; lag: rounds a breach stays unanswered; punishment:
    rounds of war before the truce returns, for ever unless said. Raises QuestionError for numbers that are none.
    """
    if not all(map(math.isfinite, (cooperate, deviate, war))):
        raise QuestionError(f"C, D, N are {cooperate}, {deviate}, {war}; they must be finite numbers")
    if not 0 <= lapse < 1:
        raise QuestionError(f"the chance of a lapse a round is {lapse}; it lies from 0 to below 1")
    if lag < 1 or (punishment is not None and punishment < 1):
        raise QuestionError(f"lag {lag} and punishment {punishment} are whole rounds, at least 1")
    temptation, loss = deviate - cooperate, cooperate - war
    if temptation <= 0:
        return Hold(NO_TEMPTATION, temptation, loss)
    if loss <= 0:
        return Hold(NEVER_HOLDS, temptation, loss)
    raw = temptation / (temptation + loss)
    found = _effective(temptation, loss, lag, punishment)
    patience = None if found is None else found / (1 - lapse)
    if patience is None or patience > 1:
        return Hold(TOO_LATE, temptation, loss, None, raw)
    return Hold(HOLDS, temptation, loss, patience, raw)


def _effective(temptation: float, loss: float, lag: int, punishment: int | None) -> float | None:
    """The x with temptation (1 + ... + x^(lag-1)) = loss (x^lag + ... over the punishment); None where 1 is too low."""
    if punishment is None:
        return float((temptation / (temptation + loss)) ** (1 / lag))
    from scipy.optimize import brentq

    def short(x: float) -> float:
        return temptation * sum(x**k for k in range(lag)) - loss * sum(x ** (lag + k) for k in range(punishment))

    return None if short(1.0) > 0 else float(brentq(short, 0.0, 1.0, xtol=1e-15))


def longest_lag(given: Hold, discount: float, *, lapse: float = 0.0) -> float | None:
    """Rounds a breach may stay unanswered before a side with this discount factor breaks; None where any may, or none.

    delta^L >= critical patience: L = ln(critical) / ln(delta).
    """
    x = discount * (1 - lapse)
    if given.raw is None or not 0 < x < 1:
        return None
    return math.log(given.raw) / math.log(x)


def worst_lapse(given: Hold, discount: float) -> float | None:
    """The highest chance of a lapse a round at which a side with this discount factor still keeps the truce."""
    if given.raw is None or not 0 < discount <= 1:
        return None
    return max(0.0, 1 - given.raw / discount)


def smallest_loss(given: Hold, discount: float) -> float | None:
    """How bad war must be, as C - N, for a side with this discount factor to keep the truce."""
    if given.temptation <= 0 or not 0 < discount < 1:
        return None
    return given.temptation * (1 - discount) / discount


def linked(issues: Sequence[tuple[float, float, float]]) -> Hold:
    """One truce over several issues (C, D, N each): a breach anywhere is answered everywhere, constraints are pooled.

    Issues that a side cannot hold alone may be carried by others. Maggi (1999).
    """
    if not issues:
        raise QuestionError("no issue to link")
    total = [sum(row[k] for row in issues) for k in range(3)]
    return hold(total[0], total[1], total[2])


def lapse_after(hazard: float, rounds: int) -> float:
    """The chance that a truce with this chance of a lapse a round has lapsed after so many rounds."""
    if not 0 <= hazard <= 1 or rounds < 0:
        raise QuestionError(f"hazard {hazard} lies from 0 to 1, and rounds {rounds} are not negative")
    return 1 - (1 - hazard) ** rounds
