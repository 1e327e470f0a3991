"""Where and when a report was sent from: GENEVA, May 12 (Agency) —; Seoul, 30 March 2025 (dpa) -; [BEIJING]; New Delhi:"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from detente.record.propose.annotate import letterhead, places

LINES = 12  # at the head of a text, in which a dateline may stand below headlines, times and names of authors
CAPITALS = re.compile(
    r"(?P<city>[A-Z][A-Z .'/-]{2,40}?)(?:(?:,\s(?P<day>[^—–()-]{3,24}?))?\s?(?:\([^)]{2,30}\)\s?)?[—–-]{1,2}\s"
    rf"|,\s(?P<day2>{letterhead.DAY}(?: \d{{4}})?)[.:]\s)"
)
NAMED = re.compile(
    r"(?P<city>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2})(?:, (?P<day>[^—–():-]{3,24}?))?"
    r"(?:\s?\([^)]{2,30}\)\s?[—–:-]{1,2}|\s?[—–]|\s--?)\s(?=[A-Z\"“‘'])"
)
BRACKETED = re.compile(r"\[(?P<city>[A-Za-z .'’-]{3,30})\]\s(?=[A-Z\"“‘'])")
CAPITALS_BEFORE_COLON = re.compile(r"(?P<city>[A-Z][A-Z .'-]{2,30}[A-Z])(?:/[A-Z][A-Z .'-]+)?:\s(?=[A-Z\"“‘'])")
BEFORE_COLON = re.compile(r"(?P<city>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2}):\s(?=(?:The|In|A|An|On|With)\s)")


class Dateline(NamedTuple):
    """The city, if a table lists it, the words of the day, and where the report begins behind them."""

    place: places.City | None
    day: str
    end: int


def find(head: Sequence[str]) -> tuple[int, Dateline] | None:
    """The number of the line that begins with a dateline, and that dateline; the first line may name any city.

    head: the lines at the head of a text, at most LINES.
    """
    for number, line in enumerate(head):
        here = read(line)
        if here and (number == 0 or here.place):
            return number, here
    labelled = [(number, here) for number, line in enumerate(head) if (here := _before_colon(line))]
    return labelled[0] if len(labelled) == 1 else None  # several label who speaks


def read(line: str) -> Dateline | None:
    """The dateline that a line begins with.

    >>> read("GENEVA, May 12 (Agency) — The two sides met.").day
    'May 12'
    """
    if m := CAPITALS.match(line):
        return Dateline(_city(m["city"].split("/")[0]), m["day"] or m["day2"] or "", m.end())
    m = NAMED.match(line) or BRACKETED.match(line)
    place = _city(m["city"]) if m else None
    return Dateline(place, m.groupdict().get("day") or "", m.end()) if m and place else None


def _before_colon(line: str) -> Dateline | None:
    m = CAPITALS_BEFORE_COLON.match(line) or BEFORE_COLON.match(line)
    place = _city(m["city"]) if m else None
    return Dateline(place, "", m.end()) if m and place else None


def _city(name: str) -> places.City | None:
    return next(iter(places.cities(f"in {places.city_as_written(name)}", "en")), None)
