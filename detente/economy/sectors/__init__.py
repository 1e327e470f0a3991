"""Sectors of published tables as the sectors that duties and elasticities are known for, those of icio-2022.

`correspondence.csv` has a row for each division of ISIC Rev. 4 and Rev. 3.1 (as NACE Rev. 1.1), with the reason, by the
United Nations' correspondence between the two, and for each sector of GTAP. `exiobase.csv` has the codes and names of
the 163 industries and 200 products of EXIOBASE 3 (Stadler et al. 2018); a code begins with a division of NACE 1.1.
A sector that consists of several has their mean; a part of a sector is taken for the whole.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from detente.labels import base_sector

SERVICES = "SERV"
REV_4, REV_3, EXIOBASE = "4", "3.1", "exiobase"
NAMED = ("oecd", "gtap")  # classifications whose codes have rows of their own
FIRST_SERVICE = {REV_4: 35, REV_3: 40}  # division; all from it on are services or utilities
SECTIONS = {"A": (1, 3), "B": (5, 9), "C": (10, 33)}  # of ISIC Rev. 4, by divisions; all others are services
WIOD_2013 = (  # divisions of c1 to c16 in the World Input-Output Database of 2013, in Rev. 3.1; services follow
    (1, 5), (10, 14), (15, 16), (17, 18), (19, 19), (20, 20), (21, 22), (23, 23), (24, 24), (25, 25), (26, 26),
    (27, 28), (29, 29), (30, 33), (34, 35), (36, 37),
)  # fmt: skip
LAST_WIOD = 35
_EXIOBASE = re.compile(r"[ip](\d\d)(?:\.\w+)*")
_OECD_2016 = re.compile(r"C(\d\d)(?:T(\d\d))?[A-Z]{3}|C3[4-7]")
_REV_4 = re.compile(r"[A-U]?(\d\d)(?:(?:T|_|-)[A-U]?(\d\d))*")
_WIOD = re.compile(r"c(\d\d?)")


@lru_cache(maxsize=10_000)
def parts(sector: str) -> tuple[str, ...]:
    """The sectors of icio-2022 that a published sector is made of, or is part of; none where it is not known.

    sector: a code of the OECD, FIGARO, the World Input-Output Database, GTAP or EXIOBASE 3, or a name of EXIOBASE 3.

    >>> parts("C10-C12"), parts("Other transport equipment (35)"), parts("i27.42.w"), parts("c16"), parts("G47")
    (('C10T12',), ('C301', 'C302T309'), ('C24B',), ('C31T33',), ('SERV',))
    """
    code = base_sector(sector).strip()
    if code in _known():
        return (code,)
    return _exiobase(_names().get(_plain(code), code)) or _wiod(code) or _isic(code)


@cache
def _rows() -> dict[tuple[str, str], tuple[str, ...]]:
    rows = csv.DictReader(_text("correspondence.csv").splitlines())
    return {(row["revision"], row["code"]): tuple(row["sectors"].split()) for row in rows}


@cache
def _known() -> frozenset[str]:
    return frozenset(sector for own in _rows().values() for sector in own) | {SERVICES}


@cache
def _names() -> dict[str, str]:
    """{name of EXIOBASE in small letters: its code}."""
    return {_plain(row["name"]): row["code"] for row in csv.DictReader(_text("exiobase.csv").splitlines())}


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _exiobase(code: str) -> tuple[str, ...]:
    """By the longest beginning of a code that has a row of its own, else by its division."""
    match = _EXIOBASE.fullmatch(code)
    if match is None:
        return ()
    own = [row for (revision, row) in _rows() if revision == EXIOBASE and code[1:].startswith(row)]
    return _rows()[EXIOBASE, max(own, key=len)] if own else _divisions(REV_3, int(match[1]), int(match[1]))


def _wiod(code: str) -> tuple[str, ...]:
    match = _WIOD.fullmatch(code)
    number = int(match[1]) if match else 0
    if not 1 <= number <= LAST_WIOD:
        return ()
    return _divisions(REV_3, *WIOD_2013[number - 1]) if number <= len(WIOD_2013) else (SERVICES,)


def _isic(code: str) -> tuple[str, ...]:
    """By a row of its own, by the divisions in a code, or by its section."""
    own = next((_rows()[name, code] for name in NAMED if (name, code) in _rows()), ())
    if own:
        return own
    older, newer = _OECD_2016.fullmatch(code), _REV_4.fullmatch(code)
    if older or newer:
        numbers = list(map(int, re.findall(r"\d\d", code)))
        return _divisions(REV_3 if older else REV_4, numbers[0], numbers[-1])
    if code in SECTIONS:
        return _divisions(REV_4, *SECTIONS[code])
    return (SERVICES,) if re.fullmatch(r"[D-U](?:_?[A-Z])?", code) else ()


def _divisions(revision: str, first: int, last: int) -> tuple[str, ...]:
    """The sectors of divisions, each once."""
    sectors_of: dict[str, None] = {}
    for division in range(first, last + 1):
        is_service = division >= FIRST_SERVICE[revision]
        sectors = (SERVICES,) if is_service else _rows().get((revision, f"{division:02}"), ())
        sectors_of |= dict.fromkeys(sectors)
    return tuple(sectors_of)


def is_service(sector: str) -> bool:
    """Whether a published sector is of services or utilities alone; a name that is not known counts as goods.

    >>> [is_service(code) for code in ("A01", "C10T12", "D35", "G", "45T47", "C45CON", "c17", "SERV", "trade")]
    [False, False, True, True, True, True, True, True, False]
    """
    return parts(sector) == (SERVICES,)


def mean_over(sector: str, values: Mapping[str, float]) -> float | None:
    """A sector's own value, else the mean over its parts where all have one; None without.

    >>> mean_over("C24", {"C24A": 1.0, "C24B": 3.0}), mean_over("C24", {"C24A": 1.0})
    (2.0, None)
    """
    own = base_sector(sector)
    if own in values:
        return values[own]
    of = parts(own)
    return sum(values[part] for part in of) / len(of) if of and all(part in values for part in of) else None
