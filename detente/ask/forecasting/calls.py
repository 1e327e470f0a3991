"""What a bargaining answer says of a decision point, and the probabilities that follow by a stated rule.

An answer calls an ending: the truce is kept or broken, the threat is carried out or not, a deal is struck or not. A
call is no probability, so its vector is the mean of the call and the base rate, and is scored like every forecast.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import NamedTuple

from detente.ask.forecasting.track_record import ScoredForecast, shipped
from detente.bargain.endings import BASE_RATE
from detente.record.history import BITES, CLASSES

WEIGHT = 0.5  # of a call beside the base rate
DEAL = "deal"
SHIPPED = "bargaining_calls.csv"
COLUMNS = ("id", "ahead", "dossier", "name", "bites", "deal")


class Call(NamedTuple):
    """What an answer says of a point: how likely the announced outcome comes, or that a deal is struck.

    name: the question and its payoff. package: the title of the package that is agreed, None where the answer is about
    no deal or says that there is none.
    """

    name: str
    words: str
    bites: float
    package: str | None = None

    def probability(self, base: Mapping[str, float]) -> dict[str, float]:
        """The mean of the call and the base rate, by class."""
        return probability(self.bites, self.package is not None, base)


def probability(bites: float, is_deal: bool, base: Mapping[str, float]) -> dict[str, float]:
    """The mean of a call and the base rate, by class.

    bites: how likely what was announced comes by the call. is_deal: the call is a deal. Within what comes and what does
    not, the endings of the call stand as in the base rate.
    """
    comes = sum(base[c] for c in BITES)
    within = {c: bites / comes if c in BITES else (1 - bites) / (1 - comes) for c in CLASSES}
    called = {c: float(c == DEAL) if is_deal else within[c] * base[c] for c in CLASSES}
    return {c: (1 - WEIGHT) * base[c] + WEIGHT * called[c] for c in CLASSES}


class PastCall(NamedTuple):
    """The call of an answer about a point so many days before its deadline, as known then, in a dossier."""

    id: str
    lead_time: int
    dossier: str
    name: str
    bites: float
    is_deal: bool


def written(calls: Iterable[PastCall]) -> str:
    """The file of past calls."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (c.id, c.lead_time, c.dossier, c.name, f"{c.bites:.4f}".rstrip("0").rstrip("."), "yes" if c.is_deal else "no")
        for c in calls
    )
    return out.getvalue()


@cache
def past_calls() -> tuple[PastCall, ...]:
    """The calls that ship: what the bargaining answers would have said of the points on file."""
    text = (resources.files("detente") / "dossiers" / "history" / SHIPPED).read_text("utf-8")
    return tuple(
        PastCall(r["id"], int(r["ahead"]), r["dossier"], r["name"], float(r["bites"]), r["deal"] == "yes")
        for r in csv.DictReader(text.splitlines())
    )


@cache
def scored_calls() -> tuple[ScoredForecast, ...]:
    """The past calls as forecasts of the track record, each beside the base rate of its day.

    Of the same answer in several dossiers about one point the first counts.
    """
    base = {(f.id, f.lead_time): f for f in shipped() if f.model == BASE_RATE}
    first = {(c.name, c.id, c.lead_time): c for c in reversed(past_calls()) if (c.id, c.lead_time) in base}
    return tuple(_as_forecast(call, base[call.id, call.lead_time]) for call in reversed(first.values()))


def _as_forecast(call: PastCall, base: ScoredForecast) -> ScoredForecast:
    rates = dict(zip(CLASSES, base.probability, strict=True))
    chances: Sequence[float] = list(probability(call.bites, call.is_deal, rates).values())
    return replace(base, model=call.name, probability=tuple(chances))
