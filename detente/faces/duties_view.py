"""The duties in force as tables to read: pairs with their acts, days of a pair, averages beside published ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from detente import labels
from detente.faces.tables import Cell, Column, numbers
from detente.faces.words import day, decimal, economy, readable, signed

JsonRow = dict[str, Any]
MOST_ACTS = 3  # acts named beside a pair
DIGITS = 2


def name(act: JsonRow) -> str:
    """An act in words: under which law, and which instrument."""
    return ", ".join(filter(None, (act["authority"], act["instrument"]))) or "no instrument on file"


def pair_name(pair: JsonRow) -> str:
    """Who levies on whom: "United States on China"."""
    return f"{labels.name(pair['by'])} on {labels.name(pair['against'])}"


def _largest(acts: JsonRow, pair: JsonRow) -> str:
    """The laws that add most, with their points."""
    by_law: dict[str, float] = {}
    for row in pair["acts"]:
        law = acts[row["id"]]["authority"] or row["id"]
        by_law[law] = by_law.get(law, 0.0) + row["additional_pp"]
    ranked = sorted(by_law.items(), key=lambda item: -abs(item[1]))[:MOST_ACTS]
    return ", ".join(f"{law} {signed(points, 1)}" for law, points in ranked if round(points, 1))


def pair_columns(acts: JsonRow) -> tuple[Column[JsonRow], ...]:
    """The columns of a table of pairs."""
    return (
        Column("", lambda pair: economy(pair["by"]), "name"),
        Column("on", lambda pair: economy(pair["against"]), "name"),
        numbers("added, points", lambda pair: pair["additional_pp"], DIGITS),
        Column("average, %", lambda pair: decimal(pair["average_pct"], DIGITS), "number"),
        Column("what adds most", lambda pair: _largest(acts, pair)),
        Column("no rate", lambda pair: str(len(pair["not_priced"]) or ""), "number"),
    )


def act_columns(acts: JsonRow) -> tuple[Column[JsonRow], ...]:
    """The columns of a table of the acts of one pair."""
    return (
        Column("act", lambda row: row["id"], "name"),
        Column("points", lambda row: decimal(row["points"], DIGITS), "number"),
        numbers("added, points", lambda row: row["additional_pp"], DIGITS),
        Column("under", lambda row: name(acts[row["id"]])),
        Column("how sure", lambda row: row["confidence"]),
    )


def averages_in_words(pairs: Sequence[JsonRow]) -> str:
    """The average duty of each pair with what was added to it, in one sentence; the first pair names the weights."""
    weights = next((pair["weights"] for pair in pairs if pair["average_pct"] is not None), None)
    head = f"Average duty ({weights})" if weights else "Average duty"
    return f"{head}: {'; '.join(map(_average_in_words, pairs))}." if pairs else ""


def _average_in_words(pair: JsonRow) -> str:
    average, added = pair["average_pct"], pair["additional_pp"]
    total = "average not known" if average is None else f"{decimal(average, DIGITS)} %"
    parts = "added points not known" if added is None else f"{signed(added, DIGITS)} points by acts of the ledger"
    record = f", {signed(pair['record_pp'], DIGITS)} points on record besides" if round(pair["record_pp"], 1) else ""
    return f"{pair_name(pair)} {total}, {parts}{record}{_substitution_in_words(pair['substitution'])}"


def _substitution_in_words(weighted: JsonRow | None) -> str:
    """The added points by the base year's trade, and by the model's once buyers have turned elsewhere."""
    if weighted is None or not weighted["before_pp"]:
        return ""
    points = [signed(weighted[key], DIGITS) for key in ("before_pp", "after_pp")]
    return f" ({points[0]} by trade of {weighted['year']}, {points[1]} after substitution in the model)"


def party_acts(pairs: Sequence[JsonRow]) -> list[JsonRow]:
    """A row for each act that the parties levy on each other, the largest of each pair first."""
    return [{**act, "pair": pair_name(pair)} for pair in pairs for act in pair["acts"]]


PARTY_ACT_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("duties of", lambda row: row["pair"], "name"),
    Column("act", lambda row: row["name"], wide=True),
    Column("duty, points", lambda row: decimal(row["points"], DIGITS), "number"),
    numbers("added, points", lambda row: row["additional_pp"], DIGITS),
    Column("how sure", lambda row: row["confidence"]),
    Column("source", lambda row: Cell(detail=row["source"], url=row["url"])),
)


def _substitution(key: str) -> Callable[[JsonRow], float | None]:
    return lambda pair: (pair["substitution"] or {}).get(key)


AVERAGE_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("duties of, on", pair_name, "name"),
    Column("average duty, %", lambda pair: decimal(pair["average_pct"], 1), "number"),
    numbers("added, points", lambda pair: pair["additional_pp"], 1),
    numbers("added before substitution, points", _substitution("before_pp"), 1),
    numbers("added after substitution, points", _substitution("after_pp"), 1),
)


def _percent(key: str) -> Callable[[JsonRow], str]:
    return lambda row: decimal(row[key], 1)


def _change(row: JsonRow) -> float | None:
    then, now = row["average_pct"], row["in_force_pct"]
    return None if then is None or now is None else then - now


def moved_pair(row: JsonRow) -> str:
    """Who levies on whom in a what-if, where a side may be all others: "United States on China"."""
    return f"{economy(row['by'])} on {economy(row['on'])}"


def what_if_columns(year: int, *, levels: bool) -> tuple[Column[JsonRow], ...]:
    """The columns of the average duties of a what-if.

    year: the base year. levels: whether duties are shown as their level, or as the change against those in force.
    """
    name: Column[JsonRow] = Column("duties of, on", moved_pair, "name")
    if not levels:
        return name, numbers("change, points", _change, 1)
    return (
        name,
        Column("average duty in force, %", _percent("in_force_pct"), "number"),
        Column("with these duties, %", _percent("average_pct"), "number"),
        Column(f"before substitution, by trade of {year}, %", _percent("before_substitution_pct"), "number"),
        Column("after substitution, by simulated trade, %", _percent("after_substitution_pct"), "number"),
    )


def weights_in_words(rows: Sequence[JsonRow]) -> str:
    """What the average duties of a what-if are weighted by, a sentence."""
    pairs: dict[str, list[str]] = {}
    for row in rows:
        known = "" if row["in_force_pct"] is not None else "not known, "
        pairs.setdefault(known + row["weights"], []).append(moved_pair(row))
    return "; ".join(f"{labels.joined(names)}: {weights}" for weights, names in pairs.items())


def step_columns() -> tuple[Column[JsonRow], ...]:
    """The columns of a table of days."""
    return (
        Column("from", lambda step: day(step["day"]), "day"),
        numbers("added, points", lambda step: step["additional_pp"], DIGITS),
        Column("average, %", lambda step: decimal(step["average_pct"], DIGITS), "number"),
        Column("what changed", lambda step: "; ".join(x["name"] for x in step["changed"][:MOST_ACTS]), wide=True),
    )


def compared_columns() -> tuple[Column[JsonRow], ...]:
    """The columns of a table of averages."""
    return (
        Column("day", lambda row: day(row["day"]), "day"),
        Column("", lambda row: f"{economy(row['by'])} on {economy(row['against'])}", "name"),
        Column("series", lambda row: f"{row['series']} ({readable(row['measure'])})"),
        Column("ours", lambda row: decimal(row["ours"]), "number"),
        Column("theirs", lambda row: decimal(row["published"]), "number"),
        Column("why", lambda row: row["explanation"]),
    )
