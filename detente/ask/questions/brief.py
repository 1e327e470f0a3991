"""The main job: a document beside the record, the state of the talks, every outcome priced, the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.forecasting.points import COUNTRY_CODES
from detente.ask.pricing import duties, possible_outcomes, recorded_controls
from detente.ask.pricing.context import (
    CLOSURES,
    DEFAULT_WORLD,
    MULTI_SECTOR,
    SET_WITH_ERRORS,
    PricedOutcome,
    PricingContext,
    TariffLevels,
    check_draws,
    pricing_context,
)
from detente.ask.pricing.packages import package_levels
from detente.ask.pricing.priced_day import PricedDay, has_talks, price_day
from detente.ask.questions import deal, forecast, leverage, truce
from detente.ask.questions.price import banded
from detente.ask.talks.dossier import Read, as_fact, described, read_document, with_document
from detente.ask.talks.summary import cited_ids, reading
from detente.economy.parallel import parallel_map
from detente.economy.uncertainty import Band

PAIR = (("USA", "CHN"), ("CHN", "USA"))


def brief(
    path: str | None = None,
    *,
    published: str | None = None,
    dossier: str = "us-china",
    as_of: str | None = None,
    known: str | None = None,
    world: str = DEFAULT_WORLD,
    horizon: str = "long",
    draws: int = 0,
    seed: int = 0,
    home: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Answer:
    """Read a document (or none), set its facts beside the record, price the outcomes of the day.

    as_of defaults to the document's publication date, else today; known to as_of. draws: lognormal draws of
    elasticities behind low and high, told to progress(done, draws); without them the spread of all sets.
    Raises RecordError, QuestionError, DataError, NotConverged.
    """
    check_draws(draws)
    found = read_document(path, published=published) if path else None
    as_of = as_of or (found.published if found else None) or date.today().isoformat()
    known = known or as_of
    read = with_document(found, dossier=dossier, as_of=as_of, known=known, home=home)
    at = pricing_context(world, elasticity=SET_WITH_ERRORS if draws else None, horizon=horizon)
    scene = None
    if has_talks(read.state):  # the outcomes come in one batch with the packages of a deal
        scene = price_day(as_of=as_of, known=known, context=at, opened=(read.record, read.state), extra=package_levels)
        table, held = scene.outcomes, scene.baseline
        by_outcome = scene.by_outcome()
        levels = {name: outcome_levels for name, (outcome_levels, _) in by_outcome.items()}
        priced = {name: result for name, (_, result) in by_outcome.items()}
    else:
        table = tuple(possible_outcomes.on_the_table(read.record, read.state, at.world.economies))
        levels = {outcome.name: at.levels(outcome.layers) for outcome in table}
        held, several = at.price(levels[table[0].name], list(levels.values()))
        priced = dict(zip(levels, several, strict=True))
    base = levels[table[0].name]
    bands, limits = _bands_and_controls(
        read, at, base, levels, draws=draws, seed=seed, progress=progress, results=priced
    )
    relief = None if at.model == MULTI_SECTOR else at.price(base, list(levels.values()), revenue="income_tax_relief")
    state = read.state.to_json()
    rows = [row(outcome, at, priced[outcome.name], bands) for outcome in table]
    if relief is not None:
        for told, one in zip(rows, relief[1], strict=True):
            told["with_income_tax_relief"] = select_economies(at, one.change["real_income"], ("USA", "CHN"))
    evidence = read.state.evidence(cited_ids(state, rows, set(read.state.statements)))
    data: dict[str, Any] = {
        "as_of": as_of,
        "known": known,
        "document": {**described(found), "proposed": [as_fact(s) for s in read.proposed]} if found else None,
        "state": state,
        "outcomes": rows,
        "controls": limits,
        **bargaining_sections(scene),
        "forecast": add_probabilities(rows, read, min(as_of, known), dossier),
        "evidence": list(evidence.values()),
        "economy": {
            **at.metadata(),
            "baseline": {
                "words": f"duties in force on {as_of}, from the economy of {at.world.origin.year}",
                "real_income": select_economies(at, held.change["real_income"], ("USA", "CHN")),
                "solver": held.proof(),
                "trade": [cell.to_json() for cell in held.trade],
            },
            "closure": {"name": "lump_sum", "meaning": CLOSURES["lump_sum"]},
            "other_closure": None
            if relief is None
            else {"name": "income_tax_relief", "meaning": CLOSURES["income_tax_relief"]},
            "bands": banded(bands),
            "households": {code: {"millions": n, "source": who} for code, (n, who) in labels.HOUSEHOLDS.items()},
            "gap": max([held.residual, *(one.residual for one in priced.values())]),
            "not_priced": duties.not_priced(read.state),
        },
        "reading": reading(read, state, as_of),
    }
    options = {
        "dossier": dossier, "as_of": as_of, "known": known, "world": world, "horizon": horizon, "draws": draws,
        "seed": seed if draws else None, "tolerance": at.options.tolerance,
    }  # fmt: skip
    return Answer("brief", data, notes(read, at, as_of, known), options)


def _bands_and_controls(
    read: Read, at: PricingContext, base: TariffLevels, levels: Mapping[str, TariffLevels], *, draws: int, **more: Any
) -> tuple[Band | None, list[dict[str, Any]]]:
    """The outcomes' bands and the controls on record: side by side, but with draws, which take every core, in turn."""

    def bands() -> Any:
        return at.bands(base, levels, draws=draws, **more)

    def limits() -> Any:
        return recorded_controls.controls_section(read.state, base, at.name, ban=False)

    both: tuple[Callable[[], Any], ...] = (bands, limits)
    found, told = [do() for do in both] if draws else parallel_map(lambda k: both[k](), 2)
    return found, told


def add_probabilities(rows: list[dict[str, Any]], read: Read, day: str, dossier: str) -> dict[str, Any] | None:
    """The forecast of the day, and each outcome's probability with where it comes from; null where no history is."""
    if dossier not in COUNTRY_CODES:
        return None
    told = forecast.section(read.state, date.fromisoformat(day[:10]), dossier)
    truce_now = read.state.truces[0] if read.state.truces else None
    for outcome in rows:
        found = forecast.probability(told, outcome["name"], truce_now, read.state.threats)
        outcome["probability"], outcome["probability_from"] = found
    return told.to_json()


def bargaining_sections(scene: PricedDay | None) -> dict[str, Any]:
    """The deal, the truce, who has leverage, without their runs over elasticity sets; null where nothing is known."""
    if scene is None:  # the record holds neither a truce nor a measure that day
        return {"deal": None, "truce": None, "leverage": None}
    return {
        "deal": deal.deal_section(scene, "truce", bands=False),
        "truce": truce.truce_section(scene, bands=False),
        "leverage": leverage.leverage_section(scene, bands=False),
    }


def select_economies(at: PricingContext, values: np.ndarray, codes: Iterable[str]) -> dict[str, float]:
    """Values of some economies and the world's mean."""
    return {**{code: float(values[at.world.index(code)]) for code in codes}, "WLD": at.mean(values)}


def row(
    outcome: possible_outcomes.Outcome, at: PricingContext, one: PricedOutcome, bands: Band | None
) -> dict[str, Any]:
    """One outcome in the keys of the command line: percent of real income against the duties in force today."""
    change = one.change["real_income"]
    total = duties.added_by_pair(outcome.layers)
    third = at.most_affected(change)
    low = high = None
    if bands is not None:
        low, high = (select_economies(at, values, at.world.economies) for values in bands.range(outcome.name))
        low["WLD"], high["WLD"] = world_band(at, bands, outcome.name)
    told: dict[str, Any] = {
        "name": outcome.name,
        "title": outcome.title,
        "rule": outcome.rule,
        "known_since": outcome.known_since,
        "policy": {
            "changes": [layer.to_json() for layer in outcome.changes if layer.against not in labels.WITH_CHINA],
            "average_added_duty": {f"{n} on {i}": round(100 * total.get((n, i), 0.0), 2) for n, i in PAIR},
            "items": [item.to_json() for item in outcome.items],
        },
        "real_income": select_economies(at, change, at.world.economies),
        "third": third,
        "low": low,
        "high": high,
        "more": {
            code: {name: float(values[at.world.index(code)]) for name, values in one.change.items()}
            for code in ("USA", "CHN", *third)
        },
        "money": {code: at.money(change, code) for code in ("USA", "CHN")},
        "probability": None,
        "notes": list(outcome.notes),
        "evidence": list(outcome.evidence),
        "solver": one.proof(),
    }
    if one.sectors:
        told["sectors"] = {
            code: {
                sector: float(one.sectors["sector_employment"][k, at.world.index(code)])
                for k, sector in enumerate(at.world.sectors)
            }
            for code in ("USA", "CHN")
        }
        told["industries"] = {code: industries(jobs) for code, jobs in told["sectors"].items()}
    return told


def industries(jobs: dict[str, float], count: int = 3) -> list[dict[str, Any]]:
    """The sectors whose employment moves most, percent, with plain names."""
    order = sorted(jobs, key=lambda sector: -abs(jobs[sector]))[:count]
    return [{"sector": s, "name": labels.sector(s), "employment": jobs[s]} for s in order]


def world_band(at: PricingContext, bands: Band, outcome: str) -> tuple[float, float]:
    """Low and high of the world's mean, taken draw by draw (or set by set)."""
    values = bands.values[:, bands.outcomes.index(outcome)] @ at.weight / at.weight.sum()
    low, high = bands.ends(values)
    return float(low), float(high)


def notes(read: Read, at: PricingContext, as_of: str, known: str) -> tuple[str, ...]:
    """What a reader must know before citing a number."""
    if at.model == MULTI_SECTOR:
        shape = "sectors and input chains, labour moves freely between sectors, no quantity limits"
    else:
        shape = "one sector: no industries, no input chains, no quantity limits"
    found = [
        f"real income is absorption over consumer prices, in percent against the duties in force on the day; {shape}",
        "static trade models give about a third of what models with capital, confidence and supply chains give",
        "announced rates fall on the share of trade they cover (2024 US imports); sources beside each layer",
        "duties of third economies on US goods are not at hand and left out",
    ]
    if as_of[:4] < str(at.world.origin.year):
        found.append(
            f"the day lies before {at.world.origin.year}, the base year of the economy: its duties are not in it"
        )
    last = max((s.known or "" for s in read.record.statements()), default="")[:10]
    if last and as_of[:10] > last:
        found.append(f"the record ends on {last}: nothing after that day is in it, and nothing is assumed")
    if known[:10] > as_of[:10]:
        found.append(f"facts of {as_of} as known later, on {known}")
    if read.document is not None and read.document.published is None:
        found.append(
            "the document does not say when it was published: relative dates in it are not resolved; give --published"
        )
    if read.document and read.document.published and read.document.published[:10] > known[:10]:
        found.append("the document was published after the day of knowledge: its facts are listed but not in the state")
    found += read.record.notices
    return tuple(found)
