"""A document as the rules see it: sentences with their sides, persons, places and dates, and whose words they are."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

from detente.errors import RecordError
from detente.record import people
from detente.record.document import Document
from detente.record.fact import By
from detente.record.propose.annotate import amounts, dateline, dates, headline, homes, letterhead, persons, places
from detente.record.propose.annotate.offices import Named
from detente.record.propose.annotate.text import Piece, cased, clauses, lines, masked, sentences, simplified, unwrapped
from detente.record.propose.annotate.words import Term, vocabulary
from detente.record.publishers import government, house

MISSPELT = ("misspelt", "read back", "office", "a character", "Sino-Vietnamese ", "Sino-Vietnamese,")
TO_CITY = re.compile(
    r"(?:'s?)?\s(?:[a-z]+\s)?(?:capital|city|port|town|resort|suburb|village)(?: of|,| city)?\s|的?(?:首都|城市|首府|港口)?"
)
AFTER_PLACE = re.compile(r"\s?(?:[,.;:)—–]|$)|\s(?:on|at|for|this|last|next|from|after|before|during|where)\b")
LIMIT = 1_800_000  # characters; some seven hundred pages
FUTURE = re.compile(
    r"\b(?:will|would|shall|'ll|is to|are to|going to|scheduled|expected|expects?|plan(?:s|ned)? to|due to|may"
    r"|might|could|set to|next|until|by|intends?"
    r"|sẽ|dự kiến|hết hạn|đến|tới)\b|将|會|会|到期|预计|下"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence, its clauses and what is named in it; say is whose words its facts are."""

    piece: Piece
    clauses: tuple[Piece, ...]
    sides: tuple[places.Mention, ...]
    people: tuple[Named, ...]
    cities: tuple[places.City, ...]
    times: tuple[dates.Expr, ...]
    number: int = 0
    opens: bool = False
    terms: tuple[Term, ...] = ()
    rates: tuple[amounts.Rate, ...] = ()

    @property
    def named_sides(self) -> Set[str]:
        """The sides that it names, or whose people it names, in this order."""
        return dict.fromkeys([*(m.side for m in self.sides), *(n.side for n in self.people)]).keys()

    def clause_at(self, place: int) -> Piece:
        """The clause a place stands in, else the sentence."""
        return next((c for c in self.clauses if c.start <= place < c.end), self.piece)

    def sides_within(self, start: int, end: int) -> list[places.Mention]:
        """The mentions of a side between two places of the text."""
        return [x for x in self.sides if x.start >= start and x.end <= end]

    def within(self, what: str, start: int, end: int) -> list[Any]:
        """Those of people, cities or times that lie between two places of the text."""
        return [x for x in getattr(self, what) if x.start >= start and x.end <= end]


@dataclass
class Reading:
    """Everything the rules ask for, computed once a document."""

    document: Document
    text: str
    lines: list[Piece]
    sentences: list[Sentence] = field(default_factory=list)
    language: str = "en"
    anchor: str | None = None
    place: places.City | None = None
    author: str | None = None
    parties: tuple[str, ...] = ()
    via: str | None = None
    current: dict[int, str | None] = field(default_factory=dict)

    @property
    def official(self) -> bool:
        return self.author is not None

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The sides whose seat of government the text names: they are more than hosts."""
        return frozenset(m.side for s in self.sentences for m in s.sides if m.form in ("metonym", "adjective"))

    @property
    def home(self) -> str | None:
        """The party from whose country the text is sent, None where it is sent from elsewhere or does not say."""
        country = self.place.country if self.place else None
        return country if country in self.parties else None

    @cached_property
    def garbled(self) -> bool:
        """Whether the text looks machine-translated: two officials or more are misspelt in it."""
        return len({n.name for s in self.sentences for n in s.people if n.mechanism.startswith(MISSPELT)}) > 1

    @cached_property
    def body(self) -> int:
        """The place where the text behind its headlines begins."""
        return headline.end(self.lines)

    def when(self, expr: dates.Expr, tense: str | None, number: int | None = None) -> dates.When | None:
        """What an expression means here."""
        return dates.resolve(expr, self.anchor, tense, self.current.get(number if number is not None else -1))

    def default_by(self) -> By:
        """The narrator in a report, the author of an official text."""
        if self.author:
            return By(None, self.author, "document", self.via)
        return By(None, "press", "narrator", self.via)

    def line_of(self, sentence: Sentence) -> list[Sentence]:
        """The sentences of a sentence's line."""
        first, last = (
            f(self.sentences, sentence.piece.line, key=lambda x: x.piece.line) for f in (bisect_left, bisect_right)
        )
        return self.sentences[first:last]

    def sentence_at(self, place: int) -> Sentence | None:
        """The sentence a place of the text lies in."""
        index = bisect_right(self.sentences, place, key=lambda x: x.piece.start) - 1
        sentence = self.sentences[index] if index >= 0 else None
        return sentence if sentence and place < sentence.piece.end else None

    def spread(self, drafts: Iterable[Any]) -> dict[int, list[Any]]:
        """Sentence number → the drafts that reach into it."""
        table: dict[int, list[Any]] = {}
        for d in drafts:
            index = max(bisect_right(self.sentences, d.start, key=lambda x: x.piece.start) - 1, 0)
            while index < len(self.sentences) and self.sentences[index].piece.start < d.end:
                table.setdefault(index, []).append(d)
                index += 1
        return table

    def other(self, side: str | None, sentence: Sentence | None = None) -> str | None:
        """The partner of a side: the one other side of the sentence, else of its line, else of a two-party document."""
        if sentence:
            for group in ([sentence], self.line_of(sentence)):
                near = {y for x in group for y in x.named_sides} - {side or ""}
                if len(near) == 1:
                    return near.pop()
        rest = [p for p in self.parties if p != side]
        return rest[0] if len(rest) == 1 else None

    def listed(self, named: list[tuple[int, str]]) -> list[str]:
        """Three or more parties, listed: A, B and C."""
        named = [x for x in named if not PLACED.search(self.text[: x[0]][-8:])]
        sides = {side for _, side in self._run(named)}
        return sorted(sides) if len(sides) > 2 else []

    def _run(self, named: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """The first two or more different sides that commas and "and" join, else the last one."""
        run = named[:1]
        for start, side in named[1:]:
            if LISTING.fullmatch(self.text[run[-1][0] : start]):
                run.append((start, side))
            elif len({x for _, x in run}) > 1:
                break
            else:
                run = [(start, side)]
        return run


PLACED = re.compile(r"(?:\b(?:in|at|tại|ở) (?:the )?|在)$")
LISTING = re.compile(r"[^,;.]{2,40}?(?:,\s(?:and\s)?|\sand\s|\svà\s|、|和|与)(?:the\s)?(?:[A-Z]\w+\s){0,3}")


def read(document: Document) -> Reading:
    """Cut the document proper into sentences and find what is named in each."""
    _check_length(document)
    text = unwrapped(masked(document.text), document.body_start)
    language = document.language if document.language in places.LANGUAGES else "en"
    text = simplified(text) if language == "zh" else cased(text, document.body_start, _names())
    reading = Reading(document, text, lines(text, document.body_start), language=language)
    reading.via = (document.publisher or "").split(" (")[0] or None
    reading.author = _author(document) or (letterhead.author(reading.lines) if language == "en" else None)
    reading.anchor = document.published
    _dateline(reading)
    month_first = _month_first(reading)
    named = persons.find(reading.lines, language, reading.anchor, _home(reading))
    for line in reading.lines:
        reading.sentences += _sentences(reading, line, named.get(line.line, []), month_first)
    _drop_leaning(reading)
    reading.parties = _parties(reading)
    _narrative(reading)
    return reading


@cache
def _names() -> frozenset[str]:
    """The words of the names of sides, cities, persons, months and days."""
    forms = [*places.forms(), *(p.name for p in people.people()), *(x.title() for x in (*dates.MONTHS, *dates.DAYS))]
    return frozenset(word for form in forms for word in form.split() if word[:1].isupper())


def _home(reading: Reading) -> str | None:
    """The side whose offices a text names without their side: its author's, else of the country it is sent from."""
    if reading.author:
        return reading.author if reading.author != "joint" else None
    if reading.place:
        return homes.of_city(reading.place)
    return homes.sent_from([line.text for line in reading.lines[: homes.HEAD]]) if reading.language == "en" else None


def _check_length(document: Document) -> None:
    if len(document.text) - document.body_start <= LIMIT:
        return
    if sum(len(x.text) for x in lines(document.text, document.body_start)) > LIMIT:
        raise RecordError(
            f"{document.id}: {len(document.body)} characters, at most {LIMIT} are read for facts; split the document"
        )


def _sentences(reading: Reading, line: Piece, named: list[Named], month_first: bool | None) -> Iterator[Sentence]:
    """The sentences of a line with what is named in each; a person's or city's name names no side."""
    language, near = reading.language, reading.place.name if reading.place else None
    mentions = places.sides(line.text, language, line.start)
    cities = places.cities(line.text, language, line.start, near)
    times = dates.spot(line.text, language, line.start, month_first)
    terms = vocabulary(language).terms(line.text, line.start)
    rates = amounts.rates_in(line.text, line.start, terms, reading.language)
    first = len(reading.sentences)
    for number, piece in enumerate(sentences(line), first):
        people, places_named = _inside(named, piece), _inside(cities, piece)
        covers = [x for x in (*people, *places_named) if not getattr(x, "described", False)]
        yield Sentence(
            piece,
            clauses=tuple(clauses(piece)),
            sides=tuple(
                m
                for m in _inside(mentions, piece)
                if not any(x.start <= m.start < x.end for x in covers) and not _is_of_city(m, piece, places_named)
            ),
            people=people,
            cities=places_named,
            times=_inside(times, piece),
            number=number,
            opens=number == first,
            terms=_inside(terms, piece),
            rates=_inside(rates, piece),
        )


def _is_of_city(m: places.Mention, piece: Piece, cities: Sequence[places.City]) -> bool:
    """Whether a side is only named to say where a city lies, behind it or before it."""
    return _is_behind_city(m, piece, cities) or _is_before_city(m, piece, cities)


def _is_before_city(m: places.Mention, piece: Piece, cities: Sequence[places.City]) -> bool:
    """Whether the words behind a side lead to a city of its own: the Swedish capital, the Swiss city of Geneva."""
    if any(c.start < m.end < c.end and c.country == m.side for c in cities):
        return True
    city = next((c for c in cities if m.end <= c.start < m.end + 30 and c.country == m.side), None)
    return city is not None and TO_CITY.fullmatch(piece.text, m.end - piece.start, city.start - piece.start) is not None


def _is_behind_city(m: places.Mention, piece: Piece, cities: Sequence[places.City]) -> bool:
    """Whether a side is only named for its city: in Auckland, New Zealand, on Thursday; in Auckland (New Zealand); not Beijing, China said."""
    named = [c for c in cities if c.end + 2 == m.start and c.country == m.side and c.start >= piece.start + 4]
    is_capital = m.form == "metonym" and any(c.described for c in named)  # the capital, Stockholm, where they met
    is_own_name = m.form == "name" or is_capital
    is_set_off = is_own_name and any(piece.text.startswith((", ", " ("), c.end - piece.start) for c in named)
    return is_set_off and AFTER_PLACE.match(piece.text, m.end - piece.start) is not None


def _inside(items: list[Any], piece: Piece) -> tuple[Any, ...]:
    """Those of a line's items, in reading order, that lie in a piece of it."""
    first = bisect_left(items, piece.start, key=lambda x: x.start)
    last = bisect_left(items, piece.end, key=lambda x: x.start)
    return tuple(x for x in items[first:last] if x.end <= piece.end)


def _author(document: Document) -> str | None:
    publisher, title = (document.publisher or "").lower(), (document.title or "").lower()
    side = government(publisher) or house(publisher) or letterhead.issuer(document.body)
    return "joint" if side and letterhead.JOINT.search(title) else side


def _dateline(reading: Reading) -> None:
    """GENEVA, May 12 (Agency) —: the city and the day the report is sent from."""
    named = dateline.find([line.text for line in reading.lines[: dateline.LINES]])
    if named:
        number, (reading.place, day, end) = named
        line = reading.lines[number]
        expr = next(iter(dates.spot(day, "en")), None)
        when = dates.resolve(expr, reading.anchor, "past") if expr else None
        reading.anchor = when.iso if when and when.is_day else reading.anchor
        reading.lines[number] = line.cut(line.start + end, line.end)


def _month_first(reading: Reading) -> bool | None:
    """Whether 11/10 is 10 November here: other dates of the text decide, then where it is published; None: unknown."""
    if reading.language != "en":
        return False
    text = reading.text[reading.document.body_start :]
    days = [(int(a), int(b)) for a, b in re.findall(r"(?<![\d/.])(\d{1,2})/(\d{1,2})(?![\d/]*\d{5})", text)]
    if any(a <= 12 < b <= 31 for a, b in days) != any(b <= 12 < a <= 31 for a, b in days):
        return any(a <= 12 < b <= 31 for a, b in days)
    side = reading.author or (reading.place.country if reading.place else None)
    return side in vocabulary("en").marks["month_first"] if side and side != "joint" else None


def _parties(reading: Reading) -> tuple[str, ...]:
    """The two sides the document is about: those named most, the author's among them."""
    heading = reading.document.title or ""
    title = [m.side for m in places.sides(heading, reading.language)]
    group = tuple(dict.fromkeys(title))
    if len(group) == 3 and re.search(r",[^,]+(?: and |、|和|与| và )", heading):
        return group
    count = Counter({side: 3 * number for side, number in Counter(title).items()})
    for s in reading.sentences:
        count.update(s.named_sides)
    if reading.author and reading.author != "joint":
        count[reading.author] += 5
    for body in places.bodies():
        count.pop(body, None)
    hosts = {c.country for s in reading.sentences for c in s.cities if c.country not in reading.capitals}
    ranked = sorted(count, key=lambda k: -count[k] / (2 if k in hosts else 1))  # of equals, the one named first
    return tuple(ranked[:2])


def _drop_leaning(reading: Reading) -> None:
    """Without "the bloc" where a text names another bloc, and nowhere else the side it would stand for."""
    if reading.language != "en" or not places.blocs(reading.text):
        return
    leaning = frozenset(vocabulary("en").marks["leaning"])
    sure = {m.side for s in reading.sentences for m in s.sides if m.words not in leaning} | {reading.author}
    for number, s in enumerate(reading.sentences):
        kept = tuple(m for m in s.sides if m.words not in leaning or m.side in sure)
        if len(kept) < len(s.sides):
            reading.sentences[number] = replace(s, sides=kept)


DAYS_OF_NARRATIVE = ("w1", "next", "d1", "d3", "day", "n")


def _narrative(reading: Reading) -> None:
    """The day each sentence's narrative starts from: the last past day named before it."""
    current: str | None = None
    for s in reading.sentences:
        reading.current[s.number] = current
        for expr in s.times:
            lead = s.piece.text[: expr.start - s.piece.start]
            if any(expr.get(x) for x in DAYS_OF_NARRATIVE) and tense(lead[-60:]) == "past":
                current = _past_day(reading, expr, current) or current


def _past_day(reading: Reading, expr: dates.Expr, current: str | None) -> str | None:
    """The day of an expression, if it is one and not after the day of the text."""
    when = dates.resolve(expr, reading.anchor, "past", current)
    is_past = when and when.is_day and (not reading.anchor or when.iso <= reading.anchor)
    return when.iso if when and is_past else None


def tense(text: str) -> str:
    """future if small words say so, else past."""
    return "future" if FUTURE.search(text) else "past"
