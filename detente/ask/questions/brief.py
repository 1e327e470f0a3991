"""The main job: a document beside the record, the state of the talks, every outcome priced, the sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from detente import labels
from detente.ask.answer import Answer
from detente.ask.first_screen.screen import Priced, first_screen
from detente.ask.pricing import duties, duty_layers, household_card, party_duties, possible_outcomes, recorded_controls
from detente.ask.pricing.by_closure import ClosureTable, by_closure, can_compare, closures_row
from detente.ask.pricing.closures import FIXED, with_closure
from detente.ask.pricing.context import (
    DEFAULT_WORLD,
    MULTI_SECTOR,
    SET_WITH_ERRORS,
    PricedOutcome,
    PricingContext,
    check_draws,
    pricing_context,
)
from detente.ask.pricing.deal_items import ItemGroup, item_groups
from detente.ask.pricing.observed_trade import with_observed
from detente.ask.pricing.packages import package_set
from detente.ask.pricing.possible_outcomes import Outcome
from detente.ask.pricing.priced_day import PricedDay, why_no_bargain, with_packages
from detente.ask.pricing.priced_outcomes import PricedOutcomes, outcomes_of_day, price_outcomes
from detente.ask.pricing.question_horizon import LONG, horizon_of
from detente.ask.pricing.scenario_rows import ScenarioRows, band_metadata
from detente.ask.questions import deal, forecast, leverage, truce
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks import reading_process
from detente.ask.talks.dossier import (
    document_metadata,
    resolve_days,
    with_document,
)
from detente.ask.talks.find_case import ALONE, case_row, find_case
from detente.ask.talks.reading_process import DocumentReading
from detente.ask.talks.summary import cited_ids, summarise
from detente.ask.talks.talks_on_day import Talks
from detente.economy import engine
from detente.economy.models import multi_sector
from detente.economy.parallel import parallel_map
from detente.economy.uncertainty import Band
from detente.record.case import Case
from detente.record.document import Document

JsonRow = dict[str, Any]


def brief(
    path: str | DocumentReading | None = None,
    *,
    published: str | None = None,
    dossier: str | None = None,
    as_of: str | None = None,
    known: str | None = None,
    world: str = DEFAULT_WORLD,
    horizon: str | None = None,
    closure: str = FIXED,
    draws: int = 0,
    seed: int = 0,
    home: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    screen_only: bool = False,
) -> Answer:
    """Read a document (or none), set its facts beside the record, price the outcomes of the day.

    path: of the document, or one that has been read. dossier: the negotiation; by default the one that the document is
    about, and none where no case fits. as_of defaults to the document's publication date, else today; known to as_of.
    closure: fixed deficits, balanced trade, or valuation.
    screen_only: leave out what the first screen does not show: controls, card, deal, truce and leverage are None.
    draws: lognormal draws of elasticities behind low and high, with progress(done, draws) called after each; without
    draws, low and high are the spread over all sets.
    Raises RecordError, QuestionError, DataError, NotConverged.
    """
    check_draws(draws)
    reading, dossier = _read(path, published, dossier, home, partial(prepare, world, draws))
    document = reading.document if reading else None
    as_of, known = resolve_days(as_of or (document.published if document else None), known)
    talks = with_document(reading, dossier=dossier, as_of=as_of, known=known, home=home)
    case = talks.case
    asked = SET_WITH_ERRORS if draws else None
    context = pricing_context(world, elasticity=asked, horizon=horizon_of(talks.state, world, horizon))
    context = with_closure(context, closure)
    results = price_outcomes(talks, context) if reading else outcomes_of_day(talks, context, dossier, home)
    bands = partial(results.bands, draws=draws, seed=seed, progress=progress)
    day, band, controls, card, beside = _side_by_side(talks, context, results, bands, screen_only, in_turn=bool(draws))
    items = item_groups(day, controls) if day else []
    relief, parties = _with_tax_relief(context, results), context.parties(case.parties)
    rows = [
        outcome_row(
            _with_priced_items(outcome, items),
            ScenarioRows(context, results.priced[outcome.name], parties, band, outcome.name),
            case,
            relief,
            beside.long,
            beside.closures,
        )
        for outcome in results.table
    ]
    state = talks.state.to_json()
    likely = add_probabilities(rows, talks, beside.forecast)
    economy = _economy_section(talks, case, context, results, band)
    screen = first_screen(talks, state, Priced(results.table[0].layers, rows, economy, likely))
    evidence = talks.state.evidence(cited_ids(state, rows, set(talks.state.statements)))
    data: JsonRow = {
        "as_of": as_of,
        "known": known,
        "case": case_row(talks.case),
        "parties": list(case.parties),
        "document": _document_row(document, talks),
        "state": state,
        "outcomes": rows,
        "controls": controls,
        "card": card,
        **bargaining_sections(day, items),
        "forecast": likely,
        "evidence": list(evidence.values()),
        "economy": economy,
        "reading": summarise(talks, state, as_of),
        "first_screen": screen,
    }
    options = {
        "dossier": dossier, "as_of": as_of, "known": known, "world": world, "horizon": context.horizon,
        "closure": context.closed_by, "draws": draws, "seed": seed if draws else None,
        "tolerance": context.options.tolerance,
    }  # fmt: skip
    return Answer("brief", data, notes(talks, case, context, results), options)


def _read(
    path: str | DocumentReading | None,
    published: str | None,
    dossier: str | None,
    home: str | None,
    prepare: Callable[[], None],
) -> tuple[DocumentReading | None, str]:
    """The document, read while this process prepares, and the dossier: the one that is named, else the one that the
    document is about."""
    if not path:
        return None, dossier or DEFAULT_DOSSIER
    reading = path
    if not isinstance(reading, DocumentReading):
        reading = reading_process.read_beside(prepare, reading, published=published, dossier=dossier)
    return reading, dossier or find_case(reading.document, home, reading.mentions)


def prepare(world: str, draws: int = 0) -> None:
    """Have at hand what a brief needs whatever it is about: the world, and what solving it takes.

    draws: as for `brief`. Raises QuestionError, DataError.
    """
    context = pricing_context(world, elasticity=SET_WITH_ERRORS if draws else None)
    if context.model == MULTI_SECTOR:
        engine.preconditioner(multi_sector, context.world)


class _Beside(NamedTuple):
    """What stands beside the prices of the outcomes: other closures, the long run, the forecast of the day."""

    closures: dict[str, ClosureTable] | None
    long: dict[str, PricedOutcome] | None
    forecast: forecast.Forecasts | None


def _side_by_side(
    talks: Talks,
    context: PricingContext,
    results: PricedOutcomes,
    bands: Callable[[], Band | None],
    screen_only: bool,
    *,
    in_turn: bool,
) -> tuple[PricedDay | None, Band | None, list[JsonRow] | None, JsonRow | None, _Beside]:
    """The packages of a deal, the band of the outcomes, the controls on record, the card of the duties in force, and
    what stands beside: on every core, or in turn where draws take them. For the screen alone the band and the last."""

    def band_and_long_run() -> Any:  # worked out in this process: prices name their model, which cannot be sent
        return bands(), _in_the_long_run(context, results)

    def packages_and_band() -> Any:
        return results.day and with_packages(results.day, talks.record, package_set), *band_and_long_run()

    def controls_and_card() -> Any:
        rows = recorded_controls.controls_section(
            talks.case, talks.state, results.in_force, context.name, assumed=False
        )
        day = household_card.CardDay(talks.case, talks.state.as_of, talks.state.known)
        return rows, household_card.section(context.with_fixed_deficits, results.in_force, day)

    def other_answers() -> Any:
        closures = _closures(context, results, context.parties(talks.case.parties))
        return closures, day_forecast(talks)

    of_screen: tuple[Callable[[], Any], ...] = (
        lambda: (None, *band_and_long_run()),
        lambda: (None, None),
        other_answers,
    )
    tasks = of_screen if screen_only else (packages_and_band, controls_and_card, other_answers)
    (day, band, long), (rows, card), (closures, likely) = (
        [task() for task in tasks] if in_turn else parallel_map(lambda k: tasks[k](), len(tasks))
    )
    return day, band, rows, card, _Beside(closures, long, likely)


def _with_tax_relief(context: PricingContext, results: PricedOutcomes) -> dict[str, PricedOutcome] | None:
    """The outcomes where duty lowers the tax on labour; None where the model has no such closure."""
    if context.model == MULTI_SECTOR:
        return None
    _, priced = context.price(results.in_force, list(results.levels.values()), revenue="income_tax_relief")
    return dict(zip(results.levels, priced, strict=True))


def _closures(
    context: PricingContext, results: PricedOutcomes, parties: Sequence[str]
) -> dict[str, ClosureTable] | None:
    """Real income of the parties by outcome and closure; None where there is one closure."""
    if not can_compare(context):
        return None
    return by_closure(context, results.in_force, results.levels, parties)


def _in_the_long_run(context: PricingContext, results: PricedOutcomes) -> dict[str, PricedOutcome] | None:
    """The outcomes in the long run, where the horizon is nearer; None where it is the long run."""
    if context.horizon == LONG:
        return None
    long = replace(context, horizon=LONG)
    _, priced = long.price(results.in_force, list(results.levels.values()))
    return dict(zip(results.levels, priced, strict=True))


def _document_row(document: Document | None, talks: Talks) -> JsonRow | None:
    if document is None:
        return None
    return {**document_metadata(document), "proposed": [s.as_proposal() for s in talks.proposed]}


def _economy_section(
    talks: Talks, case: Case, context: PricingContext, results: PricedOutcomes, band: Band | None
) -> JsonRow:
    """What the numbers rest on: world, baseline, closure, bands, households, and the largest residual."""
    parties = context.parties(case.parties)
    baseline = ScenarioRows(context, results.baseline, parties)
    other = None if context.model == MULTI_SECTOR else context.closure("income_tax_relief")
    return {
        **context.metadata(),
        "baseline": {
            "words": f"duties in force on {talks.state.as_of}, from the economy of {context.world.origin.year}",
            "real_income": baseline.real_income(parties),
            "solver": baseline.solver(),
            "trade": _observed_trade(results, parties, talks.state.known[:10]),
        },
        "duties": party_duties.rows(talks.state, case, context, results.table[0].layers),
        "added_since": duty_layers.reference_day(talks.state.as_of),
        "closure": context.closure("lump_sum"),
        "other_closure": other,
        "bands": band_metadata(band),
        "households": {
            code: {"millions": n, "source": source}
            for code, (n, source) in labels.households().items()
            if code in case.parties
        },
        "residual": results.residual,
        "gap": results.residual,
        "not_priced": duties.not_priced(talks.state, case),
        "assumed": duties.assumptions(results.table[0].layers),
    }


def _observed_trade(results: PricedOutcomes, parties: Sequence[str], known: str) -> list[JsonRow]:
    """The flows between parties that customs had published by a day, beside the model's."""
    flows = (flow for flow in results.baseline.trade if {flow.importer, flow.exporter} <= set(parties))
    return [row for row in (with_observed(flow, known) for flow in flows) if row]


def day_forecast(talks: Talks) -> forecast.Forecasts | None:
    """The forecast of the day, as known by then. None without parties."""
    if not talks.case.parties or talks.case.name == ALONE:
        return None
    day = min(talks.state.as_of, talks.state.known)
    return forecast.section(talks.state, date.fromisoformat(day[:10]), talks.case)


def add_probabilities(rows: list[JsonRow], talks: Talks, section: forecast.Forecasts | None) -> JsonRow | None:
    """The forecast in JSON types; each outcome gets its probability and its source."""
    if section is None:
        return None
    truce_now = possible_outcomes.running_truce(talks.state)
    for row in rows:
        likely = forecast.probability(section, row["name"], truce_now, talks.state.threats)
        row["probability"], row["probability_from"], row["point"] = likely
    return section.to_json()


def _with_priced_items(outcome: Outcome, groups: Sequence[ItemGroup]) -> Outcome:
    """The outcome with its items as the models price them."""
    own = next((group.items for group in groups if group.deal == outcome.name), None)
    return outcome if own is None else replace(outcome, items=tuple(x.item for x in own))


def bargaining_sections(day: PricedDay | None, items: Sequence[ItemGroup] = ()) -> JsonRow:
    """The deal, the truce, who has leverage, without their runs over elasticity sets; None where there are no talks."""
    if day is None:  # the record holds neither a truce nor a measure that day
        return {"deal": None, "truce": None, "leverage": None}
    point = deal.disagreement_of(day)
    return {
        "deal": deal.deal_section(day, point, items, bands=False),
        "truce": truce.truce_section(day, point.alone, bands=False),
        "leverage": leverage.leverage_section(day, bands=False),
    }


def outcome_row(
    outcome: Outcome,
    rows: ScenarioRows,
    case: Case,
    relief: Mapping[str, PricedOutcome] | None = None,
    long: Mapping[str, PricedOutcome] | None = None,
    closures: Mapping[str, ClosureTable] | None = None,
) -> JsonRow:
    """One outcome in the keys of `brief --json`: percent of real income against the duties in force that day.

    relief: the outcomes priced with the other use of revenue, where the model has one. long: in the long run, where the
    horizon is nearer. closures: real income of the parties by closure, where there are several.
    """
    third, parties = rows.third(), rows.parties
    low, high = rows.low_and_high()
    row: JsonRow = {
        "name": outcome.name,
        "title": outcome.title,
        "rule": outcome.rule,
        "known_since": outcome.known_since,
        "policy": _policy_row(outcome, rows.context, case),
        "real_income": rows.real_income(dict.fromkeys((*rows.context.world.economies, *parties))),
        "third": third,
        "low": low,
        "high": high,
        "more": {code: rows.quantities(code) for code in (*parties, *third)},
        "money": {code: rows.money(code) for code in parties},
        "probability": None,
        "notes": list(outcome.notes),
        "evidence": list(outcome.evidence),
        "solver": rows.solver(),
        "closures": closures_row(closures[outcome.name]) if closures else None,
    }
    if long is not None:
        later = ScenarioRows(rows.context, long[outcome.name], parties)
        row["long_run"] = {"real_income": later.real_income(parties), "solver": later.solver()}
    if rows.priced.sectors:
        employment = {code: {s: v["employment"] for s, v in rows.sectors(code).items()} for code in parties}
        row["sectors"] = employment
        row["industries"] = {code: industries(jobs) for code, jobs in employment.items()}
    if relief is not None:
        row["with_income_tax_relief"] = ScenarioRows(rows.context, relief[outcome.name]).real_income(parties)
    return row


def _policy_row(outcome: Outcome, context: PricingContext, case: Case) -> JsonRow:
    points = {f"{n} on {i}": party_duties.added_points(outcome.layers, context, n, i) for n, i in case.pairs}
    beside = {economy for party in case.parties for economy in duties.territories(party, case)}
    return {
        "changes": [layer.to_json() for layer in outcome.changes if layer.against not in beside],
        "average_added_duty": points,
        "items": [item.to_json() for item in outcome.items],
    }


def industries(jobs: Mapping[str, float], count: int = 3) -> list[JsonRow]:
    """The sectors whose employment moves most, percent, with plain names."""
    order = sorted(jobs, key=lambda sector: -abs(jobs[sector]))[:count]
    return [{"sector": s, "name": labels.sector(s), "employment": jobs[s]} for s in order]


def notes(talks: Talks, case: Case, context: PricingContext, results: PricedOutcomes) -> tuple[str, ...]:
    """What a reader must know before citing a number."""
    year, as_of, known = str(context.world.origin.year), talks.state.as_of, talks.state.known
    why = why_no_bargain(talks.state, case, context)
    return (
        f"real income is absorption over consumer prices, in percent against the duties in force on the day;"
        f" {_model_limits(context)}",
        "on the same tariffs our figures are 0.1 to 2 times those of other models: detente replicate other-models",
        "announced rates fall on the share of trade they cover (2024 US imports); sources beside each layer",
        "duties of third economies count where their size is known; `detente duties` lists those that have none",
        *duties.assumptions(results.table[0].layers),
        *([f"no deal, truce or leverage: {why}"] if why else []),
        *_day_notes(talks, year, as_of, known),
        *_document_notes(talks.document, known),
        *talks.record.notices,
    )


def _model_limits(context: PricingContext) -> str:
    if context.model == MULTI_SECTOR:
        return "sectors and input chains, labour moves freely between sectors, no quantity limits"
    return "one sector: no industries, no input chains, no quantity limits"


def _day_notes(talks: Talks, year: str, as_of: str, known: str) -> list[str]:
    last = max((s.known or "" for s in talks.record.statements(known)), default="")[:10]
    conditions = (
        (as_of[:4] < year, f"the day lies before {year}, the base year of the economy: its duties are not in it"),
        (
            bool(last) and as_of[:10] > last,
            f"as known on {known[:10]}, the record ends on {last}: nothing after that day is in it or assumed",
        ),
        (known[:10] > as_of[:10], f"facts of {as_of} as known later, on {known}"),
    )
    return [note for holds, note in conditions if holds]


def _document_notes(document: Document | None, known: str) -> list[str]:
    if document is None:
        return []
    if document.published is None:
        return [
            "the document does not say when it was published: relative dates in it are not resolved; give --published"
        ]
    conditions = (
        (
            document.dated_by_text,
            f"the day of the document, {document.published}, is the one in its first lines; --published gives another",
        ),
        (
            document.published[:10] > known[:10],
            "the document was published after the day of knowledge: its facts are listed but not in the state",
        ),
    )
    return [note for holds, note in conditions if holds]
