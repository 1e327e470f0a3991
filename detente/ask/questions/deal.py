"""What an agreement adds to what each side does by itself, and which packages of the record's measures all gain by.

The deal is an exchange of duties over the one-sided best responses; another disagreement point can be asked for, and
the one that is used is always named. Packages combine the instruments of the record and are priced in one batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from detente.ask.answer import Answer
from detente.ask.forecasting.lapse import LapseProbability, lapse_probability
from detente.ask.pricing import exchange
from detente.ask.pricing.closures import FIXED
from detente.ask.pricing.context import DEFAULT_WORLD
from detente.ask.pricing.continuous_packages import DisagreementPayoffs, continuous_section
from detente.ask.pricing.deal_items import ItemGroup, item_groups
from detente.ask.pricing.duty_grid import DutyGrid, duty_grid, without_duties_words
from detente.ask.pricing.exchange import BestResponses, DutyExchange
from detente.ask.pricing.government_weights import NEGLIGIBLE
from detente.ask.pricing.landings import Landing, landings, landings_json
from detente.ask.pricing.packages import MOST_PACKAGES, Instrument, Package, package_set
from detente.ask.pricing.possible_outcomes import BILATERAL, running_truce
from detente.ask.pricing.priced_day import PricedDay, price_day
from detente.ask.pricing.scenario_keys import BEST_RESPONSES, LOTTERY
from detente.ask.registry import DEFAULT_DOSSIER
from detente.bargain import outcomes as bargaining
from detente.bargain import solutions
from detente.bargain.outcomes import PayoffTable
from detente.errors import QuestionError

DISAGREEMENT_POINTS = {
    BEST_RESPONSES: "what each side has by doing what is best for it alone, whatever the others do",
    LOTTERY: "the lapse of the truce with the probability of the forecast, and else the truce as it stands",
    "truce": "the truce as it stands, which each side has while talks go on (the inside option)",
    "war": "the lapse of the truce, which each side has if talks end (the outside option)",
}
WITHOUT_TRUCE = "the duties in force, which each side has while talks go on (no truce runs on this day)"
ONE_SETTING = "This is one setting; detente deal counts over many."
REAL_INCOME = "real_income"
BASIS = {REAL_INCOME: "By real income", "government": "By the government payoff"}
NO_PACKAGE = "No instrument of any side can be moved on this day according to the record: there is no package."


@dataclass(frozen=True)
class NegotiatedDeal:
    """The deal under one payoff, disagreement point and solution; outcome: the package, None where there is no deal.

    gain and level {side: percent of real income}: over the disagreement point, and against the duties in force.
    """

    payoff: str
    disagreement: str
    solution: str
    outcome: str | None
    gain: Mapping[str, float] | None
    level: Mapping[str, float] | None
    why: str | None
    ties: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The deal in JSON types."""
        return {**vars(self), "ties": list(self.ties)}


@dataclass(frozen=True)
class WeightRange:
    """The bargaining weights of one side, from low to high, at which an outcome is the Nash deal."""

    payoff: str
    outcome: str
    side: str
    weight_low: float
    weight_high: float


@dataclass(frozen=True, eq=False)
class Bargain:
    """The packages of a day; tables {payoff: the payoff of every package, in order, and of the disagreement points}.

    left_out: instruments that no package moves, to keep the packages few.
    """

    day: PricedDay
    instruments: tuple[Instrument, ...]
    packages: tuple[Package, ...]
    tables: Mapping[str, PayoffTable]
    left_out: tuple[Instrument, ...] = ()

    def package(self, title: str) -> Package:
        """A package by its title."""
        return next(p for p in self.packages if p.title == title)


@dataclass(frozen=True, eq=False)
class Disagreement:
    """What sides have without a deal on a day, and the point that was chosen.

    grid: of the duties that sides can exchange, None where a side has none. alone: the one-sided best responses by
    payoff. points: the payoffs at every disagreement point. chosen: the point over which the deal is. lapse: the
    forecast behind a lottery.
    """

    day: PricedDay
    grid: DutyGrid | None
    alone: Mapping[str, BestResponses]
    points: DisagreementPayoffs
    chosen: str
    lapse: LapseProbability | None

    @property
    def spoken(self) -> str:
        """What the chosen point is called in a sentence."""
        return spoken_points(self.day)[self.chosen]

    @cached_property
    def exchanges(self) -> tuple[DutyExchange, ...]:
        """The exchange of duties by every payoff over the chosen point; none without a grid."""
        if self.grid is None:
            return ()
        return tuple(
            exchange.duty_exchange(self.grid, payoff, alone, self.chosen, self.points[self.chosen][payoff])
            for payoff, alone in self.alone.items()
        )


def deal(
    *, as_of: str | None = None, known: str | None = None, dossier: str = DEFAULT_DOSSIER, world: str = DEFAULT_WORLD,
    horizon: str | None = None, closure: str = FIXED, disagreement: str = BEST_RESPONSES, home: str | None = None,
    bands: bool = True, without_steps: bool = False, all_sets: bool = False,
) -> Answer:  # fmt: skip
    """What an agreement adds to what each side does by itself, and the packages of the record's instruments.

    as_of defaults to today, known to as_of. closure: fixed deficits, balanced trade, or valuation. disagreement:
    best-responses, lottery, truce or war. bands: also where talks land by horizon and closure; all_sets: and with every
    elasticity set. without_steps: also the Nash deal with a payment (`continuous`).
    Raises QuestionError for an unknown disagreement point, or for one that the record does not tell on that day;
    RecordError, NotConverged.
    """
    if disagreement not in DISAGREEMENT_POINTS:
        raise QuestionError(f"--disagreement {disagreement!r}: it is {' or '.join(DISAGREEMENT_POINTS)}")
    day = price_day(
        as_of=as_of,
        known=known,
        dossier=dossier,
        world=world,
        horizon=horizon,
        closure=closure,
        home=home,
        extra=package_set,
    )
    point = disagreement_of(day, disagreement)
    data = deal_section(day, point, item_groups(day), bands=bands, all_sets=all_sets)
    data["continuous"] = continuous_section(day, point.grid, point.points) if without_steps else None
    return day.answer("deal", data, notes(point), disagreement=point.chosen)


def disagreement_of(day: PricedDay, chosen: str = BEST_RESPONSES) -> Disagreement:
    """What sides have without a deal; where they have no duties to exchange, the truce takes the place of best
    responses. Raises QuestionError for a point that the record does not tell on that day, NotConverged."""
    grid = duty_grid(day)
    alone = {} if grid is None else {payoff: exchange.best_responses(grid, payoff) for payoff in day.payoffs}
    lapse = lapse_probability(day.state, day.case, min(day.as_of, day.known)) if chosen == LOTTERY else None
    points = exchange.disagreement_payoffs(day, alone, None if lapse is None else lapse.probability)
    if chosen == BEST_RESPONSES and grid is None:
        chosen = "truce"
    if chosen not in points:
        missing = "how the truce ends" if chosen == LOTTERY and "war" in points else "what the war would be"
        raise QuestionError(
            f"{day.state.as_of[:10]}: the record does not tell {missing}; take --disagreement {' or '.join(points)}"
        )
    return Disagreement(day, grid, alone, points, chosen, lapse)


def spoken_points(day: PricedDay) -> dict[str, str]:
    """{disagreement point: what it is called in a sentence}."""
    alone = {BEST_RESPONSES: "what each side can do by itself", LOTTERY: "the lottery of lapse and truce"}
    return {**alone, **day.disagreement_words}


def deal_section(
    day: PricedDay,
    point: Disagreement | None = None,
    items: Sequence[ItemGroup] = (),
    *,
    bands: bool = True,
    all_sets: bool = False,
) -> dict[str, Any]:
    """The answer's data for a day priced with its packages, which a brief also carries under `deal`.

    point: what sides have without a deal, the one-sided best responses by default. items: of deals on the table, or
    those on record.
    """
    point = point or disagreement_of(day)
    bargain, rows = bargain_of(day, point.points), [group.to_json() for group in items]
    if not bargain.instruments:
        return {**_empty_section(day, point), "items": rows}
    deals, settings = negotiated_deals(bargain), landings(day, all_sets=all_sets) if bands else []
    lands = exchange_json(point, settings)
    return {
        "words": " ".join([summary(point, deals), *_counted(lands), *_suspensions(bargain, deals, point.chosen)]),
        "disagreement": point.chosen,
        "disagreements": _disagreements_json(point),
        "exchange": lands,
        **_instruments_json(bargain),
        "items": rows,
        "payoffs": day.payoffs,
        "packages": _packages_json(bargain),
        "deals": [d.to_json() for d in deals],
        "beliefs": [vars(row) for row in weight_ranges(bargain, point.chosen)],
        "by_elasticity": _settings_json(settings, day.sides),
        "flips": sensitivities(deals, point.chosen, spoken_points(day)),
        "weights": day.weights_json(),
        "proof": day.proof(),
    }


def _instruments_json(bargain: Bargain) -> dict[str, Any]:
    by_key = {"instruments": bargain.instruments, "left_out": bargain.left_out}
    return {key: [instrument.to_json() for instrument in rows] for key, rows in by_key.items()}


def _settings_json(settings: Sequence[Landing], sides: Sequence[str]) -> list[dict[str, Any]] | None:
    return [row.to_json(sides) for row in settings] or None


def _empty_section(day: PricedDay, point: Disagreement) -> dict[str, Any]:
    """The answer's data for a day on which no instrument can be moved."""
    return {
        "words": NO_PACKAGE, "disagreement": point.chosen, "disagreements": {}, "exchange": exchange_json(point),
        "instruments": [], "left_out": [], "payoffs": day.payoffs, "packages": [], "deals": [], "beliefs": [],
        "by_elasticity": None, "flips": [], "weights": {}, "proof": day.proof(),
    }  # fmt: skip


def exchange_json(point: Disagreement, settings: Sequence[Landing] = ()) -> dict[str, Any]:
    """The exchange of duties in the keys of an answer; settings: where talks land in each setting of the model."""
    sides = point.day.sides
    bounds = [] if point.grid is None else point.grid.bounds
    return {
        "bounds": {side: list(bound) for side, bound in zip(sides, bounds, strict=False)},
        "deals": [row.to_json(sides) for row in point.exchanges],
        "lapse": None if point.lapse is None else point.lapse._asdict(),
        "lands": landings_json(settings, sides),
        "note": exchange.NOTE,
        "why": without_duties_words(point.day) or None,
    }


def bargain_of(day: PricedDay, points: DisagreementPayoffs | None = None) -> Bargain:
    """The packages of a day priced with `package_set`, with their payoffs where there are instruments.

    points: what sides have without a deal, the truce and the war by default.
    """
    movable = day.packages
    if movable is None or not movable.instruments:
        return Bargain(day, (), (), {})
    without = exchange.disagreement_payoffs(day, {}) if points is None else points
    tables = {payoff: _payoff_table(day, payoff, movable.packages, without) for payoff in day.payoffs}
    return Bargain(day, movable.instruments, movable.packages, tables, movable.left_out)


def _payoff_table(day: PricedDay, payoff: str, every: Sequence[Package], points: DisagreementPayoffs) -> PayoffTable:
    rows = [bargaining.Package(p.title, {s: day.payoff(payoff, s, p.key) for s in day.sides}) for p in every]
    return bargaining.payoff_table(rows, {name: by_payoff[payoff] for name, by_payoff in points.items()})


def _disagreements_json(point: Disagreement) -> dict[str, Any]:
    outcomes = point.day.disagreement_points
    return {
        name: {"outcome": outcomes.get(name), "payoff": {payoff: dict(x) for payoff, x in by_payoff.items()}}
        for name, by_payoff in point.points.items()
    }


def _packages_json(bargain: Bargain) -> list[dict[str, Any]]:
    efficient = {payoff: bargaining.pareto_efficient(table.payoff) for payoff, table in bargain.tables.items()}
    return [
        {
            "name": package.title, "settings": list(package.settings),
            "payoff": {payoff: _by_party(table, table.payoff[k]) for payoff, table in bargain.tables.items()},
            "pareto": {payoff: bool(is_efficient[k]) for payoff, is_efficient in efficient.items()},
            "solver": bargain.day.result(package.key).proof(),
        }
        for k, package in enumerate(bargain.packages)
    ]  # fmt: skip


def _by_party(table: PayoffTable, values: np.ndarray) -> dict[str, float]:
    return {party: float(x) for party, x in zip(table.parties, values, strict=True)}


def negotiated_deals(bargain: Bargain) -> list[NegotiatedDeal]:
    """The deal under every payoff, disagreement point and solution."""
    return [
        _negotiated_deal(table, payoff, point, solution, spoken_points(bargain.day)[point])
        for payoff, table in bargain.tables.items()
        for point in table.disagreement_points
        for solution in solutions.SOLUTIONS
    ]


def _negotiated_deal(table: PayoffTable, payoff: str, point: str, solution: str, spoken: str) -> NegotiatedDeal:
    """The deal by one solution; spoken: the disagreement point as it stands in a sentence."""
    solved = solutions.solve(_without_negligible_gains(table, point), point, solution)
    return NegotiatedDeal(
        payoff,
        point,
        solution,
        solved.outcome,
        None if solved.gain is None else _by_party(table, solved.gain),
        None if solved.payoff is None else _by_party(table, solved.payoff),
        solved.why.replace(f"than {point}", f"than {spoken}") or None,
        tuple(solved.ties),
    )


def _without_negligible_gains(table: PayoffTable, point: str) -> PayoffTable:
    """Gains within the solver's error count as none, so that no deal rests on them."""
    negligible = np.abs(table.gains(point)) < NEGLIGIBLE
    payoff = np.where(negligible, table.disagreement_point(point), table.payoff)
    return PayoffTable(table.parties, table.names, payoff, table.disagreement_points)


def nash_outcome(deals: Sequence[NegotiatedDeal], payoff: str, disagreement: str) -> str | None:
    """The package of the Nash deal, None where there is no deal."""
    wanted = (payoff, disagreement, "nash")
    return next(d.outcome for d in deals if (d.payoff, d.disagreement, d.solution) == wanted)


def summary(point: Disagreement, deals: Sequence[NegotiatedDeal]) -> str:
    """The answer in a few sentences: the exchange where there is one, else the package that talks would settle on."""
    chosen = [d for d in deals if d.disagreement == point.chosen]
    if not point.exchanges:
        setting = exchange.setting_words(point.day.context)
        settled = {p: _settlement([d for d in chosen if d.payoff == p]) for p in point.day.payoffs}
        return " ".join(f"{BASIS[p]} over {setting}, {words}. This is one setting." for p, words in settled.items())
    words = [
        exchange.exchange_words(row, BASIS[row.payoff], point.day.sides, point.day.context, point.spoken)
        for row in point.exchanges
    ]
    return " ".join([*words, _package_words(chosen[0], point.spoken)])


def _counted(section: Mapping[str, Any]) -> list[str]:
    """Where talks land over all settings, or that the answer is one setting; nothing without an exchange."""
    if not section["deals"]:
        return []
    return [section["lands"]["words"] if section["lands"] else ONE_SETTING]


def _package_words(deal: NegotiatedDeal, spoken: str) -> str:
    """Which package of whole instruments is a deal over the same point; its numbers stand in the table."""
    if deal.outcome is None:
        return f"No package of whole measures leaves every side better off than {spoken}."
    return f"Of packages of whole measures the best is: {deal.outcome}."


def _suspensions(bargain: Bargain, deals: Sequence[NegotiatedDeal], disagreement: str) -> list[str]:
    """What a suspension counts as, where a deal over the disagreement point has one."""
    outcomes = {d.outcome for d in deals if d.disagreement == disagreement}
    settings = [p.settings for p in bargain.packages if p.title in outcomes]
    moved = (x for k, x in enumerate(bargain.instruments) if any(of_package[k] for of_package in settings))
    return list(dict.fromkeys(x.term.spoken for x in moved if x.term))


def _settlement(deals: Sequence[NegotiatedDeal]) -> str:
    """In words: the deals under one payoff and disagreement point, the Nash deal first."""
    first = deals[0]
    if first.outcome is None or first.gain is None:
        return str(first.why)
    others = list(dict.fromkeys(str(d.outcome) for d in deals if d.outcome != first.outcome))
    gain = ", ".join(f"{side} {exchange.signed(x, 3)} %" for side, x in first.gain.items())
    more = f"other solutions give {' / '.join(others)}" if others else "all three solutions agree"
    return f"talks would settle on: {first.outcome} ({gain}; {more})"


def weight_ranges(bargain: Bargain, disagreement: str) -> list[WeightRange]:
    """For each deal on the Pareto frontier, the bargaining weights of a side at which it is the Nash deal.

    Of two sides the first one's, and of more those of every side, the weights of the others as suits the deal best.
    """
    ranges: list[WeightRange] = []
    for payoff, table in bargain.tables.items():
        distinct = _without_negligible_gains(table, disagreement)
        for name in _candidates(distinct, disagreement):
            spans = solutions.weight_ranges(distinct, disagreement, name)
            if spans is not None and spans[0][1] > spans[0][0]:
                sides = table.parties[: 1 if len(table.parties) == BILATERAL else None]
                ranges += [
                    WeightRange(payoff, name, side, max(low, 0.0), min(high, 1.0))
                    for side, (low, high) in zip(sides, spans, strict=False)
                ]
    return sorted(
        ranges, key=lambda r: (r.payoff != "real_income", r.payoff, bargain.day.sides.index(r.side), r.weight_low)
    )


def _candidates(table: PayoffTable, disagreement: str) -> list[str]:
    """The packages that can be the Nash deal: efficient ones from which every side gains."""
    can_win = bargaining.pareto_efficient(table.payoff) & (table.gains(disagreement) > 0).all(1)
    return [table.names[k] for k in np.flatnonzero(can_win)]


def sensitivities(deals: Sequence[NegotiatedDeal], disagreement: str, point_words: Mapping[str, str]) -> list[str]:
    """Where the Nash deal depends on the payoff or on the disagreement point; point_words: what each is called."""
    nash = {(d.payoff, d.disagreement): d.outcome for d in deals if d.solution == "nash"}
    payoffs, points = dict.fromkeys(p for p, _ in nash), dict.fromkeys(point for _, point in nash)
    by_payoff = {_spoken(payoff): nash[payoff, disagreement] for payoff in payoffs}
    lines = [f"the Nash deal depends on the payoff: {_listed(by_payoff)}"] if _differ(by_payoff) else []
    for payoff in payoffs:
        by_point = {f"over {point_words[point]}": nash[payoff, point] for point in points}
        if _differ(by_point):
            lines.append(f"{_spoken(payoff)}: the deal depends on the disagreement point ({_listed(by_point)})")
    return lines


def _differ(outcomes: Mapping[str, str | None]) -> bool:
    return len(set(outcomes.values())) > 1


def _listed(outcomes: Mapping[str, str | None]) -> str:
    return "; ".join(f"{case}: {outcome or 'no deal'}" for case, outcome in outcomes.items())


def _spoken(payoff: str) -> str:
    return payoff.replace("_", " ")


def _disagreement_point(point: Disagreement) -> str:
    """The chosen disagreement point with what it means."""
    if point.chosen == "truce" and running_truce(point.day.state) is None:
        return WITHOUT_TRUCE
    lapse = f" ({point.lapse.words()})" if point.lapse else ""
    return f"{DISAGREEMENT_POINTS[point.chosen]}{lapse}"


def notes(point: Disagreement) -> tuple[str, ...]:
    """What a reader must know before citing a number."""
    return (
        f"gains are measured from {_disagreement_point(point)}; payoffs are in percent of real income against the"
        " duties in force",
        *([exchange.NOTE] if point.exchanges else []),
        *_no_duties(point.day),
        *_bound_notes(point),
        *_packages_notes(point.day),
        "packages set duties only; what else a deal holds is priced item by item beside them, or listed with the reason"
        " why it is not",
        "no lottery over packages and no side payment is assumed",
    )


def _no_duties(day: PricedDay) -> list[str]:
    words = without_duties_words(day)
    return [f"{words}, so there is nothing of theirs to exchange"] if words else []


def _bound_notes(point: Disagreement) -> list[str]:
    """The sides whose duty lies at the end of the range tried."""
    if point.grid is None:
        return []
    lines = (exchange.bound_words(row, point.grid.bounds, point.day.sides) for row in point.exchanges)
    return list(dict.fromkeys(line for of_payoff in lines for line in of_payoff))


def _packages_notes(day: PricedDay) -> list[str]:
    """What is assumed about moves that end, and what was left out to keep the packages few."""
    if day.packages is None:
        return []
    settings = dict.fromkeys(x.setting for x in day.packages.instruments if x.setting)
    movable = {(x.name, x.by) for x in day.packages.instruments}
    parts = (x.title if (x.name, x.by) not in movable else f"{x.title} {x.moved}" for x in day.packages.left_out)
    left_out = "; ".join(dict.fromkeys(parts))
    more = f"left out, to keep the packages at most {MOST_PACKAGES}, the smallest duties first: {left_out}"
    return [*(f"a suspension is not a lift: {setting}" for setting in settings), *([more] if left_out else [])]
