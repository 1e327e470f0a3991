"""History: decision points of negotiations, each with its day, what was at stake and how it ended.

A row is a fact with sources, like a statement; `classes.csv` says, with reasons, which class of outcome a code is.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

from detente.errors import RecordError
from detente.safe_io import read_text

CLASSES = ("deal", "extension", "lapse", "breach", "unexecuted")
NEEDED = ("id", "negotiation", "parties", "date_known", "set_by", "deadline", "at_stake", "rate_change_if_lapse_pp",
          "outcome", "outcome_date")  # fmt: skip
TOGETHER = ("both", "all", "court", "WTO")  # who sets a day that no single side can move
LIMIT = 5_000_000  # bytes of a file


@dataclass(frozen=True)
class DecisionPoint:
    """One decision point. points: by how much the duty would change if nothing is agreed, percentage points, or None.

    outcome, ended: the code and the day, both None while it is open; new_deadline as written.
    """

    id: str
    negotiation: str
    parties: str
    known: date
    set_by: str
    deadline: date
    at_stake: str
    points: float | None
    outcome: str | None
    ended: date | None
    new_deadline: str = ""
    sources: str = ""
    verification: str = ""
    certainty: str = ""

    @property
    def stake(self) -> str:
        """harm, relief or promise: what comes if nothing is agreed."""
        if self.points is None:
            return "promise"
        return "harm" if self.points > 0 else "relief"

    @property
    def alone(self) -> bool:
        """Whether one side set the day."""
        return self.set_by not in TOGETHER

    @property
    def kind(self) -> str | None:
        """The class of its outcome, None while it is open."""
        return None if self.outcome is None else sort(self.outcome, self.stake, self.alone)[0]


@cache
def rules() -> tuple[dict[str, str], ...]:
    """The rows of classes.csv, first fit first."""
    text = (resources.files("detente") / "dossiers" / "history" / "classes.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def sort(outcome: str, stake: str, alone: bool) -> tuple[str | None, str]:
    """(class, reason) of an outcome code; the class is None for one still open. Raises RecordError."""
    for row in rules():
        fits = row["outcome"] == outcome and row["stake"] in ("any", stake)
        if fits and row["set_by"] in ("any", "one" if alone else "several"):
            return row["class"] or None, row["reason"]
    raise RecordError(f"no class for the outcome {outcome!r}; the codes are {', '.join(r['outcome'] for r in rules())}")


def load(path: str | Path | None = None) -> list[DecisionPoint]:
    """The shipped history, or a file of the same columns. Raises RecordError saying which row is wrong and why."""
    if path is None:
        text = (resources.files("detente") / "dossiers" / "history" / "deadlines.csv").read_text("utf-8")
    else:
        text = read_text(path, size=LIMIT, error=RecordError)
    where = str(path or "history")
    try:
        rows = list(csv.DictReader(text.splitlines()))
    except csv.Error as error:
        raise RecordError(f"{where}: not CSV ({error})") from None
    missing = [c for c in NEEDED if not rows or c not in rows[0]]
    if missing:
        raise RecordError(f"{where}: the column {missing[0]!r} is missing; a history has {', '.join(NEEDED)}")
    found = [_point(row, f"{where}, row {number}") for number, row in enumerate(rows, start=2)]
    ids = [p.id for p in found]
    if len(set(ids)) < len(ids):
        raise RecordError(f"{where}: the id {next(i for i in ids if ids.count(i) > 1)!r} stands twice")
    return found


def _point(row: dict[str, str], where: str) -> DecisionPoint:
    said = {k: (v or "").strip() for k, v in row.items() if k is not None}
    known, deadline = _day(said["date_known"], where, "date_known"), _day(said["deadline"], where, "deadline")
    outcome = said["outcome"] or "pending"
    ended = _day(said["outcome_date"], where, "outcome_date") if said["outcome_date"] else None
    if known > deadline:
        raise RecordError(f"{where}: known on {known}, after its own deadline {deadline}")
    points = None
    if said["rate_change_if_lapse_pp"]:
        try:
            points = float(said["rate_change_if_lapse_pp"])
            if not math.isfinite(points):
                raise ValueError
        except ValueError:
            raise RecordError(
                f"{where}: rate_change_if_lapse_pp {said['rate_change_if_lapse_pp']!r} is no number"
            ) from None
    if (outcome == "pending") != (ended is None):
        raise RecordError(f"{where}: the outcome {outcome!r} and the day {said['outcome_date']!r} do not fit together")
    found = DecisionPoint(
        said["id"], said["negotiation"], said["parties"], known, said["set_by"], deadline, said["at_stake"], points,
        None if outcome == "pending" else outcome, ended, said.get("new_deadline", ""), said.get("sources", ""),
        said.get("verification", ""), said.get("certainty", ""),
    )  # fmt: skip
    if ended is not None and ended < known:
        raise RecordError(f"{where}: ended on {ended}, before it was known on {known}")
    sort(outcome, found.stake, found.alone)
    return found


def _day(written: str, where: str, column: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise RecordError(f"{where}: {column} {written!r} is not a day; write 2025-11-10") from None


def known_on(points: Sequence[DecisionPoint], day: date) -> list[DecisionPoint]:
    """The history as it could be known at the end of a day: later points are left out, later outcomes are open."""
    from dataclasses import replace

    return [
        p if p.ended is None or p.ended <= day else replace(p, outcome=None, ended=None, new_deadline="")
        for p in points
        if p.known <= day
    ]
