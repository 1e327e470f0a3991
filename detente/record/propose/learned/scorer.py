"""Scores of a sentence under the weights: kinds of its stretches, values of keys."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from detente.record.propose.learned import features, slots
from detente.record.propose.learned.frame import Frame
from detente.record.propose.learned.weights import Floats, Weights, logistic, places, softmax
from detente.record.propose.learned.words import Stretch, View

Shares = list[tuple[Any, float]]


class Scorer:
    """A sentence under the weights; what is asked for twice is worked out once."""

    def __init__(self, weights: Weights, view: View) -> None:
        self.weights, self.view = weights, view
        self._frames: dict[Stretch, Frame] = {}
        self._shares: dict[tuple[Any, ...], Shares] = {}

    @cached_property
    def _words(self) -> tuple[list[list[int]], list[list[int]]]:
        return features.word_features(self.view)

    @cached_property
    def stretches(self) -> list[Stretch]:
        """The stretches that may hold a fact."""
        return self.view.stretches() if self.view.words else []

    def frame(self, stretch: Stretch) -> Frame:
        """A stretch with its mentions."""
        return self._frames.setdefault(stretch, Frame(self.view, stretch))

    def places(self, stretch: Stretch) -> list[int]:
        """The places in the hash of all features of a stretch."""
        within, beside = self._words
        out = [p for i in range(stretch.first, stretch.stop) for p in within[i]]
        out += [p for i in range(len(within)) if not stretch.first <= i < stretch.stop for p in beside[i]]
        return out + places(features.stretch_features(self.view, stretch))

    @cached_property
    def _running(self) -> tuple[Floats, Floats]:
        within, beside = self._words
        model = self.weights.models["kind"]
        return _running(model, within), _running(model, beside)

    def kinds(self, stretches: list[Stretch]) -> Floats:
        """The probability of each kind for each stretch: stretches by kinds.

        The scores of words are added up once a sentence, so that a long sentence takes time in its length.
        """
        inner, outer = self._running
        model = self.weights.models["kind"]
        scores = [
            inner[s.stop] - inner[s.first] + outer[-1] - outer[s.stop] + outer[s.first]
            + model[places(features.stretch_features(self.view, s))].sum(axis=0)
            for s in stretches
        ]  # fmt: skip
        return np.asarray(logistic(np.array(scores)), dtype=np.float32)

    def closed(self, kind: str, key: str, stretch: Stretch) -> Shares:
        """The values of a closed key with their shares, the likeliest first."""
        asked = (kind, key, stretch)
        if asked not in self._shares:
            scores = self.weights.models[f"{kind}.{key}"][self.places(stretch)].sum(axis=0)
            chances = logistic(scores)
            self._shares[asked] = _ranked(slots.CLOSED[kind, key].split(), chances / chances.sum())
        return self._shares[asked]

    def open(self, kind: str, slot: str, stretch: Stretch, imposer: str | None = None) -> Shares:
        """The values of an open key with their shares, the likeliest first; empty where nothing can be named."""
        asked = (kind, slot, stretch, imposer)
        if asked not in self._shares:
            choices = slots.alternatives(self.frame(stretch), kind, slot, imposer)
            model = self.weights.models[f"{kind}.{slot}"][:, 0]
            scores = np.array([model[sorted(set(places(f)))].sum() for _, f in choices], np.float32)
            self._shares[asked] = _ranked([v for v, _ in choices], softmax(scores)) if choices else []
        return self._shares[asked]


def _running(model: Floats, rows: list[list[int]]) -> Floats:
    zero = np.zeros((1, model.shape[1]), np.float32)
    sums = [model[row].sum(axis=0) for row in rows]
    return np.concatenate([zero, np.cumsum(sums, axis=0)]) if sums else zero


def _ranked(values: list[Any], shares: Any) -> Shares:
    order = np.argsort(-np.asarray(shares), kind="stable")
    return [(values[i], float(shares[i])) for i in order]
