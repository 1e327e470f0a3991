"""Worlds on a terminal: what was imported, what is odd in a table, a world's economies and sectors, and the list."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.text import Text

from detente.ask.answer import Answer
from detente.faces import words
from detente.faces.tables import Column
from detente.faces.terminal.layout import console, notes, section, table_of, verbatim

JsonRow = dict[str, Any]
MOST_ROWS = 30  # of economies and sectors without --json


def imported(answer: Answer) -> None:
    """The file written, what the table holds, what was odd and changed."""
    out, data = console(), answer.data
    out.print(verbatim(f"{data['out']}: {data['layout']}, {_size(data)}", "bold"))
    _oddities(out, data)
    if data["changes"]:
        section(out, "Changed", *_bullets(data["changes"]))
    _origin(out, answer)


def checked(answer: Answer) -> None:
    """Whether a table is an economy, and what is odd in it."""
    out, data = console(), answer.data
    if data["is_economy"]:
        out.print(verbatim(f"{data['world']}: an economy, {_size(data)}", "bold"))
    else:
        out.print(verbatim(f"{data['world']}: not an economy as it stands", "bold"))
    _oddities(out, data)
    if data["is_economy"]:
        _origin(out, answer)
    elif not data["findings"]:
        out.print(verbatim(data["problem"]))
    else:
        out.print(verbatim("`detente world import --mend` changes what is marked with *", "dim"))


def description(answer: Answer) -> None:
    """A world's economies and sectors, the largest first."""
    out, data = console(), answer.data
    out.print(verbatim(f"{data['world']}: {_size(data)}", "bold"))
    for title, rows, columns in (
        ("Economies", data["economy_rows"], ECONOMIES),
        ("Sectors", data["sector_rows"], SECTORS),
    ):
        largest = sorted(rows, key=lambda row: -row["output"])
        section(out, title, table_of(largest[:MOST_ROWS], columns))
        if len(rows) > MOST_ROWS:
            out.print(verbatim(f"  {len(rows) - MOST_ROWS} more with --json", "dim"))
    _origin(out, answer)


def listed(answer: Answer) -> None:
    """The worlds that ship, and the layouts that are read."""
    out = console()
    section(out, "Worlds", table_of(answer.data["worlds"], WORLDS))
    layouts = (f"{row['name']}: {row['words']}" for row in answer.data["layouts"])
    section(out, "Layouts that `detente world import` reads", *_bullets(layouts))


def template(answer: Answer) -> None:
    """The template as it is, for a file."""
    sys.stdout.write(answer.data["text"])


def _bullets(lines: Iterable[str]) -> list[Text]:
    """Lines of a list as they stand: codes are those of the table."""
    return [verbatim("· " + line) for line in lines]


def _size(data: JsonRow) -> str:
    year = f", {data['year']}" if data["year"] else ""
    sectors = max(len(data["sectors"]), 1)
    total = f"output {data['output']:.6g}" + (f" {data['unit']}" if data["unit"] != "not stated" else "")
    return f"{len(data['economies'])} economies by {words.with_count(sectors, 'sector')}{year}, {total}"


def _oddities(out: Console, data: JsonRow) -> None:
    if data["findings"]:
        lines = (("* " if row["must_be_mended"] else "") + row["text"] for row in data["findings"])
        section(out, "Odd in the table", *_bullets(lines))
    if data["left_out"]:
        section(out, "Left out", *_bullets(data["left_out"]))


def _origin(out: Console, answer: Answer) -> None:
    data = answer.data
    lines = [*data["sources"], f"licence: {data['licence']}", *([data["made_by"]] if data["made_by"] else [])]
    lines.append(f"elasticities: {data['elasticity']}; residual of the base year {words.scientific(data['residual'])}")
    section(out, "Source", *_bullets(lines))
    if answer.notes:
        notes(out, answer)


def _number(heading: str, key: str, digits: int) -> Column[JsonRow]:
    return Column(heading, lambda row: words.decimal(row[key], digits), "number")


ECONOMIES: list[Column[JsonRow]] = [
    Column("economy", lambda row: row["code"], "code"),
    Column("output", lambda row: f"{row['output']:.6g}", "number"),
    Column("exports", lambda row: f"{row['exports']:.6g}", "number"),
    Column("imports", lambda row: f"{row['imports']:.6g}", "number"),
    _number("average duty, %", "average_duty_pct", 2),
]
SECTORS: list[Column[JsonRow]] = [
    Column("sector", lambda row: row["code"] + (" (service)" if row["service"] else ""), "code"),
    Column("output", lambda row: f"{row['output']:.6g}", "number"),
    _number("traded, %", "traded_pct", 1),
    _number("average duty, %", "average_duty_pct", 2),
    _number("elasticity", "elasticity", 2),
]
WORLDS: list[Column[JsonRow]] = [
    Column("name", lambda row: row["name"], "name"),
    Column("economies", lambda row: str(row["economies"]), "number"),
    Column("sectors", lambda row: str(row["sectors"]), "number"),
    Column("year", lambda row: str(row["year"]), "number"),
    Column("unit", lambda row: row["unit"]),
    Column("licence", lambda row: row["licence"]),
]
