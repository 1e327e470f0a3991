"""Who is exposed to whom: every economy's real income to every other's productivity, or to duties."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.ask.answer import Answer
from detente.ask.pricing.context import DEFAULT_WORLD, PricingContext, pricing_context
from detente.ask.pricing.named_policies import require_sectors
from detente.ask.pricing.own_elasticities import Elasticity
from detente.economy import exposure as economy
from detente.economy.world import World
from detente.errors import QuestionError

TO = {  # what a column's economy does, and to what rows are percent of real income
    "productivity": "one percent more productivity",
    "duty": "one more point of duty on all goods",
    "export-tax": "one more point of tax on all exports of goods",
}
CLOSURES = {
    "balanced": "every economy spends what it earns; the baseline is solved again without deficits",
    "fixed": "deficits are fixed in world value added, so that growth anywhere revalues deficits everywhere",
}
JsonRow = dict[str, Any]


def exposure(
    of: str | None = None,
    *,
    to: str = "productivity",
    closure: str = "balanced",
    world: str | World = DEFAULT_WORLD,
    elasticity: Elasticity | None = None,
) -> Answer:
    """First-order effects at the base year, all by one adjoint; rows are sorted by size.

    to: `productivity`, percent of real income for one percent more productivity; `duty`, percent for one more point of
    duty on all goods; `export-tax`, for one more point of tax on all goods sold to an economy. of: the economy that
    grows, that duties fall on, or that taxes its exports; needed for the last two. Raises QuestionError.
    """
    for name, value, choices in (("to", to, tuple(TO)), ("closure", closure, tuple(CLOSURES))):
        if value not in choices:
            raise QuestionError(f"--{name} {value!r}: it is one of {', '.join(choices)}")
    if to != "productivity" and of is None:
        whose = "on whose goods the duties fall" if to == "duty" else "that taxes its exports"
        raise QuestionError(f"--to {to} needs --of, the economy {whose}, an ISO3 code")
    context = pricing_context(world, None, elasticity)
    require_sectors(context)
    place = None if of is None else context.world.index(of)
    base = economy.balanced(context.world) if closure == "balanced" else context.world
    result = economy.exposure(base)
    cubes = {"duty": result.duty, "export-tax": result.export_tax}
    matrix = result.productivity if to == "productivity" else cubes[to][:, :, place]
    data = {
        **context.metadata(),
        "to": to,
        "of": of,
        "closure": {"name": closure, "meaning": CLOSURES[closure]},
        "names": list(base.economies),
        "rows": _rows(context, matrix, to, place),
        "matrix": matrix.tolist(),
        "error": result.error,
    }
    notes = (
        f"percent of real income for {TO[to]}, to first order at the duties of {context.world.origin.year};"
        f" {CLOSURES[closure]}",
        "matrix: rows are who gains or loses; columns who grows, who levies the duty, or who buys what is taxed",
    )
    options = {"of": of, "to": to, "closure": closure, "world": context.name, "elasticity": context.elasticity}
    return Answer("exposure", data, notes, options)


def _rows(context: PricingContext, matrix: np.ndarray, to: str, place: int | None) -> list[JsonRow]:
    """Pairs by size: of one source where one is named, else of all, an economy's own effect left out."""
    names, rows = context.world.economies, []
    for m, n in np.ndindex(matrix.shape):
        wanted = m != n if place is None else (n == place) == (to == "productivity")  # no duty on one's own goods
        if wanted:
            rows.append({"economy": names[m], "source": names[n], "effect": float(matrix[m, n])})
    return sorted(rows, key=lambda row: -abs(row["effect"]))
