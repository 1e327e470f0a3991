"""Answer: what a question returns: plain data under documented keys, with notes and the proof of its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import QuestionError

if TYPE_CHECKING:
    from detente.ask.tabular.data_table import DataTable

SCHEMA = 1
NOTEBOOK = "detente.faces.python.notebook"  # what shows answers in a notebook; named as text, as views are


@dataclass(frozen=True)
class Answer:
    """What a question returns.

    question: its name. data: JSON types under the keys of its schema. notes: what a reader must know to read the
    numbers right. options: what was asked, days and seed included.

    What it holds is at hand as tidy tables, whose columns end in their units, and which say where they come from:

    >>> answer = detente.price("uniform-10", as_of="2025-10-26")
    >>> answer
    Answer('price': economies 82, sectors 196, duties 1)
    >>> answer.value("real_income_pct", economy="USA")
    >>> answer.to_pandas("sectors")
    >>> answer.save("uniform.parquet")
    """

    question: str
    data: dict[str, Any]
    notes: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The data with `notes` and `meta`, as printed with --json."""
        return {**self.data, "notes": list(self.notes), "meta": meta(self.question, self.options)}

    def __getitem__(self, key: str) -> Any:
        """A part of the data by its key. Raises QuestionError for one that there is not."""
        if key not in self.data:
            raise QuestionError(f"the answer has no {key!r}; it has {', '.join(self.data)}")
        return self.data[key]

    def __iter__(self) -> Iterator[str]:
        """The keys of the data."""
        return iter(self.data)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {len(table)}" for name, table in self.tables.items())
        return f"Answer({self.question!r}{': ' + sizes if sizes else ''})"

    @cached_property
    def tables(self) -> Mapping[str, DataTable]:
        """{name: table}, the main one first."""
        made: dict[str, DataTable] = _tables("of_answer").tables(self.question, self.data)
        return made

    def table(self, name: str | None = None) -> DataTable:
        """A table by name, the main one by default. Raises QuestionError for one that there is not.

        >>> answer.table("duties").column("duty_after_pct")
        """
        if not self.tables:
            raise QuestionError(f"the answer to {self.question} has no table; its data are in .data")
        if name is not None and name not in self.tables:
            raise QuestionError(f"the answer has no table {name!r}; it has {', '.join(self.tables)}")
        return self.tables[name] if name is not None else next(iter(self.tables.values()))

    def value(self, column: str, *, table: str | None = None, **where: Any) -> Any:
        """The one value of a column where others have given values. Raises QuestionError unless one row has them.

        >>> answer.value("output_pct", table="sectors", economy="USA", sector="C29")
        """
        return self.table(table).value(column, **where)

    def to_pandas(self, table: str | None = None) -> Any:
        """A table as a pandas frame; units, sources and notes stand in its `attrs`. Needs the `table` extra."""
        return _tables("frames").to_pandas(self.table(table), self._provenance())

    def to_xarray(self, table: str | None = None) -> Any:
        """A table as an xarray Dataset, a dimension for each of its keys. Needs the `table` extra."""
        return _tables("frames").to_xarray(self.table(table), self._provenance())

    def save(self, path: str | Path, table: str | None = None, *, kind: str | None = None) -> list[str]:
        """Write a table as .csv or .parquet, or all as .xlsx, with a description beside it; the paths written.

        table: by name, the main one by default. kind: csv, parquet or xlsx, where the name does not end in it.

        The description, FILE.schema.json, is a Frictionless Data Package: units, meanings, sources, licences. Parquet
        needs the `table` extra. Raises QuestionError for another ending, and where a file cannot be written.
        """
        chosen = [self.table(table)] if table is not None else list(self.tables.values()) or [self.table()]
        written: list[str] = _tables("saving").save(path, chosen, self._provenance(), kind)
        return written

    def plot(self, table: str | None = None, column: str | None = None, **where: Any) -> Any:
        """A table as a chart, which a notebook shows and `.save("x.svg")` writes.

        table, column: by name, the main table and its first number by default. where: values that rows must have.

        >>> answer.plot("sectors", "output_pct", economy="USA").save("sectors.svg")
        """
        return import_module(NOTEBOOK).plot(self, table, column, where)

    def _repr_html_(self) -> str:
        """What a notebook shows: the main numbers with units and names, how they were made, what to know."""
        html: str = import_module(NOTEBOOK).html(self)
        return html

    def _provenance(self) -> Any:
        return _tables("provenance").provenance(self.question, self.data, self.options, self.notes)


def _tables(module: str) -> Any:
    """A module of tables: it imports questions, and they this one, so it is named as text, as in the registry."""
    return import_module(f"detente.ask.tabular.{module}")


def meta(question: str, options: dict[str, Any]) -> dict[str, Any]:
    """How an answer came about: version, commit where one is known, hashes of the data, seed, options, schema."""
    return {
        "question": question,
        "version": package_version(),
        "commit": _commit(),
        "data": _hashes(),
        "seed": options.get("seed"),
        "options": options,
        "schema": SCHEMA,
    }


@cache
def package_version() -> str:
    """The version of this package, read once: the file with it is long."""
    from importlib import metadata

    return metadata.version("detente")


@cache
def _hashes() -> dict[str, str]:
    """{file: first 16 digits of its sha256} of every data file that answers rest on."""
    import hashlib

    root = resources.files("detente")
    hashes = {}
    for folder, endings in (
        ("economy/worlds", (".npz", ".csv")),
        ("economy/spending", (".csv",)),
        ("dossiers", (".jsonl", ".csv")),
        ("duties", (".csv",)),
    ):
        stack = [(folder, root / folder)]
        while stack:
            path, item = stack.pop()
            if item.is_dir():
                stack.extend((f"{path}/{child.name}", child) for child in item.iterdir())
            elif path.endswith(endings):
                hashes[path] = hashlib.sha256(item.read_bytes()).hexdigest()[:16]
    return dict(sorted(hashes.items()))


@cache
def _commit() -> str | None:
    """The commit of a checkout the package runs from, read from its files; None for an installed package."""
    from pathlib import Path

    git = Path(__file__).resolve().parents[2] / ".git"
    try:
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        ref = git / head[5:]
        if ref.is_file():
            return ref.read_text().strip()
        packed = (git / "packed-refs").read_text().splitlines()
        return next((line.split()[0] for line in packed if line.endswith(head[5:])), None)
    except OSError:
        return None
