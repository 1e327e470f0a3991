"""A document with what its sentences say: predicates, whether they happened, and who acts in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from detente.record.fact import By
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.relate import parties, predicates, predicates_by_terms
from detente.record.propose.relate.attribution import Attribution, attribute
from detente.record.propose.relate.modality import modality
from detente.record.propose.relate.parties import Focus, Party
from detente.record.propose.relate.predicates import Predicate

Value = TypeVar("Value")


@dataclass(frozen=True)
class Analysis:
    """A reading with the predicates of each sentence and whom the sentences before it spoke of."""

    reading: Reading
    predicates: tuple[tuple[Predicate, ...], ...]
    focus: tuple[Focus, ...]
    attribution: Attribution
    _modalities: dict[tuple[int, int], str] = field(default_factory=dict, compare=False)
    _memo: dict[str, Any] = field(default_factory=dict, compare=False)

    def once(self, name: str, make: Callable[[Analysis], Value]) -> Value:
        """What a function makes of this analysis, worked out once; name: that of the function."""
        if name not in self._memo:
            self._memo[name] = make(self)
        return self._memo[name]  # type: ignore[no-any-return]

    def each(self) -> Iterator[tuple[Sentence, Predicate]]:
        """Every predicate with its sentence, in reading order."""
        for sentence in self.reading.sentences:
            for predicate in self.predicates[sentence.number]:
                yield sentence, predicate

    def modality(self, sentence: Sentence, predicate: Predicate) -> str:
        """What the text says of a predicate: asserted, negated, planned and so on, as relate/modality.py lists them."""
        key = (sentence.number, predicate.number)
        if key not in self._modalities:
            matches = self.predicates[sentence.number]
            self._modalities[key] = modality(predicate, matches, sentence.piece, self.reading.language)
        return self._modalities[key]

    def by_at(self, sentence: Sentence, place: int) -> By:
        """Whose words stand at a place of a sentence."""
        return self.attribution.by_at(sentence, place)

    def actor(self, sentence: Sentence, predicate: Predicate) -> Party:
        """The side that acts."""
        return parties.actor(self.reading, sentence, predicate, self.focus[sentence.number])

    def patient(self, sentence: Sentence, predicate: Predicate) -> Party:
        """The side that is acted on."""
        return parties.patient(self.reading, sentence, predicate, self.focus[sentence.number])


def analyse(reading: Reading) -> Analysis:
    """The predicates of every sentence, with whom pronouns stand for."""
    find = predicates.find if reading.language == "en" else predicates_by_terms.find
    matches = [tuple(find(s.piece, reading.language, list(s.terms))) for s in reading.sentences]
    focus, focuses = Focus(), []
    for sentence, acts in zip(reading.sentences, matches, strict=True):
        focuses.append(focus)
        focus = _moved(reading, sentence, acts, focus)
    return Analysis(reading, tuple(matches), tuple(focuses), attribute(reading, matches))


def _moved(reading: Reading, sentence: Sentence, acts: tuple[Predicate, ...], focus: Focus) -> Focus:
    """The focus after a sentence: the subject of its first clause, else who is named first."""
    first = next((p for p in acts if p.is_finite and p.subject), None)
    subject = parties.party(reading, sentence, first.subject, focus) if first else parties.NOBODY
    person = next((n for n in sentence.people if n.name == subject.person), None)
    if person is None and not subject.sides:
        person = next(iter(sentence.people), None)
    if person is not None:
        return Focus(person.name, person.side, person.side)
    named = subject.sides or tuple(m.side for m in sentence.sides[:1])
    return Focus(focus.person, focus.person_side, named[0] if len(named) == 1 else focus.side)
