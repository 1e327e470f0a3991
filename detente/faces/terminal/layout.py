"""How text is laid out on a terminal: console, sections, tables.

Untrusted text reaches rich only as Text, with control and bidirectional characters made visible, so that no markup in a
document is ever run.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from detente.ask.answer import Answer
from detente.faces import tables
from detente.faces.tables import Cell, Column, Row, Tone
from detente.faces.words import day, in_words, visible

PIPE_WIDTH = 110  # columns of the output when it is no terminal
HEADING_WIDTH = 22  # columns of a heading above numbers that is not broken
WHOLE = ("number", "day")  # kinds of column whose values are never broken
NARROWEST = 12  # characters that a column of words keeps, however wide the others are
STYLES: dict[Tone, str] = {
    "": "", "soft": "dim", "unsure": "dim", "warn": "yellow", "good": "green", "bad": "red", "strong": "bold",
}  # fmt: skip


def console() -> Console:
    """Where text goes: as wide as the terminal, or PIPE_WIDTH columns in a pipe."""
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, soft_wrap=False)


def verbatim(value: Any, style: str = "") -> Text:
    """Untrusted text, safe to show, as it stands: for what a reader looks up in a file, codes and days included."""
    return Text(visible(str(value)), style=style)


def safe_text(value: Any, style: str = "") -> Text:
    """Untrusted text, safe to show, with days and economies in words."""
    return Text(in_words(visible(str(value))), style=style)


def bullets(lines: Iterable[str], style: str = "") -> list[Text]:
    """Lines of a list."""
    return [safe_text("· " + line, style) for line in lines]


def section(out: Console, title: str, *parts: Any) -> None:
    """Print a titled block."""
    out.print()
    out.print(Text(visible(title).upper(), style="bold"))
    out.print(Padding(Group(*parts), (0, 0, 0, 2)))


def notes(out: Console, answer: Answer) -> None:
    """Print what a reader must know to read the numbers right."""
    section(out, "Read this with the numbers", *bullets(answer.notes))


def heading(out: Console, title: str, data: dict[str, Any]) -> None:
    """Print the program's name, what was asked, and the two days it was asked for."""
    days = f"{day(data['as_of'])}, as known on {day(data['known'])}"
    out.print(Text.assemble(("détente", "bold"), f"  {title} {days}"))


def print_notes(answer: Answer) -> None:
    """Print the notes of a command that writes, on stderr."""
    for note in answer.notes:
        print(f"note: {safe_text(note).plain}", file=sys.stderr)


def table_of(rows: Iterable[Row], columns: Sequence[Column[Row]], tone: Callable[[Row], Tone] | None = None) -> Table:
    """The rows as a table of the terminal."""
    return laid_out(tables.build(rows, columns, tone))


def laid_out(table: tables.Table) -> Table:
    """A table of the terminal; secondary details and signs are left out."""
    out = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for place, column in enumerate(table.columns):
        is_whole = column.kind in WHOLE
        widest = max((_width(_text(column, row[place])) for row in table.rows if _stays_whole(row[place])), default=0)
        out.add_column(
            in_words(column.heading),
            justify="right" if column.kind == "number" else "left",
            width=max(widest, _heading_width(in_words(column.heading))) if is_whole else None,
            min_width=None if is_whole else min(widest, NARROWEST),
        )
    for row, tone in zip(table.rows, table.tones, strict=True):
        cells = (_text(column, cell) for column, cell in zip(table.columns, row, strict=True))
        out.add_row(*cells, style=STYLES[tone])
    return out


def _stays_whole(cell: Cell) -> bool:
    """Whether a cell is never broken: a value, and words that are short. A reason in place of a number is broken."""
    text = _line(cell)
    return len(text) <= NARROWEST or any(character.isdigit() for character in text)


def _text(column: Column[Any], cell: Cell) -> Text:
    """A cell as text: its lines one below the other."""
    style = STYLES[cell.tone] or ("bold" if column.kind in ("name", "code") else "")
    lines = [(verbatim if column.kind == "code" else safe_text)(_line(cell), style)]
    if cell.band:
        lines.append(safe_text("…".join(cell.band), style))
    lines += [_text(column, line) for line in cell.more]
    return Text("\n").join(lines)


def _heading_width(heading: str) -> int:
    """The width of a heading: of its one line, or of the two lines into which a long one is broken."""
    if len(heading) <= HEADING_WIDTH:
        return len(heading)
    return next(width for width in range(len(heading) // 2, len(heading)) if len(textwrap.wrap(heading, width)) <= 2)


def _width(text: Text) -> int:
    return max((line.cell_len for line in text.split("\n")), default=0)


def _line(cell: Cell) -> str:
    quote = f'"{cell.quote}"' if cell.quote else ""
    return " ".join(part for part in (cell.text, quote) if part)
