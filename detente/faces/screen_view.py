"""The first screen as every face shows it: the object of the answer with its numbers, days and names put into words.

The terminal, the page, the print and the export lay it out; none of them formats a number of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente import labels
from detente.faces import words

JsonRow = Mapping[str, Any]

UNKNOWN, NO_FORECAST = "?", "–"
MOST_DAYS_IN_HOURS = 2  # a nearer deadline is counted in hours
LONGEST_QUOTE = 32  # characters of a quotation that stands for a party's word
NARROW_BAND = 0.1  # percent: below it a change has two decimals
EITHER = "either way"


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
    why: str
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
    """An outcome. duties: one figure a party, with its number; changes: one a party; chance: empty for no forecast."""

    name: str
    title: str
    rule: str
    chance: str
    chance_range: str
    share: float | None
    duties: tuple[str, ...]
    levels: tuple[float | None, ...]
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

    case: str
    title: str
    as_of: str
    known: str
    day: str
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


def screen_view(screen: JsonRow) -> ScreenView:
    """The view of the first screen of an answer."""
    as_of = screen["as_of"]
    parties = tuple(
        Party(row["code"], row["name"], row["short"], row["capital"], place)
        for place, row in enumerate(screen["parties"])
    )
    rows = tuple(_row(row, screen, parties, as_of) for row in screen["outcomes"])
    return ScreenView(
        case=screen["case"],
        title=words.visible(screen["title"]),
        as_of=as_of,
        known=screen["known"],
        day=words.day(as_of),
        heading=_heading(screen),
        headline=_in_words(screen["headline"], as_of),
        headline_with_hours=_with_hours(screen),
        deck=_in_words(screen["deck"], as_of),
        parties=parties,
        levels=_levels(screen, parties),
        window=(screen["window"][0], screen["window"][1]),
        events=tuple(_event(event, as_of) for event in screen["events"]),
        deadline=_deadline(screen["deadline"], parties, as_of),
        rows=rows,
        shown_chances=screen["chances"] is not None,
        chance_note=_chance_note(screen["chances"], rows, as_of),
        unit_note=_unit_note(screen["units"]),
        split=_split(screen["split"], parties),
        subjects=tuple(_subject(row, parties, as_of) for row in screen["confirmations"]),
        **_beside(screen),
        record_end=_ended(screen),
        ended=screen["record_end"] or "",
        report=_report(screen["report"], as_of),
        alt=_alt(screen, rows),
    )


def _ended(screen: JsonRow) -> str:
    """The day on which the record ends, in words; empty where it goes on."""
    return words.day_near(screen["record_end"], screen["as_of"]) if screen["record_end"] else ""


def _heading(screen: JsonRow) -> str:
    """The case and the days: what was asked about, and as known when."""
    as_of, known, ended = screen["as_of"], screen["known"], screen["record_end"]
    text = f"{words.visible(screen['title'])} · as of {words.day(as_of)}"
    if ended:
        return f"{text}; the record ends on {words.day_near(ended, as_of)}"
    return f"{text}, as known that day" if known == as_of else f"{text}, as known on {words.day_near(known, as_of)}"


def _with_hours(screen: JsonRow) -> str:
    """The first sentence; after the day of the deadline, the hour in each capital."""
    text, deadline = _in_words(screen["headline"], screen["as_of"]), screen["deadline"]
    capitals = {row["code"]: row["capital"] for row in screen["parties"]}
    clocks = [f"{moment[11:]} in {capitals[code]}" for code, moment in (deadline or {"local": {}})["local"].items()]
    day = _in_words(deadline["day"], screen["as_of"]) if deadline else ""
    return text.replace(day, f"{day} ({', '.join(clocks)})", 1) if clocks and deadline["days_left"] >= 0 else text


def _in_words(text: str, as_of: str) -> str:
    """A sentence with its days written out, without the year of the day asked about."""
    return words.near_dates(words.visible(text), as_of)


def _sentence(text: str) -> str:
    return f"{_capital(text)}{'' if text.endswith('.') else '.'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _beside(screen: JsonRow) -> dict[str, Any]:
    """What is disputed, with its links, and what to read with care."""
    as_of = screen["as_of"]
    return {
        "disputed": tuple(_dispute(row, as_of) for row in screen["disputed"]),
        "dispute_links": tuple(_links(row) for row in screen["disputed"]),
        "cautions": tuple(_in_words(_sentence(text), as_of) for text in screen["cautions"]),
    }


def _levels(screen: JsonRow, parties: Sequence[Party]) -> tuple[Level, ...]:
    return tuple(_level(line, parties) for line in screen["lines"])


def _level(line: JsonRow, parties: Sequence[Party]) -> Level:
    by = next(party for party in parties if party.code == line["by"])
    on = next(party for party in parties if party.code == line["against"])
    return Level(
        party=by,
        words=f"{by.name} on {on.name}",
        short=f"{by.short} on {on.short}",
        text=words.level(line["level"]),
        value=line["level"],
        why=line["why"] or "",
        steps=tuple((step["day"], step["level"]) for step in line["steps"]),
    )


def _row(row: JsonRow, screen: JsonRow, parties: Sequence[Party], as_of: str) -> Row:
    levels = tuple(_duty(row, party, screen) for party in parties)
    interval = row["chance_interval"]
    return Row(
        name=row["name"],
        title=words.visible(row["title"]),
        rule=_capital(_in_words(row["rule"], as_of)),
        chance="" if row["chance"] is None else words.percent(row["chance"]),
        chance_range=words.percent_interval(*interval) if interval else "",
        share=row["chance"],
        duties=tuple(words.level(level, unit="") for level in levels),
        levels=levels,
        changes=tuple(_change(row, party) for party in parties),
        baseline=row["baseline"],
        later=words.day_near(row["known_since"], as_of) if row["known_since"] else "",
        why=row["why"] or "",
    )


def _duty(row: JsonRow, party: Party, screen: JsonRow) -> float | None:
    """The duty of a party under an outcome: on the other party whose duty changes most over the outcomes."""
    pairs = [f"{line['by']} on {line['against']}" for line in screen["lines"] if line["by"] == party.code]
    known = [pair for pair in pairs if row["duty"].get(pair) is not None]
    return row["duty"][max(known, key=lambda pair: _spread(pair, screen))] if known else None


def _spread(pair: str, screen: JsonRow) -> float:
    values = [row["duty"][pair] for row in screen["outcomes"] if row["duty"].get(pair) is not None]
    return max(values) - min(values) if values else 0.0


def _change(row: JsonRow, party: Party) -> Change:
    if row["baseline"]:
        return Change("none")
    change = row["change"].get(party.code)
    if change is None:
        return Change("unknown")
    value, low, high = change["percent"], change["low"], change["high"]
    if low is None:
        return Change("value", words.dollars(change["usd_a_household"]), words.signed(value, 1))
    digits = 2 if high - low < NARROW_BAND else 1
    ends = words.signed(low, digits), words.signed(high, digits)
    kind = "either" if low < 0 < high and ends[0] != ends[1] else "value"
    dollars = "" if kind == "either" else words.dollars(change["usd_a_household"])
    return Change(kind, dollars, words.signed(value, digits), *ends, (value, low, high))


def _reading_order(row: Row) -> tuple[bool, bool, float, float]:
    sizes = [abs(change.numbers[0]) for change in row.changes if change.numbers]
    first = row.baseline and row.share is None
    return bool(row.later), not first and row.share is None, -(row.share or 0.0), -max(sizes, default=0.0)


def _deadline(row: JsonRow | None, parties: Sequence[Party], as_of: str) -> Deadline | None:
    if row is None:
        return None
    clocks = [(party, row["local"][party.code]) for party in parties if party.code in row["local"]]
    zones = tuple(f"{moment[11:]} in {party.capital}, {words.day_near(moment, as_of)}" for party, moment in clocks)
    left, day = row["days_left"], words.day_near(row["day"], as_of)
    hour = f", {clocks[0][1][11:]}" if clocks else ""
    return Deadline(
        day=row["day"],
        left=left,
        count=words.until(left),
        moment=f"to {day}{hour}" if left >= 0 else f"ended {day}",
        clocks=zones,
        reported=row["status"] == "reported",
        earlier=row["text_expiry"] if row["text_expiry"] and row["text_expiry"] != row["day"] else "",
    )


def _event(row: JsonRow, as_of: str) -> Event:
    tops = [level for change in row["levels"] for level in (change["after"], change["before"])]
    steps = [f"{labels.short(x['by'])} {words.level(x['after'])}" for x in row["levels"]]
    long, short = _event_texts(row, steps, as_of)
    return Event(
        day=row["day"],
        long=long,
        short=short,
        detail="; ".join(dict.fromkeys([long, *steps])) if row["name"] else long,
        size=row["size"],
        name=row["name"] or "",
        changes=tuple((labels.short(x["by"]), x["after"]) for x in row["levels"]),
        top=max(tops, default=None),
        url=row["url"] or "",
        title=row["title"] or "",
    )


def _event_texts(row: JsonRow, steps: Sequence[str], as_of: str) -> tuple[str, str]:
    """The long and the short text of an event: the truce, the later end, or the duties that a step led to."""
    if row["kind"] == "truce":
        return f"{labels.topic(row['name'])} truce", "truce"
    if row["kind"] == "extension":
        return f"extended to {words.day_near(row['until'], as_of)}", "extended"
    return ", ".join(steps), words.level(max(change["after"] for change in row["levels"]))


def _chance_note(chances: JsonRow | None, rows: Sequence[Row], as_of: str) -> str:
    """What the chances are of, from how many earlier deadlines, and what the rest is."""
    if chances is None:
        return "No forecast: no deadline of these talks that a forecast is made for is open on this day."
    shown = sum(round(100 * row.share) for row in rows if row.share is not None)
    rest = f"; {100 - shown} % other endings" if shown < 100 else ""
    day = words.day_near(chances["deadline"], as_of)
    return f"Chances by {day}: a model of {chances['n']} earlier deadlines{rest}; expiry in any form."


def _unit_note(units: JsonRow) -> str:
    """What dollars and percent are, over which horizon and band, and the proof."""
    band = f", {units['sets']} sets of elasticities" if units["sets"] > 1 else ""
    return f"$: a household a year, of {units['year']}. %: real income over {units['span']}, trade balance fixed{band}."


def _split(split: JsonRow | None, parties: Sequence[Party]) -> str:
    """Who loses more turns with the horizon: how, in one sentence."""
    if split is None:
        return ""
    short = {party.code: party.short for party in parties}
    first = {row["loses_more"]["near"] for row in split["rows"]}
    then = {row["loses_more"]["long"] for row in split["rows"]}
    names = [words.lower_first(row["title"]) for row in split["rows"]]
    where = f"“{names[0]}”" if len(names) == 1 else words.with_count(len(names), "outcome")
    if len(first) == len(then) == 1:
        return (
            f"Who loses more depends on the horizon: in {where}, {short[first.pop()]} in the first years,"
            f" {short[then.pop()]} in the long run."
        )
    return f"Who loses more depends on the horizon in {where}."


def _subject(row: JsonRow, parties: Sequence[Party], as_of: str) -> Subject:
    what = _in_words(row["what"], as_of)
    return Subject(_capital(what), tuple(_cell(row["words"].get(party.code), as_of) for party in parties))


def _cell(word: JsonRow | None, as_of: str) -> Cell:
    if word is None:
        return Cell("none found", "nothing found", "nothing found", "", "", "", "", "")
    quote = words.visible(word["quote"])
    plain = {"states it": "says so"}.get(word["words"], words.visible(word["words"]))
    if word["looked_at"]:
        plain += f", {words.with_count(word['looked_at'], 'source')} searched"
    return Cell(
        mark=word["mark"],
        text=_quoted(quote, plain, word["mark"]),
        short=plain,
        day=words.day_near(word["day"], as_of) if word["day"] else "",
        detail=_in_words("; ".join(filter(None, (f"“{quote}”" if quote else "", word["more"]))), as_of),
        url=word["url"] or "",
        title=words.visible(f"{word['title'] or ''}, {word['publisher'] or 'publisher not named'}"),
        statement=word["statement"],
    )


def _quoted(quote: str, plain: str, mark: str) -> str:
    """The word in quotation marks where the quotation holds it, else a short quotation, else the word alone."""
    if plain in quote:
        return f"“{plain}”"
    if not quote or len(quote) > LONGEST_QUOTE:
        return plain
    return f"{plain}: “{quote}”" if mark == "denies" else f"“{quote}”"


def _dispute(row: JsonRow, as_of: str) -> str:
    """What differs and who gives what: "Geneva truce, expiry: 10 Nov (Washington, Beijing), 9 Nov (press)"."""
    by_value: dict[str, list[str]] = {}
    for claim in row["claims"]:
        sides = by_value.setdefault(_value(claim["value"], as_of), [])
        side = words.side_name(claim["by_side"])
        sides += [] if side in sides else [side]
    claims = ", ".join(f"{value} ({', '.join(sides)})" for value, sides in by_value.items())
    about = words.readable(_in_words(row["about"], as_of)).replace(": ", ", ")
    return f"{about}: {claims}. Shown: {_value(row['shown'], as_of)}."


def _value(value: Any, as_of: str) -> str:
    return words.readable(_in_words(str(value), as_of)) if value is not None else "not stated"


def _links(row: JsonRow) -> tuple[tuple[str, str], ...]:
    return tuple((words.visible(claim["title"] or "source"), claim["url"]) for claim in row["claims"] if claim["url"])


def _report(report: JsonRow | None, as_of: str) -> Report | None:
    if report is None:
        return None
    counts = ", ".join(f"{count} {readable}" for readable, count in _counts(report["counts"]))
    publisher = f", {words.visible(report['publisher'])}" if report["publisher"] else ""
    published = words.day(report["published"]) if report["published"] else ""
    title = f"{words.visible(report['title'])}{publisher}"
    return Report(title, published, counts or "no claim read", tuple(_claim(row, as_of) for row in report["claims"]))


def _counts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What is counted, in words that fit after a number."""
    names = {
        "agrees": "as on record", "differs": "other than on record", "new": "new",
        "mistranslated": "mistranslated",
    }  # fmt: skip
    return [(names[verdict], count) for verdict, count in counts.items() if count]


def _claim(row: JsonRow, as_of: str) -> Claim:
    pieces = [words.visible(row["quote"])]
    for surface in map(words.visible, row["doubtful"]):
        pieces = list(pieces[0].partition(surface)) if len(pieces) == 1 and surface in pieces[0] else pieces
    return Claim(
        verdict=row["verdict"],
        pieces=tuple(pieces),
        why=_why(row, as_of),
        record=words.visible(row["record"] or ""),
        day=words.day_near(row["day"], as_of) if row["day"] else "",
        title=words.visible(row["title"] or ""),
        url=row["url"] or "",
    )


def _why(row: JsonRow, as_of: str) -> str:
    """What the verdict on a claim rests on; nothing where the record's own words beside it say enough."""
    if row["verdict"] == "agrees":
        return "" if row["record"] or row["title"] else "as on record"
    if row["verdict"] == "new" and row["statement"] is None:
        return "not in the record"
    return words.readable(_in_words(row["why"], as_of))


def _alt(screen: JsonRow, rows: Sequence[Row]) -> str:
    """The picture in one sentence: levels, their range, the deadline and the span of the outcomes."""
    parts = []
    for line in screen["lines"]:
        if line["steps"]:
            levels = [step["level"] for step in line["steps"]]
            name = f"{labels.short(line['by'])} on {labels.short(line['against'])}"
            between = f"between {words.level(min(levels))} and {words.level(max(levels))}"
            parts.append(f"{name}: {words.level(line['level'])}, {between} since {words.day(screen['window'][0])}")
    end = f" The deadline is {words.day(screen['deadline']['day'])}." if screen["deadline"] else ""
    heights = [level for row in rows for level in row.levels if level is not None]
    fork = (
        f" Outcomes: {len(rows)}, with duties from {words.level(min(heights))} to {words.level(max(heights))}."
        if heights
        else ""
    )
    return f"Average duties. {'; '.join(parts)}.{end}{fork}" if parts else "No average duty is known."


def nice_top(values: Sequence[float]) -> float:
    """The top of an axis from 0 that holds all values: 1, 2, 2.5, 5 or 10 times a power of ten, in four steps."""
    highest = max([*values, 1.0])
    power = 10 ** math.floor(math.log10(highest))
    return next(float(step * power) for step in (1, 1.6, 2, 3, 4, 6, 8, 10) if step * power >= highest)
