"""The state of the talks as rows to lay out: clock, confirmations, rounds, next dates, conflicts, the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente import labels
from detente.ask.talks.summary import STANDING
from detente.faces import words
from detente.faces.tables import Cell, Column, Sign, Tone

NO_TRUCE = "No truce is known on this day."
CITED = "cited, not quoted"
STATUS_TONES: dict[str, Tone] = {STANDING["contested"]: "warn", STANDING["confirmed_both"]: "good"}


@dataclass(frozen=True)
class ChainLink:
    """One text that sets or moves the end of a truce."""

    expiry: str
    side: str | None
    asserted: str
    status: str
    quote: str
    source: str
    instrument: str


@dataclass(frozen=True)
class ClockView:
    """When the truce ends and what happens then.

    washington, beijing, utc: the moment as "2025-11-10 00:01", empty where no time is known; days: until the end,
    negative after it; returns: which duties come back; reported: an end that no official text confirms.
    """

    washington: str
    beijing: str
    utc: str
    days: int | None
    status: str
    returns: str
    reported: str
    note: str
    chain: tuple[ChainLink, ...]

    @property
    def time_left(self) -> str:
        """The days until the end in words; empty where no day is known."""
        return "" if self.days is None else words.days_left(self.days)


@dataclass(frozen=True)
class Confirmation:
    """A subject, what each capital says of it, and how the two stand."""

    subject: str
    washington: str
    beijing: str
    status: str


@dataclass(frozen=True)
class TalksView:
    """Rounds, people, agenda and suspended duties, each in words."""

    rounds: str
    people: str
    agenda: str
    suspended: str


@dataclass(frozen=True)
class NextDate:
    """A date after the day asked about."""

    date: str
    event: str
    status: str
    sides: str


@dataclass(frozen=True)
class Claim:
    """What one source says of a matter on which sources differ."""

    value: str
    side: str
    speaker: str
    asserted: str
    quote: str
    source: str
    verification: str
    note: str


@dataclass(frozen=True)
class ConflictRow:
    """A matter on which sources differ: every claim, the one shown, and why."""

    subject: str
    claims: tuple[Claim, ...]
    shown: str
    reason: str


@dataclass(frozen=True)
class FlaggedPassage:
    """A passage of a document to read with care, and the official text that speaks against it."""

    flags: str
    quote: str
    reason: str
    official: str
    source: str


@dataclass(frozen=True)
class DocumentView:
    """A document and the facts that the rules propose from it."""

    title: str
    publisher: str
    published: str
    count: int
    kinds: str
    garbled: tuple[tuple[str, str], ...]
    flagged: tuple[FlaggedPassage, ...]


def clock_view(clock: Mapping[str, Any] | None) -> ClockView | None:
    """The clock of a reading; None where no truce is known."""
    if clock is None:
        return None
    reported = clock["reported_expiry"]
    return ClockView(
        washington=clock["washington"] or "",
        beijing=clock["beijing"] or "",
        utc=clock["utc"] or "",
        days=clock["days_left"],
        status=clock["standing"],
        returns=returns_sentence(clock["scope"]),
        reported=f"The texts at hand end it on {clock['text_expiry']}; {reported} is only reported."
        if reported
        else "",
        note=clock["note"] or "",
        chain=tuple(
            ChainLink(
                link["new_expiry"],
                link["by_side"],
                link["asserted"],
                link["status"],
                link["quote"] or "",
                link["source"],
                link["instrument"] or "",
            )
            for link in clock["chain"]
        ),
    )


def returns_sentence(scope: str | None) -> str:
    """What happens when a truce expires; scope: the duties that it suspends."""
    return f"When it expires, {scope} return where their legal basis is still in force." if scope else ""


def confirmation_rows(matrix: Iterable[Mapping[str, str]]) -> tuple[Confirmation, ...]:
    """The rows of a reading's confirmation matrix."""
    return tuple(Confirmation(row["what"], row["USA"], row["CHN"], row["standing"]) for row in matrix)


def talks_view(state: Mapping[str, Any], reading: Mapping[str, Any]) -> TalksView:
    """What the talks have come to, in words."""
    return TalksView(
        rounds=_rounds(state["rounds"], state["as_of"][:4]),
        people=", ".join(f"{name} ({side})" for name, side in reading["at_the_table"]) or "not known",
        agenda=", ".join(words.readable(row["topic"]) for row in state["agenda"]) or "not known",
        suspended=", ".join(map(_suspended_duty, reading["suspended"])) or "none",
    )


def _suspended_duty(row: Mapping[str, Any]) -> str:
    """24 points of USA on CHN; without the points where the record does not say them."""
    points = f"{row['points']:g} points" if row["points"] is not None else "duties, points not known,"
    return f"{points} of {row['by']} on {row['on']}"


def next_dates(state: Mapping[str, Any]) -> tuple[NextDate, ...]:
    """What is due after the day asked about, the earliest first."""
    return tuple(
        NextDate(
            row["date"],
            labels.spoken(row["what"]),
            words.readable(row["status"]),
            ", ".join(words.side_name(side) for side in row["by_sides"]),
        )
        for row in state["next"]
    )


def conflict_rows(state: Mapping[str, Any]) -> tuple[ConflictRow, ...]:
    """The matters on which sources differ."""
    return tuple(
        ConflictRow(
            words.readable(labels.spoken(row["about"])),
            tuple(_claim(claim) for claim in row["claims"]),
            _shown(row["shown"]),
            row["why"],
        )
        for row in state["conflicts"]
    )


def document_view(document: Mapping[str, Any] | None, reading: Mapping[str, Any]) -> DocumentView | None:
    """The document of a brief; None where there is none."""
    if document is None:
        return None
    kinds = Counter(fact["kind"] for fact in document["proposed"])
    return DocumentView(
        title=document["title"] or document["id"],
        publisher=document["publisher"] or "publisher not named",
        published=document["published"] or "undated",
        count=len(document["proposed"]),
        kinds=", ".join(words.with_count(count, words.readable(kind)) for kind, count in kinds.most_common()),
        garbled=tuple((name["surface"], name["person"]) for name in reading["garbled"]),
        flagged=tuple(_flagged(row) for row in reading["flagged"]),
    )


def _flagged(row: Mapping[str, Any]) -> FlaggedPassage:
    flags = words.readable(", ".join(row["flags"]))
    return FlaggedPassage(flags, row["quote"], row["why"] or "", row["official"] or "", row["source"] or "")


def sign(text: str) -> Sign:
    """The symbol of what a capital says of a subject."""
    lowered = text.lower()
    for symbol, name, starts, holds in SIGNS:
        if lowered.startswith(starts) or any(part in lowered for part in holds):
            return Sign(symbol, name)
    return Sign("◐", "other")


SIGNS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (  # symbol, style, how the text starts, holds
    ("●", "yes", ("states it", "confirmed", "agreed"), ()),
    ("○", "none", (), ("none found", "not stated")),
    ("◌", "silent", (), ("silent", "not commented", "0 of")),
    ("✕", "no", (), ("denied",)),
)


def _rounds(rounds: Sequence[Mapping[str, Any]], year: str) -> str:
    """This year's rounds by place and day, and how many came before."""
    if not rounds:
        return "No round is known."
    this_year = [row for row in rounds if str(row["start"])[:4] == year]
    parts = [f"{row['city'] or '?'} {words.date_range(row['start'], row['end'])}" for row in this_year]
    earlier = len(rounds) - len(this_year)
    parts += [f"{earlier} in earlier years"] if earlier else []
    return f"{words.with_count(len(this_year), 'round')} this year: {' · '.join(parts)}"


def _claim(claim: Mapping[str, Any]) -> Claim:
    return Claim(
        words.readable(str(claim["value"])),
        words.side_name(claim["by_side"]),
        claim["by"] or "",
        words.day(claim["asserted"]),
        claim["quote"] or "",
        claim["source"],
        claim["verification"],
        claim["note"] or "",
    )


def _shown(value: Any) -> str:
    """The value or values that stand for a matter."""
    values = value if isinstance(value, list | tuple) else [value or ""]
    return " and ".join(words.readable(str(item)) for item in values)


def quotation(quote: str, source: str = "") -> Cell:
    """A source's words, or that it is cited without them."""
    return Cell(quote=quote, detail=source) if quote else Cell(f"({CITED})", detail=source, tone="soft")


def _confirmed(text: str) -> Cell:
    return Cell(text, sign=sign(text))


def _grouped_claims(row: ConflictRow) -> Cell:
    """The claims by their value, each with who makes it and when."""
    speakers: dict[str, list[str]] = {}
    for claim in row.claims:
        speakers.setdefault(claim.value, []).append(f"{claim.side} {claim.asserted}")
    first, *more = [Cell(f"{value}: {', '.join(names)}") for value, names in speakers.items()] or [Cell()]
    return Cell(first.text, more=tuple(more))


def _quoted_claims(row: ConflictRow) -> Cell:
    first, *more = [
        Cell(f"{claim.value}: {claim.side}, {claim.asserted}", quote=claim.quote) for claim in row.claims
    ] or [Cell()]
    return Cell(first.text, quote=first.quote, more=tuple(more))


CHAIN_COLUMNS: tuple[Column[ChainLink], ...] = (
    Column("ends", lambda link: words.day(link.expiry), "day"),
    Column("stated by", lambda link: words.side_name(link.side)),
    Column("on", lambda link: words.day(link.asserted), "day"),
    Column("status", lambda link: Cell(words.readable(link.status), detail=link.instrument)),
    Column("words", lambda link: quotation(link.quote, link.source)),
)
CONFIRMATION_COLUMNS: tuple[Column[Confirmation], ...] = (
    Column("subject", lambda row: row.subject, "name"),
    Column("Washington", lambda row: _confirmed(row.washington)),
    Column("Beijing", lambda row: _confirmed(row.beijing)),
    Column("status", lambda row: Cell(row.status, tone=STATUS_TONES.get(row.status, "")), wide=True),
)
NEXT_COLUMNS: tuple[Column[NextDate], ...] = (
    Column("date", lambda row: words.day(row.date), "day", "date"),
    Column("event", lambda row: row.event, key="event"),
    Column("status", lambda row: row.status, key="status"),
    Column("by", lambda row: row.sides, key="by"),
)
CONFLICT_COLUMNS: tuple[Column[ConflictRow], ...] = (
    Column("subject", lambda row: row.subject, key="subject"),
    Column("claims", _grouped_claims, key="claims"),
    Column("claims", _quoted_claims, key="quoted claims"),
    Column("shown, and why", lambda row: f"{row.shown}: {row.reason}", key="shown"),
)
