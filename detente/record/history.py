"""History: decision points of negotiations, each with its deadline, what was at stake and how it ended.

A row is a fact with sources, like a statement. `classes.csv` gives the class of each outcome code, with the reason.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from detente.errors import RecordError
from detente.safe_io import read_text

CLASSES = ("deal", "extension", "lapse", "breach", "unexecuted")
COLUMNS = ("id", "negotiation", "parties", "date_known", "set_by", "deadline", "at_stake", "rate_change_if_lapse_pp",
           "outcome", "outcome_date")  # fmt: skip
SEVERAL = ("both", "all", "court", "WTO")  # who sets a deadline that no single side can move
OPEN = "pending"  # the outcome code of a point that has not ended
MAX_BYTES = 5_000_000


@dataclass(frozen=True)
class DecisionPoint:
    """A decision with a deadline in a negotiation.

    known: the day from which the deadline was known. rate_change_pp: by how many percentage points the duty would
    change if nothing is agreed, None where no duty would. outcome, ended: the outcome code and the day, both None while
    the point is open. new_deadline: as written. known_source: where the point itself could be read from a day on, and
    how that was verified; sources, certainty: of the outcome. statements: those of a record that give the point.
    """

    id: str
    negotiation: str
    parties: str
    known: date
    set_by: str
    deadline: date
    at_stake: str
    rate_change_pp: float | None
    outcome: str | None
    ended: date | None
    new_deadline: str = ""
    known_source: str = ""
    known_source_date: date | None = None
    known_verification: str = ""
    sources: str = ""
    certainty: str = ""
    statements: tuple[str, ...] = ()

    @property
    def stake(self) -> str:
        """What comes if nothing is agreed: harm (a duty rises), relief (a duty falls) or promise (no duty changes)."""
        if self.rate_change_pp is None:
            return "promise"
        return "harm" if self.rate_change_pp > 0 else "relief"

    @property
    def unilateral(self) -> bool:
        """Whether one side set the deadline."""
        return self.set_by not in SEVERAL

    @property
    def outcome_class(self) -> str | None:
        """The class of its outcome, None while it is open."""
        return None if self.outcome is None else classify(self.outcome, self.stake, self.unilateral)


@cache
def classification_rules() -> tuple[dict[str, str], ...]:
    """The rows of classes.csv; the first that fits decides."""
    return tuple(csv.DictReader(_shipped("classes.csv").splitlines()))


def classify(outcome: str, stake: str, unilateral: bool) -> str | None:
    """The class of an outcome code, given what was at stake and whether one side set the deadline; None while open.

    Raises RecordError for an unknown code.
    """
    for rule in classification_rules():
        fits = rule["outcome"] == outcome and rule["stake"] in ("any", stake)
        if fits and rule["set_by"] in ("any", "one" if unilateral else "several"):
            return rule["class"] or None
    codes = ", ".join(dict.fromkeys(rule["outcome"] for rule in classification_rules()))
    raise RecordError(f"no class for the outcome {outcome!r}; the codes are {codes}")


def load(path: str | Path | None = None) -> list[DecisionPoint]:
    """The shipped history, or a file with the same columns. Raises RecordError that says which row is wrong and why."""
    where = str(path or "history")
    rows = _rows(_shipped("deadlines.csv") if path is None else _read(path), where)
    points = [_decision_point(row, f"{where}, row {number}") for number, row in enumerate(rows, start=2)]
    ids = [p.id for p in points]
    if len(set(ids)) < len(ids):
        raise RecordError(f"{where}: the id {next(i for i in ids if ids.count(i) > 1)!r} appears twice")
    return points


class MarketQuote(NamedTuple):
    """What a forecast market gave for an event, and whether it happened; known: since when that could be known."""

    known: date
    question: str
    probability: float
    happened: bool
    source: str

    @property
    def squared_error(self) -> float:
        """The squared distance of the probability from what happened."""
        return (self.probability - self.happened) ** 2


@cache
def market_quotes() -> tuple[MarketQuote, ...]:
    """The quotes on file, by the day on which their outcome became known."""
    rows = csv.DictReader(_shipped("quotes.csv").splitlines())
    return tuple(
        MarketQuote(
            date.fromisoformat(row["known"]), row["question"], float(row["probability"]), row["happened"] == "yes",
            row["source"],
        )
        for row in rows
    )  # fmt: skip


def _shipped(name: str) -> str:
    return (resources.files("detente") / "dossiers" / "history" / name).read_text("utf-8")


def _read(path: str | Path) -> str:
    return read_text(path, size=MAX_BYTES, error=RecordError)


def _rows(text: str, where: str) -> list[dict[str, str | None]]:
    try:
        reader = csv.DictReader(text.splitlines())
        rows: list[dict[str, str | None]] = list(reader)
    except csv.Error as error:
        raise RecordError(f"{where}: not CSV ({error})") from None
    missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
    if missing:
        raise RecordError(f"{where}: the column {missing[0]!r} is missing; a history has {', '.join(COLUMNS)}")
    return rows


def _decision_point(row: Mapping[str, str | None], where: str) -> DecisionPoint:
    """A decision point from a row of the file, checked. Raises RecordError."""
    cells = {k: (v or "").strip() for k, v in row.items() if k is not None}  # None: cells beyond the header
    code = cells["outcome"] or OPEN
    point = DecisionPoint(
        id=cells["id"],
        negotiation=cells["negotiation"],
        parties=cells["parties"],
        known=_day(cells, "date_known", where),
        set_by=cells["set_by"],
        deadline=_day(cells, "deadline", where),
        at_stake=cells["at_stake"],
        rate_change_pp=_rate_change(cells["rate_change_if_lapse_pp"], where),
        outcome=None if code == OPEN else code,
        ended=_day(cells, "outcome_date", where) if cells["outcome_date"] else None,
        new_deadline=cells.get("new_deadline", ""),
        known_source=cells.get("known_source", ""),
        known_source_date=_day(cells, "known_source_date", where) if cells.get("known_source_date") else None,
        known_verification=cells.get("known_verification", ""),
        sources=cells.get("sources", ""),
        certainty=cells.get("certainty", ""),
    )
    _check_order(point, where)
    try:
        classify(code, point.stake, point.unilateral)
    except RecordError as error:
        raise RecordError(f"{where}: {error}") from None
    return point


def _check_order(point: DecisionPoint, where: str) -> None:
    if point.known > point.deadline:
        raise RecordError(f"{where}: known on {point.known}, after its own deadline {point.deadline}")
    if (point.outcome is None) != (point.ended is None):
        ended = point.ended or "missing"
        raise RecordError(
            f"{where}: the outcome {point.outcome or OPEN} and the outcome_date {ended} do not fit together"
        )
    if point.ended is not None and point.ended < point.known:
        raise RecordError(f"{where}: ended on {point.ended}, before it was known on {point.known}")


def _rate_change(written: str, where: str) -> float | None:
    if not written:
        return None
    try:
        points = float(written)
    except ValueError:
        points = math.nan
    if not math.isfinite(points):
        raise RecordError(f"{where}: rate_change_if_lapse_pp {written!r} is not a finite number")
    return points


def _day(cells: Mapping[str, str], column: str, where: str) -> date:
    try:
        return date.fromisoformat(cells[column])
    except ValueError:
        raise RecordError(f"{where}: {column} {cells[column]!r} is not a date; write it as 2025-11-10") from None


def known_on(points: Sequence[DecisionPoint], day: date) -> list[DecisionPoint]:
    """The history as it could be known at the end of a day: later points are missing, later outcomes are still open."""
    return [
        p if p.ended is None or p.ended <= day else replace(p, outcome=None, ended=None, new_deadline="")
        for p in points
        if p.known <= day
    ]
