"""Economies: ISO 3166 alpha-3 codes, plain names (World Bank), members of the European Union (27), blocs."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

from detente.errors import QuestionError

BLOCS = {"EU": "European Union", "WTO": "World Trade Organization", "WLD": "World"}
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
    return {r["code"]: r["name"][:1].lower() + r["name"][1:] for r in csv.DictReader(text.splitlines())}


def name(code: str) -> str:
    """The plain name of an economy or bloc; the code itself where there is none."""
    return BLOCS.get(code) or (_rows()[code]["name"] if code in _rows() else code)


def sector(code: str) -> str:
    """The plain name of a sector of the 2022 world (ISIC Rev. 4); the code itself where there is none."""
    return _sectors().get(code, code)


@cache
def members(bloc: str) -> tuple[str, ...]:
    """ISO3 codes of a bloc's members. Raises QuestionError for another word than EU."""
    if bloc != "EU":
        raise QuestionError(f"{bloc!r} is not a bloc with members here; EU is")
    return tuple(code for code, row in _rows().items() if row["eu27"] == "1")
