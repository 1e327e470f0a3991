"""A published table beside ours, on a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console

from detente.ask.answer import Answer
from detente.faces import words
from detente.faces.tables import Cell, Column
from detente.faces.terminal.layout import console, safe_text, section, table_of


def replicate(answer: Answer) -> None:
    """Published and our values with their difference, cell by cell; full-precision columns by their largest difference.

    Cells that differ for a known reason carry a number; the reasons stand below.
    """
    out, data = console(), answer.data
    printed = [row for row in data["rows"] if row["published"] is not None and row["digits"] is not None]
    reasons = list(dict.fromkeys(row["missed"] for row in printed if row["missed"] and not row["matches"]))
    section(out, f"{data['paper']}: printed cells", table_of(printed, _columns(reasons)))
    if reasons:
        lines = (safe_text(f"({number}) {reason}") for number, reason in enumerate(reasons, start=1))
        section(out, "why some differ", *lines)
    if data["full_precision"]:
        section(out, "every economy, at full precision", table_of(data["full_precision"], FULL_PRECISION))
    _totals(out, data)


def _columns(reasons: list[str]) -> list[Column[dict[str, Any]]]:
    def verdict(row: dict[str, Any]) -> Cell:
        if row["matches"]:
            return Cell("ok", tone="good")
        if row["missed"]:
            return Cell(f"({reasons.index(row['missed']) + 1})", tone="warn")
        return Cell("MISS", tone="bad")

    return [
        Column("table", lambda row: str(row["table"])),
        Column("case", lambda row: str(row["case"])),
        Column("economy", lambda row: str(row["economy"])),
        Column("quantity", lambda row: str(row["quantity"])),
        Column("published", lambda row: words.decimal(row["published"], row["digits"]), "number"),
        Column("ours", lambda row: _to_digits(row, "ours", words.decimal, "none"), "number"),
        Column("difference", lambda row: _to_digits(row, "gap", words.signed, ""), "number"),
        Column("", verdict),
    ]


def _to_digits(row: dict[str, Any], key: str, write: Callable[[float, int], str], missing: str) -> str:
    """A value of ours to two digits more than are published."""
    return missing if row["ours"] is None else write(row[key], row["digits"] + 2)


FULL_PRECISION: tuple[Column[dict[str, Any]], ...] = (
    Column("case", lambda row: row["case"]),
    Column("quantity", lambda row: row["quantity"]),
    Column("economies", lambda row: str(row["economies"]), "number"),
    Column("largest difference", lambda row: f"{row['largest_gap']:.1e}", "number"),
)


def _totals(out: Console, data: dict[str, Any]) -> None:
    ours_alone = data["cells"] - data["published"]
    out.print()
    out.print(
        safe_text(
            f"{data['matched']} of {data['published']} published cells match; {data['missed']} should match and do not,"
            f" {data['known_misses']} differ for a known reason; {ours_alone} further cells are ours alone (--json).",
            "bold",
        )
    )
