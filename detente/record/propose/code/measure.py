"""Measures: who does what to whose goods, at which rate, in which state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from detente.record.propose.annotate.amounts import Rate, money
from detente.record.propose.annotate.dates import Expr
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.places import Mention
from detente.record.propose.annotate.words import vocabulary
from detente.record.propose.code import elliptic, tables
from detente.record.propose.code.policy import Act, acts, hangs, is_condition, is_denied, rate_of
from detente.record.propose.code.roles import Imposers, Roles
from detente.record.propose.code.rules import Draft
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.modality import of_subject

LATER = ("planned", "would", "agreed", "expected")
OPEN = (*LATER, "conditional", "threatened", "possible", "considered", "proposed", "superseded")
TO_BEGIN = (  # what begins on the day behind these words is yet to begin: to take effect Tuesday, coming into force on Monday
    r"effective(?: on)?|starting(?: on)?|beginning(?: on)?"
    r"|(?:tak(?:e|ing) effect|(?:com(?:e|ing)|go(?:ing)?|enter(?:ing)?) in(?:to)? (?:effect|force))(?: on)?"
)
TO_COME = re.compile(rf"\b(?:{TO_BEGIN})\s(?:the\s)?$", re.I)
EFFECTIVE = re.compile(
    rf"\b(?:from|{TO_BEGIN}|as of|with effect from|in force|từ(?: ngày)?|kể từ)\s(?:the\s)?$|[自从]$", re.I
)
ON = re.compile(r"\bon\s(?:the\s)?$", re.I)
NOT_ON = re.compile(r"\b(?:of|for|over|past|than|as|and|or|between|this|that|in|at)\s$", re.I)  # before a weekday
ENDS = re.compile(
    r"(?:\buntil|\btill|\bsince|\bthrough|\bbefore|\bof|\bby|\bannounced on|\bexpires? on|\bafter|\bto|đến|tới|hết|至|到|于)\s?(?:the\s)?$"
)
IN_PLACE = re.compile(r".*\bunder (?:discussion|review|way)\b", re.I | re.S)  # what is discussed may be there
PURPOSE = re.compile(
    r"\b(?:aim|goal|idea|hope|purpose|task|point|wish|demand|ambition|target|question|plan|priority|condition)s?\b\s*$",
    re.I,
)
QUANTITY = re.compile(
    r"[$€£¥]\s?\d|\d[\d,.]*\s?(?:billion|bn|million|m\b|tonnes?|tons?|metric|MMT|aircraft|planes|jets|barrels|cargoes|litres|bushels)|\bbillions?\b|\d\s?(?:亿|万吨|架)|tỷ|triệu tấn", re.I,
)  # fmt: skip


def find(analysis: Analysis) -> list[Draft]:
    """The measures of a document in reading order, one for each pair of sides and rate.

    One of a duty without anybody who takes it is among them: the model may complete it, see learned/suggest.py.
    """
    ledger = Imposers(analysis)
    happened = [(act, status) for act in acts(analysis, "measure") if (status := _status(analysis, act))]
    for act, _ in happened:
        ledger.learn(act)
    drafts: list[Draft] = []
    for act, status in happened:
        for roles in ledger.roles(act):
            if act.term or roles.imposer or (roles.target and act.type == "tariff"):
                ledger.note(act, roles)
                drafts += _drafts(analysis.reading, act, roles, status)
    cells = tables.find(analysis, ledger)
    rows = [d for d in cells if d.kind == "measure"]
    drafts += elliptic.find(analysis, ledger, drafts)
    return [*drafts, *rows, *tables.rated(analysis, [*drafts, *cells])]


def _status(analysis: Analysis, act: Act) -> str | None:
    """What state the act puts the measure in; None where it says nothing has happened."""
    if _lacks_amount(analysis.reading, act) or _is_no_fact(analysis, act):
        return None
    status = act.rule.gives["status"]
    return str(act.rule.gives.get("later", status) if _is_to_come(analysis, act) else status)


def _lacks_amount(reading: Reading, act: Act) -> bool:
    """Whether the rule asks for a quantity or an amount that the quote does not have."""
    asked = ("amount",) if act.modality in LATER else ("amount", "quantity")
    return act.rule.gives.get("needs") in asked and not QUANTITY.search(reading.text[act.start : act.end])


def _is_no_fact(analysis: Analysis, act: Act) -> bool:
    """Whether the act is conditional, denied, a purpose, or no act at all."""
    if hangs(analysis, act) or is_condition(analysis, act) or is_denied(analysis, act) or _is_share(act):
        return True
    if _is_an_idea(analysis, act):
        return True
    subject = act.predicate.subject
    return subject is not None and bool(PURPOSE.search(analysis.reading.text[subject.start : subject.end]))


def _is_an_idea(analysis: Analysis, act: Act) -> bool:
    """Whether "be" says of the measure that there is none yet: duties of 20 percent are under consideration, are likely."""
    p = act.predicate
    is_there = IN_PLACE.match(analysis.reading.text[p.start : p.object.end])
    return not is_there and bool(of_subject(p, act.sentence.piece, vocabulary(analysis.reading.language)))


def _is_to_come(analysis: Analysis, act: Act) -> bool:
    """Whether the measure begins after the day of the document."""
    reading = analysis.reading
    is_planned = act.modality in LATER
    when, today = day(reading, act)[0], str(reading.anchor)[:10]
    if when and reading.anchor and len(when) == 10 and _begins(reading, act):
        return when > today or (when == today and is_planned)
    words = reading.text[act.start : act.end][: act.predicate.end - act.start]
    return is_planned or (act.predicate.is_finite and words.rstrip().endswith("ing"))


def _is_share(act: Act) -> bool:
    """Whether the percentage beside the noun is a part of something else: paid 11 percent of its turnover in duties."""
    p = act.predicate
    shares = [
        r for r in act.sentence.rates if r.of == "share" and p.end <= r.start and act.term and r.start < act.term.start
    ]
    return bool(shares) and p.concept == "face"


def _begins(reading: Reading, act: Act) -> bool:
    start = act.sentence.clause_at(act.start).start
    start = start if reading.language == "en" else max(act.sentence.piece.start, min(start, act.start - 30))
    return any(_is_beginning(reading, act.sentence, e) for e in act.sentence.within("times", start, act.end + 60))


def _is_beginning(reading: Reading, sentence: Sentence, time: Expr) -> bool:
    """Whether something begins at a time, by the words before it or, in Chinese, behind it; on a weekday without any."""
    lead = _lead(reading, sentence, time.start)
    return _is_effective(reading, sentence, time) or bool(ON.search(lead)) or _is_bare_weekday(reading, time, lead)


def _is_effective(reading: Reading, sentence: Sentence, time: Expr) -> bool:
    """Whether the words beside a time say that something holds from then."""
    return reading.text[time.end : time.end + 1] == "起" or bool(EFFECTIVE.search(_lead(reading, sentence, time.start)))


def _is_bare_weekday(reading: Reading, time: Expr, lead: str) -> bool:
    """Whether a weekday stands without a preposition: raised the duty Thursday."""
    is_weekday = reading.language == "en" and time.get("w1") is not None and time.get("relday") != "last"
    return (
        is_weekday and lead[-1:] == " " and lead[-2:-1].isalnum() and not ENDS.search(lead) and not NOT_ON.search(lead)
    )


def _lead(reading: Reading, sentence: Sentence, place: int) -> str:
    return reading.text[max(sentence.piece.start, place - LEAD) : place]


def day(reading: Reading, act: Act) -> tuple[str | None, str | None]:
    """The day an act is of, and its words; not one until which, since which or through which something holds."""
    for e in _times(reading, act):
        lead = _lead(reading, act.sentence, e.start)
        if ENDS.search(lead) and not _is_beginning(reading, act.sentence, e):
            continue
        when = reading.when(e, _direction(reading, act, e), act.sentence.number)
        if when:
            return when.iso, e.words
    return None, None


def _times(reading: Reading, act: Act) -> list[Expr]:
    """The times in the quote of an act and close behind it: first those from which something holds, then on which it begins."""
    begin = act.start if reading.language == "en" else max(act.sentence.piece.start, act.start - 30)
    times = act.sentence.within("times", begin, act.sentence.piece.end)
    begins = [e for e in times if _is_beginning(reading, act.sentence, e)]
    begins.sort(key=lambda e: not _is_effective(reading, act.sentence, e))
    others = [e for e in times if e not in begins]
    return [e for e in begins if e.start < act.end + 30] + [e for e in others if e.start < act.end + 3]


def _direction(reading: Reading, act: Act, time: Expr) -> str | None:
    """Whether a time without a year lies ahead or behind."""
    is_head = time.start - act.sentence.piece.start < HEAD
    is_present = act.predicate.concept == "begin_effect" and act.predicate.tense == "present"
    is_to_begin = time.get("relday") != "last" and TO_COME.search(_lead(reading, act.sentence, time.start))
    begins = time.get("w1") is not None and (is_present or is_to_begin)  # kick in on Tuesday, starting Tuesday
    if (begins or act.modality in OPEN) and (time.start > act.predicate.start or is_head):
        return "future"
    return "past" if time.get("w1") else None


LEAD = 30  # characters before a time in which the words stand that say what it is of
HEAD = 6  # characters before a time that heads its sentence: On Thursday, the duties are to rise


def _drafts(reading: Reading, act: Act, roles: Roles, status: str) -> Iterator[Draft]:
    """The measure of an act, one for each rate."""
    when = day(reading, act)
    confidence = 0.75 if roles.sure else 0.45 if roles.imposer else 0.4
    value = _value(reading, act, roles, status, when[0])
    first = Draft("measure", act.start, act.end, value, when, (), confidence, rule=act.rule.id)
    rates = rate_of(reading, act) if act.type in ("tariff", "fee", "exemption") else []
    shares = _shared_out(act, rates) if rates else {}
    everybody = set().union(*shares.values())
    yield from (
        _with_rate(reading, act, first, before, rate)
        for before, rate in zip([None, *rates], rates, strict=False)
        if roles.target not in everybody or roles.target in shares[rate.start]
    )
    if not rates:
        yield first
    for rate in (r for r in act.sentence.rates if rates and r.of == "beside" and r.end <= act.start):
        yield replace(first, start=rate.start, value={**value, rate.key: rate.value, "status": "in_force"})


def _shared_out(act: Act, rates: Sequence[Rate]) -> dict[int, set[str]]:
    """By its place the sides that each rate hits, where each has its own behind it: 25% on goods from Chile and 10% on Peru's.

    Empty where they hit the same.
    """
    ends = [*(r.start for r in rates[1:]), act.end]
    sides = {
        r.start: {m.side for m in act.sentence.sides_within(r.end, end)} for r, end in zip(rates, ends, strict=True)
    }
    return sides if len(rates) > 1 and all(sides.values()) else {}


def _with_rate(reading: Reading, act: Act, first: Draft, before: Rate | None, rate: Rate) -> Draft:
    """The measure of a rate; before: the rate before it, where it is a further one."""
    value = {**first.value, rate.key: rate.value}
    if before is None:
        return replace(first, value=value)
    faced = _faced_by(act, before, rate)
    return replace(
        first, start=faced.start if faced else rate.start, value=value | ({"target": faced.side} if faced else {})
    )


def _faced_by(act: Act, before: Rate, rate: Rate) -> Mention | None:
    """The side that a further rate falls on, in a list of who faces what: India faces 20 percent, Chile 15 percent."""
    if act.rule.gives.get("role") != "patient":
        return None
    return next((m for m in reversed(act.sentence.sides) if before.end <= m.start < rate.start), None)


def _value(reading: Reading, act: Act, roles: Roles, status: str, when: str | None) -> dict[str, Any]:
    value: dict[str, Any] = {"type": act.type, "imposer": roles.imposer, "target": roles.target, "status": status}
    value |= money(reading.text[act.start : act.end])
    if when and len(when) == 10 and (act.predicate.concept == "begin_effect" or _begins(reading, act)):
        value["legal_from"] = when
    return value
