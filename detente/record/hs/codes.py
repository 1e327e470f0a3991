"""A code of the Harmonized System (HS), alone or as a range, and the ways in which one is written.

A code is a chapter (2 digits), a heading (4), a subheading (6), or a line of a national tariff (8 or 10); chapters 98
and 99 are reserved for national use, chapter 77 for later use.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DIGITS = (2, 4, 5, 6, 8, 10)
NATIONAL = ("98", "99")  # national provisions: what is levied or how goods enter, not which goods they are
NO_CHAPTER = ("00", "77")

_DOTTED = r"\d{4}(?:\.\d{1,6}){1,3}"
_SPACED = r"\d{4}(?: \d{2}){1,3}"
_BY_CHAPTER = r"\d{2}\.\d{2}(?:\.\d{2}){0,3}"
_PLAIN = r"\d{10}|\d{8}|\d{6}|\d{4}"
_UNIT = (
    r"%|‰|per\s?cent|percentage|pp\b|bps\b|(?:basis )?points?\b|thousand|million|billion|trillion|bn\b|mn\b|k\b|m\b|"
    r"US\$|USD|EUR|CNY|RMB|dollars?|euros?|yuan|yen|tonnes?\b|tons?\b|kg\b|litres?\b|barrels?\b|units\b|hours?\b|"
    r"days?\b|weeks?\b|months?\b|years?\b|people\b|workers\b|jobs\b|firms\b|companies\b|countries\b|economies\b|"
    r"U\.?S\.?C\b|CFR\b|FR\b|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_END = rf"(?![\dA-Za-zÀ-ỹ_])(?!\.\d)(?!,\d{{3}}(?!\d))(?!\s*-?\s*(?:{_UNIT}))"  # no part of a longer number, no amount
_SHORT = rf"(?:\d{{1,2}}{_END})"
_TO = r"\s*(?:-|–|—|至|\bto\b|\bthrough\b|\bthru\b)\s*"
_BULLET = r"\s*(?:[•*]|-(?=\s))?\s*(?:(?:HS|HTS(?:US)?)\b)?\s*"

LONG = rf"(?:(?:{_DOTTED}|{_SPACED}|{_BY_CHAPTER}|{_PLAIN}){_END})"
RANGE = rf"((?:{LONG}|{_SHORT}))(?:{_TO}((?:{LONG}|{_SHORT})))?"  # of one code or from one to another
DOTTED_RANGE = rf"({_DOTTED}{_END})(?:{_TO}({LONG}))?"
ALONE = re.compile(rf"{_BULLET}(?P<ex>ex\s+)?{RANGE}\s*[;.]?\s*", re.I)
FIRST_OF_LINE = re.compile(rf"{_BULLET}((?:ex\s+)?{LONG})(?=\s*(?:[,;:|\t(]|\s[A-Za-z(]|$))", re.I)


class Code(NamedTuple):
    """A code or a range of codes, in digits.

    minus: whether it is left out of what others cover. part: whether only some of its goods are meant ("ex 8703").
    """

    first: str
    last: str
    minus: bool = False
    part: bool = False

    def __str__(self) -> str:
        digits = self.first if self.first == self.last else f"{self.first}-{self.last}"
        return f"{'-' if self.minus else ''}{'ex ' if self.part else ''}{digits}"

    def contains(self, part: Code) -> bool:
        """Whether all of another code lies in this one."""
        return self.first <= part.first and part.last[: len(self.last)] <= self.last

    def exists(self, headings: frozenset[str]) -> bool:
        """Whether its heading is one of these; a chapter exists unless it is reserved."""
        if len(self.first) == 2 or self.first.startswith(NATIONAL):
            return not self.first.startswith(NO_CHAPTER)
        return self.first[:4] in headings


def parse(text: str) -> Code | None:
    """A code as it is written alone: "8703", "8703.23", "ex 8703 23 10", "7206-7229"; "-870310" to leave it out.

    None for what is no code.

    >>> str(parse("ex 8703.23.01"))
    'ex 87032301'
    """
    text = text.strip()
    alone = ALONE.fullmatch(text.removeprefix("-"))
    code = from_digits(alone[2], alone[3]) if alone else None
    if alone is None or code is None or code.first.startswith(NO_CHAPTER):
        return None
    return code._replace(minus=text.startswith("-"), part=bool(alone["ex"]))


def from_digits(first: str, last: str | None) -> Code | None:
    """A code, or a range of codes, from what is written of them; None if no code has that many digits."""
    start = _digits(first)
    end = start if last is None else _digits(last)
    if len(end) == 2 < len(start):  # 8703-05
        end = start[:-2] + end
    is_mixed = (len(start) == 2) != (len(end) == 2)
    if len(start) not in DIGITS or len(end) not in DIGITS or is_mixed or end < start:
        return None
    return Code(start, end)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text).zfill(2)
