"""What written scenarios are worth: policies solved together, each set against a baseline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from detente.ask.answer import Answer
from detente.ask.pricing import duties as policy
from detente.ask.pricing import scenario
from detente.ask.pricing.context import CLOSURES, DEFAULT_WORLD, SET_WITH_ERRORS, check_draws, pricing_context
from detente.ask.pricing.limited_answer import LimitedScenario, limited_answer
from detente.ask.pricing.quantity_limits import limits_of
from detente.errors import QuestionError
from detente.record.store import Record

SECTORS_SHOWN = ("sector_output", "sector_employment", "sector_price")


def price(
    names: str | Sequence[str],
    *,
    world: str | None = None,
    model: str | None = None,
    elasticity: str | None = None,
    horizon: str = "long",
    draws: int = 0,
    seed: int = 0,
    baseline: str | None = None,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = "us-china",
    home: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Answer:
    """Scenarios by shipped name or YAML file, each against `none` (the base year), `in-force`, or a scenario.

    world: the scenarios' own, else icio-2022. as_of: the day of the duties in force, today unless said.
    draws: lognormal draws of elasticities for low and high; without them the spread of all sets. Raises QuestionError
    for a scenario that cannot be read on this world, NotConverged where there is no equilibrium.
    """
    as_of = as_of or date.today().isoformat()
    written = [scenario.load(name) for name in ([names] if isinstance(names, str) else names)]
    if not written:
        raise QuestionError(f"price needs a scenario: a YAML file, or one of {', '.join(scenario.shipped())}")
    check_draws(draws)
    if any(s.has_quantity_limits for s in written):
        return _limited(written, world, horizon, draws, seed, baseline, as_of, known, dossier, home, progress)
    world = world or _one({s.world or DEFAULT_WORLD for s in written}, "name one world", DEFAULT_WORLD)
    at = pricing_context(world, model, elasticity or (SET_WITH_ERRORS if draws else None), horizon)
    revenue = _one({s.revenue for s in written if s.revenue}, "use their revenue alike", "lump_sum")
    base_name = baseline or _one({s.baseline or "in-force" for s in written}, "name one baseline", "in-force")
    base = {}
    if base_name != "none":
        record = Record.load(dossier, home)
        base = at.levels(policy.in_force(record.as_of(as_of, known or as_of), at.world.economies))
        if base_name != "in-force":
            base = scenario.load(base_name).levels(at, base, as_of)
    outcomes = {f"{k} {s.name}": s.levels(at, base, as_of) for k, s in enumerate(written)}
    held, found = at.price(base, list(outcomes.values()), revenue=revenue)
    priced = dict(zip(outcomes, found, strict=True))
    bands = at.bands(base, outcomes, draws=draws, seed=seed, progress=progress, results=priced)
    scenarios = []
    for s, key, one in zip(written, outcomes, found, strict=True):
        economies: dict[str, dict[str, float]] = {
            code: {name: float(values[n]) for name, values in one.change.items()}
            for n, code in enumerate(at.world.economies)
        }
        if bands is not None:
            low, high = bands.range(key)
            for n, code in enumerate(at.world.economies):
                economies[code] |= {"real_income_low": float(low[n]), "real_income_high": float(high[n])}
        economies["WLD"] = {"real_income": at.mean(one.change["real_income"])}
        row: dict[str, Any] = {
            "name": s.name,
            "note": s.note,
            "measures": [{k: str(v) if isinstance(v, date) else v for k, v in m.items()} for m in s.measures],
            "economies": economies,
            "third": at.most_affected(one.change["real_income"]),
            "solver": one.proof(),
        }
        if one.sectors:
            row["sectors"] = {
                code: {
                    sector: {name.removeprefix("sector_"): float(one.sectors[name][k, n]) for name in SECTORS_SHOWN}
                    for k, sector in enumerate(at.world.sectors)
                }
                for n, code in enumerate(at.world.economies)
                if code in ("USA", "CHN", *row["third"])
            }
        scenarios.append(row)
    options = {
        "world": world, "model": at.model, "elasticity": at.elasticity, "horizon": horizon, "draws": draws,
        "seed": seed if draws else None, "baseline": base_name, "as_of": as_of, "known": known,
        "tolerance": at.options.tolerance,
    }  # fmt: skip
    data = {
        **at.metadata(),
        "baseline": {
            "name": base_name,
            "as_of": None if base_name == "none" else as_of,
            "real_income": {
                code: float(held.change["real_income"][at.world.index(code)])
                for code in ("USA", "CHN")
                if code in at.world.economies
            },
            "solver": held.proof(),
        },
        "bands": banded(bands),
        "closure": {"name": revenue, "meaning": CLOSURES[revenue]},
        "scenarios": scenarios,
    }
    return Answer("price", data, (f"percent changes against the baseline {base_name!r}",), options)


def _limited(
    written: Sequence[scenario.Scenario], world: str | None, horizon: str, draws: int, seed: int, baseline: str | None,
    as_of: str, known: str | None, dossier: str, home: str | None, progress: Any,
) -> Answer:  # fmt: skip
    """Scenarios of which some limit quantities, by the model of critical inputs, against the duties in force."""
    world = world or _one({s.world or DEFAULT_WORLD for s in written}, "name one world", DEFAULT_WORLD)
    if baseline not in (None, "in-force"):
        raise QuestionError(f"--baseline {baseline}: limits on quantities are priced against the duties in force")
    near = "short" if horizon == "long" else horizon  # a limit bites before trade has answered
    at = pricing_context(world, horizon=near)
    base = at.levels(policy.in_force(Record.load(dossier, home).as_of(as_of, known or as_of), at.world.economies))
    limited = []
    for s in written:
        limits = limits_of(s.measures, s.name, at.world.economies, as_of)
        duties = s.levels(at, base, as_of, skip_limits=True)
        moved = {cell: level for cell, level in duties.items() if base.get(cell) != level}
        limited.append(LimitedScenario(s.name, s.note, tuple(limits), moved, s.measures))
    options = {"world": world, "as_of": as_of, "known": known, "seed": seed, "baseline": "in-force"}
    return limited_answer(
        limited, base, world_name=world, horizon=near, draws=draws, seed=seed, options=options, progress=progress
    )


def banded(bands: Any) -> dict[str, Any] | None:
    """What low and high are: draws or sets, how many, from where; None where there are none."""
    if bands is None:
        return None
    meaning = (
        f"5th and 95th percentile of {len(bands.by)} lognormal draws"
        if bands.from_draws
        else "lowest and highest of the sets"
    )
    return {
        "meaning": meaning,
        "by": None if bands.from_draws else list(bands.by),
        "source": bands.source,
        "lost": bands.lost,
    }


def _one(said: set[str], must: str, otherwise: str) -> str:
    if len(said) > 1:
        raise QuestionError(f"scenarios of one run must {must}, but say {', '.join(sorted(said))}: price them apart")
    return said.pop() if said else otherwise
