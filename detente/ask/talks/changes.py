"""What a review changed in the state of the talks: the clock, the standing of each row, the duties on each pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import permutations
from typing import Any

from detente.ask import cases
from detente.ask.pricing import duties
from detente.errors import RecordError
from detente.record.case import Case, bare
from detente.record.document import Document
from detente.record.state import State
from detente.record.store import Record

JsonRow = dict[str, Any]

CLOCK = ("truce", "expiry", "status", "days_left")
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
    return published if len(published) == 10 else date.today().isoformat()


def case_of_record(record: Record) -> Case:
    """The case of an open record; one of its parties alone where its file cannot be read."""
    home = record.folder.parent if record.folder else None
    try:
        return cases.case_of(record.name, home, record)
    except RecordError:  # `record check` and every answer on the case say what is wrong with it
        return bare(record.name, cases.parties_of(record.statements()))


def between(before: State, after: State, case: Case) -> JsonRow:
    """What differs between two states of one day.

    `clock` and `duties` hold the values before and after; `rows` the rows that are new, changed or gone, each with
    {key: [before, after]}; `not_priced` the new or changed measures that no duty represents, with the reason.
    """
    old, new = before.to_json(), after.to_json()
    rows = [row for table in COMPARED for row in _rows(table, old[table], new[table])]
    moved = {row["row"]["measure"] for row in rows if row["table"] == "measures" and row["change"] != "gone"}
    return {
        "as_of": new["as_of"],
        "known": new["known"],
        "clock": {"before": _clock(old), "after": _clock(new)},
        "rows": rows,
        "duties": _duties(before, after, case),
        "not_priced": [row for row in duties.not_priced(after, case) if row["measure"] in moved],
    }


def _clock(state: JsonRow) -> JsonRow | None:
    truce = next(iter(state["truces"]), None)
    return {key: truce.get(key) for key in CLOCK} if truce else None


def _rows(table: str, old: Iterable[JsonRow], new: Iterable[JsonRow]) -> list[JsonRow]:
    """The rows of one table that are new, changed or gone."""
    identity, terms = COMPARED[table]
    before, after = (_by_identity(rows, identity) for rows in (old, new))
    compared = []
    for key in dict.fromkeys([*before, *after]):
        row, was = after.get(key), before.get(key)
        differing = {
            term: [was.get(term) if was else None, row.get(term) if row else None]
            for term in terms
            if (was or {}).get(term) != (row or {}).get(term)
        }
        change = "gone" if row is None else "new" if was is None else "changed"
        if differing or change != "changed":
            names = dict(zip(identity, key, strict=True))
            compared.append({"table": table, "change": change, "row": names, "keys": differing})
    return compared


def _by_identity(rows: Iterable[JsonRow], identity: Sequence[str]) -> dict[tuple[Any, ...], JsonRow]:
    return {tuple(row.get(key) for key in identity): row for row in rows}


def _duties(before: State, after: State, case: Case) -> list[JsonRow]:
    """The average added duty of each party on each other, in percentage points, before and after."""
    old, new = (_averages(state, case) for state in (before, after))
    return [
        {"by": by, "against": against, "before_pp": old[by, against], "after_pp": new[by, against]}
        for by, against in permutations(case.parties, 2)
    ]


def _averages(state: State, case: Case) -> dict[tuple[str, str], float]:
    averages = dict.fromkeys(permutations(case.parties, 2), 0.0)
    for layer in duties.in_force(state, case.parties, case):
        if (layer.by, layer.against) in averages:
            averages[layer.by, layer.against] += layer.average
    return {pair: round(points, 4) for pair, points in averages.items()}
