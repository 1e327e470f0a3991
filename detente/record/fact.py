"""Source, By, FactDate, Statement: what was said, by whom, where it stands, and since when it is known.

All are frozen. Dates are ISO strings, EDTF where uncertain (2026-05, 2025-11-01~); intervals a/b.
A statement's id hashes its canonical JSON without the audit fields, so the same claim has the same id everywhere.
"""

from __future__ import annotations

import calendar
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property, lru_cache
from typing import Any

from detente.errors import RecordError

SCHEMA = 1
AUDIT = ("recorded_at", "coder", "confidence", "rank")
RANKS = ("preferred", "normal", "deprecated")
MODES = ("direct", "reported", "document", "narrator")
MODALITIES = ("fact", "intention", "threat", "report")
POLARITIES = ("affirms", "denies", "silent")
VERIFICATIONS = ("official read", "computed", "read in excerpt", "press read", "secondary", "general knowledge")


@dataclass(frozen=True)
class Source:
    """A document: who published it, when, where it can be read, and how far it may be copied.

    kind: official, joint, court, press or dataset; `side` is the publisher's side (ISO3, or null).
    carries: the sides whose words it was read for, so that a silence can say where a word was looked for.
    """

    id: str
    title: str
    publisher: str
    published: str
    kind: str
    side: str | None = None
    url: str | None = None
    language: str = "en"
    retrieved: str | None = None
    sha256: str | None = None
    licence: str = ""
    carries: tuple[str, ...] = ()


@dataclass(frozen=True)
class By:
    """Who asserts: a name if borne, the asserter's side (ISO3, press, joint or None), how, through which publisher."""

    name: str | None = None
    side: str | None = None
    mode: str = "document"
    via: str | None = None


@dataclass(frozen=True)
class FactDate:
    """The date of the fact, the words that give it, and the date they are resolved against."""

    iso: str | None = None
    expr: str | None = None
    anchor: str | None = None


@dataclass(frozen=True)
class Statement:
    """One fact that one passage of one source asserts.

    kind and value: the kinds and keys of kinds/*.yaml. start, end: place of the quote in the source's text as read.
    asserted: when the claimant said it; known: when the public could know it; valid_from, valid_to: when it is true
    (a deadline is a value, never valid_to). recorded_at, coder, confidence and rank are audit fields, not part of the
    id. A rank is never written with the statement: a line of kind `rank` gives it, with a reason.
    """

    kind: str
    value: Mapping[str, Any]
    by: By
    source: str
    quote: str = ""
    start: int | None = None
    end: int | None = None
    date: FactDate = field(default_factory=FactDate)
    asserted: str | None = None
    known: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    modality: str = "fact"
    polarity: str = "affirms"
    flags: tuple[str, ...] = ()
    note: str = ""
    verification: str = ""
    supersedes: str | None = None
    retracts: str | None = None
    recorded_at: str | None = None
    coder: str | None = None
    confidence: float | None = None
    rank: str = "normal"

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits of the hash of the canonical JSON without the audit fields."""
        told = {k: v for k, v in self.as_dict().items() if k not in AUDIT}
        text = json.dumps({"schema": SCHEMA, **told}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types, every field."""
        told = {f.name: plain(getattr(self, f.name)) for f in fields(self)}
        return {**told, "by": dict(vars(self.by)), "date": {k: plain(v) for k, v in vars(self.date).items()}}


def plain(value: Any) -> Any:
    """The value in JSON types: dates as ISO text, tuples and sets as lists, whole floats as integers, rows as dicts."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(v) for v in value)
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    to_json = getattr(value, "to_json", None)
    return value if to_json is None else to_json()


# Dates. A bare date is a calendar day of the side that names it; legal effects begin at 00:01 there.

EDTF = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?[~?%]?")
BEIJING = timezone(timedelta(hours=8))


@lru_cache(maxsize=4096)
def days(text: str) -> tuple[date, date]:
    """The first and the last day an ISO or EDTF date can mean: 2026-05 is 1 to 31 May; ..2025-11-10 is open before.

    Raises RecordError.
    """
    first, slash, last = text.partition("/")
    if slash:
        return days(first)[0], days(last)[1]
    if text.startswith(".."):
        return date.min, days(text[2:])[1]
    if text.endswith(".."):
        return days(text[:-2])[0], date.max
    found = EDTF.fullmatch(text.partition("T")[0])
    try:
        if not found:
            raise ValueError
        year, month, day = (int(part) if part else None for part in found.groups())
        assert year is not None
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except ValueError:
        raise RecordError(f"{text!r} is not a date; write 2025-11-10, 2025-11, 2025-11-01~ or a/b") from None


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime:
    """The instant a text names; a bare date is the end of that day, UTC. Raises RecordError."""
    if "T" not in text:
        last = days(text)[1]
        return datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RecordError(f"{text!r} is not a time; write 2025-11-10T00:01-05:00") from None
    if found.tzinfo is None:
        raise RecordError(f"{text!r} has no zone; write 2025-11-10T00:01-05:00")
    return found


def start_of_day(day: date, side: str | None) -> datetime:
    """00:01 of that day in Washington (USA), Beijing (CHN) or UTC."""
    zone = us_eastern(day) if side == "USA" else BEIJING if side == "CHN" else UTC
    return datetime(day.year, day.month, day.day, 0, 1, tzinfo=zone)


def us_eastern(day: date) -> timezone:
    """US Eastern time at the start of that day: daylight time between March and November, by the rule since 2007."""
    march, november = date(day.year, 3, 1), date(day.year, 11, 1)
    spring = march + timedelta(days=(6 - march.weekday()) % 7 + 7)
    autumn = november + timedelta(days=(6 - november.weekday()) % 7)
    return timezone(timedelta(hours=-4 if spring < day <= autumn else -5))


def has_started(start: str, at: str, side: str | None = None) -> bool:
    """Whether what begins on `start` has begun at `at`.

    Two bare dates compare as calendar days, each side by its own calendar; a time is read on the side's clock.
    Raises RecordError.
    """
    if "T" in start:
        return moment(start) <= moment(at)
    first = days(start)[0]
    if "T" not in at:
        return first <= days(at)[1]
    return start_of_day(first, side) <= moment(at)
