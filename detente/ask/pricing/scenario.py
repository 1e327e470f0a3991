"""Scenario: a policy that a user writes in YAML, as a list of measures or as a mapping with `measures`.

name: Geneva lapses
baseline: in-force            # or none
measures:
  - by: USA                   # ISO3, EU, a list, or all
    against: CHN
    products: all
    rate: 24 pp               # added to what is in force; '34 %' is the level instead of what is in force
    coverage: 61 %            # share of the trade to which the rate applies, 100 % by default
                              # a limit on quantities: products: rare-earth-magnets, rate: -50 % volume, and
                              # rent: 100 %, the part of the scarcity rent that the exporter keeps
    from: 2025-11-10
    note: what the official texts suspended
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from detente import labels
from detente.ask.pricing.context import PricingContext, TariffLevels
from detente.economy.policy import REVENUE
from detente.economy.world import World
from detente.errors import QuestionError
from detente.safe_io import read_text

KEYS = ("by", "against", "products", "rate", "coverage", "rent", "from", "until", "note")
REQUIRED = ("by", "against", "rate")
TOP = ("name", "note", "world", "baseline", "revenue", "measures")
RATE = re.compile(r"\s*([+\-−]?\d+(?:\.\d+)?)\s*(pp|%)\s*(volume)?\s*", re.ASCII)
MOST_BYTES = 1_000_000
MOST_MEASURES = 100_000
Measure = Mapping[str, Any]  # as written, with the keys KEYS


class Rate(NamedTuple):
    """A rate as a fraction, in its unit: pp (added to the duty), % (the level of the duty), or volume (its change)."""

    value: float
    unit: str


@dataclass(frozen=True)
class Scenario:
    """A scenario as written; world, baseline and use of revenue are None unless the file names them."""

    name: str
    measures: tuple[Measure, ...]
    note: str = ""
    world: str | None = None
    baseline: str | None = None
    revenue: str | None = None

    @property
    def has_quantity_limits(self) -> bool:
        """Whether a measure limits quantities."""
        return any(parse_rate(m.get("rate"), self.name).unit == "volume" for m in self.measures)

    def levels(
        self, context: PricingContext, base: TariffLevels, day: str, *, skip_limits: bool = False
    ) -> dict[tuple[str, ...], float]:
        """{cell: tariff level as a fraction} after the measures that hold on a day, over the baseline's levels.

        skip_limits: ignore measures that limit quantities instead of refusing them. Raises QuestionError.
        """
        levels = dict(base)
        for number, measure in enumerate(self.measures, start=1):
            where = f"{self.name}, measure {number}"
            if not _holds_on(measure, day, where):
                continue
            rate = parse_rate(measure.get("rate"), where)
            if rate.unit == "volume":
                _refuse_limit(measure, where, skip_limits)
                continue
            share = parse_share(measure.get("coverage"), where)
            for cell in _cells(measure, context, where):
                before = levels.get(cell)
                before = context.base_tariff(cell) if before is None else before
                levels[cell] = _changed_level(before, rate, share, f"{where}: {cell[-2]} on {cell[-1]}")
        return levels


def _refuse_limit(measure: Measure, where: str, skip_limits: bool) -> None:
    if not skip_limits:
        raise QuestionError(f"{where}: {measure['rate']!r} is a limit on quantities; only `detente price` has it")


def _changed_level(before: float, rate: Rate, share: float, where: str) -> float:
    """The tariff level after a rate on a share of trade. Raises QuestionError for a level of -100 % or less."""
    unaffected = before if rate.unit == "pp" else (1 - share) * before
    after = unaffected + share * rate.value
    if after <= -1:
        raise QuestionError(f"{where} comes to {after:.0%}; duties must be above -100 %")
    return after


def _cells(measure: Measure, context: PricingContext, where: str) -> Iterator[tuple[str, ...]]:
    """The cells that a measure changes."""
    products = _products(measure.get("products", "all"), context, where)
    for by in _economies(measure.get("by"), context.world, where, "by"):
        for against in _economies(measure.get("against"), context.world, where, "against"):
            if by != against:
                yield from ((*product, by, against) for product in products)


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
    written = _mapping(_parse(text, name), name)
    for number, measure in enumerate(written["measures"], start=1):
        _check_measure(measure, f"{name}, measure {number}")
    revenue = written.get("revenue")
    if revenue is not None and revenue not in REVENUE:
        raise QuestionError(f"{name}: revenue is {revenue!r}; it is one of {', '.join(REVENUE)}")
    world, baseline = (str(written[key]) if written.get(key) else None for key in ("world", "baseline"))
    title, note = str(written.get("name") or Path(name).stem), str(written.get("note") or "")
    return Scenario(title, tuple(written["measures"]), note, world, baseline, revenue)


def _read(path: Path) -> str:
    if not os.path.exists(path):
        raise QuestionError(f"no scenario or file {str(path)!r}; shipped are {', '.join(shipped())}")
    return read_text(path, size=MOST_BYTES)


def _parse(text: str, name: str) -> Any:
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" at line {line + 1}" if line is not None else ""
        raise QuestionError(f"{name}: not YAML{where}; see `detente price --help` for the keys of a scenario") from None


def _mapping(written: Any, name: str) -> dict[str, Any]:
    """The scenario as a mapping with known keys and a list of measures."""
    if isinstance(written, list):
        written = {"measures": written}
    if not isinstance(written, dict) or not isinstance(written.get("measures"), list):
        raise QuestionError(f"{name}: a scenario is a list of measures, or a mapping with the key `measures`")
    _check_keys(written, TOP, name)
    if len(written["measures"]) > MOST_MEASURES:
        raise QuestionError(f"{name}: {len(written['measures'])} measures; at most {MOST_MEASURES} are read")
    return written


def _check_keys(written: Mapping[Any, Any], known: tuple[str, ...], where: str) -> None:
    unknown = [str(key) for key in written if key not in known]
    if unknown:
        raise QuestionError(f"{where}: unknown key {unknown[0]!r}; the keys are {', '.join(known)}")


def _check_measure(measure: object, where: str) -> None:
    """Raises QuestionError for a measure with unknown or missing keys, or a rate or coverage that cannot be read."""
    if not isinstance(measure, dict):
        raise QuestionError(f"{where}: a measure is a mapping with the keys {', '.join(KEYS)}")
    _check_keys(measure, KEYS, where)
    missing = [key for key in REQUIRED if key not in measure]
    if missing:
        raise QuestionError(f"{where}: {missing[0]!r} is missing")
    parse_rate(measure["rate"], where)
    parse_share(measure.get("coverage"), where)


def parse_rate(written: Any, where: str) -> Rate:
    """The rate of '24 pp', '34 %' or '-80 % volume'. Raises QuestionError for anything else."""
    if isinstance(written, bool) or not isinstance(written, str):
        raise QuestionError(
            f"{where}: rate {written!r} has no unit; write '24 pp' (added to what is in force) or '34 %' (the level)"
        )
    match = RATE.fullmatch(written)
    if not match:
        raise QuestionError(f"{where}: rate {written!r} cannot be read; write a number and its unit, '24 pp' or '34 %'")
    value = float(match[1].replace("−", "-")) / 100
    if not match[3]:
        return Rate(value, match[2])
    if match[2] != "%" or not -1 <= value < 0:
        raise QuestionError(f"{where}: a limit is written '-80 % volume', from -99 % to below 0; not {written!r}")
    return Rate(value, "volume")


def parse_share(written: Any, where: str, key: str = "coverage") -> float:
    """The fraction of '61 %'; 1 where nothing is written. Raises QuestionError for anything else."""
    if written is None:
        return 1.0
    match = RATE.fullmatch(written) if isinstance(written, str) else None
    if not match or match[2] != "%" or not 0 <= float(match[1].replace("−", "-")) <= 100:
        raise QuestionError(f"{where}: {key} {written!r} is not a share; write it from '0 %' to '100 %'")
    return float(match[1]) / 100


def _products(written: Any, context: PricingContext, where: str) -> list[tuple[str, ...]]:
    """The sectors that a measure names, as the first parts of cells; one empty part in a world with one sector."""
    names = written if isinstance(written, list) else [written]
    if [str(name).lower() for name in names] == ["all"]:
        return [(sector,) for sector in context.goods] or [()]
    if not context.goods:
        raise QuestionError(
            f"{where}: {context.name} has one sector and cannot tell {written!r} apart; leave products out and give"
            " `coverage`, the share of the trade to which the rate applies, or take the world icio-2022"
        )
    for name in names:
        if name not in context.goods:
            raise QuestionError(
                f"{where}: {name!r} is not a goods sector of {context.name}; they are {', '.join(context.goods)}"
            )
    return [(str(name),) for name in names]


def _economies(written: Any, world: World, where: str, key: str) -> list[str]:
    """The economies that a measure names, each once."""
    names = written if isinstance(written, list) else [written]
    codes = [code for name in names for code in _codes(name, world, where, key)]
    return list(dict.fromkeys(codes))


def _codes(name: Any, world: World, where: str, key: str) -> list[str]:
    if not isinstance(name, str):
        raise QuestionError(
            f"{where}: {key} is {name!r}; economies are ISO3 codes in letters, in quotes where YAML reads them as"
            " something else"
        )
    if name.lower() == "all":
        return list(world.economies)
    if name == "EU":
        return [code for code in labels.members("EU") if code in world.economies]
    try:
        world.index(name)
    except QuestionError as error:
        raise QuestionError(f"{where}: {error}") from None
    return [name]


def _holds_on(measure: Measure, day: str, where: str) -> bool:
    """Whether a measure has not ended by a day. Raises QuestionError where it ends before it starts."""
    start, end = parse_day(measure.get("from"), where, "from"), parse_day(measure.get("until"), where, "until")
    if start and end and end < start:
        raise QuestionError(f"{where}: until {end} is before from {start}")
    return not (end and end < day[:10])


def parse_day(written: Any, where: str, key: str) -> str | None:
    """An ISO date, None where nothing is written. Raises QuestionError for anything but a date."""
    if written is None:
        return None
    if isinstance(written, datetime | date):
        return written.isoformat()[:10]
    try:
        return date.fromisoformat(str(written)).isoformat()
    except ValueError:
        raise QuestionError(f"{where}: {key} is {written!r}; a date is written 2025-11-10") from None
