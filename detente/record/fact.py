"""Source, By, FactDate, Statement: what was said, by whom, in which source, and since when it is known.

All are frozen. Dates are ISO strings, EDTF where uncertain (2026-05, 2025-11-01~); intervals a/b. The id of a statement
is a hash of its canonical JSON without the audit fields, so the same claim has the same id everywhere.
"""

from __future__ import annotations

import calendar
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from types import NoneType
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from detente import labels
from detente.errors import RecordError

SCHEMA = 1
PROPOSED = ("kind", "quote", "start", "end", "by", "value", "date", "flags", "confidence")  # what a proposal shows
AUDIT = ("recorded_at", "coder", "confidence", "rank")
RANKS = ("preferred", "normal", "deprecated")
MODES = ("direct", "reported", "document", "narrator")
MODALITIES = ("fact", "intention", "threat", "report")
POLARITIES = ("affirms", "denies", "silent")
VERIFICATIONS = ("official read", "computed", "read in excerpt", "press read", "secondary", "general knowledge")


@dataclass(frozen=True)
class Source:
    """A document: who published it, when, where it can be read, and how far it may be copied.

    kind: official, joint, court, press or dataset. side: the publisher's side, ISO3 or None. carries: the sides whose
    words the document was read for, so that a silence can say where words were looked for.
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
    """The claimant: a name, the side (ISO3, press, joint or None), how it was said, and through which publisher.

    mode: direct (the claimant's own words), reported, document, or narrator (the author of the document).
    """

    name: str | None = None
    side: str | None = None
    mode: str = "document"
    via: str | None = None


@dataclass(frozen=True)
class FactDate:
    """The date of the fact, the words that give it (expr), and the date they are resolved against (anchor)."""

    iso: str | None = None
    expr: str | None = None
    anchor: str | None = None


@dataclass(frozen=True)
class Statement:
    """One fact that one passage of one source asserts.

    kind, value: a kind of kinds/*.yaml and its keys. start, end: place of the quote in the text of the source as read.
    asserted: when the claimant said it. known: when the public could know it. valid_from, valid_to: when it is true; a
    deadline is a value, never valid_to. recorded_at, coder, confidence and rank are audit fields and not part of the
    id. A rank is not written with the statement: a line of kind `rank` gives it, with a reason.
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
        content = {k: v for k, v in self.as_dict().items() if k not in AUDIT}
        text = json.dumps({"schema": SCHEMA, **content}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """Every field, in JSON types."""
        values = {f.name: plain(getattr(self, f.name)) for f in fields(self)}
        return {**values, "by": dict(vars(self.by)), "date": {k: plain(v) for k, v in vars(self.date).items()}}

    def as_proposal(self) -> dict[str, Any]:
        """The fields of a proposed statement, in JSON types, and the rule that made it."""
        values = self.as_dict()
        return {key: values[key] for key in PROPOSED} | {"rule": self.coder}


def plain(value: Any) -> Any:
    """The value in JSON types: dates as ISO text, tuples and sets as lists, whole floats as integers, rows as dicts."""
    if isinstance(value, (str, NoneType)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(plain, value))
    if isinstance(value, (list, tuple)):
        return list(map(plain, value))
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.to_json() if hasattr(value, "to_json") else value


# Dates. A bare date is a calendar day of the side that names it; legal effects begin at 00:01 on its clock.

EDTF = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?[~?%]?")


@lru_cache(maxsize=4096)
def days(text: str) -> tuple[date, date]:
    """The first and the last day an ISO or EDTF date can mean: 2026-05 is 1 to 31 May, ..2025-11-10 has no first day.

    Raises RecordError.
    """
    first, slash, last = text.partition("/")
    if slash:
        return days(first)[0], days(last)[1]
    if text.startswith(".."):
        return date.min, days(text[2:])[1]
    if text.endswith(".."):
        return days(text[:-2])[0], date.max
    match = EDTF.fullmatch(text.partition("T")[0])
    try:
        return _days_of(*match.groups()) if match else _not_a_date(text)
    except ValueError:
        return _not_a_date(text)


def _days_of(year: str, month: str | None, day: str | None) -> tuple[date, date]:
    if month is not None and day is not None:
        single = date(int(year), int(month), int(day))
        return single, single
    first, last = (int(month), int(month)) if month is not None else (1, 12)
    return date(int(year), first, 1), date(int(year), last, calendar.monthrange(int(year), last)[1])


def _not_a_date(text: str) -> NoReturn:
    raise RecordError(f"{text!r} is not a date; write 2025-11-10, 2025-11, 2025-11-01~ or a/b") from None


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime:
    """The instant that a date or a time with its zone names; a bare date is the end of that day, UTC.

    Raises RecordError.
    """
    if "T" not in text:
        last = days(text)[1]
        return datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise RecordError(f"{text!r} is not a time; write 2025-11-10T00:01-05:00") from None
    if instant.tzinfo is None:
        raise RecordError(f"{text!r} has no time zone; write 2025-11-10T00:01-05:00")
    return instant


def start_of_day(day: date, side: str | None) -> datetime:
    """00:01 of that day in the capital of the side; in UTC where no time zone is known for it."""
    return datetime(day.year, day.month, day.day, 0, 1, tzinfo=_zone(side or ""))


def is_ahead_of_utc(side: str | None, day: date) -> bool:
    """Whether a day begins earlier in the capital of the side than in UTC; never where no time zone is known for it."""
    offset = datetime(day.year, day.month, day.day, tzinfo=_zone(side or "")).utcoffset()
    return offset is not None and offset > timedelta(0)


@lru_cache(maxsize=512)
def _zone(side: str) -> tzinfo:
    name = labels.zone(side)
    return UTC if name == "UTC" else ZoneInfo(name)


def has_started(start: str, as_of: str, side: str | None = None) -> bool:
    """Whether what begins on `start` has begun by `as_of`.

    Two bare dates compare as calendar days, each side by its own calendar; a time is read on the clock of the side.
    Raises RecordError.
    """
    if "T" in start:
        return moment(start) <= moment(as_of)
    first = days(start)[0]
    if "T" not in as_of:
        return first <= days(as_of)[1]
    return start_of_day(first, side) <= moment(as_of)
