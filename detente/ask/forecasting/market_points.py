"""Questions of forecast markets as decision points: Polymarket and Metaculus, from files that the user saved.

A question says what is asked, by when and how it resolves. Its event, the class of ending that "yes" means, is the one
that the user added to it (`event`), else what its title says by `question_classes.csv`. A question at the deadline of a
point on file joins that point; any other is a point of its own, which the models forecast as any.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.ask.forecasting.crowd import BITE, added_keys
from detente.ask.forecasting.points import PointForecast
from detente.ask.forecasting.recorded_points import SAME_DEADLINE
from detente.errors import RecordError
from detente.record.case import Case
from detente.record.history import BITES, CLASSES, DecisionPoint
from detente.safe_io import read_text

if TYPE_CHECKING:
    from detente.record.feeds.model import FeedQuestion

MAX_BYTES = 50_000_000
LONGEST = 300  # characters of a title
CHECK = "question of a forecast market"


@dataclass(frozen=True)
class MarketQuestion:
    """A question of a market: what is asked, when it was opened, by when, and the class of ending that yes means.

    event: a class of ending, bite for lapse or breach, None where it is not known. values: [(day, probability)] as the
    file has them, by day. happened, ended: the outcome and the day on which it was known, None while it is open.
    """

    id: str
    title: str
    market: str
    opened: date
    deadline: date
    criterion: str
    url: str
    event: str | None
    values: tuple[tuple[date, float], ...]
    happened: bool | None
    ended: date | None

    def value_on(self, day: date) -> tuple[date, float] | None:
        """The last probability that was public on a day, with its own day."""
        return next((value for value in reversed(self.values) if value[0] <= day), None)

    def happened_by(self, day: date) -> bool | None:
        """Whether the event came, as known on a day; None where it was still open."""
        return self.happened if self.ended is not None and self.ended <= day else None

    def ours(self, forecast: PointForecast) -> float | None:
        """What the model that is shown gives the event of the question."""
        if self.event is None:
            return None
        return sum(forecast.probability[c] for c in (BITES if self.event == BITE else (self.event,)))


def read(path: str | Path) -> list[MarketQuestion]:
    """The questions of a file of Polymarket or Metaculus, each checked. Raises RecordError that names the question."""
    from detente.record.feeds import markets
    from detente.record.feeds.untrusted import feed_file

    text = read_text(path, size=MAX_BYTES, error=RecordError)
    file = feed_file(str(path), text.encode("utf-8"))
    if not markets.recognise(file):
        raise RecordError(f"{path}: no questions of Polymarket or Metaculus; save the answer of their API as it is")
    update = markets.read([file])
    if update.refused:
        raise RecordError(update.refused[0].reason)
    added = dict(added_keys(file.value))
    questions = [_question(q, added.get(q.id.partition("-")[2], {}), f"{path}, {q.id}") for q in update.questions]
    ids = [q.id for q in questions]
    twice = next((identity for identity in ids if ids.count(identity) > 1), None)
    if twice or not ids:
        raise RecordError(f"{path}: " + (f"{twice} stands twice; keep one" if twice else "no question in it"))
    return questions


def _question(q: FeedQuestion, added: dict[str, Any], where: str) -> MarketQuestion:
    """A question of a feed with its days and its event. Raises RecordError."""
    title = _title(q, where)
    opened, deadline = _day(q.opened, "opening day", where), _day(q.deadline, "deadline", where)
    if opened > deadline:
        raise RecordError(f"{where}: opened on {opened}, after its own deadline {deadline}; correct one of them")
    ended = _day(q.resolved, "day of resolution", where) if q.outcome and q.resolved else None
    return MarketQuestion(
        q.id, title, q.market, opened, deadline, q.rules, q.url or "", _event(title, added, where),
        tuple(sorted(_values(q, opened, where))), q.outcome == "yes" if ended else None, ended,
    )  # fmt: skip


def _title(q: FeedQuestion, where: str) -> str:
    """What is asked, with the question that a group of them shares."""
    parts = [" ".join(part.split()) for part in (q.group or "", q.title) if part and part != "None"]
    title = ": ".join(dict.fromkeys(parts))
    if not title:
        raise RecordError(f"{where}: no title; save the question again")
    if len(title) > LONGEST:
        raise RecordError(f"{where}: a title of {len(title)} characters, at most {LONGEST} are read; shorten it")
    return title


def _values(q: FeedQuestion, opened: date, where: str) -> Iterator[tuple[date, float]]:
    """The probabilities with the days from which they were public."""
    public = _day(q.public_since, "day", where) if q.public_since else opened
    for day, probability in q.history or ((q.as_of, q.probability),):
        if day and probability is not None:
            yield max(_day(day, "day", where), public), probability


def _day(written: str | None, what: str, where: str) -> date:
    try:
        return date.fromisoformat(str(written)[:10])
    except ValueError:
        raise RecordError(f"{where}: no {what} that can be read; a decision point needs one") from None


def _event(title: str, added: dict[str, Any], where: str) -> str | None:
    """The class of ending that yes means: as the user says, else by the first words of the table that fit."""
    given = added.get("event")
    if given is not None:
        if given not in (*CLASSES, BITE):
            raise RecordError(f"{where}: event {str(given)[:40]!r} is none of {', '.join((*CLASSES, BITE))}")
        return str(given)
    rule = next((row for row in _rules() if re.search(row["words"], title, re.IGNORECASE)), None)
    return (rule["event"] or None) if rule else None


@cache
def _rules() -> tuple[dict[str, str], ...]:
    text = (resources.files("detente") / "dossiers" / "history" / "question_classes.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def points(questions: Sequence[MarketQuestion], case: Case, day: date) -> list[DecisionPoint]:
    """The questions that were open on a day, as decision points of a negotiation, by deadline."""
    is_open = [q for q in questions if q.opened <= day < q.deadline and (q.ended is None or q.ended > day)]
    return [
        DecisionPoint(
            id=q.id, negotiation=case.title, parties="-".join(case.parties), known=q.opened, set_by="both",
            deadline=q.deadline, at_stake=q.title, rate_change_pp=None, outcome=None, ended=None, known_source=q.url,
            known_source_date=q.opened, known_verification=CHECK, harm="restriction" if q.event == BITE else "",
        )
        for q in sorted(is_open, key=lambda q: (q.deadline, q.id))
    ]  # fmt: skip


def rows(
    questions: Sequence[MarketQuestion], forecasts: Sequence[PointForecast], day: date, known: date
) -> list[dict[str, Any]]:
    """Each question beside the forecast of its point on a day, with the errors of both where it ended by `known`.

    A question that was not open on the day has no values.
    """
    return [_row(q, _forecast_of(q, forecasts), day, known) for q in questions if q.opened <= day]


def _forecast_of(q: MarketQuestion, forecasts: Sequence[PointForecast]) -> PointForecast | None:
    return next((f for f in forecasts if abs(f.point.deadline - q.deadline) <= SAME_DEADLINE), None)


def _row(q: MarketQuestion, own: PointForecast | None, day: date, known: date) -> dict[str, Any]:
    has_ended = q.ended is not None and q.ended <= day
    own = None if has_ended else own
    on, theirs = (None if has_ended else q.value_on(day)) or (None, None)
    ours = q.ours(own) if own else None
    happened = q.happened_by(known)
    return {
        "id": q.id, "question": q.title, "market": q.market, "url": q.url, "opened": q.opened.isoformat(),
        "deadline": q.deadline.isoformat(), "criterion": q.criterion, "event": q.event,
        "point": own.point.id if own else None, "theirs": theirs,
        "theirs_on": on.isoformat() if on else None, "ours": ours, "happened": happened,
        "their_error": _squared_error(theirs, happened), "our_error": _squared_error(ours, happened),
    }  # fmt: skip


def _squared_error(probability: float | None, happened: bool | None) -> float | None:
    return None if probability is None or happened is None else (probability - happened) ** 2
