"""What if: today's duties moved by levers or cell by cell, priced at once; the page's question.

Four levers move every duty of one side on the other by points; `cells` moves single pairs of blocs. No duty falls below
zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing import duties
from detente.ask.pricing.context import (
    CLOSURES,
    DEFAULT_WORLD,
    SET_WITH_ERRORS,
    PricedOutcome,
    TariffLevels,
    check_draws,
    pricing_context,
)
from detente.ask.questions.price import banded
from detente.ask.talks.dossier import open_dossier
from detente.errors import QuestionError

LEVERS = {
    "us_on_china": "US duties on China",
    "china_on_us": "Chinese duties on the USA",
    "us_on_others": "US duties on all others",
    "others_on_us": "duties of all others on the USA",
}
LIMIT = 200.0  # points either way
BLOCS = ("USA", "CHN", "EU", "JPN", "KOR", "CAN", "MEX", "others")
PRESETS: dict[str, tuple[str, dict[str, float]]] = {
    "today": ("Nothing changes", {}),
    "truce-lapses": ("24 points return on both sides", {"us_on_china": 24, "china_on_us": 24}),
    "plus-100": ("The USA adds 100 points on China", {"us_on_china": 100}),
    "plus-100-answered": ("... and China answers", {"us_on_china": 100, "china_on_us": 100}),
    "minus-10": ("Both sides take off 10 points", {"us_on_china": -10, "china_on_us": -10}),
    "against-all": ("The USA adds 10 points on everybody, all answer",
                    {"us_on_china": 10, "us_on_others": 10, "china_on_us": 10, "others_on_us": 10}),
}  # fmt: skip


def members(bloc: str, economies: tuple[str, ...]) -> list[str]:
    """The economies of a bloc that a world has; `others` are those in none."""
    if bloc == "EU":
        return [c for c in labels.members("EU") if c in economies]
    if bloc == "others":
        named = {"USA", "CHN", "JPN", "KOR", "CAN", "MEX", *labels.members("EU")}
        return [c for c in economies if c not in named]
    return [bloc] if bloc in economies else []


def moved(levers: Mapping[str, float], cells: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """{(bloc, bloc): points} of levers and cells together. Raises QuestionError for a name or number that is none."""
    found: dict[tuple[str, str], float] = {}

    def add(by: str, on: str, points: float) -> None:
        found[by, on] = found.get((by, on), 0.0) + points

    for name, points in levers.items():
        if name not in LEVERS:
            raise QuestionError(f"no lever is named {name!r}; there is {', '.join(LEVERS)}")
        if name == "us_on_china":
            add("USA", "CHN", points)
        elif name == "china_on_us":
            add("CHN", "USA", points)
        else:
            for bloc in BLOCS[2:]:
                add(*(("USA", bloc) if name == "us_on_others" else (bloc, "USA")), points)
    for (by, on), points in cells.items():
        if by not in BLOCS or on not in BLOCS or by == on:
            raise QuestionError(f"{by}-{on} is no pair of different blocs; blocs are {', '.join(BLOCS)}")
        add(by, on, points)
    for (by, on), points in found.items():
        if not np.isfinite(points) or abs(points) > LIMIT:
            raise QuestionError(f"{by} on {on}: {points} points; from -{LIMIT:g} to {LIMIT:g} are priced")
    return {pair: points for pair, points in found.items() if points}


@lru_cache(maxsize=16)
def baseline(as_of: str, known: str, dossier: str, world: str, horizon: str, home: str | None) -> dict[Any, float]:
    """Levels of the duties in force on a day."""
    at = pricing_context(world, horizon=horizon)
    state = open_dossier(dossier, home).as_of(as_of, known)
    return at.levels(duties.in_force(state, at.world.economies))


def whatif(
    levers: Mapping[str, float] | None = None,
    cells: Mapping[tuple[str, str], float] | None = None,
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
    """Every economy's change when duties in force move by points; by sector for the USA, China and the largest movers.

    bands: low and high over every set of elasticities, slower. draws: of the one set with standard errors, which then
    gives the numbers too; low and high are the 5th and 95th percentile, told to progress(done, draws). Raises
    QuestionError, NotConverged.
    """
    check_draws(draws)
    as_of = as_of or date.today().isoformat()
    points = moved(levers or {}, cells or {})
    at = pricing_context(world, elasticity=SET_WITH_ERRORS if draws else None, horizon=horizon)
    base = baseline(as_of, known or as_of, dossier, world, horizon, home)
    levels = dict(base)
    for (by, on), value in points.items():
        for n in members(by, at.world.economies):
            for i in members(on, at.world.economies):
                if n == i:
                    continue
                cells_of: list[tuple[str, ...]] = [(s, n, i) for s in at.goods]
                for cell in cells_of or [(n, i)]:
                    levels[cell] = max(levels.get(cell, at.base_tariff(cell)) + value / 100, 0.0)
    _, (one,) = at.price(base, [levels])
    band = None
    if bands or draws:
        found = {"what-if": one}
        band = at.bands(base, {"what-if": levels}, draws=draws, seed=seed, progress=progress, results=found)
    data = told(at, one, points, levels, base)
    data |= {"as_of": as_of, "known": known or as_of, "levers": dict(levers or {}), "bands": banded(band)}
    if band is not None:
        low, high = band.range("what-if")
        for row in data["economies"]:
            k = at.world.index(row["economy"])
            row["low"], row["high"] = float(low[k]), float(high[k])
    options = {
        "as_of": as_of, "known": known or as_of, "world": world, "horizon": horizon, "elasticity": at.elasticity,
        "draws": draws, "seed": seed if draws else None, "levers": dict(levers or {}),
        "cells": {f"{a}-{b}": v for (a, b), v in (cells or {}).items()},
    }  # fmt: skip
    return Answer("what-if", data, NOTES, options)


def told(at: Any, one: PricedOutcome, points: Any, levels: TariffLevels, base: TariffLevels) -> dict[str, Any]:
    """The answer's data without its bands."""
    real = one.change["real_income"]
    rows = [
        {
            "economy": code, "name": labels.name(code), "real_income": float(real[n]), "low": None, "high": None,
            "exports": float(one.change["exports"][n]), "imports": float(one.change["imports"][n]),
            "price": float(one.change["price"][n]), "revenue": float(one.change["revenue"][n]),
            **{"bn_usd": at.money(real, code)["bn_usd"]},
        }
        for n, code in enumerate(at.world.economies)
    ]  # fmt: skip
    shown = [c for c in ("USA", "CHN", *at.most_affected(real, count=3)) if c in at.world.economies]
    sectors = [
        {"economy": code, "sector": s, "name": labels.sector(s),
         **{k.removeprefix("sector_"): float(one.sectors[k][j, at.world.index(code)]) for k in
            ("sector_output", "sector_employment", "sector_price")}}
        for code in shown for j, s in enumerate(at.world.sectors) if one.sectors
    ]  # fmt: skip
    return {
        "moves": [{"by": by, "on": on, "points": value} for (by, on), value in points.items()],
        "economies": rows,
        "world_mean": at.mean(real),
        "sectors": sectors,
        "shown": shown,
        "economy": {**at.metadata(), "closure": {"name": "lump_sum", "meaning": CLOSURES["lump_sum"]}},
        "solver": one.proof(),
    }


NOTES = (
    "percent change against the duties in force on the day; points are added to every duty of the pair on all goods",
    "static model: no capital, no confidence, no quantity limits; duties of third economies on the USA before today are"
    " not at hand and left out",
)
