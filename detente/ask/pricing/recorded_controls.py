"""The export controls that the record holds on a day, priced as scenarios: for the brief and for leverage."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from detente.ask.pricing import scenario as scenario_files
from detente.ask.pricing.context import MULTI_SECTOR, TariffLevels, equilibrium_proof, pricing_context
from detente.ask.pricing.critical_input_priors import PriorValues, central_values, drawn_values
from detente.ask.pricing.export_controls import (
    COARSE,
    HOST_SECTORS,
    RENT_KEPT,
    SOLVED,
    CappedRivals,
    ControlBase,
    control_base,
    party_income,
    split_and_limit,
    with_capped_rivals,
)
from detente.ask.pricing.quantity_limits import MONTHS, Limit, limit_policy, limits_of
from detente.economy.policy import Policy
from detente.economy.products import solve_draws
from detente.economy.solve import Equilibrium, solve
from detente.record.case import Case, ControlScenario
from detente.record.state import State


@dataclass(frozen=True)
class Control:
    """A control of the case to price, a title, and its statement where it is on record."""

    scenario: ControlScenario
    title: str
    statement: str | None = None


DRAWS = 5000  # of which bands.csv names two for each control
SideIncome = dict[str, float | None]  # {side: percent of real income}, None without an equilibrium


@dataclass(frozen=True, eq=False)
class PricedControl:
    """One control priced; real income of the parties is None where there is no equilibrium.

    low, high: the ends of the band. rent_to_importers, rent_to_exporters: if they keep all of the scarcity rent.
    """

    limits: tuple[Limit, ...]
    equilibrium: Equilibrium
    world_income: float | None
    low: SideIncome
    high: SideIncome
    others_capped: CappedRivals | None
    rent_to_importers: SideIncome
    rent_to_exporters: SideIncome
    central: SideIncome

    def to_json(self) -> dict[str, Any]:
        """The control in the keys of `controls`."""
        limits = self.equilibrium.policy.limits
        return {
            "months": max(limit.months for limit in self.limits),
            "left": float(min(limits.fraction)) if limits is not None else 1.0,
            "real_income": {**self.central, "WLD": self.world_income},
            "low": self.low,
            "high": self.high,
            "others_capped": self.others_capped and self.others_capped.to_json(),
            "rent_to_importers": self.rent_to_importers,
            "rent_to_exporters": self.rent_to_exporters,
            "draws": DRAWS,
            "solver": equilibrium_proof(self.equilibrium),
            "model": "critical-inputs",
            "horizon": "short",
        }


def controls_section(
    case: Case, state: State, levels: TariffLevels, world: str, *, assumed: bool = True
) -> list[dict[str, Any]]:
    """A row for each control on record, as JSON: percent of real income with its band, over some months.

    levels: of the duties in force. assumed: also the scenarios of the case that are not on record, for comparison.
    Empty where the record has no such control on that day, or the world no sectors to split products from.
    """
    controls = controls_on_record(case, state)
    if not controls or not _has_host_sectors(world):
        return []
    base = control_base(world, "short", tuple(levels.items()))
    rows = []
    for control in (*controls, *(assumptions(case, state) if assumed else [])):
        scenario = control.scenario
        limits = control_limits(scenario, base.world.economies, state.as_of[:10])
        evidence = [control.statement] if control.statement else []
        start = {"name": scenario.name, "title": control.title, "by": scenario.by, "evidence": evidence}
        rows.append({**start, **price_control(scenario.name, limits, base, case.parties).to_json()})
    return rows


def controls_on_record(case: Case, state: State) -> list[Control]:
    """The controls of a day that are in force or threatened, and whose scenario was known."""
    measures = {row.measure: row for row in state.measures}
    controls = []
    for scenario in _known(case, state):
        row = measures.get(scenario.measure) if scenario.measure else None
        if row and row.status_last_known in scenario.statuses:
            status = row.status_last_known.replace("_", " ")
            title = scenario.title.removesuffix(f", {status}")
            controls.append(Control(scenario, f"{title} ({status} on record)", row.statement))
    return controls


def assumptions(case: Case, state: State) -> list[Control]:
    """The controls of the case that are not on record."""
    return [Control(scenario, scenario.title) for scenario in _known(case, state) if scenario.measure is None]


def _known(case: Case, state: State) -> list[ControlScenario]:
    return [scenario for scenario in case.controls if scenario.known <= state.known[:10]]


def _has_host_sectors(world: str) -> bool:
    context = pricing_context(world)
    return context.model == MULTI_SECTOR and set(context.world.sectors) >= HOST_SECTORS


def control_limits(control: ControlScenario, economies: Sequence[str], day: str) -> list[Limit]:
    """The quantity limits of a control: its own, or those of the shipped scenario of its name."""
    if control.limit is not None:
        product, against, left = control.limit
        return [Limit(product, (against,), control.by, left, MONTHS, None)]
    written = scenario_files.load(control.name)
    return limits_of(written.measures, written.name, economies, day)


@cache
def band_draws(name: str) -> tuple[int, ...]:
    """The two draws of the priors, of DRAWS, at the 5th and 95th percentile for each side.

    They were chosen under the duties of 26 October 2025; under those of another day they still mark the band, because
    the order of draws hardly changes.
    """
    text = (resources.files("detente") / "dossiers" / "critical-inputs" / "bands.csv").read_text("utf-8")
    return tuple(int(row["draw"]) for row in csv.DictReader(text.splitlines()) if row["control"] == name)


def price_control(name: str, limits: Sequence[Limit], base: ControlBase, parties: Sequence[str]) -> PricedControl:
    """One control priced at the central values of the priors, with its band and what it depends on."""
    values, split = central_values(), base.split
    central, importers, exporters = (
        limit_policy(split, limits, values, rent, {}) for rent in (values[RENT_KEPT], 0.0, 1.0)
    )
    equilibrium = solve(split, central, options=SOLVED, check=False)

    def with_rent(policy: Policy) -> SideIncome:
        start = equilibrium if equilibrium.converged else None
        return side_income(base, solve(split, policy, options=COARSE, start=start, check=False), parties)

    low, high = _band(name, limits, base, parties)
    return PricedControl(
        tuple(limits),
        equilibrium,
        base.context.mean(equilibrium.report["real_income"]) if equilibrium.converged else None,
        low,
        high,
        with_capped_rivals(base, limits, values, {}, parties),
        with_rent(importers),
        with_rent(exporters),
        side_income(base, equilibrium, parties),
    )


def side_income(base: ControlBase, equilibrium: Equilibrium, parties: Sequence[str]) -> SideIncome:
    """Real income of the parties in percent; None without an equilibrium."""
    if not equilibrium.converged:
        return dict.fromkeys(parties)
    return {**party_income(base.context, equilibrium, parties)}


def _band(
    name: str, limits: Sequence[Limit], base: ControlBase, parties: Sequence[str]
) -> tuple[SideIncome, SideIncome]:
    """The lowest and highest real income over the two draws that mark the band; None where one has no equilibrium, or
    where no draws are on file: those of a control that is not shipped."""
    values: list[PriorValues] = [drawn_values(k, 0) for k in band_draws(name)]
    if not values:
        return dict.fromkeys(parties), dict.fromkeys(parties)
    results = solve_draws(
        lambda k: split_and_limit(base.world, limits, values[k], {}),
        len(values),
        lambda equilibrium: side_income(base, equilibrium, parties),
        similar=base.split,
        options=COARSE,
    )
    low: SideIncome = dict.fromkeys(parties)
    high: SideIncome = dict.fromkeys(parties)
    for side in parties:
        ends = sorted(x for row in results if row and (x := row.get(side)) is not None)
        if len(ends) == 2:
            low[side], high[side] = ends
    return low, high
