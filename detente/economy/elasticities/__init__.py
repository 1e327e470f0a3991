"""Trade elasticities as named sets, each with its paper, table and classification; one file per paper.

theta is the elasticity of trade to cost and, here, of duty-inclusive expenditure shares. Estimates from
tariff-exclusive flows are theta + 1, so one is subtracted before they enter (`from_tariff_exclusive`). Every theta is
positive.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import numpy as np

from detente.economy.sectors import mean_over
from detente.errors import DataError, QuestionError
from detente.labels import base_sector

UNIFORM = "uniform-4"  # fits any sectors
DEFAULT = ("fontagne-2022", "caliendo-parro-2015")  # the newest tariff-based estimates with full cover come first


@dataclass(frozen=True, eq=False)
class ElasticitySet:
    """One published set of trade elasticities in one classification of sectors.

    values: {sector: theta}. estimates, errors: the paper's own {estimate: theta} and {estimate: standard error}, where
    known. estimates_of: {sector: its estimates}, of which the sector's theta is the mean. short: another name.
    """

    name: str
    paper: str
    table: str
    classification: str
    values: Mapping[str, float]
    estimates: Mapping[str, float] = field(default_factory=dict)
    errors: Mapping[str, float] = field(default_factory=dict)
    short: str = ""
    estimates_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    note: str = ""

    @property
    def citation(self) -> str:
        """The source, in words."""
        return f"{self.name}: {self.paper}, {self.table} ({self.classification})"

    @property
    def has_errors(self) -> bool:
        """Whether the set has standard errors, so that draws can be taken from it."""
        return bool(self.errors)

    def covers(self, sectors: Sequence[str]) -> bool:
        """Whether the set has a value for every one of these sectors, or for their parts, whoever they sell to."""
        return not self.missing(sectors)

    def missing(self, sectors: Sequence[str]) -> list[str]:
        """The sectors for which the set has no value."""
        return [sector for sector in sectors if mean_over(sector, self.values) is None]

    def of(self, sectors: Sequence[str]) -> dict[str, float]:
        """{sector: theta}, for a sector of another classification the mean over its parts, see `economy.sectors`."""
        thetas = {sector: mean_over(sector, self.values) for sector in sectors}
        return {sector: theta for sector, theta in thetas.items() if theta is not None}


def from_tariff_exclusive(estimate: float) -> float:
    """theta from an estimate of tariff-exclusive flows: its absolute value less one.

    Raises DataError where no positive theta is left.
    """
    theta = abs(estimate) - 1
    if theta <= 0:
        raise DataError(
            f"an elasticity of {estimate:.3g} of tariff-exclusive flows leaves theta = {theta:.2g}, and theta must be"
            " positive; so short a run needs a model with complements, not this one"
        )
    return theta


@cache
def sets() -> Mapping[tuple[str, str], ElasticitySet]:
    """Every set by name and classification."""
    folder = resources.files("detente.economy") / "elasticities"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    by_name = {}
    for file in files:
        for each in _from_toml(tomllib.loads(file.read_text("utf-8"))):
            by_name[each.name, each.classification] = each
    return MappingProxyType(by_name)


def _from_toml(paper: dict[str, Any]) -> list[ElasticitySet]:
    """A paper's sets: its estimates in its own classification, and what they are in others."""
    common = {key: paper[key] for key in ("name", "short", "paper", "table")}
    note = paper.get("note", "")
    common |= {"estimates": paper.get("estimates", {}), "errors": paper.get("errors", {})}
    estimates = common["estimates"]
    result = []
    if estimates:
        own = {name: [name] for name in estimates}
        classification = paper["classification"]
        result.append(
            ElasticitySet(**common, classification=classification, values=estimates, estimates_of=own, note=note)
        )
    for classification, body in paper.get("sets", {}).items():
        of = body.get("of", {})
        values = {k: float(np.mean([estimates[e] for e in of[k]])) for k in of} | body.get("values", {})
        notes = "; ".join(part for part in (note, body.get("note", "")) if part)
        result.append(
            ElasticitySet(**common, classification=classification, values=values, estimates_of=of, note=notes)
        )
    return result


def names(sectors: Sequence[str] | None = None) -> list[str]:
    """The names of all sets, or of those that cover the given sectors; the uniform one where none does."""
    covering = sorted({each.name for each in sets().values() if sectors is None or each.covers(sectors)})
    return covering or [UNIFORM]


def named(name: str | None, sectors: Sequence[str]) -> ElasticitySet:
    """The set of a name that covers these sectors, with values for them alone.

    name: long or short (CP); without one, the first of DEFAULT that covers the sectors, or else the uniform set. Raises
    QuestionError for an unknown name, DataError where its classification misses a sector.

    >>> named("CP", ["C26", "C29"]).values["C29"]
    1.115
    """
    name = _full_name(name) if name is not None else _default_name(sectors)
    if name == UNIFORM:
        uniform = sets()[UNIFORM, "any"]
        return replace(uniform, values=dict.fromkeys(sectors, uniform.values["any"]))
    candidates = [each for (known, _), each in sets().items() if known == name]
    if not candidates:
        known_names = ", ".join(names())
        raise QuestionError(f"no elasticity set is named {name!r}; there is {known_names}")
    for each in candidates:
        if each.covers(sectors):
            return replace(each, values=each.of(sectors))
    raise _missing_sectors(name, candidates, sectors)


def _full_name(name: str) -> str:
    """The long name of a set's short one."""
    short = {each.short.casefold(): each.name for each in sets().values()}
    return short.get(name.casefold(), name)


def _default_name(sectors: Sequence[str]) -> str:
    """The first of DEFAULT with estimates for these very sectors, else for their parts, else the uniform set."""
    own = {each.name for each in sets().values() if set(map(base_sector, sectors)) <= each.values.keys()}
    covering = names(sectors)
    return next((name for known in (own, covering) for name in DEFAULT if name in known), UNIFORM)


def _missing_sectors(name: str, candidates: list[ElasticitySet], sectors: Sequence[str]) -> DataError:
    missing = min((each.missing(sectors) for each in candidates), key=len)
    return DataError(
        f"{name} has no elasticity for {len(missing)} of {len(sectors)} sectors, first {missing[0]};"
        f" take one of {', '.join(names(sectors))}"
    )
