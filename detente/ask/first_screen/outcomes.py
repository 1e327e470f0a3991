"""The fork: each outcome with its chance, the duty of each party under it, and what it changes for each party."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente.record.case import Case

JsonRow = dict[str, Any]
Levels = Mapping[tuple[str, str], float | None]

DEAL = "deal"
EXTENDED, LAPSES = "truce-extended", "truce-lapses"  # names of outcomes; LAPSES also begins those of one side alone
OTHER_DEAL: JsonRow = {
    "name": "other-deal",
    "title": "Some other deal",
    "rule": "the parties agree on something else by the deadline",
    "why": "no terms are on record",
}
OTHER_ENDINGS = "an act against the truce, or a deal announced and not carried out"


def deadline_probabilities(
    outcomes: Sequence[JsonRow], forecast: Mapping[str, Any] | None, deadline: Mapping[str, Any] | None
) -> JsonRow | None:
    """The chances of the deadline's decision point: of each outcome by name, of another deal, and of other endings.

    Chances of other points, such as that of a threat's own day, are left out: those shown add up to one with `other`.
    None where no decision point is about the deadline.
    """
    point = _point_of_deadline(outcomes, forecast)
    if point is None or deadline is None:
        return None
    endings = _endings([row["name"] for row in outcomes])
    by_outcome = {name: point["chance"][ending] for name, ending in endings.items()}
    return {
        "of": by_outcome,
        "interval": {name: point["interval"][ending] for name, ending in endings.items()},
        "other": 1 - sum(by_outcome.values()),
        "other_meaning": OTHER_ENDINGS,
        "n": point["n"],
        "model": point["model"],
        "deadline": point["deadline"],
        "known": point["known"],
    }


def _point_of_deadline(outcomes: Sequence[JsonRow], forecast: Mapping[str, Any] | None) -> JsonRow | None:
    """The decision point that the extension or the end of the truce has its probability from."""
    points = {point["id"]: point for point in forecast["points"]} if forecast else {}
    ids = [row["point"] for row in outcomes if row["name"] in (EXTENDED, LAPSES) and row.get("point") in points]
    return points[ids[0]] if ids else None


def _endings(names: Sequence[str]) -> dict[str, str]:
    """{outcome: the ending of the forecast that it stands for}; an expiry of one side where only one can collect."""
    alone = [name for name in names if name.startswith(f"{LAPSES}-")]
    expiry = [LAPSES] if LAPSES in names else alone if len(alone) == 1 else []
    return {EXTENDED: "extension", **dict.fromkeys(expiry, "lapse"), OTHER_DEAL["name"]: DEAL}


def outcome_rows(outcomes: Sequence[JsonRow], shown: JsonRow | None, levels: Levels, case: Case) -> list[JsonRow]:
    """A row an outcome, and one for a deal without terms where the forecast gives it a chance.

    levels: {(by, against): average duty in force, percent}.
    """
    base = outcomes[0]["policy"]["average_added_duty"]
    rows = [_row(outcome, shown, levels, case, base, number == 0) for number, outcome in enumerate(outcomes)]
    if shown:
        none = dict.fromkeys(f"{by} on {on}" for by, on in case.pairs)
        rows.append(
            {**_empty(OTHER_DEAL["name"], shown), **OTHER_DEAL, "duty": none, "change": dict.fromkeys(case.parties)}
        )
    return rows


def _empty(name: str, shown: JsonRow | None) -> JsonRow:
    return {
        "name": name,
        "chance": shown["of"].get(name) if shown else None,
        "chance_interval": shown["interval"].get(name) if shown else None,
        "baseline": False,
        "known_since": None,
    }


def _row(
    outcome: JsonRow, shown: JsonRow | None, levels: Levels, case: Case, base: Mapping[str, float], baseline: bool
) -> JsonRow:
    added = outcome["policy"]["average_added_duty"]
    duty = {}
    for by, on in case.pairs:
        level, pair = levels.get((by, on)), f"{by} on {on}"
        duty[pair] = None if level is None else level + added[pair] - base[pair]
    return {
        **_empty(outcome["name"], shown),
        "title": outcome["title"],
        "rule": outcome["rule"],
        "baseline": baseline,
        "known_since": outcome["known_since"],
        "duty": duty,
        "change": {code: None if baseline else _change(outcome, code) for code in case.parties},
        "why": None,
    }


def _change(outcome: JsonRow, code: str) -> JsonRow | None:
    """What an outcome changes for a party: percent of real income with its band, dollars a household."""
    value = outcome["real_income"].get(code)
    if value is None:
        return None
    low, high = ((outcome[end] or {}).get(code) for end in ("low", "high"))
    return {"percent": value, "low": low, "high": high, "usd_a_household": outcome["money"][code]["usd_a_household"]}


def split(outcomes: Sequence[JsonRow], case: Case) -> JsonRow | None:
    """Where the party that loses more in the first years gains or loses less in the long run, in some outcome.

    None where both horizons name the same party in every outcome, or where only one horizon is priced.
    """
    rows = []
    for outcome in outcomes[1:]:
        near = {code: outcome["real_income"].get(code) for code in case.parties}
        late = {code: outcome.get("long_run", {}).get("real_income", {}).get(code) for code in case.parties}
        first, then = _loser(near), _loser(late)
        if first and then and first != then:
            columns = {"near": near, "long": late}
            rows.append({"title": outcome["title"], "columns": columns, "loses_more": {"near": first, "long": then}})
    return {"axis": "horizon", "columns": ["near", "long"], "rows": rows} if rows else None


def closure_turns(outcomes: Sequence[JsonRow]) -> JsonRow | None:
    """Where a party gains by an outcome under one closure and loses by it under another, with its real income by each.

    None where no sign turns, or where outcomes are priced under one closure alone.
    """
    rows = [
        {"title": outcome["title"], "party": code, "columns": {name: row[code] for name, row in by_closure.items()}}
        for outcome in outcomes[1:]
        if outcome.get("closures")
        for by_closure in [outcome["closures"]["real_income"]]
        for code in outcome["closures"]["turns_for"]
    ]
    return {"axis": "closure", "columns": list(rows[0]["columns"]), "rows": rows} if rows else None


def _loser(values: Mapping[str, float | None]) -> str | None:
    """The party that loses most, by percent of real income, two decimals; None where nobody does, or two do alike."""
    known = sorted((round(value, 2), code) for code, value in values.items() if value is not None)
    if len(known) < 2 or known[0][0] >= 0 or known[0][0] == known[1][0]:
        return None
    return known[0][1]
