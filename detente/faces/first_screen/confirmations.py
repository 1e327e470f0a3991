"""Who has confirmed what, and what is disputed, on the first screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente import labels
from detente.faces import words
from detente.faces.first_screen.sentences import with_days
from detente.faces.first_screen.view import Cell, Party, Subject

JsonRow = Mapping[str, Any]

LONGEST_QUOTE = 32  # characters of a quotation that stands for a party's word


def subject(row: JsonRow, parties: Sequence[Party], as_of: str) -> Subject:
    """A subject with the word of each party."""
    what = with_days(row["what"], as_of)
    return Subject(labels.capital_first(what), tuple(_cell(row["words"].get(party.code), as_of) for party in parties))


def _cell(word: JsonRow | None, as_of: str) -> Cell:
    if word is None:
        return Cell("none found", "nothing found", "nothing found", "", "", "", "", "")
    quote = words.visible(word["quote"])
    plain = {"states it": "says so"}.get(word["words"], words.visible(word["words"]))
    if word["looked_at"]:
        plain += f", {words.with_count(word['looked_at'], 'source')} searched"
    return Cell(
        mark=word["mark"],
        text=_quoted(quote, plain, word["mark"]),
        short=plain,
        day=words.day_near(word["day"], as_of) if word["day"] else "",
        detail=with_days("; ".join(filter(None, (f"“{quote}”" if quote else "", word["more"]))), as_of),
        url=word["url"] or "",
        title=words.visible(f"{word['title'] or ''}, {word['publisher'] or 'publisher not named'}"),
        statement=word["statement"],
    )


def _quoted(quote: str, plain: str, mark: str) -> str:
    """The word in quotation marks where the quotation holds it, else a short quotation, else the word alone."""
    if plain in quote:
        return f"“{plain}”"
    if not quote or len(quote) > LONGEST_QUOTE:
        return plain
    return f"{plain}: “{quote}”" if mark == "denies" else f"“{quote}”"


def dispute(row: JsonRow, as_of: str) -> str:
    """What differs and who gives what: "Geneva truce, expiry: 10 Nov (Washington, Beijing), 9 Nov (press)"."""
    by_value: dict[str, list[str]] = {}
    for claim in row["claims"]:
        sides = by_value.setdefault(_value(claim["value"], as_of), [])
        side = words.side_name(claim["by_side"])
        sides += [] if side in sides else [side]
    claims = ", ".join(f"{value} ({', '.join(sides)})" for value, sides in by_value.items())
    about = words.readable(with_days(row["about"], as_of)).replace(": ", ", ")
    return f"{about}: {claims}. Shown: {_value(row['shown'], as_of)}."


def _value(value: Any, as_of: str) -> str:
    return words.readable(with_days(str(value), as_of)) if value is not None else "not stated"


def links(row: JsonRow) -> tuple[tuple[str, str], ...]:
    """The title and the address of each claim that has one."""
    return tuple((words.visible(claim["title"] or "source"), claim["url"]) for claim in row["claims"] if claim["url"])
