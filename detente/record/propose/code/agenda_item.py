"""Agenda items: subjects under discussion or still open, each with its own short quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.words import LANGUAGES, load
from detente.record.propose.code.rules import Draft, Rule, rules
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Span

PARTS = re.compile(
    r",\s?(?:and |or |but )?|\s(?:and|or|as well as|along with|plus)\s|、|，|和|以及|与|及|\svà\s|\svề\s"
)
BREAK = re.compile(
    r"\s(?:with|in|at|by|while|after|before|when|which|who|said|says|that|because|until|if|to)\s|\b(?:on|last|next) (?:\w+day|week|month)\b"
)
NONE = r"\b(?:no|any|without)\s(?:\w+\s)?$"
LONGEST = 80  # characters of one subject


def find(analysis: Analysis) -> list[Draft]:
    """The agenda items of a document, once a topic and place."""
    drafts: list[Draft] = []
    for sentence in analysis.reading.sentences:
        here: list[Draft] = []
        for rule, span in _lists(analysis, sentence):
            for start, end, topic in _subjects(analysis, span):
                if not any(d.start < end and start < d.end for d in here):
                    here.append(Draft("agenda_item", start, end, {"topic": topic}, rule=rule.id, confidence=0.5))
        drafts += here
    return drafts


def _lists(analysis: Analysis, sentence: Sentence) -> Iterator[tuple[Rule, Span]]:
    """The stretches of a sentence in which subjects stand, with the rule that says so."""
    text, base = sentence.piece.text, sentence.piece.start
    for rule in rules("agenda_item"):
        if rule.verbs:
            for predicate in analysis.predicates[sentence.number]:
                if rule.fits(analysis, sentence, predicate):
                    yield rule, predicate.object
        elif rule.pattern and rule.id.rpartition(".")[2] in (
            analysis.reading.language,
            *ENGLISH.get(analysis.reading.language, ()),
        ):
            for m in rule.pattern.finditer(text):
                if not re.search(NONE, text[max(0, m.start() - 12) : m.start()], re.I):
                    start, end = _list_of(rule, m, text)
                    yield rule, Span(base + start, base + end)


def _list_of(rule: Rule, m: re.Match[str], text: str) -> tuple[int, int]:
    """Where the subjects stand: in a group of the pattern, or before it back to the next sign."""
    if rule.gives.get("list") == "before":
        start = max(text.rfind(sign, 0, m.start()) for sign in '.;:()"') + 1
        return max(start, m.start() - 110), m.start()
    name = "list" if m.group("list") else "before"
    return m.start(name), m.end(name)


ENGLISH = {"en": ("talks_on", "agenda", "still_open"), "vi": (), "zh": ()}


def _subjects(analysis: Analysis, span: Span) -> list[tuple[int, int, str]]:
    """The subjects of a stretch: start, end, topic; an unknown one counts only beside a known one in a list."""
    text = analysis.reading.text
    stop = BREAK.search(text, span.start + 3, span.end) if analysis.reading.language == "en" else None
    end = stop.start() if stop else span.end
    parts = list(_parts(text, span.start, end))
    named = [(a, b, topic_of(text[a:b], analysis.reading.language)) for a, b in parts]
    return [(a, b, topic) for a, b, topic in named if topic]


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for m in PARTS.finditer(text, start, end):
        yield from _trimmed(text, begin, m.start())
        begin = m.end()
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start] in " \"'.,":
        start += 1
    while end > start and text[end - 1] in " \"'.,":
        end -= 1
    if 1 < end - start <= LONGEST:
        yield start, end


@cache
def _topics(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    known = language if language in LANGUAGES else "en"
    rows = load("", "topics.yaml")
    return tuple((name, re.compile(words.get(known, "(?!)"), re.I)) for name, words in rows.items())


def topic_of(words: str, language: str) -> str | None:
    """The first topic of the closed list that words name.

    >>> topic_of("a longer truce on tariffs", "en")
    'truce_extension'
    """
    edge = r"(?<!\w)(?:{})" if language != "zh" else "{}"
    return next((n for n, p in _topics(language) if re.search(edge.format(p.pattern), words, re.I)), None)
