"""Which packages both sides gain from, where talks would land, and what each must believe for another deal.

Packages combine the instruments of the record: suspended duties that can come back, duties the deal of Busan cut, and
duties threatened. All are priced in one batch; the fallback is the truce as it stands or the war, and is always named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing import continuous_packages, duties, priced_day
from detente.ask.pricing.context import DEFAULT_WORLD, PricingContext, TariffLevels
from detente.ask.pricing.duties import DutyLayer
from detente.ask.pricing.possible_outcomes import Outcome
from detente.ask.pricing.priced_day import SIDES, PricedDay
from detente.bargain import ratify, solutions
from detente.bargain.outcomes import Package as Choice
from detente.bargain.outcomes import PayoffTable, pareto, table
from detente.errors import QuestionError
from detente.record.state import State
from detente.record.store import Record

FALLBACKS = ("truce", "war")
CUTS = {"usa-ieepa-fentanyl": 10.0, "chn-farm": 0.0}  # points, as the fact sheet of 1 November 2025 has them
TITLES = {
    "usa-ieepa-fentanyl": "US fentanyl duty",
    "usa-ieepa-reciprocal-24": "US 24 points",
    "usa-100-percent": "US 100 points",
    "chn-reciprocal-24": "Chinese 24 points",
    "chn-farm": "Chinese farm duties",
}
MOST = 6  # instruments; the packages double with each
QUOTAS = ("majority", "two-thirds")


@dataclass(frozen=True)
class Instrument:
    """A duty that a package may leave as today or move. drop: the measure whose layers go; add: what comes instead."""

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


def instruments(state: State, table: Sequence[Outcome], economies: Sequence[str]) -> list[Instrument]:
    """What the record supports on a day: duties that can come back, duties cut at Busan, duties threatened."""
    day, known, base = state.as_of[:10], set(economies), table[0].layers
    found = []
    for side in SIDES:
        for row in duties.suspended(state, side):
            layers = tuple(x for x in duties.measure_layers(row, day) if x.by in known and x.against in known)
            if layers:
                points = f"{layers[0].points:g} points"
                found.append(
                    Instrument(
                        row["measure"], side, f"{points} stay suspended", "restored", None, layers, row.get("statement")
                    )
                )
    for measure, cut in CUTS.items():
        layers = tuple(x for x in base if x.measure == measure)
        if layers and layers[0].points > cut:
            now = f"{layers[0].points:g} points"
            less = tuple(replace(x, points=cut) for x in layers) if cut else ()
            after = f"cut to {cut:g}" if cut else "lifted"
            found.append(Instrument(measure, layers[0].by, f"{now} stay", after, measure, less, layers[0].statement))
    for outcome in table:
        threat = next((r for r in state.threats if r["threat"] == outcome.name), None)
        if threat is not None and outcome.changes:
            points = f"{outcome.changes[0].points:g} points"
            proof = outcome.evidence[0] if outcome.evidence else None
            found.append(
                Instrument(
                    outcome.name,
                    outcome.changes[0].by,
                    f"{points} not collected",
                    "collected",
                    None,
                    outcome.changes,
                    proof,
                )
            )
    return found[:MOST]


def packages(
    given: Sequence[Instrument], base: Sequence[DutyLayer]
) -> dict[str, tuple[tuple[int, ...], list[DutyLayer]]]:
    """{name: (settings, every duty in force under it)} for every combination; the first is today's."""
    found = {}
    for settings in product((0, 1), repeat=len(given)):
        layers, moves = list(base), []
        for one, on in zip(given, settings, strict=True):
            if on:
                layers = [x for x in layers if x.measure != one.drop] + list(one.add)
                moves.append(f"{one.title} {one.moved}")
        found["; ".join(moves) or "as today"] = (settings, layers)
    return found


def deal(
    *,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = "us-china",
    world: str = DEFAULT_WORLD,
    horizon: str = "long",
    disagreement: str = "truce",
    home: str | None = None,
    bands: bool = True,
    without_steps: bool = False,
) -> Answer:
    """Packages, Pareto line, and the Nash, Kalai-Smorodinsky and egalitarian deals over a fallback, truce or war.

    as_of defaults to today, known to as_of; bands: the Nash deal under every set of elasticities; without_steps: also
    the Nash deal over any part of the added duties, without and with a payment (`continuous`). Raises QuestionError
    for a fallback that is none or not known on that day, RecordError, NotConverged.
    """
    if disagreement not in FALLBACKS:
        raise QuestionError(f"--disagreement {disagreement!r}: it is {' or '.join(FALLBACKS)}")
    as_of = as_of or date.today().isoformat()
    terms = {"dossier": dossier, "world": world, "horizon": horizon, "home": home}
    told = scene(as_of=as_of, known=known, **terms)
    data = {"as_of": as_of, "known": known or as_of, **section(told, disagreement, bands=bands), "continuous": None}
    if without_steps:
        points = {"truce": told.truce} | ({"war": told.war} if told.war else {})
        data["continuous"] = continuous_packages.section(told, points)
    return Answer(
        "deal", data, notes(told, disagreement), priced_day.day_options(told, as_of, known, disagreement=disagreement)
    )


def scene(**terms: Any) -> PricedDay:
    """A scene of payoffs with every package priced in the same batch; terms as `payoffs.scene`."""
    return priced_day.price_day(more=_levels, **terms)


def _levels(record: Record, state: State, at: PricingContext, table: Sequence[Outcome]) -> dict[str, TariffLevels]:
    made = packages(instruments(state, table, at.world.economies), table[0].layers)
    return {f"package {name}": at.levels(layers) for name, (_, layers) in made.items()}


def section(told: PricedDay, disagreement: str = "truce", *, bands: bool = True) -> dict[str, Any]:
    """The answer's data for a scene made by `deal.scene`: what a brief carries under `deal`."""
    given = instruments(told.state, told.table, told.at.world.economies)
    if not given:
        return {
            "words": "No instrument of either side can be moved on this day as the record has it: no package to price.",
            "disagreement": disagreement, "disagreements": {}, "instruments": [], "payoffs": told.payoffs,
            "packages": [], "deals": [], "beliefs": [], "ratification": {}, "by_elasticity": None, "flips": [],
            "weights": {}, "proof": told.proof(),
        }  # fmt: skip
    if disagreement == "war" and told.war is None:
        raise QuestionError(
            f"{told.state.as_of[:10]}: what war would be is not known from the record; take --disagreement truce"
        )
    made = packages(given, told.table[0].layers)
    points = {"truce": told.truce} | ({"war": told.war} if told.war else {})
    tables = {payoff: _table(told, payoff, list(made), points) for payoff in told.payoffs}
    rows = [
        {"name": name, "settings": list(settings), "payoff": {p: _said(t, t.payoff[k]) for p, t in tables.items()},
         "pareto": {p: bool(pareto(t.payoff)[k]) for p, t in tables.items()},
         "solver": told.found[f"package {name}"].proof()}
        for k, (name, (settings, _)) in enumerate(made.items())
    ]  # fmt: skip
    deals = [
        _deal(t, payoff, point, solution)
        for payoff, t in tables.items()
        for point in points
        for solution in solutions.SOLUTIONS
    ]
    chosen = next(
        d for d in deals if (d["payoff"], d["disagreement"], d["solution"]) == ("real_income", disagreement, "nash")
    )
    return {
        "words": words(deals, disagreement),
        "disagreement": disagreement,
        "disagreements": {
            p: {"outcome": name, "payoff": {q: {s: told.worth(q, s, name) for s in SIDES} for q in told.payoffs}}
            for p, name in points.items()
        },
        "instruments": [
            {"name": x.name, "title": x.title, "by": x.by, "today": x.today, "moved": x.moved, "evidence": x.evidence}
            for x in given
        ],
        "payoffs": told.payoffs,
        "packages": rows,
        "deals": deals,
        "beliefs": beliefs(tables, disagreement),
        "ratification": ratification(told, chosen["outcome"], tables["real_income"], disagreement),
        "by_elasticity": by_elasticity(told, rows, points[disagreement]) if bands else None,
        "flips": flips(deals, disagreement),
        "weights": {p: {s: w.to_json() for s, w in by.items()} for p, by in told.weights.items()},
        "proof": told.proof(),
    }


def _table(told: PricedDay, payoff: str, names: Sequence[str], points: Mapping[str, str]) -> PayoffTable:
    choices = [Choice(n, {s: told.worth(payoff, s, f"package {n}") for s in SIDES}) for n in names]
    return table(choices, {p: {s: told.worth(payoff, s, name) for s in SIDES} for p, name in points.items()})


def _said(given: PayoffTable, values: np.ndarray) -> dict[str, float]:
    return {party: float(x) for party, x in zip(given.parties, values, strict=True)}


def _deal(given: PayoffTable, payoff: str, point: str, solution: str) -> dict[str, Any]:
    found = solutions.solve(_told_apart(given, point), point, solution)
    return {
        "payoff": payoff,
        "disagreement": point,
        "solution": solution,
        "outcome": found.outcome,
        "gain": None if found.gain is None else _said(given, found.gain),
        "level": None if found.payoff is None else _said(given, found.payoff),
        "why": found.why.replace(f"than {point}", f"than the {point}") or None,
        "ties": list(found.ties),
    }


def _told_apart(given: PayoffTable, point: str) -> PayoffTable:
    """Gains too small to tell from the solver's error count as none, so that no deal rests on them."""
    gain = given.gains(point)
    level = np.where(np.abs(gain) < priced_day.NEGLIGIBLE, given.point(point), given.payoff)
    return PayoffTable(given.parties, given.names, level, given.points)


def words(deals: Sequence[dict[str, Any]], disagreement: str) -> str:
    """The answer in a sentence or two."""
    said = []
    for payoff, start in (("real_income", "By real income"), ("government", "By the government payoff")):
        here = [d for d in deals if (d["payoff"], d["disagreement"]) == (payoff, disagreement)]
        if not here:
            continue
        if here[0]["outcome"] is None:
            said.append(f"{start} there is no deal: {here[0]['why']}")
            continue
        names = list(dict.fromkeys(d["outcome"] for d in here))
        gain = ", ".join(f"{s} {x:+.3f} %" for s, x in here[0]["gain"].items())
        more = "; all three solutions agree" if len(names) == 1 else f"; others land on {' / '.join(names[1:])}"
        said.append(f"{start} talks land on: {names[0]} ({gain}{more})")
    return ". ".join(said) + "."


def beliefs(tables: Mapping[str, PayoffTable], disagreement: str) -> list[dict[str, Any]]:
    """For each deal on the Pareto line, the bargaining weights of the first side at which it is the Nash deal."""
    found = []
    for payoff, given in tables.items():
        apart = _told_apart(given, disagreement)
        for name in given.names:
            span = solutions.weight_range(apart, disagreement, name)
            if span is not None and span[1] > span[0]:
                row = {"payoff": payoff, "outcome": name, "side": given.parties[0]}
                found.append({**row, "weight_low": max(span[0], 0.0), "weight_high": min(span[1], 1.0)})
    return sorted(found, key=lambda r: (r["payoff"] != "real_income", r["payoff"], r["weight_low"]))


def ratification(told: PricedDay, name: str | None, given: PayoffTable, disagreement: str) -> dict[str, Any]:
    """How near the deal is to failing at home if goods sectors voted with their value added: margins, no chances."""
    if name is None or not told.at.world.sectors:
        return {}
    one = told.found[f"package {name}"]
    back = told.found[told.war] if disagreement == "war" and told.war else None
    found = {}
    goods = [told.at.world.sector(s) for s in told.at.goods]
    for side in SIDES:
        n = told.at.world.index(side)
        gain = one.sectors["sector_employment"][:, n]
        gain = gain - back.sectors["sector_employment"][:, n] if back else gain
        gain = gain[goods]
        weight = priced_day.value_added_shares(told.at)[goods, n]
        losers = np.argsort(gain)[:3]
        houses = {q: ratify.House(told.at.goods, gain[None], weight, ratify.RULES[q]) for q in QUOTAS}
        house = houses["majority"]
        found[side] = {
            "support": float(house.support[0]),
            "rules": [
                {"rule": q, "passes": bool(h.passes()[0]), "margin": float(h.margin[0]),
                 "pivot": labels.sector(h.pivot(0))}
                for q, h in houses.items()
            ],
            "most_against": [
                {"sector": told.at.goods[k], "name": labels.sector(told.at.goods[k]),
                 "employment": float(gain[k]), "weight": float(weight[k])}
                for k in losers if gain[k] < 0
            ],
        }  # fmt: skip
    return found


def by_elasticity(told: PricedDay, rows: Sequence[dict[str, Any]], fallback: str) -> list[dict[str, Any]] | None:
    """The Nash deal by real income under each set, among today's Pareto line; None for a world of one sector."""
    names = [r["name"] for r in rows if r["pareto"]["real_income"]]
    meant = {n: f"package {n}" for n in names} | {f"\0{fallback}": fallback}
    levels = {n: told.levels[m] for n, m in meant.items()}
    band = told.at.bands(told.levels[told.truce], levels, results={n: told.found[m] for n, m in meant.items()})
    if band is None:
        return None
    at = [told.at.world.index(s) for s in SIDES]
    found = []
    for k, label in enumerate(band.by):
        values = {o: band.values[k, j, at] for j, o in enumerate(band.outcomes)}
        if not all(np.isfinite(v).all() for v in values.values()):
            continue
        choices = [Choice(n, dict(zip(SIDES, map(float, values[n]), strict=True))) for n in names]
        back = dict(zip(SIDES, map(float, values[f"\0{fallback}"]), strict=True))
        one = solutions.solve(table(choices, {"back": back}), "back")
        gain = None if one.gain is None else dict(zip(SIDES, map(float, one.gain), strict=True))
        found.append({"set": str(label), "outcome": one.outcome, "gain": gain, "why": one.why or None})
    return found


def flips(deals: Sequence[dict[str, Any]], disagreement: str) -> list[str]:
    """Where the Nash deal turns with the payoff or with the fallback."""
    nash = {(d["payoff"], d["disagreement"]): d["outcome"] or "no deal" for d in deals if d["solution"] == "nash"}
    found = []
    here = {p: o for (p, point), o in nash.items() if point == disagreement}
    if len(set(here.values())) > 1:
        found.append(
            "the Nash deal turns with the payoff: " + "; ".join(f"{p.replace('_', ' ')}: {o}" for p, o in here.items())
        )
    for payoff in here:
        both = {point: o for (p, point), o in nash.items() if p == payoff}
        if len(set(both.values())) > 1:
            told = "; ".join(f"over the {p}: {o}" for p, o in both.items())
            found.append(f"{payoff.replace('_', ' ')}: it turns with the fallback ({told})")
    return found


def notes(told: PricedDay, disagreement: str) -> tuple[str, ...]:
    """What a reader must know before citing a number."""
    meant = {
        "truce": "the truce as it stands: what each side has while talks go on (the inside option)",
        "war": "the truce lapses: what each side has if talks end (the outside option)",
    }
    return (
        f"gains are over {meant[disagreement]}; payoffs in percent of real income against the duties in force",
        "packages set duties only: purchases, licences, fees, export controls and chips have no price in this model",
        "no lottery over packages and no side payment is assumed",
        "ratification: goods sectors weighted with value added, gaining or losing employment; thresholds of real"
        " ratifiers are not sourced, so there are margins and no probabilities",
        "the government payoffs are inferred from behaviour, not observed",
        priced_day.model_limits(told.at),
        *told.notes,
    )
