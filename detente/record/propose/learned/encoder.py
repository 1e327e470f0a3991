"""A small transformer that reads a sentence after the two before it: what stretches hold, and what a key may be there.

Three layers of a published model of English (all-MiniLM-L6-v2, Apache 2.0), trained on by tools/train_encoder.py. numpy
alone; docs/models/reader.md says on what it was trained and what it adds.
"""

from __future__ import annotations

import io
import math
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from detente.record.propose.learned.pieces import Piece, cut
from detente.record.propose.learned.weights import Floats

FILE = "encoder.bin"
LANGUAGE = "en"
LAYERS, HEADS = 3, 12
LONGEST, AHEAD = 160, 20  # pieces of a sentence, and of those before it, that are read
START, STOP = 1, 2  # the numbers of the marks around a text
PLACES = 1 << 13  # of a feature's hash
KEPT = 8  # texts of which the pieces are kept: a sentence is read with each of the next ones again


class Encoded(NamedTuple):
    """A sentence: the state of the whole, of each piece, and the pieces of each word, from one to another."""

    whole: Floats
    states: Floats
    words: tuple[tuple[int, int], ...]


class Encoder:
    """The model with its weights by name; see tools/train_encoder.py for their shapes."""

    def __init__(self, weights: dict[str, Any], vocabulary: list[str]) -> None:
        self.weights = weights
        numbers = {piece: number for number, piece in enumerate(vocabulary)}
        self._cut = lru_cache(KEPT)(lambda text: cut(text, numbers))

    def encode(self, text: str, ahead: Sequence[str], words: Sequence[tuple[int, int]]) -> Encoded | None:
        """The states of a sentence; None where it has no piece.

        ahead: the sentences before it. words: where each of its words starts and ends.
        """
        pieces = self._cut(text)[:LONGEST]
        if not pieces:
            return None
        earlier = [p.number for sentence in ahead for p in self._cut(sentence)][-AHEAD:]
        base = len(earlier) + 2
        numbers = [START, *earlier, STOP, *(p.number for p in pieces), STOP]
        states = self._states(np.array(numbers), base)
        return Encoded(states[0], states[1:-1], tuple(_ranges(pieces, words)))

    def _states(self, numbers: Any, base: int) -> Floats:
        """The state of the whole, and of each piece from a place on: those before it are read, and not needed further."""
        w = self.weights
        kinds = (np.arange(len(numbers)) >= base).astype(int)
        x = self._norm(w["word"][numbers] + w["pos"][: len(numbers)] + w["typ"][kinds], "n")
        for layer in range(LAYERS - 1):
            x = self._layer(x, x, f"layers.{layer}.")
        return self._layer(np.concatenate([x[:1], x[base:]]), x, f"layers.{LAYERS - 1}.")

    def _layer(self, asking: Floats, x: Floats, name: str) -> Floats:
        """The next states of those asking, each of which looks at all of x."""
        heads = (self._linear(rows, name + part) for rows, part in ((asking, "q"), (x, "k"), (x, "v")))
        q, k, v = (h.reshape(len(h), HEADS, -1).transpose(1, 0, 2) for h in heads)
        scores = q @ k.transpose(0, 2, 1) / np.float32(math.sqrt(q.shape[-1]))
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (shares / shares.sum(axis=-1, keepdims=True)) @ v
        seen = self._linear(mixed.transpose(1, 0, 2).reshape(asking.shape), name + "o")
        x = self._norm(asking + seen, name + "n1")
        return self._norm(x + self._linear(gelu(self._linear(x, name + "i")), name + "u"), name + "n2")

    def _linear(self, x: Floats, name: str) -> Floats:
        return np.asarray(x @ self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"])

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-12)
        return np.asarray(centred / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"])

    def stretches(
        self, sentence: Encoded, spans: Sequence[tuple[int, int, int]], places: Sequence[list[int]]
    ) -> Floats:
        """What the model makes of stretches: stretches by units.

        spans: the first word of each, the one behind its last, its run. places: of the features of each.
        """
        states, ranges = sentence.states, sentence.words
        first = np.array([ranges[a][0] for a, _, _ in spans])
        stop = np.array([max(ranges[b - 1][1], ranges[a][0] + 1) for a, b, _ in spans])
        sums = np.concatenate([np.zeros((1, states.shape[1]), np.float32), np.cumsum(states, axis=0)])
        mean = (sums[stop] - sums[first]) / (stop - first)[:, None]
        whole = np.broadcast_to(sentence.whole, mean.shape)
        widths = [width(*span) for span in spans]
        about = self._means("sf.weight", places)
        parts = [mean, states[first], states[stop - 1], whole, self.weights["width.weight"][widths], about]
        return gelu(self._linear(np.concatenate(parts, axis=1), "st"))

    def kinds(self, stretches: Floats) -> Floats:
        """The log-odds of each kind: stretches by kinds."""
        return self._linear(stretches, "kind")

    def closed(self, name: str, stretch: Floats) -> Floats:
        """The log-odds of each value of a closed key in a stretch."""
        return self._linear(stretch, f"cl.{name}")

    def open(
        self,
        name: str,
        sentence: Encoded,
        stretch: Floats,
        values: Sequence[tuple[list[int], list[int]]],
        given: list[int],
    ) -> Floats:
        """A score of each value that an open key may have in a stretch.

        values: for each the numbers of the words that name it, and the places of its features. given: the words that
        name who imposes the measure whose target is asked for.
        """
        w = self.weights
        named = np.stack([self._mean(sentence, words) for words, _ in values])
        is_named = np.array([[float(bool(words))] for words, _ in values], np.float32)
        asked = self._linear(stretch, "ctx") + w[f"slot.{name}"]
        if given:
            asked = asked + self._linear(self._mean(sentence, given), "imp")
        value = self._linear(named, "cand") * is_named
        about = self._means("bag.weight", [places for _, places in values])
        parts = [value, np.broadcast_to(asked, value.shape), value * asked, about, is_named]
        return self._linear(gelu(self._linear(np.concatenate(parts, axis=1), "c1")), f"c2.{name}")[:, 0]

    def _mean(self, sentence: Encoded, words: list[int]) -> Floats:
        pieces = [p for i in words for p in range(*sentence.words[i])]
        return np.asarray(sentence.states[pieces].mean(axis=0) if pieces else np.zeros_like(sentence.whole))

    def _means(self, name: str, places: Sequence[list[int]]) -> Floats:
        table = self.weights[name]
        return np.stack(
            [table[np.array(p) & (PLACES - 1)].mean(axis=0) if p else np.zeros_like(table[0]) for p in places]
        )


def width(first: int, stop: int, run: int) -> int:
    """The length of a stretch in a few steps, other ones for a whole sentence: the first word, the one behind the last, run."""
    return min((stop - first) // 3, 12) + (3 if run == 0 else 0)


def gelu(x: Floats) -> Floats:
    """The Gaussian error linear unit, by its usual approximation."""
    return np.asarray(0.5 * x * (1 + np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x))))


def _ranges(pieces: list[Piece], words: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The pieces of each word, at least one; those of words beyond the last piece are the last."""
    ends, starts, last = [p.end for p in pieces], [p.start for p in pieces], len(pieces)
    for start, end in words:
        first = min(bisect_right(ends, start), last - 1)
        yield first, max(first + 1, min(bisect_left(starts, end), last))


def read(packed: bytes) -> Encoder:
    """The encoder in a file: each large array as 4 bits a weight with a scale a block, the others as halves."""
    weights: dict[str, Floats] = {}
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        vocabulary = zlib.decompress(arrays["vocabulary"].tobytes()).decode("utf-8").split("\n")
        for name in arrays.files:
            if name.endswith(".4"):
                weights[name[:-2]] = _unpacked(arrays[name], arrays[f"{name[:-2]}.scale"])
            elif name != "vocabulary" and not name.endswith(".scale"):
                weights[name] = arrays[name].astype(np.float32)
    return Encoder(weights, vocabulary)


def _unpacked(packed: Any, scale: Any) -> Floats:
    """Two weights a byte, from -7 to 7, times the scale of their block."""
    steps = np.empty((*packed.shape, 2), np.float32)
    np.subtract(packed & 15, 8, out=steps[..., 0], dtype=np.float32, casting="unsafe")
    np.subtract(packed >> 4, 8, out=steps[..., 1], dtype=np.float32, casting="unsafe")
    blocks = steps.reshape(*scale.shape, -1) * scale.astype(np.float32)[..., None]
    return np.asarray(blocks.reshape(packed.shape[0], -1))


@cache
def shipped() -> Encoder | None:
    """The encoder of the package, None where it has none."""
    resource = files("detente.record.propose.learned") / FILE
    return read(resource.read_bytes()) if resource.is_file() else None
