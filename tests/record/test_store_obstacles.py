"""What may stand in the way of a record: something else under its names, no locks, another process with the lock."""

import errno
import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from detente.errors import RecordError
from detente.record import log_file
from detente.record.store import Record
from tests.record.test_store import PAUSE, SOURCE

HOLDER = """
import sys
from pathlib import Path
from detente.record.log_file import lock
with lock(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path):
    record = Record.start(tmp_path / "talks")
    record.add_source(SOURCE)
    return record.folder


@pytest.fixture
def holder(folder):
    """Another process that has the lock until its input closes."""
    command = [sys.executable, "-c", HOLDER, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "locked\n"
        yield process
        process.stdin.close()


@pytest.mark.parametrize(
    ("obstacle", "words"),
    [
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.symlink_to("/nowhere/there"), "is a link that leads nowhere"),
        (os.mkfifo, "is a pipe or a device"),
    ],
)
@pytest.mark.parametrize("name", [".lock", "sources.jsonl", "statements.jsonl"])
def test_something_else_in_a_files_place_is_named_and_left_alone(tmp_path, name, obstacle, words):
    obstacle(tmp_path / name)
    with pytest.raises(RecordError, match=words) as refused:
        Record.load(tmp_path).add_all([replace(PAUSE)], sources=[SOURCE])
    assert str(tmp_path / name) in str(refused.value)
    assert sorted(os.listdir(tmp_path)) in ([name], sorted([".lock", name]))


def test_a_file_system_without_locks_is_refused_with_the_reason(folder, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(RecordError, match=r"no locks \(No locks available\).*keep the folder on a local disk"):
        Record.load(folder)


def test_who_waits_for_a_lock_names_the_process_that_has_it(folder, holder, monkeypatch, caplog):
    monkeypatch.setattr(log_file, "NOTICE", 0.0)
    monkeypatch.setattr(log_file, "PATIENCE", 0.2)
    with pytest.raises(RecordError, match=f"process {holder.pid} has kept it locked"):
        Record.load(folder)
    assert f"waiting for process {holder.pid}, which is writing there" in caplog.text


def test_a_lock_is_taken_as_soon_as_its_holder_is_killed(folder, holder, caplog):
    holder.kill()
    holder.wait()
    assert Record.load(folder).sources
    assert caplog.text == ""


READ_ONLY = """
set -e
mount -t tmpfs none "$1"
cp -r "$2" "$1/talks"
mount -o remount,ro "$1"
exec "$3" -c '
import sys
from dataclasses import replace
from detente.errors import RecordError
from detente.record.store import Record
from tests.record.test_store import PAUSE, SOURCE
record = Record.load(sys.argv[1])
assert record.sources == {SOURCE.id: SOURCE}
try:
    record.add_all([replace(PAUSE)])
except RecordError as error:
    print(error)
' "$1/talks"
"""


def test_a_folder_on_a_read_only_mount_is_read_and_a_change_refused_in_one_line(folder, tmp_path):
    own_mounts = ["unshare", "--map-root-user", "--mount"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*own_mounts, "mount", "-t", "tmpfs", "none", tmp_path]).returncode
    ):
        pytest.skip("no mounts of one's own here")
    place = tmp_path / "disk"
    place.mkdir()
    command = [*own_mounts, "sh", "-c", READ_ONLY, "sh", place, folder, sys.executable]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()})
    assert run.stderr == ""
    assert run.stdout.count("\n") == 1
    assert "nothing can be written here (Read-only file system)" in run.stdout
