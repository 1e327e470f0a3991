"""What a truce that may lapse is worth: regimes that change by the forecast's chances, each priced by the economy.

Regimes: truce, war, deal. One round is the length of the truce now running. In a round the truce goes on, ends in a
deal or in war by the chances of its next deadline; a deal lasts. How long war lasts is not known from these talks, so
two ends are shown: war for one round and then a truce again, and war for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from detente.ask.pricing import duties
from detente.ask.pricing.context import DEFAULT_WORLD
from detente.ask.pricing.priced_day import OTHER, SIDES, PricedDay, price_day
from detente.bargain import regimes

DISCOUNT = 0.95  # a year; an assumption, named beside every number
REGIMES = ("truce", "war", "deal")
ENDS = {"war for one round": 1.0, "war for ever": 0.0}


def path(point: dict[str, Any], *, as_of: str, dossier: str, home: str | None, world: str = DEFAULT_WORLD) -> Any:
    """Expected real income and tariff of the USA and China from today's truce, percent, by how long war lasts.

    point: a forecast with its chances; None where the record holds no war to price that day. Raises NotConverged.
    """
    told = price_day(as_of=as_of, dossier=dossier, world=world, home=home)
    if told.lapse.war is None:
        return None
    chance = point["chance"]
    deal, war = chance["deal"], chance["lapse"] + chance["breach"]
    days = (date.fromisoformat(point["deadline"]) - date.fromisoformat(point["known"])).days
    discount = DISCOUNT ** (days / 365.25)
    has_deal = any(outcome.name == "busan-deal" for outcome in told.outcomes)
    names = {"truce": told.truce, "war": told.lapse.war, "deal": "busan-deal" if has_deal else None}
    each = {
        side: [0.0 if n is None else told.outcome_payoff("real_income", side, n) for n in names.values()]
        for side in SIDES
    }
    duty = {side: [0.0, *(_added(told, side, n) for n in (told.lapse.war, names["deal"]))] for side in SIDES}
    rows = []
    for end, back in ENDS.items():
        steps = [[1 - deal - war, war, deal], [back, 1 - back, 0.0], [0.0, 0.0, 1.0]]
        rows.append(
            {
                "war": end,
                "steps": steps,
                "real_income": {s: float(regimes.worth(steps, x, discount)[0]) for s, x in each.items()},
                "duty_points": {s: float(regimes.worth(steps, x, discount)[0]) for s, x in duty.items()},
                "rounds_to_deal": _finite(regimes.time_to(steps, 2)[0]),
                "rounds_to_war": _finite(regimes.time_to(steps, 1)[0]),
            }
        )
    return {
        "deadline": point["deadline"],
        "round_days": days,
        "discount_a_year": DISCOUNT,
        "regimes": list(REGIMES),
        "outcomes": names,
        "each": each,
        "ends": rows,
        "chances": {"model": point["model"], "n": point["n"]},
        "proof": told.proof(),
    }


def _added(told: PricedDay, side: str, name: str | None) -> float:
    """Points by which a side's average duty on the other differs from today's."""
    if name is None:
        return 0.0
    cell = (side, OTHER[side])
    after, before = (duties.added_by_pair(told.outcome(n).layers).get(cell, 0.0) for n in (name, told.truce))
    return 100 * (after - before)


def _finite(x: float) -> float | None:
    return float(x) if x < float("inf") else None


def truce_point(points: list[dict[str, Any]], truces: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The open decision point at which the truce of the day ends, if the history has it."""
    if not truces:
        return None
    day = str(truces[0]["expiry"])[:10]
    return next((p for p in points if p["deadline"] == day and p["points_if_nothing"]), None)
