"""Measures in force at a date → layers of duty → tariffs of a world.

A layer is an announced rate on the share of trade it covers; a world without products sees points * share. Layers of
the two parties come from the record; those of the United States on third economies and its Section 232 duties from
dossiers/tariff-layers. All are additions since the base year of the world; what was in force then is left out and said.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from detente import labels
from detente.record.state import State

OUTSIDE = ("CHN", "HKG", "MAC", "CAN", "MEX", "RUS", "BLR", "CUB", "PRK")  # not in REST: own rows, or outside the order
LIVE = ("in_force", "reduced")
CONTAINS = {"usa-ieepa-reciprocal-escalation": "usa-ieepa-reciprocal", "chn-reciprocal-escalation": "chn-reciprocal"}
WHY_NOT = {
    "tariff": "in force since before the base year, or its list of goods is not at hand",
    "export_control": "a limit on quantities: needs the model of critical inputs",
    "purchase_commitment": "a promise of quantities, not a change of price",
    "entity_listing": "falls on firms, not on a flow of goods",
    "fee": "falls on ships, not on the value of goods",
    "exemption": "exclusions from duties: the goods are not at hand",
    "investigation": "a procedure, no duty",
    "import_ban": "a prohibition: needs quantity limits",
    "other": "no instrument of the model stands for it",
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
        """Points times share: what the duty adds on average, in percentage points."""
        return self.points * self.share

    def to_json(self) -> dict[str, Any]:
        """The layer with its average."""
        return {**vars(self), "average": round(self.average, 4)}

    def sectors(self, goods: Iterable[str]) -> dict[str, float]:
        """Share of each sector's trade that the layer falls on; its mean where the coverage knows other sectors."""
        return _spread(self.covers, self.against, self.share, tuple(goods))


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = (resources.files("detente") / "dossiers" / "tariff-layers" / name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _on(row: dict[str, str], day: str) -> bool:
    return row["start"] <= day and (not row["end"] or day <= row["end"])


@cache
def _covered() -> dict[tuple[str, str], float]:
    return {(row["layer"], row["partner"]): float(row["share"]) for row in _rows("coverage.csv")}


@cache
def _split() -> dict[tuple[str, str], dict[str, float]]:
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in _rows("coverage_sectors.csv"):
        found.setdefault((row["layer"], row["partner"]), {})[row["sector"]] = float(row["share"])
    return found


@cache
def _spread(covers: str | None, against: str, share: float, goods: tuple[str, ...]) -> dict[str, float]:
    if covers is None or not _sectors() & set(goods):
        return dict.fromkeys(goods, share)
    found = _split().get((covers, _partner(covers, against)), {})
    return {sector: found[sector] for sector in goods if sector in found}


@cache
def _sectors() -> frozenset[str]:
    return frozenset(row["sector"] for row in _rows("coverage_sectors.csv"))


def _partner(layer: str, partner: str) -> str:
    """The row that speaks for a partner: its own, its union's, or the mean of the rest."""
    known = _covered()
    names = [partner, *(["EU"] if partner in labels.members("EU") else []), "REST_RECIP", "REST"]
    return next((name for name in names if (layer, name) in known), "")


def coverage_share(layer: str, partner: str) -> float:
    """Share (0-1) of US imports from a partner that a layer falls on; a region's mean where the partner has no row."""
    return _covered().get((layer, _partner(layer, partner)), 0.0)


def scheduled_layers(economies: Iterable[str], day: str) -> list[DutyLayer]:
    """US layers on every partner on a day: country rates, Section 122, 232 and 301, each on what it covers."""
    rows = [row for row in _rows("schedule.csv") if _on(row, day)]
    europe = labels.members("EU")
    by_measure: dict[str, dict[str, list[dict[str, str]]]] = {}
    for row in rows:
        by_measure.setdefault(row["measure"], {}).setdefault(row["against"], []).append(row)
    layers = []
    for partner in economies:
        if partner == "USA":
            continue
        for measure, groups in by_measure.items():
            wide = ["ALL"] if partner in OUTSIDE else ["REST", "ALL"]
            names = [partner, *(["EU"] if partner in europe else []), *wide]
            found = next((groups[g] for g in names if g in groups), [])
            for row in found:
                points, covers = float(row["rate_pp"]), coverage_share(row["layer"], partner)
                if points and covers:
                    told = (row["source"], row["note"], None, row["layer"])
                    layers.append(DutyLayer(measure, "USA", partner, points, covers, *told))
    return layers


def measure_coverage(measure: str, day: str) -> dict[str, str] | None:
    """The row that says what a measure of the record falls on that day; None if its coverage is not at hand."""
    rows = [row for row in _rows("measures.csv") if row["measure"] == measure]
    if not rows:
        return None
    return next((r for r in rows if _on(r, day)), rows[0] if day < rows[0]["start"] else rows[-1])


def measure_layers(row: dict[str, Any], day: str, points: float | None = None) -> list[DutyLayer]:
    """The layers of one measure (or threat) of the record; none where its coverage or rate is not at hand."""
    name = row.get("measure") or row.get("threat")
    by, against = row.get("imposer") or row.get("by_side"), row.get("target") or row.get("against") or "ALL"
    if not name or not by:
        return []
    given = points if points is not None else _points(row)
    targets = ["CHN" if by == "USA" else "USA"] if against == "ALL" else [against]
    if by == "USA" and "CHN" in targets:
        targets = ["CHN", *labels.WITH_CHINA] if "s301" not in name and name != "usa-s122" else ["CHN"]
    row_of = measure_coverage(name, day)
    rate = float(row_of["points"]) if row_of and row_of["points"] else given
    if row_of is None or rate is None:
        return []
    where, source, proof = row_of["layer"] or None, row.get("source") or "", row.get("statement")
    return [
        DutyLayer(
            name,
            by,
            x,
            rate,
            coverage_share(where, x) if where else float(row_of["share"]),
            source,
            row_of["note"],
            proof,
            where,
        )
        for x in targets
    ]


def _points(row: dict[str, Any]) -> float | None:
    for key in ("rate_pp", "rate_pct"):
        if row.get(key) is not None:
            return float(row[key])
    return None


def in_force(state: State, economies: Iterable[str]) -> list[DutyLayer]:
    """Every layer that adds to the duties of the base year on the state's day, as the state knows it."""
    day = state.as_of[:10]
    layers = [layer for row in state.measures if is_levied(row, day) for layer in measure_layers(row, day)]
    inside = {CONTAINS.get(layer.measure) for layer in layers}
    layers = [layer for layer in layers if layer.measure not in inside]
    told = {(layer.measure, layer.against) for layer in layers}
    known = set(economies)
    layers += [layer for layer in scheduled_layers(sorted(known), day) if (layer.measure, layer.against) not in told]
    return [layer for layer in layers if layer.by in known and layer.against in known]


def is_levied(row: dict[str, Any], day: str) -> bool:
    """Whether a measure of the state is a duty that is paid on a day."""
    begun = not row.get("legal_from") or str(row["legal_from"])[:10] <= day
    return row["type"] == "tariff" and row["status"] in LIVE and begun


def suspended(state: State, side: str) -> list[dict[str, Any]]:
    """Tariffs of a side that are suspended and still have a legal basis: what a lapse of the truce brings back."""
    return [
        row
        for row in state.measures
        if row["type"] == "tariff" and row["status"] == "suspended" and row["imposer"] == side and _points(row)
    ]


def not_priced(state: State) -> list[dict[str, str]]:
    """Measures of the state that the layers do not carry, each with the reason."""
    day = state.as_of[:10]
    return [
        {"measure": row["measure"], "status": row["status"], "why": WHY_NOT.get(row["type"], WHY_NOT["other"])}
        for row in state.measures
        if row["status"] != "ended" and not (row["type"] == "tariff" and measure_layers(row, day))
    ]


def added_by_pair(layers: Iterable[DutyLayer]) -> dict[tuple[str, ...], float]:
    """{(importer, exporter): added duty as a fraction}, layers summed."""
    found: dict[tuple[str, ...], float] = {}
    for layer in layers:
        cell = (layer.by, layer.against)
        found[cell] = found.get(cell, 0.0) + layer.average / 100
    return found


def added_by_sector(layers: Iterable[DutyLayer], goods: Sequence[str]) -> dict[tuple[str, ...], float]:
    """{(sector, importer, exporter): added duty as a fraction}, layers summed."""
    pairs: dict[tuple[str, str], list[DutyLayer]] = {}
    for layer in layers:
        pairs.setdefault((layer.by, layer.against), []).append(layer)
    found: dict[tuple[str, ...], float] = {}
    for each in pairs.values():
        found |= _on_pair(tuple(each), tuple(goods))
    return found


@lru_cache(maxsize=4096)
def _on_pair(layers: tuple[DutyLayer, ...], goods: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    """The same for the layers of one pair: most outcomes of a day share those of nearly all pairs."""
    found: dict[tuple[str, ...], float] = {}
    for layer in layers:
        for sector, covered in layer.sectors(goods).items():
            cell = (sector, layer.by, layer.against)
            found[cell] = found.get(cell, 0.0) + layer.points * covered / 100
    return found
