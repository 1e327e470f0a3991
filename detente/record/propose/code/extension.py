"""Extensions: an end, or a day on which something begins, that is moved."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.words import Term
from detente.record.propose.code.periods import Period, checked, day_of_act, parties_of, period, stretch, words
from detente.record.propose.code.policy import rates_in
from detente.record.propose.code.rules import Draft, Rule, rules
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate, Span

DONE = frozenset(["asserted", "agreed", "planned", "proposed"])
# what a noun of prolonging may be the object or subject of, so that it was done
MADE = frozenset(
    ["agree", "promise", "announce", "impose", "allow", "sign", "ratify", "intend", "confirm", "have", "secure", "other",
     "begin_effect", "propose", "be", "do", "start", "buy", "issue"]
)  # fmt: skip


EXTENDABLE = frozenset(["limits", "objects", "agreements", "acts"])
LIMITED = frozenset(["truce", "suspend", "deadline", "exemption", "quota", "deal"])
FROM_TO = r"\bfrom [\w-]+ (?:days? |weeks? |months? )?to [\w-]+ (?:days?|weeks?|months?|years?)\b"
VAGUE = r"\b(?:until|till|through|to|into) (?:20\d\d|the end of|at least|early|late|mid|next|further notice)\b"
# the day when something begins, a clause that only says which day: the date on which the duties begin
OF_DAY = re.compile(
    r"\b(?:dates?|days?|deadline|moment|time) (?:(?:on|at|by|from|after) which |when |that )?(?:[\w-]+ ){1,6}$"
)
POINTING = ("it", "this", "that", "which", "they")
OF_TIME = re.compile(r"\s(?:until|till|for|since|through)\b")  # "the duties: suspended until May" has no object
OF_LENGTH = re.compile(r"\b[\w-]+[ -](?:day|week|month|year)\s(?:\w+\s)?$")  # a 90-day extension
LEAD = re.compile(r"\W*(?:For|Until|From|Through|Till)\s(?:[\w-]+\s){1,6}", re.I)
LONGER = r"\b(?:longer|instead of|rather than)\b|no longer\b.*\bbut\b"


def find(analysis: Analysis) -> list[Draft]:
    """The extensions of a document."""
    return analysis.once("extension", _find)


def _find(analysis: Analysis) -> list[Draft]:
    drafts: list[Draft] = []
    for sentence, predicate in analysis.each():
        for rule in rules("extension"):
            if rule.fits(analysis, sentence, predicate):
                draft = _draft(analysis, sentence, predicate, rule)
                if draft and not any(d.start < draft.end and draft.start < d.end for d in drafts):
                    drafts.append(draft)
                if draft:
                    break
    return drafts


def _draft(analysis: Analysis, sentence: Sentence, predicate: Predicate, rule: Rule) -> Draft | None:
    way = str(rule.gives["way"])
    if not _applies(analysis, sentence, predicate, way):
        return None
    act = day_of_act(analysis, sentence, predicate)
    value = period(
        analysis, sentence, reach(analysis, sentence, predicate), "future" if act else _tense(predicate),
        skip=skipped(analysis, sentence, predicate), anchor=act,
    )  # fmt: skip
    if _is_timed(analysis, predicate, value, way):
        return _built(analysis, sentence, predicate, value, 0, rule)
    if way == "longer":
        return None
    following = _continued(analysis, sentence) if way == "extend" else None
    if following or _is_open(analysis, sentence, predicate, way):
        return _built(analysis, sentence, predicate, *(following or (value, 0)), rule)
    return None


def _is_timed(analysis: Analysis, predicate: Predicate, value: Period, way: str) -> bool:
    """Whether the text says until when or for how long."""
    text = analysis.reading.text[predicate.start : predicate.clause.end]
    if way == "longer":
        return bool(value.ends and re.search(LONGER, text, re.I))
    return bool(value.ends or value.length or (way == "move" and value.old) or re.search(VAGUE, text))


def _applies(analysis: Analysis, sentence: Sentence, predicate: Predicate, way: str) -> bool:
    """Whether something was prolonged, or a pause goes on, or a day was moved: it happened, to what can be prolonged."""
    if analysis.modality(sentence, predicate) not in DONE:
        return False
    if way == "longer":
        return True
    if not is_extendable(analysis, sentence, predicate):
        return False
    if way == "move":
        return predicate.verb in words(analysis)["moving"]
    if way == "again":
        return not predicate.is_noun and _goes_on(analysis, sentence, predicate)
    return not predicate.is_noun or _is_made(analysis, sentence, predicate)


def _goes_on(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether a pause follows another: suspended for another year, kept suspended."""
    known, text = words(analysis), analysis.reading.text
    clause = text[predicate.clause.start : max(predicate.clause.end, reach(analysis, sentence, predicate).end)]
    if predicate.concept == "suspend" and re.search(known["again"], clause, re.I):
        return True
    return bool(re.search(known["kept"], clause, re.I))


def _is_open(analysis: Analysis, sentence: Sentence, predicate: Predicate, way: str) -> bool:
    """Whether an extension without a day or length is one: of a pause, or a pause that the sides agree to go on with."""
    if way == "extend":
        return _is_limit(analysis, sentence, predicate)
    return way == "again" and predicate.concept in ("suspend", "start") and predicate.governor is not None


def _is_limit(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether what is prolonged is by its nature limited in time: a pause, a deadline, an exemption."""
    spans = [s for s in (predicate.object, predicate.subject) if s]
    inside = [
        t for t in sentence.terms if any(s.start <= t.start < s.end for s in spans) and t.start != predicate.start
    ]
    return any(t.concept in LIMITED for t in inside or _meant(analysis, sentence, predicate))


def _meant(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> list[Term]:
    """The term that a pronoun stands for before a passive: the truce; it was prolonged."""
    subject = predicate.subject
    if subject is None or predicate.voice != "passive":
        return []
    is_pronoun = analysis.reading.text[subject.start : subject.end].strip().lower() in POINTING
    return [t for t in sentence.terms if t.end <= predicate.start][-1:] if is_pronoun else []


def _continued(analysis: Analysis, sentence: Sentence) -> tuple[Period, int] | None:
    """The new end where it stands in the next sentence: it now lasts until the last day of January."""
    number = sentence.number + 1
    if number >= len(analysis.reading.sentences):
        return None
    following = analysis.reading.sentences[number]
    opens = re.match(r"(?:it|this|they|both|these|the [a-z]+)\b", following.piece.text, re.I)
    if following.piece.line != sentence.piece.line or not opens or len(following.piece.text) > 250:
        return None
    for p in analysis.predicates[number]:
        if p.concept in ("expire", "remain", "end") and analysis.modality(following, p) in DONE:
            value = period(analysis, following, reach(analysis, following, p), "future")
            if value.ends:
                return value, value.stop
    return None


def _built(analysis: Analysis, sentence: Sentence, predicate: Predicate, value: Period, stop: int, rule: Rule) -> Draft:
    value = _replaced(analysis, value)
    new, flags = checked(analysis, value, looks_ahead=predicate.tense != "past")
    if re.search(r"\bwar\b", analysis.reading.text[predicate.object.start : predicate.object.end]):
        flags += ("mistranslation", "sense_inverted")  # an extended war is an extended truce
    span = stretch(analysis, sentence, predicate, value.stop)
    span = Span(span.start, max(span.end, stop))
    if re.search(FROM_TO, analysis.reading.text[span.start : span.end], re.I):
        value = replace(value, length=None)  # from 90 to 120 days is not by 120
    days = value.length[2] if value.length and value.length[3] == "day" else None
    fact: dict[str, Any] = {"by_days": days, "new_expiry": new}
    fact |= value.duration() if days is None else {}
    fact |= {"old_expiry": value.old[0].iso} if value.old else {}
    fact["parties"] = parties_of(analysis, sentence, span, predicate)
    is_proposed = analysis.modality(sentence, predicate) == "proposed"
    return Draft(
        "extension", *span, fact, value.date(new), flags, confidence=0.4 if is_proposed else 0.65, rule=rule.id,
        modality="intention" if is_proposed else "fact",
    )  # fmt: skip


def _replaced(analysis: Analysis, value: Period) -> Period:
    """The period with its first start as the old end, where an end was moved from the one day to the other."""
    is_moved = value.ends and not value.length and value.starts
    return replace(value, old=(value.starts[0], *value.old), starts=()) if is_moved else value


def _tense(predicate: Predicate) -> str | None:
    return "future" if predicate.tense != "past" else None


def reach(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> Span:
    """The stretch in which a predicate's days stand: up to the next verb with a tense of its own."""
    if analysis.reading.language != "en":
        behind = analysis.reading.text[predicate.clause.end : sentence.piece.end]
        m = re.match(
            r"[，,]\s?(?:(?:至|到|期限|为期|đến|cho đến|thời hạn)[^，,。]*|[^，,。]{2,16}(?:到期|届满|期满))", behind
        )
        return Span(predicate.clause.start, predicate.clause.end + (m.end() if m else 0))
    later = [
        max(p.clause.start, predicate.end)
        for p in analysis.predicates[sentence.number]
        if p.number > predicate.number
        and p.is_finite
        and not p.is_noun
        and p.clause.start > predicate.start
        and not OF_DAY.search(analysis.reading.text, predicate.end, p.start)
    ]
    lead = LEAD.match(analysis.reading.text, predicate.clause.start, predicate.start)
    if predicate.is_noun and not lead:
        lead = OF_LENGTH.search(analysis.reading.text, max(sentence.piece.start, predicate.start - 40), predicate.start)
    return Span(lead.start() if lead else predicate.start, min([*later, sentence.piece.end]))


def skipped(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> tuple[Span, ...]:
    """What other verbs of the clause say: the tariffs announced on 9 October."""
    if analysis.reading.language != "en":
        return ()
    return tuple(
        Span(p.start, p.object.end)
        for p in analysis.predicates[sentence.number]
        if p.number != predicate.number and p.start > predicate.end and not p.is_noun
        and p.concept not in ("expire", "end", "suspend", "extend", "begin_effect", "start", "other", "be", "schedule")
    )  # fmt: skip


def is_extendable(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether what is prolonged is a pause, a deadline, a measure or an agreement, and no invitation or visit."""
    marks, text = words(analysis), analysis.reading.text
    spans = _what(analysis, sentence, predicate)
    phrase = " ".join(text[s.start : s.end] for s in spans)
    if re.search(marks["not_extendable"], phrase[:80], re.I):
        return False
    if predicate.is_noun and predicate.governor is None:  # a heading or an item of a list
        return True
    if analysis.reading.language != "en" and re.search(marks["kept"], phrase):
        return True
    groups = {t.group for s in spans for t in sentence.terms if s.start <= t.start < s.end}
    is_rated = any(rates_in(sentence, s) for s in spans)
    return is_rated or bool(groups & EXTENDABLE or re.search(marks["extendable"], phrase, re.I))


def _what(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> list[Span]:
    """Where what is prolonged is named: the object, and the subject of a verb that does not act on one."""
    if analysis.reading.language != "en":
        return [s for s in (predicate.subject, Span(sentence.piece.start, sentence.piece.end)) if s]
    lead = analysis.reading.text[predicate.object.start : predicate.object.end]
    is_subject = predicate.voice == "passive" or predicate.is_noun or OF_TIME.match(lead) is not None
    if predicate.subject and (is_subject or predicate.concept in ("expire", "end", "remain", "be")):
        return [predicate.subject, predicate.object]
    return [predicate.object]


def _is_made(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether a noun of prolonging is what was agreed, announced or granted, and not only spoken of."""
    if predicate.negated:
        return False
    if predicate.governor is None:
        return not any(p.is_finite and p.start < predicate.start for p in analysis.predicates[sentence.number])
    above = analysis.predicates[sentence.number][predicate.governor]
    is_definite = re.search(
        r"\bthe\s(?:\w+\s)?$", analysis.reading.text[max(0, predicate.start - 20) : predicate.start]
    )
    return above.concept in MADE and not (is_definite and above.concept in ("be", "do", "other", "have"))
