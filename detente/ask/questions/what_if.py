"""What if: today's duties moved by levers or cell by cell, priced at once; the page's question.

The levers of a negotiation move every duty of one side on another by percentage points; `cells` moves single pairs of
blocs, and `exports` has a bloc tax what it sells to another. Nobody can take more off than the average duty of a pair;
a single good with a lower duty ends at zero, and the answer says how many do. No tax on exports is in force, so none
can be taken off.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.cases import OwnFiles, case_of, own_files
from detente.ask.pricing import duties, possible_outcomes
from detente.ask.pricing.average_duty import DutiesInForce
from detente.ask.pricing.context import (
    DEFAULT_WORLD,
    SET_WITH_ERRORS,
    PricingContext,
    TariffLevels,
    check_draws,
    closure,
    pricing_context,
)
from detente.ask.pricing.duty_layers import DutyLayer
from detente.ask.pricing.moved_duties import OTHERS, Pair, StartingDuties, duty_rows, with_points
from detente.ask.pricing.possible_outcomes import Outcome
from detente.ask.pricing.question_horizon import horizon_of
from detente.ask.pricing.scenario_rows import ScenarioRows, band_metadata
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks.dossier import open_dossier, resolve_days
from detente.errors import QuestionError
from detente.record.case import Case
from detente.record.field_types import shown
from detente.record.state import State
from detente.record.store import Record, shipped_dossiers

LIMIT = 200.0  # percentage points either way
NOTES = (
    "percent change against the duties in force on the day; points are added to every duty of the pair on all goods;"
    " a good whose duty is lower than the points taken off ends at zero, and is counted",
    "static model: no capital, no confidence, no quantity limits; duties of third economies count where their size is"
    " known",
)
EXPORT_NOTES = (
    "a tax on exports is levied by the seller's economy, which keeps the revenue, as a part of the seller's price; the"
    " buyer's duty is levied on the price with the tax",
)
TO = "-to-"  # between who taxes its exports and who buys them
SCENARIO = "what-if"  # the name of the one scenario in its band

JsonRow = dict[str, Any]


@dataclass(frozen=True)
class Board:
    """What can be moved in a negotiation: {lever: what it is}, {preset: (title, {lever: points})}, and the blocs of
    the matrix."""

    levers: Mapping[str, str]
    presets: Mapping[str, tuple[str, Mapping[str, float]]]
    blocs: tuple[str, ...]
    pairs: Mapping[str, tuple[Pair, ...]]


class AskedMoves(NamedTuple):
    """What is moved, in points: levers by name, duties by (who levies, on whom), taxes on exports by (who levies, who
    buys)."""

    levers: Mapping[str, float]
    cells: Mapping[Pair, float]
    exports: Mapping[Pair, float]

    @classmethod
    def of(cls, *given: Mapping[Any, float] | None) -> AskedMoves:
        """What a caller gives; None is nothing."""
        return cls(*(each or {} for each in given))

    def to_json(self) -> JsonRow:
        """The three in the keys of an answer's options."""
        return {
            "levers": dict(self.levers),
            "cells": {f"{by}-{on}": value for (by, on), value in self.cells.items()},
            "exports": {f"{by}{TO}{to}": value for (by, to), value in self.exports.items()},
        }


def board(case: Case) -> Board:
    """The levers, presets and blocs of a case; without blocs of its own, its parties and the others."""
    blocs = case.blocs or (*case.parties, OTHERS)
    third = tuple(bloc for bloc in blocs if bloc not in case.parties)

    def economies(word: str) -> tuple[str, ...]:
        return third if word == OTHERS else (word,)

    pairs = {
        lever.name: tuple((by, on) for by in economies(lever.by) for on in economies(lever.against))
        for lever in case.levers
    }
    return Board(
        {lever.name: lever.title for lever in case.levers},
        {preset.name: (preset.title, preset.levers) for preset in case.presets},
        blocs,
        pairs,
    )


def moved(levers: Mapping[str, float], cells: Mapping[Pair, float], on_board: Board) -> dict[Pair, float]:
    """{(importer bloc, exporter bloc): points} of levers and cells together.

    Raises QuestionError for an unknown lever or bloc, and for points that are not from -LIMIT to LIMIT.
    """
    points: dict[Pair, float] = defaultdict(float)
    for pair, value in (*_lever_moves(levers, on_board), *_cell_moves(cells, on_board)):
        points[pair] += value
    for (by, on), value in points.items():
        check_points(f"{by} on {on}, levers and cells together", value)
    return {pair: value for pair, value in points.items() if value}


def check_points(where: str, value: float) -> None:
    """Raises QuestionError unless `value` is a number from -LIMIT to LIMIT; nothing is cut to fit."""
    range_words = f"write points from -{LIMIT:g} to {LIMIT:g}"
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise QuestionError(f"{where}: {shown(value)} is not a number; {range_words}")
    if not -LIMIT <= value <= LIMIT:
        raise QuestionError(f"{where}: {_out_of_range(value)}; {range_words}")


def _out_of_range(value: float) -> str:
    """A number outside the limit, with how far outside it is."""
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        return f"{number} is not a number of points" if math.isnan(number) else f"{number} points, without bound"
    side = "above" if number > 0 else "below"
    return f"{number:g} points, {abs(number) - LIMIT:g} {side} the most that is priced"


def _lever_moves(levers: Mapping[str, float], on_board: Board) -> Iterator[tuple[Pair, float]]:
    for name, value in levers.items():
        if name not in on_board.levers:
            raise QuestionError(f"no lever is named {name!r}; there is {', '.join(on_board.levers) or 'none'}")
        check_points(name, value)
        for pair in on_board.pairs[name]:
            yield pair, value


def _cell_moves(cells: Mapping[Pair, float], on_board: Board) -> Iterator[tuple[Pair, float]]:
    blocs = on_board.blocs
    for (by, on), value in cells.items():
        if by not in blocs or on not in blocs or by == on:
            raise QuestionError(f"{by}-{on} is not a pair of different blocs; blocs are {', '.join(blocs)}")
        check_points(f"{by}-{on}", value)
        yield (by, on), value


def taxed_exports(exports: Mapping[Pair, float], on_board: Board) -> dict[Pair, float]:
    """{(who levies, who buys): points of a tax on exports} that are not zero.

    Raises QuestionError for an unknown bloc, for points that are not from 0 to LIMIT.
    """
    for (by, to), value in exports.items():
        where = f"{by}{TO}{to}"
        if by not in on_board.blocs or to not in on_board.blocs or by == to:
            raise QuestionError(f"{where} is not a pair of different blocs; blocs are {', '.join(on_board.blocs)}")
        check_points(where, value)
        if value < 0:
            raise QuestionError(
                f"{where}: {value:g} points; no tax on exports is in force, so that none can be taken off: write points"
                f" from 0 to {LIMIT:g}"
            )
    return {pair: value for pair, value in exports.items() if value}


@dataclass(frozen=True, eq=False)
class TalksAtHand:
    """The record, its state on a day as known on a day, and the case."""

    record: Record
    state: State
    case: Case


def talks_at_hand(as_of: str, known: str, dossier: str, home: str | None) -> TalksAtHand:
    """The talks on a day, kept for the next question as long as the user's own files do not change."""
    if home is None and dossier not in shipped_dossiers():
        return _talks(as_of, known, dossier, home)
    return _kept_talks(as_of, known, dossier, home, own_files(dossier, home) if home else ())


def _talks(as_of: str, known: str, dossier: str, home: str | None) -> TalksAtHand:
    record = open_dossier(dossier, home)
    return TalksAtHand(record, record.as_of(as_of, known), case_of(dossier, home, record))


@lru_cache(maxsize=16)
def _kept_talks(as_of: str, known: str, dossier: str, home: str | None, files: OwnFiles) -> TalksAtHand:
    """The same, by the files that it rests on."""
    return _talks(as_of, known, dossier, home)


@lru_cache(maxsize=32)
def _duties_in_force(talks: TalksAtHand, context: PricingContext) -> DutiesInForce:
    """The duties in force, which every what-if of the day starts from."""
    layers = tuple(duties.in_force(talks.state, context.world.economies, talks.case))
    return DutiesInForce(talks.case, talks.state, context, layers)


@lru_cache(maxsize=32)
def _levels(context: PricingContext, layers: tuple[DutyLayer, ...]) -> TariffLevels:
    """The tariff levels under some layers."""
    return context.levels(layers)


def outcome_named(name: str | None, talks: TalksAtHand, economies: Sequence[str]) -> Outcome | None:
    """An outcome on the table of a day by name; None without a name. Raises QuestionError for one that is not."""
    if not name:
        return None
    table = possible_outcomes.on_the_table(talks.record, talks.state, economies, talks.case)
    outcome = next((row for row in table if row.name == name), None)
    if outcome is None:
        names = ", ".join(row.name for row in table)
        raise QuestionError(f"no outcome is named {name[:40]!r} on {talks.state.as_of[:10]}; there is {names}")
    return outcome


def by_moves(*, moves: Sequence[str] = (), **options: Any) -> Answer:
    """`whatif` with its levers as texts: a name and percentage points, such as usa_on_can=10.

    A-to-B=10 is a tax of A on what it sells to B. Raises QuestionError for a lever that the case does not have,
    and for one that is moved twice.
    """
    given: dict[str, float] = {}
    for name, points in map(_move, moves):
        if name in given:
            raise QuestionError(f"{name} is given twice, as {given[name]:g} and as {points:g}; give it once")
        given[name] = points
    taxes = {pair: points for name, points in given.items() if (pair := export_pair(name))}
    return whatif({name: x for name, x in given.items() if not export_pair(name)}, exports=taxes, **options)


def export_pair(name: str) -> Pair | None:
    """Who taxes its exports and who buys them, from A-to-B; None for a lever.

    >>> export_pair("A-to-B")
    ('A', 'B')
    """
    by, between, to = name.partition(TO)
    return (by, to) if between else None


def _move(text: str) -> tuple[str, float]:
    """A lever and its points, from NAME=POINTS."""
    name, equals, written = text.partition("=")
    try:
        return name.strip(), float(written) if equals else float("nan")
    except ValueError:
        raise QuestionError(f"{text[:60]!r} is not a lever and its points; write it as usa_on_can=10") from None


def whatif(
    levers: Mapping[str, float] | None = None,
    cells: Mapping[Pair, float] | None = None,
    *,
    exports: Mapping[Pair, float] | None = None,
    outcome: str | None = None,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    world: str = DEFAULT_WORLD,
    horizon: str | None = None,
    bands: bool = False,
    draws: int = 0,
    seed: int = 0,
    home: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Answer:
    """Every economy's change when duties in force move; by sector for the parties and the most affected.

    levers, cells: percentage points, by lever of the case and by (importer bloc, exporter bloc). exports: percentage
    points of a tax on exports, by (bloc that levies it, bloc that buys). outcome: one of the
    brief's by name, whose duties the points are added to instead of those in force. bands: low and high
    over every set of elasticities, slower. draws: of the one set with standard errors, which then gives the numbers
    too; low and high are the 5th and 95th percentile, and progress(done, draws) is called after each. Raises
    QuestionError, NotConverged.
    """
    check_draws(draws)
    as_of, known = resolve_days(as_of, known)
    asked = AskedMoves.of(levers, cells, exports)
    talks = talks_at_hand(as_of, known, dossier, home)
    on_board = board(talks.case)
    points, taxes = moved(asked.levers, asked.cells, on_board), taxed_exports(asked.exports, on_board)
    horizon = horizon_of(talks.state, world, horizon)
    context = pricing_context(world, elasticity=SET_WITH_ERRORS if draws else None, horizon=horizon)
    in_force = _duties_in_force(talks, context)
    base = _levels(context, in_force.layers)
    start = outcome_named(outcome, talks, context.world.economies)
    own = context.levels(start.layers) if start else base
    policy = StartingDuties(in_force, base, own, start, on_board.blocs)
    levels, moves = with_points(policy, points)
    taxed = _taxed_cells(policy, taxes)
    _, (priced,) = context.price(base, [levels], exports=[taxed])
    band = None
    if bands or draws:
        how: dict[str, Any] = {"draws": draws, "seed": seed, "progress": progress}
        band = context.bands(base, {SCENARIO: levels}, results={SCENARIO: priced}, exports={SCENARIO: taxed}, **how)
    data = {
        **_data(ScenarioRows(context, priced, context.parties(talks.case.parties), band, SCENARIO)),
        "moves": [move.to_json() for move in moves],
        "export_taxes": _export_rows(taxes),
        "duties": duty_rows(policy, levels, moves, priced.flows),
        "as_of": as_of, "known": known, "levers": dict(asked.levers), "bands": band_metadata(band),
        "outcome": _outcome_row(start),
    }  # fmt: skip
    options = {
        "as_of": as_of, "known": known, "world": world, "horizon": horizon, "elasticity": context.elasticity,
        "draws": draws, "seed": seed if draws else None, "outcome": outcome, **asked.to_json(),
    }  # fmt: skip
    return Answer("what-if", data, NOTES + EXPORT_NOTES if taxes else NOTES, options)


def _export_rows(taxes: Mapping[Pair, float]) -> list[JsonRow]:
    return [{"by": by, "to": to, "points": value} for (by, to), value in taxes.items()]


def _taxed_cells(start: StartingDuties, taxes: Mapping[Pair, float]) -> dict[tuple[str, ...], float]:
    """{cell: tax on exports, a fraction} of taxes by (who levies, who buys) in points."""
    return {cell: value / 100 for (by, to), value in taxes.items() for cell in start.cells(to, by)}


def _outcome_row(outcome: Outcome | None) -> JsonRow | None:
    return {"name": outcome.name, "title": outcome.title, "rule": outcome.rule} if outcome else None


def _data(rows: ScenarioRows) -> JsonRow:
    """The answer's data without what was asked."""
    context = rows.context
    economies = context.world.economies
    shown = [*rows.parties, *rows.third(count=3)]
    return {
        "parties": list(rows.parties),
        "economies": [_economy_row(rows, code) for code in dict.fromkeys((*economies, *rows.parties))],
        "world_mean": rows.world_mean(),
        "sectors": [
            {"economy": code, "sector": sector, "name": labels.sector(sector), **values}
            for code in shown
            for sector, values in rows.sectors(code).items()
        ],
        "shown": shown,
        "economy": {**context.metadata(), "closure": closure("lump_sum")},
        "solver": rows.solver(),
    }


def _economy_row(rows: ScenarioRows, code: str) -> JsonRow:
    low, high = rows.bounds(code) or (None, None)
    quantities = ("exports", "imports", "price", "revenue")
    return {
        "economy": code, "name": labels.name(code), "real_income": rows.value("real_income", code),
        "low": low, "high": high, **{name: rows.value(name, code) for name in quantities},
        "bn_usd": rows.money(code)["bn_usd"],
    }  # fmt: skip
