"""What if: today's duties moved by levers or cell by cell, priced at once; the page's question.

Four levers move every duty of one side on the other by percentage points; `cells` moves single pairs of blocs. No duty
falls below zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing import duties
from detente.ask.pricing.context import (
    DEFAULT_WORLD,
    SET_WITH_ERRORS,
    PricingContext,
    TariffLevels,
    check_draws,
    pricing_context,
)
from detente.ask.pricing.scenario_rows import PARTIES, ScenarioRows, band_metadata, closure
from detente.ask.talks.dossier import open_dossier, resolve_days
from detente.errors import QuestionError

LEVERS = {
    "us_on_china": "US duties on China",
    "china_on_us": "Chinese duties on the USA",
    "us_on_others": "US duties on all others",
    "others_on_us": "duties of all others on the USA",
}
LIMIT = 200.0  # percentage points either way
BLOCS = ("USA", "CHN", "EU", "JPN", "KOR", "CAN", "MEX", "others")
LEVER_PAIRS: dict[str, tuple[tuple[str, str], ...]] = {  # (importer, exporter) that a lever moves
    "us_on_china": (("USA", "CHN"),),
    "china_on_us": (("CHN", "USA"),),
    "us_on_others": tuple(("USA", bloc) for bloc in BLOCS[2:]),
    "others_on_us": tuple((bloc, "USA") for bloc in BLOCS[2:]),
}
PRESETS: dict[str, tuple[str, dict[str, float]]] = {
    "today": ("Nothing changes", {}),
    "truce-lapses": ("24 points return on both sides", {"us_on_china": 24, "china_on_us": 24}),
    "plus-100": ("The USA adds 100 points on China", {"us_on_china": 100}),
    "plus-100-answered": ("... and China answers", {"us_on_china": 100, "china_on_us": 100}),
    "minus-10": ("Both sides take off 10 points", {"us_on_china": -10, "china_on_us": -10}),
    "against-all": ("The USA adds 10 points on everybody, all answer",
                    {"us_on_china": 10, "us_on_others": 10, "china_on_us": 10, "others_on_us": 10}),
}  # fmt: skip
NOTES = (
    "percent change against the duties in force on the day; points are added to every duty of the pair on all goods",
    "static model: no capital, no confidence, no quantity limits; duties of third economies on the USA before today are"
    " not at hand and left out",
)
SCENARIO = "what-if"  # the name of the one scenario in its band

Pair = tuple[str, str]  # (importer, exporter), blocs or economies
JsonRow = dict[str, Any]


def members(bloc: str, economies: tuple[str, ...]) -> list[str]:
    """The economies of a bloc that a world has; `others` are those in no other bloc."""
    if bloc == "EU":
        return [c for c in labels.members("EU") if c in economies]
    if bloc == "others":
        named = {*BLOCS, *labels.members("EU")}
        return [c for c in economies if c not in named]
    return [bloc] if bloc in economies else []


def moved(levers: Mapping[str, float], cells: Mapping[Pair, float]) -> dict[Pair, float]:
    """{(importer bloc, exporter bloc): points} of levers and cells together.

    Raises QuestionError for an unknown lever or bloc, and for points that are not from -LIMIT to LIMIT.
    """
    points: dict[Pair, float] = defaultdict(float)
    for pair, value in (*_lever_moves(levers), *_cell_moves(cells)):
        points[pair] += value
    for (by, on), value in points.items():
        if not np.isfinite(value) or abs(value) > LIMIT:
            raise QuestionError(f"{by} on {on}: {value} points; from -{LIMIT:g} to {LIMIT:g} are priced")
    return {pair: value for pair, value in points.items() if value}


def _lever_moves(levers: Mapping[str, float]) -> Iterator[tuple[Pair, float]]:
    for name, value in levers.items():
        if name not in LEVERS:
            raise QuestionError(f"no lever is named {name!r}; there is {', '.join(LEVERS)}")
        for pair in LEVER_PAIRS[name]:
            yield pair, value


def _cell_moves(cells: Mapping[Pair, float]) -> Iterator[tuple[Pair, float]]:
    for (by, on), value in cells.items():
        if by not in BLOCS or on not in BLOCS or by == on:
            raise QuestionError(f"{by}-{on} is not a pair of different blocs; blocs are {', '.join(BLOCS)}")
        yield (by, on), value


@lru_cache(maxsize=16)
def baseline(as_of: str, known: str, dossier: str, world: str, horizon: str, home: str | None) -> TariffLevels:
    """{cell: tariff level} of the duties in force on a day."""
    context = pricing_context(world, horizon=horizon)
    state = open_dossier(dossier, home).as_of(as_of, known)
    return context.levels(duties.in_force(state, context.world.economies))


def by_levers(
    us_on_china: float = 0.0,
    china_on_us: float = 0.0,
    us_on_others: float = 0.0,
    others_on_us: float = 0.0,
    **options: Any,
) -> Answer:
    """`whatif` with each lever an argument of its own, in percentage points; options as in `whatif`."""
    levers = {
        "us_on_china": us_on_china, "china_on_us": china_on_us,
        "us_on_others": us_on_others, "others_on_us": others_on_us,
    }  # fmt: skip
    return whatif({name: points for name, points in levers.items() if points}, **options)


def whatif(
    levers: Mapping[str, float] | None = None,
    cells: Mapping[Pair, float] | None = None,
    *,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = "us-china",
    world: str = DEFAULT_WORLD,
    horizon: str = "long",
    bands: bool = False,
    draws: int = 0,
    seed: int = 0,
    home: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Answer:
    """Every economy's change when duties in force move; by sector for the USA, China and the most affected.

    levers, cells: percentage points, by lever of LEVERS and by (importer bloc, exporter bloc). bands: low and high over
    every set of elasticities, slower. draws: of the one set with standard errors, which then gives the numbers too; low
    and high are the 5th and 95th percentile, and progress(done, draws) is called after each. Raises QuestionError,
    NotConverged.
    """
    check_draws(draws)
    as_of, known = resolve_days(as_of, known)
    levers, cells = dict(levers or {}), dict(cells or {})
    points = moved(levers, cells)
    context = pricing_context(world, elasticity=SET_WITH_ERRORS if draws else None, horizon=horizon)
    base = baseline(as_of, known, dossier, world, horizon, home)
    levels = _with_points(context, base, points)
    _, (priced,) = context.price(base, [levels])
    band = None
    if bands or draws:
        band = context.bands(
            base, {SCENARIO: levels}, draws=draws, seed=seed, progress=progress, results={SCENARIO: priced}
        )
    data = {
        **_data(ScenarioRows(context, priced, band, SCENARIO)),
        "moves": [{"by": by, "on": on, "points": value} for (by, on), value in points.items()],
        "as_of": as_of, "known": known, "levers": levers, "bands": band_metadata(band),
    }  # fmt: skip
    options = {
        "as_of": as_of, "known": known, "world": world, "horizon": horizon, "elasticity": context.elasticity,
        "draws": draws, "seed": seed if draws else None, "levers": levers,
        "cells": {f"{by}-{on}": value for (by, on), value in cells.items()},
    }  # fmt: skip
    return Answer("what-if", data, NOTES, options)


def _with_points(
    context: PricingContext, base: TariffLevels, points: Mapping[Pair, float]
) -> dict[tuple[str, ...], float]:
    """The tariff levels with points added to every duty of a pair of blocs; no duty falls below zero."""
    levels = dict(base)
    for (by, on), value in points.items():
        for cell in _cells(context, by, on):
            levels[cell] = max(levels.get(cell, context.base_tariff(cell)) + value / 100, 0.0)
    return levels


def _cells(context: PricingContext, by: str, on: str) -> Iterator[tuple[str, ...]]:
    """The tariff cells of a pair of blocs: one each sector with goods, or one a pair in a world of one sector."""
    economies = context.world.economies
    for importer in members(by, economies):
        for exporter in members(on, economies):
            if importer != exporter:
                pair = (importer, exporter)
                yield from [(sector, *pair) for sector in context.goods] if context.goods else [pair]


def _data(rows: ScenarioRows) -> JsonRow:
    """The answer's data without what was asked."""
    context = rows.context
    economies = context.world.economies
    shown = [code for code in (*PARTIES, *rows.third(count=3)) if code in economies]
    return {
        "economies": [_economy_row(rows, code) for code in economies],
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
