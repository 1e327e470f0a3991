"""Plain names of economies (ISO 3166 alpha-3; World Bank), blocs and their members, sectors, and measures on record."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources

from detente.errors import QuestionError

BLOCS = {"EU": "European Union", "WTO": "World Trade Organization", "WLD": "World", "ROW": "Rest of the world"}
WITH_CHINA = ("HKG", "MAC")  # customs territories that US duties on articles of China name too
HOUSEHOLDS = {  # millions
    "USA": (131.4, "US Census Bureau, households of 2023"),
    "CHN": (494.2, "National Bureau of Statistics of China, census of 2020"),
}


@cache
def _rows() -> dict[str, dict[str, str]]:
    text = (resources.files("detente") / "economies.csv").read_text("utf-8")
    return {row["iso3"]: row for row in csv.DictReader(text.splitlines())}


@cache
def _sectors() -> dict[str, str]:
    text = (resources.files("detente") / "economy" / "worlds" / "icio-2022-sectors.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: row["name"][:1].lower() + row["name"][1:] for row in rows}


def name(code: str) -> str:
    """The plain name of an economy or bloc; the code itself if it has none."""
    return BLOCS.get(code) or (_rows()[code]["name"] if code in _rows() else code)


def sector(code: str) -> str:
    """The plain name of a sector of the 2022 world (ISIC Rev. 4); the code itself if it has none."""
    return _sectors().get(code, code)


@cache
def _measures() -> dict[str, str]:
    text = (resources.files("detente") / "dossiers" / "us-china" / "names.csv").read_text("utf-8")
    return {row["id"]: row["title"] for row in csv.DictReader(text.splitlines())}


def measure(identifier: str) -> str:
    """The name of a measure of the shipped record in words; its identifier if it has none."""
    return _measures().get(identifier, identifier)


@cache
def _named() -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(_measures(), key=len, reverse=True)))  # the longest first
    return re.compile(rf"(?:\bmeasure )?(?<![\w-])({names})(?![\w-])|\b(truce|deal) ([a-z]+(?:-[a-z]+)*)\b(?=:| ends)")


def topic(identifier: str) -> str:
    """The name of a deal or a truce of the record: its city or its subject."""
    return identifier.replace("-", " ").replace("_", " ").title().replace("Tiktok", "TikTok")


def spoken(text: str) -> str:
    """A line that the record makes, with its measures, truces and deals named in words; for readers only."""
    return _named().sub(lambda m: measure(m[1]) if m[1] else f"{topic(m[3])} {m[2]}", text)


@cache
def members(bloc: str) -> tuple[str, ...]:
    """ISO3 codes of a bloc's members. Raises QuestionError for any bloc but the EU."""
    if bloc != "EU":
        raise QuestionError(f"the members of {bloc!r} are not known; those of EU are")
    return tuple(code for code, row in _rows().items() if row["eu27"] == "1")
