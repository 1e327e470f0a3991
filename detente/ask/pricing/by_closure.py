"""Scenarios with every closure side by side: whether a sign turns with what is held fixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from detente.ask.pricing.context import MULTI_SECTOR, REVENUE, PricingContext, TariffLevels
from detente.ask.pricing.own_elasticities import OWN
from detente.bargain.verdicts import gains, loses
from detente.economy import robustness
from detente.errors import QuestionError

ClosureTable = dict[str, dict[str, float | None]]  # {closure: {economy: percent of real income}}


def by_closure(
    context: PricingContext,
    base: TariffLevels,
    outcomes: Mapping[str, TariffLevels],
    economies: Sequence[str],
    exports: Mapping[str, TariffLevels] | None = None,
) -> dict[str, ClosureTable]:
    """Real income of economies by outcome and closure, at the context's horizon and with its elasticity set.

    exports: taxes on exports by outcome, none by default. Percent against the duties of `base`; None where a closure
    has no equilibrium. Raises QuestionError for a model other than that of many sectors.
    """
    if context.model != MULTI_SECTOR:
        raise QuestionError(f"closures are compared in the model of many sectors, not in {context.model}")
    plain = context.with_fixed_deficits
    grid = robustness.real_income_by_variant(
        plain.world,
        plain.policy(base),
        {key: plain.policy(levels, exports[key] if exports else None) for key, levels in outcomes.items()},
        sets=[context.elasticity],
        horizons=[context.horizon],
    )
    cells = [(s.closure, k) for k, s in enumerate(grid.settings)]
    return {
        key: {
            closure: {code: _number(context.of_party(grid.values[k, o], code)) for code in economies}
            for closure, k in cells
        }
        for o, key in enumerate(outcomes)
    }


RELIEF = REVENUE["labour-tax"]
USE_ROWS = {  # {use of revenue: (the use that is solved, its wage)}; labour is fixed, so a tax on it moves nothing
    "transfer": (RELIEF, "real_wage"),
    "labour-tax": (RELIEF, "real_wage_after_tax"),
    "deficit": (REVENUE["deficit"], "real_wage"),
}
SOLVED_USES = dict.fromkeys(use for use, _ in USE_ROWS.values())
UseTable = dict[str, dict[str, dict[str, float | None]]]  # {use of revenue: {economy: {quantity: percent}}}


def by_use(
    context: PricingContext,
    base: TariffLevels,
    outcomes: Mapping[str, TariffLevels],
    economies: Sequence[str],
    exports: Mapping[str, TariffLevels],
) -> dict[str, UseTable]:
    """Real income and the real wage after tax of economies by outcome and use of revenue, with deficits else fixed.

    exports: taxes on exports by outcome. Percent against the duties of `base`. Raises QuestionError, NotConverged.
    """
    context, tables = context.with_fixed_deficits, {key: UseTable() for key in outcomes}
    taxes = [exports[key] for key in outcomes]
    solved = {use: context.price(base, list(outcomes.values()), revenue=use, exports=taxes)[1] for use in SOLVED_USES}
    for name, (use, wage) in USE_ROWS.items():
        for key, outcome in zip(outcomes, solved[use], strict=True):
            rows = {"real_income": outcome.change["real_income"], "real_wage_after_tax": outcome.change[wage]}
            tables[key][name] = {
                code: {quantity: context.of_party(values, code) for quantity, values in rows.items()}
                for code in economies
            }
    return tables


def can_compare(context: PricingContext) -> bool:
    """Whether a context has other closures to compare with: many sectors, and a published set of elasticities."""
    return context.model == MULTI_SECTOR and context.elasticity != OWN


def closures_row(table: ClosureTable) -> dict[str, Any]:
    """Real income by closure, and for whom its sign turns, in JSON types."""
    return {"real_income": table, "turns_for": turning(table)}


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def turning(table: ClosureTable) -> list[str]:
    """The economies that gain with one closure and lose with another."""
    economies = next(iter(table.values()), {})
    columns = {code: [row[code] for row in table.values()] for code in economies}
    known = {code: [x for x in column if x is not None] for code, column in columns.items()}
    return [code for code, column in known.items() if any(map(gains, column)) and any(map(loses, column))]
