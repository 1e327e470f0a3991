"""Published tables and what this package gives for each cell: one folder per paper, whose `cases.rows` yields them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module, resources
from pathlib import Path

from detente.errors import DataError, QuestionError

PAPERS = {
    "baqaee-malmberg": "baqaee_malmberg_2025",
    "caliendo-parro": "caliendo_parro_2015",
    "critical-inputs": "critical_inputs",
    "gegravity": "gegravity",
    "lashkaripour": "lashkaripour_2021",
    "liberation-day": "liberation_day_2025",
    "ossa": "ossa_2014",
    "other-models": "other_models",
    "rodriguez-clare": "rodriguez_clare_2025",
}


@dataclass(frozen=True)
class Row:
    """One cell of a table: our value beside the published one.

    digits: decimals printed. tolerance: of values that are known to more digits than are printed. missed: why a cell
    that should match does not, where that is known and explained.
    """

    table: str
    case: str
    economy: str
    quantity: str
    ours: float
    published: float | None = None
    digits: int | None = None
    tolerance: float | None = None
    unit: str = "percent"
    missed: str = ""

    @property
    def matches(self) -> bool | None:
        """Whether ours rounds to the published cell, or lies within its tolerance; None where nothing is published."""
        if self.published is None:
            return None
        if self.tolerance is not None:
            return abs(self.ours - self.published) <= self.tolerance
        return round(self.ours, self.digits) == round(self.published, self.digits)


def read(paper: str, name: str) -> list[dict[str, str]]:
    """The rows of a CSV in a paper's folder, as dictionaries."""
    text = (resources.files("detente.replications") / PAPERS[paper] / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def data_folder(data: Path | str, name: str, file: str) -> Path:
    """The folder that holds a paper's file: the one given, `name` in it, or worlds/`name` in it. Raises DataError."""
    for folder in (Path(data), Path(data) / name, Path(data) / "worlds" / name):
        if (folder / file).exists():
            return folder
    raise DataError(f"{data}: no {file} there or in {name} below it; give the folder that holds it")


def optional_float(text: str | None) -> float | None:
    """A published value as a number, if there is one."""
    return None if text is None else float(text)


def rows(paper: str, data: Path | str | None = None) -> Iterator[Row]:
    """Every cell that the model can compute for a paper, published or not. Raises QuestionError for an unknown paper.

    data: a folder with what a paper's licence keeps out of the package; papers that need none ignore it.
    """
    if paper not in PAPERS:
        raise QuestionError(f"no replication is named {paper!r}; there is {', '.join(sorted(PAPERS))}")
    yield from import_module(f"detente.replications.{PAPERS[paper]}.cases").rows(data)
