"""The measures on record as tables to read: by legal status, and where the days that trackers go by lie apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from detente.faces import words
from detente.faces.tables import Column
from detente.faces.talks_view import Sources, reference

JsonRow = Mapping[str, Any]

DATES = {"announced": "announced", "signed": "signed", "legal_from": "in law", "published": "published"}
ENDS = {"suspended_until": "suspended until", "until": "by law until", "due": "due by"}


@dataclass(frozen=True)
class MeasureRow:
    """A measure: its name and what it covers, who imposes it on whom, its rate, its days, the words and the source.

    statement: the id of the statement that gives them, which leads to the timeline.
    """

    name: str
    covers: str
    pair: str
    rate: str
    days: tuple[str, ...]
    quote: str
    source: str
    url: str
    verification: str
    statement: str


@dataclass(frozen=True)
class DateSpread:
    """An act that is dated by more than one event, and the days between the first and the last of them."""

    measure: str
    dates: Mapping[str, str]
    days: int


def by_status(measures: Iterable[JsonRow], sources: Sources) -> dict[str, tuple[MeasureRow, ...]]:
    """{legal status: its measures}, in the order of the record."""
    listed: dict[str, list[MeasureRow]] = {}
    for row in measures:
        listed.setdefault(words.readable(row["status"]), []).append(_measure(row, sources))
    return {status: tuple(rows) for status, rows in listed.items()}


def _measure(row: JsonRow, sources: Sources) -> MeasureRow:
    title, url = reference(row["source"], sources)
    return MeasureRow(
        name=words.measure_name(row),
        covers=row["scope"] or row["product"] or words.TYPES.get(row["type"]) or words.readable(row["type"]),
        pair=words.measure_pair(row),
        rate=words.rate(row) or "none named",
        days=tuple(_days(row)),
        quote=row["quote"] or "",
        source=title,
        url=url,
        verification=words.readable(row["verification"]),
        statement=row["statement"],
    )


def _days(row: JsonRow) -> Iterator[str]:
    """The days of a measure: what happened on one day together, then the days on which it ends."""
    together: dict[str, list[str]] = {}
    for key, what in DATES.items():
        if row.get(key):
            together.setdefault(str(row[key]), []).append(what)
    for day, happened in together.items():
        yield f"{', '.join(happened)} {words.day(day)}"
    for key, what in ENDS.items():
        if row.get(key):
            yield f"{what} {words.day(row[key])}"


def date_spreads(measures: Iterable[JsonRow]) -> tuple[DateSpread, ...]:
    """Acts with more than one of their dates known, those whose dates lie furthest apart first."""
    spreads = []
    for measure in measures:
        dates = {key: str(measure[key])[:10] for key in DATES if measure.get(key)}
        if len(set(dates.values())) > 1 and all(len(day) == 10 for day in dates.values()):
            ends = [date.fromisoformat(day) for day in dates.values()]
            spreads.append(DateSpread(words.measure_name(measure), dates, (max(ends) - min(ends)).days))
    return tuple(sorted(spreads, key=lambda spread: -spread.days))


def _dated(key: str) -> Column[DateSpread]:
    return Column(DATES[key], lambda row: words.day(row.dates[key]) if key in row.dates else words.UNKNOWN, "day")


SPREAD_COLUMNS: tuple[Column[DateSpread], ...] = (
    Column("act", lambda row: row.measure, "name"),
    *map(_dated, DATES),
    Column("days apart", lambda row: f"{row.days:,}", "number"),
)
