"""What written scenarios are worth: policies solved together, each set against a baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from detente.ask.answer import Answer
from detente.ask.pricing import duties, duty_layers, scenario
from detente.ask.pricing.average_duty import DutiesInForce, by_base_year
from detente.ask.pricing.by_closure import by_closure, by_use, closures_row
from detente.ask.pricing.closures import FIXED, ClosedContext, with_closure
from detente.ask.pricing.context import (
    DEFAULT_WORLD,
    DEFICIT,
    MULTI_SECTOR,
    SET_WITH_ERRORS,
    USES,
    PricedOutcome,
    PricingContext,
    TariffLevels,
    check_draws,
    pricing_context,
    use_of_revenue,
)
from detente.ask.pricing.limited_answer import LimitedScenario, limited_answer
from detente.ask.pricing.model_file import is_model_file, model_context
from detente.ask.pricing.named_policies import Day, day_asked
from detente.ask.pricing.own_elasticities import OWN, Elasticity
from detente.ask.pricing.quantity_limits import limits_of
from detente.ask.pricing.scenario import Applied, MeasureEffect, Scenario, Written, as_option
from detente.ask.pricing.scenario_rows import ScenarioRows, band_metadata, shown_first, written_scenario
from detente.ask.registry import DEFAULT_DOSSIER
from detente.economy.uncertainty import Band
from detente.economy.world import World
from detente.errors import QuestionError

JsonRow = dict[str, Any]


@dataclass(frozen=True)
class BandOptions:
    """How low and high are found: draws of elasticities and their seed; without draws, the spread over all sets."""

    draws: int
    seed: int
    progress: Callable[[int, int], None] | None


def price(
    names: Written | Sequence[Written],
    *,
    world: str | World | None = None,
    model: str | None = None,
    elasticity: Elasticity | None = None,
    horizon: str = "long",
    draws: int = 0,
    seed: int = 0,
    baseline: str | None = None,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    closures: bool = False,
    closure: str = FIXED,
    revenue: str | None = None,
    economies: Sequence[str] | None = None,
) -> Answer:
    """Scenarios, each against `none` (the base year), `in-force`, or a scenario.

    names: one or several of: a shipped scenario by name, a YAML file, a mapping with the keys of such a file or of one
    measure. A list of measures is one scenario. world: the scenarios' own by default, else icio-2022; a name, an .npz
    file, or a calibrated World. model: by name, or a Python file of your own, which is then run. elasticity: a
    published set by name, one number for all sectors, or {sector: theta}; sectors left out keep those of the world's
    set. closure: fixed deficits, balanced trade, or valuation. revenue: transfer, labour-tax or
    deficit, by default as the scenario says, else transfer. economies: whose sectors are shown beside those of the
    parties and of the most affected, ISO3 codes or EU, or all. as_of: the day of the duties in force, today by default.
    draws: lognormal draws of elasticities for low and high, with progress(done, draws) called after each; without
    draws, the spread over all sets. closures: the parties' real income with every closure too. Raises QuestionError for
    a scenario that cannot be read on this world, NotConverged where there is no equilibrium.
    """
    given = _several(names)
    scenarios = _load(given)
    check_draws(draws)
    day = day_asked(as_of, known, dossier, home)
    band = BandOptions(draws, seed, progress)
    world = world or _common({s.world or DEFAULT_WORLD for s in scenarios}, "name one world", DEFAULT_WORLD)
    use = None if revenue is None else use_of_revenue(revenue)
    asked = ShownBeside(tuple(as_option(name) for name in given), closures, tuple(economies or ()), use)
    if any(s.has_quantity_limits for s in scenarios):
        _check_limits(world, model, elasticity, closure, asked)
        return _price_with_limits(scenarios, str(world), horizon, baseline, day, band)
    context = with_closure(_context(world, model, _set_for(elasticity, draws), horizon), closure)
    return _price_duties(scenarios, context, baseline, day, band, asked.checked(context))


class ShownBeside(NamedTuple):
    """What was asked for beside scenarios, in JSON types: their names, closures side by side, economies by sector, and
    the use of revenue where it is not the scenarios' own."""

    names: tuple[Any, ...]
    closures: bool
    economies: tuple[str, ...]
    revenue: str | None = None

    def checked(self, context: PricingContext) -> ShownBeside:
        """The same, all economies by code. Raises QuestionError for what the context cannot show."""
        if self.closures:
            _check_closures(context)
        if self.economies == ("all",):
            return self._replace(economies=context.world.economies)
        context.check_economies(self.economies)
        return self


def _set_for(elasticity: Elasticity | None, draws: int) -> Elasticity | None:
    """The elasticities: those asked for, else with draws the set that has standard errors, else the world's own."""
    return SET_WITH_ERRORS if draws and elasticity is None else elasticity


def _check_limits(
    world: str | World, model: str | None, elasticity: Elasticity | None, closure: str, asked: ShownBeside
) -> None:
    """Raises QuestionError for what does not go with limits on quantities."""
    if elasticity is not None:
        raise QuestionError("--elasticity: scenarios that limit quantities have draws of their own; leave it out")
    if asked.economies:
        raise QuestionError("--for: scenarios that limit quantities show the sectors of the parties; leave it out")
    if asked.revenue not in (None, "lump_sum"):
        raise QuestionError("--revenue: scenarios that limit quantities give duty to households; leave it out")
    if asked.closures or closure != FIXED:
        raise QuestionError("--closures: scenarios that limit quantities have one closure; leave it out")
    if isinstance(world, World):
        raise QuestionError(f"{world.name}: limits on quantities are priced on a world by its name; leave --world out")
    if is_model_file(model):
        raise QuestionError(
            f"{model}: limits on quantities are priced by the model of critical inputs; leave --model out"
        )


def _context(world: str | World, model: str | None, elasticity: Elasticity | None, horizon: str) -> PricingContext:
    """The world calibrated for a shipped model by name, or for the one in a Python file of the user's."""
    if model is not None and is_model_file(model):
        if isinstance(world, World) or not isinstance(elasticity, str | None):
            raise QuestionError(f"{model}: a model of your own takes a world and a set of elasticities by name")
        return model_context(model, world, elasticity, horizon)
    return pricing_context(world, model, elasticity, horizon)


def _check_closures(context: PricingContext) -> None:
    """Raises QuestionError for a context that has no other closures to compare with."""
    if isinstance(context, ClosedContext):
        raise QuestionError("--closures shows every closure side by side; leave --closure out")
    if context.elasticity == OWN:
        raise QuestionError("--closures needs a published set of elasticities; give --elasticity a name")


def _several(names: Written | Sequence[Written]) -> Sequence[Written]:
    """The scenarios given: one alone, or each of a list; a list of measures is one scenario."""
    if isinstance(names, str | Path | Scenario | Mapping):
        return [names]
    if not isinstance(names, Sequence):
        raise QuestionError(f"a scenario is a name, a file or a mapping, not {type(names).__name__}")
    listed: list[Any] = list(names)
    measures = [isinstance(each, Mapping) and "measures" not in each for each in listed]
    if len(listed) > 1 and any(measures) and not all(measures):
        raise QuestionError("price takes a list of measures, or a list of scenarios; these are some of both")
    return [listed] if listed and all(measures) else listed


def _load(names: Sequence[Written]) -> list[Scenario]:
    if not names:
        raise QuestionError(f"price needs a scenario: a YAML file, or one of {', '.join(scenario.shipped())}")
    return [scenario.load(name) for name in names]


def _price_duties(
    scenarios: Sequence[Scenario],
    context: PricingContext,
    baseline: str | None,
    day: Day,
    band: BandOptions,
    asked: ShownBeside,
) -> Answer:
    """Scenarios of duties alone, solved together."""
    own, base_name = _in_common(scenarios, baseline)
    revenue = asked.revenue or own
    layers = [] if base_name == "none" else day.layers_in_force(context)
    base = _base_levels(base_name, context, layers, day.as_of)
    applied = {f"{k} {s.name}": s.applied(context, base, day.as_of) for k, s in enumerate(scenarios)}
    in_force = day.duties_in_force(context, layers) if base_name == "in-force" else None
    parties = context.parties(day.case.parties)
    shown = {key: context.parties(shown_first(s.measures, parties)) for s, key in zip(scenarios, applied, strict=True)}
    solved = _solve(context, base, applied, revenue, band)
    beside = _side_by_side(context, base, applied, parties) if asked.closures else {}
    data = {
        **context.metadata(),
        "parties": list(day.case.parties),
        "baseline": _baseline_row(base_name, day, ScenarioRows(context, solved.baseline, parties)),
        "bands": band_metadata(solved.band),
        "closure": context.closure(revenue),
        "scenarios": [
            {
                **_scenario_row(
                    s,
                    ScenarioRows(context, solved.outcomes[key], shown[key], solved.band, key),
                    applied[key],
                    asked.economies,
                    in_force,
                ),
                **beside.get(key, {"closures": None, "uses_of_revenue": None}),
            }
            for s, key in zip(scenarios, applied, strict=True)
        ],
    }
    options = {
        "names": list(asked.names), "economies": list(asked.economies), "world": context.name,
        "model": context.model, "elasticity": context.elasticity, "horizon": context.horizon,
        "closure": context.closed_by, "revenue": revenue,
        "draws": band.draws, "seed": band.seed if band.draws else None, "baseline": base_name, "as_of": day.as_of,
        "known": day.known, "tolerance": context.options.tolerance, "closures": asked.closures,
    }  # fmt: skip
    notes = (
        f"percent changes {'against' if base_name in ('none', 'in-force') else 'on top of'} the baseline {base_name!r}",
        *revenue_notes(context, revenue, side_by_side=asked.closures),
        *duties.assumptions(layers),
    )
    return Answer("price", data, notes, options)


class SolvedScenarios(NamedTuple):
    """The baseline against the base year, outcomes by key against the baseline, and the band of their real income."""

    baseline: PricedOutcome
    outcomes: Mapping[str, PricedOutcome]
    band: Band | None


def _solve(
    context: PricingContext, base: TariffLevels, applied: Mapping[str, Applied], revenue: str, asked: BandOptions
) -> SolvedScenarios:
    """Scenarios solved together; no band where new duty pays off debt. Raises QuestionError where draws are asked then.

    Raises NotConverged.
    """
    if revenue == DEFICIT and asked.draws:
        raise QuestionError("--draws: there is no band where new duty pays off debt; leave --draws out")
    outcomes, taxes = ({key: getattr(x, name) for key, x in applied.items()} for name in ("levels", "exports"))
    baseline, results = context.price(base, list(outcomes.values()), revenue=revenue, exports=list(taxes.values()))
    priced = dict(zip(outcomes, results, strict=True))
    if revenue == DEFICIT:
        return SolvedScenarios(baseline, priced, None)
    band = context.bands(
        base, outcomes, draws=asked.draws, seed=asked.seed, progress=asked.progress, results=priced, exports=taxes
    )
    return SolvedScenarios(baseline, priced, band)


def revenue_notes(context: PricingContext, revenue: str, *, side_by_side: bool) -> list[str]:
    """What the use of revenue means in a model with fixed labour, where another than a transfer is shown."""
    uses = USES if side_by_side else (revenue,)
    return [REVENUE_NOTES[use] for use in uses if context.model == MULTI_SECTOR and use in REVENUE_NOTES]


REVENUE_NOTES = {
    "income_tax_relief": "labour-tax: labour is fixed in this model, so a lower tax on it moves no quantity and no real"
    " income; only the real wage after tax differs from that with a transfer. Gains from more work are not in it",
    DEFICIT: "deficit: new duty pays off debt, which all economies borrow in proportion to value added; real income is"
    " what is spent today, and what the debt would have cost later is not counted",
}


def _side_by_side(
    context: PricingContext, base: TariffLevels, applied: Mapping[str, Applied], parties: Sequence[str]
) -> dict[str, JsonRow]:
    """Each outcome with every closure, and with every use of revenue."""
    outcomes, taxes = ({key: getattr(x, name) for key, x in applied.items()} for name in ("levels", "exports"))
    closures = by_closure(context, base, outcomes, parties, taxes)
    uses = by_use(context, base, outcomes, parties, taxes)
    return {key: {"closures": closures_row(closures[key]), "uses_of_revenue": uses[key]} for key in outcomes}


def _in_common(scenarios: Sequence[Scenario], baseline: str | None) -> tuple[str, str]:
    """The use of revenue and the baseline that all scenarios share. Raises QuestionError where they differ."""
    revenue = _common({s.revenue for s in scenarios if s.revenue}, "use their revenue alike", "lump_sum")
    name = baseline or _common({s.baseline or "in-force" for s in scenarios}, "name one baseline", "in-force")
    return revenue, name


def _base_levels(
    name: str, context: PricingContext, in_force: Sequence[duty_layers.DutyLayer], as_of: str
) -> TariffLevels:
    """The duties that scenarios are set against, by the name of the baseline; in_force: on the day, not for `none`."""
    levels = context.levels(in_force)
    return levels if name in ("none", "in-force") else scenario.load(name).levels(context, levels, as_of)


def _baseline_row(name: str, day: Day, rows: ScenarioRows) -> JsonRow:
    return {
        "name": name,
        "as_of": None if name == "none" else day.as_of,
        "real_income": {code: rows.value("real_income", code) for code in rows.parties},
        "solver": rows.solver(),
    }


def _scenario_row(
    written: Scenario, rows: ScenarioRows, applied: Applied, also: Sequence[str], in_force: DutiesInForce | None
) -> JsonRow:
    """One scenario in the keys of `price --json`; also: economies shown by sector beside the usual ones.

    in_force: what it is set against, where that is the duties in force.
    """
    codes = dict.fromkeys((*rows.context.world.economies, *rows.parties, *also))
    economies = {code: _economy_row(rows, code) for code in codes}
    third = rows.third()
    row: JsonRow = {
        **written_scenario(written.name, written.note, written.measures),
        "economies": {**economies, "WLD": {"real_income": rows.world_mean()}},
        "shown": [*rows.parties],
        "third": third,
        "solver": rows.solver(),
        "notes": list(applied.notes),
        "duties": [_effect_row(effect, rows.context, in_force) for effect in applied.effects],
    }
    if rows.priced.sectors:
        row["sectors"] = {code: rows.sectors(code) for code in economies if code in (*rows.parties, *third, *also)}
    return row


def _effect_row(effect: MeasureEffect, context: PricingContext, in_force: DutiesInForce | None) -> JsonRow:
    """What a measure does to the mean duty: of pairs of economies, as every question shows it, where the measure falls
    on all their trade; else of the trade that it falls on, by trade of the base year."""
    average = in_force.of_cells(effect.added) if in_force and not effect.on_exports else None
    if average is not None and average.percent is not None:
        effect, weights = effect.with_mean(average.percent), average.weights
    else:
        weights = by_base_year(context)
    return {
        "measure": effect.number, "before": effect.before, "after": effect.after, "weights": weights,
        "cells": effect.cells, "cut": effect.cut,
    }  # fmt: skip


def _economy_row(rows: ScenarioRows, code: str) -> dict[str, float]:
    row = rows.quantities(code)
    bounds = rows.bounds(code)
    if bounds is not None:
        row |= {"real_income_low": bounds[0], "real_income_high": bounds[1]}
    return row


def _price_with_limits(
    scenarios: Sequence[Scenario], world: str, horizon: str, baseline: str | None, day: Day, band: BandOptions
) -> Answer:
    """Scenarios of which some limit quantities, by the model of critical inputs, against the duties in force."""
    if baseline not in (None, "in-force"):
        raise QuestionError(f"--baseline {baseline}: limits on quantities are priced against the duties in force")
    horizon = "short" if horizon == "long" else horizon  # a limit bites before trade has adjusted
    context = pricing_context(world, horizon=horizon)
    base = context.levels(day.layers_in_force(context))
    limited = []
    for s in scenarios:
        limits = limits_of(s.measures, s.name, context.world.economies, day.as_of)
        levels = s.levels(context, base, day.as_of, skip_limits=True)
        changed = {cell: level for cell, level in levels.items() if base.get(cell) != level}
        limited.append(LimitedScenario(s.name, s.note, tuple(limits), changed, s.measures))
    options = {"world": world, "as_of": day.as_of, "known": day.known, "seed": band.seed, "baseline": "in-force"}
    return limited_answer(
        limited, base, day.case.parties, world_name=world, horizon=horizon, draws=band.draws, seed=band.seed,
        options=options, progress=band.progress,
    )  # fmt: skip


def _common(values: set[str], must: str, otherwise: str) -> str:
    """The one value that all scenarios share, or the default where none has one. Raises QuestionError."""
    if len(values) > 1:
        raise QuestionError(
            f"scenarios of one run must {must}, but these say {', '.join(sorted(values))}: price them separately"
        )
    return values.pop() if values else otherwise
