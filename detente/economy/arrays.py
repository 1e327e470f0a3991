"""The same text on numpy and on JAX: ask an array for its library, and change cells without changing the array."""

from __future__ import annotations

from typing import Any

import numpy as np


def namespace(array: Any) -> Any:
    """numpy, or jax.numpy for one of JAX's arrays."""
    return np if isinstance(array, np.ndarray | np.generic) else array.__array_namespace__()


def put(array: Any, *changes: tuple[Any, Any]) -> Any:
    """A copy of the array, changed by pairs of an index and values."""
    if isinstance(array, np.ndarray):
        array = array.copy()
    for at, values in changes:
        if isinstance(array, np.ndarray):
            array[at] = values
        else:
            array = array.at[at].set(values)
    return array
