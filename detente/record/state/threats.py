"""Threats: harm announced, and whether it still stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from detente.record.fact import Statement, has_started
from detente.record.state.claims import STEP_DAYS, Row, SetAside, asserted_on, cite, days_apart, is_asserted_by


def derive_threats(
    told: list[Statement], at: str, known: str, proposed: Collection[str] = ()
) -> tuple[list[Row], list[SetAside]]:
    """One row a threat, and the proposals that fit none and are no news."""
    groups: dict[str, list[Statement]] = {}
    left: list[SetAside] = []
    last = max((asserted_on(s) for s in told if s.id not in proposed), default=None)
    for s in sorted(told, key=lambda s: (s.id in proposed, s.value.get("threat") is None, asserted_on(s))):
        if not is_asserted_by(s, at):
            continue
        name = s.value.get("threat") or _threat_of(s, groups)
        borne = s.value.get("rate_pct") or s.value.get("effective")
        if s.id in proposed and last and name not in groups and not (borne and asserted_on(s) > last):
            left.append((s, "it fits no threat of the record, and bears no rate or day of a new one"))
        else:
            groups.setdefault(name, []).append(s)
    return [_threat(name, group, at, known) for name, group in groups.items()], left


def _threat_of(s: Statement, groups: Mapping[str, list[Statement]]) -> str:
    def fits(group: list[Statement]) -> bool:
        near = not asserted_on(s) or any(
            asserted_on(g) and days_apart(asserted_on(g), asserted_on(s)) <= STEP_DAYS for g in group
        )
        same = all(
            s.value.get(k) is None or all(g.value.get(k) in (None, s.value[k]) for g in group)
            for k in ("by_side", "rate_pct", "effective", "against")
        )
        return near and same

    own = f"{s.value['by_side']}-{s.value.get('rate_pct') or s.id[:6]}".lower()
    return next((name for name, group in groups.items() if fits(group)), own)


def _threat(name: str, group: list[Statement], at: str, known: str) -> Row:
    by_side = group[0].value["by_side"]
    named = [s for s in group if s.value.get("threat")] or group
    own = [s for s in named if s.by.side == by_side] or named
    now = max(own, key=asserted_on)
    first = {
        k: next((s.value[k] for s in named if s.value.get(k) is not None), None)
        for k in ("against", "rate_pct", "effective", "on")
    }
    status = now.value.get("status") or "standing"
    past = (
        first["effective"]
        and has_started(first["effective"], at, by_side)
        and has_started(first["effective"], known, by_side)
    )
    if status == "standing" and past:
        status = "expired"
    return {
        "threat": name, **cite(now), "by_side": by_side, **first, "status": status, "made": asserted_on(group[0]) or None,
        "note": now.note, "statements": [s.id for s in group],
    }  # fmt: skip
