"""The duties of the parties on each other: those of the ledger by act, with what the record adds, and their means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from detente.ask.ledger import pairs
from detente.ask.ledger.pairs import Days
from detente.ask.pricing import duty_layers
from detente.ask.pricing.context import PricingContext, baseline_equilibrium
from detente.ask.pricing.duty_layers import DutyLayer
from detente.economy import world as worlds
from detente.economy.models import multi_sector
from detente.economy.world import World
from detente.record.case import Case
from detente.record.state import State

JsonRow = dict[str, Any]


def rows(state: State, case: Case, context: PricingContext, layers: Sequence[DutyLayer]) -> list[JsonRow]:
    """The duties of each party on each other in the ledger, by act, and the points that the record adds to them."""
    days = days_of(state)
    status = pairs.Status.of(case.ledger, days)
    beside = duty_layers.added_by_pair(layer for layer in layers if layer.act is None)
    trade = _trade(context, layers) if context.world.sectors else None
    return [
        {
            **with_ordinary(pairs.pair(case.ledger, by, against, days, status).to_json(days.known), context),
            "record_pp": 100 * mean(beside, context, by, against),
            "substitution": _substitution(context, trade, by, against) if trade else None,
        }
        for by, against in case.pairs
    ]


def days_of(state: State) -> Days:
    """The days of a state, with the day from which its added duties count."""
    day = state.as_of[:10]
    return Days(day, state.known[:10], min(day, duty_layers.reference_day(day)))


def with_ordinary(row: JsonRow, context: PricingContext) -> JsonRow:
    """The row; where the ledger has no ordinary duty, with that of the world's own table, and the average with it."""
    if row["ordinary_pct"] is not None or row["additional_pp"] is None:
        return {**row, "ordinary_from": None if row["ordinary_pct"] is None else pairs.WEIGHTS}
    ordinary = table_duty(context, row["by"], row["against"])
    if ordinary is None:
        return {**row, "ordinary_from": None}
    acts = sum(act["points"] for act in row["acts"])
    reasons = {key: why for key, why in row["reasons"].items() if key != "average_pct"}
    words = f"tariffs in the table of {context.world.origin.year}, by its trade in goods"
    return {
        **row,
        "ordinary_pct": ordinary,
        "average_pct": ordinary + acts,
        "ordinary_from": words,
        "reasons": reasons,
    }


def table_duty(context: PricingContext, by: str, against: str) -> float | None:
    """The mean tariff of the table that a shipped world was made from, percent, weighted by its trade in goods.

    The duties of the trade war are in the ledger and not in that table. None where the world is the user's own or has
    no sectors, and where the pair trades no goods.
    """
    raw = worlds.table(context.name) if context.name in worlds.worlds() else None
    if not isinstance(raw, worlds.InputOutput):
        return None
    place = {code: k for k, code in enumerate(raw.economies)}
    names = context.world.economies
    buyers, sellers = ([place[names[n]] for n in context.economies_of(code)] for code in (by, against))
    goods = [k for k, sector in enumerate(raw.sectors) if sector not in raw.services]
    cells = np.ix_(goods, buyers, sellers)
    trade = raw.flows[cells]
    return 100 * float((trade * raw.tariff[cells]).sum() / trade.sum()) if trade.sum() else None


class _Trade(NamedTuple):
    """Added duties by cell, and trade [s,n,i] in the base year and in the model under the duties in force."""

    added: Mapping[tuple[str, ...], float]
    before: np.ndarray
    after: np.ndarray


def _trade(context: PricingContext, layers: Sequence[DutyLayer]) -> _Trade:
    """What the averages of all pairs are weighted by, in a world with sectors."""
    world = context.world
    equilibrium, _ = baseline_equilibrium(context, tuple(context.levels(layers).items()))
    return _Trade(
        duty_layers.added_by_sector(duty_layers.additions(layers), context.goods),
        world.duty_free * world.spending[:, :, None],
        multi_sector.trade(world, equilibrium.policy, equilibrium.state),
    )


def _substitution(context: PricingContext, trade: _Trade, by: str, on: str) -> JsonRow:
    """The added duty in points by the base year's trade, and by the model's trade under the duties in force."""
    world = context.world
    cells = [(s, n, i) for s in context.goods for n in context.economies_of(by) for i in context.economies_of(on)]
    rates = np.array([trade.added.get((s, world.economies[n], world.economies[i]), 0.0) for s, n, i in cells])
    points = {}
    for name, flows in (("before_pp", trade.before), ("after_pp", trade.after)):
        weights = np.array([float(flows[world.sector(s), n, i]) for s, n, i in cells])
        points[name] = 100 * float(rates @ weights / weights.sum()) if weights.sum() else None
    return {"year": world.origin.year, **points}


def added_points(layers: Iterable[DutyLayer], context: PricingContext, by: str, on: str) -> float:
    """The added duty of a party on another under some layers, in points to two decimals, as outcomes show it."""
    total = duty_layers.added_by_pair(duty_layers.additions(layers))
    return round(100 * mean(total, context, by, on), 2)


def mean(total: Mapping[tuple[str, ...], float], context: PricingContext, by: str, on: str) -> float:
    """The added duty of a party on another; the mean over pairs of a bloc's members, weighted by base-year trade."""
    world = context.world
    trade = _base_year_trade(world)
    pairs = [(n, i) for n in context.economies_of(by) for i in context.economies_of(on)]
    levied = [total.get((world.economies[n], world.economies[i]), 0.0) for n, i in pairs]
    if len(pairs) < 2:
        return levied[0] if levied else 0.0
    weight = [float(trade[pair]) for pair in pairs]
    return sum(x * w for x, w in zip(levied, weight, strict=True)) / (sum(weight) or 1.0)


def _base_year_trade(world: World) -> np.ndarray:
    """The trade of the base year [importer, exporter], before duties."""
    if not world.sectors:
        return np.asarray(world.duty_free * world.spending[:, None])
    return np.asarray((world.duty_free * world.spending[..., None]).sum(0))
