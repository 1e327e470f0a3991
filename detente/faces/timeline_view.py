"""The timeline in words: who did what when, each fact with its quotation and source; chosen, sorted, in pages."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from detente import labels
from detente.ask.talks import timeline
from detente.errors import QuestionError
from detente.faces import words
from detente.faces.event_words import SENTENCES
from detente.faces.picture.strip import Stroke
from detente.faces.talks_view import CITED, LATER_SOURCE

JsonRow = Mapping[str, Any]

JOINT, PRESS = "joint", "press"
ON_A_PAGE = 40
UNTITLED = "a source without a title"
LONGEST_SEARCH, LONGEST_PAGE = 100, 6  # characters of a search and digits of a page that are read
GROUPS = {  # what a reader can choose: the kinds of statement that it takes in
    "duties": "Duties", "controls": "Export controls", "measures": "Other measures", "threats": "Threats",
    "truces": "Truces and extensions", "deals": "Deals and their stages", "meetings": "Meetings",
    "words": "Words and confirmations",
}  # fmt: skip
MEASURE_GROUPS = {"tariff": "duties", "export_control": "controls"}  # of a type; the others are other measures
KIND_GROUPS = {
    "threat": "threats", "truce": "truces", "extension": "truces", "agreement_stage": "deals", "meeting": "meetings",
    "planned_meeting": "meetings", "confirmation": "words", "statement": "words", "agenda_item": "words",
}  # fmt: skip
ORDERS = {"newest": "newest first", "oldest": "oldest first", "kind": "by kind", "side": "by side"}
POLARITIES = {"denies": "denied: ", "silent": "silent on: "}  # what stands before an event that was not affirmed
MODALITIES = {"intention": "intended, not done", "threat": "threatened, not done", "report": "reported"}
UNCERTAIN = ("planned_meeting", "threat")  # kinds whose own words say that they have not happened
FILTERS = ("kind", "side", "status", "q", "order", "page", "fact")  # of an address


@dataclass(frozen=True)
class Voice:
    """Who says so, in which words, and where that can be read."""

    speaker: str
    quote: str
    title: str
    publisher: str
    published: str
    url: str
    verification: str
    note: str


@dataclass(frozen=True)
class Entry:
    """One event: its day, what happened and on which terms, the sides that act or speak, and every voice for it.

    day: ISO, as it is on record. group: one of GROUPS. sides: codes, `joint` or `press`. statements: the ids it rests
    on. text: what a search looks at.
    """

    day: str
    group: str
    what: str
    terms: str
    sides: tuple[str, ...]
    status: str
    voices: tuple[Voice, ...]
    statements: tuple[str, ...]
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Choice:
    """What a reader chose to see; every text is empty where nothing is chosen."""

    kind: str = ""
    side: str = ""
    status: str = ""
    q: str = ""
    order: str = "newest"
    page: int = 1
    fact: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """The choice as it stands in an address, without the page."""
        chosen = {"kind": self.kind, "side": self.side, "status": self.status, "q": self.q, "fact": self.fact}
        order = {} if self.order == "newest" else {"order": self.order}
        return {key: value for key, value in chosen.items() if value} | order

    @property
    def terms(self) -> tuple[str, ...]:
        """The words that are searched for."""
        return tuple(self.q.casefold().split())


@dataclass(frozen=True)
class TimelineView:
    """A page of the timeline: its entries, how many there are in all and match, what can be chosen, and every event as
    it is drawn."""

    entries: tuple[Entry, ...]
    total: int
    matching: int
    choice: Choice
    pages: int
    first_day: str
    sides: Mapping[str, str]
    statuses: Mapping[str, str]
    strokes: tuple[Stroke, ...]

    @property
    def summary(self) -> str:
        """How many entries are shown, of how many."""
        if not self.total:
            return "Nothing is on record by that day."
        since = f" since {words.day(self.first_day)}" if self.first_day else ""
        if self.matching == self.total:
            return f"{words.with_count(self.total, 'event')} on record{since}."
        return f"{self.matching:,} of {words.with_count(self.total, 'event')} on record{since}."

    def address(self, page: int, days: Mapping[str, str]) -> str:
        """The query of another page of the same choice."""
        number = {"page": str(page)} if page > 1 else {}
        return urlencode({**days, **self.choice.parameters, **number})


def read_choice(query: Mapping[str, str]) -> Choice:
    """The choice in an address. Raises QuestionError for a word that cannot be chosen."""
    sides = (*labels.codes(), *labels.BLOCS, JOINT, PRESS)
    return Choice(
        kind=one_of(query, "kind", tuple(GROUPS)),
        side=one_of(query, "side", sides, "an economy's code, joint or press"),
        status=one_of(query, "status", timeline.statuses()),
        q=query.get("q", "").strip()[:LONGEST_SEARCH],
        order=one_of(query, "order", tuple(ORDERS)) or "newest",
        page=_page(query.get("page", "").strip()),
        fact=query.get("fact", "").strip()[:LONGEST_SEARCH],
    )


def one_of(query: Mapping[str, str], name: str, choices: Sequence[str], listed: str = "") -> str:
    """A parameter that is one of some choices, or empty; listed: the choices in words. Raises QuestionError."""
    written = query.get(name, "").strip()
    if written and written not in choices:
        known = listed or f"{', '.join(choices[:-1])} or {choices[-1]}"
        raise QuestionError(f"{name} {written[:40]!r}: it is {known}")
    return written


def _page(written: str) -> int:
    if not written:
        return 1
    if not (written.isascii() and written.isdigit() and len(written) <= LONGEST_PAGE and int(written)):
        raise QuestionError(f"page {written[:20]!r}: it is a number from 1")
    return int(written)


def timeline_view(entries: Sequence[Entry], choice: Choice, parties: Sequence[str]) -> TimelineView:
    """A page of the entries that match a choice, in its order; of a page beyond the last, the last."""
    matching = [entry for entry in entries if _matches(entry, choice)]
    ordered = _ordered(matching, choice, parties)
    pages = max(1, math.ceil(len(ordered) / ON_A_PAGE))
    page = min(choice.page, pages)
    return TimelineView(
        entries=tuple(ordered[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]),
        total=len(entries),
        matching=len(matching),
        choice=Choice(**{**vars(choice), "page": page}),
        pages=pages,
        first_day=next((entry.day for entry in reversed(entries) if entry.day), ""),
        sides=_sides(entries, choice, parties),
        statuses=_statuses(entries, choice),
        strokes=tuple(_strokes(entries, set(map(id, matching)))),
    )


def _strokes(entries: Sequence[Entry], chosen: Collection[int]) -> Iterator[Stroke]:
    """Every entry as it is drawn; chosen: the identities of those that match."""
    for entry in entries:
        yield Stroke(timeline.first_day(entry.day), entry.sides[0], id(entry) in chosen)


def _sides(entries: Sequence[Entry], choice: Choice, parties: Sequence[str]) -> dict[str, str]:
    """The sides that can be chosen, by name: the parties first."""
    named = {side for entry in entries for side in entry.sides} | {choice.side} - {""}
    listed = dict.fromkeys((*parties, JOINT, PRESS, *sorted(named)))
    return {side: side_name(side) for side in listed if side in named}


def _statuses(entries: Sequence[Entry], choice: Choice) -> dict[str, str]:
    """The statuses that can be chosen, in words."""
    given = {entry.status for entry in entries} | {choice.status}
    return {status: words.readable(status) for status in timeline.statuses() if status in given}


def _matches(entry: Entry, choice: Choice) -> bool:
    return (
        choice.kind in ("", entry.group)
        and (not choice.side or choice.side in entry.sides)
        and choice.status in ("", entry.status)
        and (not choice.fact or choice.fact in entry.statements)
        and all(term in entry.text for term in choice.terms)
    )


def _ordered(entries: list[Entry], choice: Choice, parties: Sequence[str]) -> list[Entry]:
    """The entries in the order chosen; they come with the latest first."""
    if choice.order == "oldest":
        return entries[::-1]
    if choice.order == "kind":
        return sorted(entries, key=lambda entry: list(GROUPS).index(entry.group))
    if choice.order == "side":
        places = {side: place for place, side in enumerate((*parties, JOINT, PRESS))}
        return sorted(entries, key=lambda entry: (places.get(entry.sides[0], len(places)), entry.sides[0]))
    return entries


def side_name(side: str) -> str:
    """A side as one that acts: "US", "both together", "the press"."""
    return {JOINT: "together", PRESS: "the press", "": "not stated"}.get(side) or labels.short(side)


def entries(data: JsonRow) -> tuple[Entry, ...]:
    """The events of a timeline's answer, the latest first; what several say of one event on one day is one entry."""
    sources = {source["id"]: source for source in data["sources"]}
    together: dict[tuple[str, ...], list[Entry]] = {}
    for event in data["events"]:
        entry = _entry(event, _voice(event, sources.get(event["source"], {})))
        what = event["source"] if event["kind"] == "agenda_item" else entry.terms
        together.setdefault((entry.day, entry.group, entry.what, what, entry.sides[0]), []).append(entry)
    return tuple(map(_merged, together.values()))


def checks_in_words(data: JsonRow) -> tuple[tuple[str, str, str], ...]:
    """(what, the rule, the id of the statement) of each thing in the record that a person should look at again."""
    return tuple(
        (words.readable(_plain(row["says"])), words.readable(row["rule"]), row["statement"] or "")
        for row in data["checks"]
    )


def _merged(same: Sequence[Entry]) -> Entry:
    """Entries that say the same, or give a subject each of one agenda, as one."""
    first = same[0]
    voices = tuple(dict.fromkeys(voice for entry in same for voice in entry.voices))
    terms = ", ".join(dict.fromkeys(entry.terms for entry in same))
    statements = tuple(name for entry in same for name in entry.statements)
    sides = tuple(dict.fromkeys(side for entry in same for side in entry.sides))
    read = (first.what, terms, words.day(first.day), GROUPS[first.group], *map(side_name, sides))
    heard = (text for v in voices for text in (v.speaker, v.quote, v.title, v.publisher, v.note))
    text = " ".join((*read, *heard)).casefold()
    return Entry(first.day, first.group, first.what, terms, sides, first.status, voices, statements, text)


def _entry(event: JsonRow, voice: Voice) -> Entry:
    value = event["value"]
    what, terms = SENTENCES[event["kind"]](value)
    what = f"{POLARITIES.get(event['polarity'], '')}{what}"
    terms = (*terms, MODALITIES.get(event["modality"], "") if event["kind"] not in UNCERTAIN else "")
    group = KIND_GROUPS.get(event["kind"]) or MEASURE_GROUPS.get(value["type"], "measures")
    sides = tuple(dict.fromkeys((*_actors(event["kind"], value), *filter(None, [event["by_side"]]))))
    return Entry(
        day=event["day"],
        group=group,
        what=_plain(what[:1].upper() + what[1:]),
        terms=_plain("; ".join(filter(None, terms))),
        sides=sides or ("",),
        status=event["status"] or "",
        voices=(voice,),
        statements=(event["statement"],),
    )


def _plain(text: str) -> str:
    """Text of the record as people read it."""
    return words.in_words(words.visible(labels.spoken(text)))


def _voice(event: JsonRow, source: JsonRow) -> Voice:
    title, publisher, published, url = (source.get(key) or "" for key in ("title", "publisher", "published", "url"))
    return Voice(
        speaker=_speaker(event["by"], event["by_side"]),
        quote=words.visible(event["quote"] or ""),
        title=words.in_words(words.visible(title or (UNTITLED if source else LATER_SOURCE))),
        publisher=words.visible(publisher),
        published=published,
        url=url,
        verification=words.readable(event["verification"]) or CITED,
        note=_plain(event["note"] or ""),
    )


def _speaker(name: str | None, side: str | None) -> str:
    """Who says so: the name and the capital; nothing for the press, whose publisher is named anyway."""
    capital = words.side_name(side) if side and (side != PRESS or name) else ""
    return words.visible(", ".join(filter(None, (name, capital))))


def _actors(kind: str, value: JsonRow) -> tuple[str, ...]:
    """The sides that act in an event, first those that act alone."""
    if kind == "measure":
        return (value["imposer"],)
    if kind in ("threat", "confirmation"):
        return (value["by_side"],)
    if kind == "statement":
        return tuple(filter(None, [value["side"]]))
    parties = value.get("parties") or []
    return (JOINT, *parties) if len(parties) > 1 else tuple(parties)
