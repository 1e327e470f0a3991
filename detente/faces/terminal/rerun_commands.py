"""`detente rerun`: ask again what a stored output was asked, and say what differs."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import Annotated

from cyclopts import App, Parameter

from detente.errors import QuestionError
from detente.faces.terminal.common import Json, asked, show
from detente.faces.words import visible
from detente.safe_io import read_json

SHOWN = 20  # differences in the text; all are in --json


def register(app: App) -> None:
    """Add the command to the command line."""

    @app.command
    def rerun(
        file: Annotated[str, Parameter(help="What a command printed with --json.")],
        /,
        *,
        tolerance: Annotated[float, Parameter(help="Numbers nearer than this are the same.")] = 1e-12,
        as_json: Json = False,
    ) -> None:
        """Repeat a stored output and say what differs; exit 1 where anything does.

        Days that were taken from the calendar are asked again as they were. Only commands that read and answer are
        repeated, never one that writes a file or asks an endpoint.
        """
        from detente.ask.questions import rerun as question

        if not 0 <= tolerance < 1:
            raise QuestionError(f"--tolerance {tolerance}: it lies from 0 to below 1")
        then = question.stored(file)
        argv = question.command(then, file)
        heard = io.StringIO()
        outer = asked()
        asked(argv)
        try:
            with contextlib.redirect_stdout(heard):
                app(argv, exit_on_error=False, print_error=False)
        except SystemExit as done:
            if done.code not in (None, 0, 1) or not heard.getvalue():
                raise
        finally:
            asked(outer)
        answer = question.compared(file, then, read_json(heard.getvalue(), "the new output"), tolerance)
        if as_json:
            show(answer, True, "rerun")
        else:
            printed(answer.data)
        if not answer.data["same"]:
            sys.exit(1)


def printed(data: dict) -> None:
    """The comparison in lines."""
    print(visible(" ".join(data["command"])))
    versions, commits = data["versions"], data["commits"]
    print(f"then version {versions['then']} ({commits['then']}), now {versions['now']} ({commits['now']})")
    for row in data["data"]:
        print(f"data differ: {visible(row['file'])}: {visible(str(row['then']))} then, {row['now']} now")
    if data["same"]:
        print(f"the same, every number to {data['tolerance']:g}")
        return
    print(f"{len(data['differences'])} places differ")
    for row in data["differences"][:SHOWN]:
        then, now = (visible(json.dumps(row[k], ensure_ascii=False))[:200] for k in ("then", "now"))
        print(f"  {visible(row['at'])}: {then} then, {now} now")
