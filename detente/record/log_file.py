"""A file of lines that only grows: reading what is new, appending in one piece, and a last line that was cut off."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from detente.errors import RecordError
from detente.safe_io import reason

LOCK = ".lock"
PATIENCE = 120.0  # seconds that a lock is waited for; a long record is indexed in a tenth of that
NOTICE = 1.0  # seconds of waiting after which it is logged; again after four times as long
logger = logging.getLogger(__name__)


class LogFile:
    """An append-only file, and how far it was read. Hold `lock` of its folder while reading or writing."""

    def __init__(self, path: Path):
        self.path = path
        self._offset = 0

    def size(self) -> int:
        """Its size in bytes; 0 where it does not exist. Raises RecordError where something else has its name."""
        return self.path.stat().st_size if _is_file(self.path) else 0

    def read_new(self, *, strict: bool = True) -> tuple[str, bytes]:
        """The whole lines written since the last reading, and what follows them without a newline.

        strict: whether bytes that are no UTF-8 are refused; they are half characters otherwise.
        """
        if not _is_file(self.path):
            return "", b""
        with self.path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        end = data.rfind(b"\n") + 1
        try:
            whole = data[:end].decode("utf-8", "strict" if strict else "surrogateescape")
        except UnicodeDecodeError as error:
            where = self._offset + error.start
            raise RecordError(f"{self.path}: not UTF-8 text at byte {where}; restore the line or remove it") from None
        self._offset += end
        return whole, data[end:]

    def append(self, text: str) -> None:
        """Write whole lines, on disk before it returns. Raises RecordError, and then nothing was written."""
        data = text.encode()
        before, is_new = self.size(), not self.path.exists()
        try:
            with self.path.open("ab") as file:
                _write_synced(file, data)
        except OSError as error:
            if self.path.exists():
                os.truncate(self.path, before)
            raise RecordError(
                f"{self.path}: nothing was written, since {len(data)} bytes could not be ({error}); free some space or"
                " check the permissions"
            ) from error
        if is_new:
            _sync_folder(self.path.parent)
        self._offset += len(data)

    def end_last_line(self, torn: bytes) -> None:
        """Add the newline that a whole last line lacks."""
        with self.path.open("ab") as file:
            _write_synced(file, b"\n")
        self._offset += len(torn) + 1

    def set_aside(self, torn: bytes) -> Path:
        """Move a last line that was cut off to a file beside this one, and give that file's path."""
        aside = self.path.with_name(self.path.name + ".torn")
        with aside.open("ab") as file:
            _write_synced(file, torn + b"\n")
        with self.path.open("r+b") as file:
            file.truncate(self._offset)
            os.fsync(file.fileno())
        return aside


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Keep other processes from the lines in a folder.

    Logs a warning that names the other process where it is waited for, and raises RecordError after PATIENCE seconds,
    or where there can be no lock.
    """
    path = folder / LOCK
    with _open_lock(path) as file:
        _wait_for(file, path)
        with suppress(OSError):  # who holds it is told to those that wait; the lock does not depend on it
            file.truncate(0)
            file.write(str(os.getpid()).encode())
        yield


def _is_file(path: Path) -> bool:
    """Whether a file is there. Raises RecordError where something else has its name."""
    if path.is_file():
        return True
    if not os.path.lexists(path):
        return False
    kind = "a folder" if path.is_dir() else "a link that leads nowhere" if path.is_symlink() else "a pipe or a device"
    raise RecordError(f"{path} is {kind}; détente keeps a file of this name here: move it away")


def _open_lock(path: Path) -> IO[bytes]:
    """The lock file, which is made where there is none."""
    _is_file(path)
    try:
        return path.open("a+b", buffering=0)
    except OSError as error:
        raise RecordError(
            f"{path.parent}: nothing can be written here ({reason(error)}); check its permissions"
        ) from None


def _wait_for(file: IO[bytes], path: Path) -> None:
    """Take the lock. Raises RecordError."""
    import fcntl

    started, due = time.monotonic(), NOTICE
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - started
        except OSError as error:
            raise RecordError(
                f"{path.parent}: this file system has no locks ({reason(error)}), and without them two writers could"
                " mix their lines; keep the folder on a local disk"
            ) from None
        if waited > PATIENCE:
            raise RecordError(
                f"{path.parent}: {_holder(file)} has kept it locked for {waited:.0f} s; end it, or try again"
            )
        if waited > due:
            logger.warning("%s: waiting for %s, which is writing there", path.parent, _holder(file))
            due *= 4
        time.sleep(0.01)


def _holder(file: IO[bytes]) -> str:
    """Who holds a lock, by what it wrote into the file."""
    file.seek(0)
    number = file.read(20)
    return f"process {int(number)}" if number.isdigit() else "another process"


def _write_synced(file: IO[bytes], data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Put the folder's entry of a new file on disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
