"""Record: append-only statements and their sources. What was once written is never changed, only added to.

A shipped dossier is read-only; a folder of the user's own, or an overlay under `home`, takes new lines. A line counts
once it is on disk.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from detente.errors import RecordError
from detente.record import lines, log_file
from detente.record.fact import By, Source, Statement, moment, plain
from detente.record.field_types import check_types, shown
from detente.record.index import LARGE, FileIndex, MemoryIndex, Selection, merged
from detente.record.kinds import check, check_quote, check_source
from detente.record.log_file import LogFile
from detente.record.state import State, derive, unretracted
from detente.record.state.claims import is_valid_on
from detente.record.state.derive import compose
from detente.record.state.repetition import without_repetitions
from detente.safe_io import reason

SOURCES, STATEMENTS = "sources.jsonl", "statements.jsonl"
CACHED_STATES = 8

Texts = Callable[[str], str | None]  # the text of a source by its id, None where it is not at hand


class Record:
    """One negotiation: its sources and statements, in the order they were recorded.

    notices: what was repaired on loading, such as a last line that was cut off and set aside.
    """

    def __init__(self, name: str, folder: Path | None = None):
        self.name = name
        self.folder = folder
        self.sources: dict[str, Source] = {}
        self.notices: list[str] = []
        self._by_id: dict[str, Statement] = {}
        self._memory_index = MemoryIndex()
        self._file_index: FileIndex | None = None  # answers for lines that were not read yet
        self._states: dict[tuple[str, str], State] = {}
        self._broken: list[str] | None = None  # takes what is wrong with lines that are left out
        self._logs = {name: LogFile(folder / name) for name in (SOURCES, STATEMENTS)} if folder else {}

    @classmethod
    def load(cls, dossier: str | Path, home: str | Path | None = None, *, broken: list[str] | None = None) -> Record:
        """A shipped dossier by name, or a folder; with `home`, the user's lines in home/NAME lie over the shipped ones.

        Without `home` a shipped dossier is read-only. broken: takes what is wrong with each line that cannot be read,
        which is then left out. Raises RecordError, without `broken` also for the first such line.

        >>> Record.load("us-china").name
        'us-china'
        """
        shipped = files("detente").joinpath("dossiers", str(dossier))
        is_name = Path(dossier).name == str(dossier) != ".."
        own = Path(home) / dossier if home is not None and is_name else None
        if is_name and shipped.joinpath(STATEMENTS).is_file():
            record = cls(str(dossier), own)
            for name in (SOURCES, STATEMENTS):
                record._take(shipped.joinpath(name).read_text(encoding="utf-8"), name, f"{dossier}/{name}")
        elif own is not None and own.is_dir():
            record = cls(str(dossier), own)
        elif Path(dossier).is_dir():
            record = cls(Path(dossier).name, Path(dossier))
        else:
            raise RecordError(
                f"no dossier {str(dossier)!r}; give one of {', '.join(shipped_dossiers())}, or the path of a folder"
            )
        record._broken = broken
        record._load_lines()
        return record

    @classmethod
    def start(cls, folder: str | Path) -> Record:
        """The record in a folder, which is made where there is none."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        return cls.load(Path(folder))

    def statements(self, known: str | date | None = None) -> tuple[Statement, ...]:
        """Every statement in order; with `known`, those the public could know by then and nobody had retracted."""
        everything = tuple(self._statements.values())
        return everything if known is None else tuple(unretracted(everything, plain(known)))

    def find(self, statement_id: str) -> Statement:
        """The statement with that id, or the only one whose id starts with it. Raises RecordError."""
        matches = [s for identity, s in self._statements.items() if identity.startswith(statement_id)]
        if len(matches) != 1:
            raise RecordError(
                f"{self.name}: {len(matches)} statements have ids that start with {statement_id!r}; give a whole id,"
                " as `record show` lists them"
            )
        return matches[0]

    def as_of(self, valid: str | date, known: str | date | None = None, also: Iterable[Statement] = ()) -> State:
        """The state of the talks on `valid` as one could know on `known` (default: `valid`).

        also: statements to compare with the record, such as those proposed from a document. Raises RecordError for a
        date that cannot be read.
        """
        also, as_of, known_on = tuple(also), plain(valid), plain(known or valid)
        if not also and (as_of, known_on) in self._states:
            return self._states[as_of, known_on]
        if any(s.retracts or s.supersedes for s in also):
            everything = (*self._statements.values(), *also)
            proposed = {s.id for s in also} - self._statements.keys()
            return derive(everything, as_of=as_of, known=known_on, sources=self.sources, proposed=proposed)
        state = self._compose(as_of, known_on, also)
        if not also:
            latest = list(self._states.items())[1 - CACHED_STATES :]
            self._states = {**dict(latest), (as_of, known_on): state}
        return state

    def _compose(self, as_of: str, known: str, also: Sequence[Statement]) -> State:
        """What `derive` gives for every line and `also`, with the statements that count found through the indexes."""
        own = self._select(as_of, known)
        own_ids = {s.id for s in own.statements} | own.retracted
        new = [s for s in unretracted(also, known) if s.id not in own_ids and is_valid_on(s, as_of)]
        last_known = max(filter(None, (s.known for s in new)), key=moment, default=None)
        added = Selection(without_repetitions(new, as_of), last_known, set())
        selection = merged([own, added], as_of)
        return compose(
            selection.statements,
            as_of=as_of,
            known=known,
            last_known=selection.last_known,
            sources=self.sources,
            proposed={s.id for s in new if s.id not in self._by_id},
        )

    def _select(self, as_of: str, known: str) -> Selection:
        """What the indexes select: the one in memory, and the file where lines were not read yet."""
        if self._file_index is not None:
            try:
                in_file = self._file_index.select(as_of, known)
                return merged([self._memory_index.select(as_of, known), in_file], as_of)
            except sqlite3.Error:
                self._read_unread()
        return self._memory_index.select(as_of, known)

    @property
    def _statements(self) -> dict[str, Statement]:
        """Every statement, by id, in order; reads the lines that the index answered for so far."""
        self._read_unread()
        return self._by_id

    def add(self, statement: Statement, *, known: str | date | None = None, text: str | None = None) -> Statement:
        """Check the statement, write its line and return it; the same statement twice is written once.

        known: replaces the statement's own. text: that of the source; the quote must then stand verbatim at its place.
        Raises RecordError, and then nothing was written.
        """
        if known is not None:
            statement = replace(statement, known=plain(known))
        self.add_all([statement], text=text)
        return self._statements[statement.id]

    def add_all(
        self, statements: Sequence[Statement], *, sources: Sequence[Source] = (), text: str | None = None
    ) -> None:
        """Check all statements and sources, then write their lines in one piece; what is there is not written again.

        Raises RecordError, and then nothing was written.
        """
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        for statement in statements:
            check_types(statement)
        new = {s.id: s if s.recorded_at else replace(s, recorded_at=now) for s in statements}
        for source in sources:
            check_source(source)
        for statement in new.values():
            self._check_new(statement, text)
        self._append(new, sources)

    def _check_new(self, statement: Statement, text: str | None) -> None:
        if statement.known is None:
            raise RecordError(
                f"{statement.kind} from {statement.source}: known is missing; give the day since when it could be known"
            )
        check(statement)
        if text is not None:
            check_quote(statement, text)

    def _check_references(self, new: Mapping[str, Statement], sources: Sequence[Source]) -> None:
        """Raise RecordError where a source or a statement that is referred to is not there, or an id is taken."""
        for source in sources:
            if self.sources.get(source.id, source) != source:
                raise RecordError(
                    f"{self.name}: another source has the id {shown(source.id)}, from"
                    f" {self.sources[source.id].publisher}; choose another id"
                )
        source_ids = {*self.sources, *(s.id for s in sources)}
        for statement in new.values():
            if statement.source not in source_ids:
                raise RecordError(
                    f"{statement.kind}: source {shown(statement.source)} is not in {self.name}; add the source first"
                )
            for reference in ("retracts", "supersedes"):
                target = getattr(statement, reference)
                if target and target not in self._statements and target not in new:
                    raise RecordError(
                        f"{self.name}: {reference} {shown(target)}, which is not in the record; check the id"
                    )

    def add_source(self, source: Source) -> Source:
        """Check the source, write its line and return it. Raises RecordError, also where the id has another source."""
        self.add_all([], sources=[source])
        return self.sources[source.id]

    def retract(self, statement_id: str, *, known: str | date, why: str, by: By | None = None) -> Statement:
        """Write that a statement no longer stands, since when and why; what was known before stays.

        Raises RecordError for an unknown id or an empty reason.
        """
        target = self.find(statement_id)
        if not why.strip():
            raise RecordError(f"{self.name}: the retraction of {target.id} needs a reason; give it as `why`")
        retraction = replace(
            target, by=by or target.by, quote="", start=None, end=None, asserted=plain(known), known=plain(known),
            note=why, retracts=target.id, supersedes=None, recorded_at=None, coder=None, confidence=None,
        )  # fmt: skip
        return self.add(retraction)

    def check(self, texts: Texts | None = None) -> list[str]:
        """What is wrong with the record, one sentence a statement or source; `texts` lets quotes be checked too."""
        wrong = []
        for statement in self._statements.values():
            try:
                self._check_stored(statement, texts)
            except RecordError as error:
                wrong.append(f"{statement.id}: {error}")
        for source in self.sources.values():
            try:
                check_source(source)
            except RecordError as error:
                wrong.append(str(error))
        return wrong

    def _check_stored(self, statement: Statement, texts: Texts | None) -> None:
        check(statement)
        if statement.source not in self.sources:
            raise RecordError(f"{statement.kind} {statement.id}: source {statement.source!r} is not in the record")
        text = texts(statement.source) if texts else None
        if text is not None:
            check_quote(statement, text)

    # Lines on disk.

    def _append(self, new: Mapping[str, Statement], sources: Sequence[Source]) -> None:
        """Write the lines that are not there; sources first, so that no statement is on disk before its source."""
        self._read_unread()
        if self.folder is None or _is_shipped(self.folder):
            raise RecordError(
                f"{self.name} is a shipped dossier and read-only; load it with a home folder (--home DIR), and your"
                " lines lie over the shipped ones"
            )
        self._check_references(new, sources)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RecordError(
                f"{self.folder}: no folder can be made here ({reason(error)}); name another one with --home"
            ) from None
        with log_file.lock(self.folder):
            for name in (SOURCES, STATEMENTS):  # another process may have written since we read
                self._read_new(name, may_repair=True)
            self._check_references(new, sources)
            self._write([s for s in dict.fromkeys(sources) if s.id not in self.sources], SOURCES)
            self._write([s for identity, s in new.items() if identity not in self._by_id], STATEMENTS)

    def _write(self, items: Sequence[Statement | Source], name: str) -> None:
        if items:
            text = lines.write_all(items)
            self._logs[name].append(text)
            self._take(text, name, str(self._logs[name].path))

    def _load_lines(self) -> None:
        """Read the folder's lines; statements that the index file holds wait until they are asked for."""
        if self.folder is None or not self.folder.is_dir():
            return
        may_repair = self._is_writable()
        with self._lock_if(may_repair):
            self._read_new(SOURCES, may_repair)
            log = self._logs[STATEMENTS]
            if self._broken is not None or not may_repair or log.size() < LARGE:
                self._read_new(STATEMENTS, may_repair)
                return
            index = FileIndex(self.folder)
            if index.refresh(log.path):
                self._file_index = index
                return
            shipped = set(self._by_id)
            self._read_new(STATEMENTS, may_repair)
            index.build(log.path, [s for identity, s in self._by_id.items() if identity not in shipped])

    def _read_unread(self) -> None:
        """Read the lines that the index file answered for so far."""
        if self._file_index is None:
            return
        self._file_index = None
        may_repair = self._is_writable()
        with self._lock_if(may_repair):
            self._read_new(STATEMENTS, may_repair)

    def _is_writable(self) -> bool:
        return self.folder is not None and os.access(self.folder, os.W_OK)

    def _lock_if(self, is_writable: bool) -> AbstractContextManager[None]:
        return log_file.lock(self.folder) if self.folder is not None and is_writable else nullcontext()

    def _read_new(self, name: str, may_repair: bool) -> None:
        """Take in the lines of a file that were written since it was last read."""
        log = self._logs[name]
        whole, torn = log.read_new(strict=self._broken is None)
        self._take(whole, name, str(log.path))
        if not torn.strip():
            return
        try:
            self._take(torn.decode("utf-8"), name, str(log.path))
        except (RecordError, UnicodeDecodeError):  # cut in the middle of a write
            notice = f"{log.path}: the last line was cut off after {len(torn)} bytes and does not count"
            if may_repair:
                notice += f"; it was moved to {log.set_aside(torn).name}"
            self.notices.append(notice)
            return
        if may_repair:
            log.end_last_line(torn)

    def _take(self, text: str, name: str, where: str) -> None:
        """Take in the lines of a text; `name` says whether they are sources or statements."""
        self._states = {}
        for item in lines.read_all(text, where, Source if name == SOURCES else Statement, self._broken):
            if isinstance(item, Source):
                self.sources[item.id] = item
            elif item.id not in self._by_id:
                self._by_id[item.id] = item
                self._memory_index.add([item])


def shipped_dossiers() -> list[str]:
    """The names of the dossiers in the package."""
    return sorted(d.name for d in _dossiers() if d.joinpath(STATEMENTS).is_file())


def _dossiers() -> Iterator[Traversable]:
    return files("detente").joinpath("dossiers").iterdir()


def _is_shipped(folder: Path) -> bool:
    return folder.resolve().is_relative_to(Path(str(files("detente").joinpath("dossiers"))).resolve())
