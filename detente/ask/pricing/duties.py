"""From the measures in force on a day to layers of duty.

Layers come from the ledger of duties, and from the record where it has a duty, or terms of a duty, that the ledger does
not have.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from detente import labels
from detente.ask.pricing import duty_layers
from detente.ask.pricing.duty_goods import ASSUMED, IN_BASE_YEAR, Goods, began, goods_on_record
from detente.ask.pricing.duty_layers import BASE_DAY, DutyLayer, ledger_layers
from detente.ask.pricing.named_measures import ACT, COUNTED, LEVEL, UNKNOWN, NamedMeasure, measure_of, named_measure
from detente.record import duties as ledgers
from detente.record.case import Case
from detente.record.duties import Ledger, Part
from detente.record.state import State
from detente.record.state.rows import Measure, Threat

EVERYBODY = "ALL"
LIVE = ("in_force", "reduced")
NOT_IN_LEDGER = "the ledger of duties has none of it on this day"
NO_RATE = "the record gives no rate"
NO_CHANGE = "a duty of this rate is in force already"
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
    rate = _added_rate(row, levy, pair, day, case) if points is None else points
    if rate is None:
        return NO_RATE
    if rate == 0:
        return NO_CHANGE
    return DutyLayer(
        levy.measure, *pair, rate, goods.share, levy.source, goods.note, levy.statement, goods.only,
        profile=goods.profile,
    )  # fmt: skip


def _added_rate(row: Measure | Threat, levy: _Levy, pair: tuple[str, str], day: str, case: Case) -> float | None:
    """The points that a measure would add: its rate, less that of the duty in force whose place it would take."""
    rate = rate_of(row)
    named = named_measure(levy.measure, case.ledger)
    if rate is None or named is None or not _takes_a_place(named, row):
        return rate
    part = _family_of(case.ledger, pair, day, day, named.family)
    return rate - (part.rate if part else 0.0)


def _takes_a_place(named: NamedMeasure, row: Measure | Threat) -> bool:
    """Whether a rate would come in place of the family's in force: a level, or an act that is not levied yet."""
    if named.use == ACT and isinstance(row, Measure):
        return row.status_last_known not in LIVE
    return named.use == LEVEL


def _goods(row: Measure | Threat, levy: _Levy, pair: tuple[str, str], day: str, case: Case) -> Goods | str:
    """The goods that a measure falls on between two economies: those that the ledger has for it, else the record's."""
    named = named_measure(levy.measure, case.ledger)
    if named is None:
        return goods_on_record(row, pair, day)
    if named.use == UNKNOWN:
        return named.note
    if began(row) and began(row) <= BASE_DAY < day:
        return IN_BASE_YEAR
    if named.share is not None:
        return Goods(named.share, None, named.note)
    coverage = case.ledger.coverage(*pair, named.family, day, scope=named.scope)
    if coverage is None:
        return goods_on_record(row, pair, day)
    return Goods(coverage.share, coverage.by_sector or None, named.note)


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
    of_ledger = ledger_layers(inside, state.as_of[:10], state.known[:10], case.ledger)
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
    day, known = state.as_of[:10], state.known[:10]
    if _began_on_record(row) > day or _began_on_record(row) <= case.ledger.last_change(*pair, named.family, day, known):
        return ""
    part = _family_of(case.ledger, pair, day, known, named.family)
    is_same = part is not None and part.rate == rate_of(row) and is_levied(row, state.as_of[:10])
    return "" if is_same else _name(named)


def _name(named: NamedMeasure) -> str:
    return measure_of(named.by, named.family) or named.measure


def _began_on_record(row: Measure) -> str:
    """The first day of the terms of a measure whose day the record has; "" without one, and the ledger has the word."""
    return str(row.legal_from)[:10] if row.legal_from else ""


def is_duty_of(layer: DutyLayer, row: Measure, case: Case) -> bool:
    """Whether a duty in force is that of a measure of the record: by its name, or as an act of the same family."""
    if layer.measure == row.measure:
        return True
    named = named_measure(row.measure or "", case.ledger)
    return named is not None and named.use == ACT and layer.act is not None and _name(named) == layer.measure


def come_back(layer: DutyLayer, state: State, case: Case) -> list[DutyLayer]:
    """The layers that come back on the state's day when a duty in force is taken away: see `duty_layers`."""
    return duty_layers.come_back(layer, state.as_of[:10], state.known[:10], case.ledger)


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
    named = named_measure(row.measure or "", case.ledger)
    if named is not None and named.use == COUNTED:
        return ""
    if row.type != "tariff":
        return WHY_NOT.get(row.type, WHY_NOT["other"])
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
