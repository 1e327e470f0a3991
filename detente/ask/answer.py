"""Answer: what a question returns: plain data in the keys of the command line, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import metadata, resources
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class Answer:
    """data: JSON types under the documented keys; notes: what a reader must know to read the numbers right."""

    question: str
    data: dict[str, Any]
    notes: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The data with `meta` and `notes`."""
        return {**self.data, "notes": list(self.notes), "meta": meta(self.question, self.options)}


def meta(question: str, options: dict[str, Any]) -> dict[str, Any]:
    """Version, commit where one is known, hashes of the data, seed, options, schema version."""
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
    """sha256, first 16 digits, of every data file that answers rest on."""
    import hashlib

    root = resources.files("detente")
    found = {}
    for folder, endings in (("economy/worlds", (".npz",)), ("dossiers", (".jsonl", ".csv"))):
        stack = [(folder, root / folder)]
        while stack:
            path, item = stack.pop()
            if item.is_dir():
                stack.extend((f"{path}/{child.name}", child) for child in item.iterdir())
            elif path.endswith(endings):
                found[path] = hashlib.sha256(item.read_bytes()).hexdigest()[:16]
    return dict(sorted(found.items()))


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
