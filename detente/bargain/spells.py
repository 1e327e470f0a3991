"""How long spells last: survival, a constant hazard, a comparison of two groups, the share of the last day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.errors import QuestionError

Spells = tuple[Sequence[float], Sequence[bool]]  # lengths, and whether each was observed to end


def _checked(lengths: Sequence[float], ended: Sequence[bool]) -> tuple[np.ndarray, np.ndarray]:
    t, d = np.asarray(lengths, dtype=float), np.asarray(ended, dtype=bool)
    if t.shape != d.shape or t.ndim != 1 or not t.size or not (np.isfinite(t) & (t >= 0)).all():
        raise QuestionError(
            "spells need lengths that are finite and not negative, each with whether it was seen to end"
        )
    return t, d


def kaplan_meier(lengths: Sequence[float], ended: Sequence[bool], time: float) -> float:
    """The share of spells that last longer than a time: the product-limit estimate. Kaplan and Meier (1958).

    lengths: of the spells. ended: False where a spell was still running when last seen (right-censored). Raises
    QuestionError.

    >>> round(kaplan_meier([6, 6, 6, 7, 10], [1, 1, 0, 1, 0], 6), 4)
    0.6
    """
    t, d = _checked(lengths, ended)
    share = 1.0
    for moment in np.unique(t[d & (t <= time)]):
        share *= 1 - (d & (t == moment)).sum() / (t >= moment).sum()
    return float(share)


def constant_hazard(lengths: Sequence[float], ended: Sequence[bool]) -> float:
    """The maximum-likelihood estimate of a constant hazard: the number of ends over the time at risk.

    >>> constant_hazard([2, 3, 5], [1, 0, 1])
    0.2
    """
    t, d = _checked(lengths, ended)
    if not t.sum() > 0:
        raise QuestionError("there is no time at risk: a hazard cannot be estimated")
    return float(d.sum() / t.sum())


def log_rank(first: Spells, second: Spells) -> tuple[float, float]:
    """(chi-square with one degree of freedom, p-value) of the hypothesis that two groups of spells end alike.

    Raises QuestionError where no spell ends while both groups are at risk. Mantel (1966).

    >>> chi_square, p_value = log_rank(([1, 2, 3], [1, 1, 1]), ([4, 5, 6], [1, 1, 1]))
    >>> round(chi_square, 3), round(p_value, 3)
    (5.052, 0.025)
    """
    from scipy.special import chdtrc

    (a, x), (b, y) = _checked(*first), _checked(*second)
    excess = variance = 0.0
    for moment in np.unique(np.concatenate([a[x], b[y]])):
        n1, n2 = (a >= moment).sum(), (b >= moment).sum()
        d1, d2 = (x & (a == moment)).sum(), (y & (b == moment)).sum()
        n, d = n1 + n2, d1 + d2
        excess += d1 - d * n1 / n
        if n > 1:
            variance += d * (n1 / n) * (n2 / n) * (n - d) / (n - 1)
    if not variance > 0:
        raise QuestionError("no spell ends while both groups are at risk: they cannot be compared")
    chi_square = float(excess**2 / variance)
    return chi_square, float(chdtrc(1, chi_square))


def last_day_share(daily: float, last: float, days: int) -> float:
    """The share of agreements on the last day among those within a number of days.

    daily: the hazard of an agreement on each earlier day. last: on the last day. Raises QuestionError. The deadline
    effect of Roth, Murnighan and Schoumaker (1988).

    >>> round(last_day_share(0.01, 0.45, 90), 4)
    0.2373
    """
    if not (0 <= daily <= 1 and 0 <= last <= 1 and days >= 1 and (daily > 0 or last > 0)):
        raise QuestionError(
            f"hazards {daily} and {last} must lie from 0 to 1 and not both be 0, and {days} days be at least 1"
        )
    survival = (1 - daily) ** (days - 1)
    return float(survival * last / (1 - survival * (1 - last)))
