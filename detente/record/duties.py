"""One ledger of duties: who levies what on whom, on which goods, from when, known since when, and which act gives way.

An act is one legal act (acts.csv); its rates by partner and class of goods stand in rates.csv, what gives way to what
in stacking.csv, and trade of 2024 cut into classes of goods that the same scopes hold in cells.csv. A duty on a pair is
the mean over its cells, weighted by trade: since every rate is looked up again for each cell, an act that is taken
away brings back what it displaced.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import NamedTuple

from detente import labels
from detente.errors import RecordError

US_CONTENT = 0.40  # of the claimed value of a vehicle, free of the duty on vehicles (Budget Lab, us_auto_content_share)
ALL = "ALL"


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


@dataclass(frozen=True, eq=False, slots=True)  # compared by identity: a ledger asks for thousands of them
class Rate:
    """The rate of an act, in percent, on some partners and classes of goods.

    against: codes, none for all; but: codes left out; needs: classes of which one must hold, none for all goods;
    without: classes of which none may. kind: add (on top), total (at least this with the ordinary duty), cap (at most
    this with it), exempt (the rate is the share of the value that is free of the family, 0 to 1). usmca: what a claim
    of preference frees: none, free (all), content (the part that is of the importer). part: whole, or the metal content
    by the rule of a month.
    """

    act: str
    family: str
    against: frozenset[str]
    but: frozenset[str]
    needs: frozenset[str]
    without: frozenset[str]
    rate: float
    kind: str
    usmca: str
    part: str
    start: str
    until: str
    known: str
    end_known: str
    note: str

    def falls_on(self, partner: str) -> bool:
        """Whether it falls on goods of a partner."""
        return partner not in self.but and (not self.against or partner in self.against)

    def covers(self, classes: frozenset[str]) -> bool:
        """Whether it falls on goods of some classes."""
        return (not self.needs or not self.needs.isdisjoint(classes)) and self.without.isdisjoint(classes)

    def is_levied(self, day: str, known: str) -> bool:
        """Whether it is levied on a day, as known on a day: an end counts once it is known."""
        if self.known > known or self.start > day:
            return False
        return not (self.until and self.until < day and self.end_known <= known)


class Displacement(NamedTuple):
    """One family of acts that gives way to another: on the whole good, its metal content, what owes, or by height."""

    winner: str
    loser: str
    start: str
    until: str
    part: str

    def holds(self, day: str) -> bool:
        """Whether the rule holds on a day."""
        return self.start <= day and not (self.until and self.until < day)


class Cell(NamedTuple):
    """Trade of a partner in a sector that the same scopes hold: classes, USD of 2024, ordinary duty in percent."""

    sector: str
    classes: frozenset[str]
    value: float
    ordinary: float
    usmca: float
    metal: Mapping[str, float]


@dataclass(frozen=True)
class Levied:
    """What one economy adds to the ordinary duty on another's goods: points by act, and the mean ordinary duty."""

    points: Mapping[str, float] = field(default_factory=dict)
    ordinary: float = 0.0

    @property
    def total(self) -> float:
        """All acts together, in percentage points."""
        return sum(self.points.values())


@dataclass(frozen=True, eq=False)
class Ledger:
    """Acts, their rates, what gives way to what, and trade by class of goods; shipped, with the user's own added.

    members: the mix of sectors of each member of a union whose trade the cells hold as a whole.
    """

    acts: Mapping[str, Act]
    rates: tuple[Rate, ...]
    displacements: tuple[Displacement, ...]
    cells: Mapping[str, tuple[Cell, ...]]
    members: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @cached_property
    def families(self) -> dict[str, tuple[str, ...]]:
        """{imposer: families of its acts}, those that displace others first."""
        families: dict[str, dict[str, None]] = {}
        for rate in self.rates:
            families.setdefault(self.acts[rate.act].imposer, {})[rate.family] = None
        return {imposer: tuple(names) for imposer, names in families.items()}

    def levied(self, by: str, against: str, day: str, known: str | None = None) -> Levied:
        """The duties of one economy on another's goods on a day, as known on a day (default: the same)."""
        return self._levied(by, against, day, known or day)

    @lru_cache(maxsize=4096)  # noqa: B019 - a ledger lives as long as the process
    def _levied(self, by: str, against: str, day: str, known: str) -> Levied:
        points: dict[str, float] = {}
        ordinary = total = 0.0
        for cell in self._cells(by, against):
            total += cell.value
            ordinary += cell.value * cell.ordinary
            for act, rate in self.on_cell(by, against, cell, day, known).items():
                points[act] = points.get(act, 0.0) + cell.value * rate
        if not total:
            return Levied()
        return Levied({act: x / total for act, x in points.items()}, ordinary / total)

    def by_sector(self, by: str, against: str, day: str, known: str | None = None) -> dict[str, float]:
        """{sector: added duty in percentage points}, all acts together; sectors without trade are left out."""
        value: dict[str, float] = {}
        points: dict[str, float] = {}
        for cell in self._cells(by, against):
            rate = sum(self.on_cell(by, against, cell, day, known or day).values())
            value[cell.sector] = value.get(cell.sector, 0.0) + cell.value
            points[cell.sector] = points.get(cell.sector, 0.0) + cell.value * rate
        return {sector: points[sector] / x for sector, x in value.items() if x}

    def _cells(self, by: str, against: str) -> tuple[Cell, ...]:
        """Trade that the duties of one economy on another fall on: the partner's own cells, or those of the rest."""
        if by != "USA":
            return WHOLE
        if against in self.members:
            return self._member_cells(against)
        names = (against, "EU27" if against == "EU" else "", "REST")
        return next((self.cells[name] for name in names if name in self.cells), ())

    @lru_cache(maxsize=64)  # noqa: B019
    def _member_cells(self, member: str) -> tuple[Cell, ...]:
        """The union's cells weighted by a member's own mix of sectors."""
        union: dict[str, float] = {}
        for cell in self.cells["EU27"]:
            union[cell.sector] = union.get(cell.sector, 0.0) + cell.value
        mix = self.members[member]
        return tuple(
            cell._replace(value=mix[cell.sector] * cell.value / union[cell.sector])
            for cell in self.cells["EU27"]
            if cell.sector in mix
        )

    def changes(self, by: str, against: str, first: str, last: str, known: str) -> list[str]:
        """The days between two on which a duty of one economy on another's goods starts or ends, as known on a day."""
        rates = [rate for rate in self.rates if self.acts[rate.act].imposer == by and rate.known <= known]
        days = {first, *(day for rate in rates for day in _turning_days(rate, known))}
        levied = {day: self.levied(by, against, day, known) for day in sorted(days) if first <= day <= last}
        before = [None, *levied.values()]
        return [day for (day, duties), earlier in zip(levied.items(), before, strict=False) if duties != earlier]

    def on_cell(self, by: str, against: str, cell: Cell, day: str, known: str) -> dict[str, float]:
        """{act: points} on one class of goods: the latest rate of every family, less what gives way to another."""
        chosen: dict[str, Rate] = {}
        free: dict[str, float] = {}
        for rate in self._active(by, against, day, known):
            if not rate.covers(cell.classes):
                continue
            if rate.kind == "exempt":
                free[rate.family] = max(free.get(rate.family, 0.0), rate.rate)
            else:
                chosen[rate.family] = rate
        share = self._shares(chosen, cell, day)
        for family, part in free.items():
            if family in share:
                share[family] *= 1 - part
        return {rate.act: share[family] * _points(rate, cell) for family, rate in chosen.items() if share[family]}

    @lru_cache(maxsize=4096)  # noqa: B019
    def _active(self, by: str, against: str, day: str, known: str) -> tuple[Rate, ...]:
        """The rates on a partner that are levied on a day as known on a day; of one family the one that counts last."""
        names = {against, "EU27"} if against == "EU" or against in labels.members("EU") else {against}
        rates = [
            rate
            for rate in self.rates
            if self.acts[rate.act].imposer == by and rate.is_levied(day, known) and any(map(rate.falls_on, names))
        ]
        return tuple(sorted(rates, key=_rank))

    @lru_cache(maxsize=256)  # noqa: B019
    def _rules(self, day: str) -> tuple[Displacement, ...]:
        return tuple(rule for rule in self.displacements if rule.holds(day))

    def _shares(self, chosen: Mapping[str, Rate], cell: Cell, day: str) -> dict[str, float]:
        """{family: the share of the value that its rate falls on}, after preference and displacement."""
        owed = {family: _owed(rate, cell) for family, rate in chosen.items()}
        share = {family: owed[family] * _part(rate, cell) for family, rate in chosen.items()}
        for rule in self._rules(day) if len(chosen) > 1 else ():
            if rule.winner in chosen and rule.loser in share and _displaces(chosen[rule.winner]):
                _give_way(rule, chosen, share, owed, cell)
        return share


def _displaces(rate: Rate) -> bool:
    """Whether a rate is a duty that others give way to: one that was set to nothing is not."""
    return rate.rate != 0 or rate.kind != "add"


def _give_way(
    rule: Displacement, chosen: Mapping[str, Rate], share: dict[str, float], owed: Mapping[str, float], cell: Cell
) -> None:
    """Take from the loser's share of the value what the rule gives to the winner."""
    winner, loser = rule.winner, rule.loser
    if rule.part == "higher":
        share[loser if chosen[loser].rate <= chosen[winner].rate else winner] = 0.0
    elif rule.part == "owed":
        share[loser] *= 1 - owed[winner]
    elif rule.part == "content":
        share[loser] *= 1 - _part(chosen[winner], cell) * (share[winner] > 0)
    else:
        share[loser] = 0.0


def _rank(rate: Rate) -> tuple[str, bool, bool, str]:
    """Of several rates of a family on one good: the latest; then the one for fewer partners, then for fewer goods."""
    return (rate.start, bool(rate.against), bool(rate.needs), rate.known)


def _owed(rate: Rate, cell: Cell) -> float:
    """The share of the value that owes a duty after claims of preference."""
    if rate.usmca == "free":
        return 1 - cell.usmca
    return 1 - US_CONTENT * cell.usmca if rate.usmca == "content" else 1.0


def _part(rate: Rate, cell: Cell) -> float:
    """The share of the value that the rate falls on: its metal content where the rule is by content."""
    return 1.0 if rate.part == "whole" else cell.metal.get(rate.part, 0.0)


def _points(rate: Rate, cell: Cell) -> float:
    """The points that a rate adds to the ordinary duty of a cell."""
    if rate.kind == "total":
        return max(0.0, rate.rate - cell.ordinary)
    if rate.kind == "cap":
        return max(0.0, min(rate.rate, rate.rate - cell.ordinary))
    return rate.rate


WHOLE = (Cell("", frozenset(), 1.0, 0.0, 0.0, {}),)


def _table(name: str) -> list[dict[str, str]]:
    text = files("detente").joinpath("duties", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _codes(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """(codes, codes left out) of 'ALL -CAN -MEX' or 'CHN HKG'."""
    words = text.split()
    kept = frozenset(w for w in words if not w.startswith("-") and w != ALL)
    return kept, frozenset(w[1:] for w in words if w.startswith("-"))


def _rate(row: Mapping[str, str]) -> Rate:
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
    yield rate.start
    if rate.until and rate.end_known <= known:
        yield (date.fromisoformat(rate.until) + timedelta(1)).isoformat()


@cache
def shipped() -> Ledger:
    """The ledger that ships with the package."""
    acts = {row["id"]: Act(**{k: row[k] for k in Act._fields}) for row in _table("acts.csv")}
    displacements = tuple(
        Displacement(r["winner"], r["loser"], r["from"], r["until"], r["part"]) for r in _table("stacking.csv")
    )
    rates = tuple(_rate(row) for row in _table("rates.csv"))
    unknown = next((rate.act for rate in rates if rate.act not in acts), None)
    if unknown is not None:
        raise RecordError(f"duties/rates.csv: {unknown!r} is no act of duties/acts.csv")
    return Ledger(acts, rates, displacements, _cells(), _members())


def _cells() -> dict[str, tuple[Cell, ...]]:
    """{partner: its classes of goods}."""
    cells: dict[str, list[Cell]] = {}
    for row in _table("cells.csv"):
        cells.setdefault(row["partner"], []).append(_cell(row))
    return {name: tuple(rows) for name, rows in cells.items()}


def _members() -> dict[str, dict[str, float]]:
    """{member of a bloc: {sector: its share of the bloc's exports}}."""
    members: dict[str, dict[str, float]] = {}
    for row in _table("members.csv"):
        members.setdefault(row["member"], {})[row["sector"]] = float(row["share"])
    return members


def world(by: str, day: str, known: str | None = None, ledger: Ledger | None = None) -> float:
    """The mean added duty of an economy on all its partners, weighted by trade of 2024."""
    book = ledger or shipped()
    value = {name: sum(cell.value for cell in rows) for name, rows in book.cells.items()}
    points = {name: book.levied(by, name, day, known).total for name in value}
    return sum(points[name] * x for name, x in value.items()) / sum(value.values())


def own(ledger: Ledger, acts: Iterable[Act], rates: Iterable[Rate]) -> Ledger:
    """The ledger with a user's own acts added."""
    return Ledger(
        {**ledger.acts, **{a.id: a for a in acts}},
        (*ledger.rates, *rates),
        ledger.displacements,
        ledger.cells,
        ledger.members,
    )
