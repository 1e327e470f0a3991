"""The files of dossiers/tariff-layers: when a duty is collected and from whom, and on what share of trade it falls.

`schedule.csv` has duties by day and economy, `measures.csv` what a measure of the record covers, `coverage.csv` and
`coverage_sectors.csv` the shares of trade, and `hs_sectors.csv` the sector of an HS code.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from detente import labels

EVERYBODY = "ALL"


class ScheduledDuty(NamedTuple):
    """One row of schedule.csv: a duty on an economy, on the EU, on REST or on ALL, from start to end.

    known and end_known: the days on which the duty and its end became public. term: the last day that the act itself
    set when it was made, if it set one.
    """

    measure: str
    by: str
    against: str
    points: float
    layer: str
    start: str
    end: str
    known: str
    end_known: str
    term: str
    source: str
    note: str

    def applies(self, day: str, known: str) -> bool:
        """Whether the duty is collected on a day, as known on a day: an end not known by then has not come."""
        end = self.end if self.end_known <= known else self.term
        has_ended = bool(end) and end < day
        return self.known <= known and self.start <= day and not has_ended


class MeasureCoverage(NamedTuple):
    """One row of measures.csv: what a measure of the record covers from start to end.

    layer: its row of coverage.csv, or None, and then share is the covered share of trade. points: the rate to use
    instead of the recorded one, where there is such a rate. sectors: those that it falls on, where the record says so.
    """

    measure: str
    start: str
    end: str
    layer: str | None
    share: float | None
    points: float | None
    note: str
    sectors: tuple[str, ...] = ()


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = (resources.files("detente") / "dossiers" / "tariff-layers" / name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def schedule() -> tuple[ScheduledDuty, ...]:
    """Every duty on file."""
    return tuple(_scheduled_duty(row) for row in _rows("schedule.csv"))


def _scheduled_duty(row: Mapping[str, str]) -> ScheduledDuty:
    return ScheduledDuty(
        row["measure"], row["by"], row["against"], float(row["rate_pp"]), row["layer"], row["start"], row["end"],
        row["known"], row["end_known"], row["term"], row["source"], row["note"],
    )  # fmt: skip


@cache
def _measure_coverages() -> dict[str, list[MeasureCoverage]]:
    coverages: dict[str, list[MeasureCoverage]] = {}
    for r in _rows("measures.csv"):
        share, points = (float(r[key]) if r[key] else None for key in ("share", "points"))
        row = MeasureCoverage(r["measure"], r["start"], r["end"], r["layer"] or None, share, points, r["note"])
        coverages.setdefault(row.measure, []).append(row)
    return coverages


def _applies(row: MeasureCoverage, day: str) -> bool:
    return row.start <= day and (not row.end or day <= row.end)


@cache
def _shares() -> dict[tuple[str, str], float]:
    """{(layer, partner): share of the partner's trade that the layer covers}."""
    return {(row["layer"], row["partner"]): float(row["share"]) for row in _rows("coverage.csv")}


@cache
def _sector_shares() -> dict[tuple[str, str], dict[str, float]]:
    """{(layer, partner): {sector: share of the partner's trade in the sector that the layer covers}}."""
    shares: dict[tuple[str, str], dict[str, float]] = {}
    for row in _rows("coverage_sectors.csv"):
        shares.setdefault((row["layer"], row["partner"]), {})[row["sector"]] = float(row["share"])
    return shares


@cache
def shares_by_sector(covers: str | None, against: str, share: float, goods: tuple[str, ...]) -> dict[str, float]:
    """Share of each sector's trade that a layer covers; `share` in all of them where no sector of these is on file."""
    if covers is None or not _covered_sectors() & set(goods):
        return dict.fromkeys(goods, share)
    shares = _sector_shares().get((covers, _partner_row(covers, against)), {})
    return {sector: shares[sector] for sector in goods if sector in shares}


@cache
def _covered_sectors() -> frozenset[str]:
    return frozenset(row["sector"] for row in _rows("coverage_sectors.csv"))


def _partner_row(layer: str, partner: str) -> str:
    """The row of coverage.csv that applies to a partner: its own, the EU's, or the mean of the remaining economies."""
    shares = _shares()
    names = (*own_groups(partner), "REST_RECIP", "REST")
    return next((name for name in names if (layer, name) in shares), "")


def coverage_share(layer: str, partner: str) -> float:
    """Share (0 to 1) of US imports from a partner that a layer covers; a region's mean where the partner has no row."""
    return _shares().get((layer, _partner_row(layer, partner)), 0.0)


def schedule_groups(partner: str) -> list[str]:
    """The groups of economies in the schedule that a partner belongs to, the most specific first."""
    return [*own_groups(partner), *([EVERYBODY] if partner in _outside_rest() else ["REST", EVERYBODY])]


def own_groups(partner: str) -> list[str]:
    """The partner itself and the bloc that it is a member of."""
    return [partner, *(["EU"] if partner in labels.members("EU") else [])]


@cache
def _outside_rest() -> frozenset[str]:
    """The economies that are not in REST: those with rows of their own, and those outside the general orders."""
    return frozenset(row["economy"] for row in _rows("outside_rest.csv"))


def scheduled_row(measure: str, by: str, target: str, day: str, groups: Sequence[str]) -> ScheduledDuty | None:
    """The row of the schedule for a measure on a target, on a day, by one of these groups of economies."""
    rows = [row for row in schedule() if (row.measure, row.by) == (measure, by) and row.applies(day, day)]
    return next((row for name in groups for row in rows if row.against == name), None)


def measure_coverage(measure: str, day: str) -> MeasureCoverage | None:
    """What a measure of the record covers on a day, or on the nearest day on file; None if it is not on file."""
    rows = _measure_coverages().get(measure)
    if not rows:
        return None
    return next((row for row in rows if _applies(row, day)), rows[0] if day < rows[0].start else rows[-1])


def sector_of(heading: str) -> str | None:
    """The sector of an HS code, by the longest code on file that it starts with."""
    sectors = _hs_sectors()
    return next((sectors[heading[:n]] for n in (4, 2) if heading[:n] in sectors), None)


@cache
def _hs_sectors() -> dict[str, str]:
    return {row["hs"]: row["sector"] for row in _rows("hs_sectors.csv")}
