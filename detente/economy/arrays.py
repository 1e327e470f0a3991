"""Array code that runs unchanged on numpy and on JAX: ask an array for its library, and copy instead of assigning."""

from __future__ import annotations

from typing import Any

import numpy as np


def namespace(array: Any) -> Any:
    """numpy, or jax.numpy for one of JAX's arrays."""
    return np if isinstance(array, np.ndarray | np.generic) else array.__array_namespace__()


def with_values(array: Any, *changes: tuple[Any, Any]) -> Any:
    """A copy of the array with values set at some indices.

    changes: pairs of an index and the values to set there, in turn.
    """
    if isinstance(array, np.ndarray):
        array = array.copy()
    for index, values in changes:
        if isinstance(array, np.ndarray):
            array[index] = values
        else:
            array = array.at[index].set(values)
    return array
