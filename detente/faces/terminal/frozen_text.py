"""The ledger of frozen forecasts on a terminal: what was frozen, and the scores of what has ended."""

from __future__ import annotations

from typing import Any

from detente.ask.answer import Answer
from detente.faces import words
from detente.faces.tables import Column, numbers
from detente.faces.terminal.layout import bullets, console, notes, safe_text, section, table_of
from detente.faces.words import day, percent

JsonRow = dict[str, Any]  # a row of an answer's data, in the keys of the command line


def frozen(answer: Answer) -> None:
    """What was frozen, with the start of each hash."""
    out, data = console(), answer.data
    out.print(safe_text(data["words"], "bold"))
    out.print(*bullets(map(_frozen, data["frozen"])))
    notes(out, answer)


def _frozen(row: JsonRow) -> str:
    chances, point = row["forecasts"][row["shown"]], row["point"]
    likeliest = sorted(chances, key=lambda name: -chances[name])[:2]
    shown = ", ".join(f"{name} {percent(chances[name])}" for name in likeliest)
    return f"{day(point['deadline'])}, {point['negotiation']}: {shown} ({row['sha256'][:12]})"


def scores(answer: Answer) -> None:
    """The scores of frozen forecasts, those still open, and crowds and markets beside ours."""
    out, data = console(), answer.data
    out.print(safe_text(data["words"], "bold"))
    if data["scored"]:
        section(out, "Frozen forecasts of points that have ended", table_of(data["scored"], SCORED_COLUMNS))
        section(out, "Scores", table_of(data["track"], TRACK_COLUMNS))
    if data["open"]:
        section(out, "Still open, or without an ending on file", table_of(data["open"], OPEN_COLUMNS))
    if data["crowd"]:
        section(out, "Crowds and markets beside ours", table_of(data["crowd"], CROWD_COLUMNS))
    notes(out, answer)


def _optional(key: str) -> Column[JsonRow]:
    heading = key.replace("_", " ")
    return Column(heading, lambda row: "" if row[key] is None else words.decimal(row[key], 3), "number")


OPEN_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("frozen", lambda row: day(row["made"]), "day"),
    Column("deadline", lambda row: day(row["deadline"]), "day"),
    Column("negotiation", lambda row: row["negotiation"]),
)
SCORED_COLUMNS: tuple[Column[JsonRow], ...] = (
    *OPEN_COLUMNS,
    Column("came", lambda row: row["came"]),
    Column("on", lambda row: day(row["on"]), "day"),
    Column("given", lambda row: percent(row["chance"][row["came"]]), "number"),
    Column("Brier", lambda row: words.decimal(row["brier"], 3), "number"),
)
TRACK_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("model", lambda row: row["model"]),
    Column("n", lambda row: str(row["n"]), "number"),
    Column("Brier", lambda row: words.decimal(row["brier"], 3), "number"),
    numbers("less base rate", lambda row: row["less_base_rate"]),
    Column("90 % range", lambda row: words.interval(row["low"], row["high"], 3), "number"),
    Column("by the day", lambda row: words.decimal(row["bite_brier"], 3), "number"),
)
CROWD_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("point", lambda row: row["point"]),
    Column("day", lambda row: day(row["day"]), "day"),
    Column("event", lambda row: row["event"]),
    Column("source", lambda row: row["source"]),
    _optional("theirs"),
    _optional("ours"),
    _optional("their_error"),
    _optional("our_error"),
)
