"""Answers: what a yes, a no or a refusal to say in reply to a question confirms, denies or leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.words import load
from detente.record.propose.code.rules import Draft
from detente.record.propose.relate.analysis import Analysis

STATUSES = {"yes": "confirmed", "no": "denied", "pass": "not_commented"}
POLARITY = {"confirmed": "affirms", "denied": "denies", "not_commented": "silent"}
# a question that no yes or no answers
OPEN = re.compile(
    r"(?i:\W*(?:and |but |so )?(?:what|when|where|who|whom|whose|why|how|which)\b)|[谁哪何]|什么|怎么|多少|[Kk]hi nào|[Bb]ao giờ|[Gg]ì\b"
)
LONGEST = 300  # characters of a question and its answer
ACROSS = 2  # lines from a question to its answer


def find(analysis: Analysis) -> Iterator[Draft]:
    """The confirmations that the answers to the yes-or-no questions of a document make, each quoted with its question."""
    for question, answer in _pairs(analysis):
        side = analysis.by_at(answer, answer.piece.end - 1).side
        status = _status(analysis, answer)
        if status and side not in (None, "press", "joint"):
            start, end = _quote(analysis, question, answer)
            value = {"by_side": side, "status": status}
            yield Draft(
                "confirmation", start, end, value, confidence=0.7, polarity=POLARITY[status], rule="confirmation.answer"
            )


def _pairs(analysis: Analysis) -> Iterator[tuple[Sentence, Sentence]]:
    """Each question that yes or no may answer, with the sentence behind it, of another speaker where labels say so."""
    for question, answer in pairwise(analysis.reading.sentences):
        text = _words(analysis, question)
        near = 0 <= answer.piece.line - question.piece.line <= ACROSS
        if near and text.rstrip('" ').endswith(("?", "？")) and not OPEN.match(text.rsplit(", ", 1)[-1]):
            yield question, answer


def _words(analysis: Analysis, sentence: Sentence) -> str:
    """A sentence without the label of its speaker."""
    return analysis.reading.text[_start(analysis, sentence) : sentence.piece.end]


def _start(analysis: Analysis, sentence: Sentence) -> int:
    turn = analysis.attribution.turns.get(sentence.piece.line)
    return max(sentence.piece.start, turn.start) if turn and turn.start < sentence.piece.end else sentence.piece.start


def _status(analysis: Analysis, answer: Sentence) -> str | None:
    """What an answer says of the question, by its first words."""
    text = _words(analysis, answer).lstrip(' "“')
    return next(
        (STATUSES[k] for k, pattern in _openings(analysis.reading.language).items() if pattern.match(text)), None
    )


@cache
def _openings(language: str) -> dict[str, re.Pattern[str]]:
    """How answers begin: a refusal, then no, then yes."""
    known = load(language, "speech.yaml")["answers_by_word"]
    return {k: re.compile("|".join(known[k]), re.I) for k in ("pass", "no", "yes")}


def _quote(analysis: Analysis, question: Sentence, answer: Sentence) -> tuple[int, int]:
    """The question with its answer, or the answer alone where both are too long."""
    start = _start(analysis, question)
    if answer.piece.end - start > LONGEST:
        start = _start(analysis, answer)
    return start, start + len(analysis.reading.text[start : answer.piece.end].rstrip(" ."))
