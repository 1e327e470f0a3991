"""Which side loses more by which threat, which threat is credible, and where each side depends on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing import duties, recorded_controls
from detente.ask.pricing.context import DEFAULT_WORLD
from detente.ask.pricing.possible_outcomes import Outcome
from detente.ask.pricing.priced_day import PricedDay, price_day
from detente.ask.pricing.scenario_keys import OutcomeKey
from detente.ask.registry import DEFAULT_DOSSIER
from detente.bargain import leverage as model
from detente.bargain.leverage import ThreatAssessment

MISSING = "not priced: the cost share of the product is not available"
NO_QUANTITIES = ("export_control", "entity_listing", "import_ban")
LARGEST = 5  # sectors listed by exposure


@dataclass(frozen=True)
class Threat:
    """An outcome on the table that one side can bring about alone, and another side that it falls on."""

    outcome: Outcome
    sender: str
    target: str

    @property
    def name(self) -> str:
        """The name of the outcome."""
        return self.outcome.name


@dataclass(frozen=True)
class WeighedThreat:
    """A threat under one payoff, in percent of real income against the duties in force.

    if_answered: what it costs the sender if the target answers, None where no answer is on the table.
    """

    threat: Threat
    payoff: str
    weighed: ThreatAssessment
    if_answered: float | None

    @property
    def title(self) -> str:
        """The threat in words."""
        return self.threat.outcome.title

    def to_json(self, solver: dict[str, Any]) -> dict[str, Any]:
        """The row in the keys of `detente leverage`; solver: the proof of its outcome."""
        threat, weighed = self.threat, self.weighed
        return {
            "threat": threat.name, "title": self.title, "sender": threat.sender, "target": threat.target,
            "payoff": self.payoff, "loss": weighed.loss, "cost": weighed.cost, "cost_if_answered": self.if_answered,
            "net": weighed.net, "credible": weighed.credible, "needed": weighed.needed, "demand": weighed.demand,
            "why": weighed.why, "notes": list(threat.outcome.notes), "evidence": list(threat.outcome.evidence),
            "solver": solver,
        }  # fmt: skip


def leverage(
    *, as_of: str | None = None, known: str | None = None, dossier: str = DEFAULT_DOSSIER, world: str = DEFAULT_WORLD,
    horizon: str = "long", home: str | None = None, bands: bool = True,
) -> Answer:  # fmt: skip
    """Loss to the target, cost to the sender and credibility of each threat of duties, both ways.

    as_of defaults to today, known to as_of. bands: loss and cost over all elasticity sets too. Raises QuestionError,
    RecordError, NotConverged.
    """
    day = price_day(as_of=as_of, known=known, dossier=dossier, world=world, horizon=horizon, home=home)
    controls = recorded_controls.controls_section(day.case, day.state, day.base_levels, world, assumed=True)
    return day.answer("leverage", {**leverage_section(day, bands=bands), "controls": controls}, NOTES)


def leverage_section(day: PricedDay, *, bands: bool = True) -> dict[str, Any]:
    """The answer's data for a day already priced, which a brief also carries under `leverage`."""
    on_table = threats(day)
    rows = [weighed_threat(day, threat, payoff) for threat in on_table for payoff in day.payoffs]
    return {
        "words": summary(rows),
        "payoffs": day.payoffs,
        "threats": [row.to_json(day.results[OutcomeKey(row.threat.name)].proof()) for row in rows],
        "not_priced": unpriced_measures(day),
        "exposure": {side: exposure(day, side) for side in day.sides},
        "concentration": {side: concentration(day, side) for side in day.sides},
        "by_elasticity": threats_by_elasticity(day, on_table) if bands else None,
        "weights": day.weights_json(),
        "flips": sensitivities(rows),
        "proof": day.proof(),
    }


def threats(day: PricedDay) -> list[Threat]:
    """Every outcome on the table that one side can bring about alone: lapses of the truce first."""
    lapses = dict.fromkeys(day.lapse.unilateral.values())
    deals = {deal.name for deal in day.case.deals}
    others = [outcome.name for outcome in day.outcomes if outcome.name not in lapses and outcome.name not in deals]
    outcomes = [day.outcome(name) for name in (*lapses, *others)]
    return [
        Threat(outcome, sender, target)
        for outcome in outcomes
        for sender in _only_sender(outcome, day.sides)
        for target in _targets(outcome, sender, day.sides)
    ]


def _only_sender(outcome: Outcome, sides: Sequence[str]) -> list[str]:
    """The side that alone changes duties in an outcome; none where there is no such side."""
    imposers = {layer.by for layer in outcome.changes}
    return [side for side in sides if imposers and imposers <= set(duties.economies_of(side))]


def _targets(outcome: Outcome, sender: str, sides: Sequence[str]) -> list[str]:
    """The other sides that duties of an outcome fall on."""
    hit = {layer.against for layer in outcome.changes}
    return [side for side in sides if side != sender and hit & set(duties.economies_of(side))]


def weighed_threat(day: PricedDay, threat: Threat, payoff: str) -> WeighedThreat:
    """A threat weighed by one payoff."""
    sender, target = (day.outcome_payoff(payoff, side, threat.name) for side in (threat.sender, threat.target))
    answered = _answered(day, threat)
    after = None if answered is None else day.outcome_payoff(payoff, threat.sender, answered)
    weighed = model.assess_threat((0.0, sender), (0.0, target))
    return WeighedThreat(threat, payoff, weighed, None if after is None else -after)


def _answered(day: PricedDay, threat: Threat) -> str | None:
    """The outcome in which the target answers a threat: the war for a lapse, None where none is on the table."""
    if threat.name in day.lapse.unilateral.values() and day.lapse.war not in (None, threat.name):
        return day.lapse.war
    name = f"{threat.name}-answered"
    return name if OutcomeKey(name) in day.results else None


def summary(rows: Sequence[WeighedThreat]) -> str:
    """The answer in a sentence, by real income."""
    of_income = [row for row in rows if row.payoff == "real_income"]
    if not of_income:
        return "On this day, no duty that one side could raise alone is on the table."
    costly = sum(row.weighed.net < 0 for row in of_income)
    credible = [row.title.lower() for row in of_income if row.weighed.credible]
    ending = "none is credible by real income alone, because carrying it out costs the side that makes it"
    if credible:
        ending = f"credible by real income: {', '.join(credible)}"
    return f"{costly} of {len(of_income)} threats of duties cost their sender more than their target; {ending}."


def sensitivities(rows: Sequence[WeighedThreat]) -> list[str]:
    """Threats whose credibility, or whose larger loser, depends on the payoff."""
    lines = []
    for threat in dict.fromkeys((row.threat.name, row.threat.target) for row in rows):
        same = [row for row in rows if (row.threat.name, row.threat.target) == threat]
        lines += _sensitivity(same, "is credible", [row.weighed.credible for row in same])
        lines += _sensitivity(same, "costs the target more than the sender", [row.weighed.net > 0 for row in same])
    return lines


def _sensitivity(rows: Sequence[WeighedThreat], claim: str, is_true: Sequence[bool]) -> list[str]:
    """A line on a claim that is true by some payoffs and false by others; rows: the same threat by every payoff."""
    if all(is_true) or not any(is_true):
        return []
    payoffs = {value: [r.payoff for r, x in zip(rows, is_true, strict=True) if x == value] for value in (True, False)}
    true, false = (", ".join(payoffs[value]).replace("_", " ") for value in (True, False))
    return [f"{rows[0].title}: {claim} by {true}, but not by {false}"]


def unpriced_measures(day: PricedDay) -> list[dict[str, str]]:
    """Quantity limits in the record that no payoff here represents: technology controls, listings, import bans."""
    return [
        {"measure": row.measure or row.type, "by": row.imposer, "status": row.status, "why": MISSING}
        for row in day.state.measures
        if row.measure not in {control.measure for control in day.case.controls}
        and row.type in NO_QUANTITIES
        and not row.is_past
    ]


def exposure(day: PricedDay, side: str) -> list[dict[str, Any]]:
    """The goods sectors in which losing the other sides as suppliers would cost a side most, in the base year.

    share: of the sector's spending. cut_off: percent rise of its price index, -ln(1 - share) / theta, theta being the
    trade elasticity.
    """
    world = day.context.world
    if not world.sectors:
        return []
    rows = [_sector_exposure(day, k, side) for k, sector in enumerate(world.sectors) if sector in day.context.goods]
    return sorted((row for row in rows if row), key=lambda row: float(row["cut_off"]), reverse=True)[:LARGEST]


def _sector_exposure(day: PricedDay, k: int, side: str) -> dict[str, Any] | None:
    """The exposure of a side to the others in sector k; None where it buys nothing or everything there."""
    world = day.context.world
    own, others = _places(day, side)
    weight = np.asarray(world.spending[k, own])
    if not weight.sum() > 0:
        return None
    bought = (weight / weight.sum()) @ np.asarray(world.share[k, own])  # [exporter], of the side's spending
    share, foreign = float(bought[others].sum()), float(1 - bought[own].sum())
    if not 0 < share < 1:
        return None
    sector, theta = world.sectors[k], float(np.asarray(world.structure.elasticity)[k])
    return {
        "sector": sector, "name": labels.sector(sector), "share": share,
        "of_imports": share / foreign if foreign > 0 else 0.0, "elasticity": theta,
        "cut_off": 100 * model.cut_off(share, theta + 1),
    }  # fmt: skip


def _places(day: PricedDay, side: str) -> tuple[list[int], list[int]]:
    """The places in the world of a side's economies, and of those of all other sides."""
    others = [n for other in day.case.others(side) for n in day.context.economies_of(other)]
    return day.context.economies_of(side), others


def concentration(day: PricedDay, side: str) -> dict[str, float]:
    """The part of a side's goods imports and exports that is with the other sides, and Hirschman's index.

    The index is over all partners. An index of 100 is one partner alone.
    """
    context, world = day.context, day.context.world
    own, others = _places(day, side)
    flows = world.duty_free * (world.spending[..., None] if world.sectors else world.spending[:, None])
    if world.sectors:
        flows = flows[[world.sector(s) for s in context.goods]].sum(0)
    foreign = ~np.isin(np.arange(len(world.economies)), own)
    imports, exports = flows[own].sum(0) * foreign, flows[:, own].sum(1) * foreign
    return {
        "imports_from_other": float(imports[others].sum() / imports.sum()),
        "exports_to_other": float(exports[others].sum() / exports.sum()),
        "imports_index": model.concentration(list(imports / imports.sum())),
        "exports_index": model.concentration(list(exports / exports.sum())),
    }


def threats_by_elasticity(day: PricedDay, on_table: Sequence[Threat]) -> list[dict[str, Any]] | None:
    """The range of loss and cost of each threat by real income over elasticity sets; None for a one-sector world."""
    income = day.real_income_by_set([OutcomeKey(threat.name) for threat in on_table]) if on_table else None
    if income is None:
        return None
    rows = []
    for threat in on_table:
        loss, cost = (-income.of(OutcomeKey(threat.name), side) for side in (threat.target, threat.sender))
        net = loss - cost
        rows.append(
            {
                "threat": threat.name,
                "loss": [float(np.nanmin(loss)), float(np.nanmax(loss))],
                "cost": [float(np.nanmin(cost)), float(np.nanmax(cost))],
                "sender_loses_more": [name for name, x in zip(income.sets, net, strict=True) if x < 0],
                "target_loses_more": [name for name, x in zip(income.sets, net, strict=True) if x > 0],
            }
        )
    return rows


NOTES = (
    "percent of real income against the duties in force; loss: to the target; cost: to the sender, of carrying the"
    " threat out",
    "a threat is credible here only if carrying it out is better for the sender than the truce; `needed` is how much"
    " its reputation must be worth to it, in the same unit, for the sender to carry it out all the same, and no such"
    " value is sourced",
    "export controls of the case are priced beside the duties under `controls`, by another model and over months;"
    f" other controls and listings: {MISSING}",
    "exposure: shares of the base year's spending; the cost of losing a supplier is convex in its share",
    "the government payoffs are inferred from behaviour, not observed",
)
