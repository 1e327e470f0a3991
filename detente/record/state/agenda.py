"""Agenda: the subjects named of late."""

from __future__ import annotations

from detente.record.fact import Statement
from detente.record.state.claims import Row, days_apart, sides_in, was_said, when_said

RECENT = 120  # days a subject stays on the agenda after it was last named


def agenda_of(told: list[Statement], at: str) -> list[Row]:
    told = [s for s in told if was_said(s, at)]
    last = max((when_said(s) for s in told if when_said(s)), default=None)
    rows: dict[str, Row] = {}
    for s in sorted(told, key=when_said):
        if last and when_said(s) and days_apart(when_said(s), last) > RECENT:
            continue
        row = rows.setdefault(
            s.value["topic"], {"topic": s.value["topic"], "by_sides": [], "asserted": None, "statements": []}
        )
        row["by_sides"] = sides_in([*row["by_sides"], s.by.side or "press"])
        row["asserted"] = when_said(s) or row["asserted"]
        row["statements"].append(s.id)
    return sorted(rows.values(), key=lambda r: r["topic"])
