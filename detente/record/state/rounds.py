"""Rounds: the same meeting named by city and month here and by days there is one."""

from __future__ import annotations

from typing import Any

from detente.record.fact import Statement, begun, days
from detente.record.state.claims import (
    STEP,
    Row,
    days_apart,
    folded,
    parties_of,
    people_of,
    sides_in,
    was_said,
    when_said,
)


def rounds_held(told: list[Statement], at: str) -> list[Row]:
    groups: list[list[Statement]] = []
    for s in sorted(told, key=_vagueness):
        start = _start(s)
        if (start and not begun(start, at, s.by.side)) or (not start and not was_said(s, at)):
            continue
        fitting = [g for g in groups if all(_could_be(s, o) for o in g) and any(_is_same(s, o) for o in g)]
        if fitting:
            min(fitting, key=lambda g: _days_before(g, s)).append(s)
        else:
            groups.append([s])
    return sorted((_round(g) for g in groups), key=lambda r: (r["start"] or "9999", r["city"] or ""))


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
        if one and other and folded(one) != folded(other):
            return False
    people, others = {folded(p) for p in people_of(a)}, {folded(p) for p in people_of(b)}
    return (not people or not others or bool(people & others)) and _meeting_gap(a, b) is not False


def _is_same(a: Statement, b: Statement) -> bool:
    """Something in the two says that they speak of one meeting: the days, the city, or people met of late."""
    if _start(a) and _start(b):
        return _meeting_gap(a, b) is True
    people = {folded(p) for p in people_of(a)} & {folded(p) for p in people_of(b)}
    return _meeting_gap(a, b) is not False and (_same_city(a, b) or bool(people))


def _same_city(a: Statement, b: Statement) -> bool:
    return bool(a.value.get("city") and folded(a.value["city"]) == folded(b.value.get("city")))


def _meeting_gap(a: Statement, b: Statement) -> bool | None:
    """Whether the days fit; None where neither names a day. A city without a day is the round of the year before."""
    if _start(a) and _start(b):
        own, theirs = f"{_start(a)}/{_end(a) or _start(a)}", f"{_start(b)}/{_end(b) or _start(b)}"
        return days_apart(own, theirs) <= (1 if _same_city(a, b) else 0)
    start, vague = (_start(a), b) if _start(a) else (_start(b), a)
    if start is None or not when_said(vague):
        return None
    gap = (days(when_said(vague))[1] - days(start)[0]).days
    return 0 <= gap <= (370 if _same_city(a, b) else STEP)


def _days_before(group: list[Statement], s: Statement) -> int:
    start = next((x for x in map(_start, group) if x), None)
    reference = _start(s) or s.date.anchor or when_said(s)
    return abs((days(reference)[1] - days(start)[0]).days) if start and reference else 10**6


def _round(group: list[Statement]) -> Row:
    def first(name: str) -> Any:
        return next((s.value[name] for s in group if s.value.get(name) is not None), None)

    start = next((x for x in map(_start, group) if x), None)
    exact = next((s for s in group if _start(s) == start), group[0])
    return {
        "city": first("city"),
        "country": first("country"),
        "start": start,
        "end": _end(exact) or start,
        "parties": sides_in(p for s in group for p in parties_of(s)),
        "heads": list(dict.fromkeys(p for s in group for p in people_of(s))),
        "ordinal": first("ordinal"),
        "mode_of_contact": first("mode_of_contact"),
        "level": first("level"),
        "event": first("event"),
        "statements": [s.id for s in group],
    }
