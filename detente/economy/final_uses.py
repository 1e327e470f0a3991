"""What part of final demand is investment, or households' own: shares that ship beside a world."""

from __future__ import annotations

import csv
from importlib import resources

import numpy as np

from detente.economy.world import World
from detente.errors import DataError


def share_of_final_demand(world: World, use: str) -> tuple[np.ndarray, str]:
    """The share [s,n] of a use, `investment` or `households`, in a world's final demand, and its source.

    Of a table of one's own that parts final demand, those of the table. Raises DataError where none ship for a world,
    or not for all its sectors.
    """
    if use in world.final_uses:
        return world.final_uses[use], f"share of {use} in final demand of the table: {'; '.join(world.origin.sources)}"
    name = world.origin.name
    file = resources.files("detente.economy") / "worlds" / f"{name}-{use}.csv"
    if not file.is_file():
        raise DataError(f"{world.name}: no shares of {use} in final demand are known for {name}; icio-2022 has them")
    cells, source = _cells_and_source(file.read_text("utf-8").splitlines())
    try:
        return np.array([[cells[code, sector] for code in world.economies] for sector in world.sectors]), source
    except KeyError as cell:
        raise DataError(f"{world.name}: no share of {use} for {', '.join(cell.args[0])} in {name}") from None


def _cells_and_source(lines: list[str]) -> tuple[dict[tuple[str, str], float], str]:
    """The numbers of a file by economy and sector, and its source: the lines with # in front."""
    source = " ".join(line.lstrip("# ") for line in lines if line.startswith("#"))
    header, *rows = csv.reader(line for line in lines if not line.startswith("#"))
    cells = {(row[0], code): float(value) for row in rows for code, value in zip(header[1:], row[1:], strict=True)}
    return cells, source
