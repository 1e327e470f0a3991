"""From the measures in force on a day to layers of duty, and from layers to the tariffs of a world.

A layer is a published rate on the share of trade it covers; a world with one sector sees points times share. Layers
between the two parties come from the record; US layers on third economies and the Section 232 duties come from
dossiers/tariff-layers. All are additions since the base year of the world: duties that were in force then are already
in its base tariff.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

from detente import labels
from detente.record.state import State
from detente.record.state.rows import Measure, Threat

OUTSIDE = ("CHN", "HKG", "MAC", "CAN", "MEX", "RUS", "BLR", "CUB", "PRK")  # not in REST: own rows, or outside the order
LIVE = ("in_force", "reduced")
CONTAINS = {"usa-ieepa-reciprocal-escalation": "usa-ieepa-reciprocal", "chn-reciprocal-escalation": "chn-reciprocal"}
WHY_NOT = {
    "tariff": "in force since before the base year, or the list of goods it covers is not available",
    "export_control": "a quantity limit, which needs the critical-inputs model",
    "purchase_commitment": "a promise of quantities, not a change of price",
    "entity_listing": "applies to firms, not to a flow of goods",
    "fee": "applies to ships, not to the value of goods",
    "exemption": "exclusions from duties: the list of goods is not available",
    "investigation": "a procedure, not a duty",
    "import_ban": "a prohibition, which needs quantity limits",
    "other": "no instrument of the model represents it",
}


@dataclass(frozen=True)
class DutyLayer:
    """One duty: `by` levies points (percentage points) on `against` over the share of trade it covers."""

    measure: str
    by: str
    against: str
    points: float
    share: float
    source: str
    note: str = ""
    statement: str | None = None
    covers: str | None = None  # the row of coverage_sectors.csv that splits the share by sector; None: all goods alike

    @property
    def average(self) -> float:
        """The average added duty, in percentage points: points times share."""
        return self.points * self.share

    def to_json(self) -> dict[str, Any]:
        """The fields of the layer and its average."""
        return {**vars(self), "average": round(self.average, 4)}

    def sectors(self, goods: Iterable[str]) -> dict[str, float]:
        """Share of each sector's trade that the layer covers; the mean share where its coverage has other sectors."""
        return _shares_by_sector(self.covers, self.against, self.share, tuple(goods))


class ScheduledDuty(NamedTuple):
    """One row of schedule.csv: a US duty on an economy, on the EU, on REST or on ALL, from start to end.

    known and end_known: the days on which the duty and its end became public. term: the last day that the act itself
    set when it was made, if it set one.
    """

    measure: str
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
    instead of the recorded one, where there is such a rate.
    """

    measure: str
    start: str
    end: str
    layer: str | None
    share: float | None
    points: float | None
    note: str


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = (resources.files("detente") / "dossiers" / "tariff-layers" / name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def _schedule() -> tuple[ScheduledDuty, ...]:
    return tuple(_scheduled_duty(row) for row in _rows("schedule.csv"))


def _scheduled_duty(row: Mapping[str, str]) -> ScheduledDuty:
    return ScheduledDuty(
        row["measure"], row["against"], float(row["rate_pp"]), row["layer"], row["start"], row["end"], row["known"],
        row["end_known"], row["term"], row["source"], row["note"],
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
def _shares_by_sector(covers: str | None, against: str, share: float, goods: tuple[str, ...]) -> dict[str, float]:
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
    names = [partner, *(["EU"] if partner in labels.members("EU") else []), "REST_RECIP", "REST"]
    return next((name for name in names if (layer, name) in shares), "")


def coverage_share(layer: str, partner: str) -> float:
    """Share (0 to 1) of US imports from a partner that a layer covers; a region's mean where the partner has no row."""
    return _shares().get((layer, _partner_row(layer, partner)), 0.0)


def scheduled_layers(economies: Iterable[str], day: str, known: str | None = None) -> list[DutyLayer]:
    """US layers on every partner on a day: country rates, Sections 122, 232 and 301, each on what it covers.

    known: the day whose knowledge counts; the day itself by default.
    """
    by_measure: dict[str, dict[str, list[ScheduledDuty]]] = {}
    for row in _schedule():
        if row.applies(day, known or day):
            by_measure.setdefault(row.measure, {}).setdefault(row.against, []).append(row)
    return [
        layer
        for partner in economies
        if partner != "USA"
        for groups in by_measure.values()
        for layer in _layers_on(partner, groups)
    ]


def _layers_on(partner: str, groups: Mapping[str, Sequence[ScheduledDuty]]) -> list[DutyLayer]:
    """The layers of one measure on a partner, from the most specific group of economies that names it."""
    layers = []
    for row in next((groups[name] for name in _schedule_groups(partner) if name in groups), ()):
        share = coverage_share(row.layer, partner)
        if row.points and share:
            layers.append(
                DutyLayer(row.measure, "USA", partner, row.points, share, row.source, row.note, covers=row.layer)
            )
    return layers


def _schedule_groups(partner: str) -> list[str]:
    """The groups of economies in the schedule that a partner belongs to, the most specific first."""
    union = ["EU"] if partner in labels.members("EU") else []
    return [partner, *union, *(["ALL"] if partner in OUTSIDE else ["REST", "ALL"])]


def measure_coverage(measure: str, day: str) -> MeasureCoverage | None:
    """What a measure of the record covers on a day, or on the nearest day on file; None if it is not on file."""
    rows = _measure_coverages().get(measure)
    if not rows:
        return None
    return next((row for row in rows if _applies(row, day)), rows[0] if day < rows[0].start else rows[-1])


def measure_layers(row: Measure | Threat, day: str, points: float | None = None) -> list[DutyLayer]:
    """The layers of one measure or threat of the record on a day; none where its coverage or rate is not on file.

    points: a rate to use instead of the recorded one.
    """
    levy = _levy(row)
    coverage = measure_coverage(levy.measure, day)
    rate = None if coverage is None else _rate_under(coverage, row, points)
    if coverage is None or rate is None or not levy.by:
        return []
    return [
        DutyLayer(
            levy.measure, levy.by, target, rate, _share(coverage, target), levy.source, coverage.note, levy.statement,
            coverage.layer,
        )
        for target in _targets(levy)
    ]  # fmt: skip


class _Levy(NamedTuple):
    """Who levies a measure or threat of the record on whom, and where the record has it from."""

    measure: str
    by: str
    against: str
    source: str
    statement: str | None


def _levy(row: Measure | Threat) -> _Levy:
    """A row of measures names its imposer and target, a row of threats its side and whom it is against."""
    if isinstance(row, Threat):
        return _Levy(row.threat, row.by_side or "", row.against or "ALL", row.source, row.statement)
    return _Levy(row.measure or "", row.imposer, row.target or "ALL", row.source, row.statement)


def _rate_under(coverage: MeasureCoverage, row: Measure | Threat, points: float | None) -> float | None:
    if coverage.points is not None:
        return coverage.points
    return _rate(row) if points is None else points


def _share(coverage: MeasureCoverage, target: str) -> float:
    return coverage_share(coverage.layer, target) if coverage.layer else float(coverage.share or 0.0)


def _targets(levy: _Levy) -> list[str]:
    """The economies a measure falls on; most US duties on China also name the customs territories beside it."""
    other_side = "CHN" if levy.by == "USA" else "USA"
    target = other_side if levy.against == "ALL" else levy.against
    mainland_only = "s301" in levy.measure or levy.measure == "usa-s122"
    if levy.by == "USA" and target == "CHN" and not mainland_only:
        return ["CHN", *labels.WITH_CHINA]
    return [target]


def _rate(row: Measure | Threat) -> float | None:
    """The rate of a measure in percentage points, as the record has it."""
    points = row.rate_pct if isinstance(row, Threat) or row.rate_pp is None else row.rate_pp
    return None if points is None else float(points)


def in_force(state: State, economies: Iterable[str]) -> list[DutyLayer]:
    """Every layer that adds to the duties of the base year on the state's day, as the state knows it."""
    known, recorded = set(economies), _recorded_layers(state)
    on_record = {(layer.measure, layer.against) for layer in recorded}
    scheduled = scheduled_layers(sorted(known), state.as_of[:10], state.known[:10])
    layers = [*recorded, *(layer for layer in scheduled if (layer.measure, layer.against) not in on_record)]
    return [layer for layer in layers if layer.by in known and layer.against in known]


def _recorded_layers(state: State) -> list[DutyLayer]:
    """The layers of the record's measures; a measure that another one contains is left to that one."""
    day = state.as_of[:10]
    layers = [layer for row in state.measures if is_levied(row, day) for layer in measure_layers(row, day)]
    contained = {CONTAINS.get(layer.measure) for layer in layers}
    return [layer for layer in layers if layer.measure not in contained]


def is_levied(row: Measure, day: str) -> bool:
    """Whether a measure of the state is a duty that is collected on a day."""
    has_started = not row.legal_from or str(row.legal_from)[:10] <= day
    return row.type == "tariff" and row.status_last_known in LIVE and has_started


def suspended(state: State, side: str) -> list[Measure]:
    """Tariffs of a side that are suspended and still have a legal basis: those that return if the truce lapses."""
    return [
        row
        for row in state.measures
        if row.type == "tariff" and row.status_last_known == "suspended" and row.imposer == side and _rate(row)
    ]


def not_priced(state: State) -> list[dict[str, str]]:
    """Measures of the state that no layer represents, each with the reason."""
    day = state.as_of[:10]
    return [
        {"measure": row.measure or row.type, "status": row.status, "why": WHY_NOT.get(row.type, WHY_NOT["other"])}
        for row in state.measures
        if not row.is_past and not (row.type == "tariff" and measure_layers(row, day))
    ]


def added_by_pair(layers: Iterable[DutyLayer]) -> dict[tuple[str, ...], float]:
    """{(importer, exporter): added duty as a fraction}, the sum over layers."""
    added: dict[tuple[str, ...], float] = {}
    for layer in layers:
        cell = (layer.by, layer.against)
        added[cell] = added.get(cell, 0.0) + layer.average / 100
    return added


def added_by_sector(layers: Iterable[DutyLayer], goods: Sequence[str]) -> dict[tuple[str, ...], float]:
    """{(sector, importer, exporter): added duty as a fraction}, the sum over layers."""
    pairs: dict[tuple[str, str], list[DutyLayer]] = {}
    for layer in layers:
        pairs.setdefault((layer.by, layer.against), []).append(layer)
    added: dict[tuple[str, ...], float] = {}
    for of_pair in pairs.values():
        added |= _added_on_pair(tuple(of_pair), tuple(goods))
    return added


@lru_cache(maxsize=4096)
def _added_on_pair(layers: tuple[DutyLayer, ...], goods: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    """The same for the layers of one pair, cached because the outcomes of a day share nearly all pairs."""
    added: dict[tuple[str, ...], float] = {}
    for layer in layers:
        for sector, covered in layer.sectors(goods).items():
            cell = (sector, layer.by, layer.against)
            added[cell] = added.get(cell, 0.0) + layer.points * covered / 100
    return added
