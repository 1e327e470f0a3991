"""What is special about some questions on the command line: files beside the answer, progress, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from detente.ask.answer import Answer
from detente.ask.registry import Option, Question, ValueType, find
from detente.errors import QuestionError
from detente.faces.terminal.commands import Special, Values, ask, ask_and_show, present, write_tables
from detente.faces.terminal.common import print_json, progress
from detente.safe_io import write_file

ADD = Option(
    "add",
    "Add acts of your own from a CSV with the columns id, by, against, rate, from, known, source.",
    ValueType.FILE,
)
FREEZE = Option(
    "freeze", "Write today's forecasts, dated and hashed, to the ledger in your home folder.", ValueType.SWITCH,
    default=False,
)  # fmt: skip
SCORE = Option(
    "score", "Score the frozen forecasts whose points have ended; --points adds endings.", ValueType.SWITCH,
    default=False,
)  # fmt: skip
CROWD = Option(
    "crowd",
    "With --score: values of crowds and markets, a CSV with point, day, event, probability, source, or a question set"
    " of ForecastBench, Polymarket or Metaculus with point and event added.",
    ValueType.FILE,
)
HTML = Option("html", "Also write the brief as one HTML file.", ValueType.FILE)
SVG = Option("svg", "Also write the first screen as a picture.", ValueType.FILE)
PDF = Option("pdf", "Also write the brief as two printed pages.", ValueType.FILE)
FULL = Option("full", "Print everything, not the first screen alone.", ValueType.SWITCH, default=False)
SECTION = Option(
    "section",
    "Print these sections alone: clock, confirmations, talks, measures, remarks, outcomes, controls, card,"
    " bargaining, forecast, document, dates, disputes, sources.",
    ValueType.CODES,
)


def brief(question: Question, values: Values) -> None:
    """Answer about the example report unless a document or a day is given; write files where asked."""
    from detente.ask.talks import dossier

    sections = values["section"]
    if sections is not None:
        from detente.faces.terminal import brief_text

        brief_text.check_sections(sections)
    if values["document"] is None and not values["as_of"]:
        values["document"] = str(dossier.example())
    answer = ask(question, _with_reading(question, values), screen_only=not _needs_all(values))
    for name, made in BRIEF_FILES.items():
        if values[name] is not None:
            _write(values[name], made(answer))
    if sections is None or values["json"]:
        present(question, answer, values, "brief_text:brief" if values["full"] else "")
    else:
        write_tables(answer, values)
        brief_text.sections(answer, sections)


def _with_reading(question: Question, values: Values) -> Values:
    """The values with the document read, while what the question needs is imported and made."""
    from detente.ask import recognition
    from detente.ask.talks.reading_process import read_beside

    def prepare() -> None:
        from detente.ask.questions import brief

        brief.prepare(values["world"], values["draws"])

    path = values["document"]
    if path is None:
        return values
    recognition.check_document(question.name, values)
    reading = read_beside(prepare, path, published=values["published"], dossier=values["dossier"])
    return {**values, "document": reading}


def _needs_all(values: Values) -> bool:
    """Whether more than the first screen is asked for."""
    return values["json"] or values["full"] or any(values[name] is not None for name in NOT_ON_SCREEN)


def _html_file(answer: Answer) -> str:
    from detente.faces.files import html

    return html.brief(answer)


def _pdf_file(answer: Answer) -> bytes:
    from detente.faces.files import pdf

    return pdf.brief(answer)


def _svg_file(answer: Answer) -> str:
    from detente.faces.files.screen_picture import screen_svg
    from detente.faces.first_screen.build import screen_view

    return screen_svg(screen_view(answer.data["first_screen"]))


# options that need the whole brief
NOT_ON_SCREEN = ("section", "html", "pdf", "svg", "csv", "parquet", "xlsx", "table")
BRIEF_FILES: dict[str, Callable[[Answer], str | bytes]] = {"html": _html_file, "pdf": _pdf_file, "svg": _svg_file}


def duties(question: Question, values: Values) -> None:
    """Add the acts of a file, or answer."""
    if values["add"] is not None:
        adding = find("add-duties")
        present(adding, ask(adding, {"file": values["add"], "home": values["home"]}), values)
        return
    ask_and_show(question, values)


def _check_together(values: Values) -> None:
    """Refuse options of a forecast that do not go together. Raises QuestionError."""
    given = next((name for name in FREEZE_ALONE if values[name]), None)
    if values["freeze"] and given:
        raise QuestionError(f"--freeze writes today's forecasts: leave --{given.replace('_', '-')} out")
    if not values["score"] and values["crowd"]:
        raise QuestionError("--crowd sets values beside scored forecasts: give --score too")
    for name in SCORE_ALONE if values["score"] else ():
        if values[name]:
            raise QuestionError(f"--score scores every frozen forecast: leave --{name.replace('_', '-')} out; --known"
                                " sets an earlier day, --crowd values of markets beside")  # fmt: skip


SCORE_ALONE = ("as_of", "questions")  # what does not go with --score
FREEZE_ALONE = ("as_of", "known", "points", "questions", "score")  # what does not go with --freeze


def forecast(question: Question, values: Values) -> None:
    """Freeze, or score what was frozen, or answer."""
    _check_together(values)
    other = "freeze-forecasts" if values["freeze"] else "score-forecasts" if values["score"] else ""
    about = find(other) if other else question
    own = {option.name: values[option.name] for option in about.options}
    present(about, ask(about, own), values)


def _write(path: str, content: str | bytes) -> None:
    write_file(path, content)
    print(f"wrote {path}", file=sys.stderr)


def price(question: Question, values: Values) -> None:
    """Show how far the draws are."""
    present(question, ask(question, values, progress=_draws_done), values)


def replicate(question: Question, values: Values) -> None:
    """One paper or all of them; exit 1 where a cell that should match does not."""
    from detente.ask.questions import replicate as replication

    papers = [values["paper"]] if values["paper"] else replication.papers()
    answers = [question.ask({"paper": paper, "data": values["data"]}) for paper in papers]
    if values["json"] and len(answers) > 1:
        print_json(_papers(answers))
    else:
        for answer in answers:
            present(question, answer, values)
    if any(answer.data["missed"] for answer in answers):
        sys.exit(1)


def _papers(answers: Sequence[Answer]) -> dict[str, Any]:
    """Several papers as one JSON document: each paper's answer, and the rows of all."""
    documents = [answer.to_json() for answer in answers]
    rows = [row for document in documents for row in document["rows"]]
    return {"papers": documents, "rows": rows, "meta": documents[0]["meta"]}


def sweep(question: Question, values: Values) -> None:
    """Show how many rows are solved and how long the rest will take."""
    present(question, ask(question, values, progress=_rows_solved), values)


def world_check(question: Question, values: Values) -> None:
    """Exit 1 where the table is no economy."""
    answer = ask(question, values)
    present(question, answer, values)
    if not answer.data["is_economy"]:
        sys.exit(1)


def _draws_done(done: int, count: int) -> None:
    progress(done, count, f"draw {done} of {count}")


def _rows_solved(done: int, count: int, seconds: float) -> None:
    progress(done, count, f"{done} of {count}, {seconds:.0f} s left")


SPECIAL = {
    "brief": Special(brief, (HTML, PDF, SVG, FULL, SECTION)),
    "forecast": Special(forecast, (FREEZE, SCORE, CROWD)),
    "duties": Special(duties, (ADD,)),
    "price": Special(price),
    "replicate": Special(replicate),
    "sweep": Special(sweep),
    "world check": Special(world_check),
}
