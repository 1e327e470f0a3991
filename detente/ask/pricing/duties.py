"""From the measures in force on a day to layers of duty, and from layers to the tariffs of a world.

A layer is a published rate on the share of trade it covers; a world with one sector sees points times share. Layers
come from the record and from the schedule of duties in `tariff_layers`, which has the word where it names the target.
All are additions since the base year of the world: duties in force then are already in its base tariff.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from detente import labels
from detente.ask.pricing.tariff_layers import (
    EVERYBODY,
    MeasureCoverage,
    ScheduledDuty,
    coverage_share,
    measure_coverage,
    own_groups,
    schedule,
    schedule_groups,
    scheduled_row,
    sector_of,
    shares_by_sector,
)
from detente.record.case import Case
from detente.record.state import State
from detente.record.state.rows import Measure, Threat

LIVE = ("in_force", "reduced")
FIRST_DAY = "2023-01-01"  # duties that began earlier are in the tariffs of the base year
SECTOR_WORLD = "icio-2022"  # whose trade weighs sectors
ASSUMED = "no list of goods on record: on all goods, an assumption"
IN_BASE_YEAR = "in force since before 2023: in the tariffs of the base year already"
NOT_SCHEDULED = "the schedule of duties that prices it has none on this day"
NO_RATE = "the record gives no rate"
NO_PAIR = "the record does not say who levies it on whom"
WHY_NOT = {
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

    only: tuple[str, ...] = ()  # the sectors that it falls on, wholly, where the record names them

    @property
    def average(self) -> float:
        """The average added duty, in percentage points: points times share."""
        return self.points * self.share

    def to_json(self) -> dict[str, Any]:
        """The fields of the layer and its average."""
        fields = {key: value for key, value in vars(self).items() if key != "only"}
        named = {"only": list(self.only)} if self.only else {}
        return {**fields, **named, "average": round(self.average, 4)}

    def sectors(self, goods: Iterable[str]) -> dict[str, float]:
        """Share of each sector's trade that the layer covers; the mean share where its coverage has other sectors."""
        if self.only and set(self.only) & set(goods):
            return {sector: 1.0 for sector in goods if sector in self.only}
        return shares_by_sector(self.covers, self.against, self.share, tuple(goods))


def scheduled_layers(economies: Iterable[str], day: str, known: str | None = None) -> list[DutyLayer]:
    """The layers of the schedule on every partner on a day: country rates and Sections, each on what it covers.

    known: the day whose knowledge counts; the day itself by default.
    """
    by_measure: dict[tuple[str, str], dict[str, list[ScheduledDuty]]] = {}
    for row in schedule():
        if row.applies(day, known or day):
            by_measure.setdefault((row.measure, row.by), {}).setdefault(row.against, []).append(row)
    return [
        layer
        for partner in economies
        for (_, by), groups in by_measure.items()
        if partner != by
        for layer in _layers_on(partner, groups)
    ]


def _layers_on(partner: str, groups: Mapping[str, Sequence[ScheduledDuty]]) -> list[DutyLayer]:
    """The layers of one measure on a partner, from the most specific group of economies that names it."""
    layers = []
    for row in next((groups[name] for name in schedule_groups(partner) if name in groups), ()):
        share = coverage_share(row.layer, partner)
        if row.points and share:
            layers.append(
                DutyLayer(row.measure, row.by, partner, row.points, share, row.source, row.note, covers=row.layer)
            )
    return layers


class Priced(NamedTuple):
    """The layers of a measure, or why it has none; no reason where the schedule of duties prices it."""

    layers: list[DutyLayer]
    why: str = ""


def measure_layers(row: Measure | Threat, day: str, case: Case, points: float | None = None) -> list[DutyLayer]:
    """The layers of one measure or threat of the record on a day; none where it cannot be priced.

    case: the negotiation, for who a duty falls on. points: a rate to use instead of the recorded one.
    """
    return price_measure(row, day, case, points).layers


def price_measure(row: Measure | Threat, day: str, case: Case, points: float | None = None) -> Priced:
    """The layers of a measure or threat on a day, on what it covers; or why it has none."""
    levy = _levy(row)
    pairs = _levied_pairs(levy, case)
    if not pairs:
        return Priced([], NO_PAIR)
    if levy.measure in case.scheduled:
        return Priced([], _why_not_scheduled(row, case.scheduled[levy.measure], pairs, day))
    priced = [_pair_layer(row, levy, pair, day, case, points) for pair in pairs]
    layers = [layer for layer in priced if isinstance(layer, DutyLayer)]
    return Priced(layers, "" if layers else next(why for why in priced if isinstance(why, str)))


def _levied_pairs(levy: _Levy, case: Case) -> list[tuple[str, str]]:
    """The pairs of economies (imposer, target) between which a duty is levied."""
    return [(by, target) for by in economies_of(levy.by) for target in _targets(levy, case) if by != target]


def _pair_layer(
    row: Measure | Threat, levy: _Levy, pair: tuple[str, str], day: str, case: Case, points: float | None
) -> DutyLayer | str:
    """The layer of a measure between two economies, or why it has none."""
    by, target = pair
    coverage = _terms(row, levy, pair, day, case)
    if isinstance(coverage, str):
        return coverage
    rate = _rate_under(coverage, row, points)
    if rate is None:
        return NO_RATE
    return DutyLayer(
        levy.measure, by, target, rate, _share(coverage, target), levy.source, coverage.note, levy.statement,
        coverage.layer, coverage.sectors,
    )  # fmt: skip


def _why_not_scheduled(row: Measure | Threat, name: str, pairs: Sequence[tuple[str, str]], day: str) -> str:
    """Why the schedule does not price a measure under its name there; "" where it does."""
    if any(scheduled_row(name, by, target, day, schedule_groups(target)) for by, target in pairs):
        return ""
    return IN_BASE_YEAR if _began(row) < FIRST_DAY else NOT_SCHEDULED


def _terms(row: Measure | Threat, levy: _Levy, pair: tuple[str, str], day: str, case: Case) -> MeasureCoverage | str:
    """What a measure covers between two economies, or why that is not priced; "" where the schedule prices it.

    The schedule has the word where it names the target, unless the record's terms began later.
    """
    by, target = pair
    scheduled = scheduled_row(levy.measure, by, target, day, own_groups(target))
    if scheduled is not None and not _began(row) > scheduled.start:
        return ""
    coverage = measure_coverage(case.coverage.get(levy.measure, levy.measure), day)
    if coverage is not None:
        return coverage
    if scheduled is not None:
        return MeasureCoverage(
            levy.measure, scheduled.start, scheduled.end, scheduled.layer, None, None, scheduled.note
        )
    if scheduled_row(levy.measure, by, target, day, schedule_groups(target)) is not None:
        return ""
    return _coverage_on_record(row, levy, pair)


def _began(row: Measure | Threat) -> str:
    """The first day of the terms of a measure as the record has them."""
    days = (
        (row.first_asserted, row.asserted) if isinstance(row, Threat) else (row.legal_from, row.announced, row.asserted)
    )
    return next((str(day)[:10] for day in days if day), "")


def _coverage_on_record(row: Measure | Threat, levy: _Levy, pair: tuple[str, str]) -> MeasureCoverage | str:
    """What the record says of the goods: sectors or HS codes, or none and then all; else why it is not priced."""
    if _began(row) and _began(row) < FIRST_DAY:
        return IN_BASE_YEAR
    goods = row.on if isinstance(row, Threat) else row.product or row.scope
    if goods and not goods.lower().startswith("all goods"):
        sectors, note = named_sectors(goods)
        if sectors:
            return MeasureCoverage(levy.measure, "", "", None, sector_share(sectors, *pair), None, note, sectors)
        return f"it falls on {goods}: no share of trade is at hand for these goods"
    return MeasureCoverage(levy.measure, "", "", None, 1.0, None, ASSUMED)


def named_sectors(goods: str) -> tuple[tuple[str, ...], str]:
    """The sectors that a text names by their codes or by HS codes, and what is assumed about them.

    >>> named_sectors("HS 8703, 8708 and 1201")[0]
    ('C29', 'A01')
    """
    codes = [code for code in re.findall(r"\b[A-Z]\d{2}\w*", goods) if labels.sector(code) != code]
    listed = re.search(r"\bHS\b\D*((?:\d[\d.]*\D{0,6})+)", goods)
    headings = re.findall(r"\d{2}[\d.]*", listed[1]) if listed else []
    sectors = [*codes, *filter(None, (sector_of(heading.replace(".", "")) for heading in headings))]
    note = f"on all goods of the sectors {', '.join(dict.fromkeys(sectors))}"
    if headings:
        note += f", for HS {', '.join(headings)}: an upper bound, no trade by HS code is at hand"
    return tuple(dict.fromkeys(sectors)), note


@cache
def sector_share(sectors: tuple[str, ...], by: str, target: str) -> float:
    """The share of sectors in the goods that an economy buys from another; 1 where the shipped world lacks one."""
    from detente.economy import calibrate  # loads a world

    world = calibrate.shipped(SECTOR_WORLD, None)
    if not {by, target} <= set(world.economies):
        return 1.0
    flows = (world.duty_free * world.spending[:, :, None])[:, world.index(by), world.index(target)]
    goods = float(flows[world.structure.goods].sum())
    return sum(float(flows[world.sector(s)]) for s in sectors) / goods if goods else 0.0


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
        return _Levy(row.threat, row.by_side or "", row.against or EVERYBODY, row.source, row.statement)
    return _Levy(row.measure or "", row.imposer, row.target or EVERYBODY, row.source, row.statement)


def _rate_under(coverage: MeasureCoverage, row: Measure | Threat, points: float | None) -> float | None:
    if coverage.points is not None:
        return coverage.points
    return _rate(row) if points is None else points


def _share(coverage: MeasureCoverage, target: str) -> float:
    return coverage_share(coverage.layer, target) if coverage.layer else float(coverage.share or 0.0)


def _targets(levy: _Levy, case: Case) -> list[str]:
    """The economies a measure falls on, with the customs territories that duties on a party also name."""
    parties = case.others(levy.by) if levy.against == EVERYBODY else (levy.against,)
    alone = levy.measure.startswith(case.territories_except) if case.territories_except else False
    named = [] if alone or levy.by not in case.parties else [territories(party, case) for party in parties]
    return [*(economy for party in parties for economy in economies_of(party)), *(x for group in named for x in group)]


def economies_of(party: str) -> tuple[str, ...]:
    """The members of a bloc; an economy alone."""
    return labels.members(party) if party == "EU" else (party,) if party else ()


def territories(party: str, case: Case) -> tuple[str, ...]:
    """The customs territories that duties on a party also fall on."""
    return case.territories.get(party, ())


def _rate(row: Measure | Threat) -> float | None:
    """The rate of a measure in percentage points, as the record has it."""
    points = row.rate_pct if isinstance(row, Threat) or row.rate_pp is None else row.rate_pp
    return None if points is None else float(points)


def in_force(state: State, economies: Iterable[str], case: Case) -> list[DutyLayer]:
    """Every layer that adds to the duties of the base year on the state's day, as the state knows it."""
    known, recorded, day = set(economies), _recorded_layers(state, case), day_of(state)
    on_record = {(layer.measure, layer.against) for layer in recorded} | _ended_on_record(state, day, case)
    scheduled = scheduled_layers(sorted(known), day, state.known[:10])
    layers = [*recorded, *(layer for layer in scheduled if (layer.measure, layer.against) not in on_record)]
    return [layer for layer in layers if layer.by in known and layer.against in known]


def day_of(state: State) -> str:
    """The day for which files without known days are read: that of the state, or of its knowledge if earlier."""
    return min(state.as_of[:10], state.known[:10])


def _recorded_layers(state: State, case: Case) -> list[DutyLayer]:
    """The layers of the record's measures; a measure that another one contains is left to that one."""
    day, today = day_of(state), state.as_of[:10]
    layers = [layer for row in state.measures if is_levied(row, today) for layer in measure_layers(row, day, case)]
    contained = {(case.contains.get(layer.measure), layer.by, layer.against) for layer in layers}
    return [layer for layer in layers if (layer.measure, layer.by, layer.against) not in contained]


def _ended_on_record(state: State, day: str, case: Case) -> set[tuple[str, str]]:
    """{(measure, target)} that the record has as not collected from a later day than the schedule has them from."""
    ended = set()
    for row in state.measures:
        if row.type == "tariff" and row.measure and row.legal_from and not is_levied(row, state.as_of[:10]):
            for target in _targets(_levy(row), case):
                scheduled = scheduled_row(row.measure, row.imposer, target, day, own_groups(target))
                if scheduled is not None and scheduled.start < str(row.legal_from)[:10] <= day:
                    ended.add((row.measure, target))
    return ended


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


def not_priced(state: State, case: Case) -> list[dict[str, str]]:
    """Measures of the state that no layer represents, each with the reason."""
    whys = ((row, why_not_priced(row, day_of(state), case)) for row in state.measures if not row.is_past)
    return [{"measure": row.measure or row.type, "status": row.status, "why": why} for row, why in whys if why]


def why_not_priced(row: Measure, day: str, case: Case) -> str:
    """Why a measure has no price; "" where it has one."""
    if row.type != "tariff":
        return WHY_NOT.get(row.type, WHY_NOT["other"])
    return price_measure(row, day, case).why


def assumptions(layers: Iterable[DutyLayer]) -> list[str]:
    """In words, the duties that are priced on all goods, or on whole sectors, because no list of goods is on record."""
    assumed = dict.fromkeys((x.measure, x.points, x.note) for x in layers if x.note == ASSUMED or x.only)
    return [f"{measure or 'a duty without a name'}, {points:g} points: {note}" for measure, points, note in assumed]


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
