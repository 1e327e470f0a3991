"""A sentence under the encoder: scores of kinds and keys, to stand beside those of the linear models."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from detente.record.propose.annotate import dates
from detente.record.propose.learned import features, slots
from detente.record.propose.learned.encoder import LANGUAGE, Encoded, Encoder
from detente.record.propose.learned.weights import Floats
from detente.record.propose.learned.words import Stretch, View, Word

BACK = 2  # sentences before one that are read with it
SENTENCES = 300  # at the beginning of a document that are read in this way


class EncodedSentence:
    """A sentence that the encoder has read; what is asked for twice is worked out once."""

    def __init__(self, encoder: Encoder, view: View, encoded: Encoded) -> None:
        self._encoder, self._view, self._encoded = encoder, view, encoded
        self._vectors: dict[Stretch, Floats] = {}

    def kinds(self, stretches: list[Stretch]) -> Floats:
        """The log-odds of each kind: stretches by kinds."""
        return self._encoder.kinds(self._of(stretches))

    def closed(self, kind: str, key: str, stretch: Stretch) -> Floats:
        """The log-odds of each value of a closed key."""
        return self._encoder.closed(f"{kind}.{key}", self._of([stretch])[0])

    def open(
        self, kind: str, slot: str, stretch: Stretch, choices: list[tuple[Any, list[int]]], imposer: str | None = None
    ) -> Floats:
        """A score of each value that an open key may have. choices: the values, with the places of their features."""
        values = [(naming(self._view, slot, value), about) for value, about in choices]
        given = naming(self._view, "imposer", imposer) if slot == "target" else []
        return self._encoder.open(f"{kind}.{slot}", self._encoded, self._of([stretch])[0], values, given)

    def _of(self, stretches: list[Stretch]) -> Floats:
        new = [s for s in dict.fromkeys(stretches) if s not in self._vectors]
        if new:
            about = [sorted(set(features.stretch_places(self._view, s))) for s in new]
            self._vectors |= dict(zip(new, self._encoder.stretches(self._encoded, new, about), strict=True))
        return np.stack([self._vectors[s] for s in stretches])


def encoded(encoder: Encoder | None, view: View) -> EncodedSentence | None:
    """A sentence as the encoder reads it; None in another language, far down in a document, or without an encoder."""
    sentence = view.sentence
    if encoder is None or view.reading.language != LANGUAGE or sentence.number >= SENTENCES or not view.words:
        return None
    earlier = view.earlier(BACK)[::-1]
    start = sentence.piece.start
    words = [(w.start - start, w.end - start) for w in view.words]
    text = view.reading.text[start : sentence.piece.end]
    states = encoder.encode(text, [s.piece.text for s in earlier], words)
    return None if states is None else EncodedSentence(encoder, view, states)


def naming(view: View, slot: str, value: Any) -> list[int]:
    """The numbers of the words that name a value of an open key."""
    if value is None:
        return []
    if slot in slots.TIMES:
        return _of_time(view, value)
    named = [i for i, w in enumerate(view.words) if NAMES[slot](w, value)]
    spans = view.unmarked if slot == "rate" else view.unlisted if slot == "city" else []
    return named or _of_spans((first, last) for first, last, meant in spans if value in (meant, meant[0]))


def _of_time(view: View, value: str) -> list[int]:
    """The words that name a day or month, else those that may."""
    named = [i for i, w in enumerate(view.words) if w.kind == "TIME" and _is_time(view, w.mention, value)]
    return named or _of_spans((first, last) for first, last, expr in view.uncertain if _is_time(view, expr, value))


def _of_spans(spans: Iterable[tuple[int, int]]) -> list[int]:
    return [i for first, last in spans for i in range(first, last + 1)]


def _is_time(view: View, expr: dates.Expr, value: str) -> bool:
    return any(value in _isos(when) for _, when in view.whens(expr))


def _isos(when: dates.When) -> tuple[str | None, ...]:
    return (when.iso, when.last, when.span) if when.last else (when.iso,)


def _is_side(word: Word, value: str) -> bool:
    return word.kind in ("SIDE", "PERSON") and word.mention.side == value


def _is_speaker(word: Word, value: tuple[str | None, str | None]) -> bool:
    name, side = value
    if name:
        return word.kind == "PERSON" and word.mention.name == name
    return side is not None and _is_side(word, side)


NAMES: dict[str, Callable[[Word, Any], bool]] = {
    **dict.fromkeys(("imposer", "target", "by_side"), _is_side),
    "parties": lambda word, value: word.kind in ("SIDE", "PERSON") and word.mention.side in value,
    "who": _is_speaker,
    "rate": lambda word, value: word.kind == "RATE" and word.mention == value,
    "city": lambda word, value: word.kind == "CITY" and word.mention.name == value,
    "participants": lambda word, value: word.kind == "PERSON" and word.mention.name == value,
    "by_days": lambda word, value: word.kind == "LENGTH" and word.mention[0] == value,
}
