"""Freezes today's forecasts into a ledger that only grows, and scores those whose points have ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from detente.ask.answer import Answer
from detente.ask.cases import case_of
from detente.ask.forecasting import crowd, frozen
from detente.ask.forecasting.bargaining_answers import bargaining_forecasts
from detente.ask.forecasting.crowd import CrowdValue
from detente.ask.forecasting.endings_on_file import Ending, EndingsOnFile
from detente.ask.forecasting.frozen import Frozen
from detente.ask.questions.forecast import priced_day, section
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks.dossier import open_dossier, today
from detente.bargain.endings import BASE_RATE
from detente.bargain.forecast import PairedDifference, paired_difference
from detente.errors import QuestionError
from detente.record import history
from detente.record.history import BITES, CLASSES, DecisionPoint

NOTES = (
    "a frozen forecast uses what was known on the day on which it was made, and carries the hash of the line before it:"
    " a line that was changed or taken out no longer fits",
    "a Brier score is the squared distance of the probabilities from what came, summed over five classes: 0 is perfect,"
    " 2 is certain and wrong; by the day is the same of whether what was announced, or worse, came by the day",
)


def freeze(*, dossier: str = DEFAULT_DOSSIER, home: str | None = None) -> Answer:
    """Write today's forecasts of the open points of a negotiation to the ledger in the home folder.

    Raises QuestionError without a home folder or without parties, RecordError where the ledger cannot be written; then
    nothing is written.
    """
    if not home:
        raise QuestionError("frozen forecasts need a folder; name it with --home")
    lines = frozen_today(dossier, home)
    new = frozen.freeze(home, lines)
    place = Path(home) / frozen.FOLDER / frozen.FILE
    data = {
        "words": f"{len(new)} of {len(lines)} open points frozen in {place}"
        + ("; the others were frozen today already." if len(new) < len(lines) else "."),
        "made": today(), "file": str(place), "frozen": [line.to_json() for line in new],
    }  # fmt: skip
    return Answer("forecast freeze", data, NOTES, {"dossier": dossier})


def frozen_today(dossier: str, home: str | None) -> list[Frozen]:
    """The lines of today's open points of a negotiation. Raises QuestionError where it names no parties."""
    day = today()
    record = open_dossier(dossier, home)
    case = case_of(dossier, home, record)
    if not case.parties:
        raise QuestionError(f"the dossier {dossier!r} names no parties: there is nothing to forecast")
    state = record.as_of(day, day)
    forecasts = section(state, date.fromisoformat(day), case).points
    priced = priced_day(record, state, case, day, day) if forecasts else None
    answers = bargaining_forecasts(priced, forecasts) if priced else {}
    return [frozen.frozen_of(f, date.fromisoformat(day), dossier, answers.get(f.point.id, ())) for f in forecasts]


@dataclass(frozen=True)
class ScoredLine:
    """A frozen forecast whose point has ended."""

    line: Frozen
    ending: Ending

    def brier(self, name: str) -> tuple[float, float]:
        """(Brier over the five classes, Brier of whether it came by the day) of a forecast by name."""
        p, came = self.line.forecasts[name], self.ending.outcome_class
        bite = sum(p[c] for c in BITES)
        return sum((p[c] - (c == came)) ** 2 for c in CLASSES), 2 * (bite - (came in BITES)) ** 2

    def to_json(self) -> dict[str, Any]:
        """The line in the keys of an answer."""
        five, by_day = self.brier(self.line.shown)
        return {
            **_identity(self.line), "came": self.ending.outcome_class, "on": self.ending.on.isoformat(),
            "from": self.ending.source, "shown": self.line.shown,
            "chance": dict(self.line.forecasts[self.line.shown]), "brier": five, "bite_brier": by_day,
        }  # fmt: skip


def _identity(line: Frozen) -> dict[str, Any]:
    return {
        "made": line.made, "dossier": line.dossier, "id": line.point["id"],
        "negotiation": line.point["negotiation"], "deadline": line.point["deadline"], "sha256": line.sha256,
    }  # fmt: skip


def score(
    *,
    known: str | None = None,
    points: str | Path | None = None,
    crowd_values: str | Path | None = None,
    home: str | None = None,
) -> Answer:
    """The scores of frozen forecasts whose points have ended, shipped and one's own, with crowds and markets beside.

    known: endings as known on a day, today by default. points: a CSV of decision points whose endings count beside the
    shipped history's. crowd_values: a CSV or a ForecastBench question set of the user's. Raises RecordError.
    """
    day = date.fromisoformat((known or today())[:10])
    every = {line.key: line for line in (*frozen.own(home), *frozen.shipped())}  # a point counts once a day
    lines = [line for line in every.values() if line.made <= day.isoformat()]
    scored, still_open = _by_ending(lines, EndingsOnFile(_points_known(points, day), day, home))
    values = crowd.read(crowd_values) if crowd_values is not None else []
    data = {
        "words": _words(lines, scored, still_open),
        "known": day.isoformat(),
        "scored": [s.to_json() for s in scored],
        "open": [_identity(line) for line in still_open],
        "track": list(_track(scored)),
        "crowd": list(_beside(values, lines, scored)),
    }
    options = {"known": known, "points": Path(points).name if points else None}
    return Answer("forecast score", data, NOTES, options)


def _points_known(own: str | Path | None, day: date) -> list[DecisionPoint]:
    """The decision points of the history and of a user's file, which count first, as known on a day."""
    new = history.load(own) if own is not None else []
    ids = {p.id for p in new}
    return history.known_on([*(p for p in history.load() if p.id not in ids), *new], day)


def _by_ending(lines: Sequence[Frozen], on_file: EndingsOnFile) -> tuple[list[ScoredLine], list[Frozen]]:
    """The lines whose points ended after they were frozen, and those without an ending on file."""
    endings = [(line, on_file.ending(line)) for line in lines]
    scored = [ScoredLine(line, e) for line, e in endings if e is not None and e.on.isoformat() > line.made]
    return scored, [line for line, e in endings if e is None]


def _words(lines: Sequence[Frozen], scored: Sequence[ScoredLine], still_open: Sequence[Frozen]) -> str:
    first = f"{len(lines)} forecasts are frozen: {len(scored)} of points that have ended, {len(still_open)} still open."
    if not scored:
        return f"{first} There is nothing to score yet."
    mean = float(np.mean([s.brier(s.line.shown)[0] for s in scored]))
    base = float(np.mean([s.brier(BASE_RATE)[0] for s in scored]))
    return f"{first} The Brier score of what was shown is {mean:.3f}, that of the base rate {base:.3f}."


def _track(scored: Sequence[ScoredLine]) -> Iterator[dict[str, Any]]:
    """The scores of every forecast by name, each beside the base rate's over the same lines."""
    for name in dict.fromkeys(name for s in scored for name in s.line.forecasts):
        of_name = [s for s in scored if name in s.line.forecasts]
        five, base = ([s.brier(n)[0] for s in of_name] for n in (name, BASE_RATE))
        by_day = [s.brier(name)[1] for s in of_name]
        difference = paired_difference(five, base, [str(s.line.point["negotiation"]) for s in of_name])
        yield {
            "model": name, "n": len(of_name), "brier": float(np.mean(five)), "bite_brier": float(np.mean(by_day)),
            **_difference(difference),
        }  # fmt: skip


def _difference(difference: PairedDifference) -> dict[str, Any]:
    return {
        "less_base_rate": difference.mean, "low": difference.low, "high": difference.high,
        "negotiations": difference.clusters,
    }  # fmt: skip


def _beside(
    values: Iterable[CrowdValue], lines: Sequence[Frozen], scored: Sequence[ScoredLine]
) -> Iterator[dict[str, Any]]:
    """Each value beside our last frozen probability of the same event by its day; errors once the point has ended."""
    endings = {s.line.point["id"]: s.ending for s in scored}
    for value in values:
        ours = _last_before(value, lines)
        ending = endings.get(value.point)
        happened = None if ending is None else value.happened(ending.outcome_class)
        yield {
            "point": value.point, "day": value.day.isoformat(), "event": value.event, "source": value.source,
            "theirs": value.probability, "ours": ours, "happened": happened,
            "their_error": _squared_error(value.probability, happened), "our_error": _squared_error(ours, happened),
        }  # fmt: skip


def _last_before(value: CrowdValue, lines: Sequence[Frozen]) -> float | None:
    known = [line for line in lines if line.point["id"] == value.point and line.made <= value.day.isoformat()]
    if not known:
        return None
    last = max(known, key=lambda line: line.made)
    return value.ours(last.forecasts[last.shown])


def _squared_error(probability: float | None, happened: bool | None) -> float | None:
    return None if probability is None or happened is None else (probability - happened) ** 2
