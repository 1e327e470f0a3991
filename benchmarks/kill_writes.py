"""Kill a writer at random moments, again and again: no acknowledged statement may be lost, none half-written.

Run: python benchmarks/kill_writes.py [KILLS] [SECONDS]; it stops at whichever comes first and says what it found.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from detente.errors import RecordError
from detente.record.fact import Source
from detente.record.store import STATEMENTS, Record

SOURCE = Source("doc", "A title", "A publisher", "2025-05-12", "press")
WRITER = """
import sys
from detente.record.fact import By, Statement
from detente.record.store import Record
record = Record.load(sys.argv[1])
print("ready", flush=True)
n = 0
while True:
    text = sys.argv[2] + "-" + str(n)
    value = {"speaker": text, "side": "USA"}
    told = Statement("statement", value, By(side="USA"), "doc", known="2025-05-12", note="x" * (n * 37 % 4000))
    print(record.add(told).id, flush=True)
    n += 1
"""


class Found(NamedTuple):
    """kills done, statements acknowledged, of these lost, lines on disk, torn lines set aside, broken lines."""

    kills: int
    acknowledged: int
    lost: int
    on_disk: int
    set_aside: int
    broken: int


def run(kills: int, seconds: float, seed: int = 1) -> Found:
    """Kill writers until either limit is reached, and look at what is left."""
    rng = random.Random(seed)
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "talks"
        Record.start(folder).add_source(SOURCE)
        acknowledged: set[str] = set()
        done, broken = 0, 0
        while done < kills and time.monotonic() < end:
            acknowledged |= _one_kill(folder, f"{seed}-{done}", rng.random() * 0.02)
            done += 1
            if rng.random() < 0.2:
                _tear(folder / STATEMENTS, rng)
            if rng.random() < 0.2 or done == kills:  # most torn lines are met by the next writer, some by a reader
                try:
                    Record.load(folder)
                except RecordError:
                    broken += 1
        try:
            left = {s.id for s in Record.load(folder).statements()}
        except RecordError:
            left, broken = set(), broken + 1
        torn = folder / (STATEMENTS + ".torn")
        aside = torn.read_bytes().count(b"\n") if torn.is_file() else 0
        lines = (folder / STATEMENTS).read_bytes().count(b"\n")
        return Found(done, len(acknowledged), len(acknowledged - left), lines, aside, broken)


def _tear(path: Path, rng: random.Random) -> None:
    """What a power cut may leave: the first bytes of a line that nobody acknowledged."""
    if path.is_file():
        line = path.read_bytes().split(b"\n")[0].replace(b'"note"', b'"mote"')
        with path.open("ab") as file:
            file.write(line[: rng.randrange(1, len(line))])


def _one_kill(folder: Path, name: str, after: float) -> set[str]:
    """What one writer acknowledged before it was killed `after` seconds into writing."""
    command = [sys.executable, "-c", WRITER, str(folder), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(after)
        os.kill(writer.pid, signal.SIGKILL)
        said = writer.stdout.read()
    # a word cut off in the pipe was not acknowledged
    return {line.decode() for line in said[: said.rfind(b"\n") + 1].splitlines()}


def main() -> None:
    """Print one line; exit 1 if anything was lost or broken."""
    found = run(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, float(sys.argv[2]) if len(sys.argv) > 2 else 900)
    print(
        f"{found.kills} kills, {found.acknowledged} statements acknowledged, {found.lost} lost;"
        f" {found.on_disk} whole lines, {found.set_aside} torn lines set aside, {found.broken} broken"
    )
    sys.exit(bool(found.lost or found.broken))


if __name__ == "__main__":
    main()
