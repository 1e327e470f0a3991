"""A forecast as rows to lay out: decision points with the probabilities of their endings, and the track record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from detente import labels
from detente.faces import words
from detente.faces.tables import Column


@dataclass(frozen=True)
class Ending:
    """A way in which a decision point may end: its probability, and the 90 % range of that."""

    name: str
    probability: float
    low: float
    high: float


@dataclass(frozen=True)
class DecisionPoint:
    """A deadline at which something is decided; endings: the likeliest first; n: earlier points behind them.

    bite: the probability that what was announced for the day, or worse, comes by it. kind: of the deadline, in words.
    """

    negotiation: str
    deadline: str
    days: int
    at_stake: str
    stake: str
    model: str
    n: int
    bite: float
    kind: str
    endings: tuple[Ending, ...]


@dataclass(frozen=True)
class CalibrationRow:
    """How often endings came that were given a probability from low to high: its mean, the share that came, and n."""

    low: float
    high: float
    mean: float
    came: float
    n: int
    came_low: float
    came_high: float


@dataclass(frozen=True)
class ForecastView:
    """The forecast in words, the decision point that they speak of, all of them, and how good such forecasts were."""

    summary: str
    main: DecisionPoint | None
    points: tuple[DecisionPoint, ...]
    track_record: str
    calibration: tuple[CalibrationRow, ...]


def forecast_view(forecast: Mapping[str, Any]) -> ForecastView:
    """The view of a forecast's data, whether asked for alone or within a brief."""
    points = {point["id"]: decision_point(point) for point in forecast["points"]}
    return ForecastView(
        forecast["words"],
        points.get(forecast["main_point"]),
        tuple(points.values()),
        _track_record(forecast),
        calibration_rows(forecast.get("calibration", ())),
    )


def calibration_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[CalibrationRow, ...]:
    """The calibration of the model that is shown, by fifths of the probability."""
    keys = ("from", "to", "forecast", "came", "n", "low", "high")
    return tuple(CalibrationRow(*(row[key] for key in keys)) for row in rows)


def decision_point(point: Mapping[str, Any]) -> DecisionPoint:
    """One decision point."""
    endings = [Ending(name, value, *point["interval"][name]) for name, value in point["chance"].items()]
    likeliest_first = tuple(sorted(endings, key=lambda ending: -ending.probability))
    return DecisionPoint(
        point["negotiation"], point["deadline"], point["days_left"], labels.spoken(point["at_stake"]), point["stake"],
        point["model"], point["n"], point["bite"], point["kind"], likeliest_first,
    )  # fmt: skip


def _track_record(forecast: Mapping[str, Any]) -> str:
    row = next((row for row in forecast["track"] if row["model"] == forecast["model"]), None)
    if row is None:
        return ""
    forecasts = words.with_count(row["n"], "forecast")
    points = words.with_count(row["points"], "decision point")
    negotiations = words.with_count(row["negotiations"], "negotiation")
    gain = ""
    if row["share"] < 0:
        gain = f", {words.percent(-row['share'])} below the base rate's"
    return (
        f"Track record: Brier score {row['brier']:.3f} (0 is perfect, 2 certain and wrong){gain}, from {forecasts} of"
        f" {points} in {negotiations}, each made with what was known then."
    )


ENDING_COLUMNS: tuple[Column[Ending], ...] = (
    Column("ending", lambda ending: ending.name, "name"),
    Column("probability", lambda ending: words.percent(ending.probability), "number"),
    Column("90 % range", lambda ending: words.percent_interval(ending.low, ending.high), "number"),
)
CALIBRATION_COLUMNS: tuple[Column[CalibrationRow], ...] = (
    Column("probability", lambda row: words.percent_interval(row.low, row.high), "number"),
    Column("mean", lambda row: words.percent(row.mean), "number"),
    Column("came", lambda row: words.percent(row.came), "number"),
    Column("n", lambda row: str(row.n), "number"),
    Column("90 % range", lambda row: words.percent_interval(row.came_low, row.came_high), "number"),
)
