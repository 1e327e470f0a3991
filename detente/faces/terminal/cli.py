"""The command line: one command for each question of the registry. Errors end in the exit codes of EXIT."""

from __future__ import annotations

import gc
import os
import sys

from cyclopts import App, CycloptsError

from detente.ask import registry
from detente.errors import DataError, DetenteError, NotConverged, QuestionError, RecordError
from detente.faces.terminal import (
    assistant_commands,
    commands,
    page_commands,
    question_commands,
    record_commands,
    rerun_commands,
)
from detente.faces.terminal.common import asked
from detente.faces.words import visible

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # products this small lose more by waiting than they gain

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


def _app() -> App:
    """The command line with a command for each question, and those of the page and of the tools."""
    line = App(
        name="detente",
        help="The state of trade talks, what every outcome is worth to every economy, and who says so.",
        version_flags=["--version"],
        version=_version,
    )
    groups = {name: App(name=name, help=text) for name, text in registry.GROUPS.items()}
    for group in groups.values():
        line.command(group)
    special = question_commands.SPECIAL | record_commands.SPECIAL | rerun_commands.special(line)
    for question in registry.QUESTIONS:
        if question.command:
            parent = groups[question.words[0]] if len(question.words) > 1 else line
            commands.add(parent, question, special.get(question.name))
    assistant_commands.register(line)
    page_commands.register(line)
    return line


app = _app()


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
