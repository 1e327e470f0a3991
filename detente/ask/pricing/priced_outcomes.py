"""The outcomes of a day priced in one batch, and the last few such days: what the brief and the country page share."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from detente.ask.cases import own_files
from detente.ask.pricing import possible_outcomes
from detente.ask.pricing.context import PricedOutcome, PricingContext, TariffLevels
from detente.ask.pricing.possible_outcomes import Outcome
from detente.ask.pricing.priced_day import PricedDay, price_day, why_no_bargain
from detente.ask.talks.find_case import ALONE
from detente.ask.talks.talks_on_day import Talks
from detente.economy.uncertainty import Band

KEPT_DAYS = 8


@dataclass(frozen=True, eq=False)
class PricedOutcomes:
    """The outcomes on the table priced in one batch: duties and results by name of outcome, the duties in force first.

    baseline: the duties in force against the base year. day: None where the record holds no talks.
    """

    context: PricingContext
    table: tuple[Outcome, ...]
    levels: Mapping[str, TariffLevels]
    priced: Mapping[str, PricedOutcome]
    baseline: PricedOutcome
    day: PricedDay | None

    @property
    def in_force(self) -> TariffLevels:
        """The duties in force, which every outcome is measured from."""
        return self.levels[self.table[0].name]

    @property
    def residual(self) -> float:
        """The largest residual of the baseline and of the outcomes."""
        return max([self.baseline.residual, *(priced.residual for priced in self.priced.values())])

    @cached_property
    def spread(self) -> Band | None:
        """The band of real income over all sets of elasticities; None in a world of one sector or with one set."""
        return self.context.bands(self.in_force, self.levels, results=self.priced)

    def bands(
        self, *, draws: int = 0, seed: int = 0, progress: Callable[[int, int], None] | None = None
    ) -> Band | None:
        """The band of real income: over draws where there are any, else over all sets of elasticities."""
        if not draws:
            return self.spread
        return self.context.bands(
            self.in_force, self.levels, draws=draws, seed=seed, progress=progress, results=self.priced
        )


def price_outcomes(talks: Talks, context: PricingContext) -> PricedOutcomes:
    """Every outcome on the table; where there is something to bargain about, with what the government payoffs need.

    Raises QuestionError, NotConverged.
    """
    case, state = talks.case, talks.state
    if case.name != ALONE and not why_no_bargain(state, case, context):
        day = price_day(as_of=state.as_of, known=state.known, case=case, context=context, opened=(talks.record, state))
        by_outcome = day.by_outcome()
        levels = {name: outcome_levels for name, (outcome_levels, _) in by_outcome.items()}
        results = {name: result for name, (_, result) in by_outcome.items()}
        return PricedOutcomes(context, day.outcomes, levels, results, day.baseline, day)
    table = tuple(possible_outcomes.on_the_table(talks.record, state, context.world.economies, case))
    levels = {outcome.name: context.levels(outcome.layers) for outcome in table}
    baseline, priced = context.price(levels[table[0].name], list(levels.values()))
    return PricedOutcomes(context, table, levels, dict(zip(levels, priced, strict=True)), baseline, None)


_kept: OrderedDict[Hashable, PricedOutcomes] = OrderedDict()
_lock = Lock()


def outcomes_of_day(talks: Talks, context: PricingContext, dossier: str, home: str | None) -> PricedOutcomes:
    """The same for talks without a document, kept for the last few days while no file of the user's own changes.

    Raises QuestionError, NotConverged.
    """
    own = own_files(dossier, home) if home else ()
    key = (dossier, home, own, talks.state.as_of, talks.state.known, context)
    with _lock:
        known = _kept.get(key)
    if known is None:
        known = price_outcomes(talks, context)
    with _lock:
        _kept[key] = known
        _kept.move_to_end(key)
        while len(_kept) > KEPT_DAYS:
            _kept.popitem(last=False)
    return known
