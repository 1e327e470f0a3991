"""From the measures in force on a day to layers of duty, and from layers to the tariffs of a world.

A layer is a rate on the share of trade it covers, by sector where that is on file; a world with one sector sees points
times share. Layers come from the ledger of duties, and from the record where it has a duty, or terms of a duty, that
the ledger does not have. All are additions since the base year of the world, whose duties are in its tariffs already;
on a day before it they are additions since the end of 2017, and one layer takes out what the base year holds besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

from detente import labels
from detente.ask.pricing.named_measures import ACT, UNKNOWN, NamedMeasure, measure_of, named_measure
from detente.record import duties as ledgers
from detente.record import goods
from detente.record.case import Case
from detente.record.duties import Ledger, Part
from detente.record.state import State
from detente.record.state.rows import Measure, Threat

EVERYBODY = "ALL"
LIVE = ("in_force", "reduced")
BASE_DAY = "2022-12-31"  # the duties of this day are in the tariffs of the world that prices
BEFORE_BASE = "2017-12-31"  # what additions are measured from on a day before the base year ends
BASE_YEAR = "duties of the base year"
SECTOR = re.compile(r"\b[A-Z]\d{2}\w*")
SECTOR_WORLD = "icio-2022"  # whose trade weighs sectors
ASSUMED = "no list of goods on record: on all goods, an assumption"
IN_BASE_YEAR = "its terms are from before 2023: what was collected is in the tariffs of the base year already"
NOT_IN_LEDGER = "the ledger of duties has none of it on this day"
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
        """Share of each sector's trade that the layer covers; the mean share where its coverage has other sectors."""
        goods = tuple(goods)
        if self.profile is None or not ledgers.sectors().intersection(goods):
            return dict.fromkeys(goods, self.share)
        return {sector: self.profile[sector] for sector in goods if sector in self.profile}


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
    if reference == BEFORE_BASE:
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


def is_duty_of(layer: DutyLayer, row: Measure, case: Case) -> bool:
    """Whether a duty in force is that of a measure of the record: by its name, or as an act of the same family."""
    if layer.measure == row.measure:
        return True
    named = named_measure(row.measure or "", case.ledger)
    return named is not None and named.use == ACT and layer.act is not None and _name(named) == layer.measure


def come_back(layer: DutyLayer, state: State, case: Case) -> list[DutyLayer]:
    """The layers that are added when a duty of the ledger is taken away: of the duties that gave way to it.

    layer: one of those in force on the state's day. Empty for a duty that the ledger does not have.
    """
    act = layer.act
    family = next((rate.family for rate in case.ledger.rates if rate.act == act), None) if act else None
    if family is None:
        return []
    asked = (layer.by, layer.against, day_of(state), state.known[:10])
    now = [part for part in case.ledger.parts(*asked) if part.family != family]
    return list(_additions(layer.by, layer.against, case.ledger.parts(*asked, without=family), now, case.ledger))


class Priced(NamedTuple):
    """The layers of a measure, or why it has none."""

    layers: list[DutyLayer]
    why: str = ""


def measure_layers(row: Measure | Threat, day: str, case: Case, points: float | None = None) -> list[DutyLayer]:
    """The layers of one measure or threat of the record on a day; none where it cannot be priced.

    case: the negotiation, for who a duty falls on and the ledger of duties. points: a rate to use instead of the
    recorded one.
    """
    return price_measure(row, day, case, points).layers


def price_measure(row: Measure | Threat, day: str, case: Case, points: float | None = None) -> Priced:
    """The layers of a measure or threat on a day, on what it covers; or why it has none."""
    levy = _levy(row)
    pairs = _levied_pairs(levy, case)
    if not pairs:
        return Priced([], NO_PAIR)
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
    goods = _goods(row, levy, pair, day, case)
    if isinstance(goods, str):
        return goods
    rate = rate_of(row) if points is None else points
    if rate is None:
        return NO_RATE
    return DutyLayer(
        levy.measure, *pair, rate, goods.share, levy.source, goods.note, levy.statement, goods.only,
        profile=goods.profile,
    )  # fmt: skip


class _Goods(NamedTuple):
    """What a duty falls on: the share of trade, by sector where that is on file, and what is assumed about it."""

    share: float
    profile: Mapping[str, float] | None
    note: str
    only: tuple[str, ...] = ()


def _goods(row: Measure | Threat, levy: _Levy, pair: tuple[str, str], day: str, case: Case) -> _Goods | str:
    """The goods that a measure falls on between two economies: those that the ledger has for it, else the record's."""
    named = named_measure(levy.measure, case.ledger)
    if named is None:
        return _goods_on_record(row, pair, day)
    if named.use == UNKNOWN:
        return named.note
    if _began(row) and _began(row) <= BASE_DAY < day:
        return IN_BASE_YEAR
    if named.share is not None:
        return _Goods(named.share, None, named.note)
    coverage = case.ledger.coverage(*pair, named.family, day, scope=named.scope)
    if coverage is None:
        return _goods_on_record(row, pair, day)
    return _Goods(coverage.share, coverage.by_sector or None, named.note)


def _began(row: Measure | Threat) -> str:
    """The first day of the terms of a measure as the record has them."""
    days = (
        (row.first_asserted, row.asserted) if isinstance(row, Threat) else (row.legal_from, row.announced, row.asserted)
    )
    return next((str(day)[:10] for day in days if day), "")


def _goods_on_record(row: Measure | Threat, pair: tuple[str, str], day: str) -> _Goods | str:
    """What the record says of the goods: sectors or HS codes, or none and then all; else why it is not priced."""
    if _began(row) and _began(row) <= BASE_DAY < day:
        return IN_BASE_YEAR
    text = row.on if isinstance(row, Threat) else row.product or row.scope
    if not text or text.lower().startswith("all goods"):
        return _Goods(1.0, None, ASSUMED)
    return _goods_in_words(text, pair)


def _goods_in_words(text: str, pair: tuple[str, str]) -> _Goods | str:
    """The goods that a text names by HS codes, or by the codes of sectors; else why they are not priced."""
    codes = goods.codes_in(text)
    if codes:
        return _goods_of_codes(codes, pair)
    sectors = tuple(dict.fromkeys(code for code in SECTOR.findall(text) if labels.sector(code) != code))
    if sectors:
        return _whole_sectors(sectors, pair, f"on all goods of the sectors {', '.join(sectors)}")
    return f"it falls on {text}: no share of trade is at hand for these goods"


def _goods_of_codes(codes: Sequence[str], pair: tuple[str, str]) -> _Goods | str:
    """What HS codes cover between two economies: by imports by tariff line, or whole sectors where none are on file."""
    coverage = goods.coverage(codes, *pair)
    if coverage.share is None and coverage.sectors:
        return _whole_sectors(tuple(coverage.sectors), pair, coverage.words())
    if not coverage.share:
        return coverage.words()
    bound = tuple(coverage.sectors) if coverage.is_upper_bound else ()
    return _Goods(coverage.share, coverage.sectors, coverage.words(), bound)


def _whole_sectors(sectors: tuple[str, ...], pair: tuple[str, str], note: str) -> _Goods:
    return _Goods(sector_share(sectors, *pair), dict.fromkeys(sectors, 1.0), note, sectors)


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


def rate_of(row: Measure | Threat) -> float | None:
    """The rate of a measure in percentage points, as the record has it."""
    points = row.rate_pct if isinstance(row, Threat) or row.rate_pp is None else row.rate_pp
    return None if points is None else float(points)


def in_force(state: State, economies: Iterable[str], case: Case) -> list[DutyLayer]:
    """Every layer that adds to the duties of the base year on the state's day, as the state knows it.

    The ledger has the word on the duties it holds, but for a measure whose terms on record began later than its own;
    the record on all others.
    """
    inside, own, replaced = set(economies), list[DutyLayer](), set[_Duty]()
    for row in (row for row in state.measures if row.type == "tariff"):
        terms = _terms_on_record(row, state, case)
        own += terms.layers
        replaced |= terms.replaced
    contained = {(case.contains.get(layer.measure), layer.by, layer.against) for layer in own}
    of_ledger = ledger_layers(inside, day_of(state), state.known[:10], case.ledger)
    kept = [layer for layer in own if _duty(layer) not in contained and inside.issuperset((layer.by, layer.against))]
    return [*kept, *(layer for layer in of_ledger if _duty(layer) not in replaced)]


_Duty = tuple[str | None, str, str]  # a measure, who levies it, on whom


def _duty(layer: DutyLayer) -> _Duty:
    return layer.measure, layer.by, layer.against


class _Terms(NamedTuple):
    """The layers of a measure by the record's own terms, and the duties of the ledger that these replace."""

    layers: list[DutyLayer]
    replaced: set[_Duty]


def _terms_on_record(row: Measure, state: State, case: Case) -> _Terms:
    """A measure where the ledger does not have it, or where the record's terms of it are later than the ledger's."""
    pairs = {pair: _of_ledger(row, pair, state, case) for pair in _levied_pairs(_levy(row), case)}
    if not is_levied(row, state.as_of[:10]):
        return _Terms([], {(measure, *pair) for pair, measure in pairs.items() if measure})
    layers = [x for x in measure_layers(row, day_of(state), case) if pairs[x.by, x.against] != ""]
    return _Terms(layers, {(pairs[x.by, x.against], x.by, x.against) for x in layers})


def _of_ledger(row: Measure, pair: tuple[str, str], state: State, case: Case) -> str | None:
    """How a measure of the record stands to the ledger between two economies.

    "": the ledger prices it. A name: the duty of the ledger that the record's own terms replace. None: the ledger does
    not have it.
    """
    named = named_measure(row.measure or "", case.ledger)
    if named is None or named.use != ACT:
        return None
    day, known = day_of(state), state.known[:10]
    if _began_on_record(row) <= case.ledger.last_change(*pair, named.family, day, known):
        return ""
    part = _family_of(case.ledger, pair, day, known, named.family)
    is_same = part is not None and part.rate == rate_of(row) and is_levied(row, state.as_of[:10])
    return "" if is_same else _name(named)


def _name(named: NamedMeasure) -> str:
    return measure_of(named.by, named.family) or named.measure


def _began_on_record(row: Measure) -> str:
    """The first day of the terms of a measure whose day the record has; "" without one, and the ledger has the word."""
    return str(row.legal_from)[:10] if row.legal_from else ""


def day_of(state: State) -> str:
    """The day for which files without known days are read: that of the state, or of its knowledge if earlier."""
    return min(state.as_of[:10], state.known[:10])


def is_levied(row: Measure, day: str) -> bool:
    """Whether a measure of the state is a duty that is collected on a day."""
    has_started = not row.legal_from or str(row.legal_from)[:10] <= day
    return row.type == "tariff" and row.status_last_known in LIVE and has_started


def suspended(state: State, side: str) -> list[Measure]:
    """Tariffs of a side that are suspended and still have a legal basis: those that return if the truce lapses."""
    return [
        row
        for row in state.measures
        if row.type == "tariff" and row.status_last_known == "suspended" and row.imposer == side and rate_of(row)
    ]


def not_priced(state: State, case: Case) -> list[dict[str, str]]:
    """Measures of the state that no layer represents, each with the reason."""
    whys = ((row, why_not_priced(row, day_of(state), case)) for row in state.measures if not row.is_past)
    return [{"measure": row.measure or row.type, "status": row.status, "why": why} for row, why in whys if why]


def why_not_priced(row: Measure, day: str, case: Case) -> str:
    """Why a measure has no price; "" where it has one."""
    if row.type != "tariff":
        return WHY_NOT.get(row.type, WHY_NOT["other"])
    named = named_measure(row.measure or "", case.ledger)
    if named is not None and named.use == ACT and named.family:
        return _why_not_in_ledger(row, named, day, case)
    return price_measure(row, day, case).why


def _why_not_in_ledger(row: Measure, named: NamedMeasure, day: str, case: Case) -> str:
    """Why the ledger adds nothing for a measure that it holds; "" where it does, or the record's own terms do."""
    pairs = _levied_pairs(_levy(row), case)
    parts = {pair: _family_of(case.ledger, pair, day, day, named.family) for pair in pairs}
    base = {pair: _family_of(ledgers.shipped(), pair, BASE_DAY, BASE_DAY, named.family) for pair in pairs}
    if day <= BASE_DAY or any(parts[pair] != base[pair] for pair in pairs):
        return "" if pairs else NO_PAIR
    if any(parts.values()):
        return IN_BASE_YEAR
    return price_measure(row, day, case).why or NOT_IN_LEDGER


def _family_of(ledger: Ledger, pair: tuple[str, str], day: str, known: str, family: str) -> Part | None:
    return next((part for part in ledger.parts(*pair, day, known) if part.family == family), None)


def assumptions(layers: Iterable[DutyLayer]) -> list[str]:
    """In words, the duties that are priced on all goods, or on whole sectors, because no list of goods is on record."""
    assumed = dict.fromkeys((x.measure, x.points, x.note) for x in layers if x.note == ASSUMED or x.only)
    return [f"{measure or 'a duty without a name'}, {points:g} points: {note}" for measure, points, note in assumed]


def additions(layers: Iterable[DutyLayer]) -> list[DutyLayer]:
    """The layers without those that take out what the base year holds and the day does not."""
    return [layer for layer in layers if layer.measure != BASE_YEAR]


def reference_day(day: str) -> str:
    """The day since which duties of a day are counted as added: the end of the base year, or of 2017 before that."""
    return BASE_DAY if day[:10] > BASE_DAY else BEFORE_BASE


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
