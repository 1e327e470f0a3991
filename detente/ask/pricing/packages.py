"""Instruments that a deal can move on a day, and the packages that combine them.

Instruments come from the record as known: suspended duties can return, threatened duties be collected, and duties in
force be halved, lifted, taken back to their level before a rise, suspended for a term, or cut to what a deal leaves of
them where its terms are known. A package moves some of them and leaves the others as today. A duty suspended for a term
is not a duty lifted: its package is worth the mean over time of the duty away and the duty back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from math import prod
from typing import Any, NamedTuple

from detente import labels
from detente.ask.pricing import duties
from detente.ask.pricing.context import PricingContext, TariffLevels
from detente.ask.pricing.duty_history import SuspensionTerm, latest_rise, suspension_term
from detente.ask.pricing.duty_layers import DutyLayer
from detente.ask.pricing.possible_outcomes import Outcome, between_parties
from detente.ask.pricing.scenario_keys import PackageKey, ScenarioKey, SuspensionKey
from detente.record.case import Case
from detente.record.state import State
from detente.record.store import Record

MOST_PACKAGES = 100  # every one is priced
AS_TODAY = "as today"


@dataclass(frozen=True)
class Instrument:
    """A duty that a package leaves as today or moves, both in words.

    drop: the layers that a move removes; add: those it puts in their place. A duty can have more than one move, of
    which a package has one at most. left: the part of the duty that stays; returns: layers of duties that gave way to
    it and come back where nothing of it stays. term: of a suspension, None for a move that lasts. rank: of
    the moves of a duty, 0 for the one that is offered first where not all can be.
    """

    name: str
    title: str
    by: str
    today: str
    moved: str
    drop: tuple[DutyLayer, ...]
    add: tuple[DutyLayer, ...]
    evidence: str | None = None
    term: SuspensionTerm | None = None
    rank: int = 0
    left: float = 1.0
    returns: tuple[DutyLayer, ...] = ()

    @property
    def setting(self) -> str | None:
        """What is assumed about a move that ends, in words; None for one that lasts."""
        return None if self.term is None else self.term.setting

    def to_json(self) -> dict[str, Any]:
        """The instrument in the keys of `detente deal`."""
        return {
            "name": self.name, "title": self.title, "by": self.by, "today": self.today, "moved": self.moved,
            "evidence": self.evidence, "setting": self.setting,
        }  # fmt: skip


@dataclass(frozen=True)
class Package:
    """One combination of instruments, each moved (1) or as today (0); key: of its scenario."""

    title: str
    settings: tuple[int, ...]
    key: ScenarioKey


@dataclass(frozen=True, eq=False)
class PackageSet:
    """What can be moved on a day, every package of it, and what was left out to keep their number bounded.

    levels: the tariff levels of every scenario that a package needs; those of equal duties are one object.
    """

    instruments: tuple[Instrument, ...]
    packages: tuple[Package, ...]
    left_out: tuple[Instrument, ...]
    levels: dict[ScenarioKey, TariffLevels]


def package_set(
    record: Record, case: Case, state: State, context: PricingContext, outcomes: Sequence[Outcome]
) -> PackageSet:
    """The packages of a day with the tariff levels of each; outcomes: those on the table, today's first."""
    chosen, left_out = instruments(record, case, state, outcomes, context.world.economies)
    every = packages(chosen)
    return PackageSet(tuple(chosen), tuple(every), tuple(left_out), _levels(context, outcomes[0].layers, chosen, every))


def instruments(
    record: Record, case: Case, state: State, outcomes: Sequence[Outcome], economies: Sequence[str]
) -> tuple[list[Instrument], list[Instrument]]:
    """What the record supports on a day, and what is left out to keep packages at MOST_PACKAGES or fewer.

    outcomes: those on the table, today's first. Duties that threaten and those suspended come first, then duties in
    force, the largest first and each side in turn; every side's largest duty has a move before any has a second one.
    """
    raising = [[x] for x in (*_suspended(case, state, set(economies)), *_threatened(case, state, outcomes))]
    cutting = _in_turn(list(_cuts(record, case, state, outcomes)), case.parties)
    every = list(chain(*raising, *cutting))
    chosen: set[Instrument] = set()
    for step in (*raising, *_by_importance(cutting)):
        if _count(chosen | set(step)) <= MOST_PACKAGES:
            chosen |= set(step)
    return [x for x in every if x in chosen], [x for x in every if x not in chosen]


def _by_importance(cutting: Sequence[list[Instrument]]) -> Iterator[list[Instrument]]:
    """Cuts as they are taken in: those of each side's largest duty by rank, then those of the other duties in turn."""
    sides = [group[0].by for group in cutting]
    largest = [cutting[sides.index(side)] for side in dict.fromkeys(sides)]
    others = (group for group in cutting if group not in largest)
    for group in (chain(*largest), *others):
        yield from ([x] for x in sorted(group, key=lambda x: x.rank))


def _count(instruments: Collection[Instrument]) -> int:
    """How many packages combine instruments, with one move of a duty at most: see `packages`."""
    raising = prod(2 for x in instruments if not x.drop)
    lasting, moves = (Counter(x.drop for x in instruments if x.drop and keep(x)) for keep in (_lasts, bool))
    return _combinations(moves) + (raising - 1) * _combinations(lasting)


def _lasts(instrument: Instrument) -> bool:
    return instrument.term is None


def _combinations(moves: Mapping[Any, int]) -> int:
    """Of duties with so many moves each, or left as they are."""
    return prod(1 + count for count in moves.values())


def _titled(case: Case, measure: str, layers: Sequence[DutyLayer] = ()) -> str:
    """A measure as the case speaks of it; else its act in the ledger, its name in the record, or `duty`."""
    title = case.titles.get(measure) or labels.measure(measure)
    if title != measure:
        return title
    acts = (case.ledger.acts.get(layer.act or "") for layer in layers)
    return next((act.title for act in acts if act), title) or "duty"


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


def _cuts(record: Record, case: Case, state: State, outcomes: Sequence[Outcome]) -> Iterator[list[Instrument]]:
    """For each duty in force between the parties the cuts that a deal can make, the largest duty first."""
    terms = [outcome for outcome in outcomes if outcome.name in {deal.name for deal in case.deals}]
    term = suspension_term(record, state)
    for (measure, side), same in _duties_between_parties(case, outcomes[0].layers):
        moves = _moves_of_terms(measure, same, terms) if terms else _moves(record, case, state, measure, same, term)
        returns = tuple(x for layer in same for x in duties.come_back(layer, state, case))
        cuts = [_cut(case, measure, side, same, move, returns) for move in moves]
        if cuts:
            yield cuts


def _duties_between_parties(case: Case, layers: Sequence[DutyLayer]) -> list[tuple[tuple[str, str], list[DutyLayer]]]:
    """((measure, side), its layers) of each duty in force between the parties, the largest first."""
    by_duty: dict[tuple[str, str], list[DutyLayer]] = {}
    for layer in layers:
        if layer.points > 0 and between_parties(layer, case):
            by_duty.setdefault((layer.measure, _side_of(layer.by, case)), []).append(layer)
    return sorted(by_duty.items(), key=lambda item: -item[1][0].average)


class _Move(NamedTuple):
    """What is done with a duty, and the points left of it; rank and term: as of an instrument."""

    words: str
    points: float
    rank: int = 0
    term: SuspensionTerm | None = None


def _moves_of_terms(measure: str, layers: Sequence[DutyLayer], terms: Sequence[Outcome]) -> Iterator[_Move]:
    """What the known terms of deals leave of a duty."""
    points = layers[0].points
    for outcome in terms:
        left = max((x.points for x in outcome.layers if x.measure == measure and x.by == layers[0].by), default=0.0)
        if left < points:
            yield _Move(f"cut to {left:g}" if left else "lifted", left)


def _moves(
    record: Record, case: Case, state: State, measure: str, layers: Sequence[DutyLayer], term: SuspensionTerm | None
) -> Iterator[_Move]:
    """Before the terms of a deal are known: back to an earlier level, halved, lifted, suspended for a term."""
    points, rise = layers[0].points, latest_rise(record, state, case, measure)
    if rise is not None:
        yield _Move(f"back to {rise.before:g}, as before {rise.day}", points * rise.part, 2)
    if rise is None or rise.part != 1 / 2:
        yield _Move(f"halved to {points / 2:g}", points / 2, 3)
    yield _Move("lifted", 0.0)
    if term is not None:
        yield _Move(f"suspended until {term.until}", 0.0, 1, term)


def _cut(
    case: Case,
    measure: str,
    side: str,
    layers: Sequence[DutyLayer],
    move: _Move,
    returns: tuple[DutyLayer, ...],
) -> Instrument:
    """A move of a duty; returns: what comes back if it is taken away whole."""
    part = move.points / layers[0].points
    add = tuple(replace(x, points=x.points * part) for x in layers) if move.points else ()
    today, title = f"{layers[0].points:g} points stay", _titled(case, measure, layers)
    evidence = layers[0].statement
    back = () if move.points else returns
    return Instrument(
        measure, title, side, today, move.words, tuple(layers), add, evidence, move.term, move.rank, part, back
    )


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


def packages(instruments: Sequence[Instrument]) -> list[Package]:
    """Every combination of instruments with one move a duty at most; the first changes nothing.

    A duty is suspended for a term only in packages that raise no duty.
    """
    groups: dict[tuple[DutyLayer, ...] | int, list[int]] = {}
    for k, instrument in enumerate(instruments):
        groups.setdefault(instrument.drop or k, []).append(k)
    every = [
        tuple(int(k in moved) for k in range(len(instruments)))
        for moved in product(*((None, *group) for group in groups.values()))
    ]
    return [_package(instruments, settings) for settings in sorted(every) if _possible(instruments, settings)]


def _moved(instruments: Sequence[Instrument], settings: Sequence[int]) -> list[Instrument]:
    return [x for x, is_moved in zip(instruments, settings, strict=True) if is_moved]


def _possible(instruments: Sequence[Instrument], settings: Sequence[int]) -> bool:
    """Whether no duty is raised while another is suspended for a term."""
    moved = _moved(instruments, settings)
    return all(x.drop for x in moved) or all(x.term is None for x in moved)


def _package(instruments: Sequence[Instrument], settings: tuple[int, ...]) -> Package:
    moved = _moved(instruments, settings)
    key: ScenarioKey = PackageKey(settings)
    terms = [x.term for x in moved if x.term is not None]
    if terms:
        lasting = tuple(
            int(is_moved and x.term is None) for x, is_moved in zip(instruments, settings, strict=True)
        )  # fmt: skip
        key = SuspensionKey(PackageKey(settings), PackageKey(lasting), terms[0].share)
    return Package("; ".join(f"{x.title} {x.moved}" for x in moved) or AS_TODAY, settings, key)


def _levels(
    context: PricingContext, base: Sequence[DutyLayer], instruments: Sequence[Instrument], every: Sequence[Package]
) -> dict[ScenarioKey, TariffLevels]:
    """The tariff levels of every package; under a suspension, those while it lasts."""
    pairs = {(x.by, x.against) for instrument in instruments for x in (*instrument.drop, *instrument.add)}
    touched = tuple(layer for layer in base if (layer.by, layer.against) in pairs)
    others = context.levels([layer for layer in base if (layer.by, layer.against) not in pairs])
    levels: dict[ScenarioKey, TariffLevels] = {}
    by_duties: dict[tuple[DutyLayer, ...], TariffLevels] = {}
    for package in every:
        same = _layers_under(touched, _moved(instruments, package.settings))
        if same not in by_duties:
            by_duties[same] = {**others, **context.levels(same)}
        levels[PackageKey(package.settings)] = by_duties[same]
    return levels


def _layers_under(layers: tuple[DutyLayer, ...], moved: Sequence[Instrument]) -> tuple[DutyLayer, ...]:
    """The layers after some moves."""
    for instrument in moved:
        layers = (*(x for x in layers if x not in instrument.drop), *instrument.add)
    returning = (_as_moved(layer, moved) for instrument in moved for layer in instrument.returns)
    return (*layers, *(layer for layer in returning if layer.points))


def _as_moved(layer: DutyLayer, moved: Sequence[Instrument]) -> DutyLayer:
    """A duty that comes back, at what the same package leaves of it."""
    left = prod(x.left for x in moved if x.name == layer.measure and any(y.by == layer.by for y in x.drop))
    return layer if left == 1 else replace(layer, points=layer.points * left)
