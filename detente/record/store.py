"""Record: append-only statements and their sources. What was once written is never changed, only added to.

A shipped dossier is read-only; a folder of the user's own (or an overlay under `home`) takes new lines.
A line counts once it is locked, written and fsynced.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import IO

from detente.errors import RecordError
from detente.record import lines
from detente.record.fact import By, Source, Statement, moment, plain
from detente.record.index import LARGE, Index, Shelf
from detente.record.kinds import check, check_quote, check_source
from detente.record.state import State, derive, live
from detente.record.state.claims import holds
from detente.record.state.derive import compose
from detente.record.state.echoes import reduced
from detente.safe_io import reason

SOURCES, STATEMENTS = "sources.jsonl", "statements.jsonl"
STATES = 8  # answers kept at hand


class Record:
    """One negotiation: its sources and statements, in the order they were recorded.

    `notices` says what was found wrong on loading, such as a torn last line set aside.
    """

    def __init__(self, name: str, folder: Path | None = None):
        self.name = name
        self.folder = folder
        self.sources: dict[str, Source] = {}
        self.notices: list[str] = []
        self._told: dict[str, Statement] = {}
        self._shelf = Shelf()
        self._unread: Index | None = None  # the file that answers for lines not read yet
        self._states: dict[tuple[str, str], State] = {}
        self._read_to: dict[str, int] = {SOURCES: 0, STATEMENTS: 0}

    @classmethod
    def load(cls, dossier: str | Path, home: str | Path | None = None) -> Record:
        """A shipped dossier by name, or a folder; with `home`, the user's lines in home/NAME lie over the shipped ones.

        Without `home` a shipped dossier is read-only. Raises RecordError.
        """
        shipped = files("detente").joinpath("dossiers", str(dossier))
        is_name = Path(dossier).name == str(dossier)
        if is_name and shipped.joinpath(STATEMENTS).is_file():
            record = cls(str(dossier), Path(home) / dossier if home is not None else None)
            for name in (SOURCES, STATEMENTS):
                record._take(shipped.joinpath(name).read_text(encoding="utf-8"), name, f"{dossier}/{name}")
        elif is_name and home is not None and (Path(home) / dossier).is_dir():
            record = cls(str(dossier), Path(home) / dossier)
        elif Path(dossier).is_dir():
            record = cls(Path(dossier).name, Path(dossier))
        else:
            raise RecordError(
                f"no dossier {str(dossier)!r}; shipped are {', '.join(shipped_dossiers())}, or name a folder"
            )
        record._refresh()
        return record

    @classmethod
    def start(cls, folder: str | Path) -> Record:
        """An empty record in a new folder, or the one that is there."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        return cls.load(Path(folder))

    def statements(self, known: str | date | None = None) -> tuple[Statement, ...]:
        """Every statement in order; with `known`, those the public could know by then and nobody had retracted."""
        everything = tuple(self._statements.values())
        return everything if known is None else tuple(live(everything, plain(known)))

    def find(self, statement_id: str) -> Statement:
        """The statement with that id, or the only one whose id starts so. Raises RecordError."""
        hits = [s for i, s in self._statements.items() if i.startswith(statement_id)]
        if len(hits) != 1:
            raise RecordError(
                f"{self.name}: {len(hits)} statements have ids that start with {statement_id!r}; give more of it"
            )
        return hits[0]

    def as_of(self, valid: str | date, known: str | date | None = None, also: Iterable[Statement] = ()) -> State:
        """The state of the talks on `valid` as one could know on `known` (default: `valid`).

        `also`: statements beside the record, such as those proposed from a document at hand.
        """
        also, day, seen = tuple(also), plain(valid), plain(known or valid)
        if not also and (day, seen) in self._states:
            return self._states[day, seen]
        if any(s.retracts or s.supersedes for s in also):
            told = (*self._statements.values(), *also)
            proposed = {s.id for s in also} - self._statements.keys()
            return derive(told, as_of=day, known=seen, sources=self.sources, proposed=proposed)
        state = self._compose(day, seen, also)
        if not also:
            self._states = {**dict(list(self._states.items())[1 - STATES :]), (day, seen): state}
        return state

    def _compose(self, day: str, seen: str, also: Sequence[Statement]) -> State:
        """As `derive` of every line and `also`; found through the shelf, and through the index where lines wait."""
        parts = [self._shelf.select(day, seen)]
        if self._unread is not None:
            try:
                parts.append(self._unread.select(day, seen))
            except sqlite3.Error:
                self._read_now()
                parts = [self._shelf.select(day, seen)]
        undone = set().union(*(p.undone for p in parts))
        own = {s.id: s for p in parts for s in p.told if s.id not in undone}
        beside = [s for s in live(also, seen) if s.id not in own and s.id not in undone and holds(s, day)]
        days = [p.last_known for p in parts if p.last_known] + [s.known for s in beside if s.known]
        told = list(own.values())
        if beside or sum(bool(p.told) for p in parts) > 1:
            told = reduced([*told, *beside], day)
        return compose(
            told, as_of=day, known=seen, last_known=max(days, key=moment, default=None), sources=self.sources,
            proposed={s.id for s in beside if s.id not in self._told},
        )  # fmt: skip

    @property
    def _statements(self) -> dict[str, Statement]:
        """Every statement, by id, in order; reads the lines that wait."""
        self._read_now()
        return self._told

    def add(self, statement: Statement, *, known: str | date | None = None, text: str | None = None) -> Statement:
        """Check the statement, write its line and return it; the same statement twice is written once.

        `known` fills the statement's own. With the source's `text` the quote must stand verbatim at its place.
        Raises RecordError, and then nothing was written.
        """
        if known is not None:
            statement = replace(statement, known=plain(known))
        self.add_all([statement], text=text)
        return self._statements[statement.id]

    def add_all(
        self, statements: Sequence[Statement], *, sources: Sequence[Source] = (), text: str | None = None
    ) -> None:
        """Check them all, then write their lines in one piece; what is there already is not written again.

        Raises RecordError, and then nothing was written.
        """
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        new = [s if s.recorded_at else replace(s, recorded_at=now) for s in statements]
        for source in sources:
            check_source(source)
        for statement in new:
            self._check_new(statement, text)

        def refuse() -> None:
            for source in sources:
                if self.sources.get(source.id, source) != source:
                    raise RecordError(f"{self.name}: another source {source.id!r} is in the record; choose another id")
            named = {*self.sources, *(s.id for s in sources)}
            ids = {s.id for s in new}
            for statement in new:
                if statement.source not in named:
                    raise RecordError(
                        f"{statement.kind}: source {statement.source!r} is not in {self.name}; add the source first"
                    )
                for word in ("retracts", "supersedes"):
                    target = getattr(statement, word)
                    if target and target not in self._statements and target not in ids:
                        raise RecordError(f"{self.name}: {word} {target}, which is not in the record; check the id")

        self._append(
            refuse,
            lambda: [s for s in dict.fromkeys(sources) if s.id not in self.sources],
            lambda: [s for i, s in {s.id: s for s in new}.items() if i not in self._statements],
        )

    def _check_new(self, statement: Statement, text: str | None) -> None:
        if statement.known is None:
            raise RecordError(
                f"{statement.kind} from {statement.source}: known is missing; say since when it could be known"
            )
        check(statement)
        if text is not None:
            check_quote(statement, text)

    def add_source(self, source: Source) -> Source:
        """Check the source, write its line and return it. Raises RecordError, also where the id has another source."""
        self.add_all([], sources=[source])
        return self.sources[source.id]

    def retract(self, statement_id: str, *, known: str | date, why: str, by: By | None = None) -> Statement:
        """Say that a statement no longer stands, since when, and why; what we knew before stays. Raises RecordError."""
        told = self.find(statement_id)
        if not why.strip():
            raise RecordError(f"{self.name}: a retraction of {told.id} needs a reason; say why")
        undone = replace(
            told, by=by or told.by, quote="", start=None, end=None, asserted=plain(known), known=plain(known),
            note=why, retracts=told.id, supersedes=None, recorded_at=None, coder=None, confidence=None,
        )  # fmt: skip
        return self.add(undone)

    def check(self, texts: Callable[[str], str | None] | None = None) -> list[str]:
        """Everything wrong with the record, a sentence each; `texts` gives a source's text by its id where at hand."""
        wrong = []
        for statement in self._statements.values():
            try:
                check(statement)
                if statement.source not in self.sources:
                    raise RecordError(
                        f"{statement.kind} {statement.id}: source {statement.source!r} is not in the record"
                    )
                text = texts(statement.source) if texts else None
                if text is not None:
                    check_quote(statement, text)
            except RecordError as refused:
                wrong.append(f"{statement.id}: {refused}")
        for source in self.sources.values():
            try:
                check_source(source)
            except RecordError as refused:
                wrong.append(str(refused))
        return wrong

    def _append(
        self,
        refuse: Callable[[], None],
        new_sources: Callable[[], list[Source]],
        new_statements: Callable[[], list[Statement]],
    ) -> None:
        """Sources first: a statement is never on disk before its source."""
        self._read_now()
        if self.folder is None or _is_shipped(self.folder):
            raise RecordError(
                f"{self.name} is a shipped dossier and read-only; load it with a home folder (--home DIR), and your"
                " lines lie over the shipped ones"
            )
        refuse()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as refused:
            raise RecordError(
                f"{self.folder}: no folder can be made here ({reason(refused)}); name another one with --home"
            ) from None
        with self._locked():
            # another process may have written since we read
            for each in (SOURCES, STATEMENTS):
                self._catch_up(each, mend=True)
            refuse()
            for name, items in ((SOURCES, new_sources()), (STATEMENTS, new_statements())):
                if not items:
                    continue
                path = self.folder / name
                is_new = not path.exists()
                block = lines.write_all(items).encode()
                _write_whole(path, block)
                if is_new:
                    _sync_folder(self.folder)
                self._take(block.decode(), name, str(path))
                self._read_to[name] += len(block)

    def _refresh(self) -> None:
        """Read the folder's lines; a torn last line is set aside where the folder can be written, and said.

        Lines that the index file holds wait until they are asked for.
        """
        if self.folder is None or not self.folder.is_dir():
            return
        mend = os.access(self.folder, os.W_OK)
        with self._locked() if mend else _unlocked():
            self._catch_up(SOURCES, mend)
            path = self.folder / STATEMENTS
            if not (path.is_file() and path.stat().st_size >= LARGE and mend):
                self._catch_up(STATEMENTS, mend)
                return
            index = Index(self.folder)
            if index.catch_up(path):
                self._unread = index
                return
            before = self._told.keys() | set()
            self._catch_up(STATEMENTS, mend)
            index.build(path, [s for i, s in self._told.items() if i not in before])

    def _read_now(self) -> None:
        """Read the lines that the index answered for so far."""
        if self._unread is None or self.folder is None:
            return
        self._unread = None
        mend = os.access(self.folder, os.W_OK)
        with self._locked() if mend else _unlocked():
            self._catch_up(STATEMENTS, mend)

    def _catch_up(self, name: str, mend: bool) -> None:
        assert self.folder is not None
        path = self.folder / name
        if not path.is_file():
            return
        with path.open("rb") as file:
            file.seek(self._read_to[name])
            new = file.read()
        whole, torn = new[: new.rfind(b"\n") + 1], new[new.rfind(b"\n") + 1 :]
        try:
            text = whole.decode("utf-8")
        except UnicodeDecodeError as refused:
            where = self._read_to[name] + refused.start
            raise RecordError(f"{path}: not UTF-8 text at byte {where}; restore the line or take it out") from None
        self._take(text, name, str(path))
        self._read_to[name] += len(whole)
        if torn.strip():
            self._torn(path, torn, mend)

    def _torn(self, path: Path, torn: bytes, mend: bool) -> None:
        """A last line without its end: whole but for the newline, or cut in the middle of a write."""
        try:
            self._take(torn.decode("utf-8"), path.name, str(path))
        except (RecordError, UnicodeDecodeError):
            aside = path.with_name(path.name + ".torn")
            said = f"{path}: the last line was cut off after {len(torn)} bytes and does not count"
            if mend:
                with aside.open("ab") as file:
                    _write_synced(file, torn + b"\n")
                with path.open("r+b") as file:
                    file.truncate(self._read_to[path.name])
                    os.fsync(file.fileno())
                said += f"; it is kept in {aside.name}"
            self.notices.append(said)
            return
        if mend:
            with path.open("ab") as file:
                _write_synced(file, b"\n")
            self._read_to[path.name] += len(torn) + 1

    def _take(self, text: str, name: str, where: str) -> None:
        if name == SOURCES:
            for source in lines.read_all(text, where, Source):
                assert isinstance(source, Source)
                self.sources[source.id] = source
            self._states = {}
        else:
            for statement in lines.read_all(text, where, Statement):
                assert isinstance(statement, Statement)
                if statement.id not in self._told:
                    self._told[statement.id] = statement
                    self._shelf.put([statement])
            self._states = {}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        import fcntl

        assert self.folder is not None
        try:
            lock = (self.folder / ".lock").open("a")
        except OSError as refused:
            raise RecordError(f"{self.folder}: nothing can be written here ({reason(refused)})") from None
        with lock as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def shipped_dossiers() -> list[str]:
    """The names of the dossiers in the package."""
    return sorted(d.name for d in files("detente").joinpath("dossiers").iterdir() if d.joinpath(STATEMENTS).is_file())


def _is_shipped(folder: Path) -> bool:
    return folder.resolve().is_relative_to(Path(str(files("detente").joinpath("dossiers"))).resolve())


@contextmanager
def _unlocked() -> Iterator[None]:
    yield


def _write_synced(file: IO[bytes], data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _write_whole(path: Path, line: bytes) -> None:
    """The line entirely, on disk, or not at all."""
    before = path.stat().st_size if path.exists() else 0
    try:
        with path.open("ab") as file:
            _write_synced(file, line)
    except OSError as refused:
        if path.exists():
            os.truncate(path, before)
        raise RecordError(f"{path}: {len(line)} bytes could not be written, and nothing was: {refused}") from refused


def _sync_folder(folder: Path) -> None:
    at = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)
