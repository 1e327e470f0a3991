"""The command line: one command for each question of the registry; `last_resort` turns errors into exit codes."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from cyclopts import App

from detente.ask import registry
from detente.faces.terminal import (
    assistant_commands,
    commands,
    last_resort,
    page_commands,
    question_commands,
    record_commands,
    rerun_commands,
)
from detente.faces.terminal.common import asked

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # products this small lose more by waiting than they gain


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


def main(argv: list[str] | None = None) -> NoReturn:
    """Run the command line; errors become one line on stderr and the documented exit code."""
    words = sys.argv[1:] if argv is None else argv
    asked(words)
    gc.set_threshold(100_000)  # a command is short, and most of what it makes it keeps
    sys.exit(last_resort.run(lambda: app(words, exit_on_error=False, print_error=False)))
