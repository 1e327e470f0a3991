"""The state of the talks on a terminal: the parts that the brief and the record share."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from detente.faces.tables import pick
from detente.faces.talks_view import (
    CHAIN_COLUMNS,
    CONFLICT_COLUMNS,
    NEXT_COLUMNS,
    RECENT_COLUMNS,
    REMARK_COLUMNS,
    ClockView,
    Confirmation,
    ConflictRow,
    NextDate,
    RecentMeasure,
    RemarkRow,
    confirmation_columns,
)
from detente.faces.terminal.layout import safe_text, section, table_of
from detente.faces.words import in_words

MOST_DATES = 12  # next dates shown without --json


def clock(out: Console, view: ClockView | None) -> None:
    """The end of the truce in every capital, what happens then, the chain of extensions; nothing without a truce."""
    if view is None:
        return
    lines = [_moment(view)] if view.local else []
    if view.returns:
        lines.append(safe_text(view.returns))
    lines += [safe_text(line, "yellow") for line in (view.reported, view.note) if line]
    section(out, "Clock", *lines, table_of(view.chain, CHAIN_COLUMNS))


def _moment(view: ClockView) -> Text:
    first, *others = [in_words(f"{moment} {capital}") for capital, moment in view.local]
    return Text.assemble(
        (first, "bold"),
        *(f"  ·  {place}" for place in (*others, in_words(f"{view.utc} UTC"))),
        "  ·  ",
        (view.time_left, "bold yellow"),
        f"  ·  {view.status}",
    )


def confirmations(out: Console, rows: Sequence[Confirmation], capitals: Sequence[str]) -> None:
    """Who has confirmed what, a column a capital."""
    table = table_of(rows, confirmation_columns(capitals)) if rows else safe_text("Nothing to confirm is on record.")
    section(out, "Who has confirmed what", table)


def measures(out: Console, rows: Sequence[RecentMeasure]) -> None:
    """The measures of late, with what they cover."""
    if rows:
        section(out, "Measures of the last 60 days", table_of(rows, RECENT_COLUMNS))


def remarks(out: Console, rows: Sequence[RemarkRow]) -> None:
    """What was said of late."""
    if rows:
        section(out, "Said of late", table_of(rows, REMARK_COLUMNS))


def next_dates(out: Console, rows: Sequence[NextDate]) -> None:
    """Dates after the day asked about."""
    if rows:
        section(out, "Next dates", table_of(rows[:MOST_DATES], NEXT_COLUMNS))


def conflicts(out: Console, rows: Sequence[ConflictRow]) -> None:
    """Claims that differ, side by side, and which one is shown."""
    if rows:
        section(out, "Where sources differ", table_of(rows, pick(CONFLICT_COLUMNS, "subject", "claims", "shown")))
