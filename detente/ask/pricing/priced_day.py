"""A day of the talks with every outcome priced, and what each outcome is worth to each government.

Every payoff is in percent of real income against the duties in force on the day, so the truce as it stands pays 0.
Besides real income itself there is a government payoff where `government_weights` has an estimate that predicts what
the governments do; it says why where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum
from typing import Any, NamedTuple

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.cases import case_of
from detente.ask.pricing import duties, possible_outcomes
from detente.ask.pricing.closures import FIXED, with_closure
from detente.ask.pricing.context import (
    DEFAULT_WORLD,
    MULTI_SECTOR,
    PricedOutcome,
    PricingContext,
    TariffLevels,
    pricing_context,
    solver_proof,
)
from detente.ask.pricing.government_weights import (
    SLOPE_STEP,
    RevenueWeight,
    best_response_weight,
    government_payoff,
    revenue_weights,
)
from detente.ask.pricing.packages import PackageSet
from detente.ask.pricing.possible_outcomes import Outcome
from detente.ask.pricing.question_horizon import horizon_of
from detente.ask.pricing.scenario_keys import DutyChangeKey, OutcomeKey, ScenarioKey, SuspensionKey
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks.dossier import open_dossier, resolve_days
from detente.errors import QuestionError
from detente.record.case import Case
from detente.record.state import State
from detente.record.store import Record

REAL_INCOME, GOVERNMENT = "real_income", "government"
PAYOFFS = {
    REAL_INCOME: "real income alone",
    GOVERNMENT: "government: real income and duty revenue, weighted as in its past decisions",
}
Packages = Callable[[Record, Case, State, PricingContext, Sequence[Outcome]], PackageSet]


class Lapse(NamedTuple):
    """The outcomes in which the truce lapses, by name.

    unilateral: {side: the outcome in which it alone restores its suspended duties}. war: the outcome in which all
    suspended duties return, None where the record does not tell. notes: what a reader must know about them.
    """

    unilateral: Mapping[str, str]
    war: str | None
    notes: tuple[str, ...] = ()


def mixed(first: PricedOutcome, second: PricedOutcome, share: float) -> PricedOutcome:
    """The mean of two results over time, the first for a share of it; the proof is that of the worse one."""

    def mean(name: str) -> dict[str, np.ndarray]:
        values, others = getattr(first, name), getattr(second, name)
        return {key: share * values[key] + (1 - share) * others[key] for key in values}

    return PricedOutcome(
        mean("change"),
        mean("sectors"),
        max(first.residual, second.residual),
        max(first.iterations, second.iterations),
        first.converged and second.converged,
    )


@dataclass(frozen=True, eq=False)
class PricedDay:
    """A day of the talks, priced.

    case: the negotiation; sides: its parties. outcomes: those on the table, the duties in force first. levels and
    results: of every scenario, by its key. baseline: the duties in force against the base year. weights: {side:
    weight} of the government payoff, used or not. packages: what a deal can move, None where it was not asked for.
    """

    as_of: str
    known: str
    case: Case
    state: State
    context: PricingContext
    outcomes: tuple[Outcome, ...]
    lapse: Lapse
    levels: Mapping[ScenarioKey, TariffLevels]
    results: Mapping[ScenarioKey, PricedOutcome]
    baseline: PricedOutcome
    weights: Mapping[str, RevenueWeight]
    packages: PackageSet | None = None

    @property
    def sides(self) -> tuple[str, ...]:
        """The parties of the negotiation."""
        return self.case.parties

    def outcome(self, name: str) -> Outcome:
        """An outcome on the table by name."""
        return next(o for o in self.outcomes if o.name == name)

    @property
    def truce(self) -> str:
        """The name of the outcome in which the duties in force stay."""
        return self.outcomes[0].name

    @property
    def disagreement_points(self) -> dict[str, str]:
        """{disagreement point: name of its outcome}: the truce as it stands and, where the record tells, the war."""
        return {"truce": self.truce} | ({"war": self.lapse.war} if self.lapse.war else {})

    @property
    def disagreement_words(self) -> dict[str, str]:
        """{disagreement point: what it is called in a sentence}; without a running truce, the duties in force."""
        truce = "the duties in force" if possible_outcomes.running_truce(self.state) is None else "the truce"
        return {"truce": truce, "war": "the war"}

    @property
    def payoffs(self) -> dict[str, str]:
        """The payoffs that can be formed on this day, in words."""
        estimated = bool(self.weights) and self.context.closed_by == FIXED  # weights are estimated with fixed deficits
        used = estimated and all(weight.used for weight in self.weights.values())
        return {k: v for k, v in PAYOFFS.items() if k == REAL_INCOME or used}

    @property
    def base_levels(self) -> TariffLevels:
        """The tariff levels of the duties in force."""
        return self.levels[OutcomeKey(self.truce)]

    def payoff(self, payoff: str, side: str, key: ScenarioKey) -> float:
        """What a scenario is worth to a side by a payoff, in percent of real income against the duties in force."""
        return self.worth(payoff, side, self.result(key))

    def worth(self, payoff: str, side: str, result: PricedOutcome) -> float:
        """What a result is worth to a side by a payoff, in percent of real income against the duties in force."""
        if payoff == REAL_INCOME:
            return self.context.of_party(result.change["real_income"], side)
        return government_payoff(self.context, result, side, self.weights[side].weight or 0.0)

    def result(self, key: ScenarioKey) -> PricedOutcome:
        """The result of a scenario; of a suspension, the mean over time of the duties away and back."""
        if isinstance(key, SuspensionKey):
            return mixed(self.results[key.during], self.results[key.after], key.share)
        return self.results[key]

    def outcome_payoff(self, payoff: str, side: str, name: str) -> float:
        """What an outcome on the table is worth to a side by a payoff."""
        return self.payoff(payoff, side, OutcomeKey(name))

    def by_outcome(self) -> dict[str, tuple[TariffLevels, PricedOutcome]]:
        """{outcome: (tariff levels, result)} of the outcomes on the table."""
        keys = [OutcomeKey(o.name) for o in self.outcomes]
        return {key.name: (self.levels[key], self.results[key]) for key in keys}

    def weights_json(self) -> dict[str, dict[str, Any]]:
        """The weights of the government payoff in JSON types, and those at which today's duties are a best response."""
        return {side: {**w.to_json(), "best_response": self._best_response(side)} for side, w in self.weights.items()}

    def _best_response(self, side: str) -> dict[str, Any]:
        up, down = (self.results[DutyChangeKey(self.truce, side, x)] for x in (SLOPE_STEP, -SLOPE_STEP))
        return best_response_weight(self.context, side, up, down)._asdict()

    def government_note(self) -> str:
        """On what the government payoff rests, or why there is none, in a line."""
        if self.context.closed_by != FIXED:
            return "no government payoff is shown: its weights are estimated with fixed deficits"
        start = "the government payoff" if GOVERNMENT in self.payoffs else "no government payoff is shown"
        return f"{start}: {'; '.join(weight.words() for weight in self.weights.values())}"

    def proof(self) -> dict[str, Any]:
        """World, model, elasticities, horizon and closure, and the solver's proof over all scenarios."""
        results = list({id(result): result for result in self.results.values()}.values())
        return {
            **self.context.metadata(),
            "closure": self.context.closure("lump_sum"),
            "solver": solver_proof(
                max([self.baseline.residual, *(x.residual for x in results)]),
                max(x.iterations for x in results),
                all(x.converged for x in results),
            ),
            "scenarios": len(results),
        }

    def answer(self, question: str, data: Mapping[str, Any], notes: Iterable[str], **options: Any) -> Answer:
        """The answer to a question about this day; options: those of the question beside the ones it was priced with.

        The limits of the model and what the record does not tell about a lapse are added to the notes.
        """
        asked = {
            "as_of": self.as_of, "known": self.known, "world": self.context.name,
            "horizon": self.context.horizon, "closure": self.context.closed_by,
            "elasticity": self.context.elasticity, "tolerance": self.context.options.tolerance, **options,
        }  # fmt: skip
        assumed = duties.assumptions(self.outcomes[0].layers)
        every_note = (*notes, self.government_note(), model_limits(self.context), *self.lapse.notes, *assumed)
        start = {"as_of": self.as_of, "known": self.known, "parties": list(self.sides)}
        return Answer(question, {**start, **data}, every_note, asked)


def price_day(
    *, as_of: str | None = None, known: str | None = None, dossier: str = DEFAULT_DOSSIER, world: str = DEFAULT_WORLD,
    horizon: str | None = "long", closure: str = FIXED, home: str | None = None, extra: Packages | None = None,
    opened: tuple[Record, State] | None = None, case: Case | None = None, context: PricingContext | None = None,
) -> PricedDay:  # fmt: skip
    """The outcomes of a day and what the government payoffs need, priced in one batch; then the packages of a deal.

    as_of defaults to today, known to as_of. opened: the record and its state on that day where they have been read;
    otherwise the dossier is opened. extra: makes the packages, such as `package_set`; none without it. case: the
    negotiation, where it is not that of the dossier. horizon: None for that of the question. closure: of the trade
    balance. context: where it is not that of world, horizon and closure. Raises RecordError, QuestionError where the
    record holds no talks on that day or the world lacks a party, NotConverged.
    """
    as_of, known = resolve_days(as_of, known)
    record, state = opened or _open(dossier, home, as_of, known)
    case = case or case_of(dossier, home, record)
    context = context or with_closure(pricing_context(world, horizon=horizon_of(state, world, horizon)), closure)
    why = why_no_bargain(state, case, context)
    if why:
        raise QuestionError(why)
    outcomes = tuple(possible_outcomes.on_the_table(record, state, context.world.economies, case))
    truce, lapse = outcomes[0].name, lapse_outcomes({outcome.name for outcome in outcomes}, case.parties)
    levels = scenario_levels(context, outcomes, case)
    baseline, priced = context.price(levels[OutcomeKey(truce)], list(levels.values()))
    results = dict(zip(levels, priced, strict=True))
    weights = revenue_weights(case.parties, context.horizon, min(as_of, known)[:10])
    day = PricedDay(as_of, known, case, state, context, outcomes, lapse, levels, results, baseline, weights)
    return with_packages(day, record, extra) if extra else day


def with_packages(day: PricedDay, record: Record, make: Packages) -> PricedDay:
    """The day with the packages of a deal priced too; duties that are priced already are not solved again."""
    packages = make(record, day.case, day.state, day.context, day.outcomes)
    places = _Places()
    for level in day.levels.values():
        places.of(level)
    known = {places.of(level): day.results[key] for key, level in day.levels.items()}
    needed = {key: places.of(level) for key, level in packages.levels.items()}
    new = sorted(set(needed.values()) - set(known))
    _, priced = day.context.price(day.base_levels, [places.distinct[k] for k in new])
    known |= dict(zip(new, priced, strict=True))
    results = {**day.results, **{key: known[k] for key, k in needed.items()}}
    return replace(day, levels={**day.levels, **packages.levels}, results=results, packages=packages)


@dataclass
class _Places:
    """Tariff levels without repetition; places by the number of cells and the sum of levels, which tell most apart."""

    distinct: list[TariffLevels] = field(default_factory=list)
    alike: dict[tuple[int, float], list[int]] = field(default_factory=dict)

    def of(self, levels: TariffLevels) -> int:
        """The place of levels among the distinct ones, a new one where they are."""
        same = self.alike.setdefault((len(levels), fsum(levels.values())), [])
        place = next((k for k in same if self.distinct[k] is levels or self.distinct[k] == levels), None)
        if place is None:
            place = len(self.distinct)
            self.distinct.append(levels)
            same.append(place)
        return place


def _open(dossier: str, home: str | None, as_of: str, known: str) -> tuple[Record, State]:
    record = open_dossier(dossier, home)
    return record, record.as_of(as_of, known)


def has_talks(state: State) -> bool:
    """Whether the record holds a truce or a measure on the state's day."""
    return bool(state.truces or state.measures)


def why_no_bargain(state: State, case: Case, context: PricingContext) -> str:
    """Why there is nothing to bargain about on a day, in a line; "" where there is."""
    if len(case.parties) < possible_outcomes.BILATERAL:
        return f"the dossier {case.name!r} names no two parties: nothing to bargain about"
    if not has_talks(state):
        return (
            f"the dossier {case.name!r} holds no truce and no measure on {state.as_of[:10]}: nothing to bargain about"
        )
    missing = [labels.name(side) for side in case.parties if side not in context.parties(case.parties)]
    if missing:
        return f"{context.name} has no economy of its own for {' and '.join(missing)}: these talks are not priced on it"
    return ""


def lapse_outcomes(names: set[str], sides: Sequence[str]) -> Lapse:
    """Which of the outcomes on the table are lapses of the truce."""
    candidates = {side: possible_outcomes.lapse_name(side) for side in sides}
    unilateral = {side: name for side, name in candidates.items() if name in names}
    if "truce-lapses" in names:
        return Lapse(unilateral, "truce-lapses")
    if len(unilateral) == 1:
        ((side, name),) = unilateral.items()
        note = f"only {labels.name(side)} has suspended duties that can return on this day: the war is that and no more"
        return Lapse(unilateral, name, (note,))
    note = "no suspended duty has a legal basis on this day: the record does not tell what the war would be"
    return Lapse(unilateral, None, (note,))


def scenario_levels(
    context: PricingContext, outcomes: Sequence[Outcome], case: Case
) -> dict[ScenarioKey, TariffLevels]:
    """{key: tariff levels} of the outcomes, and of changes of one side's duty from those in force."""
    levels: dict[ScenarioKey, TariffLevels] = {OutcomeKey(o.name): context.levels(o.layers) for o in outcomes}
    base = levels[OutcomeKey(outcomes[0].name)]
    for side in case.parties:
        for x in (-SLOPE_STEP, SLOPE_STEP):
            key = DutyChangeKey(outcomes[0].name, side, x)
            levels[key] = with_duty_change(context, base, side, case.others(side), x)
    return levels


def with_duty_change(
    context: PricingContext, base: TariffLevels, side: str, others: Sequence[str], change: float
) -> dict[tuple[str, ...], float]:
    """Tariff levels with the duties of a side on the others, on all goods, changed by a fraction."""
    levels = dict(base)
    for cell in cells_between(context, side, others):
        levels[cell] = max(levels.get(cell, context.base_tariff(cell)) + change, -0.5)
    return levels


def cells_between(context: PricingContext, side: str, others: Sequence[str]) -> list[tuple[str, ...]]:
    """The tariff cells of a side on others."""
    names = context.world.economies
    importers, *of_others = ([names[n] for n in context.economies_of(party)] for party in (side, *others))
    return context.cells(importers, [code for codes in of_others for code in codes])


def model_limits(context: PricingContext) -> str:
    """What the model leaves out, in a line."""
    if context.model == MULTI_SECTOR:
        return (
            "sectors and input chains; no quantity limits, so export controls, purchases and chips are not in a payoff"
        )
    return "one sector: no industries, no input chains, no quantity limits"
