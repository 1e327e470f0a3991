"""Whose text an official text is, by the lines at its head: a body's name, a joint statement, a delegation's request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.record.propose.annotate import places
from detente.record.propose.annotate.text import Piece
from detente.record.publishers import government, house

LINES = 8  # lines at the head of a text
SHORT = 100  # characters of a line of a head
BODIES = (
    r"ministry|department|directorate(?: general)?|government|federal council|council of ministers|cabinet|commission"
    r"|(?:revenue|customs|border) (?:service|agency|authority)|customs|treasury|embassy|mission|delegation|secretariat"
    r"|office|board of trade|presidency|foreign office|state council|white house|chancellery|administration"
)
DAY = r"(?:\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]+|[A-Z][a-z]+\.? \d{1,2}),?"
OF_STATE = r"(?:the )?(?:republic|kingdom|commonwealth|government|state) of (?:the )?[\w'’ ]{3,40}"
BODY = re.compile(
    rf"(?:the )?(?:[\w'’.-]+ ){{0,4}}(?:{BODIES})(?: general)?(?: (?:of|for|to)(?: [\w'’,&.-]+){{1,10}}?)?(?:, {OF_STATE})?"
    rf"(?:,? {DAY} \d{{4}})?\.?",
    re.I,
)
JOINT = re.compile(
    r"\W*(?:joint (?:press |media |ministerial |leaders' )?(?:statement|release|communiqu\w+|declaration|note|announcement)"
    r"|agreed minutes|joint minutes|framework for an? .*agreement)\b|联合声明|聯合聲明|tuyên bố chung",
    re.I,
)
KIND = re.compile(
    r"\b(?:press release|press note|press notice|media release|public notice|notice (?:no\.? ?)?\d+|circular|news release"
    r"|statement by the)\b",
    re.I,
)
SENT = re.compile(rf"[A-Z][\w .-]{{2,30}},? {DAY} \d{{4}}\b")
REQUEST = re.compile(r"at the request of the delegation of (?P<side>[^.]{3,60})")


ENACTING = re.compile(
    r"\bha(?:s|ve) adopted this (?:regulation|decision|directive)\b|\b(?:is|are|it is) hereby (?:ordered|decided|imposed|suspended|repealed|fixed"
    r"|terminated|amended|notified)\b|\bhereby (?:proclaim|order|determine|notif)|\bcirculated at the request of the delegation of\b"
    r"|(?:现|現|兹|茲)(?:公告|通知|决定)|QUYẾT ĐỊNH:", re.I,
)  # fmt: skip


def issuer(text: str) -> str | None:
    """Whose act a text is that enacts something: the first public body named at its head."""
    if not ENACTING.search(text):
        return None
    head = [line.strip() for line in text.split("\n") if line.strip()][:LINES]
    titles = [line for line in head if len(line) < 90 and not line.endswith((".", "。", ":"))]
    return next((side for line in titles if (side := government(line) or house(line))), None)


def author(lines: Sequence[Piece]) -> str | None:
    """The side whose text the head of an English text says that it is, joint for two; None where it says nothing.

    >>> author([Piece("Government of India", 0, 19), Piece("PRESS NOTE", 20, 30)])
    'IND'
    """
    first = [line.text.strip() for line in lines[:LINES]]
    if request := next(filter(None, map(REQUEST.search, first)), None):
        return next((x.side for x in places.sides(request["side"] + " ", "en")), None)
    head = _head(first)
    if any(JOINT.match(text) for text in head):
        return "joint"
    bodies = [text for text in head if BODY.fullmatch(text)]
    if not bodies and not any(KIND.search(text) for text in head):
        return None
    return _first_side([*bodies, *filter(SENT.match, head)])


def _first_side(lines: Sequence[str]) -> str | None:
    """The side that one of several lines names, else the side of a house that one names."""
    return next((side for side_of in (_named, house) for text in lines if (side := side_of(text))), None)


def _head(lines: Sequence[str]) -> list[str]:
    """The short lines before the first long one."""
    long = next((i for i, text in enumerate(lines) if len(text) > SHORT), len(lines))
    return list(lines[:long])


def _named(text: str) -> str | None:
    """The one side that a line names, as a country, a capital or an adjective."""
    sides = {x.side for x in places.sides(f"{text.title()} ", "en")}
    return government(text) or (sides.pop() if len(sides) == 1 else None)
