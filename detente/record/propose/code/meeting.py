"""Meetings held and meetings planned: rounds of talks, calls, visits and summits."""

from __future__ import annotations

import re
from typing import Any

from detente.record import people
from detente.record.propose.code.events import Event, events
from detente.record.propose.code.rules import Draft, rules
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate

NOT_HELD = ("negated", "denied", "question")
OPEN = ("possible", "hoped", "conditional", "considered", "proposed", "expected")
ANOTHER = r"\b(?:another|a new|next|a further|a second|a third|a fourth|a fifth|follow-up) (?:\w+ ){0,2}(?:rounds?|meetings?|sessions?|talks|calls?|summits?|visit)|\b(?:soon|shortly|at once|in the coming (?:days|weeks|months)|within (?:\w+ )?(?:days|weeks|months|a (?:week|month|fortnight))|next (?:week|month|year)|in (?:a few|several) (?:days|weeks))\b|as soon as possible|再见面|再次会|未来(?:几|数)|尽快|再谈|新一轮|下一轮|下一次|vòng (?:tiếp theo|mới)"
BOTH = r"\b(?:both|the two) (?:sides|countries|capitals|governments|parties|teams|delegations)\b[^.;:,]{0,20}\b(?:agreed|confirm(?:ed)?|announced?)\b|双方(?:商定|同意|约定|确认|均确认|宣布)|hai bên (?:\w+ )?(?:nhất trí|xác nhận|thống nhất)|được hai bên"
CONFIRM = r"(?:Both|The two) (?:sides|governments|capitals|parties) (?:have )?(?:confirm|agree|announc)|双方(?:均|都)?(?:已)?(?:确认|证实)|Hai bên (?:đã |cùng )*xác nhận|(?:Cả )?hai bên (?:đã |cùng )*xác nhận"
MAYBE = re.compile(r"\b(?:expected|likely|possibl[ey]|may|might|could|if)\b|dự kiến|可能")
LABEL = r"(?:[*•–-]\s)?[\w.’' ]{2,30}[:：]\s"
GATHERINGS = ("meet", "visit", "hold", "attend", "conclude", "invite")  # verbs that make a meeting of one named person
SHOWN = frozenset(r.id for kind in ("meeting", "planned_meeting") for r in rules(kind) if r.pattern)
FELL = re.compile(
    r"\bbut\b|did not|never|instead|should have|(?:was|were) (?:to have \w+|supposed to)\b|will now|regrets|postpon|cancel|scrapp|put off|不会|不再|取消|推迟|未能|没有|延后|改期|重新安排|hủy|hoãn|không diễn ra|dời"
)
UNHELD = re.compile(
    r"[^;:.]{0,60}?\b(?:(?:will|did|could|would|has|have|shall) not (?:now |therefore )?(?:proceed|go ahead|take place|taken place|be held"
    r"|happen|happened|materiali[sz]e|be kept)|(?:has|have|had|was|were) (?:been )?(?:called off|cancell?ed|scrapped|dropped|abandoned"
    r"|shelved))\b"
)
TAKEN_UP = re.compile(
    r"(?:It|That|This|The (?:meeting|session|visit|trip|round|call|summit)) (?:has been|had been|was|is) (?:now |since )?"
    r"(?:put off|postponed|called off|cancell?ed|delayed|scrapped|dropped|abandoned)\b"
)
REPORTS = frozenset(["announce", "say", "confirm"])


def find(analysis: Analysis) -> list[Draft]:
    """The meetings and planned meetings of a document."""
    drafts = []
    for event in events(analysis):
        draft = _held(analysis, event) if event.modality == "held" else _planned(analysis, event)
        if draft:
            drafts.append(draft)
    return drafts


def _held(analysis: Analysis, event: Event) -> Draft | None:
    """A meeting that took place; without place, day, number or persons it is none, nor is a heading with a number alone."""
    is_heading = event.predicate is None and not any(p.is_finite for p in analysis.predicates[event.sentence.number])
    if not _bears(event) or (is_heading and event.when is None and event.city is None and not event.persons):
        return None
    value: dict[str, Any] = {"city": event.city} if event.city else {}
    if event.is_call:
        value = {"mode_of_contact": "call"}
    value |= _days(event) | _known(event)
    return Draft("meeting", *event.span, value, _date(event), rule=event.rule, confidence=0.6)


def _bears(event: Event) -> bool:
    """Whether enough is known of an event to be a meeting."""
    if event.predicate is None and event.rule in SHOWN:
        return True
    way = event.predicate.concept if event.predicate else ""
    if way in ("", "start") and event.rule not in SHOWN and not event.is_call:
        return _bears_loosely(event, way)
    if event.city is not None or event.when is not None or event.ordinal is not None:
        return True
    enough = 1 if event.is_call or way in GATHERINGS else 2
    return len(event.persons) >= enough and (enough == 1 or event.predicate is not None)


def _bears_loosely(event: Event, way: str) -> bool:
    """Whether a noun alone has a number, several persons, or a place or day that belongs to it."""
    if event.ordinal is not None or len(event.persons) > 1:
        return True
    has_place = event.city is not None and (event.when or way == "start" or event.preposition)
    return bool(has_place) or (event.when is not None and bool(event.preposition))


def _days(event: Event) -> dict[str, Any]:
    """The first and last day of a meeting."""
    if event.when is None:
        return {}
    if event.when.last:
        return {"start": event.when.iso, "end": event.when.last}
    is_end = event.predicate is not None and event.predicate.concept in ("conclude", "end") and _follows(event)
    return {"end" if is_end else "start": event.when.iso}


def _follows(event: Event) -> bool:
    """Whether the day stands behind the verb: ended on Friday, not the round of Friday ended."""
    if event.predicate is None or event.when is None:
        return False
    return event.when.expr.start >= event.predicate.end or not event.predicate.verb.isascii()


def _planned(analysis: Analysis, event: Event) -> Draft | None:
    if event.modality in NOT_HELD:
        return None
    status = _status(analysis, event)
    if status is None:
        return None
    value: dict[str, Any] = {"event": _name(event), "status": status}
    if event.persons:
        value["participants"] = list(event.persons)
    if event.when:
        value["date"] = event.when.span
    if event.city:
        value["city"] = event.city
    return Draft("planned_meeting", *event.span, value, _date(event), rule=event.rule, confidence=0.55)


def _status(analysis: Analysis, event: Event) -> str | None:
    """possible, scheduled, announced_one_side, confirmed_both or cancelled; None where nothing is planned."""
    text = analysis.reading.text[event.span.start : event.span.end]
    if event.modality == "cancelled" and event.noun == "talks" and not (event.when or event.city):
        return None  # talks broken off are a stage
    if event.modality in ("cancelled", "suspended") or (
        event.modality == "superseded" and _fell_through(analysis, event)
    ):
        return "cancelled"
    if not _is_plan(event, text):
        return None
    if event.predicate is not None and event.predicate.concept == "schedule" and _is_unheld(analysis, event):
        return "cancelled"
    return "possible" if event.modality in OPEN or MAYBE.search(text) else _announced(analysis, event)


def _is_unheld(analysis: Analysis, event: Event) -> bool:
    """Whether the sentence says, right behind what was set for a day, that it was not or will not be."""
    return UNHELD.match(analysis.reading.text, event.span.end, event.sentence.piece.end) is not None


def _is_plan(event: Event, text: str) -> bool:
    """Whether enough is known of a plan: a day, a place, who, which round, or that it is another."""
    if event.rule in SHOWN or event.when or event.city:
        return True
    if event.predicate is None:
        return False
    are_sides = len(event.sides) > 1 and event.noun != "meet"
    return bool(event.persons or event.ordinal or are_sides or re.search(ANOTHER, text, re.I))


def _announced(analysis: Analysis, event: Event) -> str:
    """Who announced it: both, one side, or nobody named."""
    reading, sentence = analysis.reading, event.sentence
    by = analysis.attribution.by_at(sentence, event.span.end - 1)
    if by.side == "joint" or _is_of_both(analysis, event):
        return "confirmed_both"
    is_aside = event.predicate is not None and event.predicate.opener in ("who", "which", "whom")
    sides = [] if is_aside else _announcers(analysis, event)
    if sides:
        return "confirmed_both" if len(sides) > 1 else "announced_one_side"
    is_carried = by.mode == "reported" and not analysis.attribution.within(sentence)
    is_theirs = not is_carried or reading.official or re.match(LABEL, _line(analysis, event))
    return "scheduled" if by.side in ("press", None) or is_aside or not is_theirs else "announced_one_side"


def _is_of_both(analysis: Analysis, event: Event) -> bool:
    """Whether both sides agreed or said it."""
    if analysis.reading.author == "joint" or event.modality == "agreed":
        return True
    return bool(re.search(BOTH, event.sentence.piece.text, re.I)) or _both_confirm(analysis, event)


def _announcers(analysis: Analysis, event: Event) -> list[str]:
    """The sides that a verb of saying in the sentence names as those who reported the event."""
    for predicate in analysis.predicates[event.sentence.number]:
        if predicate.concept in REPORTS and predicate is not event.predicate and _covers(predicate, event):
            sides = [s for s in analysis.actor(event.sentence, predicate).sides if s not in ("press", "joint")]
            if sides:
                return sides
    return []


def _line(analysis: Analysis, event: Event) -> str:
    return analysis.reading.line_of(event.sentence)[0].piece.text


def _both_confirm(analysis: Analysis, event: Event) -> bool:
    """Whether the next sentence says that both sides confirm it."""
    following = analysis.reading.sentences[event.sentence.number + 1 : event.sentence.number + 2]
    return any(re.match(CONFIRM, s.piece.text) for s in following)


def _fell_through(analysis: Analysis, event: Event) -> bool:
    """Whether the text goes on to say that what was to be was not: was to meet, but did not; was to begin. It was put off."""
    following = analysis.reading.sentences[event.sentence.number + 1 : event.sentence.number + 2]
    if event.modality in ("superseded", "planned") and any(TAKEN_UP.match(s.piece.text) for s in following):
        return True
    return event.modality == "superseded" and FELL.search(event.sentence.piece.text) is not None


def _covers(report: Predicate, event: Event) -> bool:
    """Whether a verb of saying reports the event: it governs it, or stands behind it at the end of the sentence."""
    governed = event.predicate is not None and event.predicate.governor == report.number
    around = report.object.start <= event.span.start < report.clause.end or report.end <= event.span.start
    return governed or report.start >= event.span.end or around


def _known(event: Event) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if event.persons:
        value["participants"] = list(event.persons)
    if len(event.sides) > 1:
        value["parties"] = sorted(set(event.sides))
    if event.ordinal:
        value["ordinal"] = event.ordinal
    if event.country and event.city:
        value["country"] = event.country
    return value


def _date(event: Event) -> tuple[str | None, str | None]:
    return (event.when.span, event.when.expr.words) if event.when else (None, None)


def _surname(name: str) -> str:
    """What a listed person is called by alone, else the last word of a name."""
    listed = people.person(name)
    is_family = listed is not None and not people.naming(listed.side).own_reading
    return listed.surname if listed and is_family else people.without_suffix(name.split())[-1]


def _name(event: Event) -> str:
    who = "-".join(map(_surname, event.persons))
    noun = {"meet": "meeting", "agree": "meeting", "negotiate": "talks", "speak": "call", "visit": "visit"}.get(
        event.noun, event.noun
    )
    return f"{who} {noun}".strip() + (f" in {event.city}" if event.city else "")
