"""The outcomes on the table on a day: each with a resolution rule, which is a query on the record, and its duties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from detente import labels
from detente.ask.pricing import duties, duty_layers
from detente.ask.pricing.duty_layers import DutyLayer
from detente.record.case import Case, Deal, PressScenario
from detente.record.fact import Statement
from detente.record.state import State
from detente.record.state.rows import Measure, Threat, Truce
from detente.record.store import Record

STATUS_QUO = "status-quo"  # the outcome in which nothing changes, on a day without a truce
ENDED = ("lapsed", "superseded")  # statuses of a truce that no longer runs
MOST_OF_A_TITLE = 30  # characters: what the first screen has room for
BILATERAL = 2  # parties of talks in which one speaks of both sides
MIRROR = "the answer is an assumption: the same number of points on all goods"


@dataclass(frozen=True)
class DealItem:
    """One item of a deal's text: the instrument that represents it, or why none does."""

    item: str
    by: str
    type: str
    priced: bool
    instrument: str
    quote: str
    statement: str

    def to_json(self) -> dict[str, Any]:
        """The fields as they are."""
        return dict(vars(self))


@dataclass(frozen=True)
class Outcome:
    """One outcome of the talks.

    rule: what must happen for it to count as having happened. layers: every duty in force under it; changes: those
    that differ from today's. notes: what a reader must know. items: of a deal's text, each mapped to an instrument or
    not. known_since: the day its terms became known, if that is after the day asked about. evidence: statement ids.
    """

    name: str
    title: str
    rule: str
    layers: tuple[DutyLayer, ...]
    changes: tuple[DutyLayer, ...] = ()
    notes: tuple[str, ...] = ()
    items: tuple[DealItem, ...] = ()
    known_since: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class TalksDay:
    """A day of the talks as outcomes are built on it: the negotiation, its state, the duties in force, the economies of
    the world."""

    case: Case
    state: State
    base: tuple[DutyLayer, ...]
    economies: frozenset[str]

    @property
    def date(self) -> str:
        """The day as an ISO date."""
        return self.state.as_of[:10]

    @property
    def known(self) -> str:
        """The day of knowledge as an ISO date."""
        return self.state.known[:10]

    def within_world(self, layers: Iterable[DutyLayer]) -> tuple[DutyLayer, ...]:
        """The layers between economies that the world has."""
        return tuple(x for x in layers if x.by in self.economies and x.against in self.economies)

    def layers_of(self, row: Measure | Threat, points: float | None = None) -> tuple[DutyLayer, ...]:
        """The layers of a measure or threat between economies that the world has."""
        return self.within_world(duties.measure_layers(row, duties.day_of(self.state), self.case, points))

    def with_changes(
        self,
        name: str,
        title: str,
        rule: str,
        changes: tuple[DutyLayer, ...],
        notes: tuple[str, ...],
        evidence: tuple[str, ...],
    ) -> Outcome:
        """The outcome in which layers are added to the duties in force."""
        return Outcome(name, title, rule, self.base + changes, changes, notes, evidence=evidence)


def on_the_table(record: Record, state: State, economies: Sequence[str], case: Case) -> list[Outcome]:
    """Every outcome that the record supports on the state's day, the status quo first."""
    talks = TalksDay(case, state, tuple(duties.in_force(state, economies, case)), frozenset(economies))
    truce = running_truce(state)
    end = truce.expiry if truce else suspension_end(state)
    return [
        status_quo(talks, truce),
        *lapses(talks, end),
        *([] if end is None else press_scenarios(talks, end)),
        *threatened(talks),
        *pending(talks),
        *deals(record, talks),
    ]


def fitting(*titles: str) -> str:
    """The first title that is short enough, else the last one."""
    return next((title for title in titles if len(title) <= MOST_OF_A_TITLE), titles[-1])


def running_truce(state: State) -> Truce | None:
    """The truce that runs on the state's day and ends last; None where none does, or the record names no end."""
    day = state.as_of[:10]
    standing = [truce for truce in state.truces if truce.expiry and truce.status not in ENDED]
    running = [truce for truce in standing if (truce.start or "")[:10] <= day <= (truce.expiry or "")[:10]]
    return max(running, key=lambda truce: str(truce.expiry), default=None)


def suspension_end(state: State) -> str | None:
    """The first day, today or later, to which a duty is suspended where no truce runs; None where there is none."""
    days = [str(row.suspended_until)[:10] for row in state.measures if row.type == "tariff" and row.suspended_until]
    return min((day for day in days if day >= state.as_of[:10]), default=None)


def status_quo(talks: TalksDay, truce: Truce | None) -> Outcome:
    """The duties in force today stay: the truce is extended, or nothing changes."""
    if truce is None:
        return Outcome(STATUS_QUO, "Nothing changes", f"no duty of {_any_side(talks)} changes", talks.base)
    return Outcome(
        "truce-extended",
        "Truce extended",
        f"a text of {_all_sides(talks)} in force by {truce.expiry} sets a later end",
        talks.base,
        evidence=tuple(link.statement for link in truce.chain),
    )


def _all_sides(talks: TalksDay) -> str:
    return "both sides" if len(talks.case.parties) == BILATERAL else "all parties"


def _any_side(talks: TalksDay) -> str:
    return "either side" if len(talks.case.parties) == BILATERAL else "any party"


def lapses(talks: TalksDay, end: str | None) -> list[Outcome]:
    """The truce lapses: the duties that official texts suspended return, on all sides or on one, and no others.

    end: the day to which they are suspended; None where the record names no later day.
    """
    rule = "with no later day on record the suspension ends" if end is None else f"no extension is in force after {end}"
    sides = talks.case.parties
    rows = {side: duties.suspended(talks.state, side) for side in sides}
    notes = tuple(_no_legal_basis(side) for side in sides if not _any_layers(talks, rows[side]))
    outcomes = [] if notes else [_lapse_of_all(talks, f"{rule} and suspended duties are collected", rows)]
    for side in sides:
        short = labels.short(side)
        title = fitting(f"{_event_of_lapse(talks.state)}, {short} alone", f"{short} collects again")
        outcomes.append(_lapse(talks, lapse_name(side), title, f"{rule}; {short} alone collects", rows[side], notes))
    return [outcome for outcome in outcomes if outcome.changes]


def _event_of_lapse(state: State) -> str:
    """What happens when suspended duties return: the truce expires, where there is one."""
    return "Truce expires" if any(truce.status not in ENDED for truce in state.truces) else "Duties return"


def _lapse_of_all(talks: TalksDay, rule: str, rows: Mapping[str, Sequence[Measure]]) -> Outcome:
    """The outcome in which every side restores its suspended duties; rows: {side: its suspended measures}."""
    title = f"{_event_of_lapse(talks.state)}, {'both' if len(rows) == BILATERAL else 'all'} sides"
    every = [row for of_side in rows.values() for row in of_side]
    return _lapse(talks, "truce-lapses", title, rule, every, ())


def lapse_name(side: str) -> str:
    """The outcome in which a side alone restores its suspended duties."""
    return f"truce-lapses-{side.lower()}-alone"


def _any_layers(talks: TalksDay, rows: Iterable[Measure]) -> bool:
    return any(talks.layers_of(row) for row in rows)


def _lapse(
    talks: TalksDay, name: str, title: str, rule: str, rows: Sequence[Measure], notes: tuple[str, ...]
) -> Outcome:
    """The outcome in which suspended measures of the record are collected."""
    changes = tuple(layer for row in rows for layer in talks.layers_of(row))
    return talks.with_changes(name, title, rule, changes, notes, tuple(row.statement for row in rows))


def _no_legal_basis(side: str) -> str:
    return (
        f"{labels.name(side)}: none of its suspended duties has a legal basis on this day, so none would return; any"
        " other duty would be a new act"
    )


def press_scenarios(talks: TalksDay, end: str) -> list[Outcome]:
    """What newspapers name and the official texts do not: rates that were removed rather than suspended."""
    written = (_press_scenario(talks, end, scenario) for scenario in talks.case.press_scenarios)
    return [outcome for outcome in written if outcome is not None]


def _press_scenario(talks: TalksDay, end: str, scenario: PressScenario) -> Outcome | None:
    """One scenario of the press, None on a day on which it was not known or does not apply."""
    removed = _removed_measures(talks, scenario)
    if not _applies(talks, scenario) or len(removed) < len(scenario.points):
        return None
    changes = _removed_layers(talks, scenario, removed)
    return Outcome(
        scenario.name,
        scenario.title,
        f"after {end} {scenario.rule}",
        _layers_not_replaced(talks, scenario) + changes,
        changes,
        (scenario.note,),
        evidence=tuple(row.statement for row in removed),
    )


def _removed_measures(talks: TalksDay, scenario: PressScenario) -> list[Measure]:
    """The measures that a scenario brings back and that have ended."""
    return [row for row in talks.state.measures if row.measure in scenario.points and row.status == "ended"]


def _applies(talks: TalksDay, scenario: PressScenario) -> bool:
    """Whether a scenario was known by the day of knowledge, and the measure that it needs is levied."""
    if scenario.known > talks.known:
        return False
    return scenario.needs is None or _is_levied(talks, scenario.needs)


def _removed_layers(talks: TalksDay, scenario: PressScenario, removed: Sequence[Measure]) -> tuple[DutyLayer, ...]:
    """The layers of measures that come back at the points of a scenario."""
    return tuple(layer for row in removed for layer in talks.layers_of(row, points=scenario.points[row.measure or ""]))


def _layers_not_replaced(talks: TalksDay, scenario: PressScenario) -> tuple[DutyLayer, ...]:
    """The duties in force without those between the parties that a scenario replaces."""
    replaced = {x for x in talks.base if x.measure in scenario.replaces and between_parties(x, talks.case)}
    return tuple(layer for layer in talks.base if layer not in replaced)


def _is_levied(talks: TalksDay, measure: str) -> bool:
    return any(row.measure == measure and duties.is_levied(row, talks.date) for row in talks.state.measures)


def between_parties(layer: DutyLayer, case: Case) -> bool:
    """Whether a layer is a duty of one party on another, or on a territory that goes along with it."""
    everybody = [(party, economy) for party in case.parties for economy in _with_territories(party, case)]
    imposers = {party for party, economy in everybody if economy == layer.by and economy not in _territories(case)}
    targets = {party for party, economy in everybody if economy == layer.against}
    return bool(imposers) and bool(targets) and imposers != targets


def _with_territories(party: str, case: Case) -> list[str]:
    return [*duties.economies_of(party), *duties.territories(party, case)]


def _territories(case: Case) -> set[str]:
    return {economy for party in case.parties for economy in duties.territories(party, case)}


def threatened(talks: TalksDay) -> list[Outcome]:
    """Each threatened duty whose day has not passed, carried out without an answer and with one."""
    outcomes = []
    for row in talks.state.threats:
        changes = talks.layers_of(row) if _is_open(row, talks.state.as_of) else ()
        if changes:
            outcomes += _threat_outcomes(talks, row, changes)
    return outcomes


def _is_open(row: Threat, as_of: str) -> bool:
    """Whether a threatened duty has a rate and could be carried out yet."""
    day = row.effective or "9"  # later than any date
    return bool(row.rate_pct) and row.status not in ("expired", "carried_out") and day >= as_of


def _threat_outcomes(talks: TalksDay, row: Threat, changes: tuple[DutyLayer, ...]) -> list[Outcome]:
    """A threat carried out, and the same with the answer of the other side where the world has both."""
    by, points = row.by_side or "", changes[0].points
    name, against = row.threat, row.against or ""
    answer = talks.within_world(
        DutyLayer(f"{name}-answered", target, imposer, points, 1.0, row.source, MIRROR)
        for target in duties.economies_of(against)
        for imposer in duties.economies_of(by)
    )
    short, target = labels.short(by), labels.short(against)
    title = f"{short} {_signed(points)} points"
    day = f" from {row.effective}" if row.effective else ""
    rule = f"{short} collects {points:g} points more on goods of {target}{day}"
    notes, evidence = (*_withdrawal(row), *duties.assumptions(changes)), tuple(row.statements)
    outcomes = [talks.with_changes(name, f"{title}, no answer", rule, changes, notes, evidence)]
    if answer:
        outcomes.append(
            talks.with_changes(
                f"{name}-answered", f"{title}, answered", f"{rule}; {target} answers alike", (*changes, *answer),
                (*notes, MIRROR), evidence,
            )
        )  # fmt: skip
    return outcomes


def _withdrawal(row: Threat) -> tuple[str, ...]:
    """A note on a threat that the record has as withdrawn."""
    if row.status != "withdrawn":
        return ()
    return (f"reported as withdrawn: {row.quote!r}, {row.by or row.by_side}, {(row.asserted or '')[:10]}",)


def pending(talks: TalksDay) -> list[Outcome]:
    """Duties announced or reported for a later day, one outcome for each."""
    outcomes = []
    for row in talks.state.measures:
        changes = talks.layers_of(row) if _is_pending(row, talks.date) else ()
        if changes:
            name = labels.measure(row.measure) if row.measure else row.type
            by = labels.short(row.imposer or "")
            on = f" on {labels.short(row.target)}" if row.target else ""
            points = f"{_signed(changes[0].points)} points"
            title = fitting(f"Pending: {by} {points}{on}", f"Pending: {by} {points}")
            rule = f"the duty announced is collected: {name}"
            notes = (
                *(("reported, not decided",) if row.verification == "secondary" else ()),
                *duties.assumptions(changes),
            )
            outcomes.append(talks.with_changes(changes[0].measure, title, rule, changes, notes, (row.statement,)))
    return outcomes


def _signed(points: float) -> str:
    return f"{points:+g}".replace("-", "\N{MINUS SIGN}")


def _is_pending(row: Measure, day: str) -> bool:
    in_law = row.legal_from and str(row.legal_from)[:10] <= day
    return row.type == "tariff" and row.status_last_known == "announced" and not in_law


def deals(record: Record, talks: TalksDay) -> list[Outcome]:
    """The deals whose terms are known and not yet in force: the duties they leave, and every item of their text."""
    return [
        _deal(record, talks, deal)
        for deal in talks.case.deals
        if deal.source in record.sources and deal.known <= talks.known and talks.date < deal.in_force
    ]


def _deal(record: Record, talks: TalksDay, deal: Deal) -> Outcome:
    """One deal: every item is mapped to an instrument or not."""
    statements = [s for s in record.statements(talks.known) if s.source == deal.source and s.kind == "measure"]
    layers = _layers_under_deal(talks, record.as_of(deal.in_force, talks.known), deal, statements)
    items = tuple(_deal_item(statement, talks.base) for statement in statements)
    return Outcome(
        deal.name,
        deal.title,
        deal.rule,
        layers,
        _changes(talks.base, layers),
        (deal.note,),
        items,
        evidence=tuple(item.statement for item in items),
    )


def _changes(before: Sequence[DutyLayer], after: Sequence[DutyLayer]) -> tuple[DutyLayer, ...]:
    """The layers that are new, of the pairs of economies whose added duty changes."""
    points_before, points_after = duty_layers.added_by_pair(before), duty_layers.added_by_pair(after)
    changed = {pair for pair, points in points_after.items() if points != points_before.get(pair)}
    return tuple(layer for layer in after if (layer.by, layer.against) in changed and layer not in before)


def _layers_under_deal(
    talks: TalksDay, after: State, deal: Deal, statements: Sequence[Statement]
) -> tuple[DutyLayer, ...]:
    """The duties in force, with those between the parties as the state after the deal has them.

    A duty that the deal's text suspends or ends counts as ended before the act that ends it is known; what gave way to
    it comes back.
    """
    levied_after = _levied_after(after, deal, statements)
    levied_now = [row for row in talks.state.measures if duties.is_levied(row, talks.date)]
    layers = [x for layer in talks.base for x in _under_deal(talks, layer, levied_now, levied_after)]
    new = [row for row in levied_after if _is_new(row, talks, levied_now)]
    return (*layers, *(layer for row in new for layer in talks.layers_of(row)))


def _is_new(row: Measure, talks: TalksDay, levied_now: Sequence[Measure]) -> bool:
    """Whether a measure levied after a deal is neither levied now nor that of a duty in force between the parties."""
    if any(now.measure == row.measure for now in levied_now):
        return False
    return not any(between_parties(x, talks.case) and duties.is_duty_of(x, row, talks.case) for x in talks.base)


def _under_deal(
    talks: TalksDay, layer: DutyLayer, levied_now: Sequence[Measure], levied_after: Sequence[Measure]
) -> list[DutyLayer]:
    """A duty in force after a deal: as it is, at the rate of the record, or gone, and then what gave way to it."""
    before, after = (
        [row for row in rows if duties.is_duty_of(layer, row, talks.case)] for rows in (levied_now, levied_after)
    )
    if not before or not between_parties(layer, talks.case):
        return [layer]
    if not after:
        return duties.come_back(layer, talks.state, talks.case)
    rate = duties.rate_of(after[-1])
    return [layer if rate is None or rate == duties.rate_of(before[-1]) else replace(layer, points=rate)]


def _levied_after(after: State, deal: Deal, statements: Sequence[Statement]) -> list[Measure]:
    """The measures levied on the day a deal takes effect, without those that its text suspends or ends."""
    dropped = {s.value.get("measure") for s in statements if s.value["status"] in ("suspended", "ended")}
    return [x for x in after.measures if duties.is_levied(x, deal.in_force) and x.measure not in dropped]


def _deal_item(statement: Statement, base: Sequence[DutyLayer]) -> DealItem:
    value = statement.value
    name, kind = value["measure"], value["type"]
    layer = next((x for x in base if x.measure == name), None)
    priced = True
    if kind == "tariff" and value["status"] == "suspended" and value.get("rate_pp"):
        instrument = "stays suspended; the duties in force already exclude it"
    elif kind == "tariff" and layer is not None:
        instrument = _duty_change(layer, value)
    else:
        priced = False
        why = "it is not in force" if kind == "tariff" else duties.WHY_NOT.get(kind, duties.WHY_NOT["other"])
        instrument = f"not priced: {why}"
    return DealItem(name, value["imposer"], kind, priced, instrument, statement.quote, statement.id)


def _duty_change(layer: DutyLayer, value: Mapping[str, Any]) -> str:
    """In words: how the deal changes a duty in force."""
    points = 0.0 if value["status"] in ("suspended", "ended") else float(value.get("rate_pct") or 0)
    return (
        f"duty of {layer.by} on {layer.against}: {layer.points:g} → {points:g} points on {layer.share:.0%} of the trade"
    )
