"""Where the numbers of an answer come from: sources, licence, and how they were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OWN = (
    "Numbers and text made by détente: MIT licence. Facts carry no licence; quotations are short and name their source."
)
DETAILS = ("world", "year", "model", "elasticity", "horizon", "closure", "as_of", "known")


@dataclass(frozen=True)
class Provenance:
    """question: its name. made_by: version and options. sources, licences: in words. notes: of the answer."""

    question: str
    version: str
    options: Mapping[str, Any]
    sources: tuple[str, ...] = ()
    licences: tuple[str, ...] = (OWN,)
    notes: tuple[str, ...] = ()


def provenance(question: str, data: Mapping[str, Any], options: Mapping[str, Any], notes: Sequence[str]) -> Provenance:
    """The provenance of an answer: the world that it was priced on, and the sources that it lists."""
    from detente.ask.answer import package_version

    blocks = list(_blocks(data))
    sources = dict.fromkeys(source for block in blocks for source in _texts(block.get("sources")))
    worlds = dict.fromkeys(str(block["world"]) for block in blocks if block.get("world"))
    licences = dict.fromkeys(filter(None, map(_licence, worlds)))
    version = package_version()
    return Provenance(question, version, dict(options), tuple(sources), (OWN, *licences), tuple(notes))


def details(data: Mapping[str, Any]) -> dict[str, str]:
    """What a reader needs beside a table in words: world, model, elasticities, horizon, closure, day."""
    known: dict[str, str] = {}
    for block in _blocks(data):
        for key in DETAILS:
            value = block.get(key)
            text = value.get("name") if isinstance(value, Mapping) else value
            if text is not None and key not in known:
                known[key] = str(text)
    return known


def _blocks(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The data itself, and the objects in it that describe the economy behind its numbers."""
    yield data
    for key in ("economy", "proof"):
        if isinstance(data.get(key), Mapping):
            yield data[key]


def _texts(sources: Any) -> list[str]:
    return [str(source) for source in sources] if isinstance(sources, list) else []


def _licence(world: str) -> str:
    """The licence of a shipped world; nothing for one of the user's."""
    from detente.economy import world as worlds

    return f"World {world}: {worlds.about(world)['licence']}" if world in worlds.worlds() else ""
