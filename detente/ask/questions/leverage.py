"""Which side loses more by which threat, which threat is credible, and where each side depends on the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing import duties, recorded_controls
from detente.ask.pricing.closures import FIXED
from detente.ask.pricing.context import DEFAULT_WORLD
from detente.ask.pricing.possible_outcomes import Outcome
from detente.ask.pricing.priced_day import PricedDay, price_day
from detente.ask.pricing.scenario_keys import OutcomeKey
from detente.ask.pricing.verdict_grid import PartyGrid, numbers, party_grid
from detente.ask.registry import DEFAULT_DOSSIER
from detente.bargain import leverage as model
from detente.bargain.leverage import ThreatAssessment
from detente.bargain.verdicts import MOST, Verdict, gains, loses, verdict

MISSING = "not priced: the cost share of the product is not available"
NO_QUANTITIES = ("export_control", "entity_listing", "import_ban")
LARGEST = 5  # sectors listed by exposure
TIMES = ("short", "near", "medium", "long")
LEAD = ("all", "nearly all")  # words with which a claim may lead a headline
WHEN = {
    ("short", "near", "medium"): "in the first four years",
    ("near", "medium"): "after one to four years",
    ("short", "near"): "in the first two years",
    ("short",): "within months",
    ("near",): "after one to two years",
    ("medium",): "after one to four years",
    ("long",): "in the long run",
}  # what horizons are called in a sentence, those of one answer together


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

    def to_json(self, solver: dict[str, Any], counted: ThreatVerdicts | None) -> dict[str, Any]:
        """The row in the keys of `detente leverage`; solver: the proof of its outcome; counted: over all settings."""
        threat, weighed = self.threat, self.weighed
        return {
            "threat": threat.name, "title": self.title, "sender": threat.sender, "target": threat.target,
            "payoff": self.payoff, "loss": weighed.loss, "cost": weighed.cost, "cost_if_answered": self.if_answered,
            "net": weighed.net, "credible": None if counted is None else counted.credible, "needed": weighed.needed,
            "why": weighed.why, "notes": list(threat.outcome.notes), "evidence": list(threat.outcome.evidence),
            "solver": solver,
        }  # fmt: skip


@dataclass(frozen=True)
class ThreatVerdicts:
    """What is claimed of a threat by real income, each claim counted over settings; change [c]: of each side."""

    threat: Threat
    sender: np.ndarray
    target: np.ndarray
    costs_sender: Verdict
    pays_sender: Verdict
    hurts_target: Verdict
    costs_sender_more: Verdict
    costs_target_more: Verdict

    @property
    def credible(self) -> bool | None:
        """Whether carrying it out pays the sender in all or nearly all settings; None where yielding would have to be
        priced."""
        return True if self.pays_sender.word in LEAD else None

    def to_json(self) -> dict[str, Any]:
        """The claims with their counts, and what they are counted from."""
        verdicts = (
            self.costs_sender, self.pays_sender, self.hurts_target, self.costs_sender_more, self.costs_target_more,
        )  # fmt: skip
        return {
            "threat": self.threat.name, "title": self.threat.outcome.title, "sender": self.threat.sender,
            "target": self.threat.target, "sender_change": numbers(self.sender),
            "target_change": numbers(self.target), "verdicts": [v.to_json() for v in verdicts],
        }  # fmt: skip


def leverage(
    *, as_of: str | None = None, known: str | None = None, dossier: str = DEFAULT_DOSSIER, world: str = DEFAULT_WORLD,
    horizon: str | None = None, closure: str = FIXED, home: str | None = None, bands: bool = True,
) -> Answer:  # fmt: skip
    """Loss to the target, cost to the sender and credibility of each threat of duties, both ways.

    as_of defaults to today, known to as_of. closure: fixed deficits, balanced trade, or valuation. bands: loss
    and cost in every setting too, and the words that their count earns. Raises QuestionError, RecordError,
    NotConverged.
    """
    day = price_day(as_of=as_of, known=known, dossier=dossier, world=world, horizon=horizon, closure=closure, home=home)
    controls = recorded_controls.controls_section(day.case, day.state, day.base_levels, world, assumed=True)
    return day.answer("leverage", {**leverage_section(day, bands=bands), "controls": controls}, NOTES)


def leverage_section(day: PricedDay, *, bands: bool = True) -> dict[str, Any]:
    """The answer's data for a day already priced, which a brief also carries under `leverage`."""
    on_table = threats(day)
    rows = [weighed_threat(day, threat, payoff) for threat in on_table for payoff in day.payoffs]
    grid, counted = count_threats(day, on_table) if bands else (None, {})
    return {
        "words": summary(on_table, list(counted.values())),
        "payoffs": day.payoffs,
        "threats": [_row(day, row, counted) for row in rows],
        "grid": grid and {**grid.to_json(), "threats": [c.to_json() for c in counted.values()]},
        "not_priced": unpriced_measures(day),
        "exposure": {side: exposure(day, side) for side in day.sides},
        "concentration": {side: concentration(day, side) for side in day.sides},
        "weights": day.weights_json(),
        "proof": day.proof(),
    }


def _row(day: PricedDay, row: WeighedThreat, counted: Mapping[tuple[str, str], ThreatVerdicts]) -> dict[str, Any]:
    """A threat by one payoff in JSON types; only by real income is it counted over settings."""
    verdicts = counted.get((row.threat.name, row.threat.target)) if row.payoff == "real_income" else None
    return row.to_json(day.results[OutcomeKey(row.threat.name)].proof(), verdicts)


def count_threats(
    day: PricedDay, on_table: Sequence[Threat]
) -> tuple[PartyGrid | None, dict[tuple[str, str], ThreatVerdicts]]:
    """The day in every setting, and the claims on each threat by its name and target; nothing where it cannot be."""
    grid = party_grid(day, list(dict.fromkeys(OutcomeKey(t.name) for t in on_table)))
    return grid, {} if grid is None else {(t.name, t.target): count_threat(grid, t) for t in on_table}


def count_threat(grid: PartyGrid, threat: Threat) -> ThreatVerdicts:
    """The claims on a threat over every setting.

    Where relative wages are held the target borrows what it loses, so who loses more is not read from there.
    """
    key = OutcomeKey(threat.name)
    sender, target = grid.of(key, threat.sender), grid.of(key, threat.target)
    more = target - sender  # what the sender loses beyond the target

    def compared(claim: str, sign: int) -> Verdict:
        return verdict(claim, grid.settings, sign * more, gains, not_from=("held wages",))

    return ThreatVerdicts(
        threat,
        sender,
        target,
        verdict("costs its sender", grid.settings, sender, loses),
        verdict("pays its sender", grid.settings, sender, gains),
        verdict("hurts its target", grid.settings, target, loses),
        compared("costs its sender more than its target", 1),
        compared("costs its target more than its sender", -1),
    )


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


def summary(on_table: Sequence[Threat], counted: Sequence[ThreatVerdicts]) -> str:
    """The answer in words that the count over settings earns.

    Without a count nothing is claimed. Yielding to a demand is not priced, so only a threat that pays is credible.
    """
    if not on_table:
        return "On this day, no duty that one side could raise alone is on the table."
    number = len(on_table)
    if not counted:
        each = "threat of duties is" if number == 1 else "threats of duties are"
        return f"{number} {each} priced in one setting, which earns no verdict; detente leverage counts over many."
    return " ".join((_who_pays(counted), _who_loses_more(counted)))


def _who_pays(counted: Sequence[ThreatVerdicts]) -> str:
    """What carrying out the threats does to those who make them."""
    if len(counted) > 1 and all(c.costs_sender.word in LEAD for c in counted):
        least = min((c.costs_sender for c in counted), key=lambda v: v.share)
        return (
            f"Carrying out any of the {len(counted)} threats costs the side that does it {least.words()}, or in more."
        )
    return " ".join(_cost(c) for c in counted)


def _cost(counted: ThreatVerdicts) -> str:
    """Whether carrying out a threat costs its sender."""
    claim, what = counted.costs_sender, f"carrying out “{counted.threat.outcome.title}” costs the side that does it"
    if claim.word in ("split", "unknown"):
        return f"Whether {what} {'is not known' if claim.word == 'unknown' else claim.words()}."
    return f"{what[0].upper()}{what[1:]} {claim.words()}."


def _who_loses_more(counted: Sequence[ThreatVerdicts]) -> str:
    """Who loses more: with a direction only where all or nearly all settings agree."""
    answers: dict[str, list[str]] = {}
    for c in counted:
        answers.setdefault(loser(c), []).append(f"“{c.threat.outcome.title}”")
    if len(answers) == 1:
        return f"Who loses more: {next(iter(answers))}."
    lines = [f"from {' and '.join(titles)}, {answer}" for answer, titles in answers.items()]
    return f"Who loses more: {'; '.join(lines)}."


def loser(counted: ThreatVerdicts) -> str:
    """Who loses more, sender or target, as the count earns it: by horizon where it turns with the horizon."""
    claims = {"the sender": counted.costs_sender_more, "the target": counted.costs_target_more}
    for side, claim in claims.items():
        if claim.word in LEAD:
            return f"{side}, {claim.words()}"
    claim = counted.costs_sender_more
    if claim.word == "unknown":
        return "not known"
    if claim.axis != "horizon":
        return f"that it is the sender {claim.words()}"
    sides: dict[str, list[str]] = {}
    for horizon in (h for h in TIMES if h in claim.by("horizon")):
        sides.setdefault(_at(claims, horizon), []).append(horizon)
    return ", ".join(f"{side} {_when(horizons)}" for side, horizons in sides.items())


def _when(horizons: Sequence[str]) -> str:
    """Horizons in words, those together that have words of their own."""
    together = WHEN.get(tuple(horizons))
    return together or " and ".join(WHEN[(horizon,)] for horizon in horizons)


def _at(claims: Mapping[str, Verdict], horizon: str) -> str:
    """Who loses more at a horizon: a side only where nine settings in ten agree."""
    for side, claim in claims.items():
        k, n = claim.by("horizon")[horizon]
        if k >= MOST * n:
            return side
    return "one or the other, by the setting,"


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


NOTES = (
    "percent of real income against the duties in force; loss: to the target; cost: to the sender, of carrying the"
    " threat out",
    "a threat is called credible only if carrying it out is better for the sender than the truce in all or nearly all"
    " settings; what yielding would cost a sender is not priced, so no threat is called empty; beside it stands how"
    " much its reputation must be worth to the sender, in the same unit, for it to be carried out all the same",
    "settings: every set of elasticities by horizon by closure; changes below 0.0005 % count as neither gain nor loss",
    "export controls of the case are priced beside the duties under `controls`, by another model and over months;"
    f" other controls and listings: {MISSING}",
    "exposure: shares of the base year's spending; the cost of losing a supplier is convex in its share",
)
