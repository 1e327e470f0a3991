"""`detente rerun`: ask again what a stored output was asked, and say what differs."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import Any

from cyclopts import App

from detente.ask.answer import Answer
from detente.ask.registry import Question
from detente.faces.terminal.commands import Special, Values, ask, present
from detente.faces.terminal.common import asked
from detente.faces.words import visible
from detente.safe_io import read_json

SHOWN = 20  # differences in the text; all are in --json


def special(app: App) -> dict[str, Special]:
    """The body of `rerun`, which runs other commands of the same command line."""

    def rerun(question: Question, values: Values) -> None:
        answer = ask(question, values, repeat=lambda argv: repeat(app, argv))
        present(question, answer, values)
        if not answer.data["same"]:
            sys.exit(1)

    return {"rerun": Special(rerun)}


def repeat(app: App, argv: list[str]) -> dict[str, Any]:
    """What a command prints with --json; exit code 1 says that its answer is bad news, not that there is none."""
    printed, outer = io.StringIO(), asked()
    asked(argv)
    try:
        with contextlib.redirect_stdout(printed):
            app(argv, exit_on_error=False, print_error=False)
    except SystemExit as done:
        if done.code not in (None, 0, 1) or not printed.getvalue():
            raise
    finally:
        asked(outer)
    document: dict[str, Any] = read_json(printed.getvalue(), "the new output")
    return document


def comparison(answer: Answer) -> None:
    """The comparison in lines."""
    data = answer.data
    print(visible(" ".join(data["command"])))
    versions, commits = data["versions"], data["commits"]
    print(f"then version {versions['then']} ({commits['then']}), now {versions['now']} ({commits['now']})")
    for row in data["data"]:
        print(f"data differ: {visible(row['file'])}: {visible(str(row['then']))} then, {row['now']} now")
    if data["same"]:
        print(f"the same, every number to {data['tolerance']:g}")
        return
    count = len(data["differences"])
    print(f"{count} {'place differs' if count == 1 else 'places differ'}")
    for row in data["differences"][:SHOWN]:
        then, now = (visible(json.dumps(row[k], ensure_ascii=False))[:200] for k in ("then", "now"))
        print(f"  {visible(row['at'])}: {then} then, {now} now")
