"""Words and signs of a sentence with their places in the document."""

from __future__ import annotations

import re
from typing import NamedTuple

from detente.record.propose.annotate.text import Piece

TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|'(?:s|ll|d|ve|re|m|t)\b|[^\W\d_]+(?:-[^\W\d_]+)*|\d+(?:[.,:/]\d+)*|[^\w\s]", re.UNICODE
)


class Token(NamedTuple):
    """A word, number or sign: start and end in the document, as written and in small letters."""

    start: int
    end: int
    text: str
    low: str


def tokens(piece: Piece) -> list[Token]:
    """The tokens of a piece in reading order; didn't is didn and 't, China's is China and 's."""
    matches = []
    for m in TOKEN.finditer(piece.text):
        text = m.group()
        if text.lower().endswith("n't"):
            text = text[:-3]
        matches.append(Token(piece.start + m.start(), piece.start + m.end(), text, text.lower()))
    return matches
