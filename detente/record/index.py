"""What a state rests on, found quickly: a shelf in memory, and an SQLite file that spares reading a long record.

The lines are the truth. The file is a cache: it can be deleted at any moment, and is rebuilt when missing or stale.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

from detente.errors import RecordError
from detente.record import lines
from detente.record.fact import By, FactDate, Statement, moment, plain
from detente.record.state.claims import is_valid_on
from detente.record.state.repetition import FIRST_COUNTS, assertion_time, repetition_key, sort_key

NAME = ".index.sqlite"
LARGE = 2_000_000  # bytes of lines from which a file of its own pays
LAYOUT = 4  # of the SQLite file; another layout is rebuilt
FIRST = ", ".join(f"'{kind}'" for kind in FIRST_COUNTS)
_FIELDS = tuple(f.name for f in fields(Statement))
TABLES = """
create table meta (layout integer, size integer, stamp text, digest text);
create table statement (
  id text primary key, place text not null, known real not null, by_day real not null, by_clock real not null,
  kind text not null, echo text, timed integer not null, undoes integer not null, packed text not null);
create index standing on statement (echo, place, known, by_day, by_clock, kind) where echo is not null and undoes = 0;
create index recent on statement (known) where undoes = 0;
create index undoing on statement (undoes) where undoes = 1;
"""


class Entry(NamedTuple):
    """A statement on the shelf: its place in the one order, since when known and said, and what it echoes."""

    place: str
    known: float
    by_day: float
    by_clock: float
    echo: str | None
    timed: bool  # it has a valid time of its own
    statement: Statement


class Selection(NamedTuple):
    """What a state is composed of, the day of the latest statement known, and the ids that were taken out."""

    told: list[Statement]
    last_known: str | None
    undone: set[str]


def row(s: Statement) -> Entry:
    """The row of a statement."""
    known = moment(s.known).timestamp() if s.known else float("-inf")
    timed = s.kind != "participant" and (s.valid_from is not None or s.valid_to is not None)
    return Entry(sort_key(s), known, *assertion_time(s), repetition_key(s), timed, s)


class Group:
    """Statements that echo each other, in the one order."""

    def __init__(self) -> None:
        self.rows: list[Entry] = []

    def settle(self) -> None:
        """Sort, and note what lets the last one by a moment be found without looking at each."""
        self.rows.sort(key=lambda r: r.place)
        self.known = [r.known for r in self.rows]
        self.by_day = [r.by_day for r in self.rows]
        self.by_clock = [r.by_clock for r in self.rows]
        self.is_plain = not any(r.timed for r in self.rows) and all(
            column == sorted(column) for column in (self.known, self.by_day, self.by_clock)
        )
        self.ids = {r.statement.id for r in self.rows}

    def ends(self, limit: float, at: float, by_clock: bool) -> tuple[Entry, ...]:
        """The first, the last said by `at` and the last of what was known by `limit`; of a plain group."""
        known = bisect_right(self.known, limit)
        if not known:
            return ()
        said = min(bisect_right(self.by_clock if by_clock else self.by_day, at), known)
        last = self.rows[known - 1]
        return (self.rows[0], self.rows[said - 1], last) if said else (self.rows[0], last, last)

    def ends_among(self, limit: float, at: float, by_clock: bool, undone: set[str], as_of: str) -> tuple[Entry, ...]:
        """The same, of those that stand and hold."""
        standing = [
            r for r in self.rows
            if r.known <= limit and r.statement.id not in undone and (not r.timed or is_valid_on(r.statement, as_of))
        ]  # fmt: skip
        if not standing:
            return ()
        said = [r for r in standing if (r.by_clock if by_clock else r.by_day) <= at]
        return (standing[0], said[-1] if said else standing[-1], standing[-1])


class MemoryIndex:
    """Statements in memory, in groups that echo each other."""

    def __init__(self) -> None:
        self._groups: dict[str, Group] = {}
        self._by_known: list[Entry] = []  # the latest first
        self._undoing: list[Statement] = []
        self._waiting: list[Statement] = []

    def put(self, statements: Iterable[Statement]) -> None:
        """Add statements; they are sorted in when next asked for."""
        self._waiting.extend(statements)

    def select(self, as_of: str, known: str) -> Selection:
        """What `derive` would keep of these statements: live, holding, without echoes."""
        self._sort_in()
        limit, at = moment(known).timestamp(), moment(as_of).timestamp()
        by_clock = "T" in as_of  # a time asked about is read on the side's clock, a day by calendar days
        undone = retracted_by(self._undoing, known)
        kept: dict[str, Statement] = {}
        for group in self._groups.values():
            if group.is_plain and (not undone or undone.isdisjoint(group.ids)):
                ends = group.ends(limit, at, by_clock)
            else:
                ends = group.ends_among(limit, at, by_clock, undone, as_of)
            for end in ends if ends and ends[0].statement.kind in FIRST_COUNTS else ends[1:]:
                kept[end.place] = end.statement
        return Selection([kept[place] for place in sorted(kept)], self._last_known(limit, undone, as_of), undone)

    def _last_known(self, limit: float, undone: set[str], as_of: str) -> str | None:
        known = (r for r in self._by_known if r[1] <= limit and r[6].known and r[6].id not in undone)
        return next((r[6].known for r in known if not r[5] or is_valid_on(r[6], as_of)), None)

    def _sort_in(self) -> None:
        if not self._waiting:
            return
        touched = set()
        for each in map(row, self._waiting):
            s = each.statement
            if s.retracts or s.supersedes:
                self._undoing.append(s)
            if s.retracts is None:
                self._by_known.append(each)
                if each.echo is not None:
                    group = self._groups.setdefault(each.echo, Group())
                    group.rows.append(each)
                    touched.add(each.echo)
        self._waiting.clear()
        self._by_known.sort(key=lambda r: (-r.known, r.place))
        for key in touched:
            self._groups[key].settle()


def retracted_by(undoing: Iterable[Statement], known: str) -> set[str]:
    """The ids that a retraction or a successor known by then takes out; a retraction can itself be retracted."""
    limit = moment(known)
    by: dict[str, list[str]] = {}
    for s in undoing:
        if s.known is None or moment(s.known) <= limit:
            for target in (s.retracts, s.supersedes):
                if target:
                    by.setdefault(target, []).append(s.id)
    verdicts: dict[str, bool] = {}

    def stands(each: str) -> bool:
        if each not in verdicts:
            verdicts[each] = not any(stands(other) for other in by.get(each, ()))
        return verdicts[each]

    return {target for target in by if not stands(target)}


class FileIndex:
    """The SQLite file beside a dossier's lines."""

    def __init__(self, folder: Path):
        self.path = folder / NAME
        self._read: dict[str, Statement] = {}  # what was read before: a statement never changes

    def catch_up(self, path: Path) -> bool:
        """Bring the file up to the lines, if it holds the first of them; False where it has to be built anew."""
        try:
            size = path.stat().st_size
            if self.is_fresh(path, size):
                return True
            if not self.path.is_file():
                return False
            data = path.read_bytes()
            held = self._size_of_same(data)
            if held is None or not data.endswith(b"\n"):
                return False
            self._extend(path, data, _read(data[held:]))
            return True
        except (sqlite3.Error, OSError, RecordError):
            return False

    def build(self, path: Path, told: Iterable[Statement]) -> bool:
        """Build the file anew from the statements of the lines; False where no file can be kept."""
        try:
            self._rebuild(path, path.read_bytes(), told)
            return True
        except (sqlite3.Error, OSError):
            return False

    def is_fresh(self, path: Path, whole: int) -> bool:
        """Whether the file holds exactly these lines, by size and time stamps."""
        if not self.path.is_file():
            return False
        try:
            with closing(self._open()) as base:
                meta = base.execute("select layout, size, stamp from meta").fetchone()
        except sqlite3.Error:
            return False
        return meta == (LAYOUT, whole, _stamp(path))

    def select(self, as_of: str, known: str) -> Selection:
        """As Shelf.select, from the file. Raises sqlite3.Error."""
        limit, at = moment(known).timestamp(), moment(as_of).timestamp()
        heard_by = "by_clock" if "T" in as_of else "by_day"
        with closing(self._open()) as base:
            undoing = [_statement(*r) for r in base.execute("select id, packed from statement where undoes = 1")]
            undone = retracted_by(undoing, known)
            base.execute("create temp table undone (id text primary key)")
            base.executemany("insert into undone values (?)", [(i,) for i in undone])
            standing = "known <= ? and echo is not null and undoes = 0"
            if undone:
                standing += " and id not in (select id from undone)"
            groups = base.execute(
                f"select min(case when kind in ({FIRST}) then place end), max(place),"
                f" max(case when {heard_by} <= ? then place end) from statement where {standing} group by echo",
                (at, limit),
            )
            places = {place for group in groups for place in group if place is not None}
            told = self._at(base, places)
            last = self._last_known(base, limit, undone, as_of)
        told += [s for s in undoing if s.retracts is None and s.id not in undone and repetition_key(s) is not None
                 and moment(s.known or known).timestamp() <= limit]  # fmt: skip
        held = {s.id: s for s in told if is_valid_on(s, as_of)}
        return Selection(sorted(held.values(), key=sort_key), last, undone)

    def _at(self, base: sqlite3.Connection, places: Iterable[str]) -> list[Statement]:
        ids = [p.rpartition(" ")[2] for p in places]
        missing = [i for i in ids if i not in self._read]
        for start in range(0, len(missing), 900):
            part = missing[start : start + 900]
            query = f"select id, packed from statement where id in ({','.join('?' * len(part))})"
            self._read.update((i, _statement(i, packed)) for i, packed in base.execute(query, part))
        return [self._read[i] for i in ids]

    def _last_known(self, base: sqlite3.Connection, limit: float, undone: set[str], as_of: str) -> str | None:
        query = "select id, packed from statement where undoes = 0 and known <= ? and known > -1e12 order by known desc"
        others = "select id, packed from statement where undoes = 1 and known <= ? order by known desc"
        best: Statement | None = None
        for each in (query, others):
            for found in base.execute(each, (limit,)):
                s = _statement(*found)
                if s.id not in undone and s.retracts is None and is_valid_on(s, as_of):
                    if best is None or moment(s.known or "") > moment(best.known or ""):
                        best = s
                    break
        return best.known if best else None

    def _size_of_same(self, data: bytes) -> int | None:
        """How many of these bytes the file already holds; None where it holds something else."""
        if not self.path.is_file():
            return None
        try:
            with closing(self._open()) as base:
                layout, size, digest = base.execute("select layout, size, digest from meta").fetchone()
        except (sqlite3.Error, TypeError):
            return None
        same = layout == LAYOUT and size <= len(data) and digest == hashlib.sha256(data[:size]).hexdigest()
        return size if same else None

    def _rebuild(self, path: Path, data: bytes, told: Iterable[Statement]) -> None:
        part = self.path.with_name(f"{NAME}.{os.getpid()}.part")
        part.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(part)) as base:
                base.executescript("pragma journal_mode = off; pragma synchronous = off;" + TABLES)
                self._insert(base, told)
                self._sign(base, path, data)
                base.commit()
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)

    def _extend(self, path: Path, data: bytes, told: Iterable[Statement]) -> None:
        with closing(self._open()) as base:
            base.execute("begin immediate")
            self._insert(base, told)
            self._sign(base, path, data)
            base.commit()

    def _insert(self, base: sqlite3.Connection, told: Iterable[Statement]) -> None:
        rows = (
            (s.id, r.place, max(r.known, -1e15), max(r.by_day, -1e15), max(r.by_clock, -1e15), s.kind, _key(r), r.timed,
             bool(s.retracts or s.supersedes), _packed(s))
            for s in told for r in [row(s)]
        )  # fmt: skip
        base.executemany("insert or ignore into statement values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _sign(self, base: sqlite3.Connection, path: Path, data: bytes) -> None:
        base.execute("delete from meta")
        signed = (LAYOUT, len(data), _stamp(path), hashlib.sha256(data).hexdigest())
        base.execute("insert into meta values (?, ?, ?, ?)", signed)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=5)


def _key(r: Entry) -> str | None:
    """What it echoes; with a valid time of its own the day decides, so it echoes nothing here."""
    return r.statement.id if r.timed and r.echo is not None else r.echo


def _stamp(path: Path) -> str:
    told = path.stat()
    return f"{told.st_ino} {told.st_size} {told.st_mtime_ns} {told.st_ctime_ns}"


def _read(data: bytes) -> Iterable[Statement]:
    for line in data.decode("utf-8").split("\n"):
        if line.strip():
            yield lines.read_statement(line)


def _packed(s: Statement) -> str:
    """A statement as a JSON list: its fields in their order, quick to read back."""
    told = [plain(getattr(s, name)) for name in _FIELDS]
    by, dated = told[_FIELDS.index("by")], told[_FIELDS.index("date")]
    told[_FIELDS.index("by")], told[_FIELDS.index("date")] = list(vars(by).values()), list(vars(dated).values())
    return json.dumps(told, ensure_ascii=False)


def _statement(identity: str, packed: str) -> Statement:
    """The statement packed under an id that was verified when the file was built."""
    told = dict(zip(_FIELDS, json.loads(packed), strict=True))
    told["by"], told["date"], told["flags"] = By(*told["by"]), FactDate(*told["date"]), tuple(told["flags"])
    found = object.__new__(Statement)
    found.__dict__.update(told, id=identity)
    return found
