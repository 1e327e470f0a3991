"""Meetings, calls and visits in a text, held or planned: where each stands, who, where, when, and whether it happened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from detente.record import people
from detente.record.propose.annotate import places
from detente.record.propose.annotate.dates import Expr, When, add_duration, durations
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.offices import Named
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import Term, vocabulary
from detente.record.propose.code.rules import Rule, bare, patterned, rules
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.parties import preposition
from detente.record.propose.relate.predicates import Predicate, Span

AGREEING = frozenset(["agree", "negotiate", "announce"])  # two sides who do so in a city have met there
MEETING_VERBS = frozenset(["meet", "speak", "visit", "invite"])
# verbs whose object or subject is the meeting itself: held talks, the talks ended, a round was scheduled
FRAMES = frozenset([
    "hold", "conclude", "schedule", "other", "be", "begin_effect", "investigate", "end", "suspend", "expire", "have",
    "attend", "move", "announce", "propose", "consider", "reject", "agree", "negotiate", "intend", "ask", "confirm",
    "call_off", "collapse", "extend", "do", "start", "promise",
])  # fmt: skip
UNMADE = frozenset(["end", "suspend", "reject"])
ENDED = frozenset(["end", "cease", "discontinue", "stop", "halt"])  # talks that end were held
HELD_BY = frozenset(["after", "at", "in", "during", "since", "following", "from", "over", "with", "by", "throughout"])
DUE_BY = frozenset(["before", "until", "for", "pending", "to"])
LIMIT = re.compile(r"\b(?:since|until|till|before|from)\s", re.I)  # a day after these is not the day of the event
NO_EVENT = "no event"
UNDONE = ("cancelled", "superseded")
THE_TWO = re.compile(r"(?:the two|they|both)(?: (?:men|women|leaders|presidents|ministers))?", re.I)
WAS_IN = re.compile(r"(?:was|were|has been|had been|have been) (?:last |back |also )?(?:in|to|at) (?!be\b|have\b)")
LOOSE = 60  # characters behind a noun in which persons, place and day belong to it


class Anchor(NamedTuple):
    """What an event hangs on: a noun, the verb it is the object or subject of, or a verb of meeting alone."""

    term: Term | None
    predicate: Predicate | None
    preposition: str


AT_A_DISTANCE = re.compile(
    r"\bvirtual(?:ly)?\b|\b(?:by|via|over) (?:tele)?(?:phone|video)|\bvideo (?:call|conference|link|meeting)|\bonline\b"
    r"|teleconference|trực tuyến|điện đàm|视频|线上|通电话|通话|电话会", re.I,
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """A meeting, call or visit in a sentence.

    span: the stretch of text that says it. when: its day or days, resolved. modality: held, cancelled, or as
    relate/modality.py gives it. rule: the rule of rules/meeting.yaml or rules/planned_meeting.yaml that shows it.
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
    rule: str
    preposition: str = ""

    @property
    def is_call(self) -> bool:
        """Whether the parties spoke at a distance."""
        return self.noun in ("call", "speak") or bool(
            AT_A_DISTANCE.search(
                self.sentence.piece.text[
                    self.span.start - self.sentence.piece.start : self.span.end - self.sentence.piece.start
                ]
            )
        )


def events(analysis: Analysis) -> tuple[Event, ...]:
    """The events of a document in reading order; of two in one stretch of text the one with a verb."""
    return analysis.once("events", lambda a: tuple(_events(a)))


def _events(analysis: Analysis) -> Iterator[Event]:
    last_city: tuple[str, str] | None = None
    for sentence in analysis.reading.sentences:
        taken: list[Span] = []
        for shown in _patterned(analysis, sentence):
            taken.append(shown.span)
            yield shown
        for anchor in _anchors(analysis, sentence):
            event = _event(analysis, sentence, anchor, last_city)
            if event is None and anchor.term is None and analysis.reading.language != "en":
                event = _as_noun(analysis, sentence, anchor, last_city)
            if event is None or any(event.span.start < t.end and t.start < event.span.end for t in taken):
                continue
            taken.append(event.span)
            yield event
        if sentence.cities:
            last_city = (sentence.cities[-1].name, sentence.cities[-1].country)


def _as_noun(analysis: Analysis, sentence: Sentence, anchor: Anchor, last_city: tuple[str, str] | None) -> Event | None:
    """A verb of meeting with nobody who meets may be the noun: in the talks in Madrid."""
    p = anchor.predicate
    term = next((t for t in sentence.terms if p and t.group == "talks" and p.start <= t.start < p.end), None)
    if p is None or term is None or p.negated:
        return None
    before = analysis.reading.text[sentence.piece.start : term.start]
    way = preposition(before, analysis.reading.language) or "in"
    return _event(analysis, sentence, Anchor(term, None, way), last_city)


def _patterned(analysis: Analysis, sentence: Sentence) -> Iterator[Event]:
    """The events that a pattern of rules/meeting.yaml or rules/planned_meeting.yaml shows."""
    base, taken = sentence.piece.start, [Span(0, 0)]
    matches = ((rule, m) for rule in analysis.once("patterns", _patterns) for m in rule.matches(analysis, sentence))
    for rule, m in matches:
        if any(m.start() < t.end and t.start < m.end() for t in taken):
            continue
        span = bare(analysis.reading.text, base + m.start(), base + m.end())
        drafts = [e for e in _by_pattern(analysis, sentence, rule, m, span) if _has_who(e, rule)]
        taken += [Span(m.start(), m.end())] if drafts else []
        yield from drafts


def _patterns(analysis: Analysis) -> list[Rule]:
    """The rules with a pattern for the language of a document."""
    language = analysis.reading.language
    return [*patterned("planned_meeting", language), *patterned("meeting", language)]


def _has_who(event: Event, rule: Rule) -> bool:
    """Whether an event has as many persons, or sides, as its rule asks for, and a day or place if it asks for one."""
    needs = rule.gives.get("needs", {})
    borne = {
        "place": event.city is not None,
        "date": event.when is not None,
        "day": event.when is not None or event.city is not None,
    }
    if any(needs.get(name) and not has for name, has in borne.items()):
        return False
    enough = len(event.persons) >= needs.get("persons", 0) and len(event.sides) >= needs.get("sides", 0)
    return bool(enough)


def _by_pattern(analysis: Analysis, sentence: Sentence, rule: Rule, m: re.Match[str], span: Span) -> Iterator[Event]:
    """One event, or for one that is moved the old, cancelled, and the new."""
    modality, noun = str(rule.gives["modality"]), str(rule.gives.get("noun", "meeting"))
    if modality == "moved":
        yield from _moved(analysis, sentence, rule, m, span)
        return
    when = _when(analysis, sentence, span, modality, Anchor(None, None, ""))
    yield _made(analysis, sentence, (rule.id, modality, noun), span, when)


def _moved(analysis: Analysis, sentence: Sentence, rule: Rule, m: re.Match[str], span: Span) -> Iterator[Event]:
    base = sentence.piece.start
    term = next((t for t in sentence.terms if t.group == "talks" and span.start <= t.start < span.end), None)
    for group, how in (("old", "cancelled"), ("new", "planned")) if term else ():
        part = Span(base + m.start(group), base + m.end(group))
        when = _when(analysis, sentence, part, how, Anchor(None, None, ""))
        whole = bare(analysis.reading.text, *part) if how == "cancelled" and when else span
        if term and (when is not None or how == "planned"):
            yield _made(analysis, sentence, (rule.id, how, term.concept), whole, when)


def _made(analysis: Analysis, sentence: Sentence, what: tuple[str, str, str], span: Span, when: When | None) -> Event:
    rule, modality, noun = what
    city, country = _city(analysis, sentence, span, None)
    persons, sides = _who(analysis, sentence, span, None)
    inside = {n.name for n in sentence.people if span.start <= n.start < span.end}
    persons = tuple(n for n in persons if n in inside)
    ordinal = _ordinal(analysis.reading.text[span.start : span.end], vocabulary(analysis.reading.language).marks)
    return Event(sentence, span, noun, modality, city, country, when, persons, sides, ordinal, None, rule)


def _rule_of(anchor: Anchor, modality: str) -> str:
    """The rule whose verbs hold the one of an event; the last, without verbs, is that of a noun alone."""
    kind = "meeting" if modality == "held" else "planned_meeting"
    frames = [r for r in rules(kind) if r.pattern is None]
    concept = "cancelled" if modality in UNDONE else anchor.predicate.concept if anchor.predicate else ""
    fitting = [r.id for r in frames if concept in r.verbs] or [r.id for r in frames if not r.verbs]
    return next(iter(fitting), kind)


def _anchors(analysis: Analysis, sentence: Sentence) -> list[Anchor]:
    """What the events of a sentence hang on: verbs of meeting, nouns, sides that agree in a city."""
    predicates = analysis.predicates[sentence.number]
    verbs = [p for p in predicates if not p.is_noun]
    terms = _talks(analysis, sentence, verbs)
    meeting = [p for p in predicates if _meets(analysis, sentence, p)]
    agreeing = [p for p in verbs if p.concept in AGREEING and _has_city(analysis, sentence, p)]
    nominal = [_nominal(analysis, sentence, t, predicates) for t in terms]
    return [*(Anchor(None, p, "") for p in meeting), *nominal, *(Anchor(None, p, "") for p in agreeing)]


def _talks(analysis: Analysis, sentence: Sentence, verbs: Sequence[Predicate]) -> list[Term]:
    """The nouns of meeting that are no part of a verb and not about something else."""
    talks = [t for t in sentence.terms if t.group == "talks" and not _is_internal(analysis, t)]
    return [t for t in talks if not any(p.start <= t.start < p.end for p in verbs)]


def _meets(analysis: Analysis, sentence: Sentence, p: Predicate) -> bool:
    return (p.concept in MEETING_VERBS and not p.is_noun) or _is_awaited(analysis, sentence, p)


def _has_city(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether a clause says in which city its subject acted."""
    text = analysis.reading.text
    return any(
        predicate.clause.start <= c.start < predicate.clause.end
        and re.search(r"(?:\b(?:[Ii]n|[Aa]t|tại|ở)\s|在)$", text[max(0, c.start - 4) : c.start])
        for c in sentence.cities
    )


def _is_awaited(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether somebody is expected or due in a place: she is expected in Brussels on Monday."""
    before = analysis.reading.text[predicate.start : predicate.object.end]
    m = re.match(r"(?:is|are|was|were) (?:\w+ )?(?:expected|due|awaited)(?: back)? (?:in|at|for) ", before)
    m = m or re.match(
        r"(?:will be|was|were|has been|have been|had been) (?:last |back |also )?(?:in|to|at) (?:the )?", before
    )
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
    verbs = [p for p in predicates if not p.is_noun and p.concept in FRAMES]
    predicate = (
        _undoing(analysis, term, verbs)
        or next((p for p in verbs if _is_object(analysis, term, p)), None)
        or _of_subject(analysis, term, verbs)
    )
    if predicate:
        return Anchor(term, predicate, "")
    before = LENGTH.sub("", analysis.reading.text[sentence.piece.start : term.start])
    return Anchor(term, None, preposition(before, analysis.reading.language))


def _undoing(analysis: Analysis, term: Term, verbs: Sequence[Predicate]) -> Predicate | None:
    """The verb behind a noun that undoes it, in a language without frames."""
    behind = (p for p in verbs if p.start >= term.end and p.clause.start <= term.start)
    return next((p for p in behind if p.concept in UNMADE and analysis.reading.language != "en"), None)


def _is_object(analysis: Analysis, term: Term, p: Predicate) -> bool:
    """Whether a noun is what a verb acts on, not what its object is about."""
    is_undone = p.voice == "passive" and p.concept in UNMADE  # what it undoes stands before it
    if is_undone or not p.object.start <= term.start < p.object.end:
        return False
    between = analysis.reading.text[p.object.start : term.start]
    if re.search(r"\b(?:after|during|following|since|at)\b", between):
        return False
    word = preposition(between, analysis.reading.language) if between.strip() else ""
    return word in ("", "of") or (word in ("on", "to") and p.concept in ("agree", "begin_effect"))


def _of_subject(analysis: Analysis, term: Term, verbs: Sequence[Predicate]) -> Predicate | None:
    """The first verb that a noun is the subject of, one that undoes it before others, one with a tense before "to modernise it"."""
    text = analysis.reading.text
    fitting = [p for p in verbs if _is_subject(analysis, term, p)]
    return max(fitting, key=lambda p: (p.concept in UNMADE or _is_off(text, p), p.is_finite, -p.start), default=None)


def _is_subject(analysis: Analysis, term: Term, p: Predicate) -> bool:
    """Whether a noun is the head of a verb's subject."""
    text, language = analysis.reading.text, analysis.reading.language
    if p.subject is None or not p.subject.start <= term.start < min(p.subject.end, p.start):
        return False
    start = min(p.subject.start, p.clause.start)
    before = LENGTH.sub("", text[start : term.start])
    return preposition(before, language) in ("", "of", "for", "in", "on")


def _is_off(text: str, predicate: Predicate) -> bool:
    """Whether a copula says that a meeting will not be: the trip is off."""
    words = text[predicate.object.start : predicate.object.end].strip(" .,").lower()
    off = tuple(vocabulary("en").marks["cancelled_complements"])
    return predicate.concept in ("be", "remain") and words.startswith(off)


LENGTH = re.compile(
    r"(?:(?!after|at|in|during|following|since|before)[\w-]+\s){0,3}"
    r"(?:days?|hours?|weekend|weeks?|nights?|evening|morning|series|minutes)\sof\s(?:[\w-]+\s){0,2}$", re.I,
)  # fmt: skip


def _event(analysis: Analysis, sentence: Sentence, anchor: Anchor, last_city: tuple[str, str] | None) -> Event | None:
    predicate, modality = anchor.predicate, _modality(analysis, sentence, anchor)
    if modality is None:
        return None
    span = _span(analysis, sentence, anchor)
    reach = Span(span.start, min(sentence.piece.end, span.end + 2))
    city, country = _city(analysis, sentence, reach, last_city)
    persons, sides = _who(analysis, sentence, span, predicate)
    if anchor.term is None and not _is_meeting(analysis, sentence, predicate, persons, sides, city):
        return None
    text = analysis.reading.text[span.start : span.end]
    modality = _by_date(analysis, sentence, reach, modality, anchor)
    when = _when(analysis, sentence, reach, modality, anchor)
    if city is None and modality == "held" and predicate is not None and not sentence.cities:
        city, country = _of_dateline(analysis, sentence, when)
    named = anchor.term or predicate
    noun = named.concept if named else "meeting"
    ordinal = _ordinal(text, vocabulary(analysis.reading.language).marks)
    rule, way = _rule_of(anchor, modality), anchor.preposition
    return Event(sentence, span, noun, modality, city, country, when, persons, sides, ordinal, predicate, rule, way)


def _of_dateline(analysis: Analysis, sentence: Sentence, when: When | None) -> tuple[str | None, str | None]:
    """The place a report is written from, for an event of those days at its head."""
    place, day = analysis.reading.place, analysis.reading.anchor
    near = when is not None and day is not None and len(when.iso) == 10 and len(day) == 10
    if place is None or not near or sentence.number > 2 or when is None or day is None:
        return None, None
    last = date.fromisoformat(when.last or when.iso)
    return (place.name, place.country) if abs((date.fromisoformat(day) - last).days) < 3 else (None, None)


def _by_date(analysis: Analysis, sentence: Sentence, reach: Span, modality: str, anchor: Anchor) -> str:
    """Where verbs have no tense, an event on a day to come is planned."""
    reading, predicate = analysis.reading, anchor.predicate
    if reading.language == "en" or modality != "held" or (predicate is not None and predicate.tense == "perfect"):
        return modality
    when = _when(analysis, sentence, reach, "neutral", anchor)
    day = reading.anchor or ""
    return "planned" if when is not None and when.iso[: len(day)] > day[: len(when.iso)] else modality


def _is_meeting(
    analysis: Analysis, sentence: Sentence, predicate: Predicate | None, persons: tuple[str, ...],
    sides: tuple[str, ...], city: str | None,
) -> bool:  # fmt: skip
    """Whether a verb of meeting has somebody who meets: persons, two sides, delegations; a traveller needs a destination."""
    if predicate is None:
        return False
    if predicate.concept == "invite":
        return bool(persons) and (city is not None or len(sides) > 1)
    is_group = _names_group(analysis, predicate)
    if predicate.concept == "visit" or _is_awaited(analysis, sentence, predicate):
        return (bool(persons) or is_group) and (city is not None or _goes(analysis, sentence, predicate))
    if predicate.concept == "speak" and persons:
        return True
    return _are_several(persons, sides, is_group) and _has_met(analysis, sentence, predicate, city)


def _are_several(persons: Sequence[str], sides: Sequence[str], is_group: bool) -> bool:
    """Whether two and more meet: a group, persons or sides."""
    return is_group or len(persons) > 1 or len(sides) > 1


def _has_met(analysis: Analysis, sentence: Sentence, predicate: Predicate, city: str | None) -> bool:
    """Whether a verb is one of meeting people, or of agreeing in a city."""
    is_elsewhere = predicate.concept in AGREEING and city is None
    return not is_elsewhere and not _meets_thing(analysis, sentence, predicate)


def _names_group(analysis: Analysis, predicate: Predicate) -> bool:
    """Whether a clause names delegations, ministers, both sides."""
    text = analysis.reading.text[predicate.clause.start : predicate.clause.end]
    return bool(re.search(vocabulary(analysis.reading.language).marks["groups"], text, re.I))


def _subject(analysis: Analysis, predicate: Predicate) -> str:
    span = predicate.subject
    return analysis.reading.text[span.start : span.end] if span else ""


def _goes(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether a journey has a destination that is no city: a country, a place on a day, or one in the verb."""
    names_place = vocabulary(analysis.reading.language).marks.get("visits", "(?!)")
    if re.fullmatch(names_place, predicate.verb):
        return True
    return any(predicate.object.start <= m.start < predicate.object.end for m in sentence.sides)


def _meets_thing(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether what is met or seen is no person: met its target, saw a decline."""
    words = analysis.reading.text[predicate.object.start : predicate.object.end]
    is_seen = any(predicate.object.start <= n.start < predicate.object.end for n in sentence.people)
    if predicate.verb == "see" and "each other" not in words and not is_seen:
        return True
    return GOAL.match(words) is not None


GOAL = re.compile(
    r"\s(?:(?:its|the|their|his|this|that|any|all|these|those) )?(?:\w+ )?(?:target|goal|need|demand|criteri|deadline|condition"
    r"|requirement|obligation|standard|commitment|resistance|criticism)"
)
LEAD = re.compile(r"(?:Tại|Ở|Sau|Cũng|Hôm|Ngày|Tối|Sáng|Chiều|Trưa|In|At|On|After|During)\s[^,;.:]{3,60},\s?")


def _carried_on(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> int:
    """The end of the clauses that go on with the same subject: 赴美，同…会谈."""
    end = predicate.clause.end
    for p in analysis.predicates[sentence.number][predicate.number + 1 :] if analysis.reading.language == "zh" else ():
        opens = analysis.reading.text[p.clause.start : p.clause.start + 1] in "同与和并"
        if p.clause.start - end in (0, 1) and opens and p.concept in ("meet", "hold", "speak", "attend"):
            end = p.clause.end
    return end


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
        end = max(end, _carried_on(analysis, sentence, predicate))
        lead = LEAD.fullmatch(text, sentence.piece.start, start)
        start = sentence.piece.start if lead else start
    else:
        assert term is not None
        start, end = _phrase(analysis, sentence, term)
    return bare(text, start, end)


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


class Clause(NamedTuple):
    """A verb of an event, the noun of the event if it has one, and the modality of the verb."""

    analysis: Analysis
    sentence: Sentence
    predicate: Predicate
    term: Term | None
    modality: str


def _modality(analysis: Analysis, sentence: Sentence, anchor: Anchor) -> str | None:
    """held, cancelled, a modality of relate/modality.py, or None where the text does not say that there is an event."""
    if anchor.predicate is None:
        return _by_preposition(analysis, sentence, anchor)
    modality = analysis.modality(sentence, anchor.predicate)
    clause = Clause(analysis, sentence, anchor.predicate, anchor.term, modality)
    steps = (_by_noun, _by_negation, _by_place, _by_concept, _by_tense)
    decided = next((value for step in steps if (value := step(clause))), modality)
    return None if decided == NO_EVENT else decided


def _by_noun(c: Clause) -> str:
    """What a verb makes of the meeting that it names: nothing, a proposal, a state; empty where another step decides."""
    p = c.predicate
    if c.term is None:
        return ""
    if _is_negative(c.analysis, c.term):
        return "negated"
    if _unmakes(p):
        return "cancelled" if c.modality in ("asserted", "planned", "agreed") else NO_EVENT
    if p.concept in ("be", "remain"):
        return _by_copula(c)
    if p.concept in ("propose", "consider", "ask", "negotiate"):
        return NO_EVENT if c.modality in ("negated", "denied") or p.concept == "negotiate" else "proposed"
    is_any = c.modality == "negated" and re.search(r"\b(?:a|an|any)\s(?:\w+\s)?$", _before(c.analysis, c.term))
    if is_any and not _was_due(c.analysis, p):
        return "negated"
    return "cancelled" if c.modality == "negated" and _fell_away(c.analysis, c.sentence, c.term, p) else ""


def _unmakes(p: Predicate) -> bool:
    """Whether a verb calls off what it names."""
    return (p.verb == "drop" and p.voice == "passive") or (p.concept in UNMADE and p.verb not in ENDED)


def _by_copula(c: Clause) -> str:
    """The talks are off, were in Madrid, are due on Friday, are likely."""
    p, text = c.predicate, c.analysis.reading.text
    words = text[p.object.start : p.object.end][:22].strip(" .,").lower()
    return "cancelled" if _is_off(text, p) else _of_copula(p, c.modality, words) or NO_EVENT


def _by_negation(c: Clause) -> str:
    """What was to be and will not is cancelled."""
    p = c.predicate
    if c.modality != "negated":
        return ""
    is_meant = p.modal in ("will", "shall", "would") and (c.term or p.concept in ("visit", "meet", "speak"))
    return "cancelled" if is_meant or _was_due(c.analysis, p) else ""


def _by_place(c: Clause) -> str:
    """With somebody who was in a place, the event was held."""
    p = c.predicate
    if c.term is not None:
        return ""
    if WAS_IN.match(c.analysis.reading.text[p.start : p.object.end]):
        return "held" if _is_awaited(c.analysis, c.sentence, p) and not p.negated else c.modality
    if p.concept != "be":
        return ""
    if c.modality == "asserted" or (p.tense in ("past", "perfect") and c.modality != "negated"):
        return "held"
    return "planned" if c.modality == "planned" else NO_EVENT


def _by_concept(c: Clause) -> str:
    """What the verb itself says: invited is possible, scheduled is planned, agreed is agreed."""
    p = c.predicate
    if p.concept == "confirm" and c.modality in ("possible", "question", "conditional"):
        return NO_EVENT
    if p.concept == "invite" or _is_awaited(c.analysis, c.sentence, p):
        return "possible" if c.modality in ("asserted", "agreed") else c.modality
    if p.concept == "schedule":
        return "planned" if c.modality == "asserted" else c.modality
    return _by_decision(c) if c.term else ""


def _by_decision(c: Clause) -> str:
    """Promised, agreed, and talks that go on, which are a stage."""
    is_asserted = c.modality == "asserted"
    if c.predicate.concept == "promise":
        return "planned" if is_asserted else NO_EVENT
    if c.predicate.verb in ("continue", "carry on"):
        return NO_EVENT
    return ("agreed" if is_asserted else c.modality) if c.predicate.concept == "agree" else ""


def _by_tense(c: Clause) -> str:
    """Past is held, what is to come is planned, a habit is no event."""
    p, is_asserted = c.predicate, c.modality == "asserted"
    if c.modality in ("asserted", "agreed") and _is_past(c.analysis, c.sentence, p):
        return "held"
    if (is_asserted and p.tense == "present" and not _is_dated(c)) or p.verb in ENDED:
        return NO_EVENT
    return "planned" if is_asserted or (c.modality == "would" and p.governor is not None) else c.modality


def _is_dated(c: Clause) -> bool:
    """Whether a clause has a time."""
    clause = c.predicate.clause
    return any(clause.start <= e.start < clause.end for e in c.sentence.times)


def _fell_away(analysis: Analysis, sentence: Sentence, term: Term | None, predicate: Predicate) -> bool:
    """Whether the narrator says that the meeting spoken of was not: the summit in Osaka did not take place."""
    if term is None or predicate.concept not in ("hold", "schedule") or analysis.attribution.within(sentence):
        return False
    is_known = re.search(r"\b(?:the|their|his|her|its|that)\s(?:[\w-]+\s){0,3}$", _before(analysis, term), re.I)
    return bool(is_known) and predicate.tense in ("past", "perfect") and analysis.reading.language == "en"


def _was_due(analysis: Analysis, predicate: Predicate) -> bool:
    """Whether what did not take place had been planned."""
    subject = predicate.subject
    words = analysis.reading.text[subject.start : subject.end] if subject else ""
    return bool(re.search(r"\b(?:planned|scheduled|expected|pencilled in|set for|due|arranged)\b", words))


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
    if re.match(r"\w+ed\b", words) and not re.match(r"(?:attend|host|chair|follow|mark|describ|overshadow)\w*", words):
        return None
    return "held" if predicate.tense in ("past", "perfect") else None


def _by_preposition(analysis: Analysis, sentence: Sentence, anchor: Anchor) -> str | None:
    """After a call, at a summit: it was held; ahead of a summit, for talks: it is to come."""
    assert anchor.term is not None
    lead = analysis.reading.text[sentence.piece.start : anchor.term.start]
    if analysis.reading.language == "zh" and re.search("原(?:[定订拟本]|计划)", lead):
        return "superseded"
    if _is_negative(analysis, anchor.term):
        return None
    before = analysis.reading.text[max(0, anchor.term.start - 40) : anchor.term.start].lower()
    if re.search(r"\b(?:next|upcoming|coming|planned|forthcoming|ahead of)\b", before):
        return "planned"
    if re.search(r"\b(?:future|possible|proposed|further|new)\b", before):
        return None
    main = next((p for p in analysis.predicates[sentence.number] if p.is_finite), None)
    modality = analysis.modality(sentence, main) if main else None
    return _beside_main(anchor.preposition, main, modality)


def _beside_main(way: str, main: Predicate | None, modality: str | None) -> str | None:
    """What a preposition before a meeting says beside the verb of its sentence and that verb's modality."""
    is_past = main is not None and main.tense in ("past", "perfect")
    if way == "for" and is_past:
        return None
    if way in DUE_BY:
        return "planned" if main is not None and modality not in ("negated", "denied") else None
    if main is not None and modality not in ("asserted", "agreed"):
        return "held" if is_past and way in ("after", "since", "following") else None
    return "held" if way in HELD_BY or way == "" else None


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
    return (
        last
        if last and re.search(r"\bthere\b|^(?:It|This) (?:was|is) (?:\w+ )+(?:trip|visit)\b", text)
        else (None, None)
    )


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
    """The persons and the sides of an event."""
    inside = [n for n in _people(sentence, span) if not _is_source(analysis, n)]
    persons = [n.name for n in inside]
    sides = [n.side for n in inside] + [m.side for m in sentence.sides if span.start <= m.start < span.end]
    if predicate is not None:
        sides = [*analysis.actor(sentence, predicate).sides, *sides]
        persons = [*_by_office(analysis, span), *_with_actor(analysis, sentence, predicate, persons)]
    elif not persons:
        persons = [n.name for n in _people(sentence, sentence.clause_at(span.start))]
    return tuple(dict.fromkeys(persons)), tuple(dict.fromkeys(s for s in sides if s))


def _people(sentence: Sentence, span: Span | Piece) -> list[Named]:
    return [n for n in sentence.people if span.start <= n.start < span.end and n.name]


SOURCE = re.compile(r"\b(?:invitation (?:from|of|by)|according to)\s(?:the\s)?$", re.I)


def _is_source(analysis: Analysis, n: Named) -> bool:
    """Whether a person is only named as who invites or says so: an invitation from Li, according to Li."""
    return SOURCE.search(analysis.reading.text[max(0, n.begin - 24) : n.begin]) is not None


def _with_actor(analysis: Analysis, sentence: Sentence, predicate: Predicate, persons: Sequence[str]) -> Sequence[str]:
    """The persons of an event with the one who acts in it, but for one who invites; "the two" are the two named last."""
    if predicate.concept == "invite" and predicate.voice == "active":
        return [n.name for n in sentence.people if n.start >= predicate.end and n.name in persons]
    if THE_TWO.fullmatch(_subject(analysis, predicate).strip()):
        return persons or _last_two(analysis, sentence)
    actor = analysis.actor(sentence, predicate).person
    return [actor, *persons] if actor and actor not in persons and predicate.voice == "active" else persons


def _last_two(analysis: Analysis, sentence: Sentence) -> tuple[str, ...]:
    """The two persons of two sides that the text named last."""
    near: dict[str, str] = {}
    for earlier in reversed(analysis.reading.sentences[: sentence.number + 1]):
        for n in reversed(earlier.people):
            if n.name and n.start < sentence.piece.end and n.side not in near.values():
                near.setdefault(n.name, n.side)
            if len(near) == 2:
                return tuple(reversed(near))
    return ()


OFFICE = re.compile(
    r"\b(?:[Tt]he|[Oo]ur) (?:(?P<side>[A-Z]\w+) )?(?P<office>[Pp]resident|[Pp]rime [Mm]inister|[Cc]hancellor)\b(?!,? [A-Z]| of\b| and\b)"
)


def _by_office(analysis: Analysis, span: Span) -> list[str]:
    """Who is meant by the President, the Prime Minister: the one holder among the parties of the text on its day."""
    reading = analysis.reading
    names = []
    for m in OFFICE.finditer(reading.text, span.start, span.end):
        sides = {x.side for x in places.sides(m["side"] + " ", "en")} if m["side"] else set(reading.parties)
        holders = [
            p.name
            for p in people.people()
            if p.side in sides
            and re.match(rf"{m['office']}\b", (p.role(reading.anchor) or people.Role("")).title, re.I)
        ]
        names += holders if len(holders) == 1 else []
    return names


def _when(analysis: Analysis, sentence: Sentence, span: Span, modality: str, anchor: Anchor) -> When | None:
    """The day or days of an event: a time in its words, else in its clause, else at the head of its line."""
    reading, is_held = analysis.reading, modality == "held"
    times = _times(sentence, span, anchor if is_held else None)
    times = [e for e in times if not _is_limit(reading, sentence, e)]
    verb = anchor.predicate.start if anchor.predicate else 0
    # the day given up stands before the verb
    times = sorted(times, key=lambda e: (e.start < verb) != (modality in UNDONE))
    dated = _heading(analysis, sentence).times
    is_entry = is_held and anchor.predicate is not None and anchor.predicate.tense == "present"
    for expr in [*dated, *times] if is_entry else times or dated:
        tense = _direction(modality, expr)
        when = reading.when(expr, tense, sentence.number)
        if when is not None:
            when = _with_next(analysis, sentence, expr, when, tense)
            return _with_length(reading.text[span.start : span.end], when) if is_held else when
    return None


NEXT = re.compile(r"\s(?:and|to|until|till|through)\s(?:on\s)?")  # between the first and the last day of an event


def _is_limit(reading: Reading, sentence: Sentence, expr: Expr) -> bool:
    """Whether an event only lies behind or before a day; from one day to another it takes place."""
    lead = LIMIT.search(reading.text[max(0, expr.start - 8) : expr.start + 6])
    if lead is None or not lead.group().lower().startswith("from"):
        return lead is not None
    is_span = expr.first("j1", "j2") is not None
    return not is_span and not any(
        NEXT.fullmatch(reading.text, expr.end, e.start) for e in sentence.times if e.start > expr.end
    )


def _with_next(analysis: Analysis, sentence: Sentence, expr: Expr, when: When, tense: str | None) -> When:
    """On Tuesday and Wednesday: a day with the one that "and" joins to it."""
    reading = analysis.reading
    joined = (e for e in sentence.times if NEXT.fullmatch(reading.text, expr.end, max(expr.end, e.start)))
    last = next((w for e in joined if (w := reading.when(e, tense, sentence.number))), None)
    if last is None or when.last or not (when.is_day and last.is_day):
        return when
    is_after = 0 < (date.fromisoformat(last.iso) - date.fromisoformat(when.iso)).days < 8
    return When(when.iso, last.iso, when.expr) if is_after else when


def _direction(modality: str, expr: Expr) -> str | None:
    """Where a day lies: behind for what was held or was to be on Monday, ahead for plans."""
    if modality == "held" or (modality == "superseded" and expr.get("w1")):
        return "past"
    is_open = modality == "neutral" or (modality in UNDONE and not expr.get("w1"))
    return None if is_open else "future"


def _times(sentence: Sentence, span: Span, anchor: Anchor | None) -> list[Any]:
    """The times in or just before the words of an event; with the anchor of one that was held also a weekday of its clause."""
    times = [e for e in sentence.times if span.start <= e.start < span.end or _leads(sentence, e, span)]
    if times or anchor is None:
        return times
    clause, opening = sentence.clause_at(span.start), sentence.piece.start + 4
    if anchor.predicate is None and anchor.preposition in ("after", "at", "in", "during"):
        times = _weekdays(sentence, clause.start, clause.end)
    return times or (_weekdays(sentence, 0, opening) if clause.start < opening else [])


def _leads(sentence: Sentence, expr: Expr, span: Span) -> bool:
    """Whether a time stands right before the words of an event, with no sign between that ends a clause."""
    between = sentence.piece.text[expr.end - sentence.piece.start : span.start - sentence.piece.start]
    return 0 <= span.start - expr.end < 4 and not re.search(r"[.;:]", between)


def _weekdays(sentence: Sentence, start: int, end: int) -> list[Any]:
    return [e for e in sentence.times if start <= e.start < end and e.get("w1")]


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
