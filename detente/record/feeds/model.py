"""What a feed gives: sources, acts, questions, persons, tables, and what could not be read. All values are frozen.

A day that a feed does not give is None; no day is ever filled from another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from detente.errors import RecordError

Rate = float | tuple[float, ...]


class Refused(RecordError):
    """A file, or an item in it, that cannot be read: one sentence that says what, where and what to try."""


@dataclass(frozen=True)
class Feed:
    """A kind of file that is recognised by its content.

    name: the module that reads it. title: in words. part: which of the feed's files it is, such as `documents`.
    prose: whether its pages are sentences that the document reader may read as well.
    """

    name: str
    title: str
    part: str = ""
    prose: bool = False


@dataclass(frozen=True)
class FeedFile:
    """One file: where it lies, its bytes, its text, and its parsed value where it is JSON, XML, CSV, HTML or YAML."""

    path: str
    data: bytes
    form: str
    text: str = ""
    value: Any = None

    @property
    def first_line(self) -> str:
        """The first line of the text: the header, where it is a table."""
        return self.text.lstrip("\ufeff").split("\n", 1)[0]


@dataclass(frozen=True)
class FeedSource:
    """A document that a feed names.

    published: the day on the document. known: when anybody could first read it; a time where the feed gives one.
    signed, instrument, citation: of an act of law. corrects, corrected_by, updates: ids of other sources.
    updated: when it was last edited. text: the sentences that the feed carries, for the document reader. paths: the
    files that name it.
    """

    id: str
    title: str
    publisher: str
    published: str | None
    known: str | None
    kind: str = "official"
    side: str | None = None
    url: str | None = None
    signed: str | None = None
    instrument: str | None = None
    citation: str | None = None
    corrects: str | None = None
    corrected_by: str | None = None
    updates: str | None = None
    updated: str | None = None
    language: str = "en"
    licence: str = ""
    note: str = ""
    text: str = field(default="", repr=False)
    paths: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class FeedAct:
    """One legal act of duty or control, as one or more sources give it.

    id: the measure; two acts with one id are two stages of one measure. targets: sides, or target_text where the feed
    names goods, firms or a number of economies. rate: percent, several where the feed gives several.
    rate_kind: add (to the ordinary duty), total (instead of it), level (of an added duty, so far as the feed says),
    floor_total, cap_total, exempt, control, listing, unchanged, specific, unknown.
    legal_from, until, last_day, legal_until: days of effect; ..._text: with the time of day.
    status: listed, announced, suspended, ended, extended, new. retroactive: in force before it was known.
    edited: when the entry was last edited, by which an end that it gives was known.
    tracker_day: the day is that of a tracker, not of the law. sources: ids, the first known first. paths: the files
    that tell of it.
    """

    id: str
    imposer: str
    targets: tuple[str, ...] = ()
    target_text: str | None = None
    rate: Rate | None = None
    rate_kind: str = "unknown"
    legal_from: str | None = None
    legal_from_text: str | None = None
    until: str | None = None
    last_day: str | None = None
    legal_until: str | None = None
    status: str | None = None
    suspended_from: str | None = None
    suspended_until: str | None = None
    suspended_until_text: str | None = None
    by_days: int | None = None
    announced: str | None = None
    edited: str | None = None
    signed: str | None = None
    published: str | None = None
    known: str | None = None
    authority: str | None = None
    instrument: str | None = None
    type: str = "tariff"
    quote: str | None = None
    products: tuple[str, ...] = ()
    scope: str | None = None
    scope_codes: int | None = None
    column: str | None = None
    old_rate: float | None = None
    old_rate_kind: str | None = None
    old_legal_from: str | None = None
    old_until: str | None = None
    also_from: Mapping[str, str] = field(default_factory=dict)
    later: Mapping[str, float] | str | None = None
    tracker_day: bool = False
    tracker_days: Mapping[str, str] = field(default_factory=dict)
    confidence: float | None = None
    verification: str = ""
    ever_in_force: bool | None = None
    note: str = ""
    sources: tuple[str, ...] = ()
    paths: tuple[str, ...] = field(default=(), compare=False)

    @property
    def target(self) -> str | None:
        """The targets in one text: ISO3 codes with spaces between, or the words of the feed."""
        return " ".join(self.targets) or self.target_text

    @property
    def ended_on(self) -> str | None:
        """The last day of a measure that has ended, where it is known."""
        return self.legal_until if self.status == "ended" else None

    @property
    def retroactive(self) -> bool | None:
        """Whether it was in force before anybody could know of it; None where a day is missing."""
        if self.legal_from is None or self.known is None:
            return None
        return self.legal_from < self.known[:10]


@dataclass(frozen=True)
class FeedQuestion:
    """A question of a forecast market: a point at which a decision falls, and what the market thought of it when.

    probability: of yes, None where the market shows none. outcome: yes, no or None. deadline: from the rules.
    opened: when it was put to the market. group: the event it belongs to. exclusive: whether at most one question of
    the group can come true.
    """

    id: str
    title: str
    market: str
    probability: float | None
    as_of: str | None
    deadline: str | None
    status: str
    opened: str | None = None
    outcome: str | None = None
    resolved: str | None = None
    history: tuple[tuple[str, float], ...] = ()
    public_since: str | None = None
    group: str | None = None
    exclusive: bool | None = None
    rules: str = field(default="", repr=False)
    url: str | None = None
    note: str = ""


@dataclass(frozen=True)
class FeedPerson:
    """A person of an entity feed: names, former ids, and an office with the day it was taken (EDTF)."""

    id: str
    names: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()
    office: str | None = None
    since: str | None = None
    side: str | None = None


@dataclass(frozen=True)
class FeedTable:
    """Numbers or lists that a file holds, described and not turned into acts.

    facts: what was worked out from them, by name. rows: how many the file has.
    """

    path: str
    title: str
    rows: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class WhatIf:
    """A scenario of a tracker: a name, what it says, and the authorities it switches off. It is no fact."""

    name: str
    description: str
    without: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Link:
    """A document that a list names, and that was not read: its address, title and day."""

    url: str
    title: str
    published: str | None
    publisher: str


@dataclass(frozen=True)
class Conflict:
    """Two sources that give one act different days or rates. `shown` counts; `other` is set beside it."""

    act: str
    field: str
    shown: str
    shown_by: str
    other: str
    other_by: str


@dataclass(frozen=True)
class Refusal:
    """A file, or an item in it, that was left out, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class KnownMeasure:
    """A measure of the record that an import may end or contradict: its id and lasting terms, and its days."""

    id: str
    imposer: str
    target: str | None
    authority: str | None
    rate: float | None
    legal_from: str | None
    source: str
    instrument: str | None = None


@dataclass(frozen=True)
class Update:
    """What the files of one import give together.

    unread: ids of sources whose text waits for the document reader, and paths of documents that are no feed.
    changes: what changed without being an act, such as the wording of a heading.
    feeds: the feed of every file that was recognised, by path. existing: measures of the record it was compared with.
    """

    sources: tuple[FeedSource, ...] = ()
    acts: tuple[FeedAct, ...] = ()
    questions: tuple[FeedQuestion, ...] = ()
    people: tuple[FeedPerson, ...] = ()
    tables: tuple[FeedTable, ...] = ()
    what_ifs: tuple[WhatIf, ...] = ()
    links: tuple[Link, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    existing: tuple[KnownMeasure, ...] = field(default=(), repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, FeedSource]:
        """The sources by id."""
        return {source.id: source for source in self.sources}

    def __add__(self, other: Update) -> Update:
        """Both, one after the other; nothing is joined yet."""
        return together((self, other))

    def refuse_if_empty(self) -> Update:
        """The update, unless files were refused and nothing else was read; then RecordError with the first reason."""
        if self.refused and not any(getattr(self, name) for name in GIVES):
            raise RecordError(self.refused[0].reason)
        return self


GIVES = ("sources", "acts", "questions", "people", "tables", "what_ifs", "links", "changes")
LISTS = tuple(f.name for f in fields(Update) if f.name != "feeds")


def together(updates: Iterable[Update]) -> Update:
    """All of them, one after the other; nothing is joined yet."""
    rows = list(updates)
    lists = {name: tuple(item for row in rows for item in getattr(row, name)) for name in LISTS}
    return Update(**lists, feeds={path: feed for row in rows for path, feed in row.feeds.items()})


def refused(path: str, reason: Refused | str) -> Update:
    """An update that only says why a file, or an item in it, was left out."""
    return Update(refused=(Refusal(path, str(reason)),))


def unless_refused(path: str, read: Callable[[], Update]) -> Update:
    """What `read` gives; its refusal, where it refuses an item of the file."""
    try:
        return read()
    except Refused as error:
        return refused(path, error)
