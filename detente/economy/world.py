"""World: a baseline economy, where it comes from, and its checks.

Axes: n importer, i exporter. A one-sector world has no sector axis.
"""

from __future__ import annotations

import hashlib
import io
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

import numpy as np

from detente.errors import DataError, QuestionError


@dataclass(frozen=True)
class Origin:
    """Where a table comes from: year, unit, sources with licences, the hash of the file, the command that made it."""

    name: str
    year: int
    unit: str
    sources: tuple[str, ...]
    licence: str
    sha256: str = ""
    made_by: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """Raw observations: goods flows [n,i] without domestic sales, and gross domestic product [n], in one unit."""

    economies: tuple[str, ...]
    flows: np.ndarray
    gdp: np.ndarray
    origin: Origin


@dataclass(frozen=True, eq=False)
class World:
    """A baseline economy in which the model's equations hold exactly.

    share [n,i] of n's spending that goes to i; spending, income (of labour), transfer [n] in `origin.unit`;
    tariff [n,i] in force in the baseline, as a fraction; structure: the model's own parameters, each documented there.
    """

    name: str
    economies: tuple[str, ...]
    share: np.ndarray
    spending: np.ndarray
    income: np.ndarray
    transfer: np.ndarray
    tariff: np.ndarray
    structure: Any
    origin: Origin

    @cached_property
    def duty_free(self) -> np.ndarray:
        """share / (1 + tariff) [n,i]: what reaches the exporter of each unit spent; the share itself without tariffs."""
        return self.share / (1 + self.tariff) if self.tariff.any() else self.share

    def index(self, economy: str) -> int:
        """The place of an economy on every axis. Raises QuestionError for one the world does not have."""
        try:
            return self.economies.index(economy)
        except ValueError:
            raise QuestionError(
                f"{economy!r} is not an economy of {self.name} ({len(self.economies)} economies, ISO3 codes such as"
                f" {', '.join(self.economies[:3])}); {_near(economy, self.economies)}"
            ) from None


def _near(code: str, economies: tuple[str, ...]) -> str:
    import difflib

    close = difflib.get_close_matches(code.upper(), economies, n=3, cutoff=0.5)
    return f"try {' or '.join(close)}" if close else "`detente price --help` says how economies are named"


def check(world: World, *, tolerance: float = 1e-9) -> World:
    """The world itself, if it is one: finite, non-negative, shares that sum to one, transfers that sum to zero.

    Raises DataError naming the first economy that fails, by how much, and what to try.
    """
    n = len(world.economies)
    shapes = {"share": (n, n), "tariff": (n, n), "spending": (n,), "income": (n,), "transfer": (n,)}
    for field, shape in shapes.items():
        array = np.asarray(getattr(world, field))
        if array.shape != shape:
            raise DataError(f"{world.name}: {field} has shape {array.shape}, but {n} economies need {shape}")
        bad = np.argwhere(~np.isfinite(array))
        if bad.size:
            where = ", ".join(world.economies[k] for k in bad[0])
            raise DataError(f"{world.name}: {field} of {where} is not a finite number; fill or drop it first")
    for field in ("share", "spending", "income"):
        array = np.asarray(getattr(world, field))
        if (array < 0).any():
            where = ", ".join(world.economies[k] for k in np.argwhere(array < 0)[0])
            raise DataError(f"{world.name}: {field} of {where} is negative ({array.min():.4g}); rebalance the table")
    for field in ("spending", "income"):
        array = np.asarray(getattr(world, field))
        if (array == 0).any():
            raise DataError(f"{world.name}: {field} of {world.economies[int(np.argmin(array))]} is zero; drop it")
    off = np.abs(world.share.sum(1) - 1)
    if off.max() > tolerance:
        k = int(off.argmax())
        raise DataError(
            f"{world.name}: shares should sum to 1, but {world.economies[k]} sums to {1 + off[k]:.6f};"
            " divide its row by its sum before calibrating"
        )
    total = abs(world.transfer.sum()) / world.spending.sum()
    if total > tolerance:
        raise DataError(f"{world.name}: transfers should sum to 0, but sum to {total:.2e} of world spending")
    return world


def worlds() -> list[str]:
    """Names of the worlds that ship with the package."""
    folder = resources.files("detente.economy") / "worlds"
    return sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml"))


@cache
def table(name: str) -> Table:
    """The raw table of a shipped world. Raises QuestionError for an unknown name, DataError where the file was changed."""
    folder = resources.files("detente.economy") / "worlds"
    if name not in worlds():
        raise QuestionError(f"no world is named {name!r}; there is {', '.join(worlds())}")
    about = tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))
    data = (folder / f"{name}.npz").read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != about["sha256"]:
        raise DataError(
            f"{name}.npz does not match its provenance file: sha256 {found[:12]}..., expected"
            f" {about['sha256'][:12]}...; reinstall the package"
        )
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        economies, flows, gdp = tuple(arrays["economies"].tolist()), arrays["flows"], arrays["gdp"]
    about["sources"] = tuple(about["sources"])
    return Table(economies, flows, gdp, Origin(name=name, **about))
