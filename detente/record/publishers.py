"""Which government publishes: a public body whose name also names one economy."""

from __future__ import annotations

import re
from functools import cache

from detente import labels
from detente.record.people import read_table

BODY = re.compile(
    r"\b(?:ministry|department|government|embassy|parliament|cabinet|treasury|customs|prime minister|president)\b"
)


def government(publisher: str | None) -> str | None:
    """The code of the economy whose public body publishes; None where the name does not say so.

    >>> government("Ministry of Commerce and Industry, India")
    'IND'
    """
    text = (publisher or "").lower()
    if not BODY.search(text):
        return None
    codes = {_codes()[word] for word in _names().findall(text)}
    return codes.pop() if len(codes) == 1 else None


def house(publisher: str | None) -> str | None:
    """The economy of a public body that is known by a name of its own; None for another publisher.

    >>> house("USTR")
    'USA'
    """
    text = (publisher or "").lower()
    return next((side for pattern, side in _houses() if pattern.search(text)), None)


@cache
def _houses() -> list[tuple[re.Pattern[str], str]]:
    """Bodies known by a name of their own, with their economy."""
    return [(re.compile(row["pattern"]), row["iso"]) for row in read_table("houses.csv")]


@cache
def _codes() -> dict[str, str]:
    return {labels.name(code).lower(): code for code in labels.codes()}


@cache
def _names() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(_codes(), key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")
