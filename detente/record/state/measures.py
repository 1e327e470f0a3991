"""Measures: the latest legal status of each, with the days of announcement, signature, effect and suspension apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from detente.record.fact import Statement, days, has_started
from detente.record.state.claims import (
    PRESS,
    SetAside,
    asserted_on,
    cite,
    first_day,
    grouped,
    ids,
    is_asserted_by,
    latest_reviewed,
    normalized,
    side_order,
    source_weight,
)
from detente.record.state.horizon import UNLIMITED, Horizon
from detente.record.state.rows import Measure, MeasureClaim, Truce

DATES = ("announced", "signed", "legal_from", "suspended_until", "published")
TERMS = (
    "type", "imposer", "target", "rate_pct", "rate_pp", "rates", "status", "authority", "instrument", *DATES, "scope",
    "until", "due", "reason", "truce", "part_of", "product", "quantity_mmt", "quantity_mmt_per_year",
    "quantity_aircraft", "usd_bn", "usd_bn_per_year",
)  # fmt: skip
LASTING = ("type", "imposer", "target", "authority", "scope", "product")  # terms that an act need not repeat
RATES = ("rate_pct", "rate_pp")
ENDS = ("suspended_until", "until", "due")  # what the end of a status is called
UNNAMED = ("type", "imposer", "target", *RATES, "status")  # what tells measures without an id apart
PROLONGING = ("announced_one_side", "reported", "contested", "in_force")  # statuses of a truce that may still run
ENDING = ("in_force", "reduced")  # statuses that a term ends
REPLACING = ("in_force", "reduced")  # statuses in which an act takes the place of other measures
ANNOUNCED = ("announced", "not_implemented")  # statuses of a measure that never had effect
LEGAL = ("in_force", "reduced", "suspended")  # statuses of a measure that had
TERM_DAYS = 180  # how long an announcement without a day waits for its act
MOST_NAMED = 6  # measures listed in a reason

Groups = dict[str, list[Statement]]


def derive_measures(
    statements: Iterable[Statement],
    truces: Iterable[Truce],
    as_of: str,
    proposed: Collection[str] = (),
    horizon: Horizon = UNLIMITED,
) -> tuple[list[Measure], list[SetAside]]:
    """One row a measure, and the proposals that fit no measure and open none.

    horizon: how far the record follows events; what the calendar alone would change after it is not known.
    """
    statements = list(statements)
    named = grouped((s for s in statements if s.value.get("measure")), lambda s: str(s.value["measure"]))
    unnamed, set_aside = _assign_unnamed(statements, named, as_of, proposed)
    day = _Day(as_of, {t.truce: t for t in truces}, horizon, named)
    rows = [_measure(name, group, unnamed.pop(name, []), day) for name, group in named.items()]
    rows += [_measure(None, group, [], day) for group in unnamed.values()]
    replaced = _replaced(list(filter(None, rows)), named, as_of)
    return sorted(replaced, key=_row_order), set_aside


@dataclass(frozen=True)
class _Day:
    """The day asked about, the truces on it by name, how far the record follows events, and acts by measure."""

    as_of: str
    truces: Mapping[str, Truce]
    horizon: Horizon
    named: Mapping[str, list[Statement]]


def _replaced(rows: list[Measure], named: Groups, as_of: str) -> list[Measure]:
    """The rows, with those marked that an act on another measure took the place of by the day."""
    by_name = {
        name: row
        for row in rows
        for s in named.get(row.measure or "", ())
        if s.value.get("replaces") and is_asserted_by(s, as_of) and _has_effect(s, as_of, row.imposer)
        for name in s.value["replaces"]
    }
    return [_with_replacement(row, by_name.get(row.measure or "")) for row in rows]


def _with_replacement(row: Measure, by: Measure | None) -> Measure:
    """Superseded: an announcement for good, a measure in force as long as what replaced it."""
    if by is not None and row.status == "superseded":
        return replace(row, superseded_by=by.measure)
    if by is None or row.status not in (ANNOUNCED if by.status not in REPLACING else (*ANNOUNCED, *LEGAL)):
        return row
    if (row.asserted or "") > (by.asserted or ""):
        return row
    return replace(row, status="superseded", superseded_by=by.measure, derived=f"{by.measure} took its place")


def _row_order(row: Measure) -> tuple[bool, object, str, str]:
    return (row.measure is None, side_order(row.imposer), row.measure or "", row.type)


def _assign_unnamed(
    statements: Iterable[Statement], named: Groups, as_of: str, proposed: Collection[str]
) -> tuple[Groups, list[SetAside]]:
    """The statements without an id by the measure they fit, or by their own terms, and the proposals that fit none."""
    statements = list(statements)
    latest = latest_reviewed(statements, proposed)
    groups: Groups = {}
    set_aside: list[SetAside] = []
    for s in statements:
        if s.value.get("measure"):
            continue
        fitting = _fitting_measures(s, named)
        if len(fitting) == 1:
            groups.setdefault(fitting[0], []).append(s)
        elif s.id in proposed and latest and asserted_on(s) <= latest:
            set_aside.append(SetAside(s, _reason_unmatched(fitting)))
        elif is_asserted_by(s, as_of):
            groups.setdefault(_unnamed_key(s), []).append(s)
    return groups, set_aside


def _reason_unmatched(fitting: list[str]) -> str:
    if fitting:
        return f"it fits several: {', '.join(sorted(fitting)[:MOST_NAMED])}"
    return "it fits no measure of the record"


def _unnamed_key(s: Statement) -> str:
    terms = "/".join(str(s.value.get(key)) for key in UNNAMED)
    return f"{terms}/{normalized(s.value.get('scope') or s.value.get('product'))}"


def _fitting_measures(s: Statement, named: Mapping[str, list[Statement]]) -> list[str]:
    """The measures a statement without an id may concern: those that fit its type, sides, rate and status.

    Of a package and its parts, the package; of several, those that share most words of the scope.
    """
    fitting = {name: group for name, group in named.items() if _fits(s, group)}
    own = _scope_words(s)
    shared = {
        name: len(own & frozenset().union(*map(_scope_words, group)))
        for name, group in fitting.items()
        if not any(t.value.get("part_of") in fitting for t in group)
    }
    most = max(shared.values(), default=0)
    return [name for name, count in shared.items() if count == most]


def _fits(s: Statement, group: list[Statement]) -> bool:
    value, first = s.value, group[0].value
    is_same_kind = all(value[key] == first[key] for key in ("type", "imposer"))
    targets = set(filter(None, (value.get("target"), first.get("target"))))
    has_status = value["status"] in [t.value["status"] for t in group]
    return is_same_kind and len(targets) < 2 and has_status and _rates([s]) <= _rates(group)


def _rates(statements: Iterable[Statement]) -> set[float]:
    return {s.value[key] for s in statements for key in RATES if s.value.get(key) is not None}


def _scope_words(s: Statement) -> frozenset[str]:
    """The words of what it covers; of a statement without an id also those of its quote."""
    value = s.value
    texts = [value.get(key) or "" for key in ("scope", "product", "authority", "instrument")]
    texts += [value["measure"].replace("-", " ") if value.get("measure") else s.quote]
    return frozenset(word for word in normalized(" ".join(texts)).split() if len(word) > 3)


def _effect(s: Statement) -> str:
    """The day a status starts: the legal day, or for announcements and commitments the day they were made."""
    if s.value["status"] in ("announced", "committed"):
        return s.value.get("announced") or asserted_on(s)
    return s.value.get("legal_from") or s.date.iso or asserted_on(s)


def _act_order(s: Statement) -> tuple[str, str, int, bool]:
    effect = _effect(s)
    return (first_day(effect) if effect else "", asserted_on(s), source_weight(s), bool(s.value.get("instrument")))


@dataclass(frozen=True)
class _Acts:
    """The statements that decide on a measure, in the order of effect, and those that have taken effect by the day."""

    decisive: list[Statement]
    past: list[Statement]
    future: list[Statement]

    @property
    def current(self) -> Statement:
        """The act that counts: the latest that a reviewer prefers, else the latest in effect, else the next one."""
        preferred = [s for s in self.past if s.rank == "preferred"]
        return (preferred or self.past or self.future[:1])[-1]


def _acts(group: list[Statement], as_of: str) -> _Acts | None:
    """The acts behind a measure: the imposer's own words, else what any side says, else all; None before the first."""
    imposer = group[0].value["imposer"]
    decisive = sorted(_by_imposer(group, imposer) or _by_parties(group) or group, key=_act_order)
    by_effect = grouped(decisive, lambda s: _has_effect(s, as_of, imposer))
    past, future = by_effect.get(True, []), by_effect.get(False, [])
    if not past:
        future = [s for s in future if is_asserted_by(s, as_of)]
    return _Acts(decisive, past, future) if past or future else None


def _by_imposer(group: Iterable[Statement], imposer: str) -> list[Statement]:
    return [s for s in group if s.by.side in (imposer, "joint")]


def _by_parties(group: Iterable[Statement]) -> list[Statement]:
    return [s for s in group if source_weight(s) > PRESS]


def _has_effect(s: Statement, as_of: str, imposer: str) -> bool:
    return not _effect(s) or has_started(_effect(s), as_of, imposer)


def _measure(name: str | None, group: list[Statement], joined: list[Statement], day: _Day) -> Measure | None:
    """The row of one measure; `joined` are statements without an id that fit it."""
    as_of = day.as_of
    acts = _acts(group, as_of)
    if acts is None:
        return None
    current, imposer = acts.current, group[0].value["imposer"]
    terms: dict[str, Any] = {key: current.value.get(key) for key in TERMS} | _lasting_terms(acts, current)
    terms["status"] = _status(acts)
    prolonged = _prolonged_with_package(acts, day)
    pending = _last_for_each_day(s for s in acts.future if s is not current and is_asserted_by(s, as_of))
    row = Measure(
        **terms,
        measure=name,
        derived=None,
        standing=_standing(current, imposer),
        citation=cite(current),
        note=current.note,
        claims=tuple(_claim(s) for s in _newer_words(group, acts, as_of)),
        pending=tuple(map(_claim, pending)),
        statements=ids([*acts.past, *acts.future, *joined]),
    )
    return _with_elapsed_dates(_with_end_of_package(row, prolonged), current, day)


def _prolonged_with_package(acts: _Acts, day: _Day) -> Statement | None:
    """The act on a package that moved the end which this part of it shared, since the part's own act; or None."""
    packages = [s.value["part_of"] for s in acts.decisive if s.value.get("part_of")]
    group = day.named.get(packages[-1], []) if packages else []
    whole = _acts(group, day.as_of) if group else None
    return whole.current if whole is not None and _moved_end_of(acts.current, whole) else None


def _moved_end_of(part: Statement, package: _Acts) -> bool:
    """Whether the last act on a package came after that on a part and moved the end that both had."""
    key, last = _key_of_end(part), package.current
    if key is None or _key_of_end(last) != key or asserted_on(last) <= asserted_on(part):
        return False
    shared = {s.value.get(key) for s in package.past if s is not last}
    return part.value[key] in shared and last.value["status"] == part.value["status"]


def _key_of_end(s: Statement) -> str | None:
    return next((key for key in ENDS if s.value.get(key)), None)


def _with_end_of_package(row: Measure, act: Statement | None) -> Measure:
    """The row of a part with the end that its package has now."""
    key = _key_of_end(act) if act is not None else None
    if act is None or key is None or getattr(row, key) == act.value[key]:
        return row
    reason = f"its end moves with that of {act.value['measure']}, from {getattr(row, key)} to {act.value[key]}"
    terms: dict[str, Any] = {key: act.value[key], "derived": reason, "statements": (*row.statements, act.id)}
    return replace(row, **terms)


def _last_for_each_day(acts: Iterable[Statement]) -> list[Statement]:
    """Of acts that take effect on one day, the one last asserted: it took the place of the others."""
    return list({_effect(s): s for s in sorted(acts, key=_act_order)}.values())


def _status(acts: _Acts) -> str:
    """The status of the act that counts; what ends a duty that never had effect does not make it one that ended."""
    value = acts.current.value
    status = str(value["status"]) if acts.past else "announced"
    if status != "ended" or value["type"] != "tariff":
        return status
    if value.get("reason") == "superseded":
        return "superseded"
    before = {s.value["status"] for s in acts.past} - {"ended"}
    return "not_implemented" if "announced" in before and not before & set(REPLACING) else "ended"


def _newer_words(group: Iterable[Statement], acts: _Acts, as_of: str) -> list[Statement]:
    """What others than those who decide say of the measure, since the act that counts."""
    decisive, since = ids(acts.decisive), asserted_on(acts.current)
    others = [s for s in _by_parties(group) if s.id not in decisive and is_asserted_by(s, as_of)]
    return [s for s in others if asserted_on(s) >= since]


def _lasting_terms(acts: _Acts, current: Statement) -> dict[str, str | None]:
    """The terms that the current act leaves out and other acts give, and the day of announcement."""
    others = [*reversed(acts.past), *acts.decisive]
    terms = {}
    for key in LASTING:
        own = current.value.get(key)
        terms[key] = own if own is not None else next((s.value[key] for s in others if s.value.get(key)), None)
    announced = (s.value["announced"] for s in acts.decisive if s.value.get("announced"))
    return {**terms, "announced": current.value.get("announced") or next(announced, None)}


def _standing(s: Statement, imposer: str) -> str:
    if s.by.side == "joint":
        return "confirmed_both"
    if source_weight(s) == PRESS:
        return "reported"
    return "imposer" if s.by.side == imposer else "announced_one_side"


def _claim(s: Statement) -> MeasureClaim:
    return MeasureClaim(
        status=s.value["status"],
        rate_pct=s.value.get("rate_pct"),
        rate_pp=s.value.get("rate_pp"),
        **{key: s.value.get(key) for key in DATES},
        until=s.value.get("until"),
        citation=cite(s),
    )


# What follows from the calendar alone: a day of effect that has come, a term or a suspension that has run out.


def _with_elapsed_dates(row: Measure, current: Statement, day: _Day) -> Measure:
    value = current.value

    def has_come(date: str | None) -> bool:
        return bool(date) and has_started(date or "", day.as_of, value["imposer"])

    if row.status == "announced":
        return _after_announcement(row, current, day)
    if row.status == "suspended" and has_come(row.suspended_until):
        return _after_suspension(row, row.suspended_until or "", day)
    if row.status == "committed" and has_come(row.due):
        return replace(row, derived=f"it fell due on {row.due}")
    if row.status in ENDING and has_come(row.until):
        reason = f"its term ended on {row.until}, and no extension is known"
        return _changed(row, day, row.until or "", reason, status="ended", legal_from=row.until)
    return row


def _changed(row: Measure, day: _Day, date: str, reason: str, **changes: Any) -> Measure:
    """The row as the calendar changes it on a date; not known where the record ends before that date.

    The end of a suspension counts only while the record is followed: it is often put off on its last day.
    """
    if day.horizon.covers(date, asked=day.as_of if row.status == "suspended" else None):
        return replace(row, derived=reason, **changes)
    since = day.horizon.last_known
    words = f"not known since {since}, when the record ends; by the calendar alone: {reason}"
    return replace(row, status="unknown", last_status=row.status, not_known_since=since, derived=words)


def _after_announcement(row: Measure, current: Statement, day: _Day) -> Measure:
    """In force where an act's day has come; not implemented where the word alone, or its term, ran out."""
    value = current.value
    term, start = value.get("until"), value.get("legal_from")
    if term and has_started(term, day.as_of, row.imposer):
        reason = f"its term ended on {term}, and no act that put it in force is known"
        return _changed(row, day, term, reason, status="not_implemented")
    if start and has_started(start, day.as_of, row.imposer):
        return _changed(row, day, start, f"announced for {start}, and the day has come", status="in_force")
    last = None if start or row.type != "tariff" else _last_day_of_waiting(current)
    if last and has_started(last, day.as_of, row.imposer):
        reason = f"announced without a day, and no act followed within {TERM_DAYS} days"
        return _changed(row, day, last, reason, status="not_implemented")
    return row


def _last_day_of_waiting(s: Statement) -> str | None:
    announced = s.value.get("announced") or asserted_on(s)
    return (days(announced)[1] + timedelta(days=TERM_DAYS)).isoformat() if announced else None


def _after_suspension(row: Measure, end: str, day: _Day) -> Measure:
    """Back in force after the suspension, unless the measure's truce may run on."""
    truce = day.truces.get(row.truce or "")
    if truce and truce.status in PROLONGING and (truce.expiry or "") > end:
        reason = (
            f"the text suspends it until {end}; the truce to {truce.expiry} is {truce.status},"
            " and no notice for this measure is at hand"
        )
        return replace(row, standing=truce.status, derived=reason)
    reason = f"suspended until {end}, and no extension is known"
    return _changed(row, day, end, reason, status="in_force", legal_from=end)
