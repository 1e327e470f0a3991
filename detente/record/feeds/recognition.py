"""Which feed a file is, by its content; and every reader, each isolated from what breaks in another's files."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from detente.record.feeds import (
    budget_lab,
    catalogue,
    china,
    csms,
    eu,
    federal_register,
    followthemoney,
    gta,
    hts,
    markets,
    rss,
    statistics,
    tradewartracker,
)
from detente.record.feeds.model import Feed, FeedFile, FeedTable, Refused, Update, refused, together
from detente.record.feeds.untrusted import Page, feed_file, flat, refuse

# what a reader can meet in a file that has another structure than its feed
UNEXPECTED = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, OverflowError)
ERROR_PAGE = re.compile(
    r"not found|\b40[0-9]\b|\b50[0-9]\b|just a moment|access denied|attention required|forbidden|unavailable"
    r"|are you a robot|invalid key",
    re.I,
)
SCRIPT_WALL = re.compile(r"enable javascript and cookies|verify you are (?:a )?human", re.I)
TARIFF_LINE = re.compile(r"\s*\"?\d{4}\.?\d{2}(?:\.?\d{2}){0,2}\b")
LOOKED_AT = 200  # lines by which a table is recognised


@dataclass(frozen=True)
class Reader:
    """A feed: its name, how its files are recognised, and how they are read.

    recognise: which file of the feed it is, or nothing. prose: the files that are sentences. joint: whether its files
    explain each other, and are read together.
    """

    name: str
    recognise: Callable[[FeedFile], str]
    read: Callable[[Sequence[FeedFile]], Update]
    prose: tuple[str, ...] = ()
    joint: bool = False


# Answers that are no feed


def recognise_error(file: FeedFile) -> str:
    """answer (JSON) or page (HTML) where a server says why it sends nothing; empty for anything else."""
    if file.form == "json" and isinstance(file.value, Mapping):
        return "answer" if len(file.value) <= 5 and _server_words(file.value) else ""
    if file.form != "html":
        return ""
    page = Page(file.text[:50_000])
    is_short = len(flat(page.text)) < 2000
    return "page" if is_short and (ERROR_PAGE.search(page.title) or SCRIPT_WALL.search(file.text[:50_000])) else ""


def _server_words(value: Mapping[str, Any]) -> str:
    status = value.get("status", value.get("statusCode"))
    for key in ("message", "detail", "error"):
        words = value.get(key)
        if isinstance(words, str) and words and (key == "detail" or status is not None or key == "error"):
            return f"status {status}: {words}" if status is not None else words
    return ""


def read_error(files: Sequence[FeedFile]) -> Update:
    """Refuse with the server's words."""
    for file in files:
        if file.form == "json":
            refuse(file.path, f"the server answers, {_server_words(file.value)!r}", "correct the request and ask again")
        title = flat(Page(file.text[:50_000]).title)
        kind = "an HTS export" if "International Trade Commission" in title else "a feed"
        refuse(file.path, f"this is a web page ({title[:60]!r}), not {kind}", "download the file itself")
    return Update()


def recognise_empty(file: FeedFile) -> str:
    """Whether there is nothing in it."""
    return "empty" if file.form == "empty" else ""


def read_empty(files: Sequence[FeedFile]) -> Update:
    """An empty body, with which the Census says that no trade was reported."""
    note = "no content; the Census answers so (204) where no trade was reported"
    return Update(tables=tuple(FeedTable(file.path, "no trade reported", 0, note=note) for file in files))


READERS: tuple[Reader, ...] = (
    Reader("federal_register", federal_register.recognise, federal_register.read),
    Reader("register_text", federal_register.recognise_text, federal_register.read_text, prose=("text",)),
    Reader("hts", hts.recognise, hts.read, joint=True),
    Reader("gta", gta.recognise, gta.read),
    Reader("csms", csms.recognise, csms.read, prose=("bulletin",)),
    Reader("press_corner", eu.recognise, eu.read),
    Reader("mofcom", china.recognise, china.read, prose=("mofcom", "tariff_commission")),
    Reader("statistics", statistics.recognise, statistics.read),
    Reader("markets", markets.recognise, markets.read),
    Reader("followthemoney", followthemoney.recognise, followthemoney.read),
    Reader("tradewartracker", tradewartracker.recognise, tradewartracker.read),
    Reader("budget_lab", budget_lab.recognise, budget_lab.read),
    Reader("rss", rss.recognise, rss.read),
    Reader("server_error", recognise_error, read_error),
    Reader("empty", recognise_empty, read_empty),
)


def recognised(file: FeedFile) -> tuple[Reader, Feed] | None:
    """The reader of a file and the feed it is, or None; what breaks a test is no file of that feed."""
    for reader in READERS:
        try:
            part = reader.recognise(file)
        except UNEXPECTED:
            continue
        if part:
            return reader, catalogue.feed(reader.name, part, part in reader.prose)
    return None


def recognise(path: str, data: bytes) -> Feed | None:
    """The feed that the bytes of a file are, whatever its name, or None.

    Raises Refused for a file that is too long, or that starts like JSON or XML and is broken or hostile.

    >>> recognise("x", b'{"name": "2026HTSRev15", "title": "Revision 15 (2026)"}').name
    'hts'
    """
    recognition = recognised(feed_file(path, data))
    return recognition[1] if recognition else None


def not_prose(path: str, data: bytes) -> str | None:
    """What a file is that must not be read as sentences: the feed, or a form such as `a table`; None for prose."""
    try:
        file = feed_file(path, data)
    except Refused:
        return "broken data"
    recognition = recognised(file)
    if recognition:
        return None if recognition[1].prose else recognition[1].title
    return form_of(file)


def form_of(file: FeedFile) -> str | None:
    """The form of a file of no feed, where it is not prose: JSON, XML, a list of tariff lines, a table."""
    if file.form in ("json", "lines", "xml"):
        return {"lines": "JSON lines"}.get(file.form, file.form.upper())
    if file.form != "text":
        return None
    lines = [line for line in islice(file.text.splitlines(), LOOKED_AT) if line.strip()]
    if len(lines) > 2 and sum(bool(TARIFF_LINE.match(line)) for line in lines) > 0.6 * len(lines):
        return "a list of tariff lines"
    return "a table" if any(_is_table(lines, mark) for mark in (",", "\t", ";")) else None


def _is_table(lines: Sequence[str], delimiter: str) -> bool:
    """Whether at least three lines have the same number of cells, three or more, and short ones."""
    if len(lines) < 3:
        return False
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return False
    width = len(rows[0])
    header = all(0 < len(cell.strip()) <= 40 for cell in rows[0])
    return header and width >= 3 and sum(len(row) == width for row in rows) >= 0.9 * len(rows)


# Reading all files of an import


def read_all(files: Iterable[tuple[str, bytes]]) -> Update:
    """What the files give, feed by feed; nothing is joined yet. A file of no feed is refused, or left to the reader."""
    updates: list[Update] = []
    groups: dict[str, list[FeedFile]] = {}
    feeds: dict[str, Feed] = {}
    for path, data in files:
        try:
            file = feed_file(path, data)
        except Refused as error:
            updates.append(refused(path, error))
            continue
        recognition = recognised(file)
        if recognition is None:
            updates.append(_unknown(file))
        else:
            groups.setdefault(recognition[0].name, []).append(file)
            feeds[path] = recognition[1]
    for reader in READERS:
        updates += [_read(reader, group) for group in _groups(reader, groups.get(reader.name, []))]
    return replace(together(updates), feeds=feeds)


def _groups(reader: Reader, files: list[FeedFile]) -> list[list[FeedFile]]:
    if not files:
        return []
    return [files] if reader.joint else [[file] for file in files]


def _read(reader: Reader, files: list[FeedFile]) -> Update:
    try:
        return _with_paths(reader.read(files), files)
    except Refused as error:
        reason = str(error)
    except UNEXPECTED as error:
        title = catalogue.feed(reader.name).title
        reason = f"{files[0].path}: not in the form of {title} ({str(error)[:80]}); download it again"
    if len(files) == 1:
        return refused(files[0].path, reason)
    return together(_read(reader, [file]) for file in files)


def _with_paths(update: Update, files: Sequence[FeedFile]) -> Update:
    """The update, whose sources and acts say in which file they stand; where files are read together, in all of them
    unless the reader says in which.
    """
    paths = tuple(file.path for file in files)
    return replace(
        update,
        sources=tuple(row if row.paths else replace(row, paths=paths) for row in update.sources),
        acts=tuple(row if row.paths else replace(row, paths=paths) for row in update.acts),
    )


def _unknown(file: FeedFile) -> Update:
    form = form_of(file)
    if form is None:
        return Update(unread=(file.path,))
    return refused(file.path, f"{file.path}: {form} of no feed that is known; docs/how-to/update.md lists the feeds")
