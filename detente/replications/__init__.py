"""Published tables and what this package gives for each cell. One folder a paper; `cases` there yields the rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module, resources
from pathlib import Path

from detente.errors import QuestionError

PAPERS = {
    "caliendo-parro": "caliendo_parro_2015",
    "critical-inputs": "critical_inputs",
    "gegravity": "gegravity",
    "lashkaripour": "lashkaripour_2021",
    "liberation-day": "liberation_day_2025",
    "ossa": "ossa_2014",
    "other-models": "other_models",
}


@dataclass(frozen=True)
class Row:
    """One cell: ours beside the published value; digits are decimals printed, tolerance where values carry more.

    missed: why a cell that should match does not, for misses that are known and explained.
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
    """A CSV of a paper's folder as dicts."""
    text = (resources.files("detente.replications") / PAPERS[paper] / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def rows(paper: str, data: Path | str | None = None) -> Iterator[Row]:
    """Every cell that the model can compute for a paper, published or not. Raises QuestionError for an unknown paper.

    data: a folder with what a paper's licence keeps out of the package; papers that need none ignore it.
    """
    if paper not in PAPERS:
        raise QuestionError(f"no replication is named {paper!r}; there is {', '.join(sorted(PAPERS))}")
    yield from import_module(f"detente.replications.{PAPERS[paper]}.cases").rows(data)
