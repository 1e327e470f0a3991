"""Instruments that a deal can move on a day, and the packages that combine them.

Instruments come from the record as known: suspended duties can return, duties in force be halved or lifted (a duty
suspended for a term counts as lifted), or cut to what a deal leaves of them where its terms are known, and threatened
duties be collected. A package moves some of them and leaves the others as today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from detente import labels
from detente.ask.pricing import duties
from detente.ask.pricing.context import PricingContext, TariffLevels
from detente.ask.pricing.duties import DutyLayer
from detente.ask.pricing.possible_outcomes import Outcome, between_parties
from detente.ask.pricing.scenario_keys import PackageKey, ScenarioKey
from detente.record.case import Case
from detente.record.state import State

MOST_PACKAGES = 72  # every one is priced
AS_TODAY = "as today"
PARTS = {"halved to": 0.5, "lifted": 0.0}  # of a duty in force


@dataclass(frozen=True)
class Instrument:
    """A duty that a package leaves as today or moves, both in words.

    drop: the layers that a move removes; add: those it puts in their place. A duty can have more than one move, of
    which a package has one at most.
    """

    name: str
    title: str
    by: str
    today: str
    moved: str
    drop: tuple[DutyLayer, ...]
    add: tuple[DutyLayer, ...]
    evidence: str | None = None

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


def instruments(case: Case, state: State, outcomes: Sequence[Outcome], economies: Sequence[str]) -> list[Instrument]:
    """What the record supports on a day; outcomes: those on the table, today's first.

    Duties that threaten and those suspended come first, then duties in force, the largest first and each side in turn;
    moves that would make more than MOST_PACKAGES packages are left out.
    """
    groups = [
        *([x] for x in _suspended(case, state, set(economies))),
        *([x] for x in _threatened(case, state, outcomes)),
        *_in_turn(list(_cuts(case, outcomes)), case.parties),
    ]
    chosen: list[list[Instrument]] = []
    count = 1
    for group in groups:
        if count * (1 + len(group)) <= MOST_PACKAGES:
            chosen.append(group)
            count *= 1 + len(group)
    return [instrument for group in chosen for instrument in group]


def _titled(case: Case, measure: str) -> str:
    """A measure as the case speaks of it; its name in the record, or `duty`, if it has no title."""
    return case.titles.get(measure) or labels.measure(measure) or "duty"


def _side_of(economy: str, case: Case) -> str:
    """The party that an economy belongs to."""
    return next((party for party in case.parties if economy in duties.economies_of(party)), economy)


def _in_turn(groups: Sequence[list[Instrument]], sides: Sequence[str]) -> list[list[Instrument]]:
    """The groups of the sides in turn, each side's in their order."""
    ranks = {side: iter(range(len(groups))) for side in {group[0].by for group in groups}}
    order = {id(group): next(ranks[group[0].by]) for group in groups}
    places = {side: k for k, side in enumerate(sides)}
    return sorted(groups, key=lambda group: (order[id(group)], places.get(group[0].by, len(places))))


def _suspended(case: Case, state: State, economies: set[str]) -> Iterator[Instrument]:
    """Suspended duties that can be restored."""
    for side in case.parties:
        for row in duties.suspended(state, side):
            layers = duties.measure_layers(row, duties.day_of(state), case)
            layers = [x for x in layers if x.by in economies and x.against in economies]
            if layers:
                name, today = layers[0].measure, f"{layers[0].points:g} points stay suspended"
                yield Instrument(name, _titled(case, name), side, today, "restored", (), tuple(layers), row.statement)


def _cuts(case: Case, outcomes: Sequence[Outcome]) -> Iterator[list[Instrument]]:
    """For each duty in force between the parties the cuts that a deal can make, the largest duty first."""
    layers: dict[tuple[str, str], list[DutyLayer]] = {}
    for layer in outcomes[0].layers:
        if layer.points > 0 and between_parties(layer, case):
            layers.setdefault((layer.measure, _side_of(layer.by, case)), []).append(layer)
    terms = [outcome for outcome in outcomes if outcome.name in {deal.name for deal in case.deals}]
    for (measure, side), same in sorted(layers.items(), key=lambda item: -item[1][0].average):
        moves = list(_moves(measure, same, terms))
        if moves:
            yield [_cut(case, measure, side, same, moved, points) for moved, points in moves]


def _moves(measure: str, layers: Sequence[DutyLayer], terms: Sequence[Outcome]) -> Iterator[tuple[str, float]]:
    """(what is done, points left): as the known terms of a deal have it; before there are any, halved or lifted."""
    points = layers[0].points
    if not terms:
        yield from ((f"{word} {points / 2:g}" if part else word, points * part) for word, part in PARTS.items())
    for outcome in terms:
        left = max((x.points for x in outcome.layers if x.measure == measure and x.by == layers[0].by), default=0.0)
        if left < points:
            yield (f"cut to {left:g}" if left else "lifted", left)


def _cut(case: Case, measure: str, side: str, layers: Sequence[DutyLayer], moved: str, points: float) -> Instrument:
    part = points / layers[0].points
    add = tuple(replace(x, points=x.points * part) for x in layers) if points else ()
    today = f"{layers[0].points:g} points stay"
    title = _titled(case, measure)
    return Instrument(measure, title, side, today, moved, tuple(layers), add, layers[0].statement)


def _threatened(case: Case, state: State, outcomes: Sequence[Outcome]) -> Iterator[Instrument]:
    """Threatened duties that can be carried out."""
    threats = {row.threat for row in state.threats}
    for outcome in outcomes:
        if outcome.name in threats and outcome.changes:
            first = outcome.changes[0]
            today = f"{first.points:g} points not collected"
            statement = outcome.evidence[0] if outcome.evidence else None
            title, side = _titled(case, outcome.name), _side_of(first.by, case)
            yield Instrument(outcome.name, title, side, today, "collected", (), outcome.changes, statement)


def packages(instruments: Sequence[Instrument], base: Sequence[DutyLayer]) -> list[Package]:
    """Every combination of instruments over the duties in force; the first changes nothing."""
    every = product((0, 1), repeat=len(instruments))
    return [_package(instruments, settings, base) for settings in every if _possible(instruments, settings)]


def _possible(instruments: Sequence[Instrument], settings: Sequence[int]) -> bool:
    """Whether no duty is moved in two ways."""
    dropped = [layer for x, is_moved in zip(instruments, settings, strict=True) if is_moved for layer in x.drop]
    return len(set(dropped)) == len(dropped)


def _package(instruments: Sequence[Instrument], settings: tuple[int, ...], base: Sequence[DutyLayer]) -> Package:
    layers, moves = list(base), []
    for instrument, is_moved in zip(instruments, settings, strict=True):
        if is_moved:
            layers = [x for x in layers if x not in instrument.drop] + list(instrument.add)
            moves.append(f"{instrument.title} {instrument.moved}")
    return Package("; ".join(moves) or AS_TODAY, settings, tuple(layers))


def package_levels(
    case: Case, state: State, context: PricingContext, outcomes: Sequence[Outcome]
) -> dict[ScenarioKey, TariffLevels]:
    """The tariff levels of every package: what `price_day` takes as extra scenarios."""
    on_record = instruments(case, state, outcomes, context.world.economies)
    return {p.key: context.levels(p.layers) for p in packages(on_record, outcomes[0].layers)}
