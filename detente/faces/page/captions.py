"""What stands in each chart of the page beside its marks: title, unit, days, horizon, source, licence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detente.ask.answer import package_version
from detente.faces import words
from detente.faces.picture.chart import Caption

LICENCE = "CC\u00a0BY\u00a04.0"
LEDGER = "ledger of duties and record of the talks"
LONGEST_SOURCE = 90  # characters of a source that a chart has room for


def days(as_of: str, known: str) -> str:
    """The day asked about and the day of knowledge in words."""
    asked, learned = (words.day(each).replace(" ", "\u00a0") for each in (as_of, known))
    return f"{asked}, as known {'that day' if known == as_of else f'on {learned}'}"


def source(of: str) -> str:
    """Who made a chart of what, and its licence."""
    return f"Source: détente {package_version()}, {of}. {LICENCE}"


def of_world(about: Mapping[str, Any]) -> str:
    """The world table of a model and its elasticities, short."""
    first = str(about["sources"][0]).split(";")[0] if about["sources"] else ""
    return f"{about['world']} ({words.shortened(first, LONGEST_SOURCE)}); elasticities {about['elasticity']['name']}"


def priced(title: str, unit: str, about: Mapping[str, Any], asked: tuple[str, str], moved: str = "") -> Caption:
    """Of what a model gives. about: world, horizon and elasticities; asked: the days; moved: duties, in words."""
    horizon = about["horizon"]
    setting = f"{unit}; {horizon['name']} horizon ({horizon['span']}); {days(*asked)}"
    return Caption(title, tuple(filter(None, (moved, setting))), source(of_world(about)))


def recorded(title: str, unit: str, asked: tuple[str, str]) -> Caption:
    """Of what the record and the ledger of duties hold."""
    return Caption(title, (f"{unit}; {days(*asked)}",), source(LEDGER))
