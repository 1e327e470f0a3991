"""The talks of a negotiation on a day: its case, its record, the state, and a document read beside them."""

from __future__ import annotations

from dataclasses import dataclass

from detente.record.case import Case
from detente.record.document import Document
from detente.record.fact import Statement
from detente.record.state import State
from detente.record.store import Record


@dataclass(frozen=True)
class Talks:
    """A dossier's record, the state of the talks on a day, and what a document beside it proposes."""

    document: Document | None
    proposed: tuple[Statement, ...]
    record: Record
    state: State
    case: Case
