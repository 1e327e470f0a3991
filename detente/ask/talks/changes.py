"""What a review changed in the state of the talks: the clock, the standing of each row, the duties on each pair."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any, NamedTuple

from detente.ask import cases
from detente.ask.pricing import duties, duty_goods, duty_layers
from detente.ask.talks.dossier import today
from detente.errors import DetenteError, RecordError
from detente.record.case import Case
from detente.record.document import Document
from detente.record.fact import Statement
from detente.record.state import State
from detente.record.state.rows import Measure
from detente.record.store import Record

JsonRow = dict[str, Any]

CLOCK = ("truce", "expiry", "status", "days_left")
SHOWN = ("status", "rate_pct", "rate_pp", "suspended_until", "until")  # terms of a measure that a statement may move
COMPARED: Mapping[
    str, tuple[tuple[str, ...], tuple[str, ...]]
] = {  # table → what tells its rows apart, what may change
    "truces": (("truce",), ("expiry", "text_expiry", "status")),
    "stages": (("deal", "by_side"), ("stage", "status", "next")),
    "measures": (
        ("measure", "type", "imposer", "target"),
        ("status", "rate_pct", "rate_pp", "legal_from", "suspended_until", "until", "due", "standing"),
    ),
    "threats": (("threat", "by_side"), ("against", "rate_pct", "effective", "status")),
    "rounds": (("city", "start"), ("end", "level")),
    "agenda": (("topic",), ()),
}


def day_of(document: Document) -> str:
    """The day whose state a review of the document is shown for: that of its publication, else today."""
    published = document.published or ""
    return published if len(published) == 10 else today()


def case_of_record(record: Record) -> Case:
    """The case of an open record; where its file cannot be read, that of the parties which its statements name."""
    home = record.folder.parent if record.folder else None
    try:
        return cases.case_of(record.name, home, record)
    except RecordError:  # `record check` and every answer on the case say what is wrong with it
        return cases.case_of_statements(record.name, record.statements())


class Snapshot(NamedTuple):
    """The state of the talks on a day, and the case with the ledger of duties as it is now."""

    state: State
    case: Case


def snapshot(record: Record, day: str) -> Snapshot:
    """The state of a record on a day, with its case and the user's own duties."""
    return Snapshot(record.as_of(day), case_of_record(record))


def since(before: Snapshot, record: Record, added: Sequence[Statement] = (), moved: Sequence[JsonRow] = ()) -> JsonRow:
    """What differs from a snapshot now that lines were written: `between`, with what that does to real income.

    added: the statements that were written. moved: duties of the ledger that changed, with the points before and after.
    """
    after = snapshot(record, before.state.as_of)
    change = between(before, after, added)
    has_moved = bool(moved) or any(row["before_pp"] != row["after_pp"] for row in change["duties"])
    return {**change, "ledger": list(moved), "real_income": _real_income(before, after) if has_moved else None}


def between(before: Snapshot, after: Snapshot, added: Sequence[Statement] = ()) -> JsonRow:
    """What differs between two states of one day.

    `clock` and `duties` hold the values before and after; `rows` the rows that are new, changed or gone, each with
    {key: [before, after]}; `not_priced` the new or changed measures that no duty represents, `assumed` those whose
    coverage is an assumption, and `without_effect` those of the statements `added` that the row of their measure does
    not show, each with the reason.
    """
    old, new, case = before.state.to_json(), after.state.to_json(), after.case
    rows = [row for table in COMPARED for row in _rows(table, old[table], new[table])]
    moved = {row["row"]["measure"] for row in rows if row["table"] == "measures" and row["change"] != "gone"}
    return {
        "as_of": new["as_of"],
        "known": new["known"],
        "clock": {"before": _clock(old), "after": _clock(new)},
        "rows": rows,
        "duties": _duties(before, after),
        "not_priced": [row for row in duties.not_priced(after.state, case) if row["measure"] in moved],
        "assumed": _assumed(after.state, case, moved),
        "without_effect": list(_without_effect(added, after.state)),
    }


def _real_income(before: Snapshot, after: Snapshot) -> JsonRow:
    """Real income of the parties under the duties in force before and after, in percent against the base year.

    In the default world, as `price` has it; where that has no equilibrium or no such party, `why` says so.
    """
    from detente.ask.pricing.context import baseline_equilibrium, pricing_context, solver_proof  # loads a world

    context, row = pricing_context(), dict[str, Any](parties=[], solver=None, why=None)
    row |= {"economy": context.metadata(), "closure": context.closure("lump_sum")}
    try:
        levels = [
            context.levels(duties.in_force(side.state, context.world.economies, side.case)) for side in (before, after)
        ]
        old, new = (baseline_equilibrium(context, tuple(level.items()))[0] for level in levels)
        incomes = [equilibrium.report["real_income"] for equilibrium in (old, new)]
        parties = [
            {
                "party": party,
                "before_pct": context.of_party(incomes[0], party),
                "after_pct": context.of_party(incomes[1], party),
            }
            for party in context.parties(after.case.parties)
        ]
    except DetenteError as error:  # the lines are written; that they cannot be priced must not hide it
        return {**row, "why": str(error)}
    residual, iterations = (max(float(getattr(e, name)) for e in (old, new)) for name in ("residual", "iterations"))
    return {**row, "parties": parties, "solver": solver_proof(residual, int(iterations), True)}


def _assumed(state: State, case: Case, measures: Container[str | None]) -> list[JsonRow]:
    """The measures that are priced on an assumption about what they cover, and the assumption."""
    day = duties.day_of(state)
    rows = (row for row in state.measures if row.measure in measures and duties.is_levied(row, state.as_of[:10]))
    layers = (layer for row in rows for layer in duties.measure_layers(row, day, case))
    notes = {layer.measure: layer.note for layer in layers if layer.note == duty_goods.ASSUMED}
    return [{"measure": measure, "why": note} for measure, note in notes.items()]


def _without_effect(added: Iterable[Statement], state: State) -> Iterator[JsonRow]:
    rows = {row.measure: row for row in state.measures if row.measure}
    for s in added:
        row = rows.get(str(s.value.get("measure"))) if s.kind == "measure" else None
        if row is not None and row.statement != s.id and _says_otherwise(s, row):
            yield {"statement": s.id, "measure": row.measure, "why": _why_not_shown(s, row)}


def _says_otherwise(s: Statement, row: Measure) -> bool:
    return any(s.value.get(key) not in (None, getattr(row, key)) for key in SHOWN)


def _why_not_shown(s: Statement, row: Measure) -> str:
    """Why the row of a measure shows another act."""
    if any(claim.statement == s.id for claim in row.pending):
        return f"it takes effect later than {row.legal_from or 'the act shown'}; the row lists it as pending"
    if row.by_side in (row.imposer, "joint") and s.by.side not in (row.imposer, "joint"):
        return "the words of the side that levies it stand; this report is kept beside them"
    return "a later act stands"


def _clock(state: JsonRow) -> JsonRow | None:
    truce = next(iter(state["truces"]), None)
    return {key: truce.get(key) for key in CLOCK} if truce else None


def _rows(table: str, old: Iterable[JsonRow], new: Iterable[JsonRow]) -> list[JsonRow]:
    """The rows of one table that are new, changed or gone."""
    identity, terms = COMPARED[table]
    before, after = (_by_identity(rows, identity) for rows in (old, new))
    compared = []
    for key in dict.fromkeys([*before, *after]):
        differing = _differing(before.get(key, {}), after.get(key, {}), terms)
        change = "gone" if key not in after else "changed" if key in before else "new"
        if differing or change != "changed":
            names = dict(zip(identity, key, strict=True))
            compared.append({"table": table, "change": change, "row": names, "keys": differing})
    return compared


def _differing(old: JsonRow, new: JsonRow, terms: Iterable[str]) -> dict[str, list[Any]]:
    """{term: [before, after]} of the terms that differ."""
    return {term: [old.get(term), new.get(term)] for term in terms if old.get(term) != new.get(term)}


def _by_identity(rows: Iterable[JsonRow], identity: Sequence[str]) -> dict[tuple[Any, ...], JsonRow]:
    return {tuple(row.get(key) for key in identity): row for row in rows}


def _duties(before: Snapshot, after: Snapshot) -> list[JsonRow]:
    """The average added duty of each party on each other, in percentage points, before and after."""
    old, new = (_averages(side.state, replace(side.case, parties=after.case.parties)) for side in (before, after))
    return [
        {"by": by, "against": against, "before_pp": old[by, against], "after_pp": new[by, against]}
        for by, against in permutations(after.case.parties, 2)
    ]


def _averages(state: State, case: Case) -> dict[tuple[str, str], float]:
    """{(by, against): average added duty}; for a bloc the simple mean over its members."""
    members = {party: duties.economies_of(party) for party in case.parties}
    economies = [economy for group in members.values() for economy in group]
    points: dict[tuple[str, str], float] = {}
    for layer in duty_layers.additions(duties.in_force(state, economies, case)):
        points[layer.by, layer.against] = points.get((layer.by, layer.against), 0.0) + layer.average
    averages = {}
    for by, against in permutations(case.parties, 2):
        pairs = [(a, b) for a in members[by] for b in members[against]]
        averages[by, against] = round(sum(points.get(pair, 0.0) for pair in pairs) / len(pairs), 4)
    return averages
