"""Keys of the scenarios that are priced together for one day of the talks."""

from __future__ import annotations

from dataclasses import dataclass

BEST_RESPONSES, LOTTERY = "best-responses", "lottery"  # disagreement points that are no outcome on the table


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
class SuspensionKey:
    """A package that suspends duties: one scenario for a share of the time, and another for the rest of it."""

    during: PackageKey
    after: PackageKey
    share: float


ScenarioKey = OutcomeKey | DutyChangeKey | PackageKey | SuspensionKey
