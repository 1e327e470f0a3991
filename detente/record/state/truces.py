"""Truces: a start, a chain of statements about the end, and the end that counts on the day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from detente.record.fact import Statement, days, has_started, start_of_day
from detente.record.state.claims import (
    OFFICIAL,
    PRESS,
    STEP_DAYS,
    asserted_on,
    cite,
    corroboration,
    days_apart,
    first_day,
    grouped,
    is_asserted_by,
    parties_of,
    reviewed,
    source_weight,
    unique,
)
from detente.record.state.horizon import UNLIMITED, Horizon
from detente.record.state.rows import Truce, TruceLink

PAST = ("lapsed", "superseded")  # statuses of a truce that no longer runs
SAME_END_DAYS = 3  # days within which two dates are taken to be one end


def derive_truces(
    statements: Iterable[Statement], as_of: str, proposed: Collection[str] = (), horizon: Horizon = UNLIMITED
) -> list[Truce]:
    """One row a truce, running ones first; a statement that names no truce joins the one whose date it shares."""
    groups = _by_truce([s for s in statements if is_asserted_by(s, as_of)], proposed)
    rows = [_up_to(horizon, _truce(name, group, as_of, proposed)) for name, group in groups.items()]
    latest_first = sorted(rows, key=_began, reverse=True)
    return sorted((_with_successor(row, rows) for row in latest_first), key=_rank)


def _up_to(horizon: Horizon, row: Truce) -> Truce:
    """The row, which says so where the record ends before the end of a truce that no side prolonged."""
    if row.status != "lapsed" or horizon.covers(row.expiry or ""):
        return row
    note = f"{row.note} The record ends on {horizon.last_known}: whether the truce was prolonged after it is not known."
    return replace(row, not_known_since=horizon.last_known, note=note)


def _rank(row: Truce) -> tuple[bool, bool]:
    """Running truces before past ones, and those that began on a day before those that a document merely names."""
    return (row.status in PAST, row.start is None)


def _began(row: Truce) -> str:
    """The first day of the truce: its start, or for want of one the day it was first spoken of."""
    spoken = min((link.asserted or link.known or "" for link in row.chain), default="")
    return first_day(row.start or spoken) if row.start or spoken else ""


def _with_successor(row: Truce, rows: Iterable[Truce]) -> Truce:
    """The row with the next truce of the same parties, where it still ran when that one began."""
    later = [other for other in rows if _is_later(other, row)]
    successor = min(later, key=_began, default=None)
    if successor is None or row.status == "lapsed":
        return row
    note = f"The truce {successor.truce} took its place on {_began(successor)}."
    return replace(row, status="superseded", superseded_by=successor.truce, days_left=None, note=note)


def _is_later(other: Truce, row: Truce) -> bool:
    has_begun = other.start is not None and other.status != "announced"
    return has_begun and set(other.parties) == set(row.parties) and _began(other) > _began(row)


def _by_truce(statements: Iterable[Statement], proposed: Collection[str]) -> dict[str, list[Statement]]:
    groups = grouped(statements, lambda s: str(s.value.get("truce") or ""))
    unnamed = groups.pop("", [])
    named = set(groups)
    on_record = {name for name, group in groups.items() if reviewed(group, proposed)}
    for s in sorted(unnamed, key=_unnamed_order):
        name = _truce_of(s, groups, named)
        if on_record and name not in on_record and s.id in proposed:  # a proposal opens no second truce
            name = _likeliest(s, {name: groups[name] for name in on_record})
        groups.setdefault(name, []).append(s)
    return groups


def _likeliest(s: Statement, groups: Mapping[str, list[Statement]]) -> str:
    """The truce of the same parties, the one last spoken of among several."""

    def likeness(name: str) -> tuple[bool, str, str]:
        group = groups[name]
        return (parties_of(s) in map(parties_of, group), max(map(asserted_on, group)), name)

    return max(groups, key=likeness)


def _unnamed_order(s: Statement) -> tuple[bool, bool, str]:
    return (expiry_of(s) is None, s.kind == "extension", expiry_of(s) or "")


def expiry_of(s: Statement) -> str | None:
    """The end that the statement gives to a truce."""
    return s.value.get("expiry") or s.value.get("new_expiry")


def _truce_of(s: Statement, groups: Mapping[str, list[Statement]], named: Collection[str]) -> str:
    """The truce that a statement without an id concerns: one that shares its date, else one of its own."""
    fitting = [name for name, group in groups.items() if _may_share_parties(s, group)]
    own = _own_name(s)
    return next((name for name in fitting if _fits(s, groups[name], is_named=name in named)), own)


def _may_share_parties(s: Statement, group: list[Statement]) -> bool:
    parties, others = parties_of(s), [parties_of(t) for t in group]
    return not parties or not any(others) or parties in others


def _fits(s: Statement, group: list[Statement], *, is_named: bool) -> bool:
    """Whether the ends allow that a statement without an id concerns this truce."""
    expiry, ends = expiry_of(s), list(filter(None, map(expiry_of, group)))
    if not expiry or any(days_apart(expiry, end) <= SAME_END_DAYS for end in ends):
        return True
    # one document's truce and its extension; a term of a few weeks more is another measure's
    may_extend = s.kind == "extension" and not is_named
    return may_extend and all(end < expiry and days_apart(end, expiry) > STEP_DAYS for end in ends)


def _own_name(s: Statement) -> str:
    who = "-".join(parties_of(s)).lower() or (s.by.side or "unnamed").lower()
    return f"{who}-{expiry_of(s)}" if expiry_of(s) else who


def _truce(name: str, statements: list[Statement], as_of: str, proposed: Collection[str]) -> Truce:
    ordered = sorted(statements, key=lambda s: (asserted_on(s), source_weight(s)))
    parties = next(filter(None, map(parties_of, ordered)), [])
    # what a document proposes does not move a truce the record knows
    decisive = [s for s in reviewed(ordered, proposed) if s.value.get("truce")] or ordered
    ends = grouped(filter(expiry_of, _since_left_open(decisive)), lambda s: str(expiry_of(s)))
    standing = {end: _standing_of_end(claims, parties) for end, claims in ends.items()}
    status, expiry = _status(ends, standing, ordered, parties, as_of)
    return Truce(
        truce=name,
        parties=tuple(parties),
        start=_start(ordered),
        expiry=expiry,
        status=status,
        days_left=_days_left(expiry, as_of),
        deadline_at=_deadlines(expiry, parties),
        text_expiry=_confirmed_end(ends, standing),
        scope=next((s.value["scope"] for s in ordered if s.value.get("scope")), None),
        chain=tuple(_link(s, standing, is_reviewed=s.id not in proposed) for s in ordered),
        note=_note(status, expiry, ends),
    )


def _since_left_open(statements: list[Statement]) -> list[Statement]:
    """The statements since the truce was last prolonged without a day: ends given before no longer count."""
    last = max((n for n, s in enumerate(statements) if s.value.get("term") == "open"), default=-1)
    return statements[last + 1 :]


def _days_left(expiry: str | None, as_of: str) -> int | None:
    return max((days(expiry)[0] - days(as_of[:10])[0]).days, 0) if expiry else None


def _deadlines(expiry: str | None, parties: Iterable[str]) -> dict[str, str]:
    """Party → the moment of expiry on its clock."""
    return {party: start_of_day(days(expiry)[0], party).isoformat() for party in parties} if expiry else {}


def _confirmed_end(ends: Mapping[str, list[Statement]], standing: Mapping[str, str]) -> str | None:
    """The end that both parties give, the one last asserted of several."""
    confirmed = [end for end in ends if standing[end] == "confirmed_both"]
    return max(confirmed, default=None, key=lambda end: asserted_on(ends[end][-1]))


def _start(statements: Iterable[Statement]) -> str | None:
    return next((s.value["start"] for s in statements if s.value.get("start") and s.kind == "truce"), None)


def _link(s: Statement, standing: Mapping[str, str], *, is_reviewed: bool) -> TruceLink:
    own = standing.get(expiry_of(s) or "", "reported")
    return TruceLink(
        kind=s.kind,
        new_expiry=expiry_of(s),
        by_days=s.value.get("by_days"),
        citation=cite(s),
        status=own if source_weight(s) > PRESS else "reported",
        instrument=s.value.get("instrument"),
        reviewed=is_reviewed,
    )


def _standing_of_end(claims: list[Statement], parties: list[str]) -> str:
    """How the claims to one end stand; without an official text among them the end is reported, whoever is quoted."""
    if max(map(source_weight, claims)) < OFFICIAL:
        return "reported"
    return corroboration([(s.by.side or "", expiry_of(s), asserted_on(s)) for s in claims], parties)


def _status(
    ends: Mapping[str, list[Statement]],
    standing: Mapping[str, str],
    statements: list[Statement],
    parties: list[str],
    as_of: str,
) -> tuple[str, str | None]:
    """The status of the truce and the end shown: a confirmed end first, then the best attested, then the last one."""
    if not ends:
        return _status_without_end(statements), None
    by_time = _weightiest(ends)
    running = [end for end in by_time if not has_come(end, as_of, parties)]
    confirmed = [end for end in by_time if standing[end] == "confirmed_both"]
    if confirmed and confirmed[-1] in running:
        return _running_status(statements, as_of), confirmed[-1]
    if running:
        best = max(running, key=lambda end: (standing[end] != "reported", by_time.index(end)))
        return standing[best], best
    return "lapsed", max(by_time, key=lambda end: days(end)[1])


def has_come(end: str, as_of: str, parties: Iterable[str]) -> bool:
    """Whether the end of a truce has come on the clock of every party."""
    clocks: list[str | None] = [*parties] or [None]
    return all(has_started(end, as_of, party) for party in clocks)


def _running_status(statements: Iterable[Statement], as_of: str) -> str:
    start = _start(statements)
    return "in_force" if not start or has_started(start, as_of) else "announced"


def _status_without_end(statements: Iterable[Statement]) -> str:
    return "announced_one_side" if max(map(source_weight, statements)) >= OFFICIAL else "reported"


def _weightiest(ends: Mapping[str, list[Statement]]) -> list[str]:
    """The ends that a reviewer prefers, else those that a side gives, else all; by the day last asserted."""
    preferred = [end for end, claims in ends.items() if any(s.rank == "preferred" for s in claims)]
    from_sides = [end for end, claims in ends.items() if any(s.by.side not in (None, "press") for s in claims)]
    return sorted(preferred or from_sides or ends, key=lambda e: asserted_on(ends[e][-1]))


NOTES = {
    "lapsed": "The deadline of {expiry} has passed and no extension is known.",
    "reported": "{expiry} is reported; no official text at hand gives it.",
    "announced_one_side": "One side has announced {expiry}; the other has not said so.",
    "contested": "The sides give different dates; {expiry} is shown.",
}


def _note(status: str, expiry: str | None, ends: Mapping[str, list[Statement]]) -> str:
    """What the status means for the end shown, and the notes on later or doubtful ends."""
    is_empty = status == "reported" and not expiry
    words = "" if is_empty else NOTES.get(status, "").format(expiry=expiry)
    doubtful = [end for end in ends if end > (expiry or "") or (end == expiry and status != "in_force")]
    return " ".join(filter(None, unique([words, *(s.note for end in doubtful for s in ends[end])])))
