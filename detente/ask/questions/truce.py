"""Does the truce hold itself: C, D and N of each side under each payoff, and what would break it or hold it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing import priced_day
from detente.ask.pricing.context import DEFAULT_WORLD
from detente.ask.pricing.priced_day import NEGLIGIBLE, SIDES, PricedDay
from detente.bargain import truce as game
from detente.bargain.truce import Hold

LAPSES = (0.0, 0.1, 0.2)
LAGS = (1, 2, 4)


def truce(
    *,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = "us-china",
    world: str = DEFAULT_WORLD,
    horizon: str = "long",
    home: str | None = None,
    bands: bool = True,
) -> Answer:
    """What it takes that each side keeps the truce; as_of defaults to today, known to as_of.

    bands: D, N and verdict under every set of elasticities too. Raises QuestionError, RecordError, NotConverged.
    """
    as_of = as_of or date.today().isoformat()
    told = priced_day.price_day(as_of=as_of, known=known, dossier=dossier, world=world, horizon=horizon, home=home)
    data = {"as_of": as_of, "known": known or as_of, **section(told, bands=bands)}
    return Answer("truce", data, notes(told), priced_day.day_options(told, as_of, known))


def section(told: PricedDay, *, bands: bool = True) -> dict[str, Any]:
    """The answer's data for a scene already priced: what a brief carries under `truce`."""
    running = told.state.truces[0] if told.state.truces else None
    rows = [row(told, payoff, side) for payoff in told.payoffs for side in SIDES]
    return {
        "words": words(told, rows),
        "truce": {"expiry": running["expiry"], "kind": "expiry: it ends by its date unless renewed"}
        if running
        else None,
        "outcomes": {
            "C": told.truce,
            "D": dict(told.alone),
            "N": told.war,
        },
        "payoffs": told.payoffs,
        "sides": rows,
        "weights": {p: {s: w.to_json() for s, w in by.items()} for p, by in told.weights.items()},
        "by_elasticity": by_elasticity(told) if bands else None,
        "breaks": breaks(told, rows),
        "holds": holds(told, rows),
        "flips": flips(rows),
        "ends": {
            "expiry": "the day passes with no new text: suspended duties return on both sides, no word is broken",
            "breach": "one side restores its duties before the day: that is D here, and the other answers after a lag",
        },
        "proof": told.proof(),
    }


def row(told: PricedDay, payoff: str, side: str) -> dict[str, Any]:
    """C, D, N of a side under a payoff, and what follows."""
    name = told.alone.get(side)
    blank = {"payoff": payoff, "side": side, "C": 0.0, "D": None, "N": None, "patience": None, "table": []}
    if name is None:
        return {**blank, "verdict": "unknown", "why": f"{labels.name(side)} has no suspended duty to bring back"}
    if told.war is None:
        return {**blank, "verdict": "unknown", "why": "what war would be is not known"}
    d, n = told.worth(payoff, side, name), told.worth(payoff, side, told.war)
    found = game.hold(0.0, d if abs(d) > NEGLIGIBLE else min(d, 0.0), n)
    best = _best(told, payoff, side)
    return {
        "payoff": payoff,
        "side": side,
        "C": 0.0,
        "D": d,
        "N": n,
        "verdict": found.verdict,
        "also": game.NEVER_HOLDS if found.verdict == game.NO_TEMPTATION and n >= 0 else None,
        "patience": found.patience,
        "table": table(found, d, n),
        "best_change_points": best[0],
        "best_change": best[1],
        "why": why(found, side, n),
    }


def table(found: Hold, d: float, n: float) -> list[dict[str, Any]]:
    """Critical patience at some chances of lapse and lags; empty where none is to be printed."""
    if found.patience is None:
        return []
    return [
        {"lapse": h, "lag": lag, "patience": game.hold(0.0, d, n, lapse=h, lag=lag).patience}
        for h in LAPSES
        for lag in LAGS
    ]


def _best(told: PricedDay, payoff: str, side: str) -> tuple[float, float]:
    """The change of the whole duty, in points, that pays a side most with the other still, and what it pays."""
    worth = {x: told.worth(payoff, side, f"probe {side} {x:+g}") for x in priced_day.DUTY_CHANGES} | {0.0: 0.0}
    best = max(worth, key=lambda x: worth[x])
    return 100 * best, worth[best]


def why(found: Hold, side: str, n: float) -> str:
    """The verdict in words."""
    name = labels.name(side)
    if found.verdict == game.NO_TEMPTATION:
        end = f"; war would pay it {n:+.2f} %" if n > 0 else ""
        return f"restoring its duties alone does not pay {name}{end}"
    if found.verdict == game.NEVER_HOLDS:
        return f"{name} has as much or more in the war as under the truce"
    if found.patience is None:
        return f"{name} would need more patience than there is"
    return f"{name} keeps it if next round counts at least {found.patience:.2f} of this one"


def words(told: PricedDay, rows: list[dict[str, Any]]) -> str:
    """The answer in a sentence or two."""
    known = [r for r in rows if r["verdict"] != "unknown"]
    if not known:
        return "Not known: the record does not say what either side could bring back on this day."
    said = []
    for payoff, start in (
        ("real_income", "By real income"),
        ("government", "By a government payoff fitted to the duties in force"),
        ("government_unbound", "Fitted to the duties of a lapsed truce"),
    ):
        here = [r for r in known if r["payoff"] == payoff]
        if not here:
            continue
        if all(r["verdict"] == game.NO_TEMPTATION for r in here):
            said.append(f"{start}, no side that can break the truce is tempted to.")
        else:
            said.append(f"{start}, " + "; ".join(f"{r['side']}: {_short(r)}" for r in here) + ".")
    return " ".join(said)


def _short(row: dict[str, Any]) -> str:
    if row["patience"] is not None:
        return f"holds if the next round counts at least {row['patience']:.2f} of this one"
    return str(row["verdict"])


def breaks(told: PricedDay, rows: list[dict[str, Any]]) -> list[str]:
    """What would break it, from the signs of the numbers."""
    found = ["a lapse by date with no new text: no payoff here stops a clock"] if told.war else []
    for r in rows:
        if r["verdict"] == game.HOLDS:
            found.append(
                f"{r['side']}, {r['payoff'].replace('_', ' ')}: a discount factor below {r['patience']:.2f} a round,"
                f" or a chance of lapse that brings it there; a breach unseen for longer needs more"
            )
        elif r["verdict"] == game.NEVER_HOLDS:
            found.append(f"{r['side']}, {r['payoff'].replace('_', ' ')}: anything: war pays it {r['N']:+.2f} %")
    return found


def holds(told: PricedDay, rows: list[dict[str, Any]]) -> list[str]:
    """What would hold it."""
    found = []
    for r in rows:
        if r["verdict"] == game.NO_TEMPTATION and r["payoff"] == "real_income":
            found.append(f"{r['side']} loses {-r['D']:.2f} % of real income by restoring its duties alone")
        if r["verdict"] == game.NEVER_HOLDS:
            found.append(
                f"{r['side']}, {r['payoff'].replace('_', ' ')}: a side payment or another issue of {r['N']:.2f} %"
            )
    lag = "quick sight of a breach and a sure answer: patience needed rises with the lag"
    return [*found, lag] if any(r["verdict"] == game.HOLDS for r in rows) else found


def flips(rows: list[dict[str, Any]]) -> list[str]:
    """Where the answer turns with the payoff."""
    found = []
    for side in SIDES:
        seen = {r["payoff"]: r["verdict"] for r in rows if r["side"] == side and r["verdict"] != "unknown"}
        if len(set(seen.values())) > 1:
            told = "; ".join(f"{p.replace('_', ' ')}: {v}" for p, v in seen.items())
            found.append(f"{side}: the answer turns with the payoff ({told})")
    return found


def by_elasticity(told: PricedDay) -> list[dict[str, Any]] | None:
    """Real income alone under each set of elasticities: D, N and the verdict; None for a world of one sector."""
    if told.war is None or not told.alone:
        return None
    names = [*told.alone.values()] + ([told.war] if told.war not in told.alone.values() else [])
    base = told.levels[told.truce]
    band = told.at.bands(base, {name: told.levels[name] for name in names}, results=told.found)
    if band is None:
        return None
    found = []
    for k, label in enumerate(band.by):
        for side, name in told.alone.items():
            n = told.at.world.index(side)
            d, w = (float(band.values[k, band.outcomes.index(x), n]) for x in (name, told.war))
            if np.isfinite(d) and np.isfinite(w):
                one = game.hold(0.0, d, w)
                row = {"set": str(label), "side": side, "D": d, "N": w}
                found.append({**row, "verdict": one.verdict, "patience": one.patience})
    return found


def notes(told: PricedDay) -> tuple[str, ...]:
    """What a reader must know before citing a number."""
    return (
        "C: the truce as it stands; D: one side alone restores its suspended duties; N: both do; percent of real income"
        " against C",
        "the government payoffs are inferred from behaviour, not observed: the smallest weights on revenue and sector"
        " earnings at which a small change of duty does not pay; calibrated so, the duties in force cannot tempt by"
        " construction, and the unbound payoff shows the opposite reading",
        "beside the political weights of Ossa (2014) for 2007, ranked over 19 goods sectors, those of 26 October 2025"
        " agree weakly for the USA (0.35) and not for China (-0.06): they answer another question and other duties",
        "a round is the time in which a breach is seen and answered; no discount factor is sourced, so none is assumed",
        priced_day.model_limits(told.at),
        *told.notes,
    )
