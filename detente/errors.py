"""The error tree: catch DetenteError to catch everything this package raises on purpose.

DetenteError
├── RecordError     a document, statement or source that cannot be read, stored or found
├── DataError       numbers that do not form an economy
├── QuestionError   a question the record or the world cannot carry
└── NotConverged    an equilibrium was not reached; carries the Equilibrium where it stood

A message says what, where, how far off, and what to try.
"""

from __future__ import annotations

from typing import Any

LONG = 1500  # characters of a message; one that repeats a longer input is cut in the middle


class DetenteError(Exception):
    """Anything this package refuses on purpose."""

    def __init__(self, message: object = ""):
        text = str(message)
        super().__init__(text if len(text) <= LONG else f"{text[: LONG - 500]} [...] {text[-400:]}")


class RecordError(DetenteError):
    """A document, statement or source cannot be read, stored or found."""


class DataError(DetenteError):
    """Numbers do not form an economy."""


class QuestionError(DetenteError):
    """A question the record or the world cannot carry."""


class NotConverged(DetenteError):
    """An equilibrium was not reached; `equilibrium` is where the solver stood."""

    def __init__(self, message: str, equilibrium: Any = None):
        super().__init__(message)
        self.equilibrium = equilibrium
