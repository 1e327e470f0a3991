"""Our averages beside published ones of the same day, pair and measure; each gap above a point with its reason.

Published numbers stand in published.csv, what each series measures in published_series.csv, and reasons for gaps in
gaps.csv: by series, pair and stretch of days, so that they hold for days that are not listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from detente.ask.ledger.pairs import SECOND
from detente.record.duties import Ledger, read_table

LARGE = 1.0  # percentage points: a larger gap is explained
NOT_EXPLAINED = "not explained"
AGREES = "within 1 point"
LEVEL = "level"
RECENT = 92  # days before the day asked about within which a published average still speaks of it
GAP_KEYS = ("series", "by", "against", "until", "sign", "explanation")  # columns of gaps.csv that are text


class Average(NamedTuple):
    """A published average: the day, month or year, who levies on whom, and the value in percent or points."""

    series: str
    day: str
    by: str
    against: str
    value: float


class Series(NamedTuple):
    """What a series of published averages measures, and where it stands; measure: level, or added since 2024.

    published: the day it was made, empty where later editions mend it; what it says of later days is a projection.
    """

    name: str
    measure: str
    published: str
    concept: str
    source: str
    url: str
    confidence: str


class Gap(NamedTuple):
    """Why a series lies above (+) or below (-) ours, or on either side, for some pairs and days; empty means any.

    most: percentage points that the reason can explain.
    """

    start: str
    most: float
    series: str
    by: str
    against: str
    until: str
    sign: str
    explanation: str

    def fits(self, average: Average, gap: float) -> bool:
        """Whether it speaks of a gap."""
        first, last = period(average.day)
        return (
            average.series in self.series.split()
            and (not self.by or average.by in self.by.split())
            and (not self.against or average.against in self.against.split())
            and self._covers(first, last)
            and (not self.sign or (gap > 0) == (self.sign == "+"))
            and abs(gap) <= self.most
        )

    def _covers(self, first: str, last: str) -> bool:
        return (not self.start or self.start <= first) and (not self.until or last <= self.until)


def period(day: str) -> tuple[str, str]:
    """The first and the last day of a day, a month or a year: 2025-03 is 2025-03-01 to 2025-03-31."""
    if len(day) == 10:
        return day, day
    if len(day) == 4:
        return f"{day}-01-01", f"{day}-12-31"
    year, month = divmod(12 * int(day[:4]) + int(day[5:]), 12)
    return f"{day}-01", (date(year, month + 1, 1) - timedelta(1)).isoformat()


@cache
def averages() -> tuple[Average, ...]:
    """The published averages, by day."""
    rows = read_table("published.csv")
    listed = [Average(r["series"], r["day"], r["by"], r["against"], float(r["value_pct"])) for r in rows]
    return tuple(sorted(listed, key=lambda x: (period(x.day), x.by, x.against, x.series)))


@cache
def all_series() -> dict[str, Series]:
    """{id: what a series measures}."""
    return {row.pop("series"): Series(**row) for row in map(dict, read_table("published_series.csv"))}


@cache
def gaps() -> tuple[Gap, ...]:
    """The reasons for gaps; the first that fits counts."""
    return tuple(Gap(r["from"], float(r["up_to"]), **{key: r[key] for key in GAP_KEYS}) for r in read_table("gaps.csv"))


def compared(ledger: Ledger, by: str | None, against: str | None, day: str | None, known: str) -> list[dict[str, Any]]:
    """Published averages beside ours: of every day up to the day of knowledge, or the last of each series by a day.

    Ours are those of the published day; a series without an average in the quarter before the day is left out.
    """
    return [_row(ledger, average, known) for average in _chosen(by, against, day, known)]


def _chosen(by: str | None, against: str | None, day: str | None, known: str) -> Sequence[Average]:
    last = min(day or known, known)
    of_pair = (x for x in averages() if by in (None, x.by) and against in (None, x.against))
    fitting = [x for x in of_pair if period(x.day)[1] <= last]
    if day is None:
        return fitting
    first = (date.fromisoformat(last) - timedelta(RECENT)).isoformat()
    return list({(x.series, x.by, x.against): x for x in fitting if period(x.day)[1] >= first}.values())


def _row(ledger: Ledger, average: Average, known: str) -> dict[str, Any]:
    series = all_series()[average.series]
    if series.published and series.published < period(average.day)[0]:
        known = min(known, series.published)
    ours = _ours(ledger, average, series.measure, known)
    gap = average.value - ours
    return {
        "day": average.day,
        "by": average.by,
        "against": average.against,
        "measure": series.measure,
        "known": known,
        "ours": ours,
        "published": average.value,
        "gap": gap,
        "explanation": _explained(average, gap),
        "series": average.series,
        "name": series.name,
        "concept": series.concept,
        "confidence": series.confidence,
        "source": series.source,
        "url": series.url,
    }


def _explained(average: Average, gap: float) -> str:
    if abs(gap) <= LARGE:
        return AGREES
    return next((reason.explanation for reason in gaps() if reason.fits(average, gap)), NOT_EXPLAINED)


def _ours(ledger: Ledger, average: Average, measure: str, known: str) -> float:
    """Our value of the same measure, over a month or a year the mean by days.

    Where the ordinary duty of an importer is not on file, the series gives it: its first level less our duty of then.
    """
    total = _mean(ledger, average, known)
    if measure != LEVEL:
        return total - ledger.levied(average.by, average.against, SECOND, known).total
    ordinary = ledger.ordinary(average.by, average.against)
    if ordinary is None:
        first = next(x for x in averages() if x[:1] + x[2:4] == average[:1] + average[2:4])
        ordinary = first.value - _mean(ledger, first, known)
    return ordinary + total


def _mean(ledger: Ledger, average: Average, known: str) -> float:
    """The mean of the additional duties over the days of a published average."""
    days = list(_lengths(ledger, average, known))
    levied = [(ledger.levied(average.by, average.against, day, known).total, length) for day, length in days]
    return sum(points * length for points, length in levied) / sum(length for _, length in levied)


def _lengths(ledger: Ledger, average: Average, known: str) -> Iterator[tuple[str, int]]:
    """(day on which a duty changes, days until the next) within a day, a month or a year."""
    first, last = period(average.day)
    turning = ledger.changes(average.by, average.against, first, last, known) if first != last else [first]
    ends = [*turning[1:], (date.fromisoformat(last) + timedelta(1)).isoformat()]
    for day, following in zip(turning, ends, strict=True):
        yield day, (date.fromisoformat(following) - date.fromisoformat(day)).days
