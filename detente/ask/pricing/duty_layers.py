"""Layers of duty: a rate of one economy on another's goods, on the share of trade that it covers.

Layers of the ledger are additions since the base year of the world, whose duties are in its tariffs already; on a day
before it they are additions since the end of 2017, and one layer takes out what the base year holds besides. A world
with one sector sees points times share; one with sectors sees the coverage of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from typing import Any

from detente.ask.ledger.pairs import FIRST
from detente.ask.pricing.named_measures import measure_of, named_measure
from detente.economy.sectors import parts
from detente.record import duties as ledgers
from detente.record.duties import Ledger, Part

BASE_DAY = "2022-12-31"  # the duties of this day are in the tariffs of the world that prices
BASE_YEAR = "duties of the base year"


@dataclass(frozen=True)
class DutyLayer:
    """One duty: `by` levies points (percentage points) on `against` over the share of trade it covers.

    act, confidence: its act in the ledger and how sure that is. profile: {sector: the share of its trade that the duty
    covers}, None for all goods alike; left out of comparisons, since two layers that agree in all else have the same.
    only: the sectors that the record names for it.
    """

    measure: str
    by: str
    against: str
    points: float
    share: float
    source: str
    note: str = ""
    statement: str | None = None
    only: tuple[str, ...] = ()
    act: str | None = None
    confidence: str | None = None
    profile: Mapping[str, float] | None = field(default=None, compare=False, repr=False)

    @property
    def average(self) -> float:
        """The average added duty, in percentage points: points times share."""
        return self.points * self.share

    def to_json(self) -> dict[str, Any]:
        """The fields of the layer and its average."""
        fields = {key: value for key, value in vars(self).items() if key not in ("only", "profile")}
        named = {"only": list(self.only)} if self.only else {}
        return {**fields, **named, "average": round(self.average, 4)}

    def sectors(self, goods: Iterable[str]) -> Mapping[str, float]:
        """Share of each sector's trade that the layer covers; the mean share where its coverage has other sectors.

        A sector of another classification has the mean share of its parts, of which one without a share has none.
        """
        of, profile = {sector: parts(sector) for sector in goods}, self.profile
        if profile is None or not ledgers.sectors().intersection(chain(*of.values())):
            return dict.fromkeys(of, self.share)
        named = {sector: own for sector, own in of.items() if not profile.keys().isdisjoint(own)}
        return {sector: sum(profile.get(part, 0.0) for part in own) / len(own) for sector, own in named.items()}


def ledger_layers(economies: Iterable[str], day: str, known: str, ledger: Ledger) -> list[DutyLayer]:
    """What the ledger has as levied between economies on a day, as known on a day, beyond the duties of the base year.

    economies: ISO3 codes. On a day before the base year ends, the layers add to the duties of the end of 2017, and a
    layer for each pair takes out what the base year holds besides.
    """
    codes = sorted(economies)
    imposers = [by for by in codes if ledger.levies(by, day, known) or ledger.levies(by, BASE_DAY, BASE_DAY)]
    pairs = [(by, against) for by in imposers for against in codes if by != against]
    return [layer for pair in pairs for layer in _layers_of_pair(*pair, day, known, ledger)]


def _layers_of_pair(by: str, against: str, day: str, known: str, ledger: Ledger) -> Iterator[DutyLayer]:
    reference = reference_day(day)
    now, then = ledger.parts(by, against, day, known), ledgers.shipped().parts(by, against, reference, reference)
    yield from _additions(by, against, now, then, ledger)
    if reference == FIRST:
        base = ledgers.shipped().parts(by, against, BASE_DAY, BASE_DAY)
        added = list(_additions(by, against, base, then, ledger))
        yield from (replace(layer, measure=BASE_YEAR, points=-layer.points, note="") for layer in added)


def _additions(by: str, against: str, now: Sequence[Part], then: Sequence[Part], ledger: Ledger) -> Iterator[DutyLayer]:
    """One layer for each family of acts whose duty on a pair is not what it was."""
    before = {part.family: part for part in then}
    for part in (*now, *(_ended(old) for old in then if old.family not in {new.family for new in now})):
        layer = _addition(by, against, part, before.get(part.family), ledger)
        if layer is not None:
            yield layer


def _ended(part: Part) -> Part:
    return part._replace(by_sector={}, average=0.0)


def _addition(by: str, against: str, part: Part, before: Part | None, ledger: Ledger) -> DutyLayer | None:
    """The layer of a family of acts on a pair; None where nothing is added to what it was before."""
    sectors, average = _difference(part, before or _ended(part))
    if not any(sectors.values()) and not average:
        return None
    act = ledger.acts.get(part.act) or ledgers.shipped().acts[part.act]
    measure = measure_of(act.imposer, part.family) or act.id
    named = named_measure(measure, ledger)
    points = _headline(part.rate, sectors, average, named.share if named else None)
    profile = {sector: x / points for sector, x in sectors.items()} or None
    return DutyLayer(
        measure, by, against, points, average / points, act.source or act.instrument, act.rate, act=act.id,
        confidence=act.confidence, profile=profile,
    )  # fmt: skip


def _headline(rate: float, sectors: Mapping[str, float], average: float, share: float | None) -> float:
    """The rate of a layer: that of its act, or else the most it adds to a sector; below zero where it takes off.

    share: of all goods that the act falls on, where the ledger has the mean over all of them for its rate.
    """
    if share:
        return round(average / share, 1)
    points = rate or max((abs(x) for x in sectors.values()), default=abs(average))
    return points if average >= 0 else -points


def _difference(part: Part, before: Part) -> tuple[dict[str, float], float]:
    """What a part adds to another of its family, in points: by sector, and on average."""
    names = {**part.by_sector, **before.by_sector}
    sectors = {name: part.by_sector.get(name, 0.0) - before.by_sector.get(name, 0.0) for name in names}
    return sectors, part.average - before.average


def come_back(layer: DutyLayer, day: str, known: str, ledger: Ledger) -> list[DutyLayer]:
    """The layers that are added when a duty of the ledger is taken away: of the duties that gave way to it.

    layer: one of those in force on the day, as known on a day. Empty for a duty that the ledger does not have.
    """
    act = layer.act
    family = next((rate.family for rate in ledger.rates if rate.act == act), None) if act else None
    if family is None:
        return []
    pair = layer.by, layer.against
    now = [part for part in ledger.parts(*pair, day, known) if part.family != family]
    return list(_additions(*pair, ledger.parts(*pair, day, known, without=family), now, ledger))


def additions(layers: Iterable[DutyLayer]) -> list[DutyLayer]:
    """The layers without those that take out what the base year holds and the day does not."""
    return [layer for layer in layers if layer.measure != BASE_YEAR]


def reference_day(day: str) -> str:
    """The day since which duties of a day are counted as added: the end of the base year, or of 2017 before that."""
    return BASE_DAY if day[:10] > BASE_DAY else FIRST


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
