"""Deals of one economy with several others, pair by pair: what each adds given the others, and how it is split.

A deal drops every duty that the two added on each other since the base year. Every set of deals is priced; the joint
worth of the parties is their real income in bn USD. Horn and Wolinsky (1988): each pair splits what its deal adds while
all other deals stand; Shapley (1953): what a party adds, averaged over every order of joining.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing import possible_outcomes
from detente.ask.pricing.context import CLOSURES, DEFAULT_WORLD, PricingContext, pricing_context
from detente.ask.pricing.duties import DutyLayer
from detente.ask.talks.dossier import open_dossier
from detente.bargain import coalitions
from detente.errors import QuestionError

MOST = 6  # partners: the sets of deals double with each


def members(at: PricingContext, party: str) -> list[str]:
    """The economies of a party: itself, or a bloc's members that the world has. Raises QuestionError."""
    if party in at.world.economies:
        return [party]
    found = [code for code in labels.members(party) if code in at.world.economies] if party == "EU" else []
    if not found:
        raise QuestionError(f"{party!r} is no economy of {at.name} and no bloc; write ISO3 codes or EU")
    return found


def dropped(layers: Sequence[DutyLayer], one: Sequence[str], other: Sequence[str]) -> list[DutyLayer]:
    """The layers without those that two parties put on each other."""
    pairs = {(a, b) for a in one for b in other} | {(b, a) for a in one for b in other}
    return [x for x in layers if (x.by, x.against) not in pairs]


def side_deals(
    partners: Sequence[str],
    *,
    hub: str = "USA",
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = "us-china",
    world: str = DEFAULT_WORLD,
    horizon: str = "long",
    home: str | None = None,
) -> Answer:
    """What each of the hub's deals adds, alone and with all others, the Nash-in-Nash split and Shapley values, bn USD.

    as_of defaults to today, known to as_of. Raises QuestionError for partners that are none, share a member or have no
    duty to drop, RecordError, NotConverged.
    """
    as_of = as_of or date.today().isoformat()
    at = pricing_context(world, horizon=horizon)
    if not 1 <= len(partners) <= MOST:
        raise QuestionError(f"{len(partners)} partners; from 1 to {MOST}, as --with EU,JPN,KOR")
    who = {party: members(at, party) for party in (hub, *partners)}
    flat = [code for party in (hub, *partners) for code in who[party]]
    if twice := {code for code in flat if flat.count(code) > 1}:
        raise QuestionError(f"{', '.join(sorted(twice))} stands in two parties; name each economy once")
    record = open_dossier(dossier, home)
    state = record.as_of(as_of, known or as_of)
    layers = possible_outcomes.on_the_table(record, state, at.world.economies)[0].layers
    for party in partners:
        if len(dropped(layers, who[hub], who[party])) == len(layers):
            raise QuestionError(f"{hub} and {party} have added no duty on each other on {as_of}: no deal to price")
    sets = [frozenset(s) for k in range(len(partners) + 1) for s in combinations(partners, k)]
    levels = []
    for deals in sets:
        left = list(layers)
        for party in deals:
            left = dropped(left, who[hub], who[party])
        levels.append(at.levels(left))
    _, found = at.price(levels[0], levels)
    money = {
        deals: {p: sum(at.money(one.change["real_income"], c)["bn_usd"] or 0.0 for c in who[p]) for p in who}
        for deals, one in zip(sets, found, strict=True)
    }
    if at.money(found[0].change["real_income"], flat[0])["bn_usd"] is None:
        raise QuestionError(f"{at.name} is not in US dollars, so gains of several parties cannot be added")

    def worth(group: Iterable[str], deals: Iterable[str]) -> float:
        return sum(money[frozenset(deals)][p] for p in group)

    everyone = frozenset(partners)
    shapley = coalitions.shapley([hub, *partners], lambda g: worth(g, g - {hub}) if hub in g else 0.0)
    rows: list[dict[str, Any]] = []
    for party in partners:
        only, others = frozenset({party}), everyone - {party}
        pair = (hub, party)
        extra = worth(pair, everyone) - worth(pair, others)
        split = coalitions.nash_in_nash(hub, [party], {frozenset(): 0.0, only: extra}.__getitem__)
        own, left_out = money[everyone][party], money[others][party]
        rows.append(
            {
                "party": party, "alone": worth(who, only), "added": worth(who, everyone) - worth(who, others),
                "pair": extra, "own": own, "own_alone": money[only][party],
                "left_out": left_out, "split": split[party], "payment": split[party] - (own - left_out),
                "shapley": shapley[party],
            }
        )  # fmt: skip
    paid = sum(row["payment"] for row in rows)
    joint = worth(who, everyone)
    first = {"party": hub, "own": money[everyone][hub], "after": money[everyone][hub] - paid, "shapley": shapley[hub]}
    data = {
        "as_of": as_of, "known": known or as_of, "words": words(hub, rows, joint, first),
        "hub": first, "joint": joint, "partners": rows, "members": who,
        "proof": {
            **at.metadata(), "closure": {"name": "lump_sum", "meaning": CLOSURES["lump_sum"]}, "scenarios": len(sets),
            "solver": {"gap": max(x.residual for x in found), "steps": max(x.iterations for x in found),
                       "converged": all(x.converged for x in found)},
        },
    }  # fmt: skip
    notes = (
        "bn USD of the base year a year, against the duties in force on the day; a deal drops every duty the two added"
        " on each other since the base year, and nothing else",
        "split: each pair halves what its deal adds to the two while all other deals stand (Nash-in-Nash); payment:"
        " what the hub pays a partner for that split, negative where the partner pays; none is assumed to be agreed",
        "Shapley value: what a party adds to a group with the hub, over every order of joining",
        "purchases, quotas, standards and export controls are no part of these deals",
    )
    options = {"with": list(partners), "hub": hub, "as_of": as_of, "known": known or as_of, "world": at.name}
    return Answer("side-deals", data, notes, {**options, "horizon": horizon, "elasticity": at.elasticity})


def words(hub: str, rows: Sequence[dict[str, Any]], joint: float, first: dict[str, Any]) -> str:
    """The answer in two sentences."""
    most = max(rows, key=lambda r: r["added"])
    loser = [r["party"] for r in rows if r["left_out"] < 0]
    end = f" Left out of the others' deals, {', '.join(loser)} would lose." if loser else ""
    return (
        f"All {len(rows)} deals of {hub} together are worth {joint:+.1f} bn USD a year to the parties"
        f" ({hub} itself {first['own']:+.1f}); the deal with {most['party']} adds most, {most['added']:+.1f}.{end}"
    )
