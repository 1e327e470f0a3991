"""How the point of a frozen forecast ended: from the history, the user's own points, or the record's extensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from detente.ask.cases import case_of
from detente.ask.forecasting.frozen import Frozen
from detente.ask.forecasting.resolution import Resolution, resolutions
from detente.ask.talks.dossier import open_dossier
from detente.errors import QuestionError
from detente.record.case import Case
from detente.record.history import DecisionPoint

SAME_DEADLINE = timedelta(days=1)  # two calendars can give one moment two days
ANNOUNCED, MET = "announced", "met"


@dataclass(frozen=True)
class Ending:
    """How a point ended: the class, the day, and where that is from."""

    outcome_class: str
    on: date
    source: str


class EndingsOnFile:
    """The endings that are on file as known on a day; points: of the history and of the user, as known then."""

    def __init__(self, points: Sequence[DecisionPoint], known: date, home: str | None):
        self.points, self.known, self.home = points, known, home
        self._by_id = {p.id: p for p in points}
        self._talks: dict[str, tuple[Case, tuple[Resolution, ...]]] = {}

    def ending(self, line: Frozen) -> Ending | None:
        """The ending of a line's point, None while none is on file."""
        case, resolved = self._talks_of(line.dossier)
        own = self._by_id.get(str(line.point["id"]))
        candidates = [own] if own else self._at_the_same_deadline(line, case)
        ended = [e for e in map(_ending_of, candidates) if e]
        if ended and len({e.outcome_class for e in ended}) == 1:
            return min(ended, key=lambda e: e.on)
        return None if own else _extension(line, resolved)

    def _talks_of(self, dossier: str) -> tuple[Case, tuple[Resolution, ...]]:
        """The case of a dossier and how its extensions stand; without any where the dossier is no longer there."""
        if dossier not in self._talks:
            try:
                record = open_dossier(dossier, self.home)
            except QuestionError:
                return Case(dossier, dossier, (), {}), ()
            state = record.as_of(self.known.isoformat(), self.known.isoformat())
            self._talks[dossier] = case_of(dossier, self.home, record), resolutions(state)
        return self._talks[dossier]

    def _at_the_same_deadline(self, line: Frozen, case: Case) -> list[DecisionPoint]:
        deadline = date.fromisoformat(line.point["deadline"])
        return [
            p
            for p in self.points
            if case.history and p.negotiation.startswith(case.history) and abs(p.deadline - deadline) <= SAME_DEADLINE
        ]


def _ending_of(point: DecisionPoint) -> Ending | None:
    if point.outcome_class is None or point.ended is None:
        return None
    return Ending(point.outcome_class, point.ended, point.id)


def _extension(line: Frozen, resolved: Sequence[Resolution]) -> Ending | None:
    """The extension of a truce to past the line's day, by any party's statement."""
    for r in resolved:
        if r.rule == ANNOUNCED and r.status == MET and r.on and r.deadline == line.point["deadline"]:
            return Ending("extension", date.fromisoformat(r.on[:10]), ", ".join(r.evidence))
    return None
