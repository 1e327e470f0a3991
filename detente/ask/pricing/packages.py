"""Instruments that a deal can move on a day, and the packages that combine them.

Instruments come from the record: suspended duties that can return, duties that the Busan deal cut, and duties that are
threatened. A package moves some of them and leaves the others as today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from detente.ask.pricing import duties
from detente.ask.pricing.context import PricingContext, TariffLevels
from detente.ask.pricing.duties import DutyLayer
from detente.ask.pricing.possible_outcomes import Outcome
from detente.ask.pricing.priced_day import SIDES
from detente.ask.pricing.scenario_keys import PackageKey, ScenarioKey
from detente.record.state import State

CUTS = {"usa-ieepa-fentanyl": 10.0, "chn-farm": 0.0}  # points, as in the fact sheet of 1 November 2025
TITLES = {
    "usa-ieepa-fentanyl": "US fentanyl duty",
    "usa-ieepa-reciprocal-24": "US 24 points",
    "usa-100-percent": "US 100 points",
    "chn-reciprocal-24": "Chinese 24 points",
    "chn-farm": "Chinese farm duties",
}
MOST_INSTRUMENTS = 6  # the number of packages doubles with each
AS_TODAY = "as today"


@dataclass(frozen=True)
class Instrument:
    """A duty that a package leaves as today or moves, both in words.

    drop: the measure whose layers a move removes; add: the layers it puts in their place.
    """

    name: str
    by: str
    today: str
    moved: str
    drop: str | None
    add: tuple[DutyLayer, ...]
    evidence: str | None = None

    @property
    def title(self) -> str:
        """The duty in words, or its name in the record."""
        return TITLES.get(self.name, self.name)

    def to_json(self) -> dict[str, Any]:
        """The instrument in the keys of `detente deal`."""
        return {
            "name": self.name, "title": self.title, "by": self.by, "today": self.today, "moved": self.moved,
            "evidence": self.evidence,
        }  # fmt: skip


@dataclass(frozen=True)
class Package:
    """One combination of instruments, each moved (1) or as today (0), and every duty in force under it."""

    title: str
    settings: tuple[int, ...]
    layers: tuple[DutyLayer, ...]

    @property
    def key(self) -> PackageKey:
        """The key of its scenario."""
        return PackageKey(self.settings)


def instruments(state: State, outcomes: Sequence[Outcome], economies: Sequence[str]) -> list[Instrument]:
    """What the record supports on a day, MOST_INSTRUMENTS at most; outcomes: those on the table, today's first."""
    candidates = [
        *_suspended(state, set(economies)),
        *_cuts(outcomes[0].layers),
        *_threatened(state, outcomes),
    ]
    return candidates[:MOST_INSTRUMENTS]


def _suspended(state: State, economies: set[str]) -> Iterator[Instrument]:
    """Suspended duties that can be restored."""
    for side in SIDES:
        for row in duties.suspended(state, side):
            layers = duties.measure_layers(row, state.as_of[:10])
            layers = [x for x in layers if x.by in economies and x.against in economies]
            if layers:
                today = f"{layers[0].points:g} points stay suspended"
                yield Instrument(layers[0].measure, side, today, "restored", None, tuple(layers), row.statement)


def _cuts(base: Sequence[DutyLayer]) -> Iterator[Instrument]:
    """Duties in force that can be cut to what the Busan deal left of them."""
    for measure, points in CUTS.items():
        layers = [x for x in base if x.measure == measure]
        if layers and layers[0].points > points:
            first = layers[0]
            moved = f"cut to {points:g}" if points else "lifted"
            add = tuple(replace(x, points=points) for x in layers) if points else ()
            yield Instrument(measure, first.by, f"{first.points:g} points stay", moved, measure, add, first.statement)


def _threatened(state: State, outcomes: Sequence[Outcome]) -> Iterator[Instrument]:
    """Threatened duties that can be carried out."""
    threats = {row.threat for row in state.threats}
    for outcome in outcomes:
        if outcome.name in threats and outcome.changes:
            first = outcome.changes[0]
            today = f"{first.points:g} points not collected"
            statement = outcome.evidence[0] if outcome.evidence else None
            yield Instrument(outcome.name, first.by, today, "collected", None, outcome.changes, statement)


def packages(instruments: Sequence[Instrument], base: Sequence[DutyLayer]) -> list[Package]:
    """Every combination of instruments over the duties in force; the first changes nothing."""
    return [_package(instruments, settings, base) for settings in product((0, 1), repeat=len(instruments))]


def _package(instruments: Sequence[Instrument], settings: tuple[int, ...], base: Sequence[DutyLayer]) -> Package:
    layers, moves = list(base), []
    for instrument, is_moved in zip(instruments, settings, strict=True):
        if is_moved:
            layers = [x for x in layers if x.measure != instrument.drop] + list(instrument.add)
            moves.append(f"{instrument.title} {instrument.moved}")
    return Package("; ".join(moves) or AS_TODAY, settings, tuple(layers))


def package_levels(
    state: State, context: PricingContext, outcomes: Sequence[Outcome]
) -> dict[ScenarioKey, TariffLevels]:
    """The tariff levels of every package: what `price_day` takes as extra scenarios."""
    on_record = instruments(state, outcomes, context.world.economies)
    return {p.key: context.levels(p.layers) for p in packages(on_record, outcomes[0].layers)}
