"""What rates come to on classes of goods: which rates count, on which share of the value, and how many points they add.

A basket is the trade of a pair by class of goods. Whether a rate falls on a class, and what gives way to what, depends
on the kinds of the rates and not on their height: a basket works that out once for each set of kinds.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

US_CONTENT = 0.40  # of the claimed value of a vehicle, free of the duty on vehicles (Budget Lab, us_auto_content_share)


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

    def falls_on(self, partner: frozenset[str]) -> bool:
        """Whether it falls on goods of a partner, given by its code and that of the union it belongs to."""
        return self.but.isdisjoint(partner) and (not self.against or not self.against.isdisjoint(partner))

    def covers(self, classes: frozenset[str]) -> bool:
        """Whether it falls on goods of some classes."""
        return _in_scope(classes, self.needs, self.without)

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


def shares_of_cell(cell: Cell, active: Iterable[Rate], rules: Iterable[Displacement]) -> list[tuple[Rate, float]]:
    """The rates that count on one class of goods, each with the share of the value that it falls on."""
    chosen: dict[str, Rate] = {}
    free: dict[str, float] = {}
    for rate in active:
        if not rate.covers(cell.classes):
            continue
        if rate.kind == "exempt":
            free[rate.family] = max(free.get(rate.family, 0.0), rate.rate)
        else:
            chosen[rate.family] = rate
    share = _free_of(_shares(chosen, cell, rules), free)
    return [(rate, share[family]) for family, rate in chosen.items() if share[family]]


def _shares(chosen: Mapping[str, Rate], cell: Cell, rules: Iterable[Displacement]) -> dict[str, float]:
    """{family: the share of the value that its rate falls on}, after preference and displacement."""
    share = {family: _owed(rate, cell) * _part(rate, cell) for family, rate in chosen.items()}
    if len(chosen) == 1:
        return share
    for rule in rules:
        if rule.loser in share and rule.winner in share and displaces(chosen[rule.winner]):
            _give_way(rule, chosen, share, cell)
    return share


def _free_of(share: dict[str, float], free: Mapping[str, float]) -> dict[str, float]:
    """Shares by family less what is free of the family."""
    return {family: x * (1 - free.get(family, 0.0)) for family, x in share.items()}


def displaces(rate: Rate) -> bool:
    """Whether a rate is a duty that others give way to: one that was set to nothing is not."""
    return rate.rate != 0 or rate.kind != "add"


def _give_way(rule: Displacement, chosen: Mapping[str, Rate], share: dict[str, float], cell: Cell) -> None:
    """Take from the loser's share of the value what the rule gives to the winner."""
    winner, loser = rule.winner, rule.loser
    if rule.part == "higher":
        share[loser if chosen[loser].rate <= chosen[winner].rate else winner] = 0.0
    elif rule.part == "owed":
        share[loser] *= 1 - _owed(chosen[winner], cell)
    elif rule.part == "content":
        share[loser] *= 1 - _part(chosen[winner], cell) * (share[winner] > 0)
    else:
        share[loser] = 0.0


def rank(rate: Rate) -> tuple[str, bool, bool, str]:
    """Of several rates of a family on one good: the latest; then the one for fewer partners, then for fewer goods."""
    return (rate.start, bool(rate.against), bool(rate.needs), rate.known)


def _owed(rate: Rate, cell: Cell) -> float:
    """The share of the value that owes a duty after claims of preference."""
    if rate.usmca == "none":
        return 1.0
    if rate.usmca == "free":
        return 1 - cell.usmca
    return 1 - US_CONTENT * cell.usmca


def _part(rate: Rate, cell: Cell) -> float:
    """The share of the value that the rate falls on: its metal content where the rule is by content."""
    return 1.0 if rate.part == "whole" else cell.metal.get(rate.part, 0.0)


def points_on(rate: Rate, cell: Cell) -> float:
    """The points that a rate adds to the ordinary duty of a cell."""
    if rate.kind == "total":
        return max(0.0, rate.rate - cell.ordinary)
    if rate.kind == "cap":
        return max(0.0, min(rate.rate, rate.rate - cell.ordinary))
    return rate.rate


Sums = Mapping[str, float]  # by sector
Shares = list[tuple[int, float]]  # the place of a rate, and the share of the value that it falls on


class Goods(NamedTuple):
    """The cells of a basket that hold the same classes; trade by sector; whether any claims preference."""

    cells: tuple[Cell, ...]
    trade: Sums
    claims: bool


class Counted(NamedTuple):
    """What counts on some goods: the place of one rate of each family, and by family the share that is free of it."""

    places: dict[str, int]
    free: dict[str, float]

    @property
    def key(self) -> tuple[object, ...]:
        """Equal where the same counts."""
        return tuple(self.places.values()), tuple(self.free.items())


@dataclass(frozen=True, eq=False)
class Rules:
    """What gives way to what on some days; compared by identity, since the same days share one."""

    displacements: tuple[Displacement, ...]

    def __iter__(self) -> Iterator[Displacement]:
        return iter(self.displacements)

    def among(self, families: Container[str]) -> tuple[Displacement, ...]:
        """The rules between some families."""
        return tuple(rule for rule in self.displacements if rule.winner in families and rule.loser in families)


class Kinds:
    """Rates as far as their order and kinds go, which decide what counts where; equal where those are.

    The height of a rate belongs to its kind only where others are compared with it, or where it does not scale.
    """

    def __init__(self, rates: tuple[Rate, ...], rules: Rules):
        self.rates = rates
        self.rules = rules.among({rate.family for rate in rates})
        self.alike = frozenset(k for k, x in enumerate(rates) if (x.usmca, x.part) == ("none", "whole"))
        compared = {name for rule in self.rules if rule.part == "higher" for name in (rule.winner, rule.loser)}
        self._key = (self.rules, tuple(_kind(rate, rate.family in compared) for rate in rates))
        self._hash = hash(self._key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kinds) and self._key == other._key

    def shares(self, cell: Cell, counted: Counted) -> Shares:
        """The rates that count on a cell, each with the share of the value that it falls on."""
        chosen = {family: self.rates[place] for family, place in counted.places.items()}
        share = _free_of(_shares(chosen, cell, self.rules), counted.free)
        return [(place, share[family]) for family, place in counted.places.items() if share[family]]


@dataclass(frozen=True, eq=False)
class Basket:
    """The trade of a pair by class of goods."""

    cells: tuple[Cell, ...]

    @cached_property
    def trade(self) -> Sums:
        """{sector: trade in USD}."""
        return _by_sector((cell.sector, cell.value) for cell in self.cells)

    @cached_property
    def ordinary(self) -> Sums:
        """{sector: trade in USD times ordinary duty in percent}."""
        return _by_sector((cell.sector, cell.value * cell.ordinary) for cell in self.cells)

    @cached_property
    def goods(self) -> tuple[Goods, ...]:
        """The cells, those that hold the same classes together."""
        groups: dict[frozenset[str], list[Cell]] = {}
        for cell in self.cells:
            groups.setdefault(cell.classes, []).append(cell)
        return tuple(
            Goods(tuple(cells), _by_sector((x.sector, x.value) for x in cells), any(x.usmca for x in cells))
            for cells in groups.values()
        )

    def levied(self, kinds: Kinds, rates: Sequence[Rate]) -> Iterator[tuple[Rate, Sums]]:
        """(rate, {sector: trade in USD times points}) of the rates that count on any of the goods.

        rates: of one family on one good the last counts; kinds: theirs.
        """
        for rate, sums in zip(rates, self._sums(kinds), strict=True):
            if sums:
                height = rate.rate if rate.kind == "add" else 1.0
                yield rate, {sector: x * height for sector, x in sums.items()}

    @lru_cache(maxsize=4096)  # noqa: B019 - a basket lives as long as its ledger
    def _sums(self, kinds: Kinds) -> tuple[Sums, ...]:
        """{sector: trade times points} of each rate; per point of its height where the height only scales them."""
        sums: list[dict[str, float]] = [{} for _ in kinds.rates]
        alike: dict[tuple[object, ...], Shares] = {}
        for goods, counted in zip(self.goods, self._counted(kinds.rates), strict=True):
            if goods.claims or not kinds.alike.issuperset(counted.places.values()):
                for cell in goods.cells:
                    _add(sums, kinds, kinds.shares(cell, counted), (cell,), {cell.sector: cell.value})
                continue
            if counted.key not in alike:
                alike[counted.key] = kinds.shares(goods.cells[0], counted)
            _add(sums, kinds, alike[counted.key], goods.cells, goods.trade)
        return tuple(sums)

    def _counted(self, rates: Sequence[Rate]) -> list[Counted]:
        """What counts on each of the goods."""
        counted = [Counted({}, {}) for _ in self.goods]
        for place, rate in enumerate(rates):
            for k in self._covered(rate.needs, rate.without):
                if rate.kind == "exempt":
                    counted[k].free[rate.family] = max(counted[k].free.get(rate.family, 0.0), rate.rate)
                else:
                    counted[k].places[rate.family] = place
        return counted

    @lru_cache(maxsize=4096)  # noqa: B019
    def _covered(self, needs: frozenset[str], without: frozenset[str]) -> tuple[int, ...]:
        """The places of the goods that a rate with some classes falls on."""
        return tuple(k for k, goods in enumerate(self.goods) if _in_scope(goods.cells[0].classes, needs, without))


def _add(sums: Sequence[dict[str, float]], kinds: Kinds, shares: Shares, cells: Sequence[Cell], trade: Sums) -> None:
    """Add the points of rates on cells that share what falls on them."""
    for place, share in shares:
        rate, of_rate = kinds.rates[place], sums[place]
        points = trade if rate.kind == "add" else _by_sector((x.sector, x.value * points_on(rate, x)) for x in cells)
        for sector, x in points.items():
            of_rate[sector] = of_rate.get(sector, 0.0) + share * x


def _kind(rate: Rate, compared: bool) -> tuple[object, ...]:
    height = rate.rate if compared or rate.kind != "add" else bool(rate.rate)
    return rate.family, rate.needs, rate.without, rate.kind, rate.usmca, rate.part, height


def _by_sector(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for sector, value in values:
        sums[sector] = sums.get(sector, 0.0) + value
    return sums


def _in_scope(classes: frozenset[str], needs: frozenset[str], without: frozenset[str]) -> bool:
    return (not needs or not needs.isdisjoint(classes)) and without.isdisjoint(classes)


WHOLE = Basket((Cell("", frozenset(), 1.0, 0.0, 0.0, {}),))  # trade that is not known by class of goods
