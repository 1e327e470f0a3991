"""Proposed statements of a document, each with quote and place: rules and a small shipped model, no network.

The rules are loaded with the first document: most questions read none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.record.document import Document
    from detente.record.fact import Statement
    from detente.record.propose.run import Proposals

__all__ = ["as_fact", "facts", "propose", "read"]
KEYS = ("kind", "quote", "start", "end", "by", "value", "date", "flags", "confidence")  # of a proposed fact


def as_fact(statement: Statement) -> dict[str, Any]:
    """A proposed statement as plain JSON types: KEYS, and the rule that made it."""
    fields = statement.as_dict()
    return {key: fields[key] for key in KEYS} | {"rule": statement.coder}


def propose(document: Document) -> list[Statement]:
    """What the document says, as `run.propose` gives it."""
    from detente.record.propose import run

    return run.propose(document)


def facts(document: Document, *, judged: bool = True) -> list[dict[str, Any]]:
    """The proposals as plain JSON types, as `run.facts` gives them."""
    from detente.record.propose import run

    return run.facts(document, judged=judged)


def read(document: Document) -> Proposals:
    """The facts of a document, and what is merely possible, as `run.read` gives them."""
    from detente.record.propose import run

    return run.read(document)
