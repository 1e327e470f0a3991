"""Trade elasticities as named sets, each with its paper, table and classification; one file a paper.

theta is the elasticity of trade to cost and, here, to duty-inclusive expenditure shares: estimates of tariff-exclusive
flows are theta + 1, and one is subtracted before they enter (`exclusive`). A set never holds theta <= 0.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from types import MappingProxyType

import numpy as np

from detente.errors import DataError, QuestionError


@dataclass(frozen=True, eq=False)
class Set:
    """values {sector: theta} in one classification; a sector's theta is the mean of the estimates `of` it, where the
    paper's own {estimate: theta} and {estimate: standard error} are known."""

    name: str
    paper: str
    table: str
    classification: str
    values: Mapping[str, float]
    estimates: Mapping[str, float] = field(default_factory=dict)
    errors: Mapping[str, float] = field(default_factory=dict)
    short: str = ""
    of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    note: str = ""

    @property
    def words(self) -> str:
        """The source, in words."""
        return f"{self.name}: {self.paper}, {self.table} ({self.classification})"

    @property
    def has_errors(self) -> bool:
        """Whether draws can be taken from it."""
        return bool(self.errors)

    def scaled(self, factor: float, note: str) -> Set:
        """The set with every theta times a factor, as for a nearer horizon."""
        values = {sector: factor * theta for sector, theta in self.values.items()}
        estimates = {name: factor * theta for name, theta in self.estimates.items()}
        errors = {name: factor * error for name, error in self.errors.items()}
        words = f"{self.note}; {note}" if self.note else note
        return replace(self, values=values, estimates=estimates, errors=errors, note=words)


def exclusive(estimate: float) -> float:
    """theta from an estimate of tariff-exclusive flows: its size less one. Raises DataError where no theta is left."""
    theta = abs(estimate) - 1
    if theta <= 0:
        raise DataError(
            f"an elasticity of {estimate:.3g} of tariff-exclusive flows leaves theta = {theta:.2g}, and theta must be"
            " positive; so short a run needs a model with complements, not this one"
        )
    return theta


@cache
def sets() -> Mapping[tuple[str, str], Set]:
    """Every set by name and classification."""
    found = {}
    folder = resources.files("detente.economy") / "elasticities"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            for one in _read(tomllib.loads(file.read_text("utf-8"))):
                found[one.name, one.classification] = one
    return MappingProxyType(found)


def _read(about: dict) -> list[Set]:
    common = {key: about[key] for key in ("name", "short", "paper", "table")}
    note = about.get("note", "")
    estimates, errors = about.get("estimates", {}), about.get("errors", {})
    found = []
    if estimates:
        found.append(Set(**common, classification=about["classification"], values=estimates, estimates=estimates,
                         errors=errors, of={name: [name] for name in estimates}, note=note))  # fmt: skip
    for classification, body in about.get("sets", {}).items():
        of = body.get("of", {})
        values = {k: float(np.mean([estimates[e] for e in of[k]])) for k in of} | body.get("values", {})
        words = "; ".join(part for part in (note, body.get("note", "")) if part)
        found.append(Set(**common, classification=classification, values=values, estimates=estimates, errors=errors,
                         of=of, note=words))  # fmt: skip
    return found


def names(sectors: Sequence[str] | None = None) -> list[str]:
    """The sets there are; with sectors, those that have a value for every one of them."""
    fits = [s.name for s in sets().values() if sectors is None or set(sectors) <= set(s.values)]
    return sorted(set(fits))


def named(name: str | None, sectors: Sequence[str]) -> Set:
    """The set of a name, long or short (CP), that covers these sectors; without a name the first in DEFAULT that does.

    Raises QuestionError for an unknown name, DataError where its classification misses a sector.
    """
    name = {s.short.casefold(): s.name for s in sets().values()}.get((name or "").casefold(), name)
    if name == "uniform-4" or (name is None and not any(n in names(sectors) for n in DEFAULT)):
        return replace(
            sets()["uniform-4", "any"], values=dict.fromkeys(sectors, sets()["uniform-4", "any"].values["any"])
        )
    if name is None:
        name = next(n for n in DEFAULT if n in names(sectors))
    found = [s for (called, _), s in sets().items() if called == name]
    if not found:
        known = ", ".join(sorted({called for called, _ in sets()}))
        raise QuestionError(f"no elasticity set is named {name!r}; there is {known}")
    for one in found:
        if set(sectors) <= set(one.values):
            return replace(one, values={sector: one.values[sector] for sector in sectors})
    closest = min(found, key=lambda s: len(set(sectors) - set(s.values)))
    missing = [sector for sector in sectors if sector not in closest.values]
    raise DataError(
        f"{name} has no elasticity for {len(missing)} of {len(sectors)} sectors, first {missing[0]};"
        f" take one of {', '.join(names(sectors)) or 'uniform-4'}"
    )


DEFAULT = ("fontagne-2022", "caliendo-parro-2015")  # the newest tariff-based estimates with full cover come first
