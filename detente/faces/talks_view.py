"""The state of the talks as rows to lay out: clock, confirmations, rounds, next dates, conflicts, the document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from detente import labels
from detente.ask.talks.summary import STANDING, STANDING_OF_MANY
from detente.faces import words
from detente.faces.tables import Cell, Column, Sign, Tone

Sources = Mapping[str, Mapping[str, Any]]  # by id: title and url
NO_SOURCES: Sources = {}
DUTIES = re.compile(r"\b(?:dut(?:y|ies)|tariffs?|points|percent|rates?)\b", re.I)  # what a truce suspends
UNDATED = "no day of publication is known, so relative dates are not resolved; give --published"
CITED = "cited, not quoted"
RECENT_DAYS = 60  # how long after its last change a measure counts as recent
MOST_REMARKS = 6
STATUS_TONES: dict[str, Tone] = {
    STANDING["contested"]: "warn",
    STANDING_OF_MANY["contested"]: "warn",
    STANDING["confirmed_both"]: "good",
    STANDING_OF_MANY["confirmed_both"]: "good",
}


@dataclass(frozen=True)
class ChainLink:
    """One text that sets or moves the end of a truce."""

    expiry: str
    side: str | None
    asserted: str
    status: str
    quote: str
    source: str
    url: str
    instrument: str


@dataclass(frozen=True)
class ClockView:
    """When the truce ends and what happens then.

    local: the moment as "2025-11-10 00:01" in each capital, by its name, empty where no time is known; utc: the same
    moment; days: until the end, negative after it; returns: which duties come back; reported: an end that no official
    text confirms.
    """

    local: tuple[tuple[str, str], ...]
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
    """A subject, what each party says of it, in the order of the case, and how they stand together."""

    subject: str
    claims: tuple[str, ...]
    status: str


@dataclass(frozen=True)
class TalksView:
    """Rounds, people, agenda and suspended duties, each in words; passed: meetings of which no outcome is known."""

    rounds: str
    people: str
    agenda: str
    suspended: str
    passed: tuple[str, ...]


@dataclass(frozen=True)
class RecentMeasure:
    """A measure announced, begun or changed of late: who levies what on whom, how it stands, and what it covers."""

    name: str
    pair: str
    rate: str
    status: str
    start: str
    covers: str


@dataclass(frozen=True)
class RemarkRow:
    """What somebody said of late: the day, the speaker, the subject, and the words or a note on them."""

    day: str
    speaker: str
    subject: str
    quote: str
    note: str


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
    url: str
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
    dated: bool
    count: int
    kinds: str
    garbled: tuple[tuple[str, str], ...]
    flagged: tuple[FlaggedPassage, ...]


def clock_view(
    clock: Mapping[str, Any] | None, case: Mapping[str, Any], sources: Sources = NO_SOURCES
) -> ClockView | None:
    """The clock of a reading of this case; None where no truce is known. sources: by id, where they are at hand."""
    if clock is None:
        return None
    reported = clock["reported_expiry"]
    return ClockView(
        local=tuple(
            (party["capital"], clock["local"][party["code"]])
            for party in case["parties"]
            if party["code"] in clock["local"]
        ),
        utc=clock["utc"] or "",
        days=clock["days_left"],
        status=clock["standing"],
        returns=returns_sentence(clock["scope"]),
        reported=_reported(clock["text_expiry"], reported),
        note=clock["note"] or "",
        chain=tuple(
            ChainLink(
                link["new_expiry"],
                link["by_side"],
                link["asserted"],
                link["status"],
                link["quote"] or "",
                *reference(link["source"], sources),
                link["instrument"] or "",
            )
            for link in clock["chain"]
        ),
    )


def _reported(text_expiry: str | None, reported: str | None) -> str:
    """That a later end is only reported; empty where none is."""
    if not reported:
        return ""
    if not text_expiry:
        return f"{reported} is only reported: no text of all sides gives an end."
    return f"The texts at hand end it on {text_expiry}; {reported} is only reported."


def returns_sentence(scope: str | None) -> str:
    """What happens when a truce expires; scope: the duties that it suspends."""
    if not scope:
        return ""
    if not DUTIES.search(scope):
        return f"It keeps in place: {scope}."
    return f"Suspended under it: {scope}. When it expires, what still has a legal basis returns."


def confirmation_rows(matrix: Iterable[Mapping[str, str]], case: Mapping[str, Any]) -> tuple[Confirmation, ...]:
    """The rows of a confirmation matrix, each with what the parties of the case say."""
    codes = party_codes(case)
    return tuple(Confirmation(row["what"], tuple(row[code] for code in codes), row["standing"]) for row in matrix)


def talks_view(state: Mapping[str, Any], reading: Mapping[str, Any]) -> TalksView:
    """What the talks have come to, in words."""
    return TalksView(
        rounds=_rounds(state["rounds"], state["as_of"][:4]),
        people=", ".join(f"{name} ({side})" for name, side in reading["at_the_table"]) or "not known",
        agenda=", ".join(words.readable(row["topic"]) for row in state["agenda"] if row["topic"] != "other")
        or "not known",
        suspended=_suspended_duties(reading["suspended"]) or "none",
        passed=passed_meetings(state),
    )


def passed_meetings(state: Mapping[str, Any]) -> tuple[str, ...]:
    """The planned meetings that passed after the record ended, a sentence each."""
    return tuple(map(_passed, state["passed"]))


def _passed(row: Mapping[str, Any]) -> str:
    """A planned meeting that passed after the record ended."""
    return (
        f"{row['what'][:1].upper()}{row['what'][1:]}: planned for {words.day(row['date'])}; the record ends on"
        f" {words.day(row['not_known_since'])}, so whether it was held is not known"
    )


def recent_measures(state: Mapping[str, Any]) -> tuple[RecentMeasure, ...]:
    """The measures that were announced, began or changed in the last RECENT_DAYS, the latest first."""
    dated = [(_last_change(row, state["as_of"][:10]), row) for row in state["measures"]]
    first = (date.fromisoformat(state["as_of"][:10]) - timedelta(RECENT_DAYS)).isoformat()
    recent = sorted(((day, row) for day, row in dated if day >= first), key=lambda item: item[0], reverse=True)
    return tuple(map(_recent_measure, (row for _, row in recent)))


def _last_change(row: Mapping[str, Any], as_of: str) -> str:
    """The last day, up to the day asked about, on which something of a measure happened."""
    days = [str(row[key] or "")[:10] for key in ("asserted", "announced", "legal_from")]
    return max((day for day in days if day <= as_of), default="")


def _recent_measure(row: Mapping[str, Any]) -> RecentMeasure:
    return RecentMeasure(
        name=words.measure_name(row),
        pair=words.measure_pair(row),
        rate=words.rate(row),
        status=words.readable(row["status"]),
        start=words.day(row["legal_from"]) if row["legal_from"] else "",
        covers=row["scope"] or row["product"] or "",
    )


def remark_rows(state: Mapping[str, Any]) -> tuple[RemarkRow, ...]:
    """What was said of late, the latest first; a remark that names a measure and says no more is left out."""
    telling = [row for row in state["remarks"] if row["quote"] or row["note"] or " " in (row["about"] or "")]
    return tuple(
        RemarkRow(
            words.day(row["asserted"]),
            row["speaker"] or words.side_name(row["by_side"]),
            labels.spoken(row["about"] or ""),
            row["quote"],
            row["note"],
        )
        for row in telling[:MOST_REMARKS]
    )


def _suspended_duties(rows: Sequence[Mapping[str, Any]]) -> str:
    """24 points of USA on CHN, 25 % of USA on CHN; each pair once where the record does not say the rate."""
    rated = [f"{_suspended_rate(row)} of {_pair(row)}" for row in rows if _suspended_rate(row)]
    unrated = dict.fromkeys(f"of {_pair(row)}" for row in rows if not _suspended_rate(row))
    parts = [", ".join(dict.fromkeys(rated))] if rated else []
    if unrated:
        parts.append(f"duties {' and '.join(unrated)}, rate not on record")
    return "; ".join(parts)


def _suspended_rate(row: Mapping[str, Any]) -> str:
    if row["points"] is not None:
        return f"{row['points']:g} points"
    rate = row.get("rate_pct")
    return "" if rate is None else f"{rate:g} %"


def _pair(row: Mapping[str, Any]) -> str:
    """Who levies on whom: USA on CHN."""
    return f"{row['by']} on {row['on']}"


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


def reference(name: str, sources: Sources) -> tuple[str, str]:
    """(title, address) of a source; its id where no sources are at hand, words where it was printed later."""
    if sources is not NO_SOURCES and name not in sources:
        return LATER_SOURCE, ""
    source = sources.get(name, {})
    return words.in_words(source.get("title") or name), source.get("url") or ""


def conflict_rows(state: Mapping[str, Any], sources: Sources = NO_SOURCES) -> tuple[ConflictRow, ...]:
    """The matters on which sources differ, as far as anybody spoke of them in the year before the day."""
    return tuple(
        ConflictRow(
            words.readable(labels.spoken(row["about"])),
            tuple(_claim(claim, sources) for claim in row["claims"]),
            _shown(row["shown"]),
            row["why"],
        )
        for row in state["conflicts"]
        if row["open"] or any(_is_recent(claim["asserted"], state["as_of"]) for claim in row["claims"])
    )


def _is_recent(day: str | None, as_of: str) -> bool:
    """Whether a day lies in the year before another; an unknown day may."""
    if not day:
        return True
    year, rest = int(as_of[:4]) - 1, as_of[4:10]
    return day[:10] >= f"{year:04d}{rest}"


def document_view(document: Mapping[str, Any] | None, reading: Mapping[str, Any]) -> DocumentView | None:
    """The document of a brief; None for a brief without one."""
    if document is None:
        return None
    kinds = Counter(fact["kind"] for fact in document["proposed"])
    return DocumentView(
        title=document["title"] or document["id"],
        publisher=document["publisher"] or "publisher not named",
        published=document["published"] or UNDATED,
        dated=bool(document["published"]),
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
    for name, starts, holds in SIGNS:
        if lowered.startswith(starts) or any(part in lowered for part in holds):
            return Sign(SYMBOLS[name], name)
    return Sign(SYMBOLS["other"], "other")


LATER_SOURCE = "a source printed later"
SYMBOLS = {"yes": "●", "other": "◐", "silent": "◌", "none": "○", "no": "✕"}
SIGNS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (  # style, how the text starts, what it holds
    ("yes", ("states it", "confirmed", "agreed"), ()),
    ("none", (), ("none found", "not stated")),
    ("silent", (), ("silent", "not commented", "0 of")),
    ("no", (), ("denied",)),
)


def _rounds(rounds: Sequence[Mapping[str, Any]], year: str) -> str:
    """This year's rounds of delegations by place and day, how many came before, and the contacts of leaders."""
    leaders = [_place(row) for row in rounds if row["level"] == "leaders" and str(row["start"])[:4] == year]
    delegations = [row for row in rounds if row["level"] != "leaders"]
    between_leaders = f". Between leaders: {' · '.join(leaders)}" if leaders else ""
    return _delegations(delegations, year) + between_leaders


def _delegations(rounds: Sequence[Mapping[str, Any]], year: str) -> str:
    if not rounds:
        return "No round is known"
    this_year = [row for row in rounds if str(row["start"])[:4] == year]
    earlier = len(rounds) - len(this_year)
    if not this_year:
        return f"No round this year; {words.with_count(earlier, 'round')} in earlier years{_last_held(rounds)}"
    parts = [*map(_place, this_year), *([f"{earlier} in earlier years"] if earlier else [])]
    return f"{words.with_count(len(this_year), 'round')} this year: {' · '.join(parts)}"


def _last_held(rounds: Sequence[Mapping[str, Any]]) -> str:
    last = max((row for row in rounds if row["start"]), key=lambda row: str(row["start"]), default=None)
    return f", the last {_place(last)} {str(last['start'])[:4]}" if last else ""


def _place(row: Mapping[str, Any]) -> str:
    """Where and when a round was held."""
    days = words.date_range(row["start"], row["end"])
    place = row["city"] or words.readable(row["mode_of_contact"] or "")
    return f"{place} {days}".strip()


def _claim(claim: Mapping[str, Any], sources: Sources) -> Claim:
    return Claim(
        words.readable(str(claim["value"])),
        words.side_name(claim["by_side"]),
        claim["by"] or "",
        words.day(claim["asserted"]),
        claim["quote"] or "",
        *reference(claim["source"], sources),
        claim["verification"],
        claim["note"] or "",
    )


def _shown(value: Any) -> str:
    """The value or values that stand for a matter."""
    values = value if isinstance(value, list | tuple) else [value or ""]
    return " and ".join(words.readable(str(item)) for item in values)


def quotation(quote: str, source: str = "", url: str = "") -> Cell:
    """A source's words, or that it is cited without them."""
    words_of_it = Cell(quote=quote) if quote else Cell(f"({CITED})", tone="soft")
    return replace(words_of_it, detail=source, url=url)


def _confirmed(text: str) -> Cell:
    return Cell(text, sign=sign(text))


def confirmation_columns(capitals: Sequence[str]) -> tuple[Column[Confirmation], ...]:
    """The columns of the confirmation matrix: the subject, a column a capital, and the status."""

    def claimed(place: int) -> Callable[[Confirmation], Cell]:
        return lambda row: _confirmed(row.claims[place])

    return (
        Column("subject", lambda row: row.subject, "name"),
        *(Column(capital, claimed(place)) for place, capital in enumerate(capitals)),
        Column("status", lambda row: Cell(row.status, tone=STATUS_TONES.get(row.status, "")), wide=True),
    )


def capitals(case: Mapping[str, Any]) -> tuple[str, ...]:
    """The capitals of the parties of a case."""
    return tuple(party["capital"] for party in case["parties"])


def party_codes(case: Mapping[str, Any]) -> tuple[str, ...]:
    """The codes of the parties of a case."""
    return tuple(party["code"] for party in case["parties"])


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
    Column("words", lambda link: quotation(link.quote, link.source, link.url)),
)
NEXT_COLUMNS: tuple[Column[NextDate], ...] = (
    Column("date", lambda row: words.day(row.date), "day", "date"),
    Column("event", lambda row: row.event, key="event"),
    Column("status", lambda row: row.status, key="status"),
    Column("by", lambda row: row.sides, key="by"),
)
RECENT_COLUMNS: tuple[Column[RecentMeasure], ...] = (
    Column("measure", lambda row: row.name),
    Column("by, on", lambda row: row.pair),
    Column("rate", lambda row: row.rate),
    Column("status", lambda row: row.status),
    Column("from", lambda row: row.start, "day"),
    Column("what it covers", lambda row: row.covers, wide=True),
)
REMARK_COLUMNS: tuple[Column[RemarkRow], ...] = (
    Column("said on", lambda row: row.day, "day"),
    Column("by", lambda row: row.speaker),
    Column("about", lambda row: row.subject),
    Column("words", lambda row: Cell(quote=row.quote) if row.quote else Cell(row.note, tone="soft"), wide=True),
)
CONFLICT_COLUMNS: tuple[Column[ConflictRow], ...] = (
    Column("subject", lambda row: row.subject, key="subject"),
    Column("claims", _grouped_claims, key="claims"),
    Column("claims", _quoted_claims, key="quoted claims"),
    Column("shown, and why", lambda row: f"{row.shown}: {row.reason}", key="shown"),
)
