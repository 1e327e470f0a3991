"""The table of a world by name: one that ships, a user's .npz, or a file in a layout that is imported as it stands."""

from __future__ import annotations

import difflib
from functools import lru_cache
from pathlib import Path
from typing import Any

from detente.economy import world as worlds
from detente.errors import DataError, QuestionError

OWN = ".npz"


def is_shipped(name: str) -> bool:
    """Whether a world of this name ships with the package."""
    return name in worlds.worlds()


def load(name: str) -> Any:
    """The raw table of a world: a TradeTable, or an InputOutput where it has sectors.

    name: a shipped world, or the path of a user's table. Raises QuestionError for what is neither, DataError for a file
    that is no table or must be mended first.
    """
    if is_shipped(name):
        return worlds.table(name)
    path = Path(name)
    if path.exists():
        status = path.stat()
        return _own(name, status.st_mtime_ns, status.st_size)
    if name.endswith(OWN) or path.suffix:
        raise DataError(f"{path}: no such file; name a table, or one of {', '.join(worlds.worlds())}")
    near = difflib.get_close_matches(name, worlds.worlds(), n=1)
    hint = f"; try {near[0]}" if near else ", or the file of a table of your own (`detente world import`)"
    raise QuestionError(f"no world is named {name!r}; there is {', '.join(worlds.worlds())}{hint}")


@lru_cache(maxsize=4)
def _own(name: str, _changed: int, _size: int) -> worlds.InputOutput:
    """A user's table, read again where its file has changed."""
    if name.endswith(OWN):
        return worlds.read(name)
    from detente.economy import importers

    return importers.read(name)
