"""Which share of trade a list of goods is: imports of 2024 by tariff line and partner, and the sector of each line.

The table `duties/goods.csv.gz` has the lines of one importer's tariff, with imports from each partner in thousands of
USD; what it holds and where that is from stands in `duties/README.md`. For other importers the weights are unknown.
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from detente import labels
from detente.errors import QuestionError
from detente.record import duties
from detente.record.hs.codes import Code, parse

YEAR = 2024
WEIGHTED = (8, 6)  # digits that a code is matched with: those of the lines, or else of the subheading
HEADING = 4
UNWEIGHTED = (6, HEADING)  # for other importers the subheading, whose digits all countries share, or else the heading
BLOC = {"EU": "EU27", "ROW": "REST"}  # names in the table
NAMED = 8  # codes that a sentence names
WORLD, REST = "WLD", "REST"
NAMES = {WORLD: "all partners", REST: "the rest of the world", "EU27": "the European Union"}


@dataclass(frozen=True)
class Coverage:
    """What a list of codes covers of an importer's goods from a partner.

    sectors: {sector: share of the pair's trade in it, 0 to 1}; sectors without any are left out. share: of all goods;
    value: in USD; both None where unknown. mix: whose goods were counted, a bloc or the rest for partners that the
    table has not apart; None where weights are unknown: then sectors are counted whole. unknown: codes of which there
    is no line. finer: codes finer than the lines, or only part of them ("ex 8703"), counted whole,
    so that shares are upper bounds.
    """

    by: str
    against: str
    codes: tuple[str, ...]
    sectors: Mapping[str, float]
    share: float | None
    value: float | None
    mix: str | None
    unknown: tuple[str, ...]
    finer: tuple[str, ...]

    @property
    def is_upper_bound(self) -> bool:
        """Whether the goods may be fewer: weights are unknown, or codes are finer than the lines."""
        return self.mix is None or bool(self.finer)

    def words(self) -> str:
        """What is covered, on which weights, and what is not known, in one line."""
        return "; ".join([f"{self._codes_in_words()}: {self._share_in_words()}", *self._limits_in_words()])

    def _codes_in_words(self) -> str:
        codes = [code for code in self.codes if not code.startswith("-")]
        left_out = [code.removeprefix("-") for code in self.codes if code.startswith("-")]
        if not left_out:
            return f"HS {_listed(codes)}" if codes else "no HS code"
        return f"{f'HS {_listed(codes)} except' if codes else 'all goods except HS'} {_listed(left_out)}"

    def _share_in_words(self) -> str:
        if self.mix is None and self.sectors:
            sectors = labels.joined([labels.sector(sector) for sector in self.sectors])
            return f"all goods of {sectors}, an upper bound: no imports of {_name(self.by)} by HS code are at hand"
        if self.share is None:
            is_known = len(self.unknown) < len(self.codes)
            why = "these goods belong to no sector of goods" if is_known else "none is known"
            return f"{why}, so the share of trade is unknown"
        is_own = self.mix in (self.against, BLOC.get(self.against))
        mix = "" if is_own else f", by the goods of {_name(self.mix or REST)}"
        return f"{_percent(self.share, bool(self.finer))} of imports from {_name(self.against)} in {YEAR}{mix}"

    def _limits_in_words(self) -> Iterable[str]:
        if self.finer:
            yield f"{_listed(self.finer)}: the lines at hand are coarser and are counted whole"
        if self.unknown:
            yield f"{_listed(self.unknown)}: not among the lines at hand, not counted"


def _percent(share: float, is_most: bool) -> str:
    percent = 100 * share
    return f"{'at most ' if is_most else ''}{percent:{'.1f' if percent >= 1 else '.2g'}} %"


def _listed(codes: Sequence[str]) -> str:
    """The first codes of a list, and how many more there are."""
    more = f" and {len(codes) - NAMED} more" if len(codes) > NAMED else ""
    return f"{', '.join(codes[:NAMED])}{more}"


def _name(economy: str) -> str:
    """An economy or a row of the table in words."""
    return NAMES.get(BLOC.get(economy, economy)) or labels.name(economy)


class _Lines(NamedTuple):
    """The table: codes of the lines in order, their sectors, and the row of each pair, not yet read."""

    codes: tuple[str, ...]
    sectors: tuple[str, ...]
    rows: Mapping[tuple[str, str], str]
    part_of: Mapping[tuple[str, str], str]


class _Chosen(NamedTuple):
    """The lines that codes choose, the codes of which there is none, and those finer than the lines."""

    lines: frozenset[int]
    unknown: tuple[str, ...]
    finer: tuple[str, ...]


def coverage(codes: Iterable[str], by: str, against: str) -> Coverage:
    """What HS codes cover of an importer's goods from a partner, by sector and of all goods.

    codes: chapters, headings, subheadings and lines of 2 to 10 digits ("87", "8703.23", "ex 8703"), ranges
    ("7206-7229"), and "-870310" for one that is left out. by, against: ISO3 codes; a bloc or WLD may be the partner.
    A member of a bloc has the bloc's mix of goods within each sector, a partner that the table has not apart that of
    the rest. Raises QuestionError for an unknown economy.

    >>> coverage(["8703"], "USA", "JPN").sectors["C29"] > 0.5
    True
    """
    for economy in (by, against):
        if economy not in labels.codes() and economy not in (*labels.BLOCS, *BLOC.values(), REST):
            raise QuestionError(f"{economy!r} is no economy: give an ISO3 code, EU or WLD")
    written = (codes,) if isinstance(codes, str) else tuple(dict.fromkeys(codes))
    mix = _mix(by, against)
    chosen = _choose(written, WEIGHTED if mix else UNWEIGHTED)
    if mix is None:
        sectors = {_lines().sectors[line] for line in chosen.lines}
        whole = dict.fromkeys(sorted(sector for sector in sectors if labels.sector(sector) != sector), 1.0)
        return Coverage(by, against, written, whole, None, None, None, chosen.unknown, chosen.finer)
    return _weighed(by, against, written, mix, chosen)


def estimate(codes: Sequence[str], against: str) -> Coverage:
    """The part of each sector that goods are of what an importer with weights buys, for importers without.

    Its purchases from the partner where the table has them, else from all; by of the answer is that importer.

    >>> round(estimate(["0901"], "VNM").sectors["A01"], 1)
    0.2
    """
    importer = next(by for by, _ in _lines().rows)
    row = BLOC.get(against, against)
    mix = row if (importer, row) in _lines().rows else WORLD
    return _weighed(importer, mix, tuple(codes), mix, _choose(tuple(codes), UNWEIGHTED))


def codes_in(text: str) -> tuple[str, ...]:
    """The HS codes that a sentence, a list or a CSV names, in digits: ("8703", "7206-7229", "-870310").

    The last form is a code that the text excepts. Years, amounts, percentages and chapters 98 and 99 are left out.

    >>> codes_in("25 % on HS 8703 (except 8703.10) and 7206-7229 from 2025")
    ('8703', '-870310', '7206-7229')
    """
    from detente.record.hs import prose

    return prose.codes_in(text, _headings())


def _weighed(by: str, against: str, codes: tuple[str, ...], mix: str, chosen: _Chosen) -> Coverage:
    """Coverage by the trade of a row of the table."""
    values, totals = _values(by, mix), _totals(by, mix)
    covered: dict[str, float] = {}
    for line in chosen.lines:
        if values[line]:
            sector = _lines().sectors[line]
            covered[sector] = covered.get(sector, 0.0) + values[line]
    sectors = {sector: min(1.0, value / totals[sector]) for sector, value in sorted(covered.items())}
    own = _own_mix(against)
    weights = own or totals
    share = sum(sectors.get(sector, 0.0) * weight for sector, weight in weights.items()) / sum(weights.values())
    is_known = len(chosen.unknown) < len(codes) or not codes
    value = sum(covered.values()) if mix == BLOC.get(against, against) else None
    return Coverage(
        by, against, codes, sectors, share if is_known else None, value if is_known else None, mix,
        chosen.unknown, chosen.finer,
    )  # fmt: skip


def _own_mix(member: str) -> Mapping[str, float]:
    """{sector: share of a bloc member's exports to the importer}; empty for others."""
    return duties.shipped().members.get(member, {}) if member in labels.members("EU") else {}


def _mix(by: str, against: str) -> str | None:
    """The row of the table whose goods stand for a partner's; None if there is none of the importer."""
    rows = _lines().rows
    if not any(importer == by for importer, _ in rows):
        return None
    name = BLOC["EU"] if against in labels.members("EU") else BLOC.get(against, against)
    return name if (by, name) in rows or name == WORLD else REST


@lru_cache(maxsize=64)  # one list is asked for many partners
def _choose(written: tuple[str, ...], digits: tuple[int, int]) -> _Chosen:
    """The lines that codes choose, matched with some digits; the codes of which there is none; those that are finer."""
    matches = [_matched(parse(text), digits) for text in written]
    unknown = tuple(text for text, match in zip(written, matches, strict=True) if not match.lines)
    finer = tuple(text for text, match in zip(written, matches, strict=True) if match.is_finer)
    return _Chosen(_chosen_lines(matches), unknown, finer)


def _chosen_lines(matches: Sequence[_Match]) -> frozenset[int]:
    """The lines of codes less those that are left out; of all goods where every code is left out."""
    kept = [match for match in matches if not match.is_minus]
    # what a finer code leaves out of a line is not the whole line
    left_out = [match for match in matches if match.is_minus and not match.is_finer]
    return (_union(kept) if kept or not matches else frozenset(range(len(_lines().codes)))) - _union(left_out)


def _union(matches: Iterable[_Match]) -> frozenset[int]:
    return frozenset(line for match in matches for line in match.lines)


class _Match(NamedTuple):
    """The lines of a code or a range, whether it is only part of them, and whether it leaves them out."""

    lines: range = range(0)
    is_finer: bool = False
    is_minus: bool = False


def _matched(code: Code | None, digits: tuple[int, int]) -> _Match:
    """The lines that begin with the first digits of a code, as many of them as some line has.

    Zeros at its end stand for no division, so a code is not finer for them.
    """
    if code is None:
        return _Match()
    for length in (*digits, HEADING):
        first, last = code.first[:length], code.last[:length]
        start, end = bisect_left(_lines().codes, first), bisect_left(_lines().codes, f"{last}:")  # ":" follows "9"
        is_finer = bool((code.first[length:] + code.last[length:]).strip("0"))
        if start < end and (length in digits or not is_finer):
            return _Match(range(start, end), code.part or is_finer, code.minus)
    return _Match(is_minus=code.minus)


@cache
def _lines() -> _Lines:
    data = files("detente").joinpath("duties", "goods.csv.gz").read_bytes()
    head, sectors, *rows = gzip.decompress(data).decode("utf-8").splitlines()
    cells = [row.split(",", 3) for row in rows]
    return _Lines(
        tuple(head.split(",")[3:]),
        tuple(sectors.split(",")[3:]),
        {(by, against): values for by, against, _, values in cells},
        {(by, against): part for by, against, part, _ in cells if part},
    )


@cache
def _headings() -> frozenset[str]:
    return frozenset(code[:4] for code in _lines().codes)


@cache
def _values(by: str, against: str) -> tuple[float, ...]:
    """USD of each line; for the rest and the world the sum over their partners."""
    lines = _lines()
    if (by, against) in lines.rows:
        return tuple(1000 * float(x) if x else 0.0 for x in lines.rows[by, against].split(","))
    values = [0.0] * len(lines.codes)
    for pair, row in lines.rows.items():
        if pair[0] == by and against in (WORLD, lines.part_of.get(pair)):
            for line, thousands in enumerate(row.split(",")):
                if thousands:
                    values[line] += 1000 * float(thousands)
    return tuple(values)


@cache
def _totals(by: str, against: str) -> dict[str, float]:
    """{sector: USD of all its lines}; sectors without trade are left out."""
    totals: dict[str, float] = {}
    for sector, value in zip(_lines().sectors, _values(by, against), strict=True):
        if value:
            totals[sector] = totals.get(sector, 0.0) + value
    return totals
