"""The outcomes on the table on a day: each with a resolution rule, which is a query on the record, and its duties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente import labels
from detente.ask.pricing import duties
from detente.ask.pricing.duties import DutyLayer
from detente.record.fact import Statement
from detente.record.state import State
from detente.record.state.rows import Measure, Threat, Truce
from detente.record.store import Record

SIDES = ("USA", "CHN")
PARTIES = (*SIDES, *labels.WITH_CHINA)
DEAL_SOURCE = "off_20251101_wh_busan_factsheet"
DEAL_ANNOUNCED, DEAL_KNOWN, DEAL_IN_FORCE = "2025-11-01", "2025-11-05", "2025-11-10"
DEAL_ON_TABLE = "2025-10-09"  # the day from which the deal can be an outcome
MIRROR = "the answer is an assumption: the same number of points on all goods, as in April 2025"


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
    """A day of the talks as outcomes are built on it: its state, the duties in force, the economies of the world."""

    state: State
    base: tuple[DutyLayer, ...]
    economies: frozenset[str]

    @property
    def date(self) -> str:
        """The day as an ISO date."""
        return self.state.as_of[:10]

    def within_world(self, layers: Iterable[DutyLayer]) -> tuple[DutyLayer, ...]:
        """The layers between economies that the world has."""
        return tuple(x for x in layers if x.by in self.economies and x.against in self.economies)

    def layers_of(self, row: Measure | Threat, points: float | None = None) -> tuple[DutyLayer, ...]:
        """The layers of a measure or threat between economies that the world has."""
        return self.within_world(duties.measure_layers(row, self.date, points))

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


def on_the_table(record: Record, state: State, economies: Sequence[str]) -> list[Outcome]:
    """Every outcome that the record supports on the state's day, the status quo first."""
    talks = TalksDay(state, tuple(duties.in_force(state, economies)), frozenset(economies))
    truce = state.truces[0] if state.truces else None
    at_expiry = [] if truce is None else [*lapses(talks, truce), *press_scenario(talks, truce)]
    return [
        status_quo(talks, truce),
        *at_expiry,
        *threatened(talks),
        *pending(talks),
        *busan_deal(record, talks),
    ]


def status_quo(talks: TalksDay, truce: Truce | None) -> Outcome:
    """The duties in force today stay: the truce is extended, or nothing changes."""
    if truce is None:
        return Outcome("status-quo", "Nothing changes", "no duty of either side changes", talks.base)
    return Outcome(
        "truce-extended",
        "Truce extended",
        f"a text of both sides in force by {truce.expiry} moves the end of the truce to a later day",
        talks.base,
        evidence=tuple(link.statement for link in truce.chain),
    )


def lapses(talks: TalksDay, truce: Truce) -> list[Outcome]:
    """The truce lapses: the duties that official texts suspended return, on both sides or on one, and no others."""
    rule = f"no extension is in force after {truce.expiry} and suspended duties are collected"
    one_side = f"{rule}; the other side keeps its suspension"
    rows = {side: duties.suspended(talks.state, side) for side in SIDES}
    notes = tuple(_no_legal_basis(side) for side in SIDES if not _any_layers(rows[side], talks.date))
    outcomes = []
    if not notes:
        both = [row for side in SIDES for row in rows[side]]
        outcomes.append(_lapse(talks, "truce-lapses", "Truce lapses, both sides", rule, both, notes))
    for side in SIDES:
        name, title = f"truce-lapses-{side.lower()}-alone", f"Truce lapses, {side} alone"
        outcomes.append(_lapse(talks, name, title, one_side, rows[side], notes))
    return [outcome for outcome in outcomes if outcome.changes]


def _any_layers(rows: Iterable[Measure], day: str) -> bool:
    return any(duties.measure_layers(row, day) for row in rows)


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


def press_scenario(talks: TalksDay, truce: Truce) -> list[Outcome]:
    """The 145 and 125 % that newspapers name: the rates of April 2025, which Geneva removed rather than suspended."""
    removed = [row for row in talks.state.measures if _is_removed_reciprocal(row)]
    if not _is_levied(talks, "usa-ieepa-reciprocal") or len(removed) < 2:
        return []
    changes = tuple(layer for row in removed for layer in talks.layers_of(row, points=125.0))
    outcome = Outcome(
        "press-145-125",
        "145 / 125 %, as newspapers say",
        f"after {truce.expiry} the rates of April 2025 are collected again on both sides",
        tuple(layer for layer in talks.base if not _is_reciprocal(layer)) + changes,
        changes,
        (
            "the press and the official texts disagree: the Geneva joint statement removed these rates and suspended 24"
            " points; 145 is 125 plus the 20 on fentanyl",
        ),
        evidence=tuple(row.statement for row in removed),
    )
    return [outcome]


def _is_removed_reciprocal(row: Measure) -> bool:
    return row.measure in duties.CONTAINS and row.status == "ended"


def _is_levied(talks: TalksDay, measure: str) -> bool:
    return any(row.measure == measure and duties.is_levied(row, talks.date) for row in talks.state.measures)


def _is_reciprocal(layer: DutyLayer) -> bool:
    """Whether a layer is a reciprocal duty between the parties, which the rates of April 2025 would contain."""
    return _between_parties(layer) and layer.measure in duties.CONTAINS.values()


def _between_parties(layer: DutyLayer) -> bool:
    return layer.by in SIDES and layer.against in PARTIES


def threatened(talks: TalksDay) -> list[Outcome]:
    """Each threatened duty whose day has not passed, carried out without an answer and with one."""
    outcomes = []
    for row in talks.state.threats:
        changes = talks.layers_of(row) if _is_open(row, talks.state.as_of) else ()
        if changes:
            outcomes += _threat_outcomes(talks, row, changes)
    return outcomes


def _is_open(row: Threat, as_of: str) -> bool:
    """Whether a threatened duty has a rate and could still be carried out."""
    day = row.effective or "9"  # later than any date
    return bool(row.rate_pct) and row.status not in ("expired", "carried_out") and day >= as_of


def _threat_outcomes(talks: TalksDay, row: Threat, changes: tuple[DutyLayer, ...]) -> list[Outcome]:
    """A threat carried out, and the same with the answer of the other side where the world has both."""
    by, points = row.by_side or "", row.rate_pct or 0.0
    name, against = row.threat, row.against or ""
    answer = DutyLayer(f"{name}-answered", against, by, points, 1.0, row.source, MIRROR)
    title = f"Threat carried out: +{points:g} points"
    day = row.effective or "an unspecified day"
    rule = f"{by} collects {points:g} points more on goods of {against} from {day}"
    notes, evidence = _withdrawal(row), tuple(row.statements)
    outcomes = [talks.with_changes(name, f"{title}, no answer", rule, changes, notes, evidence)]
    if talks.within_world([answer]):
        outcomes.append(
            talks.with_changes(
                f"{name}-answered", f"{title}, answered in kind", f"{rule}, and {against} answers", (*changes, answer),
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
            title = f"Pending: {row.measure}, +{changes[0].points:g} points"
            rule = f"{row.imposer} collects the duty announced as {row.measure}"
            notes = ("reported, not decided",) if row.verification == "secondary" else ()
            outcomes.append(talks.with_changes(changes[0].measure, title, rule, changes, notes, (row.statement,)))
    return outcomes


def _is_pending(row: Measure, day: str) -> bool:
    in_law = row.legal_from and str(row.legal_from)[:10] <= day
    return row.type == "tariff" and row.status == "announced" and not in_law


def busan_deal(record: Record, talks: TalksDay) -> list[Outcome]:
    """The Busan deal until it is in force: the duties it leaves, and every item mapped to an instrument or not."""
    if DEAL_SOURCE not in record.sources or not DEAL_ON_TABLE <= talks.date < DEAL_IN_FORCE:
        return []
    layers = _layers_under_deal(talks, record.as_of(DEAL_IN_FORCE, DEAL_KNOWN))
    before, after = duties.added_by_pair(talks.base), duties.added_by_pair(layers)
    changed_pairs = {pair for pair, points in after.items() if points != before.get(pair)}
    items = deal_items(record, talks.base)
    outcome = Outcome(
        "busan-deal",
        "Busan deal",
        "the terms of the fact sheet of 1 November 2025 are in force on 10 November 2025",
        layers,
        tuple(x for x in layers if (x.by, x.against) in changed_pairs and x not in talks.base),
        ("purchases, licences and fees in the deal change no price in this model",),
        items,
        known_since=DEAL_ANNOUNCED if talks.state.known[:10] < DEAL_ANNOUNCED else None,
        evidence=tuple(item.statement for item in items),
    )
    return [outcome]


def _layers_under_deal(talks: TalksDay, after: State) -> tuple[DutyLayer, ...]:
    """The duties in force, with those between the parties replaced by the ones of the state after the deal."""
    measures = {row.measure for state in (talks.state, after) for row in state.measures}
    levied = [row for row in after.measures if duties.is_levied(row, DEAL_IN_FORCE)]
    unchanged = [layer for layer in talks.base if not (layer.measure in measures and _between_parties(layer))]
    return (*unchanged, *(layer for row in levied for layer in talks.layers_of(row)))


def deal_items(record: Record, base: Sequence[DutyLayer]) -> tuple[DealItem, ...]:
    """Every measure of the deal's fact sheet: the instrument that represents it, or why none does."""
    statements = [s for s in record.statements() if s.source == DEAL_SOURCE and s.kind == "measure"]
    return tuple(_deal_item(statement, base) for statement in statements)


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
        why = "no longer in force" if kind == "tariff" else duties.WHY_NOT.get(kind, duties.WHY_NOT["other"])
        instrument = f"not priced: {why}"
    return DealItem(name, value["imposer"], kind, priced, instrument, statement.quote, statement.id)


def _duty_change(layer: DutyLayer, value: Mapping[str, Any]) -> str:
    """In words: how the deal changes a duty in force."""
    points = 0.0 if value["status"] in ("suspended", "ended") else float(value.get("rate_pct") or 0)
    return (
        f"duty of {layer.by} on {layer.against}: {layer.points:g} → {points:g} points on {layer.share:.0%} of the trade"
    )
