"""The first screen on a terminal: at most 30 lines, laid out for 100 columns or for 80.

Lines are built in sections with an order of sacrifice: where a day has more than fits, the lines that matter least go,
and the last line says where the rest is.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from rich.text import Text

from detente.ask.answer import Answer
from detente.faces import words
from detente.faces.first_screen.build import screen_view
from detente.faces.first_screen.view import Cell, Change, Row, ScreenView
from detente.faces.terminal.layout import console, safe_text

WIDE, NARROW, MOST_LINES = 100, 80, 30
MOST_OUTCOMES = 9
NO_FORECAST = "–"  # in the column of chances
BLOCKS = "▁▂▃▄▅▆▇█"
SPARK = 10  # steps of an eight-step line
LABEL_WIDTH = 25, 27  # of a subject, in a narrow and in a wide layout
TITLE = 27, 30  # characters of an outcome's title
CHANCE = 6
DOLLARS, PARTY = 7, 19  # what a party needs for dollars alone, and for dollars with a range
SHORTEST_TITLE = 20
MORE = "More: detente brief --full · --section NAME · detente record · detente serve"
KEPT = 0  # the rank of what is always there

Block = list[Text]  # lines that stay or go together


class Section(NamedTuple):
    """Blocks of lines; rank: the higher, the earlier its last blocks go; least: how many of them stay."""

    blocks: list[Block]
    rank: int = KEPT
    least: int = 0


def brief(answer: Answer) -> None:
    """The first screen of a brief, as wide as the console, between 80 and 100 columns."""
    out, view = console(), screen_view(answer.data["first_screen"])
    for line in screen_lines(view, max(NARROW, min(WIDE, out.width))):
        out.print(line, no_wrap=True, overflow="ignore", crop=False)


def screen_lines(view: ScreenView, width: int) -> list[Text]:
    """The lines of the first screen, none wider than the width."""
    sections = [
        Section([_block(f"détente · {view.heading}", width, "bold")]),
        Section([_block(view.headline_with_hours, width, "bold")]),
        Section([_block(view.deck, width)]),
        Section(_report(view, width)),
        *(_priced(view, width) if view.rows else ()),
        Section([_block(view.split, width)], 4),
        Section([[Text("")]], 7),
        Section([_matrix_head(view, width)]),
        Section(_matrix(view, width), 6, 4),
        Section(_said("Disputed: ", view.disputed, width), 8, 1),
        Section(_said("With care: ", view.cautions, width), 8, 1),
        Section([_block(MORE, width, "dim")]),
    ]
    return _fitted(sections)


def _priced(view: ScreenView, width: int) -> list[Section]:
    """The duties of the day, and what each outcome would change."""
    return [
        Section([_levels(view, width)]),
        Section([_block(_peak(view), width)], 9),
        Section([[Text("")]], 7),
        Section([_outcomes(view, width)]),
        Section([_block(note, width) for note in _notes(view)]),
    ]


def _fitted(sections: Sequence[Section]) -> list[Text]:
    """The lines, at most 30: the sections of the highest rank lose their last blocks first."""
    blocks = [list(section.blocks) for section in sections]
    order = sorted(range(len(sections)), key=lambda place: (-sections[place].rank, -place))
    for place in order:
        section = sections[place]
        while section.rank and len(blocks[place]) > section.least and _height(blocks) > MOST_LINES:
            blocks[place].pop()
    return [line for section in blocks for block in section for line in block]


def _height(blocks: Sequence[Sequence[Block]]) -> int:
    return sum(len(block) for section in blocks for block in section)


def _block(text: str, width: int, style: str = "", first: str = "", indent: str = "") -> Block:
    """Text in lines of a width; what no-break spaces join stays on one line."""
    joined = text.replace(" %", "\u00a0%")
    lines = textwrap.wrap(joined, width, initial_indent=first, subsequent_indent=indent) if text else []
    return [safe_text(line.replace("\u00a0", " "), style) for line in lines]


def _said(head: str, sentences: Sequence[str], width: int) -> list[Block]:
    """Sentences under one head, each a block under its first word."""
    blank = " " * len(head)
    return [
        _block(sentence, width, first=blank if number else head, indent=blank)
        for number, sentence in enumerate(sentences)
    ]


def _report(view: ScreenView, width: int) -> list[Block]:
    """The report at hand: its title, its day, and how its claims stand to the record."""
    report = view.report
    if report is None:
        return []
    published = f" ({report.published})" if report.published else " (give its day with --published)"
    more = "detente brief FILE --section document"
    return [_block(f"Your report, {_cut(report.title, 60)}{published}: {report.counts}; {more}", width)]


def _levels(view: ScreenView, width: int) -> Block:
    """The duties of today in one line, with their lines in eight steps where there is room."""
    known = [level for level in view.levels if level.value is not None]
    if not known:
        return _block("Average duty: not known for these parties on this day.", width)
    when = f" on {view.record_end}, the last day on record" if view.record_end else ""
    long = [f"{level.words} {level.text}{_spark(view, level.steps)}" for level in known]
    short = [f"{level.short} {level.text}" for level in known]
    heads = [f"Average duty{when}: {'   '.join(long)}", f"Average duty{when}: {', '.join(short)}"]
    return _block(next((head for head in heads if width >= WIDE and len(head) <= width), heads[-1]), width)


def _spark(view: ScreenView, steps: Sequence[tuple[str, float]]) -> str:
    """The line of a duty in eight steps, on the scale of all lines; empty where it hardly has steps."""
    if len(steps) < 3:
        return ""
    every = [step for level in view.levels for step in level.steps]
    top = max(value for _, value in every)
    days = sorted({day for day, _ in every})[-SPARK:]
    return "  " + "".join(BLOCKS[min(7, int(8 * _level_on(day, steps) / top))] for day in days)


def _level_on(day: str, steps: Sequence[tuple[str, float]]) -> float:
    """The duty on a day: that of the last step by then, or of the first."""
    return next((value for start, value in reversed(steps) if start <= day), steps[0][1])


def _peak(view: ScreenView) -> str:
    """When the duties were highest in the window, where they are lower now."""
    peaks = [(max(level.steps, key=lambda step: step[1]), level) for level in view.levels if len(level.steps) > 1]
    higher = [(step, level) for step, level in peaks if level.value is not None and step[1] > level.value + 1]
    if not higher:
        return ""
    parts = [
        f"{level.short} {words.level(step[1])} from {words.day_near(step[0], view.as_of)}" for step, level in higher
    ]
    return f"Highest since {words.day_near(view.window[0], view.as_of)}: {', '.join(parts)}."


class Columns(NamedTuple):
    """The widths of the table of outcomes: title, duties of all parties, and what each party gets."""

    title: int
    duty: int
    each: int
    dollars_only: bool


def _columns(view: ScreenView, width: int) -> Columns:
    duty = max(8, len("/".join(party.short for party in view.parties)) + 1)
    rest = width - CHANCE * view.shown_chances - duty
    dollars_only = len(view.parties) > 2
    least = (DOLLARS + 2 if dollars_only else PARTY) * len(view.parties)
    title = max(SHORTEST_TITLE, min(TITLE[width >= WIDE], rest - least))
    return Columns(title, duty, (rest - title) // max(1, len(view.parties)), dollars_only)


def _outcomes(view: ScreenView, width: int) -> Block:
    """The table of outcomes: chance, duty, dollars and range of each party; of three or more parties dollars alone."""
    columns = _columns(view, width)
    chance = CHANCE * view.shown_chances
    unit = f"{'$':>{DOLLARS}}" + ("" if columns.dollars_only else "  % range")
    shorts = "/".join(party.short for party in view.parties)
    first = " " * columns.title + ("chance" if chance else "") + f"{'duty, %':>{columns.duty}}"
    first += "".join(f"  {party.name}"[: columns.each].ljust(columns.each) for party in view.parties)
    second = "If …".ljust(columns.title + chance) + f"{shorts:>{columns.duty}}"
    second += "".join(unit.ljust(columns.each) for _ in view.parties)
    rows = view.by_chance
    shown = rows if len(rows) <= MOST_OUTCOMES else rows[: MOST_OUTCOMES - 1]
    lines = [safe_text(first.rstrip(), "bold"), safe_text(second.rstrip(), "dim")]
    lines += [_outcome(row, view, columns) for row in shown]
    rest = len(rows) - len(shown)
    return [*lines, *([safe_text(f"{rest} more outcomes: detente brief --section outcomes")] if rest else [])]


def _outcome(row: Row, view: ScreenView, columns: Columns) -> Text:
    later = f" (known {row.later})" if row.later else ""
    text = Text(_cut(row.title + later, columns.title - 1).ljust(columns.title), "bold" if row.chance else "")
    if view.shown_chances:
        text.append(f"{row.chance or NO_FORECAST:>{CHANCE - 1}} ")
    text.append(f"{'/'.join(row.duties):>{columns.duty}}")
    if row.baseline:
        return text.append("    no change")
    if row.why:
        return text.append(_cut(f"    not priced: {row.why}", columns.each * len(row.changes)))
    for change in row.changes:
        text.append(_change(change, columns))
    text.rstrip()
    return text


def _change(change: Change, columns: Columns) -> str:
    """Dollars and range of a party in its columns; percent alone where its households are not counted."""
    if change.kind == "unknown":
        return "  not priced".ljust(columns.each)
    dollars = "either" if change.kind == "either" else change.dollars.replace("about ", "≈")
    band = f"{change.low}…{change.high}" if change.low else change.percent
    if columns.dollars_only:
        return f"{dollars if dollars != words.UNKNOWN else change.percent + ' %':>{DOLLARS}}".ljust(columns.each)
    return f"{dollars:>{DOLLARS}} {band}".ljust(columns.each)


def _notes(view: ScreenView) -> list[str]:
    """What the numbers are, what the signs mean, and what the chances are of."""
    changes = [change for row in view.rows for change in row.changes]
    signs = {
        f"{NO_FORECAST}: no forecast.": view.shown_chances and any(not row.chance for row in view.rows),
        "?: not known.": any("?" in row.duties for row in view.rows),
        "either: zero is inside.": any(change.kind == "either" for change in changes),
        f"{words.UNKNOWN}: households not counted.": any(change.dollars == words.UNKNOWN for change in changes),
    }
    return [" ".join([view.unit_note, *(sign for sign, holds in signs.items() if holds)]), view.chance_note]


def _subject_widths(view: ScreenView, width: int) -> tuple[int, int]:
    label = LABEL_WIDTH[width >= WIDE]
    return label, (width - label) // max(1, len(view.parties))


def _matrix_head(view: ScreenView, width: int) -> Block:
    if not view.subjects:
        return [safe_text("Nothing to confirm is on record on this day.")]
    label, each = _subject_widths(view, width)
    names = "".join(_cut(party.capital, each - 1).ljust(each) for party in view.parties)
    return [safe_text(("Who has confirmed what".ljust(label) + names).rstrip(), "bold")]


def _matrix(view: ScreenView, width: int) -> list[Block]:
    """Who has confirmed what: a line a subject."""
    label, each = _subject_widths(view, width)
    lines = [
        _cut(subject.what, label - 1).ljust(label) + "".join(_cell(cell, each) for cell in subject.cells)
        for subject in view.subjects
    ]
    return [[safe_text(line.replace("\u00a0", " ").rstrip())] for line in lines]


def _cell(cell: Cell, width: int) -> str:
    """A party's word with its day; the shorter form, and the day without brackets, where the longer does not fit."""
    day = f" ({cell.day})" if cell.day else ""
    if len(cell.short) + len(day) >= width:
        day = day.replace("(", "").replace(")", "")
    room = width - len(day) - 1
    return (_cut(cell.text if len(cell.text) <= room else cell.short, room) + day).ljust(width)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
