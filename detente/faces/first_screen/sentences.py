"""How a sentence of the first screen is written."""

from __future__ import annotations

from detente import labels
from detente.faces import words


def with_days(text: str, as_of: str) -> str:
    """A sentence with its days written out, without the year of the day asked about."""
    return words.near_dates(words.visible(text), as_of)


def sentence(text: str) -> str:
    """Text as a sentence of its own: a capital first, a full stop last."""
    return f"{labels.capital_first(text)}{'' if text.endswith('.') else '.'}"
