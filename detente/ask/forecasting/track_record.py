"""The track record of forecasts: every decision point as it would have been forecast before its day, and the scores.

Nothing depends on which row a point is: a point is its dates, its stake and the length of notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np

from detente.bargain import forecast as games
from detente.bargain.forecast import MODELS, Point
from detente.record import history
from detente.record.history import CLASSES, DecisionPoint

AHEAD = (1, 7, 14, 30)  # days before its own day on which a point is forecast in the track record
LEAST = 5  # points that had ended by the day: below it no forecast is scored
BETTER = 0.15  # by which a model's Brier score must lie below the base rate's to be shown instead
ENOUGH = 10  # negotiations that a track record must span before a richer model can be shown
BASE = "base rate"
NOTICE = ((10, "at most 10 days' notice"), (45, "at most 45 days' notice"), (10**6, "longer notice"))
STAKES = {"harm": "a duty that would rise", "relief": "a duty that would fall", "promise": "a promise or a waiver"}


def reduced(point: DecisionPoint) -> Point:
    """A decision point as the games know it: its reference classes are the stake, then the length of notice."""
    days = (point.deadline - point.known).days
    notice = next(name for limit, name in NOTICE if days <= limit)
    ended = None if point.ended is None else point.ended.toordinal()
    groups = (STAKES[point.stake], notice)
    return Point(point.known.toordinal(), point.deadline.toordinal(), ended, point.kind, groups, point.negotiation)


@dataclass(frozen=True)
class Scored:
    """One forecast of the track record: chance [c] of a model for a point k days before its day, and what came."""

    id: str
    ahead: int
    day: date
    model: str
    n: int
    came: str
    ended: date
    family: str
    chance: tuple[float, ...]

    @property
    def brier(self) -> float:
        """Squared error summed over the classes."""
        return games.brier(np.array([self.chance]), np.array([[c == self.came for c in CLASSES]], dtype=float))

    @property
    def given(self) -> float:
        """The chance that was given to what came."""
        return self.chance[CLASSES.index(self.came)]


def track(
    points: Sequence[DecisionPoint], *, score: Sequence[DecisionPoint] | None = None, apart: bool = False
) -> list[Scored]:
    """Every point that was open k days before its day, forecast from what had ended by then, by every model.

    score: which points are forecast, all unless given. apart: points of the same negotiation are not learned from.
    """
    every = {p.id: reduced(p) for p in points}
    found = []
    for p in points if score is None else score:
        own = every[p.id]
        if p.kind is None or p.ended is None:
            continue
        others = [q for i, q in every.items() if i != p.id and not (apart and q.family == own.family)]
        for ahead in AHEAD:
            day = p.deadline - timedelta(days=ahead)
            learned = len(games.known_on(others, day.toordinal()))
            if not games.open_on(own, day.toordinal()) or learned < LEAST:
                continue
            blind = own._replace(ended=None, outcome=None)
            for name, model in MODELS.items():
                chance = model(others, blind, day.toordinal(), CLASSES)
                found.append(
                    Scored(p.id, ahead, day, name, learned, p.kind, p.ended, p.negotiation, tuple(map(float, chance)))
                )
    return found


@cache
def shipped(apart: bool = False) -> tuple[Scored, ...]:
    """The track record of the shipped history."""
    return tuple(track(history.load(), apart=apart))


def rows(found: Sequence[Scored]) -> list[dict[str, str]]:
    """A track record as rows of its file."""
    return [
        {
            "id": s.id, "ahead": str(s.ahead), "day": s.day.isoformat(), "model": s.model, "n": str(s.n),
            "came": s.came, "ended": s.ended.isoformat(), "negotiation": s.family,
            **{c: f"{x:.6f}" for c, x in zip(CLASSES, s.chance, strict=True)}, "brier": f"{s.brier:.6f}",
        }
        for s in found
    ]  # fmt: skip


def scores(found: Sequence[Scored]) -> list[dict[str, Any]]:
    """Each model's Brier and log score, and its paired difference to the base rate with an interval; n beside each."""
    by = {name: [s for s in found if s.model == name] for name in MODELS}
    base = by[BASE]
    if not base:
        return []
    sure = np.array([float(c == "extension") for c in CLASSES])
    came = np.array([[float(c == s.came) for c in CLASSES] for s in base])
    told = [(name, [s.brier for s in mine], games.log_score([s.given for s in mine])) for name, mine in by.items()]
    always = [games.brier(sure[None], one[None]) for one in came]
    told.append(("always extension", always, games.log_score([float(s.came == "extension") for s in base])))
    first = [s.brier for s in base]
    result = []
    for name, mine, log in told:
        gap = games.paired(mine, first, [s.family for s in base])
        result.append(
            {
                "model": name, "n": len(mine), "points": len({s.id for s in base}), "negotiations": gap.families,
                "brier": float(np.mean(mine)), "log": log, "less_base_rate": gap.mean, "low": gap.low,
                "high": gap.high, "share": gap.mean / float(np.mean(first)),
            }
        )  # fmt: skip
    return result


def chosen(told: Sequence[dict[str, Any]]) -> str:
    """The model that is shown: the best that beats the base rate by BETTER with an interval below zero, else the base.

    A track record over fewer than ENOUGH negotiations chooses nothing: its interval is too short to trust.
    """
    able = [
        r
        for r in told
        if r["model"] in MODELS and r["share"] <= -BETTER and r["high"] < 0 and r["negotiations"] >= ENOUGH
    ]
    return min(able, key=lambda r: r["brier"])["model"] if able else BASE
