"""Truces: a pause or suspension with an end or a length."""

from __future__ import annotations

import re
from typing import Any

from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.words import Term
from detente.record.propose.code import extension
from detente.record.propose.code.periods import checked, day_of_act, parties_of, period, stretch, words
from detente.record.propose.code.rules import Draft, Rule, rules, terms_in
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate, Span

DONE = frozenset(["asserted", "agreed", "planned", "superseded", "threatened", "would", "suspended"])
PAUSES = ("truce", "suspend")
POINTS_BACK = re.compile(r"(?:it|this|that|these|they|which|both)\b|nó|该|其|này", re.I)
RELATIVE = re.compile(r"[\s,]*(?:(?:which|that|now|currently|due|set|scheduled|originally|is|was|are|were|vốn)[\s,]*)*")
UNTIL = re.compile(r"[^.;,]{0,40}?\b(?:until|till|to|through)\b")
# a pause that was spoken of before
KNOWN = re.compile(r"\b(?:the|this|that|its|their|current|existing)\s(?:[\w-]+\s){0,3}$", re.I)
UNLESS = re.compile(r"\b(?:unless|if (?:it|they|the \w+) (?:is|are) not|if no|barring|without (?:an?|another) )", re.I)
ON = re.compile(r"\s(?:on|of|in|over|for)\s(?:\w+\s){0,3}")
LOOSE = 60  # characters between a noun and its end


def find(analysis: Analysis) -> list[Draft]:
    """The truces of a document; where the sentence prolongs the same pause, the extension alone."""
    return analysis.once("truce", _find)


def _find(analysis: Analysis) -> list[Draft]:
    taken = extension.find(analysis)
    drafts: list[Draft] = []
    for sentence, predicate in analysis.each():
        for rule in rules("truce"):
            if not rule.fits(analysis, sentence, predicate):
                continue
            draft = _draft(analysis, sentence, predicate, rule)
            if draft and not _is_taken(draft, drafts) and not _is_taken(draft, taken):
                drafts.append(draft)
            if draft:
                break
    return drafts


def _is_taken(draft: Draft, others: list[Draft]) -> bool:
    return any(d.start < draft.end and draft.start < d.end for d in others)


def _draft(analysis: Analysis, sentence: Sentence, predicate: Predicate, rule: Rule) -> Draft | None:
    way = rule.gives["way"]
    if analysis.modality(sentence, predicate) not in DONE and not _ends_unless(analysis, sentence, predicate):
        return None
    if way == "ends":
        return _ending(analysis, sentence, predicate, rule)
    if way == "suspend":
        return _suspending(analysis, sentence, predicate, rule)
    return _named(analysis, sentence, predicate, rule)


def _ends_unless(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether a pause will end on its day if nothing is done: unless it is extended."""
    if analysis.modality(sentence, predicate) != "conditional" or predicate.concept not in ("expire", "end"):
        return False
    text = analysis.reading.text
    opens = text[predicate.clause.start : predicate.start].strip().lower().startswith(("if", "unless", "should"))
    return not opens and bool(UNLESS.search(text[sentence.piece.start : sentence.piece.end]))


def _ending(analysis: Analysis, sentence: Sentence, predicate: Predicate, rule: Rule) -> Draft | None:
    """The pause expires on a day."""
    if not _is_pause(analysis, sentence, predicate):
        return None
    reach = Span(predicate.start, max(predicate.object.end, predicate.end))
    if analysis.reading.language != "en":
        reach = predicate.clause
    tense = None if predicate.tense in ("past", "perfect") else "future"
    value = period(analysis, sentence, reach, tense)
    is_open = predicate.voice == "active" and (predicate.concept in ("expire", "end") or predicate.verb == "close")
    if not value.ends and analysis.reading.language == "en" and is_open:
        value = period(analysis, sentence, predicate.object, tense, default="end")
    if not value.ends and predicate.verb.split()[0] in ("last", "run", "stand"):
        return _beginning(analysis, sentence, predicate, rule)
    if not value.ends:
        return None
    return _built(analysis, sentence, predicate, rule, value, looks_ahead=tense == "future")


def _beginning(analysis: Analysis, sentence: Sentence, predicate: Predicate, rule: Rule) -> Draft | None:
    """A pause began on a day and has a length."""
    span = Span(sentence.piece.start, predicate.clause.end)
    if predicate.is_noun or not _is_pause(analysis, sentence, predicate):
        return None
    value = period(analysis, sentence, span, None)
    if not (value.length and value.starts) or re.search(words(analysis)["again"], sentence.piece.text):
        return None
    return _built(analysis, sentence, predicate, rule, value, looks_ahead=False)


def _is_pause(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether what ends is a pause: it is named before the verb, or the sentence before spoke of one."""
    before = [t for t in sentence.terms if t.start < predicate.start]
    last = before[-1:]
    if last and RELATIVE.fullmatch(analysis.reading.text[last[0].end : predicate.start]):
        return _names_pause(_with_what_it_is_on(analysis, before))
    if analysis.reading.language != "en":
        return _names_pause([t for t in before if predicate.start - t.end < LOOSE])
    subject = predicate.subject or predicate.clause
    inside = terms_in(sentence, Span(subject.start, min(subject.end, predicate.start)))
    if _names_pause(inside):
        return True
    text = analysis.reading.text[subject.start : predicate.start].strip()
    if inside or not POINTS_BACK.match(text):
        return not predicate.is_finite and _names_pause(last)
    is_relative = text.lower().startswith(("which", "that"))
    return _names_pause(last if is_relative else _terms_before(analysis, sentence))


def _with_what_it_is_on(analysis: Analysis, terms: list[Term]) -> list[Term]:
    """The last term, and with it the pause that is one on it: the truce on tariffs."""
    if len(terms) < 2:
        return terms[-1:]
    between = analysis.reading.text[terms[-2].end : terms[-1].start]
    return terms[-2:] if ON.fullmatch(between) else terms[-1:]


def _terms_before(analysis: Analysis, sentence: Sentence) -> list[Term]:
    """The terms of the two sentences before a sentence."""
    earlier = analysis.reading.sentences[max(0, sentence.number - 2) : sentence.number]
    return [t for s in earlier for t in s.terms]


def _names_pause(terms: list[Term]) -> bool:
    return any(t.concept in PAUSES for t in terms)


def _suspending(analysis: Analysis, sentence: Sentence, predicate: Predicate, rule: Rule) -> Draft | None:
    """Duties are suspended for a time or until a day."""
    known = words(analysis)
    text = analysis.reading.text
    if (
        predicate.is_noun
        or predicate.verb in known["moving"]
        or not extension.is_extendable(analysis, sentence, predicate)
    ):
        return None
    reach = extension.reach(analysis, sentence, predicate)
    if re.search(f"{known['again']}|{known['kept']}", text[predicate.clause.start : reach.end], re.I):
        return None
    act = day_of_act(analysis, sentence, predicate)
    value = period(
        analysis, sentence, reach, None if predicate.tense == "past" and not act else "future", skip=extension.skipped(analysis, sentence, predicate),
        anchor=act,
    )  # fmt: skip
    if value.is_empty or not (value.ends or value.length):
        return None
    return _built(analysis, sentence, predicate, rule, value, looks_ahead=predicate.tense != "past" or not value.ends)


def _named(analysis: Analysis, sentence: Sentence, predicate: Predicate, rule: Rule) -> Draft | None:
    """A pause of ninety days was agreed, a truce until a day announced."""
    text = analysis.reading.text
    scope = extension.reach(analysis, sentence, predicate)
    spans = [Span(predicate.end, scope.end)]
    if predicate.voice == "passive" and predicate.subject:
        spans.append(predicate.subject)
    term = next((t for s in spans for t in sentence.terms if s.start <= t.start < s.end and t.concept in PAUSES), None)
    if term is None or predicate.is_noun:
        return None
    before, behind = text[max(scope.start, term.start - 40) : term.start], text[term.end : term.end + LOOSE]
    value = period(
        analysis, sentence, Span(min(scope.start, max(sentence.piece.start, term.start - 30)), scope.end), "future"
    )
    is_until = value.ends and UNTIL.match(behind)
    is_new = value.length and not KNOWN.search(before)
    known = words(analysis)
    if not (is_until or is_new) or re.search(f"{known['again']}|{known['kept']}", text[scope.start : term.end], re.I):
        return None
    return _built(analysis, sentence, predicate, rule, value, looks_ahead=predicate.tense not in ("past", "perfect"))


def _built(
    analysis: Analysis, sentence: Sentence, predicate: Predicate, rule: Rule, value: Any, *, looks_ahead: bool
) -> Draft:
    expiry, flags = checked(analysis, value, looks_ahead)
    span = stretch(analysis, sentence, predicate, value.stop)
    fact: dict[str, Any] = {
        "parties": parties_of(analysis, sentence, span, predicate),
        "expiry": expiry,
        **value.duration(),
    }
    return Draft("truce", *span, fact, value.date(expiry), flags, confidence=0.6, rule=rule.id)
