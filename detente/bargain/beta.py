"""The Beta distribution's quantiles in plain floats: the intervals of a base rate, without the import of a library.

Equation numbers are those of the NIST Digital Library of Mathematical Functions, chapter 8.17.
"""

from __future__ import annotations

import math

TINY = 1e-300
TERMS = 10_000  # of the continued fraction; it ends after about the root of the larger parameter
STEPS = 200


def cdf(a: float, b: float, x: float) -> float:
    """The chance that a Beta(a, b) variable lies below x: the regularised incomplete beta function I_x(a, b)."""
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - cdf(b, a, 1 - x)  # 8.17.4
    whole = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) + whole) / a
    top, bottom, found = 1.0, 0.0, 1.0
    for k in range(1, TERMS):  # 8.17.22, by Lentz's rule
        m = k // 2
        if k % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        bottom = 1 / (1 + term * bottom or TINY)
        top = 1 + term / top or TINY
        found *= top * bottom
        if abs(top * bottom - 1) < 1e-15:
            break
    return front / found


def quantile(a: float, b: float, q: float) -> float:
    """x with `cdf(a, b, x)` = q, by Newton's steps in ln(x / (1 - x)) kept within a bracket."""
    whole = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    low, high, t = -700.0, 700.0, math.log(a / b)
    for _ in range(STEPS):
        x = 1 / (1 + math.exp(-t))
        miss = cdf(a, b, x) - q
        low, high = (t, high) if miss < 0 else (low, t)
        slope = math.exp(a * math.log(x) - b * math.log1p(math.exp(t)) + whole) if t < 700 else 0.0
        new = t - miss / slope if slope > TINY else (low + high) / 2
        new = new if low < new < high else (low + high) / 2
        if abs(new - t) <= 1e-15 * max(1.0, abs(t)):
            break
        t = new
    return 1 / (1 + math.exp(-t))
