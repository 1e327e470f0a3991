"""The export controls that the record holds on a day, priced as scenarios: for the brief and for leverage."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from detente.ask.pricing import scenario
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
    split_and_limit,
    with_capped_rivals,
)
from detente.ask.pricing.possible_outcomes import SIDES
from detente.ask.pricing.quantity_limits import MONTHS, Limit, limit_policy, limits_of
from detente.economy.policy import Policy
from detente.economy.products import solve_draws
from detente.economy.solve import Equilibrium, solve
from detente.record.state import State


class ControlOnRecord(NamedTuple):
    """A measure of the record: the scenario that prices it, in which statuses, and what it is in words."""

    scenario: str
    statuses: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class Control:
    """A control to price: its scenario, a title, who imposes it, and its statement where it is on record."""

    name: str
    title: str
    by: str
    statement: str | None = None


CONTROLS = {
    "chn-controls-april-2025": ControlOnRecord(
        "rare-earths-april-2025", ("in_force",), "Licences of 4 April 2025, in force"
    ),
    "chn-controls-october-2025": ControlOnRecord(
        "rare-earths-october-2025", ("announced", "suspended"), "Controls of 9 October 2025 take effect"
    ),
}
BAN = Control("rare-earths-near-ban", "Near-total ban, not on record: wedges beyond what the model can tell", "CHN")
CHIPS = Control(
    "chips-assumed",
    "US sales of electronics to China halved, standing in for chips, which overstates (assumption)",
    "USA",
)
NAMES = (*(control.scenario for control in CONTROLS.values()), BAN.name, CHIPS.name)
DRAWS = 5000  # of which bands.csv names two for each control
SideIncome = dict[str, float | None]  # {side: percent of real income}, None without an equilibrium


@dataclass(frozen=True, eq=False)
class PricedControl:
    """One control priced; real income of both sides is None where there is no equilibrium.

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

    def to_json(self) -> dict[str, Any]:
        """The control in the keys of `controls`."""
        limits = self.equilibrium.policy.limits
        return {
            "months": max(limit.months for limit in self.limits),
            "left": float(min(limits.fraction)) if limits is not None else 1.0,
            "real_income": {**side_income(self.equilibrium), "WLD": self.world_income},
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
    state: State, levels: TariffLevels, world: str, *, ban: bool = True, chips: bool = False
) -> list[dict[str, Any]]:
    """A row for each control on record, as JSON: percent of real income with its band, over some months.

    levels: of the duties in force. ban: also the near-total ban, which is not on record. chips: also US sales of
    electronics to China halved, for comparison. Empty where the record has no such control on that day, or the world
    no sectors to split magnets from.
    """
    controls = controls_on_record(state)
    if not controls or not _has_host_sectors(world):
        return []
    base = control_base(world, "short", tuple(levels.items()))
    rows = []
    for control in (*controls, *([BAN] if ban else []), *([CHIPS] if chips else [])):
        limits = control_limits(control.name, base.world.economies, state.as_of[:10])
        evidence = [control.statement] if control.statement else []
        start = {"name": control.name, "title": control.title, "by": control.by, "evidence": evidence}
        rows.append({**start, **price_control(control.name, limits, base).to_json()})
    return rows


def controls_on_record(state: State) -> list[Control]:
    """The controls of a day that are in force or threatened."""
    measures = {row.measure: row for row in state.measures}
    controls = []
    for measure, (name, statuses, title) in CONTROLS.items():
        row = measures.get(measure)
        if row and row.status_last_known in statuses:
            status = row.status.replace("_", " ")
            controls.append(Control(name, f"{title} ({status} on record)", "CHN", row.statement))
    return controls


def _has_host_sectors(world: str) -> bool:
    context = pricing_context(world)
    return context.model == MULTI_SECTOR and set(context.world.sectors) >= HOST_SECTORS


def control_limits(name: str, economies: Sequence[str], day: str) -> list[Limit]:
    """The quantity limits of a control."""
    if name == CHIPS.name:
        return [Limit("C26", ("CHN",), "USA", 0.5, MONTHS, None)]
    written = scenario.load(name)
    return limits_of(written.measures, written.name, economies, day)


@cache
def band_draws(name: str) -> tuple[int, ...]:
    """The two draws of the priors, of DRAWS, at the 5th and 95th percentile for both sides.

    They were chosen under the duties of 26 October 2025; under those of another day they still mark the band, because
    the order of draws hardly changes.
    """
    text = (resources.files("detente") / "dossiers" / "critical-inputs" / "bands.csv").read_text("utf-8")
    return tuple(int(row["draw"]) for row in csv.DictReader(text.splitlines()) if row["control"] == name)


def price_control(name: str, limits: Sequence[Limit], base: ControlBase) -> PricedControl:
    """One control priced at the central values of the priors, with its band and what it depends on."""
    values, split = central_values(), base.split
    central, importers, exporters = (
        limit_policy(split, limits, values, rent, {}) for rent in (values[RENT_KEPT], 0.0, 1.0)
    )
    equilibrium = solve(split, central, options=SOLVED, check=False)

    def with_rent(policy: Policy) -> SideIncome:
        start = equilibrium if equilibrium.converged else None
        return side_income(solve(split, policy, options=COARSE, start=start, check=False))

    low, high = _band(name, limits, base)
    return PricedControl(
        tuple(limits),
        equilibrium,
        base.context.mean(equilibrium.report["real_income"]) if equilibrium.converged else None,
        low,
        high,
        with_capped_rivals(split, limits, values, {}),
        with_rent(importers),
        with_rent(exporters),
    )


def side_income(equilibrium: Equilibrium) -> SideIncome:
    """Real income of both sides in percent."""
    if not equilibrium.converged:
        return dict.fromkeys(SIDES)
    return {side: float(equilibrium.of("real_income", side)) for side in SIDES}


def _band(name: str, limits: Sequence[Limit], base: ControlBase) -> tuple[SideIncome, SideIncome]:
    """The lowest and highest real income over the two draws that mark the band; None where one has no equilibrium."""
    values: list[PriorValues] = [drawn_values(k, 0) for k in band_draws(name)]
    results = solve_draws(
        lambda k: split_and_limit(base.world, limits, values[k], {}),
        len(values),
        side_income,
        similar=base.split,
        options=COARSE,
    )
    low: SideIncome = dict.fromkeys(SIDES)
    high: SideIncome = dict.fromkeys(SIDES)
    for side in SIDES:
        ends = sorted(x for row in results if row and (x := row[side]) is not None)
        if len(ends) == 2:
            low[side], high[side] = ends
    return low, high
