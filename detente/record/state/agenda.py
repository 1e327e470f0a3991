"""Agenda: the subjects named of late."""

from __future__ import annotations

from detente.record.fact import Statement
from detente.record.state.claims import Row, asserted_on, days_apart, is_asserted_by, sorted_sides

RECENT = 120  # days a subject stays on the agenda after it was last named


def derive_agenda(told: list[Statement], at: str) -> list[Row]:
    told = [s for s in told if is_asserted_by(s, at)]
    last = max((asserted_on(s) for s in told if asserted_on(s)), default=None)
    rows: dict[str, Row] = {}
    for s in sorted(told, key=asserted_on):
        if last and asserted_on(s) and days_apart(asserted_on(s), last) > RECENT:
            continue
        row = rows.setdefault(
            s.value["topic"], {"topic": s.value["topic"], "by_sides": [], "asserted": None, "statements": []}
        )
        row["by_sides"] = sorted_sides([*row["by_sides"], s.by.side or "press"])
        row["asserted"] = asserted_on(s) or row["asserted"]
        row["statements"].append(s.id)
    return sorted(rows.values(), key=lambda r: r["topic"])
