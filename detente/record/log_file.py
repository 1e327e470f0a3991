"""A file of lines that only grows: reading what is new, appending in one piece, and a last line that was cut off."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from detente.errors import RecordError
from detente.safe_io import reason


class LogFile:
    """An append-only file, and how far it was read. Hold `lock` of its folder while reading or writing."""

    def __init__(self, path: Path):
        self.path = path
        self._offset = 0

    def size(self) -> int:
        """Its size in bytes; 0 where it does not exist."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def read_new(self) -> tuple[str, bytes]:
        """The whole lines written since the last reading, and what follows them without a newline."""
        if not self.path.is_file():
            return "", b""
        with self.path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        end = data.rfind(b"\n") + 1
        try:
            whole = data[:end].decode("utf-8")
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
    """Keep other processes from the lines in a folder."""
    import fcntl

    try:
        lock_file = (folder / ".lock").open("a")
    except OSError as error:
        raise RecordError(f"{folder}: nothing can be written here ({reason(error)}); check its permissions") from None
    with lock_file as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


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
