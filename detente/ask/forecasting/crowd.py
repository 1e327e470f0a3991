"""Values of crowds and markets for decision points, from the user's own file: none ship, since licences differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from detente.errors import RecordError
from detente.record.history import BITES, CLASSES
from detente.safe_io import read_csv, read_json, read_text

MAX_BYTES = 50_000_000
BITE = "bite"  # the question whether what was announced, or worse, comes by the day
ADDED = ("point", "event")  # keys that the user adds to a question
COLUMNS = ("point", "day", "event", "probability", "source")


class CrowdValue(NamedTuple):
    """What a crowd or a market gave for an event of a point on a day; event: a class of ending, or bite."""

    point: str
    day: date
    event: str
    probability: float
    source: str

    def happened(self, outcome_class: str) -> bool:
        """Whether the event came, where the point ended in a class."""
        return outcome_class in BITES if self.event == BITE else outcome_class == self.event

    def ours(self, probability: Mapping[str, float]) -> float:
        """The probability of the same event in a forecast by class."""
        return sum(probability[c] for c in BITES) if self.event == BITE else probability[self.event]


def read(path: str | Path) -> list[CrowdValue]:
    """The values of a CSV with the columns point, day, event, probability, source, or of questions as JSON.

    A question of ForecastBench, Polymarket or Metaculus counts where the user has added `point` and `event` to it. Of
    ForecastBench its value is the one that it had when it was frozen, of Polymarket the price of the file, of Metaculus
    every forecast of the community. Raises RecordError that names the row.
    """
    text = read_text(path, size=MAX_BYTES, error=RecordError)
    if text.lstrip()[:1] in ("{", "["):
        data = read_json(text, str(path), size=MAX_BYTES, error=RecordError)
        is_bench = isinstance(data, dict) and "results" not in data
        return _forecastbench(data, str(path)) if is_bench else _markets(data, text, str(path))
    rows = read_csv(text, str(path), COLUMNS, error=RecordError)
    return [_value(row, f"{path}, row {number}") for number, row in enumerate(rows, start=2)]


def _forecastbench(data: Any, name: str) -> list[CrowdValue]:
    questions = data.get("questions")
    if not isinstance(questions, list):
        raise RecordError(f"{name}: no list of questions; give a question set of ForecastBench, or a CSV")
    values = []
    for number, question in enumerate(questions, start=1):
        if isinstance(question, dict) and question.get("point") and question.get("event"):
            row = {
                "point": question["point"], "event": question["event"],
                "day": str(question.get("freeze_datetime", ""))[:10],
                "probability": str(question.get("freeze_datetime_value", "")),
                "source": f"{question.get('source', '')} {question.get('url', '')}".strip(),
            }  # fmt: skip
            values.append(_value(row, f"{name}, question {number}"))
    return values


def _markets(data: Any, text: str, name: str) -> list[CrowdValue]:
    """The values of questions of Polymarket or Metaculus that were given a point and an event."""
    from detente.record.feeds import markets
    from detente.record.feeds.untrusted import feed_file

    file = feed_file(name, text.encode("utf-8"))
    if not markets.recognise(file):
        raise RecordError(
            f"{name}: no questions of Polymarket, Metaculus or ForecastBench; give one of these, or a CSV"
        )
    given = dict(added_keys(data))
    values = []
    for question in markets.read([file]).questions:
        added = given.get(question.id.partition("-")[2], {})
        point, event = added.get("point"), added.get("event")
        dated = question.history or ((question.as_of, question.probability),)
        for moment, probability in dated if point and event else ():
            if moment and probability is not None:
                row = {"point": point, "event": event, "day": moment[:10], "probability": probability,
                       "source": f"{question.market} {question.url}"}  # fmt: skip
                values.append(_value(row, f"{name}, {question.id}"))
    return values


def added_keys(data: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(id of a question, the point and the event that the user added to it or to its post), wherever it stands."""
    for item in data if isinstance(data, list) else data.values() if isinstance(data, dict) else ():
        if isinstance(item, dict):
            holders = (holder for holder in (item, item.get("question")) if isinstance(holder, dict))
            for holder in filter(_has_keys, holders):
                yield str(item.get("id")), {key: holder.get(key) for key in ADDED}
        if isinstance(item, dict | list):
            yield from added_keys(item)


def _has_keys(holder: Mapping[str, Any]) -> bool:
    return any(holder.get(key) for key in ADDED)


def _value(row: Mapping[str, Any], where: str) -> CrowdValue:
    event = str(row["event"] or "").strip()
    if event not in (*CLASSES, BITE):
        raise RecordError(f"{where}: event {event!r} is none of {', '.join((*CLASSES, BITE))}")
    try:
        day = date.fromisoformat(str(row["day"] or "").strip())
    except ValueError:
        raise RecordError(f"{where}: day {row['day']!r} is not a date; write it as 2025-11-10") from None
    try:
        probability = float(row["probability"] or "")
    except ValueError:
        probability = math.nan
    if not 0 <= probability <= 1:
        raise RecordError(f"{where}: probability {row['probability']!r} is not a number from 0 to 1")
    return CrowdValue(str(row["point"] or "").strip(), day, event, probability, str(row["source"] or "").strip())
