"""What duties do now, in the long run when capital has adjusted, and over the whole way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from detente.ask.answer import Answer
from detente.ask.pricing.context import DEFAULT_WORLD, PricingContext, equilibrium_proof, pricing_context
from detente.ask.pricing.named_policies import against_baseline, day_asked
from detente.ask.pricing.own_elasticities import Elasticity
from detente.ask.pricing.scenario import Written, as_option
from detente.ask.registry import DEFAULT_DOSSIER
from detente.economy.equilibrium import Equilibrium
from detente.economy.exposure import balanced
from detente.economy.models import capital as model
from detente.economy.solve import solve
from detente.economy.transition import DEPRECIATION, DISCOUNT, YEARS, transition
from detente.economy.world import World
from detente.errors import QuestionError

NOW = ("consumption", "real_income", "real_gdp", "real_wage", "investment_price")
LONG_RUN = (*NOW, "capital")
CLOSURES = {"fixed": "deficits as at the baseline", "balanced": "no deficits, before as after"}
JsonRow = dict[str, Any]


def capital(
    name: Written | None = None,
    *,
    economies: Sequence[str] | None = None,
    closure: str = "fixed",
    share: float = model.SHARE,
    discount: float = DISCOUNT,
    world: str | World = DEFAULT_WORLD,
    elasticity: Elasticity | None = None,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
) -> Answer:
    """Three lines an economy: with today's capital, in the long run, and the worth of the whole way.

    name: a scenario, shipped or a file, set against the duties in force on the day; without one, the duties in force
    against the base year. economies: shown besides the parties. closure: `fixed` deficits, or `balanced`: the baseline
    is solved again without deficits. share: capital's part of value added, a fraction; discount: of the whole way, a
    fraction a year. Raises QuestionError, DataError for a world without shares of investment, NotConverged.
    """
    context, day = pricing_context(world, None, elasticity), day_asked(as_of, known, dossier, home)
    plain, policy, written, baseline = against_baseline(name, context, day)
    priced = _with_capital(plain, share, closure)
    now, later = (solve(priced, policy, m, options=context.options) for m in (model.NOW, model.LONG_RUN))
    way = transition(priced, policy, discount=discount, options=context.options)
    other = {
        f"{part:.2f}": solve(_with_capital(plain, part, closure), policy, model.LONG_RUN, options=context.options)
        for part in model.RANGE
    }
    codes = shown(context, day.case.parties, economies, now.report["real_income"])
    rows = [_row(context, code, now, later, way.equivalent, other) for code in codes]
    data = {
        **context.metadata(),
        "model": "capital",
        "name": written.name,
        "baseline": baseline,
        "parties": list(day.case.parties),
        "as_of": day.as_of,
        "known": day.known or day.as_of,
        "share": share,
        "discount": discount,
        "depreciation": DEPRECIATION,
        "years": YEARS,
        "investment_from": priced.structure.investment_from,
        "closure": {"name": closure, "meaning": f"{CLOSURES[closure]}; {model.LONG_RUN.CLOSURE}"},
        "rows": rows,
        "solver": {"now": equilibrium_proof(now), "long_run": equilibrium_proof(later), "way": way.residual},
    }
    notes = (
        f"percent changes against {baseline}; consumption in the long run is not welfare, for capital is consumed on"
        " the way down: the whole way is the constant change of consumption that is worth as much",
        "a constant share of capital income is invested; nobody looks ahead",
        f"capital's part of value added is {share:.2f} everywhere, for want of a series by economy; the long run at"
        f" {' and '.join(other)} stands beside it",
        f"investment: {priced.structure.investment_from}",
        *written.assumptions,
    )
    options = {
        "name": as_option(name), "economies": list(economies or ()), "closure": closure, "share": share,
        "discount": discount,
        "world": context.name, "elasticity": context.elasticity, "as_of": day.as_of, "known": day.known,
    }  # fmt: skip
    return Answer("capital", data, notes, options)


def _with_capital(world: World, share: float, closure: str) -> World:
    """The world with capital under a closure. Raises QuestionError for an unknown one."""
    if closure not in CLOSURES:
        raise QuestionError(f"--closure {closure!r}: it is one of {', '.join(CLOSURES)}")
    priced = model.with_capital(world, share)
    return balanced(priced, model.LONG_RUN) if closure == "balanced" else priced


def shown(
    context: PricingContext, parties: Sequence[str], asked: Sequence[str] | None, values: np.ndarray
) -> list[str]:
    """The economies of a table: the parties that the world has, those asked for, the large ones most affected.

    Raises QuestionError for an economy that the world does not have.
    """
    asked = asked or ()
    context.check_economies(asked)
    own = context.parties(parties)
    return list(dict.fromkeys((*own, *asked, *context.most_affected(values, own))))


def _row(
    context: PricingContext,
    code: str,
    now: Equilibrium,
    later: Equilibrium,
    equivalent: np.ndarray,
    other: dict[str, Equilibrium],
) -> JsonRow:
    def of(equilibrium: Equilibrium, names: Sequence[str]) -> dict[str, float]:
        return {name: context.of_party(equilibrium.report[name], code) for name in names}

    return {
        "economy": code,
        "now": of(now, NOW),
        "long_run": of(later, LONG_RUN),
        "whole_path": {"consumption": context.of_party(equivalent, code)},
        "long_run_by_share": {part: of(e, ("consumption", "capital")) for part, e in other.items()},
    }
