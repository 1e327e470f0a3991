"""What a notebook shows of an answer: the main numbers with names and units, how they were made, what to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from detente.ask.answer import Answer, package_version
from detente.ask.registry import QUESTIONS
from detente.ask.tabular import provenance
from detente.ask.tabular.data_table import DataTable
from detente.faces import proof
from detente.faces.python.chart import Chart, chart
from detente.faces.python.readable import ReadableTable, crossed, heading, most_telling, parties_of, readable
from detente.faces.words import day, spell_dates, visible
from detente.faces.words import readable as word

LICENCE = "CC BY 4.0"  # of charts
NOTES = 3  # shown; all are in .notes
STYLE = "font-family:system-ui,sans-serif;font-size:14px;max-width:60em"
NUMBER = "padding:2px 10px;text-align:right;white-space:nowrap"
BAND = "display:block;opacity:.75;font-size:12px"
TEXT = "padding:2px 10px;text-align:left;white-space:normal;min-width:9em"
LABELS = {"world": "world", "model": "model", "elasticity": "elasticities", "horizon": "horizon", "closure": "closure"}


def html(answer: Answer) -> str:
    """The answer as HTML, every text escaped."""
    parts = [_title(answer), *_sentences(answer), *_main_table(answer), _made(answer), *_notes(answer), _more(answer)]
    return f'<div class="detente" style="{STYLE}">{"".join(filter(None, parts))}</div>'


def plot(answer: Answer, table: str | None, column: str | None, where: Mapping[str, Any]) -> Chart:
    """A table of the answer as a chart. Raises QuestionError: no numbers."""
    known = provenance.details(answer.data)
    drawn = answer.table(table).where(**where)
    made = f"{_words(known)}. Source: détente {package_version()}. {LICENCE}"
    return chart(drawn, column, parties_of(answer), made)


def _text(text: str) -> str:
    """Text that is safe to show, its days written out."""
    return escape(spell_dates(visible(text)))


def _title(answer: Answer) -> str:
    """What was asked: the scenarios, the policy or the negotiation by name, else the question."""
    scenarios = answer.data.get("scenarios")
    names = [str(row["name"]) for row in scenarios[:NOTES]] if isinstance(scenarios, list) else []
    case = answer.data.get("case") or {}
    summary = next((each.summary for each in QUESTIONS if each.name == answer.question), answer.question)
    what = "; ".join(names) or str(answer.data.get("name") or case.get("title") or summary)
    return f'<div style="font-weight:600;font-size:16px">{_text(what)}</div>'


def _sentences(answer: Answer) -> Iterator[str]:
    """The answer in words, where it has them: the headline of a brief, the summary of a deal."""
    words = (answer.data.get("reading") or {}).get("headline") or answer.data.get("words")
    if isinstance(words, str) and words:
        yield f'<p style="margin:4px 0">{_text(words)}</p>'


def _main_table(answer: Answer) -> Iterator[str]:
    """The main table: of a brief the outcomes for its parties, of others the rows that tell most."""
    if not answer.tables:
        return
    table, parties = _latest(answer.table()), parties_of(answer)
    shown = crossed(table, parties) or readable(most_telling(table, parties), len(table))
    yield _table(f"{table.title}: {_measure(table)}" if crossed(table, parties) else table.title, shown)
    if "duties" in answer.tables and table.name != "duties":
        yield _table(answer.tables["duties"].title, readable(answer.tables["duties"]))


def _latest(table: DataTable) -> DataTable:
    """The rows of the last year, of a table over several."""
    return table.where(year=max(table.column("year"))) if "year" in table.keys else table


def _measure(table: DataTable) -> str:
    """What the cells of a crossed table hold."""
    return heading(next(field for field in table.fields if field.type == "number"))


def _table(title: str, table: ReadableTable) -> str:
    heads = "".join(_cell("th", text, number) for text, number in zip(table.headings, table.numeric, strict=True))
    rows = "".join(
        f"<tr>{''.join(_cell('td', text, number) for text, number in zip(row, table.numeric, strict=True))}</tr>"
        for row in table.rows
    )
    more = f"<div>{table.left_out:,} more rows</div>" if table.left_out else ""
    caption = f'<caption style="text-align:left;padding:6px 0 2px;font-weight:600">{_text(title)}</caption>'
    return f'<table style="border-collapse:collapse">{caption}<tr>{heads}</tr>{rows}</table>{more}'


def _cell(tag: str, text: str, number: bool) -> str:
    style = NUMBER if number and tag == "td" else NUMBER.replace("nowrap", "normal") if number else TEXT
    value, bracket, band = text.partition(" (") if number and tag == "td" else (text, "", "")
    below = f'<span style="{BAND}">({_text(band)}</span>' if bracket else ""  # a band beside its number is too wide
    return f'<{tag} style="{style}">{_text(value)}{below}</{tag}>'


def _words(known: Mapping[str, str]) -> str:
    """How the numbers were made in a line: world and year, model, elasticities, horizon, closure, days."""
    parts = [f"{label} {word(known[key])}" for key, label in LABELS.items() if key in known]
    days = [f"{label} {day(known[key])}" for key, label in (("as_of", "as of"), ("known", "known on")) if key in known]
    return ", ".join((*parts, *days))


def _made(answer: Answer) -> str:
    line = _words(provenance.details(answer.data))
    residual = _residual(answer.data)
    shown = ", ".join(filter(None, (line, proof.residual(residual) if residual is not None else "")))
    return f'<div style="opacity:.75;margin-top:6px">{_text(shown)}</div>' if shown else ""


def _residual(data: Mapping[str, Any]) -> float | None:
    """The largest residual of the solutions behind an answer; None where nothing was solved."""
    scenarios = data.get("scenarios")
    blocks = [data, data.get("economy"), data.get("proof"), *(scenarios if isinstance(scenarios, list) else [])]
    solvers = [block.get("solver") for block in blocks if isinstance(block, Mapping)]
    known = [each["residual"] for each in solvers if isinstance(each, Mapping) and each.get("residual") is not None]
    return max(map(float, known), default=None)


def _notes(answer: Answer) -> Iterator[str]:
    notes = answer.notes[:NOTES]
    if notes:
        lines = "".join(f"<li>{_text(note)}</li>" for note in notes)
        yield f'<ul style="margin:6px 0;padding-left:1.2em;opacity:.75">{lines}</ul>'


def _more(answer: Answer) -> str:
    names = ", ".join(answer.tables)
    if not names:
        return ""
    calls = ".to_pandas(name), .plot(name), .save(file)"
    return f'<div style="opacity:.75">Tables: {_text(names)}. <code>{calls}</code></div>'
