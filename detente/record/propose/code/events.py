"""Meetings, calls and visits in a text, held or planned: where each stands, who, where, when, and whether it happened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from detente.record import people
from detente.record.propose.annotate import places
from detente.record.propose.annotate.dates import When, add_duration, durations
from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.words import Term, vocabulary
from detente.record.propose.code.rules import Rule, rules
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.parties import preposition
from detente.record.propose.relate.predicates import Predicate, Span

AGREEING = frozenset(["agree", "negotiate"])  # two sides who do so in a city have met there
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


def events(analysis: Analysis) -> Iterator[Event]:
    """The events of a document in reading order; of two in one stretch of text the one with a verb."""
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
            yield from _each_city(analysis, event)
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
    text, taken = sentence.piece.text, [Span(0, 0)]
    for rule in (*rules("planned_meeting"), *rules("meeting")):
        language = rule.gives.get("language", "en")
        if (
            rule.pattern is None
            or language != analysis.reading.language
            or (rule.gives.get("garbled") and not analysis.reading.garbled)
        ):
            continue
        for m in rule.pattern.finditer(text):
            span = trimmed(analysis.reading.text, sentence.piece.start + m.start(), sentence.piece.start + m.end())
            if any(m.start() < t.end and t.start < m.end() for t in taken) or UNSAID.search(text[: m.end()]):
                continue
            drafts = [e for e in _by_pattern(analysis, sentence, rule, m, span) if _has_who(e, rule)]
            taken += [Span(m.start(), m.end())] if drafts else []
            yield from drafts


UNSAID = re.compile(
    r"\b(?:den(?:y|ies|ied)|no (?:plans?|truth|question|talk|intention)|untrue|false)\b|否认|không có kế hoạch|bác bỏ",
    re.I,
)


def _has_who(event: Event, rule: Rule) -> bool:
    """Whether an event has as many persons, or sides, as its rule asks for, and a day or place if it asks for one."""
    needs = rule.gives.get("needs", {})
    enough = len(event.persons) >= needs.get("persons", 0) and len(event.sides) >= needs.get("sides", 0)
    return enough and not (needs.get("day") and event.when is None and event.city is None)


def _by_pattern(analysis: Analysis, sentence: Sentence, rule: Rule, m: re.Match[str], span: Span) -> Iterator[Event]:
    """One event, or for one that is moved the old, cancelled, and the new."""
    modality, noun = str(rule.gives["modality"]), str(rule.gives.get("noun", "meeting"))
    base = sentence.piece.start
    term = next((t for t in sentence.terms if t.group == "talks" and span.start <= t.start < span.end), None)
    if modality == "moved":
        if term is None:
            return
        for group, how in (("old", "cancelled"), ("new", "planned")):
            part = Span(base + m.start(group), base + m.end(group))
            when = _when(analysis, sentence, part, how, Anchor(None, None, ""))
            whole = trimmed(analysis.reading.text, *part) if how == "cancelled" and when else span
            if when is not None or how == "planned":
                yield _made(analysis, sentence, (rule.id, how, term.concept), whole, when)
        return
    how = "superseded" if rule.gives.get("past") else modality  # was to be signed on Saturday: the last one
    when = _when(analysis, sentence, span, how, Anchor(None, None, ""))
    yield _made(analysis, sentence, (rule.id, modality, noun), span, when)


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
    concept = (
        "cancelled" if modality in ("cancelled", "superseded") else anchor.predicate.concept if anchor.predicate else ""
    )
    fitting = [r.id for r in frames if concept in r.verbs]
    return (fitting or [r.id for r in frames if not r.verbs] or [kind])[0]


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
        if not _is_in_noun(analysis, p, terms)
        and ((p.concept in MEETING_VERBS and not p.is_noun) or _is_awaited(analysis, sentence, p))
    ]
    return (
        verbal
        + [_nominal(analysis, sentence, t, predicates) for t in terms]
        + [Anchor(None, p, "") for p in verbs if p.concept in AGREEING and _has_city(analysis, sentence, p)]
    )


def _has_city(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether a clause says in which city its subject acted."""
    text = analysis.reading.text
    return any(
        predicate.clause.start <= c.start < predicate.clause.end
        and re.search(r"(?:\b(?:[Ii]n|[Aa]t|tại|ở)\s|在)$", text[max(0, c.start - 4) : c.start])
        for c in sentence.cities
    )


def _is_in_noun(analysis: Analysis, predicate: Predicate, terms: list[Term]) -> bool:
    """Whether a verb of going belongs to a visit named before it, in a language that has one word for both."""
    if analysis.reading.language == "en" or predicate.concept != "visit":
        return False
    return any(
        t.concept == "visit" and 0 <= predicate.start - t.start < 48 and predicate.clause.start <= t.start
        for t in terms
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
    text = analysis.reading.text
    verbs = [p for p in predicates if not p.is_noun and p.concept in FRAMES]
    undone = [p for p in verbs if p.concept in UNMADE and p.start >= term.end and p.clause.start <= term.start]
    if analysis.reading.language != "en" and undone:
        return Anchor(term, undone[0], "")
    for p in verbs:
        is_undone = p.voice == "passive" and p.concept in UNMADE  # what it undoes stands before it
        if p.object.start <= term.start < p.object.end and not is_undone:
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
            start = min(p.subject.start, p.clause.start)
            if analysis.reading.language == "en" and re.search(WITHIN, text[max(0, start - 14) : start], re.I):
                continue
            before = LENGTH.sub("", text[start : term.start])
            if preposition(before, analysis.reading.language) in ("", "of", "for", "in", "on") and not _is_later_noun(
                before
            ):
                subject_of.append(p)
    if subject_of:
        return Anchor(term, max(subject_of, key=lambda p: (p.concept in UNMADE or _is_off(text, p), -p.start)), "")
    before = LENGTH.sub("", text[sentence.piece.start : term.start])
    return Anchor(term, None, preposition(before, analysis.reading.language))


def _is_off(text: str, predicate: Predicate) -> bool:
    """Whether a copula says that a meeting will not be: the trip is off."""
    words = text[predicate.object.start : predicate.object.end].strip(" .,").lower()
    off = tuple(vocabulary("en").marks["cancelled_complements"])
    return predicate.concept in ("be", "remain") and words.startswith(off)


LENGTH = re.compile(
    r"(?:(?!after|at|in|during|following|since|before)[\w-]+\s){0,3}"
    r"(?:days?|hours?|weekend|weeks?|nights?|evening|morning|series|minutes)\sof\s(?:[\w-]+\s){0,2}$", re.I,
)  # fmt: skip
WITHIN = r"\b(?:after|during|following|since|at|in|before)\s(?:the |a |an )?$"


def _is_later_noun(before: str) -> bool:
    """Whether a phrase has its head before the noun: the chairman of the meeting, but not two days of talks."""
    before = LENGTH.sub("", before)
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
    modality = _by_date(analysis, sentence, reach, modality, anchor)
    when = _when(analysis, sentence, reach, modality, anchor)
    if city is None and modality == "held" and anchor.predicate is not None and not sentence.cities:
        city, country = _of_dateline(analysis, sentence, when)
    noun = anchor.term.concept if anchor.term else anchor.predicate.concept if anchor.predicate else "meeting"
    way = _rule_of(anchor, modality)
    ordinal = _ordinal(text, vocabulary(analysis.reading.language).marks)
    return Event(
        sentence,
        span,
        noun,
        modality,
        city,
        country,
        when,
        persons,
        sides,
        ordinal,
        anchor.predicate,
        way,
        anchor.preposition,
    )


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
    text = analysis.reading.text[predicate.clause.start : predicate.clause.end]
    group = re.search(vocabulary(analysis.reading.language).marks["groups"], text, re.I)
    if predicate.concept in AGREEING:
        return city is not None and (len(set(sides)) > 1 or len(persons) > 1 or group is not None)
    if predicate.concept == "invite":
        return bool(persons) and (city is not None or len(sides) > 1)
    if predicate.concept == "visit" or _is_awaited(analysis, sentence, predicate):
        names_place = vocabulary(analysis.reading.language).marks.get("visits", "(?!)")
        goes = bool(re.fullmatch(names_place, predicate.verb)) or _has_far_place(analysis, sentence, predicate)
        goes = (
            goes
            or city is not None
            or any(predicate.object.start <= m.start < predicate.object.end for m in sentence.sides)
        )
        is_he = predicate.subject and re.match(
            r"(?:he|she|I|we|they)\b", analysis.reading.text[predicate.subject.start :][:5], re.I
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
    subject = analysis.reading.text[predicate.subject.start : predicate.subject.end] if predicate.subject else ""
    is_own = re.fullmatch(r"(?:I|we|they|he|she|it)", subject.strip(' "“'), re.I) is not None
    if is_own and not meets_goal and (len(persons) > 1 or city):
        return predicate.tense != "present" or bool(persons)
    return not meets_goal and bool(len(persons) > 1 or group or (persons and len(sides) > 1) or (len(sides) > 1))


LEAD = re.compile(r"(?:Tại|Ở|Sau|Cũng|Hôm|Ngày|Tối|Sáng|Chiều|Trưa|In|At|On|After|During)\s[^,;.:]{3,60},\s?")


def _carried_on(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> int:
    """The end of the clauses that go on with the same subject: 赴美，同…会谈."""
    end = predicate.clause.end
    for p in analysis.predicates[sentence.number][predicate.number + 1 :] if analysis.reading.language == "zh" else ():
        opens = analysis.reading.text[p.clause.start : p.clause.start + 1] in "同与和并"
        if p.clause.start - end in (0, 1) and opens and p.concept in ("meet", "hold", "speak", "attend"):
            end = p.clause.end
    return end


def _has_far_place(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether a journey on a day goes to a place that no list of cities holds: flies to Florida on Friday."""
    words = analysis.reading.text[predicate.object.start : predicate.object.end]
    goes = re.match(r"\s(?:(?:back|on|home) )?(?:to |for |in )?(?:the )?[A-Z]\w+", words)
    has_day = any(predicate.object.start <= e.start < predicate.object.end for e in sentence.times)
    return bool(goes) and has_day and analysis.reading.language == "en"


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
    is_unmade = predicate.concept in UNMADE and predicate.verb not in ENDED
    if term is not None and (is_dropped or is_unmade):
        return "cancelled" if value in ("asserted", "planned", "agreed") else None
    words = analysis.reading.text[predicate.object.start : predicate.object.end][:22].strip(" .,").lower()
    if predicate.concept in ("be", "remain") and term is not None:
        return "cancelled" if _is_off(analysis.reading.text, predicate) else _of_copula(predicate, value, words)
    if predicate.concept in ("propose", "consider", "ask", "negotiate") and term is not None:
        return "proposed" if value not in ("negated", "denied") and predicate.concept != "negotiate" else None
    is_any = term is not None and re.search(r"\b(?:a|an|any)\s(?:\w+\s)?$", _before(analysis, term))
    if value == "negated" and is_any:
        return "negated"
    is_meant = predicate.modal in ("will", "shall", "would") and (
        term or predicate.concept in ("visit", "meet", "speak")
    )
    if value == "negated" and (is_meant or _was_due(analysis, predicate)) and not _any_object(analysis, predicate):
        return "cancelled"
    if value == "asserted" and predicate.tense == "present" and _is_dated_past(analysis, sentence):
        return "held"
    words = analysis.reading.text[predicate.start : predicate.object.end]
    if term is None and re.match(
        r"(?:was|were|has been|had been|have been) (?:last |back |also )?(?:in|to|at) (?!be\b|have\b)", words
    ):
        return "held" if _is_awaited(analysis, sentence, predicate) and not predicate.negated else value
    if predicate.concept == "confirm" and value in ("possible", "question", "conditional"):
        return None
    if predicate.concept == "be" and term is None:
        is_past = value == "asserted" or (predicate.tense in ("past", "perfect") and value != "negated")
        return "held" if is_past else "planned" if value == "planned" else None
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
    if value == "would" and predicate.governor is not None:
        return "planned"
    return "planned" if value == "asserted" else value


def _was_due(analysis: Analysis, predicate: Predicate) -> bool:
    """Whether what did not take place had been planned."""
    subject = predicate.subject
    words = analysis.reading.text[subject.start : subject.end] if subject else ""
    return bool(re.search(r"\b(?:planned|scheduled|expected|pencilled in|set for|due|arranged)\b", words))


def _any_object(analysis: Analysis, predicate: Predicate) -> bool:
    words = analysis.reading.text[predicate.object.start : predicate.object.end]
    return (
        bool(re.match(r"\s(?:any|a|an|no|the (?:demand|need|deadline|target)\w*)\b", words))
        and predicate.concept == "meet"
    )


def _is_dated_past(analysis: Analysis, sentence: Sentence) -> bool:
    """Whether a line of a chronology opens with a day gone by: its present tense tells what happened."""
    for expr in _heading(analysis, sentence).times:
        when = analysis.reading.when(expr, "past", sentence.number)
        return when is not None and when.iso <= (analysis.reading.anchor or "")
    return False


def _before(analysis: Analysis, term: Term) -> str:
    return analysis.reading.text[max(0, term.start - 30) : term.start]


def _is_unsaid(analysis: Analysis, sentence: Sentence, term: Term) -> bool:
    """Whether the only verb behind a noun is negated, in a language without frames."""
    behind = [p for p in analysis.predicates[sentence.number] if p.clause.start <= term.start < p.start]
    return analysis.reading.language != "en" and bool(behind) and all(p.negated for p in behind)


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
    before = analysis.reading.text[max(0, anchor.term.start - 40) : anchor.term.start].lower()
    lead = analysis.reading.text[sentence.piece.start : anchor.term.start]
    if analysis.reading.language == "zh" and re.search("原(?:[定订拟本]|计划)", lead):
        return "superseded"
    if _is_negative(analysis, anchor.term) or _is_unsaid(analysis, sentence, anchor.term):
        return None
    if re.search(
        r"\b(?:next|upcoming|coming|planned|future|forthcoming|possible|proposed|ahead of|further|new)\b", before
    ):
        return "planned" if re.search(r"\b(?:next|upcoming|coming|planned|forthcoming|ahead of)\b", before) else None
    main = next((p for p in analysis.predicates[sentence.number] if p.is_finite), None)
    if anchor.preposition == "for" and main is not None and main.tense in ("past", "perfect"):
        return None
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
    inside = [n for n in sentence.people if span.start <= n.start < span.end and n.name]
    persons = [n.name for n in inside]
    sides = [n.side for n in inside] + [m.side for m in sentence.sides if span.start <= m.start < span.end]
    if predicate is None and not persons:
        clause = sentence.clause_at(span.start)
        persons = [n.name for n in sentence.people if clause.start <= n.start < clause.end and n.name]
    if predicate is not None:
        subject = analysis.actor(sentence, predicate)
        words = analysis.reading.text[predicate.subject.start : predicate.subject.end] if predicate.subject else ""
        if re.fullmatch(r"(?:the two|they|both)(?: (?:men|women|leaders|presidents|ministers))?", words.strip(), re.I):
            persons = persons if persons else [*_last_two(analysis, sentence)]
        elif subject.person and subject.person not in persons and predicate.voice == "active":
            persons.insert(0, subject.person)
        sides = [*subject.sides, *sides]
        if predicate.opener in ("who", "whom"):
            whose = [n for n in sentence.people if n.name and 0 <= span.start - n.end < 4]
            persons = [*(n.name for n in whose), *persons]
            sides = [*(n.side for n in whose), *sides]
        if re.match(r"I\b", words.strip(' "“')) or re.search(
            r"\bmyself\b", analysis.reading.text[span.start : span.end]
        ):
            speaker = analysis.by_at(sentence, span.start).name
            persons = [speaker, *persons] if speaker and speaker not in persons else persons
        persons = [*_by_office(analysis, span), *persons]
    return tuple(dict.fromkeys(persons)), tuple(dict.fromkeys(s for s in sides if s))


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
    reading = analysis.reading
    is_held = modality == "held"
    is_undone = modality in ("cancelled", "superseded")
    times = [e for e in sentence.times if span.start <= e.start < span.end or 0 <= span.start - e.end < 4]
    if not times and is_held and anchor.predicate is None and anchor.preposition in ("after", "at", "in", "during"):
        clause = sentence.clause_at(span.start)
        times = [e for e in sentence.times if clause.start <= e.start < clause.end and e.get("w1")]
    text = reading.text
    opening = [e for e in sentence.times if e.start - sentence.piece.start < 4 and e.get("w1")]
    if not times and is_held and sentence.clause_at(span.start).start - sentence.piece.start < 4:
        times = opening
    times = [e for e in times if not LIMIT.search(text[max(0, e.start - 8) : e.start + 6])]
    verb = anchor.predicate.start if anchor.predicate else 0
    times = sorted(times, key=lambda e: (e.start < verb) != is_undone)  # the day given up stands before the verb
    for expr in times or _heading(analysis, sentence).times:
        is_open = modality == "neutral" or (is_undone and not expr.get("w1"))
        is_past = is_held or (modality == "superseded" and analysis.reading.language == "en")  # was to meet on Monday
        tense = "past" if is_past else None if is_open else "future"
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
