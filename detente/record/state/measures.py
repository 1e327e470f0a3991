"""Measures: the latest legal status of each, with the days of announcement, signature, effect and suspension apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from detente.record.fact import Statement, has_started
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
from detente.record.state.rows import Measure, MeasureClaim, Truce

DATES = ("announced", "signed", "legal_from", "suspended_until", "published")
TERMS = (
    "type", "imposer", "target", "rate_pct", "rate_pp", "rates", "status", "authority", "instrument", *DATES, "scope",
    "until", "due", "reason", "truce", "part_of", "product", "quantity_mmt", "quantity_mmt_per_year",
    "quantity_aircraft", "usd_bn", "usd_bn_per_year",
)  # fmt: skip
LASTING = ("type", "imposer", "target", "authority", "scope", "product")  # terms that an act need not repeat
RATES = ("rate_pct", "rate_pp")
UNNAMED = ("type", "imposer", "target", *RATES, "status")  # what tells measures without an id apart
PROLONGING = ("announced_one_side", "reported", "contested", "in_force")  # statuses of a truce that may still run
ENDING = ("in_force", "reduced", "announced")  # statuses that a term ends
MOST_NAMED = 6  # measures listed in a reason

Groups = dict[str, list[Statement]]


def derive_measures(
    statements: Iterable[Statement], truces: Iterable[Truce], as_of: str, proposed: Collection[str] = ()
) -> tuple[list[Measure], list[SetAside]]:
    """One row a measure, and the proposals that fit no measure and open none."""
    statements = list(statements)
    named = grouped((s for s in statements if s.value.get("measure")), lambda s: str(s.value["measure"]))
    unnamed, set_aside = _assign_unnamed(statements, named, as_of, proposed)
    by_truce = {t.truce: t for t in truces}
    rows = [_measure(name, group, unnamed.pop(name, []), by_truce, as_of) for name, group in named.items()]
    rows += [_measure(None, group, [], by_truce, as_of) for group in unnamed.values()]
    return sorted((r for r in rows if r is not None), key=_row_order), set_aside


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


def _measure(
    name: str | None, group: list[Statement], joined: list[Statement], truces: Mapping[str, Truce], as_of: str
) -> Measure | None:
    """The row of one measure; `joined` are statements without an id that fit it."""
    acts = _acts(group, as_of)
    if acts is None:
        return None
    current, imposer = acts.current, group[0].value["imposer"]
    terms: dict[str, Any] = {key: current.value.get(key) for key in TERMS} | _lasting_terms(acts, current)
    if not acts.past:
        terms["status"] = "announced"
    pending = [s for s in acts.future if s is not current and is_asserted_by(s, as_of)]
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
    return _with_elapsed_dates(row, current, truces, as_of)


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
        given = current.value.get(key)
        terms[key] = given if given is not None else next((s.value[key] for s in others if s.value.get(key)), None)
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


def _with_elapsed_dates(row: Measure, current: Statement, truces: Mapping[str, Truce], as_of: str) -> Measure:
    value, status = current.value, current.value["status"]

    def has_come(key: str) -> bool:
        return bool(value.get(key)) and has_started(value[key], as_of, value["imposer"])

    if status == "announced" and has_come("legal_from"):
        row = replace(row, status="in_force", derived=f"announced for {value['legal_from']}, and the day has come")
    if status == "suspended" and has_come("suspended_until"):
        row = _after_suspension(row, value["suspended_until"], truces.get(value.get("truce") or ""))
    if status == "committed" and has_come("due"):
        row = replace(row, derived=f"it fell due on {value['due']}")
    if status in ENDING and has_come("until"):
        reason = f"its term ended on {value['until']}, and no extension is known"
        row = replace(row, status="ended", legal_from=value["until"], derived=reason)
    return row


def _after_suspension(row: Measure, end: str, truce: Truce | None) -> Measure:
    """Back in force after the suspension, unless the measure's truce may run on."""
    if truce and truce.status in PROLONGING and (truce.expiry or "") > end:
        reason = (
            f"the text suspends it until {end}; the truce to {truce.expiry} is {truce.status},"
            " and no notice for this measure is at hand"
        )
        return replace(row, standing=truce.status, derived=reason)
    reason = f"suspended until {end}, and no extension is known"
    return replace(row, status="in_force", legal_from=end, derived=reason)
