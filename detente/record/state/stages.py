"""Stages: where the latest deal of each line of talks stands, side by side."""

from __future__ import annotations

from detente.record.fact import Statement, has_started
from detente.record.state.claims import (
    HEARSAY,
    PRESS,
    STEP_DAYS,
    Row,
    cite,
    corroboration,
    days_apart,
    fact_date,
    is_asserted_by,
    normalized,
    parties_of,
    sort_by_side,
    sorted_sides,
    source_weight,
)

LADDER = (
    "rejected", "terminated", "invalidated", "talks", "proposed", "framework", "preliminary_consensus",
    "submitted_for_internal_approval", "approved_internally", "text_pending", "announced", "agreed", "signed",
    "ratified", "in_force", "suspended",
)  # fmt: skip
APPROVAL = "submitted_for_internal_approval"
YEAR = 365  # days a side line of the talks stays in view after it was last heard of


def derive_stages(told: list[Statement], at: str) -> tuple[list[Row], list[Row]]:
    told = [s for s in told if is_asserted_by(s, at) and (not fact_date(s) or has_started(fact_date(s), at, s.by.side))]
    anchors = [s for s in told if s.value.get("deal")]
    deals: dict[tuple[str, str], list[Statement]] = {}
    for s in told:
        deals.setdefault(_deal_of(s, anchors), []).append(s)
    lines: dict[str, list[str]] = {}
    for line, deal in sorted(deals, key=lambda d: max(fact_date(s) for s in deals[d])):
        lines.setdefault(line, []).append(deal)
    current, past = [], []
    for line, names in lines.items():
        for name in names:
            rows, older = _deal(line, name, deals[line, name])
            last = max(map(fact_date, deals[line, name]))
            shown = name == names[-1] and (line == "main" or not last or days_apart(last, at[:10]) <= YEAR)
            past += older if shown else [*rows, *older]
            current += rows if shown else []
    main_first = sort_by_side(current, lambda r: r["line"] != "main", lambda r: r["line"])
    return main_first, sorted(past, key=lambda r: r["asserted"] or "")


def _line(s: Statement) -> str:
    return s.value.get("line") or ("tiktok" if "tiktok" in normalized(s.value.get("object")).split() else "main")


def _deal_of(s: Statement, anchors: list[Statement]) -> tuple[str, str]:
    """Line and deal; a stage without a deal's id belongs to the nearest one of its parties, within 60 days."""
    line = _line(s)
    if s.value.get("deal"):
        return line, s.value["deal"]
    near = [a for a in anchors if _line(a) == line and parties_of(a) == parties_of(s) and fact_date(a) and fact_date(s)]
    gaps = {a.id: days_apart(fact_date(a), fact_date(s)) for a in near}
    best = min(near, key=lambda a: (gaps[a.id], a.id), default=None)
    if best and gaps[best.id] <= STEP_DAYS:
        return line, best.value["deal"]
    return line, "-".join(parties_of(s)).lower()


def _deal(line: str, name: str, told: list[Statement]) -> tuple[list[Row], list[Row]]:
    """A row a side, and what it superseded; the reporters' own voice counts where no side has spoken."""
    spoken = [s for s in told if source_weight(s) > PRESS]
    own = [s for s in spoken if s.value.get("deal")] or spoken or told
    parties = sorted_sides(p for s in told for p in parties_of(s))
    latest: dict[str, Statement] = {}
    awaiting: dict[str, Statement] = {}
    for s in sorted(own, key=lambda s: (fact_date(s), LADDER.index(s.value["stage"]))):
        side = s.by.side or "press"
        if s.value["stage"] == APPROVAL and side in latest:
            awaiting[side] = s
        else:
            latest[side] = s
            awaiting.pop(side, None)
    parked = {s.id for s in awaiting.values()}
    status = corroboration(
        [(s.by.side or "press", s.value["stage"], fact_date(s)) for s in own if s.id not in parked], parties
    )
    if all(s.verification in HEARSAY for s in latest.values()):
        status = "reported"
    rows = []
    for side, s in latest.items():
        after = awaiting.get(side)
        alike = [t.id for t in told if t.value["stage"] == s.value["stage"] and t.by.side == s.by.side]
        rows.append(
            {
                "stage": s.value["stage"], "parties": parties, **cite(s), "by_side": side, "status": status,
                "next": after.value["stage"] if after else None, "next_statement": after.id if after else None,
                "deal": name, "line": line, "object": s.value.get("object"), "note": s.note, "statements": alike,
            }
        )  # fmt: skip
    kept = {i for r in rows for i in (*r["statements"], r["next_statement"])}
    older = [
        {"stage": s.value["stage"], "parties": parties, **cite(s), "deal": name, "line": line, "note": s.note}
        for s in told if s.id not in kept
    ]  # fmt: skip
    return rows, older
