"""Decision points that the record itself gives: the deadlines ahead of a day, whose ending nobody knows yet.

The ends of truces, suspensions and terms, announced starts, threats with a day and promises that fall due. Each carries
its source, as every statement of the record does; the history of decision points adds those that it has of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from detente.ask.pricing import duties
from detente.record.case import Case
from detente.record.fact import days
from detente.record.history import DecisionPoint
from detente.record.state import State
from detente.record.state.claims import grouped
from detente.record.state.rows import Measure, NextDate

JOINT = "joint"
SAME_DEADLINE = timedelta(days=1)  # two calendars can give one moment two days
ONE_SIDE = 1
KINDS = {
    "deadline": "expiry",
    "threat": "threat",
    "effect": "threat",
    "suspension_ends": "expiry",
    "term_ends": "expiry",
    "commitment_due": "target",
}  # kinds of dates, by the kind of deadline; of several on one day the first decides
HARMFUL = ("threat", "deadline", "suspension_ends", "effect")  # on which something restrictive comes or comes back
SIGNS = {"suspension_ends": 1.0, "effect": 1.0, "term_ends": -1.0}  # kinds of dates, by how a duty moves on them


def recorded_points(state: State, case: Case, day: date) -> list[DecisionPoint]:
    """The deadlines of a state that were known by a day and lie after it, one point a deadline, by deadline."""
    ahead = [row for row in state.next if row.kind != "meeting" and _known(state, row) <= day]
    known = [row for row in ahead if _concerns_parties(state, row, case)]
    by_deadline = grouped(known, lambda row: days(row.date)[1])
    return [_point(state, case, rows, deadline) for deadline, rows in sorted(by_deadline.items()) if deadline > day]


def _concerns_parties(state: State, row: NextDate, case: Case) -> bool:
    """Whether what falls on a date can move something between the parties.

    A duty on everybody counts where it has a part that falls on them: one on the partners beside them has none.
    """
    measure = next((m for m in state.measures if m.statement == row.statement), None)
    if measure is None or measure.type != "tariff" or measure.target not in (None, "ALL"):
        return True
    return bool(duties.measure_layers(measure, state.as_of[:10], case))


def beside_history(own: Sequence[DecisionPoint], recorded: Iterable[DecisionPoint]) -> list[DecisionPoint]:
    """The points of the history, then those of the record at deadlines that the history does not have."""
    deadlines = [point.deadline for point in own]
    new = [p for p in recorded if all(abs(p.deadline - deadline) > SAME_DEADLINE for deadline in deadlines)]
    return sorted([*own, *new], key=lambda p: (p.deadline, p.id))


def _known(state: State, row: NextDate) -> date:
    return days((state.statements[row.statement].known or state.known)[:10])[1]


def _point(state: State, case: Case, rows: Sequence[NextDate], deadline: date) -> DecisionPoint:
    """The decision point of what falls on one day."""
    first = min(rows, key=lambda row: _known(state, row))
    statement = state.statements[first.statement]
    change = _largest([change for row in rows for change in _rate_changes(state, row)])
    kinds = {row.kind for row in rows}
    return DecisionPoint(
        id=f"{case.name}-{deadline}",
        negotiation=case.title,
        parties="-".join(case.parties),
        known=_known(state, first),
        set_by=_set_by(rows),
        deadline=deadline,
        at_stake="; ".join(row.what for row in rows),
        rate_change_pp=change,
        outcome=None,
        ended=None,
        known_source=f"{case.name}/{statement.source}",
        known_source_date=_published(state, statement.source),
        known_verification=statement.verification,
        statements=tuple(dict.fromkeys(row.statement for row in rows)),
        harm=_harm(kinds, change),
        kind=next((kind for name, kind in KINDS.items() if name in kinds), "target"),
        chain=max((_times_moved(state, row.statement, deadline) for row in rows), default=0),
    )


def _harm(kinds: Collection[str], change: float | None) -> str:
    """What harm comes with dates of these kinds, where no duty moves by a known number of points."""
    return "restriction" if change is None and any(kind in HARMFUL for kind in kinds) else ""


def _times_moved(state: State, statement_id: str, deadline: date) -> int:
    """How often the end of a truce had been moved before it was moved to a day by a statement; 0 for what is no end."""
    chains = (truce.chain for truce in state.truces if any(link.statement == statement_id for link in truce.chain))
    ends = {str(link.new_expiry)[:10] for chain in chains for link in chain if link.new_expiry}
    return sum(end < deadline.isoformat() for end in ends)


def _set_by(rows: Sequence[NextDate]) -> str:
    """The one side that sets what falls on a day, or both."""
    sides = {side for row in rows for side in row.by_sides}
    return sides.pop() if len(sides) == ONE_SIDE and sides != {JOINT} else "both"


def _published(state: State, source_id: str) -> date | None:
    """The last day of the date on which a source was published."""
    source = state.sources.get(source_id)
    return days(source.published[:10])[1] if source and source.published else None


def _largest(changes: Sequence[float]) -> float | None:
    """The largest rise, where a duty would rise; else the largest fall; None where no duty would move."""
    rises = [change for change in changes if change > 0]
    return max(rises) if rises else min(changes, default=None)


def _rate_changes(state: State, row: NextDate) -> list[float]:
    """By how many points each duty would move on the day if nothing is decided."""
    if row.kind == "threat":
        return _threatened(state, row.statement)
    if row.kind == "deadline":
        return _under_truces(state, row.statement)
    sign = SIGNS.get(row.kind)
    return [sign * rate for rate in _rates_of(state, row.statement)] if sign else []


def _threatened(state: State, statement_id: str) -> list[float]:
    """The points of the threats that a statement makes."""
    threats = (threat for threat in state.threats if statement_id in threat.statements)
    return [threat.rate_pct for threat in threats if threat.rate_pct]


def _under_truces(state: State, statement_id: str) -> list[float]:
    """The points that come back when the truces end whose end a statement sets."""
    truces = [truce for truce in state.truces if any(link.statement == statement_id for link in truce.chain)]
    return [x for truce in truces for x in _returning(state, truce.truce, truce.parties)]


def _rates_of(state: State, statement_id: str) -> list[float]:
    """The rates of the duty that a statement names."""
    name = state.statements[statement_id].value.get("measure")
    named = [m for m in state.measures if m.type == "tariff" and name and m.measure == name]
    return [rate for rate in map(_rate, named) if rate]


def _returning(state: State, truce: str, parties: Sequence[str]) -> list[float]:
    """The points that each party's duties suspended under a truce would come back with, summed by party."""
    sums = dict.fromkeys(parties, 0.0)
    for measure in state.measures:
        if measure.imposer in sums and _is_suspended_under(measure, truce):
            sums[measure.imposer] += _rate(measure) or 0.0
    return [x for x in sums.values() if x]


def _is_suspended_under(measure: Measure, truce: str) -> bool:
    is_suspended = measure.type == "tariff" and measure.status == "suspended"
    return is_suspended and measure.truce in (truce, None)


def _rate(measure: Measure) -> float | None:
    return measure.rate_pct if measure.rate_pp is None else measure.rate_pp
