"""The brief on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.text import Text

from detente.ask.answer import Answer
from detente.errors import QuestionError
from detente.faces import words
from detente.faces.brief_view import SOURCE_COLUMNS, BriefView, OutcomesView, SourceRow, brief_view
from detente.faces.card_view import CardView
from detente.faces.forecast_view import ForecastView
from detente.faces.outcome_view import ITEM_COLUMNS, OutcomeRow
from detente.faces.talks_view import DocumentView, TalksView
from detente.faces.terminal import controls_text, dynamics_text, talks_text
from detente.faces.terminal.layout import bullets, console, heading, laid_out, notes, safe_text, section, table_of

ITEM_PLACES = 3  # item, by, instrument: the quotations are in --json
PUBLISHER_WIDTH = 34
SPACING = 10  # indent of a section and gaps between three columns


def brief(answer: Answer) -> None:
    """The whole brief: clock, confirmations, outcomes priced, the document, what comes next, sources."""
    out, view = console(), brief_view(answer)
    heading(out, f"{view.title}, talks of", answer.data)
    out.print(safe_text(view.headline, "bold"))
    for printed in SECTIONS.values():
        printed(out, view)
    notes(out, answer)


def sections(answer: Answer, names: Sequence[str]) -> None:
    """The sections named, in the order of the brief."""
    out, view = console(), brief_view(answer)
    heading(out, f"{view.title}, talks of", answer.data)
    for name, printed in SECTIONS.items():
        if name in names:
            printed(out, view)


def check_sections(names: Sequence[str]) -> None:
    """Refuse a section that there is not. Raises QuestionError."""
    unknown = [name for name in names if name not in SECTIONS]
    if unknown or not names:
        what = f"{unknown[0][:40]!r} is no section" if unknown else "no section is named"
        raise QuestionError(f"--section: {what}; there is {', '.join(SECTIONS)}")


def _talks(out: Console, view: TalksView) -> None:
    section(
        out,
        "The talks",
        safe_text(view.rounds),
        safe_text(f"At the table: {view.people}"),
        safe_text(f"Agenda: {view.agenda}"),
        safe_text(f"Suspended duties with a legal basis: {view.suspended}"),
        *(safe_text(line, "yellow") for line in view.passed),
    )


def _outcomes(out: Console, view: OutcomesView) -> None:
    """Real income of each outcome with its band, the proof of the numbers, and the terms of each deal."""
    section(
        out,
        "Outcomes priced",
        safe_text(f"{view.unit} {view.duties}"),
        laid_out(view.wide_table()),
        *(
            safe_text(line)
            for line in (view.long_run, view.by_closure, view.averages, view.level, *view.proof, *view.examples)
            if line
        ),
        *bullets((*view.not_priced, *view.notes), "dim"),
    )
    for row in view.rows:
        if row.items:
            section(out, f"{row.title}, item by item", table_of(row.items, ITEM_COLUMNS[:ITEM_PLACES]))


def _card(out: Console, view: CardView) -> None:
    """What the duties in force cost a household, with how to read each line."""
    section(out, "The household card", safe_text(view.sentence), laid_out(view.lines))
    dynamics_text.below_card(out, view)
    for note in bullets(view.notes, "dim"):
        out.print(note)


def _bargaining(out: Console, view: BriefView) -> None:
    """Where talks would land, whether the truce holds, who has leverage: in words; the commands have the numbers."""
    if view.bargaining:
        lines = [Text.assemble((f"{name}: ", "bold"), safe_text(text)) for name, text in view.bargaining]
        more = safe_text("Numbers, payoffs and assumptions: detente deal, truce, leverage", "dim")
        section(out, "At the table", *lines, more)


def _likely(out: Console, view: BriefView) -> None:
    if view.forecast and view.forecast.points:
        _forecast(out, view.forecast, view.outcomes.rows)


def _forecast(out: Console, view: ForecastView, outcomes: tuple[OutcomeRow, ...]) -> None:
    """How likely the endings of the next deadline are, and how good such forecasts were."""
    likely = [
        f"{row.title}: {words.percent(row.probability)} ({row.probability_source})"
        for row in outcomes
        if row.probability is not None
    ]
    lines = [safe_text(view.summary), *bullets(likely)]
    if view.track_record:
        lines.append(safe_text(f"{view.track_record} In full: detente forecast", "dim"))
    section(out, "How likely", *lines)


def _document(out: Console, view: DocumentView) -> None:
    """What the document at hand says, and which of its passages to read with care."""
    kinds = view.kinds or "nothing found"
    lines = [
        safe_text(f"{view.title} ({view.publisher}, {view.published})"),
        safe_text(f"{words.with_count(view.count, 'fact')} proposed, none reviewed: {kinds}"),
    ]
    lines += [safe_text(f'Name: "{surface}" is {person}') for surface, person in view.garbled]
    for passage in view.flagged:
        reason = f'; {passage.reason}, "{passage.official}" ({passage.source})' if passage.reason else ""
        lines.append(safe_text(f'Flag, {passage.flags}: "{passage.quote}"{reason}', "yellow"))
    section(out, "The document", *lines)


def _sources(out: Console, rows: tuple[SourceRow, ...]) -> None:
    """The documents behind the rows."""
    table = table_of(rows, SOURCE_COLUMNS)
    for column in table.columns[1:]:
        column.no_wrap, column.overflow = True, "ellipsis"
    table.columns[1].max_width = PUBLISHER_WIDTH
    day, publisher = table.columns[0].width or 0, max((len(row.publisher) for row in rows), default=0)
    room = out.width - day - min(publisher, PUBLISHER_WIDTH) - SPACING
    table.columns[2].max_width = max(room, PUBLISHER_WIDTH)  # wider, and the day would be left no room
    section(out, f"Sources ({len(rows)})", table)


Printer = Callable[[Console, BriefView], None]
SECTIONS: dict[str, Printer] = {
    "clock": lambda out, view: talks_text.clock(out, view.clock),
    "confirmations": lambda out, view: talks_text.confirmations(out, view.confirmations, view.capitals),
    "talks": lambda out, view: _talks(out, view.talks),
    "measures": lambda out, view: talks_text.measures(out, view.measures),
    "remarks": lambda out, view: talks_text.remarks(out, view.remarks),
    "outcomes": lambda out, view: _outcomes(out, view.outcomes),
    "controls": lambda out, view: controls_text.controls(out, view.controls) if view.controls else None,
    "card": lambda out, view: _card(out, view.card) if view.card else None,
    "bargaining": _bargaining,
    "forecast": _likely,
    "document": lambda out, view: _document(out, view.document) if view.document else None,
    "dates": lambda out, view: talks_text.next_dates(out, view.dates),
    "disputes": lambda out, view: talks_text.conflicts(out, view.conflicts),
    "sources": lambda out, view: _sources(out, view.sources) if view.sources else None,
}
