"""The one reader of JSON, XML and tables, the one writer of files: bounded, whole or nothing, one line on refusal.

Every room reads JSON that comes from outside with `read_json`, CSV with `read_csv`, files of unknown size with
`read_file`, and writes with `write_file`. The append-only log of statements (`record.store`) is the exception: it adds
lines and syncs them itself. YAML is read by `safe_yaml`.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import DetenteError, QuestionError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element, TreeBuilder

SIZE = 100_000_000  # bytes read at most, unless the caller sets its own bound
PATIENCE = 5.0  # seconds that a pipe may have no writer
SILENCE = 300.0  # seconds that the writer of a pipe may write nothing
DEPTH = 100  # levels of nesting; nothing détente reads or writes comes near
ELEMENTS = 1_000_000  # elements of one document of XML
ROWS = 500_000  # rows of one table
DIGITS = 308  # digits of a whole number; a longer one does not fit in a float

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"(?P<key>\s*+:)?|[\[\]{}]|[^\s"\[\]{},:]++', re.DOTALL)
_ESCAPE = re.compile(r"\\u(?:d[89ab]..\\ud[c-f]..|(?P<half>d[89a-f]..))|\\.", re.DOTALL | re.IGNORECASE)
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|[\[\]{}]', re.DOTALL)  # an open string runs to the end
_DOCUMENT_TYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_OWN_DESCRIPTOR = re.compile(r"/(?:dev|proc/(?:self|thread-self))/fd/(\d+)")
_NAMED_DESCRIPTOR = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}

_CANNOT_WRITE = {
    errno.ENOENT: "its folder does not exist; make the folder, or name a file in another one",
    errno.ENOTDIR: "part of the path is a file, not a folder; name a file in a folder",
    errno.EISDIR: "it is a folder; name a file in it",
    errno.EACCES: "permission denied; name a file that you may write",
    errno.EPERM: "permission denied; name a file that you may write",
    errno.EROFS: "the file system is read-only; name a file elsewhere",
    errno.ENOSPC: "the disk is full, nothing was kept; free some space or name a file elsewhere",
    errno.EDQUOT: "your disk quota is used up, nothing was kept; free some space or name a file elsewhere",
    errno.ENAMETOOLONG: "the name is too long; give a shorter one",
    errno.ELOOP: "its symbolic links go round in a circle; name another file",
}


class _Refused(Exception):
    """JSON that is not read: what is wrong, and the index in the text, where it is known."""

    def __init__(self, problem: str, position: int):
        super().__init__(problem)
        self.problem, self.position = problem, position


class _Literal(Exception):
    """A number that is refused; carries its text, so that its place can be found."""


class _DuplicateKey(Exception):
    """A key that stands twice in one object."""


def read_json(
    text: str | bytes,
    name: str = "",
    *,
    line: int | None = None,
    size: int = SIZE,
    depth: int = DEPTH,
    error: type[DetenteError] = QuestionError,
) -> Any:
    """The value of one JSON document that comes from outside.

    text   the document; bytes are decoded as UTF-8
    name   the file, address or option it comes from, for the message
    line   the number of the line, where the document is one line of a file
    size   bytes at most
    depth  levels of nested lists and objects at most

    Raises `error` with one line that names the place: for text that is not JSON, too large or too deep, for NaN,
    Infinity and numbers beyond the range of a float, for a key that stands twice in an object, and for half of a
    surrogate pair.

    >>> read_json('{"rate": 24}', "rates.json")
    {'rate': 24}
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(data) > size:
        raise error(f"{name or 'JSON'}: {len(data)} bytes, at most {size} are read; split it")
    try:
        decoded = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        number = line if line is not None else data[: problem.start].count(b"\n") + 1
        place = f"{name}, line {number}" if name else f"line {number}"
        raise error(f"{place}: not UTF-8 text at byte {problem.start}; save it as UTF-8") from None
    try:
        return _parse(decoded, depth)
    except _Refused as refused:
        raise error(f"{_place(decoded, refused.position, name, line)}: {refused.problem}") from None


def read_json_lines(
    text: str, name: str, *, size: int = SIZE, error: type[DetenteError] = QuestionError
) -> Iterator[tuple[int, Any]]:
    """(line number, value) of every line of JSON that is not blank; a quote may hold other line separators than \\n."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, read_json(line, name, line=number, size=size, error=error)


def read_csv(
    text: str,
    name: str,
    columns: Sequence[str] = (),
    *,
    rows: int = ROWS,
    delimiter: str = ",",
    error: type[DetenteError] = QuestionError,
) -> list[dict[str, str]]:
    """The rows of a table that comes from outside, by the names in its first line; blank lines are left out.

    text       the table, as CSV
    name       the file or option it comes from, for the message
    columns    names that its first line must have
    rows       at most
    delimiter  between cells

    Raises `error` with one line that names the place: for a column that is missing or stands twice, a row that has not
    the cells of the first line, quotes that do not close, a NUL, and too many rows.

    >>> read_csv("name,rate\\nA,24\\n", "rates.csv")
    [{'name': 'A', 'rate': '24'}]
    """
    lines = csv_lines(text, name, rows=rows + 1, delimiter=delimiter, error=error)
    return rows_by_name(lines, name, columns, error=error)


def rows_by_name(
    lines: Sequence[tuple[int, Sequence[str]]],
    name: str,
    columns: Sequence[str] = (),
    *,
    error: type[DetenteError] = QuestionError,
) -> list[dict[str, str]]:
    """The lines of `csv_lines` after the first, by the names in it, as `read_csv`."""
    if not lines:
        raise error(f"{name}: an empty table; its first line names the columns {', '.join(columns)}".rstrip())
    first, header = lines[0][0], [cell.strip() for cell in lines[0][1]]
    _check_header(header, columns, f"{name}, line {first}", error)
    return [_row(header, cells, f"{name}, line {number}", error) for number, cells in lines[1:]]


def _check_header(header: Sequence[str], columns: Sequence[str], place: str, error: type[DetenteError]) -> None:
    missing = [column for column in columns if column not in header]
    if missing:
        raise error(f"{place}: the column {missing[0]!r} is missing; there must be {', '.join(columns)}")
    twice = [cell for cell, count in Counter(header).items() if cell and count > 1]
    if twice:
        raise error(f"{place}: the column {twice[0][:60]!r} stands twice; keep one")


def _row(header: Sequence[str], cells: Sequence[str], place: str, error: type[DetenteError]) -> dict[str, str]:
    """A row by the names of the first line; empty cells beyond them are left out."""
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
        raise error(f"{place}: {len(cells)} cells where the first line has {len(header)}; correct the row")
    return dict(zip(header, cells, strict=False))


def csv_lines(
    text: str, name: str, *, rows: int = ROWS, delimiter: str = ",", error: type[DetenteError] = QuestionError
) -> list[tuple[int, list[str]]]:
    """(number of the line, cells) of every row of a table that is not blank, as `read_csv` otherwise."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if len(lines) >= rows:
                raise error(f"{name}: more than {rows:,} rows; split the table")
            if any(cell.strip() for cell in cells):
                lines.append((reader.line_num, cells))
    except csv.Error as problem:
        raise error(f"{name}, line {reader.line_num}: not CSV ({problem}); check its quotes") from None
    return lines


def _parse(text: str, depth: int) -> Any:
    """The value of a text. Raises _Refused."""
    deep = too_deep(text, depth)
    if deep is not None:
        raise _Refused(f"nested deeper than {depth} levels; flatten it", deep)
    if "\\u" in text:
        _check_surrogates(text)
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as problem:
        fault = f"{problem.msg[:1].lower()}{problem.msg[1:]}"
        raise _Refused(f"not JSON: {fault}; correct it, or get the file again if it was cut off", problem.pos) from None
    except _Literal as literal:
        written = str(literal)
        shown = written if len(written) < 20 else f"{written[:12]}... ({len(written)} characters)"
        raise _Refused(f"{shown} is not a finite number; write a number or null", _find(text, written)) from None
    except _DuplicateKey as key:
        raise _Refused(f"the key {str(key)[:60]!r} stands twice in one object; keep one", _second(text)) from None


def _place(text: str, position: int, name: str, line: int | None) -> str:
    """FILE, line 3, column 7."""
    before = text[:position]
    number = line if line is not None else before.count("\n") + 1
    column = position - (before.rfind("\n") + 1) + 1
    parts = [name] if name else []
    if name or line is not None or "\n" in text.strip():
        parts.append(f"line {number}")
    return ", ".join([*parts, f"column {column}"])


def too_deep(text: str, depth: int) -> int | None:
    """Where a text of JSON first nests deeper than `depth` levels, or None; brackets in strings do not count.

    >>> too_deep('[["[[["]]', 2), too_deep("[[[]]]", 2)
    (None, 2)
    """
    if text.count("[") + text.count("{") <= depth:
        return None
    level = 0
    for token in _BRACKET.finditer(text):
        first = token[0][0]
        if first in "[{":
            level += 1
            if level > depth:
                return token.start()
        elif first in "]}":
            level -= 1
    return None


def _check_surrogates(text: str) -> None:
    """Refuse \\ud83d without its second half, and the second half alone: neither can be written as UTF-8."""
    half = next((escape for escape in _ESCAPE.finditer(text) if escape["half"]), None)
    if half is not None:
        raise _Refused(f"{half[0]} is half of a surrogate pair; write the whole character", half.start())


def _find(text: str, literal: str) -> int:
    """Where a literal stands outside strings."""
    return next((t.start() for t in _TOKEN.finditer(text) if t[0] == literal), 0)


def _second(text: str) -> int:
    """Where a key stands for the second time in its object."""
    open_objects: list[set[str]] = [set()]
    for token in _TOKEN.finditer(text):
        if token[0] in ("{", "["):
            open_objects.append(set())
        elif token[0] in ("}", "]"):
            open_objects.pop()
        elif token["key"] is not None:
            key = str(json.loads(token[0].rstrip().removesuffix(":")))
            if key in open_objects[-1]:
                return token.start()
            open_objects[-1].add(key)
    return 0


def _refuse_constant(literal: str) -> float:
    raise _Literal(literal)


def _finite(literal: str) -> float:
    value = float(literal)
    if value in (float("inf"), float("-inf")):
        raise _Literal(literal)
    return value


def _whole(literal: str) -> int:
    if len(literal) > DIGITS:
        raise _Literal(literal)
    return int(literal)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKey(next(key for key in keys if keys.count(key) > 1))
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_whole
)


def read_xml(
    text: str, name: str, *, depth: int = DEPTH, elements: int = ELEMENTS, error: type[DetenteError] = QuestionError
) -> Element:
    """The root of a document of XML that comes from outside.

    text: decoded, whatever encoding it declares. name: the file, for the message. depth, elements: at most. Raises
    `error` with one line: for a document type or an entity, which are refused before anything is parsed, for nesting
    that is too deep, too many elements, and text that is not well-formed.

    >>> read_xml("<game><player name='A'/></game>", "game.xml")[0].get("name")
    'A'
    """
    from xml.etree import ElementTree

    if _DOCUMENT_TYPE.search(text):
        raise error(f"{name}: a DOCTYPE or an entity is not accepted; save it as plain XML")
    body = _DECLARATION.sub(lambda declaration: " " * len(declaration[0]), text, count=1)
    parser = ElementTree.XMLParser(target=_BoundedTree(ElementTree.TreeBuilder(), depth, elements))
    try:
        parser.feed(body)
        root: Element = parser.close()
    except _Refused as refused:
        raise error(f"{name}: {refused.problem}") from None
    except ElementTree.ParseError as problem:
        line = problem.position[0]
        bare = re.search(r"&(?!#?\w+;)", "".join(text.split("\n")[line - 1 : line]))
        why = "a bare &" if bare else str(problem).partition(":")[0]
        raise error(f"{name}: line {line}: not well-formed XML ({why}); correct that line") from None
    return root


class _BoundedTree:
    """Builds a tree and stops where it is deeper, or has more elements, than is read."""

    def __init__(self, builder: TreeBuilder, depth: int, elements: int) -> None:
        self._most = (depth, elements)
        self._depth = self._elements = 0
        self.data, self.close, self._builder = builder.data, builder.close, builder

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """The parser meets the start of an element."""
        self._depth += 1
        self._elements += 1
        if self._depth > self._most[0]:
            raise _Refused(f"XML nested more than {self._most[0]} levels deep; flatten it", 0)
        if self._elements > self._most[1]:
            raise _Refused(f"more than {self._most[1]:,} elements; split it", 0)
        self._builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        """The parser meets the end of an element."""
        self._depth -= 1
        self._builder.end(tag)


def read_file(path: str | Path, *, size: int = SIZE, error: type[DetenteError] = QuestionError) -> bytes:
    """The bytes of a file, `size` at most; also of a FIFO or a device, which do not say how long they are.

    Raises `error` with one line where there is no such file, it is a folder, too large, or cannot be read.
    """
    try:
        data = _bounded(path, size + 1)
    except TimeoutError:
        raise error(f"{path}: a pipe into which nobody wrote for {PATIENCE:g} s; name a file, or write to it") from None
    except FileNotFoundError:
        raise error(f"{path}: no such file; check the path") from None
    except IsADirectoryError:
        raise error(f"{path}: a folder, not a file; name one file in it") from None
    except (OSError, ValueError) as problem:
        raise error(f"{path}: cannot be read ({reason(problem)}); check it") from None
    if len(data) > size:
        length = os.stat(path).st_size
        counted = f"{length} bytes" if length > size else f"more than {size} bytes"
        raise error(f"{path}: {counted}, at most {size} are read; split it or cut it")
    return data


def _bounded(path: str | Path, most: int) -> bytes:
    """At most so many bytes of a file; a pipe is waited for PATIENCE without a writer and SILENCE with one."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        if not stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            os.set_blocking(file.fileno(), True)
            return file.read(most)
        data, last = bytearray(), time.monotonic()
        while len(data) < most:
            part = _part(file.fileno(), most - len(data))
            if part == b"" and data:
                break  # the writer has gone
            if part:
                data += part
                last = time.monotonic()
            elif time.monotonic() - last > (PATIENCE if part == b"" else SILENCE):
                raise TimeoutError
            else:
                time.sleep(0.01)
        return bytes(data)


def _part(descriptor: int, most: int) -> bytes | None:
    """What a pipe holds now; empty where no writer is there, None where one has written nothing yet."""
    try:
        return os.read(descriptor, min(most, 1 << 16))
    except BlockingIOError:
        return None


def read_text(path: str | Path, *, size: int = SIZE, error: type[DetenteError] = QuestionError) -> str:
    """The text of a UTF-8 file, line ends as \\n; as `read_file` otherwise."""
    data = read_file(path, size=size, error=error)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as problem:
        raise error(f"{path}: not UTF-8 text at byte {problem.start}; save it as UTF-8") from None


def reason(problem: Exception) -> str:
    """Why the system refused, in its words."""
    return getattr(problem, "strerror", None) or str(problem) or type(problem).__name__


def visible(text: str) -> str:
    """Text with control and bidirectional characters made visible; line breaks become spaces."""
    return "".join(c if c.isprintable() else " " if c in "\n\t\r" else f"\\u{ord(c):04x}" for c in text)


def write_file(path: str | Path, content: str | bytes, *, error: type[DetenteError] = QuestionError) -> None:
    """Write a file whole or not at all; text is written as UTF-8.

    A symbolic link is followed and stays; an existing file keeps its mode. A FIFO, a terminal, /dev/null and the like
    are written to as they are. Raises `error` with one line where the path is a folder, a socket or a disk, or cannot
    be written; then nothing is left behind. Raises BrokenPipeError where the reader of a pipe has gone.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    try:
        _writer(str(path))(data)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as problem:
        why = _CANNOT_WRITE.get(getattr(problem, "errno", None) or 0) or f"{reason(problem)}; name another file"
        raise error(f"{path}: cannot be written: {why}") from None


def _writer(path: str) -> Callable[[bytes], None]:
    """How to write to a path: beside it and renamed for a file, straight into it for a pipe or a device."""
    if not path:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    descriptor = _own_descriptor(path)
    if descriptor is not None:
        return lambda data: _write_descriptor(os.dup(descriptor), data)
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        if path.endswith(os.sep):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)) from None
        return lambda data: _replace(os.path.realpath(path), data, None)
    if stat.S_ISREG(mode):
        return lambda data: _replace(os.path.realpath(path), data, mode)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
        return lambda data: _write_descriptor(os.open(path, os.O_WRONLY | os.O_NOCTTY), data)
    raise ValueError("a socket or a disk is not a file")


def _own_descriptor(path: str) -> int | None:
    """The number of this process's own open file that a path such as /dev/stdout means, else None."""
    for _ in range(40):  # as many links as the system follows
        if path in _NAMED_DESCRIPTOR:
            return _NAMED_DESCRIPTOR[path]
        own = _OWN_DESCRIPTOR.fullmatch(path)
        if own:
            return int(own[1])
        if not os.path.islink(path):
            return None
        path = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
    return None


def _write_descriptor(descriptor: int, data: bytes) -> None:
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def _replace(path: str, data: bytes, mode: int | None) -> None:
    """Write beside the file, then rename: a reader sees the old content or the new, never a part."""
    if mode is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    _check_name(path)
    part = os.path.join(os.path.dirname(path), f".detente-{os.urandom(6).hex()}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
        with os.fdopen(descriptor, "wb") as file:
            if mode is not None:
                _keep_owner(descriptor, path)
                os.fchmod(descriptor, stat.S_IMODE(mode))
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.replace(part, path)
    finally:  # after the rename there is no part any more
        with suppress(OSError):
            os.unlink(part)


def _check_name(path: str) -> None:
    """Refuse a name that is too long before anything is written beside it."""
    with suppress(FileNotFoundError):
        os.lstat(path)


def _keep_owner(descriptor: int, path: str) -> None:
    """Leave the file to whom it belongs, where the system lets us."""
    before = os.stat(path)
    if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(OSError):
            os.fchown(descriptor, before.st_uid, before.st_gid)
