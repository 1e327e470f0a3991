"""How likely each ending of the coming decision points is, from what was known on the day, with the track record.

The base rate is shown unless the richer model scored better out of sample before that day, by more than chance would
explain. The track record that decides this is part of the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from detente import labels
from detente.ask.answer import Answer
from detente.ask.cases import case_of
from detente.ask.forecasting import market_points
from detente.ask.forecasting.bargaining_answers import bargaining_forecasts
from detente.ask.forecasting.calls import scored_calls
from detente.ask.forecasting.market_points import MarketQuestion
from detente.ask.forecasting.path import path, truce_expiry
from detente.ask.forecasting.points import (
    PointForecast,
    ReferenceClass,
    base_rate,
    duty_points_by,
    forecast_point,
    open_points,
)
from detente.ask.forecasting.recorded_points import beside_history, recorded_points
from detente.ask.forecasting.resolution import Resolution, resolutions
from detente.ask.forecasting.signs import Sign, signs
from detente.ask.forecasting.track_record import (
    MIN_NEGOTIATIONS,
    ModelScore,
    backtest,
    calibration_of,
    model_scores,
    of_trade,
    select_model,
    shipped,
)
from detente.ask.pricing.context import DEFAULT_WORLD, pricing_context
from detente.ask.pricing.packages import package_set
from detente.ask.pricing.priced_day import PricedDay, price_day, why_no_bargain
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks.dossier import open_dossier, resolve_days
from detente.bargain.endings import BASE_RATE, HAZARD_AND_RIDGE
from detente.bargain.forecast import CalibrationBin
from detente.errors import QuestionError
from detente.record import history
from detente.record.case import Case
from detente.record.history import CLASSES, DecisionPoint
from detente.record.state import State
from detente.record.state.rows import Threat, Truce
from detente.record.store import Record


@dataclass(frozen=True)
class Forecasts:
    """The forecasts of a day's open points: what a brief carries under `forecast`.

    base: how often each ending came over all points that had ended; own: how many of these were of the same talks.
    passed: points whose day has passed without an ending on file. model: the one that is shown. track: its scores and
    those of the others. calibration: how often endings came, by the probability that the shown model gave them.
    resolution: how extensions stand. signs: what the record says of the talks beside, which no probability uses.
    """

    points: tuple[PointForecast, ...]
    passed: tuple[DecisionPoint, ...]
    base: ReferenceClass
    own: int
    model: str
    track: tuple[ModelScore, ...]
    calibration: tuple[CalibrationBin, ...]
    resolution: tuple[Resolution, ...]
    signs: tuple[Sign, ...]

    def to_json(self) -> dict[str, Any]:
        """The forecasts in the keys of an answer."""
        return {
            "words": words(self),
            "main_point": _most_important(self.points).point.id if self.points else None,
            "model": self.model,
            "classes": list(CLASSES),
            "points": [f.to_json() for f in self.points],
            "passed": [
                {"id": p.id, "negotiation": p.negotiation, "deadline": p.deadline.isoformat()} for p in self.passed
            ],
            "base_rate": {**self.base.to_json(), "of_these_talks": self.own},
            "track": [s.to_json() for s in self.track],
            "calibration": [calibration_row(b) for b in self.calibration],
            "resolution": [r.to_json() for r in self.resolution],
            "signs": [sign.to_json() for sign in self.signs],
        }


def calibration_row(b: CalibrationBin) -> dict[str, Any]:
    """A bin of the calibration in the keys of an answer."""
    rate = b.observed
    return {
        "from": b.low, "to": b.high, "forecast": b.forecast, "came": rate.hits / rate.n, "n": rate.n, "low": rate.low,
        "high": rate.high,
    }  # fmt: skip


def section(state: State, day: date, case: Case, also: Sequence[DecisionPoint] = ()) -> Forecasts:
    """The open points of a day, of history and record, with their probabilities, and the track record by then.

    state: as known by the day or later; a deadline that became known later is left out. also: further points, such as
    questions of markets, of which those at other deadlines count.
    """
    points = history.known_on(history.load(), day)
    scored = [s for s in shipped() if s.ended <= day]
    track = tuple(model_scores([*scored, *(s for s in scored_calls() if s.ended <= day)]))
    model = select_model(track)
    ahead, passed = open_points(points, day, case)
    every = beside_history(beside_history(ahead, recorded_points(state, case, day)), also)
    ended = [p for p in points if p.ended is not None and case.history and p.negotiation.startswith(case.history)]
    return Forecasts(
        points=tuple(forecast_point(points, p, day, model) for p in every),
        passed=tuple(passed),
        base=base_rate(points, day),
        own=len(ended),
        model=model,
        track=track,
        calibration=tuple(calibration_of(scored, model)),
        resolution=resolutions(state, _year_before(day)),
        signs=signs(state, case, day),
    )


def _year_before(day: date) -> str:
    return (day - timedelta(days=365)).isoformat()


def words(forecasts: Forecasts) -> str:
    """The answer in a few sentences."""
    of_others = "" if forecasts.own or not forecasts.base.n else " All of them are of other talks."
    if not forecasts.points:
        passed, rates = _passed(forecasts.passed), _without_points(forecasts.base)
        return f"No deadline of these talks is open on this day.{passed} {rates}{of_others}"
    f = _most_important(forecasts.points)
    about = f.point.negotiation
    if f.point.statements:
        about += f": {labels.spoken(f.point.at_stake)}"
    first = (
        f"By {f.point.deadline} ({about}): {_endings(f.probability)}; what was announced, or worse, comes by then with"
        f" {100 * f.bite:.0f} %."
    )
    return f"{first} {_model(forecasts, f.n)}{of_others}"


def _model(forecasts: Forecasts, n: int) -> str:
    """The model that is shown, from n points that had ended, and why, with its gain."""
    if forecasts.model == BASE_RATE:
        return f"This is the base rate of the {n} points that had ended, the same for every deadline{_why(forecasts)}."
    richer = next(s for s in forecasts.track if s.model == HAZARD_AND_RIDGE)
    low, high = (100 * x / (richer.brier - richer.difference.mean) for x in richer.difference[1:3])
    return (
        f"By {HAZARD_AND_RIDGE}, from {n} points that had ended; over {richer.n} earlier forecasts its error was"
        f" {-100 * richer.relative_difference:.0f} % below the base rate's ({-high:.0f} to {-low:.0f} %)."
    )


def _why(forecasts: Forecasts) -> str:
    """Why the base rate is shown; "" where nothing had been scored."""
    richer = next((s for s in forecasts.track if s.model == HAZARD_AND_RIDGE), None)
    if richer is None:
        return ""
    if richer.negotiations < MIN_NEGOTIATIONS:
        return f", shown because {richer.n} earlier forecasts are too few to choose a richer model"
    return f", shown because over {richer.n} earlier forecasts no richer model clearly beat it"


def _passed(points: Sequence[DecisionPoint]) -> str:
    """What is said of days that have passed without an ending on file."""
    if not points:
        return ""
    days = ", ".join(str(p.deadline) for p in points)
    return f" How the deadline of {days} ended is not on file; a day that has passed is not forecast."


def _endings(probability: Mapping[str, float]) -> str:
    """The three likeliest endings in words."""
    likeliest = sorted(probability, key=lambda c: -probability[c])[:3]
    return ", ".join(f"{c} {100 * probability[c]:.0f} %" for c in likeliest)


def _without_points(base: ReferenceClass) -> str:
    """What can be said of a deadline that may still be set."""
    if not base.n:
        return "No decision point of any negotiation on file had ended by then, so there is no base rate either."
    rates = {name: rate.mean for name, rate in base.rates.items()}
    return f"Of the {base.n} decision points of all negotiations that had ended, the base rate is {_endings(rates)}."


def _most_important(forecasts: Sequence[PointForecast]) -> PointForecast:
    """The point at which a duty would change most, of those at which one would rise if there are any."""
    harmful = [f for f in forecasts if f.point.stake == "harm"]
    return max(harmful or forecasts, key=lambda f: (abs(f.point.rate_change_pp or 0), -f.days_left))


class OutcomeProbability(NamedTuple):
    """The probability of an outcome, where it comes from, and its decision point; or None and why there is none."""

    probability: float | None
    source: str
    point: str | None = None


def probability(
    forecasts: Forecasts, outcome: str, truce: Truce | None, threats: Sequence[Threat]
) -> OutcomeProbability:
    """The probability of an outcome of the brief: of the truce's next deadline, or of a threat's day."""
    ending = {"truce-extended": "extension", "truce-lapses": "lapse"}.get(outcome)
    if ending and truce:
        about = duty_points_by(forecasts.points, str(truce.expiry)[:10])
    else:
        ending = "lapse"
        days = {(str(t.effective)[:10], t.rate_pct) for t in threats if t.threat == outcome}
        about = [f for f in forecasts.points if (f.point.deadline.isoformat(), f.point.rate_change_pp) in days]
    if not about:
        return OutcomeProbability(None, "no open decision point is about this outcome on this day")
    f = about[0]
    words = f"{ending} by {f.point.deadline}, {f.model}, n = {f.n}"
    return OutcomeProbability(f.probability[ending], words, f.point.id)


def forecast(
    *,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
    points: str | Path | None = None,
    questions: str | Path | None = None,
) -> Answer:
    """The probabilities of every open decision point on a day, with reasons and the track record.

    as_of: today by default; probabilities use only what was known on that day, or on `known` where that is earlier.
    known: as_of by default; rules are resolved as known then. points: a file of more decision points, which are scored
    instead, unseen by any model. questions: a file of questions of Polymarket or Metaculus, which join the open points.
    Raises QuestionError, RecordError.
    """
    if points is not None:
        return unseen(points, questions)
    asked = market_points.read(questions) if questions is not None else None
    as_of, known = resolve_days(as_of, known)
    record = open_dossier(dossier, home)
    case = case_of(dossier, home, record)
    if not case.parties:
        raise QuestionError(f"the dossier {dossier!r} names no parties: there is nothing to forecast")
    then = min(as_of, known)
    state = record.as_of(as_of, then)
    day = date.fromisoformat(then[:10])
    forecasts = section(state, day, case, market_points.points(asked or (), case, day))
    expiry = truce_expiry(forecasts.points, state.truces)
    priced = priced_day(record, state, case, as_of, then) if forecasts.points else None
    data = {
        **forecasts.to_json(),
        "path": path(expiry, priced) if expiry and priced else None,
        "resolution": [r.to_json() for r in resolutions(record.as_of(known, known), _year_before(day))],
    }
    _add_endings(data["points"], date.fromisoformat(known[:10]))
    _add_bargaining(data["points"], forecasts.points, priced)
    data |= _beside_markets(asked, forecasts.points, day, known)
    options = {"as_of": as_of, "known": known, "dossier": dossier}
    options |= {"questions": Path(questions).name} if questions is not None else {}
    return Answer(
        "forecast", {"as_of": as_of, "known": known, "parties": list(case.parties), **data}, _notes(day), options
    )


def _beside_markets(
    questions: Sequence[MarketQuestion] | None, forecasts: Sequence[PointForecast], day: date, known: str
) -> dict[str, Any]:
    """The questions of markets beside the forecasts; no key where no file of them was given."""
    if questions is None:
        return {}
    return {"questions": market_points.rows(questions, forecasts, day, date.fromisoformat(known[:10]))}


def _add_endings(rows: list[dict[str, Any]], known: date) -> None:
    """How each point ended, as known on a day."""
    ended = {p.id: p for p in history.known_on(history.load(), known)}
    for row in rows:
        row["came"] = _ending(ended.get(row["id"]))


def _add_bargaining(rows: list[dict[str, Any]], points: Sequence[PointForecast], priced: PricedDay | None) -> None:
    """The bargaining answers about each point as forecasts, none where the day is not priced."""
    answers = bargaining_forecasts(priced, points) if priced else {}
    for row in rows:
        row["bargaining"] = [answer.to_json() for answer in answers.get(row["id"], ())]


def priced_day(record: Record, state: State, case: Case, as_of: str, known: str) -> PricedDay | None:
    """The outcomes of a day with the packages of a deal, None where there is nothing to bargain about."""
    if why_no_bargain(state, case, pricing_context(DEFAULT_WORLD)):
        return None
    return price_day(as_of=as_of, known=known, opened=(record, state), case=case, extra=package_set)


def _ending(point: DecisionPoint | None) -> dict[str, Any] | None:
    """How a point ended, as JSON; None while it is open."""
    if point is None or point.outcome_class is None:
        return None
    return {"class": point.outcome_class, "on": str(point.ended), "code": point.outcome}


def unseen(path: str | Path, questions: str | Path | None = None) -> Answer:
    """The scores of decision points that no model has seen, each forecast from what had ended by the day.

    Points of other domains than trade count as moves of a day, and are not forecast. Raises QuestionError with
    questions of markets, which are no points of a history.
    """
    if questions is not None:
        raise QuestionError("questions join the open points of a day; leave them out where points are scored")
    new = history.load(path)
    ids = {p.id for p in new}
    forecasts = backtest([*(p for p in history.load() if p.id not in ids), *new], score=of_trade(new))
    track = model_scores(forecasts)
    model = select_model(model_scores(shipped()))
    data = {
        "words": _words_unseen(len({f.id for f in forecasts}), len(of_trade(new)), track, model),
        "model": model,
        "track": [s.to_json() for s in track],
        "calibration": [calibration_row(b) for b in calibration_of(forecasts, model)],
        "forecasts": [f.to_row() for f in forecasts],
        "classes": list(CLASSES),
    }
    return Answer("forecast", data, NOTES, {"points": Path(path).name})


def _words_unseen(n: int, total: int, track: Sequence[ModelScore], model: str) -> str:
    if not track:
        return (
            "None of these points could be forecast before its deadline: it was not open at any lead time, or too few"
            " points had ended by then."
        )
    shown = next(s for s in track if s.model == model)
    return (
        f"{n} of {total} points of trade could be forecast before their deadline; over {shown.n} forecasts the Brier"
        f" score is {track[0].brier:.3f} by the base rate and {shown.brier:.3f} by {model}, and of whether it came by"
        f" the day {track[0].bite_brier:.3f} and {shown.bite_brier:.3f}."
    )


NOTES = (
    "classes: deal; extension (the day is moved, by treaty or by press release); lapse (the day passes and what was"
    " announced comes within ten days, or a promise ends); breach (a new act beyond what was announced); unexecuted (a"
    " threat is withdrawn, or its day passes and it is not carried out)",
    "two questions: whether what was announced for the day, or worse, comes by it (lapse and breach); if not, whether"
    " the day is moved, the matter settled or the threat dropped (extension, deal, unexecuted)",
    "hazard and ridge: the mean of daily hazards by kind of deadline, pooled with those of all kinds, and a regression"
    " on the kind, the notice, the days left and how often the day was moved; both learn only from points of trade that"
    " had ended by the day",
    "the points are those that were reported and that this history holds: they are selected, not a random sample",
    "a Brier score is the squared distance of the probabilities from what came, summed over the classes: 0 is perfect,"
    " 2 is certain and wrong",
    "an interval is the 90 % range of a rate that rests on as many points; paired differences are resampled by whole"
    " negotiations",
    "no dated positions of stakeholders are at hand, so no salience-weighted mean is scored",
)


def _notes(day: date) -> tuple[str, ...]:
    """What a reader must know, with the quotes of forecast markets whose outcome was known on a day."""
    return (*NOTES, *(_quotation(quote) for quote in history.market_quotes() if quote.known <= day))


def _quotation(quote: history.MarketQuote) -> str:
    outcome = "happened" if quote.happened else "did not happen"
    return (
        f"a forecast market quoted {100 * quote.probability:.1f} % for another rule, {quote.question}, which {outcome}:"
        f" a squared error of {quote.squared_error:.3f} ({quote.source})"
    )
