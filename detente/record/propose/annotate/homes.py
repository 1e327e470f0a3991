"""Whose an office is that is named without a country.

What stands with a name counts first, then which of the sides of the text has such an office at all:
a side whose listed officials are secretaries has no minister.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from detente.record import people
from detente.record.propose.annotate import places

OFFICES = ("minister", "secretary", "commissioner", "premier", "chancellor", "president")
LEAST = 5  # listed officials of a side from which the offices it has are known
WORDS = {
    "minister": re.compile(r"\bminist(?:er|ers|ry|ries)\b(?! counsell)|\bBộ trưởng\b|\bThứ trưởng\b", re.I),
    "secretary": re.compile(r"(?<!general )(?<!under)\bsecretary\b(?!-general| general| of state for)", re.I),
    "commissioner": re.compile(r"\bcommissioner\b", re.I),
    "premier": re.compile(r"(?<!vice )\bpremier\b|\bprime minister\b|thủ tướng", re.I),
    "chancellor": re.compile(r"\bchancellor\b", re.I),
    "president": re.compile(r"\b(?<!vice )president(?!'s)\b|tổng thống", re.I),
}
APART = re.compile(r"[.;:!?—–(]|\b(?:said|told|says|that|with|and|after|met|while)\b")
APPOSED = re.compile(r"\s(?:of|from|for)\s[^.;:,]{2,40}|,\s(?!and\b|but\b|sa)[^.;:,]{2,60}|\s?\([^)]{2,40}\)")


@cache
def _offices(side: str) -> frozenset[str] | None:
    """The classes of offices that the listed officials of a side have had; None where too few are listed."""
    persons = [p for p in people.people() if p.side == side]
    titles = " ; ".join(role.title for p in persons for role in p.roles)
    return frozenset(o for o in OFFICES if WORDS[o].search(titles)) if len(persons) >= LEAST else None


def may_have(side: str, office: str) -> bool:
    """Whether a side may have an office, by its words; a side of which little is listed may have any."""
    own = _offices(side)
    asked = {o for o in OFFICES if WORDS[o].search(office)}
    if "minister" in asked and "premier" in asked and "prime minister" in office.lower():
        asked.discard("minister")
    return own is None or asked <= own


def likeliest(candidates: Sequence[str | None], office: str) -> str | None:
    """The first of several sides that may have an office."""
    return next((side for side in candidates if side and may_have(side, office)), None)


def stated(
    text: str, start: int, end: int, sides: Sequence[places.Mention], cities: Sequence[places.City]
) -> str | None:
    """The side that stands with a name: in the office before it, in brackets or in words set beside it."""
    lead = APART.split(text[max(0, start - 70) : start])[-1]
    before = [m for m in sides if start - len(lead) <= m.start and m.end <= start]
    if before:
        return before[-1].side
    m = APPOSED.match(text, end)
    if m is None:
        return None
    behind = [x.side for x in sides if end <= x.start < m.end()]
    return next(iter(behind), None) or next((c.country for c in cities if end <= c.start < m.end()), None)


HEAD = 6  # lines at the head of a text
DATED = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)? (?:of )?[A-Z][a-z]{2,8},? \d{4}\b|\b[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}\b|\b\d{1,2}\.\d{1,2}\.\d{4}"
)
CAPITALS = re.compile(r"[A-ZÀ-ÖØ-ÝĐČŠŽ][\w'’-]+(?: [A-Z][\w'’-]+)?")
STATE = re.compile(
    r"\b(?:parliament|republic|kingdom|ministry|government|commons|senate|congress|assembly|cabinet) (?:of|for)\b", re.I
)


def of_city(city: places.City) -> str:
    """The side whose government sits in a city, else the country it lies in."""
    return places.table()["en"].get(city.name, (city.country, ""))[0]


def sent_from(lines: Sequence[str]) -> str | None:
    """The side from which a text is sent, by a line at its head: a city and a day, or a house of a state.

    >>> sent_from(["Note for file", "Economic committee, Oslo, Thursday 30 March 2028"])
    'NOR'
    """
    head = [line for line in lines[:HEAD] if len(line) < 130]
    named = [_seats(line) or _named(line) for line in head if DATED.search(line)]
    named += [_named(line.title()) for line in head if STATE.search(line)]
    return next((sides.pop() for sides in named if len(sides) == 1), None)


def _seats(line: str) -> set[str]:
    """The sides of the cities in a line."""
    return {of_city(c) for m in CAPITALS.finditer(line) for c in places.cities(f"in {m.group().title()}", "en")}


def _named(line: str) -> set[str]:
    """The sides that a line names."""
    return {x.side for x in places.sides(f"{line} ", "en")}
