"""The last resort of the command line: whatever goes wrong ends in one line on stderr and a documented exit code.

Also what a command may rely on: three standard streams that are open, and characters that every one of them can carry.
DETENTE_DEBUG=1 shows the traceback as well.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
import traceback
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from cyclopts import CycloptsError

from detente.errors import DataError, DetenteError, NotConverged, QuestionError, RecordError
from detente.faces.words import visible

PACKAGE = Path(__file__).parents[2]
LONGEST = 2000  # characters of a message
LATER = "set DETENTE_DEBUG=1 to see the traceback"
OUTPUT = (errno.ENOSPC, errno.EBADF, errno.EIO, errno.EFBIG, errno.EDQUOT)  # files are named in their errors
PLAIN = {"−": "-", "–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "·": "-", "×": "x", "→": "->", "≤": "<="}


class Rule(NamedTuple):
    """What becomes of one kind of exception: the exit code, and the words of the line."""

    kind: type[Exception]
    code: int
    message: Callable[[Exception], str]


def _os_error(error: Exception) -> str:
    assert isinstance(error, OSError)
    why = error.strerror or str(error) or type(error).__name__
    names = " to ".join(str(name) for name in (error.filename, error.filename2) if name is not None)
    if not names and error.errno in OUTPUT:
        return f"the output could not be printed: {why}; send it elsewhere"
    where = names or f"the system refused ({_place(error)})"
    return f"{where}: {why}; check the path, its permissions and the space left, or name another place with --home"


def _import_error(error: Exception) -> str:
    return f"the package {getattr(error, 'name', None) or error} is not installed; install it, or 'detente[all]'"


def _bad_value(error: Exception) -> str:
    return f"something in the input could not be read: {error} ({_place(error)}); check the input, or {LATER}"


def _unexpected(error: Exception) -> str:
    return (
        f"an unexpected error: {type(error).__name__}: {error} ({_place(error)}); {LATER}, and report it with"
        " the command"
    )


RULES = (
    Rule(NotConverged, 3, str),
    Rule(DataError, 4, str),
    Rule(RecordError, 5, str),
    Rule(QuestionError, 2, str),
    Rule(CycloptsError, 2, str),
    Rule(DetenteError, 1, str),
    Rule(MemoryError, 1, lambda _: "out of memory; ask for fewer draws or scenarios, or use a smaller world"),
    Rule(RecursionError, 1, lambda error: f"the input is nested too deeply ({_place(error)}); flatten it, or {LATER}"),
    Rule(ImportError, 1, _import_error),
    Rule(OSError, 1, _os_error),
    Rule(ValueError, 1, _bad_value),
    Rule(Exception, 1, _unexpected),
)


def run(command: Callable[[], object]) -> int:
    """The exit code of a command; errors are printed as one line on stderr. 0 where the reader of a pipe has gone."""
    prepare_streams()
    try:
        code = _exit_code(command)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return 0
    except KeyboardInterrupt:
        return _end("stopped", 130)
    except Exception as error:
        if os.environ.get("DETENTE_DEBUG", "") not in ("", "0"):
            traceback.print_exc()
        rule = next(rule for rule in RULES if isinstance(error, rule.kind))
        return _end(rule.message(error), rule.code)
    return code


def _exit_code(command: Callable[[], object]) -> int:
    """Run a command; the code it exits with. Raises BrokenPipeError also where rich made an exit of it."""
    try:
        command()
    except SystemExit as exit_:
        if isinstance(exit_.__context__, BrokenPipeError):
            raise exit_.__context__ from None
        if isinstance(exit_.code, str):
            print(exit_.code, file=sys.stderr)
            return 1
        return exit_.code or 0
    return 0


def _end(message: str, code: int) -> int:
    """Print what is left of the output, then the message as one line; the code."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    _discard_output()
    line = visible(" ".join(message.split()))
    with suppress(OSError, ValueError):
        print(f"detente: {line[:LONGEST]}", file=sys.stderr, flush=True)
    return code


def _discard_output() -> None:
    """Let the interpreter flush what is left to nowhere: it would complain at its end."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _place(error: BaseException) -> str:
    """The last line of détente that the error passed: detente/ask/answer.py, line 40."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
    if not own:
        return "outside détente"
    return f"{Path(own[-1].filename).relative_to(PACKAGE.parent).as_posix()}, line {own[-1].lineno}"


class _ClosedOutput(io.TextIOBase):
    """The standard output where it was closed before we started: to print is an error, as for any other program."""

    encoding = "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        raise OSError(errno.EBADF, "the standard output is closed")


def prepare_streams() -> None:
    """Open standard streams that were closed, and let each print any character.

    Without this a closed stderr sends its lines to stdout, and a file opened later becomes the standard output.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115
    sys.stdout = sys.stdout or _ClosedOutput()
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    codecs.register_error("detente", _replacement)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors != "detente":
            stream.reconfigure(errors="detente")


def _replacement(error: UnicodeError) -> tuple[str, int]:
    """Characters that a stream cannot carry: a plain one that looks alike, or else their escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(map(_plain, text)), error.end


def _plain(character: str) -> str:
    bare = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return PLAIN.get(character) or bare or character.encode("ascii", "backslashreplace").decode()
