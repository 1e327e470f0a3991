"""Threats: harm announced, and whether the threat still stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from detente.record.fact import Statement, days, has_started
from detente.record.state.claims import (
    STEP_DAYS,
    SetAside,
    asserted_on,
    cite,
    days_apart,
    first_value,
    grouped,
    ids,
    is_asserted_by,
    latest_reviewed,
)
from detente.record.state.rows import Threat

IDENTIFYING = ("by_side", "rate_pct", "effective", "against")  # keys on which statements of one threat cannot differ
TERM_DAYS = 180  # how long a threat without a day stands after it was last voiced
VISIBLE_DAYS = 365  # how long a threat that no longer stands stays in view after the last word on it


def derive_threats(
    statements: Iterable[Statement], as_of: str, known: str, proposed: Collection[str] = ()
) -> tuple[list[Threat], list[SetAside]]:
    """One row a threat, standing ones first, and the proposals that fit no threat and open none.

    `split_by_view` tells those that stand or were spoken of within a year from those of the past.
    """
    statements = list(statements)
    latest = latest_reviewed(statements, proposed)
    asserted = [s for s in statements if is_asserted_by(s, as_of)]
    groups: dict[str, list[Statement]] = {}
    set_aside: list[SetAside] = []
    for s in sorted(asserted, key=lambda s: (s.id in proposed, s.value.get("threat") is None, asserted_on(s))):
        name = s.value.get("threat") or _threat_of(s, groups)
        may_open = s.id not in proposed or not latest or _is_new(s, latest)
        if name in groups or may_open:
            groups.setdefault(name, []).append(s)
        else:
            set_aside.append(SetAside(s, "it fits no threat of the record, and gives no rate or day of a new one"))
    return _standing_first(_threat(name, group, as_of, known) for name, group in groups.items()), set_aside


def _standing_first(rows: Iterable[Threat]) -> list[Threat]:
    latest_first = sorted(rows, key=lambda r: (r.asserted or r.known or "", r.threat), reverse=True)
    return sorted(latest_first, key=lambda r: r.status != "standing")


def split_by_view(rows: Iterable[Threat], as_of: str) -> tuple[list[Threat], list[Threat]]:
    """The threats in view, and those of the past."""
    by_view = grouped(rows, lambda r: _is_in_view(r, as_of))
    return by_view.get(True, []), by_view.get(False, [])


def _is_in_view(row: Threat, as_of: str) -> bool:
    last = row.asserted or row.known
    return row.status == "standing" or not last or (days(as_of)[0] - days(last)[1]).days <= VISIBLE_DAYS


def _is_new(s: Statement, latest: str) -> bool:
    """Whether a proposal is later than the record and says enough to open a threat of its own."""
    return bool(s.value.get("rate_pct") or s.value.get("effective")) and asserted_on(s) > latest


def _threat_of(s: Statement, groups: Mapping[str, list[Statement]]) -> str:
    """The threat that a statement without an id fits, else a name for a new one."""
    own = f"{s.value['by_side']}-{s.value.get('rate_pct') or s.id[:6]}".lower()
    return next((name for name, group in groups.items() if _fits(s, group)), own)


def _fits(s: Statement, group: list[Statement]) -> bool:
    day, others = asserted_on(s), [asserted_on(t) for t in group]
    is_near = not day or any(other and days_apart(other, day) <= STEP_DAYS for other in others)
    return is_near and all(_agrees(s, group, key) for key in IDENTIFYING)


def _agrees(s: Statement, group: list[Statement], key: str) -> bool:
    value = s.value.get(key)
    return value is None or all(t.value.get(key) in (None, value) for t in group)


def _threat(name: str, group: list[Statement], as_of: str, known: str) -> Threat:
    by_side = group[0].value["by_side"]
    named = [s for s in group if s.value.get("threat")] or group
    latest = max([s for s in named if s.by.side == by_side] or named, key=asserted_on)
    terms = {key: first_value(named, key) for key in ("against", "rate_pct", "effective", "on")}
    return Threat(
        threat=name,
        citation=cite(latest, by_side),
        **terms,
        status=_status(latest, by_side, terms["effective"], (as_of, known)),
        first_asserted=asserted_on(group[0]) or None,
        note=latest.note,
        statements=ids(group),
    )


def _status(latest: Statement, by_side: str, effective: str | None, by: tuple[str, ...]) -> str:
    """The status last given; a standing threat expires once its day or its term has passed on every day named."""
    status = str(latest.value.get("status") or "standing")
    end = effective or _end_of_term(latest)
    is_past = bool(end) and all(has_started(end or "", day, by_side) for day in by)
    return "expired" if status == "standing" and is_past else status


def _end_of_term(s: Statement) -> str | None:
    voiced = asserted_on(s)
    return (days(voiced)[1] + timedelta(days=TERM_DAYS)).isoformat() if voiced else None
