"""Cells of a row of a table that somebody else wrote."""

from __future__ import annotations

from collections.abc import Sequence


def trimmed(row: Sequence[str]) -> list[str]:
    """A row without the empty cells at its end."""
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    return cells
