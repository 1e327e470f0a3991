"""Policies by name: a scenario, shipped or a file, `in-force`, `none` (the base year), or the duties of another day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from detente.ask.cases import case_of
from detente.ask.pricing import duties, duty_layers, scenario
from detente.ask.pricing.average_duty import DutiesInForce
from detente.ask.pricing.context import DEFICIT, PricingContext, baseline_equilibrium
from detente.ask.pricing.scenario import Written
from detente.ask.talks.dossier import open_dossier, today
from detente.economy import exposure, horizons
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import QuestionError
from detente.record.case import Case
from detente.record.state import State
from detente.record.store import Record

Added = dict[tuple[str, ...], float]  # {cell: what is added to its duty, as a fraction}


@dataclass(frozen=True)
class Day:
    """The duties in force that scenarios are set against: of which day, as known when, from which dossier."""

    as_of: str
    known: str | None
    dossier: str
    home: str | None

    @cached_property
    def record(self) -> Record:
        """The record of the dossier."""
        return open_dossier(self.dossier, self.home)

    @cached_property
    def case(self) -> Case:
        """The negotiation of the dossier."""
        return case_of(self.dossier, self.home, self.record)

    @cached_property
    def state(self) -> State:
        """The record on the day."""
        return self.record.as_of(self.as_of, self.known or self.as_of)

    def layers_in_force(self, context: PricingContext) -> list[duty_layers.DutyLayer]:
        """The duties in force on the day."""
        return duties.in_force(self.state, context.world.economies, self.case)

    def duties_in_force(self, context: PricingContext, layers: Sequence[duty_layers.DutyLayer]) -> DutiesInForce:
        """The same, from which averages of pairs are taken; layers: those of the day."""
        return DutiesInForce(self.case, self.state, context, layers)


class AddedBy(NamedTuple):
    """What a measure adds by cell, to duties or to taxes on exports."""

    measure: str
    cells: Added
    on_exports: bool = False


@dataclass(frozen=True)
class NamedPolicy:
    """Duties and taxes on exports under a name: levels by cell, and what each measure added, in order, since the base
    year."""

    name: str
    levels: Mapping[tuple[str, ...], float]
    measures: tuple[AddedBy, ...]
    assumptions: tuple[str, ...] = ()
    exports: Mapping[tuple[str, ...], float] = field(default_factory=dict)


def day_asked(as_of: str | None, known: str | None, dossier: str, home: str | None) -> Day:
    """The day of a question, today unless one is given."""
    return Day(as_of or today(), known, dossier, home)


def in_force(context: PricingContext, day: Day) -> NamedPolicy:
    """The duties in force on a day; those of one act or measure are one measure."""
    layers = day.layers_in_force(context)
    by_measure: dict[str, list[duty_layers.DutyLayer]] = {}
    for layer in layers:
        by_measure.setdefault(layer.measure, []).append(layer)
    measures = tuple(
        AddedBy(name, duty_layers.added_by_sector(own, context.goods)) for name, own in sorted(by_measure.items())
    )
    return NamedPolicy(
        f"the duties in force on {day.as_of}", context.levels(layers), measures, tuple(duties.assumptions(layers))
    )


def named(name: Written, context: PricingContext, day: Day, *, on: NamedPolicy | None = None) -> NamedPolicy:
    """A policy by name; a scenario is added to `on`, by default to the duties in force on the day, or to none.

    name: `none`, `in-force`, a day, or a scenario as `scenario.load` takes it.

    Raises QuestionError for an unknown name and for a scenario that limits quantities.
    """
    if name == "none":
        return NamedPolicy("the base year", {}, ())
    if name == "in-force":
        return in_force(context, day)
    if isinstance(name, str) and _is_day(name):
        return in_force(context, replace(day, as_of=name))
    written = scenario.load(name)
    if on is None:
        on = NamedPolicy("the base year", {}, ()) if written.baseline == "none" else in_force(context, day)
    applied = _applied(written, context, on, day)
    measures = [
        AddedBy(
            _measure_name(written.name, written.measures[e.number - 1], e.number),
            {c: x for c, x in e.added.items() if x},
            e.on_exports,
        )
        for e in applied.effects
    ]
    notes = (*on.assumptions, *_made_for(written, context), *applied.notes)
    return NamedPolicy(written.name, applied.levels, (*on.measures, *measures), notes, applied.exports)


def _applied(written: scenario.Scenario, context: PricingContext, on: NamedPolicy, day: Day) -> scenario.Applied:
    """A scenario on a policy.

    Raises QuestionError for what `price` alone knows: duty that is not spent, a baseline that is a scenario.
    """
    if written.revenue == DEFICIT:
        raise QuestionError(f"{written.name}: revenue {DEFICIT} is priced by `detente price` alone; leave it out here")
    if written.baseline not in (None, "none", "in-force"):
        raise QuestionError(
            f"{written.name}: its baseline {written.baseline!r} is for `detente price` alone; leave it out, or set one"
            " scenario on top of another by `detente compare A B --on-top`"
        )
    return written.applied(context, on.levels, day.as_of, exports=on.exports)


def _made_for(written: scenario.Scenario, context: PricingContext) -> tuple[str, ...]:
    """A note on a scenario that is made for another world."""
    if written.world in (None, context.name):
        return ()
    return (f"{written.name} is made for the world {written.world} and priced on {context.name}",)


def _is_day(name: str) -> bool:
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def _is_set_against_the_base_year(name: Written) -> bool:
    """Whether a policy is measured from the base year: duties in force, and scenarios that say so."""
    if isinstance(name, str) and (name in ("none", "in-force") or _is_day(name)):
        return True
    return scenario.load(name).baseline == "none"


def _measure_name(written: str, measure: Mapping[str, Any], number: int) -> str:
    """A measure in words: the scenario and its number, with who levies what on whom."""
    between = " on exports to " if measure.get("flow") == scenario.EXPORTS else " on "
    sides = between.join(_joined(measure[side]) for side in ("by", "against"))
    return f"{written}, measure {number}: {sides}, {measure['rate']}"


def _joined(names: Any) -> str:
    listed = names if isinstance(names, list) else [names]
    return ", ".join(map(str, listed[:3])) + (", ..." if len(listed) > 3 else "")


def require_sectors(context: PricingContext) -> None:
    """Raises QuestionError for a world with one sector."""
    if not context.goods:
        raise QuestionError(f"{context.name} has one sector; this question needs a world with sectors: icio-2022")


def against_baseline(name: Written | None, context: PricingContext, day: Day) -> tuple[World, Policy, NamedPolicy, str]:
    """(a baseline world, a policy on it, the same by name, what the baseline is in words).

    Without a name: the duties in force on the day, against the base year. A scenario is set against the duties in
    force, at long-run elasticities, unless it names the base year.
    """
    require_sectors(context)
    if name is None:
        policy = in_force(context, day)
        return context.world, context.policy(policy.levels), policy, f"{context.world.origin.year}"
    policy = named(name, context, day)
    base = NamedPolicy("the base year", {}, ())
    if not _is_set_against_the_base_year(name):
        base = in_force(context, day)
    _, world = baseline_equilibrium(context, tuple(base.levels.items()))
    relative = horizons.relative_to(context.world, world, context.policy(policy.levels, policy.exports))
    return world, relative, policy, base.name if base.levels else f"{context.world.origin.year}"


def dense(context: PricingContext, named_policy: NamedPolicy) -> np.ndarray:
    """Duties and taxes on exports [k,s,n,i] of a policy in the base year's world; see economy.exposure.levels."""
    policy = context.policy(named_policy.levels, named_policy.exports)
    return exposure.levels(policy.tariff(context.world), policy.export_taxes(context.world))


def added_to(context: PricingContext, measures: Sequence[AddedBy]) -> dict[str, np.ndarray]:
    """{measure: what it adds to duties and to taxes on exports [k,s,n,i]}; measures of one name are one."""
    parts: dict[str, np.ndarray] = {}
    world = context.world
    for name, cells, on_exports in measures:
        part = parts.setdefault(name, exposure.levels(np.zeros_like(world.tariff)))
        for (sector, by, against), rate in cells.items():
            part[int(on_exports), world.sector(sector), world.index(by), world.index(against)] += rate
    return parts
