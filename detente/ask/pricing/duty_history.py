"""What the record knows of a negotiation's past duties: the level before a rise, and the length of its suspensions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from detente.ask.pricing.duties import LIVE, day_of
from detente.ask.pricing.named_measures import same_family
from detente.bargain.forecast import base_rate
from detente.record.case import Case
from detente.record.fact import Statement
from detente.record.state import State
from detente.record.state.claims import days_apart
from detente.record.state.rows import Truce, TruceLink
from detente.record.state.truces import SAME_END_DAYS
from detente.record.store import Record

EXTENSION = "extension"  # kind of a statement that prolongs a truce
REPORTED = "reported"  # standing of an end that no party's own text gives


class Rise(NamedTuple):
    """The latest rise of a duty on record: its day, the level before it, and what part of the present level that is."""

    day: str
    before: float
    part: float


@dataclass(frozen=True)
class SuspensionTerm:
    """A term for which a duty can be suspended: that of the negotiation's latest suspension or truce as known.

    start, end: of that suspension. until: the end of a term as long from the day asked about. prolonged, ends: of how
    many ends on record that have been decided the suspension was prolonged.
    """

    start: str
    end: str
    until: str
    prolonged: int
    ends: int

    @property
    def days(self) -> int:
        """Its length."""
        return days_apart(self.start, self.end)

    @property
    def chance_prolonged(self) -> float:
        """The chance that the suspension is prolonged at its end; 0 where the record has seen no end decided."""
        return base_rate(self.prolonged, self.ends).mean if self.ends else 0.0

    @property
    def share(self) -> float:
        """The expected share of two terms in which the duty is not collected: the first, and maybe the second."""
        return (1 + self.chance_prolonged) / 2

    @property
    def spoken(self) -> str:
        """What a suspension counts as, in a sentence."""
        return f"A suspension counts as the duty away for {100 * self.share:.0f} % of two terms of {self.days} days."

    @property
    def setting(self) -> str:
        """What is assumed about the suspension, in words."""
        why = (
            f"{self.prolonged} of {self.ends} ends on record were prolonged, rule of succession"
            if self.ends
            else "no end of a suspension on record has been decided, so the text is taken at its word"
        )
        returns = 100 * (1 - self.chance_prolonged)
        return (
            f"suspended for {self.days} days, as from {self.start} to {self.end}; valued over that term and one more of"
            f" the same length, for which it returns with a chance of {returns:.0f} % ({why}): not collected for"
            f" {100 * self.share:.0f} % of the time"
        )


def latest_rise(record: Record, state: State, case: Case, measure: str) -> Rise | None:
    """The latest rise of a duty as known on the state's day; None where no rise or no earlier level is on record.

    measure: of the record; all measures that are acts of the same family of the ledger must agree.
    """
    levels = _levels_by_measure(record, state)
    names = same_family(measure, case.ledger) & set(levels)
    rises = {_rise(levels[name]) for name in names}
    contained = levels.get(case.contains.get(measure, ""), {})
    if rises == {None} and contained:
        rises = {_rise({**contained, **levels[next(iter(names))]})}
    return _agreed(rises)


def _agreed(rises: Collection[Rise | None]) -> Rise | None:
    """The latest of rises to the same part; None where there is none, or some differ."""
    known = [rise for rise in rises if rise is not None]
    agree = len(known) == len(rises) and len({rise.part for rise in known}) == 1
    return max(known) if agree else None


def _levels_by_measure(record: Record, state: State) -> dict[str, dict[str, set[float]]]:
    """{measure: {day: rates that were levied from it}} as known on the state's day."""
    levels: dict[str, dict[str, set[float]]] = {}
    for s in record.statements(state.known):
        if _is_levied(s) and (rate := _rate(s)) is not None and "" < _first_day(s) <= day_of(state):
            levels.setdefault(str(s.value.get("measure")), {}).setdefault(_first_day(s), set()).add(rate)
    return levels


def _rate(s: Statement) -> float | None:
    """The rate that a statement gives a measure."""
    rate = s.value.get("rate_pct") if s.value.get("rate_pp") is None else s.value.get("rate_pp")
    return None if rate is None else float(rate)


def _is_duty(s: Statement) -> bool:
    return s.kind == "measure" and s.value["type"] == "tariff"


def _is_levied(s: Statement) -> bool:
    return _is_duty(s) and s.value["status"] in LIVE


def _rise(levels: dict[str, set[float]]) -> Rise | None:
    """The latest rise to a level that is above the one before; None where the rates of either day differ."""
    steps = sorted(levels.items())
    for (_, before), (day, after) in zip(reversed(steps[:-1]), reversed(steps[1:]), strict=True):
        if max(after) > min(before):
            now = steps[-1][1]
            known = len(before) == len(after) == len(now) == 1
            part = min(before) / min(now) if known and min(now) else 1.0
            return Rise(day, min(before), part) if part < 1 else None
    return None


def suspension_term(record: Record, state: State) -> SuspensionTerm | None:
    """The term of the negotiation's latest truce or suspension as known on the state's day; None where it had none."""
    spells = [*map(_of_truce, state.truces), *_of_measures(record, state)]
    terms = [term for spell in spells for term in spell.terms]
    if not terms:
        return None
    start, end = max(terms)
    until = date.fromisoformat(state.as_of[:10]) + timedelta(days=days_apart(start, end))
    prolonged, lapsed = ({day for spell in spells for day in getattr(spell, name)} for name in ("prolonged", "lapsed"))
    return SuspensionTerm(start, end, until.isoformat(), len(prolonged), len(prolonged | lapsed))


class _Spell(NamedTuple):
    """One suspension: its terms (start, end), and the ends at which it was prolonged or lapsed."""

    terms: list[tuple[str, str]]
    prolonged: set[str]
    lapsed: set[str]


def _of_truce(row: Truce) -> _Spell:
    """The terms of a truce, each set before it ended; an extension without an end prolongs the last one."""
    ends = _ends(row)
    if not ends or not row.start:
        return _Spell([], set(), set())
    left_open = any(link.kind == EXTENSION and link.new_expiry is None for link in row.chain)
    lapsed = row.status == "lapsed" and row.not_known_since is None and not left_open
    decided = ends if left_open else ends[:-1]
    return _Spell(_terms([str(row.start)[:10], *ends]), set(decided), {ends[-1]} if lapsed else set())


def _terms(days: Sequence[str]) -> list[tuple[str, str]]:
    """The terms (start, end) between days in order."""
    return [(start, end) for start, end in pairwise(days) if start < end]


def _ends(row: Truce) -> list[str]:
    """The ends set in advance, up to the one that counts: that of the truce itself, then those of its extensions."""
    links = [link for link in row.chain if _is_set_in_advance(link, row)]
    own = [link for link in links if link.kind != EXTENSION]
    return _distinct([*own[:1], *(link for link in links if link.kind == EXTENSION)])


def _is_set_in_advance(link: TruceLink, row: Truce) -> bool:
    """Whether a statement gives an end before it comes, and none after the end that counts."""
    end = str(link.new_expiry or "")[:10]
    return str(link.asserted or "")[:10] < end <= str(row.expiry or end)[:10]


def _distinct(links: Iterable[TruceLink]) -> list[str]:
    """The ends in order; of several within a few days one that a party's own text gives."""
    ends: list[str] = []
    for link in sorted(links, key=lambda x: (x.status == REPORTED, str(x.new_expiry))):
        end = str(link.new_expiry)[:10]
        if all(days_apart(end, other) > SAME_END_DAYS for other in ends):
            ends.append(end)
    return sorted(ends)


def _of_measures(record: Record, state: State) -> Iterator[_Spell]:
    """The terms of each suspended duty, and the ends at which it was prolonged or collected again."""
    by_measure: dict[str, list[Statement]] = {}
    for s in record.statements(state.known):
        if _is_duty(s) and s.value.get("measure"):
            by_measure.setdefault(s.value["measure"], []).append(s)
    return (_of_measure(statements, day_of(state)) for statements in by_measure.values())


def _of_measure(statements: Sequence[Statement], day: str) -> _Spell:
    """The terms of one duty."""
    terms = {str(s.value["suspended_until"])[:10]: _first_day(s) for s in statements if _is_suspended(s)}
    if not terms:
        return _Spell([], set(), set())
    last = max(terms)
    collected = any(last <= _first_day(s) <= day for s in statements if _is_levied(s))
    in_order = [(start, end) for end, start in terms.items() if start and start < end]
    return _Spell(in_order, set(terms) - {last}, {last} if collected else set())


def _is_suspended(s: Statement) -> bool:
    return s.value["status"] == "suspended" and bool(s.value.get("suspended_until"))


def _first_day(s: Statement) -> str:
    """The day from which a statement about a measure holds."""
    return str(s.value.get("legal_from") or s.asserted or "")[:10]
