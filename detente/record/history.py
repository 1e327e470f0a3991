"""History: decision points of negotiations, each with its deadline, what was at stake and how it ended.

A row is a fact with sources, like a statement. `classes.csv` gives the class of each outcome code, with the reason.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from detente.errors import RecordError
from detente.safe_io import read_csv, read_text

CLASSES = ("deal", "extension", "lapse", "breach", "unexecuted")
BITES = ("lapse", "breach")  # classes in which what was announced for the day, or worse, came by it
OTHERWISE = {"extension": "moved", "deal": "settled", "unexecuted": "dropped"}  # class: what became of the day instead
KINDS = ("threat", "expiry", "target", "ratification")
TRADE = "trade"
COLUMNS = ("id", "negotiation", "parties", "date_known", "set_by", "deadline", "at_stake", "rate_change_if_lapse_pp",
           "outcome", "outcome_date")  # fmt: skip
SEVERAL = ("both", "all", "court", "WTO")  # who sets a deadline that no single side can move
OPEN = "pending"  # the outcome code of a point that has not ended
TOLERANCE = timedelta(days=10)  # what comes within it after its day came by the day
MAX_BYTES = 5_000_000


@dataclass(frozen=True)
class DecisionPoint:
    """A decision with a deadline in a negotiation.

    known: the day from which the deadline was known. rate_change_pp: by how many percentage points the duty would
    change if nothing is agreed, None where no duty would. outcome, ended: the outcome code and the day, both None while
    the point is open. new_deadline: as written. known_source: where the point itself could be read from a day on, and
    how that was verified; sources, certainty: of the outcome. statements: those of a record that give the point.

    coercer: who would do the harm. harm: what it is, such as duty or restriction, "" for none. kind: one of KINDS, ""
    where the file has none. chain: how often the day had been moved when the point became known, None where the file
    does not say. domain: trade, or another that no forecast of trade learns from.
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
    domain: str = TRADE
    coercer: str = ""
    harm: str = ""
    kind: str = ""
    chain: int | None = None

    @property
    def stake(self) -> str:
        """What comes if nothing is agreed: harm (a duty rises, a ban begins), relief (a duty falls) or promise."""
        if self.rate_change_pp:
            return "harm" if self.rate_change_pp > 0 else "relief"
        return "harm" if self.harm else "promise"

    @property
    def unilateral(self) -> bool:
        """Whether one side set the deadline."""
        return self.set_by not in SEVERAL

    @property
    def outcome_class(self) -> str | None:
        """The class of its outcome, None while it is open."""
        return self.rule_of_class()["class"] or None

    def rule_of_class(self) -> dict[str, str]:
        """The rule of classes.csv that gives its class."""
        is_late = self.ended is not None and self.ended - self.deadline > TOLERANCE
        return classification_rule(
            self.outcome or OPEN, self.stake, self.unilateral,
            is_late=is_late, has_new_day=bool(_DAY.match(self.new_deadline)),
        )  # fmt: skip


_DAY = re.compile(r"\d{4}-\d\d-\d\d$")


@cache
def classification_rules() -> tuple[dict[str, str], ...]:
    """The rows of classes.csv; the first that fits decides."""
    return tuple(csv.DictReader(_shipped("classes.csv").splitlines()))


@cache
def kind_rules() -> tuple[dict[str, str], ...]:
    """The rows of kinds.csv; the first that fits decides."""
    return tuple(csv.DictReader(_shipped("kinds.csv").splitlines()))


def classify(
    outcome: str, stake: str, unilateral: bool, *, is_late: bool = False, has_new_day: bool = False
) -> str | None:
    """The class of an outcome code by the first rule of classes.csv that fits; None while the point is open.

    stake: harm, relief or promise. unilateral: one side set the deadline. is_late: it came more than TOLERANCE after
    the day. has_new_day: the outcome gave a new day. Raises RecordError for an unknown code.
    """
    rule = classification_rule(outcome, stake, unilateral, is_late=is_late, has_new_day=has_new_day)
    return rule["class"] or None


@cache
def classification_rule(
    outcome: str, stake: str, unilateral: bool, *, is_late: bool = False, has_new_day: bool = False
) -> dict[str, str]:
    """The rule of classes.csv that decides, as `classify`. Raises RecordError for an unknown code."""
    query = {
        "outcome": outcome, "stake": stake, "set_by": _set_by(unilateral), "late": _yes_or_no(is_late),
        "new_day": _yes_or_no(has_new_day),
    }  # fmt: skip
    fitting = next((rule for rule in classification_rules() if _fits(rule, query)), None)
    if fitting is None:
        codes = ", ".join(dict.fromkeys(rule["outcome"] for rule in classification_rules()))
        raise RecordError(f"no class for the outcome {outcome!r}; the codes are {codes}")
    return fitting


def kind_rule(point: DecisionPoint, is_moved: bool) -> dict[str, str]:
    """The rule of kinds.csv that gives the kind of a point's deadline, from what was known with the point itself.

    is_moved: an earlier day of the same decision had been moved to this one.
    """
    query = {"stake": point.stake, "moved": _yes_or_no(is_moved), "set_by": _set_by(point.unilateral)}
    text = f"{point.at_stake} {point.negotiation}"
    return next(r for r in kind_rules() if _fits(r, query) and re.search(r["words"], text, re.IGNORECASE))


def _fits(rule: Mapping[str, str], query: Mapping[str, str]) -> bool:
    return all(rule[name] in ("any", value) for name, value in query.items())


def _set_by(unilateral: bool) -> str:
    return "one" if unilateral else "several"


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def load(path: str | Path | None = None) -> list[DecisionPoint]:
    """The shipped history, or a file with the same columns. Raises RecordError that says which row is wrong and why."""
    where = str(path or "history")
    text = _shipped("deadlines.csv") if path is None else _read(path)
    rows = read_csv(text, where, COLUMNS, error=RecordError)
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


def _decision_point(row: Mapping[str, str], where: str) -> DecisionPoint:
    """A decision point from a row of the file, checked. Raises RecordError."""
    cells = {name: cell.strip() for name, cell in row.items()}
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
        domain=cells.get("domain") or TRADE,
        coercer=cells.get("coercer", ""),
        harm=_harm(cells),
        kind=_kind(cells.get("kind", ""), where),
        chain=_chain(cells.get("chain", ""), where),
    )
    _check_order(point, where)
    try:
        classify(code, point.stake, point.unilateral)
    except RecordError as error:
        raise RecordError(f"{where}: {error}") from None
    return point


def _harm(cells: Mapping[str, str]) -> str:
    """What harm is announced: as the file says; where it does not, whoever coerces without a rate restricts trade."""
    if "harm" in cells:
        return cells["harm"]
    return "restriction" if cells.get("coercer") and not cells["rate_change_if_lapse_pp"] else ""


def _kind(written: str, where: str) -> str:
    if written and written not in KINDS:
        raise RecordError(f"{where}: kind {written!r} is none of {', '.join(KINDS)}; leave it empty to have it derived")
    return written


def _chain(written: str, where: str) -> int | None:
    if written and not written.isdecimal():
        raise RecordError(f"{where}: chain {written!r} is not a number of moves; leave it empty to have it counted")
    return int(written) if written else None


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


class Moves(NamedTuple):
    """How often the day of a point had been moved when it became known, and the negotiation in which that began."""

    times: int
    negotiation: str


def moves(points: Sequence[DecisionPoint]) -> dict[str, Moves]:
    """{id: moves} from the points that had been moved to a point's day by the day it became known.

    A point continues another of the same negotiation or parties whose new day is its own, or one of the same
    negotiation that was moved on the day it became known. What ended later plays no part.
    """
    earlier: dict[tuple[str, str, str], list[DecisionPoint]] = {}
    for point in points:
        if point.outcome_class == "extension":
            for key in _links(point, point.new_deadline, str(point.ended)):
                earlier.setdefault(key, []).append(point)
    before = {point.id: _predecessor(point, earlier) for point in points}
    by_id = {point.id: point for point in points}
    return {point.id: _moves(point, before, by_id) for point in points}


def _links(point: DecisionPoint, day: str, moved: str) -> tuple[tuple[str, str, str], ...]:
    """The keys under which two points of one chain meet: the names of the talks, and the day in common."""
    return (
        ("negotiation", point.negotiation, day),
        ("parties", point.parties, day),
        ("moved", point.negotiation, moved),
    )


def _predecessor(point: DecisionPoint, earlier: Mapping[tuple[str, str, str], Sequence[DecisionPoint]]) -> str | None:
    for key in _links(point, str(point.deadline), str(point.known)):
        for other in earlier.get(key, ()):
            if other.ended is not None and other.ended <= point.known and other.deadline < point.deadline:
                return other.id
    return None


def _moves(point: DecisionPoint, before: Mapping[str, str | None], by_id: Mapping[str, DecisionPoint]) -> Moves:
    """Follow a chain back; deadlines fall along it, so it ends."""
    count, first, known = 0, point, point.chain
    while (previous := before[first.id]) is not None:
        count, first = count + 1, by_id[previous]
        known = count + first.chain if known is None and first.chain is not None else known
    return Moves(count if known is None else known, first.negotiation)
