"""What the faces lay out: the first screen in words, plain and typed; none of them formats a number of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Party:
    """A party by code, name, short name and capital; place: 0 to 3, its colour and its mark in every chart."""

    code: str
    name: str
    short: str
    capital: str
    place: int


@dataclass(frozen=True)
class Level:
    """The duty of one party on another: in words and in figures; numbers are those that the picture draws."""

    party: Party
    words: str
    short: str
    text: str
    value: float | None
    steps: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Change:
    """What an outcome changes for a party. kind: value, either, none or unknown; numbers for the range mark."""

    kind: str
    dollars: str = ""
    percent: str = ""
    low: str = ""
    high: str = ""
    numbers: tuple[float, float, float] | None = None

    @property
    def range(self) -> str:
        """The band in words: "−0.13 to −0.09 %"."""
        return f"{self.low} to {self.high} %" if self.low else ""


@dataclass(frozen=True)
class Row:
    """An outcome. duties: one figure a party, with its number; moves: the change of each against the duties in force;
    changes: one a party; chance: empty for no forecast.
    """

    name: str
    title: str
    rule: str
    chance: str
    chance_range: str
    share: float | None
    duties: tuple[str, ...]
    levels: tuple[float | None, ...]
    moves: tuple[str, ...]
    changes: tuple[Change, ...]
    baseline: bool
    later: str
    why: str


@dataclass(frozen=True)
class Cell:
    """A party's word on a subject: what it says, the day, where it can be read; mark: what the word is worth.

    short: the word without its quotation, where room is short. detail: the whole quotation, and what was searched.
    """

    mark: str
    text: str
    short: str
    day: str
    detail: str
    url: str
    title: str
    statement: str


@dataclass(frozen=True)
class Subject:
    """A subject with the word of each party, in their order."""

    what: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Event:
    """A step or a truce in the picture: day, long and short text, size in points, where it can be read.

    name: of a truce or an extension, empty for steps of duty. changes: (short name of the party, duty after it).
    """

    day: str
    long: str
    short: str
    detail: str
    size: float
    name: str
    changes: tuple[tuple[str, float], ...]
    top: float | None
    url: str
    title: str


@dataclass(frozen=True)
class Deadline:
    """The day on which the truce or the suspension ends: ISO day, days left, in words, the clock of each capital.

    moment: "to 10 Nov, 00:01", after the day "ended 10 Nov"; the hour is that of the first capital in clocks.
    """

    day: str
    left: int
    count: str
    moment: str
    clocks: tuple[str, ...]
    reported: bool
    earlier: str


@dataclass(frozen=True)
class Claim:
    """A claim of a report: verdict, its words, in pieces of which every second one is doubtful, and the record's."""

    verdict: str
    pieces: tuple[str, ...]
    why: str
    record: str
    day: str
    title: str
    url: str


@dataclass(frozen=True)
class Report:
    """A report beside the record: how many of its claims agree, differ, are new or mistranslated."""

    title: str
    published: str
    counts: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class ScreenView:
    """The first screen in words; the notes under the outcomes, the chances and the split each one sentence."""

    title: str
    as_of: str
    known: str
    heading: str
    headline: str
    headline_with_hours: str
    deck: str
    parties: tuple[Party, ...]
    levels: tuple[Level, ...]
    window: tuple[str, str]
    events: tuple[Event, ...]
    deadline: Deadline | None
    rows: tuple[Row, ...]
    shown_chances: bool
    chance_note: str
    unit_note: str
    split: str
    subjects: tuple[Subject, ...]
    disputed: tuple[str, ...]
    dispute_links: tuple[tuple[tuple[str, str], ...], ...]
    cautions: tuple[str, ...]
    record_end: str
    ended: str
    report: Report | None
    alt: str

    @property
    def by_chance(self) -> tuple[Row, ...]:
        """The outcomes as a list is read: the duties in force and chances first, later knowledge last."""
        return tuple(sorted(self.rows, key=_reading_order))


def _reading_order(row: Row) -> tuple[bool, bool, float, float]:
    sizes = [abs(change.numbers[0]) for change in row.changes if change.numbers]
    first = row.baseline and row.share is None
    return bool(row.later), not first and row.share is None, -(row.share or 0.0), -max(sizes, default=0.0)
