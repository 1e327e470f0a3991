"""Bargaining answers as forecasts: a probability vector over the endings, and the expected change of each duty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from detente.ask.forecasting.calls import DEAL, WEIGHT, Call
from detente.ask.forecasting.points import PointForecast
from detente.ask.pricing import possible_outcomes
from detente.ask.pricing.context import TariffLevels
from detente.ask.pricing.priced_day import PricedDay, cells_between
from detente.ask.pricing.scenario_keys import OutcomeKey, ScenarioKey, SuspensionKey
from detente.ask.questions import deal, leverage, truce
from detente.bargain import truce as game
from detente.bargain.endings import BASE_RATE
from detente.record.history import BITES

PAYOFFS = ("real_income", "government")
Probabilities = Mapping[str, float]


class BargainingForecast(NamedTuple):
    """What a bargaining answer makes of a point: probabilities by class, and each side's expected change of duty.

    duty_points {side: points}.
    """

    call: Call
    probability: Probabilities
    duty_points: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """The answer in the keys of a forecast."""
        return {
            "name": self.call.name, "call": self.call.words, "chance": dict(self.probability),
            "duty_points": dict(self.duty_points),
        }  # fmt: skip


def bargaining_forecasts(day: PricedDay, forecasts: Sequence[PointForecast]) -> dict[str, list[BargainingForecast]]:
    """{id of a point: the bargaining answers about it}, from the outcomes of a day; points without any are left out.

    day: priced with its packages for answers about deals, without them for the others alone.
    """
    outcomes = {f.point.id: _outcome_of(day, f.point.deadline.isoformat()) for f in forecasts}
    if not any(outcomes.values()):
        return {}
    bargain = deal.bargain_of(day)
    deals = deal.negotiated_deals(bargain) if bargain.instruments else []
    answers = {}
    for forecast in forecasts:
        outcome, base = outcomes[forecast.point.id], forecast.by_model[BASE_RATE]
        if outcome is not None:
            calls = _calls(day, outcome, deals)
            answers[forecast.point.id] = [_answer(day, call, base, outcome, bargain) for call in calls]
    return answers


def _outcome_of(day: PricedDay, deadline: str) -> str | None:
    """The outcome on the table that comes if nothing is decided by a day, None where none is priced."""
    running = possible_outcomes.running_truce(day.state)
    if running is not None and str(running.expiry)[:10] == deadline:
        return day.lapse.war
    names = {outcome.name for outcome in day.outcomes}
    return next((t.threat for t in day.state.threats if str(t.effective)[:10] == deadline and t.threat in names), None)


def _calls(day: PricedDay, outcome: str, deals: Sequence[deal.NegotiatedDeal]) -> Iterator[Call]:
    """The call of every answer by every payoff."""
    for payoff in PAYOFFS:
        if payoff in day.payoffs:
            if outcome == day.lapse.war:
                yield from _truce_call(day, payoff)
            yield from _threat_call(day, payoff, outcome)
            yield from _deal_call(day, payoff, outcome, deals)


def _name(question: str, payoff: str) -> str:
    return f"{question} by {payoff.replace('_', ' ')}"


def _truce_call(day: PricedDay, payoff: str) -> Iterator[Call]:
    """The truce is kept where no side is tempted; where patience decides, as likely as a factor above the bound."""
    rows = [row for row in (truce.incentives(day, payoff, side) for side in day.sides) if row.verdict != truce.UNKNOWN]
    if rows:
        kept = float(np.prod([_kept(row) for row in rows]))
        yield Call(_name("truce", payoff), "the truce is kept" if kept > WEIGHT else "the truce is broken", 1 - kept)


def _kept(row: truce.SideIncentives) -> float:
    if row.verdict == game.NO_TEMPTATION:
        return 1.0
    return 0.0 if row.discount_factor is None else 1 - row.discount_factor


def _threat_call(day: PricedDay, payoff: str, outcome: str) -> Iterator[Call]:
    """The announced outcome comes where a side that can bring it about alone gains by it."""
    own = {outcome, *(day.lapse.unilateral.values() if outcome == day.lapse.war else ())}
    rows = [leverage.weighed_threat(day, t, payoff) for t in leverage.threats(day) if t.name in own]
    if rows:
        credible = any(row.weighed.credible for row in rows)
        words = "a side gains by carrying it out" if credible else "no side gains by carrying it out"
        yield Call(_name("leverage", payoff), words, float(credible))


def _deal_call(day: PricedDay, payoff: str, outcome: str, deals: Sequence[deal.NegotiatedDeal]) -> Iterator[Call]:
    """A deal is struck where a package is better for every side than the truce, or than the duties in force."""
    if not deals:
        return
    package = deal.nash_outcome(deals, payoff, "truce")
    words = "no package is better for every side" if package is None else "a package is better for every side"
    comes = float(package is None and outcome != day.lapse.war)
    yield Call(_name("deal", payoff), words, comes, package)


def _answer(day: PricedDay, call: Call, base: Probabilities, outcome: str, bargain: deal.Bargain) -> BargainingForecast:
    probability = call.probability(base)
    comes = sum(probability[c] for c in BITES)
    announced = day.levels[OutcomeKey(outcome)]
    agreed = day.base_levels if call.package is None else _levels(day, bargain.package(call.package).key)
    change = {
        side: comes * duty_change(day, side, announced) + probability[DEAL] * duty_change(day, side, agreed)
        for side in day.sides
    }
    return BargainingForecast(call, probability, change)


def _levels(day: PricedDay, key: ScenarioKey) -> TariffLevels:
    """The tariff levels of a package; of one with a suspension, those while it runs."""
    return day.levels[key.during if isinstance(key, SuspensionKey) else key]


def duty_change(day: PricedDay, side: str, levels: TariffLevels) -> float:
    """Points by which a side's mean duty on the others differs from today's, weighted by trade of the base year."""
    world, before = day.context.world, day.base_levels
    trade = world.share * world.spending[..., None]
    cells = cells_between(day.context, side, day.case.others(side))
    weight, change = [], []
    for cell in cells:
        place = (*(world.sector(s) for s in cell[:-2]), world.index(cell[-2]), world.index(cell[-1]))
        base = day.context.base_tariff(cell)
        weight.append(float(trade[place]))
        change.append(levels.get(cell, base) - before.get(cell, base))
    total = sum(weight)
    return 100 * float(np.dot(weight, change)) / total if total else 0.0
