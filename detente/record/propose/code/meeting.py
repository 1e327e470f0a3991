"""Meetings held and meetings planned: rounds of talks, calls, visits and summits."""

from __future__ import annotations

import re
from typing import Any

from detente.record.propose.code.events import Event, events
from detente.record.propose.code.rules import Draft
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate

NOT_HELD = ("negated", "denied", "question")
OPEN = ("possible", "hoped", "conditional", "considered", "proposed", "expected")
ANOTHER = r"\b(?:another|a new|next|a further|a second|a third|a fourth|a fifth|follow-up) (?:\w+ ){0,2}(?:rounds?|meetings?|sessions?|talks|calls?|summits?|visit)|再谈|新一轮|下一轮|下一次|vòng (?:tiếp theo|mới)"
AGREED = r"\b(?:agreed|confirmed|announced)\b|商定|同意|一致|nhất trí|xác nhận"
GATHERINGS = ("meet", "visit", "hold", "attend", "conclude", "invite")  # verbs that make a meeting of one named person
REPORTS = frozenset(["announce", "say", "confirm"])


def find(analysis: Analysis) -> list[Draft]:
    """The meetings and planned meetings of a document."""
    drafts = []
    for event in events(analysis):
        draft = _held(event) if event.modality == "held" else _planned(analysis, event)
        if draft:
            drafts.append(draft)
    return drafts


def _held(event: Event) -> Draft | None:
    """A meeting that took place; without place, day, number or persons it is none."""
    borne: list[object] = [
        event.city,
        event.when,
        event.ordinal,
        (event.predicate is not None and len(event.persons) > 1) or None,
    ]
    if event.is_call or (event.predicate is not None and event.way in GATHERINGS):
        borne.append(event.persons or None)
    if all(x is None or x == () for x in borne):
        return None
    value: dict[str, Any] = {"city": event.city} if event.city else {}
    if event.is_call:
        value = {"mode_of_contact": "call"}
    if event.when:
        is_end = event.way in ("conclude", "end") and not event.when.last and _follows(event)
        value |= {"end" if is_end else "start": event.when.iso}
        if event.when.last:
            value["end"] = event.when.last
    value |= _known(event)
    return Draft("meeting", *event.span, value, _date(event), rule=f"meeting.{_way(event)}", confidence=0.6)


def _follows(event: Event) -> bool:
    """Whether the day stands behind the verb: ended on Friday, not the round of Friday ended."""
    return event.predicate is not None and event.when is not None and event.when.expr.start >= event.predicate.end


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
    rule = f"planned_meeting.{'cancelled' if status == 'cancelled' else _way(event)}"
    return Draft("planned_meeting", *event.span, value, _date(event), rule=rule, confidence=0.55)


def _status(analysis: Analysis, event: Event) -> str | None:
    """possible, scheduled, announced_one_side, confirmed_both or cancelled; None where nothing is planned."""
    text = analysis.reading.text[event.span.start : event.span.end]
    if event.modality == "cancelled" and event.noun == "talks" and not (event.when or event.city):
        return None  # talks broken off are a stage
    if event.modality in ("cancelled", "suspended") or (event.modality == "superseded" and _fell_through(event)):
        return "cancelled"
    if event.predicate is None and not (event.when or event.city):
        return None
    is_named = bool(event.persons or event.city or event.when or event.ordinal or len(event.sides) > 1)
    if not is_named and not re.search(ANOTHER, text, re.I):
        return None
    if event.modality in OPEN or re.search(
        r"\b(?:expected|likely|possibl[ey]|may|might|could|if)\b|dự kiến|可能", text
    ):
        return "possible"
    return _announced(analysis, event)


def _announced(analysis: Analysis, event: Event) -> str:
    """Who announced it: both, one side, or nobody named."""
    reading, sentence = analysis.reading, event.sentence
    if reading.author == "joint":
        return "confirmed_both"
    if (
        event.modality == "agreed"
        or re.search(r"\b(?:both|the two) (?:sides|countries|capitals)\b", sentence.piece.text)
    ) and re.search(r"\b(?:agreed|confirmed|announced)\b", sentence.piece.text):
        return "confirmed_both"
    by = analysis.attribution.by_at(sentence, event.span.end - 1)
    if by.side == "joint":
        return "confirmed_both"
    for predicate in analysis.predicates[sentence.number]:
        if predicate.concept in REPORTS and predicate is not event.predicate and _covers(predicate, event):
            sides = [s for s in analysis.actor(sentence, predicate).sides if s not in ("press", "joint")]
            if sides:
                return "confirmed_both" if len(sides) > 1 else "announced_one_side"
    return "scheduled" if by.side in ("press", None) else "announced_one_side"


def _fell_through(event: Event) -> bool:
    """Whether the sentence goes on to say that what was to be was not: was to meet, but did not."""
    return bool(
        re.search(r"\bbut\b|did not|never|instead|should have|postpon|cancel|scrapp|put off", event.sentence.piece.text)
    )


def _covers(report: Predicate, event: Event) -> bool:
    """Whether a verb of saying reports the event: it governs it, or stands behind it at the end of the sentence."""
    governed = event.predicate is not None and event.predicate.governor == report.number
    around = report.object.start <= event.span.start < report.clause.end or report.end <= event.span.start
    return governed or report.start >= event.span.end or (around and event.span.start - report.end < 80)


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


def _way(event: Event) -> str:
    return event.way


def _name(event: Event) -> str:
    who = "-".join(name.split()[-1] for name in event.persons)
    noun = {"meet": "meeting", "speak": "call", "visit": "visit"}.get(event.noun, event.noun)
    return f"{who} {noun}".strip() + (f" in {event.city}" if event.city else "")
