"""The lines above a text that say in short what the text then says."""

from __future__ import annotations

from collections.abc import Sequence

from detente.record.propose.annotate.text import Piece

LINES = 4  # at most, at the head of a text
SHORT = 140  # characters of a headline
ENDS = ".,!?:;。，！？：；…"  # a sentence, or what leads to the next line
AFTER = "\"'”’»」』)） "  # may stand behind the end of a sentence


def end(lines: Sequence[Piece]) -> int:
    """Where the text behind its headlines begins: 0 without any, or without a sentence below them.

    lines: the lines of a text, in order.

    >>> end([Piece("Talks resume in Oslo", 0, 20), Piece("The two sides met on Monday.", 21, 49)])
    21
    """
    for number, line in enumerate(lines[: LINES + 1]):
        if not _may_head(line.text):
            return line.start if number else 0
    return 0


def _may_head(text: str) -> bool:
    return len(text) <= SHORT and not text.rstrip(AFTER).endswith(tuple(ENDS))
