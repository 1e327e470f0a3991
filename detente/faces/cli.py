"""The command line: parse, call one function of `ask`, print one Answer. Exit codes are documented in docs/commands.md."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, CycloptsError, Parameter

from detente.errors import DataError, DetenteError, NotConverged, QuestionError, RecordError

app = App(
    name="detente",
    help="The state of trade talks, what every outcome is worth to every economy, and who says so.",
    version_flags=["--version"],
    version=lambda: _version(),
)
record_app = App(name="record", help="The record: documents, statements, the state of the talks.")
app.command(record_app)

EXIT: tuple[tuple[type[Exception], int], ...] = (
    (NotConverged, 3),
    (DataError, 4),
    (RecordError, 5),
    (QuestionError, 2),
    (CycloptsError, 2),
)

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON document instead of text.")]
Day = Annotated[str | None, Parameter(help="A day, YYYY-MM-DD; it means the end of that day, UTC.")]
Home = Annotated[str | None, Parameter(help="Folder with your own dossiers (default: the user data folder).")]
Dossier = Annotated[str, Parameter(help="A shipped dossier, or none.")]


def _version() -> str:
    from importlib.metadata import version

    return version("detente")


@app.command
def brief(
    document: Annotated[str | None, Parameter(help="A report or official text: txt, md or html.")] = None,
    /,
    *,
    published: Day = None,
    dossier: Dossier = "us-china",
    as_of: Day = None,
    known: Day = None,
    world: Annotated[str, Parameter(help="The baseline economy.")] = "world-2023",
    home: Home = None,
    html: Annotated[str | None, Parameter(help="Also write the brief as one HTML file.")] = None,
    as_json: Json = False,
) -> None:
    """The main job: read a document, set its facts beside the record, price the outcomes.

    Without a document and without --as-of it reads the example report in the package; with --as-of alone it shows the
    state of that day.
    """
    from detente.ask import brief as question
    from detente.ask import record

    days(published=published, as_of=as_of, known=known)
    path = document if document is not None else None if as_of else str(record.example())
    answer = question.brief(
        path, published=published, dossier=dossier, as_of=as_of, known=known, world=world, home=_home(home)
    )
    if html is not None:
        from detente.faces import page

        write(Path(html), page.brief(answer))
        print(f"wrote {html}", file=sys.stderr)
    show(answer, as_json, "brief")


@app.command
def price(
    *names: Annotated[str, Parameter(help="Shipped scenarios by name, or YAML files.")],
    world: Annotated[str, Parameter(help="The baseline economy.")] = "world-2023",
    model: Annotated[str, Parameter(help="one-sector, roundabout, eaton-kortum, pass-through, elasticity-8.")] = "one-sector",
    baseline: Annotated[
        str | None,
        Parameter(help="What changes are measured from: in-force (on --as-of), none (the base year), or a scenario."),
    ] = None,
    as_of: Day = None,
    known: Day = None,
    dossier: Dossier = "us-china",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """What a scenario is worth to every economy.

    A scenario is YAML: a list of measures with the keys by, against, products, rate, coverage, from, until, note. A rate
    carries its unit: '24 pp' is added to what is in force, '34 %' is the level instead of it. Shipped: see
    `detente price --list`.
    """
    from datetime import date

    from detente.ask import price as question

    days(as_of=as_of, known=known)
    if not names:
        from detente.ask.scenario import shipped

        raise QuestionError(f"price needs a scenario: a YAML file, or one of {', '.join(shipped())}")
    answer = question.price(
        names,
        world_name=world,
        model=model,
        baseline=baseline,
        as_of=as_of or date.today().isoformat(),
        known=known,
        dossier=dossier,
        home=_home(home),
    )
    show(answer, as_json, "price")


@app.command
def replicate(
    paper: Annotated[str | None, Parameter(help="A paper; without one, all of them.")] = None,
    /,
    *,
    as_json: Json = False,
) -> None:
    """Theirs / ours / gap, a row a published number; exit 1 where a cell that should match does not."""
    from detente.ask import replicate as question

    answers = [question.replicate(name) for name in ([paper] if paper else question.papers())]
    if as_json and len(answers) > 1:
        both = {"papers": [a.to_json() for a in answers], "rows": [r for a in answers for r in a.data["rows"]]}
        print(json.dumps({**both, "meta": answers[0].to_json()["meta"]}, ensure_ascii=False))
    else:
        for answer in answers:
            show(answer, as_json, "replicate")
    if any(answer.data["missed"] for answer in answers):
        sys.exit(1)


@record_app.command(name="propose")
def record_propose(
    document: str, /, *, published: Day = None, url: Annotated[str | None, Parameter()] = None, as_json: Json = False
) -> None:
    """The facts that a document asserts, each with its quote and place."""
    from detente.ask import record

    days(published=published)
    show(record.proposals(document, published=published, url=url), as_json, "proposals")


@record_app.command(name="text")
def record_text(document: str, /, *, as_json: Json = False) -> None:
    """The text of a document as read: what start and end of a fact index."""
    from detente.ask import record

    show(record.text(document), as_json, "text")


@record_app.command(name="show")
def record_show(
    *, dossier: Dossier = "us-china", as_of: Day = None, known: Day = None, home: Home = None, as_json: Json = False
) -> None:
    """The state of the talks on a day as known on a day."""
    from datetime import date

    from detente.ask import record

    days(as_of=as_of, known=known)
    day = as_of or date.today().isoformat()
    show(record.show(dossier=dossier, as_of=day, known=known or day, home=_home(home)), as_json, "state")


def days(**given: str | None) -> None:
    """Refuse a day that is none. Raises QuestionError."""
    from datetime import date, datetime

    for name, value in given.items():
        if value is None:
            continue
        try:
            date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
            if len(value) < 10 or not "1900" <= value[:4] <= "2200":
                raise ValueError
        except ValueError:
            flag = "--" + name.replace("_", "-")
            raise QuestionError(f"{flag} {value!r} is not a day; write it as 2025-10-27") from None


def _home(given: str | None) -> str | None:
    """The folder of the user's own dossiers: the one given, or the usual one if it is there."""
    if given is not None:
        return given
    from platformdirs import user_data_dir

    usual = Path(user_data_dir("detente", appauthor=False))
    return str(usual) if usual.is_dir() else None


def show(answer: Any, as_json: bool, view: str) -> None:
    """Print one answer: JSON, or the view of it for a terminal."""
    if as_json:
        print(json.dumps(answer.to_json(), ensure_ascii=False, allow_nan=False))
        return
    from detente.faces import text

    printer: Callable[[Any], None] = getattr(text, view)
    printer(answer)


def write(path: Path, content: str) -> None:
    """Write a file whole or not at all. Raises QuestionError where it cannot be written."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(content, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True) if part.parent.is_dir() else None
        raise QuestionError(f"{path}: cannot be written ({error.strerror}); name a file in a folder that is there") from None


def main(argv: list[str] | None = None) -> None:
    """Run the command line; errors become one line on stderr and the documented exit code."""
    try:
        app(argv, exit_on_error=False, print_error=False)
    except (DetenteError, CycloptsError) as error:
        line = " ".join(str(error).split())
        print(f"detente: {visible(line)}", file=sys.stderr)
        sys.exit(next(code for kind, code in EXIT if isinstance(error, kind)))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        print("detente: stopped", file=sys.stderr)
        sys.exit(130)


def visible(text: str) -> str:
    """Text with control and bidirectional characters made visible, safe to print."""
    return "".join(c if c.isprintable() or c == " " else f"\\u{ord(c):04x}" for c in text)
