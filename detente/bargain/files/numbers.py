"""Numbers as files write them, read exactly: 3, -.80, 2.5e-1, 1/2; and within bounds, so that no number is a trap."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from detente.errors import QuestionError

DIGITS = 300  # characters of one number
EXPONENT = 300  # of ten
_NUMBER = re.compile(r"[+-]?(?:\d+/\d+|(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,6}))?)")


def exact(text: str) -> Fraction:
    """A number without rounding. Raises QuestionError, to which the reader adds the place.

    >>> exact(".80"), exact("1/2"), exact("2.5e-1")
    (Fraction(4, 5), Fraction(1, 2), Fraction(1, 4))
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise QuestionError(f"{text[:40]!r} is not a number; write 3, -0.5, 2.5e-1 or 1/2")
    if len(text) > DIGITS or abs(int(match[1] or 0)) > EXPONENT:
        raise QuestionError(f"{text[:20]!r}... is too long a number; at most {DIGITS} digits")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise QuestionError(f"{text[:40]!r} divides by zero; correct it") from None


def finite(text: object, where: str) -> float:
    """A finite number in floating point, from text or from JSON. Raises QuestionError that names the place."""
    try:
        value = float(text) if isinstance(text, str | int | float) and not isinstance(text, bool) else math.nan
    except (ValueError, OverflowError):
        value = math.nan
    if not math.isfinite(value):
        shown = "nothing" if text is None or text == "" else repr(text)[:40]
        raise QuestionError(f"{where}: {shown} where a finite number is due; correct it")
    return value
