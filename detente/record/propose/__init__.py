"""Proposed statements of a document, each with quote and place: rules and a small shipped model, no network.

The rules are loaded with the first document: most questions read none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.record.document import Document
    from detente.record.fact import Statement
    from detente.record.propose.run import Proposals

__all__ = ["facts", "propose", "read"]


def propose(document: Document) -> list[Statement]:
    """What the document says, as `run.propose` gives it."""
    from detente.record.propose import run

    return run.propose(document)


def facts(document: Document, *, judged: bool = True) -> list[dict[str, Any]]:
    """The proposals as plain JSON types, as `run.facts` gives them."""
    from detente.record.propose import run

    return run.facts(document, judged=judged)


def read(document: Document, *, with_twin: bool = False) -> Proposals:
    """The facts of a document, and what is merely possible, as `run.read` gives them."""
    from detente.record.propose import run

    return run.read(document, with_twin=with_twin)
