"""The step lines: the average duty of each party on each other by day, and the acts and truces behind the steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from detente.ask.first_screen.references import reference
from detente.ask.pricing.duty_layers import DutyLayer
from detente.record.case import Case
from detente.record.duties import Ledger
from detente.record.fact import Source

JsonRow = dict[str, Any]

SHORTEST, LONGEST = 100, 548  # days that the window spans: at least, and at most before the deadline
MARGIN = 14  # days shown before the first step
TWICE = 2.0  # times the duty of today: what was higher before the window is left out of it
SMALLEST = 1.0  # points: a smaller step has no event of its own
LATER = "9999-12-31"  # than any day
EXTENSION, TRUCE = 30.0, 50.0  # the size in points that an extension and a truce count as, where room is short


@dataclass(frozen=True)
class Level:
    """The average duty from a day until the next step, in percent, and the acts of the ledger that changed it."""

    day: str
    level: float
    acts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """The average duty of one party on another by day.

    steps: in order, the first at the start of the window; empty where no level is known. level: on the day asked about,
    percent, None where not known; why: the reason then. ordinary_from: what the part without any act is a mean of.
    """

    by: str
    against: str
    steps: tuple[Level, ...]
    level: float | None
    ordinary_from: str | None
    why: str | None

    def to_json(self) -> JsonRow:
        """The line in the keys of an answer."""
        return {**vars(self), "steps": [{**vars(step), "acts": list(step.acts)} for step in self.steps]}


def window(ledger: Ledger, pairs: Sequence[tuple[str, str]], days: tuple[str, str], end: str | None) -> tuple[str, str]:
    """The first and the last day drawn: from shortly before the first step of the last 18 months to the deadline.

    days: the day asked about, the day of knowledge. end: the deadline, None where there is none; of one more
    than 15 months ahead the last months are not drawn.
    """
    today = date.fromisoformat(days[0])
    last = date.fromisoformat(end) if end else today
    last = min(max(last, today), today + timedelta(days=LONGEST - SHORTEST))
    earliest = last - timedelta(days=LONGEST)
    steps = sorted(day for pair in pairs for day in _large_steps(ledger, pair, earliest.isoformat(), days))
    start = date.fromisoformat(steps[0]) if steps else today
    start -= timedelta(days=MARGIN)
    if start <= earliest:  # the window would open in the middle of an escalation
        start = _after_escalation(ledger, pairs, steps, days) or earliest
    return max(earliest, min(start, last - timedelta(days=SHORTEST))).isoformat(), last.isoformat()


def _after_escalation(
    ledger: Ledger, pairs: Sequence[tuple[str, str]], steps: Sequence[str], days: tuple[str, str]
) -> date | None:
    """The first step from which no duty is above twice the highest of today; None where the first day is not above it.

    steps: days on which a duty changed, in order.
    """
    today = max(ledger.levied(*pair, *days).total for pair in pairs)
    highest = {day: max(ledger.levied(*pair, day, days[1]).total for pair in pairs) for day in steps}
    before = max((ledger.levied(*pair, _day_before(steps[0]), days[1]).total for pair in pairs), default=0.0)
    if before <= TWICE * today:
        return None
    return next((date.fromisoformat(day) for day in steps if highest[day] <= TWICE * today), None)


def _large_steps(ledger: Ledger, pair: tuple[str, str], first: str, days: tuple[str, str]) -> Iterator[str]:
    """The days after the first on which the duty of a pair changes by a point or more."""
    turning = ledger.changes(*pair, first, *days)
    totals = [ledger.levied(*pair, day, days[1]).total for day in turning]
    for day, before, after in zip(turning[1:], totals, totals[1:], strict=False):
        if abs(after - before) >= SMALLEST:
            yield day


def lines(
    case: Case, rows: Sequence[JsonRow], layers: Sequence[DutyLayer], starts: Mapping[str, str], days: tuple[str, ...]
) -> list[Line]:
    """The line of each pair.

    rows: the duties of the parties as the brief has them. layers: of the duties in force; those without an act in the
    ledger are added from the day on which their measure starts. starts: {measure: that day}. days: the first day drawn,
    the day asked about, the day of knowledge.
    """
    return [_line(case.ledger, row, _from_record(layers, row, starts, days[1]), days) for row in rows]


def _from_record(
    layers: Sequence[DutyLayer], row: JsonRow, starts: Mapping[str, str], as_of: str
) -> tuple[str, float] | None:
    """(day, points) of what the record adds to the ledger on a pair; None where it adds nothing."""
    if not row["record_pp"]:
        return None
    own = [layer.measure for layer in layers if layer.act is None]
    return min((starts[measure] for measure in own if measure in starts), default=as_of), row["record_pp"]


def _line(ledger: Ledger, row: JsonRow, beside: tuple[str, float] | None, days: tuple[str, ...]) -> Line:
    by, on, ordinary = row["by"], row["against"], row["ordinary_pct"]
    if ordinary is None or row["additional_pp"] is None:
        why = row["reasons"].get("additional_pp") or row["reasons"].get("average_pct") or "not known"
        return Line(by, on, (), None, None, why)
    steps = _levels(ledger, (by, on), ordinary, beside or (LATER, 0.0), days)
    return Line(by, on, steps, steps[-1].level, row["ordinary_from"], None)


def _levels(
    ledger: Ledger, pair: tuple[str, str], ordinary: float, beside: tuple[str, float], days: tuple[str, ...]
) -> tuple[Level, ...]:
    """The steps of a pair; beside: the day from which the record adds to the ledger, and how many points."""
    first, as_of, known = days
    start, extra = beside
    own = [start] if first <= start <= as_of else []
    turning = sorted({*ledger.changes(*pair, first, as_of, known), *own})
    totals = [ledger.levied(*pair, day, known).total + extra * (day >= start) for day in turning]
    changed = [(), *(_changed(ledger, pair, day, known) for day in turning[1:])]
    return tuple(Level(day, ordinary + x, acts) for day, x, acts in zip(turning, totals, changed, strict=True))


def _changed(ledger: Ledger, pair: tuple[str, str], day: str, known: str) -> tuple[str, ...]:
    """The acts whose points on a pair change on a day."""
    now, before = ledger.levied(*pair, day, known).points, ledger.levied(*pair, _day_before(day), known).points
    return tuple(act for act in {**before, **now} if before.get(act, 0.0) != now.get(act, 0.0))


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def events(
    all_lines: Sequence[Line], truces: Sequence[JsonRow], ledger: Ledger, sources: Mapping[str, Source], first: str
) -> list[JsonRow]:
    """What happened from the first day drawn on, in order: steps of duty, truces that began, extensions.

    A row has day, kind (duty, truce, extension), name (of a truce), until (of an extension), size in points, levels (by
    the party whose duty changed, before and after, percent), url and title of where it can be read.
    """
    rows = {row["day"]: row for row in _duty_events(all_lines, ledger)}
    for event in _truce_events(truces, sources):
        if event["day"] >= first:
            same = rows.get(event["day"])
            rows[event["day"]] = {**event, "levels": same["levels"] if same else []}
    return [rows[day] for day in sorted(rows)]


def _duty_events(all_lines: Sequence[Line], ledger: Ledger) -> Iterator[JsonRow]:
    by_day: dict[str, JsonRow] = {}
    for line in all_lines:
        for before, step in zip(line.steps, line.steps[1:], strict=False):
            size = abs(step.level - before.level)
            if size >= SMALLEST:
                row = by_day.setdefault(step.day, _event(step.day, "duty", 0.0))
                row["size"] = max(row["size"], size)
                change = {"by": line.by, "against": line.against, "before": before.level, "after": step.level}
                row["levels"].append(change)
                row |= _reference(step, ledger, row)
    yield from by_day.values()


def _reference(step: Level, ledger: Ledger, row: JsonRow) -> JsonRow:
    """Where the act behind a step can be read: the first of its acts that has an address, else the first."""
    acts = [ledger.acts[act] for act in step.acts if act in ledger.acts]
    act = next((act for act in acts if act.url), acts[0] if acts else None)
    if act is None or row["url"]:
        return {}
    return {"url": act.url or None, "title": act.instrument or act.authority}


def _event(day: str, kind: str, size: float, **more: Any) -> JsonRow:
    return {"day": day, "kind": kind, "name": None, "until": None, "size": size, "levels": [], "url": None,
            "title": None, **more}  # fmt: skip


def _truce_events(truces: Sequence[JsonRow], sources: Mapping[str, Source]) -> Iterator[JsonRow]:
    """The start of each truce that is known to the day, and each text that moves its end."""
    for truce in truces:
        if len(truce["start"] or "") == len(LATER):
            source = truce["chain"][0]["source"] if truce["chain"] else None
            yield _event(truce["start"], "truce", TRUCE, name=truce["truce"], **reference(source, sources))
        yield from _extensions(truce, sources)


def _extensions(truce: JsonRow, sources: Mapping[str, Source]) -> Iterator[JsonRow]:
    """The links of a truce's chain that set a later end than all before; those that are only reported are left out."""
    latest = ""
    for link in truce["chain"]:
        end, day = link["new_expiry"] or "", (link["asserted"] or "")[:10]
        if latest and end > latest and day and link["status"] != "reported":
            yield _event(
                day, "extension", EXTENSION, name=truce["truce"], until=end, **reference(link["source"], sources)
            )
        latest = max(latest, end)
