"""One policy instead of another, or on top of it; and what each measure, pair or sector contributes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from detente.ask.answer import Answer
from detente.ask.pricing.context import (
    DEFAULT_WORLD,
    PricedOutcome,
    PricingContext,
    baseline_equilibrium,
    pricing_context,
    solver_proof,
)
from detente.ask.pricing.named_policies import (
    Day,
    NamedPolicy,
    added_to,
    day_asked,
    dense,
    in_force,
    named,
    require_sectors,
)
from detente.ask.pricing.own_elasticities import Elasticity
from detente.ask.pricing.scenario import Written, as_option
from detente.ask.questions.capital import shown
from detente.ask.registry import DEFAULT_DOSSIER
from detente.economy import exposure
from detente.economy.world import World
from detente.errors import QuestionError

BY = ("measure", "partner", "sector")
QUANTITIES = ("real_income", "real_wage", "gdp", "price", "exports", "imports")
NIL = 1e-12  # of a duty: a difference below it is rounding
JsonRow = dict[str, Any]


def compare(
    a: Written,
    b: Written,
    *,
    on_top: bool = False,
    by: str | None = None,
    economies: Sequence[str] | None = None,
    world: str | World = DEFAULT_WORLD,
    elasticity: Elasticity | None = None,
    horizon: str = "long",
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
) -> Answer:
    """A instead of B, both solved from the same baseline: the duties in force on the day.

    a, b: a scenario by name or file, `in-force`, `none` (the base year) or a day, YYYY-MM-DD. on_top: A's measures are
    added to B instead. by: also what each `measure`, `partner` (pair of economies) or `sector` contributes. Raises
    QuestionError, NotConverged.
    """
    if by not in (None, *BY):
        raise QuestionError(f"--by {by!r}: it is one of {', '.join(BY)}")
    context, day = pricing_context(world, None, elasticity, horizon), day_asked(as_of, known, dossier, home)
    require_sectors(context)
    second = named(b, context, day)
    first = named(a, context, day, on=second if on_top else None)
    base = in_force(context, day).levels
    _, (new, old) = context.price(base, [first.levels, second.levels], exports=[first.exports, second.exports])
    codes = shown(context, day.case.parties, economies, _ratio(new, old, "real_income"))
    data = {
        **context.metadata(),
        "a": first.name,
        "b": second.name,
        "on_top": on_top,
        "parties": list(day.case.parties),
        "as_of": day.as_of,
        "known": day.known or day.as_of,
        "closure": context.closure("lump_sum"),
        "rows": [_row(context, new, old, code) for code in codes],
        "by": by,
        "parts": [],
        "solver": solver_proof(
            max(new.residual, old.residual), max(new.iterations, old.iterations), new.converged and old.converged
        ),
    }
    if by is not None:
        data |= _parts(context, day, first, second, by, codes)
    meaning, parts = ("on top of" if on_top else "instead of"), ((PARTS_NOTE,) if by else ())
    notes = (
        f"percent changes, {first.name} {meaning} {second.name}: the ratio of two solutions from the same baseline",
        "gdp, price, exports and imports are nominal, in units of world value added",
        *parts,
        *dict.fromkeys((*first.assumptions, *second.assumptions)),
    )
    options = {
        "a": as_option(a), "b": as_option(b), "on_top": on_top, "by": by, "economies": list(economies or ()),
        "world": context.name,
        "elasticity": context.elasticity, "horizon": horizon, "as_of": day.as_of, "known": day.known,
    }  # fmt: skip
    return Answer("compare", data, notes, options)


PARTS_NOTE = (
    "parts: percent of real income in logarithms, by Aumann and Shapley, which add up to the whole; alone and last are"
    " what a part does by itself and when it comes after all others"
)


def _ratio(new: PricedOutcome, old: PricedOutcome, quantity: str) -> np.ndarray:
    return np.asarray(100 * ((1 + new.change[quantity] / 100) / (1 + old.change[quantity] / 100) - 1))


def _row(context: PricingContext, new: PricedOutcome, old: PricedOutcome, code: str) -> JsonRow:
    return {"economy": code, **{name: context.of_party(_ratio(new, old, name), code) for name in QUANTITIES}}


def _parts(
    context: PricingContext, day: Day, first: NamedPolicy, second: NamedPolicy, by: str, codes: Sequence[str]
) -> dict[str, Any]:
    """What each part contributes to the real income of some economies, in the keys of the answer."""
    _, world = baseline_equilibrium(context, tuple(in_force(context, day).levels.items()))
    before, after = dense(context, second), dense(context, first)
    after = np.where(np.abs(after - before) < NIL, before, after)
    places = [world.economies[n] for code in codes for n in context.economies_of(code)]
    result = exposure.attribution(world, before, after, places)
    groups, extra = GROUPS[by](context, first, second, result.cells), {}
    if by == "measure":
        extra = _orders(world, before, groups, result.cells, places)
        difference = (after - before)[result.cells]
        shares = {name: cells / difference for name, cells in groups.items()}
    else:
        shares = {name: cells.astype(float) for name, cells in groups.items()}
    values = {name: result.value @ share for name, share in shares.items()}
    rows: list[JsonRow] = [
        {
            "name": name,
            "real_income": _of_parties(context, codes, places, value),
            **{key: _of_parties(context, codes, places, table[name]) for key, table in extra.items()},
        }
        for name, value in values.items()
    ]
    rows.sort(key=lambda row: -max(abs(x) for x in row["real_income"].values()))
    return {
        "parts": rows,
        "whole": _of_parties(context, codes, places, result.whole),
        "parts_error": {"adjoint": result.error, "solver": result.residual},
    }


def _of_parties(
    context: PricingContext, codes: Sequence[str], places: Sequence[str], values: np.ndarray
) -> dict[str, float]:
    """{party: value}; a bloc has the mean of its members, weighted as elsewhere."""
    wide = np.zeros(len(context.world.economies))
    wide[[context.world.index(code) for code in places]] = values
    return {code: context.of_party(wide, code) for code in codes}


def _by_measure(
    context: PricingContext, first: NamedPolicy, second: NamedPolicy, cells: tuple[np.ndarray, ...]
) -> dict[str, np.ndarray]:
    """{measure: what it changes in each cell}: what A's measures add beyond B's."""
    new, old = added_to(context, first.measures), added_to(context, second.measures)
    nothing = exposure.levels(np.zeros_like(context.world.tariff))
    parts = {name: (new.get(name, nothing) - old.get(name, nothing))[cells] for name in {**new, **old}}
    return {name: part for name, part in parts.items() if np.abs(part).max(initial=0) > NIL}


def _by_pair(
    context: PricingContext, first: NamedPolicy, second: NamedPolicy, cells: tuple[np.ndarray, ...]
) -> dict[str, np.ndarray]:
    names, (kind, _, importer, exporter) = context.world.economies, (axis.tolist() for axis in cells)
    pairs = [
        f"{names[i]} on exports to {names[n]}" if k else f"{names[n]} on {names[i]}"
        for k, n, i in zip(kind, importer, exporter, strict=True)
    ]
    return _indicators(pairs)


def _by_sector(
    context: PricingContext, first: NamedPolicy, second: NamedPolicy, cells: tuple[np.ndarray, ...]
) -> dict[str, np.ndarray]:
    return _indicators([context.world.sectors[s] for s in cells[1].tolist()])


def _indicators(labels: Sequence[str]) -> dict[str, np.ndarray]:
    """{label: which cells bear it}."""
    each = np.array(labels)
    return {label: each == label for label in dict.fromkeys(labels)}


Grouping = Callable[[PricingContext, NamedPolicy, NamedPolicy, tuple[np.ndarray, ...]], dict[str, np.ndarray]]
GROUPS: dict[str, Grouping] = {"measure": _by_measure, "partner": _by_pair, "sector": _by_sector}


def _orders(
    world: Any, before: np.ndarray, groups: dict[str, np.ndarray], cells: tuple[np.ndarray, ...], places: Sequence[str]
) -> dict[str, dict[str, np.ndarray]]:
    """Shapley values of up to ten measures, and what each does alone and last; nothing for more."""
    if not 0 < len(groups) <= exposure.MOST_PARTS:
        return {}
    parts = []
    for values in groups.values():
        part = np.zeros_like(before)
        part[cells] = values
        parts.append(part)
    tables = exposure.shapley(world, before, parts, places)
    return {
        key: dict(zip(groups, table, strict=True))
        for key, table in zip(("shapley", "alone", "last"), tables, strict=True)
    }
