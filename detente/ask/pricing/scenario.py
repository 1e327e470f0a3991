"""Scenario: a policy that a user writes in YAML: a list of measures, or a mapping with `measures`.

name: Geneva lapses
baseline: in-force            # or none
measures:
  - by: USA                   # ISO3, EU, a list, or all
    against: CHN
    products: all
    rate: 24 pp               # added to what is in force; '34 %' is the level instead of what is in force
    coverage: 61 %            # share of the trade that the rate falls on, 100 % unless said
                              # a limit on quantities: products: rare-earth-magnets, rate: -50 % volume, and
                              # rent: 100 %, the part of the scarcity rent that the exporter keeps
    from: 2025-11-10
    note: what the official texts suspended
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from detente import labels
from detente.ask.pricing.context import Levels, PricingContext
from detente.economy.policy import REVENUE
from detente.economy.world import World
from detente.errors import QuestionError
from detente.safe_io import read_text

KEYS = ("by", "against", "products", "rate", "coverage", "rent", "from", "until", "note")
TOP = ("name", "note", "world", "baseline", "revenue", "measures")
RATE = re.compile(r"\s*([+\-−]?\d+(?:\.\d+)?)\s*(pp|%)\s*(volume)?\s*", re.ASCII)
LIMIT = 1_000_000  # bytes of a scenario file
MEASURES = 100_000


@dataclass(frozen=True)
class Scenario:
    """name, note; world, baseline and use of revenue if the file says so; the measures as written."""

    name: str
    written: tuple[Mapping[str, Any], ...]
    note: str = ""
    world: str | None = None
    baseline: str | None = None
    revenue: str | None = None

    @property
    def limited(self) -> bool:
        """Whether a measure limits quantities."""
        return any(rate(m.get("rate"), self.name)[1] == "volume" for m in self.written)

    def levels(
        self, at: PricingContext, base: Levels, on: str, *, limits: bool = False
    ) -> dict[tuple[str, ...], float]:
        """{cell: tariff level as a fraction} after the measures that hold on a day, over the baseline's levels.

        limits: measures that limit quantities are passed over; else they are refused.
        """
        found = dict(base)
        for number, measure in enumerate(self.written, start=1):
            where = f"{self.name}, measure {number}"
            if not _holds(measure, on, where):
                continue
            value, unit = rate(measure.get("rate"), where)
            if unit == "volume":
                if limits:
                    continue
                raise QuestionError(
                    f"{where}: {measure['rate']!r} is a limit on quantities; only `detente price` has it"
                )
            covers = share(measure.get("coverage"), where)
            products = _products(measure.get("products", "all"), at, where)
            for by in _economies(measure.get("by"), at.world, where, "by"):
                for against in _economies(measure.get("against"), at.world, where, "against"):
                    if by == against:
                        continue
                    for product in products:
                        cell = (*product, by, against)
                        before = found.get(cell)
                        before = at.base_tariff(cell) if before is None else before
                        after = before + covers * value if unit == "pp" else (1 - covers) * before + covers * value
                        if after <= -1:
                            raise QuestionError(
                                f"{where}: {by} on {against} comes to {after:.0%}; duties start above -100 %"
                            )
                        found[cell] = after
        return found


def shipped() -> list[str]:
    """Names of the scenarios in the package."""
    folder = resources.files("detente") / "scenarios"
    return sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".yaml"))


def load(name: str) -> Scenario:
    """A shipped scenario by name, or a YAML file. Raises QuestionError saying what is wrong and where."""
    if name in shipped():
        text = (resources.files("detente") / "scenarios" / f"{name}.yaml").read_text("utf-8")
    else:
        text = _read(Path(name))
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        at = f" at line {line + 1}" if line is not None else ""
        raise QuestionError(f"{name}: not YAML{at}; see `detente price --help` for the keys of a scenario") from None
    if isinstance(found, list):
        found = {"measures": found}
    if not isinstance(found, dict) or not isinstance(found.get("measures"), list):
        raise QuestionError(f"{name}: a scenario is a list of measures, or a mapping with the key `measures`")
    unknown = [str(key) for key in found if key not in TOP]
    if unknown:
        raise QuestionError(f"{name}: unknown key {unknown[0]!r}; the keys are {', '.join(TOP)}")
    if len(found["measures"]) > MEASURES:
        raise QuestionError(f"{name}: {len(found['measures'])} measures, at most {MEASURES} are read")
    for number, measure in enumerate(found["measures"], start=1):
        where = f"{name}, measure {number}"
        if not isinstance(measure, dict):
            raise QuestionError(f"{where}: a measure is a mapping with the keys {', '.join(KEYS)}")
        wrong = [str(key) for key in measure if key not in KEYS]
        if wrong:
            raise QuestionError(f"{where}: unknown key {wrong[0]!r}; the keys are {', '.join(KEYS)}")
        for needed in ("by", "against", "rate"):
            if needed not in measure:
                raise QuestionError(f"{where}: {needed!r} is missing")
        rate(measure["rate"], where)
        share(measure.get("coverage"), where)
    revenue = found.get("revenue")
    if revenue is not None and revenue not in REVENUE:
        raise QuestionError(f"{name}: revenue is {revenue!r}; it is one of {', '.join(REVENUE)}")
    return Scenario(
        str(found.get("name") or Path(name).stem),
        tuple(found["measures"]),
        str(found.get("note") or ""),
        str(found["world"]) if found.get("world") else None,
        str(found["baseline"]) if found.get("baseline") else None,
        revenue,
    )


def _read(path: Path) -> str:
    if not os.path.exists(path):
        raise QuestionError(f"no scenario or file {str(path)!r}; shipped are {', '.join(shipped())}")
    return read_text(path, size=LIMIT)


def rate(written: Any, where: str) -> tuple[float, str]:
    """(fraction, unit) of '24 pp', '34 %' or '-80 % volume'. Raises QuestionError for what is none of these."""
    if isinstance(written, bool) or not isinstance(written, str):
        raise QuestionError(
            f"{where}: rate {written!r} has no unit; write '24 pp' (added to what is in force) or '34 %' (the level)"
        )
    found = RATE.fullmatch(written)
    if not found:
        raise QuestionError(f"{where}: rate {written!r} is not read; write a number and its unit, '24 pp' or '34 %'")
    if found[3]:
        change = float(found[1].replace("−", "-")) / 100
        if found[2] != "%" or not -1 <= change < 0:
            raise QuestionError(f"{where}: a limit is written '-80 % volume', from -99 % to below 0; not {written!r}")
        return change, "volume"
    return float(found[1].replace("−", "-")) / 100, found[2]


def share(written: Any, where: str, key: str = "coverage") -> float:
    """The fraction of '61 %'; 1 where nothing is written."""
    if written is None:
        return 1.0
    found = RATE.fullmatch(written) if isinstance(written, str) else None
    if not found or found[2] != "%" or not 0 <= float(found[1].replace("−", "-")) <= 100:
        raise QuestionError(f"{where}: {key} {written!r} is not a share; write it from '0 %' to '100 %'")
    return float(found[1]) / 100


def _products(written: Any, at: PricingContext, where: str) -> list[tuple[str, ...]]:
    """The sectors that a measure names, each a part of a cell's key; one empty part where the world has one sector."""
    names = written if isinstance(written, list) else [written]
    if [str(name).lower() for name in names] == ["all"]:
        return [(sector,) for sector in at.goods] or [()]
    if not at.goods:
        raise QuestionError(
            f"{where}: {at.name} has one sector and cannot tell {written!r} apart; leave products out and give"
            " `coverage`, the share of the trade that the rate falls on, or take the world icio-2022"
        )
    for name in names:
        if name not in at.goods:
            raise QuestionError(f"{where}: {name!r} is not a goods sector of {at.name}; there is {', '.join(at.goods)}")
    return [(str(name),) for name in names]


def _economies(written: Any, world: World, where: str, key: str) -> list[str]:
    names = written if isinstance(written, list) else [written]
    found: list[str] = []
    for each in names:
        if not isinstance(each, str):
            raise QuestionError(
                f"{where}: {key} is {each!r}; economies are ISO3 codes in letters, in quotes where YAML reads them as"
                " something else"
            )
        if each.lower() == "all":
            found += world.economies
        elif each == "EU":
            found += [code for code in labels.members("EU") if code in world.economies]
        else:
            try:
                world.index(each)
            except QuestionError as error:
                raise QuestionError(f"{where}: {error}") from None
            found.append(each)
    return list(dict.fromkeys(found))


def _holds(measure: Mapping[str, Any], on: str, where: str) -> bool:
    start, end = _day(measure.get("from"), where, "from"), _day(measure.get("until"), where, "until")
    if start and end and end < start:
        raise QuestionError(f"{where}: until {end} is before from {start}")
    return not (end and end < on[:10])


def _day(written: Any, where: str, key: str) -> str | None:
    if written is None:
        return None
    if isinstance(written, datetime | date):
        return written.isoformat()[:10]
    try:
        return date.fromisoformat(str(written)).isoformat()
    except ValueError:
        raise QuestionError(f"{where}: {key} is {written!r}; a date is written 2025-11-10") from None
