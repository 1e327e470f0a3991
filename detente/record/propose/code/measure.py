"""Measures: who does what to whose goods, at which rate, in which state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from detente.record.propose.annotate.amounts import money
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.code import elliptic, tables
from detente.record.propose.code.policy import Act, acts, hangs, is_condition, is_denied, rate_of
from detente.record.propose.code.roles import Imposers, Roles
from detente.record.propose.code.rules import Draft
from detente.record.propose.relate.analysis import Analysis

LATER = ("planned", "would", "agreed", "expected")
BEGINS = re.compile(
    r"\b(?:from|effective|starting(?: on)?|beginning|as of|with effect from|on|in force|từ(?: ngày)?|kể từ)\s(?:the\s)?$|[自从]$",
    re.I,
)
ENDS = re.compile(
    r"(?:\buntil|\btill|\bsince|\bthrough|\bbefore|\bof|\bby|\bannounced on|\bexpires? on|\bafter|\bto|đến|tới|hết|至|到|于)\s?(?:the\s)?$"
)
PURPOSE = re.compile(
    r"\b(?:aim|goal|idea|hope|purpose|task|point|wish|demand|ambition|target|question|plan|priority|condition)s?\b\s*$",
    re.I,
)
QUANTITY = re.compile(
    r"[$€£¥]\s?\d|\d[\d,.]*\s?(?:billion|bn|million|m\b|tonnes?|tons?|metric|MMT|aircraft|planes|jets|barrels|cargoes|litres|bushels)|\bbillions?\b|\d\s?(?:亿|万吨|架)|tỷ|triệu tấn", re.I,
)  # fmt: skip


def find(analysis: Analysis) -> list[Draft]:
    """The measures of a document in reading order, one for each pair of sides and rate."""
    ledger = Imposers(analysis)
    drafts: list[Draft] = []
    happened = [(act, status) for act in acts(analysis, "measure") if (status := _status(analysis, act))]
    for act, _ in happened:
        ledger.learn(act)
    for act, status in happened:
        for roles in ledger.roles(act):
            if roles.imposer or (roles.target and act.type == "tariff"):
                ledger.note(act, roles)
                drafts += _drafts(analysis.reading, act, roles, status)
    rows = [d for d in tables.find(analysis, ledger) if d.kind == "measure"]
    return drafts + elliptic.find(analysis, ledger, drafts) + rows


def _status(analysis: Analysis, act: Act) -> str | None:
    """What state the act puts the measure in; None where it says nothing has happened."""
    reading = analysis.reading
    gives, words = act.rule.gives, reading.text[act.start : act.end]
    if gives.get("needs") == "quantity" and act.modality not in LATER and not QUANTITY.search(words):
        return None
    if gives.get("needs") == "amount" and not QUANTITY.search(words):
        return None
    if hangs(analysis, act) or is_condition(analysis, act) or is_denied(analysis, act) or _is_share(act):
        return None
    subject = act.predicate.subject
    if subject and PURPOSE.search(reading.text[subject.start : subject.end]):
        return None
    status = gives["status"]
    later = gives.get("later", status)
    when = day(reading, act)[0]
    begins = when and reading.anchor and len(when) == 10 and _begins(reading, act)
    today = str(reading.anchor)[:10]
    if begins and when:
        return str(later if when > today or (when == today and act.modality in LATER) else status)
    comes = act.predicate.is_finite and words[: act.predicate.end - act.start].rstrip().endswith("ing")
    return str(later if act.modality in LATER or comes else status)


def _is_share(act: Act) -> bool:
    """Whether the percentage beside the noun is a part of something else: paid 11 percent of its turnover in duties."""
    p = act.predicate
    shares = [
        r for r in act.sentence.rates if r.of == "share" and p.end <= r.start and act.term and r.start < act.term.start
    ]
    return bool(shares) and p.concept == "face"


def _begins(reading: Reading, act: Act) -> bool:
    return any(
        BEGINS.search(_lead(reading, act.sentence, e.start))
        for e in act.sentence.within("times", act.sentence.clause_at(act.start).start, act.end + 60)
    )


def _lead(reading: Reading, sentence: Sentence, place: int) -> str:
    return reading.text[max(sentence.piece.start, place - 18) : place]


def day(reading: Reading, act: Act) -> tuple[str | None, str | None]:
    """The day an act is of, and its words; not one until which, since which or through which something holds."""
    begin = act.start if reading.language == "en" else max(act.sentence.piece.start, act.start - 30)
    later = act.sentence.within("times", begin, act.sentence.piece.end)
    times = sorted(
        [
            e
            for e in later
            if e.start < act.end + 3
            or (BEGINS.search(_lead(reading, act.sentence, e.start)) and e.start < act.end + 30)
        ],
        key=lambda e: not BEGINS.search(_lead(reading, act.sentence, e.start)),
    )
    for e in times:
        lead = _lead(reading, act.sentence, e.start)
        if ENDS.search(lead) and not BEGINS.search(lead):
            continue
        future = act.modality in (
            *LATER,
            "conditional",
            "threatened",
            "possible",
            "considered",
            "proposed",
            "superseded",
        )
        when = reading.when(
            e,
            "future" if future and e.start > act.predicate.start else "past" if e.get("w1") else None,
            act.sentence.number,
        )
        if when:
            return when.iso, e.words
    return None, None


def _drafts(reading: Reading, act: Act, roles: Roles, status: str) -> Iterator[Draft]:
    value: dict[str, Any] = {"type": act.type, "imposer": roles.imposer, "target": roles.target, "status": status}
    value |= money(reading.text[act.start : act.end])
    when = day(reading, act)
    if when[0] and len(when[0]) == 10 and (act.predicate.concept == "begin_effect" or _begins(reading, act)):
        value["legal_from"] = when[0]
    rates = rate_of(reading, act) if act.type in ("tariff", "fee", "exemption") else []
    confidence = 0.75 if roles.sure else 0.45 if roles.imposer else 0.4
    first = Draft("measure", act.start, act.end, value, when, (), confidence, rule=act.rule.id)
    if not rates:
        yield first
        return
    for rate in (r for r in act.sentence.rates if r.of == "beside" and r.end <= act.start):
        yield replace(first, start=rate.start, value={**value, rate.key: rate.value, "status": "in_force"})
    for number, rate in enumerate(rates):
        apart = number and re.search(
            r"\b(?:and|in addition to|plus)\b|,", reading.text[rates[number - 1].end : rate.start]
        )
        if number and not (apart and reading.text[rate.end : rate.end + 14].strip()):
            continue
        start = rate.start if number else act.start
        yield Draft("measure", start, act.end, {**value, rate.key: rate.value}, when, (), confidence, rule=act.rule.id)
