"""The command line: parse, call one function of `ask`, print one Answer. Errors end in the exit codes of EXIT."""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from detente.errors import DataError, DetenteError, NotConverged, QuestionError, RecordError
from detente.faces.terminal import (
    assistant_commands,
    bargaining_commands,
    forecast_commands,
    page_commands,
    record_commands,
    rerun_commands,
    tariff_commands,
)
from detente.faces.terminal.common import (
    Day,
    Dossier,
    Draws,
    Home,
    Horizon,
    Json,
    World,
    asked,
    days,
    home_folder,
    progress,
    show,
    write,
)
from detente.faces.words import visible

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # products this small lose more by waiting than they gain

app = App(
    name="detente",
    help="The state of trade talks, what every outcome is worth to every economy, and who says so.",
    version_flags=["--version"],
    version=lambda: _version(),
)
app.command(record_commands.app)
app.command(tariff_commands.app)
app.command(tariff_commands.sweep)
bargaining_commands.register(app)
forecast_commands.register(app)
assistant_commands.register(app)
page_commands.register(app)
rerun_commands.register(app)

EXIT: tuple[tuple[type[Exception], int], ...] = (
    (NotConverged, 3),
    (DataError, 4),
    (RecordError, 5),
    (QuestionError, 2),
    (CycloptsError, 2),
)


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
    world: World = "icio-2022",
    horizon: Horizon = "long",
    draws: Draws = 0,
    home: Home = None,
    html: Annotated[str | None, Parameter(help="Also write the brief as one HTML file.")] = None,
    pdf: Annotated[str | None, Parameter(help="Also write the brief as two printed pages.")] = None,
    as_json: Json = False,
) -> None:
    """The main job: read a document, set its facts beside the record, price the outcomes.

    Without a document and without --as-of it reads the example report in the package; with --as-of alone it shows the
    state of that day.
    """
    from detente.ask.questions import brief as question
    from detente.ask.talks import dossier as record

    days(published=published, as_of=as_of, known=known)
    path = document if document is not None else None if as_of else str(record.example())
    answer = question.brief(
        path,
        published=published,
        dossier=dossier,
        as_of=as_of,
        known=known,
        world=world,
        horizon=horizon,
        draws=draws,
        home=home_folder(home),
    )
    if html is not None:
        from detente.faces.files import html as page

        write(Path(html), page.brief(answer))
        print(f"wrote {html}", file=sys.stderr)
    if pdf is not None:
        from detente.faces.files import pdf as printed

        write(Path(pdf), printed.brief(answer))
        print(f"wrote {pdf}", file=sys.stderr)
    show(answer, as_json, "brief")


@app.command
def price(
    *names: Annotated[str, Parameter(help="Shipped scenarios by name, or YAML files.")],
    world: World | None = None,
    model: Annotated[
        str | None,
        Parameter(
            help="multi-sector (icio-2022); one-sector, roundabout, eaton-kortum, ... (world-2023); or a Python file of"
            " your own, FILE.py, which is run."
        ),
    ] = None,
    elasticity: Annotated[str | None, Parameter(help="A named set of elasticities.")] = None,
    horizon: Horizon = "long",
    draws: Draws = 0,
    seed: Annotated[int, Parameter(help="Seed of the draws.")] = 0,
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

    A scenario is YAML: a list of measures with the keys by, against, products, rate, coverage, from, until, note. A
    rate carries its unit: '24 pp' is added to what is in force, '34 %' is the level instead of it. Without a name the
    shipped scenarios are listed.
    """
    from detente.ask.questions import price as question

    days(as_of=as_of, known=known)
    answer = question.price(
        names,
        world=world,
        model=model,
        elasticity=elasticity,
        horizon=horizon,
        draws=draws,
        seed=seed,
        baseline=baseline,
        as_of=as_of,
        known=known,
        dossier=dossier,
        home=home_folder(home),
        progress=progress,
    )
    show(answer, as_json, "price")


@app.command
def replicate(
    paper: Annotated[str | None, Parameter(help="A paper; without one, all of them.")] = None,
    /,
    *,
    data: Annotated[str | None, Parameter(help="Folder with what a paper's licence keeps out of the package.")] = None,
    as_json: Json = False,
) -> None:
    """Theirs / ours / gap, a row a published number; exit 1 where a cell that should match does not."""
    from detente.ask.questions import replicate as question

    answers = [question.replicate(name, data) for name in ([paper] if paper else question.papers())]
    if as_json and len(answers) > 1:
        both = {"papers": [a.to_json() for a in answers], "rows": [r for a in answers for r in a.data["rows"]]}
        print(json.dumps({**both, "meta": answers[0].to_json()["meta"]}, ensure_ascii=False))
    else:
        for answer in answers:
            show(answer, as_json, "replicate")
    if any(answer.data["missed"] for answer in answers):
        sys.exit(1)


def main(argv: list[str] | None = None) -> None:
    """Run the command line; errors become one line on stderr and the documented exit code."""
    asked(sys.argv[1:] if argv is None else argv)
    gc.set_threshold(100_000)  # a command is short, and most of what it makes it keeps
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
