"""Conflicts: claims that differ on one question, and which is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from detente.record.fact import Statement, begun
from detente.record.state.claims import (
    OFFICIAL,
    PARTY,
    PRESS,
    STEP,
    Row,
    cite,
    days_apart,
    first_day,
    of_kind,
    rank_of,
    was_said,
    when_said,
)
from detente.record.state.events import Event

FRESH = 30  # days within which two official texts dispute a date, rather than move it


def conflicts_among(
    told: list[Statement], truces: list[Row], stages: list[Row], measures: list[Row], events: list[Event], at: str
) -> list[Row]:
    by_id = {s.id: s for s in told}
    found = [
        *_truce_conflicts(truces, by_id),
        *_stage_conflicts(stages, by_id),
        *_date_conflicts(events),
        *_measure_conflicts(of_kind(told, "measure"), at),
    ]
    for row in found:
        dates = [c["value"] for c in row["claims"] if re.match(r"\d{4}-", str(c["value"]))]
        row["open"] = not dates or not all(begun(d, at) for d in dates)
    return sorted(found, key=lambda r: not r["open"])


def _conflict(about: str, claims: Iterable[tuple[Any, Statement]], shown: Any, why: str) -> Row:
    latest = {(v, s.by.side): (v, s) for v, s in sorted(claims, key=lambda c: when_said(c[1]))}
    ordered = sorted(latest.values(), key=lambda c: (c[0] != shown, -rank_of(c[1]), when_said(c[1])))
    return {
        "about": about,
        "claims": [{"value": v, **cite(s), "note": s.note} for v, s in ordered],
        "shown": shown,
        "why": why,
    }


def best_of(claims: Iterable[tuple[Any, Statement]]) -> tuple[Any, Statement]:
    return max(claims, key=lambda c: (rank_of(c[1]), when_said(c[1])))


_WHY = {
    OFFICIAL: "an official text stands before what parties say and the press reports",
    PARTY: "a party's own word stands before the press",
    PRESS: "the latest report is shown",
}


def _truce_conflicts(truces: list[Row], by_id: Mapping[str, Statement]) -> Iterator[Row]:
    """Expiries within 60 days of each other speak of the same step."""
    for truce in truces:
        claims = [(c["new_expiry"], by_id[c["statement"]]) for c in truce["chain"] if c["new_expiry"]]
        for step in _steps(claims):
            if len({v for v, _ in step}) > 1:
                value, best = best_of(step)
                yield _conflict(f"truce {truce['truce']}: expiry", step, value, _WHY[rank_of(best)])


def _steps(claims: list[tuple[str, Statement]]) -> list[list[tuple[str, Statement]]]:
    steps: list[list[tuple[str, Statement]]] = []
    for value, s in sorted(claims, key=lambda c: c[0]):
        if steps and days_apart(steps[-1][-1][0], value) <= STEP:
            steps[-1].append((value, s))
        else:
            steps.append([(value, s)])
    return steps


def _stage_conflicts(stages: list[Row], by_id: Mapping[str, Statement]) -> Iterator[Row]:
    for deal in dict.fromkeys((r["line"], r["deal"]) for r in stages if r["status"] == "contested"):
        rows = [r for r in stages if (r["line"], r["deal"]) == deal]
        claims = [(r["stage"], by_id[r["statement"]]) for r in rows]
        yield _conflict(
            f"deal {deal[1]}: stage",
            claims,
            [r["stage"] for r in rows],
            "each side's own word is shown beside the other's",
        )


def _date_conflicts(events: list[Event]) -> Iterator[Row]:
    for event in events:
        if event.held is None and len({d for d, _ in event.dates}) > 1:
            _, best = best_of(event.dates)
            yield _conflict(f"{event.name}: date", event.dates, event.day, _WHY[rank_of(best)])


def _measure_conflicts(told: list[Statement], at: str) -> Iterator[Row]:
    """Two sources that give different days for one step of a measure, or two sides that give it another status."""
    groups: dict[tuple[Any, ...], list[tuple[str, Statement]]] = {}
    named = [s for s in told if s.value.get("measure") and was_said(s, at)]
    for s in named:
        value = s.value
        for key in ("legal_from", "suspended_until", "until"):
            if value.get(key):
                phase = (value["measure"], key, value["status"], value.get("rate_pct"), value.get("rate_pp"))
                groups.setdefault(phase, []).append((value[key], s))
    for (name, key, *_), claims in groups.items():
        for step in _steps(claims):
            best = best_of(step)
            if any(_rivals(c, best) for c in step):
                yield _conflict(f"measure {name}: {key}", step, best[0], _WHY[rank_of(best[1])])
    for name in dict.fromkeys(s.value["measure"] for s in named):
        latest = {
            s.by.side: s for s in sorted(named, key=when_said) if s.value["measure"] == name and rank_of(s) > PRESS
        }
        own = latest.get(next(iter(latest.values())).value["imposer"]) if latest else None
        differ = [s for s in latest.values() if own and s.value["status"] != own.value["status"]]
        if own and any(
            when_said(s) and when_said(own) and days_apart(when_said(s), when_said(own)) <= FRESH for s in differ
        ):
            claims = [(_status_words(s), s) for s in (own, *differ)]
            yield _conflict(f"measure {name}: status", claims, _status_words(own), "the imposer's own act is shown")


def _is_fresh(a: Statement, b: Statement) -> bool:
    one, other = when_said(a), when_said(b)
    return bool(one and other) and days_apart(one, other) <= FRESH


def _rivals(claim: tuple[str, Statement], best: tuple[str, Statement]) -> bool:
    """Another source with another day; an official text of a month later moves a date, it does not dispute it."""
    (day, s), (shown, top) = claim, best
    near = not when_said(s) or not when_said(top) or days_apart(when_said(s), when_said(top)) <= FRESH
    disputes = near or PRESS in (rank_of(s), rank_of(top))
    return s.source != top.source and first_day(day) != first_day(shown) and disputes


def _status_words(s: Statement) -> str:
    end = s.value.get("suspended_until") or s.value.get("until")
    return f"{s.value['status']} until {end}" if end else s.value["status"]
