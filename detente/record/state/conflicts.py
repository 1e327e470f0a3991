"""Conflicts: claims that differ on one question, and which is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from detente.record.fact import Statement, has_started
from detente.record.state.claims import (
    OFFICIAL,
    PARTY,
    PREFERRED,
    PRESS,
    STEP_DAYS,
    Row,
    asserted_on,
    cite,
    days_apart,
    first_day,
    is_asserted_by,
    source_weight,
)
from detente.record.state.events import Event, concerns, meeting_date
from detente.record.state.truces import expiry_of

FRESH = 30  # days within which two official texts dispute a date, rather than move it


def derive_conflicts(
    told: list[Statement],
    truces: list[Row],
    stages: list[Row],
    events: list[Event],
    at: str,
    overrides: Mapping[str, Statement] | None = None,
) -> list[Row]:
    """Claims side by side, the one shown and why; deprecated claims are shown too, and count for nothing.

    overrides: statement id → the line that ranks it.
    """
    by_id = {s.id: s for s in told}
    ranked = overrides or {}
    doubted = [s for s in told if s.rank == "deprecated"]
    measures = [s for s in told if s.kind == "measure"]
    found = [
        *_truce_conflicts(truces, by_id, doubted),
        *_stage_conflicts(stages, by_id),
        *_date_conflicts(events, doubted),
        *_measure_conflicts(measures, at),
    ]
    for row in found:
        for claim in row["claims"]:
            line = ranked.get(claim["statement"])
            claim["rank"] = line.value["rank"] if line else "normal"
            claim["ranked"] = (
                {"by": line.by.name, "why": line.note, "known": line.known, "statement": line.id} if line else None
            )
        chosen = next((c for c in row["claims"] if c["rank"] == "preferred" and c["value"] == row["shown"]), None)
        if chosen:
            row["why"] = f"preferred by {chosen['ranked']['by']}: {chosen['ranked']['why']}"
        dates = [c["value"] for c in row["claims"] if re.match(r"\d{4}-", str(c["value"]))]
        row["open"] = not dates or not all(has_started(d, at) for d in dates)
    return sorted(found, key=lambda r: not r["open"])


def _conflict(about: str, claims: Iterable[tuple[Any, Statement]], shown: Any, why: str) -> Row:
    latest = {(v, s.by.side): (v, s) for v, s in sorted(claims, key=lambda c: asserted_on(c[1]))}
    ordered = sorted(latest.values(), key=lambda c: (c[0] != shown, -source_weight(c[1]), asserted_on(c[1])))
    return {
        "about": about,
        "claims": [{"value": v, **cite(s), "note": s.note} for v, s in ordered],
        "shown": shown,
        "why": why,
    }


def shown_claim(claims: Iterable[tuple[Any, Statement]]) -> tuple[Any, Statement]:
    """The claim shown: not deprecated, of the weightiest voice, the latest of these."""
    return max(claims, key=lambda c: (c[1].rank != "deprecated", source_weight(c[1]), asserted_on(c[1])))


_WHY = {
    PREFERRED: "a reviewer prefers it",
    OFFICIAL: "an official text stands before what parties say and the press reports",
    PARTY: "a party's own word stands before the press",
    PRESS: "the latest report is shown",
}


def _truce_conflicts(truces: list[Row], by_id: Mapping[str, Statement], doubted: list[Statement]) -> Iterator[Row]:
    """Expiries within 60 days of each other speak of the same step."""
    for truce in truces:
        claims = [(c["new_expiry"], by_id[c["statement"]]) for c in truce["chain"] if c["new_expiry"]]
        claims += [(str(expiry_of(s)), s) for s in doubted if expiry_of(s) and s.value.get("truce") == truce["truce"]]
        for step in _steps(claims):
            if len({v for v, _ in step}) > 1:
                value, best = shown_claim(step)
                yield _conflict(f"truce {truce['truce']}: expiry", step, value, _WHY[source_weight(best)])


def _steps(claims: list[tuple[str, Statement]]) -> list[list[tuple[str, Statement]]]:
    steps: list[list[tuple[str, Statement]]] = []
    for value, s in sorted(claims, key=lambda c: c[0]):
        if steps and days_apart(steps[-1][-1][0], value) <= STEP_DAYS:
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


def _date_conflicts(events: list[Event], doubted: list[Statement]) -> Iterator[Row]:
    for event in events:
        dates = event.dates + [(d, s) for s in doubted for d in [meeting_date(s)] if d and concerns(s, event)]
        if event.held is None and len({d for d, _ in dates}) > 1:
            _, best = shown_claim(event.dates)
            yield _conflict(f"{event.name}: date", dates, event.day, _WHY[source_weight(best)])


def _measure_conflicts(told: list[Statement], at: str) -> Iterator[Row]:
    """Two sources that give different days for one step of a measure, or two sides that give it another status."""
    groups: dict[tuple[Any, ...], list[tuple[str, Statement]]] = {}
    named = [s for s in told if s.value.get("measure") and is_asserted_by(s, at)]
    for s in named:
        value = s.value
        for key in ("legal_from", "suspended_until", "until"):
            if value.get(key):
                phase = (value["measure"], key, value["status"], value.get("rate_pct"), value.get("rate_pp"))
                groups.setdefault(phase, []).append((value[key], s))
    for (name, key, *_), claims in groups.items():
        if len({value for value, _ in claims}) == 1:
            continue
        for step in _steps(claims):
            best = shown_claim(step)
            if any(_rivals(c, best) for c in step):
                yield _conflict(f"measure {name}: {key}", step, best[0], _WHY[source_weight(best[1])])
    by_measure: dict[str, list[Statement]] = {}
    for s in named:
        by_measure.setdefault(s.value["measure"], []).append(s)
    for name, group in by_measure.items():
        voiced = sorted((s for s in group if source_weight(s) > PRESS and s.rank != "deprecated"), key=asserted_on)
        latest = {s.by.side: s for s in voiced}
        own = latest.get(voiced[0].value["imposer"]) if voiced else None
        differ = [s for s in latest.values() if own and s.value["status"] != own.value["status"]]
        if own and any(_is_fresh(s, own) for s in differ):
            claims = [(_status_words(s), s) for s in (own, *differ)]
            yield _conflict(f"measure {name}: status", claims, _status_words(own), "the imposer's own act is shown")


def _is_fresh(a: Statement, b: Statement) -> bool:
    one, other = asserted_on(a), asserted_on(b)
    return bool(one and other) and days_apart(one, other) <= FRESH


def _rivals(claim: tuple[str, Statement], best: tuple[str, Statement]) -> bool:
    """Another source with another day; an official text of a month later moves a date, it does not dispute it."""
    (day, s), (shown, top) = claim, best
    near = not asserted_on(s) or not asserted_on(top) or _is_fresh(s, top)
    disputes = near or PRESS in (source_weight(s), source_weight(top))
    return s.source != top.source and first_day(day) != first_day(shown) and disputes


def _status_words(s: Statement) -> str:
    end = s.value.get("suspended_until") or s.value.get("until")
    return f"{s.value['status']} until {end}" if end else s.value["status"]
