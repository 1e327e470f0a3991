"""Known advisories on the pinned packages, from a local file: nothing is asked of any other machine.

python tools/audit.py [FILE]

FILE holds advisories in the OSV format: one JSON document, a list of them, JSON lines, or a zip of JSON files such as
the export of PyPI at osv.dev. The exit status is 1 where an advisory affects a pinned version, 2 for a file that cannot
be read.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from packaging.version import InvalidVersion, Version

from detente.errors import DetenteError, QuestionError
from detente.safe_io import read_file, read_json, read_json_lines

ROOT = Path(__file__).resolve().parents[1]
MOST = 500_000_000  # bytes of the file, and of all that a zip holds
ECOSYSTEM = "PyPI"


class Hit(NamedTuple):
    """An advisory that affects a pinned version, and the files of requirements that pin it."""

    package: str
    version: str
    files: tuple[str, ...]
    advisory: Mapping[str, Any]

    @property
    def line(self) -> str:
        """What a person reads."""
        names = ", ".join([str(self.advisory["id"]), *map(str, self.advisory.get("aliases") or ())])
        summary = " ".join(str(self.advisory.get("summary") or "no summary").split())[:200]
        where = ", ".join(self.files)
        return f"{self.package} {self.version} ({where}): {names}: {summary}; {_remedy(self.advisory, self.package)}"


def canonical(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[tuple[str, str], tuple[str, ...]]:
    """{(package, version): the files of requirements that pin it}."""
    sys.path.insert(0, str(ROOT / "docs"))
    from packages import pinned

    files: dict[tuple[str, str], tuple[str, ...]] = {}
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        for package in pinned(path.name).values():
            key = canonical(package.name), package.version
            files[key] = (*files.get(key, ()), path.name)
    return files


def advisories(path: str) -> Iterator[Mapping[str, Any]]:
    """The advisories of a file that were not withdrawn. Raises QuestionError for a file that holds something else."""
    for entry in _entries(path):
        if not isinstance(entry, dict) or "id" not in entry:
            raise QuestionError(f"{path}: an advisory has an id and a list of what it affects; this is something else")
        if not entry.get("withdrawn"):
            yield entry


def _entries(path: str) -> Iterator[Any]:
    data = read_file(path, size=MOST)
    if data[:4] == b"PK\x03\x04":
        yield from _members(path, data)
        return
    try:
        whole = read_json(data, path, size=MOST)
    except QuestionError:
        if not data.lstrip().startswith(b"{"):
            raise
        yield from (value for _, value in read_json_lines(data.decode("utf-8", "replace"), path, size=MOST))
        return
    yield from whole if isinstance(whole, list) else [whole]


def _members(path: str, data: bytes) -> Iterator[Any]:
    """The JSON files of a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if member.filename.endswith(".json")]
            if sum(member.file_size for member in members) > MOST:
                raise QuestionError(
                    f"{path}: it unpacks to more than {MOST} bytes; leave out what is not of {ECOSYSTEM}"
                )
            for member in members:
                yield read_json(archive.read(member), f"{path}: {member.filename}")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as problem:
        raise QuestionError(f"{path}: no zip that can be read ({problem}); get it again") from None


def affected(advisory: Mapping[str, Any], package: str, version: str) -> bool:
    """Whether an advisory names a version of a package, or a range that it lies in."""
    for row in _rows(advisory, package):
        if version in (row.get("versions") or ()):
            return True
        if any(
            _in_range(_events(span), version) for span in row.get("ranges") or () if span.get("type") == "ECOSYSTEM"
        ):
            return True
    return False


def _rows(advisory: Mapping[str, Any], package: str) -> Iterator[Mapping[str, Any]]:
    for row in advisory.get("affected") or ():
        about = row.get("package") or {}
        if about.get("ecosystem") == ECOSYSTEM and canonical(str(about.get("name", ""))) == package:
            yield row


def _events(span: Mapping[str, Any]) -> list[tuple[Version, str]]:
    """The events of a range by version; one whose version cannot be read is left out."""
    events = []
    for event in span.get("events") or ():
        for kind, written in event.items():
            try:
                events.append((Version(str(written)), kind))
            except InvalidVersion:
                continue
    return sorted(events, key=lambda event: event[0])


def _in_range(events: Iterable[tuple[Version, str]], version: str) -> bool:
    """Whether a version lies after an introduction and before its mending."""
    ours, inside = Version(version), False
    for at, kind in events:
        if kind == "introduced" and at <= ours:
            inside = True
        elif (kind == "fixed" and at <= ours) or (kind == "last_affected" and at < ours):
            inside = False
    return inside


def _remedy(advisory: Mapping[str, Any], package: str) -> str:
    fixed = [
        str(event["fixed"])
        for row in _rows(advisory, package)
        for span in row.get("ranges") or ()
        for event in span.get("events") or ()
        if span.get("type") == "ECOSYSTEM" and "fixed" in event
    ]
    return f"mended in {', '.join(dict.fromkeys(fixed))}" if fixed else "no version that mends it is known"


def hits(path: str) -> list[Hit]:
    """The advisories of a file that affect pinned versions, by package."""
    every = pins()
    rows = [
        Hit(package, version, files, advisory)
        for advisory in advisories(path)
        for (package, version), files in every.items()
        if affected(advisory, package, version)
    ]
    return sorted(rows, key=lambda hit: (hit.package, str(hit.advisory["id"])))


def main() -> None:
    """Print what the file knows about the pinned packages."""
    count = len(pins())
    if len(sys.argv) < 2:
        print(f"packages pinned: {count}; name a file of advisories: make audit ADVISORIES=FILE (OSV, JSON or zip)")
        return
    try:
        known = hits(sys.argv[1])
    except DetenteError as error:
        print(f"audit: {error}", file=sys.stderr)
        sys.exit(2)
    for hit in known:
        print(hit.line)
    print(f"packages pinned: {count}; advisories of {sys.argv[1]} that affect them: {len(known)}")
    sys.exit(1 if known else 0)


if __name__ == "__main__":
    main()
