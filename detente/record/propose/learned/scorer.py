"""Scores of a sentence under the weights: kinds of its stretches, values of keys."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from detente.record.propose.learned import encoded, features, slots
from detente.record.propose.learned.encoder import Encoder
from detente.record.propose.learned.frame import Frame
from detente.record.propose.learned.weights import Floats, Weights, distinct, logistic, softmax
from detente.record.propose.learned.words import Stretch, View

ENCODED = {
    "kind": 0.45,
    "closed": 0.3,
    "open": 0.3,
}  # the share of the encoder in a score of a kind, a closed or open key

Shares = list[tuple[Any, float]]


class Scorer:
    """A sentence under the weights; what is asked for twice is worked out once."""

    def __init__(self, weights: Weights, view: View, encoder: Encoder | None = None) -> None:
        self.weights, self.view, self._encoder = weights, view, encoder
        self._frames: dict[Stretch, Frame] = {}
        self._shares: dict[tuple[Any, ...], Shares] = {}
        self._places: dict[Stretch, list[int]] = {}

    @cached_property
    def _words(self) -> tuple[list[list[int]], list[list[int]]]:
        return features.word_features(self.view)

    @cached_property
    def stretches(self) -> list[Stretch]:
        """The stretches that may hold a fact."""
        return self.view.stretches() if self.view.words else []

    def frame(self, stretch: Stretch) -> Frame:
        """A stretch with its mentions."""
        if stretch not in self._frames:
            self._frames[stretch] = Frame(self.view, stretch)
        return self._frames[stretch]

    def places(self, stretch: Stretch) -> list[int]:
        """The places in the hash of all features of a stretch."""
        if stretch not in self._places:
            within, beside = self._words
            rows = [*within[stretch.first : stretch.stop], *beside[: stretch.first], *beside[stretch.stop :]]
            self._places[stretch] = [*chain.from_iterable(rows), *features.stretch_places(self.view, stretch)]
        return self._places[stretch]

    @cached_property
    def _encoded(self) -> encoded.EncodedSentence | None:
        return encoded.encoded(self._encoder, self.view)

    @cached_property
    def _running(self) -> tuple[Floats, Floats]:
        """The scores of the words before each, as words within a stretch and beside it: words + 1 by kinds."""
        within, beside = self._words
        sums = self.weights.sums_of_kinds([[], *within, [], *beside])
        return np.cumsum(sums[: len(within) + 1], axis=0), np.cumsum(sums[len(within) + 1 :], axis=0)

    def kinds(self, stretches: list[Stretch]) -> Floats:
        """The probability of each kind for each stretch: stretches by kinds.

        The scores of words are added up once a sentence, so that a long sentence takes time in its length.
        """
        inner, outer = self._running
        first, stop = ([s[i] for s in stretches] for i in (0, 1))
        words = inner[stop] - inner[first] + outer[-1] - outer[stop] + outer[first]
        scores = words + self.weights.sums_of_kinds([features.stretch_places(self.view, s) for s in stretches])
        both = _together("kind", scores, self._encoded.kinds(stretches) if self._encoded else None)
        return np.asarray(logistic(both), dtype=np.float32)

    def closed(self, kind: str, key: str, stretch: Stretch) -> Shares:
        """The values of a closed key with their shares, the likeliest first."""
        asked = (kind, key, stretch)
        if asked not in self._shares:
            scores = self.weights.models[f"{kind}.{key}"][self.places(stretch)].sum(axis=0)
            other = self._encoded.closed(kind, key, stretch) if self._encoded else None
            chances = logistic(_together("closed", scores, other))
            self._shares[asked] = _ranked(slots.CLOSED[kind, key].split(), chances / chances.sum())
        return self._shares[asked]

    def open(self, kind: str, slot: str, stretch: Stretch, imposer: str | None = None) -> Shares:
        """The values of an open key with their shares, the likeliest first; empty where nothing can be named."""
        asked = (kind, slot, stretch, imposer)
        if asked not in self._shares:
            named = slots.alternatives(self.frame(stretch), kind, slot, imposer)
            choices = [(value, distinct(about)) for value, about in named]
            weights = self.weights.columns[f"{kind}.{slot}"]
            scores = np.array([np.add.reduce(weights.take(about)) for _, about in choices], np.float32)
            other = self._encoded.open(kind, slot, stretch, choices, imposer) if self._encoded and choices else None
            self._shares[asked] = (
                _ranked([v for v, _ in choices], softmax(_together("open", scores, other))) if choices else []
            )
        return self._shares[asked]


def _together(part: str, linear: Floats, other: Floats | None) -> Floats:
    """Scores of the linear models and of the encoder as one; those of the linear models where there are no others.

    part: what is scored, a key of ENCODED.
    """
    share = ENCODED[part]
    return linear if other is None else np.asarray((1 - share) * linear + share * other)


def _ranked(values: list[Any], shares: Floats) -> Shares:
    return sorted(zip(values, shares.tolist(), strict=True), key=lambda pair: -pair[1])
