"""Scenarios with quantity limits, answered in the keys of `price`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from detente.ask.answer import Answer
from detente.ask.pricing.context import DEFAULT_WORLD, TariffLevels, closure, equilibrium_proof, horizon_words
from detente.ask.pricing.critical_input_priors import MATERIALS, OUTER, priors_json
from detente.ask.pricing.export_controls import (
    BASE_YEAR,
    DRAWS,
    HOST_SECTORS,
    SOLVED,
    ControlBase,
    PricedLimits,
    control_base,
    price_limits,
)
from detente.ask.pricing.quantity_limits import Limit
from detente.ask.pricing.scenario import Measure
from detente.ask.pricing.scenario_rows import shown_first, written_scenario
from detente.errors import QuestionError

NOTES = (
    "percent of real income against the duties in force and no limit; a limit's volume is the mean over its months,"
    " with stocks drawn down first",
    "priors are in dossiers/critical-inputs, each with its source; most ranges are assumptions and nothing is fitted",
    f"elasticities of substitution: {OUTER} between value added and materials, {MATERIALS} among materials; both are"
    " assumptions for the first years",
    "the gain of the limiting side depends on who keeps the scarcity rent, from an auction among buyers to licences of"
    " exporters; where the wedge is many times the price, no buyer would pay it and the result is beyond what the model"
    " can tell",
    "gallium, germanium, graphite, lithography and design software are not priced, because no cost share is available;"
    " electronics as a whole stands in for chips where a scenario limits them, which overstates",
)
BASE_YEAR_NOTE = (
    f"priced under the {BASE_YEAR}: those in force on the day leave less trade than the products' own imports"
)


@dataclass(frozen=True)
class LimitedScenario:
    """A scenario of which some measures limit quantities; duties: the tariff levels that its other measures change."""

    name: str
    note: str
    limits: tuple[Limit, ...]
    duties: TariffLevels
    measures: tuple[Measure, ...]


def limited_answer(
    scenarios: Sequence[LimitedScenario],
    levels: TariffLevels,
    parties: Sequence[str],
    *,
    world_name: str = DEFAULT_WORLD,
    horizon: str = "short",
    draws: int = 0,
    seed: int = 0,
    options: dict[str, Any],
    progress: Callable[[int, int], None] | None = None,
) -> Answer:
    """Scenarios with quantity limits priced side by side, in the keys of `price`; levels: of the duties in force.

    parties: of the negotiation, whose income is shown beside. options: those of the question, `as_of`
    among them. draws: of the priors, DRAWS if 0.
    """
    base = control_base(world_name, horizon, tuple(levels.items()))
    if not set(base.world.sectors) >= HOST_SECTORS:
        raise QuestionError(f"{world_name} has no sectors to split critical inputs from; take icio-2022")
    draws = draws or DRAWS
    priced = [
        price_limits(s.limits, base, s.duties, parties, draws=draws, seed=seed, progress=progress) for s in scenarios
    ]
    data = {
        **_metadata(base, horizon),
        "baseline": {
            "name": "in-force", "as_of": options["as_of"], "real_income": {},
            "solver": equilibrium_proof(priced[0].equilibrium),
        },
        "bands": {"meaning": "5th to 95th percentile of draws of the priors", "by": [],
                  "source": f"{draws} draws", "lost": sum(p.band.lost for p in priced)},
        "closure": closure("lump_sum"),
        "scenarios": [_scenario_json(scenario, p, parties) for scenario, p in zip(scenarios, priced, strict=True)],
        "priors": priors_json(),
    }  # fmt: skip
    notes = (*NOTES, BASE_YEAR_NOTE) if base.world.name.endswith(BASE_YEAR) else NOTES
    asked = {**options, "model": "critical-inputs", "horizon": horizon, "draws": draws}
    return Answer("price", data, notes, asked)


def _metadata(base: ControlBase, horizon: str) -> dict[str, Any]:
    """What a reader needs beside the numbers: as for duties, but for the model, the horizon and the tolerance."""
    return {
        **base.context.metadata(),
        "model": "critical-inputs",
        "horizon": horizon_words(horizon),
        "tolerance": SOLVED.tolerance,
    }


def _scenario_json(scenario: LimitedScenario, priced: PricedLimits, parties: Sequence[str]) -> dict[str, Any]:
    written, numbers = written_scenario(scenario.name, scenario.note, scenario.measures), priced.to_json()
    shown = [code for code in shown_first(scenario.measures, parties) if code in numbers["economies"]]
    third = priced.context.most_affected(priced.real_income, shown)
    return {**written, "shown": shown, "third": third, **numbers}
