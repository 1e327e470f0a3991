"""Dates, numbers and words as every face prints them."""

from __future__ import annotations

import re
from datetime import date

SIDES = {"USA": "Washington", "CHN": "Beijing", "joint": "both, jointly", "press": "press", None: "not said"}


def visible(text: str) -> str:
    """Text with control and bidirectional characters made visible; line breaks become spaces."""
    return "".join(c if c.isprintable() else " " if c in "\n\t\r" else f"\\u{ord(c):04x}" for c in text)


def day(iso: str | None) -> str:
    """2025-11-10 as 10 Nov 2025; anything that is no day as it stands."""
    try:
        return f"{date.fromisoformat(str(iso)[:10]):%-d %b %Y}"
    except ValueError:
        return visible(str(iso or "not known"))


def plain(start: str | None, end: str | None) -> str:
    """A span of days, short."""
    if not start:
        return "(day not known)"
    if not end or end == start:
        return day(start)
    try:
        first, last = date.fromisoformat(start[:10]), date.fromisoformat(end[:10])
    except ValueError:
        return f"{day(start)} to {day(end)}"
    return f"{first:%-d}–{last:%-d %b}" if first.month == last.month else f"{first:%-d %b}–{last:%-d %b}"


def number(value: float | None, digits: int = 2) -> str:
    """A signed percent; a true minus; zero without a sign; a dash where nothing is known."""
    if value is None:
        return "—"
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def standing(word: str | None) -> str:
    """A status word as a person reads it."""
    return str(word or "").replace("_", " ")


def stage(side: str | None) -> str:
    """A side as a person names it."""
    return SIDES.get(side, str(side))


def dated(text: str) -> str:
    """Text with ISO days as a person writes them, kept on one line."""
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: day(found[0]).replace(" ", "\u00a0"), text)
