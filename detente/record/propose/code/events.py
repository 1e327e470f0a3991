"""Meetings, calls and visits in a text, held or planned: where each stands, who, where, when, and whether it happened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from detente.record.propose.annotate.dates import When, add_duration, durations
from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.words import Term, vocabulary
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.parties import preposition
from detente.record.propose.relate.predicates import Predicate, Span

MEETING_VERBS = frozenset(["meet", "speak", "visit", "invite"])
# verbs whose object or subject is the meeting itself: held talks, the talks ended, a round was scheduled
FRAMES = frozenset(
    [
        "hold",
        "conclude",
        "schedule",
        "other",
        "be",
        "begin_effect",
        "investigate",
        "end",
        "suspend",
        "expire",
        "have",
        "attend",
        "move",
        "announce",
        "propose",
        "consider",
        "reject",
        "agree",
        "negotiate",
        "intend",
        "ask",
        "confirm",
        "call_off",
        "collapse",
        "extend",
        "do",
        "start",
        "promise",
    ]
)
UNMADE = frozenset(["end", "suspend", "reject"])
ENDED = frozenset(["end", "cease", "discontinue", "stop", "halt"])  # talks that end were held
HELD_BY = frozenset(["after", "at", "in", "during", "since", "following", "from", "over", "with", "by", "throughout"])
DUE_BY = frozenset(["before", "until", "for", "pending", "to"])
SOON = r"\b(?:soon|shortly|next|tomorrow|tonight|today|later|in the coming|this (?:week|month|year)|to follow)\b"
LIMIT = re.compile(r"\b(?:since|until|till|before|from)\s", re.I)  # a day after these is not the day of the event
LOOSE = 60  # characters behind a noun in which persons, place and day belong to it


class Anchor(NamedTuple):
    """What an event hangs on: a noun, the verb it is the object or subject of, or a verb of meeting alone."""

    term: Term | None
    predicate: Predicate | None
    preposition: str


@dataclass(frozen=True)
class Event:
    """A meeting, call or visit in a sentence.

    span: the stretch of text that says it. when: its day or days, resolved. modality: held, cancelled, or as
    relate/modality.py gives it. way: the verb or preposition that shows it.
    """

    sentence: Sentence
    span: Span
    noun: str
    modality: str
    city: str | None
    country: str | None
    when: When | None
    persons: tuple[str, ...]
    sides: tuple[str, ...]
    ordinal: int | None
    predicate: Predicate | None
    way: str

    @property
    def is_call(self) -> bool:
        """Whether the parties spoke at a distance."""
        return self.noun in ("call", "speak")


def events(analysis: Analysis) -> Iterator[Event]:
    """The events of a document in reading order; of two in one stretch of text the one with a verb."""
    last_city: tuple[str, str] | None = None
    for sentence in analysis.reading.sentences:
        taken: list[Span] = []
        for anchor in _anchors(analysis, sentence):
            event = _event(analysis, sentence, anchor, last_city)
            if event is None or any(event.span.start < t.end and t.start < event.span.end for t in taken):
                continue
            taken.append(event.span)
            yield from _each_city(analysis, event)
        if sentence.cities:
            last_city = (sentence.cities[-1].name, sentence.cities[-1].country)


def _each_city(analysis: Analysis, event: Event) -> Iterator[Event]:
    """Talks held in A, B and C are three meetings; their day, if there is one, is not told apart."""
    inside = [c for c in event.sentence.cities if event.span.start <= c.start < event.span.end]
    joined = all(
        re.fullmatch(r"(?:,| and|, and|、|和| và|與|与)\s?(?:in |tại |在)?", analysis.reading.text[a.end : b.start])
        for a, b in pairwise(inside)
    )
    if event.modality != "held" or len(inside) < 2 or not joined or event.noun == "visit":
        yield event
        return
    for city in inside:
        yield replace(event, city=city.name, country=city.country, when=None)


def _anchors(analysis: Analysis, sentence: Sentence) -> list[Anchor]:
    predicates = analysis.predicates[sentence.number]
    verbs = [p for p in predicates if not p.is_noun]
    terms = [
        t
        for t in sentence.terms
        if t.group == "talks" and not _is_internal(analysis, t) and not any(p.start <= t.start < p.end for p in verbs)
    ]
    verbal = [
        Anchor(None, p, "")
        for p in predicates
        if (p.concept in MEETING_VERBS and not p.is_noun) or _is_awaited(analysis, sentence, p)
    ]
    return verbal + [_nominal(analysis, sentence, t, predicates) for t in terms]


def _is_awaited(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether somebody is expected or due in a place: she is expected in Brussels on Monday."""
    before = analysis.reading.text[predicate.start : predicate.object.end]
    m = re.match(r"(?:is|are|was|were) (?:\w+ )?(?:expected|due|awaited)(?: back)? (?:in|at|for) ", before)
    m = m or re.match(r"(?:will be|was|has been|had been) (?:last |back |also )?(?:in|to|at) (?:the )?", before)
    reach = 60 if m and m.group().endswith("for ") else 5
    end = predicate.start + m.end() if m else 0
    return bool(m and any(0 <= c.start - end < reach for c in sentence.cities))


def _is_internal(analysis: Analysis, term: Term) -> bool:
    """Whether a noun is about something else: a press conference, a board meeting, a call for restraint."""
    pattern = vocabulary(analysis.reading.language).marks.get("not_talks")
    words = analysis.reading.text[max(0, term.start - 24) : term.end + 24]
    return bool(
        pattern
        and any(m.start() < 24 + len(pattern) and _over(m, term, words) for m in re.finditer(pattern, words, re.I))
    )


def _over(m: re.Match[str], term: Term, words: str) -> bool:
    """Whether a match covers the noun itself."""
    middle = min(24, term.start)
    return m.start() <= middle < m.end()


def _nominal(analysis: Analysis, sentence: Sentence, term: Term, predicates: tuple[Predicate, ...]) -> Anchor:
    """A noun with its verb, if it is the verb's object or subject, else with the preposition before it."""
    text = analysis.reading.text
    verbs = [p for p in predicates if not p.is_noun and p.concept in FRAMES]
    for p in verbs:
        if p.object.start <= term.start < p.object.end:
            between = text[p.object.start : term.start]
            word = preposition(between, analysis.reading.language) if between.strip() else ""
            if re.search(r"\b(?:after|during|following|since|at)\b", between):
                continue
            if word in ("", "of") or (word in ("on", "to") and p.concept in ("agree", "begin_effect")):
                return Anchor(term, p, "")
    if analysis.reading.language != "en":
        behind = [p for p in verbs if p.clause.start <= term.start < p.clause.end and p.start >= term.end]
        if behind and preposition(text[behind[0].clause.start : term.start], analysis.reading.language) not in HELD_BY:
            return Anchor(term, max(behind, key=lambda p: (p.concept in UNMADE, -p.start)), "")
    subject_of = []
    for p in verbs:
        if p.subject and p.subject.start <= term.start < p.subject.end and p.start > term.start:
            before = text[min(p.subject.start, p.clause.start) : term.start]
            if preposition(before, analysis.reading.language) in ("", "of", "for", "in", "on") and not _is_later_noun(
                before
            ):
                subject_of.append(p)
    if subject_of:
        return Anchor(term, max(subject_of, key=lambda p: (p.concept in UNMADE or _is_off(text, p), -p.start)), "")
    return Anchor(term, None, preposition(text[sentence.piece.start : term.start], analysis.reading.language))


def _is_off(text: str, predicate: Predicate) -> bool:
    """Whether a copula says that a meeting will not be: the trip is off."""
    words = text[predicate.object.start : predicate.object.end].strip(" .,").lower()
    off = tuple(vocabulary("en").marks["cancelled_complements"])
    return predicate.concept in ("be", "remain") and words.startswith(off)


def _is_later_noun(before: str) -> bool:
    """Whether a phrase has its head before the noun: the chairman of the meeting."""
    return bool(re.search(r"\b(?:of|after|at|in|during|by|from) (?:the|a|an|this|their)? ?(?:\w+ ){0,2}$", before))


def _event(analysis: Analysis, sentence: Sentence, anchor: Anchor, last_city: tuple[str, str] | None) -> Event | None:
    modality = _modality(analysis, sentence, anchor)
    if modality is None:
        return None
    span = _span(analysis, sentence, anchor)
    reach = Span(span.start, min(sentence.piece.end, span.end + 2))
    city, country = _city(analysis, sentence, reach, last_city)
    persons, sides = _who(
        analysis, sentence, span, anchor.predicate if anchor.term is None or anchor.predicate else None
    )
    if anchor.term is None and not _is_meeting(analysis, sentence, anchor.predicate, persons, sides, city):
        return None
    text = analysis.reading.text[span.start : span.end]
    when = _when(analysis, sentence, reach, modality, anchor)
    noun = anchor.term.concept if anchor.term else anchor.predicate.concept if anchor.predicate else "meeting"
    way = anchor.predicate.concept if anchor.predicate else anchor.preposition or "noun"
    ordinal = _ordinal(text, vocabulary(analysis.reading.language).marks)
    return Event(sentence, span, noun, modality, city, country, when, persons, sides, ordinal, anchor.predicate, way)


def _is_meeting(
    analysis: Analysis, sentence: Sentence, predicate: Predicate | None, persons: tuple[str, ...],
    sides: tuple[str, ...], city: str | None,
) -> bool:  # fmt: skip
    """Whether a verb of meeting has somebody who meets: persons, two sides, delegations; a traveller needs a destination."""
    if predicate is None:
        return False
    text = analysis.reading.text[predicate.clause.start : predicate.clause.end]
    group = re.search(vocabulary(analysis.reading.language).marks["groups"], text, re.I)
    if predicate.concept == "invite":
        return bool(persons) and (city is not None or len(sides) > 1)
    if predicate.concept == "visit" or _is_awaited(analysis, sentence, predicate):
        goes = city is not None or any(predicate.object.start <= m.start < predicate.object.end for m in sentence.sides)
        is_he = predicate.subject and re.match(
            r"(?:he|she)\b", analysis.reading.text[predicate.subject.start :][:4], re.I
        )
        return goes and bool(persons or group or is_he)
    if predicate.concept == "speak" and persons:
        return True
    object_text = analysis.reading.text[predicate.object.start : predicate.object.end]
    if (
        predicate.verb == "see"
        and "each other" not in object_text
        and not any(predicate.object.start <= n.start < predicate.object.end for n in sentence.people)
    ):
        return False
    meets_goal = re.match(
        r"\s(?:(?:its|the|their|his|this|that|any|all|these|those) )?(?:\w+ )?(?:target|goal|need|demand|criteri|deadline|condition|requirement|obligation|standard|commitment|resistance|criticism)",
        object_text,
    )
    return not meets_goal and bool(len(persons) > 1 or group or (persons and len(sides) > 1) or (len(sides) > 1))


def _span(analysis: Analysis, sentence: Sentence, anchor: Anchor) -> Span:
    """The stretch of text that says the event: the clause of its verb, or the noun phrase with what belongs to it."""
    text = analysis.reading.text
    term, predicate = anchor.term, anchor.predicate
    if predicate is not None:
        subject = predicate.subject
        near = subject is not None and sentence.piece.start <= subject.start < predicate.start
        start = subject.start if subject and near and predicate.start - subject.start < 200 else predicate.clause.start
        end = predicate.clause.end
        if term is not None:
            start, end = min(start, term.start), max(end, term.end)
    else:
        assert term is not None
        start, end = _phrase(analysis, sentence, term)
    return trimmed(text, start, end)


def _phrase(analysis: Analysis, sentence: Sentence, term: Term) -> tuple[int, int]:
    """A noun phrase: from its determiner, to the last person, place or day that follows closely."""
    text = analysis.reading.text
    if analysis.reading.language == "zh":
        clause = sentence.clause_at(term.start)
        return max(clause.start, term.start - 30), min(clause.end, term.end + 20)
    lead = re.search(
        r"(?:\b(?:After|At|In|During|after|at|in|during|since|following)\s)?(?:[\w'’.-]+\s){0,4}$",
        text[sentence.piece.start : term.start],
    )
    start = sentence.piece.start + (lead.start() if lead else 0)
    start = max(start, term.start - 40)
    end = term.end
    mentions: list[Any] = [*sentence.people, *sentence.cities, *sentence.times, *sentence.sides]
    belongs = [(x.start, x.end) for x in mentions]
    for a, b in sorted(belongs):
        if (
            a >= end
            and a - end < LOOSE
            and not re.search(r"[;:.—]|,\s(?!on|in|at)|\b(?:and (?!\w+ )|but|which|who|that)\b", text[end:a])
        ):
            end = b
    return start, end


def trimmed(text: str, start: int, end: int) -> Span:
    """A stretch without the signs and blanks at its edges."""
    while end > start and text[end - 1] in " .,;:\"'!?(-":
        end -= 1
    while start < end and text[start] in " ,;:(\"'-":
        start += 1
    return Span(start, end)


def _modality(analysis: Analysis, sentence: Sentence, anchor: Anchor) -> str | None:
    """held, cancelled, a modality of relate/modality.py, or None where the text does not say that there is an event."""
    term, predicate = anchor.term, anchor.predicate
    if predicate is None:
        return _by_preposition(analysis, sentence, anchor)
    value = analysis.modality(sentence, predicate)
    if term is not None and _is_negative(analysis, term):
        return "negated"
    is_dropped = predicate.verb == "drop" and predicate.voice == "passive"
    if term is not None and (is_dropped or (predicate.concept in UNMADE and predicate.verb not in ENDED)):
        return "cancelled" if value in ("asserted", "planned", "agreed") else None
    words = analysis.reading.text[predicate.object.start : predicate.object.end][:22].strip(" .,").lower()
    if predicate.concept in ("be", "remain") and term is not None:
        return "cancelled" if _is_off(analysis.reading.text, predicate) else _of_copula(predicate, value, words)
    if predicate.concept in ("propose", "consider", "ask", "negotiate") and term is not None:
        return "proposed" if value not in ("negated", "denied") and predicate.concept != "negotiate" else None
    is_any = term is not None and re.search(r"\b(?:a|an|any)\s(?:\w+\s)?$", _before(analysis, term))
    if value == "negated" and is_any:
        return "negated"
    if value == "negated" and predicate.modal in ("will", "shall", "would") and (term or predicate.concept == "visit"):
        return "cancelled"
    if predicate.concept == "be" and term is None:
        return "held" if value == "asserted" else "planned" if value == "planned" else None
    if predicate.concept == "invite" or _is_awaited(analysis, sentence, predicate):
        return "possible" if value in ("asserted", "agreed") else value
    if predicate.concept == "schedule":
        return "planned" if value == "asserted" else value
    if predicate.concept == "promise" and term is not None:
        return "planned" if value == "asserted" else None
    if predicate.verb in ("continue", "carry on") and term is not None:
        return None  # talks that go on are a stage
    if predicate.concept == "agree" and term is not None:
        return "agreed" if value == "asserted" else value
    if value in ("asserted", "agreed") and _is_past(analysis, sentence, predicate):
        return "held"
    is_habit = predicate.tense == "present" and value == "asserted" and predicate.concept != "schedule"
    ahead = re.search(SOON, analysis.reading.text[predicate.start : predicate.clause.end], re.I)
    if (
        is_habit
        and not ahead
        and not any(predicate.clause.start <= e.start < predicate.clause.end for e in sentence.times)
    ):
        return None
    if predicate.verb in ENDED:
        return None
    return "planned" if value == "asserted" else value


def _before(analysis: Analysis, term: Term) -> str:
    return analysis.reading.text[max(0, term.start - 30) : term.start]


def _is_negative(analysis: Analysis, term: Term) -> bool:
    return bool(
        re.search(r"\b(?:no|any|without)\s(?:\w+\s){0,2}$", analysis.reading.text[max(0, term.start - 30) : term.start])
    )


def _of_copula(predicate: Predicate, value: str, words: str) -> str | None:
    if value != "asserted":
        return value
    if re.match(
        r"(?:under discussion|being discussed|possible|on the cards|in the works|likely|expected|in doubt)", words
    ):
        return "possible"
    if re.match(r"(?:due|set|scheduled|planned|expected|slated|to be|on|in)\b", words):
        return "planned" if predicate.tense == "present" else None
    return "held" if predicate.tense in ("past", "perfect") else None


def _by_preposition(analysis: Analysis, sentence: Sentence, anchor: Anchor) -> str | None:
    """After a call, at a summit: it was held; ahead of a summit, for talks: it is to come."""
    assert anchor.term is not None
    before = analysis.reading.text[max(0, anchor.term.start - 40) : anchor.term.start].lower()
    if _is_negative(analysis, anchor.term):
        return None
    if re.search(
        r"\b(?:next|upcoming|coming|planned|future|forthcoming|possible|proposed|ahead of|further|new)\b", before
    ):
        return "planned" if re.search(r"\b(?:next|upcoming|coming|planned|forthcoming|ahead of)\b", before) else None
    main = next((p for p in analysis.predicates[sentence.number] if p.is_finite), None)
    if anchor.preposition in DUE_BY:
        return (
            "planned" if main is not None and analysis.modality(sentence, main) not in ("negated", "denied") else None
        )
    if main is not None and analysis.modality(sentence, main) not in ("asserted", "agreed"):
        is_after = anchor.preposition in ("after", "since", "following")
        return "held" if is_after and main.tense in ("past", "perfect") else None
    return "held" if anchor.preposition in HELD_BY or anchor.preposition == "" else None


def _is_past(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    if predicate.tense in ("past", "perfect"):
        return True
    matches = analysis.predicates[sentence.number]
    before = analysis.reading.text[max(0, predicate.start - 12) : predicate.start]
    if predicate.tense == "gerund" and re.search(r"\bafter (?:\w+ly )?$", before):
        return True
    if predicate.tense in ("participle", "gerund", "infinitive"):
        above = predicate.governor
        if above is not None and above < len(matches):
            return matches[above].tense in ("past", "perfect") and matches[above].concept not in ("say", "announce")
        return predicate.tense != "infinitive" and any(p.tense in ("past", "perfect") for p in matches)
    return False


def _city(
    analysis: Analysis, sentence: Sentence, span: Span, last: tuple[str, str] | None
) -> tuple[str | None, str | None]:
    inside = [c for c in sentence.cities if span.start <= c.start < span.end]
    inside = inside or [c for c in _heading(analysis, sentence).cities if c.start < span.start]
    if inside:
        return inside[0].name, inside[0].country
    text = analysis.reading.text[span.start : span.end]
    return last if last and re.search(r"\bthere\b", text) else (None, None)


@dataclass(frozen=True)
class Heading:
    """The day and place that open a line of a chronology and hold for the whole line."""

    cities: tuple[Any, ...] = ()
    times: tuple[Any, ...] = ()


def _heading(analysis: Analysis, sentence: Sentence) -> Heading:
    """31 October 2021, Rome. On the margins of the summit the two sides agree: the line's own day and place."""
    first = analysis.reading.line_of(sentence)[0]
    text = first.piece.text
    opening = [e for e in first.times if e.start - first.piece.start < 4]
    if not opening:
        return Heading()
    rest = text[opening[0].end - first.piece.start :]
    m = re.match(r"(?:,\s[A-Z][\w ]{2,24})?[.:—–-]", rest)
    if not m:
        return Heading()
    end = opening[0].end + m.end()
    return Heading(tuple(c for c in first.cities if c.end <= end), tuple(opening[:1]))


def _who(
    analysis: Analysis, sentence: Sentence, span: Span, predicate: Predicate | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    inside = [n for n in sentence.people if span.start <= n.start < span.end and n.name]
    persons = [n.name for n in inside]
    sides = [n.side for n in inside] + [m.side for m in sentence.sides if span.start <= m.start < span.end]
    if predicate is None and not persons:
        clause = sentence.clause_at(span.start)
        persons = [n.name for n in sentence.people if clause.start <= n.start < clause.end and n.name]
    if predicate is not None:
        focus = analysis.focus[sentence.number]
        subject = analysis.actor(sentence, predicate)
        words = analysis.reading.text[predicate.subject.start : predicate.subject.end] if predicate.subject else ""
        if re.fullmatch(r"(?:the two|they|both)(?: (?:men|women|leaders|presidents|ministers))?", words.strip(), re.I):
            persons = persons if persons else [*focus.pair, *persons]
        elif subject.person and subject.person not in persons and predicate.voice == "active":
            persons.insert(0, subject.person)
        sides = [*subject.sides, *sides]
    return tuple(dict.fromkeys(persons)), tuple(dict.fromkeys(s for s in sides if s))


def _when(analysis: Analysis, sentence: Sentence, span: Span, modality: str, anchor: Anchor) -> When | None:
    reading = analysis.reading
    is_held = modality == "held"
    tense = "past" if is_held else None if modality in ("cancelled", "superseded") else "future"
    times = [e for e in sentence.times if span.start <= e.start < span.end or 0 <= span.start - e.end < 4]
    if not times and is_held and anchor.predicate is None and anchor.preposition in ("after", "at", "in", "during"):
        clause = sentence.clause_at(span.start)
        times = [e for e in sentence.times if clause.start <= e.start < clause.end and e.get("w1")]
    text = reading.text
    times = [e for e in times if not LIMIT.search(text[max(0, e.start - 8) : e.start + 6])]
    for expr in times or _heading(analysis, sentence).times:
        when = reading.when(expr, tense, sentence.number)
        if when is not None:
            return _with_length(reading.text[span.start : span.end], when) if is_held else when
    return None


def _with_length(text: str, when: When) -> When:
    """Two days of talks that ended on Tuesday began on Monday."""
    long = [n for _, _, n, unit in durations(text) if unit == "day" and 1 < n < 8]
    ends = re.search(r"\b(?:end|clos|conclud|wrap|finish)\w*|kết thúc|khép lại|结束", text)
    if not long or not ends or not when.is_day or when.last:
        return when
    start = add_duration(when.iso, -(long[0] - 1), "day")
    return When(start, when.iso, when.expr) if start else when


def _ordinal(text: str, marks: Mapping[str, Any]) -> int | None:
    ordinals = marks.get("ordinals")
    if not ordinals:
        return None
    m = re.search(
        rf"\b(?:(?P<w>{'|'.join(ordinals)})|(?P<n>\d{{1,2}})(?:st|nd|rd|th))\s(?:\w+\s){{0,3}}?"
        r"(?:meetings?|rounds?|talks?|times?|sessions?|trips?|visits?|summits?)", text, re.I,
    )  # fmt: skip
    if not m:
        return None
    return ordinals.index(m.group("w").lower()) + 1 if m.group("w") else int(m.group("n"))
