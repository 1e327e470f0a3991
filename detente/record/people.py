"""The gazetteer: officials with native script, Sino-Vietnamese reading, other spellings, and offices by date."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

NAMES = Path(__file__).parent / "names"
# class of an office → how it is written in English, Vietnamese and Chinese; the first that fits counts
OFFICES = (
    ("spokesperson", r"spokes(?:man|woman|person)|press secretary|người phát ngôn|发言人|發言人"),
    ("trade",
        r"trade (?:negotiat\w+ )?representative|trade negotiation representative|\bustr\b"
        r"|representative of commerc|trade (?:minister|secretary|commissioner|chief|envoy)"
     r"|international trade|minister (?:for|of) (?:\w+ )?trade|industry and trade"
         r"|đại diện (?:đàm phán )?thương mại|贸易代表|貿易代表|business and trade|commissioner"
     r"|trade delegation|negotiation (?:group|delegation|team)|chief negotiator|commerce consultant|trưởng đoàn"),
    ("vice premier", r"(?:vice|deputy)[- ]?(?:premier|prime minister)|phó thủ tướng|副总理|副總理"),
    ("vice president", r"vice[- ]president|phó tổng thống|副总统|副主席"),
    ("vice minister", r"(?:vice|deputy)(?: \w+)? minister|vice commerce|thứ trưởng|副部长|副部長"),
    ("treasury", r"treasury|financ|exchequer|tài chính|财政|財政|财长|財長"),
    ("commerce", r"commerce|thương mại|商务部|商務部|商务部长|economy,? trade"),
    ("foreign", r"foreign|state department|secretary of state|external affairs|ngoại giao|外交|国务卿|外长"),
    ("premier", r"premier|prime minister|thủ tướng|总理|總理|首相|chancellor"),
    ("president", r"president|chủ tịch|tổng thống|主席|总统|總統|\bleader\b|head of state"),
    ("ambassador", r"ambassador|đại sứ|大使"),
    ("adviser", r"advis[eo]r|economic council|cố vấn|顾问"),
)  # fmt: skip


class Naming(NamedTuple):
    """How names of an economy are written: whether the family name comes first, whether a given name alone is met in
    print, and whether the Sino-Vietnamese reading is a person's own name."""

    family_name_first: bool = False
    given_name_alone: bool = False
    own_reading: bool = False


SUFFIXES = ("Jr.", "Jr", "Sr.", "Sr")  # behind a family name


def without_suffix(words: Sequence[str]) -> list[str]:
    """The words of a name without what tells a son from his father: Marcos of Marcos Jr."""
    return [w for w in words if w not in SUFFIXES] or list(words)


@dataclass(frozen=True)
class Role:
    """An office from a date to a date, as far as known; an empty date is unknown."""

    title: str
    start: str = ""
    end: str = ""

    def held_on(self, day: str | None) -> bool:
        """Whether it was held on a day; where only a year or month is known, that year or month counts whole."""
        if not day:
            return True
        has_begun = not self.start or day >= self.start[: len(day)]
        return has_begun and (not self.end or day[: len(self.end)] <= self.end)


@dataclass(frozen=True)
class Person:
    """An official: usual English name, native script, Sino-Vietnamese reading, side, other spellings, offices."""

    name: str
    native: str
    traditional: tuple[str, ...]
    reading: str
    side: str
    aliases: tuple[str, ...]
    roles: tuple[Role, ...]
    verification: str

    @property
    def surname(self) -> str:
        """The family name, in the usual English spelling."""
        words = without_suffix(self.name.split())
        return words[0] if self.family_name_first else words[-1]

    @property
    def family_name_first(self) -> bool:
        """Whether the family name comes first."""
        return naming(self.side).family_name_first or bool(self.reading)

    def role(self, day: str | None = None) -> Role | None:
        """The office held on that day, the latest begun of several; None where there is none."""
        return max((r for r in self.roles if r.held_on(day)), key=lambda r: r.start, default=None)

    def holds(self, kind: str, day: str | None) -> bool:
        """Whether an office of that class, as `office` names them, was held on a day."""
        return any(office(r.title) == kind and r.held_on(day) for r in self.roles)

    def spellings(self) -> tuple[str, ...]:
        """Every full form of the name: usual name, other spellings, native script, Sino-Vietnamese reading."""
        forms = (self.name, *self.aliases, self.native, *self.traditional, self.reading)
        return tuple(form for form in forms if form)


@cache
def people() -> tuple[Person, ...]:
    """Everybody in the gazetteer."""
    return tuple(
        Person(
            name=row["name"],
            native=row["native"],
            traditional=_listed(row["traditional"]),
            reading=row["reading"],
            side=row["side"],
            aliases=_listed(row["aliases"]),
            roles=_roles(row["roles"]),
            verification=row["verification"],
        )
        for row in read_table("people.csv")
    )


def naming(side: str) -> Naming:
    """How names are written in the economy of a side; as in English where the table does not name it."""
    return _namings().get(side, Naming())


@cache
def _namings() -> dict[str, Naming]:
    return {
        row["iso"]: Naming(row["family_name"] == "first", row["alias"] == "given", row["reading"] == "own")
        for row in read_table("naming.csv")
    }


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _roles(text: str) -> tuple[Role, ...]:
    """Offices written as `Title [2023-03-10..2025-01-20]; Title [2025..]`."""
    matches = re.findall(r"([^;\[]+?) \[([^.\]]*)\.\.([^\]]*)\]", text)
    return tuple(Role(title.strip(), start, end) for title, start, end in matches)


def person(name: str) -> Person | None:
    """The entry of a usual English name."""
    return _by_name().get(name)


@cache
def _by_name() -> dict[str, Person]:
    return {p.name: p for p in people()}


def office(text: str | None) -> str | None:
    """The class of an office in English, Vietnamese or Chinese words: president, treasury, trade, spokesperson, ..."""
    lower = (text or "").lower()
    return next((name for name, pattern in OFFICES if re.search(pattern, lower)), None)


def surfaces() -> Iterator[tuple[str, Person]]:
    """Every form to look for in a text, with the person it names."""
    return ((form, p) for p in people() for form in p.spellings() if len(form) > 1)


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a table under names/, without its comment lines."""
    text = (NAMES / name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))
