"""Plain names of economies (ISO 3166 alpha-3; World Bank), blocs and their members, sectors, and measures on record."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from detente.errors import QuestionError

BLOCS = {"EU": "European Union", "WTO": "World Trade Organization", "WLD": "World", "ROW": "Rest of the world"}
SHORT_BLOCS = {"WLD": "World", "ROW": "Others"}
CAPITALS = {"EU": "Brussels"}  # of blocs; those of economies stand in economies.csv
ZONES = {"EU": "Europe/Brussels"}
WITH_CHINA = ("HKG", "MAC")  # customs territories that US duties on Chinese goods also name
GENERATED = re.compile(r"-(?:truce|deal)-\d{4}-\d\d-\d\d(?:-\d+)?$")  # what the name of a new act adds to its sides
WRITTEN = {
    "tiktok": "TikTok",
    "us": "US",
    "uk": "UK",
    "usmca": "USMCA",
    "wto": "WTO",
}  # words with capitals of their own
SOLD_TO = " > "  # between the code of a sector and its kind of buyer, in a world that keeps their shares apart
SMALL_WORDS = frozenset({"a", "an", "and", "at", "for", "in", "of", "on", "or", "the", "to", "with"})


@cache
def _rows() -> dict[str, dict[str, str]]:
    text = (resources.files("detente") / "economies.csv").read_text("utf-8")
    return {row["iso3"]: row for row in csv.DictReader(text.splitlines())}


def codes() -> tuple[str, ...]:
    """ISO3 codes of every economy with a name."""
    return tuple(_rows())


def joined(names: Sequence[str]) -> str:
    """Names in a row: A, B and C."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


@cache
def _sectors() -> dict[str, str]:
    text = (resources.files("detente") / "economy" / "worlds" / "icio-2022-sectors.csv").read_text("utf-8")
    return {r["code"]: r["name"][:1].lower() + r["name"][1:] for r in csv.DictReader(text.splitlines())}


def name(code: str) -> str:
    """The plain name of an economy or bloc; the code itself if it has none."""
    return BLOCS.get(code) or (_rows()[code]["name"] if code in _rows() else code)


def short(code: str) -> str:
    """The name of an economy or bloc where room is short: US, UK, China, EU.

    >>> short("USA"), short("CHN"), short("EU")
    ('US', 'China', 'EU')
    """
    if code in BLOCS:
        return SHORT_BLOCS.get(code, code)
    return _rows().get(code, {}).get("short") or name(code)


def code_of(words: str) -> str | None:
    """The code of an economy or bloc by its code, name or short name, in capitals or not; None where there is none.

    >>> code_of("deu"), code_of("Germany"), code_of("European Union"), code_of("Atlantis")
    ('DEU', 'DEU', 'EU', None)
    """
    return _by_name().get(words.strip().casefold())


@cache
def _by_name() -> dict[str, str]:
    every = ((word, code) for code in (*codes(), *BLOCS) for word in (name(code), short(code)))
    return {word.casefold(): code for word, code in (*every, *((code, code) for code in (*codes(), *BLOCS)))}


@cache
def households() -> dict[str, tuple[float, str]]:
    """{economy or bloc: its households in millions, with the source}, of those for which a count is on file."""
    text = (resources.files("detente") / "households.csv").read_text("utf-8")
    return {row["code"]: (float(row["millions"]), row["source"]) for row in csv.DictReader(text.splitlines())}


def sector(code: str) -> str:
    """The plain name of a sector of the 2022 world (ISIC Rev. 4); the code itself if it has none."""
    base, mark, buyer = code.partition(SOLD_TO)
    return _sectors().get(base, base) + mark + buyer


def base_sector(code: str) -> str:
    """The sector that a code is of, where a world has each sector once for every kind of buyer.

    >>> base_sector("C29 > final"), base_sector("C29")
    ('C29', 'C29')
    """
    return code.partition(SOLD_TO)[0]


@cache
def _measures() -> dict[str, str]:
    """{measure: its title}, from the file of names of every shipped negotiation."""
    files = (folder / "names.csv" for folder in (resources.files("detente") / "dossiers").iterdir())
    texts = [file.read_text("utf-8") for file in files if file.is_file()]
    return {row["id"]: row["title"] for text in texts for row in csv.DictReader(text.splitlines())}


def measure(word: str) -> str:
    """A measure of a shipped record in words; its name in the record if it has none."""
    return _measures().get(word, word)


@cache
def _name_pattern() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(_measures(), key=len, reverse=True)))
    named = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
    return re.compile(rf"(?:\bmeasure )?(?<![\w-])({words})(?![\w-])|\b(truce|deal) ({named})(?=:| ends)")


def parties(word: str) -> tuple[str, ...]:
    """The codes of the sides by which a deal or truce without a name of its own is called; none where it has one.

    >>> parties("kor-usa"), parties("kor-usa-truce-2027-02-01"), parties("phase-one")
    (('KOR', 'USA'), ('KOR', 'USA'), ())
    """
    sides = GENERATED.sub("", word).upper().split("-")
    return tuple(sides) if all(side == "EU" or side in _rows() for side in sides) else ()


def topic(word: str) -> str:
    """The name of a deal or a truce of the record: its city, its subject, or its sides where it has no other name."""
    if parties(word):
        return joined([name(code) for code in parties(word)])
    first, *rest = re.split("[-_ ]+", word) if word else [""]
    written = [_capitalized(first), *(x if x in SMALL_WORDS else _capitalized(x) for x in rest)]
    return " ".join(written)


def capital_first(text: str) -> str:
    """Text with its first letter a capital and the others as they are.

    >>> capital_first("visit of the US president")
    'Visit of the US president'
    """
    return text[:1].upper() + text[1:]


def _capitalized(word: str) -> str:
    return WRITTEN.get(word.lower()) or word.capitalize()


def spoken(text: str) -> str:
    """A line of the record's text with measures, truces and deals named in words, for display only."""
    return _name_pattern().sub(lambda m: measure(m[1]) if m[1] else f"{topic(m[3])} {m[2]}", text)


@cache
def _two_letters() -> dict[str, str]:
    lines = (resources.files("detente") / "record" / "feeds" / "iso2.csv").read_text("utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["iso2"]: row["iso3"] for row in rows}


def iso3(two_letters: str) -> str | None:
    """The ISO3 code of an economy by its code of two letters, in capitals; None where there is none.

    >>> iso3("DE"), iso3("XX")
    ('DEU', None)
    """
    return _two_letters().get(two_letters)


@cache
def members(bloc: str) -> tuple[str, ...]:
    """ISO3 codes of a bloc's members. Raises QuestionError for any bloc but the EU."""
    if bloc != "EU":
        raise QuestionError(f"{bloc!r} is not a bloc whose members are known; EU is")
    return tuple(code for code, row in _rows().items() if row["eu27"] == "1")


def capital(code: str) -> str:
    """How an economy or bloc is spoken of in a report of talks: its capital; the code itself where none is known."""
    return CAPITALS.get(code) or _rows().get(code, {}).get("capital") or code


def zone(code: str) -> str:
    """The IANA time zone of an economy's capital, for its legal clock; UTC where none is known."""
    return ZONES.get(code) or _rows().get(code, {}).get("zone") or "UTC"


CLOSURES = {
    "fixed": "fixed deficits",
    "balanced": "balanced trade",
    "held wages": "wages held",
    "valuation": "deficits revalued",
    "capital": "capital adjusted",
}


def closure(name: str) -> str:
    """What a closure of a model holds fixed, in two words.

    >>> closure("balanced")
    'balanced trade'
    """
    return CLOSURES.get(name, name)
