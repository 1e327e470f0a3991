"""What a day's negotiation means for one economy: its real income and its sectors under each outcome."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.cases import own_files
from detente.ask.first_screen.outcomes import OTHER_DEAL
from detente.ask.first_screen.screen import shown_probabilities
from detente.ask.pricing import duties
from detente.ask.pricing.closures import FIXED, with_closure
from detente.ask.pricing.context import DEFAULT_WORLD, PricedOutcome, PricingContext, pricing_context
from detente.ask.pricing.priced_outcomes import KEPT_DAYS, PricedOutcomes, outcomes_of_day
from detente.ask.pricing.question_horizon import horizon_of
from detente.ask.pricing.scenario_rows import ScenarioRows, band_metadata
from detente.ask.questions.brief import add_probabilities, day_forecast
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks.dossier import resolve_days, with_document
from detente.ask.talks.find_case import case_row
from detente.economy.models.multi_sector import baseline_totals
from detente.errors import QuestionError
from detente.record.case import Case

REST = "ROW"
LABOUR_MOVES = ("medium", "long")  # horizons by which labour may be taken to have moved between sectors
NO_SECTORS = "the world has one sector"
NO_JOBS = (
    "employment by sector is left out: the model lets labour move between sectors freely, which it has not done within"
    " {span}; the medium and the long horizon show it"
)
JsonRow = dict[str, Any]


class PricedTalks(NamedTuple):
    """The talks on a day: their case, the outcomes priced, and {outcome: chance}, empty without a forecast."""

    case: Case
    priced: PricedOutcomes
    chances: Mapping[str, float]


class Size(NamedTuple):
    """Sales [s,n] of each sector and economy in the base year, and those of them to other economies."""

    output: np.ndarray
    exports: np.ndarray


def country(
    economy: str,
    *,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    world: str = DEFAULT_WORLD,
    horizon: str | None = None,
    closure: str = FIXED,
    home: str | None = None,
) -> Answer:
    """What each outcome of the brief changes for one economy or bloc, with its sectors; all in percent.

    economy: an ISO3 code, EU, or a name. closure: fixed deficits, balanced trade, or valuation. Outcomes, horizon,
    closure and prices are those of `brief` on the same day: changes are against the duties in force. Sectors: output
    and exports in volumes, employment where the horizon is long enough for labour to move. Raises QuestionError for an
    economy that the world does not have, RecordError, NotConverged.
    """
    as_of, known = resolve_days(as_of, known)
    day = _day(as_of, known, dossier, world, horizon, closure, home, own_files(dossier, home) if home else ())
    context, priced = day.priced.context, day.priced
    code = economy_of(context, economy)
    data = {
        "as_of": as_of,
        "known": known,
        "case": case_row(day.case),
        "country": _country_row(day, code),
        "outcomes": _outcome_rows(day, code),
        "sectors": list(_sector_rows(priced, code)),
        "employment": _employment_words(context),
        "economies": list(context.world.economies),
        "economy": {**context.metadata(), "closure": context.closure("lump_sum"), "residual": priced.residual},
        "bands": band_metadata(priced.spread),
    }
    options = {
        "economy": code, "as_of": as_of, "known": known, "dossier": dossier, "world": world,
        "horizon": context.horizon, "closure": context.closed_by, "tolerance": context.options.tolerance,
    }  # fmt: skip
    return Answer("country", data, _notes(context, priced, data), options)


@lru_cache(maxsize=KEPT_DAYS)
def _day(
    as_of: str, known: str, dossier: str, world: str, horizon: str | None, closure: str, home: str | None, own: Hashable
) -> PricedTalks:
    """The talks on a day, priced; own: the files of the user's own, which it was read from."""
    talks = with_document(None, dossier=dossier, as_of=as_of, known=known, home=home)
    context = with_closure(pricing_context(world, horizon=horizon_of(talks.state, world, horizon)), closure)
    priced = outcomes_of_day(talks, context, dossier, home)
    names: list[JsonRow] = [{"name": outcome.name} for outcome in priced.table]
    shown = shown_probabilities(talks, names, add_probabilities(names, talks, day_forecast(talks)))
    return PricedTalks(talks.case, priced, shown["of"] if shown else {})


def economy_of(context: PricingContext, written: str) -> str:
    """The code of an economy of a world, or of a bloc with members in it, by its code or its name.

    Raises QuestionError for words that name none, and for an economy that the world does not have.
    """
    code = labels.code_of(written) or written.strip().upper()
    if context.economies_of(code):
        return code
    if labels.name(code) == code:
        raise QuestionError(
            f"{written[:40]!r} names no economy; write a name or an ISO3 code; `detente world describe` lists them"
        )
    rest = f"; it is within {labels.name(REST).lower()}" if REST in context.world.economies else ""
    also = "" if context.name == "world-2023" else "; world-2023 has most, without sectors: --world world-2023"
    raise QuestionError(f"{context.name} has no economy of its own for {labels.name(code)}{rest}{also}")


def _country_row(day: PricedTalks, code: str) -> JsonRow:
    """The economy: its name, whether it is a party, its households, and what the duties in force cost it already."""
    households = labels.households().get(code)
    parties = {member for party in day.case.parties for member in (party, *duties.economies_of(party))}
    return {
        "code": code,
        "name": labels.name(code),
        "short": labels.short(code),
        "is_party": code in parties,
        "households_million": households[0] if households else None,
        "households_source": households[1] if households else None,
        "in_force_against_base_year": ScenarioRows(day.priced.context, day.priced.baseline).value("real_income", code),
    }


def _outcome_rows(day: PricedTalks, code: str) -> list[JsonRow]:
    """The outcomes of the first screen in its order, with their chances there."""
    priced, shown = day.priced, day.chances
    rows = [
        {
            "name": outcome.name,
            "title": outcome.title,
            "rule": outcome.rule,
            "known_since": outcome.known_since,
            "baseline": number == 0,
            "chance": shown.get(outcome.name),
            **(_EMPTY if number == 0 else _changes(priced, outcome.name, code)),
            "why": None,
            "solver": priced.priced[outcome.name].proof(),
        }
        for number, outcome in enumerate(priced.table)
    ]
    if shown:
        other = {**OTHER_DEAL, "known_since": None, "baseline": False, "chance": shown[OTHER_DEAL["name"]]}
        rows.append({**other, **_EMPTY, "solver": None})
    return rows


_EMPTY: JsonRow = dict.fromkeys(
    ("real_income", "low", "high", "bn_usd", "usd_a_household", "usd_low", "usd_high", "exports", "imports", "price")
)


def _changes(priced: PricedOutcomes, name: str, code: str) -> JsonRow:
    """What an outcome changes for the whole economy, percent; in money of the base year where it is known."""
    context = priced.context
    rows = ScenarioRows(context, priced.priced[name], (), priced.spread, name)
    low, high = rows.bounds(code) or (None, None)
    money = rows.money(code)
    return {
        "real_income": rows.value("real_income", code),
        "low": low,
        "high": high,
        **money,
        **{f"usd_{end}": _a_household(money, rows, code, value) for end, value in (("low", low), ("high", high))},
        **{quantity: rows.value(quantity, code) for quantity in ("exports", "imports", "price")},
    }


def _a_household(money: JsonRow, rows: ScenarioRows, code: str, percent: float | None) -> float | None:
    """An end of the band in USD a household: in proportion to the value itself; None without either."""
    value = rows.value("real_income", code)
    known = money["usd_a_household"]
    return None if known is None or percent is None or not value else float(known) * percent / value


def _sector_rows(priced: PricedOutcomes, code: str) -> Iterator[JsonRow]:
    """A row for each outcome but the duties in force and each sector that the economy has."""
    context, sizes = priced.context, _sizes(priced.context)
    if sizes is None:
        return
    members = context.economies_of(code)
    output, exports = (size[:, members] for size in sizes)
    for outcome in priced.table[1:]:
        changes = _of_sectors(priced.priced[outcome.name], members, output, exports)
        for k, sector in enumerate(context.world.sectors):
            if output[k].sum() > 0:
                row = {name: None if np.isnan(values[k]) else float(values[k]) for name, values in changes.items()}
                if context.horizon not in LABOUR_MOVES:
                    row["employment"] = None
                yield {
                    "outcome": outcome.name,
                    "sector": sector,
                    "name": labels.sector(sector),
                    "share_of_output": 100 * float(output[k].sum() / output.sum()),
                    "exported": 100 * float(exports[k].sum() / output[k].sum()),
                    **row,
                }


def _of_sectors(
    result: PricedOutcome, members: Sequence[int], output: np.ndarray, exports: np.ndarray
) -> dict[str, np.ndarray]:
    """{quantity: percent change [s]} of some economies together, weighted by their sales of the base year.

    Not a number where the sector sells nothing. Members: places in the world.
    """
    weights = {"output": output, "exports": exports, "employment": output}
    changes = {}
    for name, weight in weights.items():
        total = weight.sum(1)
        mean = (result.sectors[f"sector_{name}"][:, members] * weight).sum(1) / np.where(total > 0, total, 1)
        changes[name] = np.where(total > 0, mean, np.nan)
    return changes


def _sizes(context: PricingContext) -> Size | None:
    """The size of every sector in the base year; None in a world of one sector."""
    if not context.world.sectors:
        return None
    base = baseline_totals(context.world)
    return Size(np.asarray(base.output), np.asarray(base.abroad))


def _employment_words(context: PricingContext) -> str | None:
    """Why employment by sector is not shown; None where it is."""
    if not context.world.sectors:
        return NO_SECTORS
    return None if context.horizon in LABOUR_MOVES else NO_JOBS.format(span=context.metadata()["horizon"]["span"])


def _notes(context: PricingContext, priced: PricedOutcomes, data: JsonRow) -> tuple[str, ...]:
    """What a reader must know before citing a number."""
    country, year = data["country"], context.world.origin.year
    counted = country["households_million"] is not None
    return (
        "percent changes against the duties in force on the day; the same outcomes, horizon, closure and prices as in"
        " `detente brief`",
        f"USD are those of {year} at the size of that year's economy"
        + ("" if counted else f"; no count of households is on file for {country['name']}: billions only"),
        "output and exports of sectors are volumes; exports, imports and prices of the whole economy are nominal, in"
        " units of world value added",
        *([data["employment"]] if data["employment"] else []),
        *duties.assumptions(priced.table[0].layers),
    )
