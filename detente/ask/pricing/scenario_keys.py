"""Keys of the scenarios that are priced together for one day of the talks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OutcomeKey:
    """An outcome on the table, by name."""

    name: str


@dataclass(frozen=True)
class DutyChangeKey:
    """An outcome's duties, with the whole duty of one side on the other changed by a fraction (0.01 is a point)."""

    outcome: str
    side: str
    change: float


@dataclass(frozen=True)
class PackageKey:
    """A package of a deal: for each instrument whether it is moved (1) or stays as today (0)."""

    settings: tuple[int, ...]


@dataclass(frozen=True)
class ScaledDutiesKey:
    """A continuous package: the part of its added duties on the other that each side keeps, by order of the parties."""

    parts: tuple[float, float]


ScenarioKey = OutcomeKey | DutyChangeKey | PackageKey | ScaledDutiesKey
