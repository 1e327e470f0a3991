"""One ledger of duties: who levies what on whom, on which goods, from when, known since when, and which act gives way.

An act is one legal act (acts.csv); its rates by partner and class of goods stand in rates.csv, what gives way to what
in stacking.csv, and trade of 2024 cut into classes of goods that the same scopes hold in cells.csv. A duty on a pair is
the mean over its cells, weighted by trade: since every rate is looked up again for each cell, an act that is taken
away brings back what it displaced.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import NamedTuple

from detente import labels
from detente.errors import RecordError
from detente.record.rates import WHOLE, Basket, Displacement, Kinds, Rules, displaces, rank, shares_of_cell
from detente.record.rates import Cell as Cell
from detente.record.rates import Rate as Rate

ALL = "ALL"
WORLD = "WLD"  # all partners together
FIRST_DAY = "0001-01-01"
READ_UNTIL = "2026-10-08"  # the last day of which sources were read
TRADE_DAY = "2024-12-31"  # the acts in force then are part of the duty that the cells hold: it was owed on 2024 imports
SAME_AS = "as "  # how a scope begins that names another act


class Act(NamedTuple):
    """One legal act: its days, what it says, and where that can be read."""

    id: str
    imposer: str
    target: str
    authority: str
    instrument: str
    announced: str
    legal_from: str
    legal_until: str
    ever_in_force: str
    known: str
    rate: str
    scope: str
    source: str
    url: str
    confidence: str
    note: str
    signed: str = ""
    suspended_from: str = ""
    suspended_until: str = ""
    rate_kind: str = ""
    quote: str = ""

    @property
    def title(self) -> str:
        """The act as a reader knows it: the law and the instrument, with what it covers; the id where it has none."""
        law = ", ".join(filter(None, (self.authority, self.instrument)))
        covers = "" if self.scope.startswith(SAME_AS) else self.scope
        return ": ".join(filter(None, (law, covers))) or self.id


class Part(NamedTuple):
    """What one family of acts adds to the duties on a pair: the act in force, its rate and the points it adds.

    rate: the highest rate of the act on any of the goods. by_sector: percentage points on the sector's trade; none
    where trade by sector is not on file.
    """

    family: str
    act: str
    rate: float
    by_sector: Mapping[str, float]
    average: float


class Coverage(NamedTuple):
    """The share (0 to 1) of a partner's trade that a duty falls on, by sector where that is on file, and on average."""

    by_sector: Mapping[str, float]
    share: float


@dataclass(frozen=True)
class Levied:
    """What one economy adds to the ordinary duty on another's goods: points by act, and the mean ordinary duty."""

    points: Mapping[str, float] = field(default_factory=dict)
    ordinary: float = 0.0

    @property
    def total(self) -> float:
        """All acts together, in percentage points."""
        return sum(self.points.values(), 0.0)


NOTHING = Levied()


@dataclass(frozen=True, eq=False)
class Ledger:
    """Acts, their rates, what gives way to what, and trade by class of goods; shipped, with the user's own added.

    cells: {(importer, partner): classes of goods}. members: the mix of sectors of each member of a union whose trade
    the cells hold as a whole. of_rest: {(importer, partner): imports of 2024 in USD} of partners whose goods the cells
    hold together, as REST.
    """

    acts: Mapping[str, Act]
    rates: tuple[Rate, ...]
    displacements: tuple[Displacement, ...]
    cells: Mapping[tuple[str, ...], tuple[Cell, ...]]
    members: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    of_rest: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @cached_property
    def classes(self) -> frozenset[str]:
        """The classes of goods that the cells tell apart."""
        return frozenset(name for cells in self.cells.values() for cell in cells for name in cell.classes)

    @lru_cache(maxsize=256)  # noqa: B019
    def rated(self, known: str) -> frozenset[str]:
        """The acts that have rates on file which were known on a day."""
        return frozenset(rate.act for rate in self.rates if rate.known <= known)

    def levies(self, by: str, day: str, known: str) -> bool:
        """Whether an economy levies a duty of the ledger on anybody on a day, as known on a day."""
        return bool(self._levied_by(by, day, known))

    def levied(self, by: str, against: str, day: str, known: str | None = None) -> Levied:
        """The duties of one economy on another's goods on a day, as known on a day (default: the same).

        against: a code, or WLD for the mean over all partners; that is empty where the economy's trade is not on file.
        """
        if by not in self._ever_levying:
            return NOTHING
        if against == WORLD:
            return self._on_world(by, day, known or day)
        if not self._levied_by(by, day, known or day) and by not in self._importers:
            return NOTHING
        return self._levied(*self._basket(by, against), self._active(by, against, day, known or day), self._rules(day))

    def ordinary(self, by: str, against: str) -> float | None:
        """The mean duty without any act, in percent: that owed in 2024 less the acts of then; None where not on file.

        It is read off the shipped ledger: an act of one's own changes nothing about it.
        """
        if not self.has_classes(by):
            return None
        owed = shipped().levied(by, against, TRADE_DAY)
        return owed.ordinary - owed.total

    @lru_cache(maxsize=1024)  # noqa: B019
    def _on_world(self, by: str, day: str, known: str) -> Levied:
        points: dict[str, float] = {}
        ordinary = total = 0.0
        for partner, value in self.imports(by).items():
            levied = self.levied(by, partner, day, known)
            total += value
            ordinary += value * levied.ordinary
            for act, x in levied.points.items():
                points[act] = points.get(act, 0.0) + value * x
        return Levied({act: x / total for act, x in points.items()}, ordinary / total) if total else Levied()

    @lru_cache(maxsize=64)  # noqa: B019
    def imports(self, by: str) -> dict[str, float]:
        """{partner: imports of 2024 in USD} of an economy whose trade is on file; REST is all partners not named."""
        value = {p: sum(cell.value for cell in rows) for (importer, p), rows in self.cells.items() if importer == by}
        named = {p: x for (importer, p), x in self.of_rest.items() if importer == by}
        return {**value, **named, "REST": value["REST"] - sum(named.values())} if value else {}

    def parts(
        self, by: str, against: str, day: str, known: str | None = None, *, without: str | None = None
    ) -> tuple[Part, ...]:
        """The duties of one economy on another's goods on a day, as known on a day: a part for each family of acts.

        without: a family that is left out, so that what gave way to it comes back.
        """
        active = self._active(by, against, day, known or day)
        if without is not None:
            active = tuple(rate for rate in active if rate.family != without)
        return self._parts(*self._basket(by, against), active, self._rules(day))

    @lru_cache(maxsize=4096)  # noqa: B019 - a ledger lives as long as the process
    def _levied(self, basket: str, member: str, active: tuple[Rate, ...], rules: Rules) -> Levied:
        weights = self._weights(basket, member)
        trade = self._baskets[basket]
        total = _weighted(trade.trade, weights)
        if not total:
            return Levied()
        points: dict[str, float] = {}
        for rate, by_sector in trade.levied(_kinds(active, rules), active):
            points[rate.act] = points.get(rate.act, 0.0) + _weighted(by_sector, weights)
        return Levied({act: x / total for act, x in points.items()}, _weighted(trade.ordinary, weights) / total)

    @lru_cache(maxsize=4096)  # noqa: B019
    def _parts(self, basket: str, member: str, active: tuple[Rate, ...], rules: Rules) -> tuple[Part, ...]:
        weights = self._weights(basket, member)
        trade = {sector: x * weights.get(sector, 0.0) for sector, x in self._baskets[basket].trade.items()}
        by_family: dict[str, dict[str, float]] = {}
        acts: dict[str, dict[str, float]] = {}
        for rate, by_sector in self._baskets[basket].levied(_kinds(active, rules), active):
            sectors, of_act = by_family.setdefault(rate.family, {}), acts.setdefault(rate.family, {})
            for sector, x in by_sector.items():
                points = x * weights.get(sector, 0.0)
                sectors[sector] = sectors.get(sector, 0.0) + points
                of_act[rate.act] = of_act.get(rate.act, 0.0) + points
        return tuple(_part_of(family, sectors, trade, acts[family], active) for family, sectors in by_family.items())

    def coverage(
        self, by: str, against: str, family: str, day: str, known: str | None = None, scope: Rate | None = None
    ) -> Coverage | None:
        """What a duty of a family would fall on on a day: the goods of its rates on that day, or of the last before it.

        scope: a rate whose goods count instead of those of the family. None where the family has no rate on the
        partner, as known.
        """
        own = (scope,) if scope else self._last_rates(by, against, family, day, known or day)
        if not own:
            return None
        others = (rate for rate in self._active(by, against, day, known or day) if rate.family != family)
        return self._coverage(*self._basket(by, against), (*others, *own), self._rules(day), family)

    def _last_rates(self, by: str, against: str, family: str, day: str, known: str) -> tuple[Rate, ...]:
        """The rates of a family on a partner that are levied on a day, or were or will be on the day nearest to it."""
        rates = self._rates_on(by, against, family, known)
        ends = [rate.until if rate.until and rate.end_known <= known else day for rate in rates if rate.start <= day]
        last = min(day, max(ends)) if ends else min((rate.start for rate in rates), default=day)
        return tuple(rate for rate in rates if rate.is_levied(last, known))

    def _rates_on(self, by: str, against: str, family: str, known: str) -> list[Rate]:
        """The rates of a family on a partner that are known on a day, those that count last at the end."""
        imposers, names = with_union(by), with_union(against)
        rates = (x for x in self.rates if x.family == family and x.known <= known)
        on_partner = (x for x in rates if self.acts[x.act].imposer in imposers and x.falls_on(names))
        return sorted(on_partner, key=rank)

    def last_change(self, by: str, against: str, family: str, day: str, known: str) -> str:
        """The last day, by a day, on which a rate of a family on a partner began or had ended; "" if there is none."""
        rates = self._rates_on(by, against, family, known)
        return max((turn for rate in rates for turn in _turning_days(rate, known) if turn <= day), default="")

    @lru_cache(maxsize=4096)  # noqa: B019
    def _coverage(self, basket: str, member: str, active: tuple[Rate, ...], rules: Rules, family: str) -> Coverage:
        trade: dict[str, float] = {}
        covered: dict[str, float] = {}
        for cell, value in self._trade(basket, member):
            trade[cell.sector] = trade.get(cell.sector, 0.0) + value
            for rate, share in shares_of_cell(cell, active, rules):
                if rate.family == family and displaces(rate):
                    covered[cell.sector] = covered.get(cell.sector, 0.0) + value * share
        by_sector = {sector: x / trade[sector] for sector, x in covered.items() if sector and trade[sector]}
        total = sum(trade.values())
        return Coverage(by_sector, sum(covered.values()) / total if total else 0.0)

    def by_sector(self, by: str, against: str, day: str, known: str | None = None) -> dict[str, float]:
        """{sector: added duty in percentage points}, all acts together; sectors without trade are left out."""
        basket, member = self._basket(by, against)
        points = {cell.sector: 0.0 for cell, value in self._trade(basket, member) if value}
        for part in self.parts(by, against, day, known):
            for sector, levied in part.by_sector.items():
                points[sector] += levied
        return points

    def has_classes(self, by: str) -> bool:
        """Whether the imports of an economy are known by class of goods; of others only the whole is."""
        return by in self._importers

    @cached_property
    def _ever_levying(self) -> frozenset[str]:
        """The economies whose trade is on file or that levy on some day, by themselves or through their union."""
        imposers = {self.acts[rate.act].imposer for rate in self.rates}
        through_union = {code for code in labels.codes() if not with_union(code).isdisjoint(imposers)}
        unions = {code for code in labels.BLOCS if not with_union(code).isdisjoint(imposers)}
        return self._importers | imposers | through_union | unions

    @cached_property
    def _importers(self) -> frozenset[str]:
        """The economies whose imports are known by class of goods."""
        return frozenset(importer for importer, _ in self.cells)

    def _basket(self, by: str, against: str) -> tuple[str, str]:
        """(trade that the duties of an economy on another fall on, the member of a union whose mix weighs it)."""
        if not self.has_classes(by):
            return "", ""
        if against in self.members:
            return f"{by} EU27", against
        names = (against, "EU27" if against == "EU" else "", "REST")
        return next((f"{by} {name}" for name in names if (by, name) in self.cells), "none"), ""

    @cached_property
    def _baskets(self) -> dict[str, Basket]:
        """{importer and partner: trade by class of goods}; "" for trade that is known as a whole, none for no trade."""
        own = {" ".join(name): Basket(cells) for name, cells in self.cells.items()}
        return {"": WHOLE, "none": Basket(()), **own}

    @lru_cache(maxsize=256)  # noqa: B019
    def _weights(self, basket: str, member: str) -> Mapping[str, float]:
        """{sector: what its trade counts}: one, or for a member of a union the share in the member's own mix."""
        trade = self._baskets[basket].trade
        if not member:
            return dict.fromkeys(trade, 1.0)
        mix = self.members[member]
        return {sector: mix[sector] / x for sector, x in trade.items() if sector in mix and x}

    def _trade(self, basket: str, member: str) -> Iterator[tuple[Cell, float]]:
        """Each class of goods of a basket with its trade; for a member of a union by its own mix of sectors."""
        weights = self._weights(basket, member)
        return ((x, x.value * weights[x.sector]) for x in self._baskets[basket].cells if x.sector in weights)

    def changes(self, by: str, against: str, first: str, last: str, known: str) -> list[str]:
        """The days between two on which a duty of one economy on another's goods starts or ends, as known on a day."""
        days = sorted(day for day in {first, *self._days_of_change(by, known)} if first <= day <= last)
        points = [{a: x for a, x in self.levied(by, against, day, known).points.items() if x} for day in days]
        return [day for k, day in enumerate(days) if not k or points[k] != points[k - 1]]

    def _days_of_change(self, by: str, known: str) -> Iterator[str]:
        """Days on which a rate of an economy, or a rule of what gives way to what, starts or has ended."""
        imposers = with_union(by)
        for rate in self.rates:
            if rate.known <= known and self.acts[rate.act].imposer in imposers:
                yield from _turning_days(rate, known)
        for rule in self.displacements:
            yield from _first_and_next(rule.start, rule.until)

    @lru_cache(maxsize=4096)  # noqa: B019
    def _active(self, by: str, against: str, day: str, known: str) -> tuple[Rate, ...]:
        """The rates on a partner that are levied on a day as known on a day; of one family the one that counts last."""
        rates, names = self._levied_by(by, day, known), with_union(against)
        if not names.isdisjoint(with_union(by)):  # its own goods, or those of another member of its union
            return ()
        for_all, by_code = self._places(rates)
        places = [*for_all, *(place for name in names for place in by_code.get(name, ()))]
        return tuple(rates[place] for place in sorted({*places}) if rates[place].falls_on(names))

    @lru_cache(maxsize=1024)  # noqa: B019
    def _levied_by(self, by: str, day: str, known: str) -> tuple[Rate, ...]:
        """The rates that an economy, or the union it belongs to, levies on anybody on a day, as known on a day."""
        names = with_union(by)
        rates = [x for x in self.rates if self.acts[x.act].imposer in names and x.is_levied(day, known)]
        return tuple(sorted(rates, key=rank))

    @lru_cache(maxsize=64)  # noqa: B019
    def _places(self, rates: tuple[Rate, ...]) -> tuple[list[int], dict[str, list[int]]]:
        """The places of the rates on everybody, and by code of those that name partners."""
        by_code: dict[str, list[int]] = {}
        for place, rate in enumerate(rates):
            for code in rate.against:
                by_code.setdefault(code, []).append(place)
        return [place for place, rate in enumerate(rates) if not rate.against], by_code

    def _rules(self, day: str) -> Rules:
        """The rules of a day."""
        days = self._rule_days
        return self._rules_from(days[max(bisect_right(days, day) - 1, 0)])

    @cached_property
    def _rule_days(self) -> list[str]:
        """The days from which other rules hold."""
        turning = (day for rule in self.displacements for day in _first_and_next(rule.start, rule.until))
        return sorted({FIRST_DAY, *turning})

    @lru_cache(maxsize=256)  # noqa: B019
    def _rules_from(self, day: str) -> Rules:
        return Rules(tuple(rule for rule in self.displacements if rule.holds(day)))


@lru_cache(maxsize=4096)
def _kinds(active: tuple[Rate, ...], rules: Rules) -> Kinds:
    return Kinds(active, rules)


def _weighted(by_sector: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(x * weights.get(sector, 0.0) for sector, x in by_sector.items())


@cache
def with_union(code: str) -> frozenset[str]:
    """A code, and that of the union it belongs to or names."""
    return frozenset({code, "EU27"} if code == "EU" or code in labels.members("EU") else {code})


def _part_of(
    family: str,
    points: Mapping[str, float],
    trade: Mapping[str, float],
    acts: Mapping[str, float],
    active: Iterable[Rate],
) -> Part:
    """The part of a family from its points times trade by sector and by act."""
    act = max(acts, key=lambda name: abs(acts[name]))
    rate = max((x.rate for x in active if x.act == act and x.kind != "exempt"), default=0.0)
    by_sector = {sector: x / trade[sector] for sector, x in points.items() if sector and trade[sector]}
    return Part(family, act, rate, by_sector, sum(points.values()) / sum(trade.values()))


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table of duties."""
    text = files("detente").joinpath("duties", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _codes(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """(codes, codes left out) of 'ALL -CAN -MEX' or 'CHN HKG'."""
    words = text.split()
    kept = frozenset(w for w in words if not w.startswith("-") and w != ALL)
    return kept, frozenset(w[1:] for w in words if w.startswith("-"))


def read_rate(row: Mapping[str, str]) -> Rate:
    """The rate of a row of rates.csv."""
    against, but = _codes(row["against"])
    return Rate(
        row["act"], row["family"], against, but, frozenset(row["needs"].split()), frozenset(row["without"].split()),
        float(row["rate"]), row["kind"], row["usmca"], row["part"], row["from"], row["until"], row["known"],
        row["end_known"] or row["known"], row["note"],
    )  # fmt: skip


def _cell(row: Mapping[str, str]) -> Cell:
    metal = {k: float(row[f"metal_share_{k}"]) for k in ("mar25", "aug25") if row[f"metal_share_{k}"]}
    classes = frozenset(row["scopes"].split("+")) - {"-"}
    return Cell(
        row["sector"], classes, float(row["imports_2024_usd"]), float(row["ordinary_duty_pct"] or 0),
        float(row["usmca_share"] or 0), metal,
    )  # fmt: skip


def _turning_days(rate: Rate, known: str) -> Iterator[str]:
    """The day on which a rate starts, and the day after its end where that was known."""
    return _first_and_next(rate.start, rate.until if rate.end_known <= known else "")


def _first_and_next(start: str, last: str) -> Iterator[str]:
    """A first day, and the day after a last one where there is one."""
    yield start
    if last:
        yield (date.fromisoformat(last) + timedelta(1)).isoformat()


@cache
def shipped() -> Ledger:
    """The ledger that ships with the package."""
    acts = {row["id"]: Act(**{k: row[k] for k in Act._fields}) for row in read_table("acts.csv")}
    displacements = tuple(
        Displacement(r["winner"], r["loser"], r["from"], r["until"], r["part"]) for r in read_table("stacking.csv")
    )
    rates = tuple(read_rate(row) for row in read_table("rates.csv"))
    unknown = next((rate.act for rate in rates if rate.act not in acts), None)
    if unknown is not None:
        raise RecordError(f"duties/rates.csv: {unknown!r} is no act of duties/acts.csv")
    return Ledger(acts, rates, displacements, _cells(), _members(), _of_rest())


def _cells() -> dict[tuple[str, ...], tuple[Cell, ...]]:
    """{(importer, partner): its classes of goods}."""
    cells: dict[tuple[str, ...], list[Cell]] = {}
    for row in read_table("cells.csv"):
        cells.setdefault((row["importer"], row["partner"]), []).append(_cell(row))
    return {name: tuple(rows) for name, rows in cells.items()}


def _members() -> dict[str, dict[str, float]]:
    """{member of a bloc: {sector: its share of the bloc's exports}}."""
    members: dict[str, dict[str, float]] = {}
    for row in read_table("members.csv"):
        members.setdefault(row["member"], {})[row["sector"]] = float(row["share"])
    return members


def _of_rest() -> dict[tuple[str, str], float]:
    return {(row["importer"], row["partner"]): float(row["imports_2024_usd"]) for row in read_table("imports.csv")}


@cache
def sectors() -> frozenset[str]:
    """The sectors by which the ledger has trade."""
    return frozenset(cell.sector for rows in shipped().cells.values() for cell in rows)


def own(ledger: Ledger, acts: Iterable[Act], rates: Iterable[Rate]) -> Ledger:
    """The ledger with a user's own acts added; an act with the id of another takes its place, rates included."""
    added = {act.id: act for act in acts}
    return Ledger(
        {**ledger.acts, **added},
        (*(rate for rate in ledger.rates if rate.act not in added), *rates),
        ledger.displacements,
        ledger.cells,
        ledger.members,
        ledger.of_rest,
    )
