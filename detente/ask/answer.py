"""Answer: what a question returns: plain data under documented keys, with notes and the proof of its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import metadata, resources
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class Answer:
    """What a question returns.

    question: its name. data: JSON types under the keys of its schema. notes: what a reader must know to read the
    numbers right. options: what was asked, days and seed included.
    """

    question: str
    data: dict[str, Any]
    notes: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The data with `notes` and `meta`, as printed with --json."""
        return {**self.data, "notes": list(self.notes), "meta": meta(self.question, self.options)}


def meta(question: str, options: dict[str, Any]) -> dict[str, Any]:
    """How an answer came about: version, commit where one is known, hashes of the data, seed, options, schema."""
    return {
        "question": question,
        "version": metadata.version("detente"),
        "commit": _commit(),
        "data": _hashes(),
        "seed": options.get("seed"),
        "options": options,
        "schema": SCHEMA,
    }


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
