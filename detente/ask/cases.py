"""Which negotiation a question is about: the case of a dossier, from its own file or from what its record names."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from detente import labels
from detente.record import case as cases
from detente.record import own_duties
from detente.record.case import PARTY, Case
from detente.record.fact import Statement
from detente.record.starting import DUTIES
from detente.record.store import Record


def case_of(
    dossier: str, home: str | Path | None = None, record: Record | None = None, also: Iterable[Statement] = ()
) -> Case:
    """The case of a dossier: the file of the user's own folder, of the shipped one, or the parties of its record.

    also: statements beside the record, such as those of a document, which then name the parties if the record does
    not. Without any of these the case has no parties. The user's own acts are in its ledger of duties. Raises
    RecordError for a file that is wrong.
    """
    case = _case_of(dossier, home, record, also)
    has_own_acts = home is not None and (Path(home) / DUTIES).is_dir()
    return replace(case, own_ledger=own_duties.ledger(home)) if has_own_acts else case


def _case_of(dossier: str, home: str | Path | None, record: Record | None, also: Iterable[Statement]) -> Case:
    name = Path(dossier).name
    own = Path(home) / dossier if home is not None and name == dossier else Path(dossier)
    if (own / cases.FILE).is_file():
        return cases.load(own, name) or _without_parties(name)
    shipped = _shipped(dossier) if name == dossier else None
    return shipped or case_of_statements(name, (*(record.statements() if record else ()), *also))


@cache
def _shipped(name: str) -> Case | None:
    return cases.load(resources.files("detente") / "dossiers" / name, name)


def case_of_statements(name: str, statements: Iterable[Statement]) -> Case:
    """The case of the parties that statements name most."""
    parties = _parties_of(statements)
    return cases.bare(name, parties) if len(parties) > 1 else _without_parties(name, parties)


def _without_parties(name: str, parties: tuple[str, ...] = ()) -> Case:
    return Case(name, name, parties, {code: cases.place(code) for code in parties})


def _parties_of(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The parties that statements name: those of its truces and rounds, else the pair named most."""
    groups, pairs = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for statement in statements:
        together = tuple(sorted(_codes(statement.value.get("parties") or ())))
        pair = tuple(sorted({*_codes(_imposer_and_target(statement))}))
        groups.update([together] if len(together) > 1 else [])
        pairs.update([pair] if len(pair) > 1 else [])
    counts = groups or pairs
    return counts.most_common(1)[0][0] if counts else ()


def _imposer_and_target(statement: Statement) -> tuple[object, ...]:
    value = statement.value
    return (value.get("imposer") or statement.by.side, value.get("target") or value.get("against"))


def _codes(words: object) -> Iterator[str]:
    """The words that are codes of economies, each once."""
    seen = words if isinstance(words, list | tuple) else ()
    for word in dict.fromkeys(seen):
        if isinstance(word, str) and PARTY.fullmatch(word) and labels.name(word) != word:
            yield word


OwnFiles = tuple[tuple[str, int, int], ...]


def own_files(dossier: str, home: str | Path) -> OwnFiles:
    """(name, size, time of the last change) of the files of a user's own that answers about a dossier rest on."""
    rows = []
    for folder in (Path(home) / dossier, Path(home) / DUTIES):
        with suppress(OSError):
            for entry in os.scandir(folder):
                if not entry.name.startswith("."):  # a lock or an index
                    rows.append((entry.path, entry.stat().st_size, entry.stat().st_mtime_ns))
    return tuple(sorted(rows))
