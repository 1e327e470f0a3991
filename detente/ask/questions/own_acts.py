"""Adds a user's own acts to the ledger of duties, from a table with an act or a rate of one a line."""

from __future__ import annotations

from pathlib import Path

from detente.ask.answer import Answer
from detente.errors import QuestionError
from detente.record import own_duties
from detente.record.starting import DUTIES


def add(path: str, *, home: str | None = None) -> Answer:
    """Add the acts of a CSV to those in the home folder; what is there already is left as it is.

    Raises RecordError with file, line and column, QuestionError without a home folder; then nothing is written.
    """
    if not home:
        raise QuestionError("acts of your own need a folder; name it with --home")
    acts, rates = own_duties.read_lines(path)
    new = own_duties.add(home, acts, rates)
    data = {
        "acts": [act.id for act in acts],
        "rates": len(rates),
        "new_rows": new,
        "folder": str(Path(home) / DUTIES),
    }
    return Answer("add-duties", data, options={"file": Path(path).name})
