"""Tables in the layouts of the field, read into drafts: which layout a file has, and what is done to it on request.

A reader is a module with `read(path) -> Draft` and a test of whether a file is its own; LAYOUTS lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from detente.economy.importers import gravity, grouping, har, oecd, plain, pymrio, shares, tariff_file, text, wiod
from detente.economy.importers.classification import with_three_letters
from detente.economy.importers.draft import Draft, to_table
from detente.economy.importers.mending import mend
from detente.economy.world import InputOutput
from detente.errors import DataError, DetenteError

AUTO = "auto"
UNREADABLE = {  # endings of files that hold such tables and are not read, with what to do
    ".zip": "an archive; unpack it and name the table in it",
    ".gz": "a compressed file; unpack it and name the table",
    ".xlsb": "a binary workbook; save it as .xlsx",
    ".xls": "an old workbook; save it as .xlsx",
    ".rdata": "a file of R; write the table from R with write.csv",
    ".rds": "a file of R; write the table from R with write.csv",
    ".dta": "a file of Stata; export the table as CSV",
    ".mat": "a file of MATLAB; write the table as CSV",
}
LONGEST = 200  # characters of a name
HEAD = 20  # lines above a table that may be comments


@dataclass(frozen=True)
class Layout:
    """One layout: its name on the command line, what it is in words, its reader."""

    name: str
    words: str
    read: Callable[[Path], Draft]


@dataclass(frozen=True)
class Changes:
    """What is asked for beside reading: mend what is no economy, keep import shares apart by buyer, group, bring
    tariffs, state services, year and unit.
    """

    mend: bool = False
    shares: str = shares.JOINT
    groups: str | None = None
    tariffs: tariff_file.Tariffs | None = None
    services: tuple[str, ...] | None = None
    year: int | None = None
    unit: str | None = None


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("oecd", "an inter-country table of the OECD (ICIO) or of Eurostat (FIGARO), CSV", oecd.read),
        Layout("pymrio", "a folder that pymrio saved, such as EXIOBASE 3", pymrio.read),
        Layout("wiod", "a table of the World Input-Output Database, xlsx or CSV", wiod.read),
        Layout("gravity", "gravity data: exporter, importer, flow", gravity.read),
        Layout("plain", "the plain layout that `detente world template` prints", plain.read),
        Layout("har", "a header array file (GTAP)", har.read),
    )
}


def layout_of(path: Path) -> Layout | None:
    """The layout of a file or folder by what is in it; None where it has none of them.

    Raises DataError for a path that is not there or cannot be read.
    """
    if path.is_dir():
        return LAYOUTS["pymrio"] if pymrio.recognises(path) else None
    text.check_file(path)
    ending = path.suffix.lower()
    if ending in UNREADABLE:
        raise DataError(f"{path}: {UNREADABLE[ending]}")
    if ending == ".xlsx":
        return LAYOUTS["wiod"]
    return LAYOUTS["har"] if har.recognises(path) else _layout_of_text(path)


def _layout_of_text(path: Path) -> Layout | None:
    head = next((line for line in _head(path) if line.strip() and not line.startswith("#")), "")
    tests = {
        "wiod": wiod.recognises(path, head),
        "plain": plain.recognises(head),
        "gravity": gravity.recognises(head),
        "oecd": oecd.recognises(head),
        "pymrio": pymrio.recognises(path),
    }
    return next((LAYOUTS[name] for name, fits in tests.items() if fits), None)


def _head(path: Path) -> list[str]:
    """The first lines of a text; none of what is no text."""
    try:
        return list(islice(text.lines(path), HEAD))
    except DetenteError:
        return []


def is_table(name: str) -> bool:
    """Whether a name is the path of a file or folder in one of the layouts."""
    try:
        return layout_of(Path(name)) is not None
    except DetenteError:
        return False


def read_draft(paths: Sequence[str], layout: str = AUTO, changes: Changes = Changes()) -> Draft:
    """The draft of one table: a file, a folder, or several files of one folder.

    layout: a key of LAYOUTS, or auto. Raises DataError saying what, where and what to try.
    """
    path = _one_path(paths)
    chosen = LAYOUTS.get(layout) or layout_of(path)
    if chosen is None:
        known = "; ".join(f"{each.name}: {each.words}" for each in LAYOUTS.values())
        raise DataError(f"{path}: in none of the layouts known ({known}); name one with --layout")
    if path.is_dir() and chosen.name != "pymrio":
        raise DataError(f"{path}: a folder, and the layout {chosen.name} is one file; name the file")
    draft = gravity.read(path, changes.year) if chosen.name == "gravity" else chosen.read(path)
    return _changed(draft, changes)


def _one_path(paths: Sequence[str]) -> Path:
    if not paths:
        raise DataError("no file is named; give the table's file or folder")
    folders = {Path(path).parent for path in paths}
    if len(paths) > 1 and len(folders) > 1:
        raise DataError(f"{len(paths)} files in {len(folders)} folders; one table is imported at a time")
    if len(paths) == 1:
        return Path(paths[0])
    folder = folders.pop()
    if not pymrio.recognises(folder):
        raise DataError(f"{len(paths)} files, which are no matrices of one table (Z or A, and Y); name one file")
    return folder


def _changed(draft: Draft, changes: Changes) -> Draft:
    """The draft with its source as stated, tariffs brought, sectors and economies grouped, and mended where asked."""
    source = draft.source
    draft.source = replace(source, year=changes.year or source.year, unit=changes.unit or source.unit)
    if changes.services is not None:
        draft.services = _known_services(draft, changes.services)
    draft.economies = with_three_letters(draft.economies)
    _check_names(draft)
    if changes.tariffs is not None:
        draft = tariff_file.add(draft, changes.tariffs)
    if changes.groups is not None:
        draft = grouping.grouped(draft, Path(changes.groups))
    draft = mend(draft) if changes.mend else draft
    return shares.apart(draft, changes.shares, mend=changes.mend)


def _check_names(draft: Draft) -> None:
    """Raises DataError for an economy or a sector whose name cannot be printed, or is no name."""
    for names in (draft.economies, draft.sectors):
        odd = next((name for name in names if not name.strip() or not name.isprintable() or len(name) > LONGEST), None)
        if odd is not None:
            raise DataError(
                f"{draft.source.name}: {odd[:40]!r} is no name of an economy or a sector; correct the labels"
            )


def _known_services(draft: Draft, services: Iterable[str]) -> tuple[str, ...]:
    named = tuple(services)
    odd = [code for code in named if code not in draft.sectors]
    if odd:
        raise DataError(f"--services: {odd[0]!r} is no sector of {draft.source.name}; it has"
                        f" {', '.join(draft.sectors[:8])}")  # fmt: skip
    return named


def read(path: str) -> InputOutput:
    """The table of a file in one of the layouts, as it stands. Raises DataError where it must be mended first."""
    return to_table(read_draft([path]))
