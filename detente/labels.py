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
SECTORS = {  # 28 sectors of the 2022 world: ISIC Rev. 4 divisions, OECD ICIO 2025
    "A01": "crops and animals", "A02": "forestry", "A03": "fishing", "B05": "coal", "B06": "oil and gas",
    "B07": "metal ores", "B08": "other mining", "B09": "mining support", "C10T12": "food, drink, tobacco",
    "C13T15": "textiles, apparel, leather", "C16": "wood", "C17_18": "paper and printing", "C19": "refined petroleum",
    "C20": "chemicals", "C21": "pharmaceuticals", "C22": "rubber and plastics", "C23": "glass, cement, ceramics",
    "C24A": "iron and steel", "C24B": "other basic metals", "C25": "metal products",
    "C26": "electronics and computers", "C27": "electrical equipment", "C28": "machinery", "C29": "motor vehicles",
    "C301": "ships", "C302T309": "aircraft, trains, other vehicles", "C31T33": "furniture, toys, other goods",
    "SERV": "services",
}  # fmt: skip


@cache
def _rows() -> dict[str, dict[str, str]]:
    text = (resources.files("detente") / "economies.csv").read_text("utf-8")
    return {row["iso3"]: row for row in csv.DictReader(text.splitlines())}


def name(code: str) -> str:
    """The plain name of an economy or bloc; the code itself where there is none."""
    return BLOCS.get(code) or (_rows()[code]["name"] if code in _rows() else code)


def sector(code: str) -> str:
    """The plain name of a sector; the code itself where there is none."""
    return SECTORS.get(code, code)


@cache
def members(bloc: str) -> tuple[str, ...]:
    """ISO3 codes of a bloc's members. Raises QuestionError for another word than EU."""
    if bloc != "EU":
        raise QuestionError(f"{bloc!r} is not a bloc with members here; EU is")
    return tuple(code for code, row in _rows().items() if row["eu27"] == "1")
