"""Confirmations: for each planned meeting, what each side has said of it, and where a silent side was looked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from detente.record.fact import Statement, days
from detente.record.state.claims import asserted_on, cite, sort_by_side
from detente.record.state.events import Event
from detente.record.state.rows import Confirmation, Search

VISIBLE_DAYS = 30  # how long the confirmations of an event stay in view after its day
UNDATED_DAYS = 90  # the same for an event without a day, after it was last spoken of
SILENT = "not_commented"

Coverage = Mapping[str, Mapping[str, str]]  # side → the sources that carry its words, each with its day of publication


def derive_confirmations(
    events: Iterable[Event], as_of: str, coverage: Coverage | None = None
) -> tuple[list[Confirmation], list[Confirmation]]:
    """A row a side for the events in view, and for those past; a silent side's row says where it was looked for."""
    current: list[Confirmation] = []
    past: list[Confirmation] = []
    for event in events:
        rows = _of_event(event, as_of, coverage or {})
        (past if _is_past(event, as_of) else current).extend(sort_by_side(rows))

    def day(row: Confirmation) -> str:
        return row.date or "9999"

    return sort_by_side(current, day, lambda r: r.event or ""), sort_by_side(past, day)


def _is_past(event: Event, as_of: str) -> bool:
    last = event.day or max(map(asserted_on, event.statements))
    visible = VISIBLE_DAYS if event.day else UNDATED_DAYS
    return bool(last) and (days(as_of[:10])[0] - days(last)[1]).days > visible


def _of_event(event: Event, as_of: str, coverage: Coverage) -> list[Confirmation]:
    """One row a side that has spoken, and one a party whose silence is worth telling."""
    latest = _latest_responses(event)
    rows = [_row(event, side, status, s) for side, (status, s) in latest.items()]
    rows = [_with_search(row, event, coverage, as_of) for row in rows]
    if not any(row.status != SILENT and row.by_side in coverage for row in rows):
        return rows
    return rows + [_silence(side, event, coverage, as_of) for side in coverage if side not in latest]


def _latest_responses(event: Event) -> dict[str, tuple[str, Statement]]:
    """Side → the response that stands."""
    latest: dict[str, tuple[str, Statement]] = {}
    for side, status, s in event.responses:
        if side not in latest or _replaces((status, s), latest[side], event.proposed):
            latest[side] = (status, s)
    return latest


def _with_search(row: Confirmation, event: Event, coverage: Coverage, as_of: str) -> Confirmation:
    if row.status != SILENT:
        return row
    return replace(row, searched=_search(row.by_side, event, coverage, as_of))


def _replaces(new: tuple[str, Statement], old: tuple[str, Statement], proposed: Collection[str]) -> bool:
    """A later response stands; silence cannot undo one, nor can a proposal undo what was reviewed that day."""
    (new_status, new_statement), (old_status, old_statement) = new, old
    if "preferred" in (new_statement.rank, old_statement.rank):
        return new_statement.rank == "preferred"
    if new_status == SILENT and old_status != SILENT:
        return False
    if new_statement.id not in proposed or old_statement.id in proposed:
        return True
    return asserted_on(new_statement) > asserted_on(old_statement)


def _row(event: Event, side: str, status: str, s: Statement) -> Confirmation:
    return Confirmation(
        event=event.name,
        date=event.day,
        participants=event.people,
        **vars(cite(s, side)),
        claimed_by=s.by.side,
        status=status,
        note=s.note,
        statements=tuple(t.id for who, what, t in event.responses if (who, what) == (side, status)),
        searched=None,
    )


def _silence(side: str, event: Event, coverage: Coverage, as_of: str) -> Confirmation:
    """The row of a side that has said nothing while another has."""
    return Confirmation(
        event=event.name,
        date=event.day,
        participants=event.people,
        by_side=side,
        by=None,
        asserted=as_of[:10],
        known=None,
        quote="",
        source=None,
        verification=None,
        statement=None,
        claimed_by=None,
        status=SILENT,
        note="derived: no statement of this side is in the record",
        statements=(),
        searched=_search(side, event, coverage, as_of),
    )


def _sources_speaking(side: str, event: Event) -> set[str]:
    return {s.source for who, status, s in event.responses if who == side and status != SILENT}


def _search(side: str, event: Event, coverage: Coverage, as_of: str) -> Search:
    """The sources that carry the side's words, from the first mention of the event on: how many speak of it."""
    day = as_of[:10]
    since = min((asserted_on(s)[:10] for s in event.statements if asserted_on(s)), default=None)
    published = {name: on[:10] for name, on in coverage.get(side, {}).items() if on[:10] <= day}
    searched = sorted(name for name, on in published.items() if on >= (since or ""))
    hits = len(_sources_speaking(side, event).intersection(searched))
    return Search(
        side=side,
        since=since,
        to=day,
        looked_at=len(searched),
        speak_of_it=hits,
        in_record=len(published),
        sources=tuple(searched),
        words=f"{hits} of {len(searched)} sources that carry {side}'s words, {since} to {day}"
        f" ({len(published)} in the record by then)",
    )
