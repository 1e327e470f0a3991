"""Rows of the state: one frozen dataclass a kind of row, its fields in the order of the JSON answer.

Days are ISO strings. Sides are ISO3 codes or blocs, `joint` or `press`. `statement` and `statements` are ids: they lead
from every row to the words it rests on. A field that no statement gives is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from detente.record.fact import plain


@dataclass(frozen=True)
class Row:
    """What all rows share: their JSON form."""

    JSON_KEYS: ClassVar[Mapping[str, str]] = {}  # field → its key in the JSON answer, where the two differ

    def to_json(self) -> dict[str, Any]:
        """The fields in JSON types and in their order; those of a citation stand among the others."""
        data: dict[str, Any] = {}
        for f in fields(self):
            value = plain(getattr(self, f.name))
            data |= value if f.name == "citation" else {self.JSON_KEYS.get(f.name, f.name): value}
        return data


@dataclass(frozen=True)
class Citation(Row):
    """Who asserts something, when, in which words and in which source.

    by: the speaker's name. known: since when the public could know it. statement: the id of the statement.
    """

    by_side: str | None
    by: str | None
    asserted: str | None
    known: str | None
    quote: str
    source: str
    verification: str
    statement: str


class Cited:
    """A row that rests on one statement above all; the citation's fields can be read from the row itself."""

    citation: Citation

    @property
    def by_side(self) -> str | None:
        """The side of who asserts it."""
        return self.citation.by_side

    @property
    def by(self) -> str | None:
        """The name of who asserts it."""
        return self.citation.by

    @property
    def asserted(self) -> str | None:
        """The day it was asserted."""
        return self.citation.asserted

    @property
    def known(self) -> str | None:
        """The day since when the public could know it."""
        return self.citation.known

    @property
    def quote(self) -> str:
        """The words."""
        return self.citation.quote

    @property
    def source(self) -> str:
        """The id of the source."""
        return self.citation.source

    @property
    def verification(self) -> str:
        """How well the statement was verified."""
        return self.citation.verification

    @property
    def statement(self) -> str:
        """The id of the statement."""
        return self.citation.statement


@dataclass(frozen=True)
class Round(Row):
    """A meeting that was held."""

    city: str | None
    country: str | None
    start: str | None
    end: str | None
    parties: tuple[str, ...]
    heads: tuple[str, ...]
    ordinal: int | None
    mode_of_contact: str | None
    level: str | None
    event: str | None
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Office(Row):
    """An office of a person, from a day to a day."""

    JSON_KEYS: ClassVar[Mapping[str, str]] = {"start": "from", "end": "to"}

    role: str
    start: str | None
    end: str | None


@dataclass(frozen=True)
class NameDecision(Row):
    """A reviewer's decision whether a name in print is this person: same, not_same or unsure."""

    surface: str
    decision: str
    by: str | None
    why: str
    known: str | None
    statement: str


@dataclass(frozen=True)
class PersonRow(Row):
    """A person of the talks: offices on the day, names in print, and the decisions on those names."""

    person: str
    side: str | None
    roles: tuple[Office, ...]
    surfaces: tuple[str, ...]
    decisions: tuple[NameDecision, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True)
class TruceLink(Cited, Row):
    """One statement in the chain of a truce: the end that it gives, or none.

    status: how the claims to that end stand. reviewed: False for what a document proposes.
    """

    kind: str
    new_expiry: str | None
    by_days: int | None
    citation: Citation
    status: str
    instrument: str | None
    reviewed: bool


@dataclass(frozen=True)
class AfterTruce(Row):
    """What followed a truce: duties in force or announced from a day, duties that stay suspended until one, or an
    agreement of the same parties that was in force on it.

    kind: in_force, announced, suspended or agreement. sides: whose duties they are, or who agreed.
    """

    kind: str
    day: str
    sides: tuple[str, ...]
    measures: tuple[str, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Truce(Row):
    """A truce: its start, the end that counts on the day, and the chain of statements behind it; running ones first.

    status: superseded where it still ran when a later truce of the same parties began; superseded_by names that one.
    not_known_since: the last day of a record that ends before the truce lapsed: whether it was prolonged is not known.
    after: what the record has after a truce that lapsed, None where it has nothing.

    deadline_at: the moment of expiry on the clock of each party. text_expiry: the end that official texts of both
    parties give.
    """

    truce: str
    parties: tuple[str, ...]
    start: str | None
    expiry: str | None
    status: str
    days_left: int | None
    deadline_at: Mapping[str, str]
    text_expiry: str | None
    scope: str | None
    chain: tuple[TruceLink, ...]
    note: str
    superseded_by: str | None = None
    not_known_since: str | None = None
    after: AfterTruce | None = None


@dataclass(frozen=True)
class Stage(Cited, Row):
    """Where a deal stands in the words of one side. next: the stage that the same side says is still to come."""

    stage: str
    parties: tuple[str, ...]
    citation: Citation
    status: str
    next: str | None
    next_statement: str | None
    deal: str
    line: str
    object: str | None
    note: str
    statements: tuple[str, ...]


@dataclass(frozen=True)
class SupersededStage(Cited, Row):
    """A stage that later words of the same side replaced."""

    stage: str
    parties: tuple[str, ...]
    citation: Citation
    deal: str
    line: str
    note: str


@dataclass(frozen=True)
class Search(Row):
    """Where words of a silent side were looked for: the sources that carry it, since the event was first mentioned.

    looked_at: how many sources. speak_of_it: how many of these speak of the event. in_record: how many sources that
    carry the side the record has by `to`.
    """

    side: str
    since: str | None
    to: str
    looked_at: int
    speak_of_it: int
    in_record: int
    sources: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Confirmation(Row):
    """What one side has said of a planned meeting, with the statement that says it.

    A side that is silent has a row without a statement: `asserted` is then the day asked about, and `searched` says
    where its words were looked for. claimed_by: the side whose source reports the words.
    """

    event: str | None
    date: str | None
    participants: tuple[str, ...]
    by_side: str
    by: str | None
    asserted: str | None
    known: str | None
    quote: str
    source: str | None
    verification: str | None
    statement: str | None
    claimed_by: str | None
    status: str
    note: str
    statements: tuple[str, ...]
    searched: Search | None


@dataclass(frozen=True)
class AgendaItem(Row):
    """A subject of the talks that was named of late. asserted: the last day it was named."""

    topic: str
    by_sides: tuple[str, ...]
    asserted: str | None
    statements: tuple[str, ...]


@dataclass(frozen=True)
class MeasureClaim(Cited, Row):
    """What another voice, or a statement about a later day, says of a measure."""

    status: str
    rate_pct: float | None
    rate_pp: float | None
    announced: str | None
    signed: str | None
    legal_from: str | None
    suspended_until: str | None
    published: str | None
    until: str | None
    citation: Citation


@dataclass(frozen=True)
class Measure(Cited, Row):
    """A trade measure: its terms, its legal status on the day, and how well that is attested.

    rate_pct is a level in percent, rate_pp an addition in percentage points. derived: what follows from the calendar
    alone, in words. standing: imposer (its own act or word), confirmed_both (a joint text), announced_one_side,
    reported, or the standing of the truce that prolongs a suspension. claims: newer words of others. pending: what is
    announced for later.

    status: as the acts give it; not_implemented where an announcement ran out without an act; superseded where an act
    on another measure, superseded_by, took its place; unknown where the calendar alone would change it and the record
    ends before: last_status is then the status last known, and not_known_since the last day of the record.
    """

    type: str
    imposer: str
    target: str | None
    rate_pct: float | None
    rate_pp: float | None
    rates: Mapping[str, float] | None
    status: str
    authority: str | None
    instrument: str | None
    announced: str | None
    signed: str | None
    legal_from: str | None
    suspended_until: str | None
    published: str | None
    scope: str | None
    until: str | None
    due: str | None
    reason: str | None
    truce: str | None
    part_of: str | None
    product: str | None
    quantity_mmt: float | None
    quantity_mmt_per_year: float | None
    quantity_aircraft: float | None
    usd_bn: float | None
    usd_bn_per_year: float | None
    measure: str | None
    derived: str | None
    standing: str
    citation: Citation
    note: str
    claims: tuple[MeasureClaim, ...]
    pending: tuple[MeasureClaim, ...]
    statements: tuple[str, ...]
    superseded_by: str | None = None
    last_status: str | None = None
    not_known_since: str | None = None

    @property
    def is_past(self) -> bool:
        """Whether nothing of the measure stands any more, or ever stood."""
        return self.status in ("ended", "superseded", "not_implemented")

    @property
    def status_last_known(self) -> str:
        """The status, or the one last known where the record ends before the day."""
        return self.last_status or self.status


@dataclass(frozen=True)
class Threat(Cited, Row):
    """Harm announced by one side, and whether the threat still stands. first_asserted: the day it was first voiced."""

    JSON_KEYS: ClassVar[Mapping[str, str]] = {"first_asserted": "made"}

    threat: str
    citation: Citation
    against: str | None
    rate_pct: float | None
    effective: str | None
    on: str | None
    status: str
    first_asserted: str | None
    note: str
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Ranking(Row):
    """A reviewer's line that prefers or deprecates a claim."""

    by: str | None
    why: str
    known: str | None
    statement: str


@dataclass(frozen=True)
class Claim(Cited, Row):
    """One side's answer to a question on which claims differ. rank: preferred, normal or deprecated."""

    value: Any
    citation: Citation
    note: str
    rank: str
    ranked: Ranking | None


@dataclass(frozen=True)
class Conflict(Row):
    """Claims that differ on one question, the value shown and why. open: the day that it is about has not passed."""

    about: str
    claims: tuple[Claim, ...]
    shown: Any
    why: str
    open: bool


@dataclass(frozen=True)
class NextDate(Row):
    """A date that lies ahead of the day, and what is to happen on it."""

    date: str
    what: str
    kind: str
    status: str
    by_sides: tuple[str, ...]
    statement: str


@dataclass(frozen=True)
class PassedDate(Row):
    """A planned meeting that passed after the record ended, on not_known_since: whether it was held is not known."""

    date: str
    what: str
    by_sides: tuple[str, ...]
    not_known_since: str
    statement: str


@dataclass(frozen=True)
class Remark(Cited, Row):
    """Words of a speaker that no other row rests on: a view, a report, a decision of a court."""

    speaker: str | None
    about: str | None
    tone: str | None
    citation: Citation
    note: str


@dataclass(frozen=True)
class Unmatched(Cited, Row):
    """A proposed statement that fits no row of the record, and why."""

    kind: str
    value: Mapping[str, Any]
    citation: Citation
    why: str


@dataclass(frozen=True)
class Flagged(Cited, Row):
    """A claim whose words are distorted, and the official statement for the same end where one is at hand.

    against: the id of that official statement.
    """

    flags: tuple[str, ...]
    kind: str
    value: Mapping[str, Any]
    citation: Citation
    why: str
    against: str | None
    official: Citation | None


@dataclass(frozen=True)
class History(Row):
    """Rows that are past: superseded stages and those of older deals, confirmations of old events, old threats."""

    stages: tuple[Stage | SupersededStage, ...]
    confirmations: tuple[Confirmation, ...]
    threats: tuple[Threat, ...] = ()
