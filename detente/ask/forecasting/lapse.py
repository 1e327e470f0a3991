"""How likely the truce of a day lapses: the forecast of the point at which it ends."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from detente.ask.forecasting.calls import scored_calls
from detente.ask.forecasting.path import truce_expiry
from detente.ask.forecasting.points import forecast_point, open_points
from detente.ask.forecasting.recorded_points import beside_history, recorded_points
from detente.ask.forecasting.track_record import model_scores, select_model, shipped
from detente.record import history
from detente.record.case import Case
from detente.record.state import State


class LapseProbability(NamedTuple):
    """The probability that the duties of a lapse come by the end of the truce, by which model, from n earlier ends."""

    probability: float
    deadline: str
    model: str
    n: int

    def words(self) -> str:
        """Where the probability comes from."""
        return f"{100 * self.probability:.0f} % by {self.deadline}, {self.model}, n = {self.n}"


def lapse_probability(state: State, case: Case, known: str) -> LapseProbability | None:
    """The probability that the truce of a day ends in its lapse or in a breach; None where no end of it is on file.

    known: the day as of which the forecast is made.
    """
    day = date.fromisoformat(known[:10])
    points = history.known_on(history.load(), day)
    track = model_scores([s for s in (*shipped(), *scored_calls()) if s.ended <= day])
    ahead, _ = open_points(points, day, case)
    every = [
        forecast_point(points, p, day, select_model(track))
        for p in beside_history(ahead, recorded_points(state, case, day))
    ]
    expiry = truce_expiry(every, state.truces)
    if expiry is None:
        return None
    lapses = expiry.probability["lapse"] + expiry.probability["breach"]
    return LapseProbability(lapses, expiry.point.deadline.isoformat(), expiry.model, expiry.n)
