"""Predicates of Vietnamese and Chinese sentences: verbs by their words, subject before, object behind."""

from __future__ import annotations

from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import Term
from detente.record.propose.relate.predicates import Predicate


def find(piece: Piece, language: str, terms: list[Term]) -> list[Predicate]:
    """The predicates of a sentence in reading order."""
    return []
