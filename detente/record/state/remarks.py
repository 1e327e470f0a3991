"""Remarks: what somebody said of late that makes no claim of a truce, measure, meeting or stage."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from detente.record.fact import Statement
from detente.record.state.claims import asserted_on, cite, days_since, is_asserted_by, reviewed
from detente.record.state.rows import Remark

RECENT_DAYS = 120  # how long a remark stays in view


def derive_remarks(statements: Iterable[Statement], as_of: str, proposed: Collection[str] = ()) -> list[Remark]:
    """One row a speaker and subject, with the words last said on it, the latest first; proposals are left out."""
    recent = [s for s in reviewed(statements, proposed) if _is_recent(s, as_of)]
    latest = {(s.value.get("speaker"), s.by.side, s.value.get("about")): s for s in sorted(recent, key=_when)}
    return [_row(s) for s in sorted(latest.values(), key=_when, reverse=True)]


def _when(s: Statement) -> tuple[str, str]:
    return (asserted_on(s), s.id)


def _is_recent(s: Statement, as_of: str) -> bool:
    day = asserted_on(s)
    return bool(day) and is_asserted_by(s, as_of) and days_since(day, as_of[:10]) <= RECENT_DAYS


def _row(s: Statement) -> Remark:
    speaker = s.value.get("speaker") or s.value.get("speaker_described")
    return Remark(speaker, s.value.get("about"), s.value.get("tone"), cite(s, s.value.get("side")), s.note)
