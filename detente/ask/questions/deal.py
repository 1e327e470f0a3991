"""Which packages both sides gain from, where talks would settle, and how strong each side must be for another deal.

Packages combine the instruments of the record. All are priced in one batch; the disagreement point is the truce as it
stands or the war, and is always named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing.context import DEFAULT_WORLD
from detente.ask.pricing.continuous_packages import continuous_section
from detente.ask.pricing.deal_items import ItemGroup, item_groups
from detente.ask.pricing.government_weights import NEGLIGIBLE, value_added_shares
from detente.ask.pricing.packages import MOST_PACKAGES, Instrument, Package, package_set
from detente.ask.pricing.possible_outcomes import BILATERAL, running_truce
from detente.ask.pricing.priced_day import PricedDay, price_day
from detente.ask.pricing.scenario_keys import OutcomeKey, ScenarioKey
from detente.ask.registry import DEFAULT_DOSSIER
from detente.bargain import outcomes as bargaining
from detente.bargain import ratify, solutions
from detente.bargain.outcomes import PayoffTable
from detente.errors import QuestionError

DISAGREEMENT_POINTS = {
    "truce": "the truce as it stands, which each side has while talks go on (the inside option)",
    "war": "the lapse of the truce, which each side has if talks end (the outside option)",
}
WITHOUT_TRUCE = "the duties in force, which each side has while talks go on (no truce runs on this day)"
QUOTAS = ("majority", "two-thirds")
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


def deal(
    *, as_of: str | None = None, known: str | None = None, dossier: str = DEFAULT_DOSSIER, world: str = DEFAULT_WORLD,
    horizon: str = "long", disagreement: str = "truce", home: str | None = None, bands: bool = True,
    without_steps: bool = False,
) -> Answer:  # fmt: skip
    """Packages, the Pareto frontier, and the Nash, Kalai-Smorodinsky and egalitarian deals over a disagreement point.

    as_of defaults to today, known to as_of. disagreement: truce or war. bands: also the Nash deal under every
    elasticity set. without_steps: also the Nash deal over any part of the added duties, without and with a payment
    (`continuous`). Raises QuestionError for an unknown disagreement point, or for the war on a day on which the record
    does not tell what it would be; RecordError, NotConverged.
    """
    if disagreement not in DISAGREEMENT_POINTS:
        raise QuestionError(f"--disagreement {disagreement!r}: it is {' or '.join(DISAGREEMENT_POINTS)}")
    day = price_day(
        as_of=as_of, known=known, dossier=dossier, world=world, horizon=horizon, home=home, extra=package_set
    )
    data = deal_section(day, disagreement, item_groups(day), bands=bands)
    data["continuous"] = continuous_section(day) if without_steps else None
    return day.answer("deal", data, notes(disagreement, day), disagreement=disagreement)


def deal_section(
    day: PricedDay, disagreement: str = "truce", items: Sequence[ItemGroup] = (), *, bands: bool = True
) -> dict[str, Any]:
    """The answer's data for a day priced with its packages, which a brief also carries under `deal`.

    items: of deals on the table, or those on record.
    """
    bargain, rows = bargain_of(day), [group.to_json() for group in items]
    if not bargain.instruments:
        return {**_empty_section(day, disagreement), "items": rows}
    if disagreement not in day.disagreement_points:
        raise QuestionError(
            f"{day.state.as_of[:10]}: the record does not tell what the war would be; take --disagreement truce"
        )
    deals = negotiated_deals(bargain)
    return {
        "words": " ".join([summary(deals, disagreement), *_suspensions(bargain, deals, disagreement)]),
        "disagreement": disagreement,
        "disagreements": {point: _disagreement_json(day, name) for point, name in day.disagreement_points.items()},
        "instruments": [instrument.to_json() for instrument in bargain.instruments],
        "left_out": [instrument.to_json() for instrument in bargain.left_out],
        "items": rows,
        "payoffs": day.payoffs,
        "packages": _packages_json(bargain),
        "deals": [d.to_json() for d in deals],
        "beliefs": [vars(row) for row in weight_ranges(bargain, disagreement)],
        "ratification": ratification(bargain, nash_outcome(deals, "real_income", disagreement), disagreement),
        "by_elasticity": deals_by_elasticity(bargain, disagreement) if bands else None,
        "flips": sensitivities(deals, disagreement, day.disagreement_words),
        "weights": day.weights_json(),
        "proof": day.proof(),
    }


def _empty_section(day: PricedDay, disagreement: str) -> dict[str, Any]:
    """The answer's data for a day on which no instrument can be moved."""
    return {
        "words": NO_PACKAGE, "disagreement": disagreement, "disagreements": {}, "instruments": [],
        "left_out": [], "payoffs": day.payoffs, "packages": [], "deals": [], "beliefs": [], "ratification": {},
        "by_elasticity": None, "flips": [], "weights": {}, "proof": day.proof(),
    }  # fmt: skip


def bargain_of(day: PricedDay) -> Bargain:
    """The packages of a day priced with `package_set`, with their payoffs where there are instruments."""
    movable = day.packages
    if movable is None or not movable.instruments:
        return Bargain(day, (), (), {})
    tables = {payoff: _payoff_table(day, payoff, movable.packages) for payoff in day.payoffs}
    return Bargain(day, movable.instruments, movable.packages, tables, movable.left_out)


def _payoff_table(day: PricedDay, payoff: str, every: Sequence[Package]) -> PayoffTable:
    rows = [bargaining.Package(p.title, {s: day.payoff(payoff, s, p.key) for s in day.sides}) for p in every]
    points = {
        point: {s: day.outcome_payoff(payoff, s, name) for s in day.sides}
        for point, name in day.disagreement_points.items()
    }
    return bargaining.payoff_table(rows, points)


def _disagreement_json(day: PricedDay, name: str) -> dict[str, Any]:
    payoffs = {payoff: {s: day.outcome_payoff(payoff, s, name) for s in day.sides} for payoff in day.payoffs}
    return {"outcome": name, "payoff": payoffs}


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
        _negotiated_deal(table, payoff, point, solution, bargain.day.disagreement_words[point])
        for payoff, table in bargain.tables.items()
        for point in bargain.day.disagreement_points
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


def summary(deals: Sequence[NegotiatedDeal], disagreement: str) -> str:
    """The answer in a sentence or two."""
    basis = {"real_income": "By real income", "government": "By the government payoff"}
    by_payoff = {p: [d for d in deals if (d.payoff, d.disagreement) == (p, disagreement)] for p in basis}
    return " ".join(f"{basis[p]}, {_settlement(rows)}." for p, rows in by_payoff.items() if rows)


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
        return f"there is no deal: {first.why}"
    others = list(dict.fromkeys(str(d.outcome) for d in deals if d.outcome != first.outcome))
    gain = ", ".join(f"{side} {x:+.3f} %" for side, x in first.gain.items())
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


def ratification(bargain: Bargain, outcome: str | None, disagreement: str) -> dict[str, Any]:
    """By what margin the deal would pass at home if goods sectors voted with their value added; empty without a deal.

    A sector is for the deal if its employment does not fall. Margins, not probabilities.
    """
    day = bargain.day
    if outcome is None or not day.context.world.sectors:
        return {}
    change = day.result(bargain.package(outcome).key).sectors["sector_employment"]
    if disagreement == "war":
        change = change - day.results[OutcomeKey(day.disagreement_points["war"])].sectors["sector_employment"]
    return {side: _home_vote(day, side, change) for side in day.sides}


def _home_vote(day: PricedDay, side: str, change: np.ndarray) -> dict[str, Any]:
    """The vote at home; change [s,n]: of employment by sector, percent."""
    context = day.context
    goods = [context.world.sector(s) for s in context.goods]
    shares = value_added_shares(context)
    gain, weight = (np.array([context.of_party(x[k], side) for k in goods]) for x in (change, shares))
    houses = {quota: ratify.VotingBody(context.goods, gain[None], weight, ratify.RULES[quota]) for quota in QUOTAS}
    return {
        "support": float(houses["majority"].support[0]),
        "rules": [
            {"rule": quota, "passes": bool(house.passes()[0]), "margin": float(house.margin[0]),
             "pivot": labels.sector(house.pivot(0))}
            for quota, house in houses.items()
        ],
        "most_against": [
            {"sector": context.goods[k], "name": labels.sector(context.goods[k]), "employment": float(gain[k]),
             "weight": float(weight[k])}
            for k in np.argsort(gain)[:3] if gain[k] < 0
        ],
    }  # fmt: skip


def deals_by_elasticity(bargain: Bargain, disagreement: str) -> list[dict[str, Any]] | None:
    """The Nash deal by real income under each elasticity set, over the packages that are Pareto efficient today.

    Sets under which a scenario has no equilibrium are left out. None for a one-sector world.
    """
    day = bargain.day
    efficient = bargaining.pareto_efficient(bargain.tables["real_income"].payoff)
    candidates = [bargain.packages[k] for k in np.flatnonzero(efficient)]
    keys: list[ScenarioKey] = [p.key for p in candidates]
    keys.append(OutcomeKey(day.disagreement_points[disagreement]))
    income = day.real_income_by_set(keys)
    if income is None:
        return None
    values = np.array([[income.of(key, s) for s in day.sides] for key in keys])  # [scenario, side, set]
    solved = np.flatnonzero(np.isfinite(values).all((0, 1)))
    return [
        {
            "set": income.sets[j],
            **_nash_deal(candidates, values[:, :, j], day.sides, day.disagreement_words[disagreement]),
        }
        for j in solved
    ]


def _nash_deal(candidates: Sequence[Package], values: np.ndarray, sides: Sequence[str], point: str) -> dict[str, Any]:
    """The Nash deal over candidates; values [scenario, side]: of the candidates, and last of the disagreement point."""
    payoffs = [dict(zip(sides, map(float, row), strict=True)) for row in values]
    rows = [bargaining.Package(p.title, payoff) for p, payoff in zip(candidates, payoffs[:-1], strict=True)]
    solved = solutions.solve(bargaining.payoff_table(rows, {point: payoffs[-1]}), point)
    gain = None if solved.gain is None else dict(zip(sides, map(float, solved.gain), strict=True))
    return {"outcome": solved.outcome, "gain": gain, "why": solved.why or None}


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


def _disagreement_point(disagreement: str, day: PricedDay) -> str:
    """The disagreement point of a day, with what it means."""
    if disagreement == "truce" and running_truce(day.state) is None:
        return WITHOUT_TRUCE
    return DISAGREEMENT_POINTS[disagreement]


def notes(disagreement: str, day: PricedDay) -> tuple[str, ...]:
    """What a reader must know before citing a number."""
    return (
        f"gains are measured from {_disagreement_point(disagreement, day)}; payoffs are in percent of real income"
        " against the duties in force",
        *_packages_notes(day),
        "packages set duties only; what else a deal holds is priced item by item beside them, or listed with the reason"
        " why it is not",
        "no lottery over packages and no side payment is assumed",
        "ratification: goods sectors vote with the weight of their value added, by whether they gain or lose"
        " employment; the thresholds of actual ratifiers are not sourced, so it gives margins and no probabilities",
        "the government payoffs are inferred from behaviour, not observed",
    )


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
