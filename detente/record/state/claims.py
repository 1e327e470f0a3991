"""What every part of the state uses: what is live, who spoke when and with what weight, how claims stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from detente.record.fact import Statement, days, has_started, moment

Row = dict[str, Any]
SetAside = tuple[Statement, str]  # a proposal set aside, and why
PREFERRED, OFFICIAL, PARTY, PRESS = 4, 3, 2, 1
HEARSAY = ("secondary", "general knowledge")
STEP_DAYS = 60  # days within which two dates, or a deal and a stage, are taken to speak of the same step


def unretracted(statements: Iterable[Statement], known: str) -> list[Statement]:
    """The claims known by then and neither retracted nor superseded by a statement known by then; each id once."""
    limit = moment(known)
    seen = {s.id: s for s in statements if s.known is None or moment(s.known) <= limit}
    undoing: dict[str, list[str]] = {}
    for s in seen.values():
        for target in (s.retracts, s.supersedes):
            if target:
                undoing.setdefault(target, []).append(s.id)

    def stands(each: str) -> bool:
        # a retraction can itself be retracted; ids are hashes, so no cycle can be written
        return not any(stands(by) for by in undoing.get(each, ()))

    return [s for i, s in seen.items() if s.retracts is None and stands(i)]


def corroboration(claims: Sequence[tuple[str, Any, str]], parties: Sequence[str]) -> str:
    """How claims (side, value, said) on one question stand: confirmed_both, announced_one_side, contested or reported.

    A joint text speaks for every party. A party that has not spoken since the other moved on from a value both held
    is not contradicting it: that is announced_one_side.
    """
    ordered = sorted(claims, key=lambda c: c[2])
    voices = {p: [(v, said) for side, v, said in ordered if side in (p, "joint")] for p in parties}
    spoken = {p: told for p, told in voices.items() if told}
    if not spoken:
        return "reported"
    if len({told[-1][0] for told in spoken.values()}) == 1:
        return "confirmed_both" if len(spoken) == len(parties) and len(parties) > 1 else "announced_one_side"
    newest = max(spoken, key=lambda p: spoken[p][-1][1])
    for party, told in spoken.items():
        silent_since = told[-1][1] < spoken[newest][-1][1] and told[-1][0] in [v for v, _ in spoken[newest][:-1]]
        if party != newest and told[-1][0] != spoken[newest][-1][0] and not silent_since:
            return "contested"
    return "announced_one_side"


def filter_kinds(told: Iterable[Statement], *kinds: str) -> list[Statement]:
    """Those of the kinds named, in their order."""
    return [s for s in told if s.kind in kinds]


def is_valid_on(s: Statement, at: str) -> bool:
    """Whether it is so on the day, by its own valid time."""
    if s.kind == "participant":  # an office that ended still belongs to the person's row
        return True
    return (s.valid_from is None or has_started(s.valid_from, at, s.by.side)) and not (
        s.valid_to is not None and has_started(s.valid_to, at, s.by.side)
    )


def asserted_on(s: Statement) -> str:
    """When it was said, as far as known."""
    return s.asserted or s.known or s.date.anchor or ""


def is_asserted_by(s: Statement, at: str) -> bool:
    """Whether it had been said by then."""
    return not asserted_on(s) or has_started(asserted_on(s), at, s.by.side)


def fact_date(s: Statement) -> str:
    """When the fact was so: its own date where that lies before the day it was said."""
    said = asserted_on(s)
    return s.date.iso if s.date.iso and (not said or days(s.date.iso)[1] < days(said)[0]) else said


def source_weight(s: Statement) -> int:
    """The weight of a voice: an official text, a party, the press; a preferred claim stands before all."""
    if s.rank == "preferred":
        return PREFERRED
    if s.by.side in (None, "press"):
        return PRESS
    return OFFICIAL if s.by.mode == "document" else PARTY


def in_decision_order(told: Iterable[Statement]) -> list[Statement]:
    """Decisions in the order they were taken: by the day they count from, then by our clock."""
    return sorted(told, key=lambda s: (asserted_on(s), s.recorded_at or "", s.id))


def cite(s: Statement) -> Row:
    """Who said it, when, in which words, where."""
    return {
        "by_side": s.by.side, "by": s.by.name, "asserted": s.asserted, "known": s.known, "quote": s.quote,
        "source": s.source, "verification": s.verification, "statement": s.id,
    }  # fmt: skip


@lru_cache(maxsize=65536)
def normalized(text: str | None) -> str:
    """Lower case, no marks, single blanks."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text or "") if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", bare))


def first_day(text: str) -> str:
    """The first day a date can mean."""
    return days(text)[0].isoformat()


def days_apart(a: str, b: str) -> int:
    """Days between two dates that may be months: 0 where they overlap."""
    (a0, a1), (b0, b1) = days(a), days(b)
    return max((b0 - a1).days, (a0 - b1).days, 0)


def sorted_sides(values: Iterable[str | None]) -> list[str]:
    """Sorted, once each."""
    return sorted({v for v in values if v})


def parties_of(s: Statement) -> list[str]:
    """The parties its value names."""
    return sorted_sides(s.value.get("parties") or ())


def people_of(s: Statement) -> list[str]:
    """The persons its value names."""
    return list(dict.fromkeys([*(s.value.get("heads") or ()), *(s.value.get("participants") or ())]))


def sort_by_side(rows: Iterable[Row], *then: Callable[[Row], Any]) -> list[Row]:
    """Washington, Beijing, joint, others; within what comes first."""
    order = {"USA": 0, "CHN": 1, "joint": 2}
    return sorted(rows, key=lambda r: (*(t(r) for t in then), order.get(r.get("by_side") or "", 3)))
