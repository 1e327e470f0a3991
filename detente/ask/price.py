"""What outcomes and written scenarios are worth: policies solved together, each set against a baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from detente.ask import policy, scenario
from detente.ask.answer import Answer
from detente.economy import world as worlds
from detente.economy.models import one_sector
from detente.economy.policy import stack, tariffs
from detente.economy.solve import Equilibrium, Options, solve
from detente.economy.world import World
from detente.errors import QuestionError
from detente.record.store import Record

DEFAULT_WORLD = "world-2023"
MODELS: dict[str, dict[str, Any]] = {
    "one-sector": {},
    "roundabout": {"labour_share": one_sector.ROUNDABOUT},
    "eaton-kortum": {"eaton_kortum": True},
    "pass-through": {"pass_through": 0.25},
    "elasticity-8": {"elasticity": 8.0},
}
CLOSURES = {
    "lump_sum": "duty goes to households as a transfer; trade deficits stay fixed relative to world income",
    "income_tax_relief": "duty lowers the tax on labour; trade deficits stay fixed relative to world income",
}
RATIO = ("real_income", "welfare", "price", "wage", "real_wage", "employment", "exports_nominal", "imports_nominal")
LARGE = 0.0025  # share of world income from which a third economy is listed by name
SAID = {"exports_nominal": "exports", "imports_nominal": "imports"}
Rates = Mapping[tuple[str, str], float]


@cache
def calibrated(name: str = DEFAULT_WORLD, model: str = "one-sector") -> World:
    """A shipped world calibrated for a model. Raises QuestionError for a name that is none."""
    if model not in MODELS:
        raise QuestionError(f"no model is named {model!r}; there is {', '.join(sorted(MODELS))}")
    return one_sector.calibrate(worlds.table(name), **MODELS[model])


def solve_all(known: World, rates: Sequence[Rates], *, revenue: str = "lump_sum") -> Equilibrium:
    """Every set of added duties solved side by side. Raises NotConverged."""
    policies = [tariffs(known, {(n, i): rate for (n, i), rate in r.items()}, revenue=revenue) for r in rates]
    return solve(known, stack(known, policies))


def against(equilibrium: Equilibrium, k: int, base: int) -> dict[str, np.ndarray]:
    """Percent changes [n] of scenario k from scenario `base`: ratios of hats; revenue in points of spending."""
    report = equilibrium.report
    found = {name: 100 * ((1 + report[name][k] / 100) / (1 + report[name][base] / 100) - 1) for name in RATIO}
    found["revenue"] = 100 * (report["revenue"][k] - report["revenue"][base])
    return found


def world_mean(known: World, values: np.ndarray) -> float:
    """The mean of economies, weighted with their final spending in the base year."""
    weight = known.income + known.transfer
    return float(values @ weight / weight.sum())


def proof(equilibrium: Equilibrium, k: int) -> dict[str, Any]:
    """Gap, steps and converged of one scenario."""
    return {
        "gap": float(equilibrium.gap[k]),
        "steps": int(equilibrium.steps[k]),
        "converged": bool(equilibrium.converged[k]),
    }


def movers(known: World, values: np.ndarray, *, count: int = 5) -> list[str]:
    """The large third economies that gain or lose most; small ones move with the deficits that the closure fixes."""
    weight = known.income + known.transfer
    large = weight / weight.sum() >= LARGE
    order = [n for n in np.argsort(-np.abs(values)) if large[n] and known.economies[n] not in ("USA", "CHN")]
    return [known.economies[n] for n in order[:count]]


def price(
    names: str | Sequence[str],
    *,
    world: str = DEFAULT_WORLD,
    model: str = "one-sector",
    baseline: str | None = None,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = "us-china",
    home: str | None = None,
) -> Answer:
    """Scenarios by shipped name or YAML file, each against `none` (the base year), `in-force`, or a scenario.

    as_of: the day of the duties in force, today unless said. Raises QuestionError for a scenario that cannot be read on
    this world, NotConverged where there is no equilibrium.
    """
    as_of = as_of or date.today().isoformat()
    economy = calibrated(world, model)
    written = [scenario.load(name) for name in ([names] if isinstance(names, str) else names)]
    if not written:
        raise QuestionError(f"price needs a scenario: a YAML file, or one of {', '.join(scenario.shipped())}")
    closures = {s.revenue for s in written if s.revenue}
    if len(closures) > 1:
        raise QuestionError("scenarios of one run must use their revenue alike: price them in two runs")
    revenue = closures.pop() if closures else "lump_sum"
    baselines = {baseline or s.baseline or "in-force" for s in written}
    if len(baselines) > 1:
        raise QuestionError(f"scenarios name different baselines ({', '.join(sorted(baselines))}): give --baseline")
    base_name = baselines.pop()
    layers: list[policy.Layer] = []
    if base_name == "none":
        base: Rates = {}
    else:
        record = Record.load(dossier, home)
        layers = policy.in_force(record.as_of(as_of, known or as_of), economy.economies)
        base = policy.totals(layers)
        if base_name != "in-force":
            base = scenario.load(base_name).rates(economy, base, as_of)
    rates = [base, *(s.rates(economy, base, as_of) for s in written)]
    equilibrium = solve_all(economy, rates, revenue=revenue)
    scenarios = []
    for k, s in enumerate(written, start=1):
        change = against(equilibrium, k, 0)
        economies = {
            iso: {SAID.get(name, name): float(values[n]) for name, values in change.items()}
            for n, iso in enumerate(economy.economies)
        }
        economies["WLD"] = {"real_income": world_mean(economy, change["real_income"])}
        scenarios.append(
            {
                "name": s.name,
                "note": s.note,
                "measures": [
                    {key: str(value) if isinstance(value, date) else value for key, value in m.items()}
                    for m in s.written
                ],
                "economies": economies,
                "third": movers(economy, change["real_income"]),
                "solver": proof(equilibrium, k),
            }
        )
    data = {
        "world": world,
        "model": model,
        "baseline": {
            "name": base_name,
            "as_of": None if base_name == "none" else as_of,
            "solver": proof(equilibrium, 0),
            "duties": {f"{n} on {i}": round(100 * x, 3) for (n, i), x in base.items() if {n, i} <= {"USA", "CHN"}},
        },
        "closure": {"name": revenue, "meaning": CLOSURES[revenue]},
        "elasticity": {"trade": economy.structure.elasticity, "labour_supply": economy.structure.labour_supply},
        "horizon": "long run",
        "source": list(economy.origin.sources),
        "scenarios": scenarios,
    }
    options = {
        "world": world, "model": model, "baseline": base_name, "as_of": as_of, "known": known,
        "tolerance": Options().tolerance,
    }  # fmt: skip
    return Answer("price", data, (f"percent changes against the baseline {base_name!r}",), options)
