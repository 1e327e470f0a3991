"""Answers in the spellings of the record: sides as codes, dates as ISO, numbers as numbers, persons and cities by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import product
from typing import Any

from detente.record import people
from detente.record.kinds import SIDE, Kind
from detente.record.propose.annotate import places
from detente.record.propose.endpoint import times
from detente.record.spelling import unaccented

NOTHING = frozenset({"", "null", "none", "n/a", "unknown", "-", "?"})
BOTH = frozenset({"both", "both sides", "both parties", "each side", "the two sides", "the parties", "all parties"})
PERSONS = frozenset({"person", "speaker", "participants", "heads"})
LONGEST = 400  # characters of a text in a value
MOST = 40  # entries of a list in a value
AT_MOST = 6  # facts that one fact with lists of sides stands for
LOOSE = re.compile(r"\s*(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ].*)?\s*")
SIGNS = re.compile(r"[\d/.T:+~?%-]*")  # a date in EDTF, or none
MEANT = 32  # characters of what may be a date


def spread(value: Mapping[str, Any], kind: Kind, parties: tuple[str, ...]) -> list[dict[str, Any]]:
    """The values that one value with lists where a side is asked stands for: a duty of both sides is two duties.

    Raises ValueError where they would be more than AT_MOST.
    """
    listed = {}
    for key, form in kind.fields.items():
        if form in ("side", "side?") and (several := _several(value.get(key), parties)):
            listed[key] = several
    if not listed:
        return [dict(value)]
    chosen = [dict(zip(listed, choice, strict=True)) for choice in product(*listed.values())]
    kept = [c for c in chosen if len(set(c.values())) == len(c)]
    if not 0 < len(kept) <= AT_MOST:
        raise ValueError
    return [{**value, **c} for c in kept]


def _several(value: Any, parties: tuple[str, ...]) -> list[Any]:
    """The sides of a list, or of `both`; nothing for a single side."""
    if isinstance(value, str) and value.strip().lower() in BOTH:
        return list(parties)
    if isinstance(value, list):
        return list(dict.fromkeys(side(v) for v in value[:MOST])) or [None]
    return []


def values(value: Mapping[str, Any], kind: Kind, parties: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a kind in the spellings of the record; keys that the kind does not know are left out."""
    out = {}
    for key, form in kind.fields.items():
        if key in value:
            plain = _field(key, value[key], form, parties)
            if plain is not None or (value[key] is None and key in kind.keys):
                out[key] = plain
    return {**out, **{key: [] for key in kind.required if kind.keys[key] == "sides" and not out.get(key)}}


def _field(key: str, value: Any, form: Any, parties: tuple[str, ...]) -> Any:
    if value is None or (isinstance(value, str) and value.strip().lower() in NOTHING):
        return None
    if isinstance(form, list):
        return re.sub(r"[\s-]+", "_", value.strip().lower()) if isinstance(value, str) else value
    name = form.removesuffix("?")
    if name == "sides":
        return _sides(value, parties)
    if name in ("text", "texts"):
        return _words(key, value) if name == "text" else _texts(key, value)
    return {"side": side, "number": number, "integer": number, "date": day}.get(name, _as_it_is)(value)


def _as_it_is(value: Any) -> Any:
    return value


def _words(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if key == "city":
        return city(value[:LONGEST])
    return person(value[:LONGEST]) if key in PERSONS else value[:LONGEST]


def _texts(key: str, value: Any) -> Any:
    listed = [value] if isinstance(value, str) else value
    return [_words(key, v) for v in listed[:MOST]] if isinstance(listed, list) else value


def side(value: Any) -> Any:
    """The code of a side that is given by code or by a name of names/sides.csv; anything else unchanged."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str) or SIDE.fullmatch(value) or value in ("ALL",):
        return value
    name = value.strip().lower().removeprefix("the ")
    if name in NOTHING:
        return None
    return _side_names().get(name, name if SIDE.fullmatch(name) else value.strip())


def _sides(value: Any, parties: tuple[str, ...]) -> Any:
    if isinstance(value, str) and value.strip().lower() in BOTH:
        return list(parties)
    listed = re.split(r"\s*(?:[,;/]|\band\b)\s*", value) if isinstance(value, str) else value
    return list(dict.fromkeys(side(v) for v in listed[:MOST])) if isinstance(listed, list) else value


@cache
def _side_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("en", *places.LANGUAGES):
        for word, (code, _) in places.table()[language].items():
            names.setdefault(word.lower(), code)
    return names | {row["iso"].lower(): row["iso"] for row in people.read_table("sides.csv")}


def number(value: Any) -> Any:
    """A number that is given as a number or as text; a rate without its sign. Anything else unchanged."""
    if isinstance(value, str) and (
        m := re.fullmatch(r"\s*[+-]?(\d{1,9}(?:\.\d{1,6})?)\s?(?:%|percent|points|pp|days?)?\s*", value)
    ):
        value = float(m[1])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return abs(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def day(value: Any) -> Any:
    """An ISO date of one that is written loosely: 2025-8-1, 2025/08/01, 1 August 2025. Anything else unchanged."""
    if not isinstance(value, str) or len(value) > MEANT:
        return value
    if m := LOOSE.fullmatch(value):
        return "-".join([m[1], *(part.zfill(2) for part in m.groups()[1:] if part)])
    return value if SIGNS.fullmatch(value) else _iso(value) or value


def _iso(words: str) -> str | None:
    """The one day or month that some words name with its year."""
    whole = [n for n in times.read(words, "en").named if n.year and n.month]
    if len(whole) != 1:
        return None
    n = whole[0]
    try:
        return date(n.year or 0, n.month or 0, n.day or 1).isoformat()[: 10 if n.day else 7]
    except ValueError:
        return None


def person(name: str) -> str:
    """The usual English name of a person of names/people.csv, by any full spelling; another name unchanged."""
    plain = re.sub(r"\s+", " ", name).strip()
    return _persons().get(unaccented(plain), plain)


@cache
def _persons() -> dict[str, str]:
    names: dict[str, str] = {}
    for surface, p in people.surfaces():
        names.setdefault(unaccented(surface), p.name)
    return names | {unaccented(p.name): p.name for p in people.people()}


def city(name: str) -> str:
    """The usual English name of a city of names/cities.csv, by any spelling; another name unchanged."""
    plain = re.sub(r"\s+", " ", name).strip()
    return _cities().get(unaccented(plain), plain)


@cache
def _cities() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in people.read_table("cities.csv"):
        for word in (row["city"], *(w for key in ("aliases", *places.LANGUAGES) for w in row[key].split("|"))):
            if word:
                names.setdefault(unaccented(word), row["city"])
    return names
