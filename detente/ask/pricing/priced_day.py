"""What outcomes are worth to the two governments: real income, and a payoff inferred from the duties they keep.

Every payoff is in percent of real income against the duties in force on the day, so the truce as it stands pays 0. A
government payoff adds to real income a weight on duty revenue and on what each goods sector earns; the weights are the
smallest, none negative, at which no small change of a side's duty on the other pays it: inferred, not observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from detente import labels
from detente.ask.pricing import duties, possible_outcomes
from detente.ask.pricing.context import (
    CLOSURES,
    DEFAULT_WORLD,
    MULTI_SECTOR,
    PricedOutcome,
    PricingContext,
    TariffLevels,
    pricing_context,
)
from detente.ask.pricing.possible_outcomes import Outcome
from detente.ask.talks.dossier import open_dossier
from detente.errors import QuestionError
from detente.record.state import State
from detente.record.store import Record

SIDES = possible_outcomes.SIDES
OTHER = {"USA": "CHN", "CHN": "USA"}
PAYOFFS = {
    "real_income": "real income alone",
    "government": "government: weights at which the duties in force are a best response",
    "government_unbound": "government: weights at which the duties of a lapsed truce are a best response",
}
SLOPE_STEP = 0.01  # one point, to both sides of a duty, for slopes
DUTY_CHANGES = (
    -0.24,
    -0.10,
    -0.05,
    0.05,
    0.10,
    0.24,
)  # changes of a side's whole duty that are tried against the truce
NEGLIGIBLE = 5e-4  # percent: below it a difference is not told from none


@dataclass(frozen=True)
class Weights:
    """revenue; sectors {code: weight}: what a point of income there counts beyond its place in real income.

    slope: percent of real income that one more point of duty costs the side; best: whether no tried change pays more.
    """

    side: str
    revenue: float
    sectors: dict[str, float]
    slope: float
    best: bool | None = None
    better: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The weights with the names of the sectors that count most."""
        order = sorted(self.sectors, key=lambda s: -self.sectors[s])
        rows = [{"sector": s, "name": labels.sector(s), "weight": self.sectors[s]} for s in order if self.sectors[s]]
        return {
            "revenue": self.revenue,
            "sectors": rows,
            "slope": self.slope,
            "best_response": self.best,
            "better_change_points": self.better,
            "inferred": "from behaviour, not observed",
        }


@dataclass(frozen=True, eq=False)
class PricedDay:
    """A day of the talks, priced: levels and found by name of scenario, weights by payoff and side.

    table: outcomes on the table, the truce first; alone: the outcome in which a side restores its duties alone; war:
    the outcome in which the truce lapses, None where not known.
    """

    record: Record
    state: State
    at: PricingContext
    table: tuple[Outcome, ...]
    war: str | None
    alone: Mapping[str, str]
    levels: Mapping[str, TariffLevels]
    found: Mapping[str, PricedOutcome]
    held: PricedOutcome
    notes: tuple[str, ...] = ()
    weights: dict[str, dict[str, Weights]] = field(default_factory=dict)

    def outcome(self, name: str) -> Outcome:
        """An outcome on the table by name."""
        return next(o for o in self.table if o.name == name)

    @property
    def truce(self) -> str:
        """The name of the duties in force."""
        return self.table[0].name

    @property
    def payoffs(self) -> dict[str, str]:
        """The payoffs that could be formed on this day, in words."""
        return {k: v for k, v in PAYOFFS.items() if k == "real_income" or k in self.weights}

    def worth(self, payoff: str, side: str, name: str) -> float:
        """What an outcome is worth to a side."""
        one, n = self.found[name], self.at.world.index(side)
        income = float(one.change["real_income"][n])
        if payoff == "real_income":
            return income
        told = self.weights[payoff][side]
        parts = components(self.at, one, side)
        return income + told.revenue * parts["revenue"] + sum(w * parts[s] for s, w in told.sectors.items())

    def proof(self) -> dict[str, Any]:
        """World, model, elasticities, horizon, closure, and the largest miss of any market over all scenarios."""
        gaps = [self.held.residual, *(one.residual for one in self.found.values())]
        steps = max(one.iterations for one in self.found.values())
        return {
            **self.at.metadata(),
            "closure": {"name": "lump_sum", "meaning": CLOSURES["lump_sum"]},
            "solver": {"gap": max(gaps), "steps": steps, "converged": all(x.converged for x in self.found.values())},
            "scenarios": len(self.found),
        }

    def not_priced(self) -> list[dict[str, str]]:
        """Measures that no payoff here carries, each with why."""
        return duties.not_priced(self.state)


def components(at: PricingContext, one: PricedOutcome, side: str) -> dict[str, float]:
    """Revenue and each goods sector's earnings, as changes in points of the side's income."""
    n = at.world.index(side)
    found = {"revenue": float(one.change["revenue"][n])}
    if at.world.sectors:
        share = value_added_shares(at)[:, n]
        for k, sector in enumerate(at.world.sectors):
            if sector in at.goods:
                found[sector] = float(share[k] * one.sectors["sector_employment"][k, n])
    return found


@lru_cache(maxsize=8)
def value_added_shares(at: PricingContext) -> np.ndarray:
    """Value added of each sector over the economy's [s,n], base year."""
    made = (at.world.duty_free * at.world.spending[:, :, None]).sum(1)
    value = at.world.structure.value_added * made
    return value / value.sum(0)


def with_duty_change(at: PricingContext, base: TariffLevels, side: str, by: float) -> dict[tuple[str, ...], float]:
    """The duties of a side on the other, all goods, moved by a fraction."""
    found = dict(base)
    pair = (side, OTHER[side])
    cells: list[tuple[str, ...]] = [(s, *pair) for s in at.goods]
    for cell in cells or [pair]:
        found[cell] = max(found.get(cell, at.base_tariff(cell)) + by, -0.5)
    return found


def has_talks(state: State) -> bool:
    """Whether the record holds a truce or a measure that day."""
    return bool(state.truces or state.measures)


def price_day(
    *,
    as_of: str,
    known: str | None = None,
    dossier: str = "us-china",
    world: str = DEFAULT_WORLD,
    horizon: str = "long",
    home: str | None = None,
    more: Any = None,
    read: tuple[Record, State] | None = None,
    at: PricingContext | None = None,
) -> PricedDay:
    """The outcomes of a day priced in one batch, with what the weights need, and `more(record, state, at, table)`.

    read: the record and its state on that day where they are at hand; else the dossier is opened. at: the setting,
    where it is not that of the world and the horizon.
    Raises QuestionError where the record holds no talks of two sides on that day, NotConverged.
    """
    if read is None:
        opening = open_dossier(dossier, home)
        read = opening, opening.as_of(as_of, known or as_of)
    record, state = read
    if not has_talks(state):
        raise QuestionError(
            f"the dossier {dossier!r} holds no truce and no measure on {as_of}: nothing to bargain about"
        )
    at = at or pricing_context(world, horizon=horizon)
    table = tuple(possible_outcomes.on_the_table(record, state, at.world.economies))
    names = {o.name for o in table}
    alone = {side: f"truce-lapses-{side.lower()}-alone" for side in SIDES}
    alone = {side: name for side, name in alone.items() if name in names}
    notes = []
    war = "truce-lapses" if "truce-lapses" in names else None
    if war is None and len(alone) == 1:
        (side, war) = next(iter(alone.items()))
        notes.append(
            f"only {labels.name(side)} has suspended duties that can come back on this day: war is that, and no more"
        )
    if war is None:
        notes.append("no suspended duty has a legal basis on this day: what war would be is not known from the record")
    levels: dict[str, TariffLevels] = {o.name: at.levels(o.layers) for o in table}
    base = levels[table[0].name]
    points = {"government": base} | ({"government_unbound": levels[war]} if war else {})
    for payoff, here in points.items():
        for side in SIDES:
            levels |= {
                f"{payoff} {side} {x:+g}": with_duty_change(at, here, side, x) for x in (-SLOPE_STEP, SLOPE_STEP)
            }
    for side in SIDES:
        levels |= {f"probe {side} {x:+g}": with_duty_change(at, base, side, x) for x in DUTY_CHANGES}
    if more is not None:
        levels |= more(record, state, at, table)
    held, rows = at.price(base, list(levels.values()))
    found = dict(zip(levels, rows, strict=True))
    told = PricedDay(record, state, at, table, war, alone, levels, found, held, tuple(notes))
    for payoff in points:
        told.weights[payoff] = {side: _weights(told, payoff, side) for side in SIDES}
        for side in SIDES:
            told.weights[payoff][side] = _with_best_response(told, payoff, side)
    return told


def _weights(told: PricedDay, payoff: str, side: str) -> Weights:
    """The smallest weights, none negative, that make the slope of the payoff along a side's own duty zero."""
    up, down = (told.found[f"{payoff} {side} {x:+g}"] for x in (SLOPE_STEP, -SLOPE_STEP))
    n = told.at.world.index(side)
    slope = float(up.change["real_income"][n] - down.change["real_income"][n]) / 2
    high, low = components(told.at, up, side), components(told.at, down, side)
    pull = {key: max((high[key] - low[key]) / 2, 0.0) for key in high}
    size = sum(x * x for x in pull.values())
    scale = max(-slope, 0.0) / size if size else 0.0
    given = {key: scale * x for key, x in pull.items()}
    return Weights(side, given.pop("revenue"), given, slope)


def _with_best_response(told: PricedDay, payoff: str, side: str) -> Weights:
    """The weights with whether any tried change of the side's whole duty beats keeping it."""
    own = told.weights[payoff][side]
    worth = {x: told.worth(payoff, side, f"probe {side} {x:+g}") for x in DUTY_CHANGES}
    best = max(worth, key=lambda x: worth[x])
    pays = worth[best] > NEGLIGIBLE
    return Weights(side, own.revenue, own.sectors, own.slope, not pays, 100 * best if pays else None)


def model_limits(at: PricingContext) -> str:
    """What the model leaves out, in a line."""
    if at.model == MULTI_SECTOR:
        return (
            "sectors and input chains; no quantity limits, so export controls, purchases and chips are not in a payoff"
        )
    return "one sector: no industries, no input chains, no quantity limits; weights can fall on revenue only"


def day_options(told: PricedDay, as_of: str, known: str | None, **others: Any) -> dict[str, Any]:
    """What a question was asked with."""
    return {
        "as_of": as_of, "known": known or as_of, "world": told.at.name, "horizon": told.at.horizon,
        "elasticity": told.at.elasticity, "tolerance": told.at.options.tolerance, **others,
    }  # fmt: skip
