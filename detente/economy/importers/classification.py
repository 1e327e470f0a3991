"""What the codes of published tables mean: which economy a name is, and what a column of final demand is for."""

from __future__ import annotations

import re
from collections.abc import Collection

from detente import labels

OTHER_CODES = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "ROW": "ROW", "WORLD": "WLD"}  # former codes, other spellings
MOST = 0.8  # of the names of a table, from which they are taken for codes of two letters


FINAL_USES = ("households", "investment", "other")
_USES = {  # codes and names of the columns of final demand
    "households": re.compile(
        r"HFCE|NPISH|NPS|DPABR|P33|DIRP|P3_S1[45]|households|VDPB|.*by (?:households|non-profit)", re.I
    ),
    "investment": re.compile(
        r"GFCF|INV(?:NT)?$|P5|investment|gross fixed capital|changes in (?:invent|valuab|stocks)", re.I
    ),
}


def final_use(code: str) -> str:
    """What a column of final demand is for: households and their non-profits, investment with stocks, or other.

    >>> final_use("HFCE"), final_use("Changes in inventories"), final_use("GGFC")
    ('households', 'investment', 'other')
    """
    return next((use for use, pattern in _USES.items() if pattern.match(code)), FINAL_USES[-1])


def economy_code(name: str) -> str:
    """The code of an economy: ISO3 where the name is one, in capitals or not, else the name itself.

    >>> economy_code("usa"), economy_code("RoW"), economy_code("WWF")
    ('USA', 'ROW', 'WWF')
    """
    upper = name.strip().upper()
    code = OTHER_CODES.get(upper, upper)
    return code if code in labels.codes() or code in labels.BLOCS else name.strip()


def with_three_letters(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, with ISO3 codes where most of them are codes of two letters; others, as of a rest of the world, stay.

    >>> with_three_letters(("AT", "BE", "CN", "US", "WA")), with_three_letters(("AT", "north", "south"))
    (('AUT', 'BEL', 'CHN', 'USA', 'WA'), ('AT', 'north', 'south'))
    """
    known = [labels.iso3(name) or name for name in names]
    changed = sum(code != name for code, name in zip(known, names, strict=True))
    return tuple(known) if changed >= MOST * len(names) and len(set(known)) == len(names) else names


def economy_in(name: str, economies: Collection[str]) -> str:
    """The code of an economy as a table has it: by its code of two or three letters, else the name itself."""
    code = economy_code(name)
    other = labels.iso3(code) or code
    return other if code not in economies and other in economies else code
