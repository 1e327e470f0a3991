"""Rounds: the same meeting named by city and month here and by days there is one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from detente.record.fact import Statement, days, has_started
from detente.record.state.claims import (
    STEP_DAYS,
    Row,
    SetAside,
    asserted_on,
    days_apart,
    is_asserted_by,
    normalized,
    parties_of,
    people_of,
    sorted_sides,
)

SPARE = 3  # days between two rounds that are not one


def derive_rounds(told: list[Statement], at: str, proposed: Collection[str] = ()) -> tuple[list[Row], list[SetAside]]:
    """One row a round, and the proposals that fit none and are no news."""
    groups: list[list[Statement]] = []
    by_month: dict[str, list[int]] = {}
    told_before: dict[tuple[Any, ...], int] = {}
    left: list[SetAside] = []
    reviewed = [x for s in told if s.id not in proposed for x in [_start(s)] if x]
    for s in sorted(told, key=lambda s: (s.id in proposed, _vagueness(s))):
        start = _start(s)
        if (start and not has_started(start, at, s.by.side)) or (not start and not is_asserted_by(s, at)):
            continue
        same = _same_words(s)
        if same in told_before:
            groups[told_before[same]].append(s)
            continue
        near = _groups_near(s, groups, by_month)
        fitting = [n for n in near if _belongs(s, groups[n])]
        if fitting:
            best = min(fitting, key=lambda n: _days_before(groups[n], s))
            groups[best].append(s)
            told_before[same] = best
        elif s.id in proposed and (why := _why_no_round(s, reviewed)):
            left.append((s, why))
        else:
            for month in _months(s):
                by_month.setdefault(month, []).append(len(groups))
            told_before[same] = len(groups)
            groups.append([s])
    rows = [_round(g, proposed) for g in groups]
    return sorted(rows, key=lambda r: (r["start"] or "9999", r["city"] or "")), left


def _groups_near(s: Statement, groups: list[list[Statement]], by_month: dict[str, list[int]]) -> Iterable[int]:
    """The rounds it could belong to: those of its months and the undated ones; all, where it names no day."""
    if not _start(s):
        return range(len(groups))
    return sorted({n for month in ("", *_months(s)) for n in by_month.get(month, ())})


def _months(s: Statement) -> list[str]:
    """The months its days touch, with a day to spare on both sides; a blank where it names none."""
    start = _start(s)
    if not start:
        return [""]
    first, last = days(start)[0], days(_end(s) or start)[1]
    if (last - first).days > 62:
        last = first
    spare = [first - timedelta(days=1), first, first + timedelta(days=31), last, last + timedelta(days=1)]
    return sorted({f"{d:%Y-%m}" for d in spare if d <= last + timedelta(days=1)})


def _same_words(s: Statement) -> tuple[Any, ...]:
    """The words that say which round it is; two statements with the same ones speak of the same."""
    value = s.value
    if not _start(s):
        return (s.id,)
    return (_start(s), _end(s), value.get("city"), value.get("country"), value.get("mode_of_contact"), *people_of(s))


def _belongs(s: Statement, group: list[Statement]) -> bool:
    return all(_could_be(s, o) for o in group) and any(_is_same(s, o) for o in group)


def _why_no_round(s: Statement, reviewed: list[str]) -> str:
    """A round of its own needs a day, a place, and to come after the rounds on record."""
    start, place = _start(s), s.value.get("city") or s.value.get("mode_of_contact")
    if not start or len(start) < (10 if reviewed else 7) or not place:
        return "it fits no round of the record, and gives no day and place for a new one"
    who = people_of(s) or len(parties_of(s)) > 1 or s.value.get("ordinal") or s.value.get("event")
    if not who:
        return "it does not say who met"
    near = next((x for x in reviewed if days_apart(x, start) <= SPARE), None)
    if near:
        return f"it gives another place or other people for the round of {near}"
    if reviewed and start < max(reviewed):
        return f"no round of the record was held near {start}"
    return ""


def _start(s: Statement) -> str | None:
    iso = s.value.get("start") or s.date.iso
    return iso.partition("/")[0] if iso else None


def _end(s: Statement) -> str | None:
    iso = s.value.get("end") or s.date.iso
    return iso.rpartition("/")[2] if iso else None


def _vagueness(s: Statement) -> tuple[int, int, int]:
    return (-len(_start(s) or ""), s.value.get("city") is None, -len(people_of(s)))


def _could_be(a: Statement, b: Statement) -> bool:
    """Nothing in the two says that they speak of different meetings."""
    for name in ("city", "country", "mode_of_contact"):
        one, other = a.value.get(name), b.value.get(name)
        if one and other and normalized(one) != normalized(other):
            return False
    people, others = {normalized(p) for p in people_of(a)}, {normalized(p) for p in people_of(b)}
    return (not people or not others or bool(people & others)) and _meeting_gap(a, b) is not False


def _is_same(a: Statement, b: Statement) -> bool:
    """Something in the two says that they speak of one meeting: the days, the city, or people met of late."""
    if _start(a) and _start(b):
        return _meeting_gap(a, b) is True
    people = {normalized(p) for p in people_of(a)} & {normalized(p) for p in people_of(b)}
    return _meeting_gap(a, b) is not False and (_same_city(a, b) or bool(people))


def _same_city(a: Statement, b: Statement) -> bool:
    return bool(a.value.get("city") and normalized(a.value["city"]) == normalized(b.value.get("city")))


def _meeting_gap(a: Statement, b: Statement) -> bool | None:
    """Whether the days fit; None where neither names a day. A city without a day is the round of the year before."""
    if _start(a) and _start(b):
        own, theirs = f"{_start(a)}/{_end(a) or _start(a)}", f"{_start(b)}/{_end(b) or _start(b)}"
        return days_apart(own, theirs) <= (1 if _same_city(a, b) else 0)
    start, vague = (_start(a), b) if _start(a) else (_start(b), a)
    if start is None or not asserted_on(vague):
        return None
    gap = (days(asserted_on(vague))[1] - days(start)[0]).days
    return 0 <= gap <= (370 if _same_city(a, b) else STEP_DAYS)


def _days_before(group: list[Statement], s: Statement) -> int:
    start = next((x for x in map(_start, group) if x), None)
    reference = _start(s) or s.date.anchor or asserted_on(s)
    return abs((days(reference)[1] - days(start)[0]).days) if start and reference else 10**6


def _round(group: list[Statement], proposed: Collection[str]) -> Row:
    ours = [s for s in group if s.id not in proposed] or group

    def first(name: str) -> Any:
        return next((s.value[name] for s in group if s.value.get(name) is not None), None)

    start = next((x for x in map(_start, group) if x), None)
    exact = next((s for s in group if _start(s) == start), group[0])
    return {
        "city": first("city"),
        "country": first("country"),
        "start": start,
        "end": _end(exact) or start,
        "parties": sorted_sides(p for s in group for p in parties_of(s)),
        "heads": list(dict.fromkeys(p for s in ours for p in people_of(s)))
        or list(dict.fromkeys(p for s in group for p in people_of(s))),
        "ordinal": first("ordinal"),
        "mode_of_contact": first("mode_of_contact"),
        "level": first("level"),
        "event": first("event"),
        "statements": [s.id for s in group],
    }
