"""The Beta distribution in plain floats: the interval of a base rate does not need SciPy, which is slow to import.

Equation numbers are those of the NIST Digital Library of Mathematical Functions, section 8.17.
"""

from __future__ import annotations

import math

TINY = 1e-300  # replaces a zero denominator in Lentz's method
MAX_TERMS = 10_000  # of the continued fraction, which needs about the square root of the larger parameter
MAX_ITERATIONS = 200
PRECISION = 1e-15


def cdf(a: float, b: float, x: float) -> float:
    """The probability that a Beta(a, b) variable lies below x: the regularised incomplete beta function I_x(a, b).

    >>> round(cdf(2, 3, 0.5), 6)
    0.6875
    """
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - cdf(b, a, 1 - x)  # 8.17.4
    factor = math.exp(a * math.log(x) + b * math.log1p(-x) + _log_normaliser(a, b)) / a
    return factor / _continued_fraction(a, b, x)


def quantile(a: float, b: float, q: float) -> float:
    """The x at which `cdf(a, b, x)` is q: Newton's method in the log-odds of x, safeguarded by a bracket.

    >>> round(quantile(2, 3, 0.6875), 6)
    0.5
    """
    log_normaliser = _log_normaliser(a, b)
    low, high, log_odds = -700.0, 700.0, math.log(a / b)
    for _ in range(MAX_ITERATIONS):
        x = 1 / (1 + math.exp(-log_odds))
        residual = cdf(a, b, x) - q
        low, high = (log_odds, high) if residual < 0 else (low, log_odds)
        slope = (
            math.exp(a * math.log(x) - b * math.log1p(math.exp(log_odds)) + log_normaliser) if log_odds < 700 else 0.0
        )
        new = log_odds - residual / slope if slope > TINY else (low + high) / 2
        new = new if low < new < high else (low + high) / 2
        if abs(new - log_odds) <= PRECISION * max(1.0, abs(log_odds)):
            break
        log_odds = new
    return 1 / (1 + math.exp(-log_odds))


def _log_normaliser(a: float, b: float) -> float:
    return math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)


def _continued_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of 8.17.22 by Lentz's method."""
    numerator, denominator, value = 1.0, 0.0, 1.0
    for k in range(1, MAX_TERMS):
        m = k // 2
        if k % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        denominator = 1 / (1 + term * denominator or TINY)
        numerator = 1 + term / numerator or TINY
        value *= numerator * denominator
        if abs(numerator * denominator - 1) < PRECISION:
            break
    return value
