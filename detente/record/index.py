"""Two indexes over the lines of a record: one in memory, one in an SQLite file that spares reading a long record.

Both find the statements that a state uses: known, not retracted, valid on the day, without repetitions. The lines are
the truth. The file is a cache: it can be deleted at any moment, and is rebuilt where it is missing or stale.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from detente.errors import RecordError
from detente.record import lines
from detente.record.fact import By, FactDate, Statement, moment, plain
from detente.record.state.claims import is_known_by, is_valid_on, retracted_ids
from detente.record.state.repetition import FIRST_COUNTS, assertion_time, repetition_key, sort_key, without_repetitions

NAME = ".index.sqlite"
SEAL = f"{NAME}.seal"  # the hash of the file as we wrote it: rows that somebody else put in are not believed
LARGE = 2_000_000  # bytes of lines from which an index file pays
LAYOUT = 6  # version of the tables; a file with another one is rebuilt
EARLIEST = -1e15  # stands for minus infinity in the file
BATCH = 900  # ids in one query; SQLite takes 999 parameters
FIELDS = tuple(f.name for f in fields(Statement))
TABLES = """
create table meta (layout integer, size integer, stamp text, digest text);
create table statement (
  id text primary key, sort_key text not null, known real not null, asserted_day real not null,
  asserted_clock real not null, kind text not null, repetition text, retracts integer not null, packed text not null);
create index groups on statement (repetition, sort_key, known, asserted_day, asserted_clock, kind)
  where repetition is not null and retracts = 0;
create index recent on statement (known) where retracts = 0;
create index retracting on statement (retracts) where retracts = 1;
"""
ENDPOINTS = """
select min(case when kind in ({kinds}) then sort_key end), max(sort_key),
  max(case when {asserted} <= ? then sort_key end)
from statement where known <= ? and repetition is not null and retracts = 0 {condition} group by repetition
"""
LATEST = (
    f"select id, packed from statement where retracts = 0 and known <= ? and known > {EARLIEST} order by known desc",
    f"select id, packed from statement where retracts = 1 and known <= ? and known > {EARLIEST} order by known desc",
)


class Query(NamedTuple):
    """A question about a state, with POSIX timestamps.

    known_by: the instant by which a statement must be known. asserted_by: the instant by which it counts as asserted.
    by_clock: whether a time is asked about, which is read on each side's clock; a day is read by calendar days.
    """

    as_of: str
    known_by: float
    asserted_by: float
    by_clock: bool

    @classmethod
    def of(cls, as_of: str, known: str) -> Query:
        """The question about a day or time as known on another."""
        return cls(as_of, moment(known).timestamp(), moment(as_of).timestamp(), "T" in as_of)


class Selection(NamedTuple):
    """What a state is composed of, the day of the latest statement known, and the ids that are retracted."""

    statements: list[Statement]
    last_known: str | None
    retracted: set[str]


def merged(selections: Sequence[Selection], as_of: str) -> Selection:
    """One selection of several, in which a statement of one may repeat or retract that of another."""
    retracted = set().union(*(selection.retracted for selection in selections))
    by_id = {s.id: s for selection in selections for s in selection.statements if s.id not in retracted}
    statements = list(by_id.values())
    if sum(bool(selection.statements) for selection in selections) > 1:
        statements = without_repetitions(statements, as_of)
    days = filter(None, (selection.last_known for selection in selections))
    return Selection(statements, max(days, key=moment, default=None), retracted)


class Entry(NamedTuple):
    """A statement in an index: its sort key, when it was known and asserted (POSIX), and what it repeats."""

    sort_key: str
    known: float
    asserted_day: float
    asserted_clock: float
    repetition: str | None
    has_valid_time: bool
    statement: Statement

    @classmethod
    def of(cls, s: Statement) -> Entry:
        """The entry of a statement."""
        known = moment(s.known).timestamp() if s.known else float("-inf")
        has_valid_time = s.kind != "participant" and (s.valid_from is not None or s.valid_to is not None)
        return cls(sort_key(s), known, *assertion_time(s), repetition_key(s), has_valid_time, s)

    def asserted(self, by_clock: bool) -> float:
        """When it was asserted, by the clock or by calendar days."""
        return self.asserted_clock if by_clock else self.asserted_day


class RepetitionGroup:
    """Statements that repeat each other, in their order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def refresh(self) -> None:
        """Sort, and note what lets the last entry by a moment be found without looking at each."""
        self.entries.sort(key=lambda e: e.sort_key)
        self._known = [e.known for e in self.entries]
        self._asserted = {by_clock: [e.asserted(by_clock) for e in self.entries] for by_clock in (False, True)}
        columns = (self._known, *self._asserted.values())
        has_valid_time = any(e.has_valid_time for e in self.entries)
        self._is_plain = not has_valid_time and all(column == sorted(column) for column in columns)
        self._ids = {e.statement.id for e in self.entries}
        self._first = 0 if self.entries[0].statement.kind in FIRST_COUNTS else 1  # of the endpoints used

    def endpoints(self, query: Query, retracted: set[str]) -> list[Entry]:
        """The entries that a state uses: the last asserted by the day, the last known, for some kinds the first too."""
        if self._is_plain and retracted.isdisjoint(self._ids):
            return self._bisected(query)[self._first :]
        return self._scanned(query, retracted)[self._first :]

    def _bisected(self, query: Query) -> list[Entry]:
        """First, last asserted and last known entry, where both times rise with the order and nothing is excluded."""
        known = bisect_right(self._known, query.known_by)
        if not known:
            return []
        asserted = min(bisect_right(self._asserted[query.by_clock], query.asserted_by), known)
        last = self.entries[known - 1]
        return [self.entries[0], self.entries[asserted - 1] if asserted else last, last]

    def _scanned(self, query: Query, retracted: set[str]) -> list[Entry]:
        """The same, by looking at each entry."""
        valid = [e for e in self.entries if e.known <= query.known_by and self._is_valid(e, query, retracted)]
        if not valid:
            return []
        asserted = [e for e in valid if e.asserted(query.by_clock) <= query.asserted_by]
        return [valid[0], asserted[-1] if asserted else valid[-1], valid[-1]]

    @staticmethod
    def _is_valid(entry: Entry, query: Query, retracted: set[str]) -> bool:
        if entry.statement.id in retracted:
            return False
        return not entry.has_valid_time or is_valid_on(entry.statement, query.as_of)


class MemoryIndex:
    """Statements in memory, in groups that repeat each other."""

    def __init__(self) -> None:
        self._groups: dict[str, RepetitionGroup] = {}
        self._by_known: list[Entry] = []  # the latest first
        self._retracting: list[Statement] = []
        self._pending: list[Statement] = []

    def add(self, statements: Iterable[Statement]) -> None:
        """Add statements; they are sorted in when a selection is next asked for."""
        self._pending.extend(statements)

    def select(self, as_of: str, known: str) -> Selection:
        """The statements that `derive` would use, in order."""
        self._sort_in()
        query = Query.of(as_of, known)
        retracted = retracted_ids(self._retracting, known)
        used: dict[str, Statement] = {}
        for group in self._groups.values():
            for entry in group.endpoints(query, retracted):
                used[entry.sort_key] = entry.statement
        return Selection([used[key] for key in sorted(used)], self._last_known(query, retracted), retracted)

    def _last_known(self, query: Query, retracted: set[str]) -> str | None:
        first = bisect_left(self._by_known, -query.known_by, key=lambda e: -e.known)
        latest = (self._by_known[n].statement for n in range(first, len(self._by_known)))
        return next((s.known for s in latest if s.id not in retracted and is_valid_on(s, query.as_of)), None)

    def _sort_in(self) -> None:
        if not self._pending:
            return
        changed = set()
        for entry in map(Entry.of, self._pending):
            s = entry.statement
            if s.retracts or s.supersedes:
                self._retracting.append(s)
            if s.retracts is None:
                self._by_known.append(entry)
                if entry.repetition is not None:
                    self._groups.setdefault(entry.repetition, RepetitionGroup()).entries.append(entry)
                    changed.add(entry.repetition)
        self._pending.clear()
        self._by_known.sort(key=lambda e: (-e.known, e.sort_key))
        for key in changed:
            self._groups[key].refresh()


class FileIndex:
    """The SQLite file beside the lines of a dossier."""

    def __init__(self, folder: Path):
        self.path = folder / NAME
        self._cache: dict[str, Statement] = {}  # a statement never changes, so what was read stays right

    def refresh(self, path: Path) -> bool:
        """Bring the file up to the lines in `path`; False where it has to be built from all of them."""
        try:
            if self.is_fresh(path):
                return True
            if not self.path.is_file():
                return False
            data = path.read_bytes()
            size = self._indexed_size(data)
            if size is None or not data.endswith(b"\n") or not self._is_sealed():
                return False
            self._extend(path, data, _statements(data[size:]))
            self._seal()
            return True
        except (sqlite3.Error, OSError, RecordError):
            return False

    def build(self, path: Path, statements: Iterable[Statement]) -> bool:
        """Build the file from the statements of all lines; False where no file can be written."""
        try:
            self._rebuild(path, path.read_bytes(), statements)
            self._seal()
            return True
        except (sqlite3.Error, OSError):
            return False

    def is_fresh(self, path: Path) -> bool:
        """Whether the file holds exactly the lines in `path`, by size and time stamps, and is as we wrote it."""
        return self._meta("layout, size, stamp") == (LAYOUT, path.stat().st_size, _stamp(path)) and self._is_sealed()

    def _is_sealed(self) -> bool:
        """Whether the file is the one that was sealed."""
        try:
            return self._seal_path.read_text("ascii") == self._hash()
        except (OSError, UnicodeDecodeError):
            return False

    def _seal(self) -> None:
        self._seal_path.write_text(self._hash(), "ascii")

    @property
    def _seal_path(self) -> Path:
        return self.path.with_name(SEAL)

    def _hash(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def select(self, as_of: str, known: str) -> Selection:
        """As MemoryIndex.select, from the file. Raises sqlite3.Error."""
        query = Query.of(as_of, known)
        with closing(self._connect()) as base:
            rows = base.execute("select id, packed from statement where retracts = 1")
            retracting = [_unpacked(*row) for row in rows]
            retracted = retracted_ids(retracting, known)
            keys = self._endpoints(base, query, retracted)
            statements = self._read(base, [key.rpartition(" ")[2] for key in keys])
            last_known = self._last_known(base, query, retracted)
        superseding = [s for s in retracting if _may_count(s, known, retracted)]
        valid = {s.id: s for s in (*statements, *superseding) if is_valid_on(s, as_of)}
        in_order = sorted(valid.values(), key=sort_key)
        used = without_repetitions(in_order, as_of) if superseding or _alone(in_order) else in_order
        return Selection(used, last_known, retracted)

    def _endpoints(self, base: sqlite3.Connection, query: Query, retracted: set[str]) -> set[str]:
        """The sort keys of first, last and last asserted statement of each group."""
        base.execute("create temp table retracted (id text primary key)")
        base.executemany("insert into retracted values (?)", [(identity,) for identity in retracted])
        sql = ENDPOINTS.format(
            kinds=", ".join(f"'{kind}'" for kind in FIRST_COUNTS),
            asserted="asserted_clock" if query.by_clock else "asserted_day",
            condition="and id not in (select id from retracted)" if retracted else "",
        )
        rows = base.execute(sql, (query.asserted_by, query.known_by))
        return {key for row in rows for key in row if key is not None}

    def _read(self, base: sqlite3.Connection, ids: list[str]) -> list[Statement]:
        missing = [identity for identity in ids if identity not in self._cache]
        for start in range(0, len(missing), BATCH):
            part = missing[start : start + BATCH]
            sql = f"select id, packed from statement where id in ({','.join('?' * len(part))})"
            self._cache.update((identity, _unpacked(identity, packed)) for identity, packed in base.execute(sql, part))
        return [self._cache[identity] for identity in ids]

    def _last_known(self, base: sqlite3.Connection, query: Query, retracted: set[str]) -> str | None:
        def latest(sql: str) -> str | None:
            statements = (_unpacked(*row) for row in base.execute(sql, (query.known_by,)))
            return next((s.known for s in statements if _is_usable(s, retracted) and is_valid_on(s, query.as_of)), None)

        return max(filter(None, map(latest, LATEST)), key=moment, default=None)

    def _indexed_size(self, data: bytes) -> int | None:
        """How many of these bytes the file already holds; None where it holds something else."""
        meta = self._meta("layout, size, digest")
        if meta is None:
            return None
        layout, size, digest = meta
        is_same = layout == LAYOUT and size <= len(data) and digest == hashlib.sha256(data[:size]).hexdigest()
        return int(size) if is_same else None

    def _meta(self, columns: str) -> tuple[Any, ...] | None:
        """What the file says of the lines it was built from; None where there is no such file."""
        if not self.path.is_file():
            return None
        try:
            with closing(self._connect()) as base:
                row: tuple[Any, ...] | None = base.execute(f"select {columns} from meta").fetchone()
                return row
        except sqlite3.Error:
            return None

    def _rebuild(self, path: Path, data: bytes, statements: Iterable[Statement]) -> None:
        part = self.path.with_name(f"{NAME}.{os.getpid()}.part")
        for left in self.path.parent.glob(f"{NAME}.*.part"):  # of a process that was killed: the lock is ours
            left.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(part)) as base:
                base.executescript("pragma journal_mode = off; pragma synchronous = off;" + TABLES)
                _insert(base, statements)
                _write_meta(base, path, data)
                base.commit()
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)

    def _extend(self, path: Path, data: bytes, statements: Iterable[Statement]) -> None:
        with closing(self._connect()) as base:
            base.execute("begin immediate")
            _insert(base, statements)
            _write_meta(base, path, data)
            base.commit()

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=5)


def _insert(base: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    rows = (
        (e.statement.id, e.sort_key, max(e.known, EARLIEST), max(e.asserted_day, EARLIEST),
         max(e.asserted_clock, EARLIEST), e.statement.kind, _group(e),
         bool(e.statement.retracts or e.statement.supersedes), _packed(e.statement))
        for e in map(Entry.of, statements)
    )  # fmt: skip
    base.executemany("insert or ignore into statement values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _write_meta(base: sqlite3.Connection, path: Path, data: bytes) -> None:
    base.execute("delete from meta")
    meta = (LAYOUT, len(data), _stamp(path), hashlib.sha256(data).hexdigest())
    base.execute("insert into meta values (?, ?, ?, ?)", meta)


def _is_usable(s: Statement, retracted: set[str]) -> bool:
    return s.retracts is None and s.id not in retracted


def _may_count(s: Statement, known: str, retracted: set[str]) -> bool:
    """Whether a statement that supersedes another one belongs to a selection."""
    return _is_usable(s, retracted) and repetition_key(s) is not None and is_known_by(s, known)


def _group(e: Entry) -> str | None:
    """The group in the file: a statement with a valid time is alone, since the day decides whether it counts."""
    return e.statement.id if e.has_valid_time and e.repetition is not None else e.repetition


def _alone(statements: Iterable[Statement]) -> bool:
    """Whether some have a valid time: they stand in groups of their own and may repeat each other."""
    return any(s.valid_from or s.valid_to for s in statements)


def _stamp(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_ino} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"


def _statements(data: bytes) -> Iterator[Statement]:
    return (lines.read_statement(line) for line in data.decode("utf-8").split("\n") if line.strip())


def _packed(s: Statement) -> str:
    """A statement as a JSON list: its fields in their order, quick to read back."""
    values = {name: plain(getattr(s, name)) for name in FIELDS}
    values |= {"by": list(vars(s.by).values()), "date": list(vars(s.date).values())}
    return json.dumps(list(values.values()), ensure_ascii=False)


def _unpacked(identity: str, packed: str) -> Statement:
    """The statement packed under an id that was verified when the file was built."""
    values = dict(zip(FIELDS, json.loads(packed), strict=True))
    values |= {"by": By(*values["by"]), "date": FactDate(*values["date"]), "flags": tuple(values["flags"])}
    statement = object.__new__(Statement)
    statement.__dict__.update(values, id=identity)
    return statement
