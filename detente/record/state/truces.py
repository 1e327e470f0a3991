"""Truces: a start, a chain of expiries, and what stands on the day."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from detente.record.fact import Statement, days, has_started, start_of_day
from detente.record.state.claims import (
    OFFICIAL,
    PRESS,
    STEP_DAYS,
    Row,
    asserted_on,
    cite,
    corroboration,
    days_apart,
    is_asserted_by,
    parties_of,
    source_weight,
)

SAME_END_DAYS = 3  # days within which two dates are taken to be one end


def derive_truces(told: list[Statement], at: str, proposed: Collection[str] = ()) -> list[Row]:
    """One row a truce; a statement without an id joins the truce whose date it shares."""
    groups: dict[str, list[Statement]] = {}
    loose = []
    for s in told:
        if not is_asserted_by(s, at):
            continue
        if s.value.get("truce"):
            groups.setdefault(s.value["truce"], []).append(s)
        else:
            loose.append(s)
    reviewed = set(groups)
    ours = {name for name, told in groups.items() if any(s.id not in proposed for s in told)}
    for s in sorted(loose, key=lambda s: (expiry_of(s) is None, s.kind == "extension", expiry_of(s) or "")):
        name = _truce_of(s, groups, reviewed)
        if s.id in proposed and ours and name not in ours:
            name = max(ours, key=lambda n: (any(parties_of(t) == parties_of(s) for t in groups[n]), n))
        groups.setdefault(name, []).append(s)
    return [_truce(name, told, at, proposed) for name, told in groups.items()]


def expiry_of(s: Statement) -> str | None:
    """The end it gives."""
    return s.value.get("expiry") or s.value.get("new_expiry")


def _truce_of(s: Statement, groups: Mapping[str, list[Statement]], reviewed: set[str]) -> str:
    """The truce a statement without an id speaks of: one that shares its date, else one of its own."""
    expiry, parties = expiry_of(s), parties_of(s)
    fitting = [
        name for name, told in groups.items()
        if not parties or not any(map(parties_of, told)) or any(parties == parties_of(t) for t in told)
    ]  # fmt: skip
    for name in fitting:
        ends = [e for e in map(expiry_of, groups[name]) if e]
        if expiry and any(days_apart(expiry, e) <= SAME_END_DAYS for e in ends):
            return name
        # one document's truce and its extension; a term of a few weeks more is another measure's
        moves = s.kind == "extension" and name not in reviewed
        if not expiry or (moves and all(e < expiry and days_apart(e, expiry) > STEP_DAYS for e in ends)):
            return name
    named = "-".join(parties).lower() or (s.by.side or "unnamed").lower()
    return f"{named}-{expiry}" if expiry else named


def _truce(name: str, told: list[Statement], at: str, proposed: Collection[str]) -> Row:
    told = sorted(told, key=lambda s: (asserted_on(s), source_weight(s)))
    parties = next((p for p in map(parties_of, told) if p), [])
    # what a document proposes does not move a truce the record knows
    decisive = [s for s in told if s.value.get("truce") and s.id not in proposed] or told
    ends: dict[str, list[Statement]] = {}
    for s in decisive:
        if expiry_of(s):
            ends.setdefault(str(expiry_of(s)), []).append(s)
    standing = {end: _standing_of_end(claims, parties) for end, claims in ends.items()}
    status, expiry = _truce_status(ends, standing, told, at)
    text = [end for end in ends if standing[end] == "confirmed_both"]
    return {
        "truce": name,
        "parties": parties,
        "start": next((s.value["start"] for s in told if s.value.get("start") and s.kind == "truce"), None),
        "expiry": expiry,
        "status": status,
        "days_left": max((days(expiry)[0] - days(at[:10])[0]).days, 0) if expiry else None,
        "deadline_at": {p: start_of_day(days(expiry)[0], p).isoformat() for p in parties} if expiry else {},
        "text_expiry": max(text, default=None, key=lambda e: asserted_on(ends[e][-1])),
        "scope": next((s.value["scope"] for s in told if s.value.get("scope")), None),
        "chain": [
            {
                "kind": s.kind, "new_expiry": expiry_of(s), "by_days": s.value.get("by_days"), **cite(s),
                "status": standing.get(expiry_of(s) or "", "reported") if source_weight(s) > PRESS else "reported",
                "instrument": s.value.get("instrument"), "reviewed": s.id not in proposed,
            }
            for s in told
        ],
        "note": _truce_note(status, expiry, ends),
    }  # fmt: skip


def _standing_of_end(claims: list[Statement], parties: list[str]) -> str:
    """A date both parties give stands only on an official text; words that the press reports do not make it so."""
    if max(map(source_weight, claims)) < OFFICIAL:
        return "reported"
    return corroboration([(s.by.side or "", expiry_of(s), asserted_on(s)) for s in claims], parties)


def _truce_status(
    ends: Mapping[str, list[Statement]], standing: Mapping[str, str], told: list[Statement], at: str
) -> tuple[str, str | None]:
    if not ends:
        return ("reported" if max(map(source_weight, told)) < OFFICIAL else "announced_one_side"), None
    voiced = [e for e in ends if any(s.by.side not in (None, "press") for s in ends[e])]
    preferred = [e for e in ends if any(s.rank == "preferred" for s in ends[e])]
    by_time = sorted(preferred or voiced or ends, key=lambda e: asserted_on(ends[e][-1]))
    agreed = [e for e in by_time if standing[e] == "confirmed_both"]
    if agreed and not has_started(agreed[-1], at, "USA"):
        starts = [s.value["start"] for s in told if s.value.get("start") and s.kind == "truce"]
        return ("in_force" if not starts or has_started(starts[0], at) else "announced"), agreed[-1]
    open_ends = [e for e in by_time if not has_started(e, at, "USA")]
    if open_ends:
        best = max(open_ends, key=lambda e: (standing[e] != "reported", by_time.index(e)))
        return standing[best], best
    return "lapsed", max(by_time, key=lambda e: days(e)[1])


def _truce_note(status: str, expiry: str | None, ends: Mapping[str, list[Statement]]) -> str:
    said = {
        "lapsed": f"The deadline of {expiry} has passed and no extension is known.",
        "reported": f"{expiry} is reported; no official text at hand gives it." if expiry else "",
        "announced_one_side": f"One side has announced {expiry}; the other has not said so.",
        "contested": f"The sides give different dates; {expiry} is shown.",
    }
    doubted = [e for e in ends if e > (expiry or "") or (e == expiry and status != "in_force")]
    later = [s.note for e in doubted for s in ends[e] if s.note]
    return " ".join(x for x in [said.get(status, ""), *dict.fromkeys(later)] if x)
