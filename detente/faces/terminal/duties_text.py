"""The duties in force on a terminal: pairs, the acts of one pair, its days, averages beside published ones."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from detente.ask.answer import Answer
from detente.faces import duties_view, words
from detente.faces.terminal.layout import bullets, console, heading, notes, safe_text, section, table_of

MOST_PAIRS = 10  # of an importer whose trade is on file
MOST_OTHERS = 6
MOST_ROWS = 12  # acts, days and averages listed without --json
MOST_GAPS = 20

JsonRow = dict[str, Any]


def duties(answer: Answer) -> None:
    """The duties by pair, or by act where one pair is asked about; then days and averages where asked."""
    out, data = console(), answer.data
    heading(out, "duties", data)
    weights = {pair["weights"] for pair in data["pairs"]}
    shown = weights.pop() if len(weights) == 1 else data["weights"]
    out.print(safe_text(f"added since {words.day(data['since'])}; weights: {shown}", "dim"))
    if len(data["pairs"]) == 1:
        _pair(out, data, data["pairs"][0])
    else:
        _pairs(out, data)
    if "series" in data:
        _listed(out, "By day", data["series"], duties_view.step_columns(), last=True)
    if "compare" in data:
        gaps = sorted(data["compare"], key=lambda row: -abs(row["gap"]))
        title = f"Beside {words.with_count(len(gaps), 'published average')}, the largest gaps first"
        _listed(out, title, gaps, duties_view.compared_columns(), most=MOST_GAPS)
    notes(out, answer)


def _pairs(out: Console, data: JsonRow) -> None:
    """The pairs with the largest duties: of importers whose trade is on file, then of others."""
    known = [row for row in data["pairs"] if row["average_pct"] is not None]
    others = [row for row in data["pairs"] if row["average_pct"] is None]
    if not data["pairs"]:
        out.print(safe_text("no act on file"))
    for rows, most in ((known, MOST_PAIRS), (others, MOST_OTHERS)):
        if rows:
            _listed(out, "", rows, duties_view.pair_columns(data["acts"]), most=most)


def _pair(out: Console, data: JsonRow, pair: JsonRow) -> None:
    """One pair: its two numbers, its acts, what has no rate, what is to come or suspended."""
    added, average = words.signed(pair["additional_pp"]), words.decimal(pair["average_pct"], 2)
    out.print()
    out.print(safe_text(f"{duties_view.pair_name(pair)}: {added} points added, {average} % on average", "bold"))
    for reason in pair["reasons"].values():
        out.print(safe_text(f"· {reason}", "dim"))
    if pair["acts"]:
        _listed(out, "", pair["acts"], duties_view.act_columns(data["acts"]))
    else:
        out.print(safe_text("no act with a rate on file is in force"))
    if pair["not_priced"]:
        section(out, "No rate", *bullets(f"{row['id']}: {row['reason']}" for row in pair["not_priced"]))
    coming = [f"{row['id']}, {_from(row['from'])}: {row['rate']}" for row in pair["announced"]]
    if coming:
        section(out, "Announced", *bullets(coming))
    paused = [f"{row['id']}, {_until(row['until'])}: {row['rate']}" for row in pair["suspended"]]
    if paused:
        section(out, "Suspended", *bullets(paused))


def _from(day: str | None) -> str:
    return f"from {words.day(day)}" if day else "no day set"


def _until(day: str | None) -> str:
    return f"until {words.day(day)}" if day else "no end known"


def _listed(
    out: Console, title: str, rows: list[JsonRow], columns: Any, *, most: int = MOST_ROWS, last: bool = False
) -> None:
    """The first rows of a table, or the last, and how many more there are."""
    shown = rows[-most:] if last else rows[:most]
    left = len(rows) - len(shown)
    if title:
        section(out, title, table_of(shown, columns))
    else:
        out.print()
        out.print(table_of(shown, columns))
    if left:
        out.print(safe_text(f"{left} more with --json or --csv", "dim"))


def added(answer: Answer) -> None:
    """What was added, and where."""
    data = answer.data
    more = len(data["acts"]) - MOST_ROWS
    acts = ", ".join(data["acts"][:MOST_ROWS]) + (f" and {more} more" if more > 0 else "")
    print(words.visible(f"{data['new_rows']} new rows in {data['folder']}: {acts}"))
