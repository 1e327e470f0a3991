"""The household card: duties, prices, dollars a household and revenue of a policy, each line by its concept."""

from __future__ import annotations

from collections.abc import Sequence

from detente.ask.answer import Answer
from detente.ask.pricing import household_card
from detente.ask.pricing.context import DEFAULT_WORLD, pricing_context
from detente.ask.pricing.household_card import CardDay, price_card
from detente.ask.pricing.named_policies import against_baseline, day_asked
from detente.ask.pricing.own_elasticities import Elasticity
from detente.ask.pricing.scenario import Written, as_option
from detente.ask.questions.capital import shown
from detente.ask.registry import DEFAULT_DOSSIER
from detente.economy.world import World


def card(
    name: Written | None = None,
    *,
    economies: Sequence[str] | None = None,
    world: str | World = DEFAULT_WORLD,
    elasticity: Elasticity | None = None,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
) -> Answer:
    """A card for every economy, with the lines that its data carry; `shown` lists those to show first.

    name: a scenario, set against the duties in force on the day; without one, the duties in force against the base
    year. Raises QuestionError, DataError for a world without shares of households, NotConverged.
    """
    context, day = pricing_context(world, None, elasticity), day_asked(as_of, known, dossier, home)
    base, policy, written, baseline = against_baseline(name, context, day)
    priced, known = price_card(context, base, policy), day.known or day.as_of
    listed = shown(context, day.case.parties, economies, priced.real_income)
    rows = priced.rows(CardDay(day.case, day.as_of, known), list(dict.fromkeys((*base.economies, *listed))))
    data = {
        **context.metadata(),
        "model": "card",
        "name": written.name,
        "baseline": baseline,
        "parties": list(day.case.parties),
        "as_of": day.as_of,
        "known": known,
        "households_from": priced.households_from,
        "closure": priced.closure(),
        "shown": listed,
        "rows": rows,
        "sectors": priced.sectors(),
        "solver": priced.proof(),
    }
    notes = (*household_card.notes(priced, baseline, rows), *written.assumptions)
    options = {
        "name": as_option(name), "economies": list(economies or ()), "world": context.name,
        "elasticity": context.elasticity,
        "as_of": day.as_of, "known": day.known,
    }  # fmt: skip
    return Answer("card", data, notes, options)
