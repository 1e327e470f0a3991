"""What duties do year by year: production, real wages, jobs, capital and trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np

from detente.ask.answer import Answer
from detente.ask.pricing.context import DEFAULT_WORLD, PricingContext, pricing_context, solver_proof
from detente.ask.pricing.duty_layers import BASE_DAY
from detente.ask.pricing.named_policies import Day, against_baseline, day_asked, in_force, require_sectors
from detente.ask.pricing.own_elasticities import Elasticity
from detente.ask.pricing.scenario import Written, as_option
from detente.ask.questions.capital import shown
from detente.ask.registry import DEFAULT_DOSSIER
from detente.economy import horizons
from detente.economy.calibrate import with_elasticity
from detente.economy.models import capital as model
from detente.economy.policy import Policy, tariffs
from detente.economy.world import World
from detente.economy.yearly import Years, years
from detente.errors import QuestionError

THETA = horizons.NEAR  # mean elasticity of one to two years, see docs/models/test-of-2025.md
MOST_YEARS = 50
MIDDLE = 15  # the day of a month that stands for it
QUANTITIES = ("real_gdp", "real_wage", "unemployment", "capital", "exports", "imports")
JsonRow = dict[str, Any]


def path(
    name: Written | None = None,
    *,
    until: int | None = None,
    theta: float | None = THETA,
    stay: float = 0.0,
    floor: float | None = None,
    economies: Sequence[str] | None = None,
    world: str | World = DEFAULT_WORLD,
    elasticity: Elasticity | None = None,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
) -> Answer:
    """A row a year and economy, from the year of the day to `until`, by default ten years later.

    name: a scenario, set against the duties in force on the day, which holds from the first year on; without one, each
    year's mean of the duties in force, as known, against the base year. theta: the mean elasticity of trade, weighted
    by imports, to which the set is scaled; 0 or None takes the set as published. stay: the part of buyers that keeps
    its sources each year. floor: the lowest wage as a part of last year's. Raises QuestionError, NotConverged.
    """
    context, day = pricing_context(world, None, elasticity), day_asked(as_of, known, dossier, home)
    first = int(day.as_of[:4])
    span = range(first, check_until(until, first) + 1)
    base, policies, written, baseline = _policies(name, context, day, span)
    scaled = scaled_to(model.with_capital(base), theta or None)
    result = years(scaled, policies, stay=stay, floor=floor)
    codes = shown(context, day.case.parties, economies, result.report["real_gdp"][-1])
    data = {
        **context.metadata(),
        "model": "path",
        "name": written,
        "baseline": baseline,
        "parties": list(day.case.parties),
        "as_of": day.as_of,
        "known": day.known or day.as_of,
        "theta": theta or None,
        "stay": stay,
        "floor": floor,
        "closure": {"name": "fixed", "meaning": model.GIVEN.CLOSURE},
        "rows": [_row(context, result, year - first, year, code) for year in span for code in codes],
        "trade": list(_trade_rows(context, base, result, span, context.parties(day.case.parties))),
        "solver": solver_proof(float(result.residual.max()), int(result.iterations.max()), True),
    }
    notes = (
        f"percent changes against {baseline}, unemployment in percent of workers, duty in bn USD of the base year",
        "consumption is left out: in the first years its sign turns with the closure (with fixed deficits the relative"
        " wage of whoever raises duties goes up, against what is observed)",
        "a year's duty is the mean over its months; the episodes at hand do not tell a low elasticity from slow buyers",
        f"investment: {scaled.structure.investment_from}",
    )
    options = {
        "name": as_option(name), "until": span[-1], "theta": theta, "stay": stay, "floor": floor,
        "economies": list(economies or ()), "world": context.name, "elasticity": context.elasticity,
        "as_of": day.as_of, "known": day.known,
    }  # fmt: skip
    return Answer("path", data, notes, options)


def check_until(until: int | None, first: int) -> int:
    """The last year. Raises QuestionError for one before the first or more than MOST_YEARS later."""
    last = first + 10 if until is None else until
    if not first <= last < first + MOST_YEARS:
        raise QuestionError(
            f"--until {last}: from {first}, the year of the day asked about, to {first + MOST_YEARS - 1}"
        )
    return last


def scaled_to(world: World, theta: float | None) -> World:
    """The world with its elasticities scaled so that their mean, weighted by imports of goods, is theta.

    Raises QuestionError for a theta that is not positive.
    """
    if theta is None:
        return world
    if not 0 < theta <= 50:
        raise QuestionError(f"--theta {theta:g}: a mean elasticity above 0 and at most 50 is needed")
    s = world.structure
    mean = horizons.mean_elasticity(world, s.elasticity)
    return with_elasticity(
        world, s.elasticity * theta / mean, source=f"{s.elasticity_from}, scaled to a mean of {theta:g}"
    )


def _policies(
    name: Written | None, context: PricingContext, day: Day, span: range
) -> tuple[World, list[Policy], str, str]:
    """(the baseline, a policy a year, what they are in words, what the baseline is)."""
    require_sectors(context)
    if name is not None:
        world, policy, written, baseline = against_baseline(name, context, day)
        return world, [policy] * len(span), written.name, baseline
    if day.as_of[:10] <= BASE_DAY:
        raise QuestionError(f"{day.as_of}: a path of the duties in force starts after the base year, {BASE_DAY[:4]}")
    return context.world, yearly_duties(context, day, span), "the duties in force", str(context.world.origin.year)


def yearly_duties(context: PricingContext, day: Day, span: range) -> list[Policy]:
    """The mean over the months of each year of the duties that are in force, as known on the day."""
    known = day.known or day.as_of
    last: list[Policy] = []
    for year in span:
        if last and year > int(known[:4]) + 3 and len(last) > 1 and np.array_equal(last[-1].rate, last[-2].rate):
            last.append(last[-1])  # nothing announced changes any more
            continue
        months = [replace(day, as_of=f"{year}-{month:02d}-{MIDDLE}", known=known) for month in range(1, 13)]
        levels = [tariffs(context.world, in_force(context, m).levels).tariff(context.world) for m in months]
        last.append(tariffs(context.world, np.mean(levels, axis=0)))
    return last


def _row(context: PricingContext, result: Years, t: int, year: int, code: str) -> JsonRow:
    of = {name: context.of_party(result.report[name][t], code) for name in QUANTITIES}
    duty = sum(float(result.report["duty"][t, n]) for n in context.economies_of(code)) / 1e3
    return {"year": year, "economy": code, **of, "duty_bn_usd": duty}


def _trade_rows(
    context: PricingContext, base: World, result: Years, span: range, parties: Sequence[str]
) -> list[JsonRow]:
    """What each party buys from each other by year, percent change of goods before duty."""
    rows = []
    for by, of in permutations(parties, 2):
        cells = np.ix_(context.economies_of(by), context.economies_of(of))
        before = (base.duty_free * base.spending[..., None])[base.structure.goods].sum(0)[cells].sum()
        for t, year in enumerate(span):
            change = 100 * (float(result.trade[t][cells].sum()) / float(before) - 1)
            rows.append({"year": year, "importer": by, "exporter": of, "change": change})
    return rows
