"""Upcoming: the dates that lie ahead of the day, and what is to happen on each; and planned meetings left behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from detente.record.fact import days, has_started
from detente.record.state.claims import asserted_on, corroboration, grouped, sorted_sides
from detente.record.state.conflicts import shown_claim
from detente.record.state.events import Event
from detente.record.state.horizon import Horizon
from detente.record.state.rows import Measure, NextDate, PassedDate, Threat, Truce, TruceLink
from detente.record.state.truces import PAST, has_come

PASSED_DAYS = 90  # how long a planned meeting that passed stays in view


class Term(NamedTuple):
    """A date of a measure that matters while the measure has a status."""

    key: str
    status: str
    what: str
    kind: str


TERMS = (
    Term("suspended_until", "suspended", "end of the suspension of {}", "suspension_ends"),
    Term("until", "in_force", "end of {} by its term", "term_ends"),
    Term("due", "committed", "due: {}", "commitment_due"),
    Term("legal_from", "announced", "start of {}", "effect"),
)


def derive_upcoming(
    truces: Iterable[Truce],
    measures: Iterable[Measure],
    threats: Iterable[Threat],
    events: Iterable[Event],
    as_of: str,
    parties: Sequence[str] = (),
) -> list[NextDate]:
    """One row a date and thing to happen, in order of the dates.

    parties: those of the talks; a meeting that any of them speaks of needs the word of all.
    """
    rows = [
        *_truce_ends(truces, as_of),
        *_measure_dates(list(measures), as_of),
        *_threatened_dates(threats, as_of),
        *_meetings(events, as_of, parties),
    ]
    latest = {(r.date, r.kind, r.what): r for r in rows}
    return sorted(latest.values(), key=lambda r: (days(r.date)[0], r.kind, r.what))


def _is_ahead(day: str | None, as_of: str, side: str | None = None) -> bool:
    return day is not None and not has_started(day, as_of, side)


def _date(day: str, what: str, kind: str, status: str, sides: Iterable[str | None], statement: str) -> NextDate:
    return NextDate(day, what, kind, status, tuple(sorted_sides(sides)), statement)


def _truce_ends(truces: Iterable[Truce], as_of: str) -> Iterator[NextDate]:
    """The end that counts and later ones, given by a side where any has spoken."""
    for truce in (t for t in truces if t.status not in PAST):
        what = f"truce {truce.truce} ends unless extended"
        for end, links in _links_by_end(truce).items():
            if end >= (truce.expiry or "") and not has_come(end, as_of, truce.parties):
                last = links[-1]
                yield _date(end, what, "deadline", last.status, (c.by_side for c in links), last.statement)


def _links_by_end(truce: Truce) -> dict[str, list[TruceLink]]:
    links = [link for link in truce.chain if link.by_side not in (None, "press")] or truce.chain
    return grouped((link for link in links if link.new_expiry), lambda link: str(link.new_expiry))


def _measure_dates(measures: list[Measure], as_of: str) -> Iterator[NextDate]:
    """The dates of each measure; a part of a package that is listed has none of its own."""
    names = {m.measure for m in measures if m.measure}
    for measure in measures:
        if measure.part_of not in names:
            yield from _terms(measure, as_of)
            yield from _pending(measure, as_of)


def _name(measure: Measure) -> str:
    return measure.measure or f"{measure.type} of {measure.imposer}"


def _terms(measure: Measure, as_of: str) -> Iterator[NextDate]:
    """The dates of the status that counts, but for those on which an announced act follows."""
    followed = {claim.legal_from for claim in measure.pending}
    for term in TERMS:
        day: str | None = getattr(measure, term.key)
        if measure.status != term.status or day in followed or not _is_ahead(day, as_of, measure.imposer):
            continue
        what = term.what.format(_name(measure))
        yield _date(day or "", what, term.kind, term.status, [measure.by_side], measure.statement)


def _pending(measure: Measure, as_of: str) -> Iterator[NextDate]:
    for claim in measure.pending:
        if claim.legal_from and _is_ahead(claim.legal_from, as_of, measure.imposer):
            rate = f" at {claim.rate_pct:g} %" if claim.rate_pct is not None else ""
            what = f"{_name(measure)}: {claim.status.replace('_', ' ')}{rate}"
            yield _date(claim.legal_from, what, "effect", claim.status, [claim.by_side], claim.statement)


def _threatened_dates(threats: Iterable[Threat], as_of: str) -> Iterator[NextDate]:
    for threat in threats:
        if threat.status == "standing" and threat.effective and _is_ahead(threat.effective, as_of, threat.by_side):
            what = f"threat {threat.threat} is to take effect"
            yield _date(threat.effective, what, "threat", threat.status, [threat.by_side], threat.statement)


def _stands_as_coming(event: Event, day: str, as_of: str) -> bool:
    return event.held_on is None and not event.is_called_off and _is_ahead(day, as_of)


def derive_passed(events: Iterable[Event], as_of: str, horizon: Horizon) -> list[PassedDate]:
    """The planned meetings whose day came after the record ends, and passed: whether they were held is not known."""
    rows = [_passed(event, horizon) for event in events if _is_out_of_sight(event, as_of, horizon)]
    return sorted(rows, key=lambda row: (days(row.date)[0], row.what), reverse=True)


def _is_out_of_sight(event: Event, as_of: str, horizon: Horizon) -> bool:
    day = event.day
    if day is None or event.held_on or event.is_called_off or horizon.covers(day):
        return False
    return 0 < (days(as_of[:10])[0] - days(day)[1]).days <= PASSED_DAYS


def _passed(event: Event, horizon: Horizon) -> PassedDate:
    sides = sorted_sides(side for side, status, _ in event.responses if status == "confirmed")
    statement = shown_claim(event.standing_dates).statement.id
    what, since = event.name or " and ".join(event.people), (horizon.last_known or "")[:10]
    return PassedDate(event.day or "", what, tuple(sides), since, statement)


def _meetings(events: Iterable[Event], as_of: str, talking: Sequence[str]) -> Iterator[NextDate]:
    for event in events:
        day = event.day
        if day is None or not _stands_as_coming(event, day, as_of):
            continue
        claims = [(side, "confirmed", asserted_on(s)) for side, status, s in event.responses if status == "confirmed"]
        sides = [side for side, _, _ in claims]
        parties = talking if set(sides) <= set(talking) else sorted_sides(sides)
        what = event.name or " and ".join(event.people)
        statement = shown_claim(event.standing_dates).statement.id
        yield _date(day, what, "meeting", corroboration(claims, parties), sides, statement)
