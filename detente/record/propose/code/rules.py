"""Rules as data: a frame that a predicate must fit, what it gives, and the examples that are its tests.

A rule of rules/<kind>.yaml:

    - id: measure.impose              # the kind, a dot, what it is about
      verbs: [impose]                 # concepts of languages/*/verbs.yaml
      modality: [asserted, planned]   # as relate/modality.py gives them; any if left out
      object: [duty, fee]             # a term that must stand in the object, or in the subject of a passive; any if left out
      subject: [duty, fee]            # a term that must stand in the subject; any if left out
      pattern: "take effect"          # a regular expression that the clause must match, where a frame cannot say it
      needs_word: "moved|put off"     # what a sentence must hold besides, wherever in it
      gives: {...}                    # what the kind's module makes of it
      examples: [{text: ..., published: 2025-04-12, fact: {imposer: USA, status: in_force}}]
      counterexamples: [...]          # texts of which the rule gives nothing
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from detente.record.fact import By
from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.prefilter import Prefilter
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate, Span
from detente.record.shipped import reader_file, yaml_of


@dataclass(frozen=True)
class Draft:
    """A proposed fact before it is checked and turned into a Statement; rule: the id of what made it.

    by: whose words it is, None where attribution decides by the place. date: day and words of the document.
    """

    kind: str
    start: int
    end: int
    value: dict[str, Any]
    date: tuple[str | None, str | None] = (None, None)
    flags: tuple[str, ...] = ()
    confidence: float = 0.6
    by: By | None = None
    modality: str = "fact"
    polarity: str = "affirms"
    rule: str | None = None


@dataclass(frozen=True)
class Rule:
    """A frame and what it gives; see the top of this module."""

    id: str
    verbs: tuple[str, ...] = ()
    modality: tuple[str, ...] = ()
    object: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    needs_word: re.Pattern[str] | None = None
    gives: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[Mapping[str, Any], ...] = ()
    counterexamples: tuple[Any, ...] = ()

    @property
    def language(self) -> str:
        """The language whose documents the pattern of a rule reads."""
        return str(self.gives.get("language", "en"))

    def matches(self, analysis: Analysis, sentence: Sentence) -> Iterator[re.Match[str]]:
        """Where the pattern stands in a sentence, or reaches beyond it by as many characters as the rule gives."""
        text, reach = sentence.piece.text, self.gives.get("reach")
        if not self.pattern or not (reach or self.id in possible(analysis, sentence)):
            return iter(())
        if self.needs_word and not self.needs_word.search(text):
            return iter(())
        start, end = sentence.piece.start, sentence.piece.end
        return self.pattern.finditer(analysis.reading.text[start : end + reach] if reach else text)

    def fits(self, analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
        """Whether a predicate fits the frame."""
        if self.verbs and predicate.concept not in self.verbs:
            return False
        if self.modality and analysis.modality(sentence, predicate) not in self.modality:
            return False
        if self.object and not self._has_object(sentence, predicate):
            return False
        if self.subject and not (predicate.subject and _holds(sentence, predicate.subject, self.subject)):
            return False
        if self.pattern is None:
            return True
        clause = analysis.reading.text[predicate.clause.start : predicate.clause.end]
        return self.id in possible(analysis, sentence) and self.pattern.search(clause) is not None

    def _has_object(self, sentence: Sentence, predicate: Predicate) -> bool:
        spans = [predicate.object]
        if predicate.subject and (predicate.voice == "passive" or not predicate.is_noun):
            spans.append(predicate.subject)
        return any(_holds(sentence, span, self.object) for span in spans)


def _holds(sentence: Sentence, span: Span, concepts: Sequence[str]) -> bool:
    """Whether a stretch has a term of these concepts; percent is a percentage that may be a rate of duty."""
    rates = (r for r in sentence.rates if r.of in ("duty", "bare") and span.start <= r.start < span.end)
    return any(t.concept in concepts for t in terms_in(sentence, span)) or ("percent" in concepts and any(rates))


def bare(text: str, start: int, end: int) -> Span:
    """A stretch without the signs and blanks at its edges."""
    inner = text[start:end].rstrip(" .,;:\"'!?(-")
    return Span(start + len(inner) - len(inner.lstrip(" ,;:(\"'-")), start + len(inner))


def terms_in(sentence: Sentence, span: Span) -> list[Any]:
    """The terms of a sentence within a stretch of text."""
    return [t for t in sentence.terms if span.start <= t.start < span.end]


@cache
def rules(kind: str) -> tuple[Rule, ...]:
    """The rules of a kind in the order of their file; the first that fits counts."""
    rows: Sequence[Mapping[str, Any]] = yaml_of(reader_file("rules", f"{kind}.yaml")) or []
    return tuple(_rule(row) for row in rows)


def _rule(row: Mapping[str, Any]) -> Rule:
    pattern, word = row.get("pattern"), row.get("needs_word")
    return Rule(
        id=row["id"],
        verbs=tuple(row.get("verbs", ())),
        modality=tuple(row.get("modality", ())),
        object=tuple(row.get("object", ())),
        subject=tuple(row.get("subject", ())),
        pattern=re.compile(pattern, re.I) if pattern else None,
        needs_word=re.compile(word, re.I) if word else None,
        gives=row.get("gives", {}),
        examples=tuple(row.get("examples", ())),
        counterexamples=tuple(row.get("counterexamples", ())),
    )


def possible(analysis: Analysis, sentence: Sentence) -> frozenset[str]:
    """The ids of the rules whose pattern may match in a sentence."""
    return analysis.once("possible", _possible)[sentence.number]


def _possible(analysis: Analysis) -> list[frozenset[str]]:
    ids, prefilter = _prefilter()
    texts = (sentence.piece.text for sentence in analysis.reading.sentences)
    return [frozenset(ids[number] for number in prefilter.of(text)) for text in texts]


@cache
def _prefilter() -> tuple[list[str], Prefilter]:
    """The ids of all rules with a pattern, and their patterns by the words that these need."""
    kinds = [file.name.removesuffix(".yaml") for file in reader_file("rules").iterdir()]
    known = {rule.id: rule.pattern for kind in kinds for rule in rules(kind) if rule.pattern}
    return list(known), Prefilter(list(known.values()))


@cache
def patterned(kind: str, language: str) -> tuple[Rule, ...]:
    """The rules of a kind that show a pattern in texts of a language."""
    return tuple(rule for rule in rules(kind) if rule.pattern and not rule.verbs and rule.language == language)


def first_fit(kind: str, analysis: Analysis, sentence: Sentence, predicate: Predicate) -> Rule | None:
    """The first rule of a kind that a predicate fits."""
    return next((rule for rule in _by_verb(kind, predicate.concept) if rule.fits(analysis, sentence, predicate)), None)


@cache
def _by_verb(kind: str, concept: str) -> tuple[Rule, ...]:
    """The rules of a kind that a predicate of a concept may fit."""
    return tuple(rule for rule in rules(kind) if not rule.verbs or concept in rule.verbs)
