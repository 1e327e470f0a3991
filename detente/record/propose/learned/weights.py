"""Weights of linear models by hashed feature: kept small in a file, looked up by name."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.safe_io import write_file

DIMENSION = 1 << 16  # places of the hash; two features that share one share a weight
STEPS = 27  # of a weight on either side of zero, as the file keeps it
FILE = "weights.npz"

Floats = NDArray[np.float32]
Features = Mapping[str, float]


@dataclass(frozen=True)
class Weights:
    """The models by name, each an array DIMENSION by outputs, and the least confidence of a fact."""

    models: Mapping[str, Floats]
    threshold: float

    @cached_property
    def columns(self) -> dict[str, Floats]:
        """The models with one output, each an array DIMENSION."""
        return {name: np.ascontiguousarray(m[:, 0]) for name, m in self.models.items() if m.shape[1] == 1}

    @cached_property
    def kinds(self) -> Floats:
        """The model of kinds with a row of zeros behind it, which stands for no feature: DIMENSION + 1 by kinds."""
        return np.pad(self.models["kind"], ((0, 1), (0, 0)))

    def sums_of_kinds(self, rows: Sequence[list[int]]) -> Floats:
        """The weights of the kinds added up over each row of places: rows by kinds."""
        longest = max(map(len, rows))
        padded = [row + [DIMENSION] * (longest - len(row)) for row in rows]
        return np.asarray(self.kinds.take(padded, axis=0).sum(axis=1))


@lru_cache(maxsize=1 << 17)
def place(feature: str) -> int:
    """The place of a feature in the hash."""
    return zlib.crc32(feature.encode("utf-8", "surrogatepass")) & (DIMENSION - 1)


def places(features: Iterable[str]) -> list[int]:
    """The places of several features."""
    return list(map(place, features))


def distinct(features: Iterable[str]) -> list[int]:
    """The places of several features, each once, in their order in the hash."""
    return sorted(set(places(features)))


def logistic(scores: Any) -> Any:
    """The probability that a score of a logistic model stands for."""
    return 1.0 / (1.0 + np.exp(-np.minimum(np.maximum(scores, -30.0), 30.0)))


def softmax(scores: Floats) -> Floats:
    """Shares that sum to one, from scores of alternatives."""
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)


def save(path: Path, weights: Weights, least: float) -> None:
    """Write the weights, each model in 55 steps; those below least times the largest of a model are left out."""
    arrays: dict[str, Any] = {"threshold": np.float32(weights.threshold)}
    for name, values in weights.models.items():
        scale = float(np.abs(values).max()) or 1.0
        steps = np.rint(values / scale * STEPS).astype(np.int8)
        steps[np.abs(values) < least * scale] = 0
        rows = np.flatnonzero(steps.any(axis=1))
        gaps = np.diff(rows, prepend=0)  # they pack better than the rows
        arrays |= {f"{name}.gaps": gaps.astype(np.uint16), f"{name}.steps": steps[rows].T.copy()}
        arrays[f"{name}.scale"] = np.float32(scale / STEPS)
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    write_file(path, packed.getvalue())


def read(path: Path) -> Weights:
    """The weights in a file."""
    models: dict[str, Floats] = {}
    with np.load(path, allow_pickle=False) as arrays:
        for name in (key.removesuffix(".gaps") for key in arrays.files if key.endswith(".gaps")):
            steps = arrays[f"{name}.steps"].T
            values = np.zeros((DIMENSION, steps.shape[1]), np.float32)
            values[np.cumsum(arrays[f"{name}.gaps"], dtype=np.int64)] = steps * arrays[f"{name}.scale"]
            models[name] = values
        return Weights(models, float(arrays["threshold"]))


@cache
def shipped() -> Weights | None:
    """The weights of the package, None where it has none."""
    resource = files("detente.record.propose.learned") / FILE
    if not resource.is_file():
        return None
    with as_file(resource) as path:
        return read(path)
