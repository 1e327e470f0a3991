"""What every part of the state uses: what is known and valid, who asserted it and when, and how claims compare."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar

from detente.record.fact import Statement, days, has_started, moment
from detente.record.state.rows import Citation

PREFERRED, OFFICIAL, PARTY, PRESS = 4, 3, 2, 1  # weights of a source, see source_weight
ALL_TIME = "2999-12-31"  # known on this day: everything the record holds
HEARSAY = ("secondary", "general knowledge")
STEP_DAYS = 60  # days within which two dates, or a deal and a stage, are taken to concern the same step

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class SetAside(NamedTuple):
    """A proposed statement that no row of the state uses, and why."""

    statement: Statement
    reason: str


# What is known, and what is valid on a day.


def unretracted(statements: Iterable[Statement], known: str) -> list[Statement]:
    """The statements known by a day that no statement known by then retracts or supersedes; each id once."""
    by_id = {s.id: s for s in statements if is_known_by(s, known)}
    excluded = retracted_ids(by_id.values(), known)
    return [s for s in by_id.values() if s.retracts is None and s.id not in excluded]


def is_known_by(s: Statement, known: str) -> bool:
    """Whether the public could know the statement on a day."""
    return s.known is None or moment(s.known) <= moment(known)


def retracted_ids(statements: Iterable[Statement], known: str) -> set[str]:
    """The ids that a statement known by a day retracts or supersedes; a retraction can itself be retracted."""
    opponents: dict[str, list[str]] = {}
    for s in statements:
        for target in filter(None, (s.retracts, s.supersedes)):
            if is_known_by(s, known):
                opponents.setdefault(target, []).append(s.id)
    verdicts: dict[str, bool] = {}

    def stands(identity: str) -> bool:
        # ids are hashes of the whole statement, so no cycle can be written
        if identity not in verdicts:
            verdicts[identity] = not any(stands(other) for other in opponents.get(identity, ()))
        return verdicts[identity]

    return {target for target in opponents if not stands(target)}


def is_valid_on(s: Statement, as_of: str) -> bool:
    """Whether the statement holds on a day by its own valid time."""
    if s.kind == "participant":  # an office that ended still belongs to the person's row
        return True
    return within(s.valid_from, s.valid_to, as_of, s.by.side)


def within(start: str | None, end: str | None, as_of: str, side: str | None) -> bool:
    """Whether a day lies in a span whose end is excluded; an end that is None is open."""
    if start is not None and not has_started(start, as_of, side):
        return False
    return not (end and has_started(end, as_of, side))


# Selections.


def filter_kinds(statements: Iterable[Statement], *kinds: str) -> list[Statement]:
    """The statements of the kinds named, in their order."""
    return [s for s in statements if s.kind in kinds]


def reviewed(statements: Iterable[Statement], proposed: Collection[str]) -> list[Statement]:
    """The statements that are not among those proposed and unreviewed."""
    return [s for s in statements if s.id not in proposed]


def latest_reviewed(statements: Iterable[Statement], proposed: Collection[str]) -> str:
    """The day of the latest reviewed assertion; an empty text where there is none."""
    return max(map(asserted_on, reviewed(statements, proposed)), default="")


def ids(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The ids of the statements."""
    return tuple(s.id for s in statements)


def grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """The items by key, in their order."""
    groups: dict[K, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


# Who asserted it, and when.


def asserted_on(s: Statement) -> str:
    """The day it was asserted, as far as known; an empty text otherwise."""
    return s.asserted or s.known or s.date.anchor or ""


def is_asserted_by(s: Statement, as_of: str) -> bool:
    """Whether it had been asserted by a day, or may have been."""
    return not asserted_on(s) or has_started(asserted_on(s), as_of, s.by.side)


def fact_date(s: Statement) -> str:
    """The day of the fact: its own date where that lies before the day of assertion, else that day."""
    own, asserted = s.date.iso, asserted_on(s)
    if own and (not asserted or days(own)[1] < days(asserted)[0]):
        return own
    return asserted


def source_weight(s: Statement) -> int:
    """How much a source counts: an official text before a party's word before the press; a preferred claim first."""
    if s.rank == "preferred":
        return PREFERRED
    if s.by.side in (None, "press"):
        return PRESS
    return OFFICIAL if s.by.mode == "document" else PARTY


def in_decision_order(statements: Iterable[Statement]) -> list[Statement]:
    """Reviewers' decisions in the order they were taken: by the day they count from, then by our clock."""
    return sorted(statements, key=lambda s: (asserted_on(s), s.recorded_at or "", s.id))


def cite(s: Statement, side: str | None = None) -> Citation:
    """Who asserts it, when, in which words, where; `side` replaces the side of who asserts it."""
    return Citation(side or s.by.side, s.by.name, s.asserted, s.known, s.quote, s.source, s.verification, s.id)


# How claims compare.

Assertion = tuple[Any, str]  # a value, and the day it was asserted


def corroboration(claims: Sequence[tuple[str, Any, str]], parties: Sequence[str]) -> str:
    """How claims to one question stand: confirmed_both, announced_one_side, contested or reported.

    claims: side, value and day of assertion of each. A joint text speaks for every party. A party that has not spoken
    since the other moved on from a value both had given does not contradict it: that is announced_one_side.
    """
    ordered = sorted(claims, key=lambda c: c[2])
    spoken = list(filter(None, (_assertions_of(party, ordered) for party in parties)))
    if not spoken:
        return "reported"
    if len({assertions[-1][0] for assertions in spoken}) == 1:
        return "confirmed_both" if len(spoken) == len(parties) > 1 else "announced_one_side"
    newest = max(spoken, key=lambda assertions: assertions[-1][1])
    is_contested = any(_contradicts(assertions, newest) for assertions in spoken)
    return "contested" if is_contested else "announced_one_side"


def _assertions_of(party: str, claims: Iterable[tuple[str, Any, str]]) -> list[Assertion]:
    return [(value, day) for side, value, day in claims if side in (party, "joint")]


def _contradicts(assertions: Sequence[Assertion], newest: Sequence[Assertion]) -> bool:
    """Whether a party's last word differs from the newest, unless it merely repeats what the newest voice gave up."""
    value, day = assertions[-1]
    is_silent_since = day < newest[-1][1] and value in [earlier for earlier, _ in newest[:-1]]
    return bool(value != newest[-1][0] and not is_silent_since)


# Words, days and sides.


@lru_cache(maxsize=65536)
def normalized(text: str | None) -> str:
    """Lower case without diacritics and punctuation, words set apart by single blanks."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text or "") if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", bare))


def names_in(people: Iterable[str]) -> frozenset[str]:
    """The names in normalised spelling."""
    return frozenset(map(normalized, people))


def first_day(text: str) -> str:
    """The first day that a date can mean."""
    return days(text)[0].isoformat()


def days_apart(a: str, b: str) -> int:
    """Days between two dates, each possibly a month or a span: 0 where they overlap."""
    (a_first, a_last), (b_first, b_last) = days(a), days(b)
    return max((b_first - a_last).days, (a_first - b_last).days, 0)


def days_since(earlier: str, later: str) -> int:
    """Days from the first day of one date to the last day of another."""
    return (days(later)[1] - days(earlier)[0]).days


def sorted_sides(values: Iterable[str | None]) -> list[str]:
    """The sides named, sorted, each once."""
    return sorted({value for value in values if value})


def parties_of(s: Statement) -> list[str]:
    """The parties that the statement's value names."""
    return sorted_sides(s.value.get("parties") or ())


def all_parties(statements: Iterable[Statement]) -> list[str]:
    """The parties that the values of the statements name."""
    return sorted_sides(party for s in statements for party in parties_of(s))


def people_of(s: Statement) -> list[str]:
    """The persons that the statement's value names."""
    return unique([*(s.value.get("heads") or ()), *(s.value.get("participants") or ())])


def first_value(statements: Iterable[Statement], key: str) -> Any:
    """The first value given for a key that is not None; None where no statement gives one."""
    return next((s.value[key] for s in statements if s.value.get(key) is not None), None)


def side_order(side: str | None) -> tuple[bool, tuple[int, ...]]:
    """What sorts sides: parties from the end of the alphabet, then joint texts, the press and rows without a side."""
    is_party = bool(side) and str(side).isupper()
    return (not is_party, tuple(-ord(letter) for letter in side or "") if is_party else ())


def unique(values: Iterable[T]) -> list[T]:
    """The values in their order, each once."""
    return list(dict.fromkeys(values))


class _HasSide(Protocol):
    @property
    def by_side(self) -> str | None: ...


R = TypeVar("R", bound=_HasSide)


def sort_by_side(rows: Iterable[R], *before: Callable[[R], Any]) -> list[R]:
    """The rows in the order of their sides, within the keys that come before."""
    return sorted(rows, key=lambda r: (*(key(r) for key in before), side_order(r.by_side)))
