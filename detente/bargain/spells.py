"""How long a spell lasts: the share that survives, a constant hazard, two groups compared, the last day's share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.errors import QuestionError


def _spells(lengths: Sequence[float], ended: Sequence[bool]) -> tuple[np.ndarray, np.ndarray]:
    t, d = np.asarray(lengths, dtype=float), np.asarray(ended, dtype=bool)
    if t.shape != d.shape or t.ndim != 1 or not t.size or not (np.isfinite(t) & (t >= 0)).all():
        raise QuestionError("spells are lengths that are not negative, each with whether it was seen to end")
    return t, d


def survival(lengths: Sequence[float], ended: Sequence[bool], at: float) -> float:
    """The share of spells that outlast `at`: the product-limit estimate of Kaplan and Meier (1958)."""
    t, d = _spells(lengths, ended)
    share = 1.0
    for moment in np.unique(t[d & (t <= at)]):
        share *= 1 - (d & (t == moment)).sum() / (t >= moment).sum()
    return float(share)


def hazard(lengths: Sequence[float], ended: Sequence[bool]) -> float:
    """The constant hazard of greatest likelihood: ends over time at risk."""
    t, d = _spells(lengths, ended)
    if not t.sum() > 0:
        raise QuestionError("no time at risk: a hazard cannot be told")
    return float(d.sum() / t.sum())


def log_rank(
    first: tuple[Sequence[float], Sequence[bool]], second: tuple[Sequence[float], Sequence[bool]]
) -> tuple[float, float]:
    """(chi-square with one degree of freedom, p-value) that two groups of spells end alike. Mantel (1966)."""
    from scipy.special import chdtrc

    (a, x), (b, y) = _spells(*first), _spells(*second)
    gap = variance = 0.0
    for moment in np.unique(np.concatenate([a[x], b[y]])):
        n1, n2 = (a >= moment).sum(), (b >= moment).sum()
        d1, d2 = (x & (a == moment)).sum(), (y & (b == moment)).sum()
        n, d = n1 + n2, d1 + d2
        gap += d1 - d * n1 / n
        if n > 1:
            variance += d * (n1 / n) * (n2 / n) * (n - d) / (n - 1)
    if not variance > 0:
        raise QuestionError("no spell ends while both groups are at risk: they cannot be compared")
    chi = float(gap**2 / variance)
    return chi, float(chdtrc(1, chi))


def last_day_share(daily: float, last: float, days: int) -> float:
    """The share of agreements on the last day, of those within `days`: hazard `daily` before it and `last` on it."""
    if not (0 <= daily <= 1 and 0 <= last <= 1 and days >= 1 and (daily > 0 or last > 0)):
        raise QuestionError(f"hazards from 0 to 1, not both 0, and a day at least; {daily}, {last}, {days} are not")
    waits = (1 - daily) ** (days - 1)
    return waits * last / (1 - waits * (1 - last))
